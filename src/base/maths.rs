//! Mathematics that gives the same bits on every machine: software `exp` and `ln`, inverse distribution
//! functions, and the conversion of hazards to probabilities.

/// e to the power x, within two units in the last place. A run takes millions: this form has one branch that is nearly never
/// taken, no division and no call, and adds, multiplies and shifts in the same order everywhere.
#[inline]
pub fn exp(x: f64) -> f64 {
    // Adding and taking away this number rounds to a whole one, which is left in the low bits.
    const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;
    // The logarithm of two in two parts, of which the first has few digits.
    const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];
    if !(LEAST_EXPONENT..=-LEAST_EXPONENT).contains(&x) {
        return if x < 0.0 { 0.0 } else { x * f64::INFINITY };
    }
    let shifted = x * (STEPS as f64 / std::f64::consts::LN_2) + ROUND;
    let whole = shifted - ROUND;
    // x = whole ln 2 / 64 + rest, and the rest is at most half a step.
    let rest = (x - whole * (LN_2[0] / STEPS as f64)) - whole * (LN_2[1] / STEPS as f64);
    let square = rest * rest;
    let above_one =
        rest + square * (0.5 + rest * (1.0 / 6.0)) + square * square * (1.0 / 24.0 + rest * (1.0 / 120.0));
    let steps = shifted.to_bits();
    let power = f64::from_bits(POWERS[steps as usize % STEPS].wrapping_add((steps / STEPS as u64) << 52));
    power + power * above_one
}

/// Below it the exponential counts as zero, above its opposite as infinite.
const LEAST_EXPONENT: f64 = -708.0;
/// Parts of a doubling whose powers of two are kept.
const STEPS: usize = 64;
/// Bits of two to the power of k/64, by the series of the exponential.
static POWERS: [u64; STEPS] = {
    let mut powers = [0; STEPS];
    let mut step = 0;
    while step < STEPS {
        let x = std::f64::consts::LN_2 * step as f64 / STEPS as f64;
        let (mut sum, mut term) = (1.0, 25.0);
        while term > 0.0 {
            sum = 1.0 + sum * x / term;
            term -= 1.0;
        }
        powers[step] = sum.to_bits();
        step += 1;
    }
    powers
};

/// Natural logarithm; arguments below the smallest positive number count as that number.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x.max(f64::MIN_POSITIVE))
}

/// x to the power y, for x >= 0.
pub fn power(x: f64, y: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { exp(y * ln(x)) }
}

/// 1 / (1 + e^-x).
#[inline]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// Probability that something with a constant hazard happens within the week.
#[inline]
pub fn probability(hazard_per_week: f64) -> f64 {
    if hazard_per_week <= 0.0 { 0.0 } else { 1.0 - exp(-hazard_per_week) }
}

/// Weekly decay factor of a quantity with this half-life [weeks].
pub fn decay(half_life_weeks: f64) -> f64 {
    exp(-std::f64::consts::LN_2 / half_life_weeks.max(1e-9))
}

/// Moves `value` towards `target` by a share of the distance.
#[inline]
pub fn relax(value: f64, target: f64, share: f64) -> f64 {
    value + (target - value) * share
}

/// Share of the need that `force` covers, two thirds where force equals need (Athena's coverage function).
#[inline]
pub fn cover(force: f64, need: f64) -> f64 {
    if force <= 0.0 { 0.0 } else { 1.0 - exp(-LN_3 * force / need.max(1e-9)) }
}

const LN_3: f64 = 1.098_612_288_668_109_8;

/// The smallest whole number not below x, for x >= 0.
pub fn ceil_u32(x: f64) -> u32 {
    let whole = x as u32;
    if f64::from(whole) < x { whole + 1 } else { whole }
}

/// Quantile of the standard normal distribution (Acklam's rational approximation, error below 1.2e-9).
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    const LOW: f64 = 0.024_25;
    let tail = |q: f64| {
        (((((C[0] * q + C[1]) * q + C[2]) * q + C[3]) * q + C[4]) * q + C[5])
            / ((((D[0] * q + D[1]) * q + D[2]) * q + D[3]) * q + 1.0)
    };
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    if p < LOW {
        tail((-2.0 * ln(p)).sqrt())
    } else if p <= 1.0 - LOW {
        let q = p - 0.5;
        let r = q * q;
        (((((A[0] * r + A[1]) * r + A[2]) * r + A[3]) * r + A[4]) * r + A[5]) * q
            / (((((B[0] * r + B[1]) * r + B[2]) * r + B[3]) * r + B[4]) * r + 1.0)
    } else {
        -tail((-2.0 * ln(1.0 - p)).sqrt())
    }
}

/// Mean above which counts are taken from the normal approximation.
const NORMAL_ABOVE: f64 = 40.0;

/// Poisson count by inversion: one uniform, and more events for a higher mean.
pub fn poisson_quantile(u: f64, mean: f64) -> u32 {
    // P(0) = exp(-mean) >= 1 - mean: rare events cost no exponential.
    if mean <= 0.0 || u <= 1.0 - mean {
        return 0;
    }
    if mean > NORMAL_ABOVE {
        return (mean + mean.sqrt() * normal_quantile(u) + 0.5).max(0.0) as u32;
    }
    let mut term = exp(-mean);
    let mut sum = term;
    let mut n = 0;
    while u > sum && n < 1_000 {
        n += 1;
        term *= mean / f64::from(n);
        sum += term;
    }
    n
}

/// Binomial count by inversion.
pub fn binomial_quantile(u: f64, n: u32, p: f64) -> u32 {
    // P(0) = (1 - p)^n >= 1 - n p: rare events cost no exponential.
    if n == 0 || p <= 0.0 || u <= 1.0 - f64::from(n) * p {
        return 0;
    }
    if p >= 1.0 {
        return n;
    }
    if p > 0.5 {
        return n - binomial_quantile(1.0 - u, n, 1.0 - p);
    }
    let mean = f64::from(n) * p;
    if mean > NORMAL_ABOVE {
        let sd = (mean * (1.0 - p)).sqrt();
        return ((mean + sd * normal_quantile(u) + 0.5).max(0.0) as u32).min(n);
    }
    let odds = p / (1.0 - p);
    // Few factors are multiplied sooner.
    let mut term =
        if n <= 16 { (0..n).fold(1.0, |term, _| term * (1.0 - p)) } else { exp(f64::from(n) * ln(1.0 - p)) };
    let mut sum = term;
    let mut k = 0;
    while u > sum && k < n {
        term *= odds * f64::from(n - k) / f64::from(k + 1);
        k += 1;
        sum += term;
        if term <= 0.0 {
            break;
        }
    }
    k
}

/// How many of `n` something befalls within the week that comes at a constant hazard, by inversion.
#[inline]
pub fn befallen(u: f64, n: u32, hazard_per_week: f64) -> u32 {
    // The probability is no larger than the hazard: rare events cost no exponential.
    if n == 0 || hazard_per_week <= 0.0 || u <= 1.0 - f64::from(n) * hazard_per_week {
        return 0;
    }
    binomial_quantile(u, n, probability(hazard_per_week))
}

/// Negative binomial count with this mean and variance/mean ratio (above 1), by inversion.
pub fn negative_binomial_quantile(u: f64, mean: f64, dispersion: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    if dispersion <= 1.0 + 1e-9 || mean > NORMAL_ABOVE {
        return poisson_quantile(u, mean);
    }
    let p = 1.0 / dispersion;
    let r = mean * p / (1.0 - p);
    let mut term = exp(r * ln(p));
    let mut sum = term;
    let mut n = 0;
    while u > sum && n < 1_000 {
        term *= (r + f64::from(n)) * (1.0 - p) / f64::from(n + 1);
        n += 1;
        sum += term;
    }
    n
}

/// Index of the option that a uniform picks among non-negative weights; none if all are zero.
pub fn pick(u: f64, weights: &[f64]) -> Option<usize> {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return None;
    }
    let mut left = u * total;
    let mut last = None;
    for (i, weight) in weights.iter().enumerate() {
        if *weight > 0.0 {
            last = Some(i);
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
    }
    last
}

/// Splits a whole number by weights; the parts differ from their exact share by less than one and sum to it.
pub fn apportion(total: u32, weights: &[f64], parts: &mut Vec<u32>) {
    parts.clear();
    parts.resize(weights.len(), 0);
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return;
    }
    let mut given = 0;
    let mut running = 0.0;
    for (part, weight) in parts.iter_mut().zip(weights) {
        running += weight;
        let upto = ((f64::from(total) * (running / sum) + 0.5) as u32).min(total);
        *part = upto - given;
        given = upto;
    }
}

/// Length of the great circle between two points given in degrees [km].
pub fn great_circle_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    const EARTH_RADIUS_KM: f64 = 6371.0;
    let half_sine = |x: f64| libm::sin(0.5 * x.to_radians());
    let (up, along) = (half_sine(b.0 - a.0), half_sine(b.1 - a.1));
    let h = up * up + libm::cos(a.0.to_radians()) * libm::cos(b.0.to_radians()) * along * along;
    2.0 * EARTH_RADIUS_KM * libm::asin(h.min(1.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_two_units_in_the_last_place() {
        let apart = |x: f64| exp(x).to_bits().abs_diff(libm::exp(x).to_bits());
        for at in -700_000..=700_000 {
            let x = f64::from(at) * 1.000_123e-3;
            assert!(apart(x) <= 2, "{x}: {} and {}", exp(x), libm::exp(x));
            assert!(apart(x * 1e-9) <= 2, "{x}e-9: {} and {}", exp(x * 1e-9), libm::exp(x * 1e-9));
        }
        assert_eq!([exp(0.0), exp(-0.0), exp(-709.0), exp(f64::NEG_INFINITY)], [1.0, 1.0, 0.0, 0.0]);
        assert_eq!([exp(709.0), exp(f64::INFINITY)], [f64::INFINITY; 2]);
        assert!(exp(f64::NAN).is_nan());
        // It never falls as x grows, also from one step of the table to the next.
        let steps = |of: fn(f64) -> f64| (-2_000_000..2_000_000).map(move |at| of(f64::from(at) * 1e-6));
        assert!(steps(exp).zip(steps(exp).skip(1)).all(|(one, next)| one <= next));
    }

    #[test]
    fn cover_is_two_thirds_where_force_equals_need() {
        assert!((cover(10.0, 10.0) - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(cover(0.0, 10.0), 0.0);
    }

    #[test]
    fn counts_have_their_mean_and_grow_with_it() {
        for (mean, dispersion) in [(0.3, 1.0), (3.0, 1.6), (20.0, 2.0), (60.0, 1.0)] {
            let n = 20_000;
            let draw =
                |m: f64, i: usize| negative_binomial_quantile((i as f64 + 0.5) / n as f64, m, dispersion);
            let sum: f64 = (0..n).map(|i| f64::from(draw(mean, i))).sum();
            assert!((sum / n as f64 - mean).abs() < 0.03 * mean + 0.01, "mean {mean}: {}", sum / n as f64);
            assert!((0..n).all(|i| draw(mean * 1.1, i) >= draw(mean, i)));
        }
    }

    #[test]
    fn binomial_counts_agree_with_hand_values() {
        assert_eq!(binomial_quantile(0.5, 10, 0.0), 0);
        assert_eq!(binomial_quantile(0.5, 10, 1.0), 10);
        // P(X <= 2 | 4, 0.5) = 11/16.
        assert_eq!(binomial_quantile(0.6874, 4, 0.5), 2);
        assert_eq!(binomial_quantile(0.6876, 4, 0.5), 3);
    }

    #[test]
    fn what_befalls_is_binomial_with_the_probability_of_the_hazard() {
        for n in [0, 1, 7, 300] {
            for hazard in [0.0, 1e-9, 0.001, 0.03, 2.0, 900.0] {
                for u in (1..2000).map(|i| f64::from(i) / 2000.0) {
                    assert_eq!(befallen(u, n, hazard), binomial_quantile(u, n, probability(hazard)));
                }
            }
        }
    }

    #[test]
    fn normal_quantiles() {
        assert!(normal_quantile(0.5).abs() < 1e-9);
        assert!((normal_quantile(0.975) - 1.959_963_985).abs() < 1e-6);
        assert!((normal_quantile(0.001) + 3.090_232_306).abs() < 1e-6);
    }

    #[test]
    fn parts_sum_to_the_whole() {
        let mut parts = Vec::new();
        apportion(10, &[1.0, 1.0, 1.0], &mut parts);
        assert_eq!(parts.iter().sum::<u32>(), 10);
        apportion(7, &[0.0, 5.0, 0.0], &mut parts);
        assert_eq!(parts, [0, 7, 0]);
    }

    #[test]
    fn distances_on_the_globe() {
        assert_eq!(great_circle_km((12.0, -8.0), (12.0, -8.0)), 0.0);
        // A degree of latitude.
        assert!((great_circle_km((12.0, -8.0), (13.0, -8.0)) - 111.19).abs() < 0.01);
        assert!((great_circle_km((0.0, 0.0), (0.0, 180.0)) - 20_015.1).abs() < 0.1);
    }
}
