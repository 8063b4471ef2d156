//! Support of rulers by their record: the state competes in the same choice as the groups.

use crate::base::ids::Id as _;
use crate::entities::cells::{FEAR, FORCES, GRIEVANCE, MAX_GROUPS, TRUST};
use crate::entities::places::Ruler;
use crate::entities::vocabulary::{GroupKind, Service, Stance};
use crate::entities::world::World;
use crate::mechanics::choice;

use super::Params;

/// Moves the support of every cell towards the shares that the rulers' records earn.
pub fn update(world: &mut World, params: &Params) {
    let living: Vec<_> = world.living_groups().collect();
    let mut columns = Vec::with_capacity(MAX_GROUPS + 1);
    let mut utilities = Vec::with_capacity(MAX_GROUPS + 1);
    for id in world.cells.ids() {
        let cell = &world.cells[id];
        let place = cell.place;
        columns.clear();
        utilities.clear();
        let protected = world.presence.state_cover[place][crate::entities::world::PROTECT];
        columns.push(0);
        utilities.push(
            params.state_support_base
                + params.support_of_trust * (cell.mean[TRUST] - 0.5)
                + params.support_of_forces * (cell.mean[FORCES] - 0.5)
                + params.support_of_services * cell.service_by_state
                + params.support_of_security * protected
                - params.support_of_grievance * cell.mean[GRIEVANCE]
                - params.support_lost_to_harm * saturate(f64::from(cell.harm[0]), params),
        );
        let own_kin = &cell.community;
        let foreign = world.presence.strike_cover[place];
        let row = world.presence.group_force.row(place);
        let all: f64 = row.iter().sum();
        for group in &living {
            let column = group.index() + 1;
            let state = &world.groups[*group];
            let kin = state.communities[*own_kin as usize];
            let force = row[group.index()];
            let held = f64::from(cell.support[column]);
            // Groups that people neither meet, nor are kin of, nor follow already are no option.
            if force <= 0.0 && kin <= 0.0 && held < 0.001 {
                continue;
            }
            let rules = f64::from(u8::from(world.places.controller[place] == Ruler::Group(*group)));
            let here = if all > 0.0 { world.presence.group_cover[place] * force / all } else { 0.0 };
            let justice = cell.service[Service::Justice as usize] * rules + cell.service_by_groups;
            let slogan = match state.kind {
                GroupKind::Jihadist | GroupKind::Separatist => params.support_of_foreign_troops * foreign,
                GroupKind::SelfDefence | GroupKind::LoyalistMilitia => {
                    params.support_of_fear * cell.mean[FEAR] * world.places.tension_of(place, id)
                }
            };
            let access = if state.kind == GroupKind::Jihadist {
                params.support_of_access
                    * (1.0 - world.places.resource_access[place])
                    * world.places.pasture[place]
            } else {
                0.0
            };
            let dormant = if state.stance == Stance::Dormant { params.dormant_support_lost } else { 0.0 };
            utilities.push(
                params.group_support_base
                    + params.support_of_kin * kin
                    + params.support_of_grievance * (cell.mean[GRIEVANCE] - 0.3)
                    + params.support_of_presence * here
                    + params.support_of_justice * justice
                    + params.support_of_group_fear * cell.mean[FEAR] * rules
                    + slogan
                    + access
                    - dormant
                    - params.support_lost_to_harm
                        * (1.0 - params.kin_forgives_share * kin)
                        * saturate(f64::from(cell.harm[column]), params),
            );
            columns.push(column);
        }
        choice::shares(&mut utilities);
        let cell = &mut world.cells[id];
        let speed = params.support_speed_per_week as f32;
        for share in cell.support[..=world.groups.len()].iter_mut().filter(|s| **s > 0.0) {
            *share *= 1.0 - speed;
        }
        for (column, share) in columns.iter().zip(&utilities) {
            cell.support[*column] += speed * *share as f32;
        }
    }
}

fn saturate(harm: f64, params: &Params) -> f64 {
    harm / (harm + params.harm_half_per_thousand)
}
