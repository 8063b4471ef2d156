//! Runs of the model for tests: a scenario from a few lines, several seeds at once, numbers from their tables.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use harmattan::base::dates::{Date, Week};
use harmattan::base::parallel;
use harmattan::scenario::check::{Context, check};
use harmattan::scenario::{Scenario, library};
use harmattan::simulation::{self, Outcome, Period, Prepared, Recorded, RunOptions};
use harmattan::tables::indicators::INDICATORS;
use harmattan::tables::layouts::RUN_TABLES;
use harmattan::tables::{Cells, ColumnKind, Table};

/// The three places of the smallest theatre.
pub const TESTBED: &str = "testbed-three-places";

/// Everything that is compiled into the program.
pub fn context() -> &'static Context {
    static CONTEXT: OnceLock<Context> = OnceLock::new();
    CONTEXT.get_or_init(|| Context::compiled_in().unwrap())
}

/// A scenario of the library.
pub fn scenario(name: &str) -> Scenario {
    check(name, library::text(name).unwrap().as_bytes(), &library::base, context()).unwrap()
}

/// A scenario that differs from one of the library in these lines.
pub fn variant(base: &str, lines: &str) -> Scenario {
    let text = format!("format = 1\nname = \"variant\"\nbase = \"{base}\"\n\n{lines}\n");
    check("variant", text.as_bytes(), &library::base, context())
        .unwrap_or_else(|found| panic!("{}", found.iter().map(|d| format!("{d}\n\n")).collect::<String>()))
}

/// The week that contains a day.
pub fn week(date: &str) -> Week {
    Date::parse(date).unwrap().week()
}

/// Options of a run to the week that contains a day, by month, with events and without checks.
pub fn options(scale: u32, until: &str) -> RunOptions {
    RunOptions {
        scale,
        from: Week(0),
        until: week(until),
        every: Period::Month,
        without: Vec::new(),
        tables: Recorded::Everything,
        check_invariants: false,
    }
}

/// A scenario ready to run, with the parameters of the catalogue and its own.
pub fn prepare(scenario: Scenario, options: RunOptions) -> Prepared {
    let overrides = scenario.parameters.clone();
    prepare_with(scenario, &overrides, options)
}

/// The same with other values of some parameters.
pub fn prepare_with(scenario: Scenario, overrides: &BTreeMap<String, f64>, options: RunOptions) -> Prepared {
    let parameters = context().catalogue.resolve(overrides).unwrap();
    let theatre = context().theatres.iter().find(|theatre| theatre.name == scenario.theatre).unwrap();
    Prepared::new(theatre.clone(), scenario, parameters, options)
}

/// One run.
pub fn run(prepared: &Prepared, seed: u64) -> Outcome {
    simulation::run(prepared, seed, &mut |_| {})
}

/// All seeds of all scenarios, on all threads; one list of outcomes per scenario.
pub fn runs(prepared: &[Prepared], seeds: &[u64]) -> Vec<Vec<Outcome>> {
    let jobs: Vec<(usize, u64)> =
        (0..prepared.len()).flat_map(|at| seeds.iter().map(move |seed| (at, *seed))).collect();
    let mut outcomes = parallel::map_in_order(&jobs, 0, |(at, seed)| run(&prepared[*at], *seed)).into_iter();
    prepared.iter().map(|_| outcomes.by_ref().take(seeds.len()).collect()).collect()
}

/// A table of an outcome.
pub fn table<'a>(outcome: &'a Outcome, name: &str) -> &'a Table {
    outcome.tables.iter().find(|table| table.name == name).unwrap()
}

/// A column of a table.
pub fn column<'a>(table: &'a Table, name: &str) -> &'a Cells {
    let spec = RUN_TABLES.iter().find(|spec| spec.name == table.name).unwrap();
    let at = spec.columns.iter().position(|column| column.name == name);
    &table.columns[at.unwrap_or_else(|| panic!("{} has no column {name}", table.name))]
}

/// The texts of a column.
pub fn texts<'a>(table: &'a Table, name: &str) -> Vec<&'a str> {
    match column(table, name) {
        Cells::Text { dictionary, rows } => {
            rows.iter().map(|row| dictionary[*row as usize].as_str()).collect()
        }
        other => panic!("{name} holds {other:?}"),
    }
}

/// Every row of a table as text, numbers to the last bit.
pub fn rows(table: &Table) -> Vec<String> {
    let field = |cells: &Cells, row: usize| match cells {
        Cells::Integer(values) | Cells::Money(values) => values[row].to_string(),
        Cells::Number(values) => format!("{:?}/{:x}", values[row], values[row].to_bits()),
        Cells::Text { dictionary, rows } => dictionary[rows[row] as usize].clone(),
    };
    let row = |row| table.columns.iter().map(|cells| field(cells, row)).collect::<Vec<_>>().join("|");
    (0..table.n_rows()).map(row).collect()
}

/// True if two outcomes hold the same bytes; an unknown number equals itself.
pub fn same(a: &Outcome, b: &Outcome) -> bool {
    let equal = |(x, y): (&Table, &Table)| x.name == y.name && rows(x) == rows(y);
    a.state_hash == b.state_hash
        && a.tables.len() == b.tables.len()
        && a.tables.iter().zip(&b.tables).all(equal)
}

/// Values of an indicator in an area, period by period, with their dates. Areas joined by ` + ` are summed.
pub fn series(outcome: &Outcome, area: &str, indicator: &str) -> Vec<(String, f64)> {
    let table = table(outcome, "indicators");
    let Cells::Number(values) = column(table, indicator) else { panic!("{indicator} is no number") };
    let (dates, areas) = (texts(table, "date"), texts(table, "region"));
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    for wanted in area.split(" + ") {
        assert!(areas.contains(&wanted), "there is no area {wanted}");
        for ((date, area), value) in dates.iter().zip(&areas).zip(values) {
            if *area == wanted && !value.is_nan() {
                *sums.entry((*date).to_string()).or_insert(0.0) += value;
            }
        }
    }
    sums.into_iter().collect()
}

/// The values of a series between two dates, both included.
pub fn between(series: &[(String, f64)], window: (&str, &str)) -> Vec<f64> {
    let (from, until) = window;
    let inside = series.iter().filter(|(date, _)| (from..=until).contains(&date.as_str()));
    inside.map(|(_, value)| *value).collect()
}

/// An indicator over a window: flows are summed, stocks and means averaged over the periods.
pub fn over(outcome: &Outcome, area: &str, indicator: &str, window: (&str, &str)) -> f64 {
    let values = between(&series(outcome, area, indicator), window);
    assert!(!values.is_empty(), "{indicator} has no value from {} to {}", window.0, window.1);
    let sum: f64 = values.iter().sum();
    let kind = INDICATORS.iter().find(|spec| spec.name == indicator).map(|spec| spec.kind);
    if kind == Some(ColumnKind::Sum) { sum } else { sum / values.len() as f64 }
}

/// The median; the mean of the middle two where there is no middle one.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { 0.5 * (values[middle - 1] + values[middle]) }
}
