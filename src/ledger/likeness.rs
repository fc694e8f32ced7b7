//! One mention compared with one entry: what excludes that they are the same, what makes them so, and what leaves a doubt.

use super::advance;
use super::anchors::{self, Agreement, Detail};
use super::draft::Draft;
use super::grounds::Ground;
use super::identity::{Certainty, Measured, Subject, Tier};
use super::parties::{self, Pair};
use super::shape::{Shape, Wording};
use crate::config::topic::policy::Policy;
use crate::model::{
    Anchor, Commitment, Framing, InstrumentRole, Kind, Mention, PartialDate, Stage,
};

/// Texts and their execution are matched by instrument only; the rest within its family of kinds and its polarity.
pub(super) fn may_compare(entry: &Commitment, subject: &Subject<'_>, family: &[Kind]) -> bool {
    let by_text = |role: Option<InstrumentRole>| {
        matches!(role, Some(InstrumentRole::Concludes | InstrumentRole::Implements))
    };
    entry.polarity == subject.shape.polarity
        && family.contains(&entry.kind)
        && !by_text(entry.instrument_role)
}

/// Those who act and those who are helped, compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Circles {
    pair: Pair,
    /// Whether others are helped.
    others_helped: bool,
}

impl Circles {
    /// Compares a mention's with an entry's. Once work is under way it may be told from the side that is helped.
    pub(super) fn compare(subject: &Subject<'_>, there: &Shape) -> Self {
        let shape = &subject.shape;
        let mut pair = parties::compare(&shape.parties, &there.parties);
        let under_way =
            subject.mention.stage >= Stage::Implementing && !subject.mention.stage.is_lateral();
        if pair.conflict && under_way {
            let all = |shape: &Shape| [&shape.parties[..], &shape.beneficiaries[..]].concat();
            pair = parties::compare(&all(shape), &all(there));
        }
        let helped = (&shape.beneficiaries, &there.beneficiaries);
        let others_helped = !helped.0.is_empty()
            && !helped.1.is_empty()
            && parties::compare(helped.0, helped.1).conflict;
        Self { pair, others_helped }
    }
}

/// Compares a mention with an entry whose circle was compared already.
pub(super) fn compare<'d>(
    draft: &'d Draft<'_>,
    subject: &'d Subject<'_>,
    slot: usize,
    circles: Circles,
) -> Measured<'d> {
    let (policy, entry, there) = (draft.policy, draft.entry(slot), draft.shape(slot));
    let shape = &subject.shape;
    let words = shape.word_likeness(there, policy.identity.content);
    let progress = subject.mention.stage >= policy.evidence.progress_from
        && !subject.mention.stage.is_lateral();
    let tolerance = policy.time.late_tolerance_days;
    let rules = anchors::Rules { progress, tolerance, things: shape.kind == Kind::Resource };
    let mut measured = Measured {
        slot,
        tier: Tier::Structure,
        certainty: Certainty::Different,
        pair: circles.pair,
        topics: shape.topic_likeness(there),
        words: words.map(|wording| wording.score),
        anchors: anchors::compare(&shape.anchors, &there.anchors, rules),
        failed: None,
    };
    if let Some(failed) = excluded(&measured, subject, entry, there, circles, policy) {
        measured.failed = Some(failed);
        return measured;
    }
    if let Some(bucket) = bucket(&measured, subject, entry, there, policy) {
        measured.tier = Tier::Bucket;
        measured.certainty = if bucket { Certainty::Same } else { Certainty::Different };
        measured.failed = (!bucket).then_some(Ground::Bucket);
        return measured;
    }
    let same_text = subject.content_of.is_some()
        && entry.instrument == subject.content_of
        && entry.instrument_role == Some(InstrumentRole::ContentOf);
    let own_figure = has_own_figure(subject, entry, there);
    let bare = shape.is_bare() || there.is_bare();
    if resumes(&measured, subject, entry, policy) {
        measured.certainty = Certainty::Same;
        return measured;
    }
    (measured.certainty, measured.failed) =
        structure(&measured, words, (same_text, own_figure, bare), policy);
    let verbatim = shape.verbatim.iter().any(|wording| there.verbatim.contains(wording));
    if verbatim || is_rule_of_that_day(&measured, words, subject, entry, policy) {
        // The same parties in the very same words, or one rule of one day.
        measured.certainty = Certainty::Same;
        measured.failed = None;
    }
    doubt(&mut measured, subject, entry, there, policy);
    if measured.certainty == Certainty::Unsure && only_the_subject(words, subject, there) {
        measured.certainty = Certainty::Different;
    }
    if measured.certainty == Certainty::Unsure && entry.founded_by == Some(subject.article) {
        // An article that tells two acts side by side means two acts.
        measured.certainty = Certainty::Different;
    }
    measured
}

/// "The new rule issued on 4 June": who issues one rule on a day issues no second on the same matter, and whoever names
/// nothing of it but the day means that one.
fn is_rule_of_that_day(
    measured: &Measured<'_>,
    words: Option<Wording>,
    subject: &Subject<'_>,
    entry: &Commitment,
    policy: &Policy,
) -> bool {
    let mention = subject.mention;
    let made = |stage: Stage| stage >= Stage::Ratified && !stage.is_lateral();
    let of_day = |day: PartialDate, then: PartialDate| {
        then.days_apart(day) <= policy.time.late_tolerance_days
    };
    mention.kind == Kind::Policy
        && entry.kind == Kind::Policy
        && made(mention.stage)
        && entry.history.iter().any(|step| {
            made(step.stage)
                && mention
                    .event_date
                    .zip(step.event_date)
                    .is_some_and(|(day, then)| of_day(day, then))
        })
        && measured.pair.score >= policy.identity.pair
        && measured.topics.is_none_or(|topics| topics > 0.0)
        && !words.is_some_and(|words| words.telling)
}

/// Whether the mention sets a figure or a date, and shares no word with an entry that has none: all they have in common
/// is what everything here is about.
fn only_the_subject(words: Option<Wording>, subject: &Subject<'_>, there: &Shape) -> bool {
    let set = |detail: &Detail| detail.is_figure() || detail.anchor.kind == "deadline";
    words.is_some_and(|words| words.score == 0.0)
        && subject.shape.anchors.iter().any(set)
        && there.anchors.is_empty()
}

/// What is taken up again is what was halted, however briefly it is named ("funding resumed").
fn resumes(
    measured: &Measured<'_>,
    subject: &Subject<'_>,
    entry: &Commitment,
    policy: &Policy,
) -> bool {
    entry.lateral == Some(Stage::Suspended)
        && measured.words.is_some_and(|words| words >= policy.identity.words_alone)
        && advance::has_resume_cue(subject, policy)
}

/// Kinds of undertakings that go on until further notice unless they name a measure.
fn is_standing(kind: Kind) -> bool {
    matches!(kind, Kind::Operation | Kind::Outreach | Kind::InfoExchange | Kind::General)
}

fn is_numbered(mention: &Mention) -> bool {
    mention.anchors.iter().any(|anchor| anchor.kind == "edition")
}

/// Whether the mention halts an act that was still to come: it need not say again that this was the second or the next.
fn halts_what_is_due(subject: &Subject<'_>, entry: &Commitment, there: &Shape) -> bool {
    subject.mention.stage.is_lateral()
        && there.further
        && entry.lateral.is_none()
        && entry.stage < Stage::Implementing
}

/// Whether the mention sets a figure and the entry is a standing undertaking without any.
fn has_own_figure(subject: &Subject<'_>, entry: &Commitment, there: &Shape) -> bool {
    is_standing(entry.kind)
        && subject.shape.anchors.iter().any(Detail::is_figure)
        && !there.anchors.iter().any(Detail::is_figure)
}

/// Tests whose failure ends the comparison.
fn excluded<'d>(
    measured: &Measured<'d>,
    subject: &Subject<'_>,
    entry: &Commitment,
    there: &Shape,
    circles: Circles,
    policy: &Policy,
) -> Option<Ground<'d>> {
    if circles.pair.conflict {
        return Some(Ground::Parties);
    }
    if circles.others_helped {
        return Some(Ground::Helped);
    }
    if circles.pair.score < policy.identity.pair_of_step {
        return Some(Ground::FewParties);
    }
    if let Agreement::Conflict(clash) = measured.anchors {
        return Some(Ground::Detail(clash));
    }
    let begun = entry.stage >= Stage::Implementing;
    if subject.shape.further && !there.further && begun {
        return Some(Ground::Further);
    }
    occurrence(subject, entry, policy)
}

/// What is done is done: a later promise or delivery of the same shape is another act.
fn occurrence(
    subject: &Subject<'_>,
    entry: &Commitment,
    policy: &Policy,
) -> Option<Ground<'static>> {
    let mention = subject.mention;
    let live = matches!(mention.framing, Framing::News) && !mention.stage.is_lateral();
    let edition = entry.instrument_role == Some(InstrumentRole::Concludes);
    if !live || edition {
        return None;
    }
    if matches!(entry.lateral, Some(Stage::Terminated | Stage::Expired)) {
        return later(subject, entry, 0).then_some(Ground::Ended);
    }
    let concrete = is_concrete(mention);
    if entry.stage == Stage::Delivered
        && concrete
        && later(subject, entry, policy.time.recent_background_days)
    {
        return Some(Ground::Delivered);
    }
    let series = mention.anchors.iter().any(Anchor::is_frequency)
        && !entry.anchors.iter().any(Anchor::is_frequency);
    if entry.stage == Stage::Delivered && series && mention.stage < Stage::Delivered {
        // So many every quarter are not the one that is done.
        return Some(Ground::Delivered);
    }
    let open = entry.anchors.is_empty() && entry.due.is_none() && entry.stage < Stage::Delivered;
    (is_standing(entry.kind) && open && mention.stage == Stage::Delivered && concrete)
        .then_some(Ground::OpenEnded)
}

fn later(subject: &Subject<'_>, entry: &Commitment, days: i64) -> bool {
    match (subject.event_date, entry.stage_date) {
        (Some(now), Some(then)) => now.earliest() > then.latest() && now.days_apart(then) > days,
        _ => false,
    }
}

/// Whether a mention names a figure, date, place or deliverable beyond its instrument.
pub fn is_concrete(mention: &Mention) -> bool {
    let named = mention.instrument.as_ref().is_some_and(|instrument| !instrument.generic);
    !mention.anchors.is_empty() || mention.specificity > u8::from(named)
}

/// The bucket rule: `None` where it does not apply, else whether both belong in one bucket.
fn bucket(
    measured: &Measured<'_>,
    subject: &Subject<'_>,
    entry: &Commitment,
    there: &Shape,
    policy: &Policy,
) -> Option<bool> {
    let shape = &subject.shape;
    let pair = measured.pair.score >= policy.identity.pair || measured.pair.subset;
    if shape.delegation && there.delegation && shape.anchors.is_empty() {
        return Some(pair);
    }
    if shape.kind == Kind::General && entry.kind == Kind::General {
        // What a signed text says in general is told under that text.
        let shared = !shape.groups.is_disjoint(&there.groups)
            || (shape.groups.is_empty() && there.groups.is_empty());
        return Some(pair && shared && entry.instrument == subject.content_of);
    }
    let bare = shape.kind == Kind::InfoExchange && shape.is_bare();
    (bare && measured.pair.score >= policy.identity.pair).then_some(true)
}

/// The structured test. `same_text`: both are content of one text; `own_figure`: see [`has_own_figure`]; `bare`:
/// one of them says nothing that tells it from others of its kind.
fn structure(
    measured: &Measured<'_>,
    wording: Option<Wording>,
    (same_text, own_figure, bare): (bool, bool, bool),
    policy: &Policy,
) -> (Certainty, Option<Ground<'static>>) {
    let limits = &policy.identity;
    let nothing = Wording { score: 0.0, telling: false, shared: 0 };
    let Wording { score: words, telling, shared } = wording.unwrap_or(nothing);
    let strong = measured.pair.score >= limits.pair;
    let topics = measured.topics.unwrap_or(0.0);
    let anchored = measured.anchors == Agreement::Same;
    if telling && words < limits.words / 4.0 && !anchored {
        return (Certainty::Different, Some(Ground::NothingTelling));
    }
    // One shared word may be a coincidence; two rarely are.
    let by_words = telling && words >= limits.words_alone && shared >= 2;
    if own_figure && !by_words {
        return (Certainty::Different, Some(Ground::OwnFigure));
    }
    let disjoint = measured.topics == Some(0.0);
    let unknown = measured.topics.is_none();
    let agrees = words >= limits.words || !telling || anchored;
    let same = if same_text {
        topics > 0.0 || words >= limits.words || measured.topics.is_none()
    } else if strong {
        (topics >= limits.topics && agrees)
            || (topics >= limits.topics_with_words
                && words >= limits.words_with_topics
                && shared >= 2)
            || (by_words && !disjoint)
            || (anchored && !disjoint && (topics > 0.0 || words >= limits.words))
    } else if measured.pair.subset {
        (topics >= limits.topics && words >= limits.words_of_step)
            || (by_words && !disjoint)
            || (anchored && (topics > 0.0 || unknown && words >= limits.words))
    } else {
        by_words && words >= limits.words_sure && !disjoint
    };
    if same {
        return (Certainty::Same, None);
    }
    let failed = if topics < limits.topics { Ground::Topics } else { Ground::Words };
    let near = topics >= limits.topics
        || (topics >= limits.topics_with_words && words >= limits.words)
        || (unknown && words >= limits.words_with_topics)
        || (anchored && !disjoint)
        || by_words
        || (unknown && bare && !telling && strong);
    let certainty = if near { Certainty::Unsure } else { Certainty::Different };
    (certainty, Some(failed))
}

/// Evidence against that outlets may have made by paraphrase: sameness becomes doubt.
fn doubt(
    measured: &mut Measured<'_>,
    subject: &Subject<'_>,
    entry: &Commitment,
    there: &Shape,
    policy: &Policy,
) {
    if measured.certainty != Certainty::Same {
        return;
    }
    let done = entry.stage == Stage::Delivered
        && subject.mention.framing == Framing::News
        && subject.mention.stage <= Stage::Agreed
        && later(subject, entry, policy.time.recent_background_days);
    if let Agreement::Differs(clash) = measured.anchors {
        measured.certainty = Certainty::Unsure;
        measured.failed = Some(Ground::Detail(clash));
    } else if done && !there.further {
        measured.certainty = Certainty::Unsure;
        measured.failed = Some(Ground::Delivered);
    } else if subject.shape.further != there.further && !halts_what_is_due(subject, entry, there) {
        // A numbered phase is an edition of its own, and no part of an undertaking that goes on.
        let numbered = is_numbered(subject.mention) && is_standing(entry.kind);
        let certainty = if numbered { Certainty::Different } else { Certainty::Unsure };
        measured.certainty = certainty;
        measured.failed = Some(Ground::Further);
    }
}
