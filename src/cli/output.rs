//! Data on stdout: texts, and lists as table, CSV or JSON.

use std::io::Write;

use serde_json::Value;

use super::arguments::ListFormat;
use super::messages::CliError;
use crate::export::csv;

/// Prints a text. A reader that went away is silence, any other trouble is work unfinished.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => CliError::BrokenPipe,
        _ => CliError::Unfinished(format!("cannot write to standard output: {error}")),
    })
}

/// A list with named columns.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// Cells by row.
    pub rows: Vec<Vec<Value>>,
    /// Columns that `table` leaves out, because they do not fit a line.
    pub only_for_programs: Vec<&'static str>,
}

impl List {
    /// Prints the list in the form that was asked for.
    pub fn print(&self, format: ListFormat) -> Result<(), CliError> {
        print(&match format {
            ListFormat::Table => self.table(),
            ListFormat::Csv => self.csv(),
            ListFormat::Json => format!("{:#}\n", self.json()),
        })
    }

    fn json(&self) -> Value {
        let object = |row: &Vec<Value>| {
            let pairs = self.columns.iter().zip(row);
            Value::Object(pairs.map(|(name, value)| ((*name).to_string(), value.clone())).collect())
        };
        Value::Array(self.rows.iter().map(object).collect())
    }

    fn csv(&self) -> String {
        let mut text = self.columns.join(",") + "\n";
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|value| csv::field(&plain(value))).collect();
            text += &(cells.join(",") + "\n");
        }
        text
    }

    fn table(&self) -> String {
        let shown: Vec<usize> = (0..self.columns.len())
            .filter(|column| !self.only_for_programs.contains(&self.columns[*column]))
            .collect();
        let cell = |row: &Vec<Value>, column: usize| plain(&row[column]).replace(['\n', '\r'], " ");
        let width = |column: &usize| {
            let cells = self.rows.iter().map(|row| cell(row, *column).chars().count());
            cells.max().unwrap_or(0).max(self.columns[*column].chars().count())
        };
        let widths: Vec<usize> = shown.iter().map(width).collect();
        let line = |cells: Vec<String>| {
            let padded: Vec<String> =
                cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            padded.join("  ").trim_end().to_string() + "\n"
        };
        let mut text = line(shown.iter().map(|column| self.columns[*column].to_string()).collect());
        for row in &self.rows {
            text += &line(shown.iter().map(|column| cell(row, *column)).collect());
        }
        text
    }
}

/// A value without quotes; lists and objects as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => {
            number.as_f64().filter(|_| number.is_f64()).map_or_else(|| number.to_string(), csv::number)
        }
        other => other.to_string(),
    }
}
