//! Contract: more search effort, fewer loads arrive; blunt control searches what people need, crime-sensitive control
//! does not; what is seized pays no margin.

use harmattan::entities::vocabulary::{Commodity, Purpose};

use super::Testbed;

struct Passed {
    sent: u32,
    harmful_arrived: u32,
    ordinary_arrived: u32,
    search_harmful: f64,
    search_ordinary: f64,
}

/// Half a year of consignments under border control everywhere.
fn passed(mode: &str, effort: f64) -> Passed {
    let lines = format!(
        "[parameters]\n\"interdiction.seizure_hazard_per_load\" = {}\n\n[[lever]]\nname = \"control\"\n\
         from.date = 2012-01-02\nset.border-control = {{ mode = \"{mode}\", effort_share = {effort:?} }}",
        crate::laboratory::context().catalogue.entry("interdiction.seizure_hazard_per_load").unwrap().range
            [1]
    );
    let mut testbed = Testbed::with(&lines);
    let mut passed = Passed {
        sent: 0,
        harmful_arrived: 0,
        ordinary_arrived: 0,
        search_harmful: 0.0,
        search_ordinary: 0.0,
    };
    for week in 0..26 {
        testbed.begin_week();
        for submodel in ["calendar", "trafficking", "interdiction"] {
            testbed.step(submodel, week);
        }
        for consignment in &testbed.world.consignments {
            let arrived = consignment.loads - consignment.seized;
            passed.sent += consignment.loads;
            match testbed.world.relations[consignment.relation].commodity {
                Commodity::FuelAndFood => passed.ordinary_arrived += arrived,
                _ => passed.harmful_arrived += arrived,
            }
        }
    }
    passed.search_harmful = testbed.world.routes.search_harmful.iter().sum();
    passed.search_ordinary = testbed.world.routes.search_ordinary.iter().sum();
    passed
}

#[test]
fn more_search_effort_fewer_loads_arrive() {
    let [none, half, full] = [0.0, 0.5, 1.0].map(|effort| passed("blunt", effort));
    assert!(none.sent > 50, "{} loads", none.sent);
    assert!(none.search_ordinary < half.search_ordinary && half.search_ordinary < full.search_ordinary);
    assert!(none.search_harmful < half.search_harmful && half.search_harmful < full.search_harmful);
    // Draws are shared: a consignment that passes a hard search passes an easy one.
    assert!(none.ordinary_arrived >= half.ordinary_arrived && half.ordinary_arrived >= full.ordinary_arrived);
    assert!(none.ordinary_arrived > full.ordinary_arrived);
}

#[test]
fn crime_sensitive_control_spares_what_people_need() {
    let (blunt, sensitive) = (passed("blunt", 1.0), passed("crime-sensitive", 1.0));
    assert!(sensitive.search_ordinary == 0.0 && sensitive.search_harmful > blunt.search_harmful);
    assert!(sensitive.ordinary_arrived >= blunt.ordinary_arrived);
    assert!(sensitive.harmful_arrived <= blunt.harmful_arrived);
}

#[test]
fn captured_officials_do_not_search() {
    let mut testbed = Testbed::new();
    testbed.step("interdiction", 0);
    let honest: f64 = testbed.world.routes.search_harmful.iter().sum();
    for post in testbed.world.officials.iter_mut() {
        post.captured = post.at_post;
    }
    testbed.step("interdiction", 1);
    let captured: f64 = testbed.world.routes.search_harmful.iter().sum();
    assert!(honest > 0.0 && captured < 0.01 * honest, "{honest} and {captured}");
}

/// Arms and fuel that arrive in half a year while a strike force covers the road.
fn arrived_under(cover: f64) -> [u32; 2] {
    let mut testbed =
        Testbed::with("[parameters]\n\"peace_operations.strike_search_hazard_per_load\" = 0.1\n");
    let mut arrived = [0, 0];
    for week in 0..26 {
        testbed.begin_week();
        testbed.world.presence.strike_cover.fill(cover);
        for submodel in ["peace-operations", "calendar", "trafficking", "interdiction"] {
            testbed.step(submodel, week);
        }
        for consignment in &testbed.world.consignments {
            let arms = testbed.world.relations[consignment.relation].commodity == Commodity::Weapons;
            arrived[usize::from(!arms)] += consignment.loads - consignment.seized;
        }
    }
    arrived
}

#[test]
fn strike_forces_take_arms_and_leave_other_loads_alone() {
    let ([arms, fuel], [fewer_arms, same_fuel]) = (arrived_under(0.0), arrived_under(1.0));
    assert!(fewer_arms < arms, "{fewer_arms} of {arms} loads of arms arrive");
    assert_eq!(fuel, same_fuel);
}

#[test]
fn a_better_price_abroad_is_earned() {
    let earned = |factor: f64| {
        let lines = format!(
            "[[lever]]\nname = \"demand\"\nfrom.date = 2012-01-02\nset.market-demand = {{ commodity = \"weapons\", \
             volume_factor = 1.0, price_factor = {factor:?} }}\n"
        );
        let mut testbed = Testbed::with(&lines);
        for week in 0..26 {
            testbed.begin_week();
            for submodel in ["calendar", "trafficking", "interdiction"] {
                testbed.step(submodel, week);
            }
        }
        let flows = testbed.world.ledger.flows().into_iter();
        flows.filter(|flow| flow.2 == Purpose::NetworkMargin).map(|flow| flow.3.eur()).sum::<f64>()
    };
    let (usual, dear) = (earned(1.0), earned(2.0));
    assert!(usual > 0.0 && dear > 1.2 * usual, "{dear} against {usual}");
}
