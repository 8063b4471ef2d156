//! The one place where commands meet the scenario layer, the parameters, the compiled-in data and the figures.
//!
//! Files are read here and nowhere below: the scenario layer is handed texts.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use super::arguments::{DataArguments, Style};
use super::messages::{CliError, Talk};
use super::{memory, nearby, own_data};
use crate::base::spelling::nearest;
use crate::entities::theatre::{PlaceRow, Theatre};
use crate::experiments::branch::{Assumptions, Branch};
use crate::experiments::ensemble::lock;
use crate::experiments::plan::{self, Plan, Resolve};
use crate::experiments::posterior::{self, Sample};
use crate::experiments::study::ParameterRecord;
use crate::export::manifest::{ChangedParameter, OwnPlace, ScenarioRecord};
use crate::scenario::check::{self, Context};
use crate::scenario::diagnostic::{Code, Diagnostic, Severity};
use crate::scenario::parameters::Entry;
use crate::scenario::show::Origins;
use crate::scenario::{Scenario, library, own_data as own, schema, show, traced};
use crate::simulation::{Prepared, RunOptions};
use crate::tables::trace::Traced;

/// The theatre that data of one's own lie on.
const OWN_DATA_LIES_ON: &str = "mali";

/// Places of a theatre that another lacks, or has elsewhere.
fn added_or_moved(before: &Theatre, after: &Theatre) -> BTreeMap<String, OwnPlace> {
    let place = |row: &PlaceRow| OwnPlace {
        country: row.country.clone(),
        longitude: row.longitude,
        latitude: row.latitude,
    };
    let stood: BTreeMap<&str, OwnPlace> =
        before.places.iter().map(|row| (row.id.as_str(), place(row))).collect();
    let differs = |row: &&PlaceRow| stood.get(row.id.as_str()) != Some(&place(row));
    after.places.iter().filter(differs).map(|row| (row.id.clone(), place(row))).collect()
}

/// Everything scenarios are checked against.
pub struct Sources {
    context: Context,
    /// Hashes of the files of one's own data, by name.
    data: BTreeMap<String, String>,
    /// The first world that branches built, by theatre.
    first: Mutex<BTreeMap<String, Arc<OnceLock<Prepared>>>>,
    /// Places that they add or move, by id.
    places: BTreeMap<String, OwnPlace>,
}

impl Sources {
    /// Reads the compiled-in data.
    pub fn load() -> Result<Sources, CliError> {
        let context = Context::compiled_in()
            .map_err(|reason| CliError::Unfinished(format!("the compiled-in data are broken: {reason}")))?;
        Ok(Sources { context, data: BTreeMap::new(), places: BTreeMap::new(), first: Mutex::default() })
    }

    /// The same with data of one's own on top. They lie on one theatre, and no other can be named beside them.
    pub fn with(arguments: &DataArguments) -> Result<Sources, CliError> {
        Sources::load()?.overlaid(arguments).map_err(|diagnostics| refused(&diagnostics))
    }

    /// The same, with every error in the data.
    pub fn overlaid(mut self, arguments: &DataArguments) -> Result<Sources, Vec<Diagnostic>> {
        let Some(folder) = &arguments.data else { return Ok(self) };
        let files = own_data::read(folder).map_err(|diagnostic| vec![*diagnostic])?;
        let label = folder.display().to_string().replace('\\', "/");
        self.context.theatres.retain(|theatre| theatre.name == OWN_DATA_LIES_ON);
        for theatre in &mut self.context.theatres {
            let overlaid = own::put_on(theatre, &label, &files)?;
            self.places = added_or_moved(theatre, &overlaid);
            *theatre = overlaid;
        }
        self.data = own_data::hashes(&files);
        Ok(self)
    }

    /// Hashes of the files of one's own data, by name; none without.
    pub fn data(&self) -> &BTreeMap<String, String> {
        &self.data
    }

    /// Places that one's own data add or move, by id.
    pub fn own_places(&self) -> &BTreeMap<String, OwnPlace> {
        &self.places
    }

    /// Refuses results in a folder that were made with other data of one's own.
    pub fn same_data(&self, made_with: &BTreeMap<String, String>, folder: &Path) -> Result<(), CliError> {
        own_data::difference(made_with, &self.data)
            .map_or(Ok(()), |why| Err(CliError::BadInput(format!("{}: {why}", folder.display()))))
    }

    /// Hash of the program's version, of all compiled-in data, and of data of one's own.
    pub fn model_hash(&self) -> String {
        model_hash(&self.data)
    }

    /// The data alone.
    pub fn into_context(self) -> Context {
        self.context
    }

    /// Checks a scenario file or a scenario of the library.
    pub fn check(&self, argument: &str) -> Result<(Scenario, Origins), Vec<Diagnostic>> {
        let bytes = read_argument(argument).map_err(|diagnostic| vec![*diagnostic])?;
        let label = argument.replace('\\', "/");
        let folder = Path::new(argument).parent().map(Path::to_path_buf).unwrap_or_default();
        check::check_with_origins(&label, &bytes, &|base| read_base(&folder, base), &self.context)
    }

    /// Checks a plan file.
    pub fn check_plan(&self, argument: &str) -> Result<Plan, Vec<Diagnostic>> {
        let bytes = read_file(Path::new(argument)).map_err(|reason| vec![*unreadable(argument, &reason)])?;
        let label = argument.replace('\\', "/");
        let folder = Path::new(argument).parent().map(Path::to_path_buf).unwrap_or_default();
        let scenario = |name: &str| {
            let beside = folder.join(name).to_string_lossy().into_owned();
            let is_path = name.ends_with(".toml") || name.contains('/');
            if is_path && let Err(reason) = may_be_quoted(Path::new(&beside)) {
                let message = format!("the file cannot be read: {reason}");
                return Err(vec![Diagnostic::whole_file(&beside, Code::Unreadable, message)]);
            }
            self.check(if is_path { &beside } else { name }).map(|(scenario, _)| scenario)
        };
        let file = |name: &str| read_named(&folder.join(name));
        plan::check(&label, &bytes, Resolve { scenario: &scenario, file: &file }, &self.context)
    }

    /// A checked plan.
    pub fn plan(&self, argument: &str) -> Result<Plan, CliError> {
        self.check_plan(argument).map_err(|diagnostics| refused(&diagnostics))
    }

    /// A checked scenario; what is wrong with it is printed by the caller.
    pub fn scenario(&self, argument: &str) -> Result<Scenario, CliError> {
        self.check(argument).map(|(scenario, _)| scenario).map_err(|diagnostics| refused(&diagnostics))
    }

    /// The scenario of a manifest, from the texts it holds.
    pub fn scenario_of(&self, record: &ScenarioRecord) -> Result<Scenario, CliError> {
        let resolve = |base: &str| {
            let text = record.base_texts.get(base).map(|text| text.as_bytes().to_vec());
            text.ok_or_else(|| format!("the manifest does not hold the base `{base}`"))
        };
        check::check(&record.name, record.text.as_bytes(), &resolve, &self.context)
            .map_err(|diagnostics| refused(&diagnostics))
    }

    /// Resolves the parameters of a scenario and what the command line changes, and prepares its runs, of which so many
    /// go on at once.
    pub fn prepare(
        &self,
        scenario: Scenario,
        settings: &BTreeMap<String, f64>,
        options: RunOptions,
        at_once: usize,
    ) -> Result<(Prepared, ParameterRecord), CliError> {
        let catalogue = &self.context.catalogue;
        let mut overrides = scenario.parameters.clone();
        overrides.extend(settings.iter().map(|(name, value)| (name.clone(), *value)));
        let parameters = catalogue.resolve(&overrides).map_err(CliError::BadInput)?;
        let mut record = ParameterRecord::default();
        for entry in &catalogue.entries {
            let value = overrides.get(&entry.name).copied().unwrap_or(entry.value);
            record.values.insert(entry.name.clone(), value);
            if value != entry.value {
                let by = if settings.contains_key(&entry.name) { "command-line" } else { "scenario" };
                let (default, unit, by) = (entry.value, entry.unit.clone(), by.to_string());
                record.changed.insert(entry.name.clone(), ChangedParameter { value, default, unit, by });
            }
        }
        let theatre = self.theatre(&scenario.theatre)?.clone();
        memory::refuse_too_much(&theatre, &options, 1, at_once)?;
        Ok((Prepared::new(theatre, scenario, parameters, options), record))
    }

    /// Reads the values of `--set`.
    pub fn settings(&self, given: &[(String, String)]) -> Result<BTreeMap<String, f64>, CliError> {
        let mut settings = BTreeMap::new();
        for (name, text) in given {
            let wrong = |why: String| Err(CliError::BadInput(format!("--set {name}={text}: {why}")));
            let Ok(value) = text.parse::<f64>() else {
                return wrong(format!("`{text}` is not a number"));
            };
            if let Err(refusal) = self.context.catalogue.check_override(name, value) {
                return wrong(refusal.to_string());
            }
            if settings.insert(name.clone(), value).is_some() {
                return wrong("the parameter is set twice".to_string());
            }
        }
        Ok(settings)
    }

    /// Reads the sample of `--posterior`, if one is given.
    pub fn sample(&self, path: Option<&Path>) -> Result<Option<Sample>, CliError> {
        let Some(path) = path else { return Ok(None) };
        let label = path.display().to_string().replace('\\', "/");
        let whole = |code, message: String| refused(&[Diagnostic::whole_file(&label, code, message)]);
        let bytes = read_whole(path)
            .map_err(|error| whole(Code::Unreadable, format!("the file cannot be read: {error}")))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| whole(Code::Encoding, "the file is not UTF-8".to_string()))?;
        let sample = Sample::read(&label, &text, &self.context.catalogue);
        let mut sample = sample.map_err(|diagnostic| refused(&[*diagnostic]))?;
        // Called the same from wherever it is named.
        if let Ok(path) = std::path::absolute(path) {
            sample.name = posterior::end_of(&path.to_string_lossy().replace('\\', "/"));
        }
        Ok(Some(sample))
    }

    /// Where the values of parameters come from.
    pub fn assumptions(&self, settings: &BTreeMap<String, f64>, sample: Option<Sample>) -> Assumptions {
        let (catalogue, settings) = (self.context.catalogue.clone(), settings.clone());
        Assumptions { catalogue, sample, settings, beyond: BTreeMap::new() }
    }

    /// A scenario with everything that its runs need but the seed; of them so many go on at once, each with a world of
    /// its own to begin in, and one at which it parts from others.
    pub fn branch(
        &self,
        scenario: Scenario,
        assumptions: &Arc<Assumptions>,
        options: RunOptions,
        at_once: usize,
    ) -> Result<Branch, CliError> {
        let theatre = Arc::new(self.theatre(&scenario.theatre)?.clone());
        memory::refuse_too_much(&theatre, &options, 2 * at_once, at_once)?;
        let first = Arc::clone(lock(&self.first).entry(scenario.theatre.clone()).or_default());
        let (scenario, assumptions) = (Arc::new(scenario), Arc::clone(assumptions));
        Ok(Branch { theatre, scenario, options, assumptions, first })
    }

    /// Reads what is to be traced.
    pub fn traced(&self, given: &[String], theatre: &str) -> Result<Vec<Traced>, CliError> {
        let theatre = self.theatre(theatre)?;
        let wrong = |text: &String, why| CliError::BadInput(format!("--trace {text}: {why}"));
        given.iter().map(|text| traced::read(text, theatre).map_err(|why| wrong(text, why))).collect()
    }

    /// A theatre by name.
    pub fn theatre(&self, name: &str) -> Result<&Theatre, CliError> {
        self.context.theatre(name).ok_or_else(|| CliError::BadInput(format!("there is no theatre `{name}`")))
    }

    /// JSON Schema of scenario files.
    pub fn schema(&self) -> String {
        format!("{:#}\n", schema::scenario(&self.context))
    }

    /// JSON Schema of plan files.
    pub fn plan_schema(&self) -> String {
        format!("{:#}\n", plan::schema::plan(&self.context))
    }

    /// Every parameter, in the order of the catalogue.
    pub fn parameters(&self) -> &[Entry] {
        &self.context.catalogue.entries
    }
}

/// Names of the scenario library.
pub fn scenario_names() -> Vec<&'static str> {
    library::names().collect()
}

/// A scenario as it will run, each line with its origin.
pub fn shown(scenario: &Scenario, origins: &Origins) -> String {
    show::show(scenario, origins)
}

/// A commented scenario of this name, or why the name cannot be one.
pub fn template(name: &str) -> Result<String, CliError> {
    show::check_scenario_name(name).map_err(CliError::BadInput)?;
    if library::text(name).is_some() {
        let text =
            format!("`{name}` is a scenario of the library, which `run {name}` would run; take another name");
        return Err(CliError::BadInput(text));
    }
    Ok(show::template(name))
}

fn model_hash(data: &BTreeMap<String, String>) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut part = |name: &str, text: &str| {
        for bytes in [name.as_bytes(), text.as_bytes()] {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
    };
    part("version", env!("CARGO_PKG_VERSION"));
    part("units", library::UNITS);
    part("sources", library::SOURCES);
    for name in library::names() {
        part(name, library::text(name).unwrap_or_default());
    }
    for (name, text) in library::parameter_texts() {
        part(name, text);
    }
    for theatre in library::theatre_names() {
        part("theatre", theatre);
        for (name, text) in library::theatre_texts(theatre).unwrap_or_default() {
            part(name, text);
        }
    }
    for (name, hash) in data {
        part(name, hash);
    }
    crate::export::manifest::hash_text(&hasher.finalize())
}

/// True if a file is a plan and not a scenario.
pub fn is_plan(argument: &str) -> bool {
    Path::new(argument).is_file() && read_file(Path::new(argument)).is_ok_and(|bytes| plan::is_plan(&bytes))
}

/// True if a diagnostic forbids the run.
pub fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

/// Draws the figures of a folder, or one of them; returns the files written.
#[cfg(feature = "plots")]
pub fn draw(
    folder: &Path,
    only: Option<&str>,
    style: Style,
    width: Option<u32>,
    talk: Talk,
) -> Result<Vec<PathBuf>, CliError> {
    use crate::report::theme::Style as Drawn;
    use crate::report::{Wanted, draw_folder};
    let style = match style {
        Style::Paper => Drawn::Paper,
        Style::Slides => Drawn::Slides,
        Style::Dark => Drawn::Dark,
    };
    let wanted = Wanted { only, style, png_width_px: width };
    draw_folder(folder, &wanted, &mut |text| talk.say(text)).map_err(figure_error)
}

/// Draws nothing: this build has no figures.
#[cfg(not(feature = "plots"))]
pub fn draw(_: &Path, _: Option<&str>, _: Style, _: Option<u32>, _: Talk) -> Result<Vec<PathBuf>, CliError> {
    Err(CliError::BadInput("this build was made without the feature `plots`".to_string()))
}

/// Writes the page of a folder; returns the file.
#[cfg(feature = "plots")]
pub fn report(folder: &Path) -> Result<PathBuf, CliError> {
    crate::report::write_report(folder).map_err(figure_error)
}

/// Writes nothing: this build has no pages.
#[cfg(not(feature = "plots"))]
pub fn report(_: &Path) -> Result<PathBuf, CliError> {
    Err(CliError::BadInput("this build was made without the feature `plots`".to_string()))
}

/// Writes the story of one run, by default of the typical one; returns the file.
#[cfg(feature = "plots")]
pub fn story(folder: &Path, seed: Option<u64>) -> Result<PathBuf, CliError> {
    crate::report::write_story(folder, seed).map_err(figure_error)
}

/// Writes nothing: this build has no pages.
#[cfg(not(feature = "plots"))]
pub fn story(_: &Path, _: Option<u64>) -> Result<PathBuf, CliError> {
    Err(CliError::BadInput("this build was made without the feature `plots`".to_string()))
}

#[cfg(feature = "plots")]
fn figure_error(error: crate::report::FigureError) -> CliError {
    use crate::report::FigureError;
    match error {
        FigureError::Io { .. } | FigureError::Drawing { .. } => CliError::Unfinished(error.to_string()),
        _ => CliError::BadInput(error.to_string()),
    }
}

fn refused(diagnostics: &[Diagnostic]) -> CliError {
    let texts: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    CliError::Refused(texts.join("\n\n"))
}

fn read_argument(argument: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
    let is_path = argument.ends_with(".toml") || argument.contains(['/', '\\']);
    if !is_path && let Some(text) = library::text(argument) {
        return Ok(text.as_bytes().to_vec());
    }
    if !is_path && !Path::new(argument).is_file() {
        let message = format!("there is no scenario `{argument}` in the library and no such file");
        let mut diagnostic = Diagnostic::whole_file(argument, Code::UnknownName, message);
        diagnostic.expected =
            Some("a name of `harmattan list scenarios`, or a path to a .toml file".to_string());
        diagnostic.nearest = nearest(argument, library::names()).map(str::to_string);
        return Err(Box::new(diagnostic));
    }
    read_file(Path::new(argument)).map_err(|reason| unreadable(argument, &reason))
}

/// A scenario or plan file that cannot be read, with the one that may be meant.
fn unreadable(argument: &str, reason: &str) -> Box<Diagnostic> {
    let message = format!("the file cannot be read: {reason}");
    let mut diagnostic = Diagnostic::whole_file(argument, Code::Unreadable, message);
    diagnostic.nearest = nearby::like(Path::new(argument));
    Box::new(diagnostic)
}

fn read_base(folder: &Path, base: &str) -> Result<Vec<u8>, String> {
    match library::text(base) {
        Some(text) => Ok(text.as_bytes().to_vec()),
        None => {
            let path = folder.join(base);
            may_be_quoted(&path)?;
            read_named(&path)
        }
    }
}

/// Far more than the scenario layer accepts: a huge file is refused by it without being read whole.
const READ_AT_MOST: u64 = 16 << 20;

/// Refuses what another file names as a scenario and cannot be one: lines of it would stand in messages.
fn may_be_quoted(path: &Path) -> Result<(), String> {
    if path.extension().is_none_or(|ending| ending != "toml") {
        return Err("its name does not end in .toml".to_string());
    }
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => Err("it is no plain file".to_string()),
        _ => Ok(()),
    }
}

/// Reads all of a plain file: a device may never end.
pub(super) fn read_whole(path: &Path) -> Result<Vec<u8>, String> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => Err("it is no plain file".to_string()),
        _ => std::fs::read(path).map_err(|error| error.to_string()),
    }
}

/// Reads a file that another file names. A pipe or a device would keep the reader waiting, or never end.
fn read_named(path: &Path) -> Result<Vec<u8>, String> {
    let found = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if found.is_file() { read_file(path) } else { Err("it is no plain file".to_string()) }
}

/// Reads a file, or the beginning of a huge one.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(READ_AT_MOST).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}
