//! `schema`: JSON Schema of scenario files.

use crate::cli::messages::CliError;
use crate::cli::{output, sources};

/// Prints the schema.
pub fn schema() -> Result<(), CliError> {
    output::print(&sources::schema_text())
}
