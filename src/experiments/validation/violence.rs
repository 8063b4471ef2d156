//! Patterns of violence after the intervention: P3, P4, P17, P18, P19, P21, P23.

use std::collections::BTreeSet;

use super::patterns::Use::{Check, Fit};
use super::patterns::{Pattern, about, about_share, early_part, from, part};
use super::reading::{Month, Party, Reading, ReportedEvent, month, year};
use crate::experiments::statistics::variance;
use crate::experiments::summary::mean;
use crate::tables::indicators::{Indicator, wider_area};

/// Mission deaths.
pub const P3: Pattern = Pattern {
    id: "P3",
    statement: "Deaths of the United Nations mission",
    source: "un-minusma;elusive2014;messy2020",
    parts: &[
        early_part("killed by attacks in 2013", "7 (5 to 8)", about(7.0), |r| killed(r, year(2013))),
        part(Fit, "killed by attacks in 2014", "28 (26 to 32)", about(28.0), |r| killed(r, year(2014))),
        part(Fit, "killed by attacks in 2015", "12 (11 to 14)", about(12.0), |r| killed(r, year(2015))),
        part(Fit, "killed by attacks in 2016", "27 (25 to 29)", about(27.0), |r| killed(r, year(2016))),
        part(Check, "deaths of all causes, July 2013 to November 2020", "more than 225", from(225.0), |r| {
            let window = (month(2013, 7), month(2020, 11));
            killed(r, window) + other_deaths(r, window)
        }),
        part(Check, "share of them by attacks", "0.5 to 0.6", (0.5, 0.6), |r| {
            let window = (month(2013, 7), month(2020, 11));
            killed(r, window) / (killed(r, window) + other_deaths(r, window))
        }),
    ],
};

/// Violence moves to the centre.
pub const P4: Pattern = Pattern {
    id: "P4",
    statement: "Violence moves out of the north",
    source: "messy2020;ucdp-ged",
    parts: &[
        part(Fit, "share of lethal events outside the north, 2012 to 2014", "0.19", about_share(0.19), |r| {
            outside_north(r, (month(2012, 1), month(2014, 12)))
        }),
        part(Fit, "the same, 2015 and 2016", "0.45", about_share(0.45), |r| {
            outside_north(r, (month(2015, 1), month(2016, 12)))
        }),
        part(Check, "the same, 2018 to 2020", "more than half", from(0.5), |r| {
            outside_north(r, (month(2018, 1), month(2020, 12)))
        }),
    ],
};

/// Deaths per lethal event.
pub const P17: Pattern = Pattern {
    id: "P17",
    statement: "Deaths per lethal event fall as pitched battles give way to ambushes",
    source: "ucdp-ged",
    parts: &[
        early_part("deaths per lethal event, 2013", "10.4", (7.8, 13.0), |r| severity(r, 2013)),
        part(Fit, "deaths per lethal event, 2014", "10.3", (7.7, 12.9), |r| severity(r, 2014)),
        part(Fit, "deaths per lethal event, 2015", "4.6", (3.45, 5.75), |r| severity(r, 2015)),
        part(Fit, "deaths per lethal event, 2016", "3.6", (2.7, 4.5), |r| severity(r, 2016)),
    ],
};

/// Who fights whom.
pub const P18: Pattern = Pattern {
    id: "P18",
    statement: "Who fights whom, 2014 to 2016",
    source: "ucdp-ged",
    parts: &[
        part(Fit, "deaths between state and separatists, 2014", "94", about(94.0), |r| rebels(r, 2014)),
        part(Fit, "deaths between state and separatists, 2015", "45", about(45.0), |r| rebels(r, 2015)),
        part(Fit, "deaths between state and separatists, 2016", "0", about(0.0), |r| rebels(r, 2016)),
        part(Fit, "lethal events between state and jihadists, 2014", "13", about(13.0), |r| {
            jihadists(r, 2014)
        }),
        part(Fit, "lethal events between state and jihadists, 2015", "34", about(34.0), |r| {
            jihadists(r, 2015)
        }),
        part(Fit, "lethal events between state and jihadists, 2016", "33", about(33.0), |r| {
            jihadists(r, 2016)
        }),
        part(Fit, "deaths between northern groups, 2014", "65", about(65.0), |r| among_groups(r, 2014)),
        part(Fit, "deaths between northern groups, 2015", "45", about(45.0), |r| among_groups(r, 2015)),
        part(Fit, "deaths between northern groups, 2016", "38", about(38.0), |r| among_groups(r, 2016)),
    ],
};

/// Cercles with a lethal event.
pub const P19: Pattern = Pattern {
    id: "P19",
    statement: "Cercles with a lethal event",
    source: "ucdp-ged",
    parts: &[
        part(Fit, "cercles with a lethal event, 2012", "14", about(14.0), |r| cercles(r, 2012)),
        part(Fit, "cercles with a lethal event, 2013", "12", about(12.0), |r| cercles(r, 2013)),
        part(Fit, "cercles with a lethal event, 2014", "8", about(8.0), |r| cercles(r, 2014)),
        part(Fit, "cercles with a lethal event, 2015", "20", about(20.0), |r| cercles(r, 2015)),
        part(Fit, "cercles with a lethal event, 2016", "14", about(14.0), |r| cercles(r, 2016)),
    ],
};

/// Mission deaths not by attack.
pub const P21: Pattern = Pattern {
    id: "P21",
    statement: "Mission deaths by accident and illness",
    source: "un-minusma",
    parts: &[part(Fit, "such deaths per 1000 troops and year, 2014 to 2016", "about 1", (0.75, 1.25), |r| {
        let window = (month(2014, 1), month(2016, 12));
        let troops = r.mean(Indicator::MissionTroops, "Mali", window)
            - r.mean(Indicator::StrikeForceTroops, "Mali", window);
        other_deaths(r, window) / (troops / 1000.0) / 3.0
    })],
};

/// Over-dispersion.
pub const P23: Pattern = Pattern {
    id: "P23",
    statement: "Lethal events cluster a little more than at random",
    source: "ucdp-ged",
    parts: &[part(
        Fit,
        "variance over mean of monthly lethal events, July 2013 to 2016",
        "1.6",
        (1.0, 2.5),
        |r| {
            let months = month(2013, 7)..=month(2016, 12);
            let counts: Vec<f64> = months.map(|m| r.count((m, m), |_| true)).collect();
            variance(&counts) / mean(&counts)
        },
    )],
};

fn killed(reading: &Reading, window: (Month, Month)) -> f64 {
    if !reading.covers(window) {
        return f64::NAN;
    }
    reading.mission_deaths[window.0..=window.1].iter().sum::<f64>() + 0.0
}

/// Deaths of peace operations by accident and illness.
fn other_deaths(reading: &Reading, window: (Month, Month)) -> f64 {
    reading.sum(Indicator::PeacekeeperDeathsAllCauses, "Mali", window)
        - reading.sum(Indicator::PeacekeeperDeaths, "Mali", window)
}

fn outside_north(reading: &Reading, window: (Month, Month)) -> f64 {
    let outside = |event: &ReportedEvent| event.region.and_then(wider_area) != Some(NORTH);
    reading.count(window, outside) / reading.count(window, |_| true)
}

/// Position of `North` among the areas.
const NORTH: usize = 10;

fn severity(reading: &Reading, of: usize) -> f64 {
    reading.deaths(year(of), |_| true) / reading.count(year(of), |_| true)
}

fn between(event: &ReportedEvent, one: Party, other: Party) -> bool {
    event.sides == [one, other] || event.sides == [other, one]
}

fn rebels(reading: &Reading, of: usize) -> f64 {
    reading.deaths(year(of), |event| between(event, Party::State, Party::Separatist))
}

fn jihadists(reading: &Reading, of: usize) -> f64 {
    reading.count(year(of), |event| between(event, Party::State, Party::Jihadist))
}

fn among_groups(reading: &Reading, of: usize) -> f64 {
    let group = |side: &Party| matches!(side, Party::Separatist | Party::Jihadist | Party::Militia);
    reading.deaths(year(of), |event| event.sides.iter().all(group))
}

fn cercles(reading: &Reading, of: usize) -> f64 {
    let hit = |events: &mut dyn Iterator<Item = &ReportedEvent>| {
        events.map(|event| event.cercle.to_string()).collect::<BTreeSet<_>>().len() as f64
    };
    reading.reported(year(of)).map_or(f64::NAN, |mut events| hit(&mut events))
}
