//! `[[target]]`: what a calibration aims at, with the observed series that it names.

use super::super::calibration::targets::{self, Aim};
use crate::base::dates::Week;
use crate::experiments::validation::patterns::PATTERNS;
use crate::scenario::diagnostic::Code;
use crate::scenario::tree::{self, Problems, Table, clip};
use crate::tables::indicators::INDICATORS;

/// Keys of a `[[target]]`.
pub(super) const TARGET_KEYS: [&str; 4] = ["pattern", "file", "column", "scale"];

/// Reads the targets of a plan whose runs end in this week; `file` gives the content of a file beside the plan.
pub(super) fn read(
    root: &Table,
    until: Option<Week>,
    file: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    problems: &mut Problems,
) -> Vec<Aim> {
    let Some(node) = root.get("target") else { return Vec::new() };
    let Some(items) = tree::list("target", node, "a list of tables: [[target]]", problems) else {
        return Vec::new();
    };
    let mut aims = Vec::new();
    for item in items {
        let Some(table) = Table::of(item, "a target", "a table: [[target]]", problems) else { continue };
        table.only(&TARGET_KEYS, problems);
        if let Some(of_target) = target(&table, until, file, problems) {
            aims.extend(of_target);
        }
    }
    aims
}

fn target(
    table: &Table,
    until: Option<Week>,
    file: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    problems: &mut Problems,
) -> Option<Vec<Aim>> {
    let expected = "pattern = \"P3\", or file = \"...\" with column and scale";
    let (key, value) = table.one_of(&["pattern", "file"], expected, problems)?;
    let named = tree::text(key, value, problems);
    let scale = table.get("scale").and_then(|node| {
        let scale = tree::number("scale", node, problems)?;
        if scale <= 0.0 {
            problems
                .add(node.span(), Code::OutOfRange, format!("`scale` = {scale} is no distance"))
                .expected("a number above zero");
        }
        Some(scale)
    });
    let word = named.as_ref().map(|named| named.get_ref().as_str());
    if key == "pattern" {
        if table.get("column").is_some() {
            problems
                .add(table.key_span("column"), Code::Conflict, "`column` means nothing for a pattern")
                .expected(expected);
        }
        let Some(pattern) = PATTERNS.iter().find(|pattern| Some(pattern.id) == word) else {
            let message = format!("there is no pattern `{}`", clip(word?));
            problems
                .add(value.span(), Code::UnknownName, message)
                .expected(format!("one of P1 to P{}", PATTERNS.len()));
            return None;
        };
        let aims = targets::of_pattern(pattern, scale);
        if aims.is_empty() {
            let message = format!("pattern {} has no part that may be fitted", pattern.id);
            problems
                .add(value.span(), Code::Conflict, message)
                .expected("a pattern that is not only checked");
        }
        return Some(aims);
    }
    table.required("column", "column = \"...\", the observed values", problems);
    let column = table.text("column", problems)?;
    let names = || INDICATORS.iter().map(|indicator| indicator.name);
    let Some(at) = names().position(|name| name == column.get_ref()) else {
        let message = format!("the column `{}` is no indicator", clip(column.get_ref()));
        problems.unknown(column.span(), Code::UnknownName, message, column.get_ref(), names());
        return None;
    };
    let bytes = match file(word?) {
        Ok(bytes) => bytes,
        Err(reason) => {
            let message = format!("`{}` cannot be read: {reason}", clip(word?));
            problems.add(value.span(), Code::Unreadable, message).expected("a CSV file beside the plan");
            return None;
        }
    };
    match targets::of_series(&clip(word?), &bytes, at, scale, until?) {
        Ok(aims) => Some(aims),
        Err(wrong) => {
            problems.add(value.span(), wrong.code, wrong.message).expected(wrong.expected);
            None
        }
    }
}
