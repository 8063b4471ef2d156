//! # Variance-based sensitivity
//!
//! First-order and total indices of Sobol', from Saltelli's blocks, with bootstrap intervals over base points; and how
//! much of the variance is the luck of seeds.
//!
//! - **Equation**: first S_i = mean(f_B (f_ABi - f_A)) / V (Saltelli and others 2010); total T_i = mean((f_A - f_ABi)^2)
//!   / 2V (Jansen 1999); V is the variance of f_A and f_B together
//! - **Checked against**: the analytic values of Ishigami's function and of Sobol's g function

use crate::experiments::statistics::{Bootstrap, Estimate};

/// Outputs of one base point: at A, at B, and at A with each factor from B.
#[derive(Clone, Debug)]
pub struct Block {
    /// Output at A.
    pub a: f64,
    /// Output at B.
    pub b: f64,
    /// Output at A with factor i from B.
    pub ab: Vec<f64>,
}

impl Block {
    /// Cuts the outputs of a Saltelli design of `factors` factors, in the order of its points (A, A with each factor
    /// from B, B), into blocks. A block with an unknown output is left out whole.
    pub fn cut(outputs: &[f64], factors: usize) -> Vec<Block> {
        let known = |rows: &&[f64]| rows.iter().all(|value| !value.is_nan());
        let block = |rows: &[f64]| Block { a: rows[0], b: rows[factors + 1], ab: rows[1..=factors].to_vec() };
        outputs.chunks_exact(factors + 2).filter(known).map(block).collect()
    }
}

/// Sensitivity to one factor.
#[derive(Clone, Copy, Debug)]
pub struct Indices {
    /// Share of the variance that is the factor's alone.
    pub first: Estimate,
    /// Share of the variance in which the factor has any part.
    pub total: Estimate,
}

/// Indices of every factor; shares of a variance that is zero are unknown.
pub fn indices(blocks: &[Block], bootstrap: &mut Bootstrap) -> Vec<Indices> {
    let n_factors = blocks.first().map_or(0, |block| block.ab.len());
    // Outputs are centred first: a mean far from zero would swamp the products.
    let center = blocks.iter().map(|x| x.a + x.b).sum::<f64>() / (2 * blocks.len().max(1)) as f64;
    let variance = |drawn: &[u32]| {
        let both = drawn.iter().flat_map(|at| [blocks[*at as usize].a, blocks[*at as usize].b]);
        let (mut sum, mut squares) = (0.0, 0.0);
        for value in both {
            sum += value - center;
            squares += (value - center) * (value - center);
        }
        let n = (2 * drawn.len()) as f64;
        squares / n - (sum / n) * (sum / n)
    };
    let share = |part: f64, all: f64| if all > 0.0 { part / all } else { f64::NAN };
    let mut indices = Vec::with_capacity(n_factors);
    for i in 0..n_factors {
        let first = bootstrap.of(blocks.len(), |drawn| {
            let product = |at: &u32| {
                let x = &blocks[*at as usize];
                (x.b - center) * (x.ab[i] - x.a)
            };
            share(drawn.iter().map(product).sum::<f64>() / drawn.len() as f64, variance(drawn))
        });
        let total = bootstrap.of(blocks.len(), |drawn| {
            let square = |at: &u32| {
                let x = &blocks[*at as usize];
                (x.a - x.ab[i]) * (x.a - x.ab[i])
            };
            share(drawn.iter().map(square).sum::<f64>() / (2 * drawn.len()) as f64, variance(drawn))
        });
        indices.push(Indices { first, total: total.from_zero() });
    }
    indices
}

/// What the variance of runs is made of; the three add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Share of the points: what parameters and levers do on average over seeds.
    pub points: f64,
    /// Share of the seeds: luck that all points have in common.
    pub seeds: f64,
    /// What is left: luck that depends on the point.
    pub rest: f64,
}

impl Noise {
    /// True if most of what differs between the means of points over so many seeds is luck, not the points.
    pub fn is_mostly_luck(&self, seeds: usize) -> bool {
        self.rest / seeds as f64 > self.points
    }
}

/// Splits the variance of outputs by point and seed (two-way analysis of variance, components of a random model);
/// points with an unknown output are left out. None for fewer than two points or seeds, or without any variance.
pub fn noise(outputs: &[Vec<f64>]) -> Option<Noise> {
    let rows: Vec<&Vec<f64>> = outputs.iter().filter(|row| row.iter().all(|value| !value.is_nan())).collect();
    let (n, m) = (rows.len(), rows.first()?.len());
    if n < 2 || m < 2 {
        return None;
    }
    let mean = |values: &mut dyn Iterator<Item = f64>, n: usize| values.sum::<f64>() / n as f64;
    let of_points: Vec<f64> = rows.iter().map(|row| mean(&mut row.iter().copied(), m)).collect();
    let of_seeds: Vec<f64> = (0..m).map(|seed| mean(&mut rows.iter().map(|row| row[seed]), n)).collect();
    let all = mean(&mut of_points.iter().copied(), n);
    let square = |x: f64| x * x;
    let between = of_points.iter().map(|x| square(x - all)).sum::<f64>() * m as f64 / (n - 1) as f64;
    let across = of_seeds.iter().map(|x| square(x - all)).sum::<f64>() * n as f64 / (m - 1) as f64;
    let mut left = 0.0;
    for (row, of_point) in rows.iter().zip(&of_points) {
        for (value, of_seed) in row.iter().zip(&of_seeds) {
            left += square(value - of_point - of_seed + all);
        }
    }
    let rest = left / ((n - 1) * (m - 1)) as f64;
    let points = ((between - rest) / m as f64).max(0.0);
    let seeds = ((across - rest) / n as f64).max(0.0);
    let sum = points + seeds + rest;
    (sum > 0.0).then(|| Noise { points: points / sum, seeds: seeds / sum, rest: rest / sum })
}
