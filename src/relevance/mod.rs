//! Whether a text is about the topic. In: an analysed text (or title and summary of a feed entry) and the topic's
//! facets. Out: keep, near miss or reject, with the words that decided it and one sentence that says why.
//!
//! A text belongs to the topic when all needed facets meet in one event: in a few sentences that follow each other, or
//! in a short text that tells one story. Words that stand for something else (an agency's credit, a person's name, a
//! football league, a list of countries) do not count, and say so.

mod evidence;
mod scene;
mod why;
mod word_sense;

use crate::config::topic::Topic;
use crate::model::{Language, Relevance, RelevanceDecision, RelevanceHit};
use crate::text::{Document, analyse};

use evidence::Found;
use scene::Judgement;

/// What to do with a feed entry before its page is read.
#[derive(Debug, Clone, PartialEq)]
pub enum EntryDecision {
    /// The page may be relevant: fetch it. What title and summary alone say is attached.
    Fetch(Relevance),
    /// Title and summary leave no doubt that the page is not relevant.
    RuledOut(Relevance),
}

impl EntryDecision {
    /// What title and summary alone say.
    pub fn relevance(&self) -> &Relevance {
        match self {
            Self::Fetch(relevance) | Self::RuledOut(relevance) => relevance,
        }
    }

    /// Whether the page is to be fetched.
    pub fn is_fetch(&self) -> bool {
        matches!(self, Self::Fetch(_))
    }
}

/// Judges a whole article. `title` is the title as its source gives it; it may also stand in the text.
pub fn judge_article(title: &str, document: &Document, topic: &Topic) -> Relevance {
    let heading = analyse_title(title, document.language, topic);
    judge(&heading, document, topic).1
}

/// Judges title and summary of a feed entry. Errs only towards fetching: an entry is ruled out when it shows no subject
/// of the topic together with one of its states, and not both states either.
pub fn judge_entry(
    title: &str,
    summary: &str,
    declared: Option<Language>,
    topic: &Topic,
) -> EntryDecision {
    let clear = |text: &str| topic.facets.gate.is_clear(text, &topic.words);
    if declared != Some(Language::Vi) && clear(title) && clear(summary) {
        return EntryDecision::RuledOut(Relevance {
            decision: RelevanceDecision::Reject,
            score: 0.0,
            why: why::no_sign(&topic.facets),
            hits: Vec::new(),
        });
    }
    let mut document = analyse(summary, &topic.words);
    document.language = document.language.or(declared);
    let heading = analyse_title(title, document.language, topic);
    let (judgement, relevance) = judge(&heading, &document, topic);
    if judgement.may_be_relevant(&topic.facets) {
        EntryDecision::Fetch(relevance)
    } else {
        EntryDecision::RuledOut(relevance)
    }
}

/// A title is short: where its language cannot be told, it is that of the text below.
fn analyse_title(title: &str, language: Option<Language>, topic: &Topic) -> Document {
    let mut heading = analyse(title, &topic.words);
    let guess = if title.is_ascii() { language } else { None };
    heading.unmarked =
        heading.unmarked || (guess == Some(Language::Vi) && heading.language != Some(Language::En));
    heading.language = heading.language.or(language);
    heading
}

fn judge(heading: &Document, document: &Document, topic: &Topic) -> (Judgement, Relevance) {
    let facets = &topic.facets;
    let mut title = evidence::find(heading, facets);
    let mut body = evidence::find(document, facets);
    evidence::discount_elsewhere(&mut title, &mut body);
    let judgement = scene::judge(facets, &title, &body, document);
    let relevance = Relevance {
        decision: judgement.decision,
        score: judgement.score,
        why: why::sentence(facets, &judgement, heading, document, &title, &body),
        hits: hits(&title, heading, true, facets)
            .into_iter()
            .chain(hits(&body, document, false, facets))
            .collect(),
    };
    (judgement, relevance)
}

fn hits(
    found: &Found,
    document: &Document,
    in_title: bool,
    facets: &crate::config::topic::Facets,
) -> Vec<RelevanceHit> {
    found
        .evidence
        .iter()
        .map(|evidence| RelevanceHit {
            facet: facets.facets[evidence.facet].id.clone(),
            text: document.norm.text[evidence.span.range()].to_owned(),
            span: document.norm.to_raw(evidence.span),
            in_title,
            discounted: evidence.discounted.clone(),
        })
        .collect()
}

/// Whether the decision keeps the text.
pub fn is_kept(relevance: &Relevance) -> bool {
    relevance.decision == RelevanceDecision::Keep
}
