//! What lies near a name that leads nowhere, for messages.

use std::path::{Path, PathBuf};

use super::messages::CliError;
use crate::base::spelling::nearest;

/// Most folders that are named.
const MOST_NAMED: usize = 5;
/// Most entries of a folder that are looked at.
const MOST_ENTRIES: usize = 1000;

/// Refuses a folder without results, and names folders with some: those in it, or beside it.
pub fn results_in(folder: &Path) -> Result<(), CliError> {
    if holds_results(folder) {
        return Ok(());
    }
    let shown = folder.display();
    let (what, around) = match folder.is_dir() {
        true => ("holds no results", folder),
        false if folder.exists() => ("is no folder", parent(folder)),
        false => ("is not there", parent(folder)),
    };
    let inner = entries(around);
    let deeper = inner.iter().flat_map(|entry| entries(entry));
    let found: Vec<String> = inner
        .iter()
        .cloned()
        .chain(deeper)
        .filter(|entry| holds_results(entry))
        .map(|entry| entry.display().to_string())
        .collect();
    let mut text = format!("{shown} {what}");
    if found.is_empty() {
        text += "; name the folder of a scenario or of an experiment, such as output/history";
    } else {
        let named = found.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = if found.len() > MOST_NAMED { ", ..." } else { "" };
        text += &format!("\nexpected: a folder with results, such as {named}{more}");
    }
    if let Some(near) = nearest(&shown.to_string(), found.iter().map(String::as_str)) {
        text += &format!("\nnearest: {near}");
    }
    Err(CliError::BadInput(text))
}

/// The scenario or plan beside a file that is not there whose name is most like it.
pub fn like(file: &Path) -> Option<String> {
    if file.exists() {
        return None;
    }
    let beside: Vec<String> = entries(parent(file))
        .iter()
        .filter(|entry| entry.extension().is_some_and(|ending| ending == "toml"))
        .map(|entry| entry.display().to_string())
        .collect();
    nearest(&file.display().to_string(), beside.iter().map(String::as_str)).map(str::to_string)
}

/// True for a folder with a manifest or with tables.
fn holds_results(folder: &Path) -> bool {
    folder.join("manifest.json").is_file()
        || entries(folder).iter().any(|entry| entry.extension().is_some_and(|ending| ending == "csv"))
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// What a folder holds, sorted; nothing if it cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let found = std::fs::read_dir(read).into_iter().flatten().flatten().take(MOST_ENTRIES);
    let mut entries: Vec<PathBuf> = found.map(|entry| folder.join(entry.file_name())).collect();
    entries.sort();
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_files_that_are_meant_are_named() {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().join(path);
        for folder in ["output/history", "output/compare/history--mine", "empty"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        std::fs::write(at("output/history/manifest.json"), "{}").unwrap();
        std::fs::write(at("output/compare/history--mine/differences.csv"), "").unwrap();
        std::fs::write(at("mine.toml"), "").unwrap();
        let said = |path: &str| match results_in(&at(path)) {
            Err(CliError::BadInput(text)) => text.replace(&format!("{}/", root.path().display()), ""),
            _ => String::new(),
        };
        assert_eq!(said("output/history"), "");
        assert_eq!(said("output/compare/history--mine"), "");
        let both = "expected: a folder with results, such as output/history, output/compare/history--mine";
        assert_eq!(
            said("output/histry"),
            format!("output/histry is not there\n{both}\nnearest: output/history")
        );
        assert!(
            said("output").starts_with(&format!("output holds no results\n{both}")),
            "{}",
            said("output")
        );
        assert!(said("mine.toml").starts_with("mine.toml is no folder"));
        assert!(said("empty").starts_with("empty holds no results; name the folder of a scenario"));
        assert_eq!(like(&at("mien.toml")), Some(at("mine.toml").display().to_string()));
        assert_eq!(like(&at("mine.toml")), None);
    }
}
