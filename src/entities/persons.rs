//! Persons: structure of arrays, sorted once by (home place, community) and never moved. An agent stands for
//! `persons` people who are at home; people join, flee and die in counts, agents do not.

use crate::base::parallel;
use crate::base::quantities::Level;
use crate::entities::cells::{Cell, Cells};
use crate::entities::vocabulary::Livelihood;

/// Columns of all person agents; position is identity.
#[derive(Clone, Debug)]
pub struct Persons {
    /// Trust in government, trust in forces, grievance, fear [0, 1 in 16 bits].
    pub levels: [Vec<Level>; 4],
    /// People at home whom this agent stands for [persons].
    pub persons: Vec<u16>,
    /// Livelihood.
    pub livelihood: Vec<u8>,
    /// Largest number of people one agent may stand for [persons].
    pub most_persons: u16,
}

impl Persons {
    /// Bytes of state per person agent.
    pub const BYTES_EACH: usize = 4 * 2 + 2 + 1;

    /// No agents yet, and room for `n`.
    pub fn with_capacity(n: usize, most_persons: u16) -> Persons {
        Persons {
            levels: std::array::from_fn(|_| Vec::with_capacity(n)),
            persons: Vec::with_capacity(n),
            livelihood: Vec::with_capacity(n),
            most_persons,
        }
    }

    /// Number of agents.
    pub fn len(&self) -> usize {
        self.persons.len()
    }
    /// True without agents.
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    /// Takes people out of a cell, one from each agent in turn from the agent at share `u` of the cell; returns
    /// how many could be taken.
    pub fn take(&mut self, cell: &mut Cell, people: u32, u: f64) -> u32 {
        let people = people.min(cell.at_home);
        let mut left = people;
        let (counts, livelihood, mut at) = self.of(cell, u);
        let each = people.div_ceil(cell.n_agents.max(1)) as u16;
        while left > 0 {
            // Who has nobody left is passed over at once.
            let Some(skipped) = counts[at..].iter().position(|held| *held > 0) else {
                at = 0;
                continue;
            };
            at += skipped;
            let taken = u32::from(counts[at].min(each)).min(left);
            counts[at] -= taken as u16;
            cell.livelihoods[livelihood[at] as usize] -= taken;
            left -= taken;
            at += 1;
        }
        cell.at_home -= people;
        people
    }

    /// Brings people back into a cell, to agents that have room, from the agent at share `u` on.
    pub fn give(&mut self, cell: &mut Cell, people: u32, u: f64) {
        if people == 0 {
            return;
        }
        let mut left = people;
        let mut most = self.most_persons;
        let (counts, livelihood, mut at) = self.of(cell, u);
        let each = people.div_ceil(cell.n_agents.max(1)) as u16;
        while left > 0 {
            let Some(skipped) = counts[at..].iter().position(|held| *held < most) else {
                // Where nobody has room (for newcomers who were never counted here) the bound gives way.
                if at == 0 {
                    most = u16::MAX;
                }
                at = 0;
                continue;
            };
            at += skipped;
            let given = u32::from((most - counts[at]).min(each)).min(left);
            counts[at] += given as u16;
            cell.livelihoods[livelihood[at] as usize] += given;
            left -= given;
            at += 1;
        }
        cell.at_home += people;
    }

    /// People whom each agent of a cell stands for, their livelihoods, and the agent at a share of the cell.
    fn of(&mut self, cell: &Cell, share: f64) -> (&mut [u16], &[u8], usize) {
        let (first, n) = (cell.first as usize, cell.n_agents as usize);
        let at = ((share * n as f64) as usize).min(n.saturating_sub(1));
        (&mut self.persons[first..first + n], &self.livelihood[first..first + n], at)
    }

    /// People at home over all cells.
    pub fn at_home(&self, cells: &Cells) -> u64 {
        cells.iter().map(|cell| u64::from(cell.at_home)).sum()
    }
}

const _: () = assert!(Persons::BYTES_EACH <= 16);

/// Neighbouring cells with the agents that live there, all cells of a place together. They do not depend on each other, so parts may be worked on at
/// the same time.
pub struct Part<'a> {
    /// The cells.
    pub cells: &'a mut [Cell],
    /// First of them among all cells.
    pub first_cell: usize,
    /// First of their agents among all agents.
    pub first: usize,
    /// Levels of their agents, as in [`Persons`].
    pub levels: [&'a mut [Level]; 4],
    /// People at home whom each of them stands for [persons].
    pub persons: &'a [u16],
    /// Livelihoods of their agents.
    pub livelihood: &'a mut [u8],
}

/// Agents below which a part is not worth a thread of its own.
const LEAST_PART: usize = 200_000;

/// Splits the cells into parts with about the same number of agents each, as many as there are threads to spare.
pub fn parts<'a>(cells: &'a mut Cells, persons: &'a mut Persons) -> Vec<Part<'a>> {
    let n = parallel::share().min(persons.len() / LEAST_PART).max(1);
    split(cells, persons, n)
}

fn split<'a>(cells: &'a mut Cells, persons: &'a mut Persons, n: usize) -> Vec<Part<'a>> {
    let enough = persons.len().div_ceil(n);
    let mut cells = cells.as_mut_slice();
    let mut levels = persons.levels.each_mut().map(Vec::as_mut_slice);
    let (mut counts, mut livelihoods) = (&persons.persons[..], &mut persons.livelihood[..]);
    let (mut parts, mut first_cell, mut first) = (Vec::new(), 0, 0);
    while !cells.is_empty() {
        let (mut n_cells, mut n_agents) = (0, 0);
        let within_a_place = |at: usize| at > 0 && cells[at].place == cells[at - 1].place;
        while n_cells < cells.len() && (n_agents < enough || parts.len() + 1 == n || within_a_place(n_cells))
        {
            n_agents += cells[n_cells].n_agents as usize;
            n_cells += 1;
        }
        let columns = levels.each_mut().map(|column| column.split_off_mut(..n_agents).unwrap_or_default());
        let (persons, rest) = counts.split_at(n_agents);
        let livelihood = livelihoods.split_off_mut(..n_agents).unwrap_or_default();
        let cells = cells.split_off_mut(..n_cells).unwrap_or_default();
        parts.push(Part { cells, first_cell, first, levels: columns, persons, livelihood });
        (counts, first_cell, first) = (rest, first_cell + n_cells, first + n_agents);
    }
    parts
}

/// Divides a cell's people among agents of at most `scale` people, at least `least` agents.
pub fn agents_of(people: u32, scale: u32, least: u32) -> u32 {
    people.div_ceil(scale).max(least.min(people))
}

/// First livelihood of an agent by its position among all: shares are near exact over any run of agents, and over cells
/// however few agents each of them has.
pub fn first_livelihood(position: u32, trade_share: f64, trafficking_share: f64) -> Livelihood {
    // The golden ratio spreads the positions evenly over [0, 1).
    let at = (f64::from(position) + 0.5) * 0.618_033_988_749_895;
    let at = at - f64::from(at as u32);
    if at < trafficking_share {
        Livelihood::Trafficking
    } else if at < trafficking_share + trade_share {
        Livelihood::Trade
    } else {
        Livelihood::Farming
    }
}
