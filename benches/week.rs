//! What a run costs, end to end and by submodel.
//!
//! Criterion measures one default run (50 persons per agent, one thread). The report printed
//! before it takes the run apart:
//!
//! - *by submodel*: times between the moments that a run reports, added up over the weeks;
//! - *person passes*: a run at 50 and one at 1,000 persons per agent differ in the number of person agents only, so
//!   the slope of the three submodels that visit persons (perception, livelihoods, displacement) in the number of
//!   agents is the cost of one agent and week;
//! - *everything else*: the default run less that slope times its agents. It includes making the tables. What a
//!   run at 1,000 takes is printed beside it as a bound, for there the people are few but not none;
//! - *threads*: twenty seeds, one after another and two at a time, as a ratio; with it how fast one and two threads
//!   copy memory at this moment, because a busy or throttled machine shows there first.
//!
//! Scales give different histories, so the slope carries their difference as noise; it is summed over a few
//! seeds. Nothing here asserts a time: machines differ, and a test that fails on a slow one teaches nothing.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use harmattan::base::dates::{DEFAULT_UNTIL, Week};
use harmattan::base::parallel::take_in_turn;
use harmattan::scenario::check::{Context, check};
use harmattan::scenario::library;
use harmattan::schedule::SUBMODELS;
use harmattan::simulation::{Moment, Period, Prepared, RunOptions, run};

/// Submodels that visit persons one by one.
const PERSON_SUBMODELS: [&str; 3] = ["perception", "livelihoods", "displacement"];
/// Seeds over which times are summed.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=3;
/// Runs of the comparison of threads.
const RUNS: usize = 20;

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    // `--test` and `--list` ask for no measurement.
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        report();
    }
    let prepared = prepared(50);
    criterion.bench_function("default run, one seed, one thread", |bench| {
        bench.iter(|| run(&prepared, black_box(1), &mut |_| {}).state_hash);
    });
    criterion.final_summary();
}

/// `history` with the defaults of the command line, but for the scale.
fn prepared(scale: u32) -> Prepared {
    let context = Context::compiled_in().expect("the compiled-in data are whole");
    let text = library::text("history").expect("the baseline is in the library");
    let scenario =
        check("history", text.as_bytes(), &library::base, &context).expect("the baseline is valid");
    let parameters = context.catalogue.resolve(&BTreeMap::new()).expect("the catalogue is valid");
    let theatre = library::theatre(&scenario.theatre).expect("the theatre is whole");
    let options = RunOptions {
        scale,
        from: Week(0),
        until: DEFAULT_UNTIL.week(),
        every: Period::Month,
        without: Vec::new(),
        record_events: true,
        check_invariants: false,
    };
    Prepared::new(theatre, scenario, parameters, options)
}

/// Time of a run, and of its submodels, summed over seeds.
struct Times {
    agents: f64,
    weeks: f64,
    whole: Duration,
    submodels: Vec<Duration>,
}

impl Times {
    fn person_submodels_ns(&self) -> f64 {
        let times = self.submodels.iter().zip(SUBMODELS);
        times
            .filter(|(_, name)| PERSON_SUBMODELS.contains(name))
            .map(|(time, _)| time.as_nanos() as f64)
            .sum()
    }
}

fn measure(scale: u32) -> Times {
    let prepared = prepared(scale);
    let mut submodels = vec![Duration::ZERO; SUBMODELS.len()];
    let mut whole = Duration::ZERO;
    black_box(run(&prepared, *SEEDS.end() + 1, &mut |_| {}));
    for seed in SEEDS {
        let mut begun = Instant::now();
        let from = begun;
        let outcome = run(&prepared, seed, &mut |moment| match moment {
            Moment::Before(_) => begun = Instant::now(),
            Moment::After(at) => submodels[at] += begun.elapsed(),
            Moment::WeekDone(_) => {}
        });
        whole += from.elapsed();
        black_box(outcome);
    }
    let agents = prepared.initial().persons.len() as f64;
    Times { agents, weeks: f64::from(DEFAULT_UNTIL.week().0 + 1), whole, submodels }
}

fn report() {
    let n_seeds = SEEDS.count() as f64;
    let ms = |time: Duration| time.as_secs_f64() * 1e3 / n_seeds;
    let (fine, coarse) = (measure(50), measure(1000));
    println!("one run of {} weeks, mean of {n_seeds} seeds, one thread", fine.weeks);
    println!("{:24}{:>12}{:>12}", "", "scale 50", "scale 1000");
    println!("{:24}{:>12.0}{:>12.0}", "person agents", fine.agents, coarse.agents);
    println!("{:24}{:>9.1} ms{:>9.1} ms", "whole run", ms(fine.whole), ms(coarse.whole));
    for (at, name) in SUBMODELS.iter().enumerate() {
        println!("{:24}{:>9.2} ms{:>9.2} ms", name, ms(fine.submodels[at]), ms(coarse.submodels[at]));
    }
    let slope_ns = (fine.person_submodels_ns() - coarse.person_submodels_ns())
        / (n_seeds * fine.weeks * (fine.agents - coarse.agents));
    let persons_ms = slope_ns * fine.weeks * fine.agents / 1e6;
    println!("person passes            {slope_ns:.2} ns per person agent and week, {persons_ms:.1} ms a run");
    println!("everything else          {:.1} ms a run", ms(fine.whole) - persons_ms);

    let prepared = prepared(50);
    let together = |threads| {
        let from = Instant::now();
        take_in_turn(RUNS, threads, |at| {
            black_box(run(&prepared, at as u64 + 1, &mut |_| {}));
            true
        });
        from.elapsed().as_secs_f64()
    };
    let (alone, in_pairs) = (together(1), together(2));
    let ratio = alone / in_pairs;
    println!("{RUNS} seeds                 {alone:.2} s on 1 thread, {in_pairs:.2} s on 2: {ratio:.2} times");
    println!("memory copy              {:.1} GB/s on 1 thread, {:.1} GB/s on 2", copying(1), copying(2));
}

/// Bytes read and written a second while every thread copies a block larger than any cache, best of five.
fn copying(threads: usize) -> f64 {
    const WORDS: usize = 16 << 20;
    let mut best = Duration::MAX;
    let mut blocks: Vec<(Vec<u64>, Vec<u64>)> =
        (0..threads).map(|at| (vec![at as u64 + 1; WORDS], vec![0; WORDS])).collect();
    for _ in 0..5 {
        let from = Instant::now();
        std::thread::scope(|scope| {
            for (source, target) in &mut blocks {
                scope.spawn(move || target.copy_from_slice(black_box(source)));
            }
        });
        best = best.min(from.elapsed());
        black_box(&blocks);
    }
    (threads * WORDS * 8 * 2) as f64 / best.as_secs_f64() / 1e9
}
