//! What exists: entities and their state variables, with no behaviour beyond keeping themselves consistent.

pub mod armed_groups;
pub mod bands;
pub mod cells;
pub mod governments;
pub mod inputs;
pub mod invariants;
pub mod ledger;
pub mod lever_kinds;
pub mod missions;
pub mod officials;
pub mod persons;
pub mod places;
pub mod policy;
pub mod routes;
pub mod state_forces;
pub mod theatre;
pub mod this_week;
pub mod trafficking_networks;
pub mod vocabulary;
pub mod world;
