//! Names and numbers in plain words, for figures and pages.

use std::borrow::Cow;

use crate::report::theme::number;

/// Names that differ from the column's own words.
const NAMES: [(&str, &str); 22] = [
    ("deaths", "people killed"),
    ("civilian_deaths", "civilians killed"),
    ("state_force_deaths", "soldiers killed"),
    ("peacekeeper_deaths", "peacekeepers killed"),
    ("group_fighter_deaths", "fighters killed"),
    ("officials_at_post", "officials at post"),
    ("area_controlled_by_groups_km2", "area under groups"),
    ("population_under_groups", "people under groups"),
    ("population_under_nobody", "people under nobody"),
    ("illicit_income_eur", "illicit income"),
    ("group_income_eur", "income of groups"),
    ("state_spending_eur", "state spending"),
    ("mission_cost_eur", "cost of missions"),
    ("seized_value_eur", "value seized"),
    ("ransoms_eur", "ransoms"),
    ("illicit_livelihood_share", "living off trafficking"),
    ("distrust_share", "people without trust"),
    ("food_price_index", "food prices"),
    ("idps", "displaced in Mali"),
    ("refugees", "refugees abroad"),
    ("fighters", "fighters of groups"),
    ("trust_in_state", "trust in the state"),
];

/// An indicator in plain words.
pub fn indicator_name(indicator: &str) -> String {
    match NAMES.iter().find(|(name, _)| *name == indicator) {
        Some((_, words)) => (*words).to_string(),
        None => {
            let stem = ["_eur", "_km2", "_share"].iter().find_map(|suffix| indicator.strip_suffix(suffix));
            stem.unwrap_or(indicator).replace('_', " ")
        }
    }
}

/// A quantity in its unit, rounded as people read it: `1,230`, `0.42`, `31.5 million EUR`.
pub fn quantity(value: f64, unit: &str) -> String {
    if !value.is_finite() {
        return "unknown".to_string();
    }
    let size = value.abs();
    match unit {
        "EUR" if size >= 1e6 => {
            format!("{} million EUR", number(value / 1e6, if size < 1e8 { 1 } else { 0 }))
        }
        "EUR" => format!("{} EUR", number(value, 0)),
        "share" => format!("{} %", number(value * 100.0, if size < 0.1 { 1 } else { 0 })),
        "index" => number(value, 2),
        "km2" => format!("{} km\u{b2}", number(value, 0)),
        // Six digits of an estimate would feign knowledge.
        _ if size >= 10_000.0 => number(three_digits(value), 0),
        _ => number(value, if size < 10.0 && value.fract() != 0.0 { 1 } else { 0 }),
    }
}

/// A number of at least 1,000 with its first three digits.
fn three_digits(value: f64) -> f64 {
    let mut unit = 1.0;
    while value.abs() / unit >= 1_000.0 {
        unit *= 10.0;
    }
    (value / unit).round() * unit
}

/// A change in the unit of its quantity, with its sign; changes of shares in percentage points.
pub fn change(value: f64, unit: &str) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    if unit == "share" && value.is_finite() {
        let points = value * 100.0;
        return format!(
            "{sign}{} percentage points",
            number(points, if points.abs() < 10.0 { 1 } else { 0 })
        );
    }
    format!("{sign}{}", quantity(value, unit))
}

/// A change and its interval in the unit of its quantity, with the decimals that the interval's width asks for:
/// `+0.11 percentage points`, `+0.02 to +0.19`.
pub fn change_and_interval(value: f64, low: f64, high: f64, unit: &str) -> (String, String) {
    let size =
        [value, low, high].into_iter().filter(|x| x.is_finite()).fold(0.0, |most, x| x.abs().max(most));
    let (per, word) = match unit {
        "share" => (0.01, " percentage points"),
        "EUR" if size >= 1e6 => (1e6, " million EUR"),
        "EUR" => (1.0, " EUR"),
        "km2" => (1.0, " km\u{b2}"),
        _ => (1.0, ""),
    };
    let half = (high - low).abs() / 2.0 / per;
    let decimals = match if half > 0.0 { half } else { size / per / 10.0 } {
        step if step >= 10.0 || step == 0.0 => 0,
        step if step >= 1.0 => 1,
        step if step >= 0.05 => 2,
        step if step >= 0.005 => 3,
        _ => 4,
    };
    let told = |x: f64| {
        let scaled = x / per;
        let scaled = if scaled.abs() >= 10_000.0 { three_digits(scaled) } else { scaled };
        let text = number(scaled, if scaled.fract() == 0.0 { 0 } else { decimals });
        if x > 0.0 { format!("+{text}") } else { text }
    };
    (format!("{}{word}", told(value)), format!("{} to {}", told(low), told(high)))
}

/// Actors, communities and neighbours under the names by which people know them; others as they are.
pub fn party_name(who: &str) -> Cow<'_, str> {
    if let Some(region) = who.strip_prefix("people-") {
        return Cow::Owned(format!("residents of {}", capitalized(region)));
    }
    Cow::Borrowed(match who {
        "BFA" => "Burkina Faso",
        "DZA" => "Algeria",
        "LBY" => "Libya",
        "MRT" => "Mauritania",
        "NER" => "Niger",
        "mali" => "the state",
        "france" => "France",
        "economy" => "licit economy",
        "ngos" => "NGOs",
        "g5" => "G5 force",
        other => group_or_mission(other).unwrap_or(other),
    })
}

fn group_or_mission(id: &str) -> Option<&'static str> {
    let names = [
        ("afisma", "AFISMA"),
        ("ansar-dine", "Ansar Dine"),
        ("aqim", "AQIM"),
        ("ganda-iso", "Ganda Iso"),
        ("ganda-koy", "Ganda Koy"),
        ("minusma", "MINUSMA"),
        ("mnla", "MNLA"),
        ("mujao", "MUJAO"),
    ];
    names.into_iter().find(|(known, _)| *known == id).map(|(_, name)| name)
}

/// A sentence of the timeline with the names of groups and missions in place of their ids.
pub fn with_names(sentence: &str) -> String {
    let named = |word: &str| {
        let stem = word.trim_end_matches([',', ';', ':', '.']);
        group_or_mission(stem)
            .map_or_else(|| word.to_string(), |name| format!("{name}{}", &word[stem.len()..]))
    };
    sentence.split(' ').map(named).collect::<Vec<_>>().join(" ")
}

/// Kinds of parties in the plural.
pub fn plural(kind: &str) -> &str {
    match kind {
        "region" => "regions",
        "community" => "communities",
        "actor" => "actors",
        "neighbour" => "neighbours",
        other => other,
    }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The first letter as a capital.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_rounded_as_people_read_them() {
        assert_eq!(quantity(1_234.4, "persons"), "1,234");
        assert_eq!(quantity(-242_044.0, "persons"), "-242,000");
        assert_eq!(quantity(2.5, "events"), "2.5");
        assert_eq!(quantity(0.423, "share"), "42 %");
        assert_eq!(quantity(31_460_000.0, "EUR"), "31.5 million EUR");
        assert_eq!(quantity(f64::NAN, "EUR"), "unknown");
        assert_eq!(change(-0.034, "share"), "-3.4 percentage points");
        assert_eq!(change(120.0, "persons"), "+120");
        let told = |value: f64, low: f64, high: f64, unit: &str| {
            let (value, interval) = change_and_interval(value, low, high, unit);
            format!("{value} ({interval})")
        };
        assert_eq!(told(-200.0, -300.0, -100.0, "persons"), "-200 (-300 to -100)");
        assert_eq!(told(0.001_07, 0.000_21, 0.0019, "share"), "+0.11 percentage points (+0.02 to +0.19)");
        assert_eq!(told(-0.001_2, -0.002, -0.000_4, "index"), "-0.0012 (-0.0020 to -0.0004)");
        assert_eq!(told(5.7e6, 1.8e6, 1.01e7, "EUR"), "+5.7 million EUR (+1.8 to +10.1)");
        assert_eq!(told(-17_373.0, -47_497.0, 4_906.0, "persons"), "-17,400 (-47,500 to +4,906)");
    }

    #[test]
    fn names_and_lists_read_as_words() {
        assert_eq!(indicator_name("judges_at_post"), "judges at post");
        assert_eq!(indicator_name("illicit_income_eur"), "illicit income");
        let words = |n: usize| ["a", "b", "c"][..n].iter().map(|w| w.to_string()).collect::<Vec<_>>();
        assert_eq!([list(&words(1)), list(&words(2)), list(&words(3))], ["a", "a and b", "a, b and c"]);
        assert_eq!(capitalized("deaths rise"), "Deaths rise");
        assert_eq!(
            [party_name("people-gao"), party_name("mnla"), party_name("gao-9")],
            ["residents of Gao", "MNLA", "gao-9"]
        );
        assert_eq!(
            with_names("mnla, gao-9 and aqim fight; mnla-x too."),
            "MNLA, gao-9 and AQIM fight; mnla-x too."
        );
    }
}
