//! Contract: a programme of livelihoods closes a gap between incomes where there is one, and does nothing where a legal
//! living pays more already.

use super::Testbed;

/// People ready for trafficking labour in Gao after half a year, by legal income there and the share of the gap closed.
fn ready(legal_eur: f64, closed: f64) -> f64 {
    let lines = format!(
        "[[lever]]\nname = \"programme\"\nfrom.date = 2012-01-02\nplaces = [\"Gao\"]\nset.alternative-livelihoods = {{ gap_closed_share = {closed:?} }}"
    );
    let mut testbed = Testbed::with(&lines);
    let gao = testbed.place("Gao");
    testbed.step("calendar", 0);
    for week in 0..26 {
        testbed.world.places.trafficking_jobs[gao] = 400.0;
        testbed.world.places.trafficking_carriers[gao] = 400.0;
        testbed.world.places.trafficking_wages[gao] = 40_000.0;
        testbed.world.places.legal_income_eur[gao] = legal_eur;
        testbed.step("livelihoods", week);
    }
    let cells = &testbed.world.places.cells[gao];
    cells.iter().map(|cell| testbed.world.cells[*cell].ready_share).sum()
}

#[test]
fn a_programme_closes_a_gap_that_exists_and_no_other() {
    assert!(ready(100.0, 0.8) < 0.95 * ready(100.0, 0.0), "{} and {}", ready(100.0, 0.8), ready(100.0, 0.0));
    assert_eq!(ready(50_000.0, 0.8), ready(50_000.0, 0.0));
}
