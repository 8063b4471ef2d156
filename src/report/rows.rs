//! A reader of CSV tables that names file and line of whatever it cannot understand.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Reader};

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::tables::Manifest;

/// A CSV table, row by row, with the columns that were asked for.
pub struct Rows {
    file: PathBuf,
    reader: Reader<File>,
    record: ByteRecord,
    names: Vec<String>,
    columns: Vec<usize>,
    n_rows: u64,
    n_expected: Option<u64>,
}

impl Rows {
    /// Opens `<dir>/<table>.csv` and finds these columns, numbered from 0 in this order.
    ///
    /// # Errors
    ///
    /// Missing tables, those that are there as Parquet only, and those that lack a column.
    pub fn open(dir: &Path, table: &str, names: &[&str], manifest: &Manifest) -> Result<Rows, FigureError> {
        let mut rows = Rows::open_alone(dir, table, names)?;
        rows.n_expected = manifest.n_rows.get(&format!("{table}.csv")).copied();
        Ok(rows)
    }

    /// The same for a table that stands in no manifest.
    ///
    /// # Errors
    ///
    /// As [`Rows::open`].
    pub fn open_alone(dir: &Path, table: &str, names: &[&str]) -> Result<Rows, FigureError> {
        let file = dir.join(format!("{table}.csv"));
        let input = match File::open(&file) {
            Ok(input) => input,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let found = format!("{table}.parquet");
                return Err(if dir.join(&found).is_file() {
                    FigureError::OnlyParquet { file, found }
                } else {
                    FigureError::Missing { file }
                });
            }
            Err(source) => return Err(FigureError::Io { file, source }),
        };
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(input);
        let header = match reader.byte_headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(csv_error(&file, 1, &error)),
        };
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            let at = header.iter().position(|found| found == name.as_bytes()).ok_or_else(|| {
                let reason = format!("has no column `{name}`: not the table `{table}` of this program");
                FigureError::Foreign { file: file.clone(), reason }
            })?;
            columns.push(at);
        }
        let names = names.iter().map(|name| (*name).to_string()).collect();
        Ok(Rows { file, reader, record: ByteRecord::new(), names, columns, n_rows: 0, n_expected: None })
    }

    /// The names of all columns of the file; what is no UTF-8 has no name.
    pub fn header(&mut self) -> Vec<String> {
        let header = self.reader.byte_headers().cloned().unwrap_or_default();
        header.iter().map(|name| String::from_utf8(name.to_vec()).unwrap_or_default()).collect()
    }

    /// Goes to the next row; false at the end.
    ///
    /// # Errors
    ///
    /// Rows of the wrong length, unreadable files, and at the end another number of rows than the manifest's.
    pub fn advance(&mut self) -> Result<bool, FigureError> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {
                self.n_rows += 1;
                Ok(true)
            }
            Ok(false) => match self.n_expected.filter(|expected| *expected != self.n_rows) {
                Some(expected) => {
                    let reason = format!("{} rows, but manifest.json says {expected}", self.n_rows);
                    Err(FigureError::Foreign { file: self.file.clone(), reason })
                }
                None => Ok(false),
            },
            Err(error) => Err(csv_error(&self.file, self.reader.position().line(), &error)),
        }
    }

    /// A text of this row.
    ///
    /// # Errors
    ///
    /// Bytes that are no UTF-8.
    pub fn text(&self, column: usize) -> Result<&str, FigureError> {
        let bytes = self.record.get(self.columns[column]).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|_| self.malformed(format!("{}: no UTF-8", self.names[column])))
    }

    /// A date of this row.
    ///
    /// # Errors
    ///
    /// Anything but an existing day as YYYY-MM-DD.
    pub fn date(&self, column: usize) -> Result<Date, FigureError> {
        let text = self.text(column)?;
        Date::parse(text).ok_or_else(|| self.unexpected(column, "a date such as 2013-07-01"))
    }

    /// A number of this row; NaN where the field is empty.
    ///
    /// # Errors
    ///
    /// Anything but a finite number.
    pub fn number(&self, column: usize) -> Result<f64, FigureError> {
        let text = self.text(column)?;
        if text.is_empty() {
            return Ok(f64::NAN);
        }
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
        value.ok_or_else(|| self.unexpected(column, "a number"))
    }

    /// A whole number of this row, at least 0.
    ///
    /// # Errors
    ///
    /// Anything else.
    pub fn whole(&self, column: usize) -> Result<u64, FigureError> {
        self.text(column)?.parse().map_err(|_| self.unexpected(column, "a whole number"))
    }

    /// A seed of this row, which must be one of the manifest's.
    ///
    /// # Errors
    ///
    /// Other numbers: the table belongs to another ensemble.
    pub fn seed(&self, column: usize, manifest: &Manifest) -> Result<u64, FigureError> {
        let seed = self.whole(column)?;
        if manifest.seeds.contains(&seed) {
            return Ok(seed);
        }
        let reason = format!("holds seed {seed}, which is not done according to manifest.json");
        Err(FigureError::Foreign { file: self.file.clone(), reason })
    }

    /// An error at this row.
    pub fn malformed(&self, reason: String) -> FigureError {
        let line = self.record.position().map_or(0, csv::Position::line);
        FigureError::Malformed { file: self.file.clone(), line, reason }
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn unexpected(&self, column: usize, expected: &str) -> FigureError {
        let found = self.text(column).unwrap_or("bytes");
        self.malformed(format!("{}: `{found}`, expected {expected}", self.names[column]))
    }
}

fn csv_error(file: &Path, line: u64, error: &csv::Error) -> FigureError {
    let line = error.position().map_or(line, csv::Position::line);
    FigureError::Malformed { file: file.to_path_buf(), line, reason: error.to_string() }
}
