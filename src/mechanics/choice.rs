//! The one way to decide: a multinomial logit over options in a fixed order.

use crate::base::maths::exp;

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
