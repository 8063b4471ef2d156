//! Contract: a plan file is understood whole or refused with every error at its place; what is refused is never run.
//!
//! Method: plans are spoilt one statement at a time, and the diagnostics are compared with what a user must be told.

use harmattan::experiments::plan::{self, Acts, Method, Plan, Reduce, Resolve, Spread};
use harmattan::scenario::check::{self, Context};
use harmattan::scenario::diagnostic::Diagnostic;
use harmattan::scenario::library;

const PLAN: &str = r#"
format    = 1
name      = "two-forces"
scenarios = ["testbed-three-places"]
seeds     = 3
scale     = 1000
until     = 2013-12-30

[design]
method = "latin-hypercube"
points = 8

[uncertainties]
"trafficking.risk_decay_per_week" = { range = [0.02, 0.25] }
"violence.excitation_share"       = { distribution = "catalogue" }

[levers]
"patrols.troops_persons" = { values = [0, 50, 100] }

[[outcome]]
name       = "deaths_2012"
indicator  = "deaths"
reduce.sum = { from = 2012-01-01, until = 2012-12-31 }

[[outcome]]
name       = "weeks"
indicator  = "places_under_groups"
region     = "Kidal"
reduce.weeks_until = { at_least = 1 }
"#;

fn check(text: &str, file: &str) -> Result<Plan, Vec<Diagnostic>> {
    let context = Context::compiled_in().unwrap();
    let scenario = |name: &str| match library::text(name) {
        Some(text) => check::check(name, text.as_bytes(), &library::base, &context),
        None => Err(vec![Diagnostic::whole_file(
            name,
            harmattan::scenario::diagnostic::Code::UnknownName,
            format!("there is no scenario `{name}`"),
        )]),
    };
    let listed = |_: &str| Ok(file.as_bytes().to_vec());
    plan::check(
        "plans/two-forces.toml",
        text.as_bytes(),
        Resolve { scenario: &scenario, file: &listed },
        &context,
    )
}

#[test]
fn a_plan_is_read_in_the_order_of_its_text() {
    let plan = check(PLAN, "").unwrap();
    let names: Vec<&str> = plan.factors.iter().map(|factor| factor.name.as_str()).collect();
    assert_eq!(
        names,
        ["trafficking.risk_decay_per_week", "violence.excitation_share", "patrols.troops_persons"]
    );
    assert!(
        matches!(plan.factors[1].spread, Spread::Triangular { low, peak, high } if low < peak && peak < high)
    );
    assert!(
        matches!(&plan.factors[2].acts, Acts::Lever { lever, field } if lever == "patrols" && field == "troops_persons")
    );
    assert_eq!(plan.design.as_ref().unwrap().method, Method::LatinHypercube);
    assert_eq!((plan.n_points(), plan.n_runs()), (Some(8), Some(24)));
    // The Mondays of 2012, as the months of the tables have them.
    let Reduce::Sum(window) = plan.outcomes[0].reduce else { panic!("{:?}", plan.outcomes) };
    assert_eq!(window.first.monday().to_string(), "2012-01-02");
    assert_eq!(window.last.monday().to_string(), "2012-12-31");
}

/// A line of the plan that is replaced, and what the first diagnostic must say: place, code and a word.
const SPOILT: &[(&str, &str, &str)] = &[
    ("seeds     = 3", "", "1:1: error[missing-key]: a plan has no `seeds`"),
    ("seeds     = 3", "seeds = 0", "5:9: error[out-of-range]: `seeds` = 0"),
    ("seeds     = 3", "seeds = [1, 1]", "5:13: error[duplicate]"),
    ("scale     = 1000", "scale = 1001", "6:9: error[out-of-range]"),
    ("scale     = 1000", "scala = 1000", "6:1: error[unknown-key]"),
    ("name      = \"two-forces\"", "name = \"other\"", "3:8: error[name-mismatch]"),
    ("until     = 2013-12-30", "until = 2030-01-01", "7:9: error[outside-horizon]"),
    (
        "until     = 2013-12-30",
        "until = 2012-06-01",
        "23:14: error[conflict]: `reduce.sum` needs weeks after",
    ),
    ("[\"testbed-three-places\"]", "[\"testbed\"]", "4:14: error[unknown-name]: there is no scenario"),
    ("[\"testbed-three-places\"]", "[\"testbed-three-places\", \"history\"]", "4:38: error[conflict]"),
    ("\"latin-hypercube\"", "\"latin\"", "10:10: error[unknown-name]: there is no method"),
    ("points = 8", "", "9:1: error[missing-key]: `design` has no `points`"),
    ("points = 8", "points = 0", "11:10: error[out-of-range]"),
    (
        "\"trafficking.risk_decay_per_week\"",
        "\"traficking.risk_decay_per_week\"",
        "14:1: error[unknown-name]",
    ),
    ("range = [0.02, 0.25]", "range = [0.25, 0.02]", "14:47: error[out-of-range]: the range of"),
    ("range = [0.02, 0.25]", "range = [0.02, 0.5]", "14:54: error[out-of-range]"),
    ("range = [0.02, 0.25]", "values = []", "14:48: error[missing-key]"),
    ("range = [0.02, 0.25]", "values = [0.1, 0.1]", "14:54: error[duplicate]"),
    ("range = [0.02, 0.25]", "range = [0.02, 0.25], values = [0.1]", "14:61: error[conflict]"),
    ("distribution = \"catalogue\"", "distribution = \"normal\"", "15:54: error[unknown-name]"),
    (
        "distribution = \"catalogue\"",
        "distribution = \"catalogue\", peak = 0.9",
        "15:74: error[out-of-range]",
    ),
    ("range = [0.02, 0.25]", "range = [0.02, 0.25], peak = 0.1", "14:61: error[unknown-key]"),
    ("\"patrols.troops_persons\"", "\"patrol.troops_persons\"", "18:1: error[unknown-name]: the scenario"),
    ("\"patrols.troops_persons\"", "\"patrols.troops\"", "18:1: error[unknown-name]: the lever"),
    ("\"patrols.troops_persons\"", "\"patrols.actor\"", "18:1: error[conflict]"),
    ("values = [0, 50, 100]", "values = [0, 50000]", "18:43: error[out-of-range]"),
    ("values = [0, 50, 100]", "distribution = \"catalogue\"", "18:45: error[conflict]"),
    ("name       = \"deaths_2012\"", "name = \"seed\"", "21:8: error[duplicate]"),
    ("indicator  = \"deaths\"", "indicator = \"death\"", "22:13: error[unknown-name]"),
    ("region     = \"Kidal\"", "region = \"Gaoo\"", "28:10: error[unknown-name]"),
    ("reduce.sum = {", "reduce.total = {", "23:8: error[unknown-key]"),
    ("until = 2012-12-31", "until = 2011-12-31", "23:43: error[outside-horizon]"),
    ("from = 2012-01-01", "from = \"2012\"", "23:23: error[bad-date]"),
    ("at_least = 1", "at_least = 1, at_most = 2", "29:38: error[conflict]"),
];

#[test]
fn what_is_wrong_is_named_at_its_place() {
    let mut wrong = Vec::new();
    for (before, after, expected) in SPOILT {
        assert!(PLAN.contains(before), "{before}");
        let text = PLAN.replacen(before, after, 1);
        let found = match check(&text, "") {
            Ok(_) => String::new(),
            Err(diagnostics) => {
                diagnostics[0].to_string().trim_start_matches("plans/two-forces.toml:").to_string()
            }
        };
        if expected.is_empty() != found.is_empty() || !found.starts_with(expected) {
            wrong.push(format!("{after}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_error_is_told_at_once_with_the_nearest_name() {
    let text = PLAN
        .replace("trafficking.risk", "traficking.risk")
        .replace("= \"deaths\"", "= \"deahts\"")
        .replace("points = 8", "poinst = 8")
        .replace("patrols.troops_persons", "patrols.troop_persons");
    let diagnostics = check(&text, "").unwrap_err();
    let nearest: Vec<&str> = diagnostics.iter().filter_map(|d| d.nearest.as_deref()).collect();
    assert_eq!(nearest, ["points", "trafficking.risk_decay_per_week", "troops_persons", "deaths"]);
}

#[test]
fn a_grid_takes_values_only_and_says_itself_how_many() {
    let grid = PLAN.replace("\"latin-hypercube\"", "\"grid\"");
    let codes: Vec<String> = check(&grid, "").unwrap_err().iter().map(|d| d.code.to_string()).collect();
    assert_eq!(codes, ["conflict", "conflict", "conflict"]);
    let grid = grid
        .replace("points = 8\n", "")
        .replace("range = [0.02, 0.25]", "values = [0.02, 0.1, 0.25]")
        .replace("\"violence.excitation_share\"       = { distribution = \"catalogue\" }\n", "");
    assert_eq!(check(&grid, "").unwrap().n_points(), Some(9));
}

#[test]
fn a_list_is_read_by_its_header_and_checked_against_the_plan() {
    let text = PLAN.replace("\"latin-hypercube\"", "\"list\"").replace("points = 8", "file = \"points.csv\"");
    let good = "patrols.troops_persons,violence.excitation_share,trafficking.risk_decay_per_week\n\
                50,0.2,0.1\n100,0.3,0.02\n";
    let plan = check(&text, good).unwrap();
    assert_eq!(plan.n_points(), Some(2));
    let first: Vec<String> = plan.listed[0].iter().map(ToString::to_string).collect();
    assert_eq!(first, ["0.1", "0.2", "50"]);
    let message = |file: &str| check(&text, file).unwrap_err()[0].message.clone();
    assert!(message(&good.replace("50,0.2", "51,0.2")).contains("row 1, patrols.troops_persons"));
    assert!(message(&good.replace("0.02", "0.01")).contains("row 2, trafficking.risk_decay_per_week"));
    assert!(message(&good.replace("patrols", "patrol")).contains("`patrol.troops_persons` is not varied"));
    assert!(message("violence.excitation_share,trafficking.risk_decay_per_week\n").contains("has no column"));
    assert!(message(good.lines().next().unwrap()).contains("no rows"));
}

#[test]
fn saltelli_takes_powers_of_two() {
    let text = PLAN.replace("\"latin-hypercube\"", "\"saltelli\"");
    assert_eq!(check(&text, "").unwrap().n_points(), Some(8 * 5));
    let error = check(&text.replace("points = 8", "points = 9"), "").unwrap_err();
    assert_eq!(error[0].expected.as_deref(), Some("a power of two, such as 16"));
}

/// A plan that only calibrates, with a series among its targets.
fn aimed() -> String {
    let head = PLAN.split("[design]").next().unwrap();
    let series = "[[target]]\nfile = \"seen.csv\"\ncolumn = \"deaths\"\nscale = 10.0\n";
    format!("{head}[[target]]\npattern = \"P3\"\n{series}")
}

#[test]
fn targets_are_read_and_need_no_design() {
    let text = aimed();
    let seen = "date,region,deaths\n2012-05-15,Mali,80\n2012-06-01,Mali,90\n2012-06-30,Gao,40\n";
    let plan = check(&text, seen).unwrap();
    assert_eq!(plan.design, None);
    // The first of June belongs to June, whatever day of the week it is.
    let aims: Vec<String> = plan.aims.iter().map(ToString::to_string).collect();
    assert!(aims.len() > 3 && aims[0].starts_with("P3: "), "{aims:?}");
    assert_eq!(aims[aims.len() - 2], "deaths of Mali, 2012-06-01: 90 to 90, tolerance 10");
    assert_eq!(aims[aims.len() - 1], "deaths of Gao, 2012-06-30: 40 to 40, tolerance 10");
    let text = text.replace("pattern = \"P3\"", "pattern = \"P3\"\nfile = \"x.csv\"");
    assert!(check(&text, "").unwrap_err()[0].message.contains("both"));
}

#[test]
fn a_series_that_cannot_be_aimed_at_is_refused_at_its_row() {
    let of_mali = |rows: &str| format!("date,deaths\n2012-06-01,1\n{rows}\n");
    for (seen, code, told) in [
        (of_mali("2011-12-31,1"), "outside-horizon", "seen.csv:3:1: 2011-12-31 lies before 2012"),
        (of_mali("2014-01-01,1"), "outside-horizon", "2014-01-01 lies after the end of the plan's runs"),
        (of_mali("2017-01-01,1"), "outside-horizon", "2017-01-01 lies after 2016"),
        (of_mali("01/07/2012,1"), "bad-date", "seen.csv:3:1: `01/07/2012` is no day"),
        (of_mali("2012-07-01,NaN"), "wrong-type", "seen.csv:3:1: `NaN` is no number"),
        (of_mali("2012-07-01,1e999"), "wrong-type", "`1e999` is no number"),
        (of_mali("2012-07-01,"), "wrong-type", "`` is no number"),
        (of_mali("2012-06-30,2"), "duplicate", "seen.csv:3:1: Mali has this month twice"),
        ("date,region,deaths\n2012-06-01,Gaoo,1\n".to_string(), "unknown-name", "there is no region `Gaoo`"),
        ("date,death\n2012-06-01,1\n".to_string(), "missing-key", "no columns date and deaths"),
        ("date,deaths\n".to_string(), "missing-key", "seen.csv: no row"),
    ] {
        let text = aimed();
        let found = check(&text, &seen).unwrap_err();
        let line = text.lines().position(|line| line.contains("seen.csv")).unwrap() + 1;
        assert_eq!((found.len(), found[0].code.word(), found[0].line), (1, code, line), "{}", found[0]);
        assert!(found[0].message.contains(told), "{}", found[0]);
    }
    let error = check(&aimed().replace("\"deaths\"\nscale", "\"death\"\nscale"), "").unwrap_err();
    assert_eq!(error[0].nearest.as_deref(), Some("deaths"));
}
