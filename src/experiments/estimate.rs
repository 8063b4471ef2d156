//! What an ensemble will cost, before anything is started.

use super::study::Study;
use super::sweep::{Sweep, cases};
use crate::entities::persons::Persons;
use crate::entities::theatre::Theatre;
use crate::simulation::{Period, RunOptions};
use crate::tables::indicators::{AREAS, N_INDICATORS};

/// Time of a week without persons [ms], and of a thousand agents [ms]; of a machine of 2020.
const WEEK_MS: f64 = 1.2;
const WEEK_MS_PER_THOUSAND_AGENTS: f64 = 0.002;
/// Memory of a world without persons [bytes].
const WORLD_BYTES: f64 = 8.0e6;
/// Memory of the program and of what it reads and writes, whatever runs [bytes].
const PROGRAM_BYTES: f64 = 40.0e6;
/// Width of a number in CSV text [bytes].
const NUMBER_BYTES: f64 = 14.0;
/// All tables together are about so many times as large as `indicators`.
const TABLES_FACTOR: f64 = 4.5;
/// Size of the journal and of Parquet files against CSV.
const JOURNAL_SHARE: f64 = 0.35;
const PARQUET_SHARE: f64 = 0.3;

/// Time to build the world of a point [ms].
const PREPARE_MS: f64 = 50.0;
/// A row of a sweep without inputs and outcomes, and a record of its journal without outcomes [bytes].
const ROW_BYTES: f64 = 130.0;
const RECORD_BYTES: f64 = 76.0;
/// A run of a journal in memory [bytes].
const JOURNAL_ENTRY_BYTES: f64 = 64.0;

/// Runs, time, memory and disk.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Runs.
    pub runs: usize,
    /// Wall time [s].
    pub seconds: f64,
    /// Memory [MB].
    pub memory_mb: f64,
    /// Disk, with the journal, which is removed at the end [MB].
    pub disk_mb: f64,
}

fn agents(theatre: &Theatre, options: &RunOptions) -> f64 {
    let persons: f64 = theatre.population.iter().map(|row| f64::from(row.persons_2012)).sum();
    persons / f64::from(options.scale)
}

/// Time of one run [s].
pub fn run_seconds(theatre: &Theatre, options: &RunOptions) -> f64 {
    let weeks = f64::from(options.until.0) + 1.0;
    weeks * (WEEK_MS + WEEK_MS_PER_THOUSAND_AGENTS * agents(theatre, options) / 1000.0) / 1000.0
}

/// Size of a run's tables as CSV text [bytes].
fn table_bytes(options: &RunOptions) -> f64 {
    let weeks = f64::from(options.until.0) + 1.0;
    let recorded = weeks - f64::from(options.from.0.min(options.until.0));
    let periods = match options.every {
        Period::Week => recorded,
        Period::Month => recorded * 7.0 / 30.4 + 1.0,
    };
    periods * AREAS.len() as f64 * N_INDICATORS as f64 * NUMBER_BYTES * TABLES_FACTOR
}

/// Memory of `kept` worlds that runs begin in and of `at_once` runs [MB].
pub fn memory_mb(theatre: &Theatre, options: &RunOptions, kept: usize, at_once: usize) -> f64 {
    let world_bytes = WORLD_BYTES + agents(theatre, options) * Persons::BYTES_EACH as f64;
    let (kept, at_once) = (kept as f64, at_once as f64);
    (PROGRAM_BYTES + (kept + at_once) * world_bytes + at_once * table_bytes(options)) / 1e6
}

/// Cost of so many runs of a study on so many threads.
pub fn estimate(study: &Study, runs: usize, threads: usize) -> Estimate {
    let options = &study.prepared.options;
    let theatre = &study.prepared.theatre;
    let at_once = threads.min(runs).max(1);
    let table_bytes = table_bytes(options);
    let (csv, parquet) =
        (f64::from(u8::from(study.format.csv())), f64::from(u8::from(study.format.parquet())));
    let copies = JOURNAL_SHARE + csv + PARQUET_SHARE * parquet;
    Estimate {
        runs,
        seconds: (runs as f64 / at_once as f64).ceil() * run_seconds(theatre, options),
        memory_mb: memory_mb(theatre, options, 1, at_once),
        disk_mb: runs as f64 * table_bytes * copies / 1e6,
    }
}

/// Cost of so many runs of a sweep on so many threads.
pub fn sweep(sweep: &Sweep, runs: usize, threads: usize) -> Estimate {
    let plan = &sweep.plan;
    let options = cases::options(plan);
    let theatre = plan.scenarios.first().map_or("", |scenario| scenario.theatre.as_str());
    let theatre = sweep.context.theatre(theatre);
    let run_seconds = theatre.map_or(0.0, |theatre| run_seconds(theatre, &options));
    // With a sample each run has a world of its own.
    let seeds_of_a_world = if sweep.sample.is_some() { 1 } else { plan.seeds.len() };
    let worlds = runs as f64 / seeds_of_a_world as f64;
    let at_once = threads.min(runs).max(1);
    // Cases at hand may each have a world of their own, and recent ones are kept for those to come.
    let worlds_mb = theatre.map_or(0.0, |theatre| memory_mb(theatre, &options, 2 * at_once + 2, at_once));
    let row_bytes = ROW_BYTES + NUMBER_BYTES * (plan.factors.len() + plan.outcomes.len()) as f64;
    let record_bytes = RECORD_BYTES + 8.0 * plan.outcomes.len() as f64;
    let (csv, parquet) =
        (f64::from(u8::from(sweep.format.csv())), f64::from(u8::from(sweep.format.parquet())));
    let design_bytes = plan.n_points().unwrap_or(0) as f64 * 8.0 * plan.factors.len() as f64;
    Estimate {
        runs,
        seconds: (runs as f64 * run_seconds + worlds * PREPARE_MS / 1000.0) / at_once as f64,
        memory_mb: worlds_mb + (runs as f64 * JOURNAL_ENTRY_BYTES + design_bytes) / 1e6,
        disk_mb: runs as f64 * (record_bytes + row_bytes * (csv + PARQUET_SHARE * parquet)) / 1e6,
    }
}
