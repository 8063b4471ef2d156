//! The one pass over all persons of every week.
//!
//! Each block of at most 1,024 agents of one cell reads its four targets once; one 16-bit draw a person gives
//! four nearly independent noises (odd multipliers permute the 16-bit numbers), so levels differ between people
//! and slow drifts are not rounded away. Sums are integers, so their order does not matter.

use crate::base::draws::Stream;
use crate::base::ids::Id as _;
use crate::base::now::Now;
use crate::base::quantities::level;
use crate::entities::cells::{Cell, GRIEVANCE, TRUST};
use crate::entities::persons::Persons;
use crate::entities::world::World;

use super::Params;

const PERSONS: Stream = Stream::named("perception.persons");
/// Agents of a block: tables and draws of a block stay in the nearest cache.
const BLOCK: usize = 1024;
/// Odd numbers that permute the 16-bit draws, one per level.
const PERMUTE: [u16; 4] = [1, 0x9e37, 0x6b43, 0xc2b3];

/// Sums of a cell's persons.
#[derive(Clone, Copy, Default)]
struct Sums {
    levels: [u64; 4],
    distrusting: u64,
}

/// Moves every person towards the targets of the cell and sums up.
pub fn pass(world: &mut World, params: &Params, now: &Now) {
    let speed = (params.person_speed_per_week * 65_536.0) as i32;
    let noise = (params.person_noise_share * 65_536.0) as i32;
    let bamako = world.places.ids().find(|p| world.places.id[*p] == "Bamako");
    let mut histogram = [0_u64; 32];
    let World { cells, persons, places, .. } = world;
    let mut bytes = [0_u8; 2 * BLOCK];
    let longest = cells.iter().map(|c| c.n_agents as usize).max().unwrap_or(0);
    let mut rows = now.draws.rows(PERSONS, now.week, longest / 2 + 1);
    for id in cells.ids() {
        let cell = &mut cells[id];
        let (first, n) = (cell.first as usize, cell.n_agents as usize);
        rows.start(cell.key);
        let mut sums = Sums::default();
        let mut from = first;
        while from < first + n {
            let upto = (from + BLOCK).min(first + n);
            let draws = &mut bytes[..2 * (upto - from)];
            rows.fill_bytes(draws);
            block(persons, cell, from..upto, draws, speed, noise, params, &mut sums);
            from = upto;
        }
        if cell.at_home > 0 {
            let scale = 1.0 / (65_535.0 * f64::from(cell.at_home));
            for (mean, sum) in cell.mean.iter_mut().zip(sums.levels) {
                *mean = sum as f64 * scale;
            }
            cell.distrust = sums.distrusting as f64 / f64::from(cell.at_home);
        }
        if Some(cell.place) == bamako {
            for at in first..first + n {
                histogram[usize::from(persons.levels[GRIEVANCE][at] >> 11)] += u64::from(persons.persons[at]);
            }
        }
        let _ = (id.index(), &places);
    }
    world.state.bamako_grievance = histogram;
}

#[expect(clippy::too_many_arguments, reason = "one call; a struct would only rename the list")]
#[inline]
fn block(
    persons: &mut Persons,
    cell: &Cell,
    agents: std::ops::Range<usize>,
    draws: &[u8],
    speed: i32,
    noise: i32,
    params: &Params,
    sums: &mut Sums,
) {
    let counts = &persons.persons[agents.clone()];
    for (column, levels) in persons.levels.iter_mut().enumerate() {
        let target = i32::from(level(cell.target[column]));
        let permute = PERMUTE[column];
        let mut sum = 0_u64;
        for ((value, count), draw) in levels[agents.clone()].iter_mut().zip(counts).zip(draws.chunks_exact(2))
        {
            let draw = u16::from_le_bytes([draw[0], draw[1]]).wrapping_mul(permute);
            let shock = (i32::from(draw) - 32_768) * noise;
            let step = (speed * (target - i32::from(*value)) + shock) >> 16;
            let moved = (i32::from(*value) + step).clamp(0, 65_535) as u16;
            *value = moved;
            sum += u64::from(u32::from(moved) * u32::from(*count));
        }
        sums.levels[column] += sum;
    }
    let least = level(params.trusting_from);
    let trusts = &persons.levels[TRUST][agents];
    sums.distrusting +=
        trusts.iter().zip(counts).map(|(t, n)| u64::from(*t < least) * u64::from(*n)).sum::<u64>();
}
