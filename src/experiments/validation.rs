//! Does the model show what is documented, and how well does it score against observed series?
//!
//! A [`patterns::Pattern`] is a documented statement with one or more parts; a part is a number read from the tables
//! of a run ([`reading::Reading`]), a band, and whether the band may be fitted. [`trial`] runs the ensemble, the paired
//! experiments, the [`null`] model and draws from the [`prior`]; [`judgement`] turns their numbers into verdicts.
//! [`observed`] files are read apart from the runs and never feed them; [`scores`] compares.

pub mod brakes;
pub mod early;
pub mod judgement;
#[cfg(test)]
mod made_up;
pub mod null;
pub mod observed;
pub mod paired;
pub mod patterns;
pub mod prior;
pub mod reading;
pub mod scores;
pub mod society;
pub mod trial;
pub mod violence;

/// What is found about a pattern or one of its parts; the words stand in `patterns.csv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The ensemble's median, or the whole interval of a paired effect, lies inside the band.
    Pass,
    /// It does not.
    Fail,
    /// It could not be computed: a table, a scenario or a part of the horizon is missing, or no seed has a value.
    NotEvaluated,
}

impl Verdict {
    /// The word in tables and on the terminal.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::NotEvaluated => "not evaluated",
        }
    }

    /// The verdict on a whole of these parts: one failure fails it, and it passes only if every part does.
    pub fn of_all(parts: impl IntoIterator<Item = Verdict>) -> Verdict {
        let (mut passed, mut open) = (false, false);
        for part in parts {
            match part {
                Verdict::Fail => return Verdict::Fail,
                Verdict::NotEvaluated => open = true,
                Verdict::Pass => passed = true,
            }
        }
        if passed && !open { Verdict::Pass } else { Verdict::NotEvaluated }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{self, Fail, NotEvaluated, Pass};

    #[test]
    fn every_part_must_hold_and_what_is_open_never_passes() {
        assert_eq!(Verdict::of_all([Pass, Pass]), Pass);
        assert_eq!(Verdict::of_all([Pass, NotEvaluated]), NotEvaluated);
        assert_eq!(Verdict::of_all([NotEvaluated, Fail, Pass]), Fail);
        assert_eq!(Verdict::of_all([]), NotEvaluated);
    }
}
