//! # Attacks by bands
//!
//! Counts by (attacker, place), then a target and a kind for each event.
//!
//! - **Reads**: bands, capability, troops, convoys, officials, rivals, cooperation of people,
//!   trust in the mission, its mandate
//! - **Writes**: events, deaths, threat to officials, excitation
//! - **Draws**: `violence.attacks`, one per group and place, a block of slots per event
//! - **Equation**: exposure of soldiers T/(T + h), of a mission convoys + free troops, of officials posts filled, of
//!   informers cooperation x group cover; target by exposure, kind by target
//! - **Pattern**: P3, P17, P18
//! - **Sources**: prototype; un-minusma and forces-press for the mix of kinds

use crate::base::draws::{Slots, Stream, join};
use crate::base::ids::{GovernmentId, GroupId, MissionId, PlaceId};
use crate::base::maths::{negative_binomial_quantile, pick};
use crate::base::now::Now;
use crate::entities::places::Ruler;
use crate::entities::this_week::{Event, Side};
use crate::entities::vocabulary::{EventKind, GroupKind, Posture, Stance};
use crate::entities::world::{FIND, World};
use crate::mechanics::combat;
use crate::mechanics::presence::trust_in_missions;

use super::{Params, severity};

const ATTACKS: Stream = Stream::named("violence.attacks");
/// Slots of one event; the first four of the block are the cell's own.
const PER_EVENT: usize = 10;
/// Events of one group in one place and week that have slots of their own.
const MOST_EVENTS: u32 = 6;

/// Who may be hit at a place, and how exposed they are.
struct Exposure {
    soldiers: f64,
    convoys: f64,
    patrols: f64,
    officials: f64,
    civilians: f64,
    mission: Option<MissionId>,
    /// Whose soil it is, abroad.
    neighbour: Option<GovernmentId>,
    /// Largest escort of a convoy here [persons].
    escort: u32,
}

/// Lets every group attack where it is.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    for (group, place, fighters, quiet) in present(world, params) {
        attack(world, params, now, group, place, fighters, quiet);
    }
}

/// Fighters of each attacking group by place, and how far its stance restrains it from hitting the state.
fn present(world: &World, params: &Params) -> Vec<(GroupId, PlaceId, u32, f64)> {
    let mut cells: Vec<(GroupId, PlaceId, u32, f64)> = Vec::new();
    for band in &world.bands.list {
        let group = &world.groups[band.group];
        let restraint = match group.stance {
            Stance::Fighting => 0.0,
            Stance::Talking => params.restraint_of_talks,
            Stance::Signatory => {
                params.restraint_of_accord + (1.0 - params.restraint_of_accord) * world.state.implementation
            }
            Stance::Allied | Stance::Dormant => continue,
        };
        // Those whom the state pays leave it alone.
        let restraint = 1.0 - (1.0 - restraint) * (1.0 - params.restraint_of_patronage * group.bought());
        if group.kind == GroupKind::SelfDefence
            || group.kind == GroupKind::LoyalistMilitia
            || band.posture == Posture::Cantoned
        {
            continue;
        }
        if band.posture == Posture::Sanctuary {
            continue;
        }
        match cells.iter().position(|c| c.0 == band.group && c.1 == band.place) {
            Some(at) => cells[at].2 += band.fighters,
            None => cells.push((band.group, band.place, band.fighters, restraint)),
        }
    }
    cells
}

fn exposure(world: &World, params: &Params, group: GroupId, place: PlaceId) -> Exposure {
    let troops = f64::from(world.state_forces.troops_at(place));
    let soldiers = troops / (troops + params.half_exposed_soldiers_persons);
    let (mut convoys, mut escort) = (0.0, 0);
    let mut mission = None;
    for convoy in world.convoys.iter().filter(|c| c.through == place) {
        let deterred = params.escort_half_persons / (params.escort_half_persons + f64::from(convoy.escort));
        convoys += params.convoy_exposure * deterred * if convoy.leaked { params.leak_factor } else { 1.0 };
        escort = escort.max(convoy.escort);
        mission = Some(convoy.mission);
    }
    let mut free = 0.0;
    for id in world.missions.ids().filter(|m| !world.missions[*m].is_strike_force) {
        let troops = f64::from(world.missions[id].troops[place]);
        // Who fights is met more often.
        let out = (1.0 - world.missions[id].self_protection) * (1.0 + world.missions[id].mandate.fight);
        free += troops * out + params.base_exposure_share * troops;
        if troops > 0.0 {
            mission = Some(id);
        }
    }
    // People who trust a mission hide fewer of those who attack it.
    let hostile = match mission {
        Some(_) => 1.0 - params.attacks_of_mission_trust * (2.0 * trust_in_missions(world, place) - 1.0),
        None => 1.0,
    };
    let convoys = convoys * hostile;
    let patrols = hostile * free / (free + params.half_exposed_patrols_persons);
    let officials = params.officials_exposure * world.presence.civil[place];
    let told = world.places.cooperation[place];
    let ruled = f64::from(u8::from(world.places.controller[place] == Ruler::Group(group)));
    let contest = world.presence.group_cover[place] * (1.0 - world.presence.group_cover[place]) * 4.0;
    let civilians = params.informers_exposure * told * contest + params.coercion_exposure * ruled;
    let abroad = !world.places.in_mali[place];
    let neighbour = if abroad { world.governments.of(&world.places.country[place]) } else { None };
    Exposure { soldiers, convoys, patrols, officials, civilians, mission, neighbour, escort }
}

fn attack(
    world: &mut World,
    params: &Params,
    now: &Now,
    group: GroupId,
    place: PlaceId,
    fighters: u32,
    quiet: f64,
) {
    if !world.places.in_mali[place] && world.places.country[place] == "DZA" {
        return;
    }
    let at = exposure(world, params, group, place);
    let kind = world.groups[group].kind;
    let weights = if world.places.in_mali[place] {
        let open = 1.0 - quiet;
        let jihadist = f64::from(u8::from(kind == GroupKind::Jihadist));
        [
            at.soldiers * open,
            at.convoys * jihadist,
            at.patrols * jihadist,
            at.officials * open * jihadist,
            at.civilians,
        ]
    } else {
        // Abroad a band meets the neighbour's forces, as far as they search for it.
        let effort = at.neighbour.map_or(0.0, |g| world.governments.list[g].border_effort);
        [params.abroad_exposure * effort, 0.0, 0.0, 0.0, 0.0]
    };
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return;
    }
    let state = &world.groups[group];
    let pressure = if kind == GroupKind::Jihadist { world.presence.strike_cover[place] } else { 0.0 };
    let searched =
        1.0 - (1.0 - world.presence.state_cover[place][FIND]) * (1.0 - world.presence.mission_fight[place]);
    let hidden = 1.0 - params.cover_restraint * searched;
    let rate = params.attack_tempo_per_person_week
        * f64::from(fighters)
        * (params.capability_floor + state.capability.level())
        * total
        * (1.0 - params.strike_suppression * pressure)
        * hidden
        + world.places.excitation[place];
    let slots = now.draws.agent(ATTACKS, join(state.key, world.places.key[place]), now.week);
    let n = negative_binomial_quantile(slots.share(0), rate, params.count_dispersion).min(MOST_EVENTS);
    for event in 0..n as usize {
        let block = 4 + event * PER_EVENT;
        let target = pick(slots.share(block), &weights).unwrap_or(0);
        strike(world, params, group, place, target, &at, &slots, block);
        world.places.excitation[place] += params.excitation_share * params.excitation_rate_per_week;
    }
}

/// Kinds of attack on a target and their shares.
fn mix(params: &Params, target: usize) -> [(EventKind, f64); 5] {
    // Ambush, mine, rocket, suicide bombing; a raid is what is left.
    let shares = match target {
        0 => [
            params.ambush_share_on_soldiers,
            params.mine_share_on_soldiers,
            params.rocket_share_on_soldiers,
            params.suicide_share_on_soldiers,
        ],
        1 => [params.ambush_share_on_convoys, 1.0 - params.ambush_share_on_convoys, 0.0, 0.0],
        2 => {
            let (ambush, mine, suicide) =
                (params.ambush_share_on_bases, params.mine_share_on_bases, params.suicide_share_on_bases);
            [ambush, mine, (1.0 - ambush - mine - suicide).max(0.0), suicide]
        }
        _ => [0.0; 4],
    };
    let raid = (1.0 - shares.iter().sum::<f64>()).max(0.0);
    [
        (EventKind::Ambush, shares[0]),
        (EventKind::Mine, shares[1]),
        (EventKind::Rocket, shares[2]),
        (EventKind::SuicideBombing, shares[3]),
        (EventKind::Raid, raid),
    ]
}

/// One attack: kind, severity, losses of both sides.
fn strike(
    world: &mut World,
    params: &Params,
    group: GroupId,
    place: PlaceId,
    target: usize,
    at: &Exposure,
    slots: &Slots,
    block: usize,
) {
    let kinds = mix(params, target);
    let weights = kinds.map(|k| k.1);
    let kind = kinds[pick(slots.share(block + 1), &weights).unwrap_or(0)].0;
    let lethal = slots
        .happens(block + 2, if target >= 3 { params.lethal_share_of_raids } else { params.lethal_share });
    let mean = params.ambush_deaths_log * if target >= 3 { params.raid_deaths_factor } else { 1.0 };
    // Nobody dies who is not there.
    let present = if target == 1 { params.most_deaths.min(f64::from(at.escort)) } else { params.most_deaths };
    let deaths =
        if lethal { severity(slots, block + 3, mean, params.ambush_deaths_sd_log, present) } else { 0 };
    let u = slots.share(block + 4);
    let (mut deaths_a, mut deaths_b, mut civilians) = (0, 0, 0);
    let mut side_b = Side::State;
    // Attackers who are met in the open lose some of theirs, more where they were expected.
    let told = 1.0 + params.exchange_of_intelligence * (2.0 * world.places.cooperation[place] - 1.0);
    let own = slots.binomial(block + 5, deaths, (params.attacker_loss_share * told).min(1.0));
    match target {
        0 => match at.neighbour {
            // A neighbour's forces are no agents: their deaths are counted and nothing else.
            Some(neighbour) => (side_b, deaths_b) = (Side::Neighbour(neighbour), deaths - own),
            None => deaths_b = combat::kill_soldiers(world, place, deaths - own),
        },
        1 | 2 => {
            let Some(mission) = at.mission else { return };
            side_b = Side::Mission(mission);
            // Trained, evacuated troops survive more of it.
            let saved = params.training_saves_share * world.missions[mission].training
                + params.evacuation_saves_share * world.missions[mission].air_lift;
            let lost = slots.binomial(block + 6, deaths - own, 1.0 - saved.min(0.9));
            deaths_b = combat::kill_peacekeepers(world, mission, place, lost);
        }
        _ => {
            side_b = Side::Civilians(None);
            let by = Ruler::Group(group);
            civilians = combat::kill_civilians(world, place, None, deaths, by, Ruler::Nobody, u);
            // Notables and those who spoke up are hit first.
            let lost = (params.custom_lost_per_killing * f64::from(civilians)).min(0.5);
            for cell in world.places.cells_of(place) {
                world.cells[cell].customary_authority *= 1.0 - lost;
            }
        }
    }
    if target != 3 && target != 4 {
        deaths_a = combat::kill_fighters(world, group, place, own, u);
    }
    let event = Event {
        place,
        kind,
        a: Side::Group(group),
        b: side_b,
        deaths_a,
        deaths_b,
        civilians,
        chance: slots.share(block + 7),
    };
    combat::record(world, event);
    let seat = world.places.cercle[place];
    let threat = if target == 3 { 1.0 } else { params.threat_from_other_attacks };
    world.places.threat_to_officials[seat] += threat;
}
