//! Armed groups: few, and their variables are used together, so they are structs in a column.

use crate::base::dates::Week;
use crate::base::ids::{ActorId, Column, GovernmentId, GroupId, PlaceId};
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

/// What a group can do beyond its numbers; each part is hit, and grows back, in its own way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capability {
    /// Knowledge of explosives, ambushes, clandestine life [0, 1].
    pub technique: f64,
    /// Depots, workshops, fuel in the desert [0, 1].
    pub caches: f64,
    /// Leaders and their links [0, 1].
    pub leaders: f64,
}

impl Capability {
    /// All parts at one level.
    pub fn even(level: f64) -> Capability {
        Capability { technique: level, caches: level, leaders: level }
    }
    /// The mean of the parts [0, 1].
    pub fn level(&self) -> f64 {
        (self.technique + self.caches + self.leaders) / 3.0
    }
    /// Every part changed by two levels: of this and of another.
    pub fn join(&self, other: &Capability, by: impl Fn(f64, f64) -> f64) -> Capability {
        Capability {
            technique: by(self.technique, other.technique),
            caches: by(self.caches, other.caches),
            leaders: by(self.leaders, other.leaders),
        }
    }
}

/// Fighters from one foreign country.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foreigners {
    /// Country of origin; Mali's for Malians whose home the model does not track.
    pub origin: GovernmentId,
    /// In the group's bands [persons].
    pub here: u32,
    /// Gone home or to a weak state, and ready to come back [persons].
    pub away: u32,
}

/// Members by home cell [persons], with their sum: how many a group has is asked everywhere.
#[derive(Clone, Debug)]
pub struct Members {
    by_home: Vec<u32>,
    all: u32,
}

impl Members {
    /// Nobody.
    pub fn none(n_cells: usize) -> Members {
        Members { by_home: vec![0; n_cells], all: 0 }
    }

    /// All of them.
    pub fn all(&self) -> u32 {
        self.all
    }

    /// Number of cells.
    pub fn n_cells(&self) -> usize {
        self.by_home.len()
    }

    /// By home cell.
    pub fn iter(&self) -> impl Iterator<Item = &u32> {
        self.by_home.iter()
    }

    /// People of a cell join.
    pub fn add(&mut self, cell: usize, people: u32) {
        self.by_home[cell] += people;
        self.all += people;
    }

    /// People of a cell leave.
    pub fn take(&mut self, cell: usize, people: u32) {
        self.by_home[cell] -= people;
        self.all -= people;
    }

    /// All leave.
    pub fn clear(&mut self) {
        self.by_home.fill(0);
        self.all = 0;
    }
}

impl std::ops::Index<usize> for Members {
    type Output = u32;

    fn index(&self, cell: usize) -> &u32 {
        &self.by_home[cell]
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
    pub members: Members,
    /// Members from abroad, by country.
    pub foreigners: Vec<Foreigners>,
    /// Former members at home, by home cell [persons].
    pub dormant: Vec<u32>,
    /// Ledger account.
    pub actor: ActorId,
    /// Quality of weapons: 2 heavy Libyan arms, 0.6 local.
    pub weapons_quality: f64,
    /// Weapons held [weapons].
    pub arms: u32,
    /// Technique, caches, leaders.
    pub capability: Capability,
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
    /// What the state pays its leaders to keep quiet [EUR/week].
    pub patronage_eur: f64,
    /// How used they are to being paid by the state, half-life a year [0, 1].
    pub favour: f64,
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
        self.members.all() + self.foreign_members()
    }
    /// Members from abroad in bands [persons].
    pub fn foreign_members(&self) -> u32 {
        self.foreigners.iter().map(|f| f.here).sum()
    }
    /// Former members abroad who could come back [persons].
    pub fn away(&self) -> u32 {
        self.foreigners.iter().map(|f| f.away).sum()
    }
    /// Adds members from a country.
    pub fn add_foreigners(&mut self, origin: GovernmentId, here: u32, away: u32) {
        if here + away == 0 {
            return;
        }
        match self.foreigners.iter_mut().find(|f| f.origin == origin) {
            Some(known) => {
                known.here += here;
                known.away += away;
            }
            None => self.foreigners.push(Foreigners { origin, here, away }),
        }
    }
    /// Takes members from abroad out of the bands, countries by their share; how many of each left.
    pub fn take_foreigners(&mut self, people: u32) -> Vec<(GovernmentId, u32)> {
        let weights: Vec<f64> = self.foreigners.iter().map(|f| f64::from(f.here)).collect();
        let mut parts = Vec::new();
        crate::base::maths::apportion(people, &weights, &mut parts);
        let mut left = 0;
        let mut taken: Vec<(GovernmentId, u32)> = Vec::new();
        for (foreigners, part) in self.foreigners.iter_mut().zip(parts) {
            let n = part.min(foreigners.here);
            left += part - n;
            foreigners.here -= n;
            taken.push((foreigners.origin, n));
        }
        for (foreigners, taken) in self.foreigners.iter_mut().zip(&mut taken) {
            let n = left.min(foreigners.here);
            foreigners.here -= n;
            taken.1 += n;
            left -= n;
        }
        taken
    }
    /// All dormant members [persons].
    pub fn all_dormant(&self) -> u32 {
        self.dormant.iter().sum()
    }
    /// How far the state has bought it: its payments against the wage bill [0, 1].
    pub fn bought(&self) -> f64 {
        let wages = f64::from(self.fighters()) * self.pay_eur;
        if self.patronage_eur > 0.0 { self.patronage_eur / (self.patronage_eur + wages) } else { 0.0 }
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
