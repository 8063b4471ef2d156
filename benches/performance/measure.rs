//! Rounds in turns, medians, fits, tables.

use std::time::Instant;

use harmattan::base::maths::ln;

/// What is measured: each call returns seconds.
pub type Subject<'a> = Box<dyn FnMut() -> f64 + 'a>;

/// Seconds of every round by subject.
pub struct Rounds(Vec<Vec<f64>>);

/// Measures the subjects in turns, after one turn that does not count.
pub fn in_turns(rounds: usize, mut subjects: Vec<Subject>) -> Rounds {
    let mut seconds = vec![Vec::new(); subjects.len()];
    for round in 0..=rounds {
        for (subject, taken) in subjects.iter_mut().zip(&mut seconds) {
            let spent = subject();
            if round > 0 {
                taken.push(spent);
            }
        }
    }
    Rounds(seconds)
}

impl Rounds {
    /// Median time of a subject [s].
    pub fn median(&self, subject: usize) -> f64 {
        median(self.0[subject].clone())
    }
    /// Median over rounds of how many times as long one subject took as another.
    pub fn ratio(&self, subject: usize, other: usize) -> f64 {
        median(self.0[subject].iter().zip(&self.0[other]).map(|(a, b)| a / b).collect())
    }
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Seconds of a call.
pub fn timed(f: impl FnOnce()) -> f64 {
    let from = Instant::now();
    f();
    from.elapsed().as_secs_f64()
}

/// Intercept and slope of the straight line nearest to points, each weighed by one over its height: small values
/// count as much as large ones.
pub fn line(points: &[(f64, f64)]) -> (f64, f64) {
    let weighed = |f: &dyn Fn(f64, f64) -> f64| points.iter().map(|(x, y)| f(*x, *y) / (y * y)).sum::<f64>();
    let (n, x, y) = (weighed(&|_, _| 1.0), weighed(&|x, _| x), weighed(&|_, y| y));
    let (xx, xy) = (weighed(&|x, _| x * x), weighed(&|x, y| x * y));
    let slope = (n * xy - x * y) / (n * xx - x * x);
    ((y - slope * x) / n, slope)
}

/// Exponent of the power law nearest to points: 1 is linear.
pub fn exponent(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (ln(*x), ln(*y))).collect();
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / n;
    let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
    mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x) * (p.0 - x))
}

/// A table in Markdown; all columns but the first are numbers.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(|cell| cell.to_string()).collect();
    let rule: Vec<String> =
        (0..head.len()).map(|at| if at == 0 { "---" } else { "---:" }.to_string()).collect();
    let rows: String = rows.iter().map(|row| line(row)).collect();
    format!("{}{}{rows}", line(&head), line(&rule))
}
