//! # Officials
//!
//! Officials stay, leave and return; some are captured by traffickers.
//!
//! - **Reads**: pay on time, cover, threat, control, levers `official-pay`, `official-protection`,
//!   `specialised-justice`; oversight; a mission's support and task force
//! - **Writes**: posts: at post, captured; bribes
//! - **Draws**: `officials.moves`, four per post row
//! - **Equation**: leave hazard = leave_base x exp(pay_weight (1 - met) + threat_weight threat - cover_weight
//!   cover) (x fallen_factor under hostile rule); return hazard = return_base x cover x met x rank x
//!   exp(-hours/scale) x exp(-threat_weight threat) x (1 - cover of groups), none under hostile rule, met with the bonus on
//!   pay; cover is that of the town or of the countryside, by rank; capture =
//!   capture_base x bribe/(1 + bonus) x (1 - sanction, with the specialised court at the top) x (1 + w (local legitimacy of what passes - 1/2)); captured officials whom nobody pays
//!   turn away
//! - **Pattern**: P5, P24
//! - **Sources**: messy2020 (34 % present), roundtable2014 (capture); sizes assumed

use serde::Deserialize;

use crate::base::draws::Stream;
use crate::base::ids::{Id as _, PlaceId};
use crate::base::maths::{befallen, decay, exp, ln, probability};
use crate::base::now::Now;
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::{Rank, Stance};
use crate::entities::world::{COUNTRYSIDE, TOWN, World};
use crate::mechanics::choice::{self, Terms};
use crate::tables::trace::Considered;

/// Parameters; values, ranges and sources in `data/parameters/officials.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Hazard of leaving a post without threat, paid and uncovered [1/week].
    pub leave_base_per_week: f64,
    /// Effect of unpaid salaries on leaving [1].
    pub pay_weight: f64,
    /// Effect of one recent attack on leaving and returning [1].
    pub threat_weight: f64,
    /// Effect of full protection on leaving [1].
    pub cover_weight: f64,
    /// Hazard of leaving under hostile rule [1/week].
    pub fallen_per_week: f64,
    /// Hazard of returning with full cover and pay [1/week].
    pub return_base_per_week: f64,
    /// Share of the return hazard that needs no cover [1].
    pub return_without_cover: f64,
    /// Distance from the regional capital at which returning falls by a factor e [hours].
    pub distance_scale_hours: f64,
    /// Half-life of threats to officials [weeks].
    pub threat_half_life_weeks: f64,
    /// Steadfastness of governors [1].
    pub governor_factor: f64,
    /// Steadfastness of prefects [1].
    pub prefect_factor: f64,
    /// Steadfastness of judges [1].
    pub judge_factor: f64,
    /// Hazard of capture at a full bribe [1/week].
    pub capture_base_per_week: f64,
    /// Rise of capture with the legitimacy of what passes, around one half [1].
    pub capture_of_legitimacy: f64,
    /// Hazard that a captured official whom nobody pays turns away [1/week].
    pub unpaid_defection_per_week: f64,
    /// Sanction expected where all judges are at post [share].
    pub accountability_share: f64,
    /// Sanction added by full oversight [1].
    pub oversight_weight: f64,
    /// Sanction added by a task force on organised crime where it reaches [share].
    pub task_force_sanction_share: f64,
    /// Hazard that a captured official is found at full sanction [1/week].
    pub reform_per_week: f64,
    /// Share of that hazard without any sanction [1].
    pub reform_floor: f64,
    /// Loads a week past a post at which half of the largest bribe is paid [loads].
    pub traffic_half_loads: f64,
}

const SUBMODEL: &str = "officials";
const MOVES: Stream = Stream::named("officials.moves");

/// How a place is for officials this week.
struct Conditions {
    hostile: bool,
    /// Cover in town and in the countryside.
    cover: [f64; 2],
    /// Cover of groups likewise.
    groups: [f64; 2],
    threat: f64,
    bribe: f64,
    legitimacy: f64,
    task_force: f64,
}

/// Lets every official decide.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let fade = decay(params.threat_half_life_weeks);
    for threat in world.places.threat_to_officials.iter_mut() {
        *threat *= fade;
    }
    let conditions: Vec<Conditions> =
        world.places.ids().map(|place| conditions(world, params, place)).collect();
    let justice =
        world.policy.anywhere(LeverKind::SpecialisedJustice).map_or(0.0, |l| l.number("sanction_share"));
    let usual = params.accountability_share * world.state.judges_at_post * (1.0 - world.state.complicity)
        + world.state.oversight * params.oversight_weight;
    let met = world.state.salaries_met;
    let bonus: Vec<f64> = world
        .places
        .ids()
        .map(|p| world.policy.at(LeverKind::OfficialPay, p).map_or(0.0, |l| l.number("bonus_share")))
        .collect();
    let mut trace = std::mem::take(&mut world.trace);
    let mut draws = now.draws.series(MOVES, 0, now.week);
    let (mut judges, mut judges_at_post) = (0, 0);
    for id in world.officials.ids() {
        let post = &mut world.officials[id];
        let here = &conditions[post.place.index()];
        let u: [f64; 4] = std::array::from_fn(|draw| draws.share(4 * id.index() + draw));
        let steadfast = steadfastness(post.rank, params);
        let settlement = if post.rank.in_town() { TOWN } else { COUNTRYSIDE };
        let cover = here.cover[settlement];
        let bonus = bonus[post.place.index()];
        // The specialised court is for those at the top; a task force finds what judges alone do not.
        let sanction = (usual + if post.rank.at_top() { justice } else { 0.0 }).min(1.0);
        let sanction = 1.0 - (1.0 - sanction) * (1.0 - params.task_force_sanction_share * here.task_force);
        let mut leave = params.leave_base_per_week
            * exp(choice::utility(|terms| unrest(params, here, cover, met, bonus, terms)))
            / steadfast;
        if here.hostile {
            leave += params.fallen_per_week;
        }
        let back = if here.hostile {
            0.0
        } else {
            params.return_base_per_week
                * (cover + params.return_without_cover)
                * (1.0 - here.groups[settlement])
                * (met + bonus)
                * steadfast
                * exp(-post.hours_from_capital / params.distance_scale_hours
                    - params.threat_weight * here.threat)
        };
        let left = befallen(u[0], post.at_post, leave);
        let returned = befallen(u[1], post.posts - post.at_post, back);
        let captured_left =
            (u64::from(post.captured) * u64::from(left)).div_ceil(u64::from(post.at_post.max(1))) as u32;
        post.captured -= captured_left.min(post.captured);
        post.at_post = post.at_post - left + returned;
        let accepted = 1.0 + params.capture_of_legitimacy * (here.legitimacy - 0.5);
        let capture = params.capture_base_per_week * here.bribe / (1.0 + bonus) * (1.0 - sanction) * accepted;
        let reform = params.reform_per_week * (params.reform_floor + sanction)
            + params.unpaid_defection_per_week * (1.0 - here.bribe);
        let taken = befallen(u[2], post.at_post - post.captured, capture);
        let freed = befallen(u[3], post.captured, reform);
        post.captured = post.captured + taken - freed;
        if trace.watches(SUBMODEL) {
            let name = format!("{}/{}", world.places.id[post.place], post.rank.word());
            trace.note(now, SUBMODEL, &name, || {
                let mut terms = choice::terms(|t| unrest(params, here, cover, met, bonus, t));
                terms.push(("base_log", ln(params.leave_base_per_week)));
                terms.push(("rank_log", -ln(steadfast)));
                terms.push(("fallen_per_week", f64::from(u8::from(here.hostile)) * params.fallen_per_week));
                let offer = vec![("bribe_share", here.bribe), ("sanction_share", sanction)];
                let option = |name: &str, chosen: u32, hazard: f64, terms| Considered {
                    option: name.to_string(),
                    chosen: f64::from(chosen),
                    probability: probability(hazard),
                    terms,
                };
                vec![
                    option("leave", left, leave, terms),
                    option("return", returned, back, vec![("cover_share", cover), ("pay_share", met)]),
                    option("serve-traffickers", taken, capture, offer),
                    option("turn-away", freed, reform, vec![("sanction_share", sanction)]),
                ]
            });
        }
        if left > 0 {
            world.this_week.officials_left.push((post.place, left));
        }
        if post.rank == Rank::Judge {
            judges += post.posts;
            judges_at_post += post.at_post;
        }
    }
    world.trace = trace;
    world.state.judges_at_post = f64::from(judges_at_post) / f64::from(judges.max(1));
}

/// What drives officials from their posts: terms of the log of the hazard.
fn unrest(params: &Params, here: &Conditions, cover: f64, met: f64, bonus: f64, terms: &mut impl Terms) {
    terms.add("pay", params.pay_weight * (1.0 - met - bonus));
    terms.add("threat", params.threat_weight * here.threat);
    terms.add("cover", -params.cover_weight * cover);
}

fn steadfastness(rank: Rank, params: &Params) -> f64 {
    match rank {
        Rank::Governor => params.governor_factor,
        Rank::Prefect => params.prefect_factor,
        Rank::Judge => params.judge_factor,
        Rank::Subprefect | Rank::Mayor | Rank::Police | Rank::Teacher | Rank::Health => 1.0,
    }
}

fn conditions(world: &World, params: &Params, place: PlaceId) -> Conditions {
    let hostile = match world.places.controller[place] {
        Ruler::Group(group) => {
            !matches!(world.groups[group].stance, Stance::Allied | Stance::Dormant)
                || world.groups[group].state_relation < 0.0
        }
        Ruler::State | Ruler::Nobody => false,
    };
    let presence = &world.presence;
    let mission = presence.mission_support[place];
    let cover = presence.state_reach[place].map(|army| 1.0 - (1.0 - army) * (1.0 - mission));
    let guarded =
        world.policy.at(LeverKind::OfficialProtection, place).map_or(0.0, |l| l.number("protected_share"));
    // Trade that passes pays officials to look away.
    let traffic: f64 =
        world.places.neighbours[place].iter().map(|(_, route)| world.routes.traffic[*route]).sum();
    let bribe = traffic / (traffic + params.traffic_half_loads);
    Conditions {
        hostile,
        cover,
        groups: presence.group_reach[place],
        threat: world.places.threat_to_officials[place] * (1.0 - guarded),
        bribe,
        legitimacy: world.places.legitimacy_of_passing(place),
        task_force: presence.task_force[place],
    }
}
