//! Contract: tension is a matter of two communities; custom settles it, and wears out where its holders are killed,
//! bypassed or paid; herds use grass up; what people find legitimate follows who lives from a trade and who kills for it.

use harmattan::base::ids::{CellId, PlaceId};
use harmattan::entities::places::Ruler;
use harmattan::entities::vocabulary::{Commodity, GroupKind, Livelihood};
use harmattan::submodels::livelihoods::legitimacy as opinion;

use super::Testbed;

/// The testbed after half a year of perception alone, with something set before every week.
fn after(change: impl Fn(&mut Testbed)) -> Testbed {
    let mut testbed = Testbed::new();
    for week in 0..26 {
        change(&mut testbed);
        testbed.step("perception", week);
    }
    testbed
}

/// Tensions of a place, pair by pair.
fn tensions(testbed: &Testbed, place: PlaceId) -> Vec<f64> {
    testbed.world.places.tension[place].iter().map(|pair| pair.level).collect()
}

fn custom(testbed: &Testbed, place: PlaceId) -> f64 {
    let cells = &testbed.world.places.cells[place];
    cells.iter().map(|cell| testbed.world.cells[*cell].customary_authority).sum::<f64>() / cells.len() as f64
}

#[test]
fn every_two_communities_of_a_place_have_a_tension_of_their_own() {
    let testbed = Testbed::new();
    for place in testbed.world.places.ids() {
        let n = testbed.world.places.cells[place].len();
        assert_eq!(testbed.world.places.tension[place].len(), n * n.saturating_sub(1) / 2);
    }
    let gao = testbed.place("Gao");
    let mut levels = tensions(&testbed, gao);
    levels.sort_by(f64::total_cmp);
    assert!(levels.first() < levels.last(), "{levels:?}");
}

#[test]
fn heeded_elders_calm_a_pair_and_unheeded_ones_do_not() {
    let gao = Testbed::new().place("Gao");
    let with = |authority: f64| {
        let set = move |testbed: &mut Testbed| {
            for cell in testbed.world.places.cells[gao].clone() {
                testbed.world.cells[cell].customary_authority = authority;
            }
        };
        tensions(&after(set), gao)
    };
    for (calmed, left) in with(1.0).into_iter().zip(with(0.0)) {
        assert!(calmed < left - 0.005, "{calmed} and {left}");
    }
}

#[test]
fn custom_falls_where_holders_are_killed_bypassed_or_paid() {
    let gao = Testbed::new().place("Gao");
    let peace = custom(&after(|_| {}), gao);
    let killed = custom(&after(|testbed| testbed.world.places.recent_deaths[gao] = 20.0), gao);
    let bypassed = after(|testbed| {
        let mut ids = testbed.world.groups.ids();
        let group = ids.find(|g| testbed.world.groups[*g].kind == GroupKind::Jihadist).unwrap();
        testbed.world.places.controller[gao] = Ruler::Group(group);
        testbed.world.presence.group_cover[gao] = 1.0;
    });
    let paid = after(|testbed| {
        for cell in testbed.world.places.cells[gao].clone() {
            let people = f64::from(testbed.world.cells[cell].at_home);
            testbed.world.cells[cell].gifts_eur = people;
        }
    });
    for (name, left) in
        [("killed", killed), ("bypassed", custom(&bypassed, gao)), ("paid", custom(&paid, gao))]
    {
        assert!(left < peace - 0.01, "{name}: {left}, in peace {peace}");
    }
    // Those who are paid also tell less.
    assert!(paid.world.places.cooperation[gao] < after(|_| {}).world.places.cooperation[gao] - 0.01);
}

#[test]
fn herds_from_dangerous_places_use_up_the_grass_next_door() {
    let testbed = Testbed::new();
    let (gao, herders) = (testbed.place("Gao"), |testbed: &Testbed, place: PlaceId| {
        let cells = testbed.world.places.cells[place].iter();
        cells.filter(|cell| testbed.world.cells[**cell].community.herds()).count()
    });
    assert!(herders(&testbed, gao) > 0);
    let grass = |deaths: f64| {
        let testbed = after(move |testbed| testbed.world.places.recent_deaths[gao] = deaths);
        testbed.world.places.grass.clone()
    };
    let (calm, flight) = (grass(0.0), grass(50.0));
    assert!(flight[gao] > calm[gao] + 0.01, "{} and {}", flight[gao], calm[gao]);
    let near = testbed.world.places.neighbours[gao].iter().map(|(place, _)| *place);
    let crowded = near.filter(|place| flight[*place] < calm[*place] - 0.005).count();
    assert!(crowded > 0, "no pasture next door is crowded");
}

/// Legitimacy of cocaine in Gao after two years with so many living from trafficking and so much harm by a group there.
fn legitimacy(living: f64, harm: f32) -> f64 {
    let mut testbed = Testbed::new();
    let gao = testbed.place("Gao");
    let group = testbed.world.groups.ids().next().unwrap();
    for _ in 0..104 {
        testbed.world.places.jobs_by_commodity[gao] = [1.0; Commodity::COUNT];
        testbed.world.presence.group_force[(gao, group)] = 50.0;
        for cell in testbed.world.places.cells[gao].clone() {
            let cell = &mut testbed.world.cells[cell];
            cell.harm[group.0 as usize + 1] = harm;
            live_from_trafficking(cell, living);
        }
        let parameters = &testbed.prepared.parameters.livelihoods;
        opinion::step(&mut testbed.world, &opinion::Params::of(parameters));
    }
    testbed.world.places.legitimacy[gao][Commodity::Cocaine as usize]
}

fn live_from_trafficking(cell: &mut harmattan::entities::cells::Cell, share: f64) {
    cell.ready_share = share;
    let trafficking = (share * f64::from(cell.at_home)) as u32;
    cell.livelihoods = [0; Livelihood::COUNT];
    cell.livelihoods[Livelihood::Trafficking as usize] = trafficking;
    cell.livelihoods[Livelihood::Farming as usize] = cell.at_home - trafficking;
}

#[test]
fn a_trade_gains_legitimacy_with_those_who_live_from_it_and_loses_it_to_killing() {
    let (few, many, bloody) = (legitimacy(0.001, 0.0), legitimacy(0.2, 0.0), legitimacy(0.2, 5.0));
    assert!(many > few + 0.02, "{few} with few, {many} with many");
    assert!(bloody < many - 0.02, "{many} in peace, {bloody} with killing");
}

#[test]
fn a_legitimate_trade_finds_more_hands_and_captured_officials() {
    let with = |legitimacy: f64| {
        let mut testbed = Testbed::new();
        let gao = testbed.place("Gao");
        let (mut living, mut captured) = (0, 0);
        for week in 0..60 {
            testbed.world.places.jobs_by_commodity[gao] = [500.0; Commodity::COUNT];
            testbed.world.places.trafficking_jobs[gao] = 4000.0;
            testbed.world.places.trafficking_carriers[gao] = 4000.0;
            testbed.world.places.trafficking_wages[gao] = 400_000.0;
            testbed.world.routes.traffic.fill(50.0);
            testbed.world.places.legitimacy[gao] = [legitimacy; Commodity::COUNT];
            testbed.step("officials", week);
            testbed.step("livelihoods", week);
            let cells: Vec<CellId> = testbed.world.places.cells[gao].clone();
            living = cells
                .iter()
                .map(|c| testbed.world.cells[*c].livelihoods[Livelihood::Trafficking as usize])
                .sum();
            captured = testbed
                .world
                .officials
                .iter()
                .filter(|post| post.place == gao)
                .map(|post| post.captured)
                .sum();
        }
        (living, captured)
    };
    let (condemned, accepted) = (with(0.0), with(1.0));
    assert!(accepted.0 > condemned.0, "{accepted:?} and {condemned:?} live from it, are captured");
    assert!(accepted.1 > condemned.1, "{accepted:?} and {condemned:?} live from it, are captured");
}

#[test]
fn entering_the_trade_takes_time_and_leaving_it_none() {
    let mut testbed = Testbed::new();
    let gao = testbed.place("Gao");
    let cell = testbed.world.places.cells[gao][0];
    let mut ready = Vec::new();
    for week in 0..20 {
        let jobs = if week < 12 { 4000.0 } else { 0.0 };
        testbed.world.places.trafficking_jobs[gao] = jobs;
        testbed.world.places.trafficking_carriers[gao] = jobs;
        testbed.world.places.trafficking_wages[gao] = 100.0 * jobs;
        testbed.step("livelihoods", week);
        ready.push(testbed.world.cells[cell].ready_share);
    }
    assert!(ready[..12].windows(2).all(|pair| pair[1] > pair[0]), "{ready:?}");
    assert!(ready[1] < 0.5 * ready[11], "{ready:?}");
    assert_eq!(ready[12], 0.0);
}
