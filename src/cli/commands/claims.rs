//! `claims`: the documents' policy claims against paired ensembles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::json;

use super::compare_text::interval;
use super::run::{counted, run_options};
use crate::base::dates::DEFAULT_UNTIL;
use crate::cli::arguments::{ClaimsArguments, TableFormat};
use crate::cli::interrupt;
use crate::cli::kept_runs::{self, Manner};
use crate::cli::messages::{CliError, Talk};
use crate::cli::output;
use crate::cli::progress::duration;
use crate::cli::sources::{self, Sources};
use crate::experiments::branch::{Assumptions, Branch};
use crate::experiments::claims::verdict::{self, Verdict};
use crate::experiments::claims::{self, CLAIMS_TABLE, Claim, Test};
use crate::experiments::estimate::run_seconds;
use crate::experiments::posterior::Sample;
use crate::experiments::results::ExperimentManifest;
use crate::experiments::run_id::RunId;
use crate::experiments::statistics::{Bootstrap, Estimate, differences};
use crate::experiments::store::Store;
use crate::experiments::summary::mean;
use crate::export::manifest::hash_text;
use crate::simulation::{Outcome, Recorded, RunOptions};
use crate::tables::indicators::{AREAS, INDICATORS};
use crate::tables::{Cell, Table};

/// Persons per agent where nothing else is asked for.
const DEFAULT_SCALE: u32 = 500;
/// The scenario with which the others share their past.
const HISTORY: &str = "history";
/// Seed of the draws from the catalogue.
const DESIGN_SEED: u64 = 1;

/// In which assumptions a scenario is run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum World {
    /// Over draws of all uncertain parameters.
    Drawn,
    /// At the default values.
    Default,
    /// At the default values but for a parameter at the low end of its range.
    Low(String),
    /// The same at the high end.
    High(String),
    /// The same at zero.
    Zero(String),
}

/// What was found about one test.
struct Finding<'a> {
    claim: &'a Claim,
    test: &'a Test,
    effect: Estimate,
    share_of_draws: f64,
    verdict: Verdict,
    at_low: Verdict,
    at_high: Verdict,
}

/// Tests claims.
pub fn claims(arguments: &ClaimsArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    if !cfg!(feature = "parquet") && arguments.format != TableFormat::Csv {
        return Err(CliError::BadInput("this build was made without the feature `parquet`".to_string()));
    }
    let all = claims::all();
    if let Some(unknown) =
        arguments.claim.iter().find(|number| !all.iter().any(|claim| claim.number == **number))
    {
        return Err(CliError::BadInput(format!(
            "there is no claim {unknown}; they are numbered 1 to {}",
            all.len()
        )));
    }
    let sources = Sources::with(&arguments.model.data)?;
    // Every number that a claim speaks of is an indicator.
    let options =
        RunOptions { tables: Recorded::Indicators, ..run_options(&arguments.model, DEFAULT_SCALE)? };
    let settings = sources.settings(&arguments.model.set)?;
    let given = sources.sample(arguments.model.posterior.as_deref())?;
    let sample = match &given {
        Some(sample) => sample.first(arguments.draws),
        None => Sample::of_catalogue(sources.parameters(), arguments.draws, DESIGN_SEED),
    };
    let n_draws = sample.len();
    let drawn = sources.assumptions(&settings, Some(sample));

    // What can be asked: scenarios that there are, within the horizon.
    let chosen = |claim: &&Claim| arguments.claim.is_empty() || arguments.claim.contains(&claim.number);
    let known: BTreeSet<&str> = sources::scenario_names().into_iter().collect();
    let may_run = |test: &Test| {
        let in_horizon = arguments.model.until.is_none_or(|until| test.last_week() <= until);
        in_horizon && known.contains(test.base.as_str()) && known.contains(test.other.as_str())
    };
    let mut asked: Vec<(usize, &Claim, &Test)> = Vec::new();
    let (mut left_out, mut at) = (Vec::new(), 0);
    for claim in &all {
        for test in &claim.tests {
            if chosen(&claim) && may_run(test) {
                asked.push((at, claim, test));
            } else if chosen(&claim) {
                left_out.push(format!(
                    "{} ({}, {} against {})",
                    claim.number,
                    test.number(),
                    test.other,
                    test.base
                ));
            }
            at += 1;
        }
    }
    if !left_out.is_empty() {
        talk.say(&format!(
            "not asked, for want of a scenario or beyond the horizon: {}",
            left_out.join("; ")
        ));
    }
    if asked.is_empty() {
        return Err(CliError::BadInput("there is no claim to test".to_string()));
    }

    // Every scenario in every world that some test needs, each once.
    let last = |name: &str| {
        // What comes after the last window changes no number.
        let own = asked.iter().filter(|(_, _, test)| test.base == name || test.other == name);
        own.map(|(_, _, test)| test.last_week()).max().unwrap_or(DEFAULT_UNTIL.week())
    };
    let mut wanted: BTreeSet<(String, World)> = BTreeSet::new();
    for (_, claim, test) in &asked {
        let mut worlds =
            vec![World::Drawn, World::Low(claim.deciding.clone()), World::High(claim.deciding.clone())];
        if let Some(direct) = &test.direct {
            worlds.extend([World::Default, World::Zero(direct.clone())]);
        }
        for world in worlds {
            wanted.insert((test.base.clone(), world.clone()));
            wanted.insert((test.other.clone(), world));
        }
    }
    let seeds = |world: &World| match world {
        World::Drawn => (n_draws * arguments.seeds) as u64,
        _ => arguments.end_seeds as u64,
    };
    let n_runs: u64 = wanted.iter().map(|(_, world)| seeds(world)).sum();
    let theatre = sources.theatre("mali")?;
    let scenarios: BTreeSet<&String> = wanted.iter().map(|(name, _)| name).collect();
    // The weeks before scenarios part are run once.
    let trunk = sources.scenario(HISTORY)?;
    let mut own_seconds: BTreeMap<&str, f64> = BTreeMap::new();
    for name in &scenarios {
        let until = last(name);
        let shared = sources.scenario(name)?.parts_from(&trunk).filter(|week| *week < until);
        let whole = run_seconds(theatre, &RunOptions { until, ..options.clone() });
        let saved = shared.map_or(0.0, |week| f64::from(week.0) / f64::from(until.0 + 1));
        own_seconds.insert(name.as_str(), whole * (1.0 - saved));
    }
    let seconds = |(name, world): &(String, World)| own_seconds[name.as_str()] * seeds(world) as f64;
    let cost = duration(wanted.iter().map(seconds).sum::<f64>() / threads as f64);
    let plan = format!(
        "{} of {}: {} of {} scenarios, {n_draws} draws with {} seeds each and {} seeds at the ends\ntime    about {cost} on {threads} threads",
        counted(asked.len(), "number"),
        counted(asked.iter().map(|(_, claim, _)| claim.number).collect::<BTreeSet<_>>().len(), "claim"),
        counted(n_runs as usize, "run"),
        scenarios.len(),
        arguments.seeds,
        arguments.end_seeds,
    );
    let model_hash = sources.model_hash();
    let inputs = [
        ("claims", json!(hash_text(&blake3::hash(claims::TEXT.as_bytes())))),
        ("chosen", json!(arguments.claim)),
        ("draws", json!(n_draws)),
        ("seeds", json!(arguments.seeds)),
        ("end_seeds", json!(arguments.end_seeds)),
        ("scale", json!(options.scale)),
        ("until", json!(arguments.model.until.map(|week| week.monday().to_string()))),
        ("without", json!(options.without)),
        ("settings", json!(settings)),
        ("posterior", json!(given.as_ref().map(Sample::hash))),
        ("format", json!(crate::export::Format::from(arguments.format))),
        ("model_hash", json!(model_hash)),
    ];
    let inputs = inputs.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    let mut manifest = ExperimentManifest::new("claims", inputs).with_data(sources.data());
    let folder = arguments.out.join("claims");
    manifest.inspect(&folder, arguments.overwrite)?;
    if arguments.dry_run {
        return output::print(&format!("{plan}\nnothing was started\n"));
    }
    talk.say(&plan);

    let mut jobs: Vec<(Branch, u64)> = Vec::new();
    let mut bounds: BTreeMap<(String, World), std::ops::Range<usize>> = BTreeMap::new();
    for (name, world) in &wanted {
        let options = RunOptions { until: last(name), ..options.clone() };
        let assumptions = Arc::new(in_world(&sources, &drawn, world));
        let branch = sources.branch(sources.scenario(name)?, &assumptions, options, threads)?;
        let begin = jobs.len();
        jobs.extend((1..=seeds(world)).map(|seed| (branch.clone(), seed)));
        bounds.insert((name.clone(), world.clone()), begin..jobs.len());
    }
    let found = run(&folder, &jobs, &all, &model_hash, threads, talk)?;
    let n_failed = found.iter().filter(|values| values.is_none()).count();

    let value = |name: &str, world: &World, at: usize| -> Vec<f64> {
        let range = bounds.get(&(name.to_string(), world.clone())).cloned().unwrap_or_default();
        found[range].iter().map(|values| values.as_ref().map_or(f64::NAN, |values| values[at])).collect()
    };
    let mut bootstrap = Bootstrap::new();
    let findings: Vec<Finding> = asked
        .iter()
        .map(|(at, claim, test)| {
            let pair = |world: World| (value(&test.base, &world, *at), value(&test.other, &world, *at));
            find(claim, test, n_draws, &pair, &mut bootstrap)
        })
        .collect();
    manifest.outcome.insert("runs".to_string(), json!(jobs.len()));
    manifest.outcome.insert("failed".to_string(), json!(n_failed));
    if let Some(sample) = &given {
        manifest.outcome.insert("sample".to_string(), json!(sample.record()));
    }
    manifest.write(&folder, &[(&CLAIMS_TABLE, table(&findings))], arguments.format.into())?;
    if let Some(sample) = &given {
        output::print(&others_stay(sample, &sources, &settings))?;
    }
    output::print(&text(&findings))?;
    talk.say(&format!("table in {0}; `harmattan plot {0}` draws it", folder.display()));
    match n_failed {
        0 => Ok(()),
        n => Err(CliError::Unfinished(format!("{} failed; they are left out", counted(n, "run")))),
    }
}

/// What `--posterior` does not vary.
pub fn others_stay(sample: &Sample, sources: &Sources, settings: &BTreeMap<String, f64>) -> String {
    let n = sample.n_left_at_defaults(sources.parameters(), settings);
    let name = &sample.name;
    format!(
        "{name}, {}: {n} other uncertain parameters stay at their defaults\n",
        counted(sample.len(), "draw")
    )
}

/// The assumptions of a world.
fn in_world(sources: &Sources, drawn: &Assumptions, world: &World) -> Assumptions {
    let mut assumptions = drawn.clone();
    if *world != World::Drawn {
        assumptions.sample = None;
    }
    let range = |name: &String| {
        sources.parameters().iter().find(|entry| entry.name == *name).map(|entry| entry.range)
    };
    match world {
        World::Low(name) => assumptions.settings.extend(range(name).map(|[low, _]| (name.clone(), low))),
        World::High(name) => assumptions.settings.extend(range(name).map(|[_, high]| (name.clone(), high))),
        World::Zero(name) => assumptions.beyond.extend([(name.clone(), 0.0)]),
        World::Drawn | World::Default => {}
    }
    assumptions
}

/// The numbers of every run, none where it failed; through the store of the folder.
fn run(
    folder: &std::path::Path,
    jobs: &[(Branch, u64)],
    all: &[Claim],
    model_hash: &str,
    threads: usize,
    talk: Talk,
) -> Result<Vec<Option<Vec<f64>>>, CliError> {
    let mut store = Store::open(&folder.join("runs"))?;
    interrupt::listen();
    if store.began_anew {
        talk.say("runs kept from another build of harmattan are not used; they are done again");
    }
    let ids: Vec<RunId> = jobs
        .iter()
        .map(|(branch, seed)| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&branch.id(model_hash, *seed).0);
            hasher.update(claims::TEXT.as_bytes());
            RunId(*hasher.finalize().as_bytes())
        })
        .collect();
    let manner = Manner { purpose: "for claims", threads, talk };
    let values = |_: &Branch, outcome: &Outcome| claims::values(all, outcome);
    let found: Vec<Result<Vec<f64>, String>> = kept_runs::run(&mut store, &ids, jobs, manner, values)?;
    Ok(found.into_iter().map(Result::ok).collect())
}

/// Judges one test; `pair` gives the numbers of base and other in a world, by seed.
fn find<'a>(
    claim: &'a Claim,
    test: &'a Test,
    n_draws: usize,
    pair: &dyn Fn(World) -> (Vec<f64>, Vec<f64>),
    bootstrap: &mut Bootstrap,
) -> Finding<'a> {
    let known_mean = |values: &[f64]| {
        let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        mean(&known)
    };
    let (base, other) = pair(World::Drawn);
    // Seed s takes draw 1 + (s - 1) mod n: the seeds of a draw stand n apart.
    let of_draw = |values: &[f64], draw: usize| {
        known_mean(&values.iter().skip(draw).step_by(n_draws).copied().collect::<Vec<f64>>())
    };
    let by_seed = differences(&base, &other);
    let by_draw: Vec<f64> = (0..n_draws).map(|draw| of_draw(&by_seed, draw)).collect();
    let effect = bootstrap.mean(&by_draw);
    let base_mean = known_mean(&base);
    let known: Vec<usize> = (0..n_draws).filter(|draw| !by_draw[*draw].is_nan()).collect();
    let holding =
        known.iter().filter(|draw| test.direction.holds(by_draw[**draw], of_draw(&base, **draw))).count();

    let mut at = |world: World| {
        let (base, other) = pair(world);
        (bootstrap.paired(&base, &other), known_mean(&base))
    };
    let mut judged = |world: World| {
        let (effect, base) = at(world);
        verdict::judge(test.direction, &effect, base)
    };
    let at_low = judged(World::Low(claim.deciding.clone()));
    let at_high = judged(World::High(claim.deciding.clone()));
    let mut verdict = verdict::judge(test.direction, &effect, base_mean);
    if let Some(direct) = &test.direct {
        let (default, without) = (at(World::Default).0, at(World::Zero(direct.clone())).0);
        verdict = verdict::without_direct(verdict, test.direction, &default, &without);
    }
    let share_of_draws = holding as f64 / known.len() as f64;
    Finding { claim, test, effect, share_of_draws, verdict, at_low, at_high }
}

fn table(findings: &[Finding]) -> Table {
    let mut table = Table::new(&CLAIMS_TABLE);
    for found in findings {
        let (claim, test) = (found.claim, found.test);
        table.push(&[
            Cell::Text(&claim.number.to_string()),
            Cell::Text(&claim.source),
            Cell::Text(&test.base),
            Cell::Text(&test.other),
            Cell::Text(&test.number()),
            Cell::Text(AREAS[test.area]),
            Cell::Text(&test.period()),
            Cell::Text(test.direction.word()),
            Cell::Number(found.effect.mean),
            Cell::Number(found.effect.low),
            Cell::Number(found.effect.high),
            Cell::Number(found.share_of_draws),
            Cell::Text(found.verdict.words()),
            Cell::Text(&claim.deciding),
            Cell::Text(found.at_low.words()),
            Cell::Text(found.at_high.words()),
        ]);
    }
    table
}

fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    let mut last = 0;
    for found in findings {
        let (claim, test) = (found.claim, found.test);
        if claim.number != last {
            let _ = writeln!(text, "{:>2}  {} ({})", claim.number, claim.statement, claim.source);
            last = claim.number;
        }
        let unit = INDICATORS[test.indicator].unit;
        let unit = if test.weeks_until.is_some() { "weeks" } else { unit };
        let _ = writeln!(
            text,
            "    {:<13} {} in {}, {} against {}, expected {}: {} {unit}, holds in {:.0} % of draws",
            found.verdict.words(),
            test.number(),
            AREAS[test.area],
            test.other,
            test.base,
            test.direction.word(),
            interval(&found.effect),
            100.0 * found.share_of_draws,
        );
        if (found.at_low, found.at_high) != (found.verdict, found.verdict) {
            let (low, high) = (found.at_low.words(), found.at_high.words());
            let _ = writeln!(
                text,
                "    {:13} {}: {low} at its low end, {high} at its high end",
                "", claim.deciding
            );
        }
    }
    let count = |verdict: Verdict| findings.iter().filter(|found| found.verdict == verdict).count();
    let words =
        [Verdict::Supported, Verdict::BuiltIn, Verdict::NotSupported, Verdict::Opposite, Verdict::Undecided];
    let counts: Vec<String> =
        words.into_iter().map(|verdict| format!("{} {}", count(verdict), verdict.words())).collect();
    let _ = writeln!(text, "{}", counts.join(", "));
    let _ = writeln!(
        text,
        "Each number stands for itself: had no lever any effect, one in twenty would still be called supported."
    );
    text
}
