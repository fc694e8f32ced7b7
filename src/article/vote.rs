//! Which of several texts of one page is the article, and how sure that is. The text most like the others wins: what
//! one extractor lost or brought in, the others did not. There is no parameter.

use std::collections::HashMap;

/// The text that wins, and how far the others agree with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Election {
    /// Which text: 0 is our own.
    pub winner: usize,
    /// Mean likeness (F1 of words) of the winner to the others that found anything, in percent; `None` without others.
    pub confidence: Option<u8>,
}

/// Chooses among our own text (the first) and the others; empty texts have no vote. Of equals the earlier wins.
pub(super) fn elect(texts: &[&str]) -> Election {
    let words: Vec<Words<'_>> = texts.iter().map(|text| Words::of(text)).collect();
    let voters: Vec<usize> = (0..texts.len()).filter(|at| words[*at].count > 0).collect();
    let likeness = |one: usize| -> f64 {
        voters
            .iter()
            .filter(|other| **other != one)
            .map(|other| words[one].f1(&words[*other]))
            .sum()
    };
    let mut best = (voters.first().copied().unwrap_or(0), -1.0);
    for one in voters.iter().copied() {
        let sum = likeness(one);
        if sum > best.1 + 1e-9 {
            best = (one, sum);
        }
    }
    let others = voters.len().saturating_sub(1);
    let percent = (best.1 / others.max(1) as f64 * 100.0).round().clamp(0.0, 100.0) as u8;
    Election { winner: best.0, confidence: (others > 0).then_some(percent) }
}

/// How often each word occurs. Case and punctuation are no difference.
struct Words<'a> {
    counts: HashMap<&'a str, usize>,
    count: usize,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let mut counts = HashMap::new();
        let mut count = 0;
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            *counts.entry(word).or_insert(0) += 1;
            count += 1;
        }
        Self { counts, count }
    }

    fn f1(&self, other: &Self) -> f64 {
        let shared: usize = self
            .counts
            .iter()
            .map(|(word, count)| (*count).min(other.counts.get(word).copied().unwrap_or(0)))
            .sum();
        2.0 * shared as f64 / (self.count + other.count).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_that_the_others_resemble_most_wins() {
        let story = "Hai bên ký kế hoạch hành động về phòng, chống mua bán người tại Hà Nội.";
        let more = format!("{story} Đọc thêm: tin khác trong ngày, giá vàng, thời tiết.");
        let election = elect(&[&more, story, story]);
        assert_eq!(election.winner, 1, "two that agree outvote one that holds more");
        assert_eq!(elect(&[story, story, story]), Election { winner: 0, confidence: Some(100) });
        let split = elect(&[story, "Một bài khác hẳn về thời tiết", "Giá vàng"]);
        assert!(split.confidence.unwrap() < 50, "{split:?}");
    }

    #[test]
    fn who_found_nothing_has_no_vote() {
        assert_eq!(elect(&["a b c", "", ""]), Election { winner: 0, confidence: None });
        assert_eq!(elect(&["", "a b c", ""]), Election { winner: 1, confidence: None });
        assert_eq!(elect(&["a b c", "", "a b d"]).winner, 0);
        assert_eq!(elect(&["", "", ""]), Election { winner: 0, confidence: None });
        assert_eq!(elect(&[]), Election { winner: 0, confidence: None });
    }
}
