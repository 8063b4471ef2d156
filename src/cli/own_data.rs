//! The folder of `--data`: read here, checked in the scenario layer, and recognised again by the hashes of its files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::sources::read_file;
use crate::export::manifest::hash_text;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::own_data::{OwnFile, file_names};

/// Most files of a folder that are looked at: a folder of something else is told apart before.
const MOST_FILES: usize = 200;

/// Reads the files of a folder in the order of their names. Hidden files and notes (`.md`, `.txt`) are left alone.
pub fn read(folder: &Path) -> Result<Vec<OwnFile>, Box<Diagnostic>> {
    let label = folder.display().to_string().replace('\\', "/");
    let wrong = |label: &str, message: String| {
        let mut diagnostic = Diagnostic::whole_file(label, Code::Unreadable, message);
        diagnostic.expected = Some(format!("a folder with one or more of {}", file_names().join(", ")));
        Box::new(diagnostic)
    };
    let unreadable = |error: std::io::Error| wrong(&label, format!("the folder cannot be read: {error}"));
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !(name.starts_with('.') || name.ends_with(".md") || name.ends_with(".txt")) {
            names.insert(name);
        }
        if names.len() > MOST_FILES {
            return Err(wrong(&label, format!("the folder holds more than {MOST_FILES} files")));
        }
    }
    let mut files = Vec::new();
    for name in names {
        let path = folder.join(&name);
        // Pipes and devices would be read for ever.
        let bytes = if path.is_file() {
            read_file(&path)
        } else {
            Err(if path.is_dir() { "it is a folder" } else { "it is no file" }.to_string())
        };
        let bytes = bytes
            .map_err(|reason| wrong(&format!("{label}/{name}"), format!("it cannot be read: {reason}")))?;
        files.push(OwnFile { name, bytes });
    }
    Ok(files)
}

/// The hash of each file by its name.
pub fn hashes(files: &[OwnFile]) -> BTreeMap<String, String> {
    files.iter().map(|file| (file.name.clone(), hash_text(&blake3::hash(&file.bytes)))).collect()
}

/// How the data that results were made with differ from those that are given; none if they are the same.
pub fn difference(made_with: &BTreeMap<String, String>, given: &BTreeMap<String, String>) -> Option<String> {
    if made_with == given {
        return None;
    }
    let listed =
        |data: &BTreeMap<String, String>| data.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    if given.is_empty() {
        let files = listed(made_with);
        return Some(format!("made with data of one's own ({files}); name their folder with --data"));
    }
    if made_with.is_empty() {
        return Some("made without data of one's own; leave --data out".to_string());
    }
    let names: BTreeSet<&String> = made_with.keys().chain(given.keys()).collect();
    let differ: Vec<String> = names
        .into_iter()
        .filter_map(|name| match (made_with.get(name), given.get(name)) {
            (Some(before), Some(now)) if before != now => Some(format!("{name} has changed")),
            (Some(_), None) => Some(format!("{name} is missing")),
            (None, Some(_)) => Some(format!("{name} was not there")),
            _ => None,
        })
        .collect();
    Some(format!("made with other data than --data gives: {}", differ.join(", ")))
}
