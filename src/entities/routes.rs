//! Routes: undirected edges of the graph, with real lengths and surfaces, and the paths that networks use.

use crate::base::ids::{Column, GovernmentId, PlaceId, RouteId};
use crate::entities::theatre::CommodityEntry;
use crate::entities::vocabulary::{Commodity, Surface};

/// All routes; columns below `search` are set each week.
#[derive(Clone, Debug)]
pub struct Routes {
    /// Ends.
    pub ends: Column<RouteId, (PlaceId, PlaceId)>,
    /// Address of draws.
    pub key: Column<RouteId, u64>,
    /// [km]
    pub km: Column<RouteId, f64>,
    /// Surface.
    pub surface: Column<RouteId, Surface>,
    /// The two states of a border crossed.
    pub border: Column<RouteId, Option<(GovernmentId, GovernmentId)>>,
    /// Hazard that a harmful load is seized on the leg [1/load].
    pub search_harmful: Column<RouteId, f64>,
    /// Hazard that a load of ordinary goods is seized on the leg [1/load].
    pub search_ordinary: Column<RouteId, f64>,
    /// Hazard that a strike force takes a load of arms on the leg [1/load].
    pub search_strike: Column<RouteId, f64>,
    /// Share of a load's value taken as toll by the controllers of the leg [0, 1].
    pub toll_share: Column<RouteId, f64>,
    /// Bandits and fighting: transport costs more [factor].
    pub danger: Column<RouteId, f64>,
    /// Attention that seizures and raids draw to the leg, half-life set by parameter [loads].
    pub traffic: Column<RouteId, f64>,
}

impl Routes {
    /// Hazard that the search on a leg meets a load of these goods, before anybody tells [1/load].
    pub fn search(&self, route: RouteId, goods: &CommodityEntry) -> f64 {
        let searched = if goods.harmful { &self.search_harmful } else { &self.search_ordinary };
        let arms = goods.id == Commodity::Weapons;
        searched[route] + if arms { self.search_strike[route] } else { 0.0 }
    }
}

/// What buyers abroad want of one commodity this week.
#[derive(Clone, Copy, Debug)]
pub struct Market {
    /// Loads of all relations [loads/week].
    pub loads: f64,
    /// Factor on its price where it is sold.
    pub price: f64,
}

/// Origin and destination of one commodity, and the paths considered between them.
#[derive(Clone, Debug)]
pub struct Relation {
    /// Commodity.
    pub commodity: Commodity,
    /// Origin.
    pub from: PlaceId,
    /// Destination.
    pub to: PlaceId,
    /// Share of the commodity's loads.
    pub share: f64,
    /// Paths as routes in order of travel, cheapest first.
    pub paths: Vec<Vec<RouteId>>,
    /// Places passed on each path, from origin to destination.
    pub stops: Vec<Vec<PlaceId>>,
}
