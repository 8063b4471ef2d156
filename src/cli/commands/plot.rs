//! `plot`: draws the figures of a finished folder again.

use crate::cli::arguments::PlotArguments;
use crate::cli::messages::{CliError, Talk};
use crate::cli::{output, sources};
use crate::export::manifest::Manifest;

/// Draws and prints the names of the files.
pub fn plot(arguments: &PlotArguments, talk: Talk) -> Result<(), CliError> {
    let shown = arguments.folder.display();
    let manifest =
        Manifest::read(&arguments.folder).map_err(|error| CliError::BadInput(error.to_string()))?;
    let Some(manifest) = manifest else {
        let text = format!(
            "{shown} holds no manifest.json; name the folder of one scenario, such as output/history"
        );
        return Err(CliError::BadInput(text));
    };
    if manifest.tables.is_empty() {
        let text = format!("{shown}: its runs are not finished; `harmattan run --resume` finishes them");
        return Err(CliError::BadInput(text));
    }
    let files = sources::draw(&arguments.folder, arguments.only.as_deref(), arguments.style, talk)?;
    let lines: Vec<String> = files.iter().map(|file| format!("{}\n", file.display())).collect();
    output::print(&lines.concat())
}
