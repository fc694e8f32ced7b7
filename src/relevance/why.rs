//! Why a text was kept or not. In: the decision and what was found. Out: what decided, with the words it decided by.

use crate::config::topic::Facets;
use crate::model::{RelevanceDecision, Why};
use crate::text::Document;

use super::evidence::Found;
use super::scene::{Ground, Judgement};

/// What decided a judgement.
pub fn reason(
    facets: &Facets,
    judgement: &Judgement,
    heading: &Document,
    document: &Document,
    title: &Found,
    body: &Found,
) -> Why {
    let words = || -> Vec<String> {
        let groups = facets.need.iter();
        groups
            .filter_map(|group| telling(group, judgement, heading, document, title, body))
            .collect()
    };
    let mistaken = || discounted(title, body);
    match (judgement.decision, judgement.ground) {
        (RelevanceDecision::Keep, Ground::Instrument) => Why::Instrument,
        (RelevanceDecision::Keep, Ground::OneStory) => Why::OneStory { words: words() },
        (RelevanceDecision::Keep, _) => Why::SamePassage { words: words() },
        (_, Ground::Passing) => Why::Passing,
        (_, Ground::Scattered) => Why::Scattered { words: words() },
        (_, Ground::OtherSubject(subject)) => {
            Why::OtherSubject { subject: facets.counters[subject].clone() }
        }
        (RelevanceDecision::NearMiss, _) => {
            Why::Faint { facets: weakest(facets, judgement), near: true, mistaken: None }
        }
        _ => {
            let levels = facets.need.iter().zip(&judgement.levels);
            let missing = levels.filter(|(_, level)| **level == 0);
            let groups: Vec<Vec<String>> =
                missing.map(|(group, _)| labels(facets, group)).collect();
            if groups.is_empty() {
                let facets = weakest(facets, judgement);
                Why::Faint { facets, near: false, mistaken: mistaken() }
            } else {
                Why::Missing { groups, mistaken: mistaken() }
            }
        }
    }
}

/// For a text that was not analysed: all that it can show is of these kinds.
pub fn no_sign(facets: &Facets, kinds: u32) -> Why {
    let groups = facets.kinds.missing(kinds);
    let groups = groups.map(|group| labels(facets, &facets.need[group])).collect();
    Why::Missing { groups, mistaken: None }
}

fn labels(facets: &Facets, group: &[usize]) -> Vec<String> {
    group.iter().map(|&facet| facets.facets[facet].label.clone()).collect()
}

/// The labels of the group that shows least.
fn weakest(facets: &Facets, judgement: &Judgement) -> Vec<String> {
    let groups = facets.need.iter().zip(&judgement.levels);
    let least = groups.min_by_key(|(_, level)| **level);
    least.map(|(group, _)| labels(facets, group)).unwrap_or_default()
}

/// The first words that counted for a group, from the passage that decided.
fn telling(
    group: &[usize],
    judgement: &Judgement,
    heading: &Document,
    document: &Document,
    title: &Found,
    body: &Found,
) -> Option<String> {
    let in_passage = |sentence: usize| {
        judgement.passage.is_none_or(|(first, last)| (first..=last).contains(&sentence))
    };
    let best = |found: &Found, passage: bool| {
        found
            .evidence
            .iter()
            .filter(|one| {
                group.contains(&one.facet)
                    && one.discounted.is_none()
                    && (!passage || in_passage(one.sentence))
            })
            .max_by_key(|one| (one.strength, std::cmp::Reverse(one.span.start)))
            .map(|one| one.span)
    };
    let text =
        |document: &Document, span: crate::model::Span| document.norm.text[span.range()].to_owned();
    best(body, true)
        .map(|span| text(document, span))
        .or_else(|| best(title, false).map(|span| text(heading, span)))
        .or_else(|| best(body, false).map(|span| text(document, span)))
}

/// The most telling reason why something did not count.
fn discounted(title: &Found, body: &Found) -> Option<String> {
    title.evidence.iter().chain(&body.evidence).find_map(|evidence| evidence.discounted.clone())
}
