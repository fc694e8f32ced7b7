//! "Ba kết quả được công bố gồm: …", "Đề nghị của Hà Nội gồm …": a noun for what a meeting brought, or for what somebody
//! asks, with the list of it. In: a unit. Out: drafts, or a list that goes on over the next lines.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::within;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{Language, Span};
use crate::text::BlockKind;

/// Longest description of the noun before its list, in bytes.
const DESCRIPTION: usize = 110;

/// Drafts of a list of outcomes or requests. Gives the end of what it covers.
pub(crate) fn outcome_list(x: &mut Extractor<'_>, unit: &Unit, covered: usize) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || covered > unit.span.start {
        return None;
    }
    if unit.language == Language::En {
        return english_list(x, unit);
    }
    let grammar = reading.grammar();
    let words = reading.fold(unit.span);
    let mut opens: Vec<(usize, usize)> = grammar.list_opens.places(words).collect();
    opens.extend(words.match_indices(':').map(|(at, _)| (at, 1)));
    opens.sort_unstable();
    let (head, asked, opener) = opens.into_iter().find_map(|(at, length)| {
        let opener = Span::new(unit.span.start + at, unit.span.start + at + length);
        let before = Span::new(unit.span.start, opener.start);
        // "Kết quả, theo biên bản, gồm:": the noun may stand before what is put in between.
        let first = reading.past_numbers(unit.span.start, before.end);
        let aside = reading.text(before).trim_end().ends_with(',')
            && grammar.outcomes.at_start(reading.fold(Span::new(first, before.end))).is_some();
        let nearest = reading.past_numbers(reading.patient_start(before), before.end);
        let start = if aside { first } else { nearest };
        let phrase = Span::new(start, before.end);
        let fold = reading.fold(phrase);
        let asked = grammar.requests.at_start(fold).is_some();
        let noun = asked
            || grammar.outcomes.at_start(fold).is_some()
            || grammar.stances.at_start(fold).is_some() && length <= 3;
        // "việc triệt phá các đường dây là ưu tiên": an act that is the subject brings nothing.
        let act = grammar.outcomes.at_start(fold).is_some_and(|word| {
            let next = reading.skip_blanks(start + word.len(), phrase.end);
            next < phrase.end && verb_at(reading, next).is_some()
        });
        (noun && !act && phrase.len() < DESCRIPTION).then_some((phrase, asked, opener))
    })?;
    let who = owner(x, unit, head, asked)?;
    let class = match (asked, x.both(&who)) {
        (true, _) => TriggerClass::Directive,
        (false, true) => TriggerClass::Joint,
        (false, false) => TriggerClass::Commit,
    };
    let mut from = reading.skip_blanks(opener.end, unit.span.end);
    while reading.text(Span::new(from, unit.span.end)).starts_with([':', ',']) {
        from = reading.skip_blanks(from + 1, unit.span.end);
    }
    if from >= unit.span.end {
        x.open_list(unit, head, class, who);
        return Some(unit.span.end);
    }
    let end = complement_end(reading, unit, from);
    let region = Span::new(unit.span.start, head.start);
    let said = Utterance { unit, trigger: head, class, who: &who, region, content: None };
    let made = x.emit(&said, &Intro { start: from, ..Intro::default() }, end);
    (!made.is_empty()).then_some(end)
}

/// "… the two sides arrived at the following common points:": the head of a list that no verb of agreeing governs.
fn english_list(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    let head = reading.fold(unit.span).trim_end().strip_suffix(':')?;
    reading.grammar().outcomes.at_end(head)?;
    let governed = within(&reading.triggers, unit.span)
        .iter()
        .any(|mark| !matches!(reading.class(mark), TriggerClass::Act | TriggerClass::Report));
    let who = owner(x, unit, unit.span, false).filter(|_| !governed)?;
    let class = if x.both(&who) { TriggerClass::Joint } else { TriggerClass::Commit };
    x.open_list(unit, unit.span, class, who);
    Some(unit.span.end)
}

/// Whose outcomes or requests they are: named in the phrase, else those who met. A request has somebody who makes it.
fn owner(x: &Extractor<'_>, unit: &Unit, head: Span, asked: bool) -> Option<Resolved> {
    let reading = x.reading;
    let named = within(&reading.who, head)
        .iter()
        .filter(|mark| mark.span.end <= head.end && !matches!(mark.it, Who::Place(_)))
        .find_map(|mark| reading.stands_for(mark, unit, &x.floor));
    let subject = match named {
        Some(Subject::Outsider) => return None,
        Some(subject) => subject,
        None if asked => x.floor.speaker.clone()?,
        None => Subject::Actors(reading.pair(unit, head.start)),
    };
    let why = if asked { "whoever asks" } else { "those who met" };
    matches!(subject, Subject::Actors(_)).then_some(Resolved {
        subject,
        confidence: 0.7,
        why,
        span: None,
    })
}
