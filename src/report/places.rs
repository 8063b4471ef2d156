//! What `places.csv` says about each place in each period, over the seeds of an ensemble or in one run.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::control::{Controller, Counts, Snapshot, verdict};
use crate::report::groups::Groups;
use crate::report::rows::Rows;
use crate::report::tables::Manifest;

/// One place in one period, added up over seeds.
#[derive(Clone, Debug, Default)]
pub struct PlaceSum {
    /// Seeds by kind of controller.
    pub controllers: Counts,
    /// Seeds.
    pub n_seeds: u32,
    /// Sum of state presence [share].
    pub state_presence: f64,
    /// Sum of deaths [persons per period].
    pub deaths: f64,
    /// Sum of displaced persons staying here at the end of the period [persons].
    pub idps: f64,
}

impl PlaceSum {
    /// A sum as a mean over seeds.
    pub fn mean(&self, sum: f64) -> f64 {
        sum / f64::from(self.n_seeds.max(1))
    }
}

/// Every place in every period.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Names, in the order of the table.
    pub names: Vec<String>,
    /// By period, in the order of the names.
    pub periods: BTreeMap<Date, Vec<PlaceSum>>,
}

impl Places {
    /// Reads `places.csv` of a folder; of all seeds, or of one.
    ///
    /// # Errors
    ///
    /// Missing, foreign or damaged tables, and one without rows.
    pub fn read(
        dir: &Path,
        manifest: &Manifest,
        groups: &Groups,
        only: Option<u64>,
    ) -> Result<Places, FigureError> {
        let columns = ["seed", "date", "place", "controller", "state_presence", "deaths", "idps"];
        let mut rows = Rows::open(dir, "places", &columns, manifest)?;
        let mut found = Places::default();
        let mut positions: BTreeMap<String, usize> = BTreeMap::new();
        while rows.advance()? {
            let seed = rows.seed(0, manifest)?;
            if only.is_some_and(|wanted| wanted != seed) {
                continue;
            }
            let name = rows.text(2)?;
            let at = match positions.get(name) {
                Some(at) => *at,
                None => {
                    positions.insert(name.to_string(), found.names.len());
                    found.names.push(name.to_string());
                    found.names.len() - 1
                }
            };
            let controller = Controller::of(rows.text(3)?, seed, groups);
            let period = found.periods.entry(rows.date(1)?).or_default();
            if period.len() <= at {
                period.resize(at + 1, PlaceSum::default());
            }
            let known = |value: f64| if value.is_nan() { 0.0 } else { value };
            let place = &mut period[at];
            place.controllers[controller as usize] += 1;
            place.n_seeds += 1;
            place.state_presence += known(rows.number(4)?);
            place.deaths += known(rows.number(5)?);
            place.idps += known(rows.number(6)?);
        }
        if found.periods.is_empty() {
            return Err(FigureError::NoRows {
                file: rows.file().to_path_buf(),
                what: "no rows, so there is nothing to map".to_string(),
            });
        }
        Ok(found)
    }

    /// Who controls which place at the end of each year: the last period of the year in the table.
    pub fn control_by_year(&self) -> Vec<Snapshot> {
        self.last_of_years().into_iter().map(|date| self.control(date)).collect()
    }

    /// Who controls which place in one period.
    pub fn control(&self, date: Date) -> Snapshot {
        let period = self.periods.get(&date).map(Vec::as_slice).unwrap_or_default();
        let known = self.names.iter().zip(period).filter(|(_, place)| place.n_seeds > 0);
        let places = known.map(|(name, place)| (name.clone(), verdict(&place.controllers))).collect();
        Snapshot { date, places }
    }

    /// One number per place and year; `value` gets the periods of the year in order.
    pub fn by_year(&self, value: impl Fn(&[&PlaceSum]) -> f64) -> Vec<(Date, BTreeMap<String, f64>)> {
        let of_year = |date: Date| {
            let periods: Vec<&Vec<PlaceSum>> =
                self.periods.iter().filter(|(d, _)| d.year == date.year).map(|(_, p)| p).collect();
            let one = |(at, name): (usize, &String)| {
                let sums: Vec<&PlaceSum> = periods.iter().filter_map(|period| period.get(at)).collect();
                (name.clone(), value(&sums))
            };
            (date, self.names.iter().enumerate().map(one).collect())
        };
        self.last_of_years().into_iter().map(of_year).collect()
    }

    fn last_of_years(&self) -> Vec<Date> {
        let mut last: BTreeMap<i32, Date> = BTreeMap::new();
        for date in self.periods.keys() {
            last.insert(date.year, *date);
        }
        last.into_values().collect()
    }
}
