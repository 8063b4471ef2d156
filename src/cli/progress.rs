//! How far it is: a bar with time left on a terminal, a plain line now and then elsewhere. On stderr.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::messages::{self, Talk};

/// Time between two plain lines.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Progress of an ensemble, counted in weeks and shown in runs.
pub struct Progress {
    shown: Shown,
    runs: usize,
    weeks: AtomicU64,
    runs_done: AtomicUsize,
    weeks_done: AtomicU64,
    started: Instant,
}

enum Shown {
    Bar(ProgressBar),
    Lines(Mutex<Instant>),
    Nothing,
}

impl Progress {
    /// Begins; `weeks` are those of one run times runs.
    pub fn begin(runs: usize, weeks: u64, talk: Talk) -> Progress {
        let shown = if talk.quiet || runs == 0 {
            Shown::Nothing
        } else if std::io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(weeks), ProgressDrawTarget::stderr_with_hz(5));
            let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {elapsed}, {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(format!("0 of {runs} runs"));
            Shown::Bar(bar)
        } else {
            Shown::Lines(Mutex::new(Instant::now()))
        };
        let (runs_done, weeks_done) = (AtomicUsize::new(0), AtomicU64::new(0));
        let weeks = AtomicU64::new(weeks);
        Progress { shown, runs, weeks, runs_done, weeks_done, started: Instant::now() }
    }

    /// So many runs, of so many weeks in all, turn out to be there already: they take no time.
    pub fn found(&self, runs: usize, weeks: u64) {
        let done = self.runs_done.fetch_add(runs, Ordering::Relaxed) + runs;
        let left = self.weeks.fetch_sub(weeks, Ordering::Relaxed) - weeks;
        if let Shown::Bar(bar) = &self.shown {
            bar.set_length(left);
            bar.set_message(format!("{done} of {} runs", self.runs));
        }
    }

    /// A week of some run has ended.
    pub fn week(&self) {
        let done = self.weeks_done.fetch_add(1, Ordering::Relaxed) + 1;
        match &self.shown {
            Shown::Bar(bar) => bar.set_position(done),
            Shown::Lines(last) => {
                if let Ok(mut last) = last.try_lock()
                    && last.elapsed() >= BETWEEN_LINES
                {
                    *last = Instant::now();
                    let share = done as f64 / self.weeks.load(Ordering::Relaxed).max(1) as f64;
                    let left = self.started.elapsed().as_secs_f64() * (1.0 - share) / share.max(1e-9);
                    let runs = self.runs_done.load(Ordering::Relaxed);
                    messages::line(&format!(
                        "{runs} of {} runs done ({:.0} %), about {} left",
                        self.runs,
                        100.0 * share,
                        duration(left)
                    ));
                }
            }
            Shown::Nothing => {}
        }
    }

    /// A run has ended.
    pub fn run(&self) {
        let done = self.runs_done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Shown::Bar(bar) = &self.shown {
            bar.set_message(format!("{done} of {} runs", self.runs));
        }
    }

    /// Says something without spoiling the bar.
    pub fn interrupt(&self, say: impl FnOnce()) {
        match &self.shown {
            Shown::Bar(bar) => bar.suspend(say),
            _ => say(),
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

/// Seconds as people say them.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}
