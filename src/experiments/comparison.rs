//! Two scenarios over the same seeds: differences with intervals, who gains and who loses, and why.

pub mod causes;
pub mod differences;
pub mod layouts;
pub mod reduction;
pub mod winners;

use std::sync::Arc;

use super::branch::Branch;
use super::run_id::RunId;
use reduction::ReducedRun;

/// Rate of false discoveries among what a comparison names.
pub const FALSE_DISCOVERIES: f64 = 0.1;

/// The runs of two scenarios, seed by seed.
#[derive(Clone, Debug)]
pub struct Pairs {
    /// Runs of the base.
    pub base: Vec<Arc<ReducedRun>>,
    /// Runs of the other; at the same position with the same seed if `paired`.
    pub other: Vec<Arc<ReducedRun>>,
    /// True if both have the same seeds.
    pub paired: bool,
}

impl Pairs {
    /// Puts the runs of two scenarios side by side. Of a pair in which one run failed neither is kept; without pairs
    /// only the failed run is left out.
    pub fn new(base: &[Option<Arc<ReducedRun>>], other: &[Option<Arc<ReducedRun>>], paired: bool) -> Pairs {
        if !paired {
            let known = |runs: &[Option<Arc<ReducedRun>>]| runs.iter().flatten().cloned().collect();
            return Pairs { base: known(base), other: known(other), paired };
        }
        let both = base.iter().zip(other).filter_map(|(a, b)| Some((a.clone()?, b.clone()?)));
        let (base, other) = both.unzip();
        Pairs { base, other, paired }
    }

    /// True if there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.base.is_empty() || self.other.is_empty()
    }

    /// A number of every run of both scenarios.
    fn values(&self, value: impl Fn(&ReducedRun) -> f64) -> (Vec<f64>, Vec<f64>) {
        let of = |runs: &[Arc<ReducedRun>]| runs.iter().map(|run| value(run)).collect();
        (of(&self.base), of(&self.other))
    }
}

/// Identity of what is kept of a run: that of the run, and of how it was recorded and reduced.
pub fn reduced_id(branch: &Branch, model_hash: &str, seed: u64, details: bool) -> RunId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&branch.id(model_hash, seed).0);
    hasher.update(branch.options.from.monday().to_string().as_bytes());
    hasher.update(&[u8::from(details)]);
    RunId(*hasher.finalize().as_bytes())
}
