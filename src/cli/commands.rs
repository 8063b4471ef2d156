//! The commands, one file each.

pub mod calibrate;
mod calibrate_text;
pub mod check;
pub mod claims;
pub mod compare;
mod compare_text;
pub mod completions;
pub mod list;
pub mod merge;
pub mod new;
pub mod params;
pub mod plot;
pub mod report;
pub mod run;
pub mod schema;
pub mod sensitivity;
pub mod show;
pub mod status;
pub mod submit;
pub mod sweep;
pub mod validate;
mod validate_text;
pub mod verify;
