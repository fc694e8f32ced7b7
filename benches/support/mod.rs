//! What the benchmarks and their tests share: generated feeds and the small server that publishes them.

pub mod farm;
pub mod generator;
