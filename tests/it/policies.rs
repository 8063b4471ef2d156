//! What each lever of policy moves, and in which direction, through the mechanism that it works by.
//!
//! Method: history and variants with one lever, the same seeds; sums over seeds of an indicator after the lever's
//! start. Levers of one kind that differ in size are compared with each other, so that nothing else differs.

use harmattan::simulation::Outcome;

use crate::laboratory::{options, over, prepare, runs, variant};

const SEEDS: [u64; 3] = [1, 2, 3];

/// History to a day with one lever more.
fn tried(lever: &str, until: &str) -> harmattan::simulation::Prepared {
    let lines = format!("[[lever]]\nname = \"tried\"\n{lever}");
    prepare(variant("history", &lines), options(1000, until))
}

fn sum(outcomes: &[Outcome], area: &str, indicator: &str, window: (&str, &str)) -> f64 {
    outcomes.iter().map(|outcome| over(outcome, area, indicator, window)).sum()
}

/// What the larger of two settings must do to an indicator: at least this relative change.
struct Effect {
    less: &'static str,
    more: &'static str,
    area: &'static str,
    indicator: &'static str,
    least_change: f64,
}

const UNTIL: &str = "2014-12-29";
const AFTER: (&str, &str) = ("2014-01-01", "2014-12-01");

fn check(effects: &[Effect]) {
    let prepared: Vec<_> =
        effects.iter().flat_map(|e| [tried(e.less, UNTIL), tried(e.more, UNTIL)]).collect();
    let outcomes = runs(&prepared, &SEEDS);
    let mut wrong = Vec::new();
    for (effect, pair) in effects.iter().zip(outcomes.chunks(2)) {
        let of = |at: usize| sum(&pair[at], effect.area, effect.indicator, AFTER);
        let (less, more) = (of(0), of(1));
        let change = (more - less) / less.abs().max(1e-9);
        let line = format!(
            "{}: {} {} from {less} to {more} ({:+.1} %, expected {:+.1} %)",
            effect.more,
            effect.area,
            effect.indicator,
            100.0 * change,
            100.0 * effect.least_change
        );
        println!("{line}");
        let held = if effect.least_change < 0.0 {
            change <= effect.least_change
        } else {
            change >= effect.least_change
        };
        if !held {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn frameworks_and_channels_move_cooperation() {
    check(&[
        Effect {
            less: "from.date = 2012-06-04\nset.regional-framework = { framework = \"pays-du-champ\", membership = \"founders\", operation_share = 0.1 }",
            more: "from.date = 2012-06-04\nset.regional-framework = { framework = \"pays-du-champ\", membership = \"wider\", operation_share = 0.8 }",
            area: "Mali",
            indicator: "regional_cooperation",
            least_change: 0.1,
        },
        Effect {
            less: "from.date = 2012-06-04\nset.donor-channel = { framework = \"ecowas\", weight_share = 1.0 }",
            more: "from.date = 2012-06-04\nset.donor-channel = { framework = \"african-union\", weight_share = 1.0 }",
            area: "Mali",
            indicator: "regional_cooperation",
            least_change: 0.03,
        },
    ]);
}

#[test]
fn the_same_aid_buys_services_soldiers_or_oversight() {
    const SERVICES: &str = "from.date = 2012-06-04\nplaces = [\"region:North\"]\nset.donor-mix = { earmarked_share = 0.15, security_share = 0.0, services_share = 1.0, governance_share = 0.0 }";
    const SECURITY: &str = "from.date = 2012-06-04\nplaces = [\"region:North\"]\nset.donor-mix = { earmarked_share = 0.15, security_share = 1.0, services_share = 0.0, governance_share = 0.0 }";
    const GOVERNANCE: &str = "from.date = 2012-06-04\nplaces = [\"region:North\"]\nset.donor-mix = { earmarked_share = 0.15, security_share = 0.0, services_share = 0.0, governance_share = 1.0 }";
    let effect = |more, area, indicator, least_change| Effect {
        less: if more == SERVICES { SECURITY } else { SERVICES },
        more,
        area,
        indicator,
        least_change,
    };
    check(&[
        effect(SERVICES, "North", "service_coverage", 0.05),
        effect(SECURITY, "Mali", "state_presence", 0.005),
        effect(GOVERNANCE, "Mali", "trust_in_state", 0.005),
    ]);
}

#[test]
fn mandates_trade_impartiality_against_the_return_of_the_state() {
    const PEOPLE: &str = "from.date = 2013-07-01\nset.mandate-weights = { mission = \"minusma\", protect_civilians_share = 0.8, support_state_share = 0.0, escort_share = 0.2, fight_share = 0.0 }";
    const STATE: &str = "from.date = 2013-07-01\nset.mandate-weights = { mission = \"minusma\", protect_civilians_share = 0.0, support_state_share = 0.8, escort_share = 0.2, fight_share = 0.0 }";
    let effect =
        |less, more, indicator, least_change| Effect { less, more, area: "North", indicator, least_change };
    check(&[
        effect(PEOPLE, STATE, "trust_in_mission", -0.01),
        effect(PEOPLE, STATE, "administrators_at_post", 0.01),
        effect(STATE, PEOPLE, "unmet_security", -0.01),
    ]);
}

#[test]
fn communities_and_elders_are_heard() {
    check(&[
        Effect {
            less: "from.date = 2013-07-01\nplaces = [\"region:Gao\"]\nset.border-control = { mode = \"crime-sensitive\", effort_share = 0.8 }",
            more: "from.date = 2013-07-01\nplaces = [\"region:Gao\"]\nset.community-crime-control = { effort_share = 0.8 }",
            area: "Gao",
            indicator: "grievance",
            least_change: -0.005,
        },
        Effect {
            less: "from.date = 2012-06-04\nplaces = [\"region:Mopti\"]\nset.customary-dialogue = { intensity_share = 0.0 }",
            more: "from.date = 2012-06-04\nplaces = [\"region:Mopti\"]\nset.customary-dialogue = { intensity_share = 1.0 }",
            area: "Mopti",
            indicator: "service_coverage",
            least_change: 0.002,
        },
    ]);
}

#[test]
fn pay_and_reform_act_on_officials_and_forces() {
    check(&[
        Effect {
            less: "from.date = 2012-06-04\nset.official-pay = { bonus_share = 0.0 }",
            more: "from.date = 2012-06-04\nset.official-pay = { bonus_share = 1.5 }",
            area: "Mali",
            indicator: "officials_at_post",
            least_change: 0.005,
        },
        Effect {
            less: "from.date = 2012-06-04\nset.security-sector-reform = { effort_share = 0.0 }",
            more: "from.date = 2012-06-04\nset.security-sector-reform = { effort_share = 1.0 }",
            area: "Mali",
            indicator: "state_presence",
            least_change: 0.002,
        },
    ]);
}

#[test]
fn credible_elections_keep_legitimacy() {
    let of = |share: f64| {
        let set =
            format!("from.date = 2018-01-01\nset.election-integrity = {{ integrity_share = {share:?} }}");
        tried(&set, "2018-12-31")
    };
    let outcomes = runs(&[of(0.0), of(1.0)], &SEEDS);
    let legitimacy = |at: usize| sum(&outcomes[at], "Mali", "legitimacy", ("2018-09-01", "2018-12-01"));
    assert!(legitimacy(1) > 1.01 * legitimacy(0), "{} and {}", legitimacy(0), legitimacy(1));
    let before = |at: usize| sum(&outcomes[at], "Mali", "legitimacy", ("2018-01-01", "2018-06-01"));
    assert_eq!(before(0), before(1));
}

#[test]
fn police_on_organised_crime_find_loads_where_their_mission_patrols() {
    // Seizures are rare in history: with a higher hazard few seeds tell.
    let of = |officers: u32| {
        let lines = format!(
            "[parameters]\n\"interdiction.seizure_hazard_per_load\" = 0.06\n\
             \"interdiction.task_force_search_share\" = 1.0\n\n[[lever]]\nname = \"police\"\n\
             from.date = 2013-07-01\nset.unpol-task-force = {{ mission = \"minusma\", officers_persons = {officers} }}"
        );
        prepare(variant("history", &lines), options(1000, UNTIL))
    };
    let outcomes = runs(&[of(0), of(1500)], &SEEDS);
    let seized = |at: usize| sum(&outcomes[at], "Mali", "seized_value_eur", AFTER);
    assert!(seized(1) > 1.1 * seized(0), "{} and {}", seized(0), seized(1));
    let cost = |at: usize| sum(&outcomes[at], "Mali", "mission_cost_eur", AFTER);
    assert!(cost(1) > 1.05 * cost(0), "{} and {}", cost(0), cost(1));
}
