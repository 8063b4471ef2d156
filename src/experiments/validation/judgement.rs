//! From the numbers of many runs to verdicts, and the table `patterns.csv`.

use super::Verdict;
use super::patterns::{Measure, Part, Pattern, all_parts};
use super::trial::Numbers;
use crate::experiments::agreement::rank_correlation;
use crate::experiments::statistics::Bootstrap;
use crate::experiments::summary::quantile;
use crate::tables::CellType::{Number, Text as Words};
use crate::tables::ColumnKind::{Key, Mean, Text};
use crate::tables::{Cell, CellType, ColumnKind, ColumnSpec, Table, TableSpec};

/// What is found about one part.
#[derive(Clone, Copy)]
pub struct Finding {
    /// Its pattern.
    pub pattern: &'static Pattern,
    /// The part.
    pub part: &'static Part,
    /// Median over seeds.
    pub median: f64,
    /// 5 % quantile.
    pub p05: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// Share of seeds inside the band; NaN if none has a value.
    pub share_of_seeds: f64,
    /// Verdict.
    pub verdict: Verdict,
    /// Median of the null model; NaN where there is none.
    pub null_median: f64,
    /// Verdict on the null model; not evaluated where there is none.
    pub null_verdict: Verdict,
    /// Share of draws from the prior inside the band; NaN without draws.
    pub prior_share: f64,
}

impl Finding {
    /// True if the null model passes too.
    pub fn is_uninformative(&self) -> bool {
        self.null_verdict == Verdict::Pass
    }
}

/// Judges every part.
pub fn findings(seeds: &[Numbers], draws: &[Numbers]) -> Vec<Finding> {
    let mut bootstrap = Bootstrap::new();
    let mut judge = |(at, (pattern, part)): (usize, (&'static Pattern, &'static Part))| {
        let column = |rows: &[Numbers], null: bool| -> Vec<f64> {
            rows.iter().map(|row| if null { row.null[at] } else { row.model[at] }).collect()
        };
        let (values, null) = (column(seeds, false), column(seeds, true));
        let prior = column(draws, false);
        let known = sorted(&values);
        Finding {
            pattern,
            part,
            median: quantile(&known, 0.5),
            p05: quantile(&known, 0.05),
            p95: quantile(&known, 0.95),
            share_of_seeds: share_inside(part, &values),
            verdict: verdict(part, &values, &mut bootstrap),
            null_median: quantile(&sorted(&null), 0.5),
            null_verdict: verdict(part, &null, &mut bootstrap),
            prior_share: share_inside(part, &prior),
        }
    };
    all_parts().enumerate().map(&mut judge).collect()
}

/// The verdict on the values of a part over seeds.
pub fn verdict(part: &Part, values: &[f64], bootstrap: &mut Bootstrap) -> Verdict {
    let known = sorted(values);
    if known.is_empty() {
        return Verdict::NotEvaluated;
    }
    let holds = match part.measure {
        Measure::Run(_) | Measure::Pair(..) => part.holds(quantile(&known, 0.5)),
        Measure::PairInterval(..) => {
            let effect = bootstrap.mean(values);
            part.holds(effect.low) && part.holds(effect.high)
        }
    };
    if holds { Verdict::Pass } else { Verdict::Fail }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    known
}

/// Share of the values inside the band, those unknown outside; NaN if none is known.
fn share_inside(part: &Part, values: &[f64]) -> f64 {
    if values.iter().all(|value| value.is_nan()) {
        return f64::NAN;
    }
    values.iter().filter(|value| part.holds(**value)).count() as f64 / values.len() as f64
}

/// The parameters on which a part hangs most over draws from the prior: name and rank correlation, strongest first.
pub fn hangs_on(
    at: usize,
    draws: &[Numbers],
    parameters: &[(String, Vec<f64>)],
    most: usize,
) -> Vec<(String, f64)> {
    let values: Vec<f64> = draws.iter().map(|row| row.model[at]).collect();
    let mut found: Vec<(String, f64)> = parameters
        .iter()
        .map(|(name, column)| (name.clone(), rank_correlation(column, &values)))
        .filter(|(_, correlation)| !correlation.is_nan())
        .collect();
    found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    found.truncate(most);
    found
}

const fn column(
    name: &'static str,
    kind: ColumnKind,
    cell: CellType,
    description: &'static str,
) -> ColumnSpec {
    ColumnSpec { name, unit: "", kind, description, cell }
}

/// Layout of `patterns.csv`: one row per part.
pub const PATTERNS_TABLE: TableSpec = TableSpec {
    name: "patterns",
    row: "pattern x part",
    columns: &[
        column("pattern", Key, Words, "P1 to P25; a pattern with several parts has several rows."),
        column("statement", Key, Words, "What the number is."),
        column("documented_low", Mean, Number, "Lower end of the band; empty for none."),
        column("documented_high", Mean, Number, "Upper end of the band; empty for none."),
        column("median", Mean, Number, "Median over seeds."),
        column("p05", Mean, Number, "5 % quantile over seeds."),
        column("p95", Mean, Number, "95 % quantile over seeds."),
        column("share_of_seeds", Mean, Number, "Share of seeds inside the band."),
        column("verdict", Text, Words, "pass, fail or not evaluated."),
        column("source", Text, Words, "Keys of the sources."),
    ],
};

/// Layout of `references.csv`: what the patterns are worth.
pub const REFERENCES_TABLE: TableSpec = TableSpec {
    name: "references",
    row: "pattern x part",
    columns: &[
        column("pattern", Key, Words, "P1 to P25."),
        column("statement", Key, Words, "What the number is."),
        column("documented", Text, Words, "The documented figure."),
        column("use", Text, Words, "fit or check."),
        column("null_median", Mean, Number, "Median of the null model; empty where there is none."),
        column("null_verdict", Text, Words, "Verdict on the null model."),
        column("prior_share", Mean, Number, "Share of draws from the prior inside the band."),
        column(
            "informative",
            Text,
            Words,
            "no if the null model passes too, yes if it fails; empty without one.",
        ),
    ],
};

/// The rows of `patterns.csv`.
pub fn patterns_table(findings: &[Finding]) -> Table {
    let mut table = Table::new(&PATTERNS_TABLE);
    for finding in findings {
        let Finding { pattern, part, .. } = finding;
        table.push(&[
            Cell::Text(pattern.id),
            Cell::Text(part.statement),
            Cell::Number(part.low),
            Cell::Number(part.high),
            Cell::Number(finding.median),
            Cell::Number(finding.p05),
            Cell::Number(finding.p95),
            Cell::Number(finding.share_of_seeds),
            Cell::Text(finding.verdict.word()),
            Cell::Text(pattern.source),
        ]);
    }
    table
}

/// The rows of `references.csv`.
pub fn references_table(findings: &[Finding]) -> Table {
    let mut table = Table::new(&REFERENCES_TABLE);
    for finding in findings {
        let informative = match finding.null_verdict {
            Verdict::Pass => "no",
            Verdict::Fail => "yes",
            Verdict::NotEvaluated => "",
        };
        table.push(&[
            Cell::Text(finding.pattern.id),
            Cell::Text(finding.part.statement),
            Cell::Text(finding.part.documented),
            Cell::Text(finding.part.usage.word()),
            Cell::Number(finding.null_median),
            Cell::Text(finding.null_verdict.word()),
            Cell::Number(finding.prior_share),
            Cell::Text(informative),
        ]);
    }
    table
}
