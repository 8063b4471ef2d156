//! `validate`: the documented patterns against an ensemble, and scores against observed series.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::base::dates::Week;
use crate::cli::arguments::ValidateArguments;
use crate::cli::commands::claims::others_stay;
use crate::cli::commands::run::run_options;
use crate::cli::commands::validate_text::{hanging, overall, told, told_brakes, told_scores};
use crate::cli::interrupt::{self, STOP};
use crate::cli::messages::{CliError, Talk, Warning, in_mid_run};
use crate::cli::output;
use crate::cli::progress::{Progress, duration};
use crate::cli::sources::{self, Sources};
use crate::experiments::branch::{Assumptions, Branch};
use crate::experiments::estimate;
use crate::experiments::panel::{Event, Settings, Slot};
use crate::experiments::results::ExperimentManifest;
use crate::experiments::store::Store;
use crate::experiments::validation::observed::ged::{self, Observed};
use crate::experiments::validation::observed::refugees::{self, Count};
use crate::experiments::validation::paired::PAIRS;
use crate::experiments::validation::patterns::PATTERNS;
use crate::experiments::validation::scores;
use crate::experiments::validation::trial::{self, Arms, Numbers};
use crate::experiments::validation::{Verdict, prior};
use crate::experiments::validation::{brakes, judgement};
use crate::export::Format;
use crate::export::manifest::hash_text;
use crate::scenario::library;
use crate::simulation::{Recorded, RunOptions};

/// The scenario whose patterns are documented.
const HISTORY: &str = "history";

/// Persons per agent where nothing else is asked for: the coarsest of the scales that agree with each other.
const DEFAULT_SCALE: u32 = 200;

/// Observed files that were read.
#[derive(Default)]
struct Files {
    events: Option<Observed>,
    refugees: Vec<Count>,
    /// Hash by option.
    hashes: BTreeMap<&'static str, String>,
}

/// Runs the ensemble, prints findings and scores, writes them.
pub fn validate(arguments: &ValidateArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    let sources = Sources::with(&arguments.model.data)?;
    let arms = arms(&sources, arguments, threads)?;
    let files = read_files(&sources, arguments, talk)?;
    let folder = arguments.out.join("validate");
    let model_hash = sources.model_hash();
    let mut manifest = manifest(arguments, &arms, &files, &model_hash).with_data(sources.data());
    manifest.inspect(&folder, arguments.overwrite)?;
    let seeds = &arguments.seeds.0;
    if arguments.dry_run {
        return dry_run(&arms, seeds.len(), arguments.draws, threads);
    }
    if let Some(holder) = manifest.begin_alone(&folder)? {
        talk.warn(&Warning::LockTakenOver { folder: folder.display().to_string(), holder });
    }
    let draws = prior::draws(sources.parameters(), arguments.draws);
    let slots = run(&jobs(&arms, seeds, &draws), &folder, &model_hash, threads, talk)?;
    let (of_seeds, of_draws) = slots.split_at(seeds.len());
    let ((of_seeds, failed_seeds), (of_draws, failed_draws)) = (done(of_seeds)?, done(of_draws)?);

    let findings = judgement::findings(&of_seeds, &of_draws);
    let simulated: Vec<_> = of_seeds.iter().map(|numbers| numbers.simulated.clone()).collect();
    let theatre = &*arms.base.theatre;
    let mut found =
        files.events.as_ref().map_or_else(Vec::new, |events| scores::of_events(events, &simulated, theatre));
    found.extend(scores::of_refugees(&files.refugees, &simulated, theatre));
    let bound = brakes::bound(&of_seeds.iter().map(|numbers| &numbers.brakes).collect::<Vec<_>>());
    manifest.outcome.insert("failed_seeds".to_string(), json!(failed_seeds));
    manifest.outcome.insert("failed_draws".to_string(), json!(failed_draws));
    if let Some(sample) = &arms.base.assumptions.sample {
        manifest.outcome.insert("sample".to_string(), json!(sample.record()));
    }
    let tables = [
        (&judgement::PATTERNS_TABLE, judgement::patterns_table(&findings)),
        (&judgement::REFERENCES_TABLE, judgement::references_table(&findings)),
        (&scores::SCORES_TABLE, scores::table(&found)),
        (&brakes::BRAKES_TABLE, brakes::table(&bound)),
    ];
    manifest.write(&folder, &tables, Format::Csv)?;
    let mut text = told(&findings, of_seeds.len(), of_draws.len(), arms.base.options.scale);
    text += &hanging(&of_draws, &draws);
    text += &told_scores(&found);
    text += &told_brakes(&bound);
    let Assumptions { sample, settings, .. } = &*arms.base.assumptions;
    if let Some(sample) = sample {
        output::print(&others_stay(sample, &sources, settings))?;
    }
    output::print(&text)?;
    talk.say(&format!("tables in {0}; `harmattan plot {0}` draws them", folder.display()));
    if failed_seeds + failed_draws > 0 {
        let text = format!(
            "{failed_seeds} seeds and {failed_draws} draws failed; the others are judged above; the same command \
             tries them again"
        );
        return Err(CliError::Unfinished(text));
    }
    match PATTERNS.iter().filter(|pattern| overall(&findings, pattern.id) == Verdict::Fail).count() {
        0 => Ok(()),
        n => Err(CliError::No(format!("{n} of {} patterns fail", PATTERNS.len()))),
    }
}

/// History and its pairs, recorded as the patterns need it.
fn arms(sources: &Sources, arguments: &ValidateArguments, threads: usize) -> Result<Arms, CliError> {
    if arguments.model.from.is_some() {
        return Err(CliError::BadInput(
            "validate needs the record from the beginning; leave out --from".to_string(),
        ));
    }
    let settings = sources.settings(&arguments.model.set)?;
    let sample = sources.sample(arguments.model.posterior.as_deref())?;
    let assumptions = Arc::new(sources.assumptions(&settings, sample));
    let options =
        RunOptions { tables: Recorded::Everything, ..run_options(&arguments.model, DEFAULT_SCALE)? };
    let branch = |name: &str, until: Week| -> Result<Branch, CliError> {
        let options = RunOptions { until: until.min(options.until), ..options.clone() };
        sources.branch(sources.scenario(name)?, &assumptions, options, threads)
    };
    let pairs = PAIRS.iter().map(|pair| {
        library::text(pair.scenario).map(|_| branch(pair.scenario, pair.until.week())).transpose()
    });
    let pairs = pairs.collect::<Result<_, _>>()?;
    Ok(Arms { base: branch(HISTORY, options.until)?, pairs })
}

/// Every seed with the assumptions asked for, then every draw from the prior with a seed of its own as far as they go.
fn jobs(arms: &Arms, seeds: &[u64], draws: &[BTreeMap<String, f64>]) -> Vec<(Arms, u64)> {
    let of_seeds = seeds.iter().map(|seed| (arms.clone(), *seed));
    let of_draws = draws.iter().enumerate().map(|(draw, values)| {
        let asked = &arms.base.assumptions;
        // What was asked for on the command line is not varied.
        let mut settings = values.clone();
        settings.extend(asked.settings.clone());
        let assumptions = Arc::new(Assumptions { sample: None, settings, ..(**asked).clone() });
        let mut arms = arms.clone();
        for branch in std::iter::once(&mut arms.base).chain(arms.pairs.iter_mut().flatten()) {
            branch.assumptions = Arc::clone(&assumptions);
        }
        (arms, seeds[draw % seeds.len()])
    });
    of_seeds.chain(of_draws).collect()
}

/// Does what is missing, with progress.
fn run(
    jobs: &[(Arms, u64)],
    folder: &Path,
    model_hash: &str,
    threads: usize,
    talk: Talk,
) -> Result<Vec<Slot<Numbers>>, CliError> {
    let mut store = Store::open(folder)?;
    if let Some(holder) = store.taken_over() {
        let folder = folder.display().to_string();
        talk.warn(&Warning::LockTakenOver { folder, holder: holder.to_string() });
    }
    interrupt::listen();
    let ids: Vec<_> = jobs.iter().map(|(arms, seed)| arms.id(model_hash, *seed)).collect();
    let missing = store.n_missing(&ids);
    let progress =
        Progress::begin(missing, missing as u64 * jobs.first().map_or(0, |(arms, _)| arms.weeks()), talk);
    let observe = |event: Event| match event {
        Event::Week => progress.week(),
        Event::Done { .. } => progress.run(),
        Event::Failed { message, .. } => {
            progress.run();
            progress.interrupt(|| talk.say(&format!("a run failed: {message}")));
        }
    };
    let slots =
        trial::run(jobs, model_hash, &mut store, &Settings { threads, stop: &STOP, observe: &observe });
    progress.end();
    slots.map_err(in_mid_run)
}

/// What determines the results.
fn manifest(
    arguments: &ValidateArguments,
    arms: &Arms,
    files: &Files,
    model_hash: &str,
) -> ExperimentManifest {
    let scenario = |branch: &Branch| {
        let hash = hash_text(&blake3::hash(branch.scenario.canonical.as_bytes()));
        json!({ "name": branch.scenario.name, "hash": hash })
    };
    let options = &arms.base.options;
    let without: Vec<&str> = options.without.iter().map(|at| crate::schedule::SUBMODELS[*at]).collect();
    let assumptions = &arms.base.assumptions;
    let inputs = [
        ("scenarios", json!(arms.branches().map(scenario).collect::<Vec<_>>())),
        ("seeds", json!(arguments.seeds.0)),
        ("draws", json!(arguments.draws)),
        ("scale", json!(options.scale)),
        ("until", json!(options.until.monday().to_string())),
        ("without", json!(without)),
        ("settings", json!(assumptions.settings)),
        ("posterior", json!(assumptions.sample.as_ref().map(|sample| sample.hash()))),
        ("observed", json!(files.hashes)),
        ("model_hash", json!(model_hash)),
    ];
    let inputs = inputs.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    ExperimentManifest::new("validation", inputs)
}

fn read_files(sources: &Sources, arguments: &ValidateArguments, talk: Talk) -> Result<Files, CliError> {
    let theatre = sources.theatre("mali")?;
    let mut files = Files::default();
    let mut complaints = Vec::new();
    if let Some((label, bytes)) = given(&arguments.ged)? {
        files.hashes.insert("ged", hash_text(&blake3::hash(&bytes)));
        match ged::read(&label, &bytes, theatre) {
            Ok(observed) => {
                let (first, last) = observed.years;
                talk.say(&format!(
                    "{label}: {} lethal events in Mali, {first} to {last}; {} located too roughly are left out",
                    observed.events.len(),
                    observed.vague
                ));
                files.events = Some(observed);
            }
            Err(diagnostics) => complaints.extend(diagnostics),
        }
    }
    if let Some((label, bytes)) = given(&arguments.refugees)? {
        files.hashes.insert("refugees", hash_text(&blake3::hash(&bytes)));
        match refugees::read(&label, &bytes, theatre) {
            Ok(counts) => files.refugees = counts,
            Err(diagnostics) => complaints.extend(diagnostics),
        }
    }
    if complaints.is_empty() {
        return Ok(files);
    }
    let texts: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    Err(CliError::Refused(texts.join("\n\n")))
}

/// Name and content of a file that was asked for.
fn given(path: &Option<PathBuf>) -> Result<Option<(String, Vec<u8>)>, CliError> {
    let Some(path) = path else { return Ok(None) };
    let label = path.display().to_string().replace('\\', "/");
    match sources::read_whole(path) {
        Ok(bytes) => Ok(Some((label, bytes))),
        Err(error) => Err(CliError::Refused(format!(
            "{label}:1:1: error[unreadable]: the file cannot be read: {error}"
        ))),
    }
}

/// The numbers of the jobs that ended, and how many failed.
fn done(slots: &[Slot<Numbers>]) -> Result<(Vec<Numbers>, usize), CliError> {
    let (mut numbers, mut failed) = (Vec::new(), 0);
    for slot in slots {
        match slot {
            Some(Ok(found)) => numbers.push(found.clone()),
            Some(Err(_)) => failed += 1,
            None => {
                let text = "stopped; finished runs are kept, and the same command goes on".to_string();
                return Err(CliError::Unfinished(text));
            }
        }
    }
    Ok((numbers, failed))
}

fn dry_run(arms: &Arms, seeds: usize, draws: usize, threads: usize) -> Result<(), CliError> {
    let names: Vec<&str> = arms.branches().map(|branch| branch.scenario.name.as_str()).collect();
    let once: f64 =
        arms.branches().map(|branch| estimate::run_seconds(&branch.theatre, &branch.options)).sum();
    let runs = seeds + draws;
    let rounds = runs.div_ceil(threads.min(runs).max(1)) as f64;
    output::print(&format!(
        "{}\nruns    {}: {seeds} seeds and {draws} draws from the prior, {} runs each\ntime    about {} on {threads} \
         threads\nnothing was started\n",
        names.join(", "),
        runs * names.len(),
        names.len(),
        duration(once * rounds)
    ))
}
