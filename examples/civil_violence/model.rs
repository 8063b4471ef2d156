//! Epstein's model I of civil violence (2002, doi:10.1073/pnas.092080199), built on the parts of the engine.
//!
//! Citizens and cops stand on a torus, one to a cell. A citizen has grievance G = H (1 - L), of hardship H and the
//! legitimacy L of the regime, and risk aversion R; H and R are uniform in (0, 1). It is active when G - R P exceeds
//! the threshold, with P = 1 - exp(-k n) the chance of arrest as it sees it, where n is the whole number next to the
//! cops in view for each active citizen in view, itself included. A cop arrests one active citizen in view, for a
//! term uniform in 0 to the longest. Whoever is free then moves to an empty cell in view. The jailed keep their cells,
//! and count neither as active nor as quiet. All act once a step, one after another, in an order drawn anew each step:
//! each sees what those before it did.
//!
//! The order, the moves and the arrests are rows of addressed draws, with the step as the week and the turn, or the
//! cop, as the place in the row.

use std::hint::black_box;

use harmattan::base::dates::Week;
use harmattan::base::draws::{Draws, Stream, uniform};
use harmattan::base::ids::{Column, Id};
use harmattan::base::maths::exp;

use super::board::{Board, Mask, Site};

const PLACE: Stream = Stream::named("civil-violence-place");
const CHARACTER: Stream = Stream::named("civil-violence-character");
const ORDER: Stream = Stream::named("civil-violence-order");
const MOVE: Stream = Stream::named("civil-violence-move");
const ARREST: Stream = Stream::named("civil-violence-arrest");

/// Parameters of the model; of all rules vision is 7 (along rows and columns), the threshold 0.1 and k 2.3.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Citizens for each cell.
    pub citizen_density: f64,
    /// Cops for each cell.
    pub cop_density: f64,
    /// Legitimacy of the regime, L.
    pub legitimacy: f64,
    /// Longest jail term [steps].
    pub longest_term: u16,
    /// Which whole number is next to the cops for each active citizen.
    pub rounding: Rounding,
}

/// How the ratio of cops to active citizens is made whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, and a half to the even one.
    Nearest,
    /// To the one below.
    Down,
}

impl Rules {
    /// The values of the second run that Epstein published, in the rules of Mesa, which rounds to the nearest.
    pub const EPSTEIN: Rules = Rules {
        citizen_density: 0.7,
        cop_density: 0.04,
        legitimacy: 0.82,
        longest_term: 30,
        rounding: Rounding::Nearest,
    };
    /// The values that Mesa 3.5 has by default.
    pub const MESA: Rules =
        Rules { cop_density: 0.074, legitimacy: 0.8, longest_term: 1000, ..Rules::EPSTEIN };
    /// The values and the rounding of NetLogo's Rebellion, where terms end before the longest. (Rebellion also moves
    /// first and decides after, sees a disc, lets others stand where a jailed one stands, and moves a cop to its
    /// arrest; all that is here as in Mesa.)
    pub const NETLOGO: Rules = Rules { longest_term: 29, rounding: Rounding::Down, ..Rules::EPSTEIN };

    /// Sets of rules by name.
    pub const NAMED: [(&str, Rules); 3] =
        [("epstein", Rules::EPSTEIN), ("mesa", Rules::MESA), ("netlogo", Rules::NETLOGO)];
}

const THRESHOLD: f64 = 0.1;
/// Makes the chance of arrest 0.9 with one cop for each active citizen.
const ARREST_CONSTANT: f64 = 2.3;

/// An agent: cops come first, citizens after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgentId(u32);

impl Id for AgentId {
    fn index(self) -> usize {
        self.0 as usize
    }
    fn from_index(index: usize) -> Self {
        AgentId(index as u32)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Cop,
    Quiet,
    Active,
    Jailed,
}

/// Eight bytes, so that whoever is next in a random order is one read of memory away.
#[derive(Clone, Copy, Debug)]
struct Agent {
    site: Site,
    /// Steps left in jail.
    sentence: u16,
    /// Least whole number of cops for each active citizen at which this one stays quiet: as G - R P falls in that
    /// number, it says all that the rule needs.
    deterred_at: u8,
    state: State,
}

/// Citizens by state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Active citizens.
    pub active: u32,
    /// Citizens neither active nor in jail.
    pub quiet: u32,
    /// Citizens in jail.
    pub jailed: u32,
}

/// One run.
pub struct CivilViolence {
    rules: Rules,
    draws: Draws,
    step: u32,
    mask: Mask,
    agents: Column<AgentId, Agent>,
    n_cops: usize,
    counts: Counts,
    /// Who is active on a cell, if somebody is; cells in the order of rows.
    activist: Vec<AgentId>,
    side: usize,
    occupied: Board,
    cops: Board,
    active: Board,
    order: Vec<AgentId>,
    /// Words of this step: one of each turn for the order, one for the move, two of each cop for its arrest.
    turns: Vec<u32>,
    moves: Vec<u32>,
    arrests: Vec<u32>,
}

impl CivilViolence {
    /// The first state on a torus of so many cells a side, at least twice the view.
    pub fn new(rules: Rules, side: usize, seed: u64) -> CivilViolence {
        let draws = Draws::new(seed);
        let n_cells = side * side;
        let part = |density: f64| (density * n_cells as f64 + 0.5) as usize;
        let n_cops = part(rules.cop_density);
        let n = (n_cops + part(rules.citizen_density)).min(n_cells);
        let mut places = vec![0; n];
        row(&draws, PLACE, 0, &mut places);
        let mut cells: Vec<usize> = (0..n_cells).collect();
        let mut agents = Column::from_vec(Vec::with_capacity(n));
        for (at, word) in places.into_iter().enumerate() {
            cells.swap(at, at + below(word, n_cells - at));
            let site = Site { x: (cells[at] % side) as u16, y: (cells[at] / side) as u16 };
            let state = if at < n_cops { State::Cop } else { State::Quiet };
            let _: AgentId = agents.push(Agent { site, sentence: 0, deterred_at: 0, state });
        }
        let mut characters = vec![0; 2 * (n - n_cops)];
        row(&draws, CHARACTER, 0, &mut characters);
        for (agent, words) in agents.iter_mut().skip(n_cops).zip(characters.chunks(2)) {
            agent.deterred_at = deterred_at(uniform(words[0]) * (1.0 - rules.legitimacy), uniform(words[1]));
        }
        let mut model = CivilViolence {
            rules,
            draws,
            step: 0,
            mask: Mask::in_view(),
            n_cops,
            counts: Counts { active: 0, quiet: (n - n_cops) as u32, jailed: 0 },
            activist: vec![AgentId(0); n_cells],
            side,
            occupied: Board::new(side),
            cops: Board::new(side),
            active: Board::new(side),
            order: agents.ids().collect(),
            moves: vec![0; n],
            arrests: vec![0; 2 * n_cops],
            turns: vec![0; n],
            agents,
        };
        for id in model.agents.ids() {
            let Agent { site, state, .. } = model.agents[id];
            model.occupied.flip(site);
            if state == State::Cop {
                model.cops.flip(site);
            }
        }
        model
    }

    /// Citizens by state.
    pub fn counts(&self) -> Counts {
        self.counts
    }
    /// Citizens and cops.
    pub fn n_agents(&self) -> usize {
        self.agents.len()
    }

    /// Everyone acts once.
    pub fn step(&mut self) {
        self.step += 1;
        row(&self.draws, MOVE, self.step, &mut self.moves);
        row(&self.draws, ARREST, self.step, &mut self.arrests);
        row(&self.draws, ORDER, self.step, &mut self.turns);
        for last in (1..self.order.len()).rev() {
            self.order.swap(last, below(self.turns[last], last + 1));
        }
        for turn in 0..self.order.len() {
            // Whoever acts next is asked for early: in a large world it has to be fetched from far.
            if let Some(next) = self.order.get(turn + 1) {
                black_box(self.agents[*next].site);
            }
            let id = self.order[turn];
            if id.index() < self.n_cops { self.arrest(id, turn) } else { self.decide(id, turn) }
        }
    }

    fn decide(&mut self, id: AgentId, turn: usize) {
        let Agent { site, sentence, deterred_at, state } = self.agents[id];
        if sentence > 0 {
            self.agents[id].sentence -= 1;
            return;
        }
        let cops = self.cops.seen(site, &self.mask).count();
        let active = 1 + self.active.seen(site, &self.mask).count();
        let dares = ratio(cops, active, self.rules.rounding) < u32::from(deterred_at);
        let to = self.free_cell(site, turn);
        self.occupied.move_bit(site, to);
        if state == State::Active {
            self.active.flip(site);
        }
        let decided = if dares { State::Active } else { State::Quiet };
        if dares {
            self.active.flip(to);
            self.activist[to.index(self.side)] = id;
        }
        if state != decided {
            *self.counted(state) -= 1;
            *self.counted(decided) += 1;
        }
        self.agents[id] = Agent { site: to, sentence, deterred_at, state: decided };
    }

    fn arrest(&mut self, id: AgentId, turn: usize) {
        let site = self.agents[id].site;
        let suspects = self.active.seen(site, &self.mask);
        let n_suspects = suspects.count();
        if n_suspects > 0 {
            let words = [self.arrests[2 * id.index()], self.arrests[2 * id.index() + 1]];
            let at = site.seeing(suspects.nth(below(words[0], n_suspects as usize)), self.side);
            let suspect = &mut self.agents[self.activist[at.index(self.side)]];
            suspect.sentence = below(words[1], usize::from(self.rules.longest_term) + 1) as u16;
            suspect.state = State::Jailed;
            self.active.flip(at);
            self.counts.active -= 1;
            self.counts.jailed += 1;
        }
        let to = self.free_cell(site, turn);
        self.occupied.move_bit(site, to);
        self.cops.move_bit(site, to);
        self.agents[id].site = to;
    }

    /// An empty cell in view, or the cell itself if there is none.
    fn free_cell(&self, site: Site, turn: usize) -> Site {
        let empty = self.occupied.seen(site, &self.mask).without(&self.mask);
        match empty.count() {
            0 => site,
            n_empty => site.seeing(empty.nth(below(self.moves[turn], n_empty as usize)), self.side),
        }
    }

    fn counted(&mut self, state: State) -> &mut u32 {
        match state {
            State::Active => &mut self.counts.active,
            State::Jailed => &mut self.counts.jailed,
            State::Quiet | State::Cop => &mut self.counts.quiet,
        }
    }
}

/// Fills the row of a stream in a step.
fn row(draws: &Draws, stream: Stream, step: u32, out: &mut [u32]) {
    let mut rows = draws.rows(stream, Week(step));
    rows.start(0);
    rows.fill_words(out);
}

/// An integer in 0..n from one word.
fn below(word: u32, n: usize) -> usize {
    ((u64::from(word) * n as u64) >> 32) as usize
}

/// Cops for each active citizen as a whole number.
fn ratio(cops: u32, active: u32, rounding: Rounding) -> u32 {
    let down = cops / active;
    let twice_the_rest = 2 * (cops % active);
    let up = twice_the_rest > active || twice_the_rest == active && down % 2 == 1;
    down + u32::from(rounding == Rounding::Nearest && up)
}

/// Least whole number at which a citizen of this grievance and risk aversion stays quiet; the largest if none.
fn deterred_at(grievance: f64, risk_aversion: f64) -> u8 {
    let quiet = |n: &u8| {
        let arrest = 1.0 - exp(-ARREST_CONSTANT * f64::from(*n));
        grievance - risk_aversion * arrest <= THRESHOLD
    };
    (0..u8::MAX).find(quiet).unwrap_or(u8::MAX)
}
