//! The command line: reads files, runs what is asked, prints data on stdout and talk on stderr.
//!
//! Everything a command needs from the scenario layer goes through [`sources`]; every way a command can end is
//! mapped to an exit code in one place, [`messages::exit_code`].

pub mod arguments;
pub mod commands;
pub mod interrupt;
pub mod kept_runs;
pub mod memory;
pub mod messages;
pub mod nearby;
pub mod output;
pub mod own_data;
pub mod progress;
pub mod sources;

use clap::Parser;

use arguments::{Arguments, Command};
use messages::CliError;

/// Runs the program with the arguments of the process and returns its exit code.
pub fn main() -> u8 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // `--help` and `--version` arrive here too; a closed pipe is nobody's concern.
            let _ = error.print();
            return if error.use_stderr() { 2 } else { 0 };
        }
    };
    let talk = messages::Talk { quiet: arguments.quiet };
    let result = dispatch(&arguments, talk);
    if let Err(error) = &result {
        messages::report(error);
    }
    messages::exit_code(&result)
}

fn dispatch(arguments: &Arguments, talk: messages::Talk) -> Result<(), CliError> {
    let threads = arguments.threads.map_or_else(crate::base::parallel::available, usize::from);
    match &arguments.command {
        Command::Run(options) => commands::run::run(options, threads, talk),
        Command::Claims(options) => commands::claims::claims(options, threads, talk),
        Command::Compare(options) => commands::compare::compare(options, threads, talk),
        Command::Validate(options) => commands::validate::validate(options, threads, talk),
        Command::Check(options) => commands::check::check(options),
        Command::New(options) => commands::new::new(options, talk),
        Command::Show(options) => commands::show::show(options),
        Command::List(options) => commands::list::list(options),
        Command::Params(options) => commands::params::params(options),
        Command::Sweep(options) => commands::sweep::sweep(options, threads, talk),
        Command::Merge(options) => commands::merge::merge(options, threads, talk),
        Command::Submit(options) => commands::submit::submit(options, talk),
        Command::Status(options) => commands::status::status(options),
        Command::Sensitivity(options) => commands::sensitivity::sensitivity(options, threads, talk),
        Command::Calibrate(options) => commands::calibrate::calibrate(options, threads, talk),
        Command::Verify(options) => commands::verify::verify(options, threads, talk),
        Command::Plot(options) => commands::plot::plot(options, talk),
        Command::Report(options) => commands::report::report(options),
        Command::Schema(options) => commands::schema::schema(options),
        Command::Completions(options) => commands::completions::completions(options),
    }
}
