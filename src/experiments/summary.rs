//! Quantiles over seeds: of every indicator in every period and area, and of a few measures of whole runs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::ExperimentError;
use crate::export::ExportError;
use crate::export::tables::TableWriter;
use crate::tables::indicators::{INDICATORS, Indicator, N_INDICATORS};
use crate::tables::layouts::SUMMARY_TABLE;
use crate::tables::{Cell, Cells, ColumnKind, Table};

/// Memory for the values of one block of rows over all seeds [bytes].
const BLOCK_BYTES: usize = 64 << 20;

/// A quantile of sorted values by linear interpolation between order statistics (type 7 of Hyndman and Fan);
/// NaN without values.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = share * last as f64;
    let below = (position as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// Mean, in the order of the values; NaN without values.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Gathers the indicators of the seeds on disk and writes `summary` block by block: memory does not grow with
/// the number of seeds.
pub struct SummaryWriter {
    scratch: File,
    path: PathBuf,
    /// Date and area of each row, from the first seed.
    rows: Option<Vec<(String, String)>>,
    seeds: usize,
    block_bytes: usize,
}

impl SummaryWriter {
    /// Opens a nameless scratch file in `folder`.
    pub fn create(folder: &Path) -> Result<SummaryWriter, ExportError> {
        let scratch = tempfile::tempfile_in(folder).map_err(ExportError::file("write", folder))?;
        Ok(SummaryWriter {
            scratch,
            path: folder.to_path_buf(),
            rows: None,
            seeds: 0,
            block_bytes: BLOCK_BYTES,
        })
    }

    /// Adds the `indicators` of a run.
    pub fn add(&mut self, seed: u64, table: &Table) -> Result<(), ExperimentError> {
        let rows = keys(table);
        match &self.rows {
            None => self.rows = Some(rows),
            Some(known) if *known != rows => return Err(ExperimentError::UnequalRows { seed }),
            Some(_) => {}
        }
        let mut bytes = Vec::with_capacity(table.n_rows() * N_INDICATORS * 8);
        for row in 0..table.n_rows() {
            for column in &table.columns[3..] {
                if let Cells::Number(values) = column {
                    bytes.extend_from_slice(&values[row].to_le_bytes());
                }
            }
        }
        self.scratch.write_all(&bytes).map_err(ExportError::file("write", &self.path))?;
        self.seeds += 1;
        Ok(())
    }

    /// Writes the rows of the summary: date, area, indicator.
    pub fn write(mut self, writer: &mut TableWriter) -> Result<(), ExportError> {
        let rows = self.rows.take().unwrap_or_default();
        let width = N_INDICATORS * 8;
        let rows_per_block = (self.block_bytes / (width * self.seeds.max(1))).max(1);
        for (block, keys) in rows.chunks(rows_per_block).enumerate() {
            let bytes_of_seed = keys.len() * width;
            let mut bytes = vec![0; bytes_of_seed * self.seeds];
            for (seed, part) in bytes.chunks_exact_mut(bytes_of_seed).enumerate() {
                let at = (seed * rows.len() + block * rows_per_block) * width;
                self.scratch
                    .seek(SeekFrom::Start(at as u64))
                    .and_then(|_| self.scratch.read_exact(part))
                    .map_err(ExportError::file("read back from", &self.path))?;
            }
            writer.append(&block_rows(keys, &bytes, self.seeds))?;
        }
        Ok(())
    }
}

fn block_rows(keys: &[(String, String)], bytes: &[u8], seeds: usize) -> Table {
    let mut table = Table::new(&SUMMARY_TABLE);
    let mut values = Vec::with_capacity(seeds);
    for (row, (date, area)) in keys.iter().enumerate() {
        for (i, indicator) in INDICATORS.iter().enumerate() {
            values.clear();
            for seed in 0..seeds {
                let at = ((seed * keys.len() + row) * N_INDICATORS + i) * 8;
                let value = f64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or([0xff; 8]));
                // Unknown in this seed.
                if !value.is_nan() {
                    values.push(value);
                }
            }
            let mean = mean(&values);
            values.sort_by(f64::total_cmp);
            let q = |share| Cell::Number(quantile(&values, share));
            table.push(&[
                Cell::Text(date),
                Cell::Text(area),
                Cell::Text(indicator.name),
                Cell::Number(mean),
                q(0.05),
                q(0.25),
                q(0.5),
                q(0.75),
                q(0.95),
            ]);
        }
    }
    table
}

/// Date and area of each row of `indicators`.
fn keys(table: &Table) -> Vec<(String, String)> {
    let word = |column: usize, row: usize| match &table.columns[column] {
        Cells::Text { dictionary, rows } => dictionary[rows[row] as usize].clone(),
        _ => String::new(),
    };
    (0..table.n_rows()).map(|row| (word(1, row), word(2, row))).collect()
}

/// Measures of a whole run that are printed when an ensemble ends.
pub const MEASURES: [Indicator; 4] =
    [Indicator::Deaths, Indicator::Fighters, Indicator::Refugees, Indicator::StatePresence];

/// A measure over seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Name of the indicator.
    pub name: &'static str,
    /// True if it is the sum over the recorded periods, false if the value of the last one.
    pub total: bool,
    /// 5 % quantile.
    pub low: f64,
    /// Median.
    pub median: f64,
    /// 95 % quantile.
    pub high: f64,
}

/// The measures of every seed.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    by_seed: BTreeMap<u64, [f64; MEASURES.len()]>,
}

impl Measures {
    /// Adds the `indicators` of a run.
    pub fn add(&mut self, seed: u64, table: &Table) {
        for (row, (_, area)) in keys(table).iter().enumerate() {
            if area != "Mali" {
                continue;
            }
            let value = |indicator: Indicator| match &table.columns[3 + indicator as usize] {
                Cells::Number(cells) => cells[row],
                _ => f64::NAN,
            };
            self.add_period(seed, MEASURES.map(value));
        }
    }

    /// Adds the values of one period of Mali, in the order of [`MEASURES`]; periods follow one another in time.
    pub fn add_period(&mut self, seed: u64, values: [f64; MEASURES.len()]) {
        if values.iter().all(|value| value.is_nan()) {
            return;
        }
        let measured = self.by_seed.entry(seed).or_insert([f64::NAN; MEASURES.len()]);
        for ((known, value), indicator) in measured.iter_mut().zip(values).zip(MEASURES) {
            *known = if is_total(indicator) && !known.is_nan() { *known + value } else { value };
        }
    }

    /// Median and 5-95 % range of each measure; empty without runs.
    pub fn over_seeds(&self) -> Vec<Measure> {
        if self.by_seed.is_empty() {
            return Vec::new();
        }
        let measure = |(i, indicator): (usize, Indicator)| {
            let mut values: Vec<f64> =
                self.by_seed.values().map(|m| m[i]).filter(|value| !value.is_nan()).collect();
            values.sort_by(f64::total_cmp);
            Measure {
                name: INDICATORS[indicator as usize].name,
                total: is_total(indicator),
                low: quantile(&values, 0.05),
                median: quantile(&values, 0.5),
                high: quantile(&values, 0.95),
            }
        };
        MEASURES.into_iter().enumerate().map(measure).collect()
    }

    /// The seed nearest to all medians, each distance in units of its 5-95 % range; the lowest of equals.
    pub fn typical_seed(&self) -> Option<u64> {
        let over_seeds = self.over_seeds();
        let distance = |values: &[f64; MEASURES.len()]| -> f64 {
            let one = |(value, measure): (&f64, &Measure)| {
                let range = measure.high - measure.low;
                let distance = (value - measure.median) / range;
                if distance.is_finite() { distance * distance } else { 0.0 }
            };
            values.iter().zip(&over_seeds).map(one).sum()
        };
        let distances = self.by_seed.iter().map(|(seed, values)| (distance(values), *seed));
        distances.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, seed)| seed)
    }
}

fn is_total(indicator: Indicator) -> bool {
    INDICATORS[indicator as usize].kind == ColumnKind::Sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_type_7() {
        let values = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&values, 0.0), 1.0);
        assert_eq!(quantile(&values, 0.5), 3.0);
        assert_eq!(quantile(&values, 0.25), 1.75);
        assert_eq!(quantile(&values, 1.0), 8.0);
        assert_eq!(quantile(&[5.0], 0.95), 5.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    fn indicators(seed: u64) -> Table {
        use crate::tables::layouts::INDICATORS_TABLE;
        let mut table = Table::new(&INDICATORS_TABLE);
        for (row, area) in ["Gao", "Mali", "abroad", "Gao", "Mali", "abroad"].iter().enumerate() {
            let mut cells = vec![
                Cell::Integer(seed as i64),
                Cell::Text(if row < 3 { "2012-01-01" } else { "2012-02-01" }),
                Cell::Text(area),
            ];
            cells.extend((0..N_INDICATORS).map(|i| match (seed, i) {
                (2, 5) => Cell::Number(f64::NAN),
                _ => Cell::Number((seed * 10) as f64 + row as f64),
            }));
            table.push(&cells);
        }
        table
    }

    #[test]
    fn a_summary_in_small_blocks_is_that_in_one() {
        let texts = [BLOCK_BYTES, 3 * 2 * N_INDICATORS * 8, 1].map(|block_bytes| {
            let folder = tempfile::tempdir().unwrap();
            let mut summary = SummaryWriter::create(folder.path()).unwrap();
            summary.block_bytes = block_bytes;
            for seed in 1..=3 {
                summary.add(seed, &indicators(seed)).unwrap();
            }
            let format = crate::export::Format::Csv;
            let mut writer = TableWriter::create(folder.path(), &SUMMARY_TABLE, format).unwrap();
            summary.write(&mut writer).unwrap();
            writer.finish().unwrap().commit().unwrap();
            std::fs::read_to_string(folder.path().join("summary.csv")).unwrap()
        });
        assert_eq!(texts[0], texts[1]);
        assert_eq!(texts[0], texts[2]);
        let lines: Vec<&str> = texts[0].lines().collect();
        assert_eq!(lines.len(), 1 + 6 * N_INDICATORS);
        assert_eq!(lines[1], "2012-01-01,Gao,events,20,11,15,20,25,29");
        // Unknown in seed 2: over the others.
        assert_eq!(lines[6], "2012-01-01,Gao,peacekeeper_deaths,20,11,15,20,25,29");
        assert_eq!(lines[N_INDICATORS + 1], "2012-01-01,Mali,events,21,12,16,21,26,30");
    }

    #[test]
    fn measures_are_totals_and_ends_for_mali() {
        let mut measures = Measures::default();
        for seed in [1, 2, 4] {
            measures.add(seed, &indicators(seed));
        }
        let over_seeds = measures.over_seeds();
        // Deaths add up over both periods; fighters are those of the last.
        assert_eq!((over_seeds[0].name, over_seeds[0].total, over_seeds[0].median), ("deaths", true, 45.0));
        assert_eq!(
            (over_seeds[1].name, over_seeds[1].total, over_seeds[1].median),
            ("fighters", false, 24.0)
        );
        assert_eq!(measures.typical_seed(), Some(2));
        assert_eq!(Measures::default().typical_seed(), None);
    }

    #[test]
    fn a_mean_of_nothing_is_unknown() {
        assert!(mean(&[]).is_nan());
        assert_eq!(mean(&[1.0, 2.0]), 1.5);
    }
}
