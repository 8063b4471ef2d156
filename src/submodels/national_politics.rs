//! # National politics
//!
//! Legitimacy, protest in the capital, coups, and how the country and its partners take them.
//!
//! - **Reads**: trust, scandals, army losses, elections, unpaid soldiers, oversight, levers
//!   `coup`, `election-integrity`, `aid-freeze`, `specialised-justice`
//! - **Writes**: legitimacy, protest, complicity, morale; coups; welcome of a coup, recognition by partners
//! - **Draws**: `national_politics.coup`
//! - **Equation**: legitimacy relaxes to trust (Bamako half) - scandals - losses - disputed election + w x welcome; protest =
//!   share of Bamako's histogram with grievance x (1 - legitimacy) - fear x arrest > 0.1; coup hazard = base x exp(protest +
//!   losses + defeats + unpaid + operations without money - legitimacy); a coup is welcomed by a share logistic(k (1/2 - legitimacy)) of the country,
//!   welcome = 2 share - 1, fading; it costs a share of recognition, which relaxes to 1, or to 1 - frozen while partners
//!   freeze aid, and to which a presidential election adds a share x (1 - dispute) of what is missing; complicity relaxes to
//!   rest x (1 - oversight) x (1 - convictions at the top)
//! - **Pattern**: the coup of 2020 happens in 0.2 to 0.7 of seeds
//! - **Sources**: messy2020 (2020: a majority welcomes the coup, partners withhold recognition and aid), epstein-2002 (threshold rule); weights assumed

use serde::Deserialize;

use crate::base::draws::Stream;
use crate::base::maths::{decay, exp, logistic, relax};
use crate::base::now::Now;
use crate::entities::cells::{FEAR, TRUST};
use crate::entities::policy::LeverKind;
use crate::entities::world::World;

/// Parameters; values, ranges and sources in `data/parameters/national_politics.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Memory of losses, defeats and disputes [weeks].
    pub memory_half_life_weeks: f64,
    /// Losses at half of their effect [persons].
    pub losses_half_persons: f64,
    /// Places lost at half of their effect [1].
    pub defeats_half: f64,
    /// Weight of Bamako in legitimacy [1].
    pub capital_weight: f64,
    /// Legitimacy beyond trust [1].
    pub legitimacy_base: f64,
    /// Legitimacy lost to army losses [1].
    pub legitimacy_lost_to_losses: f64,
    /// Legitimacy lost to a disputed election [1].
    pub legitimacy_lost_to_dispute: f64,
    /// Weekly movement of legitimacy [1/week].
    pub legitimacy_speed_per_week: f64,
    /// Complicity that leaderships drift to [1].
    pub complicity_rest: f64,
    /// Weekly movement of complicity [1/week].
    pub complicity_speed_per_week: f64,
    /// Hardship added by a disputed election [1].
    pub dispute_weight: f64,
    /// Weight of fear against protest [1].
    pub arrest_risk: f64,
    /// Drive at which half protest [1].
    pub threshold: f64,
    /// Width of the line [1].
    pub threshold_width: f64,
    /// Weekly movement of protest [1/week].
    pub protest_speed_per_week: f64,
    /// Unpaid weeks that count fully [weeks].
    pub unpaid_scale_weeks: f64,
    /// Weeks without another coup [weeks].
    pub quiet_after_coup_weeks: f64,
    /// Hazard of a coup in ordinary years [1/year].
    pub coup_base_per_year: f64,
    /// Effect of everyone protesting [1].
    pub coup_of_protest: f64,
    /// Effect of heavy losses [1].
    pub coup_of_losses: f64,
    /// Effect of places lost [1].
    pub coup_of_defeats: f64,
    /// Effect of unpaid soldiers [1].
    pub coup_of_unpaid: f64,
    /// Effect of an army without money for operations [1].
    pub coup_of_equipment: f64,
    /// Effect of legitimacy around one half [1].
    pub coup_of_legitimacy: f64,
    /// Morale left after a coup [1].
    pub morale_after_coup_factor: f64,
    /// Complicity left after a coup [share].
    pub complicity_kept_share: f64,
    /// Losses felt after a coup [share].
    pub anger_kept_share: f64,
    /// Posts emptied by a coup [share].
    pub posts_emptied_share: f64,
    /// Steepness of the welcome in what legitimacy lacks to one half [1].
    pub welcome_steepness: f64,
    /// Half-life of the welcome [weeks].
    pub welcome_half_life_weeks: f64,
    /// Legitimacy added by a welcome of all, and lost by none [1].
    pub legitimacy_of_welcome: f64,
    /// Recognition lost in a coup [share].
    pub recognition_lost_share: f64,
    /// Half-life of what recognition lacks, while a transition goes on [weeks].
    pub recognition_half_life_weeks: f64,
    /// Missing recognition that an undisputed presidential election brings back [share].
    pub recognition_of_election_share: f64,
}

const COUP: Stream = Stream::named("national_politics.coup");

/// Moves politics by a week.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let fade = decay(params.memory_half_life_weeks);
    world.state.losses_felt *= fade;
    world.state.defeats_felt *= fade;
    world.state.disputed *= fade;
    world.state.welcome *= decay(params.welcome_half_life_weeks);
    recognise(world, params);
    let credible = world.policy.number(LeverKind::ElectionIntegrity, "integrity_share");
    for (week, presidential, disputed) in &world.inputs.elections {
        if *week == now.week {
            let disputed = disputed * (1.0 - credible);
            let state = &mut world.state;
            state.disputed = state.disputed.max(disputed);
            if *presidential {
                let returned = params.recognition_of_election_share * (1.0 - disputed);
                state.recognition += returned * (1.0 - state.recognition);
            }
        }
    }
    opinion(world, params, now);
    coup(world, params, now);
}

/// Partners come back to a government as its transition goes on; while they freeze aid they stay away as far.
fn recognise(world: &mut World, params: &Params) {
    let frozen = world.policy.number(LeverKind::AidFreeze, "frozen_share");
    let speed = 1.0 - decay(params.recognition_half_life_weeks);
    world.state.recognition = relax(world.state.recognition, 1.0 - frozen, speed);
}

/// What the country thinks of its government.
pub fn opinion(world: &mut World, params: &Params, now: &Now) {
    legitimacy(world, params, now);
    protest(world, params);
}

fn legitimacy(world: &mut World, params: &Params, now: &Now) {
    let (mut national, mut people, mut capital, mut citizens) = (0.0, 0.0, 0.0, 0.0);
    for cell in world.cells.iter() {
        let n = f64::from(cell.at_home);
        national += n * cell.mean[TRUST];
        people += n;
        if world.places.region[cell.place] == Some(0) {
            capital += n * cell.mean[TRUST];
            citizens += n;
        }
    }
    let national = if people > 0.0 { national / people } else { 0.0 };
    let capital = if citizens > 0.0 { capital / citizens } else { national };
    let scandal: f64 =
        world.inputs.scandals.iter().filter(|(week, ..)| *week == now.week).map(|(_, _, drop, _)| drop).sum();
    let convicted = world.policy.number(LeverKind::SpecialisedJustice, "sanction_share");
    let state = &mut world.state;
    let losses = state.losses_felt / (state.losses_felt + params.losses_half_persons);
    let target = params.capital_weight * capital
        + (1.0 - params.capital_weight) * national
        + params.legitimacy_base
        + params.legitimacy_of_welcome * state.welcome
        - params.legitimacy_lost_to_losses * losses
        - params.legitimacy_lost_to_dispute * state.disputed;
    state.legitimacy =
        relax(state.legitimacy, target.clamp(0.0, 1.0), params.legitimacy_speed_per_week) - scandal;
    state.legitimacy = state.legitimacy.clamp(0.0, 1.0);
    // Oversight and convictions at the top leave leaderships less to be complicit in.
    let rest = params.complicity_rest * (1.0 - state.oversight) * (1.0 - convicted);
    state.complicity = relax(state.complicity, rest, params.complicity_speed_per_week);
}

/// Expected share of Bamako's persons over the threshold, from the histogram of their grievance.
fn protest(world: &mut World, params: &Params) {
    let all: u64 = world.state.bamako_grievance.iter().sum();
    if all == 0 {
        return;
    }
    let fear: f64 = world
        .cells
        .iter()
        .filter(|c| world.places.region[c.place] == Some(0))
        .map(|c| f64::from(c.at_home) * c.mean[FEAR])
        .sum::<f64>()
        / all as f64;
    let state = &mut world.state;
    let hardship = 1.0 - state.legitimacy + params.dispute_weight * state.disputed;
    let mut over = 0.0;
    for (bin, n) in state.bamako_grievance.iter().enumerate() {
        let grievance = (bin as f64 + 0.5) / 32.0;
        let drive = grievance * hardship - params.arrest_risk * fear;
        // Within a bin the line is smooth: expected values, not counts above a line.
        let share = ((drive - params.threshold) / params.threshold_width + 0.5).clamp(0.0, 1.0);
        over += share * *n as f64;
    }
    let share = over / all as f64;
    state.protest = relax(state.protest, share, params.protest_speed_per_week);
    world.this_week.protest = state.protest;
}

fn coup(world: &mut World, params: &Params, now: &Now) {
    let state = &world.state;
    let since = state.weeks_since_coup.map(|w| w + 1);
    world.state.weeks_since_coup = since;
    let ordered = world
        .policy
        .levers
        .iter()
        .zip(&world.policy.states)
        .any(|(lever, s)| lever.kind == LeverKind::Coup && s.started == Some(now.week));
    let state = &world.state;
    let losses = state.losses_felt / (state.losses_felt + params.losses_half_persons);
    let unpaid = (world.state_forces.unpaid_weeks / params.unpaid_scale_weeks).min(1.0);
    let settled = since.is_none_or(|w| f64::from(w) > params.quiet_after_coup_weeks);
    let hazard = params.coup_base_per_year / 52.18
        * exp(params.coup_of_protest * state.protest
            + params.coup_of_losses * losses
            + params.coup_of_defeats * (state.defeats_felt / (state.defeats_felt + params.defeats_half))
            + params.coup_of_unpaid * unpaid
            + params.coup_of_equipment * (1.0 - world.state_forces.operations_funded.min(1.0))
            - params.coup_of_legitimacy * (state.legitimacy - 0.5));
    let slots = now.draws.agent(COUP, 0, now.week);
    if ordered || settled && slots.comes(0, hazard) {
        happen(world, params);
    }
}

fn happen(world: &mut World, params: &Params) {
    world.this_week.coup = true;
    world.state.weeks_since_coup = Some(0);
    world.state_forces.morale *= params.morale_after_coup_factor;
    world.state.complicity *= params.complicity_kept_share;
    world.state.losses_felt *= params.anger_kept_share;
    world.state.disputed = 0.0;
    // A hated government is missed by few.
    let welcomed = logistic(params.welcome_steepness * (0.5 - world.state.legitimacy));
    world.state.welcome = 2.0 * welcomed - 1.0;
    world.state.recognition *= 1.0 - params.recognition_lost_share;
    // Officials in the provinces lose their masters; some posts empty.
    for id in world.officials.ids() {
        let post = &mut world.officials[id];
        if world.places.region[post.place] != Some(0) {
            let left = (f64::from(post.at_post) * params.posts_emptied_share) as u32;
            post.at_post -= left;
            post.captured = post.captured.min(post.at_post);
        }
    }
    world.this_week.note("coup", "army", "Bamako", "the army takes power in Bamako".to_string());
}
