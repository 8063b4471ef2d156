//! # Group treasuries
//!
//! Local taxes in held and shadowed places come in; pay goes out; a reserve of 26 weeks is kept and a part of
//! the surplus spent on arms, gifts, leaders and poorer friends of the same kind.
//!
//! - **Reads**: control, cover, fighters
//! - **Writes**: ledger; groups: pay met, unpaid weeks, weapons quality
//! - **Draws**: none
//! - **Equation**: tax = rate x people ruled (x shadow share where hidden); surplus spending = 1 % a week
//! - **Pattern**: brake `money`
//! - **Sources**: prototype (reserve rule, 60 EUR a week all in); economy-press (pay)

use crate::base::ids::{GroupId, Id as _};
use crate::base::maths::decay;
use crate::base::quantities::Money;
use crate::entities::places::Ruler;
use crate::entities::vocabulary::{Purpose, Stance};
use crate::entities::world::World;

use super::Params;

/// Taxes, pay and surplus of every group.
pub fn step(world: &mut World, params: &Params) {
    tax(world, params);
    for group in world.groups.ids() {
        if !world.groups[group].alive() {
            continue;
        }
        let n = f64::from(world.groups[group].fighters());
        let paid_kind = world.groups[group].stance != Stance::Dormant;
        let owed =
            if paid_kind { n * world.groups[group].pay_eur * pay_share(world, group, params) } else { 0.0 };
        let payer = world.groups[group].actor;
        let payee = home_account(world, group);
        let met = world.ledger.pay_from_balance(payer, payee, Purpose::FighterPay, Money::from_eur(owed));
        let usual = decay(13.0);
        let state = &mut world.groups[group];
        state.pay_met = met;
        state.unpaid_weeks = if met < params.unpaid_below_share { state.unpaid_weeks + 1.0 } else { 0.0 };
        state.usual_income_eur = state.usual_income_eur * usual + state.income_eur * (1.0 - usual);
        state.income_eur = 0.0;
        let surplus = world.ledger.balance(payer).eur() - params.reserve_weeks * owed;
        if surplus > 0.0 {
            spend(world, params, group, payer, payee, surplus * params.surplus_spent_per_week);
            support_friends(world, params, group, surplus * params.surplus_to_friends_per_week);
        }
    }
}

/// A rich group pays for friends of its kind until their treasuries last as long as its own.
fn support_friends(world: &mut World, params: &Params, group: GroupId, eur: f64) {
    let weekly = |g: GroupId| f64::from(world.groups[g].fighters()) * world.groups[g].pay_eur;
    let balance = |g: GroupId| world.ledger.balance(world.groups[g].actor).eur();
    let own_weeks = balance(group) / weekly(group).max(1.0);
    let kind = world.groups[group].kind;
    let friends: Vec<GroupId> = world
        .living_groups()
        .filter(|g| *g != group && world.groups[*g].kind == kind)
        .filter(|g| world.groups[group].relations[g.index()] > params.ally_relation)
        .collect();
    let needs: Vec<f64> = friends.iter().map(|g| (own_weeks * weekly(*g) - balance(*g)).max(0.0)).collect();
    let needed: f64 = needs.iter().sum();
    if needed <= 0.0 {
        return;
    }
    let payer = world.groups[group].actor;
    let given = eur.min(needed);
    for (friend, need) in friends.iter().zip(&needs) {
        let payee = world.groups[*friend].actor;
        let part = given * need / needed;
        world.ledger.pay(payer, payee, Purpose::AlliedGroups, Money::from_eur(part));
        world.groups[*friend].income_eur += part;
    }
}

/// Self-defence groups and militias are mostly unpaid.
fn pay_share(world: &World, group: GroupId, params: &Params) -> f64 {
    use crate::entities::vocabulary::GroupKind;
    match world.groups[group].kind {
        GroupKind::SelfDefence => params.self_defence_pay_share,
        GroupKind::LoyalistMilitia => params.militia_pay_share,
        GroupKind::Jihadist | GroupKind::Separatist => 1.0,
    }
}

fn home_account(world: &World, group: GroupId) -> crate::base::ids::ActorId {
    let strongest = world.bands.list.iter().filter(|b| b.group == group).max_by_key(|b| (b.fighters, b.key));
    let region = strongest.and_then(|b| world.places.region[b.place]);
    region.map_or(world.ledger.standing.economy, |r| world.ledger.standing.people[r])
}

fn tax(world: &mut World, params: &Params) {
    for place in world.places.ids() {
        let Some(region) = world.places.region[place] else { continue };
        let people: f64 = world.places.cells[place].iter().map(|c| f64::from(world.cells[*c].at_home)).sum();
        if people <= 0.0 || world.presence.group_cover[place] <= 0.0 {
            continue;
        }
        let ruler = world.places.controller[place];
        let row = world.presence.group_force.row(place)[..world.groups.len()].to_vec();
        let all: f64 = row.iter().sum();
        for group in world.groups.ids() {
            let share = if ruler == Ruler::Group(group) {
                1.0
            } else if row[group.index()] > 0.0 && !matches!(ruler, Ruler::Group(_)) {
                params.shadow_tax_share * world.presence.group_cover[place] * row[group.index()] / all
            } else {
                0.0
            };
            if share <= 0.0 || !world.groups[group].alive() {
                continue;
            }
            let eur = people * params.local_tax_eur_per_person_year / 52.18 * share;
            let (payer, payee) = (world.ledger.standing.people[region], world.groups[group].actor);
            world.ledger.pay(payer, payee, Purpose::LocalTax, Money::from_eur(eur));
            world.groups[group].income_eur += eur;
            world.this_week.group_income[place.index()] += eur;
            world.this_week.forced_taxes[place.index()] += eur;
        }
    }
}

fn spend(
    world: &mut World,
    params: &Params,
    group: GroupId,
    payer: crate::base::ids::ActorId,
    people: crate::base::ids::ActorId,
    eur: f64,
) {
    let markets = world.ledger.standing.markets;
    let economy = world.ledger.standing.economy;
    let third = Money::from_eur(eur / 3.0);
    let weapons = (eur / 3.0 / params.weapon_price_eur) as u32;
    world.ledger.pay(
        payer,
        markets,
        Purpose::Arms,
        Money::from_eur(f64::from(weapons) * params.weapon_price_eur),
    );
    world.groups[group].arms += weapons;
    world.arms.arrived += u64::from(weapons);
    world.ledger.pay(payer, people, Purpose::Gifts, third);
    hand_out(world, group, eur / 3.0);
    world.ledger.pay(payer, economy, Purpose::LeadersShare, third);
    let fighters = f64::from(world.groups[group].fighters().max(1));
    let state = &mut world.groups[group];
    let room = (params.bought_weapons_quality - state.weapons_quality).max(0.0);
    state.weapons_quality += room * (f64::from(weapons) / fighters).min(0.1);
}

/// Gifts reach the people among whom the group's largest band stands.
fn hand_out(world: &mut World, group: GroupId, eur: f64) {
    let strongest = world.bands.list.iter().filter(|b| b.group == group).max_by_key(|b| (b.fighters, b.key));
    let Some(place) = strongest.map(|band| band.place) else { return };
    let cells = world.places.cells_of(place);
    let people: u32 = cells.clone().map(|cell| world.cells[cell].at_home).sum();
    for cell in cells {
        let cell = &mut world.cells[cell];
        cell.gifts_eur += eur * f64::from(cell.at_home) / f64::from(people.max(1));
    }
}
