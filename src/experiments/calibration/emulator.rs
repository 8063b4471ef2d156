//! # Emulator
//!
//! A quadratic surface for each target, fitted to simulated candidates by ridge regression, with the variance of what
//! it does not explain (Box and Wilson 1951). Cheap enough to be asked a million times.

use super::linear::{self, Matrix};

/// Weight of the ridge, for designs with few candidates.
const RIDGE: f64 = 1e-3;

/// The surfaces of all targets.
#[derive(Clone, Debug)]
pub struct Emulator {
    /// Coefficients by target.
    coefficients: Vec<Vec<f64>>,
    /// Variance that each surface leaves, by target.
    pub residual: Vec<f64>,
    /// Lower triangle of the design's cross products.
    lower: Matrix,
}

/// The terms of a surface: 1, each share from its middle, their squares and products.
fn terms(shares: &[f64]) -> Vec<f64> {
    let x: Vec<f64> = shares.iter().map(|share| 2.0 * share - 1.0).collect();
    let mut terms = vec![1.0];
    terms.extend(&x);
    for i in 0..x.len() {
        for j in i..x.len() {
            terms.push(x[i] * x[j]);
        }
    }
    terms
}

impl Emulator {
    /// Candidates that a surface of so many parameters needs at least.
    pub fn least_candidates(n_parameters: usize) -> usize {
        3 * (1 + n_parameters + n_parameters * (n_parameters + 1) / 2) / 2
    }

    /// Fits the surfaces; none with too few candidates.
    pub fn fit(shares: &[Vec<f64>], outputs: &[Vec<f64>]) -> Option<Emulator> {
        let rows: Vec<Vec<f64>> = shares.iter().map(|row| terms(row)).collect();
        let n_terms = rows.first()?.len();
        if rows.len() < Emulator::least_candidates(shares[0].len()) {
            return None;
        }
        let mut products = vec![vec![0.0; n_terms]; n_terms];
        for row in &rows {
            for i in 0..n_terms {
                for j in 0..n_terms {
                    products[i][j] += row[i] * row[j];
                }
            }
        }
        for (i, row) in products.iter_mut().enumerate() {
            row[i] += RIDGE * rows.len() as f64 * f64::from(u8::from(i > 0)) + 1e-12;
        }
        let lower = linear::cholesky(&products)?;
        let mut coefficients = Vec::new();
        let mut residual = Vec::new();
        for target in 0..outputs[0].len() {
            let mut right = vec![0.0; n_terms];
            for (row, output) in rows.iter().zip(outputs) {
                for (sum, term) in right.iter_mut().zip(row) {
                    *sum += term * output[target];
                }
            }
            let fitted = linear::solve(&lower, &right);
            let left: f64 = rows
                .iter()
                .zip(outputs)
                .map(|(row, output)| {
                    let miss = output[target] - product(row, &fitted);
                    miss * miss
                })
                .sum();
            residual.push(left / (rows.len() - n_terms.min(rows.len() - 1)) as f64);
            coefficients.push(fitted);
        }
        Some(Emulator { coefficients, residual, lower })
    }

    /// Expected scaled outputs, and their variance (what the surface leaves, and its own uncertainty).
    pub fn predict(&self, shares: &[f64]) -> Vec<(f64, f64)> {
        let row = terms(shares);
        let half = linear::solve_lower(&self.lower, &row);
        let leverage: f64 = half.iter().map(|x| x * x).sum();
        let targets = self.coefficients.iter().zip(&self.residual);
        targets.map(|(fitted, left)| (product(&row, fitted), left * (1.0 + leverage))).collect()
    }

    /// Slope of every target in every parameter at a point, per whole range of shares.
    pub fn slopes(&self, shares: &[f64]) -> Vec<Vec<f64>> {
        const STEP: f64 = 0.01;
        let at = |i: usize, by: f64| {
            let mut moved = shares.to_vec();
            moved[i] += by;
            self.predict(&moved)
        };
        let mut slopes = vec![vec![0.0; shares.len()]; self.coefficients.len()];
        for i in 0..shares.len() {
            let (low, high) = (at(i, -STEP), at(i, STEP));
            for (target, row) in slopes.iter_mut().enumerate() {
                row[i] = (high[target].0 - low[target].0) / (2.0 * STEP);
            }
        }
        slopes
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
