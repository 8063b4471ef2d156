//! `plot`: draws the figures of a folder again from its tables.

use crate::cli::arguments::PlotArguments;
use crate::cli::messages::{CliError, Talk};
use crate::cli::{nearby, output, sources};
use crate::export::manifest::Manifest;

/// Draws and prints the names of the files.
pub fn plot(arguments: &PlotArguments, talk: Talk) -> Result<(), CliError> {
    nearby::results_in(&arguments.folder)?;
    let manifest = Manifest::read(&arguments.folder);
    if matches!(&manifest, Ok(Some(manifest)) if manifest.tables.is_empty()) {
        let shown = arguments.folder.display();
        let text = format!("{shown}: its runs are not finished; `harmattan run --resume` finishes them");
        return Err(CliError::BadInput(text));
    }
    let only = arguments.only.as_deref();
    let files = sources::draw(&arguments.folder, only, arguments.style, arguments.width, talk)?;
    let lines: Vec<String> = files.iter().map(|file| format!("{}\n", file.display())).collect();
    output::print(&lines.concat())
}
