//! Contract: sensitivity indices agree with functions whose indices are known, and robustness verdicts with tables
//! whose answer can be read off.

use harmattan::base::dates::Week;
use harmattan::base::draws::{Draws, Stream};
use harmattan::experiments::plan::{Acts, Design, Factor, Method, Spread};
use harmattan::experiments::sampling;
use harmattan::experiments::sensitivity::boxes::{self, Case};
use harmattan::experiments::sensitivity::regret::{self, Verdict};
use harmattan::experiments::sensitivity::screening;
use harmattan::experiments::sensitivity::variance::{self, Block};
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

/// Outputs of a function in the order of a Saltelli design, at points drawn independently.
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

/// The same at the points that a plan gets.
fn designed(base: usize, columns: usize, f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let factor = |i: usize| Factor {
        name: format!("x{i}"),
        acts: Acts::Parameter,
        spread: Spread::Uniform { low: 0.0, high: 1.0 },
    };
    let factors: Vec<Factor> = (0..columns).map(factor).collect();
    let design = Design { method: Method::Saltelli, points: base, seed: 1 };
    let shares = sampling::shares(&design, &factors).unwrap().unwrap();
    (0..shares.len()).map(|point| f(shares.row(point))).collect()
}

/// The known indices are those that are found, from independent points and from those of a plan.
fn assert_found(base: usize, f: &dyn Fn(&[f64]) -> f64, first: &[f64], total: &[f64]) {
    let n = first.len();
    // Nine of ten intervals hold the truth; a tenth of their width more lets all of these. Points of a Sobol' sequence
    // are far more even than the independent ones that intervals reckon with.
    for (outputs, slack, error) in
        [(saltelli(base, n, f), 0.1, f64::INFINITY), (designed(base, n, f), 0.0, 0.01)]
    {
        let blocks = Block::cut(&outputs, n);
        assert_eq!(blocks.len(), base);
        for (at, index) in variance::indices(&blocks, &mut Bootstrap::new()).iter().enumerate() {
            for (estimate, truth) in [(index.first, first[at]), (index.total, total[at])] {
                let width = estimate.high - estimate.low;
                let reach = slack * width + 1e-9;
                assert!(
                    (estimate.low - reach..=estimate.high + reach).contains(&truth)
                        && (estimate.mean - truth).abs() <= error,
                    "factor {at}, slack {slack}: {estimate:?} does not hold {truth}"
                );
                assert!(width < 0.2, "factor {at}: {estimate:?} tells too little");
            }
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
    // Saltelli and others (2008), for a = 7 and b = 0.1.
    assert_found(4_096, &f, &[0.3139, 0.4424, 0.0], &[0.5576, 0.4424, 0.2437]);
}

#[test]
fn indices_of_the_g_function_are_found() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0];
    let f = |x: &[f64]| a.iter().zip(x).map(|(a, x)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product();
    let parts: Vec<f64> = a.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
    let all: f64 = parts.iter().map(|part| 1.0 + part).product::<f64>() - 1.0;
    let first: Vec<f64> = parts.iter().map(|part| part / all).collect();
    let total: Vec<f64> = parts.iter().map(|part| part * (1.0 + all) / (1.0 + part) / all).collect();
    assert_found(8_192, &f, &first, &total);
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
    assert!(!parts.is_mostly_luck(2), "{parts:?}");
    let parts = variance::noise(&outputs(0.0, 1.0, 1.0)).unwrap();
    assert!(parts.points < 0.02 && (parts.seeds - 0.5).abs() < 0.2, "{parts:?}");
    assert!(parts.is_mostly_luck(2), "{parts:?}");
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
    // Of few trajectories the intervals are drawn far apart, and yet a size is never below zero.
    let few = screening::screen(&rows[..20], &outputs[..20], &mut Bootstrap::new());
    assert!(few[1].mu_star.high > few[1].mu_star.mean, "{:?}", few[1]);
    for of in few.iter().chain(&screened) {
        assert!(of.mu_star.low >= 0.0 && of.sigma.low >= 0.0, "{of:?}");
    }
}

/// Rows of values as independent cases.
fn cases(rows: &[Vec<f64>], of_interest: impl Fn(usize, &[f64]) -> bool) -> Vec<Case<'_>> {
    let case = |at: usize| Case { values: &rows[at], of_interest: of_interest(at, &rows[at]), block: at };
    (0..rows.len()).map(case).collect()
}

#[test]
fn boxes_hold_the_cases_of_interest_and_name_the_factors_that_matter() {
    let rows = uniform(1_000, 4, 7);
    let found = boxes::find(&cases(&rows, |_, row| row[0] > 0.6 && row[2] < 0.5));
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
    assert!(boxes::find(&cases(&rows, |_, _| false)).is_empty());
}

#[test]
fn a_handful_of_cases_is_no_box() {
    // One case of interest at the end of the range: a box around it alone would be dense and mean nothing.
    for n in [8, 12, 60, 400] {
        let mut rows = uniform(n, 2, 12);
        rows[0] = vec![2.0, 2.0];
        for found in boxes::find(&cases(&rows, |at, _| at == 0)) {
            assert!(found.cases >= 10 && found.mass >= 0.05, "{n}: {found:?}");
            assert_eq!(found.mass, found.cases as f64 / n as f64);
        }
    }
    let rows = uniform(8, 2, 12);
    assert!(boxes::find(&cases(&rows, |_, row| row[0] > 0.5)).is_empty());
}

#[test]
fn points_that_share_values_do_not_count_as_so_many() {
    // Sixteen blocks of equal cases, whose luck is a coin: taken one by one, half of the cases tell all of the others.
    let (blocks, coin) = (uniform(16, 3, 13), uniform(16, 1, 14));
    let rows: Vec<Vec<f64>> = (0..320).map(|at| blocks[at / 20].clone()).collect();
    let alone = cases(&rows, |at, _| coin[at / 20][0] < 0.4);
    let together: Vec<Case> = alone.iter().map(|case| Case { block: case.block / 20, ..*case }).collect();
    let again = |cases: &[Case]| {
        let limits: Vec<f64> = boxes::find(cases)[0].limits.iter().map(|limit| limit.reproduced).collect();
        limits.iter().sum::<f64>() / limits.len() as f64
    };
    let (alone, together) = (again(&alone), again(&together));
    assert!(alone > together + 0.2, "{alone} {together}");
}

#[test]
fn boxes_in_noise_do_not_reproduce() {
    let (rows, coin) = (uniform(400, 5, 9), uniform(400, 1, 10));
    for found in boxes::find(&cases(&rows, |at, _| coin[at][0] < 0.3)) {
        assert!(found.density < 0.75, "{found:?}");
        assert!(found.limits.iter().any(|limit| limit.reproduced < 0.9), "{found:?}");
    }
}

/// Outcomes of a policy by state and seed, where each state gives one value whatever the seed.
fn without_luck(states: &[f64], seeds: usize) -> Vec<Vec<f64>> {
    states.iter().map(|x| vec![*x; seeds]).collect()
}

#[test]
fn robustness_names_the_best_policy_or_says_that_it_cannot() {
    let states = uniform(100, 1, 11);
    let steady = without_luck(&[0.6; 100], 6);
    let gamble: Vec<f64> = states.iter().map(|x| if x[0] > 0.5 { 0.65 } else { 0.1 }).collect();
    let gamble = without_luck(&gamble, 6);
    let judge = |outcomes: &[Vec<Vec<f64>>], more, bar| {
        regret::judge(outcomes, more, bar, &mut Bootstrap::new()).policies
    };
    let judged = judge(&[steady.clone(), gamble.clone()], true, Some(0.5));
    assert_eq!(judged[0].verdict, Verdict::Best);
    assert_eq!(judged[1].verdict, Verdict::NotBest);
    assert_eq!(judged[0].satisficing, 1.0);
    assert!((judged[1].regret_most - 0.5).abs() < 1e-9);
    assert!(judged.iter().all(|of| of.regret.low >= 0.0 && of.regret.low <= of.regret.mean));
    // Where less is better the same table has the other answer.
    let judged = judge(&[steady.clone(), gamble.clone()], false, Some(0.5));
    assert_eq!(judged[1].verdict, Verdict::Best);
    assert_eq!(judged[0].satisficing, 0.0);
    let same = judge(&[steady.clone(), steady.clone()], true, None);
    assert!(same.iter().all(|of| of.verdict == Verdict::TooCloseToCall && of.probability_best == 0.5));
    // States in which one of the policies is unknown count for none.
    let mut holes = gamble;
    holes[3][2] = f64::NAN;
    let judged = regret::judge(&[steady.clone(), holes], true, None, &mut Bootstrap::new());
    assert_eq!((judged.states, judged.left_out), (99, 1));
    let nothing = without_luck(&[f64::NAN; 100], 6);
    let judged = judge(&[steady, nothing], true, None);
    assert!(judged.iter().all(|of| of.verdict == Verdict::Unknown && of.regret.mean.is_nan()));
}

#[test]
fn policies_of_one_law_are_seldom_told_apart_by_the_luck_of_their_seeds() {
    // All states share the luck of a seed, and luck is larger than what states do: states tell nothing of it.
    let policy = |key: u64, seeds: usize| -> Vec<Vec<f64>> {
        let (luck, own) = (uniform(1, seeds, key), uniform(40, seeds, key + 1));
        own.iter()
            .map(|row| row.iter().zip(&luck[0]).map(|(own, luck)| 10.0 * luck + own).collect())
            .collect()
    };
    let mut bootstrap = Bootstrap::new();
    let mut judged = |key: u64, seeds: usize, worse: f64| {
        let other: Vec<Vec<f64>> =
            policy(key + 2, seeds).iter().map(|row| row.iter().map(|x| x - worse).collect()).collect();
        regret::judge(&[policy(key, seeds), other], true, None, &mut bootstrap).policies
    };
    for seeds in [1, 2, 4] {
        for of in judged(100, seeds, 50.0) {
            assert_eq!(of.verdict, Verdict::FewSeeds(seeds));
            assert!(
                of.verdict.words().starts_with("too close to call: only") && of.probability_best.is_nan()
            );
        }
    }
    for seeds in [5, 10] {
        let called = (0..200)
            .filter(|i| judged(1000 + 4 * i, seeds, 0.0)[0].verdict != Verdict::TooCloseToCall)
            .count();
        assert!(
            called <= 30,
            "{seeds} seeds: one of two equal policies is called best {called} times of 200"
        );
        let verdicts = judged(100, seeds, 50.0).iter().map(|of| of.verdict).collect::<Vec<_>>();
        assert_eq!(verdicts, [Verdict::Best, Verdict::NotBest]);
    }
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
    harmattan_on("screen", folder, arguments)
}

fn harmattan_on(plan: &str, folder: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_harmattan"))
        .args(["sensitivity", &format!("{plan}.toml"), "--out", "results"])
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
        assert!(said.contains("for the 2 seeds of the plan; others may give others"), "{said}");
        for row in [
            "deaths,patrols.troops_persons,mu_star,",
            "fighters,livelihoods.leave_per_week,sigma,",
            "deaths,points,share,",
            "deaths,seed,share,",
            "deaths,seed,interaction,",
        ] {
            assert!(indices.lines().any(|line| line.starts_with(row)), "{row}: {indices}");
        }
        // Nothing is run again: the rows are there.
        let (code, said) =
            harmattan(folder.path(), &["--method", "prim", "--outcome", "deaths", "--at-least", "1"]);
        assert!(code == 0 && said.contains("every run is there already"), "{said}");
        assert!(said.contains("points of this design share values by 4"), "{said}");
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

#[test]
fn a_box_is_drawn_and_where_there_is_none_it_is_said_why() {
    let folder = tempfile::TempDir::new().unwrap();
    let plan = PLAN
        .replace("\"screen\"", "\"boxes\"")
        .replace("\"morris\"\npoints = 4", "\"latin-hypercube\"\npoints = 40")
        .replace("seeds     = 2", "seeds     = 1")
        .replace("values = [0, 200]", "range = [0, 400]")
        .replace("\"fighters\"\nindicator = \"fighters\"", "\"troops\"\nindicator = \"strike_force_troops\"");
    std::fs::write(folder.path().join("boxes.toml"), plan).unwrap();
    let prim = |bar: &str| {
        harmattan_on(
            "boxes",
            folder.path(),
            &["--method", "prim", "--outcome", "troops", "--at-least", bar, "--quiet"],
        )
    };
    let plot = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_harmattan"))
            .args(["plot", "results/boxes"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let drawn = ["svg", "png"].map(|kind| folder.path().join(format!("results/boxes/plots/boxes.{kind}")));
    let (code, said) = prim("300");
    assert_eq!(code, 0, "{said}");
    assert_eq!(plot(), (Some(0), String::new()));
    let text = std::fs::read_to_string(&drawn[0]).unwrap();
    for words in ["troops, at least 300", "box 1", "covers", "patrols.troops_persons"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Nobody sends so many: no figure is left of what was asked before.
    let (code, _) = prim("100000");
    assert_eq!(code, 0);
    let (code, said) = plot();
    assert!(code == Some(2) && said.matches("boxes.csv: no box was found").count() == 1, "{code:?}: {said}");
    assert!(!drawn.iter().any(|file| file.exists()));
}

/// Two policies under eight states; what they are compared by is troops, and how long a place is held.
const POLICIES: &str = r#"
format    = 1
name      = "policies"
scenarios = ["testbed-three-places", "few.toml"]
seeds     = 2
scale     = 1000
until     = 2012-12-31

[design]
method = "latin-hypercube"
points = 8
seed   = 1

[uncertainties]
"violence.attack_tempo_per_person_week" = { distribution = "catalogue" }

[[outcome]]
name       = "deaths"
indicator  = "deaths"
reduce.sum = {}

[[outcome]]
name        = "troops"
indicator   = "mission_troops"
reduce.mean = {}

[[outcome]]
name       = "weeks_to_loss"
indicator  = "places_under_groups"
reduce.weeks_until = { at_least = 1 }

[[outcome]]
name       = "weeks_to_ruin"
indicator  = "places_under_groups"
reduce.weeks_until = { at_least = 1000 }
"#;

const FEW: &str = r#"
format   = 1
name     = "few"
title    = "Few patrols"
question = "What do few patrols do?"
base     = "testbed-three-places"

[[lever]]
name      = "patrols"
from.date = 2012-03-01
set.strike-force = { actor = "france", troops_persons = 50 }
"#;

#[test]
fn regret_says_which_values_are_better_and_what_it_cannot_tell() {
    let folder = tempfile::TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("policies.toml", POLICIES);
    write("few.toml", FEW);
    let levers = POLICIES.replace("\"policies\"", "\"levers\"");
    write("levers.toml", &(levers + "\n[levers]\n\"patrols.troops_persons\" = { values = [0, 200] }\n"));
    let regret = |plan: &str, arguments: &[&str]| {
        harmattan_on(plan, folder.path(), &[&["--method", "regret"], arguments].concat())
    };
    // What cannot be answered is refused before anything is run.
    let (code, said) = regret("levers", &["--outcome", "deaths"]);
    assert!(
        code == 2 && said.contains("[levers] are policies and no states: patrols.troops_persons"),
        "{said}"
    );
    let (code, said) = regret("policies", &[]);
    assert!(code == 2 && said.contains("`troops` (indicator mission_troops)"), "{said}");
    assert!(said.contains("--at-least or --at-most"), "{said}");
    assert!(!folder.path().join("results").exists());

    let table = || std::fs::read_to_string(folder.path().join("results/policies/regret.csv")).unwrap();
    let cells = |table: &str, column: &str| -> Vec<String> {
        let mut lines = table.lines().map(|line| line.split(',').map(str::to_string).collect::<Vec<_>>());
        let at = lines.next().unwrap().iter().position(|name| name == column).unwrap();
        lines.map(|line| line[at].clone()).collect()
    };
    let (code, said) = regret("policies", &["--outcome", "deaths"]);
    assert!(
        code == 0 && said.contains("deaths: less is better, by its indicator deaths; 8 states"),
        "{said}"
    );
    assert!(said.contains("no policy is called best from fewer than 5 seeds"), "{said}");
    assert_eq!(cells(&table(), "verdict"), ["too close to call: only 2 seeds"; 2]);
    assert_eq!(cells(&table(), "better"), ["less"; 2]);
    assert_eq!(cells(&table(), "bar"), [""; 2]);

    // The bar says what is good, whatever the indicator says.
    let mut best = Vec::new();
    for (bar, better) in [("--at-least", "more"), ("--at-most", "less")] {
        let (code, said) = regret("policies", &["--outcome", "deaths", bar, "12"]);
        let against = if better == "more" { ", against its indicator" } else { ";" };
        assert!(
            code == 0 && said.contains(&format!("deaths: {better} is better, by {bar}{against}")),
            "{said}"
        );
        let words = format!("{} 12", bar.trim_start_matches('-').replace('-', " "));
        assert!(cells(&table(), "bar").iter().all(|text| *text == words));
        assert_eq!(cells(&table(), "seeds"), ["2"; 2]);
        let regrets: Vec<f64> = cells(&table(), "regret").iter().map(|text| text.parse().unwrap()).collect();
        best.push(regrets[0] < regrets[1]);
        let (code, _) = regret("policies", &["--outcome", "troops", bar, "12"]);
        assert_eq!((code, cells(&table(), "better")), (0, vec![better.to_string(); 2]));
    }
    assert_ne!(best[0], best[1]);

    // Later is better for a loss; and what never comes does not vanish.
    let (code, said) = regret("policies", &["--outcome", "weeks_to_ruin"]);
    assert_eq!(code, 3, "{said}");
    assert!(
        said.contains("`weeks_to_ruin` is empty in 32 of 32 runs, as it never came to that: rows 1, 2"),
        "{said}"
    );
    for outcome in ["weeks_to_loss", "weeks_to_ruin"] {
        let (code, said) = regret("policies", &["--outcome", outcome, "--failed", "drop"]);
        assert!(code == 0 && said.contains(&format!("{outcome}: more is better")), "{said}");
        if outcome == "weeks_to_ruin" {
            assert!(said.contains("0 states of the world, and 8 left out"), "{said}");
            assert_eq!(cells(&table(), "verdict"), ["unknown"; 2]);
            assert_eq!(cells(&table(), "left_out"), ["8"; 2]);
        }
    }

    // What was found in rows that are gone goes with them.
    let sweep = ["sweep", "policies.toml", "--out", "results", "--overwrite", "--seeds", "1", "--quiet"];
    let (code, said) = harmattan_on(
        "policies",
        folder.path(),
        &["--method", "prim", "--outcome", "deaths", "--at-most", "-1"],
    );
    assert!(
        code == 0
            && said
                .contains("deaths (few): no box: too few points; 0 of 8 points are of interest (at most -1)"),
        "{said}"
    );
    let found = ["boxes.csv", "regret.csv"].map(|name| folder.path().join("results/policies").join(name));
    assert!(found.iter().all(|file| file.exists()));
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_harmattan"))
        .args(sweep)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!found.iter().any(|file| file.exists()));
}
