//! How cost grows, and the model of it that follows.

use harmattan::base::parallel::take_in_turn;
use harmattan::simulation::run;

use crate::Extent;
use crate::measure::{Subject, exponent, in_turns, line, table, timed};
use crate::runs::{Timed, at_scales, last_week, prepared};

/// Cores of a node, nodes of a cluster: for the price of a million runs.
const CORES: f64 = 64.0;
const NODES: f64 = 100.0;
const HOUR_S: f64 = 3600.0;

/// Growth with persons, places, weeks and seeds; the cost model; a million runs.
pub fn section(extent: Extent) -> String {
    let scales = at_scales(extent);
    let weeks = f64::from(last_week(extent)) + 1.0;
    let by_agents: Vec<(f64, f64)> = scales.iter().map(|one| (one.agents, one.run)).collect();
    let by_persons: Vec<(f64, f64)> = scales.iter().map(|one| (one.agents, one.persons)).collect();
    let by_weeks = growth(extent, [52, 104, 208, 416].map(|weeks| (weeks, ("history", 200, weeks, 1))));
    let seeds = extent.of([4, 8, 16, 32], [2, 4, 8, 16]);
    let by_seeds = growth(extent, seeds.map(|seeds| (seeds, ("history", 500, 52, seeds))));
    let by_places =
        growth(extent, [(3, ("testbed-three-places", 1000, 52, 1)), (129, ("history", 1000, 52, 1))]);
    let grown = [
        ("person agents: the whole run", &by_agents),
        ("person agents: the submodels that visit them", &by_persons),
        ("places: the testbed and Mali, scale 1000", &by_places),
        ("weeks, scale 200", &by_weeks),
        ("seeds, scale 500", &by_seeds),
    ];
    let listed = |points: &[(f64, f64)], of: fn(&(f64, f64)) -> String| {
        points.iter().map(of).collect::<Vec<_>>().join(", ")
    };
    let row = |(name, points): (&str, &Vec<(f64, f64)>)| {
        vec![
            name.to_string(),
            listed(points, |(x, _)| format!("{x:.0}")),
            listed(points, |(_, seconds)| format!("{seconds:.3}")),
            format!("{:.2}", exponent(points)),
        ]
    };
    let mut text = table(&["what grows", "values", "seconds", "exponent"], &grown.map(row));

    let (fixed, each) = line(&by_agents);
    let world = line(&scales.iter().map(|one| (one.agents, one.world)).collect::<Vec<_>>());
    text += &format!(
        "\nThe straight line nearest to the runs by scale: {:.2} ms a week, and {:.1} ns a person agent and week. \
         A world takes {:.0} ms, and {:.0} ns a person agent, to build.",
        fixed * 1e3 / weeks,
        each * 1e9 / weeks,
        world.0 * 1e3,
        world.1 * 1e9
    );
    let peaks: Option<Vec<(f64, f64)>> =
        scales.iter().map(|one| one.peak_mb.map(|mb| (one.agents, mb))).collect();
    if let Some(peaks) = peaks {
        let (fixed, each) = line(&peaks);
        text += &format!(
            " The process holds {fixed:.0} MB, and {:.0} bytes a person agent, with one world to begin in and one run.",
            each * 1e6
        );
    }
    let of_nine_years = 470.0 / weeks;
    let persons = scales.iter().map(|one| one.agents * f64::from(one.scale)).fold(0.0, f64::max);
    let million = [1000.0, 500.0, 200.0, 50.0, 10.0, 1.0].map(|scale| {
        let seconds = (fixed + each * persons / scale) * of_nine_years;
        let core_hours = 1e6 * seconds / HOUR_S;
        vec![
            format!("{scale}"),
            format!("{seconds:.2}"),
            format!("{core_hours:.0}"),
            format!("{:.1}", core_hours / CORES),
            format!("{:.2}", core_hours / CORES / NODES),
        ]
    });
    let head = [
        "scale",
        "seconds a run of nine years",
        "core-hours for a million",
        "hours on a node of 64 cores",
        "hours on 100 such nodes",
    ];
    text + "\n\n" + &table(&head, &million)
}

/// A scenario, its scale, its weeks, its seeds.
type Case = (&'static str, u32, u32, u32);

/// Seconds on one thread of each case, beside the value that grows.
fn growth<const N: usize>(extent: Extent, cases: [(u32, Case); N]) -> Vec<(f64, f64)> {
    let worlds = cases.map(|(_, (scenario, scale, weeks, _))| prepared(scenario, scale, weeks - 1));
    let subjects = worlds.iter().zip(cases).map(|(prepared, (_, (_, _, _, seeds)))| {
        let subject: Subject = if seeds == 1 {
            Box::new(|| Timed::run(prepared, 1).whole)
        } else {
            Box::new(move || {
                timed(|| {
                    take_in_turn(seeds as usize, 1, |at| run(prepared, at as u64 + 1, &mut |_| {}).weeks > 0);
                })
            })
        };
        subject
    });
    let rounds = in_turns(extent.rounds(), subjects.collect());
    cases.iter().enumerate().map(|(at, (value, _))| (f64::from(*value), rounds.median(at))).collect()
}
