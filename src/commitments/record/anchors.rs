//! Details that tell two commitments of one shape apart, in a form that is the same in both languages.
//! In: a draft. Out: anchors (amount, count, deadline, place, deliverable), the promised date, and the specificity.

use crate::commitments::instruments::Named;
use crate::commitments::reading::dates::Dates;
use crate::commitments::reading::{Reading, within};
use crate::commitments::record::Draft;
use crate::commitments::record::numbers::{amount, counts, editions, written_number};
use crate::config::topic::actors::Who;
use crate::model::{Anchor, Kind, Language, PartialDate, Span, Stage};

/// The anchors of a draft while they are collected.
struct Found<'r> {
    reading: &'r Reading<'r>,
    action: Span,
    language: Language,
    anchors: Vec<Anchor>,
    /// Places that an anchor has used.
    taken: Vec<Span>,
}

impl Found<'_> {
    fn add(&mut self, kind: &str, value: String) {
        self.anchors.push(Anchor { kind: kind.to_owned(), value });
    }

    fn place(&self, hit: regex::Match<'_>) -> Span {
        Span::new(self.action.start + hit.start(), self.action.start + hit.end())
    }

    fn free(&self, place: Span) -> bool {
        !self.taken.iter().any(|other| other.overlaps(place))
    }

    /// Sums of money, in the code of their currency.
    fn money(&mut self) {
        let reading = self.reading;
        let grammar = reading.grammar();
        for hit in grammar.money().captures_iter(reading.fold(self.action)) {
            let word = |names: [&str; 2]| names.iter().find_map(|name| hit.name(name));
            let (Some(whole), Some(number)) = (hit.get(0), word(["a", "b"])) else { continue };
            let factor = word(["am", "bm"]).map_or(1, |scale| grammar.factor_of(scale.as_str()));
            let unit = word(["sign", "unit"]).and_then(|unit| grammar.currency_of(unit.as_str()));
            if let (Some(unit), Some(value)) =
                (unit, amount(number.as_str(), factor, self.language))
            {
                self.add("amount", format!("{unit} {value}"));
                self.taken.push(self.place(whole));
            }
        }
    }

    /// Dates that are not past.
    fn deadlines(&mut self, dates: &Dates, event: Option<PartialDate>) {
        for (span, date) in dates.inside(self.action) {
            self.taken.push(*span);
            let date = dates.ahead(*span, *date, event);
            if future(date, event) {
                self.add("deadline", date.to_string());
            }
        }
    }

    /// "within 60 days", "every quarter", *trong ba năm*
    fn periods(&mut self) {
        let reading = self.reading;
        let grammar = reading.grammar();
        for hit in grammar.period().captures_iter(reading.fold(self.action)) {
            let Some(whole) = hit.get(0) else { continue };
            let span = self.place(whole);
            let unit = ["many", "single", "unit"].iter().find_map(|name| hit.name(name));
            let unit = unit.and_then(|unit| grammar.period_unit(unit.as_str()));
            let count = match hit.name("n").or(hit.name("w")) {
                Some(number) => written_number(reading, number.as_str(), self.place(number)),
                None => Some(1),
            };
            if let (Some(unit), Some(count), true) = (unit, count, self.free(span)) {
                let every = if hit.name("every").is_some() { Anchor::EVERY } else { "" };
                self.add("period", format!("{every}{count} {unit}"));
                self.taken.push(span);
            }
        }
    }

    /// Phases and courses by number.
    fn editions(&mut self) {
        for (span, number) in editions(self.reading, self.action) {
            if self.free(span) {
                self.add("edition", format!("#{number}"));
                self.taken.push(span);
            }
        }
    }

    /// Figures with what they count.
    fn counts(&mut self) {
        let reading = self.reading;
        for (span, count) in counts(reading, self.action) {
            if !self.free(span) {
                continue;
            }
            let near = (span.end + 40).min(self.action.end);
            let near = Span::new(span.end, reading.floor(near).max(span.end));
            let value = match reading.concepts_in(near).next() {
                Some((_, at)) => format!("{count} C:{}", reading.topic.concepts.concepts[at].id),
                None => count.to_string(),
            };
            self.add("count", value);
        }
    }

    /// Places, and things that can be pointed at.
    fn things(&mut self) {
        let reading = self.reading;
        for mark in within(&reading.who, self.action) {
            if let Who::Place(at) = mark.it {
                self.add("place", reading.topic.actors.places[at].clone());
            }
        }
        for (_, at) in reading.concepts_in(self.action) {
            let concept = &reading.topic.concepts.concepts[at];
            if concept.deliverable {
                self.add("deliverable", format!("C:{}", concept.id));
            }
        }
    }
}

/// The anchors of a draft, sorted, and its promised date.
pub(crate) fn anchors(
    reading: &Reading<'_>,
    dates: &Dates,
    draft: &Draft,
    event: Option<PartialDate>,
) -> (Vec<Anchor>, Option<PartialDate>) {
    let mut found = Found {
        reading,
        action: draft.action,
        language: draft.unit.language,
        anchors: Vec::new(),
        taken: Vec::new(),
    };
    found.money();
    found.deadlines(dates, event);
    found.periods();
    found.editions();
    found.counts();
    found.things();
    let mut anchors = found.anchors;
    anchors.sort();
    anchors.dedup();
    let due = dates
        .inside(draft.action)
        .map(|&(span, date)| dates.ahead(span, date, event))
        .find(|date| future(*date, event));
    (anchors, due)
}

/// Whether a date lies ahead of the act. The day of the act itself ("agreed … at the dialogue on October 29") is none by
/// which anything was promised.
fn future(date: PartialDate, event: Option<PartialDate>) -> bool {
    event.is_none_or(|event| date != event && date.latest() >= event.earliest())
}

/// Whether an action names the day of the act itself: nothing is due by it, but it can be checked.
pub(crate) fn on_its_day(dates: &Dates, draft: &Draft, event: Option<PartialDate>) -> bool {
    dates.inside(draft.action).any(|(_, date)| Some(*date) == event)
}

/// One point each: a named text or edition; a date or period; a number, amount or frequency; a named deliverable,
/// place or group.
pub(crate) fn specificity(
    reading: &Reading<'_>,
    draft: &Draft,
    anchors: &[Anchor],
    due: Option<PartialDate>,
    named: Option<&Named>,
    concepts: &[String],
    on_its_day: bool,
) -> u8 {
    let has = |kinds: &[&str]| anchors.iter().any(|anchor| kinds.contains(&anchor.kind.as_str()));
    let text = named
        .is_some_and(|named| !named.generic && (named.id.is_some() || !named.topics.is_empty()));
    let text = text || has(&["edition"]);
    let lasts = |anchor: &Anchor| anchor.kind == "period" && !anchor.is_frequency();
    let dated = due.is_some()
        || on_its_day
        || has(&["deadline"])
        || anchors.iter().any(lasts)
        || named.is_some_and(|named| named.date.is_some());
    let numbered = has(&["amount", "count"]) || anchors.iter().any(Anchor::is_frequency);
    let group = reading
        .topic
        .concepts
        .concepts
        .iter()
        .any(|concept| concept.group && concepts.contains(&concept.id));
    // A text that is asked for is itself the thing that would be there.
    let asked_for = draft.kind == Kind::InstrumentConclude && draft.stage <= Stage::Proposed;
    // What has a date or a figure and a name of its own can be pointed at when it is there.
    let named_thing = (dated || numbered) && names_a_thing(reading, draft.kind, concepts);
    // What is counted is a thing, a post or a group of people, though the topic has no concept of it.
    let counted = has(&["count"]) && !reading.topic.policy.boilerplate.kinds.contains(&draft.kind);
    let site = names_a_site(reading, draft.action);
    let deliverable = has(&["deliverable", "place"])
        || group
        || counted
        || site
        || asked_for && text
        || named_thing;
    u8::from(text) + u8::from(dated) + u8::from(numbered) + u8::from(deliverable)
}

/// Whether a name stands behind a word of place: "in Hai Phong", *tại Cửa Lò*. A state is no site, its capital is one.
fn names_a_site(reading: &Reading<'_>, action: Span) -> bool {
    let text = reading.text(action);
    let begins = |at: usize| at == 0 || text[..at].ends_with(' ');
    let words = text.match_indices(char::is_uppercase).map(|(at, _)| at).filter(|at| begins(*at));
    words.into_iter().any(|at| {
        let place = Span::new(action.start + at, action.end);
        let before = reading.fold(Span::new(action.start, place.start));
        let before = before.trim_end().strip_suffix(" the").unwrap_or(before);
        if reading.grammar().site_before.at_end(before).is_none() {
            return false;
        }
        let who = within(&reading.who, Span::new(place.start, place.start + 1));
        who.iter().all(|mark| match mark.it {
            Who::Actor(at) => reading.topic.actors.actors[at]
                .capital
                .iter()
                .any(|name| name == reading.fold(mark.span)),
            Who::Place(_) => true,
            _ => false,
        })
    })
}

/// Whether a concept tells the act from others of its kind.
fn names_a_thing(reading: &Reading<'_>, kind: Kind, concepts: &[String]) -> bool {
    let policy = &reading.topic.policy;
    let common = &policy.words.common_concepts;
    !policy.boilerplate.kinds.contains(&kind) && concepts.iter().any(|id| !common.contains(id))
}
