//! From the text of a plan to a [`Plan`], or to every error in it.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Design, Method, Plan, Resolve, factors, outcomes, targets};
use crate::base::dates::{DEFAULT_UNTIL, Date, FIRST_DAY, HORIZON, Week};
use crate::scenario::Scenario;
use crate::scenario::check::Context;
use crate::scenario::diagnostic::{Code, Diagnostic, Lines};
use crate::scenario::levers::check_name;
use crate::scenario::text::{Syntax, decode, describe};
use crate::scenario::tree::{self, Node, Problems, Table, clip};
use crate::schedule::SUBMODELS;

/// Keys of a plan file.
pub(super) const FILE_KEYS: [&str; 14] = [
    "format",
    "name",
    "title",
    "question",
    "scenarios",
    "seeds",
    "scale",
    "until",
    "without",
    "design",
    "uncertainties",
    "levers",
    "outcome",
    "target",
];
/// Keys that only plans have.
const PLAN_KEYS: [&str; 6] = ["scenarios", "design", "uncertainties", "levers", "outcome", "target"];
/// Keys of `[design]`.
pub(super) const DESIGN_KEYS: [&str; 4] = ["method", "points", "seed", "file"];
/// Most points, seeds or trajectories; more is a slip.
pub(super) const MOST: u32 = 10_000_000;

/// True if a text is that of a plan and not of a scenario.
pub fn is_plan(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let (root, _) = DeTable::parse_recoverable(text.strip_prefix('\u{feff}').unwrap_or(text));
    PLAN_KEYS.iter().any(|key| root.get_ref().contains_key(*key))
}

/// Checks a plan file. `name` is what diagnostics call the file; if it ends in `.toml`, the plan must bear the
/// file's name.
pub fn check(name: &str, bytes: &[u8], resolve: Resolve, context: &Context) -> Result<Plan, Vec<Diagnostic>> {
    let expected = "a plan: format = 1, name = \"...\", seeds, [design], [[outcome]]";
    let text = decode(name, bytes, expected).map_err(|diagnostic| vec![*diagnostic])?;
    let lines = Lines::new(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    let syntax = Syntax::of(&errors, text, &lines);
    let mut problems = Problems::default();
    let mut others = Vec::new();
    let reader = Reader { resolve, context };
    let plan = reader.plan(name, text, root.get_ref(), &mut problems, &mut others);

    let mut found = problems.found;
    found.retain(|problem| syntax.leaves(problem, &lines));
    found.extend(syntax.problems.found);
    let mut diagnostics = describe(name, found, &lines);
    diagnostics.append(&mut others);
    match plan {
        Some(plan) if diagnostics.is_empty() => Ok(plan),
        _ if diagnostics.is_empty() => {
            Err(vec![Diagnostic::whole_file(name, Code::Syntax, "the plan cannot be read")])
        }
        _ => Err(diagnostics),
    }
}

struct Reader<'r> {
    resolve: Resolve<'r>,
    context: &'r Context,
}

impl Reader<'_> {
    fn plan(
        &self,
        label: &str,
        text: &str,
        root: &DeTable,
        problems: &mut Problems,
        others: &mut Vec<Diagnostic>,
    ) -> Option<Plan> {
        let root = Table::new(root, 0..0, "a plan");
        root.only(&FILE_KEYS, problems);
        let name = header(label, &root, problems);
        let scenarios = self.scenarios(&root, problems, others);
        let seeds = root
            .required("seeds", "seeds = 10 (seeds 1 to 10), or a list of seeds", problems)
            .and_then(|node| seeds(node, problems));
        let scale = root
            .get("scale")
            .map_or(Some(50), |node| whole("scale", node, 1, 1000, "persons per agent", problems));
        let until = until(&root, problems);
        let without = without(&root, problems);

        let mut factors = factors::uncertainties(&root, &self.context.catalogue, problems);
        let levers = factors::levers(&root, scenarios.as_deref(), self.context, problems);
        factors.extend(levers);
        let design = design(&root, &factors, problems);
        let outcomes = scenarios
            .as_deref()
            .and_then(|scenarios| scenarios.first())
            .and_then(|first| self.context.theatre(&first.theatre))
            .map(|theatre| {
                let taken = factors.iter().map(|factor| factor.name.as_str()).collect();
                outcomes::read(&root, theatre, &self.context.units, until, taken, problems)
            });
        let aims = targets::read(&root, until, self.resolve.file, problems);
        need_something(&root, problems);
        let listed = self.listed(&design, &factors, problems);
        Some(Plan {
            name: name?,
            text: text.to_string(),
            scenarios: scenarios?,
            seeds: seeds?,
            scale: scale?,
            until: until?,
            without,
            design: design.map(|read| read.design),
            factors: factors.into_iter().map(|entry| entry.factor).collect::<Option<_>>()?,
            outcomes: outcomes?,
            aims,
            listed,
        })
    }

    /// The scenarios, or none if one of them cannot be had.
    fn scenarios(
        &self,
        root: &Table,
        problems: &mut Problems,
        others: &mut Vec<Diagnostic>,
    ) -> Option<Vec<Scenario>> {
        let history = || vec![Spanned::new(0..0, "history".to_string())];
        let named = match root.get("scenarios") {
            None => history(),
            Some(node) => {
                let names = tree::texts("scenarios", node, problems)?;
                if names.is_empty() {
                    problems
                        .add(node.span(), Code::MissingKey, "`scenarios` names no scenario")
                        .expected("at least one scenario: [\"history\"]");
                    return None;
                }
                names
            }
        };
        let mut whole = true;
        let mut scenarios: Vec<Scenario> = Vec::new();
        for name in &named {
            let word = name.get_ref();
            let scenario = match (self.resolve.scenario)(word) {
                Ok(scenario) => scenario,
                Err(mut diagnostics) => {
                    whole = false;
                    match &diagnostics[..] {
                        // It is the name that is wrong: said where it stands.
                        [one] if one.line == 1 && one.source_line.is_empty() => {
                            let problem = problems.add(name.span(), one.code, one.message.clone());
                            problem.expected.clone_from(&one.expected);
                            problem.nearest.clone_from(&one.nearest);
                        }
                        _ => {
                            let message = format!("the scenario `{}` has errors", clip(word));
                            problems.add(name.span(), Code::Unreadable, message);
                            others.append(&mut diagnostics);
                        }
                    }
                    continue;
                }
            };
            if scenarios.iter().any(|known| known.name == scenario.name) {
                let message = format!("the scenario `{}` stands twice", clip(&scenario.name));
                problems.add(name.span(), Code::Duplicate, message);
            } else if let Some(first) = scenarios.first()
                && first.theatre != scenario.theatre
            {
                let message = format!(
                    "`{}` plays in `{}`, `{}` in `{}`",
                    scenario.name, scenario.theatre, first.name, first.theatre
                );
                problems.add(name.span(), Code::Conflict, message).expected("scenarios of one theatre");
                whole = false;
            } else {
                scenarios.push(scenario);
            }
        }
        whole.then_some(scenarios)
    }

    /// The points of the method `list`, from its file.
    fn listed(
        &self,
        design: &Option<ReadDesign>,
        factors: &[factors::Entry],
        problems: &mut Problems,
    ) -> Vec<Vec<super::Value>> {
        let Some(file) = design.as_ref().and_then(|read| read.file.as_ref()) else { return Vec::new() };
        match (self.resolve.file)(file.get_ref()) {
            Ok(bytes) => factors::listed(&bytes, file, factors, problems),
            Err(reason) => {
                let message = format!("`{}` cannot be read: {reason}", clip(file.get_ref()));
                problems.add(file.span(), Code::Unreadable, message).expected("a CSV file beside the plan");
                Vec::new()
            }
        }
    }
}

fn header(label: &str, root: &Table, problems: &mut Problems) -> Option<String> {
    tree::format(root, problems);
    root.required("name", "name = \"...\", the file's name without .toml", problems);
    root.text("title", problems);
    root.text("question", problems);
    let name = root.text("name", problems)?;
    let file_name = label.rsplit('/').next().unwrap_or(label);
    if check_name("the name of a plan", &name, problems)
        && let Some(stem) = file_name.strip_suffix(".toml").filter(|stem| stem != name.get_ref())
    {
        let message = format!("the plan is called `{}`, its file `{stem}`", name.get_ref());
        problems
            .add(name.span(), Code::NameMismatch, message)
            .expected(format!("name = \"{stem}\", or a file {}.toml", name.get_ref()));
    }
    Some(name.into_inner())
}

/// A whole number within bounds.
pub(super) fn whole(
    key: &str,
    node: &Node,
    low: u32,
    high: u32,
    unit: &str,
    problems: &mut Problems,
) -> Option<u32> {
    let before = problems.found.len();
    let found = tree::weeks(key, node, low, high, problems);
    for problem in &mut problems.found[before..] {
        problem.expected(format!("a whole number from {low} to {high} [{unit}]"));
    }
    found
}

fn seeds(node: &Node, problems: &mut Problems) -> Option<Vec<u64>> {
    let expected = "a number of seeds, seeds = 10, or a list of seeds, seeds = [3, 7, 9]";
    match node.get_ref() {
        DeValue::Array(items) => {
            let mut seeds = BTreeSet::new();
            for item in items {
                let DeValue::Integer(digits) = item.get_ref() else {
                    let message = format!("a seed is {}", tree::kind(item.get_ref()));
                    problems.add(item.span(), Code::WrongType, message).expected(expected);
                    return None;
                };
                // Seeds stand in signed columns of the tables.
                let seed = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
                let Some(seed) = seed.and_then(|seed| u64::try_from(seed).ok()) else {
                    let message = format!("{} is not a seed", clip(digits.as_str()));
                    problems
                        .add(item.span(), Code::OutOfRange, message)
                        .expected(format!("a whole number from 0 to {}", i64::MAX));
                    return None;
                };
                if !seeds.insert(seed) {
                    problems.add(item.span(), Code::Duplicate, format!("the seed {seed} stands twice"));
                }
            }
            if seeds.is_empty() {
                problems.add(node.span(), Code::MissingKey, "`seeds` lists no seed").expected(expected);
                return None;
            }
            Some(seeds.into_iter().collect())
        }
        _ => whole("seeds", node, 1, MOST, "seeds", problems).map(|n| (1..=u64::from(n)).collect()),
    }
}

/// The week of a day for which a plan may ask; the first of January 2012 stands for the first week.
pub(super) fn day(date: &Spanned<Date>, problems: &mut Problems) -> Option<Date> {
    let first = Date { day: 1, ..FIRST_DAY };
    let last = Date::from_days(HORIZON.days() + 6);
    let found = *date.get_ref();
    if (first..=last).contains(&found) {
        return Some(found);
    }
    problems
        .add(date.span(), Code::OutsideHorizon, format!("{found} lies outside the horizon"))
        .expected(format!("a date from {first} to {last}"));
    None
}

fn until(root: &Table, problems: &mut Problems) -> Option<Week> {
    if root.get("until").is_none() {
        return Some(DEFAULT_UNTIL.week());
    }
    let date = root.date("until", problems)?;
    day(&date, problems).map(Date::week)
}

fn without(root: &Table, problems: &mut Problems) -> Vec<usize> {
    let Some(node) = root.get("without") else { return Vec::new() };
    let mut positions = BTreeSet::new();
    // Whoever records cannot be switched off.
    let valid = || SUBMODELS.into_iter().filter(|name| *name != "observation");
    for name in tree::texts("without", node, problems).unwrap_or_default() {
        let word = name.get_ref();
        match valid().position(|known| known == word) {
            Some(_) => positions.extend(SUBMODELS.iter().position(|known| known == word)),
            None => {
                let message = format!("there is no submodel `{}` to switch off", clip(word));
                problems.unknown(name.span(), Code::UnknownName, message, word, valid());
            }
        }
    }
    positions.into_iter().collect()
}

/// A design as it stands in the file.
struct ReadDesign {
    design: Design,
    file: Option<Spanned<String>>,
}

fn design(root: &Table, factors: &[factors::Entry], problems: &mut Problems) -> Option<ReadDesign> {
    let node = root.get("design")?;
    let table =
        Table::of(node, "`design`", "a table: [design], then method = \"latin-hypercube\"", problems)?;
    table.only(&DESIGN_KEYS, problems);
    let words = || Method::ALL.iter().map(|method| method.word());
    table.required("method", &words().collect::<Vec<_>>().join(", "), problems);
    let name = table.text("method", problems)?;
    let Some(method) = Method::ALL.into_iter().find(|method| method.word() == name.get_ref()) else {
        let message = format!("there is no method `{}`", clip(name.get_ref()));
        problems.unknown(name.span(), Code::UnknownName, message, name.get_ref(), words());
        return None;
    };
    let seed = match table.get("seed") {
        None => Some(1),
        Some(node) => whole("seed", node, 0, u32::MAX, "seed of the design", problems).map(u64::from),
    };
    let takes_points = !matches!(method, Method::Grid | Method::List);
    let points = match table.get("points") {
        None if !takes_points => Some(0),
        None => {
            table.required("points", "points = 200", problems);
            None
        }
        Some(_) if !takes_points => {
            let message = format!("`points` means nothing for the method `{}`", method.word());
            let expected = if method == Method::Grid {
                "no `points`: the values say how many"
            } else {
                "no `points`: the file says how many"
            };
            problems.add(table.key_span("points"), Code::Conflict, message).expected(expected);
            None
        }
        Some(node) => {
            let points = whole("points", node, 1, MOST, "points", problems);
            if method == Method::Saltelli
                && let Some(n) = points
                && !n.is_power_of_two()
            {
                let message = format!("the base sample of `saltelli` has {n} points");
                problems
                    .add(node.span(), Code::OutOfRange, message)
                    .expected(format!("a power of two, such as {}", n.next_power_of_two().min(1 << 23)));
            }
            points
        }
    };
    let file = table.text("file", problems);
    match (method, &file) {
        (Method::List, None) => {
            table.required("file", "file = \"points.csv\", its header the names of what is varied", problems);
        }
        (Method::List, Some(_)) | (_, None) => {}
        (_, Some(file)) => {
            let message = format!("`file` means nothing for the method `{}`", method.word());
            problems.add(file.span(), Code::Conflict, message).expected("method = \"list\"");
        }
    }
    suits(method, &name, factors, problems);
    let file = file.filter(|_| method == Method::List);
    Some(ReadDesign { design: Design { method, points: points? as usize, seed: seed? }, file })
}

/// Notes factors that a method cannot vary, and methods that have nothing to vary.
fn suits(method: Method, name: &Spanned<String>, factors: &[factors::Entry], problems: &mut Problems) {
    if factors.is_empty() && method != Method::Grid {
        let message = format!("the method `{}` has nothing to vary", method.word());
        problems.add(name.span(), Code::MissingKey, message).expected("[uncertainties] or [levers]");
    }
    if method == Method::Grid {
        for entry in factors {
            if let Some(factor) = &entry.factor
                && !matches!(factor.spread, super::Spread::Values(_))
            {
                let message = format!("a grid needs the values of `{}`", clip(&factor.name));
                problems.add(entry.span.clone(), Code::Conflict, message).expected("{ values = [..., ...] }");
            }
        }
    }
}

/// A plan without design, or without outcome, must at least have targets.
fn need_something(root: &Table, problems: &mut Problems) {
    if root.get("target").is_none() {
        root.required("design", "[design], then method = \"latin-hypercube\" and points = 200", problems);
        root.required("outcome", "[[outcome]], then name, indicator and reduce", problems);
    }
}
