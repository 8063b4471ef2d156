//! Levers: what a scenario can change, from when, until when, where, and what is in force this week.
//!
//! The table [`LEVERS`] is the single source for `check`, `list levers`, `schema` and the submodels that read
//! a lever's fields.

use crate::base::dates::Week;
use crate::base::ids::PlaceId;
use crate::entities::vocabulary::Community;

/// What a field of a lever may hold.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// A number within bounds (inclusive).
    Number {
        /// Lowest value.
        low: f64,
        /// Highest value.
        high: f64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// The id of an entity of the theatre.
    Name(NameOf),
}

/// The list that a name must come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    /// A peace operation (`missions.toml`, kind mission).
    Mission,
    /// A strike force (`missions.toml`, kind strike-force).
    StrikeForce,
    /// An armed group of January 2012.
    Group,
    /// A commodity.
    Commodity,
    /// A government.
    Government,
}

/// One field of a lever.
#[derive(Clone, Copy, Debug)]
pub struct LeverField {
    /// Name in the scenario file; numbers end in their unit.
    pub name: &'static str,
    /// Unit, "" for words.
    pub unit: &'static str,
    /// What it may hold.
    pub kind: FieldKind,
    /// Part of the key: two levers of one kind that agree in all key fields act on the same thing.
    pub key: bool,
    /// Value where the scenario says nothing; none = required. Choices and names have no default.
    pub default: Option<f64>,
}

/// One kind of lever.
#[derive(Clone, Copy, Debug)]
pub struct LeverSpec {
    /// Name after `set.` in the scenario file.
    pub name: &'static str,
    /// What it does, in one line.
    pub line: &'static str,
    /// Key of the document it comes from.
    pub source: &'static str,
    /// Whether `places` may limit it.
    pub takes_places: bool,
    /// Fields.
    pub fields: &'static [LeverField],
}

const fn number(name: &'static str, unit: &'static str, low: f64, high: f64) -> LeverField {
    LeverField { name, unit, kind: FieldKind::Number { low, high }, key: false, default: None }
}

const fn optional(name: &'static str, unit: &'static str, low: f64, high: f64, default: f64) -> LeverField {
    LeverField { name, unit, kind: FieldKind::Number { low, high }, key: false, default: Some(default) }
}

const fn choice(name: &'static str, words: &'static [&'static str]) -> LeverField {
    LeverField { name, unit: "", kind: FieldKind::Choice(words), key: false, default: None }
}

const fn key_choice(name: &'static str, words: &'static [&'static str]) -> LeverField {
    LeverField { name, unit: "", kind: FieldKind::Choice(words), key: true, default: None }
}

const fn key_name(name: &'static str, of: NameOf) -> LeverField {
    LeverField { name, unit: "", kind: FieldKind::Name(of), key: true, default: None }
}

macro_rules! levers {
    ($($variant:ident, $name:literal, $source:literal, $places:literal, $line:literal, [$($field:expr),* $(,)?];)+) => {
        /// Names a kind of lever in code; its position is its row in [`LEVERS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(usize)]
        #[expect(missing_docs, reason = "the table is the documentation")]
        pub enum LeverKind { $($variant),+ }

        /// Every kind of lever.
        pub const LEVERS: &[LeverSpec] = &[$(LeverSpec {
            name: $name, line: $line, source: $source, takes_places: $places, fields: &[$($field),*],
        }),+];

        impl LeverKind {
            /// The kind of a name, or none.
            pub fn of(name: &str) -> Option<LeverKind> {
                match name { $($name => Some(LeverKind::$variant),)+ _ => None }
            }
        }
    };
}

levers! {
    RegionalShock, "regional-shock", "lacher2013", false, "A neighbour's collapse or recovery: a factor on the arms that leave it, and the sanctuary that its land offers.",
        [key_choice("country", &["LBY", "DZA", "NER", "MRT", "BFA"]), number("arms_outflow_factor", "1", 0.0, 20.0), optional("sanctuary_share", "share", 0.0, 1.0, 0.5)];
    ReturningFighters, "returning-fighters", "lacher2013", false, "Fighters come home from Libya; a share may be disarmed and accommodated, as Niger did.",
        [number("persons", "persons", 0.0, 10000.0), optional("accommodated_share", "share", 0.0, 1.0, 0.0)];
    Coup, "coup", "messy2020", false, "A coup happens: army morale and presence fall, partners react.", [];
    AidFreeze, "aid-freeze", "messy2020", false, "Donors hold back a share of their aid.", [number("frozen_share", "share", 0.0, 1.0)];
    StrikeForce, "strike-force", "elusive2014", false, "Troops of a strike force that hunts bands; fewer troops are a drawdown.",
        [key_name("actor", NameOf::StrikeForce), number("troops_persons", "persons", 0.0, 30000.0), optional("cross_border_share", "share", 0.0, 1.0, 0.0)];
    MissionSize, "mission-size", "elusive2014", false, "Authorised troops of a peace operation.",
        [key_name("mission", NameOf::Mission), number("troops_persons", "persons", 0.0, 40000.0)];
    MissionAirLift, "mission-air-lift", "elusive2014", false, "Share of a mission's supply and reach that goes by air.",
        [key_name("mission", NameOf::Mission), number("air_lift_share", "share", 0.0, 1.0)];
    MissionTraining, "mission-training", "messy2020", false, "Training of a mission's troops.",
        [key_name("mission", NameOf::Mission), number("training_share", "share", 0.0, 1.0)];
    OfficialPay, "official-pay", "messy2020", true, "A bonus on officials' salaries, paid on time.", [number("bonus_share", "share", 0.0, 3.0)];
    OfficialProtection, "official-protection", "messy2020", true, "Guards for officials: the share of their threat that is removed.", [number("protected_share", "share", 0.0, 1.0)];
    ServicesBudget, "services-budget", "clingendael2015", true, "Money for one service by one provider, beyond what the baseline spends.",
        [key_choice("provider", &["state", "ngo", "mission"]), key_choice("service", &["health", "water", "schooling", "justice", "supply"]), number("eur_per_person_per_year", "EUR/person/year", 0.0, 200.0)];
    AntiCorruption, "anti-corruption", "roundtable2014", false, "Oversight that removes a share of leakage and raises the sanction on capture.", [number("leakage_removed_share", "share", 0.0, 1.0)];
    LocalDialogue, "local-dialogue", "clingendael2015", true, "Dialogue of the state with all communities: lowers tension, raises trust.", [number("intensity_share", "share", 0.0, 1.0)];
    VigilanteSupport, "vigilante-support", "clingendael2015", true, "The state arms community vigilantes.", [number("intensity_share", "share", 0.0, 1.0)];
    BorderControl, "border-control", "roundtable2014", true, "Search effort on routes; blunt control hits food and fuel too, crime-sensitive control aims at harmful goods.",
        [choice("mode", &["none", "blunt", "crime-sensitive"]), number("effort_share", "share", 0.0, 1.0)];
    AlternativeLivelihoods, "alternative-livelihoods", "roundtable2014", true, "Programmes that close a share of the gap between legal and trafficking income.", [number("gap_closed_share", "share", 0.0, 1.5)];
    Ddr, "ddr", "roundtable2014", true, "Disarmament and reintegration: dormant and cantoned fighters forget faster.", [number("places_share", "share", 0.0, 1.0)];
    Accord, "accord", "messy2020", false, "Terms on offer at the talks; signature stays the parties' choice.",
        [number("offer_share", "share", 0.0, 1.0), optional("crime_conditionality", "share", 0.0, 1.0, 0.0)];
    Mediation, "mediation", "lacher2013", false, "A round of talks led by a mediator.", [key_name("mediator", NameOf::Government), number("weight_share", "share", 0.0, 1.0)];
    AwarenessCampaign, "awareness-campaign", "messy2020", false, "Makes the accord's content known while it runs.", [number("reach_share", "share", 0.0, 1.0)];
    RansomPolicy, "ransom-policy", "lacher2013", false, "Whether governments pay for hostages.", [choice("policy", &["pay", "refuse"])];
    FoodAid, "food-aid", "clingendael2015", true, "Food aid: the share of a shortage that it fills.", [number("filled_share", "share", 0.0, 1.0)];
    SpecialisedJustice, "specialised-justice", "roundtable2014", false, "A specialised court that convicts high-level accomplices.", [number("sanction_share", "share", 0.0, 1.0)];
    MarketDemand, "market-demand", "clingendael2015", false, "Demand abroad for a commodity: a factor on its volume and price.",
        [key_name("commodity", NameOf::Commodity), number("volume_factor", "1", 0.0, 5.0), optional("price_factor", "1", 0.0, 5.0, 1.0)];
}

/// The value of a lever's field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// A number.
    Number(f64),
    /// A choice or the id of an entity.
    Word(String),
}

/// Which recorded table a condition reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// A column of `indicators` (position) in an area (position in `AREAS`).
    Area {
        /// Column.
        indicator: usize,
        /// Area.
        area: usize,
    },
    /// A column of `places` (position in the layout) at a place.
    Place {
        /// Column.
        column: usize,
        /// Place.
        place: PlaceId,
    },
    /// A column of `groups` (position in the layout) of a group of January 2012 (position).
    Group {
        /// Column.
        column: usize,
        /// Group.
        group: usize,
    },
    /// A column of `communities` (position in the layout) of a community, over all of Mali.
    Community {
        /// Column.
        column: usize,
        /// Community.
        community: Community,
    },
}

/// A condition on last week's recorded values.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// What is watched.
    pub watched: Watched,
    /// True if `within_weeks` takes a sum (flows and counts), false for a mean.
    pub sums: bool,
    /// Lower bound that must be reached, or none.
    pub at_least: Option<f64>,
    /// Upper bound that must not be passed, or none.
    pub at_most: Option<f64>,
    /// Held so many weeks running [weeks].
    pub for_weeks: u32,
    /// Window of the sum or mean [weeks].
    pub within_weeks: u32,
    /// First week in which it may come true.
    pub not_before: Week,
    /// Last week in which it may come true.
    pub not_after: Option<Week>,
    /// Weeks between coming true and the start.
    pub delay_weeks: u32,
}

/// When a lever starts.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// In this week.
    At(Week),
    /// Once all (or any) of these hold.
    When {
        /// True: all must hold in the same week; false: any.
        all: bool,
        /// Conditions, at least one.
        conditions: Vec<Condition>,
    },
}

/// When a lever ends.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// It lasts to the end of the run.
    Never,
    /// The first week in which it no longer holds.
    At(Week),
    /// So many weeks after its start.
    After(u32),
    /// Once this holds.
    When(Condition),
}

/// One lever of a checked scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    /// Name, unique in the scenario.
    pub name: String,
    /// Kind.
    pub kind: LeverKind,
    /// Start.
    pub start: Start,
    /// End.
    pub end: End,
    /// Places it is limited to, sorted; empty = everywhere.
    pub places: Vec<PlaceId>,
    /// Values in the order of the kind's fields (defaults filled in).
    pub values: Vec<FieldValue>,
}

impl Lever {
    /// The kind's row in [`LEVERS`].
    pub fn spec(&self) -> &'static LeverSpec {
        &LEVERS[self.kind as usize]
    }

    fn value(&self, field: &str) -> &FieldValue {
        let at = self.spec().fields.iter().position(|f| f.name == field);
        &self.values[at.unwrap_or_else(|| panic!("lever {}: no field {field}", self.name))]
    }

    /// A numeric field.
    pub fn number(&self, field: &str) -> f64 {
        match self.value(field) {
            FieldValue::Number(x) => *x,
            FieldValue::Word(word) => panic!("lever {}: {field} holds {word}", self.name),
        }
    }

    /// A word field.
    pub fn word(&self, field: &str) -> &str {
        match self.value(field) {
            FieldValue::Word(word) => word,
            FieldValue::Number(x) => panic!("lever {}: {field} holds {x}", self.name),
        }
    }

    /// True where the lever acts.
    pub fn covers(&self, place: PlaceId) -> bool {
        self.places.is_empty() || self.places.binary_search(&place).is_ok()
    }

    /// True if both act on the same thing: one kind, equal key fields.
    pub fn same_key(&self, other: &Lever) -> bool {
        self.kind == other.kind
            && self
                .spec()
                .fields
                .iter()
                .zip(&self.values)
                .zip(&other.values)
                .all(|((f, a), b)| !f.key || a == b)
    }
}

/// State of a lever during a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeverState {
    /// Week in which it started, if it has.
    pub started: Option<Week>,
    /// Week in which it ended, if it has.
    pub ended: Option<Week>,
    /// Week in which its condition came true (it starts `delay_weeks` later).
    pub triggered: Option<Week>,
    /// Weekly values of the conditions of start, then of end.
    pub watched: Vec<Vec<f64>>,
}

/// The levers of a run and their state; written by the calendar, read by the submodels.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Levers in the order of the scenario.
    pub levers: Vec<Lever>,
    /// One state per lever.
    pub states: Vec<LeverState>,
    /// Positions of the levers in force this week, the later start last.
    pub in_force: Vec<usize>,
}

impl Policy {
    /// A policy in which nothing has started.
    pub fn new(levers: &[Lever]) -> Policy {
        Policy {
            levers: levers.to_vec(),
            states: vec![LeverState::default(); levers.len()],
            in_force: Vec::new(),
        }
    }

    /// Levers of one kind in force this week; where two act on the same thing, the later start comes last.
    pub fn active(&self, kind: LeverKind) -> impl DoubleEndedIterator<Item = &Lever> {
        self.in_force.iter().map(|i| &self.levers[*i]).filter(move |lever| lever.kind == kind)
    }

    /// The lever of one kind that holds at a place: the one that started last.
    pub fn at(&self, kind: LeverKind, place: PlaceId) -> Option<&Lever> {
        self.active(kind).rev().find(|lever| lever.covers(place))
    }

    /// Levers of one kind in force at a place, one for each thing they act on: the one that started last.
    pub fn each_at(&self, kind: LeverKind, place: Option<PlaceId>) -> impl Iterator<Item = &Lever> {
        let holds = move |lever: &Lever| place.is_none_or(|p| lever.covers(p));
        self.active(kind).enumerate().filter(move |(_, lever)| holds(lever)).filter_map(move |(at, lever)| {
            let later = self.active(kind).skip(at + 1).any(|other| holds(other) && other.same_key(lever));
            (!later).then_some(lever)
        })
    }

    /// The lever of one kind that holds anywhere: the one that started last.
    pub fn anywhere(&self, kind: LeverKind) -> Option<&Lever> {
        self.active(kind).next_back()
    }
}
