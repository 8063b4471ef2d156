//! Rows of dots with intervals, in one or more columns with an axis each: differences, shares, ranges.

use plotters::element::{Circle, PathElement, Rectangle};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::report::FigureError;
use crate::report::axes::Tick;
use crate::report::sheet::{Area, Lettering, fault, units, write};
use crate::report::theme::{Theme, text_width};

/// Density of a bar against its colour.
pub const BAR_DENSITY: f64 = 0.55;
/// Begins the words of a row that belongs to the heading above it; plain spaces would be lost in SVG.
pub const INDENT: &str = "\u{a0}\u{a0}";

/// A value with its interval.
#[derive(Clone, Copy, Debug)]
pub struct Dot {
    /// Lower end; NaN without interval.
    pub low: f64,
    /// Value; NaN draws the interval only.
    pub value: f64,
    /// Upper end; NaN without interval.
    pub high: f64,
    /// Colour.
    pub colour: RGBColor,
}

/// One column of the picture: an axis and a dot per row.
pub struct Strip<'s> {
    /// Heading, or "".
    pub heading: &'s str,
    /// Lower end of the axis.
    pub from: f64,
    /// Upper end of the axis.
    pub until: f64,
    /// Ticks.
    pub ticks: Vec<Tick>,
    /// Where a line stands out, such as 0.
    pub line: Option<f64>,
    /// A dot per row, or none.
    pub dots: Vec<Option<Dot>>,
    /// A range behind the dot of each row, or none.
    pub ranges: Vec<Option<(f64, f64)>>,
    /// True if bars run from the line to the values.
    pub bars: bool,
}

/// Rows with their words left and right of the strips.
pub struct Rows<'r> {
    /// Words left of each row.
    pub labels: &'r [String],
    /// Words right of each row; empty if there are none.
    pub remarks: &'r [String],
    /// What the axes measure, written below them.
    pub unit: &'r str,
}

/// Height of a row (pt).
pub fn row_pt(theme: &Theme) -> f64 {
    theme.label_pt * 1.5
}

/// Height of the whole picture (pt).
pub fn height_pt(theme: &Theme, rows: &Rows, strips: &[Strip]) -> f64 {
    heading_pt(theme, strips)
        + row_pt(theme) * rows.labels.len() as f64
        + 4.0
        + theme.label_pt * 1.35
        + if rows.unit.is_empty() { 0.0 } else { theme.label_pt * 1.35 }
}

fn heading_pt(theme: &Theme, strips: &[Strip]) -> f64 {
    if strips.iter().all(|strip| strip.heading.is_empty()) { 2.0 } else { theme.legend_pt * 1.5 }
}

/// Draws rows and strips.
///
/// # Errors
///
/// Faults of the drawing library.
pub fn draw(area: &Area, theme: &Theme, rows: &Rows, strips: &[Strip]) -> Result<(), FigureError> {
    let width = theme.picture_width_pt();
    let widest = |texts: &[String]| {
        texts.iter().map(|text| text_width(text, theme.label_pt, false)).fold(0.0, f64::max)
    };
    let left = widest(rows.labels) + 5.0;
    let right = if rows.remarks.is_empty() { width - 4.0 } else { width - widest(rows.remarks) - 5.0 };
    let each = (right - left) / strips.len().max(1) as f64;
    let top = heading_pt(theme, strips);
    let bottom = top + row_pt(theme) * rows.labels.len() as f64;
    let label = Lettering { size_pt: theme.label_pt, colour: theme.ink, bold: false, anchor: HPos::Left };
    let middle_of = |row: usize| top + row_pt(theme) * (row as f64 + 0.5);
    for (row, text) in rows.labels.iter().enumerate() {
        write(area, text, (0.0, middle_of(row)), label)?;
        if let Some(remark) = rows.remarks.get(row) {
            let how = Lettering { colour: theme.muted, ..label };
            write(area, remark, (right + 5.0, middle_of(row)), how)?;
        }
    }
    for (i, strip) in strips.iter().enumerate() {
        let part = Part { area, theme, strip, left: left + each * i as f64 + 3.0, width: each - 9.0 };
        part.draw(top, bottom, &middle_of)?;
        if !strip.heading.is_empty() {
            let how = Lettering { bold: true, size_pt: theme.legend_pt, anchor: HPos::Center, ..label };
            write(area, strip.heading, (part.left + part.width / 2.0, top * 0.45), how)?;
        }
    }
    if !rows.unit.is_empty() {
        let how = Lettering { colour: theme.muted, anchor: HPos::Center, ..label };
        let y = bottom + 4.0 + theme.label_pt * 2.1;
        let half = text_width(rows.unit, theme.label_pt, false) / 2.0;
        write(area, rows.unit, (((left + right) / 2.0).min(width - half), y), how)?;
    }
    Ok(())
}

/// One strip on the picture.
struct Part<'p, 'a> {
    area: &'p Area<'a>,
    theme: &'p Theme,
    strip: &'p Strip<'p>,
    left: f64,
    width: f64,
}

impl Part<'_, '_> {
    fn x(&self, value: f64) -> f64 {
        let span = self.strip.until - self.strip.from;
        let share = if span > 0.0 { (value - self.strip.from) / span } else { 0.5 };
        self.left + self.width * share.clamp(0.0, 1.0)
    }

    fn line(&self, from: (f64, f64), to: (f64, f64), colour: RGBColor, pt: f64) -> Result<(), FigureError> {
        let points = vec![(units(from.0), units(from.1)), (units(to.0), units(to.1))];
        self.area.draw(&PathElement::new(points, colour.stroke_width(units(pt) as u32))).map_err(fault)
    }

    fn draw(&self, top: f64, bottom: f64, middle_of: &dyn Fn(usize) -> f64) -> Result<(), FigureError> {
        let theme = self.theme;
        let label =
            Lettering { size_pt: theme.label_pt, colour: theme.ink, bold: false, anchor: HPos::Center };
        let mut free_from = f64::NEG_INFINITY;
        for tick in &self.strip.ticks {
            let x = self.x(tick.at);
            self.line((x, top), (x, bottom), theme.grid, 0.4)?;
            let half = text_width(&tick.label, theme.label_pt, false) / 2.0;
            if x - half >= free_from && !tick.label.is_empty() {
                write(self.area, &tick.label, (x, bottom + 3.0 + theme.label_pt * 0.65), label)?;
                free_from = x + half + 2.0;
            }
        }
        self.line((self.left, bottom), (self.left + self.width, bottom), theme.ink, 0.6)?;
        for (row, range) in self.strip.ranges.iter().enumerate() {
            let Some((low, high)) = range else { continue };
            let half = row_pt(theme) * 0.36;
            let corners = [
                (units(self.x(*low)), units(middle_of(row) - half)),
                (units(self.x(*high).max(self.x(*low) + 1.0)), units(middle_of(row) + half)),
            ];
            let colour = theme.on_paper(theme.grey, 0.4);
            self.area.draw(&Rectangle::new(corners, colour.filled())).map_err(fault)?;
        }
        if let Some(at) = self.strip.line {
            self.line((self.x(at), top), (self.x(at), bottom), theme.ink, 0.8)?;
        }
        for (row, dot) in self.strip.dots.iter().enumerate() {
            if let Some(dot) = dot {
                self.dot(dot, middle_of(row))?;
            }
        }
        Ok(())
    }

    fn dot(&self, dot: &Dot, y: f64) -> Result<(), FigureError> {
        if self.strip.bars && dot.value.is_finite() {
            let half = row_pt(self.theme) * 0.3;
            let from = self.x(self.strip.line.unwrap_or(self.strip.from));
            let x = self.x(dot.value);
            let corners = [(units(from.min(x)), units(y - half)), (units(from.max(x)), units(y + half))];
            let colour = self.theme.on_paper(dot.colour, BAR_DENSITY);
            self.area.draw(&Rectangle::new(corners, colour.filled())).map_err(fault)?;
        }
        if dot.low.is_finite() && dot.high.is_finite() {
            self.line((self.x(dot.low), y), (self.x(dot.high), y), dot.colour, 1.2)?;
            for end in [dot.low, dot.high] {
                // An arrow where the interval goes on beyond the axis.
                if end < self.strip.from || end > self.strip.until {
                    let inward = if end < self.strip.from { 1.0 } else { -1.0 };
                    let x = self.x(end);
                    self.line((x, y), (x + inward * 2.2, y - 2.0), dot.colour, 1.0)?;
                    self.line((x, y), (x + inward * 2.2, y + 2.0), dot.colour, 1.0)?;
                }
            }
        }
        if dot.value.is_finite() && !self.strip.bars {
            let centre = (units(self.x(dot.value)), units(y));
            self.area.draw(&Circle::new(centre, units(2.1), dot.colour.filled())).map_err(fault)?;
            // An open dot stands beyond the axis.
            let slack = (self.strip.until - self.strip.from) * 1e-9;
            if dot.value < self.strip.from - slack || dot.value > self.strip.until + slack {
                self.area.draw(&Circle::new(centre, units(1.2), self.theme.paper.filled())).map_err(fault)?;
            }
        }
        Ok(())
    }
}
