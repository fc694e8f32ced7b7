//! The rooms under test, compiled from their own files without the rest of the program (network, database, mail): a
//! fuzz build takes minutes, not the better part of an hour. And what all targets share: the shipped topic, loaded
//! once, and how bytes become a text.

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
#[path = "../../src/text/mod.rs"]
pub mod text;
#[path = "../../src/time/mod.rs"]
pub mod time;

use std::borrow::Cow;
use std::sync::LazyLock;

use config::topic::Topic;

/// The shipped topic.
pub static TOPIC: LazyLock<Topic> = LazyLock::new(Topic::embedded);

/// Longer texts only slow the search for new paths.
const LONGEST: usize = 20_000;

/// Any bytes as a text; what is no UTF-8 becomes replacement characters, as it does when a page is read.
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)])
}
