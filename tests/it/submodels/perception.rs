//! Contract: harm by the state lowers the trust in its forces of the community that suffered it, and of no other
//! beyond what it fears; people keep what they hold when nothing happens.

use harmattan::base::ids::CellId;
use harmattan::entities::cells::{FEAR, FORCES, GRIEVANCE, LEVELS, Shock, TRUST};
use harmattan::entities::places::Ruler;
use harmattan::entities::vocabulary::GroupKind;

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

/// Means of the four levels in a cell of Gao after a shock of half a year and some weeks of nothing.
fn shocked(weeks_of_peace: u32, shock: impl Fn(&mut Testbed, CellId)) -> [f64; 4] {
    let mut testbed = Testbed::new();
    let gao = testbed.place("Gao");
    let cell = testbed.world.places.cells[gao][0];
    for week in 0..26 + weeks_of_peace {
        for at in testbed.world.cells.iter_mut() {
            at.harm.fill(0.0);
        }
        testbed.world.places.recent_deaths.fill(0.0);
        if week < 26 {
            shock(&mut testbed, cell);
        }
        testbed.step("perception", week);
        for (mean, level) in testbed.world.cells[cell].mean.iter().zip(LEVELS) {
            assert!((0.0..=1.0).contains(mean), "{level} is {mean} in week {week}");
        }
    }
    testbed.world.cells[cell].mean
}

#[test]
fn the_worst_shock_leaves_every_level_in_its_bounds_and_is_forgotten() {
    let worst = |testbed: &mut Testbed, cell: CellId| {
        testbed.world.places.recent_deaths.fill(1e6);
        let cell = &mut testbed.world.cells[cell];
        cell.harm[0] = 1e6;
        cell.passing = [-5.0, -5.0, 5.0, 5.0];
        cell.lasting[Shock::Abuse as usize] = [-0.1, -0.1, 0.1, 0.1];
    };
    let gap = |weeks: u32| -> [f64; 4] {
        let (hit, calm) = (shocked(weeks, worst), shocked(weeks, |_, _| {}));
        std::array::from_fn(|level| hit[level] - calm[level])
    };
    let (at_once, in_time) = (gap(0), gap(400));
    for (level, sign) in [(TRUST, -1.0), (FORCES, -1.0), (GRIEVANCE, 1.0), (FEAR, 1.0)] {
        let (then, now) = (sign * at_once[level], sign * in_time[level]);
        assert!(then > 0.1 && now.abs() < 0.1 * then, "{}: {then} at once, {now} in time", LEVELS[level]);
    }
}

#[test]
fn people_get_used_to_fear() {
    let fear = |habituation: f64, weeks: u32| {
        let mut testbed = Testbed::new();
        testbed.prepared.parameters.perception.habituation_share = habituation;
        let gao = testbed.place("Gao");
        for week in 0..weeks {
            testbed.world.places.recent_deaths[gao] = 30.0;
            testbed.step("perception", week);
        }
        testbed.world.cells[testbed.world.places.cells[gao][0]].mean[FEAR]
    };
    assert!(fear(0.9, 150) < fear(0.0, 150) - 0.05, "{} and {}", fear(0.9, 150), fear(0.0, 150));
    assert!(fear(0.9, 150) < fear(0.9, 26), "{} and {}", fear(0.9, 150), fear(0.9, 26));
}

/// A level in Gao after half a year with something set every week.
fn level_after(level: usize, change: impl Fn(&mut Testbed)) -> f64 {
    let mut testbed = Testbed::new();
    let gao = testbed.place("Gao");
    for week in 0..26 {
        change(&mut testbed);
        testbed.step("perception", week);
    }
    testbed.world.cells[testbed.world.places.cells[gao][0]].mean[level]
}

#[test]
fn trust_follows_services_honesty_and_who_rules() {
    let plain = level_after(TRUST, |_| {});
    let served = level_after(TRUST, |testbed| {
        testbed.world.cells.iter_mut().for_each(|cell| cell.service_by_state = 1.0);
    });
    assert!(served > plain + 0.02, "{served} and {plain}");
    let captured = level_after(TRUST, |testbed| {
        testbed.world.officials.iter_mut().for_each(|post| post.captured = post.at_post);
    });
    let leaking = level_after(TRUST, |testbed| testbed.world.state.leakage = 1.0);
    let ruled = level_after(TRUST, |testbed| {
        let (gao, group) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.world.places.controller[gao] = Ruler::Group(group);
    });
    for (what, level) in [("capture", captured), ("leakage", leaking), ("hostile rule", ruled)] {
        assert!(level < plain - 0.005, "{what}: {level}, plain {plain}");
    }
}

#[test]
fn grievance_follows_prices_and_cut_supply() {
    let plain = level_after(GRIEVANCE, |_| {});
    let dear = level_after(GRIEVANCE, |testbed| testbed.world.places.food_price.fill(2.0));
    let cut = level_after(GRIEVANCE, |testbed| testbed.world.places.supply.fill(0.0));
    assert!(dear > plain + 0.02 && cut > plain + 0.02, "{plain}, {dear} with dear food, {cut} cut off");
}

#[test]
fn supporters_come_where_the_state_serves_and_leave_where_grievance_grows() {
    let support = |change: fn(&mut Testbed)| {
        let mut testbed = Testbed::new();
        let gao = testbed.place("Gao");
        for week in 0..26 {
            change(&mut testbed);
            testbed.step("perception", week);
        }
        testbed.world.cells[testbed.world.places.cells[gao][0]].support_of_state()
    };
    let plain = support(|_| {});
    let served =
        support(|testbed| testbed.world.cells.iter_mut().for_each(|cell| cell.service_by_state = 1.0));
    let bitter =
        support(|testbed| testbed.world.cells.iter_mut().for_each(|cell| cell.passing[GRIEVANCE] = 0.8));
    assert!(served > plain + 0.01 && bitter < plain - 0.01, "{plain}, {served} served, {bitter} bitter");
}

#[test]
fn of_several_raids_in_a_week_the_gravest_counts_and_kinds_of_shock_add_up() {
    let grievance = |shocks: &[(Shock, f64)]| {
        let mut testbed = Testbed::new();
        let cell = testbed.world.places.cells[testbed.place("Gao")][0];
        for (shock, size) in shocks {
            testbed.world.cells[cell].remember(*shock, GRIEVANCE, *size);
        }
        testbed.step("perception", 0);
        testbed.world.cells[cell].baseline[GRIEVANCE]
    };
    let (none, one) = (grievance(&[]), grievance(&[(Shock::Abuse, 0.1)]));
    assert!(one > none + 0.01);
    assert_eq!(grievance(&[(Shock::Abuse, 0.1), (Shock::Abuse, 0.1), (Shock::Abuse, 0.05)]), one);
    let both = grievance(&[(Shock::Abuse, 0.1), (Shock::Communal, 0.1)]);
    assert!((both - one - (one - none)).abs() < 1e-9, "{none}, {one}, {both}");
}
