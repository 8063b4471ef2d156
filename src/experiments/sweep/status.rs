//! What is done of a sweep, judged from files alone: manifests, rows with their checksums, journals. No queue is asked,
//! for its answer may be empty, late or lost.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::parts::{self, Part};
use super::{SUBMISSION, Shard};
use crate::experiments::journal::Journal;
use crate::experiments::lock;
use crate::export::content::Content;
use crate::export::{ExportError, atomic};

/// Name of the file in the folder of scripts that says what was submitted.
pub const SUBMISSION_FILE: &str = "submission.json";

/// What was submitted: enough to tell what is missing before any shard has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Name of the plan.
    pub name: String,
    /// Hash of the sweep.
    pub sweep: String,
    /// Runs of the sweep.
    pub runs: usize,
    /// Shards.
    pub shards: usize,
    /// `slurm` or `script`.
    pub engine: String,
}

impl Submission {
    /// Writes the file into the folder of a plan.
    pub fn write(&self, plan_folder: &Path) -> Result<(), ExportError> {
        let folder = plan_folder.join(SUBMISSION);
        atomic::create_folder(&folder)?;
        let value = serde_json::to_value(self).unwrap_or_default();
        atomic::write(&folder.join(SUBMISSION_FILE), format!("{value:#}\n").as_bytes())
    }

    /// Reads the file of the folder of a plan; none if there is none that can be read.
    pub fn read(plan_folder: &Path) -> Option<Submission> {
        let text = std::fs::read_to_string(plan_folder.join(SUBMISSION).join(SUBMISSION_FILE)).ok()?;
        let submission: Submission = serde_json::from_str(&text).ok()?;
        Shard { index: 1, of: submission.shards }.is_sound().then_some(submission)
    }
}

/// How far a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its rows are there and are what was written.
    Finished,
    /// It has a journal, or only a manifest.
    Begun,
    /// Its rows are there, truncated or altered; running it again makes them anew.
    Broken,
    /// It has no folder.
    Missing,
}

impl State {
    /// The word that is printed.
    pub fn word(self) -> &'static str {
        match self {
            State::Finished => "finished",
            State::Begun => "begun",
            State::Broken => "broken",
            State::Missing => "missing",
        }
    }
}

/// One part of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct PartStatus {
    /// Name of the plan.
    pub sweep: String,
    /// Which shard; none = the whole.
    pub shard: Option<Shard>,
    /// How far it is.
    pub state: State,
    /// Runs it is for.
    pub runs: usize,
    /// Runs that are done.
    pub done: usize,
    /// Runs that failed: they are results too.
    pub failed: usize,
    /// Process that holds its lock, as the lock says.
    pub held_by: String,
    /// Folder, or what is wrong with its rows.
    pub note: String,
}

impl PartStatus {
    /// Runs that are neither done nor failed.
    pub fn missing(&self) -> usize {
        self.runs - (self.done + self.failed).min(self.runs)
    }
}

/// What is done of the sweeps in a folder.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// Parts, the whole before its shards.
    pub parts: Vec<PartStatus>,
    /// Runs that no finished part holds, over all sweeps.
    pub missing: usize,
}

/// Looks at a folder.
pub fn status(folder: &Path) -> Result<Status, ExportError> {
    let found = parts::find(folder)?;
    let submissions = submissions(folder)?;
    let mut sweeps: Vec<String> = found.iter().map(|part| part.manifest.sweep.clone()).collect();
    sweeps.extend(submissions.iter().map(|submission| submission.sweep.clone()));
    let mut seen = BTreeSet::new();
    sweeps.retain(|sweep| seen.insert(sweep.clone()));
    let mut status = Status::default();
    for sweep in sweeps {
        let parts: Vec<&Part> = found.iter().filter(|part| part.manifest.sweep == sweep).collect();
        let submission = submissions.iter().find(|submission| submission.sweep == sweep);
        one_sweep(&parts, submission, &mut status)?;
    }
    Ok(status)
}

/// What was submitted of the plan of a folder, and of those in the folder.
fn submissions(folder: &Path) -> Result<Vec<Submission>, ExportError> {
    let mut folders = vec![folder.to_path_buf()];
    for entry in std::fs::read_dir(folder).map_err(ExportError::file("read", folder))? {
        folders.push(entry.map_err(ExportError::file("read", folder))?.path());
    }
    folders.sort();
    Ok(folders.iter().filter_map(|folder| Submission::read(folder)).collect())
}

fn one_sweep(
    parts: &[&Part],
    submission: Option<&Submission>,
    status: &mut Status,
) -> Result<(), ExportError> {
    let name = parts.first().map(|part| part.manifest.name.clone());
    let name = name.or_else(|| submission.map(|submission| submission.name.clone())).unwrap_or_default();
    let total = parts.first().map(|part| part.manifest.runs.total);
    let total = total.or(submission.map(|submission| submission.runs)).unwrap_or(0);
    let mut covered: Vec<(usize, usize)> = Vec::new();
    let mut shards = BTreeSet::new();
    let mut judged = Vec::new();
    for part in parts {
        let one = judge(part)?;
        shards.extend(one.shard);
        if one.state == State::Finished && !part.manifest.partial {
            let first = part.manifest.runs.first - 1;
            covered.push((first, first + part.manifest.runs.here));
        }
        judged.push(one);
    }
    // Shards that nobody has begun are known from those that somebody has, or from the submission.
    let mut counts: BTreeSet<usize> = shards.iter().map(|shard| shard.of).collect();
    counts.extend(submission.map(|submission| submission.shards));
    for of in counts {
        for index in 1..=of {
            let shard = Shard { index, of };
            if !shards.contains(&shard) {
                judged.push(PartStatus {
                    sweep: name.clone(),
                    shard: Some(shard),
                    state: State::Missing,
                    runs: shard.range(total).len(),
                    done: 0,
                    failed: 0,
                    held_by: String::new(),
                    note: String::new(),
                });
            }
        }
    }
    judged.sort_by_key(|one| one.shard.map(|shard| (shard.of, shard.index)));
    status.parts.extend(judged);
    covered.sort_unstable();
    let mut reached = 0;
    for (first, end) in covered {
        status.missing += first.saturating_sub(reached);
        reached = reached.max(end);
    }
    status.missing += total.saturating_sub(reached);
    Ok(())
}

fn judge(part: &Part) -> Result<PartStatus, ExportError> {
    let manifest = &part.manifest;
    let mut one = PartStatus {
        sweep: manifest.name.clone(),
        shard: manifest.shard,
        state: State::Begun,
        runs: manifest.runs.here,
        done: 0,
        failed: 0,
        held_by: holder(&part.folder),
        note: part.folder.display().to_string(),
    };
    if !manifest.is_complete() {
        // A point that stands twice has its run once in the journal, so this may count too few.
        if let Some((done, failed)) = Journal::peek(&part.folder)? {
            (one.done, one.failed) = (done, failed);
        }
        return Ok(one);
    }
    match parts::verify(&part.folder, manifest)? {
        Content::Whole => {
            one.state = State::Finished;
            (one.done, one.failed) = (manifest.runs.done.unwrap_or(0), manifest.runs.failed.unwrap_or(0));
            if manifest.partial {
                one.note += " (partial)";
            }
        }
        Content::Broken(reason) => {
            one.state = State::Broken;
            one.note = reason;
        }
    }
    Ok(one)
}

/// Process and host that a lock file names.
fn holder(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join(lock::FILE)).unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    match words[..] {
        [process, host] => format!("process {process} on {host}"),
        _ => String::new(),
    }
}
