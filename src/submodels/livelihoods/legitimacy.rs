//! # Legitimacy of trades
//!
//! How legitimate people of a place find each trade: it grows with those who live from it and with what its networks
//! give, and falls with the violence of those who tax it.
//!
//! - **Reads**: jobs by commodity, livelihoods, gifts, harm by groups that take tolls here
//! - **Writes**: places: legitimacy
//! - **Draws**: none
//! - **Equation**: relaxes to n + (1 - n) max(living, gifts) - n x harm, n what it is without events, living = share of
//!   people x share of jobs / (the same + h), harm of the worst group that taxes goods here / (harm + h); only trades that
//!   pass here move
//! - **Pattern**: none of its own; enters livelihoods, seizures through what people tell, capture of officials
//! - **Sources**: roundtable2014 (attitudes changed once traffickers worked with extremists; easy money); sizes assumed

use crate::base::ids::{Id as _, PlaceId};
use crate::base::maths::relax;
use crate::entities::places::Ruler;
use crate::entities::world::World;

/// The parameters of livelihoods that move it.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "described where they are read from the catalogue")]
pub struct Params {
    pub speed_per_week: f64,
    pub of_living_share: f64,
    pub living_half_share: f64,
    pub lost_to_harm_share: f64,
    pub harm_half_per_thousand: f64,
    pub of_gifts_share: f64,
    pub gifts_half_eur_per_person_year: f64,
}

impl Params {
    /// Those among all of livelihoods.
    pub fn of(params: &super::Params) -> Params {
        Params {
            speed_per_week: params.legitimacy_speed_per_week,
            of_living_share: params.legitimacy_of_living_share,
            living_half_share: params.living_half_share,
            lost_to_harm_share: params.legitimacy_lost_to_harm_share,
            harm_half_per_thousand: params.harm_half_per_thousand,
            of_gifts_share: params.legitimacy_of_gifts_share,
            gifts_half_eur_per_person_year: params.gifts_half_eur_per_person_year,
        }
    }
}

/// Moves the legitimacy of every trade that passes a place.
pub fn step(world: &mut World, params: &Params) {
    for place in world.places.ids() {
        let jobs: f64 = world.places.jobs_by_commodity[place].iter().sum();
        if jobs <= 0.0 || world.places.cells[place].is_empty() {
            continue;
        }
        let (people, living, gifts) = people(world, place);
        let gifts = gifts / (gifts + params.gifts_half_eur_per_person_year);
        let harm = harm(world, place);
        let harm = harm / (harm + params.harm_half_per_thousand);
        for at in 0..world.commodities.len() {
            let goods = &world.commodities[at];
            let (column, natural) = (goods.id as usize, goods.legitimacy);
            let lives = living / people.max(1.0) * world.places.jobs_by_commodity[place][column] / jobs;
            if lives <= 0.0 {
                continue;
            }
            let lives = params.of_living_share * lives / (lives + params.living_half_share);
            // Work and gifts come from the same trade: the larger counts.
            let gained = lives.max(params.of_gifts_share * gifts);
            let target = natural + (1.0 - natural) * gained - natural * params.lost_to_harm_share * harm;
            let held = &mut world.places.legitimacy[place][column];
            *held = relax(*held, target, params.speed_per_week);
        }
    }
}

/// People at home, those of them who live from trafficking, and gifts a head and year.
fn people(world: &World, place: PlaceId) -> (f64, f64, f64) {
    let cells = world.places.cells[place].iter().map(|cell| &world.cells[*cell]);
    let (people, living, gifts) = cells.fold((0.0, 0.0, 0.0), |sum, cell| {
        let n = f64::from(cell.at_home);
        // Expected, not counted: where agents are few their luck is no opinion of the place.
        (sum.0 + n, sum.1 + n * cell.ready_share, sum.2 + n * cell.patronage_eur)
    });
    (people, living, gifts / people.max(1.0))
}

/// Harm done to people here by the worst of the groups that take tolls here [deaths per 1,000].
fn harm(world: &World, place: PlaceId) -> f64 {
    let row = world.presence.group_force.row(place);
    let taxes = |group| world.places.controller[place] == Ruler::Group(group) || row[group.index()] > 0.0;
    let cells = &world.places.cells[place];
    let people: f64 = cells.iter().map(|cell| f64::from(world.cells[*cell].at_home)).sum();
    let done = |group: crate::base::ids::GroupId| {
        let of = |cell: &crate::base::ids::CellId| {
            f64::from(world.cells[*cell].at_home) * f64::from(world.cells[*cell].harm[group.index() + 1])
        };
        cells.iter().map(of).sum::<f64>() / people.max(1.0)
    };
    world.living_groups().filter(|group| taxes(*group)).map(done).fold(0.0, f64::max)
}
