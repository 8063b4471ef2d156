//! Many runs: seeds in parallel, a journal that survives interruption, and the tables written from it.
//!
//! A [`study::Study`] is one scenario over its seeds. [`folder`] judges what stands in its output folder,
//! [`lock`] keeps other processes out, [`ensemble`] runs what is missing into the [`journal`], and [`finish`]
//! writes the final tables in seed order, so that neither threads nor interruptions change a byte. A [`panel`] keeps
//! nothing of a run but what its caller draws from the tables; [`statistics`] says how sure that is.

pub mod agreement;
pub mod branch;
pub mod calibration;
pub mod claims;
pub mod comparison;
pub mod ensemble;
pub mod estimate;
pub mod finish;
pub mod folder;
pub mod journal;
pub mod lock;
pub mod panel;
pub mod plan;
pub mod posterior;
pub mod reproduction;
pub mod results;
pub mod run_id;
pub mod sampling;
pub mod sensitivity;
pub mod statistics;
pub mod store;
pub mod study;
pub mod summary;
pub mod sweep;
pub mod timing;
pub mod validation;
pub mod verification;

use std::path::PathBuf;

use crate::export::ExportError;
use crate::export::manifest::Difference;

/// Why runs could not be started or finished.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// A file could not be written or read; fatal for this session, finished runs are kept.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The folder belongs to someone else; choose another `--out`.
    #[error("{}: {reason}; nothing in it was touched; choose another folder with --out", folder.display())]
    Foreign {
        /// Folder.
        folder: PathBuf,
        /// Why it is not taken for ours.
        reason: String,
    },
    /// The folder holds results of other inputs; use `--overwrite` or another `--out`.
    #[error(
        "{}: holds results of other inputs: {} was {}, now it is {}; use --overwrite to replace them, or \
         another folder with --out",
        folder.display(), difference.what, shorten(&difference.before), shorten(&difference.now)
    )]
    OtherInputs {
        /// Folder.
        folder: PathBuf,
        /// First input that differs.
        difference: Difference,
    },
    /// `--resume` without anything there.
    #[error("{}: nothing to resume; leave out --resume to start", folder.display())]
    NothingToResume {
        /// Folder.
        folder: PathBuf,
    },
    /// The journal was written by another build of the program.
    #[error(
        "{}: its finished runs were made by another build of harmattan; use --overwrite to run them again, or \
         the build that began them", folder.display()
    )]
    OtherProgram {
        /// Folder.
        folder: PathBuf,
    },
    /// The points of a design cannot be drawn.
    #[error("{plan}: {reason}; choose another method or vary less")]
    Design {
        /// Name of the plan.
        plan: String,
        /// Why not.
        reason: String,
    },
    /// Another process works in the folder.
    #[error(
        "{}: in use by process {process} on {host}; wait for it, or remove harmattan.lock if that process is not \
         harmattan", folder.display()
    )]
    Locked {
        /// Folder.
        folder: PathBuf,
        /// Process id.
        process: String,
        /// Host name.
        host: String,
    },
    /// Two runs of one scenario recorded different periods or areas: a defect of the program.
    #[error("seed {seed}: its indicators do not have the rows of the other seeds")]
    UnequalRows {
        /// Seed.
        seed: u64,
    },
    /// A run asked for results it did not keep.
    #[error("{}: record of seed {seed} cannot be read back", path.display())]
    BrokenRecord {
        /// Journal.
        path: PathBuf,
        /// Seed.
        seed: u64,
    },
}

/// At most 80 characters of a value, for messages.
fn shorten(value: &str) -> String {
    if value.chars().count() <= 80 {
        return value.to_string();
    }
    value.chars().take(77).collect::<String>() + "..."
}
