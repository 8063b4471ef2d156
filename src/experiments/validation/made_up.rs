//! Two made-up histories: one as it is documented, in which every pattern holds, and one in which none does.

use std::sync::Arc;

use super::paired::{CLIENT, CORRIDOR};
use super::patterns::{Measure, all_parts};
use super::reading::{Crossing, GroupSeries, Month, Party, Reading, ReportedEvent, month, year};
use crate::base::dates::Week;
use crate::tables::indicators::{AREAS, Indicator};

const ALL: (Month, Month) = (0, 107);

fn fill(reading: &mut Reading, indicator: Indicator, area: &str, (from, until): (Month, Month), value: f64) {
    for month in from..=until {
        reading.put(indicator, area, month, value);
    }
}

fn group(id: &str, party: Party) -> GroupSeries {
    GroupSeries { id: id.to_string(), party, fighters: vec![0.0; 108], attacks: vec![0.0; 108] }
}

/// Months in which the events of a year fall: a quarter without, a quarter with two.
const SPREAD: [usize; 12] = [0, 0, 1, 2, 2, 4, 5, 6, 6, 8, 9, 10];

/// Events of a year: how many outside the north, over how many cercles, and by sides with their deaths in all.
fn events(
    reading: &mut Reading,
    of: usize,
    outside: usize,
    cercles: usize,
    kinds: &[(usize, [Party; 2], f64)],
) {
    let n: usize = kinds.iter().map(|(count, _, _)| count).sum();
    let all = kinds.iter().flat_map(|(count, sides, deaths)| vec![(*sides, deaths / *count as f64); *count]);
    for (i, (sides, best)) in all.enumerate() {
        // In 2013 all but eight fall before June.
        let within = match of {
            2013 if i < n - 8 => i % 5,
            2013 => 5 + i % 7,
            _ => SPREAD[i % 12],
        };
        reading.events.push(ReportedEvent {
            month: month(of, 1) + within,
            region: Some(if i < outside { 5 } else { 1 }),
            cercle: Arc::from(format!("cercle {}", i % cercles)),
            sides,
            best,
        });
    }
}

fn crossings(reading: &mut Reading, of: Month, from: &str, from_country: &str, loads: f64) {
    let (from_country, to_country) = (Arc::from(from_country), Arc::from("DZA"));
    let (from, to) = (Arc::from(from), Arc::from("Tamanrasset"));
    reading.crossings.push(Crossing { month: of, from, from_country, to, to_country, loads });
}

const STATE_JIHADIST: [Party; 2] = [Party::State, Party::Jihadist];
const JIHADIST_STATE: [Party; 2] = [Party::Jihadist, Party::State];
const STATE_SEPARATIST: [Party; 2] = [Party::State, Party::Separatist];
const AMONG: [Party; 2] = [Party::Separatist, Party::Militia];
const ON_PEOPLE: [Party; 2] = [Party::Jihadist, Party::People];

fn documented() -> Reading {
    let mut r = Reading::empty(108);
    fill(&mut r, Indicator::AreaControlledByGroupsKm2, "Mali", ALL, 800_000.0);
    fill(&mut r, Indicator::TownsUnderJihadists, "Mali", ALL, 0.0);
    fill(&mut r, Indicator::Refugees, "Mali", ALL, 150_000.0);
    fill(&mut r, Indicator::Idps, "Mali", ALL, 37_000.0);
    fill(&mut r, Indicator::Idps, "Mali", year(2012), 228_000.0);
    fill(&mut r, Indicator::OfficialsAtPost, "North", ALL, 0.34);
    fill(&mut r, Indicator::OfficialsAtPost, "North", year(2015), 0.37);
    fill(&mut r, Indicator::OfficialsAtPost, "Kidal", ALL, 0.02);
    for (rank, share) in [
        (Indicator::GovernorsAtPost, 1.0),
        (Indicator::PrefectsAtPost, 0.7),
        (Indicator::SubprefectsAtPost, 0.57),
    ] {
        fill(&mut r, rank, "North", ALL, share);
    }
    fill(&mut r, Indicator::MissionSelfProtection, "Mali", ALL, 0.8);
    fill(&mut r, Indicator::MissionTroops, "Mali", ALL, 12_000.0);
    fill(&mut r, Indicator::StrikeForceTroops, "Mali", ALL, 2_000.0);
    fill(&mut r, Indicator::PeacekeeperDeaths, "Mali", ALL, 2.0);
    fill(&mut r, Indicator::PeacekeeperDeathsAllCauses, "Mali", ALL, 2.96);
    fill(&mut r, Indicator::PeacekeeperDeathsAllCauses, "Mali", (month(2017, 1), 107), 3.3);
    for (of, killed) in [(2013, 7.0), (2014, 28.0), (2015, 12.0), (2016, 27.0), (2018, 54.0)] {
        r.mission_deaths[month(of, 10)] = killed;
    }
    fill(&mut r, Indicator::AccordAwareness, "Mali", ALL, 0.15);
    fill(&mut r, Indicator::IllicitIncomeEur, "North", ALL, 2e6);
    fill(&mut r, Indicator::StateSpendingEur, "North", ALL, 1e6);
    fill(&mut r, Indicator::UnmetServices, "North", ALL, 0.5);
    fill(&mut r, Indicator::UnmetSecurity, "North", ALL, 0.3);
    fill(&mut r, Indicator::DistrustShare, "Mali", ALL, 0.6);
    for (area, trust) in [("Mali", 0.47), ("Gao", 0.23), ("Kidal", 0.23), ("Mopti", 0.28)] {
        fill(&mut r, Indicator::TrustInState, area, ALL, trust);
        fill(&mut r, Indicator::PopulationPersons, area, ALL, 1000.0);
    }
    fill(&mut r, Indicator::TrustInSecurityForces, "Mali", ALL, 0.82);
    fill(&mut r, Indicator::Banditry, "North", ALL, 50.0);
    fill(&mut r, Indicator::Events, "North", ALL, 5.0);

    let mut aqim = group("aqim", Party::Jihadist);
    aqim.fighters.fill(900.0);
    aqim.fighters[month(2012, 12)] = 3200.0;
    aqim.fighters[month(2020, 1)..].fill(1900.0);
    let mut born_later = group("isgs", Party::Jihadist);
    born_later.attacks[month(2019, 3)] = 1.0;
    r.groups = vec![aqim, born_later, group("mnla", Party::Separatist)];
    for seat in ["Kidal", "Gao", "Tombouctou", "Menaka", "Tessalit", "Abeibara", "Tin-Essako", "Bourem"] {
        r.control.insert(seat.to_string(), vec![(Week(12), "mnla".to_string())]);
    }
    for seat in ["Ansongo", "Dire", "Goundam", "Niafunke"] {
        r.control.insert(seat.to_string(), vec![(Week(13), String::new()), (Week(60), "mali".to_string())]);
    }
    events(&mut r, 2012, 7, 14, &[(34, STATE_JIHADIST, 296.0)]);
    events(&mut r, 2013, 18, 12, &[(72, STATE_JIHADIST, 749.0)]);
    events(
        &mut r,
        2014,
        0,
        8,
        &[(2, STATE_SEPARATIST, 94.0), (6, AMONG, 65.0), (13, STATE_JIHADIST, 72.0), (3, ON_PEOPLE, 16.0)],
    );
    events(
        &mut r,
        2015,
        26,
        20,
        &[(6, STATE_SEPARATIST, 45.0), (3, AMONG, 45.0), (34, JIHADIST_STATE, 110.0), (2, ON_PEOPLE, 8.0)],
    );
    events(&mut r, 2016, 14, 14, &[(6, AMONG, 38.0), (33, STATE_JIHADIST, 100.0), (4, ON_PEOPLE, 15.0)]);
    for of in 2017..=2020 {
        events(&mut r, of, 30, 10, &[(50, ON_PEOPLE, 200.0)]);
    }
    for (of, niger) in [(month(2012, 2), 1.0), (month(2014, 2), 3.0)] {
        crossings(&mut r, of, "Agadez", "NER", niger);
        crossings(&mut r, of, "Taoudenni", "MLI", 8.0);
    }
    r
}

fn opposite() -> Reading {
    let mut r = Reading::empty(108);
    for area in AREAS {
        for indicator in [Indicator::OfficialsAtPost, Indicator::TrustInState, Indicator::UnmetSecurity] {
            fill(&mut r, indicator, area, ALL, 0.9);
        }
        for indicator in [
            Indicator::MissionSelfProtection,
            Indicator::UnmetServices,
            Indicator::DistrustShare,
            Indicator::TrustInSecurityForces,
            Indicator::GovernorsAtPost,
            Indicator::IllicitIncomeEur,
            Indicator::Banditry,
        ] {
            fill(&mut r, indicator, area, ALL, 0.1);
        }
        for indicator in
            [Indicator::AreaControlledByGroupsKm2, Indicator::AccordAwareness, Indicator::PeacekeeperDeaths]
        {
            fill(&mut r, indicator, area, ALL, 0.0);
        }
        fill(&mut r, Indicator::PrefectsAtPost, area, ALL, 0.2);
        fill(&mut r, Indicator::SubprefectsAtPost, area, ALL, 0.3);
        fill(&mut r, Indicator::PeacekeeperDeathsAllCauses, area, ALL, 0.1);
        fill(&mut r, Indicator::MissionTroops, area, ALL, 10_000.0);
        fill(&mut r, Indicator::StrikeForceTroops, area, ALL, 0.0);
        for indicator in [Indicator::StateSpendingEur, Indicator::Events, Indicator::PopulationPersons] {
            fill(&mut r, indicator, area, ALL, 1.0);
        }
        fill(&mut r, Indicator::TownsUnderJihadists, area, ALL, 5.0);
        fill(&mut r, Indicator::Refugees, area, ALL, 1e6);
        fill(&mut r, Indicator::Refugees, area, year(2016), 1e5);
        fill(&mut r, Indicator::Idps, area, ALL, 1e5);
    }
    let mut aqim = group("aqim", Party::Jihadist);
    aqim.fighters[..12].fill(10.0);
    aqim.fighters[12..].fill(5000.0);
    r.groups = vec![aqim];
    for of in 2012..=2020 {
        let (outside, deaths) = (if of <= 2014 { 240 } else { 0 }, [1.0, 1.0, 2.0, 30.0, 60.0]);
        let sides = if of == 2016 { STATE_SEPARATIST } else { ON_PEOPLE };
        let best = deaths[(of - 2012).min(4)];
        for i in 0..240 {
            r.events.push(ReportedEvent {
                month: month(of, 1) + i % 12,
                region: Some(if i < outside { 5 } else { 1 }),
                cercle: Arc::from("cercle"),
                sides,
                best,
            });
        }
    }
    for (of, niger) in [(month(2012, 2), 3.0), (month(2014, 2), 1.0)] {
        crossings(&mut r, of, "Agadez", "NER", niger);
        crossings(&mut r, of, "Taoudenni", "MLI", 8.0);
    }
    r
}

#[test]
fn every_pattern_of_single_runs_holds_in_history_as_documented_and_fails_in_its_opposite() {
    let (documented, opposite) = (documented(), opposite());
    for (pattern, part) in all_parts() {
        let Measure::Run(measure) = part.measure else { continue };
        let value = measure(&documented);
        assert!(part.holds(value), "{}: {}: {value}", pattern.id, part.statement);
        let value = measure(&opposite);
        assert!(!value.is_nan() && !part.holds(value), "{}: {}: {value}", pattern.id, part.statement);
    }
}

#[test]
fn what_lies_beyond_the_record_is_unknown() {
    let short = Reading::empty(3);
    for (pattern, part) in all_parts() {
        let value = match part.measure {
            Measure::Run(measure) => measure(&short),
            Measure::Pair(_, measure) | Measure::PairInterval(_, measure) => measure(&short, &short),
        };
        assert!(value.is_nan(), "{}: {}: {value}", pattern.id, part.statement);
    }
}

/// Values of the parts of a paired pattern.
fn paired(id: &str, base: &Reading, policy: &Reading) -> Vec<f64> {
    let parts = all_parts().filter(|(pattern, _)| pattern.id == id);
    let value = |measure: fn(&Reading, &Reading) -> f64| measure(base, policy);
    parts
        .map(|(_, part)| match part.measure {
            Measure::Pair(_, measure) | Measure::PairInterval(_, measure) => value(measure),
            Measure::Run(_) => panic!("{id} is measured on pairs"),
        })
        .collect()
}

#[test]
fn enforcement_that_moves_flows_is_told_from_enforcement_that_ends_them() {
    let traffic = |corridor: f64, others: f64| {
        let mut r = Reading::empty(108);
        crossings(&mut r, month(2015, 1), CORRIDOR[0], "MLI", corridor);
        crossings(&mut r, month(2015, 1), "Taoudenni", "MLI", others);
        r
    };
    assert_eq!(paired("P12", &traffic(50.0, 50.0), &traffic(10.0, 80.0))[1], 0.75);
    assert!(paired("P12", &traffic(50.0, 50.0), &traffic(10.0, 80.0))[0] < 0.0);
    assert_eq!(paired("P12", &traffic(50.0, 50.0), &traffic(10.0, 50.0))[1], 0.0);
    assert_eq!(paired("P12", &traffic(50.0, 50.0), &traffic(50.0, 50.0)), [0.0, 0.0]);
}

#[test]
fn programmes_and_clients_are_compared_run_by_run() {
    let share = |share: f64| {
        let mut r = Reading::empty(108);
        fill(&mut r, Indicator::IllicitLivelihoodShare, "North", ALL, share);
        r
    };
    let part = all_parts().find(|(pattern, _)| pattern.id == "P14").unwrap().1;
    assert!(part.holds(paired("P14", &share(0.1), &share(0.09))[0]));
    assert!(!part.holds(paired("P14", &share(0.1), &share(0.05))[0]));
    assert!(!part.holds(paired("P14", &share(0.1), &share(0.11))[0]));
    let country = |attacks: f64, groups: f64| {
        let mut r = Reading::empty(108);
        let mut client = group(CLIENT, Party::Separatist);
        client.attacks.fill(attacks);
        r.groups = vec![client];
        fill(&mut r, Indicator::GroupsActive, "Mali", ALL, groups);
        r
    };
    assert_eq!(paired("P15", &country(2.0, 6.0), &country(1.0, 8.0)), [-12.0, 2.0]);
}
