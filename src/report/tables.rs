//! The finished tables of one scenario folder, read back: the manifest, and quantiles over seeds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::control::Control;
use crate::report::figures::WANTED;
use crate::report::groups::Groups;
use crate::report::rows::Rows;
use crate::tables::ColumnKind;
use crate::tables::indicators::INDICATORS;

/// Length of a period of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// Rows begin on Mondays.
    Week,
    /// Rows begin on the first of a month.
    Month,
}

impl Every {
    /// "week" or "month".
    pub fn word(self) -> &'static str {
        match self {
            Every::Week => "week",
            Every::Month => "month",
        }
    }

    /// Day after the last day of the period that begins here.
    pub fn end_of(self, start: Date) -> i64 {
        match self {
            Every::Week => start.days() + 7,
            Every::Month => {
                let next =
                    if start.month == 12 { (start.year + 1, 1) } else { (start.year, start.month + 1) };
                Date { year: next.0, month: next.1, day: 1 }.days()
            }
        }
    }

    /// Where a value of the period that begins here stands on the time axis (days since 1970): in the middle
    /// for sums and means, at its end for stocks.
    pub fn position(self, start: Date, kind: ColumnKind) -> f64 {
        let end = self.end_of(start) as f64;
        if kind == ColumnKind::End { end } else { (start.days() as f64 + end) / 2.0 }
    }
}

/// What the figures need of `manifest.json`.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Version of the program that wrote the tables.
    pub version: String,
    /// Name of the scenario.
    pub name: String,
    /// Title of the scenario, or its name.
    pub title: String,
    /// First eight hexadecimal digits of the scenario's hash.
    pub short_hash: String,
    /// Scenario files as text, bases first.
    pub texts: Vec<String>,
    /// Period of the tables.
    pub every: Every,
    /// Seeds whose runs are done.
    pub seeds: BTreeSet<u64>,
    /// Runs that were asked for.
    pub n_runs: usize,
    /// Rows by file name, as far as they are stated.
    pub n_rows: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct ManifestFile {
    format: u64,
    program: String,
    version: String,
    scenario: ScenarioPart,
    options: OptionsPart,
    runs: Vec<RunPart>,
    #[serde(default)]
    tables: BTreeMap<String, TablePart>,
}

#[derive(Deserialize)]
struct TablePart {
    rows: u64,
}

#[derive(Deserialize)]
struct ScenarioPart {
    name: String,
    hash: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    base_texts: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct OptionsPart {
    every: String,
}

#[derive(Deserialize)]
struct RunPart {
    seed: u64,
    status: String,
}

impl Manifest {
    /// Reads `manifest.json` of a folder.
    ///
    /// # Errors
    ///
    /// Missing, damaged or foreign manifests, and those without a finished run.
    pub fn read(dir: &Path) -> Result<Manifest, FigureError> {
        let file = dir.join("manifest.json");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(FigureError::Missing { file });
            }
            Err(source) => return Err(FigureError::Io { file, source }),
        };
        let foreign = |reason: String| FigureError::Foreign { file: file.clone(), reason };
        let found: ManifestFile = serde_json::from_str(&text)
            .map_err(|error| foreign(format!("not a manifest of this program: {error}")))?;
        if found.program != "harmattan" || found.format != 1 {
            return Err(foreign(format!(
                "written by `{}` in format {}, expected `harmattan` in format 1",
                found.program, found.format
            )));
        }
        let every = match found.options.every.as_str() {
            "week" => Every::Week,
            "month" => Every::Month,
            other => return Err(foreign(format!("`every` is `{other}`, expected `week` or `month`"))),
        };
        let seeds: BTreeSet<u64> =
            found.runs.iter().filter(|run| run.status == "done").map(|run| run.seed).collect();
        if seeds.is_empty() {
            return Err(foreign("no run of this scenario is done".to_string()));
        }
        let scenario = found.scenario;
        let hash = scenario.hash.rsplit(':').next().unwrap_or_default();
        Ok(Manifest {
            version: found.version,
            title: title_of(&scenario.text).unwrap_or_else(|| scenario.name.clone()),
            short_hash: hash.chars().take(8).collect(),
            texts: scenario.base_texts.into_values().chain([scenario.text]).collect(),
            name: scenario.name,
            every,
            n_runs: found.runs.len(),
            n_rows: found.tables.into_iter().map(|(file, table)| (file, table.rows)).collect(),
            seeds,
        })
    }

    /// "12 seeds" or "1 seed".
    pub fn seeds_in_words(&self) -> String {
        let n = self.seeds.len();
        format!("{n} seed{}", if n == 1 { "" } else { "s" })
    }
}

fn title_of(scenario: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(scenario).ok()?;
    let title = table.get("title")?.as_str()?.trim();
    (!title.is_empty()).then(|| title.to_string())
}

/// Quantiles over seeds in one period; NaN is unknown.
#[derive(Clone, Copy, Debug)]
pub struct Quantiles {
    /// 5 %, 25 %, 50 %, 75 % and 95 %.
    pub at: [f64; 5],
}

/// One indicator in one region over time.
#[derive(Clone, Debug)]
pub struct Series {
    /// Position on the time axis (days since 1970) and quantiles.
    pub points: Vec<(f64, Quantiles)>,
    /// First period.
    pub first: Date,
    /// Last period.
    pub last: Date,
}

/// The rows of `summary.csv` that figures draw, by region and indicator.
type Summary = BTreeMap<(&'static str, &'static str), BTreeMap<Date, Quantiles>>;

/// The tables of one folder, each read when a figure first asks for it.
pub struct Tables {
    /// The scenario folder.
    pub dir: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    summary: Option<Summary>,
    groups: Option<Groups>,
    control: Option<Control>,
    messages: Vec<String>,
}

impl Tables {
    /// Opens a scenario folder and reads its manifest.
    ///
    /// # Errors
    ///
    /// As [`Manifest::read`].
    pub fn open(dir: &Path) -> Result<Tables, FigureError> {
        let manifest = Manifest::read(dir)?;
        Ok(Tables {
            dir: dir.to_path_buf(),
            manifest,
            summary: None,
            groups: None,
            control: None,
            messages: Vec::new(),
        })
    }

    /// One indicator of one region, which must be listed in [`WANTED`].
    ///
    /// # Errors
    ///
    /// A damaged table, or one without a known value for this indicator and region.
    pub fn series(&mut self, region: &'static str, indicator: &'static str) -> Result<Series, FigureError> {
        let summary = match self.summary.take() {
            Some(summary) => summary,
            None => read_summary(&self.dir, &self.manifest)?,
        };
        let rows = self.summary.insert(summary).get(&(region, indicator));
        let known = |rows: &&BTreeMap<Date, Quantiles>| rows.values().any(|q| !q.at[2].is_nan());
        let Some(rows) = rows.filter(known) else {
            return Err(FigureError::NoRows {
                file: self.dir.join("summary.csv"),
                what: format!("no known value of `{indicator}` in {region}"),
            });
        };
        let kind =
            INDICATORS.iter().find(|spec| spec.name == indicator).map_or(ColumnKind::Mean, |spec| spec.kind);
        let every = self.manifest.every;
        let mut dates = rows.keys();
        let first = *dates.next().unwrap_or(&crate::base::dates::FIRST_DAY);
        let last = *dates.next_back().unwrap_or(&first);
        let points = rows.iter().map(|(date, q)| (every.position(*date, kind), *q)).collect();
        Ok(Series { points, first, last })
    }

    /// The armed groups.
    ///
    /// # Errors
    ///
    /// As [`Groups::read`].
    pub fn groups(&mut self) -> Result<&Groups, FigureError> {
        let groups = match self.groups.take() {
            Some(groups) => groups,
            None => Groups::read(&self.dir, &self.manifest)?,
        };
        Ok(self.groups.insert(groups))
    }

    /// Who controls which place.
    ///
    /// # Errors
    ///
    /// As [`Control::read`].
    pub fn control(&mut self) -> Result<&Control, FigureError> {
        let control = match self.control.take() {
            Some(control) => control,
            None => {
                let (dir, manifest) = (self.dir.clone(), self.manifest.clone());
                Control::read(&dir, &manifest, self.groups()?)?
            }
        };
        Ok(self.control.insert(control))
    }

    /// Keeps something that the user should hear.
    pub fn tell(&mut self, message: String) {
        self.messages.push(message);
    }

    /// What the user should hear, once.
    pub fn take_messages(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages)
    }
}

fn read_summary(dir: &Path, manifest: &Manifest) -> Result<Summary, FigureError> {
    let columns = ["date", "region", "indicator", "p05", "p25", "p50", "p75", "p95"];
    let mut rows = Rows::open(dir, "summary", &columns, manifest)?;
    let mut summary = Summary::new();
    while rows.advance()? {
        let (region, indicator) = (rows.text(1)?, rows.text(2)?);
        let Some(key) = WANTED.iter().find(|key| key.0 == region && key.1 == indicator) else { continue };
        let date = rows.date(0)?;
        let mut at = [0.0; 5];
        for (i, value) in at.iter_mut().enumerate() {
            *value = rows.number(3 + i)?;
        }
        if summary.entry(*key).or_default().insert(date, Quantiles { at }).is_some() {
            return Err(rows.malformed(format!("a second row for {date}, {region}, {indicator}")));
        }
    }
    Ok(summary)
}
