//! The verdicts on one article: first every mention finds its entry, then every entry hears all its mentions and
//! gets one verdict that counts.

use std::collections::BTreeSet;

use super::advance::{Effect, weigh};
use super::draft::Draft;
use super::founding;
use super::identity::{self, Certainty, Comparison, Subject, is_concrete};
use super::instruments::{self, Link, Occasion};
use super::shape::Shape;
use super::words::Lexis;
use super::{ArticleFacts, Judgement, Ledger, parties, record};
use crate::config::topic::policy::Policy;
use crate::model::{
    Assertion, Framing, InstrumentId, InstrumentRole, Kind, Mention, Outcome, PartialDate, Stage,
    Verdict,
};

/// What a mention may do to the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stance {
    /// It reports the act: it may found and move entries.
    Acts,
    /// Background, but recent: it may if the ledger does not know it yet.
    Late,
    /// A report on results: it may with something concrete to show.
    Reports,
    /// Somebody denies it.
    Denies,
    /// Somebody says that there is no such plan.
    Declines,
    /// It is predicted: a known act is told again, an unknown one is not news.
    Predicts,
    /// Context: old, negated or only possible.
    Context,
    /// The same words again.
    Repeats,
}

/// A mention on its way to a verdict.
pub struct Placed<'a> {
    /// The mention and what is compared of it.
    pub subject: Subject<'a>,
    /// What it may do.
    pub stance: Stance,
    /// The entry it is about.
    pub slot: Option<usize>,
    /// How the entry was found; `None` for an entry that it founded.
    pub found: Option<Comparison>,
    /// The nearest entry not taken.
    pub nearest: Option<Comparison>,
}

impl Placed<'_> {
    /// Whether the mention alone could found an entry that is told.
    pub fn acts(&self) -> bool {
        match self.stance {
            Stance::Acts | Stance::Late => true,
            Stance::Reports => shows_work(self.subject.mention),
            _ => false,
        }
    }
}

/// A report on work under way with something concrete to show. Results of other kinds are background: they say how
/// much was done, not that something has begun.
fn shows_work(mention: &Mention) -> bool {
    matches!(mention.kind, Kind::Capacity | Kind::Resource)
        && mention.stage == Stage::Implementing
        && is_concrete(mention)
}

/// One article before the ledger.
pub struct Court<'a> {
    /// The ledger with the changes so far.
    pub draft: Draft<'a>,
    /// The article.
    pub article: &'a ArticleFacts,
    /// The policy in force.
    pub policy: &'a Policy,
    /// Texts that the article reports as signed.
    signed_here: BTreeSet<InstrumentId>,
    /// Those of them whose conclusion the article's verdicts tell: their content is shown inside that message.
    pub told_here: BTreeSet<InstrumentId>,
    /// Texts of which the article shows content being carried out.
    pub carried_out: BTreeSet<InstrumentId>,
    seen: Vec<InstrumentId>,
    asked: Option<Asked>,
    lexis: &'a Lexis,
}

/// A request that the next mention may answer.
#[derive(Debug, Clone, Copy)]
struct Asked {
    slot: usize,
    ordinal: u32,
}

/// Judges one article.
pub fn judge(
    ledger: &Ledger,
    article: &ArticleFacts,
    mentions: &[Mention],
    policy: &Policy,
) -> Judgement {
    let mut court = Court {
        draft: Draft::new(ledger, policy),
        article,
        policy,
        signed_here: BTreeSet::new(),
        told_here: BTreeSet::new(),
        asked: None,
        carried_out: BTreeSet::new(),
        seen: Vec::new(),
        lexis: &ledger.lexis,
    };
    founding::learn_register(&mut court.draft, &ledger.register, article);
    let mut order: Vec<usize> = (0..mentions.len()).collect();
    // Texts first: what is said about their content and execution depends on them.
    order.sort_by_key(|at| (!signs(&mentions[*at]), *at));
    let mut placed: Vec<Option<Placed<'_>>> = mentions.iter().map(|_| None).collect();
    for at in order {
        placed[at] = Some(court.place(&mentions[at]));
    }
    let placed: Vec<Placed<'_>> = placed.into_iter().flatten().collect();
    let verdicts = court.decide(&placed);
    let (commitments, instruments) = court.draft.finish();
    Judgement { verdicts, commitments, instruments }
}

/// Whether the mention itself reports the conclusion of a text.
fn signs(mention: &Mention) -> bool {
    instruments::role_of(mention) == Some(InstrumentRole::Concludes)
        && instruments::reports_signature(mention)
        && matches!(mention.assertion, Assertion::Asserted)
        && !mention.headline_only
        && !mention.duplicate
}

impl<'a> Court<'a> {
    /// Finds or founds the entry of a mention.
    fn place<'m>(&mut self, mention: &'m Mention) -> Placed<'m> {
        let subject = Subject {
            mention,
            shape: Shape::of_mention(mention, self.article.language, self.policy, self.lexis),
            content_of: None,
            article: self.article.id,
            event_date: mention.event_date.or(self.article.source_date),
        };
        let stance = self.stance(mention);
        let mut placed = Placed { subject, stance, slot: None, found: None, nearest: None };
        let seen = std::mem::take(&mut self.seen);
        let occasion = Occasion {
            stated: mention.event_date,
            assumed: placed.subject.event_date,
            seen: &seen,
        };
        let link = instruments::link(&self.draft, mention, &occasion);
        self.seen = seen;
        match (instruments::role_of(mention), link) {
            (Some(InstrumentRole::Concludes), link) if link != Link::None => {
                self.place_text(&mut placed, link);
            }
            (Some(InstrumentRole::Implements), link) if link != Link::None => {
                self.place_execution(&mut placed, link);
            }
            (Some(_), Link::Known(id)) => {
                placed.subject.content_of = Some(id);
                self.place_act(&mut placed);
            }
            _ => {
                let named = mention.instrument.as_ref().and_then(|named| named.id.clone());
                placed.subject.content_of = named;
                self.place_act(&mut placed);
            }
        }
        placed
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
    fn place_text(&mut self, placed: &mut Placed<'_>, link: Link) {
        let mention = placed.subject.mention;
        let founds = matches!(placed.stance, Stance::Acts | Stance::Late | Stance::Reports)
            || (placed.stance == Stance::Context && mention.assertion == Assertion::Asserted);
        let (id, new, twin) = match link {
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
        }
        self.seen.push(id.clone());
        if let Some(new) = new {
            self.draft.put_instrument(new);
            let twin = twin.and_then(|known| {
                self.draft.linked(&known, InstrumentRole::Concludes).first().copied()
            });
            let twin = twin.map(|slot| self.draft.entry(slot).id.clone());
            let mut entry = founding::from_mention(&placed.subject, self.article);
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
    fn nearest_text(&self, entry: &crate::model::Commitment) -> Option<Comparison> {
        let shared = |known: &crate::model::Instrument| {
            known.topics.iter().filter(|topic| entry.topics.contains(topic)).count()
        };
        let others =
            self.draft.instruments().filter(|known| Some(&known.id) != entry.instrument.as_ref());
        let best = others
            .max_by_key(|known| (shared(known), known.date.map(PartialDate::latest), &known.id))?;
        let slot = self.draft.linked(&best.id, InstrumentRole::Concludes).first().copied()?;
        let mut comparison = Comparison::by_instrument(slot);
        comparison.certainty = Certainty::Different;
        comparison.failed = format!("another text or edition: {}", best.id);
        Some(comparison)
    }

    /// The execution of a text: implied by its signature.
    fn place_execution(&mut self, placed: &mut Placed<'_>, link: Link) {
        let mention = placed.subject.mention;
        let asserted = mention.assertion == Assertion::Asserted;
        let id = match link {
            Link::Known(id) | Link::Doubtful(id, _) => id,
            Link::New(mut new) if asserted => {
                // Whoever speaks of carrying it out speaks of a text that exists.
                let id = new.id.clone();
                new.stage = Stage::Signed;
                self.draft.put_instrument(new);
                if id.as_str() != instruments::SIGNED_DOCUMENTS {
                    founding::imply(&mut self.draft, &id, InstrumentRole::Concludes);
                }
                id
            }
            _ => return,
        };
        self.seen.push(id.clone());
        let known = self.draft.linked(&id, InstrumentRole::Implements).first().copied();
        let signed = self.signed_here.contains(&id)
            || self.draft.instrument(&id).is_some_and(|text| text.stage >= Stage::Signed);
        let slot = match known {
            Some(slot) => slot,
            None if signed || mention.framing == Framing::Reaffirm => {
                founding::imply(&mut self.draft, &id, InstrumentRole::Implements)
            }
            None if placed.acts() => {
                let mut entry = founding::from_mention(&placed.subject, self.article);
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
    fn place_act(&mut self, placed: &mut Placed<'_>) {
        let mention = placed.subject.mention;
        if let Some(slot) = self.answered(placed) {
            placed.slot = Some(slot);
            return;
        }
        self.find_act(placed);
        self.note_work(placed);
        let asks = placed.stance == Stance::Acts && mention.stage <= Stage::Proposed;
        self.asked =
            placed.slot.filter(|_| asks).map(|slot| Asked { slot, ordinal: mention.ordinal });
    }

    /// The request that this mention answers: the mention just before it, by the same parties, while its own words
    /// name nothing ("agreed to receive them").
    fn answered(&self, placed: &Placed<'_>) -> Option<usize> {
        let (mention, shape) = (placed.subject.mention, &placed.subject.shape);
        let asked = self.asked.filter(|asked| mention.ordinal == asked.ordinal + 1)?;
        let (entry, there) = (self.draft.entry(asked.slot), self.draft.shape(asked.slot));
        let accepts = placed.stance == Stance::Acts
            && (Stage::Pledged..=Stage::Agreed).contains(&mention.stage);
        let same = self.policy.family(mention.kind).contains(&entry.kind)
            && mention.polarity == entry.polarity
            && shape.topics.iter().all(|topic| there.topics.contains(topic))
            && !parties::compare(&shape.parties, &there.parties).conflict;
        let says_nothing = shape.concepts.content() < 1.0;
        (accepts && same && says_nothing).then_some(asked.slot)
    }

    fn find_act(&mut self, placed: &mut Placed<'_>) {
        let mention = placed.subject.mention;
        let found = identity::find(&self.draft, &placed.subject);
        placed.nearest = found.nearest;
        let continued = mention.framing == Framing::Reaffirm;
        let mut twin = None;
        if let Some(best) = found.best {
            if best.certainty == Certainty::Same || continued {
                placed.slot = Some(best.slot);
                placed.found = Some(best);
                return;
            }
            twin = Some(self.draft.entry(best.slot).id.clone());
            placed.nearest = Some(best);
        }
        let dated = mention.assertion == Assertion::Asserted && mention.event_date.is_some();
        let remembered = match placed.stance {
            Stance::Context => dated && mention.framing == Framing::Background,
            Stance::Reports => dated && !mention.anchors.is_empty(),
            _ => false,
        };
        // Context that may be known is not worth an entry of its own.
        if placed.acts() || (remembered && twin.is_none()) {
            let mut entry = founding::from_mention(&placed.subject, self.article);
            if let Some(id) = placed.subject.content_of.clone() {
                entry.instrument = Some(id);
                entry.instrument_role = Some(InstrumentRole::ContentOf);
            }
            entry.maybe_same_as = twin;
            placed.slot = Some(self.draft.add(entry));
        }
    }

    /// One verdict for each mention; for each entry the strongest mention carries it.
    fn decide(&mut self, placed: &[Placed<'_>]) -> Vec<Verdict> {
        let mut verdicts: Vec<Option<Verdict>> = placed.iter().map(|_| None).collect();
        let slots: BTreeSet<usize> = placed.iter().filter_map(|one| one.slot).collect();
        let concludes = |slot: &usize| {
            self.draft.entry(*slot).instrument_role == Some(InstrumentRole::Concludes)
        };
        let (texts, acts): (Vec<usize>, Vec<usize>) = slots.into_iter().partition(concludes);
        for slot in texts.into_iter().chain(acts) {
            let members: Vec<usize> =
                (0..placed.len()).filter(|at| placed[*at].slot == Some(slot)).collect();
            for (at, verdict) in self.hear(slot, &members, placed) {
                self.note_told(slot, &verdict);
                verdicts[at] = Some(verdict);
            }
        }
        let all = verdicts.into_iter().zip(placed);
        all.map(|(verdict, one)| verdict.unwrap_or_else(|| record::unplaced(&self.draft, one)))
            .collect()
    }

    fn note_told(&mut self, slot: usize, verdict: &Verdict) {
        let told = matches!(verdict.outcome, Outcome::New | Outcome::Advanced);
        let id = self.draft.entry(slot).instrument.clone();
        self.told_here.extend(id.filter(|id| told && self.signed_here.contains(id)));
    }

    /// All mentions of one entry.
    fn hear(
        &mut self,
        slot: usize,
        members: &[usize],
        placed: &[Placed<'_>],
    ) -> Vec<(usize, Verdict)> {
        let founding = self.draft.entry(slot).history.is_empty();
        let effects: Vec<(usize, Effect)> =
            members.iter().map(|at| (*at, self.effect(slot, &placed[*at], founding))).collect();
        let carrier = effects
            .iter()
            .max_by_key(|(at, effect)| weight(effect, &placed[*at], *at))
            .map(|(at, _)| *at);
        let specificity = members.iter().filter(|at| placed[**at].acts());
        let specificity = specificity.map(|at| placed[*at].subject.mention.specificity).max();
        let mut verdicts = Vec::new();
        // The carrier speaks first: the others are told in the light of it.
        let others = effects.iter().filter(|(at, _)| Some(*at) != carrier);
        for (at, effect) in effects.iter().filter(|(at, _)| Some(*at) == carrier).chain(others) {
            let carries = Some(*at) == carrier;
            let effect = if carries { effect.clone() } else { weaker(effect) };
            let specificity = specificity.unwrap_or_default();
            let carries = carries.then_some(specificity);
            verdicts.push((*at, record::write(self, slot, &placed[*at], &effect, carries)));
        }
        verdicts
    }

    /// What a mention alone would do to its entry.
    fn effect(&self, slot: usize, one: &Placed<'_>, founding: bool) -> Effect {
        let entry = self.draft.entry(slot);
        let mention = one.subject.mention;
        let silent =
            |outcome, why: &str| Effect { outcome, change: None, stage: None, why: why.to_owned() };
        if founding {
            let outcome = match (one.acts(), &entry.maybe_same_as) {
                (true, None) => Outcome::New,
                (true, Some(_)) => Outcome::Unsure,
                (false, _) if one.stance == Stance::Repeats => Outcome::Duplicate,
                (false, _) => Outcome::Background,
            };
            let stage = self.policy.on_path(entry.kind, mention.stage);
            let why = format!("first met at {stage}");
            return Effect { outcome, change: None, stage: Some(stage), why };
        }
        let weighed = || weigh(entry, &one.subject, self.article.language, self.policy);
        let moves =
            |effect: &Effect| matches!(effect.outcome, Outcome::Advanced | Outcome::Regressed);
        match one.stance {
            Stance::Acts => weighed(),
            Stance::Late => Some(weighed())
                .filter(moves)
                .unwrap_or(silent(Outcome::Background, "recent, but known")),
            Stance::Reports => {
                let shown = is_concrete_of(entry.kind, one, self);
                Some(weighed())
                    .filter(|effect| moves(effect) && shown)
                    .unwrap_or(silent(Outcome::Background, "a report without a new result"))
            }
            Stance::Denies => silent(Outcome::Restated, "denied: no stage is set"),
            Stance::Declines if is_open(entry.stage, entry.lateral) => Effect {
                stage: Some(Stage::Refused),
                ..silent(Outcome::Regressed, "a live proposal is turned down")
            },
            Stance::Declines => silent(Outcome::Background, "nothing live is turned down"),
            Stance::Predicts => silent(Outcome::Restated, "predicted: no stage is set"),
            Stance::Context => silent(Outcome::Background, "context"),
            Stance::Repeats => silent(Outcome::Duplicate, "the same words again"),
        }
    }
}

/// Whether a report shows something: a figure or deliverable, or, for the execution of a text, an act under it.
fn is_concrete_of(kind: Kind, one: &Placed<'_>, court: &Court<'_>) -> bool {
    let mention = one.subject.mention;
    if kind != Kind::InstrumentImplement {
        return is_concrete(mention);
    }
    let text = one.slot.and_then(|slot| court.draft.entry(slot).instrument.as_ref());
    !mention.anchors.is_empty() || text.is_some_and(|id| court.carried_out.contains(id))
}

fn is_open(stage: Stage, lateral: Option<Stage>) -> bool {
    lateral.is_none() && stage <= Stage::Agreed
}

/// Which mention of an entry carries the verdict: the strongest effect, the body before headlines, the highest
/// stage, the most specific, the first in the text.
fn weight(effect: &Effect, one: &Placed<'_>, at: usize) -> impl Ord + use<> {
    let mention = one.subject.mention;
    let outcome = match effect.outcome {
        Outcome::Regressed => 6,
        Outcome::Advanced if effect.stage.is_some() => 5,
        Outcome::Advanced => 4,
        Outcome::New | Outcome::Unsure => 3,
        Outcome::Restated => 2,
        Outcome::Background => 1,
        Outcome::Duplicate => 0,
    };
    let stage = effect.stage.unwrap_or(Stage::Considered);
    // Hundredths, because a confidence has no total order.
    let confidence = (mention.confidence * 100.0) as i64;
    let first = std::cmp::Reverse(at);
    (outcome, !mention.headline_only, stage, mention.specificity, confidence, first)
}

/// What is left of an effect once another mention of the article carries the verdict.
fn weaker(effect: &Effect) -> Effect {
    let outcome = match effect.outcome {
        Outcome::Background => Outcome::Background,
        Outcome::Duplicate => Outcome::Duplicate,
        _ => Outcome::Restated,
    };
    Effect { outcome, change: None, stage: None, why: effect.why.clone() }
}
