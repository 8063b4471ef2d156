//! What exists: entities and their state variables, with no behaviour beyond keeping themselves consistent.

pub mod policy;
pub mod theatre;
pub mod vocabulary;
