//! What the model says to a claim.

use serde::Deserialize;

use crate::experiments::statistics::Estimate;

/// A change below this share of the base is none worth the name.
const LITTLE_SHARE: f64 = 0.1;
/// An effect of which less than this share is left without its direct coefficient has vanished.
const LEFT_SHARE: f64 = 0.25;

/// What a claim expects of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More.
    Up,
    /// Less.
    Down,
    /// No change of a tenth of the base or more.
    Same,
}

impl Direction {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Same => "same",
        }
    }

    /// Whether a difference is as expected.
    pub fn holds(self, difference: f64, base: f64) -> bool {
        match self {
            Direction::Up => difference > 0.0,
            Direction::Down => difference < 0.0,
            Direction::Same => difference.abs() < LITTLE_SHARE * base.abs(),
        }
    }
}

/// What the model says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The effect shows, as the claim says.
    Supported,
    /// There is no effect worth the name (or there is one where the claim expects none).
    NotSupported,
    /// The effect goes the other way.
    Opposite,
    /// The interval leaves it open.
    Undecided,
    /// It shows, and vanishes without the coefficient that puts it in.
    BuiltIn,
}

impl Verdict {
    /// The words used in files.
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Supported => "supported",
            Verdict::NotSupported => "not supported",
            Verdict::Opposite => "opposite",
            Verdict::Undecided => "undecided",
            Verdict::BuiltIn => "built in",
        }
    }
}

/// Judges an effect with its interval against the mean of the base.
pub fn judge(direction: Direction, effect: &Estimate, base: f64) -> Verdict {
    if effect.low.is_nan() || effect.high.is_nan() {
        return Verdict::Undecided;
    }
    let little = LITTLE_SHARE * base.abs();
    let is_small = effect.low >= -little && effect.high <= little;
    match (direction, effect.sign()) {
        (Direction::Same, _) if is_small => Verdict::Supported,
        (Direction::Same, _) if effect.low > little || effect.high < -little => Verdict::NotSupported,
        (Direction::Same, _) => Verdict::Undecided,
        (Direction::Up, 1) | (Direction::Down, -1) => Verdict::Supported,
        (Direction::Up, -1) | (Direction::Down, 1) => Verdict::Opposite,
        _ if is_small => Verdict::NotSupported,
        _ => Verdict::Undecided,
    }
}

/// A supported effect is built in if it shows at the default values and is gone without the direct coefficient.
pub fn without_direct(
    verdict: Verdict,
    direction: Direction,
    default: &Estimate,
    without: &Estimate,
) -> Verdict {
    let shows = judge(direction, default, 0.0) == Verdict::Supported && direction != Direction::Same;
    let gone = without.mean.abs() < LEFT_SHARE * default.mean.abs() && without.sign() != default.sign();
    if verdict == Verdict::Supported && shows && gone { Verdict::BuiltIn } else { verdict }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(low: f64, high: f64) -> Estimate {
        Estimate { mean: (low + high) / 2.0, low, high, n: 10 }
    }

    #[test]
    fn verdicts_follow_interval_direction_and_size() {
        use Direction::{Down, Same, Up};
        use Verdict::{NotSupported, Opposite, Supported, Undecided};
        for (direction, low, high, verdict) in [
            (Up, 2.0, 30.0, Supported),
            (Up, -30.0, -2.0, Opposite),
            (Up, -30.0, 40.0, Undecided),
            (Up, -5.0, 6.0, NotSupported),
            (Up, 0.0, 0.0, NotSupported),
            (Down, -30.0, -2.0, Supported),
            (Down, 2.0, 30.0, Opposite),
            (Down, -11.0, 1.0, Undecided),
            (Down, -9.0, 1.0, NotSupported),
            (Same, -9.0, 9.0, Supported),
            (Same, 1.0, 9.0, Supported),
            (Same, 1.0, 11.0, Undecided),
            (Same, 11.0, 30.0, NotSupported),
            (Same, -30.0, -11.0, NotSupported),
            (Up, f64::NAN, f64::NAN, Undecided),
        ] {
            // Against a base of 100.
            assert_eq!(judge(direction, &effect(low, high), 100.0), verdict, "{direction:?} {low} to {high}");
        }
    }

    #[test]
    fn an_effect_is_built_in_if_it_vanishes_with_its_coefficient() {
        use Verdict::{BuiltIn, Opposite, Supported, Undecided};
        let shows = effect(8.0, 12.0);
        for (verdict, default, without, expected) in [
            (Supported, shows, effect(-1.0, 1.5), BuiltIn),
            (Supported, shows, effect(0.0, 0.0), BuiltIn),
            // Half of it stays: there is another way.
            (Supported, shows, effect(4.0, 6.0), Supported),
            // A little of it stays for certain.
            (Supported, shows, effect(0.5, 1.5), Supported),
            // It turns round.
            (Supported, shows, effect(-1.5, -0.5), BuiltIn),
            // Nothing can be said where it does not show at the default values.
            (Supported, effect(-1.0, 20.0), effect(-1.0, 1.0), Supported),
            (Undecided, shows, effect(0.0, 0.0), Undecided),
            (Opposite, shows, effect(0.0, 0.0), Opposite),
        ] {
            assert_eq!(without_direct(verdict, Direction::Up, &default, &without), expected);
        }
    }

    #[test]
    fn a_draw_counts_where_the_claim_holds_in_it() {
        assert!(Direction::Up.holds(0.1, 5.0) && !Direction::Up.holds(0.0, 5.0));
        assert!(Direction::Down.holds(-0.1, 5.0) && !Direction::Down.holds(0.1, 5.0));
        assert!(Direction::Same.holds(0.4, 5.0) && !Direction::Same.holds(-0.6, 5.0));
    }
}
