//! Integration tests, one binary.

mod architecture;
mod brakes;
#[cfg(feature = "cli")]
mod calibration;
mod centre;
mod civil_violence;
#[cfg(feature = "cli")]
mod claims;
#[cfg(feature = "cli")]
mod cli;
mod common_random_numbers;
#[cfg(feature = "cli")]
mod compare;
mod conservation;
mod determinism;
mod dice;
#[cfg(feature = "parquet")]
mod export;
#[cfg(feature = "parquet")]
mod faults;
#[cfg(feature = "plots")]
mod figures;
#[cfg(feature = "parquet")]
mod fuzzing;
mod golden;
mod laboratory;
mod layers;
mod levers;
mod library;
mod literals;
mod loops;
mod odd;
#[cfg(feature = "cli")]
mod own_data;
#[cfg(feature = "cli")]
mod plans;
mod policies;
#[cfg(feature = "cli")]
#[cfg_attr(not(feature = "parquet"), allow(dead_code))]
mod readers;
#[cfg(feature = "parquet")]
mod reading_results;
#[cfg(feature = "plots")]
mod report;
#[cfg(feature = "parquet")]
mod resume;
#[cfg(feature = "cli")]
#[cfg_attr(not(feature = "parquet"), allow(dead_code))]
mod runs;
mod scale;
mod scenarios;
#[cfg(feature = "cli")]
mod sensitivity;
mod sources;
#[cfg(feature = "parquet")]
mod status_and_submit;
mod submodels;
#[cfg(feature = "parquet")]
mod sweep;
mod tables;
mod trace;
#[cfg(feature = "cli")]
mod tutorials;
#[cfg(feature = "cli")]
mod validation;
mod without;
mod worlds;
