//! Scenario files: every error at once and in its place, and texts that check again to the same scenario.

use std::collections::BTreeMap;

use harmattan::entities::policy::Start;
use harmattan::scenario::Scenario;
use harmattan::scenario::check::{Context, check, check_with_origins};
use harmattan::scenario::diagnostic::{Code, Diagnostic};
use harmattan::scenario::parameters::Catalogue;
use harmattan::scenario::{library, show};

/// What is compiled in, with a catalogue of two parameters that no submodel needs to have.
fn context() -> Context {
    let parameters = r#"
risk_decay_per_week = { value = 0.08, unit = "1/week", range = [0.02, 0.25], distribution = "triangular", status = "assumed", source = "roundtable2014", at = "p. 6" }
profit_scale_eur = { value = 500.0, unit = "EUR", range = [100, 5000], distribution = "log-uniform", status = "assumed", source = "roundtable2014" }
"#;
    let catalogue = Catalogue::parse(&[("trafficking", parameters)]).unwrap();
    Context { catalogue, ..Context::compiled_in().unwrap() }
}

/// Checks a text with the library as the only source of bases.
fn errors(name: &str, text: &str) -> Vec<Diagnostic> {
    check(name, text.as_bytes(), &library::base, &context()).err().unwrap_or_default()
}

fn places(diagnostics: &[Diagnostic]) -> Vec<(usize, usize, Code)> {
    diagnostics.iter().map(|d| (d.line, d.column, d.code)).collect()
}

fn report(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| format!("{d}\n\n")).collect()
}

fn whole(name: &str, text: &str) -> Scenario {
    check(name, text.as_bytes(), &library::base, &context()).unwrap_or_else(|e| panic!("{}", report(&e)))
}

/// A text of one lever around what a test is about.
fn with_lever(lines: &str) -> String {
    format!("format = 1\nname = \"x\"\n\n[[lever]]\nname = \"a\"\n{lines}\n")
}

const BAD: &str = r#"format = 2
name = "bad"
titel = "x"
source = "lacher2031"
base = "histroy"
remove = ["a", 3]

[parameters]
"trafficking.risk_decay_per_week" = 0.5
"trafficking.profit_scale_usd" = 3
"trafficking.risk_decay_per_year" = 3

[[lever]]
name = "x"
from.date = "2013-07-01"
until.weeks = 0
places = ["Kidall", "region:Goa", "Gao", "border:DZA-MLI", "country:XXX"]
set.boarder-control = { }

[[lever]]
from.date = 2013-02-30
set.border-control = { mode = "blnt", effort = 3 }

[[lever]]
name = "x"
from.condition = { indicator = "deaths", region = "Gao", place = "Gao", at_least = 1, at_most = 2 }
until.date = 2031-01-01
set.strike-force = { actor = "minusma", troops_persons = -4, cross_border_share = "x" }
set.coup = {}

[[lever]]
name = "é"
from.all = [{ indicator = "state_presence", at_least = 30 }, { indicator = "controller", place = "Gao", at_least = 1, communty = "x" }]
set.mission-size = { mission = "minusma", troops_share = 0.4 }

[[lever]]
name = "ends"
from.date = 2013-07-01
until.date = 2013-07-05
set.aid-freeze = {}
"#;

#[test]
fn all_errors_of_a_file_are_reported_at_once_and_in_their_place() {
    use Code::*;
    let found = errors("dir/bad.toml", BAD);
    let expected = [
        (1, 10, OutOfRange),
        (3, 1, UnknownKey),
        (4, 10, UnknownName),
        (5, 8, Unreadable),
        (6, 16, WrongType),
        (9, 37, OutOfRange),
        (10, 1, UnknownName),
        (11, 1, BadUnit),
        (15, 13, BadDate),
        (16, 15, OutOfRange),
        (17, 11, UnknownName),
        (17, 21, UnknownName),
        (17, 60, UnknownName),
        (18, 5, UnknownKey),
        (20, 1, MissingKey),
        (21, 13, BadDate),
        (22, 31, UnknownName),
        (22, 39, UnknownKey),
        (25, 8, Duplicate),
        (26, 58, Conflict),
        (26, 87, Conflict),
        (27, 14, OutsideHorizon),
        (28, 30, UnknownName),
        (28, 58, OutOfRange),
        (28, 83, WrongType),
        (29, 5, Conflict),
        (32, 8, WrongType),
        (33, 56, OutOfRange),
        (33, 76, UnknownName),
        (33, 119, UnknownKey),
        (34, 43, BadUnit),
        (39, 14, Conflict),
        (40, 5, MissingKey),
    ];
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(places(&found), expected, "{}", report(&found));
}

#[test]
fn messages_name_what_was_expected_and_the_nearest_name() {
    let found = errors("dir/bad.toml", BAD);
    let nearest: Vec<_> = found.iter().filter_map(|d| d.nearest.as_deref()).collect();
    for name in
        ["title", "lacher2013", "history", "Kidal", "region:Gao", "border-control", "blunt", "effort_share"]
    {
        assert!(nearest.contains(&name), "{name} is not in {nearest:?}");
    }
    let text = report(&found);
    let part = "dir/bad.toml:17:11: error[unknown-name]: there is no place `Kidall` in the theatre `mali`\n    \
                places = [\"Kidall\", \"region:Goa\", \"Gao\", \"border:DZA-MLI\", \"country:XXX\"]\n              \
                ^^^^^^^^\nexpected: a place id (`harmattan list places`), region:NAME, country:ISO3 or border:AAA-BBB\n\
                nearest: Kidal\n";
    assert!(text.contains(part), "{text}");
}

#[cfg(feature = "cli")]
#[test]
fn diagnostics_have_the_shape_of_format_json() {
    let found = errors("dir/bad.toml", BAD);
    let json = serde_json::to_value(&found[0]).unwrap();
    let keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["code", "column", "expected", "file", "line", "message", "nearest", "severity"]);
    assert_eq!((json["code"].as_str(), json["severity"].as_str()), (Some("out-of-range"), Some("error")));
}

#[test]
fn every_code_has_a_file_that_earns_it() {
    let lever = |lines: &str| with_lever(lines);
    let cases: Vec<(Code, &str, String)> = vec![
        (Code::Syntax, "x.toml", "format = 1\nname = \"x".into()),
        (Code::UnknownKey, "x.toml", "format = 1\nname = \"x\"\nfoo = 1".into()),
        (Code::UnknownKey, "x.toml", lever("from.date = 2012-01-02\nplaces = [\"Gao\"]\nset.coup = {}")),
        (Code::WrongType, "x.toml", "format = 1\nname = 3".into()),
        (Code::WrongType, "x.toml", "format = 1\nname = \"x\"\nlever = 3".into()),
        (Code::WrongType, "x.toml", lever("from = 2012-01-02\nset.coup = {}")),
        (Code::OutOfRange, "x.toml", "format = 1.5\nname = \"x\"".into()),
        (
            Code::OutOfRange,
            "x.toml",
            lever("from.date = 2012-01-02\nset.aid-freeze = { frozen_share = inf }"),
        ),
        (
            Code::OutOfRange,
            "x.toml",
            lever("from.date = 2012-01-02\nplaces = []\nset.food-aid = { filled_share = 1 }"),
        ),
        (Code::UnknownName, "x.toml", "format = 1\nname = \"x\"\ntheatre = \"malli\"".into()),
        (Code::UnknownName, "x.toml", "format = 1\nname = \"x\"\nremove = [\"y\"]".into()),
        (
            Code::UnknownName,
            "x.toml",
            "format = 1\nname = \"x\"\nbase = \"history\"\nremove = [\"y\"]".into(),
        ),
        (Code::BadDate, "x.toml", lever("from.date = 2012-01-02T10:00:00\nset.coup = {}")),
        (Code::BadDate, "x.toml", lever("from.date = 10:00:00\nset.coup = {}")),
        (Code::OutsideHorizon, "x.toml", lever("from.date = 2012-01-01\nset.coup = {}")),
        (Code::OutsideHorizon, "x.toml", lever("from.date = 2022-12-27\nset.coup = {}")),
        (
            Code::BadUnit,
            "x.toml",
            lever(
                "from.date = 2012-01-02\nset.mission-size = { mission = \"minusma\", troops_share = 1, troops_persons = 1 }",
            ),
        ),
        (
            Code::Conflict,
            "x.toml",
            lever("from.date = 2012-01-02\nuntil = { weeks = 1, date = 2013-01-01 }\nset.coup = {}"),
        ),
        (Code::MissingKey, "x.toml", "name = \"x\"".into()),
        (Code::MissingKey, "x.toml", " \n\t\n".into()),
        (Code::MissingKey, "x.toml", lever("from.all = []\nset.coup = {}")),
        (Code::MissingKey, "x.toml", lever("from.condition = { indicator = \"deaths\" }\nset.coup = {}")),
        (Code::Duplicate, "x.toml", "format = 1\nname = \"x\"\nname = \"x\"".into()),
        (Code::Unreadable, "x.toml", "format = 1\nname = \"x\"\nbase = \"y.toml\"".into()),
        (Code::BaseCycle, "x.toml", "format = 1\nname = \"x\"\nbase = \"./x.toml\"".into()),
        (Code::NameMismatch, "a/y.toml", "format = 1\nname = \"x\"".into()),
    ];
    for (code, name, text) in cases {
        let found = errors(name, &text);
        assert!(found.len() == 1 && found[0].code == code, "{code} wanted for\n{text}\n{}", report(&found));
        assert!(found[0].line >= 1 && found[0].column >= 1 && !found[0].message.is_empty());
    }
}

#[test]
fn bytes_that_are_not_utf8_are_shown_where_they_stand() {
    let text = b"format = 1\nname = \"x\xff\"\n";
    let found = check("x.toml", text, &library::base, &context()).unwrap_err();
    assert_eq!(places(&found), [(2, 10, Code::Encoding)]);
    assert!(found[0].message.contains("0xff"), "{}", found[0]);
}

#[test]
fn byte_order_marks_and_windows_line_ends_do_not_shift_columns() {
    let found = errors("x.toml", "\u{feff}format = 2\r\nname = \"x\"\r\nfoo = 1\r\n");
    assert_eq!(places(&found), [(1, 10, Code::OutOfRange), (3, 1, Code::UnknownKey)]);
    assert_eq!(found[1].source_line, "foo = 1");
}

/// Files of a folder, for bases.
fn files(entries: &[(&str, &str)]) -> impl Fn(&str) -> Result<Vec<u8>, String> + use<> {
    let files: BTreeMap<String, Vec<u8>> =
        entries.iter().map(|(name, text)| ((*name).to_string(), text.as_bytes().to_vec())).collect();
    move |name| files.get(name).cloned().ok_or_else(|| "no such file".to_string())
}

const GROUND: &str = r#"format = 1
name = "ground"
[parameters]
"trafficking.risk_decay_per_week" = 0.1
[[lever]]
name = "one"
from.date = 2012-02-01
set.coup = {}
[[lever]]
name = "two"
from.date = 2012-03-01
set.aid-freeze = { frozen_share = 0.5 }
[[lever]]
name = "three"
from.date = 2012-04-01
set.coup = {}
"#;

#[test]
fn bases_come_first_and_levers_are_replaced_in_place() {
    let own = r#"format = 1
name = "x"
base = "sub/middle.toml"
remove = ["one"]
[[lever]]
name = "two"
from.date = 2013-03-01
set.aid-freeze = { frozen_share = 0.7 }
[[lever]]
name = "four"
from.date = 2012-05-01
set.coup = {}
"#;
    let middle = "format = 1\nname = \"middle\"\nbase = \"../ground.toml\"\n[parameters]\n\"trafficking.profit_scale_eur\" = 200\n";
    let resolve = files(&[("sub/middle.toml", middle), ("ground.toml", GROUND)]);
    let (scenario, origins) = check_with_origins("dir/x.toml", own.as_bytes(), &resolve, &context())
        .unwrap_or_else(|e| panic!("{}", report(&e)));
    let names: Vec<_> = scenario.levers.iter().map(|lever| lever.name.as_str()).collect();
    assert_eq!(names, ["two", "three", "four"]);
    assert_eq!(scenario.levers[0].number("frozen_share"), 0.7);
    assert_eq!(scenario.parameters.values().copied().collect::<Vec<_>>(), [200.0, 0.1]);
    assert_eq!(scenario.base_texts.keys().collect::<Vec<_>>(), ["ground", "middle"]);
    assert_eq!(origins.levers["three"], "ground");
    assert_eq!(origins.levers["two"], "this file");
    assert_eq!(origins.parameters["trafficking.profit_scale_eur"], "middle");
    assert_eq!(origins.removed, [("one".to_string(), "this file".to_string())]);
    let shown = show::show(&scenario, &origins);
    assert!(shown.contains("# without the lever one: removed by this file\n"), "{shown}");
    assert!(shown.contains("\"trafficking.risk_decay_per_week\" = 0.1  # ground\n"), "{shown}");
    assert!(shown.contains("name = \"three\"  # ground\n"), "{shown}");
    let again = check("x.toml", shown.as_bytes(), &library::base, &context()).unwrap();
    assert_eq!(again.canonical, scenario.canonical);
}

#[test]
fn bases_that_lead_back_or_too_deep_are_errors() {
    let base = |name: &str, base: &str| format!("format = 1\nname = \"{name}\"\nbase = \"{base}\"\n");
    let resolve = files(&[("a.toml", &base("a", "b.toml")), ("b.toml", &base("b", "x.toml"))]);
    let found = check("f/x.toml", base("x", "a.toml").as_bytes(), &resolve, &context()).unwrap_err();
    assert_eq!(places(&found), [(3, 8, Code::BaseCycle)]);
    assert_eq!(found[0].file, "f/b.toml");
    assert!(found[0].message.contains("x.toml -> a.toml -> b.toml -> x.toml"), "{}", found[0]);

    let texts: Vec<(String, String)> = (1..9)
        .map(|n| (format!("s{n}.toml"), base(&format!("s{n}"), &format!("s{}.toml", n + 1))))
        .chain([("s9.toml".to_string(), "format = 1\nname = \"s9\"\n".to_string())])
        .collect();
    let entries: Vec<_> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let resolve = files(&entries);
    let at = |n: usize| check(&texts[n].0, texts[n].1.as_bytes(), &resolve, &context());
    assert!(at(4).is_ok(), "four bases are allowed");
    let found = at(3).unwrap_err();
    assert_eq!(places(&found), [(3, 8, Code::TooDeep)]);
    assert_eq!(found[0].file, "s8.toml");
}

#[test]
fn errors_of_a_base_bear_its_name_and_come_after_those_of_the_file() {
    let resolve = files(&[("b.toml", "format = 1\nname = \"b\"\nfoo = 1\n")]);
    let own = b"format = 1\nname = \"x\"\nbase = \"b.toml\"\nbar = 1\nremove = [\"unknown\"]\n";
    let found = check("d/x.toml", own, &resolve, &context()).unwrap_err();
    let shown: Vec<_> = found.iter().map(|d| (d.file.as_str(), d.line, d.code)).collect();
    assert_eq!(shown, [("d/x.toml", 4, Code::UnknownKey), ("d/b.toml", 3, Code::UnknownKey)]);
}

#[test]
fn equal_starts_on_one_thing_conflict_only_where_places_overlap() {
    let two = |first: &str, second: &str| {
        let lever = |name: &str, lines: &str| {
            format!(
                "[[lever]]\nname = \"{name}\"\n{lines}\nset.border-control = {{ mode = \"blunt\", effort_share = 0.5 }}\n"
            )
        };
        format!("format = 1\nname = \"x\"\n{}{}", lever("a", first), lever("b", second))
    };
    let gao = "from.date = 2013-07-01\nplaces = [\"Gao\"]";
    assert_eq!(places(&errors("x.toml", &two(gao, "from.date = 2013-07-03"))), [(10, 13, Code::Conflict)]);
    assert_eq!(errors("x.toml", &two(gao, "from.date = 2013-07-08")), []);
    assert_eq!(errors("x.toml", &two(gao, "from.date = 2013-07-01\nplaces = [\"Kidal\"]")), []);
    // A lever of another name on the same key as one of the base's.
    let resolve = files(&[("ground.toml", GROUND)]);
    let own = b"format = 1\nname = \"x\"\nbase = \"ground.toml\"\n[[lever]]\nname = \"more\"\nfrom.date = 2012-03-01\nset.aid-freeze = { frozen_share = 1 }\n";
    let found = check("x.toml", own, &resolve, &context()).unwrap_err();
    assert_eq!(places(&found), [(6, 13, Code::Conflict)]);
    assert!(found[0].message.contains("`more` and `two`"), "{}", found[0]);
}

#[test]
fn selectors_choose_the_places_they_name() {
    let select = |places: &str| {
        let text = with_lever(&format!(
            "from.date = 2012-01-02\nplaces = {places}\nset.food-aid = {{ filled_share = 1 }}"
        ));
        whole("x.toml", &text).levers[0].places.clone()
    };
    let theatre = library::theatre("mali").unwrap();
    let ids = |places: &[harmattan::base::ids::PlaceId]| {
        places.iter().map(|place| theatre.places[usize::from(place.0)].id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(select("[\"Gao\", \"Gao\"]").len(), 1);
    assert_eq!(select("[\"border:MLI-DZA\"]"), select("[\"border:DZA-MLI\"]"));
    assert!(ids(&select("[\"border:MLI-DZA\"]")).contains(&"Timiaouine".to_string()));
    assert_eq!(
        select("[\"region:North\"]"),
        select("[\"region:Kidal\", \"region:Gao\", \"region:Tombouctou\"]")
    );
    let mali = theatre.places.iter().filter(|row| row.country == "MLI").count();
    assert_eq!(select("[\"country:MLI\"]").len(), mali);
}

/// A scenario that uses every form of every key.
pub const RICH: &str = r#"format = 1
name = "rich"
title = "A \"title\" with \\ and\ttab"
question = """Two
lines?"""
source = "roundtable2014"
base = "history"

[parameters]
"trafficking.risk_decay_per_week" = 0.1
trafficking.profit_scale_eur = 1_000

[[lever]]
name = "serval"
from.condition = { indicator = "places_under_groups", region = "Mopti", at_least = 1, for_weeks = 2, not_before = 2012-06-01, not_after = 2015-01-01, delay_weeks = 1, within_weeks = 4 }
until.weeks = 78
set.strike-force = { actor = "france", troops_persons = 4000 }

[[lever]]
name = "schools"
from.all = [{ indicator = "state_presence", region = "Gao", at_least = 0.3 }, { indicator = "coups", at_most = 0, within_weeks = 52 }]
until.condition = { indicator = "fear", place = "Gao", at_least = 0.123456789 }
places = ["region:Gao", "Tin Zaouaten (Mali)", "border:NER-MLI"]
set.services-budget = { provider = "state", service = "schooling", eur_per_person_per_year = 20.0 }

[[lever]]
name = "any"
from.any = [{ indicator = "fighters", group = "mnla", at_most = 100 }, { indicator = "treasury_eur", group = "aqim", at_least = 1e7 }]
until.date = 2022-12-26
set.coup = {}
"#;

#[test]
fn canonical_text_and_show_check_again_to_the_same_scenario() {
    let context = context();
    let texts = library::names().map(|name| (name.to_string(), library::text(name).unwrap().to_string()));
    let rich = [("rich".to_string(), RICH.to_string()), ("idea".to_string(), show::template("idea"))];
    for (name, text) in texts.chain(rich) {
        let file = format!("{name}.toml");
        let (first, origins) = check_with_origins(&file, text.as_bytes(), &library::base, &context)
            .unwrap_or_else(|e| panic!("{}", report(&e)));
        for again in [first.canonical.clone(), show::show(&first, &origins)] {
            let second = check(&file, again.as_bytes(), &library::base, &context)
                .unwrap_or_else(|e| panic!("{again}\n{}", report(&e)));
            assert_eq!(second.canonical, first.canonical);
            assert_eq!(second.levers, first.levers);
            assert_eq!(second.parameters, first.parameters);
            assert_eq!(
                (&second.name, &second.title, &second.question, &second.source, &second.theatre),
                (&first.name, &first.title, &first.question, &first.source, &first.theatre)
            );
            assert!(second.base_texts.is_empty());
        }
        assert_eq!(first.text, text);
    }
}

#[test]
fn the_template_differs_from_history_in_one_lever() {
    let scenario = whole("my-idea.toml", &show::template("my-idea"));
    let history = whole("history.toml", library::text("history").unwrap());
    assert_eq!(scenario.levers.len(), history.levers.len() + 1);
    assert_eq!(scenario.levers[..history.levers.len()], history.levers);
    assert_eq!(scenario.levers.last().map(|lever| lever.spec().name), Some("border-control"));
    assert!(show::check_scenario_name("my-idea").is_ok());
    assert!(show::check_scenario_name("../x").is_err() && show::check_scenario_name("").is_err());
}

#[test]
fn the_example_of_the_manual_passes() {
    let base = r#"format = 1
name = "history"
[[lever]]
name = "strike-force-drawdown"
from.date = 2014-08-01
set.strike-force = { actor = "france", troops_persons = 1000 }
"#;
    let example = r#"
format   = 1                                       # required; other numbers are refused
name     = "border-control-crime-sensitive"        # required; = file name without .toml; [a-z0-9-], at most 60
title    = "Border control that spares food and fuel"
question = "Does border control hurt armed groups without hurting traders when it leaves food and fuel alone?"
source   = "roundtable2014"                        # key of data/sources.toml, or absent
base     = "history"                               # a library name or a path beside this file
remove   = ["strike-force-drawdown"]               # names of the base's levers to take out

[parameters]
"trafficking.risk_decay_per_week" = 0.1

[[lever]]
name       = "north-border"
from.date  = 2013-07-01
until.date = 2016-12-26
places     = ["Kidal", "Tessalit", "region:Gao"]
set.border-control = { mode = "crime-sensitive", effort_share = 0.6 }

[[lever]]
name           = "serval"
from.condition = { indicator = "places_under_groups", region = "Mopti", at_least = 1, for_weeks = 2, not_before = 2012-06-01, delay_weeks = 1 }
until.weeks    = 78
set.strike-force = { actor = "france", troops_persons = 4000 }

[[lever]]
name     = "schools"
from.all = [{ indicator = "state_presence", region = "Gao", at_least = 0.3 }, { indicator = "coups", at_most = 0, within_weeks = 52 }]
places   = ["region:Gao", "region:Tombouctou"]
set.services-budget = { provider = "state", service = "schooling", eur_per_person_per_year = 20.0 }
"#;
    let resolve = files(&[("history", base)]);
    let name = "border-control-crime-sensitive.toml";
    let scenario =
        check(name, example.as_bytes(), &resolve, &context()).unwrap_or_else(|e| panic!("{}", report(&e)));
    let names: Vec<_> = scenario.levers.iter().map(|lever| lever.name.as_str()).collect();
    assert_eq!(names, ["north-border", "serval", "schools"]);
    let Start::When { all: true, conditions } = &scenario.levers[2].start else {
        panic!("a list of conditions")
    };
    assert_eq!((conditions[0].sums, conditions[1].sums), (false, true));
}

#[test]
fn a_theatre_other_than_the_bases_is_a_conflict() {
    let found = errors("x.toml", "format = 1\nname = \"x\"\nbase = \"history\"\ntheatre = \"testbed\"\n");
    assert_eq!(places(&found), [(4, 11, Code::Conflict)]);
}

#[test]
fn hostile_files_are_refused_quickly_and_without_overflow() {
    let context = context();
    let million = 1_000_000;
    let head = "format = 1\nname = \"x\"\n";
    let cases = [
        "[".repeat(million),
        format!("{head}base = {}", "[".repeat(million)),
        format!("{head}base = {}", "{a=".repeat(million / 3)),
        format!("{head}{}a = 1", "a.".repeat(million / 2)),
        format!("{head}[{}a]", "a.".repeat(million / 2)),
        format!("{head}{}", "a\n".repeat(million / 2)),
        format!("{head}{}", (0..60_000).map(|n| format!("k{n} = 1\n")).collect::<String>()),
        format!("{head}remove = [{}]", "\"y\",".repeat(million / 4)),
        format!("{head}{}", "[[lever]]\n".repeat(million / 10)),
        with_lever(&format!("places = [{}]", "\"Gaoo\",".repeat(million / 8))),
        with_lever(&format!("places = [{}]\nfoo = 1", "\"border:DZA-MLI\",".repeat(million / 18))),
        format!("{head}[parameters]\n{}", (0..40_000).map(|n| format!("\"traffick.p{n}\" = 1\n")).collect::<String>()),
        format!("{head}{}", (0..9_000).map(|n| format!("[[lever]]\nname = \"l{n}\"\nfrom.date = 2013-07-01\nplaces = [\"Gao\"]\nset.border-control = {{ mode = \"blunt\", effort_share = 1 }}\n")).collect::<String>()),
        with_lever(&format!("set.x = {{ y = \"{}\" }}", "z".repeat(million))),
        format!("{head}title = \"{}\"\nfoo = 1", "z".repeat(million)),
        format!("{head}# {}", "z".repeat(10 * million)),
        "x".repeat(10 * million),
        "\"".repeat(million),
        "\n".repeat(million),
        "\u{1F600}".repeat(million / 4),
    ];
    for (n, text) in cases.iter().enumerate() {
        let started = std::time::Instant::now();
        let found = check("x.toml", text.as_bytes(), &library::base, &context).err().unwrap_or_default();
        let shown = report(&found);
        assert!(!found.is_empty() && found.len() <= 101, "case {n}: {} errors", found.len());
        assert!(shown.len() < 100_000, "case {n}: {} bytes of messages", shown.len());
        assert!(started.elapsed().as_secs() < 20, "case {n} took {:?}", started.elapsed());
    }
}
