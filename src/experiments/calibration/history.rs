//! # History matching
//!
//! Regions of parameters that cannot give the targets are ruled out (Craig and others 1997): a candidate is implausible
//! if the emulator puts any target but the worst more than three standard deviations from zero, where tolerance,
//! emulator and luck of seeds are counted. One target may be missed, because the emulator may be wrong about one.

use super::emulator::Emulator;

/// Standard deviations beyond which a candidate is ruled out.
pub const CUT: f64 = 3.0;

/// Second largest distance from the targets in standard deviations; the largest with one target.
pub fn implausibility(emulator: &Emulator, shares: &[f64]) -> f64 {
    let mut distances: Vec<f64> = emulator
        .predict(shares)
        .iter()
        .map(|(mean, variance)| mean.abs() / (1.0 + variance).sqrt())
        .collect();
    distances.sort_by(f64::total_cmp);
    match distances.len() {
        0 => 0.0,
        1 => distances[0],
        n => distances[n - 2],
    }
}

/// True for a candidate that is not ruled out.
pub fn plausible(emulator: &Emulator, shares: &[f64]) -> bool {
    implausibility(emulator, shares) <= CUT
}
