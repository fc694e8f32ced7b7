//! The topic as data: facets, actors, instruments, triggers, concepts and thresholds of one pair of countries.

pub mod instruments;
pub mod policy;
