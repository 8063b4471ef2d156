//! What is asked of a plan: by which method, which values count, and in which direction outcomes are better.

use crate::experiments::plan::{Acts, Method as Design, Outcome, Plan, Reduce};
use crate::tables::indicators::{Better, INDICATORS};

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

    /// Why a plan, with the outcomes that are asked about, does not serve the method, if it does not.
    pub fn refuses(self, plan: &Plan, bar: Option<Bar>) -> Option<String> {
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
            Method::Regret => no_policies(plan).or_else(|| no_direction(plan, bar)),
        }
    }
}

/// Why the scenarios of a plan cannot be compared as policies over its points.
fn no_policies(plan: &Plan) -> Option<String> {
    if plan.scenarios.len() < 2 {
        return Some("--method regret compares scenarios, and the plan has one".to_string());
    }
    let levers = plan.factors.iter().filter(|factor| factor.acts != Acts::Parameter);
    let names: Vec<&str> = levers.map(|factor| factor.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "--method regret compares scenarios over states of the world, and [levers] are policies and no states: {}\n\
             write a scenario for each setting to compare, and leave [levers] out of the plan",
            names.join(", ")
        )
    })
}

/// Why nobody can tell which values of an outcome are better.
fn no_direction(plan: &Plan, bar: Option<Bar>) -> Option<String> {
    let open = plan.outcomes.iter().filter(|outcome| more_is_better(outcome, bar).is_none());
    let names: Vec<String> =
        open.map(|outcome| format!("`{}` (indicator {})", outcome.name, outcome.indicator)).collect();
    (!names.is_empty()).then(|| {
        format!(
            "--method regret has to know which values are better, and these are good or bad depending on who asks: {}\n\
             say --outcome NAME with --at-least or --at-most and what is good enough, or --outcome with another one",
            names.join(", ")
        )
    })
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
    /// Whether a value counts.
    pub fn holds(self, value: f64) -> bool {
        match self {
            Bar::AtLeast(bar) => value >= bar,
            Bar::AtMost(bar) => value <= bar,
        }
    }

    /// The bar in words.
    pub fn text(self) -> String {
        match self {
            Bar::AtLeast(bar) => format!("at least {}", crate::export::csv::number(bar)),
            Bar::AtMost(bar) => format!("at most {}", crate::export::csv::number(bar)),
        }
    }
}

/// Whether more of an outcome is better: as the bar says, else as its indicator does; none where that depends on who asks.
pub fn more_is_better(outcome: &Outcome, bar: Option<Bar>) -> Option<bool> {
    match (bar, better(outcome)) {
        (Some(Bar::AtLeast(_)), _) | (None, Better::Higher) => Some(true),
        (Some(Bar::AtMost(_)), _) | (None, Better::Lower) => Some(false),
        (None, Better::Neither) => None,
    }
}

/// In which direction an outcome is better: that of its indicator, neither for columns of other tables. Weeks until
/// something good are better few, and until something bad better many.
pub fn better(outcome: &Outcome) -> Better {
    let indicator = INDICATORS.iter().find(|known| known.name == outcome.indicator);
    let better = indicator.map_or(Better::Neither, |known| known.better);
    match (outcome.reduce, better) {
        (Reduce::WeeksUntil { at_least: Some(_), .. }, Better::Higher) => Better::Lower,
        (Reduce::WeeksUntil { at_least: Some(_), .. }, Better::Lower) => Better::Higher,
        // Down to a bound: what is better high is bad there, and the longer it takes the better.
        _ => better,
    }
}
