//! The opening of a comparison's page: every number and every word of direction comes from the tables.

use std::collections::BTreeMap;

use crate::experiments::comparison::FALSE_DISCOVERIES;
use crate::report::figures::comparison::{HEADLINES, misses_zero, of_horizon};
use crate::report::findings::{Cause, Difference, Winner};
use crate::report::tables::specification;
use crate::report::theme::number;
use crate::report::words::{
    capitalized, change_and_interval, indicator_name, list, party_name, plural, quantity,
};
use crate::tables::indicators::Better;

/// Share of a difference that says 101 % or more.
const MORE_THAN_ALL: f64 = 1.005;
/// Most parties that a sentence names.
const MOST_NAMES: usize = 5;
/// Most numbers that stand behind a party.
const MOST_NUMBERS: usize = 3;
/// What is clear and yet below this is told in one sentence with its like [%; share].
const SMALL_PERCENT: f64 = 1.0;
const SMALL_SHARE: f64 = 0.005;

/// What changes in Mali: a sentence per headline that stands out, then those that do not.
pub fn what_changes(differences: &[Difference], base: &str, other: &str) -> Vec<String> {
    let rows = of_horizon(differences);
    let find = |indicator: &str| rows.iter().find(|row| row.indicator == indicator && row.region == "Mali");
    let mut sentences = Vec::new();
    let (mut small, mut open) = (Vec::new(), Vec::new());
    for row in HEADLINES.iter().filter_map(|indicator| find(indicator)) {
        if !row.is_clear() {
            open.push(indicator_name(&row.indicator));
            continue;
        }
        let spec = specification(&row.indicator);
        let (unit, better) = spec.map_or(("", Better::Neither), |spec| (spec.unit, spec.better));
        let (value, interval) = change_and_interval(row.difference, row.low90, row.high90, unit);
        if is_small(row, unit) {
            small.push(format!("{} ({value})", indicator_name(&row.indicator)));
            continue;
        }
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
            "{}: {word} under {other}{judged}. {value}{percent}, against {} under {base}; 90 % interval {interval}.",
            capitalized(&indicator_name(&row.indicator)),
            quantity(row.base_mean, unit),
        ));
    }
    if sentences.is_empty() {
        let large = if small.is_empty() { "" } else { "large " };
        sentences
            .push(format!("Between {other} and {base} no {large}difference in Mali as a whole stands out."));
    }
    if !small.is_empty() {
        sentences.push(format!(
            "Clear but small, below {} % or half a percentage point: {}.",
            number(SMALL_PERCENT, 0),
            list(&small)
        ));
    }
    if !open.is_empty() {
        sentences.push(format!("No clear difference in {}.", list(&open)));
    }
    sentences
}

/// True if a clear difference is too small to open with.
fn is_small(row: &Difference, unit: &str) -> bool {
    match unit {
        "share" => row.difference.abs() < SMALL_SHARE,
        _ => row.difference.abs() < SMALL_PERCENT / 100.0 * row.base_mean.abs(),
    }
}

/// What one party gains and loses.
#[derive(Default)]
struct Lot {
    gains: Vec<String>,
    losses: Vec<String>,
}

/// Who gains and who loses, and in what.
pub fn for_whom(winners: &[Winner]) -> Vec<String> {
    let mut lots: BTreeMap<(&str, &str), Lot> = BTreeMap::new();
    for row in winners {
        let lot = lots.entry((&row.who_kind, &row.who)).or_default();
        let direction = if row.difference > 0.0 { "higher" } else { "lower" };
        let words = format!("{} {direction}", indicator_name(&row.indicator));
        match row.verdict.as_str() {
            "gain" => lot.gains.push(words),
            "loss" => lot.losses.push(words),
            _ => {}
        }
    }
    let mut sentences = Vec::new();
    let mut kinds: Vec<&str> = winners.iter().map(|row| row.who_kind.as_str()).collect();
    kinds.dedup();
    for kind in kinds {
        let named = |wanted: &dyn Fn(&Lot) -> bool| {
            let of_kind = lots.iter().filter(|((known, _), lot)| *known == kind && wanted(lot));
            shortened(of_kind.map(|((_, who), lot)| in_what(who, lot)).collect())
        };
        let only_gain = named(&|lot| !lot.gains.is_empty() && lot.losses.is_empty());
        let only_lose = named(&|lot| lot.gains.is_empty() && !lot.losses.is_empty());
        let both = named(&|lot| !lot.gains.is_empty() && !lot.losses.is_empty());
        let told = [("only gains", only_gain), ("only losses", only_lose), ("gains and losses", both)];
        let parts: Vec<String> = told
            .into_iter()
            .filter_map(|(words, names)| names.map(|names| format!("{words} for {names}")))
            .collect();
        let name = capitalized(plural(kind));
        sentences.push(match parts.is_empty() {
            true => format!("{name}: nobody's gain or loss is clear."),
            false => format!("{name}: {}.", parts.join("; ")),
        });
    }
    sentences
}

/// A party with the first of what it gains and loses.
fn in_what(who: &str, lot: &Lot) -> String {
    let mut words: Vec<String> = lot.gains.iter().chain(&lot.losses).cloned().collect();
    if words.len() > MOST_NUMBERS {
        let more = words.len() - (MOST_NUMBERS - 1);
        words.truncate(MOST_NUMBERS - 1);
        words.push(format!("{more} more"));
    }
    format!("{} ({})", party_name(who), list(&words))
}

fn shortened(mut names: Vec<String>) -> Option<String> {
    let n = names.len();
    if n > MOST_NAMES {
        names.truncate(MOST_NAMES);
        names.push(others(n - MOST_NAMES));
    }
    (n > 0).then(|| list(&names))
}

fn others(n: usize) -> String {
    if n == 1 { "1 other".to_string() } else { format!("{n} others") }
}

/// What carries the differences: for each cause what it carries the largest part of.
pub fn why(causes: &[Cause]) -> Vec<String> {
    let mut indicators: Vec<&str> = causes.iter().map(|row| row.indicator.as_str()).collect();
    indicators.dedup();
    let rank = |name: &&str| HEADLINES.iter().position(|known| known == name).unwrap_or(HEADLINES.len());
    indicators.sort_by_key(rank);
    let mut carried: Vec<(&Cause, Vec<String>)> = Vec::new();
    let mut goes_beyond = false;
    for indicator in indicators {
        let rows = causes.iter().filter(|row| row.indicator == indicator && row.share.is_finite());
        let Some(largest) = rows.max_by(|a, b| a.share.total_cmp(&b.share)) else { continue };
        goes_beyond |= largest.share >= MORE_THAN_ALL;
        let unsure = if misses_zero(largest.low90, largest.high90) { "" } else { ", or nothing" };
        let words = format!(
            "{} ({} %, {} to {}{unsure})",
            indicator_name(indicator),
            number(largest.share * 100.0, 0),
            number(largest.low90 * 100.0, 0),
            number(largest.high90 * 100.0, 0),
        );
        match carried.iter_mut().find(|(cause, _)| cause.kind == largest.kind && cause.name == largest.name) {
            Some((_, all)) => all.push(words),
            None => carried.push((largest, vec![words])),
        }
    }
    let sentence = |(cause, mut all): (&Cause, Vec<String>)| {
        if all.len() > MOST_NAMES {
            let more = all.len() - (MOST_NAMES - 1);
            all.truncate(MOST_NAMES - 1);
            all.push(others(more));
        }
        format!(
            "The {} {} carries the largest part of the difference in {}.",
            cause.kind,
            cause.name,
            list(&all)
        )
    };
    let mut sentences: Vec<String> = carried.into_iter().map(sentence).collect();
    if goes_beyond {
        sentences.push(
            "Where a share is above 100 %, other causes pull the other way and undo the rest.".to_string(),
        );
    }
    sentences
}

/// How sure this is.
pub fn how_sure(differences: &[Difference]) -> Vec<String> {
    let rows = of_horizon(differences);
    let pairs = rows.iter().map(|row| row.pairs).filter(|n| n.is_finite()).fold(0.0, f64::max);
    let clear = rows.iter().filter(|row| row.is_clear()).count();
    let varying = rows.iter().filter(|row| row.discovery_rate.is_finite()).count();
    let mut sentences = Vec::new();
    if pairs <= 1.0 {
        sentences
            .push("One pair of runs: no difference can be told from chance. Run more seeds.".to_string());
        return sentences;
    }
    sentences.push(format!(
        "{} pairs of runs. Of the {} differences over the whole horizon that vary, in all regions and indicators, {} out. \
         They are judged together, at a false discovery rate of {} %: that many of those named may be luck. An interval \
         by itself is no such judgement, for one in ten misses zero by chance.",
        number(pairs, 0),
        number(varying as f64, 0),
        if clear == 1 { "1 stands".to_string() } else { format!("{} stand", number(clear as f64, 0)) },
        number(100.0 * FALSE_DISCOVERIES, 0),
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
            discovery_rate: if low90 > 0.0 || high90 < 0.0 { 0.01 } else { 0.6 },
        }
    }

    #[test]
    fn causes_that_pull_apart_are_said_to_do_so() {
        let cause = |share: f64| Cause {
            indicator: "deaths".to_string(),
            kind: "lever".to_string(),
            name: "serval".to_string(),
            share,
            low90: share - 0.1,
            high90: share + 0.1,
        };
        let largest = "The lever serval carries the largest part of the difference in people killed";
        assert_eq!(why(&[cause(0.7)]), [format!("{largest} (70 %, 60 to 80).")]);
        let two = why(&[cause(2.7), cause(-1.7)]);
        assert_eq!(two[0], format!("{largest} (270 %, 260 to 280)."));
        assert!(two.len() == 2 && two[1].contains("other causes pull the other way"), "{two:?}");
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
        assert_eq!(how_sure(&[row("deaths", 5.0, -1.0, 3.0)])[0].matches(" 0 stand out").count(), 1);
        let small = what_changes(&[row("deaths", -2.0, -3.0, -1.0)], "a", "b");
        assert_eq!(small[0], "Between b and a no large difference in Mali as a whole stands out.");
        assert_eq!(
            small[1..],
            ["Clear but small, below 1 % or half a percentage point: people killed (-2)."]
        );
        // An interval without zero is not enough: among many it may be luck.
        let luck = Difference { discovery_rate: 0.11, ..row("deaths", -200.0, -300.0, -100.0) };
        assert_eq!(
            what_changes(std::slice::from_ref(&luck), "a", "b")[1],
            "No clear difference in people killed."
        );
        let edge = Difference { discovery_rate: 0.1, ..luck };
        assert!(how_sure(&[edge])[0].contains(" 1 stands out"));
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
        assert_eq!(told("gain"), ["Regions: only gains for Gao (people killed higher)."]);
        assert_eq!(told("loss"), ["Regions: only losses for Gao (people killed higher)."]);
        assert_eq!(told("undecided"), ["Regions: nobody's gain or loss is clear."]);
        let both = for_whom(&[winner("Gao", "deaths", "gain"), winner("Gao", "fear", "loss")]);
        assert_eq!(both, ["Regions: gains and losses for Gao (people killed higher and fear higher)."]);
    }
}
