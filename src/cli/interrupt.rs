//! Ctrl-C and TERM: the first lets the runs in flight finish, the second stops at once.

use std::sync::atomic::{AtomicBool, Ordering};

use super::messages;

/// Set when the user wants to stop.
pub static STOP: AtomicBool = AtomicBool::new(false);

/// Listens from now on.
pub fn listen() {
    // Where no handler can be set a signal ends the process at once, which the journal survives as well.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(3);
        }
        messages::line("stopping: the runs in flight are finished first; once more to stop at once");
    });
}
