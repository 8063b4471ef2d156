//! How near an ensemble comes to observed series, beside two naive baselines, and the table `scores.csv`.
//!
//! A *case* is one observed number with an ensemble of predicted ones: the seeds of the model; for *last-year* the
//! values of the twelve months before the calendar year (one for yearly cases); for *population-share* the national
//! values of those months, spread by population. CRPS is that of the ensemble (mean distance to the observation minus half
//! the mean distance between members), in the unit of the series; lower is better. All methods are scored on the same
//! cases.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::observed::ged::Observed;
use super::observed::refugees::{Count, Host};
use super::reading::Reading;
use crate::entities::theatre::{PlaceRow, Theatre};
use crate::experiments::agreement::{crps, rank_correlation};
use crate::experiments::summary::{mean, quantile};
use crate::tables::CellType::{Integer, Number, Text as Words};
use crate::tables::ColumnKind::{Key, Mean, Sum};
use crate::tables::indicators::{Indicator, REGIONS};
use crate::tables::{Cell, Table, TableSpec, column};

/// What is predicted from.
pub const METHODS: [&str; 3] = ["model", "last-year", "population-share"];

/// What one run says about what can be observed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Simulated {
    /// Months recorded, from January 2012.
    pub n_months: usize,
    /// Reported lethal events in Mali: month, region, cercle, deaths.
    pub events: Vec<(usize, usize, String, f64)>,
    /// Refugees abroad in all, by month.
    pub refugees: Vec<f64>,
    /// Refugees by place abroad and month.
    pub hosted: BTreeMap<String, Vec<f64>>,
}

impl Simulated {
    /// Keeps what is needed of a reading.
    pub fn of(reading: &Reading) -> Simulated {
        let event = |event: &super::reading::ReportedEvent| {
            Some((event.month, event.region?, event.cercle.to_string(), event.best))
        };
        Simulated {
            n_months: reading.n_months,
            events: reading.events.iter().filter_map(event).collect(),
            refugees: (0..reading.n_months).map(|m| reading.value(Indicator::Refugees, "Mali", m)).collect(),
            hosted: reading.hosted_abroad.clone(),
        }
    }
}

/// One observed number and what each method predicts; no members: the method says nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Whom it is about: a region, a cercle, a host.
    pub unit: String,
    /// What was observed.
    pub observed: f64,
    /// Members by method.
    pub predicted: [Vec<f64>; METHODS.len()],
}

/// One row of `scores.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Series: events, deaths, events-by-cercle, deaths-by-cercle, refugees.
    pub series: &'static str,
    /// Region or host; `Mali` or `abroad` for all together.
    pub region: String,
    /// One of [`METHODS`].
    pub method: &'static str,
    /// Share of cases within the central 90 % of the members.
    pub coverage90: f64,
    /// Mean CRPS, in the unit of the series.
    pub crps: f64,
    /// Sum of predicted means over sum of observations.
    pub level_ratio: f64,
    /// Spearman's correlation of totals across units; NaN within one unit.
    pub rank_correlation: f64,
    /// Cases.
    pub n: usize,
}

/// Scores of cases, method by method; a method that lacks a prediction for any case is not scored.
pub fn score(series: &'static str, region: &str, cases: &[&Case]) -> Vec<Score> {
    (0..METHODS.len()).map(|method| score_of(series, region, cases, method)).collect()
}

fn score_of(series: &'static str, region: &str, cases: &[&Case], method: usize) -> Score {
    let said = cases.iter().all(|case| !case.predicted[method].is_empty());
    let mut score = Score {
        series,
        region: region.to_string(),
        method: METHODS[method],
        coverage90: f64::NAN,
        crps: f64::NAN,
        level_ratio: f64::NAN,
        rank_correlation: f64::NAN,
        n: if said { cases.len() } else { 0 },
    };
    if score.n == 0 {
        return score;
    }
    let mut totals: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let (mut inside, mut distances) = (0_usize, Vec::new());
    for case in cases {
        let mut members = case.predicted[method].clone();
        members.sort_by(f64::total_cmp);
        inside += usize::from((quantile(&members, 0.05)..=quantile(&members, 0.95)).contains(&case.observed));
        distances.push(crps(&members, case.observed));
        let total = totals.entry(&case.unit).or_default();
        total.0 += mean(&members);
        total.1 += case.observed;
    }
    let (predicted, observed): (Vec<f64>, Vec<f64>) = totals.into_values().unzip();
    score.coverage90 = inside as f64 / cases.len() as f64;
    score.crps = mean(&distances);
    let all: f64 = observed.iter().sum();
    score.level_ratio = if all > 0.0 { predicted.iter().sum::<f64>() / all } else { f64::NAN };
    score.rank_correlation = rank_correlation(&predicted, &observed);
    score
}

/// Scores of events and deaths by region and month, and by cercle and year.
pub fn of_events(observed: &Observed, simulated: &[Simulated], theatre: &Theatre) -> Vec<Score> {
    let Some((first, last)) = scored_months(observed, simulated) else { return Vec::new() };
    let mut scores = Vec::new();
    for (series, by_cercle, deaths) in
        [("events", "events-by-cercle", false), ("deaths", "deaths-by-cercle", true)]
    {
        let cases = region_cases(observed, simulated, theatre, (first, last), deaths);
        for region in REGIONS {
            let of_region: Vec<&Case> = cases.iter().filter(|case| case.unit == region).collect();
            scores.extend(score(series, region, &of_region));
        }
        scores.extend(score(series, "Mali", &cases.iter().collect::<Vec<_>>()));
        let cases = cercle_cases(observed, simulated, theatre, (first, last), deaths);
        scores.extend(score(by_cercle, "Mali", &cases.iter().collect::<Vec<_>>()));
    }
    scores
}

/// Whole years that were observed and simulated, as first and last month; those with a year before them if there are
/// any.
pub fn scored_months(observed: &Observed, simulated: &[Simulated]) -> Option<(usize, usize)> {
    let n_years = simulated.first()?.n_months / 12;
    let start = 2012;
    let last = observed.years.1.min(start + n_years as i32 - 1);
    let with_a_year_before = observed.years.0.max(start - 1) + 1;
    let first = if with_a_year_before <= last { with_a_year_before } else { observed.years.0.max(start) };
    (first <= last).then(|| (((first - start) * 12) as usize, ((last - start) * 12 + 11) as usize))
}

/// Counts or deaths by unit and month, months relative to January 2012.
type Tally = BTreeMap<(String, i32), f64>;

fn tally<'e>(events: impl Iterator<Item = (String, i32, f64)> + 'e, deaths: bool) -> Tally {
    let mut tally = Tally::new();
    for (unit, month, best) in events {
        *tally.entry((unit, month)).or_default() += if deaths { best } else { 1.0 };
    }
    tally
}

fn at(tally: &Tally, unit: &str, month: i32) -> f64 {
    tally.get(&(unit.to_string(), month)).copied().unwrap_or(0.0)
}

fn region_cases(
    observed: &Observed,
    simulated: &[Simulated],
    theatre: &Theatre,
    (first, last): (usize, usize),
    deaths: bool,
) -> Vec<Case> {
    let seen = observed.events.iter().map(|e| (REGIONS[e.region].to_string(), e.month, e.best));
    let seen = tally(seen, deaths);
    let runs: Vec<Tally> = simulated
        .iter()
        .map(|run| {
            let events = run.events.iter().map(|(m, r, _, best)| (REGIONS[*r].to_string(), *m as i32, *best));
            tally(events, deaths)
        })
        .collect();
    let national = |month: i32| -> f64 { REGIONS.iter().map(|region| at(&seen, region, month)).sum() };
    let mut cases = Vec::new();
    for region in REGIONS {
        let share = population_share(theatre, |place| place.region == region);
        for month in first as i32..=last as i32 {
            let year_before = months_of_year_before(observed, month);
            cases.push(Case {
                unit: region.to_string(),
                observed: at(&seen, region, month),
                predicted: [
                    runs.iter().map(|run| at(run, region, month)).collect(),
                    year_before.clone().map(|m| at(&seen, region, m)).collect(),
                    year_before.map(|m| national(m) * share).collect(),
                ],
            });
        }
    }
    cases
}

/// Months of the calendar year before that of `month`; none if the file does not hold it.
fn months_of_year_before(observed: &Observed, month: i32) -> std::ops::Range<i32> {
    let january = month.div_euclid(12) * 12;
    if 2012 + january / 12 > observed.years.0 { january - 12..january } else { january..january }
}

fn cercle_cases(
    observed: &Observed,
    simulated: &[Simulated],
    theatre: &Theatre,
    (first, last): (usize, usize),
    deaths: bool,
) -> Vec<Case> {
    let year = |month: i32| month.div_euclid(12);
    let seen = tally(observed.events.iter().map(|e| (e.cercle.clone(), year(e.month), e.best)), deaths);
    let runs: Vec<Tally> = simulated
        .iter()
        .map(|run| {
            tally(run.events.iter().map(|(m, _, c, best)| (c.clone(), year(*m as i32), *best)), deaths)
        })
        .collect();
    let national = |of: i32| -> f64 { seen.iter().filter(|((_, y), _)| *y == of).map(|(_, n)| n).sum() };
    let seats = theatre.places.iter().filter(|place| place.country == "MLI" && place.id == place.cercle);
    let mut cases = Vec::new();
    for seat in seats {
        let share = population_share(theatre, |place| place.cercle == seat.id);
        for of in year(first as i32)..=year(last as i32) {
            let known = 2012 + of > observed.years.0;
            let only_if_known = |value: f64| if known { vec![value] } else { Vec::new() };
            cases.push(Case {
                unit: seat.id.clone(),
                observed: at(&seen, &seat.id, of),
                predicted: [
                    runs.iter().map(|run| at(run, &seat.id, of)).collect(),
                    only_if_known(at(&seen, &seat.id, of - 1)),
                    only_if_known(national(of - 1) * share),
                ],
            });
        }
    }
    cases
}

fn population_share(theatre: &Theatre, counts: impl Fn(&PlaceRow) -> bool) -> f64 {
    let people = |place: &PlaceRow| f64::from(place.population_2012);
    let inside = theatre.places.iter().filter(|place| place.country == "MLI");
    let all: f64 = inside.clone().map(people).sum();
    inside.filter(|place| counts(place)).map(people).sum::<f64>() / all
}

/// Scores of refugees by host. *last-year* is the same host's count twelve months before, *population-share* the
/// total of twelve months before, spread by the people of the north and of Mopti who live nearest to each host.
pub fn of_refugees(observed: &[Count], simulated: &[Simulated], theatre: &Theatre) -> Vec<Score> {
    let Some(n_months) = simulated.first().map(|run| run.n_months as i32) else { return Vec::new() };
    // Several counts in one month: the last one.
    let mut seen: BTreeMap<(Host, i32), f64> = BTreeMap::new();
    for count in observed {
        seen.insert((count.host.clone(), count.month), count.refugees);
    }
    let mut hosts: Vec<Host> = seen.keys().map(|(host, _)| host.clone()).collect();
    hosts.dedup();
    let single: Vec<&Host> = hosts.iter().filter(|host| **host != Host::All).collect();
    let shares = nearest_shares(&single, theatre);
    let total = |month: i32| {
        let sum = || single.iter().map(|host| seen.get(&((*host).clone(), month))).sum::<Option<f64>>();
        seen.get(&(Host::All, month)).copied().or_else(sum)
    };
    let mut cases = Vec::new();
    for ((host, month), refugees) in seen.iter().filter(|((_, month), _)| (0..n_months).contains(month)) {
        let share = single.iter().position(|known| *known == host).map_or(1.0, |i| shares[i]);
        cases.push(Case {
            unit: host.name().to_string(),
            observed: *refugees,
            predicted: [
                simulated.iter().map(|run| hosted(run, host, *month as usize, theatre)).collect(),
                seen.get(&(host.clone(), month - 12)).map(|n| vec![*n]).unwrap_or_default(),
                total(month - 12).map(|n| vec![n * share]).unwrap_or_default(),
            ],
        });
    }
    // The same cases for every method, where any have a year before them.
    if cases.iter().any(|case| case.predicted.iter().all(|members| !members.is_empty())) {
        cases.retain(|case| case.predicted.iter().all(|members| !members.is_empty()));
    }
    let mut scores = Vec::new();
    for host in &hosts {
        let of_host: Vec<&Case> = cases.iter().filter(|case| case.unit == host.name()).collect();
        if !of_host.is_empty() {
            scores.extend(score("refugees", host.name(), &of_host));
        }
    }
    let all: Vec<&Case> = cases.iter().filter(|case| case.unit != Host::All.name()).collect();
    if single.len() > 1 && !all.is_empty() {
        scores.extend(score("refugees", "every host", &all));
    }
    scores
}

fn hosted(run: &Simulated, host: &Host, month: usize, theatre: &Theatre) -> f64 {
    let at = |series: &Vec<f64>| series[month];
    match host {
        Host::All => run.refugees[month],
        Host::Place(id) => run.hosted.get(id).map_or(0.0, at),
        Host::Country(iso) => {
            let inside = |id: &str| theatre.place_row(id).is_some_and(|place| place.country == *iso);
            run.hosted.iter().filter(|(id, _)| inside(id)).map(|(_, series)| at(series)).sum::<f64>() + 0.0
        }
    }
}

/// Shares of the people of the north and of Mopti by the host they live nearest to.
fn nearest_shares(hosts: &[&Host], theatre: &Theatre) -> Vec<f64> {
    let mut people = vec![0.0; hosts.len()];
    let belongs = |place: &PlaceRow, host: &Host| match host {
        Host::All => false,
        Host::Country(iso) => place.country == *iso,
        Host::Place(id) => place.id == *id,
    };
    let homes = theatre
        .places
        .iter()
        .filter(|place| ["Gao", "Kidal", "Tombouctou", "Mopti"].contains(&place.region.as_str()));
    for home in homes {
        let distance = |host: &Host| {
            let narrow = libm::cos(home.latitude.to_radians());
            let squares = theatre.places.iter().filter(|place| belongs(place, host)).map(|place| {
                let (north, east) =
                    (place.latitude - home.latitude, (place.longitude - home.longitude) * narrow);
                north * north + east * east
            });
            squares.fold(f64::INFINITY, f64::min)
        };
        let distances: Vec<f64> = hosts.iter().map(|host| distance(host)).collect();
        if let Some(at) = (0..hosts.len()).min_by(|a, b| distances[*a].total_cmp(&distances[*b])) {
            people[at] += f64::from(home.population_2012);
        }
    }
    let all: f64 = people.iter().sum();
    people.into_iter().map(|n| n / all).collect()
}

/// Layout of `scores.csv`.
pub const SCORES_TABLE: TableSpec = TableSpec {
    name: "scores",
    row: "series x region x method",
    columns: &[
        column(
            "series",
            "",
            Key,
            Words,
            "events, deaths (reported lethal ones, by month), the same by cercle and year, refugees.",
        ),
        column("region", "", Key, Words, "Region or host; Mali, or every host, for all together."),
        column("method", "", Key, Words, "model, last-year or population-share."),
        column("coverage90", "share", Mean, Number, "Share of observations within the central 90 %."),
        column(
            "crps",
            "as series",
            Mean,
            Number,
            "Mean continuous ranked probability score; lower is better.",
        ),
        column(
            "level_ratio",
            "1",
            Mean,
            Number,
            "Predicted over observed, summed; empty if nothing was observed.",
        ),
        column(
            "rank_correlation",
            "1",
            Mean,
            Number,
            "Of totals across regions, cercles or hosts; empty within one.",
        ),
        column("n", "cases", Sum, Integer, "Observations scored."),
    ],
};

/// The rows of `scores.csv`.
pub fn table(scores: &[Score]) -> Table {
    let mut table = Table::new(&SCORES_TABLE);
    for score in scores {
        table.push(&[
            Cell::Text(score.series),
            Cell::Text(&score.region),
            Cell::Text(score.method),
            Cell::Number(score.coverage90),
            Cell::Number(score.crps),
            Cell::Number(score.level_ratio),
            Cell::Number(score.rank_correlation),
            Cell::Integer(score.n as i64),
        ]);
    }
    table
}
