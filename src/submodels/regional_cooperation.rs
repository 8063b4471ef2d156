//! # Regional cooperation
//!
//! A matrix of bilateral cooperation, moved by frameworks, rivalry and quarrels; border effort and sanctuary
//! abroad follow dated inputs and shocks.
//!
//! - **Reads**: inputs, frameworks, complicity, levers `regional-shock`
//! - **Writes**: `governments.cooperation`, `border_effort`, `border_captured`, `sanctuary`
//! - **Draws**: none
//! - **Equation**: c relaxes (half-life a year) to baseline + gain x sum over shared frameworks of operation
//!   x (1 - veto) - rivalry_weight x rivalry - complicity_weight x complicity (pairs with Mali);
//!   sanctuary = quality x (1 - effort x c)
//! - **Pattern**: none of its own; enters search, hot pursuit, sanctuary
//! - **Sources**: lacher2013 (frameworks without operation, vetoes, complicity); sizes assumed

use serde::Deserialize;

use crate::base::maths::{decay, relax};
use crate::base::now::Now;
use crate::entities::policy::LeverKind;
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
}

/// Countries with dated series, and the word that names them there.
const DATED: [(&str, &str); 5] =
    [("DZA", "algeria"), ("NER", "niger"), ("MRT", "mauritania"), ("LBY", "libya"), ("BFA", "burkina")];

/// Moves cooperation and what hangs on it by a week.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    let governments = &mut world.governments;
    let share = 1.0 - decay(params.half_life_weeks);
    let ids: Vec<_> = governments.list.ids().collect();
    for a in &ids {
        for b in &ids {
            if a >= b {
                continue;
            }
            let frameworks: f64 = governments
                .frameworks
                .iter()
                .filter(|f| f.from <= now.week && f.members.contains(a) && f.members.contains(b))
                .map(|f| f.operational * if f.vetoed_by.is_empty() { 1.0 } else { 1.0 - params.veto_share })
                .sum();
            let with_mali = *a == governments.mali || *b == governments.mali;
            let complicity = if with_mali { params.complicity_weight * world.state.complicity } else { 0.0 };
            let target = governments.baseline[(*a, *b)] + params.framework_gain * frameworks
                - params.rivalry_weight * governments.rivalry[(*a, *b)]
                - complicity;
            let value = relax(governments.cooperation[(*a, *b)], target.clamp(0.0, 1.0), share);
            governments.cooperation[(*a, *b)] = value;
            governments.cooperation[(*b, *a)] = value;
        }
    }
    for (code, word) in DATED {
        let Some(id) = governments.of(code) else { continue };
        let with_mali = governments.cooperation[(id, governments.mali)];
        let effort = world.inputs.value(&format!("border-effort-{word}"));
        let mut quality = world.inputs.value(&format!("sanctuary-{word}"));
        for lever in world.policy.active(LeverKind::RegionalShock).filter(|l| l.word("country") == code) {
            quality = lever.number("sanctuary_share");
        }
        let government = &mut governments.list[id];
        government.border_effort = effort;
        government.sanctuary = quality * (1.0 - effort * with_mali);
        if code == "LBY" {
            government.border_captured = world.inputs.value("border-captured-libya");
        }
    }
}
