//! From the weekly values of a run to one number.

use crate::base::dates::Week;

/// Weeks over which values are reduced, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First week.
    pub first: Week,
    /// Last week.
    pub last: Week,
}

impl Window {
    fn holds(self, week: Week) -> bool {
        (self.first..=self.last).contains(&week)
    }
}

/// How weekly values become one number. A week belongs to the day of its Monday, as in the monthly tables; unknown
/// values are passed over, and an outcome of unknown values alone is unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reduce {
    /// Sum over the weeks.
    Sum(Window),
    /// Mean of the weekly values.
    Mean(Window),
    /// Largest weekly value.
    Max(Window),
    /// Smallest weekly value.
    Min(Window),
    /// Value of one week.
    At(Week),
    /// Weeks from `from` to the first week in which the value reaches the bound; unknown if never.
    WeeksUntil {
        /// Week that is counted from.
        from: Week,
        /// Reached from below.
        at_least: Option<f64>,
        /// Reached from above.
        at_most: Option<f64>,
    },
}

impl Reduce {
    /// Words of the reductions, as they stand in plans.
    pub const WORDS: [&'static str; 6] = ["sum", "mean", "max", "min", "at", "weeks_until"];

    /// The word used in plans.
    pub fn word(&self) -> &'static str {
        match self {
            Reduce::Sum(_) => "sum",
            Reduce::Mean(_) => "mean",
            Reduce::Max(_) => "max",
            Reduce::Min(_) => "min",
            Reduce::At(_) => "at",
            Reduce::WeeksUntil { .. } => "weeks_until",
        }
    }

    /// The last week it needs.
    pub fn last_week(&self) -> Week {
        match self {
            Reduce::Sum(window) | Reduce::Mean(window) | Reduce::Max(window) | Reduce::Min(window) => {
                window.last
            }
            Reduce::At(week) => *week,
            Reduce::WeeksUntil { from, .. } => *from,
        }
    }
}

impl std::fmt::Display for Reduce {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let word = self.word();
        match self {
            Reduce::Sum(window) | Reduce::Mean(window) | Reduce::Max(window) | Reduce::Min(window) => {
                write!(f, "{word} from {} to {}", window.first.monday(), window.last.monday())
            }
            Reduce::At(week) => write!(f, "{word} {}", week.monday()),
            Reduce::WeeksUntil { from, at_least, at_most } => {
                let bound =
                    at_least.map(|x| format!("at least {x}")).or(at_most.map(|x| format!("at most {x}")));
                write!(f, "{word} {} from {}", bound.unwrap_or_default(), from.monday())
            }
        }
    }
}

/// A reduction while its weeks arrive.
#[derive(Clone, Copy, Debug)]
pub struct Reducer {
    reduce: Reduce,
    /// Sum, extreme or found value; NaN before the first known one.
    value: f64,
    n: u32,
}

impl Reducer {
    /// Nothing seen yet.
    pub fn new(reduce: Reduce) -> Reducer {
        Reducer { reduce, value: f64::NAN, n: 0 }
    }

    /// Takes the value of a week; weeks arrive in order.
    pub fn see(&mut self, week: Week, value: f64) {
        if value.is_nan() {
            return;
        }
        let first = self.value.is_nan();
        match self.reduce {
            Reduce::Sum(window) | Reduce::Mean(window) if window.holds(week) => {
                self.value = if first { value } else { self.value + value };
                self.n += 1;
            }
            Reduce::Max(window) if window.holds(week) && (first || value > self.value) => self.value = value,
            Reduce::Min(window) if window.holds(week) && (first || value < self.value) => self.value = value,
            Reduce::At(at) if week == at => self.value = value,
            Reduce::WeeksUntil { from, at_least, at_most } if first && week >= from => {
                let reached =
                    at_least.is_none_or(|bound| value >= bound) && at_most.is_none_or(|bound| value <= bound);
                if reached {
                    self.value = f64::from(week.0 - from.0);
                }
            }
            _ => {}
        }
    }

    /// The number; NaN if unknown.
    pub fn result(&self) -> f64 {
        match self.reduce {
            Reduce::Mean(_) => self.value / f64::from(self.n),
            _ => self.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reduced(reduce: Reduce, values: &[f64]) -> f64 {
        let mut reducer = Reducer::new(reduce);
        for (week, value) in values.iter().enumerate() {
            reducer.see(Week(week as u32), *value);
        }
        reducer.result()
    }

    #[test]
    fn weekly_values_become_one_number() {
        let values = [1.0, f64::NAN, 4.0, 2.0, 9.0];
        let window = Window { first: Week(1), last: Week(3) };
        assert_eq!(reduced(Reduce::Sum(window), &values), 6.0);
        assert_eq!(reduced(Reduce::Mean(window), &values), 3.0);
        assert_eq!(reduced(Reduce::Max(window), &values), 4.0);
        assert_eq!(reduced(Reduce::Min(window), &values), 2.0);
        assert_eq!(reduced(Reduce::At(Week(4)), &values), 9.0);
        let until = |from, at_least, at_most| Reduce::WeeksUntil { from: Week(from), at_least, at_most };
        assert_eq!(reduced(until(0, Some(4.0), None), &values), 2.0);
        assert_eq!(reduced(until(1, None, Some(2.5)), &values), 2.0);
        assert!(reduced(until(0, Some(10.0), None), &values).is_nan());
        let unknown = Window { first: Week(1), last: Week(1) };
        for reduce in [Reduce::Sum(unknown), Reduce::Mean(unknown), Reduce::Max(unknown), Reduce::At(Week(1))]
        {
            assert!(reduced(reduce, &values).is_nan());
        }
    }
}
