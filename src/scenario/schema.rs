//! JSON Schema of the scenario file, for editors.
//!
//! Built from the same tables as the check, so that an editor offers exactly what `check` accepts. What a
//! schema cannot say (which bases exist, conflicts, dates against each other) stays with `check`.

use serde_json::{Map, Value, json};

use crate::entities::policy::{FieldKind, LEVERS, LeverField, LeverSpec};
use crate::entities::vocabulary::Community;
use crate::scenario::check::Context;
use crate::scenario::file::{CONDITION_KEYS, FILE_KEYS, FROM_KEYS, LEVER_KEYS, MOST_WEEKS, UNTIL_KEYS};
use crate::scenario::levers::watchable;
use crate::scenario::library;
use crate::tables::indicators::{AREAS, INDICATORS};
use crate::tables::layouts::{COMMUNITIES_TABLE, GROUPS_TABLE, PLACES_TABLE};

/// The schema of a scenario file (draft 7, which TOML editors understand).
pub fn scenario(context: &Context) -> Value {
    let theatres: Vec<&str> = context.theatres.iter().map(|theatre| theatre.name.as_str()).collect();
    let sources: Vec<&String> = context.sources.iter().collect();
    let parameters: Map<String, Value> = context
        .catalogue
        .entries
        .iter()
        .map(|entry| {
            let [low, high] = entry.range;
            let text =
                format!("{} [{}] Default {}. Source: {}.", entry.note, entry.unit, entry.value, entry.source);
            let schema =
                json!({ "type": "number", "minimum": low, "maximum": high, "description": text.trim() });
            (entry.name.clone(), schema)
        })
        .collect();
    let properties = |key: &str| match key {
        "format" => json!({ "const": 1, "description": "Version of the file format." }),
        "name" => named("Name: the file's name without .toml."),
        "title" => words("Title, in a few words."),
        "question" => words("The question that the scenario asks."),
        "source" => json!({ "enum": sources, "description": "Key of data/sources.toml." }),
        "base" => {
            let names: Vec<&str> = library::names().collect();
            let text =
                format!("A scenario of the library ({}) or a path beside this file.", names.join(", "));
            words(&text)
        }
        "theatre" => json!({ "enum": theatres, "description": "Where it plays; mali if absent." }),
        "remove" => {
            json!({ "type": "array", "items": { "type": "string" }, "description": "Levers of the base to take out." })
        }
        "parameters" => json!({
            "type": "object",
            "description": "Parameters by submodel.name.",
            "properties": parameters,
            "additionalProperties": false,
        }),
        _ => json!({ "type": "array", "items": { "$ref": "#/definitions/lever" } }),
    };
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Harmattan scenario",
        "type": "object",
        "required": ["format", "name"],
        "properties": object(&FILE_KEYS, properties),
        "additionalProperties": false,
        "definitions": {
            "lever": lever(),
            "condition": condition(),
            "set": set(context),
        },
    })
}

fn object(keys: &[&str], schema: impl Fn(&str) -> Value) -> Value {
    Value::Object(keys.iter().map(|key| ((*key).to_string(), schema(key))).collect())
}

fn words(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn named(description: &str) -> Value {
    json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,59}$", "description": description })
}

fn date(description: &str) -> Value {
    json!({ "type": "string", "format": "date", "description": description })
}

fn weeks(low: u32, description: &str) -> Value {
    json!({ "type": "integer", "minimum": low, "maximum": MOST_WEEKS, "description": description })
}

fn exactly_one(keys: &[&str], schema: impl Fn(&str) -> Value) -> Value {
    json!({
        "type": "object",
        "properties": object(keys, schema),
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

fn lever() -> Value {
    let condition = json!({ "$ref": "#/definitions/condition" });
    let conditions = json!({ "type": "array", "minItems": 1, "items": condition });
    let from = exactly_one(&FROM_KEYS, |key| match key {
        "date" => date("The week that contains this day is the first."),
        "condition" => condition.clone(),
        _ => conditions.clone(),
    });
    let until = exactly_one(&UNTIL_KEYS, |key| match key {
        "date" => date("The week that contains this day is the first without the lever."),
        "weeks" => weeks(1, "So many weeks after the start."),
        _ => condition.clone(),
    });
    let properties = |key: &str| match key {
        "name" => named("Unique in the file; a name of the base's replaces that lever."),
        "from" => from.clone(),
        "until" => until.clone(),
        "places" => json!({
            "type": "array",
            "minItems": 1,
            "items": { "type": "string" },
            "description": "Place ids, region:NAME, country:ISO3, border:AAA-BBB; absent: everywhere.",
        }),
        _ => json!({ "$ref": "#/definitions/set" }),
    };
    json!({
        "type": "object",
        "required": ["name", "from", "set"],
        "properties": object(&LEVER_KEYS, properties),
        "additionalProperties": false,
    })
}

fn condition() -> Value {
    let indicators = INDICATORS.iter().map(|spec| spec.name);
    let mut names: Vec<&str> = [&PLACES_TABLE, &GROUPS_TABLE, &COMMUNITIES_TABLE]
        .into_iter()
        .flat_map(watchable)
        .chain(indicators)
        .collect();
    names.sort_unstable();
    names.dedup();
    let communities: Vec<&str> = Community::ALL.iter().map(|community| community.word()).collect();
    let properties = |key: &str| match key {
        "indicator" => {
            json!({ "enum": names, "description": "Column of indicators, places, groups or communities." })
        }
        "region" => json!({ "enum": AREAS, "description": "Region of 2012, Mali, North, Centre or abroad." }),
        "place" => words("Place id."),
        "group" => words("Armed group of January 2012."),
        "community" => json!({ "enum": communities, "description": "Community, over all of Mali." }),
        "at_least" | "at_most" => json!({ "type": "number", "minimum": 0 }),
        "for_weeks" => weeks(1, "Held so many weeks running."),
        "within_weeks" => weeks(1, "Sum or mean of so many last weeks."),
        "delay_weeks" => weeks(0, "Weeks between coming true and the start."),
        _ => date("Bound of the weeks in which it may come true."),
    };
    json!({
        "type": "object",
        "required": ["indicator"],
        "properties": object(&CONDITION_KEYS, properties),
        "additionalProperties": false,
        "oneOf": [{ "required": ["at_least"] }, { "required": ["at_most"] }],
    })
}

fn set(context: &Context) -> Value {
    let levers = LEVERS.iter().map(|spec| (spec.name.to_string(), kind(spec, context))).collect();
    json!({
        "type": "object",
        "properties": Value::Object(levers),
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

fn kind(spec: &LeverSpec, context: &Context) -> Value {
    let fields = spec.fields.iter().map(|field| (field.name.to_string(), self::field(field, context)));
    let required: Vec<&str> =
        spec.fields.iter().filter(|field| field.default.is_none()).map(|field| field.name).collect();
    json!({
        "type": "object",
        "description": spec.line,
        "properties": Value::Object(fields.collect()),
        "required": required,
        "additionalProperties": false,
    })
}

fn field(field: &LeverField, context: &Context) -> Value {
    match field.kind {
        FieldKind::Number { low, high } => {
            let mut schema = json!({
                "type": "number", "minimum": low, "maximum": high, "description": format!("[{}]", field.unit),
            });
            if let Some(default) = field.default {
                schema["default"] = json!(default);
            }
            schema
        }
        FieldKind::Choice(words) => json!({ "enum": words }),
        FieldKind::Name(of) => {
            let mut ids: Vec<&str> = context
                .theatres
                .iter()
                .flat_map(|theatre| crate::scenario::levers::names(theatre, of))
                .collect();
            ids.sort_unstable();
            ids.dedup();
            json!({ "enum": ids })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_every_lever_and_every_key() {
        let schema = scenario(&Context::compiled_in().unwrap());
        let sets = &schema["definitions"]["set"]["properties"];
        assert!(LEVERS.iter().all(|spec| sets[spec.name]["description"] == spec.line));
        assert_eq!(sets["border-control"]["properties"]["effort_share"]["maximum"], 1.0);
        assert!(FILE_KEYS.iter().all(|key| schema["properties"][key].is_object()));
        let missions = &sets["mission-size"]["properties"]["mission"]["enum"];
        assert!(missions.as_array().unwrap().contains(&json!("minusma")));
    }
}
