//! The topic as data: facets, actors, instruments, triggers, concepts and thresholds of one pair of countries.
//!
//! A topic is a folder of TOML files. The shipped one is embedded in the program, so that it runs without files;
//! an operator may write it out, change it, and point the configuration to it. [`Topic::load`] reads all files and
//! returns all problems at once.

pub mod actors;
pub mod aliases;
mod checks;
pub mod concepts;
pub mod facets;
pub mod forms;
pub mod grammar;
pub mod instruments;
pub mod policy;
pub mod triggers;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use actors::Actors;
use concepts::Concepts;
pub use facets::{Facet, FacetRole, Facets};
use grammar::Grammar;
use instruments::KnownInstrument;
use policy::Policy;
use triggers::Triggers;

use crate::config::Problem;
use crate::model::Language;
use crate::text::{WordLists, Words};

/// The files of the shipped topic, by name, and the language file that topics may share.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("language.toml", include_str!("../../../config/language.toml")),
    ("topic.toml", include_str!("../../../config/topics/vietnam-uk-migration/topic.toml")),
    ("facets.toml", include_str!("../../../config/topics/vietnam-uk-migration/facets.toml")),
    ("instruments.toml", instruments::SHIPPED),
    ("policy.toml", policy::SHIPPED),
    ("actors.toml", include_str!("../../../config/topics/vietnam-uk-migration/actors.toml")),
    ("triggers.toml", include_str!("../../../config/topics/vietnam-uk-migration/triggers.toml")),
    ("concepts.toml", include_str!("../../../config/topics/vietnam-uk-migration/concepts.toml")),
];

/// Files that say how languages promise and how news is judged, whatever the countries: a topic's folder may leave them
/// out.
pub const SHARED: [&str; 3] = ["language.toml", "triggers.toml", "policy.toml"];

/// Everything that is known about one topic. It is built once and shared: building compiles all patterns.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Short name: the folder's.
    pub id: String,
    /// Name for readers.
    pub name: String,
    /// The same for Vietnamese readers.
    pub name_vi: Option<String>,
    /// Languages it is read in.
    pub languages: Vec<Language>,
    /// The two sides, as prefixes of actor ids.
    pub states: [String; 2],
    /// Time zones in which the press of each language dates itself.
    pub(crate) zones: BTreeMap<Language, TimeZone>,
    /// Words of the languages.
    pub words: Words,
    /// Small words by which sentences are read.
    pub grammar: Grammar,
    /// What makes an article relevant.
    pub facets: Facets,
    /// Instruments that were known before the first article was read.
    pub instruments: Vec<KnownInstrument>,
    /// How mentions become verdicts and alerts.
    pub policy: Policy,
    /// Who can commit, ask and sign.
    pub actors: Actors,
    /// The words that give an act its force.
    pub triggers: Triggers,
    /// The language-free reading of words.
    pub concepts: Concepts,
    /// Other names that people gave, each an id with a name.
    pub aliases: Vec<(String, String)>,
    /// Hash of all files, hex: verdicts of different rules are not comparable.
    pub rules_version: String,
    /// What in the files has less effect than it seems to have; no reason not to start.
    pub warnings: Vec<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    id: String,
    name: String,
    name_vi: Option<String>,
    languages: Vec<Language>,
    states: [String; 2],
    /// Prefixes of actors that belong to no state (`IGO`); only the checks read them.
    #[serde(default)]
    #[expect(dead_code, reason = "the checks read the file itself, with its places")]
    outside: Vec<String>,
    #[serde(default)]
    zones: BTreeMap<Language, Spanned<String>>,
}

impl TopicFile {
    /// Reads the file, and the zones in it.
    fn read(file: &str, text: &str) -> Result<(Self, BTreeMap<Language, TimeZone>), Vec<Problem>> {
        let topic: Self = parse(file, text)?;
        let (mut zones, mut problems) = (BTreeMap::new(), Vec::new());
        for (language, name) in &topic.zones {
            match crate::time::zone(name.get_ref()) {
                Some(zone) => {
                    zones.insert(*language, zone);
                }
                None => {
                    let message = format!("there is no time zone \"{}\"", name.get_ref());
                    let problem = Problem::at(file, text, name.span(), message);
                    problems.push(problem.help("write for example Asia/Ho_Chi_Minh"));
                }
            }
        }
        if problems.is_empty() { Ok((topic, zones)) } else { Err(problems) }
    }
}

impl Topic {
    /// The shipped topic. Takes some milliseconds: keep it.
    #[expect(
        clippy::expect_used,
        reason = "a test loads the embedded files, which cannot change afterwards"
    )]
    pub fn embedded() -> Self {
        let files: Vec<(String, String)> =
            EMBEDDED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Self::read(&files).expect("the embedded topic is valid")
    }

    /// Reads a topic and checks that its files fit together; see [`Topic::read`] for `files`. Warnings are kept in
    /// [`Topic::warnings`].
    ///
    /// # Errors
    /// All problems of all files; where they cannot be read, those of reading alone.
    pub fn load(files: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        let mut topic = Self::read(files)?;
        let problems = checks::check(files, &topic.languages, &topic.words);
        if problems.iter().any(Problem::is_error) {
            return Err(problems);
        }
        topic.warnings = problems;
        Ok(topic)
    }

    /// Reads a topic from its files: (name as the operator knows it, content). A name may carry a path; its last
    /// part says what the file is. Files about language rather than countries may be missing ([`SHARED`]: the shipped
    /// ones are used); all others must be there.
    ///
    /// # Errors
    /// All problems of all files.
    fn read(files: &[(String, String)]) -> Result<Self, Vec<Problem>> {
        let mut folder = Folder { files, problems: Vec::new() };
        let topic = folder.read("topic.toml", TopicFile::read);
        let lists: Option<WordLists> = folder.parse("language.toml");
        let grammar = folder.read("language.toml", grammar::parse);
        let facets = folder.read("facets.toml", Facets::read);
        let instruments = folder.read("instruments.toml", instruments::read);
        let policy = folder.read("policy.toml", Policy::read);
        let actors = folder.read("actors.toml", actors::parse);
        let triggers = folder.read("triggers.toml", triggers::parse);
        let concepts = folder.read("concepts.toml", concepts::parse);
        let (
            Some((topic, zones)),
            Some(lists),
            Some(grammar),
            Some(facets),
            Some(instruments),
            Some(policy),
            Some(actors),
            Some(mut triggers),
            Some(concepts),
            [],
        ) = (
            topic,
            lists,
            grammar,
            facets,
            instruments,
            policy,
            actors,
            triggers,
            concepts,
            folder.problems.as_slice(),
        )
        else {
            return Err(folder.problems);
        };
        if !folder.has("triggers.toml") {
            triggers.forget_mechanisms_but(&instruments);
        }
        let whole = concepts.phrases().chain(triggers.phrases()).chain(actors.phrases());
        let words = Words::new(&lists, facets.phrases(), whole);
        Ok(Self {
            id: topic.id,
            name: topic.name,
            name_vi: topic.name_vi,
            languages: topic.languages,
            states: topic.states,
            zones,
            words,
            grammar,
            facets,
            instruments,
            policy,
            actors,
            triggers,
            concepts,
            aliases: Vec::new(),
            rules_version: rules_version(files),
            warnings: Vec::new(),
        })
    }
}

impl Topic {
    /// The time zone in which the press of a language dates itself; UTC where the topic does not say.
    pub fn zone(&self, language: Option<Language>) -> TimeZone {
        let own = language.and_then(|language| self.zones.get(&language));
        own.or_else(|| self.zones.values().next()).cloned().unwrap_or(TimeZone::UTC)
    }

    /// Names shown to readers: of actors and instruments by id; and, in Vietnamese, of concepts by id, of the topic, its
    /// facets and its counters by their names. The English name of a concept is its id.
    pub fn display_names(&self, language: Language) -> Vec<(String, String)> {
        let actors = self.actors.actors.iter().map(|actor| {
            let own = actor.name_vi.as_ref().filter(|_| language == Language::Vi);
            let name = own.unwrap_or(&actor.name);
            // "Home Office" alone says nothing to a reader in Hanoi.
            let name = match actor.id.split_once('.') {
                Some((state, _)) if own.is_none() && !name.contains(state) => {
                    format!("{name} ({state})")
                }
                _ => name.clone(),
            };
            (actor.id.clone(), name)
        });
        let instruments = self.instruments.iter().map(|known| {
            let own = known.names.iter().find(|(of, _)| *of == Language::Vi && language == *of);
            let name = own.map_or(&known.instrument.name, |(_, name)| name);
            (known.instrument.id.to_string(), name.clone())
        });
        let mut names: Vec<(String, String)> = actors.chain(instruments).collect();
        if language == Language::Vi {
            names.extend(self.facets.names_vi.iter().cloned());
            names.extend(self.concepts.names(language));
            names.extend(self.name_vi.iter().map(|own| (self.name.clone(), own.clone())));
        }
        names
    }

    /// Shorter names of actors, each with the id, for lines that have no room: `UK`, in Vietnamese `Anh`.
    pub fn short_names(&self, language: Language) -> Vec<(String, String)> {
        let short = self.actors.actors.iter().map(|actor| {
            let name = match language {
                Language::En => &actor.short,
                Language::Vi => &actor.short_vi,
            };
            Some((actor.id.clone(), name.clone()?))
        });
        short.flatten().collect()
    }
}

/// Hash of all files, whatever their order.
fn rules_version(files: &[(String, String)]) -> String {
    let mut sorted: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (last_part(name), text.as_str())).collect();
    sorted.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for (name, text) in sorted {
        for part in [name, text] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The files of one topic while they are read, and the problems found so far.
struct Folder<'a> {
    files: &'a [(String, String)],
    problems: Vec<Problem>,
}

impl Folder<'_> {
    /// Whether the folder has a file of its own.
    fn has(&self, name: &str) -> bool {
        self.files.iter().any(|(file, _)| last_part(file) == name)
    }

    /// Reads one file with the reader of its room, and keeps its problems.
    fn read<T>(
        &mut self,
        name: &str,
        reader: impl Fn(&str, &str) -> Result<T, Vec<Problem>>,
    ) -> Option<T> {
        let given = self.files.iter().find(|(file, _)| last_part(file) == name);
        let shipped = EMBEDDED.iter().find(|(file, _)| *file == name && SHARED.contains(&name));
        let (file, text) = match (given, shipped) {
            (Some((file, text)), _) => (file.as_str(), text.as_str()),
            (None, Some((file, text))) => (*file, *text),
            (None, None) => {
                self.problems.push(Problem::of_file(name, "the topic lacks this file"));
                return None;
            }
        };
        reader(file, text).map_err(|problems| self.problems.extend(problems)).ok()
    }

    fn parse<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        self.read(name, parse)
    }
}

/// Reads a TOML file of the topic; the problem carries the place of the fault.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Vec<Problem>> {
    toml::from_str(text).map_err(|error| {
        vec![Problem::at(file, text, error.span().unwrap_or(0..0), error.message().to_owned())]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Vec<(String, String)> {
        EMBEDDED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn the_shipped_topic_loads() {
        let topic = Topic::embedded();
        assert_eq!(topic.id, "vietnam-uk-migration");
        assert_eq!(topic.rules_version.len(), 16);
    }

    #[test]
    fn the_rules_version_changes_with_any_file_and_not_with_their_order() {
        let mut files = shipped();
        let before = rules_version(&files);
        files.reverse();
        assert_eq!(rules_version(&files), before);
        files[0].1.push('\n');
        assert_ne!(rules_version(&files), before);
    }

    #[test]
    fn faults_of_several_files_are_all_reported_with_their_place() {
        let mut files = shipped();
        for (name, text) in &mut files {
            if ["topic.toml", "facets.toml"].contains(&name.as_str()) {
                text.push_str("\nno_such_key = 1\n");
            }
        }
        let problems = Topic::load(&files).unwrap_err();
        let named: Vec<&str> = problems.iter().map(|problem| problem.file.as_str()).collect();
        assert_eq!(named, ["topic.toml", "facets.toml"]);
        assert!(problems.iter().all(|problem| problem.line > 1));
    }

    #[test]
    fn a_missing_file_is_named_and_the_language_file_may_be_missing() {
        let mut files = shipped();
        files.retain(|(name, _)| name == "topic.toml");
        let problems = Topic::load(&files).unwrap_err();
        assert!(problems.iter().any(|problem| problem.file == "facets.toml"));
        assert!(problems.iter().all(|problem| problem.file != "language.toml"));
    }
}
