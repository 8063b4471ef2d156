//! Contract: fear, vigilantes and what is smuggled bring weapons into private hands; weapons and poverty make bandits, judges and
//! protection fewer of them; bandits make fear.

use harmattan::base::ids::PlaceId;
use harmattan::entities::cells::FEAR;
use harmattan::entities::vocabulary::{GroupKind, Rank};
use harmattan::entities::world::PROTECT;

use super::Testbed;

/// Crime alone over a year in an unprotected world, with something set before every week; Gao is where one looks.
fn year(mut testbed: Testbed, change: impl Fn(&mut Testbed, PlaceId)) -> Testbed {
    let gao = testbed.place("Gao");
    for week in 0..52 {
        testbed.world.presence.state_cover.fill([0.0; 3]);
        testbed.world.presence.mission_cover.fill([0.0; 3]);
        testbed.world.cells.iter_mut().for_each(|cell| cell.passing = [0.0; 4]);
        change(&mut testbed, gao);
        testbed.step("crime-and-arms", week);
    }
    testbed
}

fn banditry(change: impl Fn(&mut Testbed, PlaceId)) -> f64 {
    let after = year(Testbed::new(), change);
    after.world.places.banditry[after.place("Gao")]
}

fn weapons(testbed: Testbed, change: impl Fn(&mut Testbed, PlaceId)) -> u32 {
    let after = year(testbed, change);
    after.world.places.private_weapons[after.place("Gao")]
}

/// Makes purchases large enough to be seen among six thousand people.
fn eager() -> Testbed {
    let mut testbed = Testbed::new();
    testbed.prepared.parameters.crime_and_arms.purchases_per_person_week = 0.001;
    testbed
}

#[test]
fn fear_buys_weapons_and_protection_makes_them_needless() {
    let afraid = |fear: f64, protected: f64| {
        weapons(eager(), move |testbed, gao| {
            testbed.world.cells.iter_mut().for_each(|cell| cell.mean[FEAR] = fear);
            testbed.world.presence.state_cover[gao][PROTECT] = protected;
        })
    };
    let before = Testbed::new().world.places.private_weapons[Testbed::new().place("Gao")];
    assert!(afraid(0.0, 0.0) <= before);
    assert!(afraid(0.2, 0.0) < afraid(0.8, 0.0) && afraid(0.0, 0.0) < afraid(0.2, 0.0));
    assert!(afraid(0.8, 0.5) < afraid(0.8, 0.0));
    assert_eq!(afraid(0.8, 1.0), afraid(0.0, 0.0));
}

#[test]
fn vigilantes_get_weapons_where_they_are_supported() {
    let armed = |set: &str, place: &str| {
        let mut testbed = Testbed::with(set);
        testbed.step("calendar", 0);
        let after = year(testbed, |_, _| {});
        after.world.places.private_weapons[after.place(place)]
    };
    let lever = "[[lever]]\nname = \"vigilantes\"\nfrom.date = 2012-01-02\nplaces = [\"Gao\"]\n\
                 set.vigilante-support = { intensity_share = 1.0 }";
    assert!(armed(lever, "Gao") > armed("", "Gao") + 5, "{} and {}", armed(lever, "Gao"), armed("", "Gao"));
    assert_eq!(armed(lever, "Kidal"), armed("", "Kidal"));
    // They also set communities against each other, and take the place of elders.
    let perceived = |set: &str| {
        let mut testbed = Testbed::with(set);
        testbed.step("calendar", 0);
        for week in 0..52 {
            testbed.step("perception", week);
        }
        let gao = testbed.place("Gao");
        let cell = testbed.world.places.cells[gao][0];
        (testbed.world.places.tension[gao][0].level, testbed.world.cells[cell].customary_authority)
    };
    let (with, without) = (perceived(lever), perceived(""));
    assert!(with.0 > without.0 + 0.05 && with.1 < without.1 - 0.02, "{with:?} and {without:?}");
}

#[test]
fn weapons_and_poverty_make_bandits_and_judges_and_protection_fewer_of_them() {
    let plain = banditry(|_, _| {});
    let set = |weapons: u32| {
        banditry(move |testbed, gao| {
            let held = std::mem::replace(&mut testbed.world.places.private_weapons[gao], weapons);
            testbed.world.arms.arrived += u64::from(weapons);
            testbed.world.arms.gone += u64::from(held);
        })
    };
    assert!(set(10) < set(100) && set(100) < set(1_000), "{} to {}", set(10), set(1_000));
    assert!(banditry(|testbed, gao| testbed.world.places.legal_income_eur[gao] = 2_000.0) < 0.8 * plain);
    let judges = |share: u32| {
        banditry(move |testbed, _| {
            for post in testbed.world.officials.iter_mut().filter(|post| post.rank == Rank::Judge) {
                (post.at_post, post.captured) = (share * post.posts, 0);
            }
        })
    };
    assert!(judges(1) < 0.8 * judges(0), "{} and {}", judges(1), judges(0));
    let protected =
        |cover: f64| banditry(move |testbed, gao| testbed.world.presence.state_cover[gao][PROTECT] = cover);
    assert!(protected(0.5) < protected(0.0) && protected(1.0) == 0.0);
}

#[test]
fn bandits_make_fear() {
    let fear = |weapons: u32| {
        let after = year(Testbed::new(), |testbed, gao| {
            let held = std::mem::replace(&mut testbed.world.places.private_weapons[gao], weapons);
            testbed.world.arms.arrived += u64::from(weapons);
            testbed.world.arms.gone += u64::from(held);
        });
        after.world.cells[after.world.places.cells[after.place("Gao")][0]].passing[FEAR]
    };
    assert!(fear(1_000) > fear(10) && fear(10) > 0.0, "{} and {}", fear(1_000), fear(10));
    assert!(fear(100_000) <= Testbed::new().prepared.parameters.crime_and_arms.most_fear_of_banditry);
}

#[test]
fn weapons_wear_out() {
    let left = |lost: f64| {
        let mut testbed = Testbed::new();
        let params = &mut testbed.prepared.parameters.crime_and_arms;
        (params.weapons_lost_per_week, params.purchases_per_person_week) = (lost, 0.0);
        weapons(testbed, |_, _| {})
    };
    assert!(left(0.01) < left(0.001) && left(0.001) < left(0.0));
}

#[test]
fn smuggled_arms_reach_people_and_groups_who_can_pay() {
    let arrived = |factor: f64, money: f64| {
        let mut testbed = Testbed::under(&format!(
            "market-demand = {{ commodity = \"weapons\", volume_factor = {factor:?} }}"
        ));
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        let purse = testbed.world.groups[jihadists].actor;
        let held = testbed.world.ledger.balance(purse).eur();
        testbed.endow(purse, money - held);
        for week in 0..26 {
            testbed.begin_week();
            testbed.world.presence.group_force.fill(0.0);
            testbed.world.presence.group_force[(gao, jihadists)] = 50.0;
            testbed.step("trafficking", week);
            testbed.step("interdiction", week);
        }
        (testbed.world.places.private_weapons[gao], testbed.world.groups[jihadists].arms)
    };
    let (none, few, many, poor) =
        (arrived(0.0, 1e7), arrived(1.0, 1e7), arrived(5.0, 1e7), arrived(5.0, 0.0));
    assert!(none.0 < few.0 && few.0 < many.0, "{none:?}, {few:?}, {many:?}");
    assert!(none.1 < few.1 && few.1 < many.1, "{none:?}, {few:?}, {many:?}");
    assert!(poor.1 < many.1 && poor.0 > many.0, "{poor:?} and {many:?}");
}
