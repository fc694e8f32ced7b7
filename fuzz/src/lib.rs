//! What all targets share: the shipped topic, loaded once, and how bytes become a text.

use std::borrow::Cow;
use std::sync::LazyLock;

use pledgewatch::config::topic::Topic;

/// The shipped topic.
pub static TOPIC: LazyLock<Topic> = LazyLock::new(Topic::embedded);

/// Longer texts only slow the search for new paths.
const LONGEST: usize = 20_000;

/// Any bytes as a text; what is no UTF-8 becomes replacement characters, as it does when a page is read.
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)])
}
