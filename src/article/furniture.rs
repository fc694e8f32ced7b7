//! Lines inside the container that are no text of the article: labels, calls to subscribe, signatures, and everything
//! from the point where the page goes on to other stories. The words are `config/article.toml`.

use super::lines::{Line, ends_sentence};
use super::words::WORDS;
use crate::time::feed_date;

/// Longest line that can be furniture by how it begins, in characters.
const LONGEST: usize = 220;
/// Longest signature, byline or date stamp, in characters.
const SIGNATURE: usize = 70;
/// Longest credit of a picture, with the words that announce it.
const CREDIT: usize = 50;
/// How many lines at either end may be a byline or a signature.
const EDGE: usize = 4;

/// Takes the furniture out of the lines of a body, and returns the signature found in it, if any. `title` is the
/// headline, `byline` the author that the page declares.
pub(super) fn clear(lines: &mut Vec<Line>, title: &str, byline: Option<&str>) -> Option<String> {
    cut_end(lines);
    let signature = take_signature(lines, byline);
    lines.retain(|line| !is_furniture(&line.text));
    while lines.last().is_some_and(|line| line.heading) {
        lines.pop();
    }
    clear_top(lines, title);
    signature
}

/// Ends the text where a line announces other stories, comments or the author's life, unless most of it would be lost.
fn cut_end(lines: &mut Vec<Line>) {
    let lengths: Vec<usize> = lines.iter().map(|line| line.text.chars().count()).collect();
    let all: usize = lengths.iter().sum();
    let mut before = 0;
    for (at, line) in lines.iter().enumerate() {
        let after = all - before;
        if after * 10 < all * 4 && at > 0 && is_one_of(&line.text, &WORDS.end_lines) {
            lines.truncate(at);
            return;
        }
        before += lengths[at];
    }
}

/// Whether a line as a whole is a label, or begins as only furniture does.
pub(super) fn is_furniture(text: &str) -> bool {
    if text.chars().count() > LONGEST {
        return false;
    }
    let lower = text.to_lowercase();
    let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '@'));
    is_one_of(text, &WORDS.label_lines)
        || is_caption(&lower)
        || is_address(&lower)
        || is_one_of(text, &WORDS.end_lines)
        || WORDS.furniture_starts.iter().any(|start| {
            bare.strip_prefix(start.as_str())
                .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        })
}

/// Whether a line, in lower case, ends with the credit of a picture.
fn is_caption(lower: &str) -> bool {
    WORDS.credit_marks.iter().any(|mark| {
        lower.rfind(mark.as_str()).is_some_and(|at| lower[at..].chars().count() <= CREDIT)
    })
}

/// Whether a line, in lower case, is an address behind a word or two: what a page to be printed says of itself.
fn is_address(lower: &str) -> bool {
    let mut words = lower.split_whitespace().rev();
    words.next().is_some_and(|last| last.starts_with("http://") || last.starts_with("https://"))
        && words.count() <= 2
}

fn is_one_of(text: &str, list: &[String]) -> bool {
    if text.chars().count() > SIGNATURE {
        return false;
    }
    let bare = bare(text);
    !bare.is_empty() && list.contains(&bare)
}

/// Whether two headlines are the same but for case and what stands around them.
pub(super) fn same(one: &str, other: &str) -> bool {
    let words = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        bare(&words.join(" "))
    };
    !other.is_empty() && words(one) == words(other)
}

/// Lower case, without what stands around the words.
fn bare(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Above the first paragraph: the headline again, date stamps, bylines.
fn clear_top(lines: &mut Vec<Line>, title: &str) {
    let title = bare(title);
    let first = lines.iter().position(|line| line.text.chars().count() > SIGNATURE);
    let body = lines.split_off(first.unwrap_or(lines.len()).min(EDGE + 2));
    lines.retain(|line| {
        let stamp = feed_date::read(&line.text).is_some_and(|stamp| stamp.time.is_some());
        let dated = || {
            starts_as(&line.text, &WORDS.stamp_starts)
                && line.text.chars().any(|c| c.is_ascii_digit())
        };
        !stamp && !dated() && bare(&line.text) != title
    });
    lines.extend(body);
}

/// Bylines above the text and signatures below it.
fn take_signature(lines: &mut Vec<Line>, byline: Option<&str>) -> Option<String> {
    let declared = byline.map(bare).filter(|byline| !byline.is_empty());
    let mut found = None;
    let count = lines.len();
    let mut at = 0;
    let mut first_long = false;
    lines.retain(|line| {
        let (top, bottom) = (at < EDGE && !first_long, at + EDGE >= count);
        at += 1;
        first_long |= line.text.chars().count() > SIGNATURE * 2;
        let short = line.text.chars().count() <= SIGNATURE && !line.heading;
        let is_name =
            || declared.as_deref().is_some_and(|name| bare(without_start(&line.text)) == name);
        let by = || starts_as(&line.text, &WORDS.byline_starts) && !ends_sentence(&line.text);
        let signed = || line.set_apart && is_person(&line.text) && !is_furniture(&line.text);
        let gone = short
            && ((top && (by() || is_name()))
                || (bottom && at > 1 && (by() || is_name() || signed())));
        if gone {
            found = Some(without_start(&line.text).to_owned());
        }
        !gone
    });
    found
}

fn starts_as(text: &str, starts: &[String]) -> bool {
    let lower = text.to_lowercase();
    starts.iter().any(|start| {
        lower.strip_prefix(start.as_str()).is_some_and(|rest| rest.starts_with([' ', ':']))
    })
}

/// A byline without the word that announces it.
pub(super) fn without_start(text: &str) -> &str {
    let lower = text.to_lowercase();
    // Case mapping may change lengths; then nothing is cut.
    let start = WORDS.byline_starts.iter().find(|start| {
        lower.strip_prefix(start.as_str()).is_some_and(|rest| rest.starts_with([' ', ':']))
    });
    start
        .and_then(|start| text.get(start.len()..))
        .unwrap_or(text)
        .trim_matches([' ', ':', '-', '–'])
}

/// A few words, each with a capital, and no end of a sentence: a name or names.
fn is_person(text: &str) -> bool {
    let words: Vec<&str> =
        text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    (1..=8).contains(&words.len())
        && !ends_sentence(text)
        && words.iter().all(|word| {
            word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(char::is_uppercase)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(texts: &[&str]) -> Vec<Line> {
        let line = |text: &&str| Line {
            text: (*text).to_owned(),
            heading: false,
            set_apart: text.len() < 20,
        };
        texts.iter().map(line).collect()
    }

    fn cleared(texts: &[&str]) -> (Vec<String>, Option<String>) {
        let mut lines = lines(texts);
        let signature = clear(&mut lines, "Two sides sign a plan", Some("Mai Tran"));
        (lines.into_iter().map(|line| line.text).collect(), signature)
    }

    const LONG: &str = "Officials from both sides said on Thursday that the plan would be reviewed every year, and that a liaison \
                        officer would be posted before the end of the month.";

    #[test]
    fn labels_and_calls_go_and_sentences_that_only_begin_alike_stay() {
        let kept = "Related offences were also discussed, the ministry said in a statement on Friday evening.";
        let (text, _) = cleared(&[
            LONG,
            "Advertisement",
            "READ MORE: Another story",
            kept,
            "Sign up to our newsletter",
            LONG,
        ]);
        assert_eq!(text, [LONG, kept, LONG]);
        assert_eq!(cleared(&[LONG, "Ảnh: Minh Anh", "Xem thêm: Bài khác"]).0, [LONG]);
    }

    #[test]
    fn what_follows_an_end_line_goes_unless_it_is_most_of_the_text() {
        assert_eq!(
            cleared(&[
                LONG,
                LONG,
                LONG,
                "More on this story",
                "Another story that is told at some length here."
            ])
            .0,
            [LONG; 3]
        );
        let (text, _) = cleared(&["Intro, short.", "Related", LONG, LONG]);
        assert_eq!(text, ["Intro, short.", LONG, LONG]);
    }

    #[test]
    fn bylines_and_signatures_are_told_apart_from_text() {
        let (text, by) = cleared(&[
            "Two sides sign a plan",
            "By Mai Tran",
            "Published: 20 August 2026",
            LONG,
            "Lan Anh",
        ]);
        assert_eq!(text, [LONG]);
        assert_eq!(by.as_deref(), Some("Lan Anh"));
        let (text, by) = cleared(&[LONG, "He agreed."]);
        assert_eq!((text.len(), by), (2, None));
    }
}
