//! What the words of a lever mean: kinds, fields, places, conditions, dates.

use toml::Spanned;

use crate::base::dates::{Date, FIRST_DAY, HORIZON, Week};
use crate::base::ids::{Id, PlaceId};
use crate::entities::policy::{
    Condition, End, FieldKind, FieldValue, LEVERS, Lever, LeverField, LeverKind, NameOf, Start, Watched,
};
use crate::entities::theatre::Theatre;
use crate::scenario::diagnostic::Code;
use crate::scenario::file::{ConditionEntry, From, LeverEntry, Scalar, SetEntry, Until, Where};
use crate::scenario::parameters::Units;
use crate::scenario::tree::{Problems, Span, clip};
use crate::tables::indicators::{AREAS, INDICATORS, MALI, REGIONS};
use crate::tables::layouts::{GROUPS_TABLE, PLACES_TABLE};
use crate::tables::{CellType, ColumnKind, TableSpec};

/// The sums of regions that `places` may name besides the regions themselves.
const WIDER: [(&str, &[&str]); 2] =
    [("North", &["Gao", "Kidal", "Tombouctou"]), ("Centre", &["Mopti", "Segou"])];

/// Turns names into ids; knows one theatre.
pub(super) struct Resolver<'c> {
    pub(super) theatre: &'c Theatre,
    pub(super) units: &'c Units,
}

impl Resolver<'_> {
    /// A lever, or notes on what is wrong with it.
    pub(super) fn lever(&self, entry: &LeverEntry, problems: &mut Problems) -> Option<Lever> {
        let before = problems.found.len();
        if let Some(name) = &entry.name {
            check_name("a lever's name", name, problems);
        }
        let set = entry.set.as_ref().and_then(|set| self.set(set, problems));
        let start = entry.from.as_ref().and_then(|from| self.start(from, problems));
        let end = entry.until.as_ref().map_or(Some(End::Never), |until| self.end(until, problems));
        let places = entry.places.as_ref().map(|places| self.places(places, problems));
        if let (Some(places), Some((kind, _))) = (&entry.places, &set) {
            let spec = &LEVERS[*kind as usize];
            if !spec.takes_places {
                let message = format!("`places` means nothing for the lever `{}`", spec.name);
                problems
                    .add(places.span(), Code::UnknownKey, message)
                    .expected("no `places`: this lever acts everywhere");
            }
        }
        if let (Some(Start::At(from)), Some(End::At(until)), Some(at)) = (&start, &end, &entry.until) {
            if until <= from {
                problems
                    .add(at.span(), Code::Conflict, "the lever ends before it has begun")
                    .expected(format!("a date after {}", Week(from.0 + 1).monday()));
            }
        }
        if !entry.whole || problems.found.len() > before {
            return None;
        }
        let (kind, values) = set?;
        let name = entry.name.as_ref()?.get_ref().clone();
        Some(Lever { name, kind, start: start?, end: end?, places: places.unwrap_or_default(), values })
    }

    fn set(&self, set: &SetEntry, problems: &mut Problems) -> Option<(LeverKind, Vec<FieldValue>)> {
        let word = set.kind.get_ref();
        let Some(kind) = LeverKind::of(word) else {
            let message = format!("there is no lever `{}`", clip(word));
            let names = LEVERS.iter().map(|spec| spec.name);
            problems.unknown(set.kind.span(), Code::UnknownKey, message, word, names);
            return None;
        };
        let spec = &LEVERS[kind as usize];
        let mut values: Vec<Option<FieldValue>> =
            spec.fields.iter().map(|field| field.default.map(FieldValue::Number)).collect();
        let mut given = vec![false; spec.fields.len()];
        for (key, value) in &set.fields {
            match spec.fields.iter().position(|field| field.name == key.get_ref()) {
                Some(at) => {
                    given[at] = true;
                    values[at] = self.field(&spec.fields[at], value, problems);
                }
                None => self.unknown_field(spec.name, spec.fields, key, problems),
            }
        }
        for (field, given) in spec.fields.iter().zip(given) {
            if !given && field.default.is_none() {
                let message = format!("the lever `{}` has no `{}`", spec.name, field.name);
                problems.add(set.kind.span(), Code::MissingKey, message).expected(self.wanted(field));
            }
        }
        Some((kind, values.into_iter().collect::<Option<Vec<_>>>()?))
    }

    fn unknown_field(
        &self,
        lever: &str,
        fields: &[LeverField],
        key: &Spanned<String>,
        problems: &mut Problems,
    ) {
        let word = key.get_ref().as_str();
        let stem = self.units.stem(word);
        let other_unit = fields
            .iter()
            .find(|field| !field.unit.is_empty() && stem.is_some() && self.units.stem(field.name) == stem);
        if let Some(field) = other_unit {
            let message = format!("`{}` names another unit than the lever `{lever}` takes", clip(word));
            let problem = problems.add(key.span(), Code::BadUnit, message);
            problem.expected(format!("{}: {}", field.name, self.wanted(field)));
            problem.nearest = Some(field.name.to_string());
            return;
        }
        let message = format!("the lever `{lever}` has no field `{}`", clip(word));
        let names = fields.iter().map(|field| field.name);
        let problem = problems.unknown(key.span(), Code::UnknownKey, message, word, names);
        if fields.is_empty() {
            problem.expected("no fields: { }");
        }
        // A field without its unit is too far from its name to be found by counting slips.
        let whole = fields.iter().find(|field| word.len() > 2 && field.name.starts_with(word));
        if let Some(field) = whole {
            problem.nearest = Some(field.name.to_string());
        }
    }

    /// What a field takes, in words.
    fn wanted(&self, field: &LeverField) -> String {
        match field.kind {
            FieldKind::Number { low, high } => format!("a number from {low} to {high} [{}]", field.unit),
            FieldKind::Choice(words) => words.join(" or "),
            FieldKind::Name(of) => format!("the id of {}", noun(of)),
        }
    }

    fn field(
        &self,
        field: &LeverField,
        value: &Spanned<Scalar>,
        problems: &mut Problems,
    ) -> Option<FieldValue> {
        let wrong = |what: &str, problems: &mut Problems| {
            let message = format!("`{}` is {what}", field.name);
            problems.add(value.span(), Code::WrongType, message).expected(self.wanted(field));
            None
        };
        match (field.kind, value.get_ref()) {
            (_, Scalar::Broken) => None,
            (_, Scalar::Other(what)) => wrong(what, problems),
            (FieldKind::Number { .. }, Scalar::Word(_)) => wrong("text", problems),
            (FieldKind::Choice(_) | FieldKind::Name(_), Scalar::Number(_)) => wrong("a number", problems),
            (FieldKind::Number { low, high }, Scalar::Number(number)) => {
                if (low..=high).contains(number) {
                    return Some(FieldValue::Number(*number));
                }
                let message =
                    format!("`{}` = {number} is outside {low} to {high} [{}]", field.name, field.unit);
                problems.add(value.span(), Code::OutOfRange, message).expected(self.wanted(field));
                None
            }
            (FieldKind::Choice(words), Scalar::Word(word)) => {
                if words.contains(&word.as_str()) {
                    return Some(FieldValue::Word(word.clone()));
                }
                let message = format!("`{}` cannot be `{}`", field.name, clip(word));
                problems.unknown(value.span(), Code::UnknownName, message, word, words.iter().copied());
                None
            }
            (FieldKind::Name(of), Scalar::Word(word)) => {
                let names = self.names(of);
                if names.contains(&word.as_str()) {
                    return Some(FieldValue::Word(word.clone()));
                }
                let message = format!("`{}`: `{}` is not the id of {}", field.name, clip(word), noun(of));
                problems.unknown(value.span(), Code::UnknownName, message, word, names);
                None
            }
        }
    }

    /// Ids of the theatre that a field may name.
    fn names(&self, of: NameOf) -> Vec<&str> {
        let theatre = self.theatre;
        let of_kind = |kind: &str| {
            theatre.missions.iter().filter(|m| m.kind == kind).map(|m| m.id.as_str()).collect::<Vec<_>>()
        };
        match of {
            NameOf::Mission => of_kind("mission"),
            NameOf::StrikeForce => of_kind("strike-force"),
            NameOf::Group => theatre.groups.iter().map(|group| group.id.as_str()).collect(),
            NameOf::Commodity => theatre.commodities.iter().map(|c| c.id.word()).collect(),
            NameOf::Government => theatre.governments.iter().map(|g| g.id.as_str()).collect(),
        }
    }

    fn start(&self, from: &Spanned<From>, problems: &mut Problems) -> Option<Start> {
        match from.get_ref() {
            From::Date(date) => Some(Start::At(week(*date, from.span(), problems)?)),
            From::Conditions { all, conditions } => {
                let read: Vec<_> = conditions.iter().map(|entry| self.condition(entry, problems)).collect();
                Some(Start::When { all: *all, conditions: read.into_iter().collect::<Option<Vec<_>>>()? })
            }
        }
    }

    fn end(&self, until: &Spanned<Until>, problems: &mut Problems) -> Option<End> {
        match until.get_ref() {
            Until::Date(date) => Some(End::At(week(*date, until.span(), problems)?)),
            Until::Weeks(weeks) => Some(End::After(*weeks)),
            Until::Condition(entry) => Some(End::When(self.condition(entry, problems)?)),
        }
    }

    fn condition(&self, entry: &ConditionEntry, problems: &mut Problems) -> Option<Condition> {
        let found = match &entry.area {
            Where::Mali => indicator(&entry.indicator, problems).map(|at| {
                (Watched::Area { indicator: at, area: MALI }, INDICATORS[at].kind, INDICATORS[at].unit)
            }),
            Where::Region(name) => {
                let area = position(name, "region", AREAS, problems);
                let at = indicator(&entry.indicator, problems);
                at.zip(area).map(|(at, area)| {
                    (Watched::Area { indicator: at, area }, INDICATORS[at].kind, INDICATORS[at].unit)
                })
            }
            Where::Place(name) => {
                let places = self.theatre.places.iter().map(|row| row.id.as_str());
                let place = position(name, "place", places, problems);
                let column = column(&PLACES_TABLE, &entry.indicator, problems);
                column.zip(place).map(|(column, place)| {
                    let spec = &PLACES_TABLE.columns[column];
                    (Watched::Place { column, place: PlaceId::from_index(place) }, spec.kind, spec.unit)
                })
            }
            Where::Group(name) => {
                let groups = self.theatre.groups.iter().map(|group| group.id.as_str());
                let group = position(name, "armed group of January 2012", groups, problems);
                let column = column(&GROUPS_TABLE, &entry.indicator, problems);
                column.zip(group).map(|(column, group)| {
                    let spec = &GROUPS_TABLE.columns[column];
                    (Watched::Group { column, group }, spec.kind, spec.unit)
                })
            }
        };
        let mut whole = true;
        let mut day = |date: &Option<Spanned<Date>>, problems: &mut Problems| {
            let found = date.as_ref().map(|date| week(*date.get_ref(), date.span(), problems));
            whole &= found != Some(None);
            found.flatten()
        };
        let not_before = day(&entry.not_before, problems);
        let not_after = day(&entry.not_after, problems);
        if let (Some(first), Some(last), Some(at)) = (not_before, not_after, &entry.not_after) {
            if last < first {
                problems.add(at.span(), Code::Conflict, "`not_after` lies before `not_before`");
                whole = false;
            }
        }
        let (watched, kind, unit) = found?;
        for bound in [&entry.at_least, &entry.at_most].into_iter().flatten() {
            let high = if unit == "share" { 1.0 } else { f64::INFINITY };
            if !(0.0..=high).contains(bound.get_ref()) {
                let message = format!("{} is never reached [{unit}]", bound.get_ref());
                let expected = if unit == "share" { "a share from 0 to 1" } else { "0 or more" };
                problems.add(bound.span(), Code::OutOfRange, message).expected(expected);
                whole = false;
            }
        }
        whole.then_some(Condition {
            watched,
            sums: kind == ColumnKind::Sum,
            at_least: entry.at_least.as_ref().map(|bound| *bound.get_ref()),
            at_most: entry.at_most.as_ref().map(|bound| *bound.get_ref()),
            for_weeks: entry.for_weeks,
            within_weeks: entry.within_weeks,
            not_before: not_before.unwrap_or(Week(0)),
            not_after,
            delay_weeks: entry.delay_weeks,
        })
    }

    /// Places of a list of selectors, sorted, each once.
    fn places(&self, names: &Spanned<Vec<Spanned<String>>>, problems: &mut Problems) -> Vec<PlaceId> {
        if names.get_ref().is_empty() {
            problems
                .add(names.span(), Code::OutOfRange, "`places` names no place")
                .expected("at least one place, or no `places` for everywhere that makes sense");
        }
        let mut chosen = vec![false; self.theatre.places.len()];
        for name in names.get_ref() {
            self.select(name, &mut chosen, problems);
        }
        (0..chosen.len()).filter(|at| chosen[*at]).map(PlaceId::from_index).collect()
    }

    fn select(&self, name: &Spanned<String>, chosen: &mut [bool], problems: &mut Problems) {
        let rows = &self.theatre.places;
        let mut choose = |wanted: &dyn Fn(usize) -> bool| {
            let mut any = false;
            for (at, chosen) in chosen.iter_mut().enumerate().filter(|(at, _)| wanted(*at)) {
                *chosen = true;
                any = true;
                debug_assert!(at < rows.len());
            }
            any
        };
        let word = name.get_ref().as_str();
        let (what, known): (&str, Vec<&str>) = match word.split_once(':') {
            Some(("region", region)) => {
                let wider = WIDER.iter().find(|(wide, _)| *wide == region).map(|(_, regions)| *regions);
                let among = |at: usize| match wider {
                    Some(regions) => regions.contains(&rows[at].region.as_str()),
                    None => rows[at].region == region,
                };
                if choose(&|at| rows[at].country == "MLI" && among(at)) {
                    return;
                }
                ("region", REGIONS.iter().copied().chain(WIDER.iter().map(|(wide, _)| *wide)).collect())
            }
            Some(("country", country)) => {
                if choose(&|at| rows[at].country == country) {
                    return;
                }
                ("country", rows.iter().map(|row| row.country.as_str()).collect())
            }
            Some(("border", border)) => {
                let turned = border.split_once('-').map(|(a, b)| format!("{b}-{a}")).unwrap_or_default();
                let routes = || self.theatre.routes.iter().filter(|route| !route.border.is_empty());
                let crosses = |at: usize| {
                    routes().any(|route| {
                        (route.border == border || route.border == turned)
                            && (route.a == rows[at].id || route.b == rows[at].id)
                    })
                };
                if border.len() == 7 && choose(&crosses) {
                    return;
                }
                ("border", routes().map(|route| route.border.as_str()).collect())
            }
            _ => {
                if choose(&|at| rows[at].id == word) {
                    return;
                }
                ("place", rows.iter().map(|row| row.id.as_str()).collect())
            }
        };
        let known: std::collections::BTreeSet<&str> = known.into_iter().collect();
        if what == "place" {
            let message =
                format!("there is no place `{}` in the theatre `{}`", clip(word), self.theatre.name);
            let problem = problems.unknown(name.span(), Code::UnknownName, message, word, known);
            let others = "region:NAME, country:ISO3 or border:AAA-BBB";
            problem.expected(format!("a place id (`harmattan list places`), {others}"));
            // Regions are often named without the prefix that tells them from the town.
            if REGIONS.contains(&word) || WIDER.iter().any(|(wide, _)| *wide == word) {
                problem.nearest = Some(format!("region:{word}"));
            }
        } else {
            let bare = word.split_once(':').map_or("", |(_, bare)| bare);
            let message =
                format!("there is no {what} `{}` in the theatre `{}`", clip(bare), self.theatre.name);
            let problem = problems.unknown(name.span(), Code::UnknownName, message, bare, known);
            problem.nearest = problem.nearest.as_ref().map(|near| format!("{what}:{near}"));
        }
    }
}

fn noun(of: NameOf) -> &'static str {
    match of {
        NameOf::Mission => "a peace operation",
        NameOf::StrikeForce => "a strike force",
        NameOf::Group => "an armed group of January 2012",
        NameOf::Commodity => "a commodity",
        NameOf::Government => "a government",
    }
}

/// Notes a name that is not kebab-case.
pub(super) fn check_name(what: &str, name: &Spanned<String>, problems: &mut Problems) {
    if !is_name(name.get_ref()) {
        let message = format!("{what} cannot be `{}`", clip(name.get_ref()));
        problems
            .add(name.span(), Code::WrongType, message)
            .expected("letters a-z, digits and -, not - first, at most 60 characters");
    }
}

/// True for names that scenarios and levers may have.
pub(super) fn is_name(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && (1..=60).contains(&name.len()) && !name.starts_with('-')
}

/// The week of a day within the horizon.
fn week(date: Date, span: Span, problems: &mut Problems) -> Option<Week> {
    if (FIRST_DAY..=HORIZON).contains(&date) {
        return Some(date.week());
    }
    problems
        .add(span, Code::OutsideHorizon, format!("{date} lies outside the horizon"))
        .expected(format!("a date from {FIRST_DAY} to {HORIZON}"));
    None
}

fn position<'a>(
    name: &Spanned<String>,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
    problems: &mut Problems,
) -> Option<usize> {
    let known: Vec<&str> = known.into_iter().collect();
    let word = name.get_ref();
    let found = known.iter().position(|candidate| candidate == word);
    if found.is_none() {
        let message = format!("there is no {what} `{}`", clip(word));
        problems.unknown(name.span(), Code::UnknownName, message, word, known);
    }
    found
}

fn indicator(name: &Spanned<String>, problems: &mut Problems) -> Option<usize> {
    position(name, "indicator", INDICATORS.iter().map(|spec| spec.name), problems)
}

/// Columns of a table that a condition may watch.
pub(super) fn watchable(table: &'static TableSpec) -> impl Iterator<Item = &'static str> {
    table.columns.iter().filter(|column| is_watchable(column)).map(|column| column.name)
}

fn is_watchable(column: &crate::tables::ColumnSpec) -> bool {
    matches!(column.kind, ColumnKind::Sum | ColumnKind::Mean | ColumnKind::End)
        && column.cell != CellType::Text
}

fn column(table: &'static TableSpec, name: &Spanned<String>, problems: &mut Problems) -> Option<usize> {
    let word = name.get_ref();
    let found = table.columns.iter().position(|column| column.name == word && is_watchable(column));
    if found.is_none() {
        let message = format!("{}.csv has no column of numbers `{}`", table.name, clip(word));
        problems.unknown(name.span(), Code::UnknownName, message, word, watchable(table));
    }
    found
}
