//! Harmattan: an agent-based laboratory for stabilization policy in Mali and the Sahel.
//!
//! State presence, trafficking economies, armed groups and peacekeeping resources interact week by week on a
//! graph of places from 2 January 2012. A *scenario* says what differs from history, a *run* is scenario x
//! parameters x seed, an *ensemble* many runs. Modules stand in layer order: each imports its own line or
//! lines above it.
//!
//! A scenario run, and a table of it read:
//!
//! ```
//! use harmattan::base::dates::Week;
//! use harmattan::scenario::check::{Context, check};
//! use harmattan::scenario::library;
//! use harmattan::simulation::{Prepared, RunOptions, run};
//! use harmattan::tables::Cells;
//!
//! # fn main() -> Result<(), String> {
//! let context = Context::compiled_in()?;
//! let text = library::text("testbed-three-places").ok_or("no such scenario")?;
//! let scenario = check("testbed-three-places", text.as_bytes(), &library::base, &context)
//!     .map_err(|errors| errors[0].to_string())?;
//! let parameters = context.catalogue.resolve(&scenario.parameters)?;
//! let theatre = context.theatre(&scenario.theatre).ok_or("no such theatre")?.clone();
//! let options = RunOptions { until: Week(52), ..RunOptions::default() };
//! let outcome = run(&Prepared::new(theatre, scenario, parameters, options), 1, &mut |_| {});
//! let fighters = outcome.table("indicators").and_then(|table| table.column("fighters"));
//! let Some(Cells::Number(fighters)) = fighters else { return Err("no such column".to_string()) };
//! assert!(fighters.iter().any(|n| *n > 0.0));
//! # Ok(())
//! # }
//! ```
//!
//! The same scenario, parameters and seed give the same numbers on every machine. `text` may be a file of your own:
//! what is wrong with it is told with line and column.

// A unit in brackets at the end of a doc line looks like a link to rustdoc.
#![allow(rustdoc::broken_intra_doc_links)]

pub mod base;
pub mod entities;
pub mod tables;

pub mod mechanics;
pub mod submodels;

pub mod schedule;

pub mod scenario;

pub mod initialization;

pub mod simulation;

#[cfg(feature = "cli")]
pub mod experiments;
#[cfg(feature = "cli")]
pub mod export;

#[cfg(feature = "plots")]
pub mod report;

#[cfg(feature = "cli")]
pub mod cli;
