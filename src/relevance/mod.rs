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
use crate::text::{Document, analyse, lower, tally};

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
    if let Some(kinds) = at_a_glance(title, summary, declared, topic) {
        return EntryDecision::RuledOut(Relevance {
            decision: RelevanceDecision::Reject,
            score: 0.0,
            why: why::no_sign(&topic.facets, kinds),
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

/// What title and summary can show at most, when that is too little for the topic; `None` where only the analysis can
/// tell.
fn at_a_glance(
    title: &str,
    summary: &str,
    declared: Option<Language>,
    topic: &Topic,
) -> Option<u32> {
    let facets = &topic.facets;
    let kinds = facets.gate.kinds(title)? | facets.gate.kinds(summary)?;
    if facets.kinds.may_matter(kinds) {
        return None;
    }
    // Vietnamese without marks is searched in another way.
    let language = |text: &str| tally(&lower(text), &topic.words).decide();
    let (heading, body) = (language(title), language(summary));
    let unmarked = |found: Option<(Language, bool)>| found.is_some_and(|(_, unmarked)| unmarked);
    let whole = body.map(|(language, _)| language).or(declared);
    let guessed = title.is_ascii()
        && whole == Some(Language::Vi)
        && heading.is_none_or(|(language, _)| language != Language::En);
    (!unmarked(heading) && !unmarked(body) && !guessed).then_some(kinds)
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
        why: why::reason(facets, &judgement, heading, document, &title, &body),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::topic::facets::Sign;

    /// The kinds of every phrase, in running text, so that no entry is ruled out for a phrase that was not seen.
    #[test]
    fn no_phrase_of_the_topic_gets_past_the_first_glance() {
        let topic = Topic::embedded();
        let facets = &topic.facets;
        for pattern in facets.lexicon.patterns() {
            let facet = match *pattern.payload {
                Sign::Term { facet, .. } => Some(facet),
                Sign::Ambiguous(word) => Some(facets.ambiguous[word].1),
                Sign::Decisive(_) => None,
                _ => continue,
            };
            for text in [
                format!("5, {} - 7", pattern.text),
                format!("5, {}, 7", pattern.text.to_uppercase()),
            ] {
                // A phrase that must begin with a capital is not found where it does not.
                let document = analyse(&text, &topic.words);
                let whole = crate::model::Span::new(0, document.norm.text.len());
                if !facets
                    .lexicon
                    .all(&document, whole)
                    .iter()
                    .any(|hit| hit.payload == pattern.payload)
                {
                    continue;
                }
                let Some(kinds) = facets.gate.kinds(&text) else { continue };
                let missing: Vec<usize> = facets.kinds.missing(kinds).collect();
                let seen = match facet {
                    None => facets.kinds.may_matter(kinds),
                    Some(facet) => facets.need.iter().enumerate().all(|(group, members)| {
                        !members.contains(&facet) || !missing.contains(&group)
                    }),
                };
                assert!(seen, "{text}");
            }
        }
    }

    #[test]
    fn an_entry_that_can_only_show_one_state_is_ruled_out_at_a_glance() {
        let topic = Topic::embedded();
        let glance = |title: &str, summary: &str| {
            at_a_glance(title, summary, None, &topic)
                .map(|kinds| why::no_sign(&topic.facets, kinds).to_string())
        };
        let only_uk =
            glance("Trains in the UK are late again", "Passengers waited for hours in the rain.");
        assert!(only_uk.as_deref().is_some_and(|why| why.contains("Viet")), "{only_uk:?}");
        assert!(
            glance("Giá lúa tăng trở lại", "Nông dân miền Tây phấn khởi vì được mùa.").is_some()
        );
        for (title, summary) in [
            ("UK and Vietnam trade more rice", "Exports grew by a tenth."),
            ("People smugglers on trial", "The case goes on."),
            ("Nan nhan bi mua ban tro ve", "Cong an cho biet cac nan nhan da duoc dua ve nha."),
        ] {
            assert_eq!(glance(title, summary), None, "{title}");
        }
    }
}
