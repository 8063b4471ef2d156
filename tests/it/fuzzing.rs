//! Contract: no file, however it was damaged or made, makes a reader panic, hang or take much memory.
//!
//! Method: a mutator that begins from a number spoils files of a small corpus; every reader of `readers.rs` gets 50,000 of
//! them. `HARMATTAN_FUZZ=1000000` asks for as many (`docs/reliability.md` has the results); a case that fails is
//! named by its number, which makes it again. Files of hostile shapes go through the program itself, within limits of
//! time and memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::{Duration, Instant};

use harmattan::experiments::journal::StoredRun;
use harmattan::export::Format;
use harmattan::scenario::library;

use crate::dice::Dice;
use crate::readers::READERS;
use crate::{runs, sources};

/// Cases a reader without `HARMATTAN_FUZZ`.
const CASES: usize = 50_000;
/// Longest that one case may take, on a machine that does other things as well.
const LONGEST: Duration = Duration::from_secs(10);

/// What parsers of TOML, CSV, JSON and numbers stumble over.
const PIECES: [&str; 48] = [
    "[",
    "]",
    "{",
    "}",
    "=",
    "\"",
    "'",
    "\"\"\"",
    ".",
    ",",
    "#",
    "\n",
    "\r",
    "\0",
    "\u{feff}",
    "é",
    "\u{202e}",
    "[[lever]]",
    "[[outcome]]",
    "nan",
    "-inf",
    "1e999",
    "-1e999",
    "5e-324",
    "-0.0",
    "0",
    "-1",
    "1_000",
    "99999999999999999999",
    "18446744073709551615",
    "9223372036854775807",
    "-9223372036854775808",
    "0x7fff",
    "2013-02-30",
    "0000-01-01",
    "9999-12-31",
    "null",
    "true",
    "[[[[[[[[",
    "{a={a={a={a=",
    "../../../etc/passwd",
    "$(reboot)",
    "<script>",
    "set.",
    "from.all = [",
    "\\u{110000}",
    "\\",
    "range = [0, 1e308]",
];

/// Files to begin from, by reader.
fn corpus(reader: &str) -> Vec<Vec<u8>> {
    let read = |path: &str| std::fs::read(sources::root().join(path)).unwrap();
    let listed = "format = 1\nname = \"listed\"\nscenarios = [\"testbed-three-places\"]\nseeds = [3, 7]\nscale = 1000\n\
        until = 2012-12-31\n[design]\nmethod = \"list\"\nfile = \"points.csv\"\n[uncertainties]\n\
        \"trafficking.risk_decay_per_week\" = { range = [0.02, 0.25] }\n[levers]\n\"patrols.troops_persons\" = \
        { values = [0, 50] }\n[[outcome]]\nname = \"deaths\"\nindicator = \"deaths\"\nreduce.sum = {}\n\0\
        trafficking.risk_decay_per_week,patrols.troops_persons\n0.1,50\n0.2,0\n";
    let aimed = "format = 1\nname = \"aimed\"\nseeds = 2\nuntil = 2013-12-31\n[uncertainties]\n\
        \"trafficking.risk_decay_per_week\" = { distribution = \"catalogue\" }\n[[target]]\npattern = \"P3\"\nscale = 2\n\
        [[target]]\nfile = \"seen.csv\"\ncolumn = \"deaths\"\n\0date,region,deaths\n2012-06-01,Gao,40\n2012-07-01,Gao,12\n";
    match reader {
        "scenario" => vec![
            library::text("testbed-three-places").unwrap().as_bytes().to_vec(),
            crate::scenarios::RICH.replace("profit_scale_eur = 1_000", "risk_premium = 2.0").into_bytes(),
            library::text("border-control-blunt").unwrap().as_bytes().to_vec(),
        ],
        "plan" => vec![
            crate::sweep::plan(3).into_bytes(),
            listed.as_bytes().to_vec(),
            read("scenarios/plans/patrols-in-the-testbed.toml"),
            aimed.as_bytes().to_vec(),
        ],
        "parameters" => vec![
            b"draw,trafficking.risk_decay_per_week,trafficking.risk_premium\n1,0.05,1\n2,0.1,2.5\n".to_vec(),
            read("data/parameters/crime_and_arms.toml"),
        ],
        "ged" => vec![
            read("tests/data/ged_official.csv"),
            b"year,refugees_total,refugees_MRT\n2012,150000,60000\n2013,170000,66000\n".to_vec(),
            b"camp,date,refugees\nMbera,2012-06-01,60000\nMbera,2013-06-01,75000\n".to_vec(),
        ],
        "manifest" => {
            let folder = tempfile::tempdir().unwrap();
            let of_run =
                runs::complete(runs::study(folder.path(), &[1, 2, 5], Format::Csv), 1).manifest.text();
            crate::sweep::write_plan(folder.path(), 2);
            crate::sweep::done(folder.path(), &["sweep", "patrols.toml", "--shard", "2/3", "--quiet"]);
            let shards = folder.path().join("output/patrols/shards");
            let shard = std::fs::read_dir(shards).unwrap().next().unwrap().unwrap().path();
            vec![of_run.into_bytes(), std::fs::read(shard.join("manifest.json")).unwrap()]
        }
        "journal" => {
            let done = StoredRun::done(runs::invented(3)).payload();
            let failed = StoredRun::failed(7, "money vanished".to_string()).payload();
            vec![[record(&failed), record(&failed)].concat(), failed, record(&done), done]
        }
        other => panic!("no corpus for {other}"),
    }
}

/// A record of a journal, with its hash.
fn record(payload: &[u8]) -> Vec<u8> {
    let mut record = (payload.len() as u64).to_le_bytes().to_vec();
    record.extend_from_slice(&[7; 32]);
    record.extend_from_slice(payload);
    let hash = blake3::hash(&record);
    record.extend_from_slice(hash.as_bytes());
    record
}

/// A case by its number: a file of the corpus, spoilt in one to six ways.
fn case(corpus: &[Vec<u8>], reader: &str, number: u64) -> Vec<u8> {
    let mut dice = Dice(number);
    let mut bytes = dice.one_of(corpus).clone();
    for _ in 0..1 + dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        let upto = (at + dice.below(20)).min(bytes.len());
        match dice.below(9) {
            0 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
            1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            2 => drop(bytes.drain(at..upto)),
            3 => drop(bytes.splice(at..at, dice.one_of(&PIECES).bytes())),
            4 => drop(bytes.splice(at..upto, dice.one_of(&PIECES).bytes())),
            5 => {
                // A number grows, or becomes something else.
                let digits = bytes.iter().position(u8::is_ascii_digit).unwrap_or(0);
                let from = bytes[at..].iter().position(u8::is_ascii_digit).map_or(digits, |more| at + more);
                let length = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                drop(bytes.splice(from..from + length, dice.one_of(&PIECES[19..35]).bytes()));
            }
            6 => {
                let part = dice.one_of(corpus);
                let from = dice.below(part.len());
                let part = part[from..(from + dice.below(200)).min(part.len())].to_vec();
                drop(bytes.splice(at..at, part));
            }
            7 => {
                let part = bytes[at..upto].repeat(1 + dice.below(30));
                drop(bytes.splice(at..at, part));
            }
            _ => bytes.truncate(upto),
        }
    }
    // Whoever forges a journal forges its hashes.
    if reader == "journal" && dice.once_in(2) { record(&bytes) } else { bytes }
}

fn fuzz(reader: &str) {
    let read = READERS.iter().find(|(name, _)| *name == reader).unwrap().1;
    let corpus = corpus(reader);
    for (at, bytes) in corpus.iter().enumerate() {
        assert!(read(bytes), "{reader}: file {at} of the corpus is unsound, and damage to it means nothing");
    }
    let asked = std::env::var("HARMATTAN_FUZZ").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(CASES) as u64;
    let (began, mut longest, mut accepted) = (Instant::now(), Duration::ZERO, 0_u64);
    for number in 0..cases {
        let bytes = case(&corpus, reader, number);
        let from = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
        longest = longest.max(from.elapsed());
        let said = || String::from_utf8_lossy(&bytes);
        accepted += u64::from(outcome.unwrap_or_else(|_| panic!("{reader}, case {number}:\n{}", said())));
        assert!(longest < LONGEST, "{reader}, case {number} took {longest:?}");
    }
    assert!(0 < accepted && accepted < cases, "{reader}: {accepted} of {cases} cases were accepted");
    println!(
        "{reader}: {cases} cases in {:.1?}, {accepted} accepted, longest {longest:.1?}",
        began.elapsed()
    );
}

#[test]
fn spoilt_scenarios() {
    fuzz("scenario");
}

#[test]
fn spoilt_plans() {
    fuzz("plan");
}

#[test]
fn spoilt_parameters() {
    fuzz("parameters");
}

#[test]
fn spoilt_observations() {
    fuzz("ged");
}

#[test]
fn spoilt_manifests() {
    fuzz("manifest");
}

#[test]
fn spoilt_journals() {
    fuzz("journal");
}

/// Files of hostile shapes by name, and the command that reads each.
fn hostile() -> Vec<(&'static str, Vec<&'static str>, String)> {
    let mb = 1 << 20;
    let scenario = "format = 1\nname = \"x\"\n";
    let plan = "format = 1\nname = \"x\"\nscenarios = [\"testbed-three-places\"]\nseeds = 1\nscale = 1000\n";
    let outcome = "[[outcome]]\nname = \"d\"\nindicator = \"deaths\"\nreduce.sum = {}\n";
    let check = vec!["check", "x.toml"];
    let sweep = vec!["sweep", "x.toml", "--yes"];
    let values: Vec<String> = (0..1000).map(|at| format!("0.1{at:03}")).collect();
    let spread = format!("{{ values = [{}] }}", values.join(", "));
    let grid: String = ["risk_decay_per_week", "risk_learning_share", "risk_premium", "protection_share"]
        .map(|name| format!("\"trafficking.{name}\" = {spread}\n"))
        .concat();
    let ged = vec!["validate", "--ged", "x.csv", "--dry-run"];
    vec![
        ("ten megabytes in one line", check.clone(), "x".repeat(10 * mb)),
        ("ten megabytes of comment", check.clone(), format!("{scenario}# {}", "z".repeat(10 * mb))),
        ("a million brackets", check.clone(), format!("{scenario}base = {}", "[".repeat(1_000_000))),
        ("tables within tables", check.clone(), format!("{scenario}base = {}", "{a=".repeat(300_000))),
        ("dots within dots", check.clone(), format!("{scenario}{}a = 1", "a.".repeat(500_000))),
        ("a name that climbs", check.clone(), "format = 1\nname = \"../../x\"\n".to_string()),
        ("a base that never ends", check.clone(), format!("{scenario}base = \"/dev/zero.toml\"\n")),
        ("a device as a base", check.clone(), format!("{scenario}base = \"/dev/zero\"\n")),
        ("a base that climbs", check.clone(), format!("{scenario}base = \"../../../../etc/passwd\"\n")),
        ("a plan of a device", check.clone(), plan.replace("testbed-three-places", "/dev/zero")),
        ("a grid of 10^12 points", sweep.clone(), format!("{plan}[design]\nmethod = \"grid\"\n[uncertainties]\n{grid}{outcome}")),
        (
            "ten million points",
            sweep.clone(),
            format!("{plan}[design]\nmethod = \"sobol\"\npoints = 10000000\n[uncertainties]\n\"trafficking.risk_decay_per_week\" = {{ range = [0.02, 0.25] }}\n{outcome}").replace("seeds = 1\n", "seeds = 10000000\n"),
        ),
        ("a list that is a device", check.clone(), format!("{plan}[design]\nmethod = \"list\"\nfile = \"/dev/zero\"\n[uncertainties]\n\"trafficking.risk_decay_per_week\" = {{ range = [0.02, 0.25] }}\n{outcome}")),
        ("ten megabytes of quotes", ged.clone(), "\"".repeat(10 * mb)),
        ("ten megabytes of commas", ged.clone(), ",".repeat(10 * mb)),
        ("a row of ten megabytes", ged, format!("date_start,country,latitude,longitude,best,high\n{}", "9".repeat(10 * mb))),
    ]
}

#[test]
fn files_of_hostile_shapes_are_refused_within_limits() {
    for (what, arguments, text) in hostile() {
        let folder = tempfile::tempdir().unwrap();
        let name = arguments.iter().find(|word| word.starts_with("x.")).unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
        let from = Instant::now();
        // Address space in KiB: the program and its threads need a part of it, the file a few megabytes.
        let output = Command::new("sh")
            .args([
                "-c",
                "ulimit -v 1500000; exec \"$@\"",
                "sh",
                env!("CARGO_BIN_EXE_harmattan"),
                "--threads",
                "1",
            ])
            .args(&arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert_eq!(output.status.code(), Some(2), "{what}: {}", said.chars().take(2000).collect::<String>());
        assert!(!said.contains("panicked") && said.len() < 100_000, "{what}: {} bytes", said.len());
        assert!(from.elapsed() < Duration::from_secs(60), "{what} took {:?}", from.elapsed());
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "{what}: something was written");
    }
}
