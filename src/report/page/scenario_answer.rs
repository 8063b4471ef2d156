//! The opening of a scenario's page: every number and every word of direction comes from the tables.

use crate::report::FigureError;
use crate::report::axes::month_name;
use crate::report::runs::{Range, Runs};
use crate::report::tables::{Manifest, Tables};
use crate::report::words::quantity;
use crate::tables::indicators::REGIONS;

/// Indicators that the opening speaks of.
const SPOKEN: [&str; 8] = [
    "deaths",
    "civilian_deaths",
    "state_presence",
    "population_under_groups",
    "illicit_income_eur",
    "idps",
    "refugees",
    "trust_in_state",
];

/// The answer in plain words.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// What happens.
    pub what: Vec<String>,
    /// For whom: a row per region.
    pub for_whom: Vec<Vec<String>>,
    /// How sure this is.
    pub how_sure: Vec<String>,
}

/// Heading of the table of regions.
pub const FOR_WHOM_HEAD: [&str; 6] = [
    "Region",
    "People killed",
    "State presence, first and last",
    "Trust in the state, first and last",
    "People under groups at the end",
    "Displaced or refugees at the end, by home",
];

/// Makes the answer.
///
/// # Errors
///
/// A missing, foreign or damaged `indicators.csv`.
pub fn answer(tables: &Tables) -> Result<Answer, FigureError> {
    let manifest = &tables.manifest;
    let runs = Runs::read(&tables.dir, manifest, &SPOKEN)?;
    let one = manifest.seeds.len() == 1;
    let (Some(first), Some(last)) = (runs.first, runs.last) else {
        return Err(FigureError::NoRows {
            file: tables.dir.join("indicators.csv"),
            what: "no rows, so there is nothing to tell".to_string(),
        });
    };
    let mut answer = Answer::default();
    let killed = runs.whole("Mali", "deaths");
    let civilians = runs.whole("Mali", "civilian_deaths");
    answer.what.push(format!(
        "In the model, from {} to {}, {} people are killed in violent events in Mali, {} of them civilians.",
        month_name(first),
        month_name(last),
        told(killed, "persons", one),
        quantity(civilians.median, "persons"),
    ));
    if let Some((year, worst)) = worst_year(&runs) {
        answer.what.push(match worst.median > 0.0 {
            true => format!("The worst year is {year}, with {}.", told(worst, "persons", one)),
            false => "In no year is anyone killed in the median run.".to_string(),
        });
    }
    for area in ["North", "Centre"] {
        let (then, now) = (runs.at_first(area, "state_presence"), runs.at_last(area, "state_presence"));
        if then.median.is_finite() && now.median.is_finite() {
            answer.what.push(format!(
                "State presence in the {} {} from {} to {}.",
                if area == "North" { "north" } else { "centre" },
                direction(then.median, now.median),
                quantity(then.median, "share"),
                told(now, "share", one),
            ));
        }
    }
    let under = runs.at_last("Mali", "population_under_groups");
    answer.what.push(match under.high > 0.0 {
        true => format!(
            "At the end, {} people live at places that armed groups control.",
            told(under, "persons", one)
        ),
        false => "At the end, armed groups control no place where people live.".to_string(),
    });
    let (displaced, refugees) = (runs.at_last("Mali", "idps"), runs.at_last("Mali", "refugees"));
    answer.what.push(format!(
        "{} people are displaced in Mali then and {} are refugees abroad.",
        told(displaced, "persons", one),
        told(refugees, "persons", one)
    ));
    let years = (last.days() - first.days()) as f64 / 365.25;
    let income = runs.whole("North", "illicit_income_eur");
    if years >= 1.0 && income.median.is_finite() {
        answer.what.push(format!(
            "Illicit trade leaves {} a year in the north.",
            quantity(income.median / years, "EUR")
        ));
    }
    answer.for_whom = REGIONS.into_iter().filter_map(|region| row(&runs, region)).collect();
    answer.how_sure = how_sure(manifest, killed);
    Ok(answer)
}

/// The year with most deaths in the median run.
fn worst_year(runs: &Runs) -> Option<(i32, Range)> {
    let years = runs.years();
    if years.len() < 2 {
        return None;
    }
    let of = |year: i32| (year, runs.sum_of_year("Mali", "deaths", year));
    let known = years.into_iter().map(of).filter(|(_, range)| range.median.is_finite());
    known.max_by(|a, b| a.1.median.total_cmp(&b.1.median).then(b.0.cmp(&a.0)))
}

fn row(runs: &Runs, region: &'static str) -> Option<Vec<String>> {
    let killed = runs.whole(region, "deaths");
    killed.median.is_finite().then(|| {
        let both = |indicator: &'static str| {
            let (then, now) = (runs.at_first(region, indicator), runs.at_last(region, indicator));
            format!("{} to {}", quantity(then.median, "share"), quantity(now.median, "share"))
        };
        let fled = runs.at_last(region, "idps").median + runs.at_last(region, "refugees").median;
        vec![
            region.to_string(),
            quantity(killed.median, "persons"),
            both("state_presence"),
            both("trust_in_state"),
            quantity(runs.at_last(region, "population_under_groups").median, "persons"),
            quantity(fled.round(), "persons"),
        ]
    })
}

/// A median with its range, unless there is one run only.
fn told(range: Range, unit: &str, one: bool) -> String {
    let median = quantity(range.median, unit);
    if one || !range.low.is_finite() {
        return median;
    }
    let (low, high) = (quantity(range.low, unit), quantity(range.high, unit));
    if low == high { median } else { format!("{median} ({low} to {high})") }
}

/// The word for a change from one value to another.
fn direction(from: f64, to: f64) -> &'static str {
    // What reads the same in whole percents has not changed.
    match (to * 100.0).round() - (from * 100.0).round() {
        change if change > 0.0 => "rises",
        change if change < 0.0 => "falls",
        _ => "stays, going",
    }
}

fn how_sure(manifest: &Manifest, killed: Range) -> Vec<String> {
    let n = manifest.seeds.len();
    let mut sure = Vec::new();
    if n == 1 {
        sure.push("This is one run: nothing can be said about chance. Run more seeds.".to_string());
    } else {
        let width = (killed.high - killed.low) / killed.median;
        let spread = match width {
            w if !w.is_finite() => "cannot be told from so little violence",
            w if w < 0.5 => "is small against the median",
            w if w < 0.75 => "is about half as wide as the median is large",
            w if w < 1.5 => "is about as wide as the median is large",
            _ => "is larger than the median: the model does not know",
        };
        sure.push(format!(
            "Medians over {n} runs that differ by chance only; in brackets the range of nine runs in ten. For people killed \
             that range {spread}."
        ));
        if n < 10 {
            sure.push(format!("{n} runs are few for such ranges; take twenty or more."));
        }
    }
    let unfinished = manifest.n_runs - n;
    if unfinished > 0 {
        sure.push(format!("{unfinished} of {} runs are not done and not counted.", manifest.n_runs));
    }
    sure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_and_ranges_follow_the_numbers() {
        assert_eq!(direction(0.2, 0.4), "rises");
        assert_eq!(direction(0.4, 0.2), "falls");
        assert_eq!(direction(0.4, 0.4001), "stays, going");
        let range = Range { low: 10.0, median: 20.0, high: 30.0 };
        assert_eq!(told(range, "persons", false), "20 (10 to 30)");
        assert_eq!(told(range, "persons", true), "20");
    }
}
