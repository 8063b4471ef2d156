//! Contract: calibration finds known truths, is honest about its uncertainty, and gives the same sample for any
//! order in which candidates are simulated.

use harmattan::base::dates::Week;
use harmattan::base::draws::{Draws, Stream, uniform};
use harmattan::base::maths::normal_quantile;
use harmattan::experiments::calibration::emulator::Emulator;
use harmattan::experiments::calibration::smc::{self, Settings};
use harmattan::experiments::calibration::{history, identifiability, synthetic};
use harmattan::experiments::posterior::Sample;
use harmattan::experiments::summary::quantile;
use harmattan::scenario::parameters::{Catalogue, Status};

const NOISE: Stream = Stream::named("test.noise");
const SHARES: Stream = Stream::named("test.shares");

fn words(stream: Stream, seed: u64, row: u64, n: usize) -> Vec<u32> {
    let mut rows = Draws::new(seed).rows(stream, Week(0));
    let mut words = vec![0; n];
    rows.start(row);
    rows.fill_words(&mut words);
    words
}

fn shares(row: u64, n: usize) -> Vec<f64> {
    words(SHARES, 5, row, n).into_iter().map(uniform).collect()
}

/// Two outputs that tell the first two parameters and nothing of the third, with the luck of a seed.
fn toy(number: u64, x: &[f64], seed: u64) -> Vec<f64> {
    let luck: Vec<f64> =
        words(NOISE, seed, number, 2).into_iter().map(|w| normal_quantile(uniform(w))).collect();
    vec![10.0 * x[0] + 2.0 * x[1] + luck[0], 10.0 * x[1] * x[1] + luck[1]]
}

const SETTINGS: Settings = Settings { seed: 1, sample: 200, budget: 20_000, batch: 50, least_accepted: 0.05 };

fn calibrate(truth: &[f64], seed: u64, settings: &Settings) -> smc::Posterior {
    let target = toy(0, truth, seed);
    let mut simulate = |first: u64, candidates: &[Vec<f64>]| {
        let output = |(i, x): (usize, &Vec<f64>)| {
            let outputs = toy(1 + first + i as u64, x, seed);
            Some(outputs.iter().zip(&target).map(|(a, b)| a - b).collect())
        };
        candidates.iter().enumerate().map(output).collect()
    };
    smc::sample(truth.len(), settings, &|_| true, &mut simulate)
}

#[test]
fn a_known_truth_is_found_and_what_cannot_be_told_stays_open() {
    let posterior = calibrate(&[0.3, 0.7, 0.5], 2, &SETTINGS);
    assert!(posterior.rounds.len() >= 3, "{:?}", posterior.rounds);
    assert!(posterior.rounds.windows(2).all(|pair| pair[1].tolerance < pair[0].tolerance));
    let mean = |i: usize| posterior.particles.iter().map(|p| p.weight * p.shares[i]).sum::<f64>();
    let spread = |i: usize| {
        let square = |p: &smc::Particle| p.weight * (p.shares[i] - mean(i)) * (p.shares[i] - mean(i));
        posterior.particles.iter().map(square).sum::<f64>().sqrt()
    };
    assert!((mean(0) - 0.3).abs() < 0.2 && spread(0) < 0.2, "{} {}", mean(0), spread(0));
    assert!((mean(1) - 0.7).abs() < 0.2 && spread(1) < 0.2, "{} {}", mean(1), spread(1));
    // A uniform distribution has a standard deviation of 0.289.
    assert!(spread(2) > 0.22, "{}", spread(2));
}

#[test]
fn ranks_of_known_truths_are_even_and_intervals_hold_them() {
    let settings = Settings { sample: 100, budget: 3_000, ..SETTINGS };
    let mut ranks = [Vec::new(), Vec::new()];
    let mut covered = 0.0;
    let truths = 80;
    for i in 0..truths {
        let truth = shares(i, 2);
        let posterior = calibrate(&truth, 100 + i, &Settings { seed: i, ..settings });
        for (at, recovery) in synthetic::recover(&posterior, &truth).into_iter().enumerate() {
            ranks[at].push(recovery.rank);
            covered += f64::from(u8::from(recovery.covered)) / (2 * truths) as f64;
        }
    }
    for ranks in &ranks {
        // Beyond 16.9 lie five of a hundred chi-squares with nine degrees of freedom, beyond 27.9 one of a thousand.
        let unevenness = synthetic::unevenness(ranks, 10);
        assert!(unevenness < 27.9, "{unevenness}: {ranks:?}");
    }
    assert!((0.82..=0.99).contains(&covered), "{covered} of 90 % intervals hold the truth");
}

#[test]
fn the_sample_does_not_hang_on_how_candidates_are_simulated() {
    // The simulator may take candidates in any order: what counts is the order of their numbers.
    let target = toy(0, &[0.2, 0.6], 3);
    let scaled = |number: u64, x: &[f64]| -> Vec<f64> {
        toy(number, x, 3).iter().zip(&target).map(|(a, b)| a - b).collect()
    };
    let mut forward = |first: u64, candidates: &[Vec<f64>]| -> Vec<Option<Vec<f64>>> {
        candidates.iter().enumerate().map(|(i, x)| Some(scaled(first + i as u64, x))).collect()
    };
    let mut backward = |first: u64, candidates: &[Vec<f64>]| -> Vec<Option<Vec<f64>>> {
        let mut outputs: Vec<_> =
            candidates.iter().enumerate().rev().map(|(i, x)| Some(scaled(first + i as u64, x))).collect();
        outputs.reverse();
        outputs
    };
    let settings = Settings { budget: 2_000, ..SETTINGS };
    let one = smc::sample(2, &settings, &|_| true, &mut forward);
    let other = smc::sample(2, &settings, &|_| true, &mut backward);
    assert_eq!(one.particles, other.particles);
    let draws = one.draws(50, 9);
    assert_eq!(draws.len(), 50);
    assert_eq!(draws, other.draws(50, 9));
}

#[test]
fn failed_candidates_are_no_candidates() {
    let mut simulate = |_: u64, candidates: &[Vec<f64>]| -> Vec<Option<Vec<f64>>> {
        candidates.iter().map(|x| (x[0] < 0.5).then(|| vec![x[0]])).collect()
    };
    let settings = Settings { budget: 1_000, ..SETTINGS };
    let posterior = smc::sample(1, &settings, &|_| true, &mut simulate);
    assert!(posterior.particles.iter().all(|particle| particle.shares[0] < 0.5));
    assert!(posterior.candidates <= 1_000);
}

#[test]
fn the_emulator_tells_what_is_ruled_out_and_what_cannot_be_told() {
    let points: Vec<Vec<f64>> = (0..200).map(|row| shares(row, 3)).collect();
    let target = [5.0, 2.0];
    let outputs: Vec<Vec<f64>> = points
        .iter()
        .enumerate()
        .map(|(i, x)| toy(i as u64, x, 4).iter().zip(target).map(|(a, b)| a - b).collect())
        .collect();
    let emulator = Emulator::fit(&points, &outputs).unwrap();
    for variance in &emulator.residual {
        assert!((0.7..=1.4).contains(variance), "{variance}: the luck has variance 1");
    }
    let told = identifiability::judge(&emulator, &points);
    assert!(told.tells(0) && told.tells(1) && !told.tells(2), "{told:?}");
    // 10 x + 2 y = 5 and 10 y^2 = 2.
    let y = 0.2_f64.sqrt();
    assert!(history::plausible(&emulator, &[(5.0 - 2.0 * y) / 10.0, y, 0.5]));
    assert!(!history::plausible(&emulator, &[0.99, 0.99, 0.5]));
    assert!(Emulator::fit(&points[..5], &outputs[..5]).is_none());
}

/// A calibration of one parameter.
pub const PLAN: &str = r#"
format    = 1
name      = "fit"
scenarios = ["history"]
seeds     = 1
scale     = 1000
until     = 2012-12-31

[uncertainties]
"displacement.flight_from_danger_per_week" = { distribution = "catalogue" }

[[target]]
pattern = "P7"
"#;

/// Runs the program on a plan in a folder; its exit code, and what it said.
fn harmattan(folder: &std::path::Path, plan: &str, arguments: &[&str]) -> (i32, String) {
    std::fs::write(folder.join("fit.toml"), plan).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_harmattan"))
        .args(["calibrate", "fit.toml", "--out", "results"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn a_plan_is_fitted_to_the_same_sample_for_any_threads() {
    let mut samples = Vec::new();
    for threads in ["1", "3"] {
        let folder = tempfile::TempDir::new().unwrap();
        let small =
            ["--first", "12", "--budget", "40", "--sample", "10", "--draws", "8", "--threads", threads];
        // Nobody in 2012 knows the deaths of later years.
        let plan = format!("{PLAN}\n[[target]]\npattern = \"P3\"\n");
        let (code, said) = harmattan(folder.path(), &plan, &small);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains("left out  P3: killed by attacks in 2013"), "{said}");
        let results = folder.path().join("results/fit");
        let sample = std::fs::read_to_string(results.join("posterior.csv")).unwrap();
        assert!(sample.starts_with("draw,displacement.flight_from_danger_per_week\n1,"), "{sample}");
        assert_eq!(sample.lines().count(), 9);
        assert!(results.join("calibration.csv").exists());
        let targets = std::fs::read_to_string(results.join("targets.csv")).unwrap();
        let rows: Vec<&str> = targets.lines().skip(1).collect();
        assert!(rows.len() == 5 && rows[0].starts_with("P7: ") && !rows[0].ends_with(','), "{targets}");
        assert!(rows[1..].iter().all(|row| row.starts_with("P3: ") && row.ends_with(",,")), "{targets}");
        samples.push(sample);

        // Whoever works in the folder is not robbed of its manifest.
        let manifest = || std::fs::read_to_string(results.join("manifest.json")).unwrap();
        let before = manifest();
        let other = [&small[..6], &["--draws", "9", "--overwrite"]].concat();
        std::fs::write(results.join("harmattan.lock"), "1\nelsewhere\n-\n-\n").unwrap();
        let (code, said) = harmattan(folder.path(), &plan, &other);
        assert!(code == 2 && said.contains("in use by process 1 on elsewhere"), "{said}");
        assert_eq!(manifest(), before);
    }
    assert_eq!(samples[0], samples[1]);
}

#[test]
fn draws_of_the_block_before_are_kept_with_what_was_accepted_beside_them() {
    let folder = tempfile::TempDir::new().unwrap();
    // Of two draws one sends nearly nobody abroad: no flight makes up for that.
    std::fs::write(folder.path().join("before.csv"), "draw,displacement.inside_gain\n1,0.6\n2,3\n").unwrap();
    let small = ["--first", "12", "--budget", "80", "--sample", "10", "--draws", "10"];
    let (code, said) = harmattan(folder.path(), PLAN, &[&small[..], &["--posterior", "before.csv"]].concat());
    assert_eq!(code, 0, "{said}");
    let sample = std::fs::read_to_string(folder.path().join("results/fit/posterior.csv")).unwrap();
    let gains: Vec<&str> = sample.lines().skip(1).filter_map(|row| row.split(',').nth(1)).collect();
    assert_eq!(gains.len(), 10, "{sample}");
    assert!(gains.iter().filter(|gain| **gain == "0.6").count() >= 8, "{sample}");
    assert!(gains.iter().all(|gain| ["0.6", "3"].contains(gain)), "{sample}");
}

#[test]
fn what_may_not_be_fitted_is_refused_before_anything_is_run() {
    let folder = tempfile::TempDir::new().unwrap();
    let late = "date,refugees\n2012-12-31,149943\n2018-01-31,133000\n";
    std::fs::write(folder.path().join("late.csv"), late).unwrap();
    let series = "file = \"late.csv\"\ncolumn = \"refugees\"";
    for (target, reason) in [
        ("pattern = \"P8\"", "pattern P8 has no part that may be fitted"),
        ("pattern = \"P99\"", "P99"),
        (series, "late.csv:3:1: 2018-01-31 lies after 2016"),
        ("file = \"none.csv\"\ncolumn = \"refugees\"", "none.csv"),
        ("file = \"/dev/zero\"\ncolumn = \"refugees\"", "it is no plain file"),
    ] {
        let (code, said) = harmattan(folder.path(), &PLAN.replace("pattern = \"P7\"", target), &[]);
        assert!(code == 2 && said.contains(reason), "{target}: {code}\n{said}");
    }
    assert!(!folder.path().join("results").exists());
}

#[test]
fn calibrated_defaults_are_the_medians_of_the_shipped_sample() {
    let catalogue = Catalogue::compiled_in();
    let label = "data/calibration/posterior.csv";
    let text = std::fs::read_to_string(label).unwrap();
    let sample = Sample::read(label, &text, &catalogue).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(sample.len(), 100);
    let calibrated: Vec<_> =
        catalogue.entries.iter().filter(|entry| entry.status == Status::Calibrated).collect();
    assert_eq!(calibrated.len(), 9);
    // Ten more have the median without being told well enough to count.
    let hardly: Vec<_> = catalogue.entries.iter().filter(|e| e.at.contains("hardly narrower")).collect();
    assert_eq!(hardly.len(), 10);
    for entry in calibrated.into_iter().chain(hardly) {
        let of_draw = |draw: u64| sample.of_seed(draw).get(&entry.name).copied();
        let mut values: Vec<f64> = (1..=100).filter_map(of_draw).collect();
        values.sort_by(f64::total_cmp);
        assert_eq!(values.len(), 100, "{}", entry.name);
        let median = quantile(&values, 0.5);
        // Three digits are kept.
        assert!((entry.value - median).abs() <= 0.005 * median, "{}: {median}", entry.name);
    }
}
