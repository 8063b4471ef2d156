//! # Observation
//!
//! Records what happened: indicators by region, places, groups, communities, actors, flows, the ledger, events as a
//! press count would see them, notable changes; and the values that conditions watch.
//!
//! - **Reads**: everything
//! - **Writes**: the record; watched values of levers; weekly counters of groups
//! - **Draws**: none (whether an event is seen hangs on a uniform that the event carries)
//! - **Equation**: an event is seen and located with probability located_share x (1 - unseen x remoteness) x
//!   (1 - silence x fear), if anyone died
//! - **Pattern**: all
//! - **Sources**: ucdp-ged (81 to 90 % of deaths located precisely)

pub mod actors;
pub mod areas;
pub mod communities;
pub mod events;
pub mod rows;
pub mod sums;
pub mod values;

use serde::Deserialize;

use crate::base::dates::Week;
use crate::base::now::Now;
use crate::entities::policy::{End, Start, Watched};
use crate::entities::world::World;
use crate::tables::record::{Record, board};

/// Parameters; values, ranges and sources in `data/parameters/observation.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Lethal events that are seen and located precisely [share].
    pub located_share: f64,
    /// Events not seen in remote places [share].
    pub unseen_where_remote_share: f64,
    /// Events not told where everyone fears [1].
    pub silence_of_fear: f64,
    /// People below whom a place is remote [persons].
    pub remote_below_persons: f64,
}

/// Records the week, and the period if it ends.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let mut record = std::mem::take(&mut world.record).expect("a run has a record");
    record.week = areas::week(world);
    sums::add_up(&mut record, world);
    watch(world, &record);
    let recorded = now.week.0 >= record.from_week;
    if recorded {
        events::events(&mut record, world, params, now);
        rows::timeline(&mut record, world, now);
    }
    let last = now.week.0 == record.until_week;
    let next = Week(now.week.0 + 1);
    if record.weekly || next.month() != now.week.month() || last {
        if recorded {
            rows::period(&mut record, world, now);
        }
        begin_period(&mut record, world);
    }
    world.record = Some(record);
}

fn begin_period(record: &mut Record, world: &mut World) {
    record.period = board();
    record.weeks = 0;
    record.places.fill(Default::default());
    record.legs.fill(Default::default());
    record.support.clear();
    record.communities = Default::default();
    record.actor_deaths.fill(0);
    world.ledger.clear_flows();
    for group in world.groups.iter_mut() {
        group.attacks = 0;
        group.deaths_caused = 0;
    }
}

/// Keeps the values that conditions of levers watch.
fn watch(world: &mut World, record: &Record) {
    for at in 0..world.policy.levers.len() {
        let lever = &world.policy.levers[at];
        let mut watched = Vec::new();
        if let Start::When { conditions, .. } = &lever.start {
            watched.extend(conditions.iter().map(|c| c.watched));
        }
        if let End::When(condition) = &lever.end {
            watched.push(condition.watched);
        }
        if watched.is_empty() {
            continue;
        }
        let values: Vec<f64> = watched.iter().map(|w| observe(world, record, *w)).collect();
        let state = &mut world.policy.states[at];
        state.watched.resize(values.len(), Vec::new());
        for (history, value) in state.watched.iter_mut().zip(values) {
            history.push(value);
        }
    }
}

/// The value of something watched, as it stands at the end of the week.
pub fn observe(world: &World, record: &Record, watched: Watched) -> f64 {
    match watched {
        Watched::Area { indicator, area } => record.last(indicator, area),
        Watched::Place { column, place } => values::place_value(world, column, place),
        Watched::Group { column, group } => values::group_value(world, column, group),
        Watched::Community { column, community } => values::community_value(world, column, community),
    }
}
