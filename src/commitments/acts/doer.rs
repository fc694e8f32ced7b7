//! Who acted. In: an act with its object. Out: a subject.

use super::object::{Object, Predicate, doer_before};
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::{Mark, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::VerbGroup;
use crate::model::{Kind, Language, Span};

/// Who acted: named after "by", between text and verb, as the subject, or told by the text around.
pub(crate) fn actor(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> Option<Resolved> {
    let reading = x.reading;
    if let Some(found) =
        agent(x, p).or_else(|| named_in_passive(x, p)).or_else(|| between(x, p, object))
    {
        return Some(found);
    }
    let lead = if object.left {
        Span::new(p.region.start, object.span.start.max(p.region.start))
    } else {
        p.region
    };
    let resolved = reading.subject(lead, p.unit, &x.floor);
    match resolved.subject {
        Subject::Actors(_) if !object.left => Some(resolved),
        Subject::Outsider if !object.left => None,
        _ if object.left && object.reckoned.kind == Kind::InstrumentConclude => {
            Some(parties_of_text(x, p, object))
        }
        _ => told_around(x, p, object),
    }
}

fn given(actors: Vec<usize>, why: &'static str, confidence: f64) -> Resolved {
    Resolved { subject: Subject::Actors(actors), confidence, why, span: None }
}

/// "signed by the two ministers"
fn agent(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Resolved> {
    let reading = x.reading;
    let after = Span::new(p.verb.end, p.unit.span.end);
    let by = within(&reading.who, after).iter().find(|who| {
        let before = reading.fold(Span::new(p.verb.end, who.span.start));
        let bare = reading.without_article(before);
        reading.grammar().agent.at_end(bare).is_some() && before.len() < 80
    })?;
    match reading.stands_for(by, p.unit, &x.floor)? {
        Subject::Actors(actors) => Some(given(actors, "named after \"by\"", 0.9)),
        _ => None,
    }
}

/// "được Thứ trưởng … và Quốc vụ khanh … ký": all who are named between the passive and its verb.
fn named_in_passive(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Resolved> {
    let reading = x.reading;
    let passive = doer_before(reading, p)?;
    let marks = within(&reading.who, Span::new(passive.end, p.verb.start));
    let mut doers: Vec<usize> = Vec::new();
    for mark in marks {
        match reading.stands_for(mark, p.unit, &x.floor) {
            Some(Subject::Actors(actors)) => {
                doers.extend(
                    actors.into_iter().filter(|at| !doers.contains(at)).collect::<Vec<_>>(),
                );
            }
            Some(Subject::Outsider) => return None,
            _ => {}
        }
    }
    (!doers.is_empty()).then(|| given(doers, "named in the passive", 0.9))
}

/// Between the text and the verb: "which the two governments signed".
fn between(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> Option<Resolved> {
    let reading = x.reading;
    let between = Span::new(object.span.end.min(p.verb.start), p.verb.start);
    let named = within(&reading.who, between).iter().rev().filter(|_| object.left);
    named.filter_map(|who| reading.stands_for(who, p.unit, &x.floor)).find_map(
        |found| match found {
            Subject::Actors(actors) => Some(given(actors, "named in the clause", 0.9)),
            _ => None,
        },
    )
}

/// A text without a signatory named: the parties of the known text, else the two sides of the meeting.
fn parties_of_text(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> Resolved {
    let reading = x.reading;
    let id = object.named.and_then(|at| x.named[at].id.as_ref());
    let known = reading.topic.instruments.iter().find(|known| Some(&known.instrument.id) == id);
    let actors: Vec<usize> = known
        .iter()
        .flat_map(|known| &known.instrument.parties)
        .filter_map(|id| reading.topic.actors.index(id))
        .collect();
    if reading.both_sides(&actors) {
        return given(actors, "the parties of the known text", 0.9);
    }
    given(reading.pair(p.unit, p.verb.start), "the two sides of the meeting", 0.7)
}

/// The officials among those named.
fn official<'m>(marks: impl Iterator<Item = &'m Mark<Who>>) -> Vec<usize> {
    let officials = marks.filter_map(|mark| match mark.it {
        Who::Actor(at) | Who::Head(at) | Who::Side(at) => Some(at),
        _ => None,
    });
    officials.collect()
}

/// Groups whose verbs tell that a thing came about.
fn comes_about(group: VerbGroup) -> bool {
    matches!(group, VerbGroup::Deliver | VerbGroup::Hold | VerbGroup::Launch | VerbGroup::Resume)
}

/// Nobody is the subject: those whom the sentence names, else the speaker.
fn told_around(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> Option<Resolved> {
    let reading = x.reading;
    let marks = within(&reading.who, p.unit.span);
    let rule = matches!(p.group, VerbGroup::Effect | VerbGroup::Ratify);
    let citizens = |mark: &&Mark<Who>| {
        let near = Span::new(mark.span.end, (mark.span.end + 14).min(p.unit.span.end));
        let before = reading.fold(Span::new(p.unit.span.start, mark.span.start));
        let words = &reading.topic.triggers.citizens;
        words.at_start(reading.fold(near)).is_some() || words.at_end(before).is_some()
    };
    // A rule about the citizens of a state is not that state's.
    let named = official(marks.iter().filter(|mark| !rule || !citizens(mark)));
    let pair = marks.iter().any(|mark| matches!(mark.it, Who::PairAgency | Who::PairState));
    if pair || reading.both_sides(&named) {
        let pair = reading.pair(p.unit, p.unit.span.end);
        return Some(given(pair, "both sides are named in the sentence", 0.7));
    }
    let speaks = object.left && p.unit.language == Language::En;
    let free = |mark: &&Mark<Who>| reading.governed(mark.span).is_none();
    let acting = official(marks.iter().filter(|mark| !rule || !citizens(mark)).filter(free));
    let acting = acting.last().copied();
    let speaker = matches!(&x.floor.speaker, Some(Subject::Actors(_)));
    if let Some(last) = acting.or(named.last().copied().filter(|_| !speaks || !speaker)) {
        let state = reading.topic.actors.state_of(last) == Some(last);
        let agency = if state { reading.party_of(last, p.unit, p.unit.span.end) } else { last };
        return Some(given(vec![agency], "named in the sentence", 0.7));
    }
    match &x.floor.speaker {
        Some(Subject::Actors(actors)) => Some(given(actors.clone(), "the speaker", 0.7)),
        Some(Subject::Outsider) => None,
        // English tells with its passives and intransitives what another language tells with a subject; what opened,
        // was held or came to its end, those whose business it is have seen to.
        _ if object.named.is_some()
            || object.left && (p.unit.language == Language::En || comes_about(p.group)) =>
        {
            Some(given(reading.pair(p.unit, p.verb.start), "the two sides of the meeting", 0.5))
        }
        _ => None,
    }
}
