//! Notions that one of the topic's languages has no word for: what is told in that language would be missed, or not
//! be recognised as the same. In: the trees of a topic's files and its languages. Out: problems.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Files;
use super::tree::{Table, Tree};
use super::written::{Set, Written};
use crate::config::Problem;
use crate::model::Language;

/// What lacks words in one of the languages.
pub(super) fn check(files: &Files<'_>, all: &[Written], languages: &[Language]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for &language in languages {
        facets(files, all, language, &mut problems);
        for (id, concept) in
            files.concepts.root().table("concepts").map(Table::tables).unwrap_or_default()
        {
            if concept.words(key(language)).is_empty() {
                let what = format!("the concept \"{}\"", id.text);
                problems.push(lacks(files.concepts, &id.place, &what, language));
            }
        }
        triggers(files.triggers, language, &mut problems);
        for text in ["instrument", "mechanism"]
            .into_iter()
            .flat_map(|list| files.instruments.root().list(list))
        {
            let Some(id) = text.word("id") else { continue };
            if text.words(key(language)).is_empty() {
                let what = format!("the text \"{}\"", id.text);
                problems.push(lacks(files.instruments, &id.place, &what, language).as_warning());
            }
        }
    }
    problems
}

fn key(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Vi => "vi",
    }
}

fn lacks(tree: &Tree<'_>, place: &Range<usize>, what: &str, language: Language) -> Problem {
    let name = match language {
        Language::En => "English",
        Language::Vi => "Vietnamese",
    };
    tree.error(
        place,
        format!("{what} has no words in {name}"),
        format!("add some under `{}`, or take the language out of topic.toml", key(language)),
    )
}

/// A facet without words in a language is never found in its texts.
fn facets(files: &Files<'_>, all: &[Written], language: Language, problems: &mut Vec<Problem>) {
    for facet in files.facets.root().list("facet") {
        let Some(id) = facet.word("id") else { continue };
        let owner = format!("facet {} (", id.text);
        let spoken = all.iter().any(|written| {
            written.set == Set::Facets
                && written.owner.starts_with(&owner)
                && written.language.is_none_or(|of| of == language)
        });
        if !spoken {
            let what = format!("the facet \"{}\"", id.text);
            problems.push(lacks(files.facets, &id.place, &what, language));
        }
    }
}

/// Entries of one class may speak one language each; the class as a whole speaks all.
fn triggers(tree: &Tree<'_>, language: Language, problems: &mut Vec<Problem>) {
    let mut classes: BTreeMap<String, (Range<usize>, bool)> = BTreeMap::new();
    for (list, name) in [("trigger", "class"), ("cue", "class"), ("verb", "kind"), ("head", "type")]
    {
        for entry in tree.root().list(list) {
            let Some(class) = entry.word(name) else { continue };
            let group =
                entry.word("verb_group").map_or(String::new(), |group| format!("/{}", group.text));
            let speaks = !entry.words(key(language)).is_empty();
            let known = classes
                .entry(format!("{list} {}{group}", class.text))
                .or_insert((class.place.clone(), false));
            known.1 |= speaks;
        }
    }
    for (class, (place, _)) in classes.iter().filter(|(_, (_, speaks))| !speaks) {
        problems.push(lacks(tree, place, &format!("\"{class}\""), language));
    }
}
