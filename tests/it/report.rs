//! Pages: every number of their opening comes from the tables; texts from outside cannot become markup; nothing is
//! fetched; charts and maps answer where a browser is present.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use harmattan::experiments::calibration::asked;
use harmattan::report::figures::FIGURES;
use harmattan::report::{FigureError, write_report, write_story};
use tempfile::TempDir;

use crate::figures::{Ensemble, FINDINGS, FULL};

/// A comparison in a folder of its usual name.
fn comparison() -> (TempDir, PathBuf) {
    let out = tempfile::tempdir().unwrap();
    let dir = out.path().join("compare").join("history--border-control-blunt");
    fs::create_dir_all(&dir).unwrap();
    for (table, text) in
        FINDINGS.iter().filter(|(table, _)| ["differences", "winners", "causes"].contains(table))
    {
        fs::write(dir.join(format!("{table}.csv")), text).unwrap();
    }
    (out, dir)
}

fn report(dir: &Path) -> String {
    fs::read_to_string(write_report(dir).unwrap()).unwrap()
}

/// The opening, without markup.
fn opening(html: &str) -> String {
    let (_, rest) = html.split_once("<section id=\"answer\">").unwrap();
    let (section, _) = rest.split_once("</section>").unwrap();
    let mut text = String::new();
    let mut inside = false;
    for c in section.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text.replace("&#39;", "'").replace("&amp;", "&")
}

fn change(dir: &Path, table: &str, from: &str, to: &str) {
    let file = dir.join(table);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{table} holds no {from}");
    fs::write(&file, text.replace(from, to)).unwrap();
}

#[test]
fn a_sign_flipped_in_a_table_changes_the_words() {
    let (_out, dir) = comparison();
    let before = opening(&report(&dir));
    assert!(
        before.contains("People killed: lower under border-control-blunt, an improvement. -200 (-20 %)"),
        "{before}"
    );
    assert!(before.contains("No clear difference in state presence"), "{before}");
    assert!(
        before.contains(
            "only gains for Gao (people killed lower); only losses for Kidal (people killed higher)"
        ),
        "{before}"
    );
    assert!(
        before.contains(
            "The lever north-border carries the largest part of the difference in people killed (70 %, 40 to 90)."
        ),
        "{before}"
    );
    change(&dir, "differences.csv", "1000,800,-200,-300,-100", "1000,1200,200,100,300");
    change(&dir, "winners.csv", "region,Gao,deaths,-5,-9,-1,gain", "region,Gao,deaths,5,1,9,loss");
    change(&dir, "causes.csv", "north-border,0.7,0.4,0.9", "north-border,0.1,-0.4,0.9");
    let after = opening(&report(&dir));
    assert!(
        after.contains("People killed: higher under border-control-blunt, a worsening. +200 (+20 %)"),
        "{after}"
    );
    assert!(
        after.contains("only losses for Gao (people killed higher) and Kidal (people killed higher)")
            && !after.contains("only gains"),
        "{after}"
    );
    assert!(after.contains("The submodel trafficking carries the largest part of the difference in people killed (20 %, -10 to 50, or nothing)"), "{after}");
}

#[test]
fn the_opening_of_a_scenario_follows_its_tables() {
    let dir = Ensemble { seeds: 3, periods: 30, ..FULL }.write();
    let (_, patterns) = FINDINGS.iter().find(|(table, _)| *table == "patterns").unwrap();
    fs::write(dir.path().join("patterns.csv"), patterns).unwrap();
    assert!(opening(&report(dir.path())).contains("patterns the model reproduces 1 in all parts"));
    change(dir.path(), "patterns.csv", ",pass,", ",fail,");
    assert!(opening(&report(dir.path())).contains("patterns the model reproduces 0 in all parts"));
    let before = opening(&report(dir.path()));
    assert!(
        before.contains("In the model, from Jan 2012 to Jun 2014")
            && before.contains("State presence in the north"),
        "{before}"
    );
    // Ten times the deaths, and a north that the state leaves or retakes.
    let file = dir.path().join("indicators.csv");
    let text = fs::read_to_string(&file).unwrap();
    let header = text.lines().next().unwrap().to_string();
    let with = |first: &str, last: &str, deaths: &str| {
        let mut rows = header.clone() + "\n";
        for seed in 1..=3 {
            for (date, presence) in [("2012-01-01", first), ("2014-06-01", last)] {
                for area in ["Gao", "Mali", "North", "Centre"] {
                    let row = header.split(',').map(|column| match column {
                        "seed" => seed.to_string(),
                        "date" => date.to_string(),
                        "region" => area.to_string(),
                        "state_presence" => presence.to_string(),
                        "deaths" => deaths.to_string(),
                        _ => "0".to_string(),
                    });
                    rows += &(row.collect::<Vec<_>>().join(",") + "\n");
                }
            }
        }
        fs::write(&file, rows).unwrap();
        opening(&report(dir.path()))
    };
    let falls = with("0.6", "0.2", "100");
    assert!(falls.contains("State presence in the north falls from 60 % to 20 %."), "{falls}");
    assert!(
        falls.contains("200 people are killed") && falls.contains("armed groups control no place"),
        "{falls}"
    );
    let rises = with("0.2", "0.6", "7");
    assert!(rises.contains("State presence in the north rises from 20 % to 60 %."), "{rises}");
    assert!(rises.contains("14 people are killed"), "{rises}");
}

#[test]
fn pages_name_the_sample_and_what_the_calibration_did_not_settle() {
    let dir = Ensemble { seeds: 2, periods: 6, ..FULL }.write();
    let (_out, compared) = comparison();
    let plain = report(dir.path());
    assert!(plain.contains("Every parameter has its default value.") && !plain.contains("the sample"));
    let record =
        r#"{"name": "fit/posterior.csv", "draws": 7, "parameters": ["violence.strike_suppression"]}"#;
    let hash = "blake3:0123456789abcdef";
    let options = format!("\"options\": {{\"posterior\": \"{hash}\", \"sample\": {record}, ");
    change(dir.path(), "manifest.json", "\"options\": {", &options);
    let manifest = format!(
        r#"{{"inputs": {{"posterior": "{hash}", "settings": {{"a.b": 0.5}}}}, "outcome": {{"sample": {record}}}}}"#
    );
    fs::write(compared.join("manifest.json"), manifest).unwrap();
    let (run, compared) = (report(dir.path()), report(&compared));
    for html in [&run, &compared] {
        for told in [
            "parameters from the sample fit/posterior.csv (01234567, 7 draws)</p>",
            "Each run takes its values of 1 parameter from the sample fit/posterior.csv (01234567, 7 draws): seed s takes draw \
             1 + (s - 1) mod 7.",
            "<pre>violence.strike_suppression</pre>",
        ] {
            assert!(html.contains(told), "{told}");
        }
    }
    assert!(run.contains("Every other parameter has its default value."));
    assert!(compared.contains("Set on the command line for both: <code>a.b</code> = 0.5."));
    // What was asked and not settled is named on every page, what was settled on none.
    for html in [&plain, &run, &compared] {
        for asked in asked::all() {
            let listed = html.contains(&format!("<li><code>{}</code>: ", asked.parameter));
            assert_eq!(listed, !asked.is_settled(), "{}", asked.parameter);
        }
    }
    // A manifest that holds the hash alone.
    change(dir.path(), "manifest.json", &format!(", \"sample\": {record}"), "");
    assert!(report(dir.path()).contains("parameters from the sample 01234567</p>"));
}

#[test]
fn hostile_texts_cannot_become_markup() {
    let dir = Ensemble { seeds: 2, periods: 6, ..FULL }.write();
    let hostile = "</title></script><script>alert(1)</script><img src=x onerror=alert(2)>\\\\\\\"'&";
    change(dir.path(), "manifest.json", "Mali 2012-2020, as it happened", hostile);
    change(dir.path(), "manifest.json", "\"name\": \"history\"", "\"name\": \"<svg onload=alert(3)>\"");
    for row in ["timeline.csv", "groups.csv"] {
        change(dir.path(), row, "mnla", "<b onclick=alert(4)>");
    }
    write_report(dir.path()).unwrap();
    write_story(dir.path(), Some(2)).unwrap();
    let (_out, compared) = comparison();
    let text = format!("title = '''{}'''", hostile.replace("\\\\\\\"", "\""));
    let scenario = serde_json::json!({ "name": "<b onclick=alert(5)>", "text": text });
    let manifest = serde_json::json!({ "inputs": { "base": scenario, "other": scenario } });
    fs::write(compared.join("manifest.json"), manifest.to_string()).unwrap();
    for (table, word) in [("winners", "Gao"), ("causes", "north-border"), ("differences", "deaths")] {
        change(&compared, &format!("{table}.csv"), word, "<svg onload=alert(6)>");
    }
    write_report(&compared).unwrap();
    for page in [dir.path().join("report.html"), dir.path().join("story.html"), compared.join("report.html")]
    {
        let html = fs::read_to_string(&page).unwrap();
        let page = page.display();
        for tag in ["<script>alert", "<img", "<svg onload", "<b onclick", "</title></script>"] {
            assert!(!html.contains(tag), "{page} holds {tag}");
        }
        assert!(html.contains("&lt;img src=x onerror=alert(2)&gt;"), "{page}");
        assert!(
            html.contains("Do not use it to choose targets"),
            "{page} does not say what it must not be used for"
        );
    }
}

#[test]
fn a_page_is_complete_in_itself_and_the_same_each_time() {
    let dir = Ensemble { seeds: 4, periods: 108, ..FULL }.write();
    let html = report(dir.path());
    assert_eq!(html, report(dir.path()));
    assert!(html.len() < 5_000_000, "{} bytes", html.len());
    for fetched in ["src=\"http", "href=\"http", "@import", "<link", "<iframe", "fetch(", "XMLHttpRequest"] {
        assert!(!html.contains(fetched), "{fetched}");
    }
    assert!(html.contains("default-src 'none'") && html.contains("Permission is hereby granted"));
    assert!(html.matches("<figure").count() >= 10 && html.contains("<noscript>"));
}

#[test]
fn thin_tables_give_honest_pages() {
    let one = Ensemble { seeds: 1, periods: 14, ..FULL }.write();
    assert!(opening(&report(one.path())).contains("This is one run"));
    let zero = Ensemble { seeds: 3, periods: 14, level: 0.0, ..FULL }.write();
    let text = opening(&report(zero.path()));
    assert!(text.contains("0 people are killed") && text.contains("In no year is anyone killed"), "{text}");
    assert!(text.contains("cannot be told from so little violence"), "{text}");
    let region = Ensemble { seeds: 3, periods: 14, regions: &["Mali"], ..FULL }.write();
    assert!(report(region.path()).contains("No figure <code>illicit_income</code>"));
    let gone = Ensemble { seeds: 3, periods: 14, ..FULL }.write();
    for table in ["places", "flows", "ledger"] {
        fs::remove_file(gone.path().join(format!("{table}.csv"))).unwrap();
    }
    let html = report(gone.path());
    assert!(html.contains("No map: places.csv is not there"));
    assert!(!html.contains(gone.path().to_str().unwrap()), "a page names a folder of this machine");
    for table in ["indicators.csv", "summary.csv", "manifest.json"] {
        let dir = Ensemble { seeds: 2, periods: 3, ..FULL }.write();
        fs::remove_file(dir.path().join(table)).unwrap();
        let error = write_report(dir.path()).unwrap_err();
        assert!(matches!(&error, FigureError::Missing { file } if file.ends_with(table)), "{error}");
        assert!(!dir.path().join("report.html").exists());
    }
    let (_out, dir) = comparison();
    change(&dir, "differences.csv", ",20,0.", ",1,0.");
    assert!(opening(&report(&dir)).contains("One pair of runs: no difference can be told from chance."));
    fs::write(dir.join("differences.csv"), "a,b\n1,2\n").unwrap();
    assert!(write_report(&dir).unwrap_err().to_string().contains("has no column `region`"));
}

#[test]
fn a_run_is_told_month_by_month() {
    let dir = Ensemble { seeds: 3, periods: 108, ..FULL }.write();
    let html = fs::read_to_string(write_story(dir.path(), Some(2)).unwrap()).unwrap();
    assert!(html.contains("the run of seed 2") && html.contains("id=\"m-2020-12\""));
    assert!(opening(&html).contains("2 coups"), "{}", opening(&html));
    assert!(html.contains("6 violent events, 18 killed, civilians among them: 6."));
    let error = write_story(dir.path(), Some(9)).unwrap_err().to_string();
    assert!(error.contains("no finished run of seed 9; there are 1, 2 and 3"), "{error}");
    let typical = fs::read_to_string(write_story(dir.path(), None).unwrap()).unwrap();
    assert!(typical.contains("the one of 3 runs that is nearest to the medians"));
}

/// Where a browser is on this machine, by the names it goes by; where there is none, the log says that this was not
/// tested, past the test harness, which keeps the words of tests that pass.
fn browser(what: &str) -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let found =
        names.iter().flat_map(|name| folders.iter().map(move |f| f.join(name))).find(|file| file.is_file());
    if found.is_none() {
        let _ = writeln!(std::io::stderr(), "skipped, for there is no Chromium on this machine: {what}");
    }
    found
}

/// Opens a page with a script of the test at its end and returns what that script wrote.
fn in_browser(browser: &Path, page: &Path, script: &str) -> String {
    let html = fs::read_to_string(page).unwrap();
    let test = format!(
        "<script>window.onerror = (m) => {{ document.body.dataset.error = m; }};\nsetTimeout(() => {{ try {{ \
         document.body.dataset.result = JSON.stringify((() => {{ {script} }})()); }} catch (error) {{ \
         document.body.dataset.error = String(error); }} }}, 50);</script></body>"
    );
    let copy = page.with_file_name("tested.html");
    fs::write(&copy, html.replace("</body>", &test)).unwrap();
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--virtual-time-budget=3000", "--window-size=1200,900", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", copy.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let value = |name: &str| {
        let (_, rest) = dom.split_once(&format!("{name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.replace("&quot;", "\"").replace("&amp;", "&"))
    };
    assert_eq!(value("data-error"), None, "the page's script failed");
    value("data-result").unwrap_or_else(|| panic!("no result from {}", browser.display()))
}

#[test]
fn charts_and_maps_answer_in_a_browser() {
    let Some(browser) = browser("charts and maps of the pages") else { return };
    let dir = Ensemble { seeds: 4, periods: 108, ..FULL }.write();
    let page = write_report(dir.path()).unwrap();
    let result = in_browser(
        &browser,
        &page,
        "const change = (e, v) => { e.value = v; e.dispatchEvent(new Event(e.type === 'range' ? 'input' : 'change')); };
         const box = document.querySelector('.chart-box');
         const told = [box.querySelector('.readout').textContent];
         const chart = box.querySelector('.chart');
         chart.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }));
         told.push(box.querySelector('.readout').textContent);
         chart.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
         told.push(box.querySelector('.readout').textContent);
         change(box.querySelector('.indicator'), 5);
         const mali = box.querySelector('.readout').textContent;
         change(box.querySelector('.area'), 1);
         told.push(String(box.querySelector('.readout').textContent !== mali));
         told.push(box.querySelector('.unit').textContent);
         told.push(String(box.querySelectorAll('canvas').length));
         const map = document.querySelector('.map-box');
         const fills = () => Array.from(map.querySelectorAll('.cell')).map((c) => c.getAttribute('fill')).join();
         const last = fills();
         change(map.querySelector('.time'), 5);
         told.push(map.querySelector('.period').textContent, String(fills() !== last));
         change(map.querySelector('.place'), 'Gao');
         told.push(map.querySelector('.readout').textContent);
         change(map.querySelector('.layer'), 1);
         told.push(String(fills().startsWith('rgb')), map.querySelector('.legend').textContent);
         const play = map.querySelector('.play');
         play.click();
         told.push(play.textContent, play.getAttribute('aria-pressed'));
         play.click();
         told.push(play.textContent);
         return told;",
    );
    let told: Vec<String> = serde_json::from_str(&result).unwrap();
    assert!(told[0].starts_with("Dec 2020: ") && told[0].contains(" to "), "{told:?}");
    assert!(told[1].starts_with("Jan 2012: ") && told[2].starts_with("Feb 2012: "), "{told:?}");
    assert!(told[3] == "true" && told[4].contains(", North · share, mean"), "{told:?}");
    assert_eq!(told[5..8], ["1", "Jun 2012", "true"], "{told:?}");
    assert!(told[8].starts_with("Gao, Jun 2012: ") && told[8].contains("state presence"), "{told:?}");
    assert!(told[9] == "true" && told[10].starts_with('0'), "{told:?}");
    assert_eq!(told[11..], ["Stop", "true", "Play"], "{told:?}");

    let story = write_story(dir.path(), Some(1)).unwrap();
    let result = in_browser(
        &browser,
        &story,
        "const time = document.querySelector('.time');
         time.value = 15; time.dispatchEvent(new Event('input'));
         return [document.querySelector('.months li.now h3').textContent,
                 String(document.querySelectorAll('.events circle').length)];",
    );
    assert_eq!(result, "[\"Apr 2013\",\"12\"]");
}

#[test]
fn pages_stand_without_scripts_fit_a_phone_and_name_their_controls() {
    let Some(browser) = browser("pages without scripts and on a phone") else { return };
    let dir = Ensemble { seeds: 4, periods: 108, ..FULL }.write();
    let pages = [write_report(dir.path()).unwrap(), write_story(dir.path(), Some(1)).unwrap()];
    for page in &pages {
        let mut html = fs::read_to_string(page).unwrap();
        let result = in_browser(
            &browser,
            page,
            "document.body.style.width = '390px';
             const all = Array.from(document.querySelectorAll('main *, footer *'));
             const wide = all.filter((e) => !e.closest('.wide, svg, .chart') && e.getBoundingClientRect().right > 391);
             const controls = Array.from(document.querySelectorAll('select, input, button, [tabindex]'));
             const nameless = controls.filter((e) => !(e.labels && e.labels.length) && !e.getAttribute('aria-label')
               && !e.textContent.trim());
             const hidden = controls.filter((e) => e.tabIndex < 0);
             return [controls.length > 3, wide.map((e) => e.className || e.tagName), nameless.length, hidden.length];",
        );
        assert_eq!(result, "[true,[],0,0]", "{}", page.display());
        while let (Some(from), Some(to)) = (html.find("<script"), html.find("</script>")) {
            html.replace_range(from..to + "</script>".len(), "");
        }
        let bare = page.with_file_name("bare.html");
        fs::write(&bare, html).unwrap();
        let result = in_browser(
            &browser,
            &bare,
            "const seen = (e) => e.getBoundingClientRect().height > 40;
             const map = document.querySelector('svg.map');
             const fills = new Set(Array.from(map.querySelectorAll('.cell')).map((c) => c.getAttribute('fill')));
             const dead = Array.from(document.querySelectorAll('select, button, input')).filter((e) => e.offsetParent);
             return [seen(map), fills.size > 1, dead.length,
                     Array.from(document.querySelectorAll('figure svg')).filter(seen).length];",
        );
        let figures = if page.ends_with("report.html") { FIGURES.len() - 3 } else { 0 };
        assert_eq!(result, format!("[true,true,0,{figures}]"), "{}", page.display());
    }
}

#[test]
fn scenarios_can_be_switched_off_in_a_comparison() {
    let Some(browser) = browser("the toggles of the pages") else { return };
    let (out, dir) = comparison();
    for name in ["history", "border-control-blunt"] {
        let folder = out.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        Ensemble { seeds: 3, periods: 24, ..FULL }.write_to(&folder);
    }
    let page = write_report(&dir).unwrap();
    let result = in_browser(
        &browser,
        &page,
        "const box = document.querySelector('[data-chart=fans]');
         const readout = () => box.querySelector('.readout').textContent;
         const told = [readout()];
         box.querySelectorAll('.member')[0].click();
         told.push(readout());
         const years = document.querySelector('[data-chart=by-year] .readout').textContent;
         return told.concat(years);",
    );
    let told: Vec<String> = serde_json::from_str(&result).unwrap();
    assert!(told[0].contains("history ") && told[0].contains("border-control-blunt "), "{told:?}");
    assert!(!told[1].contains("history ") && told[1].contains("border-control-blunt "), "{told:?}");
    assert_eq!(told[2], "2013: difference -10 (-20 to -1)");
}
