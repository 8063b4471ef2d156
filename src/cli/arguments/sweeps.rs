//! What `sweep`, `merge`, `submit` and `status` accept.

use std::path::PathBuf;

use clap::builder::TypedValueParser as _;
use clap::{Args, ValueEnum};

use super::{DataArguments, ListFormat, Seeds, TableFormat, scale, seeds, week};
use crate::base::dates::Week;
use crate::experiments::sweep::Shard;

/// Arguments of `sweep`.
#[derive(Debug, Args)]
pub struct SweepArguments {
    /// Plan file.
    #[arg(value_name = "PLAN")]
    pub plan: String,
    /// The theatre.
    #[command(flatten)]
    pub data: DataArguments,
    /// Other seeds than the plan's.
    #[arg(long, value_name = "SEEDS", value_parser = seeds)]
    pub seeds: Option<Seeds>,
    /// Other persons per agent than the plan's.
    #[arg(long, value_name = "K", value_parser = scale)]
    pub scale: Option<u32>,
    /// Another end than the plan's.
    #[arg(long, value_name = "DATE", value_parser = week)]
    pub until: Option<Week>,
    /// A sample of parameters (posterior.csv): seed s takes draw 1 + (s-1) mod n; what a scenario sets or the plan varies
    /// wins over it.
    #[arg(long, value_name = "FILE")]
    pub posterior: Option<PathBuf>,
    /// Folder for the results.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub out: PathBuf,
    /// File format of the rows; shards are CSV.
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    pub format: TableFormat,
    /// One share of the runs, from 1: 3/10.
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<Shard>,
    /// Complete results that are there; an error if there are none.
    #[arg(long)]
    pub resume: bool,
    /// Replace results that are there.
    #[arg(long, conflicts_with = "resume")]
    pub overwrite: bool,
    /// Say what would be run and what it costs; start nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Most runs that are started without --yes.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub max_runs: usize,
    /// Start as many runs as the plan asks for.
    #[arg(long)]
    pub yes: bool,
    /// Refuse the plan unless it is the one that was submitted.
    #[arg(long, value_name = "HASH", hide = true)]
    pub expect_sweep: Option<String>,
}

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// Folders with shards, at any depth.
    #[arg(value_name = "DIR", required = true)]
    pub folders: Vec<PathBuf>,
    /// Folder for the result.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub out: PathBuf,
    /// File format of the rows.
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    pub format: TableFormat,
    /// Accept missing runs; the manifest says so.
    #[arg(long)]
    pub partial: bool,
}

/// Arguments of `submit`.
#[derive(Debug, Args)]
pub struct SubmitArguments {
    /// The sweep.
    #[command(flatten)]
    pub sweep: SweepArguments,
    /// What runs the shards.
    #[arg(long, value_enum)]
    pub engine: Engine,
    /// Number of shards; each should take half a minute or more.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub shards: u16,
    /// Cores of a shard.
    #[arg(long, value_name = "C", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub cpus: u16,
    /// Most shards at a time.
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u16).range(1..))]
    pub at_once: Option<u16>,
    /// A further argument for sbatch (repeatable): --sbatch=--partition=long.
    #[arg(long, value_name = "ARGUMENT", allow_hyphen_values = true)]
    pub sbatch: Vec<String>,
}

/// What can run shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// A Slurm job array.
    Slurm,
    /// A plain script, for GNU parallel or any other queue.
    Script,
}

impl Engine {
    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Engine::Slurm => "slurm",
            Engine::Script => "script",
        }
    }
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct StatusArguments {
    /// Folder of a plan's results, or the one above.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Form of the answer.
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
}

fn shard(text: &str) -> Result<Shard, String> {
    let wrong = || format!("`{text}` is not a shard: I/N with I from 1 to N");
    let (index, of) = text.split_once('/').ok_or_else(wrong)?;
    let (index, of) = (index.parse().map_err(|_| wrong())?, of.parse().map_err(|_| wrong())?);
    let shard = Shard { index, of };
    if shard.is_sound() { Ok(shard) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_counted_from_one() {
        assert_eq!(shard("3/10"), Ok(Shard { index: 3, of: 10 }));
        for wrong in ["0/3", "4/3", "3", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}

/// Arguments of `sensitivity`.
#[derive(Debug, Args)]
pub struct SensitivityArguments {
    /// The sweep; runs that are missing are made first.
    #[command(flatten)]
    pub sweep: SweepArguments,
    /// Method of analysis; by default the one that the plan's design is made for.
    #[arg(long, value_enum)]
    pub method: Option<SensitivityMethod>,
    /// What to do about points with failed runs or empty outcomes (weeks_until of what never came).
    #[arg(long, value_enum, default_value_t = FailedRuns::Refuse)]
    pub failed: FailedRuns,
    /// Only this outcome of the plan.
    #[arg(long, value_name = "NAME")]
    pub outcome: Option<String>,
    /// Of interest (prim) or good enough (regret: more is better) from this value of the outcome on.
    #[arg(
        long,
        value_name = "VALUE",
        requires = "outcome",
        conflicts_with = "at_most",
        allow_negative_numbers = true
    )]
    pub at_least: Option<f64>,
    /// Of interest (prim) or good enough (regret: less is better) up to this value of the outcome.
    #[arg(long, value_name = "VALUE", requires = "outcome", allow_negative_numbers = true)]
    pub at_most: Option<f64>,
}

/// Methods of sensitivity analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SensitivityMethod {
    /// Elementary effects, from a `morris` design.
    Morris,
    /// Sobol' indices, from a `saltelli` design.
    Sobol,
    /// Boxes in which cases of interest lie, from any design.
    Prim,
    /// Regret and satisficing of scenarios, the policies, over points, the states of the world: no [levers], 5 seeds or
    /// more.
    Regret,
}

/// What to do about points with failed runs or empty outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailedRuns {
    /// Name them and stop.
    Refuse,
    /// Leave out their points; blocks and trajectories lose what hangs on them, and verdicts on empty outcomes are unknown.
    Drop,
}

/// Arguments of `calibrate`.
#[derive(Debug, Args)]
pub struct CalibrateArguments {
    /// Plan file with [uncertainties] and [[target]].
    #[arg(value_name = "PLAN")]
    pub plan: String,
    /// The theatre.
    #[command(flatten)]
    pub data: DataArguments,
    /// Other seeds than the plan's.
    #[arg(long, value_name = "SEEDS", value_parser = seeds)]
    pub seeds: Option<Seeds>,
    /// Other persons per agent than the plan's.
    #[arg(long, value_name = "K", value_parser = scale)]
    pub scale: Option<u32>,
    /// Candidates of the first look at least; as many as the emulator needs are made in any case.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub first: usize,
    /// Most candidates of the rounds after it.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub budget: usize,
    /// Candidates accepted in each round.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(10..=100_000).map(|n| n as usize))]
    pub sample: usize,
    /// A sample of an earlier block (posterior.csv): seed s takes draw 1 + (s-1) mod n of it, and the new sample holds
    /// both.
    #[arg(long, value_name = "FILE")]
    pub posterior: Option<PathBuf>,
    /// Draws in posterior.csv.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000).map(|n| n as usize))]
    pub draws: usize,
    /// Known truths that the method is asked for on the emulator; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub synthetic: usize,
    /// Folder for the results.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub out: PathBuf,
    /// Replace results that are there.
    #[arg(long)]
    pub overwrite: bool,
    /// Say what would be run and what it costs; start nothing.
    #[arg(long)]
    pub dry_run: bool,
}
