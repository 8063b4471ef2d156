//! The sheet around every picture: title, scenario, legend above the picture; notes, source and run below.
//! The picture itself is painted by a function that gets the area in between.

use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, FontTransform, RGBColor, TextStyle};

use crate::report::FigureError;
use crate::report::theme::{FONT_FAMILY, MARGIN_PT, Theme, UNITS_PER_PT, text_width, wrap};

/// A part of the canvas; positions are in canvas units from its upper left corner.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Points to canvas units.
pub fn units(pt: f64) -> i32 {
    (pt * UNITS_PER_PT).round() as i32
}

/// Width and height of an area (pt).
pub fn size_pt(area: &Area) -> (f64, f64) {
    let (width, height) = area.dim_in_pixel();
    (f64::from(width) / UNITS_PER_PT, f64::from(height) / UNITS_PER_PT)
}

/// The error of a drawing step, without the name of the figure.
pub fn fault<E: std::error::Error + Send + Sync>(error: DrawingAreaErrorKind<E>) -> FigureError {
    FigureError::Drawing { figure: String::new(), reason: error.to_string() }
}

/// Size, colour and weight of a text, and which of its points is given.
#[derive(Clone, Copy)]
pub struct Lettering {
    /// Size (pt).
    pub size_pt: f64,
    /// Colour.
    pub colour: RGBColor,
    /// Bold or not.
    pub bold: bool,
    /// Left end, middle or right end.
    pub anchor: HPos,
}

/// Writes one line; `(x, y)` (pt) is the anchor and the height of the middle of its capitals.
pub fn write(area: &Area, text: &str, (x, y): (f64, f64), how: Lettering) -> Result<(), FigureError> {
    // plotters divides sizes by 1.24 on their way to SVG, and its top anchor lies 0.76 em above the line.
    let weight = if how.bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = (FontFamily::Name(FONT_FAMILY), how.size_pt * 1.24 * UNITS_PER_PT, weight);
    let style = TextStyle::from(font).color(&how.colour).pos(Pos::new(how.anchor, VPos::Top));
    let top = y - (0.76 - 0.73 / 2.0) * how.size_pt;
    area.draw_text(&printable(text), &style, (units(x), units(top))).map_err(fault)
}

/// Writes one line upwards; `(x, y)` (pt) is its beginning and the middle of its capitals.
pub fn write_up(area: &Area, text: &str, (x, y): (f64, f64), how: Lettering) -> Result<(), FigureError> {
    let weight = if how.bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = (FontFamily::Name(FONT_FAMILY), how.size_pt * 1.24 * UNITS_PER_PT, weight);
    let turned = TextStyle::from(font).transform(FontTransform::Rotate270).color(&how.colour);
    let style = turned.pos(Pos::new(HPos::Left, VPos::Top));
    let left = x - (0.76 - 0.73 / 2.0) * how.size_pt;
    area.draw_text(&printable(text), &style, (units(left), units(y))).map_err(fault)
}

/// A circle that lets what lies below shine through.
pub fn circle(area: &Area, centre: (i32, i32), radius_pt: f64, colour: RGBColor) -> Result<(), FigureError> {
    let radius = units(radius_pt);
    area.draw(&Circle::new(centre, radius, colour.mix(0.4).filled())).map_err(fault)?;
    area.draw(&Circle::new(centre, radius, colour.stroke_width(units(0.4) as u32))).map_err(fault)
}

/// Fills a polygon with slanting lines, so that it differs from any plain colour also in black and white.
pub fn hatch(area: &Area, ring: &[(i32, i32)], colour: RGBColor) -> Result<(), FigureError> {
    let step = units(HATCH_PT);
    let level = |point: &(i32, i32)| point.0 + point.1;
    let lowest = ring.iter().map(level).min().unwrap_or(0).div_euclid(step);
    let highest = ring.iter().map(level).max().unwrap_or(0).div_euclid(step);
    for wanted in (lowest..=highest).map(|i| i * step) {
        // Where the line x + y = wanted crosses the outline; between odd and even crossings it lies inside.
        let mut crossings: Vec<f64> = Vec::new();
        for (i, to) in ring.iter().enumerate() {
            let from = &ring[(i + ring.len() - 1) % ring.len()];
            let (a, b) = (level(from), level(to));
            if (a < wanted) != (b < wanted) {
                let share = f64::from(wanted - a) / f64::from(b - a);
                crossings.push(f64::from(from.0) + share * f64::from(to.0 - from.0));
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let ends: Vec<(i32, i32)> =
                pair.iter().map(|x| (x.round() as i32, wanted - x.round() as i32)).collect();
            let style = colour.stroke_width(units(HATCH_PT * 0.35) as u32);
            area.draw(&PathElement::new(ends, style)).map_err(fault)?;
        }
    }
    Ok(())
}

/// What stands before a legend's word.
#[derive(Clone, Copy, Debug)]
pub enum Mark {
    /// A line.
    Line(RGBColor),
    /// A line of this width (pt).
    Width(RGBColor, f64),
    /// A circle of this radius (pt), as on maps.
    Circle(RGBColor, f64),
    /// A filled box.
    Box(RGBColor),
    /// A hatched box.
    Hatch(RGBColor),
    /// Nothing: the word begins a row and speaks of the marks that follow.
    None,
}

/// One entry of a legend.
#[derive(Clone, Debug)]
pub struct Key {
    /// Mark.
    pub mark: Mark,
    /// Word.
    pub label: String,
}

impl Key {
    /// An entry.
    pub fn new(mark: Mark, label: &str) -> Key {
        Key { mark, label: label.to_string() }
    }

    fn width(&self, theme: &Theme) -> f64 {
        let mark = if matches!(self.mark, Mark::None) { 0.0 } else { KEY_PT + 3.0 };
        mark + text_width(&self.label, theme.legend_pt, false)
    }
}

/// Texts around a picture.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What is shown.
    pub title: String,
    /// Scenario.
    pub subtitle: String,
    /// Legend.
    pub keys: Vec<Key>,
    /// Remarks below the picture.
    pub notes: Vec<String>,
    /// Program and tables.
    pub source: String,
    /// Scenario, hash and seeds.
    pub run: String,
    /// The picture in words, for readers who cannot see it.
    pub description: String,
}

/// Sum of the steps right and down between the lines of a hatch.
const HATCH_PT: f64 = 2.4;
const KEY_PT: f64 = 9.0;
const KEY_GAP_PT: f64 = 9.0;

impl Sheet {
    /// The figure as SVG, with a picture of this height (pt).
    ///
    /// # Errors
    ///
    /// Those of `paint`, and faults of the drawing library.
    pub fn svg(
        &self,
        theme: &Theme,
        picture_pt: f64,
        paint: &mut dyn FnMut(&Area) -> Result<(), FigureError>,
    ) -> Result<String, FigureError> {
        let width = theme.picture_width_pt();
        let title = wrap(&self.title, theme.title_pt, true, width);
        let subtitle = wrap(&self.subtitle, theme.legend_pt, false, width);
        let keys = rows_of_keys(&self.keys, theme, width);
        let foot = self.foot(theme, width);
        let (title_step, line_step) = (theme.title_pt * 1.3, theme.legend_pt * 1.35);
        let (key_step, note_step) = (theme.legend_pt * 1.5, theme.note_pt * 1.4);
        let top = MARGIN_PT
            + title_step * title.len() as f64
            + line_step * subtitle.len() as f64
            + key_step * keys.len() as f64
            + 4.0;
        let height = top + picture_pt + 4.0 + note_step * foot.len() as f64 + MARGIN_PT - 2.0;

        let mut text = String::new();
        let size = (units(theme.width_pt) as u32, units(height) as u32);
        {
            let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
            root.fill(&theme.paper).map_err(fault)?;
            let left = |size_pt, colour, bold| Lettering { size_pt, colour, bold, anchor: HPos::Left };
            let mut y = MARGIN_PT;
            for line in &title {
                let how = left(theme.title_pt, theme.ink, true);
                write(&root, line, (MARGIN_PT, y + title_step / 2.0), how)?;
                y += title_step;
            }
            for line in &subtitle {
                let how = left(theme.legend_pt, theme.muted, false);
                write(&root, line, (MARGIN_PT, y + line_step / 2.0), how)?;
                y += line_step;
            }
            y += 1.0;
            for row in &keys {
                draw_keys(&root, row, theme, y + key_step / 2.0)?;
                y += key_step;
            }
            let picture = root
                .clone()
                .shrink((units(MARGIN_PT), units(top)), (units(width) as u32, units(picture_pt) as u32));
            paint(&picture)?;
            let mut y = top + picture_pt + 4.0;
            for (at_left, at_right) in &foot {
                let how = left(theme.note_pt, theme.muted, false);
                write(&root, at_left, (MARGIN_PT, y + note_step / 2.0), how)?;
                let how = Lettering { anchor: HPos::Right, ..how };
                if !at_right.is_empty() {
                    write(&root, at_right, (MARGIN_PT + width, y + note_step / 2.0), how)?;
                }
                y += note_step;
            }
            root.present().map_err(fault)?;
        }
        Ok(self.with_head(&text, theme, size))
    }

    /// Lines below the picture, each with a text at its left and one at its right end: notes, then source and
    /// run, on one line if they fit.
    fn foot(&self, theme: &Theme, width: f64) -> Vec<(String, String)> {
        let lines = |text: &str| wrap(text, theme.note_pt, false, width).into_iter();
        let mut foot: Vec<(String, String)> =
            self.notes.iter().flat_map(|note| lines(note)).map(|line| (line, String::new())).collect();
        let both =
            text_width(&self.source, theme.note_pt, false) + text_width(&self.run, theme.note_pt, false);
        if both + 8.0 <= width {
            foot.push((self.source.clone(), self.run.clone()));
        } else {
            foot.extend(lines(&self.source).chain(lines(&self.run)).map(|line| (line, String::new())));
        }
        foot
    }

    /// Replaces the opening tag of plotters by one with display size, title and description.
    fn with_head(&self, text: &str, theme: &Theme, (width, height): (u32, u32)) -> String {
        let body = text.split_once(">\n").map_or(text, |(_, body)| body);
        let height_mm = theme.width_mm * f64::from(height) / f64::from(width);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{height_mm:.2}mm\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" stroke-linejoin=\"round\">\n\
             <title>{}</title>\n<desc>{}</desc>\n{body}",
            theme.width_mm,
            escaped(&self.title),
            escaped(&format!("{} Source: {}. Run: {}.", self.description, self.source, self.run)),
        )
    }
}

/// Without the characters that XML forbids.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect()
}

fn escaped(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn rows_of_keys<'k>(keys: &'k [Key], theme: &Theme, width: f64) -> Vec<Vec<&'k Key>> {
    let mut rows: Vec<Vec<&Key>> = Vec::new();
    let mut used = 0.0;
    for key in keys {
        let needed = key.width(theme);
        match rows.last_mut() {
            Some(row) if used + KEY_GAP_PT + needed <= width && !matches!(key.mark, Mark::None) => {
                row.push(key);
                used += KEY_GAP_PT + needed;
            }
            _ => {
                rows.push(vec![key]);
                used = needed;
            }
        }
    }
    rows
}

/// Draws the line of a key; returns where its word begins.
fn draw_line_key(area: &Area, (x, y): (f64, f64), colour: RGBColor, pt: f64) -> Result<f64, FigureError> {
    let points = vec![(units(x), units(y)), (units(x + KEY_PT), units(y))];
    let style = colour.stroke_width(units(pt).max(1) as u32);
    area.draw(&PathElement::new(points, style)).map_err(fault)?;
    Ok(x + KEY_PT + 3.0)
}

fn draw_keys(area: &Area, row: &[&Key], theme: &Theme, y: f64) -> Result<(), FigureError> {
    let mut x = MARGIN_PT;
    for key in row {
        let start = x;
        match key.mark {
            Mark::Line(colour) => {
                x = draw_line_key(area, (x, y), colour, 1.2)?;
            }
            Mark::Width(colour, pt) => {
                x = draw_line_key(area, (x, y), colour, pt)?;
            }
            Mark::Circle(colour, radius_pt) => {
                circle(area, (units(x + KEY_PT / 2.0), units(y)), radius_pt, colour)?;
                x += KEY_PT + 3.0;
            }
            Mark::Box(colour) => {
                let corners = [(units(x), units(y - 2.8)), (units(x + KEY_PT), units(y + 2.8))];
                area.draw(&Rectangle::new(corners, colour.filled())).map_err(fault)?;
                x += KEY_PT + 3.0;
            }
            Mark::Hatch(colour) => {
                let (left, right) = (units(x), units(x + KEY_PT));
                let (top, bottom) = (units(y - 2.8), units(y + 2.8));
                hatch(area, &[(left, top), (right, top), (right, bottom), (left, bottom)], colour)?;
                x += KEY_PT + 3.0;
            }
            Mark::None => {}
        }
        let how = Lettering { size_pt: theme.legend_pt, colour: theme.ink, bold: false, anchor: HPos::Left };
        write(area, &key.label, (x, y), how)?;
        x = start + key.width(theme) + KEY_GAP_PT;
    }
    Ok(())
}
