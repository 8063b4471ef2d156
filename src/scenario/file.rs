//! What the user wrote: the shape of a scenario file, with the place of every value.
//!
//! Reading notes everything that is wrong with the shape (keys, types, missing and doubled statements). What
//! names mean is decided in `check`, once base and theatre are known.

use toml::Spanned;
use toml::de::DeTable;

use crate::base::dates::Date;
use crate::scenario::diagnostic::Code;
use crate::scenario::tree::{self, Node, Problems, Span, Table};

/// Keys of a scenario file.
pub(super) const FILE_KEYS: [&str; 10] =
    ["format", "name", "title", "question", "source", "base", "theatre", "remove", "parameters", "lever"];
/// Keys of a `[[lever]]`.
pub(super) const LEVER_KEYS: [&str; 5] = ["name", "from", "until", "places", "set"];
/// Keys of `from`.
pub(super) const FROM_KEYS: [&str; 4] = ["date", "condition", "all", "any"];
/// Keys of `until`.
pub(super) const UNTIL_KEYS: [&str; 3] = ["date", "weeks", "condition"];
/// What a condition may look at instead of all Mali.
pub(crate) const WHERE_KEYS: [&str; 4] = ["region", "place", "group", "community"];
/// Keys of a condition.
pub(super) const CONDITION_KEYS: [&str; 12] = [
    "indicator",
    "region",
    "place",
    "group",
    "community",
    "at_least",
    "at_most",
    "for_weeks",
    "within_weeks",
    "not_before",
    "not_after",
    "delay_weeks",
];
/// More weeks than the longest horizon has; a larger number is a slip.
pub(super) const MOST_WEEKS: u32 = 600;

/// A scenario file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) name: Option<Spanned<String>>,
    pub(super) title: Option<String>,
    pub(super) question: Option<String>,
    pub(super) source: Option<Spanned<String>>,
    pub(super) theatre: Option<Spanned<String>>,
    pub(super) base: Option<Spanned<String>>,
    pub(super) remove: Vec<Spanned<String>>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) levers: Vec<LeverEntry>,
}

/// A line of `[parameters]`.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: Spanned<String>,
    pub(super) value: f64,
    pub(super) value_span: Span,
}

/// A `[[lever]]`.
#[derive(Debug)]
pub(super) struct LeverEntry {
    pub(super) span: Span,
    pub(super) name: Option<Spanned<String>>,
    pub(super) from: Option<Spanned<From>>,
    pub(super) until: Option<Spanned<Until>>,
    pub(super) places: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) set: Option<SetEntry>,
    /// False if part of it could not be read, so that nothing is built from it.
    pub(super) whole: bool,
}

/// `from`.
#[derive(Debug)]
pub(super) enum From {
    Date(Date),
    Conditions { all: bool, conditions: Vec<ConditionEntry> },
}

/// `until`.
#[derive(Debug)]
pub(super) enum Until {
    Date(Date),
    Weeks(u32),
    Condition(Box<ConditionEntry>),
}

/// `set.KIND = { FIELD = VALUE }`.
#[derive(Debug)]
pub(super) struct SetEntry {
    pub(super) kind: Spanned<String>,
    pub(super) fields: Vec<(Spanned<String>, Spanned<Scalar>)>,
}

/// The value of a lever's field; what the field wants is not known here.
#[derive(Debug)]
pub(super) enum Scalar {
    Number(f64),
    Word(String),
    /// Anything else, named by its type.
    Other(&'static str),
    /// Already reported.
    Broken,
}

/// What a condition watches besides its indicator.
#[derive(Debug)]
pub(crate) enum Where {
    Region(Spanned<String>),
    Place(Spanned<String>),
    Group(Spanned<String>),
    Community(Spanned<String>),
    Mali,
}

/// A condition; parts that could not be read are absent, and their lever is not `whole`.
#[derive(Debug)]
pub(super) struct ConditionEntry {
    pub(super) indicator: Option<Spanned<String>>,
    pub(super) area: Option<Where>,
    pub(super) at_least: Option<Spanned<f64>>,
    pub(super) at_most: Option<Spanned<f64>>,
    pub(super) for_weeks: u32,
    pub(super) within_weeks: u32,
    pub(super) not_before: Option<Spanned<Date>>,
    pub(super) not_after: Option<Spanned<Date>>,
    pub(super) delay_weeks: u32,
}

/// Reads the shape of a file.
pub(super) fn read(root: &DeTable, problems: &mut Problems) -> File {
    let root = Table::new(root, 0..0, "a scenario");
    root.only(&FILE_KEYS, problems);
    tree::format(&root, problems);
    root.required("name", "name = \"...\", the file's name without .toml", problems);
    File {
        name: root.text("name", problems),
        title: root.text("title", problems).map(Spanned::into_inner),
        question: root.text("question", problems).map(Spanned::into_inner),
        source: root.text("source", problems),
        theatre: root.text("theatre", problems),
        base: root.text("base", problems),
        remove: root.get("remove").and_then(|node| tree::texts("remove", node, problems)).unwrap_or_default(),
        parameters: root.get("parameters").map_or_else(Vec::new, |node| parameters(node, problems)),
        levers: root.get("lever").map_or_else(Vec::new, |node| levers(node, problems)),
    }
}

/// Parameters stand as `"submodel.name" = 0.1`; the same without quotes is a table and means the same.
fn parameters(node: &Node, problems: &mut Problems) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    let expected = "a table: [parameters], then \"submodel.name\" = NUMBER";
    let Some(table) = Table::of(node, "`parameters`", expected, problems) else {
        return found;
    };
    let mut push = |name: Spanned<String>, node: &Node, problems: &mut Problems| {
        if let Some(value) = tree::number(name.get_ref(), node, problems) {
            found.push(Parameter { name, value, value_span: node.span() });
        }
    };
    for (key, value) in table.entries() {
        match Table::of(value, "", "", &mut Problems::default()) {
            None => push(key, value, problems),
            Some(inner) => {
                for (inner_key, value) in inner.entries() {
                    let name = format!("{}.{}", key.get_ref(), inner_key.get_ref());
                    push(Spanned::new(inner_key.span(), name), value, problems);
                }
            }
        }
    }
    found.sort_by_key(|parameter| parameter.name.span().start);
    found
}

fn levers(node: &Node, problems: &mut Problems) -> Vec<LeverEntry> {
    let Some(items) = tree::list("lever", node, "a list of tables: [[lever]]", problems) else {
        return Vec::new();
    };
    items
        .iter()
        .filter_map(|item| {
            let table = Table::of(item, "a lever", "a table: [[lever]]", problems)?;
            Some(lever(&table, problems))
        })
        .collect()
}

fn lever(table: &Table, problems: &mut Problems) -> LeverEntry {
    let before = problems.found.len();
    table.only(&LEVER_KEYS, problems);
    table.required("name", "name = \"...\", unique in the file", problems);
    let name = table.text("name", problems);
    let from = table
        .required("from", "from.date, from.condition, from.all or from.any", problems)
        .and_then(|node| from(node, problems));
    let until = table.get("until").and_then(|node| until(node, problems));
    let places = table
        .get("places")
        .and_then(|node| tree::texts("places", node, problems).map(|names| Spanned::new(node.span(), names)));
    let set = table
        .required("set", "set.LEVER = { ... }; `harmattan list levers` names them", problems)
        .and_then(|node| set(node, problems));
    let whole = problems.found.len() == before;
    LeverEntry { span: table.span.clone(), name, from, until, places, set, whole }
}

fn from(node: &Node, problems: &mut Problems) -> Option<Spanned<From>> {
    let expected = "from.date = 2013-07-01, from.condition = {...}, from.all = [...] or from.any = [...]";
    let table = Table::of(node, "`from`", expected, problems)?;
    table.only(&FROM_KEYS, problems);
    let (key, value) = table.one_of(&FROM_KEYS, expected, problems)?;
    let from = match key {
        "date" => From::Date(tree::date("from.date", value, problems)?.into_inner()),
        "condition" => From::Conditions { all: true, conditions: vec![condition(value, problems)?] },
        _ => {
            let items = tree::list(key, value, "a list of conditions: [{...}, {...}]", problems)?;
            if items.is_empty() {
                problems
                    .add(value.span(), Code::MissingKey, format!("`{key}` lists no condition"))
                    .expected("at least one condition");
                return None;
            }
            let conditions = items.iter().filter_map(|item| condition(item, problems)).collect();
            From::Conditions { all: key == "all", conditions }
        }
    };
    Some(Spanned::new(value.span(), from))
}

fn until(node: &Node, problems: &mut Problems) -> Option<Spanned<Until>> {
    let expected = "until.date = 2016-12-26, until.weeks = 78 or until.condition = {...}";
    let table = Table::of(node, "`until`", expected, problems)?;
    table.only(&UNTIL_KEYS, problems);
    let (key, value) = table.one_of(&UNTIL_KEYS, expected, problems)?;
    let until = match key {
        "date" => Until::Date(tree::date("until.date", value, problems)?.into_inner()),
        "weeks" => Until::Weeks(tree::weeks("until.weeks", value, 1, MOST_WEEKS, problems)?),
        _ => Until::Condition(Box::new(condition(value, problems)?)),
    };
    Some(Spanned::new(value.span(), until))
}

fn set(node: &Node, problems: &mut Problems) -> Option<SetEntry> {
    let expected = "exactly one lever: set.border-control = { ... }";
    let table = Table::of(node, "`set`", expected, problems)?;
    let mut entries = table.entries().into_iter();
    let Some((kind, value)) = entries.next() else {
        problems.add(node.span(), Code::MissingKey, "`set` names no lever").expected(expected);
        return None;
    };
    if let Some((second, _)) = entries.next() {
        let message = format!(
            "`set` names two levers, `{}` and `{}`",
            tree::clip(kind.get_ref()),
            tree::clip(second.get_ref())
        );
        problems.add(second.span(), Code::Conflict, message).expected("one lever per [[lever]]");
    }
    let fields = Table::of(value, "the lever's setting", "a table of fields: { ... }", problems)?;
    let fields = fields.entries().into_iter().map(|(key, value)| {
        let scalar = match value.get_ref() {
            toml::de::DeValue::String(word) => Scalar::Word(word.to_string()),
            toml::de::DeValue::Integer(_) | toml::de::DeValue::Float(_) => {
                tree::number(key.get_ref(), value, problems).map_or(Scalar::Broken, Scalar::Number)
            }
            other => Scalar::Other(tree::kind(other)),
        };
        (key, Spanned::new(value.span(), scalar))
    });
    Some(SetEntry { kind, fields: fields.collect() })
}

/// What is looked at: one of the keys of `WHERE_KEYS`, or all Mali.
pub(crate) fn area(table: &Table, problems: &mut Problems) -> Option<Where> {
    let present: Vec<_> = WHERE_KEYS.into_iter().filter(|key| table.get(key).is_some()).collect();
    match present[..] {
        [] => Some(Where::Mali),
        [key] => table.text(key, problems).map(|name| match key {
            "region" => Where::Region(name),
            "place" => Where::Place(name),
            "group" => Where::Group(name),
            _ => Where::Community(name),
        }),
        _ => {
            table.one_of(&WHERE_KEYS, "one of region, place, group and community", problems);
            None
        }
    }
}

fn condition(node: &Node, problems: &mut Problems) -> Option<ConditionEntry> {
    let expected = "a condition: { indicator = \"deaths\", region = \"Gao\", at_least = 10 }";
    let table = Table::of(node, "the condition", expected, problems)?;
    table.only(&CONDITION_KEYS, problems);
    table.required("indicator", "indicator = \"...\"; `harmattan list indicators` names them", problems);
    let indicator = table.text("indicator", problems);
    let area = area(&table, problems);
    table.one_of(&["at_least", "at_most"], "exactly one of at_least and at_most", problems);
    let bound = |key: &str, problems: &mut Problems| {
        let node = table.get(key)?;
        tree::number(key, node, problems).map(|value| Spanned::new(node.span(), value))
    };
    Some(ConditionEntry {
        indicator,
        area,
        at_least: bound("at_least", problems),
        at_most: bound("at_most", problems),
        for_weeks: table.weeks("for_weeks", 1, MOST_WEEKS, problems).unwrap_or(1),
        within_weeks: table.weeks("within_weeks", 1, MOST_WEEKS, problems).unwrap_or(1),
        not_before: table.date("not_before", problems),
        not_after: table.date("not_after", problems),
        delay_weeks: table.weeks("delay_weeks", 0, MOST_WEEKS, problems).unwrap_or(0),
    })
}
