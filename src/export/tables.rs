//! One table, written run by run: text is hashed, and goes to CSV, to Parquet, or to both.

use std::io::Write;
use std::path::Path;

use super::atomic::AtomicFile;
use super::csv::{self, RowsText};
use super::manifest::TableRecord;
use super::{ExportError, Format};
use crate::tables::{CellType, Cells, Table, TableSpec};

const ROWS_AT_ONCE: usize = 4096;

/// Writes a table to its files while its rows arrive in seed order. Memory does not grow with the rows.
pub struct TableWriter {
    spec: &'static TableSpec,
    hasher: blake3::Hasher,
    rows: u64,
    text: Vec<u8>,
    csv: Option<AtomicFile>,
    #[cfg(feature = "parquet")]
    parquet: Option<super::parquet::ParquetWriter>,
}

/// A table whose files are complete but do not have their names yet.
pub struct WrittenTable {
    /// What the manifest says about it.
    pub record: TableRecord,
    files: Vec<AtomicFile>,
}

impl WrittenTable {
    /// Gives the files their names.
    pub fn commit(self) -> Result<(), ExportError> {
        self.files.into_iter().try_for_each(AtomicFile::commit)
    }
}

impl TableWriter {
    /// Opens the files of a table under temporary names in `folder`.
    pub fn create(
        folder: &Path,
        spec: &'static TableSpec,
        format: Format,
    ) -> Result<TableWriter, ExportError> {
        let csv = match format.csv() {
            true => {
                let mut file = AtomicFile::create(&folder.join(format!("{}.csv", spec.name)))?;
                let path = file.path().to_path_buf();
                file.write_all(csv::header(spec).as_bytes()).map_err(ExportError::file("write", &path))?;
                Some(file)
            }
            false => None,
        };
        #[cfg(feature = "parquet")]
        let parquet = match format.parquet() {
            true => Some(super::parquet::ParquetWriter::create(
                &folder.join(format!("{}.parquet", spec.name)),
                spec,
            )?),
            false => None,
        };
        Ok(TableWriter {
            spec,
            hasher: blake3::Hasher::new(),
            rows: 0,
            text: Vec::new(),
            csv,
            #[cfg(feature = "parquet")]
            parquet,
        })
    }

    /// Appends the rows of a run.
    pub fn append(&mut self, table: &Table) -> Result<(), ExportError> {
        check_layout(self.spec, table)?;
        let rows_text = RowsText::new(table);
        let n_rows = table.n_rows();
        for start in (0..n_rows).step_by(ROWS_AT_ONCE) {
            self.text.clear();
            rows_text.write(start..n_rows.min(start + ROWS_AT_ONCE), &mut self.text);
            self.hasher.update(&self.text);
            if let Some(file) = &mut self.csv {
                file.write_all(&self.text).map_err(|error| ExportError::file("write", file.path())(error))?;
            }
        }
        #[cfg(feature = "parquet")]
        if let Some(parquet) = &mut self.parquet {
            parquet.append(table)?;
        }
        self.rows += n_rows as u64;
        Ok(())
    }

    /// Completes the files; they get their names when the result is committed.
    pub fn finish(self) -> Result<WrittenTable, ExportError> {
        let record = TableRecord {
            rows: self.rows,
            columns: self.spec.columns.iter().map(|column| column.name.to_string()).collect(),
            hash: super::manifest::hash_text(&self.hasher.finalize()),
        };
        let mut files = Vec::from_iter(self.csv);
        #[cfg(feature = "parquet")]
        if let Some(parquet) = self.parquet {
            files.push(parquet.finish()?);
        }
        for file in &mut files {
            let path = file.path().to_path_buf();
            file.flush().map_err(ExportError::file("write", &path))?;
        }
        Ok(WrittenTable { record, files })
    }
}

/// Names of the files of a table.
pub fn file_names(name: &str, format: Format) -> Vec<String> {
    let mut names = Vec::new();
    if format.csv() {
        names.push(format!("{name}.csv"));
    }
    if format.parquet() {
        names.push(format!("{name}.parquet"));
    }
    names
}

fn check_layout(spec: &TableSpec, table: &Table) -> Result<(), ExportError> {
    let wrong = |reason: String| Err(ExportError::Layout { table: spec.name.to_string(), reason });
    if table.columns.len() != spec.columns.len() {
        return wrong(format!("{} columns instead of {}", table.columns.len(), spec.columns.len()));
    }
    for (cells, column) in table.columns.iter().zip(spec.columns) {
        let fits = matches!(
            (cells, column.cell),
            (Cells::Integer(_), CellType::Integer)
                | (Cells::Number(_), CellType::Number)
                | (Cells::Money(_), CellType::Money)
                | (Cells::Text { .. }, CellType::Text)
        );
        if !fits {
            return wrong(format!("column {} does not hold {:?}", column.name, column.cell));
        }
        if cells.len() != table.n_rows() {
            return wrong(format!("column {} has {} of {} rows", column.name, cells.len(), table.n_rows()));
        }
        if let Cells::Text { dictionary, rows } = cells
            && rows.iter().any(|at| *at as usize >= dictionary.len())
        {
            return wrong(format!("column {} refers to a word it does not hold", column.name));
        }
    }
    Ok(())
}
