//! Support of rulers by their record: the state competes in the same choice as the groups. Cells look at the records in
//! turn, each once in four weeks: support moves too slowly for more.

use crate::base::ids::{CellId, GroupId, Id as _};
use crate::base::now::Now;
use crate::entities::cells::{FEAR, FORCES, GRIEVANCE, MAX_GROUPS, TRUST};
use crate::entities::places::Ruler;
use crate::entities::vocabulary::{GroupKind, Service, Stance};
use crate::entities::world::{PROTECT, World};
use crate::mechanics::choice::{self, Terms};
use crate::tables::trace::Considered;

use super::{Params, communities};

const SUBMODEL: &str = "perception";
/// Weeks from one look at the rulers' records to the next.
const ROUND_WEEKS: u32 = 4;

/// Moves the support of every cell towards the shares that the rulers' records earn.
pub fn update(world: &mut World, params: &Params, now: &Now) {
    let living: Vec<_> = world.living_groups().collect();
    let mut trace = std::mem::take(&mut world.trace);
    let mut rulers = Vec::with_capacity(MAX_GROUPS + 1);
    let mut shares = Vec::with_capacity(MAX_GROUPS + 1);
    let moved = 1.0 - decay_over(params.support_speed_per_week, ROUND_WEEKS);
    let speed = moved as f32;
    for id in world.cells.ids().skip((now.week.0 % ROUND_WEEKS) as usize).step_by(ROUND_WEEKS as usize) {
        rulers.clear();
        shares.clear();
        rulers.push(None);
        shares.push(choice::utility(|terms| record_of_state(world, params, id, terms)));
        let here = Here::of(world, id);
        for group in &living {
            if here.is_option(world, id, *group) {
                rulers.push(Some(*group));
                shares
                    .push(choice::utility(|terms| record_of_group(world, params, id, &here, *group, terms)));
            }
        }
        choice::shares(&mut shares);
        if trace.watches(SUBMODEL) {
            trace.note(now, SUBMODEL, &world.cell_name(id), || {
                let considered = |(ruler, share): (&Option<GroupId>, &f64)| Considered {
                    option: ruler.map_or("mali".to_string(), |group| world.groups[group].id.clone()),
                    chosen: f64::NAN,
                    probability: *share,
                    terms: choice::terms(|terms| match ruler {
                        None => record_of_state(world, params, id, terms),
                        Some(group) => record_of_group(world, params, id, &here, *group, terms),
                    }),
                };
                rulers.iter().zip(&shares).map(considered).collect()
            });
        }
        let cell = &mut world.cells[id];
        for share in cell.support[..=world.groups.len()].iter_mut().filter(|s| **s > 0.0) {
            *share *= 1.0 - speed;
        }
        for (ruler, share) in rulers.iter().zip(&shares) {
            cell.support[ruler.map_or(0, |group| group.index() + 1)] += speed * *share as f32;
        }
    }
    world.trace = trace;
}

/// What is left after some weeks of a share that is lost each week.
fn decay_over(lost_per_week: f64, weeks: u32) -> f64 {
    (0..weeks).fold(1.0, |left, _| left * (1.0 - lost_per_week))
}

/// What the state's record is worth to a cell.
fn record_of_state(world: &World, params: &Params, id: CellId, terms: &mut impl Terms) {
    let cell = &world.cells[id];
    let protected = world.presence.state_cover[cell.place][PROTECT];
    terms.add("base", params.state_support_base);
    terms.add("trust", params.support_of_trust * (cell.mean[TRUST] - 0.5));
    terms.add("trust_in_forces", params.support_of_forces * (cell.mean[FORCES] - 0.5));
    terms.add("services", params.support_of_services * cell.service_by_state);
    terms.add("security", params.support_of_security * protected);
    terms.add("grievance", -params.support_of_grievance * cell.mean[GRIEVANCE]);
    terms.add("harm", -params.support_lost_to_harm * saturate(f64::from(cell.harm[0]), params));
}

/// Who is in a cell's place.
struct Here<'w> {
    forces: &'w [f64],
    all: f64,
}

impl<'w> Here<'w> {
    fn of(world: &'w World, id: CellId) -> Here<'w> {
        let forces = &world.presence.group_force.row(world.cells[id].place)[..world.groups.len()];
        Here { forces, all: forces.iter().sum() }
    }

    /// Groups that people neither meet, nor are kin of, nor follow already are no option.
    fn is_option(&self, world: &World, id: CellId, group: GroupId) -> bool {
        let cell = &world.cells[id];
        self.forces[group.index()] > 0.0
            || world.groups[group].communities[cell.community as usize] > 0.0
            || cell.support_of(group) >= 0.001
    }
}

/// What a group's record is worth to a cell.
fn record_of_group(
    world: &World,
    params: &Params,
    id: CellId,
    at: &Here,
    group: GroupId,
    terms: &mut impl Terms,
) {
    let cell = &world.cells[id];
    let place = cell.place;
    let state = &world.groups[group];
    let kin = state.communities[cell.community as usize];
    let rules = f64::from(u8::from(world.places.controller[place] == Ruler::Group(group)));
    let force = at.forces[group.index()];
    let here = if at.all > 0.0 { world.presence.group_cover[place] * force / at.all } else { 0.0 };
    let justice = cell.service[Service::Justice as usize] * rules + cell.service_by_groups;
    let slogan = match state.kind {
        GroupKind::Jihadist | GroupKind::Separatist => {
            let presence = &world.presence;
            let seen =
                1.0 - (1.0 - presence.strike_cover[place]) * (1.0 - presence.mission_cover[place][PROTECT]);
            params.support_of_foreign_troops * seen * 2.0 * (1.0 - cell.trust_in_mission)
        }
        GroupKind::SelfDefence | GroupKind::LoyalistMilitia => {
            params.support_of_fear * cell.mean[FEAR] * world.places.tension_of(place, id)
        }
    };
    let access = if state.kind == GroupKind::Jihadist {
        // Who opened what officials close is thanked for it.
        let open =
            world.places.resource_access[place].min(communities::access_under_state(world, params, place));
        let land = world.places.pasture[place].max(world.places.flood_plain[place]);
        params.support_of_access * (1.0 - open) * land
    } else {
        0.0
    };
    let dormant = if state.stance == Stance::Dormant { params.dormant_support_lost } else { 0.0 };
    let harm = saturate(f64::from(cell.harm[group.index() + 1]), params);
    terms.add("base", params.group_support_base);
    terms.add("kin", params.support_of_kin * kin);
    terms.add("grievance", params.support_of_grievance * (cell.mean[GRIEVANCE] - 0.3));
    terms.add("presence", params.support_of_presence * here);
    terms.add("justice", params.support_of_justice * justice);
    terms.add("fear", params.support_of_group_fear * cell.mean[FEAR] * rules);
    terms.add("slogan", slogan);
    terms.add("access", access);
    terms.add("dormant", -dormant);
    terms.add("harm", -params.support_lost_to_harm * (1.0 - params.kin_forgives_share * kin) * harm);
}

fn saturate(harm: f64, params: &Params) -> f64 {
    harm / (harm + params.harm_half_per_thousand)
}
