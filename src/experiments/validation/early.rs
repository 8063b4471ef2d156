//! Patterns of the fall of the north, the return of the state, and of who fights: P1, P2, P16, P24.

use super::patterns::Use::{Check, Fit};
use super::patterns::{Pattern, early_part, from, part, up_to};
use super::reading::{Month, Party, Reading, month, year};
use crate::base::dates::{Week, month_start};
use crate::tables::indicators::Indicator;

/// The three regional capitals of the north.
const CAPITALS: [&str; 3] = ["Kidal", "Gao", "Tombouctou"];
/// The seats of the northern cercles.
const NORTHERN_SEATS: [&str; 13] = [
    "Abeibara",
    "Ansongo",
    "Bourem",
    "Dire",
    "Gao",
    "Goundam",
    "Gourma-Rharous",
    "Kidal",
    "Menaka",
    "Niafunke",
    "Tessalit",
    "Tin-Essako",
    "Tombouctou",
];
/// The week by which the north was lost (its number counts from 1: it begins on 16 April 2012).
const WEEK_16: Week = Week(15);

/// The north is lost in early 2012.
pub const P1: Pattern = Pattern {
    id: "P1",
    statement: "The north is lost in early 2012",
    source: "elusive2014;ucdp-ged",
    parts: &[
        early_part("week in which Kidal falls", "13", (10.0, 16.0), |r| fall(r, "Kidal")),
        early_part("week in which Gao falls", "13", (10.0, 16.0), |r| fall(r, "Gao")),
        early_part("week in which Tombouctou falls", "13", (10.0, 16.0), |r| fall(r, "Tombouctou")),
        early_part("northern cercle seats lost by week 16", "13 of 13", from(11.0), seats_lost),
        early_part(
            "area that groups hold at the end of April 2012 [km2]",
            "more than 500000",
            from(500_000.0),
            |r| r.value(Indicator::AreaControlledByGroupsKm2, "Mali", month(2012, 4)),
        ),
    ],
};

/// The strike force empties the towns; asymmetric attacks return.
pub const P2: Pattern = Pattern {
    id: "P2",
    statement: "The strike force empties the towns; asymmetric attacks return",
    source: "elusive2014;ucdp-ged",
    parts: &[
        early_part("cercle seats that jihadist groups hold in June 2013", "0", (0.0, 1.0), |r| {
            r.value(Indicator::TownsUnderJihadists, "Mali", month(2013, 6))
        }),
        early_part(
            "months of June to December 2013 in which separatists hold Kidal",
            "7",
            from(4.0),
            kidal_2013,
        ),
        part(Fit, "lethal events a month, June to December 2013", "1.1", (0.8, 1.4), |r| {
            r.count((month(2013, 6), month(2013, 12)), |_| true) / 7.0
        }),
        part(Fit, "lethal events a month, 2014", "2.0", (1.5, 2.5), |r| events_a_month(r, 2014)),
        part(Fit, "lethal events a month, 2015", "3.75", (2.8, 4.7), |r| events_a_month(r, 2015)),
        part(Fit, "lethal events a month, 2016", "3.6", (2.7, 4.5), |r| events_a_month(r, 2016)),
        part(
            Fit,
            "largest ratio of a year's deaths to the year before, 2014 to 2016",
            "0.81",
            up_to(1.0),
            deaths_ratio,
        ),
    ],
};

/// Fighters of the jihadist kind.
pub const P16: Pattern = Pattern {
    id: "P16",
    statement: "Fighters of jihadist groups: thousands before the intervention, few after it, more again by 2020",
    source: "forces-press",
    parts: &[
        early_part("jihadist fighters at the end of December 2012", "3000 to 3500", (3000.0, 3500.0), |r| {
            r.fighters(Party::Jihadist, month(2012, 12))
        }),
        early_part("jihadist fighters at the end of June 2013", "1000 or fewer", up_to(1000.0), |r| {
            r.fighters(Party::Jihadist, month(2013, 6))
        }),
        part(Check, "jihadist fighters, mean of 2020", "1400 to 2400", (1400.0, 2400.0), fighters_2020),
    ],
};

/// Kidal outside the state's hand.
pub const P24: Pattern = Pattern {
    id: "P24",
    statement: "Kidal stays outside the state's hand",
    source: "un-minusma",
    parts: &[
        part(
            Fit,
            "share of months of May 2012 to 2016 in which the state does not hold Kidal",
            "1",
            from(0.9),
            |r| out_of_hand(r, (month(2012, 5), month(2016, 12))),
        ),
        part(Check, "the same, 2017 to 2020", "1", from(0.9), |r| {
            out_of_hand(r, (month(2017, 1), month(2020, 12)))
        }),
    ],
};

/// Number of the first week, from 1, in which the state no longer holds a place; the one after the record if never, so
/// that "never" counts against the median.
fn fall(reading: &Reading, place: &str) -> f64 {
    if !reading.covers((0, month(2012, 12))) {
        return f64::NAN;
    }
    let changes = reading.control.get(place).map_or(&[][..], Vec::as_slice);
    let never = f64::from(last_week(reading.n_months - 1).0) + 2.0;
    changes.iter().find(|(_, holder)| holder != "mali").map_or(never, |(week, _)| f64::from(week.0) + 1.0)
}

fn seats_lost(reading: &Reading) -> f64 {
    if !reading.covers((0, month(2012, 4))) {
        return f64::NAN;
    }
    let lost = |seat: &&&str| reading.holding_party(seat, WEEK_16) != Some(Party::State);
    NORTHERN_SEATS.iter().filter(lost).count() as f64
}

/// The last week that belongs to a month.
fn last_week(month: Month) -> Week {
    Week(month_start(month as u32 + 1).week().0.saturating_sub(1)).max(month_start(month as u32).week())
}

fn kidal_2013(reading: &Reading) -> f64 {
    let window = (month(2013, 6), month(2013, 12));
    if !reading.covers(window) {
        return f64::NAN;
    }
    let theirs = |m: &Month| reading.holding_party(CAPITALS[0], last_week(*m)) == Some(Party::Separatist);
    (window.0..=window.1).filter(theirs).count() as f64
}

fn events_a_month(reading: &Reading, of: usize) -> f64 {
    reading.count(year(of), |_| true) / 12.0
}

fn deaths_ratio(reading: &Reading) -> f64 {
    let deaths = [2013, 2014, 2015, 2016].map(|of| reading.deaths(year(of), |_| true));
    let ratios = deaths.windows(2).map(|pair| pair[1] / pair[0]);
    // NaN must not be lost in the maximum.
    ratios.fold(f64::NEG_INFINITY, |most, ratio| if ratio.is_nan() { f64::NAN } else { most.max(ratio) })
}

fn fighters_2020(reading: &Reading) -> f64 {
    let (from, until) = year(2020);
    (from..=until).map(|m| reading.fighters(Party::Jihadist, m)).sum::<f64>() / 12.0
}

fn out_of_hand(reading: &Reading, window: (Month, Month)) -> f64 {
    if !reading.covers(window) {
        return f64::NAN;
    }
    let out = |m: &Month| reading.holding_party(CAPITALS[0], last_week(*m)) != Some(Party::State);
    (window.0..=window.1).filter(out).count() as f64 / (window.1 + 1 - window.0) as f64
}
