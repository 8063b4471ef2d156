//! The week: which submodel acts when, and the loop over them.

use crate::base::now::Now;
use crate::entities::world::World;
use crate::submodels::{
    Beginning, Parameters, calendar, crime_and_arms, displacement, group_dynamics, group_strategy,
    interdiction, kidnapping, livelihoods, national_politics, observation, officials, peace_operations,
    peace_process, perception, public_finance, regional_cooperation, services, state_forces, trafficking,
    violence,
};

/// One line of the week, with the parameters that it can see.
pub struct Process<P = Parameters> {
    /// Name, kebab-case.
    pub name: &'static str,
    /// What it does to the world.
    pub step: fn(&mut World, &P, &Now),
}

const fn process<P>(name: &'static str, step: fn(&mut World, &P, &Now)) -> Process<P> {
    Process { name, step }
}

/// The week, in order. A submodel that reads another's parameters says so here.
pub const SCHEDULE: [Process; 20] = [
    process("calendar", |w, _, now| calendar::step(w, now)),
    process("regional-cooperation", |w, p, now| regional_cooperation::step(w, &p.regional_cooperation, now)),
    process("public-finance", |w, p, now| public_finance::step(w, &p.public_finance, now)),
    process("officials", |w, p, now| officials::step(w, &p.officials, now)),
    process("services", |w, p, _| services::step(w, &p.services)),
    process("trafficking", |w, p, now| trafficking::step(w, &p.trafficking, now)),
    process("interdiction", |w, p, now| interdiction::step(w, &p.interdiction, now)),
    process("state-forces", |w, p, now| state_forces::step(w, &p.state_forces, &p.presence, now)),
    process("peace-operations", |w, p, now| peace_operations::step(w, &p.peace_operations, &p.presence, now)),
    process("group-strategy", |w, p, now| group_strategy::step(w, &p.group_strategy, &p.presence, now)),
    process("violence", |w, p, now| violence::step(w, &p.violence, &p.presence, now)),
    process("kidnapping", |w, p, now| kidnapping::step(w, &p.kidnapping, now)),
    process("crime-and-arms", |w, p, now| crime_and_arms::step(w, &p.crime_and_arms, now)),
    process("perception", |w, p, now| perception::step(w, &p.perception, now)),
    process("livelihoods", |w, p, now| livelihoods::step(w, &p.livelihoods, now)),
    process("displacement", |w, p, now| displacement::step(w, &p.displacement, now)),
    process("group-dynamics", |w, p, now| group_dynamics::step(w, &p.group_dynamics, now)),
    process("peace-process", |w, p, now| peace_process::step(w, &p.peace_process, now)),
    process("national-politics", |w, p, now| national_politics::step(w, &p.national_politics, now)),
    process("observation", |w, p, now| observation::step(w, &p.observation, now)),
];

/// The week before time begins: what settles while nobody fights, moves or joins. See `initialization::spin_up`.
pub const SPIN_UP: [Process<Beginning>; 9] = [
    process("public-finance", |w, p, now| public_finance::step(w, &p.public_finance, now)),
    process("officials", |w, p, now| officials::step(w, &p.officials, now)),
    process("services", |w, p, _| services::step(w, &p.services)),
    process("trafficking", |w, p, now| trafficking::step(w, &p.trafficking, now)),
    process("interdiction", |w, p, now| interdiction::step(w, &p.interdiction, now)),
    process("crime-and-arms", |w, p, now| crime_and_arms::step(w, &p.crime_and_arms, now)),
    process("perception", |w, p, now| perception::step(w, &p.perception, now)),
    process("livelihoods", |w, p, _| livelihoods::legitimacy::step(w, &p.legitimacy)),
    process("national-politics", |w, p, now| national_politics::opinion(w, &p.national_politics, now)),
];

/// Names of the submodels, in the order of the week (kebab-case).
pub const SUBMODELS: [&str; 20] = {
    let mut names = [""; 20];
    let mut i = 0;
    while i < SCHEDULE.len() {
        names[i] = SCHEDULE[i].name;
        i += 1;
    }
    names
};

/// Runs one week. `without` are positions that are left out; `observe` is told before and after each step.
pub fn week(
    world: &mut World,
    parameters: &Parameters,
    now: &Now,
    without: &[usize],
    check: bool,
    observe: &mut dyn FnMut(usize, bool),
) {
    begin_week(world);
    for (at, process) in SCHEDULE.iter().enumerate() {
        if without.contains(&at) {
            continue;
        }
        observe(at, true);
        (process.step)(world, parameters, now);
        observe(at, false);
        if check {
            world.check(process.name, now.week.0);
        }
    }
}

/// Clears the flows of the week before.
pub fn begin_week(world: &mut World) {
    world.this_week.clear(world.places.len());
    world.ledger.clear_incomes();
    for cell in world.cells.iter_mut() {
        cell.illicit_income_eur = 0.0;
        // What is delivered is a flow: without the services submodel there is none.
        cell.service = [0.0; crate::entities::vocabulary::Service::COUNT];
        cell.service_by_state = 0.0;
        cell.service_by_groups = 0.0;
    }
}
