//! Contract: exit codes, what goes to stdout and to stderr, what is touched.

use std::path::Path;

use assert_cmd::Command;

fn harmattan(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("harmattan").unwrap();
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const SHORT: [&str; 7] = ["run", "history", "--seeds", "2", "--until", "2012-02-01", "--no-plots"];

fn short<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SHORT.iter().chain(["--scale", "1000"].iter()).chain(more).copied().collect()
}

#[test]
fn help_and_version_end_with_0_and_usage_errors_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let commands = [
        "run",
        "compare",
        "validate",
        "check",
        "new",
        "show",
        "list",
        "params",
        "sweep",
        "merge",
        "submit",
        "status",
        "verify",
        "plot",
        "schema",
        "completions",
    ];
    for command in commands {
        let (code, stdout, _) = harmattan(folder.path(), &[command, "--help"]);
        assert!(code == 0 && stdout.contains("Example"), "{command}: {stdout}");
    }
    assert_eq!(harmattan(folder.path(), &["--version"]).0, 0);
    for wrong in [
        &["rum"][..],
        &[],
        &["run", "--scale", "0"],
        &["run", "--scale", "1001"],
        &["run", "--seeds", "0"],
        &["run", "--seeds", "3..1"],
        &["run", "--until", "2013-02-29"],
        &["run", "--until", "2031-01-01"],
        &["run", "--from", "2014-01-01", "--until", "2013-01-01"],
        &["run", "--without", "observation"],
        &["run", "--without", "traficking"],
        &["run", "--set", "x"],
        &["run", "--set", "no.such_parameter=1"],
        &["run", "--resume", "--overwrite"],
        &["run", "--threads", "0"],
        &["run", "no-such-scenario"],
        &["run", "missing.toml"],
        &["show", "no-such-scenario"],
        &["check", "missing.toml"],
        &["verify", "."],
        &["plot", "."],
        &["list", "lever"],
    ] {
        let (code, _, _) = harmattan(folder.path(), wrong);
        assert_eq!(code, 2, "{wrong:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn misspelt_names_are_answered_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = harmattan(folder.path(), &["run", "histroy"]);
    assert!(code == 2 && stdout.is_empty());
    assert!(stderr.starts_with("histroy:1:1: error[unknown-name]:") && stderr.contains("nearest: history"));
    let (_, _, stderr) = harmattan(folder.path(), &["run", "--without", "traficking"]);
    assert!(stderr.contains("nearest: trafficking"), "{stderr}");
}

#[test]
fn a_run_is_completed_refused_or_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, stderr) = harmattan(folder.path(), &short(&["--resume"]));
    assert!(code == 2 && stderr.contains("nothing to resume"), "{stderr}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    let (code, stdout, stderr) = harmattan(folder.path(), &short(&[]));
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    let history = folder.path().join("output/history");
    for name in ["manifest.json", "timing.json", "indicators.csv", "summary.csv", "codebook.csv"] {
        assert!(history.join(name).is_file(), "{name}");
    }
    for name in ["runs.journal", "harmattan.lock"] {
        assert!(!history.join(name).exists(), "{name}");
    }
    let manifest = std::fs::read(history.join("manifest.json")).unwrap();

    let (code, _, stderr) = harmattan(folder.path(), &short(&[]));
    assert!(code == 0 && stderr.contains("every run is there already"), "{stderr}");
    let (code, _, stderr) = harmattan(folder.path(), &short(&["--format", "both"]));
    assert!(code == 2 && stderr.contains("options.format was \"csv\""), "{stderr}");
    assert_eq!(std::fs::read(history.join("manifest.json")).unwrap(), manifest);
    let (code, _, _) =
        harmattan(folder.path(), &short(&["--format", "both", "--overwrite", "--threads", "1"]));
    assert_eq!(code, 0);
    assert!(history.join("indicators.parquet").is_file());

    let (code, stdout, stderr) = harmattan(folder.path(), &["verify", "output/history"]);
    assert!(code == 0 && stdout.contains("the same"), "{stdout}{stderr}");
    std::fs::write(history.join("codebook.csv"), "table,column\n").unwrap();
    let (code, stdout, _) = harmattan(folder.path(), &["verify", "output/history", "--quiet"]);
    assert!(code == 1 && stdout.contains("codebook.csv: row 0, column unit"), "{stdout}");
}

#[test]
fn a_dry_run_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = harmattan(folder.path(), &short(&["--dry-run"]));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("runs    2\n") && stdout.contains("nothing was started"), "{stdout}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn foreign_locked_and_unwritable_folders() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("output/history");
    std::fs::create_dir_all(&history).unwrap();
    std::fs::write(history.join("thesis.txt"), "mine").unwrap();
    let (code, _, stderr) = harmattan(folder.path(), &short(&["--overwrite"]));
    assert!(code == 2 && stderr.contains("nothing in it was touched"), "{stderr}");
    assert_eq!(std::fs::read_dir(&history).unwrap().count(), 1);

    std::fs::remove_file(history.join("thesis.txt")).unwrap();
    let lock = harmattan::experiments::lock::Lock::take(&history).unwrap();
    let (code, _, stderr) = harmattan(folder.path(), &short(&[]));
    assert!(code == 2 && stderr.contains(&format!("process {}", std::process::id())), "{stderr}");
    drop(lock);
    assert_eq!(harmattan(folder.path(), &short(&[])).0, 0);

    std::fs::write(folder.path().join("file"), "").unwrap();
    let (code, _, stderr) = harmattan(folder.path(), &short(&["--out", "file"]));
    assert!(code == 3 && stderr.contains("file"), "{stderr}");
}

#[test]
fn lists_have_their_documented_keys() {
    let folder = tempfile::tempdir().unwrap();
    let json = |what: &str| -> Vec<serde_json::Value> {
        let (code, stdout, stderr) = harmattan(folder.path(), &["list", what, "--format", "json"]);
        assert_eq!(code, 0, "{stderr}");
        serde_json::from_str(&stdout).unwrap()
    };
    let keys =
        |value: &serde_json::Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(keys(&json("indicators")[0]), ["better", "description", "kind", "name", "unit"]);
    assert_eq!(
        keys(&json("places")[0]),
        ["cercle", "country", "id", "kind", "latitude", "longitude", "name", "population_persons", "region"]
    );
    let levers = json("levers");
    let strike = levers.iter().find(|lever| lever["name"] == "strike-force").unwrap();
    assert_eq!(strike["fields"][1]["range"], serde_json::json!([0.0, 30000.0]));
    assert!(strike["fields"][0]["choices"].as_array().unwrap().len() > 1);
    assert_eq!(json("submodels").len(), 20);
    assert_eq!(json("commodities").len(), 8);
    assert!(json("scenarios").iter().any(|scenario| scenario["name"] == "history"));
    for what in ["scenarios", "levers", "indicators", "submodels", "places", "commodities"] {
        let (_, table, _) = harmattan(folder.path(), &["list", what]);
        let (_, csv, _) = harmattan(folder.path(), &["list", what, "--format", "csv"]);
        assert_eq!(table.lines().count(), json(what).len() + 1, "{what}");
        assert_eq!(csv.lines().count(), json(what).len() + 1, "{what}");
    }
    assert_eq!(harmattan(folder.path(), &["params"]).0, 0);
}

#[test]
fn a_new_scenario_is_correct_shown_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = harmattan(folder.path(), &["new", "mine"]);
    assert!(code == 0 && stdout.is_empty(), "{stderr}");
    let (code, stdout, _) = harmattan(folder.path(), &["check", "mine.toml"]);
    assert_eq!(code, 0, "{stdout}");
    let (code, shown, _) = harmattan(folder.path(), &["show", "mine.toml"]);
    assert_eq!(code, 0);
    std::fs::create_dir(folder.path().join("again")).unwrap();
    std::fs::write(folder.path().join("again/mine.toml"), shown).unwrap();
    let (code, stdout, _) = harmattan(folder.path(), &["check", "again/mine.toml"]);
    assert_eq!(code, 0, "{stdout}");
    assert_eq!(harmattan(folder.path(), &["new", "mine"]).0, 2);
    assert_eq!(harmattan(folder.path(), &["new", "../mine"]).0, 2);
    let (code, _, stderr) = harmattan(folder.path(), &["new", "history"]);
    assert!(code == 2 && stderr.contains("is a scenario of the library"), "{stderr}");
}

#[test]
fn check_prints_what_scripts_can_parse() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bad.toml"), "format = 1\nname = \"bad\"\nbase = \"histroy\"\n")
        .unwrap();
    let (code, stdout, stderr) = harmattan(folder.path(), &["check", "bad.toml"]);
    assert_eq!(code, 2);
    assert!(stdout.starts_with("bad.toml:3:8: error["), "{stdout}");
    assert!(!stderr.contains("bad.toml:3"), "{stderr}");
    let (_, stdout, _) = harmattan(folder.path(), &["check", "bad.toml", "--format", "json"]);
    let found: Vec<serde_json::Value> = serde_json::from_str(&stdout).unwrap();
    let keys: Vec<String> = found[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["code", "column", "expected", "file", "line", "message", "nearest", "severity"]);
    // `run` refuses what `check` refuses, with the same words, and touches nothing.
    let (code, _, stderr) = harmattan(folder.path(), &["run", "bad.toml"]);
    assert!(code == 2 && stderr.starts_with("bad.toml:3:8: error["), "{stderr}");
    assert!(!folder.path().join("output").exists());
}

#[test]
fn a_reader_that_goes_away_is_silence() {
    use std::io::Read;
    use std::process::Stdio;
    let program = assert_cmd::cargo::cargo_bin("harmattan");
    let mut child = std::process::Command::new(program)
        .args(["list", "places"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_killed_or_stopped_run_is_resumed_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = |out: &'static str| {
        let mut all = short(&["--out", out, "--quiet", "--threads", "2"]);
        all[3] = "40";
        all
    };
    assert_eq!(harmattan(folder.path(), &arguments("undisturbed")).0, 0);
    let program = assert_cmd::cargo::cargo_bin("harmattan");
    for (i, signal) in ["-KILL", "-TERM", "-KILL", "-INT", "-KILL"].iter().enumerate() {
        let mut child = std::process::Command::new(&program)
            .current_dir(folder.path())
            .args(arguments("disturbed"))
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20 + 30 * i as u64));
        let _ =
            std::process::Command::new("kill").args([(*signal).to_string(), child.id().to_string()]).status();
        let code = child.wait().unwrap().code();
        assert!(matches!(code, None | Some(0 | 3)), "{signal}: {code:?}");
    }
    let (code, _, stderr) = harmattan(folder.path(), &arguments("disturbed"));
    assert_eq!(code, 0, "{stderr}");
    let results = |out: &str| {
        let mut files = crate::runs::files(&folder.path().join(out).join("history"));
        files.remove("timing.json");
        files
    };
    assert_eq!(results("disturbed"), results("undisturbed"));
}

#[test]
fn scenarios_run_side_by_side_each_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (code, _, stderr) = harmattan(folder.path(), &["run", "history", "history", "--dry-run"]);
    assert!(code == 2 && stderr.contains("two scenarios are called `history`"), "{stderr}");
    let mut both = short(&["--quiet"]);
    both.insert(2, "testbed-three-places");
    let (code, _, stderr) = harmattan(folder.path(), &both);
    assert_eq!((code, stderr.as_str()), (0, ""));
    for name in ["history", "testbed-three-places"] {
        let path = folder.path().join("output").join(name).join("manifest.json");
        let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(manifest["scenario"]["name"], name);
        assert!(manifest["runs"].as_array().unwrap().iter().all(|run| run["status"] == "done"));
    }
    let (code, _, _) = harmattan(folder.path(), &["verify", "output/testbed-three-places", "--quiet"]);
    assert_eq!(code, 0);
}

#[test]
fn a_trace_is_written_verified_and_part_of_the_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let trace = ["--trace", "officials:Gao", "--trace", "trafficking"];
    let (code, _, stderr) = harmattan(folder.path(), &short(&trace));
    assert_eq!(code, 0, "{stderr}");
    let history = folder.path().join("output/history");
    let decisions = std::fs::read_to_string(history.join("decisions.csv")).unwrap();
    assert!(
        decisions.starts_with("seed,date,submodel,agent,option,chosen,probability,term,value\n1,2012-01-02,")
    );
    assert!(decisions.contains(",officials,Gao/judge,leave,") && !decisions.contains(",officials,Kidal"));
    let codebook = std::fs::read_to_string(history.join("codebook.csv")).unwrap();
    assert!(codebook.contains("\ndecisions,probability,share,"));
    let (code, stdout, _) = harmattan(folder.path(), &["verify", "output/history"]);
    assert_eq!(code, 0, "{stdout}");
    // Other decisions are other inputs; without --overwrite nothing is touched.
    let (code, _, stderr) = harmattan(folder.path(), &short(&[]));
    assert!(code == 2 && stderr.contains("options.trace"), "{stderr}");
    assert_eq!(harmattan(folder.path(), &short(&["--overwrite"])).0, 0);
    assert!(!history.join("decisions.csv").exists());
    for wrong in ["--trace=violence", "--trace=officials:Goa", "--trace=group-strategy:"] {
        let (code, _, stderr) = harmattan(folder.path(), &short(&["--out", "other", wrong]));
        assert!(code == 2 && stderr.contains("--trace"), "{wrong}: {stderr}");
        assert!(!folder.path().join("other").exists());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn more_memory_than_there_is_is_refused_with_the_estimate_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let program = assert_cmd::cargo::cargo_bin("harmattan");
    let limited = |arguments: &[&str]| {
        let script = "ulimit -v 300000; exec \"$0\" \"$@\"";
        let mut command = std::process::Command::new("sh");
        command.current_dir(folder.path()).args(["-c", script]).arg(&program).args(arguments);
        command.output().unwrap()
    };
    let plan = "format = 1\nname = \"large\"\nscenarios = [\"history\"]\nscale = 1\nseeds = 2\nuntil = 2012-01-09\n\
                [design]\nmethod = \"latin-hypercube\"\npoints = 4\n\
                [uncertainties]\n\"trafficking.risk_decay_per_week\" = { distribution = \"catalogue\" }\n\
                [[outcome]]\nname = \"deaths\"\nindicator = \"deaths\"\nreduce.sum = {}\n";
    std::fs::write(folder.path().join("large.toml"), plan).unwrap();
    let run = ["run", "history", "--seed", "1", "--until", "2012-01-09", "--no-plots", "--threads", "1"];
    let compare =
        ["compare", "history", "no-drawdown", "--seeds", "2", "--until", "2012-01-09", "--threads", "2"];
    let sweep = ["sweep", "large.toml", "--threads", "2"];
    let at_scale = |arguments: &[&'static str], scale| [arguments, &["--scale", scale]].concat();
    for (arguments, at_once) in [(at_scale(&run, "1"), 1), (at_scale(&compare, "1"), 2), (sweep.to_vec(), 2)]
    {
        let refused = limited(&arguments);
        let text = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{text}");
        let expected = format!("--scale 1 with {at_once} runs at once needs about");
        assert!(text.contains(&expected) && text.contains("MB"), "{text}");
        let there: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(there, ["large.toml"], "{arguments:?}");
    }
    // The same limit is enough for fewer agents.
    let run = limited(&at_scale(&run, "1000"));
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
}
