//! # Communities, custom and land
//!
//! Tension between every two communities of a place, the authority of those who settle disputes, access to land and
//! water, and what herds leave of the grass.
//!
//! - **Reads**: season, control, leakage, posts filled, deaths near, gifts, trust in the mission,
//!   levers `local-dialogue`, `customary-dialogue`, `vigilante-support`, `community-crime-control`
//! - **Writes**: places: tension, grass, access, cooperation; cells: customary authority, patronage
//! - **Draws**: none
//! - **Equation**: tension + contest x (1 if one side herds and the other farms, else a share) + vigilantes - lower
//!   authority of the two - dialogue; contest = pastoral x (1 - access) x (1 - grass); authority - killings - largest
//!   of (rule by others, vigilantes) - gifts + mending; grass + regrowth x wet x (1 - grass) - grazing x herds x grass,
//!   herds leave dangerous places for neighbouring pastures; cooperation = trust in forces x (1 - fear) x
//!   (1 - silence x gifts/(gifts + h))
//! - **Pattern**: P4 (the centre)
//! - **Sources**: roundtable2014 (entry points: elected, marabouts, women's groups), messy2020 (natural resources),
//!   clingendael2015 (distrust within and between communities); sizes assumed

use crate::base::ids::PlaceId;
use crate::base::maths::{decay, relax};
use crate::entities::cells::{FEAR, FORCES};
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::GroupKind;
use crate::entities::world::{PROTECT, World};

use super::Params;

/// Moves land, authority and tension by a week.
pub fn step(world: &mut World, params: &Params) {
    graze(world, params);
    for place in world.places.ids() {
        if !world.places.cells[place].is_empty() {
            custom(world, params, place);
            tension(world, params, place);
            access(world, params, place);
        }
    }
}

/// Intensity of a lever at a place, 0 without one.
fn intensity(world: &World, kind: LeverKind, place: PlaceId) -> f64 {
    world.policy.at(kind, place).map_or(0.0, |lever| lever.number("intensity_share"))
}

/// Herds eat, rains mend; where it is dangerous herds move to the pastures next door.
fn graze(world: &mut World, params: &Params) {
    let wet = 1.0 - world.inputs.season("dry-season");
    let herders = |world: &World, place: PlaceId| {
        let cells = world.places.cells[place].iter().map(|cell| &world.cells[*cell]);
        let herders = cells.filter(|cell| cell.community.herds());
        herders
            .fold((0.0, 0.0), |sum, cell| (sum.0 + f64::from(cell.at_home), sum.1 + f64::from(cell.initial)))
    };
    let counted: Vec<(f64, f64)> = world.places.ids().map(|place| herders(world, place)).collect();
    let mut herds: Vec<f64> = counted.iter().map(|count| count.0).collect();
    for place in world.places.ids() {
        let at = place.0 as usize;
        let deaths = world.places.recent_deaths[place];
        if counted[at].0 <= 0.0 || deaths <= 0.0 {
            continue;
        }
        let near = &world.places.neighbours[place];
        let pastures: f64 = near.iter().map(|(p, _)| world.places.pasture[*p]).sum();
        if pastures <= 0.0 {
            continue;
        }
        let leaving = counted[at].0 * deaths / (deaths + params.custom_half_deaths);
        herds[at] -= leaving;
        for (p, _) in near {
            herds[p.0 as usize] += leaving * world.places.pasture[*p] / pastures;
        }
    }
    for place in world.places.ids() {
        let at = place.0 as usize;
        let crowding = if counted[at].1 > 0.0 { herds[at] / counted[at].1 } else { 0.0 };
        let grass = &mut world.places.grass[place];
        let eaten = params.grazing_per_week * crowding * *grass;
        *grass = (*grass + params.regrowth_per_week * wet * (1.0 - *grass) - eaten).clamp(0.0, 1.0);
    }
}

/// Authority wears out where its holders are killed, bypassed or paid, and mends in peace.
fn custom(world: &mut World, params: &Params, place: PlaceId) {
    let deaths = world.places.recent_deaths[place];
    let killed = params.custom_lost_per_week * deaths / (deaths + params.custom_half_deaths);
    let ruled = match world.places.controller[place] {
        Ruler::Group(group) if world.groups[group].kind == GroupKind::Jihadist => {
            world.presence.group_cover[place]
        }
        _ => 0.0,
    };
    // Both put others in the place of chiefs and imams: the larger counts.
    let bypassed =
        params.custom_bypassed_per_week * ruled.max(intensity(world, LeverKind::VigilanteSupport, place));
    let heard = intensity(world, LeverKind::CustomaryDialogue, place);
    let kept = decay(params.patronage_half_life_weeks);
    for id in world.places.cells_of(place) {
        let cell = &mut world.cells[id];
        let gifts = 52.18 * cell.gifts_eur / f64::from(cell.at_home.max(1));
        cell.gifts_eur = 0.0;
        cell.patronage_eur = cell.patronage_eur * kept + gifts * (1.0 - kept);
        let paid = params.custom_lost_to_gifts_per_week * bought(params, cell.patronage_eur);
        let mended = params.custom_mended_per_week + params.custom_of_dialogue_per_week * heard;
        let custom = &mut cell.customary_authority;
        *custom = (*custom * (1.0 - killed - bypassed - paid) + mended * (1.0 - *custom)).clamp(0.0, 1.0);
    }
}

/// How far gifts buy silence and chiefs [0, 1].
fn bought(params: &Params, patronage_eur: f64) -> f64 {
    patronage_eur / (patronage_eur + params.patronage_half_eur_per_person_year)
}

/// Contest over land and water, vigilantes, custom and dialogue move every pair.
fn tension(world: &mut World, params: &Params, place: PlaceId) {
    let places = &world.places;
    let contest = places.pasture[place].max(places.flood_plain[place])
        * (1.0 - places.resource_access[place])
        * (1.0 - places.grass[place]);
    let armed = params.tension_of_vigilantes_per_week * intensity(world, LeverKind::VigilanteSupport, place);
    let eased = params.tension_eased_by_dialogue_per_week * intensity(world, LeverKind::LocalDialogue, place);
    let heard =
        params.tension_eased_by_dialogue_per_week * intensity(world, LeverKind::CustomaryDialogue, place);
    let World { places, cells, .. } = world;
    for pair in &mut places.tension[place] {
        let (one, other) = (&cells[pair.between.0], &cells[pair.between.1]);
        let differ = one.community.herds() != other.community.herds();
        let share = if differ { 1.0 } else { params.contest_of_alike_share };
        // A dispute is settled if both sides heed those who judge it.
        let settled = one.customary_authority.min(other.customary_authority);
        let fall = (params.tension_eased_by_custom_per_week + heard) * settled + eased;
        pair.rise(params.tension_of_contest_per_week * contest * share + armed);
        pair.level *= 1.0 - fall;
    }
}

/// Officials and notables who take fees close access; a group that opens it gains (support).
fn access(world: &mut World, params: &Params, place: PlaceId) {
    let opened = match world.places.controller[place] {
        Ruler::Group(_) => params.access_under_groups,
        Ruler::Nobody | Ruler::State => access_under_state(world, params, place),
    };
    let shadow = params.shadow_access_share * world.presence.group_cover[place];
    let opened = opened * (1.0 - shadow) + params.access_under_groups * shadow;
    let access = &mut world.places.resource_access[place];
    *access = relax(*access, opened, params.access_speed_per_week);
}

/// Access that fees of officials and notables leave [0, 1].
pub(super) fn access_under_state(world: &World, params: &Params, place: PlaceId) -> f64 {
    let corrupt = world.state.leakage * world.presence.civil[place];
    (1.0 - params.access_lost_to_fees * corrupt).max(0.0)
}

/// How much people tell soldiers: they do where they trust them, do not fear, and are not paid for silence.
pub fn cooperation(world: &mut World, params: &Params) {
    for place in world.places.ids() {
        let (mut told, mut people) = (0.0, 0.0);
        let heard = params.informing_of_communities_share
            * world.policy.number_at(LeverKind::CommunityCrimeControl, place, "effort_share");
        let to_mission = params.informing_of_mission_share * world.presence.mission_cover[place][PROTECT];
        for cell in &world.places.cells[place] {
            let cell = &world.cells[*cell];
            let n = f64::from(cell.at_home);
            let open = 1.0 - params.silence_of_gifts_share * bought(params, cell.patronage_eur);
            let trust = cell.mean[FORCES] + to_mission * (cell.trust_in_mission - cell.mean[FORCES]);
            // Those who are asked by their own elders tell more.
            let trust = trust + heard * cell.customary_authority * (1.0 - trust);
            told += n * trust * (1.0 - cell.mean[FEAR]) * open;
            people += n;
        }
        world.places.cooperation[place] = if people > 0.0 { told / people } else { params.told_in_desert };
    }
}
