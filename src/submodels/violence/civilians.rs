//! # Violence against and among civilians
//!
//! Communal attacks where tension and armed men meet; raids and abuse by soldiers in counter-insurgency.
//!
//! - **Reads**: tension, self-defence and other bands, protection, abusiveness, losses, cooperation of people and of
//!   neighbours, captured officials
//! - **Writes**: events, deaths, harm, grievance, tension
//! - **Draws**: `violence.communal` and `violence.state`, one per place
//! - **Equation**: communal ~ base x sum over pairs (share of meetings x tension^2 x (1 - custom)) x armed/(armed + h) x
//!   (1 - protection), the attacker by armed men; raids ~ tempo x army cover x
//!   hidden fighters; on target with probability q = (base + weight x cooperation of people + weight x (cooperation of
//!   neighbours - 1/2)) x (1 - leak x captured officials), else people are hurt
//! - **Pattern**: P4, and the share of one-sided deaths
//! - **Sources**: clingendael2015 (vigilantes), roundtable2014 (mis-targeting); sizes assumed

use crate::base::draws::{Slots, Stream};
use crate::base::ids::{CellId, GovernmentId, GroupId, PlaceId};
use crate::base::maths::{negative_binomial_quantile, pick};
use crate::base::now::Now;
use crate::entities::cells::{FORCES, GRIEVANCE, Shock};
use crate::entities::places::{Ruler, Tension};
use crate::entities::this_week::{Event, Side};
use crate::entities::vocabulary::{EventKind, GroupKind, Posture, Stance};
use crate::entities::world::{FIND, World};
use crate::mechanics::combat;
use crate::mechanics::presence::protection;

use super::{Params, severity};

const COMMUNAL: Stream = Stream::named("violence.communal");
const STATE: Stream = Stream::named("violence.state");

/// Attacks across the line between two communities.
pub fn communal(world: &mut World, params: &Params, now: &Now) {
    for place in world.places.ids() {
        if world.places.tension[place].is_empty() {
            continue;
        }
        let weights = quarrels(world, params, place);
        let total: f64 = weights.iter().sum();
        let sides = armed_by_cell(world, params, place);
        let armed: f64 = sides.iter().sum();
        let rate = params.communal_tempo_per_week * total * armed / (armed + params.armed_half_persons)
            * (1.0 - protection(world, place));
        if rate <= 0.0 {
            continue;
        }
        let slots = now.draws.agent(COMMUNAL, world.places.key[place], now.week);
        let n = negative_binomial_quantile(slots.share(0), rate, params.count_dispersion).min(MOST_ATTACKS);
        for event in 0..n as usize {
            let block = 4 + event * 8;
            let Some(pair) = pick(slots.share(block), &weights) else { continue };
            let (one, other) = world.places.tension[place][pair].between;
            // The side with more armed men attacks more often.
            let armed = |cell: CellId| {
                let at = world.places.cells[place].iter().position(|c| *c == cell);
                at.map_or(0.0, |at| sides[at])
            };
            let first = armed(one) / (armed(one) + armed(other)).max(1e-9);
            let attacks_first = slots.happens(block + 5, first);
            let (attacker, victim) = if attacks_first { (one, other) } else { (other, one) };
            attack(world, params, place, pair, attacker, victim, &slots, block);
        }
    }
}

/// Communal attacks in one place and week that have slots of their own.
const MOST_ATTACKS: u32 = 4;

/// Weight of every pair of a place in attacks: square of its tension, by how many meet, less what custom restrains.
fn quarrels(world: &World, params: &Params, place: PlaceId) -> Vec<f64> {
    let people = |cell: CellId| f64::from(world.cells[cell].at_home);
    let meetings: f64 =
        world.places.tension[place].iter().map(|t| people(t.between.0) * people(t.between.1)).sum();
    let weight = |t: &Tension| {
        let (one, other) = t.between;
        let heeded = world.cells[one].customary_authority.min(world.cells[other].customary_authority);
        people(one) * people(other) / meetings.max(1.0)
            * t.level
            * t.level
            * (1.0 - params.custom_restraint_share * heeded)
    };
    world.places.tension[place].iter().map(weight).collect()
}

/// Armed men of each cell of a place: bands that recruit from it, and its share of private weapons in use.
fn armed_by_cell(world: &World, params: &Params, place: PlaceId) -> Vec<f64> {
    let cells = &world.places.cells[place];
    let people: f64 = cells.iter().map(|c| f64::from(world.cells[*c].at_home)).sum();
    let weapons = params.weapons_in_use_share * f64::from(world.places.private_weapons[place]);
    let mut armed: Vec<f64> =
        cells.iter().map(|c| weapons * f64::from(world.cells[*c].at_home) / people.max(1.0)).collect();
    for band in world.bands.list.iter().filter(|b| b.place == place && b.posture != Posture::Cantoned) {
        let group = &world.groups[band.group];
        let men = match group.kind {
            GroupKind::SelfDefence | GroupKind::LoyalistMilitia => f64::from(band.fighters),
            GroupKind::Jihadist | GroupKind::Separatist => params.outsiders_share * f64::from(band.fighters),
        };
        let kin = |cell: &CellId| group.communities[world.cells[*cell].community as usize];
        let all: f64 = cells.iter().map(kin).sum();
        for (sum, cell) in armed.iter_mut().zip(cells) {
            *sum += if all > 0.0 { men * kin(cell) / all } else { men / cells.len() as f64 };
        }
    }
    armed
}

/// One attack of a community, or of its self-defence group, on another.
fn attack(
    world: &mut World,
    params: &Params,
    place: PlaceId,
    pair: usize,
    attacker: CellId,
    victim: CellId,
    slots: &Slots,
    block: usize,
) {
    let deaths = if slots.happens(block + 1, params.lethal_share_of_raids) {
        severity(
            slots,
            block + 2,
            params.communal_deaths_log,
            params.communal_deaths_sd_log,
            params.most_deaths,
        )
    } else {
        0
    };
    let militia = militia_of(world, place, attacker);
    let by = militia.map_or(Ruler::Nobody, Ruler::Group);
    let u = slots.share(block + 3);
    let civilians = combat::kill_civilians(world, place, Some(victim), deaths, by, Ruler::State, u);
    let event = Event {
        place,
        kind: EventKind::Communal,
        a: militia.map_or(Side::Civilians(Some(attacker)), Side::Group),
        b: Side::Civilians(Some(victim)),
        deaths_a: 0,
        deaths_b: 0,
        civilians,
        chance: slots.share(block + 4),
    };
    combat::record(world, event);
    world.cells[victim].remember(Shock::Communal, GRIEVANCE, params.grievance_per_attack);
    let twenty = f64::from(civilians.min(20)) / 20.0;
    world.places.tension[place][pair].rise(params.tension_per_killing * twenty);
}

/// A self-defence group of the attacker's community that is in the place.
fn militia_of(world: &World, place: PlaceId, attacker: CellId) -> Option<GroupId> {
    let community = world.cells[attacker].community as usize;
    world
        .bands
        .list
        .iter()
        .filter(|b| b.place == place && world.groups[b.group].communities[community] > 0.0)
        .find(|b| world.groups[b.group].kind == GroupKind::SelfDefence)
        .map(|b| b.group)
}

/// Raids of the army: on target by what people tell, else they hurt the community thought to support the group.
pub fn by_the_state(world: &mut World, params: &Params, now: &Now) {
    for place in world.places.ids() {
        let cover = world.presence.state_cover[place][FIND];
        if cover <= 0.01 || !world.places.in_mali[place] {
            continue;
        }
        let Some((group, hidden)) = hiders(world, place) else { continue };
        let slots = now.draws.agent(STATE, world.places.key[place], now.week);
        let losses = world.places.recent_attacks[place];
        let tempo = params.raid_tempo_per_week * cover * f64::from(hidden)
            / (f64::from(hidden) + params.raid_half_persons)
            * (1.0 + params.raids_per_attack * losses)
            * (1.0 - world.state.complicity * params.complicity_restraint);
        if !slots.comes(0, tempo) {
            continue;
        }
        if slots.happens(1, on_target(world, params, place)) {
            raid(world, params, place, group, hidden, &slots);
        } else {
            let units = world.state_forces.units.iter().filter(|u| u.place == place);
            let abusive = units.map(|u| u.abusiveness).fold(0.0, f64::max);
            mistake(world, params, place, group, Mistaken { by: Side::State, abusive }, &slots, 7);
        }
    }
}

/// Probability that a raid meets those it is meant for: what people and neighbours tell, less what captured officials leak.
fn on_target(world: &World, params: &Params, place: PlaceId) -> f64 {
    let governments = &world.governments;
    let with = |neighbour: &GovernmentId| governments.cooperation[(governments.mali, *neighbour)];
    let n = governments.neighbours.len().max(1) as f64;
    let shared = governments.neighbours.iter().map(with).sum::<f64>() / n;
    let known = params.raid_on_target_share
        + params.raid_information_weight * world.places.cooperation[place]
        + params.raid_intelligence_weight * (shared - 0.5);
    let leaked = params.raids_leaked_share * world.captured_at(world.places.cercle[place]);
    known.clamp(0.0, 1.0) * (1.0 - leaked)
}

fn hiders(world: &World, place: PlaceId) -> Option<(GroupId, u32)> {
    let mut best: Option<(GroupId, u32)> = None;
    for band in world.bands.list.iter().filter(|b| b.place == place && b.posture == Posture::Guerrilla) {
        let group = &world.groups[band.group];
        if group.stance != Stance::Fighting
            || !matches!(group.kind, GroupKind::Jihadist | GroupKind::Separatist)
        {
            continue;
        }
        let n = world.bands.fighters_at(band.group, place);
        if best.is_none_or(|b| n > b.1) {
            best = Some((band.group, n));
        }
    }
    best
}

fn raid(world: &mut World, params: &Params, place: PlaceId, group: GroupId, hidden: u32, slots: &Slots) {
    let lethal = slots.happens(2, params.lethal_share);
    let deaths = if lethal {
        severity(slots, 3, params.ambush_deaths_log, params.ambush_deaths_sd_log, f64::from(hidden))
    } else {
        0
    };
    let untold = 1.0 - params.exchange_of_intelligence * (2.0 * world.places.cooperation[place] - 1.0);
    let own = slots.binomial(4, deaths, (params.raid_own_loss_share * untold).min(1.0));
    let deaths_a = combat::kill_soldiers(world, place, own);
    let deaths_b = combat::kill_fighters(world, group, place, deaths - own, slots.share(5));
    let event = Event {
        place,
        kind: EventKind::Raid,
        a: Side::State,
        b: Side::Group(group),
        deaths_a,
        deaths_b,
        civilians: 0,
        chance: slots.share(6),
    };
    combat::record(world, event);
}

/// Who hits the wrong people, and how far it goes [0, 1].
#[derive(Clone, Copy)]
pub(super) struct Mistaken {
    pub(super) by: Side,
    pub(super) abusive: f64,
}

/// A raid or strike that missed its target and hit people; draws begin at a slot.
pub(super) fn mistake(
    world: &mut World,
    params: &Params,
    place: PlaceId,
    group: GroupId,
    Mistaken { by, abusive }: Mistaken,
    slots: &Slots,
    first: usize,
) {
    // The community that recruits most into the group is blamed.
    let blamed = world.places.cells[place].iter().copied().max_by(|a, b| {
        let weight = |c: &CellId| {
            let cell = &world.cells[*c];
            world.groups[group].communities[cell.community as usize] * f64::from(cell.at_home)
        };
        weight(a).total_cmp(&weight(b)).then(b.cmp(a))
    });
    let Some(blamed) = blamed else { return };
    let deaths = if slots.happens(first, abusive * params.lethal_share_of_abuse) {
        severity(slots, first + 1, params.abuse_deaths_log, params.communal_deaths_sd_log, params.most_deaths)
    } else {
        0
    };
    let army = by == Side::State;
    let ruler = if army { Ruler::State } else { Ruler::Nobody };
    let u = slots.share(first + 2);
    let civilians = combat::kill_civilians(world, place, Some(blamed), deaths, ruler, Ruler::Group(group), u);
    let size = params.grievance_per_abuse * (0.3 + 0.7 * abusive);
    let cell = &mut world.cells[blamed];
    cell.remember(Shock::Abuse, GRIEVANCE, size);
    if army {
        cell.remember(Shock::Abuse, FORCES, -size);
    } else {
        cell.trust_in_mission *= 1.0 - size;
    }
    cell.alarm = cell.alarm.max(params.fear_per_raid);
    denounce(world, params, place, blamed);
    let event = Event {
        place,
        kind: EventKind::Abuse,
        a: by,
        b: Side::Civilians(Some(blamed)),
        deaths_a: 0,
        deaths_b: 0,
        civilians,
        chance: slots.share(first + 3),
    };
    combat::record(world, event);
}

/// Those who were hit think that the neighbours who trust the soldiers most have informed.
fn denounce(world: &mut World, params: &Params, place: PlaceId, blamed: CellId) {
    let World { places, cells, .. } = world;
    let neighbour = |t: &Tension| if t.between.0 == blamed { t.between.1 } else { t.between.0 };
    let suspects = places.tension[place].iter_mut().filter(|t| t.touches(blamed));
    let suspected =
        suspects.max_by(|a, b| cells[neighbour(a)].mean[FORCES].total_cmp(&cells[neighbour(b)].mean[FORCES]));
    if let Some(pair) = suspected {
        pair.rise(params.tension_per_denunciation);
    }
}
