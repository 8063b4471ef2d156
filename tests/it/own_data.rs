//! Contract: data of one's own are checked like scenarios, replace and add rows and nothing else, change the luck of
//! nobody, and are recognised again.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use harmattan::entities::theatre::{NetworkEntry, Theatre};
use harmattan::entities::vocabulary::Commodity;
use harmattan::scenario::library;
use harmattan::scenario::own_data::{OwnFile, put_on};
use harmattan::simulation::{Outcome, Prepared};
use harmattan::tables::Cells;
use tempfile::TempDir;

use crate::laboratory::{column, context, options, rows, run, scenario, table, texts};

const PLACES: &str = "id,kind,country,region,region_2016,cercle,zone,latitude,longitude,population_2012,\
    town_population_2012,area_km2,legal_income_eur_per_year,import_dependence_share,pasture,flood_plain,\
    customary_authority,foreigners_persons,private_weapons,officials_at_post_share,source,status\n";
const FARAWAY: &str =
    "Faraway,desert-node,MLI,Kidal,Kidal,Kidal,,20.5,1.5,0,0,0,0,0,0,0,0,0,0,0,mine,assumed\n";
const ROUTES: &str = "a,b,km,surface,border,source,status\n";
const POPULATION: &str = "place,community,persons_2012,source,status\n";

const GOVERNMENT: &str = r#"[[government]]
id = "NER"
name = "Niger"
border_effort = 0.25
border_unit_captured_share = 0.35
sanctuary_quality = 0.35
ransom_policy = "facilitates"
ransom_eur_per_hostage = 0.0
resents_ransoms = true
resents_intervention = true
mediation_weight = 0.2
status = "assumed"
source = "mine"
"#;

const GROUP: &str = r#"
[[group]]
id = "quiet-ones"
name = "A movement that does nothing"
kind = "self-defence"
active = false
fighters_persons = 0
returnees_share = 0.0
dormant_persons = 0
communities = { dogon = 1.0 }
foreign_origins = {}
bases = [{ place = "Djanet", share = 1.0 }]
sanctuaries = []
treasury_eur = 0.0
weapons_quality = 0.6
returnee_weapons_quality = 1.0
capability = 0.1
demand = 0.1
cohesion = 0.5
takes_hostages = false
toll_share = 0.0
pay_eur_per_week = 0.0
state_relation = 0.0
relations = {}
status = "assumed"
source = "mine"
"#;

const NETWORK: &str = r#"
[[network]]
id = "idle-carriers"
name = "Carriers without a market"
community = "songhai"
base = "Djanet"
commodities = { gold = 1.0 }
market_shares = {}
capital_eur = 0.0
protectors = []
margin_retained_share = 0.5
captured_officials_share = 0.0
rivals = []
status = "assumed"
source = "mine"
"#;

fn mali() -> &'static Theatre {
    context().theatres.iter().find(|theatre| theatre.name == "mali").unwrap()
}

fn files(files: &[(&str, &str)]) -> Vec<OwnFile> {
    let file =
        |(name, text): &(&str, &str)| OwnFile { name: name.to_string(), bytes: text.as_bytes().to_vec() };
    files.iter().map(file).collect()
}

fn overlaid(given: &[(&str, &str)]) -> Theatre {
    put_on(mali(), "mine", &files(given))
        .unwrap_or_else(|found| panic!("{}", found.iter().map(|d| format!("{d}\n\n")).collect::<String>()))
}

/// The diagnostics of files that are wrong, as they are printed.
fn refused(given: &[(&str, &str)]) -> String {
    let found = put_on(mali(), "mine", &files(given)).expect_err("wrong data are accepted");
    found.iter().map(|diagnostic| format!("{diagnostic}\n\n")).collect()
}

fn run_in(theatre: Theatre) -> Outcome {
    let scenario = scenario("history");
    let parameters = context().catalogue.resolve(&scenario.parameters).unwrap();
    run(&Prepared::new(theatre, scenario, parameters, options(1000, "2013-06-30")), 3)
}

#[test]
fn a_copy_of_the_compiled_in_files_passes_every_check_and_changes_no_byte() {
    let texts = library::theatre_texts("mali").unwrap();
    let copy = overlaid(texts);
    assert_eq!(format!("{copy:?}"), format!("{:?}", mali()), "a row stands elsewhere or has another value");
    // The smallest theatre obeys the same rules.
    let testbed = context().theatres.iter().find(|theatre| theatre.name == "testbed").unwrap();
    let copy = put_on(testbed, "mine", &files(library::theatre_texts("testbed").unwrap())).unwrap();
    assert_eq!(format!("{copy:?}"), format!("{testbed:?}"));
}

#[test]
fn rows_replace_by_key_and_others_are_added_behind() {
    let theatre = overlaid(&[
        ("places.csv", &format!("{PLACES}{FARAWAY}")),
        (
            "routes.csv",
            &format!(
                "{ROUTES}Faraway,In Khalil,700,desert,,mine,assumed\nGao,Ansongo,94,paved,,mine,assumed\n"
            ),
        ),
        ("garrisons.csv", "soldiers,place,source,status\n7,Kidal,\"counted, \"\"by hand\"\"\",assumed\n"),
    ]);
    let (before, n) = (mali(), mali().places.len());
    assert_eq!((theatre.places.len(), theatre.places[n].id.as_str()), (n + 1, "Faraway"));
    // Gao-Ansongo is Ansongo-Gao.
    assert_eq!(theatre.routes.len(), before.routes.len() + 1);
    let km = |theatre: &Theatre| {
        theatre
            .routes
            .iter()
            .find(|r| [r.a.as_str(), r.b.as_str()].iter().all(|id| ["Gao", "Ansongo"].contains(id)))
            .unwrap()
            .km
    };
    assert!(km(&theatre) == 94.0 && km(before) != 94.0);
    let kidal = theatre.garrisons.iter().find(|row| row.place == "Kidal").unwrap();
    assert_eq!((kidal.soldiers, kidal.source.as_str()), (7, "counted, \"by hand\""));
    assert_eq!(theatre.garrisons.len(), before.garrisons.len());
}

#[test]
fn relations_hold_both_ways_and_shares_make_room() {
    let group = GROUP
        .replace("relations = {}", "relations = { aqim = -0.9 }")
        .replace("returnees_share = 0.0", "returnees_share = 0.5");
    let network = NETWORK
        .replace("market_shares = {}", "market_shares = { gold = 0.25 }")
        .replace("rivals = []", "rivals = [\"tilemsi-arabs\"]");
    let theatre = overlaid(&[("armed_groups.toml", &group), ("networks.toml", &network)]);
    let of = |id: &str| theatre.groups.iter().find(|group| group.id == id).unwrap();
    assert_eq!(of("aqim").relations["quiet-ones"], -0.9);
    let returnees: f64 = theatre.groups.iter().map(|group| group.returnees_share).sum();
    assert!((returnees - 1.0).abs() < 1e-9 && (of("mnla").returnees_share - 0.44).abs() < 1e-9);
    let gold = |row: &NetworkEntry| row.market_shares.get(&Commodity::Gold).copied();
    let gold: f64 = theatre.networks.iter().filter_map(gold).sum();
    assert!((gold - 1.0).abs() < 1e-9);
    let tilemsi = theatre.networks.iter().find(|row| row.id == "tilemsi-arabs").unwrap();
    assert!(tilemsi.rivals.contains(&"idle-carriers".to_string()));
}

/// Everything recorded of a run but of those of these names.
fn recorded_but(outcome: &Outcome, names: &[&str]) -> Vec<(String, Vec<String>)> {
    let of = |table: &harmattan::tables::Table| {
        let rows = rows(table)
            .into_iter()
            .filter(|row| !row.split('|').any(|field| names.contains(&field)))
            .collect();
        (table.name.to_string(), rows)
    };
    outcome.tables.iter().map(of).collect()
}

/// When, where and how deadly the events before a day are: luck, and nothing that is numbered by group.
fn luck(outcome: &Outcome, before: &str) -> Vec<String> {
    let events = table(outcome, "events");
    let columns = ["id", "date_start", "adm_2"].map(|name| texts(events, name));
    let deaths = ["deaths_a", "deaths_b", "deaths_civilians"].map(|name| column(events, name));
    (0..events.n_rows())
        .filter(|row| columns[1][*row] < before)
        .map(|row| {
            let deaths = deaths.iter().map(|cells| match cells {
                Cells::Integer(values) => values[row].to_string(),
                other => panic!("{other:?}"),
            });
            columns.iter().map(|texts| texts[row].to_string()).chain(deaths).collect::<Vec<_>>().join("|")
        })
        .collect()
}

#[test]
fn a_place_or_a_network_more_that_meets_nobody_changes_no_byte_of_others() {
    let base = run_in(mali().clone());
    assert!(table(&base, "events").n_rows() > 50, "nothing happens that luck could change");
    // Out of everybody's reach: whoever could go there would weigh one option more, and that is no matter of luck.
    let abroad = FARAWAY.replace("desert-node,MLI,Kidal,Kidal,Kidal", "terminal,GIN,GIN,GIN,");
    let places = format!("{PLACES}{abroad}");
    let routes = format!("{ROUTES}Faraway,Conakry,9000,desert,,mine,assumed\n");
    let more = [
        // A force at Conakry has longer roads to watch, and is felt less in its own place.
        (&["Faraway", "Conakry"][..], overlaid(&[("places.csv", &places), ("routes.csv", &routes)])),
        (&["idle-carriers"], overlaid(&[("networks.toml", NETWORK)])),
    ];
    for (names, theatre) in more {
        let with = run_in(theatre);
        let (before, after) = (recorded_but(&base, names), recorded_but(&with, names));
        for ((table, before), (_, after)) in before.iter().zip(&after) {
            let first = before.iter().zip(after).find(|(a, b)| a != b);
            assert!(before.len() == after.len() && first.is_none(), "{names:?}: {table}: {first:?}");
        }
        assert_ne!(base.state_hash, with.state_hash, "{names:?}: nowhere in the world");
    }
}

#[test]
fn a_group_more_changes_the_luck_of_no_other() {
    let (base, with) = (run_in(mali().clone()), run_in(overlaid(&[("armed_groups.toml", GROUP)])));
    let before = "2012-07-01";
    assert!(luck(&base, before).len() > 20, "nothing happens that luck could change");
    assert_eq!(luck(&base, before), luck(&with, before));
    // Its kin weigh whom to follow, so that in time it is not as if it were not there.
    assert_ne!(base.state_hash, with.state_hash);
}

#[test]
fn a_place_that_matters_is_part_of_the_run() {
    let places = format!(
        "{PLACES}{}",
        FARAWAY.replace(",0,0,0,0,0,0,0,0,0,0,0,mine", ",300,100,900,400,0.8,0.1,0,0.8,0,40,0,mine")
    );
    let population = format!("{POPULATION}Faraway,tuareg-imghad,300,mine,assumed\n");
    let routes = format!("{ROUTES}Faraway,Kidal,60,track,,mine,assumed\n");
    let garrisons = "place,soldiers,source,status\nFaraway,30,mine,assumed\n";
    let theatre = overlaid(&[
        ("places.csv", &places),
        ("population.csv", &population),
        ("routes.csv", &routes),
        ("garrisons.csv", garrisons),
        (
            "armed_groups.toml",
            &GROUP
                .replace("\"Djanet\"", "\"Faraway\"")
                .replace("fighters_persons = 0", "fighters_persons = 90"),
        ),
    ]);
    let outcome = run_in(theatre);
    assert!(texts(table(&outcome, "places"), "place").contains(&"Faraway"));
    assert!(texts(table(&outcome, "groups"), "group").contains(&"quiet-ones"));
}

#[test]
fn rows_are_removed_with_what_belongs_to_them_alone() {
    let theatre = overlaid(&[(
        "remove.toml",
        "group = [\"ganda-iso\"]\nroute = [[\"Gao\", \"Ansongo\"]]\nelection = [[2018-07-29, \"presidential\"]]\n",
    )]);
    assert!(
        !theatre
            .groups
            .iter()
            .any(|group| group.id == "ganda-iso" || group.relations.contains_key("ganda-iso"))
    );
    assert_eq!(theatre.routes.len(), mali().routes.len() - 1);
    assert_eq!(theatre.elections.len(), mali().elections.len() - 1);
    let theatre = overlaid(&[("remove.toml", "place = [\"Lere\"]\n")]);
    assert!(!theatre.routes.iter().any(|route| route.a == "Lere" || route.b == "Lere"));
    assert!(!theatre.population.iter().any(|row| row.place == "Lere"));
    run_in(theatre);
}

/// Wrong files, and the beginnings of the lines that must be printed.
#[test]
fn every_mistake_is_named_with_its_place() {
    let faraway = format!("{PLACES}{FARAWAY}");
    let near = format!("{ROUTES}Faraway,Kidal,60,desert,,mine,assumed\n");
    let with_place = |old: &str, new: &str| format!("{PLACES}{}", FARAWAY.replace(old, new));
    let route = |row: &str| format!("{ROUTES}{row}\n");
    let group = |old: &str, new: &str| GROUP.trim_start().replace(old, new);
    let cases: &[(&str, String, &[&str])] = &[
        ("place.csv", faraway.clone(), &["mine/place.csv:1:1: error[unknown-name]: ", "nearest: places.csv"]),
        ("cells.csv", String::new(), &["mine/cells.csv:1:1: error[unknown-name]: `cells.csv` only draws"]),
        ("routes.csv", String::new(), &["mine/routes.csv:1:1: error[missing-key]: the file is empty"]),
        ("routes.csv", ROUTES.replace("km,", "kms,"), &["1:5: error[unknown-key]", "nearest: km", "1:1: error[missing-key]: the header lacks km"]),
        ("routes.csv", ROUTES.replace("km,", "km,km,"), &["1:8: error[duplicate]: the column `km` stands twice"]),
        ("routes.csv", route("Gao,Kidal,350,track,mine,assumed"), &["2:1: error[syntax]: the row has 6 fields", "expected: 7 fields"]),
        ("routes.csv", route("Gao,Kidal,350,track,,\"mine,assumed"), &["2:22: error[syntax]: the quote is never closed"]),
        ("routes.csv", route("Gao,Kidal,350,track,,mi\"ne,assumed"), &["2:24: error[syntax]"]),
        ("routes.csv", route("Gao,Kidall,350,track,,mine,assumed"), &["mine/routes.csv:2:5: error[unknown-name]: there is no place `Kidall`", "nearest: Kidal"]),
        ("routes.csv", route("Gao,Tin Zaouaten,350,track,,mine,assumed"), &["2:5: error[unknown-name]", "nearest: Tin Zaouaten (Mali)"]),
        ("routes.csv", route("Gao,Gao,350,track,,mine,assumed"), &["2:5: error[conflict]: the route leads from `Gao` to itself"]),
        ("routes.csv", route("Gao,Kidal,far,track,,mine,assumed"), &["2:11: error[wrong-type]: `km` is of the wrong type", "expected: a number from 0.1 to 10000"]),
        ("routes.csv", route("Gao,Kidal,-3,track,,mine,assumed"), &["2:11: error[out-of-range]: `km` = -3"]),
        ("routes.csv", route("Gao,Kidal,NaN,track,,mine,assumed"), &["2:11: error[out-of-range]"]),
        ("routes.csv", route("Gao,Kidal,350,trakc,,mine,assumed"), &["2:15: error[unknown-name]", "nearest: track"]),
        ("routes.csv", route("Gao,Kidal,350,track,MLI-NER,mine,assumed"), &["2:21: error[conflict]", "expected: nothing"]),
        ("routes.csv", route("Gao,Kidal,350,track,,,assumed"), &["error[missing-key]: `source` is empty"]),
        ("routes.csv", route("Gao,Kidal,350,track,,m,assumed\nKidal,Gao,350,track,,m,assumed"), &["3:1: error[duplicate]", "first in line 2"]),
        ("places.csv", faraway.clone(), &["mine/places.csv:2:1: error[unreachable]: no route leads to `Faraway`"]),
        ("places.csv", with_place("Faraway", "Far/away"), &["2:1: error[syntax]: `Far/away` cannot be the id"]),
        ("places.csv", with_place("Faraway", "region:Gao"), &["2:1: error[syntax]"]),
        ("places.csv", with_place("Faraway", "Éloigné"), &["2:1: error[syntax]"]),
        ("places.csv", with_place("Faraway", "Far away "), &["2:1: error[syntax]"]),
        ("places.csv", with_place("desert-node", "desert"), &["error[unknown-name]: `desert` is no kind"]),
        ("places.csv", with_place("MLI,Kidal,", "MLI,Kidl,"), &["error[unknown-name]: there is no region `Kidl`", "nearest: Kidal"]),
        ("places.csv", with_place("Kidal,Kidal,Kidal", "Kidal,Kidal,In Khalil"), &["error[unknown-name]: `In Khalil` is not the seat"]),
        ("places.csv", with_place("desert-node", "capital"), &["error[conflict]: `Bamako` and `Faraway` are both the capital"]),
        ("places.csv", with_place("20.5", "205"), &["error[out-of-range]: `latitude` = 205"]),
        ("places.csv", with_place("1.5,0,0,", "1.5,10,0,"), &["error[conflict]: `Faraway` has 10 people in places.csv and 0 by"]),
        ("places.csv", with_place("1.5,0,0,", "1.5,1.5,0,"), &["error[wrong-type]: `population_2012`", "expected: a whole number"]),
        ("places.csv", with_place("MLI,Kidal,Kidal,Kidal", "DZA,DZA,DZA,Kidal"), &["error[conflict]: `Faraway` lies abroad and has a cercle"]),
        ("population.csv", format!("{POPULATION}Arlit,arab,10,mine,assumed\n"), &["2:1: error[conflict]: `Arlit` lies abroad"]),
        ("population.csv", format!("{POPULATION}Gao,arabs,10,mine,assumed\n"), &["2:5: error[unknown-name]: `arabs` is no community", "nearest: arab"]),
        ("population.csv", format!("{POPULATION}Gao,arab,10,mine,assumed\n"), &["2:10: error[conflict]: `Gao` has "]),
        ("armed_groups.toml", group("id = \"quiet-ones\"", "id = \"Quiet Ones\""), &["2:6: error[syntax]"]),
        ("armed_groups.toml", group("id = \"quiet-ones\"", "id = \"minusma\""), &["2:6: error[duplicate]: another actor"]),
        ("armed_groups.toml", group("cohesion", "cohesoin"), &["error[unknown-key]", "nearest: cohesion", "1:1: error[missing-key]: the armed group has no `cohesion`"]),
        ("armed_groups.toml", group("active = false", "active = \"no\""), &["5:10: error[wrong-type]", "expected: true or false"]),
        ("armed_groups.toml", group("dogon = 1.0", "dogon = 0.7"), &["error[out-of-range]: the shares in `communities` add to 0.7"]),
        ("armed_groups.toml", group("dogon = 1.0", "dogons = 1.0"), &["error[unknown-name]: there is no community `dogons`", "nearest: dogon"]),
        ("armed_groups.toml", group("foreign_origins = {}", "foreign_origins = { XYZ = 0.1 }"), &["error[unknown-name]: there is no government `XYZ`"]),
        ("armed_groups.toml", group("\"Djanet\"", "\"Djanett\""), &["error[unknown-name]", "nearest: Djanet"]),
        ("armed_groups.toml", group("bases = [{ place = \"Djanet\", share = 1.0 }]", "bases = []"), &["error[missing-key]: `bases` is empty"]),
        ("armed_groups.toml", group("relations = {}", "relations = { aqmi = 0.1 }"), &["error[unknown-name]: there is no armed group `aqmi`", "nearest: aqim"]),
        ("armed_groups.toml", group("relations = {}", "relations = { quiet-ones = 0.1 }"), &["error[conflict]: `quiet-ones` stands in a relation to itself"]),
        ("armed_groups.toml", group("returnees_share = 0.0", "returnees_share = 1.5"), &["error[out-of-range]: `returnees_share` = 1.5"]),
        ("armed_groups.toml", group("fighters_persons = 0", "fighters_persons = 0.5"), &["error[wrong-type]: `fighters_persons`"]),
        ("armed_groups.toml", group("[[group]]", "[[groups]]"), &["error[unknown-key]: `armed_groups.toml` has no list `groups`", "nearest: group"]),
        ("armed_groups.toml", group("[[group]]", "[group]"), &["error[wrong-type]: `group` is not a list of tables"]),
        ("armed_groups.toml", group("capability = 0.1", "capability = "), &["error[syntax]"]),
        ("governments.toml", GOVERNMENT.replace("resents_ransoms", "resent_ransoms"), &["error[unknown-key]: ", "nearest: resents_ransoms", "error[missing-key]: the government has no `resents_ransoms`"]),
        ("governments.toml", GOVERNMENT.replace("intervention = true", "intervention = 1"), &["10:24: error[wrong-type]", "expected: true or false"]),
        ("inputs.toml", "[[series]]\nid = \"price-cocain\"\nunit = \"1\"\npoints = [{ from = 2012-01-02, value = 1.0 }]\nstatus = \"assumed\"\nsource = \"mine\"\n".to_string(), &["2:6: error[unknown-name]: there is no series `price-cocain`", "nearest: price-cocaine"]),
        ("inputs.toml", "[[series]]\nid = \"price-cocaine\"\nunit = \"EUR\"\npoints = [{ from = 2012-01-02, value = 1.0 }]\nstatus = \"assumed\"\nsource = \"mine\"\n".to_string(), &["3:8: error[bad-unit]: `price-cocaine` in `EUR`", "expected: \"1\""]),
        ("inputs.toml", "[[series]]\nid = \"price-cocaine\"\nunit = \"1\"\npoints = []\nstatus = \"assumed\"\nsource = \"mine\"\n".to_string(), &["4:10: error[missing-key]: `points` is empty"]),
        ("inputs.toml", "[[series]]\nid = \"price-cocaine\"\nunit = \"1\"\npoints = [{ from = 2013-01-02, value = 1.0 }, { from = 2012-01-02, value = 1.0 }]\nstatus = \"assumed\"\nsource = \"mine\"\n".to_string(), &["4:56: error[conflict]"]),
        ("inputs.toml", "[[season]]\nid = \"school\"\nunit = \"1\"\nmonths = [1.0]\nstatus = \"assumed\"\nsource = \"mine\"\n".to_string(), &["4:10: error[out-of-range]: `months` holds 1 numbers"]),
        ("inputs.toml", "[[election]]\ndate = 2019-02-29\nkind = \"presidential\"\ndisputed = 0.1\nstatus = \"assumed\"\nsource = \"mine\"\n".to_string(), &["2:"]),
        ("networks.toml", NETWORK.replace("market_shares = {}", "market_shares = { gold = 1.0, cocaine = 2.0 }"), &["error[out-of-range]: `cocaine` = 2"]),
        ("remove.toml", "place = [\"Berr\"]\n".to_string(), &["1:10: error[unknown-name]: there is no place `Berr`", "nearest: Ber"]),
        ("remove.toml", "place = [\"Gao\"]\n".to_string(), &["1:10: error[conflict]: ", "still names `Gao`"]),
        ("remove.toml", "series = [\"price-cocaine\"]\n".to_string(), &["1:1: error[unknown-key]: `series` cannot be removed"]),
        ("remove.toml", "route = [\"Gao\"]\n".to_string(), &["1:10: error[wrong-type]", "expected: route = [[\"a\", \"b\"], ...]"]),
    ];
    for (name, text, wanted) in cases {
        let said = refused(&[(name, text)]);
        for wanted in *wanted {
            assert!(said.contains(wanted), "{name}: not `{wanted}` in\n{said}\nof\n{text}");
        }
    }
    // What stands in several files.
    let said = refused(&[
        ("places.csv", &faraway),
        ("routes.csv", &near),
        ("remove.toml", "place = [\"Faraway\"]\n"),
    ]);
    assert!(
        said.contains("mine/remove.toml:1:10: error[conflict]: the place `Faraway` is removed here"),
        "{said}"
    );
    let many: String = (0..127).map(|at| FARAWAY.replace("Faraway", &format!("Far {at}"))).collect();
    let roads: String = (0..127).map(|at| format!("Far {at},Kidal,60,desert,,mine,assumed\n")).collect();
    let said =
        refused(&[("places.csv", &format!("{PLACES}{many}")), ("routes.csv", &format!("{ROUTES}{roads}"))]);
    assert!(
        said.starts_with("mine/places.csv:128:1: error[out-of-range]: the theatre has 256 places"),
        "{said}"
    );
    assert!(said.contains("expected: at most 255"));
}

#[test]
fn hostile_files_are_refused_in_one_breath() {
    let refused = |name: &str, bytes: Vec<u8>| {
        let found = put_on(mali(), "mine", &[OwnFile { name: name.to_string(), bytes }]).unwrap_err();
        assert!(found.len() <= 101, "{} diagnostics", found.len());
        let text: String = found.iter().map(|diagnostic| format!("{diagnostic}\n")).collect();
        assert!(text.len() < 100_000 && !text.contains('\u{1b}'), "{}", text.len());
        text
    };
    let mut binary = ROUTES.as_bytes().to_vec();
    binary.extend(b"Gao,Kid\xe4l,1,track,,x,assumed\n");
    assert!(refused("routes.csv", binary).starts_with("mine/routes.csv:2:8: error[encoding]"));
    assert!(
        refused("routes.csv", vec![b'x'; 10 << 20])
            .contains("error[out-of-range]: the file has 10485760 bytes")
    );
    refused("routes.csv", vec![b'x'; 1 << 20]);
    refused("routes.csv", vec![b','; 1 << 20]);
    refused("routes.csv", b"\"".repeat((1 << 20) - 1));
    refused("armed_groups.toml", vec![b'['; 1 << 20]);
    refused("routes.csv", vec![0; 1000]);
    refused(
        "routes.csv",
        format!("{ROUTES}{}", "Gao,\u{1b}[2J,1,track,,x,assumed\n".repeat(20_000)).into_bytes(),
    );
    refused(
        "routes.csv",
        format!("{ROUTES}{}", "Gao,Kidal,1,track,,x,assumed\n".repeat(20_000)).into_bytes(),
    );
    refused(
        "places.csv",
        format!(
            "{PLACES}{}",
            (0..8_000).map(|at| FARAWAY.replace("Faraway", &format!("F{at}"))).collect::<String>()
        )
        .into_bytes(),
    );
    refused("../places.csv", Vec::new());
    refused(&"x".repeat(10_000), Vec::new());
}

fn harmattan(folder: &Path, arguments: &str) -> (i32, String, String) {
    let mut command = Command::cargo_bin("harmattan").unwrap();
    let output = command.current_dir(folder).args(arguments.split_whitespace()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn results_know_the_data_that_they_were_made_with() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("mine")).unwrap();
    let write = |km: u32| {
        fs::write(at("mine/routes.csv"), format!("{ROUTES}Gao,Kidal,{km},track,,mine,assumed\n")).unwrap();
    };
    write(900);
    fs::write(at("mine/notes.md"), "Notes are not data.\n").unwrap();
    let run = "run history --seeds 1 --until 2012-02-01 --scale 1000 --no-plots";
    let (code, _, said) = harmattan(folder.path(), &format!("{run} --data mine"));
    assert_eq!(code, 0, "{said}");
    let manifest = fs::read_to_string(at("output/history/manifest.json")).unwrap();
    assert!(manifest.contains("\"data\": {\n    \"routes.csv\": \"blake3:"), "{manifest}");

    let (code, _, said) = harmattan(folder.path(), run);
    assert!(code == 2 && said.contains("data") && said.contains("routes.csv"), "{said}");
    let (code, _, said) = harmattan(folder.path(), "verify output/history");
    assert!(
        code == 2 && said.contains("data of one's own (routes.csv); name their folder with --data"),
        "{said}"
    );
    assert_eq!(harmattan(folder.path(), "verify output/history --data mine").0, 0);
    write(901);
    let (code, _, said) = harmattan(folder.path(), "verify output/history --data mine");
    assert!(code == 2 && said.contains("routes.csv has changed"), "{said}");
    let (code, _, said) = harmattan(folder.path(), &format!("{run} --data mine"));
    assert!(code == 2 && said.contains("data"), "{said}");
    let (code, _, said) = harmattan(folder.path(), &format!("{run} --out plain"));
    assert_eq!(code, 0, "{said}");
    let manifest = fs::read_to_string(at("plain/history/manifest.json")).unwrap();
    assert!(!manifest.contains("\"data\""));
    let (code, _, said) = harmattan(folder.path(), "verify plain/history --data mine");
    assert!(code == 2 && said.contains("made without data of one's own"), "{said}");
}

#[test]
fn every_command_that_reads_the_theatre_takes_the_folder() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("mine")).unwrap();
    fs::write(at("mine/places.csv"), format!("{PLACES}{FARAWAY}")).unwrap();
    fs::write(at("mine/routes.csv"), format!("{ROUTES}Faraway,Kidal,60,desert,,mine,assumed\n")).unwrap();
    let lever = "format = 1\nname = \"there\"\nbase = \"history\"\n\n[[lever]]\nname = \"search\"\nfrom.date = 2013-07-01\n\
                 places = [\"Faraway\"]\nset.border-control = { mode = \"blunt\", effort_share = 0.5 }\n";
    fs::write(at("there.toml"), lever).unwrap();
    fs::write(
        at("plan.toml"),
        "format = 1\nname = \"plan\"\nscenarios = [\"there.toml\"]\nseeds = 1\nscale = 1000\nuntil = 2012-02-01\n\n\
         [design]\nmethod = \"grid\"\n\n[uncertainties]\n\"trafficking.risk_decay_per_week\" = { values = [0.05, 0.1] }\n\n\
         [[outcome]]\nname = \"deaths\"\nindicator = \"deaths\"\nreduce.sum = { from = 2012-01-02, until = 2012-01-31 }\n",
    )
    .unwrap();
    let short = "--seeds 2 --scale 1000 --until 2012-02-01";
    for command in [
        "check there.toml plan.toml".to_string(),
        "check".to_string(),
        "show there.toml".to_string(),
        "list places".to_string(),
        "list levers".to_string(),
        "schema".to_string(),
        format!("run there.toml {short} --no-plots"),
        format!("run there.toml {short} --dry-run"),
        format!("compare history there.toml {short} --no-plots --cause-runs 0"),
        "sweep plan.toml".to_string(),
        "submit plan.toml --engine script --shards 2 --out shards".to_string(),
        "claims --dry-run".to_string(),
        "validate --dry-run".to_string(),
    ] {
        let (code, out, said) = harmattan(folder.path(), &format!("{command} --data mine"));
        assert_eq!(code, 0, "{command}\n{out}\n{said}");
    }
    // Maps are drawn from the results alone, with a cell for the new place.
    let manifest = fs::read_to_string(at("output/there/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let places = manifest["own_places"].as_object().unwrap();
    assert!(places.len() == 1 && places["Faraway"]["country"] == "MLI", "{places:?}");
    let (code, _, said) = harmattan(folder.path(), "report output/there");
    assert_eq!(code, 0, "{said}");
    let page = fs::read_to_string(at("output/there/report.html")).unwrap();
    assert!(page.contains("data-place=\"Faraway\"") && page.contains("data-place=\"Kidal\""));
    let (code, _, said) = harmattan(folder.path(), "show there.toml");
    assert!(code == 2 && said.contains("error[unknown-name]: there is no place `Faraway`"), "{said}");
    let (_, places, _) = harmattan(folder.path(), "list places --data mine --format csv");
    assert!(places.trim_end().lines().last().unwrap().starts_with("Faraway,"), "{places}");
    // A row of the sweep again, and a shard from its script.
    let rows = fs::read_to_string(at("output/plan/runs.csv")).unwrap();
    let id = rows.lines().nth(1).unwrap().split(',').next().unwrap();
    let again = format!("run --run-id {id} --from-results output/plan --out again --no-plots");
    let (code, _, said) = harmattan(folder.path(), &again);
    assert!(code == 2 && said.contains("made with data of one's own"), "{said}");
    let (code, _, said) = harmattan(folder.path(), &format!("{again} --data mine"));
    assert!(code == 0 && !said.contains("another identity"), "{said}");
    let script = at("shards/plan/submit/shards.sh");
    let script = fs::read_to_string(&script).unwrap_or_else(|_| panic!("{}", script.display()));
    assert!(script.contains("--data "), "{script}");
    // Only the theatre of Mali can be overlaid.
    let (code, _, said) = harmattan(folder.path(), "show testbed-three-places --data mine");
    assert!(code == 2 && said.contains("there is no theatre `testbed`"), "{said}");
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("empty")).unwrap();
    fs::create_dir_all(folder.path().join("deep/places.csv")).unwrap();
    for (name, wanted) in [
        ("nowhere", "nowhere:1:1: error[unreadable]: the folder cannot be read"),
        ("empty", "empty:1:1: error[missing-key]: the folder holds no data"),
        ("deep", "deep/places.csv:1:1: error[unreadable]: it cannot be read: it is a folder"),
    ] {
        let (code, out, _) = harmattan(folder.path(), &format!("check --data {name}"));
        assert!(code == 2 && out.starts_with(wanted), "{out}");
        let (code, out, said) = harmattan(folder.path(), &format!("run --data {name}"));
        assert!(code == 2 && out.is_empty() && said.starts_with(wanted), "{said}");
    }
}
