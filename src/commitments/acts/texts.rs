//! Texts that are signed, issued or initialled, and rules that are ratified or take effect. In: a predicate. Out: the
//! text as object.

use super::object::{Object, Predicate, doer_before, np_start, passive};
use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::within;
use crate::commitments::record::{Draft, all_as};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{TriggerClass, VerbGroup};
use crate::model::{
    Framing, InstrumentRole, InstrumentType, Kind, Language, Modality, Role, Span, Stage,
};
use crate::text::BlockKind;

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
    let itself = passive || p.intransitive(x.reading);
    left.filter(|_| relative || itself)
        .map(|at| object(at, true))
        .or_else(|| recalled(x, p).filter(|_| itself))
}

/// Farthest that a date stands from the name of the text that it dates, in bytes.
const DATED: usize = 14;

/// "A 2018 memorandum is the bedrock of …", "the treaty dates from 2008": a text of which only its age is told.
pub(crate) fn recall_dated(x: &mut Extractor<'_>, unit: &Unit) {
    let reading = x.reading;
    let Some(now) = x.event_date.or(x.source_date) else { return };
    if unit.kind != BlockKind::Body || unit.language != Language::En {
        return;
    }
    for at in texts_in(x.named, unit.span) {
        let named = &x.named[at];
        let text = !matches!(
            named.kind,
            InstrumentType::Mechanism | InstrumentType::Law | InstrumentType::Decree
        );
        let known = named.id.is_some() || !named.topics.is_empty();
        let from = reading.floor(named.span.start.saturating_sub(8)).max(unit.span.start);
        let around = Span::new(from, reading.floor((named.span.end + DATED).min(unit.span.end)));
        let old = background::old_date(x.dates, around, Some(now));
        let told =
            x.drafts.iter().rev().take_while(|draft| draft.unit.span == unit.span).any(|draft| {
                draft.named.is_some_and(|(other, _)| other == at)
                    || draft.action.overlaps(named.span)
            });
        let Some(date) = old.filter(|_| text && known && !named.generic && !told) else { continue };
        let group = x.group();
        let actors = reading.pair(unit, named.span.start);
        x.push(Draft {
            kind: Kind::InstrumentConclude,
            stage: Stage::Signed,
            modality: Modality::Performative,
            strength: 4,
            framing: Framing::Background,
            parties: all_as(&actors, Role::Signatory),
            named: Some((at, InstrumentRole::Concludes)),
            event_date: Some(date),
            confidence: 0.7,
            group,
            reasons: vec![format!("a text of which the sentence tells only the date {date}")],
            ..Draft::of(x, unit, named.span, named.span)
        });
    }
}

/// Farthest back that a pronoun reaches for the text that it means, in bytes.
const RECALL: usize = 400;

/// "It was signed in 2018": the pronoun means the text named last.
fn recalled(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Object> {
    let reading = x.reading;
    let np = reading.skip_blanks(np_start(x, p), p.verb.start);
    let since = background::own_clause(reading, Span::new(np, p.verb.start));
    let from = if since.start > np {
        since.start + reading.text(since).find(' ').unwrap_or(0)
    } else {
        since.start
    };
    let from = reading.skip_blanks(from, p.verb.start);
    let subject = reading.fold(Span::new(from, p.verb.start));
    let pronoun = reading.grammar().recalling.at_start(subject)?;
    let words = subject.split_whitespace().count();
    let back = Span::new(reading.floor(from.saturating_sub(RECALL)), from);
    let at = texts_in(x.named, back)
        .rfind(|&at| x.named[at].kind != InstrumentType::Mechanism && !x.named[at].generic)?;
    let why = format!("\"{pronoun}\" means the text named before");
    let kind = Kind::InstrumentConclude;
    (words <= 5).then_some(Object {
        span: Span::new(from, from + pronoun.len()),
        reckoned: Reckoned { kind, why, named: Some(at) },
        named: Some(at),
        left: true,
    })
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
    if let Some(object) = recalled(x, p).filter(|_| p.unit.language == Language::En) {
        return Some(object);
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
