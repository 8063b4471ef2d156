//! Contract: money, persons and weapons balance after every submodel of every week, shares stay shares, and no set of
//! parameters within the catalogue's ranges makes the model stop.
//!
//! Method: `--check-invariants` walks the whole world after each step; here it is switched on for the full horizon of
//! history, for the testbed at its finest and its usual scale, for every submodel's absence and for parameters drawn
//! at random.

use std::collections::BTreeMap;

use harmattan::base::parallel;
use harmattan::scenario::parameters::Distribution;
use harmattan::schedule::SUBMODELS;
use harmattan::simulation::{Prepared, RunOptions, run_to_end};
use proptest::prelude::*;

use crate::laboratory::{TESTBED, context, options, prepare, prepare_with, run, runs, scenario};

fn checked(scale: u32, until: &str) -> RunOptions {
    RunOptions { check_invariants: true, ..options(scale, until) }
}

#[test]
fn history_balances_every_week_until_2020() {
    let outcomes = runs(&[prepare(scenario("history"), checked(500, "2020-12-28"))], &[1, 2, 3]);
    assert!(outcomes[0].iter().all(|outcome| outcome.weeks > 460));
}

#[test]
fn the_testbed_balances_at_every_scale() {
    let prepared = [1, 50].map(|scale| prepare(scenario(TESTBED), checked(scale, "2013-12-30")));
    runs(&prepared, &[1, 2]);
}

#[test]
fn worlds_without_a_submodel_balance() {
    let without = |at: usize| {
        let options = RunOptions { without: vec![at], ..checked(50, "2012-12-31") };
        run(&prepare(scenario(TESTBED), options), 1)
    };
    let all: Vec<usize> = (0..SUBMODELS.len() - 1).collect();
    parallel::map_in_order(&all, 0, |at| without(*at));
}

#[test]
fn persons_of_the_tables_add_up_to_those_of_the_world() {
    let prepared = prepare(scenario(TESTBED), checked(50, "2012-12-31"));
    let world = run_to_end(&prepared, 3, &mut |_| {});
    assert_eq!(world.count_people(), world.people.initial + world.people.arrived);
    assert_eq!(world.ledger.total().0, 0);
    assert_eq!(world.count_arms() + world.arms.gone, world.arms.initial + world.arms.arrived);
}

fn spoilt(spoil: impl Fn(&mut harmattan::entities::world::World)) {
    let prepared = prepare(scenario(TESTBED), options(50, "2012-01-02"));
    let mut world = prepared.initial().clone();
    world.check("nothing", 0);
    spoil(&mut world);
    world.check("the test", 0);
}

#[test]
#[should_panic(expected = "after the test in week 0: persons: those in all states are")]
fn a_lost_person_is_noticed() {
    spoilt(|world| world.cells.iter_mut().next().unwrap().dead += 1);
}

#[test]
#[should_panic(expected = "after the test in week 0: weapons: those in all hands")]
fn a_lost_weapon_is_noticed() {
    spoilt(|world| world.state_forces.arms -= 1);
}

#[test]
#[should_panic(expected = "after the test in week 0: money: all balances sum to 1 cents")]
fn a_lost_cent_is_noticed() {
    spoilt(|world| world.ledger.accounts.iter_mut().next().unwrap().balance.0 += 1);
}

/// A run of the testbed whose parameters stand at these shares of their ranges.
fn drawn(shares: &[f64], weeks_until: &str) -> Prepared {
    let varied = context().catalogue.entries.iter().filter(|e| e.distribution != Distribution::Fixed);
    let overrides: BTreeMap<String, f64> = varied
        .zip(shares.iter().cycle())
        .map(|(entry, share)| {
            let [low, high] = entry.range;
            (entry.name.clone(), (low + share * (high - low)).clamp(low, high))
        })
        .collect();
    prepare_with(scenario(TESTBED), &overrides, checked(50, weeks_until))
}

#[test]
fn parameters_at_the_ends_of_their_ranges_stop_nothing() {
    for (share, seed) in [(0.0, 1), (1.0, 2)] {
        run(&drawn(&[share], "2012-12-31"), seed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn parameters_drawn_from_their_ranges_stop_nothing(
        shares in prop::collection::vec(0.0..=1.0, 400),
        seed in 1_u64..1_000,
    ) {
        run(&drawn(&shares, "2012-12-31"), seed);
    }
}
