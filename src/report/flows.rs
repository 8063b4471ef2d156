//! What `flows.csv` says about each leg of a route, by year.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::rows::Rows;
use crate::report::tables::Manifest;

/// Goods whose trade is a crime everywhere.
const DRUGS: [&str; 2] = ["cocaine", "cannabis-resin"];

/// One leg in one year, both directions, mean over seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// Places at its ends, in the order of the alphabet.
    pub ends: [String; 2],
    /// Value at origin of all goods [EUR per year].
    pub value_eur: f64,
    /// Of these, cocaine and cannabis resin [EUR per year].
    pub drugs_eur: f64,
}

/// The legs of each year, with the last period of the year in the table.
pub type LegsByYear = Vec<(Date, Vec<Leg>)>;

/// Values of all goods and of drugs by the numbers of the two ends.
type Sums = BTreeMap<(usize, usize), [f64; 2]>;

/// Reads `flows.csv` of a folder.
///
/// # Errors
///
/// Missing, foreign or damaged tables, and one without rows.
pub fn by_year(dir: &Path, manifest: &Manifest) -> Result<LegsByYear, FigureError> {
    let columns = ["seed", "date", "commodity", "from", "to", "value_eur"];
    let mut rows = Rows::open(dir, "flows", &columns, manifest)?;
    // Names are kept once: the table has many rows and few legs.
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut years: BTreeMap<i32, (Date, Sums)> = BTreeMap::new();
    while rows.advance()? {
        rows.seed(0, manifest)?;
        let (date, value) = (rows.date(1)?, rows.number(5)?);
        let is_drug = DRUGS.contains(&rows.text(2)?);
        let mut end = |name: &str| match names.get(name) {
            Some(at) => *at,
            None => {
                let at = names.len();
                names.insert(name.to_string(), at);
                at
            }
        };
        let (from, to) = (end(rows.text(3)?), end(rows.text(4)?));
        let (last, legs) = years.entry(date.year).or_insert_with(|| (date, BTreeMap::new()));
        *last = (*last).max(date);
        let sums = legs.entry((from.min(to), from.max(to))).or_default();
        sums[0] += value;
        if is_drug {
            sums[1] += value;
        }
    }
    if years.is_empty() {
        let what = "no rows: nothing moved along the routes".to_string();
        return Err(FigureError::NoRows { file: rows.file().to_path_buf(), what });
    }
    let n_seeds = manifest.seeds.len() as f64;
    let mut by_number = vec![String::new(); names.len()];
    for (name, at) in names {
        by_number[at] = name;
    }
    let leg = |((from, to), sums): ((usize, usize), [f64; 2])| {
        let mut ends = [by_number[from].clone(), by_number[to].clone()];
        ends.sort();
        Leg { ends, value_eur: sums[0] / n_seeds, drugs_eur: sums[1] / n_seeds }
    };
    Ok(years.into_values().map(|(date, legs)| (date, legs.into_iter().map(leg).collect())).collect())
}
