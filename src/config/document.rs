//! A TOML text into a plain struct, with *all* that is wrong in it.
//!
//! serde stops at the first fault. Here the faulty key is cut out of the parsed document and the rest is read
//! again, until it reads: every unknown key, wrong type and missing key is found in one go, each with its place.
//! The structs use `deny_unknown_fields`, so that a key with a slip in it never passes silently.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer, Error};

use super::Problem;

/// More faults than this are not worth a person's time; a file that is not meant for us at all ends here.
const MAX_PROBLEMS: usize = 50;

/// Reads `text`, the content of `file`. Gives the value without its faulty keys, if it can be read without them,
/// and all faults in the order of the text. A text that is not TOML gives no value and its syntax faults only.
pub fn read<T: DeserializeOwned>(file: &str, text: &str) -> (Option<T>, Vec<Problem>) {
    let (value, mut problems) = read_and_cut(file, text);
    problems.sort_by_key(|problem| (problem.line, problem.column));
    (value, problems)
}

fn read_and_cut<T: DeserializeOwned>(file: &str, text: &str) -> (Option<T>, Vec<Problem>) {
    let (mut root, faults) = DeTable::parse_recoverable(text);
    if !faults.is_empty() {
        let problems = faults.iter().take(MAX_PROBLEMS).map(|fault| syntax(file, text, fault));
        return (None, problems.collect());
    }
    let mut problems = Vec::new();
    // Keys already reported, with the table they belong to: that they are missing afterwards is our doing.
    let mut reported: BTreeSet<(usize, String)> = BTreeSet::new();
    while problems.len() < MAX_PROBLEMS {
        let fault = match T::deserialize(Deserializer::from(root.clone())) {
            Ok(value) => return (Some(value), problems),
            Err(fault) => fault,
        };
        let span = fault.span().unwrap_or(0..0);
        let (problem, suggested, missing) = explain(file, text, &fault, span.clone());
        let known = missing.is_some_and(|name| reported.contains(&(span.start, name)));
        if !known {
            problems.push(problem);
        }
        let root_start = root.span().start;
        match cut_table(root.get_mut(), root_start, &span) {
            Some((table, key)) => {
                reported.insert((table, key));
                reported.extend(suggested.map(|name| (table, name)));
            }
            None => break,
        }
    }
    (None, problems)
}

fn syntax(file: &str, text: &str, fault: &Error) -> Problem {
    let message = fault.message().lines().next().unwrap_or_default().to_owned();
    Problem::at(file, text, fault.span().unwrap_or(0..0), message)
}

/// The problem of a serde fault; the key it was probably meant to be; the key that is missing.
fn explain(
    file: &str,
    text: &str,
    fault: &Error,
    span: Range<usize>,
) -> (Problem, Option<String>, Option<String>) {
    let said = fault.message();
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let name = quoted.first().copied().unwrap_or_default();
    let others = || quoted.iter().skip(1).copied();
    if said.starts_with("unknown field") {
        let problem = Problem::at(file, text, span, format!("unknown key `{name}`"));
        let meant = super::nearest(name, others()).map(str::to_owned);
        (problem.suggest(name, others()), meant, None)
    } else if said.starts_with("unknown variant") {
        let problem = Problem::at(file, text, span, format!("unknown value `{name}`"));
        (problem.suggest(name, others()), None, None)
    } else if said.starts_with("missing field") {
        let problem = Problem::at(file, text, span, format!("the key `{name}` is missing"));
        (problem, None, Some(name.to_owned()))
    } else {
        (Problem::at(file, text, span, said.trim_end()), None, None)
    }
}

/// Removes the key or value with exactly this span, wherever it is. Returns the start of the table it was in and
/// its key (empty for a member of an array).
fn cut_table(
    table: &mut DeTable<'_>,
    start: usize,
    span: &Range<usize>,
) -> Option<(usize, String)> {
    let mut hit = None;
    for (key, value) in table.iter_mut() {
        if key.span() == *span {
            hit = Some(key.clone());
            break;
        }
        if let Some(found) = cut_value(value, span) {
            return Some(found);
        }
        if value.span() == *span {
            hit = Some(key.clone());
            break;
        }
    }
    let key = hit?;
    table.remove(&key);
    Some((start, key.into_inner().into_owned()))
}

fn cut_value(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> Option<(usize, String)> {
    let start = value.span().start;
    match value.get_mut() {
        DeValue::Table(table) => cut_table(table, start, span),
        DeValue::Array(array) => cut_array(array, start, span),
        _ => None,
    }
}

fn cut_array(
    array: &mut DeArray<'_>,
    start: usize,
    span: &Range<usize>,
) -> Option<(usize, String)> {
    for value in array.iter_mut() {
        if let Some(found) = cut_value(value, span) {
            return Some(found);
        }
    }
    let at = array.iter().position(|value| value.span() == *span)?;
    let mut rest = DeArray::new();
    for (number, value) in std::mem::replace(array, DeArray::new()).into_iter().enumerate() {
        if number != at {
            rest.push(value);
        }
    }
    *array = rest;
    Some((start, String::new()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Default)]
    #[serde(deny_unknown_fields, default)]
    struct Shop {
        name: String,
        open: bool,
        shelf: Vec<Shelf>,
        mode: Option<Mode>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Shelf {
        height: Spanned<u8>,
        colour: String,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Mode {
        Fast,
        Slow,
    }

    fn faults(text: &str) -> Vec<String> {
        read::<Shop>("shop.toml", text).1.iter().map(Problem::to_string).collect()
    }

    #[test]
    fn all_faults_are_found_at_once() {
        let text = "nam = \"x\"\nopen = 1\nmode = \"fest\"\n\n[[shelf]]\nheigt = 3\ncolour = 4\n\n\
                    [[shelf]]\ncolour = \"red\"\n\n[[shelf]]\nheight = 300\ncolour = \"blue\"\n";
        assert_eq!(
            faults(text),
            [
                "shop.toml:1:1: unknown key `nam` (did you mean `name`?)",
                "shop.toml:2:8: invalid type: integer `1`, expected a boolean",
                "shop.toml:3:8: unknown value `fest` (did you mean `fast`?)",
                "shop.toml:6:1: unknown key `heigt` (did you mean `height`?)",
                "shop.toml:7:10: invalid type: integer `4`, expected a string",
                "shop.toml:9:1: the key `height` is missing",
                "shop.toml:13:10: invalid value: integer `300`, expected u8",
            ]
        );
    }

    #[test]
    fn what_is_right_is_read_beside_what_is_wrong() {
        let (shop, problems) = read::<Shop>("s", "name = \"a\"\nfoo = 1\n");
        assert_eq!(shop.unwrap().name, "a");
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn every_syntax_fault_is_reported() {
        let (shop, problems) = read::<Shop>("s", "name = \nopen = tru\n[shelf\n");
        assert!(shop.is_none());
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1, 2, 3]);
    }

    #[test]
    fn a_text_of_another_world_ends() {
        let text: String = (0..200).map(|n| format!("key{n} = {n}\n")).collect();
        assert_eq!(read::<Shop>("s", &text).1.len(), MAX_PROBLEMS);
    }
}
