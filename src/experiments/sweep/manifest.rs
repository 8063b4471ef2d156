//! `manifest.json` of a sweep: what is carried out, from which inputs, with which rows. Deterministic: keys sorted, no
//! clock. The manifest of a whole sweep is the same however it was carried out.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::rows::{Column, columns};
use super::{Shard, Sweep};
use crate::base::ids::Id as _;
use crate::entities::policy::Watched;
use crate::experiments::plan::{Acts, Outcome, Spread};
use crate::experiments::posterior::Sample;
use crate::export::manifest::{
    Difference, FILE, FORMAT, GIT_REVISION, SampleRecord, ScenarioRecord, TableRecord, check_head, hash_text,
    seeds_are_sound, seeds_text, week_of,
};
use crate::export::{ExportError, Format, atomic};
use crate::scenario::show::check_scenario_name;
use crate::schedule::SUBMODELS;
use crate::tables::indicators::AREAS;

/// Options of the runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Seeds, rising.
    pub seeds: Vec<u64>,
    /// Persons per agent.
    pub scale: u32,
    /// Monday of the last week.
    pub until: String,
    /// Submodels switched off.
    pub without: Vec<String>,
    /// File format of the rows.
    pub format: Format,
    /// Hash of the sample that gives each seed its parameters, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posterior: Option<String>,
    /// Which sample that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleRecord>,
}

/// How many runs there are, and which of them this folder is for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Runs {
    /// Runs of the whole sweep.
    pub total: usize,
    /// Number of the first one here, from 1.
    pub first: usize,
    /// How many are to be here.
    pub here: usize,
    /// Done; none until the rows are written.
    pub done: Option<usize>,
    /// Failed.
    pub failed: Option<usize>,
}

/// The whole manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepManifest {
    /// Version of this form: 1.
    pub format: u32,
    /// `harmattan`.
    pub program: String,
    /// `sweep`.
    pub kind: String,
    /// Version of the program.
    pub version: String,
    /// Revision of its sources.
    pub git_revision: Option<String>,
    /// Hash of program version and all compiled-in data.
    pub model_hash: String,
    /// Hashes of the files of one's own data that lie on the theatre, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// Hash of the inputs: what shards must share.
    pub sweep: String,
    /// Name of the plan.
    pub name: String,
    /// Text of the plan.
    pub plan: String,
    /// Everything that determines the rows, by name; texts and numbers.
    pub inputs: BTreeMap<String, Json>,
    /// Scenarios in the order of the plan.
    pub scenarios: Vec<ScenarioRecord>,
    /// Columns of the rows.
    pub columns: Vec<Column>,
    /// Options of the runs.
    pub options: Options,
    /// Runs.
    pub runs: Runs,
    /// Share of the runs; none = all.
    pub shard: Option<Shard>,
    /// True if runs are missing from the rows, by `merge --partial`.
    pub partial: bool,
    /// Tables by name; empty until all runs are there.
    pub tables: BTreeMap<String, TableRecord>,
}

impl SweepManifest {
    /// The manifest before the first run.
    pub fn of(sweep: &Sweep) -> SweepManifest {
        let plan = &sweep.plan;
        let range = sweep.range();
        let scenarios = plan.scenarios.iter().map(|scenario| ScenarioRecord {
            name: scenario.name.clone(),
            hash: hash_text(&blake3::hash(scenario.canonical.as_bytes())),
            text: scenario.text.clone(),
            base_texts: scenario.base_texts.clone(),
        });
        SweepManifest {
            format: FORMAT,
            program: "harmattan".to_string(),
            kind: "sweep".to_string(),
            version: env!("CARGO_PKG_VERSION").to_string(),
            git_revision: GIT_REVISION.map(str::to_string),
            model_hash: sweep.model_hash.clone(),
            data: sweep.data.clone(),
            sweep: sweep_id(sweep),
            name: plan.name.clone(),
            plan: plan.text.clone(),
            inputs: inputs(sweep),
            scenarios: scenarios.collect(),
            columns: columns(plan),
            options: Options {
                seeds: plan.seeds.clone(),
                scale: plan.scale,
                until: plan.until.monday().to_string(),
                without: plan.without.iter().map(|at| SUBMODELS[*at].to_string()).collect(),
                format: sweep.format,
                posterior: sweep.sample.as_ref().map(Sample::hash),
                sample: sweep.sample.as_ref().map(Sample::record),
            },
            runs: Runs {
                total: plan.n_runs().unwrap_or(0),
                first: range.start + 1,
                here: range.len(),
                done: None,
                failed: None,
            },
            shard: sweep.shard,
            partial: false,
            tables: BTreeMap::new(),
        }
    }

    /// True once the rows are written.
    pub fn is_complete(&self) -> bool {
        !self.tables.is_empty()
    }

    /// The first input that differs; the folder's own is `self`.
    pub fn first_difference(&self, now: &SweepManifest) -> Option<Difference> {
        let text = |value: Option<&Json>| match value {
            None => "not there".to_string(),
            Some(Json::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        };
        let mut names: Vec<&String> = self.inputs.keys().chain(now.inputs.keys()).collect();
        names.sort();
        // What a user wrote is a better answer than the hash of all of it.
        let differing = names.into_iter().find(|name| self.inputs.get(*name) != now.inputs.get(*name));
        let difference = |what: &str, before: String, now: String| {
            Some(Difference { what: what.to_string(), before, now })
        };
        if let Some(name) = differing {
            return difference(name, text(self.inputs.get(name)), text(now.inputs.get(name)));
        }
        if self.options.format != now.options.format {
            let word = |format: Format| text(Some(&json!(format)));
            return difference("format", word(self.options.format), word(now.options.format));
        }
        if self.shard != now.shard {
            let word =
                |shard: Option<Shard>| shard.map_or("all".to_string(), |s| format!("{}/{}", s.index, s.of));
            return difference("shard", word(self.shard), word(now.shard));
        }
        None
    }

    /// The text of the file: keys sorted, two spaces.
    pub fn text(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        format!("{value:#}\n")
    }

    /// Writes the file.
    pub fn write(&self, folder: &Path) -> Result<(), ExportError> {
        atomic::write(&folder.join(FILE), self.text().as_bytes())
    }

    /// Reads the manifest of a folder; none if there is no such file or it is not that of a sweep.
    pub fn read(folder: &Path) -> Result<Option<SweepManifest>, ExportError> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ExportError::file("read", &path)(error)),
        };
        SweepManifest::parse(&text).map_err(|reason| ExportError::Content { path, reason })
    }

    /// A manifest from its text, or what is wrong with it; none if it is not that of a sweep.
    pub fn parse(text: &str) -> Result<Option<SweepManifest>, String> {
        let value: Json = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
        if value["kind"] != "sweep" {
            return Ok(None);
        }
        check_head(&value)?;
        let manifest: SweepManifest =
            serde_json::from_value(value).map_err(|error| format!("not a sweep's: {error}"))?;
        match manifest.unsound() {
            Some(what) => Err(format!("altered: {what} is not what harmattan writes")),
            None => Ok(Some(manifest)),
        }
    }

    /// The first key whose value no sweep of ours can have had: names become folders, and counts are counted with.
    fn unsound(&self) -> Option<&'static str> {
        let Options { seeds, scale, until, .. } = &self.options;
        let Runs { total, first, here, .. } = self.runs;
        let is_name = |name: &str| check_scenario_name(name).is_ok();
        let within =
            (1..=total.saturating_add(1)).contains(&first) && here <= total.saturating_sub(first - 1);
        [
            ("name", is_name(&self.name)),
            ("scenarios", self.scenarios.iter().all(|scenario| is_name(&scenario.name))),
            ("options.seeds", seeds_are_sound(seeds)),
            ("options.scale", (1..=1000).contains(scale)),
            ("options.until", week_of(until).is_some()),
            ("runs", within),
            ("shard", self.shard.is_none_or(|shard| shard.is_sound())),
        ]
        .into_iter()
        .find_map(|(what, sound)| (!sound).then_some(what))
    }
}

/// Hash of the inputs of a sweep.
pub fn sweep_id(sweep: &Sweep) -> String {
    let text = json!(inputs(sweep)).to_string();
    hash_text(&blake3::hash(text.as_bytes()))
}

/// Everything that determines the rows, one line per statement of the plan.
fn inputs(sweep: &Sweep) -> BTreeMap<String, Json> {
    let plan = &sweep.plan;
    let mut inputs = BTreeMap::new();
    let mut line = |name: String, value: Json| inputs.insert(name, value);
    line("name".to_string(), json!(plan.name));
    line("seeds".to_string(), json!(seeds_text(&plan.seeds)));
    line("scale".to_string(), json!(plan.scale));
    line("until".to_string(), json!(plan.until.monday().to_string()));
    let without: Vec<&str> = plan.without.iter().map(|at| SUBMODELS[*at]).collect();
    line("without".to_string(), json!(without));
    let scenarios: Vec<&str> = plan.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    line("scenarios".to_string(), json!(scenarios));
    for scenario in &plan.scenarios {
        let hash = hash_text(&blake3::hash(scenario.canonical.as_bytes()));
        line(format!("scenario.{}", scenario.name), json!(hash));
    }
    if let Some(design) = &plan.design {
        line("design.method".to_string(), json!(design.method.word()));
        line("design.points".to_string(), json!(design.points));
        line("design.seed".to_string(), json!(design.seed));
    }
    let names: Vec<&str> = plan.factors.iter().map(|factor| factor.name.as_str()).collect();
    line("varied".to_string(), json!(names));
    for factor in &plan.factors {
        let table = if factor.acts == Acts::Parameter { "uncertainties" } else { "levers" };
        line(format!("{table}.{}", factor.name), json!(spread_text(&factor.spread)));
    }
    let names: Vec<&str> = plan.outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
    line("outcomes".to_string(), json!(names));
    for outcome in &plan.outcomes {
        line(format!("outcome.{}", outcome.name), json!(outcome_text(outcome)));
    }
    let aims: Vec<String> = plan.aims.iter().map(ToString::to_string).collect();
    line("targets".to_string(), json!(aims));
    if !plan.listed.is_empty() {
        let rows =
            plan.listed.iter().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
        let text = rows.collect::<Vec<_>>().join("\n");
        line("points".to_string(), json!(hash_text(&blake3::hash(text.as_bytes()))));
    }
    if let Some(sample) = &sweep.sample {
        line("posterior".to_string(), json!(sample.hash()));
    }
    for (name, hash) in &sweep.data {
        line(format!("data.{name}"), json!(hash));
    }
    line("model_hash".to_string(), json!(sweep.model_hash));
    inputs
}

fn spread_text(spread: &Spread) -> String {
    match spread {
        Spread::Uniform { low, high } => format!("range {low} to {high}"),
        Spread::LogUniform { low, high } => format!("log-uniform {low} to {high}"),
        Spread::Triangular { low, peak, high } => format!("triangular {low}, {peak}, {high}"),
        Spread::Values(values) => values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

fn outcome_text(outcome: &Outcome) -> String {
    let place = match outcome.watched {
        Watched::Area { area, .. } => AREAS[area].to_string(),
        Watched::Place { place, .. } => format!("place {}", place.index()),
        Watched::Group { group, .. } => format!("group {group}"),
        Watched::Community { community, .. } => community.word().to_string(),
    };
    format!("{} ({place}), {}", outcome.indicator, outcome.reduce)
}
