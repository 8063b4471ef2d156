//! Observed series from files that the user brings: event lists in the layout of UCDP GED, and counts of refugees.
//!
//! Columns are found by name in the header, the official one first. Every error has file, line and column, as in
//! scenario files. Texts are handed in; nothing read here reaches a run.

pub mod ged;
pub mod refugees;

use std::ops::Range;

use crate::base::dates::Date;
use crate::base::spelling::nearest;
use crate::scenario::diagnostic::{Code, Diagnostic, Lines};

/// Most errors that are shown of one file.
const SHOWN: usize = 20;

/// A CSV file: its header, its rows, and what is wrong with it so far.
pub(crate) struct Sheet<'t> {
    label: &'t str,
    text: &'t str,
    lines: Lines<'t>,
    header: Vec<String>,
    rows: Vec<Row>,
    diagnostics: Vec<Diagnostic>,
}

/// One row: where it begins in the text, and its fields.
struct Row {
    start: usize,
    fields: csv::StringRecord,
}

impl<'t> Sheet<'t> {
    /// Reads a file; rows with too few or too many fields are errors.
    pub(crate) fn read(label: &'t str, bytes: &'t [u8], holds: &str) -> Result<Sheet<'t>, Vec<Diagnostic>> {
        let text = decode(label, bytes, holds).map_err(|diagnostic| vec![*diagnostic])?;
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut sheet = Sheet {
            label,
            text,
            lines: Lines::new(text),
            header: Vec::new(),
            rows: Vec::new(),
            diagnostics: Vec::new(),
        };
        let mut fields = csv::StringRecord::new();
        let mut first = true;
        while reader.read_record(&mut fields).is_ok_and(|more| more) {
            let start = fields.position().map_or(0, |at| at.byte() as usize);
            // The reader skips empty lines but counts the row from before them.
            let start = start + text[start..].len() - text[start..].trim_start_matches(['\n', '\r']).len();
            if std::mem::take(&mut first) {
                sheet.header = fields.iter().map(|name| name.trim().to_string()).collect();
                continue;
            }
            if fields.len() != sheet.header.len() {
                let expected = format!("{} fields, as in the header", sheet.header.len());
                let message = format!("the row has {} fields", fields.len());
                sheet.complain(start..start + 1, Code::Syntax, message, Some(expected));
                continue;
            }
            sheet.rows.push(Row { start, fields: fields.clone() });
        }
        if sheet.rows.is_empty() && sheet.diagnostics.is_empty() {
            let mut diagnostic = Diagnostic::whole_file(label, Code::MissingKey, "the file has no rows");
            diagnostic.expected = Some(holds.to_string());
            return Err(vec![diagnostic]);
        }
        Ok(sheet)
    }

    /// Number of whole rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Position of the first of these columns that is there.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.header.iter().position(|column| column == name))
    }

    /// The same; its absence is an error.
    pub(crate) fn required(&mut self, names: &[&str]) -> usize {
        self.find(names).unwrap_or_else(|| {
            let message = format!("there is no column `{}`", names[0]);
            let mut diagnostic = Diagnostic::whole_file(self.label, Code::MissingKey, message);
            diagnostic.expected = Some(format!("a column named {}", names.join(" or ")));
            diagnostic.nearest =
                nearest(names[0], self.header.iter().map(String::as_str)).map(str::to_string);
            self.diagnostics.push(diagnostic);
            usize::MAX
        })
    }

    /// A field, trimmed; "" where the column is missing.
    pub(crate) fn word(&self, row: usize, column: usize) -> &str {
        self.rows[row].fields.get(column).unwrap_or("").trim()
    }

    /// A number within bounds; an error and none if it is not.
    pub(crate) fn number(&mut self, row: usize, column: usize, (low, high): (f64, f64)) -> Option<f64> {
        if column == usize::MAX {
            return None;
        }
        let word = self.word(row, column).to_string();
        match word.parse::<f64>() {
            Ok(x) if (low..=high).contains(&x) => Some(x),
            parsed => {
                let code = if parsed.is_ok() { Code::OutOfRange } else { Code::WrongType };
                let expected = format!("a number from {low} to {high}");
                self.wrong(row, column, code, &word, expected);
                None
            }
        }
    }

    /// A date `YYYY-MM-DD`, perhaps with a time of day behind it; an error and none if it is not.
    pub(crate) fn date(&mut self, row: usize, column: usize) -> Option<Date> {
        if column == usize::MAX {
            return None;
        }
        let word = self.word(row, column).to_string();
        let day = word.split([' ', 'T']).next().and_then(Date::parse);
        if day.is_none() {
            self.wrong(row, column, Code::BadDate, &word, "a date such as 2013-07-01".to_string());
        }
        day
    }

    fn wrong(&mut self, row: usize, column: usize, code: Code, word: &str, expected: String) {
        let span = field_span(self.text, self.rows[row].start, column);
        let message = format!("`{}` in column `{}`", clip(word), self.header[column]);
        self.complain(span, code, message, Some(expected));
    }

    fn complain(&mut self, span: Range<usize>, code: Code, message: String, expected: Option<String>) {
        if self.diagnostics.len() < SHOWN {
            let found = self.lines.diagnostic(self.label, span, code, message);
            self.diagnostics.push(Diagnostic { expected, ..found });
        }
    }

    /// What was made of the rows, or every error, in the order of the text.
    pub(crate) fn finish<T>(mut self, made: T) -> Result<T, Vec<Diagnostic>> {
        if self.diagnostics.is_empty() {
            return Ok(made);
        }
        self.diagnostics.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
        Err(self.diagnostics)
    }
}

/// The text of a file, without a byte order mark.
fn decode<'b>(label: &str, bytes: &'b [u8], holds: &str) -> Result<&'b str, Box<Diagnostic>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim().is_empty() => {
            let mut diagnostic = Diagnostic::whole_file(label, Code::MissingKey, "the file is empty");
            diagnostic.expected = Some(holds.to_string());
            Err(Box::new(diagnostic))
        }
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let at = error.valid_up_to();
            let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| at + n);
            let upto = String::from_utf8_lossy(&bytes[..end]);
            let message = format!("byte {} (0x{:02x}) is not UTF-8", at + 1, bytes[at]);
            let mut diagnostic = Lines::new(&upto).diagnostic(label, at..at + 1, Code::Encoding, message);
            diagnostic.expected = Some("a CSV file in UTF-8".to_string());
            Err(Box::new(diagnostic))
        }
    }
}

/// Bytes of the n-th field of the row that begins at `start`.
fn field_span(text: &str, start: usize, field: usize) -> Range<usize> {
    let (mut quoted, mut at, mut from) = (false, 0, start);
    for (i, byte) in text.as_bytes().iter().enumerate().skip(start) {
        match byte {
            b'"' => quoted = !quoted,
            b',' | b'\n' | b'\r' if !quoted => {
                if at == field || *byte != b',' {
                    return from..i.max(from + 1).min(text.len());
                }
                at += 1;
                from = i + 1;
            }
            _ => {}
        }
    }
    from.min(text.len())..text.len()
}

fn clip(word: &str) -> String {
    if word.chars().count() <= 40 {
        word.to_string()
    } else {
        word.chars().take(37).collect::<String>() + "..."
    }
}
