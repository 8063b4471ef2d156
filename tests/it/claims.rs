//! Contract: `claims` asks what scenarios there are for, prints the cost first, and its table is the same for any number of
//! threads; one run of a scenario serves all its claims, and none is done twice.

use std::path::Path;

use assert_cmd::Command;
use harmattan::experiments::posterior::Sample;
use harmattan::scenario::parameters::Catalogue;

fn harmattan(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output =
        Command::cargo_bin("harmattan").unwrap().current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_claim_is_tested_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    // The fall of the north: a window that ends with 2013, on the coarsest scale.
    let claim =
        ["claims", "--claim", "5", "--draws", "2", "--seeds", "1", "--end-seeds", "2", "--scale", "1000"];
    let run =
        |more: &[&str]| harmattan(folder.path(), &claim.iter().chain(more).copied().collect::<Vec<&str>>());

    let (code, stdout, _) = run(&["--dry-run"]);
    // Two draws and two seeds at either end, for each of two scenarios.
    assert!(code == 0 && stdout.contains("12 runs of 2 scenarios"), "{stdout}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    let table =
        |out: &str| std::fs::read_to_string(folder.path().join(out).join("claims/claims.csv")).unwrap();
    let mut printed = Vec::new();
    for threads in ["1", "2", "3"] {
        let (code, stdout, stderr) = run(&["--threads", threads, "--out", threads]);
        assert_eq!(code, 0, "{stderr}");
        printed.push((stdout, table(threads)));
    }
    assert!(printed.iter().all(|one| *one == printed[0]), "threads change results");
    let lines: Vec<&str> = printed[0].1.lines().collect();
    assert_eq!(
        lines[0],
        "claim,source,base,other,indicator,region,period,direction,effect,low90,high90,share_of_draws,verdict,\
         deciding_parameter,verdict_at_low,verdict_at_high"
    );
    assert!(
        lines[1].starts_with("5,lacher2013,history,returnees-accommodated,weeks_until_capitals_lost,North,")
    );
    assert_eq!(lines.len(), 3);

    let (code, again, stderr) = run(&["--threads", "2", "--out", "1"]);
    assert_eq!((code, &again), (0, &printed[0].0));
    assert!(!stderr.contains("runs for claims"), "{stderr}");
    let (code, _, stderr) = run(&["--out", "1", "--set", "observation.located_share=0.8"]);
    assert!(code == 2 && stderr.contains("settings was"), "{stderr}");
}

#[test]
fn what_is_no_claim_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in [
        &["claims", "--claim", "26"][..],
        &["claims", "--draws", "0"],
        &["claims", "--until", "2012-03-01"],
        &["claims", "--posterior", "missing.csv"],
    ] {
        let (code, stdout, _) = harmattan(folder.path(), wrong);
        assert_eq!((code, stdout.as_str()), (2, ""), "{wrong:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_a_sample_leaves_at_its_defaults_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let fit = folder.path().join("fit");
    std::fs::create_dir(&fit).unwrap();
    std::fs::write(fit.join("posterior.csv"), "draw,trafficking.risk_decay_per_week\n1,0.05\n2,0.1\n")
        .unwrap();
    let small =
        ["claims", "--claim", "5", "--draws", "2", "--seeds", "1", "--end-seeds", "1", "--scale", "1000"];
    // Called by its folder too, from wherever it is named.
    let (code, stdout, stderr) = harmattan(&fit, &[&small[..], &["--posterior", "posterior.csv"]].concat());
    assert_eq!(code, 0, "{stderr}");
    let catalogue = Catalogue::compiled_in();
    let varied = Sample::of_catalogue(&catalogue.entries, 1, 1).record().parameters.len();
    let told = format!(
        "fit/posterior.csv, 2 draws: {} other uncertain parameters stay at their defaults\n",
        varied - 1
    );
    assert!(stdout.starts_with(&told), "{stdout}");
    let manifest = std::fs::read_to_string(fit.join("output/claims/manifest.json")).unwrap();
    assert!(manifest.contains("\"name\": \"fit/posterior.csv\""), "{manifest}");
}
