//! Sums over the present period.

use crate::base::ids::Id as _;
use crate::entities::cells::{FEAR, FORCES, GRIEVANCE, TRUST};
use crate::entities::this_week::{Event, Side};
use crate::entities::vocabulary::Livelihood;
use crate::entities::world::World;
use crate::tables::ColumnKind;
use crate::tables::indicators::INDICATORS;
use crate::tables::record::{PlaceSums, Record, Recorded};

use super::areas::{mission_presence, state_presence};

/// Adds the week to the period.
pub fn add_up(record: &mut Record, world: &World) {
    record.weeks += 1;
    indicators(record);
    if record.recorded == Recorded::Indicators {
        return;
    }
    places(record, world);
    legs(record, world);
    support(record, world);
    communities(record, world);
    actors(record, world);
}

fn indicators(record: &mut Record) {
    for (indicator, areas) in record.week.iter().enumerate() {
        let kind = INDICATORS[indicator].kind;
        for (area, ratio) in areas.iter().enumerate() {
            let sum = &mut record.period[indicator][area];
            if kind == ColumnKind::End {
                *sum = *ratio;
            } else {
                sum.sum += ratio.sum;
                sum.weight += ratio.weight;
            }
        }
    }
}

fn places(record: &mut Record, world: &World) {
    for place in world.places.ids() {
        let sums: &mut PlaceSums = &mut record.places[place.index()];
        let mut people = (0.0, [0.0; 3]);
        for cell in &world.places.cells[place] {
            let cell = &world.cells[*cell];
            let n = f64::from(cell.at_home);
            people.0 += n;
            for (at, level) in [FEAR, GRIEVANCE, TRUST].into_iter().enumerate() {
                people.1[at] += n * cell.mean[level];
            }
        }
        sums.means[0] += state_presence(world, place);
        sums.means[1] += world.presence.group_cover[place];
        sums.means[2] += mission_presence(world, place);
        if people.0 > 0.0 {
            sums.weeks_with_people += 1.0;
            for at in 0..3 {
                sums.means[3 + at] += people.1[at] / people.0;
            }
        }
        sums.means[6] += world.places.food_price[place];
    }
    for event in &world.this_week.events {
        let sums = &mut record.places[event.place.index()];
        sums.attacks += u32::from(event.is_attack());
        sums.deaths += event.deaths();
    }
}

fn legs(record: &mut Record, world: &World) {
    for consignment in &world.consignments {
        let relation = &world.relations[consignment.relation];
        let (path, stops) = (&relation.paths[consignment.path], &relation.stops[consignment.path]);
        let goods = &world.commodities[relation.commodity as usize];
        for (leg, route) in path.iter().enumerate() {
            let forward = world.routes.ends[*route].0 == stops[leg];
            let at = (relation.commodity as usize * world.routes.km.len() + route.index()) * 2
                + usize::from(!forward);
            let sums = &mut record.legs[at];
            sums.loads += consignment.loads;
            let value = f64::from(consignment.loads) * goods.value_at_origin_eur;
            sums.value_eur += value;
            sums.tolls_eur += value * world.routes.toll_share[*route];
            if consignment.seized > 0 && consignment.seized_on == Some(*route) {
                sums.seized += consignment.seized;
            }
        }
    }
}

/// Mean support of each group among persons at home.
fn support(record: &mut Record, world: &World) {
    let living: Vec<_> = world.living_groups().collect();
    let mut backed = vec![0.0; living.len()];
    let mut people = 0.0;
    for cell in world.cells.iter() {
        let n = f64::from(cell.at_home);
        people += n;
        for (sum, group) in backed.iter_mut().zip(&living) {
            *sum += n * cell.support_of(*group);
        }
    }
    record.support.resize(world.groups.len(), 0.0);
    for (group, sum) in living.iter().zip(backed) {
        record.support[group.index()] += sum / people.max(1.0);
    }
}

fn communities(record: &mut Record, world: &World) {
    for cell in world.cells.iter() {
        let Some(region) = world.places.region[cell.place] else { continue };
        let sums = &mut record.communities[cell.community as usize][region];
        let n = f64::from(cell.at_home);
        sums.weight += n;
        let trafficking = f64::from(cell.livelihoods[Livelihood::Trafficking as usize]);
        let means = [
            n * cell.mean[TRUST],
            n * cell.mean[GRIEVANCE],
            n * cell.mean[FEAR],
            n * cell.coverage(),
            trafficking,
            n * cell.mean[FORCES],
            n * cell.trust_in_mission,
        ];
        sums.means.iter_mut().zip(means).for_each(|(sum, value)| *sum += value);
        sums.income_eur += income_eur(world, cell);
    }
    for (cell, deaths) in &world.this_week.civilian_deaths {
        let cell = &world.cells[*cell];
        if let Some(region) = world.places.region[cell.place] {
            record.communities[cell.community as usize][region].civilian_deaths += deaths;
        }
    }
}

/// Legal income and trafficking wages of a cell this week [EUR].
pub fn income_eur(world: &World, cell: &crate::entities::cells::Cell) -> f64 {
    let legal = world.places.legal_income_eur[cell.place] * cell.income_factor / WEEKS_PER_YEAR;
    f64::from(cell.at_home) * legal + cell.illicit_income_eur
}

const WEEKS_PER_YEAR: f64 = 52.18;

fn actors(record: &mut Record, world: &World) {
    record.actor_deaths.resize(world.ledger.accounts.len(), 0);
    for event in &world.this_week.events {
        for (side, deaths) in [(event.a, event.deaths_a), (event.b, event.deaths_b)] {
            match side {
                Side::State => record.actor_deaths[world.ledger.standing.mali.index()] += deaths,
                Side::Mission(mission) => {
                    record.actor_deaths[world.missions[mission].actor.index()] += deaths;
                }
                Side::Neighbour(government) => {
                    record.actor_deaths[world.governments.list[government].actor.index()] += deaths;
                }
                Side::Group(group) => record.actor_deaths[world.groups[group].actor.index()] += deaths,
                Side::Civilians(_) => {}
            }
        }
        civilians(record, world, event);
    }
}

fn civilians(record: &mut Record, world: &World, event: &Event) {
    if let Some(region) = world.places.region[event.place] {
        record.actor_deaths[world.ledger.standing.people[region].index()] += event.civilians;
    }
}
