//! `merge`: parts of a sweep joined by content.

use crate::cli::arguments::MergeArguments;
use crate::cli::messages::{CliError, Talk, Warning};
use crate::experiments::sweep::merge::{self, MergeError};
use crate::experiments::timing::{Session, SubmodelTimes};

/// Joins parts; ends with 2 if they are incomplete or contradict each other.
pub fn merge(arguments: &MergeArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    for folder in &arguments.folders {
        if !folder.is_dir() {
            return Err(CliError::BadInput(format!("{}: no such folder", folder.display())));
        }
    }
    let session = Session::begin(threads);
    let merged = merge::merge(&arguments.folders, &arguments.out, arguments.format.into(), arguments.partial)
        .map_err(|error| match error {
            MergeError::Export(error) => CliError::Export(error),
            MergeError::Experiment(error) => CliError::Experiment(error),
            refused => CliError::BadInput(refused.to_string()),
        })?;
    session.write(&merged.folder, merged.manifest.runs.total - merged.missing, &SubmodelTimes::default())?;
    for reason in merged.left_out {
        talk.warn(&Warning::PartLeftOut { reason });
    }
    let partial = match merged.missing {
        0 => String::new(),
        missing => format!(", partial: {missing} are missing"),
    };
    talk.say(&format!(
        "{}: {} of {} runs from {} parts, in {}{partial}",
        merged.manifest.name,
        merged.manifest.runs.total - merged.missing,
        merged.manifest.runs.total,
        merged.parts,
        merged.folder.display()
    ));
    Ok(())
}
