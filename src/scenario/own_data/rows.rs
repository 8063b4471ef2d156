//! Files of one's own as rows with their places in the text, whether they are CSV or TOML.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::shapes::{SHAPES, Shape};
use crate::base::dates::Date;
use crate::entities::theatre::date_of;
use crate::scenario::diagnostic::{Code, Lines};
use crate::scenario::text::Syntax;
use crate::scenario::tree::{Node, Problem, Problems, Span, clip};

/// A value with its place.
pub(super) struct Item {
    pub(super) span: Span,
    pub(super) value: Value,
}

/// A value of either kind of file.
pub(super) enum Value {
    /// Text, or the field of a CSV file, whatever it is to hold.
    Text(String),
    Number {
        value: f64,
        is_whole: bool,
    },
    Flag,
    Day(Date),
    /// A date that is no calendar day, or holds a time of day.
    NoDay,
    List(Vec<Item>),
    Table(Vec<Cell>),
}

/// A value under its name.
pub(super) struct Cell {
    pub(super) name: String,
    pub(super) name_span: Span,
    pub(super) item: Item,
}

/// One row of one table.
pub(super) struct Row {
    /// Position of its file.
    pub(super) file: usize,
    pub(super) shape: &'static Shape,
    pub(super) span: Span,
    pub(super) is_csv: bool,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    pub(super) fn item(&self, name: &str) -> Option<&Item> {
        self.cells.iter().find(|cell| cell.name == name).map(|cell| &cell.item)
    }

    /// The text of a column, "" where there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        match self.item(name).map(|item| &item.value) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Place of a column, or of the row.
    pub(super) fn span_of(&self, name: &str) -> Span {
        self.item(name).map_or(self.span.clone(), |item| item.span.clone())
    }

    /// What tells the row from others of its table, in one spelling; none where a part of it is missing.
    pub(super) fn key(&self) -> Option<Vec<String>> {
        let part = |name: &&str| match &self.item(name)?.value {
            Value::Text(text) => Some(text.clone()),
            Value::Day(date) => Some(date.to_string()),
            _ => None,
        };
        let mut key = self.shape.key.iter().map(part).collect::<Option<Vec<String>>>()?;
        if self.shape.is_pair {
            key.sort();
        }
        Some(key)
    }
}

/// Reads the rows of a file whose name is known.
pub(super) fn read(file: usize, name: &str, text: &str, lines: &Lines, problems: &mut Problems) -> Vec<Row> {
    if name.ends_with(".csv") {
        csv_rows(file, name, text, lines, problems)
    } else {
        toml_rows(file, name, text, lines, problems)
    }
}

fn toml_rows(file: usize, name: &str, text: &str, lines: &Lines, problems: &mut Problems) -> Vec<Row> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let syntax = Syntax::of(&errors, text, lines);
    let shapes: Vec<&'static Shape> = SHAPES.iter().filter(|shape| shape.file == name).collect();
    let mut own = Problems::default();
    let mut rows = Vec::new();
    for (key, node) in root.get_ref() {
        let key_name: &str = key.get_ref();
        let Some(shape) = shapes.iter().find(|shape| shape.row == key_name) else {
            let message = format!("`{name}` has no list `{}`", clip(key_name));
            own.unknown(
                key.span(),
                Code::UnknownKey,
                message,
                key_name,
                shapes.iter().map(|shape| shape.row),
            );
            continue;
        };
        let Value::List(items) = value_of(node) else {
            not_a_list(key.span(), shape, &mut own);
            continue;
        };
        for item in items {
            match item.value {
                Value::Table(cells) => rows.push(Row { file, shape, span: item.span, is_csv: false, cells }),
                _ => not_a_list(item.span, shape, &mut own),
            }
        }
    }
    own.found.retain(|problem| syntax.leaves(problem, lines));
    problems.found.extend(own.found);
    // Rows of a file that cannot be parsed are not whole; what they lack is not their fault.
    if syntax.problems.found.is_empty() {
        rows.sort_by_key(|row| row.span.start);
    } else {
        rows.clear();
    }
    problems.found.extend(syntax.problems.found);
    rows
}

fn not_a_list(span: Span, shape: &Shape, problems: &mut Problems) {
    let message = format!("`{}` is not a list of tables", shape.row);
    problems.add(span, Code::WrongType, message).expected(format!("[[{}]] before each of them", shape.row));
}

pub(super) fn value_of(node: &Node) -> Value {
    match node.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(digits) => {
            let whole = i64::from_str_radix(digits.as_str(), digits.radix());
            Value::Number { value: whole.map_or(f64::NAN, |whole| whole as f64), is_whole: true }
        }
        DeValue::Float(digits) => {
            Value::Number { value: digits.as_str().parse().unwrap_or(f64::NAN), is_whole: false }
        }
        DeValue::Boolean(_) => Value::Flag,
        DeValue::Datetime(day) if day.time.is_none() && day.offset.is_none() => {
            date_of(day).map_or(Value::NoDay, Value::Day)
        }
        DeValue::Datetime(_) => Value::NoDay,
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| Item { span: item.span(), value: value_of(item) }).collect())
        }
        DeValue::Table(table) => {
            let mut cells: Vec<Cell> = table
                .iter()
                .map(|(key, node)| Cell {
                    name: key.get_ref().to_string(),
                    name_span: key.span(),
                    item: Item { span: node.span(), value: value_of(node) },
                })
                .collect();
            cells.sort_by_key(|cell| cell.name_span.start);
            Value::Table(cells)
        }
    }
}

fn csv_rows(file: usize, name: &str, text: &str, lines: &Lines, problems: &mut Problems) -> Vec<Row> {
    let Some(shape) = SHAPES.iter().find(|shape| shape.file == name) else { return Vec::new() };
    let mut records = match records(text) {
        Ok(records) => records.into_iter(),
        Err(problem) => {
            problems.found.push(problem);
            return Vec::new();
        }
    };
    let header = records.next().unwrap_or_default();
    if !is_header(&header, shape, lines, problems) {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for record in records {
        let span = record.first().map_or(0..0, |(span, _)| span.start..span.end.max(span.start + 1));
        if record.len() != header.len() {
            let message = format!("the row has {} fields", record.len());
            let expected = format!("{} fields, as in the header", header.len());
            problems.add(span, Code::Syntax, message).expected(expected);
            continue;
        }
        let cell = |((_, name), (span, text)): (&(Span, String), (Span, String))| Cell {
            name: name.clone(),
            name_span: span.clone(),
            item: Item { span, value: Value::Text(text) },
        };
        let cells = header.iter().zip(record).map(cell).collect();
        rows.push(Row { file, shape, span, is_csv: true, cells });
    }
    rows
}

/// True if the columns are those of the table, in any order.
fn is_header(header: &[(Span, String)], shape: &Shape, lines: &Lines, problems: &mut Problems) -> bool {
    let before = problems.found.len();
    let columns = || shape.fields.iter().map(|field| field.name);
    let mut first: BTreeMap<&str, &Span> = BTreeMap::new();
    for (span, name) in header {
        if !columns().any(|column| column == name) {
            let message = format!("{} has no column `{}`", shape.file, clip(name));
            problems.unknown(span.clone(), Code::UnknownKey, message, name, columns());
        } else if let Some(before) = first.insert(name, span) {
            let message = format!("the column `{name}` stands twice");
            let column = lines.diagnostic("", before.clone(), Code::Duplicate, String::new()).column;
            problems
                .add(span.clone(), Code::Duplicate, message)
                .expected(format!("each column once (first at column {column})"));
        }
    }
    let missing: Vec<&str> = columns().filter(|column| !first.contains_key(column)).collect();
    if !missing.is_empty() {
        let message = format!("the header lacks {}", missing.join(", "));
        let span = header.first().map_or(0..0, |(span, _)| span.clone());
        problems
            .add(span, Code::MissingKey, message)
            .expected(format!("the columns {}", columns().collect::<Vec<_>>().join(",")));
    }
    problems.found.len() == before
}

type Record = Vec<(Span, String)>;

/// The records of a CSV text (RFC 4180), empty lines left out; or the place from which it cannot be read.
fn records(text: &str) -> Result<Vec<Record>, Problem> {
    let bytes = text.as_bytes();
    let wrong = |span: Span, message: &str| Problem {
        span,
        code: Code::Syntax,
        message: message.to_string(),
        expected: Some("quotes around the whole field, each quote within it doubled".to_string()),
        nearest: None,
    };
    let mut records = Vec::new();
    let mut record: Record = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let content = if bytes[at] == b'"' {
            let mut content = String::new();
            loop {
                let from = at + 1;
                let Some(quote) = text[from..].find('"') else {
                    return Err(wrong(start..start + 1, "the quote is never closed"));
                };
                at = from + quote;
                content += &text[from..at];
                if bytes.get(at + 1) != Some(&b'"') {
                    break;
                }
                content.push('"');
                at += 1;
            }
            at += 1;
            if bytes.get(at).is_some_and(|next| !b",\r\n".contains(next)) {
                return Err(wrong(at..at + 1, "something follows the closing quote of a field"));
            }
            content
        } else {
            at += text[at..].find([',', '\r', '\n']).unwrap_or(text.len() - at);
            let content = &text[start..at];
            if let Some(quote) = content.find('"') {
                return Err(wrong(start + quote..start + quote + 1, "a quote stands within a field"));
            }
            content.to_string()
        };
        record.push((start..at, content));
        match bytes.get(at) {
            Some(b',') => {
                at += 1;
                if at == bytes.len() {
                    record.push((at..at, String::new()));
                }
            }
            _ => {
                at += 1;
                if bytes.get(at - 1..=at) == Some(b"\r\n") {
                    at += 1;
                }
                end_record(&mut record, &mut records);
            }
        }
    }
    end_record(&mut record, &mut records);
    Ok(records)
}

fn end_record(record: &mut Record, records: &mut Vec<Record>) {
    let record = std::mem::take(record);
    let is_blank = record.iter().all(|(span, _)| span.is_empty()) && record.len() <= 1;
    if !is_blank {
        records.push(record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Result<Vec<Vec<String>>, (Span, String)> {
        let plain = |record: Record| record.into_iter().map(|(_, text)| text).collect();
        records(text)
            .map(|records| records.into_iter().map(plain).collect())
            .map_err(|problem| (problem.span, problem.message))
    }

    #[test]
    fn fields_are_those_that_the_csv_crate_finds() {
        for text in [
            "a,b\n1,2\n",
            "a,b\r\n\r\n1,\"x, \"\"y\"\"\"\r\n",
            "a,b\n,\n\"\",3",
            "a,b\n1,",
            "\n\na\n",
            "a,b\r1,2\r",
            "a\n\"x\ny\"\n",
            "",
        ] {
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
            assert_eq!(texts(text).unwrap(), theirs, "{text:?}");
        }
    }

    #[test]
    fn what_no_two_programs_read_alike_is_refused() {
        assert_eq!(texts("a,b\n1,\"2\n").unwrap_err().0, 6..7);
        assert_eq!(texts("a,b\n1,\"2\"x\n").unwrap_err().0, 9..10);
        assert_eq!(texts("a,b\n1,2\"\n").unwrap_err().0, 7..8);
    }
}
