//! One scenario over its seeds: what is needed to run it and to recognise its results.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::branch::{Assumptions, Branch};
use super::posterior::Sample;
use super::run_id::RunId;
use crate::export::Format;
use crate::export::manifest::{
    ChangedParameter, FORMAT, GIT_REVISION, Manifest, OptionsRecord, OwnPlace, RunRecord, ScenarioRecord,
    Status,
};
use crate::simulation::{Prepared, Recorded};
use crate::tables::TableSpec;
use crate::tables::layouts::{DECISIONS_TABLE, RUN_TABLES};
use crate::tables::trace::Traced;

/// A scenario, prepared, with its seeds, its folder and its manifest as it stands before the first run.
pub struct Study {
    /// What the runs share.
    pub prepared: Prepared,
    /// Seeds, rising, each once.
    pub seeds: Vec<u64>,
    /// Identity of each seed's run.
    pub ids: Vec<RunId>,
    /// Folder of the results.
    pub folder: PathBuf,
    /// File format of the tables.
    pub format: Format,
    /// Manifest with all runs pending.
    pub manifest: Manifest,
    /// Set if parameters differ from seed to seed.
    pub assumptions: Option<Assumptions>,
}

/// Parameters of a study in a form that can be hashed and shown.
#[derive(Clone, Debug, Default)]
pub struct ParameterRecord {
    /// Every parameter's value by `submodel.name`.
    pub values: BTreeMap<String, f64>,
    /// Those that differ from the catalogue.
    pub changed: BTreeMap<String, ChangedParameter>,
}

impl Study {
    /// Builds a study; `model_hash` covers program version and compiled-in data.
    pub fn new(
        prepared: Prepared,
        parameters: &ParameterRecord,
        model_hash: &str,
        seeds: Vec<u64>,
        format: Format,
        folder: PathBuf,
    ) -> Study {
        let (scenario, options) = (&prepared.scenario, &prepared.options);
        let id = |seed: &u64| RunId::of(model_hash, &scenario.canonical, &parameters.values, options, *seed);
        let ids: Vec<RunId> = seeds.iter().map(id).collect();
        let run = |(seed, id): (&u64, &RunId)| RunRecord {
            seed: *seed,
            id: id.text(),
            status: Status::Pending,
            error: None,
            weeks: None,
            state_hash: None,
        };
        let manifest = Manifest {
            format: FORMAT,
            program: "harmattan".to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            git_revision: GIT_REVISION.map(str::to_string),
            model_hash: model_hash.to_string(),
            data: BTreeMap::new(),
            own_places: BTreeMap::new(),
            scenario: ScenarioRecord {
                name: scenario.name.clone(),
                hash: crate::export::manifest::hash_text(&blake3::hash(scenario.canonical.as_bytes())),
                text: scenario.text.clone(),
                base_texts: scenario.base_texts.clone(),
            },
            options: OptionsRecord {
                trace: prepared.traced.iter().map(Traced::text).collect(),
                ..Manifest::options_of(options, &seeds, format)
            },
            parameters_changed: parameters.changed.clone(),
            runs: seeds.iter().zip(&ids).map(run).collect(),
            tables: BTreeMap::new(),
            levers_never_started: BTreeMap::new(),
        };
        Study { prepared, seeds, ids, folder, format, manifest, assumptions: None }
    }

    /// The same study, its manifest with the hashes of data of one's own. `model_hash` covers them too.
    pub fn with_data(mut self, data: &BTreeMap<String, String>) -> Study {
        self.manifest.data.clone_from(data);
        self
    }

    /// The same study, its manifest with the places that these data add or move.
    pub fn with_places(mut self, places: &BTreeMap<String, OwnPlace>) -> Study {
        self.manifest.own_places.clone_from(places);
        self
    }

    /// The same study with parameters that a sample gives each seed.
    pub fn with_sample(mut self, assumptions: &Assumptions, model_hash: &str) -> Study {
        let branch = Branch {
            theatre: Arc::clone(&self.prepared.theatre),
            scenario: Arc::clone(&self.prepared.scenario),
            options: self.prepared.options.clone(),
            assumptions: Arc::new(assumptions.clone()),
            first: Arc::default(),
        };
        self.ids = self.seeds.iter().map(|seed| branch.id(model_hash, *seed)).collect();
        for (record, id) in self.manifest.runs.iter_mut().zip(&self.ids) {
            record.id = id.text();
        }
        self.manifest.options.posterior = assumptions.sample.as_ref().map(Sample::hash);
        self.manifest.options.sample = assumptions.sample.as_ref().map(Sample::record);
        self.assumptions = Some(assumptions.clone());
        self
    }

    /// What the run of a seed begins with, if it is not what all runs share.
    pub fn prepared_for(&self, seed: u64) -> Option<Prepared> {
        let assumptions = self.assumptions.as_ref()?;
        let Prepared { scenario, options, .. } = &self.prepared;
        let parameters = assumptions.parameters(scenario, seed);
        Some(self.prepared.beside(Arc::clone(scenario), parameters, options.clone()))
    }

    /// Run tables that are recorded, in order.
    pub fn tables(&self) -> Vec<&'static TableSpec> {
        tables(self.prepared.options.tables == Recorded::Everything, !self.prepared.traced.is_empty())
    }
}

/// Run tables, with or without events and traced decisions.
pub fn tables(events: bool, decisions: bool) -> Vec<&'static TableSpec> {
    let always = RUN_TABLES.into_iter().filter(|table| events || table.name != "events");
    always.chain(decisions.then_some(&DECISIONS_TABLE)).collect()
}
