//! The tables of one run in the form in which patterns read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::brakes::Brakes;
use crate::base::dates::{Date, FIRST_DAY, Week};
use crate::entities::theatre::Theatre;
use crate::simulation::Outcome;
use crate::tables::indicators::{AREAS, INDICATORS, Indicator, N_INDICATORS, REGIONS};
use crate::tables::layouts::RUN_TABLES;
use crate::tables::{Cells, Table};

/// Months since January 2012.
pub type Month = usize;

/// The month of a year, 1 to 12.
pub const fn month(year: usize, month: usize) -> Month {
    (year - FIRST_DAY.year as usize) * 12 + month - 1
}

/// First and last month of a year.
pub const fn year(year: usize) -> (Month, Month) {
    (month(year, 1), month(year, 12))
}

/// A lethal event as a press count sees it: seen, precisely located, with a death somewhere in its range.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedEvent {
    /// Month.
    pub month: Month,
    /// Position in `REGIONS`; none outside Mali.
    pub region: Option<usize>,
    /// Cercle of 2012.
    pub cercle: Arc<str>,
    /// The two sides.
    pub sides: [Party; 2],
    /// Deaths, best estimate.
    pub best: f64,
}

/// What kind of party a side of an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The Malian state, or a mission at its side.
    State,
    /// A separatist group (the later signatories).
    Separatist,
    /// A jihadist group.
    Jihadist,
    /// A loyalist militia or self-defence group.
    Militia,
    /// Civilians or a community.
    People,
}

impl Party {
    fn of_group(kind: &str) -> Party {
        match kind {
            "separatist" => Party::Separatist,
            "jihadist" => Party::Jihadist,
            _ => Party::Militia,
        }
    }
}

/// One group over the months; months before its birth and after its end hold zeros.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSeries {
    /// Id.
    pub id: String,
    /// What it is.
    pub party: Party,
    /// Fighters at the end of the month.
    pub fighters: Vec<f64>,
    /// Attacks in the month.
    pub attacks: Vec<f64>,
}

/// Illicit loads that cross one leg in a month.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// Month.
    pub month: Month,
    /// Place where the leg begins.
    pub from: Arc<str>,
    /// Country of that place.
    pub from_country: Arc<str>,
    /// Place where the leg ends.
    pub to: Arc<str>,
    /// Country of the place where the leg ends.
    pub to_country: Arc<str>,
    /// Loads.
    pub loads: f64,
}

impl Crossing {
    /// True if the load comes into Algeria or Libya from elsewhere.
    pub fn enters_north_africa(&self) -> bool {
        let beyond = |country: &str| country == "DZA" || country == "LBY";
        beyond(&self.to_country) && !beyond(&self.from_country)
    }
}

/// Goods that cross the desert northward: those that enforcement aims at.
const NORTHBOUND: [&str; 3] = ["cannabis-resin", "cocaine", "cigarettes"];
/// Who holds every place that never changed hands, before it does.
const FIRST_HOLDER: &str = "mali";
/// The mission whose losses are documented.
const MISSION: &str = "minusma";

/// The tables of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Months recorded, from January 2012.
    pub n_months: usize,
    /// By indicator, area, month.
    indicators: Vec<f64>,
    /// Reported lethal events, in order.
    pub events: Vec<ReportedEvent>,
    /// Soldiers of the United Nations mission killed in events, reported or not, by month.
    pub mission_deaths: Vec<f64>,
    /// Groups in the order of their birth.
    pub groups: Vec<GroupSeries>,
    /// What limits the growth of groups.
    pub brakes: Brakes,
    /// Changes of hands by place: week, and who holds it from then on ("" = nobody).
    pub control: BTreeMap<String, Vec<(Week, String)>>,
    /// Loads of `NORTHBOUND` goods that leave one country for another.
    pub crossings: Vec<Crossing>,
    /// Displaced persons and refugees who stay in a place abroad, by place and month.
    pub hosted_abroad: BTreeMap<String, Vec<f64>>,
}

impl Reading {
    /// A reading of so many months without anything in it, every indicator unknown: for tables made by hand.
    pub fn empty(n_months: usize) -> Reading {
        Reading {
            n_months,
            indicators: vec![f64::NAN; N_INDICATORS * AREAS.len() * n_months],
            events: Vec::new(),
            mission_deaths: vec![0.0; n_months],
            groups: Vec::new(),
            brakes: Brakes::default(),
            control: BTreeMap::new(),
            crossings: Vec::new(),
            hosted_abroad: BTreeMap::new(),
        }
    }

    /// Reads the tables of a run that was recorded by month from the beginning, with events.
    pub fn of(outcome: &Outcome, theatre: &Theatre) -> Reading {
        let dates = Words::of(table(outcome, "indicators"), "date");
        let n_months = dates.rows.last().map_or(0, |last| month_in(&dates.dictionary[*last as usize]) + 1);
        let mut reading = Reading::empty(n_months);
        reading.read_indicators(outcome);
        reading.read_groups(outcome);
        reading.read_events(outcome, theatre);
        reading.read_timeline(outcome);
        reading.read_flows(outcome, theatre);
        reading.read_places(outcome, theatre);
        reading
    }

    fn at(&self, indicator: Indicator, area: &str, month: Month) -> usize {
        let area = AREAS.iter().position(|name| *name == area);
        let area = area.unwrap_or_else(|| panic!("there is no such area"));
        (indicator as usize * AREAS.len() + area) * self.n_months + month
    }

    /// Value of an indicator in a month; NaN beyond the record.
    pub fn value(&self, indicator: Indicator, area: &str, month: Month) -> f64 {
        if month < self.n_months { self.indicators[self.at(indicator, area, month)] } else { f64::NAN }
    }

    /// Puts a value in: for null models and tables made by hand.
    pub fn put(&mut self, indicator: Indicator, area: &str, month: Month, value: f64) {
        let at = self.at(indicator, area, month);
        self.indicators[at] = value;
    }

    /// Every series of every indicator, `n_months` long each.
    pub fn series_mut(&mut self) -> impl Iterator<Item = (usize, &mut [f64])> {
        let n = self.n_months;
        self.indicators.chunks_mut(n.max(1)).enumerate().map(|(at, series)| (at / AREAS.len(), series))
    }

    /// Sum over months, both ends included; NaN if the record does not reach so far.
    pub fn sum(&self, indicator: Indicator, area: &str, (from, until): (Month, Month)) -> f64 {
        (from..=until).map(|month| self.value(indicator, area, month)).sum()
    }

    /// Mean over months, both ends included.
    pub fn mean(&self, indicator: Indicator, area: &str, window: (Month, Month)) -> f64 {
        self.sum(indicator, area, window) / (window.1 + 1 - window.0) as f64
    }

    /// True if the record covers the window.
    pub fn covers(&self, window: (Month, Month)) -> bool {
        window.1 < self.n_months
    }

    /// Reported lethal events in Mali in these months; none if the record does not reach so far.
    pub fn reported(&self, window: (Month, Month)) -> Option<impl Iterator<Item = &ReportedEvent>> {
        let inside = move |event: &&ReportedEvent| {
            (window.0..=window.1).contains(&event.month) && event.region.is_some()
        };
        self.covers(window).then(|| self.events.iter().filter(inside))
    }

    /// Number of reported lethal events for which something holds; NaN beyond the record.
    pub fn count(&self, window: (Month, Month), holds: impl Fn(&ReportedEvent) -> bool) -> f64 {
        self.reported(window).map_or(f64::NAN, |events| events.filter(|event| holds(event)).count() as f64)
    }

    /// Deaths in reported events for which something holds; NaN beyond the record.
    pub fn deaths(&self, window: (Month, Month), holds: impl Fn(&ReportedEvent) -> bool) -> f64 {
        let sum = |events: &mut dyn Iterator<Item = &ReportedEvent>| {
            events.filter(|event| holds(event)).map(|event| event.best).sum::<f64>()
        };
        self.reported(window).map_or(f64::NAN, |mut events| sum(&mut events) + 0.0)
    }

    /// Sum of what groups of a kind hold in a month; NaN beyond the record.
    pub fn fighters(&self, party: Party, month: Month) -> f64 {
        if month >= self.n_months {
            return f64::NAN;
        }
        self.groups
            .iter()
            .filter(|group| group.party == party)
            .map(|group| group.fighters[month])
            .sum::<f64>()
            + 0.0
    }

    /// Who holds a place in a week.
    pub fn holder(&self, place: &str, week: Week) -> &str {
        let changes = self.control.get(place).map_or(&[][..], Vec::as_slice);
        changes.iter().rev().find(|(since, _)| *since <= week).map_or(FIRST_HOLDER, |(_, holder)| holder)
    }

    /// What kind of party holds a place in a week; none if nobody does.
    pub fn holding_party(&self, place: &str, week: Week) -> Option<Party> {
        match self.holder(place, week) {
            "" => None,
            FIRST_HOLDER => Some(Party::State),
            id => Some(
                self.groups.iter().find(|group| group.id == id).map_or(Party::State, |group| group.party),
            ),
        }
    }

    fn read_indicators(&mut self, outcome: &Outcome) {
        let table = table(outcome, "indicators");
        let (dates, regions) = (Words::of(table, "date"), Words::of(table, "region"));
        let area_of: Vec<usize> = regions
            .dictionary
            .iter()
            .map(|name| AREAS.iter().position(|area| area == name).unwrap_or(usize::MAX))
            .collect();
        let months: Vec<Month> = dates.dictionary.iter().map(|date| month_in(date)).collect();
        for (i, spec) in INDICATORS.iter().enumerate() {
            let values = numbers(table, spec.name);
            for (row, value) in values.into_iter().enumerate() {
                let (area, month) = (area_of[regions.rows[row] as usize], months[dates.rows[row] as usize]);
                if area < AREAS.len() {
                    self.indicators[(i * AREAS.len() + area) * self.n_months + month] = value;
                }
            }
        }
    }

    fn read_groups(&mut self, outcome: &Outcome) {
        let table = table(outcome, "groups");
        let (dates, ids, kinds) =
            (Words::of(table, "date"), Words::of(table, "group"), Words::of(table, "kind"));
        let (brakes, regions) = (Words::of(table, "binding_brake"), Words::of(table, "region"));
        let (fighters, attacks) = (numbers(table, "fighters"), numbers(table, "attacks"));
        let mut position = vec![None; ids.dictionary.len()];
        for row in 0..table.n_rows() {
            let at = *position[ids.rows[row] as usize].get_or_insert_with(|| {
                self.groups.push(GroupSeries {
                    id: ids.at(row).to_string(),
                    party: Party::of_group(kinds.at(row)),
                    fighters: vec![0.0; self.n_months],
                    attacks: vec![0.0; self.n_months],
                });
                self.groups.len() - 1
            });
            let month = month_in(dates.at(row));
            self.groups[at].fighters[month] = fighters[row];
            self.groups[at].attacks[month] = attacks[row];
            let year = FIRST_DAY.year as usize + month / 12;
            self.brakes.add(year, regions.at(row), brakes.at(row), fighters[row]);
        }
    }

    fn read_events(&mut self, outcome: &Outcome, theatre: &Theatre) {
        let table = table(outcome, "events");
        let (dates, regions, cercles) =
            (Words::of(table, "date_start"), Words::of(table, "adm_1"), Words::of(table, "adm_2"));
        let sides = [Words::of(table, "side_a"), Words::of(table, "side_b")];
        let killed = [numbers(table, "deaths_a"), numbers(table, "deaths_b")];
        let (best, high, reported) =
            (numbers(table, "best"), numbers(table, "high"), numbers(table, "reported"));
        let parties = [0, 1].map(|side: usize| -> Vec<Party> {
            sides[side].dictionary.iter().map(|id| self.party(id, theatre)).collect()
        });
        let cercle_of: Vec<Arc<str>> =
            cercles.dictionary.iter().map(|name| Arc::from(name.as_str())).collect();
        for row in 0..table.n_rows() {
            // A week belongs to the month of its Monday, and so does an event.
            let Some(date) = Date::parse(dates.at(row)) else { continue };
            let month = (date.week().month() as usize).min(self.n_months.saturating_sub(1));
            for (side, deaths) in sides.iter().zip(&killed) {
                if side.at(row) == MISSION {
                    self.mission_deaths[month] += deaths[row];
                }
            }
            if reported[row] < 1.0 || high[row] < 1.0 {
                continue;
            }
            self.events.push(ReportedEvent {
                month,
                region: REGIONS.iter().position(|region| *region == regions.at(row)),
                cercle: cercle_of[cercles.rows[row] as usize].clone(),
                sides: [0, 1].map(|side: usize| parties[side][sides[side].rows[row] as usize]),
                best: best[row],
            });
        }
    }

    fn party(&self, id: &str, theatre: &Theatre) -> Party {
        if id == FIRST_HOLDER || theatre.missions.iter().any(|mission| mission.id == id) {
            return Party::State;
        }
        self.groups.iter().find(|group| group.id == id).map_or(Party::People, |group| group.party)
    }

    fn read_timeline(&mut self, outcome: &Outcome) {
        let table = table(outcome, "timeline");
        let columns = ["date", "kind", "actor", "place"].map(|name| Words::of(table, name));
        for row in 0..table.n_rows() {
            let [date, kind, actor, place] = [0, 1, 2, 3].map(|at: usize| columns[at].at(row));
            if kind == "place-changed-hands"
                && let Some(date) = Date::parse(date)
            {
                let changes = self.control.entry(place.to_string()).or_default();
                changes.push((date.week(), actor.to_string()));
            }
        }
    }

    fn read_flows(&mut self, outcome: &Outcome, theatre: &Theatre) {
        let table = table(outcome, "flows");
        let [dates, goods, from, to] = ["date", "commodity", "from", "to"].map(|name| Words::of(table, name));
        let loads = numbers(table, "loads");
        let country = |id: &String| -> Arc<str> {
            Arc::from(theatre.place_row(id).map_or("", |place| place.country.as_str()))
        };
        let countries: [Vec<Arc<str>>; 2] =
            [&from, &to].map(|words| words.dictionary.iter().map(country).collect());
        let ids: [Vec<Arc<str>>; 2] =
            [&from, &to].map(|words| words.dictionary.iter().map(|id| Arc::from(id.as_str())).collect());
        for (row, loads) in loads.into_iter().enumerate() {
            let (start, end) = (from.rows[row] as usize, to.rows[row] as usize);
            if countries[0][start] != countries[1][end] && NORTHBOUND.contains(&goods.at(row)) {
                self.crossings.push(Crossing {
                    month: month_in(dates.at(row)),
                    from: ids[0][start].clone(),
                    to: ids[1][end].clone(),
                    from_country: countries[0][start].clone(),
                    to_country: countries[1][end].clone(),
                    loads,
                });
            }
        }
    }

    fn read_places(&mut self, outcome: &Outcome, theatre: &Theatre) {
        let table = table(outcome, "places");
        let (dates, places, hosted) =
            (Words::of(table, "date"), Words::of(table, "place"), numbers(table, "idps"));
        let abroad: Vec<bool> = places
            .dictionary
            .iter()
            .map(|id| theatre.place_row(id).is_some_and(|place| place.country != "MLI"))
            .collect();
        for (row, persons) in hosted.into_iter().enumerate() {
            if abroad[places.rows[row] as usize] && persons > 0.0 {
                let n_months = self.n_months;
                let series = self.hosted_abroad.entry(places.at(row).to_string());
                series.or_insert_with(|| vec![0.0; n_months])[month_in(dates.at(row))] = persons;
            }
        }
    }
}

/// The month of a day; none before 2012.
pub fn month_of(date: Date) -> Option<Month> {
    usize::try_from((date.year - FIRST_DAY.year) * 12 + i32::from(date.month) - 1).ok()
}

/// The month of a date of a table.
fn month_in(date: &str) -> Month {
    Date::parse(date).and_then(month_of).unwrap_or(0)
}

/// A table of a run.
fn table<'o>(outcome: &'o Outcome, name: &str) -> &'o Table {
    let found = outcome.tables.iter().find(|table| table.name == name);
    found.unwrap_or_else(|| panic!("a run without table {name}"))
}

/// A column of a table.
fn column<'t>(table: &'t Table, name: &str) -> &'t Cells {
    let spec = RUN_TABLES.iter().find(|spec| spec.name == table.name);
    let at = spec.and_then(|spec| spec.columns.iter().position(|column| column.name == name));
    &table.columns[at.unwrap_or_else(|| panic!("table {} without column {name}", table.name))]
}

/// A column of numbers; money in euros.
fn numbers(table: &Table, name: &str) -> Vec<f64> {
    match column(table, name) {
        Cells::Integer(values) => values.iter().map(|x| *x as f64).collect(),
        Cells::Number(values) => values.clone(),
        Cells::Money(cents) => cents.iter().map(|x| *x as f64 / 100.0).collect(),
        Cells::Text { .. } => panic!("column {name} holds words"),
    }
}

/// A column of words.
struct Words<'t> {
    dictionary: &'t [String],
    rows: &'t [u32],
}

impl<'t> Words<'t> {
    fn of(table: &'t Table, name: &str) -> Words<'t> {
        match column(table, name) {
            Cells::Text { dictionary, rows } => Words { dictionary, rows },
            _ => panic!("column {name} holds numbers"),
        }
    }

    fn at(&self, row: usize) -> &'t str {
        &self.dictionary[self.rows[row] as usize]
    }
}
