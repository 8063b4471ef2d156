//! Kinds of levers: names, fields, bounds, where they can act.
//!
//! The table [`LEVERS`] is the single source for `check`, `list levers`, `schema` and the submodels that read
//! a lever's fields.

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
    /// A government whose borders the model watches, Mali's own apart.
    Neighbour,
    /// A framework of regional cooperation.
    Framework,
}

/// Where a lever can act, so that one sent elsewhere is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everywhere: `places` means nothing for it.
    Everywhere,
    /// Places of Mali.
    Mali,
    /// Places of Mali with people.
    People,
    /// Seats of cercles in Mali, where officials have their posts.
    Posts,
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
    /// Part of a whole: all such fields of a lever add to 1.
    pub part: bool,
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
    /// Where it can act.
    pub reach: Reach,
    /// Fields.
    pub fields: &'static [LeverField],
}

impl LeverSpec {
    /// Whether `places` may limit it.
    pub fn takes_places(&self) -> bool {
        self.reach != Reach::Everywhere
    }

    /// Fields that are parts of one whole and must add to 1.
    pub fn parts(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().filter(|field| field.part).map(|field| field.name)
    }
}

const fn number(name: &'static str, unit: &'static str, low: f64, high: f64) -> LeverField {
    LeverField { name, unit, kind: FieldKind::Number { low, high }, key: false, part: false, default: None }
}

const fn optional(name: &'static str, unit: &'static str, low: f64, high: f64, default: f64) -> LeverField {
    LeverField {
        name,
        unit,
        kind: FieldKind::Number { low, high },
        key: false,
        part: false,
        default: Some(default),
    }
}

const fn choice(name: &'static str, words: &'static [&'static str]) -> LeverField {
    LeverField { name, unit: "", kind: FieldKind::Choice(words), key: false, part: false, default: None }
}

const fn key_choice(name: &'static str, words: &'static [&'static str]) -> LeverField {
    LeverField { name, unit: "", kind: FieldKind::Choice(words), key: true, part: false, default: None }
}

const fn key_name(name: &'static str, of: NameOf) -> LeverField {
    LeverField { name, unit: "", kind: FieldKind::Name(of), key: true, part: false, default: None }
}

const fn part(name: &'static str) -> LeverField {
    let kind = FieldKind::Number { low: 0.0, high: 1.0 };
    LeverField { name, unit: "share", kind, key: false, part: true, default: None }
}

macro_rules! levers {
    ($($variant:ident, $name:literal, $source:literal, $reach:ident, $line:literal, [$($field:expr),* $(,)?];)+) => {
        /// Names a kind of lever in code; its position is its row in [`LEVERS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(usize)]
        #[expect(missing_docs, reason = "the table is the documentation")]
        pub enum LeverKind { $($variant),+ }

        /// Every kind of lever.
        pub const LEVERS: &[LeverSpec] = &[$(LeverSpec {
            name: $name, line: $line, source: $source, reach: Reach::$reach, fields: &[$($field),*],
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
    RegionalShock, "regional-shock", "lacher2013", Everywhere, "A neighbour's collapse or recovery: a factor on the arms that leave it, and the sanctuary that its land offers.",
        [key_choice("country", &["LBY", "DZA", "NER", "MRT", "BFA"]), number("arms_outflow_factor", "1", 0.0, 20.0), optional("sanctuary_share", "share", 0.0, 1.0, 0.5)];
    ReturningFighters, "returning-fighters", "lacher2013", Everywhere, "Fighters come home from Libya; a share may be disarmed and accommodated, as Niger did.",
        [number("persons", "persons", 0.0, 10000.0), optional("accommodated_share", "share", 0.0, 1.0, 0.0)];
    Coup, "coup", "messy2020", Everywhere, "A coup happens: army morale and presence fall, partners react.", [];
    AidFreeze, "aid-freeze", "messy2020", Everywhere, "Donors hold back a share of their aid, and of their recognition of a government after a coup; 0 keeps both up.", [number("frozen_share", "share", 0.0, 1.0)];
    StrikeForce, "strike-force", "elusive2014", Everywhere, "Troops of a strike force that hunts bands; fewer troops are a drawdown.",
        [key_name("actor", NameOf::StrikeForce), number("troops_persons", "persons", 0.0, 30000.0), optional("cross_border_share", "share", 0.0, 1.0, 0.0)];
    MissionSize, "mission-size", "elusive2014", Everywhere, "Authorised troops of a peace operation.",
        [key_name("mission", NameOf::Mission), number("troops_persons", "persons", 0.0, 40000.0)];
    MissionAirLift, "mission-air-lift", "elusive2014", Everywhere, "Share of a mission's supply and reach that goes by air.",
        [key_name("mission", NameOf::Mission), number("air_lift_share", "share", 0.0, 1.0)];
    MissionTraining, "mission-training", "messy2020", Everywhere, "Training of a mission's troops.",
        [key_name("mission", NameOf::Mission), number("training_share", "share", 0.0, 1.0)];
    OfficialPay, "official-pay", "messy2020", Posts, "A bonus on officials' salaries, paid on time.", [number("bonus_share", "share", 0.0, 3.0)];
    OfficialProtection, "official-protection", "messy2020", Posts, "Guards for officials: the share of their threat that is removed.", [number("protected_share", "share", 0.0, 1.0)];
    ServicesBudget, "services-budget", "clingendael2015", People, "Money for one service by one provider, beyond what the baseline spends.",
        [key_choice("provider", &["state", "ngo", "mission"]), key_choice("service", &["health", "water", "schooling", "justice", "supply"]), number("eur_per_person_per_year", "EUR/person/year", 0.0, 200.0)];
    AntiCorruption, "anti-corruption", "roundtable2014", Everywhere, "Oversight that removes a share of leakage and raises the sanction on capture.", [number("leakage_removed_share", "share", 0.0, 1.0)];
    LocalDialogue, "local-dialogue", "clingendael2015", People, "Dialogue of the state with all communities: lowers tension, raises trust.", [number("intensity_share", "share", 0.0, 1.0)];
    VigilanteSupport, "vigilante-support", "clingendael2015", People, "The state arms community vigilantes.", [number("intensity_share", "share", 0.0, 1.0)];
    BorderControl, "border-control", "roundtable2014", Mali, "Search effort on routes; blunt control hits food and fuel too, crime-sensitive control aims at harmful goods.",
        [choice("mode", &["none", "blunt", "crime-sensitive"]), number("effort_share", "share", 0.0, 1.0)];
    AlternativeLivelihoods, "alternative-livelihoods", "roundtable2014", People, "Programmes that close a share of the gap between legal and trafficking income.", [number("gap_closed_share", "share", 0.0, 1.5)];
    Ddr, "ddr", "roundtable2014", Mali, "Disarmament and reintegration: dormant and cantoned fighters forget faster.", [number("places_share", "share", 0.0, 1.0)];
    Accord, "accord", "messy2020", Everywhere, "Terms on offer at the talks; signature stays the parties' choice.",
        [number("offer_share", "share", 0.0, 1.0), optional("crime_conditionality", "share", 0.0, 1.0, 0.0)];
    Mediation, "mediation", "lacher2013", Everywhere, "A round of talks led by a mediator.", [key_name("mediator", NameOf::Government), number("weight_share", "share", 0.0, 1.0)];
    AwarenessCampaign, "awareness-campaign", "messy2020", Everywhere, "Makes the accord's content known while it runs.", [number("reach_share", "share", 0.0, 1.0)];
    RansomPolicy, "ransom-policy", "lacher2013", Everywhere, "Whether governments pay for hostages.", [choice("policy", &["pay", "refuse"])];
    FoodAid, "food-aid", "clingendael2015", People, "Food aid: the share of a shortage that it fills.", [number("filled_share", "share", 0.0, 1.0)];
    SpecialisedJustice, "specialised-justice", "roundtable2014", Everywhere, "A specialised court that convicts high-level accomplices.", [number("sanction_share", "share", 0.0, 1.0)];
    MarketDemand, "market-demand", "clingendael2015", Everywhere, "Demand abroad for a commodity: a factor on its volume and price.",
        [key_name("commodity", NameOf::Commodity), number("volume_factor", "1", 0.0, 5.0), optional("price_factor", "1", 0.0, 5.0, 1.0)];
    MandateWeights, "mandate-weights", "elusive2014", Everywhere, "What a mission does with the troops it has free: protect people, stand by the state, escort, fight; shares add to 1.",
        [key_name("mission", NameOf::Mission), part("protect_civilians_share"), part("support_state_share"), part("escort_share"), part("fight_share")];
    UnpolTaskForce, "unpol-task-force", "roundtable2014", Mali, "A mission's police task force on organised crime: captured officials and loads are found where the mission patrols.",
        [key_name("mission", NameOf::Mission), number("officers_persons", "persons", 0.0, 2000.0)];
    Clientelism, "clientelism", "elusive2014", Everywhere, "The state pays an armed group out of its central budget: quiet now, more splits later.",
        [key_name("group", NameOf::Group), number("eur_per_year", "EUR/year", 0.0, 100_000_000.0)];
    SecuritySectorReform, "security-sector-reform", "roundtable2014", Everywhere, "Reform of the security forces: less abuse, less leakage of operations money, better trained units.", [number("effort_share", "share", 0.0, 1.0)];
    RegionalFramework, "regional-framework", "lacher2013", Everywhere, "A framework of states put to work: who belongs to it, how far it operates, how much of outsiders' veto is left.",
        [key_name("framework", NameOf::Framework), choice("membership", &["founders", "wider"]), number("operation_share", "share", 0.0, 1.0), optional("veto_left_share", "share", 0.0, 1.0, 1.0)];
    DonorChannel, "donor-channel", "lacher2013", Everywhere, "Donors work through one framework: its members draw together, neighbours left out draw back.",
        [key_name("framework", NameOf::Framework), number("weight_share", "share", 0.0, 1.0)];
    DonorMix, "donor-mix", "clingendael2015", People, "A share of the same aid leaves the central budget for security, services (in `places`) and governance; shares add to 1.",
        [number("earmarked_share", "share", 0.0, 0.5), part("security_share"), part("services_share"), part("governance_share")];
    ElectionIntegrity, "election-integrity", "messy2020", Everywhere, "Credible elections: the share of their dispute that observers, courts and open counts remove.", [number("integrity_share", "share", 0.0, 1.0)];
    CommunityCrimeControl, "community-crime-control", "roundtable2014", People, "Communities name the goods to be searched for: fewer targets, more people who tell, less grievance.", [number("effort_share", "share", 0.0, 1.0)];
    CustomaryDialogue, "customary-dialogue", "roundtable2014", People, "Chiefs, religious leaders and women's groups are heard: customary authority grows and settles disputes.", [number("intensity_share", "share", 0.0, 1.0)];
    BorderUnitCapture, "border-unit-capture", "lacher2013", Everywhere, "Share of a neighbour's border units that trade themselves or look away.",
        [key_name("government", NameOf::Neighbour), number("captured_share", "share", 0.0, 1.0)];
}
