//! Where a complement ends: at a purpose, at the next clause, at the end of a quotation. In: a unit and the place
//! where the complement begins. Out: an offset.

use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Language, Span};

/// Where the complement that begins at `from` ends.
pub(crate) fn complement_end(reading: &Reading<'_>, unit: &Unit, from: usize) -> usize {
    let rest = Span::new(from, unit.span.end);
    let mut end = unit.span.end;
    for mark in within(&reading.cues, rest) {
        let at = mark.span.start;
        if at >= end || at < from + 6 {
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
            // ", the Home Secretary said": the tail begins at the comma before.
            let before = reading.text(Span::new(from, at));
            let cut = before.rfind([',', '"', '”']).map(|comma| from + comma);
            if let Some(cut) = cut.filter(|&cut| cut > from + 6 && at - cut < 80) {
                end = end.min(cut);
            }
        }
    }
    // A quotation that the trigger stands in ends the complement.
    let text = reading.text(rest);
    for close in [",\"", ".\"", "\",", "\".", ",”", "”,", ".”"] {
        if let Some(at) = text.find(close) {
            end = end.min(from + at);
        }
    }
    for mark in within(&reading.triggers, rest) {
        let at = mark.span.start;
        if at >= end || at < from + 4 {
            continue;
        }
        let class = reading.class(mark);
        let outer = matches!(
            class,
            TriggerClass::Joint
                | TriggerClass::Need
                | TriggerClass::Commit
                | TriggerClass::Directive
                | TriggerClass::Wish
                | TriggerClass::Willing
                | TriggerClass::Future
                | TriggerClass::Nominal
                | TriggerClass::Tentative
                | TriggerClass::Lateral
                | TriggerClass::Act
                | TriggerClass::NoPlan
                | TriggerClass::Report
                | TriggerClass::WishAfter
        );
        if !outer {
            continue;
        }
        let willing = class == TriggerClass::Willing
            && ["is ", "are ", "was ", "were ", "stand"]
                .iter()
                .any(|be| reading.fold(mark.span).starts_with(be));
        let finite = willing
            || mark.it.1 == Form::Past
            || mark.it.1 == Form::Third
            || unit.language == Language::Vi
            || !matches!(
                class,
                TriggerClass::Act
                    | TriggerClass::Lateral
                    | TriggerClass::Tentative
                    | TriggerClass::Directive
                    | TriggerClass::Willing
            );
        if let Some(start) = clause_before(reading, from, at, class, finite) {
            end = end.min(start);
        }
    }
    reading.trim(Span::new(from, end.max(from))).end
}

/// Where the clause of a later trigger begins, if it is a clause of its own.
fn clause_before(
    reading: &Reading<'_>,
    from: usize,
    at: usize,
    class: TriggerClass,
    finite: bool,
) -> Option<usize> {
    if !finite {
        return None;
    }
    let before = Span::new(from, at);
    let separator = |start: usize| {
        let text = reading.text(Span::new(from, start)).trim_end();
        let cut = text.trim_end_matches([',', ';', '.']);
        let word = ["and", "và", "đồng thời", "but", "while", "cũng như"]
            .iter()
            .find(|word| cut.ends_with(*word));
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

/// Where the clause after a trigger ends for an act: at the next clause.
pub(crate) fn clause_end(x: &Extractor<'_>, unit: &Unit, from: usize) -> usize {
    let reading = x.reading;
    let end = complement_end(reading, unit, from);
    let text = reading.text(Span::new(from, end));
    let cut = text.find(';').map_or(end, |at| from + at);
    // ", and a meeting … has been postponed": another act with its own subject.
    let next = ["and", "và"].iter().filter_map(|word| {
        let at = from + text.find(&format!(", {word} "))?;
        let acts = within(&reading.triggers, Span::new(at, end))
            .iter()
            .any(|mark| matches!(reading.class(mark), TriggerClass::Act | TriggerClass::Lateral));
        acts.then_some(at)
    });
    next.min().map_or(cut, |at| cut.min(at))
}
