//! What the runs of a finished sweep gave, by outcome, scenario, point and seed.

use crate::experiments::plan::{Factor, Plan, Spread, Value};
use crate::experiments::sampling::Points;
use crate::experiments::sweep::parts::{Part, Rows};
use crate::experiments::sweep::rows::Role;
use crate::export::ExportError;

/// Outputs of a sweep; NaN where a run failed or an outcome is unknown.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// Values of the factors by point; a word counts as its position in the plan's list.
    pub inputs: Vec<Vec<f64>>,
    /// Values by outcome, then scenario, then point, then seed.
    values: Vec<f64>,
    scenarios: usize,
    seeds: usize,
    /// Numbers of the runs that failed, from 1.
    pub failed: Vec<usize>,
    /// By outcome the numbers of the runs that were done and gave it no value: `weeks_until` of what never came.
    pub empty: Vec<Vec<usize>>,
}

impl Outputs {
    /// Without any value yet.
    pub fn empty(outcomes: usize, scenarios: usize, points: usize, seeds: usize) -> Outputs {
        let values = vec![f64::NAN; outcomes * scenarios * points * seeds];
        let (inputs, empty) = (vec![Vec::new(); points], vec![Vec::new(); outcomes]);
        Outputs { inputs, values, scenarios, seeds, failed: Vec::new(), empty }
    }

    fn position(&self, outcome: usize, scenario: usize, point: usize, seed: usize) -> usize {
        ((outcome * self.scenarios + scenario) * self.inputs.len() + point) * self.seeds + seed
    }

    /// Sets one value.
    pub fn set(&mut self, (outcome, scenario, point, seed): (usize, usize, usize, usize), value: f64) {
        let at = self.position(outcome, scenario, point, seed);
        self.values[at] = value;
    }

    /// Keeps one outcome and forgets the others.
    pub fn keep(&mut self, outcome: usize) {
        let n = self.scenarios * self.inputs.len() * self.seeds;
        self.values = self.values[outcome * n..(outcome + 1) * n].to_vec();
        self.empty = vec![std::mem::take(&mut self.empty[outcome])];
    }

    /// Number of seeds.
    pub fn seeds(&self) -> usize {
        self.seeds
    }

    /// The values of a point over its seeds.
    pub fn seeds_of(&self, outcome: usize, scenario: usize, point: usize) -> &[f64] {
        let at = self.position(outcome, scenario, point, 0);
        &self.values[at..at + self.seeds]
    }

    /// The values by point, then seed.
    pub fn runs(&self, outcome: usize, scenario: usize) -> Vec<Vec<f64>> {
        (0..self.inputs.len()).map(|point| self.seeds_of(outcome, scenario, point).to_vec()).collect()
    }

    /// Mean over seeds by point; NaN where one of the runs failed or is unknown.
    pub fn means(&self, outcome: usize, scenario: usize) -> Vec<f64> {
        let mean = |point| self.seeds_of(outcome, scenario, point).iter().sum::<f64>() / self.seeds as f64;
        (0..self.inputs.len()).map(mean).collect()
    }

    /// Reads the rows of a finished sweep; `points` are those of its plan.
    pub fn read(plan: &Plan, points: &Points, part: &Part) -> Result<Outputs, ExportError> {
        let mut outputs =
            Outputs::empty(plan.outcomes.len(), plan.scenarios.len(), points.len(), plan.seeds.len());
        for (point, inputs) in outputs.inputs.iter_mut().enumerate() {
            let values = points.values(point);
            *inputs =
                plan.factors.iter().zip(&values).map(|(factor, value)| position(factor, value)).collect();
        }
        let columns = &part.manifest.columns;
        let first_outcome = columns.iter().position(|column| column.role == Role::Outcome);
        let mut rows = Rows::open(part)?;
        while let Some((run, record)) = rows.next_row()? {
            let (case, seed) = (run / outputs.seeds, run % outputs.seeds);
            let (point, scenario) = (case / outputs.scenarios, case % outputs.scenarios);
            if record.get(5) == Some("failed") {
                outputs.failed.push(run + 1);
                continue;
            }
            for outcome in 0..plan.outcomes.len() {
                let text = first_outcome.and_then(|first| record.get(first + outcome)).unwrap_or_default();
                match text.parse::<f64>() {
                    Ok(value) if !value.is_nan() => outputs.set((outcome, scenario, point, seed), value),
                    _ => outputs.empty[outcome].push(run + 1),
                }
            }
        }
        Ok(outputs)
    }
}

/// The number that stands for a factor's value.
fn position(factor: &Factor, value: &Value) -> f64 {
    match (value, &factor.spread) {
        (Value::Number(x), _) => *x,
        (word, Spread::Values(values)) => {
            values.iter().position(|known| known == word).map_or(f64::NAN, |at| at as f64)
        }
        (Value::Word(_), _) => f64::NAN,
    }
}
