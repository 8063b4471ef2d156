//! The figures of scenarios and of experiments by name: which numbers, which picture, which words around it.

pub mod boxes;
pub mod comparison;
pub mod economy;
pub mod groups;
pub mod maps;
pub mod regret;
pub mod time;
pub mod uncertainty;
pub mod verdicts;

use crate::report::FigureError;
use crate::report::findings::Findings;
use crate::report::tables::Tables;
use crate::report::theme::Theme;

/// A figure.
pub struct Figure {
    /// Name of its files, without extension.
    pub name: &'static str,
    /// What it shows, in one line.
    pub line: &'static str,
    /// Draws it as SVG.
    pub draw: fn(&Theme, &mut Tables) -> Result<String, FigureError>,
}

macro_rules! figures {
    ($($name:literal, $draw:path, $line:literal;)+) => {
        /// All figures of a scenario, in the order in which they are drawn.
        pub const FIGURES: &[Figure] = &[$(Figure { name: $name, line: $line, draw: $draw }),+];
    };
}

figures! {
    "deaths_per_month", time::deaths, "People killed in violent events, Mali";
    "deaths_by_region", time::deaths_by_region, "People killed in violent events, by region";
    "state_presence", time::state_presence, "State presence: Mali, North, Centre";
    "state_presence_by_region", time::state_presence_by_region, "State presence, by region";
    "illicit_income", time::illicit_income, "Illicit income and state spending in the North";
    "displacement", time::displacement, "Refugees and displaced persons";
    "fighters", groups::fighters, "Fighters of armed groups by kind";
    "group_tree", groups::group_tree, "Births, splits, mergers and sizes of the armed groups of the typical run";
    "event_kinds", groups::event_kinds, "Violent events by kind";
    "map_of_control", maps::map_of_control, "Who controls which place, one map per year";
    "map_of_state_presence", maps::map_of_state_presence, "State presence at each place, one map per year";
    "map_of_deaths", maps::map_of_deaths, "People killed at each place, one map per year";
    "map_of_displacement", maps::map_of_displacement, "Where displaced persons stay, one map per year";
    "map_of_trafficking", maps::map_of_trafficking, "Illicit trade along its routes, one map per year";
    "who_pays_whom", economy::who_pays_whom, "Payments of the illicit and war economy, by kind of actor";
}

/// A figure of an experiment's tables.
pub struct FindingsFigure {
    /// Name of its files, without extension.
    pub name: &'static str,
    /// The table that it is drawn from.
    pub table: &'static str,
    /// What it shows, in one line.
    pub line: &'static str,
    /// Draws it as SVG.
    pub draw: fn(&Theme, &Findings) -> Result<String, FigureError>,
}

macro_rules! findings_figures {
    ($($name:literal, $table:literal, $draw:path, $line:literal;)+) => {
        /// All figures of experiments, in the order in which they are drawn.
        pub const FINDINGS_FIGURES: &[FindingsFigure] =
            &[$(FindingsFigure { name: $name, table: $table, line: $line, draw: $draw }),+];
    };
}

findings_figures! {
    "differences", "differences", comparison::differences, "Paired differences with their intervals";
    "stability_for_whom", "winners", comparison::stability_for_whom, "Who gains and who loses in what";
    "causes", "causes", comparison::causes, "What the differences are attributed to";
    "patterns", "patterns", verdicts::patterns, "Documented patterns beside simulated ranges";
    "claims", "claims", verdicts::claims, "In how many draws the documents' claims hold";
    "tornado", "sensitivity", uncertainty::tornado, "What each outcome hangs on most";
    "morris", "sensitivity", uncertainty::morris, "Size of effects against their variation";
    "boxes", "boxes", boxes::boxes, "Limits inside which outcomes of interest lie";
    "regret", "regret", regret::regret, "What each policy loses against the best of every state of the world";
    "scores", "scores", verdicts::scores, "How near the model comes to observed series, beside naive baselines";
    "posterior", "posterior", uncertainty::posterior, "Posterior draws against the prior";
}
