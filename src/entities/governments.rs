//! Governments of the region and partners: effort at the border, cooperation, hostages.

use crate::base::dates::Week;
use crate::base::ids::{ActorId, Column, GovernmentId, Matrix};

/// One government or organisation.
#[derive(Clone, Debug)]
pub struct Government {
    /// ISO3 code or acronym.
    pub id: String,
    /// Ledger account.
    pub actor: ActorId,
    /// True for a state whose borders the model watches.
    pub has_borders: bool,
    /// Effort of border units [0, 1].
    pub border_effort: f64,
    /// Share of border units that serve traffickers [0, 1].
    pub border_captured: f64,
    /// The same by the data, in force unless a lever says otherwise [0, 1].
    pub own_border_captured: f64,
    /// How well groups may rest in its borderlands [0, 1].
    pub sanctuary: f64,
    /// Pays ransoms.
    pub pays_ransoms: bool,
    /// Sum it pays for a hostage [EUR].
    pub ransom_eur: f64,
    /// Weight as a mediator [0, 1].
    pub mediation_weight: f64,
    /// Its cooperation with Mali suffers from every ransom that is paid.
    pub resents_ransoms: bool,
    /// Its cooperation with Mali suffers while a strike force from outside is there.
    pub resents_intervention: bool,
}

/// A framework of cooperation.
#[derive(Clone, Debug)]
pub struct Framework {
    /// Id of the data.
    pub id: String,
    /// Members.
    pub members: Vec<GovernmentId>,
    /// Who could join it.
    pub candidates: Vec<GovernmentId>,
    /// How much of it exists on paper [0, 1].
    pub formal: f64,
    /// How much of it works [0, 1].
    pub operational: f64,
    /// Who blocks it.
    pub vetoed_by: Vec<GovernmentId>,
    /// First week.
    pub from: Week,
}

/// Governments and their relations.
#[derive(Clone, Debug)]
pub struct Governments {
    /// Governments.
    pub list: Column<GovernmentId, Government>,
    /// Mali's.
    pub mali: GovernmentId,
    /// Cooperation now [0, 1].
    pub cooperation: Matrix<GovernmentId, GovernmentId, f64>,
    /// Cooperation without events [0, 1].
    pub baseline: Matrix<GovernmentId, GovernmentId, f64>,
    /// Rivalry [0, 1].
    pub rivalry: Matrix<GovernmentId, GovernmentId, f64>,
    /// Frameworks.
    pub frameworks: Vec<Framework>,
    /// Neighbours of Mali in the theatre.
    pub neighbours: Vec<GovernmentId>,
}

impl Governments {
    /// Id of a code.
    pub fn of(&self, id: &str) -> Option<GovernmentId> {
        self.list.ids().find(|g| self.list[*g].id == id)
    }
    /// Lowers (or raises) the cooperation of two governments.
    pub fn shift(&mut self, a: GovernmentId, b: GovernmentId, by: f64) {
        for pair in [(a, b), (b, a)] {
            self.cooperation[pair] = (self.cooperation[pair] + by).clamp(0.0, 1.0);
        }
    }
}
