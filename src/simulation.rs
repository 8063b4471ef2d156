//! One run: initialize, weeks, tables.

use std::sync::Arc;

use crate::base::dates::{DEFAULT_UNTIL, Week};
use crate::base::draws::Draws;
use crate::base::now::Now;
use crate::entities::policy::{Lever, Policy, Start, Watched};
use crate::entities::theatre::Theatre;
use crate::entities::world::World;
use crate::scenario::Scenario;
use crate::submodels::Parameters;
use crate::tables::Table;
use crate::tables::record::Record;
pub use crate::tables::record::Recorded;
use crate::tables::trace::{Trace, Traced};
use crate::{initialization, schedule};

/// Length of a row's period in the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Calendar month of the week's Monday.
    Month,
    /// Week.
    Week,
}

/// What is run, besides scenario, parameters and seed.
#[derive(Clone, Debug, PartialEq)]
pub struct RunOptions {
    /// Persons per agent, 1 to 1000.
    pub scale: u32,
    /// First week that is recorded.
    pub from: Week,
    /// Last week.
    pub until: Week,
    /// Length of a period.
    pub every: Period,
    /// Positions in the schedule of submodels that are switched off, sorted.
    pub without: Vec<usize>,
    /// Tables that are recorded.
    pub tables: Recorded,
    /// Whether invariants are checked every week.
    pub check_invariants: bool,
}

impl Default for RunOptions {
    /// What the command line runs where nothing else is asked for.
    fn default() -> RunOptions {
        RunOptions {
            scale: 50,
            from: Week(0),
            until: DEFAULT_UNTIL.week(),
            every: Period::Month,
            without: Vec::new(),
            tables: Recorded::Everything,
            check_invariants: false,
        }
    }
}

/// Everything of a run but the seed; built once per scenario and shared by its runs. What is large is shared with those
/// that were made [beside](Prepared::beside) it.
pub struct Prepared {
    /// The theatre.
    pub theatre: Arc<Theatre>,
    /// The checked scenario.
    pub scenario: Arc<Scenario>,
    /// All parameters.
    pub parameters: Parameters,
    /// Options.
    pub options: RunOptions,
    /// Decisions that are traced.
    pub traced: Vec<Traced>,
    /// The world of 2 January 2012.
    initial: Arc<World>,
}

impl Prepared {
    /// Builds what the runs of a scenario share.
    pub fn new(
        theatre: impl Into<Arc<Theatre>>,
        scenario: impl Into<Arc<Scenario>>,
        parameters: Parameters,
        options: RunOptions,
    ) -> Prepared {
        let (theatre, scenario) = (theatre.into(), scenario.into());
        let mut initial = initialization::world(&theatre, &parameters.beginning(), options.scale);
        initial.policy = Policy::new(&scenario.levers);
        let initial = Arc::new(initial);
        Prepared { theatre, scenario, parameters, options, traced: Vec::new(), initial }
    }

    /// The same runs with a trace of decisions.
    pub fn with_trace(mut self, traced: Vec<Traced>) -> Prepared {
        self.traced = traced;
        self
    }

    /// The same with other levers, parameters and options, in the same theatre. The world is shared where all that it hangs
    /// on is the same, and else the ways between places where the parameters say the same about them; the result is that
    /// of [`Prepared::new`].
    pub fn beside(
        &self,
        scenario: impl Into<Arc<Scenario>>,
        parameters: Parameters,
        options: RunOptions,
    ) -> Prepared {
        let (theatre, scenario) = (Arc::clone(&self.theatre), scenario.into());
        let (own, other) = (self.parameters.beginning(), parameters.beginning());
        let mut initial = match own == other && self.options.scale == options.scale {
            true => Arc::clone(&self.initial),
            false => {
                let own = Some((&*self.initial, &own));
                Arc::new(initialization::world_beside(own, &theatre, &other, options.scale))
            }
        };
        if initial.policy.levers != scenario.levers {
            Arc::make_mut(&mut initial).policy = Policy::new(&scenario.levers);
        }
        Prepared { theatre, scenario, parameters, options, traced: self.traced.clone(), initial }
    }

    /// The world in which every run begins.
    pub fn initial(&self) -> &World {
        &self.initial
    }
}

/// What a caller may observe while a run goes on (progress, timings).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The submodel at this position of the schedule begins.
    Before(usize),
    /// It has ended.
    After(usize),
    /// A week has ended.
    WeekDone(Week),
}

/// The result of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Seed.
    pub seed: u64,
    /// Weeks simulated.
    pub weeks: u32,
    /// The run tables, in the order of [`crate::tables::layouts::RUN_TABLES`], then `decisions` if any are traced.
    pub tables: Vec<Table>,
    /// Hash of the final state (blake3).
    pub state_hash: [u8; 32],
    /// Names of conditional levers that never started.
    pub never_started: Vec<String>,
}

impl Outcome {
    /// A table by its name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// Runs one seed.
pub fn run(prepared: &Prepared, seed: u64, observe: &mut dyn FnMut(Moment)) -> Outcome {
    outcome(run_to_end(prepared, seed, observe), seed, prepared.options.until)
}

/// What a run leaves that ended in this state.
fn outcome(world: World, seed: u64, until: Week) -> Outcome {
    let never_started = world
        .policy
        .levers
        .iter()
        .zip(&world.policy.states)
        .filter(|(lever, state)| matches!(lever.start, Start::When { .. }) && state.started.is_none())
        .map(|(lever, _)| lever.name.clone())
        .collect();
    let state_hash = hash_of(&world);
    let mut tables = world.record.map_or_else(Vec::new, |record| record.tables);
    tables.extend(world.trace.into_table());
    Outcome { seed, weeks: until.0 + 1, tables, state_hash, never_started }
}

/// Another scenario that is run with the same seed, in the same theatre, with the same parameters and options.
pub struct Sibling<'s> {
    /// Its levers are what differs.
    pub scenario: &'s Scenario,
    /// Its own last week.
    pub until: Week,
}

/// What finishes a run that has come to where it parts from others.
pub type Finish<'f> = Box<dyn FnOnce() -> Outcome + 'f>;

/// Runs one seed of scenarios that share their past: the weeks in which a sibling cannot differ are run once. Each
/// outcome is that of [`run`]. `done` is told the position of a sibling, or none for the scenario of `prepared` itself, and
/// what finishes its run. Once `wanted` says no, no shared week is begun and `done` is told nothing more.
pub fn run_siblings(
    prepared: &Prepared,
    siblings: &[Sibling],
    seed: u64,
    wanted: &dyn Fn() -> bool,
    observe: &mut dyn FnMut(Moment),
    done: &mut dyn FnMut(Option<usize>, Finish),
) {
    let (own, until) = (&prepared.scenario, prepared.options.until);
    let parting = |sibling: &Sibling| {
        let parts = sibling.scenario.parts_from(own).unwrap_or(until);
        // The last week of a run closes its tables.
        parts.min(sibling.until).min(until)
    };
    let mut left: Vec<(Week, usize)> = siblings.iter().map(parting).zip(0..).collect();
    left.sort_unstable();
    let mut trunk = Underway::begin(prepared, seed, (prepared.options.from.0, until.0));
    while let Some((week, at)) = left.first().copied() {
        // Levers of those who have not parted watch what they wait for; none of them can start yet.
        let mut levers: Vec<&Lever> = own.levers.iter().collect();
        for lever in left.iter().flat_map(|(_, at)| &siblings[*at].scenario.levers) {
            if !levers.contains(&lever) {
                levers.push(lever);
            }
        }
        trunk.world.policy = trunk.world.policy.with_levers(levers.into_iter());
        while trunk.week < week.0 && wanted() {
            trunk.go_on(prepared, trunk.week + 1, observe, &mut |_, _| {});
        }
        if !wanted() {
            return;
        }
        let sibling = &siblings[at];
        let finish = || {
            let mut branch = trunk.clone();
            branch.world.policy = branch.world.policy.with_levers(sibling.scenario.levers.iter());
            if let Some(record) = &mut branch.world.record {
                record.until_week = sibling.until.0;
            }
            (0..branch.week).for_each(|week| observe(Moment::WeekDone(Week(week))));
            branch.go_on(prepared, sibling.until.0 + 1, observe, &mut |_, _| {});
            outcome(branch.world, seed, sibling.until)
        };
        done(Some(at), Box::new(finish));
        left.remove(0);
    }
    if !wanted() {
        return;
    }
    let finish = || {
        trunk.world.policy = trunk.world.policy.with_levers(own.levers.iter());
        trunk.go_on(prepared, until.0 + 1, observe, &mut |_, _| {});
        outcome(trunk.world, seed, until)
    };
    done(None, Box::new(finish));
}

/// Runs one seed and returns the world as it stands at the end, for tests of single submodels.
pub fn run_to_end(prepared: &Prepared, seed: u64, observe: &mut dyn FnMut(Moment)) -> World {
    let recorded = (prepared.options.from.0, prepared.options.until.0);
    weeks(prepared, seed, recorded, observe, &mut |_, _| {})
}

/// Runs one seed for the sake of some weekly values alone: no table is recorded, and `see` gets each week with the
/// values, in the order of `watched`. They are those of a run that records.
pub fn run_watched(
    prepared: &Prepared,
    seed: u64,
    watched: &[Watched],
    observe: &mut dyn FnMut(Moment),
    see: &mut dyn FnMut(Week, &[f64]),
) {
    let mut values = vec![f64::NAN; watched.len()];
    let after_the_end = prepared.options.until.0 + 1;
    weeks(prepared, seed, (after_the_end, prepared.options.until.0), observe, &mut |week, world| {
        if let Some(record) = &world.record {
            for (value, watched) in values.iter_mut().zip(watched) {
                *value = crate::submodels::observation::observe(world, record, *watched);
            }
        }
        see(week, &values);
    });
}

/// The weeks of a run, of which those from `recorded.0` to `recorded.1` are recorded.
fn weeks(
    prepared: &Prepared,
    seed: u64,
    recorded: (u32, u32),
    observe: &mut dyn FnMut(Moment),
    each: &mut dyn FnMut(Week, &World),
) -> World {
    let mut run = Underway::begin(prepared, seed, recorded);
    run.go_on(prepared, prepared.options.until.0 + 1, observe, each);
    run.world
}

/// A run on its way.
#[derive(Clone)]
struct Underway {
    world: World,
    draws: Draws,
    /// The next week.
    week: u32,
}

impl Underway {
    /// Begins the run of a seed, of which the weeks from `recorded.0` to `recorded.1` are recorded.
    fn begin(prepared: &Prepared, seed: u64, recorded: (u32, u32)) -> Underway {
        let options = &prepared.options;
        let mut world = (*prepared.initial).clone();
        // Without a week that is recorded nothing is summed up for tables.
        let tables = if recorded.0 > recorded.1 { Recorded::Indicators } else { options.tables };
        let n_legs = world.routes.km.len() * 2 * crate::entities::vocabulary::Commodity::COUNT;
        world.record = Some(Record::new(
            seed,
            recorded,
            options.every == Period::Week,
            tables,
            world.places.len(),
            n_legs,
        ));
        world.trace = Trace::new(&prepared.traced, seed, options.from.0);
        Underway { world, draws: Draws::new(seed), week: 0 }
    }

    /// Runs the weeks before `end`.
    fn go_on(
        &mut self,
        prepared: &Prepared,
        end: u32,
        observe: &mut dyn FnMut(Moment),
        each: &mut dyn FnMut(Week, &World),
    ) {
        let options = &prepared.options;
        while self.week < end {
            let week = Week(self.week);
            schedule::week(
                &mut self.world,
                &prepared.parameters,
                &Now::new(week, self.draws),
                &options.without,
                options.check_invariants,
                &mut |at, before| {
                    observe(if before { Moment::Before(at) } else { Moment::After(at) });
                },
            );
            each(week, &self.world);
            observe(Moment::WeekDone(week));
            self.week += 1;
        }
    }
}

/// Hash of the numbers that a run ends with.
fn hash_of(world: &World) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    // A hash takes in long pieces an order of magnitude faster than single numbers.
    let mut piece = [0_u8; 1 << 15];
    for column in world.persons.levels.iter().chain([&world.persons.persons]) {
        for values in column.chunks(piece.len() / 2) {
            for (bytes, value) in piece.as_chunks_mut::<2>().0.iter_mut().zip(values) {
                *bytes = value.to_le_bytes();
            }
            hasher.update(&piece[..2 * values.len()]);
        }
    }
    hasher.update(&world.persons.livelihood);
    for cell in world.cells.iter() {
        for value in cell.mean.iter().chain(&cell.baseline).chain(&cell.service) {
            hasher.update(&value.to_bits().to_le_bytes());
        }
        for n in [cell.at_home, cell.dead, cell.displaced_inside(), cell.refugees()] {
            hasher.update(&n.to_le_bytes());
        }
    }
    for group in world.groups.iter() {
        hasher.update(group.id.as_bytes());
        for n in [group.fighters(), group.all_dormant(), group.arms] {
            hasher.update(&n.to_le_bytes());
        }
        hasher.update(&group.capability.level().to_bits().to_le_bytes());
    }
    for account in world.ledger.accounts.iter() {
        hasher.update(&account.balance.0.to_le_bytes());
    }
    for weapons in world.places.private_weapons.iter() {
        hasher.update(&weapons.to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}
