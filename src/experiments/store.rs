//! Runs of which only a reduction is kept: a journal shared by all experiments of one kind in a folder.
//!
//! A run that is there is never done again, whichever comparison asked for it first. The journal stays when the work
//! is done: it is small, and the next question often needs the same runs.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ExperimentError;
use super::ensemble::lock;
use super::journal::{self, Journal};
use super::lock::Lock;
use super::panel::{self, Event, Settings, Slot};
use super::run_id::RunId;
use crate::export::atomic;
use crate::simulation::Moment;

/// How often the journal is synced while runs go on.
const SYNC_EVERY: Duration = Duration::from_secs(10);

/// An open store; its folder is ours until it is dropped.
pub struct Store {
    journal: Journal,
    lock: Lock,
    /// True if the results of another build of the program were thrown away.
    pub began_anew: bool,
}

/// What is stored of a run. The option stands first: a journal tells failed records by their first byte.
#[derive(serde::Serialize, serde::Deserialize)]
struct Stored<R> {
    error: Option<String>,
    result: Option<R>,
}

impl Store {
    /// Opens the store of a folder, which is created if need be.
    pub fn open(folder: &Path) -> Result<Store, ExperimentError> {
        atomic::create_folder(folder)?;
        let lock = Lock::take(folder)?;
        let (journal, began_anew) = match Journal::open(folder) {
            Err(ExperimentError::OtherProgram { .. }) => {
                atomic::remove(&folder.join(journal::FILE))?;
                (Journal::open(folder)?.0, true)
            }
            other => (other?.0, false),
        };
        Ok(Store { journal, lock, began_anew })
    }

    /// What the lock said before, if it was left by a process that no longer lives.
    pub fn taken_over(&self) -> Option<&str> {
        self.lock.taken_over.as_deref()
    }

    /// Number of these runs that are not there.
    pub fn n_missing(&self, ids: &[RunId]) -> usize {
        ids.iter().filter(|id| !self.journal.has_done(**id)).count()
    }

    /// The reduction of every run, by position; missing ones are run first. `work` does the run of a position. Runs that
    /// failed before are tried again. Equal ids are run once. A run that cannot be kept stops the others by the flag of the
    /// settings.
    pub fn results<R: Serialize + DeserializeOwned + Send>(
        &mut self,
        ids: &[RunId],
        settings: &Settings,
        work: impl Fn(usize, &mut dyn FnMut(Moment)) -> R + Sync,
    ) -> Result<Vec<Slot<R>>, ExperimentError> {
        let alone = |missing: Vec<usize>| missing.into_iter().map(|at| vec![at]).collect();
        self.results_of_families(ids, settings, alone, |family, observe, done| {
            done(family[0], Ok(work(family[0], observe)));
        })
    }

    /// The same for runs that are done several at once: `families` divides the positions of those that are missing, and
    /// `work` does the runs of a family and tells of each as soon as it has ended. What it has not told of when it panics
    /// has failed.
    pub fn results_of_families<R: Serialize + DeserializeOwned + Send>(
        &mut self,
        ids: &[RunId],
        settings: &Settings,
        families: impl FnOnce(Vec<usize>) -> Vec<Vec<usize>>,
        work: impl Fn(&[usize], &mut dyn FnMut(Moment), &mut dyn FnMut(usize, Result<R, String>)) + Sync,
    ) -> Result<Vec<Slot<R>>, ExperimentError> {
        let mut seen = std::collections::BTreeSet::new();
        let missing: Vec<usize> =
            (0..ids.len()).filter(|at| !self.journal.has_done(ids[*at]) && seen.insert(ids[*at])).collect();
        if !missing.is_empty() {
            let families = families(missing);
            let shared = Mutex::new((&mut self.journal, Instant::now(), None));
            let keep = |at: usize, result: Result<R, String>| {
                match &result {
                    Ok(_) => (settings.observe)(Event::Done { job: at }),
                    Err(message) => (settings.observe)(Event::Failed { job: at, message }),
                }
                let stored = Stored { error: result.as_ref().err().cloned(), result: result.ok() };
                // Numbers, texts and lists always serialize into memory.
                let payload = postcard::to_allocvec(&stored).unwrap_or_default();
                let mut guard = lock(&shared);
                let (journal, synced, trouble) = &mut *guard;
                let mut kept = journal.append(ids[at], &payload, stored.error.is_some());
                if kept.is_ok() && synced.elapsed() > SYNC_EVERY {
                    *synced = Instant::now();
                    kept = journal.sync();
                }
                if let Err(error) = kept {
                    trouble.get_or_insert(error);
                    // What cannot be kept need not be run.
                    settings.stop.store(true, Ordering::Relaxed);
                }
            };
            // Runs are told of here; the panel sees families only.
            let observe = |event: Event| {
                if let Event::Week = event {
                    (settings.observe)(event);
                }
            };
            let of_family = Settings { observe: &observe, ..*settings };
            let told: Vec<Mutex<Vec<usize>>> = families.iter().map(|_| Mutex::default()).collect();
            let done = panel::run(families.len(), &of_family, |family, observe| {
                work(&families[family], observe, &mut |at, result| {
                    lock(&told[family]).push(at);
                    keep(at, result);
                });
            });
            for ((family, told), slot) in families.iter().zip(&told).zip(done) {
                if let Some(Err(message)) = slot {
                    let told = lock(told);
                    family
                        .iter()
                        .filter(|at| !told.contains(at))
                        .for_each(|at| keep(*at, Err(message.clone())));
                }
            }
            let trouble = shared.into_inner().map_or(None, |(_, _, trouble)| trouble);
            if let Some(error) = trouble {
                return Err(error.into());
            }
            self.journal.sync()?;
        }
        ids.iter().enumerate().map(|(at, id)| self.read(*id, at)).collect()
    }

    fn read<R: DeserializeOwned>(&mut self, id: RunId, at: usize) -> Result<Slot<R>, ExperimentError> {
        let Some(payload) = self.journal.payload(id)? else { return Ok(None) };
        let broken = || ExperimentError::BrokenRecord { path: journal::FILE.into(), seed: at as u64 };
        let stored: Stored<R> = postcard::from_bytes(&payload).map_err(|_| broken())?;
        match (stored.error, stored.result) {
            (Some(message), _) => Ok(Some(Err(message))),
            (None, Some(result)) => Ok(Some(Ok(result))),
            (None, None) => Err(broken()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    use super::*;

    #[test]
    fn a_run_is_done_once_and_a_failed_one_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let stop = AtomicBool::new(false);
        let settings = Settings { threads: 2, stop: &stop, observe: &|_| {} };
        let ids: Vec<RunId> = [1, 2, 1, 3].iter().map(|n| RunId([*n; 32])).collect();
        let begun = AtomicUsize::new(0);
        let broken = AtomicBool::new(true);
        let results = || {
            let mut store = Store::open(folder.path()).unwrap();
            store
                .results(&ids, &settings, |at, _| {
                    begun.fetch_add(1, Ordering::Relaxed);
                    assert!(at != 3 || !broken.load(Ordering::Relaxed), "broken");
                    vec![at as f64, f64::NAN]
                })
                .unwrap()
        };
        let first = results();
        assert!(matches!(&first[3], Some(Err(message)) if message.starts_with("broken")));
        assert_eq!(begun.load(Ordering::Relaxed), 3, "equal ids are one run");
        broken.store(false, Ordering::Relaxed);
        let second = results();
        assert_eq!(begun.load(Ordering::Relaxed), 4);
        for (at, first_value) in [(0, 0.0), (1, 1.0), (2, 0.0), (3, 3.0)] {
            let Some(Ok(values)) = &second[at] else { panic!("run {at} is missing") };
            assert!(values[0] == first_value && values[1].is_nan());
        }
    }
    #[test]
    fn runs_that_cannot_be_kept_stop_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("results");
        let (stop, begun) = (AtomicBool::new(false), AtomicUsize::new(0));
        let settings = Settings { threads: 2, stop: &stop, observe: &|_| {} };
        let ids: Vec<RunId> = (0..50).map(|n| RunId([n; 32])).collect();
        let mut store = Store::open(&place).unwrap();
        let failed = store.results(&ids, &settings, |at, _| {
            if begun.fetch_add(1, Ordering::Relaxed) == 0 {
                std::fs::remove_dir_all(&place).unwrap();
            }
            at as f64
        });
        let error = failed.unwrap_err().to_string();
        assert!(error.contains("removed while runs were going on"), "{error}");
        assert!(begun.load(Ordering::Relaxed) <= 10, "{begun:?} runs were begun for nothing");
    }
}
