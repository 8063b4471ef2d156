//! What the words of a lever mean: kinds, fields, places, conditions, dates.

use toml::Spanned;

use crate::base::dates::{Date, FIRST_DAY, HORIZON, Week};
use crate::base::ids::{Id, PlaceId};
use crate::entities::policy::{
    Condition, End, FieldKind, FieldValue, LEVERS, Lever, LeverField, LeverKind, NameOf, Reach, Start,
    Watched,
};
use crate::entities::theatre::Theatre;
use crate::entities::vocabulary::Community;
use crate::scenario::diagnostic::Code;
use crate::scenario::file::{ConditionEntry, From, LeverEntry, Scalar, SetEntry, Until, Where};
use crate::scenario::parameters::Units;
use crate::scenario::places;
use crate::scenario::tree::{Problems, Span, clip};
use crate::tables::indicators::{AREAS, INDICATORS, MALI};
use crate::tables::layouts::{COMMUNITIES_TABLE, GROUPS_TABLE, PLACES_TABLE};
use crate::tables::{CellType, ColumnKind, TableSpec};

/// Turns names into ids; knows one theatre.
pub(crate) struct Resolver<'c> {
    pub(crate) theatre: &'c Theatre,
    pub(crate) units: &'c Units,
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
        let places = entry.places.as_ref().map(|names| places::choose(self.theatre, names, problems));
        if let (Some(selectors), Some((kind, _))) = (&entry.places, &set) {
            let spec = &LEVERS[*kind as usize];
            if !spec.takes_places() {
                let message = format!("`places` means nothing for the lever `{}`", spec.name);
                problems
                    .add(selectors.span(), Code::UnknownKey, message)
                    .expected("no `places`: this lever acts everywhere");
            } else if let Some(chosen) = &places
                && !chosen.is_empty()
                && !chosen.iter().any(|place| self.reaches(spec.reach, *place))
            {
                let message = format!("the lever `{}` cannot act at any of these places", spec.name);
                problems.add(selectors.span(), Code::Conflict, message).expected(wanted_places(spec.reach));
            }
        }
        if let (Some(start), Some(End::At(until)), Some(at)) = (&start, &end, &entry.until)
            && *until <= start.earliest()
        {
            problems
                .add(at.span(), Code::Conflict, "the lever ends before it has begun")
                .expected(format!("a date after {}", Week(start.earliest().0 + 1).monday()));
        }
        if !entry.whole || problems.found.len() > before {
            return None;
        }
        let (kind, values) = set?;
        let name = entry.name.as_ref()?.get_ref().clone();
        Some(Lever { name, kind, start: start?, end: end?, places: places.unwrap_or_default(), values })
    }

    /// Whether a lever can act at a place.
    fn reaches(&self, reach: Reach, place: PlaceId) -> bool {
        let row = &self.theatre.places[place.index()];
        row.country == "MLI"
            && match reach {
                Reach::Everywhere | Reach::Mali => true,
                Reach::People => row.population_2012 > 0,
                Reach::Posts => self.theatre.posts.iter().any(|post| post.place == row.id),
            }
    }

    fn set(&self, set: &SetEntry, problems: &mut Problems) -> Option<(LeverKind, Vec<FieldValue>)> {
        let word = set.kind.get_ref();
        let Some(kind) = LeverKind::of(word) else {
            let message = format!("there is no lever `{}`", clip(word));
            let names = LEVERS.iter().map(|spec| spec.name);
            problems
                .unknown(set.kind.span(), Code::UnknownKey, message, word, names)
                .expected("a lever (`harmattan list levers`)");
            return None;
        };
        let spec = &LEVERS[kind as usize];
        let mut values: Vec<Option<FieldValue>> =
            spec.fields.iter().map(|field| field.default.map(FieldValue::Number)).collect();
        let mut given = vec![false; spec.fields.len()];
        let before = problems.found.len();
        for (key, value) in &set.fields {
            match spec.fields.iter().position(|field| field.name == key.get_ref()) {
                Some(at) => {
                    given[at] = true;
                    values[at] = self.field(&spec.fields[at], value, problems);
                }
                None => self.unknown_field(spec.name, spec.fields, key, problems),
            }
        }
        // A field that was only misspelt is not missing as well.
        let misspelt: Vec<String> =
            problems.found[before..].iter().filter_map(|problem| problem.nearest.clone()).collect();
        for (field, given) in spec.fields.iter().zip(given) {
            if !given && field.default.is_none() && !misspelt.iter().any(|name| name == field.name) {
                let message = format!("the lever `{}` has no `{}`", spec.name, field.name);
                problems.add(set.kind.span(), Code::MissingKey, message).expected(self.wanted(field));
            }
        }
        let values = values.into_iter().collect::<Option<Vec<_>>>()?;
        let parts = || spec.fields.iter().zip(&values).filter(|(field, _)| field.part);
        let sum: f64 =
            parts().map(|(_, value)| if let FieldValue::Number(x) = value { *x } else { 0.0 }).sum();
        if parts().next().is_some() && (sum - 1.0).abs() > LEAST_DIFFERENCE {
            let names: Vec<&str> = spec.parts().collect();
            let message = format!("the parts of `{}` add to {sum}, not to 1", spec.name);
            let problem = problems.add(set.kind.span(), Code::Conflict, message);
            problem.expected(format!("{} that add to 1", names.join(", ")));
            return None;
        }
        Some((kind, values))
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
                let names = names(self.theatre, of);
                if names.contains(&word.as_str()) {
                    return Some(FieldValue::Word(word.clone()));
                }
                let message = format!("`{}`: `{}` is not the id of {}", field.name, clip(word), noun(of));
                problems.unknown(value.span(), Code::UnknownName, message, word, names);
                None
            }
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
        let watched = entry.area.as_ref().zip(entry.indicator.as_ref());
        let found = watched.and_then(|(area, indicator)| self.watched(area, indicator, problems));
        let mut whole = true;
        let mut day = |date: &Option<Spanned<Date>>, problems: &mut Problems| {
            let found = date.as_ref().map(|date| week(*date.get_ref(), date.span(), problems));
            whole &= found != Some(None);
            found.flatten()
        };
        let not_before = day(&entry.not_before, problems);
        let not_after = day(&entry.not_after, problems);
        if let (Some(first), Some(last), Some(at)) = (not_before, not_after, &entry.not_after)
            && last < first
        {
            problems.add(at.span(), Code::Conflict, "`not_after` lies before `not_before`");
            whole = false;
        }
        let (watched, kind, unit) = found?;
        for bound in [&entry.at_least, &entry.at_most].into_iter().flatten() {
            let high = if unit == "share" { 1.0 } else { f64::INFINITY };
            if !(0.0..=high).contains(bound.get_ref()) {
                let name = entry.indicator.as_ref().map_or("", |name| name.get_ref());
                let message = format!("`{name}` can never be {} [{unit}]", bound.get_ref());
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

    /// What a condition watches, with the kind and unit of its values.
    pub(crate) fn watched(
        &self,
        area: &Where,
        name: &Spanned<String>,
        problems: &mut Problems,
    ) -> Option<(Watched, ColumnKind, &'static str)> {
        match area {
            Where::Mali => {
                let indicator = indicator(name, problems)?;
                let spec = &INDICATORS[indicator];
                Some((Watched::Area { indicator, area: MALI }, spec.kind, spec.unit))
            }
            Where::Region(region) => {
                let area = position(region, "region", AREAS, problems);
                let indicator = indicator(name, problems)?;
                let spec = &INDICATORS[indicator];
                Some((Watched::Area { indicator, area: area? }, spec.kind, spec.unit))
            }
            Where::Place(id) => {
                let places = self.theatre.places.iter().map(|row| row.id.as_str());
                let place = position(id, "place", places, problems);
                let column = column(&PLACES_TABLE, name, problems)?;
                let spec = &PLACES_TABLE.columns[column];
                Some((Watched::Place { column, place: PlaceId::from_index(place?) }, spec.kind, spec.unit))
            }
            Where::Group(id) => {
                let groups = self.theatre.groups.iter().map(|group| group.id.as_str());
                let group = position(id, "armed group of January 2012", groups, problems);
                let column = column(&GROUPS_TABLE, name, problems)?;
                let spec = &GROUPS_TABLE.columns[column];
                Some((Watched::Group { column, group: group? }, spec.kind, spec.unit))
            }
            Where::Community(name_of) => {
                let words = Community::ALL.iter().map(|community| community.word());
                let community = position(name_of, "community", words, problems);
                let column = column(&COMMUNITIES_TABLE, name, problems)?;
                let spec = &COMMUNITIES_TABLE.columns[column];
                let community = Community::ALL[community?];
                Some((Watched::Community { column, community }, spec.kind, spec.unit))
            }
        }
    }
}

/// Parts of a whole are written with few digits: what is within this of 1 adds to 1.
const LEAST_DIFFERENCE: f64 = 1e-6;

/// The places that a lever wants, in words.
fn wanted_places(reach: Reach) -> &'static str {
    match reach {
        Reach::Everywhere => "no `places`",
        Reach::Mali => "places in Mali, at least one",
        Reach::People => "places in Mali where people live, at least one",
        Reach::Posts => "seats of cercles in Mali, where officials have their posts, at least one",
    }
}

/// Ids of a theatre that a field may name.
pub(crate) fn names(theatre: &Theatre, of: NameOf) -> Vec<&str> {
    let of_kind =
        |kind: &str| theatre.missions.iter().filter(|m| m.kind == kind).map(|m| m.id.as_str()).collect();
    match of {
        NameOf::Mission => of_kind("mission"),
        NameOf::StrikeForce => of_kind("strike-force"),
        NameOf::Group => theatre.groups.iter().map(|group| group.id.as_str()).collect(),
        NameOf::Commodity => theatre.commodities.iter().map(|commodity| commodity.id.word()).collect(),
        NameOf::Government => theatre.governments.iter().map(|government| government.id.as_str()).collect(),
        NameOf::Neighbour => {
            let watched = theatre.governments.iter().filter(|row| row.border_effort > 0.0 && row.id != "MLI");
            watched.map(|row| row.id.as_str()).collect()
        }
        NameOf::Framework => theatre.frameworks.iter().map(|framework| framework.id.as_str()).collect(),
    }
}

pub(crate) fn noun(of: NameOf) -> &'static str {
    match of {
        NameOf::Mission => "a peace operation",
        NameOf::StrikeForce => "a strike force",
        NameOf::Group => "an armed group of January 2012",
        NameOf::Commodity => "a commodity",
        NameOf::Government => "a government",
        NameOf::Neighbour => "a government with borders in the theatre, other than Mali's",
        NameOf::Framework => "a framework of regional cooperation",
    }
}

/// True for a possible name; others are noted.
pub(crate) fn check_name(what: &str, name: &Spanned<String>, problems: &mut Problems) -> bool {
    let possible = is_name(name.get_ref());
    if !possible {
        let message = format!("{what} cannot be `{}`", clip(name.get_ref()));
        problems
            .add(name.span(), Code::WrongType, message)
            .expected("letters a-z, digits and -, not - first, at most 60 characters");
    }
    possible
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
    let before = problems.found.len();
    let found = position(name, "indicator", INDICATORS.iter().map(|spec| spec.name), problems);
    for problem in &mut problems.found[before..] {
        problem.expected("an indicator (`harmattan list indicators`)");
    }
    found
}

/// Columns of a table that a condition may watch.
pub(crate) fn watchable(table: &'static TableSpec) -> impl Iterator<Item = &'static str> {
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
