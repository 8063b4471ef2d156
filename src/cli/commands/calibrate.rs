//! `calibrate`: fits the uncertain parameters of a plan to its targets, and writes a sample that `--posterior` uses.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::calibrate_text::{Failed, synthetic_calibration, told};
use super::run::counted;
use crate::cli::arguments::CalibrateArguments;
use crate::cli::interrupt::{self, STOP};
use crate::cli::messages::{CliError, Talk, Warning, in_mid_run};
use crate::cli::output;
use crate::cli::progress::{Progress, duration};
use crate::cli::sources::Sources;
use crate::experiments::branch::{Assumptions, Branch};
use crate::experiments::calibration::emulator::Emulator;
use crate::experiments::calibration::identifiability::{self, Identifiability};
use crate::experiments::calibration::smc;
use crate::experiments::calibration::targets::{Aim, MISSED};
use crate::experiments::calibration::{history, tables};
use crate::experiments::estimate;
use crate::experiments::panel::{Event, Settings};
use crate::experiments::plan::{Acts, Design, Factor, Method, Plan, Value};
use crate::experiments::posterior::{FILE, Sample};
use crate::experiments::results::ExperimentManifest;
use crate::experiments::run_id::RunId;
use crate::experiments::sampling;
use crate::experiments::store::Store;
use crate::experiments::summary::quantile;
use crate::experiments::sweep::cases;
use crate::experiments::validation::reading::Reading;
use crate::export::manifest::hash_text;
use crate::export::{Format, atomic};
use crate::simulation::{Moment, Outcome};

/// Candidates simulated together: enough to keep every thread busy, and the same on every machine.
const BATCH: usize = 32;
/// Share of accepted candidates below which another round is not begun.
const LEAST_ACCEPTED: f64 = 0.1;

/// Everything that a candidate is simulated with.
struct Bench {
    plan: Plan,
    branch: Branch,
    /// Sample of the blocks before: each candidate runs with one of its draws, and keeps it.
    earlier: Option<Sample>,
    model_hash: String,
    /// Hashes of data of one's own.
    data: BTreeMap<String, String>,
    seed: u64,
    run: RunFunction,
}

/// How one seed is run: [`Branch::run`], or a stand-in in tests.
type RunFunction = Box<dyn Fn(&Branch, u64, &mut dyn FnMut(Moment)) -> Outcome + Sync>;

/// Calibrates, prints what was learned, writes the sample.
pub fn calibrate(arguments: &CalibrateArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    carry_out(arguments, &bench(arguments, threads)?, threads, talk)
}

fn carry_out(
    arguments: &CalibrateArguments,
    bench: &Bench,
    threads: usize,
    talk: Talk,
) -> Result<(), CliError> {
    let n = bench.plan.factors.len();
    let first = arguments.first.max(Emulator::least_candidates(n));
    let runs = (first + arguments.budget) * bench.plan.seeds.len();
    if arguments.dry_run {
        return dry_run(bench, first, arguments, runs, threads);
    }
    let folder = arguments.out.join(&bench.plan.name);
    let mut manifest = bench.manifest(arguments, first);
    manifest.inspect(&folder, arguments.overwrite)?;
    if let Some(holder) = manifest.begin_alone(&folder)? {
        talk.warn(&Warning::LockTakenOver { folder: folder.display().to_string(), holder });
    }
    let mut store = Store::open(&folder)?;
    interrupt::listen();
    let weeks = runs as u64 * bench.weeks();
    let progress = Progress::begin(runs, weeks, talk);
    let failed = RefCell::new(Failed::default());
    let mut simulate = |first: u64, candidates: &[Vec<f64>]| -> Result<Vec<Option<Vec<f64>>>, CliError> {
        bench.simulate(first, candidates, &mut store, threads, &progress, &mut failed.borrow_mut())
    };

    // A first look: what can be told, and what is ruled out.
    let design = Design { method: Method::LatinHypercube, points: first, seed: bench.seed };
    let shares = sampling::shares(&design, &bench.plan.factors).map_err(CliError::BadInput)?;
    let shares = shares.ok_or_else(|| CliError::BadInput("nothing is varied".to_string()))?;
    let points: Vec<Vec<f64>> = (0..shares.len()).map(|point| shares.row(point).to_vec()).collect();
    let outputs = simulate(0, &points)?;
    let known: Vec<(Vec<f64>, Vec<f64>)> =
        points.iter().zip(outputs).filter_map(|(x, y)| y.map(|y| (x.clone(), y))).collect();
    let (known_points, known_outputs): (Vec<_>, Vec<_>) = known.into_iter().unzip();
    // What no candidate has (a number of later years than the plan's) tells nothing of any.
    let (aims, missed): (Vec<usize>, Vec<usize>) = (0..bench.plan.aims.len())
        .partition(|aim| known_outputs.iter().any(|y: &Vec<f64>| y[*aim] != MISSED));
    if !missed.is_empty() && !known_outputs.is_empty() {
        let names: Vec<&str> = missed.iter().map(|aim| bench.plan.aims[*aim].name.as_str()).collect();
        talk.say(&format!("left out, for no candidate has it: {}", names.join("; ")));
    }
    let of_aims = |outputs: &[f64]| -> Vec<f64> { aims.iter().map(|aim| outputs[*aim]).collect() };
    let known_outputs: Vec<Vec<f64>> = known_outputs.iter().map(|y| of_aims(y)).collect();
    let why =
        |failed: &RefCell<Failed>| failed.borrow().text().map_or(String::new(), |text| format!(": {text}"));
    let emulator = Emulator::fit(&known_points, &known_outputs).ok_or_else(|| {
        CliError::Unfinished(format!("of {first} candidates too few could be run{}", why(&failed)))
    })?;
    let identified = identifiability::judge(&emulator, &known_points);
    let open: Vec<usize> = (0..n).filter(|parameter| identified.tells(*parameter)).collect();
    if open.is_empty() {
        let text = "no parameter of the plan can be told by its targets; nothing is fitted".to_string();
        return Err(CliError::No(text));
    }

    // The sample, over what can be told; the rest is drawn from its prior, and judged in the middle of it.
    let with = |mut shares: Vec<f64>, part: &[f64]| {
        for (parameter, share) in open.iter().zip(part) {
            shares[*parameter] = *share;
        }
        shares
    };
    let whole = |part: &[f64]| with(vec![0.5; n], part);
    let drawn = |number: u64, part: &[f64]| with(points[number as usize % points.len()].clone(), part);
    let settings = smc::Settings {
        seed: bench.seed,
        sample: arguments.sample,
        budget: arguments.budget,
        batch: BATCH,
        least_accepted: LEAST_ACCEPTED,
    };
    let mut trouble = None;
    let plausible = |part: &[f64]| history::plausible(&emulator, &whole(part));
    let mut run = |first: u64, parts: &[Vec<f64>]| {
        // Work that has stopped is not begun again.
        if trouble.is_some() {
            return vec![None; parts.len()];
        }
        let candidates: Vec<Vec<f64>> =
            (first..).zip(parts).map(|(number, part)| drawn(number, part)).collect();
        let outputs = simulate(first, &candidates).unwrap_or_else(|error| {
            trouble.get_or_insert(error);
            vec![None; candidates.len()]
        });
        outputs.into_iter().map(|outputs| outputs.map(|y| of_aims(&y))).collect()
    };
    let posterior = smc::sample(open.len(), &settings, &plausible, &mut run);
    if let Some(error) = trouble {
        return Err(error);
    }
    if posterior.particles.is_empty() {
        let text = format!(
            "a budget of {} candidates did not fill a sample of {}{}",
            arguments.budget,
            arguments.sample,
            why(&failed)
        );
        return Err(CliError::Unfinished(text));
    }
    progress.end();
    let failed = failed.into_inner();
    if let Some(text) = failed.text() {
        talk.warn(&Warning::CandidatesFailed(text));
    }

    let resampled = posterior.draws(arguments.draws, bench.seed);
    let numbers: Vec<u64> = resampled.iter().map(|particle| particle.number).collect();
    let draws: Vec<Vec<f64>> =
        resampled.iter().map(|particle| bench.numbers(&drawn(particle.number, &particle.shares))).collect();
    let names = bench.plan.factors.iter().map(|factor| factor.name.clone()).collect();
    let fitted = Sample::new(names, draws.clone());
    let fitted = match &bench.earlier {
        Some(earlier) => earlier.picked(&numbers).beside(&fitted),
        None => fitted,
    };
    atomic::write(&folder.join(FILE), fitted.text.as_bytes())?;
    let learned = bench.learned(&identified, &draws);
    let particles: Vec<Vec<f64>> =
        posterior.particles.iter().map(|particle| whole(&particle.shares)).collect();
    let before = distances(&known_outputs, aims.len());
    let predicted: Vec<Vec<f64>> =
        particles.iter().map(|x| emulator.predict(x).iter().map(|(mean, _)| *mean).collect()).collect();
    let after = distances(&predicted, aims.len());
    // In the order of the plan; what no candidate has is named, without distances.
    let mut rows: Vec<(&str, f64, f64)> =
        bench.plan.aims.iter().map(|aim| (aim.name.as_str(), f64::NAN, f64::NAN)).collect();
    for (aim, (before, after)) in aims.iter().zip(before.iter().zip(&after)) {
        (rows[*aim].1, rows[*aim].2) = (*before, *after);
    }
    let written = [
        (&tables::CALIBRATION_TABLE, tables::calibration(&learned)),
        (&tables::TARGETS_TABLE, tables::targets(&rows)),
        (&tables::ROUNDS_TABLE, tables::rounds(&posterior.rounds)),
    ];
    manifest.outcome.insert("candidates".to_string(), json!(first + posterior.candidates));
    manifest.outcome.insert("failed_candidates".to_string(), json!(failed.numbers));
    if let Some(reason) = &failed.first {
        manifest.outcome.insert("first_failure".to_string(), json!(reason));
    }
    manifest.outcome.insert("posterior".to_string(), json!(fitted.hash()));
    manifest.write(&folder, &written, Format::Csv)?;
    let mut text = told(&learned, &posterior, &rows);
    if arguments.synthetic > 0 {
        text += &synthetic_calibration(&emulator, &open, &settings, arguments.synthetic, &whole);
    }
    output::print(&text)?;
    talk.say(&format!(
        "{} of parameters in {}",
        counted(draws.len(), "draw"),
        folder.join("posterior.csv").display()
    ));
    Ok(())
}

/// What the arguments ask for.
fn bench(arguments: &CalibrateArguments, threads: usize) -> Result<Bench, CliError> {
    let sources = Sources::with(&arguments.data)?;
    let mut plan = sources.plan(&arguments.plan)?;
    if let Some(seeds) = &arguments.seeds {
        plan.seeds.clone_from(&seeds.0);
    }
    if let Some(scale) = arguments.scale {
        plan.scale = scale;
    }
    let refused = |reason: String| CliError::BadInput(format!("{}: {reason}", arguments.plan));
    if plan.scenarios.len() != 1 {
        return Err(refused("a calibration fits one scenario".to_string()));
    }
    let fits = |factor: &&Factor| {
        factor.acts != Acts::Parameter || !matches!(factor.spread.at(0.5), Value::Number(_))
    };
    if let Some(factor) = plan.factors.iter().find(fits) {
        return Err(refused(format!("`{}` is no parameter; only parameters are fitted", factor.name)));
    }
    if plan.factors.is_empty() {
        return Err(refused("no [uncertainties] to fit".to_string()));
    }
    if plan.aims.is_empty() {
        return Err(refused("the plan has no [[target]]".to_string()));
    }
    let earlier = sources.sample(arguments.posterior.as_deref())?;
    if let Some(sample) = &earlier
        && let Some(factor) = plan.factors.iter().find(|factor| sample.has(&factor.name))
    {
        return Err(refused(format!("`{}` is fitted already in the sample of --posterior", factor.name)));
    }
    let assumptions = Arc::new(sources.assumptions(&BTreeMap::new(), None));
    let branch = sources.branch(plan.scenarios[0].clone(), &assumptions, cases::options(&plan), threads)?;
    let seed = plan.design.as_ref().map_or(1, |design| design.seed);
    let (model_hash, data) = (sources.model_hash(), sources.data().clone());
    Ok(Bench { plan, branch, earlier, model_hash, data, seed, run: Box::new(Branch::run) })
}

impl Bench {
    /// Weeks of one run.
    fn weeks(&self) -> u64 {
        u64::from(self.plan.until.0) + 1
    }

    /// Values of the fitted parameters.
    fn numbers(&self, shares: &[f64]) -> Vec<f64> {
        self.plan.factors.iter().zip(shares).map(|(factor, share)| number(factor, *share)).collect()
    }

    /// What a candidate runs with: its own values, and a draw of the blocks before.
    fn values(&self, number: u64, shares: &[f64]) -> BTreeMap<String, f64> {
        let names = self.plan.factors.iter().map(|factor| factor.name.clone());
        let mut values: BTreeMap<String, f64> = names.zip(self.numbers(shares)).collect();
        values.extend(self.earlier.iter().flat_map(|earlier| earlier.draw(number)));
        values
    }

    /// Scaled outputs of candidates, of which the first has this number; those that are in the store are not run again.
    fn simulate(
        &self,
        first: u64,
        candidates: &[Vec<f64>],
        store: &mut Store,
        threads: usize,
        progress: &Progress,
        failed: &mut Failed,
    ) -> Result<Vec<Option<Vec<f64>>>, CliError> {
        let branches: Vec<Branch> = (first..)
            .zip(candidates)
            .map(|(number, shares)| {
                let settings = self.values(number, shares);
                let assumptions = Arc::new(Assumptions { settings, ..(*self.branch.assumptions).clone() });
                Branch { assumptions, ..self.branch.clone() }
            })
            .collect();
        let seeds = &self.plan.seeds;
        let jobs: Vec<(usize, u64)> =
            (0..candidates.len()).flat_map(|at| seeds.iter().map(move |seed| (at, *seed))).collect();
        let names: Vec<&str> = self.plan.aims.iter().map(|aim| aim.name.as_str()).collect();
        let id = |(at, seed): &(usize, u64)| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(b"calibration");
            hasher.update(names.join("\n").as_bytes());
            hasher.update(&branches[*at].id(&self.model_hash, *seed).0);
            RunId(*hasher.finalize().as_bytes())
        };
        let ids: Vec<RunId> = jobs.iter().map(id).collect();
        let found = ids.len() - store.n_missing(&ids);
        progress.found(found, found as u64 * self.weeks());
        let observe = |event: Event| match event {
            Event::Week => progress.week(),
            Event::Done { .. } | Event::Failed { .. } => progress.run(),
        };
        let settings = Settings { threads, stop: &STOP, observe: &observe };
        let slots = store.results(&ids, &settings, |job, observe| {
            let (at, seed) = jobs[job];
            let reading = Reading::of(&(self.run)(&branches[at], seed, observe), &branches[at].theatre);
            self.plan.aims.iter().map(|aim| aim.read(&reading)).collect::<Vec<f64>>()
        });
        let slots = slots.map_err(in_mid_run)?;
        if slots.iter().any(Option::is_none) {
            let text = "finished runs are kept; the same command goes on where it stopped".to_string();
            return Err(CliError::Unfinished(text));
        }
        for runs in slots.chunks_exact(seeds.len()) {
            failed.note(runs.iter().find_map(|slot| slot.as_ref()?.as_ref().err()));
        }
        let of_candidate = |runs: &[Option<Result<Vec<f64>, String>>]| -> Option<Vec<f64>> {
            let values: Vec<&Vec<f64>> =
                runs.iter().filter_map(|slot| slot.as_ref()?.as_ref().ok()).collect();
            (values.len() == seeds.len()).then(|| {
                let scaled = |(at, aim): (usize, &Aim)| {
                    aim.scaled(&values.iter().map(|values| values[at]).collect::<Vec<f64>>())
                };
                self.plan.aims.iter().enumerate().map(scaled).collect()
            })
        };
        Ok(slots.chunks_exact(seeds.len()).map(of_candidate).collect())
    }

    fn learned(&self, told: &Identifiability, draws: &[Vec<f64>]) -> Vec<tables::Learned<'_>> {
        let factors = self.plan.factors.iter().enumerate();
        factors
            .map(|(at, factor)| {
                let mut values: Vec<f64> = draws.iter().map(|draw| draw[at]).collect();
                values.sort_by(f64::total_cmp);
                let entry = self.branch.assumptions.catalogue.entry(&factor.name);
                tables::Learned {
                    parameter: &factor.name,
                    identified: told.tells(at),
                    share: told.shares[at],
                    default: entry.map_or(f64::NAN, |entry| entry.value),
                    quantiles: [0.5, 0.05, 0.95].map(|p| quantile(&values, p)),
                }
            })
            .collect()
    }

    fn manifest(&self, arguments: &CalibrateArguments, first: usize) -> ExperimentManifest {
        let plan = &self.plan;
        let inputs = [
            ("plan", json!(plan.text)),
            ("scenario", json!(hash_text(&blake3::hash(plan.scenarios[0].canonical.as_bytes())))),
            ("seeds", json!(plan.seeds)),
            ("scale", json!(plan.scale)),
            ("first", json!(first)),
            ("budget", json!(arguments.budget)),
            ("sample", json!(arguments.sample)),
            ("draws", json!(arguments.draws)),
            ("earlier", json!(self.earlier.as_ref().map(Sample::hash))),
            ("targets", json!(plan.aims.iter().map(ToString::to_string).collect::<Vec<_>>())),
            ("model_hash", json!(self.model_hash)),
        ];
        let inputs = inputs.map(|(name, value)| (name.to_string(), value));
        ExperimentManifest::new("calibration", BTreeMap::from(inputs)).with_data(&self.data)
    }
}

/// A factor's value, which is known to be a number.
fn number(factor: &Factor, share: f64) -> f64 {
    match factor.spread.at(share) {
        Value::Number(x) => x,
        Value::Word(word) => panic!("{}: {word} is no number", factor.name),
    }
}

/// Median distance of each target.
fn distances(outputs: &[Vec<f64>], n_targets: usize) -> Vec<f64> {
    (0..n_targets)
        .map(|target| {
            let mut values: Vec<f64> = outputs.iter().map(|output| output[target].abs()).collect();
            values.sort_by(f64::total_cmp);
            quantile(&values, 0.5)
        })
        .collect()
}

fn dry_run(
    bench: &Bench,
    first: usize,
    arguments: &CalibrateArguments,
    runs: usize,
    threads: usize,
) -> Result<(), CliError> {
    let plan = &bench.plan;
    let seconds =
        runs as f64 * estimate::run_seconds(&bench.branch.theatre, &bench.branch.options) / threads as f64;
    output::print(&format!(
        "{}: {} parameters, {} targets, {first} first candidates and at most {} more x {} seeds, into {}\n\
         runs    {runs}\ntime    at most about {} on {threads} threads\n",
        plan.name,
        plan.factors.len(),
        bench.plan.aims.len(),
        arguments.budget,
        plan.seeds.len(),
        arguments.out.join(&plan.name).display(),
        duration(seconds),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::sync::Mutex;

    use clap::Parser;

    use super::*;
    use crate::cli::arguments::{Arguments, Command};

    const FLIGHT: &str = "displacement.flight_from_danger_per_week";

    /// What a calibration leaves: its sample, the numbers of failed candidates and the first reason.
    type Left = (String, Vec<u64>, String);

    /// Calibrates with runs that fail in the upper part of the prior; what is left, and how many values failed.
    fn with_failures(folder: &Path, threads: usize, failing_from: f64) -> Result<(Left, usize), CliError> {
        let plan = folder.join("fit.toml");
        let text = format!(
            "format = 1\nname = \"fit\"\nscenarios = [\"history\"]\nseeds = 1\nscale = 1000\nuntil = 2012-12-31\n\
             [uncertainties]\n\"{FLIGHT}\" = {{ distribution = \"catalogue\" }}\n[[target]]\npattern = \"P7\"\n"
        );
        std::fs::write(&plan, text).unwrap();
        let (plan, out) = (plan.to_str().unwrap(), folder.join(threads.to_string()));
        let words = ["harmattan", "calibrate", plan, "--first", "12", "--budget", "40", "--sample", "10"];
        let more = ["--draws", "8", "--out", out.to_str().unwrap()];
        let arguments = Arguments::try_parse_from([&words[..], &more].concat()).unwrap();
        let Command::Calibrate(arguments) = arguments.command else { panic!("another command") };
        let mut bench = bench(&arguments, threads)?;
        let bar = number(&bench.plan.factors[0], failing_from);
        let failing = Arc::new(Mutex::new(BTreeSet::new()));
        let seen = failing.clone();
        bench.run = Box::new(move |branch, seed, observe| {
            let flight = branch.assumptions.settings[FLIGHT];
            if flight >= bar {
                seen.lock().unwrap().insert(flight.to_bits());
                panic!("too many flee");
            }
            branch.run(seed, observe)
        });
        carry_out(&arguments, &bench, threads, Talk { quiet: true })?;
        let read = |file: &str| std::fs::read_to_string(out.join("fit").join(file)).unwrap();
        let sample = read("posterior.csv");
        let drawn =
            sample.lines().skip(1).map(|line| line.split_once(',').unwrap().1.parse::<f64>().unwrap());
        assert!(drawn.into_iter().all(|flight| flight < bar), "{sample}");
        let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).unwrap();
        let outcome = &manifest["outcome"];
        let numbers = serde_json::from_value(outcome["failed_candidates"].clone()).unwrap();
        let reason = outcome["first_failure"].as_str().unwrap_or_default().to_string();
        let n_failing = failing.lock().unwrap().len();
        Ok(((sample, numbers, reason), n_failing))
    }

    #[test]
    fn failed_candidates_are_named_and_change_no_sample_for_any_threads() {
        let folder = tempfile::tempdir().unwrap();
        let (one, n_failing) = with_failures(folder.path(), 1, 0.6).unwrap();
        let (three, _) = with_failures(folder.path(), 3, 0.6).unwrap();
        assert_eq!(one, three);
        let (_, numbers, reason) = one;
        assert!(reason.starts_with("too many flee (src/"), "{reason}");
        // Of a Latin hypercube a known share lies above the bar.
        assert!(numbers.iter().filter(|number| **number <= 12).count() >= 4, "{numbers:?}");
        assert!(numbers.len() == n_failing && numbers.is_sorted(), "{numbers:?}: {n_failing} failed");
    }

    #[test]
    fn a_calibration_without_a_candidate_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let Err(CliError::Unfinished(text)) = with_failures(folder.path(), 2, 0.0) else {
            panic!("it ended")
        };
        assert!(text.starts_with("of 12 candidates too few could be run: 12 candidates failed"), "{text}");
        assert!(text.contains("(by number: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...)"), "{text}");
        assert!(text.contains("the first said: too many flee"), "{text}");
    }
}
