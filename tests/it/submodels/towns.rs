//! Contract: the state reaches towns before the countryside and groups that do not rule the other way round, while means
//! stay; officials and services follow.

use harmattan::entities::places::Ruler;
use harmattan::entities::world::{COUNTRYSIDE, PROTECT, TOWN};
use harmattan::mechanics::presence::{self, first_reached};

use super::Testbed;

#[test]
fn the_first_have_more_and_the_mean_stays() {
    for mean in [0.0, 0.1, 0.6, 1.0] {
        for share in [0.0, 0.3, 1.0] {
            let [first, second] = first_reached(mean, share, 0.5);
            assert!((0.0..=1.0).contains(&first) && (0.0..=1.0 + 1e-12).contains(&second));
            assert!(first + 1e-12 >= second, "{first} and {second}");
            if share > 0.0 {
                assert!((share * first + (1.0 - share) * second - mean).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn the_state_holds_towns_and_groups_the_countryside() {
    let mut testbed = Testbed::new();
    let gao = testbed.place("Gao");
    testbed.world.places.controller[gao] = Ruler::State;
    testbed.world.bands.list[0].place = gao;
    testbed.world.bands.list[0].posture = harmattan::entities::vocabulary::Posture::Hold;
    presence::refresh(&mut testbed.world, &testbed.prepared.parameters.presence);
    let there = &testbed.world.presence;
    let [town, countryside] = there.state_reach[gao];
    assert!(town > countryside, "{town} and {countryside}");
    let share = testbed.world.places.town_share[gao];
    let mean = share * town + (1.0 - share) * countryside;
    assert!((mean - there.state_cover[gao][PROTECT]).abs() < 1e-9);
    let [town, countryside] = there.group_reach[gao];
    assert!(countryside > town && town > 0.0, "{town} and {countryside}");
}

#[test]
fn services_reach_the_countryside_as_far_as_the_state_goes_there() {
    let coverage = |reach: f64| {
        let mut testbed = Testbed::new();
        testbed.prepared.parameters.services.rural_reach_share = reach;
        let gao = testbed.place("Gao");
        testbed.step("services", 0);
        testbed.world.cells[testbed.world.places.cells[gao][0]].coverage_by
    };
    let (far, near) = (coverage(0.3), coverage(0.9));
    assert!(far[TOWN] == near[TOWN] && far[COUNTRYSIDE] < near[COUNTRYSIDE], "{far:?} and {near:?}");
    assert!(far[COUNTRYSIDE] < far[TOWN]);
}

#[test]
fn officials_of_the_countryside_go_where_nobody_covers_it() {
    let at_post = |reach: [f64; 2]| {
        let mut sum = [0, 0];
        for seed in 1..=8 {
            let mut testbed = Testbed::new();
            for week in 0..52 {
                testbed.world.presence.state_reach.fill(reach);
                testbed.world.places.threat_to_officials.fill(1.0);
                testbed.step_of_seed("officials", week, seed);
            }
            for post in testbed.world.officials.iter() {
                sum[if post.rank.in_town() { TOWN } else { COUNTRYSIDE }] += post.at_post;
            }
        }
        sum
    };
    let (in_town, outside) = (at_post([0.9, 0.0]), at_post([0.0, 0.9]));
    assert!(in_town[TOWN] > outside[TOWN], "{in_town:?} and {outside:?}");
    assert!(in_town[COUNTRYSIDE] < outside[COUNTRYSIDE], "{in_town:?} and {outside:?}");
}
