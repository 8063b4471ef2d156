//! Contract: what people tell lets strikes and raids find their target; raids that miss it hurt the community that is blamed; a strike
//! on a protector near its base costs a network.

use harmattan::base::ids::{CellId, GroupId, MissionId};
use harmattan::entities::cells::Shock;
use harmattan::entities::this_week::Side;
use harmattan::entities::trafficking_networks::Contract;
use harmattan::entities::vocabulary::{EventKind, GroupKind, Posture, Stance};
use harmattan::entities::world::FIND;

use super::super::Testbed;
use super::{hide, violent_in};

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
        let weight = |cell: &&CellId| {
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
    let embittered = &after.embittered[Shock::Abuse as usize];
    let rest = cells.iter().filter(|cell| **cell != blamed);
    Raids {
        hits: by_state(EventKind::Raid),
        abuses: by_state(EventKind::Abuse),
        civilians: after.events.iter().filter(|e| e.kind == EventKind::Abuse).map(|e| e.civilians).sum(),
        blamed: embittered[blamed.0 as usize],
        others: rest.map(|cell| embittered[cell.0 as usize]).sum(),
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
