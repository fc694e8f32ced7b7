//! All phrases that a topic's files write down, each with its place and with whose it is. In: the trees of the files.
//! Out: [`Written`] phrases, in the order in which the readers compile them.

use super::tree::{Table, Tree, Word};
use crate::config::topic::facets::plural_forms;
use crate::config::topic::forms;
use crate::model::Language;

/// Phrases that compete with each other for the same place of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Set {
    /// Evidence for relevance.
    Facets,
    /// Actors, people, places, and the words that stand for them.
    Actors,
    /// The language-free reading of words.
    Concepts,
    /// Triggers.
    Triggers,
    /// Verbs of action.
    Verbs,
    /// Small words: several classes may share one.
    Cues,
    /// Head nouns of texts.
    Heads,
    /// Names of known texts.
    Instruments,
    /// Words beside a phrase that decide about it; they do not compete.
    Conditions,
}

/// Which letters of a match must be as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    Any,
    Capital,
    Names,
    Exact,
}

/// One entry of a list.
#[derive(Debug, Clone)]
pub(super) struct Written {
    /// Index of the file's tree.
    pub tree: usize,
    /// What stands there.
    pub word: Word,
    /// What it competes with.
    pub set: Set,
    /// Whose it is, for messages and for comparing: `concept "shelter"`.
    pub owner: String,
    /// Its language; `None` where it is the same in all.
    pub language: Option<Language>,
    /// Letters that must match.
    pub letters: Letters,
    /// Whether it also matches without diacritics.
    pub bare: bool,
    /// Whether words beside it may refuse it, so that another entry gets its turn.
    pub conditional: bool,
    /// The phrases that it stands for; empty where the notation is broken (its reader says so).
    pub phrases: Vec<String>,
}

/// Collects the phrases of one file.
pub(super) struct Collector {
    pub tree: usize,
    pub all: Vec<Written>,
}

/// How the entries of a list are to be read.
#[derive(Clone)]
struct How {
    set: Set,
    owner: String,
    language: Option<Language>,
    bare: bool,
    conditional: bool,
}

impl How {
    fn new(set: Set, owner: impl Into<String>) -> Self {
        Self { set, owner: owner.into(), language: None, bare: false, conditional: false }
    }

    fn language(&self, language: Language) -> Self {
        Self { language: Some(language), ..self.clone() }
    }
}

impl Collector {
    /// Entries in the notation of forms.
    fn forms(&mut self, words: Vec<Word>, how: &How) {
        for word in words {
            let exact = word.text.strip_prefix('=');
            let letters = if exact.is_some() { Letters::Exact } else { Letters::Any };
            let expanded = forms::expand(exact.unwrap_or(&word.text)).unwrap_or_default();
            let mut phrases: Vec<String> = expanded.into_iter().map(|(phrase, _)| phrase).collect();
            phrases.dedup();
            self.push(word, how, letters, phrases);
        }
    }

    fn push(&mut self, word: Word, how: &How, letters: Letters, phrases: Vec<String>) {
        self.all.push(Written {
            tree: self.tree,
            word,
            set: how.set,
            owner: how.owner.clone(),
            language: how.language,
            letters,
            bare: how.bare,
            conditional: how.conditional,
            phrases,
        });
    }

    /// The lists `en` and `vi` of a table.
    fn both(&mut self, table: Table<'_>, how: &How) {
        self.forms(table.words("en"), &how.language(Language::En));
        self.forms(table.words("vi"), &how.language(Language::Vi));
    }

    /// Words beside a phrase, compared as written.
    fn conditions(&mut self, table: Table<'_>, keys: &[&str], owner: &str) {
        for key in keys {
            for word in table.words(key) {
                let phrases = vec![word.text.clone()];
                self.push(word, &How::new(Set::Conditions, owner), Letters::Any, phrases);
            }
        }
    }

    /// The phrases of `actors.toml`.
    pub fn actors(&mut self, tree: &Tree<'_>) {
        let root = tree.root();
        for actor in root.list("actor") {
            let owner = format!("actor {}", id_of(actor));
            let conditional =
                !actor.words("not_right").is_empty() || !actor.words("not_left").is_empty();
            let how = How { conditional, ..How::new(Set::Actors, &owner) };
            self.both(actor, &how);
            self.forms(
                actor.words("side"),
                &How { owner: format!("{owner} (side)"), ..how.clone() },
            );
            self.forms(actor.words("head"), &How { owner: format!("{owner} (head)"), ..how });
            self.conditions(actor, &["not_left", "not_right"], &owner);
        }
        for person in root.list("person") {
            let name = person.word("name").map_or(String::new(), |name| name.text);
            let how = How { bare: true, ..How::new(Set::Actors, format!("person {name}")) };
            self.forms(person.words("forms"), &how);
        }
        for (name, words) in root.table("words").map(Table::tables).unwrap_or_default() {
            // A word for an official gives way where it begins a longer name.
            let conditional = ["government", "pronoun"].contains(&name.text.as_str());
            let owner = format!("words.{}", name.text);
            self.both(words, &How { conditional, ..How::new(Set::Actors, owner) });
        }
        for place in root.list("place") {
            let how =
                How { bare: true, ..How::new(Set::Actors, format!("place {}", id_of(place))) };
            self.forms(place.words("forms"), &how);
        }
    }

    /// The phrases of `concepts.toml`.
    pub fn concepts(&mut self, tree: &Tree<'_>) {
        let root = tree.root();
        for (id, concept) in root.table("concepts").map(Table::tables).unwrap_or_default() {
            self.both(concept, &How::new(Set::Concepts, format!("concept {}", id.text)));
        }
        let off = How::new(Set::Concepts, "the words that are off topic");
        self.forms(root.words("off_topic_en"), &off.language(Language::En));
        self.forms(root.words("off_topic_vi"), &off.language(Language::Vi));
    }

    /// The phrases of `triggers.toml`.
    pub fn triggers(&mut self, tree: &Tree<'_>) {
        let root = tree.root();
        for trigger in root.list("trigger") {
            let class = trigger.word("class").map_or(String::new(), |class| class.text);
            let group = trigger.word("verb_group").map_or(String::new(), |group| group.text);
            let stage = trigger.word("stage").map_or(String::new(), |stage| stage.text);
            let owner = format!("trigger {}", join([class, group, stage]));
            // Any trigger gives way to an actor, a verb or a text that covers it, so that none hides another for ever
            // but by equal conditions.
            let conditional =
                !trigger.words("not_left").is_empty() || !trigger.words("not_right").is_empty();
            self.both(trigger, &How { conditional, ..How::new(Set::Triggers, &owner) });
            self.conditions(trigger, &["not_left", "not_right"], &owner);
        }
        for verb in root.list("verb") {
            let kind = verb.word("kind").map_or(String::new(), |kind| kind.text);
            let weak = if verb.is("weak") { " (weak)" } else { "" };
            self.both(verb, &How::new(Set::Verbs, format!("verb of {kind}{weak}")));
        }
        for head in root.list("head") {
            let kind = head.word("type").map_or(String::new(), |kind| kind.text);
            let series = head.word("series").map_or(String::new(), |series| series.text);
            self.both(
                head,
                &How::new(Set::Heads, format!("head {}", join([kind, series, "".into()]))),
            );
        }
        for (key, name) in [("cue", "class"), ("background", "name"), ("softener", "class")] {
            for entry in root.list(key) {
                let class = entry.word(name).map_or(key.to_owned(), |class| class.text);
                self.both(entry, &How::new(Set::Cues, format!("{key} {class}")));
            }
        }
        for key in ["effects", "generic_instrument", "successor", "phases"] {
            if let Some(table) = root.table(key) {
                self.both(table, &How::new(Set::Cues, key));
            }
        }
    }

    /// The phrases of `instruments.toml`.
    pub fn instruments(&mut self, tree: &Tree<'_>) {
        for key in ["instrument", "mechanism"] {
            for text in tree.root().list(key) {
                let how = How::new(Set::Instruments, id_of(text));
                for (list, language) in [("en", Language::En), ("vi", Language::Vi)] {
                    for word in text.words(list) {
                        let phrases = vec![word.text.clone()];
                        self.push(word, &how.language(language), Letters::Any, phrases);
                    }
                }
            }
        }
    }

    /// The phrases of `facets.toml`.
    pub fn facets(&mut self, tree: &Tree<'_>) {
        let root = tree.root();
        for facet in root.list("facet") {
            for group in facet.list("group") {
                let strength = group.word("strength").map_or(String::new(), |word| word.text);
                let near = !group.words("near").is_empty();
                let how = How {
                    conditional: near,
                    ..How::new(Set::Facets, format!("facet {} ({strength})", id_of(facet)))
                };
                self.plain(group, "phrases", &how);
                let how = How::new(Set::Conditions, format!("{} (near)", how.owner));
                self.plain(group, "near", &how);
            }
        }
        for key in ["mask", "counter"] {
            for group in root.list(key) {
                let name = group.word("name").map_or(String::new(), |name| name.text);
                self.plain(group, "phrases", &How::new(Set::Facets, format!("{key} {name}")));
            }
        }
        for key in ["country", "decisive", "roundup", "credit", "elsewhere"] {
            for group in root.list(key) {
                self.plain(group, "phrases", &How::new(Set::Facets, key));
            }
        }
        for word in root.list("word") {
            let lists = ["left", "right", "not_right", "right_with_other_state"];
            self.conditions(word, &lists, "a word with several readings");
        }
    }

    /// Phrases of a group of facets.
    fn plain(&mut self, group: Table<'_>, key: &str, how: &How) {
        let letters = match group.word("case").map(|case| case.text).as_deref() {
            Some("capital") if how.set == Set::Facets => Letters::Capital,
            Some("names") if how.set == Set::Facets => Letters::Names,
            Some("exact") if how.set == Set::Facets => Letters::Exact,
            _ => Letters::Any,
        };
        let language = match group.word("language").map(|language| language.text).as_deref() {
            Some("en") => Some(Language::En),
            Some("vi") => Some(Language::Vi),
            _ => None,
        };
        let how = How { language, bare: group.is("bare"), ..how.clone() };
        for word in group.words(key) {
            let phrases = plural_forms(&word.text);
            self.push(word, &how, letters, phrases);
        }
    }
}

fn id_of(table: Table<'_>) -> String {
    table.word("id").map_or(String::new(), |id| id.text)
}

fn join(parts: [String; 3]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}
