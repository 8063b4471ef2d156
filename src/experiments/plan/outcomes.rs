//! `[[outcome]]`: which indicator is kept of a run, and how it becomes one number.

use std::collections::BTreeSet;

use toml::Spanned;

use super::Outcome;
use super::read::day;
use super::reduce::{Reduce, Window};
use crate::base::dates::{Date, Week};
use crate::entities::theatre::Theatre;
use crate::scenario::diagnostic::Code;
use crate::scenario::file;
use crate::scenario::levers::Resolver;
use crate::scenario::parameters::Units;
use crate::scenario::tree::{self, Node, Problems, Span, Table, clip};

/// Keys of an `[[outcome]]`.
pub(super) const OUTCOME_KEYS: [&str; 7] =
    ["name", "indicator", "region", "place", "group", "community", "reduce"];
/// Keys of `reduce.sum` and its like.
pub(super) const WINDOW_KEYS: [&str; 2] = ["from", "until"];
/// Keys of `reduce.weeks_until`.
pub(super) const BOUND_KEYS: [&str; 3] = ["at_least", "at_most", "from"];
/// Columns that every table of runs has.
pub const FIXED_COLUMNS: [&str; 7] = ["run_id", "point", "replicate", "seed", "scenario", "status", "error"];

/// Reads the outcomes; `taken` are the names of the inputs.
pub(super) fn read(
    root: &Table,
    theatre: &Theatre,
    units: &Units,
    until: Option<Week>,
    taken: BTreeSet<&str>,
    problems: &mut Problems,
) -> Vec<Outcome> {
    let Some(node) = root.get("outcome") else { return Vec::new() };
    let Some(items) = tree::list("outcome", node, "a list of tables: [[outcome]]", problems) else {
        return Vec::new();
    };
    let resolver = Resolver { theatre, units };
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut names = BTreeSet::new();
    for item in items {
        let Some(table) = Table::of(item, "an outcome", "a table: [[outcome]]", problems) else { continue };
        table.only(&OUTCOME_KEYS, problems);
        table.required("name", "name = \"...\", the column of the results", problems);
        let name = table.text("name", problems);
        if let Some(name) = &name {
            check_name(name, &taken, &mut names, problems);
        }
        let watched = watched(&table, &resolver, problems);
        let reduce = table
            .required("reduce", "reduce.sum = { from = 2015-01-01, until = 2015-12-31 }", problems)
            .and_then(|node| reduce(node, until, problems));
        if let (Some(name), Some((indicator, watched)), Some(reduce)) = (name, watched, reduce) {
            outcomes.push(Outcome { name: name.into_inner(), indicator, watched, reduce });
        }
    }
    outcomes
}

fn check_name(
    name: &Spanned<String>,
    taken: &BTreeSet<&str>,
    names: &mut BTreeSet<String>,
    problems: &mut Problems,
) {
    let word = name.get_ref();
    let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if !plain || word.is_empty() || word.len() > 60 {
        let message = format!("an outcome cannot be called `{}`", clip(word));
        problems
            .add(name.span(), Code::WrongType, message)
            .expected("letters, digits, _ and -, at most 60 characters");
    }
    let column = FIXED_COLUMNS.contains(&word.as_str()) || taken.contains(word.as_str());
    if column || !names.insert(word.clone()) {
        let message = format!("there are two columns `{}`", clip(word));
        problems.add(name.span(), Code::Duplicate, message).expected("a name of its own for every outcome");
    }
}

fn watched(
    table: &Table,
    resolver: &Resolver,
    problems: &mut Problems,
) -> Option<(String, crate::entities::policy::Watched)> {
    table.required("indicator", "indicator = \"...\"; `harmattan list indicators` names them", problems);
    let indicator = table.text("indicator", problems);
    let area = file::area(table, problems)?;
    let indicator = indicator?;
    let (watched, _, _) = resolver.watched(&area, &indicator, problems)?;
    Some((indicator.into_inner(), watched))
}

fn reduce(node: &Node, until: Option<Week>, problems: &mut Problems) -> Option<Reduce> {
    let expected = "exactly one of reduce.sum, .mean, .max, .min, .at and .weeks_until";
    let table = Table::of(node, "`reduce`", expected, problems)?;
    let before = problems.found.len();
    table.only(&Reduce::WORDS, problems);
    if problems.found.len() > before {
        return None;
    }
    let (word, value) = table.one_of(&Reduce::WORDS, expected, problems)?;
    let at = value.span();
    let reduce = match word {
        "at" => Reduce::At(at_week(value, problems)?),
        "weeks_until" => weeks_until(value, problems)?,
        _ => {
            let window = window(word, value, until?, problems)?;
            match word {
                "sum" => Reduce::Sum(window),
                "mean" => Reduce::Mean(window),
                "max" => Reduce::Max(window),
                _ => Reduce::Min(window),
            }
        }
    };
    within(reduce, until?, at, problems)
}

/// Notes an outcome that needs weeks after the end of the runs.
fn within(reduce: Reduce, until: Week, at: Span, problems: &mut Problems) -> Option<Reduce> {
    if reduce.last_week() <= until {
        return Some(reduce);
    }
    let message = format!("`reduce.{}` needs weeks after the end of the runs", reduce.word());
    problems
        .add(at, Code::Conflict, message)
        .expected(format!("dates up to {}, or a later `until` of the plan", until.monday()));
    None
}

/// The week that contains a day: `reduce.at = 2015-12-31`.
fn at_week(node: &Node, problems: &mut Problems) -> Option<Week> {
    let date = match node.get_ref() {
        toml::de::DeValue::Table(_) => {
            let table = Table::of(node, "`reduce.at`", "a date", problems)?;
            table.only(&["date"], problems);
            table.required("date", "reduce.at = 2015-12-31", problems);
            table.date("date", problems)?
        }
        _ => tree::date("reduce.at", node, problems)?,
    };
    day(&date, problems).map(Date::week)
}

/// Weeks whose Monday lies in the window; without a date, from the first or to the last week of the run.
fn window(word: &str, node: &Node, until: Week, problems: &mut Problems) -> Option<Window> {
    let table =
        Table::of(node, "`reduce`", &format!("reduce.{word} = {{ from = DATE, until = DATE }}"), problems)?;
    table.only(&WINDOW_KEYS, problems);
    let mut first = Week(0);
    let mut last = until;
    if table.get("from").is_some() {
        first = from_monday(day(&table.date("from", problems)?, problems)?);
    }
    if table.get("until").is_some() {
        last = day(&table.date("until", problems)?, problems)?.week();
    }
    if first > last {
        let message = format!("`reduce.{word}` holds no Monday");
        problems.add(node.span(), Code::OutOfRange, message).expected("`until` a week or more after `from`");
        return None;
    }
    Some(Window { first, last })
}

/// The first week whose Monday is not before a day.
fn from_monday(date: Date) -> Week {
    let week = date.week();
    if week.monday() < date { Week(week.0 + 1) } else { week }
}

fn weeks_until(node: &Node, problems: &mut Problems) -> Option<Reduce> {
    let table =
        Table::of(node, "`reduce.weeks_until`", "{ at_least = NUMBER } or { at_most = NUMBER }", problems)?;
    table.only(&BOUND_KEYS, problems);
    let (key, value) =
        table.one_of(&["at_least", "at_most"], "exactly one of at_least and at_most", problems)?;
    let bound = tree::number(key, value, problems)?;
    let from = match table.get("from") {
        None => Week(0),
        Some(_) => from_monday(day(&table.date("from", problems)?, problems)?),
    };
    let (at_least, at_most) = if key == "at_least" { (Some(bound), None) } else { (None, Some(bound)) };
    Some(Reduce::WeeksUntil { from, at_least, at_most })
}
