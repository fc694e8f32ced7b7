//! What a sentence tells of a text in passing: that it was signed long ago, or that it is being carried out. In: a unit that
//! has been read. Out: drafts of context.

use crate::commitments::acts::act;
use crate::commitments::acts::object::{Predicate, relative_clause};
use crate::commitments::acts::texts::text_object;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, within};
use crate::commitments::record::{Draft, all_as};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::model::{
    Framing, InstrumentRole, InstrumentType, Kind, Language, Modality, Role, Span, Stage,
};
use crate::text::BlockKind;

/// Farthest that the words of an attribute stand from the text they describe, in bytes.
const ATTRIBUTE: usize = 70;

/// Farthest that the date of an attribute stands from its verb, in bytes.
const DATED: usize = 44;

/// "tiếp tục thực hiện Kế hoạch (mà) hai bên ký năm ngoái": an attribute inside another act tells when its text was signed.
pub(crate) fn signed_before(x: &mut Extractor<'_>, unit: &Unit, verb: &Mark<(usize, Form)>) {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::Vi {
        return;
    }
    let text = texts_in(x.named, Span::new(unit.span.start, verb.span.start)).rfind(|&at| {
        let named = &x.named[at];
        let gap = Span::new(named.span.end.min(verb.span.start), verb.span.start);
        named.span.end <= verb.span.start
            && gap.len() < ATTRIBUTE
            && within(&reading.verbs, gap).is_empty()
            && !reading.text(gap).contains([';', ':'])
            && named.kind != InstrumentType::Mechanism
            && !named.generic
    });
    let Some(at) = text.or_else(|| since_signed(x, unit, verb.span)) else { return };
    let after =
        Span::new(verb.span.start, reading.floor((verb.span.end + DATED).min(unit.span.end)));
    let old = x
        .dates
        .inside(after)
        .find(|(_, date)| {
            x.event_date
                .is_some_and(|now| date.latest() < now.earliest() && date.days_apart(now) > RECENT)
        })
        .copied();
    let (weight, _) = background::weigh(reading, after);
    let told =
        x.drafts.iter().rev().take_while(|draft| draft.unit.span == unit.span).any(|draft| {
            draft.stage == Stage::Signed && draft.named.is_some_and(|(other, _)| other == at)
        });
    let since = text.is_none();
    if told || old.is_none() && weight < 2 && !since {
        return;
    }
    let end = old.map_or(verb.span.end, |(place, _)| place.end).max(x.named[at].span.end);
    let start = x.named[at].span.start.min(verb.span.start);
    let law = matches!(x.named[at].kind, InstrumentType::Law | InstrumentType::Decree);
    let group = x.group();
    let actors = reading.pair(unit, verb.span.start);
    x.push(Draft {
        kind: if law { Kind::Policy } else { Kind::InstrumentConclude },
        stage: Stage::Signed,
        modality: Modality::Performative,
        strength: 4,
        framing: Framing::Background,
        parties: all_as(&actors, Role::Signatory),
        named: Some((at, InstrumentRole::Concludes)),
        event_date: old.map(|(_, date)| date).or(x.event_date),
        confidence: 0.7,
        group,
        reasons: vec!["an attribute tells when the text was signed".to_owned()],
        ..Draft::of(x, unit, verb.span, Span::new(start, end))
    });
}

/// "are to be sent home under an agreement that the two leaders signed on Wednesday": a clause inside another act tells that
/// its text was signed.
pub(crate) fn signed_inside(x: &mut Extractor<'_>, unit: &Unit, mark: &Mark<(usize, Form)>) {
    let reading = x.reading;
    let trigger = reading.trigger(mark);
    let (Some(group), Language::En, BlockKind::Body) = (trigger.group, unit.language, unit.kind)
    else {
        return;
    };
    let told = x
        .drafts
        .iter()
        .rev()
        .take_while(|draft| draft.unit.span == unit.span)
        .any(|draft| draft.stage == Stage::Signed && draft.kind == Kind::InstrumentConclude);
    let region = Span::new(unit.span.start, mark.span.start);
    let p = Predicate { unit, verb: mark.span, form: mark.it.1, region, group, trigger: mark.it.0 };
    let object = text_object(x, &p);
    if !told && object.is_some_and(|object| relative_clause(x, &p, &object)) {
        act(x, unit, mark, region);
    }
}

/// "bốn tháng sau khi hai nước ký bản ghi nhớ": the text that a clause of time says was signed.
fn since_signed(x: &Extractor<'_>, unit: &Unit, verb: Span) -> Option<usize> {
    let reading = x.reading;
    let from = reading.floor(verb.start.saturating_sub(ATTRIBUTE)).max(unit.span.start);
    let lead = Span::new(from, verb.start);
    let opened = reading.grammar().since.places(reading.fold(lead)).max();
    let (at, _) = opened?;
    let clause = Span::new(from + at, verb.start);
    let plain = !reading.text(clause).contains([',', ';'])
        && within(&reading.verbs, clause).iter().all(|other| other.span.end >= verb.start);
    texts_in(x.named, Span::new(verb.end, reading.floor((verb.end + NEAR).min(unit.span.end))))
        .find(|&at| plain && x.named[at].kind != InstrumentType::Mechanism && !x.named[at].generic)
}

/// Farthest that a text stands behind the verb of its signature, in bytes.
const NEAR: usize = 24;

/// A text is known when it was signed this many days before.
const RECENT: i64 = 14;

/// Longest name of a service before its verb, in bytes.
const SERVICE: usize = 130;

/// "Đường dây nóng (đã) tiếp nhận 57 cuộc gọi": a service that was set up works, with its figure. Gives the end of what it
/// covers.
pub(crate) fn at_work(x: &mut Extractor<'_>, unit: &Unit, covered: usize) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::Vi || covered > unit.span.start {
        return None;
    }
    let grammar = reading.grammar();
    let start = reading.past_numbers(unit.span.start, unit.span.end);
    let concepts = &reading.topic.concepts.concepts;
    let service = reading.concepts_in(Span::new(start, start + 1)).find_map(|(place, at)| {
        let kind = concepts[at].kind?;
        let serves = matches!(kind, Kind::Mechanism | Kind::Protection | Kind::Operation);
        (place.start == start && serves).then_some(kind)
    })?;
    let near = Span::new(start, reading.floor((start + SERVICE).min(unit.span.end)));
    let words = reading.fold(near);
    let mut verbs: Vec<(usize, usize)> = grammar.serves.places(words).collect();
    verbs.sort_unstable();
    let (verb, number) = verbs.into_iter().find_map(|(at, length)| {
        let after = reading.skip_blanks(start + at + length, unit.span.end);
        let rest = reading.fold(Span::new(after, unit.span.end));
        let rest =
            grammar.roughly.at_start(rest).map_or(rest, |word| rest[word.len()..].trim_start());
        rest.starts_with(|c: char| c.is_ascii_digit())
            .then_some((Span::new(start + at, start + at + length), after))
    })?;
    let lead = Span::new(start, verb.start);
    let ahead = within(&reading.triggers, lead).iter().any(|mark| {
        use crate::config::topic::triggers::TriggerClass::{Commit, Directive, Future, Joint};
        matches!(reading.class(mark), Commit | Directive | Future | Joint)
    });
    if ahead || x.negated(lead, verb.start) || reading.text(lead).contains([';', ':', '"', '“']) {
        return None;
    }
    let end = crate::commitments::actions::clause::complement_end(reading, unit, number);
    let actors = reading.pair(unit, verb.start);
    let group = x.group();
    x.push(Draft {
        kind: service,
        stage: Stage::Implementing,
        strength: 3,
        framing: Framing::Report,
        parties: all_as(&actors, Role::Implementer),
        confidence: 0.7,
        group,
        reasons: vec!["a service that was set up works".to_owned()],
        ..Draft::of(x, unit, verb, reading.trim(Span::new(unit.span.start, end)))
    });
    Some(end)
}

/// Farthest that the words for a first result stand from the verb of carrying out, in bytes.
const RESULT: usize = 90;

/// "hoạt động chung đầu tiên triển khai Ý định thư": that something is carried out under a text is told in passing.
pub(crate) fn carried_out_so_far(x: &mut Extractor<'_>, unit: &Unit) {
    let reading = x.reading;
    if unit.kind != BlockKind::Body || unit.language != Language::Vi {
        return;
    }
    let grammar = reading.grammar();
    for at in texts_in(x.named, unit.span) {
        let named = &x.named[at];
        let before = Span::new(unit.span.start, named.span.start.max(unit.span.start));
        let words = reading.fold(before).trim_end();
        let verb = within(&reading.verbs, before)
            .iter()
            .rfind(|verb| {
                verb.it.kind == Kind::InstrumentImplement
                    && verb.span.end + 3 > unit.span.start + words.len()
            })
            .map(|verb| verb.span);
        let frame = grammar.frameworks.at_end(words).map(|word| {
            let end = unit.span.start + words.len();
            Span::new(end - word.len(), end)
        });
        let Some(verb) = verb.or(frame) else { continue };
        let from = reading.floor(verb.start.saturating_sub(RESULT)).max(unit.span.start);
        let lead = reading.fold(Span::new(from, verb.start));
        let lead = lead.rsplit([',', ';', ':']).next().unwrap_or(lead);
        let first = grammar.first_results.inside(lead);
        let governed = within(&reading.who, Span::new(from, verb.start))
            .iter()
            .any(|who| matches!(who.it, Who::Outsider | Who::ThirdState));
        let told =
            x.drafts.iter().rev().take_while(|draft| draft.unit.span == unit.span).any(|draft| {
                draft.kind == Kind::InstrumentImplement && draft.action.overlaps(named.span)
            });
        let text = named.kind != InstrumentType::Mechanism && !named.generic;
        if !first || told || !text || governed {
            continue;
        }
        let group = x.group();
        let actors = reading.pair(unit, verb.start);
        let action = Span::new(verb.start, named.span.end);
        x.push(Draft {
            kind: Kind::InstrumentImplement,
            stage: Stage::Implementing,
            strength: 4,
            framing: Framing::Report,
            parties: all_as(&actors, Role::Implementer),
            named: Some((at, InstrumentRole::Implements)),
            confidence: 0.7,
            group,
            reasons: vec!["a first result of the text is told".to_owned()],
            ..Draft::of(x, unit, verb, action)
        });
    }
}
