//! The finished tables of one scenario folder, read back: the manifest, and quantiles over seeds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::base::dates::Date;
use crate::experiments::summary::{MEASURES, Measures};
use crate::export::manifest::{OwnPlace, SampleRecord};
use crate::report::FigureError;
use crate::report::axes::TimeAxis;
use crate::report::groups::Groups;
use crate::report::markers::{self, Marker};
use crate::report::page::assumed::UsedSample;
use crate::report::places::Places;
use crate::report::rows::Rows;
use crate::tables::ColumnKind;
use crate::tables::indicators::{AREAS, INDICATORS, IndicatorSpec};

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
    /// First eight hexadecimal digits of the first finished run's id, which covers scenario, parameters and scale.
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
    /// The question that the scenario asks, or "".
    pub question: String,
    /// Monday of the first recorded week, if it is stated.
    pub from: Option<Date>,
    /// Monday of the last week, if it is stated.
    pub until: Option<Date>,
    /// Persons per agent, if it is stated.
    pub scale: Option<u64>,
    /// Submodels switched off.
    pub without: Vec<String>,
    /// Files of data of one's own that lie on the theatre.
    pub data: Vec<String>,
    /// Places that these data add or move, by id.
    pub own_places: BTreeMap<String, OwnPlace>,
    /// Parameters that differ from the catalogue, by name.
    pub parameters_changed: BTreeMap<String, Changed>,
    /// The sample that gave each run its parameters, if there was one.
    pub sample: Option<UsedSample>,
    /// Conditional levers that did not start, with the number of seeds.
    pub never_started: BTreeMap<String, u64>,
}

/// A parameter that differs from its default.
#[derive(Clone, Debug, Deserialize)]
pub struct Changed {
    /// Value used.
    pub value: f64,
    /// Value of the catalogue.
    pub default: f64,
    /// Unit.
    pub unit: String,
    /// Who changed it.
    pub by: String,
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
    data: BTreeMap<String, String>,
    #[serde(default)]
    own_places: BTreeMap<String, OwnPlace>,
    #[serde(default)]
    tables: BTreeMap<String, TablePart>,
    #[serde(default)]
    parameters_changed: BTreeMap<String, Changed>,
    #[serde(default)]
    levers_never_started: BTreeMap<String, u64>,
}

/// What tells the folder of an experiment from that of a scenario.
#[derive(Deserialize)]
struct KindPart {
    kind: Option<String>,
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
    from: Option<String>,
    until: Option<String>,
    scale: Option<u64>,
    #[serde(default)]
    without: Vec<String>,
    posterior: Option<String>,
    sample: Option<SampleRecord>,
}

#[derive(Deserialize)]
struct RunPart {
    seed: u64,
    #[serde(default)]
    id: String,
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
        if let Some(kind) = serde_json::from_str::<KindPart>(&text).ok().and_then(|part| part.kind) {
            return Err(foreign(format!(
                "that of a {kind}, and nothing beside it can be drawn; name the folder of one scenario, or that of a plan \
                 after `harmattan sensitivity`"
            )));
        }
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
        let first = found.runs.iter().find(|run| run.status == "done").map_or("", |run| run.id.as_str());
        let short_hash = short(if first.is_empty() { &found.scenario.hash } else { first });
        let scenario = found.scenario;
        Ok(Manifest {
            version: found.version,
            title: text_of(&scenario.text, "title").unwrap_or_else(|| scenario.name.clone()),
            question: text_of(&scenario.text, "question").unwrap_or_default(),
            short_hash,
            texts: scenario.base_texts.into_values().chain([scenario.text]).collect(),
            name: scenario.name,
            every,
            n_runs: found.runs.len(),
            n_rows: found.tables.into_iter().map(|(file, table)| (file, table.rows)).collect(),
            seeds,
            from: found.options.from.as_deref().and_then(Date::parse),
            until: found.options.until.as_deref().and_then(Date::parse),
            scale: found.options.scale,
            without: found.options.without,
            data: found.data.into_keys().collect(),
            own_places: found.own_places,
            parameters_changed: found.parameters_changed,
            sample: UsedSample::of(found.options.posterior.as_deref(), found.options.sample),
            never_started: found.levers_never_started,
        })
    }

    /// Weeks recorded in the period that begins here: a week belongs to the month of its Monday.
    pub fn weeks_in(&self, start: Date) -> f64 {
        let first = self.from.map_or(start.days(), |from| from.days().max(start.days()));
        let end = self.every.end_of(start);
        let end = self.until.map_or(end, |until| (until.days() + 1).min(end));
        // 5 January 1970 was a Monday.
        (first..end).filter(|day| (day - 4).rem_euclid(7) == 0).count() as f64
    }

    /// True if the manifest lists tables and this one is not among them: it was not recorded.
    pub fn lacks(&self, table: &str) -> bool {
        !self.n_rows.is_empty() && !self.n_rows.contains_key(&format!("{table}.csv"))
    }

    /// "12 seeds" or "1 seed".
    pub fn seeds_in_words(&self) -> String {
        let n = self.seeds.len();
        format!("{n} seed{}", if n == 1 { "" } else { "s" })
    }
}

/// The first eight digits of a hash such as `blake3:0123456789abcdef`.
pub fn short(hash: &str) -> String {
    hash.rsplit(':').next().unwrap_or_default().chars().take(8).collect()
}

/// A text of a scenario file, if it is there and not empty.
pub fn text_of(scenario: &str, key: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(scenario).ok()?;
    let text = table.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_string())
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

/// `summary.csv` by region and indicator.
pub type Summary = BTreeMap<(&'static str, &'static str), BTreeMap<Date, Quantiles>>;

/// The tables of one folder, each read when a figure first asks for it.
pub struct Tables {
    /// The scenario folder.
    pub dir: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    summary: Option<Summary>,
    groups: Option<Groups>,
    places: Option<Places>,
    typical_seed: Option<u64>,
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
            places: None,
            typical_seed: None,
            messages: Vec::new(),
        })
    }

    /// The dated marks of a figure, as far as they lie on its time axis; none, and a message, without `timeline.csv`.
    ///
    /// # Errors
    ///
    /// A foreign or damaged table.
    pub fn markers(&mut self, figure: &str, time: &TimeAxis) -> Result<Vec<Marker>, FigureError> {
        let found = match markers::read(&self.dir, &self.manifest) {
            Ok(found) => found,
            Err(error @ (FigureError::Missing { .. } | FigureError::OnlyParquet { .. })) => {
                self.tell(format!("{figure} has no dated marks: {error}"));
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        Ok(found.into_iter().filter(|marker| time.within(marker.day).is_some()).collect())
    }

    /// The whole of `summary.csv`.
    ///
    /// # Errors
    ///
    /// A missing, foreign or damaged table.
    pub fn summary(&mut self) -> Result<&Summary, FigureError> {
        let summary = match self.summary.take() {
            Some(summary) => summary,
            None => read_summary(&self.dir, &self.manifest)?,
        };
        Ok(self.summary.insert(summary))
    }

    /// One indicator of one region.
    ///
    /// # Errors
    ///
    /// A damaged table, or one without a known value for this indicator and region.
    pub fn series(&mut self, region: &'static str, indicator: &'static str) -> Result<Series, FigureError> {
        let file = self.dir.join("summary.csv");
        let every = self.manifest.every;
        let known = |rows: &&BTreeMap<Date, Quantiles>| rows.values().any(|q| !q.at[2].is_nan());
        let Some(rows) = self.summary()?.get(&(region, indicator)).filter(known) else {
            let what = format!("no known value of `{indicator}` in {region}");
            return Err(FigureError::NoRows { file, what });
        };
        let kind = specification(indicator).map_or(ColumnKind::Mean, |spec| spec.kind);
        let mut dates = rows.keys();
        let first = *dates.next().unwrap_or(&crate::base::dates::FIRST_DAY);
        let last = *dates.next_back().unwrap_or(&first);
        let points = rows.iter().map(|(date, q)| (every.position(*date, kind), *q)).collect();
        Ok(Series { points, first, last })
    }

    /// A sum per period as a sum per week, so that months of four and of five weeks can be compared.
    ///
    /// # Errors
    ///
    /// As [`Tables::series`].
    pub fn series_per_week(
        &mut self,
        region: &'static str,
        indicator: &'static str,
    ) -> Result<Series, FigureError> {
        let mut series = self.series(region, indicator)?;
        let dates: Vec<Date> =
            self.summary()?.get(&(region, indicator)).into_iter().flat_map(BTreeMap::keys).copied().collect();
        for (date, (_, q)) in dates.into_iter().zip(&mut series.points) {
            let weeks = self.manifest.weeks_in(date).max(1.0);
            q.at = q.at.map(|value| value / weeks);
        }
        Ok(series)
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

    /// The seed nearest to the medians over seeds, as `run` names it.
    ///
    /// # Errors
    ///
    /// A missing, foreign or damaged `indicators.csv`.
    pub fn typical_seed(&mut self) -> Result<u64, FigureError> {
        if let Some(seed) = self.typical_seed {
            return Ok(seed);
        }
        let only = self.manifest.seeds.first().copied().unwrap_or_default();
        let seed =
            if self.manifest.seeds.len() == 1 { only } else { self.find_typical_seed()?.unwrap_or(only) };
        Ok(*self.typical_seed.insert(seed))
    }

    fn find_typical_seed(&self) -> Result<Option<u64>, FigureError> {
        let names = MEASURES.map(|indicator| INDICATORS[indicator as usize].name);
        let columns: Vec<&str> = ["seed", "region"].into_iter().chain(names).collect();
        let mut rows = Rows::open(&self.dir, "indicators", &columns, &self.manifest)?;
        let mut measures = Measures::default();
        while rows.advance()? {
            if rows.text(1)? != "Mali" {
                continue;
            }
            let mut values = [0.0; MEASURES.len()];
            for (i, value) in values.iter_mut().enumerate() {
                *value = rows.number(2 + i)?;
            }
            measures.add_period(rows.seed(0, &self.manifest)?, values);
        }
        Ok(measures.typical_seed())
    }

    /// What happened at each place.
    ///
    /// # Errors
    ///
    /// As [`Places::read`].
    pub fn places(&mut self) -> Result<&Places, FigureError> {
        let places = match self.places.take() {
            Some(places) => places,
            None => {
                let (dir, manifest) = (self.dir.clone(), self.manifest.clone());
                Places::read(&dir, &manifest, self.groups()?, None)?
            }
        };
        Ok(self.places.insert(places))
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

/// An indicator by name.
pub fn specification(indicator: &str) -> Option<&'static IndicatorSpec> {
    INDICATORS.iter().find(|spec| spec.name == indicator)
}

fn read_summary(dir: &Path, manifest: &Manifest) -> Result<Summary, FigureError> {
    let columns = ["date", "region", "indicator", "p05", "p25", "p50", "p75", "p95"];
    let mut rows = Rows::open(dir, "summary", &columns, manifest)?;
    let indicators: BTreeMap<&str, &'static str> =
        INDICATORS.iter().map(|spec| (spec.name, spec.name)).collect();
    let mut summary = Summary::new();
    while rows.advance()? {
        let (region, indicator) = (rows.text(1)?, rows.text(2)?);
        // Names of a later version are not of this one's figures.
        let region = AREAS.into_iter().find(|name| *name == region);
        let (Some(region), Some(indicator)) = (region, indicators.get(indicator).copied()) else { continue };
        let date = rows.date(0)?;
        let mut at = [0.0; 5];
        for (i, value) in at.iter_mut().enumerate() {
            *value = rows.number(3 + i)?;
        }
        if summary.entry((region, indicator)).or_default().insert(date, Quantiles { at }).is_some() {
            return Err(rows.malformed(format!("a second row for {date}, {region}, {indicator}")));
        }
    }
    Ok(summary)
}
