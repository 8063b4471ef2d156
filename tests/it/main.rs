//! Integration tests, one binary.

#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "parquet")]
mod export;
#[cfg(feature = "plots")]
mod figures;
#[cfg(feature = "parquet")]
mod resume;
#[cfg(feature = "cli")]
mod runs;
