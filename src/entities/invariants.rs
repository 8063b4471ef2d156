//! What must hold of a world whatever happens in it: balances, ranges, ids. Looked at after every submodel where a run is
//! asked to check itself; a breach stops the run and names submodel, week, entity and value.

use std::fmt::Display;

use crate::base::ids::{Column, Id as _, PlaceId};
use crate::entities::places::Ruler;
use crate::entities::vocabulary::Livelihood;
use crate::entities::world::World;

/// Nothing, or what does not hold in words.
type Held = Result<(), String>;

/// Rounding that a share may show beyond 0 and 1.
const SLACK: f64 = 1e-6;

fn hold(condition: bool, breach: impl FnOnce() -> String) -> Held {
    if condition { Ok(()) } else { Err(breach()) }
}

fn within(of: &dyn Display, what: &str, x: f64, low: f64, high: f64) -> Held {
    // Never true of NaN.
    hold((low - SLACK..=high + SLACK).contains(&x), || {
        format!("{of}: {what} is {x}, outside {low} to {high}")
    })
}

fn share(of: &dyn Display, what: &str, x: f64) -> Held {
    within(of, what, x, 0.0, 1.0)
}

fn shares(of: &dyn Display, named: &[(&str, f64)]) -> Held {
    named.iter().try_for_each(|(what, x)| share(of, what, *x))
}

fn amounts(of: &dyn Display, named: &[(&str, f64)]) -> Held {
    named.iter().try_for_each(|(what, x)| {
        hold(x.is_finite() && *x >= -SLACK, || format!("{of}: {what} is {x}, not an amount"))
    })
}

fn equal(of: &dyn Display, what: &str, counted: impl Into<u64>, expected: impl Into<u64>) -> Held {
    let (counted, expected) = (counted.into(), expected.into());
    hold(counted == expected, || format!("{of}: {what} are {counted}, and should be {expected}"))
}

impl World {
    /// Stops the run if anything does not hold.
    ///
    /// # Panics
    ///
    /// With submodel, week, entity and value of the first breach.
    pub fn check(&self, submodel: &str, week: u32) {
        if let Err(breach) = self.sound() {
            panic!("invariant broken after {submodel} in week {week}: {breach}");
        }
    }

    /// The first breach, if there is one.
    pub fn sound(&self) -> Result<(), String> {
        self.balances()?;
        self.sound_cells()?;
        self.sound_groups()?;
        self.sound_places()?;
        self.sound_state()?;
        self.sound_trade()?;
        self.sound_abroad()
    }

    fn balances(&self) -> Held {
        let total = self.ledger.total().0;
        hold(total == 0, || format!("money: all balances sum to {total} cents instead of 0"))?;
        let people = self.people.initial + self.people.arrived;
        equal(&"persons", "those in all states", self.count_people(), people)?;
        let arms = self.arms.initial + self.arms.arrived;
        equal(&"weapons", "those in all hands and those gone", self.count_arms() + self.arms.gone, arms)
    }

    fn is_place(&self, of: &dyn Display, place: PlaceId) -> Held {
        hold(place.index() < self.places.len(), || format!("{of}: there is no place {}", place.0))
    }

    fn is_group(&self, of: &dyn Display, group: usize) -> Held {
        hold(group < self.groups.len(), || format!("{of}: there is no group {group}"))
    }

    fn sound_cells(&self) -> Held {
        for id in self.cells.ids() {
            let cell = &self.cells[id];
            self.is_place(&format_args!("cell {}", id.0), cell.place)?;
            let name = self.cell_name(id);
            let agents = cell.first as usize..(cell.first + cell.n_agents) as usize;
            let counted: u32 = self.persons.persons[agents.clone()].iter().map(|n| u32::from(*n)).sum();
            equal(&name, "persons of its agents", counted, cell.at_home)?;
            equal(&name, "persons by livelihood", cell.livelihoods.iter().sum::<u32>(), cell.at_home)?;
            for agent in agents {
                let livelihood = self.persons.livelihood[agent];
                hold(usize::from(livelihood) < Livelihood::COUNT, || {
                    format!("agent {agent} of {name}: there is no livelihood {livelihood}")
                })?;
            }
            for stays in [&cell.displaced, &cell.abroad] {
                stays.iter().try_for_each(|(place, _)| self.is_place(&name, place))?;
                equal(&name, "persons away", stays.iter().map(|(_, n)| n).sum::<u32>(), stays.all())?;
            }
            for levels in [&cell.mean, &cell.baseline, &cell.natural, &cell.target] {
                levels.iter().try_for_each(|x| share(&name, "a level", *x))?;
            }
            cell.service.iter().try_for_each(|x| share(&name, "a service", *x))?;
            cell.support.iter().try_for_each(|x| share(&name, "support", f64::from(*x)))?;
            cell.harm.iter().try_for_each(|x| amounts(&name, &[("harm", f64::from(*x))]))?;
            let effects = cell.passing.iter().chain(cell.lasting.as_flattened()).chain([&cell.alarm]);
            effects.copied().try_for_each(|x| hold(x.is_finite(), || format!("{name}: an effect is {x}")))?;
            shares(
                &name,
                &[
                    ("distrust", cell.distrust),
                    ("habit of fear", cell.fear_habit),
                    ("service by the state", cell.service_by_state),
                    ("service by groups", cell.service_by_groups),
                    ("services required", cell.service_required),
                    ("services expected", cell.service_expected),
                    ("customary authority", cell.customary_authority),
                    ("trust in the mission", cell.trust_in_mission),
                    ("awareness of the accord", cell.aware),
                    ("readiness for trafficking", cell.ready_share),
                ],
            )?;
            amounts(
                &name,
                &[
                    ("weeks abroad", cell.weeks_abroad),
                    ("gifts", cell.gifts_eur),
                    ("patronage", cell.patronage_eur),
                    ("illicit income", cell.illicit_income_eur),
                    ("income factor", cell.income_factor),
                ],
            )?;
        }
        Ok(())
    }

    fn sound_groups(&self) -> Held {
        for band in &self.bands.list {
            let of = format!("band {} of group {}", band.ordinal, band.group.0);
            self.is_group(&of, band.group.index())?;
            self.is_place(&of, band.place)?;
        }
        for id in self.groups.ids() {
            let group = &self.groups[id];
            let name = &group.id;
            let bands = self.bands.list.iter().filter(|band| band.group == id);
            equal(name, "fighters in bands", bands.map(|band| band.fighters).sum::<u32>(), group.fighters())?;
            equal(name, "homes of members", group.members.n_cells() as u64, self.cells.len() as u64)?;
            equal(name, "homes of dormant members", group.dormant.len() as u64, self.cells.len() as u64)?;
            hold(group.parent.is_none_or(|parent| parent < id), || format!("{name}: older than its parent"))?;
            let places = group.sanctuaries.iter().chain([&group.last_abduction]);
            places.copied().try_for_each(|place| self.is_place(name, place))?;
            for foreigners in &group.foreigners {
                let known = foreigners.origin.index() < self.governments.list.len();
                hold(known, || format!("{name}: there is no country {}", foreigners.origin.0))?;
            }
            let relations = group.relations.iter().chain([&group.state_relation]);
            relations.copied().try_for_each(|x| within(name, "a relation", x, -1.0, 1.0))?;
            shares(
                name,
                &[
                    ("technique", group.capability.technique),
                    ("caches", group.capability.caches),
                    ("leaders", group.capability.leaders),
                    ("demand", group.demand),
                    ("cohesion", group.cohesion),
                    ("toll", group.toll_share),
                    ("favour", group.favour),
                    ("pay met", group.pay_met),
                ],
            )?;
            amounts(
                name,
                &[
                    ("quality of weapons", group.weapons_quality),
                    ("pay", group.pay_eur),
                    ("patronage", group.patronage_eur),
                    ("weeks without pay", group.unpaid_weeks),
                    ("tolls this week", group.toll_income_eur),
                    ("tolls of late", group.last_toll_eur),
                    ("recent losses", group.recent_losses),
                    ("income", group.income_eur),
                    ("usual income", group.usual_income_eur),
                ],
            )?;
        }
        Ok(())
    }

    fn sound_places(&self) -> Held {
        let (places, presence) = (&self.places, &self.presence);
        for at in places.ids() {
            let name = &places.id[at];
            let neighbours = places.cells[at].iter().copied().eq(places.cells_of(at));
            hold(neighbours, || format!("{name}: its cells are no neighbours"))?;
            for ruler in [places.controller[at], places.challenger[at].0] {
                if let Ruler::Group(group) = ruler {
                    self.is_group(name, group.index())?;
                }
            }
            for tension in &places.tension[at] {
                share(name, "tension", tension.level)?;
                let (a, b) = tension.between;
                let known = a.index().max(b.index()) < self.cells.len();
                hold(known, || format!("{name}: tension between cells {} and {}", a.0, b.0))?;
            }
            for cover in presence.state_cover[at].iter().chain(&presence.mission_cover[at]) {
                share(name, "cover", *cover)?;
            }
            places.legitimacy[at].iter().try_for_each(|x| share(name, "legitimacy of a trade", *x))?;
            let alone: [(&str, &Column<PlaceId, f64>); 9] = [
                ("supply", &places.supply),
                ("access to land and water", &places.resource_access),
                ("grass", &places.grass),
                ("cooperation with soldiers", &places.cooperation),
                ("support by the mission", &presence.mission_support),
                ("fighting cover of the mission", &presence.mission_fight),
                ("task force", &presence.task_force),
                ("cover of groups", &presence.group_cover),
                ("officials", &presence.civil),
            ];
            alone.iter().try_for_each(|(what, column)| share(name, what, column[at]))?;
            let counted: [(&str, &Column<PlaceId, f64>); 14] = [
                ("food price", &places.food_price),
                ("banditry", &places.banditry),
                ("foreigners", &places.foreigners),
                ("jobs in trafficking", &places.trafficking_jobs),
                ("carriers", &places.trafficking_carriers),
                ("wages of trafficking", &places.trafficking_wages),
                ("recent deaths", &places.recent_deaths),
                ("recent attacks", &places.recent_attacks),
                ("threat to officials", &places.threat_to_officials),
                ("excitation", &places.excitation),
                ("force needed", &presence.need),
                ("force of the army", &presence.state_force),
                ("force of strike forces", &presence.strike_force),
                ("cover of strike forces", &presence.strike_cover),
            ];
            counted.iter().try_for_each(|(what, column)| amounts(name, &[(what, column[at])]))?;
            presence
                .group_force
                .row(at)
                .iter()
                .try_for_each(|x| amounts(name, &[("force of a group", *x)]))?;
        }
        Ok(())
    }

    fn sound_state(&self) -> Held {
        let (state, army) = (&self.state, &self.state_forces);
        shares(
            &"state",
            &[
                ("legitimacy", state.legitimacy),
                ("complicity", state.complicity),
                ("leakage", state.leakage),
                ("oversight", state.oversight),
                ("salaries met", state.salaries_met),
                ("services met", state.services_met),
                ("dispute of elections", state.disputed),
                ("implementation", state.implementation),
                ("terms on crime", state.crime_terms),
                ("judges at post", state.judges_at_post),
                ("recognition", state.recognition),
            ],
        )?;
        amounts(
            &"state",
            &[
                ("usual revenue", state.usual_revenue_eur),
                ("earmarked aid", state.earmarked_services_eur),
                ("protest", state.protest),
                ("losses felt", state.losses_felt),
                ("defeats felt", state.defeats_felt),
            ],
        )?;
        for post in self.officials.iter() {
            let name = &format!("{:?} of {}", post.rank, self.places.id[post.place]);
            hold(post.captured <= post.at_post && post.at_post <= post.posts, || {
                format!("{name}: {} captured, {} at {} posts", post.captured, post.at_post, post.posts)
            })?;
        }
        for (at, unit) in army.units.iter().enumerate() {
            let name = &format!("army unit {}", at + 1);
            self.is_place(name, unit.home)?;
            self.is_place(name, unit.place)?;
            shares(name, &[("readiness", unit.readiness), ("abusiveness", unit.abusiveness)])?;
        }
        share(&"army", "morale", army.morale)?;
        amounts(
            &"army",
            &[
                ("operations money", army.operations_funded),
                ("soldiers paid by aid", army.paid_by_aid),
                ("weeks without pay", army.unpaid_weeks),
            ],
        )
    }

    fn sound_trade(&self) -> Held {
        for network in self.networks.iter() {
            let name = &network.id;
            self.is_place(name, network.base)?;
            for contract in &network.protectors {
                self.is_group(name, contract.group.index())?;
            }
            network.market_share.iter().try_for_each(|x| share(name, "share of a market", *x))?;
            network.risk.iter().try_for_each(|x| share(name, "risk of a route", *x))?;
            share(name, "share lost", network.loss_share)?;
            share(name, "margin kept", network.margin_retained)?;
            let sums = [network.earned_eur, network.dues_eur];
            hold(sums.iter().all(|x| x.is_finite()), || format!("{name}: earned and owed are {sums:?}"))?;
        }
        for load in &self.consignments {
            let name = &format!("consignment of network {}", load.network.0);
            hold(load.network.index() < self.networks.len(), || format!("{name}: there is no such network"))?;
            let path = self.relations.get(load.relation).and_then(|relation| relation.paths.get(load.path));
            hold(path.is_some(), || format!("{name}: no path {} of relation {}", load.path, load.relation))?;
            hold(load.seized <= load.loads, || format!("{name}: {} of {} seized", load.seized, load.loads))?;
        }
        Ok(())
    }

    fn sound_abroad(&self) -> Held {
        for mission in self.missions.iter() {
            let (name, mandate) = (&mission.id, &mission.mandate);
            shares(
                name,
                &[
                    ("training", mission.training),
                    ("air lift", mission.air_lift),
                    ("self-protection", mission.self_protection),
                    ("strikes across borders", mission.cross_border),
                    ("protection of civilians", mandate.protect_civilians),
                    ("support of the state", mandate.support_state),
                    ("escorts", mandate.escort),
                    ("fighting", mandate.fight),
                ],
            )?;
            amounts(
                name,
                &[
                    ("troops authorised", mission.authorised),
                    ("police", mission.task_force_persons),
                    ("cost", mission.cost_eur_per_person_year),
                    ("cost factor", mission.cost_factor),
                    ("recent deaths", mission.recent_deaths),
                ],
            )?;
        }
        for convoy in &self.convoys {
            hold(convoy.mission.index() < self.missions.len(), || {
                format!("convoy: there is no mission {}", convoy.mission.0)
            })?;
            self.is_place(&"convoy", convoy.base)?;
            self.is_place(&"convoy", convoy.through)?;
        }
        for id in self.governments.list.ids() {
            let government = &self.governments.list[id];
            shares(
                &government.id,
                &[
                    ("border effort", government.border_effort),
                    ("captured border units", government.border_captured),
                    ("sanctuary", government.sanctuary),
                ],
            )?;
            let governments = &self.governments;
            let relations = [governments.cooperation.row(id), governments.rivalry.row(id)];
            relations.into_iter().flatten().try_for_each(|x| share(&government.id, "a relation", *x))?;
        }
        Ok(())
    }
}
