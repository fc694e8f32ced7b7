//! The words that the text room itself needs, as data: abbreviations, function words, page furniture, and the
//! vocabulary that decides whether a strange token is two words glued together.

use std::collections::{HashMap, HashSet};

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::fold;
use crate::model::Span;

/// The lists as they stand in `config/language.toml`. Each list may be written as an array, or as one long string
/// of words separated by blanks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordLists {
    /// Words before a full stop that do not end a sentence, without the stop, in their own case.
    pub abbreviations: Vec<String>,
    /// Tokens with a capital inside that are one word (`McDonald`, `TikTok`), or their beginning.
    pub joined: Vec<String>,
    /// Capital-letter names that get glued to the next word (`UK`, `NCA`).
    pub acronyms: Vec<String>,
    /// English function words: they tell the language, and where two words were glued.
    pub english: String,
    /// Vietnamese function words, with their marks.
    pub vietnamese: String,
    /// Vietnamese function words without marks that are not English words: they tell unmarked Vietnamese.
    pub vietnamese_unmarked: String,
    /// Common English words.
    pub vocabulary: String,
    /// Words that look like two of the vocabulary but are one.
    pub whole: String,
    /// Text before an instrument's or body's name where a false full stop is often seen; in lower case.
    pub broken_heads: Vec<String>,
    /// Finite verbs that are none by their ending: a sentence has one early on, a broken half often has not.
    pub finite_verbs: String,
    /// Words that begin the second half of a broken name although they look like a verb.
    pub broken_starts: Vec<String>,
    /// Lines that are page furniture, whole, in lower case.
    pub junk_lines: Vec<String>,
    /// Words that make a line page furniture wherever they stand in it.
    pub junk_words: Vec<String>,
    /// Beginnings of a line that make it page furniture or a list of other stories.
    pub related_starts: Vec<String>,
    /// Marks of a picture caption or credit.
    pub caption_marks: Vec<String>,
    /// Beginnings of a caption line.
    pub caption_starts: Vec<String>,
    /// Beginnings of a line that names author, agency or source.
    pub byline_starts: Vec<String>,
    /// Names of agencies and outlets as they stand alone in a byline or dateline.
    pub agencies: Vec<String>,
    /// Words of a date line: a line of nothing else is the stamp of the page.
    pub stamp_words: String,
    /// The grammar of sentences stands in the same file; it is read elsewhere.
    #[serde(default)]
    pub grammar: serde::de::IgnoredAny,
}

/// The lists, ready for use.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub(super) abbreviations: HashSet<String>,
    pub(super) joined: Vec<String>,
    pub(super) acronyms: Vec<String>,
    pub(super) english: HashSet<String>,
    /// What each word says about the language: one look-up for all lists.
    classes: HashMap<String, u8>,
    /// Words of at least two letters, with a weight: how readily a glued token is split before or after them.
    pub(super) vocabulary: HashMap<String, u8>,
    pub(super) whole: HashSet<String>,
    pub(super) broken_heads: Vec<String>,
    pub(super) finite_verbs: HashSet<String>,
    pub(super) broken_starts: HashSet<String>,
    pub(super) junk_lines: HashSet<String>,
    pub(super) junk_words: Option<AhoCorasick>,
    pub(super) related_starts: Vec<String>,
    pub(super) caption_marks: Option<AhoCorasick>,
    pub(super) caption_starts: Vec<String>,
    pub(super) byline_starts: Vec<String>,
    pub(super) agencies: HashSet<String>,
    pub(super) stamp_words: HashSet<String>,
}

/// One automaton for a list of phrases; `None` for a list beyond all limits, in which nothing is found then.
fn search(phrases: Vec<String>) -> Option<AhoCorasick> {
    AhoCorasick::new(phrases.iter().filter(|phrase| !phrase.is_empty())).ok()
}

/// The phrases of a list that a text holds: where each starts and ends.
pub(super) fn found<'a>(
    list: &'a Option<AhoCorasick>,
    text: &'a str,
) -> impl Iterator<Item = Span> + 'a {
    list.iter()
        .flat_map(move |list| list.find_overlapping_iter(text))
        .map(|hit| Span::new(hit.start(), hit.end()))
}

impl Words {
    /// A word of the English vocabulary.
    pub(super) const KNOWN: u8 = 1;
    /// An English function word.
    pub(super) const ENGLISH: u8 = 2;
    /// A Vietnamese function word.
    pub(super) const VIETNAMESE: u8 = 4;
    /// A Vietnamese function word without its marks.
    pub(super) const UNMARKED: u8 = 8;

    /// What a lower-case word says about the language.
    pub(super) fn class(&self, word: &str) -> u8 {
        self.classes.get(word).copied().unwrap_or(0)
    }

    /// Prepares the lists; `more` are phrases of the topic whose English words also belong to the vocabulary, `whole`
    /// such whose words are never split (`helpline`).
    pub fn new<'a>(
        lists: &WordLists,
        more: impl IntoIterator<Item = &'a str>,
        whole: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let lower = |list: &[String]| -> Vec<String> {
            list.iter().map(|word| fold::lower(&fold::clean(word))).collect()
        };
        let split = |text: &str| -> HashSet<String> {
            text.split_whitespace().map(|word| fold::lower(&fold::clean(word))).collect()
        };
        let english = split(&lists.english);
        let mut vocabulary: HashMap<String, u8> = HashMap::new();
        for phrase in more {
            for word in fold::lower(phrase).split(|c: char| !c.is_ascii_alphabetic()) {
                if word.len() > 3 {
                    vocabulary.insert(word.to_owned(), 2);
                }
            }
        }
        vocabulary.extend(split(&lists.vocabulary).into_iter().map(|word| (word, 1)));
        vocabulary.extend(english.iter().map(|word| (word.clone(), 3)));
        let mut never_split = split(&lists.whole);
        for phrase in whole {
            let words = phrase.split(|c: char| !c.is_ascii_alphabetic());
            never_split
                .extend(words.filter(|word| word.len() > 3).map(|word| word.to_ascii_lowercase()));
        }
        let mut classes: HashMap<String, u8> = HashMap::new();
        let unmarked = split(&lists.vietnamese_unmarked);
        for (list, class) in [
            (vocabulary.keys().cloned().collect(), Self::KNOWN),
            (english.clone(), Self::ENGLISH),
            (split(&lists.vietnamese), Self::VIETNAMESE),
            (unmarked, Self::UNMARKED),
        ] {
            let list: HashSet<String> = list;
            for word in list {
                *classes.entry(word).or_default() |= class;
            }
        }
        Self {
            abbreviations: lists.abbreviations.iter().cloned().collect(),
            joined: lists.joined.clone(),
            acronyms: lists.acronyms.clone(),
            english,
            classes,
            vocabulary,
            whole: never_split,
            broken_heads: lower(&lists.broken_heads),
            finite_verbs: split(&lists.finite_verbs),
            broken_starts: lower(&lists.broken_starts).into_iter().collect(),
            junk_lines: lower(&lists.junk_lines).into_iter().collect(),
            junk_words: search(lower(&lists.junk_words)),
            related_starts: lower(&lists.related_starts),
            caption_marks: search(lower(&lists.caption_marks)),
            caption_starts: lower(&lists.caption_starts),
            byline_starts: lower(&lists.byline_starts),
            agencies: lower(&lists.agencies).into_iter().collect(),
            stamp_words: split(&lists.stamp_words),
        }
    }
}
