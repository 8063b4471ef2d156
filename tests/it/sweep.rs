//! Contract: the rows of a sweep depend on its plan alone: not on threads, interruptions, shards, or on files that were
//! damaged in between.
//!
//! Method: a small plan on three places is carried out by the program itself in every way and compared byte by byte;
//! where runs must fail or take long, a stand-in runs them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use harmattan::base::draws::join;
use harmattan::cli::sources::Sources;
use harmattan::experiments::folder::Existing;
use harmattan::experiments::sweep::cases::Cases;
use harmattan::experiments::sweep::execute::{self, Settings};
use harmattan::experiments::sweep::{self, Shard, Sweep};
use harmattan::export::Format;
use harmattan::simulation::Prepared;

/// Eight points, so many seeds.
pub fn plan(seeds: usize) -> String {
    format!(
        r#"
format    = 1
name      = "patrols"
scenarios = ["testbed-three-places"]
seeds     = {seeds}
scale     = 1000
until     = 2012-12-31

[design]
method = "latin-hypercube"
points = 8

[uncertainties]
"trafficking.risk_decay_per_week" = {{ range = [0.02, 0.25] }}

[levers]
"patrols.troops_persons" = {{ values = [0, 50, 100] }}

[[outcome]]
name       = "deaths"
indicator  = "deaths"
reduce.sum = {{}}

[[outcome]]
name        = "state_presence"
indicator   = "state_presence"
region      = "Kidal"
reduce.mean = {{ from = 2012-06-01 }}

[[outcome]]
name       = "weeks_to_loss"
indicator  = "places_under_groups"
reduce.weeks_until = {{ at_least = 1 }}
"#
    )
}

/// A plan of so many seeds in `patrols.toml` of a folder.
pub fn write_plan(folder: &Path, seeds: usize) {
    std::fs::write(folder.join("patrols.toml"), plan(seeds)).unwrap();
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harmattan"));
    command.current_dir(folder).args(arguments);
    command
}

/// Exit code, stdout, stderr.
pub fn harmattan(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = command(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Runs what must succeed.
pub fn done(folder: &Path, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = harmattan(folder, arguments);
    assert_eq!(code, 0, "{arguments:?}\n{stderr}");
    stdout
}

/// Everything that a sweep's folder holds but times and shards.
pub fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = crate::runs::files(folder);
    files.remove("timing.json").expect("a finished sweep says how long it took");
    files
}

#[test]
fn thread_counts_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    write_plan(folder.path(), 3);
    let sweep = |threads: &str| {
        done(
            folder.path(),
            &["sweep", "patrols.toml", "--out", threads, "--threads", threads, "--format", "both"],
        );
        results(&folder.path().join(threads).join("patrols"))
    };
    let one = sweep("1");
    let names: Vec<&String> = one.keys().collect();
    assert_eq!(names, ["manifest.json", "plan.toml", "runs.csv", "runs.parquet"]);
    assert_eq!(one, sweep("2"));
    assert_eq!(one, sweep("3"));
    let rows = String::from_utf8(one["runs.csv"].clone()).unwrap();
    assert!(rows.starts_with(
        "run_id,point,replicate,seed,scenario,status,error,trafficking.risk_decay_per_week,\
         patrols.troops_persons,deaths,state_presence,weeks_to_loss\n"
    ));
    let places: Vec<Vec<&str>> =
        rows.lines().skip(1).map(|line| line.split(',').skip(1).take(5).collect()).collect();
    assert_eq!(places.len(), 24);
    for (at, place) in places.iter().enumerate() {
        let (point, seed) = ((at / 3 + 1).to_string(), (at % 3 + 1).to_string());
        assert_eq!(place[..], [&point, &seed, &seed, "testbed-three-places", "done"]);
    }
}

/// Kills the program twenty times at moments that differ from each other, resuming each time.
#[test]
fn twenty_kills_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    write_plan(folder.path(), 150);
    done(folder.path(), &["sweep", "patrols.toml", "--out", "undisturbed"]);
    let mut killed = 0;
    for attempt in 0..20 {
        let arguments = ["sweep", "patrols.toml", "--out", "killed", "--threads", "2", "--quiet"];
        let mut child = command(folder.path(), &arguments).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(10 + join(attempt, 1) % 60));
        // The standard library sends SIGKILL, which no handler sees.
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
    }
    assert!(killed >= 10, "the sweep is too short to be killed: {killed} kills");
    // Without --resume: on a busy machine the kills may have come before there was anything to resume.
    done(folder.path(), &["sweep", "patrols.toml", "--out", "killed"]);
    let out = |name: &str| results(&folder.path().join(name).join("patrols"));
    assert_eq!(out("killed"), out("undisturbed"));
}

/// The sweep of a plan file, for stand-in runs.
fn planned(folder: &Path, shard: Option<Shard>) -> Sweep {
    let sources = Sources::load().unwrap();
    let plan = sources.plan(folder.join("patrols.toml").to_str().unwrap()).unwrap();
    let plan_folder = folder.join("out").join(&plan.name);
    let context = sources.into_context();
    Sweep {
        plan,
        context,
        model_hash: "blake3:test".to_string(),
        data: Default::default(),
        sample: None,
        shard,
        format: Format::Csv,
        plan_folder,
    }
}

#[test]
fn a_finished_run_is_never_done_again_and_failed_runs_are_results() {
    let folder = tempfile::tempdir().unwrap();
    write_plan(folder.path(), 5);
    let sweep = planned(folder.path(), None);
    let (stop, begun) = (AtomicBool::new(false), AtomicUsize::new(0));
    let run = |stop_after: usize, threads: usize| {
        let mut open = execute::open(&sweep, Existing::Complete).unwrap().unwrap();
        stop.store(false, Ordering::SeqCst);
        let done = AtomicUsize::new(0);
        let observe = |event: execute::Event| {
            if !matches!(event, execute::Event::Week) && done.fetch_add(1, Ordering::SeqCst) + 1 >= stop_after
            {
                stop.store(true, Ordering::SeqCst);
            }
        };
        let settings = Settings {
            threads,
            stop: &stop,
            observe: &observe,
            run: &|_, seed, outcomes, _| {
                begun.fetch_add(1, Ordering::SeqCst);
                assert_ne!(seed, 3, "the third seed\nis unlucky");
                vec![seed as f64; outcomes.len()]
            },
            sync_every: Duration::from_secs(10),
        };
        execute::run(&mut open, &settings).unwrap();
        execute::finish(&mut open).unwrap()
    };
    assert!(run(7, 1).is_none());
    assert_eq!(begun.load(Ordering::SeqCst), 7);
    let manifest = run(usize::MAX, 2).expect("all runs are there");
    assert_eq!(begun.load(Ordering::SeqCst), 40);
    assert_eq!((manifest.runs.done, manifest.runs.failed), (Some(32), Some(8)));
    assert!(execute::open(&sweep, Existing::Resume).unwrap().is_none());
    let rows = std::fs::read_to_string(folder.path().join("out/patrols/runs.csv")).unwrap();
    let failed: Vec<&str> = rows.lines().filter(|line| line.contains(",failed,")).collect();
    assert_eq!(failed.len(), 8);
    // On one line, and without values.
    assert!(
        failed.iter().all(|line| line.contains("the third seed is unlucky") && line.ends_with(",,,")),
        "{failed:?}"
    );
}

#[test]
fn what_shards_have_done_the_whole_does_not_do_again() {
    let folder = tempfile::tempdir().unwrap();
    write_plan(folder.path(), 5);
    let begun = AtomicUsize::new(0);
    let run = |shard: Option<Shard>| {
        let sweep = planned(folder.path(), shard);
        let settings = Settings {
            threads: 2,
            stop: &AtomicBool::new(false),
            observe: &|_| {},
            run: &|_, seed, outcomes, _| {
                begun.fetch_add(1, Ordering::SeqCst);
                assert_ne!(seed, 3, "the third seed\nis unlucky");
                // Unknown numbers are kept too, and those that have many digits.
                (0..outcomes.len()).map(|at| if at == 1 { f64::NAN } else { seed as f64 / 7.0 }).collect()
            },
            sync_every: Duration::from_secs(10),
        };
        let mut open = execute::open(&sweep, Existing::Complete).unwrap().unwrap();
        execute::run(&mut open, &settings).unwrap();
        execute::finish(&mut open).unwrap().expect("all runs are there");
        begun.swap(0, Ordering::SeqCst)
    };
    let plan_folder = folder.path().join("out/patrols");
    let rows = || std::fs::read(plan_folder.join("runs.csv")).unwrap();
    assert_eq!(run(None), 40);
    let undisturbed = rows();
    let rename = |name: &str| std::fs::rename(folder.path().join("out"), folder.path().join(name)).unwrap();
    rename("undisturbed");
    // All shards, then the whole.
    assert_eq!((run(Some(Shard { index: 1, of: 2 })), run(Some(Shard { index: 2, of: 2 }))), (20, 20));
    assert_eq!(run(None), 0);
    assert_eq!(rows(), undisturbed);
    rename("from-shards");
    // A shard joined as a part of the whole, and gone since.
    assert_eq!(run(Some(Shard { index: 2, of: 4 })), 10);
    let shards = [plan_folder.join("shards")];
    sweep::merge::merge(&shards, &folder.path().join("out"), Format::Csv, true).unwrap();
    std::fs::remove_dir_all(&shards[0]).unwrap();
    assert_eq!(run(None), 30);
    assert_eq!(rows(), undisturbed);
    // A shard of what is there as a whole.
    assert_eq!(run(Some(Shard { index: 1, of: 3 })), 0);
}

#[test]
fn points_that_cannot_be_prepared_are_rows_that_say_why() {
    let folder = tempfile::tempdir().unwrap();
    write_plan(folder.path(), 1);
    let mut sweep = planned(folder.path(), None);
    // A world without places cannot be built.
    for theatre in &mut sweep.context.theatres {
        theatre.places.clear();
    }
    let mut open = execute::open(&sweep, Existing::Complete).unwrap().unwrap();
    let settings = Settings {
        threads: 2,
        stop: &AtomicBool::new(false),
        observe: &|_| {},
        run: &harmattan::experiments::sweep::rows::reduced,
        sync_every: Duration::from_secs(10),
    };
    execute::run(&mut open, &settings).unwrap();
    let manifest = execute::finish(&mut open).unwrap().unwrap();
    assert_eq!((manifest.runs.done, manifest.runs.failed), (Some(0), Some(8)));
    let rows = std::fs::read_to_string(folder.path().join("out/patrols/runs.csv")).unwrap();
    assert_eq!(rows.matches("no place").count(), 8, "{rows}");
}

#[test]
fn a_task_that_the_queue_starts_anew_takes_its_own_lock_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 1);
    let start = |task: &str| {
        let mut command = command(at, &["sweep", "patrols.toml", "--shard", "1/2", "--quiet"]);
        command.env("SLURM_ARRAY_JOB_ID", "7").env("SLURM_ARRAY_TASK_ID", task);
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(start("1").0, 0);
    let shard = shard_folders(&at.join("output/patrols")).remove(0);
    std::fs::remove_file(shard.join("runs.csv")).unwrap();
    // What a lost node leaves: nobody here can tell whether that process lives.
    std::fs::write(shard.join("harmattan.lock"), "1234\na-lost-node\n5678\nslurm-7-1\n").unwrap();
    let (code, stderr) = start("2");
    assert!(code == 2 && stderr.contains("in use by process 1234 on a-lost-node"), "{stderr}");
    let (code, stderr) = start("1");
    assert!(code == 0 && stderr.contains("took over the lock"), "{stderr}");
}

/// Carries out every shard of a plan into `out`.
fn all_shards(folder: &Path, of: usize, out: &str) {
    for index in 1..=of {
        let shard = format!("{index}/{of}");
        done(folder, &["sweep", "patrols.toml", "--out", out, "--shard", &shard, "--quiet"]);
    }
}

/// The folders of the shards, in order.
fn shard_folders(plan_folder: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(plan_folder.join("shards")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn shards_join_to_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 3);
    done(at, &["sweep", "patrols.toml", "--out", "whole", "--format", "both"]);
    let whole = results(&at.join("whole/patrols"));
    all_shards(at, 5, "shards");
    done(at, &["merge", "shards", "--out", "joined", "--format", "both"]);
    assert_eq!(results(&at.join("joined/patrols")), whole);
    // Beside its shards, twice, from a Parquet file, and with shards of another count: equal duplicates are accepted.
    all_shards(at, 2, "others");
    for _ in 0..2 {
        done(at, &["merge", "shards/patrols", "others", "joined", "--out", "shards", "--format", "both"]);
        assert_eq!(results(&at.join("shards/patrols")), whole);
    }
    done(at, &["sweep", "patrols.toml", "--out", "columns", "--format", "parquet"]);
    done(at, &["merge", "columns", "--out", "from-columns", "--format", "both"]);
    assert_eq!(results(&at.join("from-columns/patrols")), whole);
}

#[test]
fn an_incomplete_or_contradictory_merge_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 3);
    all_shards(at, 3, "out");
    let shards = shard_folders(&at.join("out/patrols"));
    let whole = at.join("kept");
    std::fs::rename(&shards[1], &whole).unwrap();
    let (code, _, stderr) = harmattan(at, &["merge", "out", "--out", "joined"]);
    assert!(code == 2 && stderr.contains("8 of 24 runs are missing (runs 9..16)"), "{stderr}");
    assert!(!at.join("joined/patrols/runs.csv").exists());
    done(at, &["merge", "out", "--out", "joined", "--partial"]);
    let manifest = std::fs::read_to_string(at.join("joined/patrols/manifest.json")).unwrap();
    assert!(manifest.contains("\"partial\": true"), "{manifest}");
    // A partial result is completed by what was missing.
    done(at, &["merge", "joined", "kept", "--out", "joined"]);
    let manifest = std::fs::read_to_string(at.join("joined/patrols/manifest.json")).unwrap();
    assert!(manifest.contains("\"partial\": false"), "{manifest}");

    // The same run with another result: the rows and their checksum are forged together.
    std::fs::rename(&whole, &shards[1]).unwrap();
    let rows = std::fs::read_to_string(shards[0].join("runs.csv")).unwrap();
    let id = rows.lines().nth(1).unwrap().split(',').next().unwrap().to_string();
    let forged = at.join("forged");
    std::fs::create_dir(&forged).unwrap();
    let changed = rows.replacen(",done,,", ",done,,9", 1);
    let body = |text: &str| blake3::hash(text.split_once('\n').unwrap().1.as_bytes()).to_hex().to_string();
    let manifest = std::fs::read_to_string(shards[0].join("manifest.json")).unwrap();
    assert!(manifest.contains(&body(&rows)));
    std::fs::write(forged.join("manifest.json"), manifest.replace(&body(&rows), &body(&changed))).unwrap();
    std::fs::write(forged.join("runs.csv"), changed).unwrap();
    let (code, _, stderr) = harmattan(at, &["merge", "out", "forged", "--out", "twice"]);
    assert!(
        code == 2 && stderr.contains(&id) && stderr.contains("trafficking.risk_decay_per_week"),
        "{stderr}"
    );

    // A shard of another plan.
    std::fs::write(at.join("patrols.toml"), plan(3).replace("[0.02, 0.25]", "[0.02, 0.2]")).unwrap();
    done(at, &["sweep", "patrols.toml", "--out", "other", "--shard", "1/3"]);
    let (code, _, stderr) = harmattan(at, &["merge", "out", "other", "--out", "mixed"]);
    assert!(code == 2 && stderr.contains("uncertainties.trafficking.risk_decay_per_week"), "{stderr}");
    assert!(stderr.contains("range 0.02 to 0.25") && stderr.contains("range 0.02 to 0.2 "), "{stderr}");
}

#[test]
fn damaged_rows_are_found_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 3);
    let sweep = ["sweep", "patrols.toml", "--format", "both"];
    done(at, &sweep);
    let expected = results(&at.join("output/patrols"));
    type Spoil = fn(&mut Vec<u8>);
    let damage: [(&str, Spoil); 4] = [
        ("runs.csv", |bytes| bytes.truncate(bytes.len() / 2)),
        ("runs.csv", |bytes| bytes[700] ^= 1),
        ("runs.parquet", |bytes| bytes.truncate(bytes.len() - 9)),
        ("runs.parquet", |bytes| bytes.clear()),
    ];
    for (name, spoil) in damage {
        let path = at.join("output/patrols").join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        spoil(&mut bytes);
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(harmattan(at, &["status", "output/patrols"]).0, 1, "{name}");
        let (code, _, stderr) = harmattan(at, &sweep);
        assert!(code == 0 && stderr.contains("warning: ") && stderr.contains(name), "{stderr}");
        assert_eq!(results(&at.join("output/patrols")), expected, "{name}");
    }
    // A shard, which the merge leaves out.
    all_shards(at, 2, "out");
    let shard = shard_folders(&at.join("out/patrols")).remove(0).join("runs.csv");
    let rows = std::fs::read_to_string(&shard).unwrap();
    std::fs::write(&shard, rows.replacen(",1,1,1,", ",1,1,7,", 1)).unwrap();
    let (code, _, stderr) = harmattan(at, &["merge", "out", "--out", "out"]);
    assert!(code == 2 && stderr.contains("checksum differs"), "{stderr}");
    all_shards(at, 2, "out");
    done(at, &["merge", "out", "--out", "out", "--format", "both"]);
    assert_eq!(results(&at.join("out/patrols")), expected);
}

#[test]
fn commands_for_scenarios_call_the_folder_of_a_sweep_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    write_plan(folder.path(), 1);
    done(folder.path(), &["sweep", "patrols.toml", "--quiet"]);
    for command in ["verify", "plot", "report"] {
        let (code, _, stderr) = harmattan(folder.path(), &[command, "output/patrols"]);
        assert!(code == 2 && stderr.contains("manifest.json: that of a sweep"), "{command}: {code} {stderr}");
    }
}

#[test]
fn a_plan_that_changed_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 2);
    done(at, &["sweep", "patrols.toml", "--quiet"]);
    for (before, after, what) in [
        ("[0, 50, 100]", "[0, 50]", "levers.patrols.troops_persons was 0, 50, 100, now it is 0, 50"),
        ("points = 8", "points = 9", "design.points was 8, now it is 9"),
        ("seeds     = 2", "seeds     = 3", "seeds was 1..2, now it is 1..3"),
        ("from = 2012-06-01", "from = 2012-07-01", "outcome.state_presence was"),
        ("2012-12-31", "2013-01-07", "until was 2012-12-31, now it is 2013-01-07"),
    ] {
        std::fs::write(at.join("patrols.toml"), plan(2).replacen(before, after, 1)).unwrap();
        let (code, _, stderr) = harmattan(at, &["sweep", "patrols.toml"]);
        assert!(code == 2 && stderr.contains("holds results of other inputs"), "{stderr}");
        // Whatever else follows from it, what the user changed is among what is told.
        let told = stderr.contains(what) || (before == "2012-12-31" && stderr.contains("outcome.deaths was"));
        assert!(told, "{what}\n{stderr}");
    }
    // The format of the rows is none of the runs.
    std::fs::write(at.join("patrols.toml"), plan(2)).unwrap();
    let (code, _, stderr) = harmattan(at, &["sweep", "patrols.toml", "--format", "parquet"]);
    let advice = "`harmattan merge output/patrols --out output --format parquet`";
    assert!(code == 2 && stderr.contains(advice), "{stderr}");
    // Words that change nothing are no other plan.
    std::fs::write(at.join("patrols.toml"), plan(2) + "# A remark.\n").unwrap();
    done(at, &["sweep", "patrols.toml", "--resume"]);
}

#[test]
fn nothing_is_begun_beside_shards_of_a_plan_that_changed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 2);
    done(at, &["sweep", "patrols.toml", "--shard", "1/2", "--quiet"]);
    std::fs::write(at.join("patrols.toml"), plan(2).replace("[0, 50, 100]", "[0, 50]")).unwrap();
    for arguments in [
        &["sweep", "patrols.toml"][..],
        &["sweep", "patrols.toml", "--dry-run"],
        &["sweep", "patrols.toml", "--shard", "2/2"],
        &["submit", "patrols.toml", "--engine", "script", "--shards", "2"],
    ] {
        let (code, _, stderr) = harmattan(at, arguments);
        let told = "levers.patrols.troops_persons was 0, 50, 100, now it is 0, 50;";
        assert!(code == 2 && stderr.contains(told), "{arguments:?}: {stderr}");
    }
    assert!(!at.join("output/patrols/runs.csv").exists() && !at.join("output/patrols/submit").exists());
    done(at, &["sweep", "patrols.toml", "--shard", "2/2", "--overwrite"]);
    assert_eq!(shard_folders(&at.join("output/patrols")).len(), 1, "the shard of the old plan stays");
    done(at, &["sweep", "patrols.toml", "--shard", "1/2"]);
    done(at, &["merge", "output", "--out", "output"]);
    // Shards of the new plan are none of the old one, which is refused in its turn.
    write_plan(at, 2);
    let (code, _, stderr) = harmattan(at, &["sweep", "patrols.toml", "--shard", "1/2"]);
    assert!(code == 2 && stderr.contains("was 0, 50, now it is 0, 50, 100"), "{stderr}");
}

/// Two parameters of each seed: one that the plan varies as well, one that acts on the road.
const SAMPLE: &str =
    "draw,trafficking.risk_decay_per_week,violence.excitation_share\n1,0.05,0.05\n2,0.06,0.28\n";

#[test]
fn each_seed_takes_its_draw_of_a_sample_wherever_it_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 3);
    std::fs::write(at.join("sample.csv"), SAMPLE).unwrap();
    let sweep = ["sweep", "patrols.toml", "--posterior", "sample.csv"];
    let with = |more: &[&str]| done(at, &[&sweep[..], more].concat());
    with(&["--out", "whole", "--threads", "2"]);
    let whole = results(&at.join("whole/patrols"));
    assert_eq!(whole["posterior.csv"], SAMPLE.as_bytes());
    done(at, &["sweep", "patrols.toml", "--out", "without"]);
    let text = |folder: &str| std::fs::read_to_string(at.join(folder).join("patrols/runs.csv")).unwrap();
    let rows: Vec<Vec<String>> =
        text("whole").lines().skip(1).map(|line| line.split(',').map(str::to_string).collect()).collect();
    let same =
        text("without").lines().skip(1).zip(&rows).filter(|(line, row)| line.starts_with(&row[0])).count();
    assert_eq!(same, 0, "runs with a sample are other runs");
    // Shards, joined elsewhere, and by the script of a queue.
    for shard in ["1/2", "2/2"] {
        with(&["--out", "shards", "--shard", shard]);
    }
    done(at, &["merge", "shards", "--out", "joined"]);
    assert_eq!(results(&at.join("joined/patrols")), whole);
    let submit =
        [&["submit"], &sweep[1..], &["--engine", "script", "--shards", "2", "--out", "queue"]].concat();
    let script = done(at, &submit);
    assert!(Command::new("sh").arg(script.trim_end()).status().unwrap().success());
    assert_eq!(results(&at.join("queue/patrols")), whole);

    // A row alone: seed 2 has the second draw, and the plan wins over the sample.
    for (results, out) in [("whole", "a"), ("joined", "b"), ("shards", "c")] {
        let row = rows.iter().find(|row| row[3] == "2").unwrap();
        let again = ["run", "--run-id", &row[0], "--from-results", results, "--out", out, "--no-plots"];
        done(at, &again);
        let manifest =
            std::fs::read_to_string(at.join(out).join("testbed-three-places/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        let value = |name: &str| manifest["parameters_changed"][name]["value"].as_f64().unwrap();
        assert_eq!(manifest["runs"][0]["id"], row[0].as_str(), "{results}");
        assert_eq!(value("violence.excitation_share"), 0.28);
        assert_eq!(value("trafficking.risk_decay_per_week"), row[7].parse::<f64>().unwrap());
    }
    // Another sample is another sweep, also for what was submitted.
    std::fs::write(at.join("sample.csv"), SAMPLE.replace("0.28", "0.27")).unwrap();
    for out in ["whole", "shards"] {
        let (code, _, stderr) = harmattan(at, &[&sweep[..], &["--out", out]].concat());
        assert!(code == 2 && stderr.contains("posterior was blake3:"), "{stderr}");
    }
    assert_eq!(Command::new("sh").args([script.trim_end(), "1"]).status().unwrap().code(), Some(2));
    let parts =
        [&["sweep", "patrols.toml", "--posterior", "sample.csv", "--shard", "1/2"], &["--out", "other"][..]];
    done(at, &parts.concat());
    let (code, _, stderr) = harmattan(at, &["merge", "shards", "other", "--out", "mixed"]);
    assert!(code == 2 && stderr.contains("parts of different sweeps: posterior is"), "{stderr}");
    // A sample that was altered beside its rows is no sample of them.
    std::fs::write(at.join("whole/patrols/posterior.csv"), SAMPLE.replace("0.28", "0.2")).unwrap();
    let again = ["run", "--run-id", &rows[1][0], "--from-results", "whole", "--out", "d", "--no-plots"];
    let (code, _, stderr) = harmattan(at, &again);
    assert!(code == 2 && stderr.contains("not the sample that the runs were made with"), "{stderr}");
}

#[test]
fn a_dry_run_costs_what_is_left_and_equal_points_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 2);
    let left = |runs: &str| {
        let text = done(at, &["sweep", "patrols.toml", "--dry-run"]);
        assert!(text.contains(&format!("runs    {runs}\n")), "{text}");
    };
    left("16");
    done(at, &["sweep", "patrols.toml", "--shard", "1/4", "--quiet"]);
    left("12");
    done(at, &["merge", "output", "--out", "output", "--partial"]);
    left("12");
    done(at, &["sweep", "patrols.toml"]);
    left("0");

    let listed = plan(2).replace("\"latin-hypercube\"\npoints = 8", "\"list\"\nfile = \"points.csv\"");
    let listed = listed.replace("\"patrols\"\nscenarios", "\"listed\"\nscenarios");
    std::fs::write(at.join("listed.toml"), listed).unwrap();
    let header = "trafficking.risk_decay_per_week,patrols.troops_persons\n";
    std::fs::write(at.join("points.csv"), format!("{header}0.1,50\n0.1,0\n0.10,50\n")).unwrap();
    let (code, _, stderr) = harmattan(at, &["sweep", "listed.toml"]);
    let told = "warning: 1 point of the list equals an earlier one: point 3 is point 1 again;";
    assert!(code == 0 && stderr.contains(told), "{stderr}");
    let rows = std::fs::read_to_string(at.join("output/listed/runs.csv")).unwrap();
    let ids: Vec<&str> = rows.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert!(ids.len() == 6 && ids[..2] == ids[4..] && ids[0] != ids[2], "{rows}");
}

#[test]
fn too_many_runs_need_a_yes_and_a_dry_run_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 2);
    let (code, _, stderr) = harmattan(at, &["sweep", "patrols.toml", "--max-runs", "15"]);
    assert!(code == 2 && stderr.contains("16 runs, more than --max-runs 15"), "{stderr}");
    let text = done(at, &["sweep", "patrols.toml", "--max-runs", "15", "--yes", "--dry-run"]);
    for word in
        ["8 points x 1 scenarios x 2 seeds", "runs    16", "time", "memory", "disk", "nothing was started"]
    {
        assert!(text.contains(word), "{text}");
    }
    assert!(!at.join("output").exists());
    let (code, _, stderr) = harmattan(at, &["sweep", "patrols.toml", "--resume"]);
    assert!(code == 2 && stderr.contains("nothing to resume"), "{stderr}");
    let (code, _, stderr) = harmattan(at, &["sweep", "patrols.toml", "--until", "2012-05-01"]);
    assert!(code == 2 && stderr.contains("needs weeks up to"), "{stderr}");
}

#[test]
fn a_row_is_run_again_alone_and_gives_what_the_row_says() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    write_plan(at, 2);
    done(at, &["sweep", "patrols.toml"]);
    let rows = std::fs::read_to_string(at.join("output/patrols/runs.csv")).unwrap();
    let row: Vec<&str> = rows.lines().nth(14).unwrap().split(',').collect();
    let (id, seed, deaths) = (row[0], row[3], row[9]);
    done(at, &["run", "--run-id", &id[..20], "--from-results", "output", "--out", "again", "--no-plots"]);
    let again = at.join("again/testbed-three-places");
    let manifest = std::fs::read_to_string(again.join("manifest.json")).unwrap();
    assert!(
        manifest.contains(&format!("\"id\": \"{id}\"")) && manifest.contains(&format!("\"seed\": {seed}"))
    );
    let indicators = std::fs::read_to_string(again.join("indicators.csv")).unwrap();
    let header: Vec<&str> = indicators.lines().next().unwrap().split(',').collect();
    let column = header.iter().position(|name| *name == "deaths").unwrap();
    let in_tables: f64 = indicators
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|cells| cells[2] == "Mali")
        .map(|cells| cells[column].parse::<f64>().unwrap())
        .sum();
    assert_eq!(in_tables, deaths.parse::<f64>().unwrap());
    done(at, &["verify", "again/testbed-three-places"]);
    let (code, _, stderr) = harmattan(at, &["run", "--run-id", "blake3:", "--from-results", "output"]);
    assert!(code == 2 && stderr.contains("give more of it"), "{stderr}");
}

#[test]
fn the_world_of_every_point_is_the_world_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"
format    = 1
name      = "patrols"
scenarios = ["border-control-blunt", "border-control-crime-sensitive"]
seeds     = 2
scale     = 1000
until     = 2012-03-31

[design]
method = "grid"

[uncertainties]
"violence.excitation_share" = { values = [0.1, 0.25] }
"initialization.complicity" = { values = [0.3, 0.7] }

[levers]
"north-border.effort_share" = { values = [0.2, 0.9] }

[[outcome]]
name       = "deaths"
indicator  = "deaths"
reduce.sum = {}
"#;
    std::fs::write(folder.path().join("patrols.toml"), text).unwrap();
    let sweep = planned(folder.path(), None);
    let mut cases = Cases::of(&sweep).unwrap();
    cases.keep(2);
    let mut different = std::collections::BTreeSet::new();
    // Points that were met before come back when others have taken their room.
    for run in sweep.range().step_by(2).chain([0, 1]) {
        let case = cases.case(run);
        let found = cases.prepared(&case).unwrap();
        let Prepared { theatre, scenario, parameters, options, .. } = found;
        let anew = Prepared::new(theatre.clone(), scenario.clone(), parameters.clone(), options.clone());
        let (shared, anew) = (format!("{:?}", found.initial()), format!("{:?}", anew.initial()));
        assert!(shared == anew, "run {run}: the world is another");
        different.insert(shared);
    }
    // All but one parameter show in the world: two scenarios, two values of two factors.
    assert_eq!(different.len(), 8);
}

#[test]
fn a_world_beside_another_is_the_world_made_anew() {
    let sources = Sources::load().unwrap();
    let options = harmattan::simulation::RunOptions {
        scale: 1000,
        until: harmattan::base::dates::Week(51),
        ..crate::runs::options()
    };
    let prepare = |settings: &[(&str, f64)]| {
        let settings = settings.iter().map(|(name, value)| ((*name).to_string(), *value)).collect();
        let scenario = sources.scenario("history").unwrap();
        sources.prepare(scenario, &settings, options.clone(), 1).unwrap().0
    };
    let first = prepare(&[]);
    for settings in [
        &[("trafficking.risk_decay_per_week", 0.2), ("violence.excitation_share", 0.25)][..],
        // The ways themselves are others.
        &[("presence.track_km_per_hour", 20.0)],
        &[("trafficking.paths_consolidated", 2.0)],
    ] {
        let anew = prepare(settings);
        let beside = first.beside(anew.scenario.clone(), anew.parameters.clone(), anew.options.clone());
        // As text, for an unknown number is not equal to itself.
        let run = |prepared| {
            let outcome = harmattan::simulation::run(prepared, 1, &mut |_| {});
            let texts: Vec<Vec<u8>> = outcome.tables.iter().map(harmattan::export::csv::rows).collect();
            (outcome.state_hash, texts)
        };
        assert!(run(&anew) == run(&beside), "{settings:?}: shared ways change the run");
        assert!(run(&anew) != run(&first), "{settings:?} changes nothing");
    }
}
