//! The geography that maps are drawn from, compiled in: outlines, cells and seats of places.

use std::collections::BTreeMap;

use crate::export::manifest::OwnPlace;

/// Latitude at which a degree of longitude keeps its length.
const MIDDLE_LATITUDE: f64 = 17.5;
/// What the maps show, with some of the neighbours (degrees).
const WEST: f64 = -12.9;
const EAST: f64 = 4.9;
const SOUTH: f64 = 9.6;
const NORTH: f64 = 25.5;

/// What separates two seats at least (square of degrees).
const TOUCH: f64 = 1e-9;
/// The smallest piece of a cell that a place of one's own takes (square of degrees).
const SLIVER: f64 = 2e-3;

/// A closed line of (longitude, latitude).
pub type Ring = Vec<(f64, f64)>;

/// Outlines, cells and seats.
pub struct Atlas {
    /// Outlines of other countries, cut at the edges of the map.
    pub neighbours: Vec<Ring>,
    /// Outline of Mali.
    pub mali: Vec<Ring>,
    /// The cell of each place in Mali.
    pub cells: BTreeMap<String, Vec<Ring>>,
    /// Seats of the regions of 2012: places that bear their region's name.
    pub capitals: Vec<(f64, f64)>,
    /// (longitude, latitude) of every place.
    pub seats: BTreeMap<String, (f64, f64)>,
}

impl Atlas {
    /// Reads the compiled-in tables; their form is tested, not checked again.
    pub fn new() -> Atlas {
        let outlines = rings(include_str!("../../data/mali/outlines.csv"));
        let places = include_str!("../../data/mali/places.csv");
        let mut atlas = Atlas {
            neighbours: Vec::new(),
            mali: Vec::new(),
            cells: BTreeMap::new(),
            capitals: capitals(places),
            seats: seats(places),
        };
        for ((country, _), ring) in outlines {
            if country == "MLI" {
                atlas.mali.push(ring);
            } else {
                atlas.neighbours.push(clip(&ring));
            }
        }
        atlas.neighbours.retain(|ring| ring.len() > 2);
        for ((place, _), ring) in rings(include_str!("../../data/mali/cells.csv")) {
            atlas.cells.entry(place).or_default().push(ring);
        }
        atlas
    }

    /// The same with places of one's own: each in Mali takes from the cells around it what lies nearest to its seat.
    pub fn with_own(places: &BTreeMap<String, OwnPlace>) -> Atlas {
        let mut atlas = Atlas::new();
        let on_earth = |place: &OwnPlace| place.longitude.abs() <= 180.0 && place.latitude.abs() <= 90.0;
        for (name, place) in places.iter().filter(|(_, place)| on_earth(place)) {
            let seat = (place.longitude, place.latitude);
            if place.country == "MLI" && !atlas.knows(name) {
                atlas.carve(name, seat);
            }
            atlas.seats.insert(name.clone(), seat);
        }
        atlas
    }

    fn carve(&mut self, name: &str, seat: (f64, f64)) {
        let mut own = Vec::new();
        for (owner, rings) in &mut self.cells {
            let Some(other) = self.seats.get(owner) else { continue };
            let nearer = |point: &(f64, f64)| distance(point, other) - distance(point, &seat);
            let parts: Vec<Ring> = rings.iter().map(|ring| cut(ring, |p| nearer(p) - TOUCH)).collect();
            // Cells were made in another projection: slivers between two that stand are no land of a third.
            if parts.iter().map(area).sum::<f64>() > SLIVER {
                own.extend(parts.into_iter().filter(|ring| ring.len() > 2));
                *rings = rings.iter().map(|ring| cut(ring, |p| TOUCH - nearer(p))).collect();
                rings.retain(|ring| ring.len() > 2);
            }
        }
        if !own.is_empty() {
            self.cells.insert(name.to_string(), own);
        }
    }

    /// Number of places that can be drawn.
    pub fn n_places(&self) -> usize {
        self.cells.len()
    }

    /// True if the place can be drawn.
    pub fn knows(&self, place: &str) -> bool {
        self.cells.contains_key(place)
    }
}

impl Default for Atlas {
    fn default() -> Atlas {
        Atlas::new()
    }
}

/// Width of the map in degrees of latitude.
pub fn map_width() -> f64 {
    (EAST - WEST) * libm::cos(MIDDLE_LATITUDE.to_radians())
}

/// Height of the map in degrees of latitude.
pub fn map_height() -> f64 {
    NORTH - SOUTH
}

/// Height of a map over its width.
pub fn aspect() -> f64 {
    map_height() / map_width()
}

/// Where a point stands on the map: degrees of latitude right of and below its upper left corner.
pub fn project(&(longitude, latitude): &(f64, f64)) -> (f64, f64) {
    ((longitude - WEST) * libm::cos(MIDDLE_LATITUDE.to_radians()), NORTH - latitude)
}

/// The part of a line between two points that lies on the map, or none.
pub fn clip_line(from: (f64, f64), to: (f64, f64)) -> Option<[(f64, f64); 2]> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (change, room) in
        [(-dx, from.0 - WEST), (dx, EAST - from.0), (-dy, from.1 - SOUTH), (dy, NORTH - from.1)]
    {
        if change == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if change < 0.0 {
            enter = enter.max(room / change);
        } else {
            leave = leave.min(room / change);
        }
    }
    let at = |share: f64| (from.0 + share * dx, from.1 + share * dy);
    (enter < leave).then(|| [at(enter), at(leave)])
}

/// Rings by name and number, in the order of the table.
fn rings(table: &str) -> Vec<((String, String), Ring)> {
    let mut found: Vec<((String, String), Ring)> = Vec::new();
    for line in table.lines().skip(1) {
        // Names hold no comma or quotation mark, which a test makes sure of.
        let mut fields = line.split(',');
        let (Some(name), Some(ring), Some(x), Some(y)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let (Ok(x), Ok(y)) = (x.parse(), y.parse()) else { continue };
        match found.last_mut() {
            Some((key, points)) if key.0 == name && key.1 == ring => points.push((x, y)),
            _ => found.push(((name.to_string(), ring.to_string()), vec![(x, y)])),
        }
    }
    found
}

fn seats(places: &str) -> BTreeMap<String, (f64, f64)> {
    let mut reader = csv::Reader::from_reader(places.as_bytes());
    let seat = |row: csv::StringRecord| {
        Some((row.get(0)?.to_string(), (row.get(8)?.parse().ok()?, row.get(7)?.parse().ok()?)))
    };
    reader.records().filter_map(Result::ok).filter_map(seat).collect()
}

fn capitals(places: &str) -> Vec<(f64, f64)> {
    let mut reader = csv::Reader::from_reader(places.as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    let seat = |row: csv::StringRecord| {
        let is_seat = row.get(0) == row.get(3);
        let (latitude, longitude) = (row.get(7)?.parse().ok()?, row.get(8)?.parse().ok()?);
        is_seat.then_some((longitude, latitude))
    };
    rows.filter_map(seat).collect()
}

/// Cuts a ring at the edges of the map (Sutherland and Hodgman).
fn clip(ring: &Ring) -> Ring {
    type Side = fn(&(f64, f64)) -> f64;
    let sides: [Side; 4] = [|p| p.0 - WEST, |p| EAST - p.0, |p| p.1 - SOUTH, |p| NORTH - p.1];
    sides.into_iter().fold(ring.clone(), |kept, inside| cut(&kept, inside))
}

/// The part of a ring where a function that is linear in the plane of the map is not negative.
fn cut(ring: &Ring, inside: impl Fn(&(f64, f64)) -> f64) -> Ring {
    let mut kept = Ring::new();
    for (i, to) in ring.iter().enumerate() {
        let from = &ring[(i + ring.len() - 1) % ring.len()];
        let (a, b) = (inside(from), inside(to));
        if (a < 0.0) != (b < 0.0) {
            let share = a / (a - b);
            kept.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
        }
        if b >= 0.0 {
            kept.push(*to);
        }
    }
    kept
}

/// Area of a ring (square of degrees).
fn area(ring: &Ring) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>().abs() / 2.0
}

/// Square of the distance on the map; the difference of two is linear in the point.
fn distance(a: &(f64, f64), b: &(f64, f64)) -> f64 {
    let (a, b) = (project(a), project(b));
    (a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_in_mali_has_a_cell_and_every_region_a_seat() {
        let atlas = Atlas::new();
        let mut reader = csv::Reader::from_reader(include_str!("../../data/mali/places.csv").as_bytes());
        for row in reader.records().map(Result::unwrap).filter(|row| &row[2] == "MLI") {
            assert!(atlas.knows(&row[0]), "{}", &row[0]);
        }
        assert_eq!(atlas.capitals.len(), 9);
        assert!(!atlas.mali.is_empty() && atlas.neighbours.len() >= 7);
        assert!(!include_str!("../../data/mali/cells.csv").contains('"'));
        assert!(!include_str!("../../data/mali/outlines.csv").contains('"'));
    }

    #[test]
    fn a_place_of_ones_own_takes_from_the_cells_around_it() {
        let of = |atlas: &Atlas, name: &str| atlas.cells[name].iter().map(area).sum::<f64>();
        let whole = |atlas: &Atlas| atlas.cells.values().flatten().map(area).sum::<f64>();
        let own = |country: &str, longitude: f64, latitude: f64| OwnPlace {
            country: country.to_string(),
            longitude,
            latitude,
        };
        let before = Atlas::new();
        let places = BTreeMap::from([
            ("Abroad".to_string(), own("NER", 3.0, 14.0)),
            ("Nowhere".to_string(), own("MLI", 1e300, 0.0)),
            ("Tabankort".to_string(), own("MLI", 0.3, 17.8)),
        ]);
        let after = Atlas::with_own(&places);
        assert!(after.knows("Tabankort") && !after.knows("Abroad") && !after.knows("Nowhere"));
        assert!(after.seats.contains_key("Abroad") && !after.seats.contains_key("Nowhere"));
        assert!(of(&after, "Tabankort") > 0.1 && of(&after, "Bourem") < of(&before, "Bourem"));
        assert!((whole(&after) - whole(&before)).abs() < 1e-6);
        // On another's seat there is nothing to take.
        let (longitude, latitude) = before.seats["Gao"];
        let same = BTreeMap::from([(
            "Gao-2".to_string(),
            OwnPlace { country: "MLI".to_string(), longitude, latitude },
        )]);
        let same = Atlas::with_own(&same);
        assert!((whole(&same) - whole(&before)).abs() < 1e-6 && !same.knows("Gao-2"));
    }

    #[test]
    fn lines_are_cut_at_the_edges_of_the_map() {
        let inside = [(-5.0, 15.0), (-4.0, 16.0)];
        assert_eq!(clip_line(inside[0], inside[1]), Some(inside));
        assert_eq!(clip_line((-5.0, 15.0), (-5.0, 30.0)), Some([(-5.0, 15.0), (-5.0, NORTH)]));
        assert_eq!(clip_line((10.0, 15.0), (12.0, 15.0)), None);
        assert_eq!(clip_line((6.0, 20.0), (6.0, 21.0)), None);
    }

    #[test]
    fn neighbours_are_cut_at_the_edges_of_the_map() {
        let around = vec![(-30.0, 0.0), (30.0, 0.0), (30.0, 40.0), (-30.0, 40.0)];
        let corners = [(WEST, SOUTH), (EAST, SOUTH), (EAST, NORTH), (WEST, NORTH)];
        let cut = clip(&around);
        let near = |a: &(f64, f64), b: &(f64, f64)| (a.0 - b.0).abs() + (a.1 - b.1).abs() < 1e-9;
        assert!(
            cut.len() == 4 && corners.iter().all(|corner| cut.iter().any(|p| near(p, corner))),
            "{cut:?}"
        );
        assert!(clip(&vec![(50.0, 0.0), (51.0, 0.0), (51.0, 1.0)]).is_empty());
    }
}
