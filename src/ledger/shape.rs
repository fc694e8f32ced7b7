//! What is compared of a mention and of an entry: everything that can be, brought to one form.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::anchors::Detail;
use super::parties;
use super::words::{Bag, Lexis, hash};
use crate::config::topic::policy::Policy;
use crate::model::{Anchor, Commitment, Kind, Language, Mention, Polarity};

/// The comparable side of a mention or entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Kind.
    pub kind: Kind,
    /// Polarity.
    pub polarity: Polarity,
    /// Official parties, see [`parties::official`].
    pub parties: Vec<String>,
    /// Official beneficiaries.
    pub beneficiaries: Vec<String>,
    /// Hash of both: many entries have the same.
    pub circle: u64,
    /// Hashes of the topics that the kind does not imply, sorted.
    pub topics: Vec<u64>,
    /// Topic groups.
    pub groups: BTreeSet<usize>,
    /// Whether it is the exchange of delegations.
    pub delegation: bool,
    /// Concepts.
    pub concepts: Bag,
    /// Words by language.
    pub words: Vec<(Language, Bag)>,
    /// Hashes of the whole wordings, with their language.
    pub verbatim: Vec<u64>,
    /// Anchors.
    pub anchors: Vec<Detail>,
    /// Whether its wording tells a further act.
    pub further: bool,
}

/// How alike two wordings are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wording {
    /// Cosine, from 0 to 1.
    pub score: f64,
    /// Whether both sides say enough for a low score to mean something.
    pub telling: bool,
    /// Telling words in common.
    pub shared: usize,
}

impl Shape {
    /// The shape of a mention in an article of that language.
    pub fn of_mention(
        mention: &Mention,
        language: Option<Language>,
        policy: &Policy,
        lexis: &Lexis,
    ) -> Self {
        let words: Vec<(Language, String)> = action_words(mention, language);
        Self::new(
            (mention.kind, mention.polarity),
            (&parties::ids(&mention.parties), &parties::beneficiaries(&mention.parties)),
            (&mention.topics, &mention.concepts, &mention.anchors),
            &words,
            (policy, lexis),
        )
    }

    /// The shape of an entry.
    pub fn of_entry(entry: &Commitment, policy: &Policy, lexis: &Lexis) -> Self {
        Self::new(
            (entry.kind, entry.polarity),
            (&entry.parties, &entry.beneficiaries),
            (&entry.topics, &entry.concepts, &entry.anchors),
            &entry.words,
            (policy, lexis),
        )
    }

    fn new(
        (kind, polarity): (Kind, Polarity),
        (parties, beneficiaries): (&[String], &[String]),
        (topics, concepts, anchors): (&[String], &[String], &[Anchor]),
        words: &[(Language, String)],
        (policy, lexis): (&Policy, &Lexis),
    ) -> Self {
        let mut telling: Vec<u64> = topics
            .iter()
            .filter(|topic| !policy.is_implied(kind, topic))
            .map(|topic| hash(&["topic", topic]))
            .collect();
        telling.sort_unstable();
        telling.dedup();
        let parties = parties::official(parties.iter().map(String::as_str), policy);
        let beneficiaries = parties::official(beneficiaries.iter().map(String::as_str), policy);
        let circle: Vec<&str> = parties
            .iter()
            .map(String::as_str)
            .chain(["for"])
            .chain(beneficiaries.iter().map(String::as_str))
            .collect();
        let further = words.iter().any(|(language, text)| has_further_cue(*language, text, policy));
        Self {
            kind,
            polarity,
            circle: hash(&circle),
            parties,
            beneficiaries,
            topics: telling,
            groups: policy.groups(topics),
            delegation: policy.is_delegation(kind, topics),
            concepts: lexis.concepts(concepts),
            words: words
                .iter()
                .map(|(language, text)| (*language, lexis.words(*language, text)))
                .collect(),
            verbatim: words.iter().map(|(of, text)| hash(&[of.tag(), text.trim()])).collect(),
            anchors: anchors.iter().map(Detail::of).collect(),
            further,
        }
    }

    /// Jaccard index of the telling topics; `None` when one side has none.
    pub fn topic_likeness(&self, other: &Shape) -> Option<f64> {
        if self.topics.is_empty() || other.topics.is_empty() {
            return None;
        }
        let shared = self.topics.iter().filter(|topic| other.topics.contains(topic)).count();
        let all = self.topics.len() + other.topics.len() - shared;
        Some(shared as f64 / all as f64)
    }

    /// Likeness of wording; `None` when there is nothing to compare (two languages and no concepts).
    pub fn word_likeness(&self, other: &Shape, content: f64) -> Option<Wording> {
        let concepts = (&self.concepts, &other.concepts);
        let score = |(left, right): (&Bag, &Bag)| {
            let any = left.content() > 0.0 && right.content() > 0.0;
            any.then(|| {
                let (score, shared) = left.likeness(right);
                let telling = left.content() >= content && right.content() >= content;
                Wording { score, telling, shared }
            })
        };
        let pairs = self.words.iter().flat_map(|(language, bag)| {
            let there = other.words.iter().filter(move |(known, _)| known == language);
            there.map(move |(_, known)| (bag, known))
        });
        let words = pairs.filter_map(score).max_by(|a, b| a.score.total_cmp(&b.score));
        match (score(concepts), words) {
            (Some(a), Some(b)) => Some(Wording {
                score: a.score.max(b.score),
                telling: a.telling || b.telling,
                shared: a.shared.max(b.shared),
            }),
            (one, other) => one.or(other),
        }
    }

    /// Whether it says nothing that would tell it from other acts of its kind.
    pub fn is_bare(&self) -> bool {
        let silent = |bag: &Bag| bag.content() < 2.0;
        self.topics.is_empty() && self.anchors.is_empty() && silent(&self.concepts)
    }
}

/// The action's words in lower case, tagged with the article's language.
pub fn action_words(mention: &Mention, language: Option<Language>) -> Vec<(Language, String)> {
    language.map(|language| (language, plain(&mention.action.text))).into_iter().collect()
}

/// Lower case, composed, and with the Vietnamese Đ for its look-alikes: raw slices come in every spelling.
fn plain(raw: &str) -> String {
    let composed: String = raw.nfc().collect();
    composed.replace(['\u{d0}', '\u{189}'], "\u{110}").to_lowercase()
}

/// Whether the wording tells a further act (another, second; thêm, thứ hai).
fn has_further_cue(language: Language, text: &str, policy: &Policy) -> bool {
    let cues = match language {
        Language::En => &policy.cues.further_en,
        Language::Vi => &policy.cues.further_vi,
    };
    cues.iter().any(|cue| contains_word(text, cue))
}

/// Whether `cue` stands in `text` between word boundaries.
pub fn contains_word(text: &str, cue: &str) -> bool {
    text.match_indices(cue).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + cue.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
