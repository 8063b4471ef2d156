//! What `validate` prints.

use std::collections::BTreeMap;

use crate::experiments::validation::Verdict;
use crate::experiments::validation::brakes::Bound;
use crate::experiments::validation::judgement::{self, Finding};
use crate::experiments::validation::patterns::{PATTERNS, Part, all_parts};
use crate::experiments::validation::scores::{METHODS, Score};
use crate::experiments::validation::trial::Numbers;
use crate::tables::indicators::AREAS;

/// Parameters named beside a ratio that hangs on many.
const MOST_NAMED: usize = 5;

/// Verdict on a pattern.
pub(super) fn overall(findings: &[Finding], id: &str) -> Verdict {
    Verdict::of_all(findings.iter().filter(|finding| finding.pattern.id == id).map(|finding| finding.verdict))
}

/// The findings in words: a line a pattern, then one a part.
pub(super) fn told(findings: &[Finding], seeds: usize, draws: usize, scale: u32) -> String {
    let mut text = format!(
        "Patterns: {seeds} seeds at {scale} persons per agent, {draws} draws from the prior. A part holds if the median \
         over\nseeds lies in the band; behind it the range of 90 % of seeds. A part that the null model (regional rates \
         of\n2012-13 held constant) shows too says nothing for the model: uninformative.\n\n"
    );
    let mut counts = [0; 3];
    for pattern in &PATTERNS {
        let verdict = overall(findings, pattern.id);
        counts[verdict as usize] += 1;
        text +=
            &format!("{:<4}{:<14}{} ({})\n", pattern.id, verdict.word(), pattern.statement, pattern.source);
        for finding in findings.iter().filter(|finding| finding.pattern.id == pattern.id) {
            text += &told_part(finding);
        }
    }
    let [pass, fail, open] = counts;
    text + &format!("\n{pass} patterns pass, {fail} fail, {open} not evaluated\n")
}

fn told_part(finding: &Finding) -> String {
    let part = finding.part;
    let mut text = format!(
        "    {:<14}{:<6} {}: {} ({} to {}); documented {}, band {}",
        finding.verdict.word(),
        part.usage.word(),
        part.statement,
        shown(finding.median),
        shown(finding.p05),
        shown(finding.p95),
        part.documented,
        band(part)
    );
    if finding.verdict == Verdict::NotEvaluated {
        text = format!(
            "    {:<14}{:<6} {}; documented {}, band {}",
            finding.verdict.word(),
            part.usage.word(),
            part.statement,
            part.documented,
            band(part)
        );
    } else {
        text += &format!("; {:.0} % of seeds", 100.0 * finding.share_of_seeds);
    }
    if !finding.prior_share.is_nan() {
        text += &format!(", {:.0} % of the prior", 100.0 * finding.prior_share);
    }
    if !finding.null_median.is_nan() {
        text += &format!("; null {}", shown(finding.null_median));
    }
    if finding.is_uninformative() {
        text += ": uninformative";
    }
    text + "\n"
}

fn band(part: &Part) -> String {
    match (part.low.is_finite(), part.high.is_finite()) {
        (true, true) => format!("{} to {}", shown(part.low), shown(part.high)),
        (true, false) => format!("from {}", shown(part.low)),
        _ => format!("up to {}", shown(part.high)),
    }
}

/// A number as people read it.
fn shown(x: f64) -> String {
    match x.abs() {
        _ if x.is_nan() => "unknown".to_string(),
        0.0 => "0".to_string(),
        size if size >= 100.0 => format!("{x:.0}"),
        size if size >= 10.0 => format!("{x:.1}"),
        size if size >= 0.01 => format!("{x:.2}"),
        size if size >= 0.0001 => format!("{x:.4}"),
        _ => format!("{x:.1e}"),
    }
}

/// The parameters on which the ratio of P10 hangs, over draws from the prior.
pub(super) fn hanging(of_draws: &[Numbers], draws: &[BTreeMap<String, f64>]) -> String {
    let Some(at) = all_parts().position(|(pattern, _)| pattern.id == "P10") else { return String::new() };
    if of_draws.len() < draws.len() || draws.len() < 3 {
        return String::new();
    }
    let column = |name: &String| (name.clone(), draws.iter().map(|draw| draw[name]).collect());
    let parameters: Vec<(String, Vec<f64>)> = draws[0].keys().map(column).collect();
    let found = judgement::hangs_on(at, of_draws, &parameters, MOST_NAMED);
    let named: Vec<String> = found.iter().map(|(name, rho)| format!("{name} ({rho:+.2})")).collect();
    format!(
        "\nOver the draws the ratio of P10 hangs most on (rank correlation; with {} draws below {:.2} is noise):\n  {}\n",
        draws.len(),
        2.0 / (draws.len() as f64 - 1.0).sqrt(),
        named.join(", ")
    )
}

/// Which brake binds most fighters, by year and region.
pub(super) fn told_brakes(bound: &[Bound]) -> String {
    let mut years: Vec<usize> = bound.iter().map(|b| b.year).collect();
    years.dedup();
    let regions = AREAS.iter().filter(|area| bound.iter().any(|b| b.region == **area));
    let mut text = String::from(
        "\nWhat limits the growth of armed groups most, by year and by the region where most fighters of a group stand\n\
         (share of these fighters, in percent)\n\n",
    );
    text += &format!("{:<12}", "region");
    for year in &years {
        text += &format!("{year:<16}");
    }
    for region in regions {
        text += &format!("\n{region:<12}");
        for year in &years {
            // The most frequent stands first.
            let first = bound.iter().find(|b| b.year == *year && b.region == *region);
            let told = first.map_or(String::new(), |b| format!("{} {:.0}", b.brake, 100.0 * b.share));
            text += &format!("{told:<16}");
        }
    }
    text + "\n"
}

/// The scores as a table.
pub(super) fn told_scores(scores: &[Score]) -> String {
    if scores.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\nScores against what was observed (CRPS in the unit of the series, lower is better)\n\n{:<18}{:<22}{:<18}{:>10}{:>11}\
         {:>12}{:>17}{:>6}\n",
        "series", "region", "method", "coverage90", "crps", "level_ratio", "rank_correlation", "n"
    );
    for score in scores {
        let said = |x: f64| if x.is_nan() { "-".to_string() } else { shown(x) };
        text += &format!(
            "{:<18}{:<22}{:<18}{:>10}{:>11}{:>12}{:>17}{:>6}\n",
            score.series,
            score.region,
            score.method,
            said(score.coverage90),
            said(score.crps),
            said(score.level_ratio),
            said(score.rank_correlation),
            score.n
        );
    }
    let worse = scores.chunks(METHODS.len()).filter(|group| {
        group.len() == METHODS.len() && group[1..].iter().any(|naive| naive.crps < group[0].crps)
    });
    text + &format!(
        "\nIn {} of {} of these a naive baseline is nearer than the model (CRPS).\n",
        worse.count(),
        scores.len() / METHODS.len()
    )
}
