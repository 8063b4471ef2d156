//! Armed groups, bands and trafficking networks.

use crate::base::dates::Week;
use crate::base::draws::hash;
use crate::base::ids::{Column, GroupId, Id as _, NetworkId, PlaceId};
use crate::base::maths::apportion;
use crate::base::quantities::Money;
use crate::entities::armed_groups::{ArmedGroup, ArmedGroups, Brake, Capability, Foreigners, Members};
use crate::entities::bands::Bands;
use crate::entities::cells::Cells;
use crate::entities::governments::Governments;
use crate::entities::ledger::Ledger;
use crate::entities::places::Places;
use crate::entities::routes::Routes;
use crate::entities::theatre::Theatre;
use crate::entities::trafficking_networks::{Contract, Network};
use crate::entities::vocabulary::{Community, Posture, Purpose, Stance};
use crate::entities::world::World;
use crate::mechanics::recruits::BAND_MOST;
use crate::submodels::Beginning;

/// Groups and their bands; members are enrolled when the world stands.
pub fn groups(
    theatre: &Theatre,
    places: &Places,
    cells: &Cells,
    governments: &Governments,
    ledger: &mut Ledger,
    parameters: &Beginning,
) -> (ArmedGroups, Bands) {
    let n = theatre.groups.len();
    let mut bands = Bands::default();
    let mut groups: ArmedGroups = Column::from_vec(Vec::new());
    for (at, row) in theatre.groups.iter().enumerate() {
        let mut communities = [0.0; Community::COUNT];
        for (community, weight) in &row.communities {
            communities[*community as usize] = *weight;
        }
        let mut relations = vec![0.0; n];
        for (other, relation) in &row.relations {
            if let Some(other) = theatre.groups.iter().position(|g| g.id == *other) {
                relations[other] = *relation;
            }
        }
        let actor = ledger.open(&row.id, "armed-group");
        ledger.pay(
            ledger.standing.markets,
            actor,
            Purpose::ForeignBacking,
            Money::from_eur(row.treasury_eur),
        );
        let key = hash(&row.id);
        let group = GroupId::from_index(at);
        let shares: Vec<f64> = row.bases.iter().map(|b| b.share).collect();
        let mut parts = Vec::new();
        apportion(row.fighters_persons, &shares, &mut parts);
        for (base, fighters) in row.bases.iter().zip(parts.iter().copied()) {
            let place = theatre.place(&base.place).map_or(PlaceId(0), PlaceId::from_index);
            let posture = if places.in_mali[place] { Posture::Guerrilla } else { Posture::Sanctuary };
            let mut left = fighters;
            while left > 0 {
                let size = left.min(BAND_MOST / 2);
                bands.form(group, key, place, size, posture);
                left -= size;
            }
        }
        let origins: Vec<f64> = row.foreign_origins.values().copied().collect();
        let foreign = (f64::from(row.fighters_persons) * origins.iter().sum::<f64>() + 0.5) as u32;
        apportion(foreign, &origins, &mut parts);
        let known = |code: &str| governments.of(code).unwrap_or(governments.mali);
        let foreigners = row.foreign_origins.keys().zip(parts);
        let foreigners = foreigners.map(|(code, n)| Foreigners { origin: known(code), here: n, away: 0 });
        groups.push(ArmedGroup {
            id: row.id.clone(),
            key,
            kind: row.kind,
            born: Week(0),
            parent: None,
            ended: None,
            offspring: 0,
            returnees_share: row.returnees_share,
            returnee_weapons_quality: row.returnee_weapons_quality,
            communities,
            members: Members::none(cells.len()),
            foreigners: foreigners.collect(),
            dormant: vec![0; cells.len()],
            actor,
            weapons_quality: row.weapons_quality,
            arms: (f64::from(row.fighters_persons) * parameters.initialization.fighter_weapons) as u32,
            capability: Capability::even(row.capability),
            demand: row.demand,
            cohesion: row.cohesion,
            takes_hostages: row.takes_hostages,
            toll_share: row.toll_share,
            toll_income_eur: 0.0,
            last_toll_eur: 0.0,
            toll_direction: 1.0,
            pay_eur: row.pay_eur_per_week,
            patronage_eur: 0.0,
            favour: 0.0,
            unpaid_weeks: 0.0,
            pay_met: 1.0,
            state_relation: row.state_relation,
            relations,
            stance: if row.active { Stance::Fighting } else { Stance::Dormant },
            offensive: [false; 9],
            sanctuaries: row
                .sanctuaries
                .iter()
                .filter_map(|s| theatre.place(s))
                .map(PlaceId::from_index)
                .collect(),
            recent_losses: 0.0,
            hostages: if row.takes_hostages { parameters.initialization.hostages_persons as u32 } else { 0 },
            last_abduction: row
                .bases
                .first()
                .and_then(|b| theatre.place(&b.place))
                .map_or(PlaceId(0), PlaceId::from_index),
            brake: Brake::None,
            seats_held: 0,
            income_eur: 0.0,
            usual_income_eur: 0.0,
            recruits: 0,
            attacks: 0,
            deaths_caused: 0,
        });
    }
    ledger.clear_flows();
    (groups, bands)
}

/// Takes members and dormant members out of the cells of their communities in the north (all of Mali where the
/// communities live elsewhere), nearest to the bases first by weight.
pub fn enrol(world: &mut World, theatre: &Theatre) {
    for (at, row) in theatre.groups.iter().enumerate() {
        let group = GroupId::from_index(at);
        let base = row.bases.first().and_then(|b| theatre.place(&b.place)).map(PlaceId::from_index);
        let weights: Vec<f64> = world
            .cells
            .iter()
            .map(|cell| {
                let near = base.map_or(1.0, |b| 1.0 / (10.0 + world.places.travel_hours[(b, cell.place)]));
                world.groups[group].communities[cell.community as usize] * f64::from(cell.initial) * near
            })
            .collect();
        let malian = row.fighters_persons - world.groups[group].foreign_members();
        let mut parts = Vec::new();
        apportion(malian, &weights, &mut parts);
        let mut short = 0;
        for (cell, people) in world.cells.ids().zip(parts) {
            let taken = world.persons.take(&mut world.cells[cell], people, 0.5);
            world.groups[group].members.add(cell.index(), taken);
            short += people - taken;
        }
        let mali = world.governments.mali;
        world.groups[group].add_foreigners(mali, short, 0);
        let mut parts = Vec::new();
        apportion(row.dormant_persons, &weights, &mut parts);
        for (cell, people) in world.cells.ids().zip(parts) {
            let taken = world.persons.take(&mut world.cells[cell], people, 0.25);
            world.groups[group].dormant[cell.index()] = taken;
        }
    }
}

/// Networks.
pub fn networks(
    theatre: &Theatre,
    routes: &Routes,
    groups: &ArmedGroups,
    ledger: &mut Ledger,
    parameters: &Beginning,
) -> Vec<Network> {
    let networks: Vec<Network> = theatre
        .networks
        .iter()
        .map(|row| {
            let actor = ledger.open(&row.id, "trafficking-network");
            let capital = row.capital_eur * parameters.initialization.network_treasury_share;
            ledger.pay(ledger.standing.markets, actor, Purpose::NetworkMargin, Money::from_eur(capital));
            let mut market_share = [0.0; crate::entities::vocabulary::Commodity::COUNT];
            for (commodity, share) in &row.market_shares {
                market_share[*commodity as usize] = *share;
            }
            Network {
                id: row.id.clone(),
                key: hash(&row.id),
                community: row.community,
                base: theatre.place(&row.base).map_or(PlaceId(0), PlaceId::from_index),
                market_share,
                actor,
                protectors: groups
                    .ids()
                    .filter(|g| row.protectors.contains(&groups[*g].id))
                    .map(|group| Contract { group, unpaid_weeks: 0 })
                    .collect(),
                rivals: (0..theatre.networks.len())
                    .filter(|at| row.rivals.contains(&theatre.networks[*at].id))
                    .map(NetworkId::from_index)
                    .collect(),
                earned_eur: 0.0,
                dues_eur: 0.0,
                margin_retained: row.margin_retained_share,
                risk: Column::filled(routes.km.len(), 0.0),
                loss_share: 0.0,
                paths_used: parameters.trafficking.paths_consolidated as usize,
            }
        })
        .collect();
    ledger.clear_flows();
    networks
}
