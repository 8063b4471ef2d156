//! Whole runs: by scale, by submodel, on one thread and on two.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::OnceLock;
use std::time::Instant;

use harmattan::base::dates::{DEFAULT_UNTIL, Week};
use harmattan::base::parallel::take_in_turn;
use harmattan::scenario::check::{Context, check};
use harmattan::scenario::library;
use harmattan::schedule::SUBMODELS;
use harmattan::simulation::{Moment, Period, Prepared, Recorded, RunOptions, run};

use crate::Extent;
use crate::machine::{forget_peak, peak_mb};
use crate::measure::{Subject, in_turns, median, table, timed};

/// Submodels that visit persons one by one.
const PERSON_SUBMODELS: [&str; 3] = ["perception", "livelihoods", "displacement"];

/// A scenario with the defaults of the command line, but for scale and end.
pub fn prepared(scenario: &str, scale: u32, last_week: u32) -> Prepared {
    let context = Context::compiled_in().expect("the compiled-in data are whole");
    let text = library::text(scenario).expect("the scenario is in the library");
    let scenario = check(scenario, text.as_bytes(), &library::base, &context).expect("the library is valid");
    let parameters = context.catalogue.resolve(&BTreeMap::new()).expect("the catalogue is valid");
    let theatre = library::theatre(&scenario.theatre).expect("the theatre is whole");
    let options = RunOptions {
        scale,
        from: Week(0),
        until: Week(last_week),
        every: Period::Month,
        without: Vec::new(),
        tables: Recorded::Everything,
        check_invariants: false,
    };
    Prepared::new(theatre, scenario, parameters, options)
}

/// Times of one run [s].
pub struct Timed {
    /// All of it.
    pub whole: f64,
    submodels: [f64; SUBMODELS.len()],
}

impl Timed {
    /// Runs a seed.
    pub fn run(prepared: &Prepared, seed: u64) -> Timed {
        let mut submodels = [0.0; SUBMODELS.len()];
        let mut begun = Instant::now();
        let whole = timed(|| {
            let outcome = run(prepared, seed, &mut |moment| match moment {
                Moment::Before(_) => begun = Instant::now(),
                Moment::After(at) => submodels[at] += begun.elapsed().as_secs_f64(),
                Moment::WeekDone(_) => {}
            });
            black_box(outcome);
        });
        Timed { whole, submodels }
    }
    /// Time of a submodel by name.
    pub fn submodel(&self, name: &str) -> f64 {
        SUBMODELS.iter().zip(self.submodels).filter(|(known, _)| **known == name).map(|(_, time)| time).sum()
    }
    /// Time of the submodels that visit persons.
    pub fn persons(&self) -> f64 {
        PERSON_SUBMODELS.iter().map(|name| self.submodel(name)).sum()
    }
}

/// The last week of a run with the defaults, or of a year for a look.
pub fn last_week(extent: Extent) -> u32 {
    extent.of(DEFAULT_UNTIL.week().0, 51)
}

/// What a run of `history` costs at a scale.
pub struct AtScale {
    /// Persons per agent.
    pub scale: u32,
    /// Person agents.
    pub agents: f64,
    /// Time to build the world [s].
    pub world: f64,
    /// Time of a run [s].
    pub run: f64,
    /// Time of the submodels that visit persons [s].
    pub persons: f64,
    /// Most memory held [MB].
    pub peak_mb: Option<f64>,
}

/// Runs of `history` on one thread at every scale, the coarse ones as often as there are rounds; measured once.
pub fn at_scales(extent: Extent) -> &'static [AtScale] {
    static MEASURED: OnceLock<Vec<AtScale>> = OnceLock::new();
    MEASURED.get_or_init(|| measured_at_scales(extent))
}

fn measured_at_scales(extent: Extent) -> Vec<AtScale> {
    let scales: &[u32] = extent.of(&[1000, 200, 50, 10, 1], &[1000, 200, 50]);
    let at_scale = |&scale: &u32| {
        forget_peak();
        let from = Instant::now();
        let prepared = prepared("history", scale, last_week(extent));
        let world = from.elapsed().as_secs_f64();
        let times = if scale >= 50 { extent.rounds() } else { 1 };
        let runs: Vec<Timed> = (0..times).map(|_| Timed::run(&prepared, 1)).collect();
        let middle = |f: fn(&Timed) -> f64| median(runs.iter().map(f).collect());
        let agents = prepared.initial().persons.len() as f64;
        let (run, persons) = (middle(|run| run.whole), middle(Timed::persons));
        AtScale { scale, agents, world, run, persons, peak_mb: peak_mb() }
    };
    scales.iter().map(at_scale).collect()
}

/// One run at each scale.
pub fn scales(extent: Extent) -> String {
    let runs = at_scales(extent);
    let weeks = f64::from(last_week(extent)) + 1.0;
    let row = |one: &AtScale| {
        vec![
            format!("{}", one.scale),
            format!("{:.0}", one.agents),
            format!("{:.2}", one.world),
            format!("{:.2}", one.run),
            format!("{:.0}", one.run * 1e9 / weeks / one.agents),
            format!("{:.2}", one.persons),
            one.peak_mb.map_or("not told".to_string(), |mb| format!("{mb:.0}")),
        ]
    };
    let head = [
        "scale [persons an agent]",
        "person agents",
        "world built [s]",
        "run [s]",
        "run [ns an agent-week]",
        "of it submodels that visit persons [s]",
        "most memory [MB]",
    ];
    let rows: Vec<_> = runs.iter().map(row).collect();
    format!("`history`, {weeks:.0} weeks, one thread.\n\n{}", table(&head, &rows))
}

/// Time by submodel at a fine and a coarse scale.
pub fn submodels(extent: Extent) -> String {
    let scales = [50, 1000];
    let weeks = f64::from(last_week(extent)) + 1.0;
    let worlds = scales.map(|scale| prepared("history", scale, last_week(extent)));
    let mut runs = [Vec::new(), Vec::new()];
    for _ in 0..extent.rounds() {
        for (prepared, runs) in worlds.iter().zip(&mut runs) {
            runs.push(Timed::run(prepared, 1));
        }
    }
    let of = |f: &dyn Fn(&Timed) -> f64| {
        let ms = |runs: &Vec<Timed>| format!("{:.1}", median(runs.iter().map(f).collect()) * 1e3);
        runs.iter().map(ms).collect::<Vec<_>>()
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for name in SUBMODELS {
        rows.push([vec![name.to_string()], of(&|timed| timed.submodel(name))].concat());
    }
    rows.push([vec!["whole run, with the making of tables".to_string()], of(&|timed| timed.whole)].concat());
    let head = ["submodel", "scale 50 [ms a run]", "scale 1000 [ms a run]"];
    format!("`history`, {weeks:.0} weeks, one thread.\n\n{}", table(&head, &rows))
}

/// Ensembles and one large run on one thread and on two.
pub fn threads(extent: Extent) -> String {
    let cases: &[(&str, u32, usize, u32)] = extent.of(
        &[
            ("ensemble", 500, 40, 469),
            ("ensemble", 50, 10, 469),
            ("one run", 10, 1, 469),
            ("one run", 1, 1, 469),
        ],
        &[("ensemble", 500, 8, 51), ("one run", 10, 1, 11)],
    );
    let mut rows = Vec::new();
    for &(what, scale, seeds, last_week) in cases {
        let prepared = prepared("history", scale, last_week);
        let on = |threads| -> Subject {
            let prepared = &prepared;
            Box::new(move || {
                timed(|| {
                    take_in_turn(seeds, threads, |at| {
                        black_box(run(prepared, at as u64 + 1, &mut |_| {}));
                        true
                    });
                })
            })
        };
        let rounds = in_turns(extent.rounds(), vec![on(1), on(2)]);
        rows.push(vec![
            format!("{what}, scale {scale}, {} weeks", last_week + 1),
            format!("{seeds}"),
            format!("{:.2}", rounds.median(0)),
            format!("{:.2}", rounds.median(1)),
            format!("{:.2}", rounds.ratio(0, 1)),
            format!("{:.0}", seeds as f64 * 3600.0 / rounds.median(1)),
        ]);
    }
    table(&["", "runs", "1 thread [s]", "2 threads [s]", "times as fast", "runs an hour on 2"], &rows)
}
