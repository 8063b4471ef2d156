//! Bands: 15 to 120 fighters of one group in one place.

use crate::base::ids::{GroupId, PlaceId};
use crate::entities::vocabulary::Posture;

/// One band.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Group.
    pub group: GroupId,
    /// Address of draws: the group's key and an ordinal that is never used again.
    pub key: u64,
    /// Number among the bands that its group ever formed, from 1.
    pub ordinal: u64,
    /// Place.
    pub place: PlaceId,
    /// Fighters [persons].
    pub fighters: u32,
    /// Posture.
    pub posture: Posture,
    /// Weeks since it last moved [weeks].
    pub weeks_here: u32,
}

/// All bands, in order of formation.
#[derive(Clone, Debug, Default)]
pub struct Bands {
    /// Bands.
    pub list: Vec<Band>,
    /// Next ordinal by group.
    pub next_ordinal: Vec<u64>,
}

impl Bands {
    /// Forms a band.
    pub fn form(&mut self, group: GroupId, group_key: u64, place: PlaceId, fighters: u32, posture: Posture) {
        let at = group.0 as usize;
        if self.next_ordinal.len() <= at {
            self.next_ordinal.resize(at + 1, 0);
        }
        let key = crate::base::draws::join(group_key, self.next_ordinal[at]);
        self.next_ordinal[at] += 1;
        let ordinal = self.next_ordinal[at];
        self.list.push(Band { group, key, ordinal, place, fighters, posture, weeks_here: 0 });
    }

    /// Fighters of a group at a place [persons].
    pub fn fighters_at(&self, group: GroupId, place: PlaceId) -> u32 {
        self.list.iter().filter(|b| b.group == group && b.place == place).map(|b| b.fighters).sum()
    }
}
