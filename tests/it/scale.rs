//! Contract: results do not depend on how many persons an agent stands for, beyond the luck of the draw.
//!
//! Method: ensembles at 25, 50, 100 and 200 persons per agent with the same number of seeds; means within two standard errors of
//! each other's difference, standard deviations over seeds within a factor of 1.3, both with what that many seeds can tell:
//! the bands are widened to the level at which the whole table of comparisons fails by luck in one of twenty tries.

use harmattan::base::maths::ln;

use crate::laboratory::{over, prepare, runs, scenario};

const SCALES: [u32; 4] = [25, 50, 100, 200];
const N_SEEDS: u64 = 24;
const UNTIL: &str = "2013-12-31";
const YEAR: (&str, &str) = ("2012-01-01", "2013-12-31");

/// What is compared: area and indicator.
const COMPARED: [(&str, &str); 7] = [
    ("Gao", "fighters"),
    ("Kidal", "fighters"),
    ("Tombouctou", "fighters"),
    ("Mopti", "fighters"),
    ("Mali", "attacks"),
    ("Mali", "refugees"),
    ("North", "illicit_livelihood_share"),
];
/// Comparisons of two scales in all: six pairs of seven numbers; Bonferroni's bound on a 5 % error of the table.
const STANDARD_ERRORS: f64 = 3.24;
/// Logarithm of the factor of 1.3 within which standard deviations agree.
const LOG_RATIO_OF_SPREADS: f64 = 0.262_364;

struct Ensemble {
    mean: f64,
    sd: f64,
    /// Standard error of the logarithm of the standard deviation, by the jackknife: a few seeds that go another way make
    /// it large.
    error_of_log_sd: f64,
}

fn ensemble(values: &[f64]) -> Ensemble {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let log_sd = |squares: f64, n: f64| 0.5 * ln(squares / (n - 1.0));
    // Without x the sum of squares falls by n/(n-1) times its own square.
    let left_out: Vec<f64> =
        values.iter().map(|x| log_sd(squares - n / (n - 1.0) * (x - mean) * (x - mean), n - 1.0)).collect();
    let middle = left_out.iter().sum::<f64>() / n;
    let spread: f64 = left_out.iter().map(|x| (x - middle) * (x - middle)).sum();
    Ensemble { mean, sd: (squares / (n - 1.0)).sqrt(), error_of_log_sd: ((n - 1.0) / n * spread).sqrt() }
}

#[test]
fn means_and_spreads_agree_over_scales() {
    let seeds: Vec<u64> = (1..=N_SEEDS).collect();
    let prepared = SCALES.map(|scale| prepare(scenario("history"), crate::laboratory::options(scale, UNTIL)));
    let outcomes = runs(&prepared, &seeds);
    let mut wrong = Vec::new();
    for (area, indicator) in COMPARED {
        let of = |at: usize| {
            let values: Vec<f64> = outcomes[at].iter().map(|run| over(run, area, indicator, YEAR)).collect();
            ensemble(&values)
        };
        for (one, other) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
            let (a, b) = (of(one), of(other));
            let error = ((a.sd * a.sd + b.sd * b.sd) / N_SEEDS as f64).sqrt();
            let told = format!(
                "{area} {indicator}: {:.4} +- {:.4} at {}, {:.4} +- {:.4} at {}",
                a.mean, a.sd, SCALES[one], b.mean, b.sd, SCALES[other]
            );
            println!(
                "{told}; {:.1} standard errors, spreads {:.2}",
                (a.mean - b.mean).abs() / error,
                a.sd / b.sd
            );
            let (x, y) = (a.error_of_log_sd, b.error_of_log_sd);
            let error_of_spread = (x * x + y * y).sqrt();
            if (a.mean - b.mean).abs() > STANDARD_ERRORS * error
                || ln(a.sd / b.sd).abs() > LOG_RATIO_OF_SPREADS + STANDARD_ERRORS * error_of_spread
            {
                wrong.push(told);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
