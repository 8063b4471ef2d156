//! The scenario library: every file checks, opens with a question and its document, runs, and is history to the last
//! byte until its first change.
//!
//! Method: the first change is read off the checked scenarios: the earliest start that is possible among levers that
//! were added, replaced or taken out.

use harmattan::base::dates::Week;
use harmattan::scenario::{Scenario, library};
use harmattan::simulation::Outcome;

use crate::laboratory::{TESTBED, context, options, prepare, rows, runs, scenario, table, texts};

/// The library's contract: names that scripts and texts rely on.
const PROMISED: [&str; 28] = [
    "history",
    "no-foreign-intervention",
    "returnees-accommodated",
    "no-drawdown",
    "mission-with-air-lift",
    "mandate-protect-civilians",
    "mandate-support-state",
    "services-first",
    "security-only",
    "crime-now",
    "crime-later",
    "crime-with-politics",
    "border-control-blunt",
    "border-control-crime-sensitive",
    "clientelism",
    "inclusive-dialogue",
    "accord-with-crime-terms",
    "accord-made-known",
    "no-ransoms",
    "wider-pays-du-champ",
    "libya-stabilised",
    "livelihoods-that-pay",
    "livelihoods-that-do-not-pay",
    "vigilantes-supported",
    "clean-government",
    "coup-2020-aid-frozen",
    "coup-2020-aid-kept",
    TESTBED,
];

#[test]
fn every_promised_scenario_is_there() {
    let missing: Vec<&str> =
        PROMISED.into_iter().filter(|name| !library::names().any(|known| known == *name)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}

/// What stands above the first key of a scenario file.
fn opening(text: &str) -> String {
    let comment = text.lines().take_while(|line| line.starts_with('#'));
    comment.map(|line| line.trim_start_matches('#').trim()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_scenario_opens_with_its_question_and_its_document() {
    for name in library::names().filter(|name| !["history", TESTBED].contains(name)) {
        let (text, scenario) = (library::text(name).unwrap(), scenario(name));
        let (opening, source) = (opening(text), scenario.source.clone().unwrap_or_default());
        assert!(opening.starts_with(&scenario.question), "{name} opens with {opening}");
        assert!(scenario.question.ends_with('?') && scenario.question.len() > 30, "{name}");
        assert!(!source.is_empty() && opening.contains(&format!("`{source}`")), "{name}: {opening}");
        assert_ne!(scenario.title, name, "{name} has no title");
    }
}

/// First week in which a scenario can differ from another.
fn first_change(scenario: &Scenario, base: &Scenario) -> Week {
    if scenario.parameters != base.parameters {
        return Week(0);
    }
    let only = |a: &Scenario, b: &Scenario| {
        a.levers
            .iter()
            .filter(|lever| !b.levers.contains(lever))
            .map(|lever| lever.start.earliest())
            .collect::<Vec<_>>()
    };
    let changes = only(scenario, base).into_iter().chain(only(base, scenario));
    changes.min().unwrap_or_else(|| panic!("{} differs in nothing", scenario.name))
}

/// Rows of every table that are dated before a day.
fn rows_before(outcome: &Outcome, day: &str) -> Vec<Vec<String>> {
    let before = |name: &str| {
        let of = table(outcome, name);
        let date = if name == "events" { "date_start" } else { "date" };
        let dates = texts(of, date);
        rows(of).into_iter().zip(dates).filter(|(_, date)| *date < day).map(|(row, _)| row).collect()
    };
    outcome.tables.iter().map(|of| before(&of.name)).collect()
}

/// Names of levers that started, in order.
fn started(outcome: &Outcome) -> Vec<String> {
    let timeline = table(outcome, "timeline");
    let (kinds, actors) = (texts(timeline, "kind"), texts(timeline, "actor"));
    let rows = kinds.into_iter().zip(actors).filter(|(kind, _)| *kind == "lever-started");
    rows.map(|(_, actor)| actor.to_string()).collect()
}

#[test]
fn every_scenario_is_history_until_its_first_change_and_differs_after_it() {
    let history = scenario("history");
    let names: Vec<&str> = library::names()
        .filter(|name| scenario(name).theatre == history.theatre && *name != "history")
        .collect();
    let mut weekly = options(1000, "2020-12-28");
    weekly.every = harmattan::simulation::Period::Week;
    let mut prepared = vec![prepare(history.clone(), weekly.clone())];
    prepared.extend(names.iter().map(|name| prepare(scenario(name), weekly.clone())));
    let mut outcomes = runs(&prepared, &[1]).into_iter().map(|mut of| of.remove(0));
    let base = outcomes.next().unwrap();
    for (name, other) in names.iter().zip(outcomes) {
        let scenario = scenario(name);
        let change = first_change(&scenario, &history).monday().to_string();
        for (before, after) in rows_before(&base, &change).iter().zip(rows_before(&other, &change)) {
            assert!(*before == after, "{name} differs from history before {change}");
        }
        // A scenario whose occasion never comes has nothing to change.
        if started(&base) != started(&other) {
            assert_ne!(base.state_hash, other.state_hash, "{name} changes nothing");
        }
    }
    assert!(context().theatres.len() > 1);
}
