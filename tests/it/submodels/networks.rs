//! Contract: trade moves to networks that keep their margin and are protected; protectors who are not paid turn away;
//! networks on the same road set their protectors against each other.

use harmattan::base::ids::{GroupId, NetworkId};
use harmattan::base::quantities::Money;
use harmattan::entities::trafficking_networks::{Consignment, Contract};
use harmattan::entities::vocabulary::{Commodity, Purpose, Stance};

use super::Testbed;

/// The testbed with two networks that share every trade evenly, each protected by one of its groups.
fn two_networks() -> (Testbed, NetworkId, NetworkId) {
    let mut testbed = Testbed::new();
    let world = &mut testbed.world;
    let groups: Vec<GroupId> = world.groups.ids().collect();
    let mut other = world.networks[NetworkId(0)].clone();
    other.id = "others".to_string();
    other.key ^= 1;
    other.actor = world.ledger.open("others", "trafficking-network");
    other.protectors = vec![Contract { group: groups[1], unpaid_weeks: 0 }];
    let second = world.networks.push(other);
    world.networks[NetworkId(0)].protectors = vec![Contract { group: groups[0], unpaid_weeks: 0 }];
    for network in world.networks.iter_mut() {
        network.market_share = [0.5; Commodity::COUNT];
    }
    (testbed, NetworkId(0), second)
}

fn endow(testbed: &mut Testbed, network: NetworkId, eur: f64) {
    let (from, to) = (testbed.world.ledger.standing.markets, testbed.world.networks[network].actor);
    testbed.world.ledger.pay(from, to, Purpose::NetworkMargin, Money::from_eur(eur));
}

#[test]
fn trade_moves_to_the_network_that_keeps_its_margin() {
    let (mut testbed, one, other) = two_networks();
    for week in 0..52 {
        for network in [one, other] {
            endow(&mut testbed, network, 100_000.0);
            testbed.world.networks[network].earned_eur = 1000.0;
        }
        testbed.world.networks[other].dues_eur = 3000.0;
        testbed.step("trafficking", week);
    }
    let share = |network| testbed.world.networks[network].market_share[Commodity::Weapons as usize];
    assert!(share(one) > share(other) + 0.05, "{} and {}", share(one), share(other));
    assert!((share(one) + share(other) - 1.0).abs() < 1e-9);
}

#[test]
fn a_network_without_a_share_enters_what_passes_its_base_and_one_with_next_to_nothing_leaves() {
    let (mut testbed, one, other) = two_networks();
    let base = testbed.world.networks[one].base;
    let weapons = Commodity::Weapons as usize;
    testbed.world.networks[one].market_share[weapons] = 0.0;
    testbed.world.networks[other].market_share[weapons] = 1.0;
    testbed.world.networks[other].protectors.clear();
    for week in 0..4 {
        testbed.world.places.jobs_by_commodity[base][weapons] = if week < 2 { 0.0 } else { 10.0 };
        testbed.world.networks[one].earned_eur = 1000.0;
        testbed.world.networks[other].dues_eur = 1000.0;
        testbed.world.networks[other].protectors.clear();
        testbed.step("trafficking", week);
        let entered = testbed.world.networks[one].market_share[weapons] > 0.0;
        assert_eq!(entered, week >= 2, "week {week}");
    }
    testbed.world.networks[one].market_share[weapons] = 0.001;
    testbed.world.networks[one].dues_eur = 1000.0;
    testbed.world.networks[one].protectors.clear();
    testbed.world.networks[other].earned_eur = 1000.0;
    testbed.step("trafficking", 5);
    assert_eq!(testbed.world.networks[one].market_share[weapons], 0.0);
}

#[test]
fn protectors_who_are_not_paid_turn_away_after_the_stated_weeks() {
    let (mut testbed, one, other) = two_networks();
    let weeks = testbed.prepared.parameters.trafficking.defection_weeks as u32;
    endow(&mut testbed, other, 1e9);
    let empty = testbed.world.ledger.balance(testbed.world.networks[one].actor);
    let (from, to) = (testbed.world.networks[one].actor, testbed.world.ledger.standing.markets);
    testbed.world.ledger.pay(from, to, Purpose::Loot, empty);
    let protector = testbed.world.networks[other].protectors[0].group;
    let before = testbed.world.ledger.balance(testbed.world.groups[protector].actor);
    for week in 0..weeks {
        assert_eq!(testbed.world.networks[one].protectors.len(), 1, "week {week}");
        for network in [one, other] {
            testbed.world.networks[network].earned_eur = 1000.0;
        }
        testbed.step("trafficking", week);
    }
    assert!(testbed.world.networks[one].protectors.is_empty());
    assert_eq!(testbed.world.networks[other].protectors.len(), 1);
    assert!(testbed.world.ledger.balance(testbed.world.groups[protector].actor) > before);
}

/// Rivalry of the two protectors after a week of trade.
fn rivalry(change: impl Fn(&mut Testbed, NetworkId, NetworkId)) -> f64 {
    let (mut testbed, one, other) = two_networks();
    for network in [one, other] {
        endow(&mut testbed, network, 1e6);
    }
    let sent = |network| Consignment {
        network,
        relation: 0,
        path: 0,
        loads: 5,
        seized: 0,
        seized_on: None,
        fate: (0, 0),
    };
    testbed.world.consignments = vec![sent(one), sent(other)];
    change(&mut testbed, one, other);
    testbed.begin_week();
    testbed.step("trafficking", 1);
    let groups: Vec<GroupId> = testbed.world.groups.ids().collect();
    testbed.world.this_week.rivalry(groups[1], groups[0])
}

#[test]
fn networks_on_one_road_set_their_protectors_against_each_other() {
    let unnamed = rivalry(|_, _, _| {});
    assert!(unnamed > 0.0);
    let known = rivalry(|testbed, one, other| testbed.world.networks[one].rivals.push(other));
    assert!(known > unnamed + 0.05, "{known} and {unnamed}");
    assert_eq!(rivalry(|testbed, one, _| testbed.world.networks[one].protectors.clear()), 0.0);
    assert_eq!(rivalry(|testbed, _, other| testbed.world.consignments.retain(|c| c.network != other)), 0.0);
}

#[test]
fn an_accord_that_seats_one_protector_alone_and_leaves_crime_aside_deepens_the_dispute() {
    let signed = |crime_terms: f64| {
        rivalry(move |testbed, _, _| {
            let group = testbed.world.groups.ids().next().unwrap();
            testbed.world.groups[group].stance = Stance::Signatory;
            testbed.world.state.implementation = 1.0;
            testbed.world.state.crime_terms = crime_terms;
        })
    };
    let (plain, loose, strict) = (rivalry(|_, _, _| {}), signed(0.0), signed(1.0));
    assert!(loose > plain + 0.05, "{loose} and {plain}");
    assert_eq!(strict, plain);
}

#[test]
fn gifts_at_home_bring_wells_and_silence() {
    let gifted = |eur: f64| {
        let mut testbed = Testbed::new();
        let gao = testbed.place("Gao");
        for week in 0..26 {
            for cell in testbed.world.places.cells[gao].clone() {
                let people = f64::from(testbed.world.cells[cell].at_home);
                testbed.world.cells[cell].gifts_eur = eur * people;
            }
            testbed.step("services", week);
            testbed.step("perception", week);
        }
        let cell = testbed.world.places.cells[gao][0];
        (testbed.world.cells[cell].service[1], testbed.world.places.cooperation[gao])
    };
    let (without, with) = (gifted(0.0), gifted(0.5));
    assert!(with.0 > without.0 + 0.02, "water {without:?} and {with:?}");
    assert!(with.1 < without.1 - 0.02, "silence {without:?} and {with:?}");
}
