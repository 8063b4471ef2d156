//! What a sweep costs beside its runs, and how far its memory grows.
//!
//! - *overhead per run*: a stand-in that does nothing takes the place of the model, so that all that is left is the
//!   plan's: the case of every point, identities, journal, rows;
//! - *worlds*: what it costs to build the world of a point of `history` at 500 persons per agent, where a parameter varies
//!   that the world of January 2012 hangs on, and where none does;
//! - *throughput*: runs of one millisecond on all cores, against bare threads that do the same;
//! - *memory*: the most that the process has held after ten thousand runs of the testbed, which do run the model.
//!
//! Nothing here asserts a time: machines differ.

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use harmattan::base::parallel::{available, take_in_turn};
use harmattan::cli::sources::Sources;
use harmattan::experiments::folder::Existing;
use harmattan::experiments::sweep::execute::{self, Settings};
use harmattan::experiments::sweep::rows::{RunFunction, reduced};
use harmattan::experiments::sweep::{Sweep, cases::Cases};
use harmattan::export::Format;

/// Runs of a comparison.
const RUNS: usize = 10_000;
/// A parameter that the world of January 2012 hangs on, and one that only runs read.
const READ: &str = "trafficking.risk_decay_per_week";
const UNREAD: &str = "violence.excitation_share";

fn main() {
    // `--test` and `--list` ask for no measurement.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let threads = available();
    let idle: RunFunction = &|_, seed, outcomes, _| vec![seed as f64; outcomes.len()];
    for points in [RUNS / 10, RUNS] {
        let spent = carried_out(READ, points, RUNS / points, threads, idle);
        let each = spent.as_secs_f64() * 1e6 / RUNS as f64;
        println!(
            "overhead                 {each:.0} us a run, {RUNS} runs at {points} points, {threads} threads"
        );
    }
    for parameter in [READ, UNREAD] {
        worlds(parameter);
    }
    let busy: RunFunction = &|_, seed, outcomes, _| {
        work();
        vec![seed as f64; outcomes.len()]
    };
    for parameter in [READ, UNREAD] {
        let sweep = carried_out(parameter, RUNS / 10, 10, threads, busy);
        let from = Instant::now();
        take_in_turn(RUNS, threads, |_| {
            work();
            true
        });
        let share = from.elapsed().as_secs_f64() / sweep.as_secs_f64();
        println!("throughput of 1 ms runs  {:.1} % of bare threads: {parameter}", 100.0 * share);
    }
    let spent = carried_out(READ, RUNS / 10, 10, threads, &reduced);
    println!(
        "testbed                  {:.0} runs a second, {} MB at most after {RUNS} runs",
        RUNS as f64 / spent.as_secs_f64(),
        peak_memory_mb()
    );
}

/// Time to carry out a plan of so many points and seeds on three places.
fn carried_out(parameter: &str, points: usize, seeds: usize, threads: usize, run: RunFunction) -> Duration {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sweep = planned(folder.path(), "testbed-three-places", parameter, points, seeds);
    let from = Instant::now();
    let mut open =
        execute::open(&sweep, Existing::Complete).expect("a free folder").expect("nothing is there yet");
    let stop = AtomicBool::new(false);
    let settings =
        Settings { threads, stop: &stop, observe: &|_| {}, run, sync_every: Duration::from_secs(10) };
    execute::run(&mut open, &settings).expect("the disk has room");
    black_box(execute::finish(&mut open).expect("the disk has room"));
    from.elapsed()
}

fn planned(folder: &Path, scenario: &str, parameter: &str, points: usize, seeds: usize) -> Sweep {
    let text = format!(
        "format = 1\nname = \"bench\"\nscenarios = [\"{scenario}\"]\nseeds = {seeds}\nscale = 500\nuntil = 2012-12-31\n\
         [design]\nmethod = \"sobol\"\npoints = {points}\n\
         [uncertainties]\n\"{parameter}\" = {{ distribution = \"catalogue\" }}\n\
         [[outcome]]\nname = \"deaths\"\nindicator = \"deaths\"\nreduce.sum = {{}}\n"
    );
    let path = folder.join("bench.toml");
    std::fs::write(&path, text).expect("the disk has room");
    let sources = Sources::load().expect("the compiled-in data are whole");
    let plan = sources.plan(path.to_str().expect("a plain path")).expect("the plan is valid");
    let context = sources.into_context();
    let (model_hash, plan_folder) = ("blake3:bench".to_string(), folder.join("bench"));
    Sweep {
        plan,
        context,
        model_hash,
        sample: None,
        data: Default::default(),
        shard: None,
        format: Format::Csv,
        plan_folder,
    }
}

/// The world of each of a few points of the whole theatre.
fn worlds(parameter: &str) {
    const WORLDS: usize = 20;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sweep = planned(folder.path(), "history", parameter, WORLDS + 1, 1);
    let cases = Cases::of(&sweep).expect("the design can be drawn");
    // The first of a plan is built from nothing.
    black_box(cases.prepared(&cases.case(WORLDS)).expect("the world can be built"));
    let (mut built, mut prepared) = (Duration::ZERO, Duration::ZERO);
    for run in 0..WORLDS {
        let from = Instant::now();
        let case = cases.case(run);
        built += from.elapsed();
        black_box(cases.prepared(&case).expect("the world can be built"));
        prepared += from.elapsed();
    }
    let ms = |time: Duration| time.as_secs_f64() * 1e3 / WORLDS as f64;
    println!(
        "case of a point          {:.3} ms; its world {:.2} ms: {parameter}",
        ms(built),
        ms(prepared) - ms(built)
    );
}

/// A millisecond of computing.
fn work() {
    let from = Instant::now();
    let mut x = 1.0_f64;
    while from.elapsed() < Duration::from_millis(1) {
        for _ in 0..1000 {
            x = black_box(x * 1.000_000_1 + 1e-9);
        }
    }
}

/// Most memory this process has held; 0 where the system does not say.
fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024
}
