//! The same work as in other frameworks: Epstein's model of civil violence.

#[path = "../../examples/civil_violence/board.rs"]
mod board;
#[path = "../../examples/civil_violence/model.rs"]
mod model;

use model::{CivilViolence, Counts, Rules};

use crate::Extent;
use crate::measure::{in_turns, table, timed};

/// Agent updates of one measurement.
const UPDATES: usize = 2_000_000;

/// Nanoseconds for each agent update, on one thread.
pub fn section(extent: Extent) -> String {
    let mut rows = Vec::new();
    for side in [40, 512] {
        for (name, rules) in Rules::NAMED {
            let mut model = CivilViolence::new(rules, side, 1);
            let agents = model.n_agents();
            let steps = UPDATES.div_ceil(agents);
            let rounds =
                in_turns(extent.rounds(), vec![Box::new(|| timed(|| (0..steps).for_each(|_| model.step())))]);
            let ns = rounds.median(0) * 1e9 / (steps * agents) as f64;
            let Counts { active, quiet, jailed } = model.counts();
            let share = f64::from(jailed) / f64::from(active + quiet + jailed);
            rows.push(vec![
                format!("{side} x {side}, {name}"),
                format!("{agents}"),
                format!("{ns:.0}"),
                format!("{share:.3}"),
            ]);
        }
    }
    table(&["torus, rules", "agents", "ns an agent update", "jailed at the end"], &rows)
}
