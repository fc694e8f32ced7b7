//! The object of an act and the shape of its clause: passive, attribute, where the noun phrase begins. In: a trigger
//! and its clause. Out: [`Object`], offsets.

use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::Reading;
use crate::commitments::reading::units::Unit;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::VerbGroup;
use crate::model::{Kind, Span};

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
    let words = ["was ", "were ", "been ", "be ", "being ", "is ", "are ", "được ", "bị "];
    words.iter().any(|word| near.ends_with(word))
        || ["được", "was ", "were "].iter().any(|word| verb.starts_with(word))
        || ["was", "were", "been"]
            .iter()
            .any(|word| near.contains(&format!(" {word} ")) && near.trim_end().ends_with("ly"))
}

/// Where the noun phrase before a verb begins: after the last comma or conjunction of its clause.
pub(crate) fn np_start(x: &Extractor<'_>, p: &Predicate<'_>) -> usize {
    let reading = x.reading;
    let text = reading.text(Span::new(p.region.start, p.verb.start));
    let cut = [", and ", "; ", " that ", ", a ", ", the "]
        .iter()
        .filter_map(|mark| {
            let article = mark.starts_with(", ") && !mark.contains("and");
            text.rfind(mark).map(|at| at + if article { 2 } else { mark.len() })
        })
        .max()
        .unwrap_or(0);
    reading.skip_blanks(p.region.start + cut, p.verb.start)
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

/// Whether a participle only describes the text ("the memorandum signed in 2018").
pub(crate) fn attribute(x: &Extractor<'_>, p: &Predicate<'_>, object: &Object) -> bool {
    object.left && !passive(x, p) && {
        let between = x.reading.fold(Span::new(object.span.end.min(p.verb.start), p.verb.start));
        let main = between.contains(" was") || between.contains(" were");
        !main && p.unit.span.contains(object.span)
    }
}
