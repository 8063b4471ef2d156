//! `runs.journal`: finished runs, appended as they finish, each with its hash.
//!
//! A record is length, run id, payload, blake3 of the three. What follows the first record that is not whole is
//! cut when the journal is opened: a process that was killed leaves at most one torn record. The head holds the
//! hash of the executable, because another build might give other results under the same inputs.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::ExperimentError;
use super::run_id::RunId;
use crate::export::{ExportError, atomic};
use crate::simulation::Outcome;
use crate::tables::Table;

/// Name of the file.
pub const FILE: &str = "runs.journal";

const HEAD: &[u8; 20] = b"harmattan journal 1\n";
const HASH: usize = 32;

/// What is kept of a run.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredRun {
    /// Why it failed, if it did; then there are no tables.
    pub error: Option<String>,
    /// Seed.
    pub seed: u64,
    /// Weeks simulated.
    pub weeks: u32,
    /// Hash of the final state.
    pub state_hash: [u8; 32],
    /// Conditional levers that never started.
    pub never_started: Vec<String>,
    /// Its tables.
    pub tables: Vec<Table>,
}

impl StoredRun {
    /// A finished run.
    pub fn done(outcome: Outcome) -> StoredRun {
        let Outcome { seed, weeks, tables, state_hash, never_started } = outcome;
        StoredRun { error: None, seed, weeks, state_hash, never_started, tables }
    }

    /// A run that was stopped by an error of the program.
    pub fn failed(seed: u64, message: String) -> StoredRun {
        let (state_hash, never_started, tables) = ([0; 32], Vec::new(), Vec::new());
        StoredRun { error: Some(message), seed, weeks: 0, state_hash, never_started, tables }
    }

    /// As the payload of a record.
    pub fn payload(&self) -> Vec<u8> {
        // Numbers, texts and lists always serialize into memory.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// From the payload of a record.
    pub fn read(payload: &[u8]) -> Option<StoredRun> {
        postcard::from_bytes(payload).ok()
    }
}

/// Where a record stands in its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// First byte of the payload.
    pub payload_at: u64,
    /// Bytes of the payload.
    pub length: u64,
    /// True if the run failed.
    pub failed: bool,
}

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    end: u64,
    records: BTreeMap<RunId, Position>,
    dirty: bool,
}

impl Journal {
    /// Opens or creates the journal of a folder; also returns the number of torn bytes that were cut.
    pub fn open(folder: &Path) -> Result<(Journal, u64), ExperimentError> {
        let path = folder.join(FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(ExportError::file("open", &path))?;
        let length = file.metadata().map_err(ExportError::file("read", &path))?.len();
        let head = [HEAD.as_slice(), &executable_hash()].concat();
        if length < head.len() as u64 {
            // New, or torn within its head.
            let begin = |file: &mut File| {
                file.set_len(0)?;
                file.write_all(&head)?;
                file.sync_all()
            };
            begin(&mut file).map_err(ExportError::file("write", &path))?;
            atomic::sync_folder(folder)?;
            let journal =
                Journal { path, file, end: head.len() as u64, records: BTreeMap::new(), dirty: false };
            return Ok((journal, length));
        }
        let mut found = vec![0; head.len()];
        file.read_exact(&mut found).map_err(ExportError::file("read", &path))?;
        if found != head {
            return Err(ExperimentError::OtherProgram { folder: folder.to_path_buf() });
        }
        let (records, end) =
            scan(&file, head.len() as u64, length).map_err(ExportError::file("read", &path))?;
        if end < length {
            file.set_len(end).map_err(ExportError::file("cut", &path))?;
            file.sync_all().map_err(ExportError::file("sync", &path))?;
        }
        Ok((Journal { path, file, end, records, dirty: false }, length - end))
    }

    /// Number of runs that are there, done or failed.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True without runs.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Runs done and failed in the journal of a folder, looked at without opening it for writing; none without one.
    pub fn peek(folder: &Path) -> Result<Option<(usize, usize)>, ExportError> {
        let Some(records) = Journal::records_of(folder)? else { return Ok(None) };
        let failed = records.values().filter(|position| position.failed).count();
        Ok(Some((records.len() - failed, failed)))
    }

    /// Runs in the journal of a folder, looked at likewise.
    pub fn ids(folder: &Path) -> Result<Vec<RunId>, ExportError> {
        Ok(Journal::records_of(folder)?.unwrap_or_default().into_keys().collect())
    }

    fn records_of(folder: &Path) -> Result<Option<BTreeMap<RunId, Position>>, ExportError> {
        let path = folder.join(FILE);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ExportError::file("open", &path)(error)),
        };
        let length = file.metadata().map_err(ExportError::file("read", &path))?.len();
        let start = (HEAD.len() + HASH) as u64;
        if length < start {
            return Ok(Some(BTreeMap::new()));
        }
        let (records, _) = scan(&file, start, length).map_err(ExportError::file("read", &path))?;
        Ok(Some(records))
    }

    /// True if the run is there and did not fail.
    pub fn has_done(&self, id: RunId) -> bool {
        self.records.get(&id).is_some_and(|position| !position.failed)
    }

    /// True if the run is there, done or failed.
    pub fn has(&self, id: RunId) -> bool {
        self.records.contains_key(&id)
    }

    /// Appends a run. After an error the journal ends with its last whole record. A journal that was removed is
    /// noticed at once: what is written to a file without a name is lost.
    pub fn append(&mut self, id: RunId, payload: &[u8], failed: bool) -> Result<(), ExportError> {
        if !atomic::still_there(&self.file, &self.path) {
            return Err(ExportError::Gone { path: self.path.clone() });
        }
        let length = payload.len() as u64;
        let mut record = Vec::with_capacity(payload.len() + 8 + 2 * HASH);
        record.extend_from_slice(&length.to_le_bytes());
        record.extend_from_slice(&id.0);
        record.extend_from_slice(payload);
        let hash = blake3::hash(&record);
        record.extend_from_slice(hash.as_bytes());
        let written = self.file.seek(SeekFrom::Start(self.end)).and_then(|_| self.file.write_all(&record));
        if let Err(error) = written {
            // Best effort: a torn tail would be cut on resume anyway.
            let _ = self.file.set_len(self.end);
            return Err(ExportError::file("write", &self.path)(error));
        }
        let payload_at = self.end + 8 + HASH as u64;
        self.records.insert(id, Position { payload_at, length, failed });
        self.end += record.len() as u64;
        self.dirty = true;
        Ok(())
    }

    /// The payload of a run.
    pub fn payload(&mut self, id: RunId) -> Result<Option<Vec<u8>>, ExportError> {
        let Some(position) = self.records.get(&id) else { return Ok(None) };
        let mut payload = vec![0; position.length as usize];
        self.file
            .seek(SeekFrom::Start(position.payload_at))
            .and_then(|_| self.file.read_exact(&mut payload))
            .map_err(ExportError::file("read", &self.path))?;
        Ok(Some(payload))
    }

    /// A run, read back.
    pub fn read(&mut self, id: RunId, seed: u64) -> Result<Option<StoredRun>, ExperimentError> {
        let Some(payload) = self.payload(id)? else { return Ok(None) };
        match StoredRun::read(&payload) {
            Some(run) if run.seed == seed => Ok(Some(run)),
            _ => Err(ExperimentError::BrokenRecord { path: self.path.clone(), seed }),
        }
    }

    /// A second handle for syncing beside appends, if anything was appended since the last call.
    pub fn take_unsynced(&mut self) -> Option<File> {
        let dirty = std::mem::take(&mut self.dirty);
        if dirty { self.file.try_clone().ok() } else { None }
    }

    /// Makes everything appended so far last.
    pub fn sync(&mut self) -> Result<(), ExportError> {
        self.dirty = false;
        self.file.sync_data().map_err(ExportError::file("sync", &self.path))
    }
}

/// Finds the whole records of a file; returns them and where the last one ends.
fn scan(mut file: &File, start: u64, length: u64) -> std::io::Result<(BTreeMap<RunId, Position>, u64)> {
    file.seek(SeekFrom::Start(start))?;
    whole_records(BufReader::with_capacity(1 << 20, file), start, length)
}

/// The whole records of a journal, and where the last one ends: `reader` stands at the first of them, at byte `start`
/// of `length`. Whatever the bytes say, no more is held than there are bytes.
pub fn whole_records(
    mut reader: impl Read,
    start: u64,
    length: u64,
) -> std::io::Result<(BTreeMap<RunId, Position>, u64)> {
    let mut records = BTreeMap::new();
    let mut end = start;
    let frame = 8 + 2 * HASH as u64;
    while length - end >= frame {
        let mut head = [0; 8 + HASH];
        reader.read_exact(&mut head)?;
        let (size, id) = head.split_at(8);
        let size = u64::from_le_bytes(size.try_into().unwrap_or([0xff; 8]));
        if size > length - end - frame {
            break;
        }
        let mut rest = vec![0; size as usize + HASH];
        reader.read_exact(&mut rest)?;
        let (payload, hash) = rest.split_at(size as usize);
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head).update(payload);
        if hasher.finalize().as_bytes() != hash {
            break;
        }
        // The payload begins with the option `error`: 0 = none.
        let failed = payload.first() != Some(&0);
        let id = RunId(id.try_into().unwrap_or([0; HASH]));
        records.insert(id, Position { payload_at: end + 8 + HASH as u64, length: size, failed });
        end += frame + size;
    }
    Ok((records, end))
}

/// Hash of the running program's file; zeros where the system does not show it.
fn executable_hash() -> [u8; HASH] {
    static KNOWN: OnceLock<[u8; HASH]> = OnceLock::new();
    *KNOWN.get_or_init(|| {
        let content = std::env::current_exe().and_then(std::fs::read);
        content.map_or([0; HASH], |bytes| *blake3::hash(&bytes).as_bytes())
    })
}
