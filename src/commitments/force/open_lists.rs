//! Lists that go on: lines under a colon, and sentences that a false full stop has cut off. In: a unit after the head
//! of a list. Out: drafts in the group of that list.

use crate::commitments::actions::clause::complement_end;
use crate::commitments::actions::intro::{Intro, intro};
use crate::commitments::actions::verb_at;
use crate::commitments::extractor::Extractor;
use crate::commitments::force::composition::Utterance;
use crate::commitments::force::content::content_clause;
use crate::commitments::force::laid_down::{lay_down, says};
use crate::commitments::reading::units::Unit;
use crate::commitments::reading::{Reading, within};
use crate::commitments::subjects::{Resolved, Subject};
use crate::config::topic::forms::Form;
use crate::config::topic::triggers::{CueClass, TriggerClass};
use crate::model::{Language, Span};

/// A list whose head ended with a colon: its lines follow.
pub(crate) struct OpenList {
    pub class: TriggerClass,
    pub who: Resolved,
    pub trigger: Span,
    pub group: u32,
    pub content: Option<usize>,
    pub form: Option<Form>,
    /// What a text lays down: its lines may begin with a verb of the text ("bars the surrender of …").
    pub lays_down: bool,
}

/// Length of the number that begins a line of a list ("1.", "a)"), with the blanks before it.
fn item_number(text: &str) -> usize {
    let item = text.trim_start();
    let digits = item.len() - item.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let letter = item.chars().next().filter(|c| c.is_alphabetic()).map_or(0, char::len_utf8);
    let label = if digits > 0 { digits } else { letter };
    let closed = item.get(label..).is_some_and(|rest| {
        rest.starts_with(')') || digits > 0 && digits < 3 && rest.starts_with(['.', '/'])
    });
    if closed { text.len() - item.len() + label + 1 } else { 0 }
}

/// Length of the words that begin an item over paragraphs: "Thứ nhất, …".
fn item_mark(reading: &Reading<'_>, unit: &Unit) -> usize {
    let line = reading.fold(unit.span);
    let mark = reading.grammar().item_marks.at_start(line);
    mark.map_or(0, |mark| line.len() - line.trim_start().len() + mark.len())
}

/// Words of the label of a list item, at most.
const LABEL_WORDS: usize = 5;

/// "b) Chi phí: người lao động không phải trả phí": the item behind its label.
fn behind_label(reading: &Reading<'_>, unit: &Unit, from: usize) -> usize {
    let line = reading.text(Span::new(from, unit.span.end));
    let label = line.find(": ").filter(|&at| line[..at].split_whitespace().count() <= LABEL_WORDS);
    match label.filter(|_| unit.language == Language::Vi) {
        Some(at) => reading.skip_blanks(from + at + 1, unit.span.end),
        None => from,
    }
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
        self.open =
            Some(OpenList { class, who, trigger, group, content, form: None, lays_down: false });
    }

    /// "The treaty:": its content follows line by line.
    pub(crate) fn open_content(&mut self, unit: &Unit, name: Span, text: usize) {
        let who = Resolved {
            subject: Subject::Actors(self.reading.pair(unit, name.start)),
            confidence: 0.9,
            why: "whom the text binds",
            span: None,
        };
        let (class, content) = (TriggerClass::Future, Some(text));
        let group = self.group();
        let trigger = name;
        self.open =
            Some(OpenList { class, who, trigger, group, content, form: None, lays_down: true });
    }

    /// A line of a list that was opened before; `false` when it is not.
    pub(crate) fn list_line(&mut self, unit: &Unit) -> bool {
        let Some(open) = &self.open else { return false };
        let reading = self.reading;
        let text = reading.text(unit.span);
        let number = item_number(text).max(item_mark(reading, unit));
        let bullet = number > 0 || text.trim_start().starts_with(['•', '-', '*', '–', '·', '+']);
        let item = &text[number..];
        let from = unit.span.start + number + item.find(|c: char| c.is_alphanumeric()).unwrap_or(0);
        let from = infinitive_line(reading, unit, from);
        let from = if bullet { behind_label(reading, unit, from) } else { from };
        let verb = verb_at(reading, from).map(|verb| verb.it.form);
        let lower = text[from - unit.span.start..].chars().next().is_some_and(char::is_lowercase);
        let says = says(reading, from, unit.span.end)
            .filter(|_| open.lays_down && unit.language == Language::En);
        let goes_on = says.is_some()
            || bullet
            || verb.is_some() && (lower || open.form.is_some() && open.form == verb);
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
        if let (Some(verb), Some(text)) = (says, content) {
            lay_down(self, unit, text, verb, end);
            return true;
        }
        if let Some(text) = content.filter(|_| verb.is_none() && unit.language == Language::Vi) {
            content_clause(self, unit, Span::new(from, end), text);
            return true;
        }
        let region = Span::new(from, from);
        let said = Utterance { unit, trigger, class, who: &who, region, content };
        let found = self.emit(&said, &start, end);
        for at in found {
            self.drafts[at].group = group;
        }
        true
    }

    /// "Bên cạnh đó là tăng số chuyến bay; phối hợp …": a Vietnamese sentence without a subject goes on with what was asked
    /// or agreed in the sentence before.
    fn goes_on(&mut self, unit: &Unit, tail: &OpenList) -> bool {
        let reading = self.reading;
        let line = reading.fold(unit.span);
        let Some(joins) = reading.grammar().goes_on.at_start(line) else { return false };
        let after = unit.span.start + (line.len() - line.trim_start().len()) + joins.len();
        let rest = reading.text(Span::new(after, unit.span.end));
        let from = after + (rest.len() - rest.trim_start_matches([',', ' ']).len());
        let free = verb_at(reading, from).is_some()
            && !reading.has(unit.span, CueClass::Speech)
            && within(&reading.triggers, unit.span).iter().all(|mark| {
                use TriggerClass::{Commit, Directive, Future, Joint, Wish};
                mark.span.start <= from + 1
                    || !matches!(reading.class(mark), Commit | Directive | Future | Joint | Wish)
            });
        if !free {
            return false;
        }
        self.take_up(unit, from, tail, "the list goes on from the sentence before")
    }

    /// Tells one more item of a list that another sentence began, and why it is taken for one; whether there was any.
    fn take_up(&mut self, unit: &Unit, from: usize, tail: &OpenList, why: &str) -> bool {
        let start = Intro { start: from, ..Intro::default() };
        let end = complement_end(self.reading, unit, from);
        let said = Utterance {
            unit,
            trigger: tail.trigger,
            class: tail.class,
            who: &tail.who,
            region: Span::new(from, from),
            content: tail.content,
        };
        let found = self.emit(&said, &start, end);
        for &at in &found {
            self.drafts[at].group = tail.group;
            self.drafts[at].confidence *= 0.8;
            self.drafts[at].reasons.push(why.to_owned());
        }
        !found.is_empty()
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
        if unit.language == Language::Vi {
            return same && self.goes_on(unit, &tail);
        }
        if !bare || !same || unit.language != Language::En {
            return false;
        }
        self.take_up(unit, from, &tail, "the list goes on after a full stop that looks false");
        true
    }
}
