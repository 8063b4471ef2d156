//! The words around the figures: sheets with their notes, legends, and one sentence for those who cannot see.

use plotters::style::RGBColor;

use crate::base::dates::Date;
use crate::report::axes::month_name;
use crate::report::findings::Findings;
use crate::report::markers::Marker;
use crate::report::sheet::{Key, Mark, Sheet};
use crate::report::tables::{Manifest, Series};
use crate::report::theme::{Theme, number};

/// The sheet of a figure: title, scenario, notes on seeds, source and run; the legend is still empty.
pub fn sheet(manifest: &Manifest, title: String, source: &str, words: String) -> Sheet {
    let unfinished = manifest.n_runs - manifest.seeds.len();
    let mut notes = Vec::new();
    if manifest.seeds.len() == 1 {
        notes.push("One seed: no interval.".to_string());
    }
    if unfinished > 0 {
        notes.push(format!("{unfinished} of {} runs are not done and not shown.", manifest.n_runs));
    }
    Sheet {
        description: format!("{title}. Scenario {}, {}. {words}", manifest.name, manifest.seeds_in_words()),
        title,
        subtitle: manifest.title.clone(),
        keys: Vec::new(),
        notes,
        source: format!("Harmattan {}, {source}", manifest.version),
        run: format!("{} {}, {}", manifest.name, manifest.short_hash, manifest.seeds_in_words()),
    }
}

/// The sheet of a figure of an experiment; the legend is still empty.
pub fn findings_sheet(findings: &Findings, title: String, source: &str, words: String) -> Sheet {
    Sheet {
        description: format!("{title}. {}. {words}", findings.name),
        title,
        subtitle: String::new(),
        keys: Vec::new(),
        notes: Vec::new(),
        source: format!("Harmattan {}, {source}", findings.version),
        run: format!("{} {}", findings.name, findings.hash_of(source)).trim_end().to_string(),
    }
}

/// Legend of one fan; empty for one seed, which has a line and nothing else.
pub fn fan_keys(theme: &Theme, manifest: &Manifest, colour: RGBColor) -> Vec<Key> {
    if manifest.seeds.len() == 1 {
        return Vec::new();
    }
    let mut keys = vec![Key::new(Mark::Line(colour), "median")];
    keys.extend(band_keys(theme, colour, "50 % of runs"));
    keys
}

/// Legend of two fans.
pub fn pair_keys(theme: &Theme, manifest: &Manifest, pair: [(RGBColor, &str); 2]) -> Vec<Key> {
    let mut keys: Vec<Key> = pair.iter().map(|(colour, word)| Key::new(Mark::Line(*colour), word)).collect();
    if manifest.seeds.len() > 1 {
        keys.extend(band_keys(theme, theme.muted, "50 %"));
    }
    keys
}

fn band_keys(theme: &Theme, colour: RGBColor, narrow_word: &str) -> [Key; 2] {
    let wide = theme.on_paper(colour, theme.wide_band);
    let both = theme.wide_band + theme.narrow_band * (1.0 - theme.wide_band);
    let narrow = theme.on_paper(colour, both);
    [Key::new(Mark::Box(narrow), narrow_word), Key::new(Mark::Box(wide), "90 % of runs")]
}

/// What the dated lines mean, if there are any.
pub fn dated_note(manifest: &Manifest, markers: &[Marker]) -> Option<String> {
    let over = if manifest.seeds.len() == 1 { "" } else { ", median over runs" };
    let note = format!("Dated lines: coups and the first arrival of each foreign force{over}.");
    (!markers.is_empty()).then_some(note)
}

/// Says so if nothing differs from zero, lest the axis be taken for a fault.
pub fn zero_note(most: f64) -> Option<String> {
    (most == 0.0).then(|| "Every value is zero.".to_string())
}

/// One sentence for readers who cannot see the picture.
pub fn in_words(what: &str, series: &Series) -> String {
    let known = series.points.iter().filter(|(_, q)| !q.at[2].is_nan());
    let highest = known.max_by(|a, b| a.1.at[2].total_cmp(&b.1.at[2]).then_with(|| b.0.total_cmp(&a.0)));
    let Some((day, q)) = highest else { return String::new() };
    let value = q.at[2];
    let decimals = if value < 10.0 { 2 } else { 0 };
    // Stocks stand at the end of their period, which is the next month's first day.
    let date = Date::from_days(*day as i64 - 1);
    format!("Median of {what}: highest in {} with {}.", month_name(date), number(value, decimals))
}
