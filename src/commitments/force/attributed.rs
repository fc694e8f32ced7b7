//! "The fee should be waived, he proposed", "the mandate would be extended, the ministers agreed": what is proposed or
//! agreed stands first, who does so last. In: an English sentence. Out: drafts.

use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::commitments::subjects::Subject;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Kind, Language, Span};
use crate::text::BlockKind;

/// Words of the clause that says who proposed or agreed, at most.
const TAIL_WORDS: usize = 12;

/// Reads a sentence that ends with who proposed or agreed it. Gives the end of what it covers.
pub(crate) fn attributed(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::En {
        return None;
    }
    let text = reading.text(unit.span);
    let comma = text.rfind(", ").or_else(|| text.rfind(",\" ")).or_else(|| text.rfind(",” "))?;
    let tail = reading.trim(Span::new(unit.span.start + comma + 1, unit.span.end));
    let short = reading.text(tail).split_whitespace().count() <= TAIL_WORDS;
    let trigger =
        *within(&reading.triggers, tail).first().filter(|mark| short && mark.it.1 == Form::Past)?;
    let class = reading.class(&trigger);
    let last = trigger.span.end + 1 >= tail.end;
    // "…, the force has agreed with Hanoi": who does so opens the clause.
    let opens = within(&reading.who, tail).first().is_some_and(|who| {
        reading
            .without_article(reading.fold(Span::new(tail.start, who.span.start)))
            .trim()
            .is_empty()
            && who.span.end <= trigger.span.start
    });
    let with =
        reading.grammar().together.at_start(reading.fold(Span::new(trigger.span.end, tail.end)));
    let with = with.or(reading.grammar().together.at_end(reading.fold(trigger.span)));
    if !(last || opens && with.is_some()) {
        return None;
    }
    let clause = reading.trim(Span::new(unit.span.start, unit.span.start + comma));
    let modal = modal(reading, clause, class)?;
    let who = reading.subject(Span::new(tail.start, trigger.span.start), unit, &x.floor);
    let Subject::Actors(_) = who.subject else { return None };
    let subject =
        Span::new(reading.patient_start(Span::new(clause.start, modal.start)), modal.start);
    let region = Span::new(clause.start, clause.start);
    let said = Utterance { unit, trigger: trigger.span, class, who: &who, region, content: None };
    let start = reading.skip_blanks(modal.end, clause.end);
    let official = reading.named(subject, unit, &x.floor);
    if let Some(Subject::Actors(actors)) = official.map(|found| found.subject)
        && verb_at(reading, start).is_some_and(|verb| verb.it.form == Form::Base)
    {
        let intro = Intro { start, named: actors, ..Intro::default() };
        let made = x.emit(&said, &intro, clause.end);
        return (!made.is_empty()).then_some(unit.span.end);
    }
    let whole = Span::new(subject.start, clause.end);
    let told = kind_of(reading, x.named, whole).kind != Kind::General
        || !reading.topics_in(whole).is_empty();
    if !told || x.off_topic(whole) {
        return None;
    }
    let refrain = reading.has(Span::new(subject.start, start), CueClass::Negation);
    x.remember(&who);
    x.emit_whole(&said, whole, refrain);
    Some(unit.span.end)
}

/// "should", and for what is agreed "will" and "would" too.
fn modal(reading: &Reading<'_>, clause: Span, class: TriggerClass) -> Option<Span> {
    let advice = || reading.cues_of(clause, CueClass::Advice).next();
    let future = || {
        within(&reading.triggers, clause)
            .iter()
            .find(|mark| reading.class(mark) == TriggerClass::Future)
            .map(|mark| mark.span)
    };
    match class {
        TriggerClass::Directive => advice(),
        TriggerClass::Joint => future().or_else(advice),
        _ => None,
    }
}
