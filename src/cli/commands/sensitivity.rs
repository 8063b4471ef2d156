//! `sensitivity`: what the outcomes of a plan hang on, from the runs of its sweep.

use serde_json::json;

use super::run::counted;
use super::sweep::{planned, sweep};
use crate::cli::arguments::{FailedRuns, ListFormat, SensitivityArguments, SensitivityMethod};
use crate::cli::messages::{CliError, Talk};
use crate::cli::output::List;
use crate::experiments::sampling::Points;
use crate::experiments::sensitivity::analysis::{Analysis, Bar, Method};
use crate::experiments::sensitivity::outputs::Outputs;
use crate::experiments::sweep::Sweep;
use crate::experiments::sweep::manifest::SweepManifest;
use crate::experiments::sweep::parts::Part;
use crate::export::Format;
use crate::export::tables::TableWriter;
use crate::tables::{Cells, Table, TableSpec};

/// Failed runs that are named.
const NAMED: usize = 10;

/// Carries the plan out as far as it is not, and analyses what it gave.
pub fn sensitivity(arguments: &SensitivityArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    let mut plan = planned(&arguments.sweep)?;
    if arguments.sweep.shard.is_some() {
        let text = "sensitivity needs the whole sweep; merge its shards first".to_string();
        return Err(CliError::BadInput(text));
    }
    let design = plan.plan.design.as_ref().expect("a planned sweep has a design").method;
    let method = arguments.method.map_or(Method::of_design(design), |method| match method {
        SensitivityMethod::Morris => Method::Morris,
        SensitivityMethod::Sobol => Method::Sobol,
        SensitivityMethod::Prim => Method::Prim,
        SensitivityMethod::Regret => Method::Regret,
    });
    if let Some(reason) = method.refuses(&plan.plan) {
        return Err(CliError::BadInput(format!("{}: {reason}", arguments.sweep.plan)));
    }
    let outcome = chosen(&plan, arguments)?;
    if let Err(error) = sweep(&arguments.sweep, threads, talk) {
        let dropped = arguments.failed == FailedRuns::Drop && complete(&plan)?.is_some();
        if !dropped {
            return Err(error);
        }
    }
    if arguments.sweep.dry_run {
        return Ok(());
    }
    let Some(part) = complete(&plan)? else {
        let folder = plan.folder();
        return Err(CliError::Unfinished(format!("{}: runs are missing", folder.display())));
    };
    let drawn = plan.plan.clone();
    let points = Points::of(&drawn).map_err(CliError::BadInput)?;
    let mut outputs = Outputs::read(&plan.plan, &points, &part)?;
    judge_failed(&outputs, arguments, talk)?;
    if let Some(at) = outcome {
        outputs.keep(at);
        plan.plan.outcomes = vec![plan.plan.outcomes[at].clone()];
    }
    let bar = arguments.at_least.map(Bar::AtLeast).or(arguments.at_most.map(Bar::AtMost));
    let analysis = Analysis { plan: &plan.plan, outputs: &outputs, shares: points.shares(), bar };
    let (spec, table) = analysis.table(method);
    write(&plan, spec, &table)?;
    shown(spec, &table).print(ListFormat::Table)?;
    let file = plan.folder().join(format!("{}.csv", table.name));
    let folder = file.parent().unwrap_or(std::path::Path::new("."));
    talk.say(&format!(
        "{} in {}; `harmattan plot {}` draws them",
        counted(table.n_rows(), "row"),
        file.display(),
        folder.display()
    ));
    Ok(())
}

/// Position of the outcome that is asked for.
fn chosen(sweep: &Sweep, arguments: &SensitivityArguments) -> Result<Option<usize>, CliError> {
    let Some(name) = &arguments.outcome else { return Ok(None) };
    let names: Vec<&str> = sweep.plan.outcomes.iter().map(|outcome| outcome.name.as_str()).collect();
    match names.iter().position(|known| known == name) {
        Some(at) => Ok(Some(at)),
        None => Err(CliError::BadInput(format!(
            "--outcome {name}: the plan has no such outcome\nexpected: one of {}",
            names.join(", ")
        ))),
    }
}

/// The folder of the sweep, if its rows are there.
fn complete(sweep: &Sweep) -> Result<Option<Part>, CliError> {
    let folder = sweep.folder();
    let manifest = SweepManifest::read(&folder)?.filter(SweepManifest::is_complete);
    Ok(manifest.map(|manifest| Part { folder, manifest }))
}

/// Failed runs must not pass for results: they are refused, or left out with a word about it.
fn judge_failed(outputs: &Outputs, arguments: &SensitivityArguments, talk: Talk) -> Result<(), CliError> {
    if outputs.failed.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = outputs.failed.iter().take(NAMED).map(ToString::to_string).collect();
    let more = if outputs.failed.len() > NAMED { ", ..." } else { "" };
    let which = format!("{} failed: rows {}{more}", counted(outputs.failed.len(), "run"), named.join(", "));
    match arguments.failed {
        FailedRuns::Refuse => Err(CliError::Unfinished(format!(
            "{which}\nno index is computed over holes; look at the column `error`, or say --failed drop to leave out \
             their points"
        ))),
        FailedRuns::Drop => {
            talk.say(&format!("{which}; their points are left out"));
            Ok(())
        }
    }
}

fn write(sweep: &Sweep, spec: &'static TableSpec, table: &Table) -> Result<(), CliError> {
    let mut writer = TableWriter::create(&sweep.folder(), spec, Format::Csv)?;
    writer.append(table)?;
    writer.finish()?.commit()?;
    Ok(())
}

/// The table for reading: three decimals.
fn shown(spec: &'static TableSpec, table: &Table) -> List {
    let rounded = |x: f64| if x.abs() >= 1000.0 { x.round() } else { (x * 1000.0).round() / 1000.0 };
    let cell = |cells: &Cells, row: usize| match cells {
        Cells::Text { dictionary, rows } => json!(dictionary[rows[row] as usize]),
        Cells::Integer(values) | Cells::Money(values) => json!(values[row]),
        Cells::Number(values) if values[row].is_nan() => json!(""),
        Cells::Number(values) => json!(rounded(values[row])),
    };
    let rows = (0..table.n_rows()).map(|row| table.columns.iter().map(|cells| cell(cells, row)).collect());
    let columns = spec.columns.iter().map(|column| column.name).collect();
    List { columns, rows: rows.collect(), only_for_programs: Vec::new() }
}
