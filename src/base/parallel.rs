//! The only file that names rayon. Without the `threads` feature everything is serial.

/// Applies `f` to every item, on all threads of the current pool, and keeps the order of the items.
#[cfg(feature = "threads")]
pub fn map_in_order<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    use rayon::prelude::*;
    items.into_par_iter().map(f).collect()
}

/// Applies `f` to every item and keeps the order of the items.
#[cfg(not(feature = "threads"))]
pub fn map_in_order<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    items.into_iter().map(f).collect()
}

/// Calls `f` for 0..n, one call per free thread and in rising order of start, until `f` returns false once.
#[cfg(feature = "threads")]
pub fn take_in_turn(n: usize, threads: usize, f: impl Fn(usize) -> bool + Sync) {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    let next = AtomicUsize::new(0);
    let going = AtomicBool::new(true);
    let work = || {
        while going.load(Ordering::Relaxed) {
            let i = next.fetch_add(1, Ordering::Relaxed);
            if i >= n {
                break;
            }
            if !f(i) {
                going.store(false, Ordering::Relaxed);
            }
        }
    };
    let threads = if threads == 0 { available() } else { threads };
    std::thread::scope(|scope| {
        for _ in 1..threads.min(n) {
            scope.spawn(work);
        }
        work();
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
