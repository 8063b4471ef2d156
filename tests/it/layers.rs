//! Contract: imports go downward only; a submodel does not know another; files, clocks and the terminal begin at
//! `export`; threads live in one file; streams of draws have one name each; results are written in one way; there is no
//! network, and one program that is started.
//!
//! Method: the source files are read as text, without comments and test modules, and every path that begins with
//! `crate` is looked up in the list of layers.

use std::collections::BTreeMap;

use crate::sources::{self, Source};

/// The layers, lowest first; a module may import its own line or lower ones.
const LAYERS: [&[&str]; 11] = [
    &["base"],
    &["entities", "tables"],
    &["mechanics"],
    &["submodels"],
    &["schedule"],
    &["scenario"],
    &["initialization"],
    &["simulation"],
    &["export", "experiments"],
    &["report"],
    &["cli"],
];

/// What no file below `export` may name.
const OUTSIDE: [&str; 10] = [
    "std::fs",
    "std::time",
    "std::env",
    "std::net",
    "std::process",
    "std::io",
    "println!",
    "print!",
    "dbg!",
    "std::{",
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|line| line.contains(&module))
}

/// Paths below `crate` that a text names, braces spelt out, with their positions.
fn imports(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, start) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            spell_out(&code[at + start.len()..], "", &mut |path| found.push((at, path)));
        }
    }
    found
}

/// Calls `found` for every path that begins here; returns how far it read.
fn spell_out(text: &str, prefix: &str, found: &mut dyn FnMut(String)) -> usize {
    if !text.starts_with('{') {
        let length =
            text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
        let path = format!("{prefix}{}", &text[..length]);
        if text[length..].starts_with('{') && path.ends_with("::") {
            return length + spell_out(&text[length..], &path, found);
        }
        if length > 0 {
            found(path);
        }
        return length;
    }
    let mut at = 1;
    while at < text.len() && !text[at..].starts_with('}') {
        if text[at..].starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '{') {
            at += spell_out(&text[at..], prefix, found);
            // A name of its own (`x as y`) is no path.
            if text[at..].starts_with(" as ") {
                at += text[at..].find([',', '}']).unwrap_or(0);
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at + 1
}

fn complain(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} breaches:\n{}", wrong.len(), wrong.join("\n"));
}

/// Source files that belong to a layer (all but the roots `lib.rs` and `main.rs`).
fn layered() -> Vec<(usize, Source)> {
    let sources = sources::all().into_iter().filter(|s| s.path != "lib.rs" && s.path != "main.rs");
    sources
        .map(|source| {
            let at = layer(source.top()).unwrap_or_else(|| panic!("{} stands in no layer", source.path));
            (at, source)
        })
        .collect()
}

#[test]
fn grouped_imports_are_spelt_out() {
    let text = "use crate::{a, b::{c, d as e}, f::g}; x(crate::h::i(), my_crate::z, crate::j);";
    let paths: Vec<String> = imports(text).into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths, ["a", "b::c", "b::d", "f::g", "h::i", "j"]);
}

#[test]
fn a_module_imports_its_own_layer_or_lower_ones() {
    let mut wrong = Vec::new();
    let mut n_imports = 0;
    for (own, source) in layered() {
        for (at, path) in imports(&source.code) {
            let target = path.split("::").next().unwrap_or_default();
            n_imports += 1;
            // Words that are no module are macros and items of the root.
            if layer(target).is_some_and(|theirs| theirs > own) {
                wrong.push(format!("src/{}:{}: crate::{path}", source.path, source.line(at)));
            }
        }
    }
    assert!(n_imports > 300, "only {n_imports} imports were found");
    complain(&wrong);
}

#[test]
fn a_submodel_imports_no_other_submodel() {
    let mut wrong = Vec::new();
    for (_, source) in layered().into_iter().filter(|(_, source)| source.path.starts_with("submodels/")) {
        let mut parts = source.path["submodels/".len()..].split('/');
        let own = parts.next().unwrap_or_default().trim_end_matches(".rs").to_string();
        let is_part = parts.next().is_some();
        for (at, path) in imports(&source.code) {
            let mut words = path.split("::");
            if words.next() == Some("submodels") && words.next() != Some(own.as_str()) {
                wrong.push(format!("src/{}:{}: crate::{path}", source.path, source.line(at)));
            }
        }
        // Of the file itself `super` is the list of submodels; of a part of it, the submodel.
        let forbidden = if is_part { "super::super" } else { "super::" };
        for (at, _) in source.code.match_indices(forbidden) {
            wrong.push(format!("src/{}:{}: {forbidden}", source.path, source.line(at)));
        }
    }
    complain(&wrong);
}

#[test]
fn files_clocks_and_the_terminal_begin_at_export() {
    let export = layer("export").unwrap();
    let mut wrong = Vec::new();
    for (own, source) in layered() {
        for word in OUTSIDE {
            for (at, _) in source.code.match_indices(word).filter(|_| own < export) {
                wrong.push(format!("src/{}:{}: {word}", source.path, source.line(at)));
            }
        }
    }
    complain(&wrong);
}

/// Complains of every use of these words outside of some files.
fn only_in(words: &[&str], allowed: &[&str]) {
    let mut wrong = Vec::new();
    for source in sources::all().into_iter().filter(|source| !allowed.contains(&source.path.as_str())) {
        for word in words {
            let part_of_another = |at: usize| source.code[..at].ends_with(|c: char| c.is_alphanumeric());
            for (at, _) in source.code.match_indices(word).filter(|(at, _)| !part_of_another(*at)) {
                wrong.push(format!("src/{}:{}: {word}", source.path, source.line(at)));
            }
        }
    }
    complain(&wrong);
}

#[test]
fn results_are_written_whole_or_appended_to_a_journal() {
    let writes = ["fs::write", "File::create", "OpenOptions", "File::options", "fs::rename", "fs::copy"];
    // Verification writes into a folder of its own that it throws away.
    let allowed = ["experiments/journal.rs", "experiments/lock.rs", "experiments/verification.rs"];
    only_in(&writes, &allowed);
    // A summary keeps its weeks in a file without a name, which is gone with the process.
    only_in(&["NamedTempFile", "tempfile_in"], &["export/atomic.rs", "experiments/summary.rs"]);
}

#[test]
fn nothing_speaks_with_a_network_and_one_file_starts_programs() {
    only_in(&["std::net", "TcpStream", "UdpSocket", "UnixStream"], &[]);
    only_in(&["process::Command", "Command::new"], &["cli/commands/submit.rs"]);
    // Without a shell: what a user names is never read as a command.
    let submit = sources::all().into_iter().find(|source| source.path == "cli/commands/submit.rs").unwrap();
    let started: Vec<&str> = submit
        .code_and_texts
        .split("Command::new(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect();
    assert_eq!(started, ["\"sbatch\""]);
}

#[test]
fn below_export_one_file_has_threads() {
    let export = layer("export").unwrap();
    let mut wrong = Vec::new();
    for (own, source) in layered().into_iter().filter(|(_, source)| source.path != "base/parallel.rs") {
        for (at, _) in source.code.match_indices("std::thread").filter(|_| own < export) {
            wrong.push(format!("src/{}:{}: threads", source.path, source.line(at)));
        }
    }
    complain(&wrong);
}

#[test]
fn observed_series_are_read_by_experiments_only() {
    let mut wrong = Vec::new();
    for (_, source) in layered().into_iter().filter(|(_, source)| source.top() != "experiments") {
        for (at, _) in source.code_and_texts.match_indices("observed/") {
            wrong.push(format!("src/{}:{}", source.path, source.line(at)));
        }
    }
    complain(&wrong);
}

#[test]
fn a_step_cannot_fail() {
    let mut wrong = Vec::new();
    for (_, source) in layered().into_iter().filter(|(_, source)| source.top() == "submodels") {
        for (at, _) in source.code.match_indices("Result<") {
            wrong.push(format!("src/{}:{}", source.path, source.line(at)));
        }
    }
    complain(&wrong);
}

#[test]
fn streams_of_draws_have_one_name_each() {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (_, source) in layered() {
        for (at, start) in source.code_and_texts.match_indices("Stream::named(") {
            let rest = &source.code_and_texts[at + start.len()..];
            let place = format!("src/{}:{}", source.path, source.line(at));
            let Some(name) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                wrong.push(format!("{place}: the name of a stream is a text"));
                continue;
            };
            if let Some(first) = names.insert(name.to_string(), place.clone()) {
                wrong.push(format!("{place}: `{name}` is the stream of {first} too"));
            }
            let module = source.path.trim_end_matches(".rs");
            if !module.split('/').any(|word| name.split('.').next() == Some(word)) {
                wrong.push(format!("{place}: `{name}` does not begin with its submodel"));
            }
        }
    }
    assert!(names.len() > 20, "only {} streams were found", names.len());
    complain(&wrong);
}
