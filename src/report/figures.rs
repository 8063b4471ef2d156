//! The figures by name: which numbers, which picture, which words around it.

use plotters::style::RGBColor;

use crate::base::dates::Date;
use crate::entities::vocabulary::GroupKind;
use crate::report::FigureError;
use crate::report::axes::{TimeAxis, ValueAxis, month_name};
use crate::report::captions::{dated_note, fan_keys, in_words, pair_keys, sheet, zero_note};
use crate::report::charts::{
    Fan, Layer, Panel, draw_fans, draw_stack, gutter_pt, highest, marks_pt, years_pt,
};
use crate::report::control::Controller;
use crate::report::maps::{Atlas, aspect, draw_map, mark};
use crate::report::markers::{self, Marker};
use crate::report::sheet::{Key, Mark, Sheet, units};
use crate::report::tables::{Manifest, Series, Tables};
use crate::report::theme::{Theme, number};
use crate::tables::ColumnKind;

/// A figure.
pub struct Figure {
    /// Name of its files, without extension.
    pub name: &'static str,
    /// What it shows, in one line.
    pub line: &'static str,
    /// Draws it as SVG.
    pub draw: fn(&Theme, &mut Tables) -> Result<String, FigureError>,
}

/// All figures, in the order in which they are drawn.
pub const FIGURES: [Figure; 6] = [
    Figure { name: "deaths_per_month", line: "People killed in violent events, Mali", draw: deaths },
    Figure { name: "state_presence", line: "State presence: Mali, North, Centre", draw: state_presence },
    Figure {
        name: "illicit_income",
        line: "Illicit income and state spending in the North",
        draw: illicit_income,
    },
    Figure {
        name: "map_of_control",
        line: "Who controls which place, one map per year",
        draw: map_of_control,
    },
    Figure { name: "fighters", line: "Fighters of armed groups by kind", draw: fighters },
    Figure { name: "displacement", line: "Refugees and displaced persons", draw: displacement },
];

/// Regions and indicators that the figures read from `summary.csv`.
pub const WANTED: [(&str, &str); 8] = [
    ("Mali", "deaths"),
    ("Mali", "state_presence"),
    ("North", "state_presence"),
    ("Centre", "state_presence"),
    ("North", "illicit_income_eur"),
    ("North", "state_spending_eur"),
    ("Mali", "idps"),
    ("Mali", "refugees"),
];

/// Height of a chart that stands alone (pt).
const CHART_PT: f64 = 140.0;
/// Height of one of several charts above one another, without the years (pt).
const PANEL_PT: f64 = 66.0;

fn deaths(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let series = tables.series("Mali", "deaths")?;
    let markers = match markers::read(&tables.dir, &tables.manifest) {
        Ok(markers) => markers,
        Err(error @ (FigureError::Missing { .. } | FigureError::OnlyParquet { .. })) => {
            tables.tell(format!("deaths_per_month has no dated marks: {error}"));
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let every = tables.manifest.every;
    let time = time_axis([&series].into_iter(), |date| every.end_of(date));
    let markers: Vec<Marker> =
        markers.into_iter().filter(|marker| time.within(marker.day).is_some()).collect();
    let every = every.word();
    let mut sheet = sheet(
        &tables.manifest,
        format!("People killed in violent events each {every}, Mali"),
        "summary.csv",
        in_words("deaths", &series),
    );
    sheet.keys = fan_keys(theme, &tables.manifest, theme.red);
    if !markers.is_empty() {
        sheet.notes.push(dated_note(&tables.manifest));
    }
    let fans = [fan(&series, theme.red, 1.0, &tables.manifest)];
    let unit = format!("persons per {every}");
    fan_chart(theme, tables, sheet, &unit, true, &fans, &markers)
}

fn illicit_income(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let income = tables.series("North", "illicit_income_eur")?;
    let spending = tables.series("North", "state_spending_eur")?;
    let every = tables.manifest.every.word();
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
    fan_chart(theme, tables, sheet, &format!("{unit} per {every}"), false, &fans, &[])
}

fn displacement(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
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
    fan_chart(theme, tables, sheet, unit, per == 1.0, &fans, &[])
}

fn state_presence(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
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
    let gutter = gutter_pt(&values, theme);
    let n_panels = found.len();
    let breaks: Vec<i32> = (1..n_panels).map(|i| units(PANEL_PT * i as f64)).collect();
    sheet.svg(theme, PANEL_PT * n_panels as f64 + years_pt(theme), &mut |area| {
        for (i, part) in area.split_by_breakpoints([] as [i32; 0], &breaks).iter().enumerate() {
            let panel = Panel {
                heading: found[i].0,
                unit: if i == 0 { "share, 0 to 1" } else { "" },
                time,
                values: &values,
                markers: &[],
                years: i + 1 == n_panels,
                gutter_pt: gutter,
            };
            draw_fans(part, theme, &panel, &fans[i..=i])?;
        }
        Ok(())
    })
}

fn fighters(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let kinds = [
        (GroupKind::Jihadist, theme.red, "jihadist"),
        (GroupKind::Separatist, theme.yellow, "separatist"),
        (GroupKind::LoyalistMilitia, theme.green, "loyalist militia"),
        (GroupKind::SelfDefence, theme.pale_green, "self-defence"),
    ];
    let file = tables.dir.join("groups.csv");
    let groups = tables.groups()?;
    let dates = groups.dates();
    let layers: Vec<Layer> = kinds
        .iter()
        .map(|(kind, colour, _)| Layer { colour: *colour, values: groups.median_fighters(*kind) })
        .collect();
    let (Some(first), Some(last)) = (dates.first().copied(), dates.last().copied()) else {
        let what = "no rows, so there are no fighters to draw".to_string();
        return Err(FigureError::NoRows { file, what });
    };
    let manifest = &tables.manifest;
    let total = |i: usize| layers.iter().map(|layer| layer.values[i]).sum::<f64>();
    let most = (0..dates.len()).map(total).fold(0.0, f64::max);
    let values = ValueAxis::up_to(most, true);
    let words = format!("The stack is highest with {} fighters.", number(most, 0));
    let mut sheet =
        sheet(manifest, "Fighters of armed groups by kind of group".to_string(), "groups.csv", words);
    sheet.keys = kinds.iter().map(|(_, colour, word)| Key::new(Mark::Box(*colour), word)).collect();
    sheet.notes.push(if manifest.seeds.len() == 1 {
        format!("At the end of each {}, without dormant members.", manifest.every.word())
    } else {
        format!(
            "At the end of each {}, without dormant members. Median over runs of each kind; the stack need not be the \
             median of the sum.",
            manifest.every.word()
        )
    });
    sheet.notes.extend(zero_note(most));
    let positions: Vec<f64> =
        dates.iter().map(|date| manifest.every.position(*date, ColumnKind::End)).collect();
    let panel = Panel {
        heading: "",
        unit: "fighters",
        time: TimeAxis { from: first.days() as f64, until: manifest.every.end_of(last) as f64 },
        values: &values,
        markers: &[],
        years: true,
        gutter_pt: gutter_pt(&values, theme),
    };
    sheet.svg(theme, CHART_PT, &mut |area| draw_stack(area, theme, &panel, &positions, &layers))
}

fn map_of_control(theme: &Theme, tables: &mut Tables) -> Result<String, FigureError> {
    let atlas = Atlas::new();
    let file = tables.dir.join("places.csv");
    let mut snapshots = tables.control()?.snapshots.clone();
    for snapshot in &mut snapshots {
        snapshot.places.retain(|place, _| atlas.knows(place));
    }
    snapshots.retain(|snapshot| !snapshot.places.is_empty());
    if snapshots.is_empty() {
        let what = "none of its places is a place of Mali on the map".to_string();
        return Err(FigureError::NoRows { file, what });
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
    sheet.notes.push(
        "At the end of the year, or of the month named. Each cell is the area nearest to one place; dots: regional \
         capitals of 2012. Outlines: Natural Earth."
            .to_string(),
    );
    if snapshots.iter().any(|snapshot| snapshot.places.len() < atlas.n_places()) {
        sheet.notes.push("White: not in the table.".to_string());
    }
    let n_columns = match snapshots.len() {
        n @ 1..=3 => n,
        4 => 2,
        _ => 3,
    };
    let n_rows = snapshots.len().div_ceil(n_columns);
    let width = theme.picture_width_pt();
    let map_pt = (width / n_columns as f64).min(190.0) * aspect();
    sheet.svg(theme, map_pt * n_rows as f64, &mut |area| {
        let parts = area.split_evenly((n_rows, n_columns));
        for (part, snapshot) in parts.iter().zip(&snapshots) {
            draw_map(&part.margin(20, 20, 20, 20), theme, &atlas, snapshot)?;
        }
        Ok(())
    })
}

/// A chart of one panel from fans that share an axis.
fn fan_chart(
    theme: &Theme,
    tables: &Tables,
    mut sheet: Sheet,
    unit: &str,
    whole: bool,
    fans: &[Fan],
    markers: &[Marker],
) -> Result<String, FigureError> {
    let most = fans.iter().map(highest).fold(0.0, f64::max);
    sheet.notes.extend(zero_note(most));
    let values = ValueAxis::up_to(most, whole);
    let every = tables.manifest.every;
    let panel = Panel {
        heading: "",
        unit,
        time: time_axis(fans.iter().map(|fan| fan.series), |date| every.end_of(date)),
        values: &values,
        markers,
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
fn time_axis<'s>(series: impl Iterator<Item = &'s Series> + Clone, end: impl Fn(Date) -> i64) -> TimeAxis {
    let from = series.clone().map(|s| s.first.days()).min().unwrap_or(0);
    let until = series.map(|s| end(s.last)).max().unwrap_or(from + 1);
    TimeAxis { from: from as f64, until: until as f64 }
}
