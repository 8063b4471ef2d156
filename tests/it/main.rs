//! One binary for all integration tests.

mod cli;
mod export;
mod resume;
mod runs;
