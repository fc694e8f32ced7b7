//! Damage done to labelled articles on purpose, the same in every run: the program must bear it. In: samples. Out: the
//! same samples, damaged, with their labels where they now belong. A label that the damage makes untrue (its cluster was
//! first told in a part that is gone, or now arrives in another order) is left open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use jiff::SignedDuration;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::dataset::Sample;
use super::edits::{Piece, around, rebuilt};
use crate::config::topic::Topic;
use crate::model::{Language, Outcome, Span};
use crate::text::{self, BlockKind};

/// A sort of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// Every 50th blank between words is lost.
    Glue,
    /// Every tenth paragraph of the file is lost.
    Drop,
    /// The body is printed twice.
    Double,
    /// Two sentences next to each other change places.
    Swap,
    /// Letters and marks apart.
    Nfd,
    /// Vietnamese without its marks.
    Unmarked,
    /// Wordings and false stops of machine translation.
    Translation,
    /// Articles arrive up to three days later, in another order.
    Shuffle,
}

impl Damage {
    /// All sorts, in the order of the report.
    pub const ALL: [Damage; 8] = [
        Self::Glue,
        Self::Drop,
        Self::Double,
        Self::Swap,
        Self::Nfd,
        Self::Unmarked,
        Self::Translation,
        Self::Shuffle,
    ];

    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Glue => "glue",
            Self::Drop => "drop",
            Self::Double => "double",
            Self::Swap => "swap",
            Self::Nfd => "nfd",
            Self::Unmarked => "unmarked",
            Self::Translation => "translation",
            Self::Shuffle => "shuffle",
        }
    }

    /// Whether nothing at all may change under it.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::Double | Self::Nfd)
    }

    /// The samples, damaged, in order of arrival.
    pub fn apply(self, samples: &[Sample], topic: &Topic) -> Vec<Sample> {
        match self {
            Self::Shuffle => shuffled(samples),
            Self::Drop => dropped(samples),
            _ => samples.iter().map(|sample| self.damaged(sample, topic)).collect(),
        }
    }

    fn damaged(self, sample: &Sample, topic: &Topic) -> Sample {
        let text = &sample.text;
        match self {
            Self::Glue => rebuilt(sample, &around(text, lost_blanks(sample))),
            Self::Double => doubled(sample),
            Self::Swap => rebuilt(sample, &swapped(text, topic)),
            Self::Nfd => rebuilt(sample, &around(text, letters(text, |c| c.nfd().collect()))),
            Self::Unmarked if sample.language != Some(Language::Vi) => sample.clone(),
            Self::Unmarked => rebuilt(sample, &around(text, letters(text, unmarked))),
            Self::Translation => rebuilt(sample, &around(text, translated(sample))),
            Self::Drop | Self::Shuffle => sample.clone(),
        }
    }
}

/// A number that is always the same for the same name.
fn dice(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn lost_blanks(sample: &Sample) -> Vec<(Span, String)> {
    const EVERY: u64 = 50;
    let letters: Vec<(usize, char)> = sample.text.char_indices().collect();
    let between = letters.windows(3).filter(|three| {
        three[1].1 == ' ' && three[0].1.is_alphabetic() && three[2].1.is_alphabetic()
    });
    between
        .map(|three| three[1].0)
        .zip(dice(&sample.id) % EVERY..)
        .filter(|(_, number)| number % EVERY == 0)
        .map(|(at, _)| (Span::new(at, at + 1), String::new()))
        .collect()
}

fn doubled(sample: &Sample) -> Sample {
    let gap = "\n\n";
    let shift = sample.text.len() + gap.len();
    let copies = sample.golds.iter().map(|gold| {
        let mut copy = gold.clone();
        copy.id.push_str("=copy");
        copy.span = Span::new(gold.span.start + shift, gold.span.end + shift);
        copy.neutral = true;
        copy.verdict = Some(Outcome::Duplicate);
        copy.alert = None;
        copy
    });
    let golds = sample.golds.iter().cloned().chain(copies).collect();
    Sample { text: format!("{0}{gap}{0}", sample.text), golds, ..sample.clone() }
}

/// The middle one of all pairs of neighbours in one paragraph.
fn swapped(text: &str, topic: &Topic) -> Vec<Piece> {
    let document = text::analyse(text, &topic.words);
    let pairs: Vec<(Span, Span)> = document
        .sentences
        .windows(2)
        .filter(|two| {
            two[0].block == two[1].block
                && document.blocks[two[0].block].kind == BlockKind::Body
                && !two[1].soft_start
        })
        .map(|two| (document.norm.to_raw(two[0].span), document.norm.to_raw(two[1].span)))
        .filter(|(a, b)| !a.is_empty() && a.end <= b.start && !b.is_empty())
        .collect();
    let Some((a, b)) = pairs.get(pairs.len() / 2) else {
        return vec![Piece::Kept(Span::new(0, text.len()))];
    };
    [(0, a.start), (b.start, b.end), (a.end, b.start), (a.start, a.end), (b.end, text.len())]
        .map(|(start, end)| Piece::Kept(Span::new(start, end)))
        .into()
}

/// Letters that `change` makes into something else.
fn letters(text: &str, change: impl Fn(char) -> String) -> Vec<(Span, String)> {
    let changed = text
        .char_indices()
        .filter(|(_, c)| !c.is_ascii())
        .map(|(at, c)| (Span::new(at, at + c.len_utf8()), c, change(c)));
    changed.filter(|(_, c, new)| !new.chars().eq([*c])).map(|(span, _, new)| (span, new)).collect()
}

fn unmarked(c: char) -> String {
    if unicode_normalization::char::is_combining_mark(c) {
        return String::new();
    }
    text::strip(c.encode_utf8(&mut [0; 4]))
}

/// Wordings of machine translation in one language.
struct Wordings {
    finder: AhoCorasick,
    words: Vec<String>,
}

#[derive(Deserialize)]
struct Tables {
    en: BTreeMap<String, String>,
    vi: BTreeMap<String, String>,
}

impl Wordings {
    #[expect(clippy::expect_used, reason = "a test reads the table, which is built in")]
    fn of(table: BTreeMap<String, String>) -> Self {
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(table.keys())
            .expect("the built-in wordings make a small automaton");
        Self { finder, words: table.into_values().collect() }
    }
}

#[expect(clippy::expect_used, reason = "a test reads the table, which is built in")]
static WORDINGS: LazyLock<[Wordings; 2]> = LazyLock::new(|| {
    let tables: Tables = toml::from_str(include_str!("../../config/eval/translation.toml"))
        .expect("the built-in wordings are tables of strings");
    [Wordings::of(tables.en), Wordings::of(tables.vi)]
});

fn translated(sample: &Sample) -> Vec<(Span, String)> {
    let wordings = match sample.language {
        Some(Language::Vi) => &WORDINGS[1],
        _ => &WORDINGS[0],
    };
    let text = &sample.text;
    let whole = |span: Span| {
        !text[..span.start].ends_with(char::is_alphanumeric)
            && !text[span.end..].starts_with(char::is_alphanumeric)
    };
    wordings
        .finder
        .find_iter(text)
        .map(|hit| (Span::new(hit.start(), hit.end()), hit.pattern().as_usize()))
        .filter(|(span, _)| whole(*span))
        .map(|(span, at)| (span, wordings.words[at].clone()))
        .collect()
}

/// Every tenth paragraph of the whole file goes; what was first told there, no later article can tell as labelled.
fn dropped(samples: &[Sample]) -> Vec<Sample> {
    let mut number = 0_usize;
    let mut untold: BTreeSet<String> = BTreeSet::new();
    let mut damaged = Vec::new();
    for sample in samples {
        let paragraphs = paragraphs(&sample.text);
        let several = paragraphs.len() > 1;
        let mut lost = Vec::new();
        for paragraph in paragraphs {
            number += 1;
            if several && number.is_multiple_of(10) {
                lost.push((paragraph, String::new()));
            }
        }
        let mut changed = rebuilt(sample, &around(&sample.text, lost));
        let left: BTreeSet<&str> = changed.golds.iter().map(|gold| gold.id.as_str()).collect();
        let gone = sample.golds.iter().filter(|gold| !left.contains(gold.id.as_str()));
        untold.extend(gone.filter_map(|gold| gold.cluster.clone()));
        leave_open(&mut changed, |cluster| untold.contains(cluster));
        damaged.push(changed);
    }
    damaged
}

/// Paragraphs with the line ends after them.
fn paragraphs(text: &str) -> Vec<Span> {
    let mut at = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        at += line.len();
        Span::new(at - line.len(), at)
    });
    lines.filter(|span| !text[span.range()].trim().is_empty()).collect()
}

/// Each article up to three days later; clusters whose articles change their order are left open.
fn shuffled(samples: &[Sample]) -> Vec<Sample> {
    let mut order: Vec<(usize, Sample)> = samples
        .iter()
        .enumerate()
        .map(|(number, sample)| {
            let hours = i64::try_from(dice(&sample.id) % 72).unwrap_or(0);
            let later = sample
                .arrival
                .and_then(|at| at.checked_add(SignedDuration::from_hours(hours)).ok());
            (number, Sample { arrival: later, ..sample.clone() })
        })
        .collect();
    order.sort_by_key(|(number, sample)| (sample.arrival, *number));
    let mut latest: BTreeMap<String, usize> = BTreeMap::new();
    let mut turned: BTreeSet<String> = BTreeSet::new();
    for (number, sample) in &order {
        for cluster in sample.golds.iter().filter_map(|gold| gold.cluster.clone()) {
            let before = latest.entry(cluster.clone()).or_insert(*number);
            if *before > *number {
                turned.insert(cluster);
            } else {
                *before = *number;
            }
        }
    }
    for (_, sample) in &mut order {
        leave_open(sample, |cluster| turned.contains(cluster));
    }
    order.into_iter().map(|(_, sample)| sample).collect()
}

/// Takes verdict and alert from the labels of some clusters.
fn leave_open(sample: &mut Sample, open: impl Fn(&str) -> bool) {
    for gold in &mut sample.golds {
        if gold.cluster.as_deref().is_some_and(&open) {
            gold.verdict = None;
            gold.alert = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_wordings_are_read_and_applied_to_whole_words() {
        let sample = Sample {
            language: Some(Language::En),
            text: "The two sides disagreed today; they agreed to meet.".to_owned(),
            ..Sample::default()
        };
        let damaged = Damage::Translation.damaged(&sample, &Topic::embedded());
        assert_eq!(damaged.text, "Both parties disagreed today; they reached agreement to meet.");
    }

    #[test]
    fn marks_are_stripped_from_vietnamese_only() {
        let sample = |language| Sample {
            language: Some(language),
            text: "Đối thoại về di cư".to_owned(),
            ..Sample::default()
        };
        let damaged = |language| Damage::Unmarked.damaged(&sample(language), &Topic::embedded());
        assert_eq!(damaged(Language::Vi).text, "Doi thoai ve di cu");
        assert_eq!(damaged(Language::En).text, "Đối thoại về di cư");
    }

    #[test]
    fn every_fiftieth_blank_goes_and_the_same_ones_each_time() {
        let sample =
            Sample { id: "x".to_owned(), text: "one two ".repeat(100), ..Sample::default() };
        let damaged = Damage::Glue.damaged(&sample, &Topic::embedded());
        assert_eq!(damaged.text.len(), sample.text.len() - 4);
        assert_eq!(damaged, Damage::Glue.damaged(&sample, &Topic::embedded()));
    }

    #[test]
    fn two_sentences_change_places_and_nothing_else() {
        let sample = Sample {
            text: "Ministers met in Hanoi on Monday. They agreed to share records soon.".to_owned(),
            ..Sample::default()
        };
        let damaged = Damage::Swap.damaged(&sample, &Topic::embedded());
        assert_eq!(
            damaged.text,
            "They agreed to share records soon. Ministers met in Hanoi on Monday."
        );
    }
}
