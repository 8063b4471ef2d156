//! Scenarios, parameters and theatres compiled into the program.

use std::collections::{BTreeMap, BTreeSet};

use crate::entities::theatre::Theatre;

/// The scenario library by name, in the order of `list scenarios`: one line per file.
const SCENARIOS: &[(&str, &str)] = &[
    ("history", include_str!("../../scenarios/history.toml")),
    ("testbed-three-places", include_str!("../../scenarios/testbed/testbed-three-places.toml")),
];

/// The files of the parameter catalogue by stem: one line per file, in the order of the week.
pub(super) const PARAMETER_FILES: &[(&str, &str)] = &[];

/// The closed list of units.
pub const UNITS: &str = include_str!("../../data/units.toml");

/// The sources that data, parameters and scenarios cite.
pub const SOURCES: &str = include_str!("../../data/sources.toml");

macro_rules! theatre_files {
    ($folder:literal: $($file:literal),+ $(,)?) => {
        &[$(($file, include_str!(concat!("../../data/", $folder, "/", $file)))),+]
    };
}

type Files = &'static [(&'static str, &'static str)];

/// The theatres by name: one line per file.
const THEATRES: &[(&str, Files)] = &[
    (
        "mali",
        theatre_files!("mali":
            "places.csv",
            "population.csv",
            "routes.csv",
            "posts.csv",
            "garrisons.csv",
            "armed_groups.toml",
            "commodities.toml",
            "networks.toml",
            "missions.toml",
            "governments.toml",
            "inputs.toml",
        ),
    ),
    (
        "testbed",
        theatre_files!("testbed":
            "places.csv",
            "population.csv",
            "routes.csv",
            "posts.csv",
            "garrisons.csv",
            "armed_groups.toml",
            "commodities.toml",
            "networks.toml",
            "missions.toml",
            "governments.toml",
            "inputs.toml",
        ),
    ),
];

/// Names of the scenarios.
pub fn names() -> impl Iterator<Item = &'static str> {
    SCENARIOS.iter().map(|(name, _)| *name)
}

/// Text of a scenario, if it is in the library.
pub fn text(name: &str) -> Option<&'static str> {
    SCENARIOS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A base looked up in the library alone, for callers that have no files.
pub fn base(name: &str) -> Result<Vec<u8>, String> {
    text(name).map(|text| text.as_bytes().to_vec()).ok_or_else(|| format!("there is no scenario `{name}`"))
}

/// Names of the theatres.
pub fn theatre_names() -> impl Iterator<Item = &'static str> {
    THEATRES.iter().map(|(name, _)| *name)
}

/// A theatre, read from its files.
pub fn theatre(name: &str) -> Result<Theatre, String> {
    let files = theatre_texts(name).ok_or_else(|| format!("there is no theatre `{name}`"))?;
    Theatre::parse(name, |file| files.iter().find(|(known, _)| *known == file).map(|(_, text)| *text))
}

/// File names and texts of a theatre, for hashes of the compiled-in data.
pub fn theatre_texts(name: &str) -> Option<&'static [(&'static str, &'static str)]> {
    THEATRES.iter().find(|(known, _)| *known == name).map(|(_, files)| *files)
}

/// Stems and texts of the parameter files, for hashes of the compiled-in data.
pub fn parameter_texts() -> &'static [(&'static str, &'static str)] {
    PARAMETER_FILES
}

/// Keys of the sources.
///
/// # Panics
///
/// If the compiled-in file is broken, which a test rules out.
pub fn source_keys() -> BTreeSet<String> {
    let sources: BTreeMap<String, toml::Value> =
        toml::from_str(SOURCES).unwrap_or_else(|error| panic!("data/sources.toml: {error}"));
    sources.into_keys().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theatres_can_be_read_and_are_told_apart() {
        for name in theatre_names() {
            let theatre = theatre(name).unwrap();
            assert_eq!(theatre.name, name);
            let known = |id: &str| theatre.place(id).is_some();
            assert!(theatre.places.len() <= 256 && theatre.routes.iter().all(|r| known(&r.a) && known(&r.b)));
        }
        assert!(theatre("atlantis").is_err());
    }

    #[test]
    fn names_in_a_theatre_refer_to_its_own_places_and_groups() {
        for name in theatre_names() {
            let theatre = theatre(name).unwrap();
            let place = |id: &str| assert!(theatre.place(id).is_some(), "{name}: no place {id}");
            let group =
                |id: &str| assert!(theatre.groups.iter().any(|g| g.id == id), "{name}: no group {id}");
            theatre.population.iter().for_each(|row| place(&row.place));
            theatre.posts.iter().for_each(|row| place(&row.place));
            theatre.garrisons.iter().for_each(|row| place(&row.place));
            for entry in &theatre.groups {
                entry.bases.iter().for_each(|base| place(&base.place));
                entry.sanctuaries.iter().for_each(|id| place(id));
                entry.relations.keys().for_each(|id| group(id));
            }
            for entry in &theatre.commodities {
                entry.origins.iter().chain(&entry.destinations).for_each(|end| place(&end.place));
            }
            for entry in &theatre.networks {
                place(&entry.base);
                entry.protectors.iter().for_each(|id| group(id));
            }
            for basing in theatre.missions.iter().flat_map(|mission| &mission.bases) {
                basing.shares.keys().for_each(|id| place(id));
                let sum: f64 = basing.shares.values().sum();
                assert!((sum - 1.0).abs() < 1e-9, "{name}: shares of bases sum to {sum}");
            }
        }
    }

    #[test]
    fn the_people_of_the_testbed_add_up() {
        let theatre = theatre("testbed").unwrap();
        for row in &theatre.places {
            let people = theatre.population.iter().filter(|p| p.place == row.id);
            assert_eq!(people.map(|p| p.persons_2012).sum::<u32>(), row.population_2012, "{}", row.id);
        }
    }

    #[test]
    fn sources_are_known_by_key() {
        assert!(source_keys().contains("roundtable2014"));
    }
}
