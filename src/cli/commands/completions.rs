//! `completions`: what a shell needs to complete our commands.

use clap::CommandFactory;

use crate::cli::arguments::{Arguments, CompletionsArguments};
use crate::cli::messages::CliError;
use crate::cli::output;

/// Prints the completions of a shell.
pub fn completions(arguments: &CompletionsArguments) -> Result<(), CliError> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "harmattan", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}
