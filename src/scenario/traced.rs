//! What a trace is asked for: `SUBMODEL` or `SUBMODEL:AGENT`, checked against the theatre.

use std::collections::BTreeSet;

use crate::base::spelling::{nearest, slug};
use crate::entities::theatre::Theatre;
use crate::schedule::SUBMODELS;
use crate::tables::trace::{TRACEABLE, Traced};

/// Reads one `SUBMODEL[:AGENT]`; the error says what there is.
pub fn read(text: &str, theatre: &Theatre) -> Result<Traced, String> {
    let (name, agent) = match text.split_once(':') {
        None => (text, None),
        Some((name, agent)) => (name, Some(agent)),
    };
    let Some(submodel) = TRACEABLE.into_iter().find(|known| *known == name) else {
        let known = TRACEABLE.join(", ");
        return Err(match SUBMODELS.contains(&name) {
            true => format!("nobody in `{name}` chooses among options; traced can be {known}"),
            false => {
                let near =
                    nearest(name, TRACEABLE).map(|near| format!("; nearest: {near}")).unwrap_or_default();
                format!("there is no submodel `{name}`{near}; traced can be {known}")
            }
        });
    };
    let Some(agent) = agent else { return Ok(Traced { submodel, agent: None }) };
    let known = agents(submodel, theatre);
    if known.contains(agent)
        || submodel == "group-strategy" && (is_band(agent, &known) || is_born(agent, theatre))
    {
        return Ok(Traced { submodel, agent: Some(agent.to_string()) });
    }
    let near = nearest(agent, known.iter().map(String::as_str));
    let near = near.map(|near| format!("; nearest: {near}")).unwrap_or_default();
    Err(format!("{submodel} knows no agent `{agent}`{near}; expected {}", form(submodel)))
}

fn form(submodel: &str) -> &'static str {
    match submodel {
        "trafficking" => "the id of a network",
        "group-strategy" => "the id of an armed group, or GROUP/NUMBER for one band",
        "officials" => "the id of a cercle seat, or PLACE/RANK",
        _ => "the id of a place with people, or PLACE/COMMUNITY",
    }
}

/// Names of the agents of January 2012, and of the places that hold several.
fn agents(submodel: &str, theatre: &Theatre) -> BTreeSet<String> {
    match submodel {
        "trafficking" => theatre.networks.iter().map(|network| network.id.clone()).collect(),
        "group-strategy" => theatre.groups.iter().map(|group| group.id.clone()).collect(),
        "officials" => {
            let rows = theatre.posts.iter();
            rows.flat_map(|row| [row.place.clone(), format!("{}/{}", row.place, row.rank.word())]).collect()
        }
        _ => {
            let rows = theatre.population.iter();
            rows.flat_map(|row| [row.place.clone(), format!("{}/{}", row.place, row.community.word())])
                .collect()
        }
    }
}

fn is_band(agent: &str, groups: &BTreeSet<String>) -> bool {
    let band = agent.split_once('/');
    band.is_some_and(|(group, number)| groups.contains(group) && number.parse::<u64>().is_ok())
}

/// True for names that a group born in the run may take: a place and the ordinal of its birth.
fn is_born(agent: &str, theatre: &Theatre) -> bool {
    let group = agent.split_once('/').map_or(agent, |(group, _)| group);
    let parts = group.rsplit_once('-');
    parts.is_some_and(|(place, number)| {
        number.parse::<u8>().is_ok() && theatre.places.iter().any(|row| slug(&row.id) == place)
    })
}
