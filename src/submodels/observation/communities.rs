//! Rows of `communities`: how each community fares, by the region of its homes and over all of Mali.

use crate::base::ids::Id as _;
use crate::base::quantities::Money;
use crate::entities::vocabulary::Community;
use crate::entities::world::World;
use crate::tables::Cell::{Integer, Money as Euros, Number, Text};
use crate::tables::indicators::{AREAS, MALI, REGIONS};
use crate::tables::record::{CommunitySums, Record};

/// People of one community with homes in one region, at the end of a period.
#[derive(Clone, Copy, Default)]
pub struct Stock {
    /// Persons at home, displaced, refugees, fighters and dormant members [persons].
    pub persons: u32,
    /// Displaced inside Mali or abroad [persons].
    pub displaced: u32,
}

/// Stocks by community and region of 2012.
pub fn stocks(world: &World) -> [[Stock; REGIONS.len()]; Community::COUNT] {
    let mut stocks = [[Stock::default(); REGIONS.len()]; Community::COUNT];
    for cell in world.cells.iter() {
        let Some(region) = world.places.region[cell.place] else { continue };
        let stock = &mut stocks[cell.community as usize][region];
        let displaced = cell.displaced_inside() + cell.refugees();
        stock.displaced += displaced;
        stock.persons += cell.at_home + displaced;
    }
    for group in world.groups.iter() {
        for id in world.cells.ids() {
            let cell = &world.cells[id];
            if let Some(region) = world.places.region[cell.place] {
                let members = group.members[id.index()] + group.dormant[id.index()];
                stocks[cell.community as usize][region].persons += members;
            }
        }
    }
    stocks
}

/// Rows of a period.
pub fn rows(record: &mut Record, world: &World, date: &str, seed: i64) {
    let mut homes = [[false; REGIONS.len()]; Community::COUNT];
    for cell in world.cells.iter() {
        if let Some(region) = world.places.region[cell.place] {
            homes[cell.community as usize][region] = true;
        }
    }
    let stocks = stocks(world);
    for community in Community::ALL {
        let at = *community as usize;
        let (mut all, mut all_sums) = (Stock::default(), CommunitySums::default());
        for region in (0..REGIONS.len()).filter(|region| homes[at][*region]) {
            let (stock, sums) = (stocks[at][region], record.communities[at][region]);
            all.persons += stock.persons;
            all.displaced += stock.displaced;
            all_sums.weight += sums.weight;
            all_sums.means.iter_mut().zip(sums.means).for_each(|(sum, part)| *sum += part);
            all_sums.income_eur += sums.income_eur;
            all_sums.civilian_deaths += sums.civilian_deaths;
            row(record, (seed, date), *community, region, stock, &sums);
        }
        if homes[at].iter().any(|there| *there) {
            row(record, (seed, date), *community, MALI, all, &all_sums);
        }
    }
}

fn row(
    record: &mut Record,
    (seed, date): (i64, &str),
    community: Community,
    area: usize,
    stock: Stock,
    sums: &CommunitySums,
) {
    let mean = |at: usize| Number(sums.means[at] / sums.weight);
    let row = [
        Integer(seed),
        Text(date),
        Text(community.word()),
        Text(AREAS[area]),
        Integer(i64::from(stock.persons)),
        mean(0),
        mean(1),
        mean(2),
        mean(3),
        Euros(Money::from_eur(sums.income_eur)),
        Integer(i64::from(stock.displaced)),
        Integer(i64::from(sums.civilian_deaths)),
        mean(4),
        mean(5),
        mean(6),
    ];
    record.table("communities").push(&row);
}
