//! The tables of a comparison.

use super::causes::Cause;
use super::differences::Difference;
use super::winners::Winner;
use crate::tables::CellType::{Integer, Number, Text as Words};
use crate::tables::ColumnKind::{Key, Mean, Sum, Text};
use crate::tables::indicators::{AREAS, INDICATORS};
use crate::tables::{Cell, ColumnSpec, Table, TableSpec, column};

const LOW: ColumnSpec = column("low90", "as indicator", Mean, Number, "Lower end of the 90 % interval.");
const HIGH: ColumnSpec = column("high90", "as indicator", Mean, Number, "Upper end of the 90 % interval.");

/// `differences`: region x period x indicator.
pub const DIFFERENCES_TABLE: TableSpec = TableSpec {
    name: "differences",
    row: "region x period x indicator",
    columns: &[
        column("region", "", Key, Words, "Region of 2012, Mali, North, Centre or abroad."),
        column(
            "period",
            "",
            Key,
            Words,
            "Year, or horizon: all that was recorded. Flows: totals; means: means of months; stocks: in a year its end, \
             over the horizon their mean.",
        ),
        column("indicator", "", Key, Words, "Column of indicators.csv."),
        column("base_mean", "as indicator", Mean, Number, "Mean of the base over its runs."),
        column("other_mean", "as indicator", Mean, Number, "Mean of the other over its runs."),
        column("difference", "as indicator", Mean, Number, "Mean of other minus base."),
        LOW,
        HIGH,
        column("pairs", "pairs", Sum, Integer, "Pairs of runs it rests on; without pairs, runs of each."),
        column(
            "variance_ratio",
            "1",
            Mean,
            Number,
            "Variance of paired over that of unpaired differences; below 1 where common seeds help.",
        ),
        column(
            "discovery_rate",
            "share",
            Mean,
            Number,
            "False discovery rate at which the difference would just be named among all of its period that vary; named are \
             those of at most 0.1. Empty where nothing varies.",
        ),
    ],
};

/// `winners`: one number of one party.
pub const WINNERS_TABLE: TableSpec = TableSpec {
    name: "winners",
    row: "one number of one party over the horizon",
    columns: &[
        column("who_kind", "", Key, Words, "community, region, actor or neighbour."),
        column("who", "", Key, Words, "Name."),
        column("indicator", "", Key, Words, "What of it."),
        column("difference", "as indicator", Mean, Number, "Mean of other minus base."),
        LOW,
        HIGH,
        column(
            "verdict",
            "",
            Text,
            Words,
            "gain, loss or undecided, as the one named sees it; judged among all rows at a false discovery rate of 10 %.",
        ),
    ],
};

/// `causes`: what carries a difference.
pub const CAUSES_TABLE: TableSpec = TableSpec {
    name: "causes",
    row: "one lever, parameter or submodel that carries a difference in Mali over the horizon",
    columns: &[
        column("indicator", "", Key, Words, "Column of indicators.csv."),
        column("kind", "", Key, Words, "lever, parameter or submodel."),
        column("name", "", Key, Words, "Its name."),
        column("share", "1", Mean, Number, "Shapley share of the difference; may be negative or above 1."),
        column("low90", "1", Mean, Number, "Lower end of the 90 % interval."),
        column("high90", "1", Mean, Number, "Upper end of the 90 % interval."),
    ],
};

/// Differences as a table.
pub fn differences(found: &[Difference]) -> Table {
    let mut table = Table::new(&DIFFERENCES_TABLE);
    for d in found {
        table.push(&[
            Cell::Text(AREAS[d.area]),
            Cell::Text(&d.period),
            Cell::Text(INDICATORS[d.indicator].name),
            Cell::Number(d.base_mean),
            Cell::Number(d.other_mean),
            Cell::Number(d.estimate.mean),
            Cell::Number(d.estimate.low),
            Cell::Number(d.estimate.high),
            Cell::Integer(d.estimate.n as i64),
            Cell::Number(d.variance_ratio),
            Cell::Number(d.discovery_rate),
        ]);
    }
    table
}

/// Winners as a table.
pub fn winners(found: &[Winner]) -> Table {
    let mut table = Table::new(&WINNERS_TABLE);
    for w in found {
        table.push(&[
            Cell::Text(w.who_kind),
            Cell::Text(&w.who),
            Cell::Text(&w.indicator),
            Cell::Number(w.estimate.mean),
            Cell::Number(w.estimate.low),
            Cell::Number(w.estimate.high),
            Cell::Text(w.verdict.word()),
        ]);
    }
    table
}

/// Causes as a table.
pub fn causes(found: &[Cause]) -> Table {
    let mut table = Table::new(&CAUSES_TABLE);
    for c in found {
        table.push(&[
            Cell::Text(INDICATORS[c.indicator].name),
            Cell::Text(c.kind.word()),
            Cell::Text(&c.name),
            Cell::Number(c.share.mean),
            Cell::Number(c.share.low),
            Cell::Number(c.share.high),
        ]);
    }
    table
}
