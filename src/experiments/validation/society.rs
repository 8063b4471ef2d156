//! Patterns of officials, needs, flight, groups, money and trust: P5 to P11, P13, P20, P22, P25.

use super::patterns::Use::{Check, Fit};
use super::patterns::{Pattern, about_share, early_part, from, part, up_to};
use super::reading::{Month, Party, Reading, month, year};
use crate::tables::indicators::Indicator;

/// Officials at post in the hot spots.
pub const P5: Pattern = Pattern {
    id: "P5",
    statement: "A third of the officials is at post in the hot spots, fewer outward, and it can fall again",
    source: "messy2020;un-minusma",
    parts: &[
        part(Fit, "officials at post in the north, 2016", "0.33 to 0.35", (0.26, 0.42), |r| {
            r.mean(Indicator::OfficialsAtPost, "North", year(2016))
        }),
        part(Check, "the same, January to June 2017", "0.34", (0.26, 0.42), |r| {
            r.mean(Indicator::OfficialsAtPost, "North", (month(2017, 1), month(2017, 6)))
        }),
        part(Fit, "officials at post in Kidal, 2016", "0", up_to(0.1), |r| {
            r.mean(Indicator::OfficialsAtPost, "Kidal", year(2016))
        }),
        part(Fit, "governors at post minus prefects at post, north, 2016", "above 0", from(0.0), |r| {
            ranks(r, Indicator::GovernorsAtPost, Indicator::PrefectsAtPost)
        }),
        part(Fit, "prefects at post minus sub-prefects at post, north, 2016", "above 0", from(0.0), |r| {
            ranks(r, Indicator::PrefectsAtPost, Indicator::SubprefectsAtPost)
        }),
        part(
            Fit,
            "largest fall of officials at post in the north within half a year, 2014 to 2016",
            "0.02 or more",
            from(0.02),
            |r| largest_fall(r, (month(2014, 1), month(2016, 12))),
        ),
    ],
};

/// Self-protection share.
pub const P6: Pattern = Pattern {
    id: "P6",
    statement: "Most of the mission's military capability protects the mission",
    source: "messy2020",
    parts: &[part(Fit, "share of the mission used to protect itself, 2016", "0.8", (0.7, 0.9), |r| {
        r.mean(Indicator::MissionSelfProtection, "Mali", year(2016))
    })],
};

/// Refugees abroad.
pub const P7: Pattern = Pattern {
    id: "P7",
    statement: "Refugees abroad",
    source: "unhcr;messy2020",
    parts: &[
        early_part("refugees at the end of 2012", "149930", (120_000.0, 180_000.0), |r| {
            r.value(Indicator::Refugees, "Mali", month(2012, 12))
        }),
        part(Check, "refugees in March 2020", "138000 in three countries", (110_000.0, 170_000.0), |r| {
            r.value(Indicator::Refugees, "Mali", month(2020, 3))
        }),
    ],
};

/// More extremist groups than ever.
pub const P8: Pattern = Pattern {
    id: "P8",
    statement: "More extremist groups than ever",
    source: "messy2020",
    parts: &[part(
        Check,
        "jihadist groups with an attack or 20 fighters in a year: most in 2018-20 minus most in 2012-14",
        "above 0",
        from(1.0),
        |r| most_groups(r, [2018, 2019, 2020]) - most_groups(r, [2012, 2013, 2014]),
    )],
};

/// Few know of the accord.
pub const P9: Pattern = Pattern {
    id: "P9",
    statement: "Few know what the accord says, year after year",
    source: "messy2020;surveys",
    parts: &[
        part(Check, "lowest yearly share unaware, 2015 to 2020", "0.79", (0.79, 0.88), |r| {
            unaware(r, f64::min)
        }),
        part(Check, "highest yearly share unaware, 2015 to 2020", "0.88", (0.79, 0.88), |r| {
            unaware(r, f64::max)
        }),
    ],
};

/// Illicit income against the state's spending.
pub const P10: Pattern = Pattern {
    id: "P10",
    statement: "Illicit income that stays in the north exceeds what the state spends there",
    source: "clingendael2015",
    parts: &[part(Check, "ratio of the two, north, 2013 to 2016", "above 1", from(1.0), income_ratio)],
};

/// Services before security.
pub const P11: Pattern = Pattern {
    id: "P11",
    statement: "Services come before security among unmet needs in the north",
    source: "clingendael2015",
    parts: &[part(
        Fit,
        "unmet services minus unmet security, north, 2013 to 2016",
        "above 0",
        from(0.0),
        |r| {
            let window = (month(2013, 1), month(2016, 12));
            r.mean(Indicator::UnmetServices, "North", window)
                - r.mean(Indicator::UnmetSecurity, "North", window)
        },
    )],
};

/// Distrust.
pub const P13: Pattern = Pattern {
    id: "P13",
    statement: "Few trust the government to protect them, many trust the army",
    source: "messy2020;surveys",
    parts: &[
        part(Fit, "share who do not trust the government to protect them, 2015", "most", from(0.5), |r| {
            r.mean(Indicator::DistrustShare, "Mali", year(2015))
        }),
        part(Check, "trust in the government, March 2020", "0.47", about_share(0.47), |r| {
            r.value(Indicator::TrustInState, "Mali", month(2020, 3))
        }),
        part(Check, "the same, Gao and Kidal", "0.23", about_share(0.23), |r| {
            let people =
                ["Gao", "Kidal"].map(|area| r.value(Indicator::PopulationPersons, area, month(2020, 3)));
            let trust = ["Gao", "Kidal"].map(|area| r.value(Indicator::TrustInState, area, month(2020, 3)));
            (people[0] * trust[0] + people[1] * trust[1]) / (people[0] + people[1])
        }),
        part(Check, "the same, Mopti", "0.28", about_share(0.28), |r| {
            r.value(Indicator::TrustInState, "Mopti", month(2020, 3))
        }),
        part(Check, "trust in the security forces, March 2020", "0.82", about_share(0.82), |r| {
            r.value(Indicator::TrustInSecurityForces, "Mali", month(2020, 3))
        }),
    ],
};

/// The displaced return, refugees stay.
pub const P20: Pattern = Pattern {
    id: "P20",
    statement: "The displaced inside return, refugees stay",
    source: "unhcr;iom-dtm",
    parts: &[
        part(Fit, "displaced inside, end of 2016 against end of 2012", "0.16", (0.0, 0.2), |r| {
            over_four_years(r, Indicator::Idps)
        }),
        part(Fit, "refugees, end of 2016 against end of 2012", "1.04", (0.9, 1.1), |r| {
            over_four_years(r, Indicator::Refugees)
        }),
    ],
};

/// Banditry first among security worries.
pub const P22: Pattern = Pattern {
    id: "P22",
    statement: "In the border zone banditry comes first among security worries, and security after services",
    source: "roundtable2014",
    parts: &[
        part(
            Check,
            "incidents of banditry per violent event, north, 2013 and 2014",
            "above 1",
            from(1.0),
            |r| {
                let window = (month(2013, 1), month(2014, 12));
                r.sum(Indicator::Banditry, "North", window) / r.sum(Indicator::Events, "North", window)
            },
        ),
        part(Check, "unmet services minus unmet security, north, 2014", "above 0", from(0.0), |r| {
            r.mean(Indicator::UnmetServices, "North", year(2014))
                - r.mean(Indicator::UnmetSecurity, "North", year(2014))
        }),
    ],
};

/// Flows shift eastward.
pub const P25: Pattern = Pattern {
    id: "P25",
    statement: "Flows shift toward northern Niger and southern Libya",
    source: "lacher2013",
    parts: &[part(
        Check,
        "share of drugs and cigarettes entering Algeria and Libya from Niger: 2014 minus January to March 2012",
        "above 0",
        from(0.0),
        |r| from_niger(r, year(2014)) - from_niger(r, (month(2012, 1), month(2012, 3))),
    )],
};

fn ranks(reading: &Reading, higher: Indicator, lower: Indicator) -> f64 {
    reading.mean(higher, "North", year(2016)) - reading.mean(lower, "North", year(2016))
}

fn largest_fall(reading: &Reading, (from, until): (Month, Month)) -> f64 {
    if !reading.covers((from, until)) {
        return f64::NAN;
    }
    let at = |m: Month| reading.value(Indicator::OfficialsAtPost, "North", m);
    let falls = (from..=until).flat_map(|m| (m + 1..=until.min(m + 6)).map(move |later| at(m) - at(later)));
    falls.fold(0.0, f64::max)
}

/// Most groups in any of these years.
fn most_groups(reading: &Reading, years: [usize; 3]) -> f64 {
    if !reading.covers(year(years[2])) {
        return f64::NAN;
    }
    let counts = years.map(|of| {
        let (from, until) = year(of);
        let active = |group: &&super::reading::GroupSeries| {
            group.party == Party::Jihadist
                && (group.attacks[from..=until].iter().any(|n| *n > 0.0)
                    || group.fighters[from..=until].iter().any(|n| *n >= 20.0))
        };
        reading.groups.iter().filter(active).count()
    });
    counts.into_iter().max().unwrap_or(0) as f64
}

/// The lowest or highest yearly share of persons who do not know the accord; 2015 counts from July, when there was one.
fn unaware(reading: &Reading, pick: fn(f64, f64) -> f64) -> f64 {
    let window = |of: usize| if of == 2015 { (month(2015, 7), month(2015, 12)) } else { year(of) };
    let shares = (2015..=2020).map(|of| 1.0 - reading.mean(Indicator::AccordAwareness, "Mali", window(of)));
    let shares: Vec<f64> = shares.collect();
    if shares.iter().any(|share| share.is_nan()) {
        return f64::NAN;
    }
    shares.into_iter().reduce(pick).unwrap_or(f64::NAN)
}

/// Illicit income over state spending in the north.
fn income_ratio(reading: &Reading) -> f64 {
    let window = (month(2013, 1), month(2016, 12));
    reading.sum(Indicator::IllicitIncomeEur, "North", window)
        / reading.sum(Indicator::StateSpendingEur, "North", window)
}

fn over_four_years(reading: &Reading, indicator: Indicator) -> f64 {
    reading.value(indicator, "Mali", month(2016, 12)) / reading.value(indicator, "Mali", month(2012, 12))
}

fn from_niger(reading: &Reading, window: (Month, Month)) -> f64 {
    if !reading.covers(window) {
        return f64::NAN;
    }
    let (mut niger, mut all) = (0.0, 0.0);
    for crossing in &reading.crossings {
        if crossing.enters_north_africa() && (window.0..=window.1).contains(&crossing.month) {
            all += crossing.loads;
            niger += if &*crossing.from_country == "NER" { crossing.loads } else { 0.0 };
        }
    }
    niger / all
}
