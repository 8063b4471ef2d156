//! Whether a folder holds what its manifest gives when it is run again: the first cell that differs.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::study::tables;
use crate::export::manifest::Manifest;
use crate::export::{ExportError, codebook};
use crate::tables::TableSpec;
use crate::tables::layouts::SUMMARY_TABLE;

/// The first thing that differs.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Difference {
    /// A table lacks its file.
    #[error("{file}: missing")]
    Missing {
        /// File name.
        file: String,
    },
    /// A cell differs.
    #[error("{file}: row {row}, column {column}: `{stored}` in the folder, `{again}` when run again")]
    Cell {
        /// File name.
        file: String,
        /// Row, from 1, the header not counted; 0 is the header.
        row: u64,
        /// Name of the column.
        column: String,
        /// What stands in the folder.
        stored: String,
        /// What the run gave now.
        again: String,
    },
    /// All cells agree, but the text is not ours.
    #[error("{file}: the same cells, but other bytes (line ends, quotes or byte order mark)")]
    Spelling {
        /// File name.
        file: String,
    },
    /// The tables agree, the manifest does not.
    #[error("manifest.json: {what} is `{stored}`, `{again}` when run again")]
    Manifest {
        /// What differs.
        what: String,
        /// In the folder.
        stored: String,
        /// Now.
        again: String,
    },
}

/// Compares a folder with one that was run again from its manifest, in CSV.
pub fn compare(
    folder: &Path,
    stored: &Manifest,
    again_folder: &Path,
    again: &Manifest,
) -> Result<Option<Difference>, ExportError> {
    let mut specs = tables(stored.options.events, !stored.options.trace.is_empty());
    specs.extend([&SUMMARY_TABLE, &codebook::CODEBOOK_TABLE]);
    for spec in specs {
        let again_csv = again_folder.join(format!("{}.csv", spec.name));
        let is_codebook = spec.name == codebook::CODEBOOK_TABLE.name;
        if stored.options.format.csv() || is_codebook {
            let file = format!("{}.csv", spec.name);
            if let Some(difference) = compare_csv(&folder.join(&file), &file, &again_csv, true)? {
                return Ok(Some(difference));
            }
        }
        if stored.options.format.parquet()
            && !is_codebook
            && let Some(difference) = compare_parquet(folder, spec, again_folder, &again_csv)?
        {
            return Ok(Some(difference));
        }
    }
    for (file, table) in &again.tables {
        let hash = stored.tables.get(file).map_or("missing", |record| record.hash.as_str());
        if hash != table.hash {
            return Ok(Some(in_manifest(format!("hash of {file}"), hash, &table.hash)));
        }
    }
    for (before, now) in stored.runs.iter().zip(&again.runs) {
        if before.state_hash != now.state_hash || before.status != now.status {
            let show = |run: &crate::export::manifest::RunRecord| {
                format!("{:?} {}", run.status, run.state_hash.as_deref().unwrap_or("")).to_lowercase()
            };
            return Ok(Some(in_manifest(format!("run of seed {}", now.seed), &show(before), &show(now))));
        }
    }
    Ok(None)
}

fn in_manifest(what: String, stored: &str, again: &str) -> Difference {
    Difference::Manifest { what, stored: stored.to_string(), again: again.to_string() }
}

#[cfg(feature = "parquet")]
fn compare_parquet(
    folder: &Path,
    spec: &TableSpec,
    again_folder: &Path,
    again_csv: &Path,
) -> Result<Option<Difference>, ExportError> {
    use std::io::Write;
    let file = format!("{}.parquet", spec.name);
    let path = folder.join(&file);
    if !path.is_file() {
        return Ok(Some(Difference::Missing { file }));
    }
    let text_path = again_folder.join(format!("{}.from-parquet.csv", spec.name));
    let created = File::create(&text_path).map_err(ExportError::file("write", &text_path))?;
    let mut text = std::io::BufWriter::new(created);
    let mut written = text.write_all(crate::export::csv::header(spec).as_bytes());
    crate::export::parquet::read_lines(&path, spec, &mut |fields| {
        if written.is_ok() {
            written = writeln!(text, "{}", fields.join(","));
        }
    })?;
    written.and_then(|()| text.flush()).map_err(ExportError::file("write", &text_path))?;
    compare_csv(&text_path, &file, again_csv, true)
}

#[cfg(not(feature = "parquet"))]
fn compare_parquet(
    folder: &Path,
    spec: &TableSpec,
    _again_folder: &Path,
    _again_csv: &Path,
) -> Result<Option<Difference>, ExportError> {
    let reason = "this build cannot read Parquet".to_string();
    Err(ExportError::Content { path: folder.join(format!("{}.parquet", spec.name)), reason })
}

fn compare_csv(
    stored: &Path,
    file: &str,
    again: &Path,
    has_header: bool,
) -> Result<Option<Difference>, ExportError> {
    if !stored.is_file() {
        return Ok(Some(Difference::Missing { file: file.to_string() }));
    }
    if equal_bytes(stored, again)? {
        return Ok(None);
    }
    let open = |path: &Path| {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_path(path)
            .map_err(|error| ExportError::Content { path: path.to_path_buf(), reason: error.to_string() })
    };
    let (mut left, mut right) = (open(stored)?, open(again)?);
    let (mut left, mut right) = (left.byte_records(), right.byte_records());
    let mut names: Vec<String> = Vec::new();
    let mut row = u64::from(!has_header);
    loop {
        let next = |record: Option<Result<csv::ByteRecord, csv::Error>>| match record {
            None => Ok(None),
            Some(Ok(record)) => Ok(Some(
                record.iter().map(|f| String::from_utf8_lossy(f).into_owned()).collect::<Vec<String>>(),
            )),
            Some(Err(error)) => {
                Err(ExportError::Content { path: stored.to_path_buf(), reason: error.to_string() })
            }
        };
        let (a, b) = (next(left.next())?, next(right.next())?);
        if a.is_none() && b.is_none() {
            return Ok(Some(Difference::Spelling { file: file.to_string() }));
        }
        if names.is_empty() {
            names = b.clone().unwrap_or_default();
        }
        if a != b {
            return Ok(Some(first_cell(file, row, &names, a, b)));
        }
        row += 1;
    }
}

fn first_cell(
    file: &str,
    row: u64,
    names: &[String],
    stored: Option<Vec<String>>,
    again: Option<Vec<String>>,
) -> Difference {
    let get = |record: &Option<Vec<String>>, column: usize| match record {
        None => "no such row".to_string(),
        Some(cells) => cells.get(column).cloned().unwrap_or_else(|| "no such cell".to_string()),
    };
    let width = stored.as_ref().map_or(0, Vec::len).max(again.as_ref().map_or(0, Vec::len));
    let column = (0..width).find(|c| get(&stored, *c) != get(&again, *c)).unwrap_or(0);
    Difference::Cell {
        file: file.to_string(),
        row,
        column: names.get(column).cloned().unwrap_or_else(|| format!("{}", column + 1)),
        stored: get(&stored, column),
        again: get(&again, column),
    }
}

fn equal_bytes(a: &Path, b: &Path) -> Result<bool, ExportError> {
    let open = |path: &Path| {
        File::open(path)
            .map(|f| BufReader::with_capacity(1 << 20, f))
            .map_err(ExportError::file("read", path))
    };
    let (mut left, mut right) = (open(a)?, open(b)?);
    let (mut in_left, mut in_right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let n = fill(&mut left, &mut in_left).map_err(ExportError::file("read", a))?;
        let m = fill(&mut right, &mut in_right).map_err(ExportError::file("read", b))?;
        if in_left[..n] != in_right[..m] {
            return Ok(false);
        }
        if n == 0 {
            return Ok(true);
        }
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}
