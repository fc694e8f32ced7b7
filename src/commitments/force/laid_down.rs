//! "The deal cuts the time for checks to 30 days", "it obliges Hanoi to issue papers": what a text lays down, with the text
//! as the subject of a verb in the present tense (ontology I10). In: an English sentence. Out: drafts.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::within;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Framing, InstrumentType, Kind, Language, Span, Stage};
use crate::text::BlockKind;

/// Words between an article and the name of a text at most ("The 11-page text").
const LEAD_WORDS: usize = 4;

/// Longest attribute between a text and its verb ("the deal, signed on Monday, requires"), in bytes.
const ATTRIBUTE: usize = 90;

/// Longest name of who is bound, in bytes.
const BOUND: usize = 60;

/// Reads a sentence whose subject is a text. Gives the end of what it covers.
pub(crate) fn laid_down(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::En {
        return None;
    }
    let (text, verb) = predicate(x, unit)?;
    let end = complement_end(reading, unit, verb.end);
    let after = Span::new(verb.end, end.max(verb.end));
    let bound = bound(x, unit, after);
    let actors = match &bound {
        Some((actors, _)) => actors.clone(),
        None => reading.pair(unit, verb.start),
    };
    let forbids = reading.grammar().text_forbids.is(reading.fold(verb));
    let who = Resolved {
        subject: Subject::Actors(actors),
        confidence: 0.9,
        why: "whom the text binds",
        span: None,
    };
    let said = Utterance {
        unit,
        trigger: verb,
        class: TriggerClass::Future,
        who: &who,
        region: Span::new(unit.span.start, unit.span.start),
        content: Some(text),
    };
    let first = x.drafts.len();
    if let Some((_, start)) = bound {
        let intro = Intro { start, refrain: forbids, ..Intro::default() };
        x.emit(&said, &intro, end);
    } else {
        let whole = reading.trim(Span::new(verb.start, end));
        if kind_of(reading, x.named, whole).kind == Kind::General || x.off_topic(whole) {
            return None;
        }
        x.emit_whole(&said, whole, forbids);
    }
    let (stage, framing) = stands_at(x, text, first);
    for draft in &mut x.drafts[first..] {
        draft.stage = stage;
        draft.framing = framing;
    }
    if x.drafts.len() == first {
        return None;
    }
    x.content_block = Some((unit.block, text));
    Some(end)
}

/// The text that a sentence is about, and its verb.
fn predicate(x: &Extractor<'_>, unit: &Unit) -> Option<(usize, Span)> {
    let reading = x.reading;
    let grammar = reading.grammar();
    let named = texts_in(x.named, unit.span)
        .next()
        .filter(|&at| speaks(&x.named[at]))
        .filter(|&at| definite(x, unit, x.named[at].span));
    let words = reading.fold(unit.span);
    let pronoun = grammar.recalling.at_start(words).filter(|_| named.is_none());
    let (text, from) = match (named, pronoun) {
        (Some(at), _) => (at, x.named[at].span.end),
        (None, Some(word)) => (x.content_of_block(unit.block)?, unit.span.start + word.len()),
        (None, None) => return None,
    };
    let rest = reading.fold(Span::new(from, unit.span.end));
    let attribute = rest.trim_start().starts_with(',').then(|| {
        let open = rest.find(',').map_or(0, |at| at + 1);
        rest[open..].find(", ").map(|at| open + at + 1).filter(|&at| at < ATTRIBUTE)
    });
    let from = match attribute {
        Some(Some(at)) => from + at,
        Some(None) => return None,
        None => from,
    };
    let start = reading.skip_blanks(from, unit.span.end);
    let verb = grammar.text_says.at_start(reading.fold(Span::new(start, unit.span.end)))?;
    Some((text, Span::new(start, start + verb.len())))
}

/// Texts between states; what a law lays down binds others.
fn speaks(text: &Named) -> bool {
    use InstrumentType::{Decree, Law, Mechanism};
    !matches!(text.kind, Mechanism | Law | Decree) && !text.generic
}

/// Whether a text opens the sentence, as one that is known.
fn definite(x: &Extractor<'_>, unit: &Unit, name: Span) -> bool {
    let reading = x.reading;
    let grammar = reading.grammar();
    let lead = reading.fold(Span::new(unit.span.start, name.start.max(unit.span.start)));
    let whole = reading.fold(Span::new(unit.span.start, name.end));
    lead.split_whitespace().count() <= LEAD_WORDS
        && !lead.contains([',', ';', ':'])
        && grammar.indefinite.at_start(whole).is_none()
        && grammar.fronts.at_start(whole).is_none()
        && within(&reading.triggers, Span::new(unit.span.start, name.start)).is_empty()
}

/// "obliges Hanoi to …": whom the text binds, and where that act begins.
fn bound(x: &Extractor<'_>, unit: &Unit, after: Span) -> Option<(Vec<usize>, usize)> {
    let reading = x.reading;
    let near = Span::new(after.start, reading.floor((after.start + BOUND).min(after.end)));
    let who = within(&reading.who, near).iter().find(|who| {
        let before = reading.fold(Span::new(after.start, who.span.start));
        !matches!(who.it, Who::Place(_)) && reading.without_article(before).trim().is_empty()
    })?;
    let Subject::Actors(actors) = reading.stands_for(who, unit, &x.floor)? else { return None };
    let rest = reading.fold(Span::new(who.span.end, after.end));
    let to = rest.find(char::is_whitespace).filter(|&at| at > 0).unwrap_or(0);
    let infinitive = reading.grammar().infinitive.at_start(&rest[to..])?;
    let at = reading.skip_blanks(who.span.end + to, after.end) + infinitive.len();
    let start = reading.skip_blanks(at, after.end);
    let not = reading.cues_of(Span::new(start, start + 1), CueClass::Negation).next();
    not.is_none().then_some((actors, start))
}

/// The stage that content has: that of its text, as far as the article or the register tells.
fn stands_at(x: &Extractor<'_>, text: usize, until: usize) -> (Stage, Framing) {
    let signed = x.signed.is_some() || x.told_signed.iter().any(|&at| x.same_text(at, text));
    if signed {
        return (Stage::Signed, Framing::News);
    }
    let told = x.drafts[..until].iter().rev().find(|draft| {
        draft.kind == Kind::InstrumentConclude
            && draft.named.is_some_and(|(at, _)| x.same_text(at, text))
    });
    if let Some(told) = told.filter(|told| told.stage < Stage::Signed) {
        return (told.stage, Framing::News);
    }
    let id = x.named[text].id.as_ref();
    let known =
        x.reading.topic.instruments.iter().any(|known| {
            id == Some(&known.instrument.id) && known.instrument.stage >= Stage::Signed
        });
    (Stage::Signed, if known { Framing::Background } else { Framing::News })
}
