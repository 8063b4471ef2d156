//! Figures and pages, made from finished tables: SVG by plotters, PNG from the same SVG by resvg, HTML.
//!
//! [`draw_folder`] writes `plots/<name>.svg` and `plots/<name>.png` of a scenario or of an experiment,
//! [`write_report`] its `report.html`, [`write_story`] the `story.html` of one run. The same tables give the same
//! bytes.
//!
//! - `rows.rs`: CSV; `tables.rs`, `groups.rs`, `control.rs`, `places.rs`, `flows.rs`, `payments.rs`, `events.rs`,
//!   `lineage.rs`, `markers.rs`, `runs.rs`: tables of a scenario to numbers; `findings.rs`: tables of experiments
//! - `theme.rs`, `words.rs`, `sheet.rs`, `captions.rs`, `axes.rs`: what every figure has in common
//! - `charts.rs`, `dots.rs`, `atlas.rs`, `maps.rs`: the kinds of picture; `figures/`: the figures by name
//! - `page.rs`, `page/`, `assets/`: the pages, with the chart library uPlot
//! - `raster.rs`: SVG to PNG; `files.rs`: whole files or none

pub mod atlas;
pub mod axes;
pub mod captions;
pub mod charts;
pub mod control;
pub mod dots;
pub mod events;
pub mod figures;
pub mod files;
pub mod findings;
pub mod flows;
pub mod groups;
pub mod lineage;
pub mod maps;
pub mod markers;
pub mod page;
pub mod payments;
pub mod places;
pub mod raster;
pub mod rows;
pub mod runs;
pub mod sheet;
pub mod tables;
pub mod theme;
pub mod words;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::base::spelling::nearest;
use crate::report::figures::{FIGURES, FINDINGS_FIGURES, Figure, FindingsFigure};
use crate::report::findings::Findings;
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

    /// True if a page can do without what is missing, and say so.
    pub fn leaves_a_gap(&self) -> bool {
        matches!(
            self,
            FigureError::NoRows { .. } | FigureError::Missing { .. } | FigureError::OnlyParquet { .. }
        )
    }

    /// The reason with the name of the file alone: pages travel, folders do not.
    pub fn without_folder(&self) -> String {
        let name =
            |file: &Path| file.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
        match self {
            FigureError::NoRows { file, what } => format!("{}: {what}", name(file)),
            FigureError::Missing { file } => format!("{} is not there", name(file)),
            FigureError::OnlyParquet { found, .. } => {
                format!("there is only {found}, and figures are drawn from CSV")
            }
            other => other.to_string(),
        }
    }
}

/// Writes the page of a folder: of a scenario's runs or of a comparison. Returns the file.
///
/// # Errors
///
/// Missing, foreign or damaged tables, a folder that is neither, one that cannot be written.
pub fn write_report(dir: &Path) -> Result<PathBuf, FigureError> {
    let file = dir.join("report.html");
    let findings = Findings::open(dir)?;
    let is_comparison = findings.has("differences");
    if !is_scenario(dir) && !is_comparison && FINDINGS_FIGURES.iter().any(|figure| findings.has(figure.table))
    {
        let reason = "holds neither the runs of a scenario nor a comparison, and other tables have no page; `harmattan plot` \
                      draws their figures";
        return Err(FigureError::Foreign { file: dir.to_path_buf(), reason: reason.to_string() });
    }
    let html = if is_scenario(dir) || !is_comparison {
        page::scenario::html(&mut Tables::open(dir)?)?
    } else {
        page::comparison::html(&findings)?
    };
    files::write_whole(&file, html.as_bytes())?;
    Ok(file)
}

/// Writes the story of one run of a scenario, by default of the one nearest to the medians. Returns the file.
///
/// # Errors
///
/// A seed that is not there; otherwise as [`write_report`].
pub fn write_story(dir: &Path, seed: Option<u64>) -> Result<PathBuf, FigureError> {
    let mut tables = Tables::open(dir)?;
    let seed = match seed {
        Some(seed) => seed,
        None => tables.typical_seed()?,
    };
    let html = page::story::html(&mut tables, seed)?;
    let file = dir.join("story.html");
    files::write_whole(&file, html.as_bytes())?;
    Ok(file)
}

/// What is drawn, and how.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// Only the figure of this name.
    pub only: Option<&'w str>,
    /// Where the figures will be shown.
    pub style: Style,
    /// Width of the PNG files (pixels); none: that of the style.
    pub png_width_px: Option<u32>,
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Wanted { only: None, style: Style::Paper, png_width_px: None }
    }
}

/// Draws the figures of a folder into its `plots/`: those of a scenario, or those of an experiment's tables.
///
/// Returns the files written, SVG before PNG, in the order of [`FIGURES`] or [`FINDINGS_FIGURES`]. A figure for
/// which a sound table holds no rows is left out, and `say` is told so; if no figure is left, or one was asked for
/// by name, that is an error.
///
/// # Errors
///
/// Missing, foreign or damaged tables, an unknown figure, a folder that cannot be written. If only some figures
/// need the table at fault, the others are drawn before the error is returned.
pub fn draw_folder(
    dir: &Path,
    wanted: &Wanted,
    say: &mut dyn FnMut(&str),
) -> Result<Vec<PathBuf>, FigureError> {
    check_name(wanted.only)?;
    if !is_scenario(dir) {
        let findings = Findings::open(dir)?;
        let found: Vec<&FindingsFigure> =
            FINDINGS_FIGURES.iter().filter(|figure| findings.has(figure.table)).collect();
        if !found.is_empty() {
            return draw_findings(&findings, &found, wanted, say);
        }
    }
    let theme = wanted.theme();
    let mut tables = Tables::open(dir)?;
    let figures: Vec<&Figure> =
        FIGURES.iter().filter(|figure| wanted.only.is_none_or(|name| name == figure.name)).collect();
    if figures.is_empty() {
        return Err(of_the_other_kind(dir, wanted.only));
    }
    let mut plots = Plots::new(dir, theme);
    for figure in figures {
        let svg = (figure.draw)(&plots.theme, &mut tables);
        plots.keep(figure.name, svg);
        for message in tables.take_messages() {
            say(&message);
        }
    }
    plots.result(say)
}

fn draw_findings(
    findings: &Findings,
    found: &[&FindingsFigure],
    wanted: &Wanted,
    say: &mut dyn FnMut(&str),
) -> Result<Vec<PathBuf>, FigureError> {
    let chosen: Vec<&&FindingsFigure> =
        found.iter().filter(|figure| wanted.only.is_none_or(|name| name == figure.name)).collect();
    if chosen.is_empty() {
        let table = FINDINGS_FIGURES.iter().find(|figure| Some(figure.name) == wanted.only);
        return Err(match table {
            Some(figure) => FigureError::Missing { file: findings.dir.join(format!("{}.csv", figure.table)) },
            None => of_the_other_kind(&findings.dir, wanted.only),
        });
    }
    let mut plots = Plots::new(&findings.dir, wanted.theme());
    for figure in chosen {
        let svg = (figure.draw)(&plots.theme, findings);
        plots.keep(figure.name, svg);
    }
    plots.result(say)
}

impl Wanted<'_> {
    fn theme(&self) -> Theme {
        let theme = Theme::of(self.style);
        Theme { png_width_px: self.png_width_px.unwrap_or(theme.png_width_px), ..theme }
    }
}

/// True if the folder holds the manifest of a scenario's runs.
pub fn is_scenario(dir: &Path) -> bool {
    let text = std::fs::read_to_string(dir.join("manifest.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    manifest.get("scenario").is_some() && manifest.get("runs").is_some()
}

fn of_the_other_kind(dir: &Path, name: Option<&str>) -> FigureError {
    let name = name.unwrap_or_default();
    let table = FINDINGS_FIGURES.iter().find(|figure| figure.name == name).map(|figure| figure.table);
    let reason = match table {
        Some(table) => format!("holds the runs of a scenario, and figure `{name}` is drawn from {table}.csv"),
        None => format!("holds no runs of a scenario, and figure `{name}` is drawn from them"),
    };
    FigureError::Foreign { file: dir.to_path_buf(), reason }
}

/// Complains about a name that no figure has.
fn check_name(only: Option<&str>) -> Result<(), FigureError> {
    let names =
        || FIGURES.iter().map(|figure| figure.name).chain(FINDINGS_FIGURES.iter().map(|figure| figure.name));
    match only {
        Some(name) if !names().any(|known| known == name) => Err(FigureError::UnknownFigure {
            name: name.to_string(),
            nearest: nearest(name, names())
                .or_else(|| names().find(|known| known.contains(name)))
                .unwrap_or("none")
                .to_string(),
            known: names().collect::<Vec<_>>().join(" "),
        }),
        _ => Ok(()),
    }
}

/// Figures on their way to files.
struct Plots {
    theme: Theme,
    folder: PathBuf,
    rasterizer: Rasterizer,
    written: Vec<PathBuf>,
    /// Figures that were not drawn, and why.
    undrawn: Vec<(String, FigureError)>,
}

impl Plots {
    fn new(dir: &Path, theme: Theme) -> Plots {
        Plots {
            theme,
            folder: dir.join("plots"),
            rasterizer: Rasterizer::new(),
            written: Vec::new(),
            undrawn: Vec::new(),
        }
    }

    /// Writes a figure, or keeps why there is none.
    fn keep(&mut self, name: &str, svg: Result<String, FigureError>) {
        match svg.and_then(|svg| self.write(name, &svg)) {
            Ok(files) => self.written.extend(files),
            Err(error) => {
                // An older one would pass for what the tables hold now.
                if error.is_about_one_figure()
                    && let Err(error) = self.files(name).iter().try_for_each(|file| files::remove(file))
                {
                    self.undrawn.push((name.to_string(), error));
                }
                let error = match error {
                    FigureError::Drawing { reason, .. } => {
                        FigureError::Drawing { figure: name.to_string(), reason }
                    }
                    other => other,
                };
                self.undrawn.push((name.to_string(), error));
            }
        }
    }

    fn write(&self, name: &str, svg: &str) -> Result<[PathBuf; 2], FigureError> {
        let png = self.rasterizer.png(svg, self.theme.png_width_px)?;
        let paths = self.files(name);
        files::write_whole(&paths[0], svg.as_bytes())?;
        files::write_whole(&paths[1], &png)?;
        Ok(paths)
    }

    fn files(&self, name: &str) -> [PathBuf; 2] {
        ["svg", "png"].map(|kind| self.folder.join(format!("{name}.{kind}")))
    }

    /// The files, or the first fault; what is not returned is said.
    fn result(mut self, say: &mut dyn FnMut(&str)) -> Result<Vec<PathBuf>, FigureError> {
        let fault = self.undrawn.iter().position(|(_, error)| !error.is_about_one_figure());
        let nothing = (self.written.is_empty() && !self.undrawn.is_empty()).then_some(0);
        let returned = fault.or(nothing).map(|at| self.undrawn.remove(at).1);
        for (name, error) in &self.undrawn {
            say(&format!("figure {name} is not drawn: {error}"));
        }
        returned.map_or(Ok(self.written), Err)
    }
}
