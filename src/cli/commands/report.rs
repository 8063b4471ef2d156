//! `report`: makes the pages of a folder again from its tables.

use crate::cli::arguments::ReportArguments;
use crate::cli::messages::CliError;
use crate::cli::{nearby, output, sources};
use crate::export::manifest::Manifest;

/// Writes the page, and the story of one run of a scenario; prints the names of the files.
pub fn report(arguments: &ReportArguments) -> Result<(), CliError> {
    nearby::results_in(&arguments.folder)?;
    let manifest = Manifest::read(&arguments.folder);
    let is_scenario = matches!(manifest, Ok(Some(_)));
    if matches!(&manifest, Ok(Some(manifest)) if manifest.tables.is_empty()) {
        let shown = arguments.folder.display();
        let text = format!("{shown}: its runs are not finished; `harmattan run --resume` finishes them");
        return Err(CliError::BadInput(text));
    }
    if !is_scenario && arguments.seed.is_some() {
        let shown = arguments.folder.display();
        let text = format!("{shown}: --seed tells one run of a scenario; name the folder of a scenario");
        return Err(CliError::BadInput(text));
    }
    // A seed that is not there is found before anything is written.
    let mut files = Vec::new();
    if is_scenario {
        files.push(sources::story(&arguments.folder, arguments.seed)?);
    }
    files.insert(0, sources::report(&arguments.folder)?);
    let lines: Vec<String> = files.iter().map(|file| format!("{}\n", file.display())).collect();
    output::print(&lines.concat())
}
