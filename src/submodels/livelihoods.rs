//! # Livelihoods and recruitment
//!
//! People reconsider how they live; some join armed groups, some leave them.
//!
//! - **Reads**: incomes, jobs on passing loads, legitimacy of trades, lever `alternative-livelihoods`
//! - **Writes**: persons: livelihood; places: legitimacy of trades; groups: members, dormant (in `recruitment`)
//! - **Draws**: `livelihoods.panel`, one word per agent of the week's panel; `livelihoods.recruits`,
//!   `livelihoods.members`
//! - **Equation**: P(trafficking) by logit on log income, local legitimacy and kin, at most jobs/people, entered with a
//!   delay and left at once; one 52nd of the
//!   people reconsider each week ((ordinal + week) mod 52)
//! - **Pattern**: P14
//! - **Sources**: roundtable2014 (margins, easy money); economy-press (wages); slots limit the share

pub mod legitimacy;
pub mod recruitment;

use serde::Deserialize;

use crate::base::dates::Week;
use crate::base::draws::{Rows, Stream};
use crate::base::ids::{CellId, Column, Id as _, PlaceId};
use crate::base::maths::{exp, ln, logistic, relax};
use crate::base::now::Now;
use crate::base::parallel;
use crate::entities::cells::Cell;
use crate::entities::persons::{Part, parts};
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::Livelihood;
use crate::entities::world::World;
use crate::mechanics::choice::{self, Terms};
use crate::tables::trace::Considered;

/// Parameters; values, ranges and sources in `data/parameters/livelihoods.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Share of the countryside in informal trade [1].
    pub trade_share_rural: f64,
    /// Share of towns in informal trade [1].
    pub trade_share_town: f64,
    /// People who live from one worker's income [persons].
    pub dependants_persons: f64,
    /// Weight of the log income gap [1].
    pub income_weight: f64,
    /// Weight of the legitimacy of trades [1].
    pub legitimacy_weight: f64,
    /// Weight of kin who live from it [1].
    pub kin_weight: f64,
    /// Aversion to the risk of the trade [1].
    pub risk_aversion: f64,
    /// Norm against the trade that crime wears away [1].
    pub easy_money_barrier: f64,
    /// Weekly movement of the legitimacy of trades [1/week].
    pub legitimacy_speed_per_week: f64,
    /// Legitimacy gained, as a share of the room, where everyone lives from the trade [share].
    pub legitimacy_of_living_share: f64,
    /// People living from a trade at half of that gain [share].
    pub living_half_share: f64,
    /// Legitimacy lost where those who tax the trade kill many [share].
    pub legitimacy_lost_to_harm_share: f64,
    /// Legitimacy gained where its networks' gifts reach everyone [share].
    pub legitimacy_of_gifts_share: f64,
    /// Gifts at half of that gain [EUR/person/year].
    pub gifts_half_eur_per_person_year: f64,
    /// Share of newcomers who are ready for the trade after a week: driving is learned first [1/week].
    pub entry_per_week: f64,
    /// People who count as living from one job [persons].
    pub job_persons: f64,
    /// Recruits per member and week with every advantage [1/week].
    pub contact_recruits_per_week: f64,
    /// Weight of dormant members in recruitment at home [1].
    pub dormant_weight: f64,
    /// Recruitment without pay, against full pay [1].
    pub unpaid_appeal: f64,
    /// Support at half of the largest recruitment [1].
    pub support_half: f64,
    /// Recruitment prevented by full cover [1].
    pub cover_deterrence: f64,
    /// Recruitment that customary authority prevents where nobody backs the group [share].
    pub custom_restraint_share: f64,
    /// Members among supporters at which recruitment ends [share].
    pub most_members_share: f64,
    /// Members among people ruled at which hiring ends [share].
    pub hired_members_share: f64,
    /// Hired members a week at a full treasury [1/week].
    pub hired_share_per_week: f64,
    /// Treasury at half of that [EUR].
    pub hiring_half_treasury_eur: f64,
    /// Self-defence recruits per member at full fear, hurt and unprotected [1/week].
    pub mobilised_per_week: f64,
    /// Tension below which fear alone counts [1].
    pub least_tension: f64,
    /// Harm per thousand at half of its effect [persons/1000].
    pub harm_half_per_thousand: f64,
    /// Hazard that a dormant member rejoins at full support [1/week].
    pub rejoin_per_week: f64,
    /// Call of the old comrades where nobody supports them [1].
    pub least_call: f64,
    /// Rejoining prevented by full cover [1].
    pub cover_on_rejoining: f64,
    /// Hazard that a dormant member forgets [1/week].
    pub forget_per_week: f64,
    /// Rise of forgetting under full reintegration [1].
    pub ddr_factor: f64,
    /// Shelter of the weakest state near for fighters from elsewhere [share].
    pub weak_state_share: f64,
    /// Fighters in camps who go home for good where reintegration has room [1/week].
    pub reintegration_per_week: f64,
    /// Hazard of leaving [1/week].
    pub leave_per_week: f64,
    /// Rise of leaving when unpaid [1].
    pub unpaid_leave_factor: f64,
    /// Unpaid weeks until the full rise [weeks].
    pub unpaid_scale_weeks: f64,
    /// Arrests under full cover [1/week].
    pub arrest_per_week: f64,
    /// Self-defence members who leave under full protection [1/week].
    pub demobilise_per_week: f64,
    /// Leavers who do not stay dormant [share].
    pub leave_for_good_share: f64,
    /// Hazard of changing to a much richer group of one's kin [1/week].
    pub switch_per_week: f64,
    /// Weeks of pay in the treasury that make a group rich [weeks].
    pub rich_weeks: f64,
    /// Relation below which nobody changes over [1].
    pub feud_below: f64,
    /// Cover at home above which those who rejoin go to the nearest band [1].
    pub muster_away_above_cover: f64,
    /// Recruitment of groups that talk or have signed, against those that fight [share].
    pub recruitment_in_peace_share: f64,
    /// Weeks of pay that are kept before anybody is hired [weeks].
    pub hiring_reserve_weeks: f64,
    /// Fighters of groups that talk or have signed who go home [1/week].
    pub peace_leave_per_week: f64,
}

const SUBMODEL: &str = "livelihoods";
const PANEL: Stream = Stream::named("livelihoods.panel");
/// Weeks in which everyone reconsiders once.
const PANEL_WEEKS: usize = 52;

/// The panel of the week, then recruitment.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    legitimacy::step(world, &legitimacy::Params::of(params));
    panel(world, params, now);
    recruitment::step(world, params, now);
}

/// What the agents of a cell who reconsider choose among.
#[derive(Clone, Copy, Default)]
struct Choice {
    trafficking: f64,
    trade: f64,
}

impl Choice {
    /// Shares of trafficking, trade and farming.
    fn shares(self) -> [f64; 3] {
        let legal = 1.0 - self.trafficking;
        [self.trafficking, legal * self.trade, legal * (1.0 - self.trade)]
    }
}

fn panel(world: &mut World, params: &Params, now: &Now) {
    let mut trace = std::mem::take(&mut world.trace);
    let traced = trace.watches(SUBMODEL);
    let mut seen = Vec::new();
    let mut choices = Vec::with_capacity(world.cells.len());
    for id in world.cells.ids() {
        if traced {
            seen.push(terms_of_trade(world, params, id));
        }
        choices.push(choice(world, params, id));
    }
    let keys = &world.places.key;
    parallel::for_each_part(parts(&mut world.cells, &mut world.persons), |part| {
        reconsider(part, &choices, keys, now.draws.rows(PANEL, now.week), now.week);
    });
    if traced {
        for (id, seen) in world.cells.ids().zip(seen).filter(|(id, _)| world.cells[*id].at_home > 0) {
            trace.note(now, SUBMODEL, &world.cell_name(id), || {
                considered(world, now.week, id, choices[id.index()], seen)
            });
        }
    }
    world.trace = trace;
}

/// Lets people get ready for the trade, or leave it; what the agents of a cell choose among then.
fn choice(world: &mut World, params: &Params, id: CellId) -> Choice {
    let wanted = trafficking_share(world, params, id);
    let cell = &mut world.cells[id];
    // Leaving takes no time; those who want to enter learn the trade first.
    let speed = if wanted > cell.ready_share { params.entry_per_week } else { 1.0 };
    if cell.at_home > 0 {
        cell.ready_share = relax(cell.ready_share, wanted, speed);
    }
    let town = world.places.town_share[cell.place];
    let trade = params.trade_share_rural * (1.0 - town) + params.trade_share_town * town;
    Choice { trafficking: cell.ready_share, trade }
}

/// Agents of a cell that reconsider this week, by their position in it.
fn turn(cell: &Cell, week: Week) -> impl Iterator<Item = usize> + use<> {
    // Each cell has a year of its own: with few agents all of them would reconsider at the end of one.
    let turn = (cell.key % PANEL_WEEKS as u64) as usize;
    let start = (turn + PANEL_WEEKS - week.0 as usize % PANEL_WEEKS) % PANEL_WEEKS;
    (start..cell.n_agents as usize).step_by(PANEL_WEEKS)
}

/// Lets the agents whose turn it is choose.
fn reconsider(part: Part, choices: &[Choice], keys: &Column<PlaceId, u64>, mut rows: Rows, week: Week) {
    let mut words = Vec::new();
    let mut choices = choices[part.first_cell..].iter();
    for cells in part.cells.chunk_by_mut(|one, next| one.place == next.place) {
        words.resize(cells.iter().map(|cell| turn(cell, week).size_hint().0).sum(), 0);
        rows.start(keys[cells[0].place]);
        rows.fill_words(&mut words);
        let mut words = words.iter();
        for (cell, choice) in cells.iter_mut().zip(&mut choices) {
            let trafficking_below = (choice.trafficking * 65_536.0) as u32;
            let trade_below =
                trafficking_below + ((1.0 - choice.trafficking) * choice.trade * 65_536.0) as u32;
            for (ordinal, word) in turn(cell, week).zip(&mut words) {
                let agent = cell.first as usize - part.first + ordinal;
                let u = word >> 16;
                let chosen = if u < trafficking_below {
                    Livelihood::Trafficking
                } else if u < trade_below {
                    Livelihood::Trade
                } else {
                    Livelihood::Farming
                } as u8;
                let before = part.livelihood[agent];
                if chosen != before {
                    let people = u32::from(part.persons[agent]);
                    cell.livelihoods[before as usize] -= people;
                    cell.livelihoods[chosen as usize] += people;
                    part.livelihood[agent] = chosen;
                }
            }
        }
    }
}

/// Terms of trafficking labour, and what bounds it: jobs against people, and how many know the trade.
fn terms_of_trade(world: &World, params: &Params, id: CellId) -> Vec<(&'static str, f64)> {
    let place = world.cells[id].place;
    let people = people_at(world, place);
    let jobs = world.places.trafficking_jobs[place];
    let mut seen = Vec::new();
    if jobs > 0.0 {
        seen = choice::terms(|terms| appeal_of_trade(world, params, id, terms));
    }
    seen.push(("jobs_share", jobs * params.job_persons / people.max(1.0)));
    seen.push(("ready_share", world.cells[id].ready_share));
    seen
}

/// What the agents of a cell whose turn it was have chosen.
fn considered(
    world: &World,
    week: Week,
    id: CellId,
    choice: Choice,
    terms: Vec<(&'static str, f64)>,
) -> Vec<Considered> {
    let cell = &world.cells[id];
    let mut decided = [0_u32; Livelihood::COUNT];
    for ordinal in turn(cell, week) {
        let agent = cell.first as usize + ordinal;
        decided[world.persons.livelihood[agent] as usize] += u32::from(world.persons.persons[agent]);
    }
    let livelihoods = [Livelihood::Trafficking, Livelihood::Trade, Livelihood::Farming];
    let mut terms = Some(terms);
    livelihoods
        .into_iter()
        .zip(choice.shares())
        .map(|(livelihood, share)| Considered {
            option: livelihood.word().to_string(),
            chosen: f64::from(decided[livelihood as usize]),
            probability: share,
            terms: terms.take().unwrap_or_default(),
        })
        .collect()
}

fn people_at(world: &World, place: PlaceId) -> f64 {
    world.places.cells[place].iter().map(|c| f64::from(world.cells[*c].at_home)).sum()
}

/// What trafficking labour is worth to a cell against a legal living.
fn appeal_of_trade(world: &World, params: &Params, id: CellId, terms: &mut impl Terms) {
    let cell = &world.cells[id];
    let place = cell.place;
    let legal = world.places.legal_income_eur[place] * cell.income_factor / 52.18;
    let wage = world.places.trafficking_wages[place] / world.places.trafficking_carriers[place].max(1e-9);
    let closed = world
        .policy
        .at(LeverKind::AlternativeLivelihoods, place)
        .map_or(0.0, |l| l.number("gap_closed_share"));
    // A programme closes the gap as far as there is one: where a legal living pays more already it changes nothing.
    let gap = ln((wage / (legal * params.dependants_persons)).max(1e-6));
    let gap = gap - closed * gap.max(0.0);
    // The share that is expected to live from it: counts of agents would bring the luck of small cells into the choice.
    let kin = cell.ready_share;
    terms.add("income", params.income_weight * gap);
    let legitimacy = world.places.legitimacy_of_passing(place) - 0.5;
    terms.add("legitimacy", params.legitimacy_weight * legitimacy);
    terms.add("kin", params.kin_weight * kin);
    terms.add("risk", -params.risk_aversion);
    terms.add("norm", -params.easy_money_barrier * exp(-world.places.banditry[place]));
}

/// Share of a cell that lives from trafficking labour, as far as there is work.
fn trafficking_share(world: &World, params: &Params, id: CellId) -> f64 {
    let place = world.cells[id].place;
    let people = people_at(world, place);
    let jobs = world.places.trafficking_jobs[place];
    if jobs <= 0.0 || people <= 0.0 {
        return 0.0;
    }
    let wanted = logistic(choice::utility(|terms| appeal_of_trade(world, params, id, terms)));
    let slots = jobs * params.job_persons / people;
    wanted * slots / (wanted + slots)
}
