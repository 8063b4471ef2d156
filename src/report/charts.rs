//! Charts over time: fans (a median line on bands of quantiles), several of them as small multiples, and areas
//! stacked on one another.

use plotters::backend::SVGBackend;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::report::FigureError;
use crate::report::axes::{TimeAxis, ValueAxis};
use crate::report::markers::Marker;
use crate::report::sheet::{Area, Lettering, fault, size_pt, units, write};
use crate::report::tables::{Quantiles, Series};
use crate::report::theme::{Theme, text_width};

/// The part of a panel in which data stand: days, and heights as shares of the value axis.
type Plot<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// One median line with its bands.
pub struct Fan<'s> {
    /// Data.
    pub series: &'s Series,
    /// Colour of line and bands.
    pub colour: RGBColor,
    /// Values are divided by this, to suit the unit of the axis.
    pub per: f64,
    /// False for one seed: there is no interval to show.
    pub bands: bool,
}

/// One layer of a stack.
pub struct Layer {
    /// Colour.
    pub colour: RGBColor,
    /// Values by period.
    pub values: Vec<f64>,
}

/// A panel: axes, heading and marks around data.
pub struct Panel<'p> {
    /// Heading above the panel, or "".
    pub heading: &'p str,
    /// What the value axis measures, written above it.
    pub unit: &'p str,
    /// Time axis.
    pub time: TimeAxis,
    /// Value axis.
    pub values: &'p ValueAxis,
    /// Dated marks.
    pub markers: &'p [Marker],
    /// True if the words of the marks are written above.
    pub words: bool,
    /// True if the years are written below.
    pub years: bool,
    /// Room left of the axis (pt); the same for panels that stand above one another.
    pub gutter_pt: f64,
}

/// The highest known value of a fan, bands included, in the unit of the axis.
pub fn highest(fan: &Fan) -> f64 {
    let of = |q: &Quantiles| if fan.bands { q.at[4].max(q.at[2]) } else { q.at[2] };
    let known = fan.series.points.iter().map(|(_, q)| of(q)).filter(|value| value.is_finite());
    known.fold(0.0, f64::max) / fan.per
}

/// Room that the labels of a value axis need (pt).
pub fn gutter_pt(values: &ValueAxis, theme: &Theme) -> f64 {
    let widths = values.ticks.iter().map(|tick| text_width(&tick.label, theme.label_pt, false));
    widths.fold(0.0, f64::max) + 5.0
}

/// Room that the years below a panel need (pt).
pub fn years_pt(theme: &Theme) -> f64 {
    theme.label_pt * 1.35
}

/// Room that the words of dated marks need above the plot of a panel of this width (pt).
pub fn marks_pt(panel: &Panel, theme: &Theme, width: f64) -> f64 {
    let ends = (panel.gutter_pt, right_end(panel, theme, width));
    theme.label_pt * 1.35 * MarkRows::new(panel, theme, ends).n_rows as f64
}

/// Draws a panel of fans.
///
/// # Errors
///
/// Faults of the drawing library.
pub fn draw_fans(area: &Area, theme: &Theme, panel: &Panel, fans: &[Fan]) -> Result<(), FigureError> {
    let plot = draw_frame(area, theme, panel)?;
    let days = panel.time.until - panel.time.from;
    for (i, fan) in fans.iter().enumerate() {
        if let [(_, alone)] = fan.series.points.as_slice() {
            // A table of one period: the dots stand side by side.
            let at = panel.time.from + days * (i + 1) as f64 / (fans.len() + 1) as f64;
            draw_run(&plot, theme, panel.values, fan, &[(at, *alone)])?;
            continue;
        }
        for run in known_runs(&fan.series.points) {
            draw_run(&plot, theme, panel.values, fan, run)?;
        }
    }
    Ok(())
}

/// Draws a panel of stacked layers, the first at the bottom, and the range of their sum over runs, if there is one.
///
/// # Errors
///
/// Faults of the drawing library.
pub fn draw_stack(
    area: &Area,
    theme: &Theme,
    panel: &Panel,
    positions: &[f64],
    layers: &[Layer],
    ranges: &[(f64, f64)],
) -> Result<(), FigureError> {
    let plot = draw_frame(area, theme, panel)?;
    let days = panel.time.until - panel.time.from;
    let mut below = vec![0.0; positions.len()];
    for layer in layers {
        let above: Vec<f64> = below.iter().zip(&layer.values).map(|(base, value)| base + value).collect();
        if let ([low], [high]) = (below.as_slice(), above.as_slice()) {
            // A table of one period: a column.
            let middle = panel.time.from + days / 2.0;
            let (low, high) = (panel.values.place(*low), panel.values.place(*high));
            let corners = [(middle - days / 12.0, low), (middle + days / 12.0, high)];
            plot.draw(&Rectangle::new(corners, layer.colour.filled())).map_err(fault)?;
        } else if above != below {
            let upper = positions.iter().copied().zip(above.iter().map(|value| panel.values.place(*value)));
            let lower = positions.iter().copied().zip(below.iter().map(|value| panel.values.place(*value)));
            let outline: Vec<(f64, f64)> = upper.clone().chain(lower.rev()).collect();
            plot.draw(&Polygon::new(outline, layer.colour.filled())).map_err(fault)?;
            let edge = theme.paper.stroke_width(units(0.4) as u32);
            plot.draw(&PathElement::new(upper.collect::<Vec<_>>(), edge)).map_err(fault)?;
        }
        below = above;
    }
    if let [(low, high)] = ranges {
        draw_range(&plot, theme, panel, panel.time.from + days / 2.0, (*low, *high))?;
    } else if !ranges.is_empty() {
        for end in [|range: &(f64, f64)| range.0, |range: &(f64, f64)| range.1] {
            let line = positions.iter().zip(ranges).map(|(at, range)| (*at, panel.values.place(end(range))));
            let style = theme.ink.stroke_width(units(0.5) as u32);
            plot.draw(&PathElement::new(line.collect::<Vec<_>>(), style)).map_err(fault)?;
        }
    }
    if below.iter().all(|value| *value == 0.0) {
        let zero = vec![(panel.time.from, 0.0), (panel.time.until, 0.0)];
        let line = theme.muted.stroke_width(units(1.5) as u32);
        plot.draw(&PathElement::new(zero, line)).map_err(fault)?;
    }
    Ok(())
}

/// Draws a panel of stacked columns, the first layer at the bottom, between these edges in time (one more than
/// columns), each with the range of its sum over runs, if there is one.
///
/// # Errors
///
/// Faults of the drawing library.
pub fn draw_columns(
    area: &Area,
    theme: &Theme,
    panel: &Panel,
    edges: &[f64],
    layers: &[Layer],
    ranges: &[(f64, f64)],
) -> Result<(), FigureError> {
    let plot = draw_frame(area, theme, panel)?;
    for (i, pair) in edges.windows(2).enumerate() {
        let room = (pair[1] - pair[0]) * 0.08;
        let mut below = 0.0;
        for layer in layers {
            let above = below + layer.values.get(i).copied().unwrap_or(0.0);
            if above > below {
                let (low, high) = (panel.values.place(below), panel.values.place(above));
                let corners = [(pair[0] + room, low), (pair[1] - room, high)];
                plot.draw(&Rectangle::new(corners, layer.colour.filled())).map_err(fault)?;
            }
            below = above;
        }
        if let Some(range) = ranges.get(i) {
            draw_range(&plot, theme, panel, (pair[0] + pair[1]) / 2.0, *range)?;
        }
    }
    Ok(())
}

/// Draws a range as an upright line.
fn draw_range(
    plot: &Plot,
    theme: &Theme,
    panel: &Panel,
    at: f64,
    (low, high): (f64, f64),
) -> Result<(), FigureError> {
    let ends = vec![(at, panel.values.place(low)), (at, panel.values.place(high))];
    plot.draw(&PathElement::new(ends, theme.ink.stroke_width(units(0.5) as u32))).map_err(fault)
}

/// Axes, grid, heading, unit and dated marks; returns the part for the data.
fn draw_frame<'a>(area: &Area<'a>, theme: &Theme, panel: &Panel) -> Result<Plot<'a>, FigureError> {
    let (width, height) = size_pt(area);
    let label = Lettering { size_pt: theme.label_pt, colour: theme.ink, bold: false, anchor: HPos::Left };
    let (left, right) = (panel.gutter_pt, right_end(panel, theme, width));
    let line_pt = theme.label_pt * 1.35;
    let head = if panel.heading.is_empty() && panel.unit.is_empty() { 0.0 } else { line_pt + 1.5 };
    let mark_rows = MarkRows::new(panel, theme, (left, right));
    let top = head + line_pt * mark_rows.n_rows as f64 + 3.0;
    let bottom = height - 3.0 - if panel.years { years_pt(theme) } else { 0.0 };

    write(area, panel.unit, (0.0, head / 2.0), Lettering { colour: theme.muted, ..label })?;
    let heading = Lettering { bold: true, size_pt: theme.legend_pt, anchor: HPos::Right, ..label };
    write(area, panel.heading, (right, head / 2.0), heading)?;

    let line = |from: (f64, f64), to: (f64, f64), colour: RGBColor, pt: f64| {
        let points = vec![(units(from.0), units(from.1)), (units(to.0), units(to.1))];
        area.draw(&PathElement::new(points, colour.stroke_width(units(pt) as u32))).map_err(fault)
    };
    let x_of = |day: f64| left + (right - left) * panel.time.place(day);
    let y_of = |value: f64| bottom - (bottom - top) * panel.values.place(value);
    for tick in &panel.values.ticks {
        let y = y_of(tick.at);
        line((left, y), (right, y), theme.grid, 0.4)?;
        write(area, &tick.label, (left - 3.0, y), Lettering { anchor: HPos::Right, ..label })?;
    }
    for (marker, row) in panel.markers.iter().zip(&mark_rows.rows) {
        let Some(row) = row else { continue };
        if !panel.words {
            line((x_of(marker.day), top), (x_of(marker.day), bottom), theme.muted, 0.4)?;
            continue;
        }
        let (x, y) = (x_of(marker.day), head + line_pt * (*row as f64 + 0.5));
        line((x, y - theme.label_pt * 0.5), (x, bottom), theme.muted, 0.4)?;
        write(area, &marker.label, (x + 2.0, y), Lettering { colour: theme.muted, ..label })?;
    }
    line((left, bottom), (right, bottom), theme.ink, 0.6)?;
    let mut free_from = 0.0;
    for tick in panel.time.ticks(right - left, theme.label_pt) {
        let x = x_of(tick.at);
        line((x, bottom), (x, bottom + 2.0), theme.ink, 0.6)?;
        let half = text_width(&tick.label, theme.label_pt, false) / 2.0;
        let middle = x.min(width - half).max(half);
        if panel.years && middle - half >= free_from {
            let y = bottom + 3.0 + theme.label_pt * 0.65;
            write(area, &tick.label, (middle, y), Lettering { anchor: HPos::Center, ..label })?;
            free_from = middle + half + 2.0;
        }
    }

    let base = area.get_base_pixel();
    let x_range = base.0 + units(left)..base.0 + units(right);
    let y_range = base.1 + units(bottom)..base.1 + units(top);
    let days = panel.time.from..panel.time.until;
    let scale = Cartesian2d::<RangedCoordf64, RangedCoordf64>::new(days, 0.0..1.0, (x_range, y_range));
    Ok(area.apply_coord_spec(scale))
}

/// Rows above the plot for the words of dated marks. A word stands right of its line, below every earlier word
/// that reaches so far: then no line runs through a word.
struct MarkRows {
    rows: Vec<Option<usize>>,
    n_rows: usize,
}

impl MarkRows {
    fn new(panel: &Panel, theme: &Theme, (left, right): (f64, f64)) -> MarkRows {
        let mut found = MarkRows { rows: Vec::new(), n_rows: 0 };
        // Where each word placed so far ends, and its row.
        let mut words: Vec<(f64, usize)> = Vec::new();
        for marker in panel.markers {
            let Some(x) = panel.time.within(marker.day).map(|place| left + (right - left) * place) else {
                found.rows.push(None);
                continue;
            };
            let above = words.iter().filter(|(end, _)| end + 1.5 > x).map(|(_, row)| row + 1).max();
            let row = above.unwrap_or(0);
            words.push((x + word_pt(marker, theme), row));
            found.rows.push(Some(row));
            found.n_rows = if panel.words { found.n_rows.max(row + 1) } else { 0 };
        }
        found
    }
}

/// Right end of the plot that leaves room for the last mark's word (pt).
fn right_end(panel: &Panel, theme: &Theme, width: f64) -> f64 {
    let right = width - 5.0;
    let over = panel.markers.iter().filter_map(|marker| {
        let x = panel.gutter_pt + (right - panel.gutter_pt) * panel.time.within(marker.day)?;
        Some(x + word_pt(marker, theme) - width)
    });
    right - over.fold(0.0, f64::max)
}

fn word_pt(marker: &Marker, theme: &Theme) -> f64 {
    text_width(&marker.label, theme.label_pt, false) + 2.0
}

/// The stretches of a series without unknown values.
fn known_runs(points: &[(f64, Quantiles)]) -> impl Iterator<Item = &[(f64, Quantiles)]> {
    points.split(|(_, q)| q.at[2].is_nan()).filter(|run| !run.is_empty())
}

fn draw_run(
    plot: &Plot,
    theme: &Theme,
    axis: &ValueAxis,
    fan: &Fan,
    run: &[(f64, Quantiles)],
) -> Result<(), FigureError> {
    let value = |q: &Quantiles, i: usize| {
        let exact = if q.at[i].is_nan() { q.at[2] } else { q.at[i] };
        axis.place(exact / fan.per)
    };
    let bands = [(0, 4, theme.wide_band), (1, 3, theme.narrow_band)];
    if let [(at, q)] = run {
        // One period alone: a dot, and bars for its intervals.
        for (low, high, _) in bands.iter().filter(|_| fan.bands) {
            let ends = vec![(*at, value(q, *low)), (*at, value(q, *high))];
            let width = units(if *low == 0 { 0.8 } else { 2.4 }) as u32;
            plot.draw(&PathElement::new(ends, fan.colour.stroke_width(width))).map_err(fault)?;
        }
        let dot = Circle::new((*at, value(q, 2)), units(2.0), fan.colour.filled());
        return plot.draw(&dot).map_err(fault);
    }
    for (low, high, opacity) in bands.iter().filter(|_| fan.bands) {
        let upper = run.iter().map(|(at, q)| (*at, value(q, *high)));
        let lower = run.iter().rev().map(|(at, q)| (*at, value(q, *low)));
        let outline: Vec<(f64, f64)> = upper.chain(lower).collect();
        plot.draw(&Polygon::new(outline, fan.colour.mix(*opacity).filled())).map_err(fault)?;
    }
    let median: Vec<(f64, f64)> = run.iter().map(|(at, q)| (*at, value(q, 2))).collect();
    plot.draw(&PathElement::new(median, fan.colour.stroke_width(units(1.0) as u32))).map_err(fault)
}
