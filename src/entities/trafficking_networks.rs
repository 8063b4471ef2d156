//! Trafficking networks and the consignments they send this week.

use crate::base::ids::{ActorId, Column, GroupId, NetworkId, PlaceId, RouteId};
use crate::entities::vocabulary::{Commodity, Community};

/// A group that is paid for protection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contract {
    /// The protector.
    pub group: GroupId,
    /// Weeks running without full pay [weeks].
    pub unpaid_weeks: u32,
}

/// One network.
#[derive(Clone, Debug)]
pub struct Network {
    /// Id.
    pub id: String,
    /// Address of draws.
    pub key: u64,
    /// Community of its owners.
    pub community: Community,
    /// Home.
    pub base: PlaceId,
    /// Share of each commodity's loads that it handles [0, 1].
    pub market_share: [f64; Commodity::COUNT],
    /// Ledger account.
    pub actor: ActorId,
    /// Groups that it pays for protection.
    pub protectors: Vec<Contract>,
    /// Networks with which it has long disputed routes.
    pub rivals: Vec<NetworkId>,
    /// Margin earned since trafficking last looked [EUR].
    pub earned_eur: f64,
    /// Tolls and bribes paid since then [EUR].
    pub dues_eur: f64,
    /// Share of the margin that stays in the region [0, 1].
    pub margin_retained: f64,
    /// Risk learned on each route [0, 1].
    pub risk: Column<RouteId, f64>,
    /// Value seized of late against value sent, for the choice to expand or consolidate [0, 1].
    pub loss_share: f64,
    /// Paths it uses of those it knows, 2 or more.
    pub paths_used: usize,
}

/// All networks.
pub type Networks = Column<NetworkId, Network>;

/// Loads of one commodity that one network sends along one path this week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Consignment {
    /// Network.
    pub network: NetworkId,
    /// Position in the relations of the world.
    pub relation: usize,
    /// Position among the relation's paths.
    pub path: usize,
    /// Loads sent [loads].
    pub loads: u32,
    /// Loads seized [loads].
    pub seized: u32,
    /// Leg on which they were seized.
    pub seized_on: Option<RouteId>,
    /// Uniforms that decide what is seized and where.
    pub fate: (u32, u32),
}
