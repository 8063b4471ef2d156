//! The one pass over all persons of every week.
//!
//! Each block of at most 1,024 agents of one cell reads its four targets once; one 16-bit draw a person gives
//! four nearly independent noises (odd multipliers permute the 16-bit numbers), so levels differ between people
//! and slow drifts are not rounded away. Sums are integers, so their order does not matter.

use std::sync::{Mutex, PoisonError};

use multiversion::multiversion;

use crate::base::draws::{Rows, Stream};
use crate::base::ids::{Column, PlaceId};
use crate::base::now::Now;
use crate::base::parallel;
use crate::base::quantities::{Level, level};
use crate::entities::cells::{Cell, GRIEVANCE, TRUST};
use crate::entities::persons::{Part, parts};
use crate::entities::world::World;

use super::Params;

const PERSONS: Stream = Stream::named("perception.persons");
/// Agents of a block: tables and draws of a block stay in the nearest cache.
const BLOCK: usize = 1024;
/// Agents of the capital whom it pays to count on a thread of their own.
const LEAST_PIECE: usize = 500_000;
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
    let by = Factors {
        // Twice the speed, for half the difference.
        speed: [(params.person_speed_per_week * 131_072.0) as i16; BLOCK],
        noise: [(params.person_noise_share * 65_536.0) as i16; BLOCK],
        trusting_from: level(params.trusting_from),
    };
    let keys = &world.places.key;
    parallel::for_each_part(parts(&mut world.cells, &mut world.persons), |part| {
        move_part(part, &by, keys, now.draws.rows(PERSONS, now.week));
    });
    world.state.bamako_grievance = bamako_grievance(world);
}

fn move_part(mut part: Part, by: &Factors, keys: &Column<PlaceId, u64>, mut rows: Rows) {
    let mut draws = [0_u16; BLOCK];
    for cells in part.cells.chunk_by_mut(|one, next| one.place == next.place) {
        // The agents of a place have one row: many cells are smaller than what the generator makes at once.
        rows.start(keys[cells[0].place]);
        let mut without_draw: usize = cells.iter().map(|cell| cell.n_agents as usize).sum();
        let (mut used, mut made) = (0, 0);
        for cell in cells {
            let mut from = cell.first as usize - part.first;
            let end = from + cell.n_agents as usize;
            let mut sums = Sums::default();
            while from < end {
                if used == made {
                    (used, made) = (0, without_draw.min(BLOCK));
                    without_draw -= made;
                    rows.fill_halves(&mut draws[..made]);
                }
                let n = (end - from).min(made - used);
                let levels = part.levels.each_mut().map(|column| &mut column[from..from + n]);
                let counts = &part.persons[from..from + n];
                block(levels, counts, cell, &draws[used..used + n], by, &mut sums);
                (from, used) = (from + n, used + n);
            }
            if cell.at_home > 0 {
                let scale = 1.0 / (65_535.0 * f64::from(cell.at_home));
                for (mean, sum) in cell.mean.iter_mut().zip(sums.levels) {
                    *mean = sum as f64 * scale;
                }
                cell.distrust = sums.distrusting as f64 / f64::from(cell.at_home);
            }
        }
    }
}

/// Histogram of grievance in the capital [persons], for protest.
fn bamako_grievance(world: &World) -> [u64; 32] {
    let bamako = world.places.ids().find(|p| world.places.id[*p] == "Bamako");
    let cells =
        bamako.into_iter().flat_map(|place| world.places.cells_of(place)).map(|cell| &world.cells[cell]);
    let first = cells.clone().next().map_or(0, |cell| cell.first as usize);
    let end = first + cells.map(|cell| cell.n_agents as usize).sum::<usize>();
    let (levels, counts) = (&world.persons.levels[GRIEVANCE][first..end], &world.persons.persons[first..end]);
    let piece = levels.len().div_ceil(parallel::share()).max(LEAST_PIECE);
    let histogram = Mutex::new([0; 32]);
    parallel::for_each_part(levels.chunks(piece).zip(counts.chunks(piece)).collect(), |(levels, counts)| {
        let mut own = [0; 32];
        for (level, n) in levels.iter().zip(counts) {
            own[usize::from(level >> 11)] += u64::from(*n);
        }
        let mut all = histogram.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter_mut().zip(own).for_each(|(sum, n)| *sum += n);
    });
    histogram.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Speed and range of the noise as factors of 16-bit multiplications that keep the upper half. One factor a person,
/// though all are equal: 16-bit factors that come from memory are multiplied eight at a time, a single number is
/// widened to 32 bits first, which takes four times as long.
struct Factors {
    speed: [i16; BLOCK],
    noise: [i16; BLOCK],
    trusting_from: u16,
}

/// Agents whose products of level and people add up in 32 bits (64 x 65,535 x 1,000 < 2^32).
const SUM_BLOCK: usize = 64;

#[inline(always)]
fn upper(a: i16, b: i16) -> i16 {
    (i32::from(a).wrapping_mul(i32::from(b)) >> 16) as i16
}

/// Everything in 16 bits and without overflow checks (nothing here can overflow), so that eight agents or more move in one
/// instruction: halves of levels keep the difference in range, flipping the top bit turns unsigned into signed for
/// saturating sums. Compiled a second time for registers of 256 bits, for processors that have them: the arithmetic is of
/// whole numbers, and the same in both.
#[multiversion(targets("x86_64+avx2"))]
fn block(
    mut levels: [&mut [Level]; 4],
    counts: &[u16],
    cell: &Cell,
    draws: &[u16],
    by: &Factors,
    sums: &mut Sums,
) {
    for (column, levels) in levels.iter_mut().enumerate() {
        let target = (level(cell.target[column]) >> 1) as i16;
        let permute = PERMUTE[column];
        for (((value, draw), speed), noise) in levels.iter_mut().zip(draws).zip(&by.speed).zip(&by.noise) {
            let gap = target.wrapping_sub((*value >> 1) as i16);
            let shock = upper(draw.wrapping_mul(permute) as i16, *noise);
            let moved = ((*value ^ 0x8000) as i16).saturating_add(upper(gap, *speed)).saturating_add(shock);
            *value = moved as u16 ^ 0x8000;
        }
        let mut sum = 0_u64;
        for (levels, counts) in levels.chunks(SUM_BLOCK).zip(counts.chunks(SUM_BLOCK)) {
            let products =
                levels.iter().zip(counts).map(|(level, n)| u32::from(*level).wrapping_mul(u32::from(*n)));
            sum = sum.wrapping_add(u64::from(products.fold(0_u32, u32::wrapping_add)));
        }
        sums.levels[column] += sum;
    }
    let mut distrusting = 0_u32;
    for (trust, count) in levels[TRUST].iter().zip(counts) {
        // All bits or none: a branch on a level would be guessed wrong every other time.
        let distrusts = 0_u16.wrapping_sub(u16::from(*trust < by.trusting_from));
        distrusting = distrusting.wrapping_add(u32::from(*count & distrusts));
    }
    sums.distrusting += u64::from(distrusting);
}
