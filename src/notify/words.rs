//! The words of the frame around a message, in the reader's language: `config/templates/words.*.toml`, embedded,
//! and any of them replaced by a file of the same name in the operator's folder.

use std::collections::BTreeMap;

use toml::Spanned;

use crate::config::problem::{Problem, Problems};
use crate::model::Language;

type Sections<T> = BTreeMap<String, BTreeMap<String, T>>;

const EN: &str = include_str!("../../config/templates/words.en.toml");
const VI: &str = include_str!("../../config/templates/words.vi.toml");

/// Name and embedded text of the files of words.
pub const EMBEDDED: [(&str, &str); 2] = [("words.en.toml", EN), ("words.vi.toml", VI)];

/// All words of one language.
#[derive(Debug, Clone)]
pub struct Words {
    sections: Sections<String>,
}

impl Words {
    /// The embedded words, with those of `replacing` (file name and text) in place of the ones they name.
    ///
    /// # Errors
    /// Every section, key or `{placeholder}` that the embedded English words do not have, with its place.
    pub fn load(language: Language, replacing: Option<(&str, &str)>) -> Result<Self, Problems> {
        let model = read("words.en.toml", EN)?;
        let (name, text) = match language {
            Language::En => ("words.en.toml", EN),
            Language::Vi => ("words.vi.toml", VI),
        };
        let mut sections = plain(read(name, text)?);
        complete(name, &sections, &model)?;
        if let Some((name, text)) = replacing {
            let given = read(name, text)?;
            known(name, text, &given, &model)?;
            for (section, words) in plain(given) {
                sections.entry(section).or_default().extend(words);
            }
        }
        Ok(Self { sections })
    }

    /// The embedded words, with nothing replaced.
    #[expect(clippy::expect_used, reason = "the files are built in, and a test below loads both")]
    pub fn embedded(language: Language) -> Self {
        Self::load(language, None).expect("embedded words are whole")
    }

    /// One word or phrase. A key that no file has is a fault of the program; it shows as the key itself.
    pub fn get<'a>(&'a self, section: &str, key: &'a str) -> &'a str {
        let found = self.sections.get(section).and_then(|words| words.get(key));
        debug_assert!(found.is_some(), "no word {section}.{key}");
        found.map_or(key, String::as_str)
    }

    /// Whether a section has a key, for values that come from data and may be unknown.
    pub fn has(&self, section: &str, key: &str) -> bool {
        self.sections.get(section).is_some_and(|words| words.contains_key(key))
    }

    /// A phrase with its placeholders filled in. What is filled in is never read for placeholders itself.
    pub fn fill(&self, section: &str, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.get(section, key);
        let mut out = String::with_capacity(rest.len() + 32);
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            rest = &rest[open..];
            let hit = values.iter().find(|(name, _)| {
                rest[1..].strip_prefix(*name).is_some_and(|tail| tail.starts_with('}'))
            });
            match hit {
                Some((name, value)) => {
                    out.push_str(value);
                    rest = &rest[name.len() + 2..];
                }
                None => {
                    out.push('{');
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(rest);
        out
    }

    /// All sections, for the templates.
    pub(super) fn sections(&self) -> &BTreeMap<String, BTreeMap<String, String>> {
        &self.sections
    }
}

fn read(name: &str, text: &str) -> Result<Sections<Spanned<String>>, Problems> {
    toml::from_str(text).map_err(|error| {
        let range = error.span().unwrap_or(0..0);
        Problems(vec![Problem::at(name, text, range, error.message())])
    })
}

fn plain(sections: Sections<Spanned<String>>) -> Sections<String> {
    sections
        .into_iter()
        .map(|(section, words)| {
            (section, words.into_iter().map(|(key, word)| (key, word.into_inner())).collect())
        })
        .collect()
}

/// The placeholders of a phrase, in order.
fn placeholders(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .collect();
    found.sort_unstable();
    found
}

fn complete(
    name: &str,
    have: &Sections<String>,
    model: &Sections<Spanned<String>>,
) -> Result<(), Problems> {
    let mut problems = Vec::new();
    for (section, words) in model {
        for key in words.keys() {
            if !have.get(section).is_some_and(|words| words.contains_key(key)) {
                problems.push(Problem::of_file(name, format!("[{section}] lacks `{key}`")));
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

fn known(
    name: &str,
    text: &str,
    given: &Sections<Spanned<String>>,
    model: &Sections<Spanned<String>>,
) -> Result<(), Problems> {
    let mut problems = Vec::new();
    for (section, words) in given {
        let Some(expected) = model.get(section) else {
            let at = text.find(&format!("[{section}]")).unwrap_or(0);
            problems.push(
                Problem::at(
                    name,
                    text,
                    at..at + section.len() + 2,
                    format!("no section [{section}]"),
                )
                .suggest(section, model.keys().map(String::as_str)),
            );
            continue;
        };
        for (key, word) in words {
            let Some(pattern) = expected.get(key) else {
                problems.push(
                    Problem::at(name, text, word.span(), format!("[{section}] has no `{key}`"))
                        .suggest(key, expected.keys().map(String::as_str)),
                );
                continue;
            };
            let allowed = placeholders(pattern.get_ref());
            for used in placeholders(word.get_ref()) {
                if !allowed.contains(&used) {
                    problems.push(
                        Problem::at(
                            name,
                            text,
                            word.span(),
                            format!("nothing fills in {{{used}}}"),
                        )
                        .suggest(used, allowed.iter().copied()),
                    );
                }
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertLevel, DateBasis, Kind, Outcome, Role, Stage, Trust};

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let (en, vi) = (read("en", EN).unwrap(), read("vi", VI).unwrap());
        known("words.vi.toml", VI, &vi, &en).unwrap();
        Words::load(Language::Vi, None).unwrap();
    }

    #[test]
    fn every_value_of_the_model_has_a_word() {
        let tag = |value: serde_json::Value| value.as_str().unwrap().to_owned();
        for language in [Language::En, Language::Vi] {
            let words = Words::load(language, None).unwrap();
            for stage in Stage::ALL {
                assert!(words.has("stage", stage.as_str()) && words.has("said", stage.as_str()));
            }
            assert!(Kind::ALL.iter().all(|kind| words.has("kind", kind.as_str())));
            assert!(Role::ALL.iter().all(|role| words.has("role", role.as_str())));
            for outcome in [
                Outcome::New,
                Outcome::Advanced,
                Outcome::Regressed,
                Outcome::Restated,
                Outcome::Background,
                Outcome::Unsure,
                Outcome::Duplicate,
            ] {
                assert!(words.has("outcome", outcome.as_str()));
                assert!(words.has("outcome_long", outcome.as_str()));
            }
            for trust in [Trust::Low, Trust::Normal, Trust::High] {
                assert!(words.has("trust", &tag(serde_json::to_value(trust).unwrap())));
            }
            for basis in [
                DateBasis::Given,
                DateBasis::Feed,
                DateBasis::JsonLd,
                DateBasis::Meta,
                DateBasis::Page,
                DateBasis::Text,
                DateBasis::Url,
                DateBasis::Tenure,
                DateBasis::FirstSeen,
            ] {
                assert!(words.has("basis", &tag(serde_json::to_value(basis).unwrap())));
            }
            assert_eq!(AlertLevel::Push.as_str(), "push");
        }
    }

    #[test]
    fn a_wrong_key_or_placeholder_is_refused_with_its_line() {
        let text = "[stage]\nagred = \"x\"\n[phrase]\nmore = \"{m} others\"\n[phrases]\n";
        let error = Words::load(Language::En, Some(("words.en.toml", text))).unwrap_err();
        let told: Vec<String> = error.0.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(
            told.iter().any(|line| line.starts_with("words.en.toml:2:")
                && line.contains("did you mean `agreed`"))
        );
        assert!(told.iter().any(|line| line.contains(":4:") && line.contains("{m}")));
    }

    #[test]
    fn what_is_filled_in_is_not_filled_in_again() {
        let words = Words::load(Language::En, None).unwrap();
        assert_eq!(
            words.fill("phrase", "preheader", &[("outcome", "{what}"), ("what", "x{")]),
            "{what}: x{"
        );
    }

    #[test]
    fn the_operator_replaces_single_words() {
        let words =
            Words::load(Language::En, Some(("words.en.toml", "[stage]\nagreed = \"settled\"\n")))
                .unwrap();
        assert_eq!(words.get("stage", "agreed"), "settled");
        assert_eq!(words.get("stage", "signed"), "signed");
    }
}
