//! L1: are the right mentions found, and no others?

use serde::Serialize;

use super::dataset::Gold;
use super::figures::{Prf, mean};
use super::matching::{Matching, Places, is_exact, relaxed};
use super::miss::{Level, Miss};
use super::trial::Seen;
use crate::config::topic::policy::Policy;
use crate::model::{Framing, Mention};

/// Mentions of all articles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mentions {
    /// Same span, same kind.
    pub exact: Prf,
    /// Same sentence, same family of kinds, half of the words: the figure that counts.
    pub relaxed: Prf,
    /// The same without past acts and reports.
    pub relaxed_news: Prf,
    /// The right sentence was flagged.
    pub sentence: Prf,
    /// Mean F1 of articles, so that long lists do not decide alone.
    pub macro_f: Option<f64>,
    /// Labelled mentions that are lost inside another found one.
    pub under_split: usize,
    /// Found mentions that are a part of an already matched one.
    pub over_split: usize,
}

/// Labels and findings of one article.
pub struct Paired<'a> {
    pub golds: &'a [Gold],
    pub mentions: &'a [Mention],
    pub places: Places,
    pub matching: Matching,
}

impl<'a> Paired<'a> {
    pub fn of(text: &str, golds: &'a [Gold], mentions: &'a [Mention], policy: &Policy) -> Self {
        let places = Places::of(text);
        let matching = relaxed(&places, golds, mentions, policy);
        Self { golds, mentions, places, matching }
    }

    /// Whether a found mention that is matched to nothing is an error: not a copy, not a headline, and not beside a
    /// label that is left open.
    pub fn is_extra(&self, at: usize) -> bool {
        let mention = &self.mentions[at];
        self.matching.of_mention[at].is_none()
            && !self.is_silent(mention)
            && !self
                .golds
                .iter()
                .any(|gold| gold.neutral && self.places.dice(gold.span, mention.action.span) > 0.0)
    }

    /// Copies and headlines are never the only evidence.
    fn is_silent(&self, mention: &Mention) -> bool {
        mention.duplicate || mention.headline_only
    }

    /// The labelled mentions that count, with what was found for each.
    pub fn counted(&self) -> impl Iterator<Item = (&'a Gold, Option<&'a Mention>)> + '_ {
        self.golds.iter().enumerate().filter(|(_, gold)| !gold.neutral).map(|(at, gold)| {
            (gold, self.matching.of_gold[at].map(|mention| &self.mentions[mention]))
        })
    }

    /// The pairs that count.
    pub fn pairs(&self) -> impl Iterator<Item = (&'a Gold, &'a Mention)> + '_ {
        self.counted().filter_map(|(gold, mention)| Some((gold, mention?)))
    }

    /// Extra mentions.
    pub fn extras(&self) -> impl Iterator<Item = &'a Mention> + '_ {
        (0..self.mentions.len()).filter(|at| self.is_extra(*at)).map(|at| &self.mentions[at])
    }
}

/// Whether a found mention is presented as past or as a report.
pub fn is_background(mention: &Mention) -> bool {
    matches!(mention.framing, Framing::Background | Framing::Report)
}

#[derive(Default)]
struct Counts {
    relaxed: (usize, usize, usize),
    news: (usize, usize, usize),
    exact: (usize, usize, usize),
    sentence: (usize, usize, usize),
    under: usize,
    over: usize,
}

impl Counts {
    fn add(&mut self, paired: &Paired<'_>) {
        for (gold, mention) in paired.counted() {
            let found = mention.is_some();
            self.relaxed.0 += usize::from(found);
            self.relaxed.2 += usize::from(!found);
            if !gold.is_background() {
                self.news.0 += usize::from(found);
                self.news.2 += usize::from(!found);
            }
            let exact = paired.mentions.iter().any(|one| is_exact(&paired.places, gold, one));
            self.exact.0 += usize::from(exact);
            self.exact.2 += usize::from(!exact);
            let flagged = paired.mentions.iter().any(|one| one.quote.span.overlaps(gold.span));
            self.sentence.0 += usize::from(flagged);
            self.sentence.2 += usize::from(!flagged);
            self.under += usize::from(!found && self.is_swallowed(paired, gold));
        }
        for extra in paired.extras() {
            self.relaxed.1 += 1;
            self.news.1 += usize::from(!is_background(extra));
            let labelled = paired.golds.iter().any(|gold| extra.quote.span.overlaps(gold.span));
            self.sentence.1 += usize::from(!labelled);
            self.over +=
                usize::from(paired.pairs().any(|(gold, _)| extra.action.span.overlaps(gold.span)));
        }
        let counted = |mention: &&Mention| !mention.duplicate && !mention.headline_only;
        let shown = paired.mentions.iter().filter(counted);
        let exact = |mention: &&Mention| {
            !paired.golds.iter().any(|gold| {
                is_exact(&paired.places, gold, mention)
                    || (gold.neutral && paired.places.dice(gold.span, mention.action.span) > 0.0)
            })
        };
        self.exact.1 += shown.filter(exact).count();
    }

    fn is_swallowed(&self, paired: &Paired<'_>, gold: &Gold) -> bool {
        paired.pairs().any(|(_, mention)| mention.action.span.overlaps(gold.span))
    }
}

/// Scores L1.
pub fn score<'p>(articles: impl Iterator<Item = &'p Paired<'p>>) -> Option<Mentions> {
    let mut counts = Counts::default();
    let mut of_articles = Vec::new();
    let mut all = 0;
    for paired in articles {
        all += 1;
        counts.add(paired);
        let mut own = Counts::default();
        own.add(paired);
        let (tp, fp, misses) = own.relaxed;
        of_articles.extend(Prf::of(tp, fp, misses).f);
    }
    let prf = |(tp, fp, misses): (usize, usize, usize)| Prf::of(tp, fp, misses);
    (all > 0).then(|| Mentions {
        exact: prf(counts.exact),
        relaxed: prf(counts.relaxed),
        relaxed_news: prf(counts.news),
        sentence: prf(counts.sentence),
        macro_f: mean(of_articles),
        under_split: counts.under,
        over_split: counts.over,
    })
}

/// Every mention missed or found in excess.
pub fn misses(seen: &Seen<'_>, paired: &Paired<'_>) -> Vec<Miss> {
    let text = &seen.sample.text;
    let mut found = Vec::new();
    for (gold, mention) in paired.counted() {
        if mention.is_some() {
            continue;
        }
        let near: Vec<&Mention> =
            paired.mentions.iter().filter(|one| one.quote.span.overlaps(gold.span)).collect();
        let got: Vec<String> = near
            .iter()
            .map(|one| format!("{} {} “{}”", one.kind, one.stage, one.action.text))
            .collect();
        found.push(Miss {
            level: Level::Mentions,
            what: "missed".to_owned(),
            id: gold.id.clone(),
            text: text[gold.span.range()].to_owned(),
            expected: format!("{} {}", gold.kind, gold.stage),
            got: if got.is_empty() {
                "nothing in this sentence".to_owned()
            } else {
                got.join("; ")
            },
            label: gold.why.clone(),
            why: near.iter().flat_map(|one| one.reasons.iter().cloned()).collect(),
        });
    }
    for extra in paired.extras() {
        found.push(Miss {
            level: Level::Mentions,
            what: "extra".to_owned(),
            id: seen.sample.id.clone(),
            text: extra.action.text.clone(),
            expected: "nothing".to_owned(),
            got: format!("{} {} {}", extra.kind, extra.stage, extra.framing),
            label: String::new(),
            why: extra.reasons.clone(),
        });
    }
    found
}
