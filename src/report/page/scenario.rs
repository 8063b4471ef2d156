//! The page of one scenario.

use std::path::Path;

use serde_json::json;

use crate::report::FigureError;
use crate::report::atlas::Atlas;
use crate::report::axes::month_name;
use crate::report::figures::FIGURES;
use crate::report::figures::verdicts::held_in_words;
use crate::report::findings::Findings;
use crate::report::page::assumed::{self, UsedSample};
use crate::report::page::data::{self, Member};
use crate::report::page::scenario_answer::{self, FOR_WHOM_HEAD};
use crate::report::page::{Page, limits, map};
use crate::report::tables::{Manifest, Tables};
use crate::report::theme::{Style, Theme};
use crate::scenario::parameters::Catalogue;

/// Figures of which the page has an interactive form already.
const ON_THE_MAP: [&str; 3] = ["map_of_state_presence", "map_of_deaths", "map_of_displacement"];

/// Makes the page.
///
/// # Errors
///
/// Missing, foreign or damaged tables that the page cannot do without.
pub fn html(tables: &mut Tables) -> Result<String, FigureError> {
    let manifest = tables.manifest.clone();
    let mut page = Page::new(&manifest.title, &manifest.question, &bylines(&manifest));
    let answer = scenario_answer::answer(tables)?;
    page.section("answer", "In short");
    for sentence in &answer.what {
        page.paragraph(sentence);
    }
    page.heading("For whom");
    page.table("Median run, by region of 2012", &FOR_WHOM_HEAD, &answer.for_whom, 1);
    page.heading("How sure");
    let mut sure = answer.how_sure.clone();
    let patterns = patterns_beside(&tables.dir);
    sure.extend(pattern_sentence(patterns.as_ref()));
    sure.push(assumed::estimates());
    page.list(&sure);

    page.section("charts", "Look closer");
    page.raw(&chart_html(
        "fans",
        "Choose an indicator and a region; move over the chart, or along it with the arrow keys. Line: median over runs; bands: \
         50 and 90 % of runs; dated lines: coups and the first arrival of each foreign force.",
    ));
    let mut members = [Member { name: manifest.name.clone(), tables }];
    let fans = data::fans(&mut members)?;
    page.data("fans", &fans);

    page.section("map", "On the map");
    let every = manifest.every;
    let atlas = Atlas::with_own(&manifest.own_places);
    match tables.places() {
        Ok(places) => {
            let caption = "Each cell is the area nearest to one place; dots: regional capitals of 2012. Numbers are means \
                           over runs; control is what most runs say, paler where fewer of them do.";
            match map::html(&atlas, places, caption) {
                Some(html) => {
                    page.raw(&html);
                    let period = |date| match every.word() {
                        "week" => format!("week of {date}"),
                        _ => month_name(date),
                    };
                    page.data("map-data", &map::data(&atlas, places, &period));
                }
                None => {
                    page.paragraph_of("missing", "None of the places of this scenario is on the map of Mali.")
                }
            }
        }
        Err(error) if error.leaves_a_gap() => {
            page.paragraph_of("missing", &format!("No map: {}", error.without_folder()));
        }
        Err(error) => return Err(error),
    }

    page.section("figures", "Figures");
    page.raw("<div class=\"gallery\">");
    let theme = Theme::of(Style::Paper);
    for figure in FIGURES.iter().filter(|figure| !ON_THE_MAP.contains(&figure.name)) {
        let svg = (figure.draw)(&theme, tables);
        page.figure_if(figure.name, svg)?;
    }
    page.raw("</div>");

    page.section("assumptions", "What is assumed here");
    assumptions(&mut page, &manifest);
    page.section("patterns", "Documented patterns");
    match &patterns {
        Some(findings) => {
            page.figure_if("patterns", crate::report::figures::verdicts::patterns(&theme, findings))?;
            pattern_table(&mut page, findings)?;
        }
        None => page.paragraph(
            "They were not checked beside these results: `harmattan validate` compares the model with what is documented.",
        ),
    }
    limits(&mut page);
    page.section("again", "Make it again");
    page.paragraph(
        "`harmattan verify DIR` runs everything again from manifest.json and compares; `harmattan report DIR` makes this page \
         again from the tables.",
    );
    for (i, text) in manifest.texts.iter().enumerate() {
        let what =
            if i + 1 == manifest.texts.len() { "The scenario file" } else { "A file that it rests on" };
        page.folded_text(what, text);
    }
    page.data("page", &json!({ "scenario": manifest.name }));
    Ok(page.finish())
}

/// The lines below the title.
fn bylines(manifest: &Manifest) -> Vec<String> {
    let mut run = format!(
        "Scenario {}, run {}, {}, Harmattan {}",
        manifest.name,
        manifest.short_hash,
        manifest.seeds_in_words(),
        manifest.version
    );
    if let Some(scale) = manifest.scale {
        run += &format!(", one agent for {scale} person{}", if scale == 1 { "" } else { "s" });
    }
    if !manifest.without.is_empty() {
        run += &format!(", without {}", manifest.without.join(", "));
    }
    if !manifest.data.is_empty() {
        run += &format!(", with data of one's own ({})", manifest.data.join(", "));
    }
    run += &UsedSample::byline(manifest.sample.as_ref());
    vec![run]
}

/// A chart with its controls; the script fills it from the data of this id.
pub fn chart_html(data: &str, note: &str) -> String {
    format!(
        "<div class=\"chart-box scripted\" data-chart=\"{data}\">\n<p class=\"controls\"><label>Indicator <select \
         class=\"indicator\"></select></label> <label>Region <select class=\"area\"></select></label> <span \
         class=\"members\"></span> <label><input type=\"checkbox\" class=\"bands\" checked> ranges</label></p>\n<p \
         class=\"unit\"></p>\n<div class=\"chart\" tabindex=\"0\" role=\"img\" aria-label=\"Chart over time; arrow keys move \
         along it\"></div>\n<p class=\"readout\" aria-live=\"polite\"></p>\n<p class=\"note\">{note}</p>\n</div>\n<noscript><p \
         class=\"note\">Without scripts there are the figures below.</p></noscript>\n"
    )
}

fn assumptions(page: &mut Page, manifest: &Manifest) {
    let catalogue = Catalogue::compiled_in();
    if let Some(sample) = &manifest.sample {
        sample.tell(page);
    }
    if manifest.parameters_changed.is_empty() {
        let which = if manifest.sample.is_some() { "other " } else { "" };
        page.paragraph(&format!("Every {which}parameter has its default value."));
    } else {
        let rows: Vec<Vec<String>> = manifest
            .parameters_changed
            .iter()
            .map(|(name, changed)| {
                let entry = catalogue.entry(name);
                let source = entry.map_or(String::new(), |entry| {
                    format!("{}: {}, {}", entry.status.word(), entry.source, entry.note)
                });
                vec![
                    name.clone(),
                    changed.value.to_string(),
                    changed.default.to_string(),
                    changed.unit.clone(),
                    changed.by.clone(),
                    source,
                ]
            })
            .collect();
        let head = ["Parameter", "Value", "Default", "Unit", "Changed by", "What the default rests on"];
        page.table("Parameters that differ from their default", &head, &rows, 1);
    }
    for (lever, n) in &manifest.never_started {
        page.paragraph(&format!(
            "The condition of lever {lever} did not occur in {n} of {} runs.",
            manifest.seeds.len()
        ));
    }
    assumed::unsettled(page);
    assumed::pointer(page);
}

/// The patterns of a validation beside the scenario folder, if there are any.
fn patterns_beside(dir: &Path) -> Option<Findings> {
    // The folder itself may hold them, or `validate` beside it.
    let beside = dir.canonicalize().ok()?.parent()?.join("validate");
    [dir.to_path_buf(), beside]
        .into_iter()
        .filter(|folder| folder.join("patterns.csv").is_file())
        .find_map(|folder| Findings::open(&folder).ok())
}

/// How many patterns hold, in words.
pub fn pattern_sentence(findings: Option<&Findings>) -> Option<String> {
    let patterns = findings?.patterns().ok()?;
    Some(held_in_words(&patterns))
}

fn pattern_table(page: &mut Page, findings: &Findings) -> Result<(), FigureError> {
    let rows: Vec<Vec<String>> = findings
        .patterns()?
        .iter()
        .map(|pattern| {
            vec![
                pattern.pattern.clone(),
                pattern.statement.clone(),
                pattern.verdict.clone(),
                pattern.source.clone(),
            ]
        })
        .collect();
    page.table("Patterns and verdicts", &["Pattern", "What is documented", "Verdict", "Source"], &rows, 4);
    Ok(())
}
