//! # Simulation-based calibration
//!
//! Would the method find a truth that is known? (Talts and others 2018.) Truths are drawn from the prior, each is
//! simulated, its outputs are taken for the targets, and the method is asked. If it is honest, the truth's rank in the
//! posterior sample is uniform, and its 90 % intervals hold the truth nine times in ten.

use super::smc::Posterior;

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

/// Chi-square statistic of ranks against a uniform distribution in so many bins; its expectation is `bins` - 1.
pub fn unevenness(ranks: &[f64], bins: usize) -> f64 {
    let mut counts = vec![0.0; bins];
    for rank in ranks {
        counts[((rank * bins as f64) as usize).min(bins - 1)] += 1.0;
    }
    let expected = ranks.len() as f64 / bins as f64;
    counts.iter().map(|count| (count - expected) * (count - expected) / expected).sum()
}
