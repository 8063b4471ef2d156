//! Indicators of one week by area.

use crate::base::ids::{CellId, Id as _, PlaceId};
use crate::entities::cells::{FEAR, FORCES, GRIEVANCE, TRUST};
use crate::entities::places::Ruler;
use crate::entities::this_week::Side;
use crate::entities::vocabulary::{GroupKind, Livelihood, PlaceKind, Rank, Stance};
use crate::entities::world::{PROTECT, World};
use crate::tables::indicators::{ABROAD, Indicator, MALI, REGIONS, wider_area};
use crate::tables::record::{Board, PlaceSums, Ratio, Record, board};

/// A board that knows which areas a region belongs to.
struct Weekly(Board);

impl Weekly {
    fn put(&mut self, indicator: Indicator, area: usize, sum: f64, weight: f64) {
        let cell: &mut Ratio = &mut self.0[indicator as usize][area];
        cell.sum += sum;
        cell.weight += weight;
    }
    /// Adds to a region and to every area that contains it; to `abroad` without a region.
    fn add(&mut self, indicator: Indicator, region: Option<usize>, sum: f64, weight: f64) {
        match region {
            None => self.put(indicator, ABROAD, sum, weight),
            Some(region) => {
                self.put(indicator, region, sum, weight);
                self.put(indicator, MALI, sum, weight);
                if let Some(wider) = wider_area(region) {
                    self.put(indicator, wider, sum, weight);
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
    nation(world, &mut weekly);
    weekly.0
}

fn people(world: &World, weekly: &mut Weekly) {
    for id in world.cells.ids() {
        let cell = &world.cells[id];
        let region = world.places.region[cell.place];
        let n = f64::from(cell.at_home);
        let mut mean = |indicator, value: f64| weekly.add(indicator, region, n * value, n);
        mean(Indicator::StatePresence, state_presence(world, cell.place));
        mean(Indicator::ServiceCoverage, cell.coverage());
        let unmet = (1.0 - cell.coverage() / cell.service_required.max(0.01)).max(0.0);
        mean(Indicator::UnmetServices, unmet);
        let cover = crate::mechanics::presence::protection(world, cell.place);
        mean(Indicator::UnmetSecurity, cell.mean[FEAR] * (1.0 - cover));
        mean(Indicator::TrustInState, cell.mean[TRUST]);
        mean(Indicator::TrustInSecurityForces, cell.mean[FORCES]);
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
        let armed: u32 = world.groups.iter().map(|g| g.members[id.index()] + g.dormant[id.index()]).sum();
        let dormant: u32 = world.groups.iter().map(|g| g.dormant[id.index()]).sum();
        weekly.count(Indicator::DormantFighters, region, f64::from(dormant));
        let all = cell.at_home + cell.displaced_inside() + cell.refugees() + armed;
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
            Rank::Judge => share(Indicator::JudgesAtPost),
            Rank::Governor => share(Indicator::GovernorsAtPost),
            Rank::Prefect => share(Indicator::PrefectsAtPost),
            Rank::Subprefect => share(Indicator::SubprefectsAtPost),
            Rank::Mayor | Rank::Police | Rank::Teacher | Rank::Health => {}
        }
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
                troops * mission.cost_eur_per_person_year / 52.18,
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
    let mut present = vec![[false; REGIONS.len() + 1]; world.groups.len()];
    for band in &world.bands.list {
        let region = world.places.region[band.place];
        let fighters = f64::from(band.fighters);
        weekly.count(Indicator::Fighters, region, fighters);
        present[band.group.index()][region.unwrap_or(REGIONS.len())] = true;
        match world.groups[band.group].kind {
            GroupKind::Jihadist => weekly.count(Indicator::JihadistFighters, region, fighters),
            GroupKind::Separatist => weekly.count(Indicator::SeparatistFighters, region, fighters),
            GroupKind::LoyalistMilitia | GroupKind::SelfDefence => {}
        }
    }
    for group in world.groups.ids() {
        let state = &world.groups[group];
        if !state.alive() || state.fighters() < 20 || state.stance == Stance::Dormant {
            continue;
        }
        // One group counts once in each area it is in.
        let here = &present[group.index()];
        for (region, there) in here.iter().enumerate().take(REGIONS.len()) {
            if *there {
                weekly.put(Indicator::GroupsActive, region, 1.0, 0.0);
            }
        }
        for wider in [10, 11] {
            if (0..REGIONS.len()).any(|r| here[r] && wider_area(r) == Some(wider)) {
                weekly.put(Indicator::GroupsActive, wider, 1.0, 0.0);
            }
        }
        weekly.put(
            Indicator::GroupsActive,
            if here[..REGIONS.len()].iter().any(|h| *h) { MALI } else { ABROAD },
            1.0,
            0.0,
        );
        let base =
            world.bands.list.iter().find(|b| b.group == group).and_then(|b| world.places.region[b.place]);
        weekly.count(Indicator::HostagesHeld, base, f64::from(state.hostages));
    }
}

fn events(world: &World, weekly: &mut Weekly) {
    for event in &world.this_week.events {
        let region = world.places.region[event.place];
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
                Side::Civilians(_) => {}
            }
        }
        if let Side::Group(group) = event.a
            && event.is_attack()
            && world.groups[group].kind == GroupKind::Jihadist
        {
            count(Indicator::JihadistAttacks, 1);
        }
    }
}

fn nation(world: &World, weekly: &mut Weekly) {
    weekly.everywhere(Indicator::Legitimacy, world.state.legitimacy);
    let governments = &world.governments;
    let n = governments.neighbours.len().max(1) as f64;
    let cooperation: f64 =
        governments.neighbours.iter().map(|g| governments.cooperation[(governments.mali, *g)]).sum::<f64>()
            / n;
    weekly.everywhere(Indicator::RegionalCooperation, cooperation);
    weekly.add(Indicator::Protest, Some(0), world.this_week.protest, 1.0);
    if world.this_week.coup {
        weekly.count(Indicator::Coups, Some(0), 1.0);
    }
    if world.this_week.accord {
        weekly.count(Indicator::Accords, Some(0), 1.0);
    }
}

/// Adds the week to the period.
pub fn add_up(record: &mut Record, world: &World) {
    record.weeks += 1;
    for (indicator, areas) in record.week.iter().enumerate() {
        let kind = crate::tables::indicators::INDICATORS[indicator].kind;
        for (area, ratio) in areas.iter().enumerate() {
            let sum = &mut record.period[indicator][area];
            if kind == crate::tables::ColumnKind::End {
                *sum = *ratio;
            } else {
                sum.sum += ratio.sum;
                sum.weight += ratio.weight;
            }
        }
    }
    for place in world.places.ids() {
        let sums: &mut PlaceSums = &mut record.places[place.index()];
        let mut people = (0.0, [0.0; 3]);
        for cell in &world.places.cells[place] {
            let cell = &world.cells[CellId::from_index(cell.index())];
            let n = f64::from(cell.at_home);
            people.0 += n;
            for (at, level) in [FEAR, GRIEVANCE, TRUST].into_iter().enumerate() {
                people.1[at] += n * cell.mean[level];
            }
        }
        sums.means[0] += state_presence(world, place);
        sums.means[1] += world.presence.group_cover[place];
        sums.means[2] += mission_presence(world, place);
        if people.0 > 0.0 {
            sums.weeks_with_people += 1.0;
            for at in 0..3 {
                sums.means[3 + at] += people.1[at] / people.0;
            }
        }
        sums.means[6] += world.places.food_price[place];
    }
    for event in &world.this_week.events {
        let sums = &mut record.places[event.place.index()];
        sums.attacks += u32::from(event.is_attack());
        sums.deaths += event.deaths();
    }
    for consignment in &world.consignments {
        let relation = &world.relations[consignment.relation];
        let (path, stops) = (&relation.paths[consignment.path], &relation.stops[consignment.path]);
        let goods = &world.commodities[relation.commodity as usize];
        for (leg, route) in path.iter().enumerate() {
            let forward = world.routes.ends[*route].0 == stops[leg];
            let at = (relation.commodity as usize * world.routes.km.len() + route.index()) * 2
                + usize::from(!forward);
            let sums = &mut record.legs[at];
            sums.loads += consignment.loads;
            let value = f64::from(consignment.loads) * goods.value_at_origin_eur;
            sums.value_eur += value;
            sums.tolls_eur += value * world.routes.toll_share[*route];
            if consignment.seized > 0 && consignment.seized_on == Some(*route) {
                sums.seized += consignment.seized;
            }
        }
    }
    let people: f64 = world.cells.iter().map(|c| f64::from(c.at_home)).sum();
    record.support.resize(world.groups.len(), 0.0);
    for group in world.living_groups() {
        let backed: f64 = world.cells.iter().map(|c| f64::from(c.at_home) * c.support_of(group)).sum();
        record.support[group.index()] += backed / people.max(1.0);
    }
}
