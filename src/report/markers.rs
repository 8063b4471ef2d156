//! Dated marks on the time axis: coups, and the first arrival of each mission and strike force, as the median
//! over seeds of `timeline.csv`. What happens in fewer than half of the seeds has no median date and no mark.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use crate::report::FigureError;
use crate::report::groups::median;
use crate::report::rows::Rows;
use crate::report::tables::Manifest;

/// One dated mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Marker {
    /// Day (days since 1970).
    pub day: f64,
    /// A word or two.
    pub label: String,
}

/// Levers that bring foreign troops, with the field that names them.
const ARRIVALS: [(&str, &str); 2] = [("strike-force", "actor"), ("mission-size", "mission")];

/// Short names of the missions of the theatre; others go by their id.
const SHORT_NAMES: [(&str, &str); 4] =
    [("france", "French force"), ("minusma", "MINUSMA"), ("afisma", "AFISMA"), ("g5", "G5 force")];

/// Reads `timeline.csv` of a folder.
///
/// # Errors
///
/// Missing, foreign or damaged tables; a caller may do without marks if the table is missing.
pub fn read(dir: &Path, manifest: &Manifest) -> Result<Vec<Marker>, FigureError> {
    let mut rows = Rows::open(dir, "timeline", &["seed", "date", "kind", "actor"], manifest)?;
    let levers = lever_actors(&manifest.texts);
    let mut coups: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    let mut arrivals: BTreeMap<String, BTreeMap<u64, f64>> = BTreeMap::new();
    while rows.advance()? {
        let seed = rows.seed(0, manifest)?;
        let day = rows.date(1)?.days() as f64;
        let actor = rows.text(3)?;
        let arrived = match rows.text(2)? {
            "coup" => {
                coups.entry(seed).or_default().push(day);
                None
            }
            // A lever goes by its name in the scenario or by the force that it moves.
            "lever-started" => match levers.get(actor) {
                Some(force) => Some(force.as_str()),
                None => levers.values().map(String::as_str).find(|force| *force == actor),
            },
            "base-opened" => SHORT_NAMES.iter().map(|(id, _)| *id).find(|id| *id == actor),
            _ => None,
        };
        if let Some(force) = arrived {
            let first = arrivals.entry(force.to_string()).or_default().entry(seed).or_insert(day);
            *first = first.min(day);
        }
    }
    let n_seeds = manifest.seeds.len();
    let mut markers = coup_markers(coups, n_seeds);
    for (force, by_seed) in arrivals {
        let days: Vec<f64> = by_seed.into_values().collect();
        let short = SHORT_NAMES.iter().find(|(id, _)| *id == force).map(|(_, name)| (*name).to_string());
        markers.extend(marker(days, n_seeds, short.unwrap_or(force)));
    }
    markers.sort_by(|a, b| a.day.total_cmp(&b.day).then_with(|| a.label.cmp(&b.label)));
    Ok(markers)
}

/// The n-th coups of all seeds make the n-th mark.
fn coup_markers(mut coups: BTreeMap<u64, Vec<f64>>, n_seeds: usize) -> Vec<Marker> {
    coups.values_mut().for_each(|days| days.sort_by(f64::total_cmp));
    let most = coups.values().map(Vec::len).max().unwrap_or(0);
    let nth = |n: usize| coups.values().filter_map(|days| days.get(n).copied()).collect();
    (0..most).filter_map(|n| marker(nth(n), n_seeds, "coup".to_string())).collect()
}

fn marker(mut days: Vec<f64>, n_seeds: usize, label: String) -> Option<Marker> {
    (2 * days.len() >= n_seeds).then(|| Marker { day: median(&mut days), label })
}

/// Names of the levers that bring troops, with the force; texts that cannot be read count as empty.
fn lever_actors(texts: &[String]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for text in texts {
        let Ok(scenario) = toml::from_str::<Table>(text) else { continue };
        let levers = scenario.get("lever").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for lever in levers {
            let Some(name) = lever.get("name").and_then(Value::as_str) else { continue };
            for (kind, field) in ARRIVALS {
                let force = lever.get("set").and_then(|set| set.get(kind)).and_then(|set| set.get(field));
                if let Some(force) = force.and_then(Value::as_str) {
                    found.insert(name.to_string(), force.to_string());
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fewer_than_half_of_the_seeds_see_has_no_mark() {
        assert_eq!(marker(vec![10.0], 3, "coup".into()), None);
        assert_eq!(marker(vec![10.0, 20.0], 3, "coup".into()).map(|m| m.day), Some(15.0));
        let coups = BTreeMap::from([(1, vec![30.0, 5.0]), (2, vec![7.0])]);
        let days: Vec<f64> = coup_markers(coups, 2).iter().map(|m| m.day).collect();
        assert_eq!(days, [6.0, 30.0]);
    }

    #[test]
    fn levers_that_bring_troops_are_known_by_name() {
        let text = "[[lever]]\nname = \"serval\"\nset.strike-force = { actor = \"france\", troops_persons = 1 }\n\
                    [[lever]]\nname = \"pay\"\nset.official-pay = { bonus_share = 0.1 }\n";
        let levers = lever_actors(&[text.to_string(), "not = [toml".to_string()]);
        assert_eq!(levers, BTreeMap::from([("serval".to_string(), "france".to_string())]));
    }
}
