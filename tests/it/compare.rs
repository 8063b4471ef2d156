//! Contract: `compare` finds what a scenario changes and nothing where nothing is changed; its files are the same for
//! any number of threads; no run is done twice; a sample of parameters keeps scenarios paired.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use assert_cmd::Command;
use harmattan::experiments::comparison::reduction::ReducedRun;
use harmattan::experiments::comparison::{Pairs, differences};
use harmattan::experiments::panel::{self, Settings};
use harmattan::experiments::statistics::Bootstrap;

use crate::laboratory::{TESTBED, options, prepare, scenario};

/// The base, where patrols come late, and one in which they are there at once and stronger.
const PATROLS: &str = r#"
format = 1
name = "early-patrols"
title = "Patrols from the beginning"
question = "Does a force that is there at once keep the road open?"
base = "testbed-three-places"
[parameters]
"violence.excitation_share" = 0.1
[[lever]]
name = "patrols"
from.date = 2012-01-02
set.strike-force = { actor = "france", troops_persons = 800 }
"#;

fn harmattan(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::cargo_bin("harmattan").unwrap().current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const SHORT: [&str; 9] =
    ["--seeds", "6", "--scale", "500", "--until", "2013-12-30", "--cause-runs", "200", "--threads"];

fn compare(folder: &Path, more: &[&str]) -> (i32, String, String) {
    let arguments: Vec<&str> =
        ["compare", TESTBED, "early-patrols.toml"].iter().chain(&SHORT).chain(more).copied().collect();
    harmattan(folder, &arguments)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entry = |entry: std::io::Result<std::fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
    };
    let is_file = |entry: &std::io::Result<std::fs::DirEntry>| entry.as_ref().unwrap().path().is_file();
    std::fs::read_dir(folder).unwrap().filter(is_file).map(entry).collect()
}

fn with_patrols() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("early-patrols.toml"), PATROLS).unwrap();
    folder
}

#[test]
fn a_comparison_is_the_same_for_any_number_of_threads_and_no_run_is_done_twice() {
    let folder = with_patrols();
    let path = folder.path();
    let result = "compare/testbed-three-places--early-patrols";
    let all: Vec<_> = ["1", "2", "3"]
        .iter()
        .map(|threads| {
            let (code, stdout, stderr) = compare(path, &[threads, "--out", threads]);
            assert_eq!(code, 0, "{stderr}");
            (stdout, files(&path.join(threads).join(result)))
        })
        .collect();
    assert!(all.iter().all(|one| *one == all[0]), "threads change results");

    let (stdout, files) = &all[0];
    let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
    let header = |name: &str| text(name).lines().next().unwrap().to_string();
    assert_eq!(
        header("differences.csv"),
        "region,period,indicator,base_mean,other_mean,difference,low90,high90,pairs,variance_ratio,discovery_rate"
    );
    assert_eq!(header("winners.csv"), "who_kind,who,indicator,difference,low90,high90,verdict");
    assert_eq!(header("causes.csv"), "indicator,kind,name,share,low90,high90");
    assert!(files.contains_key("codebook.csv") && files.contains_key("manifest.json"));
    // The lever sets the troops, so it alone is their cause, and the parameter none.
    assert!(text("differences.csv").contains("\nMali,horizon,strike_force_troops,"));
    assert!(text("causes.csv").contains("\nstrike_force_troops,lever,patrols,"), "{}", text("causes.csv"));
    assert!(!text("causes.csv").contains("\nstrike_force_troops,parameter,"), "{}", text("causes.csv"));
    let who = stdout.find("Who gains").unwrap();
    let whom = stdout.find("Stability for whom").unwrap();
    assert!(who < whom && whom < stdout.find("Differences over").unwrap(), "{stdout}");

    let (code, again, stderr) = compare(path, &["2", "--out", "1"]);
    assert_eq!((code, &again), (0, stdout));
    assert!(!stderr.contains("runs"), "{stderr}");
    // More seeds are other inputs; the runs that are there are kept.
    let more = ["2", "--out", "1", "--seeds", "8"];
    let arguments = |more: &[&'static str]| {
        [
            "compare",
            TESTBED,
            "early-patrols.toml",
            "--scale",
            "500",
            "--until",
            "2013-12-30",
            "--cause-runs",
            "200",
            "--threads",
        ]
        .iter()
        .chain(more)
        .copied()
        .collect::<Vec<&str>>()
    };
    let (code, _, stderr) = harmattan(path, &arguments(&more));
    assert!(code == 2 && stderr.contains("seeds was"), "{stderr}");
    let (code, _, stderr) = harmattan(path, &arguments(&["2", "--out", "1", "--seeds", "8", "--overwrite"]));
    assert!(code == 0 && stderr.contains("4 runs to compare, 12 are there"), "{stderr}");
}

#[test]
fn what_cannot_be_compared_is_refused_and_a_dry_run_starts_nothing() {
    let folder = with_patrols();
    for wrong in [
        &["compare", "history"][..],
        &["compare", "history", "histroy"],
        &["compare", "history", TESTBED],
        &["compare", TESTBED, "early-patrols.toml", "early-patrols.toml"],
        &["compare", TESTBED, "early-patrols.toml", "--until-decided", "death"],
        &["compare", TESTBED, "early-patrols.toml", "--until-decided", "deaths:Goa"],
        &["compare", TESTBED, "early-patrols.toml", "--posterior", "missing.csv"],
        &["compare", TESTBED, "early-patrols.toml", "--budget", "10"],
    ] {
        let (code, stdout, _) = harmattan(folder.path(), wrong);
        assert_eq!((code, stdout.as_str()), (2, ""), "{wrong:?}");
    }
    let (code, stdout, _) =
        harmattan(folder.path(), &["compare", TESTBED, "early-patrols.toml", "--dry-run"]);
    assert!(code == 0 && stdout.contains("40 runs"), "{stdout}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    // A folder of someone else stays as it is.
    let theirs = folder.path().join("output/compare/testbed-three-places--early-patrols");
    std::fs::create_dir_all(&theirs).unwrap();
    std::fs::write(theirs.join("notes.txt"), "mine").unwrap();
    let (code, _, stderr) = compare(folder.path(), &["2"]);
    assert!(code == 2 && stderr.contains("nothing in it was touched"), "{stderr}");
}

#[test]
fn a_scenario_does_not_differ_from_itself() {
    let folder = with_patrols();
    let arguments: Vec<&str> =
        ["compare", TESTBED, TESTBED].iter().chain(&SHORT).chain(&["2"]).copied().collect();
    let (code, stdout, stderr) = harmattan(folder.path(), &arguments);
    assert_eq!(code, 0, "{stderr}");
    assert!(
        stdout.contains("nothing differs in any run") && stdout.contains(" 0 of 0 that vary"),
        "{stdout}"
    );
    let causes = folder.path().join("output/compare/testbed-three-places--testbed-three-places/causes.csv");
    assert_eq!(std::fs::read_to_string(causes).unwrap(), "indicator,kind,name,share,low90,high90\n");
}

#[test]
fn a_sought_difference_is_decided_with_more_seeds_or_the_answer_is_no() {
    let folder = with_patrols();
    let seek = |indicator: &str, budget: &str| {
        let more = ["--until-decided", indicator, "--budget", budget, "--overwrite", "--cause-runs", "0"];
        let arguments: Vec<&str> = [
            "compare",
            TESTBED,
            "early-patrols.toml",
            "--seeds",
            "2",
            "--scale",
            "500",
            "--until",
            "2012-12-31",
        ]
        .iter()
        .chain(&more)
        .copied()
        .collect();
        harmattan(folder.path(), &arguments)
    };
    let (code, stdout, stderr) = seek("strike_force_troops", "16");
    assert!(code == 0 && stdout.contains("strike_force_troops:Mali: decided with"), "{stdout}{stderr}");
    // Nobody dies abroad on this road, whoever patrols it.
    let (code, stdout, _) = seek("coups:abroad", "5");
    assert!(code == 1 && stdout.contains("coups:abroad: not decided with 5 seeds"), "{stdout}");
}

#[test]
fn where_nothing_differs_hardly_anything_is_named() {
    // Thirty comparisons of the testbed with itself over disjoint seeds; the stated rate is one in ten.
    const FAMILIES: usize = 30;
    const SEEDS: usize = 8;
    let prepared = prepare(scenario(TESTBED), options(500, "2012-12-31"));
    let seeds: Vec<u64> = (1..=(2 * FAMILIES * SEEDS) as u64).collect();
    let stop = AtomicBool::new(false);
    let settings = Settings { threads: 0, stop: &stop, observe: &|_| {} };
    let reduce = |_: usize, outcome: &_| ReducedRun::of(outcome, &prepared.theatre, false);
    let runs = panel::over_seeds(&[&prepared], &seeds, &settings, &reduce).remove(0);
    let runs: Vec<Arc<ReducedRun>> = runs.into_iter().map(|run| Arc::new(run.unwrap().unwrap())).collect();
    let (mut with_names, mut names, mut tried) = (0, 0, 0);
    for family in runs.chunks(2 * SEEDS) {
        let (base, other) = family.split_at(SEEDS);
        let pairs = Pairs { base: base.to_vec(), other: other.to_vec(), paired: false };
        let found = differences::all(&pairs, &mut Bootstrap::new());
        let (named, n) = differences::named(&found);
        with_names += usize::from(!named.is_empty());
        names += named.len();
        tried += n;
    }
    assert!(tried > 1000, "only {tried} numbers vary");
    assert!(with_names <= 6, "{with_names} of {FAMILIES} comparisons name something");
    assert!(names * 50 <= tried, "{names} of {tried} are named");
}

#[test]
fn a_sample_gives_each_seed_its_draw_and_a_folder_made_with_it_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let name = "violence.excitation_share";
    std::fs::write(path.join("posterior.csv"), format!("draw,{name}\n1,0.1\n2,0.3\n")).unwrap();
    let run = |more: &[&str]| {
        let short = ["run", TESTBED, "--scale", "500", "--until", "2012-12-31", "--no-plots"];
        harmattan(path, &short.iter().chain(more).copied().collect::<Vec<&str>>())
    };
    assert_eq!(run(&["--seeds", "3", "--posterior", "posterior.csv"]).0, 0);
    assert_eq!(run(&["--seed", "2", "--set", &format!("{name}=0.3"), "--out", "alone"]).0, 0);
    let rows = |out: &str| {
        let text = std::fs::read_to_string(path.join(out).join(TESTBED).join("indicators.csv")).unwrap();
        text.lines().filter(|line| line.starts_with("2,")).map(str::to_string).collect::<Vec<String>>()
    };
    assert_eq!(rows("output"), rows("alone"));
    let result = path.join("output").join(TESTBED);
    assert_eq!(harmattan(path, &["verify", result.to_str().unwrap()]).0, 0);
    // Without the sample, or with another, the folder is not taken for the same.
    let (code, _, stderr) = run(&["--seeds", "3"]);
    assert!(code == 2 && stderr.contains("posterior"), "{stderr}");
    std::fs::write(path.join("wrong.csv"), format!("draw,{name}\n1,7\n")).unwrap();
    let (code, _, stderr) = run(&["--posterior", "wrong.csv", "--out", "other"]);
    assert!(code == 2 && stderr.starts_with("wrong.csv:2:3: error[out-of-range]"), "{stderr}");
}
