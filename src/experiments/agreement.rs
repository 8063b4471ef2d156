//! How well predictions agree with what was observed, and one list of numbers with another.

use super::summary::mean;

/// Continuous ranked probability score of an ensemble (Gneiting and Raftery 2007): mean distance of its members to the
/// observation, minus half the mean distance between members. In the unit of the values; 0 is perfect; for one member it
/// is the absolute error. NaN without members.
pub fn crps(members: &[f64], observed: f64) -> f64 {
    let n = members.len() as f64;
    let mut sorted = members.to_vec();
    sorted.sort_by(f64::total_cmp);
    let to_observed = sorted.iter().map(|x| (x - observed).abs()).sum::<f64>() / n;
    // Sum over pairs of |x - y| from the sorted values: each value counts by how many lie below it less above it.
    let weighted = sorted.iter().enumerate().map(|(i, x)| x * (2.0 * i as f64 + 1.0 - n));
    to_observed - weighted.sum::<f64>() / (n * n)
}

/// Spearman's rank correlation, ties with their mean rank; pairs with an unknown value are left out. NaN for fewer than
/// three pairs, or where one list does not vary.
pub fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let known = a.iter().zip(b).filter(|(x, y)| !x.is_nan() && !y.is_nan());
    let (a, b): (Vec<f64>, Vec<f64>) = known.map(|(x, y)| (*x, *y)).unzip();
    if a.len() < 3 {
        return f64::NAN;
    }
    let (a, b) = (ranks(&a), ranks(&b));
    let (center_a, center_b) = (mean(&a), mean(&b));
    let (mut product, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(&b) {
        product += (x - center_a) * (y - center_b);
        square_a += (x - center_a) * (x - center_a);
        square_b += (y - center_b) * (y - center_b);
    }
    product / (square_a * square_b).sqrt()
}

/// Rank of each value from 1, ties with their mean rank.
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let same = order[from..].iter().take_while(|at| values[**at] == values[order[from]]).count().max(1);
        for at in &order[from..from + same] {
            ranks[*at] = from as f64 + (same as f64 + 1.0) / 2.0;
        }
        from += same;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_of_an_ensemble_is_that_of_its_definition() {
        let members = [1.0_f64, 4.0, 2.0, 2.0];
        for observed in [-1.0_f64, 2.0, 3.5, 9.0] {
            let mut between = 0.0;
            for x in members {
                between += members.iter().map(|y| (x - y).abs()).sum::<f64>();
            }
            let to_observed: f64 = members.iter().map(|x| (x - observed).abs()).sum();
            let expected = to_observed / 4.0 - between / 2.0 / 16.0;
            assert!((crps(&members, observed) - expected).abs() < 1e-12);
        }
        assert_eq!(crps(&[3.0], 5.0), 2.0);
        assert_eq!(crps(&[5.0, 5.0], 5.0), 0.0);
        assert!(crps(&[], 1.0).is_nan());
    }

    #[test]
    fn ranks_share_ties_and_their_correlation_sees_order_alone() {
        assert_eq!(ranks(&[10.0, 30.0, 10.0, 20.0]), [1.5, 4.0, 1.5, 3.0]);
        assert!((rank_correlation(&[1.0, 2.0, 3.0], &[1.0, 10.0, 1000.0]) - 1.0).abs() < 1e-12);
        assert!((rank_correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, f64::NEG_INFINITY]) + 1.0).abs() < 1e-12);
        // R: cor(c(1, 2, 3, 4), c(2, 1, 4, 4), method = "spearman")
        assert!(
            (rank_correlation(&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 4.0]) - 0.737_864_787_4).abs() < 1e-9
        );
        assert!(rank_correlation(&[1.0, 2.0], &[1.0, 2.0]).is_nan());
        assert!(rank_correlation(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]).is_nan());
    }
}
