//! `facets.toml`: the words that show what a text is about, what only looks like them, and which facets must come
//! together. In: the file. Out: one compiled lexicon whose hits say what they are evidence of.
//!
//! Nothing here knows a country or a subject: which facets there are, what they need, and how an ambiguous word is read
//! is all in the file.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::config::Problem;
use crate::model::Language;
use crate::text::{Case, Gate, Lexicon, Pattern};

/// No phrase of a topic is longer (bytes): rules look no farther.
pub const LONGEST_PHRASE: usize = 200;

/// What a facet is in the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FacetRole {
    /// One of the two countries.
    State,
    /// A subject.
    Subject,
}

/// How much a phrase says alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Supports other evidence; two different ones of the same place count as weak.
    Context,
    /// Speaks for the facet unless something near it speaks for another reading.
    Weak,
    /// Decides the facet.
    Strong,
}

/// One facet.
#[derive(Debug, Clone)]
pub struct Facet {
    /// Short name.
    pub id: String,
    /// Name for readers, as in "no sign of ...".
    pub label: String,
    /// What it is in the topic.
    pub role: FacetRole,
}

/// What a hit of the lexicon means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// Evidence for a facet (its index).
    Term {
        /// Index of the facet.
        facet: usize,
        /// How much it says.
        strength: Strength,
        /// Index of a set of words of which one must stand in the same sentence.
        near: Option<usize>,
    },
    /// A word of a `near` set.
    Near(usize),
    /// What it covers is no evidence, for this reason.
    Mask(usize),
    /// Another subject that explains weak evidence away.
    Counter(usize),
    /// A country outside the topic.
    Country,
    /// An instrument or mechanism of the topic: decides the subject, and both states if one is near. `true` where no
    /// state need be near.
    Decisive(bool),
    /// A headline of a collection of stories.
    Roundup,
    /// A sign that places of a facet (its index) are namesakes in another country.
    Elsewhere(usize),
    /// A line that only says who wrote the report and where.
    Credit,
    /// A word whose reading depends on its neighbours (index).
    Ambiguous(usize),
}

/// A word with several readings, one of which is evidence for a facet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmbiguousWord {
    /// The word, with its capital.
    pub word: Spanned<String>,
    /// The facet it may speak for.
    pub facet: Spanned<String>,
    /// The only language in which it can speak for it.
    pub language: Language,
    /// Words directly on the left that prove the reading (lower case).
    pub left: Vec<String>,
    /// Words directly on the right that prove it.
    pub right: Vec<String>,
    /// Words directly on the right that disprove it.
    pub not_right: Vec<String>,
    /// At the start of a sentence: words on the right that prove it if the other state stands in the same sentence.
    pub right_with_other_state: Vec<String>,
    /// Names that make a capitalised word on the left no part of a person's name.
    pub capital_left: Vec<String>,
    /// The reason shown when it is part of a name.
    pub name_reason: String,
    /// The reason shown when its reading stays open.
    pub open_reason: String,
}

impl AmbiguousWord {
    /// The same with its neighbours in the spelling of folded text.
    fn folded(&self) -> Self {
        let fold = |list: &[String]| -> Vec<String> {
            list.iter().map(|phrase| crate::text::lower(&crate::text::clean(phrase))).collect()
        };
        Self {
            left: fold(&self.left),
            right: fold(&self.right),
            not_right: fold(&self.not_right),
            right_with_other_state: fold(&self.right_with_other_state),
            ..self.clone()
        }
    }
}

/// Which facets must come together, and how near.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Groups of facet ids; one of each group is needed.
    pub need: Vec<Vec<Spanned<String>>>,
    /// Sentences that may form one event.
    pub scene_sentences: usize,
    /// Texts of up to this many sentences are one event if they are no collection.
    pub short_text_sentences: usize,
    /// This many other countries around a state make it a list entry.
    pub country_list: usize,
    /// Words that may stand between people and the country outside the topic that they are from.
    pub belonging_words: Vec<String>,
    /// Words that may stand between the entries of such a list.
    pub list_words: Vec<String>,
    /// This many signs of another subject in a text explain weak evidence away everywhere.
    pub counter_signs: usize,
    /// This many different words of the topic's subjects stand against a counter that may be beside them.
    pub own_signs: usize,
    /// This many paragraphs that begin with a dateline make a collection.
    pub roundup_datelines: usize,
}

/// The words of the topic, compiled.
#[derive(Debug, Clone)]
pub struct Facets {
    /// The facets.
    pub facets: Vec<Facet>,
    /// Groups of facets (by index) of which one each is needed.
    pub need: Vec<Vec<usize>>,
    /// Distances and numbers.
    pub rule: Rule,
    /// Reasons of the masks.
    pub masks: Vec<String>,
    /// Names of the counters.
    pub counters: Vec<String>,
    /// Of each counter, whether one text often has both it and the topic.
    pub beside: Vec<bool>,
    /// Words with several readings, and the facet each may speak for.
    pub ambiguous: Vec<(AmbiguousWord, usize)>,
    /// All phrases.
    pub lexicon: Lexicon<Sign>,
    /// Those without which no text is about the topic.
    pub gate: Gate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Rule,
    facet: Vec<FacetFile>,
    #[serde(default)]
    mask: Vec<NamedGroup>,
    #[serde(default)]
    counter: Vec<NamedGroup>,
    #[serde(default)]
    country: Vec<Group>,
    #[serde(default)]
    decisive: Vec<Group>,
    #[serde(default)]
    roundup: Vec<Group>,
    #[serde(default)]
    credit: Vec<Group>,
    #[serde(default)]
    elsewhere: Vec<FacetGroup>,
    #[serde(default)]
    word: Vec<AmbiguousWord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FacetFile {
    id: String,
    label: String,
    role: FacetRole,
    group: Vec<TermGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TermGroup {
    strength: Strength,
    #[serde(default)]
    near: Vec<Spanned<String>>,
    language: Option<Language>,
    #[serde(default)]
    case: CaseFile,
    #[serde(default)]
    bare: bool,
    phrases: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedGroup {
    name: String,
    language: Option<Language>,
    #[serde(default)]
    case: CaseFile,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    beside: bool,
    phrases: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    language: Option<Language>,
    #[serde(default)]
    case: CaseFile,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    alone: bool,
    phrases: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FacetGroup {
    facet: Spanned<String>,
    language: Option<Language>,
    #[serde(default)]
    case: CaseFile,
    #[serde(default)]
    bare: bool,
    phrases: Vec<Spanned<String>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum CaseFile {
    #[default]
    Any,
    Capital,
    Names,
    Exact,
}

/// How the phrases of one group are to be matched.
#[derive(Clone, Copy)]
struct Form {
    language: Option<Language>,
    case: CaseFile,
    bare: bool,
}

/// Where, what is wrong, and what to do.
type Fault = (Range<usize>, String, String);

/// Patterns while they are collected, and what is wrong with them.
#[derive(Default)]
struct Collected {
    patterns: Vec<Pattern<Sign>>,
    problems: Vec<Fault>,
}

impl Collected {
    fn add(&mut self, phrases: &[Spanned<String>], form: Form, sign: &Sign) {
        for phrase in phrases {
            let text = phrase.get_ref();
            if !text.chars().any(crate::text::is_searchable) {
                self.problems.push((
                    phrase.span(),
                    "a phrase needs a letter, a digit or a sign of currency".to_owned(),
                    "remove it".to_owned(),
                ));
                continue;
            }
            for text in plural_forms(text) {
                self.patterns.push(Pattern {
                    text,
                    language: form.language,
                    case: match form.case {
                        CaseFile::Any => Case::Any,
                        CaseFile::Capital => Case::Capital,
                        CaseFile::Names => Case::Names,
                        CaseFile::Exact => Case::Exact,
                    },
                    bare: form.bare,
                    payload: sign.clone(),
                });
            }
        }
    }
}

/// `migrant(s)` stands for both forms.
pub(super) fn plural_forms(phrase: &str) -> Vec<String> {
    match phrase.split_once("(s)") {
        Some((head, tail)) => plural_forms(tail)
            .into_iter()
            .flat_map(|tail| [format!("{head}{tail}"), format!("{head}s{tail}")])
            .collect(),
        None => vec![phrase.to_owned()],
    }
}

/// A gate for all that can be evidence.
fn gate(lexicon: &Lexicon<Sign>) -> Result<Gate, String> {
    let evidence = lexicon.patterns().iter().filter(|pattern| {
        matches!(pattern.payload, Sign::Term { .. } | Sign::Decisive(_) | Sign::Ambiguous(_))
    });
    Gate::new(evidence).map_err(|error| error.to_string())
}

impl Facets {
    /// Reads the file; all problems at once.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let parsed: File = super::parse(file, text)?;
        let mut collected = Collected::default();
        let index = |id: &Spanned<String>, problems: &mut Vec<Fault>| {
            let found = parsed.facet.iter().position(|facet| facet.id == *id.get_ref());
            if found.is_none() {
                let known: Vec<&str> = parsed.facet.iter().map(|facet| facet.id.as_str()).collect();
                problems.push((
                    id.span(),
                    format!("there is no facet \"{}\"", id.get_ref()),
                    format!("the facets are {}", known.join(", ")),
                ));
            }
            found
        };
        let need: Vec<Vec<usize>> = parsed
            .rule
            .need
            .iter()
            .map(|group| group.iter().filter_map(|id| index(id, &mut collected.problems)).collect())
            .collect();
        let ambiguous: Vec<(AmbiguousWord, usize)> = parsed
            .word
            .iter()
            .filter_map(|word| Some((word.folded(), index(&word.facet, &mut collected.problems)?)))
            .collect();
        let mut near_sets = 0;
        for (facet, described) in parsed.facet.iter().enumerate() {
            for group in &described.group {
                let form = Form { language: group.language, case: group.case, bare: group.bare };
                let near = (!group.near.is_empty()).then_some(near_sets);
                if near.is_some() {
                    let form = Form { case: CaseFile::Any, ..form };
                    collected.add(&group.near, form, &Sign::Near(near_sets));
                    near_sets += 1;
                }
                let sign = Sign::Term { facet, strength: group.strength, near };
                collected.add(&group.phrases, form, &sign);
            }
        }
        for (groups, sign) in
            [(&parsed.mask, Sign::Mask as fn(usize) -> Sign), (&parsed.counter, Sign::Counter)]
        {
            for (number, group) in groups.iter().enumerate() {
                let form = Form { language: group.language, case: group.case, bare: group.bare };
                collected.add(&group.phrases, form, &sign(number));
            }
        }
        for (groups, sign) in [
            (&parsed.country, (|_| Sign::Country) as fn(&Group) -> Sign),
            (&parsed.decisive, |group| Sign::Decisive(group.alone)),
            (&parsed.roundup, |_| Sign::Roundup),
            (&parsed.credit, |_| Sign::Credit),
        ] {
            for group in groups {
                let form = Form { language: group.language, case: group.case, bare: group.bare };
                collected.add(&group.phrases, form, &sign(group));
            }
        }
        for group in &parsed.elsewhere {
            if let Some(facet) = index(&group.facet, &mut collected.problems) {
                let form = Form { language: group.language, case: group.case, bare: group.bare };
                collected.add(&group.phrases, form, &Sign::Elsewhere(facet));
            }
        }
        for (number, (word, _)) in ambiguous.iter().enumerate() {
            let form = Form { language: Some(word.language), case: CaseFile::Capital, bare: true };
            collected.add(std::slice::from_ref(&word.word), form, &Sign::Ambiguous(number));
        }
        let problems = |list: Vec<Fault>| -> Vec<Problem> {
            list.into_iter()
                .map(|(range, message, help)| Problem::at(file, text, range, message).help(help))
                .collect()
        };
        if !collected.problems.is_empty() {
            return Err(problems(collected.problems));
        }
        let lexicon = Lexicon::new(collected.patterns)
            .map_err(|error| vec![Problem::of_file(file, error.to_string())])?;
        let gate = gate(&lexicon).map_err(|error| vec![Problem::of_file(file, error)])?;
        Ok(Self {
            facets: parsed
                .facet
                .into_iter()
                .map(|facet| Facet { id: facet.id, label: facet.label, role: facet.role })
                .collect(),
            need,
            rule: parsed.rule,
            masks: parsed.mask.into_iter().map(|mask| mask.name).collect(),
            beside: parsed.counter.iter().map(|counter| counter.beside).collect(),
            counters: parsed.counter.into_iter().map(|counter| counter.name).collect(),
            ambiguous,
            lexicon,
            gate,
        })
    }

    /// All phrases: they belong to the vocabulary that repairs glued words.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.lexicon.patterns().iter().map(|pattern| pattern.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
[rule]
need = [["a"], ["b"]]
scene_sentences = 3
short_text_sentences = 12
country_list = 3
list_words = ["and"]
belonging_words = ["from"]
counter_signs = 3
own_signs = 3
roundup_datelines = 3

[[facet]]
id = "a"
label = "A"
role = "state"
[[facet.group]]
strength = "strong"
phrases = ["Aland(s)"]
"#;

    #[test]
    fn a_facet_that_does_not_exist_is_named_with_its_place() {
        let problems = Facets::read("facets.toml", SMALL).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!((problems[0].line, problems[0].column), (3, 17));
        assert!(problems[0].message.contains("\"b\""));
    }

    #[test]
    fn an_optional_plural_stands_for_both_forms() {
        assert_eq!(plural_forms("small boat(s)"), ["small boat", "small boats"]);
        let fixed = SMALL.replace(r#", ["b"]"#, "");
        let facets = Facets::read("facets.toml", &fixed).unwrap();
        assert_eq!(facets.phrases().count(), 2);
    }
}
