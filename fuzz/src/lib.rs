//! The rooms under test, compiled from their own files without the rest of the program (network, database, mail): a
//! fuzz build takes minutes, not the better part of an hour. What a target does with an input stands in `bodies/`.

#[path = "../bodies/mod.rs"]
pub mod bodies;

#[path = "../../src/article/mod.rs"]
pub mod article;
#[path = "../../src/commitments/mod.rs"]
pub mod commitments;
pub mod config;
#[path = "../../src/feed/mod.rs"]
pub mod feed;
#[path = "../../src/ledger/mod.rs"]
pub mod ledger;
#[path = "../../src/markup/mod.rs"]
pub mod markup;
#[path = "../../src/model/mod.rs"]
pub mod model;
#[path = "../../src/relevance/mod.rs"]
pub mod relevance;
#[path = "../../src/fetch/robots.rs"]
pub mod robots;
#[path = "../../src/text/mod.rs"]
pub mod text;
#[path = "../../src/time/mod.rs"]
pub mod time;

/// The rooms, under one name for the bodies.
mod rooms {
    pub use crate::{article, commitments, config, feed, ledger, model, relevance, robots, text};
}
