//! # Peace operations
//!
//! Missions and strike forces deploy, protect and supply themselves, and use what is left on their mandate.
//!
//! - **Reads**: levers `mission-size`, `strike-force`, `mission-air-lift`, `mission-training`, `mandate-weights`,
//!   `unpol-task-force`; hostile deaths; trust in the mission
//! - **Writes**: missions: troops by place, self-protection; convoys; costs; search for arms on routes
//! - **Draws**: `peace_operations.health` (deaths not by attack), `peace_operations.convoys`
//! - **Equation**: troops relax to what is authorised; self-protection s = s0 + s1 (1 - exp(-deaths per 1,000 /
//!   scale)), at most s0 + s1; free troops = 1 - s, shared out by the mandate; tips ~ cover of groups x (1 - w (2 trust - 1)); task force = officers/(officers + h) x cover
//! - **Pattern**: P3, P6, P21
//! - **Sources**: messy2020 (80 % self-protection, cost, losses), elusive2014 (air lift, mandate); un-minusma

use serde::Deserialize;

use crate::base::dates::Week;
use crate::base::draws::Stream;
use crate::base::ids::{Column, Id as _, MissionId, PlaceId};
use crate::base::maths::{apportion, decay, exp, relax};
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::missions::{Convoy, Mandate, Mission};
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::Purpose;
use crate::entities::world::{FIND, World};
use crate::mechanics::combat::kill_peacekeepers;
use crate::mechanics::presence::{self, trust_in_missions};

/// Parameters; values, ranges and sources in `data/parameters/peace_operations.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Time for a mission to close half of the gap to its ceiling [weeks].
    pub deployment_half_life_weeks: f64,
    /// The same for a strike force [weeks].
    pub strike_deployment_half_life_weeks: f64,
    /// Gap that is closed at once [persons].
    pub last_troops_persons: f64,
    /// Share of a mission that guards and supplies its bases [share].
    pub guards_share: f64,
    /// Share added by losses [share].
    pub fear_share: f64,
    /// Hostile deaths per thousand troops at which fear reaches two thirds [persons/1000].
    pub loss_scale_per_thousand: f64,
    /// Memory of hostile deaths [weeks].
    pub loss_memory_half_life_weeks: f64,
    /// Share of a strike force that guards itself [share].
    pub strike_self_protection_share: f64,
    /// Mission deaths by accident and illness [1/1000/year].
    pub other_deaths_per_thousand_per_year: f64,
    /// Probability that a convoy's movement is sold where groups are everywhere [share].
    pub tip_share: f64,
    /// Price of a tip [EUR].
    pub tip_eur: f64,
    /// Escort of a convoy at half weight [persons].
    pub escort_persons: f64,
    /// Hazard that a strike force takes a load of arms on a leg it covers [1/load].
    pub strike_search_hazard_per_load: f64,
    /// Rise of the cost of a mission that goes by air altogether [1].
    pub air_lift_cost: f64,
    /// Fall of tips where people trust the mission fully, and rise where nobody does [1].
    pub tips_of_trust: f64,
    /// Police officers at half of the reach of a task force on organised crime [persons].
    pub task_force_half_persons: f64,
}

const HEALTH: Stream = Stream::named("peace_operations.health");
const CONVOYS: Stream = Stream::named("peace_operations.convoys");

/// Runs all missions for a week.
pub fn step(world: &mut World, params: &Params, presence_params: &presence::Params, now: &Now) {
    instruct(world);
    for id in world.missions.ids() {
        deploy(world, params, id, now.week);
        protect_itself(&mut world.missions[id], params);
        account(world, params, id, now);
    }
    supply(world, params, now);
    arms_convoys(world, params);
    presence::refresh_missions(world, presence_params);
    task_forces(world, params);
}

/// Police on organised crime reach as far as the mission's patrols, where their lever sends them.
fn task_forces(world: &mut World, params: &Params) {
    for place in world.places.ids() {
        let mut missed = 1.0;
        for lever in world.policy.each_at(LeverKind::UnpolTaskForce, Some(place)) {
            let deployed = world.missions.iter().any(|m| m.id == lever.word("mission") && m.total() > 0);
            if deployed {
                let officers = lever.number("officers_persons");
                missed *= 1.0 - officers / (officers + params.task_force_half_persons);
            }
        }
        world.presence.task_force[place] = (1.0 - missed) * world.presence.mission_cover[place][FIND];
    }
}

/// Reads the levers.
fn instruct(world: &mut World) {
    for mission in world.missions.iter_mut() {
        mission.authorised = 0.0;
        mission.cross_border = 0.0;
        mission.training = mission.own_training;
        mission.air_lift = mission.own_air_lift;
        mission.mandate = mission.own_mandate;
        mission.task_force_persons = 0.0;
    }
    let World { policy, missions, .. } = world;
    let mut set =
        |kind: LeverKind, field: &str, apply: &dyn Fn(&mut Mission, &crate::entities::policy::Lever)| {
            for lever in policy.active(kind) {
                for mission in missions.iter_mut().filter(|m| m.id == lever.word(field)) {
                    apply(mission, lever);
                }
            }
        };
    set(LeverKind::MissionSize, "mission", &|m, l| m.authorised = l.number("troops_persons"));
    set(LeverKind::StrikeForce, "actor", &|m, l| {
        m.authorised = l.number("troops_persons");
        m.cross_border = l.number("cross_border_share");
    });
    set(LeverKind::MissionAirLift, "mission", &|m, l| m.air_lift = l.number("air_lift_share"));
    set(LeverKind::MissionTraining, "mission", &|m, l| m.training = l.number("training_share"));
    set(LeverKind::MandateWeights, "mission", &|m, l| {
        m.mandate = Mandate {
            protect_civilians: l.number("protect_civilians_share"),
            support_state: l.number("support_state_share"),
            escort: l.number("escort_share"),
            fight: l.number("fight_share"),
        };
    });
    set(LeverKind::UnpolTaskForce, "mission", &|m, l| m.task_force_persons = l.number("officers_persons"));
}

/// Troops follow the authorisation, and stand where the mission is based.
fn deploy(world: &mut World, params: &Params, id: MissionId, week: Week) {
    let mission = &mut world.missions[id];
    let now = f64::from(mission.total());
    let half_life = if mission.is_strike_force {
        params.strike_deployment_half_life_weeks
    } else {
        params.deployment_half_life_weeks
    };
    let mut wanted = relax(now, mission.authorised, 1.0 - decay(half_life));
    if (wanted - mission.authorised).abs() < params.last_troops_persons {
        wanted = mission.authorised;
    }
    if wanted < 1.0 {
        mission.troops.fill(0);
        return;
    }
    let Some((_, shares)) =
        mission.basing.iter().rev().find(|(from, _)| *from <= week).or(mission.basing.first())
    else {
        return;
    };
    let mut parts = Vec::new();
    apportion((wanted + 0.5) as u32, shares.as_slice(), &mut parts);
    mission.troops = Column::from_vec(parts);
}

fn protect_itself(mission: &mut Mission, params: &Params) {
    mission.recent_deaths *= decay(params.loss_memory_half_life_weeks);
    let total = f64::from(mission.total());
    if mission.is_strike_force || total <= 0.0 {
        mission.self_protection =
            if mission.is_strike_force { params.strike_self_protection_share } else { params.guards_share };
        return;
    }
    let losses = 1000.0 * mission.recent_deaths / total;
    let fear = 1.0 - exp(-losses / params.loss_scale_per_thousand);
    mission.self_protection = (params.guards_share + params.fear_share * fear).min(1.0);
}

/// Cost, deaths by accident and illness.
fn account(world: &mut World, params: &Params, id: MissionId, now: &Now) {
    let mission = &world.missions[id];
    let total = mission.total();
    if total == 0 {
        return;
    }
    // Aircraft are dear: a mission that moves by air costs more than the same troops on the road.
    let aircraft = 1.0 + params.air_lift_cost * (mission.air_lift - mission.own_air_lift);
    let cost_factor = aircraft + mission.task_force_persons / f64::from(total);
    let cost = f64::from(total) * cost_factor * mission.cost_eur_per_person_year / 52.18;
    let actor = mission.actor;
    let (key, is_strike_force) = (mission.key, mission.is_strike_force);
    world.missions[id].cost_factor = cost_factor;
    world.ledger.pay(world.ledger.standing.donors, actor, Purpose::MissionCost, Money::from_eur(cost));
    world.ledger.pay(actor, world.ledger.standing.economy, Purpose::MissionCost, Money::from_eur(cost));
    let slots = now.draws.agent(HEALTH, key, now.week);
    let deaths =
        slots.poisson(0, f64::from(total) * params.other_deaths_per_thousand_per_year / 1000.0 / 52.18);
    if deaths > 0 && !is_strike_force {
        let at = largest_base(&world.missions[id]);
        let memory = world.missions[id].recent_deaths;
        let dead = kill_peacekeepers(world, id, at, deaths);
        // Accidents are no reason to hide.
        world.missions[id].recent_deaths = memory;
        world.this_week.other_mission_deaths.push((at, dead));
    }
}

fn largest_base(mission: &Mission) -> PlaceId {
    let mut best = PlaceId(0);
    for place in mission.troops.ids() {
        if mission.troops[place] > mission.troops[best] {
            best = place;
        }
    }
    best
}

/// One convoy a week to each base that is not supplied by air; its movement may be sold.
fn supply(world: &mut World, params: &Params, now: &Now) {
    world.convoys.clear();
    let mut sold = Vec::new();
    for id in world.missions.ids() {
        let mission = &world.missions[id];
        if mission.is_strike_force {
            continue;
        }
        for base in world.places.ids() {
            let troops = mission.troops[base];
            if troops == 0 || !world.places.in_mali[base] || !world.places.in_north_or_centre(base) {
                continue;
            }
            let slots = now.draws.agent(
                CONVOYS,
                crate::base::draws::join(mission.key, world.places.key[base]),
                now.week,
            );
            if slots.happens(0, mission.air_lift) {
                continue;
            }
            // It is most exposed at its base or on one of the legs that lead there.
            let near = &world.places.neighbours[base];
            let malian: Vec<PlaceId> =
                near.iter().map(|(p, _)| *p).filter(|p| world.places.in_mali[*p]).chain([base]).collect();
            let through = malian[slots.below(1, malian.len())];
            let informers = world.presence.group_cover[through];
            // Where people trust the mission fewer sell what they know of it.
            let distrust = 1.0 - params.tips_of_trust * (2.0 * trust_in_missions(world, through) - 1.0);
            let leaked = slots.happens(2, (params.tip_share * informers * distrust).min(1.0));
            let escort = (params.escort_persons * mission.emphasis(|m| m.escort)) as u32;
            world.convoys.push(Convoy { mission: id, base, through, escort: escort.min(troops), leaked });
            if leaked {
                sold.push(through);
            }
        }
    }
    for place in sold {
        pay_informer(world, params, place);
    }
}

/// Informers are paid by the strongest group on the road.
fn pay_informer(world: &mut World, params: &Params, place: PlaceId) {
    let row = world.presence.group_force.row(place);
    let strongest =
        world.living_groups().max_by(|a, b| row[a.index()].total_cmp(&row[b.index()]).then(b.cmp(a)));
    if let (Some(group), Some(region)) = (strongest, world.places.region[place]) {
        let (payer, people) = (world.groups[group].actor, world.ledger.standing.people[region]);
        world.ledger.pay_from_balance(payer, people, Purpose::Information, Money::from_eur(params.tip_eur));
    }
}

/// Strike forces look for arms convoys wherever they reach, also in the countries that host them.
fn arms_convoys(world: &mut World, params: &Params) {
    for route in world.routes.ends.ids() {
        let (a, b) = world.routes.ends[route];
        let cover = world.presence.strike_cover[a].max(world.presence.strike_cover[b]);
        world.routes.search_strike[route] = params.strike_search_hazard_per_load * cover;
    }
}

impl crate::entities::places::Places {
    /// True in the regions where missions deploy.
    pub fn in_north_or_centre(&self, place: PlaceId) -> bool {
        self.region[place].is_some_and(|r| crate::tables::indicators::wider_area(r).is_some())
    }
}
