//! Checked rows on top of the theatre: those with a key that stands replace, others follow, some go.

use std::collections::BTreeMap;

use super::rows::Row;
use crate::entities::theatre::{
    CommoditiesFile, GovernmentsFile, GroupsFile, InputsFile, MissionsFile, NetworksFile, Theatre, date_of,
    read_csv, read_toml,
};
use crate::entities::vocabulary::Commodity;
use crate::scenario::diagnostic::Code;
use crate::scenario::tree::{Problems, clip};

/// How far a sum of shares may lie from 1 before the others make room.
const ROUNDING: f64 = 1e-6;

/// Puts the rows of a file on top.
pub(super) fn put_on(theatre: &mut Theatre, file: &str, text: &str) -> Result<(), String> {
    let t = theatre;
    let name = t.name.clone();
    match file {
        "places.csv" => put(&mut t.places, read_csv(&name, file, text)?, |row| row.id.clone()),
        "population.csv" => {
            put(&mut t.population, read_csv(&name, file, text)?, |row| (row.place.clone(), row.community));
        }
        "routes.csv" => put(&mut t.routes, read_csv(&name, file, text)?, |row| pair(&row.a, &row.b)),
        "posts.csv" => put(&mut t.posts, read_csv(&name, file, text)?, |row| (row.place.clone(), row.rank)),
        "garrisons.csv" => put(&mut t.garrisons, read_csv(&name, file, text)?, |row| row.place.clone()),
        "armed_groups.toml" => {
            let read: GroupsFile = read_toml(&name, file, text)?;
            put(&mut t.groups, read.group, |row| row.id.clone());
        }
        "commodities.toml" => {
            let read: CommoditiesFile = read_toml(&name, file, text)?;
            put(&mut t.commodities, read.commodity, |row| row.id);
        }
        "networks.toml" => {
            let read: NetworksFile = read_toml(&name, file, text)?;
            put(&mut t.networks, read.network, |row| row.id.clone());
        }
        "missions.toml" => {
            let read: MissionsFile = read_toml(&name, file, text)?;
            put(&mut t.missions, read.mission, |row| row.id.clone());
        }
        "governments.toml" => {
            let read: GovernmentsFile = read_toml(&name, file, text)?;
            put(&mut t.governments, read.government, |row| row.id.clone());
            put(&mut t.cooperation, read.cooperation, |row| pair(&row.a, &row.b));
            put(&mut t.frameworks, read.framework, |row| row.id.clone());
        }
        "inputs.toml" => {
            let read: InputsFile = read_toml(&name, file, text)?;
            put(&mut t.series, read.series, |row| row.id.clone());
            put(&mut t.seasons, read.season, |row| row.id.clone());
            put(&mut t.scandals, read.scandal, |row| date_of(&row.date));
            put(&mut t.elections, read.election, |row| (date_of(&row.date), row.kind.clone()));
        }
        _ => {}
    }
    Ok(())
}

fn put<T, K: Ord>(rows: &mut Vec<T>, new: Vec<T>, key: impl Fn(&T) -> K) {
    let at: BTreeMap<K, usize> = rows.iter().enumerate().map(|(at, row)| (key(row), at)).collect();
    for row in new {
        match at.get(&key(&row)) {
            Some(at) => rows[*at] = row,
            None => rows.push(row),
        }
    }
}

fn pair(a: &str, b: &str) -> [String; 2] {
    let mut pair = [a.to_string(), b.to_string()];
    pair.sort();
    pair
}

/// Takes a row out by its key, and with a place, group or network what belongs to it alone; false if there is none.
pub(super) fn remove(theatre: &mut Theatre, row: &str, key: &[String]) -> bool {
    let is = |parts: &[&str]| parts.iter().eq(key.iter());
    let t = theatre;
    match row {
        "place" => {
            t.population.retain(|row| !is(&[&row.place]));
            t.posts.retain(|row| !is(&[&row.place]));
            t.garrisons.retain(|row| !is(&[&row.place]));
            t.routes.retain(|row| !is(&[&row.a]) && !is(&[&row.b]));
            take(&mut t.places, |row| is(&[&row.id]))
        }
        "population" => take(&mut t.population, |row| is(&[&row.place, row.community.word()])),
        "route" => take(&mut t.routes, |row| is(&[&row.a, &row.b]) || is(&[&row.b, &row.a])),
        "post" => take(&mut t.posts, |row| is(&[&row.place, row.rank.word()])),
        "garrison" => take(&mut t.garrisons, |row| is(&[&row.place])),
        "group" => {
            t.groups.iter_mut().for_each(|group| group.relations.retain(|id, _| !is(&[id])));
            t.networks.iter_mut().for_each(|network| network.protectors.retain(|id| !is(&[id])));
            take(&mut t.groups, |row| is(&[&row.id]))
        }
        "network" => {
            t.networks.iter_mut().for_each(|network| network.rivals.retain(|id| !is(&[id])));
            take(&mut t.networks, |row| is(&[&row.id]))
        }
        "mission" => take(&mut t.missions, |row| is(&[&row.id])),
        "cooperation" => take(&mut t.cooperation, |row| is(&[&row.a, &row.b]) || is(&[&row.b, &row.a])),
        "framework" => take(&mut t.frameworks, |row| is(&[&row.id])),
        "scandal" => {
            take(&mut t.scandals, |row| date_of(&row.date).is_some_and(|date| is(&[&date.to_string()])))
        }
        "election" => take(&mut t.elections, |row| {
            date_of(&row.date).is_some_and(|date| is(&[&date.to_string(), &row.kind]))
        }),
        _ => false,
    }
}

fn take<T>(rows: &mut Vec<T>, is_meant: impl Fn(&T) -> bool) -> bool {
    let before = rows.len();
    rows.retain(|row| !is_meant(row));
    rows.len() < before
}

/// Relations and rivalries hold both ways: what one side says is put down for the other. Where both stand in the files
/// and contradict each other, that is noted.
pub(super) fn mirror(theatre: &mut Theatre, rows: &[Row], problems: &mut [Problems]) {
    let is_own = |row: &str, id: &str| rows.iter().any(|r| r.shape.row == row && r.text("id") == id);
    for row in rows.iter().filter(|row| row.shape.row == "group") {
        let id = row.text("id");
        let Some(at) = theatre.groups.iter().position(|group| group.id == id) else { continue };
        for other in 0..theatre.groups.len() {
            let other_id = theatre.groups[other].id.clone();
            let here = theatre.groups[at].relations.get(&other_id).copied();
            let there = theatre.groups[other].relations.get(id).copied();
            match (here, there) {
                (Some(_), _) if other == at => {
                    let message = format!("`{id}` stands in a relation to itself");
                    let problem = problems[row.file].add(row.span_of("relations"), Code::Conflict, message);
                    problem.expected("relations to other groups");
                }
                (Some(here), Some(there)) if here != there && is_own("group", &other_id) => {
                    let message = format!(
                        "`{id}` stands to `{}` at {here}, and it to `{id}` at {there}",
                        clip(&other_id)
                    );
                    let problem = problems[row.file].add(row.span_of("relations"), Code::Conflict, message);
                    problem.expected("one number for both sides, said once or twice");
                }
                (Some(here), _) => {
                    theatre.groups[other].relations.insert(id.to_string(), here);
                }
                (None, Some(there)) => {
                    theatre.groups[at].relations.insert(other_id, there);
                }
                (None, None) => {}
            }
        }
    }
    for row in rows.iter().filter(|row| row.shape.row == "network") {
        let id = row.text("id").to_string();
        let Some(at) = theatre.networks.iter().position(|network| network.id == id) else { continue };
        if theatre.networks[at].rivals.contains(&id) {
            let message = format!("`{id}` is its own rival");
            let problem = problems[row.file].add(row.span_of("rivals"), Code::Conflict, message);
            problem.expected("other networks");
            continue;
        }
        for other in (0..theatre.networks.len()).filter(|other| *other != at) {
            let other_id = theatre.networks[other].id.clone();
            let here = theatre.networks[at].rivals.contains(&other_id);
            let there = theatre.networks[other].rivals.contains(&id);
            if here && !there {
                theatre.networks[other].rivals.push(id.clone());
            } else if there && !here {
                theatre.networks[at].rivals.push(other_id);
            }
        }
    }
}

/// Shares that add to 1 over all groups or networks: those that stood make room for those of the files, in proportion.
pub(super) fn make_room(theatre: &mut Theatre, rows: &[Row], problems: &mut [Problems]) {
    let own = |row: &str| -> Vec<String> {
        rows.iter().filter(|r| r.shape.row == row).map(|r| r.text("id").to_string()).collect()
    };
    let mut too_much = |row: &'static str, column: &str, what: &str, sum: f64| {
        let message = format!("{what} add to {} over all {row}s", (sum * 1e12).round() / 1e12);
        // Without a row of one's own, a removal is the cause.
        let at = rows.iter().find(|r| r.shape.row == row && r.item(column).is_some());
        if let Some(at) = at {
            let problem = problems[at.file].add(at.span_of(column), Code::OutOfRange, message);
            problem.expected("shares that add to 1, or less where other rows can fill up");
        }
    };
    let groups = own("group");
    let mut shares: Vec<(bool, &mut f64)> = theatre
        .groups
        .iter_mut()
        .map(|group| (groups.contains(&group.id), &mut group.returnees_share))
        .collect();
    if let Err(sum) = fill_up(&mut shares) {
        too_much("group", "returnees_share", "the shares of returnees", sum);
    }
    let networks = own("network");
    for goods in Commodity::ALL {
        let mut shares: Vec<(bool, &mut f64)> = theatre
            .networks
            .iter_mut()
            .filter_map(|network| {
                Some((networks.contains(&network.id), network.market_shares.get_mut(goods)?))
            })
            .collect();
        if let Err(sum) = fill_up(&mut shares) {
            let what = format!("the market shares of `{}`", goods.word());
            too_much("network", "market_shares", &what, sum);
        }
    }
}

/// Scales the shares that are not one's own so that all add to 1; the sum of one's own where that cannot be.
fn fill_up(shares: &mut [(bool, &mut f64)]) -> Result<(), f64> {
    let sum = |shares: &[(bool, &mut f64)], own| -> f64 {
        shares.iter().filter(|(is_own, _)| *is_own == own).map(|(_, share)| **share).sum()
    };
    let (own, others) = (sum(shares, true), sum(shares, false));
    if (own + others - 1.0).abs() <= ROUNDING || shares.is_empty() {
        return Ok(());
    }
    if own > 1.0 + ROUNDING || others <= 0.0 {
        return Err(own);
    }
    let factor = (1.0 - own).max(0.0) / others;
    shares.iter_mut().filter(|(is_own, _)| !is_own).for_each(|(_, share)| **share *= factor);
    Ok(())
}
