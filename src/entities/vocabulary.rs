//! The closed lists of the model.

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[repr(u8)]
        #[expect(missing_docs, reason = "the words are the documentation")]
        pub enum $name { $(#[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every member in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// Number of members.
            pub const COUNT: usize = $name::ALL.len();
            /// The word used in files.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
            /// The member of a word.
            pub fn of(word: &str) -> Option<$name> {
                match word { $($word => Some($name::$variant),)+ _ => None }
            }
        }
    )+};
}

vocabulary! {
    /// Communities along which recruitment, kinship and trust run. Coarse on purpose: the surveys and the
    /// census tell no more apart.
    Community {
        TuaregIfoghas = "tuareg-ifoghas",
        TuaregImghad = "tuareg-imghad",
        Arab = "arab",
        Songhai = "songhai",
        Fulani = "fulani",
        Dogon = "dogon",
        Southern = "southern",
    }

    /// Kinds of place.
    PlaceKind {
        Capital = "capital",
        CercleSeat = "cercle-seat",
        Town = "town",
        DesertNode = "desert-node",
        BorderPost = "border-post",
        ForeignTown = "foreign-town",
        Camp = "camp",
        Terminal = "terminal",
    }

    /// Surfaces of routes.
    Surface { Paved = "paved", Track = "track", Desert = "desert" }

    /// Ranks of officials.
    Rank {
        Governor = "governor",
        Prefect = "prefect",
        Subprefect = "subprefect",
        Mayor = "mayor",
        Judge = "judge",
        Police = "police",
        Teacher = "teacher",
        Health = "health",
    }

    /// Services that people need.
    Service {
        Health = "health",
        Water = "water",
        Schooling = "schooling",
        Justice = "justice",
        Supply = "supply",
    }

    /// Livelihoods of persons.
    Livelihood { Farming = "farming", Trade = "trade", Trafficking = "trafficking" }

    /// Illicit and informal goods.
    Commodity {
        CannabisResin = "cannabis-resin",
        Cocaine = "cocaine",
        Cigarettes = "cigarettes",
        FuelAndFood = "fuel-and-food",
        Weapons = "weapons",
        Migrants = "migrants",
        MedicinesAndParts = "medicines-and-parts",
        Gold = "gold",
    }

    /// Kinds of armed group.
    GroupKind {
        Separatist = "separatist",
        Jihadist = "jihadist",
        LoyalistMilitia = "loyalist-militia",
        SelfDefence = "self-defence",
    }

    /// What a band does this week.
    Posture {
        Hold = "hold",
        Guerrilla = "guerrilla",
        Sanctuary = "sanctuary",
        Cantoned = "cantoned",
    }

    /// How a group stands towards the state.
    Stance {
        Dormant = "dormant",
        Fighting = "fighting",
        Talking = "talking",
        Signatory = "signatory",
        Allied = "allied",
    }

    /// Kinds of violent event.
    EventKind {
        Battle = "battle",
        Ambush = "ambush",
        Mine = "mine",
        Rocket = "rocket",
        SuicideBombing = "suicide-bombing",
        Raid = "raid",
        Strike = "strike",
        Communal = "communal",
        Abuse = "abuse",
        Abduction = "abduction",
    }

    /// Purposes of payments.
    Purpose {
        Salaries = "salaries",
        Services = "services",
        ArmyOperations = "army-operations",
        Leakage = "leakage",
        Patronage = "patronage",
        Taxes = "taxes",
        Customs = "customs",
        Aid = "aid",
        TransitTaxes = "other-revenue",
        Toll = "toll",
        Bribe = "bribe",
        CarrierWages = "carrier-wages",
        Transport = "transport",
        GoodsPurchase = "goods-purchase",
        GoodsSale = "goods-sale",
        NetworkMargin = "network-margin",
        Protection = "protection",
        FighterPay = "fighter-pay",
        LocalTax = "local-tax",
        Arms = "arms",
        Gifts = "gifts",
        LeadersShare = "leaders-share",
        Ransom = "ransom",
        RansomCut = "ransom-cut",
        MissionCost = "mission-cost",
        QuickImpact = "quick-impact",
        NgoServices = "ngo-services",
        FoodAid = "food-aid",
        Information = "information",
        LegalIncome = "legal-income",
        ForeignBacking = "foreign-backing",
        Loot = "loot",
        AlliedGroups = "allied-groups",
        Oversight = "oversight",
    }
}

impl Rank {
    /// True for those who search trade on the road, or have it searched.
    pub const fn searches(self) -> bool {
        matches!(self, Rank::Police | Rank::Judge | Rank::Prefect)
    }
    /// True for those whom a specialised court is for: convictions at a high level.
    pub const fn at_top(self) -> bool {
        matches!(self, Rank::Governor | Rank::Prefect | Rank::Judge)
    }
    /// True for posts in the seat of a cercle or region, false for those spread over its countryside.
    pub const fn in_town(self) -> bool {
        matches!(self, Rank::Governor | Rank::Prefect | Rank::Judge | Rank::Police)
    }
}

impl Community {
    /// True where most families live from herds, false where they live from fields, the river or trade.
    pub const fn herds(self) -> bool {
        matches!(
            self,
            Community::TuaregIfoghas | Community::TuaregImghad | Community::Arab | Community::Fulani
        )
    }
}
