//! JSON Schema of the plan file, for editors; built from the same tables as the check.

use serde_json::{Value, json};

use super::Method;
use super::factors::{PEAK, SPREAD_KEYS};
use super::outcomes::{BOUND_KEYS, OUTCOME_KEYS, WINDOW_KEYS};
use super::read::{DESIGN_KEYS, FILE_KEYS, MOST};
use super::reduce::Reduce;
use super::targets::TARGET_KEYS;
use crate::entities::vocabulary::Community;
use crate::scenario::check::Context;
use crate::scenario::levers::watchable;
use crate::tables::indicators::{AREAS, INDICATORS};
use crate::tables::layouts::{COMMUNITIES_TABLE, GROUPS_TABLE, PLACES_TABLE};

/// The schema of a plan file (draft 7, which TOML editors understand).
pub fn plan(context: &Context) -> Value {
    let parameters: serde_json::Map<String, Value> = context
        .catalogue
        .entries
        .iter()
        .map(|entry| {
            let [low, high] = entry.range;
            let text = format!("{} [{}] {low} to {high}, default {}.", entry.note, entry.unit, entry.value);
            (entry.name.clone(), json!({ "$ref": "#/definitions/spread", "description": text.trim() }))
        })
        .collect();
    let properties = |key: &str| match key {
        "format" => json!({ "const": 1, "description": "Version of the file format." }),
        "name" => json!({ "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,59}$",
            "description": "Name: the file's name without .toml." }),
        "title" | "question" => json!({ "type": "string" }),
        "scenarios" => json!({ "type": "array", "items": { "type": "string" }, "minItems": 1,
            "description": "Scenarios of the library, or paths beside the plan; an axis of its own." }),
        "seeds" => json!({ "description": "Seeds 1 to N, or a list; the same at every point.", "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": MOST },
            { "type": "array", "items": { "type": "integer", "minimum": 0 }, "minItems": 1 },
        ] }),
        "scale" => json!({ "type": "integer", "minimum": 1, "maximum": 1000, "default": 50,
            "description": "Persons per agent." }),
        "until" => date("The last week is the one that contains this day."),
        "without" => json!({ "type": "array", "items": { "enum": crate::schedule::SUBMODELS },
            "description": "Submodels that are switched off." }),
        "design" => design(),
        "uncertainties" => json!({ "type": "object", "properties": parameters, "additionalProperties": false,
            "description": "Parameters that are varied, by submodel.name." }),
        "levers" => json!({ "type": "object", "additionalProperties": { "$ref": "#/definitions/spread" },
            "description": "Fields of levers that are varied, by LEVER.field." }),
        "outcome" => json!({ "type": "array", "items": outcome() }),
        _ => json!({ "type": "array", "items": target() }),
    };
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Harmattan plan",
        "type": "object",
        "required": ["format", "name", "seeds"],
        "properties": object(&FILE_KEYS, properties),
        "additionalProperties": false,
        "definitions": { "spread": spread() },
    })
}

fn object(keys: &[&str], schema: impl Fn(&str) -> Value) -> Value {
    Value::Object(keys.iter().map(|key| ((*key).to_string(), schema(key))).collect())
}

fn date(description: &str) -> Value {
    json!({ "type": "string", "format": "date", "description": description })
}

fn design() -> Value {
    let methods: Vec<&str> = Method::ALL.iter().map(|method| method.word()).collect();
    let properties = |key: &str| match key {
        "method" => json!({ "enum": methods }),
        "points" => json!({ "type": "integer", "minimum": 1, "maximum": MOST,
            "description": "Points; trajectories of morris; base sample of saltelli, a power of two." }),
        "seed" => json!({ "type": "integer", "minimum": 0, "default": 1, "description": "Of the design." }),
        _ => json!({ "type": "string", "description": "Points of the method list, CSV." }),
    };
    json!({ "type": "object", "required": ["method"], "properties": object(&DESIGN_KEYS, properties),
        "additionalProperties": false })
}

fn spread() -> Value {
    let properties = |key: &str| match key {
        "range" => json!({ "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2,
            "description": "Uniform from the first to the second." }),
        "values" => json!({ "type": "array", "items": { "type": ["number", "string"] }, "minItems": 1,
            "uniqueItems": true }),
        PEAK => {
            json!({ "type": "number", "description": "Where the catalogue's distribution peaks instead." })
        }
        _ => json!({ "const": "catalogue", "description": "As in data/parameters." }),
    };
    let keys = [&SPREAD_KEYS[..], &[PEAK]].concat();
    let one_of: Vec<Value> = SPREAD_KEYS.iter().map(|key| json!({ "required": [key] })).collect();
    json!({ "type": "object", "properties": object(&keys, properties), "additionalProperties": false,
        "oneOf": one_of, "dependentRequired": { PEAK: ["distribution"] } })
}

fn outcome() -> Value {
    let communities: Vec<&str> = Community::ALL.iter().map(|community| community.word()).collect();
    let indicators = INDICATORS.iter().map(|spec| spec.name);
    let mut names: Vec<&str> = [&PLACES_TABLE, &GROUPS_TABLE, &COMMUNITIES_TABLE]
        .into_iter()
        .flat_map(watchable)
        .chain(indicators)
        .collect();
    names.sort_unstable();
    names.dedup();
    let properties = |key: &str| match key {
        "name" => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,60}$" }),
        "indicator" => {
            json!({ "enum": names, "description": "Column of indicators, places, groups or communities." })
        }
        "region" => json!({ "enum": AREAS, "description": "Mali if absent." }),
        "place" => json!({ "type": "string", "description": "Place id." }),
        "group" => json!({ "type": "string", "description": "Armed group of January 2012." }),
        "community" => json!({ "enum": communities }),
        _ => json!({ "type": "object", "properties": object(&Reduce::WORDS, reduction),
            "additionalProperties": false, "minProperties": 1, "maxProperties": 1 }),
    };
    json!({ "type": "object", "required": ["name", "indicator", "reduce"],
        "properties": object(&OUTCOME_KEYS, properties), "additionalProperties": false })
}

fn reduction(word: &str) -> Value {
    let bound = |key: &str| match key {
        "from" => date("Weeks are counted from here."),
        _ => json!({ "type": "number" }),
    };
    match word {
        "at" => date("Value of the week that contains this day."),
        "weeks_until" => json!({ "type": "object", "properties": object(&BOUND_KEYS, bound),
            "additionalProperties": false, "oneOf": [{ "required": ["at_least"] }, { "required": ["at_most"] }] }),
        _ => json!({ "type": "object", "additionalProperties": false,
            "properties": object(&WINDOW_KEYS, |_| date("Weeks whose Monday lies in between.")) }),
    }
}

fn target() -> Value {
    let properties = |key: &str| match key {
        "scale" => {
            json!({ "type": "number", "exclusiveMinimum": 0, "description": "Distance that counts as one." })
        }
        _ => json!({ "type": "string" }),
    };
    json!({ "type": "object", "properties": object(&TARGET_KEYS, properties), "additionalProperties": false,
        "oneOf": [{ "required": ["pattern"] }, { "required": ["file", "column"] }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_every_key_method_and_reduction() {
        let schema = plan(&Context::compiled_in().unwrap());
        assert!(FILE_KEYS.iter().all(|key| schema["properties"][key].is_object()));
        let methods = schema["properties"]["design"]["properties"]["method"]["enum"].as_array().unwrap();
        assert_eq!(methods.len(), Method::ALL.len());
        let reduce = &schema["properties"]["outcome"]["items"]["properties"]["reduce"]["properties"];
        assert!(Reduce::WORDS.iter().all(|word| reduce[word].is_object()));
        let uncertainties = &schema["properties"]["uncertainties"]["properties"];
        assert!(uncertainties["trafficking.risk_decay_per_week"].is_object());
    }
}
