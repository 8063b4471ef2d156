//! What a run records: tables as lists of typed columns, each with its unit and description.

pub mod indicators;
pub mod layouts;
pub mod record;
pub mod trace;

use serde::{Deserialize, Serialize};

use crate::base::quantities::Money;

/// How the rows of a column are summed up over time and space, for the codebook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Identifies the row.
    Key,
    /// A flow that adds up over time and space.
    Sum,
    /// A mean over the period.
    Mean,
    /// The value at the end of the period.
    End,
    /// A name or text.
    Text,
}

impl ColumnKind {
    /// The word used in `codebook.csv` and `list indicators`.
    pub fn word(self) -> &'static str {
        match self {
            ColumnKind::Key => "key",
            ColumnKind::Sum => "sum",
            ColumnKind::Mean => "mean",
            ColumnKind::End => "end",
            ColumnKind::Text => "text",
        }
    }
}

/// One column of a table: name, unit, kind and what it says.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// Name in the header, snake_case.
    pub name: &'static str,
    /// Unit, "" for texts.
    pub unit: &'static str,
    /// How it is summed up.
    pub kind: ColumnKind,
    /// One sentence.
    pub description: &'static str,
    /// Type of its cells.
    pub cell: CellType,
}

/// A column of a layout.
pub const fn column(
    name: &'static str,
    unit: &'static str,
    kind: ColumnKind,
    cell: CellType,
    description: &'static str,
) -> ColumnSpec {
    ColumnSpec { name, unit, kind, description, cell }
}

/// Type of the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellType {
    /// Whole number, never empty.
    Integer,
    /// f64; NaN stands for unknown and is written as an empty field.
    Number,
    /// Money in cents, written with two decimals.
    Money,
    /// Text; "" is an empty field.
    Text,
}

/// The cells of one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cells {
    /// Whole numbers.
    Integer(Vec<i64>),
    /// Numbers; NaN is unknown.
    Number(Vec<f64>),
    /// Cents.
    Money(Vec<i64>),
    /// Positions in a dictionary of texts (in order of first use).
    Text {
        /// Distinct texts.
        dictionary: Vec<String>,
        /// One position per row.
        rows: Vec<u32>,
    },
}

impl Cells {
    fn new(cell: CellType) -> Cells {
        match cell {
            CellType::Integer => Cells::Integer(Vec::new()),
            CellType::Number => Cells::Number(Vec::new()),
            CellType::Money => Cells::Money(Vec::new()),
            CellType::Text => Cells::Text { dictionary: Vec::new(), rows: Vec::new() },
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Cells::Integer(values) | Cells::Money(values) => values.len(),
            Cells::Number(values) => values.len(),
            Cells::Text { rows, .. } => rows.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One cell, on its way into a table.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// Whole number.
    Integer(i64),
    /// Number; NaN is unknown.
    Number(f64),
    /// Money.
    Money(Money),
    /// Text.
    Text(&'a str),
    /// Text that no other row of the table has.
    Unique(&'a str),
}

/// The layout of one table.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// Name without extension: `indicators`.
    pub name: &'static str,
    /// What one row is.
    pub row: &'static str,
    /// Columns in order.
    pub columns: &'static [ColumnSpec],
}

/// A table of one run (or of many, after appending in seed order).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Name without extension.
    pub name: String,
    /// Cells by column, in the order of the layout.
    pub columns: Vec<Cells>,
}

impl Table {
    /// An empty table of a layout.
    pub fn new(spec: &TableSpec) -> Table {
        Table {
            name: spec.name.to_string(),
            columns: spec.columns.iter().map(|c| Cells::new(c.cell)).collect(),
        }
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.columns.first().map_or(0, Cells::len)
    }

    /// The cells of a column of a run table, by its name.
    pub fn column(&self, name: &str) -> Option<&Cells> {
        let spec = layouts::RUN_TABLES.iter().find(|spec| spec.name == self.name)?;
        self.columns.get(spec.columns.iter().position(|column| column.name == name)?)
    }

    /// Appends one row; the cells must match the layout.
    pub fn push(&mut self, cells: &[Cell]) {
        assert_eq!(cells.len(), self.columns.len(), "table {}: wrong number of cells", self.name);
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, cell) {
                (Cells::Integer(values), Cell::Integer(x)) => values.push(*x),
                (Cells::Number(values), Cell::Number(x)) => {
                    values.push(if x.is_infinite() { f64::NAN } else { *x })
                }
                (Cells::Money(values), Cell::Money(x)) => values.push(x.0),
                (Cells::Text { dictionary, rows }, Cell::Text(text)) => {
                    // Rows come in the order of their keys: the last text, or one soon after it, is the likeliest.
                    let last = rows.last().map_or(0, |last| *last as usize);
                    let (before, after) = dictionary.split_at(last);
                    let ahead = after.iter().position(|known| known == text).map(|at| last + at);
                    let found = ahead.or_else(|| before.iter().position(|known| known == text));
                    let at = found.unwrap_or_else(|| {
                        dictionary.push((*text).to_string());
                        dictionary.len() - 1
                    });
                    rows.push(at as u32);
                }
                (Cells::Text { dictionary, rows }, Cell::Unique(text)) => {
                    rows.push(dictionary.len() as u32);
                    dictionary.push((*text).to_string());
                }
                (column, cell) => panic!("table {}: cell {cell:?} in column {column:?}", self.name),
            }
        }
    }
}
