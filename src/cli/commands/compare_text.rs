//! What `compare` prints: who gains and who loses, stability for whom, then totals and causes.

use std::fmt::Write as _;

use super::run::{self, counted};
use crate::cli::arguments::Sought;
use crate::experiments::comparison::causes::Cause;
use crate::experiments::comparison::differences::{self, Difference};
use crate::experiments::comparison::reduction::{HORIZON, ReducedRun};
use crate::experiments::comparison::winners::{Verdict, Winner};
use crate::experiments::comparison::{FALSE_DISCOVERIES, Pairs};
use crate::experiments::statistics::{self, Estimate, pairs_needed};
use crate::tables::indicators::{AREAS, INDICATORS, MALI};

/// Fewer deaths alone are no stability: what is always shown beside them.
const FOR_WHOM: [&str; 12] = [
    "deaths",
    "civilian_deaths",
    "population_under_groups",
    "population_under_nobody",
    "schools_closed_share",
    "courts_closed_share",
    "punishments",
    "forced_taxes_eur",
    "idps",
    "refugees",
    "frontline_to_bamako_km",
    "events_in_neighbour_zones",
];

/// Totals of which it is said how many seeds would decide them.
const TOTALS: [&str; 10] = [
    "attacks",
    "deaths",
    "peacekeeper_deaths",
    "fighters",
    "state_presence",
    "service_coverage",
    "trust_in_state",
    "grievance",
    "illicit_income_eur",
    "legitimacy",
];

/// Most lines of a list; the tables hold the rest.
const MOST_LINES: usize = 24;

/// Everything that is told about one comparison.
pub struct Told<'a> {
    /// Name of the base.
    pub base: &'a str,
    /// Name of the other.
    pub other: &'a str,
    /// Runs.
    pub pairs: &'a Pairs,
    /// All differences.
    pub differences: &'a [Difference],
    /// Those that stand out over the horizon.
    pub named: &'a [&'a Difference],
    /// Out of so many.
    pub tried: usize,
    /// Who gains and who loses.
    pub winners: &'a [Winner],
    /// Why.
    pub causes: &'a [Cause],
    /// What else is to be said.
    pub notes: Vec<String>,
}

impl Told<'_> {
    /// The whole text.
    pub fn text(&self) -> String {
        let n = self.pairs.base.len().min(self.pairs.other.len());
        let what =
            if self.pairs.paired { counted(n, "pair") + " of runs" } else { counted(n, "run") + " of each" };
        let mut text = format!("{} against {}: {what}\n", self.other, self.base);
        if self.pairs.paired {
            text += &match differences::first_period(self.pairs) {
                None => "nothing differs in any run\n".to_string(),
                Some(period) => format!("the first difference falls in {period}\n"),
            };
        }
        self.who(&mut text);
        self.for_whom(&mut text);
        self.totals(&mut text);
        self.why(&mut text);
        for note in &self.notes {
            let _ = writeln!(text, "{note}");
        }
        text
    }

    fn who(&self, text: &mut String) {
        let _ = writeln!(text, "\nWho gains and who loses, of {} numbers:", self.winners.len());
        let mut decided: Vec<&Winner> =
            self.winners.iter().filter(|winner| winner.verdict != Verdict::Undecided).collect();
        if decided.is_empty() {
            let _ = writeln!(
                text,
                "  nobody stands out at a false discovery rate of {:.0} %",
                100.0 * FALSE_DISCOVERIES
            );
            return;
        }
        decided.sort_by_key(|winner| winner.verdict);
        for verdict in [Verdict::Gain, Verdict::Loss] {
            let of_kind: Vec<&&Winner> = decided.iter().filter(|winner| winner.verdict == verdict).collect();
            for winner in of_kind.iter().take(MOST_LINES) {
                let _ = writeln!(
                    text,
                    "  {:<5} {:<10} {:<22} {:<24} {}",
                    verdict.word(),
                    winner.who_kind,
                    winner.who,
                    winner.indicator,
                    interval(&winner.estimate)
                );
            }
            more(text, of_kind.len());
        }
    }

    fn for_whom(&self, text: &mut String) {
        let _ = writeln!(text, "\nStability for whom, Mali over the horizon (stocks: mean):");
        let _ =
            writeln!(text, "  {:<28} {:>12} {:>12}  difference (90 % interval)", "", self.base, self.other);
        for name in FOR_WHOM {
            let Some(found) = self.of_mali(name) else { continue };
            let _ = writeln!(
                text,
                "  {name:<28} {:>12} {:>12}  {}",
                rounded(found.base_mean),
                rounded(found.other_mean),
                interval(&found.estimate)
            );
        }
    }

    fn totals(&self, text: &mut String) {
        let (found, tried) = (self.named.len(), self.tried);
        let _ = writeln!(
            text,
            "\nDifferences over the horizon that stand out: {found} of {tried} that vary (false discovery rate {:.0} %)",
            100.0 * FALSE_DISCOVERIES
        );
        let mut of_wide: Vec<&&Difference> = self.named.iter().filter(|found| found.area >= MALI).collect();
        of_wide.sort_by(|a, b| a.chance.total_cmp(&b.chance).then(a.area.cmp(&b.area)));
        for found in of_wide.iter().take(MOST_LINES) {
            let _ = writeln!(
                text,
                "  {:<8} {:<30} {}  variance ratio {}",
                AREAS[found.area],
                INDICATORS[found.indicator].name,
                interval(&found.estimate),
                rounded(found.variance_ratio)
            );
        }
        more(text, of_wide.len());
        let is_named = |found: &Difference| {
            self.named.iter().any(|named| named.area == found.area && named.indicator == found.indicator)
        };
        let undecided: Vec<String> = TOTALS
            .iter()
            .filter_map(|name| self.of_mali(name))
            .filter(|found| found.estimate.n > 1 && !is_named(found))
            .map(|found| format!("{} ({})", INDICATORS[found.indicator].name, self.more_seeds(found)))
            .collect();
        if !undecided.is_empty() {
            let _ = writeln!(text, "  undecided in Mali: {}", undecided.join(", "));
        }
    }

    /// How many more seeds would decide a difference by itself.
    fn more_seeds(&self, found: &Difference) -> String {
        if !self.pairs.paired {
            return "unpaired".to_string();
        }
        let value =
            |run: &ReducedRun| run.values[ReducedRun::at(run.periods.len() - 1, found.area, found.indicator)];
        let of =
            |runs: &[std::sync::Arc<ReducedRun>]| runs.iter().map(|run| value(run)).collect::<Vec<f64>>();
        let pairs = statistics::differences(&of(&self.pairs.base), &of(&self.pairs.other));
        match pairs_needed(&pairs).map(|needed| needed.saturating_sub(found.estimate.n)) {
            None => "no difference in sight".to_string(),
            Some(0) => "near the edge: a few more seeds".to_string(),
            Some(more) => format!("about {more} more seeds"),
        }
    }

    fn why(&self, text: &mut String) {
        if self.causes.is_empty() {
            return;
        }
        let _ =
            writeln!(text, "\nCauses of what stands out in Mali (share of the difference, 90 % interval):");
        let mut last = usize::MAX;
        for cause in self.causes.iter().take(2 * MOST_LINES) {
            if cause.indicator != last {
                let _ = writeln!(text, "  {}", INDICATORS[cause.indicator].name);
                last = cause.indicator;
            }
            let _ =
                writeln!(text, "    {:<9} {:<26} {}", cause.kind.word(), cause.name, interval(&cause.share));
        }
        if self.causes.len() > 2 * MOST_LINES {
            let _ = writeln!(text, "  and {} more in causes.csv", self.causes.len() - 2 * MOST_LINES);
        }
    }

    fn of_mali(&self, name: &str) -> Option<&Difference> {
        let is_it = |found: &&Difference| {
            found.area == MALI && found.period == HORIZON && INDICATORS[found.indicator].name == name
        };
        self.differences.iter().find(is_it)
    }
}

fn more(text: &mut String, n: usize) {
    if n > MOST_LINES {
        let _ = writeln!(text, "  and {} more in the tables", n - MOST_LINES);
    }
}

/// A number as people read it; large ones in millions.
fn rounded(x: f64) -> String {
    match x.abs() {
        large if large >= 1e7 => format!("{:.1} M", x / 1e6),
        small if small > 0.0 && small < 1e-3 => format!("{x:.6}"),
        _ => run::rounded(x),
    }
}

/// A difference with its interval.
pub(super) fn interval(estimate: &Estimate) -> String {
    let signed = |x: f64| if x > 0.0 { format!("+{}", rounded(x)) } else { rounded(x) };
    if estimate.low.is_nan() {
        return format!("{} (one pair: no interval)", signed(estimate.mean));
    }
    format!("{} ({} to {})", signed(estimate.mean), signed(estimate.low), signed(estimate.high))
}

/// What is sought, as it is written on the command line.
pub fn sought_name(sought: Sought) -> String {
    format!("{}:{}", INDICATORS[sought.indicator].name, AREAS[sought.area])
}

/// What became of a sought difference.
pub fn sought(sought: Sought, estimate: &Estimate, seeds: usize, decided: bool) -> String {
    let name = sought_name(sought);
    match decided {
        true => format!("{name}: decided with {seeds} seeds: {}", interval(estimate)),
        false => {
            format!("{name}: not decided with {seeds} seeds: {}; raise --budget to go on", interval(estimate))
        }
    }
}
