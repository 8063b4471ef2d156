//! Fitting uncertain parameters to targets, with honest uncertainty.
//!
//! Everything works on *shares*: the position of each parameter in its distribution, in [0, 1], so that the prior is
//! uniform; and on *scaled outputs*: what a candidate gives for each target, in units of the target's tolerance and
//! measured from the target, so that the target itself is zero. The steps, each of them a file:
//! [`identifiability`] (can the targets tell the parameters at all?), [`emulator`] and [`history`] (which regions are
//! ruled out?), [`smc`] (a sample of what is left) and [`synthetic`] (would the method have found a known truth?);
//! [`targets`] says what is aimed at, and [`tables`] what is written.
//!
//! Candidates are numbered, and their random numbers hang on the number; they are simulated in batches of a fixed size
//! and judged in the order of their numbers, so results are the same for any number of threads.

pub mod asked;
pub mod emulator;
pub mod history;
pub mod identifiability;
pub mod linear;
pub mod smc;
pub mod synthetic;
pub mod tables;
pub mod targets;

/// What simulates candidates: gets the number of the first one and the shares of each, and returns the scaled outputs of
/// each; none for a candidate whose runs failed.
pub type Simulator<'a> = &'a mut dyn FnMut(u64, &[Vec<f64>]) -> Vec<Option<Vec<f64>>>;

/// Distance of scaled outputs from the targets: the root of the mean square.
pub fn distance(outputs: &[f64]) -> f64 {
    (outputs.iter().map(|x| x * x).sum::<f64>() / outputs.len().max(1) as f64).sqrt()
}
