//! # Robustness
//!
//! Policies under many states of the world: what is lost against the best policy of each state, how far results fall
//! below a policy's own at the default, how often a bar is cleared, and which policy is best, if that can be told.
//!
//! - **Regret against the best** of a state: best policy's outcome less this policy's, in the direction in which more
//!   is better (Savage 1951), each the mean over seeds; **against its own baseline**: how far the outcome falls below
//!   the policy's median one
//! - **Satisficing** (Starr 1962): share of states in which the outcome clears a threshold
//! - **Resamples** draw states and seeds apart from each other ([`Bootstrap::crossed`]): all states share the seeds,
//!   and with them their luck
//! - **Verdict**: the policy whose mean regret is smallest in 95 % of resamples is best; one that is so in at most 5 %
//!   is not; else it is too close to call. Of two policies of one law, one is then called best in one case of ten. From
//!   fewer than five seeds nothing is called

use crate::experiments::statistics::{Bootstrap, Crossed, Estimate};
use crate::experiments::summary::{mean, quantile};

/// Seeds below which no policy is called best: so few can all favour one by luck.
pub const LEAST_SEEDS: usize = 5;
/// Share of resamples in which the best policy has the least regret.
const SURE: f64 = 0.95;

/// Whether a policy can be called best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Least regret in at least 19 of 20 resamples.
    Best,
    /// Least regret in at most one of 20.
    NotBest,
    /// In between.
    TooCloseToCall,
    /// There are only so many seeds.
    FewSeeds(usize),
    /// No state is known, or those that are known are no fair sample.
    Unknown,
}

impl Verdict {
    /// The words in tables.
    pub fn words(self) -> String {
        match self {
            Verdict::Best => "best".to_string(),
            Verdict::NotBest => "not best".to_string(),
            Verdict::TooCloseToCall => "too close to call".to_string(),
            Verdict::FewSeeds(1) => "too close to call: only 1 seed".to_string(),
            Verdict::FewSeeds(seeds) => format!("too close to call: only {seeds} seeds"),
            Verdict::Unknown => "unknown".to_string(),
        }
    }
}

/// How robust a policy is.
#[derive(Clone, Copy, Debug)]
pub struct Robustness {
    /// Mean outcome over states.
    pub outcome: f64,
    /// Mean regret against the best policy of each state.
    pub regret: Estimate,
    /// Regret that nine of ten states stay below.
    pub regret_p90: f64,
    /// Largest regret.
    pub regret_most: f64,
    /// Mean fall below the policy's own median outcome.
    pub below_own: f64,
    /// Share of states in which the threshold is cleared; unknown without a threshold.
    pub satisficing: f64,
    /// Share of resamples in which the policy has the least mean regret; unknown from few seeds.
    pub probability_best: f64,
    /// Verdict.
    pub verdict: Verdict,
}

/// Policies in the states that are known of all of them.
pub struct Judged {
    /// How robust each policy is.
    pub policies: Vec<Robustness>,
    /// States that count.
    pub states: usize,
    /// States that are left out, because an outcome in them is unknown.
    pub left_out: usize,
}

/// Judges policies; `outcomes[policy][state][seed]`, `more_is_better` says in which direction, `threshold` what is
/// good enough. States in which an outcome is unknown are left out for all policies.
pub fn judge(
    outcomes: &[Vec<Vec<f64>>],
    more_is_better: bool,
    threshold: Option<f64>,
    bootstrap: &mut Bootstrap,
) -> Judged {
    let n_states = outcomes.first().map_or(0, Vec::len);
    let is_known = |state: &usize| outcomes.iter().flat_map(|of| &of[*state]).all(|x| !x.is_nan());
    let known: Vec<usize> = (0..n_states).filter(is_known).collect();
    let n_seeds = outcomes.first().and_then(|of| of.first()).map_or(0, Vec::len);
    let sign = if more_is_better { 1.0 } else { -1.0 };
    // Means over seeds, more being better, by policy and state; and the best policy of each state.
    let of_states = |of: &Vec<Vec<f64>>| known.iter().map(|state| sign * mean(&of[*state])).collect();
    let means: Vec<Vec<f64>> = outcomes.iter().map(of_states).collect();
    let best: Vec<usize> = (0..known.len())
        .map(|at| {
            (1..means.len()).fold(0, |best, of| if means[of][at] > means[best][at] { of } else { best })
        })
        .collect();
    let crossed: Vec<Crossed> = outcomes
        .iter()
        .map(|of| {
            let row = |(state, best): (&usize, &usize)| {
                let pairs = outcomes[*best][*state].iter().zip(&of[*state]);
                pairs.map(|(best, own)| sign * (best - own)).collect()
            };
            let regrets: Vec<Vec<f64>> = known.iter().zip(&best).map(row).collect();
            bootstrap.crossed(&regrets)
        })
        .collect();
    let policies = means.iter().zip(&crossed).zip(shares_of_least(&crossed)).map(|((of, crossed), share)| {
        let mut sorted = of.clone();
        sorted.sort_by(f64::total_cmp);
        let own = quantile(&sorted, 0.5);
        let falls: Vec<f64> = sorted.iter().map(|x| (own - x).max(0.0)).collect();
        let mut regrets: Vec<f64> =
            of.iter().zip(&best).enumerate().map(|(at, (x, best))| means[*best][at] - x).collect();
        regrets.sort_by(f64::total_cmp);
        let cleared = |bar: f64| of.iter().filter(|x| **x >= sign * bar).count() as f64 / of.len() as f64;
        let verdict = match share {
            _ if known.is_empty() => Verdict::Unknown,
            _ if n_seeds < LEAST_SEEDS => Verdict::FewSeeds(n_seeds),
            share if share >= SURE => Verdict::Best,
            share if share <= 1.0 - SURE => Verdict::NotBest,
            _ => Verdict::TooCloseToCall,
        };
        Robustness {
            outcome: sign * mean(of),
            regret: crossed.estimate().from_zero(),
            regret_p90: quantile(&regrets, 0.9),
            regret_most: regrets.last().copied().unwrap_or(f64::NAN),
            below_own: mean(&falls),
            satisficing: threshold.map_or(f64::NAN, cleared),
            probability_best: if n_seeds < LEAST_SEEDS { f64::NAN } else { share },
            verdict,
        }
    });
    Judged { policies: policies.collect(), states: known.len(), left_out: n_states - known.len() }
}

/// For each policy the share of resamples in which its mean regret is least; ties are shared.
fn shares_of_least(regrets: &[Crossed]) -> Vec<f64> {
    let n = regrets.first().map_or(0, |of| of.resampled.len());
    // All are drawn apart alike, so that what is least stays so.
    let stretch = regrets.iter().map(|of| of.stretch).fold(1.0, f64::max);
    let mut shares = vec![0.0; regrets.len()];
    for at in 0..n {
        let drawn: Vec<f64> =
            regrets.iter().map(|of| of.mean + stretch * (of.resampled[at] - of.mean)).collect();
        let least = drawn.iter().copied().fold(f64::INFINITY, f64::min);
        let ties = drawn.iter().filter(|regret| **regret == least).count() as f64;
        for (share, regret) in shares.iter_mut().zip(&drawn) {
            *share += if *regret == least { 1.0 / ties } else { 0.0 };
        }
    }
    shares.iter().map(|share| share / n as f64).collect()
}
