//! Maps of Mali by year.

use std::collections::BTreeMap;

use plotters::style::RGBColor;

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::atlas::{Atlas, aspect};
use crate::report::axes::month_name;
use crate::report::captions::{sheet, zero_note};
use crate::report::control::Controller;
use crate::report::flows::{self, Leg};
use crate::report::maps::{Map, draw_control, mark};
use crate::report::places::PlaceSum;
use crate::report::sheet::{Area, Key, Mark, Sheet};
use crate::report::tables::{Manifest, Tables};
use crate::report::theme::{Theme, number};

const CELLS_NOTE: &str = "Each cell is the area nearest to one place; dots: regional capitals of 2012. Outlines: \
                          Natural Earth.";
/// Upper bounds of the classes of deaths per place and year; the last class has none.
const DEATHS_BELOW: [f64; 4] = [1.0, 5.0, 20.0, 50.0];
/// Opacities of the classes of deaths.
const DEATHS_SHADES: [f64; 5] = [0.06, 0.28, 0.5, 0.75, 1.0];
/// Radius of the largest circle (pt).
const LARGEST_PT: f64 = 4.5;
/// Width of the widest line (pt).
const WIDEST_PT: f64 = 4.5;

/// Who controls which place, one map per year.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn map_of_control(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let atlas = Atlas::with_own(&tables.manifest.own_places);
    let mut snapshots = tables.places()?.control_by_year();
    for snapshot in &mut snapshots {
        snapshot.places.retain(|place, _| atlas.knows(place));
    }
    snapshots.retain(|snapshot| !snapshot.places.is_empty());
    if snapshots.is_empty() {
        return Err(nothing_on_map(tables));
    }
    let manifest = &tables.manifest;
    let one_seed = manifest.seeds.len() == 1;
    let occurring = |controller: &Controller| {
        snapshots.iter().any(|s| s.places.values().any(|verdict| verdict.controller == *controller))
    };
    let controllers: Vec<Controller> = Controller::ALL.into_iter().filter(occurring).collect();
    let title = if one_seed { "Who controls which place" } else { "Who most often controls which place" };
    let last = &snapshots[snapshots.len() - 1];
    let counts: Vec<String> = controllers
        .iter()
        .map(|controller| {
            let n = last.places.values().filter(|verdict| verdict.controller == *controller).count();
            format!("{} {n}", controller.label())
        })
        .collect();
    let words = format!("Places by controller in {}: {}.", month_name(last.date), counts.join(", "));
    let mut sheet = sheet(manifest, title.to_string(), "places.csv, groups.csv", words);
    sheet.keys =
        controllers.iter().map(|controller| Key::new(mark(*controller, theme), controller.label())).collect();
    if !one_seed {
        sheet.keys.push(Key::new(Mark::None, "runs that agree:"));
        for (share, label) in [(0.4, "40 %"), (0.7, "70 %"), (1.0, "100 %")] {
            sheet.keys.push(Key::new(Mark::Box(theme.on_paper(theme.blue, share)), label));
        }
    }
    sheet.notes.push(format!("At the end of the year, or of the month named. {CELLS_NOTE}"));
    if snapshots.iter().any(|snapshot| snapshot.places.len() < atlas.n_places()) {
        sheet.notes.push("White: not in the table.".to_string());
    }
    by_year(theme, &sheet, &snapshots, &mut |area, snapshot| draw_control(area, theme, &atlas, snapshot))
}

/// State presence, one map per year.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn map_of_state_presence(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let atlas = Atlas::with_own(&tables.manifest.own_places);
    let mean = |sums: &[&PlaceSum]| {
        let of = |sum: &&PlaceSum| sum.mean(sum.state_presence);
        sums.iter().map(of).sum::<f64>() / sums.len().max(1) as f64
    };
    let years = years_on_map(tables, &atlas, mean)?;
    let mut sheet = sheet(
        &tables.manifest,
        "State presence at each place".to_string(),
        "places.csv",
        most_and_least(&years, "state presence"),
    );
    sheet.keys.push(Key::new(Mark::None, "share:"));
    for (share, label) in [(0.0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1.0, "1")] {
        sheet.keys.push(Key::new(Mark::Box(presence_shade(theme, share)), label));
    }
    sheet.notes.push(format!(
        "Mean of the year{}: posts filled and state cover at protecting density. {CELLS_NOTE}",
        over_runs(&tables.manifest)
    ));
    by_year(theme, &sheet, &years, &mut |area, (date, values)| {
        let map = Map::new(area, theme, &atlas)?;
        for (name, value) in values {
            map.cell(name, presence_shade(theme, *value), false)?;
        }
        map.finish(*date)
    })
}

/// Deaths, one map per year.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn map_of_deaths(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let atlas = Atlas::with_own(&tables.manifest.own_places);
    let sum = |sums: &[&PlaceSum]| sums.iter().map(|sum| sum.mean(sum.deaths)).sum::<f64>();
    let years = years_on_map(tables, &atlas, sum)?;
    let title = "People killed at each place in the year".to_string();
    let mut sheet = sheet(&tables.manifest, title, "places.csv", most_and_least(&years, "deaths"));
    let labels = ["below 1", "1 to 4", "5 to 19", "20 to 49", "50 and more"];
    for (shade, label) in DEATHS_SHADES.into_iter().zip(labels) {
        sheet.keys.push(Key::new(Mark::Box(theme.on_paper(theme.red, shade)), label));
    }
    sheet.notes.push(format!("Persons{}. {CELLS_NOTE}", over_runs(&tables.manifest)));
    sheet.notes.extend(zero_note(highest(&years)));
    by_year(theme, &sheet, &years, &mut |area, (date, values)| {
        let map = Map::new(area, theme, &atlas)?;
        for (name, value) in values {
            let class = DEATHS_BELOW.iter().position(|below| value < below).unwrap_or(DEATHS_BELOW.len());
            map.cell(name, theme.on_paper(theme.red, DEATHS_SHADES[class]), false)?;
        }
        map.finish(*date)
    })
}

/// Displaced persons where they stay, one map per year.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn map_of_displacement(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let atlas = Atlas::with_own(&tables.manifest.own_places);
    let last = |sums: &[&PlaceSum]| sums.last().map_or(0.0, |sum| sum.mean(sum.idps));
    let years = years_on_map(tables, &atlas, last)?;
    let title = "Where displaced persons stay in Mali".to_string();
    let mut sheet = sheet(&tables.manifest, title, "places.csv", most_and_least(&years, "displaced persons"));
    let most = highest(&years);
    let radius = |value: f64| LARGEST_PT * (value / most.max(1.0)).sqrt();
    sheet.keys = scale_keys(most, "persons", |value| Mark::Circle(theme.blue, radius(value)));
    sheet.notes.push(format!(
        "At the end of the year{}. The area of a circle is in proportion to the persons; the largest: {}. {CELLS_NOTE}",
        over_runs(&tables.manifest),
        number(most, 0)
    ));
    sheet.notes.extend(zero_note(most));
    by_year(theme, &sheet, &years, &mut |area, (date, values)| {
        let map = Map::new(area, theme, &atlas)?;
        for name in values.keys() {
            map.cell(name, theme.on_paper(theme.grey, 0.12), false)?;
        }
        for (name, value) in values {
            if let Some(seat) = atlas.seats.get(name).filter(|_| radius(*value) > 0.4) {
                map.circle(*seat, radius(*value), theme.blue)?;
            }
        }
        map.finish(*date)
    })
}

/// What moves along the routes of illicit trade, one map per year.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn map_of_trafficking(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let atlas = Atlas::with_own(&tables.manifest.own_places);
    let mut years = flows::by_year(&tables.dir, &tables.manifest)?;
    for (_, legs) in &mut years {
        legs.retain(|leg| atlas.seats.contains_key(&leg.ends[0]) && atlas.seats.contains_key(&leg.ends[1]));
    }
    years.retain(|(_, legs)| !legs.is_empty());
    if years.is_empty() {
        let what = "none of its legs lies between places of the map".to_string();
        return Err(FigureError::NoRows { file: tables.dir.join("flows.csv"), what });
    }
    let all = years.iter().flat_map(|(_, legs)| legs);
    let widest = all.max_by(|a, b| a.value_eur.total_cmp(&b.value_eur));
    let most = widest.map_or(0.0, |leg| leg.value_eur);
    let between = widest.map_or(String::new(), |leg| leg.ends.join(" - "));
    let most_in_words = format!("{} million EUR, {between}", number(most / 1e6, 1));
    let words = format!("Most that moves along one leg in a year: {most_in_words}.");
    let title = "Illicit and informal trade along its routes".to_string();
    let mut sheet = sheet(&tables.manifest, title, "flows.csv", words);
    sheet.keys = vec![
        Key::new(Mark::Line(theme.yellow), "all goods"),
        Key::new(Mark::Line(theme.red), "of these cocaine and cannabis resin"),
    ];
    let width = |value: f64| WIDEST_PT * value / most.max(1.0);
    let scale =
        scale_keys(most / 1e6, "million EUR", |millions| Mark::Width(theme.yellow, width(millions * 1e6)));
    sheet.keys.extend(scale);
    sheet.notes.push(format!(
        "Value at origin in the year, both directions{}. Line width in proportion; the widest: {most_in_words}. \
         Outlines: Natural Earth.",
        over_runs(&tables.manifest),
    ));
    by_year(theme, &sheet, &years, &mut |area, (date, legs)| {
        let map = Map::new(area, theme, &atlas)?;
        let route = |leg: &Leg, value: f64, colour: RGBColor| {
            let ends = leg.ends.each_ref().map(|end| atlas.seats.get(end).copied().unwrap_or_default());
            let width = width(value);
            if width < 0.08 { Ok(()) } else { map.route(ends[0], ends[1], width, colour) }
        };
        for leg in legs {
            route(leg, leg.value_eur, theme.yellow)?;
        }
        for leg in legs {
            route(leg, leg.drugs_eur, theme.red)?;
        }
        map.finish(*date)
    })
}

/// A legend of two sizes: the highest round number that occurs, and a tenth of it.
fn scale_keys(most: f64, unit: &str, mark: impl Fn(f64) -> Mark) -> Vec<Key> {
    let mut power = 0.1;
    if !(power..f64::MAX).contains(&most) {
        return Vec::new();
    }
    while power * 10.0 <= most {
        power *= 10.0;
    }
    let round = [5.0, 2.0].into_iter().map(|n| n * power).find(|n| *n <= most).unwrap_or(power);
    let key = |value: f64| Key::new(mark(value), &number(value, if value < 1.0 { 2 } else { 0 }));
    vec![Key::new(Mark::None, &format!("{unit}:")), key(round), key(round / 10.0)]
}

/// The shade of a state presence.
fn presence_shade(theme: &Theme, share: f64) -> RGBColor {
    theme.on_paper(theme.blue, 0.05 + 0.95 * share)
}

/// ", mean over runs", unless there is one only.
fn over_runs(manifest: &Manifest) -> &'static str {
    if manifest.seeds.len() == 1 { "" } else { ", mean over runs" }
}

/// Numbers of places by year, each with its last period.
type Years = Vec<(Date, BTreeMap<String, f64>)>;

/// Numbers by year of the places that the map knows.
fn years_on_map(
    tables: &mut Tables,
    atlas: &Atlas,
    value: impl Fn(&[&PlaceSum]) -> f64,
) -> Result<Years, FigureError> {
    let mut years = tables.places()?.by_year(value);
    for (_, values) in &mut years {
        values.retain(|name, _| atlas.knows(name));
    }
    years.retain(|(_, values)| !values.is_empty());
    if years.is_empty() {
        return Err(nothing_on_map(tables));
    }
    Ok(years)
}

fn nothing_on_map(tables: &Tables) -> FigureError {
    let what = "none of its places is a place of Mali on the map".to_string();
    FigureError::NoRows { file: tables.dir.join("places.csv"), what }
}

fn highest(years: &Years) -> f64 {
    years.iter().flat_map(|(_, values)| values.values()).fold(0.0, |most, value| most.max(*value))
}

/// The highest and the lowest value of the last year, in words.
fn most_and_least(years: &Years, what: &str) -> String {
    let Some((date, values)) = years.last() else { return String::new() };
    let by_value = |a: &(&String, &f64), b: &(&String, &f64)| a.1.total_cmp(b.1);
    let (Some(most), Some(least)) = (values.iter().max_by(by_value), values.iter().min_by(by_value)) else {
        return String::new();
    };
    let text = |(place, value): (&String, &f64)| {
        format!("{place} ({})", number(*value, if *value < 10.0 { 2 } else { 0 }))
    };
    format!("In {}: most {what} at {}, least at {}.", date.year, text(most), text(least))
}

/// One small map per year, three in a row.
fn by_year<Y>(
    theme: &Theme,
    sheet: &Sheet,
    years: &[Y],
    draw: &mut dyn FnMut(&Area, &Y) -> Result<(), FigureError>,
) -> Result<String, FigureError> {
    let n_columns = match years.len() {
        n @ 1..=3 => n,
        4 => 2,
        _ => 3,
    };
    let n_rows = years.len().div_ceil(n_columns);
    let width = theme.picture_width_pt();
    let map_pt = (width / n_columns as f64).min(190.0) * aspect();
    sheet.svg(theme, map_pt * n_rows as f64, &mut |area| {
        let parts = area.split_evenly((n_rows, n_columns));
        for (part, year) in parts.iter().zip(years) {
            draw(&part.margin(20, 20, 20, 20), year)?;
        }
        Ok(())
    })
}
