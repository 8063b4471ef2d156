//! # Sequential Monte Carlo without likelihood
//!
//! ABC-SMC (Toni and others 2009; Beaumont and others 2009): rounds of candidates, each round nearer to the targets than
//! the last. A round's tolerance is the median distance of the round before; its proposals are drawn from the sample of
//! the round before, moved by a normal kernel with twice its covariance, and weighted so that the prior holds.

use super::linear::{self, Matrix};
use super::{Simulator, distance};
use crate::base::dates::Week;
use crate::base::draws::{Draws, Rows, Stream, uniform};
use crate::base::maths::{exp, normal_quantile, pick};

const PROPOSALS: Stream = Stream::named("calibration.proposals");
const RESAMPLING: Stream = Stream::named("calibration.resampling");

/// How a sample is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Seed of the calibration, not of the runs.
    pub seed: u64,
    /// Size of the sample.
    pub sample: usize,
    /// Most candidates that are simulated in all.
    pub budget: usize,
    /// Candidates simulated together.
    pub batch: usize,
    /// Share of accepted candidates at which the next round would cost more than it tells.
    pub least_accepted: f64,
}

/// A candidate that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Particle {
    /// Number of the candidate.
    pub number: u64,
    /// Shares of its parameters.
    pub shares: Vec<f64>,
    /// Distance from the targets.
    pub distance: f64,
    /// Weight; all weights add up to 1.
    pub weight: f64,
}

/// One round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// Distance that was accepted; infinite in the first.
    pub tolerance: f64,
    /// Candidates simulated.
    pub candidates: usize,
    /// Share of them within the tolerance; the sample takes the first.
    pub accepted: f64,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// The sample of the last whole round.
    pub particles: Vec<Particle>,
    /// All whole rounds.
    pub rounds: Vec<Round>,
    /// Candidates simulated in all, those of a broken last round among them.
    pub candidates: usize,
}

/// Draws a posterior sample of `n_parameters` parameters. `plausible` says before anything is simulated which
/// shares are worth it; the prior is uniform over those.
pub fn sample(
    n_parameters: usize,
    settings: &Settings,
    plausible: &dyn Fn(&[f64]) -> bool,
    simulate: Simulator,
) -> Posterior {
    let draws = Draws::new(settings.seed);
    let mut posterior = Posterior { particles: Vec::new(), rounds: Vec::new(), candidates: 0 };
    loop {
        let round = posterior.rounds.len() as u32;
        let before = Population::of(&posterior.particles, n_parameters);
        let tolerance = before.as_ref().map_or(f64::INFINITY, |population| population.median_distance());
        let mut rows = draws.rows(PROPOSALS, Week(round));
        let mut accepted = Vec::new();
        let (mut candidates, mut n_near) = (0, 0);
        while accepted.len() < settings.sample {
            let room = settings.budget.saturating_sub(posterior.candidates + candidates).min(settings.batch);
            if room == 0 {
                posterior.candidates += candidates;
                return posterior;
            }
            let first = (posterior.candidates + candidates) as u64;
            let proposed: Vec<Vec<f64>> = (0..room as u64)
                .map(|i| propose(&mut rows, first + i, n_parameters, before.as_ref(), plausible))
                .collect();
            let outputs = simulate(first, &proposed);
            for (i, (shares, outputs)) in proposed.into_iter().zip(outputs).enumerate() {
                let near = outputs.map(|outputs| distance(&outputs)).filter(|d| *d <= tolerance);
                let Some(distance) = near else { continue };
                // A batch may hold more than the sample takes; they tell of the round all the same.
                n_near += 1;
                if accepted.len() < settings.sample {
                    let weight = before.as_ref().map_or(1.0, |population| 1.0 / population.density(&shares));
                    accepted.push(Particle { number: first + i as u64, shares, distance, weight });
                }
            }
            candidates += room;
        }
        let sum: f64 = accepted.iter().map(|particle| particle.weight).sum();
        accepted.iter_mut().for_each(|particle| particle.weight /= sum);
        let share = f64::from(n_near) / candidates as f64;
        posterior.candidates += candidates;
        posterior.particles = accepted;
        posterior.rounds.push(Round { tolerance, candidates, accepted: share });
        if share < settings.least_accepted {
            return posterior;
        }
    }
}

/// Words of randomness that a proposal may use.
const WORDS: usize = 4096;

/// The first plausible point that a candidate's random numbers lead to; the last one tried if none is.
fn propose(
    rows: &mut Rows,
    number: u64,
    n_parameters: usize,
    before: Option<&Population>,
    plausible: &dyn Fn(&[f64]) -> bool,
) -> Vec<f64> {
    let mut words = vec![0; WORDS];
    rows.start(number);
    rows.fill_words(&mut words);
    let mut shares = vec![0.5; n_parameters];
    for tried in words.chunks_exact(n_parameters + 1) {
        let (chooser, moves) = tried.split_at(1);
        shares = match before {
            None => moves.iter().map(|word| uniform(*word)).collect(),
            Some(population) => population.propose(uniform(chooser[0]), moves),
        };
        if shares.iter().all(|share| (0.0..=1.0).contains(share)) && plausible(&shares) {
            return shares;
        }
    }
    shares.iter().map(|share| share.clamp(0.0, 1.0)).collect()
}

/// The sample of a round, as the source of the next.
struct Population<'p> {
    particles: &'p [Particle],
    weights: Vec<f64>,
    kernel: Matrix,
}

impl Population<'_> {
    fn of(particles: &[Particle], n_parameters: usize) -> Option<Population<'_>> {
        if particles.is_empty() {
            return None;
        }
        let weights: Vec<f64> = particles.iter().map(|particle| particle.weight).collect();
        let mean = |i: usize| particles.iter().map(|p| p.weight * p.shares[i]).sum::<f64>();
        let means: Vec<f64> = (0..n_parameters).map(mean).collect();
        let mut covariance = vec![vec![0.0; n_parameters]; n_parameters];
        for particle in particles {
            for i in 0..n_parameters {
                for j in 0..n_parameters {
                    let product = (particle.shares[i] - means[i]) * (particle.shares[j] - means[j]);
                    covariance[i][j] += 2.0 * particle.weight * product;
                }
            }
        }
        for (i, row) in covariance.iter_mut().enumerate() {
            row[i] += 1e-6;
        }
        let kernel = linear::cholesky(&covariance)?;
        Some(Population { particles, weights, kernel })
    }

    fn median_distance(&self) -> f64 {
        let mut distances: Vec<f64> = self.particles.iter().map(|particle| particle.distance).collect();
        distances.sort_by(f64::total_cmp);
        distances[distances.len() / 2]
    }

    fn propose(&self, chooser: f64, moves: &[u32]) -> Vec<f64> {
        let from = &self.particles[pick(chooser, &self.weights).unwrap_or(0)];
        let normal: Vec<f64> = moves.iter().map(|word| normal_quantile(uniform(*word))).collect();
        let moved = linear::times(&self.kernel, &normal);
        from.shares.iter().zip(moved).map(|(share, by)| share + by).collect()
    }

    /// Density of proposals at a point, up to a factor.
    fn density(&self, shares: &[f64]) -> f64 {
        let at = |particle: &Particle| {
            let away: Vec<f64> = shares.iter().zip(&particle.shares).map(|(a, b)| a - b).collect();
            let scaled = linear::solve_lower(&self.kernel, &away);
            particle.weight * exp(-0.5 * scaled.iter().map(|x| x * x).sum::<f64>())
        };
        self.particles.iter().map(at).sum::<f64>().max(1e-300)
    }
}

impl Posterior {
    /// Draws of equal weight in shuffled order, so that any first part of them is a sample too.
    pub fn draws(&self, n: usize, seed: u64) -> Vec<&Particle> {
        let mut rows = Draws::new(seed).rows(RESAMPLING, Week(0));
        let mut words = vec![0; n + 1];
        rows.start(0);
        rows.fill_words(&mut words);
        // Systematic resampling: each particle as often as its weight says, to within one.
        let mut drawn = Vec::with_capacity(n);
        let (mut upto, mut at) = (0.0, 0);
        for i in 0..n {
            let point = (i as f64 + uniform(words[n])) / n as f64;
            while at + 1 < self.particles.len() && upto + self.particles[at].weight < point {
                upto += self.particles[at].weight;
                at += 1;
            }
            drawn.extend(self.particles.get(at));
        }
        let mut order: Vec<usize> = (0..drawn.len()).collect();
        order.sort_by_key(|i| (words[*i], *i));
        order.into_iter().map(|i| drawn[i]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_accepted_counts_the_whole_of_a_batch() {
        let settings = Settings { seed: 1, sample: 10, budget: 2_000, batch: 32, least_accepted: 0.3 };
        let mut distances = Vec::new();
        let mut simulate = |_: u64, candidates: &[Vec<f64>]| -> Vec<Option<Vec<f64>>> {
            distances.extend(candidates.iter().map(|x| (x[0] - 0.5).abs()));
            candidates.iter().map(|x| Some(vec![x[0] - 0.5])).collect()
        };
        let posterior = sample(1, &settings, &|_| true, &mut simulate);
        let mut first = 0;
        for round in &posterior.rounds {
            let own = &distances[first..first + round.candidates];
            let near = own.iter().filter(|distance| **distance <= round.tolerance).count();
            assert_eq!(round.accepted, near as f64 / round.candidates as f64, "{round:?}");
            first += round.candidates;
        }
        assert_eq!((posterior.rounds[0].candidates, posterior.rounds[0].accepted), (32, 1.0));
        assert!(posterior.rounds.len() > 1 && posterior.particles.len() == 10);
    }
}
