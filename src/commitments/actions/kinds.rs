//! What sort of act a stretch of text describes. In: a span of an action. Out: its kind, and what showed it.

use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::{Reading, within};
use crate::config::topic::triggers::Verb;
use crate::model::{InstrumentType, Kind, Span};

/// Kind of an action, with the evidence in words.
pub(crate) struct Reckoned {
    pub kind: Kind,
    pub why: String,
    /// The text that the action concludes or carries out.
    pub named: Option<usize>,
}

/// Kind of the action in `span`.
pub(crate) fn kind_of(reading: &Reading<'_>, named: &[Named], span: Span) -> Reckoned {
    let verbs: Vec<_> =
        within(&reading.verbs, span).iter().filter(|v| v.span.end <= span.end).collect();
    let first_named = texts_in(named, span).next();
    let hint = first_hint(reading, span, &verbs.iter().map(|v| (v.span, v.it)).collect::<Vec<_>>());
    if let Some(at) = first_named {
        let text = &named[at];
        let before: Vec<Verb> =
            verbs.iter().filter(|v| v.span.start < text.span.start).map(|v| v.it).collect();
        let close =
            text.span.start.saturating_sub(verbs.first().map_or(span.start, |v| v.span.start));
        let object = verbs
            .iter()
            .rfind(|v| v.span.end <= text.span.start)
            .is_none_or(|v| text.span.start - v.span.end < 36);
        let implements = before.iter().any(|v| v.kind == Kind::InstrumentImplement);
        let concludes = before.iter().any(|v| v.kind == Kind::InstrumentConclude);
        let is_text = text.kind != InstrumentType::Mechanism;
        if concludes
            && object
            && is_text
            && !implements
            && matches!(text.kind, InstrumentType::Law | InstrumentType::Decree)
        {
            return Reckoned {
                kind: Kind::Policy,
                why: "a law is drafted".to_owned(),
                named: Some(at),
            };
        }
        if before.is_empty() && is_text && text.span.start <= span.start + 4 {
            return Reckoned {
                kind: Kind::InstrumentImplement,
                why: "the commitment is to a text".to_owned(),
                named: Some(at),
            };
        }
        if concludes && object && is_text && !implements {
            return Reckoned {
                kind: Kind::InstrumentConclude,
                why: "a text is to be concluded".to_owned(),
                named: Some(at),
            };
        }
        if implements && object && is_text {
            return Reckoned {
                kind: Kind::InstrumentImplement,
                why: "a text is carried out".to_owned(),
                named: Some(at),
            };
        }
        // "build a joint action plan" concludes; "continue the memorandum" carries out.
        let direct = is_text
            && !text.generic
            && close < 64
            && object
            && before.last().is_some_and(|v| v.weak)
            && hint.as_ref().is_none_or(|(place, _, _)| place.start >= text.span.start);
        if direct {
            let builds =
                within(&reading.verbs, Span::new(span.start, text.span.start)).iter().any(|v| {
                    matches!(
                        reading.fold(v.span),
                        "build"
                            | "building"
                            | "develop"
                            | "developing"
                            | "xây dựng"
                            | "draft"
                            | "create"
                            | "nghiên cứu"
                            | "research"
                    )
                });
            let kind = if builds { Kind::InstrumentConclude } else { Kind::InstrumentImplement };
            return Reckoned { kind, why: "the verb acts on a text".to_owned(), named: Some(at) };
        }
        if text.generic && before.iter().all(|v| v.weak || v.kind == Kind::InstrumentImplement) {
            return Reckoned {
                kind: Kind::InstrumentImplement,
                why: "the signed texts are carried out".to_owned(),
                named: Some(at),
            };
        }
    }
    let talks = verbs.first().filter(|verb| {
        verb.it.kind == Kind::InstrumentConclude
            && verb.span.start < span.start + 8
            && (reading.fold(verb.span).contains("talks")
                || reading.fold(verb.span).contains("đàm phán"))
    });
    if talks.is_some() {
        return Reckoned {
            kind: Kind::InstrumentConclude,
            why: "talks on a text".to_owned(),
            named: first_named,
        };
    }
    let mechanism = first_named.filter(|&at| named[at].kind == InstrumentType::Mechanism);
    if let Some((_, kind, word)) = hint {
        return Reckoned {
            kind,
            why: format!("\"{word}\" points to {kind}"),
            named: mechanism.filter(|_| kind == Kind::Mechanism),
        };
    }
    let weak = verbs.iter().find(|v| v.it.kind != Kind::General && v.it.weak && !text_verb(v.it));
    match weak {
        Some(verb) => Reckoned {
            kind: verb.it.kind,
            why: format!("\"{}\" alone points to {}", reading.fold(verb.span), verb.it.kind),
            named: mechanism,
        },
        None => Reckoned {
            kind: Kind::General,
            why: "nothing more definite than cooperation".to_owned(),
            named: None,
        },
    }
}

fn text_verb(verb: Verb) -> bool {
    matches!(verb.kind, Kind::InstrumentConclude | Kind::InstrumentImplement)
}

/// The first strong verb or telling concept.
fn first_hint(
    reading: &Reading<'_>,
    span: Span,
    verbs: &[(Span, Verb)],
) -> Option<(Span, Kind, String)> {
    let concepts = &reading.topic.concepts.concepts;
    let noun = reading
        .concepts_in(span)
        .filter_map(|(place, at)| concepts[at].kind.map(|kind| (place, kind)))
        .min_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
    let verb = verbs
        .iter()
        .find(|(_, verb)| !verb.weak && !text_verb(*verb))
        .map(|&(place, verb)| (place, verb.kind));
    let (place, kind) = match (verb, noun) {
        // A verb counts at its place; a noun phrase that begins there and is longer is more telling.
        (Some(verb), Some(noun))
            if noun.0.start < verb.0.start
                || noun.0.start == verb.0.start && noun.0.end > verb.0.end =>
        {
            noun
        }
        (Some(verb), _) => verb,
        (None, Some(noun)) => noun,
        (None, None) => return None,
    };
    Some((place, kind, reading.fold(place).to_owned()))
}
