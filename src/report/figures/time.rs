//! Figures over time: fans of indicators, alone, above one another or one per region.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use crate::base::dates::Date;
use crate::report::FigureError;
use crate::report::axes::{Tick, TimeAxis, ValueAxis};
use crate::report::captions::{dated_note, fan_keys, in_words, pair_keys, sheet, zero_note};
use crate::report::charts::{Fan, Panel, draw_fans, gutter_pt, highest, marks_pt, years_pt};
use crate::report::sheet::{Lettering, Sheet, units, write};
use crate::report::tables::{Manifest, Series, Tables};
use crate::report::theme::Theme;
use crate::tables::indicators::REGIONS;

/// Height of a chart that stands alone (pt).
pub const CHART_PT: f64 = 140.0;
/// Height of one of several charts above one another, without the years (pt).
const PANEL_PT: f64 = 66.0;
/// Height of one of the small charts of the regions (pt).
const SMALL_PT: f64 = 54.0;

/// People killed in each period, with dated events.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn deaths(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let series = tables.series("Mali", "deaths")?;
    let every = tables.manifest.every.word();
    let mut sheet = sheet(
        &tables.manifest,
        format!("People killed in violent events each {every}, Mali"),
        "summary.csv",
        in_words("deaths", &series),
    );
    sheet.keys = fan_keys(theme, &tables.manifest, theme.red);
    let fans = [fan(&series, theme.red, 1.0, &tables.manifest)];
    let unit = format!("persons per {every}");
    fan_chart(theme, tables, "deaths_per_month", sheet, &unit, true, &fans)
}

/// Illicit income beside state spending in the North.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn illicit_income(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let income = tables.series_per_week("North", "illicit_income_eur")?;
    let spending = tables.series_per_week("North", "state_spending_eur")?;
    let mut sheet = sheet(
        &tables.manifest,
        "Illicit income and state spending in the North".to_string(),
        "summary.csv",
        format!("{} {}", in_words("illicit income", &income), in_words("state spending", &spending)),
    );
    sheet.keys =
        pair_keys(theme, &tables.manifest, [(theme.red, "illicit income"), (theme.blue, "state spending")]);
    sheet.notes.push(
        "North: Gao, Kidal, Tombouctou. Illicit income: what stays with residents, networks, groups and officials."
            .to_string(),
    );
    let mut fans =
        [fan(&income, theme.red, 1.0, &tables.manifest), fan(&spending, theme.blue, 1.0, &tables.manifest)];
    let most = fans.iter().map(highest).fold(0.0, f64::max);
    let (per, unit) = match most {
        x if x >= 500_000.0 => (1e6, "million EUR"),
        x if x >= 500.0 => (1e3, "thousand EUR"),
        _ => (1.0, "EUR"),
    };
    fans.iter_mut().for_each(|fan| fan.per = per);
    fan_chart(theme, tables, "illicit_income", sheet, &format!("{unit} per week"), false, &fans)
}

/// Displaced persons and refugees.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn displacement(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let idps = tables.series("Mali", "idps")?;
    let refugees = tables.series("Mali", "refugees")?;
    let mut sheet = sheet(
        &tables.manifest,
        "Displaced in Mali and refugees from Mali".to_string(),
        "summary.csv",
        format!("{} {}", in_words("internally displaced persons", &idps), in_words("refugees", &refugees)),
    );
    sheet.keys =
        pair_keys(theme, &tables.manifest, [(theme.red, "displaced in Mali"), (theme.blue, "refugees")]);
    sheet.notes.push(format!("At the end of each {}.", tables.manifest.every.word()));
    let mut fans =
        [fan(&idps, theme.red, 1.0, &tables.manifest), fan(&refugees, theme.blue, 1.0, &tables.manifest)];
    let most = fans.iter().map(highest).fold(0.0, f64::max);
    let (per, unit) = if most >= 10_000.0 { (1e3, "thousand persons") } else { (1.0, "persons") };
    fans.iter_mut().for_each(|fan| fan.per = per);
    fan_chart(theme, tables, "displacement", sheet, unit, per == 1.0, &fans)
}

/// State presence in Mali, North and Centre.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn state_presence(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let regions = [("Mali", "Mali"), ("North", "North"), ("Centre", "Centre")];
    let mut found: Vec<(&str, Series)> = Vec::new();
    let mut missing = Vec::new();
    let mut reason = None;
    for (region, heading) in regions {
        match tables.series(region, "state_presence") {
            Ok(series) => found.push((heading, series)),
            Err(error) if error.is_about_one_figure() => {
                missing.push(region);
                reason = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    if let (true, Some(error)) = (found.is_empty(), reason) {
        return Err(error);
    }
    let names: Vec<&str> = found.iter().map(|(heading, _)| *heading).collect();
    let words: Vec<String> = found.iter().map(|(heading, series)| in_words(heading, series)).collect();
    let mut sheet = sheet(
        &tables.manifest,
        format!("State presence: {}", names.join(", ")),
        "summary.csv",
        words.join(" "),
    );
    sheet.keys = fan_keys(theme, &tables.manifest, theme.blue);
    sheet.notes.push(
        "Mean of posts filled and of state cover at protecting density, by persons. North: Gao, Kidal, Tombouctou; \
         Centre: Mopti, Segou."
            .to_string(),
    );
    if !missing.is_empty() {
        sheet.notes.push(format!("summary.csv holds no values for {}.", missing.join(", ")));
    }
    let fans: Vec<Fan> =
        found.iter().map(|(_, series)| fan(series, theme.blue, 1.0, &tables.manifest)).collect();
    sheet.notes.extend(zero_note(fans.iter().map(highest).fold(0.0, f64::max)));
    let values = ValueAxis::share();
    let every = tables.manifest.every;
    let time = time_axis(found.iter().map(|(_, series)| series), |date| every.end_of(date));
    let markers = tables.markers("state_presence", &time)?;
    sheet.notes.extend(dated_note(&tables.manifest, &markers));
    let n_panels = found.len();
    let panels: Vec<Panel> = found
        .iter()
        .enumerate()
        .map(|(i, (heading, _))| Panel {
            heading,
            unit: if i == 0 { "share, 0 to 1" } else { "" },
            time,
            values: &values,
            markers: &markers,
            words: i == 0,
            years: i + 1 == n_panels,
            gutter_pt: gutter_pt(&values, theme),
        })
        .collect();
    let words_pt = marks_pt(&panels[0], theme, theme.picture_width_pt());
    let breaks: Vec<i32> = (1..n_panels).map(|i| units(words_pt + PANEL_PT * i as f64)).collect();
    sheet.svg(theme, words_pt + PANEL_PT * n_panels as f64 + years_pt(theme), &mut |area| {
        for (i, part) in area.split_by_breakpoints([] as [i32; 0], &breaks).iter().enumerate() {
            draw_fans(part, theme, &panels[i], &fans[i..=i])?;
        }
        Ok(())
    })
}

/// Deaths by region, on one scale.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn deaths_by_region(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let every = tables.manifest.every.word();
    let title = format!("People killed each {every}, by region");
    let (found, mut sheet) = by_region(theme, tables, "deaths", title, theme.red)?;
    let fans: Vec<Fan> =
        found.iter().map(|(_, series)| fan(series, theme.red, 1.0, &tables.manifest)).collect();
    let values = ValueAxis::of_roots(fans.iter().map(highest).fold(0.0, f64::max));
    sheet.notes.push(
        "Heights grow with the square root, so that small numbers can be seen beside large ones.".to_string(),
    );
    small_multiples(theme, tables, sheet, &found, &fans, &values, &format!("persons per {every}"))
}

/// State presence by region.
///
/// # Errors
///
/// Those of the tables and of the drawing.
pub fn state_presence_by_region(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let title = "State presence by region".to_string();
    let (found, sheet) = by_region(theme, tables, "state_presence", title, theme.blue)?;
    let fans: Vec<Fan> =
        found.iter().map(|(_, series)| fan(series, theme.blue, 1.0, &tables.manifest)).collect();
    small_multiples(
        theme,
        tables,
        sheet,
        &found,
        &fans,
        &ValueAxis::share().with_fewer_ticks(),
        "share, 0 to 1",
    )
}

/// Regions with their series.
type Regions = Vec<(&'static str, Series)>;

/// The series of every region that has one, and the sheet around their charts.
fn by_region(
    theme: &Theme,
    tables: &mut Tables,
    indicator: &'static str,
    title: String,
    colour: RGBColor,
) -> Result<(Regions, Sheet), FigureError> {
    let mut found = Vec::new();
    let mut reason = None;
    for region in REGIONS {
        match tables.series(region, indicator) {
            Ok(series) => found.push((region, series)),
            Err(error) if error.is_about_one_figure() => reason = Some(error),
            Err(error) => return Err(error),
        }
    }
    if let (true, Some(error)) = (found.is_empty(), reason) {
        return Err(error);
    }
    let words: Vec<String> = found.iter().map(|(region, series)| in_words(region, series)).collect();
    let mut sheet = sheet(&tables.manifest, title, "summary.csv", words.join(" "));
    sheet.keys = fan_keys(theme, &tables.manifest, colour);
    sheet.notes.push("One scale for all regions, those of 2012.".to_string());
    let missing: Vec<&str> =
        REGIONS.into_iter().filter(|region| !found.iter().any(|(name, _)| name == region)).collect();
    if !missing.is_empty() {
        sheet.notes.push(format!("summary.csv holds no values for {}.", missing.join(", ")));
    }
    Ok((found, sheet))
}

/// Small charts in three columns on one scale; only the left ones have its numbers, only the lowest the years.
fn small_multiples(
    theme: &Theme,
    tables: &Tables,
    mut sheet: Sheet,
    found: &[(&str, Series)],
    fans: &[Fan],
    values: &ValueAxis,
    unit: &str,
) -> Result<String, FigureError> {
    sheet.notes.extend(zero_note(fans.iter().map(highest).fold(0.0, f64::max)));
    let every = tables.manifest.every;
    let time = time_axis(found.iter().map(|(_, series)| series), |date| every.end_of(date));
    let n_columns = found.len().min(3);
    let n_rows = found.len().div_ceil(n_columns);
    let gutter = gutter_pt(values, theme);
    let no_numbers = ValueAxis {
        ticks: values.ticks.iter().map(|tick| Tick { label: String::new(), ..tick.clone() }).collect(),
        ..values.clone()
    };
    // The unit stands alone above the charts, for their headings need the room.
    let unit_pt = theme.label_pt * 1.5;
    let panel_pt = (theme.picture_width_pt() - gutter) / n_columns as f64;
    let height = unit_pt + SMALL_PT * n_rows as f64 + years_pt(theme);
    sheet.svg(theme, height, &mut |area| {
        let how = Lettering { size_pt: theme.label_pt, colour: theme.muted, bold: false, anchor: HPos::Left };
        write(area, unit, (0.0, unit_pt / 2.0), how)?;
        for (i, ((region, _), fan)) in found.iter().zip(fans).enumerate() {
            let (row, column) = (i / n_columns, i % n_columns);
            let years = i + n_columns >= found.len();
            let panel = Panel {
                heading: region,
                unit: "",
                time,
                values: if column == 0 { values } else { &no_numbers },
                markers: &[],
                words: true,
                years,
                gutter_pt: if column == 0 { gutter } else { 5.0 },
            };
            let left = if column == 0 { 0.0 } else { gutter + panel_pt * column as f64 };
            let width = if column == 0 { gutter + panel_pt } else { panel_pt };
            let tall = SMALL_PT + if years { years_pt(theme) } else { 0.0 };
            let top = unit_pt + SMALL_PT * row as f64;
            let part =
                area.clone().shrink((units(left), units(top)), (units(width) as u32, units(tall) as u32));
            draw_fans(&part, theme, &panel, std::slice::from_ref(fan))?;
        }
        Ok(())
    })
}

/// A chart of one panel from fans that share an axis, with dated events.
fn fan_chart(
    theme: &Theme,
    tables: &mut Tables,
    figure: &str,
    mut sheet: Sheet,
    unit: &str,
    whole: bool,
    fans: &[Fan],
) -> Result<String, FigureError> {
    let most = fans.iter().map(highest).fold(0.0, f64::max);
    sheet.notes.extend(zero_note(most));
    let values = ValueAxis::up_to(most, whole);
    let every = tables.manifest.every;
    let time = time_axis(fans.iter().map(|fan| fan.series), |date| every.end_of(date));
    let markers = tables.markers(figure, &time)?;
    sheet.notes.extend(dated_note(&tables.manifest, &markers));
    let panel = Panel {
        heading: "",
        unit,
        time,
        values: &values,
        markers: &markers,
        words: true,
        years: true,
        gutter_pt: gutter_pt(&values, theme),
    };
    let height = CHART_PT + marks_pt(&panel, theme, theme.picture_width_pt());
    sheet.svg(theme, height, &mut |area| draw_fans(area, theme, &panel, fans))
}

fn fan<'s>(series: &'s Series, colour: RGBColor, per: f64, manifest: &Manifest) -> Fan<'s> {
    Fan { series, colour, per, bands: manifest.seeds.len() > 1 }
}

/// The axis from the first period's start to the last one's end.
pub fn time_axis<'s>(
    series: impl Iterator<Item = &'s Series> + Clone,
    end: impl Fn(Date) -> i64,
) -> TimeAxis {
    let from = series.clone().map(|s| s.first.days()).min().unwrap_or(0);
    let until = series.map(|s| end(s.last)).max().unwrap_or(from + 1);
    TimeAxis { from: from as f64, until: until as f64 }
}
