//! "The British side told us it posts an officer next week", *phía Anh thông báo cử một chuyên gia*: Vietnamese tells what
//! will be done in the bare verb, after a verb of speech. In: a unit. Out: drafts.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::actions::verb_at;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::within;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Kind, Language, Span};
use crate::text::BlockKind;

/// Farthest that the subject of what is told stands from the verb of speech, in bytes.
const SUBJECT: usize = 60;

/// Drafts of what a sentence announces without a word of the future. Gives the end of what it covers.
pub(crate) fn announcement(x: &mut Extractor<'_>, unit: &Unit, covered: usize) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::Vi {
        return None;
    }
    let first =
        within(&reading.triggers, unit.span).first().map_or(unit.span.end, |mark| mark.span.start);
    let cues: Vec<Span> = reading.cues_of(unit.span, CueClass::Reporting).collect();
    cues.into_iter()
        .filter(|cue| cue.start >= covered)
        .find_map(|cue| told_after(x, unit, cue, first))
}

fn told_after(x: &mut Extractor<'_>, unit: &Unit, cue: Span, limit: usize) -> Option<usize> {
    let reading = x.reading;
    let (who, from) = match subject_after(x, unit, cue) {
        Some(found) => found,
        // "thông báo gia hạn …": only what is announced is told without a subject.
        None if reading.grammar().announces.is(reading.fold(cue)) => {
            let region = Span::new(unit.span.start, cue.start);
            let who = reading.named(region, unit, &x.floor)?;
            (who, cue.end)
        }
        None => return None,
    };
    let start = after_adverbs(x, from, unit.span.end);
    let verb = *verb_at(reading, start)?;
    let ahead = Span::new(unit.span.start, start);
    let old = background::old_date(x.dates, ahead, x.event_date).is_some();
    let past =
        background::has(reading, ahead, "then") || background::has(reading, unit.span, "habit");
    if old || past || start > limit || verb.it.kind == Kind::General {
        return None;
    }
    let end = complement_end(reading, unit, start);
    let kind = kind_of(reading, x.named, reading.trim(Span::new(start, end))).kind;
    use Kind::{Capacity, InfoExchange, Mechanism, Outreach, Policy, Protection, Resource};
    if !matches!(
        kind,
        Capacity | InfoExchange | Mechanism | Outreach | Policy | Protection | Resource
    ) {
        return None;
    }
    if !matches!(who.subject, Subject::Actors(_)) {
        return None;
    }
    x.remember(&who);
    let said = Utterance {
        unit,
        trigger: cue,
        class: TriggerClass::Future,
        who: &who,
        region: Span::new(unit.span.start, cue.start),
        content: None,
    };
    let made = x.emit(&said, &Intro { start, ..Intro::default() }, end);
    (!made.is_empty()).then_some(end)
}

/// The subject of the clause that a verb of speech opens, and where its predicate begins.
fn subject_after(x: &Extractor<'_>, unit: &Unit, cue: Span) -> Option<(Resolved, usize)> {
    let reading = x.reading;
    let near = Span::new(cue.end, reading.floor((cue.end + SUBJECT).min(unit.span.end)));
    let mark = within(&reading.who, near).iter().find(|mark| {
        !matches!(mark.it, Who::Place(_) | Who::Title) && reading.governed(mark.span).is_none()
    })?;
    let lead = reading.text(Span::new(cue.end, mark.span.start));
    if lead.contains([';', '"', '“'])
        || !within(&reading.verbs, Span::new(cue.end, mark.span.start)).is_empty()
    {
        return None;
    }
    let subject = reading.stands_for(mark, unit, &x.floor)?;
    let who = Resolved {
        subject,
        confidence: 0.9,
        why: "told after a verb of speech",
        span: Some(mark.span),
    };
    Some((who, mark.span.end))
}

/// Where the verb begins after its adverbs.
fn after_adverbs(x: &Extractor<'_>, from: usize, limit: usize) -> usize {
    let reading = x.reading;
    let mut at = reading.skip_blanks(from, limit);
    while let Some(adverb) =
        reading.grammar().before_verb.at_start(reading.fold(Span::new(at, limit)))
    {
        at = reading.skip_blanks(at + adverb.len(), limit);
    }
    at
}
