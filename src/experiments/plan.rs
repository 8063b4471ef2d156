//! A plan: a designed experiment over parameters, levers and scenarios, from its text.
//!
//! [`check`] turns the text of a plan file into a [`Plan`] or into every error in it. Nothing here opens a file:
//! texts are handed in by [`Resolve`]. The points of the design are drawn by [`super::sampling`].

mod factors;
mod outcomes;
mod read;
pub mod reduce;
pub mod schema;
mod targets;

use crate::base::dates::Week;
use crate::entities::policy::Watched;
use crate::experiments::calibration::targets::Aim;
use crate::scenario::Scenario;
use crate::scenario::diagnostic::Diagnostic;

pub use read::{check, is_plan};
pub use reduce::{Reduce, Reducer};

/// A plan that passed every check.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name: [a-z0-9-], the name of its file.
    pub name: String,
    /// Its own text.
    pub text: String,
    /// Scenarios in the order of the plan; all in one theatre.
    pub scenarios: Vec<Scenario>,
    /// Seeds, rising, the same at every point.
    pub seeds: Vec<u64>,
    /// Persons per agent.
    pub scale: u32,
    /// Last week of every run.
    pub until: Week,
    /// Positions in the schedule of submodels that are switched off, sorted.
    pub without: Vec<usize>,
    /// How points are chosen; none in a plan that only calibrates.
    pub design: Option<Design>,
    /// What is varied: uncertainties, then levers, in the order of the plan.
    pub factors: Vec<Factor>,
    /// What is kept of a run.
    pub outcomes: Vec<Outcome>,
    /// What a calibration aims at.
    pub aims: Vec<Aim>,
    /// The points of the method `list`: values in the order of the factors.
    pub listed: Vec<Vec<Value>>,
}

/// How the points of a plan are chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Method.
    pub method: Method,
    /// Points of a Latin hypercube or Sobol' sequence, trajectories of Morris, base sample of Saltelli; 0 where
    /// the values themselves or a file say it.
    pub points: usize,
    /// Seed of the design, not of the runs.
    pub seed: u64,
}

/// Methods of design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Every combination of the listed values.
    Grid,
    /// Latin hypercube.
    LatinHypercube,
    /// Scrambled Sobol' sequence.
    Sobol,
    /// Saltelli's blocks for first-order and total Sobol' indices.
    Saltelli,
    /// Morris' trajectories for elementary effects.
    Morris,
    /// The rows of a file.
    List,
}

impl Method {
    /// Every method.
    pub const ALL: [Method; 6] =
        [Method::Grid, Method::LatinHypercube, Method::Sobol, Method::Saltelli, Method::Morris, Method::List];

    /// The word used in plans.
    pub const fn word(self) -> &'static str {
        match self {
            Method::Grid => "grid",
            Method::LatinHypercube => "latin-hypercube",
            Method::Sobol => "sobol",
            Method::Saltelli => "saltelli",
            Method::Morris => "morris",
            Method::List => "list",
        }
    }
}

/// The value of a factor.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A word, of a lever's choice.
    Word(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Value::Number(x) => f.write_str(&crate::export::csv::number(*x)),
            Value::Word(word) => f.write_str(word),
        }
    }
}

/// Something that is varied.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Name as the plan gives it and the column is called: `submodel.name` or `LEVER.field`.
    pub name: String,
    /// What its value is put into.
    pub acts: Acts,
    /// Which values it takes.
    pub spread: Spread,
}

/// What the value of a factor is put into.
#[derive(Clone, Debug, PartialEq)]
pub enum Acts {
    /// The parameter of the factor's name.
    Parameter,
    /// A field of a lever of the scenarios.
    Lever {
        /// Name of the lever.
        lever: String,
        /// Name of the field.
        field: String,
    },
}

/// How the values of a factor are spread.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// Uniform between two numbers.
    Uniform {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Uniform in the logarithm between two numbers above zero.
    LogUniform {
        /// Lowest.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// Lowest.
        low: f64,
        /// Likeliest.
        peak: f64,
        /// Highest.
        high: f64,
    },
    /// One of these, each as likely.
    Values(Vec<Value>),
}

impl Spread {
    /// How the catalogue spreads a parameter; none if it does not vary it.
    pub fn of_catalogue(entry: &crate::scenario::parameters::Entry) -> Option<Spread> {
        use crate::scenario::parameters::Distribution;
        let [low, high] = entry.range;
        match entry.distribution {
            Distribution::Triangular if low < high => {
                Some(Spread::Triangular { low, peak: entry.value, high })
            }
            Distribution::Uniform if low < high => Some(Spread::Uniform { low, high }),
            Distribution::LogUniform if low < high => Some(Spread::LogUniform { low, high }),
            _ => None,
        }
    }

    /// The value below which a share of the distribution lies; `share` in [0, 1].
    pub fn at(&self, share: f64) -> Value {
        use crate::base::maths::{exp, ln};
        match self {
            Spread::Uniform { low, high } => Value::Number(within(low + share * (high - low), *low, *high)),
            Spread::LogUniform { low, high } => {
                let logarithm = ln(*low) + share * (ln(*high) - ln(*low));
                Value::Number(within(exp(logarithm), *low, *high))
            }
            Spread::Triangular { low, peak, high } => {
                let width = high - low;
                let rising = (peak - low) / width;
                let x = if share < rising {
                    low + (share * width * (peak - low)).sqrt()
                } else {
                    high - ((1.0 - share) * width * (high - peak)).sqrt()
                };
                Value::Number(within(x, *low, *high))
            }
            Spread::Values(values) => {
                let at = (share * values.len() as f64) as usize;
                values[at.min(values.len() - 1)].clone()
            }
        }
    }
}

/// Rounding must not carry a value out of its range.
fn within(x: f64, low: f64, high: f64) -> f64 {
    x.clamp(low, high)
}

/// What is kept of a run: the weekly values of an indicator, reduced to one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Name of the column.
    pub name: String,
    /// Name of the indicator.
    pub indicator: String,
    /// What is watched, and where.
    pub watched: Watched,
    /// How it is reduced.
    pub reduce: Reduce,
}

/// How texts that a plan names are found: a function each, so that nothing here opens a file.
#[derive(Clone, Copy)]
pub struct Resolve<'r> {
    /// A scenario by name of the library or path beside the plan.
    pub scenario: &'r dyn Fn(&str) -> Result<Scenario, Vec<Diagnostic>>,
    /// The content of a file beside the plan.
    pub file: &'r dyn Fn(&str) -> Result<Vec<u8>, String>,
}

impl Plan {
    /// Runs of one point.
    pub fn runs_per_point(&self) -> usize {
        self.scenarios.len() * self.seeds.len()
    }

    /// Number of points; none if it does not fit a machine word. A plan without design has none.
    pub fn n_points(&self) -> Option<usize> {
        let Some(design) = &self.design else { return Some(0) };
        match design.method {
            Method::Grid => self.factors.iter().try_fold(1_usize, |product, factor| match &factor.spread {
                Spread::Values(values) => product.checked_mul(values.len()),
                _ => Some(product),
            }),
            Method::LatinHypercube | Method::Sobol => Some(design.points),
            Method::Saltelli => design.points.checked_mul(self.factors.len() + 2),
            Method::Morris => design.points.checked_mul(self.factors.len() + 1),
            Method::List => Some(self.listed.len()),
        }
    }

    /// Number of runs; none if it does not fit a machine word.
    pub fn n_runs(&self) -> Option<usize> {
        self.n_points()?.checked_mul(self.runs_per_point())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_reach_their_ends_and_never_pass_them() {
        let spreads = [
            Spread::Uniform { low: 0.02, high: 0.25 },
            Spread::LogUniform { low: 0.001, high: 10.0 },
            Spread::Triangular { low: 0.1, peak: 0.3, high: 0.9 },
            Spread::Triangular { low: 0.1, peak: 0.1, high: 0.9 },
        ];
        let number = |spread: &Spread, share: f64| match spread.at(share) {
            Value::Number(x) => x,
            Value::Word(word) => panic!("{word}"),
        };
        for spread in &spreads {
            let (first, last) = (number(spread, 0.0), number(spread, 1.0));
            let middle = number(spread, 0.5);
            assert!(first < middle && middle < last, "{spread:?}");
            let (Spread::Uniform { low, high }
            | Spread::LogUniform { low, high }
            | Spread::Triangular { low, high, .. }) = spread
            else {
                panic!("{spread:?}")
            };
            assert!((first - low).abs() < 1e-12 && (last - high).abs() < 1e-12, "{spread:?}");
        }
        // A quarter of the triangle lies left of its peak: half its rise.
        assert_eq!(number(&Spread::Triangular { low: 0.0, peak: 1.0, high: 4.0 }, 0.25), 1.0);
        let words = Spread::Values(vec![Value::Word("a".to_string()), Value::Number(2.0)]);
        assert_eq!((words.at(0.49), words.at(1.0)), (Value::Word("a".to_string()), Value::Number(2.0)));
    }
}
