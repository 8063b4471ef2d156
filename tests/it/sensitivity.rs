//! Contract: sensitivity indices agree with functions whose indices are known, and robustness verdicts with tables
//! whose answer can be read off.

use harmattan::base::dates::Week;
use harmattan::base::draws::{Draws, Stream};
use harmattan::experiments::sensitivity::regret::{self, Verdict};
use harmattan::experiments::sensitivity::variance::{self, Block};
use harmattan::experiments::sensitivity::{boxes, screening};
use harmattan::experiments::statistics::Bootstrap;

const UNIFORM: Stream = Stream::named("test.uniform");
const PI: f64 = std::f64::consts::PI;

/// Rows of numbers in [0, 1).
fn uniform(rows: usize, columns: usize, key: u64) -> Vec<Vec<f64>> {
    let mut drawn = Draws::new(key).rows(UNIFORM, Week(0));
    let mut words = vec![0; columns];
    (0..rows)
        .map(|row| {
            drawn.start(row as u64);
            drawn.fill_words(&mut words);
            words.iter().map(|word| f64::from(*word) / 4_294_967_296.0).collect()
        })
        .collect()
}

/// Outputs of a function in the order of a Saltelli design.
fn saltelli(base: usize, columns: usize, f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let (a, b) = (uniform(base, columns, 1), uniform(base, columns, 2));
    let mut outputs = Vec::new();
    for (a, b) in a.iter().zip(&b) {
        outputs.push(f(a));
        for i in 0..columns {
            let mut mixed = a.clone();
            mixed[i] = b[i];
            outputs.push(f(&mixed));
        }
        outputs.push(f(b));
    }
    outputs
}

fn assert_within(indices: &[variance::Indices], first: &[f64], total: &[f64]) {
    for (at, index) in indices.iter().enumerate() {
        for (estimate, truth) in [(index.first, first[at]), (index.total, total[at])] {
            // Nine of ten intervals hold the truth; a tenth of their width more lets all of these.
            let slack = 0.3 * (estimate.high - estimate.low) + 1e-9;
            assert!(
                (estimate.low - slack..=estimate.high + slack).contains(&truth),
                "factor {at}: {estimate:?} does not hold {truth}"
            );
            assert!(estimate.high - estimate.low < 0.2, "factor {at}: {estimate:?} tells too little");
        }
    }
}

#[test]
fn indices_of_ishigamis_function_are_found() {
    let f = |x: &[f64]| {
        let [a, b, c] = [0, 1, 2].map(|i| PI * (2.0 * x[i] - 1.0));
        let (sine, other) = (libm::sin(a), libm::sin(b));
        sine + 7.0 * other * other + 0.1 * libm::pow(c, 4.0) * sine
    };
    let blocks = Block::cut(&saltelli(4_096, 3, f), 3);
    assert_eq!(blocks.len(), 4_096);
    let indices = variance::indices(&blocks, &mut Bootstrap::new());
    // Saltelli and others (2008), for a = 7 and b = 0.1.
    assert_within(&indices, &[0.3139, 0.4424, 0.0], &[0.5576, 0.4424, 0.2437]);
}

#[test]
fn indices_of_the_g_function_are_found() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0];
    let f = |x: &[f64]| a.iter().zip(x).map(|(a, x)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product();
    let parts: Vec<f64> = a.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
    let all: f64 = parts.iter().map(|part| 1.0 + part).product::<f64>() - 1.0;
    let first: Vec<f64> = parts.iter().map(|part| part / all).collect();
    let total: Vec<f64> = parts.iter().map(|part| part * (1.0 + all) / (1.0 + part) / all).collect();
    let blocks = Block::cut(&saltelli(8_192, 5, f), 5);
    assert_within(&variance::indices(&blocks, &mut Bootstrap::new()), &first, &total);
}

#[test]
fn a_block_with_a_failed_run_is_left_out_whole() {
    let mut outputs = saltelli(4, 2, |x| x[0]);
    outputs[5] = f64::NAN;
    assert_eq!(Block::cut(&outputs, 2).len(), 3);
}

#[test]
fn seed_noise_is_told_from_what_parameters_do() {
    let points = uniform(200, 1, 3);
    let (seeds, luck) = (uniform(1, 30, 4), uniform(200, 30, 5));
    let outputs = |point: f64, seed: f64, rest: f64| -> Vec<Vec<f64>> {
        let row = |at: usize| -> Vec<f64> {
            (0..30).map(|s| point * points[at][0] + seed * seeds[0][s] + rest * luck[at][s]).collect()
        };
        (0..200).map(row).collect()
    };
    let parts = variance::noise(&outputs(2.0, 0.0, 1.0)).unwrap();
    assert!((parts.points - 0.8).abs() < 0.05 && parts.seeds < 0.02, "{parts:?}");
    let parts = variance::noise(&outputs(0.0, 1.0, 1.0)).unwrap();
    assert!(parts.points < 0.02 && (parts.seeds - 0.5).abs() < 0.2, "{parts:?}");
    assert!(variance::noise(&outputs(0.0, 0.0, 0.0)).is_none());
}

#[test]
fn screening_finds_what_is_linear_what_interacts_and_what_is_idle() {
    // Trajectories on four levels, steps of two thirds.
    let starts = uniform(40, 4, 6);
    let mut shares: Vec<Vec<f64>> = Vec::new();
    for start in &starts {
        let mut row: Vec<f64> = start.iter().map(|x| if *x < 0.5 { 0.0 } else { 1.0 / 3.0 }).collect();
        shares.push(row.clone());
        for i in 0..4 {
            row[i] += 2.0 / 3.0;
            shares.push(row.clone());
        }
    }
    let f = |x: &[f64]| 3.0 * x[0] + 4.0 * x[1] * x[2];
    let outputs: Vec<f64> = shares.iter().map(|row| f(row)).collect();
    let rows: Vec<&[f64]> = shares.iter().map(Vec::as_slice).collect();
    let screened = screening::screen(&rows, &outputs, &mut Bootstrap::new());
    assert!((screened[0].mu_star.mean - 3.0).abs() < 1e-9 && screened[0].sigma.mean < 1e-9);
    assert!(screened[1].mu_star.mean > 0.3 && screened[1].sigma.mean > 0.3, "{:?}", screened[1]);
    assert_eq!(screened[3].mu_star.mean, 0.0);
}

#[test]
fn boxes_hold_the_cases_of_interest_and_name_the_factors_that_matter() {
    let rows = uniform(1_000, 4, 7);
    let cases: Vec<(&[f64], bool)> =
        rows.iter().map(|row| (row.as_slice(), row[0] > 0.6 && row[2] < 0.5)).collect();
    let found = boxes::find(&cases);
    let best = &found[0];
    assert!(best.coverage > 0.85 && best.density > 0.85, "{best:?}");
    let limited: Vec<usize> = best.limits.iter().map(|limit| limit.factor).collect();
    assert_eq!(limited, [0, 2]);
    assert!((best.limits[0].low - 0.6).abs() < 0.06 && best.limits[0].high == f64::INFINITY);
    assert!((best.limits[1].high - 0.5).abs() < 0.06);
    for limit in &best.limits {
        assert!(limit.quasi_p < 1e-6 && limit.reproduced > 0.9, "{limit:?}");
    }
}

#[test]
fn without_cases_of_interest_there_is_no_box() {
    let rows = uniform(100, 2, 8);
    let cases: Vec<(&[f64], bool)> = rows.iter().map(|row| (row.as_slice(), false)).collect();
    assert!(boxes::find(&cases).is_empty());
}

#[test]
fn boxes_in_noise_do_not_reproduce() {
    let (rows, coin) = (uniform(400, 5, 9), uniform(400, 1, 10));
    let cases: Vec<(&[f64], bool)> =
        rows.iter().zip(&coin).map(|(row, coin)| (row.as_slice(), coin[0] < 0.3)).collect();
    for found in boxes::find(&cases) {
        assert!(found.density < 0.75, "{found:?}");
        assert!(found.limits.iter().any(|limit| limit.reproduced < 0.9), "{found:?}");
    }
}

#[test]
fn robustness_names_the_best_policy_or_says_that_it_cannot() {
    let states = uniform(100, 1, 11);
    let steady: Vec<f64> = states.iter().map(|_| 0.6).collect();
    let gamble: Vec<f64> = states.iter().map(|x| if x[0] > 0.5 { 0.65 } else { 0.1 }).collect();
    let judged = regret::judge(&[steady.clone(), gamble.clone()], true, Some(0.5), &mut Bootstrap::new());
    assert_eq!(judged[0].verdict, Verdict::Best);
    assert_eq!(judged[1].verdict, Verdict::NotBest);
    assert_eq!(judged[0].satisficing.mean, 1.0);
    assert!((judged[1].regret_most - 0.5).abs() < 1e-9);
    // Where less is better the same table has the other answer.
    let judged = regret::judge(&[steady.clone(), gamble], false, None, &mut Bootstrap::new());
    assert_eq!(judged[1].verdict, Verdict::Best);
    let same = regret::judge(&[steady.clone(), steady], true, None, &mut Bootstrap::new());
    assert!(same.iter().all(|of| of.verdict == Verdict::TooCloseToCall && of.probability_best == 0.5));
}

const PLAN: &str = r#"
format    = 1
name      = "screen"
scenarios = ["testbed-three-places"]
seeds     = 2
scale     = 1000
until     = 2012-12-31

[design]
method = "morris"
points = 4
seed   = 1

[uncertainties]
"livelihoods.leave_per_week"            = { distribution = "catalogue" }
"violence.attack_tempo_per_person_week" = { distribution = "catalogue" }

[levers]
"patrols.troops_persons" = { values = [0, 200] }

[[outcome]]
name       = "deaths"
indicator  = "deaths"
reduce.sum = {}

[[outcome]]
name      = "fighters"
indicator = "fighters"
reduce.at = 2012-12-24
"#;

/// Runs the program on a plan in a folder; its exit code, and what it said.
fn harmattan(folder: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_harmattan"))
        .args(["sensitivity", "screen.toml", "--out", "results"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn a_plan_is_carried_out_and_analysed_and_the_same_for_any_threads() {
    let mut tables = Vec::new();
    for threads in ["1", "3"] {
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::write(folder.path().join("screen.toml"), PLAN).unwrap();
        let (code, said) = harmattan(folder.path(), &["--threads", threads]);
        assert_eq!(code, 0, "{said}");
        let results = folder.path().join("results/screen");
        let indices = std::fs::read_to_string(results.join("sensitivity.csv")).unwrap();
        assert!(indices.starts_with("outcome,parameter,index,value,low90,high90\n"), "{indices}");
        for row in ["deaths,patrols.troops_persons,mu_star,", "fighters,livelihoods.leave_per_week,sigma,"] {
            assert!(indices.lines().any(|line| line.starts_with(row)), "{row}: {indices}");
        }
        // Nothing is run again: the rows are there.
        let (code, said) =
            harmattan(folder.path(), &["--method", "prim", "--outcome", "deaths", "--at-least", "1"]);
        assert!(code == 0 && said.contains("every run is there already"), "{said}");
        let boxes = std::fs::read_to_string(results.join("boxes.csv")).unwrap();
        tables.push((indices, boxes));
    }
    assert_eq!(tables[0], tables[1]);
}

#[test]
fn a_method_that_the_plan_does_not_serve_is_refused_before_anything_is_run() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("screen.toml"), PLAN).unwrap();
    for (arguments, reason) in [
        (
            &["--method", "sobol"][..],
            "needs a [design] with method = \"saltelli\", and the plan has \"morris\"",
        ),
        (&["--method", "regret"], "compares scenarios, and the plan has one"),
        (&["--outcome", "death"], "the plan has no such outcome\nexpected: one of deaths, fighters"),
        (&["--at-least", "1"], "--outcome"),
        (&["--shard", "1/2"], "merge its shards first"),
    ] {
        let (code, said) = harmattan(folder.path(), arguments);
        assert!(code == 2 && said.contains(reason), "{arguments:?}: {code}\n{said}");
    }
    assert!(!folder.path().join("results").exists());
}
