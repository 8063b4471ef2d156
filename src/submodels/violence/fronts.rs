//! # Fronts
//!
//! Where the army stands before a place that a group holds, it tries to retake it; most attempts are battles that move
//! nothing.
//!
//! - **Reads**: units in reach, morale, readiness, force of the holder, its stance
//! - **Writes**: events, deaths, controllers, place of the unit that retakes; morale after a repulse
//! - **Draws**: `violence.fronts`, one per place
//! - **Equation**: hazard = tempo x heart^2 x 2 min(A, G)/(A + G) x (1 - restraint), A = reach x troops x readiness, G =
//!   usable force x weapons quality of the holder, heart = morale against its usual level; P(retaken) =
//!   logistic(steepness x ln(A x morale / (fortification x G)))
//! - **Pattern**: P18 (state and separatists fight in 2014 and 2015 and not after the accord)
//! - **Sources**: ucdp-ged (battles of 2014); forms and sizes assumed

use crate::base::draws::{Stream, join};
use crate::base::ids::{GroupId, PlaceId};
use crate::base::maths::{ln, logistic};
use crate::base::now::Now;
use crate::entities::places::Ruler;
use crate::entities::this_week::{Event, Side};
use crate::entities::vocabulary::{EventKind, Stance};
use crate::entities::world::World;
use crate::mechanics::{combat, presence};

use super::{Params, kill_near, leave_near, severity};

const FRONTS: Stream = Stream::named("violence.fronts");

/// Lets the army try to retake what lies before it.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let heart = (world.state_forces.morale / params.usual_morale).min(1.0);
    for place in world.places.ids() {
        let Ruler::Group(holder) = world.places.controller[place] else { continue };
        if !world.places.in_mali[place] || !world.groups[holder].fights_state() {
            continue;
        }
        let army = army_before(world, place);
        let held = world.presence.group_force[(place, holder)] * world.groups[holder].weapons_quality;
        if army < params.least_front_persons || held <= 0.0 {
            continue;
        }
        let talks = world.groups[holder].stance == Stance::Talking;
        let restraint = if talks { params.restraint_of_talks } else { 0.0 };
        let hazard = params.front_tempo_per_week
            * heart
            * heart
            * (2.0 * army.min(held) / (army + held))
            * (1.0 - restraint);
        let slots = now.draws.agent(FRONTS, world.places.key[place], now.week);
        if slots.comes(0, hazard) {
            let key = join(world.places.key[place], world.groups[holder].key);
            battle(world, params, place, holder, army, held, &now.draws.agent(FRONTS, key, now.week));
        }
    }
}

/// Soldiers who can be brought before a place, by how ready they are [persons].
fn army_before(world: &World, place: PlaceId) -> f64 {
    let reach = |from: PlaceId| {
        let near = world.places.within_reach[from].iter().find(|(p, _)| *p == place);
        near.map_or(0.0, |(_, reach)| *reach)
    };
    let units = world.state_forces.units.iter().filter(|unit| unit.troops > 0);
    units.map(|unit| reach(unit.place) * f64::from(unit.troops) * unit.readiness).sum()
}

/// One attempt: the place is retaken, or the army is thrown back.
fn battle(
    world: &mut World,
    params: &Params,
    place: PlaceId,
    holder: GroupId,
    army: f64,
    held: f64,
    slots: &crate::base::draws::Slots,
) {
    let against = params.front_fortification * held / world.state_forces.morale.max(0.01);
    let won = slots.happens(0, logistic(params.front_steepness * ln(army / against)));
    let present = params.battle_share_of_present * (army + world.presence.group_force[(place, holder)]);
    let deaths = severity(slots, 1, params.battle_deaths_log, params.battle_deaths_sd_log, present);
    let lost = if won { 1.0 - params.loser_share } else { params.loser_share };
    let unit = nearest_unit(world, place);
    let from = unit.map_or(place, |unit| world.state_forces.units[unit].place);
    let soldiers = combat::kill_soldiers(world, from, (lost * f64::from(deaths) + 0.5) as u32);
    let fallen = kill_near(world, holder, place, deaths - soldiers.min(deaths), slots.share(2));
    let event = Event {
        place,
        kind: EventKind::Battle,
        a: Side::State,
        b: Side::Group(holder),
        deaths_a: soldiers,
        deaths_b: fallen,
        civilians: 0,
        chance: slots.share(3),
    };
    combat::record(world, event);
    world.places.weeks_since_contested[place] = 0;
    if !won {
        world.state_forces.morale *= params.morale_per_repulse_factor;
        return;
    }
    let broken = params.repulse_loss_share * world.presence.group_force[(place, holder)];
    leave_near(world, holder, place, broken as u32, slots.share(4));
    presence::set_controller(world, place, Ruler::State);
    if let Some(unit) = unit {
        world.state_forces.units[unit].place = place;
    }
}

/// The unit that stands nearest to a place, by road.
fn nearest_unit(world: &World, place: PlaceId) -> Option<usize> {
    let units = &world.state_forces.units;
    let hours = |at: &usize| world.places.travel_hours[(units[*at].place, place)];
    let standing = (0..units.len()).filter(|at| units[*at].troops > 0);
    standing.min_by(|a, b| hours(a).total_cmp(&hours(b)).then(a.cmp(b)))
}
