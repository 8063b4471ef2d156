//! Contract: whatever happens to the machine, the folder or the process, nothing finished is lost, nothing half-written is
//! taken for whole, the user is told what to do, and the same command leads to the bytes of an undisturbed run.
//!
//! Method: the program itself runs the testbed while disks fill, folders vanish, processes are killed and files are
//! altered; its folder is compared with one that was left alone.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

use harmattan::base::dates::Week;
use harmattan::cli::sources::Sources;
use harmattan::experiments::ensemble::{self, Event};
use harmattan::experiments::finish;
use harmattan::experiments::folder::Existing;
use harmattan::experiments::study::Study;
use harmattan::export::Format;
use harmattan::simulation::{self, Moment, RunOptions};

use crate::dice::Dice;
use crate::runs::files;

const PROGRAM: &str = env!("CARGO_BIN_EXE_harmattan");
const TESTBED: &str = "testbed-three-places";

/// A study of the testbed: so many seeds, to the end of 2012.
fn arguments<'a>(seeds: &'a str, out: &'a str) -> Vec<&'a str> {
    let what = ["run", TESTBED, "--scale", "100", "--until", "2012-12-31", "--no-plots", "--threads", "2"];
    what.into_iter().chain(["--seeds", seeds, "--out", out]).collect()
}

/// Exit code and stderr of a command.
fn ended(mut command: Command) -> (i32, String) {
    let output = command.output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn harmattan(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).args(arguments);
    ended(command)
}

/// The same within a script of the shell, which stands for it as `"$@"`.
fn in_shell(folder: &Path, script: &str, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new("sh");
    command.current_dir(folder).args(["-c", script, "sh", PROGRAM]).args(arguments);
    ended(command)
}

/// The same where folders can be mounted; none where the system does not let a user do so.
fn in_namespace(folder: &Path, script: &str, arguments: &[&str]) -> Option<(i32, String)> {
    let able = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    if !able.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let mut command = Command::new("unshare");
    command.current_dir(folder).args(["-rm", "sh", "-c", script, "sh", PROGRAM]).args(arguments);
    Some(ended(command))
}

/// Starts a command and leaves it running.
fn start(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(PROGRAM);
    command.current_dir(folder).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits until the journal of a running study holds something.
fn begun(folder: &Path) {
    kept_in(&folder.join(TESTBED));
}

/// Waits until the journal in a folder holds something.
fn kept_in(folder: &Path) {
    let journal = folder.join("runs.journal");
    let from = Instant::now();
    while !std::fs::metadata(&journal).is_ok_and(|found| found.len() > 100) {
        assert!(from.elapsed() < Duration::from_secs(60), "no run was finished");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What a study leaves, times aside.
fn results(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = files(&out.join(TESTBED));
    found.remove("timing.json");
    found
}

/// The files of a study that nobody disturbed.
fn undisturbed(folder: &Path, seeds: &str) -> BTreeMap<String, Vec<u8>> {
    let (code, stderr) = harmattan(folder, &arguments(seeds, "undisturbed"));
    assert_eq!(code, 0, "{stderr}");
    results(&folder.join("undisturbed"))
}

#[test]
fn a_disk_that_fills_up_stops_the_work_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let expected = undisturbed(at, "12");
    // The system refuses to let any file grow beyond so many blocks: first the journal, then a table.
    let mut refused = 0;
    for blocks in [40, 100, 200, 400] {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let (code, stderr) = in_shell(at, &script, &arguments("12", "limited"));
        assert!(code == 0 || code == 3, "{blocks}: {code} {stderr}");
        if code == 3 {
            refused += 1;
            assert!(
                stderr.contains("cannot write") && stderr.contains("the same command goes on"),
                "{stderr}"
            );
            assert!(!at.join("limited").join(TESTBED).join("indicators.csv").exists());
        }
    }
    assert!(refused >= 2, "the limits were never reached");
    let (code, stderr) = harmattan(at, &arguments("12", "limited"));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(results(&at.join("limited")), expected);
}

/// A sweep, a comparison and a calibration of so many runs, with the folders of their journals.
fn experiments(at: &Path, seeds: usize, first: &'static str) -> [(Vec<String>, &'static str); 3] {
    crate::sweep::write_plan(at, seeds);
    std::fs::write(at.join("fit.toml"), crate::calibration::PLAN).unwrap();
    let seeds = seeds.to_string();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_string()).collect();
    let compare =
        ["compare", TESTBED, TESTBED, "--seeds", &seeds, "--scale", "1000", "--until", "2012-12-31"];
    let calibrate = ["calibrate", "fit.toml", "--first", first, "--budget", "40", "--sample", "10"];
    [
        (words(&["sweep", "patrols.toml"]), "patrols"),
        (words(&[&compare[..], &["--no-plots"]].concat()), "compare"),
        (words(&[&calibrate[..], &["--draws", "8"]].concat()), "fit"),
    ]
}

fn into<'w>(words: &'w [String], out: &'w str) -> Vec<&'w str> {
    words.iter().map(String::as_str).chain(["--threads", "2", "--out", out]).collect()
}

#[test]
fn a_disk_that_fills_up_stops_every_experiment_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for ((words, name), limits) in
        experiments(at, 30, "12").into_iter().zip([[20, 40, 60], [100, 500, 900], [4, 6, 8]])
    {
        let (code, stderr) = harmattan(at, &into(&words, "whole"));
        assert_eq!(code, 0, "{name}: {stderr}");
        let mut refused = 0;
        for blocks in limits {
            let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
            let (code, stderr) = in_shell(at, &script, &into(&words, "limited"));
            assert!(code == 0 || code == 3, "{name}, {blocks}: {code} {stderr}");
            if code == 3 {
                refused += 1;
                assert!(
                    stderr.contains("cannot write") && stderr.contains("the same command goes on"),
                    "{name}, {blocks}: {stderr}"
                );
            }
        }
        assert!(refused >= 2, "{name}: the limits were never reached");
        let (code, stderr) = harmattan(at, &into(&words, "limited"));
        assert_eq!(code, 0, "{name}: {stderr}");
        let left = |out: &str| {
            let pair = format!("{TESTBED}--{TESTBED}");
            let within = at.join(out).join(name);
            let mut found = files(&if name == "compare" { within.join(pair) } else { within });
            // Times, and records in the order in which runs ended.
            found.retain(|file, _| file != "timing.json" && file != "runs.journal");
            assert!(found.len() > 2, "{name}: {:?}", found.keys());
            found
        };
        assert!(left("limited") == left("whole"), "{name}");
    }
}

#[test]
fn an_experiment_that_is_stopped_or_loses_its_folder_says_so_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for (words, name) in experiments(at, 5000, "1000") {
        let child = start(at, &into(&words, "stopped"));
        kept_in(&at.join("stopped").join(name));
        signal(&child, "-INT");
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{name}: {stderr}");
        assert!(stderr.contains("kept") && stderr.contains("same command goes on"), "{name}: {stderr}");
        assert!(!at.join("stopped").join(name).join("harmattan.lock").exists(), "{name}");

        let child = start(at, &into(&words, "gone"));
        kept_in(&at.join("gone").join(name));
        let from = Instant::now();
        while std::fs::remove_dir_all(at.join("gone")).is_err() && at.join("gone").exists() {}
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{name}: {stderr}");
        assert!(stderr.contains("removed while runs were going on"), "{name}: {stderr}");
        assert!(from.elapsed() < Duration::from_secs(30), "{name}: {:?}", from.elapsed());
    }
}

#[test]
fn a_small_disk_that_is_made_larger_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let expected = undisturbed(at, "12");
    let all: usize = expected.values().map(Vec::len).sum();
    std::fs::create_dir(at.join("disk")).unwrap();
    for (copy, kilobytes) in [all / 4096, all / 1600].into_iter().enumerate() {
        let script = format!(
            "mount -t tmpfs -o size={kilobytes}k none disk && {{ \"$@\"; echo \"first $?\" >&2; \
             mount -o remount,size=200m disk && \"$@\" && cp -r disk copy-{copy}; }}"
        );
        // A machine that lets nobody mount has the test above.
        let Some((code, stderr)) = in_namespace(at, &script, &arguments("12", "disk")) else { return };
        assert!(code == 0 && stderr.contains("first 3") && stderr.contains("No space left"), "{stderr}");
        assert_eq!(results(&at.join(format!("copy-{copy}"))), expected);
    }
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stderr) = in_shell(folder.path(), "exec \"$@\" >/dev/full", &["list", "places"]);
    assert!(code == 3 && stderr.contains("cannot write to standard output"), "{code} {stderr}");
}

#[test]
fn a_folder_that_may_only_be_read_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    // Nobody can create a folder there, whatever the rights.
    let (code, stderr) = harmattan(at, &arguments("1", "/proc/results"));
    assert!(code == 3 && stderr.contains("cannot create folder /proc/results"), "{code} {stderr}");
    std::fs::create_dir(at.join("disk")).unwrap();
    let script = "mount --bind disk disk && mount -o remount,bind,ro disk && exec \"$@\"";
    if let Some((code, stderr)) = in_namespace(at, script, &arguments("1", "disk")) {
        assert!(code == 3 && stderr.contains("Read-only"), "{code} {stderr}");
        assert_eq!(std::fs::read_dir(at.join("disk")).unwrap().count(), 0);
    }
    // Results there can still be verified: nothing is written beside them.
    undisturbed(at, "2");
    let script =
        "mount --bind undisturbed undisturbed && mount -o remount,bind,ro undisturbed && exec \"$@\"";
    let results = format!("undisturbed/{TESTBED}");
    if let Some((code, stderr)) = in_namespace(at, script, &["verify", &results]) {
        assert_eq!(code, 0, "{stderr}");
    }
}

#[test]
fn a_folder_removed_in_mid_run_is_noticed_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let child = start(at, &arguments("5000", "gone"));
    begun(&at.join("gone"));
    let from = Instant::now();
    // Files may appear while they are removed.
    while std::fs::remove_dir_all(at.join("gone")).is_err() && at.join("gone").exists() {}
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(3) && stderr.contains("removed while runs were going on"),
        "{stderr}"
    );
    assert!(!stderr.contains("finished runs are kept"), "{stderr}");
    assert!(from.elapsed() < Duration::from_secs(30), "{:?}", from.elapsed());
    assert!(!at.join("gone").exists());
}

#[test]
fn clocks_that_jump_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let expected = undisturbed(at, "40");
    let mut child = start(at, &arguments("40", "jumped"));
    begun(&at.join("jumped"));
    child.kill().unwrap();
    child.wait().unwrap();
    // Files of the far future and of the far past, as after a clock was set.
    let inside = at.join("jumped").join(TESTBED);
    let ages = [SystemTime::UNIX_EPOCH, SystemTime::now() + Duration::from_secs(4_000_000_000)];
    for (entry, age) in std::fs::read_dir(&inside).unwrap().zip(ages.into_iter().cycle()) {
        let file = std::fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
        file.set_modified(age).unwrap();
    }
    let (code, stderr) = harmattan(at, &arguments("40", "jumped"));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(results(&at.join("jumped")), expected);
    let timing = std::fs::read_to_string(inside.join("timing.json")).unwrap();
    assert!(timing.contains("\"wall_s\""), "{timing}");
}

#[test]
fn an_interrupt_lets_runs_in_flight_finish_and_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    for name in ["INT", "TERM"] {
        let child = start(at, &arguments("5000", name));
        begun(&at.join(name));
        signal(&child, &format!("-{name}"));
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{stderr}");
        for told in ["runs in flight are finished first", "of 5000 runs are kept", "with --resume"] {
            assert!(stderr.contains(told), "{name}: {told} is missing in\n{stderr}");
        }
        let inside = at.join(name).join(TESTBED);
        assert!(inside.join("runs.journal").is_file() && !inside.join("harmattan.lock").exists());
    }
}

#[test]
fn a_second_interrupt_stops_at_once_and_what_was_finished_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    // Each of these runs takes far longer than the test waits.
    let long = ["run", "history", "--scale", "10", "--seeds", "2", "--until", "2022-12-26", "--no-plots"];
    let mut child = start(at, &long);
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut heard = |wanted: &str| {
        let mut lines = said.by_ref().lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains(wanted)), "{wanted} is missing");
    };
    heard("2 runs into");
    // By then both runs are on their way.
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "-INT");
    heard("once more to stop at once");
    signal(&child, "-INT");
    let from = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert!(from.elapsed() < Duration::from_secs(5), "{:?}", from.elapsed());
    // The lock that it left is that of a process that no longer lives.
    let (code, stderr) = harmattan(at, &[&long[..], &["--overwrite", "--dry-run"]].concat());
    assert_eq!(code, 0, "{stderr}");
}

#[test]
fn a_second_process_is_kept_out_while_the_first_works() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut first = start(at, &arguments("5000", "shared"));
    begun(&at.join("shared"));
    let (code, stderr) = harmattan(at, &arguments("5000", "shared"));
    assert!(code == 2 && stderr.contains(&format!("in use by process {}", first.id())), "{code} {stderr}");
    first.kill().unwrap();
    first.wait().unwrap();
    let (_, stderr) = harmattan(at, &[&arguments("5", "shared")[..], &["--overwrite"]].concat());
    assert!(stderr.contains("took over the lock"), "{stderr}");
}

#[test]
fn tables_that_were_cut_or_altered_by_one_byte_are_found_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let command = [&arguments("3", "undisturbed")[..], &["--format", "both"]].concat();
    assert_eq!(harmattan(at, &command).0, 0);
    let expected = results(&at.join("undisturbed"));
    let inside = at.join("undisturbed").join(TESTBED);
    let mut dice = Dice(1);
    for name in expected.keys().filter(|name| name.ends_with(".csv") || name.ends_with(".parquet")) {
        for cut in [true, false] {
            let mut bytes = expected[name].clone();
            let position = dice.below(bytes.len());
            match cut {
                true => bytes.truncate(position),
                false => bytes[position] ^= 1 << dice.below(8),
            }
            std::fs::write(inside.join(name), bytes).unwrap();
            let (code, stderr) = harmattan(at, &command);
            let told = stderr.contains("warning: ") && stderr.contains(name.as_str());
            if !told && !cut && name.ends_with(".parquet") {
                // Not every bit of such a file is part of a cell: the rows are what was written.
                assert!(code == 0 && stderr.contains("every run is there already"), "{code} {stderr}");
                std::fs::write(inside.join(name), &expected[name]).unwrap();
                continue;
            }
            assert!(code == 0 && told, "{name} cut {cut} at {position}: {code} {stderr}");
            assert!(results(&at.join("undisturbed")) == expected, "{name} cut {cut} at {position}");
        }
    }
    // Untouched, nothing is done again.
    let (code, stderr) = harmattan(at, &command);
    assert!(code == 0 && stderr.contains("every run is there already"), "{stderr}");
}

#[test]
fn manifests_that_were_cut_or_altered_are_never_run_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let expected = undisturbed(at, "3");
    let path = at.join("undisturbed").join(TESTBED).join("manifest.json");
    let text = String::from_utf8(expected["manifest.json"].clone()).unwrap();
    let mut dice = Dice(2);
    for _ in 0..20 {
        std::fs::write(&path, &text[..dice.below(text.len() - 2)]).unwrap();
        let (code, stderr) = harmattan(at, &arguments("3", "undisturbed"));
        assert!(code == 2 && stderr.contains("nothing in it was touched"), "{code} {stderr}");
    }
    for (before, after, told) in [
        ("\"format\": 1,\n", "\"format\": 2,\n", "in format 2, and this version reads format 1"),
        ("\"scale\": 100", "\"scale\": 0", "options.scale is not what harmattan writes"),
        ("\"scale\": 100", "\"scale\": 200", "options.scale was 200, now it is 100"),
        ("\"seed\": 3,", "\"seed\": 7,", "the list of runs is not what harmattan writes"),
        (
            &format!("\"name\": \"{TESTBED}\""),
            "\"name\": \"../x\"",
            "scenario.name is not what harmattan writes",
        ),
    ] {
        let altered = text.replacen(before, after, 1);
        assert_ne!(altered, text, "{before}");
        std::fs::write(&path, altered).unwrap();
        let (code, stderr) = harmattan(at, &arguments("3", "undisturbed"));
        assert!(code == 2 && stderr.contains(told), "{after}: {code} {stderr}");
        let (code, stderr) = harmattan(at, &["verify", path.parent().unwrap().to_str().unwrap()]);
        assert!(code == 1 || code == 2, "{after}: {code} {stderr}");
    }
}

#[test]
fn kills_at_random_moments_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let expected = undisturbed(at, "60");
    let mut dice = Dice(3);
    let mut killed = 0;
    for _ in 0..25 {
        let mut child = start(at, &arguments("60", "killed"));
        std::thread::sleep(Duration::from_millis(5 + dice.below(150) as u64));
        // The standard library sends SIGKILL, which no handler sees.
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        if killed == 12 {
            break;
        }
    }
    assert!(killed >= 5, "only {killed} kills");
    let (code, stderr) = harmattan(at, &arguments("60", "killed"));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(results(&at.join("killed")), expected);
}

/// A study of the testbed in `out`, looked at by its invariants.
fn testbed(out: &Path, seeds: &[u64]) -> Study {
    let sources = Sources::load().unwrap();
    let options = RunOptions { scale: 100, until: Week(4), check_invariants: true, ..RunOptions::default() };
    let scenario = sources.scenario(TESTBED).unwrap();
    let (prepared, record) = sources.prepare(scenario, &BTreeMap::new(), options, 1).unwrap();
    Study::new(prepared, &record, "blake3:test", seeds.to_vec(), Format::Csv, out.join(TESTBED))
}

#[test]
fn a_run_that_breaks_leaves_a_scenario_that_shows_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let study = testbed(at, &[1, 2, 3]);
    let path = study.folder.join("failed-seed-2.toml");
    let mut open = [ensemble::open(study, Existing::Complete).unwrap().unwrap()];
    let run = |spoil: bool, open: &mut [ensemble::OpenStudy]| {
        let settings = ensemble::Settings {
            threads: 1,
            stop: &AtomicBool::new(false),
            observe: &|_: Event| {},
            run: &move |prepared, seed, observe| {
                simulation::run(prepared, seed, &mut |moment| {
                    assert!(!(spoil && seed == 2 && moment == Moment::WeekDone(Week(2))), "money vanished");
                    observe(moment);
                })
            },
            sync_every: Duration::from_secs(10),
        };
        ensemble::run(open, &settings).unwrap();
    };
    run(true, &mut open);
    let text = std::fs::read_to_string(&path).unwrap();
    for told in
        ["--seed 2 --until 2012-01-16 --scale 100 --check-invariants", "money vanished", "The run of seed 2"]
    {
        assert!(text.contains(told), "{told} is missing in\n{text}");
    }
    // The one lever of the testbed cannot have started by then.
    assert!(!text.contains("[[lever]]") && text.contains("theatre = \"testbed\""), "{text}");
    let (code, stderr) = harmattan(path.parent().unwrap(), &["check", "failed-seed-2.toml"]);
    assert_eq!(code, 0, "{stderr}");
    // Once the run is done, it is gone.
    run(false, &mut open);
    assert_eq!(finish::n_missing(&open[0]), 0);
    finish::finish(&mut open[0]).unwrap();
    assert!(!path.exists());
}
