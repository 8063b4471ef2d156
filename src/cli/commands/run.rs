//! `run`: scenarios over seeds, one folder each.

mod row;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use crate::base::dates::{DEFAULT_UNTIL, Week};
use crate::base::parallel;
use crate::cli::arguments::{ModelArguments, RunArguments, Style, TableFormat};
use crate::cli::interrupt::{self, STOP};
use crate::cli::memory;
use crate::cli::messages::{self, CliError, Talk, Warning};
use crate::cli::output;
use crate::cli::progress::{Progress, duration};
use crate::cli::sources::{self, Sources};
use crate::experiments::ensemble::{self, Event, OpenStudy, RunFunction, Settings};
use crate::experiments::estimate::{Estimate, estimate};
use crate::experiments::finish::{self, Finished};
use crate::experiments::folder::{self, Standing};
use crate::experiments::study::Study;
use crate::experiments::timing::Session;
use crate::simulation::{self, Period, Recorded, RunOptions};

/// Persons per agent where nothing else is asked for.
pub const DEFAULT_SCALE: u32 = 50;
/// How often journals are synced.
const SYNC_EVERY: Duration = Duration::from_secs(10);

/// Runs what is asked.
pub fn run(arguments: &RunArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    let studies = studies(arguments, threads)?;
    let mut standings = Vec::new();
    for study in &studies {
        let standing = folder::inspect(study, arguments.existing())?;
        if let Standing::Altered(reason) = &standing {
            talk.warn(&Warning::RowsAltered { reason: reason.clone() });
        }
        standings.push(standing);
    }
    if arguments.dry_run {
        return dry_run(&studies, &standings, threads, &arguments.out);
    }
    interrupt::listen();
    let mut open = Vec::new();
    for study in studies {
        let (folder, name) = (study.folder.clone(), study.prepared.scenario.name.clone());
        match ensemble::open(study, arguments.existing())? {
            Some(study) => {
                welcome(&study, talk);
                open.push(study);
            }
            None => {
                talk.say(&format!("{name}: every run is there already, in {}", folder.display()));
                if !arguments.no_plots && !folder.join("plots").is_dir() {
                    draw(&folder, talk);
                }
            }
        }
    }
    if open.is_empty() {
        return Ok(());
    }
    warn_of_little_space(&open, threads, &arguments.out, talk);
    let session = Session::begin(threads);
    run_open(&mut open, threads, &simulation::run, talk).map_err(messages::in_mid_run)?;
    conclude(&mut open, arguments, threads, &session, talk).map_err(messages::in_mid_run)
}

/// Runs what is missing, with progress.
pub fn run_open(
    open: &mut [OpenStudy],
    threads: usize,
    run: RunFunction,
    talk: Talk,
) -> Result<(), CliError> {
    let names: Vec<String> = open.iter().map(|o| o.study.prepared.scenario.name.clone()).collect();
    let (mut runs, mut weeks) = (0, 0);
    for study in open.iter() {
        let missing = study.study.seeds.len() - study.kept;
        runs += missing;
        weeks += missing as u64 * (u64::from(study.study.prepared.options.until.0) + 1);
    }
    let progress = Progress::begin(runs, weeks, talk);
    let observe = |event: Event| match event {
        Event::Week => progress.week(),
        Event::Done { .. } => progress.run(),
        Event::Failed { study, seed, message } => {
            progress.run();
            let (scenario, message) = (names[study].clone(), message.to_string());
            progress.interrupt(|| talk.warn(&Warning::RunFailed { scenario, seed, message }));
        }
    };
    let settings = Settings { threads, stop: &STOP, observe: &observe, run, sync_every: SYNC_EVERY };
    let result = ensemble::run(open, &settings);
    progress.end();
    Ok(result?)
}

/// Checks every scenario and builds its study; nothing is touched.
fn studies(arguments: &RunArguments, threads: usize) -> Result<Vec<Study>, CliError> {
    if !cfg!(feature = "parquet") && arguments.format != TableFormat::Csv {
        return Err(CliError::BadInput("this build was made without the feature `parquet`".to_string()));
    }
    let options = RunOptions {
        every: arguments.every.into(),
        tables: if arguments.no_events { Recorded::WithoutEvents } else { Recorded::Everything },
        check_invariants: arguments.check_invariants,
        ..run_options(&arguments.model, DEFAULT_SCALE)?
    };
    let seeds = arguments.seed.map_or_else(|| arguments.seeds.0.clone(), |seed| vec![seed]);
    let sources = Sources::with(&arguments.model.data)?;
    if let (Some(id), Some(folder)) = (&arguments.run_id, &arguments.from_results) {
        return Ok(vec![row::study(id, folder, arguments, &options, &sources)?]);
    }
    let settings = sources.settings(&arguments.model.set)?;
    let sample = sources.sample(arguments.model.posterior.as_deref())?;
    let model_hash = sources.model_hash();
    let default = ["history".to_string()];
    let named = if arguments.scenarios.is_empty() { &default[..] } else { &arguments.scenarios };

    // Every scenario is checked before the first complaint is made.
    let mut complaints = Vec::new();
    let mut scenarios = Vec::new();
    for argument in named {
        match sources.scenario(argument) {
            Ok(scenario) => scenarios.push(scenario),
            Err(CliError::Refused(text)) => complaints.push(text),
            Err(error) => return Err(error),
        }
    }
    if !complaints.is_empty() {
        return Err(CliError::Refused(complaints.join("\n\n")));
    }
    let at_once = threads.min(scenarios.len() * seeds.len());
    // With a sample each run has a world of its own beside that of its scenario.
    let kept = scenarios.len() + if sample.is_some() { at_once } else { 0 };
    for scenario in &scenarios {
        memory::refuse_too_much(sources.theatre(&scenario.theatre)?, &options, kept, at_once)?;
    }
    let mut seen = BTreeSet::new();
    let mut studies = Vec::new();
    for scenario in scenarios {
        if !seen.insert(scenario.name.clone()) {
            let text = format!("two scenarios are called `{}`; each needs its own folder", scenario.name);
            return Err(CliError::BadInput(text));
        }
        let folder = arguments.out.join(&scenario.name);
        let traced = sources.traced(&arguments.trace, &scenario.theatre)?;
        let prepare = || sources.prepare(scenario, &settings, options.clone(), at_once);
        let (prepared, record) = parallel::alone(threads, prepare)?;
        let prepared = prepared.with_trace(traced);
        let format = arguments.format.into();
        let study = Study::new(prepared, &record, &model_hash, seeds.clone(), format, folder)
            .with_data(sources.data())
            .with_places(sources.own_places());
        studies.push(match &sample {
            Some(sample) => {
                study.with_sample(&sources.assumptions(&settings, Some(sample.clone())), &model_hash)
            }
            None => study,
        });
    }
    Ok(studies)
}

/// The options of runs; `scale` is what the command takes where none is given.
pub fn run_options(model: &ModelArguments, scale: u32) -> Result<RunOptions, CliError> {
    let mut without = model.without.clone();
    without.sort_unstable();
    without.dedup();
    let options = RunOptions {
        scale: model.scale.unwrap_or(scale),
        from: model.from.unwrap_or(Week(0)),
        until: model.until.unwrap_or(DEFAULT_UNTIL.week()),
        every: Period::Month,
        without,
        tables: Recorded::WithoutEvents,
        check_invariants: false,
    };
    if options.from > options.until {
        let (from, until) = (options.from.monday(), options.until.monday());
        return Err(CliError::BadInput(format!("--from ({from}) lies after --until ({until})")));
    }
    Ok(options)
}

fn welcome(open: &OpenStudy, talk: Talk) {
    let shown = open.study.folder.display().to_string();
    if let Some(holder) = &open.lock.taken_over {
        talk.warn(&Warning::LockTakenOver { folder: shown.clone(), holder: holder.clone() });
    }
    if open.cut_bytes > 0 {
        talk.warn(&Warning::JournalCut { folder: shown.clone(), bytes: open.cut_bytes });
    }
    let name = &open.study.prepared.scenario.name;
    let runs = open.study.seeds.len();
    match open.kept {
        0 => talk.say(&format!("{name}: {} into {shown}", counted(runs, "run"))),
        kept => talk.say(&format!("{name}: {kept} of {runs} runs are kept, the others follow, in {shown}")),
    }
}

fn conclude(
    open: &mut [OpenStudy],
    arguments: &RunArguments,
    threads: usize,
    session: &Session,
    talk: Talk,
) -> Result<(), CliError> {
    let mut unfinished = Vec::new();
    let results = finish::finish_all(open, threads);
    for (study, result) in open.iter().zip(results) {
        let shown = study.study.folder.display().to_string();
        let name = study.study.prepared.scenario.name.clone();
        let (runs, missing) = (study.study.seeds.len(), finish::n_missing(study));
        let Some(finished) = result.transpose()? else {
            unfinished.push(format!("{name}: {} of {runs} runs are kept in {shown}", runs - missing));
            continue;
        };
        session.write(&study.study.folder, runs - study.kept, &study.times)?;
        if !arguments.no_plots {
            draw(&study.study.folder, talk);
        }
        tell(&finished, study, talk);
        if let Some(seed) = finished.cut_traces.first() {
            talk.warn(&Warning::TraceCut {
                scenario: name.clone(),
                seeds: finished.cut_traces.len(),
                first: *seed,
            });
        }
        if arguments.timings {
            let times = study.times.milliseconds();
            let lines: Vec<String> = times.map(|(name, ms)| format!("{ms:>12.1} ms  {name}")).collect();
            messages::line(&lines.join("\n"));
        }
        if !finished.failed.is_empty() {
            let seeds: Vec<String> = finished.failed.iter().map(|(seed, _)| seed.to_string()).collect();
            unfinished.push(format!(
                "{name}: {} of {runs} runs failed (seeds {}); the tables in {shown} hold the others",
                seeds.len(),
                seeds.join(", ")
            ));
        }
    }
    if unfinished.is_empty() {
        return Ok(());
    }
    unfinished.push("the same command with --resume runs what is missing".to_string());
    Err(CliError::Unfinished(unfinished.join("\n")))
}

/// What is printed about a finished scenario: where it is, and what happened in a few lines.
fn tell(finished: &Finished, study: &OpenStudy, talk: Talk) {
    let name = &study.study.prepared.scenario.name;
    let done = study.study.seeds.len() - finished.failed.len();
    let until = study.study.prepared.options.until.monday();
    let mut lines =
        vec![format!("{name}: {} until {until}, in {}", counted(done, "run"), study.study.folder.display())];
    for measure in &finished.measures {
        let when = if measure.total { "in all" } else { "at the end" };
        lines.push(format!(
            "  {:<16} {:<10} {} ({} to {})",
            measure.name,
            when,
            rounded(measure.median),
            rounded(measure.low),
            rounded(measure.high)
        ));
    }
    if let Some(seed) = finished.typical_seed {
        lines.push(format!("  median (5-95 % of seeds); typical seed: {seed}"));
    }
    for (lever, n) in &finished.manifest.levers_never_started {
        lines.push(format!("  the condition of lever {lever} did not occur in {n} of {done} seeds"));
    }
    talk.say(&lines.join("\n"));
}

/// `1 run`, `2 runs`.
pub(super) fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// A number as people read it.
pub(super) fn rounded(x: f64) -> String {
    if x.is_nan() {
        "unknown".to_string()
    } else if x.abs() < 10.0 && x.fract() != 0.0 {
        format!("{x:.3}")
    } else {
        format!("{x:.0}")
    }
}

/// Draws figures and writes the report of a folder; what goes wrong is a warning.
pub fn draw(folder: &Path, talk: Talk) {
    // Figures and pages can be made again at any time: their failure spoils no run.
    if let Err(reason) = sources::draw(folder, None, Style::Paper, None, talk) {
        talk.warn(&Warning::NoFigures(reason.to_string()));
    }
    if let Err(reason) = sources::report(folder) {
        talk.warn(&Warning::NoReport(reason.to_string()));
    }
}

fn dry_run(studies: &[Study], standings: &[Standing], threads: usize, out: &Path) -> Result<(), CliError> {
    let mut total = Estimate::default();
    let mut text = String::new();
    for (study, standing) in studies.iter().zip(standings) {
        let runs = if *standing == Standing::Complete { 0 } else { study.seeds.len() };
        let one = estimate(study, runs, threads);
        total.runs += one.runs;
        total.seconds += one.seconds;
        total.memory_mb = total.memory_mb.max(one.memory_mb);
        total.disk_mb += one.disk_mb;
        let note = match standing {
            Standing::New => "",
            Standing::Partial => " at most; finished ones are kept",
            Standing::Complete => "; everything is there",
            Standing::Altered(_) => ", for a table there was altered",
            Standing::Replaced => ", replacing what is there",
        };
        let (name, shown) = (&study.prepared.scenario.name, study.folder.display());
        text += &format!("{name}: {}{note}, into {shown}\n", counted(runs, "run"));
    }
    text += &format!(
        "runs    {}\ntime    about {} on {threads} threads\nmemory  about {:.0} MB\ndisk    about {:.0} MB",
        total.runs,
        duration(total.seconds),
        total.memory_mb,
        total.disk_mb
    );
    if let Some(free_mb) = free_mb(out) {
        text += &format!(" ({free_mb:.0} MB free)");
    }
    output::print(&(text + "\nnothing was started\n"))
}

fn warn_of_little_space(open: &[OpenStudy], threads: usize, out: &Path, talk: Talk) {
    let needed_mb: f64 =
        open.iter().map(|o| estimate(&o.study, o.study.seeds.len() - o.kept, threads).disk_mb).sum();
    if let Some(free_mb) = free_mb(out)
        && free_mb < needed_mb
    {
        talk.warn(&Warning::LittleSpace { needed_mb, free_mb });
    }
}

/// Free space where a folder is or will be [MB].
pub(super) fn free_mb(folder: &Path) -> Option<f64> {
    let absolute = std::path::absolute(folder).ok()?;
    let existing = absolute.ancestors().find(|ancestor| ancestor.is_dir())?;
    fs2::available_space(existing).ok().map(|bytes| bytes as f64 / 1e6)
}
