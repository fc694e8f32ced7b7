//! The notation of the topic's word files, and its reading.
//!
//! In: a form such as `(joint |)~working group`, `hold/holds/held/holding` or `=Anh`. Out: every phrase that it
//! stands for, with the grammatical form of its first word. The notation is described at the top of `actors.toml`.

use crate::model::Language;
use crate::text::{Case, Pattern};

/// Grammatical form of the first word of an English phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Not inflected: a fixed phrase, or any Vietnamese one.
    Plain,
    /// `share`
    Base,
    /// `shares`
    Third,
    /// `shared`
    Past,
    /// `sharing`
    Ing,
}

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Nothing to look for.
    #[error("the form is empty")]
    Empty,
    /// Brackets do not match.
    #[error("a bracket is not closed in \"{0}\"")]
    Bracket(String),
    /// Brackets stand in brackets, which the notation does not know.
    #[error("a bracket stands inside another in \"{0}\"")]
    Nested(String),
    /// It stands for too many phrases.
    #[error("\"{0}\" stands for more than 400 phrases")]
    TooMany(String),
}

/// Most phrases that one form may stand for.
const MOST: usize = 400;

/// All phrases that `raw` stands for.
///
/// # Errors
/// When the notation is broken.
pub fn expand(raw: &str) -> Result<Vec<(String, Form)>, FormError> {
    let mut phrases = vec![String::new()];
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        if c == '(' {
            let close = rest.find(')').ok_or_else(|| FormError::Bracket(raw.to_owned()))?;
            if rest[1..close].contains('(') {
                return Err(FormError::Nested(raw.to_owned()));
            }
            let choices: Vec<&str> = rest[1..close].split('|').collect();
            phrases = phrases
                .iter()
                .flat_map(|head| choices.iter().map(move |choice| format!("{head}{choice}")))
                .collect();
            rest = &rest[close + 1..];
        } else {
            let after = &rest[c.len_utf8()..];
            if let Some(optional) = after.strip_prefix('?') {
                let with: Vec<String> = phrases.iter().map(|head| format!("{head}{c}")).collect();
                phrases.extend(with);
                rest = optional;
            } else {
                phrases.iter_mut().for_each(|head| head.push(c));
                rest = after;
            }
        }
        if phrases.len() > MOST {
            return Err(FormError::TooMany(raw.to_owned()));
        }
    }
    let mut found: Vec<(String, Form)> = Vec::new();
    for phrase in phrases {
        let phrase = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
        if !phrase.chars().any(char::is_alphanumeric) {
            return Err(FormError::Empty);
        }
        inflect(&phrase, &mut found);
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|pair| seen.insert(pair.clone()));
    Ok(found)
}

/// The patterns of a form, each with the payload made from its grammatical form.
///
/// # Errors
/// When the notation is broken.
pub fn patterns<T>(
    raw: &str,
    language: Option<Language>,
    bare: bool,
    payload: impl Fn(Form) -> T,
) -> Result<Vec<Pattern<T>>, FormError> {
    let (case, raw) = match raw.strip_prefix('=') {
        Some(rest) => (Case::Exact, rest),
        None => (Case::Any, raw),
    };
    Ok(expand(raw)?
        .into_iter()
        .map(|(text, form)| Pattern { text, language, case, bare, payload: payload(form) })
        .collect())
}

fn inflect(phrase: &str, found: &mut Vec<(String, Form)>) {
    let (first, rest) = match phrase.split_once(' ') {
        Some((first, rest)) => (first, format!(" {rest}")),
        None => (phrase, String::new()),
    };
    if let Some(verb) = first.strip_prefix('~') {
        let forms = [
            (verb.to_owned(), Form::Base),
            (third(verb), Form::Third),
            (past(verb), Form::Past),
            (ing(verb), Form::Ing),
        ];
        found.extend(forms.into_iter().map(|(word, form)| (format!("{word}{rest}"), form)));
        if let Some(other) = doubled(verb) {
            found.push((format!("{other}ed{rest}"), Form::Past));
            found.push((format!("{other}ing{rest}"), Form::Ing));
        }
        return;
    }
    let words: Vec<&str> = first.split('/').collect();
    let (words, participle) = match words.as_slice() {
        [forms @ .., participle] if forms.len() == 4 => (forms, Some(participle)),
        forms => (forms, None),
    };
    if let Some(participle) = participle {
        found.push((format!("{participle}{rest}"), Form::Past));
    }
    if let [base, third, past, ing] = words {
        for (word, form) in
            [(base, Form::Base), (third, Form::Third), (past, Form::Past), (ing, Form::Ing)]
        {
            found.push((format!("{word}{rest}"), form));
        }
        return;
    }
    found.push((phrase.to_owned(), Form::Plain));
}

fn ends_in_consonant_y(verb: &str) -> bool {
    verb.ends_with('y') && !verb[..verb.len() - 1].ends_with(['a', 'e', 'o', 'u'])
}

fn third(verb: &str) -> String {
    if ends_in_consonant_y(verb) {
        format!("{}ies", &verb[..verb.len() - 1])
    } else if verb.ends_with(['s', 'x', 'z']) || verb.ends_with("ch") || verb.ends_with("sh") {
        format!("{verb}es")
    } else {
        format!("{verb}s")
    }
}

fn past(verb: &str) -> String {
    if ends_in_consonant_y(verb) {
        format!("{}ied", &verb[..verb.len() - 1])
    } else if verb.ends_with('e') {
        format!("{verb}d")
    } else {
        format!("{verb}ed")
    }
}

fn ing(verb: &str) -> String {
    match verb.strip_suffix('e') {
        Some(stem) if !stem.ends_with('e') => format!("{stem}ing"),
        _ => format!("{verb}ing"),
    }
}

/// `plan` → `plann`: the stem of verbs that may double their last consonant.
fn doubled(verb: &str) -> Option<String> {
    let mut back = verb.chars().rev();
    let (last, vowel, before) = (back.next()?, back.next()?, back.next()?);
    let is_vowel = |c: char| "aeiou".contains(c);
    let doubles = !is_vowel(last) && !"wxy".contains(last) && is_vowel(vowel) && !is_vowel(before);
    doubles.then(|| format!("{verb}{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(raw: &str) -> Vec<String> {
        expand(raw).unwrap().into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn choices_and_optional_letters_multiply() {
        assert_eq!(words("(a |)b"), ["a b", "b"]);
        assert_eq!(words("ring?s"), ["rins", "rings"]);
        assert!(matches!(expand("was (praise(s|d)|hailed)"), Err(FormError::Nested(_))));
        assert_eq!(words("(one|two) (x|y)"), ["one x", "one y", "two x", "two y"]);
    }

    #[test]
    fn english_verbs_take_their_endings() {
        assert_eq!(words("~share"), ["share", "shares", "shared", "sharing"]);
        assert_eq!(
            words("~carry out"),
            ["carry out", "carries out", "carried out", "carrying out"]
        );
        assert!(words("~plan").contains(&"planning".to_owned()));
        assert!(words("~agree").contains(&"agreeing".to_owned()));
        let forms = expand("hold/holds/held/holding talks").unwrap();
        assert_eq!(forms[2], ("held talks".to_owned(), Form::Past));
    }

    #[test]
    fn broken_forms_are_refused() {
        assert!(matches!(expand("(a|b"), Err(FormError::Bracket(_))));
        assert!(matches!(expand("(a|) "), Err(FormError::Empty)));
    }
}
