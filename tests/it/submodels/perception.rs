//! Contract: harm by the state lowers the trust in its forces of the community that suffered it, and of no other
//! beyond what it fears; people keep what they hold when nothing happens.

use harmattan::base::ids::CellId;
use harmattan::entities::cells::{FORCES, GRIEVANCE};

use super::Testbed;

/// Trust in the forces and grievance of every cell after half a year, with harm done to some of them by the state.
fn levels(harmed: &[CellId], level: usize) -> Vec<f64> {
    let mut testbed = Testbed::new();
    for week in 0..26 {
        for cell in harmed {
            testbed.world.cells[*cell].harm[0] = 5.0;
        }
        testbed.step("perception", week);
    }
    testbed.world.cells.iter().map(|cell| cell.mean[level]).collect()
}

#[test]
fn harm_by_the_state_lowers_trust_in_its_forces_where_it_was_done() {
    let testbed = Testbed::new();
    let gao = testbed.place("Gao");
    let harmed = testbed.world.places.cells[gao][0];
    for (level, direction) in [(FORCES, -1.0), (GRIEVANCE, 1.0)] {
        let (before, after) = (levels(&[], level), levels(&[harmed], level));
        for cell in testbed.world.cells.ids() {
            let at = cell.0 as usize;
            let change = direction * (after[at] - before[at]);
            if cell == harmed {
                assert!(change > 0.02, "level {level} of the harmed moved by {change}");
            } else {
                assert!(change.abs() < 1e-12, "level {level} of cell {at} moved by {change}");
            }
        }
    }
}

#[test]
fn supporters_leave_the_ruler_who_harms_them() {
    let support = |harm: f32| {
        let mut testbed = Testbed::new();
        let gao = testbed.place("Gao");
        let cell = testbed.world.places.cells[gao][0];
        for week in 0..26 {
            testbed.world.cells[cell].harm[0] = harm;
            testbed.step("perception", week);
        }
        let cell = &testbed.world.cells[cell];
        let sum: f32 = cell.support.iter().sum();
        assert!((sum - 1.0).abs() < 1e-3, "shares of support sum to {sum}");
        cell.support_of_state()
    };
    assert!(support(5.0) < support(0.0) - 0.01, "{} and {}", support(5.0), support(0.0));
}

#[test]
fn means_are_those_of_the_persons() {
    let mut testbed = Testbed::new();
    testbed.step("perception", 0);
    for cell in testbed.world.cells.iter() {
        let agents = cell.first as usize..(cell.first + cell.n_agents) as usize;
        for level in 0..4 {
            let levels = &testbed.world.persons.levels[level][agents.clone()];
            let counts = &testbed.world.persons.persons[agents.clone()];
            let sum: f64 = levels.iter().zip(counts).map(|(x, n)| f64::from(*x) * f64::from(*n)).sum();
            let mean = sum / 65_535.0 / f64::from(cell.at_home);
            assert!((mean - cell.mean[level]).abs() < 1e-9, "{mean} and {}", cell.mean[level]);
        }
    }
}

#[test]
fn every_speed_of_the_range_counts() {
    let trust = |speed: f64| {
        let lines = format!("[parameters]\n\"perception.person_speed_per_week\" = {speed:?}");
        let mut testbed = Testbed::with(&lines);
        for week in 0..8 {
            testbed.step("perception", week);
        }
        testbed.world.cells.iter().next().unwrap().mean[FORCES]
    };
    let highest =
        crate::laboratory::context().catalogue.entry("perception.person_speed_per_week").unwrap().range[1];
    assert_ne!(trust(highest), trust(0.95 * highest));
}

#[test]
fn of_several_raids_in_a_week_the_gravest_counts_and_kinds_of_shock_add_up() {
    use harmattan::entities::cells::Shock::{Abuse, Communal};
    let grievance = |shocks: &[(harmattan::entities::cells::Shock, f64)]| {
        let mut testbed = Testbed::new();
        let cell = testbed.world.places.cells[testbed.place("Gao")][0];
        for (shock, size) in shocks {
            testbed.world.cells[cell].remember(*shock, GRIEVANCE, *size);
        }
        testbed.step("perception", 0);
        testbed.world.cells[cell].baseline[GRIEVANCE]
    };
    let (none, one) = (grievance(&[]), grievance(&[(Abuse, 0.1)]));
    assert!(one > none + 0.01);
    assert_eq!(grievance(&[(Abuse, 0.1), (Abuse, 0.1), (Abuse, 0.05)]), one);
    let both = grievance(&[(Abuse, 0.1), (Communal, 0.1)]);
    assert!((both - one - (one - none)).abs() < 1e-9, "{none}, {one}, {both}");
}
