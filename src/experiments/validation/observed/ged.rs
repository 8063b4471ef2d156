//! Event lists in the layout of the UCDP Georeferenced Event Dataset.

use super::Sheet;
use crate::base::dates::{Date, FIRST_DAY};
use crate::entities::theatre::{PlaceRow, Theatre};
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::tables::indicators::REGIONS;

/// One located lethal event in Mali.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservedEvent {
    /// Months since January 2012; negative before.
    pub month: i32,
    /// Position in `REGIONS`.
    pub region: usize,
    /// Cercle of 2012.
    pub cercle: String,
    /// Deaths, best estimate.
    pub best: f64,
}

/// What a file holds of Mali.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// Located lethal events, in the order of the file.
    pub events: Vec<ObservedEvent>,
    /// First and last calendar year with an event; the file is taken to be complete for them.
    pub years: (i32, i32),
    /// Events left out because they are located to no more than a region or the country.
    pub vague: usize,
}

/// Worst precision that counts as located: within about 25 km.
const LOCATED: f64 = 2.0;
/// What the file should hold, for messages.
const HOLDS: &str = "events in the layout of UCDP GED, with a header row";

/// Reads an export: official names of columns first, then those of reduced copies.
pub fn read(label: &str, bytes: &[u8], theatre: &Theatre) -> Result<Observed, Vec<Diagnostic>> {
    let mut sheet = Sheet::read(label, bytes, HOLDS)?;
    let date = sheet.required(&["date_start"]);
    let country = sheet.required(&["country"]);
    let latitude = sheet.required(&["latitude"]);
    let longitude = sheet.required(&["longitude"]);
    let best = sheet.required(&["best"]);
    let high = sheet.required(&["high"]);
    let region = sheet.find(&["adm_1", "adm1"]);
    let cercle = sheet.find(&["adm_2", "cercle"]);
    let precision = sheet.find(&["where_prec"]);
    let mut observed = Observed { events: Vec::new(), years: (i32::MAX, i32::MIN), vague: 0 };
    for row in 0..sheet.n_rows() {
        if country != usize::MAX && sheet.word(row, country) != "Mali" {
            continue;
        }
        const MOST: f64 = 1e6;
        let day = sheet.date(row, date);
        let at = (sheet.number(row, latitude, (-90.0, 90.0)), sheet.number(row, longitude, (-180.0, 180.0)));
        let (best, high) = (sheet.number(row, best, (0.0, MOST)), sheet.number(row, high, (0.0, MOST)));
        let located = precision.map_or(Some(0.0), |column| sheet.number(row, column, (1.0, 7.0)));
        let (Some(day), (Some(latitude), Some(longitude)), Some(best), Some(high), Some(located)) =
            (day, at, best, high, located)
        else {
            continue;
        };
        observed.years = (observed.years.0.min(day.year), observed.years.1.max(day.year));
        if high < 1.0 {
            continue;
        }
        if located > LOCATED {
            observed.vague += 1;
            continue;
        }
        let Some(near) = nearest_place(theatre, latitude, longitude) else { continue };
        let named = region.and_then(|column| region_of(sheet.word(row, column)));
        let seat = cercle.and_then(|column| cercle_of(sheet.word(row, column), theatre));
        // A seat says more than the nearest place, which may lie across the border of a cercle.
        let home = seat.unwrap_or(near);
        let Some(region) = named.or_else(|| REGIONS.iter().position(|name| *name == home.region)) else {
            continue;
        };
        observed.events.push(ObservedEvent { month: month(day), region, cercle: home.cercle.clone(), best });
    }
    if observed.events.is_empty() {
        let mut none =
            Diagnostic::whole_file(label, Code::MissingKey, "the file holds no lethal event in Mali");
        none.expected = Some("rows with country `Mali` and high of at least 1".to_string());
        sheet.finish(())?;
        return Err(vec![none]);
    }
    sheet.finish(observed)
}

fn month(day: Date) -> i32 {
    (day.year - FIRST_DAY.year) * 12 + i32::from(day.month) - 1
}

/// A name without accents, and without the words that say what it names.
fn plain(name: &str) -> String {
    let letters = name.chars().flat_map(char::to_lowercase).map(|c| match c {
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'à' | 'â' | 'ä' => 'a',
        'ï' | 'î' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        '-' | '_' | '\'' => ' ',
        c => c,
    });
    let text: String = letters.collect();
    let said = ["region", "cercle", "district", "capital", "de", "du", "of", "the"];
    text.split_whitespace().filter(|word| !said.contains(word)).collect::<Vec<_>>().join(" ")
}

/// Position of the region of 2012 that a name means.
fn region_of(name: &str) -> Option<usize> {
    let plain = plain(name);
    let name = match plain.as_str() {
        "timbuktu" | "taoudenit" | "taoudenni" | "taoudeni" => "tombouctou",
        "menaka" => "gao",
        other => other,
    };
    REGIONS.iter().position(|region| region.to_lowercase() == name)
}

/// The seat of the cercle that a name means.
fn cercle_of<'t>(name: &str, theatre: &'t Theatre) -> Option<&'t PlaceRow> {
    let name = match plain(name).as_str() {
        "" => return None,
        "timbuktu" => "tombouctou".to_string(),
        other => other.to_string(),
    };
    theatre
        .places
        .iter()
        .find(|place| place.country == "MLI" && place.cercle == place.id && plain(&place.id) == name)
}

/// The place in Mali nearest to a point (equirectangular distance, good enough between neighbours).
fn nearest_place(theatre: &Theatre, latitude: f64, longitude: f64) -> Option<&PlaceRow> {
    let narrow = libm::cos(latitude.to_radians());
    let distance = |place: &PlaceRow| {
        let (north, east) = (place.latitude - latitude, (place.longitude - longitude) * narrow);
        north * north + east * east
    };
    let inside = theatre.places.iter().filter(|place| place.country == "MLI");
    inside.min_by(|a, b| distance(a).total_cmp(&distance(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_regions_are_known_in_their_official_spellings() {
        for (name, region) in [
            ("Kidal region", "Kidal"),
            ("Ségou region", "Segou"),
            ("Région de Tombouctou", "Tombouctou"),
            ("Timbuktu region", "Tombouctou"),
            ("Menaka", "Gao"),
            ("Bamako capital district", "Bamako"),
        ] {
            assert_eq!(region_of(name).map(|at| REGIONS[at]), Some(region), "{name}");
        }
        assert_eq!(region_of("Agadez region"), None);
    }
}
