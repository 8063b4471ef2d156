//! Contract: what people tell lets strikes and raids find their target; raids that miss it hurt the community that is blamed; groups on
//! bad terms fight where they meet; convoys whose movement was sold are hit more; a strike near its base costs a network.

use harmattan::base::ids::{GroupId, MissionId};
use harmattan::entities::armed_groups::Capability;
use harmattan::entities::cells::{GRIEVANCE, Shock};
use harmattan::entities::missions::Convoy;
use harmattan::entities::places::Ruler;
use harmattan::entities::this_week::{Assault, Event, Side};
use harmattan::entities::trafficking_networks::Contract;
use harmattan::entities::vocabulary::{EventKind, GroupKind, Posture, Stance};
use harmattan::entities::world::{FIND, PROTECT};

use super::Testbed;

/// Violence alone over two years in a world without an army, without officials and without cover; something is set before every
/// week, and every event is kept.
struct Violent {
    testbed: Testbed,
    events: Vec<Event>,
    /// Lasting grievance from abuse by cell, weeks added up.
    embittered: Vec<f64>,
}

fn violent(change: impl Fn(&mut Testbed)) -> Violent {
    violent_in(Testbed::new(), change)
}

fn violent_in(mut testbed: Testbed, change: impl Fn(&mut Testbed)) -> Violent {
    testbed.world.state_forces.units.iter_mut().for_each(|unit| unit.troops = 0);
    testbed.world.officials.iter_mut().for_each(|post| (post.at_post, post.captured) = (0, 0));
    let mut events = Vec::new();
    let mut embittered = vec![0.0; testbed.world.cells.len()];
    for week in 0..104 {
        testbed.begin_week();
        let presence = &mut testbed.world.presence;
        presence.state_cover.fill([0.0; 3]);
        presence.strike_cover.fill(0.0);
        presence.mission_cover.fill([0.0; 3]);
        presence.civil.fill(0.0);
        testbed.world.places.excitation.fill(0.0);
        change(&mut testbed);
        testbed.step("violence", week);
        events.extend(testbed.world.this_week.events.iter().copied());
        for (sum, cell) in embittered.iter_mut().zip(testbed.world.cells.iter_mut()) {
            *sum += std::mem::take(&mut cell.lasting)[Shock::Abuse as usize][GRIEVANCE];
        }
    }
    Violent { testbed, events, embittered }
}

impl Violent {
    fn count(&self, of: impl Fn(&Event) -> bool) -> usize {
        self.events.iter().filter(|event| of(event)).count()
    }
}

fn hide(testbed: &mut Testbed, posture: Posture) {
    testbed.world.bands.list.iter_mut().for_each(|band| band.posture = posture);
}

fn strike_force(testbed: &Testbed) -> MissionId {
    testbed.world.missions.ids().find(|m| testbed.world.missions[*m].is_strike_force).unwrap()
}

/// Fighters whom strikes on Gao kill in two years, where there are always three hundred.
fn struck(cover: f64, told: f64, posture: Posture, informed_share: f64) -> u32 {
    let mut testbed = Testbed::new();
    testbed.prepared.parameters.violence.informed_share = informed_share;
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    let force = strike_force(&testbed);
    let after = violent_in(testbed, |testbed| {
        let missing = 300_u32.saturating_sub(testbed.world.bands.fighters_at(jihadists, gao));
        testbed.gather(jihadists, gao, missing);
        hide(testbed, posture);
        testbed.world.missions[force].troops[gao] = 100;
        testbed.world.presence.strike_cover[gao] = cover;
        testbed.world.places.cooperation.fill(told);
    });
    let strikes = after.events.iter().filter(|event| event.kind == EventKind::Strike);
    strikes.map(|event| event.deaths_b).sum()
}

#[test]
fn strikes_kill_more_the_more_they_cover_and_the_less_their_target_hides() {
    let deaths = |cover: f64, posture: Posture| struck(cover, 0.3, posture, 0.01);
    assert_eq!(deaths(0.0, Posture::Hold), 0);
    assert!(deaths(0.3, Posture::Hold) < deaths(0.9, Posture::Hold), "{}", deaths(0.9, Posture::Hold));
    assert!(deaths(0.9, Posture::Guerrilla) < deaths(0.9, Posture::Hold) / 4);
    assert!(deaths(0.2, Posture::Guerrilla) < deaths(0.9, Posture::Guerrilla));
}

#[test]
fn what_people_tell_leads_strikes_to_those_who_hide() {
    let deaths = |told: f64, share: f64| struck(0.9, told, Posture::Guerrilla, share);
    assert!(deaths(0.9, 0.05) > 2 * deaths(0.0, 0.05), "{} and {}", deaths(0.9, 0.05), deaths(0.0, 0.05));
    assert_eq!(deaths(0.9, 0.0), deaths(0.0, 0.0));
}

/// Two years of army raids on separatists who hide in Kidal: raids that hit, abuses, civilians killed, and what the blamed and
/// the other communities hold against the state.
struct Raids {
    hits: usize,
    abuses: usize,
    civilians: u32,
    blamed: f64,
    others: f64,
}

fn raids(told: f64, abusiveness: f64, change: impl Fn(&mut Testbed)) -> Raids {
    let mut testbed = Testbed::new();
    let (kidal, separatists) = (testbed.place("Kidal"), testbed.group(GroupKind::Separatist));
    testbed.prepared.parameters.violence.raid_tempo_per_week = 0.6;
    let cells = testbed.world.places.cells[kidal].clone();
    let kin = |testbed: &Testbed, group: GroupId| {
        let weight = |cell: &&harmattan::base::ids::CellId| {
            let cell = &testbed.world.cells[**cell];
            (testbed.world.groups[group].communities[cell.community as usize] * f64::from(cell.initial))
                as u64
        };
        *cells.iter().max_by_key(weight).unwrap()
    };
    let blamed = kin(&testbed, separatists);
    let after = violent_in(testbed, |testbed| {
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.world.groups[jihadists].stance = Stance::Dormant;
        hide(testbed, Posture::Guerrilla);
        let missing = 100_u32.saturating_sub(testbed.world.bands.fighters_at(separatists, kidal));
        testbed.gather(separatists, kidal, missing);
        for unit in &mut testbed.world.state_forces.units {
            (unit.place, unit.troops, unit.abusiveness) = (kidal, 50, abusiveness);
        }
        testbed.world.presence.state_cover[kidal][FIND] = 0.8;
        testbed.world.places.cooperation.fill(told);
        testbed.world.places.recent_attacks.fill(0.0);
        change(testbed);
    });
    let by_state = |kind: EventKind| after.count(|e| e.a == Side::State && e.kind == kind);
    let rest = cells.iter().filter(|cell| **cell != blamed);
    Raids {
        hits: by_state(EventKind::Raid),
        abuses: by_state(EventKind::Abuse),
        civilians: after.events.iter().filter(|e| e.kind == EventKind::Abuse).map(|e| e.civilians).sum(),
        blamed: after.embittered[blamed.0 as usize],
        others: rest.map(|cell| after.embittered[cell.0 as usize]).sum(),
    }
}

#[test]
fn raids_hit_the_more_people_tell_and_else_hurt_the_community_that_is_blamed() {
    let (told, silent) = (raids(0.9, 0.5, |_| {}), raids(0.0, 0.5, |_| {}));
    assert!(told.hits > silent.hits && told.abuses < silent.abuses, "{} and {} hits", told.hits, silent.hits);
    assert!(silent.blamed > told.blamed && told.blamed > 0.0, "{} and {}", silent.blamed, told.blamed);
    assert_eq!(silent.others, 0.0);
    let absent = raids(0.5, 0.5, |testbed| testbed.world.presence.state_cover.fill([0.0; 3]));
    assert_eq!((absent.hits, absent.abuses), (0, 0));
    let gone = raids(0.5, 0.5, |testbed| hide(testbed, Posture::Sanctuary));
    assert_eq!((gone.hits, gone.abuses), (0, 0));
}

#[test]
fn abusive_soldiers_kill_and_embitter_more() {
    let (strict, abusive) = (raids(0.0, 0.1, |_| {}), raids(0.0, 0.9, |_| {}));
    assert!(abusive.civilians > strict.civilians, "{} and {}", abusive.civilians, strict.civilians);
    assert!(abusive.blamed > strict.blamed + 0.05, "{} and {}", abusive.blamed, strict.blamed);
}

#[test]
fn a_complicit_leadership_raids_less() {
    let of = |complicity: f64| {
        let raids = raids(0.5, 0.5, |testbed| testbed.world.state.complicity = complicity);
        raids.hits + raids.abuses
    };
    assert!(of(1.0) < of(0.0), "{} and {}", of(1.0), of(0.0));
}

/// Clashes of the two groups in Kidal, where both stand, in two years.
fn clashes(relation: f64, change: impl Fn(&mut Testbed)) -> usize {
    let mut testbed = Testbed::new();
    let kidal = testbed.place("Kidal");
    let (jihadists, separatists) = (testbed.group(GroupKind::Jihadist), testbed.group(GroupKind::Separatist));
    testbed.prepared.parameters.violence.rival_tempo_per_week = 0.6;
    let after = violent_in(testbed, |testbed| {
        for (one, other) in [(jihadists, separatists), (separatists, jihadists)] {
            testbed.world.groups[one].relations[other.0 as usize] = relation;
            let missing = 80_u32.saturating_sub(testbed.world.groups[one].fighters());
            testbed.gather(one, kidal, missing);
        }
        testbed.world.bands.list.iter_mut().for_each(|band| band.place = kidal);
        change(testbed);
    });
    after.count(|event| matches!((event.a, event.b), (Side::Group(_), Side::Group(_))))
}

#[test]
fn groups_on_bad_terms_fight_where_they_meet() {
    let (enemies, foes) = (clashes(-0.9, |_| {}), clashes(-0.4, |_| {}));
    assert!(enemies > foes && foes > 0, "{enemies} and {foes}");
    assert_eq!((clashes(-0.1, |_| {}), clashes(0.3, |_| {})), (0, 0));
    let apart = clashes(-0.9, |testbed| {
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.world.bands.list.iter_mut().filter(|b| b.group == jihadists).for_each(|b| b.place = gao);
    });
    assert_eq!(apart, 0);
}

#[test]
fn elders_and_accords_restrain_clashes_and_shared_roads_feed_them() {
    let plain = clashes(-0.7, |testbed| {
        testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 0.0);
    });
    let heeded = clashes(-0.7, |testbed| {
        testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 1.0);
    });
    let signed = clashes(-0.7, |testbed| {
        testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 0.0);
        testbed.world.groups.iter_mut().for_each(|group| group.stance = Stance::Signatory);
        testbed.world.state.implementation = 1.0;
    });
    assert!(heeded < plain && signed < plain, "{plain}, {heeded} with elders, {signed} with an accord");
    let traders = clashes(-0.7, |testbed| {
        testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 0.0);
        let groups: Vec<GroupId> = testbed.world.groups.ids().collect();
        testbed.world.this_week.trade_rivalry.push((groups[0], groups[1], 2.0));
    });
    assert!(traders > plain, "{plain}, {traders} on shared roads");
}

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

/// Communal attacks in Gao in two years.
fn communal(tension: f64, change: impl Fn(&mut Testbed)) -> usize {
    let gao = Testbed::new().place("Gao");
    let after = violent(|testbed| {
        for pair in &mut testbed.world.places.tension[gao] {
            pair.level = tension;
        }
        testbed.world.places.private_weapons[gao] = 120;
        testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 0.0);
        let jihadists = testbed.group(GroupKind::Jihadist);
        let missing = 200_u32.saturating_sub(testbed.world.bands.fighters_at(jihadists, gao));
        testbed.gather(jihadists, gao, missing);
        change(testbed);
    });
    after.count(|event| event.kind == EventKind::Communal && event.place == gao)
}

#[test]
fn communities_attack_each_other_where_tension_and_arms_meet_and_nobody_protects() {
    let (calm, tense) = (communal(0.2, |_| {}), communal(0.8, |_| {}));
    assert!(calm < tense, "{calm} and {tense}");
    assert_eq!(communal(0.0, |_| {}), 0);
    let guarded = communal(0.8, |testbed| {
        testbed.world.presence.state_cover.iter_mut().for_each(|cover| cover[PROTECT] = 1.0);
    });
    assert_eq!(guarded, 0);
    let settled = communal(0.8, |testbed| {
        testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 1.0);
    });
    assert!(settled < tense, "{settled} and {tense}");
}

#[test]
fn an_assault_with_all_odds_takes_the_place_and_one_without_does_not() {
    let fought = |odds: f64| {
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.gather(jihadists, gao, 300);
        testbed.world.places.controller[gao] = Ruler::State;
        let before = (testbed.world.groups[jihadists].fighters(), testbed.world.state_forces.morale);
        testbed.begin_week();
        testbed.world.this_week.assaults =
            vec![Assault { group: jihadists, place: gao, strength: 300.0, engaged: 300, odds }];
        testbed.step("violence", 0);
        let world = &testbed.world;
        let fell = world.places.controller[gao] == Ruler::Group(jihadists);
        assert_eq!(fell, world.this_week.garrisons_lost.contains(&gao));
        assert_eq!(fell, world.state_forces.morale < before.1);
        assert_eq!(fell, world.state_forces.troops_at(gao) == 0);
        (fell, before.0 - world.groups[jihadists].fighters())
    };
    let (won, lost) = (fought(1.0), fought(0.0));
    assert!(won.0 && !lost.0);
    assert!(lost.1 > won.1 + 10, "{} men lost in defeat, {} in victory", lost.1, won.1);
}

#[test]
fn an_army_that_has_the_heart_tries_to_retake_what_lies_before_it() {
    let tried = |morale: f64, troops: u32| {
        let (mut tries, mut taken) = (0, 0);
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        for seed in 1..=60 {
            testbed.restart();
            testbed.gather(jihadists, gao, 100);
            hide(&mut testbed, Posture::Hold);
            testbed.world.places.controller[gao] = Ruler::Group(jihadists);
            for unit in &mut testbed.world.state_forces.units {
                (unit.place, unit.troops, unit.readiness) = (gao, troops, 0.8);
            }
            testbed.world.presence.group_force[(gao, jihadists)] = 100.0;
            testbed.world.state_forces.morale = morale;
            testbed.begin_week();
            testbed.step_of_seed("violence", 0, seed);
            let battles = testbed.world.this_week.events.iter();
            tries += battles.filter(|e| e.kind == EventKind::Battle && e.a == Side::State).count();
            taken += usize::from(testbed.world.places.controller[gao] == Ruler::State);
        }
        (tries, taken)
    };
    let (plain, broken, few, many) = (tried(0.75, 60), tried(0.1, 60), tried(0.75, 1), tried(0.75, 1_000));
    assert!(plain.0 > 3 && broken.0 < plain.0, "{plain:?} and {broken:?}");
    assert_eq!(few, (0, 0));
    assert_eq!(many.0, many.1, "a thousand take what a hundred hold");
    assert!(plain.1 < plain.0, "{plain:?}");
}

#[test]
fn a_group_that_loses_towns_loses_depots_workshops_and_leaders() {
    let left = |seats: u32| {
        let mut testbed = Testbed::new();
        let jihadists = testbed.group(GroupKind::Jihadist);
        testbed.world.places.controller.fill(Ruler::State);
        testbed.world.groups[jihadists].capability = Capability::even(0.8);
        testbed.world.groups[jihadists].seats_held = seats;
        testbed.step("violence", 0);
        testbed.world.groups[jihadists].capability
    };
    let (none, one, two) = (left(0), left(1), left(2));
    assert_eq!(none, Capability::even(0.8));
    for part in [|c: Capability| c.caches, |c: Capability| c.technique, |c: Capability| c.leaders] {
        assert!(part(two) < part(one) && part(one) < part(none), "{two:?}, {one:?}");
    }
    assert!(one.caches < one.technique);
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
        let mut threat = 0.0;
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
        threat += after.testbed.world.places.threat_to_officials[gao];
        threat / attacks as f64
    };
    assert!((threat(true) - 1.0).abs() < 1e-9, "{}", threat(true));
    let other = Testbed::new().prepared.parameters.violence.threat_from_other_attacks;
    assert!((threat(false) - other).abs() < 1e-9, "{}", threat(false));
}

#[test]
fn communal_killings_deepen_the_feud_and_embitter_its_victims() {
    let after = |tension: f64| {
        let mut testbed = Testbed::new();
        let gao = testbed.place("Gao");
        testbed.world.places.tension[gao].iter_mut().for_each(|pair| pair.level = tension);
        testbed.prepared.parameters.violence.communal_tempo_per_week = 2.0;
        let after = violent_in(testbed, |testbed| {
            let jihadists = testbed.group(GroupKind::Jihadist);
            let missing = 200_u32.saturating_sub(testbed.world.bands.fighters_at(jihadists, gao));
            testbed.gather(jihadists, gao, missing);
            testbed.world.cells.iter_mut().for_each(|cell| cell.customary_authority = 0.0);
        });
        let world = &after.testbed.world;
        let grievance: f64 =
            world.places.cells[gao].iter().map(|cell| world.cells[*cell].lasting[GRIEVANCE]).sum();
        (world.places.tension[gao].iter().map(|pair| pair.level).fold(0.0, f64::max), grievance)
    };
    let (calm, tense) = (after(0.0), after(0.7));
    assert_eq!(calm, (0.0, 0.0));
    assert!(tense.0 > 0.71 && tense.1 > 0.05, "{tense:?}");
}

#[test]
fn clashes_worsen_relations() {
    let after = |tempo: f64| {
        let mut testbed = Testbed::new();
        let kidal = testbed.place("Kidal");
        let (jihadists, separatists) =
            (testbed.group(GroupKind::Jihadist), testbed.group(GroupKind::Separatist));
        testbed.prepared.parameters.violence.rival_tempo_per_week = tempo;
        for (one, other) in [(jihadists, separatists), (separatists, jihadists)] {
            testbed.world.groups[one].relations[other.0 as usize] = -0.5;
        }
        let after = violent_in(testbed, |testbed| {
            for group in [jihadists, separatists] {
                let missing = 80_u32.saturating_sub(testbed.world.groups[group].fighters());
                testbed.gather(group, kidal, missing);
            }
            testbed.world.bands.list.iter_mut().for_each(|band| band.place = kidal);
        });
        after.testbed.world.groups[jihadists].relations[separatists.0 as usize]
    };
    assert_eq!(after(0.0), -0.5);
    assert!(after(0.3) < -0.6, "{}", after(0.3));
}

#[test]
fn raids_follow_attacks() {
    let of = |attacks: f64| {
        let raids = raids(0.5, 0.5, |testbed| testbed.world.places.recent_attacks.fill(attacks));
        raids.hits + raids.abuses
    };
    assert!(of(5.0) > of(0.0), "{} and {}", of(5.0), of(0.0));
}

/// What a network in Gao has left after a year of strikes there, when a group protects it.
fn treasury(protector: GroupKind, lost_share: f64) -> f64 {
    let mut testbed = Testbed::new();
    let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
    let (force, group) = (strike_force(&testbed), testbed.group(protector));
    testbed.prepared.parameters.violence.network_capital_lost_share = lost_share;
    for network in testbed.world.networks.iter_mut() {
        network.base = gao;
        network.protectors = vec![Contract { group, unpaid_weeks: 0 }];
    }
    let purse = testbed.world.networks.iter().next().unwrap().actor;
    let after = violent_in(testbed, |testbed| {
        let missing = 100_u32.saturating_sub(testbed.world.bands.fighters_at(jihadists, gao));
        testbed.gather(jihadists, gao, missing);
        hide(testbed, Posture::Hold);
        testbed.world.missions[force].troops[gao] = 100;
        testbed.world.presence.strike_cover[gao] = 0.9;
    });
    after.testbed.world.ledger.balance(purse).eur()
}

#[test]
fn strikes_on_a_protector_cost_the_network_near_by_its_money() {
    let (hit, other) = (treasury(GroupKind::Jihadist, 0.05), treasury(GroupKind::Separatist, 0.05));
    assert!(hit < 0.8 * other, "{hit} and {other} EUR");
    assert_eq!(treasury(GroupKind::Jihadist, 0.0), other);
}
