//! The object of an act and the shape of its clause: passive, attribute, where the noun phrase begins. In: a trigger
//! and its clause. Out: [`Object`], offsets.

use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::Reckoned;
use crate::commitments::extractor::Extractor;
use crate::commitments::reading::Mark;
use crate::commitments::reading::units::Unit;
use crate::config::topic::forms::Form;
use crate::model::Span;

/// Where an act finds its object, and what the object is.
pub(crate) struct Object {
    pub span: Span,
    pub reckoned: Reckoned,
    /// Index of the named text.
    pub named: Option<usize>,
    /// It stands before the trigger (passive, attribute, intransitive).
    pub left: bool,
}

pub(crate) fn floor_boundary(x: &Extractor<'_>, at: usize) -> usize {
    x.reading.document.norm.text.floor_char_boundary(at)
}

pub(crate) fn passive(x: &Extractor<'_>, region: Span, mark: &Mark<(usize, Form)>) -> bool {
    let reading = x.reading;
    let from = floor_boundary(x, mark.span.start.saturating_sub(16)).max(region.start);
    let near = reading.fold(Span::new(from, mark.span.start));
    let words = ["was ", "were ", "been ", "be ", "being ", "is ", "are ", "được ", "bị "];
    words.iter().any(|word| near.ends_with(word))
        || reading.fold(mark.span).starts_with("được")
        || reading.fold(mark.span).starts_with("was ")
        || reading.fold(mark.span).starts_with("were ")
        || ["was", "were", "been"]
            .iter()
            .any(|word| near.contains(&format!(" {word} ")) && near.trim_end().ends_with("ly"))
}

/// Where the noun phrase before a verb begins: after the last comma or conjunction of its clause.
pub(crate) fn np_start(x: &Extractor<'_>, region: Span, verb: usize) -> usize {
    let reading = x.reading;
    let text = reading.text(Span::new(region.start, verb));
    let cut = [", and ", "; ", " that ", ", a ", ", the "]
        .iter()
        .filter_map(|mark| {
            text.rfind(mark).map(|at| {
                if mark.starts_with(", ") && !mark.contains("and") {
                    at + 2
                } else {
                    at + mark.len()
                }
            })
        })
        .max()
        .unwrap_or(0);
    reading.skip_blanks(region.start + cut, verb)
}

/// Where the act ends: its date, place and by-phrase belong to it.
pub(crate) fn tail(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    object: &Object,
) -> usize {
    let reading = x.reading;
    if object.left {
        let end = clause_end(x, unit, mark.span.end);
        let text = reading.text(Span::new(mark.span.end, end));
        let comma = text.find([',', '(', '"', '”']).map_or(end, |at| mark.span.end + at);
        return comma.min(floor_boundary(x, mark.span.end + 90)).max(mark.span.end);
    }
    object.span.end
}

/// Whether a participle only describes the text ("the memorandum signed in 2018").
pub(crate) fn attribute(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    object: &Object,
) -> bool {
    object.left && !passive(x, region, mark) && {
        let between =
            x.reading.fold(Span::new(object.span.end.min(mark.span.start), mark.span.start));
        let main = between.contains(" was") || between.contains(" were");
        !main && unit.span.contains(object.span)
    }
}
