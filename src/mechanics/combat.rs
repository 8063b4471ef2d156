//! Losses: how deaths fall on units, bands, missions and civilians, and what they leave behind.

use crate::base::ids::{CellId, GroupId, Id as _, MissionId, PlaceId};
use crate::entities::places::Ruler;
use crate::entities::this_week::{Event, Side};
use crate::entities::world::World;
use crate::mechanics::presence::set_controller;
use crate::mechanics::recruits::{Exit, discharge};

/// Kills soldiers of the army at a place; returns how many.
pub fn kill_soldiers(world: &mut World, place: PlaceId, deaths: u32) -> u32 {
    let mut left = deaths;
    for unit in world.state_forces.units.iter_mut().filter(|u| u.place == place) {
        let killed = unit.troops.min(left);
        unit.troops -= killed;
        left -= killed;
    }
    let killed = deaths - left;
    world.state_forces.killed += killed;
    world.state.losses_felt += f64::from(killed);
    killed
}

/// Kills mission troops, at a place if they are there, else wherever the mission is; returns how many.
pub fn kill_peacekeepers(world: &mut World, mission: MissionId, place: PlaceId, deaths: u32) -> u32 {
    let mission = &mut world.missions[mission];
    let mut left = deaths;
    for at in std::iter::once(place).chain(world.places.ids()) {
        let killed = mission.troops[at].min(left);
        mission.troops[at] -= killed;
        left -= killed;
        if left == 0 {
            break;
        }
    }
    mission.recent_deaths += f64::from(deaths - left);
    deaths - left
}

/// Kills fighters of a group at a place; returns how many.
pub fn kill_fighters(world: &mut World, group: GroupId, place: PlaceId, deaths: u32, u: f64) -> u32 {
    let killed = discharge(world, group, place, deaths, Exit::Killed, u);
    world.groups[group].recent_losses += f64::from(killed);
    killed
}

/// Kills civilians of a place, in one cell or over all of them; charges the harm to a ruler. Returns how many.
pub fn kill_civilians(
    world: &mut World,
    place: PlaceId,
    only: Option<CellId>,
    deaths: u32,
    by: Ruler,
    provoked_by: Ruler,
    u: f64,
) -> u32 {
    let cells = world.places.cells_of(place);
    let total: u32 = cells.clone().map(|c| world.cells[c].at_home).sum();
    let mut killed = 0;
    let mut upto = 0.0;
    for cell in cells {
        let here = world.cells[cell].at_home;
        upto += f64::from(here);
        let n = match only {
            Some(wanted) if wanted == cell => deaths,
            Some(_) => 0,
            None if total == 0 => 0,
            // Systematic shares over cells by their people.
            None => {
                let point = f64::from(deaths) * upto / f64::from(total) + u;
                (point as u32).min(deaths) - killed
            }
        };
        let n = world.persons.take(&mut world.cells[cell], n, u);
        let state = &mut world.cells[cell];
        state.dead += n;
        killed += n;
        if n > 0 {
            world.this_week.civilian_deaths.push((cell, n));
            let per_thousand = 1000.0 * f64::from(n) / f64::from(here.max(1));
            charge(state, by, per_thousand);
            charge(state, provoked_by, 0.5 * per_thousand);
        }
    }
    killed
}

fn charge(cell: &mut crate::entities::cells::Cell, ruler: Ruler, harm: f64) {
    let column = match ruler {
        Ruler::Nobody => return,
        Ruler::State => 0,
        Ruler::Group(group) => group.index() + 1,
    };
    cell.harm[column] = (f64::from(cell.harm[column]) + harm) as f32;
}

/// Records an event and what follows from it for the place and the attacker.
pub fn record(world: &mut World, event: Event) {
    let deaths = f64::from(event.deaths());
    world.places.recent_deaths[event.place] += deaths;
    if let Side::Group(group) = event.a
        && event.is_attack()
    {
        world.places.recent_attacks[event.place] += 1.0;
        world.groups[group].attacks += 1;
        world.groups[group].deaths_caused += event.deaths();
    }
    world.this_week.events.push(event);
}

/// Lets a garrisoned place fall to a group: the garrison is routed, its arms change hands, morale falls.
pub fn fall(world: &mut World, place: PlaceId, group: GroupId, kept_share: f64, morale_factor: f64) {
    let soldiers = rout(world, place, kept_share);
    let arms = soldiers / 2;
    let arms = arms.min(world.state_forces.arms);
    world.state_forces.arms -= arms;
    world.groups[group].arms += arms;
    world.state_forces.morale *= morale_factor;
    world.state.defeats_felt += 1.0;
    world.this_week.garrisons_lost.push(place);
    set_controller(world, place, Ruler::Group(group));
}

/// Moves the garrison of a fallen place to the nearest place that the state holds; a share scatters to the
/// reserve, the rest is lost to the army. Returns the soldiers who were there.
pub fn rout(world: &mut World, place: PlaceId, kept_share: f64) -> u32 {
    let refuge = world
        .places
        .ids()
        .filter(|p| *p != place && world.places.in_mali[*p] && world.places.controller[*p] == Ruler::State)
        .min_by(|a, b| {
            world.places.travel_hours[(place, *a)]
                .total_cmp(&world.places.travel_hours[(place, *b)])
                .then(a.index().cmp(&b.index()))
        });
    let mut before = 0;
    for unit in world.state_forces.units.iter_mut().filter(|u| u.place == place) {
        before += unit.troops;
        let kept = (f64::from(unit.troops) * kept_share) as u32;
        world.state_forces.reserve += unit.troops - kept;
        unit.troops = kept;
        unit.readiness *= kept_share;
        unit.place = refuge.unwrap_or(place);
    }
    before
}
