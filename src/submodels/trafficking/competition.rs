//! # Networks against each other
//!
//! Networks pay for protection and lose protectors whom they cannot pay; trade moves to those who keep more of their
//! margin and are protected, who enter new goods and leave old ones; networks on the same roads set their protectors
//! against each other.
//!
//! - **Reads**: margins, tolls, losses and roads of last week, groups near, accord
//! - **Writes**: networks: protectors, market shares; ledger; rivalry of protectors over trade
//! - **Draws**: `trafficking.contracts`, one per network without a protector
//! - **Equation**: fitness = (1 - loss) (1 - tolls/margin) + g (protected + privilege by an accord without terms on crime);
//!   share x (1 + speed x (fitness - mean)), below the least it ends, a network enters a good that passes its base; rivalry of
//!   two groups = largest overlap of roads of two networks that they protect
//! - **Pattern**: none of its own; enters relations and clashes of groups, income of protectors
//! - **Sources**: roundtable2014 (competition after others entered the trade; accords that enthrone), lacher2013
//!   (rivalries of 2009-11), narcologic (unpaid nodes are lost); sizes assumed

use crate::base::draws::Stream;
use crate::base::ids::{GroupId, Id as _, NetworkId};
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::trafficking_networks::Contract;
use crate::entities::vocabulary::{Commodity, Purpose, Stance};
use crate::entities::world::World;

use super::Params;

const CONTRACTS: Stream = Stream::named("trafficking.contracts");

/// Protection, market shares and rivalry of the week.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    protect(world, params, now);
    compete(world, params);
    rival(world, params);
    for network in world.networks.iter_mut() {
        network.earned_eur = 0.0;
        network.dues_eur = 0.0;
    }
}

/// Each network pays its protectors a share of what it earned; who is not paid for long turns away.
fn protect(world: &mut World, params: &Params, now: &Now) {
    for id in world.networks.ids() {
        let network = &world.networks[id];
        let mut contracts = network.protectors.clone();
        contracts.retain(|contract| world.groups[contract.group].alive());
        let fee =
            Money::from_eur(params.protection_share * network.earned_eur / contracts.len().max(1) as f64);
        let (payer, base) = (network.actor, network.base);
        for contract in &mut contracts {
            let payee = world.groups[contract.group].actor;
            let met = world.ledger.pay_from_balance(payer, payee, Purpose::Protection, fee);
            let paid = met * fee.eur();
            world.groups[contract.group].income_eur += paid;
            world.this_week.group_income[base.index()] += paid;
            contract.unpaid_weeks = if met < 1.0 { contract.unpaid_weeks + 1 } else { 0 };
        }
        contracts.retain(|contract| f64::from(contract.unpaid_weeks) < params.defection_weeks);
        if contracts.is_empty()
            && let Some(group) = protector(world, id)
        {
            let solvent = world.ledger.balance(payer) > Money::ZERO;
            let slots = now.draws.agent(CONTRACTS, world.networks[id].key, now.week);
            if solvent && slots.comes(0, params.contract_per_week) {
                contracts.push(Contract { group, unpaid_weeks: 0 });
            }
        }
        world.networks[id].protectors = contracts;
    }
}

/// The strongest group of the network's kin around its base.
fn protector(world: &World, id: NetworkId) -> Option<GroupId> {
    let network = &world.networks[id];
    let row = world.presence.group_force.row(network.base);
    world
        .living_groups()
        .map(|group| {
            (group, row[group.index()] * world.groups[group].communities[network.community as usize])
        })
        .filter(|(_, force)| *force > 0.0)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(group, _)| group)
}

/// Protection of a network: whether anybody gives it, and more if an accord leaves those who do in place [0, 2].
fn protection(world: &World, params: &Params, id: NetworkId) -> f64 {
    let protectors = &world.networks[id].protectors;
    let given = protectors.iter().any(|c| world.groups[c.group].fighters() > 0);
    let enthroned = protectors.iter().any(|c| world.groups[c.group].stance == Stance::Signatory);
    let privilege = params.privilege_of_accord
        * world.state.implementation
        * (1.0 - world.state.crime_terms)
        * f64::from(u8::from(enthroned));
    f64::from(u8::from(given)) + privilege
}

/// Market shares move to the fitter; the least end; who sees a good pass its base may enter.
fn compete(world: &mut World, params: &Params) {
    let fitness: Vec<f64> = world
        .networks
        .ids()
        .map(|id| {
            let network = &world.networks[id];
            let kept = 1.0 - network.dues_eur / (network.dues_eur + network.earned_eur).max(1.0);
            (1.0 - network.loss_share) * kept + params.protection_gain * protection(world, params, id)
        })
        .collect();
    for goods in Commodity::ALL {
        let column = *goods as usize;
        let all: f64 = world.networks.iter().map(|network| network.market_share[column]).sum();
        if all <= 0.0 {
            continue;
        }
        let shares = world.networks.iter().map(|network| network.market_share[column]);
        let mean = shares.zip(&fitness).map(|(share, fit)| share * fit).sum::<f64>() / all;
        let mut sum = 0.0;
        for (at, network) in world.networks.iter_mut().enumerate() {
            let better = fitness[at] - mean;
            let passes = world.places.jobs_by_commodity[network.base][column] > 0.0;
            let share = &mut network.market_share[column];
            *share *= 1.0 + params.selection_per_week * better;
            if *share < params.least_market_share {
                let enters = passes && better > 0.0;
                *share = if enters { (*share).max(params.entry_market_share) } else { 0.0 };
            }
            sum += *share;
        }
        for network in world.networks.iter_mut().filter(|_| sum > 0.0) {
            network.market_share[column] *= all / sum;
        }
    }
}

/// How much the protectors of two networks dispute: as far as these send on the same roads, more if they are known
/// rivals or if an accord seats one of the two alone.
fn rival(world: &mut World, params: &Params) {
    let n_routes = world.routes.km.len();
    let mut loads = vec![0_u32; world.networks.len() * n_routes];
    for consignment in &world.consignments {
        let row = consignment.network.index() * n_routes;
        for route in &world.relations[consignment.relation].paths[consignment.path] {
            loads[row + route.index()] += consignment.loads;
        }
    }
    let row = |id: NetworkId| &loads[id.index() * n_routes..(id.index() + 1) * n_routes];
    let sent: Vec<f64> = world.networks.ids().map(|id| sum(row(id).iter().copied())).collect();
    let unruly = params.privilege_of_accord * world.state.implementation * (1.0 - world.state.crime_terms);
    let mut disputes: Vec<(GroupId, GroupId, f64)> = Vec::new();
    for (at, one) in world.networks.ids().enumerate() {
        for other in world.networks.ids().skip(at + 1) {
            let (a, b) = (&world.networks[one], &world.networks[other]);
            if a.protectors.is_empty() || b.protectors.is_empty() {
                continue;
            }
            let least = f64::min(sent[one.index()], sent[other.index()]);
            if least <= 0.0 {
                continue;
            }
            let both = sum(row(one).iter().zip(row(other)).map(|(x, y)| *x.min(y)));
            let known = if a.rivals.contains(&other) { 1.0 } else { params.unnamed_rivalry_share };
            for x in &a.protectors {
                for y in &b.protectors {
                    if x.group == y.group {
                        continue;
                    }
                    let signed = |group: GroupId| world.groups[group].stance == Stance::Signatory;
                    let seated = if signed(x.group) == signed(y.group) { 0.0 } else { unruly };
                    let pair = (x.group.min(y.group), x.group.max(y.group));
                    let dispute = both / least * known * (1.0 + seated);
                    match disputes.iter_mut().find(|d| (d.0, d.1) == pair) {
                        // Two roads are one dispute: the larger counts.
                        Some(known) => known.2 = known.2.max(dispute),
                        None => disputes.push((pair.0, pair.1, dispute)),
                    }
                }
            }
        }
    }
    world.this_week.trade_rivalry = disputes;
}

/// A sum that is far from overflow: without checks for it several terms are added at a time.
fn sum(loads: impl Iterator<Item = u32>) -> f64 {
    f64::from(loads.fold(0, u32::wrapping_add))
}
