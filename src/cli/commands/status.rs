//! `status`: what is done of a sweep, judged from files alone.

use serde_json::json;

use crate::cli::arguments::StatusArguments;
use crate::cli::messages::CliError;
use crate::cli::output::List;
use crate::experiments::sweep::status::{self, PartStatus};

/// Prints a line per part; ends with 1 if runs are missing.
pub fn status(arguments: &StatusArguments) -> Result<(), CliError> {
    let folder = &arguments.folder;
    if !folder.is_dir() {
        return Err(CliError::BadInput(format!("{}: no such folder", folder.display())));
    }
    let status = status::status(folder)?;
    if status.parts.is_empty() {
        let text = format!(
            "{}: no results of a sweep; name the folder of a plan, such as output/PLAN, or the one above",
            folder.display()
        );
        return Err(CliError::BadInput(text));
    }
    let row = |part: &PartStatus| {
        let shard = part.shard.map_or("all".to_string(), |shard| format!("{}/{}", shard.index, shard.of));
        vec![
            json!(part.sweep),
            json!(shard),
            json!(part.state.word()),
            json!(part.runs),
            json!(part.done),
            json!(part.failed),
            json!(part.missing()),
            json!(part.held_by),
            json!(part.note),
        ]
    };
    let columns = vec!["sweep", "shard", "state", "runs", "done", "failed", "missing", "held_by", "note"];
    let rows = status.parts.iter().map(row).collect();
    List { columns, rows, only_for_programs: Vec::new() }.print(arguments.format)?;
    match status.missing {
        0 => Ok(()),
        missing => Err(CliError::No(format!("{missing} runs are missing"))),
    }
}
