//! The object of an act and the shape of its clause: passive, attribute, where the noun phrase begins. In: a trigger
//! and its clause. Out: [`Object`], offsets.

use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, Trigger, VerbGroup};
use crate::model::{Kind, Language, Span};

/// A verb that reports an act, in its clause.
#[derive(Clone, Copy)]
pub(crate) struct Predicate<'u> {
    pub unit: &'u Unit,
    /// Where the verb stands.
    pub verb: Span,
    pub form: Form,
    /// The clause before it.
    pub region: Span,
    pub group: VerbGroup,
    /// Index of the trigger.
    pub trigger: usize,
}

/// Where an act finds its object, and what the object is.
pub(crate) struct Object {
    pub span: Span,
    pub reckoned: Reckoned,
    /// Index of the named text.
    pub named: Option<usize>,
    /// It stands before the trigger (passive, attribute, intransitive).
    pub left: bool,
}

impl Predicate<'_> {
    fn has_form(&self, reading: &Reading<'_>, forms: impl Fn(&Trigger) -> &Vec<String>) -> bool {
        let verb = reading.fold(self.verb);
        forms(&reading.topic.triggers.triggers[self.trigger]).iter().any(|form| form == verb)
    }

    /// Whether the verb has no object of its own, or has it before itself.
    pub fn intransitive(&self, reading: &Reading<'_>) -> bool {
        self.has_form(reading, |trigger| &trigger.object_before)
    }

    /// Whether the form of the verb tells a result ("have received").
    pub fn result(&self, reading: &Reading<'_>) -> bool {
        self.has_form(reading, |trigger| &trigger.result)
    }

    /// Whether the form of the verb tells that paying out has begun, not that it is done.
    pub fn begun(&self, reading: &Reading<'_>) -> bool {
        self.has_form(reading, |trigger| &trigger.begun)
    }

    /// Whether the form of the verb counts only with a number after it.
    pub fn counted(&self, reading: &Reading<'_>) -> bool {
        self.has_form(reading, |trigger| &trigger.counted)
    }
}

impl Object {
    /// A named text or mechanism as object.
    pub fn named(x: &Extractor<'_>, at: usize, left: bool, kind: Kind, why: &'static str) -> Self {
        let reckoned = Reckoned { kind, why: why.to_owned(), named: Some(at) };
        Self { span: x.named[at].span, reckoned, named: Some(at), left }
    }
}

impl Reading<'_> {
    /// The nearest beginning of a character at or before an offset.
    pub(crate) fn floor(&self, at: usize) -> usize {
        self.document.norm.text.floor_char_boundary(at)
    }
}

/// Whether the verb is a passive.
pub(crate) fn passive(x: &Extractor<'_>, p: &Predicate<'_>) -> bool {
    let reading = x.reading;
    let from = reading.floor(p.verb.start.saturating_sub(16)).max(p.region.start);
    let near = reading.fold(Span::new(from, p.verb.start));
    let verb = reading.fold(p.verb);
    let grammar = reading.grammar();
    grammar.passive.at_end(near).is_some()
        || doer_before(reading, p).is_some()
        || grammar.passive_head.at_start(verb).is_some()
        // "were formally signed"
        || grammar.passive_past.inside(near) && near.trim_end().ends_with("ly")
}

/// Where the noun phrase before a verb begins: after the last comma or conjunction of its clause.
pub(crate) fn np_start(x: &Extractor<'_>, p: &Predicate<'_>) -> usize {
    let reading = x.reading;
    let text = reading.text(Span::new(p.region.start, p.verb.start));
    let grammar = reading.grammar();
    let after_comma = |(at, _): &(usize, usize)| text[..*at].ends_with(", ");
    let joined = grammar.conjunctions.places(text).filter(after_comma).map(|(at, len)| at + len);
    // "said that …" opens a clause, "the probes that we promised" does not.
    let told = |at: usize| {
        let place = p.region.start + at;
        let near = Span::new(reading.floor(place.saturating_sub(30)), place);
        let speaks = |end: usize| end + 1 >= place;
        p.unit.language == Language::Vi
            || within(&reading.cues, near).iter().any(|cue| {
                matches!(cue.it, CueClass::Speech | CueClass::Reporting) && speaks(cue.span.end)
            })
            || within(&reading.triggers, near).iter().any(|mark| speaks(mark.span.end))
            || text[..at].trim_end().ends_with(',')
            || at == 0
    };
    let content = grammar.that.places(text).filter(|&(at, _)| told(at)).map(|(at, len)| at + len);
    let article = grammar.articles.places(text).filter(after_comma).map(|(at, _)| at);
    let stop = text.rfind("; ").map(|at| at + 2);
    let cut = joined.chain(content).chain(article).chain(stop).max().unwrap_or(0);
    let start = reading.skip_blanks(p.region.start + cut, p.verb.start);
    match p.unit.language {
        Language::Vi => behind_fronts(reading, Span::new(start, p.verb.start)),
        Language::En => start,
    }
}

/// Behind adverbials and words of speech that stand before a Vietnamese subject: "Phải đến ngày 19/6, hạn ngạch mới …".
fn behind_fronts(reading: &Reading<'_>, phrase: Span) -> usize {
    let text = reading.text(phrase);
    let colon = text.rfind(": ").map_or(0, |at| at + 2);
    let mut start = reading.skip_blanks(phrase.start + colon, phrase.end);
    for _ in 0..3 {
        let rest = Span::new(start, phrase.end);
        let Some(comma) = reading.text(rest).find(", ") else { break };
        let next = reading.skip_blanks(start + comma + 1, phrase.end);
        let words = reading.text(Span::new(next, phrase.end)).split_whitespace().count();
        let front = reading.grammar().fronts.at_start(reading.fold(rest)).is_some();
        if !front || words < 2 {
            break;
        }
        start = next;
    }
    start
}

/// Where the act ends: its date, place and by-phrase belong to it.
pub(crate) fn tail(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> usize {
    let reading = x.reading;
    if !object.left {
        return object.span.end;
    }
    let end = clause_end(x, p.unit, p.verb.end);
    let text = reading.text(Span::new(p.verb.end, end));
    let comma = text.find([',', '(', '"', '”']).map_or(end, |at| p.verb.end + at);
    comma.min(reading.floor(p.verb.end + 90)).max(p.verb.end)
}

/// "the memorandum which the two sides have signed": a clause with a subject of its own says so of the text before it.
pub(crate) fn relative_clause(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> bool {
    let reading = x.reading;
    let between = Span::new(object.span.end.min(p.verb.start), p.verb.start);
    let words = reading.fold(between);
    p.unit.language == Language::En
        && object.left
        && reading.grammar().relative_words.at_start(words.trim_start_matches(',')).is_some()
        && !within(&reading.who, between).is_empty()
}

/// Whether a participle only describes the text ("the memorandum signed in 2018").
pub(crate) fn attribute(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> bool {
    object.left && !passive(x, p) && {
        let between = x.reading.fold(Span::new(object.span.end.min(p.verb.start), p.verb.start));
        !x.reading.grammar().passive_past.inside(between) && p.unit.span.contains(object.span)
    }
}

/// Farthest that a Vietnamese passive stands from its verb, in bytes: ranks and names of the doer are between.
const DOER: usize = 190;

/// "được phía Anh trao": the word of the passive before the doer, who is named between it and the verb.
pub(crate) fn doer_before(reading: &Reading<'_>, p: &Predicate<'_>) -> Option<Span> {
    if p.unit.language != Language::Vi {
        return None;
    }
    let from = reading.floor(p.verb.start.saturating_sub(DOER)).max(p.region.start);
    let near = Span::new(from, p.verb.start);
    let words = reading.fold(near);
    let grammar = reading.grammar();
    let (at, length) = grammar.passive_past.places(words).max()?;
    let passive = Span::new(from + at, from + at + length);
    let between = Span::new(passive.end, p.verb.start);
    let first = within(&reading.who, between).first()?;
    let near = reading.text(Span::new(passive.end, first.span.start)).trim().is_empty();
    let busy = !within(&reading.verbs, between).is_empty()
        || within(&reading.triggers, between).iter().any(|mark| {
            !within(&reading.who, Span::new(passive.end, p.verb.start))
                .iter()
                .any(|who| who.span.contains(mark.span))
        });
    (near && !busy).then_some(passive)
}
