//! The runs of a validation: history over seeds, its paired scenarios, and history under draws from the prior.

use serde::{Deserialize, Serialize};

use super::brakes::Brakes;
use super::null;
use super::patterns::{Measure, NullModel, all_parts};
use super::reading::Reading;
use super::scores::Simulated;
use crate::experiments::ExperimentError;
use crate::experiments::branch::{self, Branch};
use crate::experiments::panel::{Settings, Slot};
use crate::experiments::run_id::RunId;
use crate::experiments::store::Store;
use crate::simulation::Moment;

/// History and the scenarios beside it, with the same assumptions.
#[derive(Clone)]
pub struct Arms {
    /// History.
    pub base: Branch,
    /// One for each of [`super::paired::PAIRS`]; none if there is no such scenario.
    pub pairs: Vec<Option<Branch>>,
}

impl Arms {
    /// All branches, history first.
    pub fn branches(&self) -> impl Iterator<Item = &Branch> {
        std::iter::once(&self.base).chain(self.pairs.iter().flatten())
    }

    /// Weeks of all runs of one seed.
    pub fn weeks(&self) -> u64 {
        self.branches().map(|branch| u64::from(branch.options.until.0) + 1).sum()
    }

    /// Identity of the numbers of a seed.
    pub fn id(&self, model_hash: &str, seed: u64) -> RunId {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"validation");
        for branch in self.branches() {
            hasher.update(&branch.id(model_hash, seed).0);
        }
        RunId(*hasher.finalize().as_bytes())
    }
}

/// The numbers of one seed, by position among [`all_parts`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Numbers {
    /// What the model shows; NaN where the tables do not say.
    pub model: Vec<f64>,
    /// What the null model shows; NaN where there is none.
    pub null: Vec<f64>,
    /// What observed series are compared with.
    pub simulated: Simulated,
    /// What limits the growth of groups.
    pub brakes: Brakes,
}

/// Runs one seed through all arms.
pub fn numbers(arms: &Arms, seed: u64, observe: &mut dyn FnMut(Moment)) -> Numbers {
    let theatre = &*arms.base.theatre;
    let branches: Vec<&Branch> = arms.branches().collect();
    let mut readings: Vec<Option<Reading>> = branches.iter().map(|_| None).collect();
    // The runs of a seed are one result and are finished together.
    branch::run_all(&branches, seed, &|| true, observe, &mut |at, finish| {
        readings[at] = Some(Reading::of(&finish(), theatre));
    });
    let mut readings = readings.into_iter().flatten();
    let base = readings.next().expect("history is run");
    let pairs: Vec<Option<Reading>> =
        arms.pairs.iter().map(|pair| pair.as_ref().and_then(|_| readings.next())).collect();
    let held = null::held(&base, theatre, seed);
    let (mut model, mut null) = (Vec::new(), Vec::new());
    for (_, part) in all_parts() {
        let (value, of_null) = match part.measure {
            Measure::Run(measure) => (measure(&base), measure(&held)),
            Measure::Pair(at, measure) | Measure::PairInterval(at, measure) => {
                let policy = pairs.get(at).and_then(Option::as_ref);
                (policy.map_or(f64::NAN, |policy| measure(&base, policy)), 0.0)
            }
        };
        model.push(if value.is_finite() { value } else { f64::NAN });
        null.push(match part.null {
            NullModel::Held | NullModel::NoEffect if of_null.is_finite() => of_null,
            _ => f64::NAN,
        });
    }
    Numbers { model, null, simulated: Simulated::of(&base), brakes: base.brakes }
}

/// The numbers of every job, by position, through the store: those that are there are not run again.
pub fn run(
    jobs: &[(Arms, u64)],
    model_hash: &str,
    store: &mut Store,
    settings: &Settings,
) -> Result<Vec<Slot<Numbers>>, ExperimentError> {
    let ids: Vec<RunId> = jobs.iter().map(|(arms, seed)| arms.id(model_hash, *seed)).collect();
    store.results(&ids, settings, |at, observe| numbers(&jobs[at].0, jobs[at].1, observe))
}
