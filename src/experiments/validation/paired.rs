//! Patterns that only a policy can show: history against a scenario that differs in one lever, seed by seed: P12, P14,
//! P15.

use super::patterns::Use::Check;
use super::patterns::{Measure, NullModel, Part, Pattern, from, up_to};
use super::reading::{Crossing, Month, Reading, month};
use crate::base::dates::Date;
use crate::tables::indicators::Indicator;

/// A scenario that is run beside history.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// Name in the library.
    pub scenario: &'static str,
    /// What the patterns need of it ends here.
    pub until: Date,
}

/// The scenarios of the paired patterns.
pub const PAIRS: [Pair; 3] = [
    Pair { scenario: "one-corridor-searched", until: Date { year: 2016, month: 12, day: 31 } },
    Pair { scenario: "livelihoods-that-do-not-pay", until: Date { year: 2016, month: 12, day: 31 } },
    Pair { scenario: "one-group-paid", until: Date { year: 2018, month: 12, day: 31 } },
];

const fn paired(
    statement: &'static str,
    documented: &'static str,
    (low, high): (f64, f64),
    measure: Measure,
) -> Part {
    Part { statement, documented, low, high, usage: Check, measure, null: NullModel::NoEffect }
}

/// Bands of effects without a size: anything that is not nothing.
const BELOW_ZERO: (f64, f64) = up_to(-1e-9);
const ABOVE_ZERO: (f64, f64) = from(1e-9);
/// A change of a share that no survey could tell from none.
const NOTHING: f64 = 0.0005;

/// The places of the corridor that is searched; loads use it if they cross the border there.
pub const CORRIDOR: [&str; 3] = ["Gao", "Ansongo", "Labbezanga"];
/// The group whose leaders are paid.
pub const CLIENT: &str = "mnla";
/// Two years of search, from a quarter after it began.
const SEARCHED: (Month, Month) = (month(2014, 4), month(2016, 3));
/// The first year in which the client is paid, and the time after the third.
const FIRST_YEAR: (Month, Month) = (month(2013, 12), month(2014, 11));
const AFTER_THREE_YEARS: (Month, Month) = (month(2016, 12), month(2018, 11));

/// Enforcement moves flows.
pub const P12: Pattern = Pattern {
    id: "P12",
    statement: "Enforcement on one corridor moves flows to others",
    source: "roundtable2014",
    parts: &[
        paired(
            "change of the searched corridor's share of the loads that enter North Africa (90 % interval)",
            "below 0",
            BELOW_ZERO,
            Measure::PairInterval(0, |base, policy| share(policy) - share(base)),
        ),
        paired(
            "share of its loss that other corridors gain",
            "0.5 or more",
            from(0.5),
            Measure::Pair(0, displaced),
        ),
    ],
};

/// Alternative livelihoods at today's size.
pub const P14: Pattern = Pattern {
    id: "P14",
    statement: "Alternative livelihoods at today's size barely matter",
    source: "roundtable2014",
    parts: &[paired(
        "change of the share who live from trafficking, north, 2015 and 2016",
        "-0.03 to 0",
        (-0.03, NOTHING),
        Measure::Pair(1, |base, policy| {
            let of = |r: &Reading| {
                r.mean(Indicator::IllicitLivelihoodShare, "North", (month(2015, 1), month(2016, 12)))
            };
            of(policy) - of(base)
        }),
    )],
};

/// Clientelism.
pub const P15: Pattern = Pattern {
    id: "P15",
    statement: "Clientelism buys quiet and sells splits",
    source: "elusive2014",
    parts: &[
        paired(
            "change of the paid group's attacks in the first year (90 % interval)",
            "below 0",
            BELOW_ZERO,
            Measure::PairInterval(2, |base, policy| client_attacks(policy) - client_attacks(base)),
        ),
        paired(
            "change of the number of armed groups after three years (90 % interval)",
            "above 0",
            ABOVE_ZERO,
            Measure::PairInterval(2, |base, policy| {
                let of = |r: &Reading| r.mean(Indicator::GroupsActive, "Mali", AFTER_THREE_YEARS);
                of(policy) - of(base)
            }),
        ),
    ],
};

/// Loads that use the corridor, and all others that enter North Africa.
fn using(reading: &Reading) -> (f64, f64) {
    if !reading.covers(SEARCHED) {
        return (f64::NAN, f64::NAN);
    }
    let (mut corridor, mut all) = (0.0, 0.0);
    let during = |crossing: &&Crossing| (SEARCHED.0..=SEARCHED.1).contains(&crossing.month);
    for crossing in reading.crossings.iter().filter(during) {
        if [&crossing.from, &crossing.to].iter().any(|end| CORRIDOR.contains(&&***end)) {
            corridor += crossing.loads;
        }
        if crossing.enters_north_africa() {
            all += crossing.loads;
        }
    }
    (corridor, all - corridor)
}

fn share(reading: &Reading) -> f64 {
    let (corridor, others) = using(reading);
    corridor / (corridor + others)
}

/// What other corridors gain, as a share of what the searched one loses; 0 if it loses nothing.
fn displaced(base: &Reading, policy: &Reading) -> f64 {
    let ((before, others_before), (after, others_after)) = (using(base), using(policy));
    let loss = before - after;
    if loss.is_nan() {
        return f64::NAN;
    }
    if loss > 0.0 { (others_after - others_before) / loss } else { 0.0 }
}

fn client_attacks(reading: &Reading) -> f64 {
    if !reading.covers(FIRST_YEAR) {
        return f64::NAN;
    }
    let client = reading.groups.iter().find(|group| group.id == CLIENT);
    client.map_or(f64::NAN, |group| group.attacks[FIRST_YEAR.0..=FIRST_YEAR.1].iter().sum::<f64>() + 0.0)
}
