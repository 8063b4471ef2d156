//! Which places a lever's `places` choose: ids, regions, countries, borders.

use std::collections::BTreeSet;

use toml::Spanned;

use crate::base::ids::{Id, PlaceId};
use crate::entities::theatre::{PlaceRow, RouteRow, Theatre};
use crate::scenario::diagnostic::Code;
use crate::scenario::tree::{Problems, clip};
use crate::tables::indicators::REGIONS;

/// The sums of regions that `places` may name besides the regions themselves.
const WIDER: [(&str, &[&str]); 2] =
    [("North", &["Gao", "Kidal", "Tombouctou"]), ("Centre", &["Mopti", "Segou"])];

/// Places of a list of selectors, sorted, each once.
pub(super) fn choose(
    theatre: &Theatre,
    names: &Spanned<Vec<Spanned<String>>>,
    problems: &mut Problems,
) -> Vec<PlaceId> {
    if names.get_ref().is_empty() {
        problems
            .add(names.span(), Code::OutOfRange, "`places` names no place")
            .expected("at least one place, or no `places` for everywhere that makes sense");
    }
    let mut chosen = vec![false; theatre.places.len()];
    for name in names.get_ref() {
        select(theatre, name, &mut chosen, problems);
    }
    (0..chosen.len()).filter(|at| chosen[*at]).map(PlaceId::from_index).collect()
}

fn select(theatre: &Theatre, name: &Spanned<String>, chosen: &mut [bool], problems: &mut Problems) {
    let word = name.get_ref().as_str();
    let (what, bare) = match word.split_once(':') {
        Some((what @ ("region" | "country" | "border"), bare)) => (what, bare),
        _ => ("place", word),
    };
    let found = match what {
        "region" => {
            let wider = WIDER.iter().find(|(wide, _)| *wide == bare).map(|(_, regions)| *regions);
            let regions = wider.unwrap_or(std::slice::from_ref(&bare));
            // Abroad, the column `region` holds the country.
            positions(theatre, |row| row.country == "MLI" && regions.contains(&row.region.as_str()))
        }
        "country" => positions(theatre, |row| row.country == bare),
        "border" => at_border(theatre, bare),
        _ => positions(theatre, |row| row.id == bare),
    };
    for at in &found {
        chosen[*at] = true;
    }
    if found.is_empty() {
        note_unknown(theatre, what, bare, name, problems);
    }
}

fn positions(theatre: &Theatre, wanted: impl Fn(&PlaceRow) -> bool) -> Vec<usize> {
    (0..theatre.places.len()).filter(|at| wanted(&theatre.places[*at])).collect()
}

/// Both ends of every route that crosses a border, whichever country is named first.
fn at_border(theatre: &Theatre, border: &str) -> Vec<usize> {
    let turned = border.split_once('-').map(|(a, b)| format!("{b}-{a}"));
    let crossing = |route: &&RouteRow| {
        !route.border.is_empty() && (route.border == border || Some(&route.border) == turned.as_ref())
    };
    let ends = theatre.routes.iter().filter(crossing).flat_map(|route| [&route.a, &route.b]);
    ends.filter_map(|id| theatre.place(id)).collect()
}

fn note_unknown(theatre: &Theatre, what: &str, bare: &str, name: &Spanned<String>, problems: &mut Problems) {
    if problems.full() {
        problems.add(name.span(), Code::UnknownName, "");
        return;
    }
    let rows = &theatre.places;
    let wider = WIDER.iter().map(|(wide, _)| *wide);
    let known: BTreeSet<&str> = match what {
        "region" => REGIONS.into_iter().chain(wider.clone()).collect(),
        "country" => rows.iter().map(|row| row.country.as_str()).collect(),
        "border" => theatre.routes.iter().map(|r| r.border.as_str()).filter(|b| !b.is_empty()).collect(),
        _ => rows.iter().map(|row| row.id.as_str()).collect(),
    };
    let message = format!("there is no {what} `{}` in the theatre `{}`", clip(bare), theatre.name);
    let problem = problems.unknown(name.span(), Code::UnknownName, message, bare, known);
    if what != "place" {
        problem.nearest = problem.nearest.as_ref().map(|near| format!("{what}:{near}"));
        return;
    }
    let others = "region:NAME, country:ISO3 or border:AAA-BBB";
    problem.expected(format!("a place id (`harmattan list places`), {others}"));
    // Regions are often named without the prefix that tells them from the town.
    if REGIONS.into_iter().chain(wider).any(|region| region == bare) {
        problem.nearest = Some(format!("region:{bare}"));
    }
}
