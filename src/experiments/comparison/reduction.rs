//! What is kept of a run for comparisons: indicators by year and over the horizon, and what became of whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entities::theatre::Theatre;
use crate::simulation::Outcome;
use crate::tables::indicators::{AREAS, N_INDICATORS};
use crate::tables::layouts::RUN_TABLES;
use crate::tables::{Cells, ColumnKind, Table, TableSpec};

/// Name of the period that holds everything recorded.
pub const HORIZON: &str = "horizon";

/// Who may gain or lose, besides regions, whose numbers stand among the indicators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PartyKind {
    /// People of one community, anywhere in Mali.
    Community,
    /// Holder of an account of the ledger.
    Actor,
    /// Border zones of a neighbouring country.
    Neighbour,
}

/// One number of one party over the horizon.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PartyKey {
    /// Kind.
    pub kind: PartyKind,
    /// Name in its table.
    pub who: String,
    /// Column of its table.
    pub measure: String,
}

/// A run, reduced.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReducedRun {
    /// Years, then the horizon.
    pub periods: Vec<String>,
    /// By period, area and indicator. In a year flows are totals, means are means of its months, and stocks are those at
    /// its end; over the horizon stocks are means too.
    pub values: Vec<f64>,
    /// Flows: totals; everything else: means over the horizon. What is not there is zero, or unknown for shares.
    pub parties: BTreeMap<PartyKey, f64>,
}

impl ReducedRun {
    /// Position of a value.
    pub fn at(period: usize, area: usize, indicator: usize) -> usize {
        (period * AREAS.len() + area) * N_INDICATORS + indicator
    }

    /// Reduces the tables of a run; without `details` only the horizon is kept, and no parties.
    pub fn of(outcome: &Outcome, theatre: &Theatre, details: bool) -> ReducedRun {
        let mut reduced = ReducedRun::default();
        if let Some(indicators) = Rows::of(outcome, "indicators") {
            reduced.add_indicators(&indicators, details);
        }
        if details {
            reduced.add_parties(outcome, "communities", "community", PartyKind::Community);
            reduced.add_parties(outcome, "actors", "actor", PartyKind::Actor);
            reduced.add_neighbours(outcome, theatre);
        }
        reduced
    }

    fn add_indicators(&mut self, rows: &Rows, details: bool) {
        let (dates, regions) = (rows.column("date"), rows.column("region"));
        let mut years: Vec<String> = Vec::new();
        if details {
            for row in 0..rows.table.n_rows() {
                let year = rows.word(dates, row).chars().take(4).collect::<String>();
                if years.last().is_none_or(|last| *last < year) {
                    years.push(year);
                }
            }
        }
        let n_years = years.len();
        years.push(HORIZON.to_string());
        self.periods = years;
        let mut cells = vec![Cell::default(); self.periods.len() * AREAS.len() * N_INDICATORS];
        for row in 0..rows.table.n_rows() {
            let Some(area) = AREAS.iter().position(|area| *area == rows.word(regions, row)) else { continue };
            let year = rows.word(dates, row).chars().take(4).collect::<String>();
            let year = self.periods[..n_years].iter().position(|known| *known == year);
            for (indicator, spec) in rows.spec.columns[3..].iter().enumerate() {
                let value = rows.value(3 + indicator, row);
                if let Some(year) = year {
                    cells[ReducedRun::at(year, area, indicator)].add(value, spec.kind);
                }
                let kind = if spec.kind == ColumnKind::End { ColumnKind::Mean } else { spec.kind };
                cells[ReducedRun::at(n_years, area, indicator)].add(value, kind);
            }
        }
        self.values = cells.iter().map(Cell::value).collect();
    }

    fn add_parties(&mut self, outcome: &Outcome, table: &str, name: &str, kind: PartyKind) {
        let Some(rows) = Rows::of(outcome, table) else { return };
        let (names, dates) = (rows.column(name), rows.column("date"));
        let region = rows.spec.columns.iter().position(|column| column.name == "region");
        let mut periods = 0;
        let mut cells: BTreeMap<(String, usize), Cell> = BTreeMap::new();
        for row in 0..rows.table.n_rows() {
            periods += usize::from(row == 0 || rows.word(dates, row) != rows.word(dates, row - 1));
            if region.is_some_and(|region| rows.word(region, row) != "Mali") {
                continue;
            }
            for (column, spec) in rows.spec.columns.iter().enumerate() {
                if matches!(spec.kind, ColumnKind::Sum | ColumnKind::Mean | ColumnKind::End) {
                    let kind = if spec.kind == ColumnKind::Mean { ColumnKind::Mean } else { ColumnKind::Sum };
                    let cell = cells.entry((rows.word(names, row).to_string(), column)).or_default();
                    cell.add(rows.value(column, row), kind);
                }
            }
        }
        for ((who, column), cell) in cells {
            let spec = rows.spec.columns[column];
            // A stock that has no row in a period is zero then: its mean is over all periods.
            let share = if spec.kind == ColumnKind::End { 1.0 / f64::from(periods as u32) } else { 1.0 };
            let measure = spec.name.to_string();
            self.parties.insert(PartyKey { kind, who, measure }, cell.value() * share);
        }
    }

    fn add_neighbours(&mut self, outcome: &Outcome, theatre: &Theatre) {
        let Some(rows) = Rows::of(outcome, "places") else { return };
        let (places, dates) = (rows.column("place"), rows.column("date"));
        let country: BTreeMap<&str, &str> =
            theatre.places.iter().map(|place| (place.id.as_str(), place.country.as_str())).collect();
        let mut periods = 0;
        for row in 0..rows.table.n_rows() {
            periods += usize::from(row == 0 || rows.word(dates, row) != rows.word(dates, row - 1));
            let Some(country) = country.get(rows.word(places, row)).filter(|country| **country != "MLI")
            else {
                continue;
            };
            for measure in ["attacks", "deaths", "idps", "fighters"] {
                let value = rows.value(rows.column(measure), row);
                let key = PartyKey {
                    kind: PartyKind::Neighbour,
                    who: (*country).to_string(),
                    measure: measure.to_string(),
                };
                *self.parties.entry(key).or_default() += value;
            }
        }
        for (key, value) in &mut self.parties {
            if key.kind == PartyKind::Neighbour && matches!(key.measure.as_str(), "idps" | "fighters") {
                *value /= f64::from(periods.max(1) as u32);
            }
        }
    }
}

/// A number over some periods.
#[derive(Clone, Copy, Default)]
struct Cell {
    sum: f64,
    n: u32,
    is_mean: bool,
}

impl Cell {
    fn add(&mut self, value: f64, kind: ColumnKind) {
        if value.is_nan() {
            return;
        }
        match kind {
            ColumnKind::End => (self.sum, self.n) = (value, 1),
            _ => (self.sum, self.n) = (self.sum + value, self.n + 1),
        }
        self.is_mean = kind == ColumnKind::Mean;
    }

    fn value(&self) -> f64 {
        match self.n {
            0 => f64::NAN,
            n if self.is_mean => self.sum / f64::from(n),
            _ => self.sum,
        }
    }
}

/// A table with its layout.
struct Rows<'a> {
    table: &'a Table,
    spec: &'static TableSpec,
}

impl<'a> Rows<'a> {
    fn of(outcome: &'a Outcome, name: &str) -> Option<Rows<'a>> {
        let table = outcome.tables.iter().find(|table| table.name == name)?;
        let spec = RUN_TABLES.into_iter().find(|spec| spec.name == name)?;
        Some(Rows { table, spec })
    }

    /// Position of a column that the layout has.
    fn column(&self, name: &str) -> usize {
        let at = self.spec.columns.iter().position(|column| column.name == name);
        at.unwrap_or_else(|| panic!("table {} has no column {name}", self.spec.name))
    }

    fn word(&self, column: usize, row: usize) -> &'a str {
        match &self.table.columns[column] {
            Cells::Text { dictionary, rows } => &dictionary[rows[row] as usize],
            _ => "",
        }
    }

    fn value(&self, column: usize, row: usize) -> f64 {
        match &self.table.columns[column] {
            Cells::Number(values) => values[row],
            Cells::Integer(values) => values[row] as f64,
            Cells::Money(cents) => cents[row] as f64 / 100.0,
            Cells::Text { .. } => f64::NAN,
        }
    }
}
