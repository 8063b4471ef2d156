//! The catalogue of parameters: value, unit, range, distribution, status and source of every number.
//!
//! The catalogue feeds defaults, validation messages, `harmattan params`, the priors of sweeps and
//! calibration, and the report's list of assumed numbers. Scenario files and `--set` share
//! [`Catalogue::check_override`], so both refuse the same values with the same words.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::value::MapDeserializer;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::base::spelling::nearest;
use crate::scenario::diagnostic::Code;
use crate::scenario::library;
use crate::submodels::Parameters;

/// How a parameter is spread when a sweep takes it from the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Triangular over the range, with its peak at the value.
    Triangular,
    /// Uniform over the range.
    Uniform,
    /// Uniform in the logarithm over the range.
    LogUniform,
    /// Not varied.
    Fixed,
}

impl Distribution {
    /// The word used in the files.
    pub fn word(self) -> &'static str {
        match self {
            Distribution::Triangular => "triangular",
            Distribution::Uniform => "uniform",
            Distribution::LogUniform => "log-uniform",
            Distribution::Fixed => "fixed",
        }
    }
}

/// How well a number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It stands in the cited text or data.
    Documented,
    /// A published figure or result, taken second hand.
    Literature,
    /// Fitted to patterns or observed series.
    Calibrated,
    /// An estimate of the authors.
    Assumed,
}

impl Status {
    /// The word used in the files.
    pub fn word(self) -> &'static str {
        match self {
            Status::Documented => "documented",
            Status::Literature => "literature",
            Status::Calibrated => "calibrated",
            Status::Assumed => "assumed",
        }
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Full name: `trafficking.risk_decay_per_week`.
    pub name: String,
    /// Submodel or mechanic: the stem of its file, snake_case.
    pub submodel: String,
    /// Name within the submodel.
    pub key: String,
    /// Default value.
    pub value: f64,
    /// Unit.
    pub unit: String,
    /// Lowest and highest value; anything outside is refused.
    pub range: [f64; 2],
    /// How it is spread in sweeps.
    pub distribution: Distribution,
    /// How well it is known.
    pub status: Status,
    /// Key of its source.
    pub source: String,
    /// Where in the source.
    pub at: String,
    /// What it means, or why this value.
    pub note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    value: f64,
    unit: String,
    range: [f64; 2],
    distribution: Distribution,
    status: Status,
    source: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    note: String,
}

/// Why a value for a parameter is refused; the parts of a diagnostic without a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Kind of error.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What would have been right.
    pub expected: Option<String>,
    /// The valid name that was probably meant.
    pub nearest: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if let Some(expected) = &self.expected {
            write!(f, "\nexpected: {expected}")?;
        }
        if let Some(nearest) = &self.nearest {
            write!(f, "\nnearest: {nearest}")?;
        }
        Ok(())
    }
}

/// All parameters, file by file in the order of the files.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Entries; names are unique.
    pub entries: Vec<Entry>,
}

impl Catalogue {
    /// The catalogue of the files compiled into the program.
    ///
    /// # Panics
    ///
    /// If a compiled-in file is broken, which a test rules out.
    pub fn compiled_in() -> Catalogue {
        Catalogue::parse(library::PARAMETER_FILES).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Reads a catalogue from pairs of file stem and text.
    pub fn parse(files: &[(&str, &str)]) -> Result<Catalogue, String> {
        let mut entries = Vec::new();
        for (submodel, text) in files {
            let raw: BTreeMap<Spanned<String>, RawEntry> =
                toml::from_str(text).map_err(|error| format!("data/parameters/{submodel}.toml: {error}"))?;
            let mut raw: Vec<_> = raw.into_iter().collect();
            raw.sort_by_key(|(key, _)| key.span().start);
            entries.extend(raw.into_iter().map(|(key, raw)| {
                let key = key.into_inner();
                Entry {
                    name: format!("{submodel}.{key}"),
                    submodel: (*submodel).to_string(),
                    key,
                    value: raw.value,
                    unit: raw.unit,
                    range: raw.range,
                    distribution: raw.distribution,
                    status: raw.status,
                    source: raw.source,
                    at: raw.at,
                    note: raw.note,
                }
            }));
        }
        Ok(Catalogue { entries })
    }

    /// The entry of a full name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Says whether a value may be given to a parameter.
    pub fn check_override(&self, name: &str, value: f64) -> Result<(), Refusal> {
        let Some(entry) = self.entry(name) else {
            return Err(self.unknown(name));
        };
        let [low, high] = entry.range;
        if (low..=high).contains(&value) {
            return Ok(());
        }
        let unit = if entry.unit == "1" { String::new() } else { format!(" {}", entry.unit) };
        let at = if entry.at.is_empty() { String::new() } else { format!(", {}", entry.at) };
        Err(Refusal {
            code: Code::OutOfRange,
            message: format!(
                "`{name}` = {value}{unit} is outside its range {low} to {high}{unit} (source: {}{at})",
                entry.source
            ),
            expected: Some(format!("a number from {low} to {high} [{}]", entry.unit)),
            nearest: None,
        })
    }

    pub(crate) fn unknown(&self, name: &str) -> Refusal {
        let names = || self.entries.iter().map(|entry| entry.name.as_str());
        if let Some(entry) = self.other_unit(name) {
            return Refusal {
                code: Code::BadUnit,
                message: format!("`{name}` names another unit than the parameter has"),
                expected: Some(format!("`{}` [{}]", entry.name, entry.unit)),
                nearest: Some(entry.name.clone()),
            };
        }
        // Whoever forgets the submodel has typed the key right: look there before counting slips.
        let same_key = self.entries.iter().find(|entry| entry.key == name).map(|entry| entry.name.as_str());
        Refusal {
            code: Code::UnknownName,
            message: format!("there is no parameter `{name}`"),
            expected: Some("submodel.name of a parameter; `harmattan params` lists them".to_string()),
            nearest: same_key.or_else(|| nearest(name, names())).map(str::to_string),
        }
    }

    /// The parameter that has this name but for its unit.
    fn other_unit(&self, name: &str) -> Option<&Entry> {
        let units = Units::compiled_in();
        let stem = units.stem(name)?;
        self.entries.iter().find(|entry| units.stem(&entry.name) == Some(stem))
    }

    /// The typed parameters; an entry without a field, or a field without an entry, is an error.
    pub fn resolve(&self, overrides: &BTreeMap<String, f64>) -> Result<Parameters, String> {
        for (name, value) in overrides {
            self.check_override(name, *value).map_err(|refusal| refusal.to_string())?;
        }
        self.resolve_beyond_ranges(overrides)
    }

    /// The same for values that may lie outside their ranges, to see what is left without a mechanism.
    pub fn resolve_beyond_ranges(&self, overrides: &BTreeMap<String, f64>) -> Result<Parameters, String> {
        let value = |entry: &Entry| overrides.get(&entry.name).copied().unwrap_or(entry.value);
        let submodels = self.entries.chunk_by(|a, b| a.submodel == b.submodel).map(|entries| {
            let values = entries.iter().map(|entry| (entry.key.as_str(), value(entry)));
            (entries[0].submodel.as_str(), MapDeserializer::new(values))
        });
        Parameters::deserialize(MapDeserializer::new(submodels))
            .map_err(|error: serde::de::value::Error| format!("parameters: {error}"))
    }

    /// Everything that is wrong with the catalogue itself: one line per problem.
    pub fn problems(&self, units: &Units, sources: &BTreeSet<String>) -> Vec<String> {
        let mut problems = Vec::new();
        let mut names = BTreeSet::new();
        for entry in &self.entries {
            let mut note = |text: String| problems.push(format!("{}: {text}", entry.name));
            let [low, high] = entry.range;
            if !names.insert(&entry.name) {
                note("stands twice".to_string());
            }
            if !(low.is_finite() && high.is_finite() && low <= high) {
                note(format!("range [{low}, {high}] is not a range"));
            } else if !(low..=high).contains(&entry.value) {
                note(format!("value {} is outside the range [{low}, {high}]", entry.value));
            }
            if entry.distribution == Distribution::LogUniform && low <= 0.0 {
                note("a log-uniform range must be above zero".to_string());
            }
            if entry.unit == "share" && (low < 0.0 || high > 1.0) {
                note(format!("a share lies in 0 to 1, its range is [{low}, {high}]"));
            }
            if !units.suffixes.contains_key(&entry.unit) {
                note(format!("unit `{}` is not in data/units.toml", entry.unit));
            } else if let Some(unit) = units.wrong_suffix(&entry.key, &entry.unit) {
                note(format!("unit is `{}`, but the name says `{unit}`", entry.unit));
            }
            if !sources.contains(&entry.source) {
                note(format!("source `{}` is not in data/sources.toml", entry.source));
            }
        }
        problems
    }
}

#[derive(Deserialize)]
struct RawUnit {
    suffix: String,
}

/// The closed list of units, with the ending that each requires of a name.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// Ending by unit; "" for plain numbers.
    pub suffixes: BTreeMap<String, String>,
}

impl Units {
    /// The list compiled into the program.
    ///
    /// # Panics
    ///
    /// If the compiled-in file is broken, which a test rules out.
    pub fn compiled_in() -> Units {
        Units::parse(library::UNITS).unwrap_or_else(|error| panic!("data/units.toml: {error}"))
    }

    /// Reads a list from its text.
    pub fn parse(text: &str) -> Result<Units, String> {
        let raw: BTreeMap<String, RawUnit> = toml::from_str(text).map_err(|error| error.to_string())?;
        Ok(Units { suffixes: raw.into_iter().map(|(unit, raw)| (unit, raw.suffix)).collect() })
    }

    /// The longest ending that a name has, and its unit.
    fn suffix(&self, name: &str) -> Option<(&str, &str)> {
        self.suffixes
            .iter()
            .filter(|(_, suffix)| !suffix.is_empty() && name.ends_with(suffix.as_str()))
            .max_by_key(|(_, suffix)| suffix.len())
            .map(|(unit, suffix)| (unit.as_str(), suffix.as_str()))
    }

    /// A name without its unit, if it ends in one.
    pub fn stem<'n>(&self, name: &'n str) -> Option<&'n str> {
        self.suffix(name).map(|(_, suffix)| &name[..name.len() - suffix.len()])
    }

    /// The unit that a name promises, if it is not the given one ("1" for none).
    fn wrong_suffix(&self, name: &str, unit: &str) -> Option<&str> {
        match self.suffix(name) {
            Some((_, found)) if self.suffixes.get(unit).is_some_and(|wanted| wanted == found) => None,
            Some((promised, _)) => Some(promised),
            None if self.suffixes.get(unit).is_some_and(String::is_empty) => None,
            None => Some("1"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
risk_decay_per_week = { value = 0.08, unit = "1/week", range = [0.02, 0.25], distribution = "triangular", status = "assumed", source = "roundtable2014", at = "p. 6", note = "How long traffickers avoid a route." }
profit_scale_eur = { value = 500.0, unit = "EUR", range = [100, 5000], distribution = "log-uniform", status = "assumed", source = "roundtable2014" }
"#;

    fn catalogue() -> Catalogue {
        Catalogue::parse(&[("trafficking", TEXT)]).unwrap()
    }

    #[test]
    fn entries_keep_the_order_of_their_file() {
        let names: Vec<_> = catalogue().entries.into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["trafficking.risk_decay_per_week", "trafficking.profit_scale_eur"]);
    }

    #[test]
    fn overrides_are_refused_with_range_unit_and_source() {
        let catalogue = catalogue();
        let name = "trafficking.risk_decay_per_week";
        assert_eq!(catalogue.check_override(name, 0.25), Ok(()));
        let refusal = catalogue.check_override(name, 0.5).unwrap_err();
        assert_eq!(refusal.code, Code::OutOfRange);
        assert_eq!(
            refusal.message,
            "`trafficking.risk_decay_per_week` = 0.5 1/week is outside its range 0.02 to 0.25 1/week (source: roundtable2014, p. 6)"
        );
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(catalogue.check_override(name, value).unwrap_err().code, Code::OutOfRange);
        }
    }

    #[test]
    fn unknown_names_get_the_nearest_and_other_units_their_own_code() {
        let catalogue = catalogue();
        let slip = catalogue.check_override("traficking.risk_decay_per_week", 0.1).unwrap_err();
        assert_eq!(slip.code, Code::UnknownName);
        assert_eq!(slip.nearest.as_deref(), Some("trafficking.risk_decay_per_week"));
        let bare = catalogue.check_override("profit_scale_eur", 200.0).unwrap_err();
        assert_eq!(bare.nearest.as_deref(), Some("trafficking.profit_scale_eur"));
        let unit = catalogue.check_override("trafficking.risk_decay_per_month", 0.1).unwrap_err();
        assert_eq!(unit.code, Code::BadUnit);
        assert_eq!(unit.nearest.as_deref(), Some("trafficking.risk_decay_per_week"));
    }

    #[test]
    fn values_go_to_the_fields_of_their_names() {
        let overrides = BTreeMap::from([("trafficking.risk_decay_per_week".to_string(), 0.1)]);
        let catalogue = Catalogue::compiled_in();
        let (plain, changed) = (catalogue.resolve(&BTreeMap::new()), catalogue.resolve(&overrides));
        let (plain, changed) = (plain.unwrap(), changed.unwrap());
        let value = catalogue.entry("trafficking.risk_learning_share").unwrap().value;
        assert_eq!(changed.trafficking.risk_learning_share, value);
        assert_eq!(changed.trafficking.risk_decay_per_week, 0.1);
        assert_ne!(plain.trafficking.risk_decay_per_week, 0.1);
        let error = self::catalogue().resolve(&BTreeMap::new()).unwrap_err();
        assert!(error.starts_with("parameters: "), "an entry without a field is an error: {error}");
    }

    #[test]
    fn a_wrong_catalogue_is_told_apart_from_a_right_one() {
        let units = Units::compiled_in();
        let sources = library::source_keys();
        assert_eq!(catalogue().problems(&units, &sources), Vec::<String>::new());
        let bad = r#"
x_per_week = { value = 9, unit = "1/year", range = [0, 1], distribution = "uniform", status = "assumed", source = "nobody" }
y = { value = 1, unit = "furlong", range = [2, 1], distribution = "log-uniform", status = "assumed", source = "lacher2013" }
"#;
        let problems = Catalogue::parse(&[("violence", bad)]).unwrap().problems(&units, &sources);
        assert_eq!(problems.len(), 5, "{problems:#?}");
    }

    #[test]
    fn the_compiled_in_catalogue_is_sound() {
        let problems = Catalogue::compiled_in().problems(&Units::compiled_in(), &library::source_keys());
        assert!(problems.is_empty(), "{problems:#?}");
        Catalogue::compiled_in().resolve(&BTreeMap::new()).unwrap();
    }
}
