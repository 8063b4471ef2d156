//! How sure a difference is: intervals by resampling, what pairing is worth, seeds that are still needed.
//!
//! Intervals are percentile intervals of the bootstrap, drawn apart by the ratio of Student's to the normal
//! quantile: with the four to twenty pairs of an ordinary comparison the plain ones are too narrow by a tenth to a
//! third. Who looks at many differences at once goes by [`false_discovery_rates`].

use super::summary::{mean, quantile};
use crate::base::dates::Week;
use crate::base::draws::{Draws, Stream};
use crate::base::maths;

/// Share of cases in which an interval should hold the true value.
pub const LEVEL: f64 = 0.9;
/// Resamples of a bootstrap.
const RESAMPLES: usize = 1000;
/// Chance with which more pairs should decide a difference as large as the one seen.
const POWER: f64 = 0.8;
/// More pairs than these are not worth naming.
const MOST_PAIRS: f64 = 1e6;

const BOOTSTRAP: Stream = Stream::named("statistics.bootstrap");

/// A mean with its 90 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Mean, or difference of means; NaN without values.
    pub mean: f64,
    /// Lower end of the 90 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Values, or pairs, that it rests on.
    pub n: usize,
}

impl Estimate {
    /// Nothing is known.
    pub const UNKNOWN: Estimate = Estimate { mean: f64::NAN, low: f64::NAN, high: f64::NAN, n: 0 };

    /// The same for what cannot be below zero: neither can an end of its interval.
    pub fn from_zero(self) -> Estimate {
        let clamped = |end: f64| if end < 0.0 { 0.0 } else { end };
        Estimate { low: clamped(self.low), high: clamped(self.high), ..self }
    }

    /// -1 or 1 if the whole interval lies on one side of zero, else 0.
    pub fn sign(&self) -> i8 {
        i8::from(self.low > 0.0) - i8::from(self.high < 0.0)
    }
}

/// The mean of a crossed table, and how it comes out when its rows and columns are drawn anew.
#[derive(Clone, Debug)]
pub struct Crossed {
    /// Mean; NaN without values.
    pub mean: f64,
    /// Mean in each resample.
    pub resampled: Vec<f64>,
    /// By how much resamples must be drawn apart from the mean, for the small number of rows or columns.
    pub stretch: f64,
    /// Values.
    n: usize,
}

impl Crossed {
    /// The mean with its interval; a single value has none.
    pub fn estimate(&self) -> Estimate {
        if self.n < 2 {
            return Estimate { mean: self.mean, n: self.n, ..Estimate::UNKNOWN };
        }
        drawn_apart(self.mean, &mut self.resampled.clone(), self.stretch, self.n)
    }
}

/// Draws with replacement, the same for every difference of a comparison: what belongs together stays together.
#[derive(Clone, Debug, Default)]
pub struct Bootstrap {
    /// Positions drawn, by number of values; one resample after the other.
    drawn: Vec<Vec<u32>>,
}

impl Bootstrap {
    /// Without draws yet; they are made when first needed and depend on the number of values alone.
    pub fn new() -> Bootstrap {
        Bootstrap::default()
    }

    fn positions(&mut self, n: usize) -> &[u32] {
        if self.drawn.len() <= n {
            self.drawn.resize(n + 1, Vec::new());
        }
        let drawn = &mut self.drawn[n];
        if drawn.is_empty() && n > 0 {
            let mut rows = Draws::new(n as u64).rows(BOOTSTRAP, Week(0));
            rows.start(0);
            let mut words = vec![0; n * RESAMPLES];
            rows.fill_words(&mut words);
            drawn.extend(words.into_iter().map(|word| ((u64::from(word) * n as u64) >> 32) as u32));
        }
        drawn
    }

    /// Mean of values with its interval; unknown values are left out. One value has an interval without end, and is
    /// given none.
    pub fn mean(&mut self, values: &[f64]) -> Estimate {
        let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        let n = known.len();
        if n == 0 {
            return Estimate::UNKNOWN;
        }
        let center = mean(&known);
        if n == 1 {
            return Estimate { mean: center, low: f64::NAN, high: f64::NAN, n };
        }
        let mut means: Vec<f64> = self
            .positions(n)
            .chunks_exact(n)
            .map(|drawn| drawn.iter().map(|at| known[*at as usize]).sum::<f64>() / n as f64)
            .collect();
        drawn_apart(center, &mut means, stretch_of(n), n)
    }

    /// Any statistic of `n` things that belong together each: `statistic` gets the positions of a sample, all of them
    /// once for the estimate, then each resample. Resamples without a value are left out.
    pub fn of(&mut self, n: usize, statistic: impl Fn(&[u32]) -> f64) -> Estimate {
        if n == 0 {
            return Estimate::UNKNOWN;
        }
        let all: Vec<u32> = (0..n as u32).collect();
        let center = statistic(&all);
        let mut values: Vec<f64> = self.positions(n).chunks_exact(n).map(statistic).collect();
        values.retain(|value| !value.is_nan());
        if n == 1 || values.is_empty() || center.is_nan() {
            return Estimate { mean: center, low: f64::NAN, high: f64::NAN, n };
        }
        drawn_apart(center, &mut values, stretch_of(n), n)
    }

    /// The mean of a crossed table, such as states of the world by seeds. Rows and columns are drawn anew apart from
    /// each other, for luck that all rows have in common is luck all the same (the pigeonhole bootstrap, Owen 2007:
    /// rather too wide than too narrow).
    pub fn crossed(&mut self, table: &[Vec<f64>]) -> Crossed {
        let (rows, columns) = (table.len(), table.first().map_or(0, Vec::len));
        if rows * columns == 0 {
            return Crossed { mean: f64::NAN, resampled: Vec::new(), stretch: 1.0, n: 0 };
        }
        let of_rows: Vec<f64> = table.iter().map(|row| mean(row)).collect();
        let of_column = |at| table.iter().map(|row| row[at]).sum::<f64>() / rows as f64;
        let of_columns: Vec<f64> = (0..columns).map(of_column).collect();
        self.positions(rows);
        self.positions(columns);
        // The columns take theirs in reverse: as many columns as rows are drawn apart from them nevertheless.
        let of_rows_drawn = self.drawn[rows].chunks_exact(rows);
        let drawn = of_rows_drawn.zip(self.drawn[columns].chunks_exact(columns).rev());
        let resampled = drawn.map(|(rows, columns)| {
            let sum_of = |row: &u32| columns.iter().map(|at| table[*row as usize][*at as usize]).sum::<f64>();
            rows.iter().map(sum_of).sum::<f64>() / (rows.len() * columns.len()) as f64
        });
        Crossed {
            mean: mean(&of_rows),
            resampled: resampled.collect(),
            stretch: stretch_of_two(&of_rows, &of_columns),
            n: rows * columns,
        }
    }

    /// Mean of `other` minus `base`, pair by pair; pairs with an unknown value are left out.
    pub fn paired(&mut self, base: &[f64], other: &[f64]) -> Estimate {
        self.mean(&differences(base, other))
    }

    /// Difference of the means of two independent samples.
    pub fn unpaired(&mut self, base: &[f64], other: &[f64]) -> Estimate {
        let known = |values: &[f64]| -> Vec<f64> { values.iter().copied().filter(|x| !x.is_nan()).collect() };
        let (base, other) = (known(base), known(other));
        let n = base.len().min(other.len());
        if n == 0 {
            return Estimate::UNKNOWN;
        }
        let center = mean(&other) - mean(&base);
        if n == 1 {
            return Estimate { mean: center, low: f64::NAN, high: f64::NAN, n };
        }
        // The positions of the second sample are those of the first in reverse: none is used twice at a time.
        let draw = |values: &[f64], drawn: &[u32]| {
            drawn.iter().map(|at| values[*at as usize]).sum::<f64>() / values.len() as f64
        };
        let of_base: Vec<f64> =
            self.positions(base.len()).chunks_exact(base.len()).map(|drawn| draw(&base, drawn)).collect();
        let of_other = self.positions(other.len()).chunks_exact(other.len()).rev();
        let mut means: Vec<f64> =
            of_other.zip(&of_base).map(|(drawn, base)| draw(&other, drawn) - base).collect();
        let factor = stretch(n as f64 / (n - 1) as f64, base.len() + other.len() - 2);
        drawn_apart(center, &mut means, factor, n)
    }

    /// Ratio of the means of two lists, drawn together; cases in which one is unknown are left out.
    pub fn ratio(&mut self, parts: &[f64], wholes: &[f64]) -> Estimate {
        let known: Vec<(f64, f64)> = parts
            .iter()
            .copied()
            .zip(wholes.iter().copied())
            .filter(|(p, w)| !p.is_nan() && !w.is_nan())
            .collect();
        let n = known.len();
        let sums = |cases: &mut dyn Iterator<Item = (f64, f64)>| {
            cases.fold((0.0, 0.0), |(p, w), (q, v)| (p + q, w + v))
        };
        let ratio = |(part, whole): (f64, f64)| if whole == 0.0 { f64::NAN } else { part / whole };
        let center = ratio(sums(&mut known.iter().copied()));
        if n == 0 || center.is_nan() {
            return Estimate::UNKNOWN;
        }
        if known.iter().all(|(part, whole)| part == whole) {
            return Estimate { mean: 1.0, low: 1.0, high: 1.0, n };
        }
        if n == 1 {
            return Estimate { mean: center, low: f64::NAN, high: f64::NAN, n };
        }
        let mut ratios: Vec<f64> = self
            .positions(n)
            .chunks_exact(n)
            .map(|drawn| ratio(sums(&mut drawn.iter().map(|at| known[*at as usize]))))
            .collect();
        if ratios.iter().any(|ratio| ratio.is_nan()) {
            return Estimate { mean: center, low: f64::NAN, high: f64::NAN, n };
        }
        drawn_apart(center, &mut ratios, stretch_of(n), n)
    }
}

/// By how much the arms of an interval are lengthened: `correction` is that of the variance of resamples.
fn stretch(correction: f64, freedom: usize) -> f64 {
    let p = 1.0 - (1.0 - LEVEL) / 2.0;
    student_quantile(p, freedom) / maths::normal_quantile(p) * correction.sqrt()
}

/// The same for one sample of two values or more.
fn stretch_of(n: usize) -> f64 {
    stretch(n as f64 / (n - 1) as f64, n - 1)
}

/// The same for the rows and columns of a crossed table, from their means: each counts as much as it adds to the
/// variance (Satterthwaite 1946).
fn stretch_of_two(rows: &[f64], columns: &[f64]) -> f64 {
    let parts = [rows, columns].map(|means| match means.len() {
        1 => (0.0, 1.0),
        n => (variance(means) / n as f64, (n - 1) as f64),
    });
    let all: f64 = parts.iter().map(|(part, _)| part).sum();
    if all <= 0.0 {
        return 1.0;
    }
    let resampled: f64 = parts.iter().map(|(part, freedom)| part * freedom / (freedom + 1.0)).sum();
    let freedom = all * all / parts.iter().map(|(part, freedom)| part * part / freedom).sum::<f64>();
    stretch(all / resampled, (freedom as usize).max(1))
}

/// The percentile interval of resampled means, its arms lengthened by a factor.
fn drawn_apart(center: f64, means: &mut [f64], factor: f64, n: usize) -> Estimate {
    means.sort_by(f64::total_cmp);
    let tail = (1.0 - LEVEL) / 2.0;
    let (low, high) = (quantile(means, tail), quantile(means, 1.0 - tail));
    Estimate {
        mean: center,
        low: center - factor * (center - low),
        high: center + factor * (high - center),
        n,
    }
}

/// `other` minus `base`, pair by pair; unknown where one of them is.
pub fn differences(base: &[f64], other: &[f64]) -> Vec<f64> {
    base.iter().zip(other).map(|(base, other)| other - base).collect()
}

/// Variance of a sample (divided by n - 1), unknown values left out; NaN for fewer than two values.
pub fn variance(values: &[f64]) -> f64 {
    let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    if known.len() < 2 {
        return f64::NAN;
    }
    let center = mean(&known);
    known.iter().map(|value| (value - center) * (value - center)).sum::<f64>() / (known.len() - 1) as f64
}

/// Variance of paired differences over that of differences of independent runs: below 1 where common random numbers
/// help. NaN where nothing varies.
pub fn variance_ratio(base: &[f64], other: &[f64]) -> f64 {
    let unpaired = variance(base) + variance(other);
    if unpaired > 0.0 { variance(&differences(base, other)) / unpaired } else { f64::NAN }
}

/// Pairs with which a difference as large and as noisy as the one seen would be decided in four of five cases; none
/// if it would take more than a million, or if it is zero.
pub fn pairs_needed(differences: &[f64]) -> Option<usize> {
    let known: Vec<f64> = differences.iter().copied().filter(|value| !value.is_nan()).collect();
    let (center, spread) = (mean(&known), variance(&known));
    if !(center.abs() > 0.0 && spread.is_finite()) {
        return None;
    }
    let mut pairs = 2.0_f64;
    // The quantile depends on the number that is sought; three rounds settle it.
    for _ in 0..3 {
        let freedom = (pairs as usize).max(2) - 1;
        let reach = student_quantile(0.5 + LEVEL / 2.0, freedom) + maths::normal_quantile(POWER);
        pairs = (reach * reach * spread / (center * center)).ceil().max(2.0);
        if pairs > MOST_PAIRS {
            return None;
        }
    }
    Some(pairs as usize)
}

/// Chance of a mean at least so far from zero, on either side, if the true one is zero (Student's test). 1 for fewer
/// than two values.
pub fn chance_if_zero(values: &[f64]) -> f64 {
    let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let (center, spread) = (mean(&known), variance(&known));
    let n = known.len();
    match () {
        () if !spread.is_finite() || center == 0.0 => 1.0,
        () if spread == 0.0 => 0.0,
        () => student_tails(center / (spread / n as f64).sqrt(), n - 1),
    }
}

/// The same for the difference of two independent samples (equal variances).
pub fn chance_if_equal(base: &[f64], other: &[f64]) -> f64 {
    let known = |values: &[f64]| -> Vec<f64> { values.iter().copied().filter(|x| !x.is_nan()).collect() };
    let (base, other) = (known(base), known(other));
    let freedom = (base.len() + other.len()).saturating_sub(2);
    let difference = mean(&other) - mean(&base);
    let pooled = (variance(&base) * (base.len() as f64 - 1.0)
        + variance(&other) * (other.len() as f64 - 1.0))
        / freedom as f64;
    match () {
        () if !pooled.is_finite() || difference == 0.0 => 1.0,
        () if pooled == 0.0 => 0.0,
        () => {
            let error = (pooled * (1.0 / base.len() as f64 + 1.0 / other.len() as f64)).sqrt();
            student_tails(difference / error, freedom)
        }
    }
}

/// For each chance the false discovery rate at which it would just be taken for a finding among all of them
/// (Benjamini and Hochberg 1995): if everything at or below 0.1 is named, at most a tenth of what is named is expected
/// to be luck, and where nothing differs, anything at all is named in at most a tenth of cases.
pub fn false_discovery_rates(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*b].total_cmp(&chances[*a]));
    let (mut rates, mut smallest) = (vec![1.0; chances.len()], 1.0_f64);
    for (from_largest, at) in order.into_iter().enumerate() {
        let rank = (chances.len() - from_largest) as f64;
        smallest = smallest.min(chances[at] * chances.len() as f64 / rank);
        rates[at] = smallest;
    }
    rates
}

/// Quantile of Student's distribution, by bisection of [`student_tails`]; for p from 0.5.
fn student_quantile(p: f64, freedom: usize) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while student_tails(high, freedom) > 2.0 * (1.0 - p) {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if student_tails(middle, freedom) > 2.0 * (1.0 - p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// Both tails of Student's distribution beyond `t` (finite sums for whole degrees of freedom, Abramowitz and Stegun
/// 26.7.3 and 26.7.4; above 200 degrees the expansion 26.7.8 into the normal distribution).
fn student_tails(t: f64, freedom: usize) -> f64 {
    let (t, freedom_f) = (t.abs(), freedom as f64);
    if freedom == 0 {
        return 1.0;
    }
    if freedom > 200 {
        let x = t * (1.0 - 1.0 / (4.0 * freedom_f)) / (1.0 + t * t / (2.0 * freedom_f)).sqrt();
        return libm::erfc(x / std::f64::consts::SQRT_2);
    }
    let angle = libm::atan(t / freedom_f.sqrt());
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let square = cosine * cosine;
    let inside = if freedom.is_multiple_of(2) {
        let (mut term, mut sum) = (1.0, 1.0);
        for i in 1..freedom / 2 {
            term *= square * (2 * i - 1) as f64 / (2 * i) as f64;
            sum += term;
        }
        sine * sum
    } else {
        let (mut term, mut sum) = (cosine, 0.0);
        for i in 1..=freedom / 2 {
            sum += term;
            term *= square * (2 * i) as f64 / (2 * i + 1) as f64;
        }
        (angle + sine * sum) * std::f64::consts::FRAC_2_PI
    };
    (1.0 - inside).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: Stream = Stream::named("statistics.test");

    /// Normal values, one sample per key.
    fn sample(key: u64, n: usize) -> Vec<f64> {
        let slots = Draws::new(5).agent(TEST, key, Week(0));
        (0..n).map(|slot| slots.normal(slot)).collect()
    }

    #[test]
    fn student_has_the_quantiles_of_the_tables() {
        for (freedom, quantile) in
            [(1, 6.3138), (2, 2.9200), (4, 2.1318), (9, 1.8331), (19, 1.7291), (1000, 1.6464)]
        {
            let found = student_quantile(0.95, freedom);
            assert!((found - quantile).abs() < 1e-3, "{freedom}: {found}");
            assert!((student_tails(quantile, freedom) - 0.1).abs() < 1e-4);
        }
    }

    #[test]
    fn a_90_percent_interval_holds_the_truth_in_90_percent_of_cases() {
        let mut bootstrap = Bootstrap::new();
        for n in [4, 5, 10, 20] {
            let (mut paired, mut unpaired) = (0, 0);
            for key in 0..1000 {
                let values = sample(key, 2 * n);
                paired += u32::from(bootstrap.mean(&values[..n]).sign() == 0);
                unpaired += u32::from(bootstrap.unpaired(&values[..n], &values[n..]).sign() == 0);
            }
            for (kind, held) in [("paired", paired), ("unpaired", unpaired)] {
                assert!((865..=935).contains(&held), "{kind}, {n} values: {held} of 1000");
            }
        }
    }

    #[test]
    fn intervals_of_crossed_tables_hold_the_truth_whatever_the_luck_hangs_on() {
        let mut bootstrap = Bootstrap::new();
        for (rows, columns) in [(30, 5), (8, 8), (1, 6), (20, 1)] {
            for (of_row, of_column, of_both) in [(1.0, 0.0, 0.1), (0.0, 1.0, 0.1), (1.0, 1.0, 1.0)] {
                // The luck of the only row or column is no luck but what is asked about.
                let of_row = if rows > 1 { of_row } else { 0.0 };
                let of_column = if columns > 1 { of_column } else { 0.0 };
                let mut held = 0;
                for case in 0..200 {
                    let key = |what: usize| case * 100 + what as u64;
                    let (row_luck, column_luck) = (sample(key(98), rows), sample(key(99), columns));
                    let table: Vec<Vec<f64>> = (0..rows)
                        .map(|row| {
                            let own = sample(key(row), columns);
                            let shared = of_row * row_luck[row];
                            let cell = |at: usize| shared + of_column * column_luck[at] + of_both * own[at];
                            (0..columns).map(cell).collect()
                        })
                        .collect();
                    held += u32::from(bootstrap.crossed(&table).estimate().sign() == 0);
                }
                let luck = (of_row, of_column, of_both);
                assert!((165..=195).contains(&held), "{rows} x {columns}, {luck:?}: {held} of 200");
            }
        }
        assert!(bootstrap.crossed(&[vec![3.0]]).estimate().low.is_nan());
        assert!(bootstrap.crossed(&[]).estimate().mean.is_nan());
    }

    #[test]
    fn intervals_have_the_width_that_theory_gives() {
        // 64 values of unit variance about 3: 3 +- 1.67 / 8.
        let values: Vec<f64> = sample(1, 64);
        let (center, scale) = (mean(&values), variance(&values).sqrt());
        let values: Vec<f64> = values.iter().map(|x| 3.0 + (x - center) / scale).collect();
        let found = Bootstrap::new().mean(&values);
        assert!((found.mean - 3.0).abs() < 1e-9);
        assert!(
            (found.low - (3.0 - 0.2087)).abs() < 0.02 && (found.high - (3.0 + 0.2087)).abs() < 0.02,
            "{found:?}"
        );
    }

    #[test]
    fn nothing_and_one_value_decide_nothing() {
        let mut bootstrap = Bootstrap::new();
        assert!(bootstrap.mean(&[]).mean.is_nan());
        assert_eq!((bootstrap.mean(&[2.0]).mean, bootstrap.mean(&[2.0]).sign()), (2.0, 0));
        assert_eq!(
            bootstrap.mean(&[2.0, f64::NAN, 2.0, 2.0]),
            Estimate { mean: 2.0, low: 2.0, high: 2.0, n: 3 }
        );
        assert_eq!(bootstrap.paired(&[1.0, 2.0], &[1.0, 2.0]).sign(), 0);
        assert_eq!(chance_if_zero(&[2.0]), 1.0);
        assert_eq!(chance_if_zero(&[0.0, 0.0, 0.0]), 1.0);
        assert_eq!(chance_if_zero(&[2.0, 2.0]), 0.0);
    }

    #[test]
    fn pairing_is_worth_what_runs_share() {
        // Two runs that share their luck to three quarters: 2 (1 - rho) / 2 = 1/4.
        let (shared, a, b) = (sample(1, 60), sample(2, 60), sample(3, 60));
        let mix = |own: &[f64]| -> Vec<f64> {
            shared.iter().zip(own).map(|(s, o)| 0.75_f64.sqrt() * s + 0.5 * o).collect()
        };
        let ratio = variance_ratio(&mix(&a), &mix(&b));
        assert!((0.15..0.4).contains(&ratio), "{ratio}");
        assert_eq!(variance_ratio(&a, &a), 0.0);
        assert!(variance_ratio(&[1.0, 1.0], &[2.0, 2.0]).is_nan());
    }

    #[test]
    fn seeds_needed_grow_with_the_square_of_noise_over_signal() {
        let noise = sample(1, 64);
        let center = mean(&noise);
        let scale = variance(&noise).sqrt();
        let at = |signal: f64| -> Vec<f64> { noise.iter().map(|x| signal + (x - center) / scale).collect() };
        // (1.645 + 0.842)^2 / 0.1^2 = 618.
        assert!(
            pairs_needed(&at(0.1)).is_some_and(|n| (610..630).contains(&n)),
            "{:?}",
            pairs_needed(&at(0.1))
        );
        assert!(pairs_needed(&at(0.2)).is_some_and(|n| (150..165).contains(&n)));
        assert_eq!(pairs_needed(&[0.0, 0.0, 0.0]), None);
        assert_eq!(pairs_needed(&at(1e-9)), None);
        assert_eq!(pairs_needed(&[1.0]), None);
    }

    #[test]
    fn false_discovery_rates_are_those_of_benjamini_and_hochberg() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.5), "BH")
        let rates = false_discovery_rates(&[0.01, 0.04, 0.03, 0.5]);
        let expected = [0.04, 0.16 / 3.0, 0.16 / 3.0, 0.5];
        assert!(rates.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{rates:?}");
        assert!(false_discovery_rates(&[]).is_empty());
    }

    #[test]
    fn where_nothing_differs_a_tenth_of_families_names_anything() {
        let mut named = 0;
        for family in 0..400 {
            let chances: Vec<f64> =
                (0..20).map(|i| chance_if_zero(&sample(1000 + family * 20 + i, 10))).collect();
            named += u32::from(false_discovery_rates(&chances).iter().any(|rate| *rate <= 0.1));
        }
        assert!((20..=60).contains(&named), "{named} of 400");
    }
}
