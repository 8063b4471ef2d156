//! Contract: every submodel matters. Switched off (its stocks keep their initial value, its flows are zero), it
//! moves a named indicator in a stated direction by at least a stated size.
//!
//! Method: one table, [`WITHOUT`], says what is expected; history is run at a coarse scale with and without each
//! submodel for the same seeds, and medians over seeds are compared. The table of the documentation is printed from
//! the same constant.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use harmattan::base::parallel;
use harmattan::schedule::SUBMODELS;
use harmattan::simulation::{Outcome, Prepared, Recorded};

use crate::laboratory::{between, median, options, over, prepare, run, scenario, series, variant};
use crate::sources;

/// What of an indicator is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Measure {
    /// Flows summed, stocks and means averaged over the window.
    Size,
    /// Largest less smallest value of the window.
    Range,
    /// Sum of all upward steps within the window.
    Rises,
}

use Measure::{Range, Rises, Size};

/// What happens without a submodel.
struct Without {
    submodel: &'static str,
    /// What the scenario changes in history, and the words for it.
    scenario: (&'static str, &'static str),
    window: (&'static str, &'static str),
    area: &'static str,
    indicator: &'static str,
    measure: Measure,
    /// Least relative change of the median: -1 is all of it, 0.5 is half as much again.
    least_change: f64,
    /// False where the model does not do it yet; the test fails when it begins to.
    holds: bool,
    statement: &'static str,
}

const fn row(
    submodel: &'static str,
    window: (&'static str, &'static str),
    (area, indicator, measure): (&'static str, &'static str, Measure),
    least_change: f64,
    statement: &'static str,
) -> Without {
    let (scenario, holds) = (("", "history"), true);
    Without { submodel, scenario, window, area, indicator, measure, least_change, holds, statement }
}

const fn within(scenario: (&'static str, &'static str), row: Without) -> Without {
    Without { scenario, ..row }
}

const Y2012: (&str, &str) = ("2012-01-01", "2012-12-31");
const LATE_2012: (&str, &str) = ("2012-06-01", "2012-12-31");
const Y2013: (&str, &str) = ("2013-02-01", "2013-12-31");
const INTERVENTION: (&str, &str) = ("2013-02-01", "2014-12-31");
const TWO_YEARS: (&str, &str) = ("2012-01-01", "2013-12-31");
const AFTER_RETURN: (&str, &str) = ("2012-02-01", "2013-12-31");

/// In history little moves cooperation; here frameworks do.
const FRAMEWORKS: (&str, &str) = (
    r#"
[parameters]
"regional_cooperation.framework_gain" = 0.8
"regional_cooperation.half_life_weeks" = 26.0
"regional_cooperation.rivalry_weight" = 0.1
"regional_cooperation.complicity_weight" = 0.0
"regional_cooperation.intervention_weight" = 0.0
"regional_cooperation.leak_weight" = 0.0"#,
    "history with frameworks that work",
);

/// One row per submodel and expectation, in the order of the week.
#[rustfmt::skip]
const WITHOUT: [Without; 20] = [
    row("calendar", Y2013, ("Mali", "strike_force_troops", Size), -1.0, "no strike force comes"),
    within(FRAMEWORKS, row("regional-cooperation", TWO_YEARS, ("Mali", "regional_cooperation", Size), -0.1, "neighbours do not come to work together")),
    row("public-finance", Y2012, ("Mali", "state_spending_eur", Size), -1.0, "the state spends nothing"),
    row("officials", LATE_2012, ("North", "officials_at_post", Size), 1.0, "officials in the north stay at their posts"),
    row("services", LATE_2012, ("Mali", "unmet_services", Size), 0.2, "more services are unmet"),
    row("trafficking", Y2012, ("Mali", "illicit_income_eur", Size), -0.95, "illicit income all but ends"),
    row("interdiction", TWO_YEARS, ("Mali", "seized_value_eur", Size), -1.0, "nothing is seized"),
    row("state-forces", INTERVENTION, ("North", "army_troops", Size), -0.5, "the beaten army does not come back to the north"),
    row("peace-operations", Y2013, ("Mali", "peacekeeper_deaths_all_causes", Size), -1.0, "no peacekeeper dies"),
    row("group-strategy", Y2012, ("Mali", "garrisons_lost", Size), -1.0, "no garrison falls in 2012"),
    row("violence", Y2012, ("Mali", "deaths", Size), -1.0, "nobody is killed"),
    row("violence", Y2013, ("Mali", "refugees", Size), -0.3, "fewer people have fled"),
    row("kidnapping", TWO_YEARS, ("Mali + abroad", "group_income_eur", Size), -0.15, "groups earn less"),
    row("crime-and-arms", TWO_YEARS, ("Mali", "banditry", Size), -0.9, "there is no banditry"),
    row("perception", TWO_YEARS, ("Mali", "trust_in_state", Range), -0.6, "trust stays flat"),
    row("livelihoods", AFTER_RETURN, ("Mali + abroad", "fighters", Rises), -1.0, "fighters only become fewer"),
    row("displacement", Y2012, ("Mali", "refugees", Size), -1.0, "nobody flees"),
    row("group-dynamics", TWO_YEARS, ("Mali", "groups_active", Rises), -0.4, "hardly a group comes up: none is born"),
    row("peace-process", ("2012-01-01", "2015-12-31"), ("Mali", "accords", Size), -1.0, "no accord is signed"),
    row("national-politics", Y2012, ("Mali", "coups", Size), -1.0, "there is no coup"),
];

const SEEDS: [u64; 4] = [1, 2, 3, 4];
const SCALE: u32 = 500;

fn measured(row: &Without, outcome: &Outcome) -> f64 {
    let values = || between(&series(outcome, row.area, row.indicator), row.window);
    match row.measure {
        Size => over(outcome, row.area, row.indicator, row.window),
        Range => {
            let fold = |pick: fn(f64, f64) -> f64, start: f64| values().into_iter().fold(start, pick);
            fold(f64::max, f64::NEG_INFINITY) - fold(f64::min, f64::INFINITY)
        }
        Rises => values().windows(2).map(|pair| (pair[1] - pair[0]).max(0.0)).sum(),
    }
}

/// Runs of one submodel's absence (or of all there is), long enough for every row that needs them.
fn prepared(submodel: Option<&str>) -> Vec<(&'static str, Prepared)> {
    let mut last: BTreeMap<&'static str, &'static str> = BTreeMap::new();
    for row in WITHOUT.iter().filter(|row| submodel.is_none_or(|name| name == row.submodel)) {
        let until = last.entry(row.scenario.0).or_insert(row.window.1);
        *until = (*until).max(row.window.1);
    }
    let ready = |(lines, until): (&'static str, &'static str)| {
        let mut options = options(SCALE, until);
        options.tables = Recorded::WithoutEvents;
        options.without = SUBMODELS.iter().position(|known| submodel == Some(known)).into_iter().collect();
        let scenario = if lines.is_empty() { scenario("history") } else { variant("history", lines) };
        (lines, prepare(scenario, options))
    };
    last.into_iter().map(ready).collect()
}

/// The table of the documentation, in Markdown.
pub fn markdown() -> String {
    let mut text =
        String::from("| without | in | indicator | where | when | change of the median | so that |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for row in &WITHOUT {
        let indicator = match row.measure {
            Size => format!("`{}`", row.indicator),
            Range => format!("range of `{}`", row.indicator),
            Rises => format!("rises of `{}`", row.indicator),
        };
        let change = match row.least_change {
            change if change <= -1.0 => "to zero".to_string(),
            change if change < 0.0 => format!("{:.0} % or less", 100.0 * change),
            change => format!("+{:.0} % or more", 100.0 * change),
        };
        let held = if row.holds { "" } else { " (not yet)" };
        let (from, until) = row.window;
        let (submodel, scenario, area, says) = (row.submodel, row.scenario.1, row.area, row.statement);
        let when = format!("{} to {}", &from[..7], &until[..7]);
        let _ = writeln!(
            text,
            "| {submodel} | {scenario} | {indicator} | {area} | {when} | {change}{held} | {says} |"
        );
    }
    text
}

#[test]
fn every_submodel_but_observation_has_its_row() {
    for submodel in SUBMODELS {
        let n = WITHOUT.iter().filter(|row| row.submodel == submodel).count();
        assert_eq!(n == 0, submodel == "observation", "{submodel} has {n} rows");
    }
}

#[test]
fn the_documentation_holds_the_table() {
    const MARKER: &str = "<!-- without-table -->";
    let path = sources::root().join("docs/ODD.md");
    let Ok(text) = std::fs::read_to_string(&path) else { return };
    let Some((before, rest)) = text.split_once(MARKER) else { return };
    let table = markdown();
    if rest.trim_start_matches('\n').starts_with(&table) {
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        // What stood there was a table too: its lines go, the text after them stays.
        let lines = rest.trim_start_matches('\n').split_inclusive('\n');
        let after: String = lines.skip_while(|line| line.starts_with('|')).collect();
        std::fs::write(&path, format!("{before}{MARKER}\n{table}{after}")).unwrap();
    }
    panic!("after {MARKER} docs/ODD.md needs this table (UPDATE=1 writes it):\n\n{table}");
}

#[test]
fn without_a_submodel_a_named_indicator_moves() {
    let names: Vec<Option<&str>> = std::iter::once(None)
        .chain(SUBMODELS.iter().copied().filter(|name| *name != "observation").map(Some))
        .collect();
    let ready: Vec<(Option<&str>, &str, Prepared)> = names
        .iter()
        .flat_map(|name| prepared(*name).into_iter().map(|(scenario, p)| (*name, scenario, p)))
        .collect();
    let jobs: Vec<(usize, u64)> =
        (0..ready.len()).flat_map(|at| SEEDS.iter().map(move |seed| (at, *seed))).collect();
    let outcomes = parallel::map_in_order(&jobs, 0, |(at, seed)| (*at, run(&ready[*at].2, *seed)));
    let median_of = |row: &Without, submodel: Option<&str>| {
        let wanted = |at: usize| (ready[at].0, ready[at].1) == (submodel, row.scenario.0);
        median(outcomes.iter().filter(|(at, _)| wanted(*at)).map(|(_, outcome)| measured(row, outcome)))
    };
    let mut wrong = Vec::new();
    for row in &WITHOUT {
        let (with, without) = (median_of(row, None), median_of(row, Some(row.submodel)));
        let change = (without - with) / with;
        let held = if row.least_change < 0.0 {
            change <= row.least_change + 1e-9
        } else {
            change >= row.least_change
        };
        let line = format!(
            "{:22} {:>13} {:30} {with:14.4} {without:14.4} {:+8.1} %, expected {:+.0} %",
            row.submodel,
            row.area,
            row.indicator,
            100.0 * change,
            100.0 * row.least_change
        );
        println!("{line}");
        if held && !row.holds {
            wrong.push(format!("{line}: this holds now, take the mark `not_yet` away"));
        } else if !held && row.holds {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), WITHOUT.len(), wrong.join("\n"));
}
