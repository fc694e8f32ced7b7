//! What people said, heeded while an article is judged: mentions set aside, entries barred, mentions moved to where
//! they belong. Whoever tells two apart outranks whoever joins them.

use std::collections::BTreeSet;

use super::corrections::Point;
use super::draft::Draft;
use super::explain;
use super::grounds::TOLD_APART;
use super::identity::Comparison;
use super::instruments::{self, Link};
use super::judge::{Court, Placed, Stance};
use super::{Ledger, explain::check};
use crate::model::{Commitment, CommitmentId, Dismissal, Fingerprint, InstrumentRole, Mention};

/// The mentions with the fields that people have set; `None` where there are none.
pub fn corrected(
    ledger: &Ledger,
    mentions: &[Mention],
    known_by: &[Fingerprint],
) -> Option<Vec<Mention>> {
    if !known_by.iter().any(|fingerprint| ledger.rulings.names(fingerprint)) {
        return None;
    }
    let type_of = |id: &_| ledger.texts.get(id).map(|known| known.told.kind);
    let all = mentions.iter().zip(known_by).map(|(mention, fingerprint)| {
        let corrected = ledger.rulings.corrected(fingerprint, mention, type_of);
        corrected.unwrap_or_else(|| mention.clone())
    });
    Some(all.collect())
}

/// The sentence about a mention that was set aside.
pub fn set_aside_sentence(draft: &Draft<'_>, one: &Placed<'_>) -> String {
    let why = draft.rulings().set_aside(&one.subject.fingerprint);
    let why = why.map_or("not wanted", Dismissal::in_words);
    format!("Set aside by a person as {why}: {}.", one.subject.mention.gist.trim_end_matches('.'))
}

/// The sentence about a mention of a commitment that was set aside.
pub fn dismissed_sentence(entry: &Commitment, why: Dismissal) -> String {
    let name = explain::name(entry);
    format!("Set aside by a person as {}: {}.", why.in_words(), name.trim_end_matches('.'))
}

/// The same as the value of a test.
pub fn dismissed_check(why: Dismissal) -> String {
    format!("the commitment was dismissed as {}", why.in_words())
}

impl Court<'_> {
    /// Whether people set the mention aside; then it is about nothing.
    pub(super) fn is_set_aside(&self, placed: &mut Placed<'_>) -> bool {
        let (rulings, own) = (self.draft.rulings(), &placed.subject.fingerprint);
        let Some(why) = rulings.set_aside(own) else { return false };
        let value = format!("{} set it aside as {}", rulings.cited(own), why.in_words());
        placed.ruled.push(check("correction", value, true));
        placed.stance = Stance::SetAside;
        true
    }

    /// The entry that a point is in now, if it is in one.
    fn slot_of_point(&self, point: &Point) -> Option<usize> {
        let slot = match point {
            Point::Entry(id) => self.draft.slot_of(id),
            Point::Mention(mention) => {
                let here = self.placed_here.get(mention).copied();
                here.or_else(|| self.draft.placed_before(mention))
            }
        };
        slot.map(|slot| self.draft.host(slot))
    }

    /// The entries that the mention is not about, because people told it apart from them.
    pub(super) fn barred(&self, mention: &Fingerprint) -> BTreeSet<usize> {
        let apart = self.draft.rulings().apart(mention);
        apart.filter_map(|point| self.slot_of_point(point)).collect()
    }

    /// The link to a text, unless people told the mention apart from the entry on it: then it is another text.
    pub(super) fn unless_barred(
        &self,
        placed: &Placed<'_>,
        link: Link,
        barred: &BTreeSet<usize>,
    ) -> Link {
        let Link::Known(id) = &link else { return link };
        let slots = self.draft.linked(id, InstrumentRole::Concludes);
        if !slots.iter().any(|slot| barred.contains(&self.draft.host(*slot))) {
            return link;
        }
        let (mention, event) = (placed.subject.mention, placed.subject.event_date);
        instruments::another(&self.draft, mention, id, event).map_or(link, Link::New)
    }

    /// Puts a mention that has found its entry where people say that it belongs, and notes where it is.
    /// `first_new` is the slot of the first entry that it founded, if it founded any.
    pub(super) fn heed(
        &mut self,
        placed: &mut Placed<'_>,
        barred: &BTreeSet<usize>,
        first_new: usize,
    ) {
        if let Some(slot) = placed.slot {
            self.find_host(placed, slot);
        }
        let own = placed.subject.fingerprint.clone();
        if !self.draft.rulings().names(&own) {
            return;
        }
        self.cite_fields(placed);
        let founded = placed.slot.filter(|slot| *slot >= first_new && placed.found.is_none());
        if let (Some(slot), Some(from)) = (founded, barred.first()) {
            let from = self.draft.entry(*from).id.clone();
            self.draft.edit(slot, |entry| entry.split_from = Some(from));
            self.cite(placed, TOLD_APART, true);
        }
        self.join(placed, barred, first_new);
        if let Some(slot) = placed.slot {
            if let Some(why) = self.draft.rulings().dismissed(&Point::Mention(own.clone())) {
                self.draft.edit(slot, |entry| entry.dismissed = Some(why));
            }
            if self.draft.rulings().is_muted(&Point::Mention(own.clone())) {
                self.draft.edit(slot, |entry| entry.muted = true);
            }
            self.placed_here.insert(own, slot);
        }
    }

    /// Replaces a face by the entry that it is part of.
    fn find_host(&self, placed: &mut Placed<'_>, slot: usize) {
        let host = self.draft.host(slot);
        if host != slot {
            placed.slot = Some(host);
            placed.face = Some(slot);
            placed.ruled.push(check(
                "correction",
                format!("{} was merged into it", self.draft.entry(slot).id),
                true,
            ));
        }
    }

    /// Moves the mention to the oldest entry that people joined it to. What it founded itself becomes a face of that
    /// entry, so that whoever says the same later finds the way.
    fn join(&mut self, placed: &mut Placed<'_>, barred: &BTreeSet<usize>, first_new: usize) {
        let own = placed.subject.fingerprint.clone();
        let rulings = self.draft.rulings();
        let targets: BTreeSet<usize> =
            rulings.together(&own).filter_map(|point| self.slot_of_point(point)).collect();
        let Some(target) = targets.iter().find(|slot| !barred.contains(slot)).copied() else {
            if !targets.is_empty() {
                self.cite(placed, "a merge is overruled: people told them apart", false);
            }
            return;
        };
        if placed.slot == Some(target) {
            return;
        }
        let host = self.draft.entry(target).id.clone();
        let founded = placed.slot.filter(|slot| *slot >= first_new);
        if let Some(slot) = founded {
            self.draft.edit(slot, |entry| {
                entry.merged_into = Some(host.clone());
                entry.maybe_same_as = None;
            });
        }
        placed.face = founded;
        placed.slot = Some(target);
        placed.found = Some(Comparison::by_person(target));
        self.cite(placed, &format!("people put it with {host}"), true);
    }

    /// What people set in the mention, each with what was read there.
    fn cite_fields(&self, placed: &mut Placed<'_>) {
        let set = self.draft.rulings().fields(&placed.subject.fingerprint);
        let ordinal = placed.subject.mention.ordinal;
        let Some(read) = self.read.iter().find(|one| one.ordinal == ordinal) else { return };
        for (by, value) in set {
            let (name, said) = (value.name().replace('-', " "), value.in_words());
            let value = format!("{name} {said} (correction {by}), read as {}", value.read_in(read));
            placed.ruled.push(check("set", value, true));
        }
    }

    fn cite(&self, placed: &mut Placed<'_>, what: &str, ok: bool) {
        let cited = self.draft.rulings().cited(&placed.subject.fingerprint);
        placed.ruled.push(check("correction", format!("{what} ({cited})"), ok));
    }

    /// Where the mentions of this article are that corrections speak of.
    pub(super) fn whereabouts(&self) -> Vec<(Fingerprint, CommitmentId)> {
        let id = |slot: &usize| self.draft.entry(*slot).id.clone();
        self.placed_here.iter().map(|(mention, slot)| (mention.clone(), id(slot))).collect()
    }
}

impl Draft<'_> {
    /// The faces of an entry stand where it stands.
    pub(super) fn keep_faces_in_step(&mut self, slot: usize) {
        for face in self.faces(slot) {
            let host = self.entry(slot).clone();
            self.edit(face, |face| {
                face.stage = host.stage;
                face.lateral = host.lateral;
                face.stage_date = host.stage_date;
                face.due = host.due;
                face.history = host.history;
                face.last_seen = host.last_seen;
            });
        }
    }
}
