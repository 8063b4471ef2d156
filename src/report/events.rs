//! What `events.csv` says: violent events by kind over time, and the events of one run.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::rows::Rows;
use crate::report::tables::Manifest;

/// Kinds of events that are shown together, in the order of the legend; what is named nowhere is the last.
pub const CLASSES: [(&str, &[&str]); 7] = [
    ("raids and battles", &["raid", "battle"]),
    ("ambushes", &["ambush"]),
    ("mines and suicide bombings", &["mine", "suicide-bombing"]),
    ("rockets", &["rocket"]),
    ("strikes by forces", &["strike"]),
    ("abuse, abduction, communal", &["abuse", "abduction", "communal"]),
    ("other", &[]),
];

/// Events by class.
pub type ByClass = [f64; CLASSES.len()];

/// Events of the months by their first days; months without events are missing.
#[derive(Clone, Debug, Default)]
pub struct Months {
    /// By class, mean over seeds.
    pub mean: BTreeMap<Date, ByClass>,
    /// Of all classes, by seed.
    pub by_seed: BTreeMap<Date, BTreeMap<u64, u64>>,
}

/// One event of one run.
#[derive(Clone, Debug)]
pub struct Event {
    /// First day.
    pub date: Date,
    /// Kind.
    pub kind: String,
    /// Who attacked.
    pub side_a: String,
    /// Who was attacked.
    pub side_b: String,
    /// Region.
    pub region: String,
    /// Cercle, or zone abroad.
    pub cercle: String,
    /// (longitude, latitude).
    pub at: (f64, f64),
    /// Deaths on all sides [persons].
    pub deaths: u64,
    /// Deaths of civilians [persons].
    pub civilians: u64,
}

/// Counts the events of each month.
///
/// # Errors
///
/// Missing, foreign or damaged tables.
pub fn by_month(dir: &Path, manifest: &Manifest) -> Result<Months, FigureError> {
    let mut rows = Rows::open(dir, "events", &["seed", "date_start", "kind"], manifest)?;
    let share = 1.0 / manifest.seeds.len() as f64;
    let mut counts: BTreeMap<Date, [u64; CLASSES.len()]> = BTreeMap::new();
    let mut months = Months::default();
    while rows.advance()? {
        let seed = rows.seed(0, manifest)?;
        // An event belongs to the month of its week's Monday.
        let date = Date::from_days(rows.date(1)?.days() - (rows.date(1)?.days() - 4).rem_euclid(7));
        let kind = rows.text(2)?;
        let class = CLASSES.iter().position(|(_, kinds)| kinds.contains(&kind)).unwrap_or(CLASSES.len() - 1);
        let month = Date { day: 1, ..date };
        counts.entry(month).or_default()[class] += 1;
        *months.by_seed.entry(month).or_default().entry(seed).or_default() += 1;
    }
    months.mean = counts.into_iter().map(|(date, counts)| (date, counts.map(|n| n as f64 * share))).collect();
    Ok(months)
}

/// The events of one run, in the order of the table.
///
/// # Errors
///
/// Missing, foreign or damaged tables.
pub fn of_seed(dir: &Path, manifest: &Manifest, seed: u64) -> Result<Vec<Event>, FigureError> {
    let columns = [
        "seed",
        "date_start",
        "kind",
        "side_a",
        "side_b",
        "adm_1",
        "adm_2",
        "longitude",
        "latitude",
        "best",
        "deaths_civilians",
    ];
    let mut rows = Rows::open(dir, "events", &columns, manifest)?;
    let mut events = Vec::new();
    while rows.advance()? {
        if rows.seed(0, manifest)? != seed {
            continue;
        }
        let word = |column: usize| rows.text(column).map(str::to_string);
        events.push(Event {
            date: rows.date(1)?,
            kind: word(2)?,
            side_a: word(3)?,
            side_b: word(4)?,
            region: word(5)?,
            cercle: word(6)?,
            at: (rows.number(7)?, rows.number(8)?),
            deaths: rows.whole(9)?,
            civilians: rows.whole(10)?,
        });
    }
    Ok(events)
}
