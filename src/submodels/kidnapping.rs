//! # Kidnapping and ransom
//!
//! Groups that trade hostages take foreigners; governments pay or refuse.
//!
//! - **Reads**: foreigners at risk, reach of groups, protection, levers `ransom-policy`, `border-control`
//! - **Writes**: hostages, ledger (ransoms, cuts), cooperation, foreigners
//! - **Draws**: `kidnapping.abduction` (per group), `kidnapping.release` (per group)
//! - **Equation**: abductions ~ Poisson(tempo x sum foreigners x reach x (1 - protection) x (1 - w x crime-sensitive
//!   control)); each hostage is released with a hazard that payment raises; a share dies in captivity
//! - **Pattern**: ransoms of about 15 M USD a year to groups in the Sahel
//! - **Sources**: nyt-ransoms-2014 (sums, shares), lacher2013 (cooperation lost); tempo assumed

use serde::Deserialize;

use crate::base::draws::Stream;
use crate::base::ids::{Column, GroupId, Id as _, PlaceId};
use crate::base::maths::pick;
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::policy::LeverKind;
use crate::entities::this_week::{Event, Side};
use crate::entities::vocabulary::{EventKind, Purpose};
use crate::entities::world::{FIND, World};
use crate::mechanics::combat;
use crate::mechanics::presence::protection;

/// Parameters; values, ranges and sources in `data/parameters/kidnapping.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Hazard that a foreigner in full reach and unprotected is abducted [1/person/week].
    pub tempo_per_person_week: f64,
    /// Force within reach at half of the hazard [persons].
    pub reach_half_persons: f64,
    /// Abductions that crime-sensitive border control in full force prevents [share].
    pub control_protects_share: f64,
    /// Share of abductions with a second hostage [share].
    pub second_hostage_share: f64,
    /// Foreigners who leave after an abduction [1].
    pub foreigners_lost_per_abduction: f64,
    /// Weekly return of foreigners [1/week].
    pub foreigners_return_per_week: f64,
    /// Foreigners at which growth stops [persons].
    pub most_foreigners_persons: f64,
    /// Hazard of release where governments pay [1/week].
    pub release_per_week: f64,
    /// The same where nobody pays [1/week].
    pub unpaid_release_per_week: f64,
    /// Hazard of dying in captivity [1/week].
    pub death_per_week: f64,
    /// Rise of that hazard where nobody pays [1].
    pub unpaid_death_factor: f64,
    /// Cut of intermediaries at complicity one half [share].
    pub intermediaries_share: f64,
    /// Cooperation with Mali that those who resent ransoms lose per ransom [1].
    pub cooperation_lost_per_ransom: f64,
}

const ABDUCTION: Stream = Stream::named("kidnapping.abduction");
const RELEASE: Stream = Stream::named("kidnapping.release");

/// Abductions, then releases.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let factor = world.inputs.value("foreigners-factor");
    for group in world.groups.ids() {
        if world.groups[group].alive() && world.groups[group].takes_hostages {
            abduct(world, params, now, group, factor);
        }
        if world.groups[group].hostages > 0 {
            release(world, params, now, group);
        }
    }
    for foreigners in world.places.foreigners.iter_mut() {
        *foreigners += params.foreigners_return_per_week
            * *foreigners
            * (1.0 - (*foreigners / params.most_foreigners_persons).min(1.0));
    }
}

fn abduct(world: &mut World, params: &Params, now: &Now, group: GroupId, factor: f64) {
    let mut reaches: Column<PlaceId, f64> = Column::filled(world.places.len(), 0.0);
    for place in world.places.ids() {
        let force = world.presence.group_force[(place, group)];
        if force > 0.0 {
            for (near, share) in &world.places.within_reach_by_air[place] {
                reaches[*near] += share * force;
            }
        }
    }
    let weights: Vec<f64> = world
        .places
        .ids()
        .map(|place| {
            if world.places.foreigners[place] <= 0.0 {
                return 0.0;
            }
            let reach = reaches[place];
            let exposed = world.places.foreigners[place] * factor * (1.0 - protection(world, place));
            let watched = params.control_protects_share * watched(world, place);
            exposed * (1.0 - watched) * reach / (reach + params.reach_half_persons)
        })
        .collect();
    let total: f64 = weights.iter().sum();
    let slots = now.draws.agent(ABDUCTION, world.groups[group].key, now.week);
    let n = slots.poisson(0, params.tempo_per_person_week * total).min(3);
    for i in 0..n as usize {
        let at = pick(slots.share(1 + 2 * i), &weights).unwrap_or(0);
        let place = PlaceId::from_index(at);
        let taken = 1 + u32::from(slots.happens(2 + 2 * i, params.second_hostage_share));
        world.groups[group].hostages += taken;
        world.groups[group].last_abduction = place;
        world.places.foreigners[place] *= 1.0 - params.foreigners_lost_per_abduction;
        let event = Event {
            place,
            kind: EventKind::Abduction,
            a: Side::Group(group),
            b: Side::Civilians(None),
            deaths_a: 0,
            deaths_b: 0,
            civilians: 0,
            chance: slots.share(10 + i),
        };
        combat::record(world, event);
    }
}

/// Effort that crime-sensitive control spends where the army is, on harm rather than on trade [0, 1].
fn watched(world: &World, place: PlaceId) -> f64 {
    let lever =
        world.policy.at(LeverKind::BorderControl, place).filter(|l| l.word("mode") == "crime-sensitive");
    lever.map_or(0.0, |l| l.number("effort_share")) * world.presence.state_cover[place][FIND]
}

fn release(world: &mut World, params: &Params, now: &Now, group: GroupId) {
    let refused =
        world.policy.anywhere(LeverKind::RansomPolicy).is_some_and(|l| l.word("policy") == "refuse");
    let payers: Vec<_> = world
        .governments
        .list
        .ids()
        .filter(|g| world.governments.list[*g].pays_ransoms && !refused)
        .collect();
    let slots = now.draws.agent(RELEASE, world.groups[group].key, now.week);
    let hazard = if payers.is_empty() { params.unpaid_release_per_week } else { params.release_per_week };
    let held = world.groups[group].hostages;
    let freed = slots.befallen(0, held, hazard);
    let dying = params.death_per_week * if payers.is_empty() { params.unpaid_death_factor } else { 1.0 };
    let dead = slots.befallen(1, held - freed, dying);
    world.groups[group].hostages -= freed + dead;
    if freed == 0 || payers.is_empty() {
        return;
    }
    let payer = payers[slots.below(2, payers.len())];
    let each = world.governments.list[payer].ransom_eur;
    let sum = each * f64::from(freed);
    let cut = sum * params.intermediaries_share * world.state.complicity * 2.0;
    let (from, to) = (world.governments.list[payer].actor, world.groups[group].actor);
    let middlemen = world.ledger.standing.contractors;
    world.ledger.pay(from, to, Purpose::Ransom, Money::from_eur(sum - cut));
    world.ledger.pay(from, middlemen, Purpose::RansomCut, Money::from_eur(cut));
    world.groups[group].income_eur += sum - cut;
    let base = world.groups[group].last_abduction;
    world.this_week.group_income[base.index()] += sum - cut;
    world.this_week.ransoms.push((base, sum));
    // Payments and prisoner deals anger those who refuse them.
    let mali = world.governments.mali;
    for angry in world.governments.list.ids() {
        if world.governments.list[angry].resents_ransoms {
            world.governments.shift(mali, angry, -params.cooperation_lost_per_ransom);
        }
    }
}
