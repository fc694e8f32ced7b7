//! What is launched, completed, paid for, suspended, refused or resumed. In: a predicate. Out: the object.

use super::object::{Object, Predicate, doer_before, np_start, passive};
use crate::commitments::actions::clause::clause_end;
use crate::commitments::actions::kinds::{Reckoned, kind_of};
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::{Mark, within};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, VerbGroup};
use crate::model::{InstrumentType, Kind, Language, Span};

/// The stretches on both sides of a verb in which its object may stand.
struct Sides {
    left: Span,
    right: Span,
    /// Where the noun phrase before the verb begins.
    np: usize,
}

/// What an object may be read as.
struct Candidate {
    span: Span,
    left: bool,
    named: Option<usize>,
    reckoned: Reckoned,
    /// Its own words tell the kind, more than the verb alone does.
    telling: bool,
}

/// What is launched, completed, suspended, refused or resumed.
pub(crate) fn plain_object(x: &Extractor<'_>, p: &Predicate<'_>) -> Option<Object> {
    let reading = x.reading;
    let end = clause_end(x, p.unit, p.verb.end);
    let np = np_start(x, p);
    let right = reading.trim(Span::new(p.verb.end, end));
    let before = doer_before(reading, p).map_or(p.verb.start, |passive| passive.start.max(np));
    let left = reading.trim(Span::new(np, before));
    let sides = Sides { left, right, np };
    if p.counted(reading) && !numbered(x, if passive(x, p) { left } else { right }) {
        return None;
    }
    if p.group == VerbGroup::Fund && !chosen_side(x, p, &sides).0.is_empty() {
        return fund_object(x, p, &sides);
    }
    let noun = reading.grammar().requests.at_end(reading.fold(p.verb)).map_or(0, str::len);
    let refused = Span::new(p.verb.end - noun, right.end.max(p.verb.end));
    if p.group == VerbGroup::Refuse
        && let Some(reckoned) = x.request_meant(refused)
    {
        return Some(Object { span: right, named: reckoned.named, reckoned, left: false });
    }
    let found = candidate(x, p, &sides)?;
    if let Some(object) = partnership(x, p, &found) {
        return Some(object);
    }
    let (span, named, is_left) = (found.span, found.named, found.left);
    let reckoned = reckoned_as(x, p, found)?;
    // Launching a text is concluding it only when it is signed.
    let kinds_of_launch = matches!(
        reckoned.kind,
        Kind::Mechanism | Kind::Outreach | Kind::Protection | Kind::Capacity | Kind::Policy
    ) || reckoned.kind == Kind::Resource && priced(x, span);
    if p.group == VerbGroup::Launch && !kinds_of_launch {
        return None;
    }
    let first = reading.concepts_in(span).next().map_or(span.end, |(place, _)| place.start);
    if !is_left && first > span.start + 80 && named.is_none() {
        return None;
    }
    Some(Object { span, named: reckoned.named.or(named), reckoned, left: is_left })
}

/// Whether an amount of money stands in a stretch ("a £2.4 million package").
fn priced(x: &Extractor<'_>, span: Span) -> bool {
    x.reading.grammar().money().is_match(x.reading.fold(span))
}

/// Whether a number opens a stretch: "29 citizens", *sáu kính hiển vi*.
fn numbered(x: &Extractor<'_>, object: Span) -> bool {
    let reading = x.reading;
    let near = Span::new(object.start, reading.floor((object.start + 24).min(object.end)));
    let number = |cue: &Mark<CueClass>| matches!(cue.it, CueClass::Number(_));
    let many = reading.grammar().quantities.inside(reading.fold(near));
    many || reading.text(near).contains(|c: char| c.is_ascii_digit())
        || within(&reading.cues, near).iter().any(number)
}

/// The side of the verb on which its object stands; `true` for the left one.
fn chosen_side(x: &Extractor<'_>, p: &Predicate<'_>, sides: &Sides) -> (Span, bool) {
    let reading = x.reading;
    let intransitive = passive(x, p)
        || p.intransitive(reading)
        || sides.right.len() < 8
        || bare_before_adjunct(x, p, sides)
        || p.group == VerbGroup::Resume
            && !sides.right.is_empty()
            && within(&reading.who, sides.left).iter().all(|mark| matches!(mark.it, Who::Place(_)));
    let adjacent = texts_in(x.named, p.region).any(|at| {
        p.region.contains(x.named[at].span)
            && x.named[at].span.end + 14 > p.verb.start
            && x.named[at].kind == InstrumentType::Mechanism
    });
    if intransitive || adjacent && matches!(p.group, VerbGroup::Resume | VerbGroup::Launch) {
        (sides.left, true)
    } else {
        (sides.right, false)
    }
}

/// "đợt kiểm tra chung đầu tiên vừa hoàn thành tại 12 cơ sở": a preposition or a date right behind a Vietnamese verb
/// leaves it without an object there.
fn bare_before_adjunct(x: &Extractor<'_>, p: &Predicate<'_>, sides: &Sides) -> bool {
    let reading = x.reading;
    let at = sides.right.start;
    let adjunct =
        reading.cues_of(Span::new(at, at + 1), CueClass::Preposition).any(|cue| cue.start == at)
            || reading.grammar().time_words.at_start(reading.fold(sides.right)).is_some()
            || x.dates.inside(Span::new(at, at + 1)).next().is_some();
    let rest = reading.fold(sides.right);
    let content = reading.grammar().about_act.at_start(rest).is_some();
    // "Bộ Nội vụ Anh phát động tại Việt Nam một chiến dịch": an official before the verb has its object behind the place.
    let acts = within(&reading.who, sides.left)
        .iter()
        .any(|who| !matches!(who.it, Who::Place(_)) && reading.governed(who.span).is_none());
    let concepts = &reading.topic.concepts.concepts;
    let object = reading.concepts_in(sides.right).any(|(_, at)| concepts[at].kind.is_some());
    if acts && object {
        return false;
    }
    p.unit.language == Language::Vi
        && adjunct
        && !content
        && matches!(
            p.group,
            VerbGroup::Deliver | VerbGroup::Launch | VerbGroup::Suspend | VerbGroup::Terminate
        )
        && reading.fold(sides.left).split_whitespace().count() >= 2
}

/// The object as first read; the other side of the verb is tried when the first tells nothing.
fn candidate(x: &Extractor<'_>, p: &Predicate<'_>, sides: &Sides) -> Option<Candidate> {
    let reading = x.reading;
    let (mut span, mut left) = chosen_side(x, p, sides);
    if span.is_empty() {
        return None;
    }
    let named_in =
        |span: Span| texts_in(x.named, Span::new(span.start, span.end.min(span.start + 70))).next();
    let tell = |span: Span| {
        let reckoned = kind_of(reading, x.named, span);
        let telling = reckoned.kind != Kind::General
            && (reckoned.named.is_some() || !reckoned.why.contains("alone"));
        (telling, reckoned)
    };
    // The verb itself may tell ("triệt phá ba đường dây").
    let with_verb = match (p.group, left) {
        (VerbGroup::Deliver, true) => Span::new(span.start, sides.right.end.max(span.end)),
        (VerbGroup::Deliver, false) => Span::new(p.verb.start, span.end),
        _ => span,
    };
    let mut named = named_in(span);
    let (mut telling, mut reckoned) =
        own_kind(x, p, left).map_or_else(|| tell(with_verb), |reckoned| (true, reckoned));
    let which = reading.grammar().relative_pronoun.at_end(reading.fold(sides.left)).is_some();
    if !telling
        && named.is_none()
        && !left
        && (which || passive(x, p) || p.group == VerbGroup::Refuse)
    {
        (span, left) = (sides.left, true);
        named = named_in(span);
        (telling, reckoned) = tell(span);
    }
    // "A contact point for urgent cases opened this morning."
    if !telling && named.is_none() && !left && p.unit.language == Language::En {
        let (before, found) = tell(sides.left);
        if before && agentless(x, sides.left) {
            (span, left) = (sides.left, true);
            named = named_in(span);
            (telling, reckoned) = (before, found);
        }
    }
    if p.group == VerbGroup::Refuse
        && let Some(at) = named
        && x.named[at].kind != InstrumentType::Mechanism
    {
        let why = "what is refused is a text".to_owned();
        reckoned = Reckoned { kind: Kind::InstrumentConclude, why, named: Some(at) };
        telling = true;
    }
    Some(Candidate { span, left, named, reckoned, telling })
}

/// "25 phát thanh viên đã được tập huấn": a Vietnamese verb of delivery behind its object tells the kind, where it can.
fn own_kind(x: &Extractor<'_>, p: &Predicate<'_>, left: bool) -> Option<Reckoned> {
    let fits = left && p.group == VerbGroup::Deliver && p.unit.language == Language::Vi;
    let verb = within(&x.reading.verbs, p.verb).iter().rfind(|verb| {
        verb.span.end <= p.verb.end && !verb.it.weak && verb.it.kind == Kind::Capacity
    })?;
    let why = format!("\"{}\" points to {}", x.reading.fold(verb.span), verb.it.kind);
    fits.then_some(Reckoned { kind: verb.it.kind, why, named: None })
}

/// Whether a noun phrase before a verb begins with no actor, so that it is the thing acted upon.
fn agentless(x: &Extractor<'_>, phrase: Span) -> bool {
    let opening = Span::new(phrase.start, x.reading.floor((phrase.start + 14).min(phrase.end)));
    within(&x.reading.who, opening).iter().all(|mark| {
        matches!(mark.it, Who::Place(_)) || x.reading.attributive(mark.span, phrase.end)
    })
}

/// A partnership that is set up by a declaration.
fn partnership(x: &Extractor<'_>, p: &Predicate<'_>, found: &Candidate) -> Option<Object> {
    let at = found.named.filter(|_| p.group == VerbGroup::Launch)?;
    let declared = &x.reading.topic.triggers.notions.declared;
    x.named[at].topics.iter().find(|topic| declared.contains(topic))?;
    let end = if found.left { found.span.end } else { x.named[at].span.end };
    let span = Span::new(found.span.start, end.max(found.span.start));
    let why = "a partnership is set up by a declaration".to_owned();
    let reckoned = Reckoned { kind: Kind::InstrumentConclude, why, named: Some(at) };
    Some(Object { span, reckoned, named: Some(at), left: found.left })
}

/// Farthest that the name of a text stands from an end of the object whose head it is, in bytes.
const HEAD: usize = 20;

/// What the object counts as.
fn reckoned_as(x: &Extractor<'_>, p: &Predicate<'_>, found: Candidate) -> Option<Reckoned> {
    let of_text = |at: usize, kind: Kind, why: &str| {
        Some(Reckoned { kind, why: why.to_owned(), named: Some(at) })
    };
    match found.named {
        Some(at) if x.named[at].kind == InstrumentType::Mechanism => {
            of_text(at, Kind::Mechanism, "the object is a mechanism")
        }
        Some(at)
            if !matches!(p.group, VerbGroup::Launch | VerbGroup::Deliver) && !found.telling
                || matches!(
                    p.group,
                    VerbGroup::Terminate | VerbGroup::Withdraw | VerbGroup::Expire
                ) =>
        {
            of_text(at, Kind::InstrumentConclude, "the object is a text")
        }
        // "shelved a planned agreement on criminal records": the head of the object is the text.
        Some(at)
            if matches!(p.group, VerbGroup::Suspend | VerbGroup::Resume)
                && x.named[at].span.start <= found.span.start + HEAD
                && !thing_before(x, found.span, x.named[at].span)
                && x.named[at].span.end + HEAD > found.span.end =>
        {
            of_text(at, Kind::InstrumentConclude, "the object is a text")
        }
        _ => Some(found.reckoned).filter(|_| found.telling),
    }
}

/// "suspended funding for the plan": something of another kind stands before the text, and is the head.
fn thing_before(x: &Extractor<'_>, object: Span, text: Span) -> bool {
    let before = Span::new(object.start, text.start.max(object.start));
    let concepts = &x.reading.topic.concepts.concepts;
    let mut kinds = x
        .reading
        .concepts_in(before)
        .filter_map(|(place, at)| concepts[at].kind.filter(|_| place.end <= text.start));
    kinds.any(|kind| kind != Kind::InstrumentConclude)
}

/// Money set aside: there must be an amount in the clause.
fn fund_object(x: &Extractor<'_>, p: &Predicate<'_>, sides: &Sides) -> Option<Object> {
    let reading = x.reading;
    let amount = |span: Span| {
        let money = |(place, at): (Span, usize)| {
            let concept = &reading.topic.concepts.concepts[at].id;
            reading.topic.triggers.notions.money.contains(concept) && place.end <= span.end
        };
        let text = reading.text(span);
        text.contains(|c: char| c.is_ascii_digit())
            && (reading.grammar().money().is_match(reading.fold(span))
                || reading.concepts_in(span).any(money))
    };
    let reckoned =
        Reckoned { kind: Kind::Resource, why: "money is set aside".to_owned(), named: None };
    if amount(sides.right) {
        return Some(Object { span: sides.right, reckoned, named: None, left: false });
    }
    let span = reading.trim(Span::new(sides.np, p.verb.end));
    let found = amount(Span::new(span.start, p.verb.start)) && p.unit.span.contains(span);
    found.then_some(Object { span, reckoned, named: None, left: true })
}
