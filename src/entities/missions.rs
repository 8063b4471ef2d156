//! Peace operations and strike forces: contingents by place, convoys, self-protection.

use crate::base::dates::Week;
use crate::base::ids::{ActorId, Column, MissionId, PlaceId};

/// What a mission does with the troops that are left when it has protected itself: shares that add to 1.
#[derive(Clone, Copy, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mandate {
    /// Patrols that protect people [0, 1].
    pub protect_civilians: f64,
    /// Standing by officials and the army [0, 1].
    pub support_state: f64,
    /// Escorts of convoys [0, 1].
    pub escort: f64,
    /// Operations against armed groups [0, 1].
    pub fight: f64,
}

/// A mission or strike force.
#[derive(Clone, Debug)]
pub struct Mission {
    /// Id.
    pub id: String,
    /// Address of draws.
    pub key: u64,
    /// True for a strike force, false for a peace operation.
    pub is_strike_force: bool,
    /// Ledger account.
    pub actor: ActorId,
    /// Troops that a lever authorises this week [persons].
    pub authorised: f64,
    /// Troops by place [persons].
    pub troops: Column<PlaceId, u32>,
    /// Share of troops by place from a week on.
    pub basing: Vec<(Week, Column<PlaceId, f64>)>,
    /// Training and air lift of the data, in force unless a lever says otherwise [0, 1].
    pub own_training: f64,
    /// Air lift of the data [0, 1].
    pub own_air_lift: f64,
    /// Mandate of the data, in force unless a lever says otherwise.
    pub own_mandate: Mandate,
    /// Mandate.
    pub mandate: Mandate,
    /// Police of a task force on organised crime [persons].
    pub task_force_persons: f64,
    /// Training [0, 1].
    pub training: f64,
    /// Share of supply and reach by air [0, 1].
    pub air_lift: f64,
    /// Extra usable force from aircraft and quick reaction [factor].
    pub strike_cover_bonus: f64,
    /// Cost [EUR a person and year].
    pub cost_eur_per_person_year: f64,
    /// What aircraft and police add to that cost this week [factor].
    pub cost_factor: f64,
    /// Share of strikes that follow bands across borders [0, 1].
    pub cross_border: f64,
    /// Hostile deaths, half-life 20 weeks [persons].
    pub recent_deaths: f64,
    /// Share of troops used to protect and supply itself [0, 1].
    pub self_protection: f64,
}

impl Mission {
    /// Weight of a task against the mission's own mandate: 1 unless a lever says otherwise.
    pub fn emphasis(&self, task: fn(&Mandate) -> f64) -> f64 {
        let own = task(&self.own_mandate);
        if own > 0.0 { task(&self.mandate) / own } else { 1.0 }
    }
    /// All troops [persons].
    pub fn total(&self) -> u32 {
        self.troops.iter().sum()
    }
}

/// All missions.
pub type Missions = Column<MissionId, Mission>;

/// A supply convoy of this week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convoy {
    /// Mission supplied.
    pub mission: MissionId,
    /// Base it goes to.
    pub base: PlaceId,
    /// Place on the way where it is most exposed.
    pub through: PlaceId,
    /// Escort [persons].
    pub escort: u32,
    /// True if its movement was sold.
    pub leaked: bool,
}
