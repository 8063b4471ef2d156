//! # Simulation-based calibration
//!
//! Would the method find a truth that is known? (Talts and others 2018.) Truths are drawn from the prior, each is
//! simulated, its outputs are taken for the targets, and the method is asked. If it is honest, the truth's rank in the
//! posterior sample is uniform, and its 90 % intervals hold the truth nine times in ten.

use super::emulator::Emulator;
use super::smc::{self, Posterior, Settings};
use crate::base::dates::Week;
use crate::base::draws::{Draws, Stream, uniform};
use crate::base::maths::normal_quantile;

const TRUTHS: Stream = Stream::named("calibration.truths");
const LUCK: Stream = Stream::named("calibration.luck");

/// What one truth showed of one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// Weight of the sample below the truth, in [0, 1].
    pub rank: f64,
    /// Whether the 90 % interval holds the truth.
    pub covered: bool,
}

/// Ranks of a truth in a posterior, by parameter.
pub fn recover(posterior: &Posterior, truth: &[f64]) -> Vec<Recovery> {
    truth
        .iter()
        .enumerate()
        .map(|(i, value)| {
            let below = posterior.particles.iter().filter(|p| p.shares[i] < *value).map(|p| p.weight);
            let rank = below.sum::<f64>();
            Recovery { rank, covered: (0.05..=0.95).contains(&rank) }
        })
        .collect()
}

/// Recoveries of truths over `n_open` parameters, parameter by parameter, with an emulator in place of the model: what it
/// predicts plus the luck that it leaves. `whole` completes the shares of what is open.
pub fn check(
    emulator: &Emulator,
    n_open: usize,
    settings: &Settings,
    truths: usize,
    whole: &dyn Fn(&[f64]) -> Vec<f64>,
) -> Vec<Recovery> {
    let n_targets = emulator.residual.len();
    let lucky = |truth: usize, number: u64, shares: &[f64]| -> Vec<f64> {
        let mut rows = Draws::new(truth as u64).rows(LUCK, Week(0));
        let mut words = vec![0; n_targets];
        rows.start(number);
        rows.fill_words(&mut words);
        let predicted = emulator.predict(&whole(shares)).into_iter().zip(&emulator.residual).zip(words);
        predicted
            .map(|(((mean, _), left), word)| mean + left.sqrt() * normal_quantile(uniform(word)))
            .collect()
    };
    let mut recoveries = Vec::new();
    for truth in 0..truths {
        let mut rows = Draws::new(settings.seed).rows(TRUTHS, Week(0));
        let mut words = vec![0; n_open];
        rows.start(truth as u64);
        rows.fill_words(&mut words);
        let shares: Vec<f64> = words.into_iter().map(uniform).collect();
        let target = lucky(truth, 0, &shares);
        let mut simulate = |first: u64, candidates: &[Vec<f64>]| -> Vec<Option<Vec<f64>>> {
            let scaled = |(i, x): (usize, &Vec<f64>)| {
                let outputs = lucky(truth, 1 + first + i as u64, x);
                Some(outputs.iter().zip(&target).map(|(a, b)| a - b).collect())
            };
            candidates.iter().enumerate().map(scaled).collect()
        };
        let own = Settings { seed: truth as u64, ..*settings };
        recoveries.extend(recover(&smc::sample(n_open, &own, &|_| true, &mut simulate), &shares));
    }
    recoveries
}

/// Chi-square statistic of ranks against a uniform distribution in so many bins; its expectation is `bins` - 1.
pub fn unevenness(ranks: &[f64], bins: usize) -> f64 {
    let mut counts = vec![0.0; bins];
    for rank in ranks {
        counts[((rank * bins as f64) as usize).min(bins - 1)] += 1.0;
    }
    let expected = ranks.len() as f64 / bins as f64;
    counts.iter().map(|count| (count - expected) * (count - expected) / expected).sum()
}
