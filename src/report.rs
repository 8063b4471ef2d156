//! Figures of one scenario, drawn from its finished tables: SVG by plotters, PNG from the same SVG by resvg.
//!
//! [`draw_scenario`] reads `manifest.json`, `summary.csv` and, where a figure needs them, `places.csv`,
//! `groups.csv` and `timeline.csv`, and writes `plots/<name>.svg` and `plots/<name>.png`. The same tables give
//! the same bytes.
//!
//! - `rows.rs`, `tables.rs`, `groups.rs`, `control.rs`, `markers.rs`: tables to numbers
//! - `theme.rs`, `sheet.rs`, `captions.rs`, `axes.rs`: what every figure has in common
//! - `charts.rs`, `maps.rs`: the kinds of picture; `figures.rs`: the figures by name
//! - `raster.rs`: SVG to PNG; `files.rs`: whole files or none

pub mod axes;
pub mod captions;
pub mod charts;
pub mod control;
pub mod figures;
pub mod files;
pub mod groups;
pub mod maps;
pub mod markers;
pub mod raster;
pub mod rows;
pub mod sheet;
pub mod tables;
pub mod theme;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::base::spelling::nearest;
use crate::report::figures::{FIGURES, Figure};
use crate::report::raster::Rasterizer;
use crate::report::tables::Tables;
use crate::report::theme::{Style, Theme};

/// Why a figure could not be drawn. Every variant names the file or the figure at fault.
#[derive(Debug, Error)]
pub enum FigureError {
    /// A table is not there; run the scenario, or name its folder.
    #[error("{file}: not found; figures are drawn from the finished tables of one scenario folder")]
    Missing {
        /// The table.
        file: PathBuf,
    },
    /// A table is there, but not as CSV; run again with `--format csv` or `--format both`.
    #[error(
        "{file}: there is only {found}; figures are drawn from CSV: run with --format csv or --format both"
    )]
    OnlyParquet {
        /// The table that was looked for.
        file: PathBuf,
        /// The name of the file that is there.
        found: String,
    },
    /// The file does not come from this program, or not from this scenario.
    #[error("{file}: {reason}")]
    Foreign {
        /// The file.
        file: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// A cell or line cannot be read.
    #[error("{file}:{line}: {reason}")]
    Malformed {
        /// The table.
        file: PathBuf,
        /// Line, from 1.
        line: u64,
        /// What was found and what was expected.
        reason: String,
    },
    /// The table is sound but holds nothing for this figure.
    #[error("{file}: {what}")]
    NoRows {
        /// The table.
        file: PathBuf,
        /// What was looked for.
        what: String,
    },
    /// There is no figure of this name.
    #[error("no figure is called `{name}`; nearest: {nearest}; known: {known}")]
    UnknownFigure {
        /// The name that was given.
        name: String,
        /// The nearest valid name, or "none".
        nearest: String,
        /// All names.
        known: String,
    },
    /// A file could not be read or written.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The drawing library failed; a fault of this program.
    #[error("figure `{figure}`: {reason}")]
    Drawing {
        /// The figure, or "" before its name is known.
        figure: String,
        /// What the library said.
        reason: String,
    },
}

impl FigureError {
    /// True if only this figure lacks rows, so that the others may still be drawn.
    pub fn is_about_one_figure(&self) -> bool {
        matches!(self, FigureError::NoRows { .. })
    }
}

/// Draws the figures of a scenario folder, or only the one that is named, for print on paper.
///
/// Returns the files written, SVG before PNG, in the order of [`FIGURES`].
///
/// # Errors
///
/// As [`draw_scenario_in_style`].
pub fn draw_scenario(
    dir: &Path,
    only: Option<&str>,
    say: &mut dyn FnMut(&str),
) -> Result<Vec<PathBuf>, FigureError> {
    draw_scenario_in_style(dir, only, Style::Paper, say)
}

/// Draws the figures of a scenario folder, or only the one that is named, in a style.
///
/// A figure for which a sound table holds no rows is left out, and `say` is told so; if no figure is left, or
/// one was asked for by name, that is an error.
///
/// # Errors
///
/// Missing, foreign or damaged tables, an unknown figure, a folder that cannot be written. If only some figures
/// need the table at fault, the others are drawn before the error is returned.
pub fn draw_scenario_in_style(
    dir: &Path,
    only: Option<&str>,
    style: Style,
    say: &mut dyn FnMut(&str),
) -> Result<Vec<PathBuf>, FigureError> {
    let wanted = select(only)?;
    let theme = Theme::of(style);
    let mut tables = Tables::open(dir)?;
    let rasterizer = Rasterizer::new();
    let plots = dir.join("plots");
    let mut written = Vec::new();
    let mut skipped = None;
    let mut failed = None;
    for figure in wanted {
        match draw(figure, &theme, &mut tables, &rasterizer, &plots) {
            Ok(files) => written.extend(files),
            Err(error) => {
                say(&format!("figure {} is not drawn: {error}", figure.name));
                let slot = if error.is_about_one_figure() { &mut skipped } else { &mut failed };
                slot.get_or_insert(error);
            }
        }
    }
    for message in tables.take_messages() {
        say(&message);
    }
    match (failed, skipped) {
        (Some(error), _) => Err(error),
        (None, Some(error)) if written.is_empty() => Err(error),
        _ => Ok(written),
    }
}

/// The figures of a name, or all of them.
fn select(only: Option<&str>) -> Result<Vec<&'static Figure>, FigureError> {
    let Some(name) = only else { return Ok(FIGURES.iter().collect()) };
    let names = || FIGURES.iter().map(|figure| figure.name);
    match FIGURES.iter().find(|figure| figure.name == name) {
        Some(figure) => Ok(vec![figure]),
        None => Err(FigureError::UnknownFigure {
            name: name.to_string(),
            nearest: nearest(name, names()).unwrap_or("none").to_string(),
            known: names().collect::<Vec<_>>().join(" "),
        }),
    }
}

fn draw(
    figure: &Figure,
    theme: &Theme,
    tables: &mut Tables,
    rasterizer: &Rasterizer,
    plots: &Path,
) -> Result<[PathBuf; 2], FigureError> {
    let named = |error| match error {
        FigureError::Drawing { reason, .. } => {
            FigureError::Drawing { figure: figure.name.to_string(), reason }
        }
        other => other,
    };
    let svg = (figure.draw)(theme, tables).map_err(named)?;
    let png = rasterizer.png(&svg, theme.png_width_px).map_err(named)?;
    let paths = [plots.join(format!("{}.svg", figure.name)), plots.join(format!("{}.png", figure.name))];
    files::write_whole(&paths[0], svg.as_bytes())?;
    files::write_whole(&paths[1], &png)?;
    Ok(paths)
}
