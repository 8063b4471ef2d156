//! Tables to files: CSV and Parquet, the manifest, the codebook.
//!
//! Every file is written under a temporary name in its own folder, synced, and renamed: a half-written file is
//! never taken for a whole one. The hash of a table is that of its rows as CSV text, whatever the file format.

pub mod atomic;
pub mod codebook;
pub mod content;
pub mod csv;
pub mod manifest;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod tables;

use std::path::{Path, PathBuf};

/// What can go wrong while results are written or read. All are fatal for the folder concerned; nothing that was
/// already finished is lost.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The system refused; free space or rights and run again with `--resume`.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried: "write", "create folder", ...
        action: &'static str,
        /// File or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file that was being written was removed or replaced by somebody else, and what it held with it.
    #[error(
        "{}: removed while runs were going on, and the finished runs with it; the same command starts again",
        path.display()
    )]
    Gone {
        /// File.
        path: PathBuf,
    },
    /// The file is there but does not hold what it should.
    #[error("{}: {reason}", path.display())]
    Content {
        /// File.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A table does not have the columns of its layout: a defect of the program.
    #[error("table {table}: {reason}")]
    Layout {
        /// Name of the table.
        table: String,
        /// What is wrong.
        reason: String,
    },
}

impl ExportError {
    /// Wraps an error of the system with what was tried and where.
    pub fn file(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ExportError {
        let path = path.to_path_buf();
        move |source| ExportError::File { action, path, source }
    }
}

/// File formats of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Text, one file per table.
    Csv,
    /// Columns, compressed, one file per table.
    Parquet,
    /// Both.
    Both,
}

impl Format {
    /// Whether CSV files are written.
    pub fn csv(self) -> bool {
        self != Format::Parquet
    }
    /// Whether Parquet files are written.
    pub fn parquet(self) -> bool {
        self != Format::Csv
    }
}
