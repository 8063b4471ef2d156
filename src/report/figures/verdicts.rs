//! Figures of validation: documented patterns beside simulated ranges, scores beside naive baselines, and the
//! documents' claims.

use std::collections::BTreeMap;

use plotters::style::RGBColor;

use crate::experiments::validation::scores::METHODS;
use crate::report::FigureError;
use crate::report::axes::Tick;
use crate::report::captions::findings_sheet;
use crate::report::dots::{self, Dot, INDENT, Rows, Strip};
use crate::report::findings::{Claim, Findings, Pattern, Score};
use crate::report::sheet::{Key, Mark};
use crate::report::theme::{Theme, number, text_width, wrap};
use crate::report::words::indicator_name;

/// The method that is no baseline.
const MODEL: &str = METHODS[0];
/// Share of the width that a statement may take.
const STATEMENT: f64 = 0.58;
/// Share of the width that a claim's verdict may take.
const VERDICT: f64 = 0.2;

/// Documented ranges of patterns beside what the model does, each in its own unit.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn patterns(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let theme = &theme.page_wide();
    let all = findings.patterns()?;
    let room = theme.picture_width_pt() * STATEMENT;
    let label = |pattern: &Pattern| format!("{} {}", pattern.pattern, pattern.statement);
    let labels: Vec<String> = all.iter().map(|pattern| shortened(&label(pattern), theme, room)).collect();
    let remarks: Vec<String> =
        all.iter().map(|pattern| format!("{} / {}", documented(pattern), in_words(pattern.median))).collect();
    let scaled: Vec<Scaled> = all.iter().map(Scaled::of).collect();
    let strip = Strip {
        heading: "",
        from: 0.0,
        until: 1.0,
        ticks: Vec::<Tick>::new(),
        line: None,
        dots: all
            .iter()
            .zip(&scaled)
            .map(|(pattern, scaled)| {
                let colour = colour_of(theme, pattern);
                Some(Dot { low: scaled.low, value: scaled.median, high: scaled.high, colour })
                    .filter(|dot| dot.value.is_finite())
            })
            .collect(),
        ranges: scaled.iter().map(|scaled| Some(scaled.documented)).collect(),
        bars: false,
    };
    let title = "Documented patterns and what the model does".to_string();
    let words = held_in_words(&all);
    let mut sheet = findings_sheet(findings, title, "patterns.csv", words.clone());
    sheet.keys = vec![
        Key::new(Mark::Box(theme.on_paper(theme.grey, 0.4)), "documented"),
        Key::new(Mark::Line(theme.blue), "simulated, holds"),
        Key::new(Mark::Line(theme.red), "simulated, fails"),
    ];
    if all.iter().any(is_open) {
        sheet.keys.push(Key::new(Mark::Line(theme.muted), "simulated, not evaluated"));
    }
    sheet.notes.push(format!(
        "{words} Dot and line: median and 90 % of runs; right: documented / simulated median (k: thousand). Each row has its own scale, on \
         which the documented range fills the grey bar; arrows and open dots: beyond the scale."
    ));
    let rows = Rows { labels: &labels, remarks: &remarks, unit: "" };
    let strips = [strip];
    sheet.svg(theme, dots::height_pt(theme, &rows, &strips), &mut |area| {
        dots::draw(area, theme, &rows, &strips)
    })
}

/// How many patterns hold, each in all of its parts, and how many parts: rows of the table with the same id are parts of
/// one pattern.
pub fn held_in_words(rows: &[Pattern]) -> String {
    let mut whole: BTreeMap<&str, bool> = BTreeMap::new();
    for row in rows {
        *whole.entry(&row.pattern).or_insert(true) &= passes(row);
    }
    let held = whole.values().filter(|holds| **holds).count();
    let parts = rows.iter().filter(|row| passes(row)).count();
    let open = rows.iter().filter(|row| is_open(row)).count();
    let not = if open > 0 { format!(" and {open} cannot be judged") } else { String::new() };
    format!(
        "Of {} documented patterns the model reproduces {held} in all parts; of the {} parts {parts} hold{not}.",
        whole.len(),
        rows.len()
    )
}

/// True if the table gives no verdict on a part.
fn is_open(pattern: &Pattern) -> bool {
    pattern.verdict.to_ascii_lowercase().starts_with("not ")
}

/// True if the verdict says that a pattern holds.
fn passes(pattern: &Pattern) -> bool {
    let verdict = pattern.verdict.to_ascii_lowercase();
    verdict.starts_with("pass") || verdict.starts_with("hold") || verdict == "yes" || verdict == "ok"
}

fn colour_of(theme: &Theme, pattern: &Pattern) -> RGBColor {
    match pattern {
        part if passes(part) => theme.blue,
        part if is_open(part) => theme.muted,
        _ => theme.red,
    }
}

fn documented(pattern: &Pattern) -> String {
    let text = in_words;
    match (pattern.documented_low.is_finite(), pattern.documented_high.is_finite()) {
        (true, true) if pattern.documented_low == pattern.documented_high => text(pattern.documented_low),
        (true, true) => format!("{}-{}", text(pattern.documented_low), text(pattern.documented_high)),
        (true, false) => format!("\u{2265} {}", text(pattern.documented_low)),
        (false, true) => format!("\u{2264} {}", text(pattern.documented_high)),
        (false, false) => "?".to_string(),
    }
}

fn in_words(value: f64) -> String {
    match value {
        x if !x.is_finite() => "unknown".to_string(),
        x if x.abs() >= 10_000.0 => format!("{}k", number(x / 1_000.0, 0)),
        x => number(x, decimals(x)),
    }
}

fn decimals(value: f64) -> usize {
    match value.abs() {
        x if x >= 10.0 || x == 0.0 || value.fract() == 0.0 => 0,
        x if x >= 1.0 => 1,
        _ => 2,
    }
}

/// A pattern on a scale of its own, on which the documented range lies in the middle third.
struct Scaled {
    documented: (f64, f64),
    low: f64,
    median: f64,
    high: f64,
}

impl Scaled {
    fn of(pattern: &Pattern) -> Scaled {
        let (low, high) = (pattern.documented_low, pattern.documented_high);
        // An open end reaches to the edge of the scale; a single figure is as wide as a tenth of itself.
        let anchor = [low, high, pattern.median].into_iter().find(|x| x.is_finite()).unwrap_or(0.0);
        let width = if low.is_finite() && high.is_finite() { high - low } else { anchor.abs() / 2.0 };
        let width = if width > 0.0 { width } else { (anchor.abs() / 10.0).max(1e-9) };
        let start = if low.is_finite() { low } else { anchor - width };
        let at = |value: f64| (1.0 + (value - start) / width) / 3.0;
        let edge = |value: f64, open: f64| if value.is_finite() { at(value) } else { open };
        Scaled {
            documented: (edge(low, 0.0), edge(high, 1.0)),
            low: at(pattern.p05),
            median: at(pattern.median),
            high: at(pattern.p95),
        }
    }
}

/// The documents' claims: in how many draws each holds.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn claims(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let theme = &theme.page_wide();
    let all = findings.claims()?;
    let (claim_pt, verdict_pt) = (theme.picture_width_pt() * STATEMENT, theme.picture_width_pt() * VERDICT);
    let label = |claim: &Claim| {
        let Claim { claim: number, direction, indicator, region, other, .. } = claim;
        let what = match indicator.strip_prefix("weeks_until_") {
            Some(indicator) => format!("weeks until {}", indicator_name(indicator)),
            None => indicator_name(indicator),
        };
        shortened(&format!("{number}  {what}, {region}: {direction} by {other}"), theme, claim_pt)
    };
    let labels: Vec<String> = all.iter().map(label).collect();
    let remarks: Vec<String> = all.iter().map(|claim| shortened(&claim.verdict, theme, verdict_pt)).collect();
    let strip = Strip {
        heading: "",
        from: 0.0,
        until: 100.0,
        ticks: [0.0, 50.0, 100.0].map(|at| Tick { at, label: number(at, 0) }).to_vec(),
        line: Some(0.0),
        dots: all
            .iter()
            .map(|claim| {
                let value = claim.share_of_draws * 100.0;
                let colour = match claim.verdict.as_str() {
                    "supported" => theme.blue,
                    "opposite" => theme.red,
                    _ => theme.muted,
                };
                let bar = Dot { low: f64::NAN, value, high: f64::NAN, colour };
                Some(bar).filter(|_| value.is_finite())
            })
            .collect(),
        ranges: Vec::new(),
        bars: true,
    };
    let title = "In how many draws the documents' claims hold".to_string();
    let words = format!("{} numbers of claims.", all.len());
    let mut sheet = findings_sheet(findings, title, "claims.csv", words);
    sheet.keys = [(theme.blue, "supported"), (theme.red, "opposite"), (theme.muted, "neither")]
        .map(|(colour, verdict)| Key::new(Mark::Box(theme.on_paper(colour, dots::BAR_DENSITY)), verdict))
        .to_vec();
    sheet.notes.push(
        "Number of the claim, what it expects to change, and the scenario that should change it. Bars: draws of the uncertain \
         parameters in which the effect has that direction. Right: verdict from the mean effect over draws with its 90 % interval."
            .to_string(),
    );
    let rows = Rows { labels: &labels, remarks: &remarks, unit: "percent of draws" };
    let strips = [strip];
    sheet.svg(theme, dots::height_pt(theme, &rows, &strips), &mut |area| {
        dots::draw(area, theme, &rows, &strips)
    })
}

/// How near the model comes to observed series, beside naive baselines: distance, coverage and level, for the whole of
/// each series.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn scores(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let all = match findings.scores() {
        Err(FigureError::NoRows { file, .. }) => {
            let what = "no observed series; `validate --ged FILE --refugees FILE` scores them".to_string();
            return Err(FigureError::NoRows { file, what });
        }
        other => other?,
    };
    let mut series: Vec<&str> = all.iter().map(|row| row.series.as_str()).collect();
    series.dedup();
    let mut labels: Vec<String> = Vec::new();
    let mut rows_shown: Vec<Option<(&Score, f64)>> = Vec::new();
    let mut ahead = 0;
    for name in &series {
        // All regions or hosts together are the row with most cases; the table has them last.
        let of_series = || all.iter().filter(|row| row.series == *name);
        let whole = of_series().max_by_key(|row| row.n).map_or("", |row| row.region.as_str());
        let rows: Vec<&Score> = of_series().filter(|row| row.region == whole).collect();
        let known = || rows.iter().filter(|row| row.crps.is_finite());
        let most = known().map(|row| row.crps).fold(0.0, f64::max);
        let nearest = known().min_by(|a, b| a.crps.total_cmp(&b.crps));
        ahead += usize::from(nearest.is_some_and(|row| row.method == MODEL));
        labels.push(format!("{}, {whole}:", name.replace('-', " ")));
        rows_shown.push(None);
        for row in rows {
            labels.push(format!("{INDENT}{}", row.method.replace('-', " ")));
            rows_shown.push(Some((row, if most > 0.0 { most } else { 1.0 })));
        }
    }
    let tick = |at: &f64| Tick { at: *at, label: number(*at, 0) };
    let strip = |heading, ticks: &[f64], (line, until), of: &dyn Fn(&Score, f64) -> f64| Strip {
        heading,
        from: 0.0,
        until,
        ticks: ticks.iter().map(tick).collect(),
        line: Some(line),
        dots: rows_shown
            .iter()
            .map(|shown| {
                let (row, most) = shown.as_ref()?;
                let value = of(row, *most);
                let colour = if row.method == MODEL { theme.blue } else { theme.grey };
                let dot = Dot { low: value, value, high: value, colour };
                Some(dot).filter(|_| value.is_finite())
            })
            .collect(),
        ranges: Vec::new(),
        bars: false,
    };
    let strips = [
        strip("distance", &[0.0, 1.0], (0.0, 1.0), &|row, most| row.crps / most),
        strip("covered, %", &[0.0, 90.0], (90.0, 100.0), &|row, _| row.coverage90 * 100.0),
        strip("level", &[0.0, 1.0, 2.0], (1.0, 2.0), &|row, _| row.level_ratio),
    ];
    let words = format!("The model is nearest in {ahead} of {} series.", series.len());
    let title = "Near to what was observed? The model beside naive baselines".to_string();
    let mut sheet = findings_sheet(findings, title, "scores.csv", words.clone());
    sheet.keys =
        vec![Key::new(Mark::Box(theme.blue), "model"), Key::new(Mark::Box(theme.grey), "naive baseline")];
    sheet.notes.push(format!(
        "{words} Distance: mean CRPS, relative to the largest of the series; left is better. Covered: observations within the \
         central 90 %; at the line is best. Level: predicted over observed; at the line is best; arrows and open dots: beyond the axis."
    ));
    let rows = Rows { labels: &labels, remarks: &[], unit: "" };
    sheet.svg(theme, dots::height_pt(theme, &rows, &strips), &mut |area| {
        dots::draw(area, theme, &rows, &strips)
    })
}

/// A text cut at a word so that it fits, with dots.
pub fn shortened(text: &str, theme: &Theme, width: f64) -> String {
    let room = width - text_width(" ...", theme.label_pt, false);
    let lines = wrap(text, theme.label_pt, false, room);
    match lines.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first, ..] => format!("{first} ..."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(low: f64, high: f64, median: f64) -> Pattern {
        Pattern {
            pattern: "P1".to_string(),
            statement: String::new(),
            documented_low: low,
            documented_high: high,
            median,
            p05: median,
            p95: median,
            verdict: "pass".to_string(),
            source: String::new(),
        }
    }

    #[test]
    fn the_documented_range_lies_in_the_middle_third() {
        let scaled = Scaled::of(&pattern(10.0, 20.0, 15.0));
        assert!((scaled.documented.0 - 1.0 / 3.0).abs() < 1e-12 && (scaled.median - 0.5).abs() < 1e-12);
        let open = Scaled::of(&pattern(f64::NAN, 20.0, 15.0));
        assert!(open.documented.0 == 0.0 && open.median < open.documented.1);
        let point = Scaled::of(&pattern(4.0, 4.0, 4.0));
        assert!((point.median - 1.0 / 3.0).abs() < 1e-9 && point.documented.1 >= point.documented.0);
        assert!(Scaled::of(&pattern(0.0, 0.0, 0.0)).median.is_finite());
        assert_eq!(documented(&pattern(2.0, f64::NAN, 3.0)), "\u{2265} 2");
    }

    #[test]
    fn a_pattern_holds_if_all_of_its_parts_do() {
        let part = |id: &str, verdict: &str| Pattern {
            pattern: id.to_string(),
            verdict: verdict.to_string(),
            ..pattern(1.0, 2.0, 1.5)
        };
        let rows = [part("P1", "pass"), part("P1", "fail"), part("P2", "pass"), part("P3", "not evaluated")];
        assert_eq!(
            held_in_words(&rows),
            "Of 3 documented patterns the model reproduces 1 in all parts; of the 4 parts 2 hold and 1 cannot be judged."
        );
    }
}
