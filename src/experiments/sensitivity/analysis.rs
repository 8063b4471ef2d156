//! From the outputs of a sweep to the tables of a sensitivity analysis.

use super::boxes::{self, Case, LEAST_CASES};
use super::layouts::{BOXES_TABLE, REGRET_TABLE, SENSITIVITY_TABLE};
use super::outputs::Outputs;
use super::question::{Bar, Method, better, more_is_better};
use super::regret::{self, LEAST_SEEDS, Verdict};
use super::screening;
use super::variance::{self, Block};
use crate::experiments::plan::{Method as Design, Outcome, Plan};
use crate::experiments::sampling::Shares;
use crate::experiments::statistics::{Bootstrap, Estimate};
use crate::experiments::summary::quantile;
use crate::tables::indicators::Better;
use crate::tables::{Cell, Table, TableSpec};

/// What is analysed: the plan, its outputs, the shares of its points, and the bar of an outcome where the user sets one.
pub struct Analysis<'a> {
    /// Plan.
    pub plan: &'a Plan,
    /// Outputs.
    pub outputs: &'a Outputs,
    /// Shares by point, of drawn designs.
    pub shares: Option<&'a Shares>,
    /// The bar of every outcome; none = the worst fifth of its values.
    pub bar: Option<Bar>,
}

/// What an analysis gives.
pub struct Answer {
    /// Layout of the table.
    pub spec: &'static TableSpec,
    /// The table.
    pub table: Table,
    /// What has to be known to read it.
    pub notes: Vec<String>,
    /// Outcomes whose indices tell of luck more than of what is varied, with the share of the points in the variance.
    pub lucky: Vec<(String, f64)>,
}

impl Answer {
    fn empty(spec: &'static TableSpec) -> Answer {
        Answer { spec, table: Table::new(spec), notes: Vec::new(), lucky: Vec::new() }
    }
}

impl Analysis<'_> {
    /// Carries out a method.
    pub fn answer(&self, method: Method) -> Answer {
        let mut bootstrap = Bootstrap::new();
        match method {
            Method::Morris | Method::Sobol => self.indices(method, &mut bootstrap),
            Method::Prim => self.boxes(),
            Method::Regret => self.regret(&mut bootstrap),
        }
    }

    /// Every outcome under every scenario: positions and the name in tables.
    fn cases(&self) -> Vec<(usize, usize, String)> {
        let mut cases = Vec::new();
        for (at, outcome) in self.plan.outcomes.iter().enumerate() {
            for (scenario, of) in self.plan.scenarios.iter().enumerate() {
                let name = match self.plan.scenarios.len() {
                    1 => outcome.name.clone(),
                    _ => format!("{} ({})", outcome.name, of.name),
                };
                cases.push((at, scenario, name));
            }
        }
        cases
    }

    fn indices(&self, method: Method, bootstrap: &mut Bootstrap) -> Answer {
        let mut answer = Answer::empty(&SENSITIVITY_TABLE);
        let seeds = self.outputs.seeds();
        for (outcome, scenario, name) in self.cases() {
            let means = self.outputs.means(outcome, scenario);
            answer.notes.extend(holes(&name, &means));
            let mut push = |parameter: &str, index: &str, estimate: Estimate| {
                answer.table.push(&[
                    Cell::Text(&name),
                    Cell::Text(parameter),
                    Cell::Text(index),
                    Cell::Number(estimate.mean),
                    Cell::Number(estimate.low),
                    Cell::Number(estimate.high),
                ]);
            };
            let factors = &self.plan.factors;
            if method == Method::Morris {
                let rows: Vec<&[f64]> =
                    self.shares.map(|s| (0..s.len()).map(|i| s.row(i)).collect()).unwrap_or_default();
                for (factor, screened) in factors.iter().zip(screening::screen(&rows, &means, bootstrap)) {
                    push(&factor.name, "mu_star", screened.mu_star);
                    push(&factor.name, "sigma", screened.sigma);
                }
            } else {
                let blocks = Block::cut(&means, factors.len());
                for (factor, indices) in factors.iter().zip(variance::indices(&blocks, bootstrap)) {
                    push(&factor.name, "first", indices.first);
                    push(&factor.name, "total", indices.total);
                }
            }
            if let Some(noise) = variance::noise(&self.outputs.runs(outcome, scenario)) {
                let known = |mean| Estimate { mean, ..Estimate::UNKNOWN };
                push("points", "share", known(noise.points));
                push("seed", "share", known(noise.seeds));
                push("seed", "interaction", known(noise.rest));
                if noise.is_mostly_luck(seeds) {
                    answer.lucky.push((name, noise.points));
                }
            }
        }
        let (indices, over) = match method {
            Method::Morris => ("mu_star and sigma", "trajectories"),
            _ => ("first and total", "base points"),
        };
        let given = match seeds {
            1 => "the one seed of the plan, which cannot tell effects from luck".to_string(),
            seeds => format!("the {seeds} seeds of the plan; others may give others"),
        };
        answer.notes.push(format!("intervals of {indices} are over {over}, for {given}"));
        answer
    }

    /// What is of interest in an outcome: the user's bar, or the worst fifth of the values, where worst is known from
    /// the indicator; high values where it is neither good nor bad.
    fn interest(&self, outcome: usize, values: &[f64]) -> Bar {
        self.bar.unwrap_or_else(|| {
            let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            match better(&self.plan.outcomes[outcome]) {
                Better::Higher => Bar::AtMost(quantile(&sorted, WORST_SHARE)),
                Better::Lower | Better::Neither => Bar::AtLeast(quantile(&sorted, 1.0 - WORST_SHARE)),
            }
        })
    }

    /// Points that were drawn together and share values: trajectories and blocks; 1 where each stands alone.
    fn points_of_block(&self) -> usize {
        match self.plan.design.as_ref().map(|design| design.method) {
            Some(Design::Saltelli) => self.plan.factors.len() + 2,
            Some(Design::Morris) => self.plan.factors.len() + 1,
            _ => 1,
        }
    }

    fn boxes(&self) -> Answer {
        let mut answer = Answer::empty(&BOXES_TABLE);
        let together = self.points_of_block();
        for (outcome, scenario, name) in self.cases() {
            let means = self.outputs.means(outcome, scenario);
            answer.notes.extend(holes(&name, &means));
            let interest = self.interest(outcome, &means);
            let cases: Vec<Case> = (0..means.len())
                .filter(|point| !means[*point].is_nan())
                .map(|point| Case {
                    values: &self.outputs.inputs[point],
                    of_interest: interest.holds(means[point]),
                    block: point / together,
                })
                .collect();
            let text = interest.text();
            let found = boxes::find(&cases);
            if found.is_empty() && !cases.is_empty() {
                let interesting = cases.iter().filter(|case| case.of_interest).count();
                let why = match interesting {
                    _ if cases.len() <= LEAST_CASES => "too few points",
                    0 => "nothing is of interest",
                    all if all == cases.len() => "everything is of interest",
                    _ => "what is of interest lies no closer together anywhere",
                };
                answer.notes.push(format!(
                    "{name}: no box: {why}; {interesting} of {} points are of interest ({text}), and a box holds a \
                     twentieth of the points and {LEAST_CASES} at least",
                    cases.len()
                ));
            }
            for (at, found) in found.iter().enumerate() {
                for limit in &found.limits {
                    let side = |x: f64| Cell::Number(if x.is_finite() { x } else { f64::NAN });
                    let quasi_p = if together == 1 { limit.quasi_p } else { f64::NAN };
                    answer.table.push(&[
                        Cell::Text(&name),
                        Cell::Text(&text),
                        Cell::Integer(at as i64 + 1),
                        Cell::Number(found.coverage),
                        Cell::Number(found.density),
                        Cell::Number(found.mass),
                        Cell::Integer(found.cases as i64),
                        Cell::Text(&self.plan.factors[limit.factor].name),
                        side(limit.low),
                        side(limit.high),
                        Cell::Number(quasi_p),
                        Cell::Number(limit.reproduced),
                    ]);
                }
            }
        }
        if together > 1 {
            answer.notes.push(format!(
                "points of this design share values by {together} and do not count as so many: quasi_p is left empty, and \
                 `reproduced` draws them together; a latin-hypercube or sobol design serves prim better"
            ));
        }
        answer
    }

    fn regret(&self, bootstrap: &mut Bootstrap) -> Answer {
        let mut answer = Answer::empty(&REGRET_TABLE);
        let seeds = self.outputs.seeds();
        let bar = self.bar.map_or(String::new(), Bar::text);
        let threshold = self.bar.map(|bar| match bar {
            Bar::AtLeast(x) | Bar::AtMost(x) => x,
        });
        for (at, outcome) in self.plan.outcomes.iter().enumerate() {
            // Outcomes without a direction were refused.
            let more = more_is_better(outcome, self.bar).unwrap_or_default();
            let better = if more { "more" } else { "less" };
            let values: Vec<Vec<Vec<f64>>> =
                (0..self.plan.scenarios.len()).map(|scenario| self.outputs.runs(at, scenario)).collect();
            let judged = regret::judge(&values, more, threshold, bootstrap);
            let is_fair = self.outputs.empty[at].is_empty();
            for (scenario, of) in self.plan.scenarios.iter().zip(&judged.policies) {
                // States that are left out because it never came to the outcome are no chance matter.
                let (probability_best, verdict) =
                    if is_fair { (of.probability_best, of.verdict) } else { (f64::NAN, Verdict::Unknown) };
                answer.table.push(&[
                    Cell::Text(&outcome.name),
                    Cell::Text(&scenario.name),
                    Cell::Number(of.outcome),
                    Cell::Number(of.regret.mean),
                    Cell::Number(of.regret.low),
                    Cell::Number(of.regret.high),
                    Cell::Number(of.regret_p90),
                    Cell::Number(of.regret_most),
                    Cell::Number(of.below_own),
                    Cell::Number(of.satisficing),
                    Cell::Number(probability_best),
                    Cell::Text(&verdict.words()),
                    Cell::Text(better),
                    Cell::Text(&bar),
                    Cell::Integer(judged.states as i64),
                    Cell::Integer(judged.left_out as i64),
                    Cell::Integer(seeds as i64),
                ]);
            }
            let left_out = match judged.left_out {
                0 => String::new(),
                n => format!(", and {n} left out"),
            };
            answer.notes.push(format!(
                "{}: {better} is better, by {}; {} states of the world{left_out}",
                outcome.name,
                self.why(outcome, more),
                judged.states
            ));
        }
        if seeds < LEAST_SEEDS {
            answer.notes.push(format!(
                "no policy is called best from fewer than {LEAST_SEEDS} seeds, which may all favour one by luck; the plan has \
                 seeds = {seeds}"
            ));
        }
        answer
    }

    /// What says in which direction an outcome is better.
    fn why(&self, outcome: &Outcome, more: bool) -> String {
        let against = match better(outcome) {
            Better::Higher if !more => ", against its indicator",
            Better::Lower if more => ", against its indicator",
            _ => "",
        };
        match self.bar {
            Some(Bar::AtLeast(_)) => format!("--at-least{against}"),
            Some(Bar::AtMost(_)) => format!("--at-most{against}"),
            None => format!("its indicator {}", outcome.indicator),
        }
    }
}

/// Share of the values that counts as worst.
const WORST_SHARE: f64 = 0.2;

/// What is missing of an outcome, if anything is.
fn holes(name: &str, means: &[f64]) -> Option<String> {
    let holes = means.iter().filter(|mean| mean.is_nan()).count();
    (holes > 0)
        .then(|| format!("{name}: {holes} of {} points are left out, with what hangs on them", means.len()))
}
