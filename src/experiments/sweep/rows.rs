//! The table `runs`: its columns, and a run as a row.

use serde::{Deserialize, Serialize};

use crate::experiments::plan::{Outcome, Plan, Reducer, Spread, Value};
use crate::experiments::run_id::RunId;
use crate::simulation::{Moment, Prepared, run_watched};
use crate::tables::{Cell, CellType, ColumnKind, ColumnSpec, Table, TableSpec};

/// Name of the table, without extension.
pub const TABLE: &str = "runs";

/// A column of `runs`, as the manifest keeps it: enough to read the rows back without the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Name.
    pub name: String,
    /// `key`, `input` or `outcome`.
    pub role: Role,
    /// Whether its cells are words.
    pub words: bool,
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Identifies the run or says how it ended.
    Key,
    /// A value of the design.
    Input,
    /// A result.
    Outcome,
}

/// Columns that every sweep has.
const FIXED: [(&str, bool); 7] = [
    ("run_id", true),
    ("point", false),
    ("replicate", false),
    ("seed", false),
    ("scenario", true),
    ("status", true),
    ("error", true),
];

/// The columns of a plan: the fixed ones, inputs, outcomes.
pub fn columns(plan: &Plan) -> Vec<Column> {
    let fixed = FIXED.iter().map(|(name, words)| Column {
        name: (*name).to_string(),
        role: Role::Key,
        words: *words,
    });
    let inputs = plan.factors.iter().map(|factor| Column {
        name: factor.name.clone(),
        role: Role::Input,
        words: matches!(&factor.spread, Spread::Values(v) if v.iter().any(|v| matches!(v, Value::Word(_)))),
    });
    let outcomes = plan.outcomes.iter().map(|outcome| Column {
        name: outcome.name.clone(),
        role: Role::Outcome,
        words: false,
    });
    fixed.chain(inputs).chain(outcomes).collect()
}

/// The layout of `runs`. Layouts live as long as the program; that of a plan is made once.
pub fn layout(columns: &[Column]) -> &'static TableSpec {
    let specs: Vec<ColumnSpec> = columns
        .iter()
        .map(|column| {
            let whole = matches!(column.name.as_str(), "point" | "replicate" | "seed");
            let cell = match (column.role, column.words) {
                (_, true) => CellType::Text,
                (Role::Key, false) if whole => CellType::Integer,
                _ => CellType::Number,
            };
            // Only what is never empty may be a key.
            let kind = match column.role {
                Role::Key if column.name != "error" => ColumnKind::Key,
                _ if column.words => ColumnKind::Text,
                _ => ColumnKind::End,
            };
            let name: &'static str = Box::leak(column.name.clone().into_boxed_str());
            ColumnSpec { name, unit: "", kind, description: "", cell }
        })
        .collect();
    Box::leak(Box::new(TableSpec { name: TABLE, row: "run", columns: Box::leak(specs.into_boxed_slice()) }))
}

/// What the journal keeps of a run. The error stands first: the journal looks there for failed runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Swept {
    /// Why it failed, if it did; then there are no values.
    pub error: Option<String>,
    /// Values of the outcomes in the order of the plan; NaN is unknown.
    pub values: Vec<f64>,
}

/// How a run gives its outcomes: [`reduced`], or a stand-in in tests.
pub type RunFunction<'a> =
    &'a (dyn Fn(&Prepared, u64, &[Outcome], &mut dyn FnMut(Moment)) -> Vec<f64> + Sync);

/// Runs one seed and reduces it to the outcomes.
pub fn reduced(
    prepared: &Prepared,
    seed: u64,
    outcomes: &[Outcome],
    observe: &mut dyn FnMut(Moment),
) -> Vec<f64> {
    let watched: Vec<_> = outcomes.iter().map(|outcome| outcome.watched).collect();
    let mut reducers: Vec<Reducer> = outcomes.iter().map(|outcome| Reducer::new(outcome.reduce)).collect();
    run_watched(prepared, seed, &watched, observe, &mut |week, values| {
        for (reducer, value) in reducers.iter_mut().zip(values) {
            reducer.see(week, *value);
        }
    });
    reducers.iter().map(Reducer::result).collect()
}

/// A row of `runs`.
pub struct Row<'r> {
    /// Identity.
    pub id: RunId,
    /// Point, from 0.
    pub point: usize,
    /// Position of the seed, from 0.
    pub replicate: usize,
    /// Seed.
    pub seed: u64,
    /// Name of the scenario.
    pub scenario: &'r str,
    /// Values of the factors.
    pub inputs: &'r [Value],
    /// What became of it.
    pub swept: &'r Swept,
}

impl Row<'_> {
    /// Appends the row to a table of the plan's layout.
    pub fn push(&self, table: &mut Table) {
        let id = self.id.text();
        let failed = self.swept.error.as_deref();
        // One line: errors may hold the line ends of their assertions.
        let error = failed.unwrap_or_default().replace(['\r', '\n'], " ");
        let mut cells = vec![
            Cell::Text(&id),
            Cell::Integer(self.point as i64 + 1),
            Cell::Integer(self.replicate as i64 + 1),
            Cell::Integer(self.seed as i64),
            Cell::Text(self.scenario),
            Cell::Text(if failed.is_some() { "failed" } else { "done" }),
            Cell::Text(&error),
        ];
        cells.extend(self.inputs.iter().map(|value| match value {
            Value::Number(x) => Cell::Number(*x),
            Value::Word(word) => Cell::Text(word),
        }));
        let outcomes = table.columns.len() - cells.len();
        cells.extend(
            (0..outcomes).map(|at| Cell::Number(self.swept.values.get(at).copied().unwrap_or(f64::NAN))),
        );
        table.push(&cells);
    }
}

/// Puts a line of text back into a table; false if it does not fit the layout.
pub fn push_fields(table: &mut Table, spec: &TableSpec, fields: &csv::StringRecord) -> bool {
    if fields.len() != spec.columns.len() {
        return false;
    }
    let cells: Option<Vec<Cell>> = spec
        .columns
        .iter()
        .zip(fields)
        .map(|(column, text)| match column.cell {
            CellType::Text => Some(Cell::Text(text)),
            CellType::Integer => text.parse().ok().map(Cell::Integer),
            _ if text.is_empty() => Some(Cell::Number(f64::NAN)),
            _ => text.parse().ok().map(Cell::Number),
        })
        .collect();
    cells.inspect(|cells| table.push(cells)).is_some()
}
