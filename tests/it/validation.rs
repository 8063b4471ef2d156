//! `validate`: what observed files may hold, what is written, what it ends with.

use std::path::Path;

use assert_cmd::Command;
use harmattan::experiments::validation::observed::ged::{self, Observed};
use harmattan::experiments::validation::observed::refugees::{self, Host};
use harmattan::experiments::validation::scores::{self, Simulated};
use harmattan::scenario::diagnostic::{Code, Diagnostic};
use harmattan::scenario::library;
use harmattan::tables::indicators::REGIONS;

/// A hand-made file in the official layout; sides and sources are invented.
const OFFICIAL: &str = include_str!("../data/ged_official.csv");
/// The columns of a reduced copy.
const REDUCED: &str = "id,date_start,country,adm1,cercle,latitude,longitude,best,high\n";

fn read(bytes: &[u8]) -> Result<Observed, Vec<Diagnostic>> {
    ged::read("ged.csv", bytes, &library::theatre("mali").unwrap())
}

fn places(found: &[Diagnostic]) -> Vec<(usize, usize, Code)> {
    found.iter().map(|d| (d.line, d.column, d.code)).collect()
}

#[test]
fn the_official_layout_is_read_by_its_header() {
    let observed = read(OFFICIAL.as_bytes()).unwrap();
    assert_eq!((observed.years, observed.vague), ((2011, 2012), 1));
    let told: Vec<(i32, &str, &str, f64)> =
        observed.events.iter().map(|e| (e.month, REGIONS[e.region], e.cercle.as_str(), e.best)).collect();
    // Not: the one abroad, the one located to a region, the one without a death in its range.
    let expected = [
        (-8, "Kayes", "Diema", 5.0),
        (0, "Gao", "Menaka", 2.0),
        (2, "Kidal", "Tessalit", 20.0),
        (4, "Segou", "Segou", 0.0),
    ];
    assert_eq!(told, expected);
}

#[test]
fn aliases_of_columns_say_the_same_and_their_order_does_not_matter() {
    let reduced = format!("{REDUCED}1,2012-01-17,Mali,Gao,Menaka,15.92,2.4,2,26\n");
    let turned = "high,best,longitude,latitude,country,date_start\r\n26,2,2.4,15.92,Mali,2012-01-17\r\n";
    let events = read(reduced.as_bytes()).unwrap().events;
    assert_eq!(events, read(turned.as_bytes()).unwrap().events);
    assert_eq!(events, read(format!("\u{feff}{reduced}").as_bytes()).unwrap().events);
}

#[test]
fn every_error_of_a_broken_file_stands_in_its_place() {
    let row = "1,2012-01-17,Mali,Gao,Menaka,15.92,2.4,2,26\n";
    let broken = format!(
        "{REDUCED}{row}2,2012-02-30,Mali,Gao,Menaka,15.92,2.4,2,26\n3,2012-01-17,Mali,\"Gao, Mali\",Menaka,95.0,2.4,two,26\n\
         4,2012-01-17,Mali,Gao\n"
    );
    let found = read(broken.as_bytes()).unwrap_err();
    let expected =
        [(3, 3, Code::BadDate), (4, 38, Code::OutOfRange), (4, 47, Code::WrongType), (5, 1, Code::Syntax)];
    assert_eq!(places(&found), expected, "{found:#?}");
    assert!(
        found[0].to_string().starts_with("ged.csv:3:3: error[bad-date]: `2012-02-30` in column `date_start`")
    );
    assert_eq!(found[3].expected.as_deref(), Some("9 fields, as in the header"));
}

#[test]
fn half_a_file_a_wrong_encoding_and_missing_columns_are_errors() {
    let half = &OFFICIAL[..OFFICIAL.len() - 200];
    let found = read(half.as_bytes()).unwrap_err();
    assert_eq!(places(&found), [(8, 1, Code::Syntax)], "{found:#?}");
    let quote = format!(
        "{REDUCED}1,2012-01-17,Mali,\"Gao,Menaka,15.92,2.4,2,26\n2,2012-01-17,Mali,Gao,Menaka,15.92,2.4,2,26\n"
    );
    assert_eq!(places(&read(quote.as_bytes()).unwrap_err()), [(2, 1, Code::Syntax)]);

    let mut latin = format!("{REDUCED}1,2012-01-17,Mali,S").into_bytes();
    latin.extend([0xe9, b'g', b'o', b'u', b'\n']);
    let found = read(&latin).unwrap_err();
    assert_eq!(places(&found), [(2, 20, Code::Encoding)], "{found:#?}");

    let found = read(b"date_start,country,latitud,longitude,best\n2012-01-17,Mali,1,1,1\n").unwrap_err();
    assert_eq!(places(&found), [(1, 1, Code::MissingKey), (1, 1, Code::MissingKey)]);
    assert_eq!(found[0].nearest.as_deref(), Some("latitud"));
    for nothing in [&b""[..], b"\n\n", REDUCED.as_bytes(), b"\xff\xfe\x00"] {
        assert!(read(nothing).is_err(), "{nothing:?}");
    }
    let abroad = format!("{REDUCED}1,2012-01-17,Niger,,,15.92,2.4,2,26\n");
    assert_eq!(places(&read(abroad.as_bytes()).unwrap_err()), [(1, 1, Code::MissingKey)]);
}

#[test]
fn refugees_are_read_by_camp_and_by_country() {
    let theatre = library::theatre("mali").unwrap();
    let camps = "series,country,camp,date,refugees\nx,MRT,Fassala-Mbera,2012-03-19,39490\nx,BFA,Mentao,2012-04-24,5000\n\
                 x,FRA,Paris,2012-04-24,3\nx,ALL,TOTAL,2012-04-24,144105\n";
    let counts = refugees::read("camps.csv", camps.as_bytes(), &theatre).unwrap();
    let told: Vec<(&str, i32, f64)> = counts.iter().map(|c| (c.host.name(), c.month, c.refugees)).collect();
    assert_eq!(told, [("Mbera camp", 2, 39490.0), ("Mentao camp", 3, 5000.0), ("abroad", 3, 144105.0)]);

    let yearly = "year,refugees_total,refugees_MRT,refugees_NER\n2011,4289,0,\n2012,149930,54029,50204\n";
    let counts = refugees::read("yearly.csv", yearly.as_bytes(), &theatre).unwrap();
    assert_eq!(counts.len(), 5);
    assert!(
        counts
            .iter()
            .any(|c| c.host == Host::Country("MRT".to_string()) && c.month == 11 && c.refugees == 54029.0)
    );
    let found = refugees::read("yearly.csv", b"year,refugees_total\n2012,many\n", &theatre).unwrap_err();
    assert_eq!(places(&found), [(2, 6, Code::WrongType)]);
    assert!(refugees::read("yearly.csv", b"year,people\n2012,1\n", &theatre).is_err());
}

/// A run in which the given events are reported.
fn simulated(events: &[(usize, &str, f64)]) -> Simulated {
    let region = |name: &str| REGIONS.iter().position(|region| *region == name).unwrap();
    Simulated {
        n_months: 24,
        events: events.iter().map(|(m, at, best)| (*m, region(at), (*at).to_string(), *best)).collect(),
        ..Simulated::default()
    }
}

#[test]
fn a_model_that_knows_the_truth_scores_best_and_one_that_knows_nothing_does_not() {
    let theatre = library::theatre("mali").unwrap();
    let mut text = REDUCED.to_string();
    // 2011: violence in Mopti; 2012: in Gao, every month.
    for month in 1..=12 {
        text += &format!("1,2011-{month:02}-05,Mali,Mopti,Mopti,14.48,-4.18,2,2\n");
        text += &format!("2,2012-{month:02}-05,Mali,Gao,Gao,16.27,-0.04,3,3\n");
    }
    let observed = read(text.as_bytes()).unwrap();
    let truth: Vec<(usize, &str, f64)> = (0..12).map(|month| (month, "Gao", 3.0)).collect();
    let known = scores::of_events(&observed, &[simulated(&truth)], &theatre);
    let of = |found: &[scores::Score], series: &str, region: &str, method: &str| {
        let same = |s: &&scores::Score| s.series == series && s.region == region && s.method == method;
        found.iter().find(same).unwrap().clone()
    };
    for series in ["events", "deaths", "events-by-cercle", "deaths-by-cercle"] {
        let (model, last_year) =
            (of(&known, series, "Mali", "model"), of(&known, series, "Mali", "last-year"));
        assert_eq!((model.coverage90, model.crps, model.level_ratio), (1.0, 0.0, 1.0), "{series}");
        assert!((model.rank_correlation - 1.0).abs() < 1e-9, "{series}");
        assert!(last_year.crps > 0.0 && last_year.rank_correlation < 0.0, "{series}: {last_year:?}");
        assert_eq!(last_year.n, model.n);
    }
    let nothing = scores::of_events(&observed, &[simulated(&[])], &theatre);
    let gao = of(&nothing, "deaths", "Gao", "model");
    assert_eq!((gao.coverage90, gao.crps, gao.level_ratio, gao.n), (0.0, 3.0, 0.0, 12));
    // 2012 alone has no year before it: the model is scored, the baselines are not.
    let observed = read(text.replace("2011-", "2012-").as_bytes()).unwrap();
    let found = scores::of_events(&observed, &[simulated(&truth)], &theatre);
    assert_eq!((of(&found, "events", "Gao", "model").n, of(&found, "events", "Gao", "last-year").n), (12, 0));
}

fn harmattan(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("harmattan").unwrap();
    let output = command.current_dir(folder).arg("validate").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const SHORT: [&str; 8] = ["--seeds", "2", "--draws", "1", "--scale", "1000", "--until", "2012-12-31"];

#[test]
fn verdicts_and_scores_are_written_and_do_not_depend_on_threads() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ged.csv"), OFFICIAL).unwrap();
    let arguments = |out: &'static str, threads: &'static str| {
        [&SHORT[..], &["--ged", "ged.csv", "--out", out, "--threads", threads]].concat()
    };
    let (code, stdout, stderr) = harmattan(folder.path(), &arguments("a", "1"));
    // The horizon is too short for most patterns; whatever can be judged decides.
    let fails = stdout.lines().filter(|line| line.starts_with('P') && line[4..].starts_with("fail")).count();
    assert_eq!(code, i32::from(fails > 0), "{stdout}{stderr}");
    assert!(stdout.contains("P10 not evaluated") && stdout.contains("P25 not evaluated"), "{stdout}");
    assert_eq!(harmattan(folder.path(), &arguments("b", "2")).1, stdout);
    for file in ["patterns.csv", "references.csv", "scores.csv", "manifest.json"] {
        let read = |out: &str| std::fs::read(folder.path().join(out).join("validate").join(file)).unwrap();
        assert_eq!(read("a"), read("b"), "{file}");
    }
    let patterns = std::fs::read_to_string(folder.path().join("a/validate/patterns.csv")).unwrap();
    assert!(patterns.starts_with(
        "pattern,statement,documented_low,documented_high,median,p05,p95,share_of_seeds,verdict,source\nP1,"
    ));
    let scores = std::fs::read_to_string(folder.path().join("a/validate/scores.csv")).unwrap();
    assert!(scores.starts_with(
        "series,region,method,coverage90,crps,level_ratio,rank_correlation,n\nevents,Bamako,model,"
    ));
    // Asked again, everything is there; other inputs are refused; a file that is none of ours stops it.
    let again = harmattan(folder.path(), &arguments("a", "2"));
    assert_eq!((again.0, again.1), (code, stdout));
    let (code, _, stderr) = harmattan(folder.path(), &[&SHORT[..], &["--out", "a"]].concat());
    assert!(code == 2 && stderr.contains("--overwrite"), "{stderr}");
}

#[test]
fn bad_input_ends_with_2_before_anything_is_run() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("half.csv"), &OFFICIAL[..OFFICIAL.len() - 200]).unwrap();
    std::fs::create_dir_all(folder.path().join("mine/validate")).unwrap();
    std::fs::write(folder.path().join("mine/validate/letter.txt"), "dear").unwrap();
    for (wrong, told) in [
        (&["--ged", "half.csv"][..], "half.csv:8:1: error[syntax]"),
        (&["--ged", "missing.csv"], "missing.csv:1:1: error[unreadable]"),
        (&["--ged", "mine"], "mine:1:1: error[unreadable]"),
        (&["--posterior", "mine"], "mine:1:1: error[unreadable]"),
        #[cfg(unix)]
        (&["--ged", "/dev/zero"], "it is no plain file"),
        #[cfg(unix)]
        (&["--posterior", "/dev/zero"], "it is no plain file"),
        (&["--refugees", "half.csv"], "half.csv:"),
        (&["--out", "mine"], "not empty"),
        (&["--from", "2013-01-01"], "--from"),
        (&["--set", "no.such_parameter=1"], "no.such_parameter"),
        (&["--draws", "many"], "--draws"),
    ] {
        let (code, stdout, stderr) = harmattan(folder.path(), &[&SHORT[..], wrong].concat());
        assert!(code == 2 && stdout.is_empty() && stderr.contains(told), "{wrong:?}: {stderr}");
    }
    let (code, stdout, _) = harmattan(folder.path(), &["--dry-run"]);
    assert!(code == 0 && stdout.contains("nothing was started"), "{stdout}");
    assert!(!folder.path().join("output").exists());
}
