//! # Posture and movement of bands
//!
//! Bands hold or hide, withdraw to sanctuaries, and move along routes; under strikes some fighters go home.
//!
//! - **Reads**: strike cover, support, traffic, cover, control, sanctuary abroad
//! - **Writes**: bands: posture, place; dormant members
//! - **Draws**: `group_strategy.band`, one per band
//! - **Equation**: P(hold) by logit on what holding brings less expected losses; moves by logit on support, tolls,
//!   kin, cover, rivals, crowding; home hazard = home_base x strike cover x (1 - cohesion/2)
//! - **Pattern**: P2, P16
//! - **Sources**: lacher2013 (foreign members go home or to weak states with networks); forms after the prototype

use crate::base::draws::{Slots, Stream};
use crate::base::ids::{Id as _, PlaceId};
use crate::base::maths::{ln, logistic, pick, probability};
use crate::base::now::Now;
use crate::entities::bands::Band;
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::{GroupKind, Posture, Stance};
use crate::entities::world::{FIND, World};
use crate::mechanics::choice::{self, Terms};
use crate::mechanics::presence;
use crate::mechanics::recruits::{self, Exit};
use crate::tables::trace::{Considered, Trace};

use super::Params;

const SUBMODEL: &str = "group-strategy";
const BAND: Stream = Stream::named("group_strategy.band");

/// Strike pressure that a band of this kind feels at a place [0, 1].
fn pressure(world: &World, kind: GroupKind, place: PlaceId) -> f64 {
    if kind == GroupKind::Jihadist { world.presence.strike_cover[place] } else { 0.0 }
}

/// Lets every band choose its posture; under strikes a part of it goes home.
pub fn postures(world: &mut World, params: &Params, now: &Now) {
    let mut trace = std::mem::take(&mut world.trace);
    let mut home = Vec::new();
    for at in 0..world.bands.list.len() {
        let band = world.bands.list[at].clone();
        let group = &world.groups[band.group];
        let slots = now.draws.agent(BAND, band.key, now.week);
        let pressed = pressure(world, group.kind, band.place);
        // Those who are seen expect the worst; a hidden band sits strikes out.
        let seen = if band.posture == Posture::Hold { 1.0 } else { params.hidden_alarm_share };
        let leaving =
            probability(params.home_hazard_per_week * pressed * seen * (1.0 - 0.5 * group.cohesion));
        let n = slots.binomial(0, band.fighters, leaving);
        if n > 0 {
            home.push((band.group, band.place, n, slots.share(1)));
        }
        if let Some(posture) = canton(world, params, &band, &slots) {
            world.bands.list[at].posture = posture;
            continue;
        }
        if !world.places.in_mali[band.place] {
            world.bands.list[at].posture = Posture::Sanctuary;
            continue;
        }
        let holding = logistic(choice::utility(|terms| hold_utility(world, params, &band, terms)));
        let holds = slots.happens(2, holding);
        if trace.watches(SUBMODEL) {
            trace.note(now, SUBMODEL, &name(world, &band), || {
                let terms = choice::terms(|terms| hold_utility(world, params, &band, terms));
                two_options(["hold", "guerrilla"], holds, holding, terms)
            });
        }
        world.bands.list[at].posture = if holds { Posture::Hold } else { Posture::Guerrilla };
    }
    world.trace = trace;
    for (group, place, n, u) in home {
        recruits::discharge(world, group, place, n, Exit::Dormant, u);
    }
    recruits::tidy(world);
}

/// What holding is worth to a band against hiding.
fn hold_utility(world: &World, params: &Params, band: &Band, terms: &mut impl Terms) {
    let group = &world.groups[band.group];
    let rules = world.places.controller[band.place] == Ruler::Group(band.group);
    let region = world.places.region[band.place].unwrap_or(0);
    let marching =
        group.offensive[region] || group.stance == Stance::Signatory || group.stance == Stance::Allied;
    let foes = world.presence.state_cover[band.place][FIND] * f64::from(u8::from(group.fights_state()));
    terms.add(
        "rules_or_marches",
        params.hold_gain * (f64::from(u8::from(rules)) + f64::from(u8::from(marching))),
    );
    terms.add("strikes", -params.pressure_weight * pressure(world, group.kind, band.place));
    terms.add("army", -params.cover_weight * foes);
    let held = band.posture == Posture::Hold;
    terms.add("inertia", if held { params.posture_inertia } else { -params.posture_inertia });
    terms.add("bias", params.hold_bias);
}

/// A band in a trace: its group and its number.
fn name(world: &World, band: &Band) -> String {
    format!("{}/{}", world.groups[band.group].id, band.ordinal)
}

/// A choice between one option with terms and one without.
fn two_options(
    names: [&str; 2],
    first: bool,
    probability: f64,
    terms: Vec<(&'static str, f64)>,
) -> Vec<Considered> {
    let [one, other] = names.map(str::to_string);
    let (one_chosen, other_chosen) = if first { (1.0, 0.0) } else { (0.0, 1.0) };
    vec![
        Considered { option: one, chosen: one_chosen, probability, terms },
        Considered { option: other, chosen: other_chosen, probability: 1.0 - probability, terms: Vec::new() },
    ]
}

/// Whether a band enters a camp, stays there, or breaks out: camps are where reintegration is offered, and bands
/// enter as far as the accord is carried out.
fn canton(world: &World, params: &Params, band: &Band, slots: &Slots) -> Option<Posture> {
    let group = &world.groups[band.group];
    let signed = group.stance == Stance::Signatory;
    let done = world.state.implementation;
    if band.posture == Posture::Cantoned {
        let left = params.breakout_per_week * (1.0 - done) * (1.0 - group.pay_met);
        let out = !signed || slots.comes(5, left);
        return Some(if out { Posture::Guerrilla } else { Posture::Cantoned });
    }
    let camps = world.policy.at(LeverKind::Ddr, band.place).map_or(0.0, |l| l.number("places_share"));
    let enters = signed && slots.comes(5, params.cantonment_per_week * done * camps);
    enters.then_some(Posture::Cantoned)
}

/// Lets bands move.
pub fn moves(world: &mut World, params: &Params, now: &Now) {
    let mut trace = std::mem::take(&mut world.trace);
    let mut moved = Vec::new();
    for (at, band) in world.bands.list.iter().enumerate() {
        if band.posture == Posture::Cantoned || world.groups[band.group].stance == Stance::Dormant {
            continue;
        }
        if guards(world, params, band) {
            continue;
        }
        let slots = now.draws.agent(BAND, band.key, now.week);
        let offensive = world.groups[band.group].offensive.iter().any(|o| *o);
        let pressed = pressure(world, world.groups[band.group].kind, band.place);
        let hazard = params.move_hazard_per_week
            + pressed * params.move_under_pressure_per_week
            + if offensive { params.move_on_offensive_per_week } else { 0.0 };
        if slots.comes(3, hazard) {
            moved.push((at, choose_place(world, params, band, &slots, now, &mut trace)));
        }
    }
    world.trace = trace;
    for (at, place) in moved {
        let band = &mut world.bands.list[at];
        if band.place != place {
            band.place = place;
            band.weeks_here = 0;
        }
    }
    for band in &mut world.bands.list {
        band.weeks_here = band.weeks_here.saturating_add(1);
    }
}

fn choose_place(
    world: &World,
    params: &Params,
    band: &Band,
    slots: &Slots,
    now: &Now,
    trace: &mut Trace,
) -> PlaceId {
    let near = &world.places.neighbours[band.place];
    let mut options = vec![band.place];
    options.extend(near.iter().map(|(p, _)| *p).filter(|p| allowed(world, params, band, *p)));
    // A vehicle column covers two legs in a week.
    for (p, _) in near {
        for (q, _) in &world.places.neighbours[*p] {
            if !options.contains(q) && allowed(world, params, band, *q) {
                options.push(*q);
            }
        }
    }
    let mut shares: Vec<f64> =
        options.iter().map(|p| choice::utility(|terms| appeal(world, params, band, *p, terms))).collect();
    choice::shares(&mut shares);
    let chosen = pick(slots.share(4), &shares).unwrap_or(0);
    if trace.watches(SUBMODEL) {
        trace.note(now, SUBMODEL, &name(world, band), || {
            let considered = |(at, (place, share)): (usize, (&PlaceId, &f64))| Considered {
                option: format!("move:{}", world.places.id[*place]),
                chosen: f64::from(u8::from(at == chosen)),
                probability: *share,
                terms: choice::terms(|terms| appeal(world, params, band, *place, terms)),
            };
            options.iter().zip(&shares).enumerate().map(considered).collect()
        });
    }
    options[chosen]
}

/// A ruled place keeps the bands that it needs, unless strikes drive them out.
fn guards(world: &World, params: &Params, band: &Band) -> bool {
    let group = &world.groups[band.group];
    let pressed = pressure(world, group.kind, band.place);
    if world.places.controller[band.place] != Ruler::Group(band.group) || pressed > params.guards_leave_above
    {
        return false;
    }
    let need = params.guards_share * world.presence.need[band.place];
    let stay = f64::from(world.bands.fighters_at(band.group, band.place) - band.fighters);
    stay < need
}

/// Bands stay in Mali, or cross to where a sanctuary is.
fn allowed(world: &World, params: &Params, band: &Band, place: PlaceId) -> bool {
    if world.places.in_mali[place] {
        // Elsewhere a stranger is told on: a band can only hide among people who back its group.
        return world.places.in_north_or_centre(place)
            || presence::support(world, place, band.group.index() + 1, 0.0) > params.backing_needed_share;
    }
    world.groups[band.group].sanctuaries.contains(&place)
        || world
            .governments
            .of(&world.places.country[place])
            .is_some_and(|g| world.governments.list[g].sanctuary > params.sanctuary_needed_share)
            && world.groups[band.group].kind == GroupKind::Jihadist
}

/// Share of a place's people among whom the band has kin, weighted as its group recruits [0, 1].
fn kin_share(world: &World, band: &Band, place: PlaceId) -> f64 {
    let mut kin = 0.0;
    for cell in &world.places.cells[place] {
        let cell = &world.cells[*cell];
        kin += world.groups[band.group].communities[cell.community as usize] * f64::from(cell.at_home);
    }
    kin / world.places.population[place].max(1.0)
}

/// What a place is worth to a band, less the way there.
fn appeal(world: &World, params: &Params, band: &Band, place: PlaceId, terms: &mut impl Terms) {
    let hours = world.places.travel_hours[(band.place, place)];
    let group = &world.groups[band.group];
    let column = band.group.index() + 1;
    if !world.places.in_mali[place] {
        let quality = world
            .governments
            .of(&world.places.country[place])
            .map_or(0.0, |g| world.governments.list[g].sanctuary);
        terms.add("sanctuary", params.sanctuary_gain * quality);
        terms.add("strikes", -params.pressure_weight * pressure(world, group.kind, place));
        terms.add("distance", -params.distance_weight_per_hour * hours);
        return;
    }
    let support = presence::support(world, place, column, 0.3);
    let traffic: f64 = world.places.neighbours[place].iter().map(|(_, r)| world.routes.traffic[*r]).sum();
    let kin = kin_share(world, band, place);
    let here = world.presence.group_force.row(place);
    let own = here[band.group.index()];
    let mut rivals = 0.0;
    for other in world.living_groups() {
        let relation = group.relations[other.index()];
        if relation < 0.0 {
            rivals -= relation * here[other.index()];
        }
    }
    let need = world.presence.need[place].max(20.0);
    let state = world.presence.state_cover[place][FIND] * f64::from(u8::from(group.fights_state()));
    let controller = world.places.controller[place];
    let region = world.places.region[place].unwrap_or(0);
    let prize = if group.offensive[region] {
        match controller {
            Ruler::State => {
                let garrison = f64::from(world.state_forces.troops_at(place));
                let odds = (own + f64::from(band.fighters)) * group.weapons_quality / (garrison + 1.0);
                params.prize_gain * (odds / (odds + 1.0)) * ln(2.0 + world.places.population[place] / 1000.0)
            }
            Ruler::Nobody => params.empty_gain,
            Ruler::Group(g) if g == band.group => {
                if own < 0.7 * need {
                    params.keep_gain
                } else {
                    0.0
                }
            }
            Ruler::Group(other) => rival_prize(world, params, band, place, other, own),
        }
    } else if controller == Ruler::Group(band.group) && own < 0.7 * need {
        params.keep_gain
    } else if let Ruler::Group(other) = controller {
        rival_prize(world, params, band, place, other, own)
    } else {
        0.0
    };
    let shy = if group.offensive[region] { params.shyness_on_offensive_share } else { 1.0 };
    terms.add("support", params.support_gain * support);
    terms.add("tolls", params.toll_gain * ln(1.0 + traffic));
    terms.add("kin", params.kin_gain * kin);
    terms.add("prize", prize);
    terms.add("army", -shy * params.cover_weight * state);
    let fights = f64::from(u8::from(group.fights_state()));
    terms.add("mission", -params.mission_shyness * world.presence.mission_cover[place][FIND] * fights);
    terms.add("strikes", -params.pressure_weight * pressure(world, group.kind, place));
    terms.add("rivals", -params.rival_weight * rivals / (rivals + own + f64::from(band.fighters)));
    terms.add("crowding", -params.crowding_weight * own / (own + 3.0 * need));
    terms.add("distance", -params.distance_weight_per_hour * hours);
}

/// What a town is worth that a group on bad terms rules: the more, the better the odds of driving it out.
fn rival_prize(
    world: &World,
    params: &Params,
    band: &Band,
    place: PlaceId,
    ruler: crate::base::ids::GroupId,
    own: f64,
) -> f64 {
    let group = &world.groups[band.group];
    let enmity = -group.relations[ruler.index()];
    if ruler == band.group || enmity <= 0.0 || !group.fights_state() {
        return 0.0;
    }
    let theirs = world.presence.group_force[(place, ruler)] * world.groups[ruler].weapons_quality;
    let odds = (own + f64::from(band.fighters)) * group.weapons_quality / (theirs + 1.0);
    params.rival_prize_share
        * params.prize_gain
        * (odds / (odds + 1.0))
        * ln(2.0 + world.places.population[place] / 1000.0)
}
