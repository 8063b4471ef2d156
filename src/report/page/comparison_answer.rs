//! The opening of a comparison's page: every number and every word of direction comes from the tables.

use std::collections::BTreeMap;

use crate::report::figures::comparison::{HEADLINES, is_decided, of_horizon};
use crate::report::findings::{Cause, Difference, Winner};
use crate::report::tables::specification;
use crate::report::theme::number;
use crate::report::words::{capitalized, change, indicator_name, list, quantity};
use crate::tables::indicators::Better;

/// Most parties that a sentence names.
const MOST_NAMES: usize = 5;

/// What changes in Mali: a sentence per headline with a clear sign, then those without.
pub fn what_changes(differences: &[Difference], base: &str, other: &str) -> Vec<String> {
    let rows = of_horizon(differences);
    let find = |indicator: &str| rows.iter().find(|row| row.indicator == indicator && row.region == "Mali");
    let mut sentences = Vec::new();
    let mut open = Vec::new();
    for row in HEADLINES.iter().filter_map(|indicator| find(indicator)) {
        if !is_decided(row.low90, row.high90) {
            open.push(indicator_name(&row.indicator));
            continue;
        }
        let spec = specification(&row.indicator);
        let (unit, better) = spec.map_or(("", Better::Neither), |spec| (spec.unit, spec.better));
        let (word, good) =
            if row.difference > 0.0 { ("higher", Better::Higher) } else { ("lower", Better::Lower) };
        let judged = match better {
            Better::Neither => "",
            better if better == good => ", an improvement",
            _ => ", a worsening",
        };
        let percent = match row.base_mean.abs() > 0.0 && unit != "share" {
            true => format!(" ({}{} %)", if row.difference > 0.0 { "+" } else { "" }, {
                let percent = 100.0 * row.difference / row.base_mean.abs();
                number(percent, if percent.abs() < 10.0 { 1 } else { 0 })
            }),
            false => String::new(),
        };
        sentences.push(format!(
            "{}: {word} under {other}{judged}. {}{percent}, against {} under {base}; 90 % interval {} to {}.",
            capitalized(&indicator_name(&row.indicator)),
            change(row.difference, unit),
            quantity(row.base_mean, unit),
            change(row.low90, unit),
            change(row.high90, unit),
        ));
    }
    if sentences.is_empty() {
        sentences
            .push(format!("Between {other} and {base} no difference in Mali as a whole has a clear sign."));
    }
    if !open.is_empty() {
        sentences.push(format!("No clear difference in {}.", list(&open)));
    }
    sentences
}

/// Who gains and who loses.
pub fn for_whom(winners: &[Winner]) -> Vec<String> {
    let mut counts: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    for row in winners {
        let (gains, losses) = counts.entry((&row.who_kind, &row.who)).or_default();
        match row.verdict.as_str() {
            "gain" => *gains += 1,
            "loss" => *losses += 1,
            _ => {}
        }
    }
    let mut sentences = Vec::new();
    let mut kinds: Vec<&str> = winners.iter().map(|row| row.who_kind.as_str()).collect();
    kinds.dedup();
    for kind in kinds {
        let of_kind = || counts.iter().filter(|((known, _), _)| *known == kind);
        let named = |wanted: &dyn Fn(u32, u32) -> bool| {
            let names: Vec<String> = of_kind()
                .filter(|(_, (gains, losses))| wanted(*gains, *losses))
                .map(|((_, who), _)| (*who).to_string())
                .collect();
            shortened(names)
        };
        let only_gain = named(&|gains, losses| gains > 0 && losses == 0);
        let only_lose = named(&|gains, losses| gains == 0 && losses > 0);
        let both = named(&|gains, losses| gains > 0 && losses > 0);
        let mut parts = Vec::new();
        if let Some(names) = only_gain {
            parts.push(format!("only gains for {names}"));
        }
        if let Some(names) = only_lose {
            parts.push(format!("only losses for {names}"));
        }
        if let Some(names) = both {
            parts.push(format!("gains and losses for {names}"));
        }
        let name = capitalized(plural(kind));
        sentences.push(match parts.is_empty() {
            true => format!("{name}: nobody's gain or loss is clear."),
            false => format!("{name}: {}.", parts.join("; ")),
        });
    }
    sentences
}

fn plural(kind: &str) -> &str {
    match kind {
        "region" => "regions",
        "community" => "communities",
        "actor" => "actors",
        "neighbour" => "neighbours",
        other => other,
    }
}

fn shortened(mut names: Vec<String>) -> Option<String> {
    let n = names.len();
    if n > MOST_NAMES {
        names.truncate(MOST_NAMES);
        names.push(format!("{} others", n - MOST_NAMES));
    }
    (n > 0).then(|| list(&names))
}

/// What carries the differences.
pub fn why(causes: &[Cause]) -> Vec<String> {
    let mut indicators: Vec<&str> = causes.iter().map(|row| row.indicator.as_str()).collect();
    indicators.dedup();
    let sentence = |indicator: &&str| {
        let rows = causes.iter().filter(|row| row.indicator == **indicator && row.share.is_finite());
        let largest = rows.max_by(|a, b| a.share.total_cmp(&b.share))?;
        let clear = match is_decided(largest.low90, largest.high90) {
            true => "",
            false => ", though its share may be nothing",
        };
        Some(format!(
            "Of the difference in {}, the {} {} carries most: {} % ({} to {} %){clear}.",
            indicator_name(indicator),
            largest.kind,
            largest.name,
            number(largest.share * 100.0, 0),
            number(largest.low90 * 100.0, 0),
            number(largest.high90 * 100.0, 0),
        ))
    };
    indicators.iter().filter_map(sentence).collect()
}

/// How sure this is.
pub fn how_sure(differences: &[Difference]) -> Vec<String> {
    let rows = of_horizon(differences);
    let pairs = rows.iter().map(|row| row.pairs).filter(|n| n.is_finite()).fold(0.0, f64::max);
    let decided = rows.iter().filter(|row| is_decided(row.low90, row.high90)).count();
    let mut sentences = Vec::new();
    if pairs <= 1.0 {
        sentences
            .push("One pair of runs: no difference can be told from chance. Run more seeds.".to_string());
        return sentences;
    }
    sentences.push(format!(
        "{} pairs of runs. Of {} differences over the whole horizon, in all regions and indicators, {decided} have a clear \
         sign; one in ten of intervals like these would miss zero by chance alone.",
        number(pairs, 0),
        rows.len(),
    ));
    if pairs < 10.0 {
        sentences.push(format!("{} pairs are few; take twenty or more.", number(pairs, 0)));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(indicator: &str, difference: f64, low90: f64, high90: f64) -> Difference {
        Difference {
            region: "Mali".to_string(),
            period: "horizon".to_string(),
            indicator: indicator.to_string(),
            base_mean: 1_000.0,
            other_mean: 1_000.0 + difference,
            difference,
            low90,
            high90,
            pairs: 20.0,
        }
    }

    #[test]
    fn a_sign_that_flips_changes_the_words() {
        let less = what_changes(&[row("deaths", -200.0, -300.0, -100.0)], "a", "b");
        assert_eq!(
            less,
            [
                "People killed: lower under b, an improvement. -200 (-20 %), against 1,000 under a; 90 % interval -300 to -100."
            ]
        );
        let more = what_changes(&[row("deaths", 200.0, 100.0, 300.0)], "a", "b");
        assert_eq!(
            more,
            [
                "People killed: higher under b, a worsening. +200 (+20 %), against 1,000 under a; 90 % interval +100 to +300."
            ]
        );
        let open = what_changes(&[row("deaths", 5.0, -100.0, 300.0)], "a", "b");
        assert_eq!(open[1], "No clear difference in people killed.");
        assert_eq!(how_sure(&[row("deaths", 5.0, -1.0, 3.0)])[0].matches(" 0 have").count(), 1);
    }

    #[test]
    fn gains_and_losses_are_told_by_kind() {
        let winner = |who: &str, indicator: &str, verdict: &str| Winner {
            who_kind: "region".to_string(),
            who: who.to_string(),
            indicator: indicator.to_string(),
            difference: 1.0,
            low90: 0.0,
            high90: 2.0,
            verdict: verdict.to_string(),
        };
        let told = |verdict: &str| {
            for_whom(&[winner("Gao", "deaths", verdict), winner("Kidal", "deaths", "undecided")])
        };
        assert_eq!(told("gain"), ["Regions: only gains for Gao."]);
        assert_eq!(told("loss"), ["Regions: only losses for Gao."]);
        assert_eq!(told("undecided"), ["Regions: nobody's gain or loss is clear."]);
        let both = for_whom(&[winner("Gao", "deaths", "gain"), winner("Gao", "fear", "loss")]);
        assert_eq!(both, ["Regions: gains and losses for Gao."]);
    }
}
