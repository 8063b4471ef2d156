//! Epstein's model I of civil violence, for comparison with other frameworks: counts of every step as CSV, and what an
//! agent update costs. `cargo run --release --example civil_violence -- --help` tells the options.

mod board;
mod model;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use model::{CivilViolence, Rules};

const USAGE: &str = "\
usage: civil_violence [--side N] [--steps N] [--seed N] [--rules NAME]

  --side N      cells on each side of the torus, 15 to 4096 (40)
  --steps N     steps (1000)
  --seed N      seed (1)
  --rules NAME  epstein, mesa or netlogo (epstein)

Writes step,active,quiet,jailed to stdout and nanoseconds for each agent update, on one thread, to stderr.";

struct Options {
    side: usize,
    steps: u32,
    seed: u64,
    rules: Rules,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match options(&arguments) {
        Ok(options) if run(&options).is_ok() => ExitCode::SUCCESS,
        // The reader went away: nothing is left to say.
        Ok(_) => ExitCode::FAILURE,
        Err(mistake) => {
            eprintln!("{mistake}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options { side: 40, steps: 1000, seed: 1, rules: Rules::EPSTEIN };
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return Err(format!("{}: a value is missing", pair[0])) };
        let wrong = || format!("{name} {value}: not one of its values");
        match name.as_str() {
            "--side" => {
                let side = value.parse().ok().filter(|side| (15..=4096).contains(side));
                options.side = side.ok_or_else(wrong)?;
            }
            "--steps" => options.steps = value.parse().map_err(|_| wrong())?,
            "--seed" => options.seed = value.parse().map_err(|_| wrong())?,
            "--rules" => {
                let known = Rules::NAMED.iter().find(|(known, _)| known == value);
                options.rules = known.ok_or_else(wrong)?.1;
            }
            _ => return Err(format!("{name}: no such option")),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> std::io::Result<()> {
    let mut model = CivilViolence::new(options.rules, options.side, options.seed);
    let mut spent = Duration::ZERO;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "step,active,quiet,jailed")?;
    for step in 0..=options.steps {
        if step > 0 {
            let from = Instant::now();
            model.step();
            spent += from.elapsed();
        }
        let counts = model.counts();
        writeln!(out, "{step},{},{},{}", counts.active, counts.quiet, counts.jailed)?;
    }
    out.flush()?;
    let updates = model.n_agents() as f64 * f64::from(options.steps);
    eprintln!("{} agents, {:.0} ns an agent update", model.n_agents(), spent.as_nanos() as f64 / updates);
    Ok(())
}
