//! The map of a page: the cells as shapes that a script recolours, and what they hold in every period.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::base::dates::Date;
use crate::report::atlas::{Atlas, Ring, map_height, map_width, project};
use crate::report::axes::month_name;
use crate::report::control::Controller;
use crate::report::maps::colour;
use crate::report::page::escaped;
use crate::report::places::{PlaceSum, Places};
use crate::report::theme::{Style, Theme};

/// Units of the drawing per degree of latitude.
const UNITS: f64 = 40.0;
/// Levels of a number: two digits of base 64.
const LEVELS: f64 = 4_095.0;
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A map with its controls; without scripts it shows control in the last period. None if none of the places is on the
/// map.
pub fn html(atlas: &Atlas, places: &Places, caption: &str) -> Option<String> {
    let theme = Theme::of(Style::Paper);
    let last = *places.periods.keys().next_back()?;
    let control = places.control(last);
    let shown: Vec<&String> = places.names.iter().filter(|name| atlas.knows(name)).collect();
    if shown.is_empty() {
        return None;
    }
    let mut svg = format!(
        "<svg class=\"map\" viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" aria-label=\"{}\">\n",
        map_width() * UNITS,
        map_height() * UNITS,
        escaped(caption)
    );
    // Nobody's land is hatched: no colour among others.
    svg.push_str(
        "<defs><pattern id=\"nobody\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" fill=\"#fff\"/><rect width=\"3\" height=\"7\" \
         fill=\"#969696\"/></pattern></defs>\n",
    );
    for ring in &atlas.neighbours {
        let _ = writeln!(svg, "<path class=\"land\" d=\"{}\"/>", path(ring));
    }
    for name in &shown {
        let shapes: String = atlas.cells.get(*name).into_iter().flatten().map(path).collect();
        let verdict = control.places.get(*name);
        let fill = verdict.map_or("#ffffff".to_string(), |v| fill_of(v.controller, &theme));
        let name = escaped(name);
        let _ = writeln!(
            svg,
            "<path class=\"cell\" data-place=\"{name}\" fill=\"{fill}\" d=\"{shapes}\"><title>{name}</title></path>"
        );
    }
    for ring in &atlas.mali {
        let _ = writeln!(svg, "<path class=\"border\" d=\"{}\"/>", path(ring));
    }
    for capital in &atlas.capitals {
        let (x, y) = project(capital);
        let _ =
            writeln!(svg, "<circle class=\"seat\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>", x * UNITS, y * UNITS);
    }
    svg.push_str("<g class=\"events\"></g>\n</svg>\n");
    let mut legend = String::new();
    for controller in Controller::ALL {
        let _ = write!(
            legend,
            "<span class=\"key\"><i class=\"{}\" style=\"background-color:{}\"></i>{}</span> ",
            if controller == Controller::Nobody { "hatched" } else { "" },
            hex(colour(controller, &theme)),
            controller.label()
        );
    }
    Some(format!(
        "<div class=\"map-box\" data-map=\"map-data\">\n<p class=\"controls scripted\"><label>Show <select class=\"layer\">\
         </select></label> <button type=\"button\" class=\"play\" aria-pressed=\"false\">Play</button> <label \
         class=\"slider\"><span class=\"period\">{date}</span> <input type=\"range\" class=\"time\" min=\"0\" value=\"0\" \
         aria-label=\"Period\"></label> <label>Place <select class=\"place\"></select></label></p>\n{svg}\
         <p class=\"legend\">{legend}</p>\n<p class=\"readout\" aria-live=\"polite\">{date}</p>\n<p class=\"note\">{}</p>\n</div>\n",
        escaped(caption),
        date = month_name(last),
    ))
}

/// What the map shows in each period: `{periods, places, control, agree, layers}`; control as one letter per place,
/// agreement as one digit of tenths, layers as two digits of base 64 per place between 0 and their highest value.
pub fn data(atlas: &Atlas, places: &Places, period: &dyn Fn(Date) -> String) -> Value {
    let shown: Vec<usize> = (0..places.names.len()).filter(|at| atlas.knows(&places.names[*at])).collect();
    let n_seeds = places.periods.values().flatten().map(|place| place.n_seeds).max().unwrap_or(0);
    let controls: Vec<(String, String)> = places
        .periods
        .keys()
        .map(|date| {
            let control = places.control(*date);
            let verdicts = shown.iter().map(|at| control.places.get(&places.names[*at]));
            let letters =
                verdicts.clone().map(|v| v.map_or('-', |v| letter(v.controller))).collect::<String>();
            let tenths = verdicts.map(|v| {
                let tenth = v.map_or(0.0, |v| (v.share * 10.0).round().clamp(1.0, 10.0)) as u32;
                char::from_digit(tenth.min(9), 10).unwrap_or('0')
            });
            (letters, tenths.collect())
        })
        .collect();
    let layer = |words: &str, unit: &str, of: fn(&PlaceSum) -> f64| {
        let value = |period: &Vec<PlaceSum>, at: usize| period.get(at).map_or(0.0, of);
        let most = places
            .periods
            .values()
            .flat_map(|period| shown.iter().map(move |at| value(period, *at)))
            .fold(0.0, f64::max);
        let rows: Vec<String> = places
            .periods
            .values()
            .map(|period| shown.iter().map(|at| two_digits(value(period, *at), most)).collect())
            .collect();
        json!({ "words": words, "unit": unit, "most": most, "rows": rows })
    };
    json!({
        "periods": places.periods.keys().map(|date| period(*date)).collect::<Vec<_>>(),
        "places": shown.iter().map(|at| &places.names[*at]).collect::<Vec<_>>(),
        "seeds": n_seeds,
        "control": controls.iter().map(|(letters, _)| letters).collect::<Vec<_>>(),
        "agree": controls.iter().map(|(_, tenths)| tenths).collect::<Vec<_>>(),
        "controllers": Controller::ALL.iter().map(|controller| json!({
            "letter": letter(*controller).to_string(),
            "words": controller.label(),
            "fill": fill_of(*controller, &Theme::of(Style::Paper)),
        })).collect::<Value>(),
        "layers": [
            layer("State presence", "share", |place| place.mean(place.state_presence)),
            layer("People killed", "persons", |place| place.mean(place.deaths)),
            layer("Displaced persons staying here", "persons", |place| place.mean(place.idps)),
        ],
    })
}

fn letter(controller: Controller) -> char {
    match controller {
        Controller::State => 's',
        Controller::Separatist => 'p',
        Controller::Jihadist => 'j',
        Controller::Militia => 'm',
        Controller::Mission => 'f',
        Controller::Nobody => 'n',
    }
}

fn fill_of(controller: Controller, theme: &Theme) -> String {
    if controller == Controller::Nobody { "url(#nobody)".to_string() } else { hex(colour(controller, theme)) }
}

fn hex(colour: plotters::style::RGBColor) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
}

fn two_digits(value: f64, most: f64) -> String {
    let level = if most > 0.0 { (value / most * LEVELS).round().clamp(0.0, LEVELS) as usize } else { 0 };
    [DIGITS[level / 64], DIGITS[level % 64]].map(char::from).iter().collect()
}

fn path(ring: &Ring) -> String {
    let mut text = String::new();
    for (i, point) in ring.iter().enumerate() {
        let (x, y) = project(point);
        let _ = write!(text, "{}{:.1} {:.1}", if i == 0 { "M" } else { "L" }, x * UNITS, y * UNITS);
    }
    text + "Z"
}

/// Where an event stands on the map.
pub fn position(at: (f64, f64)) -> (f64, f64) {
    let (x, y) = project(&at);
    ((x * UNITS).round(), (y * UNITS).round())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_written_in_two_digits() {
        assert_eq!(two_digits(0.0, 5.0), "AA");
        assert_eq!(two_digits(5.0, 5.0), "//");
        assert_eq!(two_digits(1.0, 0.0), "AA");
        assert_eq!(two_digits(64.0 / LEVELS, 1.0), "BA");
    }
}
