//! What a calibration aims at: the parts of documented patterns that may be fitted, and observed monthly series; in both
//! cases nothing after 2016.

use crate::base::dates::{Date, Week};
use crate::experiments::plan::Target;
use crate::experiments::summary::quantile;
use crate::experiments::validation::patterns::{Measure, PATTERNS, Use};
use crate::experiments::validation::reading::{Month, Reading, month};
use crate::tables::indicators::{AREAS, INDICATORS, Indicator};

/// Last month that may be fitted; later years are kept for checking.
pub const LAST_MONTH: Month = month(2016, 12);
/// Distance of a target that a run does not have at all (a town that is never lost), in tolerances.
pub const MISSED: f64 = 3.0;

/// One number that runs are compared with.
#[derive(Clone)]
pub struct Aim {
    /// What it is.
    pub name: String,
    /// Band that counts as met.
    band: (f64, f64),
    /// Distance from the band's middle, or from its one end, that counts as one.
    tolerance: f64,
    measured: Measured,
}

#[derive(Clone, Copy)]
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

/// The aims of a plan's targets; what is wrong with them is said in words. `file` gives the content of a file beside
/// the plan.
pub fn aims(targets: &[Target], file: &dyn Fn(&str) -> Result<String, String>) -> Result<Vec<Aim>, String> {
    let mut aims = Vec::new();
    for target in targets {
        match target {
            Target::Pattern { pattern, scale } => of_pattern(pattern, *scale, &mut aims)?,
            Target::Series { file: name, column, scale } => {
                of_series(name, &file(name)?, column, *scale, &mut aims)?;
            }
        }
    }
    if aims.is_empty() {
        return Err("the plan has no [[target]]".to_string());
    }
    Ok(aims)
}

fn of_pattern(id: &str, scale: Option<f64>, aims: &mut Vec<Aim>) -> Result<(), String> {
    let Some(pattern) = PATTERNS.iter().find(|pattern| pattern.id == id) else {
        return Err(format!("there is no pattern `{id}`; expected one of P1 to P{}", PATTERNS.len()));
    };
    let before = aims.len();
    for part in pattern.parts.iter().filter(|part| part.usage == Use::Fit) {
        let Measure::Run(measure) = part.measure else { continue };
        let band = (part.low, part.high);
        let half = 0.5 * (part.high - part.low);
        // An open band has no width: a quarter of its end, or 1, counts as one.
        let end = if part.low.is_finite() { part.low } else { part.high };
        let natural = if half.is_finite() { half } else { 0.25 * end.abs() };
        let tolerance = scale.unwrap_or(if natural > 0.0 { natural } else { 1.0 });
        let name = format!("{id}: {}", part.statement);
        aims.push(Aim { name, band, tolerance, measured: Measured::Part(measure) });
    }
    match aims.len() - before {
        0 => Err(format!("pattern {id} has no part that may be fitted; it is only checked")),
        _ => Ok(()),
    }
}

/// A series: a CSV file with a column `date` (the month it lies in is compared), perhaps a column `region` (Mali without),
/// and a column with the name of an indicator.
fn of_series(
    name: &str,
    text: &str,
    column: &str,
    scale: Option<f64>,
    aims: &mut Vec<Aim>,
) -> Result<(), String> {
    let Some(indicator) = INDICATORS.iter().position(|known| known.name == column) else {
        return Err(format!("{name}: column = \"{column}\" is no indicator; see harmattan list indicators"));
    };
    let indicator = Indicator::ALL[indicator];
    let mut reader = ::csv::ReaderBuilder::new().trim(::csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| format!("{name}: {error}"))?.clone();
    let position = |wanted: &str| header.iter().position(|known| known == wanted);
    let Some((dates, values)) = position("date").zip(position(column)) else {
        return Err(format!("{name}:1:1: the header needs the columns date and {column}"));
    };
    let regions = position("region");
    for (row, record) in reader.records().enumerate() {
        let line = row + 2;
        let record = record.map_err(|error| format!("{name}: {error}"))?;
        let field = |at: usize| record.get(at).unwrap_or_default();
        let Some(date) = Date::parse(field(dates)) else {
            return Err(format!("{name}:{line}:1: `{}` is no date like 2014-07-01", field(dates)));
        };
        let at: Week = date.week();
        let at = at.month() as Month;
        if at > LAST_MONTH {
            return Err(format!("{name}:{line}:1: {date} lies after 2016, which is kept for checking"));
        }
        let wanted = regions.map_or("Mali", field);
        let Some(area) = AREAS.iter().find(|area| **area == wanted) else {
            return Err(format!("{name}:{line}:1: there is no region `{wanted}`"));
        };
        let Ok(value) = field(values).parse::<f64>() else {
            return Err(format!("{name}:{line}:1: `{}` is no number", field(values)));
        };
        let tolerance = scale.unwrap_or((0.25 * value.abs()).max(1.0));
        let name = format!("{column} of {wanted}, {}", field(dates));
        aims.push(Aim {
            name,
            band: (value, value),
            tolerance,
            measured: Measured::Series(indicator, area, at),
        });
    }
    Ok(())
}
