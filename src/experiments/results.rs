//! Folders of experiments other than single scenarios: tables, their codebook, and a manifest that knows its inputs.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::lock::Lock;
use super::{ExperimentError, folder};
use crate::export::manifest::{Difference, FILE, FORMAT, GIT_REVISION, TableRecord, check_head};
use crate::export::tables::{TableWriter, file_names};
use crate::export::{ExportError, Format, atomic, codebook};
use crate::tables::{Table, TableSpec};

/// `manifest.json` of an experiment. Deterministic: keys sorted, no clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentManifest {
    /// Format of this file.
    pub format: u32,
    /// `harmattan`.
    pub program: String,
    /// `comparison`, `claims`.
    pub kind: String,
    /// Version of the program.
    pub version: String,
    /// Revision of its sources.
    pub git_revision: Option<String>,
    /// Everything that determines the results.
    pub inputs: BTreeMap<String, serde_json::Value>,
    /// What is worth knowing about the runs: seeds used, failures.
    pub outcome: BTreeMap<String, serde_json::Value>,
    /// Tables by name.
    pub tables: BTreeMap<String, TableRecord>,
}

impl ExperimentManifest {
    /// A manifest without results.
    pub fn new(kind: &str, inputs: BTreeMap<String, serde_json::Value>) -> ExperimentManifest {
        ExperimentManifest {
            format: FORMAT,
            program: "harmattan".to_string(),
            kind: kind.to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            git_revision: GIT_REVISION.map(str::to_string),
            inputs,
            outcome: BTreeMap::new(),
            tables: BTreeMap::new(),
        }
    }

    /// The same, with the hashes of data of one's own among the inputs.
    pub fn with_data(mut self, data: &BTreeMap<String, String>) -> ExperimentManifest {
        let files = data.iter().map(|(name, hash)| (format!("data.{name}"), serde_json::json!(hash)));
        self.inputs.extend(files);
        self
    }

    /// Refuses a folder that is not ours, or that holds results of other inputs unless they may be replaced.
    pub fn inspect(&self, folder: &Path, overwrite: bool) -> Result<(), ExperimentError> {
        let foreign = |reason: &str| ExperimentError::Foreign {
            folder: folder.to_path_buf(),
            reason: reason.to_string(),
        };
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return match folder::is_empty(folder)? {
                    true => Ok(()),
                    false => Err(foreign("not empty and without a manifest of harmattan")),
                };
            }
            Err(error) => return Err(ExportError::file("read", &path)(error).into()),
        };
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|_| foreign("manifest.json is not JSON"))?;
        check_head(&value).map_err(|reason| foreign(&format!("manifest.json is {reason}")))?;
        let found: ExperimentManifest = serde_json::from_value(value)
            .map_err(|_| foreign("manifest.json is none of such an experiment"))?;
        if found.program != self.program || found.kind != self.kind {
            return Err(foreign("manifest.json is that of something else"));
        }
        let mut names: Vec<&String> = found.inputs.keys().chain(self.inputs.keys()).collect();
        names.sort();
        let differs = |name: &&String| found.inputs.get(*name) != self.inputs.get(*name);
        match names.into_iter().find(differs).filter(|_| !overwrite) {
            None => Ok(()),
            Some(name) => {
                let show = |inputs: &BTreeMap<String, serde_json::Value>| {
                    inputs.get(name).map_or("absent".to_string(), ToString::to_string)
                };
                let (what, before, now) = (name.clone(), show(&found.inputs), show(&self.inputs));
                let difference = Difference { what, before, now };
                Err(ExperimentError::OtherInputs { folder: folder.to_path_buf(), difference })
            }
        }
    }

    /// Writes the manifest as it stands before the first run, so that an interrupted folder is recognised.
    pub fn begin(&self, folder: &Path) -> Result<(), ExportError> {
        atomic::create_folder(folder)?;
        let value = serde_json::to_value(self).unwrap_or_default();
        atomic::write(&folder.join(FILE), format!("{value:#}\n").as_bytes())
    }

    /// The same in a folder in which nobody else works; what its lock said before, if its holder no longer lives.
    pub fn begin_alone(&self, folder: &Path) -> Result<Option<String>, ExperimentError> {
        atomic::create_folder(folder)?;
        let lock = Lock::take(folder)?;
        self.begin(folder)?;
        Ok(lock.taken_over.clone())
    }

    /// Writes tables, codebook and manifest. The manifest comes last: where it stands, the rest is whole.
    pub fn write(
        mut self,
        folder: &Path,
        tables: &[(&'static TableSpec, Table)],
        format: Format,
    ) -> Result<ExperimentManifest, ExperimentError> {
        atomic::create_folder(folder)?;
        folder::remove_left_overs(folder)?;
        let mut written = Vec::new();
        for (spec, table) in tables {
            let mut writer = TableWriter::create(folder, spec, format)?;
            writer.append(table)?;
            written.push((spec.name, writer.finish()?));
        }
        let specs: Vec<&TableSpec> = tables.iter().map(|(spec, _)| *spec).collect();
        written.push((codebook::CODEBOOK_TABLE.name, codebook::write(folder, &specs)?));
        for (name, table) in written {
            self.tables.insert(format!("{name}.csv"), table.record.clone());
            table.commit()?;
        }
        // Results in the other format would be those of former inputs.
        for (spec, _) in tables {
            for name in file_names(spec.name, Format::Both) {
                if !file_names(spec.name, format).contains(&name) {
                    atomic::remove(&folder.join(name))?;
                }
            }
        }
        self.begin(folder)?;
        Ok(self)
    }
}
