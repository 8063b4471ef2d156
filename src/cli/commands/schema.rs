//! `schema`: JSON Schema of scenario and plan files.

use crate::cli::arguments::{SchemaArguments, SchemaOf};
use crate::cli::messages::CliError;
use crate::cli::output;
use crate::cli::sources::Sources;

/// Prints the schema.
pub fn schema(arguments: &SchemaArguments) -> Result<(), CliError> {
    let sources = Sources::with(&arguments.data)?;
    output::print(&match arguments.of {
        SchemaOf::Scenario => sources.schema(),
        SchemaOf::Plan => sources.plan_schema(),
    })
}
