//! "The British side told us it posts an officer next week", *phía Anh thông báo cử một chuyên gia*: Vietnamese tells what
//! will be done in the bare verb, after a verb of speech or under a time to come. In: a unit. Out: drafts.

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
use crate::model::{Kind, Language, PartialDate, Span};
use crate::text::BlockKind;

/// Farthest that the subject of what is told stands from the verb of speech, in bytes.
const SUBJECT: usize = 60;

/// Drafts of what a sentence announces without a word of the future. Gives the end of what it covers.
pub(crate) fn announcement(x: &mut Extractor<'_>, unit: &Unit, covered: usize) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::Vi {
        return None;
    }
    // *tiếp tục* stands before the bare verb like an adverb.
    let first = within(&reading.triggers, unit.span)
        .iter()
        .find(|mark| !background::begins(reading, mark.span.start, "continue"))
        .map_or(unit.span.end, |mark| mark.span.start);
    let cues: Vec<Span> = reading.cues_of(unit.span, CueClass::Reporting).collect();
    let told = cues
        .into_iter()
        .filter(|cue| cue.start >= covered)
        .find_map(|cue| told_after(x, unit, cue, first));
    told.or_else(|| if covered > unit.span.start { None } else { coming(x, unit, first) })
}

fn told_after(x: &mut Extractor<'_>, unit: &Unit, cue: Span, limit: usize) -> Option<usize> {
    let reading = x.reading;
    let announces = reading.grammar().announces.is(reading.fold(cue));
    let (who, from) = match subject_after(x, unit, cue) {
        Some(found) => found,
        // "thông báo gia hạn …": only what is announced is told without a subject.
        None if announces => {
            let region = Span::new(unit.span.start, cue.start);
            let who = reading.named(region, unit, &x.floor)?;
            (who, cue.end)
        }
        None => return None,
    };
    let start = predicate(x, from, unit.span.end);
    let lead = Span::new(unit.span.start, start);
    let old = background::old_date(x.dates, lead, x.event_date).is_some();
    let past = background::has(reading, lead, "then");
    if (old || past) && !announces || start > limit {
        return None;
    }
    announce(x, unit, &who, cue, start)
}

/// "Từ nay đến hết hè, Bộ Công an đưa 200.000 tờ gấp tới học sinh": a bare verb of action under a time to come.
fn coming(x: &mut Extractor<'_>, unit: &Unit, limit: usize) -> Option<usize> {
    let reading = x.reading;
    let source = x.source_date?;
    for mark in within(&reading.who, unit.span) {
        if mark.span.start >= limit {
            break;
        }
        let lead = Span::new(unit.span.start, mark.span.start);
        let words = reading.fold(lead);
        let later = x.dates.inside(lead).any(|&(_, date)| date.earliest() > source.latest());
        let ahead = later
            || reading.grammar().from_now.inside(words)
            || reading.grammar().time_ahead.inside(words);
        let opens = lead_is_free(x, lead);
        let dated = opens && dated_later(x, unit, mark.span.end, source);
        if !(ahead || dated)
            || reading.governed(mark.span).is_some()
            || matches!(mark.it, Who::Place(_))
        {
            continue;
        }
        let Some(subject @ Subject::Actors(_)) = reading.stands_for(mark, unit, &x.floor) else {
            continue;
        };
        let start = predicate(x, mark.span.end, unit.span.end);
        if start > limit || verb_at(reading, start).is_none() {
            continue;
        }
        let why = "a bare verb under a time to come";
        let who = Resolved { subject, confidence: 0.9, why, span: Some(mark.span) };
        let found = announce(x, unit, &who, mark.span, start);
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Whether a subject stands at the beginning of its sentence, or behind a comma or a short heading without a verb.
fn lead_is_free(x: &Extractor<'_>, lead: Span) -> bool {
    let before = x.reading.text(lead).trim_end();
    let verbless = within(&x.reading.verbs, lead).is_empty();
    verbless && (before.is_empty() || before.ends_with([',', ':', '.']))
}

/// "Bộ Ngoại giao bỏ hồ sơ giấy, kể từ ngày 01/01/2029": a bare verb with a day to come in its clause.
fn dated_later(x: &Extractor<'_>, unit: &Unit, from: usize, source: PartialDate) -> bool {
    let clause = Span::new(from, complement_end(x.reading, unit, from));
    let near = Span::new(from, x.reading.floor((from + 8).min(unit.span.end)));
    let past = !within(&x.reading.triggers, near).is_empty();
    !past
        && x.dates.inside(clause).any(|&(place, date)| {
            let before = x.reading.fold(Span::new(clause.start, place.start)).trim_end();
            date.earliest() > source.latest()
                && x.reading.grammar().time_words.at_end(before).is_some()
        })
}

/// Makes drafts of an announced act.
fn announce(
    x: &mut Extractor<'_>,
    unit: &Unit,
    who: &Resolved,
    trigger: Span,
    start: usize,
) -> Option<usize> {
    let reading = x.reading;
    // "Việt Nam không cho phép bất cứ ai …": what is not done is forgone.
    let not = reading
        .cues_of(Span::new(start, start + 1), CueClass::Negation)
        .next()
        .filter(|_| !reading.has(Span::new(start, start + 1), CueClass::PseudoNegation));
    let start = not.map_or(start, |not| reading.skip_blanks(not.end, unit.span.end));
    let verb = *verb_at(reading, start)?;
    let habit = background::has(reading, unit.span, "habit");
    let keeps = background::begins(reading, start, "continue");
    if habit
        || verb.it.kind == Kind::General && not.is_none() && !keeps
        || !matches!(who.subject, Subject::Actors(_))
    {
        return None;
    }
    let end = complement_end(reading, unit, start);
    let kind = kind_of(reading, x.named, reading.trim(Span::new(start, end))).kind;
    use Kind::{
        Capacity, InfoExchange, InstrumentImplement, Mechanism, Operation, Outreach, Policy,
        Protection, Resource,
    };
    let affirmed = reading.grammar().affirms.is(reading.fold(trigger));
    let bound = matches!(
        kind,
        Capacity | InfoExchange | Mechanism | Outreach | Policy | Protection | Resource
    );
    if !bound && (!affirmed || !matches!(kind, Operation | InstrumentImplement)) {
        return None;
    }
    x.remember(who);
    let said = Utterance {
        unit,
        trigger,
        class: TriggerClass::Future,
        who,
        region: Span::new(unit.span.start, trigger.start),
        content: None,
    };
    let made = x.emit(&said, &Intro { start, refrain: not.is_some(), ..Intro::default() }, end);
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

/// Where the verb begins, after adverbs and words of time (*từ tháng 1 tới mỗi tháng*).
fn predicate(x: &Extractor<'_>, from: usize, limit: usize) -> usize {
    let reading = x.reading;
    let mut at = reading.skip_blanks(from, limit);
    for _ in 0..8 {
        let rest = reading.fold(Span::new(at, limit));
        let grammar = reading.grammar();
        let word = grammar.before_verb.at_start(rest).or(grammar.time_words.at_start(rest));
        let date = x.dates.inside(Span::new(at, at + 1)).next().map(|&(place, _)| place.end);
        let next = match (word, date) {
            (_, Some(end)) => end,
            (Some(word), None) => at + word.len(),
            (None, None) => break,
        };
        at = reading.skip_blanks(next, limit);
    }
    at
}
