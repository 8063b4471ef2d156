//! Figures of sensitivity and calibration: what outcomes hang on, and what the fit has learned.

use plotters::element::{Circle, PathElement, Rectangle};
use plotters::style::Color;
use plotters::style::text_anchor::HPos;

use crate::base::maths::ln;
use crate::report::FigureError;
use crate::report::axes::{Tick, ValueAxis};
use crate::report::captions::findings_sheet;
use crate::report::dots::{self, Dot, INDENT, Rows, Strip};
use crate::report::findings::{Findings, Sensitivity};
use crate::report::sheet::{Area, Key, Lettering, Mark, fault, size_pt, units, write};
use crate::report::theme::{Theme, number, text_width};
use crate::scenario::parameters::{Catalogue, Distribution};

/// A parameter with the mean and the standard deviation of its effects.
type Effect = (String, f64, f64);

/// Most parameters of one outcome, most outcomes, most named points, most posterior panels.
const MOST_PARAMETERS: usize = 8;
const MOST_OUTCOMES: usize = 3;
const MOST_NAMES: usize = 6;
const MOST_PANELS: usize = 12;
/// Bins of a histogram.
const BINS: usize = 15;
/// Height of a scatter of one outcome and of a posterior panel (pt).
const SCATTER_PT: f64 = 120.0;
const POSTERIOR_PT: f64 = 62.0;

fn outcomes(rows: &[Sensitivity]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for row in rows {
        if !found.contains(&row.outcome.as_str()) {
            found.push(&row.outcome);
        }
    }
    found
}

/// What each outcome hangs on most, as bars.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn tornado(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let all = findings.sensitivity()?;
    let Some(index) =
        ["total", "first", "mu_star"].into_iter().find(|index| all.iter().any(|row| row.index == *index))
    else {
        let what = "no index total, first or mu_star".to_string();
        return Err(FigureError::NoRows { file: findings.dir.join("sensitivity.csv"), what });
    };
    let outcomes = outcomes(&all);
    let (mut labels, mut dots, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
    for outcome in outcomes.iter().take(MOST_OUTCOMES) {
        let mut rows: Vec<&Sensitivity> = all
            .iter()
            .filter(|row| row.outcome == *outcome && row.index == index && row.value.is_finite())
            .collect();
        rows.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.parameter.cmp(&b.parameter)));
        rows.truncate(MOST_PARAMETERS);
        // Elementary effects have the unit of their outcome: each outcome is scaled by its largest.
        let most = rows.iter().map(|row| row.value.max(row.high90)).fold(0.0, f64::max);
        let per = if index == "mu_star" && most > 0.0 { most } else { 1.0 };
        if !labels.is_empty() {
            labels.push(String::new());
            remarks.push(String::new());
            dots.push(None);
        }
        labels.push(format!("{outcome}:"));
        remarks.push(String::new());
        dots.push(None);
        for row in rows {
            labels.push(format!("{INDENT}{}", row.parameter));
            let decimals = if row.value.abs() < 10.0 { 2 } else { 0 };
            remarks.push(if index == "mu_star" { number(row.value, decimals) } else { String::new() });
            dots.push(Some(Dot {
                low: row.low90 / per,
                value: row.value / per,
                high: row.high90 / per,
                colour: theme.blue,
            }));
        }
    }
    if index != "mu_star" {
        remarks.clear();
    }
    let (title, unit) = match index {
        "total" => ("What the outcomes hang on: total effects", "share of the variance, with interactions"),
        "first" => ("What the outcomes hang on: first-order effects", "share of the variance"),
        _ => (
            "What the outcomes hang on: elementary effects",
            "mean absolute effect, in the unit of the outcome",
        ),
    };
    // Effects have the units of their outcomes: the numbers stand at the right, and the axis has none.
    let label_of = |at: f64| if index == "mu_star" { String::new() } else { number(at, 2) };
    let ticks =
        ValueAxis::share().ticks.into_iter().map(|tick| Tick { label: label_of(tick.at), ..tick }).collect();
    let strips = [Strip {
        heading: "",
        from: 0.0,
        until: 1.0,
        ticks,
        line: Some(0.0),
        dots,
        ranges: Vec::new(),
        bars: true,
    }];
    let words = format!("{} outcomes.", outcomes.len());
    let mut sheet = findings_sheet(findings, title.to_string(), "sensitivity.csv", words);
    sheet.notes.push(format!(
        "At most {MOST_PARAMETERS} parameters of each outcome, largest first; lines: 90 % intervals over points, for the seeds of the plan."
    ));
    if outcomes.len() > MOST_OUTCOMES {
        sheet.notes.push(format!("{MOST_OUTCOMES} of {} outcomes are shown.", outcomes.len()));
    }
    let rows = Rows { labels: &labels, remarks: &remarks, unit };
    sheet.svg(theme, dots::height_pt(theme, &rows, &strips), &mut |area| {
        dots::draw(area, theme, &rows, &strips)
    })
}

/// Size of effects against their variation, one panel per outcome.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn morris(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let all = findings.sensitivity()?;
    let outcomes = outcomes(&all);
    let points = |outcome: &str| -> Vec<Effect> {
        let of = |index: &str, parameter: &str| {
            all.iter()
                .find(|r| r.outcome == outcome && r.index == index && r.parameter == parameter)
                .map(|row| row.value)
                .filter(|value| value.is_finite())
        };
        let rows = all.iter().filter(|row| row.outcome == outcome && row.index == "mu_star");
        let mut found: Vec<Effect> = rows
            .filter_map(|row| {
                let (x, y) = (of("mu_star", &row.parameter)?, of("sigma", &row.parameter)?);
                Some((row.parameter.clone(), x, y))
            })
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        found
    };
    let panels: Vec<(&str, Vec<Effect>)> = outcomes
        .iter()
        .map(|outcome| (*outcome, points(outcome)))
        .filter(|(_, points)| !points.is_empty())
        .take(MOST_OUTCOMES)
        .collect();
    if panels.is_empty() {
        let what = "no indices mu_star and sigma: not a Morris screening".to_string();
        return Err(FigureError::NoRows { file: findings.dir.join("sensitivity.csv"), what });
    }
    let words = format!("{} outcomes.", outcomes.len());
    let title = "Screening: size of effects and their variation".to_string();
    let mut sheet = findings_sheet(findings, title, "sensitivity.csv", words);
    sheet.notes.push(
        "Each dot is a parameter. Right: a large effect. High: an effect that changes with the others' values. In the unit \
         of the outcome."
            .to_string(),
    );
    if outcomes.len() > panels.len() {
        sheet.notes.push(format!("{} of {} outcomes are shown.", panels.len(), outcomes.len()));
    }
    sheet.svg(theme, SCATTER_PT * panels.len() as f64, &mut |area| {
        let breaks: Vec<i32> = (1..panels.len()).map(|i| units(SCATTER_PT * i as f64)).collect();
        for (part, (outcome, points)) in
            area.split_by_breakpoints([] as [i32; 0], &breaks).iter().zip(&panels)
        {
            scatter(part, theme, outcome, points)?;
        }
        Ok(())
    })
}

fn scatter(area: &Area, theme: &Theme, outcome: &str, points: &[Effect]) -> Result<(), FigureError> {
    let (width, height) = size_pt(area);
    let most = |of: fn(&Effect) -> f64| points.iter().map(of).fold(0.0, f64::max);
    let across = ValueAxis::up_to(most(|point| point.1), false);
    let upward = ValueAxis::up_to(most(|point| point.2), false).with_fewer_ticks();
    let label = Lettering { size_pt: theme.label_pt, colour: theme.ink, bold: false, anchor: HPos::Left };
    let gutter =
        upward.ticks.iter().map(|t| text_width(&t.label, theme.label_pt, false)).fold(0.0, f64::max) + 5.0;
    let (left, right) = (gutter, width - 12.0);
    let (top, bottom) = (theme.legend_pt * 1.9, height - theme.label_pt * 2.9);
    let x_of = |value: f64| left + (right - left) * value / across.top;
    let y_of = |value: f64| bottom - (bottom - top) * value / upward.top;
    let line = |from: (f64, f64), to: (f64, f64)| {
        let points = vec![(units(from.0), units(from.1)), (units(to.0), units(to.1))];
        area.draw(&PathElement::new(points, theme.grid.stroke_width(units(0.4) as u32))).map_err(fault)
    };
    write(
        area,
        outcome,
        (0.0, theme.legend_pt * 0.7),
        Lettering { bold: true, size_pt: theme.legend_pt, ..label },
    )?;
    let after = text_width(outcome, theme.legend_pt, true) + 8.0;
    let muted = Lettering { colour: theme.muted, ..label };
    write(area, "up: variation (sigma)", (after, theme.legend_pt * 0.7), muted)?;
    for tick in &upward.ticks {
        line((left, y_of(tick.at)), (right, y_of(tick.at)))?;
        let how = Lettering { anchor: HPos::Right, ..label };
        write(area, &tick.label, (left - 3.0, y_of(tick.at)), how)?;
    }
    for tick in &across.ticks {
        line((x_of(tick.at), top), (x_of(tick.at), bottom))?;
        let how = Lettering { anchor: HPos::Center, ..label };
        write(area, &tick.label, (x_of(tick.at), bottom + theme.label_pt), how)?;
    }
    let how = Lettering { anchor: HPos::Right, colour: theme.muted, ..label };
    write(area, "size of the effect (mu star)", (right, bottom + theme.label_pt * 2.2), how)?;
    let dots: Vec<(f64, f64)> = points.iter().map(|(_, x, y)| (x_of(*x), y_of(*y))).collect();
    let mut taken: Vec<(f64, f64, f64)> = dots.iter().map(|(x, y)| (x - 2.0, x + 2.0, *y)).collect();
    for (at, ((px, py), (name, _, _))) in dots.iter().zip(points).enumerate() {
        let colour = if at < MOST_NAMES { theme.blue } else { theme.grey };
        area.draw(&Circle::new((units(*px), units(*py)), units(1.8), colour.filled())).map_err(fault)?;
        if at >= MOST_NAMES {
            continue;
        }
        let short = name.rsplit('.').next().unwrap_or(name);
        let room = text_width(short, theme.note_pt, false);
        // Right of its dot or left of it, else a little higher or lower: the nearest place that is free.
        let step = theme.note_pt * 0.55;
        let places = (0..12).flat_map(|i| {
            let shift = step * f64::from((i + 1) / 2) * if i % 2 == 0 { 1.0 } else { -1.0 };
            [(px + 4.0, py + shift), (px - room - 4.0, py + shift)]
        });
        let is_free = |(start, middle): &(f64, f64)| {
            let inside = *start >= left && start + room <= width && *middle > top - 3.0 && *middle < bottom;
            let apart = |(from, until, level): &(f64, f64, f64)| {
                start >= until || start + room <= *from || (middle - level).abs() >= theme.note_pt
            };
            inside && taken.iter().all(apart)
        };
        let Some((start, middle)) = places.into_iter().find(is_free) else { continue };
        taken.push((start, start + room, middle));
        write(area, short, (start, middle), Lettering { size_pt: theme.note_pt, ..label })?;
    }
    Ok(())
}

/// Posterior draws against the prior of the catalogue, one panel per parameter.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn posterior(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let all = findings.posterior()?;
    let catalogue = Catalogue::compiled_in();
    let mut panels: Vec<Posterior> =
        all.iter().filter_map(|(name, draws)| Posterior::of(name, draws, &catalogue)).collect();
    if panels.is_empty() {
        let what = "no column is a parameter of the catalogue with a range".to_string();
        return Err(FigureError::NoRows { file: findings.dir.join("posterior.csv"), what });
    }
    let n_all = panels.len();
    // Most learned first: the narrowest against the prior.
    panels.sort_by(|a, b| a.spread.total_cmp(&b.spread).then_with(|| a.name.cmp(&b.name)));
    panels.truncate(MOST_PANELS);
    let n_draws = all.first().map_or(0, |(_, draws)| draws.len());
    let words = format!("Most is learned about {}.", panels[0].name);
    let title = "What the fit has learned: posterior against prior".to_string();
    let mut sheet = findings_sheet(findings, title, "posterior.csv", words);
    sheet.keys = vec![
        Key::new(Mark::Box(theme.on_paper(theme.blue, 0.7)), "posterior"),
        Key::new(Mark::Line(theme.ink), "prior"),
    ];
    sheet.notes.push(format!(
        "{n_draws} draws. Range and prior of the catalogue; logarithmic where the prior is. Narrowest first."
    ));
    if n_all > panels.len() {
        sheet.notes.push(format!("{} of {n_all} parameters are shown.", panels.len()));
    }
    let n_columns = panels.len().min(2);
    let n_rows = panels.len().div_ceil(n_columns);
    sheet.svg(theme, POSTERIOR_PT * n_rows as f64, &mut |area| {
        for (part, panel) in area.split_evenly((n_rows, n_columns)).iter().zip(&panels) {
            panel.draw(part, theme)?;
        }
        Ok(())
    })
}

/// One parameter: shares of draws and of the prior in bins over the range.
struct Posterior {
    name: String,
    range: [f64; 2],
    shares: [f64; BINS],
    prior: [f64; BINS],
    /// Standard deviation over the width of the range, on its scale.
    spread: f64,
}

impl Posterior {
    fn of(name: &str, draws: &[f64], catalogue: &Catalogue) -> Option<Posterior> {
        let entry = catalogue.entry(name)?;
        let [low, high] = entry.range;
        let logarithmic = entry.distribution == Distribution::LogUniform && low > 0.0;
        if draws.is_empty() || high <= low {
            return None;
        }
        let place = |value: f64| {
            let share =
                if logarithmic { ln(value / low) / ln(high / low) } else { (value - low) / (high - low) };
            share.clamp(0.0, 1.0)
        };
        let mut shares = [0.0; BINS];
        for draw in draws {
            shares[((place(*draw) * BINS as f64) as usize).min(BINS - 1)] += 1.0 / draws.len() as f64;
        }
        let peak = place(entry.value);
        let prior = std::array::from_fn(|bin| {
            let middle = (bin as f64 + 0.5) / BINS as f64;
            match entry.distribution {
                Distribution::Triangular => {
                    let height = if middle < peak {
                        middle / peak.max(1e-9)
                    } else {
                        (1.0 - middle) / (1.0 - peak).max(1e-9)
                    };
                    2.0 * height.clamp(0.0, 1.0) / BINS as f64
                }
                _ => 1.0 / BINS as f64,
            }
        });
        let places: Vec<f64> = draws.iter().map(|draw| place(*draw)).collect();
        let mean = places.iter().sum::<f64>() / places.len() as f64;
        let variance = places.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / places.len() as f64;
        Some(Posterior { name: name.to_string(), range: [low, high], shares, prior, spread: variance.sqrt() })
    }

    fn draw(&self, area: &Area, theme: &Theme) -> Result<(), FigureError> {
        let (width, height) = size_pt(area);
        let (left, right) = (2.0, width - 8.0);
        let (top, bottom) = (theme.legend_pt * 2.6, height - theme.label_pt * 1.8);
        let most = self.shares.iter().chain(&self.prior).fold(0.0_f64, |most, share| most.max(*share));
        let x_of = |bin: f64| left + (right - left) * bin / BINS as f64;
        let y_of = |share: f64| bottom - (bottom - top) * share / most.max(1e-9);
        let name = Lettering { size_pt: theme.note_pt, colour: theme.ink, bold: true, anchor: HPos::Left };
        let (submodel, parameter) = self.name.split_once('.').unwrap_or(("", &self.name));
        let above = Lettering { colour: theme.muted, bold: false, ..name };
        write(area, submodel, (left, theme.legend_pt * 0.7), above)?;
        write(area, parameter, (left, theme.legend_pt * 1.7), name)?;
        for (bin, share) in self.shares.iter().enumerate() {
            let corners = [
                (units(x_of(bin as f64) + 0.3), units(y_of(*share))),
                (units(x_of(bin as f64 + 1.0) - 0.3), units(bottom)),
            ];
            area.draw(&Rectangle::new(corners, theme.on_paper(theme.blue, 0.7).filled())).map_err(fault)?;
        }
        let prior: Vec<(i32, i32)> = self
            .prior
            .iter()
            .enumerate()
            .map(|(bin, share)| (units(x_of(bin as f64 + 0.5)), units(y_of(*share))))
            .collect();
        area.draw(&PathElement::new(prior, theme.ink.stroke_width(units(0.9) as u32))).map_err(fault)?;
        let base = vec![(units(left), units(bottom)), (units(right), units(bottom))];
        area.draw(&PathElement::new(base, theme.ink.stroke_width(units(0.5) as u32))).map_err(fault)?;
        let ends = [(left, HPos::Left, self.range[0]), (right, HPos::Right, self.range[1])];
        for (x, anchor, value) in ends {
            let how = Lettering { size_pt: theme.note_pt, bold: false, anchor, ..name };
            write(area, &short(value), (x, bottom + theme.label_pt * 0.9), how)?;
        }
        Ok(())
    }
}

/// A number with three digits that count.
pub fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return number(value, 0);
    }
    let mut decimals = 0;
    let mut scaled = value.abs();
    while scaled < 100.0 && decimals < 6 && (scaled - scaled.round()).abs() > 1e-9 {
        scaled *= 10.0;
        decimals += 1;
    }
    number(value, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_prior_and_posterior_add_up() {
        let catalogue = Catalogue::compiled_in();
        for entry in catalogue.entries.iter().filter(|entry| entry.range[1] > entry.range[0]) {
            let draws = [entry.range[0], entry.value, entry.range[1]];
            let found = Posterior::of(&entry.name, &draws, &catalogue).unwrap();
            assert!((found.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{}", entry.name);
            assert!((found.prior.iter().sum::<f64>() - 1.0).abs() < 0.08, "{}", entry.name);
        }
        assert!(Posterior::of("no.such", &[1.0], &catalogue).is_none());
        assert_eq!([short(0.02), short(1500.0), short(0.0)], ["0.02", "1,500", "0"]);
    }
}
