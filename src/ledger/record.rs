//! Writing a verdict down: the change to the entry, the level, and the reasons.

use super::advance::{Effect, current};
use super::explain;
use super::identity::Certainty;
use super::judge::{Court, Placed, Stance};
use super::policy::{self, Circumstances};
use super::{anchors, parties, persons};
use crate::config::topic::policy::Change;
use crate::model::{
    AlertLevel, Check, Commitment, Framing, InstrumentRole, Outcome, PartialDate, Stage,
    StageChange, Trust, Verdict,
};

use super::draft::Draft;

/// Applies an effect to the entry and gives the verdict. `carried` is given for the mention that carries the verdict of
/// its entry: the highest specificity with which the article tells it.
pub fn write(
    court: &mut Court<'_>,
    slot: usize,
    one: &Placed<'_>,
    effect: &Effect,
    carried: Option<u8>,
) -> Verdict {
    let carries = carried.is_some();
    let before = court.draft.entry(slot).clone();
    let known = !before.history.is_empty();
    let mut because = Vec::new();
    if let Some(found) = &one.found {
        because.extend(explain::comparison(&court.draft, one.subject.mention, found));
    }
    apply(court, slot, one, effect, carries);
    let after = court.draft.entry(slot).clone();
    because.extend(stance_checks(one));
    because.push(explain::check("stage", effect.why.clone(), moved(effect)));
    let known_before = known.then_some(&before);
    if explain::is_revived(court.policy, known_before, &after) {
        because.push(explain::check("revived", "spoken of again after a long silence", true));
    }
    let late = one.stance == Stance::Late && moved(effect);
    let content = one.subject.content_of.as_ref();
    let circumstances = Circumstances {
        further: is_further(&court.draft, &after),
        late,
        content: content.is_some_and(|id| court.told_here.contains(id)),
        specificity: carried.unwrap_or_default(),
    };
    let mention = one.subject.mention;
    let (mut level, checks) = policy::level(court.policy, effect, &after, mention, circumstances);
    because.extend(checks);
    if confirms(court, one, &before, effect, carries) {
        let owed = Effect { outcome: owed_outcome(&before), ..effect.clone() };
        level = policy::level(court.policy, &owed, &after, mention, circumstances).0;
        because.push(explain::check("trust", "a second source confirms it", true));
    }
    let mut outcome = effect.outcome;
    let mut sentence = explain::sentence(court.policy, effect, known_before, &after, late);
    if let Some(why) = after.dismissed {
        (outcome, level) = (Outcome::Background, AlertLevel::None);
        sentence = persons::dismissed_sentence(&after, why);
        because.push(explain::check("correction", persons::dismissed_check(why), true));
    }
    let new = matches!(effect.outcome, Outcome::New | Outcome::Unsure);
    let nearest = one.nearest.as_ref().filter(|_| new || one.found.is_some());
    Verdict {
        mention: mention.ordinal,
        outcome,
        commitment: Some(after.id.clone()),
        stage_before: known.then(|| current(&before)),
        stage_after: Some(current(&after)),
        level,
        because,
        nearest_rejected: nearest.map(|nearest| explain::rejected(&court.draft, nearest)),
        sentence,
    }
}

/// The verdict on a mention that belongs to no entry.
pub fn unplaced(draft: &Draft<'_>, one: &Placed<'_>) -> Verdict {
    let mention = one.subject.mention;
    let outcome =
        if one.stance == Stance::Repeats { Outcome::Duplicate } else { Outcome::Background };
    let sentence = match outcome {
        _ if one.stance == Stance::SetAside => persons::set_aside_sentence(draft, one),
        Outcome::Duplicate => "The same words again in this article.".to_owned(),
        _ => format!("Background: {}.", mention.gist.trim_end_matches('.')),
    };
    Verdict {
        mention: mention.ordinal,
        outcome,
        commitment: None,
        stage_before: None,
        stage_after: None,
        level: AlertLevel::None,
        because: stance_checks(one),
        nearest_rejected: one.nearest.as_ref().map(|nearest| explain::rejected(draft, nearest)),
        sentence,
    }
}

/// Whether an entry stands further than the one that it may be the same as, or halted where that one goes on. Then it is
/// news either way: only which news it is remains to be said.
fn is_further(draft: &Draft, entry: &Commitment) -> bool {
    let other = entry.maybe_same_as.as_ref().and_then(|id| draft.slot_of(id));
    let other = other.map(|slot| draft.entry(slot)).filter(|other| other.lateral.is_none());
    other.is_some_and(|other| entry.lateral.is_some() || entry.stage > other.stage)
}

fn moved(effect: &Effect) -> bool {
    !matches!(effect.outcome, Outcome::Restated | Outcome::Background | Outcome::Duplicate)
}

fn stance_checks(one: &Placed<'_>) -> Vec<Check> {
    let mention = one.subject.mention;
    let acts = matches!(one.stance, Stance::Acts);
    let how = match one.stance {
        Stance::Late => format!("{}, but recent", mention.framing),
        _ => mention.framing.to_string(),
    };
    let mut checks = one.ruled.clone();
    checks.extend([
        explain::check("framing", how, acts || one.stance == Stance::Late),
        explain::check(
            "assertion",
            mention.assertion.to_string(),
            !matches!(
                one.stance,
                Stance::Denies | Stance::Declines | Stance::Predicts | Stance::Context
            ),
        ),
    ]);
    let doubt = one
        .nearest
        .as_ref()
        .filter(|near| one.found.is_none() && near.certainty == Certainty::Unsure);
    if let Some(near) = doubt {
        checks.push(explain::check("doubt", near.failed.clone(), false));
    }
    checks
}

/// A lone low-trust source told it; this article is another witness: neither a copy nor of the same outlet.
fn confirms(
    court: &Court<'_>,
    one: &Placed<'_>,
    before: &Commitment,
    effect: &Effect,
    carries: bool,
) -> bool {
    let same_stage = one.subject.mention.stage >= current(before);
    carries
        && before.unconfirmed
        && !court.article.copy
        && (before.rumoured_by.is_none() || before.rumoured_by != court.article.outlet)
        && effect.outcome == Outcome::Restated
        && one.stance == Stance::Acts
        && same_stage
}

fn owed_outcome(before: &Commitment) -> Outcome {
    match before.lateral {
        Some(_) => Outcome::Regressed,
        None if before.history.len() > 1 => Outcome::Advanced,
        None => Outcome::New,
    }
}

/// Changes the entry, and the text it concludes.
fn apply(court: &mut Court<'_>, slot: usize, one: &Placed<'_>, effect: &Effect, carries: bool) {
    let article = court.article;
    let (mention, event) = (one.subject.mention, one.subject.event_date);
    let confirmed = confirms(court, one, court.draft.entry(slot), effect, carries);
    let acts = matches!(one.stance, Stance::Acts | Stance::Late | Stance::Reports);
    let step = |stage| StageChange { stage, event_date: event, article: Some(article.id) };
    let muted = court.draft.is_muted_alike(slot);
    court.draft.edit(slot, |entry| {
        entry.muted |= muted;
        let founded = entry.history.is_empty();
        if let Some(stage) = effect.stage {
            set_stage(entry, stage, effect.change, event);
            insert(&mut entry.history, step(stage));
            entry.unconfirmed = article.trust == Trust::Low && moved(effect);
            entry.rumoured_by = article.outlet.clone().filter(|_| entry.unconfirmed);
        } else if effect.outcome == Outcome::Background && acts_in_the_past(one) {
            insert(&mut entry.history, step(mention.stage));
        }
        if confirmed {
            entry.unconfirmed = false;
            entry.rumoured_by = None;
        }
        if founded {
            let reaffirmed = mention.framing == Framing::Reaffirm && mention.anchors.is_empty();
            entry.silent_origin = reaffirmed || !moved(effect) || mention.headline_only;
        }
        if one.stance == Stance::Denies {
            entry.contested = true;
        }
        let seen = article.source_date.or(event);
        entry.last_seen = latest(entry.last_seen, seen);
        if carries && !article.copy {
            entry.sources += 1;
        }
        if carries && acts {
            gain(entry, one, effect, article.language);
        }
    });
    if let Some(face) = one.face.filter(|_| carries && acts) {
        court.draft.edit(face, |entry| gain(entry, one, effect, article.language));
    }
    court.draft.keep_faces_in_step(slot);
    keep_text_in_step(court, slot);
}

/// Applies what a sentence besides the one that carries the verdict still means for the entry.
pub fn take_over(court: &mut Court<'_>, slot: usize, one: &Placed<'_>, effect: &Effect) {
    let article = court.article;
    let event = one.subject.event_date;
    court.draft.edit(slot, |entry| {
        if let Some(stage) = effect.stage {
            set_stage(entry, stage, effect.change, event);
            let step = StageChange { stage, event_date: event, article: Some(article.id) };
            insert(&mut entry.history, step);
        }
        gain(entry, one, effect, article.language);
    });
    keep_text_in_step(court, slot);
}

fn set_stage(
    entry: &mut Commitment,
    stage: Stage,
    change: Option<Change>,
    event: Option<PartialDate>,
) {
    if stage.is_lateral() {
        entry.lateral = Some(stage);
    } else {
        entry.stage = if change.is_some() { entry.stage.max(stage) } else { stage };
        entry.lateral = None;
    }
    entry.stage_date = event;
}

/// Background of an act that really happened is history; what is denied or imagined is not.
fn acts_in_the_past(one: &Placed<'_>) -> bool {
    use crate::model::Assertion;
    let mention = one.subject.mention;
    mention.assertion == Assertion::Asserted
        && mention.event_date.is_some()
        && mention.framing != Framing::Report
        && !mention.headline_only
}

/// Keeps history in order of events; the same step is not listed twice.
fn insert(history: &mut Vec<StageChange>, step: StageChange) {
    let near = |known: &StageChange| {
        known.stage == step.stage
            && known.event_date.zip(step.event_date).is_none_or(|(a, b)| a.days_apart(b) <= 3)
    };
    if history.iter().any(near) {
        return;
    }
    let before = |known: &StageChange| {
        known.event_date.map(PartialDate::latest) <= step.event_date.map(PartialDate::latest)
    };
    let at = history.iter().rposition(before).map_or(0, |at| at + 1);
    history.insert(at, step);
}

fn latest(known: Option<PartialDate>, seen: Option<PartialDate>) -> Option<PartialDate> {
    match (known, seen) {
        (Some(known), Some(seen)) if seen.latest() < known.latest() => Some(known),
        (known, None) => known,
        (_, seen) => seen,
    }
}

/// Wordings kept for an entry and language: what founded it, and what moved it.
const WORDINGS: usize = 3;
/// Concepts from which an entry takes no more: a bag of everything is like everything.
const CONCEPTS: usize = 12;

/// What an entry gains from a mention that carries a verdict: details it lacked, words of the other language, and the
/// second side of a two-sided act.
fn gain(
    entry: &mut Commitment,
    one: &Placed<'_>,
    effect: &Effect,
    language: Option<crate::model::Language>,
) {
    let mention = one.subject.mention;
    let by_text = matches!(
        entry.instrument_role,
        Some(InstrumentRole::Concludes | InstrumentRole::Implements)
    );
    entry.due = entry.due.or(mention.due);
    if by_text {
        return;
    }
    let fresh: Vec<_> =
        anchors::fresh(&mention.anchors, &entry.anchors).into_iter().cloned().collect();
    entry.anchors.extend(fresh);
    entry.anchors.sort();
    if effect.outcome == Outcome::Advanced {
        entry.parties.extend(parties::ids(&mention.parties));
        entry.parties.sort();
        entry.parties.dedup();
    }
    let known = entry.words.iter().filter(|(known, _)| Some(*known) == language).count();
    let moved = effect.outcome == Outcome::Advanced && known < WORDINGS;
    if known == 0 || moved {
        let words = super::shape::action_words(mention, language);
        entry.words.extend(
            words.into_iter().filter(|word| !entry.words.contains(word)).collect::<Vec<_>>(),
        );
    }
    if effect.outcome == Outcome::Advanced && entry.concepts.len() < CONCEPTS {
        entry.concepts.extend(mention.concepts.iter().cloned());
        entry.concepts.sort();
        entry.concepts.dedup();
    }
}

/// The text of a concluding entry has the entry's stage, and the date on which it was reached.
fn keep_text_in_step(court: &mut Court<'_>, slot: usize) {
    let entry = court.draft.entry(slot);
    if entry.instrument_role != Some(InstrumentRole::Concludes) || entry.history.is_empty() {
        return;
    }
    let (stage, date) = (entry.stage, entry.stage_date);
    let text = entry.instrument.clone().and_then(|id| court.draft.instrument(&id).cloned());
    if let Some(mut text) = text
        && stage > text.stage
    {
        text.stage = stage;
        let dated = stage == Stage::Signed || (stage > Stage::Signed && text.date.is_none());
        text.date = if dated { date.or(text.date) } else { text.date };
        court.draft.put_instrument(text);
    }
}
