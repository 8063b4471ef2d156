//! # Robustness
//!
//! Policies under many states of the world: what is lost against the best policy of each state, how far results fall
//! below a policy's own at the default, how often a bar is cleared, and which policy is best, if that can be told.
//!
//! - **Regret against the best** of a state: best policy's outcome less this policy's, in the direction in which more
//!   is better (Savage 1951); **against its own baseline**: how far the outcome falls below the policy's median one
//! - **Satisficing** (Starr 1962): share of states in which the outcome clears a threshold
//! - **Verdict**: the policy whose mean regret is smallest in 90 % of resamples of states is best; one that is so in at
//!   most 10 % is not; else it is too close to call

use crate::experiments::statistics::{Bootstrap, Estimate};
use crate::experiments::summary::quantile;

/// Whether a policy can be called best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Least regret in at least nine of ten resamples.
    Best,
    /// Least regret in at most one of ten.
    NotBest,
    /// In between.
    TooCloseToCall,
}

impl Verdict {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Best => "best",
            Verdict::NotBest => "not best",
            Verdict::TooCloseToCall => "too close to call",
        }
    }
}

/// How robust a policy is.
#[derive(Clone, Copy, Debug)]
pub struct Robustness {
    /// Mean outcome over states.
    pub outcome: Estimate,
    /// Mean regret against the best policy of each state.
    pub regret: Estimate,
    /// Regret that nine of ten states stay below.
    pub regret_p90: f64,
    /// Largest regret.
    pub regret_most: f64,
    /// Mean fall below the policy's own median outcome.
    pub below_own: f64,
    /// Share of states in which the threshold is cleared; unknown without a threshold.
    pub satisficing: Estimate,
    /// Share of resamples of states in which the policy has the least mean regret.
    pub probability_best: f64,
    /// Verdict.
    pub verdict: Verdict,
}

/// Judges policies; `outcomes[policy][state]`, `more_is_better` says in which direction, `threshold` what is good
/// enough. States in which an outcome is unknown are left out for all policies.
pub fn judge(
    outcomes: &[Vec<f64>],
    more_is_better: bool,
    threshold: Option<f64>,
    bootstrap: &mut Bootstrap,
) -> Vec<Robustness> {
    let n_states = outcomes.first().map_or(0, Vec::len);
    let known: Vec<usize> =
        (0..n_states).filter(|state| outcomes.iter().all(|of| !of[*state].is_nan())).collect();
    let sign = if more_is_better { 1.0 } else { -1.0 };
    let best = |state: usize| outcomes.iter().map(|of| sign * of[state]).fold(f64::NEG_INFINITY, f64::max);
    let regrets: Vec<Vec<f64>> = outcomes
        .iter()
        .map(|of| known.iter().map(|state| best(*state) - sign * of[*state]).collect())
        .collect();
    let shares = shares_of_least(&regrets, bootstrap);
    outcomes
        .iter()
        .zip(&regrets)
        .zip(shares)
        .map(|((of, regrets), probability_best)| {
            let values: Vec<f64> = known.iter().map(|state| of[*state]).collect();
            let mut sorted: Vec<f64> = values.iter().map(|x| sign * x).collect();
            sorted.sort_by(f64::total_cmp);
            let own = quantile(&sorted, 0.5);
            let falls = sorted.iter().map(|x| (own - x).max(0.0)).sum::<f64>();
            let mut sorted_regrets = regrets.clone();
            sorted_regrets.sort_by(f64::total_cmp);
            let cleared: Vec<f64> = threshold
                .map(|bar| values.iter().map(|x| f64::from(u8::from(sign * (x - bar) >= 0.0))).collect())
                .unwrap_or_default();
            Robustness {
                outcome: bootstrap.mean(&values),
                regret: bootstrap.mean(regrets),
                regret_p90: quantile(&sorted_regrets, 0.9),
                regret_most: sorted_regrets.last().copied().unwrap_or(f64::NAN),
                below_own: falls / values.len() as f64,
                satisficing: bootstrap.mean(&cleared),
                probability_best,
                verdict: match probability_best {
                    share if share >= 0.9 => Verdict::Best,
                    share if share <= 0.1 => Verdict::NotBest,
                    _ => Verdict::TooCloseToCall,
                },
            }
        })
        .collect()
}

/// For each policy the share of resamples of states in which its mean regret is least; ties are shared.
fn shares_of_least(regrets: &[Vec<f64>], bootstrap: &mut Bootstrap) -> Vec<f64> {
    let n = regrets.first().map_or(0, Vec::len);
    let mut shares = vec![0.0; regrets.len()];
    let mut resamples = 0.0;
    if n > 0 {
        for drawn in bootstrap.resamples(n) {
            let sums: Vec<f64> =
                regrets.iter().map(|of| drawn.iter().map(|at| of[*at as usize]).sum()).collect();
            let least = sums.iter().copied().fold(f64::INFINITY, f64::min);
            let ties = sums.iter().filter(|sum| **sum == least).count() as f64;
            for (share, sum) in shares.iter_mut().zip(&sums) {
                *share += if *sum == least { 1.0 / ties } else { 0.0 };
            }
            resamples += 1.0;
        }
    }
    shares.iter().map(|share| if resamples > 0.0 { share / resamples } else { f64::NAN }).collect()
}
