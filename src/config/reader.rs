//! One leaf of a configuration file at a time: checks it, and either gives its value or notes what is wrong.

use std::ops::{Range, RangeInclusive};

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::raw::Leaf;
use super::{Problem, amount};
use crate::time::{Schedule, zone, zone_names};

/// What people write for the zones of the two countries, where the nearest name would be another place.
const MEANT_ZONES: &[(&str, &str)] = &[
    ("Asia/Hanoi", "Asia/Ho_Chi_Minh"),
    ("Asia/Ha_Noi", "Asia/Ho_Chi_Minh"),
    ("Vietnam", "Asia/Ho_Chi_Minh"),
    ("ICT", "Asia/Ho_Chi_Minh"),
    ("GMT+7", "Asia/Ho_Chi_Minh"),
    ("UTC+7", "Asia/Ho_Chi_Minh"),
    ("BST", "Europe/London"),
    ("UK", "Europe/London"),
    ("London", "Europe/London"),
];

/// Reads the leaves of one file and collects its problems.
pub struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    /// What is wrong so far.
    pub problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// A reader of `text`, the content of `file`.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, problems: Vec::new() }
    }

    /// Notes a problem at a place of the text.
    pub fn fault(&mut self, range: Range<usize>, message: impl Into<String>) {
        let problem = self.problem(range, message);
        self.problems.push(problem);
    }

    /// A problem at a place of the text, not yet noted.
    pub fn problem(&self, range: Range<usize>, message: impl Into<String>) -> Problem {
        Problem::at(self.file, self.text, range, message)
    }

    /// The line of a place, from 1, to point from one problem to another place.
    pub fn line(&self, at: usize) -> usize {
        self.text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
    }

    /// A duration within `allowed`, else `default`.
    pub fn duration(
        &mut self,
        leaf: &Leaf<String>,
        default: SignedDuration,
        allowed: RangeInclusive<SignedDuration>,
    ) -> SignedDuration {
        let Some(leaf) = leaf else { return default };
        match amount::duration(leaf.get_ref()) {
            Ok(value) if allowed.contains(&value) => return value,
            Ok(_) => self.fault(
                leaf.span(),
                format!(
                    "must be between {} and {}",
                    amount::show_duration(*allowed.start()),
                    amount::show_duration(*allowed.end())
                ),
            ),
            Err(message) => self.fault(leaf.span(), message),
        }
        default
    }

    /// A size in bytes within `allowed`, else `default`.
    pub fn size(&mut self, leaf: &Leaf<String>, default: u64, allowed: RangeInclusive<u64>) -> u64 {
        let Some(leaf) = leaf else { return default };
        match amount::size(leaf.get_ref()) {
            Ok(value) if allowed.contains(&value) => return value,
            Ok(_) => self.fault(
                leaf.span(),
                format!("must be between {} and {} bytes", allowed.start(), allowed.end()),
            ),
            Err(message) => self.fault(leaf.span(), message),
        }
        default
    }

    /// A whole number within `allowed`, else `default`.
    pub fn number<N>(&mut self, leaf: &Leaf<i64>, default: N, allowed: RangeInclusive<N>) -> N
    where
        N: TryFrom<i64> + PartialOrd + std::fmt::Display,
    {
        let Some(leaf) = leaf else { return default };
        match N::try_from(*leaf.get_ref()) {
            Ok(value) if allowed.contains(&value) => value,
            _ => {
                let message = format!("must be between {} and {}", allowed.start(), allowed.end());
                self.fault(leaf.span(), message);
                default
            }
        }
    }

    /// One of a few words, else `default`.
    pub fn word<T: Clone>(&mut self, leaf: &Leaf<String>, default: T, words: &[(&str, T)]) -> T {
        let Some(leaf) = leaf else { return default };
        let name = leaf.get_ref().as_str();
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == name) {
            return value.clone();
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let problem = self.problem(leaf.span(), format!("unknown value \"{name}\""));
        self.problems.push(problem.suggest(name, names.iter().copied()));
        default
    }

    /// A zone, else `default`.
    pub fn zone(&mut self, leaf: &Leaf<String>, default: TimeZone) -> TimeZone {
        let Some(leaf) = leaf else { return default };
        if let Some(found) = zone(leaf.get_ref()) {
            return found;
        }
        let name = leaf.get_ref().as_str();
        let problem = self.problem(leaf.span(), format!("there is no time zone \"{name}\""));
        if let Some((_, meant)) =
            MEANT_ZONES.iter().find(|(said, _)| name.eq_ignore_ascii_case(said))
        {
            self.problems.push(problem.help(format!("did you mean `{meant}`?")));
            return default;
        }
        let names = zone_names();
        self.problems.push(match super::nearest(name, names.iter().map(String::as_str)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => {
                problem.help("zones are written like `Asia/Ho_Chi_Minh`, `Europe/London`, `UTC`")
            }
        });
        default
    }

    /// A crontab line in a zone, if there is one and it can be read.
    pub fn schedule(&mut self, leaf: &Leaf<String>, zone: &TimeZone) -> Option<Schedule> {
        let leaf = leaf.as_ref()?;
        match Schedule::parse(leaf.get_ref(), zone.clone()) {
            Ok(schedule) => Some(schedule),
            Err(error) => {
                let place = self.inside(leaf.span(), leaf.get_ref(), error.range);
                self.fault(place, error.message);
                None
            }
        }
    }

    /// Text that is there and not empty; a missing or empty one is a problem of the table at `table`.
    pub fn required(
        &mut self,
        leaf: &Leaf<String>,
        key: &str,
        table: &Range<usize>,
    ) -> Option<String> {
        match leaf {
            Some(leaf) if leaf.get_ref().trim().is_empty() => {
                self.fault(leaf.span(), format!("`{key}` is empty"));
                None
            }
            Some(leaf) => Some(leaf.get_ref().trim().to_owned()),
            None => {
                self.fault(table.clone(), format!("the key `{key}` is missing"));
                None
            }
        }
    }

    /// A short name of lower-case letters, digits and single hyphens.
    pub fn slug(&mut self, leaf: &Leaf<String>, table: &Range<usize>) -> Option<String> {
        let id = self.required(leaf, "id", table)?;
        let good = id.len() <= 64
            && !id.starts_with('-')
            && !id.ends_with('-')
            && !id.contains("--")
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if good {
            return Some(id);
        }
        let problem = self.problem(
            leaf.as_ref().map_or(table.clone(), toml::Spanned::span),
            "an id is at most 64 lower-case letters, digits and single hyphens",
        );
        let better = slug_of(&id);
        self.problems.push(if better.is_empty() {
            problem
        } else {
            problem.help(format!("for example `{better}`"))
        });
        None
    }

    /// A mail address, plain (`desk@example.org`).
    pub fn address(&mut self, leaf: &Leaf<String>) -> Option<String> {
        let leaf = leaf.as_ref()?;
        match mail_address(leaf.get_ref()) {
            Ok(()) => Some(leaf.get_ref().clone()),
            Err(message) => {
                self.fault(leaf.span(), message);
                None
            }
        }
    }

    /// The place of `part` of a string value, whose own place includes its quotes. When the text holds escapes,
    /// offsets do not match and the whole value is meant.
    fn inside(&self, span: Range<usize>, value: &str, part: Range<usize>) -> Range<usize> {
        let quoted = self.text.get(span.clone()).unwrap_or_default();
        match quoted.find(value) {
            Some(at) if !part.is_empty() => {
                span.start + at + part.start..span.start + at + part.end
            }
            _ => span,
        }
    }
}

/// The nearest valid id to a text, Vietnamese letters without their marks.
/// An id made from any text: lower-case letters without marks, digits and single hyphens; may be empty.
pub fn slug_of(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let hyphened: String = text
        .to_lowercase()
        .replace('đ', "d")
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let parts: Vec<&str> = hyphened.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-").chars().take(64).collect::<String>().trim_end_matches('-').to_owned()
}

/// Whether a text is a plain mail address that any server accepts: `local@domain`, ASCII, no quotes. What is
/// exotic but legal (quoted local parts, address literals) is refused too: it is a slip far more often.
fn mail_address(text: &str) -> Result<(), String> {
    let wrong = |why: &str| Err(format!("\"{text}\" is not a mail address: {why}"));
    let Some((local, domain)) = text.rsplit_once('@') else {
        return wrong("it has no @");
    };
    let local_good = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b));
    if !local_good {
        return wrong("the part before the @ is wrong");
    }
    if !host_name(domain) {
        return wrong("the part after the @ is not a host name");
    }
    Ok(())
}

/// Whether a text is a host name of ASCII labels.
pub fn host_name(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_pass_and_slips_do_not() {
        for good in ["desk@example.org", "first.last+news@mail.example.org", "root@localhost"] {
            assert_eq!(mail_address(good), Ok(()), "{good}");
        }
        for bad in [
            "desk",
            "@example.org",
            "desk@",
            "a b@example.org",
            "Desk <desk@example.org>",
            "desk@example..org",
            "desk@example.org\r\nBcc: x@example.org",
            "desk@exam_ple.org",
            ".desk@example.org",
            "dësk@example.org",
        ] {
            assert!(mail_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_better_id_is_proposed() {
        assert_eq!(slug_of("BBC News - UK"), "bbc-news-uk");
        assert_eq!(slug_of("Phòng Đối ngoại"), "phong-doi-ngoai");
        assert_eq!(slug_of("--"), "");
    }
}
