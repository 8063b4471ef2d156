//! `new`: a commented scenario to begin from.

use std::fs::OpenOptions;
use std::io::Write;

use crate::cli::arguments::NewArguments;
use crate::cli::messages::{CliError, Talk};
use crate::cli::sources;
use crate::export::ExportError;

/// Writes `NAME.toml` in the current folder; a file that is there is never replaced.
pub fn new(arguments: &NewArguments, talk: Talk) -> Result<(), CliError> {
    let name = arguments.name.strip_suffix(".toml").unwrap_or(&arguments.name);
    let text = sources::template(name)?;
    let path = std::path::PathBuf::from(format!("{name}.toml"));
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let shown = path.display();
            return Err(CliError::BadInput(format!("{shown} is there already; choose another name")));
        }
        Err(error) => return Err(ExportError::file("write", &path)(error).into()),
    };
    file.write_all(text.as_bytes()).map_err(ExportError::file("write", &path))?;
    let shown = path.display();
    talk.say(&format!("wrote {shown}; next: harmattan check {shown}, then harmattan run {shown}"));
    Ok(())
}
