//! Prints the hashes of a few short runs, after having made them on one, two and three threads. `levels.sh` compares
//! what builds of other optimisation levels and for other processors print.

use std::process::ExitCode;

use harmattan::base::dates::Week;
use harmattan::base::parallel;
use harmattan::scenario::check::{Context, check};
use harmattan::scenario::library;
use harmattan::simulation::{Outcome, Period, Prepared, Recorded, RunOptions, run};

/// Scenario, persons per agent, last week, seeds. The second has so many agents that idle threads share a run.
const CASES: [(&str, u32, u32, &[u64]); 2] =
    [("testbed-three-places", 50, 104, &[1, 2, 3]), ("history", 40, 2, &[1])];

fn prepared(context: &Context, name: &str, scale: u32, until: u32) -> Result<Prepared, String> {
    let text = library::text(name).unwrap_or_default();
    let scenario =
        check(name, text.as_bytes(), &library::base, context).map_err(|found| format!("{found:?}"))?;
    let parameters = context.catalogue.resolve(&scenario.parameters)?;
    let theatre = context.theatres.iter().find(|theatre| theatre.name == scenario.theatre);
    let theatre = theatre.ok_or("there is no such theatre")?.clone();
    let options = RunOptions {
        scale,
        from: Week(0),
        until: Week(until),
        every: Period::Week,
        without: Vec::new(),
        tables: Recorded::Everything,
        check_invariants: false,
    };
    Ok(Prepared::new(theatre, scenario, parameters, options))
}

/// Hashes of the final state and of every cell of every table, to the last bit.
fn hashes(outcome: &Outcome) -> Result<String, String> {
    let tables = postcard::to_allocvec(&outcome.tables).map_err(|error| error.to_string())?;
    let state = blake3::Hash::from_bytes(outcome.state_hash).to_hex();
    Ok(format!("state {state} tables {}", blake3::hash(&tables).to_hex()))
}

fn print() -> Result<(), String> {
    let context = Context::compiled_in()?;
    for (name, scale, until, seeds) in CASES {
        let prepared = prepared(&context, name, scale, until)?;
        let on = |threads: usize| -> Result<Vec<String>, String> {
            let outcomes = parallel::map_in_order(seeds, threads, |seed| run(&prepared, *seed, &mut |_| {}));
            outcomes.iter().map(hashes).collect()
        };
        let alone = on(1)?;
        for threads in [2, 3] {
            if on(threads)? != alone {
                return Err(format!("{name}: {threads} threads give other results than one"));
            }
        }
        for (seed, hashes) in seeds.iter().zip(alone) {
            println!("{name} seed {seed} {hashes}");
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    match print() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}
