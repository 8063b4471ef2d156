//! The one way to decide: a multinomial logit over options in a fixed order, whose utilities are sums of named terms.
//!
//! A utility is written as a function that adds its terms to [`Terms`]: to a plain number when agents decide, to a
//! list of names and values when somebody wants to see why.

use crate::base::maths::exp;

/// What the terms of a utility are added to.
pub trait Terms {
    /// Adds a term.
    fn add(&mut self, name: &'static str, value: f64);
}

/// The sum alone.
impl Terms for f64 {
    #[inline]
    fn add(&mut self, _: &'static str, value: f64) {
        *self += value;
    }
}

/// Names and values, in order.
impl Terms for Vec<(&'static str, f64)> {
    fn add(&mut self, name: &'static str, value: f64) {
        self.push((name, value));
    }
}

/// The sum of the terms that a utility adds.
#[inline]
pub fn utility(of: impl FnOnce(&mut f64)) -> f64 {
    let mut sum = 0.0;
    of(&mut sum);
    sum
}

/// The same terms by name.
pub fn terms(of: impl FnOnce(&mut Vec<(&'static str, f64)>)) -> Vec<(&'static str, f64)> {
    let mut terms = Vec::new();
    of(&mut terms);
    terms
}

/// Turns utilities into probabilities, in place; an option at negative infinity is not available.
pub fn shares(utilities: &mut [f64]) {
    let best = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if best == f64::NEG_INFINITY {
        return;
    }
    let mut sum = 0.0;
    for utility in utilities.iter_mut() {
        *utility = exp(*utility - best);
        sum += *utility;
    }
    for utility in utilities.iter_mut() {
        *utility /= sum;
    }
}

/// Index of the option that a uniform picks among probabilities that sum to one.
pub fn choose(u: f64, shares: &[f64]) -> usize {
    crate::base::maths::pick(u, shares).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_to_one_and_follow_utility() {
        let mut u = [0.0, 1.0, f64::NEG_INFINITY];
        shares(&mut u);
        assert!((u.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((u[1] / u[0] - 1_f64 * crate::base::maths::exp(1.0)).abs() < 1e-9);
        assert_eq!(u[2], 0.0);
        assert_eq!(choose(0.999_999, &u), 1);
    }
}
