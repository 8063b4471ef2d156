//! What a calibration aims at: the parts of documented patterns that may be fitted, and observed monthly series; in both
//! cases nothing after 2016.

use std::collections::BTreeSet;

use crate::base::dates::{Date, Week};
use crate::experiments::summary::quantile;
use crate::experiments::validation::patterns::{Measure, Pattern, Use};
use crate::experiments::validation::reading::{Month, Reading, month, month_of};
use crate::scenario::diagnostic::Code;
use crate::scenario::tree::clip;
use crate::tables::indicators::{AREAS, INDICATORS, Indicator};

/// Last month that may be fitted; later years are kept for checking.
pub const LAST_MONTH: Month = month(2016, 12);
/// Distance of a target that a run does not have at all (a town that is never lost), in tolerances.
pub const MISSED: f64 = 3.0;

/// One number that runs are compared with.
#[derive(Clone, Debug)]
pub struct Aim {
    /// What it is.
    pub name: String,
    /// Band that counts as met.
    band: (f64, f64),
    /// Distance from the band's middle, or from its one end, that counts as one.
    tolerance: f64,
    measured: Measured,
}

#[derive(Clone, Copy, Debug)]
enum Measured {
    Part(fn(&Reading) -> f64),
    Series(Indicator, &'static str, Month),
}

impl Aim {
    /// The number in the tables of a run; NaN where they do not say.
    pub fn read(&self, reading: &Reading) -> f64 {
        match self.measured {
            Measured::Part(measure) => measure(reading),
            Measured::Series(indicator, area, month) => reading.value(indicator, area, month),
        }
    }

    /// Distance of a candidate from the target in tolerances, with its sign: the median of its seeds, from the middle of
    /// a closed band, or from the end of an open one as far as it lies outside.
    pub fn scaled(&self, of_seeds: &[f64]) -> f64 {
        let mut known: Vec<f64> = of_seeds.iter().copied().filter(|value| value.is_finite()).collect();
        if 2 * known.len() < of_seeds.len() || known.is_empty() {
            return MISSED;
        }
        known.sort_by(f64::total_cmp);
        let value = quantile(&known, 0.5);
        let (low, high) = self.band;
        let away = match (low.is_finite(), high.is_finite()) {
            (true, true) => value - 0.5 * (low + high),
            (true, false) => (value - low).min(0.0),
            (false, true) => (value - high).max(0.0),
            (false, false) => 0.0,
        };
        (away / self.tolerance).clamp(-MOST, MOST)
    }
}

/// Distances beyond this one count alike: a candidate far off tells no direction.
const MOST: f64 = 10.0;

impl std::fmt::Display for Aim {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let (low, high) = self.band;
        write!(f, "{}: {low} to {high}, tolerance {}", self.name, self.tolerance)
    }
}

/// The parts of a pattern that may be fitted; none if it is only checked. `scale` is the distance that counts as one.
pub fn of_pattern(pattern: &Pattern, scale: Option<f64>) -> Vec<Aim> {
    let mut aims = Vec::new();
    for part in pattern.parts.iter().filter(|part| part.usage == Use::Fit) {
        let Measure::Run(measure) = part.measure else { continue };
        let band = (part.low, part.high);
        let half = 0.5 * (part.high - part.low);
        // An open band has no width: a quarter of its end, or 1, counts as one.
        let end = if part.low.is_finite() { part.low } else { part.high };
        let natural = if half.is_finite() { half } else { 0.25 * end.abs() };
        let tolerance = scale.unwrap_or(if natural > 0.0 { natural } else { 1.0 });
        let name = format!("{}: {}", pattern.id, part.statement);
        aims.push(Aim { name, band, tolerance, measured: Measured::Part(measure) });
    }
    aims
}

/// What is wrong with a series.
pub struct Wrong {
    /// Kind of error.
    pub code: Code,
    /// Where, and what.
    pub message: String,
    /// What would be right.
    pub expected: String,
}

/// A series: a CSV file with a column `date` (the month of the day is compared), perhaps a column `region` (Mali without),
/// and a column with the name of an indicator, here its position. `until` is the last week of the runs.
pub fn of_series(
    name: &str,
    bytes: &[u8],
    indicator: usize,
    scale: Option<f64>,
    until: Week,
) -> Result<Vec<Aim>, Wrong> {
    let column = INDICATORS[indicator].name;
    let indicator = Indicator::ALL[indicator];
    let wrong = |code: Code, place: &str, what: String, expected: &str| Wrong {
        code,
        message: format!("{name}{place}: {what}"),
        expected: expected.to_string(),
    };
    let not_csv = |error: ::csv::Error| wrong(Code::Syntax, "", error.to_string(), "a header and rows");
    let mut reader = ::csv::ReaderBuilder::new().trim(::csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(not_csv)?.clone();
    let position = |wanted: &str| header.iter().position(|known| known == wanted);
    let Some((dates, values)) = position("date").zip(position(column)) else {
        let (what, expected) = (format!("no columns date and {column}"), format!("date,{column}"));
        return Err(wrong(Code::MissingKey, ":1:1", what, &expected));
    };
    let regions = position("region");
    let last = LAST_MONTH.min(until.month() as Month);
    let mut aims: Vec<Aim> = Vec::new();
    let mut seen = BTreeSet::new();
    for record in reader.records() {
        let record = record.map_err(not_csv)?;
        let place = format!(":{}:1", record.position().map_or(1, ::csv::Position::line));
        let wrong = |code, what, expected| Err(wrong(code, &place, what, expected));
        let field = |at: usize| record.get(at).unwrap_or_default();
        let Some(date) = Date::parse(field(dates)) else {
            return wrong(
                Code::BadDate,
                format!("`{}` is no day", clip(field(dates))),
                "a date like 2014-07-01",
            );
        };
        let Some(at) = month_of(date) else {
            return wrong(Code::OutsideHorizon, format!("{date} lies before 2012"), "2012-01-01 or later");
        };
        if at > LAST_MONTH {
            let what = format!("{date} lies after 2016, which is kept for checking");
            return wrong(Code::OutsideHorizon, what, "2016-12-31 or earlier");
        }
        if at > last {
            let what = format!("{date} lies after the end of the plan's runs");
            return wrong(Code::OutsideHorizon, what, "a later `until`, or a shorter series");
        }
        let wanted = regions.map_or("Mali", field);
        let Some(area) = AREAS.iter().find(|area| **area == wanted) else {
            let what = format!("there is no region `{}`", clip(wanted));
            return wrong(Code::UnknownName, what, &AREAS.join(", "));
        };
        if !seen.insert((*area, at)) {
            return wrong(Code::Duplicate, format!("{wanted} has this month twice"), "one row a month");
        }
        let Some(value) = field(values).parse::<f64>().ok().filter(|value| value.is_finite()) else {
            return wrong(Code::WrongType, format!("`{}` is no number", clip(field(values))), "a number");
        };
        let tolerance = scale.unwrap_or((0.25 * value.abs()).max(1.0));
        let name = format!("{column} of {wanted}, {}", field(dates));
        let measured = Measured::Series(indicator, area, at);
        aims.push(Aim { name, band: (value, value), tolerance, measured });
    }
    match aims.is_empty() {
        true => Err(wrong(Code::MissingKey, "", "no row".to_string(), "at least one observed month")),
        false => Ok(aims),
    }
}
