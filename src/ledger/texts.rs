//! Finding the few texts that a name could mean, without looking at all of them.
//!
//! Every text is listed under each of its topics, in order of date. A search walks the newest of each list, and those of
//! the day that is told, and stops after a fixed number of steps: what is spoken of is recent, or its day is named.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use crate::model::{Instrument, InstrumentId, PartialDate};

/// Texts looked at in one list from its newest end, and as many of the day that is told.
const STEPS: usize = 128;
/// The list of texts whose topics nobody has told: they may be about any.
const UNTOLD: &str = "";
/// The list of all texts.
const ALL: &str = "*";

type Place = (Option<Date>, InstrumentId);

/// Lists of texts by topic, and the texts that took the place of others.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    by_id: BTreeMap<InstrumentId, Instrument>,
    by_topic: HashMap<String, BTreeSet<Place>>,
    successors: HashMap<InstrumentId, BTreeSet<InstrumentId>>,
}

impl Texts {
    /// The text with that id.
    pub fn get(&self, id: &InstrumentId) -> Option<&Instrument> {
        self.by_id.get(id)
    }

    /// All texts, by id.
    pub fn all(&self) -> impl Iterator<Item = &Instrument> {
        self.by_id.values()
    }

    /// Adds or replaces a text.
    pub fn put(&mut self, text: Instrument) {
        if let Some(old) = self.by_id.remove(&text.id) {
            for list in lists(&old) {
                if let Some(places) = self.by_topic.get_mut(list) {
                    places.remove(&place(&old));
                }
            }
        }
        for list in lists(&text) {
            self.by_topic.entry(list.to_owned()).or_default().insert(place(&text));
        }
        if let Some(old) = &text.supersedes {
            self.successors.entry(old.clone()).or_default().insert(text.id.clone());
        }
        self.by_id.insert(text.id.clone(), text);
    }

    /// Texts that may be about one of the topics (any text where none is given): the newest, and those of `days` around
    /// the day.
    pub fn about(&self, topics: &[String], day: Option<(PartialDate, i64)>) -> Vec<&Instrument> {
        let all = topics.is_empty().then_some(ALL);
        let given = topics.iter().map(String::as_str).chain((!topics.is_empty()).then_some(UNTOLD));
        let mut found: BTreeSet<&InstrumentId> = BTreeSet::new();
        for list in all.into_iter().chain(given).filter_map(|list| self.by_topic.get(list)) {
            found.extend(list.iter().rev().take(STEPS).map(|(_, id)| id));
            let span = day.and_then(|(day, days)| {
                let days = jiff::Span::new().try_days(days).ok()?;
                Some((day.earliest().checked_sub(days).ok()?, day.latest().checked_add(days).ok()?))
            });
            if let Some((from, to)) = span {
                let from = (Some(from), InstrumentId::new(""));
                let near = list.range(from..).take_while(|(date, _)| *date <= Some(to));
                found.extend(near.take(STEPS).map(|(_, id)| id));
            }
        }
        found.into_iter().filter_map(|id| self.by_id.get(id)).collect()
    }

    /// Texts whose id begins like that, by id.
    pub fn beginning(&self, start: &str) -> impl Iterator<Item = &Instrument> {
        let from = self.by_id.range(InstrumentId::new(start)..);
        let start = start.to_owned();
        from.take_while(move |(id, _)| id.as_str().starts_with(&start)).map(|(_, text)| text)
    }

    /// Texts that took the place of that one.
    pub fn successors(&self, id: &InstrumentId) -> impl Iterator<Item = &Instrument> {
        let ids = self.successors.get(id).into_iter().flatten();
        ids.filter_map(|id| self.by_id.get(id))
    }
}

fn place(text: &Instrument) -> Place {
    (text.date.map(PartialDate::latest), text.id.clone())
}

fn lists(text: &Instrument) -> impl Iterator<Item = &str> {
    let untold = text.topics.is_empty().then_some(UNTOLD);
    text.topics.iter().map(String::as_str).chain(untold).chain([ALL])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InstrumentType, Stage};

    fn text(id: &str, topic: &str, date: &str) -> Instrument {
        Instrument {
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
        }
    }

    fn ids(found: &[&Instrument]) -> Vec<String> {
        found.iter().map(|text| text.id.to_string()).collect()
    }

    #[test]
    fn a_text_is_found_by_its_topic_and_one_without_a_topic_by_any() {
        let mut texts = Texts::default();
        texts.put(text("a", "returns", "2024-01-01"));
        texts.put(text("b", "asylum", "2024-02-01"));
        texts.put(text("c", "", "2024-03-01"));
        assert_eq!(ids(&texts.about(&["returns".to_owned()], None)), ["a", "c"]);
        assert_eq!(ids(&texts.about(&[], None)), ["a", "b", "c"]);
    }

    #[test]
    fn an_old_text_is_found_by_its_day_among_many_newer_ones() {
        let mut texts = Texts::default();
        texts.put(text("old", "returns", "2001-05-04"));
        for number in 0..2 * STEPS {
            texts.put(text(&format!("new-{number}"), "returns", "2024-01-01"));
        }
        let topic = ["returns".to_owned()];
        let found = |day: &str| {
            let day = day.parse().ok().map(|day| (day, 3));
            texts.about(&topic, day).iter().any(|text| text.id.as_str() == "old")
        };
        assert!(found("2001-05-06"));
        assert!(!found("2001-06-06"));
    }

    #[test]
    fn a_text_that_has_got_another_date_is_listed_once() {
        let mut texts = Texts::default();
        texts.put(text("a", "returns", ""));
        texts.put(text("a", "asylum", "2024-01-01"));
        assert!(texts.about(&["returns".to_owned()], None).is_empty());
        assert_eq!(texts.about(&["asylum".to_owned()], None).len(), 1);
    }
}
