//! From the number of a run to what is run: a scenario with its levers and parameters set, prepared once for all
//! seeds of a point, or for one of them where a sample gives each its own parameters.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::Sweep;
use crate::base::dates::Week;
use crate::entities::policy::FieldValue;
use crate::entities::theatre::Theatre;
use crate::experiments::ensemble::{caught, lock};
use crate::experiments::plan::{Acts, Factor, Plan, Value};
use crate::experiments::run_id::{RunId, RunIds};
use crate::experiments::sampling::Points;
use crate::scenario::{Scenario, show};
use crate::simulation::{Period, Prepared, Recorded, RunOptions};

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
    pub scenario: Scenario,
    /// Parameters that differ from the catalogue's values or are varied.
    pub overrides: BTreeMap<String, f64>,
    /// Identities of its runs.
    ids: RunIds,
    /// The world that its runs begin with, built by the first that needs it.
    prepared: OnceLock<Result<Prepared, String>>,
}

/// All runs of a sweep, by number.
pub struct Cases<'s> {
    sweep: &'s Sweep,
    points: Points<'s>,
    theatre: &'s Theatre,
    options: RunOptions,
    /// The first world that was built: others take its ways.
    first: OnceLock<Prepared>,
    /// The last few cases, by number.
    shelf: Mutex<BTreeMap<usize, Arc<OnceLock<Arc<Case>>>>>,
}

impl<'s> Cases<'s> {
    /// Draws the points of the design; why that cannot be is said in words.
    pub fn of(sweep: &'s Sweep) -> Result<Cases<'s>, String> {
        let plan = &sweep.plan;
        let theatre = plan.scenarios.first().map_or("", |scenario| scenario.theatre.as_str());
        let theatre = sweep.context.theatre(theatre);
        Ok(Cases {
            points: Points::of(plan)?,
            theatre: theatre.ok_or("the plan has no scenario")?,
            options: options(plan),
            first: OnceLock::new(),
            shelf: Mutex::new(BTreeMap::new()),
            sweep,
        })
    }

    /// Where a run stands.
    pub fn place(&self, run: usize) -> Place {
        let seeds = self.sweep.plan.seeds.len();
        let case = run / seeds;
        let scenarios = self.sweep.plan.scenarios.len();
        Place { point: case / scenarios, scenario: case % scenarios, replicate: run % seeds }
    }

    /// The case of a run. Runs are asked for in about the order of their numbers: whoever still works on an earlier
    /// case holds it.
    pub fn case(&self, run: usize) -> Arc<Case> {
        let slot = {
            let mut shelf = lock(&self.shelf);
            let case = if self.sweep.sample.is_some() { run } else { run / self.sweep.plan.seeds.len() };
            let slot = shelf.entry(case).or_default().clone();
            while shelf.len() > 2 {
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
        let mut scenario = plan.scenarios[place.scenario].clone();
        let seed = plan.seeds[place.replicate];
        let mut overrides = self.sweep.sample.as_ref().map_or_else(BTreeMap::new, |of| of.of_seed(seed));
        overrides.extend(scenario.parameters.clone());
        set(&mut scenario, &mut overrides, &plan.factors, &values, self.theatre);
        let catalogue = &self.sweep.context.catalogue;
        let parameters = catalogue
            .entries
            .iter()
            .map(|entry| (entry.name.clone(), overrides.get(&entry.name).copied().unwrap_or(entry.value)))
            .collect();
        let ids = RunIds::of(&self.sweep.model_hash, &scenario.canonical, &parameters);
        Case { values, scenario, overrides, ids, prepared: OnceLock::new() }
    }

    /// A world with the catalogue's values and the levers of the first scenario.
    fn first_world(&self) -> Prepared {
        let catalogue = &self.sweep.context.catalogue;
        let scenario = self.sweep.plan.scenarios[0].clone();
        let parameters = catalogue.resolve(&BTreeMap::new()).unwrap_or_else(|error| panic!("{error}"));
        Prepared::new(self.theatre.clone(), scenario, parameters, self.options.clone())
    }

    fn prepare(&self, case: &Case) -> Result<Prepared, String> {
        let parameters = self.sweep.context.catalogue.resolve(&case.overrides)?;
        caught(|| {
            let first = self.first.get_or_init(|| self.first_world());
            first.beside(case.scenario.clone(), parameters, self.options.clone())
        })
    }
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
    let mut changed = false;
    for (factor, value) in factors.iter().zip(values) {
        match (&factor.acts, value) {
            (Acts::Parameter, Value::Number(x)) => {
                overrides.insert(factor.name.clone(), *x);
            }
            (Acts::Parameter, Value::Word(_)) => {}
            (Acts::Lever { lever, field }, value) => changed |= set_lever(scenario, lever, field, value),
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
