//! What the command line accepts.

mod experiments;
mod sweeps;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::base::dates::{Date, HORIZON, Week};
use crate::experiments::folder::Existing;
use crate::export::Format;
use crate::simulation::Period;

pub use experiments::{ClaimsArguments, CompareArguments, ModelArguments, Sought, ValidateArguments};
pub use sweeps::{
    CalibrateArguments, Engine, FailedRuns, MergeArguments, SensitivityArguments, SensitivityMethod,
    StatusArguments, SubmitArguments, SweepArguments,
};

/// An agent-based laboratory for stabilization policy in Mali and the Sahel.
#[derive(Debug, Parser)]
#[command(
    name = "harmattan",
    version,
    arg_required_else_help = true,
    after_help = "Example:\n  harmattan run history --seeds 4\n\nExit codes: 0 done; 1 the answer is no; 2 bad input or \
                  usage; 3 work unfinished."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Threads to use [default: all cores].
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Say nothing on stderr but errors and warnings.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run scenarios over seeds, in parallel; one folder per scenario.
    #[command(after_help = "Examples:\n  harmattan run\n  harmattan run history no-drawdown --seeds 20\n  \
                            harmattan run my-scenario.toml --seeds 1..100 --until 2016-12-26 --format both")]
    Run(Box<RunArguments>),
    /// Compare scenarios over the same seeds: differences with intervals, who gains and who loses, causes.
    #[command(after_help = "Examples:\n  harmattan compare history no-drawdown --seeds 10 --scale 500\n  \
                            harmattan compare history my-scenario.toml --until-decided civilian_deaths")]
    Compare(Box<CompareArguments>),
    /// Test the policy claims of the documents: effect, interval, share of parameter draws, verdict.
    #[command(after_help = "Examples:\n  harmattan claims --dry-run\n  \
                            harmattan claims --claim 17 --draws 20 --seeds 2")]
    Claims(Box<ClaimsArguments>),
    /// Test the documented patterns against an ensemble, and score it against observed series.
    #[command(after_help = "Examples:\n  harmattan validate --seeds 10 --scale 500\n  \
                            harmattan validate --ged GEDEvent.csv --refugees refugees.csv")]
    Validate(Box<ValidateArguments>),
    /// Check scenario and plan files, and data of one's own; every error with its place and the nearest valid name.
    #[command(
        after_help = "Examples:\n  harmattan check my-scenario.toml --format json\n  harmattan check --data my-data"
    )]
    Check(CheckArguments),
    /// Write a commented scenario that differs from `history` in one lever.
    #[command(after_help = "Example:\n  harmattan new my-scenario")]
    New(NewArguments),
    /// Print a scenario as it will run, each line with its origin.
    #[command(after_help = "Example:\n  harmattan show services-first")]
    Show(ShowArguments),
    /// List what there is.
    #[command(after_help = "Examples:\n  harmattan list scenarios\n  harmattan list levers --format json")]
    List(ListArguments),
    /// List every parameter with value, unit, range, distribution, source and status.
    #[command(after_help = "Example:\n  harmattan params --format csv")]
    Params(FormatArguments),
    /// Carry out a plan: a designed experiment, resumable, whole or in shards.
    #[command(
        after_help = "Examples:\n  harmattan sweep scenarios/plans/risk-and-retaliation.toml --dry-run\n  \
                            harmattan sweep my-plan.toml --shard 3/10"
    )]
    Sweep(Box<SweepArguments>),
    /// Join the shards of a sweep by content.
    #[command(after_help = "Example:\n  harmattan merge output/my-plan --out output")]
    Merge(MergeArguments),
    /// Submit the missing shards of a sweep to a cluster, or write them as a script.
    #[command(
        after_help = "Examples:\n  harmattan submit my-plan.toml --engine slurm --shards 100 --sbatch=--time=2:00:00\n  \
                            harmattan submit my-plan.toml --engine script --shards 8"
    )]
    Submit(Box<SubmitArguments>),
    /// Tell what is done of a sweep, judged from files alone.
    #[command(after_help = "Example:\n  harmattan status output/my-plan")]
    Status(StatusArguments),
    /// Tell what the outcomes of a plan hang on.
    #[command(after_help = "Examples:\n  harmattan sensitivity my-plan.toml --method morris\n  \
                            harmattan sensitivity my-plan.toml --method prim --outcome deaths_gao --at-least 100")]
    Sensitivity(Box<SensitivityArguments>),
    /// Fit the uncertain parameters of a plan to its targets.
    #[command(after_help = "Examples:\n  harmattan calibrate scenarios/plans/fit-a-fall.toml --dry-run\n  \
                            harmattan run --posterior output/fit-a-fall/posterior.csv")]
    Calibrate(Box<CalibrateArguments>),
    /// Run a folder again from its manifest and compare.
    #[command(after_help = "Example:\n  harmattan verify output/history")]
    Verify(FolderArguments),
    /// Draw the figures of a folder again from its tables.
    #[command(after_help = "Examples:\n  harmattan plot output/history\n  harmattan plot \
                            output/compare/history--no-drawdown --only differences --style slides")]
    Plot(PlotArguments),
    /// Make the pages of a folder again from its tables.
    #[command(
        after_help = "Examples:\n  harmattan report output/history\n  harmattan report output/history --seed 7"
    )]
    Report(ReportArguments),
    /// Print the JSON Schema of scenario or plan files, for editors.
    #[command(after_help = "Examples:\n  harmattan schema > scenario.schema.json\n  \
                            harmattan schema plan > plan.schema.json")]
    Schema(SchemaArguments),
    /// Print completions for a shell.
    #[command(
        after_help = "Example:\n  harmattan completions bash > ~/.local/share/bash-completion/completions/harmattan"
    )]
    Completions(CompletionsArguments),
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Scenario files, or names from the library [default: history].
    #[arg(value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
    /// Seeds: N (1 to N), A..B (inclusive), or a list 3,7,9.
    #[arg(long, value_name = "SEEDS", default_value = "20", value_parser = seeds)]
    pub seeds: Seeds,
    /// One seed.
    #[arg(long, value_name = "S", conflicts_with = "seeds", value_parser = seed)]
    pub seed: Option<u64>,
    /// What is run.
    #[command(flatten)]
    pub model: ModelArguments,
    /// Folder for the results.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub out: PathBuf,
    /// File format of the tables.
    #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
    pub format: TableFormat,
    /// Length of a period in the tables.
    #[arg(long, value_enum, default_value_t = Every::Month)]
    pub every: Every,
    /// Draw no figures and write no report.
    #[arg(long)]
    pub no_plots: bool,
    /// Do not record single events.
    #[arg(long)]
    pub no_events: bool,
    /// Complete results that are there; an error if there are none.
    #[arg(long)]
    pub resume: bool,
    /// Replace results that are there.
    #[arg(long, conflicts_with = "resume")]
    pub overwrite: bool,
    /// Say what would be run and what it costs; start nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Run one row of a sweep again: its run_id, or the beginning of it.
    #[arg(long, value_name = "ID", requires = "from_results",
          conflicts_with_all = ["scenarios", "seeds", "seed", "until", "scale", "set", "without", "posterior"])]
    pub run_id: Option<String>,
    /// Folder of the sweep with that row.
    #[arg(long, value_name = "DIR", requires = "run_id")]
    pub from_results: Option<PathBuf>,
    /// Print milliseconds per submodel.
    #[arg(long)]
    pub timings: bool,
    /// Write the decisions of a submodel, or of one of its agents, with their options, probabilities and terms
    /// (repeatable).
    #[arg(long, value_name = "SUBMODEL[:AGENT]")]
    pub trace: Vec<String>,
    /// Check the model's invariants every week.
    #[arg(long)]
    pub check_invariants: bool,
}

impl RunArguments {
    /// What to do with results that are there.
    pub fn existing(&self) -> Existing {
        match (self.resume, self.overwrite) {
            (true, _) => Existing::Resume,
            (_, true) => Existing::Overwrite,
            _ => Existing::Complete,
        }
    }
}

/// Data of one's own, for every command that reads the theatre.
#[derive(Clone, Debug, Default, Args)]
pub struct DataArguments {
    /// Folder of data of your own, with files as in data/mali/: its rows replace or join those of the program.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Scenario or plan files, or names from the library.
    #[arg(value_name = "FILE", required_unless_present = "data")]
    pub files: Vec<String>,
    /// The theatre.
    #[command(flatten)]
    pub data: DataArguments,
    /// Form of the answer.
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct NewArguments {
    /// Name of the scenario: a-z, 0-9 and -.
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Arguments of `show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// Scenario file, or name from the library.
    #[arg(value_name = "SCENARIO")]
    pub scenario: String,
    /// The theatre.
    #[command(flatten)]
    pub data: DataArguments,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// What to list.
    #[arg(value_enum, default_value_t = Listed::Scenarios)]
    pub what: Listed,
    /// The theatre.
    #[command(flatten)]
    pub data: DataArguments,
    /// Form of the answer.
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
}

/// Arguments of commands that only have a form.
#[derive(Debug, Args)]
pub struct FormatArguments {
    /// Form of the answer.
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct FolderArguments {
    /// Folder of one scenario's results.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The theatre.
    #[command(flatten)]
    pub data: DataArguments,
}

/// Arguments of `plot`.
#[derive(Debug, Args)]
pub struct PlotArguments {
    /// Folder of one scenario's results, of a comparison, or of another experiment.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Draw this figure only.
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// What the figures are for.
    #[arg(long, value_enum, default_value_t = Style::Paper)]
    pub style: Style,
    /// Width of the PNG files [pixels].
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(100..=10_000))]
    pub width: Option<u32>,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// Folder of one scenario's results or of a comparison.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Tell the run of this seed in `story.html` [default: the one nearest to the medians].
    #[arg(long, value_name = "S", value_parser = seed)]
    pub seed: Option<u64>,
}

/// Styles of figures, as `--style` takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Style {
    /// Print.
    Paper,
    /// A projector: larger words and lines.
    Slides,
    /// A dark screen.
    Dark,
}

/// Arguments of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// Which files the schema describes.
    #[arg(value_enum, default_value_t = SchemaOf::Scenario)]
    pub of: SchemaOf,
    /// The theatre.
    #[command(flatten)]
    pub data: DataArguments,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Scenario files.
    Scenario,
    /// Plan files.
    Plan,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// Shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// What `list` can list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// The scenario library.
    Scenarios,
    /// What a scenario can change.
    Levers,
    /// The columns of `indicators`.
    Indicators,
    /// What acts in a week, in order.
    Submodels,
    /// The places of the theatre.
    Places,
    /// The illicit and informal goods.
    Commodities,
    /// The armed groups of January 2012.
    Groups,
    /// The communities that people are counted by.
    Communities,
    /// The tables of a run, column by column.
    Tables,
}

/// Forms of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people.
    Table,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// File formats of tables, as `--format` takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Text.
    Csv,
    /// Compressed columns.
    Parquet,
    /// Both.
    Both,
}

impl TableFormat {
    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            TableFormat::Csv => "csv",
            TableFormat::Parquet => "parquet",
            TableFormat::Both => "both",
        }
    }
}

impl From<TableFormat> for Format {
    fn from(format: TableFormat) -> Format {
        match format {
            TableFormat::Csv => Format::Csv,
            TableFormat::Parquet => Format::Parquet,
            TableFormat::Both => Format::Both,
        }
    }
}

/// Lengths of a period, as `--every` takes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Every {
    /// Weeks.
    Week,
    /// Calendar months.
    Month,
}

impl From<Every> for Period {
    fn from(every: Every) -> Period {
        match every {
            Every::Week => Period::Week,
            Every::Month => Period::Month,
        }
    }
}

/// Seeds, rising, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct Seeds(pub Vec<u64>);

/// Most seeds that one command takes.
const MOST_SEEDS: u64 = 1_000_000;

fn seeds(text: &str) -> Result<Seeds, String> {
    let mut found = Vec::new();
    for part in text.split(',') {
        let part = part.trim();
        let (first, last) = match part.split_once("..") {
            Some((a, b)) if a.trim().is_empty() || b.trim_start_matches('=').trim().is_empty() => {
                return Err(format!("`{part}` has no end; write N, A..B, or a list 3,7,9"));
            }
            Some((a, b)) => (seed(a)?, seed(b.trim_start_matches('='))?),
            None if text.contains(',') => (seed(part)?, seed(part)?),
            None => (1, seed(part)?),
        };
        if first > last {
            return Err(format!("`{part}` holds no seed; write N, A..B with A at most B, or a list 3,7,9"));
        }
        if last - first >= MOST_SEEDS {
            return Err(format!("`{part}` holds more than {MOST_SEEDS} seeds"));
        }
        found.extend(first..=last);
    }
    let n = found.len();
    found.sort_unstable();
    found.dedup();
    match found.len() == n {
        true => Ok(Seeds(found)),
        false => Err(format!("`{text}` names a seed twice")),
    }
}

/// Persons per agent.
fn scale(text: &str) -> Result<u32, String> {
    let found = text.trim().parse().ok().filter(|scale| (1..=1000).contains(scale));
    found.ok_or_else(|| format!("`{text}` is no whole number of persons from 1 to 1000"))
}

fn seed(text: &str) -> Result<u64, String> {
    // Seeds stand in signed columns of the tables.
    text.trim()
        .parse::<u64>()
        .ok()
        .filter(|seed| i64::try_from(*seed).is_ok())
        .ok_or_else(|| format!("`{text}` is not a seed: a whole number from 0 to {}", i64::MAX))
}

fn week(text: &str) -> Result<Week, String> {
    let date = Date::parse(text).ok_or_else(|| format!("`{text}` is not a date such as 2016-12-26"))?;
    let first = Week(0).monday();
    let last = HORIZON.days() + 6;
    if date.days() < first.days() || date.days() > last {
        return Err(format!("{text} is outside the horizon, {first} to {}", Date::from_days(last)));
    }
    Ok(date.week())
}

fn setting(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, value)| (name.trim().to_string(), value.trim().to_string()))
        .ok_or_else(|| format!("`{text}` is not NAME=VALUE, such as trafficking.risk_decay_per_week=0.1"))
}

fn submodel(text: &str) -> Result<usize, String> {
    use crate::base::spelling::nearest;
    use crate::schedule::SUBMODELS;
    if text == "observation" {
        return Err("`observation` records the results and cannot be switched off".to_string());
    }
    SUBMODELS.iter().position(|name| *name == text).ok_or_else(|| {
        let hint = nearest(text, SUBMODELS).map(|name| format!("; nearest: {name}")).unwrap_or_default();
        format!("there is no submodel `{text}`{hint}; `harmattan list submodels` names them")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_come_as_a_number_a_range_or_a_list() {
        assert_eq!(seeds("3"), Ok(Seeds(vec![1, 2, 3])));
        assert_eq!(seeds("4..6"), Ok(Seeds(vec![4, 5, 6])));
        assert_eq!(seeds("9,3,7"), Ok(Seeds(vec![3, 7, 9])));
        assert_eq!(
            seeds("7,"),
            seeds("x")
                .map_err(|_| "`` is not a seed: a whole number from 0 to 9223372036854775807".to_string())
        );
        assert!(seeds("1..").is_err_and(|why| why.starts_with("`1..` has no end")));
        for wrong in ["0", "6..4", "..3", "3,3", "-1", "1.5", "", "1..10000000", "99999999999999999999"] {
            assert!(seeds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn scales_are_whole_numbers_of_persons() {
        assert_eq!((scale("1"), scale("1000")), (Ok(1), Ok(1000)));
        for wrong in ["0", "1001", "abc", "-5", "1.5", ""] {
            assert!(scale(wrong).is_err_and(|why| why.contains("from 1 to 1000")), "{wrong}");
        }
    }

    #[test]
    fn dates_must_lie_in_the_horizon() {
        assert_eq!(week("2012-01-08"), Ok(Week(0)));
        assert!(week("2012-01-01").is_err());
        assert!(week("2023-01-02").is_err());
        assert_eq!(week("2023-01-01"), Ok(HORIZON.week()));
        assert!(week("2013-02-29").is_err());
    }

    #[test]
    fn the_observer_cannot_be_switched_off() {
        assert!(submodel("observation").is_err_and(|why| why.contains("records")));
        assert!(submodel("traficking").is_err_and(|why| why.contains("trafficking")));
        assert_eq!(submodel("calendar"), Ok(0));
    }
}
