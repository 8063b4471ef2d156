//! `compare`: scenarios over the same seeds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::compare_text;
use super::run::{DEFAULT_SCALE, counted, run_options};
use crate::cli::arguments::{CompareArguments, Sought, TableFormat};
use crate::cli::interrupt;
use crate::cli::kept_runs::{self, Manner};
use crate::cli::messages::{CliError, Talk, Warning};
use crate::cli::output;
use crate::cli::progress::duration;
use crate::cli::sources::Sources;
use crate::experiments::branch::Branch;
use crate::experiments::comparison::causes::{self, Cause, Game};
use crate::experiments::comparison::differences::{self, compared};
use crate::experiments::comparison::reduction::ReducedRun;
use crate::experiments::comparison::{FALSE_DISCOVERIES, Pairs, layouts, reduced_id, winners};
use crate::experiments::estimate::run_seconds;
use crate::experiments::results::ExperimentManifest;
use crate::experiments::statistics::{Bootstrap, Estimate};
use crate::experiments::store::Store;
use crate::export::manifest::seeds_text;
use crate::scenario::Scenario;
use crate::tables::indicators::MALI;

/// Fewest walks from which shares are told.
const FEWEST_WALKS: usize = 4;
/// More walks than these add little.
const MOST_WALKS: usize = 60;

/// One comparison that was asked for.
struct Comparison {
    other: usize,
    folder: PathBuf,
    manifest: ExperimentManifest,
}

/// Everything that the steps of the command share.
struct Session<'a> {
    arguments: &'a CompareArguments,
    /// The base, then the others.
    branches: Vec<Branch>,
    model_hash: String,
    threads: usize,
    talk: Talk,
    store: Store,
}

/// Compares.
pub fn compare(arguments: &CompareArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    if !cfg!(feature = "parquet") && arguments.format != TableFormat::Csv {
        return Err(CliError::BadInput("this build was made without the feature `parquet`".to_string()));
    }
    let sources = Sources::with(&arguments.model.data)?;
    let branches = branches(arguments, &sources, threads)?;
    let model_hash = sources.model_hash();
    let mut comparisons = Vec::new();
    for other in 1..branches.len() {
        let names = (&branches[0].scenario.name, &branches[other].scenario.name);
        let folder = arguments.out.join("compare").join(format!("{}--{}", names.0, names.1));
        let manifest =
            manifest(arguments, &branches[0], &branches[other], &model_hash)?.with_data(sources.data());
        manifest.inspect(&folder, arguments.overwrite)?;
        comparisons.push(Comparison { other, folder, manifest });
    }
    if arguments.dry_run {
        return dry_run(arguments, &branches, threads);
    }
    let store = Store::open(&arguments.out.join("compare"))?;
    interrupt::listen();
    if let Some(holder) = store.taken_over() {
        let folder = arguments.out.join("compare").display().to_string();
        talk.warn(&Warning::LockTakenOver { folder, holder: holder.to_string() });
    }
    if store.began_anew {
        talk.say("runs kept from another build of harmattan are not used; they are done again");
    }
    let mut session = Session { arguments, branches, model_hash, threads, talk, store };
    let runs = session.main_runs()?;
    let mut failed = Vec::new();
    let mut undecided = Vec::new();
    for comparison in comparisons {
        session.conclude(comparison, &runs, &mut failed, &mut undecided)?;
    }
    if !failed.is_empty() {
        return Err(CliError::Unfinished(failed.join("\n")));
    }
    match undecided.is_empty() {
        true => Ok(()),
        false => Err(CliError::No(undecided.join("\n"))),
    }
}

/// Runs by branch, the base first, and the seeds they stand for.
struct MainRuns {
    seeds: Vec<u64>,
    reduced: Vec<Vec<Option<Arc<ReducedRun>>>>,
    failures: Vec<Vec<(u64, String)>>,
    /// Chance below which a sought difference counts as decided, with as many looks as were planned.
    threshold: f64,
}

impl Session<'_> {
    /// Runs everything over the seeds, and over more of them until what is sought is decided.
    fn main_runs(&mut self) -> Result<MainRuns, CliError> {
        let mut seeds = self.arguments.seeds.0.clone();
        let looks = looks(self.arguments).len();
        let threshold = (1.0 - crate::experiments::statistics::LEVEL) / looks as f64;
        loop {
            let (mut jobs, mut bounds) = (Vec::new(), vec![0]);
            for (at, branch) in self.branches.iter().enumerate() {
                let own = if at > 0 && self.arguments.unpaired { disjoint(&seeds)? } else { seeds.clone() };
                jobs.extend(own.into_iter().map(|seed| (branch.clone(), seed)));
                bounds.push(jobs.len());
            }
            let slots = self.run(&jobs, true, "to compare")?;
            let mut runs =
                MainRuns { seeds: seeds.clone(), reduced: Vec::new(), failures: Vec::new(), threshold };
            let mut slots = slots.into_iter();
            for bound in bounds.windows(2) {
                let (mut reduced, mut failures) = (Vec::new(), Vec::new());
                for (slot, (_, seed)) in
                    slots.by_ref().take(bound[1] - bound[0]).zip(&jobs[bound[0]..bound[1]])
                {
                    match slot {
                        Ok(run) => reduced.push(Some(Arc::new(run))),
                        Err(message) => {
                            failures.push((*seed, message));
                            reduced.push(None);
                        }
                    }
                }
                runs.reduced.push(reduced);
                runs.failures.push(failures);
            }
            let Some(sought) = self.arguments.until_decided else { return Ok(runs) };
            let open = (1..self.branches.len()).any(|other| runs.sought(other, sought).1 > threshold);
            let Some(next) = next_look(seeds.len(), self.arguments.budget).filter(|_| open) else {
                return Ok(runs);
            };
            let (last, more) = (seeds.last().copied().unwrap_or_default(), next - seeds.len());
            seeds.extend(last + 1..=last + more as u64);
            self.talk.say(&format!("not decided yet: {more} more seeds"));
        }
    }

    /// Runs jobs that are not in the store.
    fn run(
        &mut self,
        jobs: &[(Branch, u64)],
        details: bool,
        purpose: &str,
    ) -> Result<Vec<Result<ReducedRun, String>>, CliError> {
        let ids: Vec<_> =
            jobs.iter().map(|(branch, seed)| reduced_id(branch, &self.model_hash, *seed, details)).collect();
        let manner = Manner { purpose, threads: self.threads, talk: self.talk };
        kept_runs::run(&mut self.store, &ids, jobs, manner, |branch, outcome| {
            ReducedRun::of(outcome, &branch.theatre, details)
        })
    }

    /// Draws the conclusions of one comparison, writes its files and prints them.
    fn conclude(
        &mut self,
        comparison: Comparison,
        runs: &MainRuns,
        failed: &mut Vec<String>,
        undecided: &mut Vec<String>,
    ) -> Result<(), CliError> {
        let (base, other) = (self.branches[0].clone(), self.branches[comparison.other].clone());
        let pairs = runs.pairs(comparison.other, !self.arguments.unpaired);
        let mut bootstrap = Bootstrap::new();
        let found = differences::all(&pairs, &mut bootstrap);
        let winners = winners::all(&pairs, &found, &mut bootstrap);
        let (named, tried) = differences::named(&found);
        let targets: Vec<usize> = named.iter().filter(|d| d.area == MALI).map(|d| d.indicator).collect();
        let mut notes = Vec::new();
        let causes = self.causes(&base, &other, &targets, runs, &mut bootstrap, &mut notes)?;

        let mut manifest = comparison.manifest;
        let outcome = &mut manifest.outcome;
        outcome.insert("seeds_used".to_string(), json!(seeds_text(&runs.seeds)));
        if let Some(sample) = &base.assumptions.sample {
            outcome.insert("sample".to_string(), json!(sample.record()));
        }
        for (name, at) in [("base_failed", 0), ("other_failed", comparison.other)] {
            let failures: BTreeMap<String, String> =
                runs.failures[at].iter().map(|(seed, message)| (seed.to_string(), message.clone())).collect();
            for (seed, message) in &failures {
                let scenario = &self.branches[at].scenario.name;
                failed.push(format!("{scenario}, seed {seed}: the run failed: {message}; it is left out"));
            }
            outcome.insert(name.to_string(), json!(failures));
        }
        let tables = [
            (&layouts::DIFFERENCES_TABLE, layouts::differences(&found)),
            (&layouts::WINNERS_TABLE, layouts::winners(&winners)),
            (&layouts::CAUSES_TABLE, layouts::causes(&causes)),
        ];
        manifest.write(&comparison.folder, &tables, self.arguments.format.into())?;

        let mut told = compare_text::Told {
            base: &base.scenario.name,
            other: &other.scenario.name,
            pairs: &pairs,
            differences: &found,
            named: &named,
            tried,
            winners: &winners,
            causes: &causes,
            notes,
        };
        if let Some(sought) = self.arguments.until_decided {
            let (estimate, chance) = runs.sought(comparison.other, sought);
            let decided = chance <= runs.threshold;
            let text = compare_text::sought(sought, &estimate, runs.seeds.len(), decided);
            if !decided {
                undecided.push(format!("{}: {text}", comparison.folder.display()));
            }
            told.notes.push(text);
        }
        output::print(&told.text())?;
        self.talk.say(&format!("tables in {}", comparison.folder.display()));
        if !self.arguments.no_plots && self.arguments.format != TableFormat::Parquet {
            super::run::draw(&comparison.folder, self.talk);
        }
        Ok(())
    }

    /// Levers first; what is left of the budget goes to submodels.
    fn causes(
        &mut self,
        base: &Branch,
        other: &Branch,
        targets: &[usize],
        runs: &MainRuns,
        bootstrap: &mut Bootstrap,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Cause>, CliError> {
        if targets.is_empty() || self.arguments.cause_runs == 0 {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        let mut budget = self.arguments.cause_runs;
        let games = [(Game::levers(base, other), 2), (Game::submodels(base, other), 1)];
        for (game, parts) in games {
            if let Some(sole) = game.sole() {
                let share = Estimate { mean: 1.0, low: 1.0, high: 1.0, n: runs.seeds.len() };
                let cause = |indicator| Cause { indicator, kind: sole.0, name: sole.1.clone(), share };
                found.extend(targets.iter().copied().map(cause));
                continue;
            }
            let per_walk = game.runs_per_walk();
            let n_walks = (budget / parts / per_walk).min(MOST_WALKS) / 2 * 2;
            if game.n_items() == 0 {
                continue;
            }
            if n_walks < FEWEST_WALKS {
                notes.push(format!(
                    "causes: {} {} would take at least {} runs; raise --cause-runs",
                    game.n_items(),
                    game.what(),
                    FEWEST_WALKS * per_walk * parts
                ));
                continue;
            }
            let walks = causes::walks(game.n_items(), n_walks, &runs.seeds);
            let jobs = game.jobs(&walks);
            budget -= jobs.len().min(budget);
            let done = self.run(&jobs, false, "for causes")?;
            let done: Vec<Option<ReducedRun>> = done.into_iter().map(Result::ok).collect();
            let value = |run: &ReducedRun, indicator: usize| {
                run.values[ReducedRun::at(run.periods.len() - 1, MALI, indicator)]
            };
            let shares = game.shares(&walks, &done, targets, value, bootstrap);
            notes.push(format!(
                "causes: {} {} in {n_walks} orders, {} of {} shares kept (90 % interval without zero)",
                game.n_items(),
                game.what(),
                shares.len(),
                targets.len() * game.n_items()
            ));
            found.extend(shares);
        }
        found.sort_by_key(|cause| targets.iter().position(|target| *target == cause.indicator));
        Ok(found)
    }
}

impl MainRuns {
    fn pairs(&self, other: usize, paired: bool) -> Pairs {
        Pairs::new(&self.reduced[0], &self.reduced[other], paired)
    }

    /// The sought difference over the horizon, and its chance.
    fn sought(&self, other: usize, sought: Sought) -> (Estimate, f64) {
        let pairs = self.pairs(other, true);
        let value = |run: &Arc<ReducedRun>| {
            run.values[ReducedRun::at(run.periods.len() - 1, sought.area, sought.indicator)]
        };
        let (base, other): (Vec<f64>, Vec<f64>) =
            (pairs.base.iter().map(value).collect(), pairs.other.iter().map(value).collect());
        compared(&base, &other, true, &mut Bootstrap::new())
    }
}

/// Seeds at the next look: twice as many, at most those of the budget; none if it is used up.
fn next_look(seeds: usize, budget: usize) -> Option<usize> {
    (seeds < budget).then(|| (2 * seeds).min(budget))
}

/// Seeds at each look at a sought difference, as far as the budget goes.
fn looks(arguments: &CompareArguments) -> Vec<usize> {
    let next = |n: &usize| arguments.until_decided.and_then(|_| next_look(*n, arguments.budget));
    std::iter::successors(Some(arguments.seeds.0.len()), next).collect()
}

/// Seeds of equal number that none of the given is among.
fn disjoint(seeds: &[u64]) -> Result<Vec<u64>, CliError> {
    let (first, last) =
        (seeds.first().copied().unwrap_or_default(), seeds.last().copied().unwrap_or_default());
    let shifted = |seed: &u64| seed.checked_add(last - first + 1).filter(|seed| i64::try_from(*seed).is_ok());
    let found: Option<Vec<u64>> = seeds.iter().map(shifted).collect();
    found.ok_or_else(|| CliError::BadInput("--unpaired: there are no larger seeds".to_string()))
}

/// Checks every scenario; nothing is touched.
fn branches(
    arguments: &CompareArguments,
    sources: &Sources,
    threads: usize,
) -> Result<Vec<Branch>, CliError> {
    let options = run_options(&arguments.model, DEFAULT_SCALE)?;
    let settings = sources.settings(&arguments.model.set)?;
    let sample = sources.sample(arguments.model.posterior.as_deref())?;
    let assumptions = Arc::new(sources.assumptions(&settings, sample));
    let (mut complaints, mut scenarios): (Vec<String>, Vec<Scenario>) = (Vec::new(), Vec::new());
    let named: BTreeSet<&String> = arguments.others.iter().collect();
    if named.len() < arguments.others.len() {
        return Err(CliError::BadInput(
            "a scenario is named twice; each comparison needs its own folder".to_string(),
        ));
    }
    for argument in [&arguments.base].into_iter().chain(&arguments.others) {
        match sources.scenario(argument) {
            Ok(scenario) => scenarios.push(scenario),
            Err(CliError::Refused(text)) if complaints.contains(&text) => {}
            Err(CliError::Refused(text)) => complaints.push(text),
            Err(error) => return Err(error),
        }
    }
    if !complaints.is_empty() {
        return Err(CliError::Refused(complaints.join("\n\n")));
    }
    let theatre = &scenarios[0].theatre;
    if let Some(foreign) = scenarios.iter().find(|scenario| scenario.theatre != *theatre) {
        return Err(CliError::BadInput(format!(
            "{} plays in the theatre `{theatre}`, {} in `{}`: they cannot be compared",
            scenarios[0].name, foreign.name, foreign.theatre
        )));
    }
    let at_once = threads.min(scenarios.len() * arguments.seeds.0.len());
    let branch = |scenario| sources.branch(scenario, &assumptions, options.clone(), at_once);
    scenarios.into_iter().map(branch).collect()
}

/// The manifest of a comparison before its runs.
fn manifest(
    arguments: &CompareArguments,
    base: &Branch,
    other: &Branch,
    model_hash: &str,
) -> Result<ExperimentManifest, CliError> {
    let scenario = |branch: &Branch| {
        let Scenario { name, canonical, text, base_texts, .. } = &*branch.scenario;
        let hash = crate::export::manifest::hash_text(&blake3::hash(canonical.as_bytes()));
        json!({ "name": name, "hash": hash, "text": text, "base_texts": base_texts })
    };
    let (options, seeds) = (&base.options, &arguments.seeds.0);
    let other_seeds = if arguments.unpaired { disjoint(seeds)? } else { seeds.clone() };
    let without: Vec<&str> = options.without.iter().map(|at| crate::schedule::SUBMODELS[*at]).collect();
    let format: crate::export::Format = arguments.format.into();
    let inputs = [
        ("base", scenario(base)),
        ("other", scenario(other)),
        ("seeds", json!(seeds_text(seeds))),
        ("other_seeds", json!(seeds_text(&other_seeds))),
        ("scale", json!(options.scale)),
        ("from", json!(options.from.monday().to_string())),
        ("until", json!(options.until.monday().to_string())),
        ("without", json!(without)),
        ("settings", json!(base.assumptions.settings)),
        ("posterior", json!(base.assumptions.sample.as_ref().map(|sample| sample.hash()))),
        ("format", json!(format)),
        ("cause_runs", json!(arguments.cause_runs)),
        ("until_decided", json!(arguments.until_decided.map(compare_text::sought_name))),
        ("budget", json!(arguments.until_decided.map(|_| arguments.budget))),
        ("false_discovery_rate", json!(FALSE_DISCOVERIES)),
        ("model_hash", json!(model_hash)),
    ];
    let inputs = inputs.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    Ok(ExperimentManifest::new("comparison", inputs))
}

fn dry_run(arguments: &CompareArguments, branches: &[Branch], threads: usize) -> Result<(), CliError> {
    let seeds = arguments.seeds.0.len();
    let most = looks(arguments).last().copied().unwrap_or(seeds);
    let causes = arguments.cause_runs * (branches.len() - 1);
    let each = run_seconds(&branches[0].theatre, &branches[0].options);
    let time = |runs: usize| duration((runs as f64 / threads.min(runs).max(1) as f64).ceil() * each);
    let scenarios = branches.iter().map(|branch| branch.scenario.name.as_str()).collect::<BTreeSet<_>>();
    let runs = scenarios.len() * seeds;
    let mut text = format!(
        "{} of {} scenarios over {} seeds; those of an earlier comparison are kept\ntime    about {} on {threads} threads\n",
        counted(runs, "run"),
        scenarios.len(),
        seeds,
        time(runs)
    );
    if most > seeds {
        text +=
            &format!("up to   {most} seeds, about {}, for --until-decided\n", time(scenarios.len() * most));
    }
    text += &format!("causes  at most {causes} runs, about {}, if anything is found\n", time(causes));
    output::print(&(text + "nothing was started\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_double_until_the_whole_budget_is_used() {
        let looks = |seeds: usize, budget: usize| -> Vec<usize> {
            std::iter::successors(Some(seeds), |n| next_look(*n, budget)).collect()
        };
        assert_eq!(looks(4, 40), [4, 8, 16, 32, 40]);
        assert_eq!(looks(4, 32), [4, 8, 16, 32]);
        assert_eq!(looks(20, 10), [20]);
    }
}
