//! Contract: the examples of `docs/reading-results.md` run as they stand.
//!
//! Method: the tables that they read are made at small size, and every block is given to the Python or the R that is
//! there, with warnings as errors. A package that is not installed skips its block, and says so.

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

/// A block of code run by its language in a folder; none if the language is not there. The environment variables `PYTHON`
/// and `RSCRIPT` name other programs than the usual ones.
fn given(language: &str, code: &str, folder: &Path) -> Option<std::process::Output> {
    let (variable, usual, before): (_, _, &[&str]) = match language {
        "r" => ("RSCRIPT", "Rscript", &["--vanilla", "-e", "options(warn = 2)", "-e"]),
        _ => ("PYTHON", "python3", &["-W", "error", "-c"]),
    };
    let program = std::env::var(variable).unwrap_or_else(|_| usual.to_string());
    Command::new(program).args(before).arg(code).current_dir(folder).output().ok()
}

#[test]
fn the_examples_run_as_they_stand() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("docs/reading-results.md")).unwrap();
    let examples: Vec<(&str, &str, &str)> = ["python", "r"]
        .into_iter()
        .flat_map(|language| {
            blocks(&document, language).into_iter().map(move |(name, code)| (language, name, code))
        })
        .collect();
    let names: Vec<&str> = examples.iter().map(|(_, name, _)| *name).collect();
    assert_eq!(names, ["pandas", "polars", "DuckDB", "R"]);

    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let present = |(language, name, _): &&(&str, &str, &str)| {
        // R itself is all that its example needs.
        let first =
            if *language == "r" { "1".to_string() } else { format!("import {}", name.to_lowercase()) };
        let present = given(language, &first, at).is_some_and(|output| output.status.success());
        if !present {
            eprintln!("skipped: no {name}");
        }
        present
    };
    let present: Vec<_> = examples.iter().filter(present).collect();
    if present.is_empty() {
        return;
    }
    let plan = root.join("scenarios/plans/patrols-in-the-testbed.toml");
    done(at, &["sweep", plan.to_str().unwrap(), "--format", "both", "--quiet"]);
    let history = ["run", "history", "--seeds", "2", "--scale", "1000", "--until", "2013-02-01"];
    done(at, &[&history[..], &["--format", "both", "--no-plots", "--quiet"]].concat());
    for (language, name, code) in present {
        let output = given(language, code, at).unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}\n{}", String::from_utf8_lossy(&output.stderr));
        // The last year of the tables, and the largest force of the plan.
        assert!(said.contains("2013") && said.contains("200"), "{name} printed\n{said}");
    }
}
