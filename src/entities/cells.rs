//! Cells: one community in one home place. Slow attitudes, services, support and the counts of those who
//! left live here; persons hold what differs from one to the next.

use crate::base::ids::{CellId, Column, GroupId, PlaceId};
use crate::entities::vocabulary::{Community, Livelihood, Service};

/// Groups that may exist in one run, from first to last.
pub const MAX_GROUPS: usize = 64;

/// The four levels that every person holds.
pub const LEVELS: [&str; 4] =
    ["trust in the government", "trust in the security forces", "grievance", "fear"];
/// Position of trust in the government.
pub const TRUST: usize = 0;
/// Position of trust in the security forces.
pub const FORCES: usize = 1;
/// Position of grievance.
pub const GRIEVANCE: usize = 2;
/// Position of fear.
pub const FEAR: usize = 3;

/// A kind of event that shifts baselines: of several in one week the gravest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shock {
    /// Raids on people who were not the target.
    Abuse,
    /// Attacks across the line between two communities.
    Communal,
}

impl Shock {
    /// Number of kinds.
    pub const COUNT: usize = 2;
}

/// State of one cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Home place.
    pub place: PlaceId,
    /// Community.
    pub community: Community,
    /// Hash of place and community: in which week of the year an agent of the cell reconsiders its livelihood hangs on it.
    pub key: u64,
    /// First person agent.
    pub first: u32,
    /// Number of person agents.
    pub n_agents: u32,
    /// Persons in January 2012 [persons].
    pub initial: u32,
    /// Persons at home now: the sum over the cell's agents [persons].
    pub at_home: u32,
    /// Persons at home by livelihood [persons].
    pub livelihoods: [u32; Livelihood::COUNT],
    /// Persons displaced inside Mali.
    pub displaced: Stays,
    /// Persons who fled abroad.
    pub abroad: Stays,
    /// Weeks, weighted by persons, that those abroad have been away [weeks].
    pub weeks_abroad: f64,
    /// Killed or dead in arms [persons].
    pub dead: u32,
    /// Means of the four levels over persons at home [0, 1].
    pub mean: [f64; 4],
    /// Baselines that means drift around [0, 1].
    pub baseline: [f64; 4],
    /// Levels without any event [0, 1].
    pub natural: [f64; 4],
    /// What persons relax to this week [0, 1].
    pub target: [f64; 4],
    /// Passing effects of this week, causes added up.
    pub passing: [f64; 4],
    /// Passing fear of raids this week, of the worst of them.
    pub alarm: f64,
    /// Lasting effects of this week by kind of shock, of the gravest of each kind.
    pub lasting: [[f64; 4]; Shock::COUNT],
    /// Share of persons who do not trust the government to protect them [0, 1].
    pub distrust: f64,
    /// Fear that people have become used to [0, 1].
    pub fear_habit: f64,
    /// Services delivered [0, 1].
    pub service: [f64; Service::COUNT],
    /// Mean coverage over services in town and in the countryside [0, 1].
    pub coverage_by: [f64; 2],
    /// Share of what is delivered that the state delivers [0, 1].
    pub service_by_state: f64,
    /// Share of what is delivered that armed groups deliver [0, 1].
    pub service_by_groups: f64,
    /// Level of services that people need [0, 1].
    pub service_required: f64,
    /// Level of services that people expect [0, 1].
    pub service_expected: f64,
    /// Support of rulers: the state, then groups by id; sums to 1 [0, 1].
    pub support: [f32; MAX_GROUPS + 1],
    /// Harm done by each ruler, half-life a year: the state, then groups [deaths per 1,000].
    pub harm: [f32; MAX_GROUPS + 1],
    /// Customary and religious authority: how far chiefs, marabouts, imams and women's groups are heard [0, 1].
    pub customary_authority: f64,
    /// Gifts of networks and groups since perception last looked [EUR].
    pub gifts_eur: f64,
    /// Gifts of networks and groups of late, half-life 26 weeks [EUR a person and year].
    pub patronage_eur: f64,
    /// Trust in the peace operation [0, 1].
    pub trust_in_mission: f64,
    /// Share of persons who know the accord's content [0, 1].
    pub aware: f64,
    /// Income from trafficking labour this week [EUR].
    pub illicit_income_eur: f64,
    /// Share of people who want to live from trafficking and have learned to [0, 1].
    pub ready_share: f64,
    /// Legal income against January 2012 [factor].
    pub income_factor: f64,
    /// Legal income lost to banditry, prices and fear in January 2012, which the data know of [share].
    pub income_lost_before: f64,
}

/// All cells.
pub type Cells = Column<CellId, Cell>;

impl Cell {
    /// Support of a group [0, 1].
    pub fn support_of(&self, group: GroupId) -> f64 {
        f64::from(self.support[group.0 as usize + 1])
    }
    /// Support of the state [0, 1].
    pub fn support_of_state(&self) -> f64 {
        f64::from(self.support[0])
    }
    /// Mean coverage over services [0, 1].
    pub fn coverage(&self) -> f64 {
        self.service.iter().sum::<f64>() / Service::COUNT as f64
    }
    /// All displaced inside Mali [persons].
    pub fn displaced_inside(&self) -> u32 {
        self.displaced.all()
    }
    /// All abroad [persons].
    pub fn refugees(&self) -> u32 {
        self.abroad.all()
    }
    /// Adds an effect of this week, scaled by the room that is left towards the bound.
    pub fn feel(&mut self, level: usize, size: f64) {
        let room = if size >= 0.0 { 1.0 - self.mean[level] } else { self.mean[level] };
        self.passing[level] += size * room;
    }
    /// Notes an effect that shifts the baseline, scaled by the room that is left; for one kind of shock the largest of a week
    /// counts.
    pub fn remember(&mut self, shock: Shock, level: usize, size: f64) {
        let room = if size >= 0.0 { 1.0 - self.baseline[level] } else { self.baseline[level] };
        let held = &mut self.lasting[shock as usize][level];
        if (size * room).abs() > held.abs() {
            *held = size * room;
        }
    }
}

/// Those of a cell who stay away from home, by place of stay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stays {
    /// In the order of places, nobody left out and no place without anybody [persons].
    by_place: Vec<(PlaceId, u32)>,
    /// Their sum, which is asked for far more often than it changes [persons].
    all: u32,
}

impl Stays {
    /// All of them [persons].
    pub fn all(&self) -> u32 {
        self.all
    }
    /// True without anybody.
    pub fn is_empty(&self) -> bool {
        self.all == 0
    }
    /// Places and who stays there [persons], in the order of places.
    pub fn iter(&self) -> impl Iterator<Item = (PlaceId, u32)> {
        self.by_place.iter().copied()
    }
    /// Adds persons by place; places come in order.
    pub fn add(&mut self, arrivals: impl Iterator<Item = (PlaceId, u32)>) {
        let mut at = 0;
        for (place, persons) in arrivals.filter(|(_, persons)| *persons > 0) {
            at += self.by_place[at..].iter().take_while(|(held, _)| *held < place).count();
            match self.by_place.get_mut(at) {
                Some((held, n)) if *held == place => *n += persons,
                _ => self.by_place.insert(at, (place, persons)),
            }
            self.all += persons;
        }
    }
    /// Takes persons out, from each place as many as its share; there must be as many.
    pub fn leave(&mut self, persons: u32) {
        if persons == 0 {
            return;
        }
        // Running sums are rounded, so that the parts add up and none is larger than what is there.
        let all = u64::from(self.all);
        let part = |upto: u32| (u64::from(persons) * u64::from(upto) / all) as u32;
        let (mut upto, mut gone) = (0, 0);
        for (_, n) in &mut self.by_place {
            upto += *n;
            let gone_before = std::mem::replace(&mut gone, part(upto));
            *n -= gone - gone_before;
        }
        self.by_place.retain(|(_, n)| *n > 0);
        self.all -= persons;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_stay_away_add_up() {
        let mut stays = Stays::default();
        stays.add([(PlaceId(2), 5), (PlaceId(7), 1)].into_iter());
        stays.add([(PlaceId(1), 3), (PlaceId(2), 4), (PlaceId(9), 0)].into_iter());
        assert!(stays.iter().eq([(PlaceId(1), 3), (PlaceId(2), 9), (PlaceId(7), 1)]));
        assert_eq!(stays.all(), 13);
        stays.leave(6);
        assert_eq!((stays.all(), stays.iter().map(|(_, n)| n).sum::<u32>()), (7, 7));
        assert!(stays.iter().all(|(_, n)| n > 0));
        stays.leave(7);
        assert!(stays.is_empty() && stays.iter().next().is_none());
    }
}
