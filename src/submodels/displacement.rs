//! # Displacement
//!
//! Danger and fear drive people out, inside the country or across the border; they return when it is safe, served
//! and trusted.
//!
//! - **Reads**: contested places, trust in forces, fear, services, cover, season
//! - **Writes**: persons at home, displaced, abroad; hosted persons
//! - **Draws**: `displacement.flight` and `displacement.return`, one per cell
//! - **Equation**: flight h = h1 x danger x distrust of the force expected + h2 x fear above habit; abroad or inside
//!   and where to by logit on distance and trust in the army; return = h3 x safe x served x trust in forces x
//!   exp(-years away / 4) x (1 - camp aid)
//! - **Pattern**: P7, P20
//! - **Sources**: unhcr, iom-dtm (levels and returns); forms and sizes assumed

use serde::Deserialize;

use crate::base::draws::Stream;
use crate::base::ids::{CellId, Id as _, PlaceId};
use crate::base::maths::{apportion, exp, probability};
use crate::base::now::Now;
use crate::entities::cells::{FEAR, FORCES, add_stay};
use crate::entities::places::Ruler;
use crate::entities::vocabulary::PlaceKind;
use crate::entities::world::World;
use crate::mechanics::choice;
use crate::mechanics::presence::protection;

/// Parameters; values, ranges and sources in `data/parameters/displacement.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Weeks for which a contested place is dangerous [weeks].
    pub danger_weeks: f64,
    /// Danger of a contested neighbour [share].
    pub neighbour_danger_share: f64,
    /// Flight under full danger and distrust [1/week].
    pub flight_from_danger_per_week: f64,
    /// Flight at full fear beyond habit [1/week].
    pub flight_from_fear_per_week: f64,
    /// Fear of the groups themselves, whatever the trust in the army [share].
    pub fear_of_groups_share: f64,
    /// Share of habitual fear that moves nobody [share].
    pub habit_share: f64,
    /// Fear that people bear [1].
    pub fear_borne: f64,
    /// Hazard below which nobody is drawn [1/week].
    pub least_hazard_per_week: f64,
    /// Longest journey of flight [hours].
    pub longest_flight_hours: f64,
    /// Gain of staying in the country [1].
    pub inside_gain: f64,
    /// Gain of the south [1].
    pub south_gain: f64,
    /// Aversion to places held by an army one distrusts [1].
    pub distrust_weight: f64,
    /// Gain of camp aid [1].
    pub camp_gain: f64,
    /// Gain of Algeria, where there is no camp [1].
    pub algeria_gain: f64,
    /// Aversion to travel [1/hour].
    pub distance_weight_per_hour: f64,
    /// Recent deaths at half of the returns [deaths].
    pub calm_deaths: f64,
    /// Safety where nobody rules [share].
    pub return_to_nobody_share: f64,
    /// Safety under groups [share].
    pub return_to_groups_share: f64,
    /// Return of the displaced to a safe and served home [1/week].
    pub return_per_week: f64,
    /// Return of refugees likewise, with full trust in the forces [1/week].
    pub return_from_abroad_per_week: f64,
    /// Years away after which returns fall by a factor e [years].
    pub attachment_years: f64,
    /// Returns prevented by camp aid [share].
    pub camp_aid_share: f64,
}

const FLIGHT: Stream = Stream::named("displacement.flight");
const RETURN: Stream = Stream::named("displacement.return");

/// Flight, then return.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let danger = dangers(world, params);
    let refuges = refuges(world, params);
    for id in world.cells.ids() {
        let place = world.cells[id].place;
        flee(world, params, now, &refuges, id, danger[place.index()]);
        come_back(world, params, now, id, danger[place.index()]);
        let cell = &mut world.cells[id];
        cell.weeks_abroad += f64::from(cell.refugees());
    }
    count_hosted(world);
}

/// Danger of a change of ruler at each place: contested of late here or next door [0, 1].
fn dangers(world: &World, params: &Params) -> Vec<f64> {
    let recent = |p: PlaceId| {
        let weeks = f64::from(world.places.weeks_since_contested[p]);
        if weeks < params.danger_weeks { 1.0 - weeks / params.danger_weeks } else { 0.0 }
    };
    world
        .places
        .ids()
        .map(|place| {
            let near = world.places.neighbours[place].iter().map(|(p, _)| recent(*p)).fold(0.0, f64::max);
            recent(place).max(params.neighbour_danger_share * near)
        })
        .collect()
}

fn flee(world: &mut World, params: &Params, now: &Now, refuges: &[Refuge], id: CellId, danger: f64) {
    let cell = &world.cells[id];
    let place = cell.place;
    let expected = match world.places.controller[place] {
        // Under groups the army is expected, under the state the groups are.
        Ruler::Group(_) => 1.0 - cell.mean[FORCES],
        Ruler::Nobody | Ruler::State => {
            params.fear_of_groups_share + (1.0 - params.fear_of_groups_share) * (1.0 - cell.mean[FORCES])
        }
    };
    let afraid =
        (cell.mean[FEAR] - cell.natural[FEAR] - cell.fear_habit * params.habit_share - params.fear_borne)
            .max(0.0);
    let hazard =
        params.flight_from_danger_per_week * danger * expected + params.flight_from_fear_per_week * afraid;
    if hazard < params.least_hazard_per_week {
        return;
    }
    let slots = now.draws.agent(FLIGHT, cell.key, now.week);
    let n = slots.binomial(0, cell.at_home, probability(hazard));
    if n == 0 {
        return;
    }
    let n = world.persons.take(&mut world.cells[id], n, slots.share(1));
    settle(world, params, refuges, id, n);
}

/// A place that takes people in this week.
struct Refuge {
    place: PlaceId,
    inside: bool,
    /// What draws people there besides nearness and trust in the army that holds it.
    gain: f64,
}

/// Towns that the state holds in calm, camps, and Algeria.
fn refuges(world: &World, params: &Params) -> Vec<Refuge> {
    let places = &world.places;
    let refuge = |place: PlaceId| {
        let inside = places.in_mali[place];
        let gain = if inside {
            let safe = places.controller[place] == Ruler::State && places.recent_deaths[place] < 1.0;
            if !safe || !matches!(places.kind[place], PlaceKind::CercleSeat | PlaceKind::Capital) {
                return None;
            }
            params.inside_gain + if places.in_north(place) { 0.0 } else { params.south_gain }
        } else if places.kind[place] == PlaceKind::Camp {
            params.camp_gain
        } else if places.country[place] == "DZA" {
            params.algeria_gain
        } else {
            return None;
        };
        Some(Refuge { place, inside, gain })
    };
    places.ids().filter_map(refuge).collect()
}

/// Divides those who flee among places inside and abroad.
fn settle(world: &mut World, params: &Params, refuges: &[Refuge], id: CellId, n: u32) {
    let cell = &world.cells[id];
    let from = cell.place;
    let distrust = 1.0 - cell.mean[FORCES];
    let mut options = Vec::with_capacity(refuges.len());
    let mut utilities = Vec::with_capacity(refuges.len());
    for refuge in refuges {
        let hours = world.places.travel_hours[(from, refuge.place)];
        if refuge.place == from || hours > params.longest_flight_hours {
            continue;
        }
        let base = if refuge.inside { refuge.gain - params.distrust_weight * distrust } else { refuge.gain };
        options.push(refuge.place);
        utilities.push(base - params.distance_weight_per_hour * hours);
    }
    if options.is_empty() {
        options.push(from);
        utilities.push(0.0);
    }
    choice::shares(&mut utilities);
    let mut parts = Vec::new();
    apportion(n, &utilities, &mut parts);
    for (place, part) in options.into_iter().zip(parts) {
        let inside = world.places.in_mali[place];
        let cell = &mut world.cells[id];
        add_stay(if inside { &mut cell.displaced } else { &mut cell.abroad }, place, part);
    }
}

fn come_back(world: &mut World, params: &Params, now: &Now, id: CellId, danger: f64) {
    let cell = &world.cells[id];
    if cell.displaced.is_empty() && cell.abroad.is_empty() {
        return;
    }
    let place = cell.place;
    let calm = 1.0 / (1.0 + world.places.recent_deaths[place] / params.calm_deaths);
    let ruled = match world.places.controller[place] {
        Ruler::State => 1.0,
        Ruler::Nobody => params.return_to_nobody_share,
        Ruler::Group(_) => params.return_to_groups_share,
    };
    let safe = calm * ruled * (1.0 - danger) * (0.5 + 0.5 * protection(world, place)).min(1.0);
    let served = cell.coverage() / cell.service_required.max(0.1);
    let home = safe * served.min(1.0);
    let slots = now.draws.agent(RETURN, cell.key, now.week);
    let inside = probability(params.return_per_week * home);
    let years = cell.weeks_abroad / f64::from(cell.refugees().max(1)) / 52.18;
    let abroad = probability(
        params.return_from_abroad_per_week
            * home
            * cell.mean[FORCES]
            * exp(-years / params.attachment_years)
            * (1.0 - params.camp_aid_share),
    );
    let mut returned = 0;
    let weeks_each = cell.weeks_abroad / f64::from(cell.refugees().max(1));
    let cell = &mut world.cells[id];
    for (slot, (_, n)) in cell.displaced.iter_mut().enumerate() {
        let back = slots.binomial(1 + slot % 30, *n, inside);
        *n -= back;
        returned += back;
    }
    let mut from_abroad = 0;
    for (slot, (_, n)) in cell.abroad.iter_mut().enumerate() {
        let back = slots.binomial(31 + slot % 30, *n, abroad);
        *n -= back;
        from_abroad += back;
    }
    cell.weeks_abroad = (cell.weeks_abroad - weeks_each * f64::from(from_abroad)).max(0.0);
    cell.displaced.retain(|(_, n)| *n > 0);
    cell.abroad.retain(|(_, n)| *n > 0);
    world.persons.give(&mut world.cells[id], returned + from_abroad, slots.share(0));
}

fn count_hosted(world: &mut World) {
    world.places.hosted.fill(0);
    for cell in world.cells.iter() {
        for (place, n) in cell.displaced.iter().chain(&cell.abroad) {
            world.places.hosted[*place] += n;
        }
    }
}
