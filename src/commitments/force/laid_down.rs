//! "The deal cuts the time for checks to 30 days", "it obliges Hanoi to issue papers": what a text lays down, with the text
//! as the subject of a verb in the present tense (ontology I10). In: an English sentence. Out: drafts.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Framing, InstrumentType, Kind, Language, Span, Stage};
use crate::text::BlockKind;

/// Words between an article and the name of a text at most ("The 11-page text").
const LEAD_WORDS: usize = 4;

/// Longest attribute between a text and its verb ("the deal, signed on Monday, requires"), in bytes.
const ATTRIBUTE: usize = 90;

/// Farthest that a word for any text ends from the beginning of its sentence, in bytes.
const NOUN: usize = 40;

/// Longest name of who is bound, in bytes.
const BOUND: usize = 60;

/// Reads a sentence whose subject is a text. Gives the end of what it covers.
pub(crate) fn laid_down(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::En {
        return None;
    }
    let (text, from) = subject(x, unit)?;
    let rest = reading.fold(Span::new(from, unit.span.end));
    if rest.trim() == ":" {
        let name = Span::new(unit.span.start, from);
        x.open_content(unit, name, text);
        return Some(unit.span.end);
    }
    let verb = says(reading, behind_attribute(reading, unit, from)?, unit.span.end)?;
    let mut verbs = vec![verb];
    verbs.extend(further(reading, Span::new(verb.end, unit.span.end)));
    let mut covered = None;
    for (at, &verb) in verbs.iter().enumerate() {
        let next = verbs.get(at + 1).map(|next| before_join(reading, verb.end, next.start));
        let end = complement_end(reading, unit, verb.end);
        let end = next.map_or(end, |next| next.min(end));
        if !lay_down(x, unit, text, verb, end) {
            break;
        }
        covered = Some(end);
    }
    covered
}

/// Drafts of what one verb of a text lays down, up to `end`; whether there are any.
pub(crate) fn lay_down(
    x: &mut Extractor<'_>,
    unit: &Unit,
    text: usize,
    verb: Span,
    end: usize,
) -> bool {
    let reading = x.reading;
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
            return false;
        }
        x.emit_whole(&said, whole, forbids);
    }
    let (stage, framing) = stands_at(x, text, first);
    for draft in &mut x.drafts[first..] {
        draft.stage = stage;
        draft.framing = framing;
    }
    if x.drafts.len() == first {
        return false;
    }
    x.content_block = Some((unit.block, text));
    true
}

/// The verb at a place by which a text says something.
pub(crate) fn says(reading: &Reading<'_>, at: usize, limit: usize) -> Option<Span> {
    let verb = reading.grammar().text_says.at_start(reading.fold(Span::new(at, limit)))?;
    Some(Span::new(at, at + verb.len()))
}

/// "obliges Hanoi to issue papers and *binds* London to pay": further verbs of the text.
fn further(reading: &Reading<'_>, rest: Span) -> Vec<Span> {
    let grammar = reading.grammar();
    let words = reading.fold(rest);
    let joined = |&at: &usize| grammar.conjunctions.at_end(words[..at].trim_end()).is_some();
    let starts = words.match_indices(' ').map(|(at, _)| at + 1);
    starts.filter(joined).filter_map(|at| says(reading, rest.start + at, rest.end)).collect()
}

/// Where a part ends that the next verb is joined to.
fn before_join(reading: &Reading<'_>, from: usize, next: usize) -> usize {
    let words = reading.fold(Span::new(from, next)).trim_end();
    let join = reading.grammar().conjunctions.at_end(words).map_or(0, str::len);
    from + words[..words.len() - join].trim_end_matches([',', ' ']).len()
}

/// The text that a sentence is about, and where its name ends.
fn subject(x: &Extractor<'_>, unit: &Unit) -> Option<(usize, usize)> {
    let reading = x.reading;
    let grammar = reading.grammar();
    let named = texts_in(x.named, unit.span)
        .next()
        .filter(|&at| speaks(&x.named[at]))
        .filter(|&at| definite(x, unit, x.named[at].span));
    if let Some(at) = named {
        return Some((at, x.named[at].span.end));
    }
    let words = reading.fold(unit.span);
    if let Some(word) = grammar.recalling.at_start(words) {
        let text = x.content_of_block(unit.block).or_else(|| signed_before(x, unit))?;
        return Some((text, unit.span.start + word.len()));
    }
    // "The 11-page text obliges Hanoi": a word for any text means the one that was signed.
    let known =
        grammar.articles.at_start(words).is_some() && grammar.indefinite.at_start(words).is_none();
    let reach =
        Span::new(unit.span.start, reading.floor(unit.span.end.min(unit.span.start + NOUN)));
    let (at, length) = grammar.any_text.places(reading.fold(reach)).min().filter(|_| known)?;
    let lead = words[..at].split_whitespace().count();
    let end = unit.span.start + at + length;
    x.signed.filter(|_| lead <= LEAD_WORDS).map(|text| (text, end))
}

/// "…signed a memorandum. It opens the door to …": the text whose signature the sentence before told.
fn signed_before(x: &Extractor<'_>, unit: &Unit) -> Option<usize> {
    let last = x.drafts.last()?;
    let told = last.kind == Kind::InstrumentConclude
        && last.stage == Stage::Signed
        && last.framing == Framing::News
        && last.unit.block == unit.block;
    x.signed.filter(|_| told)
}

/// Where the verb of a text begins, behind an attribute between commas.
fn behind_attribute(reading: &Reading<'_>, unit: &Unit, from: usize) -> Option<usize> {
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
    Some(reading.skip_blanks(from, unit.span.end))
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
