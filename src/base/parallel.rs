//! The only file below `export` that has threads. Without the `threads` feature everything is serial.
//!
//! Whole runs go to threads first; threads that are left over split the passes over persons within a run. What is computed
//! never depends on how many there are.

#[cfg(feature = "threads")]
use std::cell::Cell;
use std::sync::OnceLock;

#[cfg(feature = "threads")]
thread_local! {
    /// Threads that work called from this thread may use, this one included.
    static SHARE: Cell<usize> = const { Cell::new(1) };
}

/// Calls `f` for 0..n, one call per free thread and in rising order of start, until `f` returns false once. Threads
/// beyond `n` are shared out among the calls, for [`for_each_part`].
#[cfg(feature = "threads")]
pub fn take_in_turn(n: usize, threads: usize, f: impl Fn(usize) -> bool + Sync) {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    let threads = asked(threads);
    let workers = threads.min(n).max(1);
    let next = AtomicUsize::new(0);
    let going = AtomicBool::new(true);
    let work = |worker: usize| {
        let before = SHARE.replace(threads / workers + usize::from(worker < threads % workers));
        while going.load(Ordering::Relaxed) {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= n {
                break;
            }
            if !f(i) {
                going.store(false, Ordering::Relaxed);
            }
        }
        SHARE.set(before);
    };
    std::thread::scope(|scope| {
        for worker in 1..workers {
            let work = &work;
            scope.spawn(move || work(worker));
        }
        work(0);
    });
}

/// Calls `f` for 0..n until it returns false.
#[cfg(not(feature = "threads"))]
pub fn take_in_turn(n: usize, _threads: usize, f: impl Fn(usize) -> bool + Sync) {
    for i in 0..n {
        if !f(i) {
            break;
        }
    }
}

/// Applies `f` to every item on so many threads (0: all of the machine) and keeps the order of the items.
pub fn map_in_order<T: Sync, R: Send + Sync>(
    items: &[T],
    threads: usize,
    f: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let results: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    take_in_turn(items.len(), threads, |i| results[i].set(f(&items[i])).is_ok());
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// Threads among which the work of a run may be split: those that no other run uses.
pub fn share() -> usize {
    #[cfg(feature = "threads")]
    return SHARE.get();
    #[cfg(not(feature = "threads"))]
    1
}

/// Does work that is not shared out over runs, on so many threads (0: all of the machine).
pub fn alone<R>(threads: usize, f: impl FnOnce() -> R) -> R {
    #[cfg(feature = "threads")]
    let before = SHARE.replace(asked(threads));
    #[cfg(not(feature = "threads"))]
    let _ = threads;
    let done = f();
    #[cfg(feature = "threads")]
    SHARE.set(before);
    done
}

/// Calls `f` for every part, each on its own thread if there are several; parts must not depend on each other.
pub fn for_each_part<T: Send>(parts: Vec<T>, f: impl Fn(T) + Sync) {
    let mut parts = parts.into_iter();
    let last = parts.next_back();
    #[cfg(feature = "threads")]
    std::thread::scope(|scope| {
        for part in parts {
            let f = &f;
            scope.spawn(move || f(part));
        }
        last.map(&f);
    });
    #[cfg(not(feature = "threads"))]
    parts.chain(last).for_each(f);
}

/// So many threads; all of this machine for 0.
pub fn asked(threads: usize) -> usize {
    if threads == 0 { available() } else { threads }
}

/// Threads of this machine.
#[cfg(feature = "threads")]
pub fn available() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Threads of this machine.
#[cfg(not(feature = "threads"))]
pub fn available() -> usize {
    1
}

#[cfg(all(test, feature = "threads"))]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn threads_beyond_the_runs_are_shared_out() {
        let seen = Mutex::new(Vec::new());
        take_in_turn(1, 5, |_| {
            seen.lock().unwrap().push(share());
            true
        });
        assert_eq!(*seen.lock().unwrap(), [5]);
        assert_eq!(share(), 1, "outside, work has one thread");
        assert_eq!((alone(3, share), share()), (3, 1));
        let most = Mutex::new(0);
        take_in_turn(8, 2, |_| {
            let mut most = most.lock().unwrap();
            *most = share().max(*most);
            true
        });
        assert_eq!(*most.lock().unwrap(), 1);
    }

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u64> = (0..100).collect();
        assert_eq!(map_in_order(&items, 3, |n| n * n), items.iter().map(|n| n * n).collect::<Vec<_>>());
    }

    #[test]
    fn every_part_is_done_once() {
        let mut done = [0; 7];
        for_each_part(done.iter_mut().collect(), |n| *n += 1);
        assert_eq!(done, [1; 7]);
        for_each_part(Vec::<u8>::new(), |_| unreachable!());
    }
}
