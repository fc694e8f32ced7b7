//! The content of a signed text takes the stage of the text (ontology I10). In: a clause that may tell it. Out: the
//! text, or drafts when it is told without a trigger.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::Intro;
use crate::commitments::actions::kinds::kind_of;
use crate::commitments::actions::verb_at;
use crate::commitments::background;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::instruments::texts_in;
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Mark, Reading, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::actors::Who;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Framing, InstrumentType, Kind, Language, Span, Stage};
use crate::text::BlockKind;

impl Extractor<'_> {
    /// The signed text whose content the paragraph tells.
    pub fn content_of_block(&self, block: usize) -> Option<usize> {
        self.content_block.filter(|&(of, _)| of == block).map(|(_, text)| text)
    }

    /// The signed text whose content a clause tells, if it does.
    pub(crate) fn content_marker(
        &self,
        unit: &Unit,
        region: Span,
        trigger: usize,
    ) -> Option<usize> {
        let reading = self.reading;
        let lead = Span::new(unit.span.start, trigger);
        let says = |at: usize| self.told_signed.iter().any(|&text| self.same_text(text, at));
        // "Ý định thư thể hiện cam kết của hai bên …", *Tuyên bố chung ghi nhận hai bên nhất trí …*: the text is the subject.
        let opening = Span::new(unit.span.start, unit.span.start + 8);
        let subject = texts_in(self.named, opening).next().filter(|&at| {
            let text = &self.named[at];
            text.kind != InstrumentType::Mechanism
                && !text.generic
                && text.span.end <= trigger
                && !reading.text(Span::new(text.span.end, trigger)).contains([',', ';', '.'])
        });
        if let Some(at) = subject.filter(|&at| unit.language == Language::Vi && says(at)) {
            return Some(at);
        }
        if background::has(reading, region, "content") || background::has(reading, lead, "content")
        {
            let named = texts_in(self.named, lead).find(|&at| {
                lead.contains(self.named[at].span)
                    && self.named[at].kind != InstrumentType::Mechanism
                    && !self.named[at].generic
            });
            if let Some(at) = named {
                // "Under the plan signed on Monday": the attribute itself says so.
                let attribute =
                    within(&reading.triggers, Span::new(self.named[at].span.end, trigger))
                        .iter()
                        .any(|mark| reading.trigger(mark).stage == Some(Stage::Signed));
                return (says(at) || attribute).then_some(at);
            }
            let starts = background::begins(reading, unit.span.start, "content");
            if starts {
                return self.signed;
            }
        }
        // The next sentence of a paragraph that tells the content.
        if let Some((block, text)) = self.content_block
            && block == unit.block
            && !reading.has(lead, CueClass::Speech)
        {
            return Some(text);
        }
        // The same sentence as the signature.
        let signs_here = self.drafts.iter().rev().take(3).find(|draft| {
            draft.unit.span == unit.span
                && draft.stage == Stage::Signed
                && draft.kind == Kind::InstrumentConclude
                && draft.framing == Framing::News
        });
        if let Some(draft) = signs_here
            && trigger.saturating_sub(draft.action.end) < 40
        {
            return draft.named.map(|(at, _)| at);
        }
        None
    }

    /// Whether two names mean one text, as far as they tell.
    pub(crate) fn same_text(&self, a: usize, b: usize) -> bool {
        let (a, b) = (&self.named[a], &self.named[b]);
        a.id.is_some() && a.id == b.id
            || a.kind == b.kind && a.topics == b.topics
            || a.kind == InstrumentType::Agreement && a.topics.is_empty()
            || b.kind == InstrumentType::Agreement && b.topics.is_empty()
            || a.kind == b.kind && (a.topics.is_empty() || b.topics.is_empty())
    }

    /// Whether a text that is signed now cannot be the known one of its name, which was signed long ago.
    pub fn is_new(&self, named: Option<usize>) -> bool {
        let id = named.and_then(|at| self.named[at].id.as_ref());
        let known = id.and_then(|id| {
            self.reading.topic.instruments.iter().find(|known| known.instrument.id == *id)
        });
        known.is_some_and(|known| {
            known.instrument.stage >= Stage::Signed
                && matches!((known.instrument.date, self.event_date), (Some(then), Some(now))
                    if now.earliest() > then.latest() && then.days_apart(now) > 60)
        })
    }
}

/// "Theo đó, hai bên trao đổi thông tin …": the content of a signed text, told without a trigger.
pub(crate) fn content_without_trigger(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    if unit.kind == BlockKind::Body && unit.language == Language::En {
        return content_in_clauses(x, unit);
    }
    if unit.kind != BlockKind::Body || unit.language != Language::Vi {
        return None;
    }
    if let Some(end) = clauses_of_text(x, unit) {
        return Some(end);
    }
    let opens =
        background::begins(reading, unit.span.start, "content").then_some(x.signed).flatten();
    let goes_on = x.content_of_block(unit.block);
    opens.or(goes_on)?;
    let subject = within(&reading.who, unit.span).iter().find(|mark| {
        let near = opens.is_some() && mark.span.start < unit.span.start + 90
            || mark.span.start == unit.span.start;
        let bound = opens.is_none() || matches!(mark.it, Who::PairAgency | Who::PairState);
        near && bound
            && matches!(mark.it, Who::PairAgency | Who::PairState | Who::Side(_) | Who::Actor(_))
            && (opens.is_some()
                || verb_at(reading, reading.skip_blanks(mark.span.end, unit.span.end)).is_some())
            && within(&reading.triggers, Span::new(mark.span.end, mark.span.end + 6))
                .iter()
                .all(|next| reading.class(next) == TriggerClass::Act)
    })?;
    let lead = Span::new(unit.span.start, subject.span.start);
    let named = x.content_marker(unit, lead, subject.span.start).filter(|_| opens.is_some());
    let text = named.or(opens).or(goes_on)?;
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
    let said = Utterance {
        unit,
        trigger: subject.span,
        class: TriggerClass::Future,
        who: &who,
        region: Span::new(unit.span.start, unit.span.start),
        content: Some(text),
    };
    x.emit(&said, &intro, end);
    Some(end)
}

/// Clauses that a Vietnamese list of contents has at least.
const LISTED: usize = 2;

/// "Theo đó, phía Việt Nam trả lời …; phía Anh chi trả …", *Nghị định thư quy định …*: a list of what a text says.
fn clauses_of_text(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    let start = unit.span.start;
    let says = texts_in(x.named, unit.span).next().filter(|&at| {
        let text = &x.named[at];
        let after = reading.fold(Span::new(text.span.end, unit.span.end));
        text.span.start < start + 8 && reading.grammar().text_says.at_start(after).is_some()
    });
    let text = match says {
        Some(at) => {
            let told = x.told_signed.iter().copied().find(|&other| x.same_text(other, at));
            told.or(x.signed)?
        }
        None => {
            let opens = background::begins(reading, start, "content");
            x.signed.or_else(|| text_in_force(x, unit)).filter(|_| opens)?
        }
    };
    let list = reading.text(unit.span).split(';').count() >= LISTED;
    let bound = governed(reading, unit, |mark| {
        use TriggerClass::{Commit, Future, Joint, Plan};
        matches!(reading.class(mark), Commit | Future | Joint | Plan)
    });
    // "…, hai nước đẩy nhanh …; trao đổi …": one subject with a list of verbs is read like any list.
    let apart = reading.text(unit.span).match_indices(';').any(|(at, _)| {
        let next = reading.skip_blanks(start + at + 1, unit.span.end);
        let here = Span::new(next, next + 1);
        verb_at(reading, next).is_none()
            && reading.cues_of(here, CueClass::Negation).next().is_none()
    });
    let from = says.map_or(start, |at| {
        let end = x.named[at].span.end;
        let after = reading.fold(Span::new(end, unit.span.end));
        let word = reading.grammar().text_says.at_start(after).unwrap_or_default();
        end + (after.len() - after.trim_start().len()) + word.len()
    });
    let told = Span::new(from, unit.span.end);
    // *Ý định thư nêu rõ hai bên …*: what a text says needs no list when it names who is bound.
    let apart = list && apart || says.is_some() && names_bound(reading, told);
    if !apart || bound || reading.has(told, CueClass::Speech) {
        return None;
    }
    let mut from = from;
    for clause in reading.text(Span::new(from, unit.span.end)).split_inclusive(';') {
        let span = reading.trim(Span::new(from, from + clause.len()));
        from += clause.len();
        content_clause(x, unit, span, text);
    }
    Some(unit.span.end)
}

/// Farthest that those who are bound stand from the verb by which a text says so, in bytes.
const BOUND: usize = 24;

/// Whether what a text says begins with one who is bound by it.
fn names_bound(reading: &Reading<'_>, told: Span) -> bool {
    let near = Span::new(told.start, reading.floor((told.start + BOUND).min(told.end)));
    within(&reading.who, near).first().is_some_and(|mark| {
        matches!(mark.it, Who::PairAgency | Who::PairState | Who::Side(_) | Who::Actor(_))
    })
}

/// "Under the protocol Vietnam replies within ten days; the British side bears the cost": what a text says in the
/// present tense, clause by clause.
fn content_in_clauses(x: &mut Extractor<'_>, unit: &Unit) -> Option<usize> {
    let reading = x.reading;
    let opens = background::begins(reading, unit.span.start, "content");
    let list = reading.text(unit.span).split(';').count() >= LISTED;
    let known = || text_in_force(x, unit).filter(|_| list);
    let text = x.signed.or_else(known).filter(|_| opens)?;
    if of_another(x, unit) {
        return None;
    }
    let bound = governed(reading, unit, |mark| {
        use TriggerClass::{Act, Commit, Future, Joint, Lateral, Plan};
        match reading.class(mark) {
            Act | Lateral => mark.it.1 != Form::Third,
            class => matches!(class, Commit | Future | Joint | Plan),
        }
    });
    if bound || reading.has(unit.span, CueClass::Speech) {
        return None;
    }
    let mut from = unit.span.start;
    for clause in reading.text(unit.span).split_inclusive(';') {
        let span = Span::new(from, from + clause.len());
        from = span.end;
        content_clause(x, unit, reading.trim(span), text);
    }
    Some(unit.span.end)
}

/// Farthest that the name of a text stands from the beginning of the sentence that tells its content, in bytes.
const UNDER: usize = 24;

/// "Căn cứ Bản ghi nhớ, phía Anh dành …; hai bên kiểm tra …": a text whose content is told clause by clause, although its
/// signature was not; one that the register knows as signed long ago is no news.
fn text_in_force(x: &Extractor<'_>, unit: &Unit) -> Option<usize> {
    let at = texts_in(x.named, unit.span).next()?;
    let text = &x.named[at];
    let known = x.reading.topic.instruments.iter().any(|known| {
        text.id.as_ref() == Some(&known.instrument.id) && known.instrument.stage >= Stage::Signed
    });
    let near = text.span.start <= unit.span.start + UNDER;
    let speaks = !matches!(
        text.kind,
        InstrumentType::Mechanism | InstrumentType::Law | InstrumentType::Decree
    );
    (near && speaks && !known && !text.generic).then_some(at)
}

/// Whether a trigger of a sort is the first verb of a clause: "…; no file is handed on unless its owner has *agreed*", "…
/// goes through *delayed* cases" only qualify what another verb says.
fn governed(
    reading: &Reading<'_>,
    unit: &Unit,
    sort: impl Fn(&Mark<(usize, Form)>) -> bool,
) -> bool {
    let mut from = unit.span.start;
    reading.text(unit.span).split_inclusive(';').any(|clause| {
        let span = Span::new(from, from + clause.len());
        from = span.end;
        let first = within(&reading.verbs, span).first().map_or(span.end, |verb| verb.span.end);
        // "the memorandum which the two governments signed" has a subject of its own.
        let told = |mark: &Mark<(usize, Form)>| {
            let at = mark.span.start;
            let subject = |who: &Mark<Who>| who.span.end < at && who.span.end + 2 >= at;
            at < first || within(&reading.who, span).iter().any(subject)
        };
        within(&reading.triggers, span)
            .iter()
            .any(|mark| mark.span.start >= span.start && told(mark) && sort(mark))
    })
}

/// "Under the Borders Act, anyone jailed is …": what is in force under another text.
fn of_another(x: &Extractor<'_>, unit: &Unit) -> bool {
    let reading = x.reading;
    let words = reading.text(unit.span);
    let lead = words.split(',').next().unwrap_or(words);
    // "By its terms Vietnam replies …": who is bound is no text.
    let free = |who: &&Mark<Who>| reading.governed(who.span).is_none();
    let who = within(&reading.who, unit.span).iter().find(free);
    let bound = who.map_or(lead.len(), |who| who.span.start.saturating_sub(unit.span.start));
    let lead = &lead[..bound.min(lead.len())];
    let mut names = lead.split_whitespace().skip(1);
    let named = texts_in(x.named, unit.span)
        .any(|at| x.named[at].span.start < unit.span.start + lead.len());
    !named && names.any(|word| word.starts_with(char::is_uppercase))
}

/// One clause of the content of a text: who does what, else what happens.
pub(crate) fn content_clause(x: &mut Extractor<'_>, unit: &Unit, clause: Span, text: usize) {
    let reading = x.reading;
    let named = within(&reading.who, clause).iter().find_map(|mark| {
        let mut start = reading.skip_blanks(mark.span.end, clause.end);
        if unit.language == Language::Vi {
            let rest = reading.fold(Span::new(start, clause.end));
            let adverb = reading.grammar().before_verb.at_start(rest).map_or(0, str::len);
            start = reading.skip_blanks(start + adverb, clause.end);
        }
        let word = reading.text(Span::new(start, clause.end)).split(' ').next()?;
        let not = reading.cues_of(Span::new(start, start + 1), CueClass::Negation).next();
        if let Some(not) = not.filter(|_| unit.language == Language::Vi) {
            start = reading.skip_blanks(not.end, clause.end);
        }
        let verb = verb_at(reading, start).is_some()
            || unit.language == Language::En && word.ends_with('s') && word.len() > 3;
        let free = reading.governed(mark.span).is_none() && word.starts_with(char::is_lowercase);
        match reading.stands_for(mark, unit, &x.floor)? {
            Subject::Actors(actors) if verb && free => Some((actors, start)),
            _ => None,
        }
    });
    let (actors, start) = match named {
        Some((actors, start)) => (actors, Some(start)),
        None => (reading.pair(unit, clause.start), None),
    };
    let who = Resolved {
        subject: Subject::Actors(actors),
        confidence: 0.9,
        why: "told as content of the text",
        span: None,
    };
    let said = Utterance {
        unit,
        trigger: Span::new(clause.start, start.unwrap_or(clause.start).max(clause.start)),
        class: TriggerClass::Future,
        who: &who,
        region: Span::new(clause.start, clause.start),
        content: Some(text),
    };
    let refrain =
        reading.has(Span::new(clause.start, start.unwrap_or(clause.end)), CueClass::Negation);
    match start {
        Some(start) => {
            let intro = Intro { start, refrain, ..Intro::default() };
            x.emit(&said, &intro, clause.end);
        }
        None if !reading.topics_in(clause).is_empty()
            || kind_of(reading, x.named, clause).kind != Kind::General =>
        {
            x.emit_whole(&said, clause, refrain);
        }
        None => {}
    }
}
