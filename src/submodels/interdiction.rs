//! # Interdiction and tolls
//!
//! Consignments pass the controllers of their path: some are searched and seized, most pay.
//!
//! - **Reads**: consignments, markets, cover, border effort, cooperation, captured officials, cooperation of people, task
//!   forces, levers `border-control`, `community-crime-control`
//! - **Writes**: seizures, tolls, wages, margins; learned supply of goods; routes: search, toll, traffic
//! - **Draws**: two words that each consignment carries
//! - **Equation**: seizure on a leg = 1 - exp(-h x search), search = cover x effort x (1 - captured) x (0.5 + 0.5
//!   cooperation of states) x aim x (1 + g x cooperation of people x (1 - legitimacy of the trade)), and what strike
//!   forces search for arms; off the tarmac transport is dearer by 1/passable - 1; a controller's toll step follows the change of its take
//! - **Pattern**: P10, P12; under 1 % of cocaine seized in history
//! - **Sources**: roundtable2014 (blunt and crime-sensitive control); unodc-2013 (seizures); sizes assumed

use serde::Deserialize;

use crate::base::draws::uniform;
use crate::base::ids::{Column, GroupId, Id as _, NetworkId, PlaceId, RouteId};
use crate::base::maths::{befallen, decay, exp};
use crate::base::now::Now;
use crate::base::quantities::Money;
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::trafficking_networks::Consignment;
use crate::entities::vocabulary::{Commodity, Livelihood, Purpose, Stance, Surface};
use crate::entities::world::{FIND, World};

/// Parameters; values, ranges and sources in `data/parameters/interdiction.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Hazard that a leg searched with full effort and cover takes a load [1/load].
    pub seizure_hazard_per_load: f64,
    /// Rise of the search where people tell all they know of a trade they condemn [1].
    pub information_gain: f64,
    /// Search by missions against search by the state [share].
    pub mission_search_share: f64,
    /// Search effort of the state without any policy and without complicity [share].
    pub own_effort_share: f64,
    /// Search by a neighbour's honest border units at full effort [share].
    pub foreign_search_share: f64,
    /// Share of search hours that crime-sensitive control spends on harmful goods [share].
    pub sensitive_aim_share: f64,
    /// The same under blunt control [share].
    pub blunt_aim_share: f64,
    /// Share of search hours that blunt control spends on ordinary goods [share].
    pub blunt_ordinary_share: f64,
    /// Rise of transport cost where banditry and deaths are high [1].
    pub danger_weight: f64,
    /// Recent deaths at half of the danger [deaths].
    pub danger_half_deaths: f64,
    /// Share of the toll that a hidden group takes where its force meets the need [share].
    pub shadow_toll_share: f64,
    /// Largest toll by hidden groups together [share].
    pub most_shadow_toll_share: f64,
    /// Bribes as a share of a load's value per place with captured officials [share].
    pub bribe_share: f64,
    /// People paid a carrier's wage per load [persons/load].
    pub wage_earners_persons_per_load: f64,
    /// Network margin as a share of the price gap after transport, tolls and partners abroad [1].
    pub margin_share_of_gap: f64,
    /// Share of a network's margin spent at home [share].
    pub patronage_share: f64,
    /// Weapons in a load [weapons/load].
    pub carried_weapons_per_load: f64,
    /// Share of arriving weapons that groups want [share].
    pub group_purchase_share: f64,
    /// Price of a rifle [EUR].
    pub weapon_price_eur: f64,
    /// Share of a treasury spent on arms a week [1].
    pub arms_share_of_treasury: f64,
    /// Quality of heavy Libyan arms [1].
    pub best_weapons_quality: f64,
    /// Rise of quality, as a share of the room, per weapon and fighter [1].
    pub quality_per_weapon: f64,
    /// Deterrence of ordinary trade by blunt control at full effort and cover [1].
    pub blunt_deterrence: f64,
    /// Reach of border control without any garrison [1].
    pub least_reach: f64,
    /// Loss of supply on dangerous roads [1].
    pub supply_loss_from_danger: f64,
    /// Weekly adjustment of supply [1/week].
    pub supply_speed_per_week: f64,
    /// Weight of this week in the usual take [share].
    pub toll_memory_share: f64,
    /// Weekly step of a toll [share].
    pub toll_step_share: f64,
    /// Smallest toll [share].
    pub least_toll_share: f64,
    /// Largest toll [share].
    pub most_toll_share: f64,
    /// Time over which jobs on passing loads are averaged [weeks].
    pub job_half_life_weeks: f64,
    /// Part of a controller's toll that falls due on one leg [share].
    pub toll_per_leg_share: f64,
    /// Share of search hours under community-led control that meets harmful goods [share].
    pub community_aim_share: f64,
    /// Rise of what such searches find where everybody tells [1].
    pub informed_search: f64,
    /// Search by a task force where it reaches, against full search by the state [share].
    pub task_force_search_share: f64,
}

/// Lets every consignment travel.
pub fn step(world: &mut World, params: &Params, _now: &Now) {
    search(world, params);
    tolls(world, params);
    let labour = travel(world, params);
    supply(world, params);
    employ(world, params, labour);
    adjust_tolls(world, params);
}

/// Labour that passing loads of each commodity offer at a place [persons], its carriers [persons] and their wages [EUR].
type Labour = Column<PlaceId, ([f64; Commodity::COUNT], f64, f64)>;

/// How a place searches what passes, and how dangerous it is.
struct Searching {
    harmful: f64,
    ordinary: f64,
    danger: f64,
}

fn searching(world: &World, params: &Params, captured: &[f64], place: PlaceId) -> Searching {
    let danger = 1000.0 * world.places.banditry[place] / world.places.population[place].max(1000.0)
        + world.places.recent_deaths[place] / (world.places.recent_deaths[place] + params.danger_half_deaths);
    if !world.places.in_mali[place] {
        return Searching { harmful: 0.0, ordinary: 0.0, danger };
    }
    let captured = captured[world.places.cercle[place].index()];
    let force = world.presence.state_cover[place][FIND]
        + params.mission_search_share * world.presence.mission_cover[place][FIND];
    let lever = world.policy.at(LeverKind::BorderControl, place);
    let (effort, blunt) = lever.map_or((0.0, false), |l| {
        let mode = l.word("mode");
        (if mode == "none" { 0.0 } else { l.number("effort_share") }, mode == "blunt")
    });
    // The leadership's complicity lowers its own effort.
    let own = params.own_effort_share * (1.0 - world.state.complicity);
    let at = force * (1.0 - captured);
    // Communities aim at fewer goods, and tell where they are; a task force needs no local police.
    let named = world.policy.number_at(LeverKind::CommunityCrimeControl, place, "effort_share");
    let named =
        named * params.community_aim_share * (1.0 + params.informed_search * world.places.cooperation[place]);
    // Blunt control spends its hours on whatever passes: ordinary traffic takes most of them.
    let aimed = own + effort * if blunt { params.blunt_aim_share } else { params.sensitive_aim_share };
    let police = params.task_force_search_share * world.presence.task_force[place];
    Searching {
        harmful: 0.5 * (at * (aimed + named) + police),
        ordinary: 0.5 * at * effort * if blunt { params.blunt_ordinary_share } else { 0.0 },
        danger,
    }
}

/// Sets the search hazard of every leg.
fn search(world: &mut World, params: &Params) {
    let captured: Vec<f64> = world.places.ids().map(|place| world.captured_at(place)).collect();
    let places: Vec<Searching> =
        world.places.ids().map(|place| searching(world, params, &captured, place)).collect();
    let slowed = 1.0 / world.inputs.season("desert-passable").max(SLOWEST) - 1.0;
    for route in world.routes.ends.ids() {
        let (a, b) = world.routes.ends[route];
        let (a, b) = (&places[a.index()], &places[b.index()]);
        let (mut harmful, mut ordinary) = (a.harmful + b.harmful, a.ordinary + b.ordinary);
        if let Some((one, other)) = world.routes.border[route] {
            let governments = &world.governments;
            let with = 0.5 + 0.5 * governments.cooperation[(one, other)];
            harmful *= with;
            ordinary *= with;
            for side in [one, other].into_iter().filter(|g| *g != governments.mali) {
                let border = &governments.list[side];
                harmful += params.foreign_search_share
                    * border.border_effort
                    * (1.0 - border.border_captured)
                    * with;
            }
        }
        world.routes.search_harmful[route] = params.seizure_hazard_per_load * harmful;
        world.routes.search_ordinary[route] = params.seizure_hazard_per_load * ordinary;
        // Heat, storms and flooded wadis slow what leaves the tarmac.
        let slowed = if world.routes.surface[route] == Surface::Paved { 0.0 } else { slowed };
        world.routes.danger[route] = params.danger_weight * 0.5 * (a.danger + b.danger) + slowed;
    }
}

/// Share of a load's value that the controllers of each leg take.
fn tolls(world: &mut World, params: &Params) {
    let share = |place: PlaceId| match world.places.controller[place] {
        Ruler::Group(group) => world.groups[group].toll_share,
        Ruler::Nobody | Ruler::State => shadow_toll(world, params, place),
    };
    let shares: Vec<f64> = world.places.ids().map(share).collect();
    for route in world.routes.ends.ids() {
        let (a, b) = world.routes.ends[route];
        world.routes.toll_share[route] =
            params.toll_per_leg_share * 0.5 * (shares[a.index()] + shares[b.index()]);
    }
}

/// Groups that hide in a place take less than those that rule it.
fn shadow_toll(world: &World, params: &Params, place: PlaceId) -> f64 {
    let row = world.presence.group_force.row(place);
    let need = world.presence.need[place].max(1.0);
    let mut share = 0.0;
    for group in world.living_groups() {
        let force = row[group.index()];
        if force > 0.0 {
            share += world.groups[group].toll_share * (params.shadow_toll_share * force / need).min(1.0);
        }
    }
    share.min(params.most_shadow_toll_share)
}

/// Least share of their speed that seasons leave on tracks.
const SLOWEST: f64 = 0.1;

/// Value that each network takes over each leg this week [EUR]: tolls and bribes are paid on it once all have travelled.
struct Passing {
    n_routes: usize,
    eur: Vec<f64>,
}

/// Moves every consignment along its path: seizure, tolls, bribes, wages, margin.
fn travel(world: &mut World, params: &Params) -> Labour {
    let mut labour: Labour = Column::filled(world.places.len(), ([0.0; Commodity::COUNT], 0.0, 0.0));
    let n_routes = world.routes.km.len();
    // By network: of loads that never touched Mali, and of the others [EUR].
    let mut margins = vec![[0.0; 2]; world.networks.len()];
    let mut passing = Passing { n_routes, eur: vec![0.0; world.networks.len() * n_routes] };
    let found = found(world, params);
    world.routes.traffic.fill(0.0);
    let mut consignments = std::mem::take(&mut world.consignments);
    let relations = std::mem::take(&mut world.relations);
    for consignment in &mut consignments {
        let relation = &relations[consignment.relation];
        let goods = &world.commodities[relation.commodity as usize];
        let value = goods.value_at_origin_eur;
        let (path, stops) = (&relation.paths[consignment.path], &relation.stops[consignment.path]);
        let found = &found[relation.commodity as usize];
        let total: f64 = path.iter().map(|r| found[r.index()]).sum();
        consignment.seized = befallen(uniform(consignment.fate.0), consignment.loads, total);
        let mut stopped_at = path.len();
        if consignment.seized > 0 {
            let mut left = uniform(consignment.fate.1) * total;
            let here = path.iter().position(|r| {
                left -= found[r.index()];
                left < 0.0
            });
            stopped_at = here.unwrap_or(path.len() - 1);
            consignment.seized_on = Some(path[stopped_at]);
            let (a, b) = (stops[stopped_at], stops[stopped_at + 1]);
            let place = if world.places.in_mali[a] { a } else { b };
            world.this_week.seized_value[place.index()] += f64::from(consignment.seized) * value;
        }
        let margin =
            goods.value_at_destination_eur * world.markets[relation.commodity as usize].price - value;
        let (wage, workers) = (goods.wage_eur_per_trip, goods.labour_persons);
        pass(world, &mut passing, consignment, path, stopped_at, value);
        // Labour and wages fall to the places of Mali on the way.
        let malian = stops.iter().filter(|p| world.places.in_mali[**p]).count();
        for place in stops.iter().filter(|p| world.places.in_mali[**p]) {
            let share = f64::from(consignment.loads) / malian as f64;
            let carriers = share * workers.max(1.0).min(params.wage_earners_persons_per_load);
            labour[*place].0[relation.commodity as usize] += share * workers;
            labour[*place].1 += carriers;
            labour[*place].2 += carriers * wage;
        }
        let arrived = consignment.loads - consignment.seized;
        let kept = world.networks[consignment.network].margin_retained * params.margin_share_of_gap;
        let retained = (f64::from(arrived) * margin * kept).max(0.0);
        margins[consignment.network.index()][usize::from(malian > 0)] += retained;
        if relation.commodity == Commodity::Weapons {
            deliver_arms(world, params, arrived, consignment.seized, relation.to);
        }
    }
    world.consignments = consignments;
    world.relations = relations;
    for (network, [beyond, in_mali]) in world.networks.ids().zip(margins) {
        earn(world, params, network, beyond, in_mali);
    }
    settle(world, params, &passing);
    labour
}

/// Hazard that the search on each leg finds a load of each commodity [1/load]: people tell more where they trust the soldiers
/// and do not find the trade legitimate.
fn found(world: &World, params: &Params) -> [Vec<f64>; Commodity::COUNT] {
    std::array::from_fn(|commodity| {
        let told = |place: PlaceId| {
            world.places.cooperation[place] * (1.0 - world.places.legitimacy[place][commodity])
        };
        let told: Vec<f64> = world.places.ids().map(told).collect();
        let goods = &world.commodities[commodity];
        let of_route = |route: RouteId| {
            let (a, b) = world.routes.ends[route];
            world.routes.search(route, goods)
                * (1.0 + params.information_gain * 0.5 * (told[a.index()] + told[b.index()]))
        };
        world.routes.ends.ids().map(of_route).collect()
    })
}

/// Notes what one consignment takes over each leg.
fn pass(
    world: &mut World,
    passing: &mut Passing,
    consignment: &Consignment,
    path: &[RouteId],
    stopped_at: usize,
    value: f64,
) {
    let row = consignment.network.index() * passing.n_routes;
    for (leg, route) in path.iter().enumerate() {
        world.routes.traffic[*route] += f64::from(consignment.loads);
        let lost = if leg > stopped_at { consignment.seized } else { 0 };
        passing.eur[row + route.index()] += f64::from(consignment.loads - lost) * value;
    }
}

/// Pays tolls to groups and bribes to officials, half of each at either end of a leg.
fn settle(world: &mut World, params: &Params, passing: &Passing) {
    let officials = world.ledger.standing.officials;
    let bribed = |p: PlaceId| {
        let ruled = world.places.in_mali[p] && world.places.controller[p] == Ruler::State;
        if ruled { params.bribe_share * world.captured_at(world.places.cercle[p]) } else { 0.0 }
    };
    let bribed: Vec<f64> = world.places.ids().map(bribed).collect();
    let takers: Vec<Vec<(GroupId, f64)>> = world.places.ids().map(|place| takers(world, place)).collect();
    for network in world.networks.ids() {
        let row = network.index() * passing.n_routes;
        let (mut tolls, mut halves) = (vec![0.0; world.places.len()], vec![0.0; world.places.len()]);
        for route in world.routes.ends.ids() {
            let half = 0.5 * passing.eur[row + route.index()];
            if half > 0.0 {
                let (a, b) = world.routes.ends[route];
                for place in [a, b] {
                    tolls[place.index()] += world.routes.toll_share[route] * half;
                    halves[place.index()] += half;
                }
            }
        }
        // Whom the network pays what, wherever on its way.
        let (mut dues, mut bribes) = (vec![0.0; world.groups.len()], 0.0);
        for place in world.places.ids() {
            let at = place.index();
            let bribe = halves[at] * bribed[at];
            bribes += bribe;
            takers[at].iter().for_each(|(group, share)| dues[group.index()] += tolls[at] * share);
            let to_groups = if takers[at].is_empty() { 0.0 } else { tolls[at] };
            world.networks[network].dues_eur += tolls[at] + bribe;
            world.this_week.group_income[at] += to_groups;
            world.this_week.illicit_income[at] +=
                bribe + if world.places.in_mali[place] { to_groups } else { 0.0 };
        }
        let payer = world.networks[network].actor;
        world.ledger.pay(payer, officials, Purpose::Bribe, Money::from_eur(bribes));
        for (group, eur) in world.groups.iter_mut().zip(dues).filter(|(_, eur)| *eur > 0.0) {
            world.ledger.pay(payer, group.actor, Purpose::Toll, Money::from_eur(eur));
            group.income_eur += eur;
            group.toll_income_eur += eur;
        }
    }
}

/// Groups that take a toll at a place, with their shares of it: its ruler, or those who hide there.
fn takers(world: &World, place: PlaceId) -> Vec<(GroupId, f64)> {
    match world.places.controller[place] {
        Ruler::Group(group) => vec![(group, 1.0)],
        Ruler::Nobody | Ruler::State => {
            let row = world.presence.group_force.row(place);
            let weight = |g: GroupId| row[g.index()] * world.groups[g].toll_share;
            let mut takers: Vec<_> =
                world.living_groups().map(|g| (g, weight(g))).filter(|(_, w)| *w > 0.0).collect();
            let sum: f64 = takers.iter().map(|(_, weight)| weight).sum();
            takers.iter_mut().for_each(|(_, weight)| *weight /= sum);
            takers
        }
    }
}

/// A network's margins: they are paid to it wherever its loads went; it spends at home what Mali's roads brought.
fn earn(world: &mut World, params: &Params, network: NetworkId, beyond: f64, in_mali: f64) {
    let state = &world.networks[network];
    let (actor, base, community) = (state.actor, state.base, state.community);
    let margin = Money::from_eur(beyond + in_mali);
    world.ledger.pay(world.ledger.standing.markets, actor, Purpose::NetworkMargin, margin);
    if in_mali <= 0.0 {
        return;
    }
    // Patronage at home buys silence and wells.
    world.networks[network].earned_eur += in_mali;
    let gifts = in_mali * params.patronage_share;
    if let Some(region) = world.places.region[base] {
        let people = world.ledger.standing.people[region];
        world.ledger.pay(actor, people, Purpose::Gifts, Money::from_eur(gifts));
        world.this_week.illicit_income[base.index()] += in_mali;
        for id in world.places.cells_of(base) {
            if world.cells[id].community == community {
                world.cells[id].illicit_income_eur += gifts;
                world.cells[id].gifts_eur += gifts;
            }
        }
    }
}

/// Arms that arrive are bought by groups in reach and by people; those seized leave the balance.
fn deliver_arms(world: &mut World, params: &Params, arrived: u32, seized: u32, to: PlaceId) {
    let per_load = params.carried_weapons_per_load as u32;
    world.arms.arrived += u64::from((arrived + seized) * per_load);
    world.arms.gone += u64::from(seized * per_load);
    let weapons = arrived * per_load;
    let mut buyers: Vec<(GroupId, f64)> = Vec::new();
    for group in world.living_groups() {
        let state = &world.groups[group];
        let money = world.ledger.balance(state.actor).eur();
        let near: f64 = world.places.within_reach_by_air[to]
            .iter()
            .map(|(p, reach)| world.presence.group_force[(*p, group)] * reach)
            .sum();
        if money > 0.0 && near > 0.0 {
            buyers.push((group, near));
        }
    }
    let sum: f64 = buyers.iter().map(|b| b.1).sum();
    let mut left = weapons;
    for (group, weight) in buyers {
        let wanted = (f64::from(weapons) * params.group_purchase_share * weight / sum) as u32;
        let state = &world.groups[group];
        let (actor, fighters) = (state.actor, f64::from(state.fighters().max(1)));
        let price = params.weapon_price_eur;
        let afford =
            (world.ledger.balance(actor).eur() * params.arms_share_of_treasury / price).max(0.0) as u32;
        let bought = wanted.min(afford).min(left);
        if bought == 0 {
            continue;
        }
        left -= bought;
        world.ledger.pay(
            actor,
            world.ledger.standing.markets,
            Purpose::Arms,
            Money::from_eur(f64::from(bought) * price),
        );
        let state = &mut world.groups[group];
        state.arms += bought;
        let room = params.best_weapons_quality - state.weapons_quality;
        state.weapons_quality +=
            room.max(0.0) * (params.quality_per_weapon * f64::from(bought) / fighters).min(0.5);
    }
    if world.places.in_mali[to] {
        world.places.private_weapons[to] += left;
    } else {
        world.arms.gone += u64::from(left);
    }
}

/// Supply of goods across the border: what arrives of fuel and food, less what blunt control deters.
fn supply(world: &mut World, params: &Params) {
    let relations = world.relations.iter().filter(|r| r.commodity == Commodity::FuelAndFood);
    let gap =
        relations.map(|r| r.share * world.inputs.subsidy_gap(&world.places.country[r.from])).sum::<f64>();
    let gap = gap.min(1.0);
    for place in world.places.ids() {
        if !world.places.in_mali[place] {
            continue;
        }
        let lever = world.policy.at(LeverKind::BorderControl, place).filter(|l| l.word("mode") == "blunt");
        let effort = lever.map_or(0.0, |l| l.number("effort_share"));
        let deterred = 1.0
            - exp(-params.blunt_deterrence
                * effort
                * world.presence.state_cover[place][FIND].max(params.least_reach));
        let danger: f64 =
            world.places.neighbours[place].iter().map(|(_, route)| world.routes.danger[*route]).sum::<f64>()
                / world.places.neighbours[place].len().max(1) as f64;
        let target = gap * (1.0 - deterred) / (1.0 + params.supply_loss_from_danger * danger);
        let supply = &mut world.places.supply[place];
        *supply += (target - *supply) * params.supply_speed_per_week;
    }
}

/// Wages of carriers go to those whose livelihood is trafficking.
fn employ(world: &mut World, params: &Params, labour: Labour) {
    let fade = decay(params.job_half_life_weeks);
    for place in world.places.ids() {
        let (jobs, carriers, wages) = labour[place];
        let places = &mut world.places;
        for (held, now) in places.jobs_by_commodity[place].iter_mut().zip(jobs) {
            *held = *held * fade + now * (1.0 - fade);
        }
        places.trafficking_jobs[place] = places.jobs_by_commodity[place].iter().sum();
        for (held, now) in
            [(&mut places.trafficking_carriers, carriers), (&mut places.trafficking_wages, wages)]
        {
            held[place] = held[place] * fade + now * (1.0 - fade);
        }
        let Some(region) = world.places.region[place] else { continue };
        if wages <= 0.0 {
            continue;
        }
        let people = world.ledger.standing.people[region];
        world.ledger.pay(
            world.ledger.standing.markets,
            people,
            Purpose::CarrierWages,
            Money::from_eur(wages),
        );
        world.this_week.illicit_income[place.index()] += wages;
        let cells = world.places.cells_of(place);
        let workers: u32 =
            cells.clone().map(|c| world.cells[c].livelihoods[Livelihood::Trafficking as usize]).sum();
        for id in cells {
            let own = world.cells[id].livelihoods[Livelihood::Trafficking as usize];
            if workers > 0 {
                world.cells[id].illicit_income_eur += wages * f64::from(own) / f64::from(workers);
            }
        }
    }
}

/// Each group steps its toll on: the same way while its take grows, the other way when it falls.
fn adjust_tolls(world: &mut World, params: &Params) {
    let crime_terms = world.state.crime_terms;
    for group in world.groups.iter_mut().filter(|g| g.alive()) {
        if group.toll_income_eur < group.last_toll_eur {
            group.toll_direction = -group.toll_direction;
        }
        group.last_toll_eur += (group.toll_income_eur - group.last_toll_eur) * params.toll_memory_share;
        group.toll_share = (group.toll_share * (1.0 + params.toll_step_share * group.toll_direction))
            .clamp(params.least_toll_share, params.most_toll_share);
        // Signatories keep to terms that take them out of the trade.
        if group.stance == Stance::Signatory {
            group.toll_share = group.toll_share.min(params.most_toll_share * (1.0 - crime_terms));
        }
        group.toll_income_eur = 0.0;
    }
}
