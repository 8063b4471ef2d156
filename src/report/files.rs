//! Files of figures and pages, written as all results are: whole or not at all.

use std::path::Path;

use crate::export::{ExportError, atomic};
use crate::report::FigureError;

/// Writes a file in one step, creating its folder if need be.
///
/// # Errors
///
/// [`FigureError::Io`] with the file, if the folder cannot be created or written.
pub fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), FigureError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let written = atomic::create_folder(folder).and_then(|()| atomic::write(file, bytes));
    written.map_err(|error| about(file, error))
}

/// Removes a file that need not be there.
///
/// # Errors
///
/// [`FigureError::Io`] with the file, if it stays.
pub fn remove(file: &Path) -> Result<(), FigureError> {
    atomic::remove(file).map_err(|error| about(file, error))
}

fn about(file: &Path, error: ExportError) -> FigureError {
    let source = match error {
        ExportError::File { source, .. } => source,
        other => std::io::Error::other(other.to_string()),
    };
    FigureError::Io { file: file.to_path_buf(), source }
}
