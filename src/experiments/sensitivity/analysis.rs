//! From the outputs of a sweep to the tables of a sensitivity analysis.

use super::outputs::Outputs;
use super::variance::{self, Block};
use super::{boxes, regret, screening};
use crate::experiments::plan::{Method as Design, Plan};
use crate::experiments::sampling::Shares;
use crate::experiments::statistics::{Bootstrap, Estimate};
use crate::experiments::summary::quantile;
use crate::tables::CellType::{Integer, Number, Text as Words};
use crate::tables::ColumnKind::{Key, Mean, Text};
use crate::tables::indicators::{Better, INDICATORS};
use crate::tables::{Cell, CellType, ColumnKind, ColumnSpec, Table, TableSpec};

/// Methods of analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Elementary effects; needs a `morris` design.
    Morris,
    /// Sobol' indices; needs a `saltelli` design.
    Sobol,
    /// Boxes of cases of interest; any design of several points.
    Prim,
    /// Policies (scenarios) under many states of the world (points).
    Regret,
}

impl Method {
    /// Every method.
    pub const ALL: [Method; 4] = [Method::Morris, Method::Sobol, Method::Prim, Method::Regret];

    /// The word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Method::Morris => "morris",
            Method::Sobol => "sobol",
            Method::Prim => "prim",
            Method::Regret => "regret",
        }
    }

    /// The method that a design is made for.
    pub const fn of_design(design: Design) -> Method {
        match design {
            Design::Morris => Method::Morris,
            Design::Saltelli => Method::Sobol,
            Design::Grid | Design::LatinHypercube | Design::Sobol | Design::List => Method::Prim,
        }
    }

    /// Why a plan does not serve the method, if it does not.
    pub fn refuses(self, plan: &Plan) -> Option<String> {
        let design = plan.design.as_ref()?.method;
        let needs = |wanted: Design| {
            (design != wanted).then(|| {
                let (word, wanted, design) = (self.word(), wanted.word(), design.word());
                format!("--method {word} needs a [design] with method = \"{wanted}\", and the plan has \"{design}\"")
            })
        };
        match self {
            Method::Morris => needs(Design::Morris),
            Method::Sobol => needs(Design::Saltelli),
            Method::Prim => {
                plan.factors.is_empty().then(|| "--method prim needs something that is varied".to_string())
            }
            Method::Regret => (plan.scenarios.len() < 2)
                .then(|| "--method regret compares scenarios, and the plan has one".to_string()),
        }
    }
}

/// Which values of an outcome count, for boxes and for satisficing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bar {
    /// The value or more.
    AtLeast(f64),
    /// The value or less.
    AtMost(f64),
}

impl Bar {
    fn holds(self, value: f64) -> bool {
        match self {
            Bar::AtLeast(bar) => value >= bar,
            Bar::AtMost(bar) => value <= bar,
        }
    }

    fn text(self) -> String {
        match self {
            Bar::AtLeast(bar) => format!("at least {}", crate::export::csv::number(bar)),
            Bar::AtMost(bar) => format!("at most {}", crate::export::csv::number(bar)),
        }
    }
}

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

const fn column(
    name: &'static str,
    kind: ColumnKind,
    cell: CellType,
    description: &'static str,
) -> ColumnSpec {
    ColumnSpec { name, unit: "", kind, description, cell }
}

const OUTCOME: ColumnSpec = column(
    "outcome",
    Key,
    Words,
    "Outcome of the plan; with several scenarios followed by the scenario in brackets.",
);
const PARAMETER: ColumnSpec =
    column("parameter", Key, Words, "What is varied: parameter, or lever and field.");

/// `sensitivity`: one index of one outcome in one parameter.
pub const SENSITIVITY_TABLE: TableSpec = TableSpec {
    name: "sensitivity",
    row: "outcome x parameter x index",
    columns: &[
        OUTCOME,
        column(
            "parameter",
            Key,
            Words,
            "What is varied: parameter, or lever and field. `seed`: what is luck and no parameter.",
        ),
        column(
            "index",
            Key,
            Words,
            "mu_star, sigma (unit of the outcome per whole range); first, total (shares of the variance over points); \
             of the seed: share (luck common to all points) and interaction (luck that depends on the point), shares \
             of the variance of single runs.",
        ),
        column("value", Mean, Number, "Value."),
        column("low90", Mean, Number, "Lower end of its 90 % interval."),
        column("high90", Mean, Number, "Upper end."),
    ],
};

/// `boxes`: one limit of one box.
pub const BOXES_TABLE: TableSpec = TableSpec {
    name: "boxes",
    row: "outcome x box x limit",
    columns: &[
        OUTCOME,
        column("interest", Text, Words, "Which values of the outcome are of interest."),
        column("box", Key, Integer, "Number of the box, best first; each is found outside the earlier ones."),
        column("coverage", Mean, Number, "Share of all cases of interest that lie in the box."),
        column("density", Mean, Number, "Share of the cases in the box that are of interest."),
        column("mass", Mean, Number, "Share of all cases that lie in the box."),
        PARAMETER,
        column("low", Mean, Number, "Lower limit; empty = none."),
        column("high", Mean, Number, "Upper limit; empty = none."),
        column("quasi_p", Mean, Number, "Chance of so many cases of interest if the limit did nothing."),
        column("reproduced", Mean, Number, "Share of half samples in which the parameter is limited again."),
    ],
};

/// `regret`: one policy in one outcome.
pub const REGRET_TABLE: TableSpec = TableSpec {
    name: "regret",
    row: "outcome x scenario",
    columns: &[
        column("outcome", Key, Words, "Outcome of the plan."),
        column("scenario", Key, Words, "Policy."),
        column("mean", Mean, Number, "Mean outcome over states of the world."),
        column("regret", Mean, Number, "Mean regret against the best policy of each state."),
        column("low90", Mean, Number, "Lower end of the regret's 90 % interval."),
        column("high90", Mean, Number, "Upper end."),
        column("regret_p90", Mean, Number, "Regret that nine of ten states stay below."),
        column("regret_most", Mean, Number, "Largest regret."),
        column("below_own", Mean, Number, "Mean fall below the policy's own median outcome."),
        column(
            "satisficing",
            Mean,
            Number,
            "Share of states in which the outcome clears the bar; empty without one.",
        ),
        column(
            "probability_best",
            Mean,
            Number,
            "Share of resamples of states in which its mean regret is least.",
        ),
        column("verdict", Text, Words, "best, not best, or too close to call."),
    ],
};

impl Analysis<'_> {
    /// Makes the table of a method, with its layout.
    pub fn table(&self, method: Method) -> (&'static TableSpec, Table) {
        let mut bootstrap = Bootstrap::new();
        match method {
            Method::Morris | Method::Sobol => (&SENSITIVITY_TABLE, self.indices(method, &mut bootstrap)),
            Method::Prim => (&BOXES_TABLE, self.boxes()),
            Method::Regret => (&REGRET_TABLE, self.regret(&mut bootstrap)),
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

    fn indices(&self, method: Method, bootstrap: &mut Bootstrap) -> Table {
        let mut table = Table::new(&SENSITIVITY_TABLE);
        for (outcome, scenario, name) in self.cases() {
            let means = self.outputs.means(outcome, scenario);
            let mut push = |parameter: &str, index: &str, estimate: Estimate| {
                table.push(&[
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
            let runs: Vec<Vec<f64>> = (0..means.len())
                .map(|point| self.outputs.seeds_of(outcome, scenario, point).to_vec())
                .collect();
            if let Some(noise) = variance::noise(&runs) {
                let known = |mean| Estimate { mean, ..Estimate::UNKNOWN };
                push("seed", "share", known(noise.seeds));
                push("seed", "interaction", known(noise.rest));
            }
        }
        table
    }

    /// What is of interest in an outcome: the user's bar, or the worst fifth of the values, where worst is known from
    /// the indicator; high values where it is neither good nor bad.
    fn interest(&self, outcome: usize, values: &[f64]) -> Bar {
        self.bar.unwrap_or_else(|| {
            let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            match better(&self.plan.outcomes[outcome].indicator) {
                Better::Higher => Bar::AtMost(quantile(&sorted, WORST_SHARE)),
                Better::Lower | Better::Neither => Bar::AtLeast(quantile(&sorted, 1.0 - WORST_SHARE)),
            }
        })
    }

    fn boxes(&self) -> Table {
        let mut table = Table::new(&BOXES_TABLE);
        for (outcome, scenario, name) in self.cases() {
            let means = self.outputs.means(outcome, scenario);
            let interest = self.interest(outcome, &means);
            let known = self.outputs.inputs.iter().zip(&means).filter(|(_, value)| !value.is_nan());
            let cases: Vec<(&[f64], bool)> =
                known.map(|(inputs, value)| (inputs.as_slice(), interest.holds(*value))).collect();
            let text = interest.text();
            for (at, found) in boxes::find(&cases).iter().enumerate() {
                for limit in &found.limits {
                    let side = |x: f64| Cell::Number(if x.is_finite() { x } else { f64::NAN });
                    table.push(&[
                        Cell::Text(&name),
                        Cell::Text(&text),
                        Cell::Integer(at as i64 + 1),
                        Cell::Number(found.coverage),
                        Cell::Number(found.density),
                        Cell::Number(found.mass),
                        Cell::Text(&self.plan.factors[limit.factor].name),
                        side(limit.low),
                        side(limit.high),
                        Cell::Number(limit.quasi_p),
                        Cell::Number(limit.reproduced),
                    ]);
                }
            }
        }
        table
    }

    fn regret(&self, bootstrap: &mut Bootstrap) -> Table {
        let mut table = Table::new(&REGRET_TABLE);
        for (at, outcome) in self.plan.outcomes.iter().enumerate() {
            let values: Vec<Vec<f64>> =
                (0..self.plan.scenarios.len()).map(|scenario| self.outputs.means(at, scenario)).collect();
            let more_is_better = better(&outcome.indicator) == Better::Higher;
            let threshold = self.bar.map(|bar| match bar {
                Bar::AtLeast(x) | Bar::AtMost(x) => x,
            });
            let judged = regret::judge(&values, more_is_better, threshold, bootstrap);
            for (scenario, of) in self.plan.scenarios.iter().zip(judged) {
                table.push(&[
                    Cell::Text(&outcome.name),
                    Cell::Text(&scenario.name),
                    Cell::Number(of.outcome.mean),
                    Cell::Number(of.regret.mean),
                    Cell::Number(of.regret.low),
                    Cell::Number(of.regret.high),
                    Cell::Number(of.regret_p90),
                    Cell::Number(of.regret_most),
                    Cell::Number(of.below_own),
                    Cell::Number(of.satisficing.mean),
                    Cell::Number(of.probability_best),
                    Cell::Text(of.verdict.word()),
                ]);
            }
        }
        table
    }
}

/// Share of the values that counts as worst.
const WORST_SHARE: f64 = 0.2;

/// In which direction an indicator is better; neither for columns of other tables.
fn better(indicator: &str) -> Better {
    INDICATORS.iter().find(|known| known.name == indicator).map_or(Better::Neither, |known| known.better)
}
