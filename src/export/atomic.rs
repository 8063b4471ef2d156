//! Files that appear whole or not at all: temporary name in the same folder, fsync, rename, fsync of the folder.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::ExportError;

/// Beginning of every temporary name; such files are left-overs of a process that was stopped.
pub const TEMPORARY_PREFIX: &str = ".harmattan-";

/// A file under a temporary name that takes its own name when it is committed. Dropped, it leaves no trace.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    temporary: NamedTempFile,
}

impl AtomicFile {
    /// Opens a temporary file beside `path`.
    pub fn create(path: &Path) -> Result<AtomicFile, ExportError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY_PREFIX).suffix(".tmp");
        // Temporary files are private by default; results are as readable as any file of their owner.
        #[cfg(unix)]
        let readable = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        #[cfg(unix)]
        builder.permissions(readable);
        let temporary = builder.tempfile_in(folder_of(path)).map_err(ExportError::file("write", path))?;
        Ok(AtomicFile { path: path.to_path_buf(), temporary })
    }

    /// The name it will have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs the content and gives the file its name.
    pub fn commit(self) -> Result<(), ExportError> {
        let AtomicFile { path, temporary } = self;
        temporary.as_file().sync_all().map_err(ExportError::file("sync", &path))?;
        temporary.persist(&path).map_err(|error| ExportError::file("rename to", &path)(error.error))?;
        sync_folder(folder_of(&path))
    }

    /// The same, unless there is a file of this name: then nothing is done, and false returned.
    fn commit_new(self) -> Result<bool, ExportError> {
        let AtomicFile { path, temporary } = self;
        temporary.as_file().sync_all().map_err(ExportError::file("sync", &path))?;
        match temporary.persist_noclobber(&path) {
            Ok(_) => sync_folder(folder_of(&path)).map(|()| true),
            Err(refused) if refused.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
            Err(refused) => Err(ExportError::file("rename to", &path)(refused.error)),
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.temporary.as_file_mut().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.temporary.as_file_mut().flush()
    }
}

/// Writes a whole file.
pub fn write(path: &Path, content: &[u8]) -> Result<(), ExportError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(content).map_err(ExportError::file("write", path))?;
    file.commit()
}

/// Writes a whole file of a name that is free; false if it is not.
pub fn write_new(path: &Path, content: &[u8]) -> Result<bool, ExportError> {
    let mut file = AtomicFile::create(path)?;
    file.write_all(content).map_err(ExportError::file("write", path))?;
    file.commit_new()
}

/// True if an open file still stands under its name.
pub fn still_there(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        match (file.metadata(), std::fs::metadata(path)) {
            (Ok(a), Ok(b)) => a.ino() == b.ino() && a.dev() == b.dev(),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Makes renames and removals in a folder last.
pub fn sync_folder(folder: &Path) -> Result<(), ExportError> {
    // Only Unix lets a folder be opened and synced.
    if cfg!(unix) {
        let opened = File::open(folder).map_err(ExportError::file("open folder", folder))?;
        opened.sync_all().map_err(ExportError::file("sync folder", folder))?;
    }
    Ok(())
}

/// Creates a folder and those above it.
pub fn create_folder(folder: &Path) -> Result<(), ExportError> {
    std::fs::create_dir_all(folder).map_err(ExportError::file("create folder", folder))
}

/// Removes a file that may be missing.
pub fn remove(path: &Path) -> Result<(), ExportError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ExportError::file("remove", path)(error))
        }
        _ => Ok(()),
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
