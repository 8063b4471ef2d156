//! `remove.toml`: rows that are taken out of the theatre, by table and key.

use toml::de::DeTable;

use super::merge;
use super::rows::{self, Item, Value};
use super::shapes::{SHAPES, Shape};
use super::whole::{ByKey, Whole};
use crate::entities::theatre::Theatre;
use crate::scenario::diagnostic::{Code, Lines};
use crate::scenario::text::Syntax;
use crate::scenario::tree::{Problems, Span, clip};

/// What is taken out.
pub(super) struct Removals {
    file: usize,
    rows: Vec<(&'static Shape, Vec<String>, Span)>,
}

/// Reads the file: `place = ["Ber"]`, `route = [["Ber", "Tombouctou"]]`.
pub(super) fn read(file: usize, text: &str, lines: &Lines, problems: &mut Problems) -> Removals {
    let (root, errors) = DeTable::parse_recoverable(text);
    problems.found.extend(Syntax::of(&errors, text, lines).problems.found);
    let mut removals = Removals { file, rows: Vec::new() };
    if !problems.found.is_empty() {
        return removals;
    }
    for (name, node) in root.get_ref() {
        let word: &str = name.get_ref();
        let Some(shape) = SHAPES.iter().find(|shape| shape.row == word && shape.removable) else {
            let known = SHAPES.iter().filter(|shape| shape.removable).map(|shape| shape.row);
            let message = format!("`{}` cannot be removed", clip(word));
            problems.unknown(name.span(), Code::UnknownKey, message, word, known);
            continue;
        };
        let Value::List(items) = rows::value_of(node) else {
            wrong(shape, node.span(), problems);
            continue;
        };
        for item in items {
            match key_of(&item).filter(|key| key.len() == shape.key.len()) {
                Some(mut key) => {
                    if shape.is_pair {
                        key.sort();
                    }
                    removals.rows.push((shape, key, item.span));
                }
                None => wrong(shape, item.span, problems),
            }
        }
    }
    removals
}

fn key_of(item: &Item) -> Option<Vec<String>> {
    let part = |item: &Item| match &item.value {
        Value::Text(text) => Some(text.clone()),
        Value::Day(day) => Some(day.to_string()),
        _ => None,
    };
    match &item.value {
        Value::List(items) => items.iter().map(part).collect(),
        _ => part(item).map(|text| vec![text]),
    }
}

fn wrong(shape: &Shape, span: Span, problems: &mut Problems) {
    let message = format!("this is not the key of a {}", shape.row);
    let parts = shape.key.join("\", \"");
    let expected = match shape.key.len() {
        1 => format!("{} = [\"{parts}\", ...]", shape.row),
        _ => format!("{} = [[\"{parts}\"], ...]", shape.row),
    };
    problems.add(span, Code::WrongType, message).expected(expected);
}

impl Removals {
    /// Takes the rows out; what is not there, or stands in another file too, is noted.
    pub(super) fn carry_out(&self, theatre: &mut Theatre, by_key: &ByKey, problems: &mut [Problems]) {
        // A place goes after what is named beside it, which would go with it.
        for is_place in [false, true] {
            for (shape, key, span) in
                self.rows.iter().filter(|(shape, ..)| (shape.row == "place") == is_place)
            {
                let shown = clip(&key.join(", "));
                if by_key.contains_key(&(shape.row, key.clone())) {
                    let message =
                        format!("the {} `{shown}` is removed here and stands in {}", shape.row, shape.file);
                    let problem = problems[self.file].add(span.clone(), Code::Conflict, message);
                    problem.expected("one or the other: a row that stands in a file replaces the old one");
                } else if !merge::remove(theatre, shape.row, key) {
                    let message = format!("there is no {} `{shown}`", shape.row);
                    let ids = match shape.row {
                        "place" => theatre.places.iter().map(|row| row.id.as_str()).collect(),
                        "group" => theatre.groups.iter().map(|row| row.id.as_str()).collect(),
                        "network" => theatre.networks.iter().map(|row| row.id.as_str()).collect(),
                        "mission" => theatre.missions.iter().map(|row| row.id.as_str()).collect(),
                        "framework" => theatre.frameworks.iter().map(|row| row.id.as_str()).collect(),
                        _ => Vec::new(),
                    };
                    problems[self.file].unknown(span.clone(), Code::UnknownName, message, &shown, ids);
                }
            }
        }
    }

    /// Where the first row of a table is taken out.
    pub(super) fn first(&self, row: &str) -> Option<(usize, Span)> {
        let first = self.rows.iter().find(|(shape, ..)| shape.row == row);
        first.map(|(_, _, span)| (self.file, span.clone()))
    }

    /// Notes places that rows still name.
    pub(super) fn note_names(&self, view: &Whole, problems: &mut [Problems]) {
        for (_, key, span) in self.rows.iter().filter(|(shape, ..)| shape.row == "place") {
            if let Some(who) = view.names_still(&key[0]) {
                let message = format!("{who} still names `{}`", clip(&key[0]));
                let problem = problems[self.file].add(span.clone(), Code::Conflict, message);
                problem.expected(format!("a row for {who} that does without it, in the same folder"));
            }
        }
    }
}
