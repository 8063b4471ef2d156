//! Rows of `events`: one violent event, and whether a press count would have it.

use crate::base::dates::Date;
use crate::base::now::Now;
use crate::entities::cells::FEAR;
use crate::entities::this_week::{Event, Side};
use crate::entities::vocabulary::EventKind;
use crate::entities::world::World;
use crate::tables::Cell::{Integer, Number, Text, Unique};
use crate::tables::indicators::{ABROAD, AREAS, Indicator, MALI, REGIONS, wider_area};
use crate::tables::record::{Record, Recorded};

use super::Params;

fn side_name(world: &World, side: Side) -> String {
    match side {
        Side::State => "mali".to_string(),
        Side::Mission(mission) => world.missions[mission].id.clone(),
        Side::Neighbour(government) => world.governments.list[government].id.clone(),
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
                if let Some(wider) = wider_area(region) {
                    by_area[wider] += 1.0;
                }
                by_area[MALI] += 1.0;
            } else {
                by_area[ABROAD] += 1.0;
            }
        }
        if record.recorded == Recorded::Everything {
            event_row(record, world, now, n, event, seen);
        }
    }
    let at = Indicator::ReportedLethalEvents as usize;
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
        Unique(&id),
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
