//! The theatre as a whole, with the files on top: what no row shows by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::removals::Removals;
use super::rows::Row;
use crate::entities::theatre::{PlaceShare, Theatre};
use crate::entities::vocabulary::PlaceKind;
use crate::scenario::diagnostic::Code;
use crate::scenario::tree::{Problems, Span, clip};
use crate::tables::indicators::REGIONS;

/// Most places: they are numbered by one byte, in which one value stands for none.
const MOST_PLACES: usize = 255;

/// Most groups of the data: the model keeps 64 at a time, and half of that room is for those that are born in a run.
const MOST_GROUPS: usize = 32;

/// Most governments, missions and networks together: what the ledger holds beside groups, regions and outside actors.
const MOST_OTHERS: usize = 80;

/// The rows of the files by table and key.
pub(super) type ByKey<'r> = BTreeMap<(&'static str, Vec<String>), &'r Row>;

pub(super) struct Whole<'a> {
    pub(super) theatre: &'a Theatre,
    /// The theatre without the files.
    pub(super) before: &'a Theatre,
    pub(super) rows: &'a [Row],
    pub(super) by_key: &'a ByKey<'a>,
    pub(super) removals: Option<&'a Removals>,
}

impl Whole<'_> {
    pub(super) fn check(&self, problems: &mut [Problems]) {
        self.sizes(problems);
        self.places(problems);
        self.people(problems);
        self.routes(problems);
        self.inside_mali(problems);
        self.actors(problems);
        self.units(problems);
        self.connected(problems);
    }

    fn of<'s>(&'s self, row: &'s str) -> impl Iterator<Item = &'s Row> {
        self.rows.iter().filter(move |r| r.shape.row == row)
    }

    fn row(&self, table: &'static str, key: &str) -> Option<&Row> {
        self.by_key.get(&(table, vec![key.to_string()])).copied()
    }

    /// Too many of something is noted at the first row beyond.
    fn sizes(&self, problems: &mut [Problems]) {
        let mut limit = |row: &str, ids: Vec<&String>, most: usize, what: String| {
            let Some(id) = ids.get(most) else { return };
            let Some(at) = self.of(row).find(|r| r.text("id") == id.as_str()) else { return };
            let message = format!("the theatre has {} {what}", ids.len());
            problems[at.file]
                .add(at.span_of("id"), Code::OutOfRange, message)
                .expected(format!("at most {most}"));
        };
        let t = self.theatre;
        limit("place", t.places.iter().map(|row| &row.id).collect(), MOST_PLACES, "places".to_string());
        limit("group", t.groups.iter().map(|row| &row.id).collect(), MOST_GROUPS, "armed groups".to_string());
        let lists = [
            ("network", t.networks.len()),
            ("mission", t.missions.len()),
            ("government", t.governments.len()),
        ];
        let all: usize = lists.iter().map(|(_, n)| n).sum();
        if all > MOST_OTHERS
            && let Some(at) =
                self.rows.iter().rev().find(|r| lists.iter().any(|(row, _)| *row == r.shape.row))
        {
            let message = format!("the theatre has {all} networks, missions and governments");
            let problem = problems[at.file].add(at.span_of("id"), Code::OutOfRange, message);
            problem.expected(format!("at most {MOST_OTHERS} together"));
        }
    }

    fn places(&self, problems: &mut [Problems]) {
        for row in self.of("place") {
            let Some(place) = self.theatre.place_row(row.text("id")) else { continue };
            let mut note = |column: &str, code: Code, message: String, expected: String| {
                problems[row.file].add(row.span_of(column), code, message).expected(expected);
            };
            if place.town_population_2012 > place.population_2012 {
                let message = format!(
                    "{} people in the town of `{}`, {} in the place",
                    place.town_population_2012, place.id, place.population_2012
                );
                note(
                    "town_population_2012",
                    Code::Conflict,
                    message,
                    "no more than population_2012".to_string(),
                );
            }
            if place.country == "MLI" {
                let region = place.region.as_str();
                if !REGIONS.contains(&region) {
                    let message = format!("there is no region `{}`", clip(region));
                    problems[row.file].unknown(
                        row.span_of("region"),
                        Code::UnknownName,
                        message,
                        region,
                        REGIONS,
                    );
                } else if REGIONS.contains(&place.id.as_str()) && place.id != region {
                    let message = format!("`{}` is the seat of its own region", place.id);
                    note("region", Code::Conflict, message, format!("`{}`", place.id));
                }
                let cercle = self.theatre.place_row(&place.cercle);
                if !cercle.is_some_and(|seat| seat.country == "MLI" && seat.cercle == seat.id) {
                    let message = format!("`{}` is not the seat of a cercle", clip(&place.cercle));
                    let seats = self
                        .theatre
                        .places
                        .iter()
                        .filter(|seat| seat.country == "MLI" && seat.cercle == seat.id);
                    let seats = seats.map(|seat| seat.id.as_str());
                    problems[row.file]
                        .unknown(row.span_of("cercle"), Code::UnknownName, message, &place.cercle, seats)
                        .expected("a place of Mali that is its own cercle");
                }
            } else {
                for (column, value) in [("region", &place.region), ("region_2016", &place.region_2016)] {
                    if *value != place.country {
                        let message =
                            format!("`{}` lies abroad, its {column} is `{}`", place.id, clip(value));
                        note(column, Code::Conflict, message, format!("`{}`, its country", place.country));
                    }
                }
                if !place.cercle.is_empty() {
                    let message = format!("`{}` lies abroad and has a cercle", place.id);
                    note("cercle", Code::Conflict, message, "nothing".to_string());
                }
                if place.population_2012 > 0 {
                    let message = format!("`{}` lies abroad and has people", place.id);
                    let expected = "0: residents abroad are not simulated".to_string();
                    note("population_2012", Code::Conflict, message, expected);
                }
            }
        }
        let mut capitals = self.theatre.places.iter().filter(|place| place.kind == PlaceKind::Capital);
        let (first, second) = (capitals.next(), capitals.next());
        if let (Some(first), Some(second)) = (first, second) {
            let row = self.row("place", &second.id).or(self.row("place", &first.id));
            if let Some(row) = row {
                let message = format!("`{}` and `{}` are both the capital", first.id, second.id);
                problems[row.file].add(row.span_of("kind"), Code::Conflict, message).expected("one capital");
            }
        }
        if let (None, Some(row)) = (first, self.of("place").next()) {
            let message = "the theatre has no capital";
            problems[row.file]
                .add(row.span_of("kind"), Code::MissingKey, message)
                .expected("one place of the kind `capital`");
        }
    }

    /// People are counted twice, by place and by place and community: the sums must agree. What does not is noted at the
    /// row of the place, at one of its people, or where people are taken out.
    fn people(&self, problems: &mut [Problems]) {
        let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
        for row in &self.theatre.population {
            *sums.entry(&row.place).or_default() += u64::from(row.persons_2012);
        }
        for place in self.theatre.places.iter().filter(|place| place.country == "MLI") {
            let (id, sum) = (place.id.as_str(), sums.get(place.id.as_str()).copied().unwrap_or(0));
            if sum == u64::from(place.population_2012) {
                continue;
            }
            let own = self.row("place", id).map(|row| (row.file, row.span_of("population_2012")));
            let counted = || self.of("population").find(|row| row.text("place") == id);
            let own = own.or_else(|| counted().map(|row| (row.file, row.span_of("persons_2012"))));
            if let Some((file, span)) = own.or_else(|| self.removed("population")) {
                let message = format!(
                    "`{id}` has {} people in places.csv and {sum} by community in population.csv",
                    place.population_2012
                );
                problems[file].add(span, Code::Conflict, message).expected("the same sum in both");
            }
        }
    }

    /// Where the first row of a table is taken out.
    fn removed(&self, row: &str) -> Option<(usize, Span)> {
        self.removals.and_then(|removals| removals.first(row))
    }

    fn routes(&self, problems: &mut [Problems]) {
        for row in self.of("route") {
            let (a, b) = (row.text("a"), row.text("b"));
            if a == b {
                let message = format!("the route leads from `{a}` to itself");
                problems[row.file]
                    .add(row.span_of("b"), Code::Conflict, message)
                    .expected("two different places");
                continue;
            }
            let (Some(from), Some(to)) = (self.theatre.place_row(a), self.theatre.place_row(b)) else {
                continue;
            };
            let mut countries = [from.country.as_str(), to.country.as_str()];
            countries.sort_unstable();
            let border = if countries[0] == countries[1] { String::new() } else { countries.join("-") };
            if row.text("border") != border {
                let message = format!(
                    "a route from {} to {} has the border `{}`",
                    from.country,
                    to.country,
                    clip(row.text("border"))
                );
                let expected = if border.is_empty() { "nothing".to_string() } else { format!("`{border}`") };
                problems[row.file].add(row.span_of("border"), Code::Conflict, message).expected(expected);
            }
        }
    }

    /// Ids of places that no chain of routes joins to the capital.
    fn cut_off(&self) -> Vec<&str> {
        let mut neighbours: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for route in &self.theatre.routes {
            neighbours.entry(&route.a).or_default().push(&route.b);
            neighbours.entry(&route.b).or_default().push(&route.a);
        }
        let capital = self.theatre.places.iter().find(|place| place.kind == PlaceKind::Capital);
        let mut open: Vec<&str> = capital.iter().map(|place| place.id.as_str()).collect();
        let mut reached: BTreeSet<&str> = open.iter().copied().collect();
        while let Some(place) = open.pop() {
            for next in neighbours.get(place).into_iter().flatten() {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        self.theatre.places.iter().map(|place| place.id.as_str()).filter(|id| !reached.contains(id)).collect()
    }

    /// Notes places that are cut off: at their row, or where the removals stand.
    fn connected(&self, problems: &mut [Problems]) {
        let alone = self.cut_off();
        let expected = "a chain of routes to the capital in routes.csv";
        let (own, others): (Vec<&str>, Vec<&str>) =
            alone.into_iter().partition(|id| self.row("place", id).is_some());
        for id in own {
            if let Some(row) = self.row("place", id) {
                let message = format!("no route leads to `{id}`");
                problems[row.file].add(row.span_of("id"), Code::Unreachable, message).expected(expected);
            }
        }
        let removed = self.removed("place").or_else(|| self.removed("route"));
        if let (Some((file, span)), Some(first)) = (removed, others.first()) {
            let more = others.len() - 1;
            let more = if more == 0 { String::new() } else { format!(" and {more} more places") };
            let message = format!("no route leads any more to `{first}`{more}");
            problems[file].add(span, Code::Unreachable, message).expected(expected);
        }
    }

    /// People, posts and garrisons stand in Mali.
    fn inside_mali(&self, problems: &mut [Problems]) {
        for row in self.rows.iter().filter(|row| ["population", "post", "garrison"].contains(&row.shape.row))
        {
            let place = row.text("place");
            if self.theatre.place_row(place).is_some_and(|place| place.country != "MLI") {
                let message = format!("`{}` lies abroad", clip(place));
                let problem = problems[row.file].add(row.span_of("place"), Code::Conflict, message);
                problem.expected(format!("a place of Mali: {} holds no other", row.shape.file));
            }
        }
        // A place that was moved abroad takes nobody with it.
        for row in self.of("place") {
            let id = row.text("id");
            let left = |place: &str| place == id;
            let t = self.theatre;
            if row.text("country") != "MLI"
                && self.before.place_row(id).is_some_and(|place| place.country == "MLI")
                && (t.population.iter().any(|row| left(&row.place))
                    || t.posts.iter().any(|row| left(&row.place))
                    || t.garrisons.iter().any(|row| left(&row.place)))
            {
                let message = format!("`{}` lies in Mali, with people, posts or soldiers", clip(id));
                problems[row.file]
                    .add(row.span_of("country"), Code::Conflict, message)
                    .expected("MLI, or another id");
            }
        }
    }

    /// Every actor keeps an account under its own name.
    fn actors(&self, problems: &mut [Problems]) {
        let ledger = crate::entities::ledger::Ledger::new();
        let standing = ledger.accounts.iter().map(|account| account.id.clone());
        let t = self.theatre;
        let mut names: BTreeMap<String, usize> = standing.map(|id| (id, 1)).collect();
        let governments = t.governments.iter().filter(|row| row.id != "MLI");
        let governments = governments.map(|row| format!("government-{}", row.id.to_lowercase()));
        let groups = t.groups.iter().map(|row| row.id.clone());
        let others =
            t.networks.iter().map(|row| row.id.clone()).chain(t.missions.iter().map(|row| row.id.clone()));
        for name in governments.chain(groups).chain(others) {
            *names.entry(name).or_default() += 1;
        }
        for row in self.rows.iter().filter(|row| ["group", "network", "mission"].contains(&row.shape.row)) {
            let id = row.text("id");
            if names.get(id).is_some_and(|times| *times > 1) {
                let message = format!("another actor is called `{}` already", clip(id));
                problems[row.file]
                    .add(row.span_of("id"), Code::Duplicate, message)
                    .expected("an id of its own");
            }
        }
    }

    /// A series is read in one unit.
    fn units(&self, problems: &mut [Problems]) {
        let series = self.before.series.iter().map(|row| (&row.id, &row.unit));
        let seasons = self.before.seasons.iter().map(|row| (&row.id, &row.unit));
        let known: BTreeMap<&String, &String> = series.chain(seasons).collect();
        for row in self.rows.iter().filter(|row| ["series", "season"].contains(&row.shape.row)) {
            let (id, unit) = (row.text("id"), row.text("unit"));
            if let Some(known) = known.get(&id.to_string()).filter(|known| known.as_str() != unit) {
                let message = format!("`{id}` in `{}`", clip(unit));
                problems[row.file]
                    .add(row.span_of("unit"), Code::BadUnit, message)
                    .expected(format!("\"{known}\""));
            }
        }
    }

    /// What still names a place that the files take out.
    pub(super) fn names_still(&self, place: &str) -> Option<String> {
        let t = self.theatre;
        let has = |shares: &[PlaceShare]| shares.iter().any(|share| share.place == place);
        let seat = t.places.iter().find(|row| row.cercle == place);
        let group = t.groups.iter().find(|row| has(&row.bases) || row.sanctuaries.iter().any(|s| s == place));
        let goods = t.commodities.iter().find(|row| has(&row.origins) || has(&row.destinations));
        let network = t.networks.iter().find(|row| row.base == place);
        let mission = t.missions.iter().find(|m| m.bases.iter().any(|base| base.shares.contains_key(place)));
        seat.map(|row| format!("the place `{}`", row.id))
            .or_else(|| group.map(|row| format!("the armed group `{}`", row.id)))
            .or_else(|| goods.map(|row| format!("the commodity `{}`", row.id.word())))
            .or_else(|| network.map(|row| format!("the network `{}`", row.id)))
            .or_else(|| mission.map(|row| format!("the mission `{}`", row.id)))
    }
}
