//! A plan carried out: every point under every scenario with every seed, one row each.
//!
//! Runs are numbered by point, scenario, seed, in this order; a [`Shard`] is a range of numbers. [`cases`] turns a
//! number into something that can be run, [`execute`] runs what is missing into a journal and writes the rows in
//! the order of their numbers, so that neither threads nor interruptions nor shards change a byte. [`beside`] finds what
//! other parts of the sweep have done already. [`merge`] joins shards by content, and [`status`] says from files alone what is done. Memory grows with the points of the
//! design and 60 bytes a run, never with what a run records.

pub mod beside;
pub mod cases;
pub mod execute;
pub mod manifest;
pub mod merge;
pub mod parts;
pub mod rows;
pub mod status;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::plan::Plan;
use super::posterior::Sample;
use crate::export::Format;
use crate::scenario::check::Context;

/// Folder, within that of a plan, that holds its shards.
pub const SHARDS: &str = "shards";
/// Folder, within that of a plan, with the scripts of `submit`.
pub const SUBMISSION: &str = "submit";
/// The plan as it was given.
pub const PLAN_FILE: &str = "plan.toml";

/// One of so many shares of a sweep's runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Shard {
    /// Which one, from 1.
    pub index: usize,
    /// Of how many.
    pub of: usize,
}

/// Most shards of a sweep; more is a slip.
const MOST_SHARDS: usize = 1_000_000;

impl Shard {
    /// True if there is such a shard.
    pub fn is_sound(self) -> bool {
        (1..=MOST_SHARDS).contains(&self.of) && (1..=self.of).contains(&self.index)
    }

    /// Numbers of its runs (from 0) among so many.
    pub fn range(self, runs: usize) -> Range<usize> {
        let border = |at: usize| (runs as u128 * at as u128 / self.of as u128) as usize;
        border(self.index - 1)..border(self.index)
    }
}

/// A plan with its folder and everything that it is carried out with.
pub struct Sweep {
    /// The plan.
    pub plan: Plan,
    /// What parameters and levers are checked and resolved against.
    pub context: Context,
    /// Hash of program version and compiled-in data.
    pub model_hash: String,
    /// Hashes of the files of one's own data that lie on the theatre, by name.
    pub data: BTreeMap<String, String>,
    /// Values of parameters that differ from seed to seed; scenarios and factors win over them.
    pub sample: Option<Sample>,
    /// Share of the runs; none = all.
    pub shard: Option<Shard>,
    /// File format of the rows; shards are text.
    pub format: Format,
    /// Folder of the plan: `<out>/<plan>`.
    pub plan_folder: PathBuf,
}

impl Sweep {
    /// Numbers of the runs (from 0) that are carried out here.
    pub fn range(&self) -> Range<usize> {
        let runs = self.plan.n_runs().unwrap_or(0);
        self.shard.map_or(0..runs, |shard| shard.range(runs))
    }

    /// Folder of the results: that of the plan, or a shard's own within it. Its name holds number, count and the
    /// beginning of the sweep's hash, so that a shard of another plan is never taken for one of this.
    pub fn folder(&self) -> PathBuf {
        match self.shard {
            None => self.plan_folder.clone(),
            Some(shard) => shard_folder(&self.plan_folder, shard, &manifest::sweep_id(self)),
        }
    }
}

/// Folder of a shard.
pub fn shard_folder(plan_folder: &Path, shard: Shard, sweep_id: &str) -> PathBuf {
    let mark = shard_mark(sweep_id);
    plan_folder.join(SHARDS).join(format!("{:04}-of-{:04}{mark}", shard.index, shard.of))
}

/// How the names of the folders of a sweep's shards end.
pub fn shard_mark(sweep_id: &str) -> String {
    let hash: String = sweep_id.trim_start_matches("blake3:").chars().take(12).collect();
    format!("-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_all_runs_and_no_run_twice() {
        for (runs, of) in [(10, 3), (2, 5), (0, 2), (1_000_001, 7)] {
            let mut next = 0;
            for index in 1..=of {
                let range = Shard { index, of }.range(runs);
                assert_eq!(range.start, next);
                assert!(range.len() <= runs / of + 1);
                next = range.end;
            }
            assert_eq!(next, runs);
        }
    }
}
