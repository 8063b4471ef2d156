//! Integration tests, one binary.

#[cfg(feature = "plots")]
mod figures;
mod scenarios;
