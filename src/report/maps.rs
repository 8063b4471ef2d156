//! Maps of Mali in equirectangular projection: cells of places in colours, circles and lines upon them.

use plotters::element::{Circle, PathElement, Polygon};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::atlas::{Atlas, Ring, clip_line, map_height, map_width, project};
use crate::report::axes::month_name;
use crate::report::control::{Controller, Snapshot};
use crate::report::sheet::{Area, Lettering, Mark, circle, fault, hatch, size_pt, units, write};
use crate::report::theme::Theme;

/// The colour of a kind of controller.
pub fn colour(controller: Controller, theme: &Theme) -> RGBColor {
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

/// One map on an area.
pub struct Map<'m, 'a> {
    area: &'m Area<'a>,
    theme: &'m Theme,
    atlas: &'m Atlas,
    /// Room left of the map (pt).
    left: f64,
    /// Points per degree of latitude.
    scale: f64,
}

impl<'m, 'a> Map<'m, 'a> {
    /// Draws the ground: neighbours, and Mali empty.
    ///
    /// # Errors
    ///
    /// Faults of the drawing library, here and below.
    pub fn new(area: &'m Area<'a>, theme: &'m Theme, atlas: &'m Atlas) -> Result<Map<'m, 'a>, FigureError> {
        let (width, height) = size_pt(area);
        let scale = (width / map_width()).min(height / map_height());
        let left = (width - map_width() * scale) / 2.0;
        let map = Map { area, theme, atlas, left, scale };
        for ring in &atlas.neighbours {
            map.fill(ring, theme.land)?;
            map.line(ring, theme.paper, 0.5)?;
        }
        for ring in &atlas.mali {
            map.fill(ring, theme.paper)?;
        }
        Ok(map)
    }

    /// Fills the cell of a place with a colour, or hatches it.
    ///
    /// # Errors
    ///
    /// Faults of the drawing library.
    pub fn cell(&self, place: &str, colour: RGBColor, hatched: bool) -> Result<(), FigureError> {
        for ring in self.atlas.cells.get(place).into_iter().flatten() {
            if hatched {
                hatch(self.area, &self.outline(ring), colour)?;
                self.line(ring, colour, 0.25)?;
            } else {
                self.fill(ring, colour)?;
                self.line(ring, self.theme.paper, 0.25)?;
            }
        }
        Ok(())
    }

    /// A circle around a seat, its area in proportion to what it stands for.
    ///
    /// # Errors
    ///
    /// Faults of the drawing library.
    pub fn circle(&self, at: (f64, f64), radius_pt: f64, colour: RGBColor) -> Result<(), FigureError> {
        circle(self.area, self.place(&at), radius_pt, colour)
    }

    /// A line between two seats, as far as it lies on the map.
    ///
    /// # Errors
    ///
    /// Faults of the drawing library.
    pub fn route(
        &self,
        from: (f64, f64),
        to: (f64, f64),
        width_pt: f64,
        colour: RGBColor,
    ) -> Result<(), FigureError> {
        let Some(ends) = clip_line(from, to) else { return Ok(()) };
        let points: Vec<(i32, i32)> = ends.iter().map(|end| self.place(end)).collect();
        for end in points.iter().filter(|_| width_pt > 0.8) {
            // Round ends, so that wide lines join at corners.
            self.area.draw(&Circle::new(*end, units(width_pt / 2.0), colour.filled())).map_err(fault)?;
        }
        self.area
            .draw(&PathElement::new(points, colour.stroke_width(units(width_pt).max(1) as u32)))
            .map_err(fault)
    }

    /// The outline of Mali and its regional capitals, above what was drawn so far; the date in the empty corner over
    /// Mauritania: the year, and the month if it is not December.
    ///
    /// # Errors
    ///
    /// Faults of the drawing library.
    pub fn finish(&self, date: Date) -> Result<(), FigureError> {
        let theme = self.theme;
        for ring in &self.atlas.mali {
            self.line(ring, theme.ink, 0.5)?;
        }
        for capital in &self.atlas.capitals {
            let centre = self.place(capital);
            self.area.draw(&Circle::new(centre, units(1.1), theme.paper.filled())).map_err(fault)?;
            self.area.draw(&Circle::new(centre, units(0.75), theme.ink.filled())).map_err(fault)?;
        }
        let how = Lettering { size_pt: theme.legend_pt, colour: theme.ink, bold: true, anchor: HPos::Left };
        let (x, y) = (self.left + 3.0, theme.legend_pt);
        write(self.area, &date.year.to_string(), (x, y), how)?;
        if date.month != 12 {
            let month = month_name(date);
            let below = Lettering { bold: false, size_pt: theme.label_pt, ..how };
            let word = month.split(' ').next().unwrap_or_default();
            write(self.area, word, (x, y + theme.label_pt * 1.3), below)?;
        }
        Ok(())
    }

    fn place(&self, point: &(f64, f64)) -> (i32, i32) {
        let (x, y) = project(point);
        (units(self.left + x * self.scale), units(y * self.scale))
    }

    fn outline(&self, ring: &Ring) -> Vec<(i32, i32)> {
        ring.iter().chain(ring.first()).map(|point| self.place(point)).collect()
    }

    fn line(&self, ring: &Ring, colour: RGBColor, pt: f64) -> Result<(), FigureError> {
        let style = colour.stroke_width(units(pt) as u32);
        self.area.draw(&PathElement::new(self.outline(ring), style)).map_err(fault)
    }

    fn fill(&self, ring: &Ring, colour: RGBColor) -> Result<(), FigureError> {
        self.area.draw(&Polygon::new(self.outline(ring), colour.filled())).map_err(fault)
    }
}

/// Draws who controls which place on one date.
///
/// # Errors
///
/// Faults of the drawing library.
pub fn draw_control(
    area: &Area,
    theme: &Theme,
    atlas: &Atlas,
    snapshot: &Snapshot,
) -> Result<(), FigureError> {
    let map = Map::new(area, theme, atlas)?;
    for (name, verdict) in &snapshot.places {
        let shade = theme.on_paper(colour(verdict.controller, theme), verdict.share);
        map.cell(name, shade, verdict.controller == Controller::Nobody)?;
    }
    map.finish(snapshot.date)
}
