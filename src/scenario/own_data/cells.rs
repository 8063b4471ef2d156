//! Each row by itself: its columns, their types and bounds, and the names in them.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{Cell, Item, Row, Value};
use super::shapes::{Field, Holds, Of, Spelling, Sum};
use crate::base::dates::HORIZON;
use crate::entities::theatre::Theatre;
use crate::entities::vocabulary::{Commodity, Community};
use crate::scenario::diagnostic::Code;
use crate::scenario::tree::{Problems, Span, clip};

/// How far a sum of shares may lie from 1: they are written with few digits.
const ROUNDING: f64 = 1e-6;

/// Longest id [characters].
const LONGEST_ID: usize = 60;

/// Names that rows may refer to: those of the theatre and those that the files add.
pub(super) struct Names {
    known: Vec<(Of, BTreeSet<String>)>,
}

impl Names {
    pub(super) fn of(theatre: &Theatre, rows: &[Row]) -> Names {
        let added = |row: &str| -> Vec<String> {
            rows.iter().filter(|r| r.shape.row == row).map(|r| r.text("id").to_string()).collect()
        };
        let with = |ids: Vec<&String>, row: &str| ids.into_iter().cloned().chain(added(row)).collect();
        let known = vec![
            (Of::Place, with(theatre.places.iter().map(|row| &row.id).collect(), "place")),
            (Of::Group, with(theatre.groups.iter().map(|row| &row.id).collect(), "group")),
            (Of::Network, with(theatre.networks.iter().map(|row| &row.id).collect(), "network")),
            (Of::Government, with(theatre.governments.iter().map(|row| &row.id).collect(), "government")),
            // Nothing would read a new series or season: only those that stand can be named.
            (Of::Series, theatre.series.iter().map(|row| row.id.clone()).collect()),
            (Of::Season, theatre.seasons.iter().map(|row| row.id.clone()).collect()),
            (Of::Commodity, Commodity::ALL.iter().map(|id| id.word().to_string()).collect()),
            (Of::Community, Community::ALL.iter().map(|id| id.word().to_string()).collect()),
        ];
        Names { known }
    }

    fn set(&self, of: Of) -> Option<&BTreeSet<String>> {
        self.known.iter().find(|(known, _)| *known == of).map(|(_, names)| names)
    }

    fn check(&self, of: Of, name: &str, span: Span, problems: &mut Problems) {
        let Some(names) = self.set(of) else { return };
        if !names.contains(name) {
            let message = format!("there is no {} `{}`", of.word(), clip(name));
            problems.unknown(span, Code::UnknownName, message, name, names.iter().map(String::as_str));
        }
    }
}

/// Checks every cell of a row.
pub(super) fn check(row: &Row, names: &Names, problems: &mut Problems) {
    let cells = Checker { names, is_csv: row.is_csv };
    cells.fields(row.shape.what, &row.cells, row.shape.fields, row.span.clone(), problems);
}

struct Checker<'n> {
    names: &'n Names,
    is_csv: bool,
}

impl Checker<'_> {
    fn fields(&self, what: &str, cells: &[Cell], fields: &[Field], span: Span, problems: &mut Problems) {
        for cell in cells {
            match fields.iter().find(|field| field.name == cell.name) {
                Some(field) => self.value(field.name, field.holds, &cell.item, problems),
                None => {
                    let message = format!("{what} has no key `{}`", clip(&cell.name));
                    let known = fields.iter().map(|field| field.name);
                    problems.unknown(cell.name_span.clone(), Code::UnknownKey, message, &cell.name, known);
                }
            }
        }
        for field in fields.iter().filter(|field| !field.optional) {
            if !cells.iter().any(|cell| cell.name == field.name) {
                let message = format!("{what} has no `{}`", field.name);
                problems
                    .add(span.clone(), Code::MissingKey, message)
                    .expected(expected(field.name, field.holds));
            }
        }
    }

    fn value(&self, name: &str, holds: Holds, item: &Item, problems: &mut Problems) {
        let span = item.span.clone();
        match (holds, &item.value) {
            (Holds::Text, Value::Text(text)) if text.trim().is_empty() => {
                problems
                    .add(span, Code::MissingKey, format!("`{name}` is empty"))
                    .expected(expected(name, holds));
            }
            (Holds::Text | Holds::Remark, Value::Text(text)) => {
                if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
                    let message = format!("`{name}` holds a control character");
                    problems.add(span, Code::Encoding, message).expected("plain text");
                }
            }
            (Holds::Spelt(spelling), Value::Text(text)) => self.id(name, spelling, text, span, problems),
            (Holds::Word(words), Value::Text(text)) => {
                let words = words();
                if !words.contains(&text.as_str()) {
                    let message = format!("`{}` is no {name}", clip(text));
                    problems.unknown(span, Code::UnknownName, message, text, words);
                }
            }
            (Holds::Name(of), Value::Text(text)) => self.names.check(of, text, span, problems),
            (Holds::Number(low, high), _) => {
                self.number(name, item, (low, high), holds, problems);
            }
            (Holds::Whole(low, high), _) => {
                let bounds = (f64::from(low), f64::from(high));
                self.number(name, item, bounds, holds, problems);
            }
            (Holds::Flag, Value::Flag) => {}
            (Holds::Day, Value::Day(day)) => {
                if day.year < 1900 || day.days() > HORIZON.days() + 6 {
                    let message = format!("`{name}` = {day} is outside the horizon");
                    problems
                        .add(span, Code::OutsideHorizon, message)
                        .expected(format!("a date up to the week of {HORIZON}"));
                }
            }
            (Holds::Day, _) => {
                let message = format!("`{name}` is no date");
                problems.add(span, Code::BadDate, message).expected(expected(name, holds));
            }
            (Holds::Names(of), Value::List(items)) => {
                for item in items {
                    match &item.value {
                        Value::Text(text) => self.names.check(of, text, item.span.clone(), problems),
                        _ => wrong_type(name, holds, item.span.clone(), problems),
                    }
                }
            }
            (Holds::Shares(of, low, high, sum), Value::Table(cells)) => {
                let mut shares = Vec::new();
                for cell in cells {
                    self.names.check(of, &cell.name, cell.name_span.clone(), problems);
                    let bounds = Holds::Number(low, high);
                    shares.push(self.number(&cell.name, &cell.item, (low, high), bounds, problems));
                }
                adds_up(name, &shares, sum, span, problems);
            }
            (Holds::Parts(fields), Value::Table(cells)) => {
                self.fields(&format!("`{name}`"), cells, fields, span.clone(), problems);
                adds_up(name, &plain_numbers(cells), Sum::One, span, problems);
            }
            (Holds::Items(fields), Value::List(items)) => self.items(name, fields, items, span, problems),
            (Holds::Months, Value::List(items)) => {
                for item in items {
                    self.number(name, item, (0.0, 1.0), Holds::Number(0.0, 1.0), problems);
                }
                if items.len() != 12 {
                    let message = format!("`{name}` holds {} numbers", items.len());
                    problems.add(span, Code::OutOfRange, message).expected(expected(name, holds));
                }
            }
            _ => wrong_type(name, holds, span, problems),
        }
    }

    /// A list of tables: shares of places add to 1, dates rise.
    fn items(
        &self,
        name: &str,
        fields: &'static [Field],
        items: &[Item],
        span: Span,
        problems: &mut Problems,
    ) {
        if items.is_empty() {
            let message = format!("`{name}` is empty");
            problems.add(span, Code::MissingKey, message).expected(expected(name, Holds::Items(fields)));
            return;
        }
        let (mut shares, mut last) = (Vec::new(), None);
        for item in items {
            let Value::Table(cells) = &item.value else {
                wrong_type(name, Holds::Items(fields), item.span.clone(), problems);
                continue;
            };
            self.fields(&format!("an item of `{name}`"), cells, fields, item.span.clone(), problems);
            for cell in cells {
                match (&cell.item.value, cell.name.as_str()) {
                    (Value::Number { value, .. }, "share") => shares.push(Some(*value)),
                    (Value::Day(day), "from") => {
                        if last.is_some_and(|last| last >= *day) {
                            let message = format!("`from` = {day} does not lie after the one before it");
                            problems
                                .add(cell.item.span.clone(), Code::Conflict, message)
                                .expected("dates that rise");
                        }
                        last = Some(*day);
                    }
                    _ => {}
                }
            }
        }
        if fields.iter().any(|field| field.name == "share") {
            let whole = shares.len() == items.len();
            adds_up(name, if whole { &shares } else { &[None] }, Sum::One, span, problems);
        }
    }

    fn id(&self, name: &str, spelling: Spelling, text: &str, span: Span, problems: &mut Problems) {
        let fits = |c: char, place: &str| match spelling {
            Spelling::Place => c.is_ascii_alphanumeric() || place.contains(c),
            Spelling::Kebab => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
            Spelling::Capitals => c.is_ascii_uppercase(),
        };
        let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let spaced = text.ends_with(' ') || text.contains("  ");
        if !begins || spaced || text.len() > LONGEST_ID || !text.chars().all(|c| fits(c, " -'.()")) {
            let message = format!("`{}` cannot be the {name}", clip(text));
            problems.add(span, Code::Syntax, message).expected(expected(name, Holds::Spelt(spelling)));
        }
    }

    fn number(
        &self,
        name: &str,
        item: &Item,
        (low, high): (f64, f64),
        holds: Holds,
        problems: &mut Problems,
    ) -> Option<f64> {
        let wants_whole = matches!(holds, Holds::Whole(..));
        let found = match &item.value {
            Value::Number { value, is_whole } if *is_whole || !wants_whole => Some(*value),
            Value::Text(text) if self.is_csv && wants_whole => {
                let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                let signed = text.strip_prefix('-').is_some_and(|rest| rest.parse::<u64>().is_ok());
                text.parse::<f64>().ok().filter(|_| digits || signed)
            }
            Value::Text(text) if self.is_csv => text.parse::<f64>().ok(),
            _ => None,
        };
        let span = item.span.clone();
        let Some(value) = found else {
            wrong_type(name, holds, span, problems);
            return None;
        };
        if !(low..=high).contains(&value) {
            let message = format!("`{}` = {value} is out of range", clip(name));
            problems.add(span, Code::OutOfRange, message).expected(expected(name, holds));
            return None;
        }
        Some(value)
    }
}

fn plain_numbers(cells: &[Cell]) -> Vec<Option<f64>> {
    let number = |cell: &Cell| match cell.item.value {
        Value::Number { value, .. } => Some(value),
        _ => None,
    };
    cells.iter().map(number).collect()
}

/// Says so if shares, all of which can be read, do not add to what they must.
fn adds_up(name: &str, shares: &[Option<f64>], sum: Sum, span: Span, problems: &mut Problems) {
    let Some(found) = shares.iter().copied().sum::<Option<f64>>() else { return };
    let (wrong, expected) = match sum {
        Sum::Any => return,
        Sum::One => ((found - 1.0).abs() > ROUNDING, "shares that add to 1"),
        Sum::AtMostOne => (found > 1.0 + ROUNDING, "shares that add to 1 at most"),
    };
    if wrong {
        // Twelve digits tell what was written, and hide what the sum of binary fractions adds.
        let found = (found * 1e12).round() / 1e12;
        let message = format!("the shares in `{name}` add to {found}");
        problems.add(span, Code::OutOfRange, message).expected(expected);
    }
}

fn wrong_type(name: &str, holds: Holds, span: Span, problems: &mut Problems) {
    let message = format!("`{}` is of the wrong type", clip(name));
    problems.add(span, Code::WrongType, message).expected(expected(name, holds));
}

/// What would have been right.
fn expected(name: &str, holds: Holds) -> String {
    match holds {
        Holds::Spelt(Spelling::Place) => {
            "letters without accents, digits, spaces and -'.(), a letter first, at most 60 characters"
                .to_string()
        }
        Holds::Spelt(Spelling::Kebab) => "a-z, 0-9 and -, a letter first, at most 60 characters".to_string(),
        Holds::Spelt(Spelling::Capitals) => "capitals, such as the ISO code MLI".to_string(),
        Holds::Text if name == "source" => "where the figures of the row come from".to_string(),
        Holds::Text | Holds::Remark => "text".to_string(),
        Holds::Number(low, high) => format!("a number from {low} to {high}"),
        Holds::Whole(low, high) => format!("a whole number from {low} to {high}"),
        Holds::Flag => "true or false".to_string(),
        Holds::Day => "a date without quotes or time: 2013-07-01".to_string(),
        Holds::Word(words) => words().join(", "),
        Holds::Name(of) => format!("the id of a {}", of.word()),
        Holds::Names(of) => format!("a list of ids of {}s: [\"...\"]", of.word()),
        Holds::Shares(of, ..) => format!("a table of numbers by {}: {{ NAME = 0.5 }}", of.word()),
        Holds::Items(fields) | Holds::Parts(fields) => {
            let names: Vec<String> = fields.iter().map(|field| format!("{} = ...", field.name)).collect();
            let table = format!("{{ {} }}", names.join(", "));
            if matches!(holds, Holds::Items(_)) { format!("a list of tables: [{table}]") } else { table }
        }
        Holds::Months => "twelve numbers from 0 to 1, January first".to_string(),
    }
}

/// Rows of the files by table and key; a key that stands twice is noted where it stands again.
pub(super) fn by_key<'r>(
    rows: &'r [Row],
    line_of: &dyn Fn(&Row) -> usize,
    problems: &mut [Problems],
) -> BTreeMap<(&'static str, Vec<String>), &'r Row> {
    let mut found: BTreeMap<(&'static str, Vec<String>), &Row> = BTreeMap::new();
    for row in rows {
        let Some(key) = row.key() else { continue };
        let shown = clip(&key.join(", "));
        match found.get(&(row.shape.row, key.clone())) {
            None => {
                found.insert((row.shape.row, key), row);
            }
            Some(first) => {
                let message = format!("{} `{shown}` stands twice", row.shape.what);
                let line = line_of(first);
                problems[row.file]
                    .add(row.span_of(row.shape.key[0]), Code::Duplicate, message)
                    .expected(format!("each {} once (first in line {line})", row.shape.row));
            }
        }
    }
    found
}
