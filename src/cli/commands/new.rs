//! `new`: a commented scenario to begin from.

use crate::cli::arguments::NewArguments;
use crate::cli::messages::{CliError, Talk};
use crate::cli::sources;
use crate::export::atomic;

/// Writes `NAME.toml` in the current folder; a file that is there is never replaced.
pub fn new(arguments: &NewArguments, talk: Talk) -> Result<(), CliError> {
    let name = arguments.name.strip_suffix(".toml").unwrap_or(&arguments.name);
    let text = sources::template(name)?;
    let path = std::path::PathBuf::from(format!("{name}.toml"));
    if !atomic::write_new(&path, text.as_bytes())? {
        let shown = path.display();
        return Err(CliError::BadInput(format!("{shown} is there already; choose another name")));
    }
    let shown = path.display();
    talk.say(&format!("wrote {shown}; next: harmattan check {shown}, then harmattan run {shown}"));
    Ok(())
}
