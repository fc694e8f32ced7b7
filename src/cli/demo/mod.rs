//! The bundled world of `pledgewatch demo`: invented outlets on a loopback port, told in five polls.
//!
//! [`World`] is the content (`demo/*.toml`, embedded), [`Server`] publishes it over real HTTP, [`sources_toml`] is
//! the configuration that reads it, and [`story`] says what must come of it and what did. All of it is plain
//! values: the driver polls, looks at its database, and hands back what it saw.

mod driver;
mod feeds;
mod listing;
mod pages;
pub mod server;
pub mod sources;
pub mod story;
pub mod world;

pub(super) use driver::run;
pub use server::{Request, Server};
pub use sources::sources_toml;
pub use story::{ObservedArticle, ObservedRound, ObservedVerdict};
pub use world::World;
