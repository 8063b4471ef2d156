//! # Identifiability
//!
//! Can the targets tell the parameters? The Jacobian of scaled outputs in shares, averaged over the space of parameters,
//! is taken apart by singular values: a direction whose value is below one moves no target by its tolerance even from
//! one end of the prior to the other, and nothing can be learned along it.

use super::emulator::Emulator;
use super::linear;

/// Singular value below which a direction is lost in the tolerance of the targets.
pub const LEAST_VALUE: f64 = 1.0;
/// Share of a parameter that must lie in the directions which can be told.
pub const LEAST_SHARE: f64 = 0.5;

/// What can be told.
#[derive(Clone, Debug)]
pub struct Identifiability {
    /// Singular values, largest first.
    pub values: Vec<f64>,
    /// For each parameter the share of it that lies in directions above [`LEAST_VALUE`], in [0, 1].
    pub shares: Vec<f64>,
}

impl Identifiability {
    /// True for a parameter that the targets can tell.
    pub fn tells(&self, parameter: usize) -> bool {
        self.shares[parameter] >= LEAST_SHARE
    }
}

/// Judges every parameter from slopes at many points: the singular values of all Jacobians on top of each other.
pub fn judge(emulator: &Emulator, points: &[Vec<f64>]) -> Identifiability {
    let n = points.first().map_or(0, Vec::len);
    let mut products = vec![vec![0.0; n]; n];
    for point in points {
        for row in emulator.slopes(point) {
            for i in 0..n {
                for j in 0..n {
                    products[i][j] += row[i] * row[j] / points.len() as f64;
                }
            }
        }
    }
    let (values, vectors) = linear::eigen(&products);
    let values: Vec<f64> = values.iter().map(|value| value.max(0.0).sqrt()).collect();
    let told = values.iter().filter(|value| **value >= LEAST_VALUE).count();
    let shares = (0..n).map(|i| vectors[..told].iter().map(|v| v[i] * v[i]).sum()).collect();
    Identifiability { values, shares }
}
