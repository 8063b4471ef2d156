//! Cells and persons.

use crate::base::draws::{hash, join};
use crate::base::ids::{CellId, Column, Id as _, PlaceId};
use crate::base::quantities::level;
use crate::entities::cells::{Cell, Cells, FORCES, GRIEVANCE, MAX_GROUPS, Shock, TRUST};
use crate::entities::persons::{Persons, agents_of, first_livelihood};
use crate::entities::places::{Places, Tension};
use crate::entities::theatre::Theatre;
use crate::entities::vocabulary::{Community, Livelihood, Service};
use crate::entities::world::World;
use crate::submodels::Beginning;

/// Levels of a community without events.
fn natural(community: Community, parameters: &Beginning) -> [f64; 4] {
    let p = &parameters.perception;
    let mut levels = [p.natural_trust, p.natural_forces, p.natural_grievance, p.natural_fear];
    match community {
        Community::TuaregIfoghas | Community::TuaregImghad | Community::Arab => {
            levels[TRUST] = p.natural_trust_north;
            levels[FORCES] = p.natural_forces_north;
            levels[GRIEVANCE] = p.natural_grievance_north;
        }
        Community::Fulani => levels[GRIEVANCE] = p.natural_grievance_herders,
        Community::Songhai | Community::Dogon | Community::Southern => {}
    }
    levels
}

/// Builds cells in place and community order, and their agents.
pub fn population(
    theatre: &Theatre,
    places: &mut Places,
    parameters: &Beginning,
    scale: u32,
) -> (Cells, Persons) {
    let p = &parameters.initialization;
    let [trade_rural, trade_town] = parameters.trade_shares;
    let mut rows: Vec<(PlaceId, Community, u32)> = theatre
        .population
        .iter()
        .filter_map(|row| {
            theatre.place(&row.place).map(|at| (PlaceId::from_index(at), row.community, row.persons_2012))
        })
        .filter(|row| row.2 > 0)
        .collect();
    rows.sort();
    let least = p.least_agents_per_cell as u32;
    let n: usize = rows.iter().map(|row| agents_of(row.2, scale, least) as usize).sum();
    let mut cells: Cells = Column::from_vec(Vec::new());
    let mut persons = Persons::with_capacity(n, scale as u16);
    for (place, community, people) in rows {
        let n_agents = agents_of(people, scale, least);
        let levels = natural(community, parameters);
        let first = persons.len() as u32;
        let town = places.town_share[place];
        let trade = trade_rural * (1.0 - town) + trade_town * town;
        let trafficking = if places.in_north(place) { p.trafficking_share } else { 0.0 };
        let mut livelihoods = [0; Livelihood::COUNT];
        let (share, larger) = (people / n_agents, people % n_agents);
        for ordinal in 0..n_agents {
            let share = share + u32::from(ordinal < larger);
            let livelihood = first_livelihood(first + ordinal, trade, trafficking);
            livelihoods[livelihood as usize] += share;
            persons.persons.push(share as u16);
            persons.livelihood.push(livelihood as u8);
        }
        for (column, value) in persons.levels.iter_mut().zip(levels) {
            column.resize(persons.persons.len(), level(value));
        }
        let mut support = [0.0; MAX_GROUPS + 1];
        support[0] = 1.0;
        let id = cells.push(Cell {
            place,
            community,
            key: join(places.key[place], hash(community.word())),
            first,
            n_agents,
            initial: people,
            at_home: people,
            livelihoods,
            displaced: Default::default(),
            abroad: Default::default(),
            weeks_abroad: 0.0,
            dead: 0,
            mean: levels,
            baseline: levels,
            natural: levels,
            target: levels,
            passing: [0.0; 4],
            alarm: 0.0,
            lasting: [[0.0; 4]; Shock::COUNT],
            distrust: f64::from(u8::from(levels[TRUST] < parameters.perception.trusting_from)),
            fear_habit: p.fear_habit,
            service: [p.services_expected; Service::COUNT],
            coverage_by: [p.services_expected; 2],
            service_by_state: p.services_expected * 0.5,
            service_by_groups: 0.0,
            service_required: p.services_expected,
            service_expected: p.services_expected,
            support,
            harm: [0.0; MAX_GROUPS + 1],
            customary_authority: theatre.places[place.index()].customary_authority,
            gifts_eur: 0.0,
            patronage_eur: 0.0,
            trust_in_mission: parameters.perception.natural_trust_in_mission,
            aware: 0.0,
            illicit_income_eur: 0.0,
            ready_share: trafficking,
            income_factor: 1.0,
            income_lost_before: 0.0,
        });
        places.cells[place].push(id);
    }
    (cells, persons)
}

/// Tension of every two communities of a place in January 2012: higher between those who herd and those who farm,
/// and between Fulani and Tuareg, who share pastures.
pub fn tensions(world: &mut World, parameters: &Beginning) {
    let p = &parameters.initialization;
    let tuareg = |c| matches!(c, Community::TuaregIfoghas | Community::TuaregImghad);
    for place in world.places.ids() {
        let level = match world.places.zone[place].as_str() {
            "flood-plain" | "plateau" | "gourma" => p.tension_flood_plain,
            _ if world.places.in_north(place) => p.tension_north,
            _ => p.tension_elsewhere,
        };
        let cells = world.places.cells[place].clone();
        for (at, a) in cells.iter().enumerate() {
            for b in &cells[at + 1..] {
                let (one, other) = (world.cells[*a].community, world.cells[*b].community);
                let over_pasture = matches!(one, Community::Fulani) && tuareg(other)
                    || matches!(other, Community::Fulani) && tuareg(one);
                let fraught = one.herds() != other.herds() || over_pasture;
                let share = if fraught { 1.0 } else { p.tension_of_other_pairs_share };
                world.places.tension[place].push(Tension { between: (*a, *b), level: share * level });
            }
        }
    }
}

/// Spin-up of support: each cell starts at the support that its kin in arms give the groups.
pub fn settle(world: &mut World, parameters: &Beginning) {
    let start = parameters.initialization.state_support;
    let strengths: Vec<f64> =
        world.groups.iter().map(|g| f64::from(g.fighters() + g.all_dormant())).collect();
    for id in world.cells.ids() {
        let community = world.cells[id].community as usize;
        let north = world.places.in_north(world.cells[id].place);
        let weights: Vec<f64> = world
            .groups
            .iter()
            .zip(&strengths)
            .map(|(g, strength)| g.communities[community] * strength * if north { 1.0 } else { 0.1 })
            .collect();
        let sum: f64 = weights.iter().sum();
        let cell: &mut Cell = &mut world.cells[CellId::from_index(id.index())];
        let restive = cell.natural[GRIEVANCE];
        let given = (1.0 - start) * restive * (sum / (sum + 100.0));
        for (at, weight) in weights.iter().enumerate() {
            if sum > 0.0 {
                cell.support[at + 1] = (given * weight / sum) as f32;
            }
        }
        cell.support[0] = 1.0 - cell.support[1..].iter().sum::<f32>();
    }
}
