//! Maps of Mali in equirectangular projection: the cell of each place in a colour, neighbours in grey.

use std::collections::BTreeMap;

use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::report::FigureError;
use crate::report::axes::month_name;
use crate::report::control::{Controller, Snapshot};
use crate::report::sheet::{Area, Lettering, Mark, fault, hatch, size_pt, units, write};
use crate::report::theme::Theme;

/// Latitude at which a degree of longitude keeps its length.
const MIDDLE_LATITUDE: f64 = 17.5;
/// What the maps show, with some of the neighbours (degrees).
const WEST: f64 = -12.9;
const EAST: f64 = 4.9;
const SOUTH: f64 = 9.6;
const NORTH: f64 = 25.5;

/// A closed line of (longitude, latitude).
type Ring = Vec<(f64, f64)>;

/// Outlines and cells, compiled in.
pub struct Atlas {
    neighbours: Vec<Ring>,
    mali: Vec<Ring>,
    cells: BTreeMap<String, Vec<Ring>>,
    /// Seats of the regions of 2012: places that bear their region's name.
    capitals: Vec<(f64, f64)>,
}

impl Atlas {
    /// Reads the compiled-in tables; their form is tested, not checked again.
    pub fn new() -> Atlas {
        let outlines = rings(include_str!("../../data/mali/outlines.csv"));
        let mut atlas = Atlas {
            neighbours: Vec::new(),
            mali: Vec::new(),
            cells: BTreeMap::new(),
            capitals: capitals(include_str!("../../data/mali/places.csv")),
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

/// Height of a map over its width.
pub fn aspect() -> f64 {
    (NORTH - SOUTH) / ((EAST - WEST) * shrinkage())
}

/// The colour of a kind of controller.
fn colour(controller: Controller, theme: &Theme) -> RGBColor {
    match controller {
        Controller::State => theme.blue,
        Controller::Separatist => theme.yellow,
        Controller::Jihadist => theme.red,
        Controller::Militia => theme.green,
        Controller::Mission => theme.purple,
        Controller::Nobody => theme.grey,
    }
}

/// The mark of a kind of controller: hatched for nobody, which is no colour among others.
pub fn mark(controller: Controller, theme: &Theme) -> Mark {
    match controller {
        Controller::Nobody => Mark::Hatch(theme.grey),
        other => Mark::Box(colour(other, theme)),
    }
}

/// Draws one map; its date stands in the empty corner over Mauritania: the year, and the month if it is not
/// December.
///
/// # Errors
///
/// Faults of the drawing library.
pub fn draw_map(area: &Area, theme: &Theme, atlas: &Atlas, snapshot: &Snapshot) -> Result<(), FigureError> {
    let (width, height) = size_pt(area);
    let scale = (width / ((EAST - WEST) * shrinkage())).min(height / (NORTH - SOUTH));
    let left = (width - (EAST - WEST) * shrinkage() * scale) / 2.0;
    let place = |&(longitude, latitude): &(f64, f64)| {
        let x = left + (longitude - WEST) * shrinkage() * scale;
        (units(x), units((NORTH - latitude) * scale))
    };
    let outline = |ring: &Ring| ring.iter().chain(ring.first()).map(place).collect::<Vec<_>>();
    let line = |ring: &Ring, colour: RGBColor, pt: f64| {
        area.draw(&PathElement::new(outline(ring), colour.stroke_width(units(pt) as u32))).map_err(fault)
    };
    let fill = |ring: &Ring, colour: RGBColor| {
        area.draw(&Polygon::new(outline(ring), colour.filled())).map_err(fault)
    };
    for ring in &atlas.neighbours {
        fill(ring, theme.land)?;
        line(ring, theme.paper, 0.5)?;
    }
    for ring in &atlas.mali {
        fill(ring, theme.paper)?;
    }
    for (name, rings) in &atlas.cells {
        let Some(verdict) = snapshot.places.get(name) else { continue };
        let shade = theme.on_paper(colour(verdict.controller, theme), verdict.share);
        for ring in rings {
            if verdict.controller == Controller::Nobody {
                hatch(area, &outline(ring), shade)?;
                line(ring, shade, 0.25)?;
            } else {
                fill(ring, shade)?;
                line(ring, theme.paper, 0.25)?;
            }
        }
    }
    for ring in &atlas.mali {
        line(ring, theme.ink, 0.5)?;
    }
    for capital in &atlas.capitals {
        area.draw(&Circle::new(place(capital), units(1.1), theme.paper.filled())).map_err(fault)?;
        area.draw(&Circle::new(place(capital), units(0.75), theme.ink.filled())).map_err(fault)?;
    }
    let how = Lettering { size_pt: theme.legend_pt, colour: theme.ink, bold: true, anchor: HPos::Left };
    let (x, y) = (left + 3.0, theme.legend_pt);
    write(area, &snapshot.date.year.to_string(), (x, y), how)?;
    if snapshot.date.month != 12 {
        let month = month_name(snapshot.date);
        let below = Lettering { bold: false, size_pt: theme.label_pt, ..how };
        write(area, month.split(' ').next().unwrap_or_default(), (x, y + theme.label_pt * 1.3), below)?;
    }
    Ok(())
}

fn shrinkage() -> f64 {
    libm::cos(MIDDLE_LATITUDE.to_radians())
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
    let mut kept = ring.clone();
    for inside in sides {
        let mut cut = Ring::new();
        for (i, to) in kept.iter().enumerate() {
            let from = &kept[(i + kept.len() - 1) % kept.len()];
            let (a, b) = (inside(from), inside(to));
            if (a < 0.0) != (b < 0.0) {
                let share = a / (a - b);
                cut.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
            }
            if b >= 0.0 {
                cut.push(*to);
            }
        }
        kept = cut;
    }
    kept
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
