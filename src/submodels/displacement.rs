//! # Displacement
//!
//! Danger and fear drive people out, inside the country or across the border; they return when it is safe, served
//! and trusted.
//!
//! - **Reads**: contested places, trust in forces, fear, services, cover, season
//! - **Writes**: persons at home, displaced, abroad; hosted persons
//! - **Draws**: `displacement.moves`, five numbers per cell
//! - **Equation**: flight h = h1 x danger x distrust of the force expected + h2 x fear above habit; abroad or inside
//!   and where to by logit on distance, kin who fled there and trust in the army; return = h3 x safe x served x trust in forces x
//!   exp(-years away / 4) x (1 - camp aid)
//! - **Pattern**: P7, P20
//! - **Sources**: unhcr, iom-dtm (levels and returns); forms and sizes assumed

use serde::Deserialize;

use crate::base::draws::{Series, Stream};
use crate::base::ids::{CellId, Id as _, PlaceId};
use crate::base::maths::{befallen, exp, ln, probability};
use crate::base::now::Now;
use crate::entities::cells::{FEAR, FORCES, Stays};
use crate::entities::places::Ruler;
use crate::entities::vocabulary::PlaceKind;
use crate::entities::world::World;
use crate::mechanics::choice::{self, Terms};
use crate::mechanics::presence::protection;
use crate::tables::trace::{Considered, Trace};

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
    /// Rise of the weight of a place that all who fled earlier chose [1].
    pub kin_gain: f64,
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

const SUBMODEL: &str = "displacement";
const MOVES: Stream = Stream::named("displacement.moves");
/// Numbers kept for each cell: who flees and from which agent on, who returns inside, from abroad, to which agent on.
const PER_CELL: usize = 5;

/// Flight, then return.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let danger = dangers(world, params);
    let refuges = refuges(world, params);
    let mut trace = std::mem::take(&mut world.trace);
    let mut draws = now.draws.series(MOVES, 0, now.week);
    let mut ways = Ways { from: None, options: Vec::new(), hours: Vec::new() };
    for id in world.cells.ids() {
        let place = world.cells[id].place;
        let danger_here = danger[place.index()];
        if let Some(n) = flee(world, params, now, id, danger_here, &mut draws, &mut trace) {
            ways.lead_from(world, params, &refuges, place);
            settle(world, params, now, &ways, id, n, &mut trace);
        }
        come_back(world, params, now, id, danger_here, &mut draws, &mut trace);
        let cell = &mut world.cells[id];
        cell.weeks_abroad += f64::from(cell.refugees());
    }
    world.trace = trace;
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

/// Takes those who flee out of their home; how many, if anybody does.
fn flee(
    world: &mut World,
    params: &Params,
    now: &Now,
    id: CellId,
    danger: f64,
    draws: &mut Series,
    trace: &mut Trace,
) -> Option<u32> {
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
    let from_danger = params.flight_from_danger_per_week * danger * expected;
    let from_fear = params.flight_from_fear_per_week * afraid;
    let hazard = from_danger + from_fear;
    if hazard < params.least_hazard_per_week {
        return None;
    }
    let number = PER_CELL * id.index();
    let n = befallen(draws.share(number), cell.at_home, hazard);
    if trace.watches(SUBMODEL) {
        let stay = cell.at_home - n;
        trace.note(now, SUBMODEL, &world.cell_name(id), || {
            let terms = vec![("danger_per_week", from_danger), ("fear_per_week", from_fear)];
            hazard_options(["flee", "stay"], [n, stay], probability(hazard), terms)
        });
    }
    (n > 0).then(|| world.persons.take(&mut world.cells[id], n, draws.share(number + 1)))
}

/// Something that happens at a hazard, and its absence.
fn hazard_options(
    names: [&str; 2],
    chosen: [u32; 2],
    probability: f64,
    terms: Vec<(&'static str, f64)>,
) -> Vec<Considered> {
    let [one, other] = names.map(str::to_string);
    let [first, second] = chosen.map(f64::from);
    vec![
        Considered { option: one, chosen: first, probability, terms },
        Considered { option: other, chosen: second, probability: 1.0 - probability, terms: Vec::new() },
    ]
}

/// A place that takes people in this week.
struct Refuge {
    place: PlaceId,
    inside: bool,
    /// What draws people there besides nearness and trust in the army that holds it.
    gains: [(&'static str, f64); 2],
}

/// Towns that the state holds in calm, camps, and Algeria.
fn refuges(world: &World, params: &Params) -> Vec<Refuge> {
    let places = &world.places;
    let refuge = |place: PlaceId| {
        let inside = places.in_mali[place];
        let gains = if inside {
            let safe = places.controller[place] == Ruler::State && places.recent_deaths[place] < 1.0;
            if !safe || !matches!(places.kind[place], PlaceKind::CercleSeat | PlaceKind::Capital) {
                return None;
            }
            let south = if places.in_north(place) { 0.0 } else { params.south_gain };
            [("own_country", params.inside_gain), ("south", south)]
        } else if places.kind[place] == PlaceKind::Camp {
            [("abroad", 0.0), ("camp_aid", params.camp_gain)]
        } else if places.country[place] == "DZA" {
            [("abroad", 0.0), ("algeria", params.algeria_gain)]
        } else {
            return None;
        };
        Some(Refuge { place, inside, gains })
    };
    places.ids().filter_map(refuge).collect()
}

impl Refuge {
    /// What it is worth to those who flee, less the way there.
    fn appeal(&self, params: &Params, hours: f64, distrust: f64, terms: &mut impl Terms) {
        self.gains.iter().for_each(|(name, gain)| terms.add(name, *gain));
        if self.inside {
            distrust_of_inside(params, distrust, terms);
        }
        terms.add("distance", -params.distance_weight_per_hour * hours);
    }
}

/// Where those who flee from one place can go, and what it is worth to people who trust the army: the same for all
/// communities of the place.
struct Ways<'r> {
    from: Option<PlaceId>,
    options: Vec<(&'r Refuge, f64)>,
    hours: Vec<f64>,
}

impl<'r> Ways<'r> {
    fn lead_from(&mut self, world: &World, params: &Params, refuges: &'r [Refuge], from: PlaceId) {
        if self.from.replace(from) == Some(from) {
            return;
        }
        self.options.clear();
        self.hours.clear();
        for refuge in refuges {
            let hours = world.places.travel_hours[(from, refuge.place)];
            if refuge.place != from && hours <= params.longest_flight_hours {
                let weight = exp(choice::utility(|terms| refuge.appeal(params, hours, 0.0, terms)));
                self.options.push((refuge, weight));
                self.hours.push(hours);
            }
        }
    }
}

/// Divides those who flee among places inside and abroad.
fn settle(world: &mut World, params: &Params, now: &Now, ways: &Ways, id: CellId, n: u32, trace: &mut Trace) {
    let cell = &mut world.cells[id];
    let distrust = 1.0 - cell.mean[FORCES];
    if ways.options.is_empty() {
        // Who has nowhere to go stays near home, displaced.
        cell.displaced.add(std::iter::once((cell.place, n)));
        return;
    }
    // Distrust weighs alike on every place inside: one exponential instead of one for each.
    let inside = exp(choice::utility(|terms| distrust_of_inside(params, distrust, terms)));
    let weigh = |(refuge, weight): &(&Refuge, f64)| if refuge.inside { weight * inside } else { *weight };
    let mut weights: Vec<f64> = ways.options.iter().map(weigh).collect();
    // Those who fled earlier take in their own.
    let away = f64::from(cell.displaced_inside() + cell.refugees());
    let mut kin = vec![1.0; weights.len()];
    for stays in [&cell.displaced, &cell.abroad] {
        let mut options = ways.options.iter().map(|option| option.0.place).zip(&mut kin).peekable();
        for (place, there) in stays.iter() {
            while options.next_if(|(option, _)| *option < place).is_some() {}
            if let Some((_, kin)) = options.next_if(|(option, _)| *option == place) {
                *kin += params.kin_gain * f64::from(there) / away;
            }
        }
    }
    weights.iter_mut().zip(&kin).for_each(|(weight, kin)| *weight *= kin);
    let total: f64 = weights.iter().sum();
    let (mut running, mut given, people) = (0.0, 0, f64::from(n) / total);
    let part = |weight: &f64| {
        running += weight;
        let given_before = std::mem::replace(&mut given, ((people * running + 0.5) as u32).min(n));
        given - given_before
    };
    let parts: Vec<u32> = weights.iter().map(part).collect();
    for (inside, stays) in [(true, &mut cell.displaced), (false, &mut cell.abroad)] {
        let options = ways.options.iter().map(|option| option.0).zip(&parts);
        stays.add(options.filter(|(refuge, _)| refuge.inside == inside).map(|(to, n)| (to.place, *n)));
    }
    if trace.watches(SUBMODEL) {
        trace.note(now, SUBMODEL, &world.cell_name(id), || {
            let considered = |at: usize| {
                let refuge = ways.options[at].0;
                let mut terms = choice::terms(|terms| refuge.appeal(params, ways.hours[at], distrust, terms));
                terms.push(("kin", ln(kin[at])));
                Considered {
                    option: format!("to:{}", world.places.id[refuge.place]),
                    chosen: f64::from(parts[at]),
                    probability: weights[at] / total,
                    terms,
                }
            };
            (0..parts.len()).map(considered).collect()
        });
    }
}

fn distrust_of_inside(params: &Params, distrust: f64, terms: &mut impl Terms) {
    terms.add("distrust", -params.distrust_weight * distrust);
}

fn come_back(
    world: &mut World,
    params: &Params,
    now: &Now,
    id: CellId,
    danger: f64,
    draws: &mut Series,
    trace: &mut Trace,
) {
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
    let number = PER_CELL * id.index();
    let inside = params.return_per_week * home;
    let weeks_each = cell.weeks_abroad / f64::from(cell.refugees().max(1));
    let abroad = if cell.abroad.is_empty() {
        0.0
    } else {
        let years = weeks_each / 52.18;
        params.return_from_abroad_per_week
            * home
            * cell.mean[FORCES]
            * exp(-years / params.attachment_years)
            * (1.0 - params.camp_aid_share)
    };
    let cell = &mut world.cells[id];
    let returned = leave(&mut cell.displaced, draws.share(number + 2), inside);
    let from_abroad = leave(&mut cell.abroad, draws.share(number + 3), abroad);
    let stayed = [cell.displaced_inside(), cell.refugees()];
    cell.weeks_abroad = (cell.weeks_abroad - weeks_each * f64::from(from_abroad)).max(0.0);
    if trace.watches(SUBMODEL) {
        trace.note(now, SUBMODEL, &world.cell_name(id), || {
            let terms = |last: (&'static str, f64)| {
                vec![("safe_share", safe), ("served_share", served.min(1.0)), last]
            };
            let trust = world.cells[id].mean[FORCES];
            let mut options = hazard_options(
                ["return:inside", "stay:inside"],
                [returned, stayed[0]],
                probability(inside),
                terms(("base_per_week", params.return_per_week)),
            );
            options.extend(hazard_options(
                ["return:abroad", "stay:abroad"],
                [from_abroad, stayed[1]],
                probability(abroad),
                terms(("trust_in_forces_share", trust)),
            ));
            options
        });
    }
    world.persons.give(&mut world.cells[id], returned + from_abroad, draws.share(number + 4));
}

/// Lets those return who do within the week; how many.
fn leave(stays: &mut Stays, u: f64, hazard_per_week: f64) -> u32 {
    let back = befallen(u, stays.all(), hazard_per_week);
    stays.leave(back);
    back
}

fn count_hosted(world: &mut World) {
    world.places.hosted.fill(0);
    for cell in world.cells.iter() {
        for (place, n) in cell.displaced.iter().chain(cell.abroad.iter()) {
            world.places.hosted[place] += n;
        }
    }
}
