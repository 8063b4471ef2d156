//! Numbers for the interactive charts, as JSON.

use serde_json::{Value, json};

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::axes::month_name;
use crate::report::figures::comparison::HEADLINES;
use crate::report::findings::Difference;
use crate::report::markers;
use crate::report::tables::{Every, Tables, specification};
use crate::report::words::{capitalized, indicator_name};
use crate::tables::ColumnKind;
use crate::tables::indicators::AREAS;

/// Indicators beside the headlines that charts offer.
const MORE: [&str; 10] = [
    "officials_at_post",
    "judges_at_post",
    "captured_officials",
    "group_income_eur",
    "area_controlled_by_groups_km2",
    "population_under_nobody",
    "banditry",
    "private_weapons",
    "mission_troops",
    "legitimacy",
];
/// Numbers that a page holds at most; beyond that, fewer areas are offered.
const MOST_NUMBERS: usize = 250_000;
/// Areas that are offered if all are too many.
const FEW_AREAS: [&str; 3] = ["Mali", "North", "Centre"];
/// Seconds of a day, for the time axis.
const DAY_S: i64 = 86_400;

/// One scenario's share of a chart: its name and its tables.
pub struct Member<'t> {
    /// Name of the scenario.
    pub name: String,
    /// Its tables.
    pub tables: &'t mut Tables,
}

/// Indicators that charts offer, in order.
pub fn offered() -> impl Iterator<Item = &'static str> {
    HEADLINES.into_iter().chain(MORE)
}

/// The fans of all members: `{periods, times, areas, indicators, members, values}`, the values by member, indicator
/// and area as five lists of quantiles, or null where the table has none.
///
/// # Errors
///
/// A missing, foreign or damaged `summary.csv`.
pub fn fans(members: &mut [Member]) -> Result<Value, FigureError> {
    let mut dates: Vec<Date> = Vec::new();
    let mut every = Every::Month;
    for member in members.iter_mut() {
        every = member.tables.manifest.every;
        for of_key in member.tables.summary()?.values() {
            dates.extend(of_key.keys());
        }
        dates.sort_unstable();
        dates.dedup();
    }
    let indicators: Vec<&str> = offered().collect();
    let needed = |n_areas: usize| members.len() * indicators.len() * n_areas * dates.len() * 5;
    let areas: Vec<&'static str> = if needed(AREAS.len()) <= MOST_NUMBERS {
        let mut areas: Vec<&str> = FEW_AREAS.to_vec();
        areas.extend(AREAS.into_iter().filter(|area| !FEW_AREAS.contains(area)));
        areas
    } else {
        FEW_AREAS.to_vec()
    };
    let mut values = Vec::new();
    for member in members.iter_mut() {
        let summary = member.tables.summary()?;
        let of_area = |indicator: &'static str, area: &'static str| {
            let series = summary.get(&(area, indicator));
            let Some(series) = series.filter(|s| s.values().any(|q| q.at[2].is_finite())) else {
                return Value::Null;
            };
            let quantile = |i: usize| -> Value {
                dates.iter().map(|date| series.get(date).map_or(Value::Null, |q| rounded(q.at[i]))).collect()
            };
            (0..5).map(quantile).collect()
        };
        let of_indicator = |indicator: &&'static str| -> Value {
            areas.iter().map(|area| of_area(indicator, area)).collect()
        };
        values.push(indicators.iter().map(of_indicator).collect::<Value>());
    }
    let marks: Vec<Value> = match members {
        [only] => marks(only.tables)?,
        _ => Vec::new(),
    };
    let period = |date: &Date| match every {
        Every::Month => month_name(*date),
        Every::Week => format!("week of {} {}", date.day, month_name(*date)),
    };
    let kind_of_axis = if every == Every::Month { "month" } else { "week" };
    Ok(json!({
        "kind": "fan",
        "every": kind_of_axis,
        "periods": dates.iter().map(period).collect::<Vec<_>>(),
        "times": dates.iter().map(|date| date.days() * DAY_S).collect::<Vec<_>>(),
        "marks": marks,
        "areas": areas,
        "indicators": indicators.iter().map(|name| described(name, kind_of_axis)).collect::<Value>(),
        "members": members.iter().map(|member| json!({
            "name": member.name,
            "seeds": member.tables.manifest.seeds.len(),
        })).collect::<Value>(),
        "values": values,
    }))
}

/// Dated marks of one scenario, as far as its timeline is there.
fn marks(tables: &Tables) -> Result<Vec<Value>, FigureError> {
    let found = match markers::read(&tables.dir, &tables.manifest) {
        Err(error) if error.leaves_a_gap() => Vec::new(),
        other => other?,
    };
    Ok(found.iter().map(|mark| json!({ "time": mark.day as i64 * DAY_S, "words": mark.label })).collect())
}

/// Paired differences by year, in the same form; the quantiles are those of the interval: 5 %, mean and 95 %.
pub fn differences(rows: &[Difference]) -> Value {
    let mut years: Vec<i32> = rows.iter().filter_map(|row| row.period.parse().ok()).collect();
    years.sort_unstable();
    years.dedup();
    let indicators: Vec<&str> =
        offered().filter(|name| rows.iter().any(|row| row.indicator == *name)).collect();
    let areas: Vec<&str> = {
        let mut areas = FEW_AREAS.to_vec();
        areas.extend(AREAS.into_iter().filter(|area| !FEW_AREAS.contains(area)));
        areas.into_iter().filter(|area| rows.iter().any(|row| row.region == *area)).collect()
    };
    let of_area = |indicator: &str, area: &str| -> Value {
        let find = |year: &i32| {
            let year = year.to_string();
            rows.iter().find(|row| row.indicator == indicator && row.region == area && row.period == year)
        };
        let found: Vec<Option<&Difference>> = years.iter().map(find).collect();
        if found.iter().all(Option::is_none) {
            return Value::Null;
        }
        let list = |of: fn(&Difference) -> f64| -> Value {
            found.iter().map(|row| row.map_or(Value::Null, |row| rounded(of(row)))).collect()
        };
        json!([list(|r| r.low90), Value::Null, list(|r| r.difference), Value::Null, list(|r| r.high90)])
    };
    let of_indicator =
        |indicator: &&str| -> Value { areas.iter().map(|area| of_area(indicator, area)).collect() };
    let start = |year: &i32| Date { year: *year, month: 1, day: 1 }.days() * DAY_S;
    json!({
        "kind": "difference",
        "every": "year",
        "periods": years.iter().map(i32::to_string).collect::<Vec<_>>(),
        "times": years.iter().map(start).collect::<Vec<_>>(),
        "areas": areas,
        "indicators": indicators.iter().map(|name| described(name, "year")).collect::<Value>(),
        "members": [json!({ "name": "difference", "seeds": 2 })],
        "values": [indicators.iter().map(of_indicator).collect::<Value>()],
    })
}

/// What the script needs to know about an indicator.
fn described(name: &str, every: &str) -> Value {
    let spec = specification(name);
    let (unit, kind) = spec.map_or(("", ColumnKind::Mean), |spec| (spec.unit, spec.kind));
    let unit = match kind {
        ColumnKind::Sum => format!("{unit} per {every}"),
        ColumnKind::End => format!("{unit} at the end of the {every}"),
        _ => format!("{unit}, mean of the {every}"),
    };
    json!({
        "name": name,
        "words": capitalized(&indicator_name(name)),
        "unit": unit,
        "share": spec.is_some_and(|spec| spec.unit == "share"),
        "description": spec.map_or("", |spec| spec.description),
    })
}

/// A number with four digits that count, as JSON; null if it is unknown.
pub fn rounded(value: f64) -> Value {
    if !value.is_finite() {
        return Value::Null;
    }
    let text = format!("{value:.3e}");
    let value: f64 = text.parse().unwrap_or(value);
    if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_four_digits() {
        assert_eq!(rounded(0.123_456).to_string(), "0.1235");
        assert_eq!(rounded(1_234_567.0).to_string(), "1235000");
        assert_eq!(rounded(0.0).to_string(), "0");
        assert_eq!(rounded(f64::NAN), Value::Null);
    }

    #[test]
    fn every_offered_indicator_exists() {
        for name in offered() {
            assert!(specification(name).is_some(), "{name}");
        }
    }
}
