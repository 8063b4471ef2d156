//! # Screening
//!
//! Elementary effects of Morris: what moving one factor by a step does, at many places of the space of factors.
//!
//! - **Equation**: effect = (f(x + step) - f(x)) / step, in shares of the factor's distribution; mu* is the mean of the
//!   effects' sizes (Campolongo and others 2007), sigma their standard deviation
//! - **Reading**: a small mu* means that the factor does little anywhere; a sigma near mu* that what it does depends on
//!   the other factors

use crate::experiments::statistics::{Bootstrap, Estimate, variance};

/// Sensitivity to one factor.
#[derive(Clone, Copy, Debug)]
pub struct Screening {
    /// Mean size of its effects, in the outcome's unit per whole range of shares.
    pub mu_star: Estimate,
    /// Standard deviation of its effects, likewise.
    pub sigma: Estimate,
}

/// Screens every factor. `shares` and `outputs` are in the order of the design's points: trajectories of one row more
/// than there are factors, between neighbouring rows of which one factor moves. Effects next to an unknown output
/// are left out.
pub fn screen(shares: &[&[f64]], outputs: &[f64], bootstrap: &mut Bootstrap) -> Vec<Screening> {
    let n_factors = shares.first().map_or(0, |row| row.len());
    let mut effects = vec![Vec::new(); n_factors];
    for (rows, values) in shares.chunks_exact(n_factors + 1).zip(outputs.chunks_exact(n_factors + 1)) {
        for (row, value) in rows.windows(2).zip(values.windows(2)) {
            let moved = (0..n_factors).find(|i| row[0][*i] != row[1][*i]);
            let change = value[1] - value[0];
            if let Some(i) = moved.filter(|_| !change.is_nan()) {
                effects[i].push(change / (row[1][i] - row[0][i]));
            }
        }
    }
    effects
        .iter()
        .map(|effects| {
            let sizes: Vec<f64> = effects.iter().map(|effect| effect.abs()).collect();
            let sigma = bootstrap.of(effects.len(), |drawn| {
                let drawn: Vec<f64> = drawn.iter().map(|at| effects[*at as usize]).collect();
                variance(&drawn).sqrt()
            });
            Screening { mu_star: bootstrap.mean(&sizes).from_zero(), sigma: sigma.from_zero() }
        })
        .collect()
}
