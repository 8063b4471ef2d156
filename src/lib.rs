//! Harmattan: an agent-based laboratory for stabilization policy in Mali and the Sahel.
//!
//! State presence, trafficking economies, armed groups and peacekeeping resources interact week by week on a
//! graph of places from 2 January 2012. A *scenario* says what differs from history, a *run* is scenario x
//! parameters x seed, an *ensemble* many runs. Modules stand in layer order: each imports its own line or
//! lines above it.

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
