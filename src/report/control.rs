//! Who controls a place: the most frequent kind of controller over seeds, and the share of seeds that agree.

use std::collections::BTreeMap;

use crate::base::dates::Date;
use crate::entities::vocabulary::GroupKind;
use crate::report::groups::Groups;

/// Kinds of controller, in the order of the legend; the first wins a tie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Controller {
    /// The Malian state.
    State,
    /// A separatist group.
    Separatist,
    /// A jihadist group.
    Jihadist,
    /// A loyalist militia or a self-defence movement.
    Militia,
    /// A peace operation or strike force.
    Mission,
    /// Nobody.
    Nobody,
}

impl Controller {
    /// Every kind in order.
    pub const ALL: [Controller; 6] = [
        Controller::State,
        Controller::Separatist,
        Controller::Jihadist,
        Controller::Militia,
        Controller::Mission,
        Controller::Nobody,
    ];

    /// Words of the legend.
    pub fn label(self) -> &'static str {
        match self {
            Controller::State => "state",
            Controller::Separatist => "separatists",
            Controller::Jihadist => "jihadists",
            Controller::Militia => "militias",
            Controller::Mission => "mission",
            Controller::Nobody => "nobody",
        }
    }

    /// The kind of a `controller` field: `mali`, a group of this run, a mission, or nobody.
    pub fn of(field: &str, seed: u64, groups: &Groups) -> Controller {
        match (field, groups.kind(seed, field)) {
            ("", _) => Controller::Nobody,
            ("mali", _) => Controller::State,
            (_, Some(GroupKind::Separatist)) => Controller::Separatist,
            (_, Some(GroupKind::Jihadist)) => Controller::Jihadist,
            (_, Some(GroupKind::LoyalistMilitia | GroupKind::SelfDefence)) => Controller::Militia,
            (_, None) => Controller::Mission,
        }
    }
}

/// What most seeds say about one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The most frequent kind of controller.
    pub controller: Controller,
    /// Share of seeds that agree, above 0 and at most 1.
    pub share: f64,
}

/// One date, one map.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The period.
    pub date: Date,
    /// By place.
    pub places: BTreeMap<String, Verdict>,
}

/// Seeds by kind of controller.
pub type Counts = [u32; Controller::ALL.len()];

/// The most frequent kind of controller and the share of seeds that agree.
pub fn verdict(counts: &Counts) -> Verdict {
    let mut best = Controller::State;
    for controller in Controller::ALL {
        if counts[controller as usize] > counts[best as usize] {
            best = controller;
        }
    }
    let total: u32 = counts.iter().sum();
    Verdict { controller: best, share: f64::from(counts[best as usize]) / f64::from(total.max(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_controller_wins_and_ties_go_to_the_first() {
        let found = verdict(&[2, 0, 6, 0, 0, 0]);
        assert_eq!(found, Verdict { controller: Controller::Jihadist, share: 0.75 });
        assert_eq!(verdict(&[0, 3, 3, 0, 0, 0]).controller, Controller::Separatist);
    }

    #[test]
    fn whoever_is_no_group_of_the_run_is_a_mission() {
        let groups = Groups::default();
        assert_eq!(Controller::of("mali", 1, &groups), Controller::State);
        assert_eq!(Controller::of("", 1, &groups), Controller::Nobody);
        assert_eq!(Controller::of("minusma", 1, &groups), Controller::Mission);
    }
}
