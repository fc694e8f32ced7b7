//! Lists: a coordinated complement split by kind, and the texts that one action carries out (ontology 3.1). In: a
//! complement. Out: its parts.

use crate::commitments::actions::kinds::{Reckoned, kind_of};
use crate::commitments::actions::verb_at;
use crate::commitments::instruments::{Named, text_around, texts_in};
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{InstrumentType, Kind, Language, Span};

/// One action.
pub(crate) struct Piece {
    pub span: Span,
    pub reckoned: Reckoned,
    /// A strong separator or a marker of its own stands before it, or it is the first.
    pub opens: bool,
}

/// Where a list is cut: the part before ends, the next action begins.
struct Cut {
    end: usize,
    next: usize,
    /// The separator is a strong one (semicolon, line end).
    strong: bool,
    /// The next action has a marker of its own ("and to hold").
    marked: bool,
    /// The next action is one that is not to be done ("and not to hand on such data").
    forgone: bool,
}

/// What stands between two cuts.
struct Part {
    span: Span,
    /// A strong separator stands before it.
    strong: bool,
    /// It is not to be done.
    forgone: bool,
    /// See [`Piece::opens`].
    opens: bool,
}

/// The name of a text that opens a list item begins within this many bytes of it.
const NEAREST_TEXT: usize = 16;

/// The actions inside a complement.
pub(crate) fn pieces(
    reading: &Reading<'_>,
    named: &[Named],
    unit: &Unit,
    span: Span,
) -> Vec<Piece> {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut form = verb_at(reading, span.start).map(|verb| verb.it.form);
    for (separator, strong) in separators(reading, span) {
        let inside =
            text_around(named, separator.start).is_some_and(|text| separator.end < text.span.end);
        let passed = cuts.last().is_some_and(|cut| separator.start < cut.next);
        if inside || passed {
            continue;
        }
        if let Some(next) = further_clause(reading, span, separator) {
            cuts.push(Cut {
                end: separator.start,
                next,
                strong: true,
                marked: false,
                forgone: false,
            });
            continue;
        }
        let start = action_start(reading, separator.end, span.end);
        let verb = start.and_then(|start| verb_at(reading, start));
        let (Some(start), Some(verb)) = (start, verb) else {
            // "a contact point; earlier notice of …": a list of undertakings named as things.
            let bare = verb_at(reading, span.start).is_none();
            let next = nominal_item(reading, separator, span.end, bare).filter(|&next| {
                // A further text that the verb before it carries out is no list item of its own.
                let text = texts_in(named, Span::new(next, span.end)).next();
                text.is_none_or(|at| named[at].span.start >= next + NEAREST_TEXT)
            });
            if let Some(next) = next {
                cuts.push(Cut {
                    end: separator.start,
                    next,
                    strong: true,
                    marked: false,
                    forgone: false,
                });
            }
            continue;
        };
        if reading.grammar().adjuncts.at_start(reading.fold(Span::new(start, span.end))).is_some() {
            continue;
        }
        let part = Span::new(cuts.last().map_or(span.start, |cut| cut.next), separator.start);
        let grammar = reading.grammar();
        // "to continue … and to hold …": the marker said again opens an action of its own.
        let lead = reading.fold(Span::new(separator.end, start));
        let marked = grammar.infinitive.at_end(lead.trim_end()).is_some();
        let free = || grammar.free_joins.is(reading.fold(separator));
        let licensed = marked || licensed(form, verb.it.form, strong, free);
        let splits = !shares_object(reading, part, verb.span.end, span.end, strong)
            && (strong || !inside_purpose(reading, part, separator, verb.it.form));
        if !verb_ends(reading, part) && strong && licensed {
            form = Some(verb.it.form);
        }
        if licensed && splits {
            let forgone = forgone(reading, Span::new(separator.end, start));
            cuts.push(Cut { end: separator.start, next: start, strong, marked, forgone });
        }
    }
    let mut found: Vec<Part> = Vec::new();
    let mut part = Part { span, strong: true, forgone: false, opens: true };
    for cut in cuts {
        let whole = reading.trim(Span::new(part.span.start, cut.end));
        found.push(Part { span: whole, ..part });
        part = Part {
            span: Span::new(cut.next, span.end),
            strong: cut.strong,
            forgone: cut.forgone,
            opens: cut.strong || cut.marked,
        };
    }
    found.push(Part { span: reading.trim(part.span), ..part });
    join(reading, named, unit, found)
}

/// Whether what stands between a separator and a verb says that the act is not to be done.
fn forgone(reading: &Reading<'_>, lead: Span) -> bool {
    reading
        .cues_of(lead, CueClass::Negation)
        .any(|cue| cue.end <= lead.end && !reading.has(cue, CueClass::PseudoNegation))
}

/// "agreed that A will …, that B will … and that C …": each clause of content is an item.
fn further_clause(reading: &Reading<'_>, list: Span, separator: Span) -> Option<usize> {
    let grammar = reading.grammar();
    let opened = Span::new(reading.floor(list.start.saturating_sub(6)), list.start);
    let clause = grammar.that.at_end(reading.fold(opened)).is_some()
        || grammar.that.at_start(reading.fold(list)).is_some();
    let mut at = reading.skip_blanks(separator.end, list.end);
    let joined = grammar.conjunctions.at_start(reading.fold(Span::new(at, list.end)));
    at = reading.skip_blanks(at + joined.map_or(0, str::len), list.end);
    let that = grammar.that.at_start(reading.fold(Span::new(at, list.end))).filter(|_| clause)?;
    Some(reading.skip_blanks(at + that.len(), list.end))
}

/// Where an item of a list begins that is named as a thing ("…; and a contact point in each ministry; …"). In a
/// Vietnamese list without verbs (`bare`), a comma parts things that are counted: "một đường dây nóng, hai khóa tập huấn".
fn nominal_item(reading: &Reading<'_>, separator: Span, limit: usize, bare: bool) -> Option<usize> {
    let strong = reading.text(separator) == ";";
    let grammar = reading.grammar();
    let mut at = reading.skip_blanks(separator.end, limit);
    if strong || bare {
        let word = grammar.conjunctions.at_start(reading.fold(Span::new(at.min(limit), limit)));
        at = reading.skip_blanks(at + word.map_or(0, str::len), limit);
    }
    if strong {
        return (at < limit).then_some(at);
    }
    let counted = bare && reading.language_at(separator.start) == Some(Language::Vi) && {
        let rest = reading.fold(Span::new(at.min(limit), limit));
        grammar.plurals.at_start(rest).is_some() || rest.starts_with(|c: char| c.is_ascii_digit())
    };
    let near = Span::new(at, reading.floor((at + ITEM).min(limit)).max(at));
    let concepts = &reading.topic.concepts.concepts;
    let told = counted && reading.concepts_in(near).any(|(_, at)| concepts[at].kind.is_some());
    told.then_some(at)
}

/// Farthest that the telling noun of a counted thing stands from its number, in bytes.
const ITEM: usize = 40;

/// Marks and words that may part a list, in text order; `true` for strong ones.
fn separators(reading: &Reading<'_>, span: Span) -> Vec<(Span, bool)> {
    let mut separators: Vec<(Span, bool)> = reading
        .text(span)
        .char_indices()
        .filter(|&(_, c)| matches!(c, ',' | ';' | '\n' | '&'))
        .map(|(at, c)| (Span::new(span.start + at, span.start + at + 1), !matches!(c, ',' | '&')))
        .collect();
    separators.extend(reading.cues_of(span, CueClass::Separator).map(|cue| (cue, false)));
    separators.sort_by_key(|(span, _)| span.start);
    separators
}

/// Whether a verb may begin an action of its own: in the form of the first one, or after a strong or free separator.
fn licensed(first: Option<Form>, this: Form, strong: bool, free: impl Fn() -> bool) -> bool {
    match (first, this) {
        (_, Form::Plain) => true,
        (None, _) => strong,
        (Some(first), this) => first == this || strong || free(),
    }
}

/// "maintain and develop exchanges": the part before is a bare verb, or the next verb has nothing of its own.
fn shares_object(
    reading: &Reading<'_>,
    part: Span,
    verb_end: usize,
    end: usize,
    strong: bool,
) -> bool {
    let words = reading.text(Span::new(verb_end, end)).trim_start();
    let of = !strong && reading.grammar().of.at_start(words).is_some();
    words.starts_with([',', ';']) || words.is_empty() || of || verb_ends(reading, part)
}

fn verb_ends(reading: &Reading<'_>, part: Span) -> bool {
    let part = reading.trim(part);
    verb_at(reading, part.start).is_some_and(|verb| verb.span.end >= part.end)
}

/// "to exchange information and share experiences": the second verb belongs to the purpose.
fn inside_purpose(reading: &Reading<'_>, part: Span, separator: Span, form: Form) -> bool {
    let grammar = reading.grammar();
    form == Form::Base
        && grammar.conjunctions.is(reading.fold(separator))
        && grammar.infinitive.places(reading.fold(part)).max().is_some_and(|(at, length)| {
            at > 13
                && verb_at(reading, part.start + at + length + 1)
                    .is_some_and(|verb| verb.it.form == Form::Base)
        })
}

/// Glues parts of one kind together.
fn join(reading: &Reading<'_>, named: &[Named], unit: &Unit, parts: Vec<Part>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for Part { span, strong, forgone, opens } in parts {
        if span.is_empty() {
            continue;
        }
        let reckoned = kind_of(reading, named, span);
        // What is not to be done is no part of what is.
        if let Some(last) = pieces.last_mut()
            && !strong
            && !forgone
        {
            let topics = reading.topics_in(span);
            let before = reading.topics_in(last.span);
            let words = reading.text(span).split_whitespace().count();
            let apart = !topics.is_empty() && !topics.iter().any(|topic| before.contains(topic));
            let general = reckoned.kind == Kind::General
                && !(apart && words >= 4 && unit.language == Language::En || apart && words >= 6);
            let same = reckoned.kind == last.reckoned.kind;
            let opening = last.reckoned.kind == Kind::General
                && before.is_empty()
                && reading.text(last.span).split_whitespace().count() <= 4;
            if same || general || opening {
                last.span.end = span.end;
                if opening && !same {
                    last.reckoned = reckoned;
                } else {
                    let whole = kind_of(reading, named, last.span);
                    if whole.kind == last.reckoned.kind {
                        last.reckoned = whole;
                    }
                }
                continue;
            }
        }
        pieces.push(Piece { span, reckoned, opens });
    }
    pieces
}

/// Where an action begins after a separator: small words, an actor, and a second separator are passed over.
pub(crate) fn action_start(reading: &Reading<'_>, from: usize, limit: usize) -> Option<usize> {
    let mut at = from;
    for _ in 0..6 {
        at = reading.skip_blanks(at, limit);
        let text = reading.text(Span::new(at.min(limit), limit));
        at += text
            .find(|c: char| !matches!(c, ',' | ';' | '•' | '-' | ' ' | '\n'))
            .unwrap_or(text.len());
        if at >= limit {
            return None;
        }
        if verb_at(reading, at).is_some() {
            return Some(at);
        }
        let here = Span::new(at, at + 1);
        if let Some(mark) = within(&reading.cues, here)
            .iter()
            .filter(|m| matches!(m.it, CueClass::Intro | CueClass::Separator | CueClass::Negation))
            .max_by_key(|m| m.span.end)
        {
            if mark.it == CueClass::Negation
                && verb_at(reading, reading.skip_blanks(mark.span.end, limit)).is_some()
            {
                return Some(reading.skip_blanks(mark.span.end, limit));
            }
            at = mark.span.end;
            continue;
        }
        // *từ tháng 9 đưa bộ phim về trường*: the time of an item stands before its verb.
        let rest = reading.fold(Span::new(at, limit));
        let timed = reading.language_at(at) == Some(Language::Vi);
        let digits =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '/').len();
        if let Some(word) = reading.grammar().time_words.at_start(rest).filter(|_| timed) {
            at += word.len();
            continue;
        }
        if timed && digits > 0 && at > from + 2 {
            at += digits;
            continue;
        }
        if let Some(mark) = within(&reading.triggers, here).first()
            && reading.class(mark) == TriggerClass::Future
        {
            at = mark.span.end;
            continue;
        }
        if let Some(mark) = within(&reading.who, here).first()
            && matches!(mark.it, Who::Actor(_) | Who::Side(_) | Who::PairAgency | Who::PairState)
        {
            at = mark.span.end;
            continue;
        }
        return None;
    }
    None
}

/// The texts that a piece carries out: each is a mention of its own (ontology 3.1.3).
pub(crate) fn carried_out(named: &[Named], piece: Span) -> Vec<usize> {
    texts_in(named, piece)
        .filter(|&at| named[at].kind != InstrumentType::Mechanism || named[at].generic)
        .collect()
}
