//! What `indicators.csv` says about whole runs: totals, first and last values by seed, so that ranges over runs are those
//! of runs and not of months.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::dates::Date;
use crate::experiments::summary::quantile;
use crate::report::FigureError;
use crate::report::rows::Rows;
use crate::report::tables::{Manifest, specification};
use crate::tables::ColumnKind;
use crate::tables::indicators::AREAS;

/// Median and 90 % range over runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// 5 % quantile.
    pub low: f64,
    /// Median.
    pub median: f64,
    /// 95 % quantile.
    pub high: f64,
}

impl Range {
    /// The range of these values; NaN without any.
    pub fn of(mut values: Vec<f64>) -> Range {
        values.retain(|value| value.is_finite());
        values.sort_by(f64::total_cmp);
        let at = |share: f64| quantile(&values, share);
        Range { low: at(0.05), median: at(0.5), high: at(0.95) }
    }
}

/// One indicator of one area in one run.
#[derive(Clone, Debug, Default)]
struct Track {
    /// First known value.
    first: Option<f64>,
    /// Last known value.
    last: f64,
    /// Sum and number of known values by year.
    years: BTreeMap<i32, (f64, u32)>,
}

/// Indicators of all runs.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    tracks: BTreeMap<(&'static str, &'static str), BTreeMap<u64, Track>>,
    /// First period.
    pub first: Option<Date>,
    /// Last period.
    pub last: Option<Date>,
}

impl Runs {
    /// Reads these indicators of every area.
    ///
    /// # Errors
    ///
    /// A missing, foreign or damaged `indicators.csv`.
    pub fn read(dir: &Path, manifest: &Manifest, indicators: &[&'static str]) -> Result<Runs, FigureError> {
        let columns: Vec<&str> =
            ["seed", "date", "region"].into_iter().chain(indicators.iter().copied()).collect();
        let mut rows = Rows::open(dir, "indicators", &columns, manifest)?;
        let mut runs = Runs::default();
        while rows.advance()? {
            let (seed, date) = (rows.seed(0, manifest)?, rows.date(1)?);
            let region = rows.text(2)?;
            let Some(area) = AREAS.into_iter().find(|area| *area == region) else { continue };
            runs.first = Some(runs.first.map_or(date, |first| first.min(date)));
            runs.last = Some(runs.last.map_or(date, |last| last.max(date)));
            for (i, indicator) in indicators.iter().enumerate() {
                let value = rows.number(3 + i)?;
                if value.is_nan() {
                    continue;
                }
                let track = runs.tracks.entry((area, indicator)).or_default().entry(seed).or_default();
                track.first.get_or_insert(value);
                track.last = value;
                let year = track.years.entry(date.year).or_default();
                year.0 += value;
                year.1 += 1;
            }
        }
        Ok(runs)
    }

    fn range(&self, area: &'static str, indicator: &'static str, of: impl Fn(&Track) -> f64) -> Range {
        let tracks = self.tracks.get(&(area, indicator));
        Range::of(tracks.into_iter().flat_map(BTreeMap::values).map(of).collect())
    }

    /// Sums, means or last values over all that was recorded, as the indicator is.
    pub fn whole(&self, area: &'static str, indicator: &'static str) -> Range {
        let kind = specification(indicator).map_or(ColumnKind::Mean, |spec| spec.kind);
        self.range(area, indicator, |track| {
            let sum: f64 = track.years.values().map(|(sum, _)| sum).sum();
            let n: u32 = track.years.values().map(|(_, n)| n).sum();
            match kind {
                ColumnKind::Sum => sum,
                ColumnKind::End => track.last,
                _ => sum / f64::from(n),
            }
        })
    }

    /// The values of the first period.
    pub fn at_first(&self, area: &'static str, indicator: &'static str) -> Range {
        self.range(area, indicator, |track| track.first.unwrap_or(f64::NAN))
    }

    /// The values of the last period.
    pub fn at_last(&self, area: &'static str, indicator: &'static str) -> Range {
        self.range(area, indicator, |track| track.last)
    }

    /// Years that were recorded.
    pub fn years(&self) -> Vec<i32> {
        match (self.first, self.last) {
            (Some(first), Some(last)) => (first.year..=last.year).collect(),
            _ => Vec::new(),
        }
    }

    /// Sums of a year.
    pub fn sum_of_year(&self, area: &'static str, indicator: &'static str, year: i32) -> Range {
        self.range(area, indicator, |track| track.years.get(&year).map_or(f64::NAN, |(sum, _)| *sum))
    }
}
