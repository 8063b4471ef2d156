//! What stands in the folder of a plan already: other parts of the same sweep, whose finished runs are never done again,
//! and parts of other sweeps, beside which nothing is begun.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::cases::Cases;
use super::execute::Standing;
use super::manifest::{SweepManifest, sweep_id};
use super::parts::{self, Part, Rows, fields_of};
use super::rows::{Role, Swept, TABLE};
use super::{SHARDS, Sweep, shard_mark};
use crate::experiments::folder::Existing;
use crate::experiments::journal::{self, Journal};
use crate::experiments::lock::Lock;
use crate::experiments::{ExperimentError, posterior, timing};
use crate::export::content::Content;
use crate::export::manifest::{Difference, FILE};
use crate::export::tables::file_names;
use crate::export::{ExportError, Format, atomic};

/// Folders of the shards in the folder of a plan, of this sweep or of others, in order.
fn shard_folders(sweep: &Sweep, own: bool) -> Vec<PathBuf> {
    let mark = shard_mark(&sweep_id(sweep));
    let entries = std::fs::read_dir(sweep.plan_folder.join(SHARDS)).into_iter().flatten().flatten();
    // The names tell them apart, so that a shard of a thousand does not read a thousand manifests.
    let wanted = entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(&mark) == own);
    let mut folders: Vec<PathBuf> = wanted.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// A folder with a manifest of a sweep; whatever cannot be read is none.
fn part(folder: PathBuf) -> Option<Part> {
    let manifest = SweepManifest::read(&folder).ok()??;
    Some(Part { folder, manifest })
}

/// Finished parts of the same sweep that may hold runs of this one: for the whole its shards and what was joined of them,
/// for a shard the whole.
fn same(sweep: &Sweep) -> Vec<Part> {
    let shards = if sweep.shard.is_none() { shard_folders(sweep, true) } else { Vec::new() };
    let folders = std::iter::once(sweep.plan_folder.clone()).chain(shards);
    let id = sweep_id(sweep);
    folders.filter_map(part).filter(|part| part.manifest.sweep == id && part.manifest.is_complete()).collect()
}

/// Shards of other sweeps, and for a shard the whole of another.
fn others(sweep: &Sweep) -> Vec<Part> {
    let whole = sweep.shard.map(|_| sweep.plan_folder.clone());
    let folders = whole.into_iter().chain(shard_folders(sweep, false));
    let id = sweep_id(sweep);
    folders.filter_map(part).filter(|part| part.manifest.sweep != id).collect()
}

/// Refuses to begin beside parts of another sweep: they could never be joined.
pub fn refuse_others(sweep: &Sweep) -> Result<(), ExperimentError> {
    let Some(Part { folder, manifest }) = others(sweep).into_iter().next() else { return Ok(()) };
    let now = SweepManifest::of(sweep);
    let difference = manifest.first_difference(&now).unwrap_or_else(|| Difference {
        what: "sweep".to_string(),
        before: manifest.sweep.clone(),
        now: now.sweep.clone(),
    });
    Err(ExperimentError::OtherInputs { folder, difference })
}

/// Removes the shards of other sweeps, and nothing else in their folders; refused while somebody works in one.
pub fn remove_others(sweep: &Sweep) -> Result<(), ExperimentError> {
    for Part { folder, .. } in others(sweep).into_iter().filter(|part| part.folder != sweep.plan_folder) {
        let lock = Lock::take(&folder)?;
        let mut names = file_names(TABLE, Format::Both);
        names.extend([journal::FILE, timing::FILE, posterior::FILE, FILE].map(str::to_string));
        for name in names {
            atomic::remove(&folder.join(name))?;
        }
        drop(lock);
        // Stays where someone keeps other files in it.
        let _ = std::fs::remove_dir(&folder);
    }
    Ok(())
}

/// Puts the finished runs of other parts of the sweep into its journal. Rows that are not what was written, or that this
/// program would call otherwise, are left.
pub fn take(sweep: &Sweep, cases: &Cases, journal: &mut Journal) -> Result<(), ExperimentError> {
    let range = sweep.range();
    for part in same(sweep) {
        let Some(mut rows) = whole_rows(&part)? else { continue };
        while let Some((run, record)) = rows.next_row()? {
            if !range.contains(&run) {
                continue;
            }
            let id = cases.id(&cases.case(run), run);
            if journal.has(id) || record.get(0) != Some(id.text().as_str()) {
                continue;
            }
            let Some(swept) = swept(&part, &record) else { continue };
            // Numbers and texts always serialize into memory.
            let payload = postcard::to_allocvec(&swept).unwrap_or_default();
            journal.append(id, &payload, swept.error.is_some())?;
        }
    }
    journal.sync()?;
    Ok(())
}

/// Runs that are still to be done: those that neither the journal nor another part of the sweep holds.
pub fn n_left(sweep: &Sweep, standing: &Standing, existing: Existing) -> Result<usize, ExperimentError> {
    let range = sweep.range();
    if matches!(standing, Standing::Complete(_)) {
        return Ok(0);
    }
    if existing == Existing::Overwrite {
        return Ok(range.len());
    }
    let mut known = BTreeSet::new();
    if *standing != Standing::New {
        known.extend(Journal::ids(&sweep.folder())?.iter().map(|id| id.text()));
    }
    for part in same(sweep) {
        let Some(mut rows) = whole_rows(&part)? else { continue };
        while let Some((_, record)) = rows.next_row()? {
            known.extend(record.get(0).map(str::to_string));
        }
    }
    if known.is_empty() {
        return Ok(range.len());
    }
    let design = |reason| ExperimentError::Design { plan: sweep.plan.name.clone(), reason };
    let cases = Cases::of(sweep).map_err(design)?;
    // Points that are equal share their runs.
    Ok(range.filter(|run| known.insert(cases.id(&cases.case(*run), *run).text())).count())
}

fn whole_rows(part: &Part) -> Result<Option<Rows>, ExportError> {
    match parts::verify(&part.folder, &part.manifest)? {
        Content::Whole => Rows::open(part).map(Some),
        Content::Broken(_) => Ok(None),
    }
}

/// What a row says of its run; none if it does not read as one.
fn swept(part: &Part, record: &csv::StringRecord) -> Option<Swept> {
    if record.get(5) == Some("failed") {
        return Some(Swept { error: record.get(6).map(str::to_string), values: Vec::new() });
    }
    let number = |text: &str| if text.is_empty() { Some(f64::NAN) } else { text.parse().ok() };
    let values = fields_of(&part.manifest, record, Role::Outcome).map(|(_, text)| number(text));
    values.collect::<Option<Vec<f64>>>().map(|values| Swept { error: None, values })
}
