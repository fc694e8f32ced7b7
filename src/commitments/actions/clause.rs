//! Where a complement ends: at a purpose, at the next clause, at the end of a quotation. In: a unit and the place
//! where the complement begins. Out: an offset.

use crate::commitments::actions::lists::action_start;
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Language, Span};

/// Where the complement that begins at `from` ends.
pub(crate) fn complement_end(reading: &Reading<'_>, unit: &Unit, from: usize) -> usize {
    let end = before_cues(reading, unit, from);
    let end = end.min(quotation_end(reading, unit, from));
    let end = before_triggers(reading, unit, from, end);
    let end = next_content(reading, unit, from, end);
    reading.trim(Span::new(from, end.max(from))).end
}

/// "…, that thirty officers will be taught, and that …": the next of several clauses of content, each with its own future.
fn next_content(reading: &Reading<'_>, unit: &Unit, from: usize, end: usize) -> usize {
    if unit.language != Language::En || end <= from {
        return end;
    }
    let text = reading.fold(Span::new(from, end));
    let that = &reading.grammar().that;
    let clauses = that.places(text).filter(|&(at, _)| {
        let before = text[..at].trim_end();
        let joined = reading.grammar().conjunctions.at_end(before).is_some();
        let behind = Span::new(from + at, unit.span.end);
        let future = within(&reading.triggers, behind).iter().any(|mark| {
            reading.class(mark) == TriggerClass::Future && mark.span.start < from + at + CONTENT
        });
        (joined || before.ends_with(',')) && future
    });
    clauses.map(|(at, _)| at).filter(|&at| at > 12).min().map_or(end, |at| {
        let before = text[..at].trim_end();
        let join = reading.grammar().conjunctions.at_end(before).map_or(0, str::len);
        from + before[..before.len() - join].trim_end().len()
    })
}

/// Farthest that the future of a clause of content stands from its "that", in bytes.
const CONTENT: usize = 90;

/// The first word that ends a clause or begins its purpose, or the tail of a quotation (", the minister said").
fn before_cues(reading: &Reading<'_>, unit: &Unit, from: usize) -> usize {
    let mut end = unit.span.end;
    for mark in within(&reading.cues, Span::new(from, unit.span.end)) {
        let at = mark.span.start;
        if at >= end {
            break;
        }
        if at < from + 6 {
            continue;
        }
        if mark.it == CueClass::Purpose && asked_to(reading, from, mark.span) {
            continue;
        }
        if reading.cues_of(Span::new(at, at + 1), CueClass::Speech).next().is_some()
            && let Some(cut) = said_after(reading, unit, from, at)
        {
            end = end.min(cut);
            continue;
        }
        if mark.it == CueClass::Stop && goes_on(reading, unit, mark.span) {
            continue;
        }
        if matches!(mark.it, CueClass::Stop | CueClass::Purpose) {
            let named = within(&reading.heads, Span::new(at, unit.span.end)).len();
            if mark.it == CueClass::Purpose && named > 0 && unit.language == Language::Vi {
                continue;
            }
            end = at;
        }
        if mark.it == CueClass::Speech && unit.language == Language::En {
            // The tail begins at the comma before.
            let before = reading.text(Span::new(from, at));
            let cut = before.rfind([',', '"', '”']).map(|comma| from + comma);
            if let Some(cut) = cut.filter(|&cut| cut > from + 6 && at - cut < 80) {
                end = end.min(cut);
            }
        }
    }
    end
}

/// Words between "but" and its verb, at most, in bytes.
const CONTRAST: usize = 16;

/// "…, nhưng không cung cấp …": what stands against the act is an act of the same subject.
fn goes_on(reading: &Reading<'_>, unit: &Unit, stop: Span) -> bool {
    let at = reading.skip_blanks(stop.end, unit.span.end);
    unit.language == Language::Vi
        && reading.grammar().contrasts.is(reading.fold(stop))
        && within(&reading.who, Span::new(at, at + 1)).is_empty()
        && action_start(reading, at, unit.span.end).is_some_and(|verb| verb < at + CONTRAST)
}

/// "…, ông Thành, Phó Chủ tịch tỉnh, cho biết": in Vietnamese, who says so stands behind a comma, with rank and office, and
/// no other verb.
fn said_after(reading: &Reading<'_>, unit: &Unit, from: usize, cue: usize) -> Option<usize> {
    if unit.language != Language::Vi {
        return None;
    }
    let commas = reading.text(Span::new(from, cue)).match_indices(',').map(|(at, _)| from + at);
    commas.filter(|&comma| comma > from + 6).find(|&comma| {
        let start = reading.skip_blanks(comma + 1, cue);
        let who = within(&reading.who, Span::new(start, start + 1)).first();
        let between = Span::new(start, cue);
        who.is_some_and(|who| !matches!(who.it, Who::Place(_)))
            && between.len() < TAIL
            && within(&reading.triggers, between).is_empty()
            && within(&reading.verbs, between).is_empty()
    })
}

/// Longest name, rank and office of who says so, in bytes.
const TAIL: usize = 140;

/// "asked the British side to ease …": after the one who is asked, "to" opens the action, not its purpose.
fn asked_to(reading: &Reading<'_>, from: usize, cue: Span) -> bool {
    let infinitive = reading.grammar().infinitive.at_start(reading.fold(cue)).is_some();
    let before = Span::new(from, cue.start);
    let asked = within(&reading.who, before).last();
    infinitive
        && asked.is_some_and(|asked| asked.span.end + 1 >= cue.start)
        && within(&reading.verbs, before).is_empty()
}

/// A quotation that the trigger stands in ends the complement.
fn quotation_end(reading: &Reading<'_>, unit: &Unit, from: usize) -> usize {
    let text = reading.text(Span::new(from, unit.span.end));
    let closes = [",\"", ".\"", "\",", "\".", ",”", "”,", ".”"];
    let found = closes.iter().filter_map(|close| text.find(close)).min();
    found.map_or(unit.span.end, |at| from + at)
}

/// The first later trigger before `end` that has a clause of its own.
fn before_triggers(reading: &Reading<'_>, unit: &Unit, from: usize, mut end: usize) -> usize {
    for mark in within(&reading.triggers, Span::new(from, unit.span.end)) {
        let at = mark.span.start;
        if at >= end {
            break;
        }
        let class = reading.class(mark);
        // A list of plans or a draft may be spoken of inside an action.
        let outer = !matches!(class, TriggerClass::Plan | TriggerClass::Draft);
        if at < from + 4 || !outer || !finite(reading, unit, mark) {
            continue;
        }
        let thing = || {
            let future = class == TriggerClass::Future && unit.language == Language::En;
            if future { clause_of_thing(reading, from, at) } else { None }
        };
        if let Some(start) = clause_before(reading, from, at, class).or_else(thing) {
            end = end.min(start);
        }
    }
    end
}

/// Whether a trigger may be the verb of a clause.
fn finite(reading: &Reading<'_>, unit: &Unit, mark: &Mark<(usize, Form)>) -> bool {
    let class = reading.class(mark);
    let willing = class == TriggerClass::Willing
        && reading.grammar().be.at_start(reading.fold(mark.span)).is_some();
    willing
        || matches!(mark.it.1, Form::Past | Form::Third)
        || unit.language == Language::Vi
        || !matches!(
            class,
            TriggerClass::Act
                | TriggerClass::Lateral
                | TriggerClass::Tentative
                | TriggerClass::Directive
                | TriggerClass::Willing
        )
}

/// Where the clause of a later trigger begins, if it is a clause of its own.
fn clause_before(
    reading: &Reading<'_>,
    from: usize,
    at: usize,
    class: TriggerClass,
) -> Option<usize> {
    let before = Span::new(from, at);
    let separator = |start: usize| {
        let text = reading.text(Span::new(from, start)).trim_end();
        let cut = text.trim_end_matches([',', ';', '.']);
        let word = reading.grammar().clause_joins.at_end(cut);
        let cut = word.map_or(cut, |word| cut[..cut.len() - word.len()].trim_end());
        let cut = cut.trim_end_matches([',', ';', ' ']);
        (cut.len() < text.len()).then_some(from + cut.len())
    };
    let acts = matches!(
        class,
        TriggerClass::Act
            | TriggerClass::Lateral
            | TriggerClass::Report
            | TriggerClass::Tentative
            | TriggerClass::Nominal
    );
    if !acts && let Some(start) = separator(at) {
        return Some(start);
    }
    // A subject right before the trigger, after a separator.
    let subject = within(&reading.who, before).iter().rfind(|mark| {
        !matches!(mark.it, Who::Place(_) | Who::Title)
            && mark.span.end <= at
            && reading.text(Span::new(mark.span.end, at)).trim().len() < 8
    })?;
    separator(subject.span.start)
}

/// Words that the subject of a further clause has at most.
const SUBJECT_WORDS: usize = 14;

/// "will open a house in Vinh and sixty social workers will be trained": a clause whose subject is a thing, joined to
/// an action.
fn clause_of_thing(reading: &Reading<'_>, from: usize, at: usize) -> Option<usize> {
    let text = reading.fold(Span::new(from, at));
    let grammar = reading.grammar();
    let mut joins: Vec<(usize, usize)> =
        grammar.clause_joins.places(text).filter(|&(place, _)| place > 12).collect();
    joins.sort_unstable();
    let comma = |place: usize| text[..place].trim_end().ends_with(',');
    joins.iter().rev().find_map(|&(place, length)| {
        let before = text[..place].trim_end();
        // "schools in Quang Tri and Ha Tinh will be": what stands before must be a clause.
        let mut strong = joins.iter().filter(|(other, _)| *other < place && comma(*other));
        let opened = strong.next_back().map_or(0, |(other, _)| *other);
        let clause = Span::new(from + opened, from + place);
        let future = within(&reading.triggers, clause)
            .iter()
            .any(|mark| reading.class(mark) == TriggerClass::Future);
        let begun = reading.skip_blanks(from, at);
        let acts = opened == 0
            && (verb_at(reading, begun).is_some()
                || grammar.passive_future.at_start(text).is_some());
        let subject = Span::new(reading.skip_blanks(from + place + length, at), at);
        let cut = before.trim_end_matches([',', ' ']);
        (names_thing(reading, subject) && (future || acts)).then_some(from + cut.len())
    })
}

/// Whether a stretch before a future is a noun phrase that may be its subject.
fn names_thing(reading: &Reading<'_>, subject: Span) -> bool {
    let words = reading.fold(subject);
    let count = words.split_whitespace().count();
    (1..=SUBJECT_WORDS).contains(&count)
        && !words.contains([',', ';', '"'])
        && !reading.grammar().asides.inside(words)
        && verb_at(reading, subject.start).is_none_or(|verb| verb.it.open)
        && within(&reading.triggers, subject).len() <= 1
}

/// Where the clause after a trigger ends for an act: at the next clause.
pub(crate) fn clause_end(x: &Extractor<'_>, unit: &Unit, from: usize) -> usize {
    let reading = x.reading;
    let end = complement_end(reading, unit, from);
    let text = reading.text(Span::new(from, end));
    let cut = text.find(';').map_or(end, |at| from + at);
    // ", and a meeting … has been postponed": another act with its own subject.
    let next = reading.grammar().conjunctions.all().filter_map(|word| {
        let at = from + text.find(&format!(", {word} "))?;
        let acts = within(&reading.triggers, Span::new(at, end))
            .iter()
            .any(|mark| matches!(reading.class(mark), TriggerClass::Act | TriggerClass::Lateral));
        acts.then_some(at)
    });
    next.min().map_or(cut, |at| cut.min(at))
}
