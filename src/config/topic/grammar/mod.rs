//! The small words of grammar by which sentences are read. In: the table `grammar` of `language.toml` (its own comments
//! say what each list means). Out: [`Grammar`]. Lists are in lower case, and every list has both languages.

mod lists;

use regex::Regex;
use serde::Deserialize;
use toml::Spanned;

use crate::config::problem::Problem;
use crate::model::Language;

pub use lists::{Currency, Lists, Names, PeriodUnit, Periods, Scale};

/// Phrases of one sense in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    en: Vec<String>,
    vi: Vec<String>,
}

impl Phrases {
    /// The phrases of a language.
    pub fn of(&self, language: Language) -> &[String] {
        match language {
            Language::En => &self.en,
            Language::Vi => &self.vi,
        }
    }

    /// The phrases of both languages.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.en.iter().chain(&self.vi).map(String::as_str)
    }

    /// Whether the text is one of the phrases.
    pub fn is(&self, text: &str) -> bool {
        self.all().any(|phrase| phrase == text)
    }

    /// The longest phrase that ends a text as whole words; blanks at its end do not matter.
    pub fn at_end(&self, text: &str) -> Option<&str> {
        let text = text.trim_end();
        let fits = |phrase: &&str| {
            text.strip_suffix(*phrase).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
        };
        self.all().filter(fits).max_by_key(|phrase| phrase.len())
    }

    /// The longest phrase that begins a text as whole words; blanks before it do not matter.
    pub fn at_start(&self, text: &str) -> Option<&str> {
        let text = text.trim_start();
        let fits = |phrase: &&str| {
            text.strip_prefix(*phrase).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        };
        self.all().filter(fits).max_by_key(|phrase| phrase.len())
    }

    /// Where the phrases stand in a text as whole words, each with its length; in no order.
    pub fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
        self.all().flat_map(move |phrase| {
            text.match_indices(phrase).filter_map(move |(at, _)| {
                let end = at + phrase.len();
                let whole = !text[..at].ends_with(char::is_alphanumeric)
                    && !text[end..].starts_with(char::is_alphanumeric);
                whole.then_some((at, phrase.len()))
            })
        })
    }

    /// Whether one of the phrases stands in a text.
    pub fn inside(&self, text: &str) -> bool {
        self.places(text).next().is_some()
    }
}

/// The grammar, ready for use.
#[derive(Debug, Clone)]
pub struct Grammar {
    lists: Lists,
    money: Regex,
    period: Regex,
}

impl std::ops::Deref for Grammar {
    type Target = Lists;

    fn deref(&self) -> &Lists {
        &self.lists
    }
}

impl Grammar {
    /// Amounts of money: groups `sign`, `a`, `am` (sign first) or `b`, `bm`, `unit` (word last).
    pub fn money(&self) -> &Regex {
        &self.money
    }

    /// Periods: groups `every` and `single`, `one` and `unit`, or `n` and `many`.
    pub fn period(&self) -> &Regex {
        &self.period
    }

    /// The code of a currency by its sign or word.
    pub fn currency_of(&self, written: &str) -> Option<&str> {
        let has = |list: &[String]| list.iter().any(|word| word == written);
        let found = self.lists.currency.iter().find(|c| has(&c.signs) || has(&c.words));
        found.map(|currency| currency.code.as_str())
    }

    /// What a scale multiplies by; 1 for none.
    pub fn factor_of(&self, written: &str) -> u64 {
        let found = self.lists.scale.iter().find(|s| s.words.iter().any(|word| word == written));
        found.map_or(1, |scale| scale.factor)
    }

    /// The name of a unit of time.
    pub fn period_unit(&self, written: &str) -> Option<&str> {
        let units = &self.lists.periods.unit;
        let found = units.iter().find(|u| u.many.iter().chain(&u.single).any(|w| w == written));
        found.map(|unit| unit.name.as_str())
    }
}

#[derive(Deserialize)]
struct File {
    grammar: Spanned<Lists>,
}

/// Reads the table `grammar` of `language.toml`. `file` is its name in messages.
///
/// # Errors
/// All faults found.
pub fn parse(file: &str, text: &str) -> Result<Grammar, Vec<Problem>> {
    let raw: File = toml::from_str(text).map_err(|error| {
        vec![Problem::at(file, text, error.span().unwrap_or(0..0), error.message())]
    })?;
    let place = raw.grammar.span();
    let lists = raw.grammar.into_inner();
    let fault =
        |error: regex::Error| vec![Problem::at(file, text, place.clone(), error.to_string())];
    let problems = loose_words(file, text, place.start);
    if !problems.is_empty() {
        return Err(problems);
    }
    let money = Regex::new(&money(&lists)).map_err(fault)?;
    let period = Regex::new(&period(&lists)).map_err(fault)?;
    Ok(Grammar { lists, money, period })
}

/// Words that can never match: empty, not in lower case, or with blanks around them. Each quoted word of the table
/// outside of `code` and `name` lines is looked at where it stands.
fn loose_words(file: &str, text: &str, from: usize) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        let start = at;
        at += line.len();
        let free = ["#", "code", "name"].iter().any(|head| line.trim_start().starts_with(head));
        let quotes: Vec<usize> = line.match_indices('"').map(|(place, _)| place).collect();
        for pair in quotes.chunks_exact(2).filter(|_| !free) {
            let word = &line[pair[0] + 1..pair[1]];
            if word.is_empty() || word.trim() != word || word.to_lowercase() != word {
                let place = start + pair[0]..start + pair[1] + 1;
                let message = format!(
                    "\"{word}\" can never match: words are in lower case, without blanks around"
                );
                problems.push(Problem::at(file, text, place, message));
            }
        }
    }
    problems
}

/// Words as alternatives of a pattern, the longest first.
fn any<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.into_iter().map(regex::escape).collect::<Vec<_>>().join("|")
}

fn strs<'a>(lists: impl Iterator<Item = &'a Vec<String>>) -> impl Iterator<Item = &'a str> {
    lists.flatten().map(String::as_str)
}

fn money(lists: &Lists) -> String {
    let signs = any(strs(lists.currency.iter().map(|c| &c.signs)));
    let words = any(strs(lists.currency.iter().map(|c| &c.words)));
    let scales = any(strs(lists.scale.iter().map(|s| &s.words)));
    format!(
        r"(?:(?P<sign>{signs}) ?(?P<a>\d[\d.,]*)(?: ?(?P<am>{scales})\b)?|(?P<b>\d[\d.,]*) ?(?:(?P<bm>{scales})\b)? ?(?P<unit>{words})\b)"
    )
}

fn period(lists: &Lists) -> String {
    let many = any(strs(lists.periods.unit.iter().map(|u| &u.many)));
    let single = any(strs(lists.periods.unit.iter().map(|u| &u.single)));
    let (every, one) = (any(lists.periods.every.all()), any(lists.periods.one.all()));
    format!(
        r"\b(?P<every>{every}) (?P<single>{single})\b|\b(?P<one>{one}) (?P<unit>{single})\b|\b(?:(?P<n>\d+) ?|(?P<w>\p{{L}}+) )(?P<many>{many})\b"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../../config/language.toml");

    #[test]
    fn the_shipped_lists_are_sound() {
        let grammar = parse("language.toml", SHIPPED).unwrap();
        assert!(grammar.conjunctions.is("and") && grammar.conjunctions.is("và"));
        assert_eq!(grammar.currency_of("bảng"), Some("GBP"));
        assert_eq!(grammar.period_unit("ngày làm việc"), Some("working day"));
    }

    #[test]
    fn a_list_without_one_of_the_languages_is_refused_at_its_line() {
        let text = SHIPPED.replacen(
            "infinitive = { en = [\"to\"], vi = [] }",
            "infinitive = { en = [\"to\"] }",
            1,
        );
        let problems = parse("language.toml", &text).unwrap_err();
        let line = SHIPPED.lines().position(|line| line.starts_with("infinitive")).unwrap() + 1;
        assert_eq!((problems[0].line, problems[0].message.contains("vi")), (line, true));
    }

    #[test]
    fn a_word_that_can_never_match_is_refused_at_its_place() {
        for bad in ["\"And\"", "\"and \"", "\"\""] {
            let text = SHIPPED.replacen(
                "conjunctions = { en = [\"and\"]",
                &format!("conjunctions = {{ en = [{bad}]"),
                1,
            );
            let problems = parse("language.toml", &text).unwrap_err();
            assert_eq!(problems.len(), 1, "{bad}");
            assert!(problems[0].line > 600 && problems[0].message.contains("never match"));
        }
    }

    #[test]
    fn phrases_are_whole_words() {
        let grammar = parse("language.toml", SHIPPED).unwrap();
        assert_eq!(grammar.passive.at_end("the text was "), Some("was"));
        assert_eq!(grammar.passive.at_end("the texts of this "), None);
        assert_eq!(grammar.passive_future.at_start(" not be signed"), Some("not be"));
        assert!(!grammar.conjunctions.inside("the band played"));
    }
}
