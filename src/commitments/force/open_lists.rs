//! Lists that go on: lines under a colon, and sentences that a false full stop has cut off. In: a unit after the head
//! of a list. Out: drafts in the group of that list.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::{Intro, intro};
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::reading::Reading;
use crate::commitments::reading::units::Unit;
use crate::commitments::subjects::Resolved;
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::TriggerClass;
use crate::model::{Language, Span};

/// A list whose head ended with a colon: its lines follow.
pub(crate) struct OpenList {
    pub class: TriggerClass,
    pub who: Resolved,
    pub trigger: Span,
    pub group: u32,
    pub content: Option<usize>,
    pub form: Option<Form>,
}

/// A line that begins with "to" or "not to" begins with the verb after it, or with the negation.
fn infinitive_line(reading: &Reading<'_>, unit: &Unit, from: usize) -> usize {
    let infinitive = &reading.grammar().infinitive;
    let line = reading.fold(Span::new(from, unit.span.end));
    match infinitive.at_start(line) {
        Some(to) => reading.skip_blanks(from + to.len(), unit.span.end),
        None => from,
    }
}

impl Extractor<'_> {
    pub(crate) fn open_list(
        &mut self,
        unit: &Unit,
        trigger: Span,
        class: TriggerClass,
        who: Resolved,
    ) {
        let content =
            self.content_marker(unit, Span::new(unit.span.start, trigger.start), trigger.start);
        // A list under "committed to:" in an article that reports a signature tells its content.
        let content = content
            .or_else(|| self.signed.filter(|_| class != TriggerClass::Future && self.both(&who)));
        let group = self.group();
        self.open = Some(OpenList { class, who, trigger, group, content, form: None });
    }

    /// A line of a list that was opened before; `false` when it is not.
    pub(crate) fn list_line(&mut self, unit: &Unit) -> bool {
        let Some(open) = &self.open else { return false };
        let reading = self.reading;
        let text = reading.text(unit.span);
        let bullet = text.trim_start().starts_with(['•', '-', '*', '–', '·', '+']);
        let from = unit.span.start + text.find(|c: char| c.is_alphanumeric()).unwrap_or(0);
        let from = infinitive_line(reading, unit, from);
        let verb = verb_at(reading, from).map(|verb| verb.it.form);
        let lower = text[from - unit.span.start..].chars().next().is_some_and(char::is_lowercase);
        let goes_on =
            bullet || verb.is_some() && (lower || open.form.is_some() && open.form == verb);
        if !goes_on {
            self.open = None;
            return false;
        }
        let (class, who, trigger, group, content) =
            (open.class, open.who.clone(), open.trigger, open.group, open.content);
        if let Some(open) = &mut self.open {
            open.form = open.form.or(verb);
        }
        let start = Intro { start: from, ..intro(reading, unit, from) };
        let end = reading.trim(Span::new(from, unit.span.end)).end;
        let region = Span::new(from, from);
        let said = Utterance { unit, trigger, class, who: &who, region, content };
        let found = self.emit(&said, &start, end);
        for at in found {
            self.drafts[at].group = group;
        }
        true
    }

    /// A machine translation sets full stops inside lists: a sentence that begins with a bare verb right after a
    /// list of such verbs goes on with it.
    pub(crate) fn broken_off(&mut self, unit: &Unit, tail: Option<OpenList>) -> bool {
        let reading = self.reading;
        let Some(tail) = tail else { return false };
        let from = unit.span.start;
        let bare = verb_at(reading, from).is_some_and(|verb| {
            verb.it.form == Form::Base
                && Some(Form::Base) == tail.form
                && verb.span.end < unit.span.end
        });
        let same = tail.trigger.start < from
            && reading.unit_at(tail.trigger.start).is_some_and(|other| other.block == unit.block);
        if !bare || !same || unit.language != Language::En {
            return false;
        }
        let start = Intro { start: from, ..Intro::default() };
        let end = complement_end(reading, unit, from);
        let said = Utterance {
            unit,
            trigger: tail.trigger,
            class: tail.class,
            who: &tail.who,
            region: Span::new(from, from),
            content: tail.content,
        };
        let found = self.emit(&said, &start, end);
        for at in found {
            self.drafts[at].group = tail.group;
            self.drafts[at].confidence *= 0.8;
            self.drafts[at]
                .reasons
                .push("the list goes on after a full stop that looks false".to_owned());
        }
        true
    }
}
