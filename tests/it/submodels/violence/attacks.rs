//! Contract: capable groups attack more, strikes and patrols keep them down, talks and money keep them from the state; convoys whose
//! movement was sold are hit more, and so are those who inform; trust, training and air lift spare peacekeepers.

use harmattan::base::ids::{GroupId, MissionId};
use harmattan::entities::armed_groups::Capability;
use harmattan::entities::missions::Convoy;
use harmattan::entities::places::Ruler;
use harmattan::entities::this_week::{Event, Side};
use harmattan::entities::vocabulary::{GroupKind, Posture, Stance};
use harmattan::entities::world::FIND;

use super::super::Testbed;
use super::{hide, violent, violent_in};

/// Attacks of jihadists at Gao in two years, and peacekeepers and others killed in them.
fn attacks(change: impl Fn(&mut Testbed, GroupId)) -> (usize, u32) {
    attacks_in(Testbed::new(), change)
}

fn attacks_in(testbed: Testbed, change: impl Fn(&mut Testbed, GroupId)) -> (usize, u32) {
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    let after = violent_in(testbed, |testbed| {
        let missing = 200_u32.saturating_sub(testbed.world.bands.fighters_at(jihadists, gao));
        testbed.gather(jihadists, gao, missing);
        hide(testbed, Posture::Guerrilla);
        testbed.world.groups[jihadists].capability = Capability::even(0.5);
        testbed.world.places.controller[gao] = Ruler::Nobody;
        testbed.world.places.cooperation.fill(0.0);
        testbed.world.places.excitation.fill(0.0);
        change(testbed, jihadists);
    });
    let by_group = |event: &&Event| event.place == gao && event.a == Side::Group(jihadists);
    let deaths = after.events.iter().filter(by_group).map(|event| event.deaths_b + event.civilians).sum();
    (after.events.iter().filter(by_group).count(), deaths)
}

/// Soldiers stand in Gao.
fn soldiers(testbed: &mut Testbed) {
    let gao = testbed.place("Gao");
    for unit in &mut testbed.world.state_forces.units {
        (unit.place, unit.troops) = (gao, 100);
    }
}

#[test]
fn capable_groups_attack_more_and_strikes_and_patrols_keep_them_down() {
    let with = |level: f64| {
        attacks(move |testbed, group| {
            soldiers(testbed);
            testbed.world.groups[group].capability = Capability::even(level);
        })
        .0
    };
    assert!(with(0.1) < with(0.5) && with(0.5) < with(0.9), "{} to {}", with(0.1), with(0.9));
    let struck = attacks(|testbed, _| {
        soldiers(testbed);
        testbed.world.presence.strike_cover.fill(0.9);
    });
    let patrolled = attacks(|testbed, _| {
        soldiers(testbed);
        testbed.world.presence.state_cover.iter_mut().for_each(|cover| cover[FIND] = 0.9);
    });
    assert!(struck.0 < with(0.5) && patrolled.0 < with(0.5), "{}, {}, {}", struck.0, patrolled.0, with(0.5));
}

#[test]
fn talks_accords_and_payments_keep_groups_from_attacking_the_state() {
    let of = |stance: Stance, paid: f64| {
        attacks(move |testbed, group| {
            soldiers(testbed);
            testbed.world.groups[group].stance = stance;
            testbed.world.groups[group].patronage_eur = paid;
        })
        .0
    };
    let fighting = of(Stance::Fighting, 0.0);
    for (what, n) in [
        ("talks", of(Stance::Talking, 0.0)),
        ("an accord", of(Stance::Signatory, 0.0)),
        ("payments", of(Stance::Fighting, 1e9)),
    ] {
        assert!(n < fighting / 2, "{what}: {n} of {fighting} attacks");
    }
    assert_eq!(of(Stance::Dormant, 0.0), 0);
}

#[test]
fn a_convoy_whose_movement_was_sold_is_hit_more_and_loses_more() {
    let lost = |leaked: bool, factor: f64| {
        let mut testbed = Testbed::new();
        testbed.prepared.parameters.violence.leak_factor = factor;
        let gao = testbed.place("Gao");
        let mission =
            testbed.world.missions.ids().find(|m| !testbed.world.missions[*m].is_strike_force).unwrap();
        attacks_in(testbed, move |testbed, _| {
            testbed.world.missions[mission].troops.fill(0);
            let bamako = testbed.place("Bamako");
            testbed.world.missions[mission].troops[bamako] = 500;
            testbed.world.convoys = vec![Convoy { mission, base: gao, through: gao, escort: 60, leaked }];
        })
    };
    let usual = Testbed::new().prepared.parameters.violence.leak_factor;
    let (kept, sold) = (lost(false, usual), lost(true, usual));
    assert!(sold.0 > kept.0 && sold.1 > kept.1, "{sold:?} sold, {kept:?} kept");
    assert_eq!(lost(true, 1.0), lost(false, 1.0));
}

#[test]
fn who_informs_where_control_is_contested_is_hit() {
    let killed = |told: f64, cover: f64| {
        attacks(move |testbed, _| {
            testbed.world.places.cooperation.fill(told);
            testbed.world.presence.group_cover.fill(cover);
        })
        .0
    };
    let (open, silent) = (killed(0.9, 0.5), killed(0.0, 0.5));
    assert!(open > 5, "{open}");
    assert_eq!(silent, 0);
    assert!(killed(0.9, 0.95) < open && killed(0.9, 0.02) < open);
}

#[test]
fn attacks_excite_attacks() {
    let n = |excitation: f64| {
        attacks(move |testbed, _| {
            soldiers(testbed);
            testbed.world.places.excitation.fill(excitation);
        })
        .0
    };
    assert!(n(1.0) > n(0.0) + 30, "{} and {}", n(1.0), n(0.0));
    let gao = Testbed::new().place("Gao");
    let after = violent(|testbed| {
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.gather(jihadists, gao, 5);
        soldiers(testbed);
    });
    assert!(after.testbed.world.places.excitation[gao] > 0.0);
    assert!(after.testbed.world.places.recent_attacks[gao] > 0.0);
}

/// Attacks on five hundred peacekeepers in Gao over two years, and their deaths.
fn on_mission(change: impl Fn(&mut Testbed, MissionId)) -> (usize, u32) {
    let testbed = Testbed::new();
    let gao = testbed.place("Gao");
    let mission = testbed.world.missions.ids().find(|m| !testbed.world.missions[*m].is_strike_force).unwrap();
    attacks_in(testbed, |testbed, _| {
        testbed.world.cells.iter_mut().for_each(|cell| cell.trust_in_mission = 0.5);
        let state = &mut testbed.world.missions[mission];
        state.troops.fill(0);
        state.troops[gao] = 500;
        (state.training, state.air_lift, state.self_protection) = (0.0, 0.0, 0.5);
        change(testbed, mission);
    })
}

#[test]
fn training_and_air_lift_save_peacekeepers_and_trust_keeps_attackers_away() {
    let plain = on_mission(|_, _| {});
    assert!(plain.1 > 20, "{plain:?}");
    let trained = on_mission(|testbed, mission| testbed.world.missions[mission].training = 1.0);
    let flown = on_mission(|testbed, mission| testbed.world.missions[mission].air_lift = 1.0);
    assert_eq!((trained.0, flown.0), (plain.0, plain.0));
    assert!(trained.1 < plain.1 && flown.1 < plain.1, "{plain:?}, {trained:?}, {flown:?}");
    let trusted = |trust: f64| {
        on_mission(move |testbed, _| {
            testbed.world.cells.iter_mut().for_each(|cell| cell.trust_in_mission = trust);
        })
        .0
    };
    assert!(trusted(1.0) < plain.0 && plain.0 < trusted(0.0), "{} and {}", trusted(1.0), trusted(0.0));
    let hidden = on_mission(|testbed, mission| testbed.world.missions[mission].self_protection = 1.0);
    assert!(hidden.0 < plain.0, "{hidden:?} in their bases, {plain:?}");
}

#[test]
fn officials_are_threatened_most_where_they_are_the_target() {
    let threat = |on_officials: bool| {
        let gao = Testbed::new().place("Gao");
        let after = violent(|testbed| {
            let jihadists = testbed.group(GroupKind::Jihadist);
            let missing = 200_u32.saturating_sub(testbed.world.bands.fighters_at(jihadists, gao));
            testbed.gather(jihadists, gao, missing);
            hide(testbed, Posture::Guerrilla);
            testbed.world.places.cooperation.fill(0.0);
            testbed.world.places.controller[gao] = Ruler::Nobody;
            if on_officials {
                testbed.world.presence.civil[gao] = 1.0;
            } else {
                soldiers(testbed);
            }
        });
        let attacks = after.count(|event| event.place == gao && event.is_attack());
        after.testbed.world.places.threat_to_officials[gao] / attacks as f64
    };
    assert!((threat(true) - 1.0).abs() < 1e-9, "{}", threat(true));
    let other = Testbed::new().prepared.parameters.violence.threat_from_other_attacks;
    assert!((threat(false) - other).abs() < 1e-9, "{}", threat(false));
}

#[test]
fn attackers_who_are_expected_lose_more_of_theirs() {
    let lost = |told: f64, exchange: f64| {
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        let violence = &mut testbed.prepared.parameters.violence;
        violence.exchange_of_intelligence = exchange;
        (violence.informers_exposure, violence.raid_tempo_per_week) = (0.0, 0.0);
        let after = violent_in(testbed, |testbed| {
            let missing = 200_u32.saturating_sub(testbed.world.bands.fighters_at(jihadists, gao));
            testbed.gather(jihadists, gao, missing);
            hide(testbed, Posture::Guerrilla);
            soldiers(testbed);
            testbed.world.groups[jihadists].capability = Capability::even(0.5);
            testbed.world.places.cooperation.fill(told);
        });
        let attacks = after.events.iter().filter(|event| event.a == Side::Group(jihadists));
        attacks.map(|event| event.deaths_a).sum::<u32>()
    };
    assert!(lost(0.9, 0.5) > lost(0.1, 0.5), "{} and {}", lost(0.9, 0.5), lost(0.1, 0.5));
    assert_eq!(lost(0.9, 0.0), lost(0.1, 0.0));
}

#[test]
fn killings_wear_out_the_authority_of_those_who_settle_disputes() {
    let authority = |worn: f64| {
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.prepared.parameters.violence.custom_lost_per_killing = worn;
        testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 0.8);
        let after = violent_in(testbed, |testbed| {
            let missing = 200_u32.saturating_sub(testbed.world.bands.fighters_at(jihadists, gao));
            testbed.gather(jihadists, gao, missing);
            testbed.world.groups[jihadists].capability = Capability::even(0.5);
            testbed.world.places.cooperation.fill(0.9);
            testbed.world.presence.group_cover.fill(0.5);
        });
        assert!(after.count(|event| event.place == gao && event.civilians > 0) > 0);
        after.testbed.world.cells[after.testbed.world.places.cells[gao][0]].customary_authority
    };
    assert!(authority(0.01) < 0.79, "{}", authority(0.01));
    assert_eq!(authority(0.0), 0.8);
}
