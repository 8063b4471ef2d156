//! A run that failed, as a scenario that shows it again: its own parameters, the levers that can have started by then,
//! and the command with seed and last week.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::study::Study;
use crate::base::dates::Week;
use crate::export::{ExportError, atomic};
use crate::scenario::show;
use crate::schedule::SUBMODELS;

/// Beginning of the names of such files.
const PREFIX: &str = "failed-seed-";

/// Name of such a scenario.
pub fn name(seed: u64) -> String {
    format!("{PREFIX}{seed}")
}

/// Writes the scenario of a run that failed in a week; returns the file.
pub fn write(study: &Study, seed: u64, week: Week, message: &str) -> Result<PathBuf, ExportError> {
    let path = study.folder.join(format!("{}.toml", name(seed)));
    atomic::write(&path, text(study, seed, week, message).as_bytes())?;
    Ok(path)
}

fn text(study: &Study, seed: u64, week: Week, message: &str) -> String {
    let options = &study.prepared.options;
    let mut scenario = (*study.prepared.scenario).clone();
    let changed = study.manifest.parameters_changed.iter().map(|(name, change)| (name.clone(), change.value));
    let mut parameters: BTreeMap<String, f64> = changed.collect();
    if let Some(assumptions) = &study.assumptions {
        parameters.extend(assumptions.effective(&scenario, seed));
    }
    scenario.parameters = parameters;
    scenario.levers.retain(|lever| lever.start.earliest() <= week);
    let of = std::mem::replace(&mut scenario.name, name(seed));
    let without: String = options.without.iter().map(|at| format!(" --without {}", SUBMODELS[*at])).collect();
    let told: String =
        message.lines().map(|line| format!("#   {}\n", line.replace(char::is_control, " "))).collect();
    format!(
        "# The run of seed {seed} of {of} failed. It fails again with\n\
         #\n\
         #   harmattan run {}.toml --seed {seed} --until {} --scale {}{without} --check-invariants\n\
         #\n\
         # and said\n\
         #\n{told}\n{}",
        scenario.name,
        week.monday(),
        options.scale,
        show::canonical(&scenario, &study.prepared.theatre)
    )
}

/// Removes the scenario of a run that is done by now.
pub fn remove(folder: &Path, seed: u64) -> Result<(), ExportError> {
    atomic::remove(&folder.join(format!("{}.toml", name(seed))))
}

/// Removes every such scenario of a folder.
pub fn remove_all(folder: &Path) -> Result<(), ExportError> {
    for entry in std::fs::read_dir(folder).map_err(ExportError::file("read", folder))?.flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(PREFIX) && name.to_string_lossy().ends_with(".toml") {
            atomic::remove(&entry.path())?;
        }
    }
    Ok(())
}
