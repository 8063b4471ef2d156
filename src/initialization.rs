//! initialization
