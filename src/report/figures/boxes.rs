//! Where outcomes of interest come from: the limits of the boxes that scenario discovery found.

use crate::base::maths::ln;
use crate::experiments::sensitivity::boxes::LEAST_CASES;
use crate::report::FigureError;
use crate::report::axes::Tick;
use crate::report::captions::findings_sheet;
use crate::report::dots::{self, INDENT, Rows, Strip};
use crate::report::figures::uncertainty::short;
use crate::report::findings::{BoxLimit, Findings};
use crate::report::sheet::{Key, Mark};
use crate::report::theme::{Theme, number};
use crate::scenario::parameters::{Catalogue, Distribution};

/// Most limits that are shown.
const MOST_LIMITS: usize = 24;

/// The boxes, a bar per limit over the range of its parameter.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn boxes(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let theme = &theme.page_wide();
    let all = findings.boxes().map_err(|error| match error {
        FigureError::NoRows { file, .. } => FigureError::NoRows { file, what: none_found() },
        other => other,
    })?;
    let catalogue = Catalogue::compiled_in();
    let (mut labels, mut remarks, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    let mut shown = 0;
    for limit in all.iter().take(MOST_LIMITS) {
        let key = (limit.outcome.as_str(), limit.number);
        if last.is_none_or(|(outcome, _)| outcome != key.0) {
            labels.push(format!("{}, {}:", limit.outcome, rounded(&limit.interest)));
            remarks.push(String::new());
            ranges.push(None);
        }
        if last != Some(key) {
            labels.push(format!("box {}", limit.number));
            remarks.push(format!(
                "covers {} %, {} % inside",
                number(limit.coverage * 100.0, 0),
                number(limit.density * 100.0, 0)
            ));
            ranges.push(None);
            last = Some(key);
        }
        labels.push(format!("{INDENT}{}", limit.parameter));
        remarks.push(match limit.reproduced.is_finite() {
            true => format!("{} ({} %)", in_words(limit), number(limit.reproduced * 100.0, 0)),
            false => in_words(limit),
        });
        ranges.push(place(limit, &catalogue, findings));
        shown += 1;
    }
    let strips = [Strip {
        heading: "",
        from: 0.0,
        until: 1.0,
        ticks: [(0.0, "lowest"), (1.0, "highest")]
            .map(|(at, label)| Tick { at, label: label.into() })
            .to_vec(),
        line: None,
        dots: Vec::new(),
        ranges,
        bars: false,
    }];
    let words = format!("{} limits.", all.len());
    let title = "Where the outcomes of interest come from".to_string();
    let mut sheet = findings_sheet(findings, title, "boxes.csv", words);
    sheet.keys = vec![Key::new(Mark::Box(theme.on_paper(theme.grey, 0.4)), "values inside the box")];
    sheet.notes.push(
        "Bars over the range of the catalogue, of levers over what was run. Covers: share of all cases of interest in the box; inside: share of the box's \
         cases that are of interest. In brackets: share of half samples in which it is limited again; below a half it may be luck."
            .to_string(),
    );
    if shown < all.len() {
        sheet.notes.push(format!("{shown} of {} limits are shown.", all.len()));
    }
    let rows = Rows { labels: &labels, remarks: &remarks, unit: "" };
    sheet.svg(theme, dots::height_pt(theme, &rows, &strips), &mut |area| {
        dots::draw(area, theme, &rows, &strips)
    })
}

/// What a table without a box says.
fn none_found() -> String {
    format!(
        "no box was found: within no limits on what the plan varies do the outcomes of interest lie closer together than \
         elsewhere, or there are too few points (a box holds a twentieth of them and {LEAST_CASES} at least)\n\
         `harmattan sensitivity PLAN --method prim` says which of the two; ask for other values by --outcome with --at-least \
         or --at-most, or give the plan more points"
    )
}

/// A condition like "at least 0.43226816577039723" with as many digits as count.
fn rounded(interest: &str) -> String {
    match interest.rsplit_once(' ') {
        Some((words, figure)) => match figure.parse::<f64>() {
            Ok(value) => format!("{words} {}", short(value)),
            Err(_) => interest.to_string(),
        },
        None => interest.to_string(),
    }
}

/// The bar of a limit as shares of the range of what it limits; none where no range is known.
fn place(limit: &BoxLimit, catalogue: &Catalogue, findings: &Findings) -> Option<(f64, f64)> {
    let entry = catalogue.entry(&limit.parameter);
    let [low, high] = match entry {
        Some(entry) => entry.range,
        None => findings.range_of_runs(&limit.parameter)?,
    };
    let logarithmic = entry.is_some_and(|entry| entry.distribution == Distribution::LogUniform) && low > 0.0;
    let share = |value: f64, open: f64| {
        let share = match (value.is_finite() && high > low, logarithmic && value > 0.0) {
            (false, _) => open,
            (true, true) => ln(value / low) / ln(high / low),
            (true, false) => (value - low) / (high - low),
        };
        share.clamp(0.0, 1.0)
    };
    Some((share(limit.low, 0.0), share(limit.high, 1.0)))
}

/// The limits in numbers.
fn in_words(limit: &BoxLimit) -> String {
    let text = |value: f64| number(value, if value.abs() < 10.0 { 3 } else { 0 });
    match (limit.low.is_finite(), limit.high.is_finite()) {
        (true, true) => format!("{} to {}", text(limit.low), text(limit.high)),
        (true, false) => format!("\u{2265} {}", text(limit.low)),
        (false, true) => format!("\u{2264} {}", text(limit.high)),
        (false, false) => "any".to_string(),
    }
}
