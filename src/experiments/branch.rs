//! A scenario with its assumptions: everything of a run but the seed, in a form that can be varied.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::posterior::Sample;
use super::run_id::RunId;
use crate::base::dates::Week;
use crate::entities::theatre::Theatre;
use crate::scenario::Scenario;
use crate::scenario::parameters::Catalogue;
use crate::simulation::{self, Finish, Moment, Outcome, Prepared, RunOptions, Sibling};
use crate::submodels::Parameters;

/// Where the values of parameters come from. What stands later here wins over what stands before.
#[derive(Clone, Debug)]
pub struct Assumptions {
    /// Values for everything.
    pub catalogue: Catalogue,
    /// Values that differ from seed to seed.
    pub sample: Option<Sample>,
    /// Values given on the command line; they win over those of the scenario too.
    pub settings: BTreeMap<String, f64>,
    /// Values that may lie outside the range of the catalogue, to see what is left without a mechanism.
    pub beyond: BTreeMap<String, f64>,
}

impl Assumptions {
    /// Values that differ from the catalogue for a seed of a scenario.
    pub fn overrides(&self, scenario: &Scenario, seed: u64) -> BTreeMap<String, f64> {
        let mut overrides = self.sample.as_ref().map_or_else(BTreeMap::new, |sample| sample.of_seed(seed));
        overrides.extend(scenario.parameters.clone());
        overrides.extend(self.settings.clone());
        overrides
    }

    /// The same with the values beyond their ranges: what the run is made with.
    pub fn effective(&self, scenario: &Scenario, seed: u64) -> BTreeMap<String, f64> {
        let mut values = self.overrides(scenario, seed);
        values.extend(self.beyond.clone());
        values
    }

    /// All parameters of a seed of a scenario.
    ///
    /// # Panics
    ///
    /// If a parameter has a value that the catalogue refuses: values are checked before they get here.
    pub fn parameters(&self, scenario: &Scenario, seed: u64) -> Parameters {
        let parameters = match self.beyond.is_empty() {
            true => self.catalogue.resolve(&self.overrides(scenario, seed)),
            false => self.catalogue.resolve_beyond_ranges(&self.effective(scenario, seed)),
        };
        parameters.unwrap_or_else(|reason| panic!("seed {seed}: {reason}"))
    }
}

/// The largest scale [persons an agent].
const COARSEST: u32 = 1000;

/// A scenario with theatre, assumptions and options. Clones share what is large.
#[derive(Clone)]
pub struct Branch {
    /// Theatre.
    pub theatre: Arc<Theatre>,
    /// Scenario; its canonical text enters the identity of the runs.
    pub scenario: Arc<Scenario>,
    /// Options.
    pub options: RunOptions,
    /// Assumptions.
    pub assumptions: Arc<Assumptions>,
    /// The first world that was built in this theatre: others take the ways between places from it.
    pub first: Arc<OnceLock<Prepared>>,
}

impl Branch {
    /// Everything of the run of a seed but the seed.
    pub fn prepare(&self, seed: u64) -> Prepared {
        let parameters = self.assumptions.parameters(&self.scenario, seed);
        let (scenario, options) = (Arc::clone(&self.scenario), self.options.clone());
        let first = self.first.get_or_init(|| {
            // Ways hang on no scale: the coarsest world is the smallest.
            let options = RunOptions { scale: COARSEST, ..options.clone() };
            Prepared::new(Arc::clone(&self.theatre), Arc::clone(&scenario), parameters.clone(), options)
        });
        first.beside(scenario, parameters, options)
    }

    /// Runs a seed.
    pub fn run(&self, seed: u64, observe: &mut dyn FnMut(Moment)) -> Outcome {
        simulation::run(&self.prepare(seed), seed, observe)
    }

    /// Equal for branches that differ in nothing but levers and last week, for a seed.
    pub fn kin(&self, seed: u64) -> RunId {
        let RunOptions { from, every, tables, check_invariants, .. } = &self.options;
        let rest = format!("{} {from:?} {every:?} {tables:?} {check_invariants}", self.scenario.theatre);
        let options = RunOptions { until: Week(0), ..self.options.clone() };
        RunId::of(&rest, "", &self.assumptions.effective(&self.scenario, seed), &options, seed)
    }

    /// Identity of the run of a seed.
    pub fn id(&self, model_hash: &str, seed: u64) -> RunId {
        let mut values: BTreeMap<String, f64> = self
            .assumptions
            .catalogue
            .entries
            .iter()
            .map(|entry| (entry.name.clone(), entry.value))
            .collect();
        values.extend(self.assumptions.effective(&self.scenario, seed));
        RunId::of(model_hash, &self.scenario.canonical, &values, &self.options, seed)
    }
}

/// Divides branches, each with a seed, into those that share their past: positions, in the order of the first of each.
pub fn families<'b>(jobs: impl Iterator<Item = (usize, &'b Branch, u64)>) -> Vec<Vec<usize>> {
    let mut families: Vec<Vec<usize>> = Vec::new();
    let mut known: BTreeMap<RunId, usize> = BTreeMap::new();
    for (at, branch, seed) in jobs {
        let family = *known.entry(branch.kin(seed)).or_insert(families.len());
        if family == families.len() {
            families.push(Vec::new());
        }
        families[family].push(at);
    }
    families
}

/// Runs a seed of branches, those that share their past together. `done` gets the position of each and what finishes its
/// run; once `wanted` says no, it gets nothing more.
pub fn run_all(
    branches: &[&Branch],
    seed: u64,
    wanted: &dyn Fn() -> bool,
    observe: &mut dyn FnMut(Moment),
    done: &mut dyn FnMut(usize, Finish),
) {
    for family in families(branches.iter().enumerate().map(|(at, branch)| (at, *branch, seed))) {
        let members: Vec<&Branch> = family.iter().map(|at| branches[*at]).collect();
        run_kin(&members, seed, wanted, observe, &mut |member, finish| done(family[member], finish));
    }
}

/// Runs a seed of branches that are [`Branch::kin`]: the weeks that they share are run once. `done` gets the position of each
/// and what finishes its run.
fn run_kin(
    branches: &[&Branch],
    seed: u64,
    wanted: &dyn Fn() -> bool,
    observe: &mut dyn FnMut(Moment),
    done: &mut dyn FnMut(usize, Finish),
) {
    // The one from which the others part latest is run through.
    let shared = |at: usize| -> u64 {
        let own = &branches[at];
        let weeks = |other: &&&Branch| {
            let parts = other.scenario.parts_from(&own.scenario).unwrap_or(own.options.until);
            u64::from(parts.min(other.options.until).min(own.options.until).0)
        };
        branches.iter().map(|other| weeks(&other)).sum()
    };
    let Some(trunk) = (0..branches.len()).rev().max_by_key(|at| shared(*at)) else { return };
    let others: Vec<usize> = (0..branches.len()).filter(|at| *at != trunk).collect();
    let sibling =
        |at: &usize| Sibling { scenario: &branches[*at].scenario, until: branches[*at].options.until };
    let siblings: Vec<Sibling> = others.iter().map(sibling).collect();
    let position = |at: Option<usize>| at.map_or(trunk, |at| others[at]);
    if !wanted() {
        return;
    }
    let prepared = branches[trunk].prepare(seed);
    simulation::run_siblings(&prepared, &siblings, seed, wanted, observe, &mut |at, finish| {
        done(position(at), finish);
    });
}
