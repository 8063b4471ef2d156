//! The text of a table: the project's only spelling of numbers, money and words in CSV.
//!
//! UTF-8, LF, comma, quotes as in RFC 4180. Whole numbers plain, money with two decimals, other numbers as the
//! shortest text that reads back to the same f64 and never with an exponent, -0 as 0, unknown (NaN) empty.

use std::io::Write;

use crate::tables::{Cells, Table, TableSpec};

/// The header line of a layout.
pub fn header(spec: &TableSpec) -> String {
    let names: Vec<&str> = spec.columns.iter().map(|column| column.name).collect();
    names.join(",") + "\n"
}

/// A word as a field: quoted only where RFC 4180 requires it.
pub fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

/// A number as a field.
pub fn number(x: f64) -> String {
    // Adding zero turns -0 into 0; Display never uses exponents and is the shortest text that reads back.
    if x.is_finite() { format!("{}", x + 0.0) } else { String::new() }
}

/// Money in cents as a field.
pub fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let absolute = cents.unsigned_abs();
    format!("{sign}{}.{:02}", absolute / 100, absolute % 100)
}

/// Turns rows of tables into text; keeps the quoted words of a table between calls.
#[derive(Debug)]
pub struct RowsText<'a> {
    table: &'a Table,
    words: Vec<Vec<String>>,
}

impl<'a> RowsText<'a> {
    /// Prepares a table: every distinct word is quoted once.
    pub fn new(table: &'a Table) -> RowsText<'a> {
        let words = table
            .columns
            .iter()
            .map(|column| match column {
                Cells::Text { dictionary, .. } => dictionary.iter().map(|word| field(word)).collect(),
                _ => Vec::new(),
            })
            .collect();
        RowsText { table, words }
    }

    /// Appends the lines of a range of rows.
    pub fn write(&self, rows: std::ops::Range<usize>, text: &mut Vec<u8>) {
        for row in rows {
            for (i, column) in self.table.columns.iter().enumerate() {
                if i > 0 {
                    text.push(b',');
                }
                match column {
                    Cells::Integer(values) => append(text, format_args!("{}", values[row])),
                    Cells::Number(values) if values[row].is_finite() => {
                        append(text, format_args!("{}", values[row] + 0.0));
                    }
                    Cells::Number(_) => {}
                    Cells::Money(values) => text.extend_from_slice(money(values[row]).as_bytes()),
                    Cells::Text { rows, .. } => {
                        text.extend_from_slice(self.words[i][rows[row] as usize].as_bytes());
                    }
                }
            }
            text.push(b'\n');
        }
    }
}

fn append(text: &mut Vec<u8>, arguments: std::fmt::Arguments) {
    // Writing to memory cannot fail.
    let _ = text.write_fmt(arguments);
}

/// The rows of a table as text, without the header.
pub fn rows(table: &Table) -> Vec<u8> {
    let mut text = Vec::new();
    RowsText::new(table).write(0..table.n_rows(), &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_plain_and_read_back() {
        for (x, text) in [
            (0.1, "0.1"),
            (-0.0, "0"),
            (1e21, "1000000000000000000000"),
            (1e-7, "0.0000001"),
            (3.0, "3"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ] {
            assert_eq!(number(x), text);
        }
        for x in [f64::MIN_POSITIVE, f64::MAX, 0.1 + 0.2, -1.0 / 3.0] {
            assert_eq!(number(x).parse::<f64>().ok(), Some(x));
        }
    }

    #[test]
    fn money_has_two_decimals_on_both_sides_of_zero() {
        assert_eq!(money(0), "0.00");
        assert_eq!(money(-5), "-0.05");
        assert_eq!(money(123_456), "1234.56");
        assert_eq!(money(i64::MIN), "-92233720368547758.08");
    }

    #[test]
    fn words_are_quoted_only_where_needed() {
        assert_eq!(field("Gao"), "Gao");
        assert_eq!(field("a,b"), "\"a,b\"");
        assert_eq!(field("say \"no\""), "\"say \"\"no\"\"\"");
        assert_eq!(field("two\nlines"), "\"two\nlines\"");
    }
}
