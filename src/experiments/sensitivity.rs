//! What outcomes hang on: indices over the runs of a sweep.
//!
//! The four methods read outputs point by point in the order of the design, so each can be checked on a function with
//! a known answer: [`screening`] (Morris), [`variance`] (Sobol'), [`boxes`] (PRIM) and [`regret`] (policies under many
//! states of the world). [`question`] says what is asked, [`outputs`] reads the rows of a sweep, and [`analysis`] makes the
//! tables of [`layouts`].

pub mod analysis;
pub mod boxes;
pub mod layouts;
pub mod outputs;
pub mod question;
pub mod regret;
pub mod screening;
pub mod variance;
