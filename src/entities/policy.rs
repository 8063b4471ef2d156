//! Levers: what a scenario changes, from when, until when, where, and what is in force this week.
//!
//! What kinds there are tells [`LEVERS`].

use crate::base::dates::Week;
use crate::base::ids::PlaceId;
pub use crate::entities::lever_kinds::{FieldKind, LEVERS, LeverField, LeverKind, LeverSpec, NameOf, Reach};
use crate::entities::vocabulary::Community;

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

impl Start {
    /// First week in which the lever can start.
    pub fn earliest(&self) -> Week {
        match self {
            Start::At(week) => *week,
            Start::When { all, conditions } => {
                let first = |c: &Condition| Week(c.not_before.0 + c.delay_weeks);
                let firsts = conditions.iter().map(first);
                if *all { firsts.max() } else { firsts.min() }.unwrap_or(Week(0))
            }
        }
    }
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
    /// Positions of the levers in force this week, by kind, then the later start last.
    in_force: Vec<usize>,
    /// Where each kind begins in `in_force`; empty before the first week.
    bounds: Vec<usize>,
}

impl Policy {
    /// A policy in which nothing has started.
    pub fn new(levers: &[Lever]) -> Policy {
        Policy {
            levers: levers.to_vec(),
            states: vec![LeverState::default(); levers.len()],
            ..Policy::default()
        }
    }

    /// The same past with other levers: those that are here too keep their state, the others have not started.
    pub fn with_levers<'l>(&self, levers: impl Iterator<Item = &'l Lever>) -> Policy {
        let state = |lever: &Lever| {
            let known = self.levers.iter().position(|known| known == lever);
            known.map_or_else(LeverState::default, |at| self.states[at].clone())
        };
        let (levers, states) = levers.map(|lever| (lever.clone(), state(lever))).unzip();
        Policy { levers, states, ..Policy::default() }
    }

    /// Takes note of what has started and ended.
    pub fn take_stock(&mut self) {
        let Policy { levers, states, in_force, bounds } = self;
        in_force.clear();
        in_force.extend(
            (0..levers.len()).filter(|at| states[*at].started.is_some() && states[*at].ended.is_none()),
        );
        in_force.sort_by_key(|at| (levers[*at].kind, states[*at].started, *at));
        bounds.clear();
        bounds.extend(
            (0..=LEVERS.len()).map(|kind| in_force.partition_point(|at| (levers[*at].kind as usize) < kind)),
        );
    }

    /// Positions of the levers of one kind in force this week, the later start last.
    pub fn positions(&self, kind: LeverKind) -> &[usize] {
        match self.bounds.get(kind as usize..kind as usize + 2) {
            Some(&[from, to]) => &self.in_force[from..to],
            _ => &[],
        }
    }

    /// Levers of one kind in force this week; where two act on the same thing, the later start comes last.
    pub fn active(&self, kind: LeverKind) -> impl DoubleEndedIterator<Item = &Lever> {
        self.positions(kind).iter().map(|at| &self.levers[*at])
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

    /// A number of the lever of one kind that holds at a place, 0 without one.
    pub fn number_at(&self, kind: LeverKind, place: PlaceId, field: &str) -> f64 {
        self.at(kind, place).map_or(0.0, |lever| lever.number(field))
    }

    /// A number of the lever of one kind that holds anywhere, 0 without one.
    pub fn number(&self, kind: LeverKind, field: &str) -> f64 {
        self.anywhere(kind).map_or(0.0, |lever| lever.number(field))
    }

    /// The lever of one kind that holds anywhere: the one that started last.
    pub fn anywhere(&self, kind: LeverKind) -> Option<&Lever> {
        self.active(kind).next_back()
    }
}
