//! `list`: what there is, one line each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cli::arguments::{ListArguments, Listed};
use crate::cli::messages::CliError;
use crate::cli::output::List;
use crate::cli::sources::{self, Sources};
use crate::entities::policy::{FieldKind, LEVERS, LeverField};
use crate::entities::theatre::Theatre;
use crate::entities::vocabulary::Community;
use crate::scenario::levers::names;
use crate::schedule::SUBMODELS;
use crate::tables::TableSpec;
use crate::tables::indicators::INDICATORS;
use crate::tables::layouts::{DECISIONS_TABLE, RUN_TABLES, SUMMARY_TABLE};

/// Theatre whose places and goods are listed.
const THEATRE: &str = "mali";

/// What each submodel does in a week, in schedule order.
const SUBMODEL_LINES: [&str; SUBMODELS.len()] = [
    "Dated inputs, seasons, and the levers that start or end.",
    "Formal and operational cooperation of neighbours; frameworks and vetoes.",
    "Revenue, aid, leakage, and what is left for salaries, services and the army.",
    "Officials stay, leave, return, and are captured by traffickers.",
    "Who delivers health, water, schooling, justice and supply where.",
    "Consignments, routes, tolls, and the risks that networks learn.",
    "Searches and seizures on routes and at borders.",
    "Garrisons, readiness, morale and moves of the army.",
    "Missions and strike forces: bases, convoys, self-protection, cover.",
    "Groups choose posture, targets and moves of their bands.",
    "Battles, ambushes, mines, raids; who dies; who controls a place.",
    "Hostages are taken, held and ransomed.",
    "Banditry and the flow of private weapons.",
    "Trust, grievance, fear and knowledge of the accord among persons.",
    "Farming, trade or trafficking labour; recruitment into groups.",
    "Who flees, where to, and who comes back.",
    "Groups are born, split, merge, ally and end.",
    "Talks, offers, signature and breach of accords.",
    "Legitimacy, protest, elections and coups.",
    "Records the week; cannot be switched off.",
];

/// Prints one list.
pub fn list(arguments: &ListArguments) -> Result<(), CliError> {
    let list = match arguments.what {
        // The library, whatever lies on the theatre.
        Listed::Scenarios => scenarios(&Sources::load()?)?,
        Listed::Levers => levers(&Sources::with(&arguments.data)?)?,
        Listed::Indicators => indicators(),
        Listed::Submodels => submodels(),
        Listed::Places => places(Sources::with(&arguments.data)?.theatre(THEATRE)?),
        Listed::Commodities => commodities(Sources::with(&arguments.data)?.theatre(THEATRE)?),
        Listed::Groups => groups(Sources::with(&arguments.data)?.theatre(THEATRE)?),
        Listed::Communities => communities(Sources::with(&arguments.data)?.theatre(THEATRE)?),
        Listed::Tables => tables(),
    };
    list.print(arguments.format)
}

fn scenarios(sources: &Sources) -> Result<List, CliError> {
    let mut rows = Vec::new();
    for name in sources::scenario_names() {
        let scenario = sources.scenario(name)?;
        let levers: Vec<&str> = scenario.levers.iter().map(|lever| lever.name.as_str()).collect();
        rows.push(vec![
            json!(scenario.name),
            json!(scenario.title),
            json!(scenario.question),
            json!(scenario.source),
            json!(scenario.theatre),
            json!(levers),
        ]);
    }
    let columns = vec!["name", "title", "question", "source", "theatre", "levers"];
    Ok(List { columns, rows, only_for_programs: vec!["source", "theatre", "levers"] })
}

fn levers(sources: &Sources) -> Result<List, CliError> {
    let theatre = sources.theatre(THEATRE)?;
    let mut rows = Vec::new();
    for lever in LEVERS {
        let fields: Vec<Value> = lever.fields.iter().map(|field| describe(field, theatre)).collect();
        let summary: Vec<String> = lever.fields.iter().map(summary).collect();
        rows.push(vec![
            json!(lever.name),
            json!(summary.join(", ")),
            json!(lever.line),
            json!(lever.source),
            json!(lever.takes_places()),
            json!(fields),
        ]);
    }
    let columns = vec!["name", "settings", "description", "source", "takes_places", "fields"];
    Ok(List { columns, rows, only_for_programs: vec!["takes_places", "fields"] })
}

/// A field in a few characters, for people.
fn summary(field: &LeverField) -> String {
    match field.kind {
        FieldKind::Number { low, high } => format!("{} {low}..{high}", field.name),
        FieldKind::Choice(words) => format!("{} {}", field.name, words.join("|")),
        FieldKind::Name(_) => field.name.to_string(),
    }
}

fn describe(field: &LeverField, theatre: &Theatre) -> Value {
    let mut object = json!({
        "name": field.name,
        "unit": field.unit,
        "key": field.key,
        "required": field.default.is_none(),
        "default": field.default,
    });
    match field.kind {
        FieldKind::Number { low, high } => {
            object["type"] = json!("number");
            object["range"] = json!([low, high]);
        }
        FieldKind::Choice(words) => {
            object["type"] = json!("choice");
            object["choices"] = json!(words);
        }
        FieldKind::Name(of) => {
            object["type"] = json!("name");
            object["choices"] = json!(names(theatre, of));
        }
    }
    object
}

fn indicators() -> List {
    let row = |indicator: &crate::tables::indicators::IndicatorSpec| {
        vec![
            json!(indicator.name),
            json!(indicator.unit),
            json!(indicator.kind.word()),
            json!(indicator.better.word()),
            json!(indicator.description),
        ]
    };
    let columns = vec!["name", "unit", "kind", "better", "description"];
    List { columns, rows: INDICATORS.iter().map(row).collect(), only_for_programs: Vec::new() }
}

fn submodels() -> List {
    let rows = SUBMODELS
        .iter()
        .zip(SUBMODEL_LINES)
        .enumerate()
        .map(|(i, (name, line))| vec![json!(i + 1), json!(name), json!(line)])
        .collect();
    List { columns: vec!["order", "name", "description"], rows, only_for_programs: Vec::new() }
}

fn places(theatre: &Theatre) -> List {
    let mut persons: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &theatre.population {
        *persons.entry(&row.place).or_default() += u64::from(row.persons_2012);
    }
    let row = |place: &crate::entities::theatre::PlaceRow| {
        vec![
            json!(place.id),
            json!(place.id.replace('_', " ")),
            json!(place.kind.word()),
            json!(place.country),
            json!(place.region),
            json!(place.cercle),
            json!(place.latitude),
            json!(place.longitude),
            json!(persons.get(place.id.as_str()).copied().unwrap_or(0)),
        ]
    };
    let columns = vec![
        "id",
        "name",
        "kind",
        "country",
        "region",
        "cercle",
        "latitude",
        "longitude",
        "population_persons",
    ];
    List { columns, rows: theatre.places.iter().map(row).collect(), only_for_programs: Vec::new() }
}

fn commodities(theatre: &Theatre) -> List {
    let row = |commodity: &crate::entities::theatre::CommodityEntry| {
        vec![
            json!(commodity.id.word()),
            json!(commodity.name),
            json!(commodity.harmful),
            json!(commodity.loads_per_week),
            json!(commodity.value_at_origin_eur),
            json!(commodity.value_at_destination_eur),
            json!(commodity.source),
            json!(commodity.status),
        ]
    };
    let columns = vec![
        "id",
        "name",
        "harmful",
        "loads_per_week",
        "value_at_origin_eur",
        "value_at_destination_eur",
        "source",
        "status",
    ];
    let only_for_programs = vec!["source", "status"];
    List { columns, rows: theatre.commodities.iter().map(row).collect(), only_for_programs }
}

fn groups(theatre: &Theatre) -> List {
    let row = |group: &crate::entities::theatre::GroupEntry| {
        vec![
            json!(group.id),
            json!(group.name),
            json!(group.kind.word()),
            json!(group.fighters_persons),
            json!(group.dormant_persons),
            json!(group.source),
            json!(group.status),
        ]
    };
    let columns = vec!["id", "name", "kind", "fighters_persons", "dormant_persons", "source", "status"];
    let only_for_programs = vec!["source", "status"];
    List { columns, rows: theatre.groups.iter().map(row).collect(), only_for_programs }
}

fn communities(theatre: &Theatre) -> List {
    let row = |community: &Community| {
        let own = theatre.population.iter().filter(|row| row.community == *community);
        vec![json!(community.word()), json!(own.map(|row| u64::from(row.persons_2012)).sum::<u64>())]
    };
    let rows = Community::ALL.iter().map(row).collect();
    List { columns: vec!["id", "population_persons"], rows, only_for_programs: Vec::new() }
}

fn tables() -> List {
    let column = |table: &'static TableSpec| {
        table.columns.iter().map(|column| {
            vec![
                json!(table.name),
                json!(column.name),
                json!(column.unit),
                json!(column.kind.word()),
                json!(column.description),
            ]
        })
    };
    let rows = RUN_TABLES.into_iter().chain([&DECISIONS_TABLE, &SUMMARY_TABLE]).flat_map(column).collect();
    let columns = vec!["table", "column", "unit", "kind", "description"];
    List { columns, rows, only_for_programs: Vec::new() }
}
