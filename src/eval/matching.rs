//! Which found mention is which labelled one. In: spans of both in one raw text. Out: one-to-one pairs.
//!
//! *Exact*: the same action span but for punctuation and blanks at its ends, and the same kind. *Relaxed*: the same
//! sentence, the same family of kinds, and half of the words shared (Dice), or one span holds the other with its head.
//! Pairs are taken in falling order of Dice, each side once.

use super::dataset::Gold;
use crate::config::topic::policy::Policy;
use crate::model::{Mention, Span};

/// Words of a raw text by their places, so that shared words are shared places.
#[derive(Debug)]
pub struct Places {
    words: Vec<Span>,
}

impl Places {
    /// The words of a text: runs of letters, digits and marks.
    pub fn of(text: &str) -> Self {
        let word =
            |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
        let mut words: Vec<Span> = Vec::new();
        for (at, c) in text.char_indices().filter(|(_, c)| word(*c)) {
            let end = at + c.len_utf8();
            match words.last_mut().filter(|last| last.end == at) {
                Some(last) => last.end = end,
                None => words.push(Span::new(at, end)),
            }
        }
        Self { words }
    }

    /// Numbers of the words that a span touches.
    pub fn within(&self, span: Span) -> std::ops::Range<usize> {
        let from = self.words.partition_point(|word| word.end <= span.start);
        let to = self.words.partition_point(|word| word.start < span.end);
        from..to.max(from)
    }

    /// Dice coefficient of the words of two spans.
    pub fn dice(&self, a: Span, b: Span) -> f64 {
        let (a, b) = (self.within(a), self.within(b));
        let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
        let all = a.len() + b.len();
        if all == 0 { 0.0 } else { 2.0 * shared as f64 / all as f64 }
    }

    /// Whether two spans hold the same words.
    pub fn same(&self, a: Span, b: Span) -> bool {
        self.within(a) == self.within(b)
    }
}

/// How well a found mention fits a labelled one; `None` where it does not.
pub fn fit(places: &Places, gold: &Gold, mention: &Mention) -> Option<f64> {
    let (ours, theirs) = (mention.action.span, gold.span);
    if !mention.quote.span.overlaps(theirs) && !ours.overlaps(theirs) {
        return None;
    }
    let dice = places.dice(ours, theirs);
    let (a, b) = (places.within(ours), places.within(theirs));
    let holds = a.start <= b.start && b.end <= a.end;
    let held = b.start <= a.start && a.end <= b.end && !a.is_empty();
    // The head of an action is its verb, which comes first, or the name of the text that it is about.
    let headed = a.start <= b.start + 1
        || mention.instrument.as_ref().is_some_and(|text| ours.contains(text.span));
    (dice >= 0.5 || holds || (held && headed)).then_some(dice)
}

/// Pairs of one text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Matching {
    /// For each labelled mention the found one.
    pub of_gold: Vec<Option<usize>>,
    /// For each found mention the labelled one.
    pub of_mention: Vec<Option<usize>>,
}

impl Matching {
    /// Labels with the mentions that were made of them and carry their numbers.
    pub fn by_number(golds: usize, numbers: impl Iterator<Item = u32>) -> Self {
        let of_mention: Vec<Option<usize>> = numbers
            .map(|number| usize::try_from(number).ok().filter(|gold| *gold < golds))
            .collect();
        let mut of_gold = vec![None; golds];
        for (mention, gold) in of_mention.iter().enumerate() {
            if let Some(gold) = *gold {
                of_gold[gold] = Some(mention);
            }
        }
        Self { of_gold, of_mention }
    }

    /// Takes pairs in falling order of their fit, each side once.
    fn greedy(golds: usize, mentions: usize, mut pairs: Vec<(Fit, usize, usize)>) -> Self {
        pairs.sort_by(|a, b| b.0.compare(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut matching = Self { of_gold: vec![None; golds], of_mention: vec![None; mentions] };
        for (_, gold, mention) in pairs {
            if matching.of_gold[gold].is_none() && matching.of_mention[mention].is_none() {
                matching.of_gold[gold] = Some(mention);
                matching.of_mention[mention] = Some(gold);
            }
        }
        matching
    }
}

/// What orders pairs: the fit itself, then labels that count, then copies last, then an equal stage.
#[derive(Debug, Clone, Copy)]
struct Fit {
    dice: f64,
    counts: bool,
    own: bool,
    staged: bool,
}

impl Fit {
    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        let rest = |fit: &Self| (fit.counts, fit.own, fit.staged);
        self.dice.total_cmp(&other.dice).then_with(|| rest(self).cmp(&rest(other)))
    }
}

fn fits(
    places: &Places,
    golds: &[Gold],
    mentions: &[Mention],
    may: impl Fn(usize, usize) -> bool,
) -> Matching {
    let mut pairs = Vec::new();
    for (at, gold) in golds.iter().enumerate() {
        for (number, mention) in mentions.iter().enumerate() {
            if !may(at, number) {
                continue;
            }
            if let Some(dice) = fit(places, gold, mention) {
                let fit = Fit {
                    dice,
                    counts: !gold.neutral,
                    own: !mention.duplicate && !mention.headline_only,
                    staged: gold.stage == mention.stage,
                };
                pairs.push((fit, at, number));
            }
        }
    }
    Matching::greedy(golds.len(), mentions.len(), pairs)
}

/// Relaxed pairs: the figure that counts.
pub fn relaxed(places: &Places, golds: &[Gold], mentions: &[Mention], policy: &Policy) -> Matching {
    fits(places, golds, mentions, |gold, mention| {
        let (gold, mention) = (&golds[gold], &mentions[mention]);
        gold.kind == mention.kind || policy.family(gold.kind).contains(&mention.kind)
    })
}

/// The relaxed pairs, and what is left matched by its words alone: the right act under another kind.
pub fn by_words(
    places: &Places,
    golds: &[Gold],
    mentions: &[Mention],
    relaxed: &Matching,
) -> Matching {
    let rest = fits(places, golds, mentions, |gold, mention| {
        relaxed.of_gold[gold].is_none() && relaxed.of_mention[mention].is_none()
    });
    let merged =
        |a: &[Option<usize>], b: &[Option<usize>]| a.iter().zip(b).map(|(a, b)| a.or(*b)).collect();
    Matching {
        of_gold: merged(&relaxed.of_gold, &rest.of_gold),
        of_mention: merged(&relaxed.of_mention, &rest.of_mention),
    }
}

/// Whether a found mention has the very span and kind of a labelled one.
pub fn is_exact(places: &Places, gold: &Gold, mention: &Mention) -> bool {
    gold.kind == mention.kind && places.same(gold.span, mention.action.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "They agreed to train border officers and share records of missing minors.";

    fn span(words: &str) -> Span {
        let at = TEXT.find(words).unwrap();
        Span::new(at, at + words.len())
    }

    #[test]
    fn dice_counts_shared_words_by_their_places() {
        let places = Places::of(TEXT);
        assert!(
            (places.dice(span("train border officers"), span("border officers and share"))
                - 4.0 / 7.0)
                .abs()
                < 1e-9
        );
        assert!(places.dice(span("train border"), span("share records")).abs() < 1e-9);
        assert!(places.same(span("missing minors"), span("missing minors.")));
    }

    #[test]
    fn marks_belong_to_their_letters() {
        assert_eq!(Places::of("hợp ta\u{301}c").words.len(), 2);
    }

    #[test]
    fn the_best_pairs_are_taken_first_and_each_side_once() {
        let fit = |dice| Fit { dice, counts: true, own: true, staged: false };
        let matching = Matching::greedy(
            2,
            2,
            vec![(fit(0.9), 0, 0), (fit(0.8), 1, 0), (fit(0.6), 1, 1), (fit(0.7), 0, 1)],
        );
        assert_eq!(matching.of_gold, [Some(0), Some(1)]);
        assert_eq!(matching.of_mention, [Some(0), Some(1)]);
    }

    #[test]
    fn labels_that_count_and_mentions_of_their_own_come_first() {
        let fit = |counts, own| Fit { dice: 0.8, counts, own, staged: false };
        let matching =
            Matching::greedy(2, 1, vec![(fit(false, true), 0, 0), (fit(true, true), 1, 0)]);
        assert_eq!(matching.of_gold, [None, Some(0)]);
        let matching =
            Matching::greedy(1, 2, vec![(fit(true, false), 0, 0), (fit(true, true), 0, 1)]);
        assert_eq!(matching.of_mention, [None, Some(0)]);
    }
}
