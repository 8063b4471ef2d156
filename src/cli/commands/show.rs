//! `show`: a scenario as it will run.

use crate::cli::arguments::ShowArguments;
use crate::cli::messages::CliError;
use crate::cli::output;
use crate::cli::sources::{self, Sources};

/// Prints a scenario, complete in itself, each line with its origin.
pub fn show(arguments: &ShowArguments) -> Result<(), CliError> {
    let checked = Sources::with(&arguments.data)?.check(&arguments.scenario);
    let (scenario, origins) = checked.map_err(|diagnostics| {
        let texts: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
        CliError::Refused(texts.join("\n\n"))
    })?;
    output::print(&sources::shown(&scenario, &origins))
}
