//! Contract: scenarios with the same seed share every draw that both make: until they first differ, their rows are
//! the same bytes, and a lever that never becomes active changes nothing at all.
//!
//! Method: pairs of scenarios are run with the same seeds and their tables compared row by row.

use crate::laboratory::{TESTBED, options, prepare, rows, runs, same, scenario, table, texts, variant};

#[test]
fn scenarios_that_differ_from_2014_on_are_equal_before() {
    let levers = [
        r#"
[[lever]]
name = "border"
from.date = 2014-07-01
set.border-control = { mode = "blunt", effort_share = 0.9 }"#,
        r#"
[[lever]]
name = "border"
from.condition = { indicator = "deaths", at_least = 0, not_before = 2014-07-01 }
set.border-control = { mode = "blunt", effort_share = 0.9 }"#,
        r#"
[[lever]]
name = "more-troops"
from.date = 2014-07-01
set.strike-force = { actor = "france", troops_persons = 9000 }"#,
    ];
    let of = |scenario| {
        let mut options = options(500, "2014-12-31");
        options.every = harmattan::simulation::Period::Week;
        prepare(scenario, options)
    };
    let mut prepared = vec![of(scenario("history"))];
    prepared.extend(levers.iter().map(|lines| of(variant("history", lines))));
    let mut outcomes = runs(&prepared, &[1, 2]).into_iter();
    let base = outcomes.next().unwrap();
    for (at, others) in outcomes.enumerate() {
        for (base, other) in base.iter().zip(&others) {
            assert_ne!(base.state_hash, other.state_hash, "lever {at} does nothing");
            for of_base in &base.tables {
                let date = if of_base.name == "events" { "date_start" } else { "date" };
                // The week of 1 July 2014 begins on 30 June.
                let before = |table| {
                    let dates = texts(table, date);
                    rows(table)
                        .into_iter()
                        .zip(dates)
                        .filter(|(_, date)| *date < "2014-06-30")
                        .map(|(row, _)| row)
                        .collect::<Vec<_>>()
                };
                let of_other = table(other, &of_base.name);
                assert!(before(of_base) == before(of_other), "{} before lever {at}", of_base.name);
            }
        }
    }
}

#[test]
fn a_lever_that_never_becomes_active_changes_no_byte() {
    let sleeping = r#"
[[lever]]
name = "too-late"
from.date = 2013-03-04
set.border-control = { mode = "blunt", effort_share = 0.9 }

[[lever]]
name = "never"
from.condition = { indicator = "deaths", at_least = 1e9 }
set.strike-force = { actor = "france", troops_persons = 9000 }

[[lever]]
name = "never-both"
from.all = [
  { indicator = "fear", region = "Gao", at_least = 0 },
  { indicator = "coups", at_least = 50, within_weeks = 52 },
]
set.ransom-policy = { policy = "refuse" }

[[lever]]
name = "forbidden"
from.condition = { indicator = "deaths", at_least = 0, not_before = 2013-06-03 }
set.mission-size = { mission = "minusma", troops_persons = 9000 }
"#;
    for (base, scale) in [(TESTBED, 50), ("history", 500)] {
        let of = |scenario| prepare(scenario, options(scale, "2013-02-25"));
        let outcomes = runs(&[of(scenario(base)), of(variant(base, sleeping))], &[1, 2]);
        for (plain, other) in outcomes[0].iter().zip(&outcomes[1]) {
            assert_eq!(plain.state_hash, other.state_hash, "{base}");
            assert!(same(plain, other), "{base}: tables differ");
            for name in ["never", "never-both", "forbidden"] {
                assert!(other.never_started.iter().any(|lever| lever == name), "{base}: {name} is not named");
            }
        }
    }
}
