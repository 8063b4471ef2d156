//! Contract: what data and parameters give for January 2012 is what a run begins with; what nobody gives has settled by
//! then; no lever and no seed reaches back before the first week.

use std::collections::BTreeMap;

use harmattan::entities::cells::{FEAR, TRUST};
use harmattan::entities::world::World;
use harmattan::simulation::Prepared;

use super::Testbed;
use crate::laboratory::{TESTBED, context, options, prepare, prepare_with, scenario, variant};

fn begun_after(weeks: f64) -> Prepared {
    let overrides = BTreeMap::from([("initialization.spin_up_weeks".to_string(), weeks)]);
    prepare_with(scenario(TESTBED), &overrides, options(50, "2012-12-31"))
}

fn mean(world: &World, level: usize) -> f64 {
    let people: f64 = world.cells.iter().map(|cell| f64::from(cell.at_home)).sum();
    world.cells.iter().map(|cell| f64::from(cell.at_home) * cell.mean[level]).sum::<f64>() / people
}

#[test]
fn what_is_known_of_january_2012_is_not_moved() {
    let (plain, settled) = (begun_after(0.0), begun_after(26.0));
    let known = |prepared: &Prepared| {
        let world = prepared.initial();
        let accounts: Vec<_> = world.ledger.accounts.iter().map(|account| account.balance).collect();
        let groups: Vec<_> = world.groups.iter().map(|g| (g.fighters(), g.all_dormant(), g.arms)).collect();
        let posts: Vec<_> = world.officials.iter().map(|post| post.at_post).collect();
        let custom: Vec<_> = world.cells.iter().map(|cell| cell.customary_authority).collect();
        let places = &world.places;
        let tension: Vec<_> = places.ids().map(|p| places.tension[p].clone()).collect();
        let weapons: Vec<_> = places.private_weapons.iter().copied().collect();
        let controllers: Vec<_> = places.controller.iter().copied().collect();
        let state = (world.state.complicity, world.state.legitimacy, world.state_forces.morale);
        let livelihoods = world.persons.livelihood.clone();
        (
            accounts,
            groups,
            posts,
            custom,
            tension,
            weapons,
            controllers,
            (state, livelihoods, world.count_people()),
        )
    };
    assert!(known(&plain) == known(&settled));
    assert!(settled.initial().ledger.flows().is_empty());
    settled.initial().check("spin-up", 0);
    // Something is there to be settled, and has been.
    assert!((mean(plain.initial(), FEAR) - mean(settled.initial(), FEAR)).abs() > 0.01);
    assert!(settled.initial().places.trafficking_jobs.iter().sum::<f64>() > 0.0);
}

#[test]
fn settled_levels_drift_less_in_a_calm_half_year() {
    let drift = |weeks: f64| {
        let prepared = begun_after(weeks);
        let world = prepared.initial().clone();
        let before = (mean(&world, FEAR), mean(&world, TRUST));
        let mut testbed = Testbed { prepared, world };
        for week in 0..26 {
            testbed.begin_week();
            for step in ["public-finance", "officials", "services", "crime-and-arms", "perception"] {
                testbed.step(step, week);
            }
        }
        ((mean(&testbed.world, FEAR) - before.0).abs(), (mean(&testbed.world, TRUST) - before.1).abs())
    };
    let (plain, settled) = (drift(0.0), drift(26.0));
    assert!(settled.0 < 0.5 * plain.0, "fear drifts by {} and {}", plain.0, settled.0);
    assert!(settled.1 < plain.1, "trust drifts by {} and {}", plain.1, settled.1);
}

#[test]
fn no_lever_reaches_back_before_the_first_week() {
    let lines =
        "[[lever]]\nname = \"first\"\nfrom.date = 2012-01-02\nset.local-dialogue = { intensity_share = 1.0 }";
    let of = |scenario| prepare(scenario, options(50, "2012-12-31"));
    let (plain, changed) = (of(scenario(TESTBED)), of(variant(TESTBED, lines)));
    assert!(plain.initial().persons.levels == changed.initial().persons.levels);
    for (a, b) in plain.initial().cells.iter().zip(changed.initial().cells.iter()) {
        assert!(a.mean == b.mean && a.support == b.support);
    }
}

#[test]
fn a_world_that_is_shared_is_the_world_made_anew() {
    let first = prepare(scenario(TESTBED), options(1000, "2012-12-31"));
    let whole = |prepared: &Prepared| format!("{:?}", prepared.initial());
    // Whether the world of the first is taken as it stands.
    let shared = |anew: &Prepared, what: &str| {
        let beside = first.beside(anew.scenario.clone(), anew.parameters.clone(), anew.options.clone());
        assert!(whole(&beside) == whole(anew), "{what} does not come through");
        std::ptr::eq(beside.initial(), first.initial())
    };
    let mut as_it_stands = 0;
    let entries = &context().catalogue.entries;
    for entry in entries {
        let [low, high] = entry.range;
        let other = if entry.value == low { high } else { low };
        let overrides = BTreeMap::from([(entry.name.clone(), other)]);
        let anew = prepare_with(scenario(TESTBED), &overrides, first.options.clone());
        as_it_stands += usize::from(shared(&anew, &entry.name));
    }
    assert!(
        (entries.len() / 3..entries.len()).contains(&as_it_stands),
        "{as_it_stands} of {}",
        entries.len()
    );
    assert!(shared(&prepare(scenario(TESTBED), options(1000, "2014-12-31")), "nothing"));
    let lines =
        "[[lever]]\nname = \"x\"\nfrom.date = 2012-01-02\nset.local-dialogue = { intensity_share = 1.0 }";
    assert!(!shared(&prepare(variant(TESTBED, lines), first.options.clone()), "a lever"));
    assert!(!shared(&prepare(scenario(TESTBED), options(500, "2012-12-31")), "the scale"));
}

#[test]
fn networks_begin_with_the_officials_whom_they_pay() {
    let testbed = Testbed::new();
    let base = testbed.world.networks.iter().next().unwrap().base;
    let police: u32 = testbed.world.posts_at(base).filter(|p| p.rank.searches()).map(|p| p.captured).sum();
    assert!(police > 0, "nobody is captured at {}", testbed.world.places.id[base]);
}
