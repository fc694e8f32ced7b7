//! `facets.toml`: the words that show what a text is about, what only looks like them, and which facets must come
//! together. In: the file. Out: one compiled lexicon whose hits say what they are evidence of.
//!
//! Nothing here knows a country or a subject: which facets there are, what they need, and how an ambiguous word is read
//! is all in the file.

mod file;
mod kinds;

use serde::Deserialize;
use toml::Spanned;

pub(super) use file::plural_forms;
pub use kinds::Kinds;

use crate::model::Language;
use crate::text::{Gate, Lexicon};

/// No phrase of a topic is longer (bytes): rules look no farther.
pub const LONGEST_PHRASE: usize = 200;

/// What a facet is in the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FacetRole {
    /// One of the two countries.
    State,
    /// A subject.
    Subject,
}

/// How much a phrase says alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Supports other evidence; two different ones of the same place count as weak.
    Context,
    /// Speaks for the facet unless something near it speaks for another reading.
    Weak,
    /// Decides the facet.
    Strong,
}

/// One facet.
#[derive(Debug, Clone)]
pub struct Facet {
    /// Short name.
    pub id: String,
    /// Name for readers, as in "no sign of ...".
    pub label: String,
    /// What it is in the topic.
    pub role: FacetRole,
}

/// What a hit of the lexicon means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// Evidence for a facet (its index).
    Term {
        /// Index of the facet.
        facet: usize,
        /// How much it says.
        strength: Strength,
        /// Index of a set of words of which one must stand in the same sentence.
        near: Option<usize>,
    },
    /// A word of a `near` set.
    Near(usize),
    /// What it covers is no evidence, for this reason.
    Mask(usize),
    /// Another subject that explains weak evidence away.
    Counter(usize),
    /// A country outside the topic.
    Country,
    /// An instrument or mechanism of the topic: decides the subject, and both states if one is near. `true` where no
    /// state need be near.
    Decisive(bool),
    /// A headline of a collection of stories.
    Roundup,
    /// A sign that places of a facet (its index) are namesakes in another country.
    Elsewhere(usize),
    /// A line that only says who wrote the report and where.
    Credit,
    /// A word whose reading depends on its neighbours (index).
    Ambiguous(usize),
}

/// A word with several readings, one of which is evidence for a facet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmbiguousWord {
    /// The word, with its capital.
    pub word: Spanned<String>,
    /// The facet it may speak for.
    pub facet: Spanned<String>,
    /// The only language in which it can speak for it.
    pub language: Language,
    /// Words directly on the left that prove the reading (lower case).
    pub left: Vec<String>,
    /// Words directly on the right that prove it.
    pub right: Vec<String>,
    /// Words directly on the right that disprove it.
    pub not_right: Vec<String>,
    /// At the start of a sentence: words on the right that prove it if the other state stands in the same sentence.
    pub right_with_other_state: Vec<String>,
    /// Names that make a capitalised word on the left no part of a person's name.
    pub capital_left: Vec<String>,
    /// The reason shown when it is part of a name.
    pub name_reason: String,
    /// The reason shown when its reading stays open.
    pub open_reason: String,
}

impl AmbiguousWord {
    /// The same with its neighbours in the spelling of folded text.
    fn folded(&self) -> Self {
        let fold = |list: &[String]| -> Vec<String> {
            list.iter().map(|phrase| crate::text::lower(&crate::text::clean(phrase))).collect()
        };
        Self {
            left: fold(&self.left),
            right: fold(&self.right),
            not_right: fold(&self.not_right),
            right_with_other_state: fold(&self.right_with_other_state),
            ..self.clone()
        }
    }
}

/// Which facets must come together, and how near.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Groups of facet ids; one of each group is needed.
    pub need: Vec<Vec<Spanned<String>>>,
    /// Sentences that may form one event.
    pub scene_sentences: usize,
    /// Texts of up to this many sentences are one event if they are no collection.
    pub short_text_sentences: usize,
    /// This many other countries around a state make it a list entry.
    pub country_list: usize,
    /// Words that may stand between people and the country outside the topic that they are from.
    pub belonging_words: Vec<String>,
    /// Words that may stand between the entries of such a list.
    pub list_words: Vec<String>,
    /// This many signs of another subject in a text explain weak evidence away everywhere.
    pub counter_signs: usize,
    /// This many different words of the topic's subjects stand against a counter that may be beside them.
    pub own_signs: usize,
    /// This many paragraphs that begin with a dateline make a collection.
    pub roundup_datelines: usize,
}

/// The words of the topic, compiled.
#[derive(Debug, Clone)]
pub struct Facets {
    /// The facets.
    pub facets: Vec<Facet>,
    /// Groups of facets (by index) of which one each is needed.
    pub need: Vec<Vec<usize>>,
    /// Distances and numbers.
    pub rule: Rule,
    /// Reasons of the masks.
    pub masks: Vec<String>,
    /// Names of the counters.
    pub counters: Vec<String>,
    /// Labels of facets and names of counters with how they read in Vietnamese.
    pub names_vi: Vec<(String, String)>,
    /// Of each counter, whether one text often has both it and the topic.
    pub beside: Vec<bool>,
    /// Words with several readings, and the facet each may speak for.
    pub ambiguous: Vec<(AmbiguousWord, usize)>,
    /// All phrases.
    pub lexicon: Lexicon<Sign>,
    /// Those without which no text is about the topic.
    pub gate: Gate,
    /// What each of those can show.
    pub kinds: Kinds,
}

impl Facets {
    /// All phrases: they belong to the vocabulary that repairs glued words.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.lexicon.patterns().map(|pattern| pattern.text)
    }
}
