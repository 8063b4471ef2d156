//! Folders with rows of a sweep, wherever they lie, and whether their rows are what was written.

use std::fs::File;
#[cfg(feature = "parquet")]
use std::io::Write;
use std::path::{Path, PathBuf};

use super::manifest::SweepManifest;
use super::rows::{TABLE, layout};
use super::{PLAN_FILE, SHARDS, SUBMISSION, rows};
use crate::experiments::folder::is_temporary;
use crate::experiments::{lock, posterior, timing};
use crate::export::ExportError;
use crate::export::content::{self, Content};
#[cfg(feature = "parquet")]
use crate::export::csv;
use crate::export::manifest::hash_text;
use crate::tables::TableSpec;

/// Folders within folders that are looked through: results, plans, shards, and one above.
const DEEPEST: usize = 4;

/// A folder with a sweep's manifest.
#[derive(Clone, Debug)]
pub struct Part {
    /// Folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: SweepManifest,
}

/// Every part in a folder and in those below it, by path.
pub fn find(folder: &Path) -> Result<Vec<Part>, ExportError> {
    let mut parts = Vec::new();
    look(folder, 0, &mut parts)?;
    Ok(parts)
}

fn look(folder: &Path, depth: usize, parts: &mut Vec<Part>) -> Result<(), ExportError> {
    if let Some(manifest) = SweepManifest::read(folder)? {
        parts.push(Part { folder: folder.to_path_buf(), manifest });
    }
    if depth == DEEPEST {
        return Ok(());
    }
    let mut below = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(ExportError::file("read", folder))? {
        let path = entry.map_err(ExportError::file("read", folder))?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != SUBMISSION) {
            below.push(path);
        }
    }
    below.sort();
    below.iter().try_for_each(|path| look(path, depth + 1, parts))
}

/// True if a folder is missing or holds at most what a sweep leaves beside a manifest.
pub fn is_ours(folder: &Path) -> Result<bool, ExportError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(ExportError::file("read", folder)(error)),
    };
    let known = [lock::FILE, timing::FILE, posterior::FILE, SHARDS, SUBMISSION, PLAN_FILE];
    for entry in entries {
        let name = entry.map_err(ExportError::file("read", folder))?.file_name();
        let name = name.to_string_lossy();
        if !known.contains(&&*name) && !is_temporary(&name) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Compares the rows of a complete folder with its manifest.
pub fn verify(folder: &Path, manifest: &SweepManifest) -> Result<Content, ExportError> {
    let Some(record) = manifest.tables.get(&format!("{TABLE}.csv")) else {
        return Ok(Content::Broken("its manifest names no rows".to_string()));
    };
    content::of_table(folder, layout(&manifest.columns), manifest.options.format, &record.hash)
}

/// The sample that the runs of a part were made with, as it stands beside its rows; none if there was none.
pub fn sample_text(part: &Part) -> Result<Option<Vec<u8>>, ExportError> {
    let Some(wanted) = &part.manifest.options.posterior else { return Ok(None) };
    let path = part.folder.join(posterior::FILE);
    let text = std::fs::read(&path).map_err(ExportError::file("read", &path))?;
    if hash_text(&blake3::hash(&text)) == *wanted {
        return Ok(Some(text));
    }
    let reason = "not the sample that the runs were made with".to_string();
    Err(ExportError::Content { path, reason })
}

/// The rows of a part in the order of their numbers, as fields.
pub struct Rows {
    reader: ::csv::StringRecordsIntoIter<File>,
    path: PathBuf,
    scenarios: Vec<String>,
    seeds: usize,
}

impl Rows {
    /// Opens the rows of a part; those of a Parquet file are turned into text in a nameless scratch file.
    pub fn open(part: &Part) -> Result<Rows, ExportError> {
        let manifest = &part.manifest;
        let mut path = part.folder.join(format!("{TABLE}.csv"));
        let file = if manifest.options.format.csv() {
            File::open(&path).map_err(ExportError::file("read", &path))?
        } else {
            path = part.folder.join(format!("{TABLE}.parquet"));
            text_of_parquet(&path, layout(&manifest.columns))?
        };
        Ok(Rows {
            reader: ::csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file).into_records(),
            path,
            scenarios: manifest.scenarios.iter().map(|scenario| scenario.name.clone()).collect(),
            seeds: manifest.options.seeds.len(),
        })
    }

    /// The next row with the number of its run, from 0; none at the end.
    pub fn next_row(&mut self) -> Result<Option<(usize, ::csv::StringRecord)>, ExportError> {
        let broken = |reason: String| ExportError::Content { path: self.path.clone(), reason };
        let Some(record) = self.reader.next() else { return Ok(None) };
        let record = record.map_err(|error| broken(error.to_string()))?;
        let number = |at: usize| record.get(at).and_then(|text| text.parse::<usize>().ok())?.checked_sub(1);
        let scenario = record.get(4).and_then(|name| self.scenarios.iter().position(|known| known == name));
        let (Some(point), Some(replicate), Some(scenario)) = (number(1), number(2), scenario) else {
            return Err(broken(format!("a row that is none of the plan: {record:?}")));
        };
        // Whatever the row says, there is no run of a number that cannot be counted.
        let case = point.checked_mul(self.scenarios.len()).and_then(|case| case.checked_add(scenario));
        let run = case.and_then(|case| case.checked_mul(self.seeds)?.checked_add(replicate));
        let run = run.ok_or_else(|| broken(format!("a row that is none of the plan: {record:?}")))?;
        Ok(Some((run, record)))
    }
}

#[cfg(feature = "parquet")]
fn text_of_parquet(path: &Path, spec: &TableSpec) -> Result<File, ExportError> {
    use std::io::{Seek, SeekFrom};
    let scratch = tempfile::tempfile().map_err(ExportError::file("write beside", path))?;
    let mut text = std::io::BufWriter::new(scratch);
    let mut written = text.write_all(csv::header(spec).as_bytes());
    crate::export::parquet::read_lines(path, spec, &mut |fields| {
        if written.is_ok() {
            written = writeln!(text, "{}", fields.join(","));
        }
    })?;
    let file = written.and_then(|()| text.into_inner().map_err(std::io::IntoInnerError::into_error));
    let mut file = file.map_err(ExportError::file("write beside", path))?;
    file.seek(SeekFrom::Start(0)).map_err(ExportError::file("read", path))?;
    Ok(file)
}

#[cfg(not(feature = "parquet"))]
fn text_of_parquet(path: &Path, _: &TableSpec) -> Result<File, ExportError> {
    let reason = "this build cannot read Parquet".to_string();
    Err(ExportError::Content { path: path.to_path_buf(), reason })
}

/// A row of a complete folder by the beginning of its identity, with or without `blake3:`; none if there is none or
/// more than one.
pub fn row_of(part: &Part, id: &str) -> Result<Vec<::csv::StringRecord>, ExportError> {
    let wanted = id.trim_start_matches("blake3:");
    let mut found: Vec<::csv::StringRecord> = Vec::new();
    let mut rows = Rows::open(part)?;
    while let Some((_, record)) = rows.next_row()? {
        let own = record.get(0).unwrap_or_default().trim_start_matches("blake3:");
        // Points that chance to be equal share their runs.
        if own.starts_with(wanted) && !found.iter().any(|known| known.get(0) == record.get(0)) {
            found.push(record);
        }
    }
    Ok(found)
}

/// Fields of a row by column, for those of one role.
pub fn fields_of<'r>(
    manifest: &'r SweepManifest,
    record: &'r ::csv::StringRecord,
    role: rows::Role,
) -> impl Iterator<Item = (&'r rows::Column, &'r str)> {
    manifest.columns.iter().zip(record).filter(move |(column, _)| column.role == role)
}
