//! Texts that are signed, issued or initialled, and rules that are ratified or take effect. In: a predicate. Out: the
//! text as object.

use super::object::{Object, Predicate, doer_before, passive};
use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::within;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{TriggerClass, VerbGroup};
use crate::model::{InstrumentType, Kind, Language, Span};

/// Longest participle phrase before the subject that it describes, in bytes.
const FRONTED: usize = 80;

/// The text signed: to the right, or before a passive or an attribute.
pub(crate) fn text_object(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Object> {
    let passive = passive(x, p);
    if let Some(at) = fronted(x, p) {
        return Some(Object::named(
            x,
            at,
            false,
            Kind::InstrumentConclude,
            "the subject is a text",
        ));
    }
    let right = signed_after(x, p);
    let doer = doer_before(x.reading, p).map_or(0, |passive| p.verb.start - passive.start);
    let back = Span::new(p.unit.span.start, p.verb.start);
    let left = texts_in(x.named, back).rfind(|&at| {
        let named = &x.named[at];
        p.verb.start.saturating_sub(named.span.end + doer) < 90
            && named.span.end + 4 > p.region.start
    });
    let relative = left.is_some_and(|at| relative(x, p, at, right));
    let object =
        |at, left| Object::named(x, at, left, Kind::InstrumentConclude, "the object is a text");
    if let Some(at) = right.filter(|_| !passive) {
        // "ký ngày 21/11" after the name of a text is an attribute.
        let attributive =
            relative && left.is_some_and(|l| x.named[l].span.end + 2 >= p.verb.start && at != l);
        if !attributive {
            return Some(object(at, false));
        }
    }
    left.filter(|_| relative || passive).map(|at| object(at, true))
}

/// "Signed in 2018, the memorandum …": the participle that opens a sentence describes its subject.
fn fronted(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<usize> {
    let reading = x.reading;
    let opens = p.unit.language == Language::En
        && matches!(p.form, Form::Past)
        && p.verb.start == reading.skip_blanks(p.unit.span.start, p.unit.span.end);
    let ahead = Span::new(p.verb.end, p.unit.span.end.min(p.verb.end + FRONTED));
    let at = texts_in(x.named, ahead).next().filter(|_| opens)?;
    let between = reading.text(Span::new(p.verb.end, x.named[at].span.start)).trim_end();
    let bare = between.trim_end_matches(|c: char| c.is_alphabetic()).trim_end();
    (between.ends_with(',') || bare.ends_with(',')).then_some(at)
}

/// The first text named close after the verb, with nothing but small words between.
fn signed_after(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<usize> {
    let reading = x.reading;
    let ahead = Span::new(p.verb.start, p.unit.span.end.min(p.verb.end + 70));
    texts_in(x.named, ahead).find(|&at| {
        let named = &x.named[at];
        let between = Span::new(p.verb.end.min(named.span.start), named.span.start);
        within(&reading.triggers, between).iter().all(|other| {
            matches!(reading.class(other), TriggerClass::Report | TriggerClass::Act)
                && other.it.1 == Form::Plain
        }) && !reading.text(between).contains([';', ','])
            && within(&reading.who, between).len() <= 2
    })
}

/// Whether the verb says something of the text before it: "the plan, which … signed", *Hiệp định được ký*.
fn relative(x: &Extractor<'_>, p: &Predicate<'_>, text: usize, right: Option<usize>) -> bool {
    let reading = x.reading;
    let between = Span::new(x.named[text].span.end.min(p.verb.start), p.verb.start);
    let words = reading.fold(between);
    words.len() < 90
        && (reading.grammar().relative.inside(words)
            || words.trim().trim_matches(',').trim().is_empty()
            || within(&reading.who, between).len() == 1 && words.len() < 40 && right.is_none())
}

/// A law or a visa rule.
pub(crate) fn rule_object(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Object> {
    let near =
        |named: &Named| p.unit.span.contains(named.span) && named.kind != InstrumentType::Mechanism;
    let doer = doer_before(x.reading, p).map_or(0, |passive| p.verb.start - passive.start);
    let right =
        texts_in(x.named, Span::new(p.verb.end, p.verb.end + 60)).find(|&at| near(&x.named[at]));
    let left = texts_in(x.named, Span::new(p.unit.span.start, p.verb.start + 2)).rfind(|&at| {
        let n = &x.named[at];
        near(n) && n.span.end <= p.verb.start + 2 && p.verb.start < n.span.end + 90 + doer
    });
    let chosen = if p.group == VerbGroup::Effect {
        left.map(|at| (at, true))
    } else {
        right.map(|at| (at, false)).or(left.map(|at| (at, true)))
    };
    if let Some((at, left)) = chosen {
        return Some(Object::named(x, at, left, Kind::Policy, "the object is a rule or a text"));
    }
    if p.group == VerbGroup::Effect { visa_rule(x, p) } else { None }
}

/// A visa rule that no text names takes effect.
fn visa_rule(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Object> {
    let reading = x.reading;
    let clause = Span::new(p.region.start, clause_end(x, p.unit, p.verb.end));
    let visa = reading.concepts_in(clause).any(|(_, at)| {
        let concept = &reading.topic.concepts.concepts[at];
        concept.kind == Some(Kind::Policy) && !concept.topics.is_empty()
    });
    let why = "a rule takes effect".to_owned();
    let reckoned = Reckoned { kind: Kind::Policy, why, named: None };
    visa.then_some(Object { span: clause, reckoned, named: None, left: true })
}
