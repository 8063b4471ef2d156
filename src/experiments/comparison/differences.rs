//! The difference of every indicator in every area, year by year and over the horizon.

use super::reduction::{HORIZON, ReducedRun};
use super::{FALSE_DISCOVERIES, Pairs};
use crate::experiments::statistics::{
    self, Bootstrap, Estimate, chance_if_equal, chance_if_zero, false_discovery_rates, variance_ratio,
};
use crate::experiments::summary::mean;
use crate::tables::indicators::{AREAS, N_INDICATORS};

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Position of the area.
    pub area: usize,
    /// Year, or `horizon`.
    pub period: String,
    /// Position of the indicator.
    pub indicator: usize,
    /// Mean of the base, over runs in which it is known.
    pub base_mean: f64,
    /// Mean of the other.
    pub other_mean: f64,
    /// Other minus base.
    pub estimate: Estimate,
    /// Variance of paired over that of unpaired differences; unknown without pairs.
    pub variance_ratio: f64,
    /// Chance of a difference so large where there is none.
    pub chance: f64,
    /// False discovery rate at which it would just be named among all of its period; NaN where nothing varies.
    pub discovery_rate: f64,
}

/// All differences, by area, period and indicator.
pub fn all(pairs: &Pairs, bootstrap: &mut Bootstrap) -> Vec<Difference> {
    let periods = pairs.base.first().map_or_else(Vec::new, |run| run.periods.clone());
    let mut found = Vec::with_capacity(periods.len() * AREAS.len() * N_INDICATORS);
    for area in 0..AREAS.len() {
        for (at, period) in periods.iter().enumerate() {
            for indicator in 0..N_INDICATORS {
                let (base, other) = pairs.values(|run| run.values[ReducedRun::at(at, area, indicator)]);
                let (estimate, chance) = compared(&base, &other, pairs.paired, bootstrap);
                found.push(Difference {
                    area,
                    period: period.clone(),
                    indicator,
                    base_mean: known_mean(&base),
                    other_mean: known_mean(&other),
                    estimate,
                    variance_ratio: if pairs.paired { variance_ratio(&base, &other) } else { f64::NAN },
                    chance,
                    discovery_rate: f64::NAN,
                });
            }
        }
    }
    for period in &periods {
        rate(found.iter_mut().filter(|difference| difference.period == *period));
    }
    found
}

/// Judges differences together. Numbers that are unknown, or equal in every run, are not counted among them.
fn rate<'d>(differences: impl Iterator<Item = &'d mut Difference>) {
    let mut varying: Vec<&mut Difference> = differences
        .filter(|difference| difference.estimate.n > 1)
        .filter(|difference| difference.estimate.low != 0.0 || difference.estimate.high != 0.0)
        .collect();
    let chances: Vec<f64> = varying.iter().map(|difference| difference.chance).collect();
    for (difference, rate) in varying.iter_mut().zip(false_discovery_rates(&chances)) {
        difference.discovery_rate = rate;
    }
}

/// Difference of two lists of numbers, with the chance of it where there is none.
pub fn compared(base: &[f64], other: &[f64], paired: bool, bootstrap: &mut Bootstrap) -> (Estimate, f64) {
    if paired {
        let chance = chance_if_zero(&statistics::differences(base, other));
        (bootstrap.paired(base, other), chance)
    } else {
        (bootstrap.unpaired(base, other), chance_if_equal(base, other))
    }
}

fn known_mean(values: &[f64]) -> f64 {
    let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    mean(&known)
}

/// True if a difference of this false discovery rate stands out: the one rule for tables, texts, figures and pages.
pub fn stands_out(discovery_rate: f64) -> bool {
    discovery_rate <= FALSE_DISCOVERIES
}

/// Differences over the horizon that stand out among all of the horizon, and how many vary in all.
pub fn named(differences: &[Difference]) -> (Vec<&Difference>, usize) {
    let of_horizon = || differences.iter().filter(|difference| difference.period == HORIZON);
    let n = of_horizon().filter(|difference| !difference.discovery_rate.is_nan()).count();
    (of_horizon().filter(|difference| stands_out(difference.discovery_rate)).collect(), n)
}

/// The differences of one run pair's period in which anything differs first; none if nothing does.
pub fn first_period(pairs: &Pairs) -> Option<String> {
    let periods = &pairs.base.first()?.periods;
    let width = AREAS.len() * N_INDICATORS;
    let differs = |period: usize| {
        let range = period * width..(period + 1) * width;
        pairs.base.iter().zip(&pairs.other).any(|(a, b)| {
            a.values[range.clone()]
                .iter()
                .zip(&b.values[range.clone()])
                .any(|(x, y)| x.to_bits() != y.to_bits())
        })
    };
    (0..periods.len()).find(|period| differs(*period)).map(|period| periods[period].clone())
}
