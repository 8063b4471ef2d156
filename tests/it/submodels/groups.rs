//! Contract: strikes take caches, technique and leaders, each at its own rate, and each grows back at its own pace;
//! fighters from abroad keep their country and come back from it; bands of signatories enter camps where reintegration is
//! offered, and leave them for good.

use harmattan::base::ids::{GovernmentId, PlaceId};
use harmattan::entities::armed_groups::Capability;
use harmattan::entities::missions::Convoy;
use harmattan::entities::places::Ruler;
use harmattan::entities::this_week::{Event, Side};
use harmattan::entities::vocabulary::{EventKind, GroupKind, Posture, Stance};
use harmattan::mechanics::recruits::{Exit, discharge, reinforce};

use super::Testbed;

/// Capability of the jihadists after a year of violence under a strike force, summed over seeds.
fn struck(cover: f64) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for seed in 1..=4 {
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.gather(jihadists, gao, 500);
        testbed.world.groups[jihadists].capability = Capability::even(0.8);
        let strike =
            testbed.world.missions.ids().find(|m| testbed.world.missions[*m].is_strike_force).unwrap();
        testbed.world.missions[strike].troops[gao] = 100;
        for week in 0..52 {
            for band in testbed.world.bands.list.iter_mut().filter(|band| band.group == jihadists) {
                band.posture = Posture::Hold;
            }
            testbed.world.presence.strike_cover[gao] = cover;
            testbed.begin_week();
            testbed.step_of_seed("violence", week, seed);
        }
        let left = testbed.world.groups[jihadists].capability;
        for (sum, part) in sums.iter_mut().zip([left.technique, left.caches, left.leaders]) {
            *sum += part;
        }
    }
    sums
}

#[test]
fn strikes_take_caches_and_leaders_faster_than_technique() {
    let (calm, hunted) = (struck(0.0), struck(0.9));
    assert!(hunted.iter().zip(calm).all(|(left, before)| *left < before), "{hunted:?}");
    assert!(hunted[0] > hunted[1], "technique {} should outlast caches {}", hunted[0], hunted[1]);
}

#[test]
fn caches_grow_back_before_technique() {
    let mut testbed = Testbed::new();
    let jihadists = testbed.group(GroupKind::Jihadist);
    testbed.world.groups[jihadists].capability = Capability::even(0.1);
    for week in 0..26 {
        testbed.step("group-strategy", week);
    }
    let grown = testbed.world.groups[jihadists].capability;
    assert!(
        grown.caches > grown.leaders && grown.leaders > grown.technique && grown.technique > 0.1,
        "{grown:?}"
    );
}

#[test]
fn foreign_fighters_keep_their_country_and_come_back_from_where_nobody_hinders_them() {
    let returned = |sanctuary: f64| {
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        let algeria = testbed.world.governments.of("DZA").unwrap();
        testbed.world.groups[jihadists].add_foreigners(algeria, 60, 0);
        testbed.world.people.arrived += 60;
        reinforce(&mut testbed.world, jihadists, gao, 60);
        let all = testbed.world.groups[jihadists].fighters();
        for place in testbed.world.places.ids() {
            discharge(&mut testbed.world, jihadists, place, all, Exit::Dormant, 0.5);
        }
        testbed.world.bands.list.retain(|band| band.fighters > 0);
        let away = |testbed: &Testbed, g: GovernmentId| {
            let foreigners = &testbed.world.groups[jihadists].foreigners;
            foreigners.iter().filter(|f| f.origin == g).map(|f| f.away).sum::<u32>()
        };
        assert!(away(&testbed, algeria) >= 60);
        let here = testbed.world.groups[jihadists].foreign_members();
        assert_eq!(here, 0);
        for week in 0..26 {
            for government in testbed.world.governments.list.iter_mut() {
                government.sanctuary = sanctuary;
            }
            testbed.step("livelihoods", week);
        }
        testbed.world.groups[jihadists].foreign_members()
    };
    let (hindered, free) = (returned(0.0), returned(1.0));
    assert_eq!(hindered, 0);
    assert!(free > 5, "{free} came back");
}

/// Fighters of the signatories in bands, and those of them in camps, after a year.
fn cantoned(lines: &str, stance: Stance) -> (u32, u32) {
    let mut testbed = Testbed::with(lines);
    let separatists = testbed.group(GroupKind::Separatist);
    let mut in_camps = 0;
    for week in 0..52 {
        testbed.world.groups[separatists].stance = stance;
        testbed.world.state.implementation = 0.9;
        testbed.begin_week();
        testbed.step("calendar", week);
        testbed.step("group-strategy", week);
        testbed.step("livelihoods", week);
        let bands = testbed.world.bands.list.iter();
        let camps = bands.filter(|b| b.group == separatists && b.posture == Posture::Cantoned);
        in_camps = in_camps.max(camps.map(|b| b.fighters).sum());
    }
    (testbed.world.groups[separatists].fighters(), in_camps)
}

#[test]
fn signatories_enter_camps_where_reintegration_is_offered_and_go_home() {
    let lever = "[[lever]]\nname = \"camps\"\nfrom.date = 2012-01-02\nset.ddr = { places_share = 1.0 }";
    let (left, in_camps) = cantoned(lever, Stance::Signatory);
    assert!(in_camps > 0);
    let (without, none) = cantoned("", Stance::Signatory);
    assert_eq!(none, 0);
    assert!(left < without, "{left} with camps, {without} without");
    assert_eq!(cantoned(lever, Stance::Fighting).1, 0, "who fights enters no camp");
}

#[test]
fn an_escort_wards_off_attacks_on_a_convoy() {
    let hit = |escort: u32| {
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.gather(jihadists, gao, 100);
        testbed.world.groups[jihadists].capability = Capability::even(0.9);
        let mission =
            testbed.world.missions.ids().find(|m| !testbed.world.missions[*m].is_strike_force).unwrap();
        testbed.world.state_forces.units.iter_mut().for_each(|unit| unit.troops = 0);
        testbed.world.officials.iter_mut().for_each(|post| (post.at_post, post.captured) = (0, 0));
        testbed.world.places.controller[gao] = Ruler::Nobody;
        let mut attacks = 0;
        for week in 0..150 {
            testbed.world.convoys = vec![Convoy { mission, base: gao, through: gao, escort, leaked: true }];
            testbed.begin_week();
            testbed.step("violence", week);
            attacks +=
                testbed.world.this_week.events.iter().filter(|e| e.place == gao && e.is_attack()).count();
        }
        attacks
    };
    let (bare, guarded) = (hit(5), hit(400));
    assert!(guarded * 2 < bare, "{guarded} with a strong escort, {bare} with a weak one");
}

/// Events of a kind in which somebody hurt people, over some seeds: the jihadists hide in Gao, hunted or raided.
fn hurt(set_up: impl Fn(&mut Testbed, PlaceId), attacker: fn(&Side) -> bool) -> usize {
    let mut events = 0;
    for seed in 1..=6 {
        let mut testbed = Testbed::with(
            "[parameters]\n\"violence.raid_tempo_per_week\" = 0.2\n\"violence.strike_on_target_share\" = 0.5\n\
             \"violence.hidden_visible_share\" = 0.08\n",
        );
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.gather(jihadists, gao, 300);
        for week in 0..26 {
            for band in testbed.world.bands.list.iter_mut().filter(|band| band.group == jihadists) {
                band.posture = Posture::Guerrilla;
                band.place = gao;
            }
            testbed.begin_week();
            set_up(&mut testbed, gao);
            testbed.step_of_seed("violence", week, seed);
            let abuse = |event: &&Event| event.kind == EventKind::Abuse && attacker(&event.a);
            events += testbed.world.this_week.events.iter().filter(abuse).count();
        }
    }
    events
}

#[test]
fn strikes_miss_where_nobody_tells() {
    let missed = |told: f64| {
        let set_up = |testbed: &mut Testbed, gao: PlaceId| {
            let strike =
                testbed.world.missions.ids().find(|m| testbed.world.missions[*m].is_strike_force).unwrap();
            testbed.world.missions[strike].troops[gao] = 500;
            testbed.world.presence.strike_cover[gao] = 1.0;
            testbed.world.places.cooperation[gao] = told;
        };
        hurt(set_up, |side| matches!(side, Side::Mission(_)))
    };
    assert!(missed(0.0) > 0);
    assert_eq!(missed(1.0), 0);
}

#[test]
fn captured_officials_leak_raids_and_neighbours_help_them_on_target() {
    let missed = |captured: bool, shared: f64| {
        let set_up = |testbed: &mut Testbed, gao: PlaceId| {
            testbed.world.presence.state_cover[gao] = [1.0; 3];
            testbed.world.places.cooperation[gao] = 0.5;
            for post in testbed.world.officials.iter_mut() {
                post.captured = if captured { post.at_post } else { 0 };
            }
            let mali = testbed.world.governments.mali;
            for neighbour in testbed.world.governments.list.ids().collect::<Vec<_>>() {
                testbed.world.governments.cooperation[(mali, neighbour)] = shared;
            }
        };
        hurt(set_up, |side| *side == Side::State)
    };
    let usual = missed(false, 0.5);
    assert!(usual > 0 && missed(true, 0.5) > usual, "{} and {usual}", missed(true, 0.5));
    assert!(missed(false, 1.0) < missed(false, 0.0), "{} and {}", missed(false, 1.0), missed(false, 0.0));
}

#[test]
fn abroad_a_group_fights_the_forces_of_the_neighbour() {
    let mut fought = 0;
    for seed in 1..=6 {
        let mut testbed = Testbed::new();
        let (gao, jihadists) = (testbed.place("Gao"), testbed.group(GroupKind::Jihadist));
        testbed.world.places.in_mali[gao] = false;
        testbed.world.places.country[gao] = "NER".to_string();
        let niger = testbed.world.governments.of("NER").unwrap();
        testbed.world.governments.list[niger].border_effort = 1.0;
        testbed.gather(jihadists, gao, 2000);
        for week in 0..26 {
            for band in testbed.world.bands.list.iter_mut().filter(|band| band.group == jihadists) {
                band.posture = Posture::Guerrilla;
                band.place = gao;
            }
            testbed.begin_week();
            testbed.step_of_seed("violence", week, seed);
            for event in &testbed.world.this_week.events {
                if event.a == Side::Group(jihadists) && event.place == gao {
                    assert_eq!((event.b, event.civilians), (Side::Neighbour(niger), 0));
                    fought += event.deaths_b;
                }
            }
        }
    }
    assert!(fought > 0);
}
