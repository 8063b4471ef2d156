//! # Calendar
//!
//! Starts and ends the scenario's levers, and moves the dated inputs on.
//!
//! - **Reads**: last week's recorded values of watched indicators
//! - **Writes**: `policy`: states of levers and what is in force; `inputs.week`
//! - **Draws**: none
//! - **Equation**: a condition holds when its value stayed inside its bounds for `for_weeks`; the lever starts
//!   `delay_weeks` later, once
//! - **Pattern**: none; without it nothing outside the system ever changes
//! - **Sources**: docs/ODD.md section 6: what is dated, what is guarded, what is never dated

use crate::base::dates::Week;
use crate::base::now::Now;
use crate::entities::policy::{Condition, End, Lever, LeverState, Start};
use crate::entities::world::World;

/// Starts and ends levers.
pub fn step(world: &mut World, now: &Now) {
    world.inputs.week = now.week;
    let policy = &mut world.policy;
    for (lever, state) in policy.levers.iter().zip(policy.states.iter_mut()) {
        if state.started.is_none() && starts(lever, state, now.week) {
            state.started = Some(now.week);
            let text = format!("{} ({}) begins", lever.name, lever.spec().name);
            world.this_week.note("lever-started", &lever.name, "", text);
        }
        if state.started.is_some() && state.ended.is_none() && ends(lever, state, now.week) {
            state.ended = Some(now.week);
            let text = format!("{} ({}) ends", lever.name, lever.spec().name);
            world.this_week.note("lever-ended", &lever.name, "", text);
        }
    }
    policy.take_stock();
}

fn starts(lever: &Lever, state: &mut LeverState, week: Week) -> bool {
    match &lever.start {
        Start::At(from) => week >= *from,
        Start::When { all, conditions } => {
            if state.triggered.is_none() && state.watched.len() >= conditions.len() {
                let mut holding =
                    conditions.iter().zip(&state.watched).map(|(c, values)| holds(c, values, week));
                let met = if *all { holding.all(|h| h) } else { holding.any(|h| h) };
                if met {
                    state.triggered = Some(week);
                }
            }
            let delay = conditions.iter().map(|c| c.delay_weeks).max().unwrap_or(0);
            state.triggered.is_some_and(|at| week.0 >= at.0 + delay)
        }
    }
}

fn ends(lever: &Lever, state: &LeverState, week: Week) -> bool {
    match &lever.end {
        End::Never => false,
        End::At(until) => week >= *until,
        End::After(weeks) => state.started.is_some_and(|from| week.0 >= from.0 + weeks),
        End::When(condition) => state.watched.last().is_some_and(|values| holds(condition, values, week)),
    }
}

/// True if a condition holds on the values recorded up to last week.
fn holds(condition: &Condition, values: &[f64], week: Week) -> bool {
    if week < condition.not_before || condition.not_after.is_some_and(|last| week > last) {
        return false;
    }
    let for_weeks = condition.for_weeks as usize;
    if values.len() < for_weeks {
        return false;
    }
    (values.len() - for_weeks..values.len()).all(|last| {
        let first = (last + 1).saturating_sub(condition.within_weeks as usize);
        let window = &values[first..=last];
        let sum: f64 = window.iter().sum();
        let value = if condition.sums { sum } else { sum / window.len() as f64 };
        condition.at_least.is_none_or(|bound| value >= bound)
            && condition.at_most.is_none_or(|bound| value <= bound)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::policy::Watched;

    fn condition(at_least: f64, for_weeks: u32, within_weeks: u32, sums: bool) -> Condition {
        Condition {
            watched: Watched::Area { indicator: 0, area: 0 },
            sums,
            at_least: Some(at_least),
            at_most: None,
            for_weeks,
            within_weeks,
            not_before: Week(0),
            not_after: None,
            delay_weeks: 0,
        }
    }

    #[test]
    fn a_condition_must_hold_for_its_weeks_and_sums_over_its_window() {
        assert!(!holds(&condition(2.0, 2, 1, true), &[3.0, 1.0], Week(2)));
        assert!(holds(&condition(2.0, 2, 1, true), &[1.0, 2.0, 3.0], Week(3)));
        assert!(holds(&condition(5.0, 1, 3, true), &[1.0, 2.0, 3.0], Week(3)));
        assert!(!holds(&condition(2.5, 1, 3, false), &[1.0, 2.0, 3.0], Week(3)));
        assert!(!holds(&condition(1.0, 1, 1, true), &[], Week(0)));
    }
}
