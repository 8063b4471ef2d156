//! Contract: danger drives people out, calm lets them come back, and nobody is lost on the way.

use harmattan::base::ids::PlaceId;
use harmattan::entities::places::Ruler;

use super::Testbed;

fn away(testbed: &Testbed, place: PlaceId) -> u32 {
    let cells = testbed.world.places.cells[place].iter().map(|cell| &testbed.world.cells[*cell]);
    cells.map(|cell| cell.displaced_inside() + cell.refugees()).sum()
}

/// A quarter in which a place was contested so many weeks ago, or long ago.
fn quarter(weeks_since_contested: Option<u32>) -> u32 {
    let mut testbed = Testbed::new();
    let gao = testbed.place("Gao");
    for week in 0..13 {
        if let Some(weeks) = weeks_since_contested {
            testbed.world.places.weeks_since_contested[gao] = weeks;
        }
        testbed.step("displacement", week);
    }
    away(&testbed, gao)
}

#[test]
fn danger_drives_people_out() {
    let (calm, fading, contested) = (quarter(None), quarter(Some(3)), quarter(Some(0)));
    assert!(contested > fading && fading > calm, "{calm}, {fading}, {contested}");
    assert!(contested > 50, "only {contested} of 6,000 fled");
}

#[test]
fn people_come_back_when_it_is_calm_and_hosts_lose_them() {
    let mut testbed = Testbed::new();
    let gao = testbed.place("Gao");
    let people = testbed.world.count_people();
    for week in 0..8 {
        testbed.world.places.weeks_since_contested[gao] = 0;
        testbed.step("displacement", week);
    }
    let fled = away(&testbed, gao);
    let hosted = |testbed: &Testbed| testbed.world.places.hosted.iter().sum::<u32>();
    // Neighbours flee from the danger next door, too.
    let all_away = |testbed: &Testbed| testbed.world.places.ids().map(|at| away(testbed, at)).sum::<u32>();
    assert!(fled > 0 && hosted(&testbed) == all_away(&testbed));
    testbed.world.places.controller[gao] = Ruler::State;
    testbed.world.places.weeks_since_contested[gao] = 1_000;
    for week in 8..112 {
        testbed.step("services", week);
        testbed.step("displacement", week);
    }
    let still_away = away(&testbed, gao);
    assert!(still_away < fled, "{fled} fled, {still_away} are still away");
    assert_eq!(hosted(&testbed), all_away(&testbed));
    assert_eq!(testbed.world.count_people(), people);
}

#[test]
fn more_trust_in_the_forces_less_flight_from_a_place_that_a_group_holds() {
    let fled = |trust: f64| {
        let mut testbed = Testbed::new();
        let gao = testbed.place("Gao");
        testbed.world.places.controller[gao] = Ruler::Group(testbed.world.groups.ids().next().unwrap());
        for cell in testbed.world.cells.iter_mut() {
            cell.mean[harmattan::entities::cells::FORCES] = trust;
        }
        for week in 0..8 {
            testbed.world.places.weeks_since_contested[gao] = 0;
            testbed.step("displacement", week);
        }
        away(&testbed, gao)
    };
    assert!(fled(0.9) < fled(0.1), "{} and {}", fled(0.9), fled(0.1));
}

#[test]
fn those_who_flee_follow_their_kin() {
    // Shares of refuges as squares: the more unequal, the larger.
    let together = |gain: f64| {
        let mut testbed = Testbed::with(&format!("[parameters]\n\"displacement.kin_gain\" = {gain:?}\n"));
        let gao = testbed.place("Gao");
        for week in 0..26 {
            testbed.world.places.weeks_since_contested[gao] = 0;
            testbed.step("displacement", week);
        }
        let mut stays: std::collections::BTreeMap<PlaceId, f64> = Default::default();
        for cell in testbed.world.places.cells[gao].iter().map(|cell| &testbed.world.cells[*cell]) {
            for (place, n) in cell.displaced.iter().chain(cell.abroad.iter()) {
                *stays.entry(place).or_default() += f64::from(n);
            }
        }
        let all: f64 = stays.values().sum();
        assert!(stays.len() > 1 && all > 50.0, "{stays:?}");
        stays.values().map(|n| (n / all) * (n / all)).sum::<f64>()
    };
    assert!(together(3.0) > together(0.0) + 0.002, "{} and {}", together(3.0), together(0.0));
}
