//! `calibrate`: fits the uncertain parameters of a plan to its targets, and writes a sample that `--posterior` uses.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

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
use crate::experiments::calibration::smc::{self, Posterior};
use crate::experiments::calibration::targets::{Aim, MISSED};
use crate::experiments::calibration::{history, synthetic, tables};
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
use crate::export::{Format, atomic, csv};

/// Candidates simulated together: enough to keep every thread busy, and the same on every machine.
const BATCH: usize = 32;
/// Share of accepted candidates below which another round is not begun.
const LEAST_ACCEPTED: f64 = 0.1;
/// Bins of the ranks of a synthetic calibration.
const BINS: usize = 10;

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
}

/// Candidates with a run that failed: they are no candidates.
#[derive(Default)]
struct Failed {
    candidates: usize,
    /// What the program said of the first.
    first: Option<String>,
}

impl Failed {
    /// How many, and why; none if there are none.
    fn text(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        Some(format!(
            "{} failed and count for nothing; the first said: {first}",
            counted(self.candidates, "candidate")
        ))
    }
}

/// Calibrates, prints what was learned, writes the sample.
pub fn calibrate(arguments: &CalibrateArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    let bench = bench(arguments, threads)?;
    let n = bench.plan.factors.len();
    let first = arguments.first.max(Emulator::least_candidates(n));
    let runs = (first + arguments.budget) * bench.plan.seeds.len();
    if arguments.dry_run {
        return dry_run(&bench, first, arguments, runs, threads);
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
    if !missed.is_empty() {
        let names: Vec<&str> = missed.iter().map(|aim| bench.plan.aims[*aim].name.as_str()).collect();
        talk.say(&format!("left out, for no candidate has it: {}", names.join("; ")));
    }
    let of_aims = |outputs: &[f64]| -> Vec<f64> { aims.iter().map(|aim| outputs[*aim]).collect() };
    let known_outputs: Vec<Vec<f64>> = known_outputs.iter().map(|y| of_aims(y)).collect();
    let emulator = Emulator::fit(&known_points, &known_outputs).ok_or_else(|| {
        let why = failed.borrow().text().map_or(String::new(), |text| format!(": {text}"));
        CliError::Unfinished(format!("of {first} candidates too few could be run{why}"))
    })?;
    let told = identifiability::judge(&emulator, &known_points);
    let open: Vec<usize> = (0..n).filter(|parameter| told.tells(*parameter)).collect();
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
            "a budget of {} candidates did not fill a sample of {}",
            arguments.budget, arguments.sample
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
    let learned = bench.learned(&told, &draws);
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
    manifest.outcome.insert("failed_candidates".to_string(), json!(failed.candidates));
    manifest.outcome.insert("posterior".to_string(), json!(fitted.hash()));
    manifest.write(&folder, &written, Format::Csv)?;
    let mut text = told_text(&learned, &posterior, &rows);
    if arguments.synthetic > 0 {
        text += &synthetic_text(&emulator, &open, &settings, arguments.synthetic, &whole);
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
    Ok(Bench { plan, branch, earlier, model_hash, data, seed })
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
            let reading = Reading::of(&branches[at].run(seed, observe), &branches[at].theatre);
            self.plan.aims.iter().map(|aim| aim.read(&reading)).collect::<Vec<f64>>()
        });
        let slots = slots.map_err(in_mid_run)?;
        if slots.iter().any(Option::is_none) {
            let text = "finished runs are kept; the same command goes on where it stopped".to_string();
            return Err(CliError::Unfinished(text));
        }
        for runs in slots.chunks_exact(seeds.len()) {
            let error = runs.iter().find_map(|slot| slot.as_ref()?.as_ref().err());
            failed.candidates += usize::from(error.is_some());
            failed.first = failed.first.take().or_else(|| error.cloned());
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

fn told_text(learned: &[tables::Learned], posterior: &Posterior, targets: &[(&str, f64, f64)]) -> String {
    let three = |x: f64| format!("{:.3e}", x).parse::<f64>().map_or(String::new(), csv::number);
    let mut text =
        "What was learned (median and 90 % of the sample; prior kept where the targets cannot tell):\n"
            .to_string();
    for of in learned {
        let [median, low, high] = of.quantiles.map(three);
        let told = if of.identified { "" } else { "   not identified" };
        text +=
            &format!("  {:<48} {median} ({low} to {high}), was {}{told}\n", of.parameter, three(of.default));
    }
    text += "Distance of targets in tolerances, under the prior and in the sample (emulated):\n";
    for (name, before, after) in targets {
        text += &match before.is_nan() {
            true => format!("  {:>13}  {name}\n", "left out"),
            false => format!("  {before:>6.2} {after:>6.2}  {name}\n"),
        };
    }
    if targets.iter().any(|(_, before, _)| before.is_nan()) {
        text += "Left out is what no candidate of the first look has.\n";
    }
    let last = posterior.rounds.last().map_or(f64::NAN, |round| round.tolerance);
    let reached =
        if last.is_finite() { format!("; the last accepted {last:.2} tolerances") } else { String::new() };
    text + &format!(
        "{}, {}{reached}\n",
        counted(posterior.rounds.len(), "round"),
        counted(posterior.candidates, "candidate")
    )
}

/// Would the method have found a truth? Asked of the emulator, which is cheap.
fn synthetic_text(
    emulator: &Emulator,
    open: &[usize],
    settings: &smc::Settings,
    truths: usize,
    whole: &dyn Fn(&[f64]) -> Vec<f64>,
) -> String {
    let recoveries = synthetic::check(emulator, open.len(), settings, truths, whole);
    let n = recoveries.len().max(1) as f64;
    let covered = recoveries.iter().filter(|recovery| recovery.covered).count() as f64 / n;
    let ranks: Vec<f64> = recoveries.iter().map(|recovery| recovery.rank).collect();
    format!(
        "Synthetic calibration on the emulator, {truths} known truths: 90 % intervals hold {:.0} % of them; unevenness of \
         ranks {:.1} ({} expected, above {:.0} one time in a thousand)\n",
        100.0 * covered,
        synthetic::unevenness(&ranks, BINS),
        BINS - 1,
        27.9
    )
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
