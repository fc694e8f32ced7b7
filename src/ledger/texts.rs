//! Finding the few texts that a name could mean, without looking at all of them.
//!
//! Every text is listed under each of its topics, in order of date. A search walks the newest of each list, and those of
//! the day that is told, and stops after a fixed number of steps: what is spoken of is recent, or its day is named.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::parties;
use crate::config::topic::policy::Policy;
use crate::model::{Instrument, InstrumentId, InstrumentType, PartialDate, Stage};

/// Texts looked at in one list from its newest end, and as many of the day that is told.
pub const STEPS: usize = 128;
/// The list of texts whose topics nobody has told: they may be about any.
const UNTOLD: &str = "";
/// The list of all texts.
const ALL: &str = "*";

/// A text with what is compared of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text.
    pub told: Instrument,
    /// Its parties, see [`parties::official`].
    pub official: Vec<String>,
}

impl Text {
    /// Brings the parties into the form in which they are compared.
    pub fn new(told: Instrument, policy: &Policy) -> Self {
        let official = parties::official(told.parties.iter().map(String::as_str), policy);
        Self { told, official }
    }

    /// What a search asks of it first.
    pub fn traits(&self) -> Traits {
        Traits { kind: self.told.kind, stage: self.told.stage }
    }
}

/// What a search asks of a text before it looks at the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traits {
    /// Type.
    pub kind: InstrumentType,
    /// Stage.
    pub stage: Stage,
}

impl Traits {
    /// Whether it is being worked on: no body that meets, and not signed yet.
    pub fn is_open(self) -> bool {
        self.stage < Stage::Signed && self.kind != InstrumentType::Mechanism
    }
}

/// One line of a list, in order of date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    date: Option<Date>,
    id: InstrumentId,
    slot: u32,
    traits: Traits,
}

/// Lists of texts by topic, and the texts that took the place of others.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    texts: Vec<Text>,
    by_id: BTreeMap<InstrumentId, u32>,
    by_topic: HashMap<String, BTreeSet<Place>>,
    successors: HashMap<InstrumentId, BTreeSet<InstrumentId>>,
}

impl Texts {
    /// The text with that id.
    pub fn get(&self, id: &InstrumentId) -> Option<&Text> {
        self.slot(id).map(|slot| self.at(slot))
    }

    /// Where the text with that id is.
    pub fn slot(&self, id: &InstrumentId) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    fn at(&self, slot: u32) -> &Text {
        &self.texts[slot as usize]
    }

    /// All texts, by id.
    pub fn all(&self) -> impl Iterator<Item = &Text> {
        self.by_id.values().map(|slot| self.at(*slot))
    }

    /// Adds or replaces a text.
    pub fn put(&mut self, text: Text) {
        let next = self.texts.len() as u32;
        let slot = *self.by_id.entry(text.told.id.clone()).or_insert(next);
        if let Some(old) = self.texts.get(slot as usize) {
            let place = place(old, slot);
            for list in lists(&old.told) {
                if let Some(places) = self.by_topic.get_mut(list) {
                    places.remove(&place);
                }
            }
        }
        let place = place(&text, slot);
        for list in lists(&text.told) {
            self.by_topic.entry(list.to_owned()).or_default().insert(place.clone());
        }
        if let Some(old) = &text.told.supersedes {
            self.successors.entry(old.clone()).or_default().insert(text.told.id.clone());
        }
        if slot == next {
            self.texts.push(text);
        } else {
            self.texts[slot as usize] = text;
        }
    }

    /// Texts that may be about one of the topics (any text where none is given) and are as `wanted`, with their places, in
    /// no order: those among the `steps` newest, and among the `STEPS` of the days around the day.
    pub fn about(
        &self,
        topics: &[String],
        day: Option<(PartialDate, i64)>,
        steps: usize,
        wanted: impl Fn(Traits) -> bool,
    ) -> Vec<(u32, &Text)> {
        let all = topics.is_empty().then_some(ALL);
        let given = topics.iter().map(String::as_str).chain((!topics.is_empty()).then_some(UNTOLD));
        let mut found: Vec<u32> = Vec::new();
        for list in all.into_iter().chain(given).filter_map(|list| self.by_topic.get(list)) {
            let newest = list.iter().rev().take(steps);
            found.extend(newest.filter(|place| wanted(place.traits)).map(|place| place.slot));
            let span = day.and_then(|(day, days)| {
                let days = jiff::Span::new().try_days(days).ok()?;
                Some((day.earliest().checked_sub(days).ok()?, day.latest().checked_add(days).ok()?))
            });
            if let Some((from, to)) = span {
                let near = list.range(first_of(from)..).take_while(|place| place.date <= Some(to));
                let near = near.take(STEPS).filter(|place| wanted(place.traits));
                found.extend(near.map(|place| place.slot));
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|slot| (slot, self.at(slot))).collect()
    }

    /// Texts whose id begins like that, by id.
    pub fn beginning(&self, start: &str) -> impl Iterator<Item = &Text> {
        let from = self.by_id.range(InstrumentId::new(start)..);
        let start = start.to_owned();
        from.take_while(move |(id, _)| id.as_str().starts_with(&start))
            .map(|(_, slot)| self.at(*slot))
    }

    /// Texts that took the place of that one.
    pub fn successors(&self, id: &InstrumentId) -> impl Iterator<Item = &Text> {
        self.successors.get(id).into_iter().flatten().filter_map(|id| self.get(id))
    }
}

fn place(text: &Text, slot: u32) -> Place {
    let date = text.told.date.map(PartialDate::latest);
    Place { date, id: text.told.id.clone(), slot, traits: text.traits() }
}

/// Before all places of that day.
fn first_of(day: Date) -> Place {
    let traits = Traits { kind: InstrumentType::Treaty, stage: Stage::Considered };
    Place { date: Some(day), id: InstrumentId::new(""), slot: 0, traits }
}

fn lists(text: &Instrument) -> impl Iterator<Item = &str> {
    let untold = text.topics.is_empty().then_some(UNTOLD);
    text.topics.iter().map(String::as_str).chain(untold).chain([ALL])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::topic::policy::SHIPPED;

    fn text(id: &str, topic: &str, date: &str) -> Text {
        let told = Instrument {
            id: InstrumentId::new(id),
            name: id.to_owned(),
            kind: InstrumentType::Mou,
            topics: Some(topic.to_owned()).filter(|topic| !topic.is_empty()).into_iter().collect(),
            parties: Vec::new(),
            date: date.parse().ok(),
            edition: None,
            stage: Stage::Signed,
            first_seen: None,
            supersedes: None,
        };
        Text::new(told, &Policy::read("policy.toml", SHIPPED).unwrap())
    }

    fn about(texts: &Texts, topic: &str, day: Option<(PartialDate, i64)>) -> Vec<String> {
        let topics: Vec<String> = topic.split_whitespace().map(str::to_owned).collect();
        let found = texts.about(&topics, day, STEPS, |_| true);
        found.iter().map(|(_, text)| text.told.id.to_string()).collect()
    }

    #[test]
    fn a_text_is_found_by_its_topic_and_one_without_a_topic_by_any() {
        let mut texts = Texts::default();
        texts.put(text("a", "returns", "2024-01-01"));
        texts.put(text("b", "asylum", "2024-02-01"));
        texts.put(text("c", "", "2024-03-01"));
        assert_eq!(about(&texts, "returns", None), ["a", "c"]);
        assert_eq!(about(&texts, "", None), ["a", "b", "c"]);
    }

    #[test]
    fn an_old_text_is_found_by_its_day_among_many_newer_ones() {
        let mut texts = Texts::default();
        texts.put(text("old", "returns", "2001-05-04"));
        for number in 0..2 * STEPS {
            texts.put(text(&format!("new-{number}"), "returns", "2024-01-01"));
        }
        let found = |day: &str| {
            let day = day.parse().ok().map(|day| (day, 3));
            about(&texts, "returns", day).contains(&"old".to_owned())
        };
        assert!(found("2001-05-06"));
        assert!(!found("2001-06-06"));
    }

    #[test]
    fn a_text_that_has_got_another_date_is_listed_once() {
        let mut texts = Texts::default();
        texts.put(text("a", "returns", ""));
        texts.put(text("a", "asylum", "2024-01-01"));
        assert!(about(&texts, "returns", None).is_empty());
        assert_eq!(about(&texts, "asylum", None).len(), 1);
    }
}
