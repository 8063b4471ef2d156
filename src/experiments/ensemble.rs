//! Runs what is missing of many studies, in parallel, each run into its study's journal.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use super::ExperimentError;
use super::folder::{self, Existing, Standing};
use super::journal::{Journal, StoredRun};
use super::lock::Lock;
use super::posterior;
use super::reproduction;
use super::study::Study;
use super::timing::SubmodelTimes;
use crate::base::dates::Week;
use crate::base::parallel;
use crate::export::{ExportError, atomic};
use crate::simulation::{Moment, Outcome, Prepared};

/// How one seed is run: [`crate::simulation::run`], or a stand-in in tests.
pub type RunFunction<'a> = &'a (dyn Fn(&Prepared, u64, &mut dyn FnMut(Moment)) -> Outcome + Sync);

/// What happens while an ensemble goes on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A week of some run has ended.
    Week,
    /// A run has finished and is in the journal.
    Done {
        /// Position of its study.
        study: usize,
        /// Its seed.
        seed: u64,
    },
    /// A run was stopped by an error of the program; the others go on.
    Failed {
        /// Position of its study.
        study: usize,
        /// Its seed.
        seed: u64,
        /// What the program said.
        message: &'a str,
    },
}

/// How an ensemble is run.
pub struct Settings<'a> {
    /// Threads.
    pub threads: usize,
    /// Set from outside to stop after the runs in flight.
    pub stop: &'a AtomicBool,
    /// Told what happens.
    pub observe: &'a (dyn Fn(Event) + Sync),
    /// Runs one seed.
    pub run: RunFunction<'a>,
    /// How often journals are synced while runs go on.
    pub sync_every: Duration,
}

/// A study whose folder is ours alone, with its journal open.
pub struct OpenStudy {
    /// The study.
    pub study: Study,
    /// Its finished runs.
    pub journal: Journal,
    /// Bytes of a torn record that were cut.
    pub cut_bytes: u64,
    /// Runs that were there before.
    pub kept: usize,
    /// Milliseconds per submodel, of the runs of this session.
    pub times: SubmodelTimes,
    /// The lock of the folder.
    pub lock: Lock,
}

/// Takes a study's folder; none if there is nothing left to run.
pub fn open(study: Study, existing: Existing) -> Result<Option<OpenStudy>, ExperimentError> {
    // Judged first without touching anything, then again under the lock.
    let leftover = study.folder.join(super::journal::FILE);
    if folder::inspect(&study, existing)? == Standing::Complete && !leftover.exists() {
        return Ok(None);
    }
    atomic::create_folder(&study.folder)?;
    let lock = Lock::take(&study.folder)?;
    let standing = folder::inspect(&study, existing)?;
    folder::remove_left_overs(&study.folder)?;
    match standing {
        Standing::Complete => {
            // A process killed between its manifest and the removal of its journal leaves the journal.
            atomic::remove(&leftover)?;
            return Ok(None);
        }
        Standing::Replaced => {
            // The journal first: it must never meet a manifest of other inputs.
            atomic::remove(&leftover)?;
            study.manifest.write(&study.folder)?;
            folder::clear(&study.folder)?;
        }
        Standing::New | Standing::Partial | Standing::Altered(_) => {
            if standing == Standing::New {
                atomic::remove(&leftover)?;
            }
            study.manifest.write(&study.folder)?;
        }
    }
    if let Some(sample) = study.assumptions.as_ref().and_then(|assumptions| assumptions.sample.as_ref()) {
        atomic::write(&study.folder.join(posterior::FILE), sample.text.as_bytes())?;
    }
    let (journal, cut_bytes) = Journal::open(&study.folder)?;
    let kept = study.ids.iter().filter(|id| journal.has_done(**id)).count();
    Ok(Some(OpenStudy { study, journal, cut_bytes, kept, times: SubmodelTimes::default(), lock }))
}

/// Runs every run that is not done yet. Failed runs of an earlier session are tried again.
pub fn run(studies: &mut [OpenStudy], settings: &Settings) -> Result<(), ExperimentError> {
    remember_panics();
    let mut jobs = Vec::new();
    let mut shared = Vec::new();
    for (i, open) in studies.iter_mut().enumerate() {
        let OpenStudy { study, journal, times, .. } = open;
        jobs.extend((0..study.seeds.len()).filter(|s| !journal.has_done(study.ids[*s])).map(|s| (i, s)));
        shared.push((&*study, Mutex::new((journal, times))));
    }
    let trouble: Mutex<Option<ExportError>> = Mutex::new(None);
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let syncing = scope.spawn(|| {
            while !finished.load(Ordering::Acquire) {
                std::thread::park_timeout(settings.sync_every);
                for (study, journal) in &shared {
                    // Synced outside the guard, so that runs need not wait for the disk.
                    let file = lock(journal).0.take_unsynced();
                    if let Some(Err(error)) = file.map(|file| file.sync_data()) {
                        let path = study.folder.join(super::journal::FILE);
                        lock(&trouble).get_or_insert(ExportError::file("sync", &path)(error));
                    }
                }
            }
        });
        parallel::take_in_turn(jobs.len(), settings.threads, |job| {
            if settings.stop.load(Ordering::Relaxed) || lock(&trouble).is_some() {
                return false;
            }
            let (i, s) = jobs[job];
            let (study, journal) = &shared[i];
            let seed = study.seeds[s];
            let (stored, times, week) = run_one(study, seed, settings);
            let payload = stored.payload();
            let appended = {
                let mut guard = lock(journal);
                guard.1.add(&times);
                guard.0.append(study.ids[s], &payload, stored.error.is_some())
            };
            let shown_again = |message: &String| reproduction::write(study, seed, week, message);
            let kept = appended.and_then(|()| stored.error.as_ref().map(shown_again).transpose());
            if let Err(error) = kept {
                lock(&trouble).get_or_insert(error);
                return false;
            }
            match &stored.error {
                None => (settings.observe)(Event::Done { study: i, seed }),
                Some(message) => (settings.observe)(Event::Failed { study: i, seed, message }),
            }
            true
        });
        finished.store(true, Ordering::Release);
        syncing.thread().unpark();
    });
    drop(shared);
    let trouble = trouble.into_inner().unwrap_or_else(PoisonError::into_inner);
    for open in studies.iter_mut() {
        open.journal.sync()?;
    }
    trouble.map_or(Ok(()), |error| Err(error.into()))
}

/// A run, the time it took, and the week in which it ended.
fn run_one(study: &Study, seed: u64, settings: &Settings) -> (StoredRun, SubmodelTimes, Week) {
    let mut times = SubmodelTimes::default();
    let (mut week, last) = (Week(0), study.prepared.options.until);
    let mut since = Instant::now();
    let mut observe = |moment: Moment| match moment {
        Moment::Before(_) => since = Instant::now(),
        Moment::After(submodel) => times.count(submodel, since.elapsed()),
        Moment::WeekDone(done) => {
            week = last.min(Week(done.0 + 1));
            (settings.observe)(Event::Week);
        }
    };
    let run = || {
        let own = study.prepared_for(seed);
        (settings.run)(own.as_ref().unwrap_or(&study.prepared), seed, &mut observe)
    };
    let stored = match caught(run) {
        Ok(outcome) => StoredRun::done(outcome),
        Err(message) => StoredRun::failed(seed, message),
    };
    (stored, times, week)
}

/// The result of a run, or the words and the place of the panic that stopped it. Call [`remember_panics`] first.
pub(crate) fn caught<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    let before = IN_RUN.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    IN_RUN.set(before);
    result.map_err(|payload| {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_string())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "stopped without a message".to_string());
        let place = PANICKED_AT.take();
        if place.is_empty() { text } else { format!("{text} ({place})") }
    })
}

thread_local! {
    static IN_RUN: RefCell<bool> = const { RefCell::new(false) };
    static PANICKED_AT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A panic within a run is kept for its record instead of being printed in the middle of the progress.
pub(super) fn remember_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if IN_RUN.with_borrow(|in_run| *in_run) {
                let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
                PANICKED_AT.set(place.unwrap_or_default());
            } else {
                before(info);
            }
        }));
    });
}

/// The content of a mutex, even if a thread panicked while it held it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
