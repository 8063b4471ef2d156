//! `sensitivity`: what the outcomes of a plan hang on, from the runs of its sweep.

use serde_json::json;

use super::run::counted;
use super::sweep::{planned, sweep};
use crate::cli::arguments::{FailedRuns, ListFormat, SensitivityArguments, SensitivityMethod};
use crate::cli::messages::{CliError, Talk, Warning};
use crate::cli::output::List;
use crate::experiments::plan::Plan;
use crate::experiments::sampling::Points;
use crate::experiments::sensitivity::analysis::{Analysis, Answer};
use crate::experiments::sensitivity::outputs::Outputs;
use crate::experiments::sensitivity::question::{Bar, Method};
use crate::experiments::sweep::Sweep;
use crate::experiments::sweep::manifest::SweepManifest;
use crate::experiments::sweep::parts::Part;
use crate::export::Format;
use crate::export::tables::TableWriter;
use crate::tables::{Cells, Table, TableSpec};

/// Runs that are named.
const NAMED: usize = 10;

/// Carries the plan out as far as it is not, and analyses what it gave.
pub fn sensitivity(arguments: &SensitivityArguments, threads: usize, talk: Talk) -> Result<(), CliError> {
    let plan = planned(&arguments.sweep)?;
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
    let outcome = chosen(&plan, arguments)?;
    let bar = arguments.at_least.map(Bar::AtLeast).or(arguments.at_most.map(Bar::AtMost));
    // The plan as far as it is asked about.
    let mut asked = plan.plan.clone();
    if let Some(at) = outcome {
        asked.outcomes = vec![asked.outcomes.swap_remove(at)];
    }
    if let Some(reason) = method.refuses(&asked, bar) {
        return Err(CliError::BadInput(format!("{}: {reason}", arguments.sweep.plan)));
    }
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
    let points = Points::of(&asked).map_err(CliError::BadInput)?;
    let mut outputs = Outputs::read(&plan.plan, &points, &part)?;
    if let Some(at) = outcome {
        outputs.keep(at);
    }
    judge_failed(&outputs, arguments, talk)?;
    judge_empty(&asked, &outputs, arguments, talk)?;
    let analysis = Analysis { plan: &asked, outputs: &outputs, shares: points.shares(), bar };
    let Answer { spec, table, notes, lucky } = analysis.answer(method);
    write(&plan, spec, &table)?;
    shown(spec, &table).print(ListFormat::Table)?;
    for (outcome, points) in lucky {
        talk.warn(&Warning::IndicesOfLuck { outcome, points });
    }
    notes.iter().for_each(|note| talk.say(note));
    let file = plan.folder().join(format!("{}.csv", table.name));
    let folder = file.parent().unwrap_or(std::path::Path::new("."));
    let drawn = match table.n_rows() {
        0 => String::new(),
        _ => format!("; `harmattan plot {}` draws them", folder.display()),
    };
    talk.say(&format!("{} in {}{drawn}", counted(table.n_rows(), "row"), file.display()));
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
    let which = format!("{} failed: {}", counted(outputs.failed.len(), "run"), rows(&outputs.failed));
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

/// An outcome that a run did not give must not vanish either: where it is missing is seldom a matter of chance.
fn judge_empty(
    asked: &Plan,
    outputs: &Outputs,
    arguments: &SensitivityArguments,
    talk: Talk,
) -> Result<(), CliError> {
    let runs = asked.n_runs().unwrap_or(0);
    let holes = asked.outcomes.iter().zip(&outputs.empty).filter(|(_, empty)| !empty.is_empty());
    let which: Vec<String> = holes
        .map(|(outcome, empty)| {
            let why = if outcome.reduce.word() == "weeks_until" { ", as it never came to that" } else { "" };
            format!("`{}` is empty in {} of {runs} runs{why}: {}", outcome.name, empty.len(), rows(empty))
        })
        .collect();
    match arguments.failed {
        _ if which.is_empty() => Ok(()),
        FailedRuns::Refuse => Err(CliError::Unfinished(format!(
            "{}\nwhat is left without them is no fair sample: let the plan run to a later `until` or reduce otherwise, name \
             another --outcome, or say --failed drop to leave their points out all the same",
            which.join("\n")
        ))),
        FailedRuns::Drop => {
            talk.say(&format!(
                "{}\ntheir points are left out, and the rest is no fair sample",
                which.join("\n")
            ));
            Ok(())
        }
    }
}

/// The first rows of many, by number.
fn rows(numbers: &[usize]) -> String {
    let named: Vec<String> = numbers.iter().take(NAMED).map(ToString::to_string).collect();
    let word = if numbers.len() == 1 { "row" } else { "rows" };
    format!("{word} {}{}", named.join(", "), if numbers.len() > NAMED { ", ..." } else { "" })
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
    // The notes say these.
    let only_for_programs = vec!["states", "left_out", "seeds"];
    List { columns, rows: rows.collect(), only_for_programs }
}
