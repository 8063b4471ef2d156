//! `schema`: JSON Schema of scenario files.

use crate::cli::messages::CliError;
use crate::cli::output;
use crate::cli::sources::Sources;

/// Prints the schema.
pub fn schema() -> Result<(), CliError> {
    output::print(&Sources::load()?.schema())
}
