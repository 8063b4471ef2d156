//! The Malian army: units with a place, and what the whole army shares.

use crate::base::ids::PlaceId;

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Place of January 2012, where it returns when it can.
    pub home: PlaceId,
    /// Place.
    pub place: PlaceId,
    /// Address of draws.
    pub key: u64,
    /// Soldiers of January 2012, by which the army is shared out [persons].
    pub establishment: u32,
    /// Soldiers [persons].
    pub troops: u32,
    /// Readiness [0, 1].
    pub readiness: f64,
    /// Propensity to abuse civilians in operations [0, 1].
    pub abusiveness: f64,
}

/// The army.
#[derive(Clone, Debug)]
pub struct StateForces {
    /// Units, in order of the data.
    pub units: Vec<Unit>,
    /// Morale [0, 1].
    pub morale: f64,
    /// Operations money per soldier against the norm [factor].
    pub operations_funded: f64,
    /// Soldiers beyond the size by law that donors pay for [persons].
    pub paid_by_aid: f64,
    /// Weeks without full pay [weeks].
    pub unpaid_weeks: f64,
    /// Soldiers killed since January 2012 [persons].
    pub killed: u32,
    /// Weapons held [weapons].
    pub arms: u32,
    /// Soldiers without a unit (scattered, or in training) [persons].
    pub reserve: u32,
}

impl StateForces {
    /// Soldiers in units [persons].
    pub fn troops(&self) -> u32 {
        self.units.iter().map(|u| u.troops).sum::<u32>() + self.reserve
    }
    /// Soldiers at a place [persons].
    pub fn troops_at(&self, place: PlaceId) -> u32 {
        self.units.iter().filter(|u| u.place == place).map(|u| u.troops).sum()
    }
}
