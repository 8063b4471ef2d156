//! What is said on stderr, and how a command ends.

use std::io::Write;

use crate::experiments::ExperimentError;
use crate::export::ExportError;
use crate::tables::trace::MOST_ROWS;

/// Why a command does not end with 0.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The question was answered "no"; the answer is already on stdout or in the text.
    #[error("{0}")]
    No(String),
    /// Bad input or usage; nothing was run.
    #[error("{0}")]
    BadInput(String),
    /// A scenario that `check` would reject; the text holds its diagnostics, as `check` prints them.
    #[error("{0}")]
    Refused(String),
    /// Work is unfinished; what is done is kept.
    #[error("{0}")]
    Unfinished(String),
    /// The runs.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// The files.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The reader of stdout went away.
    #[error("")]
    BrokenPipe,
}

/// The exit code of a command: 0 done, 1 "no", 2 bad input, 3 unfinished.
pub fn exit_code(result: &Result<(), CliError>) -> u8 {
    match result {
        Ok(()) | Err(CliError::BrokenPipe) => 0,
        Err(CliError::No(_)) => 1,
        Err(CliError::BadInput(_) | CliError::Refused(_)) => 2,
        Err(CliError::Unfinished(_) | CliError::Export(_)) => 3,
        Err(CliError::Experiment(error)) => match error {
            ExperimentError::Foreign { .. }
            | ExperimentError::OtherInputs { .. }
            | ExperimentError::NothingToResume { .. }
            | ExperimentError::OtherProgram { .. }
            | ExperimentError::Design { .. }
            | ExperimentError::Locked { .. } => 2,
            ExperimentError::Export(_)
            | ExperimentError::UnequalRows { .. }
            | ExperimentError::BrokenRecord { .. } => 3,
        },
    }
}

/// An error in the middle of runs, with what became of those that were finished.
pub fn in_mid_run(error: impl Into<CliError>) -> CliError {
    match error.into() {
        CliError::Experiment(ExperimentError::Export(gone @ ExportError::Gone { .. }))
        | CliError::Export(gone @ ExportError::Gone { .. }) => CliError::Unfinished(gone.to_string()),
        error @ (CliError::Experiment(_) | CliError::Export(_)) => {
            CliError::Unfinished(format!("{error}\nfinished runs are kept; the same command goes on"))
        }
        other => other,
    }
}

/// Prints why a command did not succeed, once.
pub fn report(error: &CliError) {
    let text = error.to_string();
    if !text.is_empty() {
        line(&match error {
            CliError::No(_) | CliError::Refused(_) => text,
            _ => format!("error: {text}"),
        });
    }
}

/// What deserves attention though work goes on. Each text ends with the next step.
#[derive(Clone, Debug)]
pub enum Warning {
    /// A lock file was left by a process that no longer lives.
    LockTakenOver {
        /// Folder.
        folder: String,
        /// Former holder.
        holder: String,
    },
    /// The end of the journal was not whole.
    JournalCut {
        /// Folder.
        folder: String,
        /// Bytes cut.
        bytes: u64,
    },
    /// A run failed.
    RunFailed {
        /// Scenario.
        scenario: String,
        /// Seed.
        seed: u64,
        /// What the program said.
        message: String,
    },
    /// A run of a sweep failed.
    SweptRunFailed {
        /// Its number, from 1.
        run: usize,
        /// What the program said.
        message: String,
    },
    /// Rows of a table are not what was written.
    RowsAltered {
        /// What is wrong with them.
        reason: String,
    },
    /// Points of a list are equal.
    EqualPoints {
        /// How many stand again.
        n: usize,
        /// The first that stands again, and where it stood before; from 1.
        before: usize,
        /// Where it stands again.
        now: usize,
    },
    /// A part of a sweep was not joined.
    PartLeftOut {
        /// Why.
        reason: String,
    },
    /// Other version than the one that wrote the folder.
    OtherVersion {
        /// What wrote it.
        before: String,
        /// What runs now.
        now: String,
    },
    /// A trace reached its largest size.
    TraceCut {
        /// Scenario.
        scenario: String,
        /// Seeds concerned.
        seeds: usize,
        /// The first of them.
        first: u64,
    },
    /// Candidates of a calibration failed.
    CandidatesFailed(String),
    /// Sensitivity indices of an outcome tell more of luck than of what is varied.
    IndicesOfLuck {
        /// Outcome.
        outcome: String,
        /// Share of the points in the variance of runs.
        points: f64,
    },
    /// The figures could not be drawn.
    NoFigures(String),
    /// The report could not be written.
    NoReport(String),
    /// Little space is left.
    LittleSpace {
        /// Needed [MB].
        needed_mb: f64,
        /// Free [MB].
        free_mb: f64,
    },
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Warning::LockTakenOver { folder, holder } => {
                write!(f, "{folder}: took over the lock of {holder}, which no longer runs; nothing to do")
            }
            Warning::JournalCut { folder, bytes } => write!(
                f,
                "{folder}: {bytes} bytes of an unfinished record were cut; its run is started again by this command"
            ),
            Warning::RunFailed { scenario, seed, message } => write!(
                f,
                "{scenario}, seed {seed}: the run failed: {message}; the others go on; please report this with \
                 failed-seed-{seed}.toml, which shows it again"
            ),
            Warning::SweptRunFailed { run, message } => {
                write!(f, "run {run} failed: {message}; the others go on, its row will say so")
            }
            Warning::RowsAltered { reason } => write!(f, "{reason}; its runs are made again by this command"),
            Warning::EqualPoints { n, before, now } => write!(
                f,
                "{} of the list equal{} an earlier one: point {now} is point {before} again; equal points share their runs and \
                 run_ids; for more runs of a point raise `seeds`",
                if *n == 1 { "1 point".to_string() } else { format!("{n} points") },
                if *n == 1 { "s" } else { "" }
            ),
            Warning::PartLeftOut { reason } => {
                write!(f, "left out: {reason}; run its shard again and merge once more")
            }
            Warning::OtherVersion { before, now } => write!(
                f,
                "written by {before}, compared with {now}; if results differ, verify with the version that wrote \
                 them"
            ),
            Warning::TraceCut { scenario, seeds, first } => write!(
                f,
                "{scenario}: decisions.csv is not whole: {MOST_ROWS} rows a run are the most, reached in {seeds} runs, first \
                 in seed {first}; name an agent (--trace SUBMODEL:AGENT) or shorten the run"
            ),
            Warning::CandidatesFailed(text) => {
                write!(f, "{text}; please report it with the plan, the same command tries them again")
            }
            Warning::IndicesOfLuck { outcome, points } => write!(
                f,
                "{outcome}: what is varied makes {:.1} % of the variance of runs, and most of what differs between points is \
                 the luck of their seeds, which the indices take for effects; give the plan more seeds",
                points * 100.0
            ),
            Warning::NoFigures(reason) => write!(
                f,
                "the figures could not be drawn: {reason}; the tables are complete, `harmattan plot DIR` tries again"
            ),
            Warning::NoReport(reason) => write!(
                f,
                "the report could not be written: {reason}; the tables are complete, `harmattan report DIR` tries again"
            ),
            Warning::LittleSpace { needed_mb, free_mb } => write!(
                f,
                "about {needed_mb:.0} MB are needed, {free_mb:.0} MB are free; choose another --out or fewer seeds"
            ),
        }
    }
}

/// Whether talk is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Talk {
    /// Only errors and warnings.
    pub quiet: bool,
}

impl Talk {
    /// Says a line, unless talk is not wanted.
    pub fn say(self, text: &str) {
        if !self.quiet {
            line(text);
        }
    }

    /// Warns, in any case.
    pub fn warn(self, warning: &Warning) {
        line(&format!("warning: {warning}"));
    }
}

/// A line on stderr; a closed stderr is nobody's concern.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
