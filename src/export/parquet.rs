//! Parquet files by the low-level column writer: pure Rust, snappy, row groups of bounded size.
//!
//! Whole numbers are INT64, numbers and money (in EUR) DOUBLE, words UTF-8 strings. What is an empty field in
//! CSV is null here; key columns are never null.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::record::Field;
use parquet::schema::types::Type;

use super::ExportError;
use super::atomic::AtomicFile;
use super::csv;
use crate::tables::{CellType, Cells, ColumnKind, ColumnSpec, Table, TableSpec};

/// Rows after which a row group is closed (a run is never split).
const ROWS_PER_GROUP: usize = 65_536;

/// Writes a table in row groups.
pub struct ParquetWriter {
    path: PathBuf,
    spec: &'static TableSpec,
    writer: SerializedFileWriter<AtomicFile>,
    pending: Vec<Pending>,
}

/// The rows of a column that wait for their row group; a definition level of 0 marks an unknown value.
enum Pending {
    Integer(Vec<i64>),
    Number { values: Vec<f64>, defined: Vec<i16> },
    Text { values: Vec<ByteArray>, defined: Vec<i16> },
}

impl Pending {
    fn new(column: &ColumnSpec) -> Pending {
        match column.cell {
            CellType::Integer => Pending::Integer(Vec::new()),
            CellType::Number | CellType::Money => Pending::Number { values: Vec::new(), defined: Vec::new() },
            CellType::Text => Pending::Text { values: Vec::new(), defined: Vec::new() },
        }
    }

    fn len(&self) -> usize {
        match self {
            Pending::Integer(values) => values.len(),
            Pending::Number { defined, .. } | Pending::Text { defined, .. } => defined.len(),
        }
    }

    fn append(&mut self, cells: &Cells, required: bool) {
        match (self, cells) {
            (Pending::Integer(values), Cells::Integer(new)) => values.extend_from_slice(new),
            (Pending::Number { values, defined }, Cells::Number(new)) => {
                values.extend(new.iter().filter(|x| x.is_finite()).map(|x| x + 0.0));
                defined.extend(new.iter().map(|x| i16::from(x.is_finite())));
            }
            (Pending::Number { values, defined }, Cells::Money(new)) => {
                values.extend(new.iter().map(|cents| *cents as f64 / 100.0));
                defined.extend(new.iter().map(|_| 1));
            }
            (Pending::Text { values, defined }, Cells::Text { dictionary, rows }) => {
                let words: Vec<ByteArray> =
                    dictionary.iter().map(|word| ByteArray::from(word.as_bytes().to_vec())).collect();
                let known = |at: &u32| required || !dictionary[*at as usize].is_empty();
                values.extend(rows.iter().filter(|at| known(at)).map(|at| words[*at as usize].clone()));
                defined.extend(rows.iter().map(|at| i16::from(known(at))));
            }
            _ => unreachable!("the layout was checked before"),
        }
    }

    fn write(&self, column: &mut SerializedColumnWriter, required: bool) -> Result<(), ParquetError> {
        match self {
            Pending::Integer(values) => column.typed::<Int64Type>().write_batch(values, None, None)?,
            Pending::Number { values, defined } => {
                column.typed::<DoubleType>().write_batch(values, Some(defined), None)?
            }
            Pending::Text { values, defined } => {
                let levels = if required { None } else { Some(defined.as_slice()) };
                column.typed::<ByteArrayType>().write_batch(values, levels, None)?
            }
        };
        Ok(())
    }
}

impl ParquetWriter {
    /// Opens a file under a temporary name.
    pub fn create(path: &Path, spec: &'static TableSpec) -> Result<ParquetWriter, ExportError> {
        let file = AtomicFile::create(path)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("harmattan {}", env!("CARGO_PKG_VERSION")))
            .build();
        let writer = schema(spec)
            .and_then(|schema| SerializedFileWriter::new(file, Arc::new(schema), Arc::new(properties)))
            .map_err(|error| broken(path, &error))?;
        Ok(ParquetWriter { path: path.to_path_buf(), spec, writer, pending: fresh(spec) })
    }

    /// Appends rows whose layout was checked.
    pub fn append(&mut self, table: &Table) -> Result<(), ExportError> {
        for ((pending, cells), column) in self.pending.iter_mut().zip(&table.columns).zip(self.spec.columns) {
            pending.append(cells, is_required(column));
        }
        if self.pending.first().is_some_and(|column| column.len() >= ROWS_PER_GROUP) {
            self.close_group()?;
        }
        Ok(())
    }

    /// Writes the last row group and the footer.
    pub fn finish(mut self) -> Result<AtomicFile, ExportError> {
        if self.pending.first().is_some_and(|column| column.len() > 0) {
            self.close_group()?;
        }
        self.writer.into_inner().map_err(|error| broken(&self.path, &error))
    }

    fn close_group(&mut self) -> Result<(), ExportError> {
        let pending = std::mem::replace(&mut self.pending, fresh(self.spec));
        let specs = self.spec.columns;
        let write = |writer: &mut SerializedFileWriter<AtomicFile>| -> Result<(), ParquetError> {
            let mut group = writer.next_row_group()?;
            for (column, spec) in pending.iter().zip(specs) {
                let Some(mut writer) = group.next_column()? else { break };
                column.write(&mut writer, is_required(spec))?;
                writer.close()?;
            }
            group.close()?;
            Ok(())
        };
        write(&mut self.writer).map_err(|error| broken(&self.path, &error))
    }
}

/// Reads a file back as the lines of CSV text that its table would have, and hands each to `line`.
pub fn read_lines(path: &Path, spec: &TableSpec, line: &mut dyn FnMut(&[String])) -> Result<(), ExportError> {
    let file = std::fs::File::open(path).map_err(ExportError::file("read", path))?;
    let reader = SerializedFileReader::new(file).map_err(|error| broken(path, &error))?;
    for row in reader.get_row_iter(None).map_err(|error| broken(path, &error))? {
        let row = row.map_err(|error| broken(path, &error))?;
        let fields: Vec<String> = row
            .get_column_iter()
            .enumerate()
            .map(|(i, (_, field))| match field {
                Field::Long(x) => x.to_string(),
                Field::Double(x) if spec.columns.get(i).is_some_and(|c| c.cell == CellType::Money) => {
                    format!("{x:.2}")
                }
                Field::Double(x) => csv::number(*x),
                Field::Str(word) => csv::field(word),
                Field::Null => String::new(),
                other => other.to_string(),
            })
            .collect();
        line(&fields);
    }
    Ok(())
}

fn fresh(spec: &TableSpec) -> Vec<Pending> {
    spec.columns.iter().map(Pending::new).collect()
}

fn is_required(column: &ColumnSpec) -> bool {
    column.kind == ColumnKind::Key || column.cell == CellType::Integer
}

fn schema(spec: &TableSpec) -> Result<Type, ParquetError> {
    let fields = spec.columns.iter().map(|column| {
        // A key column that is a number can be unknown only by mistake; it stays optional like other numbers.
        let required = is_required(column) && matches!(column.cell, CellType::Integer | CellType::Text);
        let repetition = if required { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let builder = match column.cell {
            CellType::Integer => Type::primitive_type_builder(column.name, Physical::INT64),
            CellType::Number | CellType::Money => Type::primitive_type_builder(column.name, Physical::DOUBLE),
            CellType::Text => Type::primitive_type_builder(column.name, Physical::BYTE_ARRAY)
                .with_logical_type(Some(LogicalType::String)),
        };
        builder.with_repetition(repetition).build().map(Arc::new)
    });
    Type::group_type_builder(spec.name).with_fields(fields.collect::<Result<_, _>>()?).build()
}

fn broken(path: &Path, error: &ParquetError) -> ExportError {
    // A full disk arrives here as a wrapped error of the system.
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(system) = inner.downcast_ref::<std::io::Error>() {
            let source = std::io::Error::new(system.kind(), system.to_string());
            return ExportError::File { action: "write", path: path.to_path_buf(), source };
        }
        cause = inner.source();
    }
    ExportError::Content { path: path.to_path_buf(), reason: error.to_string() }
}
