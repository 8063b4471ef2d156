//! The policy claims of the documents, tested: does the effect show, how large is it, in which share of the parameter
//! draws, and does it hang on one number?
//!
//! A test is a difference between two scenarios over a window. It is estimated over draws of all uncertain parameters
//! (each draw with several seeds, which both scenarios share), and again at the default values with the deciding
//! parameter at each end of its range and with the direct coefficient at zero. One run of a scenario serves the tests of
//! all claims.

pub mod verdict;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::base::dates::{Date, Week};
use crate::simulation::Outcome;
use crate::tables::CellType::{Number, Text as Words};
use crate::tables::ColumnKind::{Key, Mean, Text};
use crate::tables::indicators::{AREAS, INDICATORS, MALI};
use crate::tables::{Cells, ColumnKind, TableSpec, column};
use verdict::Direction;

/// The declared claims.
pub const TEXT: &str = include_str!("../../data/claims.toml");

/// One claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Number.
    pub number: usize,
    /// In one sentence.
    pub statement: String,
    /// Key of the document.
    pub source: String,
    /// The parameter that could decide it alone.
    pub deciding: String,
    /// What it implies, number by number.
    pub tests: Vec<Test>,
}

/// One number that a claim speaks of.
#[derive(Clone, Debug)]
pub struct Test {
    /// Scenario that does what the claim speaks of.
    pub other: String,
    /// Scenario it is compared with.
    pub base: String,
    /// Position of the indicator.
    pub indicator: usize,
    /// Position of the area.
    pub area: usize,
    /// First month.
    pub from: Date,
    /// Last month contains this day.
    pub until: Date,
    /// What the claim expects.
    pub direction: Direction,
    /// If set, the number is the weeks until the indicator reaches this.
    pub weeks_until: Option<f64>,
    /// Coefficient through which the lever acts on the number itself, if there is one.
    pub direct: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    claim: Vec<RawClaim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClaim {
    number: usize,
    statement: String,
    source: String,
    other: String,
    base: String,
    deciding: String,
    tests: Vec<RawTest>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTest {
    other: Option<String>,
    base: Option<String>,
    indicator: Spanned<String>,
    #[serde(default)]
    region: Option<String>,
    from: Datetime,
    until: Datetime,
    direction: Direction,
    weeks_until: Option<f64>,
    direct: Option<String>,
}

/// Reads claims from the text of their file.
pub fn parse(text: &str) -> Result<Vec<Claim>, String> {
    let file: RawFile = toml::from_str(text).map_err(|error| error.to_string())?;
    file.claim.into_iter().map(claim).collect()
}

/// The claims compiled into the program.
///
/// # Panics
///
/// If the compiled-in file is broken, which a test rules out.
pub fn all() -> Vec<Claim> {
    parse(TEXT).unwrap_or_else(|error| panic!("data/claims.toml: {error}"))
}

fn claim(raw: RawClaim) -> Result<Claim, String> {
    let place = format!("claim {}", raw.number);
    let mut tests = Vec::new();
    for test in raw.tests {
        let name = test.indicator.get_ref();
        let indicator = INDICATORS.iter().position(|spec| spec.name == name);
        let region = test.region.as_deref().unwrap_or(AREAS[MALI]);
        let area = AREAS.iter().position(|area| *area == region);
        let date =
            |date: &Datetime| Date::parse(&date.to_string()).ok_or(format!("{place}: {date} is no day"));
        let (from, until) = (date(&test.from)?, date(&test.until)?);
        if from > until {
            return Err(format!("{place}: {from} lies after {until}"));
        }
        tests.push(Test {
            other: test.other.unwrap_or_else(|| raw.other.clone()),
            base: test.base.unwrap_or_else(|| raw.base.clone()),
            indicator: indicator.ok_or(format!("{place}: there is no indicator `{name}`"))?,
            area: area.ok_or(format!("{place}: there is no region `{region}`"))?,
            from,
            until,
            direction: test.direction,
            weeks_until: test.weeks_until,
            direct: test.direct,
        });
    }
    let RawClaim { number, statement, source, deciding, .. } = raw;
    Ok(Claim { number, statement, source, deciding, tests })
}

impl Test {
    /// The number of a run whose tables are monthly; unknown if nothing was recorded in the window.
    pub fn value(&self, outcome: &Outcome) -> f64 {
        let Some(table) = outcome.tables.iter().find(|table| table.name == "indicators") else {
            return f64::NAN;
        };
        let word = |column: usize, row: usize| match &table.columns[column] {
            Cells::Text { dictionary, rows } => dictionary[rows[row] as usize].as_str(),
            _ => "",
        };
        let Cells::Number(values) = &table.columns[3 + self.indicator] else { return f64::NAN };
        let (mut sum, mut n, mut weeks) = (0.0, 0.0, None);
        for row in (0..table.n_rows()).filter(|row| word(2, *row) == AREAS[self.area]) {
            let Some(month) = Date::parse(word(1, row)) else { continue };
            // A window that begins within a month takes the whole month.
            let (first, last) = (self.from.to_string(), self.until.to_string());
            let month_text = month.to_string();
            if month_text[..7] < first[..7] || month_text[..7] > last[..7] || values[row].is_nan() {
                continue;
            }
            sum += values[row];
            n += 1.0;
            if self.weeks_until.is_some_and(|reached| values[row] >= reached) && weeks.is_none() {
                weeks = Some((month.days() - self.from.days()).max(0) as f64 / 7.0);
            }
        }
        match (self.weeks_until, INDICATORS[self.indicator].kind) {
            _ if n == 0.0 => f64::NAN,
            (Some(_), _) => weeks.unwrap_or((self.until.days() - self.from.days()) as f64 / 7.0),
            (None, ColumnKind::Sum) => sum,
            (None, _) => sum / n,
        }
    }

    /// The window, as ISO 8601 writes intervals.
    pub fn period(&self) -> String {
        format!("{}/{}", self.from, self.until)
    }

    /// The indicator, or the weeks until it reaches something.
    pub fn number(&self) -> String {
        let name = INDICATORS[self.indicator].name;
        if self.weeks_until.is_some() { format!("weeks_until_{name}") } else { name.to_string() }
    }

    /// The last week that it needs.
    pub fn last_week(&self) -> Week {
        self.until.week()
    }
}

/// The numbers of every test of every claim, from one run: by claim, then by test.
pub fn values(claims: &[Claim], outcome: &Outcome) -> Vec<f64> {
    claims.iter().flat_map(|claim| &claim.tests).map(|test| test.value(outcome)).collect()
}

/// `claims`: one number of one claim.
pub const CLAIMS_TABLE: TableSpec = TableSpec {
    name: "claims",
    row: "one number of one claim",
    columns: &[
        column("claim", "", Key, Words, "Number of the claim."),
        column("source", "", Text, Words, "Key of its document in data/sources.toml."),
        column("base", "", Key, Words, "Scenario it is compared with."),
        column("other", "", Key, Words, "Scenario that does what the claim speaks of."),
        column(
            "indicator",
            "",
            Key,
            Words,
            "Column of indicators.csv, or the weeks until it reaches something.",
        ),
        column("region", "", Key, Words, "Region of 2012, Mali, North, Centre or abroad."),
        column("period", "", Key, Words, "First and last day of the window, in whole months."),
        column("direction", "", Text, Words, "What the claim expects: up, down or same."),
        column("effect", "as indicator", Mean, Number, "Mean of other minus base over draws and seeds."),
        column("low90", "as indicator", Mean, Number, "Lower end of the 90 % interval over draws."),
        column("high90", "as indicator", Mean, Number, "Upper end of the 90 % interval over draws."),
        column("share_of_draws", "share", Mean, Number, "Share of parameter draws in which the claim holds."),
        column(
            "verdict",
            "",
            Text,
            Words,
            "supported, not supported (no effect worth the name), opposite, undecided, or built in (no effect without the \
             direct coefficient).",
        ),
        column("deciding_parameter", "", Text, Words, "Parameter that could decide it alone."),
        column("verdict_at_low", "", Text, Words, "Verdict with that parameter at the low end of its range."),
        column(
            "verdict_at_high",
            "",
            Text,
            Words,
            "Verdict with that parameter at the high end of its range.",
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;
    use crate::scenario::parameters::Catalogue;

    #[test]
    fn the_25_claims_name_what_exists() {
        let (claims, catalogue, sources) = (all(), Catalogue::compiled_in(), library::source_keys());
        let numbers: Vec<usize> = claims.iter().map(|claim| claim.number).collect();
        assert_eq!(numbers, (1..=25).collect::<Vec<_>>());
        for claim in &claims {
            assert!(sources.contains(&claim.source), "{}: {}", claim.number, claim.source);
            assert!(!claim.tests.is_empty() && claim.statement.ends_with('.'), "{}", claim.number);
            let parameters =
                claim.tests.iter().filter_map(|test| test.direct.as_ref()).chain([&claim.deciding]);
            for name in parameters {
                assert!(
                    catalogue.entry(name).is_some(),
                    "claim {}: there is no parameter {name}",
                    claim.number
                );
            }
        }
    }

    #[test]
    fn a_broken_claim_is_refused_with_its_number() {
        let text = |indicator: &str, from: &str| {
            format!(
                "[[claim]]\nnumber = 3\nstatement = \"x.\"\nsource = \"x\"\nother = \"a\"\nbase = \"b\"\ndeciding = \
                 \"p\"\ntests = [{{ indicator = \"{indicator}\", from = {from}, until = 2014-01-01, direction = \"up\" }}]\n"
            )
        };
        assert!(parse(&text("deaths", "2013-01-01")).is_ok());
        for (indicator, from) in [("deths", "2013-01-01"), ("deaths", "2015-01-01")] {
            let error = parse(&text(indicator, from)).unwrap_err();
            assert!(error.starts_with("claim 3:"), "{error}");
        }
    }
}
