//! The parsed text with its positions, and typed access that reports instead of failing.
//!
//! Deserializing whole files would stop at the first error. Here every access notes what is wrong, with its
//! place, and reading goes on, so that a user sees all errors of a file at once.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::dates::Date;
use crate::base::spelling;
use crate::entities::theatre::date_of;
use crate::scenario::diagnostic::Code;

/// A value with its place in the text.
pub(crate) type Node<'i> = Spanned<DeValue<'i>>;

/// Bytes of the text that a value or key takes.
pub(crate) type Span = Range<usize>;

/// An error with its place in bytes.
pub(crate) struct Problem {
    pub(crate) span: Span,
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) expected: Option<String>,
    pub(crate) nearest: Option<String>,
}

impl Problem {
    pub(crate) fn expected(&mut self, text: impl Into<String>) -> &mut Problem {
        self.expected = Some(text.into());
        self
    }
}

/// Problems beyond this number are counted, not described.
pub(crate) const SHOWN_PROBLEMS: usize = 100;

/// The errors of one file.
#[derive(Default)]
pub(crate) struct Problems {
    pub(crate) found: Vec<Problem>,
}

impl Problems {
    /// Notes an error.
    pub(crate) fn add(&mut self, span: Span, code: Code, message: impl Into<String>) -> &mut Problem {
        let at = self.found.len();
        self.found.push(Problem { span, code, message: message.into(), expected: None, nearest: None });
        &mut self.found[at]
    }

    /// True if nobody will see what is added: a file of nothing but wrong names would otherwise take long to
    /// compare with every right one.
    pub(crate) fn full(&self) -> bool {
        self.found.len() > 2 * SHOWN_PROBLEMS
    }

    /// Notes a word that is not in a list, with the list if it is short and the nearest of its words.
    pub(crate) fn unknown<'a>(
        &mut self,
        span: Span,
        code: Code,
        message: impl Into<String>,
        word: &str,
        valid: impl IntoIterator<Item = &'a str>,
    ) -> &mut Problem {
        let full = self.full();
        let problem = self.add(span, code, message);
        if !full {
            let valid: Vec<&str> = valid.into_iter().collect();
            problem.nearest = spelling::nearest(word, valid.iter().copied()).map(str::to_string);
            problem.expected = listing(&valid);
        }
        problem
    }
}

/// A short list in words; long lists are left to `harmattan list`.
fn listing(words: &[&str]) -> Option<String> {
    match words {
        [] => None,
        [word] => Some((*word).to_string()),
        _ if words.iter().map(|word| word.len() + 2).sum::<usize>() > 240 => {
            Some(format!("one of {} names", words.len()))
        }
        [first @ .., last] => Some(format!("{} or {last}", first.join(", "))),
    }
}

/// Shortens a word from the file for a message.
pub(crate) fn clip(word: &str) -> String {
    if word.chars().count() <= 60 {
        word.to_string()
    } else {
        word.chars().take(57).chain("...".chars()).collect()
    }
}

/// The type of a value in plain words.
pub(crate) fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// One table of the file.
#[derive(Clone)]
pub(crate) struct Table<'t, 'i> {
    table: &'t DeTable<'i>,
    /// Where it begins: its header, its braces, or the key that opens it.
    pub(crate) span: Span,
    /// What it is, for messages: `the lever`.
    what: &'static str,
}

impl<'t, 'i> Table<'t, 'i> {
    pub(crate) fn new(table: &'t DeTable<'i>, span: Span, what: &'static str) -> Table<'t, 'i> {
        Table { table, span, what }
    }

    /// The value as a table, or a note that it is none.
    pub(crate) fn of(
        node: &'t Node<'i>,
        what: &'static str,
        expected: &str,
        problems: &mut Problems,
    ) -> Option<Table<'t, 'i>> {
        match node.get_ref() {
            DeValue::Table(table) => Some(Table::new(table, node.span(), what)),
            other => {
                problems
                    .add(node.span(), Code::WrongType, format!("{what} is {}", kind(other)))
                    .expected(expected);
                None
            }
        }
    }

    /// Keys and values in the order of the text.
    pub(crate) fn entries(&self) -> Vec<(Spanned<String>, &'t Node<'i>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| (Spanned::new(key.span(), key.get_ref().to_string()), value))
            .collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    /// Notes every key that is not in the list.
    pub(crate) fn only(&self, valid: &[&str], problems: &mut Problems) {
        for (key, _) in self.entries() {
            if !valid.contains(&key.get_ref().as_str()) {
                let message = format!("{} has no key `{}`", self.what, clip(key.get_ref()));
                problems.unknown(key.span(), Code::UnknownKey, message, key.get_ref(), valid.iter().copied());
            }
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'t Node<'i>> {
        self.table.get(key)
    }

    /// Place of a key.
    pub(crate) fn key_span(&self, key: &str) -> Span {
        self.table.get_key_value(key).map_or(self.span.clone(), |(key, _)| key.span())
    }

    /// The value of a key that must be there.
    pub(crate) fn required(
        &self,
        key: &str,
        expected: &str,
        problems: &mut Problems,
    ) -> Option<&'t Node<'i>> {
        let found = self.get(key);
        if found.is_none() {
            problems
                .add(self.span.clone(), Code::MissingKey, format!("{} has no `{key}`", self.what))
                .expected(expected);
        }
        found
    }

    /// The one key of several that is present; none or two are noted.
    pub(crate) fn one_of(
        &self,
        keys: &[&'static str],
        expected: &str,
        problems: &mut Problems,
    ) -> Option<(&'static str, &'t Node<'i>)> {
        let mut present: Vec<_> = keys.iter().filter_map(|key| Some((*key, self.get(key)?))).collect();
        present.sort_by_key(|(key, _)| self.key_span(key).start);
        match present[..] {
            [one] => Some(one),
            [] => {
                let message = format!("{} has none of {}", self.what, quoted(keys));
                problems.add(self.span.clone(), Code::MissingKey, message).expected(expected);
                None
            }
            [(first, _), (second, _), ..] => {
                let message = format!("{} has both `{first}` and `{second}`", self.what);
                problems.add(self.key_span(second), Code::Conflict, message).expected(expected);
                None
            }
        }
    }

    /// Text at a key, if the key is there.
    pub(crate) fn text(&self, key: &str, problems: &mut Problems) -> Option<Spanned<String>> {
        text(key, self.get(key)?, problems)
    }

    /// A date at a key, if the key is there.
    pub(crate) fn date(&self, key: &str, problems: &mut Problems) -> Option<Spanned<Date>> {
        date(key, self.get(key)?, problems)
    }

    /// A whole number within bounds, if the key is there.
    pub(crate) fn weeks(&self, key: &str, low: u32, high: u32, problems: &mut Problems) -> Option<u32> {
        weeks(key, self.get(key)?, low, high, problems)
    }
}

fn quoted(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

fn wrong_type(key: &str, node: &Node, expected: &str, problems: &mut Problems) {
    let message = format!("`{}` is {}", clip(key), kind(node.get_ref()));
    problems.add(node.span(), Code::WrongType, message).expected(expected);
}

/// A value as text.
pub(crate) fn text(key: &str, node: &Node, problems: &mut Problems) -> Option<Spanned<String>> {
    match node.get_ref() {
        DeValue::String(text) => Some(Spanned::new(node.span(), text.to_string())),
        _ => {
            wrong_type(key, node, "text in quotes", problems);
            None
        }
    }
}

/// A value as a list.
pub(crate) fn list<'t, 'i>(
    key: &str,
    node: &'t Node<'i>,
    expected: &str,
    problems: &mut Problems,
) -> Option<&'t [Node<'i>]> {
    match node.get_ref() {
        DeValue::Array(items) => Some(items),
        _ => {
            wrong_type(key, node, expected, problems);
            None
        }
    }
}

/// A value as a list of texts.
pub(crate) fn texts(key: &str, node: &Node, problems: &mut Problems) -> Option<Vec<Spanned<String>>> {
    let items = list(key, node, "a list of names in quotes: [\"...\", \"...\"]", problems)?;
    Some(items.iter().filter_map(|item| text(key, item, problems)).collect())
}

/// The format of a file that a user writes: 1, or an error that says what to do.
pub(crate) fn format(root: &Table, problems: &mut Problems) {
    let Some(node) = root.required("format", "format = 1", problems) else { return };
    let Some(format) = number("format", node, problems) else { return };
    if format != 1.0 {
        let message = format!("format {format} is not known to this version");
        problems.add(node.span(), Code::OutOfRange, message).expected(if format > 1.0 {
            "format = 1, with the keys that this version knows, or the later version that this file was written for"
        } else {
            "format = 1: the first there ever was"
        });
    }
}

/// A value as a finite number.
pub(crate) fn number(key: &str, node: &Node, problems: &mut Problems) -> Option<f64> {
    let value = match node.get_ref() {
        DeValue::Integer(digits) => {
            i64::from_str_radix(digits.as_str(), digits.radix()).ok().map(|whole| whole as f64)
        }
        DeValue::Float(digits) => digits.as_str().parse::<f64>().ok(),
        _ => {
            wrong_type(key, node, "a number", problems);
            return None;
        }
    };
    match value {
        // Minus zero would print differently from zero and mean the same.
        Some(value) if value.is_finite() => Some(value + 0.0),
        _ => {
            let message = format!("`{}` is not a finite number", clip(key));
            problems.add(node.span(), Code::OutOfRange, message).expected("a finite number");
            None
        }
    }
}

/// A value as a whole number within bounds.
pub(crate) fn weeks(key: &str, node: &Node, low: u32, high: u32, problems: &mut Problems) -> Option<u32> {
    let expected = format!("a whole number from {low} to {high} [weeks]");
    let DeValue::Integer(digits) = node.get_ref() else {
        wrong_type(key, node, &expected, problems);
        return None;
    };
    let value = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
    let found = value.filter(|value| (i64::from(low)..=i64::from(high)).contains(value));
    if found.is_none() {
        let message = format!("`{key}` = {} is out of range", clip(digits.as_str()));
        problems.add(node.span(), Code::OutOfRange, message).expected(expected);
    }
    found.map(|value| value as u32)
}

/// A value as a day: a TOML date without time.
pub(crate) fn date(key: &str, node: &Node, problems: &mut Problems) -> Option<Spanned<Date>> {
    let message = match node.get_ref() {
        DeValue::Datetime(datetime) if datetime.time.is_none() && datetime.offset.is_none() => {
            match date_of(datetime) {
                Some(date) => return Some(Spanned::new(node.span(), date)),
                None => format!("`{key}` is not a calendar day"),
            }
        }
        DeValue::Datetime(_) => format!("`{key}` holds a time of day"),
        DeValue::String(_) => format!("`{key}` is text, not a date"),
        other => format!("`{key}` is {}, not a date", kind(other)),
    };
    problems.add(node.span(), Code::BadDate, message).expected("a date without quotes or time: 2013-07-01");
    None
}
