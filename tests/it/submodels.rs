//! Behaviour of single submodels on a tiny world: the testbed's three places on one road, steps called one by one.

mod communities;
mod crime_and_arms;
mod displacement;
mod group_dynamics;
mod group_strategy;
mod groups;
mod interdiction;
mod kidnapping;
mod livelihoods;
mod networks;
mod observation;
mod peace_operations;
mod peace_process;
mod perception;
mod politics;
mod presence;
mod public_finance;
mod recruitment;
mod regional_cooperation;
mod services;
mod spin_up;
mod state_forces;
mod towns;
pub mod trafficking;
mod violence;

use harmattan::base::dates::Week;
use harmattan::base::draws::Draws;
use harmattan::base::ids::{ActorId, GroupId, PlaceId};
use harmattan::base::now::Now;
use harmattan::base::quantities::Money;
use harmattan::entities::vocabulary::{GroupKind, Purpose};
use harmattan::entities::world::World;
use harmattan::mechanics::recruits;
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

    /// The testbed with a lever in force from its first week on.
    pub fn under(set: &str) -> Testbed {
        let lever = format!("[[lever]]\nname = \"tried\"\nfrom.date = 2012-01-02\nset.{set}");
        let mut testbed = Testbed::with(&lever);
        testbed.step("calendar", 0);
        testbed
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

    /// Goes back to January 2012; parameters stay.
    pub fn restart(&mut self) {
        self.world = self.prepared.initial().clone();
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

    /// The group of a kind.
    pub fn group(&self, kind: GroupKind) -> GroupId {
        self.world.groups.ids().find(|group| self.world.groups[*group].kind == kind).unwrap()
    }

    /// Puts more men of a group into a place, from abroad.
    pub fn gather(&mut self, group: GroupId, place: PlaceId, people: u32) {
        let mali = self.world.governments.mali;
        self.world.groups[group].add_foreigners(mali, people, 0);
        self.world.people.arrived += u64::from(people);
        recruits::reinforce(&mut self.world, group, place, people);
    }

    /// Holds an input from outside at a value.
    pub fn input(&mut self, id: &str, value: f64) {
        let series = self.world.inputs.series.iter_mut().find(|series| series.id == id);
        series.unwrap().steps = vec![(Week(0), value)];
    }

    /// Gives an actor money from outside, or takes some away.
    pub fn endow(&mut self, actor: ActorId, eur: f64) {
        let outside = self.world.ledger.standing.economy;
        let (from, to) = if eur > 0.0 { (outside, actor) } else { (actor, outside) };
        self.world.ledger.pay(from, to, Purpose::Gifts, Money::from_eur(eur.abs()));
    }

    /// All that was paid for a purpose so far [EUR].
    pub fn paid(&self, purpose: Purpose) -> f64 {
        self.world.ledger.flows().iter().filter(|flow| flow.2 == purpose).map(|flow| flow.3.eur()).sum()
    }
}
