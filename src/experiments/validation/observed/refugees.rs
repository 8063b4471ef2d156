//! Counts of refugees: one row a camp and date, or one row a date (or year) with a column per country.

use super::Sheet;
use crate::base::dates::{Date, FIRST_DAY};
use crate::entities::theatre::Theatre;
use crate::scenario::diagnostic::{Code, Diagnostic};

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// Every country together.
    All,
    /// A country, by its ISO3 code.
    Country(String),
    /// A camp or town: a place of the theatre.
    Place(String),
}

impl Host {
    /// The name in `scores.csv`.
    pub fn name(&self) -> &str {
        match self {
            Host::All => "abroad",
            Host::Country(name) | Host::Place(name) => name,
        }
    }
}

/// A count.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// Who is counted.
    pub host: Host,
    /// Months since January 2012; negative before.
    pub month: i32,
    /// Refugees.
    pub refugees: f64,
}

/// Names of columns by country.
const COUNTRIES: [(&str, [&str; 2]); 4] = [
    ("MRT", ["refugees_MRT", "mauritania"]),
    ("NER", ["refugees_NER", "niger"]),
    ("BFA", ["refugees_BFA", "burkina_faso"]),
    ("DZA", ["refugees_DZA", "algeria"]),
];
/// Most refugees that are believed.
const MOST: f64 = 1e8;
/// What the file should hold, for messages.
const HOLDS: &str = "counts of refugees, with a header row";

/// Reads a file of either layout; camps that are no place of the theatre are left out.
pub fn read(label: &str, bytes: &[u8], theatre: &Theatre) -> Result<Vec<Count>, Vec<Diagnostic>> {
    let mut sheet = Sheet::read(label, bytes, HOLDS)?;
    let mut counts = Vec::new();
    if sheet.find(&["camp"]).is_some() {
        by_camp(&mut sheet, theatre, &mut counts);
    } else {
        by_country(&mut sheet, &mut counts);
    }
    let counts = sheet.finish(counts)?;
    if counts.is_empty() {
        return Err(vec![Diagnostic::whole_file(
            label,
            Code::MissingKey,
            "the file holds no count that can be used",
        )]);
    }
    Ok(counts)
}

fn by_camp(sheet: &mut Sheet, theatre: &Theatre, counts: &mut Vec<Count>) {
    let camp = sheet.required(&["camp"]);
    let date = sheet.required(&["date"]);
    let refugees = sheet.required(&["refugees"]);
    for row in 0..sheet.n_rows() {
        let (day, refugees) = (sheet.date(row, date), sheet.number(row, refugees, (0.0, MOST)));
        let (Some(day), Some(refugees)) = (day, refugees) else { continue };
        if let Some(host) = host_of(sheet.word(row, camp), theatre) {
            counts.push(Count { host, month: month(day), refugees });
        }
    }
}

/// The camp or town abroad that a name means: `Mentao` or `Mentao camp`, `Fassala-Mbera` by its last part.
fn host_of(name: &str, theatre: &Theatre) -> Option<Host> {
    if name == "TOTAL" {
        return Some(Host::All);
    }
    let last = name.rsplit('-').next().unwrap_or(name);
    let names = [format!("{name} camp"), name.to_string(), format!("{last} camp")];
    let place = names.iter().find_map(|name| theatre.place_row(name)).filter(|place| place.country != "MLI");
    place.map(|place| Host::Place(place.id.clone()))
}

fn by_country(sheet: &mut Sheet, counts: &mut Vec<Count>) {
    let columns: Vec<(Host, usize)> = COUNTRIES
        .iter()
        .filter_map(|(iso, names)| Some((Host::Country((*iso).to_string()), sheet.find(names)?)))
        .chain(sheet.find(&["refugees_total", "refugees"]).map(|column| (Host::All, column)))
        .collect();
    if columns.is_empty() {
        sheet.required(&["refugees_total", "refugees_MRT", "refugees_NER", "refugees_BFA", "camp"]);
    }
    let date = sheet.find(&["date"]);
    let year = if date.is_none() { sheet.required(&["year", "date"]) } else { usize::MAX };
    for row in 0..sheet.n_rows() {
        let month = match date {
            Some(date) => sheet.date(row, date).map(month),
            // A year's count is that of its end.
            None => {
                sheet.number(row, year, (1900.0, 2100.0)).map(|year| (year as i32 - FIRST_DAY.year) * 12 + 11)
            }
        };
        for (host, column) in &columns {
            if sheet.word(row, *column).is_empty() {
                continue;
            }
            if let (Some(refugees), Some(month)) = (sheet.number(row, *column, (0.0, MOST)), month) {
                counts.push(Count { host: host.clone(), month, refugees });
            }
        }
    }
}

fn month(day: Date) -> i32 {
    (day.year - FIRST_DAY.year) * 12 + i32::from(day.month) - 1
}
