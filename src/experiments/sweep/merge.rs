//! Joins parts of a sweep by content: every run exactly once, in the order of their numbers, whatever folders they come
//! from. Parts are opened one after another, so that neither memory nor open files grow with their number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::{Path, PathBuf};

use super::PLAN_FILE;
use super::manifest::SweepManifest;
use super::parts::{self, Part, Rows};
use super::rows::{TABLE, layout, push_fields};
use crate::experiments::folder::remove_left_overs;
use crate::experiments::lock::Lock;
use crate::experiments::{ExperimentError, journal, posterior};
use crate::export::content::Content;
use crate::export::manifest::TableRecord;
use crate::export::tables::{TableWriter, WrittenTable, file_names};
use crate::export::{ExportError, Format, atomic};
use crate::tables::Table;

/// Rows that are turned into text at once.
const ROWS_AT_ONCE: usize = 1024;

/// Why parts cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// The files.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The folder of the result.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    /// There is nothing to join.
    #[error(
        "{folders}: no results of a sweep; name the folder of a plan, such as output/PLAN, or of its shards"
    )]
    Nothing {
        /// What was looked through.
        folders: String,
    },
    /// The parts belong to different sweeps.
    #[error("{} and {}: parts of different sweeps: {what} is {before} in the one, {now} in the other; merge them apart",
        first.display(), other.display())]
    OtherSweep {
        /// The first part.
        first: PathBuf,
        /// One that differs.
        other: PathBuf,
        /// Input that differs.
        what: String,
        /// In the first.
        before: String,
        /// In the other.
        now: String,
    },
    /// One run stands twice with different results.
    #[error("{0}")]
    Unequal(Box<UnequalRun>),
    /// Runs are missing.
    #[error(
        "{missing} of {total} runs are missing (runs {numbers}){reasons}; run the missing shards, or merge with --partial"
    )]
    Incomplete {
        /// Runs that no part holds.
        missing: usize,
        /// Runs of the sweep.
        total: usize,
        /// The first of them, by number.
        numbers: String,
        /// Parts that were left out, and why.
        reasons: String,
    },
}

/// A run that stands twice with different results.
#[derive(Clone, Debug, thiserror::Error)]
#[error("run {id} differs: {column} is `{before}` in {}, `{now}` in {}; keep the part that is right",
    first.display(), other.display())]
pub struct UnequalRun {
    /// Identity of the run.
    pub id: String,
    /// First column that differs.
    pub column: String,
    /// In the first part.
    pub before: String,
    /// In the other part.
    pub now: String,
    /// The first part.
    pub first: PathBuf,
    /// The other part.
    pub other: PathBuf,
}

/// What became of a merge.
#[derive(Clone, Debug)]
pub struct Merged {
    /// Folder of the result.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: SweepManifest,
    /// Parts that were joined.
    pub parts: usize,
    /// Runs that no part holds; above zero only where that was allowed.
    pub missing: usize,
    /// Parts that were left out, and why.
    pub left_out: Vec<String>,
}

/// Joins every part found in the folders into `<out>/<plan>`.
pub fn merge(
    folders: &[PathBuf],
    out: &Path,
    format: Format,
    allow_partial: bool,
) -> Result<Merged, MergeError> {
    let (parts, left_out) = usable(folders)?;
    let Some(any) = parts.iter().chain(&left_out.parts).next() else {
        let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        return Err(MergeError::Nothing { folders: folders.join(", ") });
    };
    let mut manifest = any.manifest.clone();
    manifest.shard = None;
    manifest.options.format = format;
    manifest.runs.first = 1;
    manifest.runs.here = manifest.runs.total;
    let folder = out.join(&manifest.name);
    is_free(&folder, &manifest)?;
    atomic::create_folder(&folder)?;
    let _lock = Lock::take(&folder)?;
    remove_left_overs(&folder)?;

    let mut joined = Joined::begin(&folder, &manifest, format)?;
    joined.take_all(&parts)?;
    let missing = joined.missing;
    if missing > 0 && !allow_partial {
        let reasons = left_out.reasons.iter().map(|reason| format!("; {reason}")).collect();
        let numbers = joined.missing_numbers();
        return Err(MergeError::Incomplete { missing, total: manifest.runs.total, numbers, reasons });
    }
    manifest.partial = missing > 0;
    manifest.runs.done = Some(joined.done);
    manifest.runs.failed = Some(joined.failed);
    let written = joined.finish()?;
    let record: TableRecord = written.record.clone();
    manifest.tables = [(format!("{TABLE}.csv"), record)].into();
    let sample = parts.first().map_or(Ok(None), parts::sample_text)?;
    written.commit()?;
    atomic::write(&folder.join(PLAN_FILE), manifest.plan.as_bytes())?;
    if let Some(sample) = sample {
        atomic::write(&folder.join(posterior::FILE), &sample)?;
    }
    manifest.write(&folder)?;
    // Rows in another format may be those of a part alone.
    let written = file_names(TABLE, format);
    for name in file_names(TABLE, Format::Both).into_iter().filter(|name| !written.contains(name)) {
        atomic::remove(&folder.join(name))?;
    }
    atomic::remove(&folder.join(journal::FILE))?;
    Ok(Merged { folder, manifest, parts: parts.len(), missing, left_out: left_out.reasons })
}

/// Parts that cannot be used, and why.
#[derive(Default)]
struct LeftOut {
    parts: Vec<Part>,
    reasons: Vec<String>,
}

/// Parts with whole rows, all of one sweep, each folder once, by their first run.
fn usable(folders: &[PathBuf]) -> Result<(Vec<Part>, LeftOut), MergeError> {
    let mut found: Vec<Part> = Vec::new();
    for folder in folders {
        for part in parts::find(folder)? {
            if !found.iter().any(|known| same(&known.folder, &part.folder)) {
                found.push(part);
            }
        }
    }
    if let Some((first, others)) = found.split_first()
        && let Some(other) = others.iter().find(|other| other.manifest.sweep != first.manifest.sweep)
    {
        let difference = first.manifest.first_difference(&other.manifest);
        let (what, before, now) = difference.map_or_else(
            || ("sweep".to_string(), first.manifest.sweep.clone(), other.manifest.sweep.clone()),
            |d| (d.what, d.before, d.now),
        );
        let (first, other) = (first.folder.clone(), other.folder.clone());
        return Err(MergeError::OtherSweep { first, other, what, before, now });
    }
    let mut usable = Vec::new();
    let mut left_out = LeftOut::default();
    for part in found {
        let reason = if part.manifest.is_complete() {
            match parts::verify(&part.folder, &part.manifest)? {
                Content::Whole => None,
                Content::Broken(reason) => Some(reason),
            }
        } else {
            Some(format!("{} is not finished", part.folder.display()))
        };
        match reason {
            None => usable.push(part),
            Some(reason) => {
                left_out.reasons.push(reason);
                left_out.parts.push(part);
            }
        }
    }
    usable.sort_by_key(|part| part.manifest.runs.first);
    Ok((usable, left_out))
}

fn same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

/// The result may replace another result of the same sweep, and nothing else.
fn is_free(folder: &Path, manifest: &SweepManifest) -> Result<(), MergeError> {
    if let Some(found) = SweepManifest::read(folder)? {
        return match found.first_difference(&SweepManifest {
            shard: found.shard,
            options: found.options.clone(),
            ..manifest.clone()
        }) {
            None => Ok(()),
            Some(difference) => {
                Err(ExperimentError::OtherInputs { folder: folder.to_path_buf(), difference }.into())
            }
        };
    }
    if parts::is_ours(folder)? {
        return Ok(());
    }
    let reason = "not empty and without a manifest of a sweep".to_string();
    Err(ExperimentError::Foreign { folder: folder.to_path_buf(), reason }.into())
}

/// The rows joined so far.
struct Joined {
    writer: TableWriter,
    spec: &'static crate::tables::TableSpec,
    table: Table,
    total: usize,
    /// Number of the next run, from 0.
    next: usize,
    missing: usize,
    /// The first few ranges of missing runs, from 1, both ends included.
    gaps: Vec<(usize, usize)>,
    done: usize,
    failed: usize,
}

impl Joined {
    fn begin(folder: &Path, manifest: &SweepManifest, format: Format) -> Result<Joined, ExportError> {
        let spec = layout(&manifest.columns);
        Ok(Joined {
            writer: TableWriter::create(folder, spec, format)?,
            spec,
            table: Table::new(spec),
            total: manifest.runs.total,
            next: 0,
            missing: 0,
            gaps: Vec::new(),
            done: 0,
            failed: 0,
        })
    }

    fn take_all(&mut self, parts: &[Part]) -> Result<(), MergeError> {
        // What each part holds next: its first run until it is opened.
        let mut heads: BinaryHeap<Reverse<(usize, usize)>> = parts
            .iter()
            .enumerate()
            .map(|(at, part)| Reverse((part.manifest.runs.first.saturating_sub(1), at)))
            .collect();
        let mut open: Vec<Option<(Rows, csv::StringRecord)>> = parts.iter().map(|_| None).collect();
        let mut last: Option<(csv::StringRecord, usize)> = None;
        while let Some(Reverse((run, at))) = heads.pop() {
            let (mut rows, taken) = match open[at].take() {
                None => (Rows::open(&parts[at])?, None),
                Some((rows, record)) => {
                    self.take(run, &record, at, &mut last, parts)?;
                    (rows, Some(run))
                }
            };
            if let Some((next, record)) = rows.next_row()? {
                if next >= self.total || next < run || taken == Some(next) {
                    let path = parts[at].folder.join(format!("{TABLE}.csv"));
                    let reason = "its rows are not in the order of the plan".to_string();
                    return Err(ExportError::Content { path, reason }.into());
                }
                open[at] = Some((rows, record));
                heads.push(Reverse((next, at)));
            }
        }
        self.skip_to(self.total);
        self.flush()?;
        Ok(())
    }

    /// Takes a row: a new one, or one that must equal the last.
    fn take(
        &mut self,
        run: usize,
        record: &csv::StringRecord,
        at: usize,
        last: &mut Option<(csv::StringRecord, usize)>,
        parts: &[Part],
    ) -> Result<(), MergeError> {
        if run < self.next {
            return match last {
                Some((known, _)) if known == record => Ok(()),
                Some((known, before)) => Err(unequal(known, record, &parts[*before], &parts[at])),
                None => Ok(()),
            };
        }
        self.skip_to(run);
        self.next = run + 1;
        match record.get(5) {
            Some("failed") => self.failed += 1,
            _ => self.done += 1,
        }
        if !push_fields(&mut self.table, self.spec, record) {
            let path = parts[at].folder.join(format!("{TABLE}.csv"));
            let reason = format!("the row of run {} does not have the columns of the plan", run + 1);
            return Err(ExportError::Content { path, reason }.into());
        }
        *last = Some((record.clone(), at));
        if self.table.n_rows() >= ROWS_AT_ONCE { Ok(self.flush()?) } else { Ok(()) }
    }

    fn skip_to(&mut self, run: usize) {
        if run > self.next {
            self.missing += run - self.next;
            if self.gaps.len() < 5 {
                self.gaps.push((self.next + 1, run));
            }
            self.next = run;
        }
    }

    fn missing_numbers(&self) -> String {
        let told: usize = self.gaps.iter().map(|(from, to)| to - from + 1).sum();
        let gap =
            |(from, to): &(usize, usize)| if from == to { from.to_string() } else { format!("{from}..{to}") };
        let text = self.gaps.iter().map(gap).collect::<Vec<_>>().join(", ");
        if told < self.missing { format!("{text}, ...") } else { text }
    }

    fn flush(&mut self) -> Result<(), ExportError> {
        let table = std::mem::replace(&mut self.table, Table::new(self.spec));
        self.writer.append(&table)
    }

    fn finish(self) -> Result<WrittenTable, ExportError> {
        self.writer.finish()
    }
}

fn unequal(known: &csv::StringRecord, now: &csv::StringRecord, first: &Part, other: &Part) -> MergeError {
    let at = (0..known.len().max(now.len())).find(|at| known.get(*at) != now.get(*at)).unwrap_or(0);
    let field = |record: &csv::StringRecord| record.get(at).unwrap_or_default().to_string();
    MergeError::Unequal(Box::new(UnequalRun {
        id: known.get(0).unwrap_or_default().to_string(),
        column: first.manifest.columns.get(at).map_or_else(String::new, |column| column.name.clone()),
        before: field(known),
        now: field(now),
        first: first.folder.clone(),
        other: other.folder.clone(),
    }))
}
