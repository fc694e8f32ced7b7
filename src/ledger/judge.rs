//! The verdicts on one article: first every mention finds its entry, then every entry hears all its mentions and
//! gets one verdict that counts.

use std::collections::{BTreeMap, BTreeSet};

use super::advance::{Effect, weigh};
use super::draft::Draft;
use super::founding;
use super::identity::{Comparison, Subject};
use super::instruments;
use super::likeness::is_concrete;
use super::words::Lexis;
use super::{ArticleFacts, Judgement, Ledger, fingerprint, persons, record};
use crate::config::topic::policy::{Change, Policy};
use crate::model::{
    Assertion, Check, Fingerprint, InstrumentId, InstrumentMention, InstrumentRole, Kind, Mention,
    Outcome, PartialDate, Span, Stage, Verdict,
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
    /// People set it aside.
    SetAside,
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
    /// The face by which the entry was found, where people merged one into it.
    pub face: Option<usize>,
    /// What people said about it.
    pub ruled: Vec<Check>,
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
    /// The mentions as they were read, before people set anything.
    pub(super) read: &'a [Mention],
    /// Texts that the article reports as signed.
    pub(super) signed_here: BTreeSet<InstrumentId>,
    /// Those of them whose conclusion the article's verdicts tell: their content is shown inside that message.
    pub told_here: BTreeSet<InstrumentId>,
    /// Texts of which the article shows content being carried out.
    pub carried_out: BTreeSet<InstrumentId>,
    /// Instruments met so far, in order.
    pub(super) seen: Vec<InstrumentId>,
    /// Where mentions of this article are that corrections speak of.
    pub(super) placed_here: BTreeMap<Fingerprint, usize>,
    /// The mention just before, where it found its entry.
    pub(super) before: Option<Before>,
    /// Texts whose signature a sentence recalls, by the sentence.
    pub(super) recalled: BTreeMap<Span, InstrumentId>,
    /// Weights of words.
    pub(super) lexis: &'a Lexis,
}

/// What was placed just before a mention: the mention may answer it, or tell it again.
#[derive(Debug, Clone)]
pub struct Before {
    /// The entry.
    pub slot: usize,
    /// Number of the mention.
    pub ordinal: u32,
    /// Its sentence.
    pub sentence: Span,
    /// Whether it reports an act that is done.
    pub done: bool,
    /// The states that ask for it, where it is a request.
    pub asked_by: Option<BTreeSet<String>>,
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
        read: mentions,
        signed_here: BTreeSet::new(),
        told_here: BTreeSet::new(),
        placed_here: BTreeMap::new(),
        before: None,
        recalled: BTreeMap::new(),
        carried_out: BTreeSet::new(),
        seen: Vec::new(),
        lexis: &ledger.lexis,
    };
    founding::learn_register(&mut court.draft, &ledger.register, article);
    let known_by = fingerprint::fingerprints(article, mentions);
    let corrected = persons::corrected(ledger, mentions, &known_by);
    let mentions = corrected.as_deref().unwrap_or(mentions);
    let dated = not_ahead(article, mentions);
    let mentions = dated.as_deref().unwrap_or(mentions);
    let mut order: Vec<usize> = (0..mentions.len()).collect();
    // Texts first: what is said about their content and execution depends on them.
    order.sort_by_key(|at| (!signs(&mentions[*at]), *at));
    let mut placed: Vec<Option<Placed<'_>>> = mentions.iter().map(|_| None).collect();
    for at in order {
        placed[at] = Some(court.place(&mentions[at], known_by[at].clone()));
    }
    let mut placed: Vec<Placed<'_>> = placed.into_iter().flatten().collect();
    court.place_rest(&mut placed);
    let verdicts = court.decide(&placed);
    let placed = court.whereabouts();
    let (commitments, instruments) = court.draft.finish();
    Judgement { verdicts, commitments, instruments, placed }
}

/// The mentions with none dated after the day of the article: what an article tells has happened by then, and a later
/// day is when it is due. `None` where nothing changes.
fn not_ahead(article: &ArticleFacts, mentions: &[Mention]) -> Option<Vec<Mention>> {
    let arrived = || PartialDate::Day(article.arrival.to_zoned(jiff::tz::TimeZone::UTC).date());
    let told = article.source_date.unwrap_or_else(arrived);
    let ahead = |mention: &Mention| {
        mention.event_date.is_some_and(|event| event.earliest() > told.latest())
    };
    if !mentions.iter().any(ahead) {
        return None;
    }
    let mut mentions = mentions.to_vec();
    for mention in mentions.iter_mut().filter(|mention| ahead(mention)) {
        mention.due = mention.due.or(mention.event_date);
        mention.event_date = Some(told);
    }
    Some(mentions)
}

/// Whether the mention itself reports the conclusion of a text.
pub fn signs(mention: &Mention) -> bool {
    let named = |named: &InstrumentMention| named.id.is_some() || !named.topics.is_empty();
    // "Under the new rule": which rule, the sentence around it says.
    let told = mention.kind != Kind::Policy || mention.instrument.as_ref().is_some_and(named);
    told && instruments::role_of(mention) == Some(InstrumentRole::Concludes)
        && instruments::reports_signature(mention)
        && matches!(mention.assertion, Assertion::Asserted)
        && !mention.headline_only
        && !mention.duplicate
}

impl Court<'_> {
    /// What could not found an entry may speak of one that a later sentence founded.
    fn place_rest<'m>(&mut self, placed: &mut [Placed<'m>]) {
        for one in placed.iter_mut().filter(|one| one.slot.is_none()) {
            self.before = None;
            let again = self.place(one.subject.mention, one.subject.fingerprint.clone());
            *one = again;
        }
    }

    /// One verdict for each mention; for each entry the strongest mention carries it.
    fn decide(&mut self, placed: &[Placed<'_>]) -> Vec<Verdict> {
        let mut verdicts: Vec<Option<Verdict>> = placed.iter().map(|_| None).collect();
        let mut slots: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, one) in placed.iter().enumerate() {
            if let Some(slot) = one.slot {
                slots.entry(slot).or_default().push(at);
            }
        }
        type Members = Vec<(usize, Vec<usize>)>;
        let concludes = |(slot, _): &(usize, Vec<usize>)| {
            self.draft.entry(*slot).instrument_role == Some(InstrumentRole::Concludes)
        };
        let (texts, acts): (Members, Members) = slots.into_iter().partition(concludes);
        for (slot, members) in texts.into_iter().chain(acts) {
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
        // An article that reports a halt does not end it in another sentence: it contradicts itself, and the halt stands.
        let halted = |at: &usize| {
            let one = &placed[*at];
            one.stance == Stance::Declines || (one.acts() && one.subject.mention.stage.is_lateral())
        };
        let halts = members.iter().any(halted);
        let effects: Vec<(usize, Effect)> = members
            .iter()
            .map(|at| (*at, self.effect(slot, &placed[*at], founding)))
            .map(|(at, effect)| (at, if halts { standing(effect) } else { effect }))
            .collect();
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
        self.settle(slot, members, placed, halts);
        verdicts
    }

    /// One verdict tells what an article means for an entry. What its other sentences would still move is taken over
    /// without a word, or a second reading of the same article would tell it as news.
    fn settle(&mut self, slot: usize, members: &[usize], placed: &[Placed<'_>], halts: bool) {
        for _ in members {
            let mut moved = false;
            for one in members.iter().map(|at| &placed[*at]) {
                let effect = self.effect(slot, one, false);
                let effect = if halts { standing(effect) } else { effect };
                if matches!(effect.outcome, Outcome::Advanced | Outcome::Regressed) {
                    record::take_over(self, slot, one, &effect);
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
    }

    /// What a mention alone would do to its entry.
    fn effect(&self, slot: usize, one: &Placed<'_>, founding: bool) -> Effect {
        let entry = self.draft.entry(slot);
        let silent =
            |outcome, why: &str| Effect { outcome, change: None, stage: None, why: why.to_owned() };
        if founding {
            let outcome = match (one.acts(), &entry.maybe_same_as) {
                (true, None) => Outcome::New,
                (true, Some(_)) => Outcome::Unsure,
                (false, _) if one.stance == Stance::Repeats => Outcome::Duplicate,
                (false, _) => Outcome::Background,
            };
            let stage = self.policy.on_path(entry.kind, one.subject.stage);
            let why = format!("first met at {stage}");
            return Effect { outcome, change: None, stage: Some(stage), why };
        }
        let weighed = || weigh(entry, &one.subject, self.policy);
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
            Stance::SetAside => silent(Outcome::Background, "set aside"),
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

/// What is left of an effect in an article that reports a halt.
fn standing(effect: Effect) -> Effect {
    match effect.change {
        Some(Change::Resumed | Change::Reopened) => weaker(&effect),
        _ => effect,
    }
}

/// What is left of an effect once another mention of the article carries the verdict.
fn weaker(effect: &Effect) -> Effect {
    let outcome = match effect.outcome {
        Outcome::Background => Outcome::Background,
        Outcome::Duplicate => Outcome::Duplicate,
        _ => Outcome::Restated,
    };
    // What founds an entry is told by the mention that carries the verdict.
    let why = match effect.outcome {
        Outcome::New | Outcome::Unsure => "told again in this article".to_owned(),
        _ => effect.why.clone(),
    };
    Effect { outcome, change: None, stage: None, why }
}
