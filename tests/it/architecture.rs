//! Contract: the documents speak of the tree as it is. Maps of a code drift as soon as nobody is told.
//!
//! Method: every path in backquotes must exist; every top-level module must stand on the map; every invariant must
//! name a guard, and a test that is named must exist in one of the files named beside it.

use std::path::Path;

/// Documents whose paths are looked up. Examples of files that a user makes have no place in these.
const DOCUMENTS: [&str; 2] = ["docs/ARCHITECTURE.md", "README.md"];
/// How a path of the project begins; `output` is not among them, for what runs make need not be there.
const ROOTS: [&str; 9] =
    [".ci/", "benches/", "data/", "docs/", "examples/", "scenarios/", "src/", "tests/", "clippy.toml"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands in backquotes on a line.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

fn paths(line: &str) -> Vec<&str> {
    let is_path =
        |text: &&str| ROOTS.iter().any(|root| text.starts_with(root)) && !text.contains([' ', '<', '*']);
    quoted(line).into_iter().filter(is_path).collect()
}

fn complain(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_path_in_the_documents_exists() {
    let mut documents: Vec<String> = DOCUMENTS.iter().map(|path| path.to_string()).collect();
    for entry in std::fs::read_dir(root().join("docs/decisions")).unwrap() {
        documents.push(format!("docs/decisions/{}", entry.unwrap().file_name().into_string().unwrap()));
    }
    documents.sort();
    let mut wrong = Vec::new();
    for document in documents.iter().filter(|path| root().join(path).exists()) {
        for (at, line) in read(document).lines().enumerate() {
            let missing = paths(line).into_iter().filter(|path| !root().join(path).exists());
            wrong.extend(missing.map(|path| format!("{document}:{}: there is no {path}", at + 1)));
        }
    }
    complain(&wrong);
}

#[test]
fn every_module_stands_on_the_map() {
    let text = read("docs/ARCHITECTURE.md");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let entry = entry.unwrap();
        let slash = if entry.file_type().unwrap().is_dir() { "/" } else { "" };
        let path = format!("src/{}{slash}", entry.file_name().into_string().unwrap());
        if !text.contains(&format!("`{path}`")) {
            wrong.push(format!("docs/ARCHITECTURE.md does not name {path}"));
        }
    }
    complain(&wrong);
}

#[test]
fn every_invariant_names_a_guard_that_exists() {
    let text = read("docs/ARCHITECTURE.md");
    let (_, invariants) = text.split_once("## Invariants").expect("a section of invariants");
    let is_row = |line: &&str| line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit());
    let rows: Vec<&str> = invariants.lines().filter(is_row).collect();
    assert_eq!(rows.len(), 8, "the invariants are counted in the documents");
    let mut wrong = Vec::new();
    for row in rows {
        let guard = row.trim_end_matches([' ', '|']).rsplit(" | ").next().unwrap_or_default();
        let files: Vec<String> = paths(guard).into_iter().filter(|p| p.ends_with(".rs")).map(read).collect();
        let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        for name in quoted(guard).into_iter().filter(is_name) {
            if !files.iter().any(|text| text.contains(&format!("fn {name}("))) {
                wrong.push(format!("no file beside it has `fn {name}`: {guard}"));
            }
        }
        if guard.is_empty() {
            wrong.push(format!("an invariant without a guard: {row}"));
        }
    }
    complain(&wrong);
}
