//! # Services
//!
//! Health, water, schooling, justice and supply of goods, from whoever delivers them.
//!
//! - **Reads**: officials at post who are not captured, services budget, non-governmental money, missions, control, supply,
//!   levers `services-budget`, `food-aid`, `donor-mix`
//! - **Writes**: cells: services delivered, who delivers, expectations; food prices
//! - **Draws**: none
//! - **Equation**: delivered = 1 - product over providers of (1 - coverage); coverage of money =
//!   1 - exp(-ln 3 EUR/cost), in town and in the countryside apart: the state reaches the countryside by a share, groups that
//!   do not rule hold it first; a cell has the mean by its town share; expectation adapts with a half-life of 26 weeks upward
//!   and 52 downward
//! - **Pattern**: P11
//! - **Sources**: clingendael2015 (services before security, urban-rural gap, Algeria and Libya as providers); Athena (required
//!   and expected levels); sizes assumed

use serde::Deserialize;

use crate::base::ids::PlaceId;
use crate::base::maths::{cover, decay};
use crate::base::quantities::Money;
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::{Purpose, Rank, Service};
use crate::entities::world::{COUNTRYSIDE, PROTECT, TOWN, World};

/// Parameters; values, ranges and sources in `data/parameters/services.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Half-life of getting used to more [weeks].
    pub habit_up_half_life_weeks: f64,
    /// Half-life of getting used to less [weeks].
    pub habit_down_half_life_weeks: f64,
    /// Money that gives two thirds of coverage of one service [EUR/person/year].
    pub cost_eur_per_person_year: f64,
    /// Mission cover from which quick-impact projects are made [share].
    pub mission_present_share: f64,
    /// Reach of the state's services in the countryside against town [share].
    pub rural_reach_share: f64,
    /// Order that groups give where they do not rule [share].
    pub shadow_order_share: f64,
    /// Recent deaths at which aid workers reach half [deaths].
    pub calm_deaths: f64,
    /// Access of aid workers where nobody rules [1].
    pub ngo_access_nobody: f64,
    /// Justice given by customary authority at its full strength [1].
    pub customary_justice: f64,
    /// Share of the gifts of networks and groups that goes into wells and goods [share].
    pub wells_share: f64,
    /// Coverage of health with all staff, money and town [share].
    pub state_health_share: f64,
    /// Coverage of water likewise [share].
    pub state_water_share: f64,
    /// Coverage of schooling likewise [share].
    pub state_school_share: f64,
    /// Weight of the school year outside term [1].
    pub holiday_schooling: f64,
    /// Coverage of justice with all judges [share].
    pub state_justice_share: f64,
    /// Justice that a ruling group gives [share].
    pub group_justice_share: f64,
    /// Supply of goods from inside the country [share].
    pub local_supply_share: f64,
    /// Share of new state money that reaches people without officials [1].
    pub least_reach_of_money: f64,
    /// Price rise when all cross-border supply stops at full dependence [1].
    pub price_of_shortage: f64,
    /// Price rise from violence near [1].
    pub price_of_danger: f64,
    /// Price rise in the lean season [1].
    pub price_of_lean_season: f64,
    /// Weekly adjustment of prices [1/week].
    pub price_speed_per_week: f64,
    /// Services required in town [1].
    pub required_town: f64,
    /// Services required in the countryside [1].
    pub required_rural: f64,
}

/// Delivers services for a week.
pub fn step(world: &mut World, params: &Params) {
    let school = world.inputs.season("school");
    let ngo_eur = world.inputs.value("ngo-services-eur-per-person-year");
    let quick_impact = world.inputs.value("mission-quick-impact-eur-per-year");
    prices(world, params);
    let mission_people: f64 = world
        .places
        .ids()
        .filter(|p| world.presence.mission_cover[*p][PROTECT] > params.mission_present_share)
        .map(|p| world.places.population[p])
        .sum();
    let quick_impact_each = if mission_people > 0.0 { quick_impact / mission_people } else { 0.0 };
    let up = 1.0 - decay(params.habit_up_half_life_weeks);
    let down = 1.0 - decay(params.habit_down_half_life_weeks);
    let earmarked = earmarked_each(world);
    let (mut ngo_spent, mut quick_impact_spent, mut lever_spent) = (0.0, 0.0, 0.0);
    for place in world.places.ids() {
        if world.places.cells[place].is_empty() {
            continue;
        }
        let town = world.places.town_share[place];
        let required = params.required_town * town + params.required_rural * (1.0 - town);
        let offered = offer(world, params, place, school, [ngo_eur, quick_impact_each, earmarked]);
        for id in world.places.cells_of(place) {
            let cell = &mut world.cells[id];
            cell.service_required = required;
            let (mut by_state, mut by_groups, mut all) = (0.0, 0.0, [0.0; 2]);
            let custom = params.customary_justice * cell.customary_authority;
            let patronage = cover(params.wells_share * cell.patronage_eur, params.cost_eur_per_person_year);
            cell.service = [0.0; Service::COUNT];
            for (settlement, share) in [(TOWN, town), (COUNTRYSIDE, 1.0 - town)] {
                for (at, [state, others, groups]) in offered.coverage[settlement].iter().enumerate() {
                    // Elders judge; networks dig wells and bring goods at home.
                    let own = match Service::ALL[at] {
                        Service::Justice => custom,
                        Service::Water | Service::Supply => patronage,
                        Service::Health | Service::Schooling => 0.0,
                    };
                    let others = 1.0 - (1.0 - others) * (1.0 - own);
                    let delivered = 1.0 - (1.0 - state) * (1.0 - others) * (1.0 - groups);
                    cell.service[at] += share * delivered;
                    let sum = state + others + groups;
                    if sum > 0.0 {
                        by_state += share * delivered * state / sum;
                        by_groups += share * delivered * groups / sum;
                    }
                    all[settlement] += delivered;
                }
            }
            let n = Service::COUNT as f64;
            cell.service_by_state = by_state / n;
            cell.service_by_groups = by_groups / n;
            cell.coverage_by = all.map(|sum| sum / n);
            let gap = cell.coverage() - cell.service_expected;
            cell.service_expected += gap * if gap > 0.0 { up } else { down };
            let people = f64::from(cell.at_home);
            ngo_spent += people * ngo_eur * offered.ngo_access / 52.18;
            quick_impact_spent += people * quick_impact_each * offered.mission_share / 52.18;
            lever_spent += people * offered.lever_eur / 52.18;
        }
    }
    let standing = world.ledger.standing.clone();
    world.ledger.pay(standing.donors, standing.ngos, Purpose::Aid, Money::from_eur(ngo_spent + lever_spent));
    world.ledger.pay(
        standing.ngos,
        standing.economy,
        Purpose::NgoServices,
        Money::from_eur(ngo_spent + lever_spent),
    );
    world.ledger.pay(
        standing.donors,
        standing.economy,
        Purpose::QuickImpact,
        Money::from_eur(quick_impact_spent),
    );
}

struct Offer {
    /// Coverage by the state, by non-state providers, by armed groups, for each service, in town and in the countryside.
    coverage: [[[f64; 3]; Service::COUNT]; 2],
    ngo_access: f64,
    mission_share: f64,
    lever_eur: f64,
}

fn offer(
    world: &World,
    params: &Params,
    place: PlaceId,
    school: f64,
    [ngo_eur, quick_impact, earmarked]: [f64; 3],
) -> Offer {
    let seat = world.places.cercle[place];
    let share = |rank| serving(world, seat, rank);
    let met = world.state.services_met * (1.0 - world.state.leakage);
    let order = match world.places.controller[place] {
        Ruler::Group(group) => world.groups[group].cohesion,
        Ruler::Nobody | Ruler::State => params.shadow_order_share,
    };
    let calm = 1.0 / (1.0 + world.places.recent_deaths[place] / params.calm_deaths);
    let ngo_access = calm
        * if matches!(world.places.controller[place], Ruler::Nobody) {
            params.ngo_access_nobody
        } else {
            1.0
        };
    let ngo = cover(ngo_eur * ngo_access, params.cost_eur_per_person_year);
    let mission_share = world.presence.mission_cover[place][PROTECT];
    let projects = cover(quick_impact * mission_share, params.cost_eur_per_person_year);
    let supply = world.places.supply[place];
    let local = 1.0 - world.places.import_dependence[place];
    let health = share(Rank::Health) * met * params.state_health_share;
    let lessons = school.max(params.holiday_schooling);
    let schooling = share(Rank::Teacher) * met * lessons * params.state_school_share;
    let justice = share(Rank::Judge) * params.state_justice_share;
    let mut coverage = [(TOWN, 1.0), (COUNTRYSIDE, params.rural_reach_share)].map(|(settlement, reach)| {
        let water = met * world.presence.civil_by[place][settlement] * params.state_water_share;
        let ruled = order * world.presence.group_reach[place][settlement];
        [
            [health * reach, ngo, 0.0],
            [water * reach, 1.0 - (1.0 - ngo) * (1.0 - projects), 0.0],
            [schooling * reach, projects, 0.0],
            [justice * reach, 0.0, ruled * params.group_justice_share],
            [local * params.local_supply_share, supply * world.places.import_dependence[place], 0.0],
        ]
    });
    let mut lever_eur = 0.0;
    for lever in world.policy.each_at(LeverKind::ServicesBudget, Some(place)) {
        let eur = lever.number("eur_per_person_per_year");
        let service = Service::of(lever.word("service")).map_or(0, |s| s as usize);
        let (column, access) = match lever.word("provider") {
            "state" => (0, world.presence.civil[place].max(params.least_reach_of_money)),
            "mission" => (1, mission_share),
            _ => (1, ngo_access),
        };
        let extra = cover(eur * access, params.cost_eur_per_person_year);
        for services in &mut coverage {
            services[service][column] = 1.0 - (1.0 - services[service][column]) * (1.0 - extra);
        }
        lever_eur += eur * access;
    }
    if earmarked > 0.0 && world.policy.at(LeverKind::DonorMix, place).is_some() {
        // Donors go through whoever reaches the place better, in equal parts for every service.
        let through_state = world.presence.civil[place].max(params.least_reach_of_money);
        let (column, access) = if through_state >= ngo_access { (0, through_state) } else { (1, ngo_access) };
        let extra = cover(earmarked * access / Service::COUNT as f64, params.cost_eur_per_person_year);
        for service in coverage.iter_mut().flatten() {
            service[column] = 1.0 - (1.0 - service[column]) * (1.0 - extra);
        }
        lever_eur += earmarked;
    }
    Offer { coverage, ngo_access, mission_share, lever_eur }
}

/// Share of posts of a rank whose holders are there and serve people rather than traffickers; none without such posts.
fn serving(world: &World, seat: PlaceId, rank: Rank) -> f64 {
    let of_rank = world.posts_at(seat).filter(|post| post.rank == rank);
    let (serving, posts) =
        of_rank.fold((0, 0), |sum, post| (sum.0 + post.at_post - post.captured, sum.1 + post.posts));
    f64::from(serving) / f64::from(posts.max(1))
}

/// Aid that donors spend on services themselves, a head of those it is meant for [EUR a person and year].
fn earmarked_each(world: &World) -> f64 {
    if world.state.earmarked_services_eur <= 0.0 {
        return 0.0;
    }
    let meant = world.cells.iter().filter(|cell| world.policy.at(LeverKind::DonorMix, cell.place).is_some());
    let people: f64 = meant.map(|cell| f64::from(cell.at_home)).sum();
    world.state.earmarked_services_eur * 52.18 / people.max(1.0)
}

/// Food prices follow supply across the border, the lean season, banditry and food aid.
fn prices(world: &mut World, params: &Params) {
    let lean = world.inputs.season("lean-season");
    for place in world.places.ids() {
        if !world.places.in_mali[place] {
            continue;
        }
        let dependence = world.places.import_dependence[place];
        let short = dependence * (1.0 - world.places.supply[place]);
        let filled = world.policy.at(LeverKind::FoodAid, place).map_or(0.0, |l| l.number("filled_share"));
        let danger =
            world.places.recent_deaths[place] / (world.places.recent_deaths[place] + params.calm_deaths);
        let target = 1.0
            + (params.price_of_shortage * short + params.price_of_danger * danger) * (1.0 - filled)
            + params.price_of_lean_season * lean;
        let price = &mut world.places.food_price[place];
        *price += (target - *price) * params.price_speed_per_week;
    }
}
