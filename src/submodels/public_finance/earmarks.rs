//! # Earmarks and clients
//!
//! Money that leaves the central budget for a purpose: aid that donors spend by themselves, and armed groups that the
//! state pays. Neither costs more in sum: what they take is not spent centrally.
//!
//! - **Reads**: levers `donor-mix`, `clientelism`, `anti-corruption`; leakage
//! - **Writes**: ledger; `state.oversight`, `state.earmarked_services_eur`, `state_forces.paid_by_aid`; groups: patronage
//! - **Draws**: none
//! - **Equation**: earmarked = share x aid; oversight = 1 - (1 - lever) (1 - most (1 - exp(-ln 3 governance/cost)));
//!   security money first fills operations up to the norm, the rest pays soldiers beyond the size by law
//! - **Pattern**: P15
//! - **Sources**: clingendael2015 (security first crowds out services), elusive2014 (clients); sizes assumed

use crate::base::ids::GroupId;
use crate::base::maths::cover;
use crate::base::quantities::Money;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::Purpose;
use crate::entities::world::World;

use super::{Params, WEEKS_PER_YEAR};

/// Weekly sums that leave the central budget [EUR].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Earmarks {
    /// Aid for the army.
    pub(super) security: f64,
    /// Aid for services.
    pub(super) services: f64,
    /// Aid for courts, audits and open books.
    pub(super) governance: f64,
    /// Payments to armed groups.
    pub(super) clients: f64,
}

impl Earmarks {
    /// Aid that donors spend by themselves [EUR a week].
    pub(super) fn aid(&self) -> f64 {
        self.security + self.services + self.governance
    }
}

/// What this week's aid and central budget are used for.
pub(super) fn read(world: &World, aid: f64) -> Earmarks {
    let mut earmarks = Earmarks::default();
    if let Some(mix) = world.policy.anywhere(LeverKind::DonorMix) {
        let earmarked = aid * mix.number("earmarked_share");
        earmarks.security = earmarked * mix.number("security_share");
        earmarks.services = earmarked * mix.number("services_share");
        earmarks.governance = earmarked * mix.number("governance_share");
    }
    earmarks.clients = clients(world).map(|(_, eur)| eur).sum();
    earmarks
}

/// Armed groups that the state pays, and how much a week.
fn clients(world: &World) -> impl Iterator<Item = (GroupId, f64)> {
    let paid = world.policy.each_at(LeverKind::Clientelism, None);
    paid.filter_map(|lever| {
        let group = world.living_groups().find(|g| world.groups[*g].id == lever.word("group"))?;
        Some((group, lever.number("eur_per_year") / WEEKS_PER_YEAR))
    })
}

/// Oversight from the lever and from what donors pay for it.
pub(super) fn oversee(world: &mut World, params: &Params, earmarks: &Earmarks) {
    let lever = world.policy.number(LeverKind::AntiCorruption, "leakage_removed_share");
    let bought = params.most_oversight_share
        * cover(earmarks.governance * WEEKS_PER_YEAR, params.oversight_cost_eur_per_year);
    world.state.oversight = 1.0 - (1.0 - lever) * (1.0 - bought);
}

/// Pays what donors and the state spend on the three purposes and on clients. `short` is what operations lack to
/// the norm [EUR a week]; returns the operations money that donors add after leakage [EUR a week].
pub(super) fn pay(world: &mut World, params: &Params, earmarks: &Earmarks, leakage: f64, short: f64) -> f64 {
    let standing = world.ledger.standing.clone();
    let mut pay =
        |payer, payee, purpose, eur: f64| world.ledger.pay(payer, payee, purpose, Money::from_eur(eur));
    pay(standing.donors, standing.economy, Purpose::Oversight, earmarks.governance);
    pay(standing.donors, standing.contractors, Purpose::Leakage, earmarks.security * leakage);
    pay(standing.donors, standing.economy, Purpose::ArmyOperations, earmarks.security * (1.0 - leakage));
    world.state.earmarked_services_eur = earmarks.services;
    let arrives = earmarks.security * (1.0 - leakage);
    let operations = arrives.min(short.max(0.0));
    world.state_forces.paid_by_aid =
        (arrives - operations) * WEEKS_PER_YEAR / params.soldier_cost_eur_per_person_year;
    pay_clients(world, params);
    operations
}

/// Leaders of paid groups keep most of it; what is left pays fighters.
fn pay_clients(world: &mut World, params: &Params) {
    let paid: Vec<(GroupId, f64)> = clients(world).collect();
    for group in world.groups.iter_mut() {
        group.patronage_eur = 0.0;
    }
    let standing = world.ledger.standing.clone();
    for (group, eur) in paid {
        let state = &mut world.groups[group];
        state.patronage_eur = eur;
        let kept = eur * params.client_leaders_share;
        state.income_eur += eur - kept;
        let actor = state.actor;
        world.ledger.pay(standing.mali, actor, Purpose::Patronage, Money::from_eur(eur));
        world.ledger.pay(actor, standing.economy, Purpose::LeadersShare, Money::from_eur(kept));
    }
}
