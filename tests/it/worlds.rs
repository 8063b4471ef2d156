//! Contract: whatever levers, dates, places and parameters a user may write, the model neither stops nor breaks an
//! invariant.
//!
//! Method: 2,000 worlds on the testbed, each with levers and conditions drawn at random within what `check` accepts and
//! with parameters drawn within their ranges, of a thousand agents, over 26 weeks, with every invariant looked at after
//! every submodel. A world that breaks is named by its number, which makes it again. `HARMATTAN_WORLDS` asks for more.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use harmattan::base::parallel;
use harmattan::entities::policy::{FieldKind, LEVERS, LeverSpec, NameOf};
use harmattan::entities::theatre::Theatre;
use harmattan::scenario::Scenario;
use harmattan::scenario::check::check;
use harmattan::scenario::library;
use harmattan::scenario::parameters::Distribution;
use harmattan::simulation::RunOptions;
use harmattan::tables::indicators::{AREAS, INDICATORS};

use crate::dice::Dice;
use crate::laboratory::{context, options, prepare_with, run};

/// Worlds without `HARMATTAN_WORLDS`.
const WORLDS: u64 = 2_000;
/// Persons per agent: a thousand agents.
const SCALE: u32 = 20;
/// The 26th week.
const UNTIL: &str = "2012-06-25";
/// What levers may be limited to.
const PLACES: [&str; 5] = ["Bamako", "Gao", "Kidal", "region:Gao", "country:MLI"];

fn testbed() -> &'static Theatre {
    context().theatres.iter().find(|theatre| theatre.name == "testbed").unwrap()
}

fn names(of: NameOf) -> Vec<&'static str> {
    let theatre = testbed();
    let missions = |kind: &str| {
        let of_kind = theatre.missions.iter().filter(|mission| mission.kind == kind);
        of_kind.map(|mission| mission.id.as_str()).collect()
    };
    match of {
        NameOf::Mission => missions("mission"),
        NameOf::StrikeForce => missions("strike-force"),
        NameOf::Group => theatre.groups.iter().map(|group| group.id.as_str()).collect(),
        NameOf::Commodity => theatre.commodities.iter().map(|commodity| commodity.id.word()).collect(),
        NameOf::Framework => theatre.frameworks.iter().map(|framework| framework.id.as_str()).collect(),
        NameOf::Government | NameOf::Neighbour => {
            theatre.governments.iter().map(|government| government.id.as_str()).collect()
        }
    }
}

/// A Monday or any other day of the first thirty weeks.
fn date(dice: &mut Dice) -> String {
    harmattan::base::dates::Date::from_days(harmattan::base::dates::FIRST_DAY.days() + dice.below(210) as i64)
        .to_string()
}

fn condition(dice: &mut Dice) -> String {
    let indicator = dice.one_of(INDICATORS).name;
    let area = dice.one_of(&AREAS);
    let side = dice.one_of(&["at_least", "at_most"]);
    let bound = dice.one_of(&[0.0, 0.1, 0.5, 1.0, 10.0]);
    let (held, within, delay) = (1 + dice.below(3), 1 + dice.below(5), dice.below(4));
    format!(
        "{{ indicator = \"{indicator}\", region = \"{area}\", {side} = {bound}, for_weeks = {held}, \
         within_weeks = {within}, delay_weeks = {delay} }}"
    )
}

/// The fields of a lever, or none where the testbed has nothing that it could name.
fn fields(dice: &mut Dice, spec: &LeverSpec) -> Option<String> {
    let mut fields = Vec::new();
    // Parts of a whole in tenths, the last takes the rest.
    let (mut left, mut parts) = (10, spec.parts().count());
    for field in spec.fields {
        let value = match field.kind {
            _ if field.part => {
                parts -= 1;
                let tenths = if parts == 0 { left } else { dice.below(left + 1) };
                left -= tenths;
                format!("{}", tenths as f64 / 10.0)
            }
            FieldKind::Number { low, high } => {
                let share = if dice.once_in(4) { *dice.one_of(&[0.0, 1.0]) } else { dice.share() };
                format!("{:?}", (low + share * (high - low)).clamp(low, high))
            }
            FieldKind::Choice(words) => format!("\"{}\"", dice.one_of(words)),
            FieldKind::Name(of) => {
                let names = names(of);
                if names.is_empty() {
                    return None;
                }
                format!("\"{}\"", dice.one_of(&names))
            }
        };
        fields.push(format!("{} = {value}", field.name));
    }
    Some(fields.join(", "))
}

fn lever(dice: &mut Dice, name: usize) -> Option<String> {
    let spec = dice.one_of(LEVERS);
    let fields = fields(dice, spec)?;
    let mut text = format!("[[lever]]\nname = \"lever-{name}\"\n");
    let _ = match dice.below(5) {
        0 => writeln!(text, "from.condition = {}", condition(dice)),
        1 => writeln!(text, "from.any = [{}, {}]", condition(dice), condition(dice)),
        _ => writeln!(text, "from.date = {}", date(dice)),
    };
    let _ = match dice.below(4) {
        0 => writeln!(text, "until.weeks = {}", 1 + dice.below(30)),
        1 => writeln!(text, "until.condition = {}", condition(dice)),
        _ => Ok(()),
    };
    if spec.takes_places() && dice.once_in(2) {
        let _ = writeln!(text, "places = [\"{}\"]", dice.one_of(&PLACES));
    }
    let _ = writeln!(text, "set.{} = {{ {fields} }}", spec.name);
    Some(text)
}

/// A scenario on the testbed with up to six levers, each one that `check` accepts beside the others.
fn scenario(dice: &mut Dice) -> Scenario {
    let head = if dice.once_in(2) { "base = \"testbed-three-places\"" } else { "theatre = \"testbed\"" };
    let read = |text: &str| check("random", text.as_bytes(), &library::base, context());
    let mut text = format!("format = 1\nname = \"random\"\n{head}\n");
    let mut scenario = read(&text).unwrap();
    for name in 0..dice.below(7) {
        let Some(lever) = lever(dice, name) else { continue };
        let longer = format!("{text}\n{lever}");
        if let Ok(with) = read(&longer) {
            (text, scenario) = (longer, with);
        }
    }
    scenario
}

/// Parameters: those of the catalogue, a few others, or all at random; one in five at an end of its range.
fn parameters(dice: &mut Dice) -> BTreeMap<String, f64> {
    let varied = context().catalogue.entries.iter().filter(|entry| entry.distribution != Distribution::Fixed);
    let one_in = *dice.one_of(&[1, 1, 10, 1_000_000]);
    let mut values = BTreeMap::new();
    for entry in varied {
        if dice.once_in(one_in) {
            let share = if dice.once_in(5) { *dice.one_of(&[0.0, 1.0]) } else { dice.share() };
            let [low, high] = entry.range;
            values.insert(entry.name.clone(), (low + share * (high - low)).clamp(low, high));
        }
    }
    values
}

/// Runs a world; the scenario and what it said if it broke.
fn broken(number: u64) -> Option<String> {
    let mut dice = Dice(number);
    let scenario = scenario(&mut dice);
    let mut values = scenario.parameters.clone();
    values.extend(parameters(&mut dice));
    let text = scenario.canonical.clone();
    let checked = RunOptions { check_invariants: true, ..options(SCALE, UNTIL) };
    let outcome = catch_unwind(AssertUnwindSafe(|| run(&prepare_with(scenario, &values, checked), number)));
    let payload = outcome.err()?;
    let said = payload.downcast_ref::<String>().cloned();
    let said = said.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_string()));
    Some(format!("world {number}: {}\n{text}{values:?}", said.unwrap_or_default()))
}

#[test]
fn two_thousand_worlds_break_nothing() {
    let asked = std::env::var("HARMATTAN_WORLDS").ok().and_then(|worlds| worlds.parse().ok());
    let numbers: Vec<u64> = (0..asked.unwrap_or(WORLDS)).collect();
    let found = parallel::map_in_order(&numbers, 0, |number| broken(*number));
    let broken: Vec<String> = found.into_iter().flatten().collect();
    let shown = broken.iter().take(3).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(broken.is_empty(), "{} of {} worlds break:\n{shown}", broken.len(), numbers.len());
}

#[test]
fn the_worlds_differ_in_what_they_ask_for() {
    let scenarios: Vec<Scenario> = (0..300).map(|number| scenario(&mut Dice(number))).collect();
    let kinds: std::collections::BTreeSet<&str> =
        scenarios.iter().flat_map(|scenario| &scenario.levers).map(|lever| lever.spec().name).collect();
    let levers: usize = scenarios.iter().map(|scenario| scenario.levers.len()).sum();
    assert!(kinds.len() * 10 >= LEVERS.len() * 7, "only {kinds:?}");
    assert!(levers > 500, "only {levers} levers in 300 worlds");
}
