//! # Armed-group strategy
//!
//! Groups weigh the balance of each theatre, go over to the offensive or hide, move, tax and pay.
//!
//! - **Reads**: garrisons, missions, cover, support, treasury, traffic
//! - **Writes**: bands: posture, place; groups: offensive, demand, treasury, arms; planned assaults; control
//! - **Draws**: `group_strategy.theatre` (per group and region), `.assault`, `.band`, `.abandon` (per place)
//! - **Equation**: B = sum fighters x quality (own, allies) / (sum garrison x readiness x morale x 1.6 + missions);
//!   offensive hazard = tempo x (1 + w (2 demand - 1)) x logistic(8 ln(B / balance needed)), demand -> mean over the north of
//!   logistic(ln B); a sanctuary counts for the region next to it; win probability = logistic(4 ln(A / D)); abandonment =
//!   0.5 logistic(14 (0.40 - morale)) x neighbours lost x logistic(3 (ln ratio + 0.3))
//! - **Pattern**: P1, P2, P16
//! - **Sources**: lacher2013 (demand follows the balance of power); prototype for the forms and their sizes

pub mod movement;
pub mod treasury;

use serde::Deserialize;

use crate::base::draws::{Stream, join};
use crate::base::ids::{GroupId, Id as _, PlaceId};
use crate::base::maths::{decay, ln, logistic, relax};
use crate::base::now::Now;
use crate::entities::armed_groups::Capability;
use crate::entities::places::Ruler;
use crate::entities::this_week::Assault;
use crate::entities::vocabulary::{GroupKind, Posture, Stance};
use crate::entities::world::World;
use crate::mechanics::{combat, presence};
use crate::tables::indicators::{REGIONS, wider_area};

/// Parameters; values, ranges and sources in `data/parameters/group_strategy.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Memory of losses [weeks].
    pub loss_half_life_weeks: f64,
    /// Quality of local weapons [1].
    pub local_weapons_quality: f64,
    /// Decay of quality without ammunition [1/week].
    pub quality_decay_per_week: f64,
    /// Largest capability [1].
    pub most_capability: f64,
    /// Time in which technique is learned [weeks].
    pub technique_time_weeks: f64,
    /// Time in which caches are laid [weeks].
    pub caches_time_weeks: f64,
    /// Time in which leaders rise [weeks].
    pub leaders_time_weeks: f64,
    /// Hazard that a signatory's band enters a camp where all is ready and the accord is carried out [1/week].
    pub cantonment_per_week: f64,
    /// Hazard that a band breaks out of its camp when nothing is carried out and nobody paid [1/week].
    pub breakout_per_week: f64,
    /// Interest of jihadists in ruling the north [share].
    pub jihadist_interest_north_share: f64,
    /// Interest of jihadists in conquering the centre [share].
    pub jihadist_interest_centre_share: f64,
    /// Relation above which groups fight side by side [1].
    pub ally_relation: f64,
    /// Weight of fighters in the other regions of the theatre [1].
    pub next_region_weight: f64,
    /// Weight of fighters in the sanctuaries abroad that are next to a region [1].
    pub sanctuary_weight: f64,
    /// A strike-force soldier against a Malian one [1].
    pub strike_force_weight: f64,
    /// A peacekeeper against a Malian soldier [1].
    pub mission_weight: f64,
    /// Weight of strike force within reach in the defence of a place [1].
    pub strike_air_weight: f64,
    /// Advantage of the defender [1].
    pub fortification_factor: f64,
    /// Defence counted in a region without a garrison [persons].
    pub least_defence_persons: f64,
    /// Weekly adjustment of demand to the balance [1/week].
    pub demand_speed_per_week: f64,
    /// Hazard of going over to the offensive with every advantage [1/week].
    pub offensive_tempo_per_week: f64,
    /// Rise of that hazard with full demand, and fall without any [1].
    pub offensive_of_demand: f64,
    /// Balance at which that hazard is half [1].
    pub balance_needed: f64,
    /// Balance below which an offensive ends [1].
    pub offensive_ends_below: f64,
    /// Share of neighbouring garrisons that helps [share].
    pub neighbour_help_share: f64,
    /// Steepness of the odds of an assault [1].
    pub assault_steepness: f64,
    /// Hazard of an assault at tempting odds [1/week].
    pub assault_tempo_per_week: f64,
    /// Odds that tempt fully [1].
    pub tempting_odds: f64,
    /// Odds below which nobody attacks [1].
    pub least_odds: f64,
    /// Hazard of leaving when all is lost [1/week].
    pub abandonment_tempo_per_week: f64,
    /// Steepness in morale [1].
    pub abandonment_steepness: f64,
    /// Morale at which half leave [1].
    pub abandonment_morale: f64,
    /// Shift of the force ratio [log].
    pub abandonment_shift_log: f64,
    /// Share of a routed garrison that stays together [share].
    pub routed_kept_share: f64,
    /// Morale left after the fall of a garrison [1].
    pub morale_per_fall_factor: f64,
    /// Hazard of going home under full strike cover [1/week].
    pub home_hazard_per_week: f64,
    /// Gain from holding what the group rules or marches on [1].
    pub hold_gain: f64,
    /// Aversion to strikes [1].
    pub pressure_weight: f64,
    /// Aversion to the army [1].
    pub cover_weight: f64,
    /// Inertia of posture [1].
    pub posture_inertia: f64,
    /// Bias against holding [1].
    pub hold_bias: f64,
    /// Hazard that a band thinks of moving [1/week].
    pub move_hazard_per_week: f64,
    /// The same under full strike cover [1/week].
    pub move_under_pressure_per_week: f64,
    /// The same on the offensive [1/week].
    pub move_on_offensive_per_week: f64,
    /// Aversion to travel [1/hour].
    pub distance_weight_per_hour: f64,
    /// Quality of a sanctuary worth crossing for [share].
    pub sanctuary_needed_share: f64,
    /// Gain of a perfect sanctuary [1].
    pub sanctuary_gain: f64,
    /// Gain of full support [1].
    pub support_gain: f64,
    /// Gain per log of traffic [1].
    pub toll_gain: f64,
    /// Gain of being among kin [1].
    pub kin_gain: f64,
    /// Gain of a town that can be taken [1].
    pub prize_gain: f64,
    /// Gain of a town that a hostile group rules and could lose, against one of the state's [share].
    pub rival_prize_share: f64,
    /// Gain of a place that nobody rules [1].
    pub empty_gain: f64,
    /// Gain of keeping a place that would be lost [1].
    pub keep_gain: f64,
    /// Aversion to the army while on the offensive [share].
    pub shyness_on_offensive_share: f64,
    /// Aversion to peacekeepers [1].
    pub mission_shyness: f64,
    /// Aversion to rivals [1].
    pub rival_weight: f64,
    /// Aversion to crowding [1].
    pub crowding_weight: f64,
    /// Weeks of pay kept in reserve [weeks].
    pub reserve_weeks: f64,
    /// Share of the surplus spent each week [1/week].
    pub surplus_spent_per_week: f64,
    /// Share of the surplus that goes to poorer friends of the same kind each week [1/week].
    pub surplus_to_friends_per_week: f64,
    /// Share of pay below which a week counts as unpaid [share].
    pub unpaid_below_share: f64,
    /// Pay of self-defence groups against the full rate [share].
    pub self_defence_pay_share: f64,
    /// Pay of loyalist militias against the full rate [share].
    pub militia_pay_share: f64,
    /// Taxes of hidden groups against rulers [share].
    pub shadow_tax_share: f64,
    /// Local taxes where a group rules [EUR/person/year].
    pub local_tax_eur_per_person_year: f64,
    /// Price of a rifle [EUR].
    pub weapon_price_eur: f64,
    /// Quality that bought weapons lead to [1].
    pub bought_weapons_quality: f64,
    /// Force kept in a ruled place against the force that contests it [share].
    pub guards_share: f64,
    /// Strike cover above which guards leave [1].
    pub guards_leave_above: f64,
    /// Support of the people needed to hide outside the north and the centre [share].
    pub backing_needed_share: f64,
    /// Hazard of going home of a hidden band against one that is seen [share].
    pub hidden_alarm_share: f64,
}

const THEATRE: Stream = Stream::named("group_strategy.theatre");
const ASSAULT: Stream = Stream::named("group_strategy.assault");
const ABANDON: Stream = Stream::named("group_strategy.abandon");

/// Runs all groups for a week.
pub fn step(world: &mut World, params: &Params, presence_params: &presence::Params, now: &Now) {
    let fade = decay(params.loss_half_life_weeks);
    for group in world.groups.iter_mut() {
        group.recent_losses *= fade;
        group.weapons_quality =
            relax(group.weapons_quality, params.local_weapons_quality, params.quality_decay_per_week);
        if group.alive() && group.arms > 0 {
            let grown = |level: f64, weeks: f64| level + (params.most_capability - level).max(0.0) / weeks;
            group.capability = Capability {
                technique: grown(group.capability.technique, params.technique_time_weeks),
                caches: grown(group.capability.caches, params.caches_time_weeks),
                leaders: grown(group.capability.leaders, params.leaders_time_weeks),
            };
        }
    }
    treasury::step(world, params);
    offensives(world, params, now);
    movement::postures(world, params, now);
    movement::moves(world, params, now);
    presence::refresh_groups(world, presence_params);
    abandon(world, params, now);
    plan_assaults(world, params, now);
    presence::update_control(world, presence_params, |ruler| ruler != Ruler::State);
    for weeks in world.places.weeks_since_contested.iter_mut() {
        *weeks = weeks.saturating_add(1);
    }
}

/// How much a group wants a region: the north for separatists, anywhere weak for jihadists, no conquest for
/// militias.
fn interest(kind: GroupKind, region: usize, params: &Params) -> f64 {
    let north = wider_area(region) == Some(10);
    match kind {
        GroupKind::Separatist if north => 1.0,
        GroupKind::Jihadist if north => params.jihadist_interest_north_share,
        GroupKind::Jihadist if wider_area(region) == Some(11) => params.jihadist_interest_centre_share,
        _ => 0.0,
    }
}

/// Strength of a group and its allies in a region and in the sanctuaries near it [fighters x quality].
fn strength_in(world: &World, params: &Params, group: GroupId, region: usize) -> f64 {
    let mut sum = 0.0;
    for band in &world.bands.list {
        let friend = band.group == group
            || world.groups[group].relations[band.group.index()] > params.ally_relation
                && world.groups[band.group].fights_state();
        if !friend {
            continue;
        }
        // A sanctuary serves the region that is nearest to it.
        let (home, rested) = match world.places.region[band.place] {
            Some(home) => (Some(home), 1.0),
            None => (world.places.nearest_region[band.place], params.sanctuary_weight),
        };
        let weight = rested
            * match home {
                Some(home) if home == region => 1.0,
                Some(home) if wider_area(home) == wider_area(region) => params.next_region_weight,
                _ => 0.0,
            };
        sum += weight * f64::from(band.fighters) * world.groups[band.group].weapons_quality;
    }
    sum
}

/// Strength of all who defend a region [soldiers].
fn defence_in(world: &World, params: &Params, region: usize) -> f64 {
    let forces = &world.state_forces;
    let units: f64 = forces
        .units
        .iter()
        .filter(|u| world.places.region[u.place] == Some(region))
        .map(|u| f64::from(u.troops) * u.readiness)
        .sum();
    let missions: f64 = world
        .missions
        .iter()
        .map(|m| {
            let there: u32 = world
                .places
                .ids()
                .filter(|p| world.places.region[*p] == Some(region))
                .map(|p| m.troops[p])
                .sum();
            let weight = if m.is_strike_force { params.strike_force_weight } else { params.mission_weight };
            weight * f64::from(there)
        })
        .sum();
    units * forces.morale * params.fortification_factor + missions
}

/// Groups go over to the offensive where the balance of power tempts them, and ask for what they think they can take.
fn offensives(world: &mut World, params: &Params, now: &Now) {
    let mut demanded = vec![0.0; world.groups.len()];
    for region in 0..REGIONS.len() {
        if wider_area(region).is_none() {
            continue;
        }
        let defence = defence_in(world, params, region).max(params.least_defence_persons);
        for group in world.groups.ids() {
            let wanted = interest(world.groups[group].kind, region, params);
            if wanted <= 0.0 || !world.groups[group].alive() {
                continue;
            }
            let balance = strength_in(world, params, group, region) / defence;
            let state = &mut world.groups[group];
            if wider_area(region) == Some(10) {
                demanded[group.index()] += logistic(ln(balance));
            }
            if !state.fights_state() || state.stance == Stance::Talking {
                state.offensive[region] = false;
            } else if state.offensive[region] {
                state.offensive[region] = balance > params.offensive_ends_below;
            } else {
                let hazard = wanted
                    * (1.0 - state.bought())
                    * (1.0 + params.offensive_of_demand * (2.0 * state.demand - 1.0))
                    * params.offensive_tempo_per_week
                    * logistic(8.0 * ln(balance / params.balance_needed));
                let slots = now.draws.agent(THEATRE, join(state.key, region as u64), now.week);
                state.offensive[region] = slots.comes(0, hazard);
            }
        }
    }
    let northern = (0..REGIONS.len()).filter(|region| wider_area(*region) == Some(10)).count() as f64;
    for (group, sum) in world.groups.iter_mut().zip(demanded).filter(|(_, sum)| *sum > 0.0) {
        group.demand = relax(group.demand, sum / northern, params.demand_speed_per_week);
    }
}

/// Strength that a group and its allies bring against a place [fighters x quality], and fighters engaged.
fn attackers(world: &World, params: &Params, group: GroupId, place: PlaceId) -> (f64, u32) {
    let (mut strength, mut engaged) = (0.0, 0.0);
    for band in &world.bands.list {
        let own = band.group == group;
        let ally = world.groups[group].relations[band.group.index()] > params.ally_relation
            && world.groups[band.group].stance == Stance::Fighting;
        if !(own || ally) || band.posture == Posture::Cantoned {
            continue;
        }
        let reach =
            world.places.within_reach[band.place].iter().find(|(p, _)| *p == place).map_or(0.0, |(_, r)| *r);
        strength += reach * f64::from(band.fighters) * world.groups[band.group].weapons_quality;
        if own {
            engaged += reach * f64::from(band.fighters);
        }
    }
    (strength, engaged as u32)
}

/// What stands in the way: the garrison, a quarter of its neighbours, aircraft [soldiers].
fn defenders(world: &World, params: &Params, place: PlaceId) -> f64 {
    let forces = &world.state_forces;
    let near: u32 = world.places.neighbours[place].iter().map(|(p, _)| forces.troops_at(*p)).sum();
    let own = f64::from(forces.troops_at(place));
    let foreign: f64 = world
        .missions
        .iter()
        .map(|m| {
            let weight = if m.is_strike_force { params.strike_force_weight } else { params.mission_weight };
            weight * f64::from(m.troops[place])
        })
        .sum();
    let air = params.strike_air_weight * world.presence.strike_force[place];
    params.fortification_factor * (own + params.neighbour_help_share * f64::from(near)) * forces.morale
        + foreign
        + air
}

/// Each group on the offensive in a region picks its best target; an attack follows when the odds tempt it.
fn plan_assaults(world: &mut World, params: &Params, now: &Now) {
    let mut assaults = Vec::new();
    let held: Vec<(PlaceId, usize)> = world
        .places
        .ids()
        .filter(|p| world.places.controller[*p] == Ruler::State && world.state_forces.troops_at(*p) > 0)
        .filter_map(|p| world.places.region[p].map(|r| (p, r)))
        .collect();
    for group in world.groups.ids() {
        if !world.groups[group].offensive.iter().any(|o| *o) {
            continue;
        }
        for region in 0..REGIONS.len() {
            if !world.groups[group].offensive[region] {
                continue;
            }
            let mut best: Option<Assault> = None;
            for (place, _) in held.iter().filter(|(_, r)| *r == region) {
                let (strength, engaged) = attackers(world, params, group, *place);
                if engaged < crate::mechanics::recruits::BAND_LEAST {
                    continue;
                }
                let defence = defenders(world, params, *place).max(1.0);
                let odds = logistic(params.assault_steepness * ln(strength / defence));
                if best.is_none_or(|b| odds > b.odds) {
                    best = Some(Assault { group, place: *place, strength, engaged, odds });
                }
            }
            let Some(assault) = best else { continue };
            let slots = now.draws.agent(ASSAULT, join(world.groups[group].key, region as u64), now.week);
            let hazard = params.assault_tempo_per_week * (assault.odds / params.tempting_odds).min(1.0);
            if assault.odds > params.least_odds && slots.comes(0, hazard) {
                assaults.push(assault);
            }
        }
    }
    world.this_week.assaults = assaults;
}

/// Garrisons that are surrounded, outnumbered and out of heart leave without a fight.
fn abandon(world: &mut World, params: &Params, now: &Now) {
    let morale = world.state_forces.morale;
    let broken = logistic(params.abandonment_steepness * (params.abandonment_morale - morale));
    let mut given_up = Vec::new();
    for place in world.places.ids() {
        let garrison = world.state_forces.troops_at(place);
        if garrison == 0 || world.places.controller[place] != Ruler::State || !world.places.in_north(place) {
            continue;
        }
        let neighbours: Vec<PlaceId> = world.places.neighbours[place]
            .iter()
            .map(|(p, _)| *p)
            .filter(|p| world.places.in_mali[*p])
            .collect();
        let lost =
            neighbours.iter().filter(|p| matches!(world.places.controller[**p], Ruler::Group(_))).count()
                as f64
                / neighbours.len().max(1) as f64;
        if lost <= 0.0 {
            continue;
        }
        let strongest = world
            .living_groups()
            .filter(|g| world.groups[*g].stance == Stance::Fighting)
            .map(|g| (g, attackers(world, params, g, place).0))
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let Some((group, strength)) = strongest.filter(|s| s.1 > 0.0) else { continue };
        let ratio = ln(strength / defenders(world, params, place).max(1.0));
        let hazard = params.abandonment_tempo_per_week
            * broken
            * lost
            * logistic(3.0 * (ratio + params.abandonment_shift_log));
        let slots = now.draws.agent(ABANDON, world.places.key[place], now.week);
        if slots.comes(0, hazard) {
            given_up.push((place, group));
        }
    }
    // All garrisons have seen the same map before any of them left.
    for (place, group) in given_up {
        combat::fall(world, place, group, params.routed_kept_share, params.morale_per_fall_factor);
    }
}
