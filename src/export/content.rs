//! Whether the files of a table are what was written: their rows against the hash in the manifest.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use super::manifest::hash_text;
use super::{ExportError, Format, csv};
use crate::tables::TableSpec;

/// Whether a table is what its manifest says.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// It is.
    Whole,
    /// What is wrong with it.
    Broken(String),
}

/// Compares the files of a table with the hash of its rows.
pub fn of_table(folder: &Path, spec: &TableSpec, format: Format, hash: &str) -> Result<Content, ExportError> {
    if format.csv() {
        let content = of_text(&folder.join(format!("{}.csv", spec.name)), spec, hash)?;
        if content != Content::Whole {
            return Ok(content);
        }
    }
    if format.parquet() {
        return Ok(of_parquet(&folder.join(format!("{}.parquet", spec.name)), spec, hash));
    }
    Ok(Content::Whole)
}

fn of_text(path: &Path, spec: &TableSpec, hash: &str) -> Result<Content, ExportError> {
    let broken = |what: &str| Content::Broken(format!("{}: {what}", path.display()));
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(broken("missing")),
        Err(error) => return Err(ExportError::file("read", path)(error)),
    };
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut header = Vec::new();
    reader.read_until(b'\n', &mut header).map_err(ExportError::file("read", path))?;
    if header != csv::header(spec).as_bytes() {
        return Ok(broken("its header is not that of its columns"));
    }
    let mut hasher = blake3::Hasher::new();
    loop {
        let bytes = reader.fill_buf().map_err(ExportError::file("read", path))?;
        if bytes.is_empty() {
            break;
        }
        hasher.update(bytes);
        let n = bytes.len();
        reader.consume(n);
    }
    let same = hash_text(&hasher.finalize()) == hash;
    Ok(if same { Content::Whole } else { broken("truncated or altered, its checksum differs") })
}

#[cfg(feature = "parquet")]
fn of_parquet(path: &Path, spec: &TableSpec, hash: &str) -> Content {
    let mut hasher = blake3::Hasher::new();
    let read = super::parquet::read_lines(path, spec, &mut |fields| {
        hasher.update(fields.join(",").as_bytes());
        hasher.update(b"\n");
    });
    match read {
        Ok(()) if hash_text(&hasher.finalize()) == hash => Content::Whole,
        Ok(()) => Content::Broken(format!("{}: altered, its checksum differs", path.display())),
        Err(error) => Content::Broken(error.to_string()),
    }
}

#[cfg(not(feature = "parquet"))]
fn of_parquet(path: &Path, _: &TableSpec, _: &str) -> Content {
    Content::Broken(format!("{}: this build cannot read Parquet", path.display()))
}
