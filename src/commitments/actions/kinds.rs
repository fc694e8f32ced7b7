//! What sort of act a stretch of text describes. In: a span of an action. Out: its kind, and what showed it.

use crate::commitments::actions::heads::head_noun;
use crate::commitments::actions::sent::sent;
use crate::commitments::instruments::{Named, texts_in};
use crate::commitments::reading::{Mark, Reading, within};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::Verb;
use crate::model::{InstrumentType, Kind, Language, Span};

/// Kind of an action, with the evidence in words.
pub(crate) struct Reckoned {
    pub kind: Kind,
    pub why: String,
    /// The text that the action concludes or carries out.
    pub named: Option<usize>,
}

/// What first tells the kind of an action: its place, the kind, the words.
type Hint = (Span, Kind, String);

/// Kind of the action in `span`.
pub(crate) fn kind_of(reading: &Reading<'_>, named: &[Named], span: Span) -> Reckoned {
    let verbs: Vec<Mark<Verb>> =
        within(&reading.verbs, span).iter().filter(|v| v.span.end <= span.end).copied().collect();
    let first_named = texts_in(named, span).next();
    if amount_first(reading, span, &verbs) {
        let why = "it begins with an amount of money".to_owned();
        return Reckoned { kind: Kind::Resource, why, named: None };
    }
    if let Some((kind, why)) = sent(reading, span, &verbs) {
        return Reckoned { kind, why, named: None };
    }
    let hint = first_hint(reading, span, &verbs);
    let of_text = first_named
        .and_then(|at| kind_by_text(reading, &named[at], span, &verbs, hint.as_ref()))
        .map(|(kind, why)| Reckoned { kind, why: why.to_owned(), named: first_named });
    if let Some(reckoned) = of_text {
        return reckoned;
    }
    if talks(reading, span, &verbs) {
        let why = "talks on a text".to_owned();
        return Reckoned { kind: Kind::InstrumentConclude, why, named: first_named };
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
        None if helps(reading, span, &verbs) => Reckoned {
            kind: Kind::Protection,
            why: "something is given to those whom the topic protects".to_owned(),
            named: None,
        },
        None => Reckoned {
            kind: Kind::General,
            why: "nothing more definite than cooperation".to_owned(),
            named: None,
        },
    }
}

/// "offer more help to victims": whatever is given to those whom the topic protects is for their protection.
fn helps(reading: &Reading<'_>, span: Span, verbs: &[Mark<Verb>]) -> bool {
    let triggers = &reading.topic.triggers;
    let concepts = &reading.topic.concepts.concepts;
    let spared = &triggers.notions.spared;
    let gives = verbs.first().is_some_and(|verb| {
        let words = reading.fold(verb.span);
        verb.span.start <= span.start + 1
            && (triggers.gives.is(words) || triggers.receives.is(words))
    });
    let group = reading.concepts_in(span).any(|(_, at)| concepts[at].group);
    reading.language_at(span.start) == Some(Language::En)
        && gives
        && group
        && reading.topics_in(span).iter().any(|topic| spared.contains(topic))
}

/// The verbs before the name of a text, and how they stand to it.
struct BeforeText {
    implements: bool,
    concludes: bool,
    all_support: bool,
    last_weak: bool,
    none: bool,
    /// The text is the object of the last verb.
    object: bool,
    /// Distance of the text from the first verb of the action.
    distance: usize,
}

fn before_text(text: &Named, span: Span, verbs: &[Mark<Verb>]) -> BeforeText {
    let before: Vec<Verb> =
        verbs.iter().filter(|v| v.span.start < text.span.start).map(|v| v.it).collect();
    let any = |kind: Kind| before.iter().any(|v| v.kind == kind);
    let first = verbs.first().map_or(span.start, |v| v.span.start);
    BeforeText {
        implements: any(Kind::InstrumentImplement),
        concludes: any(Kind::InstrumentConclude),
        all_support: before.iter().all(|v| v.weak || v.kind == Kind::InstrumentImplement),
        last_weak: before.last().is_some_and(|v| v.weak),
        none: before.is_empty(),
        object: verbs
            .iter()
            .rfind(|v| v.span.end <= text.span.start)
            .is_none_or(|v| text.span.start - v.span.end < 36),
        distance: text.span.start.saturating_sub(first),
    }
}

/// What an action does with the text that it names: concludes it, carries it out, or neither.
fn kind_by_text(
    reading: &Reading<'_>,
    text: &Named,
    span: Span,
    verbs: &[Mark<Verb>],
    hint: Option<&Hint>,
) -> Option<(Kind, &'static str)> {
    let before = before_text(text, span, verbs);
    if text.kind != InstrumentType::Mechanism {
        let law = matches!(text.kind, InstrumentType::Law | InstrumentType::Decree);
        let concludes = before.concludes && before.object && !before.implements;
        if concludes && law {
            return Some((Kind::Policy, "a law is drafted"));
        }
        if before.none && text.span.start <= span.start + 4 && some_text(reading, text) {
            return Some((Kind::InstrumentConclude, "a text that is not there yet"));
        }
        if before.none && text.span.start <= span.start + 4 {
            return Some((Kind::InstrumentImplement, "the commitment is to a text"));
        }
        if concludes {
            return Some((Kind::InstrumentConclude, "a text is to be concluded"));
        }
        if before.implements && before.object {
            return Some((Kind::InstrumentImplement, "a text is carried out"));
        }
        // "build a joint action plan" concludes; "continue the memorandum" carries out.
        let direct = !text.generic
            && before.distance < 64
            && before.object
            && before.last_weak
            && hint.is_none_or(|(place, _, _)| place.start >= text.span.start);
        if direct {
            let builds = builds(reading, Span::new(span.start, text.span.start));
            let english = reading.language_at(span.start) == Some(Language::En);
            let kind = if builds || english && some_text(reading, text) {
                Kind::InstrumentConclude
            } else {
                Kind::InstrumentImplement
            };
            return Some((kind, "the verb acts on a text"));
        }
    }
    (text.generic && before.all_support)
        .then_some((Kind::InstrumentImplement, "the signed texts are carried out"))
}

/// "a treaty on …", not "the treaty on …"
fn some_text(reading: &Reading<'_>, text: &Named) -> bool {
    let from = reading.floor(text.span.start.saturating_sub(8));
    let indefinite = &reading.grammar().indefinite;
    indefinite.at_start(reading.fold(text.span)).is_some()
        || indefinite.at_end(reading.fold(Span::new(from, text.span.start))).is_some()
}

/// Farthest that an amount of money stands from the beginning of what is given, in bytes.
const AMOUNT: usize = 14;

/// "pledged £3 million for shelters": money, whatever it is for.
fn amount_first(reading: &Reading<'_>, span: Span, verbs: &[Mark<Verb>]) -> bool {
    let found = reading.grammar().money().find(reading.fold(span));
    let start = found.map(|amount| span.start + amount.start());
    start.is_some_and(|start| {
        let before = || verbs.iter().take_while(|verb| verb.span.start < start);
        // "is to receive £90,000": whoever gets it.
        let got = |verb: &Mark<Verb>| reading.topic.triggers.receives.is(reading.fold(verb.span));
        let light = before().all(|verb| verb.it.weak && verb.it.kind == Kind::General || got(verb));
        let from = before().last().map_or(span.start, |verb| verb.span.end);
        light && start <= from + AMOUNT
    })
}

/// Whether a verb says that a text is being made.
fn builds(reading: &Reading<'_>, before: Span) -> bool {
    within(&reading.verbs, before)
        .iter()
        .any(|verb| reading.topic.triggers.builds.is(reading.fold(verb.span)))
}

/// Whether the action is to talk about a text.
fn talks(reading: &Reading<'_>, span: Span, verbs: &[Mark<Verb>]) -> bool {
    verbs.first().is_some_and(|verb| {
        verb.it.kind == Kind::InstrumentConclude
            && verb.span.start < span.start + 8
            && reading.topic.triggers.talks.inside(reading.fold(verb.span))
    })
}

fn text_verb(verb: Verb) -> bool {
    matches!(verb.kind, Kind::InstrumentConclude | Kind::InstrumentImplement)
}

/// Farthest that the noun of an object stands from its verb, in bytes.
const OBJECT: usize = 24;

/// "the team's mandate", "the return": what looks like a bare verb behind a determiner is a noun.
fn names_thing(reading: &Reading<'_>, verb: &Mark<Verb>) -> bool {
    let from = reading.floor(verb.span.start.saturating_sub(12));
    let before = reading.fold(Span::new(from, verb.span.start));
    let grammar = reading.grammar();
    let rest_end = reading.floor((verb.span.end + 8).min(reading.document.norm.fold.len()));
    let owned = grammar.possessive.all().any(|ending| before.trim_end().ends_with(ending));
    reading.language_at(verb.span.start) == Some(Language::En)
        && matches!(verb.it.form, Form::Base | Form::Third)
        && before.ends_with(' ')
        && (owned || grammar.articles.at_end(before).is_some())
        // "the supply of data" names the act itself.
        && grammar.of.at_start(reading.fold(Span::new(verb.span.end, rest_end))).is_none()
}

/// The first strong verb or telling concept.
fn first_hint(reading: &Reading<'_>, span: Span, verbs: &[Mark<Verb>]) -> Option<Hint> {
    let concepts = &reading.topic.concepts.concepts;
    let noun = reading
        .concepts_in(span)
        .filter_map(|(place, at)| concepts[at].kind.map(|kind| (place, kind)))
        .min_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
    // "fingerprint training": what stands before the head in its phrase only says what it is for.
    let head = head_noun(reading, span, verbs);
    // "a shared mailbox", "returned women": a participle before the head is no verb; nor is "list" in "a common risk list".
    let participle = |verb: &Mark<Verb>| {
        let inside = head.as_ref().is_some_and(|head| {
            head.phrase.contains(verb.span)
                && verb.span.end < head.noun.end
                && verb.it.form == Form::Past
                || head.noun.contains(verb.span) && verb.span.start > head.noun.start
        });
        inside || names_thing(reading, verb)
    };
    if let Some(head) = head.as_ref().filter(|head| head.decides) {
        return Some((head.noun, head.kind, reading.fold(head.noun).to_owned()));
    }
    let noun = match (&head, noun) {
        (Some(head), Some((place, _)))
            if place.start < head.phrase.start
                || place.start < head.noun.end && place.end >= head.noun.end =>
        {
            noun
        }
        (Some(head), _) => Some((head.noun, head.kind)),
        (None, noun) => noun,
    };
    let verb = verbs
        .iter()
        .find(|verb| !verb.it.weak && !text_verb(verb.it) && !participle(verb))
        .map(|verb| (verb.span, verb.it.kind));
    let (place, kind) = match (verb, noun) {
        // "set aside 2,000 visas": what is given is a right, no money.
        (Some(verb), Some(noun))
            if verb.1 == Kind::Resource
                && noun.1 == Kind::Policy
                && noun.0.start >= verb.0.end
                && noun.0.start - verb.0.end < OBJECT
                && !reading.grammar().money().is_match(reading.fold(span)) =>
        {
            noun
        }
        // "receive a liaison officer": who or what is given decides, where it is the object.
        (Some(verb), Some(noun))
            if noun.1 == Kind::Resource
                && noun.0.start >= verb.0.end
                && noun.0.start - verb.0.end < OBJECT
                && !matches!(verb.1, Kind::Capacity | Kind::Outreach) =>
        {
            noun
        }
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
