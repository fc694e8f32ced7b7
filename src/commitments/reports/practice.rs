//! "regularly exchange", "have conducted", *thường xuyên trao đổi*: what is or was being done. In: a trigger of class
//! report and its clause. Out: drafts.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::{Intro, intro};
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::actions::lists::{Piece, carried_out, pieces};
use crate::commitments::actions::verb_at;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::record::{Draft, all_as};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{TriggerClass, VerbGroup};
use crate::model::{Framing, InstrumentRole, Kind, Language, Role, Span, Stage};

/// How a report is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tense {
    /// "have trained"
    Perfect,
    /// "are training"
    Progressive,
    /// "regularly train"
    Habit,
    /// Vietnamese words that say none of it.
    Open,
}

/// A report with its subject.
struct Told<'u> {
    unit: &'u Unit,
    trigger: Span,
    tense: Tense,
    who: Resolved,
    actors: Vec<usize>,
    both: bool,
}

/// "regularly exchange", "have conducted", *thường xuyên trao đổi*
pub(crate) fn report(
    x: &mut Extractor<'_>,
    unit: &Unit,
    mark: &Mark<(usize, Form)>,
    region: Span,
) -> Option<usize> {
    let reading = x.reading;
    let start = intro(reading, unit, mark.span.end);
    let at = reading.skip_blanks(start.start, unit.span.end);
    let verb = verb_at(reading, at)?;
    let tense = tense(reading, unit, mark.span);
    let licensed = unit.language == Language::Vi || licensed(tense, verb.it.form);
    if !licensed || start.refrain || x.negated(region, mark.span.start) {
        return None;
    }
    let next = reading.skip_blanks(mark.span.end, unit.span.end);
    if more_telling(reading, at) || more_telling(reading, next) {
        return None;
    }
    // "has met the ambassador": a meeting is no work of a mechanism.
    if reading.grammar().meets.is(reading.fold(verb.span)) {
        return None;
    }
    let mut who = reading.subject(region, unit, &x.floor);
    let end = complement_end(reading, unit, mark.span.end);
    // "The project has trained 1,200 young people": it works for those whose it is.
    if let Subject::Thing(from) = who.subject
        && counted(reading, unit, Span::new(at, end.max(at)))
        && x.works(unit, Span::new(from, mark.span.start), Span::new(at, end.max(at)))
    {
        who = x.speaker_for_passive(unit)?;
    }
    let Subject::Actors(actors) = who.subject.clone() else { return None };
    // "Bộ Công an tiếp tục cập nhật hằng quý …": what an official goes on doing is undertaken.
    let goes_on = unit.language == Language::Vi
        && background::begins(reading, mark.span.start, "continue")
        && background::old_date(x.dates, unit.span, x.event_date).is_none()
        && background::weigh(reading, unit.span).0 < 2;
    if goes_on {
        let action = reading.trim(Span::new(at, end));
        let kind = kind_of(reading, x.named, action);
        let vague = kind.kind == Kind::General || kind.why.contains("alone");
        if !vague && !x.off_topic(action) {
            let class = TriggerClass::Future;
            let said =
                Utterance { unit, trigger: mark.span, class, who: &who, region, content: None };
            let made = x.emit(&said, &Intro { start: at, ..start }, end);
            return (!made.is_empty()).then_some(end);
        }
    }
    if tense == Tense::Progressive && unit.language == Language::En {
        let action = reading.trim(Span::new(at, end));
        if lies_ahead(x, action) || pays(x, action) {
            let class = TriggerClass::Commit;
            let said =
                Utterance { unit, trigger: mark.span, class, who: &who, region, content: None };
            let made = x.emit(&said, &Intro { start: at, ..start }, end);
            return (!made.is_empty()).then_some(end);
        }
        // "was training": neither news nor a habit.
        reading.grammar().progressive.at_start(reading.fold(mark.span))?;
    }
    let both = reading.both_sides(&actors);
    let told = Told { unit, trigger: mark.span, tense, who, actors, both };
    let group = x.group();
    let mut made = false;
    for piece in pieces(reading, x.named, unit, reading.trim(Span::new(at, end))) {
        made |= reported(x, &told, &piece, group);
    }
    made.then_some(end)
}

/// "is running two courses next spring": a time to come makes a promise of what is being done.
fn lies_ahead(x: &Extractor<'_>, action: Span) -> bool {
    let reading = x.reading;
    let dated = x.source_date.is_some_and(|source| {
        x.dates.inside(action).any(|&(_, date)| date.earliest() > source.latest())
    });
    dated || reading.grammar().time_ahead.inside(reading.fold(action))
}

/// "is chipping in £400,000": money that is being given is promised.
fn pays(x: &Extractor<'_>, action: Span) -> bool {
    let reading = x.reading;
    reading.grammar().money().is_match(reading.fold(action))
        && kind_of(reading, x.named, action).kind == Kind::Resource
}

fn tense(reading: &Reading<'_>, unit: &Unit, trigger: Span) -> Tense {
    let words = reading.fold(trigger);
    let grammar = reading.grammar();
    match unit.language {
        _ if grammar.perfect.at_start(words).is_some() => Tense::Perfect,
        _ if grammar.progressive.at_start(words).is_some() => Tense::Progressive,
        Language::En if grammar.passive_past.at_start(words).is_some() => Tense::Progressive,
        _ if grammar.habit.inside(words) => Tense::Habit,
        Language::En => Tense::Habit,
        Language::Vi => Tense::Open,
    }
}

/// Whether an English verb has the form that the tense asks for.
fn licensed(tense: Tense, form: Form) -> bool {
    match tense {
        Tense::Perfect => form == Form::Past,
        Tense::Progressive => form == Form::Ing,
        Tense::Habit => matches!(form, Form::Base | Form::Past | Form::Third),
        Tense::Open => false,
    }
}

/// Whether an act is told with its extent.
fn counted(reading: &Reading<'_>, unit: &Unit, span: Span) -> bool {
    reading.text(span).contains(|c: char| c.is_ascii_digit())
        || unit.language == Language::En && reading.grammar().quantities.inside(reading.fold(span))
}

/// A trigger right at the verb tells more than a report.
fn more_telling(reading: &Reading<'_>, at: usize) -> bool {
    within(&reading.triggers, Span::new(at, at + 1)).iter().any(|other| {
        // "is running two courses": what is going on has not happened.
        let going_on = other.it.1 == Form::Ing
            && !matches!(
                reading.trigger(other).group,
                Some(VerbGroup::Deliver | VerbGroup::Suspend | VerbGroup::Sign)
            );
        !going_on
            && matches!(
                reading.class(other),
                TriggerClass::Act
                    | TriggerClass::Lateral
                    | TriggerClass::Commit
                    | TriggerClass::Joint
                    | TriggerClass::Directive
            )
    })
}

/// Farthest that the number of a result stands from the beginning of the act, in bytes.
const NUMBER: usize = 32;

/// Drafts of one action, one for each text that it carries out; `false` when it is too vague to be kept.
fn reported(x: &mut Extractor<'_>, told: &Told<'_>, piece: &Piece, group: u32) -> bool {
    let reading = x.reading;
    let kind = piece.reckoned.kind;
    let counted = counted(reading, told.unit, piece.span);
    let near =
        Span::new(piece.span.start, reading.floor((piece.span.start + NUMBER).min(piece.span.end)));
    let results = &reading.topic.triggers.notions.results;
    let numbered = reading.text(near).contains(|c: char| c.is_ascii_digit())
        && reading.topics_in(piece.span).iter().any(|topic| results.contains(topic));
    if vague(told, kind, counted, numbered)
        || x.off_topic(piece.span)
        || verb_at(reading, piece.span.start).is_none()
    {
        return false;
    }
    let implements = kind == Kind::InstrumentImplement;
    let texts = if implements { carried_out(x.named, piece.span) } else { Vec::new() };
    if implements && texts.is_empty() {
        return false;
    }
    let once = background::has(reading, told.trigger, "then");
    let past = told.tense == Tense::Perfect && !implements && kind != Kind::Mechanism
        || counted && told.unit.language == Language::Vi && told.tense != Tense::Progressive;
    let mut spans: Vec<(Span, Option<usize>)> = vec![(piece.span, texts.first().copied())];
    if texts.len() > 1 {
        spans[0].0.end = x.named[texts[0]].span.end;
        spans.extend(texts[1..].iter().map(|&text| (x.named[text].span, Some(text))));
    }
    let (weight, _) = background::weigh(reading, told.unit.span);
    let going_on = told.unit.language == Language::En && weight == 0 && texts.is_empty();
    for (action, text) in spans {
        x.push(Draft {
            kind,
            stage: if past { Stage::Delivered } else { Stage::Implementing },
            strength: if text.is_some() { 4 } else { 3 },
            framing: match told.tense {
                _ if once => Framing::Background,
                // "is placing adverts for the first time": what is going on is what the article reports.
                Tense::Progressive if going_on => Framing::News,
                _ => Framing::Report,
            },
            parties: all_as(&told.actors, Role::Implementer),
            named: text.map(|at| (at, InstrumentRole::Implements)),
            confidence: told.who.confidence * 0.9,
            group,
            reasons: vec![
                format!("\"{}\" reports what is or was being done", reading.text(told.trigger)),
                format!("{}: {}", told.who.why, x.names(&told.actors)),
                piece.reckoned.why.clone(),
            ],
            ..Draft::of(x, told.unit, told.trigger, action)
        });
    }
    true
}

/// Descriptions of cooperation that nothing definite comes of (ontology E2).
fn vague(told: &Told<'_>, kind: Kind, counted: bool, numbered: bool) -> bool {
    let progressive = told.tense == Tense::Progressive;
    // "is verifying 120 identities": what is going on, with its extent.
    if counted && progressive && told.unit.language == Language::Vi {
        return matches!(kind, Kind::General | Kind::InstrumentConclude);
    }
    let english = told.unit.language == Language::En;
    let going_on = english && matches!(kind, Kind::Policy | Kind::Outreach);
    let definite = progressive && (counted || going_on)
        || matches!(
            kind,
            Kind::Capacity | Kind::Resource | Kind::Mechanism | Kind::InstrumentImplement
        );
    let vietnamese = told.unit.language == Language::Vi;
    // "đã dạy 86 lớp": what one side has done for people, with its extent.
    if counted && vietnamese && told.tense == Tense::Open && !(numbered && kind == Kind::Operation)
    {
        use Kind::{Capacity, InfoExchange, Outreach, Protection, Resource};
        return !told.both
            && !matches!(kind, Capacity | Outreach | Protection | Resource | InfoExchange);
    }
    // "has taken back 2,000 people", *đã tiếp nhận 2.000 công dân*: a result with its number.
    if numbered && matches!(told.tense, Tense::Perfect | Tense::Open) {
        return matches!(kind, Kind::General | Kind::InstrumentConclude);
    }
    let bare = vietnamese && told.tense != Tense::Habit;
    matches!(kind, Kind::General | Kind::InstrumentConclude) || !told.both && (!definite || bare)
}
