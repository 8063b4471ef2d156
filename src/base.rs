//! The ground floor: randomness with an address, portable mathematics, typed ids, money, dates.
//!
//! Nothing here knows what a conflict is.

pub mod dates;
pub mod draws;
pub mod ids;
pub mod maths;
pub mod now;
pub mod parallel;
pub mod quantities;
pub mod spelling;
