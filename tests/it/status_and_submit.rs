//! Contract: `status` judges from files alone; what `submit` writes runs as it stands, whatever the paths are called.
//!
//! Method: scripts are written into a folder with a name that a careless shell would take apart, and run by `sh`.

use std::process::Command;

use crate::sweep::{done, harmattan, results, write_plan};

/// State and missing runs of each part, from `status --format csv`.
fn states(folder: &std::path::Path, of: &str) -> (i32, Vec<(String, String, String)>) {
    let (code, stdout, stderr) = harmattan(folder, &["status", of, "--format", "csv"]);
    assert!(code == 0 || code == 1, "{stderr}");
    let rows = stdout.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[1].to_string(), cells[2].to_string(), cells[6].to_string())
    });
    (code, rows.collect())
}

fn part(shard: &str, state: &str, missing: &str) -> (String, String, String) {
    (shard.to_string(), state.to_string(), missing.to_string())
}

#[test]
fn status_tells_what_is_done_begun_and_missing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 3);
    assert_eq!(harmattan(at, &["status", "output"]).0, 2);
    std::fs::create_dir(at.join("output")).unwrap();
    assert_eq!(harmattan(at, &["status", "output"]).0, 2);
    done(at, &["submit", "patrols.toml", "--engine", "script", "--shards", "3"]);
    let missing = |shard: &str| part(shard, "missing", "8");
    // The folder of the plan, and the one above.
    for folder in ["output/patrols", "output"] {
        assert_eq!(states(at, folder), (1, vec![missing("1/3"), missing("2/3"), missing("3/3")]), "{folder}");
    }
    done(at, &["sweep", "patrols.toml", "--shard", "2/3"]);
    let expected = vec![missing("1/3"), part("2/3", "finished", "0"), missing("3/3")];
    assert_eq!(states(at, "output/patrols"), (1, expected));
    for shard in ["1/3", "3/3"] {
        done(at, &["sweep", "patrols.toml", "--shard", shard]);
    }
    assert_eq!(states(at, "output/patrols").0, 0);
    // A begun folder has a manifest and no rows.
    let manifest = at.join("output/patrols/shards");
    let first = std::fs::read_dir(&manifest).unwrap().map(|e| e.unwrap().path()).min().unwrap();
    std::fs::remove_file(first.join("runs.csv")).unwrap();
    let (code, rows) = states(at, "output/patrols");
    assert!(code == 1 && rows[0] == part("1/3", "broken", "8"), "{rows:?}");
    let json = harmattan(at, &["status", "output/patrols", "--format", "json"]).1;
    assert!(json.contains("\"state\": \"broken\""), "{json}");
}

#[test]
fn the_plain_script_runs_what_is_missing_from_any_path() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("it's a; $(touch pwned) `x` & \"folder\"");
    std::fs::create_dir(&at).unwrap();
    write_plan(&at, 2);
    done(&at, &["sweep", "patrols.toml", "--out", "whole"]);
    let submit = ["submit", "patrols.toml", "--engine", "script", "--shards", "4"];
    let script = done(&at, &submit);
    let script = script.trim_end();
    let shard = |number: &str| Command::new("sh").args([script, number]).status().unwrap().code();
    assert_eq!(shard("2"), Some(0));
    // Asked again, only what is missing is listed.
    done(&at, &submit);
    let text = std::fs::read_to_string(script).unwrap();
    assert!(text.contains("for shard in 1 3 4; do"), "{text}");
    assert_eq!(shard("merge"), Some(2));
    let all = Command::new("sh").arg(script).status().unwrap();
    assert!(all.success());
    let joined = at.join("output/patrols");
    assert_eq!(results(&joined), results(&at.join("whole/patrols")));
    assert!(!std::fs::read_dir(&at).unwrap().any(|entry| entry.unwrap().file_name() == "pwned"));

    // A plan that is edited after it was submitted is refused by its shards.
    let plan = std::fs::read_to_string(at.join("patrols.toml")).unwrap();
    std::fs::write(at.join("patrols.toml"), plan.replace("points = 8", "points = 7")).unwrap();
    assert_eq!(shard("1"), Some(2));
}

#[test]
fn a_job_array_asks_for_the_missing_shards_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 2);
    done(at, &["sweep", "patrols.toml", "--shard", "3/5"]);
    let submit =
        ["submit", "patrols.toml", "--engine", "slurm", "--shards", "5", "--cpus", "2", "--at-once", "3"];
    let text = done(at, &[&submit[..], &["--dry-run", "--sbatch=--partition=long"]].concat());
    for word in
        ["shards 1-2,4-5 of 5, 13 runs", "runs    13\n", "time    about", "memory", "disk", "each    about"]
    {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(!at.join("output/patrols/submit").exists(), "a dry run wrote");
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("sbatch ")).collect();
    for word in [
        "--array=1-2,4-5%3",
        "--requeue",
        "--open-mode=append",
        "--signal=B:TERM@60",
        "--ntasks=1",
        "--cpus-per-task=2",
        "--partition=long",
    ] {
        assert!(lines[0].contains(word), "{word}: {text}");
    }
    assert!(lines[1].contains("--dependency=afterany:JOB"), "{text}");
    // A stand-in for the queue's own command keeps what it is given.
    let queue = at.join("queue");
    std::fs::create_dir(&queue).unwrap();
    std::fs::write(queue.join("sbatch"), "#!/bin/sh\necho \"$@\" >>\"$(dirname \"$0\")/given\"\necho 7\n")
        .unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(queue.join("sbatch"), mode).unwrap();
    let path = format!("{}:{}", queue.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_harmattan"));
    let output = command.current_dir(at).args(submit).env("PATH", path).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "7\n");
    let given = std::fs::read_to_string(queue.join("given")).unwrap();
    assert!(given.contains("--array=1-2,4-5%3 ") && given.contains("--dependency=afterany:7 "), "{given}");
    let script = std::fs::read_to_string(at.join("output/patrols/submit/array.sh")).unwrap();
    assert!(
        script.contains("--threads 2") && script.contains("--shard \"$SLURM_ARRAY_TASK_ID/5\""),
        "{script}"
    );
    for refused in [&["--shard", "1/5"][..], &["--overwrite"], &["--resume"]] {
        let (code, _, stderr) = harmattan(at, &[&submit[..], refused].concat());
        assert!(code == 2 && stderr.contains(&format!("error: {}: ", refused[0])), "{stderr}");
    }
    let (code, _, stderr) = harmattan(at, &["submit", "patrols.toml", "--engine", "slurm", "--shards", "99"]);
    assert!(code == 2 && stderr.contains("only 16 runs"), "{stderr}");
}
