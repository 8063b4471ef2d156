//! `params`: every parameter with its provenance.

use serde_json::{Value, json};

use crate::cli::arguments::FormatArguments;
use crate::cli::messages::CliError;
use crate::cli::output::List;
use crate::cli::sources::Sources;

/// Prints the catalogue.
pub fn params(arguments: &FormatArguments) -> Result<(), CliError> {
    let sources = Sources::load()?;
    let mut list = List {
        columns: vec![
            "name",
            "value",
            "unit",
            "low",
            "high",
            "distribution",
            "status",
            "source",
            "at",
            "note",
        ],
        rows: Vec::new(),
        only_for_programs: vec!["at", "note"],
    };
    for entry in sources.parameters() {
        let distribution = serde_json::to_value(entry.distribution).unwrap_or_default();
        let distribution = match distribution {
            Value::Object(object) if object.len() == 1 => {
                object.into_iter().map(|(name, values)| json!(format!("{name} {values}"))).next()
            }
            other => Some(other),
        };
        list.rows.push(vec![
            json!(entry.name),
            json!(entry.value),
            json!(entry.unit),
            json!(entry.range[0]),
            json!(entry.range[1]),
            distribution.unwrap_or_default(),
            json!(entry.status.word()),
            json!(entry.source),
            json!(entry.at),
            json!(entry.note),
        ]);
    }
    list.print(arguments.format)
}
