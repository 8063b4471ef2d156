//! What limits the growth of armed groups, by year and region: fighters of history counted by the brake that binds their
//! group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::tables::CellType::{Integer, Number, Text as Words};
use crate::tables::ColumnKind::{Key, Mean};
use crate::tables::indicators::AREAS;
use crate::tables::{Cell, Table, TableSpec, column};

/// Fighter-months of one run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Brakes(BTreeMap<(usize, String, String), f64>);

impl Brakes {
    /// Adds a month of a group's fighters in the year, in the region where most of them stand.
    pub fn add(&mut self, year: usize, region: &str, brake: &str, fighters: f64) {
        if fighters > 0.0 {
            *self.0.entry((year, region.to_string(), brake.to_string())).or_default() += fighters;
        }
    }
}

/// One brake in one year and region.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Year.
    pub year: usize,
    /// Region, or abroad.
    pub region: String,
    /// Brake.
    pub brake: String,
    /// Share of the fighters of this year and region whose group it binds [0, 1].
    pub share: f64,
    /// Fighters of this year and region, mean over seeds and months [persons].
    pub fighters: f64,
}

/// All brakes over the seeds, by year, regions in their order, the most frequent first.
pub fn bound(runs: &[&Brakes]) -> Vec<Bound> {
    const MONTHS: f64 = 12.0;
    let (mut sums, mut wholes) = (BTreeMap::new(), BTreeMap::new());
    for ((year, region, brake), n) in runs.iter().flat_map(|run| &run.0) {
        let area = AREAS.iter().position(|area| area == region).unwrap_or(AREAS.len());
        *sums.entry((*year, area, region, brake)).or_insert(0.0) += n;
        *wholes.entry((*year, area)).or_insert(0.0) += n;
    }
    let of = |((year, area, region, brake), n): (&(usize, usize, &String, &String), &f64)| {
        let whole: f64 = wholes[&(*year, *area)];
        let fighters = whole / MONTHS / runs.len() as f64;
        (
            *area,
            Bound {
                year: *year,
                region: (*region).clone(),
                brake: (*brake).clone(),
                share: n / whole,
                fighters,
            },
        )
    };
    let mut bound: Vec<(usize, Bound)> = sums.iter().map(of).collect();
    bound.sort_by(|(area, a), (other, b)| {
        (a.year, area).cmp(&(b.year, other)).then(b.share.total_cmp(&a.share)).then(a.brake.cmp(&b.brake))
    });
    bound.into_iter().map(|(_, bound)| bound).collect()
}

/// Layout of `brakes.csv`.
pub const BRAKES_TABLE: TableSpec = TableSpec {
    name: "brakes",
    row: "year x region x brake",
    columns: &[
        column("year", "years", Key, Integer, "Year."),
        column("region", "", Key, Words, "Region where most fighters of a group stand, or abroad."),
        column("brake", "", Key, Words, "What limits the group's growth most, as in `groups.csv`."),
        column("share", "share", Mean, Number, "Share of the year's fighters there whose group it binds."),
        column("fighters", "persons", Mean, Number, "Fighters there, mean over seeds and months."),
    ],
};

/// The rows of `brakes.csv`.
pub fn table(bound: &[Bound]) -> Table {
    let mut table = Table::new(&BRAKES_TABLE);
    for row in bound {
        table.push(&[
            Cell::Integer(row.year as i64),
            Cell::Text(&row.region),
            Cell::Text(&row.brake),
            Cell::Number(row.share),
            Cell::Number(row.fighters),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_a_year_and_region_over_all_runs() {
        let (mut one, mut other) = (Brakes::default(), Brakes::default());
        one.add(2013, "Gao", "money", 120.0);
        other.add(2013, "Gao", "cover", 360.0);
        other.add(2013, "abroad", "money", 24.0);
        other.add(2013, "Gao", "rivals", 0.0);
        let found = bound(&[&one, &other]);
        let told: Vec<_> =
            found.iter().map(|b| (b.region.as_str(), b.brake.as_str(), b.share, b.fighters)).collect();
        assert_eq!(
            told,
            [("Gao", "cover", 0.75, 20.0), ("Gao", "money", 0.25, 20.0), ("abroad", "money", 1.0, 1.0)]
        );
    }
}
