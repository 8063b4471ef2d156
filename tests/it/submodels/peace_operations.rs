//! Contract: more troops cover more, less what they need to protect themselves; what goes by air is not ambushed, and costs;
//! movements are sold where groups are and people distrust the mission; the mandate shares out what is free.

use harmattan::base::ids::{MissionId, PlaceId};
use harmattan::entities::vocabulary::{GroupKind, Purpose};
use harmattan::entities::world::{CONTEST, FIND, PROTECT};

use super::Testbed;

fn troops(persons: u32, more: &str) -> Testbed {
    Testbed::under(&format!("mission-size = {{ mission = \"minusma\", troops_persons = {persons} }}{more}"))
}

/// Another lever beside the troops.
fn beside(set: &str) -> String {
    format!("\n[[lever]]\nname = \"other\"\nfrom.date = 2012-01-02\nset.{set}")
}

fn minusma(testbed: &Testbed) -> MissionId {
    testbed.world.missions.ids().find(|m| testbed.world.missions[*m].id == "minusma").unwrap()
}

/// Some weeks of the mission alone, with something set before every week.
fn weeks(mut testbed: Testbed, n: u32, change: impl Fn(&mut Testbed)) -> Testbed {
    for week in 0..n {
        testbed.begin_week();
        change(&mut testbed);
        testbed.step("peace-operations", week);
    }
    testbed
}

#[test]
fn troops_follow_their_ceiling_and_cover_follows_troops() {
    let gao = Testbed::new().place("Gao");
    let deployed = |persons: u32, n: u32| {
        let after = weeks(troops(persons, ""), n, |_| {});
        let mission = minusma(&after);
        (after.world.missions[mission].total(), after.world.presence.mission_cover[gao])
    };
    let (none, few, many) = (deployed(0, 52), deployed(100, 52), deployed(800, 52));
    assert_eq!((none.0, none.1), (0, [0.0; 3]));
    for density in [CONTEST, FIND, PROTECT] {
        assert!(none.1[density] < few.1[density] && few.1[density] < many.1[density], "density {density}");
    }
    // It takes time.
    assert!(deployed(800, 4).0 < many.0 && many.0 <= 800, "{} and {}", deployed(800, 4).0, many.0);
}

#[test]
fn losses_drive_troops_into_their_bases() {
    let gao = Testbed::new().place("Gao");
    let after = |deaths: f64| {
        let after = weeks(troops(800, ""), 12, |testbed| {
            let mission = minusma(testbed);
            testbed.world.missions[mission].recent_deaths = deaths;
        });
        let mission = &after.world.missions[minusma(&after)];
        (mission.self_protection, after.world.presence.mission_cover[gao])
    };
    let params = Testbed::new().prepared.parameters.peace_operations;
    let (calm, hit, worst) = (after(0.0), after(0.3), after(1_000.0));
    assert_eq!(calm.0, params.guards_share);
    assert!((worst.0 - params.guards_share - params.fear_share).abs() < 1e-6, "{}", worst.0);
    assert!(calm.0 < hit.0 && hit.0 < worst.0, "{}", hit.0);
    assert!(calm.1[PROTECT] > hit.1[PROTECT] && hit.1[PROTECT] > worst.1[PROTECT]);
}

#[test]
fn a_strike_force_guards_itself_whatever_it_loses() {
    let share = |deaths: f64| {
        let testbed = Testbed::under("strike-force = { actor = \"france\", troops_persons = 500 }");
        let force =
            testbed.world.missions.ids().find(|m| testbed.world.missions[*m].is_strike_force).unwrap();
        let after = weeks(testbed, 4, |testbed| testbed.world.missions[force].recent_deaths = deaths);
        assert!(after.world.missions[force].total() > 0);
        after.world.missions[force].self_protection
    };
    assert_eq!(share(0.0), share(100.0));
}

/// Convoys of a year, how many of them were sold, the largest escort, and what the mission and tips cost.
struct Supplied {
    convoys: usize,
    sold: usize,
    escort: u32,
    cost: f64,
    tips: f64,
}

fn supplied(more: &str, change: impl Fn(&mut Testbed)) -> Supplied {
    let mut testbed = troops(800, more);
    let mut supplied = Supplied { convoys: 0, sold: 0, escort: 0, cost: 0.0, tips: 0.0 };
    let richest = testbed.world.groups.iter().map(|group| group.actor).collect::<Vec<_>>();
    richest.into_iter().for_each(|purse| testbed.endow(purse, 1e7));
    for week in 0..52 {
        testbed.begin_week();
        testbed.world.presence.group_cover.fill(0.8);
        change(&mut testbed);
        testbed.step("peace-operations", week);
        supplied.convoys += testbed.world.convoys.len();
        supplied.sold += testbed.world.convoys.iter().filter(|convoy| convoy.leaked).count();
        let escort = testbed.world.convoys.iter().map(|convoy| convoy.escort).max();
        supplied.escort = supplied.escort.max(escort.unwrap_or(0));
    }
    supplied.cost = testbed.paid(Purpose::MissionCost);
    supplied.tips = testbed.paid(Purpose::Information);
    supplied
}

#[test]
fn what_goes_by_air_is_no_convoy_and_costs_more() {
    let lift = |share: f64| {
        supplied(
            &beside(&format!("mission-air-lift = {{ mission = \"minusma\", air_lift_share = {share:?} }}")),
            |_| {},
        )
    };
    let (road, half, air) = (lift(0.0), lift(0.5), lift(1.0));
    assert!(road.convoys > half.convoys && half.convoys > 0, "{} and {}", road.convoys, half.convoys);
    assert_eq!(air.convoys, 0);
    assert!(
        road.cost < 0.95 * half.cost && half.cost < 0.95 * air.cost,
        "{} and {} EUR",
        road.cost,
        air.cost
    );
}

#[test]
fn movements_are_sold_where_groups_are_and_people_distrust_the_mission() {
    let trust = |trust: f64| {
        supplied("", |testbed| {
            testbed.world.cells.iter_mut().for_each(|cell| cell.trust_in_mission = trust);
        })
    };
    let (trusted, distrusted) = (trust(1.0), trust(0.0));
    assert!(distrusted.sold > trusted.sold && trusted.sold > 0, "{} and {}", distrusted.sold, trusted.sold);
    assert!(distrusted.sold < distrusted.convoys);
    let alone = supplied("", |testbed| testbed.world.presence.group_cover.fill(0.0));
    assert_eq!((alone.sold, alone.tips), (0, 0.0));
    assert!(distrusted.tips > trusted.tips && trusted.tips > 0.0, "{} EUR for tips", distrusted.tips);
    // Somebody who has money pays for every tip.
    let price = Testbed::new().prepared.parameters.peace_operations.tip_eur;
    assert!((distrusted.tips - price * distrusted.sold as f64).abs() < 0.01);
}

#[test]
fn the_mandate_shares_out_what_is_free() {
    let mandate = |protect: f64, support: f64, escort: f64, fight: f64| {
        let set = format!(
            "mandate-weights = {{ mission = \"minusma\", protect_civilians_share = {protect:?}, \
             support_state_share = {support:?}, escort_share = {escort:?}, fight_share = {fight:?} }}"
        );
        let after = weeks(troops(800, &beside(&set)), 26, |_| {});
        let escort = after.world.convoys.iter().map(|convoy| convoy.escort).max().unwrap_or(0);
        let presence = &after.world.presence;
        let gao: PlaceId = after.place("Gao");
        (
            presence.mission_cover[gao][PROTECT],
            presence.mission_support[gao],
            escort,
            presence.mission_fight[gao],
        )
    };
    let even = mandate(0.25, 0.25, 0.25, 0.25);
    assert!(mandate(0.7, 0.1, 0.1, 0.1).0 > even.0 && mandate(0.1, 0.7, 0.1, 0.1).0 < even.0);
    assert!(mandate(0.1, 0.7, 0.1, 0.1).1 > even.1 && mandate(0.7, 0.1, 0.1, 0.1).1 < even.1);
    assert!(mandate(0.1, 0.1, 0.1, 0.7).3 > even.3 && mandate(0.4, 0.3, 0.3, 0.0).3 == 0.0);
    let escorted = supplied(
        &beside(
            "mandate-weights = { mission = \"minusma\", protect_civilians_share = 0.1, support_state_share = 0.1, escort_share = 0.8, fight_share = 0.0 }",
        ),
        |_| {},
    );
    assert!(escorted.escort > supplied("", |_| {}).escort);
}

#[test]
fn trained_troops_cover_more() {
    let gao = Testbed::new().place("Gao");
    let cover = |training: f64| {
        let set = format!("mission-training = {{ mission = \"minusma\", training_share = {training:?} }}");
        weeks(troops(800, &beside(&set)), 12, |_| {}).world.presence.mission_cover[gao][PROTECT]
    };
    assert!(cover(0.2) < cover(0.6) && cover(0.6) < cover(1.0), "{} and {}", cover(0.2), cover(1.0));
}

#[test]
fn a_police_task_force_reaches_as_far_as_the_mission_patrols() {
    let gao = Testbed::new().place("Gao");
    let reach = |persons: u32, officers: u32| {
        let set = format!("unpol-task-force = {{ mission = \"minusma\", officers_persons = {officers} }}");
        weeks(troops(persons, &beside(&set)), 26, |_| {}).world.presence.task_force[gao]
    };
    assert!(reach(800, 20) < reach(800, 200) && reach(200, 200) < reach(800, 200));
    assert_eq!((reach(0, 200), reach(800, 0)), (0.0, 0.0));
}

#[test]
fn only_groups_that_stand_there_pay_for_tips() {
    let paid = |there: bool| {
        let mut testbed = troops(800, "");
        let jihadists = testbed.group(GroupKind::Jihadist);
        let purse = testbed.world.groups[jihadists].actor;
        testbed.endow(purse, 1e6);
        let before = testbed.world.ledger.balance(purse).eur();
        for week in 0..52 {
            testbed.begin_week();
            testbed.world.presence.group_cover.fill(0.8);
            testbed.world.presence.group_force.fill(0.0);
            let group = if there { jihadists } else { testbed.group(GroupKind::Separatist) };
            for place in testbed.world.places.ids() {
                testbed.world.presence.group_force[(place, group)] = 50.0;
            }
            testbed.step("peace-operations", week);
        }
        before - testbed.world.ledger.balance(purse).eur()
    };
    assert!(paid(true) > 0.0);
    assert_eq!(paid(false), 0.0);
}
