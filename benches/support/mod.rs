//! What the benchmarks read: generated feeds and the small server that publishes them.

pub mod farm;
pub mod generator;
