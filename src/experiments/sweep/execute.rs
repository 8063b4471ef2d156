//! Runs what is missing of a sweep into its journal, then writes the rows in the order of their numbers.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::cases::{Case, Cases};
use super::manifest::SweepManifest;
use super::parts;
use super::rows::{Row, RunFunction, Swept, TABLE, layout};
use super::{PLAN_FILE, Sweep, beside};
use crate::base::parallel;
use crate::experiments::ensemble::{caught, lock, remember_panics};
use crate::experiments::folder::{Existing, clear_plots, remove_left_overs};
use crate::experiments::journal::{self, Journal};
use crate::experiments::lock::Lock;
use crate::experiments::sensitivity::layouts;
use crate::experiments::{ExperimentError, posterior, timing};
use crate::export::content::Content;
use crate::export::tables::{TableWriter, file_names};
use crate::export::{ExportError, Format, atomic};
use crate::simulation::Moment;
use crate::tables::Table;

/// Rows that are turned into text at once.
const ROWS_AT_ONCE: usize = 1024;

/// How a sweep is run.
pub struct Settings<'a> {
    /// Threads.
    pub threads: usize,
    /// Set from outside to stop after the runs in flight.
    pub stop: &'a AtomicBool,
    /// Told what happens.
    pub observe: &'a (dyn Fn(Event) + Sync),
    /// Runs one seed.
    pub run: RunFunction<'a>,
    /// How often the journal is synced while runs go on.
    pub sync_every: Duration,
}

/// What happens while a sweep goes on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A week of some run has ended.
    Week,
    /// A run has finished and is in the journal.
    Done,
    /// A run failed; the others go on.
    Failed {
        /// Its number, from 0.
        run: usize,
        /// What the program said.
        message: &'a str,
    },
}

/// What stands in the folder of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Nothing.
    New,
    /// The same sweep, without its rows.
    Begun,
    /// Every row.
    Complete(Box<SweepManifest>),
    /// The rows were altered after they were written: what is wrong with them. They are made again.
    Altered(String),
    /// Our results, to be replaced.
    Replaced,
}

/// Judges the folder of a sweep, and what stands beside it, without touching it.
pub fn inspect(sweep: &Sweep, existing: Existing) -> Result<Standing, ExperimentError> {
    let standing = judge(sweep, existing)?;
    if existing != Existing::Overwrite {
        beside::refuse_others(sweep)?;
    }
    Ok(standing)
}

fn judge(sweep: &Sweep, existing: Existing) -> Result<Standing, ExperimentError> {
    let folder = sweep.folder();
    let foreign = |reason: String| ExperimentError::Foreign { folder: folder.clone(), reason };
    let found = match SweepManifest::read(&folder) {
        Ok(found) => found,
        Err(ExportError::Content { reason, .. }) => {
            return Err(foreign(format!("manifest.json is {reason}")));
        }
        Err(error) => return Err(error.into()),
    };
    let Some(found) = found else {
        return match parts::is_ours(&folder)? {
            false => Err(foreign("not empty and without a manifest of a sweep".to_string())),
            true if existing == Existing::Resume => Err(ExperimentError::NothingToResume { folder }),
            true => Ok(Standing::New),
        };
    };
    if existing == Existing::Overwrite {
        return Ok(Standing::Replaced);
    }
    let wanted = SweepManifest::of(sweep);
    if let Some(difference) = found.first_difference(&wanted) {
        return Err(ExperimentError::OtherInputs { folder, difference });
    }
    if !found.is_complete() || found.partial {
        return Ok(Standing::Begun);
    }
    match parts::verify(&folder, &found)? {
        Content::Whole => Ok(Standing::Complete(Box::new(found))),
        Content::Broken(reason) => Ok(Standing::Altered(reason)),
    }
}

/// A sweep whose folder is ours alone, with its journal open.
pub struct OpenSweep<'s> {
    /// The sweep.
    pub sweep: &'s Sweep,
    /// Its runs.
    pub cases: Cases<'s>,
    /// Its finished runs.
    pub journal: Journal,
    /// Runs that were there before.
    pub kept: usize,
    /// Bytes of a torn record that were cut.
    pub cut_bytes: u64,
    /// The lock of the folder.
    pub lock: Lock,
}

/// Takes the folder of a sweep; none if there is nothing left to run.
pub fn open(sweep: &Sweep, existing: Existing) -> Result<Option<OpenSweep<'_>>, ExperimentError> {
    let design = |reason| ExperimentError::Design { plan: sweep.plan.name.clone(), reason };
    let cases = Cases::of(sweep).map_err(design)?;
    let Some((journal, cut_bytes, lock)) = open_folder(sweep, &cases, existing)? else { return Ok(None) };
    let kept = journal.len();
    Ok(Some(OpenSweep { sweep, cases, journal, kept, cut_bytes, lock }))
}

fn open_folder(
    sweep: &Sweep,
    cases: &Cases,
    existing: Existing,
) -> Result<Option<(Journal, u64, Lock)>, ExperimentError> {
    let folder = sweep.folder();
    let leftover = folder.join(journal::FILE);
    if matches!(inspect(sweep, existing)?, Standing::Complete(_)) && !leftover.exists() {
        return Ok(None);
    }
    atomic::create_folder(&folder)?;
    let lock = Lock::take(&folder)?;
    let standing = judge(sweep, existing)?;
    remove_left_overs(&folder)?;
    if existing == Existing::Overwrite {
        beside::remove_others(sweep)?;
    }
    let mut opened = None;
    match standing {
        Standing::Complete(_) => {
            // A process killed between its manifest and the removal of its journal leaves the journal.
            atomic::remove(&leftover)?;
            return Ok(None);
        }
        Standing::Replaced => {
            // The journal first: it must never meet a manifest of other inputs.
            atomic::remove(&leftover)?;
            SweepManifest::of(sweep).write(&folder)?;
            clear(sweep)?;
        }
        Standing::New => {
            atomic::remove(&leftover)?;
            SweepManifest::of(sweep).write(&folder)?;
        }
        Standing::Begun | Standing::Altered(_) => {
            // Rows that were joined of a part of the shards are lost with their manifest: their runs come first.
            let (mut journal, cut_bytes) = Journal::open(&folder)?;
            beside::take(sweep, cases, &mut journal)?;
            SweepManifest::of(sweep).write(&folder)?;
            opened = Some((journal, cut_bytes));
        }
    }
    if sweep.shard.is_none() {
        atomic::write(&folder.join(PLAN_FILE), sweep.plan.text.as_bytes())?;
    }
    if let Some(sample) = &sweep.sample {
        atomic::write(&folder.join(posterior::FILE), sample.text.as_bytes())?;
    }
    let (journal, cut_bytes) = match opened {
        Some(opened) => opened,
        None => {
            let (mut journal, cut_bytes) = Journal::open(&folder)?;
            if existing != Existing::Overwrite {
                beside::take(sweep, cases, &mut journal)?;
            }
            (journal, cut_bytes)
        }
    };
    Ok(Some((journal, cut_bytes, lock)))
}

/// Removes our former rows and what was found and drawn from them, and nothing else.
fn clear(sweep: &Sweep) -> Result<(), ExportError> {
    let folder = sweep.folder();
    for table in layouts::TABLES.map(|spec| spec.name).into_iter().chain([TABLE]) {
        for name in file_names(table, Format::Both) {
            atomic::remove(&folder.join(name))?;
        }
    }
    atomic::remove(&folder.join(posterior::FILE))?;
    atomic::remove(&folder.join(timing::FILE))?;
    clear_plots(&folder)
}

/// Runs every run that is not in the journal. Failed runs are results: they are not tried again.
pub fn run(open: &mut OpenSweep, settings: &Settings) -> Result<(), ExperimentError> {
    remember_panics();
    let OpenSweep { sweep, cases, journal, .. } = open;
    let range = sweep.range();
    cases.keep(parallel::asked(settings.threads));
    let cases = &*cases;
    let path = sweep.folder().join(journal::FILE);
    let journal = Mutex::new(journal);
    let trouble: Mutex<Option<ExportError>> = Mutex::new(None);
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let syncing = scope.spawn(|| {
            while !finished.load(Ordering::Acquire) {
                std::thread::park_timeout(settings.sync_every);
                // Synced outside the guard, so that runs need not wait for the disk.
                let file = lock(&journal).take_unsynced();
                if let Some(Err(error)) = file.map(|file| file.sync_data()) {
                    lock(&trouble).get_or_insert(ExportError::file("sync", &path)(error));
                }
            }
        });
        parallel::take_in_turn(range.len(), settings.threads, |turn| {
            if settings.stop.load(Ordering::Relaxed) || lock(&trouble).is_some() {
                return false;
            }
            let run = cases.in_turn(turn, &range);
            let case = cases.case(run);
            let id = cases.id(&case, run);
            if lock(&journal).has(id) {
                return true;
            }
            let swept = run_one(cases, &case, sweep, run, settings);
            // Options, numbers and texts always serialize into memory.
            let payload = postcard::to_allocvec(&swept).unwrap_or_default();
            if let Err(error) = lock(&journal).append(id, &payload, swept.error.is_some()) {
                lock(&trouble).get_or_insert(error);
                return false;
            }
            (settings.observe)(match &swept.error {
                None => Event::Done,
                Some(message) => Event::Failed { run, message },
            });
            true
        });
        finished.store(true, Ordering::Release);
        syncing.thread().unpark();
    });
    let trouble = trouble.into_inner().unwrap_or_else(PoisonError::into_inner);
    journal.into_inner().unwrap_or_else(PoisonError::into_inner).sync()?;
    trouble.map_or(Ok(()), |error| Err(error.into()))
}

fn run_one(cases: &Cases, case: &Case, sweep: &Sweep, run: usize, settings: &Settings) -> Swept {
    let seed = sweep.plan.seeds[cases.place(run).replicate];
    let mut observe = |moment: Moment| {
        if let Moment::WeekDone(_) = moment {
            (settings.observe)(Event::Week);
        }
    };
    let result = cases
        .prepared(case)
        .and_then(|prepared| caught(|| (settings.run)(prepared, seed, &sweep.plan.outcomes, &mut observe)));
    match result {
        Ok(values) => Swept { error: None, values },
        Err(message) => Swept { error: Some(message), values: Vec::new() },
    }
}

/// Writes the rows of a sweep all of whose runs are in the journal; none if some are missing. The journal is removed
/// last.
pub fn finish(open: &mut OpenSweep) -> Result<Option<SweepManifest>, ExperimentError> {
    let sweep = open.sweep;
    let folder = sweep.folder();
    let mut manifest = SweepManifest::of(sweep);
    let spec = layout(&manifest.columns);
    let mut writer = TableWriter::create(&folder, spec, sweep.format)?;
    let (mut done, mut failed) = (0, 0);
    let range = sweep.range();
    for start in range.clone().step_by(ROWS_AT_ONCE) {
        let runs = start..range.end.min(start + ROWS_AT_ONCE);
        let mut table = Table::new(spec);
        for run in runs {
            let case = open.cases.case(run);
            let id = open.cases.id(&case, run);
            let Some(payload) = open.journal.payload(id)? else { return Ok(None) };
            let place = open.cases.place(run);
            let seed = sweep.plan.seeds[place.replicate];
            let swept: Swept = postcard::from_bytes(&payload)
                .map_err(|_| ExperimentError::BrokenRecord { path: folder.join(journal::FILE), seed })?;
            match swept.error {
                None => done += 1,
                Some(_) => failed += 1,
            }
            let scenario = &sweep.plan.scenarios[place.scenario].name;
            let (point, replicate) = (place.point, place.replicate);
            Row { id, point, replicate, seed, scenario, inputs: &case.values, swept: &swept }
                .push(&mut table);
        }
        writer.append(&table)?;
    }
    let written = writer.finish()?;
    manifest.runs.done = Some(done);
    manifest.runs.failed = Some(failed);
    manifest.tables.insert(format!("{TABLE}.csv"), written.record.clone());
    // From here on each step leaves a folder that can be completed from the journal.
    written.commit()?;
    manifest.write(&folder)?;
    atomic::remove(&folder.join(journal::FILE))?;
    atomic::sync_folder(&folder)?;
    Ok(Some(manifest))
}
