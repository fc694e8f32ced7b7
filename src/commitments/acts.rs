//! What is reported as done, stopped, being drafted, or denied. In: a trigger and its clause. Out: drafts.

use super::background;
use super::complements::{Intro, complement_end, intro, verb_at};
use super::draft::Draft;
use super::extractor::Extractor;
use super::instruments::texts_in;
use super::kinds::{Reckoned, kind_of};
use super::reading::{Mark, Unit, within};
use super::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass, VerbGroup};
use crate::model::{
    Assertion, Framing, InstrumentRole, InstrumentType, Kind, Language, Modality, Polarity, Role,
    Span, Stage,
};
use crate::text::BlockKind;

/// Where an act finds its object, and what the object is.
struct Object {
    span: Span,
    reckoned: Reckoned,
    /// Index of the named text.
    named: Option<usize>,
    /// It stands before the trigger (passive, attribute, intransitive).
    left: bool,
}

/// An act or a lateral move. Gives the end of what it covers.
pub(super) fn act(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let trigger = reading.trigger(mark);
    let (group, stage) = (trigger.group?, trigger.stage?);
    let form = mark.it.1;
    let headline = unit.kind != BlockKind::Body;
    let before = reading.fold(region).trim_end().to_owned();
    let infinitive = unit.language == Language::En && before.ends_with(" to");
    if infinitive && !headline
        || matches!(form, Form::Base) && !headline && unit.language == Language::En
    {
        return None;
    }
    let near = Span::new(
        floor_boundary(x, mark.span.start.saturating_sub(9)).max(region.start),
        mark.span.start,
    );
    if reading.has(near, CueClass::Advice) {
        return None;
    }
    if form == Form::Ing && !matches!(group, VerbGroup::Deliver | VerbGroup::Suspend) {
        return None;
    }
    let object = match group {
        VerbGroup::Sign | VerbGroup::Initial => text_object(x, unit, mark, region),
        VerbGroup::Ratify | VerbGroup::Effect => rule_object(x, unit, mark, region, group),
        VerbGroup::Hold => meeting_object(x, unit, mark, region),
        _ => plain_object(x, unit, mark, region, group),
    }?;
    if matches!(group, VerbGroup::Refuse) && object.reckoned.kind == Kind::General {
        return None;
    }
    let around = Span::new(object.span.start, object.span.end.max(mark.span.start));
    if object.named.is_some()
        && within(&reading.who, around).iter().any(|who| who.it == Who::ThirdState)
    {
        return None;
    }
    if group == VerbGroup::Launch
        && object.reckoned.kind == Kind::InstrumentConclude
        && let Some(last) = x.drafts.last_mut()
        && last.unit.span == unit.span
        && last.kind == Kind::InstrumentConclude
        && mark.span.start.saturating_sub(last.action.end) < 12
    {
        // "issued a declaration which raises relations to a partnership" is one act.
        last.action.end = object.span.end;
        last.named = object.named.map(|at| (at, InstrumentRole::Concludes)).or(last.named);
        return Some(object.span.end);
    }
    let who = actor(x, unit, mark, region, &object)?;
    let Subject::Actors(mut actors) = who.subject.clone() else { return None };
    let acted = actors.clone();
    let text = object.named.map(|at| &x.named[at]);
    if matches!(group, VerbGroup::Sign | VerbGroup::Initial) && !reading.both_sides(&actors) {
        // A text that one side signed was signed by both.
        if let Some(&state) = reading.states(&actors).first()
            && let Some(other) = reading.other_state(state)
        {
            actors.push(reading.party_of(other, unit, mark.span.start));
        }
    }
    let negated = x.negated(region, mark.span.start);
    if negated
        && matches!(
            group,
            VerbGroup::Effect
                | VerbGroup::Hold
                | VerbGroup::Deliver
                | VerbGroup::Launch
                | VerbGroup::Suspend
        )
    {
        return Some(mark.span.end);
    }
    let kind = kind(group, &object, text.map(|text| text.kind));
    let stage = stage_of(x, group, stage, kind, text.map(|text| text.kind), unit, mark);
    let stage = if infinitive && headline { Stage::Pledged } else { stage };
    let tail = tail(x, unit, mark, &object);
    let action = if object.left {
        Span::new(object.span.start, tail)
    } else {
        Span::new(mark.span.start, object.span.end.max(tail.min(object.span.end)))
    };
    let action = reading.trim(action);
    if x.off_topic(action) {
        return None;
    }
    let (framing, event, mut reasons) = framing(x, unit, mark, region, &object, group, action);
    if object.left
        && attribute(x, unit, mark, region, &object)
        && framing == Framing::News
        && group == VerbGroup::Sign
    {
        // "the signed documents": an attribute without a date tells nothing.
        return None;
    }
    reasons.insert(0, format!("\"{}\" reports an act", reading.text(mark.span)));
    reasons.push(format!("{}: {}", who.why, x.names(&actors)));
    reasons.push(object.reckoned.why.clone());
    let role = if matches!(group, VerbGroup::Sign | VerbGroup::Initial) {
        Role::Signatory
    } else {
        Role::Implementer
    };
    let lateral = stage.is_lateral();
    let strength = match (stage, text.map(|text| text.kind)) {
        (Stage::Pledged, _) => 2,
        (Stage::Signed, _) => 4,
        (
            Stage::Ratified | Stage::InForce,
            Some(InstrumentType::Law | InstrumentType::Decree | InstrumentType::Treaty),
        ) => 5,
        _ => 3,
    };
    let modality = match (framing, stage) {
        (_, Stage::Pledged) => Modality::UnilateralCommissive,
        (Framing::Report, _) => Modality::Report,
        _ => Modality::Performative,
    };
    if group == VerbGroup::Effect {
        // "passed in May, takes effect in July" is one act.
        let others = x.drafts.iter().rposition(|draft| draft.unit.span != unit.span);
        let mut here = x.drafts.split_off(others.map_or(0, |at| at + 1));
        here.retain(|draft| draft.stage != Stage::Ratified || draft.kind != kind);
        x.drafts.append(&mut here);
    }
    if group == VerbGroup::Sign
        && framing == Framing::News
        && !negated
        && unit.kind == BlockKind::Body
    {
        x.signed = object.named.or(x.signed);
    }
    let roled = |at: usize| {
        let other = lateral && !acted.contains(&at);
        (at, if other { Role::Counterparty } else { role })
    };
    let mut parties: Vec<(usize, Role)> = actors.iter().map(|&at| roled(at)).collect();
    if lateral
        && acted.len() == 1
        && let Some(&state) = reading.states(&acted).first()
        && let Some(other) = reading.other_state(state)
    {
        parties.push((reading.party_of(other, unit, mark.span.start), Role::Counterparty));
    }
    let link = match (kind, lateral) {
        (_, true) => InstrumentRole::Ends,
        (Kind::InstrumentImplement, _) => InstrumentRole::Implements,
        (Kind::InstrumentConclude | Kind::Mechanism | Kind::Policy, _) => InstrumentRole::Concludes,
        _ => InstrumentRole::ContentOf,
    };
    let list = x.group();
    if framing == Framing::News && !object.left {
        x.remember(&who);
    }
    x.push(Draft {
        unit: *unit,
        fresh: group == VerbGroup::Sign && framing == Framing::News && x.is_new(object.named),
        kind,
        stage,
        modality,
        strength,
        framing,
        polarity: Polarity::Do,
        assertion: if negated { Assertion::Negated } else { Assertion::Asserted },
        parties,
        speaker: None,
        action,
        trigger: Some(mark.span),
        named: object.named.map(|at| (at, link)),
        event_date: event.or(x.event_date),
        condition: None,
        confidence: who.confidence,
        group: list,
        reasons,
    });
    Some(action.end.max(mark.span.end))
}

fn floor_boundary(x: &Extractor<'_>, at: usize) -> usize {
    x.reading.document.norm.text.floor_char_boundary(at)
}

/// Where the clause after a trigger ends for an act: at the next clause.
fn clause_end(x: &Extractor<'_>, unit: &Unit, from: usize) -> usize {
    let reading = x.reading;
    let end = complement_end(reading, unit, from);
    let text = reading.text(Span::new(from, end));
    let cut = text.find(';').map_or(end, |at| from + at);
    // ", and a meeting … has been postponed": another act with its own subject.
    let next = ["and", "và"].iter().filter_map(|word| {
        let at = from + text.find(&format!(", {word} "))?;
        let acts = within(&reading.triggers, Span::new(at, end))
            .iter()
            .any(|mark| matches!(reading.class(mark), TriggerClass::Act | TriggerClass::Lateral));
        acts.then_some(at)
    });
    next.min().map_or(cut, |at| cut.min(at))
}

/// The text signed: to the right, or before a passive or an attribute.
fn text_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<Object> {
    let reading = x.reading;
    let passive = passive(x, region, mark);
    let ahead = Span::new(mark.span.start, unit.span.end.min(mark.span.end + 70));
    let right = texts_in(x.named, ahead).find(|&at| {
        let named = &x.named[at];
        let between = Span::new(mark.span.end.min(named.span.start), named.span.start);
        within(&reading.triggers, between).iter().all(|other| {
            matches!(reading.class(other), TriggerClass::Report | TriggerClass::Act)
                && other.it.1 == Form::Plain
        }) && !reading.text(between).contains([';', ','])
            && within(&reading.who, between).len() <= 2
    });
    let back = Span::new(unit.span.start, mark.span.start);
    let left = texts_in(x.named, back).rfind(|&at| {
        let named = &x.named[at];
        mark.span.start.saturating_sub(named.span.end) < 90 && named.span.end + 4 > region.start
    });
    let relative = left.is_some_and(|at| {
        let between =
            reading.fold(Span::new(x.named[at].span.end.min(mark.span.start), mark.span.start));
        between.len() < 90
            && (between.contains("which")
                || between.contains("that")
                || between.contains("được")
                || between.contains(" was")
                || between.contains(" were")
                || between.contains("has been")
                || between.trim().trim_matches(',').trim().is_empty()
                || within(
                    &reading.who,
                    Span::new(x.named[at].span.end.min(mark.span.start), mark.span.start),
                )
                .len()
                    == 1
                    && between.len() < 40
                    && right.is_none())
    });
    let make = |at: usize, left: bool| Object {
        span: x.named[at].span,
        reckoned: Reckoned {
            kind: Kind::InstrumentConclude,
            why: "the object is a text".to_owned(),
            named: Some(at),
        },
        named: Some(at),
        left,
    };
    if let Some(at) = right.filter(|_| !passive) {
        // "ký ngày 21/11" after the name of a text is an attribute.
        let attributive =
            relative && left.is_some_and(|l| x.named[l].span.end + 2 >= mark.span.start && at != l);
        if !attributive {
            return Some(make(at, false));
        }
    }
    left.filter(|_| relative || passive).map(|at| make(at, true))
}

fn passive(x: &Extractor<'_>, region: Span, mark: &Mark<(usize, Form)>) -> bool {
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

/// A law or a visa rule.
fn rule_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    group: VerbGroup,
) -> Option<Object> {
    let reading = x.reading;
    let near = |named: &super::instruments::Named| {
        unit.span.contains(named.span) && named.kind != InstrumentType::Mechanism
    };
    let right = texts_in(x.named, Span::new(mark.span.end, mark.span.end + 60))
        .find(|&at| near(&x.named[at]));
    let left = texts_in(x.named, Span::new(unit.span.start, mark.span.start + 2)).rfind(|&at| {
        let n = &x.named[at];
        near(n) && n.span.end <= mark.span.start + 2 && mark.span.start < n.span.end + 90
    });
    let chosen = if group == VerbGroup::Effect {
        left.map(|at| (at, true))
    } else {
        right.map(|at| (at, false)).or(left.map(|at| (at, true)))
    };
    if let Some((at, left)) = chosen {
        return Some(Object {
            span: x.named[at].span,
            reckoned: Reckoned {
                kind: Kind::Policy,
                why: "the object is a rule or a text".to_owned(),
                named: Some(at),
            },
            named: Some(at),
            left,
        });
    }
    if group != VerbGroup::Effect {
        return None;
    }
    let clause = Span::new(region.start, clause_end(x, unit, mark.span.end));
    let visa = reading.concepts_in(clause).any(|(_, at)| {
        let concept = &reading.topic.concepts.concepts[at];
        concept.kind == Some(Kind::Policy) && !concept.topics.is_empty()
    });
    visa.then(|| Object {
        span: Span::new(region.start, clause.end),
        reckoned: Reckoned {
            kind: Kind::Policy,
            why: "a rule takes effect".to_owned(),
            named: None,
        },
        named: None,
        left: true,
    })
}

/// A meeting or a course that is held.
fn meeting_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<Object> {
    let reading = x.reading;
    let mechanism = |named: &super::instruments::Named| {
        named.kind == InstrumentType::Mechanism
            && (named.edition.is_some()
                || named.id.is_some()
                || named.topics.iter().any(|topic| topic != "law_enforcement"))
    };
    let end = clause_end(x, unit, mark.span.end);
    let passive = passive(x, region, mark)
        || matches!(
            reading.fold(mark.span),
            "took place" | "takes place" | "diễn ra" | "met for" | "khai mạc"
        );
    let right = texts_in(x.named, Span::new(mark.span.end, end.min(mark.span.end + 60)))
        .find(|&at| mechanism(&x.named[at]));
    let left = texts_in(x.named, Span::new(region.start, mark.span.start)).rfind(|&at| {
        let n = &x.named[at];
        mechanism(n)
            && n.span.end <= mark.span.start
            && (passive || n.span.end + 6 > mark.span.start)
    });
    let chosen = match (right, left) {
        (Some(at), _) if !passive => Some((at, false)),
        (_, Some(at)) => Some((at, true)),
        (Some(at), None) => Some((at, false)),
        _ => None,
    };
    if let Some((at, left)) = chosen {
        return Some(Object {
            span: x.named[at].span,
            reckoned: Reckoned {
                kind: Kind::Mechanism,
                why: "a meeting of a known mechanism".to_owned(),
                named: Some(at),
            },
            named: Some(at),
            left,
        });
    }
    let span = if passive {
        Span::new(region.start, mark.span.start)
    } else {
        Span::new(mark.span.end, end)
    };
    let span = reading.trim(span);
    let reckoned = kind_of(reading, x.named, span);
    let meeting = reading.concepts_in(span).any(|(place, at)| {
        let concept = &reading.topic.concepts.concepts[at];
        place.start < span.start + 60
            && (concept.kind == Some(Kind::Capacity)
                && concept.topics.iter().any(|t| t == "training_capacity")
                || concept.id == "working_group_meeting"
                || concept.id == "charter_flight")
    });
    let kind_ok = matches!(reckoned.kind, Kind::Capacity | Kind::Mechanism | Kind::Operation);
    (meeting && kind_ok).then_some(Object { span, reckoned, named: None, left: passive })
}

/// What is launched, completed, suspended, refused or resumed.
fn plain_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    group: VerbGroup,
) -> Option<Object> {
    let reading = x.reading;
    let words = reading.fold(mark.span);
    let end = clause_end(x, unit, mark.span.end);
    let right = reading.trim(Span::new(mark.span.end, end));
    let np = np_start(x, region, mark.span.start);
    let left = reading.trim(Span::new(np, mark.span.start));
    let intransitive = passive(x, region, mark)
        || matches!(
            words,
            "remains suspended"
                | "remain suspended"
                | "landed"
                | "flew"
                | "ra mắt"
                | "chính thức ra mắt"
                | "went live"
                | "bị hoãn"
                | "been postponed"
                | "has been postponed"
                | "have received"
                | "has received"
                | "đã được tư vấn"
                | "were returned"
                | "was returned"
                | "was set up"
                | "was established"
                | "được thành lập"
                | "đi vào hoạt động"
                | "been terminated"
        )
        || right.len() < 8
        || group == VerbGroup::Resume
            && !right.is_empty()
            && within(&reading.who, left).iter().all(|mark| matches!(mark.it, Who::Place(_)));
    let tell = |span: Span| {
        let reckoned = kind_of(reading, x.named, span);
        let telling = reckoned.kind != Kind::General
            && (reckoned.named.is_some() || !reckoned.why.contains("alone"));
        (telling, reckoned)
    };
    let named_in =
        |span: Span| texts_in(x.named, Span::new(span.start, span.end.min(span.start + 70))).next();
    let adjacent = texts_in(x.named, region).rfind(|&at| {
        region.contains(x.named[at].span)
            && x.named[at].span.end + 14 > mark.span.start
            && x.named[at].kind == InstrumentType::Mechanism
    });
    let which = reading.fold(left).trim_end().ends_with("which");
    let (mut span, mut is_left) = if intransitive
        || adjacent.is_some() && matches!(group, VerbGroup::Resume | VerbGroup::Launch)
    {
        (left, true)
    } else {
        (right, false)
    };
    if span.is_empty() {
        return None;
    }
    let mut named = named_in(span);
    // The verb itself may tell ("triệt phá ba đường dây").
    let with_verb = |span: Span, is_left: bool| {
        if group == VerbGroup::Deliver {
            if is_left {
                Span::new(span.start, right.end.max(span.end))
            } else {
                Span::new(mark.span.start, span.end)
            }
        } else {
            span
        }
    };
    let (mut telling, mut reckoned) = tell(with_verb(span, is_left));
    if !telling
        && named.is_none()
        && !is_left
        && (which || passive(x, region, mark) || group == VerbGroup::Refuse)
    {
        (span, is_left) = (left, true);
        named = named_in(span);
        (telling, reckoned) = tell(span);
    }
    if group == VerbGroup::Fund {
        return fund_object(x, unit, mark, right, np);
    }
    if group == VerbGroup::Refuse
        && let Some(at) = named
        && x.named[at].kind != InstrumentType::Mechanism
    {
        reckoned = Reckoned {
            kind: Kind::InstrumentConclude,
            why: "what is refused is a text".to_owned(),
            named: Some(at),
        };
        telling = true;
    }
    let partnership = named
        .is_some_and(|at| x.named[at].topics.iter().any(|topic| topic == "strategic_partnership"));
    if partnership && group == VerbGroup::Launch {
        return Some(Object {
            span: if is_left {
                span
            } else {
                Span::new(span.start, x.named[named?].span.end.max(span.start))
            },
            reckoned: Reckoned {
                kind: Kind::InstrumentConclude,
                why: "a partnership is set up by a declaration".to_owned(),
                named,
            },
            named,
            left: is_left,
        });
    }
    let reckoned = match named {
        Some(at) if x.named[at].kind == InstrumentType::Mechanism => Reckoned {
            kind: Kind::Mechanism,
            why: "the object is a mechanism".to_owned(),
            named: Some(at),
        },
        Some(at)
            if !matches!(group, VerbGroup::Launch | VerbGroup::Deliver) && !telling
                || group == VerbGroup::Terminate
                || group == VerbGroup::Withdraw =>
        {
            Reckoned {
                kind: Kind::InstrumentConclude,
                why: "the object is a text".to_owned(),
                named: named.or(Some(at)),
            }
        }
        _ if telling => reckoned,
        _ => return None,
    };
    // Launching a text is concluding it only when it is signed.
    let kinds_of_launch = matches!(
        reckoned.kind,
        Kind::Mechanism | Kind::Outreach | Kind::Protection | Kind::Capacity | Kind::Policy
    );
    if group == VerbGroup::Launch && !kinds_of_launch {
        return None;
    }
    let first = reading.concepts_in(span).next().map_or(span.end, |(place, _)| place.start);
    if !is_left && first > span.start + 80 && named.is_none() {
        return None;
    }
    Some(Object { span, named: reckoned.named.or(named), reckoned, left: is_left })
}

/// Money set aside: there must be an amount in the clause.
fn fund_object(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    right: Span,
    np: usize,
) -> Option<Object> {
    let reading = x.reading;
    let amount = |span: Span| {
        let money = |(place, at): (Span, usize)| {
            reading.topic.concepts.concepts[at].id == "funding" && place.end <= span.end
        };
        let text = reading.text(span);
        text.contains(|c: char| c.is_ascii_digit())
            && (text.contains('£') || reading.concepts_in(span).any(money))
    };
    let left = Span::new(np, mark.span.start);
    let reckoned =
        Reckoned { kind: Kind::Resource, why: "money is set aside".to_owned(), named: None };
    if amount(right) {
        return Some(Object { span: right, reckoned, named: None, left: false });
    }
    let number = reading.text(left).find(|c: char| c.is_ascii_digit())?;
    let span = Span::new(left.start + number, mark.span.end);
    (amount(span) && unit.span.contains(span)).then_some(Object {
        span,
        reckoned,
        named: None,
        left: true,
    })
}

/// Where the noun phrase before a verb begins: after the last comma or conjunction of its clause.
fn np_start(x: &Extractor<'_>, region: Span, verb: usize) -> usize {
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

/// Who acted.
fn actor(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    object: &Object,
) -> Option<Resolved> {
    let reading = x.reading;
    let given = |actors: Vec<usize>, why: &'static str, confidence: f64| {
        Some(Resolved { subject: Subject::Actors(actors), confidence, why, span: None })
    };
    let after = Span::new(mark.span.end, unit.span.end);
    let by = within(&reading.who, after).iter().find(|who| {
        let before = reading.fold(Span::new(mark.span.end, who.span.start));
        (before.ends_with("by ") || before.ends_with("by the ")) && before.len() < 80
    });
    if let Some(by) = by
        && let Some(Subject::Actors(actors)) = reading.stands_for(by, unit, &x.floor)
    {
        return given(actors, "named after \"by\"", 0.9);
    }
    if object.left {
        // Between the text and the verb: "which the two governments signed".
        let between = Span::new(object.span.end.min(mark.span.start), mark.span.start);
        for who in within(&reading.who, between).iter().rev() {
            if let Some(Subject::Actors(actors)) = reading.stands_for(who, unit, &x.floor) {
                return given(actors, "named in the clause", 0.9);
            }
        }
    }
    let resolved = if object.left {
        let lead = Span::new(region.start, object.span.start.max(region.start));
        reading.subject(lead, unit, &x.floor)
    } else {
        reading.subject(region, unit, &x.floor)
    };
    match resolved.subject {
        Subject::Actors(_) if !object.left => Some(resolved),
        Subject::Outsider if !object.left => None,
        _ if object.left && object.reckoned.kind == Kind::InstrumentConclude => {
            let text = object.named.map(|at| &x.named[at]);
            if let Some(id) = text.and_then(|text| text.id.as_ref())
                && let Some(known) =
                    reading.topic.instruments.iter().find(|known| known.instrument.id == *id)
            {
                let actors: Vec<usize> = known
                    .instrument
                    .parties
                    .iter()
                    .filter_map(|id| reading.topic.actors.index(id))
                    .collect();
                if reading.both_sides(&actors) {
                    return given(actors, "the parties of the known text", 0.9);
                }
            }
            given(reading.pair(unit, mark.span.start), "the two sides of the meeting", 0.7)
        }
        _ => {
            let named: Vec<usize> = within(&reading.who, unit.span)
                .iter()
                .filter_map(|mark| match mark.it {
                    Who::Actor(at) | Who::Head(at) | Who::Side(at) => Some(at),
                    _ => None,
                })
                .collect();
            let pair = within(&reading.who, unit.span)
                .iter()
                .any(|mark| matches!(mark.it, Who::PairAgency | Who::PairState));
            match &x.floor.speaker {
                _ if pair || reading.both_sides(&named) => given(
                    reading.pair(unit, unit.span.end),
                    "both sides are named in the sentence",
                    0.7,
                ),
                _ if !named.is_empty() => {
                    let last = named[named.len() - 1];
                    let acting = reading.topic.actors.state_of(last) == Some(last);
                    given(
                        vec![if acting {
                            reading.party_of(last, unit, unit.span.end)
                        } else {
                            last
                        }],
                        "named in the sentence",
                        0.7,
                    )
                }
                Some(Subject::Actors(actors)) => given(actors.clone(), "the speaker", 0.7),
                Some(Subject::Outsider) => None,
                _ if object.named.is_some() => {
                    given(reading.pair(unit, mark.span.start), "the two sides of the meeting", 0.5)
                }
                _ => None,
            }
        }
    }
}

fn kind(group: VerbGroup, object: &Object, text: Option<InstrumentType>) -> Kind {
    match (group, text) {
        (VerbGroup::Sign | VerbGroup::Initial, _) => Kind::InstrumentConclude,
        (
            VerbGroup::Ratify | VerbGroup::Effect,
            Some(InstrumentType::Law | InstrumentType::Decree),
        ) => Kind::Policy,
        (VerbGroup::Ratify | VerbGroup::Effect, Some(_)) => Kind::InstrumentConclude,
        _ => object.reckoned.kind,
    }
}

fn stage_of(
    x: &Extractor<'_>,
    group: VerbGroup,
    stage: Stage,
    kind: Kind,
    text: Option<InstrumentType>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
) -> Stage {
    match (group, kind) {
        (VerbGroup::Launch, Kind::InstrumentConclude) => Stage::Signed,
        (VerbGroup::Launch, Kind::Outreach | Kind::Capacity) => Stage::Implementing,
        (VerbGroup::Launch, Kind::Protection) => Stage::Delivered,
        (VerbGroup::Launch, Kind::Policy) => Stage::InForce,
        (VerbGroup::Resume, Kind::Mechanism) => Stage::InForce,
        (VerbGroup::Resume, _) => Stage::Implementing,
        (VerbGroup::Deliver, Kind::Resource)
            if x.reading.fold(mark.span).contains("giải ngân")
                || x.reading.fold(mark.span).starts_with("disburse") =>
        {
            Stage::Implementing
        }
        (VerbGroup::Effect, _) => {
            let region = Span::new(unit.span.start, unit.span.end);
            let seen = x.source_date;
            let later = x.dates.inside(region).any(|&(place, date)| {
                place.start + 60 > mark.span.start
                    && seen.is_some_and(|seen| date.earliest() > seen.latest())
            });
            let passed = within(&x.reading.triggers, region)
                .iter()
                .any(|other| x.reading.trigger(other).group == Some(VerbGroup::Ratify));
            let visa = text.is_none();
            if later || passed && seen.is_none() || visa && seen.is_none() {
                Stage::Ratified
            } else {
                Stage::InForce
            }
        }
        _ => stage,
    }
}

/// Where the act ends: its date, place and by-phrase belong to it.
fn tail(x: &Extractor<'_>, unit: &Unit, mark: &Mark<(usize, Form)>, object: &Object) -> usize {
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
fn attribute(
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

/// News, report or background, with the date of the act and the reasons.
fn framing(
    x: &Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
    object: &Object,
    group: VerbGroup,
    action: Span,
) -> (Framing, Option<crate::model::PartialDate>, Vec<String>) {
    let reading = x.reading;
    let start = region.start.min(action.start);
    let lead = Span::new(start, mark.span.start.max(start));
    let around = Span::new(
        start,
        floor_boundary(x, (action.end.max(mark.span.end) + 34).min(unit.span.end)).max(action.end),
    );
    let (mut score, mut signs) = background::weigh(reading, background::own_clause(reading, lead));
    let mut event = None;
    // A date counts when it dates the act: before the verb in its clause, or right after it.
    let end = around.end.min(clause_end(x, unit, mark.span.end).max(action.end));
    let own: Vec<_> = x.dates.inside(Span::new(start, end)).copied().collect();
    let of_text = |place: Span| {
        !object.left && object.named.is_some_and(|at| x.named[at].span.contains(place))
    };
    for (place, date) in own {
        if of_text(place) {
            continue;
        }
        event = Some(date);
        if let Some(now) = x.event_date.or(x.source_date)
            && date.latest() < now.earliest()
            && date.days_apart(now) > 30
        {
            score += 3;
            signs.push(format!("dated {date}"));
        } else if x.event_date.is_none()
            && matches!(
                date,
                crate::model::PartialDate::Year(_) | crate::model::PartialDate::Month(..)
            )
            && (attribute(x, unit, mark, region, object)
                || matches!(date, crate::model::PartialDate::Year(_)))
        {
            score += 2;
            signs.push(format!("described by its date {date}"));
        }
        break;
    }
    let after = Span::new(mark.span.start, around.end);
    let (later, more) = background::weigh(reading, Span::new(after.start, end.max(after.start)));
    if later > 0 && object.left {
        score += later;
        signs.extend(more);
    }
    let relative = attribute(x, unit, mark, region, object);
    if relative && object.left && event.is_some() {
        score += 1;
    }
    let near = reading.fold(Span::new(
        floor_boundary(x, mark.span.start.saturating_sub(12)).max(region.start),
        mark.span.start,
    ));
    let perfect = near.ends_with("have ")
        || near.ends_with("has ")
        || reading.fold(mark.span).starts_with("have ")
        || reading.fold(mark.span).starts_with("has ");
    let reports = matches!(group, VerbGroup::Deliver)
        && (perfect || score >= 2 || reading.fold(mark.span).starts_with("đã được"));
    let mut reasons = Vec::new();
    if reports {
        reasons.push(format!("a result that is reported: {}", signs.join(", ")));
        return (Framing::Report, event, reasons);
    }
    if score >= 2 {
        reasons.push(format!("context, not news: {}", signs.join(", ")));
        return (Framing::Background, event, reasons);
    }
    (Framing::News, event, reasons)
}

/// "is drafting a protocol"
pub(super) fn drafting(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let finite = unit.language == Language::Vi || !matches!(mark.it.1, Form::Base);
    let named = texts_in(x.named, Span::new(mark.span.end, mark.span.end + 40)).find(|&at| {
        let named = &x.named[at];
        named.span.end <= unit.span.end && named.kind != InstrumentType::Mechanism && !named.generic
    });
    let (true, Some(at)) = (finite, named) else { return None };
    let who = reading.subject(region, unit, &x.floor);
    let actors = match who.subject {
        Subject::Actors(actors) => actors,
        Subject::Outsider => return None,
        _ => reading.pair(unit, mark.span.start),
    };
    let law = matches!(x.named[at].kind, InstrumentType::Law | InstrumentType::Decree);
    let words = reading.fold(mark.span);
    let verb = words
        .find("draft")
        .or(words.find("soạn"))
        .or(words.find("xây"))
        .or(words.find("đàm"))
        .or(words.find("negotiat"))
        .unwrap_or(0);
    let group = x.group();
    x.push(Draft {
        unit: *unit,
        fresh: false,
        kind: if law { Kind::Policy } else { Kind::InstrumentConclude },
        stage: Stage::Negotiating,
        modality: Modality::Report,
        strength: 2,
        framing: Framing::News,
        polarity: Polarity::Do,
        assertion: Assertion::Asserted,
        parties: actors.iter().map(|&at| (at, Role::Implementer)).collect(),
        speaker: x.floor.speaker_text.clone(),
        action: reading.trim(Span::new(mark.span.start + verb, x.named[at].span.end)),
        trigger: Some(mark.span),
        named: Some((at, InstrumentRole::Concludes)),
        event_date: x.event_date,
        condition: None,
        confidence: who.confidence,
        group,
        reasons: vec![format!("\"{}\": a text is being drafted", reading.text(mark.span))],
    });
    Some(x.named[at].span.end)
}

/// "regularly exchange", "have conducted", *thường xuyên trao đổi*
pub(super) fn report(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let start: Intro = intro(reading, unit, mark.span.end);
    let at = reading.skip_blanks(start.start, unit.span.end);
    let verb = *verb_at(reading, at)?;
    let words = reading.fold(mark.span);
    let perfect = words.starts_with("have") || words.starts_with("has");
    let progressive = words.starts_with("is") || words.starts_with("are");
    let habit = !perfect && !progressive && unit.language == Language::En;
    let licensed = unit.language == Language::Vi
        || perfect && verb.it.form == Form::Past
        || progressive && verb.it.form == Form::Ing
        || habit && matches!(verb.it.form, Form::Base | Form::Past | Form::Third);
    if !licensed || start.refrain || x.negated(region, mark.span.start) {
        return None;
    }
    // A Vietnamese trigger right here tells more.
    if within(&reading.triggers, Span::new(at, at + 1)).iter().any(|other| {
        other.span.start == at
            && matches!(
                reading.class(other),
                TriggerClass::Act
                    | TriggerClass::Lateral
                    | TriggerClass::Commit
                    | TriggerClass::Joint
                    | TriggerClass::Directive
            )
    }) {
        return None;
    }
    let who = reading.subject(region, unit, &x.floor);
    let Subject::Actors(actors) = who.subject.clone() else { return None };
    let end = complement_end(reading, unit, mark.span.end);
    let both = reading.both_sides(&actors);
    let marked_habit = habit || words.contains("thường xuyên") || words.contains("regularly");
    let mut made = false;
    let group = x.group();
    for piece in
        super::complements::pieces(reading, x.named, unit, reading.trim(Span::new(at, end)))
    {
        let kind = piece.reckoned.kind;
        let generic = matches!(kind, Kind::General | Kind::InstrumentConclude)
            || !both
                && !matches!(
                    kind,
                    Kind::Capacity | Kind::Resource | Kind::Mechanism | Kind::InstrumentImplement
                )
            || unit.language == Language::Vi && !marked_habit && !both;
        if generic || x.off_topic(piece.span) || verb_at(reading, piece.span.start).is_none() {
            continue;
        }
        let texts = if kind == Kind::InstrumentImplement {
            super::complements::carried_out(x.named, piece.span)
        } else {
            Vec::new()
        };
        if kind == Kind::InstrumentImplement && texts.is_empty() {
            continue;
        }
        let counted = reading.text(piece.span).chars().any(|c| c.is_ascii_digit());
        let past = perfect && !matches!(kind, Kind::InstrumentImplement | Kind::Mechanism)
            || counted && unit.language == Language::Vi;
        let stage = if past { Stage::Delivered } else { Stage::Implementing };
        let mut spans: Vec<(Span, Option<usize>)> = vec![(piece.span, texts.first().copied())];
        if texts.len() > 1 {
            spans[0].0.end = x.named[texts[0]].span.end;
            spans.extend(texts[1..].iter().map(|&text| (x.named[text].span, Some(text))));
        }
        for (action, text) in spans {
            x.push(Draft {
                unit: *unit,
                fresh: false,
                kind,
                stage,
                modality: Modality::Report,
                strength: if text.is_some() { 4 } else { 3 },
                framing: Framing::Report,
                polarity: Polarity::Do,
                assertion: Assertion::Asserted,
                parties: actors.iter().map(|&at| (at, Role::Implementer)).collect(),
                speaker: x.floor.speaker_text.clone(),
                action,
                trigger: Some(mark.span),
                named: text.map(|at| (at, InstrumentRole::Implements)),
                event_date: x.event_date,
                condition: None,
                confidence: who.confidence * 0.9,
                group,
                reasons: vec![
                    format!("\"{}\" reports what is or was being done", reading.text(mark.span)),
                    format!("{}: {}", who.why, x.names(&actors)),
                    piece.reckoned.why.clone(),
                ],
            });
            made = true;
        }
    }
    if made { Some(end) } else { None }
}

/// "has no plan to sign"
pub(super) fn no_plan(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let who = reading.subject(region, unit, &x.floor);
    let Subject::Actors(actors) = who.subject.clone() else { return None };
    let start = intro(reading, unit, mark.span.end);
    let end = complement_end(reading, unit, mark.span.end);
    let action = reading.trim(Span::new(start.start.min(end), end));
    if action.is_empty() {
        return None;
    }
    let reckoned = kind_of(reading, x.named, action);
    let group = x.group();
    x.push(Draft {
        unit: *unit,
        fresh: false,
        kind: reckoned.kind,
        stage: Stage::Refused,
        modality: Modality::UnilateralCommissive,
        strength: 1,
        framing: Framing::News,
        polarity: Polarity::Do,
        assertion: Assertion::Negated,
        parties: actors.iter().map(|&at| (at, Role::Committer)).collect(),
        speaker: x.floor.speaker_text.clone(),
        action,
        trigger: Some(mark.span),
        named: reckoned.named.map(|at| (at, InstrumentRole::Concludes)),
        event_date: x.event_date,
        condition: None,
        confidence: who.confidence,
        group,
        reasons: vec![
            format!(
                "\"{}\": there is no plan, which is not a refusal for ever",
                reading.text(mark.span)
            ),
            reckoned.why,
        ],
    });
    Some(end)
}

/// "…, was emphasised as well": what stands before it is wished for.
pub(super) fn wish_after(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let span = reading.trim(region);
    let verb = verb_at(reading, span.start)?;
    let gerund = verb.it.form == Form::Ing || unit.language == Language::Vi;
    let Some(Subject::Actors(actors)) = x.floor.speaker.clone().filter(|_| gerund) else {
        return None;
    };
    let who = Resolved {
        subject: Subject::Actors(actors),
        confidence: 0.7,
        why: "no one is named: the speaker",
        span: None,
    };
    let start = Intro { start: span.start, ..Intro::default() };
    x.emit(
        unit,
        mark.span,
        TriggerClass::WishAfter,
        &who,
        &start,
        span.end,
        None,
        Span::new(span.start, span.start),
    );
    Some(mark.span.end)
}

/// "denied that the treaty had been signed": the content is kept as denied.
pub(super) fn denial(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    let cue = reading.cues_of(unit.span, CueClass::Deny).next()?;
    let who = reading.subject(Span::new(unit.span.start, cue.start), unit, &x.floor);
    let actors = match who.subject.clone() {
        Subject::Actors(actors) => actors,
        Subject::Outsider => return Some(unit.span.end),
        _ => return None,
    };
    let end = complement_end_plain(x, unit, cue.end);
    let text = reading.text(Span::new(cue.end, end));
    let skip = [" that ", " rằng ", " reports that ", " thông tin "]
        .iter()
        .filter_map(|word| text.find(word).filter(|&at| at < 60).map(|at| at + word.len()))
        .max()
        .unwrap_or(0);
    let span = reading.trim(Span::new(cue.end + skip, end));
    if span.is_empty() {
        return None;
    }
    let inner = within(&reading.triggers, span).iter().find(|mark| {
        matches!(
            reading.class(mark),
            TriggerClass::Act | TriggerClass::Lateral | TriggerClass::Joint
        )
    });
    let named = texts_in(x.named, span).next();
    let reckoned = kind_of(reading, x.named, span);
    let stage = inner.and_then(|mark| reading.trigger(mark).stage).unwrap_or(Stage::Agreed);
    let concludes = named.is_some()
        && matches!(stage, Stage::Signed | Stage::Terminated | Stage::Concluded | Stage::Withdrawn);
    // "a returns deal had been reached": the denied act is what the deal is for.
    let about =
        reading.concepts_in(span).find_map(|(_, at)| reading.topic.concepts.concepts[at].kind);
    let kind = match (concludes, reckoned.kind, about) {
        (true, _, _) => Kind::InstrumentConclude,
        (_, Kind::InstrumentImplement, Some(about)) => about,
        (_, kind, _) => kind,
    };
    if kind == Kind::General && named.is_none() {
        return None;
    }
    let group = x.group();
    x.push(Draft {
        unit: *unit,
        fresh: false,
        kind,
        stage,
        modality: Modality::Report,
        strength: 0,
        framing: Framing::News,
        polarity: Polarity::Do,
        assertion: Assertion::Denied,
        parties: actors.iter().map(|&at| (at, Role::Implementer)).collect(),
        speaker: x.floor.speaker_text.clone(),
        action: span,
        trigger: Some(cue),
        named: named.map(|at| (at, InstrumentRole::Concludes)),
        event_date: x.event_date,
        condition: None,
        confidence: who.confidence,
        group,
        reasons: vec![format!("\"{}\": what follows is denied", reading.text(cue)), reckoned.why],
    });
    Some(end)
}

fn complement_end_plain(x: &Extractor<'_>, unit: &Unit, from: usize) -> usize {
    let text = x.reading.text(Span::new(from, unit.span.end));
    let cut = text.find([':', ';']).map_or(unit.span.end, |at| from + at);
    x.reading.trim(Span::new(from, cut)).end
}

/// "Theo đó, hai bên trao đổi thông tin …": the content of a signed text, told without a trigger.
pub(super) fn content_without_trigger(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::Vi {
        return None;
    }
    let opens =
        background::begins(reading, unit.span.start, "content").then_some(x.signed).flatten();
    let goes_on = x.content_of_block(unit.block);
    let text = opens.or(goes_on)?;
    let subject = within(&reading.who, unit.span).iter().find(|mark| {
        let near = opens.is_some() && mark.span.start < unit.span.start + 90
            || mark.span.start == unit.span.start;
        let bound = opens.is_none() || matches!(mark.it, Who::PairAgency | Who::PairState);
        near && bound
            && matches!(mark.it, Who::PairAgency | Who::PairState | Who::Side(_) | Who::Actor(_))
            && verb_at(reading, reading.skip_blanks(mark.span.end, unit.span.end)).is_some()
    })?;
    let Some(Subject::Actors(actors)) = reading.stands_for(subject, unit, &x.floor) else {
        return None;
    };
    let start = reading.skip_blanks(subject.span.end, unit.span.end);
    let end = complement_end(reading, unit, start);
    let who = Resolved {
        subject: Subject::Actors(actors),
        confidence: 0.9,
        why: "told as content of the text",
        span: Some(subject.span),
    };
    let intro = Intro { start, ..Intro::default() };
    let at = Span::new(unit.span.start, unit.span.start);
    x.emit(unit, subject.span, TriggerClass::Future, &who, &intro, end, Some(text), at);
    Some(end)
}
