//! `sweep`: a plan carried out, resumable, whole or one shard of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::run::{counted, free_mb};
use crate::cli::arguments::SweepArguments;
use crate::cli::interrupt::{self, STOP};
use crate::cli::memory;
use crate::cli::messages::{CliError, Talk, Warning, in_mid_run};
use crate::cli::output;
use crate::cli::progress::{Progress, duration};
use crate::cli::sources::Sources;
use crate::experiments::ExperimentError;
use crate::experiments::estimate::{self, Estimate};
use crate::experiments::folder::Existing;
use crate::experiments::sweep::execute::{self, Event, OpenSweep, Settings, Standing};
use crate::experiments::sweep::manifest::{SweepManifest, sweep_id};
use crate::experiments::sweep::{Shard, Sweep, beside, rows};
use crate::experiments::timing::{Session, SubmodelTimes};
use crate::export::Format;

/// How often the journal is synced.
const SYNC_EVERY: Duration = Duration::from_secs(10);
/// Failed runs that are told one by one.
const TOLD: usize = 5;

/// Carries a plan out.
pub fn sweep(arguments: &SweepArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    let sweep = planned(arguments)?;
    refuse_too_many(&sweep, arguments)?;
    warn_of_equal_points(&sweep, talk);
    let existing = arguments.existing();
    let standing = execute::inspect(&sweep, existing).map_err(|error| of_another_format(error, &sweep))?;
    if arguments.dry_run {
        let left = beside::n_left(&sweep, &standing, existing)?;
        return dry_run(&sweep, &standing, left, threads);
    }
    let runs = sweep.range().len();
    let needed_mb = estimate::sweep(&sweep, runs, threads).memory_mb;
    memory::refuse_beyond(needed_mb, sweep.plan.scale, threads.min(runs))?;
    let shown = sweep.folder().display().to_string();
    if let Standing::Altered(reason) = &standing {
        talk.warn(&Warning::RowsAltered { reason: reason.clone() });
    }
    let name = titled(&sweep);
    interrupt::listen();
    let Some(mut open) = execute::open(&sweep, existing)? else {
        talk.say(&format!("{name}: every run is there already, in {shown}"));
        return match standing {
            Standing::Complete(manifest) => tell_failed(&manifest, &shown),
            _ => Ok(()),
        };
    };
    welcome(&open, &name, &shown, talk);
    let session = Session::begin(threads);
    carry_out(&mut open, threads, talk).map_err(in_mid_run)?;
    let Some(manifest) = execute::finish(&mut open).map_err(in_mid_run)? else {
        let text = format!(
            "{name}: {} are kept in {shown}\nthe same command goes on where it stopped",
            counted(open.journal.len(), "run")
        );
        return Err(CliError::Unfinished(text));
    };
    let made = manifest.runs.here - open.kept.min(manifest.runs.here);
    session.write(&sweep.folder(), made, &SubmodelTimes::default())?;
    talk.say(&format!("{name}: {} in {shown}", counted(manifest.runs.here, "run")));
    tell_failed(&manifest, &shown)
}

/// The sweep that the arguments ask for.
pub fn planned(arguments: &SweepArguments) -> Result<Sweep, CliError> {
    let sources = Sources::with(&arguments.data)?;
    let mut plan = sources.plan(&arguments.plan)?;
    if plan.design.is_none() {
        let text = format!("{}: the plan has no [design] and only calibrates", arguments.plan);
        return Err(CliError::BadInput(text));
    }
    if let Some(seeds) = &arguments.seeds {
        plan.seeds.clone_from(&seeds.0);
    }
    if let Some(scale) = arguments.scale {
        plan.scale = scale;
    }
    if let Some(until) = arguments.until {
        if let Some(late) = plan.outcomes.iter().find(|outcome| outcome.reduce.last_week() > until) {
            let text = format!(
                "--until {}: the outcome `{}` needs weeks up to {}",
                until.monday(),
                late.name,
                late.reduce.last_week().monday()
            );
            return Err(CliError::BadInput(text));
        }
        plan.until = until;
    }
    let sample = sources.sample(arguments.posterior.as_deref())?;
    let format: Format = arguments.format.into();
    if !cfg!(feature = "parquet") && format != Format::Csv {
        return Err(CliError::BadInput("this build was made without the feature `parquet`".to_string()));
    }
    let sweep = Sweep {
        plan_folder: arguments.out.join(&plan.name),
        plan,
        model_hash: sources.model_hash(),
        data: sources.data().clone(),
        context: sources.into_context(),
        sample,
        shard: arguments.shard,
        // Shards are joined line by line.
        format: if arguments.shard.is_some() { Format::Csv } else { format },
    };
    match &arguments.expect_sweep {
        Some(expected) if *expected != sweep_id(&sweep) => Err(CliError::BadInput(format!(
            "{}: the plan, its scenarios, its sample or the program changed since the shards were submitted; submit again",
            arguments.plan
        ))),
        _ => Ok(sweep),
    }
}

/// Refuses more runs than were asked for knowingly.
pub fn refuse_too_many(sweep: &Sweep, arguments: &SweepArguments) -> Result<(), CliError> {
    let runs = sweep.plan.n_runs();
    if runs.is_none_or(|runs| runs > arguments.max_runs) && !(arguments.yes && runs.is_some()) {
        let runs = runs.map_or("more runs than can be counted".to_string(), |runs| counted(runs, "run"));
        let text = format!(
            "{}: {runs}, more than --max-runs {}; vary less, raise --max-runs, or say --yes",
            sweep.plan.name, arguments.max_runs
        );
        return Err(CliError::BadInput(text));
    }
    Ok(())
}

/// Points that are equal are a slip, unless someone only counts them.
pub fn warn_of_equal_points(sweep: &Sweep, talk: Talk) {
    let texts: Vec<Vec<String>> =
        sweep.plan.listed.iter().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    let mut first = BTreeMap::new();
    let equal: Vec<(usize, usize)> = texts
        .iter()
        .enumerate()
        .filter_map(|(at, row)| {
            let before = *first.entry(row).or_insert(at);
            (before != at).then_some((before + 1, at + 1))
        })
        .collect();
    if let Some((before, now)) = equal.first() {
        talk.warn(&Warning::EqualPoints { n: equal.len(), before: *before, now: *now });
    }
}

/// The format of the rows is no input of the runs: `merge` writes them in another.
fn of_another_format(error: ExperimentError, sweep: &Sweep) -> CliError {
    match error {
        ExperimentError::OtherInputs { folder, difference } if difference.what == "format" => {
            let out = sweep.plan_folder.parent().unwrap_or(Path::new("."));
            CliError::BadInput(format!(
                "{0}: its rows are written as {1}; `harmattan merge {0} --out {2} --format {3}` writes the finished ones as \
                 {3}, and runs nothing again",
                folder.display(),
                difference.before,
                out.display(),
                difference.now
            ))
        }
        other => other.into(),
    }
}

fn titled(sweep: &Sweep) -> String {
    match sweep.shard {
        None => sweep.plan.name.clone(),
        Some(Shard { index, of }) => format!("{}, shard {index}/{of}", sweep.plan.name),
    }
}

fn welcome(open: &OpenSweep, name: &str, shown: &str, talk: Talk) {
    if let Some(holder) = &open.lock.taken_over {
        talk.warn(&Warning::LockTakenOver { folder: shown.to_string(), holder: holder.clone() });
    }
    if open.cut_bytes > 0 {
        talk.warn(&Warning::JournalCut { folder: shown.to_string(), bytes: open.cut_bytes });
    }
    let runs = open.sweep.range().len();
    match open.kept {
        0 => talk.say(&format!("{name}: {} into {shown}", counted(runs, "run"))),
        kept if kept >= runs => {
            talk.say(&format!("{name}: all {runs} runs are kept, the rows follow, in {shown}"))
        }
        kept => talk.say(&format!("{name}: {kept} of {runs} runs are kept, the others follow, in {shown}")),
    }
}

fn carry_out(open: &mut OpenSweep, threads: usize, talk: Talk) -> Result<(), CliError> {
    let weeks = u64::from(open.sweep.plan.until.0) + 1;
    let left = open.sweep.range().len().saturating_sub(open.kept);
    let progress = Progress::begin(left, left as u64 * weeks, talk);
    let told = std::sync::atomic::AtomicUsize::new(0);
    let observe = |event: Event| match event {
        Event::Week => progress.week(),
        Event::Done => progress.run(),
        Event::Failed { run, message } => {
            progress.run();
            if told.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < TOLD {
                let message = message.to_string();
                progress.interrupt(|| talk.warn(&Warning::SweptRunFailed { run: run + 1, message }));
            }
        }
    };
    let settings =
        Settings { threads, stop: &STOP, observe: &observe, run: &rows::reduced, sync_every: SYNC_EVERY };
    let result = execute::run(open, &settings);
    progress.end();
    Ok(result?)
}

/// Failed runs are results, and yet the sweep is not what was asked for.
fn tell_failed(manifest: &SweepManifest, shown: &str) -> Result<(), CliError> {
    match manifest.runs.failed {
        None | Some(0) => Ok(()),
        Some(failed) => Err(CliError::Unfinished(format!(
            "{} of {} runs failed; the rows in {shown} say why, in the column `error`",
            failed, manifest.runs.here
        ))),
    }
}

fn dry_run(sweep: &Sweep, standing: &Standing, left: usize, threads: usize) -> Result<(), CliError> {
    let note = match standing {
        Standing::Complete(_) => "; everything is there",
        Standing::Replaced => ", replacing what is there",
        Standing::Altered(_) => ", for the rows there were altered",
        Standing::New | Standing::Begun if left < sweep.range().len() => {
            "; the others are there or stand twice"
        }
        Standing::New | Standing::Begun => "",
    };
    let (design, folder) = (sized(sweep), sweep.folder());
    let head =
        format!("{}: {design}, {}{note}, into {}", titled(sweep), counted(left, "run"), folder.display());
    let cost = cost(&estimate::sweep(sweep, left, threads), threads, &folder);
    output::print(&format!("{head}\n{cost}\nnothing was started\n"))
}

/// Points, scenarios and seeds of a sweep.
pub fn sized(sweep: &Sweep) -> String {
    let (points, scenarios) = (sweep.plan.n_points().unwrap_or(0), sweep.plan.scenarios.len());
    format!("{points} points x {scenarios} scenarios x {} seeds", sweep.plan.seeds.len())
}

/// What runs cost, a line each.
pub fn cost(one: &Estimate, threads: usize, folder: &Path) -> String {
    let free = free_mb(folder).map_or(String::new(), |free_mb| format!(" ({free_mb:.0} MB free)"));
    format!(
        "runs    {}\ntime    about {} on {threads} threads\nmemory  about {:.0} MB\ndisk    about {:.0} MB{free}",
        one.runs,
        duration(one.seconds),
        one.memory_mb,
        one.disk_mb.max(1.0)
    )
}

impl SweepArguments {
    /// What to do with results that are there.
    pub fn existing(&self) -> Existing {
        match (self.resume, self.overwrite) {
            (true, _) => Existing::Resume,
            (_, true) => Existing::Overwrite,
            _ => Existing::Complete,
        }
    }
}
