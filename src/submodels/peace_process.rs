//! # Peace process
//!
//! Mediators bring parties to talks; an accord is signed when offers and pressure outweigh demands; it is
//! implemented as far as the state is present, and few know it.
//!
//! - **Reads**: levers `mediation`, `accord`, `awareness-campaign`; demand, pressure, credibility
//! - **Writes**: stances, accord, implementation; persons: knows the accord
//! - **Draws**: `peace_process.talks` (per group), `.signature`
//! - **Equation**: a group talks when offer x credibility + pressure x cost of war + mediators > demand x margin,
//!   credibility = floor + (1 - floor) x legitimacy x (after an accord, its implementation);
//!   while talking groups with such a gain hold half of the separatist strength, an accord is signed with hazard
//!   sign x logistic(steepness x their mean gain);
//!   implementation relaxes to state presence in the north, nearer to 1 while signatories back a welcome transition
//!   and as far as people know the accord, x share of signatories among separatist fighters
//! - **Pattern**: P9, P18
//! - **Sources**: lacher2013 (pressure and credible government), roundtable2014 (spoilers, crime terms), messy2020
//!   (signatories back the transition of 2020)

use serde::Deserialize;

use crate::base::draws::Stream;
use crate::base::ids::GroupId;
use crate::base::maths::{decay, logistic, relax};
use crate::base::now::Now;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::{GroupKind, Stance};
use crate::entities::world::{PROTECT, World};

/// Parameters; values, ranges and sources in `data/parameters/peace_process.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Weight of a mediator that its worst rival undoes [share].
    pub rival_undoes_share: f64,
    /// Hazard of coming to talks when all speaks for it [1/week].
    pub talk_per_week: f64,
    /// Hazard of leaving talks without a mediator [1/week].
    pub talks_lapse_per_week: f64,
    /// Steepness of that decision [1].
    pub steepness: f64,
    /// Talks begin before an accord pays [1].
    pub talk_margin: f64,
    /// Share of separatist strength that must be ready [share].
    pub quorum_share: f64,
    /// Hazard of signing once enough are ready and much is gained [1/week].
    pub sign_per_week: f64,
    /// Credibility without legitimacy [1].
    pub credibility_floor: f64,
    /// Unpaid weeks that count fully [weeks].
    pub unpaid_scale_weeks: f64,
    /// Weight of unpaid weeks in pressure [1].
    pub unpaid_weight: f64,
    /// Weight of pressure [1].
    pub cost_of_war: f64,
    /// Weight of mediators [1].
    pub mediation_weight: f64,
    /// Weight of demand [1].
    pub demand_weight: f64,
    /// Tolls at half of the rent at stake [EUR/week].
    pub rent_half_eur_per_week: f64,
    /// Weight of the rent that crime terms take away [1].
    pub rent_weight: f64,
    /// Implementation at signature [share].
    pub first_implementation_share: f64,
    /// Weekly movement of implementation [1/week].
    pub implementation_speed_per_week: f64,
    /// Share of what presence leaves undone that both sides are held to where everybody knows the accord [share].
    pub knowledge_share: f64,
    /// Share of what presence leaves undone that signatories who back a transition see to [share].
    pub backing_share: f64,
    /// Knowledge of the accord that lasts [share].
    pub news_share: f64,
    /// Knowledge soon after signature [share].
    pub first_news_share: f64,
    /// Time in which early knowledge is lost [weeks].
    pub news_half_life_weeks: f64,
}

const TALKS: Stream = Stream::named("peace_process.talks");
const SIGNATURE: Stream = Stream::named("peace_process.signature");

/// Talks, signature, implementation, awareness.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let (offer, crime) = world
        .policy
        .anywhere(LeverKind::Accord)
        .map_or((0.0, 0.0), |l| (l.number("offer_share"), l.number("crime_conditionality")));
    let mediators = mediators(world, params);
    let mut ready = (0.0, 0.0);
    let mut surplus = 0.0;
    for group in world.groups.ids() {
        if !world.groups[group].alive() || world.groups[group].kind != GroupKind::Separatist {
            continue;
        }
        let gain = gain(world, params, group, offer, crime, mediators);
        let strength = f64::from(world.groups[group].fighters());
        let slots = now.draws.agent(TALKS, world.groups[group].key, now.week);
        let state = &mut world.groups[group];
        match state.stance {
            Stance::Fighting if mediators > 0.0 => {
                let hazard = params.talk_per_week * logistic(params.steepness * (gain + params.talk_margin));
                if slots.comes(0, hazard) {
                    state.stance = Stance::Talking;
                }
            }
            Stance::Talking if mediators <= 0.0 => {
                let hazard = params.talks_lapse_per_week * logistic(-params.steepness * gain);
                if slots.comes(0, hazard) {
                    state.stance = Stance::Fighting;
                }
            }
            _ => {}
        }
        ready.1 += strength;
        if state.stance == Stance::Talking && gain > 0.0 {
            ready.0 += strength;
            surplus += strength * gain;
        }
    }
    let open = world.state.weeks_since_accord.is_none() && offer > 0.0 && mediators > 0.0;
    if open && ready.1 > 0.0 && ready.0 >= params.quorum_share * ready.1 {
        // Drafting, initialling and consulting the base take months.
        let hazard = params.sign_per_week * logistic(params.steepness * surplus / ready.0);
        let slots = now.draws.agent(SIGNATURE, 0, now.week);
        if slots.comes(0, hazard) {
            sign(world, params, now, crime);
        }
    }
    implement(world, params);
    inform(world, params);
}

/// Weight of mediators now at work, less that of their rivals.
fn mediators(world: &World, params: &Params) -> f64 {
    let governments = &world.governments;
    let active: Vec<_> = world
        .policy
        .active(LeverKind::Mediation)
        .filter_map(|l| governments.of(l.word("mediator")).map(|g| (g, l.number("weight_share"))))
        .collect();
    let mut sum = 0.0;
    for (mediator, weight) in &active {
        let rival: f64 =
            governments.list.ids().map(|g| governments.rivalry[(*mediator, g)]).fold(0.0, f64::max);
        sum +=
            weight * governments.list[*mediator].mediation_weight * (1.0 - params.rival_undoes_share * rival);
    }
    sum
}

/// What a group gains by settling, against its demand.
fn gain(world: &World, params: &Params, group: GroupId, offer: f64, crime: f64, mediators: f64) -> f64 {
    let state = &world.groups[group];
    // After an accord a government is judged by what it did of it.
    let kept = if world.state.weeks_since_accord.is_some() { world.state.implementation } else { 1.0 };
    let credibility =
        params.credibility_floor + (1.0 - params.credibility_floor) * world.state.legitimacy * kept;
    let (mut cover, mut fighters) = (0.0, 0.0);
    for band in world.bands.list.iter().filter(|b| b.group == group) {
        let presence = &world.presence;
        let here = presence.strike_cover[band.place].max(presence.mission_cover[band.place][PROTECT]);
        cover += f64::from(band.fighters) * here;
        fighters += f64::from(band.fighters);
    }
    let unpaid = (state.unpaid_weeks / params.unpaid_scale_weeks).min(1.0);
    let pressure = if fighters > 0.0 { cover / fighters } else { 1.0 } + params.unpaid_weight * unpaid;
    // Terms that make leaders leave trafficking cost them their tolls.
    let rent = state.last_toll_eur / (state.last_toll_eur + params.rent_half_eur_per_week);
    offer * credibility + params.cost_of_war * pressure + params.mediation_weight * mediators
        - state.demand * params.demand_weight
        - params.rent_weight * crime * rent
}

fn sign(world: &mut World, params: &Params, _now: &Now, crime: f64) {
    world.state.weeks_since_accord = Some(0);
    world.state.crime_terms = crime;
    world.this_week.accord = true;
    let mut names = Vec::new();
    for group in world.groups.iter_mut().filter(|g| g.alive() && g.kind == GroupKind::Separatist) {
        if group.stance == Stance::Talking {
            group.stance = Stance::Signatory;
            group.toll_share *= 1.0 - crime;
            names.push(group.id.clone());
        }
    }
    let text = format!("an accord is signed with {}", names.join(", "));
    world.this_week.note("accord", &names.join(" "), "", text);
    world.state.implementation = params.first_implementation_share;
}

fn implement(world: &mut World, params: &Params) {
    let Some(weeks) = world.state.weeks_since_accord else { return };
    world.state.weeks_since_accord = Some(weeks + 1);
    let (mut present, mut places, mut known, mut people) = (0.0, 0.0, 0.0, 0.0);
    for place in world.places.ids().filter(|p| world.places.in_north(*p) && world.places.population[*p] > 0.0)
    {
        present += world.presence.civil[place];
        places += 1.0;
        for cell in world.places.cells[place].iter().map(|cell| &world.cells[*cell]) {
            known += f64::from(cell.at_home) * cell.aware;
            people += f64::from(cell.at_home);
        }
    }
    let presence = if places > 0.0 { present / places } else { 0.0 };
    // Signatories stand by a transition that most welcome, and people hold both sides to what they know of.
    let undone = (1.0 - params.backing_share * world.state.welcome.max(0.0))
        * (1.0 - params.knowledge_share * known / f64::max(people, 1.0));
    let backed = 1.0 - (1.0 - presence) * undone;
    world.state.implementation =
        relax(world.state.implementation, backed * signatories(world), params.implementation_speed_per_week);
}

/// Share of separatist fighters whose group has signed; all where none is left in arms [0, 1].
fn signatories(world: &World) -> f64 {
    let (mut signed, mut all) = (0.0, 0.0);
    for group in world.groups.iter().filter(|g| g.alive() && g.kind == GroupKind::Separatist) {
        let fighters = f64::from(group.fighters());
        all += fighters;
        signed += if group.stance == Stance::Signatory { fighters } else { 0.0 };
    }
    if all > 0.0 { signed / all } else { 1.0 }
}

/// People hear of the accord, and forget; a campaign raises knowledge only while it runs.
fn inform(world: &mut World, params: &Params) {
    let Some(weeks) = world.state.weeks_since_accord else { return };
    let reach = world.policy.anywhere(LeverKind::AwarenessCampaign).map_or(0.0, |l| l.number("reach_share"));
    let news = params.news_share
        + (params.first_news_share - params.news_share)
            * decay(params.news_half_life_weeks / f64::from(weeks.max(1)));
    let target = (news + reach * (1.0 - news)).clamp(0.0, 1.0);
    for cell in world.cells.iter_mut() {
        cell.aware = relax(cell.aware, target, 1.0 / PANEL);
    }
}

/// Weeks in which everyone hears, or forgets, once.
const PANEL: f64 = 26.0;
