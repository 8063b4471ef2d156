//! Rows of the tables with a row per period, and of the timeline.

use crate::base::dates::month_start;
use crate::base::ids::{Column, GroupId, Id as _, MissionId, PlaceId, RouteId};
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::places::Ruler;
use crate::entities::vocabulary::Commodity;
use crate::entities::world::World;
use crate::tables::Cell::{Integer, Money as Euros, Number, Text};
use crate::tables::indicators::{ABROAD, AREAS, INDICATORS};
use crate::tables::record::{Record, Recorded, value};

use super::{actors, communities};

/// First day of the period that the week belongs to.
fn period_date(record: &Record, now: &Now) -> String {
    if record.weekly { now.date.to_string() } else { month_start(now.week.month()).to_string() }
}

/// All tables with a row per period.
pub fn period(record: &mut Record, world: &World, now: &Now) {
    let date = period_date(record, now);
    let seed = record.seed as i64;
    indicators(record, &date, seed);
    if record.recorded == Recorded::Indicators {
        return;
    }
    groups(record, world, &date, seed);
    flows(record, world, &date, seed);
    let payments = world.ledger.flows();
    for (payer, payee, purpose, amount) in &payments {
        let id = |actor| world.ledger.accounts[actor].id.as_str();
        let row = [
            Integer(seed),
            Text(&date),
            Text(id(*payer)),
            Text(id(*payee)),
            Text(purpose.word()),
            Euros(*amount),
        ];
        record.table("ledger").push(&row);
    }
    places(record, world, &date, seed);
    communities::rows(record, world, &date, seed);
    actors::rows(record, world, &payments, &date, seed);
}

fn indicators(record: &mut Record, date: &str, seed: i64) {
    for (area, name) in AREAS.iter().enumerate() {
        let mut row = vec![Integer(seed), Text(date), Text(name)];
        for (indicator, _) in INDICATORS.iter().enumerate() {
            row.push(Number(value(indicator, record.period[indicator][area])));
        }
        record.table("indicators").push(&row);
    }
}

fn groups(record: &mut Record, world: &World, date: &str, seed: i64) {
    for group in world.groups.ids() {
        let state = &world.groups[group];
        let ruled = world.places.controller.iter().filter(|c| **c == Ruler::Group(group)).count();
        let bands = world.bands.list.iter().filter(|b| b.group == group).count();
        let born = state.born.monday().to_string();
        let ended = state.ended.map_or(String::new(), |w| w.monday().to_string());
        let parent = state.parent.map_or("", |p| world.groups[p].id.as_str());
        let support =
            record.support.get(group.index()).copied().unwrap_or(0.0) / f64::from(record.weeks.max(1));
        let row = [
            Integer(seed),
            Text(date),
            Text(&state.id),
            Text(state.kind.word()),
            Integer(i64::from(state.fighters())),
            Euros(world.ledger.balance(state.actor)),
            Integer(bands as i64),
            Integer(ruled as i64),
            Text(state.stance.word()),
            Text(&born),
            Text(parent),
            Text(&ended),
            Integer(i64::from(state.attacks)),
            Integer(i64::from(state.deaths_caused)),
            Number(support),
            Number(state.capability.level()),
            Text(state.brake.word()),
            Integer(i64::from(state.all_dormant())),
            Text(home_region(world, group)),
        ];
        record.table("groups").push(&row);
    }
}

/// Where most fighters of a group stand; the first in the order of regions if two have as many.
fn home_region(world: &World, group: GroupId) -> &'static str {
    let mut fighters = [0_u32; ABROAD + 1];
    for band in world.bands.list.iter().filter(|b| b.group == group) {
        fighters[world.places.region[band.place].unwrap_or(ABROAD)] += band.fighters;
    }
    let most = fighters
        .iter()
        .enumerate()
        .fold((ABROAD, 0), |best, (at, n)| if *n > best.1 { (at, *n) } else { best });
    if most.1 == 0 { "" } else { AREAS[most.0] }
}

fn flows(record: &mut Record, world: &World, date: &str, seed: i64) {
    let n_routes = world.routes.km.len();
    for at in 0..record.legs.len() {
        let sums = record.legs[at];
        if sums.loads == 0 {
            continue;
        }
        let commodity = Commodity::ALL[at / 2 / n_routes];
        let route = RouteId::from_index(at / 2 % n_routes);
        let (a, b) = world.routes.ends[route];
        let (from, to) = if at % 2 == 0 { (a, b) } else { (b, a) };
        let row = [
            Integer(seed),
            Text(date),
            Text(commodity.word()),
            Text(&world.places.id[from]),
            Text(&world.places.id[to]),
            Integer(i64::from(sums.loads)),
            Euros(Money::from_eur(sums.value_eur)),
            Integer(i64::from(sums.seized)),
            Euros(Money::from_eur(sums.tolls_eur)),
        ];
        record.table("flows").push(&row);
    }
}

pub(super) fn people_at(world: &World, place: PlaceId) -> u32 {
    world.places.cells[place].iter().map(|c| world.cells[*c].at_home).sum()
}

pub(super) fn troops_of_missions(world: &World, place: PlaceId) -> u32 {
    world.missions.iter().map(|m| m.troops[place]).sum()
}

pub(super) fn fighters_at(world: &World, place: PlaceId) -> u32 {
    world.bands.list.iter().filter(|b| b.place == place).map(|b| b.fighters).sum()
}

pub(super) fn at_post(world: &World, place: PlaceId) -> f64 {
    let (mut filled, mut posts) = (0, 0);
    for post in world.posts_at(place) {
        filled += post.at_post;
        posts += post.posts;
    }
    f64::from(filled) / f64::from(posts)
}

fn places(record: &mut Record, world: &World, date: &str, seed: i64) {
    let weeks = f64::from(record.weeks.max(1));
    let n = world.places.len();
    let (mut soldiers, mut fighters) = (Column::filled(n, 0_u32), Column::filled(n, 0_u32));
    let mut posts: Column<PlaceId, (u32, u32)> = Column::filled(n, (0, 0));
    world.state_forces.units.iter().for_each(|unit| soldiers[unit.place] += unit.troops);
    world.bands.list.iter().for_each(|band| fighters[band.place] += band.fighters);
    for post in world.officials.iter() {
        let (filled, all) = &mut posts[post.place];
        *filled += post.at_post;
        *all += post.posts;
    }
    for place in world.places.ids() {
        let sums = record.places[place.index()];
        let felt = |at: usize| sums.means[at] / sums.weeks_with_people;
        let (filled, all) = posts[place];
        let row = [
            Integer(seed),
            Text(date),
            Text(&world.places.id[place]),
            Text(world.ruler_id(world.places.controller[place])),
            Number(sums.means[0] / weeks),
            Number(sums.means[1] / weeks),
            Number(sums.means[2] / weeks),
            Integer(i64::from(people_at(world, place))),
            Integer(i64::from(world.places.hosted[place])),
            Number(felt(3)),
            Number(felt(4)),
            Number(felt(5)),
            Number(sums.means[6] / weeks),
            Integer(i64::from(world.places.private_weapons[place])),
            Integer(i64::from(sums.attacks)),
            Integer(i64::from(sums.deaths)),
            Number(f64::from(filled) / f64::from(all)),
            Integer(i64::from(troops_of_missions(world, place))),
            Integer(i64::from(soldiers[place])),
            Integer(i64::from(fighters[place])),
        ];
        record.table("places").push(&row);
    }
}

/// Notable changes of the week.
pub fn timeline(record: &mut Record, world: &World, now: &Now) {
    let date = now.date.to_string();
    let seed = record.seed as i64;
    for change in &world.this_week.changes {
        let row = [
            Integer(seed),
            Text(&date),
            Text(change.kind),
            Text(&change.actor),
            Text(&change.place),
            Text(&change.text),
        ];
        record.table("timeline").push(&row);
    }
    for (kind, mission, place, verb) in changed_bases(record, world) {
        let (actor, place) = (&world.missions[mission].id, &world.places.id[place]);
        let text = format!("{actor} {verb} a base in {place}");
        let row = [Integer(seed), Text(&date), Text(kind), Text(actor), Text(place), Text(&text)];
        record.table("timeline").push(&row);
    }
}

/// Bases of missions that were opened or left since last week.
fn changed_bases(
    record: &mut Record,
    world: &World,
) -> Vec<(&'static str, MissionId, PlaceId, &'static str)> {
    let n = world.places.len();
    record.bases.resize(world.missions.len() * n, false);
    let mut changed = Vec::new();
    for mission in world.missions.ids() {
        let known = &mut record.bases[mission.index() * n..(mission.index() + 1) * n];
        for (known, (place, troops)) in
            known.iter_mut().zip(world.places.ids().zip(world.missions[mission].troops.iter()))
        {
            match (*known, *troops > 0) {
                (false, true) => changed.push(("base-opened", mission, place, "opens")),
                (true, false) => changed.push(("base-closed", mission, place, "leaves")),
                _ => {}
            }
            *known = *troops > 0;
        }
    }
    changed
}
