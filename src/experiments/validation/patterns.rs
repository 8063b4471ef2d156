//! The documented patterns: what each says, which band its parts must meet, and whether that band may be fitted.
//!
//! Bands: where a source gives a figure without a range, a quarter of it or 5 on either side (0.05 for shares),
//! whichever is more. Figures of lethal events are those of UCDP GED, which sees located events with a death somewhere
//! in their range; the same filter is laid over the simulated events. Menaka and Taoudenit count as north.

use super::reading::Reading;
use super::{early, paired, society, violence};

/// Whether a band may be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// May be fitted: it lies in 2012 to 2016.
    Fit,
    /// Never fitted, only reported.
    Check,
}

impl Use {
    /// The word in tables and on the terminal.
    pub fn word(self) -> &'static str {
        match self {
            Use::Fit => "fit",
            Use::Check => "check",
        }
    }
}

/// What a model without any mechanism would say about a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullModel {
    /// The same measure on the tables of the null model: rates of 2012-13, held constant.
    Held,
    /// No policy changes anything: the effect is zero.
    NoEffect,
    /// There is none: the part lies in the years whose rates the null model takes.
    None,
}

/// From which tables a part is measured.
#[derive(Clone, Copy)]
pub enum Measure {
    /// One run.
    Run(fn(&Reading) -> f64),
    /// A run of history and one of a scenario of [`paired::PAIRS`] (its position), with the same seed. The median
    /// must lie in the band.
    Pair(usize, fn(&Reading, &Reading) -> f64),
    /// The same; the whole 90 % interval of the mean effect must lie in the band.
    PairInterval(usize, fn(&Reading, &Reading) -> f64),
}

/// One part of a pattern: a number and the band it must meet.
#[derive(Clone, Copy)]
pub struct Part {
    /// What the number is.
    pub statement: &'static str,
    /// The documented figure.
    pub documented: &'static str,
    /// Lower end of the band; minus infinity for none.
    pub low: f64,
    /// Upper end of the band; infinity for none.
    pub high: f64,
    /// Whether it may be fitted.
    pub usage: Use,
    /// The expression; NaN where the tables do not say.
    pub measure: Measure,
    /// The null model.
    pub null: NullModel,
}

impl Part {
    /// True inside the band; an unknown value is not.
    pub fn holds(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// A documented pattern.
#[derive(Clone, Copy)]
pub struct Pattern {
    /// `P1` to `P25`.
    pub id: &'static str,
    /// In one sentence.
    pub statement: &'static str,
    /// Keys of `data/sources.toml`, joined by `;`.
    pub source: &'static str,
    /// All must hold.
    pub parts: &'static [Part],
}

/// A part that is measured on single runs and has a null model.
pub const fn part(
    usage: Use,
    statement: &'static str,
    documented: &'static str,
    (low, high): (f64, f64),
    measure: fn(&Reading) -> f64,
) -> Part {
    Part { statement, documented, low, high, usage, measure: Measure::Run(measure), null: NullModel::Held }
}

/// A part of the years whose rates the null model takes.
pub const fn early_part(
    statement: &'static str,
    documented: &'static str,
    band: (f64, f64),
    measure: fn(&Reading) -> f64,
) -> Part {
    Part { null: NullModel::None, ..part(Use::Fit, statement, documented, band, measure) }
}

/// At least so much.
pub const fn from(low: f64) -> (f64, f64) {
    (low, f64::INFINITY)
}

/// At most so much.
pub const fn up_to(high: f64) -> (f64, f64) {
    (f64::NEG_INFINITY, high)
}

/// A quarter on either side, or 5.
pub const fn about(count: f64) -> (f64, f64) {
    let room = if 0.25 * count > 5.0 { 0.25 * count } else { 5.0 };
    (if count > room { count - room } else { 0.0 }, count + room)
}

/// A quarter of a share on either side, or 0.05.
pub const fn about_share(share: f64) -> (f64, f64) {
    let room = if 0.25 * share > 0.05 { 0.25 * share } else { 0.05 };
    (if share > room { share - room } else { 0.0 }, if share + room < 1.0 { share + room } else { 1.0 })
}

/// Every pattern, in order.
pub const PATTERNS: [Pattern; 25] = [
    early::P1,
    early::P2,
    violence::P3,
    violence::P4,
    society::P5,
    society::P6,
    society::P7,
    society::P8,
    society::P9,
    society::P10,
    society::P11,
    paired::P12,
    society::P13,
    paired::P14,
    paired::P15,
    early::P16,
    violence::P17,
    violence::P18,
    violence::P19,
    society::P20,
    violence::P21,
    society::P22,
    violence::P23,
    early::P24,
    society::P25,
];

/// Every part with its pattern, in order: the positions of all numbers of a trial.
pub fn all_parts() -> impl Iterator<Item = (&'static Pattern, &'static Part)> {
    PATTERNS.iter().flat_map(|pattern| pattern.parts.iter().map(move |part| (pattern, part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_numbered_and_every_part_has_a_band_and_a_source() {
        let sources = crate::scenario::library::source_keys();
        for (i, pattern) in PATTERNS.iter().enumerate() {
            assert_eq!(pattern.id, format!("P{}", i + 1));
            assert!(!pattern.parts.is_empty(), "{}", pattern.id);
            for key in pattern.source.split(';') {
                assert!(sources.contains(key), "{}: no source {key}", pattern.id);
            }
            for part in pattern.parts {
                assert!(part.low <= part.high, "{}: {}", pattern.id, part.statement);
                assert!(part.low.is_finite() || part.high.is_finite(), "{}: {}", pattern.id, part.statement);
            }
        }
    }

    #[test]
    fn what_is_unknown_is_never_inside_a_band() {
        for (_, part) in all_parts() {
            assert!(!part.holds(f64::NAN), "{}", part.statement);
        }
    }

    #[test]
    fn bands_are_a_quarter_or_five() {
        assert_eq!(about(94.0), (70.5, 117.5));
        assert_eq!(about(12.0), (7.0, 17.0));
        assert_eq!(about(0.0), (0.0, 5.0));
        assert_eq!(about_share(0.82), (0.615, 1.0));
        assert!((about_share(0.1).0 - 0.05).abs() < 1e-12);
    }
}
