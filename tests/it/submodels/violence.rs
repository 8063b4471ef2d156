//! Contract: groups on bad terms fight where they meet, and elders, accords and shared roads count; communities attack each other where
//! tension and arms meet; garrisons fall to assaults with the odds for it, and the army retakes what it has the heart for.

mod attacks;
mod counter_insurgency;

use harmattan::base::ids::GroupId;
use harmattan::entities::armed_groups::Capability;
use harmattan::entities::cells::{GRIEVANCE, Shock};
use harmattan::entities::places::Ruler;
use harmattan::entities::this_week::{Assault, Event, Side};
use harmattan::entities::vocabulary::{EventKind, GroupKind, Posture, Stance};
use harmattan::entities::world::PROTECT;

use super::Testbed;

/// Violence alone over two years in a world without an army, without officials and without cover; something is set before every
/// week, and every event is kept.
struct Violent {
    testbed: Testbed,
    events: Vec<Event>,
    /// Lasting grievance by kind of shock and cell, weeks added up.
    embittered: [Vec<f64>; Shock::COUNT],
}

fn violent(change: impl Fn(&mut Testbed)) -> Violent {
    violent_in(Testbed::new(), change)
}

fn violent_in(mut testbed: Testbed, change: impl Fn(&mut Testbed)) -> Violent {
    testbed.world.state_forces.units.iter_mut().for_each(|unit| unit.troops = 0);
    testbed.world.officials.iter_mut().for_each(|post| (post.at_post, post.captured) = (0, 0));
    let mut events = Vec::new();
    let mut embittered = std::array::from_fn(|_| vec![0.0; testbed.world.cells.len()]);
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
        for (at, cell) in testbed.world.cells.iter_mut().enumerate() {
            let lasting = std::mem::take(&mut cell.lasting);
            for (sums, levels) in embittered.iter_mut().zip(lasting) {
                sums[at] += levels[GRIEVANCE];
            }
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
        let embittered = &after.embittered[Shock::Communal as usize];
        let grievance: f64 = world.places.cells[gao].iter().map(|cell| embittered[cell.0 as usize]).sum();
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
