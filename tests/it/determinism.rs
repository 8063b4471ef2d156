//! Contract: same scenario, parameters and seed give the same bytes for any number of threads; a further seed
//! changes no other seed's rows; an earlier end gives a prefix; how a run is recorded or watched changes nothing
//! else.
//!
//! Method: whole folders of the program are compared byte by byte for one, two and three threads; everything else on
//! the tables of single runs.

use std::sync::OnceLock;

use harmattan::base::parallel;
use harmattan::scenario::library;
use harmattan::simulation::{Moment, Outcome, Period, Recorded, RunOptions, Sibling, run_siblings};

use crate::laboratory::{
    TESTBED, between, options, prepare, rows, run, runs, same, scenario, series, table, texts, variant, week,
};

/// The two theatres, at the scales at which they are quick.
const CASES: [(&str, u32); 2] = [(TESTBED, 50), ("history", 500)];

#[cfg(feature = "cli")]
mod folders {
    use std::collections::BTreeMap;
    use std::path::Path;

    use assert_cmd::Command;

    use super::CASES;
    use crate::runs::files;

    fn run(folder: &Path, scenario: &str, scale: u32, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
        let scale = scale.to_string();
        let until = ["run", scenario, "--scale", &scale, "--until", "2013-01-01", "--no-plots", "--quiet"];
        let out = folder.join(more.join(" "));
        let mut command = Command::cargo_bin("harmattan").unwrap();
        command.args(until).args(more).arg("--out").arg(&out);
        command.assert().success();
        let mut found = files(&out.join(scenario));
        // Times are the one file that no guarantee covers.
        found.remove("timing.json");
        assert!(found.len() >= 9, "{:?}", found.keys());
        found
    }

    #[test]
    fn threads_change_no_byte_of_any_file() {
        for (scenario, scale) in CASES {
            let folder = tempfile::tempdir().unwrap();
            let of = |threads| run(folder.path(), scenario, scale, &["--seeds", "3", "--threads", threads]);
            let one = of("1");
            for threads in ["2", "3"] {
                for (name, bytes) in of(threads) {
                    assert!(bytes == one[&name], "{scenario}: {name} differs with {threads} threads");
                }
            }
        }
    }

    #[test]
    fn a_further_seed_changes_no_row_of_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let of = |seeds| run(folder.path(), CASES[0].0, CASES[0].1, &["--seeds", seeds]);
        let (two, three, last) = (of("1,2"), of("1,2,3"), of("3..3"));
        for name in ["indicators", "events", "groups", "flows", "ledger", "places", "timeline"] {
            let name = format!("{name}.csv");
            assert!(three[&name].starts_with(&two[&name]), "{name}");
            let header = last[&name].iter().position(|b| *b == b'\n').unwrap() + 1;
            assert!(three[&name][two[&name].len()..] == last[&name][header..], "{name}");
        }
    }
}

fn outcome(name: &str, change: &dyn Fn(&mut RunOptions), (scale, until): (u32, &str)) -> Outcome {
    let mut options = options(scale, until);
    change(&mut options);
    run(&prepare(scenario(name), options), 2)
}

#[test]
fn the_same_seed_twice_gives_the_same_run_and_another_seed_does_not() {
    for (name, scale) in CASES {
        let prepared = [prepare(scenario(name), options(scale, "2012-12-31"))];
        let outcomes = runs(&prepared, &[7, 8, 7]).remove(0);
        assert!(same(&outcomes[0], &outcomes[2]), "{name}: the same seed differs");
        assert_ne!(outcomes[0].state_hash, outcomes[1].state_hash, "{name}: seeds do not differ");
    }
}

#[test]
fn an_earlier_end_gives_a_prefix() {
    for (name, scale) in CASES {
        for every in [Period::Month, Period::Week] {
            let until = |day| outcome(name, &|options| options.every = every, (scale, day));
            let (short, long) = (until("2012-06-20"), until("2012-12-31"));
            // The last whole period: May by month, the week of 11 June by week.
            let begins = if every == Period::Month { "2012-06-01" } else { "2012-06-18" };
            for of_short in &short.tables {
                let of_long = table(&long, &of_short.name);
                let date = if of_short.name == "events" { "date_start" } else { "date" };
                let whole = |table| {
                    let dates = texts(table, date);
                    let rows = rows(table);
                    rows.into_iter()
                        .zip(dates)
                        .filter(|(_, date)| *date < begins)
                        .map(|(row, _)| row)
                        .collect::<Vec<_>>()
                };
                assert!(whole(of_short) == whole(of_long), "{name}: {} differs ({every:?})", of_short.name);
            }
            let (short, long) = (rows(table(&short, "events")), rows(table(&long, "events")));
            assert!(long.starts_with(&short), "{name}: events of the last week differ ({every:?})");
        }
    }
}

#[test]
fn periods_change_no_event_and_no_sum() {
    for (name, scale) in CASES {
        let by = |every| outcome(name, &|options| options.every = every, (scale, "2012-12-31"));
        let (months, weeks) = (by(Period::Month), by(Period::Week));
        assert_eq!(months.state_hash, weeks.state_hash, "{name}");
        assert!(rows(table(&months, "events")) == rows(table(&weeks, "events")), "{name}: events differ");
        assert_eq!(table(&months, "timeline").n_rows(), table(&weeks, "timeline").n_rows(), "{name}");
        for indicator in ["deaths", "attacks", "garrisons_lost", "officials_left"] {
            for (month, sum) in series(&months, "Mali", indicator) {
                let last = format!("{}-31", &month[..7]);
                let of_weeks: f64 = between(&series(&weeks, "Mali", indicator), (&month, &last)).iter().sum();
                assert_eq!(sum, of_weeks, "{name}: {indicator} of {month}");
            }
        }
    }
}

#[test]
fn a_later_beginning_of_the_record_leaves_its_rows_as_they_are() {
    let (name, scale) = CASES[0];
    let all = outcome(name, &|_| {}, (scale, "2012-12-31"));
    let late = outcome(name, &|options| options.from = week("2012-07-02"), (scale, "2012-12-31"));
    assert_eq!(all.state_hash, late.state_hash);
    let (all, late) = (rows(table(&all, "indicators")), rows(table(&late, "indicators")));
    assert!(late.len() < all.len() && all.ends_with(&late));
}

#[test]
fn neither_checks_nor_missing_tables_change_anything_else() {
    for (name, scale) in CASES {
        let with = |change: &dyn Fn(&mut RunOptions)| outcome(name, change, (scale, "2012-12-31"));
        let plain = with(&|_| {});
        let checked = with(&|options| options.check_invariants = true);
        assert!(same(&plain, &checked), "{name}: checking changes the run");
        let without_events = with(&|options| options.tables = Recorded::WithoutEvents);
        assert_eq!(plain.state_hash, without_events.state_hash, "{name}");
        for of_plain in &plain.tables {
            let other = table(&without_events, &of_plain.name);
            if of_plain.name == "events" {
                assert!(of_plain.n_rows() > 0 && other.n_rows() == 0, "{name}");
            } else {
                assert!(rows(of_plain) == rows(other), "{name}: {} differs without events", of_plain.name);
            }
        }
        let indicators = with(&|options| options.tables = Recorded::Indicators);
        assert_eq!(plain.state_hash, indicators.state_hash, "{name}");
        assert!(rows(table(&plain, "indicators")) == rows(table(&indicators, "indicators")), "{name}");
    }
}

#[test]
fn threads_within_a_run_change_nothing() {
    let prepared = prepare(scenario("history"), options(20, "2012-01-23"));
    let alone = run(&prepared, 1);
    for threads in [2, 3] {
        let split = OnceLock::new();
        parallel::take_in_turn(1, threads, |_| {
            assert_eq!(parallel::share(), threads);
            split.set(run(&prepared, 1)).is_ok()
        });
        assert!(same(&split.into_inner().unwrap(), &alone), "{threads} threads");
    }
}

#[test]
fn runs_that_share_their_past_end_as_if_they_had_been_run_alone() {
    let own = RunOptions { tables: Recorded::WithoutEvents, ..options(1000, "2014-12-31") };
    // All scenarios of Mali with the parameters of history, of which one ends earlier and one later than the others.
    let scenarios: Vec<_> = library::names()
        .map(scenario)
        .filter(|s| s.theatre == "mali" && s.parameters.is_empty() && s.name != "history")
        .collect();
    assert!(scenarios.len() > 30);
    let last = |at: usize| match at {
        3 => week("2014-02-20"),
        4 => week("2015-02-20"),
        _ => own.until,
    };
    let siblings: Vec<Sibling> =
        scenarios.iter().enumerate().map(|(at, scenario)| Sibling { scenario, until: last(at) }).collect();
    let shared = siblings.iter().filter_map(|s| s.scenario.parts_from(&scenario("history"))).map(|w| w.0);
    assert!(shared.sum::<u32>() > 50 * siblings.len() as u32, "too little is shared to test anything");
    let history = prepare(scenario("history"), own.clone());
    let alone = |at: Option<usize>| match at {
        None => run(&history, 1),
        Some(at) => run(&prepare(scenarios[at].clone(), RunOptions { until: last(at), ..own.clone() }), 1),
    };
    let mut together: Vec<(Option<usize>, Outcome)> = Vec::new();
    run_siblings(&history, &siblings, 1, &|| true, &mut |_| {}, &mut |at, finish| {
        together.push((at, finish()))
    });
    assert_eq!(together.len(), scenarios.len() + 1);
    let differing: Vec<_> = parallel::map_in_order(&together, 0, |(at, outcome)| {
        let name = at.map_or("history", |at| &scenarios[at].name);
        let alone = alone(*at);
        let equal = same(&alone, outcome) && alone.never_started == outcome.never_started;
        (!equal).then(|| name.to_string())
    });
    let differing: Vec<String> = differing.into_iter().flatten().collect();
    assert!(differing.is_empty(), "{differing:?}");
}

#[test]
fn work_that_is_no_longer_wanted_stops_in_the_shared_weeks_and_keeps_what_has_parted() {
    let history = prepare(scenario("history"), options(1000, "2013-12-31"));
    let lever = |date: &str| {
        let set = "set.border-control = { mode = \"blunt\", effort_share = 0.9 }";
        variant("history", &format!("[[lever]]\nname = \"border\"\nfrom.date = {date}\n{set}"))
    };
    let (early, late) = (lever("2012-03-05"), lever("2013-09-02"));
    let sibling = |scenario| Sibling { scenario, until: history.options.until };
    let siblings = [sibling(&early), sibling(&late)];
    let parting = early.parts_from(&history.scenario).unwrap().0;
    // (weeks that are seen before nothing more is wanted, runs that end)
    let whole = history.options.until.0 + 1;
    for (most, ended) in [(parting - 2, 0), (parting + whole + 5, 1), (u32::MAX, 3)] {
        let weeks = std::cell::Cell::new(0);
        let mut outcomes = Vec::new();
        run_siblings(
            &history,
            &siblings,
            1,
            &|| weeks.get() < most,
            &mut |moment| weeks.set(weeks.get() + u32::from(matches!(moment, Moment::WeekDone(_)))),
            &mut |at, finish| outcomes.push((at, finish())),
        );
        assert_eq!(outcomes.len(), ended);
        assert!(weeks.get() == most || ended == 3, "{} of {most} weeks", weeks.get());
        if let Some((at, outcome)) = outcomes.first() {
            let alone = run(&prepare(early.clone(), history.options.clone()), 1);
            assert!(*at == Some(0) && same(&alone, outcome), "{at:?}");
        }
    }
}
