//! "Britain provides £300,000", "the Border Guard searched 640 containers", "officials are writing a memorandum": an
//! official subject and a plain verb, when no word of a list makes a sentence promise or report. English shows by position
//! that a word is a verb; what is done must then be definite. In: an English sentence in which nothing was found. Out: drafts.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::actions::lists::pieces;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::record::{Draft, all_as};
use crate::commitments::subjects::Subject;
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Framing, InstrumentRole, Kind, Language, Modality, Role, Span, Stage};
use crate::text::BlockKind;

/// Words between a subject and its verb at most: auxiliaries and adverbs.
const MOST_WORDS: usize = 5;

/// Farthest that a figure stands from the verb whose object it counts, in bytes.
const COUNT: usize = 40;

/// How a plain statement is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tense {
    /// "provides"
    Present,
    /// "sent"
    Past,
    /// "has sent"
    Perfect,
    /// "are writing"
    Progressive,
    /// "no longer carries out"
    Halt,
}

/// The verb of a plain statement.
struct Predicate {
    verb: Span,
    tense: Tense,
}

/// Reads a sentence in which nothing was found.
pub(crate) fn plain(x: &mut Extractor<'_>, unit: &Unit) {
    let reading = x.reading;
    let found = x.drafts.iter().rev().take(8).any(|draft| draft.unit.span == unit.span);
    if found
        || unit.kind != BlockKind::Body
        || unit.language != Language::En
        || reading.has(unit.span, CueClass::ThirdSource)
        || reading.text(unit.span).trim_end().ends_with('?')
    {
        return;
    }
    let marks: Vec<Mark<Who>> = within(&reading.who, unit.span).to_vec();
    for mark in marks {
        let subject = !matches!(mark.it, Who::Place(_) | Who::Outsider | Who::ThirdState)
            && reading.governed(mark.span).is_none()
            && !reading.attributive(mark.span, unit.span.end)
            && !of_relative(reading, unit, mark.span);
        if !subject {
            continue;
        }
        let from = said_of_itself(reading, unit, mark.span.end).unwrap_or(mark.span.end);
        let Some(p) = predicate(reading, unit, from) else { continue };
        let Some(Subject::Actors(actors)) = reading.stands_for(&mark, unit, &x.floor) else {
            continue;
        };
        if state(x, unit, &mark, &p, &reading.as_agencies(actors, unit)) {
            return;
        }
    }
}

/// "the police who searched": a name behind "which" or "that" tells of another thing.
fn of_relative(reading: &Reading<'_>, unit: &Unit, name: Span) -> bool {
    let from = reading.floor(name.start.saturating_sub(16)).max(unit.span.start);
    let before = reading.without_article(reading.fold(Span::new(from, name.start)));
    let grammar = reading.grammar();
    let word = before.rsplit(' ').next().unwrap_or(before);
    grammar.relative_words.is(word) && !said_before(reading, unit, from + before.len() - word.len())
        || grammar.asides.is(word)
}

/// Whether a verb of speech ends right before a place.
fn said_before(reading: &Reading<'_>, unit: &Unit, at: usize) -> bool {
    let from = reading.floor(at.saturating_sub(30)).max(unit.span.start);
    reading.cues_of(Span::new(from, at), CueClass::Speech).any(|cue| cue.end + 2 >= at)
}

/// Words between a subject and what it says it has done, at most.
const SAYS: usize = 8;

/// "The ministry said on Monday it had stripped six firms …": behind a verb of speech and a pronoun the subject goes on.
fn said_of_itself(reading: &Reading<'_>, unit: &Unit, from: usize) -> Option<usize> {
    let grammar = reading.grammar();
    let mut at = from;
    let mut before = Span::new(from, from);
    let mut said = false;
    for word in reading.text(Span::new(from, unit.span.end)).split(' ').take(SAYS + 1) {
        let span = Span::new(at, at + word.len());
        at = span.end + 1;
        let fold = reading.fold(span);
        let done = grammar.perfect.is(fold) || grammar.pluperfect.is(fold);
        if said && done && grammar.recalling.is(reading.fold(before)) {
            return Some(before.end);
        }
        if word.ends_with([',', ';', ':']) {
            return None;
        }
        let speech = || reading.cues_of(Span::new(span.start, span.start + 1), CueClass::Speech);
        said |= !word.is_empty() && speech().next().is_some();
        before = span;
    }
    None
}

/// The verb behind a subject, after auxiliaries and adverbs.
fn predicate(reading: &Reading<'_>, unit: &Unit, from: usize) -> Option<Predicate> {
    let grammar = reading.grammar();
    let text = reading.text(Span::new(from, unit.span.end));
    let mut at = from;
    let mut tense = None;
    let mut last = "";
    for word in text.split(' ').take(MOST_WORDS + 1) {
        let span = Span::new(at, at + word.len());
        at = span.end + 1;
        if word.is_empty() {
            continue;
        }
        let fold = reading.fold(span);
        let lower = word.chars().all(|c| c.is_lowercase() || c == '-');
        if !lower {
            return None;
        }
        if grammar.perfect.is(fold) || grammar.pluperfect.is(fold) {
            tense = Some(Tense::Perfect);
        } else if grammar.progressive.is(fold) {
            tense = Some(Tense::Progressive);
        } else if grammar.longer.is(fold) && last == "no" {
            tense = Some(Tense::Halt);
        } else if grammar.passive.is(fold) {
            return None;
        } else if !(grammar.adverbs.is(fold) || fold.len() > 4 && fold.ends_with("ly")) {
            return finite(reading, span, tense);
        }
        last = fold;
    }
    None
}

/// The word as a verb in the tense that its auxiliary asks for; verbs of speech, of perception and of state tell no act.
fn finite(reading: &Reading<'_>, word: Span, aux: Option<Tense>) -> Option<Predicate> {
    let grammar = reading.grammar();
    let fold = reading.fold(word);
    let here = Span::new(word.start, word.start + 1);
    let idle = grammar.idle.is(fold)
        || within(&reading.cues, here)
            .iter()
            .any(|cue| matches!(cue.it, CueClass::Speech | CueClass::Reporting | CueClass::Effect));
    // A trigger that promises or asks has had its turn.
    let other = within(&reading.triggers, here)
        .iter()
        .any(|mark| !matches!(reading.class(mark), TriggerClass::Act | TriggerClass::Report));
    if idle || other {
        return None;
    }
    let listed = within(&reading.verbs, here).first().filter(|verb| !verb.it.open);
    let form = match listed {
        Some(verb) => Some(verb.it.form),
        None => shape(fold),
    }?;
    // "looked at the proposal": an unknown verb acts on what follows it.
    let next = reading.skip_blanks(word.end, reading.document.norm.fold.len());
    let onto = reading.cues_of(Span::new(next, next + 1), CueClass::Preposition).next().is_some();
    if listed.is_none() && onto {
        return None;
    }
    let verb = listed.map_or(word, |verb| verb.span);
    let tense = match (aux, form) {
        (None, Form::Third) => Tense::Present,
        (None, Form::Past) => Tense::Past,
        (Some(Tense::Perfect), Form::Past) => Tense::Perfect,
        (Some(Tense::Progressive), Form::Ing) => Tense::Progressive,
        (Some(Tense::Halt), Form::Third | Form::Base) => Tense::Halt,
        _ => return None,
    };
    Some(Predicate { verb, tense })
}

/// The form that the ending of an unknown verb shows.
fn shape(word: &str) -> Option<Form> {
    let long = word.len() > 3;
    if long && word.ends_with("ing") {
        Some(Form::Ing)
    } else if long && word.ends_with("ed") {
        Some(Form::Past)
    } else if long && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") {
        Some(Form::Third)
    } else {
        None
    }
}

/// Drafts of a plain statement; `false` when it is too vague.
fn state(
    x: &mut Extractor<'_>,
    unit: &Unit,
    subject: &Mark<Who>,
    p: &Predicate,
    actors: &[usize],
) -> bool {
    let reading = x.reading;
    let end = complement_end(reading, unit, p.verb.end);
    let whole = reading.trim(Span::new(p.verb.start, end));
    let lead = Span::new(unit.span.start, p.verb.start);
    if x.negated(Span::new(subject.span.end, p.verb.start), p.verb.start) && p.tense != Tense::Halt
        || x.condition_before(lead)
        || x.off_topic(whole)
        || p.tense == Tense::Present && background::has(reading, unit.span, "habit")
    {
        return false;
    }
    let (weight, signs) = background::weigh(reading, unit.span);
    let old = background::old_date(x.dates, unit.span, x.event_date).is_some();
    let group = x.group();
    let mut made = false;
    for piece in pieces(reading, x.named, unit, whole) {
        let Some(stage) = stage(x, p, piece.span, &piece.reckoned, actors) else { continue };
        let framing = match p.tense {
            Tense::Past | Tense::Perfect if weight >= 2 || old => Framing::Background,
            Tense::Perfect if stage == Stage::Delivered => Framing::Report,
            _ => Framing::News,
        };
        let role = match stage {
            Stage::Pledged | Stage::Agreed => Role::Committer,
            _ => Role::Implementer,
        };
        let kind = piece.reckoned.kind;
        let mut reasons = vec![
            format!("\"{}\" is the plain verb of an official", reading.text(p.verb)),
            piece.reckoned.why.clone(),
        ];
        reasons.extend(signs.clone());
        x.push(Draft {
            kind,
            stage,
            modality: match stage {
                Stage::Pledged => Modality::UnilateralCommissive,
                Stage::Agreed => Modality::JointCommissive,
                _ => Modality::Performative,
            },
            strength: 3,
            framing,
            parties: all_as(actors, role),
            named: piece.reckoned.named.map(|at| (at, InstrumentRole::ContentOf)),
            confidence: 0.7,
            group,
            reasons,
            ..Draft::of(x, unit, p.verb, piece.span)
        });
        made = true;
    }
    made
}

/// The stage that a plain statement tells; none when it is no definite act.
fn stage(
    x: &Extractor<'_>,
    p: &Predicate,
    action: Span,
    reckoned: &Reckoned,
    actors: &[usize],
) -> Option<Stage> {
    use Kind::{
        Capacity, General, InfoExchange, InstrumentConclude, InstrumentImplement, Mechanism,
        Operation, Outreach, Policy, Protection, Resource,
    };
    let reading = x.reading;
    let kind = reckoned.kind;
    let money = reading.grammar().money().is_match(reading.fold(action));
    let alone = reckoned.why.contains("alone") && !money;
    let definite = definite(x, action);
    match (p.tense, kind) {
        (_, General | InstrumentImplement) => None,
        (Tense::Progressive, InstrumentConclude) => Some(Stage::Negotiating),
        (_, InstrumentConclude) => None,
        (Tense::Halt, Operation | InfoExchange | Resource | Mechanism | Protection | Policy) => {
            Some(Stage::Suspended)
        }
        (Tense::Halt | Tense::Progressive, _) => None,
        (Tense::Present, _) if alone || kind == Operation || !definite => None,
        (Tense::Present, _) if reading.both_sides(actors) => Some(Stage::Agreed),
        (Tense::Present, _) => Some(Stage::Pledged),
        (_, Resource) if money => Some(Stage::Pledged),
        (_, _) if alone || !definite => None,
        (Tense::Past, Mechanism | Policy) => None,
        (_, Mechanism | Policy) => Some(Stage::InForce),
        (_, Operation | InfoExchange) if !counted(reading, action) => None,
        (_, Capacity | InfoExchange | Operation | Outreach | Protection | Resource) => {
            Some(Stage::Delivered)
        }
    }
}

/// Whether an act can be pointed at: it has a figure, or a thing that can be there or not.
fn definite(x: &Extractor<'_>, action: Span) -> bool {
    let reading = x.reading;
    let concepts = &reading.topic.concepts.concepts;
    counted(reading, action) || reading.concepts_in(action).any(|(_, at)| concepts[at].deliverable)
}

/// Whether a figure stands near the beginning of an act.
fn counted(reading: &Reading<'_>, action: Span) -> bool {
    let near = Span::new(action.start, reading.floor((action.start + COUNT).min(action.end)));
    reading.text(near).contains(|c: char| c.is_ascii_digit())
        || within(&reading.cues, near).iter().any(|cue| matches!(cue.it, CueClass::Number(_)))
        || reading.grammar().quantities.inside(reading.fold(near))
}
