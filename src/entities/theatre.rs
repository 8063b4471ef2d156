//! The theatre as the data files state it, before anything is built from it.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::base::dates::Date;
use crate::entities::vocabulary::{Commodity, Community, GroupKind, PlaceKind, Rank, Surface};

/// A row of `places.csv`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "columns are described in data/README.md")]
pub struct PlaceRow {
    pub id: String,
    pub kind: PlaceKind,
    pub country: String,
    pub region: String,
    pub region_2016: String,
    pub cercle: String,
    pub zone: String,
    pub latitude: f64,
    pub longitude: f64,
    pub population_2012: u32,
    pub town_population_2012: u32,
    pub area_km2: f64,
    pub legal_income_eur_per_year: f64,
    pub import_dependence_share: f64,
    pub pasture: f64,
    pub flood_plain: f64,
    pub customary_authority: f64,
    pub foreigners_persons: f64,
    pub private_weapons: f64,
    pub officials_at_post_share: f64,
    pub source: String,
    pub status: String,
}

/// A row of `population.csv`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "columns are described in data/README.md")]
pub struct PopulationRow {
    pub place: String,
    pub community: Community,
    pub persons_2012: u32,
    pub source: String,
    pub status: String,
}

/// A row of `routes.csv`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "columns are described in data/README.md")]
pub struct RouteRow {
    pub a: String,
    pub b: String,
    pub km: f64,
    pub surface: Surface,
    pub border: String,
    pub source: String,
    pub status: String,
}

/// A row of `posts.csv`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "columns are described in data/README.md")]
pub struct PostRow {
    pub place: String,
    pub rank: Rank,
    pub posts: u32,
    pub persons_per_post: u32,
    pub source: String,
    pub status: String,
}

/// A row of `garrisons.csv`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "columns are described in data/README.md")]
pub struct GarrisonRow {
    pub place: String,
    pub soldiers: u32,
    pub source: String,
    pub status: String,
}

/// A place and its share of a whole.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "self-explaining")]
pub struct PlaceShare {
    pub place: String,
    pub share: f64,
}

/// A `[[group]]` of `armed_groups.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct GroupEntry {
    pub id: String,
    pub name: String,
    pub kind: GroupKind,
    pub fighters_persons: u32,
    pub returnees_share: f64,
    pub dormant_persons: u32,
    pub communities: BTreeMap<Community, f64>,
    pub foreign_origins: BTreeMap<String, f64>,
    pub bases: Vec<PlaceShare>,
    pub treasury_eur: f64,
    pub weapons_quality: f64,
    pub returnee_weapons_quality: f64,
    pub capability: f64,
    pub demand: f64,
    pub cohesion: f64,
    pub takes_hostages: bool,
    pub toll_share: f64,
    pub pay_eur_per_week: f64,
    pub state_relation: f64,
    pub sanctuaries: Vec<String>,
    pub relations: BTreeMap<String, f64>,
    pub active: bool,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// A `[[commodity]]` of `commodities.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct CommodityEntry {
    pub id: Commodity,
    pub name: String,
    pub origins: Vec<PlaceShare>,
    pub destinations: Vec<PlaceShare>,
    pub loads_per_week: f64,
    pub value_at_origin_eur: f64,
    pub value_at_destination_eur: f64,
    pub transport_eur_per_km: f64,
    pub labour_persons: f64,
    pub wage_eur_per_trip: f64,
    pub legitimacy: f64,
    pub harmful: bool,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// A `[[network]]` of `networks.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct NetworkEntry {
    pub id: String,
    pub name: String,
    pub community: Community,
    pub base: String,
    pub commodities: BTreeMap<Commodity, f64>,
    pub market_shares: BTreeMap<Commodity, f64>,
    pub capital_eur: f64,
    pub protectors: Vec<String>,
    pub margin_retained_share: f64,
    pub captured_officials_share: f64,
    pub rivals: Vec<String>,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// Where a mission's troops stand from a date on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "self-explaining")]
pub struct Basing {
    pub from: toml::value::Datetime,
    pub shares: BTreeMap<String, f64>,
}

/// A `[[mission]]` of `missions.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct MissionEntry {
    pub id: String,
    pub name: String,
    /// `mission` or `strike-force`.
    pub kind: String,
    pub cost_eur_per_person_year: f64,
    pub training: f64,
    pub air_lift: f64,
    pub strike_cover_bonus: f64,
    pub mandate: crate::entities::missions::Mandate,
    pub bases: Vec<Basing>,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// A `[[government]]` of `governments.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct GovernmentEntry {
    pub id: String,
    pub name: String,
    pub border_effort: f64,
    pub border_unit_captured_share: f64,
    pub sanctuary_quality: f64,
    /// `pays`, `refuses` or `facilitates`.
    pub ransom_policy: String,
    pub ransom_eur_per_hostage: f64,
    pub mediation_weight: f64,
    pub resents_ransoms: bool,
    pub resents_intervention: bool,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// A `[[cooperation]]` of `governments.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct CooperationEntry {
    pub a: String,
    pub b: String,
    pub value: f64,
    pub rivalry: f64,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// A `[[framework]]` of `governments.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct FrameworkEntry {
    pub id: String,
    pub members: Vec<String>,
    #[serde(default)]
    pub candidates: Vec<String>,
    pub formal: f64,
    pub operational: f64,
    pub vetoed_by: Vec<String>,
    pub from: toml::value::Datetime,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// A step of a dated series.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "self-explaining")]
pub struct Point {
    pub from: toml::value::Datetime,
    pub value: f64,
}

/// A `[[series]]` of `inputs.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct SeriesEntry {
    pub id: String,
    pub unit: String,
    pub points: Vec<Point>,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// A `[[season]]` of `inputs.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct SeasonEntry {
    pub id: String,
    pub unit: String,
    pub months: [f64; 12],
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// A `[[scandal]]` of `inputs.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct ScandalEntry {
    pub date: toml::value::Datetime,
    pub leakage_share: f64,
    pub legitimacy: f64,
    pub weeks: f64,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// An `[[election]]` of `inputs.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "fields are described in data/README.md")]
pub struct ElectionEntry {
    pub date: toml::value::Datetime,
    pub kind: String,
    pub disputed: f64,
    pub status: String,
    pub source: String,
    #[serde(default)]
    pub note: String,
}

/// The lists of `armed_groups.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GroupsFile {
    pub(crate) group: Vec<GroupEntry>,
}
/// The lists of `commodities.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CommoditiesFile {
    pub(crate) commodity: Vec<CommodityEntry>,
}
/// The lists of `networks.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NetworksFile {
    pub(crate) network: Vec<NetworkEntry>,
}
/// The lists of `missions.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MissionsFile {
    pub(crate) mission: Vec<MissionEntry>,
}
/// The lists of `governments.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GovernmentsFile {
    pub(crate) government: Vec<GovernmentEntry>,
    pub(crate) cooperation: Vec<CooperationEntry>,
    pub(crate) framework: Vec<FrameworkEntry>,
}
/// The lists of `inputs.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct InputsFile {
    pub(crate) series: Vec<SeriesEntry>,
    pub(crate) season: Vec<SeasonEntry>,
    pub(crate) scandal: Vec<ScandalEntry>,
    pub(crate) election: Vec<ElectionEntry>,
}

/// A whole theatre as data.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "one field per file")]
pub struct Theatre {
    pub name: String,
    pub places: Vec<PlaceRow>,
    pub population: Vec<PopulationRow>,
    pub routes: Vec<RouteRow>,
    pub posts: Vec<PostRow>,
    pub garrisons: Vec<GarrisonRow>,
    pub groups: Vec<GroupEntry>,
    pub commodities: Vec<CommodityEntry>,
    pub networks: Vec<NetworkEntry>,
    pub missions: Vec<MissionEntry>,
    pub governments: Vec<GovernmentEntry>,
    pub cooperation: Vec<CooperationEntry>,
    pub frameworks: Vec<FrameworkEntry>,
    pub series: Vec<SeriesEntry>,
    pub seasons: Vec<SeasonEntry>,
    pub scandals: Vec<ScandalEntry>,
    pub elections: Vec<ElectionEntry>,
}

impl Theatre {
    /// Reads a theatre from its texts by file name; the error names file, place and reason.
    pub fn parse<'a>(name: &str, text: impl Fn(&str) -> Option<&'a str>) -> Result<Theatre, String> {
        let get = |file: &str| text(file).ok_or_else(|| format!("{name}/{file}: the file is missing"));
        let groups: GroupsFile = read_toml(name, "armed_groups.toml", get("armed_groups.toml")?)?;
        let commodities: CommoditiesFile = read_toml(name, "commodities.toml", get("commodities.toml")?)?;
        let networks: NetworksFile = read_toml(name, "networks.toml", get("networks.toml")?)?;
        let missions: MissionsFile = read_toml(name, "missions.toml", get("missions.toml")?)?;
        let governments: GovernmentsFile = read_toml(name, "governments.toml", get("governments.toml")?)?;
        let inputs: InputsFile = read_toml(name, "inputs.toml", get("inputs.toml")?)?;
        Ok(Theatre {
            name: name.to_string(),
            places: read_csv(name, "places.csv", get("places.csv")?)?,
            population: read_csv(name, "population.csv", get("population.csv")?)?,
            routes: read_csv(name, "routes.csv", get("routes.csv")?)?,
            posts: read_csv(name, "posts.csv", get("posts.csv")?)?,
            garrisons: read_csv(name, "garrisons.csv", get("garrisons.csv")?)?,
            groups: groups.group,
            commodities: commodities.commodity,
            networks: networks.network,
            missions: missions.mission,
            governments: governments.government,
            cooperation: governments.cooperation,
            frameworks: governments.framework,
            series: inputs.series,
            seasons: inputs.season,
            scandals: inputs.scandal,
            elections: inputs.election,
        })
    }

    /// Position of a place by id.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.places.iter().position(|row| row.id == id)
    }

    /// The row of a place by id.
    pub fn place_row(&self, id: &str) -> Option<&PlaceRow> {
        self.places.iter().find(|row| row.id == id)
    }
}

/// A TOML date without time as a date.
pub fn date_of(datetime: &toml::value::Datetime) -> Option<Date> {
    let date = datetime.date?;
    let date = Date { year: i32::from(date.year), month: date.month, day: date.day };
    date.is_valid().then_some(date)
}

pub(crate) fn read_toml<T: serde::de::DeserializeOwned>(
    theatre: &str,
    file: &str,
    text: &str,
) -> Result<T, String> {
    toml::from_str(text).map_err(|error| format!("{theatre}/{file}: {error}"))
}

pub(crate) fn read_csv<T: serde::de::DeserializeOwned>(
    theatre: &str,
    file: &str,
    text: &str,
) -> Result<Vec<T>, String> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<Vec<T>, _>>()
        .map_err(|error| format!("{theatre}/{file}: {error}"))
}
