//! Figure of robustness: how much each policy is regretted over many states of the world.

use crate::report::FigureError;
use crate::report::axes::Tick;
use crate::report::captions::findings_sheet;
use crate::report::dots::{self, Dot, INDENT, Rows, Strip};
use crate::report::findings::{Findings, Regret};
use crate::report::sheet::{Key, Mark};
use crate::report::theme::{Theme, number};

/// Most outcomes.
const MOST_OUTCOMES: usize = 4;

/// Mean regret of every policy, outcome by outcome, with its interval and what nine of ten states stay below.
///
/// # Errors
///
/// Those of the table and of the drawing.
pub fn regret(theme: &Theme, findings: &Findings) -> Result<String, FigureError> {
    let all = findings.regret()?;
    let mut outcomes: Vec<&str> = all.iter().map(|row| row.outcome.as_str()).collect();
    outcomes.dedup();
    let n_all = outcomes.len();
    outcomes.truncate(MOST_OUTCOMES);
    let (mut labels, mut remarks, mut dots, mut ranges) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut satisfied: Vec<Option<Dot>> = Vec::new();
    for outcome in &outcomes {
        let rows: Vec<&Regret> = all.iter().filter(|row| row.outcome == *outcome).collect();
        // Regret has the unit of its outcome: each outcome is scaled by its largest.
        let reach = |row: &&Regret| row.regret.max(row.high90).max(row.regret_p90);
        let most = rows.iter().map(reach).fold(0.0, f64::max);
        let per = if most > 0.0 { most } else { 1.0 };
        if !labels.is_empty() {
            push_words(&mut labels, &mut remarks, (String::new(), String::new()));
            dots.push(None);
            ranges.push(None);
            satisfied.push(None);
        }
        let same = if most > 0.0 { "" } else { "none ever better" };
        push_words(&mut labels, &mut remarks, (format!("{outcome}:"), same.to_string()));
        dots.push(None);
        ranges.push(None);
        satisfied.push(None);
        for row in rows {
            // Why it cannot be called stands below.
            let verdict = row.verdict.split(':').next().unwrap_or_default();
            let words = (format!("{INDENT}{}", row.scenario), format!("{}, {verdict}", short(row.regret)));
            push_words(&mut labels, &mut remarks, words);
            let colour = if row.verdict == "best" { theme.blue } else { theme.ink };
            let (low, value, high) = (row.low90 / per, row.regret / per, row.high90 / per);
            dots.push(Some(Dot { low, value, high, colour }).filter(|dot| dot.value.is_finite()));
            ranges.push(Some((0.0, row.regret_p90 / per)).filter(|(_, end)| end.is_finite()));
            let bar = Dot { low: f64::NAN, value: row.satisficing * 100.0, high: f64::NAN, colour };
            satisfied.push(Some(bar).filter(|bar| bar.value.is_finite()));
        }
    }
    // Short labels: the last stands beside the first of the next strip.
    let ticks = [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
        .map(|(at, label)| Tick { at, label: label.to_string() })
        .to_vec();
    let has_bar = satisfied.iter().any(Option::is_some);
    let heading = if has_bar { "regret" } else { "" };
    let mut strips =
        vec![Strip { heading, from: 0.0, until: 1.0, ticks, line: Some(0.0), dots, ranges, bars: false }];
    if has_bar {
        strips.push(Strip {
            heading: "cleared, %",
            from: 0.0,
            until: 100.0,
            ticks: [0.0, 50.0, 100.0].map(|at| Tick { at, label: number(at, 0) }).to_vec(),
            line: Some(0.0),
            dots: satisfied,
            ranges: Vec::new(),
            bars: true,
        });
    }
    let best: Vec<String> = all
        .iter()
        .filter(|row| row.verdict == "best")
        .map(|row| format!("{} in {}", row.scenario, row.outcome))
        .collect();
    let words = match best.is_empty() {
        true => "No policy can be called best.".to_string(),
        false => format!("Least regretted: {}.", best.join(", ")),
    };
    let title = "How much each policy is regretted".to_string();
    let mut sheet = findings_sheet(findings, title, "regret.csv", words);
    sheet.keys = vec![
        Key::new(Mark::Line(theme.ink), "mean"),
        Key::new(Mark::Line(theme.blue), "mean of the best"),
        Key::new(Mark::Box(theme.on_paper(theme.grey, 0.4)), "nine of ten states"),
    ];
    sheet.notes.push(
        "Regret: what is lost against the best of these policies in the same state of the world. Line: 90 % interval of the \
         mean; right: the mean in the unit of the outcome, and whether the policy can be called best."
            .to_string(),
    );
    if let Some((_, reason)) = all.iter().find_map(|row| row.verdict.split_once(": ")) {
        sheet.notes.push(format!("No policy is called best: {reason}."));
    }
    if has_bar {
        sheet.notes.push(
            "Cleared: states of the world in which the outcome clears the bar that was set.".to_string(),
        );
    }
    if n_all > outcomes.len() {
        sheet.notes.push(format!("{} of {n_all} outcomes are shown.", outcomes.len()));
    }
    let unit =
        if has_bar { "regret, relative to the largest; percent" } else { "regret, relative to the largest" };
    let rows = Rows { labels: &labels, remarks: &remarks, unit };
    sheet.svg(theme, dots::height_pt(theme, &rows, &strips), &mut |area| {
        dots::draw(area, theme, &rows, &strips)
    })
}

fn push_words(labels: &mut Vec<String>, remarks: &mut Vec<String>, (label, remark): (String, String)) {
    labels.push(label);
    remarks.push(remark);
}

/// A regret with as many decimals as it needs.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 1e6 => format!("{} million", number(value / 1e6, 1)),
        size if size >= 10.0 || size == 0.0 => number(value, 0),
        size if size >= 0.1 => number(value, 2),
        _ => number(value, 4),
    }
}
