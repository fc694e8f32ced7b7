//! From a mention to its entry: by the text it concludes or carries out, as the answer to a request, or by likeness;
//! else a new entry, if the mention may found one.

use std::collections::BTreeSet;

use super::founding;
use super::identity::{self, Certainty, Comparison, Subject};
use super::instruments::{self, Link, Occasion};
use super::judge::{Before, Court, Placed, Stance, signs};
use super::likeness::is_concrete;
use super::parties;
use super::shape::Shape;
use crate::model::{
    Assertion, Commitment, Fingerprint, Framing, Instrument, InstrumentId, InstrumentRole,
    InstrumentType, Kind, Mention, PartialDate, Role, Stage,
};

/// Texts looked at in each list for the one that is shown beside a new one.
const NEAR: usize = 32;

impl Court<'_> {
    /// Finds or founds the entry of a mention.
    pub fn place<'m>(&mut self, mention: &'m Mention, fingerprint: Fingerprint) -> Placed<'m> {
        let subject = Subject {
            mention,
            fingerprint,
            shape: Shape::of_mention(mention, self.article.language, self.policy, self.lexis),
            content_of: None,
            stage: mention.stage,
            article: self.article.id,
            language: self.article.language,
            event_date: mention.event_date.or(self.article.source_date),
        };
        let stance = self.stance(mention);
        let mut placed = Placed {
            subject,
            stance,
            slot: None,
            found: None,
            nearest: None,
            face: None,
            ruled: Vec::new(),
        };
        if self.is_set_aside(&mut placed) {
            return placed;
        }
        let first_new = self.draft.len();
        let barred = self.barred(&placed.subject.fingerprint);
        let seen = std::mem::take(&mut self.seen);
        let occasion = Occasion {
            stated: mention.event_date,
            assumed: placed.subject.event_date,
            seen: &seen,
        };
        let link = instruments::link(&self.draft, mention, &occasion);
        self.seen = seen;
        let role = instruments::role_of(mention);
        let unnamed = mention.kind == Kind::InstrumentImplement && mention.instrument.is_none();
        let told_again =
            self.told_again(&placed).filter(|slot| !barred.contains(&self.draft.host(*slot)));
        match (role, link) {
            _ if told_again.is_some() => placed.slot = told_again,
            _ if unnamed && self.seen.last().is_some() => {
                // A text is carried out, and none is named: the one spoken of last.
                let text = self.seen.last().cloned();
                let link = text.map_or(Link::None, Link::Known);
                self.place_execution(&mut placed, link, &barred);
            }
            (Some(InstrumentRole::Concludes), Link::New(body))
                if is_body(&body) && self.known_as_act(&placed, &barred) =>
            {
                self.place_act(&mut placed, &barred);
            }
            (Some(InstrumentRole::Concludes), link) if link != Link::None => {
                self.place_text(&mut placed, link, &barred);
            }
            (Some(InstrumentRole::Implements), link) if link != Link::None => {
                self.place_execution(&mut placed, link, &barred);
            }
            (Some(_), Link::Known(id)) => {
                placed.subject.content_of = Some(id);
                self.place_act(&mut placed, &barred);
            }
            _ => {
                let named = mention.instrument.as_ref().and_then(|named| named.id.clone());
                placed.subject.content_of = named;
                self.place_act(&mut placed, &barred);
            }
        }
        self.heed(&mut placed, &barred, first_new);
        self.before = self.as_before(&placed);
        placed
    }

    /// What the next mention may answer or tell again.
    fn as_before(&self, placed: &Placed<'_>) -> Option<Before> {
        let (slot, mention) = (placed.slot?, placed.subject.mention);
        let acts = placed.stance == Stance::Acts;
        let asks = acts && mention.stage <= Stage::Proposed;
        let proposers = mention.parties.iter().filter(|party| party.role == Role::Proposer);
        Some(Before {
            slot,
            ordinal: mention.ordinal,
            sentence: mention.quote.span,
            done: acts && mention.stage >= Stage::Ratified && !mention.stage.is_lateral(),
            asked_by: asks.then(|| proposers.map(|party| parties::state(&party.id)).collect()),
        })
    }

    fn stance(&self, mention: &Mention) -> Stance {
        if mention.duplicate {
            return Stance::Repeats;
        }
        match mention.assertion {
            Assertion::Denied => return Stance::Denies,
            Assertion::Negated if mention.stage == Stage::Refused => return Stance::Declines,
            Assertion::Negated | Assertion::Hypothetical => return Stance::Context,
            Assertion::Forecast => return Stance::Predicts,
            Assertion::Asserted => {}
        }
        match mention.framing {
            Framing::News | Framing::Reaffirm => Stance::Acts,
            Framing::Report => Stance::Reports,
            Framing::Background if self.is_recent(mention.event_date) => Stance::Late,
            Framing::Background => Stance::Context,
        }
    }

    fn is_recent(&self, event: Option<PartialDate>) -> bool {
        let limit = self.policy.time.recent_background_days;
        event.zip(self.article.source_date).is_some_and(|(event, told)| {
            event.earliest() <= told.latest() && event.days_apart(told) <= limit
        })
    }

    /// Work under way on what a text contains is the first evidence that the text is carried out.
    fn note_work(&mut self, placed: &Placed<'_>) {
        let mention = placed.subject.mention;
        let under_way = mention.stage >= Stage::Implementing && !mention.stage.is_lateral();
        let told = mention.framing == Framing::News && mention.assertion == Assertion::Asserted;
        if under_way && told && is_concrete(mention) {
            let entry = placed.slot.map(|slot| self.draft.entry(slot));
            let of_entry = entry.and_then(|entry| entry.instrument.clone());
            self.carried_out.extend(placed.subject.content_of.clone().into_iter().chain(of_entry));
        }
    }

    /// The conclusion of a text, or an edition of a mechanism.
    fn place_text(&mut self, placed: &mut Placed<'_>, link: Link, barred: &BTreeSet<usize>) {
        let mention = placed.subject.mention;
        let founds = matches!(placed.stance, Stance::Acts | Stance::Late | Stance::Reports)
            || (placed.stance == Stance::Context && mention.assertion == Assertion::Asserted);
        let own = self.draft.rulings().is_own(&placed.subject.fingerprint);
        let (id, new, twin) = match self.unless_barred(placed, link, barred) {
            Link::Doubtful(_, new) if own => (new.id.clone(), Some(new), None),
            Link::Known(id) => (id, None, None),
            Link::New(new) => (new.id.clone(), Some(new), None),
            Link::Doubtful(known, new) => (new.id.clone(), Some(new), Some(known)),
            Link::None => return,
        };
        if new.is_some() && !founds {
            return;
        }
        if signs(mention) {
            self.signed_here.insert(id.clone());
            if placed.stance == Stance::Context {
                self.recalled.insert(mention.quote.span, id.clone());
            }
        }
        self.seen.push(id.clone());
        if let Some(new) = new {
            self.draft.put_instrument(new);
            let twin = twin.and_then(|known| {
                self.draft.linked(&known, InstrumentRole::Concludes).first().copied()
            });
            let twin = twin.filter(|slot| !barred.contains(&self.draft.host(*slot)));
            let twin = twin.map(|slot| self.draft.entry(slot).id.clone());
            let mut entry = founding::from_mention(&placed.subject, self.article, self.policy);
            entry.instrument = Some(id);
            entry.instrument_role = Some(InstrumentRole::Concludes);
            entry.maybe_same_as = twin;
            placed.nearest = self.nearest_text(&entry);
            placed.slot = Some(self.draft.add(entry));
            return;
        }
        let known = self.draft.linked(&id, InstrumentRole::Concludes).first().copied();
        let slot = known
            .unwrap_or_else(|| founding::imply(&mut self.draft, &id, InstrumentRole::Concludes));
        placed.slot = Some(slot);
        placed.found = Some(Comparison::by_instrument(slot));
    }

    /// The entry on another text that comes nearest, for the explanation of a new one.
    fn nearest_text(&self, entry: &Commitment) -> Option<Comparison> {
        let shared = |known: &Instrument| {
            known.topics.iter().filter(|topic| entry.topics.contains(topic)).count()
        };
        let about = |topics: &[String]| -> Vec<&Instrument> {
            let near = self.draft.texts_about(topics, None, NEAR, |_| true);
            let near = near.map(|text| &text.told);
            near.filter(|known| Some(&known.id) != entry.instrument.as_ref()).collect()
        };
        let near = about(&entry.topics);
        let others = if near.is_empty() { about(&[]) } else { near }.into_iter();
        let best = others
            .max_by_key(|known| (shared(known), known.date.map(PartialDate::latest), &known.id))?;
        let slot = self.draft.linked(&best.id, InstrumentRole::Concludes).first().copied()?;
        let mut comparison = Comparison::by_instrument(slot);
        comparison.certainty = Certainty::Different;
        comparison.failed = format!("another text or edition: {}", best.id);
        Some(comparison)
    }

    /// The execution of a text: implied by its signature.
    fn place_execution(&mut self, placed: &mut Placed<'_>, link: Link, barred: &BTreeSet<usize>) {
        let mention = placed.subject.mention;
        let asserted = mention.assertion == Assertion::Asserted;
        let id = match link {
            Link::Known(id) | Link::Doubtful(id, _) => id,
            Link::New(mut new) if asserted => {
                // Whoever speaks of carrying it out speaks of a text that exists.
                let id = new.id.clone();
                new.stage = Stage::Signed;
                // The day of this article is a day of its execution, not of its signature.
                new.date = mention.instrument.as_ref().and_then(|named| named.date);
                self.draft.put_instrument(new);
                if id.as_str() != instruments::SIGNED_DOCUMENTS {
                    founding::imply(&mut self.draft, &id, InstrumentRole::Concludes);
                }
                id
            }
            _ => return,
        };
        self.seen.push(id.clone());
        let known = self.draft.linked(&id, InstrumentRole::Implements);
        let parted = known.iter().any(|slot| barred.contains(&self.draft.host(*slot)));
        let known = known.into_iter().find(|slot| !barred.contains(&self.draft.host(*slot)));
        let signed = self.signed_here.contains(&id)
            || self.draft.instrument(&id).is_some_and(|text| text.stage >= Stage::Signed);
        let slot = match known {
            Some(slot) => slot,
            None if !parted && (signed || mention.framing == Framing::Reaffirm) => {
                founding::imply(&mut self.draft, &id, InstrumentRole::Implements)
            }
            None if placed.acts() => {
                let mut entry = founding::from_mention(&placed.subject, self.article, self.policy);
                entry.instrument = Some(id);
                entry.instrument_role = Some(InstrumentRole::Implements);
                placed.slot = Some(self.draft.add(entry));
                return;
            }
            None => return,
        };
        placed.slot = Some(slot);
        placed.found = Some(Comparison::by_instrument(slot));
    }

    /// Any other act.
    fn place_act(&mut self, placed: &mut Placed<'_>, barred: &BTreeSet<usize>) {
        let free = |slot: &usize| !barred.contains(&self.draft.host(*slot));
        if let Some(slot) = self.answered(placed).filter(free) {
            placed.slot = Some(slot);
            if self.accepted(placed) {
                placed.subject.stage = Stage::Agreed;
            }
            return;
        }
        self.find_act(placed, barred);
        self.note_work(placed);
    }

    /// The request that this mention answers: the mention just before it, by the same parties, while its own words
    /// name nothing ("agreed to receive them").
    fn answered(&self, placed: &Placed<'_>) -> Option<usize> {
        let (mention, shape) = (placed.subject.mention, &placed.subject.shape);
        let asked = self.just_before(placed).filter(|before| before.asked_by.is_some())?;
        let (entry, there) = (self.draft.entry(asked.slot), self.draft.shape(asked.slot));
        let accepts = placed.stance == Stance::Acts
            && (Stage::Pledged..=Stage::Agreed).contains(&mention.stage);
        let same = mention.polarity == entry.polarity
            && mention.topics.iter().all(|topic| entry.topics.contains(topic))
            && !parties::compare(&shape.parties, &there.parties).conflict;
        (accepts && same && names_nothing(placed)).then_some(asked.slot)
    }

    /// Whether the side that was asked accepts: then both sides have agreed.
    fn accepted(&self, placed: &Placed<'_>) -> bool {
        let mention = placed.subject.mention;
        let asked_by = self.just_before(placed).and_then(|before| before.asked_by.as_ref());
        let committers = mention.parties.iter().filter(|party| party.role == Role::Committer);
        let mut states = committers.map(|party| parties::state(&party.id)).peekable();
        mention.stage == Stage::Pledged
            && states.peek().is_some()
            && asked_by.is_some_and(|by| !by.is_empty() && states.all(|state| !by.contains(&state)))
    }

    /// The act of the same sentence that this mention tells again: "will need a visa, under the new rule adopted on 4
    /// June".
    fn told_again(&self, placed: &Placed<'_>) -> Option<usize> {
        let mention = placed.subject.mention;
        let told = self.just_before(placed).filter(|before| before.done)?;
        let (entry, there) = (self.draft.entry(told.slot), self.draft.shape(told.slot));
        let same = mention.kind == entry.kind
            && mention.polarity == entry.polarity
            && mention.stage >= Stage::Ratified
            && mention.quote.span == told.sentence
            && !parties::compare(&placed.subject.shape.parties, &there.parties).conflict;
        let unnamed = match &mention.instrument {
            Some(named) => named.id.is_none() && named.topics.is_empty(),
            None => names_nothing(placed),
        };
        (same && unnamed).then_some(told.slot)
    }

    /// Whether the ledger knows it by parties, topics and words: one article names a body ("the working group on …") that
    /// another only describes.
    fn known_as_act(&self, placed: &Placed<'_>, barred: &BTreeSet<usize>) -> bool {
        let best = identity::find(&self.draft, &placed.subject, barred).best;
        best.is_some_and(|best| best.certainty == Certainty::Same)
    }

    /// The mention right before this one in the text.
    fn just_before(&self, placed: &Placed<'_>) -> Option<&Before> {
        let ordinal = placed.subject.mention.ordinal;
        self.before.as_ref().filter(|before| ordinal == before.ordinal + 1)
    }

    /// What was done since the text was signed, as the same sentence says, carries the text out.
    fn done_since(&self, placed: &Placed<'_>) -> Option<InstrumentId> {
        let mention = placed.subject.mention;
        let done = placed.stance == Stance::Reports
            && mention.stage >= Stage::Implementing
            && !mention.stage.is_lateral();
        self.recalled.get(&mention.quote.span).filter(|_| done).cloned()
    }

    fn find_act(&mut self, placed: &mut Placed<'_>, barred: &BTreeSet<usize>) {
        let mention = placed.subject.mention;
        let own = self.draft.rulings().is_own(&placed.subject.fingerprint);
        let found = identity::find(&self.draft, &placed.subject, barred);
        placed.nearest = found.nearest;
        let continued = mention.framing == Framing::Reaffirm;
        let mut twin = None;
        if let Some(best) = found.best {
            if best.certainty == Certainty::Same || (continued && !own) {
                placed.slot = Some(best.slot);
                placed.found = Some(best);
                return;
            }
            let host = self.draft.host(best.slot);
            twin = Some(self.draft.entry(host).id.clone()).filter(|_| !own);
            placed.nearest = Some(best);
        }
        if let Some(id) = self.done_since(placed).filter(|_| twin.is_none()) {
            placed.subject.stage = Stage::Implementing;
            self.carried_out.insert(id.clone());
            self.place_execution(placed, Link::Known(id), barred);
            return;
        }
        let dated = mention.assertion == Assertion::Asserted && mention.event_date.is_some();
        let remembered = match placed.stance {
            Stance::Context => dated && mention.framing == Framing::Background,
            Stance::Reports => dated && !mention.anchors.is_empty(),
            _ => false,
        };
        // Context that may be known is not worth an entry of its own.
        if placed.acts() || (remembered && twin.is_none()) {
            let mut entry = founding::from_mention(&placed.subject, self.article, self.policy);
            if let Some(id) = placed.subject.content_of.clone() {
                entry.instrument = Some(id);
                entry.instrument_role = Some(InstrumentRole::ContentOf);
            }
            entry.maybe_same_as = twin;
            if placed.nearest.is_none() {
                placed.nearest = self.nearest_of_all(&placed.subject);
            }
            placed.slot = Some(self.draft.add(entry));
        }
    }
}

/// Whether the mention's own words name nothing that could be told from anything else.
fn names_nothing(placed: &Placed<'_>) -> bool {
    placed.subject.shape.concepts.content() < 1.0
}

/// Whether a text met for the first time is a standing body, and none of its sessions.
fn is_body(text: &Instrument) -> bool {
    text.kind == InstrumentType::Mechanism && text.edition.is_none()
}
