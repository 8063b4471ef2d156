//! Runs of which only a reduction is kept, with progress on stderr.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::interrupt::STOP;
use super::messages::{CliError, Talk, in_mid_run};
use super::progress::Progress;
use crate::experiments::branch::{self, Branch};
use crate::experiments::ensemble::caught;
use crate::experiments::panel::{Event, Settings, Slot};
use crate::experiments::run_id::RunId;
use crate::experiments::store::Store;
use crate::simulation::Outcome;

/// How runs are made and spoken of.
#[derive(Clone, Copy)]
pub struct Manner<'a> {
    /// What they are for.
    pub purpose: &'a str,
    /// Threads.
    pub threads: usize,
    /// Talk.
    pub talk: Talk,
}

/// The reduction of every job, by position; those that are not in the store are run first. A failed run is a result and is
/// told; stopped work is an error.
pub fn run<R: Serialize + DeserializeOwned + Send>(
    store: &mut Store,
    ids: &[RunId],
    jobs: &[(Branch, u64)],
    manner: Manner,
    reduce: impl Fn(&Branch, &Outcome) -> R + Sync,
) -> Result<Vec<Result<R, String>>, CliError> {
    let Manner { purpose, threads, talk } = manner;
    let mut seen = BTreeSet::new();
    let distinct: Vec<usize> = (0..ids.len()).filter(|at| seen.insert(ids[*at])).collect();
    let missing: Vec<usize> =
        distinct.iter().copied().filter(|at| store.n_missing(&ids[*at..=*at]) > 0).collect();
    let (n, kept) = (missing.len(), distinct.len() - missing.len());
    if n > 0 {
        let runs = if n == 1 { "run" } else { "runs" };
        let there = if kept > 0 { format!(", {kept} are there") } else { String::new() };
        talk.say(&format!("{n} {runs} {purpose}{there}"));
    }
    let weeks = missing.iter().map(|at| u64::from(jobs[*at].0.options.until.0) + 1).sum();
    let progress = Progress::begin(n, weeks, talk);
    let observe = |event: Event| match event {
        Event::Week => progress.week(),
        Event::Done { .. } => progress.run(),
        Event::Failed { message, .. } => {
            progress.run();
            progress.interrupt(|| talk.say(&format!("a run failed: {message}")));
        }
    };
    let settings = Settings { threads, stop: &STOP, observe: &observe };
    let divide = |missing: Vec<usize>| {
        let families = branch::families(missing.iter().map(|at| (*at, &jobs[*at].0, jobs[*at].1)));
        // Each alone where threads would have nothing to do.
        if families.len() < threads { missing.into_iter().map(|at| vec![at]).collect() } else { families }
    };
    let slots = store.results_of_families(ids, &settings, divide, |family, observe, done| {
        let branches: Vec<&Branch> = family.iter().map(|at| &jobs[*at].0).collect();
        let wanted = || !STOP.load(Ordering::Relaxed);
        branch::run_all(&branches, jobs[family[0]].1, &wanted, observe, &mut |member, finish| {
            done(family[member], caught(|| reduce(branches[member], &finish())));
        });
    });
    progress.end();
    let slots: Vec<Slot<R>> = slots.map_err(in_mid_run)?;
    let done: Vec<Result<R, String>> = slots.into_iter().flatten().collect();
    if done.len() < ids.len() {
        let text = "stopped; finished runs are kept, and the same command goes on".to_string();
        return Err(CliError::Unfinished(text));
    }
    Ok(done)
}
