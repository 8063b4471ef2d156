//! What stands in an output folder, and what may be done with it.

use std::path::Path;

use super::study::Study;
use super::{ExperimentError, journal, lock};
use crate::export::atomic::{self, TEMPORARY_PREFIX};
use crate::export::content::{self, Content};
use crate::export::manifest::{self, Manifest};
use crate::export::tables::file_names;
use crate::export::{ExportError, Format, codebook};
use crate::tables::layouts::{DECISIONS_TABLE, RUN_TABLES, SUMMARY_TABLE};

/// What the user wants done with results that are already there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// Complete them if they have the same inputs.
    #[default]
    Complete,
    /// The same, but there must be some.
    Resume,
    /// Replace them.
    Overwrite,
}

/// What stands in a folder, compared with what is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    New,
    /// Some runs of the same inputs, perhaps none finished.
    Partial,
    /// All runs of the same inputs, with all their tables.
    Complete,
    /// The same, but a table was altered after it was written: what is wrong with it. Its runs are made again.
    Altered(String),
    /// Our results, to be replaced.
    Replaced,
}

/// Judges a folder without touching it.
pub fn inspect(study: &Study, existing: Existing) -> Result<Standing, ExperimentError> {
    let folder = &study.folder;
    if is_empty(folder)? {
        return match existing {
            Existing::Resume => Err(ExperimentError::NothingToResume { folder: folder.clone() }),
            _ => Ok(Standing::New),
        };
    }
    let foreign = |reason: String| ExperimentError::Foreign { folder: folder.clone(), reason };
    let found = match Manifest::read(folder) {
        Ok(Some(found)) => found,
        Ok(None) => return Err(foreign("not empty and without a manifest of harmattan".to_string())),
        Err(ExportError::Content { reason, .. }) => {
            return Err(foreign(format!("manifest.json is {reason}")));
        }
        Err(error) => return Err(error.into()),
    };
    if existing == Existing::Overwrite {
        return Ok(Standing::Replaced);
    }
    if let Some(difference) = found.first_difference(&study.manifest) {
        return Err(ExperimentError::OtherInputs { folder: folder.clone(), difference });
    }
    let whole = found.is_complete() && result_files(study).iter().all(|name| folder.join(name).is_file());
    if !whole {
        return Ok(Standing::Partial);
    }
    Ok(altered(study, &found)?.map_or(Standing::Complete, Standing::Altered))
}

/// What is wrong with the first table that does not hold what its manifest says.
fn altered(study: &Study, found: &Manifest) -> Result<Option<String>, ExportError> {
    let specs = study.tables().into_iter().chain([&SUMMARY_TABLE, &codebook::CODEBOOK_TABLE]);
    for spec in specs {
        // The codebook is text, whatever the format of the others.
        let format = if spec.name == codebook::CODEBOOK_TABLE.name { Format::Csv } else { study.format };
        let hash = found.tables.get(&format!("{}.csv", spec.name)).map_or("", |record| record.hash.as_str());
        if let Content::Broken(reason) = content::of_table(&study.folder, spec, format, hash)? {
            return Ok(Some(reason));
        }
    }
    Ok(None)
}

/// Names of the files that a complete folder holds (besides plots, report and timing).
pub fn result_files(study: &Study) -> Vec<String> {
    let mut names = vec![manifest::FILE.to_string(), format!("{}.csv", codebook::CODEBOOK_TABLE.name)];
    for table in study.tables().into_iter().chain([&SUMMARY_TABLE]) {
        names.extend(file_names(table.name, study.format));
    }
    names
}

/// Removes our former results, and nothing else.
pub fn clear(folder: &Path) -> Result<(), ExportError> {
    let tables = RUN_TABLES.into_iter().chain([&DECISIONS_TABLE, &SUMMARY_TABLE, &codebook::CODEBOOK_TABLE]);
    for table in tables {
        for name in file_names(table.name, Format::Both) {
            atomic::remove(&folder.join(name))?;
        }
    }
    for name in [journal::FILE, super::timing::FILE, super::posterior::FILE, "report.html"] {
        atomic::remove(&folder.join(name))?;
    }
    super::reproduction::remove_all(folder)?;
    clear_plots(folder)
}

/// Removes the figures of a folder.
pub fn clear_plots(folder: &Path) -> Result<(), ExportError> {
    let plots = folder.join("plots");
    for entry in std::fs::read_dir(&plots).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "svg" || ending == "png") {
            atomic::remove(&path)?;
        }
    }
    // Stays where someone keeps other files in it.
    let _ = std::fs::remove_dir(&plots);
    Ok(())
}

/// Removes temporary files that a killed process left, those among its figures too.
pub fn remove_left_overs(folder: &Path) -> Result<(), ExportError> {
    let entries = std::fs::read_dir(folder).map_err(ExportError::file("read", folder))?;
    let drawn = std::fs::read_dir(folder.join("plots")).into_iter().flatten();
    for entry in entries.chain(drawn).flatten() {
        if is_temporary(&entry.file_name().to_string_lossy()) {
            atomic::remove(&entry.path())?;
        }
    }
    Ok(())
}

/// True for names of files that a killed process left half-written.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY_PREFIX) && name.ends_with(".tmp")
}

/// True if a folder is missing or holds at most what a process leaves that was killed before its manifest.
pub(super) fn is_empty(folder: &Path) -> Result<bool, ExportError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(ExportError::file("read", folder)(error)),
    };
    for entry in entries {
        let name = entry.map_err(ExportError::file("read", folder))?.file_name();
        let name = name.to_string_lossy();
        if name != lock::FILE && !is_temporary(&name) {
            return Ok(false);
        }
    }
    Ok(true)
}
