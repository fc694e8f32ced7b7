//! Whether a text is about the topic, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Span;

/// The three outcomes of a relevance decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelevanceDecision {
    /// About the topic.
    Keep,
    /// Not kept, but close enough for a person to look at.
    NearMiss,
    /// Not about the topic.
    Reject,
}

/// One piece of evidence: a word of the text that spoke for a facet, or against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelevanceHit {
    /// Facet id, such as `vietnam`, `uk`, `migration`, `trafficking`.
    pub facet: String,
    /// The words as they stand in the text.
    pub text: String,
    /// Where they stand: in the raw text, or in the title when `in_title`.
    pub span: Span,
    /// Whether the hit is in the title.
    pub in_title: bool,
    /// Whether the hit counted, or why it did not (for example `agency credit`, `personal name`).
    pub discounted: Option<String>,
}

/// What decided. Labels are those of the topic (`facets.toml`), words stand as in the text. `Display` tells it in
/// English; mail tells it in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum Why {
    /// A text or dialogue of the topic is named beside one of its states.
    Instrument,
    /// All facets are in the one story that a short text tells.
    OneStory {
        /// The words that counted, one for each needed group of facets.
        words: Vec<String>,
    },
    /// All facets meet within a few sentences.
    SamePassage {
        /// The words that counted, one for each needed group of facets.
        words: Vec<String>,
    },
    /// A state is only mentioned in passing in a story about others.
    Passing,
    /// All facets are there, but not in one event.
    Scattered {
        /// The words that counted, one for each needed group of facets.
        words: Vec<String>,
    },
    /// Another subject explains the words.
    OtherSubject {
        /// Name of the counter.
        subject: String,
    },
    /// A needed group of facets shows too faintly.
    Faint {
        /// Labels of the facets of the weakest group, of which one is needed.
        facets: Vec<String>,
        /// Whether that was nearly enough.
        near: bool,
        /// What words that look like a sign really are, where that is known.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mistaken: Option<String>,
    },
    /// Needed groups of facets do not show at all.
    Missing {
        /// Their labels, of each group of which one is needed.
        groups: Vec<Vec<String>>,
        /// What words that look like a sign really are, where that is known.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        mistaken: Option<String>,
    },
    /// A sentence, as releases before 0.1 stored it, or nothing.
    #[serde(untagged)]
    Sentence(String),
}

impl Why {
    /// What was stored in a text column: [`Self::stored`], or the plain sentence of an older release.
    pub fn read(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_else(|_| Self::Sentence(stored.to_owned()))
    }

    /// For a text column.
    pub fn stored(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instrument => f.write_str("It names an agreement or dialogue of the topic."),
            Self::OneStory { words } => {
                write!(f, "One story brings together {}.", join(&quoted(words), "and"))
            }
            Self::SamePassage { words } => {
                write!(f, "The same passage brings together {}.", join(&quoted(words), "and"))
            }
            Self::Passing => f.write_str(
                "One of the two states is only mentioned in passing in a story about other countries.",
            ),
            Self::Scattered { words } => {
                write!(f, "{} stand in different stories or far apart.", join(&quoted(words), "and"))
            }
            Self::OtherSubject { subject } => write!(f, "It is about something else ({subject})."),
            Self::Faint { facets, near: true, .. } => {
                write!(f, "Only a faint sign of {}.", facets.join(" or "))
            }
            Self::Faint { facets, mistaken, .. } => {
                write!(f, "Too faint a sign of {}{}.", facets.join(" or "), looks_like(mistaken))
            }
            Self::Missing { groups, mistaken } => {
                let groups: Vec<String> = groups.iter().map(|group| group.join(" or ")).collect();
                write!(f, "No sign of {}{}.", join(&groups, "or"), looks_like(mistaken))
            }
            Self::Sentence(sentence) => f.write_str(sentence),
        }
    }
}

fn quoted(words: &[String]) -> Vec<String> {
    words.iter().map(|word| format!("\"{word}\"")).collect()
}

fn looks_like(mistaken: &Option<String>) -> String {
    let told = mistaken.as_ref().map(|what| format!(" (what looks like it is {what})"));
    told.unwrap_or_default()
}

fn join(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} {word} {last}", head.join(", ")),
    }
}

/// A relevance decision with everything that made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relevance {
    /// The outcome.
    pub decision: RelevanceDecision,
    /// 0 to 1; comparable within one rules version only.
    pub score: f64,
    /// Why, for a reader.
    pub why: Why,
    /// The hits that decided it, in text order.
    pub hits: Vec<RelevanceHit>,
}
