//! Contract: an army without pay loses heart and does not grow; without money and training it is not ready, and untrained
//! soldiers abuse more; troops go where violence was; units return to open places, as far as the army has the heart.

use harmattan::entities::places::Ruler;
use harmattan::entities::vocabulary::{GroupKind, Posture, Stance};
use harmattan::entities::world::CONTEST;

use super::Testbed;

/// A year of the army by itself, with something set before every week.
fn year(mut testbed: Testbed, change: impl Fn(&mut Testbed)) -> Testbed {
    for week in 0..52 {
        change(&mut testbed);
        testbed.step("state-forces", week);
    }
    testbed
}

const REFORM: &str = "security-sector-reform = { effort_share = 1.0 }";

#[test]
fn an_army_without_pay_loses_heart() {
    let morale = |unpaid_weeks: f64, loss: f64| {
        let mut testbed = Testbed::new();
        testbed.prepared.parameters.state_forces.unpaid_morale_loss = loss;
        year(testbed, |testbed| testbed.world.state_forces.unpaid_weeks = unpaid_weeks)
            .world
            .state_forces
            .morale
    };
    let usual = Testbed::new().prepared.parameters.state_forces.unpaid_morale_loss;
    assert!(morale(52.0, usual) < morale(10.0, usual), "{}", morale(52.0, usual));
    assert!(morale(10.0, usual) < morale(0.0, usual), "{}", morale(10.0, usual));
    assert_eq!(morale(52.0, 0.0), morale(0.0, 0.0));
}

#[test]
fn readiness_follows_money_and_training() {
    let readiness = |funded: f64, trained: f64| {
        let mut testbed = Testbed::new();
        testbed.input("army-trained-share", trained);
        let after = year(testbed, |testbed| testbed.world.state_forces.operations_funded = funded);
        after.world.state_forces.units[0].readiness
    };
    assert!(readiness(0.0, 0.5) < readiness(0.5, 0.5) - 0.05);
    assert!(readiness(0.5, 0.5) < readiness(1.0, 0.5) - 0.05);
    assert!(readiness(1.0, 0.0) < readiness(1.0, 1.0) - 0.05);
}

#[test]
fn trained_and_reformed_soldiers_abuse_less() {
    let abusiveness = |testbed: Testbed| year(testbed, |_| {}).world.state_forces.units[0].abusiveness;
    let trained = |share: f64| {
        let mut testbed = Testbed::new();
        testbed.input("army-trained-share", share);
        abusiveness(testbed)
    };
    assert!(trained(1.0) < trained(0.5) - 0.03 && trained(0.5) < trained(0.0) - 0.03);
    assert!(abusiveness(Testbed::under(REFORM)) < trained(0.0) - 0.03);
}

#[test]
fn reform_restrains_soldiers_beyond_what_training_does() {
    let abusiveness = |restraint: f64| {
        let mut testbed = Testbed::under(REFORM);
        testbed.prepared.parameters.state_forces.reform_restraint_share = restraint;
        year(testbed, |_| {}).world.state_forces.units[0].abusiveness
    };
    assert!(abusiveness(0.5) < abusiveness(0.0) - 0.05, "{} and {}", abusiveness(0.5), abusiveness(0.0));
}

#[test]
fn soldiers_who_are_overseen_abuse_less() {
    let abusiveness = |oversight: f64, restraint: f64| {
        let mut testbed = Testbed::new();
        testbed.prepared.parameters.state_forces.oversight_restraint_share = restraint;
        let after = year(testbed, |testbed| testbed.world.state.oversight = oversight);
        after.world.state_forces.units[0].abusiveness
    };
    assert!(abusiveness(1.0, 0.5) < abusiveness(0.5, 0.5) - 0.02);
    assert!(abusiveness(0.5, 0.5) < abusiveness(0.0, 0.5) - 0.02);
    assert_eq!(abusiveness(1.0, 0.0), abusiveness(0.0, 0.0));
}

#[test]
fn reform_makes_units_readier_through_training_alone() {
    let gained = |share: f64| {
        let of = |mut testbed: Testbed| {
            testbed.prepared.parameters.state_forces.reform_training_share = share;
            year(testbed, |testbed| testbed.world.state_forces.operations_funded = 1.0)
                .world
                .state_forces
                .units[0]
                .readiness
        };
        of(Testbed::under(REFORM)) - of(Testbed::new())
    };
    assert!(gained(0.5) > 0.03, "{}", gained(0.5));
    assert_eq!(gained(0.0), 0.0);
}

#[test]
fn the_army_grows_as_far_as_it_is_paid() {
    let troops = |met: f64| {
        let after = year(Testbed::new(), |testbed| {
            testbed.world.state_forces.paid_by_aid = 1_000.0;
            testbed.world.state.salaries_met = met;
        });
        after.world.state_forces.troops()
    };
    let before = Testbed::new().world.state_forces.troops();
    assert_eq!(troops(0.0), before);
    assert!(before < troops(0.5) && troops(0.5) < troops(1.0), "{} and {}", troops(0.5), troops(1.0));
    assert!(troops(1.0) < 1_001);
}

/// The testbed with an army ten times as large: of a few dozen soldiers nobody is relieved.
fn large_army() -> Testbed {
    let mut testbed = Testbed::new();
    for unit in &mut testbed.world.state_forces.units {
        (unit.establishment, unit.troops) = (10 * unit.establishment, 10 * unit.troops);
    }
    testbed
}

#[test]
fn attacks_next_door_count_for_less() {
    let gao = Testbed::new().place("Gao");
    let in_gao = |place: &str, weight: f64| {
        let mut testbed = large_army();
        testbed.prepared.parameters.state_forces.neighbour_attack_weight = weight;
        let hit = testbed.place(place);
        year(testbed, |testbed| testbed.world.places.recent_attacks[hit] = 20.0)
            .world
            .state_forces
            .troops_at(gao)
    };
    assert!(in_gao("Kidal", 0.3) > in_gao("Kidal", 0.0), "{}", in_gao("Kidal", 0.3));
    assert!(in_gao("Kidal", 0.3) < in_gao("Gao", 0.3));
}

#[test]
fn a_share_of_the_army_is_not_in_its_units() {
    for share in [0.0, 0.3] {
        let mut testbed = large_army();
        testbed.prepared.parameters.state_forces.reserve_share = share;
        testbed.world.state_forces.reserve = 600;
        let mut testbed = year(testbed, |_| {});
        for _ in 0..3 {
            testbed = year(testbed, |_| {});
        }
        let forces = &testbed.world.state_forces;
        let left = f64::from(forces.reserve) / f64::from(forces.troops());
        assert!((left - share).abs() < 0.06, "{left} of {share}");
    }
}

#[test]
fn troops_go_where_violence_was_and_none_is_lost_on_the_way() {
    let gao = Testbed::new().place("Gao");
    let in_gao = |attacks: f64, weight: f64| {
        let mut testbed = large_army();
        testbed.prepared.parameters.state_forces.violence_weight = weight;
        let before = testbed.world.state_forces.troops();
        let after = year(testbed, |testbed| testbed.world.places.recent_attacks[gao] = attacks);
        assert_eq!(after.world.state_forces.troops(), before);
        after.world.state_forces.troops_at(gao)
    };
    let usual = Testbed::new().prepared.parameters.state_forces.violence_weight;
    let (calm, hit) = (in_gao(0.0, usual), in_gao(20.0, usual));
    assert!(hit > calm + 50, "{hit} and {calm}");
    assert_eq!(in_gao(20.0, 0.0), in_gao(0.0, 0.0));
}

/// Of a hundred units from Kidal that stand in Gao, those that are home after a week.
fn returned(change: impl Fn(&mut Testbed)) -> usize {
    let mut testbed = Testbed::new();
    let (gao, kidal) = (testbed.place("Gao"), testbed.place("Kidal"));
    let mut at = 0;
    for seed in 1..=100 {
        testbed.restart();
        testbed.world.places.controller[gao] = Ruler::State;
        testbed.world.bands.list.iter_mut().for_each(|band| band.posture = Posture::Sanctuary);
        testbed.world.presence.group_cover.fill(0.0);
        testbed.world.presence.mission_cover.fill([0.0; 3]);
        testbed.world.presence.support[kidal].fill(0.0);
        testbed.world.presence.support[kidal][0] = 1.0;
        let units = &mut testbed.world.state_forces.units;
        units.iter_mut().filter(|unit| unit.home == kidal).for_each(|unit| unit.place = gao);
        change(&mut testbed);
        testbed.step_of_seed("state-forces", 0, seed);
        at += testbed.world.state_forces.units.iter().filter(|unit| unit.place == kidal).count();
    }
    at
}

#[test]
fn units_return_where_the_state_or_nobody_rules_as_far_as_the_army_has_the_heart() {
    let kidal = Testbed::new().place("Kidal");
    let held_by = |ruler: Ruler, morale: f64, mission: f64| {
        returned(|testbed| {
            testbed.world.places.controller[kidal] = ruler;
            testbed.world.state_forces.morale = morale;
            testbed.world.presence.mission_cover[kidal][CONTEST] = mission;
        })
    };
    let separatists = Ruler::Group(Testbed::new().group(GroupKind::Separatist));
    let (own, open, broken) =
        (held_by(Ruler::State, 0.7, 0.0), held_by(Ruler::Nobody, 0.7, 0.0), held_by(Ruler::Nobody, 0.1, 0.0));
    assert!(own > open && open > broken, "{own}, {open}, {broken}");
    assert_eq!(held_by(separatists, 0.7, 0.0), 0);
    let allied = |open: f64| {
        returned(|testbed| {
            let separatists = testbed.group(GroupKind::Separatist);
            testbed.world.groups[separatists].stance = Stance::Allied;
            testbed.world.places.controller[kidal] = Ruler::Group(separatists);
            testbed.prepared.parameters.state_forces.return_with_allies = open;
        })
    };
    assert!(allied(0.5) > allied(0.1) && allied(0.1) > 0 && allied(0.0) == 0, "{} with allies", allied(0.5));
    assert!(held_by(separatists, 0.7, 0.9) > 10, "behind a mission {}", held_by(separatists, 0.7, 0.9));
}

#[test]
fn the_army_does_not_enter_among_people_who_bar_it() {
    let kidal = Testbed::new().place("Kidal");
    let backed = |share: f32| {
        returned(|testbed| {
            let separatists = testbed.group(GroupKind::Separatist);
            testbed.world.presence.mission_cover[kidal][CONTEST] = 0.9;
            testbed.world.places.controller[kidal] = Ruler::Nobody;
            testbed.world.presence.support[kidal][separatists.0 as usize + 1] = share;
        })
    };
    assert!(backed(0.2) < backed(0.0) && backed(0.2) > 0, "{} and {}", backed(0.2), backed(0.0));
    assert_eq!(backed(0.6), 0);
}
