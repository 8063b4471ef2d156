//! What the experiments accept, and what they share with `run`.

use std::path::PathBuf;

use clap::Args;

use super::{DataArguments, Seeds, TableFormat, scale, seeds, setting, submodel, week};
use crate::base::dates::Week;

/// What is run, besides scenarios and seeds; shared by every command that runs the model.
#[derive(Clone, Debug, Args)]
pub struct ModelArguments {
    /// What is recorded begins in the week of this date [default: 2012-01-02].
    #[arg(long, value_name = "DATE", value_parser = week)]
    pub from: Option<Week>,
    /// The last week is the one that contains this date [default: 2020-12-28].
    #[arg(long, value_name = "DATE", value_parser = week)]
    pub until: Option<Week>,
    /// Persons per agent, 1 to 1000 [default: 50, for validate 200, for claims 500].
    #[arg(long, value_name = "K", value_parser = scale)]
    pub scale: Option<u32>,
    /// Change a parameter (repeatable).
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Switch a submodel off (repeatable).
    #[arg(long, value_name = "SUBMODEL", value_parser = submodel)]
    pub without: Vec<usize>,
    /// A sample of parameters (posterior.csv): seed s takes draw 1 + (s-1) mod n. Parameters that the sample lacks stay at
    /// their defaults, also where `claims` would draw all of them from the catalogue without it.
    #[arg(long, value_name = "FILE")]
    pub posterior: Option<PathBuf>,
    /// The theatre.
    #[command(flatten)]
    pub data: DataArguments,
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// The scenario that the others are compared with: a file, or a name from the library.
    #[arg(value_name = "BASE")]
    pub base: String,
    /// Scenarios that are compared with it.
    #[arg(value_name = "OTHER", required = true)]
    pub others: Vec<String>,
    /// Seeds: N (1 to N), A..B (inclusive), or a list 3,7,9.
    #[arg(long, value_name = "SEEDS", default_value = "20", value_parser = seeds)]
    pub seeds: Seeds,
    /// What is run.
    #[command(flatten)]
    pub model: ModelArguments,
    /// Give the others seeds of their own (shows what common seeds are worth).
    #[arg(long)]
    pub unpaired: bool,
    /// Add seeds until the difference of this indicator over the horizon is decided: INDICATOR or INDICATOR:REGION.
    #[arg(long, value_name = "INDICATOR", conflicts_with = "unpaired", value_parser = sought)]
    pub until_decided: Option<Sought>,
    /// Most runs of each scenario for --until-decided.
    #[arg(long, value_name = "N", default_value_t = 320, requires = "until_decided")]
    pub budget: usize,
    /// Most runs spent on causes; 0 looks for none.
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub cause_runs: usize,
    /// Folder for the results.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub out: PathBuf,
    /// File format of the tables.
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    pub format: TableFormat,
    /// Draw no figures and write no report.
    #[arg(long)]
    pub no_plots: bool,
    /// Replace results that are there.
    #[arg(long)]
    pub overwrite: bool,
    /// Say what would be run and what it costs; start nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `claims`.
#[derive(Debug, Args)]
pub struct ClaimsArguments {
    /// Test this claim only (repeatable) [default: all].
    #[arg(long, value_name = "N")]
    pub claim: Vec<usize>,
    /// Draws of the uncertain parameters, from the catalogue or from --posterior.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = many)]
    pub draws: usize,
    /// Seeds of each draw.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = many)]
    pub seeds: usize,
    /// Seeds with a parameter at an end of its range, the others at their default.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = many)]
    pub end_seeds: usize,
    /// What is run.
    #[command(flatten)]
    pub model: ModelArguments,
    /// Folder for the results.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub out: PathBuf,
    /// File format of the tables.
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    pub format: TableFormat,
    /// Replace results that are there.
    #[arg(long)]
    pub overwrite: bool,
    /// Say what would be run and what it costs; start nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// An indicator of an area, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Position among the indicators.
    pub indicator: usize,
    /// Position among the areas.
    pub area: usize,
}

fn many(text: &str) -> Result<usize, String> {
    let number = text.parse::<usize>().ok().filter(|n| (1..=10_000).contains(n));
    number.ok_or_else(|| format!("`{text}` is not a whole number from 1 to 10000"))
}

fn sought(text: &str) -> Result<Sought, String> {
    use crate::base::spelling::nearest;
    use crate::tables::indicators::{AREAS, INDICATORS, MALI};
    let (name, region) = text.split_once(':').unwrap_or((text, AREAS[MALI]));
    let unknown = |what: &str, word: &str, near: Option<&str>, list: &str| {
        let hint = near.map(|name| format!("; nearest: {name}")).unwrap_or_default();
        format!("there is no {what} `{word}`{hint}; {list}")
    };
    let indicator = INDICATORS.iter().position(|spec| spec.name == name).ok_or_else(|| {
        let near = nearest(name, INDICATORS.iter().map(|spec| spec.name));
        unknown("indicator", name, near, "`harmattan list indicators` names them")
    })?;
    let area = AREAS.iter().position(|area| *area == region).ok_or_else(|| {
        unknown("region", region, nearest(region, AREAS), &format!("regions: {}", AREAS.join(", ")))
    })?;
    Ok(Sought { indicator, area })
}

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub struct ValidateArguments {
    /// Seeds: N (1 to N), A..B (inclusive), or a list 3,7,9.
    #[arg(long, value_name = "SEEDS", default_value = "20", value_parser = seeds)]
    pub seeds: Seeds,
    /// What is run.
    #[command(flatten)]
    pub model: ModelArguments,
    /// Draws from the prior that the pass rates rest on; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = draws)]
    pub draws: usize,
    /// Observed events: an export of UCDP GED (CSV).
    #[arg(long, value_name = "FILE")]
    pub ged: Option<PathBuf>,
    /// Observed refugees, by camp or country (CSV).
    #[arg(long, value_name = "FILE")]
    pub refugees: Option<PathBuf>,
    /// Folder for the results, which go to its folder `validate`.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub out: PathBuf,
    /// Replace results that are there.
    #[arg(long)]
    pub overwrite: bool,
    /// Say what would be run and what it costs; start nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Most draws from the prior.
const MOST_DRAWS: usize = 10_000;

fn draws(text: &str) -> Result<usize, String> {
    let found = text.parse::<usize>().ok().filter(|n| *n <= MOST_DRAWS);
    found.ok_or_else(|| format!("`{text}` is not a whole number from 0 to {MOST_DRAWS}"))
}
