//! What each table of a theatre holds: its key, its columns, and what may stand in them.

use crate::entities::vocabulary::{Community, GroupKind, PlaceKind, Rank, Surface};

/// What a name may be a name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Place,
    Group,
    Network,
    Government,
    Series,
    Season,
    Commodity,
    Community,
}

impl Of {
    pub(super) fn word(self) -> &'static str {
        match self {
            Of::Place => "place",
            Of::Group => "armed group",
            Of::Network => "network",
            Of::Government => "government",
            Of::Series => "series",
            Of::Season => "season",
            Of::Commodity => "commodity",
            Of::Community => "community",
        }
    }
}

/// How an id may be spelt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Letters, digits, spaces and `-'.()`, as places are called.
    Place,
    /// `[a-z0-9-]`.
    Kebab,
    /// `[A-Z]`, as the codes that stand in borders.
    Capitals,
}

/// What stands in a column.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    /// An id or a code.
    Spelt(Spelling),
    /// Any text that is not empty.
    Text,
    /// Any text.
    Remark,
    Number(f64, f64),
    Whole(u32, u32),
    Flag,
    Day,
    Word(fn() -> Vec<&'static str>),
    Name(Of),
    Names(Of),
    /// A table of numbers by name, between bounds; with the sum that they must have, if there is one.
    Shares(Of, f64, f64, Sum),
    /// A list of tables.
    Items(&'static [Field]),
    /// A table of shares that add to 1.
    Parts(&'static [Field]),
    /// Twelve numbers.
    Months,
}

/// What numbers must add to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sum {
    Any,
    One,
    AtMostOne,
}

/// One column.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    pub(super) optional: bool,
}

const fn field(name: &'static str, holds: Holds) -> Field {
    Field { name, holds, optional: false }
}

const fn optional(name: &'static str, holds: Holds) -> Field {
    Field { name, holds, optional: true }
}

/// One table of one file.
pub(super) struct Shape {
    pub(super) file: &'static str,
    /// What one row is: the key of its list in a TOML file, and in `remove.toml`.
    pub(super) row: &'static str,
    pub(super) what: &'static str,
    /// Columns that tell rows apart.
    pub(super) key: &'static [&'static str],
    /// True if the columns of the key may change places.
    pub(super) is_pair: bool,
    /// True if the theatre can do without a row.
    pub(super) removable: bool,
    pub(super) fields: &'static [Field],
}

use Holds::{Day, Flag, Items, Months, Name, Names, Number, Parts, Remark, Shares, Spelt, Text, Whole, Word};

const SHARE: Holds = Number(0.0, 1.0);
const SOURCE: Field = field("source", Text);
const STATUS: Field = field("status", Word(|| vec!["documented", "literature", "calibrated", "assumed"]));
const NOTE: Field = optional("note", Remark);

fn communities() -> Vec<&'static str> {
    Community::ALL.iter().map(|community| community.word()).collect()
}

const PLACE_SHARES: Holds = Items(&[field("place", Name(Of::Place)), field("share", SHARE)]);

/// Most people in one place, soldiers in one garrison and the like: slips of the pen lie beyond.
const MANY: u32 = 10_000_000;

/// Every table, in the order of the files.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        file: "places.csv",
        row: "place",
        what: "the place",
        key: &["id"],
        is_pair: false,
        removable: true,
        fields: &[
            field("id", Spelt(Spelling::Place)),
            field("kind", Word(|| PlaceKind::ALL.iter().map(|kind| kind.word()).collect())),
            field("country", Spelt(Spelling::Capitals)),
            field("region", Text),
            field("region_2016", Text),
            field("cercle", Remark),
            field("zone", Remark),
            field("latitude", Number(-90.0, 90.0)),
            field("longitude", Number(-180.0, 180.0)),
            field("population_2012", Whole(0, MANY)),
            field("town_population_2012", Whole(0, MANY)),
            field("area_km2", Number(0.0, 1_000_000.0)),
            field("legal_income_eur_per_year", Number(0.0, 100_000.0)),
            field("import_dependence_share", SHARE),
            field("pasture", SHARE),
            field("flood_plain", SHARE),
            field("customary_authority", SHARE),
            field("foreigners_persons", Number(0.0, 100_000.0)),
            field("private_weapons", Number(0.0, 1_000_000.0)),
            field("officials_at_post_share", SHARE),
            SOURCE,
            STATUS,
        ],
    },
    Shape {
        file: "population.csv",
        row: "population",
        what: "the row",
        key: &["place", "community"],
        is_pair: false,
        removable: true,
        fields: &[
            field("place", Name(Of::Place)),
            field("community", Word(communities)),
            field("persons_2012", Whole(0, MANY)),
            SOURCE,
            STATUS,
        ],
    },
    Shape {
        file: "routes.csv",
        row: "route",
        what: "the route",
        key: &["a", "b"],
        is_pair: true,
        removable: true,
        fields: &[
            field("a", Name(Of::Place)),
            field("b", Name(Of::Place)),
            field("km", Number(0.1, 10_000.0)),
            field("surface", Word(|| Surface::ALL.iter().map(|surface| surface.word()).collect())),
            field("border", Remark),
            SOURCE,
            STATUS,
        ],
    },
    Shape {
        file: "posts.csv",
        row: "post",
        what: "the row",
        key: &["place", "rank"],
        is_pair: false,
        removable: true,
        fields: &[
            field("place", Name(Of::Place)),
            field("rank", Word(|| Rank::ALL.iter().map(|rank| rank.word()).collect())),
            field("posts", Whole(0, 100_000)),
            field("persons_per_post", Whole(1, 1_000)),
            SOURCE,
            STATUS,
        ],
    },
    Shape {
        file: "garrisons.csv",
        row: "garrison",
        what: "the garrison",
        key: &["place"],
        is_pair: false,
        removable: true,
        fields: &[field("place", Name(Of::Place)), field("soldiers", Whole(0, 100_000)), SOURCE, STATUS],
    },
    Shape {
        file: "armed_groups.toml",
        row: "group",
        what: "the armed group",
        key: &["id"],
        is_pair: false,
        removable: true,
        fields: &[
            field("id", Spelt(Spelling::Kebab)),
            field("name", Text),
            field("kind", Word(|| GroupKind::ALL.iter().map(|kind| kind.word()).collect())),
            field("active", Flag),
            field("fighters_persons", Whole(0, 50_000)),
            field("returnees_share", SHARE),
            field("dormant_persons", Whole(0, 50_000)),
            field("communities", Shares(Of::Community, 0.0, 1.0, Sum::One)),
            field("foreign_origins", Shares(Of::Government, 0.0, 1.0, Sum::AtMostOne)),
            field("bases", PLACE_SHARES),
            field("sanctuaries", Names(Of::Place)),
            field("treasury_eur", Number(0.0, 1e9)),
            field("weapons_quality", Number(0.0, 5.0)),
            field("returnee_weapons_quality", Number(0.0, 5.0)),
            field("capability", SHARE),
            field("demand", SHARE),
            field("cohesion", SHARE),
            field("takes_hostages", Flag),
            field("toll_share", SHARE),
            field("pay_eur_per_week", Number(0.0, 10_000.0)),
            field("state_relation", Number(-1.0, 1.0)),
            field("relations", Shares(Of::Group, -1.0, 1.0, Sum::Any)),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "commodities.toml",
        row: "commodity",
        what: "the commodity",
        key: &["id"],
        is_pair: false,
        removable: false,
        fields: &[
            field("id", Name(Of::Commodity)),
            field("name", Text),
            field("origins", PLACE_SHARES),
            field("destinations", PLACE_SHARES),
            field("loads_per_week", Number(0.0, 100_000.0)),
            field("value_at_origin_eur", Number(0.0, 1e9)),
            field("value_at_destination_eur", Number(0.0, 1e9)),
            field("transport_eur_per_km", Number(0.0, 10_000.0)),
            field("labour_persons", Number(0.0, 100_000.0)),
            field("wage_eur_per_trip", Number(0.0, 1e6)),
            field("legitimacy", SHARE),
            field("harmful", Flag),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "networks.toml",
        row: "network",
        what: "the network",
        key: &["id"],
        is_pair: false,
        removable: true,
        fields: &[
            field("id", Spelt(Spelling::Kebab)),
            field("name", Text),
            field("community", Word(communities)),
            field("base", Name(Of::Place)),
            field("commodities", Shares(Of::Commodity, 0.0, 1.0, Sum::One)),
            field("market_shares", Shares(Of::Commodity, 0.0, 1.0, Sum::Any)),
            field("capital_eur", Number(0.0, 1e9)),
            field("protectors", Names(Of::Group)),
            field("margin_retained_share", SHARE),
            field("captured_officials_share", SHARE),
            field("rivals", Names(Of::Network)),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "missions.toml",
        row: "mission",
        what: "the mission",
        key: &["id"],
        is_pair: false,
        removable: true,
        fields: &[
            field("id", Spelt(Spelling::Kebab)),
            field("name", Text),
            field("kind", Word(|| vec!["mission", "strike-force"])),
            field("cost_eur_per_person_year", Number(0.0, 1e7)),
            field("training", SHARE),
            field("air_lift", SHARE),
            field("strike_cover_bonus", Number(1.0, 10.0)),
            field(
                "mandate",
                Parts(&[
                    field("protect_civilians", SHARE),
                    field("support_state", SHARE),
                    field("escort", SHARE),
                    field("fight", SHARE),
                ]),
            ),
            field(
                "bases",
                Items(&[field("from", Day), field("shares", Shares(Of::Place, 0.0, 1.0, Sum::One))]),
            ),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "governments.toml",
        row: "government",
        what: "the government",
        key: &["id"],
        is_pair: false,
        removable: false,
        fields: &[
            field("id", Spelt(Spelling::Capitals)),
            field("name", Text),
            field("border_effort", SHARE),
            field("border_unit_captured_share", SHARE),
            field("sanctuary_quality", SHARE),
            field("ransom_policy", Word(|| vec!["pays", "refuses", "facilitates"])),
            field("ransom_eur_per_hostage", Number(0.0, 1e8)),
            field("mediation_weight", SHARE),
            field("resents_ransoms", Flag),
            field("resents_intervention", Flag),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "governments.toml",
        row: "cooperation",
        what: "the pair",
        key: &["a", "b"],
        is_pair: true,
        removable: true,
        fields: &[
            field("a", Name(Of::Government)),
            field("b", Name(Of::Government)),
            field("value", SHARE),
            field("rivalry", SHARE),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "governments.toml",
        row: "framework",
        what: "the framework",
        key: &["id"],
        is_pair: false,
        removable: true,
        fields: &[
            field("id", Spelt(Spelling::Kebab)),
            field("members", Names(Of::Government)),
            optional("candidates", Names(Of::Government)),
            field("formal", SHARE),
            field("operational", SHARE),
            field("vetoed_by", Names(Of::Government)),
            field("from", Day),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "inputs.toml",
        row: "series",
        what: "the series",
        key: &["id"],
        is_pair: false,
        removable: false,
        fields: &[
            field("id", Name(Of::Series)),
            field("unit", Text),
            field("points", Items(&[field("from", Day), field("value", Number(0.0, 1e12))])),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "inputs.toml",
        row: "season",
        what: "the season",
        key: &["id"],
        is_pair: false,
        removable: false,
        fields: &[
            field("id", Name(Of::Season)),
            field("unit", Text),
            field("months", Months),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "inputs.toml",
        row: "scandal",
        what: "the scandal",
        key: &["date"],
        is_pair: false,
        removable: true,
        fields: &[
            field("date", Day),
            field("leakage_share", SHARE),
            field("legitimacy", SHARE),
            field("weeks", Number(0.0, 600.0)),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
    Shape {
        file: "inputs.toml",
        row: "election",
        what: "the election",
        key: &["date", "kind"],
        is_pair: false,
        removable: true,
        fields: &[
            field("date", Day),
            field("kind", Word(|| vec!["presidential", "legislative"])),
            field("disputed", SHARE),
            STATUS,
            SOURCE,
            NOTE,
        ],
    },
];
