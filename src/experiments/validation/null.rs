//! The null model: no mechanism, only the regional rates of 2012 and 2013 held constant.
//!
//! Lethal events come at the observed rates of each region, with the observed deaths per event and the observed mix of
//! parties, at random within the region's cercles. Everything else keeps, from January 2014 on, the mean that the run
//! had in 2012 and 2013. A pattern that this passes too says nothing for the model.

use std::sync::Arc;

use super::reading::{Crossing, Month, Party, Reading, ReportedEvent, month};
use crate::base::dates::Week;
use crate::base::draws::{Draws, Stream, hash};
use crate::base::maths;
use crate::entities::theatre::Theatre;
use crate::tables::indicators::REGIONS;

const NULL: Stream = Stream::named("validation.null");

/// First month that is held.
const HELD_FROM: Month = month(2014, 1);

/// Lethal events and deaths of 2012 and 2013 together by region of 2012 (UCDP GED 21.1, located within 25 km, CC BY
/// 4.0). Menaka counts to Gao, Taoudenit to Tombouctou.
const OBSERVED: [(&str, f64, f64); 7] = [
    ("Bamako", 2.0, 16.0),
    ("Gao", 29.0, 244.0),
    ("Kidal", 38.0, 440.0),
    ("Koulikoro", 1.0, 13.0),
    ("Mopti", 17.0, 199.0),
    ("Segou", 5.0, 36.0),
    ("Tombouctou", 14.0, 96.0),
];

/// The same events by parties.
const PARTIES: [([Party; 2], f64); 5] = [
    ([Party::State, Party::Separatist], 13.0),
    ([Party::State, Party::Jihadist], 66.0),
    ([Party::Separatist, Party::Jihadist], 7.0),
    ([Party::Militia, Party::Separatist], 1.0),
    ([Party::State, Party::People], 19.0),
];

/// Soldiers of the mission killed by attacks from July to December 2013, and the month from which its rate holds.
const MISSION_DEATHS: f64 = 7.0;
const MISSION_FROM: Month = month(2013, 7);

/// What the null model says where a run says `reading`.
pub fn held(reading: &Reading, theatre: &Theatre, seed: u64) -> Reading {
    let mut null = reading.clone();
    let early = HELD_FROM.min(null.n_months);
    for (_, series) in null.series_mut() {
        hold(series, early);
    }
    for group in &mut null.groups {
        hold(&mut group.fighters, early);
        hold(&mut group.attacks, early);
    }
    for changes in null.control.values_mut() {
        changes.retain(|(week, _)| (week.month() as Month) < HELD_FROM);
    }
    for (month, killed) in null.mission_deaths.iter_mut().enumerate() {
        *killed = if month < MISSION_FROM { 0.0 } else { MISSION_DEATHS / 6.0 };
    }
    null.events = events(theatre, seed, null.n_months);
    null.crossings = crossings(&reading.crossings, early, null.n_months);
    null
}

/// From month `early` on, the mean of the known values before it.
fn hold(series: &mut [f64], early: usize) {
    let (first, later) = series.split_at_mut(early);
    let known: Vec<f64> = first.iter().copied().filter(|value| !value.is_nan()).collect();
    later.fill(known.iter().sum::<f64>() / known.len() as f64);
}

fn events(theatre: &Theatre, seed: u64, n_months: usize) -> Vec<ReportedEvent> {
    let draws = Draws::new(seed);
    let mut events = Vec::new();
    let shares: Vec<f64> = PARTIES.iter().map(|(_, n)| *n).collect();
    for month in 0..n_months {
        for (region, n, deaths) in OBSERVED {
            let of_region = |place: &&crate::entities::theatre::PlaceRow| {
                place.region == region && place.id == place.cercle
            };
            let cercles: Vec<Arc<str>> =
                theatre.places.iter().filter(of_region).map(|place| Arc::from(place.id.as_str())).collect();
            let slots = draws.agent(NULL, hash(region), Week(month as u32));
            let count = slots.poisson(0, n / 24.0);
            for event in 0..count as usize {
                // Three uniforms an event; after twenty events in a month they come round again.
                let slot = 1 + 3 * (event % 20);
                let cercle = cercles.get(slots.below(slot, cercles.len().max(1))).cloned();
                let sides =
                    maths::pick(slots.share(slot + 1), &shares).map_or(PARTIES[0].0, |at| PARTIES[at].0);
                events.push(ReportedEvent {
                    month,
                    region: REGIONS.iter().position(|name| *name == region),
                    cercle: cercle.unwrap_or_else(|| Arc::from(region)),
                    sides,
                    best: (deaths / n + slots.share(slot + 2)).floor(),
                });
            }
        }
    }
    events
}

fn crossings(observed: &[Crossing], early: usize, n_months: usize) -> Vec<Crossing> {
    let first: Vec<&Crossing> = observed.iter().filter(|crossing| crossing.month < early).collect();
    let mut held: Vec<Crossing> = first.iter().map(|crossing| (*crossing).clone()).collect();
    for month in early..n_months {
        let mean = |crossing: &&Crossing| Crossing {
            month,
            loads: crossing.loads / early.max(1) as f64,
            ..(*crossing).clone()
        };
        held.extend(first.iter().map(mean));
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::library;
    use crate::tables::indicators::Indicator;

    #[test]
    fn rates_are_those_of_the_two_years_and_constant() {
        let theatre = library::theatre("mali").unwrap();
        let events = events(&theatre, 1, 24 * 50);
        let n = events.len() as f64 / 50.0;
        // 106 events in two years; the standard error over 50 such pairs of years is 1.5.
        assert!((n - 106.0).abs() < 6.0, "{n}");
        let deaths = events.iter().map(|event| event.best).sum::<f64>() / events.len() as f64;
        assert!((deaths - 1044.0 / 106.0).abs() < 0.2, "{deaths}");
        assert_eq!(PARTIES.iter().map(|(_, n)| n).sum::<f64>(), 106.0);
        assert_eq!(OBSERVED.iter().map(|(_, n, _)| n).sum::<f64>(), 106.0);
    }

    #[test]
    fn what_came_first_is_held() {
        let mut reading = Reading::empty(36);
        for month in 0..36 {
            reading.put(Indicator::Refugees, "Mali", month, if month < 24 { 10.0 } else { 90.0 });
        }
        let null = held(&reading, &library::theatre("mali").unwrap(), 1);
        assert_eq!(null.value(Indicator::Refugees, "Mali", 35), 10.0);
        assert!(null.value(Indicator::Idps, "Mali", 35).is_nan(), "unknown stays unknown");
    }
}
