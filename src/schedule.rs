//! The week: which submodel acts when.

/// Names of the submodels, in the order of the week (kebab-case).
pub const SUBMODELS: [&str; 20] = [
    "calendar",
    "regional-cooperation",
    "public-finance",
    "officials",
    "services",
    "trafficking",
    "interdiction",
    "state-forces",
    "peace-operations",
    "group-strategy",
    "violence",
    "kidnapping",
    "crime-and-arms",
    "perception",
    "livelihoods",
    "displacement",
    "group-dynamics",
    "peace-process",
    "national-politics",
    "observation",
];
