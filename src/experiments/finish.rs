//! From journal to final tables, in seed order, one run in memory at a time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::ExperimentError;
use super::ensemble::OpenStudy;
use super::journal;
use super::reproduction;
use super::summary::{Measure, Measures, SummaryWriter};
use crate::base::parallel;
use crate::export::manifest::{Manifest, Status};
use crate::export::tables::TableWriter;
use crate::export::{atomic, codebook};
use crate::tables::layouts::SUMMARY_TABLE;
use crate::tables::trace::MOST_ROWS;
use crate::tables::{Table, TableSpec};

/// A study whose tables are written.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The manifest as it stands in the folder.
    pub manifest: Manifest,
    /// Seeds that failed, with the message.
    pub failed: Vec<(u64, String)>,
    /// Seeds whose trace of decisions reached its largest size and ends there.
    pub cut_traces: Vec<u64>,
    /// Measures over the seeds that are done.
    pub measures: Vec<Measure>,
    /// The seed nearest to the medians.
    pub typical_seed: Option<u64>,
}

/// Number of runs of a study that are neither done nor failed.
pub fn n_missing(open: &OpenStudy) -> usize {
    open.study.ids.iter().filter(|id| !open.journal.has(**id)).count()
}

/// Finishes every study that can be, several at a time; none for those with runs missing.
pub fn finish_all(open: &mut [OpenStudy], threads: usize) -> Vec<Option<Result<Finished, ExperimentError>>> {
    let slots: Vec<_> = open.iter_mut().map(|study| Mutex::new((Some(study), None))).collect();
    parallel::take_in_turn(slots.len(), threads, |i| {
        let mut slot = slots[i].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(study) = slot.0.take()
            && n_missing(study) == 0
        {
            slot.1 = Some(finish(study));
        }
        true
    });
    slots.into_iter().map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner).1).collect()
}

/// Writes the final tables of a study all of whose runs are done or failed. The journal is removed last, and is
/// kept while runs have failed, so that they alone are tried again.
pub fn finish(open: &mut OpenStudy) -> Result<Finished, ExperimentError> {
    let study = &open.study;
    let folder = &study.folder;
    let specs = study.tables();
    let mut writers = specs
        .iter()
        .map(|spec| TableWriter::create(folder, spec, study.format))
        .collect::<Result<Vec<_>, _>>()?;
    let mut summary = SummaryWriter::create(folder)?;
    let mut measures = Measures::default();
    let mut manifest = study.manifest.clone();
    let (mut failed, mut cut_traces) = (Vec::new(), Vec::new());
    let mut never_started: BTreeMap<String, u64> = BTreeMap::new();

    for ((seed, id), record) in study.seeds.iter().zip(&study.ids).zip(&mut manifest.runs) {
        let Some(run) = open.journal.read(*id, *seed)? else { continue };
        if let Some(message) = run.error {
            record.status = Status::Failed;
            record.error = Some(message.clone());
            failed.push((*seed, message));
            continue;
        }
        record.status = Status::Done;
        reproduction::remove(folder, *seed)?;
        record.weeks = Some(run.weeks);
        record.state_hash =
            Some(crate::export::manifest::hash_text(&blake3::Hash::from_bytes(run.state_hash)));
        for name in run.never_started {
            *never_started.entry(name).or_default() += 1;
        }
        for (writer, spec) in writers.iter_mut().zip(&specs) {
            if let Some(table) = table_of(&run.tables, spec) {
                writer.append(table)?;
                if spec.name == "decisions" && table.n_rows() >= MOST_ROWS {
                    cut_traces.push(*seed);
                }
                if spec.name == "indicators" {
                    summary.add(*seed, table)?;
                    measures.add(*seed, table);
                }
            }
        }
    }

    let mut written = Vec::new();
    for (writer, spec) in writers.into_iter().zip(&specs) {
        written.push((spec.name, writer.finish()?));
    }
    let mut summary_writer = TableWriter::create(folder, &SUMMARY_TABLE, study.format)?;
    summary.write(&mut summary_writer)?;
    written.push((SUMMARY_TABLE.name, summary_writer.finish()?));
    let described: Vec<&TableSpec> = specs.iter().copied().chain([&SUMMARY_TABLE]).collect();
    written.push((codebook::CODEBOOK_TABLE.name, codebook::write(folder, &described)?));

    // Nothing has its name yet; from here on each step leaves a folder that can be completed from the journal.
    for (name, table) in written {
        manifest.tables.insert(format!("{name}.csv"), table.record.clone());
        table.commit()?;
    }
    manifest.levers_never_started = never_started;
    manifest.write(folder)?;
    if failed.is_empty() {
        atomic::remove(&folder.join(journal::FILE))?;
        atomic::sync_folder(folder)?;
    }
    Ok(Finished {
        manifest,
        failed,
        cut_traces,
        measures: measures.over_seeds(),
        typical_seed: measures.typical_seed(),
    })
}

fn table_of<'a>(tables: &'a [Table], spec: &TableSpec) -> Option<&'a Table> {
    tables.iter().find(|table| table.name == spec.name)
}
