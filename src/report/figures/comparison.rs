//! Figures of a comparison: paired differences, who gains and who loses, causes.

use plotters::element::Rectangle;
use plotters::style::text_anchor::HPos;
use plotters::style::{Color, RGBColor};

use crate::experiments::comparison::FALSE_DISCOVERIES;
use crate::report::FigureError;
use crate::report::axes::Tick;
use crate::report::captions::findings_sheet;
use crate::report::dots::{self, Dot, INDENT, Rows, Strip};
use crate::report::findings::{Difference, Findings, Winner};
use crate::report::sheet::{Key, Lettering, Mark, fault, units, write, write_up};
use crate::report::tables::specification;
use crate::report::theme::{Theme, number, text_width};
use crate::report::words::{capitalized, indicator_name, party_name, plural};
use crate::tables::indicators::Better;

/// Indicators that a comparison shows first, as far as its table has them.
pub const HEADLINES: [&str; 16] = [
    "deaths",
    "civilian_deaths",
    "attacks",
    "population_under_groups",
    "fighters",
    "state_presence",
    "service_coverage",
    "trust_in_state",
    "grievance",
    "fear",
    "illicit_income_eur",
    "illicit_livelihood_share",
    "state_spending_eur",
    "food_price_index",
    "idps",
    "refugees",
];
/// Areas that stand side by side.
const AREAS_SHOWN: [&str; 3] = ["Mali", "North", "Centre"];
/// Ends of the axis of relative change that are tried [%].
const ENDS: [f64; 7] = [2.0, 4.0, 10.0, 20.0, 40.0, 100.0, 200.0];
/// Most rows of the heat map.
const MOST_ROWS: usize = 40;
/// End of the axis of causes [percent of a difference].
const FURTHEST_SHARE: f64 = 400.0;
/// Most causes of one indicator, and most indicators with causes.
const MOST_CAUSES: usize = 7;
const MOST_PANELS: usize = 3;

/// The rows of the whole horizon, or of the last period if there are none.
pub fn of_horizon(differences: &[Difference]) -> Vec<&Difference> {
    let last = differences.iter().map(|row| row.period.as_str()).max().unwrap_or_default();
    let has_horizon = differences.iter().any(|row| row.period == "horizon");
    let wanted = if has_horizon { "horizon" } else { last };
    differences.iter().filter(|row| row.period == wanted).collect()
}

/// True if zero lies outside the interval of a cause's share; causes are sought only for what stands out.
pub fn misses_zero(low90: f64, high90: f64) -> bool {
    low90 > 0.0 || high90 < 0.0
}

/// The colour of a change: blue for an improvement, red for the contrary, dark where it depends on who asks, grey
/// where it is not told from no change.
fn colour_of(theme: &Theme, row: &Difference) -> RGBColor {
    if !row.is_clear() {
        return theme.grey;
    }
    match specification(&row.indicator).map(|spec| spec.better) {
        Some(Better::Higher) if row.difference > 0.0 => theme.blue,
        Some(Better::Lower) if row.difference < 0.0 => theme.blue,
        Some(Better::Higher | Better::Lower) => theme.red,
        _ => theme.ink,
    }
}

/// Paired differences as dots with intervals, relative to the mean of the base.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn differences(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let all = findings.differences()?;
    let rows = of_horizon(&all);
    let find = |indicator: &str, area: &str| {
        rows.iter().find(|row| row.indicator == indicator && row.region == area).copied()
    };
    let areas: Vec<&'static str> =
        AREAS_SHOWN.into_iter().filter(|area| rows.iter().any(|row| row.region == *area)).collect();
    let shown: Vec<&str> = HEADLINES
        .into_iter()
        .filter(|indicator| areas.iter().any(|area| find(indicator, area).is_some_and(is_relative)))
        .collect();
    if shown.is_empty() {
        let what = "no difference of an indicator that this figure shows".to_string();
        return Err(FigureError::NoRows { file: findings.dir.join("differences.csv"), what });
    }
    let percent = |row: &Difference, value: f64| 100.0 * value / row.base_mean.abs();
    // Each area has its own axis: what is large in one may be nothing in another.
    let furthest_in = |area: &str| {
        let known = shown.iter().filter_map(|indicator| find(indicator, area)).filter(|row| is_relative(row));
        let ends = known.flat_map(|row| [percent(row, row.low90).abs(), percent(row, row.high90).abs()]);
        ends.fold(0.0, f64::max)
    };
    let end_of = |area: &str| {
        let furthest = furthest_in(area);
        ENDS.into_iter().find(|end| furthest <= *end).unwrap_or(ENDS[ENDS.len() - 1])
    };
    let goes_beyond = areas.iter().any(|area| furthest_in(area) > end_of(area));
    let tick = |at: f64| {
        let decimals = if at.fract() == 0.0 { 0 } else { 1 };
        Tick { at, label: format!("{}{}", if at > 0.0 { "+" } else { "" }, number(at, decimals)) }
    };
    let strip = |area: &&'static str| {
        let end = end_of(area);
        Strip {
            heading: area,
            from: -end,
            until: end,
            ticks: [-end / 2.0, 0.0, end / 2.0].map(tick).to_vec(),
            line: Some(0.0),
            dots: shown
                .iter()
                .map(|indicator| {
                    let row = find(indicator, area).filter(|row| is_relative(row))?;
                    Some(Dot {
                        low: percent(row, row.low90),
                        value: percent(row, row.difference),
                        high: percent(row, row.high90),
                        colour: colour_of(theme, row),
                    })
                })
                .collect(),
            ranges: Vec::new(),
            bars: false,
        }
    };
    let strips: Vec<Strip> = areas.iter().map(strip).collect();
    let labels: Vec<String> = shown.iter().map(|indicator| indicator_name(indicator)).collect();
    let (base, other) = scenarios(findings);
    let pairs = rows.iter().map(|row| row.pairs).fold(0.0, f64::max);
    let clear = rows.iter().filter(|row| row.is_clear()).count();
    let words = format!("{clear} of {} differences stand out.", rows.len());
    let title = format!("What changes under {other}");
    let mut sheet = findings_sheet(findings, title, "differences.csv", words);
    sheet.subtitle = format!("Differences from {base}, seed by seed");
    sheet.keys = vec![
        Key::new(Mark::Box(theme.blue), "better"),
        Key::new(Mark::Box(theme.red), "worse"),
        Key::new(Mark::Box(theme.ink), "neither"),
        Key::new(Mark::Box(theme.grey), "not clear"),
    ];
    sheet.notes.push(format!(
        "Mean difference over {} pairs of runs with the same seed, with its 90 % interval, in percent of the mean under \
         {base}, on an axis of its own for each area; totals of flows and means of everything else over the whole horizon. Coloured: what stands out among \
         all differences at a false discovery rate of {} %.",
        number(pairs, 0),
        number(100.0 * FALSE_DISCOVERIES, 0)
    ));
    if goes_beyond {
        sheet.notes.push("Arrows and open dots: beyond the axis.".to_string());
    }
    let rows = Rows { labels: &labels, remarks: &[], unit: "change in percent" };
    sheet.svg(theme, dots::height_pt(theme, &rows, &strips), &mut |area| {
        dots::draw(area, theme, &rows, &strips)
    })
}

/// True if a difference can be told in percent.
fn is_relative(row: &Difference) -> bool {
    row.base_mean.abs() > 0.0 && row.difference.is_finite()
}

/// The names of base and other scenario, from the name of the folder.
pub fn scenarios(findings: &Findings) -> (String, String) {
    match findings.name.split_once("--") {
        Some((base, other)) => (base.to_string(), other.to_string()),
        None => ("the base".to_string(), findings.name.clone()),
    }
}

/// Stability for whom: who gains and who loses in what.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn stability_for_whom(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let all = findings.winners()?;
    let mut indicators: Vec<&str> = Vec::new();
    let mut whos: Vec<(&str, &str)> = Vec::new();
    for row in &all {
        if !indicators.contains(&row.indicator.as_str()) {
            indicators.push(&row.indicator);
        }
        if !whos.contains(&(&row.who_kind, &row.who)) {
            whos.push((&row.who_kind, &row.who));
        }
    }
    let find = |who: (&str, &str), indicator: &str| {
        all.iter().find(|row| row.who_kind == who.0 && row.who == who.1 && row.indicator == indicator)
    };
    let n_decided = |who: (&str, &str)| {
        all.iter()
            .filter(|row| row.who_kind == who.0 && row.who == who.1 && row.verdict != "undecided")
            .count()
    };
    let n_all = whos.len();
    if n_all > MOST_ROWS {
        // Communities and regions always; of many actors and neighbours those about whom something is clear.
        let is_people = |who: &(&str, &str)| ["community", "region"].contains(&who.0);
        whos.retain(|who| is_people(who) || n_decided(*who) > 0);
        // Most verdicts first, then in the order of the table, in which the shown ones stay.
        let mut order: Vec<usize> = (0..whos.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse(n_decided(whos[*at])));
        order.truncate(MOST_ROWS);
        order.sort_unstable();
        whos = order.into_iter().map(|at| whos[at]).collect();
    }
    indicators.retain(|indicator| whos.iter().any(|who| find(*who, indicator).is_some()));
    let count = |verdict: &str| all.iter().filter(|row| row.verdict == verdict).count();
    let words =
        format!("{} gains, {} losses, {} undecided.", count("gain"), count("loss"), count("undecided"));
    let (base, other) = scenarios(findings);
    let title = format!("Stability for whom: who gains and loses under {other}");
    let mut sheet = findings_sheet(findings, title, "winners.csv", words);
    sheet.subtitle = format!("Differences from {base} over the whole horizon");
    let shades = Shades { gain: theme.blue, loss: theme.red, undecided: theme.on_paper(theme.grey, 0.25) };
    sheet.keys = vec![
        Key::new(Mark::Box(shades.gain), "gain (+)"),
        Key::new(Mark::Box(shades.loss), "loss (\u{2212})"),
        Key::new(Mark::Box(shades.undecided), "undecided"),
    ];
    sheet.notes.push("Undecided: not told apart from no difference. White: no such figure.".to_string());
    if whos.len() < n_all {
        sheet.notes.push(format!(
            "{} of {n_all} rows are shown: communities, regions, and of others those with verdicts.",
            whos.len()
        ));
    }
    let names: Vec<String> = indicators.iter().map(|name| indicator_name(name)).collect();
    let head = names.iter().map(|name| text_width(name, theme.label_pt, false)).fold(0.0, f64::max) + 4.0;
    let row_pt = theme.label_pt * 1.35;
    let mut kinds: Vec<&str> = whos.iter().map(|who| who.0).collect();
    kinds.dedup();
    // The first kind's heading stands beside the feet of the columns' names.
    let gaps = kinds.len().saturating_sub(1) as f64 * (4.0 + row_pt);
    let left =
        whos.iter().map(|who| text_width(&party_name(who.1), theme.label_pt, false)).fold(0.0, f64::max)
            + 5.0;
    let column_pt = ((theme.picture_width_pt() - left) / indicators.len() as f64).min(26.0);
    sheet.svg(theme, head + row_pt * whos.len() as f64 + gaps, &mut |area| {
        let label = Lettering { size_pt: theme.label_pt, colour: theme.ink, bold: false, anchor: HPos::Left };
        for (i, name) in names.iter().enumerate() {
            write_up(area, name, (left + column_pt * (i as f64 + 0.5), head - 3.0), label)?;
        }
        let mut top = head;
        for (at, who) in whos.iter().enumerate() {
            if at == 0 || whos[at - 1].0 != who.0 {
                top += if at > 0 { 4.0 + row_pt } else { 0.0 };
                let heading = Lettering { bold: true, ..label };
                write(area, &capitalized(plural(who.0)), (0.0, top - row_pt / 2.0), heading)?;
            }
            write(area, &party_name(who.1), (0.0, top + row_pt / 2.0), label)?;
            for (i, indicator) in indicators.iter().enumerate() {
                let Some(winner) = find(*who, indicator) else { continue };
                let (x, right) = (left + column_pt * i as f64, left + column_pt * (i + 1) as f64);
                let corners =
                    [(units(x + 0.4), units(top + 0.4)), (units(right - 0.4), units(top + row_pt - 0.4))];
                let (colour, sign) = shades.of(winner);
                area.draw(&Rectangle::new(corners, colour.filled())).map_err(fault)?;
                let how = Lettering { anchor: HPos::Center, colour: theme.paper, bold: true, ..label };
                write(area, sign, ((x + right) / 2.0, top + row_pt / 2.0), how)?;
            }
            top += row_pt;
        }
        Ok(())
    })
}

struct Shades {
    gain: RGBColor,
    loss: RGBColor,
    undecided: RGBColor,
}

impl Shades {
    /// Colour and sign of a verdict: the sign tells them apart without colours.
    fn of(&self, winner: &Winner) -> (RGBColor, &'static str) {
        match winner.verdict.as_str() {
            "gain" => (self.gain, "+"),
            "loss" => (self.loss, "\u{2212}"),
            _ => (self.undecided, ""),
        }
    }
}

/// What the differences are attributed to.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn causes(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let all = findings.causes()?;
    let mut indicators: Vec<&str> = Vec::new();
    for row in &all {
        if !indicators.contains(&row.indicator.as_str()) {
            indicators.push(&row.indicator);
        }
    }
    let rank = |name: &str| HEADLINES.iter().position(|known| *known == name).unwrap_or(HEADLINES.len());
    indicators.sort_by_key(|name| rank(name));
    let n_all = indicators.len();
    indicators.truncate(MOST_PANELS);
    let mut labels = Vec::new();
    let mut dots = Vec::new();
    for indicator in &indicators {
        let mut rows: Vec<_> = all.iter().filter(|row| row.indicator == *indicator).collect();
        rows.sort_by(|a, b| b.share.abs().total_cmp(&a.share.abs()));
        if !labels.is_empty() {
            labels.push(String::new());
            dots.push(None);
        }
        labels.push(format!("{}:", indicator_name(indicator)));
        dots.push(None);
        for row in rows.into_iter().take(MOST_CAUSES) {
            labels.push(format!("{INDENT}{} ({})", row.name, row.kind));
            let colour = if misses_zero(row.low90, row.high90) { theme.blue } else { theme.grey };
            dots.push(Some(Dot {
                low: row.low90 * 100.0,
                value: row.share * 100.0,
                high: row.high90 * 100.0,
                colour,
            }));
        }
    }
    let known: Vec<f64> = dots
        .iter()
        .flatten()
        .flat_map(|dot| [dot.low, dot.value, dot.high])
        .filter(|v| v.is_finite())
        .collect();
    let most = known.iter().fold(50.0_f64, |most, v| most.max(v.abs()));
    let step = if most > 200.0 { 100.0 } else { 50.0 };
    let reach = |end: f64| ((end / step).ceil() * step).min(FURTHEST_SHARE);
    let until = reach(known.iter().fold(50.0_f64, |most, v| most.max(*v)));
    let from = -reach(known.iter().fold(0.0_f64, |most, v| most.max(-*v)));
    let n_ticks = ((until - from) / step) as i32;
    let ticks = (0..=n_ticks)
        .map(|i| from + step * f64::from(i))
        .map(|at| Tick { at, label: number(at, 0) })
        .collect();
    // What stands at an edge says how far beyond it lies.
    let beyond = |dot: &Option<Dot>| match dot {
        Some(dot) if dot.value < from || dot.value > until => format!("{} %", number(dot.value, 0)),
        _ => String::new(),
    };
    let mut remarks: Vec<String> = dots.iter().map(beyond).collect();
    if remarks.iter().all(String::is_empty) {
        remarks.clear();
    }
    let strip =
        Strip { heading: "", from, until, ticks, line: Some(0.0), dots, ranges: Vec::new(), bars: false };
    let (base, other) = scenarios(findings);
    let title = format!("What makes the difference under {other}");
    let words = format!("{} causes of {n_all} indicators.", all.len());
    let mut sheet = findings_sheet(findings, title, "causes.csv", words);
    sheet.subtitle = format!("Differences from {base} by lever and submodel");
    sheet.keys = vec![
        Key::new(Mark::Box(theme.blue), "interval without zero"),
        Key::new(Mark::Box(theme.grey), "may be nothing"),
    ];
    sheet.notes.push(
        "Share of the difference that goes away without the cause, with its 90 % interval.".to_string(),
    );
    if n_all > indicators.len() {
        sheet.notes.push(format!("{} of {n_all} indicators are shown.", indicators.len()));
    }
    if most > FURTHEST_SHARE {
        sheet.notes.push("Arrows and open dots: beyond the axis.".to_string());
    }
    let rows = Rows { labels: &labels, remarks: &remarks, unit: "percent of the difference" };
    let strips = [strip];
    sheet.svg(theme, dots::height_pt(theme, &rows, &strips), &mut |area| {
        dots::draw(area, theme, &rows, &strips)
    })
}
