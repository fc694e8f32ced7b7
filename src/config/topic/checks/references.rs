//! Ids that name nothing: an agency of an unknown state, a text of unknown parties, a rule about an unknown topic. In:
//! the trees of a topic's files. Out: problems.

use std::collections::{BTreeMap, BTreeSet};

use super::Files;
use super::tree::{Table, Tree, Word};
use crate::config::Problem;
use crate::config::topic::concepts::TOPICS;

/// Kinds of anchors that a mention can carry.
const ANCHORS: &[&str] =
    &["amount", "count", "deadline", "deliverable", "edition", "period", "place"];

/// All references of a topic that lead nowhere.
pub(super) fn check(files: &Files<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let actors = ids(files.actors.root().list("actor"));
    let places = ids(files.actors.root().list("place"));
    let concepts: BTreeSet<String> = files
        .concepts
        .root()
        .table("concepts")
        .map(Table::tables)
        .unwrap_or_default()
        .into_iter()
        .map(|(id, _)| id.text)
        .collect();
    states(files, &actors, &mut problems);
    parents(files, &actors, &places, &mut problems);
    instruments(files, &actors, &mut problems);
    heads(files, &mut problems);
    policy(files, &actors, &concepts, &mut problems);
    problems
}

fn ids(tables: Vec<Table<'_>>) -> BTreeSet<String> {
    tables.into_iter().filter_map(|table| table.word("id")).map(|id| id.text).collect()
}

/// A problem about a word that is none of `known`.
fn unknown<'a>(
    tree: &Tree<'_>,
    word: &Word,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> Problem {
    let message = format!("there is no {what} \"{}\"", word.text);
    let help = match crate::config::nearest(&word.text, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => otherwise.to_owned(),
    };
    tree.error(&word.place, message, help)
}

/// The two states of `topic.toml` are the principal actors.
fn states(files: &Files<'_>, actors: &BTreeSet<String>, problems: &mut Vec<Problem>) {
    let principal: BTreeSet<String> = files
        .actors
        .root()
        .list("actor")
        .into_iter()
        .filter(|actor| actor.is("principal"))
        .filter_map(|actor| actor.word("id"))
        .map(|id| id.text)
        .collect();
    for state in files.topic.root().words("states") {
        if !actors.contains(&state.text) {
            let help = "add an [[actor]] with this id and principal = true to actors.toml";
            let known = principal.iter().map(String::as_str);
            problems.push(unknown(files.topic, &state, "actor", known, help));
        } else if !principal.contains(&state.text) {
            problems.push(files.topic.error(
                &state.place,
                format!("the actor \"{}\" is not one of the two sides", state.text),
                "set principal = true for it in actors.toml, and for no third one",
            ));
        }
    }
}

/// Every part-of leads to an actor, or to a group of bodies that belong to no state.
fn parents(
    files: &Files<'_>,
    actors: &BTreeSet<String>,
    places: &BTreeSet<String>,
    problems: &mut Vec<Problem>,
) {
    let groups: BTreeSet<String> =
        files.topic.root().words("outside").into_iter().map(|group| group.text).collect();
    let root = files.actors.root();
    for part in root.list("actor").into_iter().chain(root.list("place")) {
        let Some(id) = part.word("id") else { continue };
        let Some((parent, _)) = id.text.rsplit_once('.') else {
            if places.contains(&id.text) && !actors.contains(&id.text) {
                problems.push(files.actors.error(
                    &id.place,
                    format!("the place \"{}\" belongs to no state", id.text),
                    "write the state's id and a dot before it",
                ));
            }
            continue;
        };
        if !actors.contains(parent) && !groups.contains(parent) && !places.contains(parent) {
            let word = Word { text: parent.to_owned(), place: id.place.clone() };
            let help = "a dot means part-of: add the actor, or list the prefix under `outside` in topic.toml";
            let known = actors.iter().map(String::as_str);
            problems.push(unknown(files.actors, &word, "actor", known, help));
        }
    }
    // The readers say so for the office of a person.
}

/// Parties, topics and successors of the register.
fn instruments(files: &Files<'_>, actors: &BTreeSet<String>, problems: &mut Vec<Problem>) {
    let tree = files.instruments;
    for text in tree.root().list("instrument").into_iter().chain(tree.root().list("mechanism")) {
        for party in text.words("parties").iter().filter(|party| !actors.contains(&party.text)) {
            let known = actors.iter().map(String::as_str);
            problems.push(unknown(tree, party, "actor", known, "add it to actors.toml"));
        }
        topics(tree, &text.words("topics"), problems);
    }
    successors(files, problems);
}

fn topics(tree: &Tree<'_>, words: &[Word], problems: &mut Vec<Problem>) {
    for topic in words.iter().filter(|topic| !TOPICS.contains(&topic.text.as_str())) {
        let help = format!("one of {}", TOPICS.join(", "));
        problems.push(unknown(tree, topic, "topic", TOPICS.iter().copied(), &help));
    }
}

/// A text cannot replace itself, by whatever way.
fn successors(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let tree = files.instruments;
    let mut replaces: BTreeMap<String, Word> = BTreeMap::new();
    for text in tree.root().list("instrument") {
        if let (Some(id), Some(old)) = (text.word("id"), text.word("supersedes")) {
            replaces.insert(id.text, old);
        }
    }
    for (id, old) in &replaces {
        let mut at = &old.text;
        for _ in 0..replaces.len() {
            if at == id {
                problems.push(tree.error(
                    &old.place,
                    format!("\"{id}\" would replace itself"),
                    "a text supersedes an earlier one",
                ));
                break;
            }
            match replaces.get(at) {
                Some(next) => at = &next.text,
                None => break,
            }
        }
    }
}

/// A head noun of a mechanism leads to one of the register.
fn heads(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let known = ids(files.instruments.root().list("mechanism"));
    for head in files.triggers.root().list("head") {
        if let Some(series) = head.word("series").filter(|series| !known.contains(&series.text)) {
            let all = known.iter().map(String::as_str);
            let help = "add a [[mechanism]] with this id to instruments.toml";
            problems.push(unknown(files.triggers, &series, "mechanism", all, help));
        }
    }
}

/// Rules about concepts, topics, anchors and agencies that do not exist have no effect.
fn policy(
    files: &Files<'_>,
    actors: &BTreeSet<String>,
    concepts: &BTreeSet<String>,
    problems: &mut Vec<Problem>,
) {
    let (tree, root) = (files.policy, files.policy.root());
    for list in ["implied", "topic_group"] {
        for entry in root.list(list) {
            topics(tree, &entry.words("topics"), problems);
        }
    }
    let table = |key| root.table(key);
    let words = |of: Option<Table<'_>>, key| of.map(|table| table.words(key)).unwrap_or_default();
    topics(tree, &words(table("boilerplate"), "mechanism_topics"), problems);
    for concept in words(table("words"), "common_concepts") {
        if !concepts.contains(&concept.text) {
            let known = concepts.iter().map(String::as_str);
            let help = "remove it, or add the concept to concepts.toml";
            problems.push(unknown(tree, &concept, "concept", known, help));
        }
    }
    for anchor in words(table("evidence"), "detail_anchors") {
        if !ANCHORS.contains(&anchor.text.as_str()) {
            let help = format!("one of {}", ANCHORS.join(", "));
            problems.push(unknown(tree, &anchor, "anchor", ANCHORS.iter().copied(), &help));
        }
    }
    let parts = words(table("parties"), "whole_state");
    for part in parts.into_iter().chain(words(table("parties"), "messengers")) {
        if !actors.iter().any(|actor| actor.rsplit('.').next() == Some(part.text.as_str())) {
            let help = "no actor's id ends in it: remove it";
            problems.push(unknown(tree, &part, "agency", [], help));
        }
    }
}
