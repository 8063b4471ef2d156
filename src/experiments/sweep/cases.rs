//! From the number of a run to what is run: a scenario with its levers and parameters set, prepared once for all
//! seeds of a point, or for one of them where a sample gives each its own parameters.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use super::Sweep;
use crate::base::dates::Week;
use crate::entities::policy::FieldValue;
use crate::entities::theatre::Theatre;
use crate::experiments::ensemble::{caught, lock};
use crate::experiments::plan::{Acts, Factor, Plan, Value};
use crate::experiments::run_id::{ParameterBytes, RunId, RunIds};
use crate::experiments::sampling::Points;
use crate::scenario::{Scenario, show};
use crate::simulation::{Period, Prepared, Recorded, RunOptions};
use crate::submodels::{Beginning, Parameters};

/// Where a run stands in its sweep; all from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Point.
    pub point: usize,
    /// Scenario.
    pub scenario: usize,
    /// Position of the seed.
    pub replicate: usize,
}

/// A point under a scenario: what its seeds share, or one seed of it where a sample makes each a world of its own.
pub struct Case {
    /// Values of the factors, in their order.
    pub values: Vec<Value>,
    /// The scenario with its levers set.
    scenario: Arc<Scenario>,
    /// Parameters that differ from the catalogue's values or are varied.
    overrides: BTreeMap<String, f64>,
    /// Identities of its runs.
    ids: RunIds,
    /// The world that its runs begin with, built by the first that needs it.
    prepared: OnceLock<Result<Prepared, String>>,
}

/// All runs of a sweep, by number.
pub struct Cases<'s> {
    sweep: &'s Sweep,
    points: Points<'s>,
    theatre: Arc<Theatre>,
    scenarios: Vec<Arc<Scenario>>,
    options: RunOptions,
    /// The catalogue's values, for identities.
    catalogue: ParameterBytes,
    /// Cases that are worked on at once.
    at_once: usize,
    /// The last few cases, by number.
    shelf: Mutex<BTreeMap<usize, Arc<OnceLock<Arc<Case>>>>>,
    /// A world with the catalogue's values: others take its ways.
    first: OnceLock<Prepared>,
    /// The last few worlds with what they hang on: cases that differ in nothing of that share one.
    worlds: Mutex<VecDeque<(Beginning, Arc<OnceLock<Prepared>>)>>,
}

impl<'s> Cases<'s> {
    /// Draws the points of the design; why that cannot be is said in words.
    pub fn of(sweep: &'s Sweep) -> Result<Cases<'s>, String> {
        let plan = &sweep.plan;
        let theatre = plan.scenarios.first().map_or("", |scenario| scenario.theatre.as_str());
        let theatre = sweep.context.theatre(theatre);
        let entries = &sweep.context.catalogue.entries;
        let catalogue = entries.iter().map(|entry| (entry.name.clone(), entry.value)).collect();
        Ok(Cases {
            points: Points::of(plan)?,
            theatre: Arc::new(theatre.ok_or("the plan has no scenario")?.clone()),
            scenarios: plan.scenarios.iter().cloned().map(Arc::new).collect(),
            options: options(plan),
            catalogue: ParameterBytes::of(&catalogue),
            at_once: 1,
            shelf: Mutex::new(BTreeMap::new()),
            first: OnceLock::new(),
            worlds: Mutex::new(VecDeque::new()),
            sweep,
        })
    }

    /// Keeps as many cases at hand as are worked on at once.
    pub fn keep(&mut self, at_once: usize) {
        self.at_once = at_once.max(1);
    }

    /// The run that begins as the `turn`-th of a range, from 0.
    pub fn in_turn(&self, turn: usize, range: &Range<usize>) -> usize {
        range.start + in_turn(turn, range.len(), self.runs_of_a_case(), self.at_once)
    }

    fn runs_of_a_case(&self) -> usize {
        if self.sweep.sample.is_some() { 1 } else { self.sweep.plan.seeds.len() }
    }

    /// Where a run stands.
    pub fn place(&self, run: usize) -> Place {
        let seeds = self.sweep.plan.seeds.len();
        let case = run / seeds;
        let scenarios = self.sweep.plan.scenarios.len();
        Place { point: case / scenarios, scenario: case % scenarios, replicate: run % seeds }
    }

    /// The case of a run. Runs are asked for in about the order of their turns: whoever still works on an earlier case
    /// holds it.
    pub fn case(&self, run: usize) -> Arc<Case> {
        let slot = {
            let mut shelf = lock(&self.shelf);
            let slot = shelf.entry(run / self.runs_of_a_case()).or_default().clone();
            while shelf.len() > self.at_once + 1 {
                shelf.pop_first();
            }
            slot
        };
        slot.get_or_init(|| Arc::new(self.build(self.place(run)))).clone()
    }

    /// The identity of a run of a case.
    pub fn id(&self, case: &Case, run: usize) -> RunId {
        case.ids.of_seed(&self.options, self.sweep.plan.seeds[self.place(run).replicate])
    }

    /// The world that the runs of a case begin with, or why there is none.
    pub fn prepared<'c>(&self, case: &'c Case) -> Result<&'c Prepared, String> {
        case.prepared.get_or_init(|| self.prepare(case)).as_ref().map_err(Clone::clone)
    }

    fn build(&self, place: Place) -> Case {
        let plan = &self.sweep.plan;
        let values = self.points.values(place.point);
        let mut scenario = Arc::clone(&self.scenarios[place.scenario]);
        let seed = plan.seeds[place.replicate];
        let mut overrides = self.sweep.sample.as_ref().map_or_else(BTreeMap::new, |of| of.of_seed(seed));
        overrides.extend(scenario.parameters.clone());
        set_parameters(&mut overrides, &plan.factors, &values);
        if plan.factors.iter().any(|factor| factor.acts != Acts::Parameter) {
            set_levers(Arc::make_mut(&mut scenario), &plan.factors, &values, &self.theatre);
        }
        let parameters = self.catalogue.with(&overrides);
        let ids = RunIds::of(&self.sweep.model_hash, &scenario.canonical, &parameters);
        Case { values, scenario, overrides, ids, prepared: OnceLock::new() }
    }

    fn prepare(&self, case: &Case) -> Result<Prepared, String> {
        let parameters = self.sweep.context.catalogue.resolve(&case.overrides)?;
        caught(|| {
            let beside = |known: &Prepared, parameters| {
                known.beside(Arc::clone(&case.scenario), parameters, self.options.clone())
            };
            let shared = self.world(parameters.beginning());
            let world = shared.get_or_init(|| {
                let first = self.first.get_or_init(|| self.first_world());
                beside(first, parameters.clone())
            });
            beside(world, parameters)
        })
    }

    /// Room for the world that hangs on these parameters: that of a recent case, or empty.
    fn world(&self, beginning: Beginning) -> Arc<OnceLock<Prepared>> {
        let mut worlds = lock(&self.worlds);
        if let Some((_, known)) = worlds.iter().find(|(known, _)| *known == beginning) {
            return Arc::clone(known);
        }
        worlds.truncate(self.at_once);
        worlds.push_front((beginning, Arc::default()));
        Arc::clone(&worlds[0].1)
    }

    /// A world with the catalogue's values and the levers of the first scenario.
    fn first_world(&self) -> Prepared {
        let catalogue = &self.sweep.context.catalogue;
        let parameters: Parameters =
            catalogue.resolve(&BTreeMap::new()).unwrap_or_else(|why| panic!("{why}"));
        let (theatre, scenario) = (Arc::clone(&self.theatre), Arc::clone(&self.scenarios[0]));
        Prepared::new(theatre, scenario, parameters, self.options.clone())
    }
}

/// The number of the run that begins as the `turn`-th of so many, each case having `seeds` of them: as many cases as are
/// worked on at once go side by side, so that nobody waits for the world that another builds.
fn in_turn(turn: usize, runs: usize, seeds: usize, at_once: usize) -> usize {
    let begun = turn - turn % (seeds * at_once);
    let (within, beside) = (turn - begun, at_once.min((runs - begun) / seeds));
    // Runs of a case that is not there as a whole come last, in their order.
    if within < beside * seeds { begun + within % beside * seeds + within / beside } else { turn }
}

/// Options of the runs of a plan.
pub fn options(plan: &Plan) -> RunOptions {
    RunOptions {
        scale: plan.scale,
        from: Week(0),
        until: plan.until,
        every: Period::Month,
        without: plan.without.clone(),
        tables: Recorded::Everything,
        check_invariants: false,
    }
}

/// Puts the values of a point into a scenario and into the parameters that differ from the catalogue.
pub fn set(
    scenario: &mut Scenario,
    overrides: &mut BTreeMap<String, f64>,
    factors: &[Factor],
    values: &[Value],
    theatre: &Theatre,
) {
    set_parameters(overrides, factors, values);
    set_levers(scenario, factors, values, theatre);
}

fn set_parameters(overrides: &mut BTreeMap<String, f64>, factors: &[Factor], values: &[Value]) {
    for (factor, value) in factors.iter().zip(values) {
        if let (Acts::Parameter, Value::Number(x)) = (&factor.acts, value) {
            overrides.insert(factor.name.clone(), *x);
        }
    }
}

fn set_levers(scenario: &mut Scenario, factors: &[Factor], values: &[Value], theatre: &Theatre) {
    let mut changed = false;
    for (factor, value) in factors.iter().zip(values) {
        if let Acts::Lever { lever, field } = &factor.acts {
            changed |= set_lever(scenario, lever, field, value);
        }
    }
    if changed {
        scenario.canonical = show::canonical(scenario, theatre);
        // Complete in itself, so that the changed scenario can be run again from its text.
        scenario.text.clone_from(&scenario.canonical);
        scenario.base_texts.clear();
    }
}

/// Sets a field of a lever; false if nothing is different.
fn set_lever(scenario: &mut Scenario, lever: &str, field: &str, value: &Value) -> bool {
    let Some(lever) = scenario.levers.iter_mut().find(|known| known.name == lever) else { return false };
    let Some(at) = lever.spec().fields.iter().position(|known| known.name == field) else { return false };
    let value = match value {
        Value::Number(x) => FieldValue::Number(*x),
        Value::Word(word) => FieldValue::Word(word.clone()),
    };
    let changed = lever.values[at] != value;
    lever.values[at] = value;
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_has_one_turn_and_neighbours_have_cases_of_their_own() {
        for (runs, seeds, at_once) in [(12, 2, 3), (23, 5, 2), (3, 5, 4), (40, 1, 8), (0, 3, 2), (100, 7, 64)]
        {
            let mut order: Vec<usize> = (0..runs).map(|turn| in_turn(turn, runs, seeds, at_once)).collect();
            for together in order.chunks(at_once).take(runs / seeds / at_once * seeds) {
                let mut cases: Vec<usize> = together.iter().map(|run| run / seeds).collect();
                cases.sort_unstable();
                cases.dedup();
                assert_eq!(cases.len(), at_once, "{runs} runs, {seeds} seeds, {at_once} at once");
            }
            order.sort_unstable();
            assert_eq!(order, (0..runs).collect::<Vec<_>>());
        }
    }
}
