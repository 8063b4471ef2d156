//! Places: nodes of the route graph, in Mali (with people) and outside (counts only).

use crate::base::ids::{CellId, Column, GroupId, Id as _, Matrix, PlaceId, PostId, RouteId};
use crate::entities::vocabulary::{Commodity, PlaceKind};

/// Who holds a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ruler {
    /// Nobody: contested or empty.
    Nobody,
    /// The Malian state.
    State,
    /// An armed group.
    Group(GroupId),
}

/// Tension between two communities of one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tension {
    /// The two communities, by their cells.
    pub between: (CellId, CellId),
    /// From none to open feud [0, 1].
    pub level: f64,
}

impl Tension {
    /// True for the tensions of this cell.
    pub fn touches(&self, cell: CellId) -> bool {
        self.between.0 == cell || self.between.1 == cell
    }
    /// Raises it by a share of the room that is left.
    pub fn rise(&mut self, by: f64) {
        self.level += by * (1.0 - self.level);
    }
}

/// All places; the columns above `controller` never change in a run.
#[derive(Clone, Debug)]
pub struct Places {
    /// Id of the data.
    pub id: Column<PlaceId, String>,
    /// Address of its draws: hash of the id.
    pub key: Column<PlaceId, u64>,
    /// Kind.
    pub kind: Column<PlaceId, PlaceKind>,
    /// ISO3 code.
    pub country: Column<PlaceId, String>,
    /// True inside Mali.
    pub in_mali: Column<PlaceId, bool>,
    /// Position of the region of 2012 in `REGIONS`; outside Mali none.
    pub region: Column<PlaceId, Option<usize>>,
    /// Cercle seat it belongs to (itself outside Mali).
    pub cercle: Column<PlaceId, PlaceId>,
    /// Border zone outside Mali, flood-plain, plateau or gourma in Mopti, else empty.
    pub zone: Column<PlaceId, String>,
    /// [degrees]
    pub latitude: Column<PlaceId, f64>,
    /// [degrees]
    pub longitude: Column<PlaceId, f64>,
    /// Persons in January 2012 [persons].
    pub population: Column<PlaceId, f64>,
    /// Share of the people who live in town [0, 1].
    pub town_share: Column<PlaceId, f64>,
    /// Area nearest to this place [km2].
    pub area_km2: Column<PlaceId, f64>,
    /// Road and track in the place: half of each route inside the country [km].
    pub route_km: Column<PlaceId, f64>,
    /// Legal income [EUR a person and year].
    pub legal_income_eur: Column<PlaceId, f64>,
    /// Dependence of consumption on cross-border supply [0, 1].
    pub import_dependence: Column<PlaceId, f64>,
    /// Pasture [0, 1].
    pub pasture: Column<PlaceId, f64>,
    /// Flood-plain access [0, 1].
    pub flood_plain: Column<PlaceId, f64>,
    /// Neighbouring places and the routes to them, in route order.
    pub neighbours: Column<PlaceId, Vec<(PlaceId, RouteId)>>,
    /// Places within a day or so and the share of a force that is felt there [0, 1]; itself first with 1.
    pub within_reach: Column<PlaceId, Vec<(PlaceId, f64)>>,
    /// The same with air lift.
    pub within_reach_by_air: Column<PlaceId, Vec<(PlaceId, f64)>>,
    /// Travel time between places over the graph [hours].
    pub travel_hours: Matrix<PlaceId, PlaceId, f64>,
    /// Cells whose home this is.
    pub cells: Column<PlaceId, Vec<CellId>>,
    /// Distance from the capital as the crow flies; unknown without a capital [km].
    pub km_to_capital: Column<PlaceId, f64>,
    /// Position of its region; abroad that of the nearest place of Mali by road.
    pub nearest_region: Column<PlaceId, Option<usize>>,
    /// Rows of posts whose seat this is.
    pub posts: Column<PlaceId, Vec<PostId>>,
    /// True where a regional capital lies.
    pub is_regional_capital: Column<PlaceId, bool>,

    /// Who controls it.
    pub controller: Column<PlaceId, Ruler>,
    /// Who has led the holder, and for how many weeks.
    pub challenger: Column<PlaceId, (Ruler, u32)>,
    /// Weeks since it was last contested or changed hands [weeks].
    pub weeks_since_contested: Column<PlaceId, u32>,
    /// Food price against January 2012 [index].
    pub food_price: Column<PlaceId, f64>,
    /// Share of cross-border supply that arrives [0, 1].
    pub supply: Column<PlaceId, f64>,
    /// Weapons in private hands [weapons].
    pub private_weapons: Column<PlaceId, u32>,
    /// Banditry this week [incidents].
    pub banditry: Column<PlaceId, f64>,
    /// Foreigners at risk of kidnapping [persons].
    pub foreigners: Column<PlaceId, f64>,
    /// Access of herders and farmers to land and water: 1 open and fair, 0 closed or paid for.
    pub resource_access: Column<PlaceId, f64>,
    /// Grass and water that the season and the herds have left [0, 1].
    pub grass: Column<PlaceId, f64>,
    /// Tension of every two communities that live here.
    pub tension: Column<PlaceId, Vec<Tension>>,
    /// How legitimate people here find each trade [0, 1].
    pub legitimacy: Column<PlaceId, [f64; Commodity::COUNT]>,
    /// How much people tell soldiers of what they know: written by perception [0, 1].
    pub cooperation: Column<PlaceId, f64>,
    /// People whom passing loads employ (half-life 8 weeks) [persons].
    pub trafficking_jobs: Column<PlaceId, f64>,
    /// Part of them by commodity [persons].
    pub jobs_by_commodity: Column<PlaceId, [f64; Commodity::COUNT]>,
    /// Those of them who are paid a carrier's wage [persons].
    pub trafficking_carriers: Column<PlaceId, f64>,
    /// Wages paid to carriers [EUR a week].
    pub trafficking_wages: Column<PlaceId, f64>,
    /// Displaced persons who stay here [persons].
    pub hosted: Column<PlaceId, u32>,
    /// Violence felt here, half-life 4 weeks [deaths].
    pub recent_deaths: Column<PlaceId, f64>,
    /// Attacks here over the past year (half-life 26 weeks) [attacks].
    pub recent_attacks: Column<PlaceId, f64>,
    /// Attacks and abductions against officials near, half-life 12 weeks [attacks].
    pub threat_to_officials: Column<PlaceId, f64>,
    /// Self-exciting part of the attack rate (half-life 4 weeks) [attacks a week].
    pub excitation: Column<PlaceId, f64>,
}

impl Places {
    /// Ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = PlaceId> + ExactSizeIterator + use<> {
        self.id.ids()
    }
    /// Number of places.
    pub fn len(&self) -> usize {
        self.id.len()
    }
    /// True without places.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }
    /// Cells of a place, which are neighbours: an iterator that holds on to nothing, for those who change cells.
    pub fn cells_of(&self, place: PlaceId) -> impl ExactSizeIterator<Item = CellId> + Clone + use<> {
        let cells = &self.cells[place];
        let first = cells.first().map_or(0, |cell| cell.index());
        (first..first + cells.len()).map(CellId::from_index)
    }
    /// Force that gives two thirds of cover at a density per thousand people [persons].
    pub fn need(&self, place: PlaceId, density: f64, rural_weight: f64, per_route_km: f64) -> f64 {
        let people = self.population[place];
        let counted = people * (self.town_share[place] + rural_weight * (1.0 - self.town_share[place]));
        density * counted / 1000.0 + per_route_km * self.route_km[place]
    }
    /// Legitimacy of the trades that pass a place, by the jobs they give; one half where none does [0, 1].
    pub fn legitimacy_of_passing(&self, place: PlaceId) -> f64 {
        let jobs = &self.jobs_by_commodity[place];
        let all: f64 = jobs.iter().sum();
        if all <= 0.0 {
            return 0.5;
        }
        jobs.iter().zip(&self.legitimacy[place]).map(|(n, legitimacy)| n * legitimacy).sum::<f64>() / all
    }
    /// The strongest tension that a cell of this place lives with [0, 1].
    pub fn tension_of(&self, place: PlaceId, cell: CellId) -> f64 {
        self.tension[place].iter().filter(|t| t.touches(cell)).map(|t| t.level).fold(0.0, f64::max)
    }
    /// True in the three regions of the north.
    pub fn in_north(&self, place: PlaceId) -> bool {
        self.region[place].is_some_and(|r| crate::tables::indicators::wider_area(r) == Some(10))
    }
}
