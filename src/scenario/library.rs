//! Scenarios, parameters and theatres compiled into the program.

use std::collections::{BTreeMap, BTreeSet};

use crate::entities::theatre::Theatre;

/// The scenario library by name, in the order of `list scenarios`: one line per file.
const SCENARIOS: &[(&str, &str)] = &[
    ("history", include_str!("../../scenarios/history.toml")),
    ("no-foreign-intervention", include_str!("../../scenarios/no-foreign-intervention.toml")),
    ("returnees-accommodated", include_str!("../../scenarios/returnees-accommodated.toml")),
    ("no-drawdown", include_str!("../../scenarios/no-drawdown.toml")),
    ("mission-with-air-lift", include_str!("../../scenarios/mission-with-air-lift.toml")),
    ("mandate-protect-civilians", include_str!("../../scenarios/mandate-protect-civilians.toml")),
    ("mandate-support-state", include_str!("../../scenarios/mandate-support-state.toml")),
    ("services-first", include_str!("../../scenarios/services-first.toml")),
    ("security-only", include_str!("../../scenarios/security-only.toml")),
    ("crime-now", include_str!("../../scenarios/crime-now.toml")),
    ("crime-later", include_str!("../../scenarios/crime-later.toml")),
    ("crime-with-politics", include_str!("../../scenarios/crime-with-politics.toml")),
    ("border-control-blunt", include_str!("../../scenarios/border-control-blunt.toml")),
    ("border-control-crime-sensitive", include_str!("../../scenarios/border-control-crime-sensitive.toml")),
    ("clientelism", include_str!("../../scenarios/clientelism.toml")),
    ("inclusive-dialogue", include_str!("../../scenarios/inclusive-dialogue.toml")),
    ("accord-with-crime-terms", include_str!("../../scenarios/accord-with-crime-terms.toml")),
    ("accord-made-known", include_str!("../../scenarios/accord-made-known.toml")),
    ("no-ransoms", include_str!("../../scenarios/no-ransoms.toml")),
    ("wider-pays-du-champ", include_str!("../../scenarios/wider-pays-du-champ.toml")),
    ("libya-stabilised", include_str!("../../scenarios/libya-stabilised.toml")),
    ("livelihoods-that-pay", include_str!("../../scenarios/livelihoods-that-pay.toml")),
    ("livelihoods-that-do-not-pay", include_str!("../../scenarios/livelihoods-that-do-not-pay.toml")),
    ("vigilantes-supported", include_str!("../../scenarios/vigilantes-supported.toml")),
    ("clean-government", include_str!("../../scenarios/clean-government.toml")),
    ("coup-2020-aid-frozen", include_str!("../../scenarios/coup-2020-aid-frozen.toml")),
    ("coup-2020-aid-kept", include_str!("../../scenarios/coup-2020-aid-kept.toml")),
    ("testbed-three-places", include_str!("../../scenarios/testbed/testbed-three-places.toml")),
    ("larger-army", include_str!("../../scenarios/larger-army.toml")),
    ("framework-sahel-only", include_str!("../../scenarios/framework-sahel-only.toml")),
    ("donor-channel-inclusive", include_str!("../../scenarios/donor-channel-inclusive.toml")),
    ("donor-channel-sahel-only", include_str!("../../scenarios/donor-channel-sahel-only.toml")),
    ("talks-without-pressure", include_str!("../../scenarios/talks-without-pressure.toml")),
    ("talks-with-pressure", include_str!("../../scenarios/talks-with-pressure.toml")),
    ("five-country-strike-force", include_str!("../../scenarios/five-country-strike-force.toml")),
    ("mali-only-strike-force", include_str!("../../scenarios/mali-only-strike-force.toml")),
    ("high-level-convictions", include_str!("../../scenarios/high-level-convictions.toml")),
    ("crime-control-by-communities", include_str!("../../scenarios/crime-control-by-communities.toml")),
    ("crime-control-by-the-code", include_str!("../../scenarios/crime-control-by-the-code.toml")),
    ("officials-paid-and-protected", include_str!("../../scenarios/officials-paid-and-protected.toml")),
    ("livelihoods-at-todays-size", include_str!("../../scenarios/patterns/livelihoods-at-todays-size.toml")),
    ("one-corridor-searched", include_str!("../../scenarios/patterns/one-corridor-searched.toml")),
    ("one-group-paid", include_str!("../../scenarios/patterns/one-group-paid.toml")),
];

/// The files of the parameter catalogue by stem: one line per file, in the order of the week.
pub(super) const PARAMETER_FILES: &[(&str, &str)] = &[
    ("presence", include_str!("../../data/parameters/presence.toml")),
    ("regional_cooperation", include_str!("../../data/parameters/regional_cooperation.toml")),
    ("public_finance", include_str!("../../data/parameters/public_finance.toml")),
    ("officials", include_str!("../../data/parameters/officials.toml")),
    ("services", include_str!("../../data/parameters/services.toml")),
    ("trafficking", include_str!("../../data/parameters/trafficking.toml")),
    ("interdiction", include_str!("../../data/parameters/interdiction.toml")),
    ("state_forces", include_str!("../../data/parameters/state_forces.toml")),
    ("peace_operations", include_str!("../../data/parameters/peace_operations.toml")),
    ("group_strategy", include_str!("../../data/parameters/group_strategy.toml")),
    ("violence", include_str!("../../data/parameters/violence.toml")),
    ("kidnapping", include_str!("../../data/parameters/kidnapping.toml")),
    ("crime_and_arms", include_str!("../../data/parameters/crime_and_arms.toml")),
    ("perception", include_str!("../../data/parameters/perception.toml")),
    ("livelihoods", include_str!("../../data/parameters/livelihoods.toml")),
    ("displacement", include_str!("../../data/parameters/displacement.toml")),
    ("group_dynamics", include_str!("../../data/parameters/group_dynamics.toml")),
    ("peace_process", include_str!("../../data/parameters/peace_process.toml")),
    ("national_politics", include_str!("../../data/parameters/national_politics.toml")),
    ("observation", include_str!("../../data/parameters/observation.toml")),
    ("initialization", include_str!("../../data/parameters/initialization.toml")),
];

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
            assert!(theatre.places.len() <= 255 && theatre.routes.iter().all(|r| known(&r.a) && known(&r.b)));
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
