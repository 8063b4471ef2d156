//! What `ledger.csv` says about the illicit and war economy: who pays whom, by kind of actor.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::entities::vocabulary::GroupKind;
use crate::report::FigureError;
use crate::report::groups::Groups;
use crate::report::rows::Rows;
use crate::report::tables::Tables;
use crate::scenario::library;

/// Kinds of payer and payee, in the order of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// Buyers and sellers of illicit goods outside the theatre.
    IllicitMarkets,
    /// Trafficking networks.
    Networks,
    /// Jihadist groups.
    Jihadists,
    /// Separatist groups.
    Separatists,
    /// Loyalist militias and self-defence movements.
    Militias,
    /// Officials, for themselves.
    Officials,
    /// The state and its missions.
    States,
    /// Residents.
    Residents,
    /// Everyone else: the licit economy, contractors, donors.
    Others,
}

impl Party {
    /// Every kind in order.
    pub const ALL: [Party; 9] = [
        Party::IllicitMarkets,
        Party::Networks,
        Party::Jihadists,
        Party::Separatists,
        Party::Militias,
        Party::Officials,
        Party::States,
        Party::Residents,
        Party::Others,
    ];

    /// Words of the picture.
    pub fn label(self) -> &'static str {
        match self {
            Party::IllicitMarkets => "illicit markets",
            Party::Networks => "networks",
            Party::Jihadists => "jihadists",
            Party::Separatists => "separatists",
            Party::Militias => "militias",
            Party::Officials => "officials",
            Party::States => "states, missions",
            Party::Residents => "residents",
            Party::Others => "others",
        }
    }

    /// True for those whose payments make the illicit and war economy.
    fn is_illicit(self) -> bool {
        matches!(
            self,
            Party::IllicitMarkets | Party::Networks | Party::Jihadists | Party::Separatists | Party::Militias
        )
    }

    fn of(actor: &str, seed: u64, groups: &Groups, networks: &BTreeSet<String>) -> Party {
        match groups.kind(seed, actor) {
            Some(GroupKind::Jihadist) => return Party::Jihadists,
            Some(GroupKind::Separatist) => return Party::Separatists,
            Some(GroupKind::LoyalistMilitia | GroupKind::SelfDefence) => return Party::Militias,
            None => {}
        }
        match actor {
            "illicit-markets" => Party::IllicitMarkets,
            "officials" => Party::Officials,
            "mali" | "minusma" | "afisma" | "france" | "g5" => Party::States,
            _ if actor.starts_with("people-") => Party::Residents,
            _ if actor.starts_with("government-") => Party::States,
            _ if networks.contains(actor) => Party::Networks,
            _ => Party::Others,
        }
    }
}

/// Payments between kinds of actors [EUR per year], mean over seeds; only those in which an illicit market, a
/// network or an armed group takes part, and not those within a kind.
#[derive(Clone, Debug, Default)]
pub struct Payments {
    /// By payer and payee.
    pub between: BTreeMap<(Party, Party), f64>,
    /// Years that the table covers.
    pub years: f64,
}

/// Reads `ledger.csv`.
///
/// # Errors
///
/// Missing, foreign or damaged tables, and one without such payments.
pub fn read(tables: &mut Tables) -> Result<Payments, FigureError> {
    let (dir, manifest) = (tables.dir.clone(), tables.manifest.clone());
    let groups = tables.groups()?;
    let networks = networks(&dir)?;
    let columns = ["seed", "date", "payer", "payee", "amount_eur"];
    let mut rows = Rows::open(&dir, "ledger", &columns, &manifest)?;
    let mut sums: BTreeMap<(Party, Party), f64> = BTreeMap::new();
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    while rows.advance()? {
        let seed = rows.seed(0, &manifest)?;
        let date = rows.date(1)?;
        (first, last) = (first.min(date.days()), last.max(manifest.every.end_of(date)));
        let payer = Party::of(rows.text(2)?, seed, groups, &networks);
        let payee = Party::of(rows.text(3)?, seed, groups, &networks);
        if payer != payee && (payer.is_illicit() || payee.is_illicit()) {
            *sums.entry((payer, payee)).or_default() += rows.number(4)?;
        }
    }
    if sums.values().all(|sum| *sum == 0.0) {
        let what = "no payment of an illicit market, a network or an armed group".to_string();
        return Err(FigureError::NoRows { file: rows.file().to_path_buf(), what });
    }
    let years = (last - first) as f64 / 365.25;
    let per = manifest.seeds.len() as f64 * years;
    sums.values_mut().for_each(|sum| *sum /= per);
    Ok(Payments { between: sums, years })
}

/// Ids of the trafficking networks: those of every theatre, and those that `actors.csv` knows beside them because data of
/// one's own brought them.
fn networks(dir: &Path) -> Result<BTreeSet<String>, FigureError> {
    let texts = library::theatre_names().filter_map(library::theatre_texts).flatten();
    let mut ids = BTreeSet::new();
    for (_, text) in texts.filter(|(file, _)| *file == "networks.toml") {
        let table: toml::Table = toml::from_str(text).unwrap_or_default();
        let networks = table.get("network").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let id = |network: &toml::Value| network.get("id")?.as_str().map(str::to_string);
        ids.extend(networks.iter().filter_map(id));
    }
    if dir.join("actors.csv").is_file() {
        let mut rows = Rows::open_alone(dir, "actors", &["actor", "kind"])?;
        while rows.advance()? {
            if rows.text(1)? == "trafficking-network" && !ids.contains(rows.text(0)?) {
                ids.insert(rows.text(0)?.to_string());
            }
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors_are_told_apart() {
        let (groups, networks) = (Groups::default(), networks(Path::new("nowhere")).unwrap());
        let of = |actor: &str| Party::of(actor, 1, &groups, &networks);
        assert_eq!(of("tilemsi-arabs"), Party::Networks);
        assert_eq!(of("people-gao"), Party::Residents);
        assert_eq!(of("government-fra"), Party::States);
        assert_eq!(of("economy"), Party::Others);
        assert!(networks.len() > 5);
    }
}
