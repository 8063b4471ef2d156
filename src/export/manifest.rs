//! `manifest.json`: what was run, from which inputs, with which results. Deterministic: keys sorted, no clock.
//!
//! It stands in the folder from the beginning of the first run, so that an interrupted folder is recognised;
//! runs that are still missing are `pending` and have no tables.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{ExportError, Format, atomic};
use crate::base::dates::{Date, FIRST_DAY, HORIZON, Week};
use crate::scenario::show::check_scenario_name;
use crate::simulation::{Period, Recorded, RunOptions};

/// Name of the file.
pub const FILE: &str = "manifest.json";

/// Version of the form of manifests.
pub const FORMAT: u32 = 1;

/// Most runs that a manifest may list; more is no manifest of ours.
const MOST_RUNS: usize = 10_000_000;

/// Revision of the sources, if the build was told (environment variable `HARMATTAN_GIT_REVISION`).
pub const GIT_REVISION: Option<&str> = option_env!("HARMATTAN_GIT_REVISION");

/// Whether a run is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not run yet.
    Pending,
    /// Finished.
    Done,
    /// Stopped by an error of the program.
    Failed,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Seed.
    pub seed: u64,
    /// Hash of its inputs.
    pub id: String,
    /// Whether it is there.
    pub status: Status,
    /// Why it failed.
    pub error: Option<String>,
    /// Weeks simulated.
    pub weeks: Option<u32>,
    /// Hash of the final state.
    pub state_hash: Option<String>,
}

/// One table, whatever the format of its files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRecord {
    /// Rows.
    pub rows: u64,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// blake3 of the rows as CSV text, without the header.
    pub hash: String,
}

/// The scenario, complete enough to run it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScenarioRecord {
    /// Name.
    pub name: String,
    /// blake3 of the merged scenario in canonical form.
    pub hash: String,
    /// Its own text.
    pub text: String,
    /// Texts of its bases.
    pub base_texts: BTreeMap<String, String>,
}

/// Options of the runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptionsRecord {
    /// Seeds, rising.
    pub seeds: Vec<u64>,
    /// Persons per agent.
    pub scale: u32,
    /// Monday of the first recorded week.
    pub from: String,
    /// Monday of the last week.
    pub until: String,
    /// `month` or `week`.
    pub every: String,
    /// File format of the tables.
    pub format: Format,
    /// Whether `events` is recorded.
    pub events: bool,
    /// Submodels switched off.
    pub without: Vec<String>,
    /// Hash of a posterior sample, if one was used.
    pub posterior: Option<String>,
    /// Which sample that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleRecord>,
    /// Decisions that are traced, as on the command line.
    #[serde(default)]
    pub trace: Vec<String>,
}

/// A sample of parameters, beside its hash: what people know it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRecord {
    /// The end of its path: folder and file.
    pub name: String,
    /// Draws.
    pub draws: usize,
    /// Parameters that it gives values of.
    pub parameters: Vec<String>,
}

/// A parameter that differs from its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangedParameter {
    /// Value used.
    pub value: f64,
    /// Value of the catalogue.
    pub default: f64,
    /// Unit.
    pub unit: String,
    /// Who changed it: `scenario` or `command-line`.
    pub by: String,
}

/// Where a place lies that one's own data add or move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnPlace {
    /// Country, as in `places.csv` of the theatre.
    pub country: String,
    /// Longitude [degrees].
    pub longitude: f64,
    /// Latitude [degrees].
    pub latitude: f64,
}

/// The whole manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of this form: 1.
    pub format: u32,
    /// `harmattan`.
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// Revision of its sources.
    pub git_revision: Option<String>,
    /// Hash of program version, all compiled-in data, and data of one's own.
    pub model_hash: String,
    /// Hashes of the files of one's own data that lie on the theatre, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    /// Places that these data add or move, by id: maps are drawn from results, and the data stay elsewhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own_places: BTreeMap<String, OwnPlace>,
    /// Scenario.
    pub scenario: ScenarioRecord,
    /// Options.
    pub options: OptionsRecord,
    /// Parameters that differ from the catalogue.
    pub parameters_changed: BTreeMap<String, ChangedParameter>,
    /// Runs in seed order.
    pub runs: Vec<RunRecord>,
    /// Tables by name; empty until all runs are there.
    pub tables: BTreeMap<String, TableRecord>,
    /// Conditional levers that did not start in so many seeds.
    #[serde(default)]
    pub levers_never_started: BTreeMap<String, u64>,
}

/// The first input in which two manifests differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Name of the input, as in the manifest.
    pub what: String,
    /// Its value in the existing folder.
    pub before: String,
    /// Its value now.
    pub now: String,
}

impl Manifest {
    /// The text of the file: keys sorted, two spaces.
    pub fn text(&self) -> String {
        // A JSON value keeps its keys in a sorted map; numbers and texts always serialize.
        let value = serde_json::to_value(self).unwrap_or_default();
        format!("{value:#}\n")
    }

    /// Writes the file.
    pub fn write(&self, folder: &Path) -> Result<(), ExportError> {
        atomic::write(&folder.join(FILE), self.text().as_bytes())
    }

    /// Reads the manifest of a folder; none if there is no such file.
    pub fn read(folder: &Path) -> Result<Option<Manifest>, ExportError> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ExportError::file("read", &path)(error)),
        };
        Manifest::parse(&text).map(Some).map_err(|reason| ExportError::Content { path, reason })
    }

    /// A manifest from its text, or what is wrong with it.
    pub fn parse(text: &str) -> Result<Manifest, String> {
        let not_ours = |error: serde_json::Error| format!("not a manifest of harmattan ({error})");
        let value: serde_json::Value = serde_json::from_str(text).map_err(not_ours)?;
        check_head(&value)?;
        if let Some(kind) = value.get("kind").and_then(serde_json::Value::as_str) {
            return Err(format!("that of a {kind}; name the folder of one scenario, such as output/history"));
        }
        let manifest: Manifest = serde_json::from_value(value).map_err(not_ours)?;
        match manifest.unsound() {
            Some(what) => Err(format!("altered: {what} is not what harmattan writes")),
            None => Ok(manifest),
        }
    }

    /// The first key whose value no run of ours can have had.
    fn unsound(&self) -> Option<String> {
        if check_scenario_name(&self.scenario.name).is_err() {
            return Some("scenario.name".to_string());
        }
        if let Some(key) = self.options.unsound() {
            return Some(format!("options.{key}"));
        }
        let seeds = self.runs.iter().map(|run| run.seed);
        (!seeds.eq(self.options.seeds.iter().copied())).then(|| "the list of runs".to_string())
    }

    /// The first input in which an existing manifest (`self`) differs from what is wanted now.
    pub fn first_difference(&self, wanted: &Manifest) -> Option<Difference> {
        let short = |value: serde_json::Value| value.to_string();
        let before = comparable(self);
        let now = comparable(wanted);
        before.into_iter().zip(now).find(|(a, b)| a != b).map(|((what, a), (_, b))| Difference {
            what: what.to_string(),
            before: short(a),
            now: short(b),
        })
    }

    /// True if every run is there.
    pub fn is_complete(&self) -> bool {
        self.runs.iter().all(|run| run.status == Status::Done)
    }

    /// Options as they were given to the runs.
    pub fn options_of(options: &RunOptions, seeds: &[u64], format: Format) -> OptionsRecord {
        OptionsRecord {
            seeds: seeds.to_vec(),
            scale: options.scale,
            from: options.from.monday().to_string(),
            until: options.until.monday().to_string(),
            every: match options.every {
                Period::Month => "month".to_string(),
                Period::Week => "week".to_string(),
            },
            format,
            events: options.tables == Recorded::Everything,
            without: options.without.iter().map(|i| crate::schedule::SUBMODELS[*i].to_string()).collect(),
            posterior: None,
            sample: None,
            trace: Vec::new(),
        }
    }
}

impl OptionsRecord {
    /// The first key whose value no run of ours can have had.
    fn unsound(&self) -> Option<&'static str> {
        if !seeds_are_sound(&self.seeds) {
            return Some("seeds");
        }
        if !(1..=1000).contains(&self.scale) {
            return Some("scale");
        }
        match self.run_options() {
            Err(key) => Some(key),
            Ok(options) if options.from > options.until => Some("from"),
            Ok(_) => None,
        }
    }

    /// The options of a run, or the key that cannot be read.
    pub fn run_options(&self) -> Result<RunOptions, &'static str> {
        let without = self
            .without
            .iter()
            .map(|name| crate::schedule::SUBMODELS.iter().position(|known| known == name))
            .collect::<Option<Vec<usize>>>()
            .ok_or("without")?;
        Ok(RunOptions {
            scale: self.scale,
            from: week_of(&self.from).ok_or("from")?,
            until: week_of(&self.until).ok_or("until")?,
            every: match self.every.as_str() {
                "month" => Period::Month,
                "week" => Period::Week,
                _ => return Err("every"),
            },
            without,
            tables: if self.events { Recorded::Everything } else { Recorded::WithoutEvents },
            check_invariants: false,
        })
    }
}

fn comparable(manifest: &Manifest) -> Vec<(&'static str, serde_json::Value)> {
    use serde_json::json;
    let options = &manifest.options;
    vec![
        ("scenario", json!(manifest.scenario.name)),
        ("data", json!(data_text(&manifest.data))),
        ("scenario.hash", json!(manifest.scenario.hash)),
        ("parameters_changed", json!(manifest.parameters_changed)),
        ("options.seeds", json!(seeds_text(&options.seeds))),
        ("options.scale", json!(options.scale)),
        ("options.from", json!(options.from)),
        ("options.until", json!(options.until)),
        ("options.every", json!(options.every)),
        ("options.format", json!(options.format)),
        ("options.events", json!(options.events)),
        ("options.without", json!(options.without)),
        ("options.posterior", json!(options.posterior)),
        ("options.trace", json!(options.trace)),
        ("model_hash", json!(manifest.model_hash)),
    ]
}

/// Data of one's own in few words: each file with the beginning of its hash.
fn data_text(data: &BTreeMap<String, String>) -> String {
    let beginning = |hash: &str| hash.trim_start_matches("blake3:").chars().take(8).collect::<String>();
    let files = data.iter().map(|(name, hash)| format!("{name} {}", beginning(hash)));
    if data.is_empty() { "none of one's own".to_string() } else { files.collect::<Vec<_>>().join(", ") }
}

/// What is wrong with the head of a manifest of any kind, if anything: whose it is, and the version of its form.
pub(crate) fn check_head(value: &serde_json::Value) -> Result<(), String> {
    if value["program"] != "harmattan" {
        return Err("not a manifest of harmattan".to_string());
    }
    if value["format"] == FORMAT {
        return Ok(());
    }
    Err(format!(
        "in format {}, and this version reads format {FORMAT}: use harmattan {}, which wrote it, or make the \
         results again in another folder",
        short(&value["format"]),
        short(&value["version"])
    ))
}

/// A value of a file of unknown origin, for a message.
fn short(value: &serde_json::Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
    text.chars().filter(|c| !c.is_control()).take(20).collect()
}

/// The week of a Monday within the horizon.
pub(crate) fn week_of(date: &str) -> Option<Week> {
    let date = Date::parse(date)?;
    (FIRST_DAY..=HORIZON).contains(&date).then(|| date.week())
}

/// True for seeds as they stand in manifests: some, rising, and such as tables can hold.
pub(crate) fn seeds_are_sound(seeds: &[u64]) -> bool {
    let rising = seeds.windows(2).all(|pair| pair[0] < pair[1]);
    rising
        && (1..=MOST_RUNS).contains(&seeds.len())
        && seeds.last().is_none_or(|last| *last <= i64::MAX as u64)
}

/// Seeds in the spelling of `--seeds`: 1..20, or 3,7,9.
pub fn seeds_text(seeds: &[u64]) -> String {
    match seeds {
        [first, .., last] if last - first + 1 == seeds.len() as u64 => format!("{first}..{last}"),
        _ => seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(","),
    }
}

/// A hash as it stands in files.
pub fn hash_text(hash: &blake3::Hash) -> String {
    format!("blake3:{}", hash.to_hex())
}
