//! # Spin-up
//!
//! Half a year before 2 January 2012 in which nobody fights, moves or joins: it settles what no source gives a value for.
//!
//! - **Reads**: the world as data and parameters give it; dated inputs at their value of January 2012, seasons of July to
//!   December
//! - **Writes**: attitudes, expectation and supply of services, prices, incomes, jobs and learned risk of trafficking, captured
//!   officials, banditry, usual revenue, legitimacy of trades, protest
//! - **Draws**: those of the submodels that run, with a seed of its own; every seed of a run begins in the same world
//! - **Equation**: `weeks` times the steps of `schedule::SPIN_UP`; after each, whatever data or parameters give for January 2012
//!   is put back; at the end money is put back and flows are cleared
//! - **Pattern**: none of its own
//! - **Sources**: assumption; what is held and why: `docs/decisions/0012-a-spin-up-that-holds-what-is-known.md`

use crate::base::dates::Week;
use crate::base::draws::{Draws, hash};
use crate::base::ids::{Column, PlaceId};
use crate::base::now::Now;
use crate::entities::armed_groups::{ArmedGroup, ArmedGroups};
use crate::entities::places::{Places, Tension};
use crate::entities::trafficking_networks::{Network, Networks};
use crate::entities::world::{Arms, World};
use crate::schedule;
use crate::submodels::{Beginning, public_finance};

/// Weeks of a year: the spin-up ends where the calendar year does, so that January follows its seasons.
const YEAR_WEEKS: u32 = 52;

/// Settles a world that depends on no seed and on no lever: none has begun.
pub fn settle(world: &mut World, parameters: &Beginning) {
    let weeks = (parameters.initialization.spin_up_weeks as u32).min(YEAR_WEEKS);
    if weeks == 0 {
        return;
    }
    let known = Known::of(world);
    let ledger = world.ledger.clone();
    let frozen = world.inputs.frozen();
    let dated = std::mem::replace(&mut world.inputs, frozen);
    let draws = Draws::new(hash("spin-up"));
    for week in YEAR_WEEKS - weeks..YEAR_WEEKS {
        let now = Now::new(Week(week), draws);
        world.inputs.week = now.week;
        schedule::begin_week(world);
        for process in &schedule::SPIN_UP {
            (process.step)(world, parameters, &now);
        }
        known.put_back(world);
        public_finance::know_incomes(world, &parameters.public_finance);
    }
    world.inputs = dated;
    world.ledger = ledger;
    schedule::begin_week(world);
    // Flows that a submodel renews each week: where it is switched off there are none.
    world.consignments.clear();
    world.places.banditry.fill(0.0);
}

/// What data and parameters give for January 2012 and a week would move.
struct Known {
    /// At post, and captured where networks are known to have bought some.
    officials: Vec<(u32, u32)>,
    complicity: f64,
    legitimacy: f64,
    customary_authority: Vec<f64>,
    tension: Column<PlaceId, Vec<Tension>>,
    resource_access: Column<PlaceId, f64>,
    grass: Column<PlaceId, f64>,
    private_weapons: Column<PlaceId, u32>,
    arms: Arms,
    groups: ArmedGroups,
    networks: Networks,
}

impl Known {
    fn of(world: &World) -> Known {
        let Places { tension, resource_access, grass, private_weapons, .. } = &world.places;
        Known {
            officials: world.officials.iter().map(|post| (post.at_post, post.captured)).collect(),
            complicity: world.state.complicity,
            legitimacy: world.state.legitimacy,
            customary_authority: world.cells.iter().map(|cell| cell.customary_authority).collect(),
            tension: tension.clone(),
            resource_access: resource_access.clone(),
            grass: grass.clone(),
            private_weapons: private_weapons.clone(),
            arms: world.arms.clone(),
            groups: world.groups.clone(),
            networks: world.networks.clone(),
        }
    }

    fn put_back(&self, world: &mut World) {
        for (post, (at_post, captured)) in world.officials.iter_mut().zip(&self.officials) {
            post.at_post = *at_post;
            post.captured = if *captured > 0 { *captured } else { post.captured.min(post.at_post) };
        }
        world.state.complicity = self.complicity;
        world.state.legitimacy = self.legitimacy;
        for (cell, authority) in world.cells.iter_mut().zip(&self.customary_authority) {
            cell.customary_authority = *authority;
        }
        world.places.tension.clone_from(&self.tension);
        world.places.resource_access.clone_from(&self.resource_access);
        world.places.grass.clone_from(&self.grass);
        world.places.private_weapons.clone_from(&self.private_weapons);
        world.arms = self.arms.clone();
        // Of groups and networks only what they have learned stays.
        for (group, known) in world.groups.iter_mut().zip(self.groups.iter()) {
            *group = ArmedGroup { last_toll_eur: group.last_toll_eur, ..known.clone() };
        }
        for (network, known) in world.networks.iter_mut().zip(self.networks.iter()) {
            *network = Network {
                risk: network.risk.clone(),
                loss_share: network.loss_share,
                paths_used: network.paths_used,
                earned_eur: network.earned_eur,
                dues_eur: network.dues_eur,
                ..known.clone()
            };
        }
    }
}
