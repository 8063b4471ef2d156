//! Armed groups: few, and their variables are used together, so they are structs in a column.

use crate::base::dates::Week;
use crate::base::ids::{ActorId, Column, GroupId, PlaceId};
use crate::entities::vocabulary::{Community, GroupKind, Stance};

/// What limits a group's growth most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brake {
    /// Nothing yet.
    None,
    /// Pay.
    Money,
    /// Supporters in reach.
    Supporters,
    /// State and mission cover.
    Cover,
    /// Large and open means found: losses.
    Visibility,
    /// Rivals on the same tolls.
    Rivals,
    /// Harm to civilians.
    Backlash,
    /// Splits.
    Cohesion,
}

impl Brake {
    /// The word in `groups.csv`.
    pub fn word(self) -> &'static str {
        match self {
            Brake::None => "",
            Brake::Money => "money",
            Brake::Supporters => "supporters",
            Brake::Cover => "cover",
            Brake::Visibility => "visibility",
            Brake::Rivals => "rivals",
            Brake::Backlash => "backlash",
            Brake::Cohesion => "cohesion",
        }
    }
}

/// One armed group.
#[derive(Clone, Debug)]
pub struct ArmedGroup {
    /// Id in tables.
    pub id: String,
    /// Address of draws: hash of the id, or of the parent's key and its ordinal.
    pub key: u64,
    /// Kind.
    pub kind: GroupKind,
    /// Week in which it took its name (0 for those of January 2012).
    pub born: Week,
    /// Group it came from.
    pub parent: Option<GroupId>,
    /// Week in which it ended.
    pub ended: Option<Week>,
    /// Groups born of it so far.
    pub offspring: u32,
    /// Share of fighters returning from Libya who join it [0, 1].
    pub returnees_share: f64,
    /// Quality of the weapons they bring.
    pub returnee_weapons_quality: f64,
    /// Recruitment weight of each community.
    pub communities: [f64; Community::COUNT],
    /// Malian members by home cell [persons].
    pub members: Vec<u32>,
    /// Foreign members [persons].
    pub foreign_members: u32,
    /// Former members at home, by home cell [persons].
    pub dormant: Vec<u32>,
    /// Ledger account.
    pub actor: ActorId,
    /// Quality of weapons: 2 heavy Libyan arms, 0.6 local.
    pub weapons_quality: f64,
    /// Weapons held [weapons].
    pub arms: u32,
    /// Technique, networks, explosives [0, 1].
    pub capability: f64,
    /// What it asks for [0, 1].
    pub demand: f64,
    /// Cohesion [0, 1].
    pub cohesion: f64,
    /// Takes hostages.
    pub takes_hostages: bool,
    /// Share of the value of goods that it takes as toll [0, 1].
    pub toll_share: f64,
    /// Tolls taken this week [EUR].
    pub toll_income_eur: f64,
    /// Tolls taken of late [EUR a week].
    pub last_toll_eur: f64,
    /// Direction of the last step of its toll, 1 or -1.
    pub toll_direction: f64,
    /// Pay of a fighter, all in [EUR/week].
    pub pay_eur: f64,
    /// Weeks running without full pay [weeks].
    pub unpaid_weeks: f64,
    /// Share of pay met this week [0, 1].
    pub pay_met: f64,
    /// Relation to the state [-1, 1].
    pub state_relation: f64,
    /// Relations to groups by id [-1, 1].
    pub relations: Vec<f64>,
    /// Stance.
    pub stance: Stance,
    /// Regions of 2012 in which it is on the offensive.
    pub offensive: [bool; 9],
    /// Places it may withdraw to.
    pub sanctuaries: Vec<PlaceId>,
    /// Losses, half-life 13 weeks [persons].
    pub recent_losses: f64,
    /// Hostages held [persons].
    pub hostages: u32,
    /// Place of its last abduction (at first, its first base).
    pub last_abduction: PlaceId,
    /// What limits its growth.
    pub brake: Brake,
    /// Cercle seats it ruled at the end of last week.
    pub seats_held: u32,
    /// Income this week, and of late (half-life 13 weeks) [EUR a week].
    pub income_eur: f64,
    /// Smoothed income [EUR a week].
    pub usual_income_eur: f64,
    /// Recruits this week [persons].
    pub recruits: u32,
    /// Attacks this period, deaths caused this period; cleared by observation.
    pub attacks: u32,
    /// Deaths in its attacks this period [persons].
    pub deaths_caused: u32,
}

impl ArmedGroup {
    /// All members in arms [persons].
    pub fn fighters(&self) -> u32 {
        self.members.iter().sum::<u32>() + self.foreign_members
    }
    /// All dormant members [persons].
    pub fn all_dormant(&self) -> u32 {
        self.dormant.iter().sum()
    }
    /// True if it exists and has not ended.
    pub fn alive(&self) -> bool {
        self.ended.is_none()
    }
    /// True if it fights the state this week.
    pub fn fights_state(&self) -> bool {
        self.alive() && matches!(self.stance, Stance::Fighting | Stance::Talking)
    }
}

/// All groups, in order of birth.
pub type ArmedGroups = Column<GroupId, ArmedGroup>;
