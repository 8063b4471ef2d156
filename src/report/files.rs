//! Figure files appear whole or not at all: temporary name in the same folder, synced, then renamed.

use std::fs;
use std::io::Write;
use std::path::Path;

use tempfile::Builder;

use crate::report::FigureError;

/// Writes a file in one step, creating its folder if need be.
///
/// # Errors
///
/// [`FigureError::Io`] with the file, if the folder cannot be created or written.
pub fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), FigureError> {
    let fail = |source| FigureError::Io { file: file.to_path_buf(), source };
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(fail)?;
    let mut builder = Builder::new();
    builder.prefix(".figure-");
    #[cfg(unix)]
    {
        // Readable as any other file of the user; the process's umask still applies.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder).map_err(fail)?;
    temporary.write_all(bytes).map_err(fail)?;
    temporary.as_file().sync_all().map_err(fail)?;
    temporary.persist(file).map_err(|error| fail(error.error))?;
    Ok(())
}
