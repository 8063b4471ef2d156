//! What happens this week: events, harm, seizures; cleared each Monday.

use crate::base::ids::{CellId, GovernmentId, GroupId, MissionId, PlaceId};
use crate::entities::vocabulary::EventKind;

/// A party to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The Malian state.
    State,
    /// A mission or strike force.
    Mission(MissionId),
    /// Forces of a neighbour, on its own soil.
    Neighbour(GovernmentId),
    /// An armed group.
    Group(GroupId),
    /// Civilians, of a cell where it is known.
    Civilians(Option<CellId>),
}

/// One violent event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Place.
    pub place: PlaceId,
    /// Kind.
    pub kind: EventKind,
    /// Attacker.
    pub a: Side,
    /// Target.
    pub b: Side,
    /// Deaths of the attacker [persons].
    pub deaths_a: u32,
    /// Deaths of the target's armed men [persons].
    pub deaths_b: u32,
    /// Civilian deaths [persons].
    pub civilians: u32,
    /// Uniform that places it in the week and decides whether it is seen.
    pub chance: f64,
}

impl Event {
    /// All deaths [persons].
    pub fn deaths(&self) -> u32 {
        self.deaths_a + self.deaths_b + self.civilians
    }
    /// True for an attack by an armed group.
    pub fn is_attack(&self) -> bool {
        matches!(self.a, Side::Group(_)) && self.kind != EventKind::Abduction
    }
}

/// An attack on a garrison that a group has decided on; violence resolves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assault {
    /// Attacker.
    pub group: GroupId,
    /// Target.
    pub place: PlaceId,
    /// Strength in reach: fighters x weapons quality.
    pub strength: f64,
    /// Fighters engaged [persons].
    pub engaged: u32,
    /// Probability that the place falls [0, 1].
    pub odds: f64,
}

/// A notable change, for `timeline.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Kind, from the closed list of the table.
    pub kind: &'static str,
    /// Who.
    pub actor: String,
    /// Where.
    pub place: String,
    /// In words.
    pub text: String,
}

/// Flows of one week.
#[derive(Clone, Debug, Default)]
pub struct ThisWeek {
    /// Violent events.
    pub events: Vec<Event>,
    /// Assaults decided on this week.
    pub assaults: Vec<Assault>,
    /// Notable changes.
    pub changes: Vec<Change>,
    /// Regional capitals lost by the state, by place.
    pub capitals_lost: Vec<PlaceId>,
    /// Garrisoned places lost by the state.
    pub garrisons_lost: Vec<PlaceId>,
    /// Officials who left, by place.
    pub officials_left: Vec<(PlaceId, u32)>,
    /// Ransoms paid, by place of abduction [EUR].
    pub ransoms: Vec<(PlaceId, f64)>,
    /// Civilians killed, by their cell.
    pub civilian_deaths: Vec<(CellId, u32)>,
    /// Mission deaths not by attack, by place.
    pub other_mission_deaths: Vec<(PlaceId, u32)>,
    /// Illicit income that stays, by place [EUR].
    pub illicit_income: Vec<f64>,
    /// State spending, by place [EUR].
    pub state_spending: Vec<f64>,
    /// Value seized, by place [EUR].
    pub seized_value: Vec<f64>,
    /// Income of groups, by place [EUR].
    pub group_income: Vec<f64>,
    /// Taxes that groups take from residents, by place [EUR].
    pub forced_taxes: Vec<f64>,
    /// Groups whose protected networks dispute the same roads, the lower id first, and how much [0, 1 and more].
    pub trade_rivalry: Vec<(GroupId, GroupId, f64)>,
    /// True in the week of a coup.
    pub coup: bool,
    /// True in the week of an accord.
    pub accord: bool,
    /// Share of Bamako's persons in protest [0, 1].
    pub protest: f64,
}

impl ThisWeek {
    /// Begins a week.
    pub fn clear(&mut self, n_places: usize) {
        self.events.clear();
        self.assaults.clear();
        self.changes.clear();
        self.capitals_lost.clear();
        self.garrisons_lost.clear();
        self.officials_left.clear();
        self.ransoms.clear();
        self.civilian_deaths.clear();
        self.other_mission_deaths.clear();
        self.trade_rivalry.clear();
        for column in [
            &mut self.illicit_income,
            &mut self.state_spending,
            &mut self.seized_value,
            &mut self.group_income,
            &mut self.forced_taxes,
        ] {
            column.clear();
            column.resize(n_places, 0.0);
        }
        self.coup = false;
        self.accord = false;
        self.protest = 0.0;
    }

    /// How much two groups dispute the trade that they protect.
    pub fn rivalry(&self, a: GroupId, b: GroupId) -> f64 {
        let pair = (a.min(b), a.max(b));
        self.trade_rivalry.iter().find(|d| (d.0, d.1) == pair).map_or(0.0, |d| d.2)
    }

    /// Notes a change for the timeline.
    pub fn note(&mut self, kind: &'static str, actor: &str, place: &str, text: String) {
        self.changes.push(Change { kind, actor: actor.to_string(), place: place.to_string(), text });
    }
}
