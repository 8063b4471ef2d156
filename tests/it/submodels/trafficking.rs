//! Contract: networks send their loads along the paths that promise most; a risk learned on one path moves loads to
//! another and is forgotten.

use harmattan::base::ids::{NetworkId, RouteId};
use harmattan::entities::vocabulary::{Commodity, Purpose};

use super::Testbed;

fn two_paths() -> (Testbed, RouteId, RouteId) {
    let mut testbed = Testbed::new();
    let (direct, detour) = add_detour(&mut testbed);
    (testbed, direct, detour)
}

/// Builds a longer detour beside the road of the testbed, open to every network.
pub fn add_detour(testbed: &mut Testbed) -> (RouteId, RouteId) {
    let world = &mut testbed.world;
    let direct = world.relations.iter().find(|r| r.commodity == Commodity::FuelAndFood).unwrap().paths[0][0];
    let km = 1.1 * world.routes.km[direct];
    let detour = world.routes.km.push(km);
    world.routes.ends.push(world.routes.ends[direct]);
    world.routes.key.push(1);
    world.routes.surface.push(world.routes.surface[direct]);
    world.routes.border.push(None);
    for column in [
        &mut world.routes.search_harmful,
        &mut world.routes.search_ordinary,
        &mut world.routes.toll_share,
        &mut world.routes.danger,
        &mut world.routes.traffic,
    ] {
        column.push(0.0);
    }
    for network in world.networks.iter_mut() {
        network.risk.push(0.0);
    }
    for relation in &mut world.relations {
        let around = relation.paths[0].iter().map(|r| if *r == direct { detour } else { *r }).collect();
        let stops = relation.stops[0].clone();
        relation.paths = vec![relation.paths[0].clone(), around];
        relation.stops = vec![stops.clone(), stops];
    }
    (direct, detour)
}

/// Loads that enter a route over fifty weeks, with what a network believes about the direct one.
fn loads(risk: f64, route: fn(RouteId, RouteId) -> RouteId) -> u32 {
    let (mut testbed, direct, detour) = two_paths();
    let wanted = route(direct, detour);
    let mut sum = 0;
    for week in 0..50 {
        for network in testbed.world.networks.iter_mut() {
            network.risk[direct] = risk;
            // Losses beyond what is tolerated open the other paths.
            network.loss_share = 1.0;
        }
        testbed.step("trafficking", week);
        for consignment in &testbed.world.consignments {
            let path = &testbed.world.relations[consignment.relation].paths[consignment.path];
            sum += if path.contains(&wanted) { consignment.loads } else { 0 };
        }
        testbed.world.consignments.clear();
    }
    sum
}

#[test]
fn higher_risk_on_one_path_shifts_loads_to_another() {
    type Pick = fn(RouteId, RouteId) -> RouteId;
    let (direct, detour): (Pick, Pick) = (|direct, _| direct, |_, detour| detour);
    let (safe, safe_around) = (loads(0.0, direct), loads(0.0, detour));
    let (risky, risky_around) = (loads(0.8, direct), loads(0.8, detour));
    assert!(safe > safe_around, "the shorter path carries more: {safe} and {safe_around}");
    assert!(risky < safe && risky_around > safe_around, "{safe} to {risky}, {safe_around} to {risky_around}");
    assert_eq!(safe + safe_around, risky + risky_around, "enforcement moves loads, it does not end them");
}

#[test]
fn a_learned_risk_is_forgotten() {
    let (mut testbed, direct, _) = two_paths();
    let network = NetworkId(0);
    testbed.world.networks[network].risk[direct] = 0.5;
    testbed.world.consignments.clear();
    testbed.step("trafficking", 0);
    let left = testbed.world.networks[network].risk[direct];
    let decay = testbed.prepared.parameters.trafficking.risk_decay_per_week;
    assert!((left - 0.5 * (1.0 - decay)).abs() < 1e-12);
}

#[test]
fn a_seizure_teaches_risk_on_the_route_where_it_happened() {
    let (mut testbed, direct, detour) = two_paths();
    while testbed.world.consignments.is_empty() {
        testbed.step("trafficking", 0);
    }
    for consignment in &mut testbed.world.consignments {
        consignment.path = 0;
        consignment.seized = consignment.loads;
        consignment.seized_on = Some(direct);
    }
    testbed.world.routes.search_harmful[direct] = 0.1;
    testbed.step("trafficking", 1);
    let risk = &testbed.world.networks[NetworkId(0)].risk;
    assert!(risk[direct] > 0.0 && risk[detour] == 0.0, "{} and {}", risk[direct], risk[detour]);
}

/// Loads of every commodity, and what networks earn of them, in half a year under a demand for weapons abroad.
struct Traded {
    weapons: u32,
    food: u32,
    margin: f64,
}

fn traded(volume: f64, price: f64) -> Traded {
    let mut testbed = Testbed::under(&format!(
        "market-demand = {{ commodity = \"weapons\", volume_factor = {volume:?}, price_factor = {price:?} }}"
    ));
    let mut traded = Traded { weapons: 0, food: 0, margin: 0.0 };
    for week in 0..26 {
        testbed.begin_week();
        testbed.step("trafficking", week);
        testbed.step("interdiction", week);
        for consignment in &testbed.world.consignments {
            match testbed.world.relations[consignment.relation].commodity {
                Commodity::Weapons => traded.weapons += consignment.loads,
                Commodity::FuelAndFood => traded.food += consignment.loads,
                other => panic!("nobody trades in {other:?} here"),
            }
        }
    }
    traded.margin = testbed.paid(Purpose::NetworkMargin);
    traded
}

#[test]
fn demand_abroad_moves_the_loads_of_its_commodity_alone() {
    let (none, usual, high) = (traded(0.0, 1.0), traded(1.0, 1.0), traded(4.0, 1.0));
    assert_eq!(none.weapons, 0);
    assert!(usual.weapons > 0 && high.weapons > 2 * usual.weapons, "{} and {}", usual.weapons, high.weapons);
    assert_eq!((none.food, high.food), (usual.food, usual.food));
    assert!(none.margin < usual.margin && usual.margin < high.margin);
}

#[test]
fn a_higher_price_abroad_leaves_networks_more() {
    let (low, usual, high) = (traded(1.0, 0.8), traded(1.0, 1.0), traded(1.0, 2.0));
    assert!(low.margin < usual.margin && usual.margin < high.margin, "{} and {}", usual.margin, high.margin);
    assert_eq!((low.food, high.food), (usual.food, usual.food));
}
