//! Behaviour of single submodels on a tiny world: the testbed's three places on one road, steps called one by one.

mod communities;
mod displacement;
mod groups;
mod interdiction;
mod livelihoods;
mod networks;
mod perception;
mod politics;
mod presence;
mod public_finance;
mod recruitment;
mod spin_up;
mod towns;
mod trafficking;

use harmattan::base::dates::Week;
use harmattan::base::draws::Draws;
use harmattan::base::ids::PlaceId;
use harmattan::base::now::Now;
use harmattan::entities::world::World;
use harmattan::schedule::SCHEDULE;
use harmattan::simulation::Prepared;

use crate::laboratory::{TESTBED, options, prepare, scenario, variant};

/// The testbed of January 2012 and what belongs to it.
pub struct Testbed {
    pub prepared: Prepared,
    pub world: World,
}

impl Testbed {
    /// The testbed as it is.
    pub fn new() -> Testbed {
        Testbed::of(scenario(TESTBED))
    }

    /// The testbed with more in its scenario.
    pub fn with(lines: &str) -> Testbed {
        Testbed::of(variant(TESTBED, lines))
    }

    fn of(scenario: harmattan::scenario::Scenario) -> Testbed {
        let prepared = prepare(scenario, options(50, "2012-12-31"));
        let world = prepared.initial().clone();
        Testbed { prepared, world }
    }

    /// One step of a submodel in a week; balances are checked after it.
    pub fn step(&mut self, submodel: &str, week: u32) {
        self.step_of_seed(submodel, week, 1);
    }

    /// The same with the draws of a seed.
    pub fn step_of_seed(&mut self, submodel: &str, week: u32, seed: u64) {
        let process = SCHEDULE.iter().find(|process| process.name == submodel).unwrap();
        let now = Now::new(Week(week), Draws::new(seed));
        (process.step)(&mut self.world, &self.prepared.parameters, &now);
        self.world.check(submodel, week);
    }

    /// Begins a week, as the schedule does.
    pub fn begin_week(&mut self) {
        let n_places = self.world.places.len();
        self.world.this_week.clear(n_places);
        self.world.ledger.clear_incomes();
    }

    /// A place by its id.
    pub fn place(&self, id: &str) -> PlaceId {
        self.world.places.ids().find(|place| self.world.places.id[*place] == id).unwrap()
    }
}
