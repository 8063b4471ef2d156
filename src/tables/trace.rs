//! Traced decisions: which are wanted, and the table that they fill.
//!
//! A submodel takes the trace out of the world while it acts, asks it whether anybody wants its decisions, and tells
//! it of those that are wanted. Nothing in a run reads it, so that a run with a trace is the same run.

use crate::base::now::Now;
use crate::tables::layouts::DECISIONS_TABLE;
use crate::tables::{Cell, Table};

/// Submodels whose agents choose among options with utilities, and can be traced.
pub const TRACEABLE: [&str; 6] =
    ["officials", "trafficking", "group-strategy", "perception", "livelihoods", "displacement"];

/// Most rows of one run; a trace that reaches them ends there.
pub const MOST_ROWS: usize = 2_000_000;

/// What is traced: a submodel, all its agents or one.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// Name of the submodel, one of [`TRACEABLE`].
    pub submodel: &'static str,
    /// An agent, or the first part of the names of several (`aqim` is every band of it); none = all.
    pub agent: Option<String>,
}

impl Traced {
    /// As it is written on the command line.
    pub fn text(&self) -> String {
        match &self.agent {
            None => self.submodel.to_string(),
            Some(agent) => format!("{}:{agent}", self.submodel),
        }
    }

    fn covers(&self, submodel: &str, agent: &str) -> bool {
        let named = |wanted: &String| {
            agent.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.submodel == submodel && self.agent.as_ref().is_none_or(named)
    }
}

/// One option of a decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Considered {
    /// Name of the option.
    pub option: String,
    /// How many took it: 1 or 0 for one agent; NaN where shares drift and nobody decides at once.
    pub chosen: f64,
    /// Probability [0, 1].
    pub probability: f64,
    /// Terms of its utility, by name.
    pub terms: Vec<(&'static str, f64)>,
}

/// The trace of a run.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    wanted: Vec<Traced>,
    seed: i64,
    from_week: u32,
    table: Option<Table>,
}

impl Trace {
    /// The empty trace of a run.
    pub fn new(wanted: &[Traced], seed: u64, from_week: u32) -> Trace {
        let table = (!wanted.is_empty()).then(|| Table::new(&DECISIONS_TABLE));
        Trace { wanted: wanted.to_vec(), seed: seed as i64, from_week, table }
    }

    /// True if anybody wants decisions of a submodel. False costs next to nothing.
    #[inline]
    pub fn watches(&self, submodel: &str) -> bool {
        !self.wanted.is_empty() && self.wanted.iter().any(|traced| traced.submodel == submodel)
    }

    /// Notes a decision of an agent, if it is wanted: one row per option and term.
    pub fn note(
        &mut self,
        now: &Now,
        submodel: &str,
        agent: &str,
        options: impl FnOnce() -> Vec<Considered>,
    ) {
        if now.week.0 < self.from_week || !self.wanted.iter().any(|t| t.covers(submodel, agent)) {
            return;
        }
        let Some(table) = &mut self.table else { return };
        let date = now.date.to_string();
        for Considered { option, chosen, probability, mut terms } in options() {
            if terms.is_empty() {
                terms.push(("reference", 0.0));
            }
            for (term, value) in terms {
                if table.n_rows() >= MOST_ROWS {
                    return;
                }
                table.push(&[
                    Cell::Integer(self.seed),
                    Cell::Text(&date),
                    Cell::Text(submodel),
                    Cell::Text(agent),
                    Cell::Text(&option),
                    Cell::Number(chosen),
                    Cell::Number(probability),
                    Cell::Text(term),
                    Cell::Number(value),
                ]);
            }
        }
    }

    /// The table, if anything is traced.
    pub fn into_table(self) -> Option<Table> {
        self.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_may_be_named_in_full_or_by_the_first_part_of_its_name() {
        let traced = Traced { submodel: "officials", agent: Some("Gao".to_string()) };
        assert!(traced.covers("officials", "Gao") && traced.covers("officials", "Gao/judge"));
        assert!(!traced.covers("officials", "Gaoua") && !traced.covers("displacement", "Gao"));
        assert_eq!(traced.text(), "officials:Gao");
    }
}
