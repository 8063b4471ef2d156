//! # Presence and control
//!
//! Who really reaches which place, and who controls it.
//!
//! - **Reads**: units, missions, bands, posts, support
//! - **Writes**: `world.presence`; controllers of places without a garrison
//! - **Draws**: none
//! - **Equation**: cover(F, c) = 1 - exp(-ln 3 F / N), N = c (town + rural_weight rural)/1000 + per_route_km km;
//!   S(a) = cover (support_floor + support(a)), for the state plus civil_weight x posts filled; share = S / sum S;
//!   town = cover / (t + lag (1 - t)) up to 1, t the share in town, and the countryside has the rest, so that the mean stays:
//!   the state reaches towns first, groups that do not rule the countryside
//! - **Pattern**: P1, P2, P24
//! - **Sources**: coverage function and control rule after Athena; densities are assumed

use serde::Deserialize;

use crate::base::ids::{Column, GroupId, Id as _, Matrix, PlaceId};
use crate::base::maths::cover;
use crate::entities::bands::Bands;
use crate::entities::cells::MAX_GROUPS;
use crate::entities::places::{Places, Ruler};
use crate::entities::vocabulary::{GroupKind, Posture, Rank, Stance};
use crate::entities::world::{CONTEST, COUNTRYSIDE, FIND, PROTECT, Presence, TOWN, World};

/// Parameters; values, ranges and sources in `data/parameters/presence.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Force that gives two thirds of cover for contesting control [persons/1000].
    pub contest_per_thousand: f64,
    /// Force that gives two thirds of cover for finding hiders [persons/1000].
    pub find_per_thousand: f64,
    /// Force that gives two thirds of cover for protecting people; twenty per thousand is the usual rule of thumb [persons/1000].
    pub protect_per_thousand: f64,
    /// Weight of countryside people against town people in the need for force [1].
    pub rural_weight: f64,
    /// Force needed for each km of road and track [persons/km].
    pub force_persons_per_km: f64,
    /// Travel time at which half of a force is felt [hours].
    pub reach_half_hours: f64,
    /// The same with aircraft, in hours of road travel [hours].
    pub air_reach_half_hours: f64,
    /// Speed on paved roads [km/h].
    pub paved_km_per_hour: f64,
    /// Speed on tracks [km/h].
    pub track_km_per_hour: f64,
    /// Speed off road in the desert [km/h].
    pub desert_km_per_hour: f64,
    /// Share of hidden fighters who count for control [share].
    pub hidden_control_share: f64,
    /// Control without any support, against full support [1].
    pub support_floor: f64,
    /// Support assumed where nobody lives [1].
    pub support_in_desert: f64,
    /// Weight of posts filled in the state's score [1].
    pub civil_weight: f64,
    /// Relation above which groups pool their force [1].
    pub ally_relation: f64,
    /// Share of all scores with which a rival takes over [share].
    pub takeover_share: f64,
    /// Weeks for which a rival must lead [weeks].
    pub takeover_weeks: f64,
    /// Score below which nobody rules [1].
    pub least_score: f64,
    /// Support of hostile groups at which the army cannot enter a place even with friends [1].
    pub army_barred_by_support: f64,
    /// Welcome below which the state does not come back without a garrison [1].
    pub least_welcome: f64,
    /// Share of the army's reach that enters places ruled by groups [share].
    pub reach_into_hostile_share: f64,
    /// Cover by the army in the countryside, against that in town [share].
    pub army_in_countryside_share: f64,
    /// Cover by groups in towns that they do not rule, against that in the countryside [share].
    pub groups_in_town_share: f64,
}

impl Presence {
    /// Presence of nobody anywhere.
    pub fn nowhere(n_places: usize) -> Presence {
        Presence {
            need: Column::filled(n_places, 1.0),
            state_force: Column::filled(n_places, 0.0),
            strike_force: Column::filled(n_places, 0.0),
            group_force: Matrix::filled(n_places, MAX_GROUPS, 0.0),
            state_cover: Column::filled(n_places, [0.0; 3]),
            mission_cover: Column::filled(n_places, [0.0; 3]),
            mission_support: Column::filled(n_places, 0.0),
            mission_fight: Column::filled(n_places, 0.0),
            task_force: Column::filled(n_places, 0.0),
            strike_cover: Column::filled(n_places, 0.0),
            group_cover: Column::filled(n_places, 0.0),
            civil: Column::filled(n_places, 0.0),
            support: Column::filled(n_places, [0.0; MAX_GROUPS + 1]),
            civil_by: Column::filled(n_places, [0.0; 2]),
            state_reach: Column::filled(n_places, [0.0; 2]),
            group_reach: Column::filled(n_places, [0.0; 2]),
        }
    }
}

/// Ranks whose presence is the state's civil presence.
const CIVIL: [Rank; 6] =
    [Rank::Governor, Rank::Prefect, Rank::Subprefect, Rank::Mayor, Rank::Judge, Rank::Teacher];

/// What a mean over people comes to where it reaches a share of them first: there, and among the others, who get this much of it until
/// the first have all.
pub fn first_reached(mean: f64, first_share: f64, lag: f64) -> [f64; 2] {
    let first = (mean / (first_share + lag * (1.0 - first_share)).max(1e-9)).min(1.0);
    let second =
        if first_share < 1.0 { (mean - first_share * first) / (1.0 - first_share) } else { lag * first };
    [first, second.max(0.0)]
}

fn spread(
    force: f64,
    place: PlaceId,
    reach: &Column<PlaceId, Vec<(PlaceId, f64)>>,
    to: &mut Column<PlaceId, f64>,
) {
    if force > 0.0 {
        for (near, share) in &reach[place] {
            to[*near] += force * share;
        }
    }
}

/// Recomputes usable force and cover everywhere from where all forces stand now.
pub fn refresh(world: &mut World, params: &Params) {
    refresh_missions(world, params);
    refresh_state(world, params);
    refresh_groups(world, params);
}

/// Forces that give two thirds of cover in a place: to contest, to find and to protect [persons].
fn needs(places: &Places, params: &Params, place: PlaceId) -> [f64; 3] {
    [params.contest_per_thousand, params.find_per_thousand, params.protect_per_thousand]
        .map(|density| places.need(place, density, params.rural_weight, params.force_persons_per_km))
}

/// Recomputes force and cover of missions and strike forces alone, when nobody else has moved.
pub fn refresh_missions(world: &mut World, params: &Params) {
    let World { places, presence, missions, .. } = world;
    presence.strike_force.fill(0.0);
    let mut garrisoned: Column<PlaceId, f64> = Column::filled(places.len(), 0.0);
    // Force of missions: all of it, and by what the mandate gives to protect, to support the state and to fight.
    let mut missions_by: Column<PlaceId, [f64; 4]> = Column::filled(places.len(), [0.0; 4]);
    for mission in missions.iter() {
        for place in places.ids() {
            let troops = f64::from(mission.troops[place]);
            if troops <= 0.0 {
                continue;
            }
            garrisoned[place] += troops;
            if mission.is_strike_force {
                let usable = troops * mission.strike_cover_bonus;
                spread(usable, place, &places.within_reach_by_air, &mut presence.strike_force);
            } else {
                let usable = troops * (1.0 - mission.self_protection) * mission.training;
                let by_air = usable * mission.air_lift;
                // The mandate shares out what is free; against groups all of it can be seen and searches.
                let weights = [
                    1.0,
                    mission.emphasis(|m| m.protect_civilians),
                    mission.emphasis(|m| m.support_state),
                    mission.mandate.fight,
                ];
                for (force, reach) in
                    [(usable - by_air, &places.within_reach), (by_air, &places.within_reach_by_air)]
                {
                    let forces = weights.map(|weight| weight * force);
                    for (near, share) in &reach[place] {
                        missions_by[*near]
                            .iter_mut()
                            .zip(forces)
                            .for_each(|(sum, force)| *sum += force * share);
                    }
                }
            }
        }
    }
    for place in places.ids() {
        let need = needs(places, params, place);
        let (garrison, [all, protecting, supporting, fighting]) = match reached(places, presence, place) {
            true => (garrisoned[place], missions_by[place]),
            false => (0.0, [0.0; 4]),
        };
        // A mission contests control with all it has in the place, patrols or not.
        presence.mission_cover[place][CONTEST] = cover(garrison, need[CONTEST]);
        presence.mission_cover[place][FIND] = cover(all, need[FIND]);
        presence.mission_cover[place][PROTECT] = cover(protecting, need[PROTECT]);
        presence.mission_support[place] = cover(supporting, need[PROTECT]);
        presence.mission_fight[place] = cover(fighting, need[FIND]);
        presence.strike_cover[place] = cover(presence.strike_force[place], need[FIND]);
    }
}

/// Beyond the border nobody's soldiers count but where strike forces go.
fn reached(places: &Places, presence: &Presence, place: PlaceId) -> bool {
    places.in_mali[place] || presence.strike_force[place] > 0.0
}

/// Recomputes force, cover and posts filled of the state alone, likewise.
pub fn refresh_state(world: &mut World, params: &Params) {
    let World { places, presence, state_forces, officials, .. } = world;
    presence.state_force.fill(0.0);
    for unit in &state_forces.units {
        let usable = f64::from(unit.troops) * unit.readiness;
        for (near, reach) in &places.within_reach[unit.place] {
            // The army patrols its own ground; into a place that a group rules little of it reaches.
            let hostile = *near != unit.place && matches!(places.controller[*near], Ruler::Group(_));
            presence.state_force[*near] +=
                usable * reach * if hostile { params.reach_into_hostile_share } else { 1.0 };
        }
    }
    let mut posts: Column<PlaceId, [(f64, f64); 2]> = Column::filled(places.len(), [(0.0, 0.0); 2]);
    for post in officials.iter().filter(|post| CIVIL.contains(&post.rank)) {
        // Each rank counts alike: the mean share of posts filled.
        let of = &mut posts[post.place][if post.rank.in_town() { TOWN } else { COUNTRYSIDE }];
        of.0 += f64::from(post.at_post) / f64::from(post.posts.max(1));
        of.1 += 1.0;
    }
    let mean = |(sum, n): (f64, f64)| if n > 0.0 { sum / n } else { 0.0 };
    for place in places.ids() {
        let [town, countryside] = posts[places.cercle[place]];
        presence.civil[place] = mean((town.0 + countryside.0, town.1 + countryside.1));
        presence.civil_by[place] = [mean(town), mean(countryside)];
        let force = if reached(places, presence, place) { presence.state_force[place] } else { 0.0 };
        presence.state_cover[place] = needs(places, params, place).map(|need| cover(force, need));
        let (town, army) = (places.town_share[place], presence.state_cover[place][PROTECT]);
        presence.state_reach[place] = first_reached(army, town, params.army_in_countryside_share);
    }
}

/// Recomputes force and cover of armed groups alone, likewise.
pub fn refresh_groups(world: &mut World, params: &Params) {
    let World { places, presence, bands, groups, .. } = world;
    presence.group_force.fill(0.0);
    for ((place, group), usable) in usable_by_place(bands, params) {
        for (near, reach) in &places.within_reach[place] {
            presence.group_force[(*near, group)] += usable * reach;
        }
    }
    for place in places.ids() {
        presence.need[place] = needs(places, params, place)[CONTEST];
        let all: f64 = presence.group_force.row(place)[..groups.len()].iter().sum();
        let groups = cover(all, presence.need[place]);
        presence.group_cover[place] = groups;
        let [countryside, in_town] =
            first_reached(groups, 1.0 - places.town_share[place], params.groups_in_town_share);
        presence.group_reach[place] = match places.controller[place] {
            Ruler::Group(_) => [groups; 2],
            Ruler::Nobody | Ruler::State => [in_town, countryside],
        };
    }
}

/// Usable force of each group where its bands stand [persons]: many bands share a place, and spreading is what costs.
fn usable_by_place(bands: &Bands, params: &Params) -> Vec<((PlaceId, GroupId), f64)> {
    let share = |posture| match posture {
        Posture::Hold => 1.0,
        Posture::Guerrilla => params.hidden_control_share,
        Posture::Sanctuary | Posture::Cantoned => 0.0,
    };
    let mut usable: Vec<((PlaceId, GroupId), f64)> = bands
        .list
        .iter()
        .map(|b| ((b.place, b.group), f64::from(b.fighters) * share(b.posture)))
        .filter(|(_, force)| *force > 0.0)
        .collect();
    usable.sort_by_key(|(at, _)| *at);
    usable.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    usable
}

/// Takes the means of support over the people of each place.
pub fn count_support(world: &mut World) {
    let World { places, cells, presence, groups, .. } = world;
    let n = groups.len() + 1;
    for place in places.ids() {
        let support = &mut presence.support[place][..n];
        support.fill(0.0);
        let people: f32 = places.cells[place].iter().map(|cell| cells[*cell].at_home as f32).sum();
        for cell in &places.cells[place] {
            let weight = cells[*cell].at_home as f32 / people.max(1.0);
            for (mean, share) in support.iter_mut().zip(&cells[*cell].support) {
                *mean += weight * share;
            }
        }
    }
}

/// Mean support of a ruler among people at home in a place; where nobody lives, the given value.
pub fn support(world: &World, place: PlaceId, column: usize, without_people: f64) -> f64 {
    if world.places.cells[place].is_empty() {
        without_people
    } else {
        f64::from(world.presence.support[place][column])
    }
}

/// How far people let the army in: it is barred where many stand behind groups that fight it or negotiate with
/// it [0, 1].
pub fn army_welcome(world: &World, params: &Params, place: PlaceId) -> f64 {
    let opposed = |g: &GroupId| {
        matches!(world.groups[*g].kind, GroupKind::Separatist | GroupKind::Jihadist)
            && world.groups[*g].stance != Stance::Allied
    };
    let backing: f64 =
        world.living_groups().filter(opposed).map(|g| support(world, place, g.index() + 1, 0.0)).sum();
    (1.0 - backing / params.army_barred_by_support).max(0.0)
}

/// Scores of those who contest a place.
pub struct Scores {
    /// The state.
    pub state: f64,
    /// Missions: they lend their score to no one, and count against groups.
    pub mission: f64,
    /// Each group with force there: alone, and with the allies who are there.
    pub groups: Vec<(GroupId, f64, f64)>,
}

impl Scores {
    /// Score of a ruler, allies included.
    pub fn of(&self, ruler: Ruler) -> f64 {
        match ruler {
            Ruler::Nobody => 0.0,
            Ruler::State => self.state,
            Ruler::Group(group) => self.groups.iter().find(|g| g.0 == group).map_or(0.0, |g| g.2),
        }
    }
}

/// Control scores in a place.
pub fn scores(world: &World, params: &Params, place: PlaceId) -> Scores {
    let presence = &world.presence;
    // Officials under hostile rule hold nothing for the state.
    let civil =
        if matches!(world.places.controller[place], Ruler::Group(_)) { 0.0 } else { presence.civil[place] };
    let state = presence.state_cover[place][CONTEST] * (params.support_floor + support(world, place, 0, 0.5))
        + params.civil_weight * civil;
    let mission = presence.mission_cover[place][CONTEST].max(presence.strike_cover[place]);
    let row = presence.group_force.row(place);
    let present: Vec<(GroupId, f64)> = world
        .living_groups()
        .map(|group| (group, row[group.index()]))
        .filter(|(_, own)| *own > 0.0)
        .collect();
    let mut groups = Vec::with_capacity(present.len());
    if present.is_empty() {
        return Scores { state, mission, groups };
    }
    let need = world.places.need(
        place,
        params.contest_per_thousand,
        params.rural_weight,
        params.force_persons_per_km,
    );
    for (group, own) in present.iter().copied() {
        if world.groups[group].stance == Stance::Dormant {
            continue;
        }
        let relations = &world.groups[group].relations;
        let allied = |other: GroupId| other != group && relations[other.index()] > params.ally_relation;
        let pooled =
            own + present.iter().filter(|(other, _)| allied(*other)).map(|(_, force)| force).sum::<f64>();
        let backing =
            params.support_floor + support(world, place, group.index() + 1, params.support_in_desert);
        let alone = cover(own, need) * backing;
        // Most stand alone: the exponential is the same.
        groups.push((group, alone, if pooled == own { alone } else { cover(pooled, need) * backing }));
    }
    Scores { state, mission, groups }
}

/// The ruler with the highest score, its score, and its share of all scores; among allies the strongest speaks.
fn leader(world: &World, params: &Params, scores: &Scores) -> (Ruler, f64, f64) {
    let mut best = (Ruler::State, scores.state, 0.0);
    let mut best_own = 0.0;
    for (group, own, pooled) in &scores.groups {
        let ahead = *pooled > best.1 + 1e-12 || *pooled > best.1 - 1e-12 && *own > best_own;
        if ahead {
            best = (Ruler::Group(*group), *pooled, 0.0);
            best_own = *own;
        }
    }
    let rivals: f64 = match best.0 {
        Ruler::Group(leader) => {
            let hostile =
                |other: GroupId| world.groups[leader].relations[other.0 as usize] <= params.ally_relation;
            let others = scores.groups.iter().filter(|g| g.0 != leader && hostile(g.0));
            scores.state + others.map(|g| g.1).sum::<f64>()
        }
        _ => scores.groups.iter().map(|g| g.1).sum(),
    };
    // A mission stands in the way of groups. The state, whose guest it is, it lends nothing and denies nothing.
    let guests = if best.0 == Ruler::State { 0.0 } else { scores.mission };
    best.2 = best.1 / (best.1 + rivals + guests).max(1e-12);
    best
}

/// Lets control follow the balance of scores in places without a garrison: the holder stays while no rival
/// has more; a rival takes over above `takeover_share` of the sum for `takeover_weeks`; else nobody rules.
pub fn update_control(world: &mut World, params: &Params, may_take: impl Fn(Ruler) -> bool) {
    let mut garrison: Column<PlaceId, u32> = Column::filled(world.places.len(), 0);
    for unit in &world.state_forces.units {
        garrison[unit.place] += unit.troops;
    }
    for place in world.places.ids() {
        if !world.places.in_mali[place] {
            continue;
        }
        let scores = scores(world, params, place);
        let (best, score, share) = leader(world, params, &scores);
        let holder = world.places.controller[place];
        let held = scores.of(holder);
        if best == holder || score <= held {
            // A ruler who is no longer there at all rules nothing.
            if held < params.least_score && holder != Ruler::Nobody && may_take(holder) {
                set_controller(world, place, Ruler::Nobody);
            }
            world.places.challenger[place] = (Ruler::Nobody, 0);
            continue;
        }
        let by_assault_only = holder == Ruler::State && garrison[place] > 0;
        // Without soldiers in reach, or without a garrison among people who bar it, the state does not come back.
        let barred = best == Ruler::State
            && garrison[place] == 0
            && army_welcome(world, params, place) < params.least_welcome;
        let absent =
            barred || best == Ruler::State && world.presence.state_cover[place][CONTEST] < params.least_score;
        if !may_take(best) || by_assault_only || absent {
            continue;
        }
        let weeks = match world.places.challenger[place] {
            (ruler, weeks) if ruler == best => weeks + 1,
            _ => 1,
        };
        world.places.challenger[place] = (best, weeks);
        if f64::from(weeks) < params.takeover_weeks {
            continue;
        }
        if share > params.takeover_share && score > params.least_score {
            set_controller(world, place, best);
        } else if holder != Ruler::Nobody {
            set_controller(world, place, Ruler::Nobody);
        }
    }
}

/// Changes who controls a place and notes it.
pub fn set_controller(world: &mut World, place: PlaceId, ruler: Ruler) {
    let before = world.places.controller[place];
    if before == ruler {
        return;
    }
    world.places.controller[place] = ruler;
    world.places.challenger[place] = (Ruler::Nobody, 0);
    world.places.weeks_since_contested[place] = 0;
    let actor = world.ruler_id(ruler).to_string();
    let name = world.places.id[place].clone();
    let text = match ruler {
        Ruler::Nobody => format!("Nobody controls {name} any more"),
        _ => format!("{actor} takes control of {name}"),
    };
    world.this_week.note("place-changed-hands", &actor, &name, text);
    if before == Ruler::State && matches!(ruler, Ruler::Group(_)) && world.places.is_regional_capital[place] {
        world.this_week.capitals_lost.push(place);
    }
}

/// Hands a place from one group to another that takes its people over; nothing is contested.
pub fn hand_over(world: &mut World, place: PlaceId, group: GroupId) {
    world.places.controller[place] = Ruler::Group(group);
    let (actor, name) = (world.groups[group].id.clone(), world.places.id[place].clone());
    let text = format!("{actor} takes {name} over");
    world.this_week.note("place-changed-hands", &actor, &name, text);
}

/// Share of people in a place whom some force of order protects [0, 1].
pub fn protection(world: &World, place: PlaceId) -> f64 {
    let presence = &world.presence;
    let open = (1.0 - presence.state_cover[place][PROTECT]) * (1.0 - presence.mission_cover[place][PROTECT]);
    1.0 - open
}

/// Trust in peace operations among people at home in a place; one half where nobody lives [0, 1].
pub fn trust_in_missions(world: &World, place: PlaceId) -> f64 {
    let (mut trust, mut people) = (0.0, 0.0);
    for cell in &world.places.cells[place] {
        let cell = &world.cells[*cell];
        trust += f64::from(cell.at_home) * cell.trust_in_mission;
        people += f64::from(cell.at_home);
    }
    if people > 0.0 { trust / people } else { 0.5 }
}
