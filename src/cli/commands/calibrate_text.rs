//! What `calibrate` prints.

use super::run::counted;
use crate::experiments::calibration::emulator::Emulator;
use crate::experiments::calibration::smc::{self, Posterior};
use crate::experiments::calibration::{synthetic, tables};
use crate::export::csv;

/// Bins of the ranks of a synthetic calibration.
const BINS: usize = 10;
/// Failed candidates that are named.
const NAMED: usize = 10;

/// Candidates with a run that failed: they are no candidates.
#[derive(Default)]
pub(super) struct Failed {
    /// Their numbers, from 1: those of the first look, then those of the rounds.
    pub(super) numbers: Vec<usize>,
    /// What the program said of the first.
    pub(super) first: Option<String>,
    /// Candidates that were simulated.
    simulated: usize,
}

impl Failed {
    /// Takes note of the next candidate, and of the error of its first run that failed.
    pub(super) fn note(&mut self, error: Option<&String>) {
        self.simulated += 1;
        if let Some(error) = error {
            self.numbers.push(self.simulated);
            self.first.get_or_insert_with(|| error.clone());
        }
    }

    /// Which, and why; none if there are none.
    pub(super) fn text(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        let named: Vec<String> = self.numbers.iter().take(NAMED).map(ToString::to_string).collect();
        let more = if self.numbers.len() > NAMED { ", ..." } else { "" };
        Some(format!(
            "{} failed and count for nothing (by number: {}{more}); the first said: {first}",
            counted(self.numbers.len(), "candidate"),
            named.join(", ")
        ))
    }
}

/// What was learned, and how near the sample comes to the targets.
pub(super) fn told(
    learned: &[tables::Learned],
    posterior: &Posterior,
    targets: &[(&str, f64, f64)],
) -> String {
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
pub(super) fn synthetic_calibration(
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
