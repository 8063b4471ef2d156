//! # Group dynamics
//!
//! Fighters return from Libya; relations drift; groups are born, split, merge and end.
//!
//! - **Reads**: lever `returning-fighters`, kin, tolls, losses, homes of members
//! - **Writes**: groups and their relations, bands, members
//! - **Draws**: `group_dynamics.returns`, `.splits` and `.births` (per group), `.mergers` (per pair)
//! - **Equation**: relations relax to ideology + kin + shared enemies - tolls contested (more where an accord favours one
//!   side, less under crime terms) - rivalry of protected networks - payments by the state to one of them; split
//!   hazard = base x size x spread of homes x (1 + leaders paid, fighters not) x losses x (1 + favour by the state); a
//!   far cell of 20 members with money takes a name;
//!   mergers above relation 0.6 under pressure
//! - **Pattern**: P4, P8
//! - **Sources**: elusive2014 (splinters), lacher2013 (returnees); forms and sizes assumed

use serde::Deserialize;

use crate::base::dates::Week;
use crate::base::draws::{Stream, join};
use crate::base::ids::{CellId, GroupId, Id as _, PlaceId};
use crate::base::maths::{decay, relax};
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::armed_groups::{ArmedGroup, Brake};
use crate::entities::cells::MAX_GROUPS;
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::{Community, GroupKind, Posture, Purpose, Stance};
use crate::entities::world::{CONTEST, World};
use crate::mechanics::{presence, recruits};
use crate::tables::indicators::wider_area;

/// Parameters; values, ranges and sources in `data/parameters/group_dynamics.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Weeks over which returning fighters come if the lever has no end [weeks].
    pub return_weeks: f64,
    /// Relation of groups of one kind [1].
    pub relation_of_one_kind: f64,
    /// Relation of jihadists and separatists [1].
    pub relation_jihadist_separatist: f64,
    /// Relation of jihadists and militias [1].
    pub relation_jihadist_militia: f64,
    /// Relation of separatists and loyalist militias [1].
    pub relation_separatist_militia: f64,
    /// Relation added by full kinship [1].
    pub relation_of_kin: f64,
    /// Relation added by a strong common enemy [1].
    pub relation_of_shared_enemy: f64,
    /// Relation lost where all of the smaller stand on the other's roads [1].
    pub relation_lost_to_tolls: f64,
    /// Relation lost where the networks that both protect send on the same roads [1].
    pub relation_lost_to_trade: f64,
    /// Weekly movement of relations [1/week].
    pub relation_speed_per_week: f64,
    /// Members from which a group has a name [persons].
    pub name_from_persons: f64,
    /// Members below which a group ends [persons].
    pub ends_below_persons: f64,
    /// Cohesion lost when all were lost of late [1].
    pub cohesion_lost_to_losses: f64,
    /// Cohesion lost without pay [1].
    pub cohesion_lost_to_unpaid: f64,
    /// Weekly movement of cohesion [1/week].
    pub cohesion_speed_per_week: f64,
    /// Members from which a group may split [persons].
    pub split_from_persons: f64,
    /// Hazard of a split at the size below [1/week].
    pub split_per_week: f64,
    /// Size to which that hazard refers [persons].
    pub split_size_persons: f64,
    /// Rise of splits with losses [1].
    pub splits_of_losses: f64,
    /// Rise of splits of signatories without implementation [1].
    pub splits_of_accord: f64,
    /// Share of all fighters below which a region's cell is far [share].
    pub far_cell_share: f64,
    /// Traffic at half of the money a cell needs [loads].
    pub funding_half_loads: f64,
    /// Hazard that a far, funded cell takes a name [1/week].
    pub birth_per_week: f64,
    /// Capability that a new group takes along [share].
    pub capability_of_child_share: f64,
    /// Cohesion of a new group [1].
    pub cohesion_of_child: f64,
    /// Relation of parent and child [1].
    pub relation_to_parent: f64,
    /// Relation from which groups may merge [1].
    pub merge_from_relation: f64,
    /// Hazard of a merger under full pressure [1/week].
    pub merge_per_week: f64,
    /// Share of it without pressure [share].
    pub merge_without_pressure_share: f64,
    /// Rise of contested tolls between a signatory and a group that did not sign [1].
    pub tolls_of_accord: f64,
    /// Relation lost between a group that the state pays and one that it does not [1].
    pub relation_lost_to_favour: f64,
    /// Half-life of getting used to payments by the state [weeks].
    pub favour_half_life_weeks: f64,
    /// Rise of splits in a group that the state pays [1].
    pub splits_of_favour: f64,
    /// Rise of splits of signatories whom terms take from trafficking [1].
    pub splits_of_crime_terms: f64,
}

const RETURNS: Stream = Stream::named("group_dynamics.returns");
const SPLITS: Stream = Stream::named("group_dynamics.splits");
const BIRTHS: Stream = Stream::named("group_dynamics.births");
const MERGERS: Stream = Stream::named("group_dynamics.mergers");

/// Returnees, relations, births, splits, mergers, ends.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    welcome(world, params, now);
    relations(world, params);
    for group in world.groups.ids() {
        if world.groups[group].alive() {
            wake(world, params, group);
            cohere(world, params, group);
            let state = &mut world.groups[group];
            state.favour = relax(state.favour, state.bought(), 1.0 - decay(params.favour_half_life_weeks));
            split(world, params, now, group);
            be_born(world, params, now, group);
        }
    }
    merge(world, params, now);
    end(world, params, now);
}

/// Fighters who come home from Libya join groups by their shares; those accommodated stay home.
fn welcome(world: &mut World, params: &Params, now: &Now) {
    let Some(at) = world.policy.positions(LeverKind::ReturningFighters).last().copied() else { return };
    let lever = &world.policy.levers[at];
    let started = world.policy.states[at].started.unwrap_or(now.week);
    let weeks = match lever.end {
        crate::entities::policy::End::After(weeks) => weeks,
        crate::entities::policy::End::At(until) => until.0.saturating_sub(started.0).max(1),
        _ => params.return_weeks as u32,
    };
    let elapsed = now.week.0 - started.0;
    if elapsed >= weeks {
        return;
    }
    let coming = lever.number("persons") * (1.0 - lever.number("accommodated_share"));
    let due = |week: u32| (coming * f64::from(week) / f64::from(weeks) + 0.5) as u32;
    let arriving = due(elapsed + 1) - due(elapsed);
    let shares: Vec<f64> = world.groups.iter().map(|g| g.returnees_share).collect();
    let mut parts = Vec::new();
    crate::base::maths::apportion(arriving, &shares, &mut parts);
    for (at, n) in parts.into_iter().enumerate().filter(|(_, n)| *n > 0) {
        arrive(world, now, GroupId::from_index(at), n);
    }
}

fn arrive(world: &mut World, now: &Now, group: GroupId, n: u32) {
    // They belong to cells of the group's communities in the north, and drive to where the group is.
    let weights: Vec<f64> = world
        .cells
        .iter()
        .map(|c| {
            let north = f64::from(u8::from(world.places.in_north(c.place)));
            north * world.groups[group].communities[c.community as usize] * f64::from(c.initial)
        })
        .collect();
    let mut homes = Vec::new();
    crate::base::maths::apportion(n, &weights, &mut homes);
    let bases: Vec<PlaceId> = world.bands.list.iter().filter(|b| b.group == group).map(|b| b.place).collect();
    let slots = now.draws.agent(RETURNS, world.groups[group].key, now.week);
    let before = f64::from(world.groups[group].fighters());
    for (at, people) in homes.into_iter().enumerate().filter(|(_, n)| *n > 0) {
        let cell = CellId::from_index(at);
        let place =
            if bases.is_empty() { world.cells[cell].place } else { bases[slots.below(at % 60, bases.len())] };
        recruits::enlist(world, group, cell, place, people);
    }
    world.people.arrived += u64::from(n);
    world.arms.arrived += u64::from(n);
    let state = &mut world.groups[group];
    state.arms += n;
    let after = before + f64::from(n);
    state.weapons_quality =
        (state.weapons_quality * before + state.returnee_weapons_quality * f64::from(n)) / after;
}

fn kinship(a: &ArmedGroup, b: &ArmedGroup) -> f64 {
    a.communities.iter().zip(&b.communities).map(|(x, y)| x.min(*y)).sum()
}

/// Relations relax towards what kind, kin, enemies and tolls make of them.
fn relations(world: &mut World, params: &Params) {
    let ids: Vec<GroupId> = world.living_groups().collect();
    let threats: Vec<f64> = world.groups.ids().map(|g| threat(world, g)).collect();
    let contested = Contested::everywhere(world);
    let mut shared: Vec<(GroupId, GroupId, f64)> = Vec::new();
    for (i, a) in ids.iter().enumerate() {
        for b in &ids[i + 1..] {
            let (one, other) = (&world.groups[*a], &world.groups[*b]);
            let ideology = match (one.kind, other.kind) {
                (x, y) if x == y => params.relation_of_one_kind,
                (GroupKind::Jihadist, GroupKind::Separatist)
                | (GroupKind::Separatist, GroupKind::Jihadist) => params.relation_jihadist_separatist,
                (GroupKind::Jihadist, _) | (_, GroupKind::Jihadist) => params.relation_jihadist_militia,
                _ => params.relation_separatist_militia,
            };
            let enemies = if one.fights_state() && other.fights_state() {
                params.relation_of_shared_enemy * f64::min(threats[a.index()], threats[b.index()])
            } else {
                0.0
            };
            let tolls = contested.between(*a, *b) * stakes(world, params, one, other);
            // Who is paid by the state has traded the others away.
            let favour = (one.favour - other.favour).abs();
            let target = (ideology + params.relation_of_kin * kinship(one, other) + enemies
                - params.relation_lost_to_tolls * tolls
                - params.relation_lost_to_trade * world.this_week.rivalry(*a, *b)
                - params.relation_lost_to_favour * favour)
                .clamp(-1.0, 1.0);
            let now = one.relations[b.index()];
            shared.push((*a, *b, relax(now, target, params.relation_speed_per_week)));
        }
    }
    for (a, b, value) in shared {
        world.groups[a].relations[b.index()] = value;
        world.groups[b].relations[a.index()] = value;
    }
}

/// What is at stake between two groups on the same roads: an accord that leaves one of them its trade sets it over
/// the other, terms that take the trade away leave less to fight for [1].
fn stakes(world: &World, params: &Params, one: &ArmedGroup, other: &ArmedGroup) -> f64 {
    let signed = [one, other].into_iter().filter(|group| group.stance == Stance::Signatory).count();
    let left = 1.0 - world.state.crime_terms;
    match signed {
        0 => 1.0,
        1 => left * (1.0 + params.tolls_of_accord),
        _ => left,
    }
}

/// How much of the state a group has before it: cover of the army and of strike forces where its bands stand and
/// next to them [0, 1].
fn threat(world: &World, group: GroupId) -> f64 {
    let cover = |p: PlaceId| world.presence.state_cover[p][CONTEST].max(world.presence.strike_cover[p]);
    let (mut felt, mut fighters) = (0.0, 0.0);
    for band in world.bands.list.iter().filter(|b| b.group == group) {
        let near = world.places.neighbours[band.place].iter().map(|(p, _)| cover(*p)).fold(0.0, f64::max);
        felt += f64::from(band.fighters) * near.max(cover(band.place));
        fighters += f64::from(band.fighters);
    }
    if fighters > 0.0 { felt / fighters } else { 0.0 }
}

/// Force of every group, and of every two of them where both are [persons].
struct Contested {
    own: Vec<f64>,
    both: Vec<f64>,
}

impl Contested {
    fn everywhere(world: &World) -> Contested {
        let n = world.groups.len();
        let (mut own, mut both) = (vec![0.0; n], vec![0.0; n * n]);
        let mut present = Vec::with_capacity(n);
        for place in world.places.ids() {
            let row = &world.presence.group_force.row(place)[..n];
            present.clear();
            present.extend(row.iter().copied().enumerate().filter(|(_, force)| *force > 0.0));
            for (at, (one, x)) in present.iter().enumerate() {
                own[*one] += x;
                for (other, y) in &present[at + 1..] {
                    both[one * n + other] += f64::min(*x, *y);
                }
            }
        }
        Contested { own, both }
    }

    /// Share of the smaller group's force that stands where the other, who comes after it, also is [0, 1].
    fn between(&self, a: GroupId, b: GroupId) -> f64 {
        let (a, b) = (a.index(), b.index());
        let least = f64::min(self.own[a], self.own[b]);
        if least > 0.0 { self.both[a * self.own.len() + b] / least } else { 0.0 }
    }
}

/// A dormant militia wakes when enough of its members are armed again.
fn wake(world: &mut World, params: &Params, group: GroupId) {
    let fighters = f64::from(world.groups[group].fighters());
    let state = &mut world.groups[group];
    if state.stance == Stance::Dormant && fighters >= params.name_from_persons {
        state.stance = if state.kind == GroupKind::LoyalistMilitia || state.kind == GroupKind::SelfDefence {
            Stance::Allied
        } else {
            Stance::Fighting
        };
    }
}

/// Cohesion wears out with losses and unpaid weeks, and mends.
fn cohere(world: &mut World, params: &Params, group: GroupId) {
    let fighters = f64::from(world.groups[group].fighters().max(1));
    let state = &mut world.groups[group];
    let losses = (state.recent_losses / fighters).min(1.0);
    let unpaid = 1.0 - state.pay_met;
    let target = (1.0 - params.cohesion_lost_to_losses * losses - params.cohesion_lost_to_unpaid * unpaid)
        .clamp(0.0, 1.0);
    state.cohesion = relax(state.cohesion, target, params.cohesion_speed_per_week);
}

/// How many different regions the members' homes lie in, from 0 (one) to 1 (many).
fn spread(world: &World, group: GroupId) -> f64 {
    let mut regions = [0.0; 10];
    for (at, n) in world.groups[group].members.iter().enumerate().filter(|(_, n)| **n > 0) {
        let region = world.places.region[world.cells[CellId::from_index(at)].place].unwrap_or(9);
        regions[region] += f64::from(*n);
    }
    let all: f64 = regions.iter().sum();
    if all <= 0.0 { 0.0 } else { 1.0 - regions.iter().map(|n| (n / all) * (n / all)).sum::<f64>() }
}

fn split(world: &mut World, params: &Params, now: &Now, group: GroupId) {
    let state = &world.groups[group];
    let fighters = f64::from(state.fighters());
    if fighters < params.split_from_persons || world.groups.len() >= MAX_GROUPS {
        return;
    }
    let unpaid = if world.ledger.balance(state.actor).0 > 0 { 1.0 - state.pay_met } else { 0.0 };
    let losses = (state.recent_losses / fighters).min(1.0);
    let left_out =
        f64::from(u8::from(state.stance == Stance::Signatory)) * (1.0 - world.state.implementation);
    // Leaders who are paid while fighters are not, and those whose trade the accord takes away.
    let spoiled = params.splits_of_favour * state.favour
        + params.splits_of_crime_terms
            * f64::from(u8::from(state.stance == Stance::Signatory))
            * world.state.crime_terms;
    let hazard = params.split_per_week
        * (fighters / params.split_size_persons)
        * spread(world, group)
        * (1.0 + unpaid)
        * (1.0 + params.splits_of_losses * losses + params.splits_of_accord * left_out + spoiled)
        * (2.0 - state.cohesion);
    let slots = now.draws.agent(SPLITS, state.key, now.week);
    if !slots.comes(0, hazard) {
        return;
    }
    // The wing whose homes lie in the strongest community leaves together, or a third of all.
    let places: Vec<PlaceId> = {
        let mut places: Vec<PlaceId> =
            world.bands.list.iter().filter(|b| b.group == group).map(|b| b.place).collect();
        places.sort();
        places.dedup();
        places
    };
    let away = (places.len() / 3).max(1);
    let start = slots.below(1, places.len().max(1));
    let leaving: Vec<PlaceId> = (0..away).map(|i| places[(start + i) % places.len()]).collect();
    found(world, params, now, group, &leaving, "group-split");
}

/// A cell of dormant members far from the group's bands, armed again, takes a name of its own when it has
/// twenty members and money.
fn be_born(world: &mut World, params: &Params, now: &Now, group: GroupId) {
    if world.groups.len() >= MAX_GROUPS || world.groups[group].kind == GroupKind::LoyalistMilitia {
        return;
    }
    let mut regions: [(u32, Vec<PlaceId>); 9] = std::array::from_fn(|_| (0, Vec::new()));
    for band in world.bands.list.iter().filter(|b| b.group == group) {
        if let Some(region) = world.places.region[band.place] {
            regions[region].0 += band.fighters;
            if !regions[region].1.contains(&band.place) {
                regions[region].1.push(band.place);
            }
        }
    }
    let all: u32 = regions.iter().map(|r| r.0).sum();
    let main = (0..regions.len()).max_by_key(|at| (regions[*at].0, regions.len() - at)).unwrap_or(0);
    let slots = now.draws.agent(BIRTHS, world.groups[group].key, now.week);
    for (at, (n, places)) in regions.iter().enumerate() {
        // Far: a minor part of the group, outside the theatre where most of it is.
        let far =
            f64::from(*n) < params.far_cell_share * f64::from(all) && wider_area(at) != wider_area(main);
        if f64::from(*n) < params.name_from_persons || !far {
            continue;
        }
        let traffic: f64 = places
            .iter()
            .flat_map(|p| &world.places.neighbours[*p])
            .map(|(_, r)| world.routes.traffic[*r])
            .sum();
        let money = traffic / (traffic + params.funding_half_loads);
        if slots.comes(at, params.birth_per_week * money) {
            found(world, params, now, group, places, "group-born");
            return;
        }
    }
}

/// Founds a group from the parent's bands at some places.
fn found(
    world: &mut World,
    params: &Params,
    now: &Now,
    parent: GroupId,
    places: &[PlaceId],
    kind: &'static str,
) {
    let mut moving: u32 = world
        .bands
        .list
        .iter()
        .filter(|b| b.group == parent && places.contains(&b.place))
        .map(|b| b.fighters)
        .sum();
    let total = world.groups[parent].fighters();
    if moving == 0 || moving >= total {
        return;
    }
    let ordinal = world.groups[parent].offspring;
    world.groups[parent].offspring += 1;
    let key = join(world.groups[parent].key, u64::from(ordinal) + 1);
    let home =
        places.iter().copied().max_by_key(|p| (world.bands.fighters_at(parent, *p), *p)).unwrap_or(places[0]);
    let id = format!("{}-{}", crate::base::spelling::slug(&world.places.id[home]), world.groups.len() + 1);
    let actor = world.ledger.open(&id, "armed-group");
    let mut child = world.groups[parent].clone();
    child.id = id.clone();
    child.key = key;
    child.born = now.week;
    child.parent = Some(parent);
    child.offspring = 0;
    child.actor = actor;
    child.ended = None;
    child.foreigners.clear();
    child.members.clear();
    child.dormant.fill(0);
    child.arms = 0;
    child.hostages = 0;
    child.attacks = 0;
    child.deaths_caused = 0;
    child.recent_losses = 0.0;
    child.patronage_eur = 0.0;
    child.favour = 0.0;
    child.brake = Brake::None;
    child.returnees_share = 0.0;
    child.offensive = [false; 9];
    child.capability = child.capability.join(&child.capability, |x, _| x * params.capability_of_child_share);
    child.seats_held = 0;
    child.stance = match child.stance {
        Stance::Signatory | Stance::Talking => Stance::Fighting,
        other => other,
    };
    child.cohesion = params.cohesion_of_child;
    let group = world.groups.push(child);
    for other in world.groups.iter_mut() {
        if other.relations.len() <= group.index() {
            other.relations.resize(group.index() + 1, 0.0);
        }
    }
    // Friends of the parent are friends of the child, less the parent itself.
    for other in 0..group.index() {
        let relation = if other == parent.index() {
            params.relation_to_parent
        } else {
            world.groups[parent].relations[other]
        };
        world.groups[group].relations[other] = relation;
        world.groups[GroupId::from_index(other)].relations[group.index()] = relation;
    }
    // Rolls follow the bands: homes near the child's places first.
    let mut homes: Vec<usize> = (0..world.groups[parent].members.n_cells()).collect();
    homes.sort_by(|a, b| {
        let hours = |at: usize| world.places.travel_hours[(home, world.cells[CellId::from_index(at)].place)];
        hours(*a).total_cmp(&hours(*b)).then(a.cmp(b))
    });
    for band in world.bands.list.iter_mut().filter(|b| b.group == parent && places.contains(&b.place)) {
        band.group = group;
    }
    world.bands.next_ordinal.resize(world.groups.len(), 0);
    world.bands.next_ordinal[group.index()] = 1_000;
    let mut weights = [0.0; Community::COUNT];
    let share = f64::from(moving) / f64::from(total);
    for at in homes {
        let n = world.groups[parent].members[at].min(moving);
        world.groups[parent].members.take(at, n);
        world.groups[group].members.add(at, n);
        weights[world.cells[CellId::from_index(at)].community as usize] += f64::from(n);
        moving -= n;
    }
    for (origin, n) in world.groups[parent].take_foreigners(moving) {
        world.groups[group].add_foreigners(origin, n, 0);
    }
    // Dormant comrades of the same homes look to the new name.
    for at in 0..world.groups[parent].dormant.len() {
        if world.groups[group].members[at] > 0 && world.groups[parent].members[at] == 0 {
            let n = world.groups[parent].dormant[at];
            world.groups[parent].dormant[at] = 0;
            world.groups[group].dormant[at] = n;
        }
    }
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 {
        let old = world.groups[parent].communities;
        for (at, weight) in weights.iter().enumerate() {
            world.groups[group].communities[at] = 0.5 * weight / sum + 0.5 * old[at];
        }
    }
    let arms = (f64::from(world.groups[parent].arms) * share) as u32;
    world.groups[parent].arms -= arms;
    world.groups[group].arms = arms;
    let money = Money(world.ledger.balance(world.groups[parent].actor).0.max(0)).share(share);
    world.ledger.pay(world.groups[parent].actor, actor, Purpose::Gifts, money);
    // Followers follow.
    for cell in world.cells.iter_mut() {
        let part = cell.support[parent.index() + 1] * share as f32;
        cell.support[parent.index() + 1] -= part;
        cell.support[group.index() + 1] += part;
    }
    presence::count_support(world);
    for place in places {
        if world.places.controller[*place] == Ruler::Group(parent) {
            presence::hand_over(world, *place, group);
        }
    }
    let name = world.places.id[home].clone();
    let text = format!("{id} breaks away from {} around {name}", world.groups[parent].id);
    world.this_week.note(kind, &id, &name, text);
}

/// Friends under pressure merge: the smaller into the larger.
fn merge(world: &mut World, params: &Params, now: &Now) {
    let ids: Vec<GroupId> = world.living_groups().collect();
    for (i, a) in ids.iter().enumerate() {
        for b in &ids[i + 1..] {
            let (one, other) = (&world.groups[*a], &world.groups[*b]);
            if !one.alive()
                || !other.alive()
                || one.kind != other.kind
                || one.relations[b.index()] < params.merge_from_relation
            {
                continue;
            }
            let fighters = f64::from(one.fighters() + other.fighters()).max(1.0);
            let pressure = ((one.recent_losses + other.recent_losses) / fighters).min(1.0);
            let hazard = params.merge_per_week * (params.merge_without_pressure_share + pressure);
            let slots = now.draws.agent(MERGERS, join(one.key, other.key), now.week);
            if slots.comes(0, hazard) {
                let (larger, smaller) = if one.fighters() >= other.fighters() { (*a, *b) } else { (*b, *a) };
                absorb(world, larger, smaller, now.week);
            }
        }
    }
}

fn absorb(world: &mut World, larger: GroupId, smaller: GroupId, week: Week) {
    let moved = world.groups[smaller].clone();
    let state = &mut world.groups[larger];
    for at in 0..moved.members.n_cells() {
        state.members.add(at, moved.members[at]);
        state.dormant[at] += moved.dormant[at];
    }
    let (n, m) = (f64::from(state.fighters().max(1)), f64::from(moved.fighters()));
    for foreigners in &moved.foreigners {
        state.add_foreigners(foreigners.origin, foreigners.here, foreigners.away);
    }
    state.arms += moved.arms;
    state.hostages += moved.hostages;
    state.capability = state.capability.join(&moved.capability, f64::max);
    for (weight, theirs) in state.communities.iter_mut().zip(moved.communities) {
        *weight = (*weight * n + theirs * m) / (n + m);
    }
    let money = Money(world.ledger.balance(moved.actor).0.max(0));
    world.ledger.pay(moved.actor, world.groups[larger].actor, Purpose::Gifts, money);
    for band in world.bands.list.iter_mut().filter(|b| b.group == smaller) {
        band.group = larger;
    }
    for cell in world.cells.iter_mut() {
        cell.support[larger.index() + 1] += cell.support[smaller.index() + 1];
        cell.support[smaller.index() + 1] = 0.0;
        cell.harm[larger.index() + 1] += cell.harm[smaller.index() + 1];
    }
    presence::count_support(world);
    for place in world.places.ids() {
        if world.places.controller[place] == Ruler::Group(smaller) {
            presence::hand_over(world, place, larger);
        }
    }
    empty(world, smaller, week);
    let text = format!("{} merges into {}", moved.id, world.groups[larger].id);
    world.this_week.note("group-merged", &moved.id, "", text);
}

fn empty(world: &mut World, group: GroupId, week: Week) {
    let state = &mut world.groups[group];
    state.members.clear();
    state.dormant.fill(0);
    state.foreigners.clear();
    state.arms = 0;
    state.hostages = 0;
    state.ended = Some(week);
}

/// A group without fighters, or a named remnant of less than the least for long, ends; its dormant members stay
/// with its parent or closest friend.
fn end(world: &mut World, params: &Params, now: &Now) {
    for group in world.groups.ids() {
        let state = &world.groups[group];
        if !state.alive()
            || state.stance == Stance::Dormant
            || f64::from(state.fighters()) >= params.ends_below_persons
        {
            continue;
        }
        if f64::from(state.all_dormant()) >= params.name_from_persons {
            // Men at home keep the name alive, as a dormant group.
            continue;
        }
        let heir = world
            .living_groups()
            .filter(|g| *g != group && world.groups[*g].kind == state.kind)
            .max_by(|a, b| state.relations[a.index()].total_cmp(&state.relations[b.index()]).then(b.cmp(a)));
        let Some(heir) = heir else { continue };
        let name = world.groups[group].id.clone();
        absorb(world, heir, group, now.week);
        world.this_week.changes.pop();
        world.this_week.note(
            "group-ended",
            &name,
            "",
            format!("{name} ends; what is left of it joins others"),
        );
    }
    for band in &mut world.bands.list {
        if band.posture == Posture::Sanctuary && world.places.in_mali[band.place] {
            band.posture = Posture::Guerrilla;
        }
    }
}
