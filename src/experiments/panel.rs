//! Many runs in memory: each is reduced to what its caller wants of it as soon as it ends.
//!
//! Results come back by position, never by the order in which threads finish, so that a panel is the same for any
//! number of threads. A run that panics is a result too and stops no other.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};

use super::ensemble::{caught, lock, remember_panics};
use crate::base::parallel;
use crate::simulation::{self, Moment, Outcome, Prepared};

/// What became of one job: none if it was never begun, the message of the panic if it failed.
pub type Slot<R> = Option<Result<R, String>>;

/// What happens while a panel goes on.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A week of some run has ended.
    Week,
    /// A job has ended.
    Done {
        /// Its position.
        job: usize,
    },
    /// A job was stopped by an error of the program.
    Failed {
        /// Its position.
        job: usize,
        /// What the program said.
        message: &'a str,
    },
}

/// How a panel is run.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// Threads.
    pub threads: usize,
    /// Set from outside to stop after the jobs in flight.
    pub stop: &'a AtomicBool,
    /// Told what happens.
    pub observe: &'a (dyn Fn(Event) + Sync),
}

/// Does `n` jobs, several at a time; the result at each position is that of the job of this number.
pub fn run<R: Send>(
    n: usize,
    settings: &Settings,
    job: impl Fn(usize, &mut dyn FnMut(Moment)) -> R + Sync,
) -> Vec<Slot<R>> {
    remember_panics();
    let slots: Vec<Mutex<Slot<R>>> = (0..n).map(|_| Mutex::new(None)).collect();
    parallel::take_in_turn(n, settings.threads, |i| {
        if settings.stop.load(Ordering::Relaxed) {
            return false;
        }
        let mut observe = |moment: Moment| {
            if let Moment::WeekDone(_) = moment {
                (settings.observe)(Event::Week);
            }
        };
        let result = caught(|| job(i, &mut observe));
        match &result {
            Ok(_) => (settings.observe)(Event::Done { job: i }),
            Err(message) => (settings.observe)(Event::Failed { job: i, message }),
        }
        *lock(&slots[i]) = Some(result);
        true
    });
    slots.into_iter().map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// Runs every scenario over the same seeds: results by scenario, then by seed. Job `i` is scenario `i / seeds.len()`.
/// `reduce` gets the position of the scenario and the tables of the run.
pub fn over_seeds<R: Send>(
    scenarios: &[&Prepared],
    seeds: &[u64],
    settings: &Settings,
    reduce: &(dyn Fn(usize, &Outcome) -> R + Sync),
) -> Vec<Vec<Slot<R>>> {
    let mut results = run(scenarios.len() * seeds.len(), settings, |i, observe| {
        let scenario = i / seeds.len();
        reduce(scenario, &simulation::run(scenarios[scenario], seeds[i % seeds.len()], observe))
    })
    .into_iter();
    scenarios.iter().map(|_| results.by_ref().take(seeds.len()).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings<'a>(threads: usize, stop: &'a AtomicBool) -> Settings<'a> {
        Settings { threads, stop, observe: &|_| {} }
    }

    #[test]
    fn results_stand_by_position_and_a_panic_stops_no_other() {
        let stop = AtomicBool::new(false);
        let job = |i: usize, _: &mut dyn FnMut(Moment)| {
            assert!(i != 3, "the third is broken");
            i * i
        };
        for threads in [1, 2, 3] {
            let results = run(6, &settings(threads, &stop), job);
            for (i, result) in results.iter().enumerate() {
                match result {
                    Some(Ok(square)) => assert_eq!((*square, i != 3), (i * i, true)),
                    Some(Err(message)) => {
                        assert!(i == 3 && message.starts_with("the third is broken"), "{message}");
                    }
                    None => panic!("job {i} was not done"),
                }
            }
        }
    }

    #[test]
    fn a_stopped_panel_leaves_the_rest_undone() {
        let stop = AtomicBool::new(false);
        let job = |i: usize, _: &mut dyn FnMut(Moment)| stop.store(i == 1, Ordering::Relaxed);
        let results = run(5, &settings(1, &stop), job);
        assert_eq!(
            results.iter().map(Option::is_some).collect::<Vec<_>>(),
            [true, true, false, false, false]
        );
    }
}
