//! Contract: the testbed gives the numbers of `tests/golden/testbed-three-places.toml`, to the last digit.
//!
//! Method: some thirty indicators of one run are written out as a text that people can read and compare. A change of
//! the model or of a parameter changes it; `UPDATE=1 cargo test --test it golden` writes it anew and fails, so that it
//! cannot stay on. A new text belongs in the change log.

use std::fmt::Write as _;

use crate::laboratory::{TESTBED, options, over, prepare, run, scenario, table};
use crate::sources;

const SEED: u64 = 1;
const UNTIL: &str = "2013-12-30";

/// Indicators by area and year.
const NAMED: [(&str, &[&str]); 3] = [
    (
        "Mali",
        &[
            "events",
            "attacks",
            "deaths",
            "lethal_events",
            "civilian_deaths",
            "state_force_deaths",
            "group_fighter_deaths",
            "fighters",
            "dormant_fighters",
            "groups_active",
            "places_under_groups",
            "army_troops",
            "army_morale",
            "army_readiness",
            "strike_force_troops",
            "group_income_eur",
            "illicit_income_eur",
            "illicit_livelihood_share",
            "seized_value_eur",
            "state_spending_eur",
            "legitimacy",
            "regional_cooperation",
            "idps",
            "refugees",
            "private_weapons",
            "population_persons",
        ],
    ),
    ("Kidal", &["state_presence", "officials_at_post", "trust_in_security_forces", "fear", "grievance"]),
    ("Gao", &["service_coverage", "unmet_security", "trust_in_state", "banditry", "food_price_index"]),
];

fn text() -> String {
    let outcome = run(&prepare(scenario(TESTBED), options(50, UNTIL)), SEED);
    let mut text = String::from(
        "# What the testbed gives: flows are sums, stocks and shares means over the months of the year.\n\
         # UPDATE=1 cargo test --release --test it golden\n\n",
    );
    let hash: String = outcome.state_hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let _ =
        writeln!(text, "scenario = \"{TESTBED}\"\nseed = {SEED}\nuntil = {UNTIL}\nstate_hash = \"{hash}\"");
    let _ = writeln!(text, "\n[rows]");
    for table in &outcome.tables {
        let _ = writeln!(text, "{} = {}", table.name, table.n_rows());
    }
    assert!(table(&outcome, "events").n_rows() > 0);
    for (area, indicators) in NAMED {
        for year in ["2012", "2013"] {
            let _ = writeln!(text, "\n[{area}.{year}]");
            let window = (format!("{year}-01-01"), format!("{year}-12-31"));
            for indicator in indicators {
                let value = over(&outcome, area, indicator, (&window.0, &window.1));
                let _ = writeln!(text, "{indicator} = {value:?}");
            }
        }
    }
    text
}

#[test]
fn the_testbed_gives_the_recorded_numbers() {
    let path = sources::root().join("tests/golden").join(format!("{TESTBED}.toml"));
    let found = text();
    let recorded = std::fs::read_to_string(&path).unwrap_or_default();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &found).unwrap();
        panic!("{} is written anew; run again without UPDATE", path.display());
    }
    let differing: Vec<String> = found
        .lines()
        .zip(recorded.lines())
        .filter(|(found, recorded)| found != recorded)
        .map(|(found, recorded)| format!("{recorded}   now   {found}"))
        .collect();
    assert!(
        found == recorded,
        "{} lines differ (UPDATE=1 writes them anew):\n{}",
        differing.len(),
        differing.join("\n")
    );
}
