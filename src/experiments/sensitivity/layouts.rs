//! The tables of a sensitivity analysis.

use crate::tables::CellType::{Integer, Number, Text as Words};
use crate::tables::ColumnKind::{Key, Mean, Text};
use crate::tables::{CellType, ColumnKind, ColumnSpec, TableSpec};

/// Every table, by which a folder is cleared of what earlier runs gave.
pub const TABLES: [&TableSpec; 3] = [&SENSITIVITY_TABLE, &BOXES_TABLE, &REGRET_TABLE];

const fn column(
    name: &'static str,
    kind: ColumnKind,
    cell: CellType,
    description: &'static str,
) -> ColumnSpec {
    ColumnSpec { name, unit: "", kind, description, cell }
}

const OUTCOME: ColumnSpec = column(
    "outcome",
    Key,
    Words,
    "Outcome of the plan; with several scenarios followed by the scenario in brackets.",
);
const PARAMETER: ColumnSpec =
    column("parameter", Key, Words, "What is varied: parameter, or lever and field.");

/// `sensitivity`: one index of one outcome in one parameter.
pub const SENSITIVITY_TABLE: TableSpec = TableSpec {
    name: "sensitivity",
    row: "outcome x parameter x index",
    columns: &[
        OUTCOME,
        column(
            "parameter",
            Key,
            Words,
            "What is varied: parameter, or lever and field. `points`: all of it together; `seed`: what is luck.",
        ),
        column(
            "index",
            Key,
            Words,
            "mu_star, sigma (unit of the outcome per whole range); first, total (shares of the variance over points); \
             of the variance of single runs: share of the points, share of the seed (luck common to all points) and \
             interaction of the seed (luck that depends on the point).",
        ),
        column("value", Mean, Number, "Value."),
        column("low90", Mean, Number, "Lower end of its 90 % interval."),
        column("high90", Mean, Number, "Upper end."),
    ],
};

/// `boxes`: one limit of one box.
pub const BOXES_TABLE: TableSpec = TableSpec {
    name: "boxes",
    row: "outcome x box x limit",
    columns: &[
        OUTCOME,
        column("interest", Text, Words, "Which values of the outcome are of interest."),
        column("box", Key, Integer, "Number of the box, best first; each is found outside the earlier ones."),
        column("coverage", Mean, Number, "Share of all cases of interest that lie in the box."),
        column("density", Mean, Number, "Share of the cases in the box that are of interest."),
        column("mass", Mean, Number, "Share of all cases that lie in the box."),
        column("cases", Mean, Integer, "Cases in the box."),
        PARAMETER,
        column("low", Mean, Number, "Lower limit; empty = none."),
        column("high", Mean, Number, "Upper limit; empty = none."),
        column(
            "quasi_p",
            Mean,
            Number,
            "Chance of so many cases of interest if the limit did nothing; empty where points of the design share values.",
        ),
        column("reproduced", Mean, Number, "Share of half samples in which the parameter is limited again."),
    ],
};

/// `regret`: one policy in one outcome.
pub const REGRET_TABLE: TableSpec = TableSpec {
    name: "regret",
    row: "outcome x scenario",
    columns: &[
        column("outcome", Key, Words, "Outcome of the plan."),
        column("scenario", Key, Words, "Policy."),
        column("mean", Mean, Number, "Mean outcome over states of the world."),
        column("regret", Mean, Number, "Mean regret against the best policy of each state."),
        column("low90", Mean, Number, "Lower end of the regret's 90 % interval."),
        column("high90", Mean, Number, "Upper end."),
        column("regret_p90", Mean, Number, "Regret that nine of ten states stay below."),
        column("regret_most", Mean, Number, "Largest regret."),
        column("below_own", Mean, Number, "Mean fall below the policy's own median outcome."),
        column(
            "satisficing",
            Mean,
            Number,
            "Share of states in which the outcome clears the bar; empty without one.",
        ),
        column(
            "probability_best",
            Mean,
            Number,
            "Share of resamples of states and seeds in which its mean regret is least; empty below five seeds.",
        ),
        column(
            "verdict",
            Text,
            Words,
            "best, not best, too close to call, or unknown: states without the outcome are left out.",
        ),
        column("better", Text, Words, "Which values are good: more or less."),
        column("bar", Text, Words, "What is good enough; empty without a bar."),
        column("states", Mean, Integer, "States of the world that count."),
        column("left_out", Mean, Integer, "States left out, because a run failed or has no such outcome."),
        column("seeds", Mean, Integer, "Seeds of every state."),
    ],
};
