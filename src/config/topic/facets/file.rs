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
    let evidence = lexicon.patterns().iter().filter_map(|pattern| {
        let kinds = match pattern.payload {
            Sign::Term { facet, .. } => kinds.of_facet(facet),
            Sign::Ambiguous(word) => kinds.of_facet(ambiguous.get(word)?.1),
            Sign::Decisive(_) => Kinds::DECISIVE,
            _ => return None,
        };
        Some((pattern, kinds))
    });
    Gate::new(evidence).map_err(|error| error.to_string())
}

impl Facets {
    /// Reads the file; all problems at once.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let parsed: File = topic::parse(file, text)?;
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
        let named = parsed.facet.iter().map(|facet| (&facet.label, &facet.label_vi));
        let named =
            named.chain(parsed.counter.iter().map(|counter| (&counter.name, &counter.name_vi)));
        let names_vi = named.filter_map(|(name, own)| Some((name.clone(), own.clone()?))).collect();
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
