//! Contract: the levers work end to end, dated and conditional, and move a named indicator in the direction that
//! their one-line description says; of two levers on one key the later wins.
//!
//! Method: history at a coarse scale with a lever more (or another), the same seeds on both sides, medians over seeds.

use harmattan::entities::policy::{FieldKind, LEVERS, LeverField, LeverSpec};
use harmattan::simulation::{Outcome, Prepared};

use crate::laboratory::{
    between, median, options, over, prepare, runs, same, scenario, series, table, texts, variant,
};

const SEEDS: [u64; 4] = [1, 2, 3, 4];
const SCALE: u32 = 500;
const UNTIL: &str = "2012-12-31";
const DATED: &str = "from.date = 2012-03-05";
const CONDITIONAL: &str =
    "from.condition = { indicator = \"refugees\", at_least = 1, not_before = 2012-03-05 }";

/// History until the end of 2012 with a lever more.
fn with_lever(from: &str, lines: &str) -> Prepared {
    let lever = format!("[[lever]]\nname = \"tried\"\n{from}\n{lines}");
    prepare(variant("history", &lever), options(SCALE, UNTIL))
}

fn medians(outcomes: &[Outcome], area: &str, indicator: &str, window: (&str, &str)) -> f64 {
    median(outcomes.iter().map(|outcome| over(outcome, area, indicator, window)))
}

/// Weeks in which a lever started, by seed.
fn starts(outcomes: &[Outcome], lever: &str) -> Vec<Vec<String>> {
    let of = |outcome| {
        let timeline = table(outcome, "timeline");
        let (dates, kinds, actors) =
            (texts(timeline, "date"), texts(timeline, "kind"), texts(timeline, "actor"));
        let rows = dates.into_iter().zip(kinds).zip(actors);
        rows.filter(|((_, kind), actor)| *kind == "lever-started" && *actor == lever)
            .map(|((date, _), _)| date.to_string())
            .collect()
    };
    outcomes.iter().map(of).collect()
}

/// What a lever must do to an indicator after its start.
struct Expected {
    lines: &'static str,
    area: &'static str,
    indicator: &'static str,
    /// Least relative change of the median over seeds.
    least_change: f64,
}

const AFTER: (&str, &str) = ("2012-06-01", "2012-12-31");

/// Runs history, the dated and the conditional lever, and checks starts and effects.
fn check(expected: &[Expected]) {
    let mut prepared = vec![prepare(scenario("history"), options(SCALE, UNTIL))];
    for row in expected {
        prepared.extend([DATED, CONDITIONAL].map(|from| with_lever(from, row.lines)));
    }
    let outcomes = runs(&prepared, &SEEDS);
    let (base, others) = outcomes.split_first().unwrap();
    let mut wrong = Vec::new();
    for (row, pair) in expected.iter().zip(others.chunks(2)) {
        for (outcomes, word) in pair.iter().zip(["dated", "conditional"]) {
            for start in starts(outcomes, "tried") {
                // People flee from the first weeks on: both begin in the week of 5 March.
                assert_eq!(start, ["2012-03-05"], "{word}: {}", row.lines);
            }
            let (before, after) = (
                medians(base, row.area, row.indicator, AFTER),
                medians(outcomes, row.area, row.indicator, AFTER),
            );
            let change = (after - before) / before;
            let line = format!(
                "{} {word}: {} {} {before} to {after} ({:+.1} %, expected {:+.1} %)",
                row.lines,
                row.area,
                row.indicator,
                100.0 * change,
                100.0 * row.least_change
            );
            println!("{line}");
            let held =
                if row.least_change < 0.0 { change <= row.least_change } else { change >= row.least_change };
            if !held {
                wrong.push(line);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_strike_force_breaks_the_groups_hold() {
    check(&[
        Expected {
            lines: "set.strike-force = { actor = \"france\", troops_persons = 4500 }",
            area: "Mali",
            indicator: "population_under_groups",
            least_change: -0.3,
        },
        Expected {
            lines: "set.strike-force = { actor = \"france\", troops_persons = 4500 }",
            area: "Mali + abroad",
            indicator: "fighters",
            least_change: -0.1,
        },
    ]);
}

#[test]
fn a_larger_mission_protects_people() {
    check(&[
        Expected {
            lines: "set.mission-size = { mission = \"minusma\", troops_persons = 12000 }",
            area: "North",
            indicator: "unmet_security",
            least_change: -0.02,
        },
        Expected {
            lines: "set.mission-size = { mission = \"minusma\", troops_persons = 12000 }",
            area: "Mali",
            indicator: "mission_cost_eur",
            least_change: 1.0,
        },
    ]);
}

#[test]
fn a_services_budget_raises_coverage_where_it_applies_and_nowhere_else() {
    const LINES: &str = "places = [\"region:Gao\"]\nset.services-budget = { provider = \"ngo\", service = \"health\", eur_per_person_per_year = 60.0 }";
    check(&[Expected { lines: LINES, area: "Gao", indicator: "service_coverage", least_change: 0.03 }]);
    let prepared = [prepare(scenario("history"), options(SCALE, UNTIL)), with_lever(DATED, LINES)];
    let outcomes = runs(&prepared, &SEEDS[..2]);
    for (base, other) in outcomes[0].iter().zip(&outcomes[1]) {
        let of = |outcome| over(outcome, "Kayes", "service_coverage", AFTER);
        assert!((of(base) - of(other)).abs() < 0.01, "{} and {} in Kayes", of(base), of(other));
        let before =
            |outcome| between(&series(outcome, "Gao", "service_coverage"), ("2012-01-01", "2012-02-28"));
        assert_eq!(before(base), before(other));
    }
}

#[test]
fn blunt_border_control_raises_food_prices_against_crime_sensitive_control() {
    const PLACES: &str = "places = [\"region:Gao\", \"region:Kidal\", \"region:Tombouctou\"]";
    let control = |from: &str, mode: &str| {
        let set = format!("set.border-control = {{ mode = \"{mode}\", effort_share = 0.9 }}");
        with_lever(from, &format!("{PLACES}\n{set}"))
    };
    for from in [DATED, CONDITIONAL] {
        let outcomes = runs(&[control(from, "crime-sensitive"), control(from, "blunt")], &SEEDS);
        let price = |at: usize| medians(&outcomes[at], "Gao", "food_price_index", AFTER);
        assert!(price(1) > 1.002 * price(0), "{from}: {} and {}", price(0), price(1));
    }
}

/// History until the end of 2012 with another share of returnees accommodated.
fn returnees(from: &str, share: f64) -> Prepared {
    let lever = format!(
        "[[lever]]\nname = \"returnees\"\n{from}\nuntil.weeks = 3\n\
         set.returning-fighters = {{ persons = 1600, accommodated_share = {share:?} }}"
    );
    prepare(variant("history", &lever), options(SCALE, UNTIL))
}

#[test]
fn accommodated_returnees_do_not_take_up_arms() {
    for from in ["from.date = 2012-01-02", "from.condition = { indicator = \"deaths\", at_least = 0 }"] {
        let prepared = [0.0, 0.5, 1.0].map(|share| returnees(from, share));
        let outcomes = runs(&prepared, &SEEDS[..2]);
        for (seed, _) in SEEDS[..2].iter().enumerate() {
            let february = |at: usize| {
                over(&outcomes[at][seed], "Mali + abroad", "fighters", ("2012-01-01", "2012-01-31"))
            };
            let (none, half, all) = (february(0), february(1), february(2));
            // By the end of January few of the 1,600 have fallen.
            assert!((400.0..=900.0).contains(&(none - half)), "{from}: {none}, {half}");
            assert!((1_000.0..=1_700.0).contains(&(none - all)), "{from}: {none}, {all}");
        }
    }
}

#[test]
fn accommodated_returnees_lose_the_state_fewer_capitals() {
    for from in ["from.date = 2012-01-02", "from.condition = { indicator = \"deaths\", at_least = 0 }"] {
        let seeds: Vec<u64> = (1..=12).collect();
        let outcomes = runs(&[returnees(from, 0.0), returnees(from, 1.0)], &seeds);
        // Without them the north may still fall, but later and more rarely.
        let half = ("2012-01-01", "2012-06-30");
        for indicator in ["capitals_lost", "garrisons_lost"] {
            let lost = |at: usize| medians(&outcomes[at], "Mali", indicator, half);
            println!("{from}: {indicator} {} and {}", lost(0), lost(1));
            assert!(lost(1) < lost(0), "{from}: {indicator} {} and {}", lost(0), lost(1));
        }
    }
}

#[test]
fn of_two_levers_on_one_key_the_later_wins_while_it_lasts() {
    let lines = |first: u32, second: u32| {
        let set = |troops| format!("set.strike-force = {{ actor = \"france\", troops_persons = {troops} }}");
        format!(
            "[[lever]]\nname = \"first\"\nfrom.date = 2012-02-06\n{}\n\n[[lever]]\nname = \"second\"\n\
             from.date = 2012-04-02\nuntil.date = 2012-07-02\n{}",
            set(first),
            set(second)
        )
    };
    let prepared = prepare(variant("history", &lines(3_000, 1_000)), options(SCALE, "2012-10-29"));
    let outcome = runs(&[prepared], &[1]).remove(0).remove(0);
    let troops = |month: &str| over(&outcome, "Mali", "strike_force_troops", (month, month));
    let (early, middle, late) = (troops("2012-03-01"), troops("2012-06-01"), troops("2012-10-01"));
    assert!((2_500.0..=3_000.0).contains(&early), "{early} of 3,000");
    assert!((700.0..=1_300.0).contains(&middle), "{middle} of 1,000");
    assert!((2_500.0..=3_000.0).contains(&late), "{late} of 3,000 again");
}

#[test]
fn two_services_budgets_on_one_key_do_not_add_up() {
    let budget = |name: &str, date: &str, eur: f64| {
        format!(
            "[[lever]]\nname = \"{name}\"\nfrom.date = {date}\nplaces = [\"region:Gao\"]\n\
             set.services-budget = {{ provider = \"ngo\", service = \"health\", eur_per_person_per_year = {eur:?} }}\n"
        )
    };
    let of = |lines: String| prepare(variant("history", &lines), options(SCALE, "2012-12-31"));
    let later = budget("later", "2012-03-12", 20.0);
    let prepared = [of(later.clone()), of(budget("earlier", "2012-03-05", 20.0) + &later)];
    let outcomes = runs(&prepared, &[1]);
    let coverage = |at: usize| over(&outcomes[at][0], "Gao", "service_coverage", AFTER);
    assert!((coverage(0) - coverage(1)).abs() < 1e-3, "{} and {}", coverage(0), coverage(1));
}

#[test]
fn an_aid_freeze_lowers_spending() {
    // History holds a freeze of its own after the coup: a lever of no size on the same key takes its place.
    let freeze = |share: f64| {
        let late =
            "from.condition = { indicator = \"coups\", at_least = 1, within_weeks = 13, delay_weeks = 3 }";
        with_lever(late, &format!("set.aid-freeze = {{ frozen_share = {share:?} }}"))
    };
    let outcomes = runs(&[freeze(0.0), freeze(0.8)], &SEEDS);
    let spent = |at: usize| medians(&outcomes[at], "Mali", "state_spending_eur", AFTER);
    assert!(spent(1) < 0.9 * spent(0), "{} and {}", spent(0), spent(1));
}

#[test]
fn a_lever_that_has_ended_acts_no_more() {
    // No mission is there until April: training before then must leave no trace.
    let mission = "[[lever]]\nname = \"mission\"\nfrom.date = 2012-04-02\n\
                   set.mission-size = { mission = \"minusma\", troops_persons = 9000 }\n";
    let training = "[[lever]]\nname = \"training\"\nfrom.date = 2012-01-09\nuntil.date = 2012-02-06\n\
                    set.mission-training = { mission = \"minusma\", training_share = 1.0 }\n";
    let of = |lines: &str| prepare(variant("history", lines), options(SCALE, UNTIL));
    let outcomes = runs(&[of(mission), of(&format!("{mission}\n{training}"))], &[1]);
    assert_eq!(outcomes[0][0].state_hash, outcomes[1][0].state_hash);
}

/// A value that a field may hold: far from doing nothing.
fn value_of(lever: &LeverSpec, field: &LeverField) -> String {
    match (lever.name, field.kind) {
        ("market-demand", FieldKind::Name(_)) => "\"fuel-and-food\"".to_string(),
        ("strike-force", FieldKind::Name(_)) => "\"france\"".to_string(),
        ("regional-shock", FieldKind::Choice(_)) => "\"LBY\"".to_string(),
        ("mediation", FieldKind::Name(_)) => "\"DZA\"".to_string(),
        // Not the share that history freezes anyway.
        ("aid-freeze", FieldKind::Number { .. }) => "0.5".to_string(),
        ("clientelism", FieldKind::Name(_)) => "\"mnla\"".to_string(),
        ("border-unit-capture", FieldKind::Name(_)) => "\"DZA\"".to_string(),
        ("regional-framework" | "donor-channel", FieldKind::Name(_)) => "\"pays-du-champ\"".to_string(),
        (_, FieldKind::Name(_)) => "\"minusma\"".to_string(),
        // Parts of one whole, the first most of all.
        (_, FieldKind::Number { .. }) if field.part => {
            let parts: Vec<&str> = lever.parts().collect();
            let first = if parts[0] == field.name { 0.4 } else { 0.0 };
            format!("{:?}", first + 0.6 / parts.len() as f64)
        }
        (_, FieldKind::Choice(words)) => format!("{:?}", words[words.len() - 1]),
        (_, FieldKind::Number { low, high }) => format!("{:?}", low + 0.8 * (high - low)),
    }
}

/// Readiness to settle, and a mission from March 2012: every lever has something to act on.
const OCCASION: &str = "[parameters]\n\"peace_process.demand_weight\" = 0.5\n\
    \"peace_process.talk_per_week\" = 0.3\n\"peace_process.quorum_share\" = 0.3\n\"peace_process.sign_per_week\" = 0.2\n\
    \"interdiction.seizure_hazard_per_load\" = 0.06\n\"interdiction.foreign_search_share\" = 0.5\n\n\
    [[lever]]\nname = \"mission\"\nfrom.date = 2012-03-05\n\
    set.mission-size = { mission = \"minusma\", troops_persons = 9000 }\n";
const TALKS: &str = "[[lever]]\nname = \"talks\"\nfrom.date = 2012-03-05\n\
    set.mediation = { mediator = \"BFA\", weight_share = 1.0 }\n";
const TERMS: &str = "[[lever]]\nname = \"terms\"\nfrom.date = 2012-03-05\n\
    set.accord = { offer_share = 0.9, crime_conditionality = 0.0 }\n";

/// What a lever is added to: talks lack terms where terms are tried, and the other way round.
fn occasion(lever: &str) -> String {
    let talks = if lever == "mediation" { "" } else { TALKS };
    let terms = if lever == "accord" { "" } else { TERMS };
    format!("{OCCASION}\n{talks}\n{terms}\n")
}

/// Levers that nothing reads in the year of the test: no election is held in 2012 (see `policies`).
const INERT: [&str; 1] = ["election-integrity"];
/// Levers that act everywhere whatever their `places`: to become empty.
const BLIND: [&str; 0] = [];

#[test]
fn every_lever_acts_and_only_where_it_is_sent() {
    let set = |spec: &LeverSpec, places: &str| {
        let fields: Vec<String> =
            spec.fields.iter().map(|field| format!("{} = {}", field.name, value_of(spec, field))).collect();
        let set = format!("set.{} = {{ {} }}", spec.name, fields.join(", "));
        let lever = format!("[[lever]]\nname = \"tried\"\nfrom.date = 2012-04-02\n{places}{set}");
        prepare(variant("history", &(occasion(spec.name) + &lever)), options(1000, "2012-12-31"))
    };
    let bases = ["", "mediation", "accord"];
    let mut prepared: Vec<Prepared> = bases
        .iter()
        .map(|lever| prepare(variant("history", &occasion(lever)), options(1000, "2012-12-31")))
        .collect();
    for spec in LEVERS {
        prepared.push(set(spec, ""));
        if spec.takes_places() {
            prepared.push(set(spec, "places = [\"region:Kayes\"]\n"));
        }
    }
    let outcomes = runs(&prepared, &[1]);
    let equal = |a: usize, b: usize| same(&outcomes[a][0], &outcomes[b][0]);
    // Rows that only say that the lever began are no effect.
    let idle = |at: usize, spec: &LeverSpec| {
        let base = bases.iter().position(|lever| *lever == spec.name).unwrap_or(0);
        let strip = |outcome: &Outcome| {
            let mut outcome = outcome.clone();
            outcome.tables.retain(|table| table.name != "timeline");
            outcome
        };
        same(&strip(&outcomes[at][0]), &strip(&outcomes[base][0]))
    };
    let (mut inert, mut blind) = (Vec::new(), Vec::new());
    let mut at = bases.len() - 1;
    for spec in LEVERS {
        at += 1;
        if idle(at, spec) {
            inert.push(spec.name);
        }
        if spec.takes_places() {
            at += 1;
            if equal(at, at - 1) && !idle(at, spec) {
                blind.push(spec.name);
            }
        }
    }
    assert!(
        inert == INERT && blind == BLIND,
        "without effect: {inert:?}, known {INERT:?}; blind to places: {blind:?}, known {BLIND:?}"
    );
}
