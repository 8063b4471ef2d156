//! `check`: diagnostics of scenario and plan files, on stdout because they are its data.

use serde_json::Value;

use crate::cli::arguments::{CheckArguments, ListFormat};
use crate::cli::messages::CliError;
use crate::cli::output::{self, List};
use crate::cli::sources::{self, Sources, is_error};
use crate::scenario::diagnostic::Diagnostic;

/// Checks every file; ends with 2 if one has an error.
pub fn check(arguments: &CheckArguments) -> Result<(), CliError> {
    let mut found = Vec::new();
    let mut text = String::new();
    let mut tell = |file: &str, checked: Result<String, Vec<Diagnostic>>| match checked {
        Ok(what) => text += &format!("{file}: correct ({what})\n"),
        Err(diagnostics) => {
            for diagnostic in diagnostics {
                text += &format!("{diagnostic}\n\n");
                found.push(diagnostic);
            }
        }
    };
    let folder = arguments.data.data.as_ref().map(|folder| folder.display().to_string());
    match (Sources::load()?.overlaid(&arguments.data), folder) {
        (Ok(sources), folder) => {
            if let Some(folder) = folder {
                let names: Vec<&str> = sources.data().keys().map(String::as_str).collect();
                tell(&folder, Ok(names.join(", ")));
            }
            arguments.files.iter().for_each(|file| tell(file, check_one(&sources, file)));
        }
        // Beside broken data no scenario can be judged.
        (Err(diagnostics), folder) => tell(&folder.unwrap_or_default(), Err(diagnostics)),
    }
    match arguments.format {
        ListFormat::Table => output::print(&text)?,
        ListFormat::Json => {
            let json = serde_json::to_value(&found).unwrap_or_default();
            output::print(&format!("{json:#}\n"))?;
        }
        ListFormat::Csv => {
            let columns =
                vec!["file", "line", "column", "severity", "code", "message", "expected", "nearest"];
            let row = |diagnostic| {
                let value = serde_json::to_value(diagnostic).unwrap_or_default();
                columns.iter().map(|name| value.get(name).cloned().unwrap_or(Value::Null)).collect()
            };
            let rows = found.iter().map(row).collect();
            List { columns: columns.clone(), rows, only_for_programs: Vec::new() }.print(ListFormat::Csv)?;
        }
    }
    match found.iter().filter(|diagnostic| is_error(diagnostic)).count() {
        0 => Ok(()),
        1 => Err(CliError::Refused("1 error".to_string())),
        n => Err(CliError::Refused(format!("{n} errors"))),
    }
}

/// What a file holds, in a few words, or what is wrong with it.
fn check_one(sources: &Sources, file: &str) -> Result<String, Vec<Diagnostic>> {
    if sources::is_plan(file) {
        let plan = sources.check_plan(file)?;
        let (points, runs) = (plan.n_points(), plan.n_runs());
        let counted = |n: Option<usize>| n.map_or("uncountably many".to_string(), |n| n.to_string());
        return Ok(format!("{}, a plan of {} points, {} runs", plan.name, counted(points), counted(runs)));
    }
    let (scenario, _) = sources.check(file)?;
    Ok(format!("{}, {} levers", scenario.name, scenario.levers.len()))
}
