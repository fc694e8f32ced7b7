//! The language-free reading of words. In: `concepts.toml`. Out: [`Concepts`], with one compiled lexicon.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::forms;
use crate::config::problem::Problem;
use crate::model::{Kind, Language};
use crate::text::{Lexicon, Pattern};

/// Topic ids that concepts, instruments and mentions may carry (ontology 4.6).
pub const TOPICS: &[&str] = &[
    "human_trafficking",
    "illegal_migration",
    "legal_migration",
    "returns",
    "asylum",
    "border_entry_exit",
    "document_fraud",
    "organised_crime",
    "cyber_hightech_crime",
    "financial_crime",
    "info_sharing",
    "law_enforcement",
    "extradition_mla",
    "victim_protection",
    "training_capacity",
    "comms_awareness",
    "delegation_exchange",
    "security_protection",
    "strategic_partnership",
];

/// A notion that both languages have words for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// Id, unique: `training_course`.
    pub id: String,
    /// Kind of act that it hints at.
    pub kind: Option<Kind>,
    /// Topics that it belongs to.
    pub topics: Vec<String>,
    /// Whether it is a thing that can be pointed at when it is there.
    pub deliverable: bool,
    /// Whether it names people whom an act is for.
    pub group: bool,
}

/// What a matched word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// A concept (index into [`Concepts::concepts`]).
    Concept(usize),
    /// A word of a field that is never the topic's.
    OffTopic,
}

/// All concepts of a topic.
#[derive(Debug, Clone)]
pub struct Concepts {
    /// The concepts.
    pub concepts: Vec<Concept>,
    /// Topics on which the desk reports; the others are beside it.
    pub core_topics: Vec<String>,
    /// Their words.
    pub lexicon: Lexicon<Meaning>,
}

impl Concepts {
    /// The first word of each concept in a language, by the id that anchors use (`C:shelter`).
    pub fn names(&self, language: Language) -> impl Iterator<Item = (String, String)> {
        self.concepts.iter().enumerate().filter_map(move |(at, concept)| {
            let first = self.lexicon.patterns().find(|pattern| {
                *pattern.payload == Meaning::Concept(at) && pattern.language == Some(language)
            })?;
            Some((format!("C:{}", concept.id), first.text.to_owned()))
        })
    }

    /// All phrases.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.lexicon.patterns().map(|pattern| pattern.text)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    core_topics: Vec<Spanned<String>>,
    off_topic_en: Vec<Spanned<String>>,
    off_topic_vi: Vec<Spanned<String>>,
    concepts: BTreeMap<String, RawConcept>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConcept {
    kind: Option<Kind>,
    topics: Vec<Spanned<String>>,
    #[serde(default)]
    deliverable: bool,
    #[serde(default)]
    group: bool,
    #[serde(default)]
    en: Vec<Spanned<String>>,
    #[serde(default)]
    vi: Vec<Spanned<String>>,
}

/// Reads `concepts.toml`. `file` is its name in messages.
///
/// # Errors
/// All faults found.
pub fn parse(file: &str, text: &str) -> Result<Concepts, Vec<Problem>> {
    let raw: RawFile = toml::from_str(text).map_err(|error| {
        vec![Problem::at(file, text, error.span().unwrap_or(0..0), error.message())]
    })?;
    let mut problems = Vec::new();
    let mut patterns: Vec<Pattern<Meaning>> = Vec::new();
    let mut add = |list: &[Spanned<String>], language, meaning, problems: &mut Vec<Problem>| {
        for form in list {
            match forms::patterns(form.get_ref(), Some(language), false, |_| meaning) {
                Ok(found) => patterns.extend(found),
                Err(error) => {
                    problems.push(Problem::at(file, text, form.span(), error.to_string()));
                }
            }
        }
    };
    let topics = |list: Vec<Spanned<String>>, problems: &mut Vec<Problem>| -> Vec<String> {
        for topic in &list {
            if !TOPICS.contains(&topic.get_ref().as_str()) {
                let message = format!("\"{}\" is not a topic", topic.get_ref());
                let problem = Problem::at(file, text, topic.span(), message);
                problems.push(problem.suggest(topic.get_ref(), TOPICS.iter().copied()));
            }
        }
        list.into_iter().map(Spanned::into_inner).collect()
    };
    let mut concepts = Vec::new();
    for (at, (id, concept)) in raw.concepts.into_iter().enumerate() {
        add(&concept.en, Language::En, Meaning::Concept(at), &mut problems);
        add(&concept.vi, Language::Vi, Meaning::Concept(at), &mut problems);
        let topics = topics(concept.topics, &mut problems);
        let (deliverable, group) = (concept.deliverable, concept.group);
        concepts.push(Concept { id, kind: concept.kind, topics, deliverable, group });
    }
    add(&raw.off_topic_en, Language::En, Meaning::OffTopic, &mut problems);
    add(&raw.off_topic_vi, Language::Vi, Meaning::OffTopic, &mut problems);
    let core_topics = topics(raw.core_topics, &mut problems);
    match Lexicon::new(patterns) {
        Ok(lexicon) if problems.is_empty() => Ok(Concepts { concepts, core_topics, lexicon }),
        Ok(_) => Err(problems),
        Err(error) => {
            problems.push(Problem::of_file(file, error.to_string()));
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../config/topics/vietnam-uk-migration/concepts.toml");

    #[test]
    fn the_shipped_file_is_sound_and_speaks_both_languages() {
        let concepts = parse("concepts.toml", SHIPPED).unwrap();
        assert!(concepts.concepts.len() > 100);
        for (at, concept) in concepts.concepts.iter().enumerate() {
            for language in [Language::En, Language::Vi] {
                let has = concepts.lexicon.patterns().any(|pattern| {
                    *pattern.payload == Meaning::Concept(at) && pattern.language == Some(language)
                });
                assert!(has, "{} has no word in {language:?}", concept.id);
            }
        }
    }

    #[test]
    fn an_unknown_topic_is_reported_with_its_line() {
        let text = SHIPPED.replacen("topics = [\"asylum\"]", "topics = [\"asilum\"]", 1);
        let problems = parse("concepts.toml", &text).unwrap_err();
        assert!(problems[0].message.contains("asilum") && problems[0].line > 10);
    }
}
