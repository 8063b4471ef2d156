//! Rows of `actors`: money, people, dead and land of every account holder.

use crate::base::ids::{ActorId, Column, Id as _};
use crate::base::quantities::Money;
use crate::entities::places::Ruler;
use crate::entities::vocabulary::Purpose;
use crate::entities::world::World;
use crate::tables::Cell::{Integer, Money as Euros, Number, Text};
use crate::tables::record::Record;

/// One actor at the end of a period.
#[derive(Clone, Copy, Default)]
struct Row {
    income: Money,
    spending: Money,
    personnel: u32,
    area_km2: f64,
}

/// Rows of a period, from its payments and what stands at its end.
pub fn rows(
    record: &mut Record,
    world: &World,
    payments: &[(ActorId, ActorId, Purpose, Money)],
    date: &str,
    seed: i64,
) {
    let mut actors: Column<ActorId, Row> = Column::filled(world.ledger.accounts.len(), Row::default());
    for (payer, payee, _, amount) in payments {
        actors[*payer].spending += *amount;
        actors[*payee].income += *amount;
    }
    let standing = &world.ledger.standing;
    actors[standing.mali].personnel = world.state_forces.troops();
    actors[standing.officials].personnel =
        world.officials.iter().map(|post| post.at_post * post.persons_per_post).sum();
    for mission in world.missions.iter() {
        actors[mission.actor].personnel += mission.total();
    }
    for group in world.groups.iter() {
        actors[group.actor].personnel += group.fighters();
    }
    for place in world.places.ids().filter(|place| world.places.in_mali[*place]) {
        let actor = match world.places.controller[place] {
            Ruler::Nobody => continue,
            Ruler::State => standing.mali,
            Ruler::Group(group) => world.groups[group].actor,
        };
        actors[actor].area_km2 += world.places.area_km2[place];
    }
    for actor in actors.ids() {
        let Row { income, spending, personnel, area_km2 } = actors[actor];
        let deaths = record.actor_deaths.get(actor.index()).copied().unwrap_or(0);
        let nothing = income == Money::ZERO && spending == Money::ZERO && personnel == 0 && deaths == 0;
        if nothing && area_km2 <= 0.0 {
            continue;
        }
        let account = &world.ledger.accounts[actor];
        let row = [
            Integer(seed),
            Text(date),
            Text(&account.id),
            Text(account.kind),
            Euros(income),
            Euros(spending),
            Integer(i64::from(personnel)),
            Integer(i64::from(deaths)),
            Number(area_km2),
        ];
        record.table("actors").push(&row);
    }
}
