//! One mention compared with one entry: what excludes that they are the same, what makes them so, and what leaves a doubt.

use super::advance;
use super::anchors::{self, Agreement};
use super::draft::Draft;
use super::identity::{Certainty, Comparison, Subject, Tier};
use super::parties::{self, Pair};
use super::shape::{Shape, Wording};
use crate::config::topic::policy::Policy;
use crate::model::{Anchor, Commitment, Framing, InstrumentRole, Kind, Mention, Stage};

/// Texts and their execution are matched by instrument only; the rest within its family and polarity.
pub(super) fn may_compare(entry: &Commitment, subject: &Subject<'_>, policy: &Policy) -> bool {
    let by_text = |role: Option<InstrumentRole>| {
        matches!(role, Some(InstrumentRole::Concludes | InstrumentRole::Implements))
    };
    entry.polarity == subject.shape.polarity
        && policy.family(subject.shape.kind).contains(&entry.kind)
        && !by_text(entry.instrument_role)
}

/// Compares a mention with an entry.
pub(super) fn compare(draft: &Draft<'_>, subject: &Subject<'_>, slot: usize) -> Comparison {
    let (policy, entry, there) = (draft.policy, draft.entry(slot), draft.shape(slot));
    let shape = &subject.shape;
    let words = shape.word_likeness(there, policy.identity.content);
    let progress = subject.mention.stage >= policy.evidence.progress_from
        && !subject.mention.stage.is_lateral();
    let tolerance = policy.time.late_tolerance_days;
    let rules = anchors::Rules { progress, tolerance, things: shape.kind == Kind::Resource };
    let mut comparison = Comparison {
        slot,
        tier: Tier::Structure,
        certainty: Certainty::Different,
        pair: pair(subject, there),
        topics: shape.topic_likeness(there),
        words: words.map(|wording| wording.score),
        anchors: anchors::compare(&shape.anchors, &there.anchors, rules),
        failed: String::new(),
    };
    if let Some(failed) = excluded(&comparison, subject, entry, there, policy) {
        comparison.failed = failed;
        return comparison;
    }
    if let Some(bucket) = bucket(&comparison, subject, entry, there, policy) {
        comparison.tier = Tier::Bucket;
        comparison.certainty = if bucket { Certainty::Same } else { Certainty::Different };
        if !bucket {
            comparison.failed = "another pair of agencies or group of topics".to_owned();
        }
        return comparison;
    }
    let same_text = subject.content_of.is_some()
        && entry.instrument == subject.content_of
        && entry.instrument_role == Some(InstrumentRole::ContentOf);
    let measured = is_measured(subject, entry);
    let bare = shape.is_bare() || there.is_bare();
    if resumes(&comparison, subject, entry, policy) {
        comparison.certainty = Certainty::Same;
        return comparison;
    }
    let (certainty, failed) = structure(&comparison, words, (same_text, measured, bare), policy);
    comparison.certainty = certainty;
    comparison.failed = failed;
    if shape.verbatim.iter().any(|wording| there.verbatim.contains(wording)) {
        // The same parties in the very same words.
        comparison.certainty = Certainty::Same;
        comparison.failed.clear();
    }
    doubt(&mut comparison, subject, entry, there, policy);
    if comparison.certainty == Certainty::Unsure && only_the_subject(words, subject, entry) {
        comparison.certainty = Certainty::Different;
    }
    if comparison.certainty == Certainty::Unsure && entry.founded_by == Some(subject.article) {
        // An article that tells two acts side by side means two acts.
        comparison.certainty = Certainty::Different;
    }
    comparison
}

/// Whether the mention sets a figure or a date, and shares no word with an entry that has none: all they have in common
/// is what everything here is about.
fn only_the_subject(words: Option<Wording>, subject: &Subject<'_>, entry: &Commitment) -> bool {
    let set = |anchor: &Anchor| matches!(anchor.kind.as_str(), "amount" | "count" | "deadline");
    words.is_some_and(|words| words.score == 0.0)
        && subject.shape.anchors.iter().any(set)
        && entry.anchors.is_empty()
}

/// What is taken up again is what was halted, however briefly it is named ("funding resumed").
fn resumes(
    comparison: &Comparison,
    subject: &Subject<'_>,
    entry: &Commitment,
    policy: &Policy,
) -> bool {
    entry.lateral == Some(Stage::Suspended)
        && comparison.words.is_some_and(|words| words >= policy.identity.words_alone)
        && advance::has_resume_cue(subject, policy)
}

const FURTHER: &str = "one is a further act (another, second), the other is not";

/// Kinds of undertakings that go on until further notice unless they name a measure.
fn is_standing(kind: Kind) -> bool {
    matches!(kind, Kind::Operation | Kind::Outreach | Kind::InfoExchange | Kind::General)
}

fn is_numbered(mention: &Mention) -> bool {
    mention.anchors.iter().any(|anchor| anchor.kind == "edition")
}

/// Whether the mention sets a figure and the entry is a standing undertaking without any.
fn is_measured(subject: &Subject<'_>, entry: &Commitment) -> bool {
    let figure = |anchor: &Anchor| matches!(anchor.kind.as_str(), "amount" | "count");
    is_standing(entry.kind)
        && subject.shape.anchors.iter().any(figure)
        && !entry.anchors.iter().any(figure)
}

/// The parties compared. Once work is under way it may be told from the side that is helped.
fn pair(subject: &Subject<'_>, there: &Shape) -> Pair {
    let shape = &subject.shape;
    let pair = parties::compare(&shape.parties, &there.parties);
    let under_way =
        subject.mention.stage >= Stage::Implementing && !subject.mention.stage.is_lateral();
    if !pair.conflict || !under_way {
        return pair;
    }
    let all = |shape: &Shape| [&shape.parties[..], &shape.beneficiaries[..]].concat();
    parties::compare(&all(shape), &all(there))
}

/// Tests whose failure ends the comparison.
fn excluded(
    comparison: &Comparison,
    subject: &Subject<'_>,
    entry: &Commitment,
    there: &Shape,
    policy: &Policy,
) -> Option<String> {
    if comparison.pair.conflict {
        return Some(format!(
            "parties {} are not {}",
            subject.shape.parties.join(", "),
            there.parties.join(", ")
        ));
    }
    let helped = (&subject.shape.beneficiaries, &there.beneficiaries);
    if !helped.0.is_empty() && !helped.1.is_empty() && parties::compare(helped.0, helped.1).conflict
    {
        return Some(format!("for {}, not for {}", helped.0.join(", "), helped.1.join(", ")));
    }
    if comparison.pair.score < policy.identity.pair_of_step {
        return Some(format!(
            "parties {:.2} < {:.2}",
            comparison.pair.score, policy.identity.pair_of_step
        ));
    }
    if let Agreement::Conflict(what) = &comparison.anchors {
        return Some(what.clone());
    }
    let begun = entry.stage >= Stage::Implementing;
    if subject.shape.further && !there.further && begun {
        return Some(FURTHER.to_owned());
    }
    occurrence(subject, entry, policy)
}

/// What is done is done: a later promise or delivery of the same shape is another act.
fn occurrence(subject: &Subject<'_>, entry: &Commitment, policy: &Policy) -> Option<String> {
    let mention = subject.mention;
    let live = matches!(mention.framing, Framing::News) && !mention.stage.is_lateral();
    let edition = entry.instrument_role == Some(InstrumentRole::Concludes);
    if !live || edition {
        return None;
    }
    if matches!(entry.lateral, Some(Stage::Terminated | Stage::Expired)) {
        return later(subject, entry, 0).then(|| "that one was ended for good".to_owned());
    }
    let concrete = is_concrete(mention);
    if entry.stage == Stage::Delivered
        && concrete
        && later(subject, entry, policy.time.recent_background_days)
    {
        return Some("that one was delivered before".to_owned());
    }
    let open = entry.anchors.is_empty() && entry.due.is_none() && entry.stage < Stage::Delivered;
    (is_standing(entry.kind) && open && mention.stage == Stage::Delivered && concrete)
        .then(|| "one act does not complete an open-ended undertaking".to_owned())
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
    comparison: &Comparison,
    subject: &Subject<'_>,
    entry: &Commitment,
    there: &Shape,
    policy: &Policy,
) -> Option<bool> {
    let shape = &subject.shape;
    let pair = comparison.pair.score >= policy.identity.pair || comparison.pair.subset;
    if shape.delegation && there.delegation && shape.anchors.is_empty() {
        return Some(pair);
    }
    if shape.kind == Kind::General && entry.kind == Kind::General {
        // What a signed text says in general is told under that text.
        let groups = |shape: &Shape| shape.groups.clone();
        let shared = !groups(shape).is_disjoint(&groups(there))
            || (shape.groups.is_empty() && there.groups.is_empty());
        return Some(pair && shared && entry.instrument == subject.content_of);
    }
    let bare = shape.kind == Kind::InfoExchange && shape.is_bare();
    (bare && comparison.pair.score >= policy.identity.pair).then_some(true)
}

/// The structured test. `same_text`: both are content of one text; `measured`: see [`is_measured`]; `bare`:
/// one of them says nothing that tells it from others of its kind.
fn structure(
    comparison: &Comparison,
    wording: Option<Wording>,
    (same_text, measured, bare): (bool, bool, bool),
    policy: &Policy,
) -> (Certainty, String) {
    let limits = &policy.identity;
    let nothing = Wording { score: 0.0, telling: false, shared: 0 };
    let Wording { score: words, telling, shared } = wording.unwrap_or(nothing);
    let strong = comparison.pair.score >= limits.pair;
    let topics = comparison.topics.unwrap_or(0.0);
    let anchored = comparison.anchors == Agreement::Same;
    if telling && words < limits.words / 4.0 && !anchored {
        return (Certainty::Different, format!("words {words:.2}: nothing telling in common"));
    }
    // One shared word may be a coincidence; two rarely are.
    let by_words = telling && words >= limits.words_alone && shared >= 2;
    if measured && !by_words {
        return (Certainty::Different, "a figure of its own makes an act of its own".to_owned());
    }
    let disjoint = comparison.topics == Some(0.0);
    let unknown = comparison.topics.is_none();
    let agrees = words >= limits.words || !telling || anchored;
    let same = if same_text {
        topics > 0.0 || words >= limits.words || comparison.topics.is_none()
    } else if strong {
        (topics >= limits.topics && agrees)
            || (topics >= limits.topics_with_words
                && words >= limits.words_with_topics
                && shared >= 2)
            || (by_words && !disjoint)
            || (anchored && !disjoint && (topics > 0.0 || words >= limits.words))
    } else if comparison.pair.subset {
        (topics >= limits.topics && words >= limits.words_of_step)
            || (by_words && !disjoint)
            || (anchored && (topics > 0.0 || unknown && words >= limits.words))
    } else {
        by_words && words >= limits.words_sure && !disjoint
    };
    if same {
        return (Certainty::Same, String::new());
    }
    let failed = if topics < limits.topics {
        format!("topics {topics:.2} < {:.2}, words {words:.2}", limits.topics)
    } else {
        format!("words {words:.2} are too few")
    };
    let near = topics >= limits.topics
        || (topics >= limits.topics_with_words && words >= limits.words)
        || (unknown && words >= limits.words_with_topics)
        || (anchored && !disjoint)
        || by_words
        || (unknown && bare && !telling && strong);
    let certainty = if near { Certainty::Unsure } else { Certainty::Different };
    (certainty, failed)
}

/// Evidence against that outlets may have made by paraphrase: sameness becomes doubt.
fn doubt(
    comparison: &mut Comparison,
    subject: &Subject<'_>,
    entry: &Commitment,
    there: &Shape,
    policy: &Policy,
) {
    if comparison.certainty != Certainty::Same {
        return;
    }
    let done = entry.stage == Stage::Delivered
        && subject.mention.framing == Framing::News
        && subject.mention.stage <= Stage::Agreed
        && later(subject, entry, policy.time.recent_background_days);
    if let Agreement::Differs(what) = &comparison.anchors {
        comparison.certainty = Certainty::Unsure;
        comparison.failed = what.clone();
    } else if done && !there.further {
        comparison.certainty = Certainty::Unsure;
        comparison.failed = "that one was delivered before".to_owned();
    } else if subject.shape.further != there.further {
        // A numbered phase is an edition of its own, and no part of an undertaking that goes on.
        let numbered = is_numbered(subject.mention) && is_standing(entry.kind);
        let certainty = if numbered { Certainty::Different } else { Certainty::Unsure };
        comparison.certainty = certainty;
        comparison.failed = FURTHER.to_owned();
    }
}
