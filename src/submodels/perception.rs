//! # Perception
//!
//! What people live through moves their trust, grievance and fear; rulers are supported by their record.
//!
//! - **Reads**: services, protection, harm, deaths near, prices, access to land and water, captured officials
//! - **Writes**: cells: targets, baselines, means, support, fear habit, customary authority; places: tension, grass,
//!   access, cooperation; persons: the four levels
//! - **Draws**: `perception.persons`, one 16-bit draw per person agent
//! - **Equation**: B' = 0.05 A + 0.93 B + 0.02 natural + lasting; target = B' + passing, effects scaled by the room
//!   left; each person moves k (target - level) + noise; support u = security + services + justice + kin +
//!   access opened + slogan - harm, slogan = w x foreign troops seen x 2 (1 - trust in them), shares by logit, moving 2 % a week
//! - **Pattern**: P11, P13
//! - **Sources**: athena (three-level attitudes); clingendael2015 (habituation to violence); sizes assumed

pub mod communities;
pub mod persons;
pub mod support;

pub use communities::cooperation;

use serde::Deserialize;

use crate::base::ids::PlaceId;
use crate::base::maths::{decay, relax};
use crate::base::now::Now;
use crate::entities::cells::{FEAR, FORCES, GRIEVANCE, TRUST};
use crate::entities::officials::captured_share;
use crate::entities::places::Ruler;
use crate::entities::policy::LeverKind;
use crate::entities::vocabulary::Stance;
use crate::entities::world::{FIND, PROTECT, World};
use crate::mechanics::presence::{self, protection};

/// Parameters; values, ranges and sources in `data/parameters/perception.toml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Weight of the current level in the baseline [share].
    pub pull_of_current_share: f64,
    /// Weight of the natural level in the baseline [share].
    pub pull_of_natural_share: f64,
    /// Share of the gap to the target that a person closes in a week [1/week].
    pub person_speed_per_week: f64,
    /// Range of the weekly personal shock [share].
    pub person_noise_share: f64,
    /// Trust from which a person counts as trusting [1].
    pub trusting_from: f64,
    /// Trust in the government without events [1].
    pub natural_trust: f64,
    /// The same among Tuareg and Arabs [1].
    pub natural_trust_north: f64,
    /// Trust in the forces without events [1].
    pub natural_forces: f64,
    /// The same among Tuareg and Arabs [1].
    pub natural_forces_north: f64,
    /// Grievance without events [1].
    pub natural_grievance: f64,
    /// The same among Tuareg and Arabs [1].
    pub natural_grievance_north: f64,
    /// The same among Fulani [1].
    pub natural_grievance_herders: f64,
    /// Fear without events [1].
    pub natural_fear: f64,
    /// Weight of deaths next door [share].
    pub neighbour_violence_share: f64,
    /// Recent deaths per thousand at half of the largest fear [persons/1000].
    pub violence_half_deaths_per_thousand: f64,
    /// Harm per thousand at half of its effect [persons/1000].
    pub harm_half_per_thousand: f64,
    /// Trust from state services [1].
    pub trust_of_services: f64,
    /// Trust lost where officials are captured [1].
    pub trust_lost_to_capture: f64,
    /// Trust lost to leakage [1].
    pub trust_lost_to_leakage: f64,
    /// Trust lost where supply is cut [1].
    pub trust_lost_to_cut_supply: f64,
    /// Trust from dialogue [1].
    pub trust_of_dialogue: f64,
    /// Trust from legitimacy around one half [1].
    pub trust_of_legitimacy: f64,
    /// Trust lost under hostile rule [1].
    pub trust_lost_to_rule: f64,
    /// Trust in forces from protection [1].
    pub forces_of_protection: f64,
    /// Trust in forces lost to harm by them [1].
    pub forces_lost_to_harm: f64,
    /// Trust in forces lost to violence [1].
    pub forces_lost_to_violence: f64,
    /// Grievance from harm by the state [1].
    pub grievance_of_harm: f64,
    /// Grievance from services below expectation [1].
    pub grievance_of_shortfall: f64,
    /// Grievance from services below need [1].
    pub grievance_of_unmet: f64,
    /// Grievance where supply is cut [1].
    pub grievance_of_cut_supply: f64,
    /// Grievance of herders shut out from land and water [1].
    pub grievance_of_exclusion: f64,
    /// Grievance from dear food [1].
    pub grievance_of_prices: f64,
    /// Grievance eased by dialogue [1].
    pub grievance_eased_by_dialogue: f64,
    /// Fear from violence near [1].
    pub fear_of_violence: f64,
    /// Share of fear that full habit takes away [share].
    pub habituation_share: f64,
    /// Half-life of habit [weeks].
    pub fear_habit_half_life_weeks: f64,
    /// Fear eased by protection [1].
    pub fear_eased_by_protection: f64,
    /// Grass eaten a week by the herds of January 2012 [1/week].
    pub grazing_per_week: f64,
    /// Regrowth of grass in the rains [1/week].
    pub regrowth_per_week: f64,
    /// Contest between communities that live alike, against herders and farmers [share].
    pub contest_of_alike_share: f64,
    /// Rise of tension at full contest [1/week].
    pub tension_of_contest_per_week: f64,
    /// Rise of tension where vigilantes are armed [1/week].
    pub tension_of_vigilantes_per_week: f64,
    /// Fall of tension where both sides fully heed those who settle disputes [1/week].
    pub tension_eased_by_custom_per_week: f64,
    /// Fall of tension under dialogue [1/week].
    pub tension_eased_by_dialogue_per_week: f64,
    /// Recent deaths at half of the wear [deaths].
    pub custom_half_deaths: f64,
    /// Wear of customary authority amid violence [1/week].
    pub custom_lost_per_week: f64,
    /// Recovery of customary authority [1/week].
    pub custom_mended_per_week: f64,
    /// Loss of customary authority where jihadists rule or vigilantes are armed [1/week].
    pub custom_bypassed_per_week: f64,
    /// Loss of customary authority where gifts buy everyone [1/week].
    pub custom_lost_to_gifts_per_week: f64,
    /// Memory of gifts [weeks].
    pub patronage_half_life_weeks: f64,
    /// Gifts at half of what they can buy [EUR/person/year].
    pub patronage_half_eur_per_person_year: f64,
    /// Share of what people would tell that gifts keep back [share].
    pub silence_of_gifts_share: f64,
    /// Cooperation where nobody lives [1].
    pub told_in_desert: f64,
    /// Access to land and water that ruling groups give [1].
    pub access_under_groups: f64,
    /// Access lost to fees per unit of leakage where officials are present [1].
    pub access_lost_to_fees: f64,
    /// Share of rule over access that hidden groups have [share].
    pub shadow_access_share: f64,
    /// Weekly adjustment of access [1/week].
    pub access_speed_per_week: f64,
    /// Weekly movement of support [1/week].
    pub support_speed_per_week: f64,
    /// Support of the state without a record [1].
    pub state_support_base: f64,
    /// Support of a group without a record [1].
    pub group_support_base: f64,
    /// Weight of trust in the government [1].
    pub support_of_trust: f64,
    /// Weight of trust in the forces [1].
    pub support_of_forces: f64,
    /// Weight of services by the state [1].
    pub support_of_services: f64,
    /// Weight of protection [1].
    pub support_of_security: f64,
    /// Weight of grievance against the state and for groups [1].
    pub support_of_grievance: f64,
    /// Weight of harm [1].
    pub support_lost_to_harm: f64,
    /// Weight of kin in a group [1].
    pub support_of_kin: f64,
    /// Weight of a group's presence [1].
    pub support_of_presence: f64,
    /// Weight of justice by a group [1].
    pub support_of_justice: f64,
    /// Weight of fear under a group's rule [1].
    pub support_of_group_fear: f64,
    /// Appeal from foreign troops seen [1].
    pub support_of_foreign_troops: f64,
    /// Appeal of self-defence where fear meets tension [1].
    pub support_of_fear: f64,
    /// Appeal of jihadists where land and water are closed [1].
    pub support_of_access: f64,
    /// Support lost by a group that does not act [1].
    pub dormant_support_lost: f64,
    /// Share of harm that kin forgive [share].
    pub kin_forgives_share: f64,
    /// Trust in a peace operation without any record [1].
    pub natural_trust_in_mission: f64,
    /// Trust in a peace operation from full protection [1].
    pub mission_trust_of_protection: f64,
    /// Trust in a peace operation lost where it stands by a state that nobody trusts [1].
    pub mission_trust_lost_to_siding: f64,
    /// Weekly movement of trust in a peace operation [1/week].
    pub mission_trust_speed_per_week: f64,
    /// Grievance from control of trades that people find legitimate [1].
    pub grievance_of_control: f64,
    /// Grievance eased where communities say what is searched for [1].
    pub grievance_eased_by_communities: f64,
    /// Growth of customary authority where its holders are heard [1/week].
    pub custom_of_dialogue_per_week: f64,
    /// Share of silence that ends where communities say what is searched for and heed those who speak for them [share].
    pub informing_of_communities_share: f64,
    /// Share of what people tell that goes to a peace operation where it protects all [share].
    pub informing_of_mission_share: f64,
}

/// Prepares the cells' targets, moves every person, updates support and tension.
pub fn step(world: &mut World, params: &Params, now: &Now) {
    communities::step(world, params);
    for place in world.places.ids() {
        if !world.places.cells[place].is_empty() {
            experience(world, params, place);
        }
    }
    settle(world, params);
    persons::pass(world, params, now);
    support::update(world, params, now);
    presence::count_support(world);
    cooperation(world, params);
}

/// Effects of the place on its cells; those of other submodels are there already.
fn experience(world: &mut World, params: &Params, place: PlaceId) {
    let protected = protection(world, place);
    let people = world.places.population[place].max(1.0);
    let deaths = 1000.0 * world.places.recent_deaths[place] / people;
    let near: f64 = world.places.neighbours[place]
        .iter()
        .map(|(p, _)| world.places.recent_deaths[*p] / world.places.population[*p].max(5000.0))
        .fold(0.0, f64::max)
        * 1000.0;
    let violence = deaths + params.neighbour_violence_share * near;
    let violence = violence / (violence + params.violence_half_deaths_per_thousand);
    let dearer = (world.places.food_price[place] - 1.0).max(0.0);
    let seat = world.places.cercle[place];
    let captured = captured_share(world.posts_at(seat));
    let dialogue =
        world.policy.at(LeverKind::LocalDialogue, place).map_or(0.0, |l| l.number("intensity_share"));
    let supply_cut = world.places.import_dependence[place] * (1.0 - world.places.supply[place]);
    let access = world.places.resource_access[place];
    let pastoral = world.places.pasture[place].max(world.places.flood_plain[place]);
    let hostile_rule = match world.places.controller[place] {
        Ruler::Group(group) => f64::from(u8::from(world.groups[group].stance != Stance::Allied)),
        Ruler::Nobody | Ruler::State => 0.0,
    };
    let by_mission = world.presence.mission_cover[place][PROTECT];
    // What stands by officials and the army, seen in its own share of the mandate.
    let sided = world.presence.mission_support[place]
        * world.missions.iter().map(|m| m.mandate.support_state).fold(0.0, f64::max);
    let control = control(world, place);
    let heard = world.policy.number_at(LeverKind::CommunityCrimeControl, place, "effort_share");
    let habit_speed = 1.0 - decay(params.fear_habit_half_life_weeks);
    let leakage = world.state.leakage;
    let legitimacy = world.state.legitimacy;
    for id in world.places.cells_of(place) {
        let cell = &mut world.cells[id];
        let shortfall = (cell.service_expected - cell.coverage()).max(0.0);
        let unmet = (cell.service_required - cell.coverage()).max(0.0);
        let harm_by_state = f64::from(cell.harm[0]);
        let harm_by_state = harm_by_state / (harm_by_state + params.harm_half_per_thousand);
        cell.feel(TRUST, params.trust_of_services * cell.service_by_state);
        cell.feel(TRUST, -params.trust_lost_to_capture * captured);
        cell.feel(TRUST, -params.trust_lost_to_leakage * leakage);
        cell.feel(TRUST, -params.trust_lost_to_cut_supply * supply_cut);
        cell.feel(TRUST, params.trust_of_dialogue * dialogue);
        cell.feel(TRUST, params.trust_of_legitimacy * (legitimacy - 0.5));
        cell.feel(TRUST, -params.trust_lost_to_rule * hostile_rule);
        cell.feel(FORCES, params.forces_of_protection * protected);
        cell.feel(FORCES, -params.forces_lost_to_harm * harm_by_state);
        cell.feel(FORCES, -params.forces_lost_to_violence * violence);
        let exclusion = if cell.community.herds() { pastoral * (1.0 - access) } else { 0.0 };
        cell.feel(GRIEVANCE, params.grievance_of_harm * harm_by_state);
        cell.feel(GRIEVANCE, params.grievance_of_shortfall * shortfall);
        cell.feel(GRIEVANCE, params.grievance_of_unmet * unmet);
        cell.feel(GRIEVANCE, params.grievance_of_cut_supply * supply_cut);
        cell.feel(GRIEVANCE, params.grievance_of_exclusion * exclusion);
        cell.feel(GRIEVANCE, params.grievance_of_prices * dearer);
        cell.feel(GRIEVANCE, -params.grievance_eased_by_dialogue * dialogue);
        cell.feel(
            FEAR,
            params.fear_of_violence * violence * (1.0 - params.habituation_share * cell.fear_habit),
        );
        cell.feel(FEAR, -params.fear_eased_by_protection * protected);
        cell.feel(GRIEVANCE, params.grievance_of_control * control);
        cell.feel(GRIEVANCE, -params.grievance_eased_by_communities * heard * cell.customary_authority);
        // A mission that stands by a state which people distrust is taken for a party.
        let siding = sided * (1.0 - cell.mean[TRUST]);
        let earned = params.natural_trust_in_mission + params.mission_trust_of_protection * by_mission
            - params.mission_trust_lost_to_siding * siding;
        cell.trust_in_mission =
            relax(cell.trust_in_mission, earned.clamp(0.0, 1.0), params.mission_trust_speed_per_week);
        cell.fear_habit += (violence - cell.fear_habit) * habit_speed;
    }
}

/// How much border control by the penal code touches trades that people here find legitimate [0, 1].
fn control(world: &World, place: PlaceId) -> f64 {
    let Some(lever) = world.policy.at(LeverKind::BorderControl, place) else { return 0.0 };
    let blunt = match lever.word("mode") {
        "none" => return 0.0,
        mode => mode == "blunt",
    };
    let goods = world.commodities.iter().filter(|goods| blunt || goods.harmful);
    let (sum, n) = goods.fold((0.0, 0.0), |sum, goods| {
        (sum.0 + world.places.legitimacy[place][goods.id as usize], sum.1 + 1.0)
    });
    lever.number("effort_share") * world.presence.state_cover[place][FIND] * sum / f64::max(n, 1.0)
}

/// Lasting effects move baselines; passing ones set this week's targets.
fn settle(world: &mut World, params: &Params) {
    for cell in world.cells.iter_mut() {
        cell.feel(FEAR, cell.alarm);
        cell.alarm = 0.0;
        let lasting = std::mem::take(&mut cell.lasting);
        for level in 0..4 {
            let lasting: f64 = lasting.iter().map(|shock| shock[level]).sum();
            let carried = params.pull_of_current_share * cell.mean[level]
                + (1.0 - params.pull_of_current_share - params.pull_of_natural_share) * cell.baseline[level]
                + params.pull_of_natural_share * cell.natural[level];
            cell.baseline[level] = (carried + lasting).clamp(0.0, 1.0);
            cell.target[level] = (cell.baseline[level] + cell.passing[level]).clamp(0.0, 1.0);
            cell.passing[level] = 0.0;
        }
    }
}
