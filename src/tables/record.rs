//! What has been recorded so far: sums of the present period, and the tables.

use crate::entities::vocabulary::Community;
use crate::tables::Table;
use crate::tables::indicators::{AREAS, INDICATORS, N_INDICATORS, REGIONS};
use crate::tables::layouts::RUN_TABLES;

/// One indicator in one area: what adds up, and for means what it is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ratio {
    /// Value, or value x weight.
    pub sum: f64,
    /// Weight of a mean.
    pub weight: f64,
}

/// All indicators of all areas in one week, or summed over a period.
pub type Board = Vec<[Ratio; AREAS.len()]>;

/// An empty board.
pub fn board() -> Board {
    vec![[Ratio::default(); AREAS.len()]; N_INDICATORS]
}

/// Sums of one place over a period.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlaceSums {
    /// State presence, group presence, mission presence, fear, grievance, trust, food price: sums over weeks.
    pub means: [f64; 7],
    /// Weeks with people.
    pub weeks_with_people: f64,
    /// Attacks.
    pub attacks: u32,
    /// Deaths.
    pub deaths: u32,
}

/// One leg's sums over a period, in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LegSums {
    /// Loads that entered.
    pub loads: u32,
    /// Loads seized.
    pub seized: u32,
    /// Value at origin [EUR].
    pub value_eur: f64,
    /// Tolls [EUR].
    pub tolls_eur: f64,
}

/// Sums of one community in one region over a period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CommunitySums {
    /// Weeks x persons at home.
    pub weight: f64,
    /// Trust in the government, grievance, fear, coverage of services, livelihoods from trafficking, trust in the
    /// security forces: each times weeks and persons at home.
    pub means: [f64; 7],
    /// Income [EUR].
    pub income_eur: f64,
    /// Civilians killed [persons].
    pub civilian_deaths: u32,
}

/// Which tables a run records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recorded {
    /// `indicators` alone.
    Indicators,
    /// All but `events`.
    WithoutEvents,
    /// All.
    Everything,
}

/// The record of a run.
#[derive(Clone, Debug)]
pub struct Record {
    /// Seed, the first column of every table.
    pub seed: u64,
    /// First week recorded.
    pub from_week: u32,
    /// Last week of the run.
    pub until_week: u32,
    /// True if a period is a week, false for a month.
    pub weekly: bool,
    /// Tables that are recorded.
    pub recorded: Recorded,
    /// Indicators of the last week.
    pub week: Board,
    /// Sums over the present period.
    pub period: Board,
    /// Weeks in the present period.
    pub weeks: u32,
    /// Sums by place.
    pub places: Vec<PlaceSums>,
    /// Sums by commodity, route and direction.
    pub legs: Vec<LegSums>,
    /// Support of each group, summed over weeks.
    pub support: Vec<f64>,
    /// Sums by community and region of 2012.
    pub communities: [[CommunitySums; REGIONS.len()]; Community::COUNT],
    /// Deaths by account of the ledger [persons].
    pub actor_deaths: Vec<u32>,
    /// Where each mission had troops at the end of last week: missions x places.
    pub bases: Vec<bool>,
    /// The tables, in the order of `RUN_TABLES`.
    pub tables: Vec<Table>,
}

impl Record {
    /// An empty record.
    pub fn new(
        seed: u64,
        weeks: (u32, u32),
        weekly: bool,
        recorded: Recorded,
        n_places: usize,
        n_legs: usize,
    ) -> Record {
        Record {
            seed,
            from_week: weeks.0,
            until_week: weeks.1,
            weekly,
            recorded,
            week: board(),
            period: board(),
            weeks: 0,
            places: vec![PlaceSums::default(); n_places],
            legs: vec![LegSums::default(); n_legs],
            support: Vec::new(),
            communities: Default::default(),
            actor_deaths: Vec::new(),
            bases: Vec::new(),
            tables: RUN_TABLES.iter().map(|spec| Table::new(spec)).collect(),
        }
    }

    /// The table of a name.
    pub fn table(&mut self, name: &str) -> &mut Table {
        let at = RUN_TABLES.iter().position(|spec| spec.name == name);
        &mut self.tables[at.unwrap_or_else(|| panic!("no table {name}"))]
    }

    /// Value of an indicator of last week.
    pub fn last(&self, indicator: usize, area: usize) -> f64 {
        value(indicator, self.week[indicator][area])
    }
}

/// The number that a ratio stands for: a mean where the indicator is one.
pub fn value(indicator: usize, ratio: Ratio) -> f64 {
    match INDICATORS[indicator].kind {
        crate::tables::ColumnKind::Mean => ratio.sum / ratio.weight,
        _ => ratio.sum,
    }
}
