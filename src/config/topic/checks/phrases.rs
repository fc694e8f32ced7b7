//! Phrases that can never match, that repeat each other, and that hide each other. In: the written phrases of a topic.
//! Out: problems.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Tree;
use super::written::{Letters, Set, Written};
use crate::config::Problem;
use crate::config::topic::facets::LONGEST_PHRASE;
use crate::model::Language;
use crate::text::{self, Words};

/// Phrases that no text can hold once it has been normalised, or that are longer than the program looks.
pub(super) fn dead(trees: &[Tree<'_>], all: &[Written], words: &Words) -> Vec<Problem> {
    let mut problems = Vec::new();
    for written in all {
        let tree = &trees[written.tree];
        let place = &written.word.place;
        for phrase in &written.phrases {
            if phrase.len() > LONGEST_PHRASE {
                problems.push(tree.error(
                    place,
                    format!("a phrase of {} bytes is longer than the program looks", phrase.len()),
                    format!("shorten it to {LONGEST_PHRASE} bytes"),
                ));
                break;
            }
            if let Some(seen) = misspelt(written, phrase, words) {
                problems.push(tree.error(
                    place,
                    format!("\"{}\" can never match: in a text it reads \"{seen}\"", phrase.trim()),
                    format!("write \"{seen}\""),
                ));
                break;
            }
        }
    }
    problems
}

/// How the phrase reads in a text, where the program would not recognise it as written.
fn misspelt(written: &Written, phrase: &str, words: &Words) -> Option<String> {
    let english = written.language != Some(Language::Vi) && phrase.is_ascii();
    let seen = text::spelling(phrase, words, english);
    // Lists of conditions and exact phrases are compared as they are; all others are cleaned first.
    let asked = match (written.set, written.letters) {
        (Set::Conditions, _) => phrase.to_lowercase(),
        (_, Letters::Exact) => phrase.to_owned(),
        _ => text::lower(&text::clean(phrase)),
    };
    let seen_as = if written.letters == Letters::Exact { seen.clone() } else { text::lower(&seen) };
    let found = asked == seen_as || written.bare && text::bare(&asked) == text::bare(&seen_as);
    (!found).then_some(if written.letters == Letters::Exact { seen } else { seen_as })
}

/// Phrases of one set that are written twice.
pub(super) fn repeated(trees: &[Tree<'_>], all: &[Written]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut first: BTreeMap<(Set, String), Vec<(&Written, &str)>> = BTreeMap::new();
    let mut told: BTreeSet<(usize, usize)> = BTreeSet::new();
    for written in all.iter().filter(|written| written.set != Set::Conditions) {
        for phrase in &written.phrases {
            let key = (written.set, text::lower(&text::clean(phrase)));
            let known = first.entry(key).or_default();
            let clash = known.iter().find_map(|&(other, form)| {
                Some((other, form, relation(other, form, written, phrase)?))
            });
            if let Some((other, form, relation)) = clash
                && told.insert((written.tree, written.word.place.start))
            {
                problems.push(problem(trees, other, form, written, phrase, relation));
            }
            known.push((written, phrase));
        }
    }
    problems
}

/// What is wrong between two equal phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// Written twice for the same purpose: harmless.
    Repeated,
    /// The later one never gets its turn.
    Hidden,
    /// Two notions share a word, so that each mention of one is a mention of the other.
    Shared,
}

fn relation(first: &Written, form: &str, later: &Written, phrase: &str) -> Option<Relation> {
    let met = match (first.language, later.language) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    let covers = match (first.letters, later.letters) {
        (Letters::Any, _) => true,
        (Letters::Capital, Letters::Capital | Letters::Exact) => {
            phrase.starts_with(char::is_uppercase)
        }
        (Letters::Exact, Letters::Exact) | (Letters::Names, Letters::Names | Letters::Exact) => {
            form == phrase
        }
        _ => false,
    };
    if !met || !covers {
        return None;
    }
    if first.word.place == later.word.place {
        // Two readings of one entry: `(a|an|) x` may give the same phrase twice.
        return None;
    }
    let same = first.owner == later.owner;
    match first.set {
        _ if same && first.conditional && first.set != Set::Actors => None,
        _ if same => Some(Relation::Repeated),
        Set::Concepts | Set::Instruments => Some(Relation::Shared),
        Set::Actors | Set::Triggers | Set::Verbs | Set::Heads if first.conditional => None,
        Set::Actors | Set::Triggers | Set::Verbs | Set::Heads => Some(Relation::Hidden),
        Set::Facets => weaker(&first.owner, &later.owner).then_some(Relation::Hidden),
        Set::Cues | Set::Conditions => None,
    }
}

/// Whether the later one is a weaker sign of the same facet.
fn weaker(first: &str, later: &str) -> bool {
    let split = |owner: &str| -> Option<(String, usize)> {
        let (facet, strength) =
            owner.strip_prefix("facet ")?.trim_end_matches(')').split_once(" (")?;
        let rank = ["context", "weak", "strong"].iter().position(|known| *known == strength)?;
        Some((facet.to_owned(), rank))
    };
    match (split(first), split(later)) {
        (Some((one, high)), Some((other, low))) => one == other && low < high,
        _ => false,
    }
}

fn problem(
    trees: &[Tree<'_>],
    first: &Written,
    form: &str,
    later: &Written,
    phrase: &str,
    relation: Relation,
) -> Problem {
    let (tree, place) = (&trees[later.tree], &later.word.place);
    let line = trees[first.tree].line(&first.word.place);
    let from = |written: &Written, phrase: &str| {
        if written.word.text.trim_start_matches('=') == phrase {
            String::new()
        } else {
            format!(" (from \"{}\")", written.word.text)
        }
    };
    let (here, there) = (from(later, phrase), from(first, form));
    match relation {
        Relation::Repeated => tree.warning(
            place,
            format!("\"{phrase}\"{here} is there already, in line {line}{there}"),
            "remove one of the two",
        ),
        Relation::Hidden => tree.warning(
            place,
            format!(
                "\"{phrase}\"{here} never gets its turn: line {line}{there} has it for {}",
                first.owner
            ),
            format!("remove it here, or there if {} is meant", later.owner),
        ),
        Relation::Shared if first.set == Set::Instruments => tree.warning(
            place,
            format!("\"{phrase}\" is also a name of {}, line {line}", first.owner),
            "give each text names of its own",
        ),
        Relation::Shared => tree.error(
            place,
            format!("\"{phrase}\"{here} belongs to {} too, line {line}{there}", first.owner),
            "leave it with the one that it means, or make one notion of both",
        ),
    }
}
