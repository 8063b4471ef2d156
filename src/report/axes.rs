//! Axes: years on the time axis with ticks at January, round values from zero on the other.

use crate::base::dates::Date;
use crate::report::theme::{number, text_width};

/// A tick: where, and what is written there.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Position in the unit of the axis.
    pub at: f64,
    /// Text, possibly empty.
    pub label: String,
}

/// The time axis (days since 1970).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeAxis {
    /// First day.
    pub from: f64,
    /// Day after the last.
    pub until: f64,
}

/// Distances between labelled ticks that are tried [months].
const MONTHS: [i32; 7] = [1, 3, 6, 12, 24, 60, 120];

impl TimeAxis {
    /// Share of the axis that lies before a day; outside [0, 1] for days beyond its ends.
    pub fn place(&self, day: f64) -> f64 {
        (day - self.from) / (self.until - self.from).max(1.0)
    }

    /// The same, or none beyond the ends.
    pub fn within(&self, day: f64) -> Option<f64> {
        Some(self.place(day)).filter(|place| (0.0..=1.0).contains(place))
    }

    /// Ticks whose labels fit side by side into this width: every month, quarter, half-year or so many years.
    pub fn ticks(&self, width_pt: f64, label_pt: f64) -> Vec<Tick> {
        let widest = |step: i32| text_width(if step < 12 { "Mar 2012 " } else { "2012 " }, label_pt, false);
        let days = (self.until - self.from).max(1.0);
        let fits = |step: &&i32| width_pt * f64::from(**step) * 30.4 / days >= widest(**step);
        let step = *MONTHS.iter().find(fits).unwrap_or(&MONTHS[MONTHS.len() - 1]);
        // Quarters and half-years of a long run would hide the years.
        let step = if days > 900.0 { step.max(12) } else { step };
        let first = Date::from_days(self.from as i64);
        let mut ticks = Vec::new();
        let mut month = first.year * 12;
        loop {
            let date = Date { year: month.div_euclid(12), month: month.rem_euclid(12) as u8 + 1, day: 1 };
            let at = date.days() as f64;
            if at >= self.until {
                break;
            }
            // Runs begin on 2 January: that January counts.
            if at > self.from - 4.0 && month % step == 0 {
                let label = if step < 12 { month_name(date) } else { date.year.to_string() };
                ticks.push(Tick { at: at.max(self.from), label });
            }
            month += 1;
        }
        if ticks.is_empty() {
            ticks.push(Tick { at: self.from, label: format!("{} {}", first.day, month_name(first)) });
        }
        ticks
    }
}

/// "Mar 2012".
pub fn month_name(date: Date) -> String {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = NAMES.get(usize::from(date.month).wrapping_sub(1)).unwrap_or(&"");
    format!("{name} {}", date.year)
}

/// A value axis from zero.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueAxis {
    /// Upper end.
    pub top: f64,
    /// Ticks from 0 to the upper end.
    pub ticks: Vec<Tick>,
    /// True if heights grow with the square root, so that small numbers can be seen beside large ones.
    pub root: bool,
}

/// Least distance of ticks on an axis of square roots, as a share of its height.
const ROOT_STEP: f64 = 0.22;

impl ValueAxis {
    /// From 0 to a round value at or above this one, with three to six steps; of whole numbers if so wished.
    pub fn up_to(highest: f64, whole: bool) -> ValueAxis {
        let highest = if highest.is_finite() { highest.max(0.0) } else { 0.0 };
        if highest == 0.0 {
            return ValueAxis::with_step(1.0, 1);
        }
        let mut unit = 1.0;
        while unit * 10.0 <= highest {
            unit *= 10.0;
        }
        while unit > highest {
            unit /= 10.0;
        }
        // The highest value lies between 1 and 10 units.
        for factor in [0.2, 0.25, 0.5, 1.0, 2.0] {
            let step = unit * factor;
            let steps = (highest / step - 1e-9).ceil().max(1.0);
            let allowed = !whole || (step >= 1.0 && step.fract() == 0.0);
            if steps <= 6.0 && allowed {
                return ValueAxis::with_step(step, steps as u32);
            }
        }
        ValueAxis::with_step(1.0, highest.ceil() as u32)
    }

    /// The same on an axis of square roots: round numbers far enough apart, downwards from the upper end.
    pub fn of_roots(highest: f64) -> ValueAxis {
        let linear = ValueAxis::up_to(highest, true);
        let mut axis = ValueAxis { ticks: Vec::new(), root: true, ..linear };
        let mut unit = 1.0;
        let mut round = Vec::new();
        while unit <= axis.top {
            round.extend([1.0, 2.0, 5.0].map(|factor| unit * factor).iter().filter(|at| **at < axis.top));
            unit *= 10.0;
        }
        let mut above = 1.0;
        axis.ticks.push(Tick { at: axis.top, label: number(axis.top, 0) });
        for at in round.into_iter().rev() {
            let place = axis.place(at);
            if above - place >= ROOT_STEP && place >= ROOT_STEP {
                axis.ticks.push(Tick { at, label: number(at, 0) });
                above = place;
            }
        }
        axis.ticks.push(Tick { at: 0.0, label: "0".to_string() });
        axis.ticks.reverse();
        axis
    }

    /// Height of a value as a share of the axis's; 0 and 1 beyond its ends.
    pub fn place(&self, value: f64) -> f64 {
        let share = (value / self.top).clamp(0.0, 1.0);
        if self.root { share.sqrt() } else { share }
    }

    /// Shares from 0 to 1.
    pub fn share() -> ValueAxis {
        ValueAxis::with_step(0.25, 4)
    }

    /// The same with at most four ticks, for small charts: every second or third one, or only the ends.
    pub fn with_fewer_ticks(mut self) -> ValueAxis {
        let steps = self.ticks.len() - 1;
        let every = (1..=steps).find(|every| steps.is_multiple_of(*every) && steps / every <= 3);
        self.ticks = self.ticks.into_iter().step_by(every.unwrap_or(steps).max(1)).collect();
        self
    }

    fn with_step(step: f64, steps: u32) -> ValueAxis {
        let mut decimals = 0;
        let mut scaled = step;
        while decimals < 9 && (scaled - scaled.round()).abs() > 1e-6 {
            scaled *= 10.0;
            decimals += 1;
        }
        let tick = |i: u32| {
            let at = step * f64::from(i);
            let decimals = if i == 0 { 0 } else { decimals };
            Tick { at, label: number(at, decimals) }
        };
        ValueAxis { top: step * f64::from(steps), ticks: (0..=steps).map(tick).collect(), root: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn value_axes_are_round_and_hold_the_highest_value() {
        assert_eq!(labels(&ValueAxis::up_to(1_730.0, true).ticks), ["0", "500", "1,000", "1,500", "2,000"]);
        assert_eq!(labels(&ValueAxis::up_to(0.0, false).ticks), ["0", "1"]);
        assert_eq!(labels(&ValueAxis::up_to(2.0, true).ticks), ["0", "1", "2"]);
        assert_eq!(labels(&ValueAxis::up_to(0.04, false).ticks), ["0", "0.01", "0.02", "0.03", "0.04"]);
        assert_eq!(
            labels(&ValueAxis::up_to(150.0, true).with_fewer_ticks().ticks),
            ["0", "50", "100", "150"]
        );
        assert_eq!(labels(&ValueAxis::share().with_fewer_ticks().ticks), ["0", "0.50", "1.00"]);
        assert_eq!(labels(&ValueAxis::of_roots(240.0).ticks), ["0", "20", "100", "250"]);
        assert_eq!(labels(&ValueAxis::of_roots(0.0).ticks), ["0", "1"]);
        assert_eq!(ValueAxis::of_roots(100.0).place(25.0), 0.5);
        for highest in [1.0, 3.0, 9.99, 10.0, 12.5, 61.0, 7e9, 1e-7] {
            let axis = ValueAxis::up_to(highest, false);
            assert!(axis.top >= highest * (1.0 - 1e-9) && axis.top <= highest * 2.0, "{highest}: {axis:?}");
            assert!((3..=7).contains(&axis.ticks.len()), "{highest}: {axis:?}");
        }
    }

    #[test]
    fn years_stand_at_january_and_short_runs_show_months() {
        let day = |text: &str| Date::parse(text).unwrap().days() as f64;
        let axis = TimeAxis { from: day("2012-01-01"), until: day("2021-01-01") };
        let years = axis.ticks(220.0, 6.5);
        assert_eq!(years.first().unwrap(), &Tick { at: day("2012-01-01"), label: "2012".into() });
        assert_eq!(years[1].at, day("2013-01-01"));
        assert_eq!(labels(&axis.ticks(60.0, 6.5)), ["2015", "2020"]);
        let short = TimeAxis { from: day("2012-01-02"), until: day("2012-07-01") };
        assert_eq!(labels(&short.ticks(120.0, 6.5)), ["Jan 2012", "Apr 2012"]);
        let week = TimeAxis { from: day("2012-01-09"), until: day("2012-01-16") };
        assert_eq!(labels(&week.ticks(220.0, 6.5)), ["9 Jan 2012"]);
    }
}
