//! What a step may know besides the world.

use crate::base::dates::{Date, Week};
use crate::base::draws::Draws;

/// The present week, its Monday, and the run's draws.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Weeks since 2 January 2012 [weeks].
    pub week: Week,
    /// Monday of the week.
    pub date: Date,
    /// Randomness of the run.
    pub draws: Draws,
}

impl Now {
    /// The present of a run in a week.
    pub fn new(week: Week, draws: Draws) -> Now {
        Now { week, date: week.monday(), draws }
    }
    /// Month as 0..12, for seasonal inputs.
    pub fn month_index(&self) -> usize {
        self.date.month as usize - 1
    }
}
