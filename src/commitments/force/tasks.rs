//! "Theo Kế hoạch, Bộ Công an lập tổ công tác …; Bộ Quốc phòng tuyên truyền …": what a plan that was just issued gives the
//! agencies of a government to do, told in the bare verb, clause by clause. In: a Vietnamese unit. Out: drafts.

use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::actions::lists::action_start;
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::within;
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Kind, Language, Span};
use crate::text::BlockKind;

/// Farthest that the agency stands from the beginning of its clause, in bytes.
const LEAD: usize = 40;

/// Drafts of the tasks that a unit tells. Gives the end of what it covers.
pub(crate) fn tasks(x: &mut Extractor<'_>, unit: &Unit, covered: usize) -> Option<usize> {
    let reading = x.reading;
    if unit.kind != BlockKind::Body
        || unit.language != Language::Vi
        || covered > unit.span.start
        || !x.issued
    {
        return None;
    }
    let opens = reading.grammar().under_plan.at_start(reading.fold(unit.span));
    let goes_on = x.tasks_block.is_some_and(|block| (block..=block + 1).contains(&unit.block));
    let from = match opens {
        Some(word) => unit.span.start + word.len(),
        None if goes_on => unit.span.start,
        None => return None,
    };
    let bound = within(&reading.triggers, unit.span).iter().any(|mark| {
        use TriggerClass::{Directive, Future, Joint};
        matches!(reading.class(mark), Directive | Future | Joint)
    });
    if bound || reading.has(unit.span, CueClass::Speech) {
        return None;
    }
    let mut doer: Option<Subject> = None;
    let mut made = false;
    let mut start = from;
    for clause in reading.text(Span::new(from, unit.span.end)).split_inclusive(';') {
        let span = reading.trim(Span::new(start, start + clause.trim_end_matches(';').len()));
        start += clause.len();
        made |= task(x, unit, span, &mut doer);
    }
    x.tasks_block = made.then_some(unit.block);
    made.then_some(unit.span.end)
}

/// One clause: who has the task, or has it still, and what it is.
fn task(x: &mut Extractor<'_>, unit: &Unit, clause: Span, doer: &mut Option<Subject>) -> bool {
    let reading = x.reading;
    let grammar = reading.grammar();
    let near = Span::new(clause.start, reading.floor((clause.start + LEAD).min(clause.end)));
    let named = within(&reading.who, near).iter().find(|mark| {
        matches!(mark.it, Who::Actor(_) | Who::Government) && reading.governed(mark.span).is_none()
    });
    let mut at = clause.start;
    if let Some(mark) = named {
        *doer = reading.stands_for(mark, unit, &x.floor);
        at = reading.skip_blanks(mark.span.end, clause.end);
        let rest = reading.fold(Span::new(at, clause.end));
        let word = grammar.tasked.at_start(rest).map_or(0, str::len);
        at = reading.skip_blanks(at + word, clause.end);
    }
    // "Bộ Công an là cơ quan đầu mối, giúp …"
    let found = verb_at(reading, at).map(|_| at).or_else(|| {
        let commas = reading.text(Span::new(at, clause.end)).match_indices(',');
        let mut commas = commas.map(|(comma, _)| at + comma + 1);
        commas.find_map(|comma| action_start(reading, comma, clause.end))
    });
    let (Some(subject @ Subject::Actors(_)), Some(start)) = (doer.clone(), found) else {
        return false;
    };
    if kind_of(reading, x.named, Span::new(start, clause.end)).kind == Kind::General {
        return false;
    }
    let why = "a task that an issued plan gives";
    let who = Resolved { subject, confidence: 0.9, why, span: named.map(|mark| mark.span) };
    let said = Utterance {
        unit,
        trigger: Span::new(clause.start, start),
        class: TriggerClass::Future,
        who: &who,
        region: Span::new(clause.start, clause.start),
        content: None,
    };
    !x.emit(&said, &Intro { start, ..Intro::default() }, clause.end).is_empty()
}
