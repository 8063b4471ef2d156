//! The page of one comparison.

use std::path::PathBuf;

use crate::report::FigureError;
use crate::report::figures::FINDINGS_FIGURES;
use crate::report::figures::comparison::{of_horizon, scenarios};
use crate::report::findings::{Difference, Findings};
use crate::report::page::assumed::{self, UsedSample};
use crate::report::page::comparison_answer::{for_whom, how_sure, what_changes, why};
use crate::report::page::data::{self, Member};
use crate::report::page::scenario::{chart_html, pattern_sentence};
use crate::report::page::{Page, limits};
use crate::report::tables::{Tables, specification};
use crate::report::theme::{Style, Theme, number};
use crate::report::words::{change_and_interval, indicator_name, quantity};

/// Figures of the page.
const SHOWN: [&str; 3] = ["differences", "stability_for_whom", "causes"];

/// Makes the page.
///
/// # Errors
///
/// Missing, foreign or damaged tables.
pub fn html(findings: &Findings) -> Result<String, FigureError> {
    let (base, other) = scenarios(findings);
    let differences = findings.differences()?;
    let [base_text, other_text] = findings.scenario_texts();
    let title =
        other_text.as_ref().map_or_else(|| format!("{other} against {base}"), |text| text.title.clone());
    let question = other_text.as_ref().map_or("", |text| text.question.as_str());
    let against = base_text.as_ref().map_or(String::new(), |text| format!(" ({})", text.title));
    let line = format!(
        "Scenario {other} against {base}{against}: comparison {} {}, Harmattan {}{}",
        findings.name,
        findings.hash_of("differences.csv"),
        findings.version,
        UsedSample::byline(findings.sample.as_ref())
    );
    let mut page = Page::new(&title, question, &[line]);
    page.section("answer", "In short");
    page.list(&what_changes(&differences, &base, &other));
    if findings.has("winners") {
        page.heading("For whom");
        page.list(&for_whom(&or_none(findings.winners())?));
    }
    if findings.has("causes") {
        let reasons = why(&or_none(findings.causes())?);
        if !reasons.is_empty() {
            page.heading("Why");
            page.list(&reasons);
        }
    }
    page.heading("How sure");
    let mut sure = how_sure(&differences);
    let validation = Findings::open(&beside(findings, "validate")).ok();
    sure.extend(pattern_sentence(validation.as_ref()));
    page.list(&sure);

    page.section("charts", "Look closer");
    page.heading("Year by year");
    page.raw(&chart_html(
        "by-year",
        &format!("{other} minus {base}: mean of paired differences with its 90 % interval, each by itself."),
    ));
    page.data("by-year", &data::differences(&differences));
    let mut opened: Vec<(String, Tables)> = [&base, &other]
        .into_iter()
        .filter_map(|name| Some((name.clone(), Tables::open(&beside(findings, name)).ok()?)))
        .collect();
    opened.dedup_by(|a, b| a.0 == b.0);
    if opened.len() == 2 && opened.iter().all(|(_, tables)| tables.dir.join("summary.csv").is_file()) {
        page.heading("Both scenarios");
        page.raw(&chart_html(
            "fans",
            "Switch scenarios on and off; move over the chart, or along it with the arrow keys.",
        ));
        let mut members: Vec<Member> =
            opened.iter_mut().map(|(name, tables)| Member { name: name.clone(), tables }).collect();
        page.data("fans", &data::fans(&mut members)?);
    } else {
        page.paragraph_of(
            "note",
            &format!(
                "`harmattan run {base} {other}` into the same output folder, and this page made again, shows both scenarios \
                 beside each other."
            ),
        );
    }

    page.section("figures", "Figures");
    page.raw("<div class=\"gallery\">");
    let theme = Theme::of(Style::Paper);
    let shown = FINDINGS_FIGURES.iter().filter(|f| SHOWN.contains(&f.name) && findings.has(f.table));
    for figure in shown {
        page.figure_if(figure.name, (figure.draw)(&theme, findings))?;
    }
    page.raw("</div>");

    page.section("numbers", "Numbers");
    let head =
        ["Indicator", &base, &other, "Difference", "90 % interval", "Clear", "Pairs"].map(str::to_string);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows = rows(&differences);
    page.table("Mali, the whole horizon", &head, &rows, 1);
    page.section("assumptions", "What is assumed here");
    assumptions(&mut page, findings);
    limits(&mut page);
    page.section("again", "Make it again");
    page.paragraph(&format!(
        "`harmattan compare {base} {other}` runs it again; `harmattan report DIR` makes this page again from the tables."
    ));
    Ok(page.finish())
}

fn assumptions(page: &mut Page, findings: &Findings) {
    if let Some(sample) = &findings.sample {
        sample.tell(page);
    }
    let set: Vec<String> =
        findings.settings.iter().map(|(name, value)| format!("`{name}` = {value}")).collect();
    if !set.is_empty() {
        page.paragraph(&format!("Set on the command line for both: {}.", set.join(", ")));
    }
    let others = if findings.sample.is_some() || !set.is_empty() { "Other parameters" } else { "Parameters" };
    page.paragraph(&format!("{others} have their default values, but for what a scenario file sets."));
    page.paragraph(&assumed::estimates());
    assumed::unsettled(page);
    assumed::pointer(page);
}

/// The folder of this name beside the folder of comparisons.
fn beside(findings: &Findings, name: &str) -> PathBuf {
    let full = findings.dir.canonicalize().unwrap_or_else(|_| findings.dir.clone());
    full.ancestors().nth(2).map(|out| out.join(name)).unwrap_or_default()
}

fn rows(differences: &[Difference]) -> Vec<Vec<String>> {
    let cells = |row: &Difference| {
        let unit = specification(&row.indicator).map_or("", |spec| spec.unit);
        let (difference, interval) = change_and_interval(row.difference, row.low90, row.high90, unit);
        vec![
            indicator_name(&row.indicator),
            quantity(row.base_mean, unit),
            quantity(row.other_mean, unit),
            difference,
            interval,
            if row.is_clear() { "yes" } else { "no" }.to_string(),
            number(row.pairs, 0),
        ]
    };
    of_horizon(differences).into_iter().filter(|row| row.region == "Mali").map(cells).collect()
}

/// Rows, or none where the table is sound and empty.
fn or_none<T>(rows: Result<Vec<T>, FigureError>) -> Result<Vec<T>, FigureError> {
    match rows {
        Err(FigureError::NoRows { .. }) => Ok(Vec::new()),
        other => other,
    }
}
