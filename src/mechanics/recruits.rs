//! How people enter and leave armed groups: counts move, homes are kept.

use crate::base::ids::{CellId, GroupId, Id as _, PlaceId};
use crate::entities::bands::Band;
use crate::entities::vocabulary::Posture;
use crate::entities::world::World;

/// Largest band [persons].
pub const BAND_MOST: u32 = 120;
/// Smallest band that stays on its own [persons].
pub const BAND_LEAST: u32 = 15;

/// What becomes of fighters who leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Killed.
    Killed,
    /// Home, ready to come back.
    Dormant,
    /// Home for good.
    Home,
}

/// Adds Malian members from a cell to a group's bands at a place. The people must have been taken from the
/// cell, or have come from abroad.
pub fn enlist(world: &mut World, group: GroupId, cell: CellId, place: PlaceId, people: u32) {
    if people == 0 {
        return;
    }
    world.groups[group].members.add(cell.index(), people);
    reinforce(world, group, place, people);
}

/// Adds fighters who are already members to bands at a place.
pub fn reinforce(world: &mut World, group: GroupId, place: PlaceId, people: u32) {
    let mut left = people;
    let takes = |b: &&mut Band| b.group == group && b.place == place && b.posture != Posture::Cantoned;
    for band in world.bands.list.iter_mut().filter(takes) {
        let room = BAND_MOST.saturating_sub(band.fighters).min(left);
        band.fighters += room;
        left -= room;
    }
    let key = world.groups[group].key;
    let posture = world
        .bands
        .list
        .iter()
        .find(|b| b.group == group && b.place == place && b.posture != Posture::Cantoned)
        .map_or(Posture::Guerrilla, |b| b.posture);
    while left > 0 {
        let size = left.min(BAND_MOST);
        world.bands.form(group, key, place, size, posture);
        left -= size;
    }
}

/// Takes fighters out of a group's bands at a place; homes in proportion to the group's. Returns how many.
pub fn discharge(world: &mut World, group: GroupId, place: PlaceId, people: u32, exit: Exit, u: f64) -> u32 {
    if people == 0 {
        return 0;
    }
    let mut left = people;
    for band in world.bands.list.iter_mut().filter(|b| b.group == group && b.place == place) {
        let taken = band.fighters.min(left);
        band.fighters -= taken;
        left -= taken;
    }
    let taken = people - left;
    discharge_members(world, group, taken, exit, u);
    taken
}

/// Takes members off the rolls after their bands were reduced; systematic sampling over homes.
pub fn discharge_members(world: &mut World, group: GroupId, people: u32, exit: Exit, u: f64) {
    if people == 0 {
        return;
    }
    let total = world.groups[group].fighters();
    debug_assert!(people <= total);
    let step = f64::from(total) / f64::from(people);
    let state = &world.groups[group];
    let homes = || state.members.iter().copied().chain([state.foreign_members()]).enumerate();
    let (mut upto, mut taken) = (0.0, 0);
    let mut leaving: Vec<(usize, u32)> = Vec::new();
    for (at, here) in homes().filter(|(_, here)| *here > 0) {
        if taken == people {
            break;
        }
        upto += f64::from(here);
        // Points u*step, (u+1)*step, ... that fall into this home.
        let mut n = 0;
        while taken + n < people && (f64::from(taken + n) + u) * step < upto && n < here {
            n += 1;
        }
        if n > 0 {
            taken += n;
            leaving.push((at, n));
        }
    }
    // Rounding at the last home may leave one or two: take them where members are left.
    for (at, here) in homes() {
        if taken == people {
            break;
        }
        let gone: u32 = leaving.iter().filter(|(home, _)| *home == at).map(|(_, n)| n).sum();
        let n = (here - gone).min(people - taken);
        if n > 0 {
            taken += n;
            leaving.push((at, n));
        }
    }
    debug_assert_eq!(taken, people);
    for (at, n) in leaving {
        leave(world, group, at, n, exit, u);
    }
}

fn leave(world: &mut World, group: GroupId, at: usize, n: u32, exit: Exit, u: f64) {
    if at == world.groups[group].members.n_cells() {
        let state = &mut world.groups[group];
        for (origin, n) in state.take_foreigners(n) {
            // Those who slip away go home, or to a weak state near, and may come back.
            match exit {
                Exit::Dormant => state.add_foreigners(origin, 0, n),
                Exit::Killed | Exit::Home => world.people.foreign_gone += u64::from(n),
            }
        }
        return;
    }
    world.groups[group].members.take(at, n);
    let cell = CellId::from_index(at);
    match exit {
        Exit::Killed => world.cells[cell].dead += n,
        Exit::Dormant => world.groups[group].dormant[at] += n,
        Exit::Home => world.persons.give(&mut world.cells[cell], n, u),
    }
}

/// Merges small bands of one group in one place, splits large ones, and drops empty ones; never loses a
/// fighter.
pub fn tidy(world: &mut World) {
    // Most small bands are alone where they are: only for the others it pays to look for another.
    let address = |band: &Band| band.group.index() * world.places.len() + band.place.index();
    let mut together = vec![0_u32; world.groups.len() * world.places.len()];
    world.bands.list.iter().for_each(|band| together[address(band)] += 1);
    let mut at = 0;
    while at < world.bands.list.len() {
        let band = world.bands.list[at].clone();
        if band.fighters == 0 {
            world.bands.list.remove(at);
            continue;
        }
        if band.fighters < BAND_LEAST && together[address(&band)] > 1 {
            let other = world.bands.list.iter().position(|b| {
                b.key != band.key && b.group == band.group && b.place == band.place && b.fighters > 0
            });
            if let Some(other) = other {
                world.bands.list[other].fighters += band.fighters;
                world.bands.list.remove(at);
                continue;
            }
        }
        if band.fighters > BAND_MOST {
            let half = band.fighters / 2;
            world.bands.list[at].fighters -= half;
            let key = world.groups[band.group].key;
            world.bands.form(band.group, key, band.place, half, band.posture);
        }
        at += 1;
    }
}
