//! `codebook.csv`: every column of every table, with unit, kind and meaning, from the layouts.

use std::path::Path;

use super::tables::{TableWriter, WrittenTable};
use super::{ExportError, Format};
use crate::tables::{Cell, CellType, ColumnKind, ColumnSpec, Table, TableSpec};

const fn column(name: &'static str, kind: ColumnKind, description: &'static str) -> ColumnSpec {
    ColumnSpec { name, unit: "", kind, description, cell: CellType::Text }
}

/// Layout of `codebook.csv`.
pub const CODEBOOK_TABLE: TableSpec = TableSpec {
    name: "codebook",
    row: "one column of one table",
    columns: &[
        column("table", ColumnKind::Key, "File name without ending."),
        column("column", ColumnKind::Key, "Name in the header."),
        column("unit", ColumnKind::Text, "Unit; empty for words."),
        column("kind", ColumnKind::Text, "key, sum, mean, end (of the period) or text."),
        column("description", ColumnKind::Text, "What it says."),
    ],
};

/// Writes the codebook of these tables; it is CSV whatever the format of the tables.
pub fn write(folder: &Path, tables: &[&TableSpec]) -> Result<WrittenTable, ExportError> {
    let mut codebook = Table::new(&CODEBOOK_TABLE);
    for table in tables {
        for column in table.columns {
            codebook.push(&[
                Cell::Text(table.name),
                Cell::Text(column.name),
                Cell::Text(column.unit),
                Cell::Text(column.kind.word()),
                Cell::Text(column.description),
            ]);
        }
    }
    let mut writer = TableWriter::create(folder, &CODEBOOK_TABLE, Format::Csv)?;
    writer.append(&codebook)?;
    writer.finish()
}
