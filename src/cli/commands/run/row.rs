//! `run --run-id`: one row of a sweep again, with all its tables.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::dates::{Date, Week};
use crate::cli::arguments::RunArguments;
use crate::cli::messages::{self, CliError};
use crate::cli::sources::Sources;
use crate::experiments::plan::{Acts, Factor, Spread, Value};
use crate::experiments::posterior::{self, Sample};
use crate::experiments::study::Study;
use crate::experiments::sweep::cases;
use crate::experiments::sweep::manifest::SweepManifest;
use crate::experiments::sweep::parts::{self, Part, fields_of};
use crate::experiments::sweep::rows::Role;
use crate::schedule::SUBMODELS;
use crate::simulation::RunOptions;

/// The study of one row: its scenario with its levers, its parameters, its seed.
pub fn study(
    id: &str,
    folder: &Path,
    arguments: &RunArguments,
    options: &RunOptions,
    sources: &Sources,
) -> Result<Study, CliError> {
    let (part, record) = find(id, folder)?;
    let manifest = &part.manifest;
    sources.same_data(&manifest.data, &part.folder)?;
    let field = |at: usize| record.get(at).unwrap_or_default();
    let unreadable =
        || CliError::BadInput(format!("{}: the row of {id} cannot be read", part.folder.display()));
    let seed: u64 = field(3).parse().map_err(|_| unreadable())?;
    let scenario =
        manifest.scenarios.iter().find(|scenario| scenario.name == field(4)).ok_or_else(unreadable)?;
    let mut scenario = sources.scenario_of(scenario)?;

    let mut factors = Vec::new();
    let mut values = Vec::new();
    for (column, text) in fields_of(manifest, &record, Role::Input) {
        let is_parameter = sources.parameters().iter().any(|entry| entry.name == column.name);
        let acts = match column.name.split_once('.') {
            _ if is_parameter => Acts::Parameter,
            Some((lever, field)) => Acts::Lever { lever: lever.to_string(), field: field.to_string() },
            None => return Err(unreadable()),
        };
        values.push(match text.parse() {
            Ok(number) if !column.words => Value::Number(number),
            _ => Value::Word(text.to_string()),
        });
        factors.push(Factor { name: column.name.clone(), acts, spread: Spread::Values(Vec::new()) });
    }
    // What the scenario says wins over a sample, what the plan varies over both.
    let mut settings = sample_of(&part, sources)?.map_or_else(BTreeMap::new, |sample| sample.of_seed(seed));
    settings.retain(|name, _| !scenario.parameters.contains_key(name));
    let theatre = sources.theatre(&scenario.theatre)?;
    cases::set(&mut scenario, &mut settings, &factors, &values, theatre);

    let options = options_of(manifest, options).ok_or_else(unreadable)?;
    let folder = arguments.out.join(&scenario.name);
    let (prepared, parameters) = sources.prepare(scenario, &settings, options, 1)?;
    let study =
        Study::new(prepared, &parameters, &sources.model_hash(), vec![seed], arguments.format.into(), folder)
            .with_data(sources.data())
            .with_places(sources.own_places());
    if study.ids[0].text() != field(0) {
        messages::line(&format!(
            "warning: the row was made by version {}, model {}; this program gives the run another identity, and perhaps \
             other numbers",
            manifest.version, manifest.model_hash
        ));
    }
    Ok(study)
}

/// The sample that the row was made with, from beside it.
fn sample_of(part: &Part, sources: &Sources) -> Result<Option<Sample>, CliError> {
    parts::sample_text(part)
        .map_err(|error| CliError::BadInput(error.to_string()))?
        .map_or(Ok(None), |_| sources.sample(Some(&part.folder.join(posterior::FILE))))
}

/// The one row whose identity begins so.
fn find(id: &str, folder: &Path) -> Result<(Part, csv::StringRecord), CliError> {
    if !folder.is_dir() {
        return Err(CliError::BadInput(format!("{}: no such folder", folder.display())));
    }
    let mut found: Vec<(Part, csv::StringRecord)> = Vec::new();
    for part in parts::find(folder)?.into_iter().filter(|part| part.manifest.is_complete()) {
        for record in parts::row_of(&part, id)? {
            if !found.iter().any(|(_, known)| known.get(0) == record.get(0)) {
                found.push((part.clone(), record));
            }
        }
    }
    let n = found.len();
    match (n, found.pop()) {
        (1, Some(one)) => Ok(one),
        (0, _) => {
            Err(CliError::BadInput(format!("{}: no finished row has the run_id {id}", folder.display())))
        }
        _ => Err(CliError::BadInput(format!(
            "{}: {n} rows have a run_id that begins with {id}; give more of it",
            folder.display()
        ))),
    }
}

/// Options of the sweep's runs, with what the command says about the tables.
fn options_of(manifest: &SweepManifest, given: &RunOptions) -> Option<RunOptions> {
    let position = |name: &String| SUBMODELS.iter().position(|known| known == name);
    let until: Week = Date::parse(&manifest.options.until)?.week();
    Some(RunOptions {
        scale: manifest.options.scale,
        until,
        without: manifest.options.without.iter().map(position).collect::<Option<_>>()?,
        ..given.clone()
    })
}
