//! # State forces
//!
//! The army recruits, deploys to where violence was, recovers morale and readiness, and returns to lost places.
//!
//! - **Reads**: operations money, pay, inputs (size by law, trained share), control, cover, soldiers that aid
//!   pays, oversight, lever `security-sector-reform`
//! - **Writes**: units: place, troops, readiness; morale; control of places that the state regains
//! - **Draws**: `state_forces.moves`, one per unit
//! - **Equation**: readiness relaxes to operations funded x (base + trained); morale recovers 0.6 % a week towards
//!   0.75; a unit's due share of the army is its establishment x (1 + violence_weight x attacks of late), and
//!   rotation moves it there; abusiveness relaxes to base x (1 - training) x (1 - reform) x (1 - oversight), each by its
//!   weight
//! - **Pattern**: P1 (with group strategy), P4: deployment follows last year's violence
//! - **Sources**: forces-press (strength), elusive2014 (corruption and readiness); sizes assumed

use serde::Deserialize;

use crate::base::draws::Stream;
use crate::base::ids::PlaceId;
use crate::base::maths::{probability, relax};
use crate::base::now::Now;
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::state_forces::Unit;
use crate::entities::vocabulary::{GroupKind, Stance};
use crate::entities::world::{CONTEST, World};
use crate::mechanics::presence;

/// Parameters; values, ranges and sources in `data/parameters/state_forces.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Morale that the army recovers to [1].
    pub morale_target: f64,
    /// Recovery of morale [1/week].
    pub morale_recovery_per_week: f64,
    /// Unpaid weeks that cost the full loss of morale [weeks].
    pub unpaid_scale_weeks: f64,
    /// Morale lost when unpaid for long [1].
    pub unpaid_morale_loss: f64,
    /// Readiness without operations money [1].
    pub readiness_floor: f64,
    /// Readiness lost without training [1].
    pub training_weight: f64,
    /// Weekly adjustment of readiness [1/week].
    pub readiness_speed_per_week: f64,
    /// Propensity to abuse without training [1].
    pub abusiveness: f64,
    /// Share of abuse that training prevents [1].
    pub training_restraint: f64,
    /// Share of the gap to the size by law that is recruited [1/week].
    pub recruitment_per_week: f64,
    /// Hazard that a unit returns to a place that is open [1/week].
    pub return_hazard_per_week: f64,
    /// Openness of places that allied militias hold [1].
    pub return_with_allies: f64,
    /// Openness by held neighbours alone [1].
    pub return_overland: f64,
    /// Weight of attacks next door [1].
    pub neighbour_attack_weight: f64,
    /// Rise of deployment per attack of last year [1].
    pub violence_weight: f64,
    /// Weight of the north in deployment [1].
    pub north_weight: f64,
    /// Share of the army that is in training, on leave or at headquarters [share].
    pub reserve_share: f64,
    /// Share of a unit's surplus over its due that is relieved each week [1/week].
    pub rotation_per_week: f64,
    /// Share of the reserve sent out each week [1/week].
    pub deployment_per_week: f64,
    /// Share of the gap in training that full reform closes [share].
    pub reform_training_share: f64,
    /// Share of abuse that full reform prevents [share].
    pub reform_restraint_share: f64,
    /// Abuse that full oversight prevents [share].
    pub oversight_restraint_share: f64,
}

const MOVES: Stream = Stream::named("state_forces.moves");

/// Runs the army for a week.
pub fn step(world: &mut World, params: &Params, presence_params: &presence::Params, now: &Now) {
    recover(world, params);
    recruit(world, params);
    redeploy(world, params, presence_params, now);
    rotate(world, params);
    presence::refresh_state(world, presence_params);
    presence::update_control(world, presence_params, |ruler| ruler == Ruler::State);
}

fn recover(world: &mut World, params: &Params) {
    let trained = world.inputs.value("army-trained-share");
    let reform = world.policy.number(LeverKind::SecuritySectorReform, "effort_share");
    let trained = trained + params.reform_training_share * reform * (1.0 - trained);
    let oversight = world.state.oversight;
    let forces = &mut world.state_forces;
    let unpaid = (forces.unpaid_weeks / params.unpaid_scale_weeks).min(1.0);
    let target = params.morale_target * (1.0 - params.unpaid_morale_loss * unpaid);
    let gap = target - forces.morale;
    forces.morale += if gap > 0.0 {
        params.morale_recovery_per_week.min(gap)
    } else {
        gap * params.morale_recovery_per_week
    };
    let funded = forces.operations_funded.min(1.0);
    let ready = (params.readiness_floor + (1.0 - params.readiness_floor) * funded)
        * (1.0 - params.training_weight * (1.0 - trained));
    for unit in &mut forces.units {
        unit.readiness = relax(unit.readiness, ready, params.readiness_speed_per_week);
        unit.abusiveness = relax(
            unit.abusiveness,
            params.abusiveness
                * (1.0 - params.training_restraint * trained)
                * (1.0 - params.reform_restraint_share * reform)
                * (1.0 - params.oversight_restraint_share * oversight),
            params.readiness_speed_per_week,
        );
    }
}

/// The army grows towards its size by law as far as it is paid; it shrinks by its dead alone.
fn recruit(world: &mut World, params: &Params) {
    let by_law =
        world.inputs.value("army-size-persons") * world.state_forces_scale() + world.state_forces.paid_by_aid;
    let now = f64::from(world.state_forces.troops());
    let wanted = (by_law * world.state.salaries_met - now) * params.recruitment_per_week;
    if wanted >= 1.0 {
        let n = wanted as u32;
        world.state_forces.reserve += n;
        world.state_forces.arms += n;
        world.arms.arrived += u64::from(n);
    }
}

/// Units return to their home place, or to any lost place near, once it can be held.
fn redeploy(world: &mut World, params: &Params, presence_params: &presence::Params, now: &Now) {
    for at in 0..world.state_forces.units.len() {
        let unit = &world.state_forces.units[at];
        if unit.place == unit.home || unit.troops == 0 {
            continue;
        }
        let slots = now.draws.agent(MOVES, unit.key, now.week);
        let home = unit.home;
        let chance =
            probability(params.return_hazard_per_week * openness(world, params, presence_params, home));
        if slots.happens(0, chance) {
            world.state_forces.units[at].place = home;
        }
    }
}

/// Share of its usual drive that the army has: a broken army does not march [0, 1].
fn heart(world: &World, params: &Params) -> f64 {
    let share = (world.state_forces.morale / params.morale_target).min(1.0);
    share * share
}

/// How open a place is to the army: full where the state rules, by cover of friends elsewhere, less where people
/// stand behind separatists, little where allies rule.
fn openness(world: &World, params: &Params, presence_params: &presence::Params, place: PlaceId) -> f64 {
    let alone = match world.places.controller[place] {
        Ruler::State => return 1.0,
        Ruler::Group(group) if world.groups[group].stance == Stance::Allied => {
            return params.return_with_allies;
        }
        // Alone the army marches on open or jihadist ground only, as far as its heart goes.
        Ruler::Group(group) if world.groups[group].kind != GroupKind::Jihadist => 0.0,
        Ruler::Group(_) | Ruler::Nobody => {
            let neighbours = &world.places.neighbours[place];
            let held = |p: &PlaceId| world.places.controller[*p] == Ruler::State;
            let near = neighbours.iter().filter(|(p, _)| held(p)).count() as f64;
            let overland = params.return_overland * near / neighbours.len().max(1) as f64;
            heart(world, params) * overland * (1.0 - world.presence.group_cover[place])
        }
    };
    (friends_at(world, place) + alone).min(1.0) * presence::army_welcome(world, presence_params, place)
}

/// Cover of strike forces or missions that the army may follow [0, 1].
fn friends_at(world: &World, place: PlaceId) -> f64 {
    world.presence.strike_cover[place].max(world.presence.mission_cover[place][CONTEST])
}

/// Troops are relieved and sent out again: every unit that stands where it can be supplied is due a share of the
/// army by its establishment and by where violence was; who has more gives some up to the reserve, and the
/// reserve goes to those who have less.
fn rotate(world: &mut World, params: &Params) {
    let weights: Vec<f64> = world.state_forces.units.iter().map(|unit| claim(world, params, unit)).collect();
    let claims: f64 = weights.iter().sum();
    if claims <= 0.0 {
        return;
    }
    let due = f64::from(world.state_forces.troops()) * (1.0 - params.reserve_share) / claims;
    let forces = &mut world.state_forces;
    let mut gaps = Vec::with_capacity(weights.len());
    for (unit, weight) in forces.units.iter_mut().zip(&weights) {
        let gap = due * weight - f64::from(unit.troops);
        // A unit that nobody can reach keeps its men.
        if gap < 0.0 && *weight > 0.0 {
            let relieved = (-gap * params.rotation_per_week) as u32;
            unit.troops -= relieved;
            forces.reserve += relieved;
        }
        gaps.push(gap.max(0.0));
    }
    let wanted: f64 = gaps.iter().sum();
    let sent = (f64::from(forces.reserve).min(wanted) * params.deployment_per_week) as u32;
    let mut parts = Vec::new();
    crate::base::maths::apportion(sent, &gaps, &mut parts);
    for (unit, part) in forces.units.iter_mut().zip(&parts) {
        unit.troops += part;
    }
    forces.reserve -= parts.iter().sum::<u32>();
}

/// What a unit can claim of the army: its establishment, more where violence was of last year and in the north,
/// nothing where it cannot be supplied.
fn claim(world: &World, params: &Params, unit: &Unit) -> f64 {
    let place = unit.place;
    let supplied = match world.places.controller[place] {
        Ruler::State => 1.0,
        _ => friends_at(world, place),
    };
    if !world.places.in_mali[place] {
        return 0.0;
    }
    let attacks = world.places.recent_attacks[place]
        + world.places.neighbours[place]
            .iter()
            .map(|(p, _)| params.neighbour_attack_weight * world.places.recent_attacks[*p])
            .sum::<f64>();
    let mandate = if world.places.in_north(place) { params.north_weight } else { 1.0 };
    supplied * f64::from(unit.establishment) * (1.0 + params.violence_weight * attacks) * mandate
}

impl World {
    /// Size of this theatre's army against the national one: 1 in Mali, less in a testbed.
    pub fn state_forces_scale(&self) -> f64 {
        let people: f64 = self.places.population.iter().sum();
        (people / NATIONAL_PEOPLE).min(1.0)
    }
}

/// People of Mali in January 2012, to which national inputs refer [persons].
const NATIONAL_PEOPLE: f64 = 15_875_866.0;
