//! What an edit changed: a diff by words of two versions of a text. In: the texts as they were read. Out: each place that
//! differs, with the words before and after.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Words compared at most in one stretch of changed lines; longer stretches count as rewritten.
const MOST_WORDS: usize = 4_000;
/// Changes kept of one edit.
const MOST_CHANGES: usize = 500;

/// One place that an edit changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Words that went; empty where only something was added.
    pub before: String,
    /// Words that came; empty where only something went.
    pub after: String,
}

/// The places that differ, in the order of the text. Blanks are no difference.
pub fn changes(before: &str, after: &str) -> Vec<Change> {
    let (old, new): (Vec<&str>, Vec<&str>) = (lines(before), lines(after));
    let mut found = Vec::new();
    // Lines first: most of an edited article is as it was, and words are compared only where it is not.
    for op in capture_diff_slices(Algorithm::Patience, &old, &new) {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let (gone, come) = (words(&old[op.old_range()]), words(&new[op.new_range()]));
        if gone.len() + come.len() > MOST_WORDS {
            found.push(Change { before: gone.join(" "), after: come.join(" ") });
            continue;
        }
        for op in capture_diff_slices(Algorithm::Myers, &gone, &come) {
            if !matches!(op, DiffOp::Equal { .. }) {
                found.push(Change {
                    before: gone[op.old_range()].join(" "),
                    after: come[op.new_range()].join(" "),
                });
            }
        }
    }
    found.truncate(MOST_CHANGES);
    found
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

fn words<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    lines.iter().flat_map(|line| line.split_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: &str, after: &str) -> Change {
        Change { before: before.to_owned(), after: after.to_owned() }
    }

    #[test]
    fn an_edit_is_told_in_words() {
        let before = "Hai bên họp tại Hà Nội.\nHai bên dự kiến ký kế hoạch vào tháng 3.\nHết.";
        let after = "Hai bên  họp tại Hà Nội.\nHai bên đã ký kế hoạch hôm nay.\nHết.";
        assert_eq!(
            changes(before, after),
            [change("dự kiến", "đã"), change("vào tháng 3.", "hôm nay.")]
        );
        assert_eq!(changes("a\nb", "a\nnew line\nb"), [change("", "new line")]);
        assert_eq!(changes("a b c", "a c"), [change("b", "")]);
        assert_eq!(changes(before, before), []);
        assert_eq!(changes("", ""), []);
    }

    #[test]
    fn texts_that_have_nothing_in_common_take_bounded_time() {
        let text =
            |seed: usize| -> String { (0..200_000).map(|n| format!("w{} ", n * seed)).collect() };
        assert_eq!(changes(&text(3), &text(7)).len(), 1);
        let lines =
            |seed: usize| -> String { (0..20_000).map(|n| format!("w{}\n", n * seed)).collect() };
        assert!(changes(&lines(3), &lines(7)).len() <= MOST_CHANGES);
    }
}
