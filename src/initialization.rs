//! Scenario and data to the world of 2 January 2012.

mod armed_actors;
mod places_and_routes;
mod population;
mod spin_up;
mod state;

use crate::base::ids::Column;
use crate::entities::ledger::Ledger;
use crate::entities::policy::Policy;
use crate::entities::routes::Market;
use crate::entities::theatre::Theatre;
use crate::entities::this_week::ThisWeek;
use crate::entities::trafficking_networks::Network;
use crate::entities::vocabulary::Commodity;
use crate::entities::world::{Arms, People, Presence, World};
use crate::mechanics::presence;
use crate::submodels::{Beginning, perception};
use crate::tables::trace::Trace;

/// Builds the world in which every run begins. It depends on no seed and no lever, and of the parameters on those that are
/// given here alone; attitudes differ between people by their ordinal.
pub fn world(theatre: &Theatre, parameters: &Beginning, scale: u32) -> World {
    world_beside(None, theatre, parameters, scale)
}

/// The same, with another world of this theatre at hand: the ways between places are taken from it where the parameters
/// say the same about them, because finding them is most of the work.
pub fn world_beside(
    other: Option<(&World, &Beginning)>,
    theatre: &Theatre,
    parameters: &Beginning,
    scale: u32,
) -> World {
    let ways =
        other.filter(|(_, known)| places_and_routes::same_ways(known, parameters)).map(|(world, _)| world);
    let mut ledger = Ledger::new();
    let governments = state::governments(theatre, &mut ledger);
    let hours = ways.map(|world| &world.places.travel_hours);
    let (mut places, routes) = places_and_routes::places_and_routes(theatre, &governments, parameters, hours);
    let relations = match ways {
        Some(world) => world.relations.clone(),
        None => places_and_routes::relations(theatre, &places, &routes, parameters),
    };
    let (cells, persons) = population::population(theatre, &mut places, parameters, scale);
    let officials = state::officials(theatre, &mut places);
    let state_forces = state::army(theatre, &places, parameters);
    let missions = state::missions(theatre, &places, &mut ledger);
    let (groups, bands) =
        armed_actors::groups(theatre, &places, &cells, &governments, &mut ledger, parameters);
    let networks = armed_actors::networks(theatre, &routes, &groups, &mut ledger, parameters);
    let n_places = places.len();
    let mut this_week = ThisWeek::default();
    this_week.clear(n_places);
    let mut world = World {
        places,
        routes,
        relations,
        commodities: commodities(theatre),
        markets: [Market { loads: 0.0, price: 1.0 }; Commodity::COUNT],
        cells,
        persons,
        officials,
        groups,
        bands,
        networks: Column::<_, Network>::from_vec(networks),
        consignments: Vec::new(),
        state: state::state(parameters),
        state_forces,
        missions,
        convoys: Vec::new(),
        governments,
        ledger,
        policy: Policy::default(),
        inputs: state::inputs(theatre),
        presence: Presence::nowhere(n_places),
        people: People::default(),
        arms: Arms::default(),
        this_week,
        record: None,
        trace: Trace::default(),
        scale,
    };
    armed_actors::enrol(&mut world, theatre);
    state::capture(&mut world, theatre);
    population::tensions(&mut world, parameters);
    population::settle(&mut world, parameters);
    presence::count_support(&mut world);
    perception::cooperation(&mut world, &parameters.perception);
    state::open_treasury(&mut world, parameters);
    presence::refresh(&mut world, &parameters.presence);
    spin_up::settle(&mut world, parameters);
    world.people.initial = world.count_people();
    world.arms.initial = world.count_arms();
    world
}

/// All commodities in the order of the vocabulary; those that a theatre lacks have no loads.
fn commodities(theatre: &Theatre) -> Vec<crate::entities::theatre::CommodityEntry> {
    Commodity::ALL
        .iter()
        .map(|id| {
            theatre.commodities.iter().find(|c| c.id == *id).cloned().unwrap_or_else(|| {
                let mut none = theatre.commodities[0].clone();
                none.id = *id;
                none.loads_per_week = 0.0;
                none.origins.clear();
                none.destinations.clear();
                none
            })
        })
        .collect()
}
