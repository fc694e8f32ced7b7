//! The one sentence that says why a text was kept or not. In: the decision and what was found. Out: plain English.

use crate::config::topic::Facets;
use crate::model::RelevanceDecision;
use crate::text::Document;

use super::evidence::Found;
use super::scene::{Ground, Judgement};

/// Puts a judgement into words.
pub fn sentence(
    facets: &Facets,
    judgement: &Judgement,
    heading: &Document,
    document: &Document,
    title: &Found,
    body: &Found,
) -> String {
    let words = |group: &[usize]| quoted(group, judgement, heading, document, title, body);
    let all: Vec<String> = facets.need.iter().filter_map(|group| words(group)).collect();
    let label = |group: &[usize]| -> String {
        let labels: Vec<&str> =
            group.iter().map(|&facet| facets.facets[facet].label.as_str()).collect();
        labels.join(" or ")
    };
    let weakest = || {
        facets
            .need
            .iter()
            .zip(&judgement.levels)
            .min_by_key(|(_, level)| **level)
            .map(|(group, _)| label(group))
            .unwrap_or_default()
    };
    match (judgement.decision, judgement.ground) {
        (RelevanceDecision::Keep, Ground::Instrument) => {
            "It names an agreement or dialogue of the topic.".to_owned()
        }
        (RelevanceDecision::Keep, Ground::OneStory) => {
            format!("One story brings together {}.", list(&all))
        }
        (RelevanceDecision::Keep, _) => format!("The same passage brings together {}.", list(&all)),
        (_, Ground::Passing) => {
            "One of the two states is only mentioned in passing in a story about other countries."
                .to_owned()
        }
        (_, Ground::Scattered) => {
            format!("{} stand in different stories or far apart.", capital(&list(&all)))
        }
        (_, Ground::OtherSubject(subject)) => {
            format!("It is about something else ({}).", facets.counters[subject])
        }
        (RelevanceDecision::NearMiss, _) => format!("Only a faint sign of {}.", weakest()),
        _ => {
            let missing: Vec<String> = facets
                .need
                .iter()
                .zip(&judgement.levels)
                .filter(|(_, level)| **level == 0)
                .map(|(group, _)| label(group))
                .collect();
            let reason = discounted(title, body)
                .map_or(String::new(), |reason| format!(" (what looks like it is {reason})"));
            if missing.is_empty() {
                format!("Too faint a sign of {}{reason}.", weakest())
            } else {
                format!("No sign of {}{reason}.", list_or(&missing))
            }
        }
    }
}

/// For a text that was not analysed: all that it can show is of these kinds.
pub fn no_sign(facets: &Facets, kinds: u32) -> String {
    let groups: Vec<String> = facets
        .kinds
        .missing(kinds)
        .map(|group| {
            let labels: Vec<&str> = facets.need[group]
                .iter()
                .map(|&facet| facets.facets[facet].label.as_str())
                .collect();
            labels.join(" or ")
        })
        .collect();
    format!("No sign of {}.", list_or(&groups))
}

/// The first words that counted for a group, from the passage that decided.
fn quoted(
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
        .map(|words| format!("\"{words}\""))
}

/// The most telling reason why something did not count.
fn discounted(title: &Found, body: &Found) -> Option<String> {
    title.evidence.iter().chain(&body.evidence).find_map(|evidence| evidence.discounted.clone())
}

fn list(items: &[String]) -> String {
    join(items, "and")
}

fn list_or(items: &[String]) -> String {
    join(items, "or")
}

fn join(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} {word} {last}", head.join(", ")),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
