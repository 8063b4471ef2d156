//! Contract: groups that trade hostages take foreigners whom they reach and nobody protects; payment goes to the group, less
//! what middlemen take where leaders are complicit, frees sooner, and costs cooperation with those who refuse to pay.

use harmattan::entities::vocabulary::{GroupKind, Purpose};
use harmattan::entities::world::{FIND, PROTECT};

use super::Testbed;

/// Two years in which jihadists stand in Gao among fifty foreigners, and nobody is released; something is set before.
fn taken(change: impl Fn(&mut Testbed)) -> Testbed {
    taken_in(Testbed::new(), change)
}

fn taken_in(mut testbed: Testbed, change: impl Fn(&mut Testbed)) -> Testbed {
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    let params = &mut testbed.prepared.parameters.kidnapping;
    params.tempo_per_person_week = 0.005;
    params.foreigners_lost_per_abduction = 0.0;
    (params.release_per_week, params.unpaid_release_per_week, params.death_per_week) = (0.0, 0.0, 0.0);
    let world = &mut testbed.world;
    world.groups[jihadists].hostages = 0;
    world.places.foreigners.fill(0.0);
    world.places.foreigners[gao] = 50.0;
    world.presence.state_cover.fill([0.0; 3]);
    world.presence.group_force.fill(0.0);
    world.presence.group_force[(gao, jihadists)] = 100.0;
    change(&mut testbed);
    for week in 0..104 {
        testbed.begin_week();
        testbed.step("kidnapping", week);
    }
    testbed
}

fn hostages(change: impl Fn(&mut Testbed)) -> u32 {
    taken(change).world.groups.iter().map(|group| group.hostages).sum()
}

#[test]
fn more_foreigners_and_more_fighters_near_them_more_hostages() {
    let gao = Testbed::new().place("Gao");
    let with =
        |foreigners: f64| hostages(|testbed: &mut Testbed| testbed.world.places.foreigners[gao] = foreigners);
    assert_eq!(with(0.0), 0);
    assert!(with(20.0) < with(50.0) && with(50.0) < with(200.0), "{} and {}", with(20.0), with(200.0));
    let few = hostages(|testbed| {
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.world.presence.group_force[(gao, jihadists)] = 10.0;
    });
    assert!(few < with(50.0), "{few} and {}", with(50.0));
}

#[test]
fn nobody_is_taken_without_takers_nor_where_everyone_is_protected() {
    assert!(hostages(|_| {}) > 0);
    assert_eq!(hostages(|testbed| testbed.world.presence.group_force.fill(0.0)), 0);
    assert_eq!(hostages(|testbed| testbed.world.groups.iter_mut().for_each(|g| g.takes_hostages = false)), 0);
    let guarded = hostages(|testbed| {
        testbed.world.presence.state_cover.iter_mut().for_each(|cover| cover[PROTECT] = 1.0);
    });
    assert_eq!(guarded, 0);
}

#[test]
fn control_aimed_at_crime_watches_the_roads_where_soldiers_are() {
    let of = |mode: &str, patrolled: f64| {
        let lever = format!("border-control = {{ mode = \"{mode}\", effort_share = 1.0 }}");
        let after = taken_in(Testbed::under(&lever), |testbed| {
            testbed.prepared.parameters.kidnapping.control_protects_share = 1.0;
            testbed.world.presence.state_cover.iter_mut().for_each(|cover| cover[FIND] = patrolled);
        });
        after.world.groups.iter().map(|group| group.hostages).sum::<u32>()
    };
    assert!(of("crime-sensitive", 0.5) < of("crime-sensitive", 0.0), "{}", of("crime-sensitive", 0.5));
    assert_eq!(of("crime-sensitive", 1.0), 0);
    assert_eq!(of("blunt", 1.0), of("blunt", 0.0));
}

#[test]
fn foreigners_leave_after_abductions() {
    let gao = Testbed::new().place("Gao");
    let left = |lost: f64| {
        let after = taken(|testbed| {
            testbed.prepared.parameters.kidnapping.foreigners_lost_per_abduction = lost;
        });
        after.world.places.foreigners[gao]
    };
    assert!(left(0.15) < 0.8 * left(0.0), "{} and {}", left(0.15), left(0.0));
}

#[test]
fn foreigners_come_back_when_nobody_is_taken() {
    let gao = Testbed::new().place("Gao");
    let there = |back: f64| {
        let after = taken(|testbed| {
            testbed.world.presence.group_force.fill(0.0);
            testbed.prepared.parameters.kidnapping.foreigners_return_per_week = back;
        });
        after.world.places.foreigners[gao]
    };
    assert!(there(0.0) == 50.0 && there(0.01) > there(0.002) && there(0.002) > 50.0, "{}", there(0.002));
}

#[test]
fn two_may_be_taken_at_once() {
    let of = |second: f64| {
        hostages(|testbed| testbed.prepared.parameters.kidnapping.second_hostage_share = second)
    };
    assert_eq!(of(1.0), 2 * of(0.0));
    assert!(of(0.0) > 0);
}

/// Two years in which a group holds two hundred hostages and Niger alone might pay.
struct Held {
    left: u32,
    to_the_group: f64,
    cut: f64,
    with_algeria: f64,
    with_burkina: f64,
}

fn held(policy: &str, complicity: f64) -> Held {
    held_resented_by(policy, complicity, &["DZA", "MRT"])
}

fn held_resented_by(policy: &str, complicity: f64, resented_by: &[&str]) -> Held {
    let mut testbed = Testbed::under(&format!("ransom-policy = {{ policy = \"{policy}\" }}"));
    testbed.prepared.parameters.kidnapping.tempo_per_person_week = 0.0;
    let jihadists = testbed.group(GroupKind::Jihadist);
    testbed.world.groups[jihadists].hostages = 200;
    testbed.world.state.complicity = complicity;
    for government in testbed.world.governments.list.iter_mut() {
        government.pays_ransoms = government.id == "NER";
        government.ransom_eur = 1e6;
        government.resents_ransoms = resented_by.contains(&government.id.as_str());
    }
    let purse = testbed.world.groups[jihadists].actor;
    let before = testbed.world.ledger.balance(purse).eur();
    for week in 0..104 {
        testbed.begin_week();
        testbed.step("kidnapping", week);
    }
    let governments = &testbed.world.governments;
    let with = |code| governments.cooperation[(governments.mali, governments.of(code).unwrap())];
    let to_the_group = testbed.world.ledger.balance(purse).eur() - before;
    assert!((to_the_group - testbed.paid(Purpose::Ransom)).abs() < 0.01);
    Held {
        left: testbed.world.groups[jihadists].hostages,
        to_the_group,
        cut: testbed.paid(Purpose::RansomCut),
        with_algeria: with("DZA"),
        with_burkina: with("BFA"),
    }
}

#[test]
fn ransoms_fill_the_treasury_free_sooner_and_anger_those_who_refuse() {
    let (pay, refuse) = (held("pay", 0.5), held("refuse", 0.5));
    assert!(pay.to_the_group > 10e6, "{} EUR", pay.to_the_group);
    assert!(refuse.to_the_group == 0.0 && refuse.cut == 0.0, "{} EUR", refuse.to_the_group);
    assert!(pay.left < refuse.left, "{} and {}", pay.left, refuse.left);
    assert!(pay.with_algeria < refuse.with_algeria - 0.04, "{}", pay.with_algeria);
    assert_eq!(pay.with_burkina, refuse.with_burkina);
    let elsewhere = held_resented_by("pay", 0.5, &["BFA"]);
    assert_eq!(elsewhere.with_algeria, refuse.with_algeria);
    assert!(elsewhere.with_burkina < refuse.with_burkina - 0.04, "{}", elsewhere.with_burkina);
}

#[test]
fn more_die_in_captivity_where_nobody_pays() {
    let left = |policy: &str, factor: f64| {
        let mut testbed = Testbed::under(&format!("ransom-policy = {{ policy = \"{policy}\" }}"));
        let params = &mut testbed.prepared.parameters.kidnapping;
        params.tempo_per_person_week = 0.0;
        (params.release_per_week, params.unpaid_release_per_week) = (0.0, 0.0);
        params.unpaid_death_factor = factor;
        testbed.world.governments.list.iter_mut().for_each(|government| government.pays_ransoms = true);
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.world.groups[jihadists].hostages = 200;
        for week in 0..104 {
            testbed.step("kidnapping", week);
        }
        testbed.world.groups[jihadists].hostages
    };
    assert!(left("pay", 3.0) < 200 && left("refuse", 3.0) < left("pay", 3.0), "{}", left("refuse", 3.0));
    assert_eq!(left("refuse", 1.0), left("pay", 1.0));
}

#[test]
fn middlemen_cut_as_much_as_leaders_are_complicit() {
    let usual = Testbed::new().prepared.parameters.kidnapping.intermediaries_share;
    for complicity in [0.0, 0.25, 0.5] {
        let paid = held("pay", complicity);
        let share = paid.cut / (paid.cut + paid.to_the_group);
        assert!((share - 2.0 * complicity * usual).abs() < 1e-6, "{share} at complicity {complicity}");
    }
}
