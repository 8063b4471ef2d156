//! # Recruitment
//!
//! Counts of persons, never whole agents: contact, support, cover, pay and a cap decide who joins; pay, arrests and
//! defeat decide who leaves.
//!
//! - **Reads**: support, cover, treasury, pay met, dormant members, deaths, tension, protection
//! - **Writes**: members, dormant, persons at home; binding brakes
//! - **Draws**: `livelihoods.recruits` (per group and place), `livelihoods.rolls` (per group),
//!   `livelihoods.members` (per group)
//! - **Equation**: recruits ~ Poisson(beta (members + dormant/2) U/(U + h) (1 - 0.75 cover) (0.35 + 0.65 pay met)
//!   (1 - custom x authority x (1 - U)) (1 - members/(cap x population x U))); paid recruits up to 17 % of members a
//!   week x treasury/(treasury + T), from towns the state does not hold, by the group's share of armed force there;
//!   foreigners come back from their country or the weakest state; fighters in camps go home for good;
//!   dormant rejoin 0.012 x support x (1 - 0.7 cover), forget 0.006; leaving 0.4 %, three times when unpaid
//! - **Pattern**: P16, brakes
//! - **Sources**: prototype; undp-2023 (why people join); forces-press (July 2012)

use crate::base::draws::{Slots, Stream, join};
use crate::base::ids::{CellId, GovernmentId, GroupId, Id as _, PlaceId};
use crate::base::maths::decay;
use crate::base::now::Now;
use crate::entities::armed_groups::Brake;
use crate::entities::cells::FEAR;
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::{GroupKind, Posture, Stance};
use crate::entities::world::{FIND, World};
use crate::mechanics::presence::{protection, support};
use crate::mechanics::recruits::{self, Exit};

use super::Params;

const RECRUITS: Stream = Stream::named("livelihoods.recruits");
const ROLLS: Stream = Stream::named("livelihoods.rolls");
const MEMBERS: Stream = Stream::named("livelihoods.members");

/// Joining, rejoining, leaving and changing sides.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let supporters = supporters(world);
    for group in world.groups.ids() {
        world.groups[group].recruits = 0;
        if !world.groups[group].alive() {
            continue;
        }
        let most = params.most_members_share * supporters[group.index()];
        let rolls = now.draws.agent(ROLLS, world.groups[group].key, now.week);
        match world.groups[group].kind {
            GroupKind::SelfDefence | GroupKind::LoyalistMilitia => {
                mobilise(world, params, &rolls, group, most)
            }
            GroupKind::Jihadist | GroupKind::Separatist => {
                recruit(world, params, now, group, most);
                hire(world, params, now, group);
            }
        }
        rejoin(world, params, &rolls, group);
        return_from_abroad(world, params, now, group);
        reintegrate(world, params, now, group);
        leave(world, params, now, group);
        brake(world, params, group, most);
    }
    recruits::tidy(world);
    switch_sides(world, params, now);
}

/// Force of order at finding density [0, 1].
fn order(world: &World, place: PlaceId) -> f64 {
    let presence = &world.presence;
    1.0 - (1.0 - presence.state_cover[place][FIND]) * (1.0 - presence.mission_cover[place][FIND])
}

fn places_of(world: &World, group: GroupId) -> Vec<(PlaceId, u32)> {
    let mut places: Vec<(PlaceId, u32)> = Vec::new();
    for band in world.bands.list.iter().filter(|b| b.group == group) {
        match places.iter().position(|p| p.0 == band.place) {
            Some(at) => places[at].1 += band.fighters,
            None => places.push((band.place, band.fighters)),
        }
    }
    places.sort();
    places
}

/// Recruits by contact, in the cells of places where members are.
fn recruit(world: &mut World, params: &Params, now: &Now, group: GroupId, most: f64) {
    let pay = params.unpaid_appeal + (1.0 - params.unpaid_appeal) * world.groups[group].pay_met;
    // Those who signed an accord or talk about one enlist few.
    let drive = match world.groups[group].stance {
        Stance::Signatory | Stance::Talking => params.recruitment_in_peace_share,
        _ => 1.0,
    };
    let room = room(world, group, most);
    for (place, members) in places_of(world, group) {
        if world.places.cells[place].is_empty() {
            continue;
        }
        let slots =
            now.draws.agent(RECRUITS, join(world.groups[group].key, world.places.key[place]), now.week);
        let cover = order(world, place);
        let people: f64 = world.places.cells[place].iter().map(|c| f64::from(world.cells[*c].at_home)).sum();
        for (at, cell) in world.places.cells_of(place).enumerate().take(8) {
            let state = &world.cells[cell];
            let backing = state.support_of(group);
            let here = f64::from(state.at_home);
            let contact = f64::from(members) * here / people.max(1.0)
                + params.dormant_weight * f64::from(world.groups[group].dormant[cell.index()]);
            let mean = params.contact_recruits_per_week * contact * backing / (backing + params.support_half)
                * (1.0 - params.cover_deterrence * cover)
                * pay
                * drive
                // Elders hold the young back as far as their people do not back the group.
                * (1.0 - params.custom_restraint_share * state.customary_authority * (1.0 - backing))
                * room;
            let n = slots.poisson(at, mean);
            join_up(world, group, cell, place, n, slots.share(10 + at));
        }
    }
}

/// People at home who support each group [persons].
fn supporters(world: &World) -> Vec<f64> {
    let mut supporters = vec![0.0; world.groups.len()];
    for cell in world.cells.iter() {
        for (sum, share) in supporters.iter_mut().zip(&cell.support[1..]) {
            *sum += f64::from(cell.at_home) * f64::from(*share);
        }
    }
    supporters
}

/// What is left of the `most` members that supporters can give [0, 1].
fn room(world: &World, group: GroupId, most: f64) -> f64 {
    (1.0 - f64::from(world.groups[group].fighters()) / most.max(1.0)).max(0.0)
}

fn join_up(world: &mut World, group: GroupId, cell: CellId, place: PlaceId, n: u32, u: f64) {
    let taken = world.persons.take(&mut world.cells[cell], n, u);
    recruits::enlist(world, group, cell, place, taken);
    world.groups[group].recruits += taken;
}

/// Paid recruits from towns out of the state's hand, as far as the group is the armed force there.
fn hire(world: &mut World, params: &Params, now: &Now, group: GroupId) {
    let (mut held, mut towns) = (0.0, Vec::new());
    for place in world.places.ids() {
        let row = &world.presence.group_force.row(place)[..world.groups.len()];
        let own = row[group.index()];
        if own <= 0.0 || !world.places.in_mali[place] || world.places.controller[place] == Ruler::State {
            continue;
        }
        let people: u32 = world.places.cells[place].iter().map(|c| world.cells[*c].at_home).sum();
        let reached = (f64::from(people) * own / row.iter().sum::<f64>()) as u32;
        held += f64::from(reached);
        if reached > 0 {
            towns.push((place, reached));
        }
    }
    if towns.is_empty() {
        return;
    }
    let members = f64::from(world.groups[group].fighters());
    // Only what is left over after the reserve pays new men.
    let reserve = params.hiring_reserve_weeks * members * world.groups[group].pay_eur;
    let treasury = (world.ledger.balance(world.groups[group].actor).eur() - reserve).max(0.0);
    let room = (1.0 - members / (params.hired_members_share * held)).max(0.0);
    let mean = params.hired_share_per_week * members * treasury
        / (treasury + params.hiring_half_treasury_eur)
        * room;
    let slots = now.draws.agent(MEMBERS, world.groups[group].key, now.week);
    let mut n = slots.poisson(0, mean);
    let all: u32 = towns.iter().map(|t| t.1).sum();
    for (place, people) in towns {
        let part = (u64::from(n) * u64::from(people) / u64::from(all.max(1))) as u32;
        // The young of the most willing community come.
        let best = world.places.cells[place].iter().copied().max_by(|a, b| {
            let weight = |c: &CellId| {
                let cell = &world.cells[*c];
                (cell.support_of(group) + 0.05) * f64::from(cell.at_home)
            };
            weight(a).total_cmp(&weight(b)).then(b.cmp(a))
        });
        if let Some(cell) = best {
            join_up(world, group, cell, place, part.min(n), slots.share(1));
        }
        n -= part.min(n);
    }
}

/// Self-defence groups and militias grow on civilian deaths and unprotected fear among their own.
fn mobilise(world: &mut World, params: &Params, rolls: &Slots, group: GroupId, most: f64) {
    let room = room(world, group, most);
    let state = &world.groups[group];
    let rate = |(at, (members, dormant)): (usize, (&u32, &u32))| {
        let cell = CellId::from_index(at);
        let home = &world.cells[cell];
        if members + dormant == 0 || state.communities[home.community as usize] <= 0.0 {
            return None;
        }
        let open = 1.0 - protection(world, home.place);
        let threatened =
            home.mean[FEAR] * world.places.tension_of(home.place, cell).max(params.least_tension);
        let hurt = f64::from(home.harm[..=world.groups.len()].iter().copied().sum::<f32>());
        let hurt = hurt / (hurt + params.harm_half_per_thousand);
        let each = params.mobilised_per_week * (threatened + hurt) * open * room;
        Some((cell, each * (f64::from(*members) + params.dormant_weight * f64::from(*dormant))))
    };
    let mut rates = Vec::with_capacity(world.cells.len());
    rates.extend(state.members.iter().zip(&state.dormant).enumerate().filter_map(rate));
    for (cell, n) in over_homes(rates.iter().copied(), rolls, 0) {
        join_up(world, group, cell, world.cells[cell].place, n, rolls.share(2));
    }
}

/// Dormant members rejoin where support is and cover is not; others forget.
fn rejoin(world: &mut World, params: &Params, rolls: &Slots, group: GroupId) {
    let state = &world.groups[group];
    let rates = |(at, dormant): (usize, &u32)| {
        if *dormant == 0 {
            return None;
        }
        let cell = CellId::from_index(at);
        let home = &world.cells[cell];
        let ddr = world.policy.at(LeverKind::Ddr, home.place).map_or(0.0, |l| l.number("places_share"));
        let called = match state.kind {
            // A militia is called up by danger, not by orders.
            GroupKind::SelfDefence | GroupKind::LoyalistMilitia => {
                home.mean[FEAR] * (1.0 - protection(world, home.place))
            }
            GroupKind::Jihadist | GroupKind::Separatist => home.support_of(group) + params.least_call,
        };
        let back = params.rejoin_per_week
            * called
            * (1.0 - params.cover_on_rejoining * order(world, home.place))
            * (1.0 - ddr);
        let forget = params.forget_per_week * (1.0 + params.ddr_factor * ddr);
        Some((cell, f64::from(*dormant) * back, f64::from(*dormant) * forget))
    };
    let homes = state.dormant.iter().enumerate().filter_map(rates);
    let mut rates = Vec::with_capacity(world.cells.len());
    rates.extend(homes);
    for (cell, n) in over_homes(rates.iter().map(|(cell, back, _)| (*cell, *back)), rolls, 3) {
        let n = n.min(world.groups[group].dormant[cell.index()]);
        world.groups[group].dormant[cell.index()] -= n;
        let where_to = muster(world, params, group, world.cells[cell].place);
        recruits::enlist(world, group, cell, where_to, n);
    }
    for (cell, n) in over_homes(rates.iter().map(|(cell, _, forget)| (*cell, *forget)), rolls, 5) {
        let n = n.min(world.groups[group].dormant[cell.index()]);
        world.groups[group].dormant[cell.index()] -= n;
        world.persons.give(&mut world.cells[cell], n, rolls.share(7));
    }
}

/// Homes that something happens to, and how often, where it comes at a rate for each: one Poisson count for all homes,
/// spread over them in even steps. Rare events cost two draws then, instead of one for each home.
fn over_homes(
    rates: impl Iterator<Item = (CellId, f64)> + Clone,
    rolls: &Slots,
    slot: usize,
) -> Vec<(CellId, u32)> {
    let all: f64 = rates.clone().map(|(_, rate)| rate).sum();
    let n = rolls.poisson(slot, all);
    let mut counts = Vec::new();
    if n == 0 {
        return counts;
    }
    // Points u, u + 1, ... of n on a line where every home has its share.
    let (mut upto, mut reached) = (1.0 - rolls.share(slot + 1), 0);
    for (home, rate) in rates {
        upto += f64::from(n) * rate / all;
        let reached_before = std::mem::replace(&mut reached, (upto as u32).min(n));
        if reached > reached_before {
            counts.push((home, reached - reached_before));
        }
    }
    counts
}

/// Foreign fighters who went home, or to the weakest state near, come back from where nobody hinders them; with time they
/// forget.
fn return_from_abroad(world: &mut World, params: &Params, now: &Now, group: GroupId) {
    if world.groups[group].away() == 0 {
        return;
    }
    let governments = &world.governments;
    let quality = |g: GovernmentId| governments.list[g].sanctuary;
    let weakest = governments.list.ids().filter(|g| *g != governments.mali).map(quality).fold(0.0, f64::max);
    let free: Vec<(f64, GovernmentId)> = world.groups[group]
        .foreigners
        .iter()
        .map(|f| (quality(f.origin).max(params.weak_state_share * weakest), f.origin))
        .collect();
    let slots = now.draws.agent(MEMBERS, join(world.groups[group].key, ABROAD), now.week);
    for (at, (free, origin)) in free.into_iter().enumerate() {
        let away = world.groups[group].foreigners[at].away;
        let slot = 2 * (at % 28);
        let back = slots.befallen(slot, away, params.rejoin_per_week * free);
        let gone = slots.befallen(slot + 1, away - back, params.forget_per_week);
        let state = &mut world.groups[group].foreigners[at];
        state.away -= back + gone;
        state.here += back;
        world.people.foreign_gone += u64::from(gone);
        if back > 0 {
            let place = gate(world, group, origin);
            recruits::reinforce(world, group, place, back);
        }
    }
}

/// Where those who come from a country meet their comrades: a sanctuary there, else the nearest band to any.
fn gate(world: &World, group: GroupId, origin: GovernmentId) -> PlaceId {
    let code = &world.governments.list[origin].id;
    let state = &world.groups[group];
    let there = state.sanctuaries.iter().copied().find(|p| world.places.country[*p] == *code);
    let band = world.bands.list.iter().filter(|b| b.group == group).map(|b| b.place).min();
    there.or(state.sanctuaries.first().copied()).or(band).unwrap_or(state.last_abduction)
}

/// Fighters in camps are disarmed and go home for good, as far as reintegration has room.
fn reintegrate(world: &mut World, params: &Params, now: &Now, group: GroupId) {
    let camps: Vec<(PlaceId, u32)> = world
        .bands
        .list
        .iter()
        .filter(|b| b.group == group && b.posture == Posture::Cantoned)
        .map(|b| (b.place, b.fighters))
        .collect();
    for (at, (place, fighters)) in camps.into_iter().enumerate() {
        let offered = world.policy.at(LeverKind::Ddr, place).map_or(0.0, |l| l.number("places_share"));
        let slots = now.draws.agent(MEMBERS, join(world.groups[group].key, join(CAMP, at as u64)), now.week);
        let n = slots.befallen(0, fighters, params.reintegration_per_week * offered);
        recruits::discharge(world, group, place, n, Exit::Home, slots.share(1));
    }
}

/// Separates the draws of returning from abroad, and of camps, from those of leaving.
const ABROAD: u64 = 3;
/// See [`ABROAD`].
const CAMP: u64 = 4;

/// Where those who rejoin go: at home where the forces of order are few, else to the nearest band.
fn muster(world: &World, params: &Params, group: GroupId, home: PlaceId) -> PlaceId {
    if order(world, home) < params.muster_away_above_cover && !world.places.is_regional_capital[home] {
        return home;
    }
    let hours = |p: &PlaceId| world.places.travel_hours[(home, *p)];
    let places = world.bands.list.iter().filter(|b| b.group == group).map(|b| b.place);
    places.min_by(|a, b| hours(a).total_cmp(&hours(b)).then(a.cmp(b))).unwrap_or(home)
}

/// Fighters leave, more so when unpaid; some are arrested.
fn leave(world: &mut World, params: &Params, now: &Now, group: GroupId) {
    let unpaid = (world.groups[group].unpaid_weeks / params.unpaid_scale_weeks).min(1.0);
    let key = world.groups[group].key;
    for (place, fighters) in places_of(world, group) {
        let paid = world.groups[group].kind == GroupKind::Jihadist
            || world.groups[group].kind == GroupKind::Separatist;
        let mut hazard = params.leave_per_week
            * (1.0 + (params.unpaid_leave_factor - 1.0) * unpaid * f64::from(u8::from(paid)));
        let hunted = world.groups[group].fights_state() && paid;
        if hunted {
            hazard += params.arrest_per_week * order(world, place);
        }
        if matches!(world.groups[group].stance, Stance::Talking | Stance::Signatory) {
            hazard += params.peace_leave_per_week;
        }
        if !paid {
            // Self-defence shrinks when people are protected.
            hazard += params.demobilise_per_week * protection(world, place);
        }
        let slots = now.draws.agent(MEMBERS, join(key, world.places.key[place]), now.week);
        let n = slots.befallen(0, fighters, hazard);
        let home = slots.binomial(1, n, params.leave_for_good_share);
        recruits::discharge(world, group, place, home, Exit::Home, slots.share(2));
        recruits::discharge(world, group, place, n - home, Exit::Dormant, slots.share(3));
    }
}

/// Fighters move to a better paying group of their kin that is no enemy and is in the same place.
fn switch_sides(world: &mut World, params: &Params, now: &Now) {
    let riches: Vec<f64> = world.groups.ids().map(|g| rich(world, params, g)).collect();
    let mut moves = Vec::new();
    for from in world.groups.ids() {
        if !world.groups[from].alive() || world.groups[from].stance == Stance::Dormant {
            continue;
        }
        for (place, fighters) in places_of(world, from) {
            let kin = |a: GroupId, b: GroupId| {
                let (a, b) = (&world.groups[a].communities, &world.groups[b].communities);
                a.iter().zip(b).map(|(x, y)| x.min(*y)).sum::<f64>()
            };
            let better = world
                .living_groups()
                .filter(|g| *g != from && world.groups[from].relations[g.index()] > params.feud_below)
                .map(|g| (g, (riches[g.index()] - riches[from.index()]) * kin(from, g)))
                .filter(|(g, gain)| *gain > 0.0 && world.bands.fighters_at(*g, place) > 0)
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            let Some((to, gain)) = better else { continue };
            let slots = now.draws.agent(
                MEMBERS,
                join(world.groups[from].key, join(world.places.key[place], SWITCH)),
                now.week,
            );
            let n = slots.befallen(0, fighters, params.switch_per_week * gain);
            if n > 0 {
                moves.push((from, to, place, n, slots.share(1)));
            }
        }
    }
    // All have compared the same treasuries before anybody moves.
    for (from, to, place, n, u) in moves {
        transfer(world, from, to, place, n, u);
    }
}

/// How long a group's treasury lasts, against what makes it rich (1 at most).
fn rich(world: &World, params: &Params, group: GroupId) -> f64 {
    let state = &world.groups[group];
    let weeks = world.ledger.balance(state.actor).eur()
        / (f64::from(state.fighters().max(1)) * state.pay_eur.max(1.0));
    (weeks / params.rich_weeks).min(1.0)
}

/// Separates the draws of switching from those of leaving.
const SWITCH: u64 = 2;

fn transfer(world: &mut World, from: GroupId, to: GroupId, place: PlaceId, n: u32, u: f64) {
    // Dormant for a moment: the rolls say which homes left, and the same homes join.
    let before = world.groups[from].dormant.clone();
    recruits::discharge(world, from, place, n, Exit::Dormant, u);
    for (at, dormant_before) in before.into_iter().enumerate() {
        let moved = world.groups[from].dormant[at] - dormant_before;
        if moved > 0 {
            world.groups[from].dormant[at] -= moved;
            recruits::enlist(world, to, CellId::from_index(at), place, moved);
        }
    }
}

/// What each brake costs a group, in the same unit: members a week and member that it would gain without it.
fn brakes(world: &World, params: &Params, group: GroupId, most: f64) -> [(Brake, f64); 7] {
    let state = &world.groups[group];
    let fighters = f64::from(state.fighters()).max(1.0);
    let (mut cover, mut backing, mut harm, mut rivals) = (0.0, 0.0, 0.0, 0.0);
    for (place, n) in places_of(world, group) {
        let share = f64::from(n) / fighters;
        cover += share * order(world, place);
        backing += share * support(world, place, group.index() + 1, 0.0);
        let foes = world.living_groups().filter(|g| state.relations[g.index()] < 0.0);
        rivals += share * foes.map(|g| support(world, place, g.index() + 1, 0.0)).sum::<f64>();
        let cells = &world.places.cells[place];
        let harmed: f64 = cells.iter().map(|c| f64::from(world.cells[*c].harm[group.index() + 1])).sum();
        harm += share * harmed / cells.len().max(1) as f64;
    }
    let harmed = harm / (harm + params.harm_half_per_thousand);
    let unpaid = (state.unpaid_weeks / params.unpaid_scale_weeks).min(1.0);
    let pay = params.unpaid_appeal + (1.0 - params.unpaid_appeal) * state.pay_met;
    let deterred = 1.0 - params.cover_deterrence * cover;
    let heard = |backing: f64| backing / (backing + params.support_half);
    let room = room(world, group, most);
    let growth = params.contact_recruits_per_week;
    let now = growth * heard(backing) * deterred * pay * room;
    // Recruits that would come without the brake, and members who leave or die because of it.
    [
        (
            Brake::Money,
            growth * heard(backing) * deterred * room - now
                + params.leave_per_week * (params.unpaid_leave_factor - 1.0) * unpaid,
        ),
        (Brake::Supporters, growth * deterred * pay - now),
        (Brake::Cover, growth * heard(backing) * pay * room - now + params.arrest_per_week * cover),
        (Brake::Visibility, state.recent_losses / fighters * (1.0 - decay(LOSS_HALF_LIFE_WEEKS))),
        (Brake::Rivals, growth * heard((backing + rivals).min(1.0)) * deterred * pay * room - now),
        (
            Brake::Backlash,
            growth * heard(backing / (1.0 - harmed).max(backing.max(0.01))) * deterred * pay * room - now,
        ),
        (Brake::Cohesion, params.leave_per_week * (1.0 - state.cohesion)),
    ]
}

/// Half-life of the losses that a group remembers [weeks].
const LOSS_HALF_LIFE_WEEKS: f64 = 13.0;

/// Names what limits the group's growth most.
fn brake(world: &mut World, params: &Params, group: GroupId, most: f64) {
    world.groups[group].brake = if world.groups[group].fighters() == 0 {
        Brake::None
    } else {
        let brakes = brakes(world, params, group, most);
        brakes.iter().fold(brakes[0], |best, b| if b.1 > best.1 { *b } else { best }).0
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::dates::Week;
    use crate::base::draws::Draws;

    #[test]
    fn what_happens_at_homes_adds_up_to_one_count_and_follows_their_rates() {
        let rates = [0.5, 0.0, 2.0, 0.01, 0.49];
        let all: f64 = rates.iter().sum();
        let homes = || rates.iter().enumerate().map(|(at, rate)| (CellId::from_index(at), *rate));
        let mut sums = [0.0; 5];
        let weeks = 4_000;
        for week in 0..weeks {
            let rolls = Draws::new(3).agent(ROLLS, 1, Week(week));
            let counts = over_homes(homes(), &rolls, 0);
            assert_eq!(counts.iter().map(|(_, n)| n).sum::<u32>(), rolls.poisson(0, all));
            counts.iter().for_each(|(home, n)| sums[home.index()] += f64::from(*n));
        }
        for (sum, rate) in sums.iter().zip(rates) {
            let mean = sum / f64::from(weeks);
            assert!((mean - rate).abs() <= 4.0 * (rate / f64::from(weeks)).sqrt(), "{mean} for {rate}");
        }
    }
}
