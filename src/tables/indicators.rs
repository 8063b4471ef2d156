//! The columns of `indicators.csv`: one row here per indicator, read by observation, conditions, `list
//! indicators`, the codebook and the summaries.

use crate::tables::ColumnKind::{self, End, Mean, Sum};

/// Which direction is an improvement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// It depends on who asks.
    Neither,
}

impl Better {
    /// The word used in `list indicators`.
    pub fn word(self) -> &'static str {
        match self {
            Better::Higher => "higher",
            Better::Lower => "lower",
            Better::Neither => "neither",
        }
    }
}

/// One indicator.
#[derive(Clone, Copy, Debug)]
pub struct IndicatorSpec {
    /// Column name.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Sum, mean or end of period.
    pub kind: ColumnKind,
    /// Which direction is an improvement.
    pub better: Better,
    /// One sentence.
    pub description: &'static str,
}

macro_rules! indicators {
    ($($variant:ident, $name:literal, $unit:literal, $kind:expr, $better:ident, $description:literal;)+) => {
        /// Names an indicator in code; its position is its column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        #[expect(missing_docs, reason = "the table is the documentation")]
        pub enum Indicator { $($variant),+ }

        impl Indicator {
            /// Every indicator, in the order of the columns.
            pub const ALL: &[Indicator] = &[$(Indicator::$variant),+];
        }

        /// All indicators in column order.
        pub const INDICATORS: &[IndicatorSpec] = &[$(IndicatorSpec {
            name: $name, unit: $unit, kind: $kind, better: Better::$better, description: $description,
        }),+];
    };
}

indicators! {
    Events, "events", "events", Sum, Lower, "Violent events of every kind, lethal or not.";
    Attacks, "attacks", "attacks", Sum, Lower, "Attacks by armed groups on state forces, missions, officials, rivals or civilians.";
    Deaths, "deaths", "persons", Sum, Lower, "People killed in violent events, of all sides, reported or not.";
    CivilianDeaths, "civilian_deaths", "persons", Sum, Lower, "Civilians killed in violent events.";
    StateForceDeaths, "state_force_deaths", "persons", Sum, Lower, "Malian soldiers killed.";
    PeacekeeperDeaths, "peacekeeper_deaths", "persons", Sum, Lower, "Mission troops killed by attacks.";
    GroupFighterDeaths, "group_fighter_deaths", "persons", Sum, Neither, "Fighters of armed groups killed.";
    StatePresence, "state_presence", "share", Mean, Higher, "Mean of posts filled and of state cover at protecting density, weighted by persons.";
    OfficialsAtPost, "officials_at_post", "share", Mean, Higher, "Share of all official posts whose holder is at post.";
    JudgesAtPost, "judges_at_post", "share", Mean, Higher, "Share of judges at post.";
    CapturedOfficials, "captured_officials", "share", Mean, Lower, "Share of officials at post who serve traffickers.";
    ServiceCoverage, "service_coverage", "share", Mean, Higher, "Mean coverage of health, water, schooling, justice and supply, by any provider.";
    UnmetServices, "unmet_services", "share", Mean, Lower, "Required services that nobody delivers, as a share of the requirement.";
    UnmetSecurity, "unmet_security", "share", Mean, Lower, "Need for protection that no force meets: fear times what cover leaves open.";
    TrustInState, "trust_in_state", "share", Mean, Higher, "Mean trust in the government.";
    Grievance, "grievance", "share", Mean, Lower, "Mean grievance.";
    Fear, "fear", "share", Mean, Lower, "Mean fear.";
    AccordAwareness, "accord_awareness", "share", Mean, Higher, "Share of persons who know the content of a signed accord.";
    AreaControlledByGroupsKm2, "area_controlled_by_groups_km2", "km2", End, Lower, "Area nearest to places that armed groups control.";
    PopulationUnderGroups, "population_under_groups", "persons", End, Lower, "Persons at home in places that armed groups control.";
    GroupsActive, "groups_active", "groups", End, Lower, "Armed groups with at least 20 members; in a region, those with fighters there.";
    Fighters, "fighters", "persons", End, Lower, "Fighters of all armed groups (not dormant members).";
    IllicitIncomeEur, "illicit_income_eur", "EUR", Sum, Lower, "Income from illicit trade that stays with residents, networks, groups and officials.";
    StateSpendingEur, "state_spending_eur", "EUR", Sum, Higher, "State spending on salaries and services of the region.";
    IllicitLivelihoodShare, "illicit_livelihood_share", "share", Mean, Lower, "Share of persons whose livelihood is trafficking labour.";
    SeizedValueEur, "seized_value_eur", "EUR", Sum, Neither, "Value at origin of goods seized.";
    RansomsEur, "ransoms_eur", "EUR", Sum, Lower, "Ransoms paid, by the place where the hostage was taken.";
    PrivateWeapons, "private_weapons", "weapons", End, Lower, "Weapons in private hands.";
    Banditry, "banditry", "incidents", Sum, Lower, "Incidents of banditry and armed robbery.";
    Idps, "idps", "persons", End, Lower, "Persons displaced inside Mali, by home.";
    Refugees, "refugees", "persons", End, Lower, "Persons who fled abroad, by home; the row abroad holds those who stay there.";
    MissionTroops, "mission_troops", "persons", End, Neither, "Troops of peace operations and strike forces.";
    MissionSelfProtection, "mission_self_protection", "share", Mean, Lower, "Share of the peace operation's troops used to protect and supply itself.";
    MissionCostEur, "mission_cost_eur", "EUR", Sum, Neither, "Cost of missions and strike forces.";
    FoodPriceIndex, "food_price_index", "index", Mean, Lower, "Food price against January 2012 (1).";
    Legitimacy, "legitimacy", "share", Mean, Higher, "Legitimacy of the government.";
    Coups, "coups", "coups", Sum, Lower, "Coups d'etat.";
    RegionalCooperation, "regional_cooperation", "share", Mean, Higher, "Mean operational cooperation of Mali with its neighbours.";
    DistrustShare, "distrust_share", "share", Mean, Lower, "Share of persons who do not trust the government to protect them.";
    TrustInSecurityForces, "trust_in_security_forces", "share", Mean, Higher, "Mean trust in the security forces.";
    TrustInMission, "trust_in_mission", "share", Mean, Higher, "Mean trust in peace operations: half without any record.";
    AdministratorsAtPost, "administrators_at_post", "share", Mean, Higher, "Share of governors, prefects, sub-prefects and mayors at post.";
    GovernorsAtPost, "governors_at_post", "share", Mean, Higher, "Share of governors at post.";
    PrefectsAtPost, "prefects_at_post", "share", Mean, Higher, "Share of prefects at post.";
    SubprefectsAtPost, "subprefects_at_post", "share", Mean, Higher, "Share of sub-prefects at post.";
    PlacesUnderGroups, "places_under_groups", "places", End, Lower, "Places that armed groups control.";
    PlacesUnderJihadists, "places_under_jihadists", "places", End, Lower, "Places that jihadist groups control.";
    PlacesUnderSeparatists, "places_under_separatists", "places", End, Lower, "Places that separatist groups control.";
    TownsUnderJihadists, "towns_under_jihadists", "places", End, Lower, "Cercle seats that jihadist groups control.";
    CapitalsLost, "capitals_lost", "places", Sum, Lower, "Regional capitals that the state lost in the period.";
    GarrisonsLost, "garrisons_lost", "places", Sum, Lower, "Garrisoned places that the state lost in the period.";
    JihadistAttacks, "jihadist_attacks", "attacks", Sum, Lower, "Attacks by jihadist groups.";
    LethalEvents, "lethal_events", "events", Sum, Lower, "Events with at least one death.";
    ReportedLethalEvents, "reported_lethal_events", "events", Sum, Lower, "Lethal events that are seen and precisely located, as UCDP would.";
    PeacekeeperDeathsAllCauses, "peacekeeper_deaths_all_causes", "persons", Sum, Lower, "Mission troops who died of any cause.";
    PopulationPersons, "population_persons", "persons", End, Neither, "Persons at home, displaced persons, refugees, fighters and dormant members, by home.";
    PopulationUnderNobody, "population_under_nobody", "persons", End, Lower, "Persons at home in places that nobody controls.";
    JihadistFighters, "jihadist_fighters", "persons", End, Lower, "Fighters of jihadist groups.";
    SeparatistFighters, "separatist_fighters", "persons", End, Neither, "Fighters of separatist groups.";
    DormantFighters, "dormant_fighters", "persons", End, Lower, "Former fighters at home who could rejoin, by home.";
    Accords, "accords", "accords", Sum, Neither, "Peace accords signed.";
    StrikeForceTroops, "strike_force_troops", "persons", End, Neither, "Troops of strike forces.";
    ArmyTroops, "army_troops", "persons", End, Neither, "Malian soldiers.";
    ArmyMorale, "army_morale", "share", Mean, Higher, "Morale of the army.";
    ArmyReadiness, "army_readiness", "share", Mean, Higher, "Readiness of the army.";
    HostagesHeld, "hostages_held", "persons", End, Lower, "Hostages held by armed groups.";
    GroupIncomeEur, "group_income_eur", "EUR", Sum, Lower, "Income of armed groups from all sources.";
    OfficialsLeft, "officials_left", "posts", Sum, Lower, "Officials who left their post in the period.";
    Protest, "protest", "share", Mean, Neither, "Share of Bamako's persons in protest.";
    SchoolsClosedShare, "schools_closed_share", "share", Mean, Lower, "Share of teachers' posts without a teacher.";
    CourtsClosedShare, "courts_closed_share", "share", Mean, Lower, "Share of cercles with a court where no judge is at post.";
    Punishments, "punishments", "attacks", Sum, Lower, "Attacks by armed groups on civilians in places that an armed group controls.";
    ForcedTaxesEur, "forced_taxes_eur", "EUR", Sum, Lower, "Taxes that armed groups take from residents.";
    FrontlineToBamakoKm, "frontline_to_bamako_km", "km", Mean, Higher, "Distance as the crow flies from Bamako to the nearest place that an armed group controls; empty without one.";
    ServiceCoverageTown, "service_coverage_town", "share", Mean, Higher, "Mean coverage of services among people in town.";
    ServiceCoverageCountryside, "service_coverage_countryside", "share", Mean, Higher, "Mean coverage of services among people in the countryside.";
    StatePresenceTown, "state_presence_town", "share", Mean, Higher, "Mean of posts in seats filled and of state cover in town, weighted by people in town.";
    StatePresenceCountryside, "state_presence_countryside", "share", Mean, Higher, "Mean of posts in the countryside filled and of state cover there, weighted by people in the countryside.";
    Recognition, "recognition", "share", Mean, Higher, "Recognition of the government by its partners: 1 without a coup.";
    EventsInNeighbourZones, "events_in_neighbour_zones", "events", Sum, Lower, "Violent events abroad, counted for the region of Mali that is nearest by road.";
}

/// Number of indicators.
pub const N_INDICATORS: usize = INDICATORS.len();

/// The nine regions of 2012 in the order of every table.
pub const REGIONS: [&str; 9] =
    ["Bamako", "Gao", "Kayes", "Kidal", "Koulikoro", "Mopti", "Segou", "Sikasso", "Tombouctou"];

/// Rows of `indicators.csv` in one period: the regions, three sums of regions, and what lies outside Mali.
pub const AREAS: [&str; 13] = [
    "Bamako",
    "Gao",
    "Kayes",
    "Kidal",
    "Koulikoro",
    "Mopti",
    "Segou",
    "Sikasso",
    "Tombouctou",
    "Mali",
    "North",
    "Centre",
    "abroad",
];

/// Position of `Mali` in [`AREAS`].
pub const MALI: usize = 9;
/// Position of `abroad` in [`AREAS`].
pub const ABROAD: usize = 12;

/// Position of the sum of regions that this region belongs to besides Mali: North or Centre.
pub fn wider_area(region: usize) -> Option<usize> {
    const WIDER: [Option<usize>; REGIONS.len()] =
        [None, Some(10), None, Some(10), None, Some(11), Some(11), None, Some(10)];
    WIDER[region]
}
