//! Rules used by several submodels.

pub mod choice;
pub mod combat;
pub mod paths;
pub mod presence;
pub mod recruits;
