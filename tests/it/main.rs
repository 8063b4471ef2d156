//! Integration tests, one binary.

mod architecture;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "parquet")]
mod export;
#[cfg(feature = "plots")]
mod figures;
mod odd;
#[cfg(feature = "parquet")]
mod resume;
#[cfg(feature = "cli")]
#[cfg_attr(not(feature = "parquet"), allow(dead_code))]
mod runs;
mod scenarios;
