//! What each target does with one input. The fuzzer runs these with inputs that it thinks out (`targets/`, nightly), and
//! every test run with the committed seeds and a few hundred that are made from them (`tests/it/fuzzing.rs`, stable).
//!
//! `rooms` is the program under test: for the fuzzer compiled from its files without network, database and mail.

pub mod extraction;
pub mod feeds;
pub mod judge;
pub mod listing;
pub mod normalise;
pub mod page;
pub mod robots;
pub mod sentences;

use std::borrow::Cow;
use std::sync::LazyLock;

use super::rooms;
use rooms::config::topic::Topic;

/// The shipped topic.
static TOPIC: LazyLock<Topic> = LazyLock::new(Topic::embedded);

/// Longer texts only slow the search for new paths.
const LONGEST: usize = 20_000;

/// Any bytes as a text; what is no UTF-8 becomes replacement characters, as it does when a page is read.
fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)])
}
