//! Contract: the tables of a run agree with each other: communities add up to regions, actors to the ledger, the
//! timeline to who controls which place.
//!
//! Method: one run of history on few agents and one of the testbed, with every column compared that stands in two
//! tables.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use harmattan::simulation::Outcome;
use harmattan::tables::indicators::REGIONS;
use harmattan::tables::{Cells, Table};

use crate::laboratory::{TESTBED, column, options, prepare, rows, run, scenario, table, texts, variant};

fn history() -> &'static Outcome {
    static OUTCOME: OnceLock<Outcome> = OnceLock::new();
    OUTCOME.get_or_init(|| run(&prepare(scenario("history"), options(1000, "2014-06-30")), 1))
}

fn numbers(table: &Table, name: &str) -> Vec<f64> {
    match column(table, name) {
        Cells::Integer(values) => values.iter().map(|x| *x as f64).collect(),
        Cells::Money(cents) => cents.iter().map(|x| *x as f64 / 100.0).collect(),
        Cells::Number(values) => values.clone(),
        Cells::Text { .. } => panic!("{name} holds texts"),
    }
}

/// Sums of a column by some key of its rows.
fn by<'a>(table: &'a Table, keys: &[&str], name: &str) -> BTreeMap<Vec<&'a str>, f64> {
    let keys: Vec<Vec<&str>> = keys.iter().map(|key| texts(table, key)).collect();
    let mut sums = BTreeMap::new();
    for (row, value) in numbers(table, name).into_iter().enumerate() {
        *sums.entry(keys.iter().map(|column| column[row]).collect()).or_insert(0.0) += value;
    }
    sums
}

fn assert_close(a: f64, b: f64, what: &dyn std::fmt::Debug) {
    assert!((a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0), "{what:?}: {a} and {b}");
}

#[test]
fn communities_add_up_to_regions_and_to_mali() {
    let (communities, indicators) = (table(history(), "communities"), table(history(), "indicators"));
    for (own, name) in [("persons", "population_persons"), ("civilian_deaths", "civilian_deaths")] {
        let sums = by(communities, &["date", "region"], own);
        let regions = by(indicators, &["date", "region"], name);
        assert!(sums.values().any(|sum| *sum > 0.0), "{own}");
        for (key, sum) in &sums {
            assert_close(*sum, regions[key], &(own, key));
        }
    }
    let fled = by(communities, &["date", "region"], "displaced");
    let (inside, abroad) =
        (by(indicators, &["date", "region"], "idps"), by(indicators, &["date", "region"], "refugees"));
    for (key, sum) in &fled {
        assert_close(*sum, inside[key] + abroad[key], key);
    }
    // The row of Mali holds what its regions hold.
    for name in ["persons", "displaced", "civilian_deaths"] {
        let mut sums: BTreeMap<(String, String), [f64; 2]> = BTreeMap::new();
        for (key, value) in by(communities, &["date", "community", "region"], name) {
            let sum = sums.entry((key[0].to_string(), key[1].to_string())).or_default();
            sum[usize::from(REGIONS.contains(&key[2]))] += value;
        }
        assert!(sums.len() > 100 && sums.values().all(|[mali, regions]| mali == regions), "{name}");
    }
}

#[test]
fn actors_hold_the_sums_of_the_ledger() {
    let (actors, ledger) = (table(history(), "actors"), table(history(), "ledger"));
    for (side, name) in [("payee", "income_eur"), ("payer", "spending_eur")] {
        let paid = by(ledger, &["date", side], "amount_eur");
        let held = by(actors, &["date", "actor"], name);
        assert!(paid.len() > 500);
        for (key, amount) in &paid {
            assert_close(*amount, held[key], &(name, key));
        }
        assert_close(paid.values().sum(), held.values().sum(), &name);
    }
    let money = by(actors, &["date"], "income_eur");
    let spent = by(actors, &["date"], "spending_eur");
    money.iter().for_each(|(date, sum)| assert_close(*sum, spent[date], date));
    // Nobody of whom there is nothing to say has a row.
    let columns =
        ["income_eur", "spending_eur", "personnel", "deaths", "area_km2"].map(|c| numbers(actors, c));
    assert!((0..actors.n_rows()).all(|row| columns.iter().any(|column| column[row] > 0.0)));
    // What groups hold is what the indicators say.
    let kinds = texts(actors, "kind");
    let dates = texts(actors, "date");
    let mut areas: BTreeMap<&str, f64> = BTreeMap::new();
    for row in (0..actors.n_rows()).filter(|row| kinds[*row] == "armed-group") {
        *areas.entry(dates[row]).or_default() += columns[4][row];
    }
    let known = by(table(history(), "indicators"), &["date", "region"], "area_controlled_by_groups_km2");
    for (date, area) in areas {
        assert_close(area, known[&vec![date, "Mali"]], &date);
    }
}

#[test]
fn the_timeline_tells_every_change_of_control() {
    let (places, timeline) = (table(history(), "places"), table(history(), "timeline"));
    let mut changes: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    let (dates, kinds) = (texts(timeline, "date"), texts(timeline, "kind"));
    let (actors, names) = (texts(timeline, "actor"), texts(timeline, "place"));
    for row in (0..timeline.n_rows()).filter(|row| kinds[*row] == "place-changed-hands") {
        changes.entry(names[row]).or_default().push((dates[row], actors[row]));
    }
    assert!(changes.len() > 20);
    let (dates, names) = (texts(places, "date"), texts(places, "place"));
    let rulers = texts(places, "controller");
    for row in 0..places.n_rows() {
        // The last change before the month ended.
        let month = &dates[row][..7];
        let last = changes.get(names[row]).and_then(|list| list.iter().rev().find(|c| &c.0[..7] <= month));
        if let Some((_, ruler)) = last {
            assert_eq!(*ruler, rulers[row], "{} in {month}", names[row]);
        }
    }
}

#[test]
fn the_timeline_keeps_to_its_kinds_and_tells_of_bases() {
    const KINDS: [&str; 11] = [
        "lever-started",
        "lever-ended",
        "place-changed-hands",
        "group-born",
        "group-split",
        "group-merged",
        "group-ended",
        "coup",
        "accord",
        "base-opened",
        "base-closed",
    ];
    let timeline = table(history(), "timeline");
    let kinds = texts(timeline, "kind");
    assert!(kinds.iter().all(|kind| KINDS.contains(kind)), "{kinds:?}");
    // Where the mission has troops in a month it opened a base before, and has not left since.
    let (actors, names) = (texts(timeline, "actor"), texts(timeline, "place"));
    let opened = |place: &str| {
        (0..timeline.n_rows()).filter(|row| names[*row] == place).fold(0, |open, row| match kinds[row] {
            "base-opened" => open + 1,
            "base-closed" => open - 1,
            _ => open,
        })
    };
    let places = table(history(), "places");
    let troops = numbers(places, "mission_troops");
    let (dates, ids) = (texts(places, "date"), texts(places, "place"));
    let last = *dates.last().unwrap();
    assert!(actors.contains(&"minusma"));
    for row in (0..places.n_rows()).filter(|row| dates[*row] == last) {
        assert_eq!(opened(ids[row]) > 0, troops[row] > 0.0, "{}", ids[row]);
    }
}

#[test]
fn calm_under_groups_has_a_price_that_is_recorded() {
    let indicators = table(history(), "indicators");
    let (dates, regions) = (texts(indicators, "date"), texts(indicators, "region"));
    let at = |date: &str, region: &str, name: &str| {
        let row = (0..indicators.n_rows()).find(|row| dates[*row] == date && regions[*row] == region);
        numbers(indicators, name)[row.unwrap()]
    };
    // January 2012: nobody rules but the state; at the end of the year the north is lost.
    assert!(at("2012-01-01", "Mali", "forced_taxes_eur") < at("2012-12-01", "Mali", "forced_taxes_eur"));
    assert!(
        at("2012-01-01", "North", "schools_closed_share") < at("2012-12-01", "North", "schools_closed_share")
    );
    assert!(
        at("2012-01-01", "North", "courts_closed_share") < at("2012-12-01", "North", "courts_closed_share")
    );
    let km = at("2012-12-01", "Mali", "frontline_to_bamako_km");
    assert!((200.0..1300.0).contains(&km), "{km} km");
    assert_eq!(
        km,
        [
            at("2012-12-01", "North", "frontline_to_bamako_km"),
            at("2012-12-01", "Centre", "frontline_to_bamako_km")
        ]
        .into_iter()
        .filter(|x| !x.is_nan())
        .fold(f64::INFINITY, f64::min)
    );
    // Bamako is never behind a front of its own.
    assert!(at("2012-12-01", "Bamako", "frontline_to_bamako_km").is_nan());
    let near: f64 = numbers(indicators, "events_in_neighbour_zones").iter().sum();
    let abroad: f64 = (0..indicators.n_rows())
        .filter(|row| regions[*row] == "abroad")
        .map(|row| numbers(indicators, "events")[row])
        .sum();
    // Each stands once in a region, once in Mali, and may stand once in North or Centre.
    assert!(near >= 2.0 * abroad && near <= 3.0 * abroad && abroad > 0.0, "{near} {abroad}");
}

#[test]
fn a_condition_may_watch_a_community() {
    let lever = |community: &str, bound: &str| {
        variant(
            TESTBED,
            &format!(
                "[[lever]]\nname = \"watched\"\nfrom.condition = {{ indicator = \"displaced\", community = \
                 \"{community}\", {bound} }}\nset.official-pay = {{ bonus_share = 0.5 }}"
            ),
        )
    };
    let started = |scenario| {
        let outcome = run(&prepare(scenario, options(50, "2013-12-30")), 1);
        let first = numbers(table(&outcome, "communities"), "displaced");
        let names = texts(table(&outcome, "communities"), "community");
        assert!(names.iter().zip(&first).any(|(name, n)| *name == "songhai" && *n > 0.0));
        (!outcome.never_started.contains(&"watched".to_string()), outcome)
    };
    assert!(started(lever("songhai", "at_least = 1")).0);
    let (never, outcome) = started(lever("songhai", "at_least = 100000"));
    assert!(!never);
    let plain = run(&prepare(scenario(TESTBED), options(50, "2013-12-30")), 1);
    for (a, b) in outcome.tables.iter().zip(&plain.tables) {
        assert_eq!(rows(a), rows(b), "a lever that never starts changes nothing");
    }
}

#[test]
fn the_length_of_a_period_does_not_decide_when_a_lever_starts() {
    let lever = "[[lever]]\nname = \"watched\"\nfrom.condition = { indicator = \"attacks\", group = \"mnla\", at_least \
                 = 1 }\nset.official-pay = { bonus_share = 0.5 }";
    let scenario = variant("history", lever);
    let starts = [harmattan::simulation::Period::Month, harmattan::simulation::Period::Week].map(|every| {
        let mut options = options(1000, "2012-12-31");
        options.every = every;
        let outcome = run(&prepare(scenario.clone(), options), 1);
        let timeline = table(&outcome, "timeline");
        let row = texts(timeline, "actor").iter().position(|name| *name == "watched");
        row.map(|row| texts(timeline, "date")[row].to_string())
    });
    assert!(starts[0].is_some());
    assert_eq!(starts[0], starts[1]);
}
