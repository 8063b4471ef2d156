//! Indicators of one week by area.

use crate::base::ids::{GroupId, Id as _, PlaceId};
use crate::entities::cells::{FEAR, FORCES, GRIEVANCE, TRUST};
use crate::entities::places::Ruler;
use crate::entities::this_week::Side;
use crate::entities::vocabulary::{GroupKind, Livelihood, PlaceKind, Rank, Stance};
use crate::entities::world::{COUNTRYSIDE, PROTECT, TOWN, World};
use crate::tables::indicators::{ABROAD, AREAS, Indicator, MALI, REGIONS, wider_area};
use crate::tables::record::{Board, Ratio, board};

/// A board that is filled by region; sums of regions follow at the end.
struct Weekly(Board);

impl Weekly {
    fn put(&mut self, indicator: Indicator, area: usize, sum: f64, weight: f64) {
        let cell: &mut Ratio = &mut self.0[indicator as usize][area];
        cell.sum += sum;
        cell.weight += weight;
    }
    /// Adds to a region, or to `abroad` without one.
    fn add(&mut self, indicator: Indicator, region: Option<usize>, sum: f64, weight: f64) {
        self.put(indicator, region.unwrap_or(ABROAD), sum, weight);
    }
    /// Adds the regions up, in their order, to the areas that hold them.
    fn roll_up(&mut self) {
        for areas in &mut self.0 {
            for region in 0..REGIONS.len() {
                let Ratio { sum, weight } = areas[region];
                for area in [Some(MALI), wider_area(region)].into_iter().flatten() {
                    areas[area].sum += sum;
                    areas[area].weight += weight;
                }
            }
        }
    }
    fn count(&mut self, indicator: Indicator, region: Option<usize>, n: f64) {
        self.add(indicator, region, n, 0.0);
    }
    /// Sets one national value in every area of Mali.
    fn everywhere(&mut self, indicator: Indicator, value: f64) {
        for area in 0..ABROAD {
            self.0[indicator as usize][area] = Ratio { sum: value, weight: 1.0 };
        }
    }
}

/// Mean of posts filled and of state cover at protecting density.
pub fn state_presence(world: &World, place: PlaceId) -> f64 {
    0.5 * (world.presence.civil[place] + world.presence.state_cover[place][PROTECT])
}

/// Cover of peace operations and strike forces.
pub fn mission_presence(world: &World, place: PlaceId) -> f64 {
    1.0 - (1.0 - world.presence.mission_cover[place][PROTECT]) * (1.0 - world.presence.strike_cover[place])
}

/// All indicators of this week.
pub fn week(world: &World) -> Board {
    let mut weekly = Weekly(board());
    people(world, &mut weekly);
    places(world, &mut weekly);
    officials(world, &mut weekly);
    forces(world, &mut weekly);
    groups(world, &mut weekly);
    events(world, &mut weekly);
    politics(world, &mut weekly);
    weekly.roll_up();
    groups_active(world, &mut weekly);
    frontline(world, &mut weekly);
    nation(world, &mut weekly);
    weekly.0
}

/// Members in arms and dormant members of all groups, by home cell [persons].
fn members(world: &World) -> (Vec<u32>, Vec<u32>) {
    let (mut armed, mut dormant) = (vec![0; world.cells.len()], vec![0; world.cells.len()]);
    for group in world.groups.iter() {
        armed.iter_mut().zip(group.members.iter()).for_each(|(sum, n)| *sum += n);
        dormant.iter_mut().zip(&group.dormant).for_each(|(sum, n)| *sum += n);
    }
    (armed, dormant)
}

fn people(world: &World, weekly: &mut Weekly) {
    let (armed, dormant) = members(world);
    for id in world.cells.ids() {
        let cell = &world.cells[id];
        let region = world.places.region[cell.place];
        let n = f64::from(cell.at_home);
        let mut mean = |indicator, value: f64| weekly.add(indicator, region, n * value, n);
        mean(Indicator::StatePresence, state_presence(world, cell.place));
        mean(Indicator::ServiceCoverage, cell.coverage());
        let town = world.places.town_share[cell.place];
        for (settlement, share, coverage, presence) in [
            (TOWN, town, Indicator::ServiceCoverageTown, Indicator::StatePresenceTown),
            (
                COUNTRYSIDE,
                1.0 - town,
                Indicator::ServiceCoverageCountryside,
                Indicator::StatePresenceCountryside,
            ),
        ] {
            let people = n * share;
            weekly.add(coverage, region, people * cell.coverage_by[settlement], people);
            let reach = &world.presence;
            let there =
                0.5 * (reach.civil_by[cell.place][settlement] + reach.state_reach[cell.place][settlement]);
            weekly.add(presence, region, people * there, people);
        }
        let mut mean = |indicator, value: f64| weekly.add(indicator, region, n * value, n);
        let unmet = (1.0 - cell.coverage() / cell.service_required.max(0.01)).max(0.0);
        mean(Indicator::UnmetServices, unmet);
        let cover = crate::mechanics::presence::protection(world, cell.place);
        mean(Indicator::UnmetSecurity, cell.mean[FEAR] * (1.0 - cover));
        mean(Indicator::TrustInState, cell.mean[TRUST]);
        mean(Indicator::TrustInSecurityForces, cell.mean[FORCES]);
        mean(Indicator::TrustInMission, cell.trust_in_mission);
        mean(Indicator::Grievance, cell.mean[GRIEVANCE]);
        mean(Indicator::Fear, cell.mean[FEAR]);
        mean(Indicator::DistrustShare, cell.distrust);
        mean(Indicator::AccordAwareness, cell.aware);
        mean(Indicator::FoodPriceIndex, world.places.food_price[cell.place]);
        weekly.add(
            Indicator::IllicitLivelihoodShare,
            region,
            f64::from(cell.livelihoods[Livelihood::Trafficking as usize]),
            n,
        );
        weekly.count(Indicator::Idps, region, f64::from(cell.displaced_inside()));
        weekly.count(Indicator::Refugees, region, f64::from(cell.refugees()));
        weekly.count(Indicator::Refugees, None, f64::from(cell.refugees()));
        let (armed, dormant) = (armed[id.index()], dormant[id.index()]);
        weekly.count(Indicator::DormantFighters, region, f64::from(dormant));
        let all = cell.at_home + cell.displaced_inside() + cell.refugees() + armed + dormant;
        weekly.count(Indicator::PopulationPersons, region, f64::from(all));
        match world.places.controller[cell.place] {
            Ruler::Group(_) => weekly.count(Indicator::PopulationUnderGroups, region, n),
            Ruler::Nobody => weekly.count(Indicator::PopulationUnderNobody, region, n),
            Ruler::State => {}
        }
    }
}

fn places(world: &World, weekly: &mut Weekly) {
    for place in world.places.ids() {
        let region = world.places.region[place];
        weekly.count(Indicator::PrivateWeapons, region, f64::from(world.places.private_weapons[place]));
        weekly.count(Indicator::Banditry, region, world.places.banditry[place]);
        let at = place.index();
        let this_week = &world.this_week;
        for (indicator, column) in [
            (Indicator::IllicitIncomeEur, &this_week.illicit_income),
            (Indicator::StateSpendingEur, &this_week.state_spending),
            (Indicator::SeizedValueEur, &this_week.seized_value),
            (Indicator::GroupIncomeEur, &this_week.group_income),
            (Indicator::ForcedTaxesEur, &this_week.forced_taxes),
        ] {
            weekly.count(indicator, region, column[at]);
        }
        if let Ruler::Group(group) = world.places.controller[place] {
            weekly.count(Indicator::AreaControlledByGroupsKm2, region, world.places.area_km2[place]);
            weekly.count(Indicator::PlacesUnderGroups, region, 1.0);
            let seat = matches!(world.places.kind[place], PlaceKind::CercleSeat | PlaceKind::Capital);
            match world.groups[group].kind {
                GroupKind::Jihadist => {
                    weekly.count(Indicator::PlacesUnderJihadists, region, 1.0);
                    weekly.count(Indicator::TownsUnderJihadists, region, f64::from(u8::from(seat)));
                }
                GroupKind::Separatist => weekly.count(Indicator::PlacesUnderSeparatists, region, 1.0),
                GroupKind::LoyalistMilitia | GroupKind::SelfDefence => {}
            }
        }
    }
    for place in &world.this_week.capitals_lost {
        weekly.count(Indicator::CapitalsLost, world.places.region[*place], 1.0);
    }
    for place in &world.this_week.garrisons_lost {
        weekly.count(Indicator::GarrisonsLost, world.places.region[*place], 1.0);
    }
    for (place, eur) in &world.this_week.ransoms {
        weekly.count(Indicator::RansomsEur, world.places.region[*place], *eur);
    }
}

fn officials(world: &World, weekly: &mut Weekly) {
    for post in world.officials.iter() {
        let region = world.places.region[post.place];
        let (at_post, posts) = (f64::from(post.at_post), f64::from(post.posts));
        let mut share = |indicator| weekly.add(indicator, region, at_post, posts);
        share(Indicator::OfficialsAtPost);
        match post.rank {
            Rank::Judge => {
                share(Indicator::JudgesAtPost);
                let closed = f64::from(u8::from(post.at_post == 0));
                weekly.add(Indicator::CourtsClosedShare, region, closed, f64::from(u8::from(post.posts > 0)));
            }
            Rank::Teacher => weekly.add(Indicator::SchoolsClosedShare, region, posts - at_post, posts),
            Rank::Governor => share(Indicator::GovernorsAtPost),
            Rank::Prefect => share(Indicator::PrefectsAtPost),
            Rank::Subprefect => share(Indicator::SubprefectsAtPost),
            Rank::Mayor | Rank::Police | Rank::Health => {}
        }
        let mut share = |indicator| weekly.add(indicator, region, at_post, posts);
        if matches!(post.rank, Rank::Governor | Rank::Prefect | Rank::Subprefect | Rank::Mayor) {
            share(Indicator::AdministratorsAtPost);
        }
        weekly.add(Indicator::CapturedOfficials, region, f64::from(post.captured), at_post);
    }
    for (place, n) in &world.this_week.officials_left {
        weekly.count(Indicator::OfficialsLeft, world.places.region[*place], f64::from(*n));
    }
}

fn forces(world: &World, weekly: &mut Weekly) {
    let forces = &world.state_forces;
    for unit in &forces.units {
        let (region, troops) = (world.places.region[unit.place], f64::from(unit.troops));
        weekly.count(Indicator::ArmyTroops, region, troops);
        weekly.add(Indicator::ArmyReadiness, region, troops * unit.readiness, troops);
        weekly.add(Indicator::ArmyMorale, region, troops * forces.morale, troops);
    }
    weekly.count(Indicator::ArmyTroops, Some(0), f64::from(forces.reserve));
    for mission in world.missions.iter() {
        for place in world.places.ids() {
            let troops = f64::from(mission.troops[place]);
            if troops <= 0.0 {
                continue;
            }
            let region = world.places.region[place];
            weekly.count(Indicator::MissionTroops, region, troops);
            weekly.count(
                Indicator::MissionCostEur,
                region,
                troops * mission.cost_factor * mission.cost_eur_per_person_year / 52.18,
            );
            if mission.is_strike_force {
                weekly.count(Indicator::StrikeForceTroops, region, troops);
            } else {
                weekly.add(
                    Indicator::MissionSelfProtection,
                    region,
                    troops * mission.self_protection,
                    troops,
                );
            }
        }
    }
    for (place, n) in &world.this_week.other_mission_deaths {
        weekly.count(Indicator::PeacekeeperDeathsAllCauses, world.places.region[*place], f64::from(*n));
    }
}

fn groups(world: &World, weekly: &mut Weekly) {
    for band in &world.bands.list {
        let region = world.places.region[band.place];
        let fighters = f64::from(band.fighters);
        weekly.count(Indicator::Fighters, region, fighters);
        match world.groups[band.group].kind {
            GroupKind::Jihadist => weekly.count(Indicator::JihadistFighters, region, fighters),
            GroupKind::Separatist => weekly.count(Indicator::SeparatistFighters, region, fighters),
            GroupKind::LoyalistMilitia | GroupKind::SelfDefence => {}
        }
    }
    for group in world.living_groups() {
        weekly.count(Indicator::DormantFighters, None, f64::from(world.groups[group].away()));
    }
    for group in active(world) {
        let base =
            world.bands.list.iter().find(|b| b.group == group).and_then(|b| world.places.region[b.place]);
        weekly.count(Indicator::HostagesHeld, base, f64::from(world.groups[group].hostages));
    }
}

/// Groups that count: alive, with at least 20 fighters, not dormant.
fn active(world: &World) -> impl Iterator<Item = GroupId> + '_ {
    world.living_groups().filter(|group| {
        let state = &world.groups[*group];
        state.fighters() >= 20 && state.stance != Stance::Dormant
    })
}

/// One group counts once in each area it is in.
fn groups_active(world: &World, weekly: &mut Weekly) {
    let mut present = vec![[false; AREAS.len()]; world.groups.len()];
    for band in &world.bands.list {
        let areas = &mut present[band.group.index()];
        match world.places.region[band.place] {
            None => areas[ABROAD] = true,
            Some(region) => {
                areas[region] = true;
                areas[MALI] = true;
                wider_area(region).into_iter().for_each(|area| areas[area] = true);
            }
        }
    }
    for group in active(world) {
        let mut areas = present[group.index()];
        // Abroad are those without anybody in Mali.
        areas[ABROAD] = !areas[MALI];
        for (area, _) in areas.iter().enumerate().filter(|(_, there)| **there) {
            weekly.put(Indicator::GroupsActive, area, 1.0, 0.0);
        }
    }
}

/// How near to the capital groups rule, in each area where they do.
fn frontline(world: &World, weekly: &mut Weekly) {
    let mut nearest = [f64::INFINITY; AREAS.len()];
    for place in world.places.ids() {
        let (km, region) = (world.places.km_to_capital[place], world.places.region[place]);
        if let (Ruler::Group(_), Some(region)) = (world.places.controller[place], region) {
            for area in [Some(region), Some(MALI), wider_area(region)].into_iter().flatten() {
                nearest[area] = nearest[area].min(km);
            }
        }
    }
    for (area, km) in nearest.into_iter().enumerate().filter(|(_, km)| km.is_finite()) {
        weekly.put(Indicator::FrontlineToBamakoKm, area, km, 1.0);
    }
}

fn events(world: &World, weekly: &mut Weekly) {
    for event in &world.this_week.events {
        let region = world.places.region[event.place];
        if region.is_none() {
            weekly.count(Indicator::EventsInNeighbourZones, world.places.nearest_region[event.place], 1.0);
        }
        let mut count = |indicator, n: u32| weekly.count(indicator, region, f64::from(n));
        count(Indicator::Events, 1);
        count(Indicator::LethalEvents, u32::from(event.deaths() > 0));
        count(Indicator::Deaths, event.deaths());
        count(Indicator::CivilianDeaths, event.civilians);
        if event.is_attack() {
            count(Indicator::Attacks, 1);
        }
        for (side, deaths) in [(event.a, event.deaths_a), (event.b, event.deaths_b)] {
            match side {
                Side::State => count(Indicator::StateForceDeaths, deaths),
                Side::Mission(_) => {
                    count(Indicator::PeacekeeperDeaths, deaths);
                    count(Indicator::PeacekeeperDeathsAllCauses, deaths);
                }
                Side::Group(_) => count(Indicator::GroupFighterDeaths, deaths),
                Side::Neighbour(_) | Side::Civilians(_) => {}
            }
        }
        if let Side::Group(group) = event.a
            && event.is_attack()
            && world.groups[group].kind == GroupKind::Jihadist
        {
            count(Indicator::JihadistAttacks, 1);
        }
        let ruled = matches!(world.places.controller[event.place], Ruler::Group(_));
        if ruled && event.is_attack() && matches!(event.b, Side::Civilians(_)) {
            count(Indicator::Punishments, 1);
        }
    }
}

fn politics(world: &World, weekly: &mut Weekly) {
    weekly.add(Indicator::Protest, Some(0), world.this_week.protest, 1.0);
    weekly.count(Indicator::Coups, Some(0), f64::from(u8::from(world.this_week.coup)));
    weekly.count(Indicator::Accords, Some(0), f64::from(u8::from(world.this_week.accord)));
}

fn nation(world: &World, weekly: &mut Weekly) {
    weekly.everywhere(Indicator::Legitimacy, world.state.legitimacy);
    weekly.everywhere(Indicator::Recognition, world.state.recognition);
    let governments = &world.governments;
    let n = governments.neighbours.len().max(1) as f64;
    let cooperation: f64 =
        governments.neighbours.iter().map(|g| governments.cooperation[(governments.mali, *g)]).sum::<f64>()
            / n;
    weekly.everywhere(Indicator::RegionalCooperation, cooperation);
}
