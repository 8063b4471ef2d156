//! Names and numbers in plain words, for figures and pages.

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
    }

    #[test]
    fn names_and_lists_read_as_words() {
        assert_eq!(indicator_name("judges_at_post"), "judges at post");
        assert_eq!(indicator_name("illicit_income_eur"), "illicit income");
        let words = |n: usize| ["a", "b", "c"][..n].iter().map(|w| w.to_string()).collect::<Vec<_>>();
        assert_eq!([list(&words(1)), list(&words(2)), list(&words(3))], ["a", "a and b", "a, b and c"]);
        assert_eq!(capitalized("deaths rise"), "Deaths rise");
    }
}
