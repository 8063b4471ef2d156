//! Rows of the tables.

use crate::base::dates::{Date, month_start};
use crate::base::ids::{GroupId, Id as _, PlaceId};
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::cells::{FEAR, GRIEVANCE, TRUST};
use crate::entities::places::Ruler;
use crate::entities::this_week::{Event, Side};
use crate::entities::vocabulary::{Commodity, EventKind};
use crate::entities::world::World;
use crate::tables::Cell::{Integer, Money as Euros, Number, Text};
use crate::tables::indicators::{AREAS, INDICATORS, REGIONS};
use crate::tables::record::{Record, value};

use super::{Params, areas};

/// First day of the period that the week belongs to.
fn period_date(record: &Record, now: &Now) -> String {
    if record.weekly { now.date.to_string() } else { month_start(now.week.month()).to_string() }
}

/// All tables with a row per period.
pub fn period(record: &mut Record, world: &World, now: &Now) {
    let date = period_date(record, now);
    let seed = record.seed as i64;
    indicators(record, &date, seed);
    groups(record, world, &date, seed);
    flows(record, world, &date, seed);
    for (payer, payee, purpose, amount) in world.ledger.flows() {
        let id = |actor| world.ledger.accounts[actor].id.as_str();
        let row = [
            Integer(seed),
            Text(&date),
            Text(id(payer)),
            Text(id(payee)),
            Text(purpose.word()),
            Euros(amount),
        ];
        record.table("ledger").push(&row);
    }
    places(record, world, &date, seed);
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
            Number(state.capability),
            Text(state.brake.word()),
            Integer(i64::from(state.all_dormant())),
        ];
        record.table("groups").push(&row);
    }
}

fn flows(record: &mut Record, world: &World, date: &str, seed: i64) {
    let n_routes = world.routes.km.len();
    for at in 0..record.legs.len() {
        let sums = record.legs[at];
        if sums.loads == 0 {
            continue;
        }
        let commodity = Commodity::ALL[at / 2 / n_routes];
        let route = crate::base::ids::RouteId::from_index(at / 2 % n_routes);
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

fn people_at(world: &World, place: PlaceId) -> u32 {
    world.places.cells[place].iter().map(|c| world.cells[*c].at_home).sum()
}

fn troops_of_missions(world: &World, place: PlaceId) -> u32 {
    world.missions.iter().map(|m| m.troops[place]).sum()
}

fn fighters_at(world: &World, place: PlaceId) -> u32 {
    world.bands.list.iter().filter(|b| b.place == place).map(|b| b.fighters).sum()
}

fn at_post(world: &World, place: PlaceId) -> f64 {
    let (mut filled, mut posts) = (0, 0);
    for post in world.officials.iter().filter(|post| post.place == place) {
        filled += post.at_post;
        posts += post.posts;
    }
    f64::from(filled) / f64::from(posts)
}

fn places(record: &mut Record, world: &World, date: &str, seed: i64) {
    let weeks = f64::from(record.weeks.max(1));
    for place in world.places.ids() {
        let sums = record.places[place.index()];
        let felt = |at: usize| sums.means[at] / sums.weeks_with_people;
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
            Number(at_post(world, place)),
            Integer(i64::from(troops_of_missions(world, place))),
            Integer(i64::from(world.state_forces.troops_at(place))),
            Integer(i64::from(fighters_at(world, place))),
        ];
        record.table("places").push(&row);
    }
}

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
    match crate::tables::layouts::PLACES_TABLE.columns[column].name {
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
    match crate::tables::layouts::GROUPS_TABLE.columns[column].name {
        "fighters" => f64::from(state.fighters()),
        "treasury_eur" => world.ledger.balance(state.actor).eur(),
        "bands" => world.bands.list.iter().filter(|b| b.group == id).count() as f64,
        "places_controlled" => {
            world.places.controller.iter().filter(|c| **c == Ruler::Group(id)).count() as f64
        }
        "attacks" => f64::from(state.attacks),
        "deaths_caused" => f64::from(state.deaths_caused),
        "capability" => state.capability,
        "dormant" => f64::from(state.all_dormant()),
        "support_share" => {
            let people: f64 = world.cells.iter().map(|c| f64::from(c.at_home)).sum();
            world.cells.iter().map(|c| f64::from(c.at_home) * c.support_of(id)).sum::<f64>() / people.max(1.0)
        }
        _ => f64::NAN,
    }
}

fn side_name(world: &World, side: Side) -> String {
    match side {
        Side::State => "mali".to_string(),
        Side::Mission(mission) => world.missions[mission].id.clone(),
        Side::Group(group) => world.groups[group].id.clone(),
        Side::Civilians(Some(cell)) => world.cells[cell].community.word().to_string(),
        Side::Civilians(None) => "civilians".to_string(),
    }
}

/// Whether a press count would see and locate an event.
pub fn is_reported(world: &World, params: &Params, event: &Event) -> bool {
    if event.deaths() == 0 {
        return false;
    }
    let place = event.place;
    let remote = if world.places.population[place] < params.remote_below_persons { 1.0 } else { 0.0 };
    let (mut fear, mut people) = (0.0, 0.0);
    for cell in &world.places.cells[place] {
        let n = f64::from(world.cells[*cell].at_home);
        fear += n * world.cells[*cell].mean[FEAR];
        people += n;
    }
    let fear = if people > 0.0 { fear / people } else { 0.0 };
    let seen = params.located_share
        * (1.0 - params.unseen_where_remote_share * remote)
        * (1.0 - params.silence_of_fear * fear);
    // The last digits of the event's uniform decide; the first ones place it in the week.
    let fraction = event.chance * 1_048_576.0;
    fraction - f64::from(fraction as u32) < seen
}

fn type_of_violence(event: &Event) -> i64 {
    match (event.a, event.b) {
        (_, Side::Civilians(_)) if event.kind != EventKind::Communal => 3,
        (Side::Civilians(_), _) | (_, Side::Civilians(_)) => 2,
        (Side::Group(_), Side::Group(_)) => 2,
        _ => 1,
    }
}

/// Events of the week, in place order.
pub fn events(record: &mut Record, world: &World, params: &Params, now: &Now) {
    let mut order: Vec<&Event> = world.this_week.events.iter().collect();
    order.sort_by_key(|e| e.place);
    let mut by_area = vec![0.0; AREAS.len()];
    for (n, event) in order.into_iter().enumerate() {
        let seen = is_reported(world, params, event);
        if seen {
            if let Some(region) = world.places.region[event.place] {
                by_area[region] += 1.0;
                if let Some(wider) = crate::tables::indicators::wider_area(region) {
                    by_area[wider] += 1.0;
                }
                by_area[crate::tables::indicators::MALI] += 1.0;
            } else {
                by_area[crate::tables::indicators::ABROAD] += 1.0;
            }
        }
        if record.events {
            event_row(record, world, now, n, event, seen);
        }
    }
    let at = crate::tables::indicators::Indicator::ReportedLethalEvents as usize;
    for (area, n) in by_area.into_iter().enumerate() {
        record.week[at][area].sum = n;
        record.period[at][area].sum += n;
    }
}

fn event_row(record: &mut Record, world: &World, now: &Now, n: usize, event: &Event, seen: bool) {
    let place = event.place;
    let day = Date::from_days(now.date.days() + (event.chance * 7.0) as i64).to_string();
    let id = format!("{}-{}-{}", record.seed, now.week.0, n + 1);
    let (a, b) = (side_name(world, event.a), side_name(world, event.b));
    let (adm_1, adm_2) = match world.places.region[place] {
        Some(region) => (REGIONS[region], world.places.id[world.places.cercle[place]].as_str()),
        None => (world.places.country[place].as_str(), world.places.zone[place].as_str()),
    };
    let best = i64::from(event.deaths());
    // A press count is sure of few and has heard of more.
    let low = best * 9 / 10;
    let high = best + (best + 2) / 4;
    let row = [
        Integer(record.seed as i64),
        Text(&id),
        Text(&day),
        Integer(type_of_violence(event)),
        Text(&a),
        Text(&b),
        Text(adm_1),
        Text(adm_2),
        Number(world.places.latitude[place]),
        Number(world.places.longitude[place]),
        Integer(i64::from(event.deaths_a)),
        Integer(i64::from(event.deaths_b)),
        Integer(i64::from(event.civilians)),
        Integer(best),
        Text(event.kind.word()),
        Text(&day),
        Integer(0),
        Integer(low),
        Integer(high),
        Integer(i64::from(seen)),
    ];
    record.table("events").push(&row);
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
}
