//! Which levers and which submodels carry a difference.
//!
//! *Levers*: the base is turned into the other one step at a time, in random orders. *Submodels*: all are switched off in
//! both scenarios, where nothing can differ any more, and come back one at a time. What a step changes, on average over
//! orders, is the Shapley value of the lever or submodel; the values add up to the whole difference. A walk uses one
//! seed for all its steps, and every walk is gone a second time in reverse, which takes out most of the luck of the
//! order. Shares whose 90 % interval includes zero are dropped.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::reduction::ReducedRun;
use crate::base::dates::Week;
use crate::base::draws::{Draws, Stream};
use crate::experiments::branch::Branch;
use crate::experiments::statistics::{Bootstrap, Estimate};
use crate::scenario::Scenario;
use crate::schedule::SUBMODELS;

const ORDER: Stream = Stream::named("causes.order");

/// Submodels that are never switched off: without the calendar there are no levers, without observation no numbers.
const ALWAYS_ON: [&str; 2] = ["calendar", "observation"];

/// What a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CauseKind {
    /// A lever that the two scenarios do not share.
    Lever,
    /// A parameter that they set differently.
    Parameter,
    /// A submodel.
    Submodel,
}

impl CauseKind {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            CauseKind::Lever => "lever",
            CauseKind::Parameter => "parameter",
            CauseKind::Submodel => "submodel",
        }
    }
}

/// The share of one cause in the difference of one indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Position of the indicator.
    pub indicator: usize,
    /// Kind.
    pub kind: CauseKind,
    /// Name.
    pub name: String,
    /// Shapley share.
    pub share: Estimate,
}

/// Levers and parameters in which two scenarios differ, in the order of the base, then of the other.
pub fn differing(base: &Scenario, other: &Scenario) -> Vec<(CauseKind, String)> {
    let find =
        |scenario: &Scenario, name: &str| scenario.levers.iter().find(|lever| lever.name == name).cloned();
    let names: Vec<&String> = base.levers.iter().chain(&other.levers).map(|lever| &lever.name).collect();
    let mut seen = BTreeSet::new();
    let mut items = Vec::new();
    for name in names {
        if seen.insert(name) && find(base, name) != find(other, name) {
            items.push((CauseKind::Lever, name.clone()));
        }
    }
    let names: BTreeSet<&String> = base.parameters.keys().chain(other.parameters.keys()).collect();
    let changed = names.into_iter().filter(|name| base.parameters.get(*name) != other.parameters.get(*name));
    items.extend(changed.map(|name| (CauseKind::Parameter, name.clone())));
    items
}

/// The base with some of the items as they are in the other.
fn mixed(base: &Scenario, other: &Scenario, items: &[(CauseKind, String)], taken: &[bool]) -> Scenario {
    let is_taken = |kind: CauseKind, name: &str| {
        items.iter().zip(taken).any(|(item, taken)| *taken && item.0 == kind && item.1 == name)
    };
    let mut levers = Vec::new();
    for lever in &base.levers {
        if is_taken(CauseKind::Lever, &lever.name) {
            levers.extend(other.levers.iter().find(|theirs| theirs.name == lever.name).cloned());
        } else {
            levers.push(lever.clone());
        }
    }
    let is_new = |name: &str| base.levers.iter().all(|lever| lever.name != name);
    let new =
        other.levers.iter().filter(|lever| is_new(&lever.name) && is_taken(CauseKind::Lever, &lever.name));
    levers.extend(new.cloned());
    let mut parameters = base.parameters.clone();
    for (_, name) in items
        .iter()
        .zip(taken)
        .filter(|(item, taken)| **taken && item.0 == CauseKind::Parameter)
        .map(|(item, _)| item)
    {
        match other.parameters.get(name) {
            Some(value) => parameters.insert(name.clone(), *value),
            None => parameters.remove(name),
        };
    }
    let names: Vec<&str> =
        items.iter().zip(taken).filter(|(_, taken)| **taken).map(|(item, _)| item.1.as_str()).collect();
    let canonical = format!("{}\n# with {} of\n{}", base.canonical, names.join(", "), other.canonical);
    Scenario { levers, parameters, canonical, ..base.clone() }
}

/// One order of the items, gone with one seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk {
    order: Vec<usize>,
    seed: u64,
}

/// So many orders, each followed by its reverse with the same seed; seeds are taken in turn.
pub fn walks(n_items: usize, n_walks: usize, seeds: &[u64]) -> Vec<Walk> {
    let mut walks = Vec::with_capacity(n_walks);
    for (pair, seed) in (0..n_walks.div_ceil(2)).zip(seeds.iter().cycle()) {
        let mut rows = Draws::new(0).rows(ORDER, Week(0));
        rows.start(pair as u64);
        let mut words = vec![0; n_items];
        rows.fill_words(&mut words);
        let mut order: Vec<usize> = (0..n_items).collect();
        order.sort_by_key(|item| (words[*item], *item));
        let back = order.iter().rev().copied().collect();
        walks.push(Walk { order, seed: *seed });
        walks.push(Walk { order: back, seed: *seed });
    }
    walks.truncate(n_walks);
    walks
}

/// The question whose answer is a share per item.
pub enum Game<'a> {
    /// Base and other, mixed.
    Levers {
        /// The base.
        base: &'a Branch,
        /// The other.
        other: &'a Branch,
        /// What they differ in.
        items: Vec<(CauseKind, String)>,
    },
    /// Base and other, each with some submodels.
    Submodels {
        /// The base.
        base: &'a Branch,
        /// The other.
        other: &'a Branch,
        /// Positions of the submodels that may be switched off.
        positions: Vec<usize>,
    },
}

impl<'a> Game<'a> {
    /// The game of levers and parameters.
    pub fn levers(base: &'a Branch, other: &'a Branch) -> Game<'a> {
        Game::Levers { base, other, items: differing(&base.scenario, &other.scenario) }
    }

    /// The game of submodels.
    pub fn submodels(base: &'a Branch, other: &'a Branch) -> Game<'a> {
        let may_go = |at: &usize| !ALWAYS_ON.contains(&SUBMODELS[*at]) && !base.options.without.contains(at);
        Game::Submodels { base, other, positions: (0..SUBMODELS.len()).filter(may_go).collect() }
    }

    /// Number of items.
    pub fn n_items(&self) -> usize {
        match self {
            Game::Levers { items, .. } => items.len(),
            Game::Submodels { positions, .. } => positions.len(),
        }
    }

    /// The only item, which then is the whole cause.
    pub fn sole(&self) -> Option<(CauseKind, String)> {
        (self.n_items() == 1).then(|| self.item(0))
    }

    /// What its items are, in the plural.
    pub fn what(&self) -> &'static str {
        match self {
            Game::Levers { .. } => "levers and parameters",
            Game::Submodels { .. } => "submodels",
        }
    }

    /// Kind and name of an item.
    fn item(&self, at: usize) -> (CauseKind, String) {
        match self {
            Game::Levers { items, .. } => items[at].clone(),
            Game::Submodels { positions, .. } => (CauseKind::Submodel, SUBMODELS[positions[at]].to_string()),
        }
    }

    /// Runs per walk.
    pub fn runs_per_walk(&self) -> usize {
        let states = self.n_items() + 1;
        match self {
            Game::Levers { .. } => states,
            Game::Submodels { .. } => 2 * states,
        }
    }

    /// The runs of one state: its value is that of the last less that of the first, if there are two.
    fn branches(&self, taken: &[bool]) -> Vec<Branch> {
        match self {
            Game::Levers { base, other, items } => {
                if taken.iter().all(|taken| *taken) {
                    return vec![(*other).clone()];
                }
                if taken.iter().all(|taken| !taken) {
                    return vec![(*base).clone()];
                }
                let scenario = mixed(&base.scenario, &other.scenario, items, taken);
                vec![Branch { scenario: Arc::new(scenario), ..(*base).clone() }]
            }
            Game::Submodels { base, other, positions } => {
                let off = positions.iter().zip(taken).filter(|(_, taken)| !**taken).map(|(at, _)| *at);
                let mut without: Vec<usize> = base.options.without.iter().copied().chain(off).collect();
                without.sort_unstable();
                let with = |branch: &Branch| {
                    let mut branch = branch.clone();
                    branch.options.without.clone_from(&without);
                    branch
                };
                vec![with(base), with(other)]
            }
        }
    }

    /// All runs of some walks, walk by walk and state by state.
    pub fn jobs(&self, walks: &[Walk]) -> Vec<(Branch, u64)> {
        let mut jobs = Vec::new();
        for walk in walks {
            let mut taken = vec![false; self.n_items()];
            let mut add = |taken: &[bool]| {
                jobs.extend(self.branches(taken).into_iter().map(|branch| (branch, walk.seed)))
            };
            add(&taken);
            for item in &walk.order {
                taken[*item] = true;
                add(&taken);
            }
        }
        jobs
    }

    /// Shares of all items in some indicators, from the runs of [`Game::jobs`]; `value` reads an indicator from a run. A
    /// pair of walks with a failed run is left out.
    pub fn shares(
        &self,
        walks: &[Walk],
        runs: &[Option<ReducedRun>],
        indicators: &[usize],
        value: impl Fn(&ReducedRun, usize) -> f64,
        bootstrap: &mut Bootstrap,
    ) -> Vec<Cause> {
        let (n, per_walk) = (self.n_items(), self.runs_per_walk());
        let of_pairs: Vec<(&[Walk], &[Option<ReducedRun>])> = walks
            .chunks(2)
            .zip(runs.chunks(2 * per_walk))
            .filter(|(_, runs)| runs.iter().all(Option::is_some))
            .collect();
        let mut causes = Vec::new();
        for indicator in indicators {
            let mut steps = vec![Vec::new(); n];
            let mut wholes = Vec::new();
            for (walks, runs) in &of_pairs {
                let mut of_pair = vec![0.0; n];
                let mut whole = 0.0;
                for (walk, runs) in walks.iter().zip(runs.chunks(per_walk)) {
                    let runs: Vec<f64> = runs.iter().flatten().map(|run| value(run, *indicator)).collect();
                    let states: Vec<f64> = match self {
                        Game::Levers { .. } => runs,
                        Game::Submodels { .. } => runs.chunks(2).map(|pair| pair[1] - pair[0]).collect(),
                    };
                    for (item, step) in walk.order.iter().zip(states.windows(2)) {
                        of_pair[*item] += step[1] - step[0];
                    }
                    whole += states[n] - states[0];
                }
                for (steps, step) in steps.iter_mut().zip(of_pair) {
                    steps.push(step);
                }
                wholes.push(whole);
            }
            for (at, steps) in steps.iter().enumerate() {
                let share = bootstrap.ratio(steps, &wholes);
                if share.sign() != 0 {
                    let (kind, name) = self.item(at);
                    causes.push(Cause { indicator: *indicator, kind, name, share });
                }
            }
        }
        causes
    }
}
