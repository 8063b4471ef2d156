//! A checked scenario as text again: the canonical form, and the same with the origin of each line.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::base::ids::Id;
use crate::entities::policy::{Condition, End, FieldValue, Lever, Start, Watched};
use crate::entities::theatre::Theatre;
use crate::scenario::Scenario;
use crate::scenario::levers::is_name;
use crate::tables::indicators::{AREAS, INDICATORS, MALI};
use crate::tables::layouts::{COMMUNITIES_TABLE, GROUPS_TABLE, PLACES_TABLE};

/// Which file states what: the name of a base, or `this file`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origins {
    /// Origin of the theatre.
    pub theatre: String,
    /// Origin of each parameter.
    pub parameters: BTreeMap<String, String>,
    /// Origin of each lever.
    pub levers: BTreeMap<String, String>,
    /// Levers taken out, with the file that did so.
    pub removed: Vec<(String, String)>,
}

/// The scenario as a file that needs no base. Equal scenarios have equal text, whatever their files looked
/// like: the text enters the id of every run. Whoever changes a lever of a checked scenario makes it anew.
pub fn canonical(scenario: &Scenario, theatre: &Theatre) -> String {
    let mut out = String::from("format = 1\n");
    let mut line = |key: &str, value: &str| out.push_str(&format!("{key} = {value}\n"));
    line("name", &text(&scenario.name));
    line("title", &text(&scenario.title));
    line("question", &text(&scenario.question));
    if let Some(source) = &scenario.source {
        line("source", &text(source));
    }
    line("theatre", &text(&scenario.theatre));
    if !scenario.parameters.is_empty() {
        out.push_str("\n[parameters]\n");
        for (name, value) in &scenario.parameters {
            let _ = writeln!(out, "{} = {}", text(name), number(*value));
        }
    }
    for lever in &scenario.levers {
        out.push_str("\n[[lever]]\n");
        write_lever(&mut out, lever, theatre);
    }
    out
}

fn write_lever(out: &mut String, lever: &Lever, theatre: &Theatre) {
    let mut line = |key: &str, value: String| out.push_str(&format!("{key} = {value}\n"));
    line("name", text(&lever.name));
    match &lever.start {
        Start::At(week) => line("from.date", week.monday().to_string()),
        Start::When { all: true, conditions } if conditions.len() == 1 => {
            line("from.condition", condition(&conditions[0], theatre));
        }
        Start::When { all, conditions } => {
            let items: Vec<String> = conditions.iter().map(|c| condition(c, theatre)).collect();
            line(if *all { "from.all" } else { "from.any" }, format!("[{}]", items.join(", ")));
        }
    }
    match &lever.end {
        End::Never => {}
        End::At(week) => line("until.date", week.monday().to_string()),
        End::After(weeks) => line("until.weeks", weeks.to_string()),
        End::When(c) => line("until.condition", condition(c, theatre)),
    }
    if !lever.places.is_empty() {
        let names: Vec<String> =
            lever.places.iter().map(|place| text(&theatre.places[place.index()].id)).collect();
        line("places", format!("[{}]", names.join(", ")));
    }
    let fields: Vec<String> = lever
        .spec()
        .fields
        .iter()
        .zip(&lever.values)
        .map(|(field, value)| match value {
            FieldValue::Number(x) => format!("{} = {}", field.name, number(*x)),
            FieldValue::Word(word) => format!("{} = {}", field.name, text(word)),
        })
        .collect();
    let fields = if fields.is_empty() { "{}".to_string() } else { format!("{{ {} }}", fields.join(", ")) };
    line(&format!("set.{}", lever.spec().name), fields);
}

fn condition(condition: &Condition, theatre: &Theatre) -> String {
    let mut parts = Vec::new();
    match condition.watched {
        Watched::Area { indicator, area } => {
            parts.push(format!("indicator = {}", text(INDICATORS[indicator].name)));
            if area != MALI {
                parts.push(format!("region = {}", text(AREAS[area])));
            }
        }
        Watched::Place { column, place } => {
            parts.push(format!("indicator = {}", text(PLACES_TABLE.columns[column].name)));
            parts.push(format!("place = {}", text(&theatre.places[place.index()].id)));
        }
        Watched::Group { column, group } => {
            parts.push(format!("indicator = {}", text(GROUPS_TABLE.columns[column].name)));
            parts.push(format!("group = {}", text(&theatre.groups[group].id)));
        }
        Watched::Community { column, community } => {
            parts.push(format!("indicator = {}", text(COMMUNITIES_TABLE.columns[column].name)));
            parts.push(format!("community = {}", text(community.word())));
        }
    }
    let bounds = [("at_least", condition.at_least), ("at_most", condition.at_most)];
    parts.extend(bounds.iter().filter_map(|(key, value)| Some(format!("{key} = {}", number((*value)?)))));
    let counts = [
        ("for_weeks", condition.for_weeks, 1),
        ("within_weeks", condition.within_weeks, 1),
        ("delay_weeks", condition.delay_weeks, 0),
    ];
    let changed = counts.iter().filter(|(_, value, default)| value != default);
    parts.extend(changed.map(|(key, value, _)| format!("{key} = {value}")));
    if condition.not_before.0 > 0 {
        parts.push(format!("not_before = {}", condition.not_before.monday()));
    }
    if let Some(week) = condition.not_after {
        parts.push(format!("not_after = {}", week.monday()));
    }
    format!("{{ {} }}", parts.join(", "))
}

/// The shortest number that reads back to the same value; whole numbers without a point.
fn number(value: f64) -> String {
    if value.trunc() == value && value.abs() < 9e15 { format!("{value:.0}") } else { format!("{value:?}") }
}

/// A TOML string on one line.
fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The scenario as it will run, each line with its origin as a comment; `run` accepts the text.
pub fn show(scenario: &Scenario, origins: &Origins) -> String {
    const THIS_FILE: &str = "this file";
    let mut out = String::new();
    for (name, by) in &origins.removed {
        let _ = writeln!(out, "# without the lever {name}: removed by {by}");
    }
    let mut section = "";
    let mut origin = THIS_FILE;
    let lines: Vec<&str> = scenario.canonical.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        match *line {
            "" => {
                out.push('\n');
                continue;
            }
            "[parameters]" => {
                let _ = writeln!(out, "{line}");
                section = line;
                continue;
            }
            // The name that decides the origin stands on the next line.
            "[[lever]]" => {
                section = line;
                let named = lines.get(at + 1).and_then(|next| next.strip_prefix("name = "));
                origin = origin_of(named, &origins.levers);
            }
            _ if section == "[parameters]" => {
                origin = origin_of(line.split_once(" = ").map(|(name, _)| name), &origins.parameters);
            }
            _ if section.is_empty() => {
                let inherited = line.starts_with("theatre = ") && !origins.theatre.is_empty();
                origin = if inherited { &origins.theatre } else { THIS_FILE };
            }
            _ => {}
        }
        let _ = writeln!(out, "{line}  # {origin}");
    }
    out
}

fn origin_of<'o>(quoted: Option<&str>, origins: &'o BTreeMap<String, String>) -> &'o str {
    // Names of levers and parameters hold nothing that would have been escaped.
    let name = quoted.map(|quoted| quoted.trim_matches('"')).unwrap_or_default();
    origins.get(name).map_or("this file", String::as_str)
}

/// A commented scenario that differs from `history` in one lever: what `new NAME` writes.
pub fn template(name: &str) -> String {
    TEMPLATE.replace("NAME", name)
}

/// Says why a name cannot be a scenario's.
pub fn check_scenario_name(name: &str) -> Result<(), String> {
    if is_name(name) {
        Ok(())
    } else {
        Err(format!(
            "`{name}` cannot be the name of a scenario: letters a-z, digits and -, not - first, at most 60"
        ))
    }
}

const TEMPLATE: &str = r#"# A scenario states what differs from its base. Check it with `harmattan check NAME.toml`,
# see it whole with `harmattan show NAME.toml`, and run it beside history, with the same seeds, with
# `harmattan run history NAME.toml`.

format   = 1
name     = "NAME"          # the name of this file without .toml
title    = "Border control that spares food and fuel"
question = "Does border control hurt armed groups without hurting traders when it leaves food and fuel alone?"
source   = "roundtable2014"          # key of data/sources.toml; leave it out if the idea is yours
base     = "history"
# remove = ["..."]                   # levers of the base to take out, by name

# Any parameter may be changed within its range: `harmattan params` lists them.
# [parameters]
# "submodel.name" = 0.1

# One lever. `harmattan list levers` shows all kinds and their fields.
[[lever]]
name       = "north-border"          # a name that the base uses replaces that lever
from.date  = 2013-07-01              # the week that contains it
until.date = 2016-12-26              # or until.weeks = 78; without it the lever lasts to the end
places     = ["region:North"]        # also place ids, country:ISO3, border:MLI-DZA; without it everywhere
set.border-control = { mode = "crime-sensitive", effort_share = 0.6 }

# A lever may also wait for something to happen:
# from.condition = { indicator = "places_under_groups", region = "Mopti", at_least = 1, for_weeks = 2 }
"#;
