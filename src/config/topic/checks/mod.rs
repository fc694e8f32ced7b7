//! Whether the files of a topic fit together, once each can be read. In: the texts of the files. Out: problems, errors
//! and warnings, each with its place and what to do.
//!
//! An *error* is what changes the meaning of the topic without a word: an id that names nothing, a phrase that can never
//! match, a word that belongs to two notions. A *warning* is what has no effect, or less than it seems to have.

mod dates;
mod languages;
mod phrases;
mod references;
mod tree;
mod written;

use crate::config::Problem;
use crate::model::Language;
use crate::text::Words;
use tree::Tree;
use written::Collector;

/// The trees of a topic's files.
struct Files<'t> {
    topic: &'t Tree<'t>,
    facets: &'t Tree<'t>,
    actors: &'t Tree<'t>,
    concepts: &'t Tree<'t>,
    triggers: &'t Tree<'t>,
    instruments: &'t Tree<'t>,
    policy: &'t Tree<'t>,
}

/// The files that are checked, in the order of [`Files`].
const CHECKED: [&str; 7] = [
    "topic.toml",
    "facets.toml",
    "actors.toml",
    "concepts.toml",
    "triggers.toml",
    "instruments.toml",
    "policy.toml",
];

/// Checks files that were all read without a fault: (name for the operator, content).
pub(super) fn check(
    files: &[(String, String)],
    languages: &[Language],
    words: &Words,
) -> Vec<Problem> {
    let found: Vec<Option<Tree<'_>>> = CHECKED
        .iter()
        .map(|wanted| {
            let own = files.iter().find(|(name, _)| super::last_part(name) == *wanted);
            let shared = || super::EMBEDDED.iter().find(|(name, _)| name == wanted);
            let (name, text) = match own {
                Some((name, text)) => (name.as_str(), text.as_str()),
                None => *shared()?,
            };
            Tree::parse(name, text)
        })
        .collect();
    let Some(trees) = found.into_iter().collect::<Option<Vec<Tree<'_>>>>() else {
        return Vec::new();
    };
    let [topic, facets, actors, concepts, triggers, instruments, policy] = trees.as_slice() else {
        return Vec::new();
    };
    let set = Files { topic, facets, actors, concepts, triggers, instruments, policy };
    let mut collector = Collector { tree: 0, all: Vec::new() };
    for (at, tree) in trees.iter().enumerate() {
        collector.tree = at;
        match at {
            1 => collector.facets(tree),
            2 => collector.actors(tree),
            3 => collector.concepts(tree),
            4 => collector.triggers(tree),
            5 => collector.instruments(tree),
            _ => {}
        }
    }
    let all = collector.all;
    let mut problems = references::check(&set);
    problems.extend(dates::check(&set));
    problems.extend(languages::check(&set, &all, languages));
    problems.extend(phrases::dead(&trees, &all, words));
    problems.extend(phrases::repeated(&trees, &all));
    // A file that the folder leaves out is another topic's: what it names need not be here.
    problems.retain(|problem| files.iter().any(|(name, _)| *name == problem.file));
    let order = |problem: &Problem| {
        let file = files.iter().position(|(name, _)| *name == problem.file);
        (file, problem.line, problem.column)
    };
    problems.sort_by_key(order);
    problems
}
