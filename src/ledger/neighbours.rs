//! The nearest entry where no entry was near enough to be compared: shown with every new commitment, so that a wrong
//! split is one click to mend.

use std::collections::HashMap;

use super::identity::{Certainty, Comparison, Subject};
use super::judge::Court;
use super::parties;
use super::shape::Shape;

/// Entries looked at, the newest first: what was told long ago is rarely told anew in other words.
const LOOKED_AT: usize = 128;

impl Court<'_> {
    /// The entry that has most in common with the mention, and the first test that it fails.
    pub(super) fn nearest_of_all(&self, subject: &Subject<'_>) -> Option<Comparison> {
        let newest = (0..self.draft.len()).rev().take(LOOKED_AT);
        let standing = newest.filter(|slot| self.draft.host(*slot) == *slot);
        // Most entries are of a few circles.
        let mut pairs: HashMap<u64, f64> = HashMap::new();
        let mut likeness = |slot: usize| {
            let there = self.draft.shape(slot);
            let pair = pairs
                .entry(there.circle)
                .or_insert_with(|| parties::compare(&subject.shape.parties, &there.parties).score);
            let same_kind = f64::from(u8::from(there.kind == subject.shape.kind));
            *pair + same_kind + 2.0 * subject.shape.topic_likeness(there).unwrap_or_default()
        };
        // The oldest of those that are most alike: `rev` has put it last.
        let measured = standing.map(|slot| (slot, likeness(slot)));
        let (slot, _) = measured.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        let mut comparison = Comparison::by_instrument(slot);
        comparison.certainty = Certainty::Different;
        comparison.failed = first_failed(&subject.shape, self.draft.shape(slot));
        Some(comparison)
    }
}

fn first_failed(here: &Shape, there: &Shape) -> String {
    if here.polarity != there.polarity {
        return format!("{} is not {}", here.polarity, there.polarity);
    }
    if here.kind != there.kind {
        return format!("kind {} is not {}", here.kind, there.kind);
    }
    if parties::compare(&here.parties, &there.parties).conflict {
        let list = |shape: &Shape| shape.parties.join(", ");
        return format!("parties {} are not {}", list(here), list(there));
    }
    "no telling word, topic or detail in common".to_owned()
}
