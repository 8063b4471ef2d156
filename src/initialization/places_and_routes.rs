//! Places, routes, reach and the paths of trade.

use crate::base::draws::{hash, join};
use crate::base::ids::{Column, Id as _, Matrix, PlaceId, RouteId};
use crate::base::maths::{exp, great_circle_km};
use crate::entities::governments::Governments;
use crate::entities::places::{Places, Ruler};
use crate::entities::routes::{Relation, Routes};
use crate::entities::theatre::{PlaceRow, Theatre};
use crate::entities::vocabulary::{Commodity, PlaceKind, Surface};
use crate::mechanics::paths;
use crate::submodels::Beginning;
use crate::tables::indicators::REGIONS;

/// Weeks that stand for "long ago".
const LONG_AGO: u32 = 1_000;

fn hours(km: f64, surface: Surface, p: &crate::mechanics::presence::Params) -> f64 {
    km / match surface {
        Surface::Paved => p.paved_km_per_hour,
        Surface::Track => p.track_km_per_hour,
        Surface::Desert => p.desert_km_per_hour,
    }
}

/// True if two sets of parameters give the same travel hours and the same paths of trade.
pub fn same_ways(a: &Beginning, b: &Beginning) -> bool {
    let numbers = |p: &Beginning| {
        let speeds = &p.presence;
        [
            speeds.paved_km_per_hour,
            speeds.track_km_per_hour,
            speeds.desert_km_per_hour,
            p.trafficking.paths_expanded,
        ]
        .map(f64::to_bits)
    };
    numbers(a) == numbers(b)
}

/// Builds the graph; `known_hours` are travel hours that need not be found again.
pub fn places_and_routes(
    theatre: &Theatre,
    governments: &Governments,
    parameters: &Beginning,
    known_hours: Option<&Matrix<PlaceId, PlaceId, f64>>,
) -> (Places, Routes) {
    let p = &parameters.presence;
    let at = |id: &str| PlaceId::from_index(theatre.place(id).unwrap_or_else(|| panic!("no place {id}")));
    let n = theatre.places.len();
    let mut neighbours: Column<PlaceId, Vec<(PlaceId, RouteId)>> = Column::filled(n, Vec::new());
    let mut route_km: Column<PlaceId, f64> = Column::filled(n, 0.0);
    let mut time = Column::from_vec(Vec::new());
    let mut routes = Routes {
        ends: Column::from_vec(Vec::new()),
        key: Column::from_vec(Vec::new()),
        km: Column::from_vec(Vec::new()),
        surface: Column::from_vec(Vec::new()),
        border: Column::from_vec(Vec::new()),
        search_harmful: Column::filled(theatre.routes.len(), 0.0),
        search_ordinary: Column::filled(theatre.routes.len(), 0.0),
        search_strike: Column::filled(theatre.routes.len(), 0.0),
        toll_share: Column::filled(theatre.routes.len(), 0.0),
        danger: Column::filled(theatre.routes.len(), 0.0),
        traffic: Column::filled(theatre.routes.len(), 0.0),
    };
    for row in &theatre.routes {
        let (a, b) = (at(&row.a), at(&row.b));
        let route: RouteId = routes.ends.push((a, b));
        let _: RouteId = routes.key.push(join(hash(&row.a), hash(&row.b)));
        let _: RouteId = routes.km.push(row.km);
        let _: RouteId = routes.surface.push(row.surface);
        let border =
            row.border.split_once('-').and_then(|(x, y)| Some((governments.of(x)?, governments.of(y)?)));
        let _: RouteId = routes.border.push(border);
        let _: RouteId = time.push(hours(row.km, row.surface, p));
        neighbours[a].push((b, route));
        neighbours[b].push((a, route));
        // Half of a leg lies in each place; across a border the half inside the country.
        route_km[a] += 0.5 * row.km;
        route_km[b] += 0.5 * row.km;
    }
    let travel_hours = known_hours.cloned().unwrap_or_else(|| {
        let mut travel_hours = Matrix::filled(n, n, f64::INFINITY);
        for place in neighbours.ids() {
            let from = paths::costs_from(place, &neighbours, &time);
            for other in neighbours.ids() {
                travel_hours[(place, other)] = from[other];
            }
        }
        travel_hours
    });
    let reach = |half: f64| -> Column<PlaceId, Vec<(PlaceId, f64)>> {
        Column::from_vec(
            neighbours
                .ids()
                .map(|place| {
                    let mut near: Vec<(PlaceId, f64)> = neighbours
                        .ids()
                        .map(|other| {
                            (other, exp(-std::f64::consts::LN_2 * travel_hours[(place, other)] / half))
                        })
                        .filter(|(_, share)| *share > LEAST_REACH)
                        .collect();
                    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                    near
                })
                .collect(),
        )
    };
    let (within_reach, within_reach_by_air) = (reach(p.reach_half_hours), reach(p.air_reach_half_hours));
    let column = |f: &dyn Fn(&PlaceRow) -> f64| Column::from_vec(theatre.places.iter().map(f).collect());
    let places = Places {
        id: Column::from_vec(theatre.places.iter().map(|r| r.id.clone()).collect()),
        key: Column::from_vec(theatre.places.iter().map(|r| hash(&r.id)).collect()),
        kind: Column::from_vec(theatre.places.iter().map(|r| r.kind).collect()),
        country: Column::from_vec(theatre.places.iter().map(|r| r.country.clone()).collect()),
        in_mali: Column::from_vec(theatre.places.iter().map(|r| r.country == "MLI").collect()),
        region: Column::from_vec(theatre.places.iter().map(region).collect()),
        cercle: Column::from_vec(
            theatre.places.iter().map(|r| at(if r.cercle.is_empty() { &r.id } else { &r.cercle })).collect(),
        ),
        zone: Column::from_vec(theatre.places.iter().map(|r| r.zone.clone()).collect()),
        latitude: column(&|r| r.latitude),
        longitude: column(&|r| r.longitude),
        population: column(&|r| f64::from(r.population_2012)),
        town_share: column(&|r| f64::from(r.town_population_2012) / f64::from(r.population_2012.max(1))),
        area_km2: column(&|r| r.area_km2),
        route_km,
        legal_income_eur: column(&|r| r.legal_income_eur_per_year),
        import_dependence: column(&|r| r.import_dependence_share),
        pasture: column(&|r| r.pasture),
        flood_plain: column(&|r| r.flood_plain),
        neighbours,
        within_reach,
        within_reach_by_air,
        km_to_capital: km_to_capital(theatre),
        nearest_region: nearest_region(theatre, &travel_hours),
        travel_hours,
        cells: Column::filled(n, Vec::new()),
        posts: Column::filled(n, Vec::new()),
        is_regional_capital: Column::from_vec(theatre.places.iter().map(|r| r.id == r.region).collect()),
        controller: Column::from_vec(theatre.places.iter().map(|r| first_ruler(theatre, r)).collect()),
        challenger: Column::filled(n, (Ruler::Nobody, 0)),
        weeks_since_contested: Column::filled(n, LONG_AGO),
        food_price: Column::filled(n, 1.0),
        supply: Column::filled(n, 1.0),
        private_weapons: Column::from_vec(theatre.places.iter().map(|r| r.private_weapons as u32).collect()),
        banditry: Column::filled(n, 0.0),
        foreigners: column(&|r| r.foreigners_persons),
        resource_access: Column::filled(n, parameters.initialization.resource_access),
        grass: Column::filled(n, parameters.initialization.grass),
        tension: Column::filled(n, Vec::new()),
        legitimacy: Column::filled(n, legitimacy_of_trades(theatre)),
        cooperation: Column::filled(n, 0.0),
        jobs_by_commodity: Column::filled(n, [0.0; Commodity::COUNT]),
        trafficking_jobs: Column::filled(n, 0.0),
        trafficking_carriers: Column::filled(n, 0.0),
        trafficking_wages: Column::filled(n, 0.0),
        hosted: Column::filled(n, 0),
        recent_deaths: Column::filled(n, 0.0),
        recent_attacks: Column::filled(n, 0.0),
        threat_to_officials: Column::filled(n, 0.0),
        excitation: Column::filled(n, 0.0),
    };
    (places, routes)
}

/// Position of the region of 2012 that a place of Mali lies in.
fn region(row: &PlaceRow) -> Option<usize> {
    REGIONS.iter().position(|r| *r == row.region).filter(|_| row.country == "MLI")
}

fn km_to_capital(theatre: &Theatre) -> Column<PlaceId, f64> {
    let capital = theatre.places.iter().find(|row| row.kind == PlaceKind::Capital);
    let km = |row: &PlaceRow| {
        capital.map_or(f64::NAN, |capital| {
            great_circle_km((capital.latitude, capital.longitude), (row.latitude, row.longitude))
        })
    };
    Column::from_vec(theatre.places.iter().map(km).collect())
}

fn nearest_region(
    theatre: &Theatre,
    travel_hours: &Matrix<PlaceId, PlaceId, f64>,
) -> Column<PlaceId, Option<usize>> {
    let nearest = |(at, row): (usize, &PlaceRow)| {
        let hours = travel_hours.row(PlaceId::from_index(at));
        let malian = theatre.places.iter().zip(hours).filter_map(|(other, h)| Some((region(other)?, *h)));
        // The first of equals.
        let found = malian.reduce(|best, next| if next.1 < best.1 { next } else { best });
        region(row).or(found.map(|(region, _)| region))
    };
    Column::from_vec(theatre.places.iter().enumerate().map(nearest).collect())
}

/// Share of a force below which it is not felt.
const LEAST_REACH: f64 = 0.05;

/// The state holds its seats and garrisons; the open desert is nobody's.
fn first_ruler(theatre: &Theatre, row: &PlaceRow) -> Ruler {
    let garrison = theatre.garrisons.iter().any(|g| g.place == row.id && g.soldiers > 0);
    let held = row.country == "MLI"
        && (garrison || !matches!(row.kind, PlaceKind::DesertNode | PlaceKind::BorderPost));
    if held { Ruler::State } else { Ruler::Nobody }
}

/// How legitimate each trade is found where nothing has happened to it.
fn legitimacy_of_trades(theatre: &Theatre) -> [f64; Commodity::COUNT] {
    let mut legitimacy = [0.0; Commodity::COUNT];
    for goods in &theatre.commodities {
        legitimacy[goods.id as usize] = goods.legitimacy;
    }
    legitimacy
}

/// The K cheapest paths of every commodity between its origins and destinations.
pub fn relations(
    theatre: &Theatre,
    places: &Places,
    routes: &Routes,
    parameters: &Beginning,
) -> Vec<Relation> {
    let cost = Column::from_vec(
        routes.ends.ids().map(|r| hours(routes.km[r], routes.surface[r], &parameters.presence)).collect(),
    );
    let at = |id: &str| PlaceId::from_index(theatre.place(id).unwrap_or_else(|| panic!("no place {id}")));
    let k = parameters.trafficking.paths_expanded as usize;
    let mut relations = Vec::new();
    for goods in &theatre.commodities {
        for origin in &goods.origins {
            for destination in &goods.destinations {
                let (from, to) = (at(&origin.place), at(&destination.place));
                let found = paths::cheapest(from, to, k, &places.neighbours, &cost);
                if from == to || found.is_empty() {
                    continue;
                }
                relations.push(Relation {
                    commodity: goods.id,
                    from,
                    to,
                    share: origin.share * destination.share,
                    paths: found.iter().map(|p| p.routes.clone()).collect(),
                    stops: found.into_iter().map(|p| p.stops).collect(),
                });
            }
        }
    }
    relations
}
