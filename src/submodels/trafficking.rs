//! # Trafficking
//!
//! Networks fill consignments and choose among the cheapest paths; they learn where risk lies.
//!
//! - **Reads**: volumes and prices abroad, tolls, danger, seizures of last week, lever `market-demand`
//! - **Writes**: markets and consignments of the week; networks: learned risk, paths in use
//! - **Draws**: `trafficking.consignments`, one row per network
//! - **Equation**: loads ~ Poisson(volume x market share x relation share x what the origin adds: shocks to arms, gaps of
//!   subsidies to fuel and food, mines to the gold of the north); U(path) = (value abroad - value here -
//!   transport x RP - tolls - risk x value) / profit_scale, RP = 1 + k risk^2 (no compounding); paths in use
//!   grow when losses exceed tolerance and shrink when they do not
//! - **Pattern**: P12 (balloon effect), P25
//! - **Sources**: roundtable2014, lacher2013; narcologic (salience of seizures, consolidate and expand)

pub mod competition;

use serde::Deserialize;

use crate::base::draws::{Stream, uniform};
use crate::base::ids::{Id as _, NetworkId, RouteId};
use crate::base::maths::{binomial_quantile, poisson_quantile};
use crate::base::now::Now;
use crate::entities::policy::LeverKind;
use crate::entities::routes::{Market, Relation, Routes};
use crate::entities::theatre::CommodityEntry;
use crate::entities::trafficking_networks::{Consignment, Network};
use crate::entities::vocabulary::Commodity;
use crate::entities::world::World;
use crate::mechanics::choice::{self, Terms};
use crate::tables::trace::Considered;

/// Parameters; values, ranges and sources in `data/parameters/trafficking.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Share of a learned risk that is forgotten each week [1/week].
    pub risk_decay_per_week: f64,
    /// Share of the gap to certainty that a full loss teaches [share].
    pub risk_learning_share: f64,
    /// Rise of transport cost with the square of risk [1].
    pub risk_premium: f64,
    /// Profit difference, as a share of the margin, that makes one path e times as likely [share].
    pub profit_scale_share: f64,
    /// Share of loads lost that a network tolerates before it spreads out [share].
    pub loss_tolerance_share: f64,
    /// Paths used while losses are tolerated [1].
    pub paths_consolidated: f64,
    /// Paths used while they are not [1].
    pub paths_expanded: f64,
    /// Share of its margin that a network pays for protection [share].
    pub protection_share: f64,
    /// Unpaid weeks after which a protector turns away [weeks].
    pub defection_weeks: f64,
    /// Hazard that an unprotected network finds a protector of its kin near its base [1/week].
    pub contract_per_week: f64,
    /// Fitness of full protection, against a margin kept whole [1].
    pub protection_gain: f64,
    /// Protection, and rivalry, added by an accord that leaves crime aside, fully implemented [1].
    pub privilege_of_accord: f64,
    /// Weekly growth of a market share per unit of fitness above the mean [1/week].
    pub selection_per_week: f64,
    /// Market share below which a network leaves a trade [share].
    pub least_market_share: f64,
    /// Market share with which one enters a trade that passes its base [share].
    pub entry_market_share: f64,
    /// Rivalry of networks on one road that are no old rivals [share].
    pub unnamed_rivalry_share: f64,
}

const SUBMODEL: &str = "trafficking";
const CONSIGNMENTS: Stream = Stream::named("trafficking.consignments");
/// Words kept for one relation in a network's row.
const WORDS: usize = 8;

/// Sends this week's consignments.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    learn(world, params);
    competition::step(world, params, now);
    world.markets = markets(world);
    let outflow: Vec<f64> = world.relations.iter().map(|r| outflow(world, r)).collect();
    let mut trace = std::mem::take(&mut world.trace);
    let mut consignments = std::mem::take(&mut world.consignments);
    consignments.clear();
    let mut rows = now.draws.rows(CONSIGNMENTS, now.week);
    let mut words = vec![0; world.relations.len() * WORDS];
    for id in world.networks.ids() {
        let network = &world.networks[id];
        rows.start(network.key);
        rows.fill_words(&mut words);
        for (at, relation) in world.relations.iter().enumerate() {
            let Market { loads, price } = world.markets[relation.commodity as usize];
            let mean =
                loads * network.market_share[relation.commodity as usize] * relation.share * outflow[at];
            if mean <= 0.0 {
                continue;
            }
            let words = &words[at * WORDS..(at + 1) * WORDS];
            let loads = poisson_quantile(uniform(words[0]), mean);
            if loads == 0 {
                continue;
            }
            let goods = &world.commodities[relation.commodity as usize];
            let shares = path_shares(&world.routes, network, relation, goods, price, params);
            let sent = consignments.len();
            send(&mut consignments, id, at, loads, &shares, words);
            if trace.watches(SUBMODEL) {
                trace.note(now, SUBMODEL, &network.id, || {
                    considered(world, network, relation, price, params, &shares, &consignments[sent..])
                });
            }
        }
    }
    world.consignments = consignments;
    world.trace = trace;
}

/// What buyers abroad want of each commodity.
fn markets(world: &World) -> [Market; Commodity::COUNT] {
    let mut markets = world.markets;
    for goods in &world.commodities {
        let word = goods.id.word();
        let mut loads = goods.loads_per_week * world.inputs.value_of("volume", word);
        let mut price = world.inputs.value_of("price", word);
        for lever in
            world.policy.each_at(LeverKind::MarketDemand, None).filter(|l| l.word("commodity") == word)
        {
            loads *= lever.number("volume_factor");
            price *= lever.number("price_factor");
        }
        markets[goods.id as usize] = Market { loads, price };
    }
    markets
}

/// What multiplies the loads of one relation: a neighbour's collapse its arms, subsidies there its fuel and food, new mines
/// the gold of the north.
fn outflow(world: &World, relation: &Relation) -> f64 {
    let country = &world.places.country[relation.from];
    match relation.commodity {
        Commodity::Weapons => {
            let shocks = world.policy.each_at(LeverKind::RegionalShock, None);
            let here = shocks.filter(|l| l.word("country") == country);
            here.map(|l| l.number("arms_outflow_factor")).product()
        }
        Commodity::FuelAndFood => world.inputs.subsidy_gap(country),
        Commodity::Gold if world.places.in_north(relation.from) => world.inputs.value("gold-boom"),
        _ => 1.0,
    }
}

/// Risk rises on routes where loads were seized last week and is forgotten elsewhere; a network that loses more
/// than it tolerates tries another path, one that does not goes back to its best.
fn learn(world: &mut World, params: &Params) {
    for network in world.networks.iter_mut() {
        for risk in network.risk.iter_mut() {
            *risk *= 1.0 - params.risk_decay_per_week;
        }
    }
    let (mut sent, mut seized) = (vec![0_u32; world.networks.len()], vec![0_u32; world.networks.len()]);
    for consignment in &world.consignments {
        sent[consignment.network.index()] += consignment.loads;
        seized[consignment.network.index()] += consignment.seized;
        if consignment.seized == 0 {
            continue;
        }
        let share = f64::from(consignment.seized) / f64::from(consignment.loads);
        let relation = &world.relations[consignment.relation];
        let (routes, goods) =
            (&relation.paths[consignment.path], &world.commodities[relation.commodity as usize]);
        let searched: f64 = routes.iter().map(|r| world.routes.search(*r, goods)).sum();
        for route in routes {
            let blame = world.routes.search(*route, goods) / searched.max(1e-12);
            let risk = &mut world.networks[consignment.network].risk[*route];
            *risk += params.risk_learning_share * (1.0 - *risk) * share * blame;
        }
    }
    for (at, network) in world.networks.iter_mut().enumerate() {
        let loss = if sent[at] > 0 { f64::from(seized[at]) / f64::from(sent[at]) } else { 0.0 };
        network.loss_share += (loss - network.loss_share) * params.risk_decay_per_week;
        let tolerated = network.loss_share < params.loss_tolerance_share;
        network.paths_used =
            if tolerated { params.paths_consolidated as usize } else { params.paths_expanded as usize };
    }
}

/// Profit of a load on a path [EUR].
fn profit(
    routes: &Routes,
    network: &Network,
    path: &[RouteId],
    goods: &CommodityEntry,
    price: f64,
    params: &Params,
    terms: &mut impl Terms,
) {
    let (mut transport, mut tolls, mut risks) = (0.0, 0.0, 0.0);
    for route in path {
        let risk = network.risk[*route];
        let premium = 1.0 + params.risk_premium * risk * risk + routes.danger[*route];
        transport += goods.transport_eur_per_km * routes.km[*route] * premium;
        tolls += routes.toll_share[*route] * goods.value_at_origin_eur;
        risks += risk * goods.value_at_origin_eur;
    }
    terms.add("margin", goods.value_at_destination_eur * price - goods.value_at_origin_eur);
    terms.add("transport", -transport);
    terms.add("tolls", -tolls);
    terms.add("learned_risk", -risks);
}

/// Profit that makes one path e times as likely as another [EUR].
fn profit_scale(goods: &CommodityEntry, price: f64, params: &Params) -> f64 {
    let margin = goods.value_at_destination_eur * price - goods.value_at_origin_eur;
    params.profit_scale_share * (margin.abs() + goods.transport_eur_per_km * 1000.0)
}

/// Probability of each of the relation's paths.
fn path_shares(
    routes: &Routes,
    network: &Network,
    relation: &Relation,
    goods: &CommodityEntry,
    price: f64,
    params: &Params,
) -> Vec<f64> {
    let scale = profit_scale(goods, price, params);
    let utility = |(at, path): (usize, &Vec<RouteId>)| {
        if at >= network.paths_used {
            return f64::NEG_INFINITY;
        }
        choice::utility(|terms| profit(routes, network, path, goods, price, params, terms)) / scale
    };
    let mut shares: Vec<f64> = relation.paths.iter().enumerate().map(utility).collect();
    choice::shares(&mut shares);
    shares
}

/// The paths of a relation as its network saw them.
fn considered(
    world: &World,
    network: &Network,
    relation: &Relation,
    price: f64,
    params: &Params,
    shares: &[f64],
    sent: &[Consignment],
) -> Vec<Considered> {
    let goods = &world.commodities[relation.commodity as usize];
    let scale = profit_scale(goods, price, params);
    let option = |at: usize| {
        let stops: Vec<&str> = relation.stops[at].iter().map(|p| world.places.id[*p].as_str()).collect();
        let path = &relation.paths[at];
        let eur = choice::terms(|terms| profit(&world.routes, network, path, goods, price, params, terms));
        Considered {
            option: format!("{}:{}", relation.commodity.word(), stops.join(">")),
            chosen: sent.iter().filter(|c| c.path == at).map(|c| f64::from(c.loads)).sum(),
            probability: shares[at],
            terms: eur.into_iter().map(|(name, value)| (name, value / scale)).collect(),
        }
    };
    (0..relation.paths.len().min(network.paths_used)).map(option).collect()
}

/// Splits the loads of a relation over its paths.
fn send(
    consignments: &mut Vec<Consignment>,
    network: NetworkId,
    relation: usize,
    loads: u32,
    shares: &[f64],
    words: &[u32],
) {
    let mut left = loads;
    let mut rest = 1.0;
    for (path, share) in shares.iter().enumerate() {
        let p = if rest > 0.0 { (share / rest).min(1.0) } else { 1.0 };
        let last = path + 1 == shares.len();
        let n = if last { left } else { binomial_quantile(uniform(words[1 + path.min(4)]), left, p) };
        rest -= share;
        left -= n;
        if n > 0 {
            let fate = (words[6].rotate_left(7 * path as u32), words[7].rotate_left(7 * path as u32));
            consignments.push(Consignment {
                network,
                relation,
                path,
                loads: n,
                seized: 0,
                seized_on: None,
                fate,
            });
        }
    }
}
