//! Contract: the examples of `docs/reading-results.md` run as they stand.
//!
//! Method: the tables that they read are made at small size, and every Python block is given to the Python that is
//! there. A package that is not installed skips its block, and says so.

use std::path::Path;
use std::process::Command;

use crate::sweep::done;

/// Blocks of a language in a document, each with the heading above it.
fn blocks<'d>(document: &'d str, language: &str) -> Vec<(&'d str, &'d str)> {
    let fence = format!("```{language}\n");
    document
        .split("\n## ")
        .skip(1)
        .filter_map(|section| {
            let code = section.split_once(&fence)?.1.split_once("\n```")?.0;
            Some((section.lines().next().unwrap_or_default(), code))
        })
        .collect()
}

/// Python of the environment variable `PYTHON`, or the usual one.
fn python(arguments: &[&str], folder: &Path) -> Option<std::process::Output> {
    let program = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_string());
    Command::new(program).args(arguments).current_dir(folder).output().ok()
}

#[test]
fn the_python_examples_run_as_they_stand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("docs/reading-results.md")).unwrap();
    let examples = blocks(&document, "python");
    let names: Vec<&str> = examples.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["pandas", "polars", "DuckDB"]);
    assert_eq!(blocks(&document, "r").len(), 1);

    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let has = |package: &str| {
        let import = format!("import {package}");
        let present = python(&["-c", &import], at).is_some_and(|output| output.status.success());
        if !present {
            eprintln!("skipped: no Python with {package}");
        }
        present
    };
    let present: Vec<bool> = names.iter().map(|name| has(&name.to_lowercase())).collect();
    if !present.contains(&true) {
        return;
    }
    let plan = root.join("scenarios/plans/patrols-in-the-testbed.toml");
    done(at, &["sweep", plan.to_str().unwrap(), "--format", "both", "--quiet"]);
    let history = ["run", "history", "--seeds", "2", "--scale", "1000", "--until", "2013-02-01"];
    done(at, &[&history[..], &["--format", "both", "--no-plots", "--quiet"]].concat());
    for ((name, code), _) in examples.iter().zip(present).filter(|(_, present)| *present) {
        let output = python(&["-W", "error", "-c", code], at).unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}\n{}", String::from_utf8_lossy(&output.stderr));
        assert!(!said.trim().is_empty(), "{name} printed nothing");
    }
}
