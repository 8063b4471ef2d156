//! `verify`: runs a folder again from its manifest and compares.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::arguments::FolderArguments;
use crate::cli::commands::run::run_open;
use crate::cli::interrupt;
use crate::cli::messages::{CliError, Talk, Warning};
use crate::cli::sources::Sources;
use crate::cli::{nearby, output};
use crate::experiments::ensemble;
use crate::experiments::finish;
use crate::experiments::folder::Existing;
use crate::experiments::posterior;
use crate::experiments::study::Study;
use crate::experiments::verification;
use crate::export::manifest::{GIT_REVISION, Manifest, Status, seeds_text};
use crate::export::{ExportError, Format};
use crate::simulation;

/// Ends with 1 if the folder does not hold what its manifest gives.
pub fn verify(arguments: &FolderArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    let folder = &arguments.folder;
    let shown = folder.display();
    nearby::results_in(folder)?;
    let stored = Manifest::read(folder).map_err(|error| CliError::BadInput(error.to_string()))?;
    let Some(stored) = stored else {
        let text = format!(
            "{shown} holds no manifest.json; name the folder of one scenario, such as output/history"
        );
        return Err(CliError::BadInput(text));
    };
    if stored.tables.is_empty() || stored.runs.iter().any(|run| run.status == Status::Pending) {
        let text = format!("{shown}: its runs are not finished; `harmattan run --resume` finishes them");
        return Err(CliError::BadInput(text));
    }
    // Beside the system's other temporary files: the folder itself may be read-only.
    let scratch = tempfile::Builder::new()
        .prefix("harmattan-verify-")
        .tempdir()
        .map_err(ExportError::file("create folder", Path::new("in the temporary folder")))?;
    let sources = Sources::with(&arguments.data)?;
    sources.same_data(&stored.data, folder)?;
    let study = study_again(&sources, folder, &stored, scratch.path(), threads)?;
    warn_of_versions(&stored, &study.manifest, talk);

    let Some(open) = ensemble::open(study, Existing::Complete)? else {
        return Err(CliError::Unfinished("the scratch folder is not empty".to_string()));
    };
    interrupt::listen();
    talk.say(&format!("{shown}: running seeds {} again", seeds_text(&stored.options.seeds)));
    let mut open = [open];
    run_open(&mut open, threads, &simulation::run, talk)?;
    let [mut open] = open;
    if finish::n_missing(&open) > 0 {
        return Err(CliError::Unfinished(format!("{shown}: stopped before all seeds were run again")));
    }
    let again = finish::finish(&mut open)?.manifest;
    match verification::compare(folder, &stored, &open.study.folder, &again)? {
        None => output::print(&format!(
            "{shown}: the same, {} runs and {} tables\n",
            again.runs.len(),
            again.tables.len()
        )),
        Some(difference) => {
            output::print(&format!("{shown}: differs: {difference}\n"))?;
            Err(CliError::No(format!("{shown} does not hold what its manifest gives")))
        }
    }
}

fn study_again(
    sources: &Sources,
    stored_in: &Path,
    stored: &Manifest,
    scratch: &Path,
    threads: usize,
) -> Result<Study, CliError> {
    let options = stored
        .options
        .run_options()
        .map_err(|key| CliError::BadInput(format!("manifest.json: options.{key} cannot be read")))?;
    let scenario = sources.scenario_of(&stored.scenario)?;
    let by_command = stored.parameters_changed.iter().filter(|(_, change)| change.by != "scenario");
    let settings: BTreeMap<String, f64> =
        by_command.map(|(name, change)| (name.clone(), change.value)).collect();
    let folder = scratch.join(&scenario.name);
    let traced = sources.traced(&stored.options.trace, &scenario.theatre)?;
    let (prepared, record) =
        sources.prepare(scenario, &settings, options, threads.min(stored.options.seeds.len()))?;
    let prepared = prepared.with_trace(traced);
    let (seeds, model_hash) = (stored.options.seeds.clone(), sources.model_hash());
    let study =
        Study::new(prepared, &record, &model_hash, seeds, Format::Csv, folder).with_data(sources.data());
    if stored.options.posterior.is_none() {
        return Ok(study);
    }
    let sample = sources.sample(Some(&stored_in.join(posterior::FILE)))?;
    let study = study.with_sample(&sources.assumptions(&settings, sample), &model_hash);
    if study.manifest.options.posterior != stored.options.posterior {
        let text = format!(
            "{}: {} is not the sample that its runs were made with",
            stored_in.display(),
            posterior::FILE
        );
        return Err(CliError::No(text));
    }
    Ok(study)
}

fn warn_of_versions(stored: &Manifest, now: &Manifest, talk: Talk) {
    let revision = |revision: Option<&str>| revision.map_or(String::new(), |r| format!(" ({r})"));
    if stored.model_hash != now.model_hash || stored.git_revision.as_deref() != GIT_REVISION {
        let version = |manifest: &Manifest| {
            format!(
                "version {}{}, model {}",
                manifest.version,
                revision(manifest.git_revision.as_deref()),
                manifest.model_hash.chars().take(19).collect::<String>()
            )
        };
        talk.warn(&Warning::OtherVersion { before: version(stored), now: version(now) });
    }
}
