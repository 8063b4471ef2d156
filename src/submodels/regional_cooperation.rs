//! # Regional cooperation
//!
//! A matrix of bilateral cooperation, moved by frameworks, rivalry and quarrels; border effort and sanctuary
//! abroad follow dated inputs and shocks.
//!
//! - **Reads**: inputs, frameworks, complicity, recognition, captured officials, strike forces, levers `regional-shock`,
//!   `regional-framework`, `donor-channel`, `border-unit-capture`
//! - **Writes**: `governments.cooperation`, `border_effort`, `border_captured`, `sanctuary`
//! - **Draws**: none
//! - **Equation**: c relaxes (half-life a year) to baseline + gain x sum over shared frameworks of formal x
//!   operation x (1 - veto of rivals outside) + channel_gain (both in the donors' framework) - channel_rift (one of them
//!   left out) - rivalry_weight x rivalry - complicity_weight x complicity - recognition_weight x (1 - recognition) -
//!   leak_weight x captured officials of the north (pairs with Mali) - intervention_weight while a strike force is there
//!   (Mali with those who resent that);
//!   sanctuary = quality x (1 - effort x c)
//! - **Pattern**: none of its own; enters search, hot pursuit, sanctuary
//! - **Sources**: lacher2013 (frameworks without operation, vetoes, complicity); sizes assumed

use serde::Deserialize;

use crate::base::ids::GovernmentId;
use crate::base::maths::{decay, relax};
use crate::base::now::Now;
use crate::entities::governments::{Framework, Governments};
use crate::entities::officials::captured_share;
use crate::entities::policy::{Lever, LeverKind};
use crate::entities::world::World;

/// Parameters; values, ranges and sources in `data/parameters/regional_cooperation.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Time for cooperation to halve its distance to what frameworks and rivalry support [weeks].
    pub half_life_weeks: f64,
    /// Cooperation added by a framework that works fully [1].
    pub framework_gain: f64,
    /// Share of a framework's effect that a veto removes [share].
    pub veto_share: f64,
    /// Cooperation lost to full rivalry [1].
    pub rivalry_weight: f64,
    /// Cooperation with Mali lost to full complicity of its leadership [1].
    pub complicity_weight: f64,
    /// Cooperation with Mali lost where nobody recognises its government [1].
    pub recognition_weight: f64,
    /// Cooperation with Mali that those who resent an intervention lose while a strike force is there [1].
    pub intervention_weight: f64,
    /// Cooperation with Mali lost where all officials in its north who decide on searches are captured [1].
    pub leak_weight: f64,
    /// Cooperation that members of the framework gain through which donors work [1].
    pub channel_gain: f64,
    /// Cooperation lost between members and neighbours who are left out [1].
    pub channel_rift: f64,
}

/// Countries with dated series, and the word that names them there.
const DATED: [(&str, &str); 5] =
    [("DZA", "algeria"), ("NER", "niger"), ("MRT", "mauritania"), ("LBY", "libya"), ("BFA", "burkina")];

/// Moves cooperation and what hangs on it by a week.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let working = working(world, params, now);
    let channels = channels(world);
    let north = world.officials.iter().filter(|p| p.rank.searches() && world.places.in_north(p.place));
    let leaks = captured_share(north);
    let outsiders = world.missions.iter().any(|mission| mission.is_strike_force && mission.total() > 0);
    let governments = &mut world.governments;
    let share = 1.0 - decay(params.half_life_weeks);
    let ids: Vec<_> = governments.list.ids().collect();
    for a in &ids {
        for b in &ids {
            if a >= b {
                continue;
            }
            let frameworks: f64 = working
                .iter()
                .filter(|f| f.members.contains(a) && f.members.contains(b))
                .map(|f| f.operation)
                .sum();
            let channels: f64 = channels.iter().map(|c| c.effect(params, governments, *a, *b)).sum();
            let with_mali = *a == governments.mali || *b == governments.mali;
            let distance = if with_mali {
                let other = if *a == governments.mali { *b } else { *a };
                let resented = outsiders && governments.list[other].resents_intervention;
                params.complicity_weight * world.state.complicity
                    + params.recognition_weight * (1.0 - world.state.recognition)
                    + params.leak_weight * leaks
                    + params.intervention_weight * f64::from(u8::from(resented))
            } else {
                0.0
            };
            let target = governments.baseline[(*a, *b)] + params.framework_gain * frameworks
                - params.rivalry_weight * governments.rivalry[(*a, *b)]
                + channels
                - distance;
            let value = relax(governments.cooperation[(*a, *b)], target.clamp(0.0, 1.0), share);
            governments.cooperation[(*a, *b)] = value;
            governments.cooperation[(*b, *a)] = value;
        }
    }
    for (code, word) in DATED {
        let Some(id) = governments.of(code) else { continue };
        let with_mali = governments.cooperation[(id, governments.mali)];
        let effort = world.inputs.value_of("border-effort", word);
        let mut quality = world.inputs.value_of("sanctuary", word);
        for lever in world.policy.active(LeverKind::RegionalShock).filter(|l| l.word("country") == code) {
            quality = lever.number("sanctuary_share");
        }
        let government = &mut governments.list[id];
        government.border_effort = effort;
        government.sanctuary = quality * (1.0 - effort * with_mali);
        if code == "LBY" {
            government.own_border_captured = world.inputs.value("border-captured-libya");
        }
    }
    for government in world.governments.list.iter_mut() {
        let levers = world.policy.active(LeverKind::BorderUnitCapture);
        let lever = levers.rev().find(|lever| lever.word("government") == government.id);
        government.border_captured =
            lever.map_or(government.own_border_captured, |lever| lever.number("captured_share"));
    }
}

/// A framework as it works this week.
struct Working {
    members: Vec<GovernmentId>,
    /// Operation, less what its rivals undo [0, 1].
    operation: f64,
}

/// Frameworks in force: what exists on paper, as far as it operates and nobody outside blocks it.
fn working(world: &World, params: &Params, now: &Now) -> Vec<Working> {
    let governments = &world.governments;
    let of = |framework: &Framework| {
        let levers = world.policy.active(LeverKind::RegionalFramework);
        let lever = levers.rev().find(|lever| lever.word("framework") == framework.id);
        let mut members = framework.members.clone();
        if lever.is_some_and(|lever| lever.word("membership") == "wider") {
            members.extend(&framework.candidates);
        }
        let operation = lever.map_or(framework.operational, |lever| lever.number("operation_share"));
        let veto_left = lever.map_or(1.0, |lever| lever.number("veto_left_share"));
        // Who has joined blocks no more.
        let blocked = framework.vetoed_by.iter().any(|rival| !members.contains(rival));
        let veto = if blocked { params.veto_share * veto_left } else { 0.0 };
        Working { members, operation: framework.formal * operation * (1.0 - veto) }
    };
    governments.frameworks.iter().filter(|framework| framework.from <= now.week).map(of).collect()
}

/// A framework that donors work through.
struct Channel {
    members: Vec<GovernmentId>,
    weight: f64,
}

impl Channel {
    /// What it adds to the cooperation of two governments: members draw together, a neighbour left out draws back.
    fn effect(&self, params: &Params, governments: &Governments, a: GovernmentId, b: GovernmentId) -> f64 {
        // Only states of the region feel left out.
        let regional = |g: GovernmentId| governments.list[g].has_borders;
        match (self.members.contains(&a), self.members.contains(&b)) {
            (true, true) => params.channel_gain * self.weight,
            (true, false) if regional(b) => -params.channel_rift * self.weight,
            (false, true) if regional(a) => -params.channel_rift * self.weight,
            _ => 0.0,
        }
    }
}

/// Frameworks that donors work through this week.
fn channels(world: &World) -> Vec<Channel> {
    let levers = world.policy.each_at(LeverKind::DonorChannel, None);
    let of = |lever: &Lever| {
        let framework = world.governments.frameworks.iter().find(|f| f.id == lever.word("framework"))?;
        Some(Channel { members: framework.members.clone(), weight: lever.number("weight_share") })
    };
    levers.filter_map(of).collect()
}
