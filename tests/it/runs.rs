//! Hand-made runs: small tables that depend on the seed alone, and studies that use them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use harmattan::base::dates::Week;
use harmattan::base::quantities::Money;
use harmattan::cli::sources::Sources;
use harmattan::experiments::ensemble::{self, Event, OpenStudy, RunFunction, Settings};
use harmattan::experiments::finish::{self, Finished};
use harmattan::experiments::folder::Existing;
use harmattan::experiments::study::Study;
use harmattan::export::Format;
use harmattan::simulation::{Moment, Outcome, Period, Prepared, Recorded, RunOptions};
use harmattan::tables::layouts::RUN_TABLES;
use harmattan::tables::{Cell, CellType, Table};

/// Texts that need care: commas, quotes, line ends, nothing.
const WORDS: [&str; 5] = ["Gao", "a,b", "say \"no\"", "two\nlines", ""];

/// A run whose tables hold numbers of every kind.
pub fn invented(seed: u64) -> Outcome {
    let tables = RUN_TABLES
        .iter()
        .map(|spec| {
            let mut table = Table::new(spec);
            let n_rows = if spec.name == "indicators" { 6 } else { seed as usize % 4 };
            for row in 0..n_rows {
                let cells: Vec<Cell> = spec
                    .columns
                    .iter()
                    .enumerate()
                    .map(|(i, column)| {
                        let x = seed as f64 * 0.1 + row as f64 / 3.0 - i as f64;
                        match column.cell {
                            CellType::Integer if i == 0 => Cell::Integer(seed as i64),
                            CellType::Integer => Cell::Integer(row as i64 - i as i64),
                            CellType::Number if (seed as usize + row + i).is_multiple_of(7) => {
                                Cell::Number(f64::NAN)
                            }
                            CellType::Number if i % 5 == 0 => Cell::Number(-0.0),
                            CellType::Number if i % 5 == 1 => Cell::Number(x * 1e-9),
                            CellType::Number => Cell::Number(x * 1e9),
                            CellType::Money => Cell::Money(Money((x * 1234.0) as i64)),
                            CellType::Text if column.name == "date" => {
                                Cell::Text(if row % 2 == 0 { "2012-01-01" } else { "2012-02-01" })
                            }
                            CellType::Text if column.name == "region" => {
                                Cell::Text(["Gao", "Mali", "abroad"][row / 2])
                            }
                            CellType::Text => Cell::Text(WORDS[(row + i) % WORDS.len()]),
                        }
                    })
                    .collect();
                table.push(&cells);
            }
            table
        })
        .collect();
    let never_started = if seed.is_multiple_of(2) { vec!["serval".to_string()] } else { Vec::new() };
    Outcome { seed, weeks: 5, tables, state_hash: [seed as u8; 32], never_started }
}

/// Options of a short run.
pub fn options() -> RunOptions {
    RunOptions {
        scale: 50,
        from: Week(0),
        until: Week(4),
        every: Period::Month,
        without: Vec::new(),
        tables: Recorded::Everything,
        check_invariants: false,
    }
}

/// A study of `history` in `out/history`.
pub fn study(out: &Path, seeds: &[u64], format: Format) -> Study {
    let sources = Sources::load().unwrap();
    let scenario = sources.scenario("history").unwrap();
    let folder = out.join("history");
    let (prepared, record) = sources.prepare(scenario, &BTreeMap::new(), options(), 1).unwrap();
    Study::new(prepared, &record, "blake3:test", seeds.to_vec(), format, folder)
}

/// Runs with the invented model.
pub fn run_invented(
    open: &mut [OpenStudy],
    threads: usize,
    stop: &AtomicBool,
    observe: &(dyn Fn(Event) + Sync),
    run: RunFunction,
) {
    let settings = Settings { threads, stop, observe, run, sync_every: Duration::from_secs(10) };
    ensemble::run(open, &settings).unwrap();
}

/// The invented model as a run function.
pub fn model(_: &Prepared, seed: u64, observe: &mut dyn FnMut(Moment)) -> Outcome {
    observe(Moment::Before(0));
    observe(Moment::After(0));
    observe(Moment::WeekDone(Week(0)));
    invented(seed)
}

/// Runs a study from beginning to end.
pub fn complete(study: Study, threads: usize) -> Finished {
    let mut open = [ensemble::open(study, Existing::Complete).unwrap().unwrap()];
    run_invented(&mut open, threads, &AtomicBool::new(false), &|_| {}, &model);
    assert_eq!(finish::n_missing(&open[0]), 0);
    finish::finish(&mut open[0]).unwrap()
}

/// Every file of a folder by name, with its bytes.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}
