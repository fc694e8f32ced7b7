//! `facets.toml`: its tables, and how they become one compiled lexicon.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::kinds::Kinds;
use super::{AmbiguousWord, Facet, FacetRole, Facets, Rule, Sign, Strength};
use crate::config::Problem;
use crate::config::topic;
use crate::model::Language;
use crate::text::{Case, Gate, Lexicon, Pattern};

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
    label_vi: Option<String>,
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
    name_vi: Option<String>,
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

    /// The terms of each facet, and the words near which some of them count.
    fn terms(&mut self, facets: &[FacetFile]) {
        let mut near_sets = 0;
        for (facet, described) in facets.iter().enumerate() {
            for group in &described.group {
                let form = Form { language: group.language, case: group.case, bare: group.bare };
                let near = (!group.near.is_empty()).then_some(near_sets);
                if near.is_some() {
                    let form = Form { case: CaseFile::Any, ..form };
                    self.add(&group.near, form, &Sign::Near(near_sets));
                    near_sets += 1;
                }
                let sign = Sign::Term { facet, strength: group.strength, near };
                self.add(&group.phrases, form, &sign);
            }
        }
    }

    /// What is no term of a facet, but changes what the terms around it say.
    fn groups(&mut self, file: &File) {
        for (groups, sign) in
            [(&file.mask, Sign::Mask as fn(usize) -> Sign), (&file.counter, Sign::Counter)]
        {
            for (number, group) in groups.iter().enumerate() {
                let form = Form { language: group.language, case: group.case, bare: group.bare };
                self.add(&group.phrases, form, &sign(number));
            }
        }
        for (groups, sign) in [
            (&file.country, (|_| Sign::Country) as fn(&Group) -> Sign),
            (&file.decisive, |group| Sign::Decisive(group.alone)),
            (&file.roundup, |_| Sign::Roundup),
            (&file.credit, |_| Sign::Credit),
        ] {
            for group in groups {
                let form = Form { language: group.language, case: group.case, bare: group.bare };
                self.add(&group.phrases, form, &sign(group));
            }
        }
        for group in &file.elsewhere {
            if let Some(facet) = file.index(&group.facet, &mut self.problems) {
                let form = Form { language: group.language, case: group.case, bare: group.bare };
                self.add(&group.phrases, form, &Sign::Elsewhere(facet));
            }
        }
    }

    fn ambiguous(&mut self, words: &[(AmbiguousWord, usize)]) {
        for (number, (word, _)) in words.iter().enumerate() {
            let form = Form { language: Some(word.language), case: CaseFile::Capital, bare: true };
            self.add(std::slice::from_ref(&word.word), form, &Sign::Ambiguous(number));
        }
    }

    /// One lexicon of all patterns, where nothing is wrong with any.
    fn compile(self, file: &str, text: &str) -> Result<Lexicon<Sign>, Vec<Problem>> {
        if self.problems.is_empty() {
            return Lexicon::new(self.patterns)
                .map_err(|error| vec![Problem::of_file(file, error.to_string())]);
        }
        let faults = self.problems.into_iter();
        Err(faults
            .map(|(range, message, help)| Problem::at(file, text, range, message).help(help))
            .collect())
    }
}

/// `migrant(s)` stands for both forms.
pub(in crate::config::topic) fn plural_forms(phrase: &str) -> Vec<String> {
    match phrase.split_once("(s)") {
        Some((head, tail)) => plural_forms(tail)
            .into_iter()
            .flat_map(|tail| [format!("{head}{tail}"), format!("{head}s{tail}")])
            .collect(),
        None => vec![phrase.to_owned()],
    }
}

/// A gate for all that can be evidence.
fn gate(
    lexicon: &Lexicon<Sign>,
    ambiguous: &[(AmbiguousWord, usize)],
    kinds: &Kinds,
) -> Result<Gate, String> {
    let evidence = lexicon.patterns().filter_map(|pattern| {
        let kinds = match *pattern.payload {
            Sign::Term { facet, .. } => kinds.of_facet(facet),
            Sign::Ambiguous(word) => kinds.of_facet(ambiguous.get(word)?.1),
            Sign::Decisive(_) => Kinds::DECISIVE,
            _ => return None,
        };
        Some((pattern, kinds))
    });
    Gate::new(evidence).map_err(|error| error.to_string())
}

impl File {
    /// The place of a facet in the file; a fault where there is none of that name.
    fn index(&self, id: &Spanned<String>, problems: &mut Vec<Fault>) -> Option<usize> {
        let found = self.facet.iter().position(|facet| facet.id == *id.get_ref());
        if found.is_none() {
            let known: Vec<&str> = self.facet.iter().map(|facet| facet.id.as_str()).collect();
            problems.push((
                id.span(),
                format!("there is no facet \"{}\"", id.get_ref()),
                format!("the facets are {}", known.join(", ")),
            ));
        }
        found
    }

    /// The facets that an article must have: one of each group.
    fn need(&self, problems: &mut Vec<Fault>) -> Vec<Vec<usize>> {
        let groups = self.rule.need.iter();
        groups.map(|ids| ids.iter().filter_map(|id| self.index(id, problems)).collect()).collect()
    }

    /// The words that count for a facet only in some places, each with its facet.
    fn ambiguous(&self, problems: &mut Vec<Fault>) -> Vec<(AmbiguousWord, usize)> {
        let words = self.word.iter();
        words.filter_map(|word| Some((word.folded(), self.index(&word.facet, problems)?))).collect()
    }

    /// The Vietnamese names of facets and counter-signs, by the name that stands for them.
    fn names_vi(&self) -> Vec<(String, String)> {
        let facets = self.facet.iter().map(|facet| (&facet.label, &facet.label_vi));
        let counters = self.counter.iter().map(|counter| (&counter.name, &counter.name_vi));
        facets
            .chain(counters)
            .filter_map(|(name, own)| Some((name.clone(), own.clone()?)))
            .collect()
    }
}

impl Facets {
    /// Reads the file; all problems at once.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let parsed: File = topic::parse(file, text)?;
        let mut collected = Collected::default();
        let need = parsed.need(&mut collected.problems);
        let ambiguous = parsed.ambiguous(&mut collected.problems);
        collected.terms(&parsed.facet);
        collected.groups(&parsed);
        collected.ambiguous(&ambiguous);
        let lexicon = collected.compile(file, text)?;
        let names_vi = parsed.names_vi();
        let facets: Vec<Facet> = parsed
            .facet
            .into_iter()
            .map(|facet| Facet { id: facet.id, label: facet.label, role: facet.role })
            .collect();
        let kinds = Kinds::new(&facets, &need);
        let gate = gate(&lexicon, &ambiguous, &kinds)
            .map_err(|error| vec![Problem::of_file(file, error)])?;
        Ok(Self {
            facets,
            kinds,
            need,
            rule: parsed.rule,
            masks: parsed.mask.into_iter().map(|mask| mask.name).collect(),
            beside: parsed.counter.iter().map(|counter| counter.beside).collect(),
            names_vi,
            counters: parsed.counter.into_iter().map(|counter| counter.name).collect(),
            ambiguous,
            lexicon,
            gate,
        })
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
