//! Finding mentions again after newer rules have read their article: by fingerprint, else by the place of their
//! action in the text.

use crate::model::{Fingerprint, Mention, Span};

/// A mention as far as finding it again needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is known by.
    pub fingerprint: Fingerprint,
    /// Where its action stands.
    pub action: Span,
}

impl Place {
    /// The place of a mention.
    pub fn of(fingerprint: &Fingerprint, mention: &Mention) -> Self {
        Self { fingerprint: fingerprint.clone(), action: mention.action.span }
    }
}

/// Where a mention of an article is in a newer reading of it: the one with its fingerprint; else, among those that
/// are new there, the one whose action shares most with its own, at least half of the longer of the two; else nowhere.
pub fn rebind(old: &Place, before: &[Place], now: &[Place]) -> Option<Fingerprint> {
    if now.iter().any(|place| place.fingerprint == old.fingerprint) {
        return Some(old.fingerprint.clone());
    }
    let is_new = |place: &&Place| before.iter().all(|one| one.fingerprint != place.fingerprint);
    let shared = |place: &Place| {
        let (start, end) =
            (place.action.start.max(old.action.start), place.action.end.min(old.action.end));
        end.saturating_sub(start)
    };
    let enough = |place: &&Place| {
        let longer = place.action.len().max(old.action.len());
        longer > 0 && shared(place) * 2 >= longer
    };
    // The first of those that share most: `max_by_key` would take the last.
    let best = now.iter().filter(is_new).filter(enough).rev().max_by_key(|place| shared(place));
    best.map(|place| place.fingerprint.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str, start: usize, end: usize) -> Place {
        Place { fingerprint: Fingerprint::new(name), action: Span::new(start, end) }
    }

    #[test]
    fn a_mention_is_found_by_fingerprint_then_by_half_of_its_place_and_else_not() {
        let old = place("a", 10, 30);
        let before = [old.clone(), place("b", 40, 60)];
        let found = |now: &[Place]| rebind(&old, &before, now).map(|found| found.to_string());
        assert_eq!(found(&[place("c", 10, 30), place("a", 90, 99)]).as_deref(), Some("a"));
        assert_eq!(found(&[place("c", 20, 40)]).as_deref(), Some("c"), "exactly half");
        assert_eq!(found(&[place("c", 21, 41)]), None, "less than half");
        assert_eq!(found(&[place("c", 0, 30), place("d", 11, 30)]).as_deref(), Some("c"));
        assert_eq!(found(&[place("b", 10, 30)]), None, "that one is another mention");
        assert_eq!(found(&[place("c", 10, 30), place("d", 10, 30)]).as_deref(), Some("c"));
        assert_eq!(found(&[]), None);
    }
}
