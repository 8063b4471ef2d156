//! The submodels of the week, in schedule order, and their parameters.

pub mod calendar;
pub mod crime_and_arms;
pub mod displacement;
pub mod group_dynamics;
pub mod group_strategy;
pub mod interdiction;
pub mod kidnapping;
pub mod livelihoods;
pub mod national_politics;
pub mod observation;
pub mod officials;
pub mod peace_operations;
pub mod peace_process;
pub mod perception;
pub mod public_finance;
pub mod regional_cooperation;
pub mod services;
pub mod state_forces;
pub mod trafficking;
pub mod violence;

use serde::Deserialize;

/// All parameters, one field per file of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "one field per submodel")]
pub struct Parameters {
    pub presence: crate::mechanics::presence::Params,
    pub regional_cooperation: regional_cooperation::Params,
    pub public_finance: public_finance::Params,
    pub officials: officials::Params,
    pub services: services::Params,
    pub trafficking: trafficking::Params,
    pub interdiction: interdiction::Params,
    pub state_forces: state_forces::Params,
    pub peace_operations: peace_operations::Params,
    pub group_strategy: group_strategy::Params,
    pub violence: violence::Params,
    pub kidnapping: kidnapping::Params,
    pub crime_and_arms: crime_and_arms::Params,
    pub perception: perception::Params,
    pub livelihoods: livelihoods::Params,
    pub displacement: displacement::Params,
    pub group_dynamics: group_dynamics::Params,
    pub peace_process: peace_process::Params,
    pub national_politics: national_politics::Params,
    pub observation: observation::Params,
    pub initialization: InitialState,
}

/// The parameters that the world of January 2012 hangs on: whoever builds it, its spin-up too, sees no other.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "what is read of each submodel")]
pub struct Beginning {
    pub presence: crate::mechanics::presence::Params,
    pub public_finance: public_finance::Params,
    pub officials: officials::Params,
    pub services: services::Params,
    pub trafficking: trafficking::Params,
    pub interdiction: interdiction::Params,
    pub crime_and_arms: crime_and_arms::Params,
    pub perception: perception::Params,
    pub national_politics: national_politics::Params,
    pub legitimacy: livelihoods::legitimacy::Params,
    /// `livelihoods.trade_share_rural` and `livelihoods.trade_share_town`.
    pub trade_shares: [f64; 2],
    /// `state_forces.abusiveness`.
    pub abusiveness: f64,
    pub initialization: InitialState,
}

impl Parameters {
    /// Those that the world of January 2012 hangs on.
    pub fn beginning(&self) -> Beginning {
        Beginning {
            presence: self.presence.clone(),
            public_finance: self.public_finance.clone(),
            officials: self.officials.clone(),
            services: self.services.clone(),
            trafficking: self.trafficking.clone(),
            interdiction: self.interdiction.clone(),
            crime_and_arms: self.crime_and_arms.clone(),
            perception: self.perception.clone(),
            national_politics: self.national_politics.clone(),
            legitimacy: livelihoods::legitimacy::Params::of(&self.livelihoods),
            trade_shares: [self.livelihoods.trade_share_rural, self.livelihoods.trade_share_town],
            abusiveness: self.state_forces.abusiveness,
            initialization: self.initialization.clone(),
        }
    }
}

/// Parameters of the initial state; values, ranges and sources in `data/parameters/initialization.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "described in the catalogue")]
pub struct InitialState {
    pub army_morale: f64,
    pub army_readiness: f64,
    pub least_agents_per_cell: f64,
    pub legitimacy: f64,
    pub complicity: f64,
    pub treasury_eur: f64,
    pub tension_flood_plain: f64,
    pub tension_north: f64,
    pub tension_elsewhere: f64,
    pub tension_of_other_pairs_share: f64,
    pub grass: f64,
    pub resource_access: f64,
    pub trafficking_share: f64,
    pub fighter_weapons: f64,
    pub soldier_weapons: f64,
    pub state_support: f64,
    pub services_expected: f64,
    pub fear_habit: f64,
    pub hostages_persons: f64,
    pub network_treasury_share: f64,
    pub spin_up_weeks: f64,
}
