//! (being built)

pub mod demo;
