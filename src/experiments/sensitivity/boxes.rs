//! # Scenario discovery
//!
//! The patient rule induction method (PRIM, Friedman and Fisher 1999; Bryant and Lempert 2010): boxes in the space of
//! factors in which the cases of interest lie close together.
//!
//! - **Coverage**: share of all cases of interest that lie in the box; **density**: share of the box's cases that are
//!   of interest; **mass**: share of all cases that lie in the box
//! - **Support**: a box holds a twentieth of all cases and ten at least; fewer are no region
//! - **Test of a limit** (quasi-p): chance to see at least so many cases of interest in the box if the limit did
//!   nothing, by the binomial distribution; it takes the cases for independent of each other
//! - **Resampling test**: share of half samples in which the method limits the same factor again. Cases of one block,
//!   which share values, are drawn together

use crate::base::dates::Week;
use crate::base::draws::{Draws, Stream};

/// Share of a box's cases that one peel removes.
const PEEL: f64 = 0.05;
/// Share of all cases below which a box is not peeled further.
const LEAST_MASS: f64 = 0.05;
/// Cases below which it is not peeled further either.
pub const LEAST_CASES: usize = 10;
/// Half samples of the resampling test.
const HALVES: usize = 20;
/// Most boxes that are looked for, one after the other, each in what the earlier ones left.
const MOST_BOXES: usize = 3;

const HALF_SAMPLES: Stream = Stream::named("sensitivity.half_samples");

/// A case: a point of a design and what came of it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'c> {
    /// Values of the factors.
    pub values: &'c [f64],
    /// Whether its outcome is of interest.
    pub of_interest: bool,
    /// What it was drawn in: a trajectory, a block, or itself alone.
    pub block: usize,
}

/// A limit of a box on one factor; infinite on a side that is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Factor.
    pub factor: usize,
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// Chance of so many cases of interest if the limit did nothing [0, 1].
    pub quasi_p: f64,
    /// Share of half samples in which the factor is limited again [0, 1].
    pub reproduced: f64,
}

/// A box.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Share of all cases of interest in it.
    pub coverage: f64,
    /// Share of its cases that are of interest.
    pub density: f64,
    /// Share of all cases in it.
    pub mass: f64,
    /// Cases in it.
    pub cases: usize,
    /// Limits, by factor.
    pub limits: Vec<Limit>,
}

type Bounds = Vec<(f64, f64)>;

fn inside(bounds: &Bounds, row: &[f64]) -> bool {
    bounds.iter().zip(row).all(|((low, high), x)| low <= x && x <= high)
}

/// How many cases, and cases of interest, lie in a box.
fn count(bounds: &Bounds, cases: &[Case]) -> (usize, usize) {
    let within = cases.iter().filter(|case| inside(bounds, case.values));
    within.fold((0, 0), |(all, hits), case| (all + 1, hits + usize::from(case.of_interest)))
}

/// Finds boxes, best first; each is looked for among the cases outside the earlier ones.
pub fn find(cases: &[Case]) -> Vec<Found> {
    let interesting = cases.iter().filter(|case| case.of_interest).count();
    let n_factors = cases.first().map_or(0, |case| case.values.len());
    let support = ((cases.len() as f64 * LEAST_MASS).ceil() as usize).max(LEAST_CASES);
    let mut found = Vec::new();
    let mut left: Vec<Case> = cases.to_vec();
    while found.len() < MOST_BOXES && left.iter().any(|case| case.of_interest) {
        let bounds = one(&left, n_factors, support);
        let limited: Vec<usize> = (0..n_factors).filter(|i| is_limited(bounds[*i])).collect();
        if limited.is_empty() {
            break;
        }
        let (all, hits) = count(&bounds, &left);
        let again = reproduced(&left, n_factors, support, found.len() as u64);
        let limit = |factor: &usize| {
            let (low, high) = bounds[*factor];
            let mut without = bounds.clone();
            without[*factor] = OPEN;
            let (around, hits_around) = count(&without, &left);
            let chance = hits_around as f64 / around.max(1) as f64;
            let quasi_p = at_least(hits, all, chance);
            Limit { factor: *factor, low, high, quasi_p, reproduced: again[*factor] }
        };
        found.push(Found {
            coverage: hits as f64 / interesting as f64,
            density: hits as f64 / all.max(1) as f64,
            mass: all as f64 / cases.len() as f64,
            cases: all,
            limits: limited.iter().map(limit).collect(),
        });
        left.retain(|case| !inside(&bounds, case.values));
    }
    found
}

const OPEN: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

fn is_limited(bounds: (f64, f64)) -> bool {
    bounds != OPEN
}

/// Peels one box off, step by step, and keeps the step that best serves coverage and density alike (their harmonic
/// mean), with no limit that removes nothing of note. No step leaves fewer cases than `support`.
fn one(cases: &[Case], n_factors: usize, support: usize) -> Bounds {
    let interesting = cases.iter().filter(|case| case.of_interest).count();
    let value = |bounds: &Bounds| {
        let (all, hits) = count(bounds, cases);
        let (coverage, density) = (hits as f64 / interesting.max(1) as f64, hits as f64 / all.max(1) as f64);
        if coverage + density > 0.0 { 2.0 * coverage * density / (coverage + density) } else { 0.0 }
    };
    let mut bounds = vec![OPEN; n_factors];
    let mut best = (value(&bounds), bounds.clone());
    while let Some(peeled) = peel(&bounds, cases, n_factors, support) {
        bounds = peeled;
        let reached = value(&bounds);
        if reached > best.0 {
            best = (reached, bounds.clone());
        }
    }
    // A limit that costs nothing to drop is noise of the peeling.
    let (mut reached, mut bounds) = best;
    for factor in 0..n_factors {
        let mut without = bounds.clone();
        without[factor] = OPEN;
        let value = value(&without);
        if is_limited(bounds[factor]) && value >= reached * (1.0 - PEEL / 5.0) {
            (reached, bounds) = (value, without);
        }
    }
    bounds
}

/// The peel that raises the density most per case removed; none if the box would become too small or pure.
fn peel(bounds: &Bounds, cases: &[Case], n_factors: usize, support: usize) -> Option<Bounds> {
    let within: Vec<&Case> = cases.iter().filter(|case| inside(bounds, case.values)).collect();
    let hits = within.iter().filter(|case| case.of_interest).count();
    let density = hits as f64 / within.len().max(1) as f64;
    if hits == within.len() {
        return None;
    }
    let mut best: Option<(f64, Bounds)> = None;
    for factor in 0..n_factors {
        let mut values: Vec<f64> = within.iter().map(|case| case.values[factor]).collect();
        values.sort_by(f64::total_cmp);
        let cut = ((values.len() as f64 * PEEL) as usize).max(1);
        if cut >= values.len() {
            continue;
        }
        let (low, high) = bounds[factor];
        // Values that occur often are removed together.
        let above = values.iter().copied().find(|x| *x > values[cut - 1]);
        let below = values.iter().rev().copied().find(|x| *x < values[values.len() - cut]);
        for side in [above.map(|x| (x, high)), below.map(|x| (low, x))].into_iter().flatten() {
            let mut tried = bounds.clone();
            tried[factor] = side;
            let (all, hits) = count(&tried, cases);
            if all < support || all == within.len() {
                continue;
            }
            let gain = (hits as f64 / all as f64 - density) / (within.len() - all) as f64;
            if best.as_ref().is_none_or(|b| gain > b.0) {
                best = Some((gain, tried));
            }
        }
    }
    best.map(|(_, bounds)| bounds)
}

/// For each factor the share of half samples in which a box limits it.
fn reproduced(cases: &[Case], n_factors: usize, support: usize, run: u64) -> Vec<f64> {
    let mut times = vec![0.0; n_factors];
    let mut rows = Draws::new(run).rows(HALF_SAMPLES, Week(0));
    let mut words = vec![0; cases.iter().map(|case| case.block + 1).max().unwrap_or(0)];
    for half in 0..HALVES {
        rows.start(half as u64);
        rows.fill_words(&mut words);
        let drawn: Vec<Case> = cases.iter().filter(|case| words[case.block] % 2 == 0).copied().collect();
        if drawn.iter().any(|case| case.of_interest) {
            for (time, bounds) in times.iter_mut().zip(one(&drawn, n_factors, support.div_ceil(2))) {
                *time += f64::from(u8::from(is_limited(bounds))) / HALVES as f64;
            }
        }
    }
    times
}

/// Chance of at least `hits` of `n` at a chance of `p` each, by the binomial distribution.
fn at_least(hits: usize, n: usize, p: f64) -> f64 {
    use crate::base::maths::{exp, ln};
    if hits == 0 || p >= 1.0 {
        return 1.0;
    }
    if p <= 0.0 {
        return 0.0;
    }
    let mut log = 0.0;
    let mut sum = 0.0;
    // Terms from 0 on by their ratios, in logarithms: n may be thousands.
    log += n as f64 * ln(1.0 - p);
    for k in 0..=n {
        if k >= hits {
            sum += exp(log);
        }
        log += ln((n - k) as f64 / (k + 1) as f64) + ln(p / (1.0 - p));
        if k == n {
            break;
        }
    }
    sum.min(1.0)
}
