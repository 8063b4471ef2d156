//! Contract: an aid freeze lowers what the state spends; taxes need officials; every payment has a payee.

use super::Testbed;

/// State spending in the regions over a quarter.
fn spending(lines: &str, change: impl Fn(&mut Testbed)) -> f64 {
    let mut testbed = Testbed::with(lines);
    let mut sum = 0.0;
    for week in 0..13 {
        testbed.begin_week();
        testbed.step("calendar", week);
        change(&mut testbed);
        testbed.step("public-finance", week);
        sum += testbed.world.this_week.state_spending.iter().sum::<f64>();
        assert!(testbed.world.state.salaries_met <= 1.0 && testbed.world.state.leakage < 1.0);
    }
    sum
}

/// A state that depends on aid: little revenue of its own, much to pay for.
const POOR: &str = r#"
[parameters]
"public_finance.tax_share_of_income" = 0.05
"public_finance.customs_eur_per_year" = 300e6
"public_finance.other_revenue_eur_per_year" = 150e6
"public_finance.services_eur_per_person_year" = 60.0
"initialization.treasury_eur" = 20e6
"#;

fn freeze(share: f64) -> String {
    format!(
        "{POOR}\n[[lever]]\nname = \"freeze\"\nfrom.date = 2012-01-02\nset.aid-freeze = {{ frozen_share = {share:?} }}"
    )
}

#[test]
fn an_aid_freeze_lowers_spending() {
    let [none, half, all] = [0.0, 0.5, 1.0].map(|share| spending(&freeze(share), |_| {}));
    assert!(none > half && half > all, "{none}, {half}, {all}");
    assert!(all < 0.95 * none, "{none} and {all}");
}

#[test]
fn without_officials_there_are_fewer_taxes_to_spend() {
    let full = spending(POOR, |_| {});
    let none = spending(POOR, |testbed| {
        for place in testbed.world.places.ids() {
            testbed.world.presence.civil[place] = 0.0;
        }
    });
    assert!(none < full, "{none} and {full}");
}

#[test]
fn oversight_removes_leakage() {
    let leakage = |lines: &str| {
        let mut testbed = Testbed::with(lines);
        testbed.step("calendar", 0);
        testbed.step("public-finance", 0);
        testbed.world.state.leakage
    };
    let oversight = "[[lever]]\nname = \"oversight\"\nfrom.date = 2012-01-02\nset.anti-corruption = { leakage_removed_share = 0.5 }";
    assert!((leakage(oversight) - 0.5 * leakage("")).abs() < 1e-9);
}
