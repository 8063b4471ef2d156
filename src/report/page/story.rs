//! One run told month by month, with a map that moves.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::atlas::Atlas;
use crate::report::axes::month_name;
use crate::report::events::{self, Event};
use crate::report::page::{Page, escaped, limits, map};
use crate::report::places::Places;
use crate::report::rows::Rows;
use crate::report::tables::Tables;
use crate::report::theme::number;
use crate::report::words::{capitalized, list, party_name, with_names};

/// One notable change.
struct Change {
    date: Date,
    kind: String,
    actor: String,
    place: String,
    text: String,
}

/// What happened in one month.
#[derive(Default)]
struct Month {
    changes: Vec<Change>,
    events: Vec<Event>,
}

/// Makes the page of one run; the seed must be one of the manifest's.
///
/// # Errors
///
/// A seed that is not there; missing, foreign or damaged tables.
pub fn html(tables: &mut Tables, seed: u64) -> Result<String, FigureError> {
    let manifest = tables.manifest.clone();
    if !manifest.seeds.contains(&seed) {
        let known: Vec<String> = manifest.seeds.iter().take(20).map(u64::to_string).collect();
        return Err(FigureError::Foreign {
            file: tables.dir.join("manifest.json"),
            reason: format!("holds no finished run of seed {seed}; there are {}", list(&known)),
        });
    }
    let typical = tables.typical_seed()?;
    let mut months: BTreeMap<Date, Month> = BTreeMap::new();
    for change in changes(tables, seed)? {
        months.entry(first_of(change.date)).or_default().changes.push(change);
    }
    let has_events = !manifest.lacks("events");
    if has_events {
        for event in events::of_seed(&tables.dir, &manifest, seed)? {
            months.entry(first_of(monday(event.date))).or_default().events.push(event);
        }
    }
    let dir = tables.dir.clone();
    let places = Places::read(&dir, &manifest, tables.groups()?, Some(seed))?;
    for date in places.periods.keys() {
        months.entry(first_of(*date)).or_default();
    }

    let which = match manifest.seeds.len() {
        1 => "the only run".to_string(),
        n if seed == typical => format!("the one of {n} runs that is nearest to the medians"),
        n => format!("one of {n} runs; the one nearest to the medians is {typical}"),
    };
    let title = format!("One run of {}, month by month", manifest.title);
    let byline = format!(
        "Scenario {}, run {}, seed {seed}, Harmattan {}",
        manifest.name, manifest.short_hash, manifest.version
    );
    let mut page = Page::new(&title, &manifest.question, &[byline]);
    page.section("answer", "In short");
    page.paragraph(&format!(
        "This is what happens in the run of seed {seed}, {which}. Another run differs by chance: read this as one course \
         that things may take in the model, and see the report of the scenario for what runs have in common."
    ));
    page.paragraph(&in_short(&months, has_events));
    page.section("map", "The map, as it moves");
    let caption = "Who controls which cell at the end of the month; circles: events with deaths, by size. Dots: regional \
                   capitals of 2012. A week belongs to the month of its Monday.";
    let atlas = Atlas::with_own(&tables.manifest.own_places);
    match map::html(&atlas, &places, caption) {
        Some(html) => {
            page.raw(&html);
            let mut data = map::data(&atlas, &places, &|date| month_name(date));
            data["events"] = places.periods.keys().map(|date| dots(months.get(&first_of(*date)))).collect();
            data["months"] = places.periods.keys().map(|date| json!(anchor(*date))).collect();
            page.data("map-data", &data);
        }
        None => page.paragraph_of("missing", "None of the places of this scenario is on the map of Mali."),
    }
    page.section("story", "Month by month");
    page.raw(&told(&months, has_events));
    limits(&mut page);
    Ok(page.finish())
}

/// The changes of one run, in the order of the table.
fn changes(tables: &Tables, seed: u64) -> Result<Vec<Change>, FigureError> {
    let columns = ["seed", "date", "kind", "actor", "place", "text"];
    let mut rows = Rows::open(&tables.dir, "timeline", &columns, &tables.manifest)?;
    let mut found = Vec::new();
    while rows.advance()? {
        if rows.seed(0, &tables.manifest)? == seed {
            let word = |column: usize| rows.text(column).map(str::to_string);
            let (kind, actor, place, text) = (word(2)?, word(3)?, word(4)?, word(5)?);
            found.push(Change { date: rows.date(1)?, kind, actor, place, text });
        }
    }
    Ok(found)
}

fn first_of(date: Date) -> Date {
    Date { day: 1, ..date }
}

fn monday(date: Date) -> Date {
    Date::from_days(date.days() - (date.days() - 4).rem_euclid(7))
}

fn anchor(date: Date) -> String {
    format!("m-{}-{:02}", date.year, date.month)
}

/// The whole run in two sentences.
fn in_short(months: &BTreeMap<Date, Month>, has_events: bool) -> String {
    let count = |kind: &str| months.values().flat_map(|m| &m.changes).filter(|c| c.kind == kind).count();
    let times =
        |n: usize, what: &str| format!("{} {what}{}", number(n as f64, 0), if n == 1 { "" } else { "s" });
    let mut text = format!(
        "It has {}, {}, {} and {} of places that change hands.",
        times(count("coup"), "coup"),
        times(count("accord"), "accord"),
        times(count("group-born") + count("group-split"), "new armed group"),
        times(count("place-changed-hands"), "case")
    );
    if has_events {
        let all = || months.values().flat_map(|month| &month.events);
        let deaths: u64 = all().map(|event| event.deaths).sum();
        let worst = months.iter().max_by_key(|(date, month)| {
            (month.events.iter().map(|event| event.deaths).sum::<u64>(), std::cmp::Reverse(**date))
        });
        let _ = write!(
            text,
            " In {} {} die",
            times(all().count(), "violent event"),
            if deaths == 1 {
                "one person".to_string()
            } else {
                format!("{} people", number(deaths as f64, 0))
            }
        );
        if let (Some((date, _)), true) = (worst, deaths > 0) {
            let _ = write!(text, "; the month with most dead is {}", month_name(*date));
        }
        text.push('.');
    }
    text
}

/// The events with deaths of a month as circles: x, y, deaths and words.
fn dots(month: Option<&Month>) -> Value {
    let lethal = month.into_iter().flat_map(|month| &month.events).filter(|event| event.deaths > 0);
    lethal
        .filter(|event| event.at.0.is_finite() && event.at.1.is_finite())
        .map(|event| {
            let (x, y) = map::position(event.at);
            json!([x, y, event.deaths, sentence(event)])
        })
        .collect()
}

fn sentence(event: &Event) -> String {
    format!(
        "{} {} at {} in {} ({}), {} dead",
        event.date,
        event.kind.replace('-', " "),
        event.cercle,
        event.region,
        format_args!("{} against {}", party_name(&event.side_a), party_name(&event.side_b)),
        number(event.deaths as f64, 0)
    )
}

/// The months as a list.
fn told(months: &BTreeMap<Date, Month>, has_events: bool) -> String {
    let mut html = String::from("<ol class=\"months\">\n");
    for (date, month) in months {
        let _ = write!(html, "<li id=\"{}\"><h3>{}</h3>", anchor(*date), month_name(*date));
        let sentences = of_changes(&month.changes);
        if !sentences.is_empty() {
            let _ = write!(html, "<p>{}</p>", escaped(&sentences.join(" ")));
        }
        if has_events {
            let _ = write!(html, "<p class=\"events-line\">{}</p>", escaped(&of_events(&month.events)));
        }
        html.push_str("</li>\n");
    }
    html + "</ol>"
}

/// Places are told by who takes them; everything else in its own words.
fn of_changes(changes: &[Change]) -> Vec<String> {
    let mut takers: Vec<(&str, Vec<String>)> = Vec::new();
    let mut sentences = Vec::new();
    for change in changes {
        if change.kind == "place-changed-hands" && !change.place.is_empty() {
            match takers.iter_mut().find(|(actor, _)| *actor == change.actor) {
                Some((_, places)) if places.contains(&change.place) => {}
                Some((_, places)) => places.push(change.place.clone()),
                None => takers.push((&change.actor, vec![change.place.clone()])),
            }
        } else {
            let text = with_names(change.text.trim().trim_end_matches('.'));
            sentences.push(format!("{}.", capitalized(&text)));
        }
    }
    for (actor, places) in takers {
        sentences.push(match actor {
            "" => format!("Nobody controls {} any more.", list(&places)),
            actor => format!("{} takes {}.", capitalized(&party_name(actor)), list(&places)),
        });
    }
    sentences
}

fn of_events(events: &[Event]) -> String {
    if events.is_empty() {
        return "No violent event.".to_string();
    }
    let deaths: u64 = events.iter().map(|event| event.deaths).sum();
    let civilians: u64 = events.iter().map(|event| event.civilians).sum();
    let n = events.len();
    let mut text = format!("{} violent event{}", number(n as f64, 0), if n == 1 { "" } else { "s" });
    if deaths == 0 {
        return text + ", nobody killed.";
    }
    let _ = write!(
        text,
        ", {} killed, civilians among them: {}.",
        number(deaths as f64, 0),
        number(civilians as f64, 0)
    );
    // The first of equals.
    let worst = events.iter().rev().max_by_key(|event| event.deaths);
    if let Some(worst) = worst.filter(|_| n > 1) {
        let _ = write!(text, " The deadliest: {}.", sentence(worst));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_who_takes_them() {
        let date = Date { year: 2012, month: 4, day: 2 };
        let change = |kind: &str, actor: &str, place: &str, text: &str| Change {
            date,
            kind: kind.to_string(),
            actor: actor.to_string(),
            place: place.to_string(),
            text: text.to_string(),
        };
        let told = of_changes(&[
            change("place-changed-hands", "mnla", "Gao", "mnla takes control of Gao"),
            change("coup", "army", "Bamako", "the army takes power in Bamako"),
            change("place-changed-hands", "mnla", "Kidal", "mnla takes control of Kidal"),
            change("place-changed-hands", "", "Dire", "Nobody controls Dire any more"),
        ]);
        assert_eq!(
            told,
            [
                "The army takes power in Bamako.",
                "MNLA takes Gao and Kidal.",
                "Nobody controls Dire any more."
            ]
        );
        assert_eq!(of_events(&[]), "No violent event.");
    }
}
