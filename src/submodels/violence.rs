//! # Violence
//!
//! Assaults are fought out, bands attack, rivals clash, strikes and raids hit or miss, communities and soldiers
//! kill civilians.
//!
//! - **Reads**: planned assaults, bands, capability, exposure of targets, cover, tension, cooperation of people and of
//!   neighbours, captured officials
//! - **Writes**: events; deaths of fighters, soldiers, peacekeepers and civilians; harm; capability; falls
//! - **Draws**: `violence.assault`, `.attacks` (per group and place), `.fronts`, `.strikes`, `.rivals`, `.communal`, `.state`
//! - **Equation**: attacks ~ NegBin(tempo x fighters x (0.12 + K) x exposure x (1 - sigma x strike pressure) +
//!   excitation); severity log-normal by kind; strike losses = lethality x cover x detection, detection = v +
//!   (1 - v) x weight x cooperation; for each hidden band found (1 - q)/q strikes hit people, q = base + (1 - base) x
//!   cooperation; a neighbour's soil is open from a least cooperation on
//!   deaths of an event are split by who is told more: the attacker's share x (1 +- weight x (2 cooperation - 1))
//! - **Pattern**: P2, P3, P4, P17, P18, P23
//! - **Sources**: prototype (rates, severity), athena (detection through cooperation); ucdp-ged for the targets

pub mod attacks;
pub mod civilians;
pub mod fronts;

use serde::Deserialize;

use crate::base::draws::{Slots, Stream, join};
use crate::base::ids::{GroupId, Id as _, MissionId, PlaceId};
use crate::base::maths::{ceil_u32, decay, exp};
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::places::Ruler;
use crate::entities::this_week::{Assault, Event, Side};
use crate::entities::vocabulary::{EventKind, GroupKind, Posture, Stance};
use crate::entities::world::World;
use crate::mechanics::combat;
use crate::mechanics::presence;
use crate::mechanics::recruits::{Exit, discharge};

/// Parameters; values, ranges and sources in `data/parameters/violence.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Memory of deaths near [weeks].
    pub death_half_life_weeks: f64,
    /// Memory of attacks for deployment [weeks].
    pub attack_half_life_weeks: f64,
    /// Memory of self-excitation [weeks].
    pub excitation_half_life_weeks: f64,
    /// Share of attacks that earlier ones excite [share].
    pub excitation_share: f64,
    /// Weekly rate added per event, so that the sum over the memory is one [1/week].
    pub excitation_rate_per_week: f64,
    /// Memory of harm [weeks].
    pub harm_half_life_weeks: f64,
    /// Log-mean of deaths in a battle [log].
    pub battle_deaths_log: f64,
    /// Log-sd of deaths in a battle [log].
    pub battle_deaths_sd_log: f64,
    /// Largest share of those present who die [1].
    pub battle_share_of_present: f64,
    /// Share of deaths that falls on the loser [share].
    pub loser_share: f64,
    /// Share of those engaged whom a repulse costs [share].
    pub repulse_loss_share: f64,
    /// Share of a routed garrison that stays together [share].
    pub routed_kept_share: f64,
    /// Morale left after the fall of a garrison [1].
    pub morale_per_fall_factor: f64,
    /// Relation below which groups clash [1].
    pub hostile_below: f64,
    /// Hazard of a clash between sworn enemies in one place [1/week].
    pub rival_tempo_per_week: f64,
    /// Share of clashes that a fully implemented accord prevents between signatories [1].
    pub accord_restraint: f64,
    /// Clashes that elders prevent where all heed them [share].
    pub ceasefire_share: f64,
    /// Rise of clashes between groups whose networks dispute the same roads [1].
    pub clashes_of_trade: f64,
    /// Relation lost in a clash [1].
    pub relation_lost_per_clash: f64,
    /// Losses per week of fighters who are seen under full cover [1/week].
    pub strike_lethality_per_week: f64,
    /// Strikes a week against an open target under full cover [1/week].
    pub strike_tempo_per_week: f64,
    /// Detection of hiders added by full cooperation [share].
    pub informed_share: f64,
    /// Visible share of hidden bands [share].
    pub hidden_visible_share: f64,
    /// Deaths when a hidden band is found [deaths].
    pub find_deaths: f64,
    /// Strikes on hidden bands that meet nobody else where people tell nothing [share].
    pub strike_on_target_share: f64,
    /// Cooperation with a neighbour from which on strikes cross its border [1].
    pub pursuit_needs_cooperation: f64,
    /// Own deaths of a strike force per death inflicted [share].
    pub strike_own_loss_share: f64,
    /// Caches lost per fighter killed in a strike [1].
    pub caches_lost_per_death: f64,
    /// Technique lost per fighter killed in a strike [1].
    pub technique_lost_per_death: f64,
    /// Lethal strikes that hit a leader [share].
    pub leader_hit_share: f64,
    /// Leadership lost when a leader is hit [share].
    pub leaders_lost_per_hit_share: f64,
    /// Cohesion lost when a leader is hit [share].
    pub cohesion_lost_per_leader_share: f64,
    /// Money that a network loses when a strike hits its protector near its base [share].
    pub network_capital_lost_share: f64,
    /// Caches kept when a town is lost [1].
    pub caches_kept_per_town: f64,
    /// Technique kept when a town is lost [1].
    pub technique_kept_per_town: f64,
    /// Leadership kept when a town is lost [1].
    pub leaders_kept_per_town: f64,
    /// Attacks a week per fighter at full capability and exposure [1/person/week].
    pub attack_tempo_per_person_week: f64,
    /// Tempo without any capability [1].
    pub capability_floor: f64,
    /// Share of attacks suppressed under full strike cover [1].
    pub strike_suppression: f64,
    /// Share of attacks prevented where the army is everywhere [1].
    pub cover_restraint: f64,
    /// Variance over mean of weekly counts [1].
    pub count_dispersion: f64,
    /// Garrison at which soldiers are half exposed [persons].
    pub half_exposed_soldiers_persons: f64,
    /// Exposure of one convoy [1].
    pub convoy_exposure: f64,
    /// Escort at which an attack on a convoy is half as likely [persons].
    pub escort_half_persons: f64,
    /// Exposure of a convoy whose movement was sold [1].
    pub leak_factor: f64,
    /// Exposure of troops in their bases [share].
    pub base_exposure_share: f64,
    /// Free troops at which they are half exposed [persons].
    pub half_exposed_patrols_persons: f64,
    /// Exposure of officials where all are at post [1].
    pub officials_exposure: f64,
    /// Exposure of informers where control is contested [1].
    pub informers_exposure: f64,
    /// Exposure of people under group rule [1].
    pub coercion_exposure: f64,
    /// Exposure of a neighbour's forces at full effort [1].
    pub abroad_exposure: f64,
    /// Share of ambushes, mines and rockets that kill [share].
    pub lethal_share: f64,
    /// Share of raids on people that kill [1].
    pub lethal_share_of_raids: f64,
    /// Log-mean of deaths in a lethal ambush [log].
    pub ambush_deaths_log: f64,
    /// Log-sd [log].
    pub ambush_deaths_sd_log: f64,
    /// Log-mean of raids on people against ambushes [1].
    pub raid_deaths_factor: f64,
    /// Largest number of deaths in an event that is no battle [deaths].
    pub most_deaths: f64,
    /// Share of deaths in an attack that falls on the attacker [share].
    pub attacker_loss_share: f64,
    /// How far who is told more loses fewer: of attackers where people tell soldiers, of soldiers in raids where they do not [1].
    pub exchange_of_intelligence: f64,
    /// Deaths that full training prevents [share].
    pub training_saves_share: f64,
    /// Deaths that full air lift prevents [share].
    pub evacuation_saves_share: f64,
    /// Threat to officials from an attack on others [1].
    pub threat_from_other_attacks: f64,
    /// Communal attacks a week at full tension, armed and unprotected [1/week].
    pub communal_tempo_per_week: f64,
    /// Private weapons that count as armed men [share].
    pub weapons_in_use_share: f64,
    /// Armed men at half of the effect [persons].
    pub armed_half_persons: f64,
    /// Weight of jihadists and separatists among the armed men of a community [share].
    pub outsiders_share: f64,
    /// Communal attacks prevented where all heed those who settle disputes [share].
    pub custom_restraint_share: f64,
    /// Customary authority lost in a place per informer or notable killed there [1].
    pub custom_lost_per_killing: f64,
    /// Log-mean of deaths in a communal attack [log].
    pub communal_deaths_log: f64,
    /// Log-sd [log].
    pub communal_deaths_sd_log: f64,
    /// Lasting grievance of a community after an attack on it [1].
    pub grievance_per_attack: f64,
    /// Tension added by twenty deaths across the line [1].
    pub tension_per_killing: f64,
    /// Raids a week where the army covers all and many hide [1/week].
    pub raid_tempo_per_week: f64,
    /// Hidden fighters at half of the tempo [persons].
    pub raid_half_persons: f64,
    /// Rise of raids per recent attack [1].
    pub raids_per_attack: f64,
    /// Raids not made because of complicity [1].
    pub complicity_restraint: f64,
    /// Raids on target without any information [share].
    pub raid_on_target_share: f64,
    /// Raids on target added by full cooperation [1].
    pub raid_information_weight: f64,
    /// Raids on target from none to full cooperation of neighbours [1].
    pub raid_intelligence_weight: f64,
    /// Raids that go wrong because officials tell, where all are captured [share].
    pub raids_leaked_share: f64,
    /// Share of deaths in a raid that are soldiers [share].
    pub raid_own_loss_share: f64,
    /// Abusive raids that kill [1].
    pub lethal_share_of_abuse: f64,
    /// Log-mean of deaths in abuse [log].
    pub abuse_deaths_log: f64,
    /// Lasting grievance after a raid that missed [1].
    pub grievance_per_abuse: f64,
    /// Passing fear after a raid [1].
    pub fear_per_raid: f64,
    /// Tension after a raid that missed [1].
    pub tension_per_denunciation: f64,
    /// Ambushes among attacks on soldiers [1].
    pub ambush_share_on_soldiers: f64,
    /// Mines among attacks on soldiers [1].
    pub mine_share_on_soldiers: f64,
    /// Rockets among attacks on soldiers [1].
    pub rocket_share_on_soldiers: f64,
    /// Suicide bombings among attacks on soldiers [1].
    pub suicide_share_on_soldiers: f64,
    /// Ambushes among attacks on convoys; the rest are mines [1].
    pub ambush_share_on_convoys: f64,
    /// Ambushes among attacks on patrols and bases [1].
    pub ambush_share_on_bases: f64,
    /// Mines among attacks on patrols and bases [1].
    pub mine_share_on_bases: f64,
    /// Suicide bombings among attacks on bases; the rest are rockets [1].
    pub suicide_share_on_bases: f64,
    /// Attacks on the state that talks prevent [1].
    pub restraint_of_talks: f64,
    /// Attacks on the state that a signature prevents [1].
    pub restraint_of_accord: f64,
    /// Share of attacks on the state that payments far above the wage bill prevent [1].
    pub restraint_of_patronage: f64,
    /// Fall of attacks on a mission that people trust fully, and rise on one that nobody trusts [1].
    pub attacks_of_mission_trust: f64,
    /// Hazard that the army tries to retake a place where both sides are equally strong [1/week].
    pub front_tempo_per_week: f64,
    /// Soldiers before a place below whom nothing is tried [persons].
    pub least_front_persons: f64,
    /// Advantage of those who hold a place against the army [1].
    pub front_fortification: f64,
    /// Steepness of the army's odds in the log of the balance [1].
    pub front_steepness: f64,
    /// Morale at which the army tries with all its heart [1].
    pub usual_morale: f64,
    /// Morale left after an attempt that failed [1].
    pub morale_per_repulse_factor: f64,
}

const ASSAULT: Stream = Stream::named("violence.assault");
const STRIKES: Stream = Stream::named("violence.strikes");
const RIVALS: Stream = Stream::named("violence.rivals");

/// All violence of the week.
pub fn step(world: &mut World, params: &Params, presence_params: &presence::Params, now: &Now) {
    fade(world, params);
    for assault in world.this_week.assaults.clone() {
        fight(world, params, assault, now);
    }
    fronts::step(world, params, now);
    rivals(world, params, now);
    strikes(world, params, now);
    attacks::step(world, params, now);
    civilians::communal(world, params, now);
    civilians::by_the_state(world, params, now);
    lose_caches(world, params);
    presence::refresh(world, presence_params);
}

fn fade(world: &mut World, params: &Params) {
    let (deaths, attacks, excited) = (
        decay(params.death_half_life_weeks),
        decay(params.attack_half_life_weeks),
        decay(params.excitation_half_life_weeks),
    );
    for place in world.places.ids() {
        world.places.recent_deaths[place] *= deaths;
        world.places.recent_attacks[place] *= attacks;
        world.places.excitation[place] *= excited;
    }
    let harm = decay(params.harm_half_life_weeks) as f32;
    for cell in world.cells.iter_mut() {
        cell.harm[..=world.groups.len()].iter_mut().for_each(|h| *h *= harm);
    }
}

/// Deaths in a lethal event: log-normal, rounded up, cut at those present.
pub(super) fn severity(slots: &Slots, slot: usize, log_mean: f64, log_sd: f64, present: f64) -> u32 {
    ceil_u32(exp(log_mean + log_sd * slots.normal(slot)).min(present.max(1.0)))
}

/// Fights an assault out.
fn fight(world: &mut World, params: &Params, assault: Assault, now: &Now) {
    let Assault { group, place, engaged, odds, .. } = assault;
    let garrison = world.state_forces.troops_at(place);
    if world.places.controller[place] != Ruler::State || garrison == 0 {
        return;
    }
    let slots = now.draws.agent(ASSAULT, join(world.groups[group].key, world.places.key[place]), now.week);
    let won = slots.happens(0, odds);
    let present = params.battle_share_of_present * f64::from(garrison + engaged);
    let deaths = severity(&slots, 1, params.battle_deaths_log, params.battle_deaths_sd_log, present);
    let lost = (if won { params.loser_share } else { 1.0 - params.loser_share }) * f64::from(deaths);
    let soldiers = combat::kill_soldiers(world, place, (lost + 0.5) as u32);
    let fallen = kill_near(world, group, place, deaths - soldiers.min(deaths), slots.share(2));
    combat::record(
        world,
        Event {
            place,
            kind: EventKind::Battle,
            a: Side::Group(group),
            b: Side::State,
            deaths_a: fallen,
            deaths_b: soldiers,
            civilians: 0,
            chance: slots.share(3),
        },
    );
    if won {
        combat::fall(world, place, group, params.routed_kept_share, params.morale_per_fall_factor);
        occupy(world, group, place);
    } else {
        let broken = (params.repulse_loss_share * f64::from(engaged)) as u32;
        leave_near(world, group, place, broken, slots.share(4));
    }
}

/// Places within reach of an assault, nearest first.
fn near(world: &World, place: PlaceId) -> Vec<PlaceId> {
    world.places.within_reach[place].iter().map(|(p, _)| *p).collect()
}

fn kill_near(world: &mut World, group: GroupId, place: PlaceId, deaths: u32, u: f64) -> u32 {
    let mut killed = 0;
    for p in near(world, place) {
        killed += combat::kill_fighters(world, group, p, deaths - killed, u);
    }
    killed
}

fn leave_near(world: &mut World, group: GroupId, place: PlaceId, people: u32, u: f64) {
    let mut left = people;
    for p in near(world, place) {
        left -= discharge(world, group, p, left, Exit::Dormant, u);
    }
}

/// The nearest bands drive into the town they took.
fn occupy(world: &mut World, group: GroupId, place: PlaceId) {
    let reach = world.places.within_reach[place].clone();
    let mut wanted = 4;
    for (p, _) in reach {
        for band in world.bands.list.iter_mut().filter(|b| b.group == group && b.place == p) {
            if wanted == 0 {
                return;
            }
            band.place = place;
            band.posture = Posture::Hold;
            wanted -= 1;
        }
    }
}

/// Groups that are on bad terms fight where they meet; the weaker leaves.
fn rivals(world: &mut World, params: &Params, now: &Now) {
    for place in world.places.ids() {
        if !world.places.in_mali[place] {
            continue;
        }
        let mut here = [0_u32; crate::entities::cells::MAX_GROUPS];
        let mut present: Vec<GroupId> = Vec::new();
        for band in world.bands.list.iter().filter(|b| b.place == place && b.posture != Posture::Cantoned) {
            here[band.group.index()] += band.fighters;
            if !present.contains(&band.group) {
                present.push(band.group);
            }
        }
        present.sort();
        for (i, a) in present.iter().enumerate() {
            for b in &present[i + 1..] {
                let relation = world.groups[*a].relations[b.index()];
                if relation < params.hostile_below {
                    clash(world, params, now, place, *a, *b);
                }
            }
        }
    }
}

fn clash(world: &mut World, params: &Params, now: &Now, place: PlaceId, a: GroupId, b: GroupId) {
    let relation = world.groups[a].relations[b.index()];
    let key = join(world.places.key[place], join(world.groups[a].key, world.groups[b].key));
    let slots = now.draws.agent(RIVALS, key, now.week);
    // Groups that both stand by an accord, or one of them and the state's allies, fight less.
    let bound = [a, b].iter().filter(|g| world.groups[**g].stance == Stance::Signatory).count();
    let restraint = 1.0 - params.accord_restraint * world.state.implementation * bound as f64 / 2.0;
    // Elders whom both sides heed broker local ceasefires.
    let brokered = params.ceasefire_share * authority(world, place);
    let disputed = 1.0 + params.clashes_of_trade * world.this_week.rivalry(a, b);
    let hazard = params.rival_tempo_per_week * -relation * restraint * (1.0 - brokered) * disputed;
    if !slots.comes(0, hazard) {
        return;
    }
    let strength =
        |g: GroupId| f64::from(world.bands.fighters_at(g, place)) * world.groups[g].weapons_quality;
    let (one, other) = (strength(a), strength(b));
    let a_wins = slots.happens(1, one * one / (one * one + other * other).max(1e-9));
    let present = params.battle_share_of_present
        * f64::from(world.bands.fighters_at(a, place) + world.bands.fighters_at(b, place));
    let deaths = severity(&slots, 2, params.battle_deaths_log, params.battle_deaths_sd_log, present);
    let of_a = ((if a_wins { 1.0 - params.loser_share } else { params.loser_share }) * f64::from(deaths)
        + 0.5) as u32;
    let deaths_a = combat::kill_fighters(world, a, place, of_a, slots.share(3));
    let deaths_b = combat::kill_fighters(world, b, place, deaths - of_a, slots.share(4));
    let event = Event {
        place,
        kind: EventKind::Battle,
        a: Side::Group(a),
        b: Side::Group(b),
        deaths_a,
        deaths_b,
        civilians: 0,
        chance: slots.share(5),
    };
    combat::record(world, event);
    worsen(world, a, b, params.relation_lost_per_clash);
    let loser = if a_wins { b } else { a };
    let options = world.places.neighbours[place].clone();
    let refuge = options[slots.below(6, options.len())].0;
    for band in world.bands.list.iter_mut().filter(|band| band.group == loser && band.place == place) {
        band.place = refuge;
        band.posture = Posture::Guerrilla;
    }
}

/// Mean customary authority among people at home, none where nobody lives [0, 1].
fn authority(world: &World, place: PlaceId) -> f64 {
    let cells = || world.places.cells[place].iter().map(|cell| &world.cells[*cell]);
    let people: f64 = cells().map(|cell| f64::from(cell.at_home)).sum();
    cells().map(|cell| f64::from(cell.at_home) * cell.customary_authority).sum::<f64>() / people.max(1.0)
}

/// Worsens the relation of two groups.
pub(super) fn worsen(world: &mut World, a: GroupId, b: GroupId, by: f64) {
    for (one, other) in [(a, b), (b, a)] {
        let relation = &mut world.groups[one].relations[other.index()];
        *relation = (*relation - by).max(-1.0);
    }
}

/// Strike forces hunt jihadist bands; those who hold towns or drive in columns are seen.
fn strikes(world: &mut World, params: &Params, now: &Now) {
    let Some(actor) =
        world.missions.ids().find(|m| world.missions[*m].is_strike_force && world.missions[*m].total() > 0)
    else {
        return;
    };
    let cross_border = world.missions[actor].cross_border;
    let targets: Vec<(GroupId, PlaceId, u32, u32)> = hunted(world);
    for (group, place, open, hidden) in targets {
        let abroad =
            if world.places.in_mali[place] { 1.0 } else { cross_border * pursuit(world, params, place) };
        let cover = world.presence.strike_cover[place] * abroad;
        if cover <= 0.0 {
            continue;
        }
        let told = params.informed_share * world.places.cooperation[place];
        let seen = |v: f64| params.strike_lethality_per_week * cover * (v + (1.0 - v) * told);
        let slots =
            now.draws.agent(STRIKES, join(world.groups[group].key, world.places.key[place]), now.week);
        let strikes_open = slots.happens(
            0,
            (params.strike_tempo_per_week * seen(1.0) / params.strike_lethality_per_week).min(1.0),
        );
        let mut killed = if strikes_open {
            slots.binomial(1, open, (seen(1.0) / params.strike_tempo_per_week).min(0.5))
        } else {
            0
        };
        // A hidden band is found rarely, and then loses many at once.
        let finds = seen(params.hidden_visible_share) * f64::from(hidden) / params.find_deaths;
        let found = slots.happens(2, finds.min(1.0));
        if found {
            killed +=
                severity(&slots, 3, crate::base::maths::ln(params.find_deaths) - 0.3, 0.8, f64::from(hidden));
        }
        if killed > 0 {
            hit(world, params, actor, group, place, killed, &slots);
        }
        // For each that meets the band a few go to the wrong place.
        let on_target = params.strike_on_target_share
            + (1.0 - params.strike_on_target_share) * world.places.cooperation[place];
        if slots.happens(8, (finds * (1.0 - on_target) / on_target).min(1.0)) {
            let by = civilians::Mistaken { by: Side::Mission(actor), abusive: 1.0 };
            civilians::mistake(world, params, place, group, by, &slots, 9);
        }
    }
}

/// Whether strikes may follow a band onto a neighbour's soil.
fn pursuit(world: &World, params: &Params, place: PlaceId) -> f64 {
    let governments = &world.governments;
    let Some(host) = governments.of(&world.places.country[place]) else { return 1.0 };
    let agreed = governments.cooperation[(governments.mali, host)] >= params.pursuit_needs_cooperation;
    f64::from(u8::from(agreed))
}

fn hunted(world: &World) -> Vec<(GroupId, PlaceId, u32, u32)> {
    let mut targets: Vec<(GroupId, PlaceId, u32, u32)> = Vec::new();
    for band in &world.bands.list {
        let group = &world.groups[band.group];
        if group.kind != GroupKind::Jihadist
            || group.stance != Stance::Fighting
            || band.posture == Posture::Cantoned
        {
            continue;
        }
        let open = if band.posture == Posture::Hold { band.fighters } else { 0 };
        let at = targets.iter().position(|t| t.0 == band.group && t.1 == band.place);
        match at {
            Some(at) => {
                targets[at].2 += open;
                targets[at].3 += band.fighters - open;
            }
            None => targets.push((band.group, band.place, open, band.fighters - open)),
        }
    }
    targets
}

fn hit(
    world: &mut World,
    params: &Params,
    actor: MissionId,
    group: GroupId,
    place: PlaceId,
    killed: u32,
    slots: &Slots,
) {
    let deaths_b = combat::kill_fighters(world, group, place, killed, slots.share(4));
    let deaths_a = slots.binomial(5, killed, params.strike_own_loss_share);
    let deaths_a = combat::kill_peacekeepers(world, actor, place, deaths_a);
    let event = Event {
        place,
        kind: EventKind::Strike,
        a: Side::Mission(actor),
        b: Side::Group(group),
        deaths_a,
        deaths_b,
        civilians: 0,
        chance: slots.share(6),
    };
    combat::record(world, event);
    cripple(world, params, group, deaths_b, slots);
    break_networks(world, params, group, place);
}

/// Caches are found with the men, now and then a leader is among them, and what the dead knew is lost.
fn cripple(world: &mut World, params: &Params, group: GroupId, deaths: u32, slots: &Slots) {
    let state = &mut world.groups[group];
    let deaths = f64::from(deaths);
    state.capability.caches *= 1.0 - (params.caches_lost_per_death * deaths).min(0.5);
    state.capability.technique *= 1.0 - (params.technique_lost_per_death * deaths).min(0.5);
    if deaths > 0.0 && slots.happens(7, params.leader_hit_share) {
        state.capability.leaders *= 1.0 - params.leaders_lost_per_hit_share;
        state.cohesion *= 1.0 - params.cohesion_lost_per_leader_share;
    }
}

/// Networks that the group protects near by lose goods, vehicles and money with it.
fn break_networks(world: &mut World, params: &Params, group: GroupId, place: PlaceId) {
    for id in world.networks.ids() {
        let network = &world.networks[id];
        let near = world.places.within_reach_by_air[place].iter().any(|(p, _)| *p == network.base);
        if !near || network.protectors.iter().all(|contract| contract.group != group) {
            continue;
        }
        let payer = network.actor;
        let lost = world.ledger.balance(payer).eur().max(0.0) * params.network_capital_lost_share;
        let abroad = world.ledger.standing.markets;
        world.ledger.pay(payer, abroad, crate::entities::vocabulary::Purpose::Loot, Money::from_eur(lost));
    }
}

/// A group that loses a town loses workshops and depots with it.
fn lose_caches(world: &mut World, params: &Params) {
    let mut seats = [0_u32; crate::entities::cells::MAX_GROUPS];
    for place in world.places.ids() {
        if let Ruler::Group(group) = world.places.controller[place]
            && world.places.cercle[place] == place
        {
            seats[group.index()] += 1;
        }
    }
    for (at, group) in world.groups.iter_mut().enumerate() {
        for _ in seats[at]..group.seats_held {
            group.capability.caches *= params.caches_kept_per_town;
            group.capability.technique *= params.technique_kept_per_town;
            group.capability.leaders *= params.leaders_kept_per_town;
        }
        group.seats_held = seats[at];
    }
}
