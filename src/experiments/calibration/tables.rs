//! The tables of a calibration.

use crate::tables::CellType::{Integer, Number, Text as Words};
use crate::tables::ColumnKind::{Key, Mean, Text};
use crate::tables::{Cell, CellType, ColumnKind, ColumnSpec, Table, TableSpec};

const fn column(
    name: &'static str,
    kind: ColumnKind,
    cell: CellType,
    description: &'static str,
) -> ColumnSpec {
    ColumnSpec { name, unit: "", kind, description, cell }
}

/// `calibration`: what was learned of each parameter.
pub const CALIBRATION_TABLE: TableSpec = TableSpec {
    name: "calibration",
    row: "parameter",
    columns: &[
        column("parameter", Key, Words, "Parameter."),
        column("identified", Text, Words, "yes if the targets can tell it; no: it keeps its prior."),
        column("share", Mean, Number, "Share of it that lies in directions which the targets can tell."),
        column("default", Mean, Number, "Value of the catalogue."),
        column("median", Mean, Number, "Median of the sample."),
        column("p05", Mean, Number, "5 % quantile of the sample."),
        column("p95", Mean, Number, "95 % quantile of the sample."),
    ],
};

/// `targets`: how near each target the sample comes.
pub const TARGETS_TABLE: TableSpec = TableSpec {
    name: "targets",
    row: "target",
    columns: &[
        column("target", Key, Words, "Pattern and part, or series, region and date."),
        column(
            "prior",
            Mean,
            Number,
            "Median distance under the prior, in tolerances; empty where no candidate of the first look has it: left out.",
        ),
        column("posterior", Mean, Number, "Median distance in the sample, in tolerances; empty likewise."),
    ],
};

/// `rounds`: how the sample was found.
pub const ROUNDS_TABLE: TableSpec = TableSpec {
    name: "rounds",
    row: "round",
    columns: &[
        column("round", Key, Integer, "Number of the round."),
        column("tolerance", Mean, Number, "Largest distance accepted; empty in the first."),
        column("candidates", Mean, Integer, "Candidates simulated."),
        column("accepted", Mean, Number, "Share of them within the tolerance; the sample takes the first."),
    ],
};

/// What was learned of one parameter.
pub struct Learned<'a> {
    /// Name.
    pub parameter: &'a str,
    /// Whether the targets can tell it.
    pub identified: bool,
    /// Share of it that they can tell.
    pub share: f64,
    /// Value of the catalogue.
    pub default: f64,
    /// Median, 5 % and 95 % quantile of the sample.
    pub quantiles: [f64; 3],
}

/// Makes the table `calibration`.
pub fn calibration(learned: &[Learned]) -> Table {
    let mut table = Table::new(&CALIBRATION_TABLE);
    for of in learned {
        let [median, low, high] = of.quantiles.map(Cell::Number);
        let identified = Cell::Text(if of.identified { "yes" } else { "no" });
        let (share, default) = (Cell::Number(of.share), Cell::Number(of.default));
        table.push(&[Cell::Text(of.parameter), identified, share, default, median, low, high]);
    }
    table
}

/// Makes the table `targets` from names and distances before and after.
pub fn targets(rows: &[(&str, f64, f64)]) -> Table {
    let mut table = Table::new(&TARGETS_TABLE);
    for (name, prior, posterior) in rows {
        table.push(&[Cell::Text(name), Cell::Number(*prior), Cell::Number(*posterior)]);
    }
    table
}

/// Makes the table `rounds`.
pub fn rounds(rounds: &[super::smc::Round]) -> Table {
    let mut table = Table::new(&ROUNDS_TABLE);
    for (at, round) in rounds.iter().enumerate() {
        let tolerance = if round.tolerance.is_finite() { round.tolerance } else { f64::NAN };
        table.push(&[
            Cell::Integer(at as i64 + 1),
            Cell::Number(tolerance),
            Cell::Integer(round.candidates as i64),
            Cell::Number(round.accepted),
        ]);
    }
    table
}
