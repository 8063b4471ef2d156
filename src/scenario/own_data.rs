//! Data of one's own on top of a theatre: files with the names and columns of `data/mali/`.
//!
//! A row with a key that stands already replaces that row, a row with a new key is added, and `remove.toml` takes rows
//! out. Everything is checked before anything runs, as in scenarios: every row by itself (`cells`), then the theatre
//! as a whole (`whole`). Nothing here opens a file: texts are handed in.

mod cells;
mod merge;
mod removals;
mod rows;
mod shapes;
mod whole;

use crate::base::spelling::nearest;
use crate::entities::theatre::Theatre;
use crate::scenario::diagnostic::{Code, Diagnostic, Lines};
use crate::scenario::text::{decode, describe};
use crate::scenario::tree::{Problems, clip};

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFile {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// The file that names what is taken out.
const REMOVE: &str = "remove.toml";

/// Files of `data/mali/` that only draw the maps.
const DRAWN: [&str; 2] = ["cells.csv", "outlines.csv"];

/// The files that a folder may hold.
pub fn file_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = shapes::SHAPES.iter().map(|shape| shape.file).collect();
    names.dedup();
    names.push(REMOVE);
    names
}

/// The theatre with the files on top, or every error in them. `folder` is what diagnostics call the folder.
pub fn put_on(theatre: &Theatre, folder: &str, files: &[OwnFile]) -> Result<Theatre, Vec<Diagnostic>> {
    let label = |name: &str| format!("{}/{name}", folder.trim_end_matches('/'));
    let mut refused = Vec::new();
    let mut texts: Vec<(&str, &str)> = Vec::new();
    for file in files {
        match text_of(&label(&file.name), file) {
            Ok(text) => texts.push((&file.name, text)),
            Err(diagnostic) => refused.push(*diagnostic),
        }
    }
    if files.is_empty() {
        let mut diagnostic = Diagnostic::whole_file(folder, Code::MissingKey, "the folder holds no data");
        diagnostic.expected = Some(format!("one or more of {}", file_names().join(", ")));
        refused.push(diagnostic);
    }
    let lines: Vec<Lines> = texts.iter().map(|(_, text)| Lines::new(text)).collect();
    let mut problems: Vec<Problems> = texts.iter().map(|_| Problems::default()).collect();
    let merged = if refused.is_empty() { merged(theatre, &texts, &lines, &mut problems) } else { None };
    for ((at, found), lines) in problems.into_iter().enumerate().zip(&lines) {
        refused.extend(describe(&label(texts[at].0), found.found, lines));
    }
    match merged {
        Some(merged) if refused.is_empty() => Ok(merged),
        _ => Err(refused),
    }
}

/// The text of a file that belongs here.
fn text_of<'f>(label: &str, file: &'f OwnFile) -> Result<&'f str, Box<Diagnostic>> {
    let names = file_names();
    if names.contains(&file.name.as_str()) {
        return decode(label, &file.bytes, "rows as in data/mali/; a file that changes nothing is left out");
    }
    let (message, near) = if DRAWN.contains(&file.name.as_str()) {
        (format!("`{}` only draws the maps and cannot be replaced", file.name), None)
    } else {
        let near = nearest(&file.name, names.iter().copied());
        (format!("`{}` is no file of a theatre", clip(&file.name)), near)
    };
    let mut diagnostic = Diagnostic::whole_file(label, Code::UnknownName, message);
    diagnostic.expected = Some(names.join(", "));
    diagnostic.nearest = near.map(str::to_string);
    Err(Box::new(diagnostic))
}

fn merged(
    theatre: &Theatre,
    texts: &[(&str, &str)],
    lines: &[Lines],
    problems: &mut [Problems],
) -> Option<Theatre> {
    let mut rows = Vec::new();
    let mut removals = None;
    for (at, (name, text)) in texts.iter().enumerate() {
        if *name == REMOVE {
            removals = Some(removals::read(at, text, &lines[at], &mut problems[at]));
        } else {
            rows.extend(rows::read(at, name, text, &lines[at], &mut problems[at]));
        }
    }
    let line_of = |row: &rows::Row| lines[row.file].line(row.span.start) + 1;
    let by_key = cells::by_key(&rows, &line_of, problems);
    let mut whole = theatre.clone();
    if let Some(removals) = &removals {
        removals.carry_out(&mut whole, &by_key, problems);
    }
    let names = cells::Names::of(&whole, &rows);
    for row in &rows {
        if !problems[row.file].full() {
            cells::check(row, &names, &mut problems[row.file]);
        }
    }
    let is_clean = |problems: &[Problems]| problems.iter().all(|problems| problems.found.is_empty());
    if !is_clean(problems) {
        return None;
    }
    for (at, (name, text)) in texts.iter().enumerate() {
        // What was checked can be read; if not, the shapes and the rows of the theatre have come apart.
        if let Err(reason) = merge::put_on(&mut whole, name, text) {
            problems[at].add(0..0, Code::Syntax, reason);
        }
    }
    merge::mirror(&mut whole, &rows, problems);
    merge::make_room(&mut whole, &rows, problems);
    let view = whole::Whole {
        theatre: &whole,
        before: theatre,
        rows: &rows,
        by_key: &by_key,
        removals: removals.as_ref(),
    };
    view.check(problems);
    if let Some(removals) = &removals {
        removals.note_names(&view, problems);
    }
    is_clean(problems).then_some(whole)
}
