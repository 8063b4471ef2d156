//! # Public finance
//!
//! Taxes where the state is present, customs and aid come in; salaries, army operations, services, clients and
//! what leaks go out.
//!
//! - **Reads**: legal income, civil presence, captured officials, recognition, inputs (aid, defence budget, scandals), levers
//!   `aid-freeze`, `official-pay`, `security-sector-reform`, and those of earmarks
//! - **Writes**: ledger; `state.salaries_met`, `services_met`, `leakage`; `state_forces.operations_funded`
//! - **Draws**: none
//! - **Equation**: revenue = tax_share x legal income x civil presence + customs x presence x (1 - captured) +
//!   other + aid x (1 - withheld), withheld = frozen where partners say so, else w x (1 - recognition); the share of the plan that revenue meets pays salaries first (up to
//!   1/salary_priority times its share), services and operations in proportion
//! - **Pattern**: state spending falls by about a third when aid stops in 2012; P10
//! - **Sources**: mali-budget-2012; elusive2014 (scandals); shares assumed

mod earmarks;

use serde::Deserialize;

use crate::base::ids::{Id as _, PlaceId};
use crate::base::maths::{decay, relax};
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::cells::{Cell, FEAR};
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::{Purpose, Rank};
use crate::entities::world::World;

use earmarks::Earmarks;

/// Parameters; values, ranges and sources in `data/parameters/public_finance.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Taxes as a share of legal income where the state is fully present [1].
    pub tax_share_of_income: f64,
    /// Customs of the whole country with full presence [EUR/year].
    pub customs_eur_per_year: f64,
    /// Mining and other revenue [EUR/year].
    pub other_revenue_eur_per_year: f64,
    /// Population to which national sums refer [persons].
    pub national_population_persons: f64,
    /// Share of operations and services money that leaks [share].
    pub leakage_share: f64,
    /// Change of leakage per unit of complicity around one half [1].
    pub complicity_leakage: f64,
    /// Pay of governors and judges [EUR/month].
    pub senior_pay_eur_per_month: f64,
    /// Pay of prefects and sub-prefects [EUR/month].
    pub administrator_pay_eur_per_month: f64,
    /// Pay of mayors, police, teachers and health workers [EUR/month].
    pub agent_pay_eur_per_month: f64,
    /// Pay of soldiers [EUR/month].
    pub soldier_pay_eur_per_month: f64,
    /// Running costs of services where the state is fully present [EUR/person/year].
    pub services_eur_per_person_year: f64,
    /// Operations money at which a soldier is fully ready [EUR/person/week].
    pub operations_norm_eur_per_person_week: f64,
    /// Share of revenue spent on clients [share].
    pub patronage_share: f64,
    /// Share of revenue spent centrally: debt, investment, Bamako [share].
    pub central_share: f64,
    /// Share of the treasury's reserve used each week [1/week].
    pub reserve_use_per_week: f64,
    /// Share of the plan at which salaries are still paid in full [1].
    pub salary_priority: f64,
    /// Share of salaries below which soldiers count as unpaid [1].
    pub unpaid_below: f64,
    /// Legal income lost at one incident a week per thousand people [1].
    pub income_loss_from_banditry: f64,
    /// Legal income lost per unit of the food price above normal [1].
    pub income_loss_from_prices: f64,
    /// Legal income lost at full fear [1].
    pub income_loss_from_fear: f64,
    /// Weekly adjustment of legal income [1/week].
    pub income_speed_per_week: f64,
    /// Time in which commitments halve their distance to revenue [weeks].
    pub commitment_half_life_weeks: f64,
    /// Largest oversight that donors can pay for [share].
    pub most_oversight_share: f64,
    /// Money for courts, audits and open books that gives two thirds of that oversight [EUR/year].
    pub oversight_cost_eur_per_year: f64,
    /// Pay, arms and operations of a soldier [EUR/person/year].
    pub soldier_cost_eur_per_person_year: f64,
    /// Share of payments to an armed group that its leaders keep [share].
    pub client_leaders_share: f64,
    /// Share of the leakage of operations money that full reform removes [share].
    pub reform_leakage_share: f64,
    /// Aid that partners hold back from a government that they do not recognise [share].
    pub aid_of_recognition_share: f64,
}

const WEEKS_PER_YEAR: f64 = 52.18;

/// Collects revenue and spends it.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let revenue = collect(world, params);
    // A decision of the partners counts before their habit: a freeze of nothing keeps aid up after a coup.
    let unrecognised = params.aid_of_recognition_share * (1.0 - world.state.recognition);
    let withheld =
        world.policy.anywhere(LeverKind::AidFreeze).map_or(unrecognised, |l| l.number("frozen_share"));
    let promised = world.inputs.value("aid-eur-per-year") / WEEKS_PER_YEAR;
    let aid = promised * (1.0 - withheld);
    let standing = world.ledger.standing.clone();
    let earmarks = earmarks::read(world, aid);
    let own = aid - earmarks.aid();
    world.ledger.pay(standing.donors, standing.mali, Purpose::Aid, Money::from_eur(own));
    earmarks::oversee(world, params, &earmarks);
    leak(world, params, now);
    // Commitments follow what usually comes in: a sudden loss leaves them unmet.
    let total = revenue + aid;
    let usual =
        if world.state.usual_revenue_eur > 0.0 { world.state.usual_revenue_eur } else { revenue + promised };
    world.state.usual_revenue_eur = relax(usual, total, 1.0 - decay(params.commitment_half_life_weeks));
    spend(world, params, total - earmarks.aid(), &earmarks);
}

fn collect(world: &mut World, params: &Params) -> f64 {
    let standing = world.ledger.standing.clone();
    let mut taxes = [0.0; crate::tables::indicators::REGIONS.len()];
    let mut income = taxes;
    let (mut present, mut people) = (0.0, 0.0);
    for cell in world.cells.iter_mut() {
        let Some(region) = world.places.region[cell.place] else { continue };
        let n = f64::from(cell.at_home);
        let earned = n * world.places.legal_income_eur[cell.place] * cell.income_factor / WEEKS_PER_YEAR;
        let civil = world.presence.civil[cell.place];
        income[region] += earned;
        taxes[region] += earned * params.tax_share_of_income * civil;
        present += n * civil;
        people += n;
    }
    let mut revenue = 0.0;
    for (region, people) in standing.people.iter().enumerate() {
        world.ledger.pay(standing.economy, *people, Purpose::LegalIncome, Money::from_eur(income[region]));
        world.ledger.pay(*people, standing.mali, Purpose::Taxes, Money::from_eur(taxes[region]));
        revenue += taxes[region];
    }
    let civil = if people > 0.0 { present / people } else { 0.0 };
    // The plans are sized for the whole country: a theatre with fewer people collects its share.
    let size = people / params.national_population_persons;
    let customs = params.customs_eur_per_year / WEEKS_PER_YEAR * civil * (1.0 - captured_share(world)) * size;
    let other = params.other_revenue_eur_per_year / WEEKS_PER_YEAR * size;
    world.ledger.pay(standing.economy, standing.mali, Purpose::Customs, Money::from_eur(customs));
    world.ledger.pay(standing.economy, standing.mali, Purpose::TransitTaxes, Money::from_eur(other));
    revenue + customs + other
}

fn captured_share(world: &World) -> f64 {
    let (captured, at_post) =
        world.officials.iter().fold((0, 0), |sum, post| (sum.0 + post.captured, sum.1 + post.at_post));
    if at_post > 0 { f64::from(captured) / f64::from(at_post) } else { 0.0 }
}

fn leak(world: &mut World, params: &Params, now: &Now) {
    let scandal: f64 = world
        .inputs
        .scandals
        .iter()
        .filter(|(week, _, _, weeks)| *week <= now.week && f64::from(now.week.0) < f64::from(week.0) + weeks)
        .map(|(_, leakage, ..)| leakage)
        .sum();
    let target =
        params.leakage_share * (1.0 + params.complicity_leakage * (world.state.complicity - 0.5)) + scandal;
    world.state.leakage = (target * (1.0 - world.state.oversight)).clamp(0.0, 0.9);
}

fn pay_of(rank: Rank, params: &Params) -> f64 {
    match rank {
        Rank::Governor | Rank::Judge => params.senior_pay_eur_per_month,
        Rank::Prefect | Rank::Subprefect => params.administrator_pay_eur_per_month,
        Rank::Mayor | Rank::Police | Rank::Teacher | Rank::Health => params.agent_pay_eur_per_month,
    }
}

fn spend(world: &mut World, params: &Params, revenue: f64, earmarks: &Earmarks) {
    let standing = world.ledger.standing.clone();
    let per_week = 12.0 / WEEKS_PER_YEAR;
    let n_places = world.places.len();
    // Plans by place, so that spending can be read by region.
    let mut salaries = vec![0.0; n_places];
    for post in world.officials.iter() {
        let bonus =
            world.policy.at(LeverKind::OfficialPay, post.place).map_or(0.0, |l| l.number("bonus_share"));
        let persons = f64::from(post.at_post * post.persons_per_post);
        salaries[post.place.0 as usize] += persons * pay_of(post.rank, params) * per_week * (1.0 + bonus);
    }
    let mut services = vec![0.0; n_places];
    for cell in world.cells.iter() {
        let civil = world.presence.civil[cell.place];
        services[cell.place.0 as usize] +=
            f64::from(cell.at_home) * params.services_eur_per_person_year / WEEKS_PER_YEAR * civil;
    }
    let soldiers = f64::from(world.state_forces.troops());
    // Soldiers beyond the size by law are others' to pay.
    let by_law = world.inputs.value("army-size-persons").max(1.0);
    let own_soldiers = soldiers.min(by_law);
    let army_pay = own_soldiers * params.soldier_pay_eur_per_month * per_week;
    let defence = world.inputs.value("defence-budget-eur-per-year") / WEEKS_PER_YEAR;
    let operations = (defence * own_soldiers / by_law - army_pay).max(0.0);
    let usual = world.state.usual_revenue_eur;
    let clients = params.patronage_share * usual;
    // What donors spend by themselves and what clients get is not spent centrally.
    let central = (params.central_share * usual - earmarks.aid() - earmarks.clients).max(0.0);
    let plan = salaries.iter().sum::<f64>()
        + services.iter().sum::<f64>()
        + army_pay
        + operations
        + clients
        + earmarks.clients
        + central;
    // A small reserve smooths the weeks.
    let reserve = world.ledger.balance(standing.mali).eur() - revenue;
    let met = ((revenue + reserve.max(0.0) * params.reserve_use_per_week) / plan.max(1.0)).min(1.0);
    let salaries_met = (met / params.salary_priority).min(1.0);
    world.state.salaries_met = salaries_met;
    world.state.services_met = met;
    let leakage = world.state.leakage;
    let norm = params.operations_norm_eur_per_person_week * soldiers.max(1.0);
    let reform = world.policy.number(LeverKind::SecuritySectorReform, "effort_share");
    let army_leakage = leakage * (1.0 - params.reform_leakage_share * reform);
    let arrives = (1.0 - army_leakage) * met * operations;
    let added = earmarks::pay(world, params, earmarks, army_leakage, norm - arrives);
    world.state_forces.operations_funded = ((arrives + added) / norm).min(1.5);
    world.state_forces.unpaid_weeks =
        if salaries_met < params.unpaid_below { world.state_forces.unpaid_weeks + 1.0 } else { 0.0 };

    let mut pay =
        |payee, purpose, eur: f64| world.ledger.pay(standing.mali, payee, purpose, Money::from_eur(eur));
    pay(standing.officials, Purpose::Salaries, (salaries.iter().sum::<f64>() + army_pay) * salaries_met);
    pay(standing.economy, Purpose::ArmyOperations, arrives);
    pay(standing.economy, Purpose::Services, services.iter().sum::<f64>() * met * (1.0 - leakage));
    let leaked = operations * army_leakage + services.iter().sum::<f64>() * leakage;
    pay(standing.contractors, Purpose::Leakage, leaked * met);
    pay(standing.contractors, Purpose::Patronage, clients * met);
    pay(standing.economy, Purpose::Services, central * met);
    for at in 0..n_places {
        let spent = salaries[at] * salaries_met + services[at] * met * (1.0 - leakage);
        world.this_week.state_spending[at] += spent;
    }
    relax_incomes(world, params);
}

/// Legal income follows security, banditry and the price of what people buy, against January 2012.
fn relax_incomes(world: &mut World, params: &Params) {
    let lost = income_lost(world, params);
    for (cell, lost) in world.cells.iter_mut().zip(lost) {
        let target = (1.0 + cell.income_lost_before - lost).max(0.3);
        cell.income_factor += (target - cell.income_factor) * params.income_speed_per_week;
    }
}

/// Share of the legal income of each cell that banditry, prices and fear take.
fn income_lost(world: &World, params: &Params) -> Vec<f64> {
    let drag: Vec<f64> = world
        .places
        .ids()
        .map(|place: PlaceId| {
            let people = world.places.population[place].max(1.0);
            let bandits = 1000.0 * world.places.banditry[place] / people;
            params.income_loss_from_banditry * bandits.min(1.0)
                + params.income_loss_from_prices * (world.places.food_price[place] - 1.0).max(0.0)
        })
        .collect();
    let of = |cell: &Cell| drag[cell.place.index()] + params.income_loss_from_fear * cell.mean[FEAR];
    world.cells.iter().map(of).collect()
}

/// Takes incomes as they are for those of the data: what is lost now is lost in them.
pub fn know_incomes(world: &mut World, params: &Params) {
    let lost = income_lost(world, params);
    for (cell, lost) in world.cells.iter_mut().zip(lost) {
        cell.income_factor = 1.0;
        cell.income_lost_before = lost;
    }
}
