//! `[uncertainties]` and `[levers]`: what is varied, and over which values.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::DeValue;

use super::{Acts, Factor, Spread, Value};
use crate::entities::policy::{FieldKind, LeverField, NameOf};
use crate::entities::theatre::Theatre;
use crate::scenario::Scenario;
use crate::scenario::check::Context;
use crate::scenario::diagnostic::Code;
use crate::scenario::levers::{names, noun};
use crate::scenario::parameters::{Catalogue, Refusal};
use crate::scenario::tree::{self, Node, Problems, Span, Table, clip};

/// Keys of a factor, of which it holds one.
pub(super) const SPREAD_KEYS: [&str; 3] = ["range", "values", "distribution"];
/// Beside `distribution`: where it peaks, if not at the default. What is fitted must not begin with what was fitted before.
pub(super) const PEAK: &str = "peak";

const EXPECTED: &str = "{ range = [LOW, HIGH] }, { values = [..., ...] } or { distribution = \"catalogue\" }";

/// A line of `[uncertainties]` or `[levers]`; no factor if it cannot be read.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) factor: Option<Factor>,
}

impl Entry {
    /// The name, as outcomes must not repeat it.
    pub(super) fn as_str(&self) -> &str {
        &self.name
    }
}

/// Reads `[uncertainties]`.
pub(super) fn uncertainties(root: &Table, catalogue: &Catalogue, problems: &mut Problems) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (name, node) in dotted(root, "uncertainties", problems) {
        let spread = match catalogue.entry(name.get_ref()) {
            None => {
                note(name.span(), catalogue.unknown(name.get_ref()), problems);
                None
            }
            Some(entry) => spread_of(&name, node, problems).and_then(|written| match written {
                Written::Catalogue(at, peak) => {
                    let Some(spread) = Spread::of_catalogue(entry) else {
                        let message = format!("the catalogue does not vary `{}`", entry.name);
                        problems
                            .add(at, Code::Conflict, message)
                            .expected("{ range = [LOW, HIGH] } or { values = [..., ...] }");
                        return None;
                    };
                    match peak {
                        None => Some(spread),
                        Some(peak) => peaked(spread, &peak, problems),
                    }
                }
                Written::Range(low, high) => {
                    let ends = [&low, &high].map(|end| {
                        accept(catalogue.check_override(&entry.name, *end.get_ref()), end.span(), problems)
                    });
                    (ends == [true, true])
                        .then(|| Spread::Uniform { low: low.into_inner(), high: high.into_inner() })
                }
                Written::Values(values) => values
                    .into_iter()
                    .map(|value| {
                        let span = value.span();
                        let Value::Number(x) = value.get_ref() else {
                            let message = format!("a value of `{}` is text", entry.name);
                            problems.add(span, Code::WrongType, message).expected("a number");
                            return None;
                        };
                        accept(catalogue.check_override(&entry.name, *x), span, problems)
                            .then(|| value.into_inner())
                    })
                    .collect::<Vec<_>>()
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                    .map(Spread::Values),
            }),
        };
        push(&mut entries, &name, spread, Acts::Parameter, problems);
    }
    entries
}

/// Reads `[levers]`; nothing is said about levers of scenarios that could not be read.
pub(super) fn levers(
    root: &Table,
    scenarios: Option<&[Scenario]>,
    context: &Context,
    problems: &mut Problems,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (name, node) in dotted(root, "levers", problems) {
        let Some((lever, field_name)) = name.get_ref().split_once('.') else {
            let message = format!("`{}` is not LEVER.field", clip(name.get_ref()));
            problems
                .add(name.span(), Code::UnknownName, message)
                .expected("the name of a lever in the scenario, a dot, and a field");
            continue;
        };
        let written = spread_of(&name, node, problems);
        let Some(scenarios) = scenarios else { continue };
        let fields: Vec<_> =
            scenarios.iter().map(|scenario| field_in(scenario, lever, field_name, &name, problems)).collect();
        let Some(fields) = fields.into_iter().collect::<Option<Vec<_>>>() else { continue };
        let theatre = scenarios.first().and_then(|first| context.theatre(&first.theatre));
        let spread = match (written, theatre) {
            (Some(written), Some(theatre)) => {
                let checks: Vec<_> =
                    fields.iter().map(|field| spread_in(field, &written, theatre, problems)).collect();
                checks.into_iter().collect::<Option<Vec<_>>>().and_then(|spreads| spreads.into_iter().next())
            }
            _ => None,
        };
        let acts = Acts::Lever { lever: lever.to_string(), field: field_name.to_string() };
        push(&mut entries, &name, spread, acts, problems);
    }
    entries
}

fn push(
    entries: &mut Vec<Entry>,
    name: &Spanned<String>,
    spread: Option<Spread>,
    acts: Acts,
    problems: &mut Problems,
) {
    if entries.iter().any(|entry| entry.name == *name.get_ref()) {
        let message = format!("`{}` is varied twice", clip(name.get_ref()));
        problems.add(name.span(), Code::Duplicate, message);
    }
    let factor = spread.map(|spread| Factor { name: name.get_ref().clone(), acts, spread });
    entries.push(Entry { name: name.get_ref().clone(), span: name.span(), factor });
}

/// Names with a dot and their tables: `"a.b" = {...}`, or the same without quotes.
fn dotted<'t, 'i>(
    root: &Table<'t, 'i>,
    key: &'static str,
    problems: &mut Problems,
) -> Vec<(Spanned<String>, &'t Node<'i>)> {
    let Some(node) = root.get(key) else { return Vec::new() };
    let what = if key == "levers" { "`levers`" } else { "`uncertainties`" };
    let Some(table) = Table::of(node, what, "a table: \"NAME\" = { range = [LOW, HIGH] }", problems) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (outer, value) in table.entries() {
        let inner = match value.get_ref() {
            DeValue::Table(inner) if !SPREAD_KEYS.iter().any(|key| inner.contains_key(*key)) => {
                Some(Table::new(inner, value.span(), what))
            }
            _ => None,
        };
        match inner {
            Some(inner) if !outer.get_ref().contains('.') && !inner.entries().is_empty() => {
                for (last, value) in inner.entries() {
                    let name = format!("{}.{}", outer.get_ref(), last.get_ref());
                    found.push((Spanned::new(last.span(), name), value));
                }
            }
            _ => found.push((outer, value)),
        }
    }
    found.sort_by_key(|(name, _)| name.span().start);
    found
}

/// What a factor's table says, before anyone knows what it is about.
enum Written {
    Range(Spanned<f64>, Spanned<f64>),
    Values(Vec<Spanned<Value>>),
    Catalogue(Span, Option<Spanned<f64>>),
}

/// The same distribution with another peak.
fn peaked(spread: Spread, peak: &Spanned<f64>, problems: &mut Problems) -> Option<Spread> {
    let x = *peak.get_ref();
    match spread {
        Spread::Triangular { low, high, .. } if (low..=high).contains(&x) => {
            Some(Spread::Triangular { low, peak: x, high })
        }
        Spread::Triangular { low, high, .. } => {
            let message = format!("`{PEAK}` = {x} is outside {low} to {high}");
            problems
                .add(peak.span(), Code::OutOfRange, message)
                .expected(format!("a number from {low} to {high}"));
            None
        }
        _ => {
            let message = format!("this distribution of the catalogue has no `{PEAK}`");
            problems.add(peak.span(), Code::Conflict, message).expected("a triangular distribution");
            None
        }
    }
}

fn spread_of(name: &Spanned<String>, node: &Node, problems: &mut Problems) -> Option<Written> {
    let table = Table::of(node, "what is varied", EXPECTED, problems)?;
    let (key, value) = table.one_of(&SPREAD_KEYS, EXPECTED, problems)?;
    let peaks = key == "distribution";
    table.only(if peaks { &["distribution", PEAK] } else { &SPREAD_KEYS }, problems);
    match key {
        "range" => {
            let items = tree::list(key, value, "two numbers: range = [LOW, HIGH]", problems)?;
            let [low, high] = items else {
                let message = format!("`range` has {} numbers", items.len());
                problems
                    .add(value.span(), Code::WrongType, message)
                    .expected("two numbers: range = [LOW, HIGH]");
                return None;
            };
            let mut number =
                |node: &Node| Some(Spanned::new(node.span(), tree::number("range", node, problems)?));
            let (low, high) = (number(low)?, number(high)?);
            if low.get_ref() >= high.get_ref() {
                let message = format!(
                    "the range of `{}`, {} to {}, is empty",
                    clip(name.get_ref()),
                    low.get_ref(),
                    high.get_ref()
                );
                problems
                    .add(value.span(), Code::OutOfRange, message)
                    .expected("a lower number, then a higher one");
                return None;
            }
            Some(Written::Range(low, high))
        }
        "values" => {
            let items = tree::list(key, value, "a list: values = [..., ...]", problems)?;
            if items.is_empty() {
                let message = format!("`{}` has no values", clip(name.get_ref()));
                problems.add(value.span(), Code::MissingKey, message).expected("at least one value");
                return None;
            }
            let mut values: Vec<Spanned<Value>> = Vec::new();
            for item in items {
                let found = match item.get_ref() {
                    DeValue::String(word) => Value::Word(word.to_string()),
                    _ => Value::Number(tree::number("values", item, problems)?),
                };
                if values.iter().any(|known| *known.get_ref() == found) {
                    let message = format!("the value {found} stands twice");
                    problems.add(item.span(), Code::Duplicate, message);
                }
                values.push(Spanned::new(item.span(), found));
            }
            Some(Written::Values(values))
        }
        _ => {
            let word = tree::text(key, value, problems)?;
            if word.get_ref() != "catalogue" {
                let message = format!("there is no distribution `{}`", clip(word.get_ref()));
                problems.unknown(word.span(), Code::UnknownName, message, word.get_ref(), ["catalogue"]);
                return None;
            }
            let peak = match table.get(PEAK) {
                Some(node) => Some(Spanned::new(node.span(), tree::number(PEAK, node, problems)?)),
                None => None,
            };
            Some(Written::Catalogue(value.span(), peak))
        }
    }
}

/// The field of a lever in a scenario that a factor names.
fn field_in(
    scenario: &Scenario,
    lever: &str,
    field: &str,
    name: &Spanned<String>,
    problems: &mut Problems,
) -> Option<&'static LeverField> {
    let Some(found) = scenario.levers.iter().find(|known| known.name == lever) else {
        let message = format!("the scenario `{}` has no lever `{}`", scenario.name, clip(lever));
        let known = scenario.levers.iter().map(|known| known.name.as_str());
        problems.unknown(name.span(), Code::UnknownName, message, lever, known);
        return None;
    };
    let spec = found.spec();
    let Some(field) = spec.fields.iter().find(|known| known.name == field) else {
        let message = format!("the lever `{lever}` ({}) has no field `{}`", spec.name, clip(field));
        let known = spec.fields.iter().map(|known| known.name);
        problems.unknown(name.span(), Code::UnknownName, message, field, known);
        return None;
    };
    if field.key {
        let message = format!("`{}` says on what the lever `{lever}` acts and cannot be varied", field.name);
        problems
            .add(name.span(), Code::Conflict, message)
            .expected("another field, or scenarios that differ in this lever");
        return None;
    }
    Some(field)
}

/// The values of a lever's field.
fn spread_in(
    field: &LeverField,
    written: &Written,
    theatre: &Theatre,
    problems: &mut Problems,
) -> Option<Spread> {
    let number = |x: f64, span: Span, low: f64, high: f64, problems: &mut Problems| {
        let fits = (low..=high).contains(&x);
        if !fits {
            let message = format!("`{}` = {x} is outside {low} to {high} [{}]", field.name, field.unit);
            problems
                .add(span, Code::OutOfRange, message)
                .expected(format!("a number from {low} to {high} [{}]", field.unit));
        }
        fits
    };
    match (written, field.kind) {
        (Written::Catalogue(span, _), _) => {
            let message =
                format!("the catalogue of parameters does not hold the lever field `{}`", field.name);
            problems
                .add(span.clone(), Code::Conflict, message)
                .expected("{ range = [LOW, HIGH] } or { values = [..., ...] }");
            None
        }
        (Written::Range(from, to), FieldKind::Number { low, high }) => {
            let fits = [from, to].map(|end| number(*end.get_ref(), end.span(), low, high, problems));
            (fits == [true, true]).then(|| Spread::Uniform { low: *from.get_ref(), high: *to.get_ref() })
        }
        (Written::Range(from, _), _) => {
            let message = format!("`{}` is a word and has no range", field.name);
            problems.add(from.span(), Code::WrongType, message).expected("{ values = [\"...\", \"...\"] }");
            None
        }
        (Written::Values(values), FieldKind::Number { low, high }) => {
            let mut fits = true;
            for value in values {
                match value.get_ref() {
                    Value::Number(x) => fits &= number(*x, value.span(), low, high, problems),
                    Value::Word(_) => {
                        let message = format!("a value of `{}` is text", field.name);
                        problems.add(value.span(), Code::WrongType, message).expected("a number");
                        fits = false;
                    }
                }
            }
            fits.then(|| Spread::Values(values.iter().map(|value| value.get_ref().clone()).collect()))
        }
        (Written::Values(values), FieldKind::Choice(words)) => {
            choose(values, field, "a choice", words, problems)
        }
        (Written::Values(values), FieldKind::Name(of)) => {
            choose(values, field, name_noun(of), &names(theatre, of), problems)
        }
    }
}

fn name_noun(of: NameOf) -> &'static str {
    noun(of)
}

fn choose(
    values: &[Spanned<Value>],
    field: &LeverField,
    what: &str,
    words: &[&str],
    problems: &mut Problems,
) -> Option<Spread> {
    let mut fits = true;
    for value in values {
        let text = value.get_ref().to_string();
        let is_word = matches!(value.get_ref(), Value::Word(_));
        if !is_word || !words.contains(&text.as_str()) {
            let message = format!("`{}`: `{}` is not {what} of it", field.name, clip(&text));
            problems.unknown(value.span(), Code::UnknownName, message, &text, words.iter().copied());
            fits = false;
        }
    }
    fits.then(|| Spread::Values(values.iter().map(|value| value.get_ref().clone()).collect()))
}

fn note(span: Span, refusal: Refusal, problems: &mut Problems) {
    let problem = problems.add(span, refusal.code, refusal.message);
    problem.expected = refusal.expected;
    problem.nearest = refusal.nearest;
}

fn accept(checked: Result<(), Refusal>, span: Span, problems: &mut Problems) -> bool {
    match checked {
        Ok(()) => true,
        Err(refusal) => {
            note(span, refusal, problems);
            false
        }
    }
}

/// Reads the points of the method `list`: a header with every factor's name, a row per point.
pub(super) fn listed(
    bytes: &[u8],
    file: &Spanned<String>,
    entries: &[Entry],
    problems: &mut Problems,
) -> Vec<Vec<Value>> {
    let shown = clip(file.get_ref());
    let mut wrong = |code: Code, message: String, expected: String| {
        if !problems.full() {
            problems.add(file.span(), code, format!("{shown}: {message}")).expected(expected);
        }
    };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(str::to_string).collect(),
        Err(error) => {
            wrong(Code::Syntax, format!("is not CSV: {error}"), "a header and rows".to_string());
            return Vec::new();
        }
    };
    let names: Vec<&str> = entries.iter().map(Entry::as_str).collect();
    let mut seen = BTreeSet::new();
    for name in &header {
        if !names.contains(&name.as_str()) {
            let message = format!("the column `{}` is not varied in the plan", clip(name));
            wrong(Code::UnknownName, message, names.join(", "));
        } else if !seen.insert(name) {
            wrong(Code::Duplicate, format!("the column `{}` stands twice", clip(name)), names.join(", "));
        }
    }
    let mut columns = Vec::new();
    for name in &names {
        match header.iter().position(|known| known == name) {
            Some(at) => columns.push(at),
            None => wrong(Code::MissingKey, format!("has no column `{name}`"), names.join(", ")),
        }
    }
    let Some(factors) = entries.iter().map(|entry| entry.factor.as_ref()).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    if columns.len() < names.len() {
        return Vec::new();
    }
    let mut points = Vec::new();
    for (row, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                wrong(Code::Syntax, format!("row {}: {error}", row + 1), format!("{} fields", header.len()));
                return Vec::new();
            }
        };
        let mut point = Vec::new();
        for (factor, at) in factors.iter().zip(&columns) {
            let text = record.get(*at).unwrap_or_default();
            match value_in(&factor.spread, text) {
                Ok(value) => point.push(value),
                Err(expected) => {
                    let message =
                        format!("row {}, {}: `{}` is none of its values", row + 1, factor.name, clip(text));
                    wrong(Code::OutOfRange, message, expected);
                }
            }
        }
        points.push(point);
    }
    if points.is_empty() {
        wrong(Code::MissingKey, "has no rows".to_string(), "a row per point".to_string());
    }
    points
}

/// A value of the list, which must lie within what the plan says of its factor.
fn value_in(spread: &Spread, text: &str) -> Result<Value, String> {
    let number = text.parse::<f64>().ok().filter(|x| x.is_finite());
    match spread {
        Spread::Uniform { low, high }
        | Spread::LogUniform { low, high }
        | Spread::Triangular { low, high, .. } => number
            .filter(|x| (*low..=*high).contains(x))
            .map(|x| Value::Number(x + 0.0))
            .ok_or_else(|| format!("a number from {low} to {high}")),
        Spread::Values(values) => values
            .iter()
            .find(|value| match value {
                Value::Number(x) => number == Some(*x),
                Value::Word(word) => word == text,
            })
            .cloned()
            .ok_or_else(|| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}
