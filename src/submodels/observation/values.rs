//! Values of one week that conditions of levers watch.

use crate::base::ids::{GroupId, Id as _, PlaceId};
use crate::entities::cells::{Cell, FEAR, FORCES, GRIEVANCE, TRUST};
use crate::entities::places::Ruler;
use crate::entities::this_week::Side;
use crate::entities::vocabulary::{Community, Livelihood};
use crate::entities::world::World;
use crate::tables::layouts::{COMMUNITIES_TABLE, GROUPS_TABLE, PLACES_TABLE};

use super::rows::{at_post, fighters_at, people_at, troops_of_missions};
use super::{areas, communities, sums};

/// This week's value of a numeric column of `places`, for conditions.
pub fn place_value(world: &World, column: usize, place: PlaceId) -> f64 {
    let mean = |level: usize| {
        let (mut sum, mut people) = (0.0, 0.0);
        for cell in &world.places.cells[place] {
            let n = f64::from(world.cells[*cell].at_home);
            sum += n * world.cells[*cell].mean[level];
            people += n;
        }
        sum / people
    };
    let here = || world.this_week.events.iter().filter(|e| e.place == place);
    match PLACES_TABLE.columns[column].name {
        "state_presence" => areas::state_presence(world, place),
        "group_presence" => world.presence.group_cover[place],
        "mission_presence" => areas::mission_presence(world, place),
        "population" => f64::from(people_at(world, place)),
        "idps" => f64::from(world.places.hosted[place]),
        "fear" => mean(FEAR),
        "grievance" => mean(GRIEVANCE),
        "trust_in_state" => mean(TRUST),
        "food_price_index" => world.places.food_price[place],
        "private_weapons" => f64::from(world.places.private_weapons[place]),
        "attacks" => here().filter(|e| e.is_attack()).count() as f64,
        "deaths" => here().map(|e| f64::from(e.deaths())).sum(),
        "officials_at_post" => at_post(world, place),
        "mission_troops" => f64::from(troops_of_missions(world, place)),
        "state_troops" => f64::from(world.state_forces.troops_at(place)),
        "fighters" => f64::from(fighters_at(world, place)),
        _ => f64::NAN,
    }
}

/// This week's value of a numeric column of `groups`, for conditions.
pub fn group_value(world: &World, column: usize, group: usize) -> f64 {
    let id = GroupId::from_index(group);
    let state = &world.groups[id];
    let own_attacks = || world.this_week.events.iter().filter(|e| e.a == Side::Group(id) && e.is_attack());
    match GROUPS_TABLE.columns[column].name {
        "fighters" => f64::from(state.fighters()),
        "treasury_eur" => world.ledger.balance(state.actor).eur(),
        "bands" => world.bands.list.iter().filter(|b| b.group == id).count() as f64,
        "places_controlled" => {
            world.places.controller.iter().filter(|c| **c == Ruler::Group(id)).count() as f64
        }
        "attacks" => own_attacks().count() as f64,
        "deaths_caused" => own_attacks().map(|e| f64::from(e.deaths())).sum(),
        "capability" => state.capability.level(),
        "dormant" => f64::from(state.all_dormant()),
        "support_share" => {
            let people: f64 = world.cells.iter().map(|c| f64::from(c.at_home)).sum();
            world.cells.iter().map(|c| f64::from(c.at_home) * c.support_of(id)).sum::<f64>() / people.max(1.0)
        }
        _ => f64::NAN,
    }
}

/// This week's value of a numeric column of `communities` in the row `Mali`, for conditions.
pub fn community_value(world: &World, column: usize, community: Community) -> f64 {
    let cells = || world.cells.iter().filter(move |cell| cell.community == community);
    let people: f64 = cells().map(|cell| f64::from(cell.at_home)).sum();
    let mean = |of: &dyn Fn(&Cell) -> f64| {
        cells().map(|cell| f64::from(cell.at_home) * of(cell)).sum::<f64>() / people
    };
    match COMMUNITIES_TABLE.columns[column].name {
        "persons" => {
            f64::from(communities::stocks(world)[community as usize].iter().map(|s| s.persons).sum::<u32>())
        }
        "trust_in_state" => mean(&|cell| cell.mean[TRUST]),
        "trust_in_security_forces" => mean(&|cell| cell.mean[FORCES]),
        "trust_in_mission" => mean(&|cell| cell.trust_in_mission),
        "grievance" => mean(&|cell| cell.mean[GRIEVANCE]),
        "fear" => mean(&|cell| cell.mean[FEAR]),
        "service_coverage" => mean(&Cell::coverage),
        "income_eur" => cells().map(|cell| sums::income_eur(world, cell)).sum(),
        "displaced" => cells().map(|cell| f64::from(cell.displaced_inside() + cell.refugees())).sum(),
        "civilian_deaths" => {
            let deaths = world.this_week.civilian_deaths.iter();
            let own = deaths.filter(|(cell, _)| world.cells[*cell].community == community);
            own.map(|(_, n)| f64::from(*n)).sum()
        }
        "illicit_livelihood_share" => {
            let trafficking = cells().map(|cell| cell.livelihoods[Livelihood::Trafficking as usize]);
            trafficking.map(f64::from).sum::<f64>() / people
        }
        _ => f64::NAN,
    }
}
