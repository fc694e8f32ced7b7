//! What was seen in a trial beside the labels, paired once and scored as often as there are slices. In: the articles as
//! read and judged. Out: levels, misses, and what turned since another trial.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Account, Heard};
use super::clusters::{self, Placed};
use super::fields::{self, Pair};
use super::matching::{Matching, by_words};
use super::mentions::{self, Paired};
use super::miss::Miss;
use super::names::Names;
use super::oracle;
use super::relevance;
use super::report::{Levels, Oracle};
use super::robustness::{self, Turned};
use super::slips;
use super::stream;
use super::trial::{Seen, Settings};
use crate::config::topic::Topic;
use crate::model::{AlertLevel, InstrumentId};
use crate::store::JudgedMention;

/// Everything that is scored, paired once.
pub struct Views<'a> {
    seen: &'a [Seen<'a>],
    paired: Vec<Paired<'a>>,
    words: Vec<Matching>,
    names: Names,
    /// Whether mentions are labelled at all; a relevance set has none.
    pub labelled: bool,
}

impl<'a> Views<'a> {
    /// Pairs what was found with the labels.
    pub fn new(seen: &'a [Seen<'a>], topic: &Topic) -> Self {
        let paired: Vec<Paired<'a>> = seen
            .iter()
            .map(|one| {
                let (text, golds) = (&one.sample.text, &one.sample.golds);
                Paired::of(text, golds, &one.reading.mentions, &topic.policy)
            })
            .collect();
        let words = paired
            .iter()
            .map(|one| by_words(&one.places, one.golds, one.mentions, &one.matching))
            .collect();
        let labelled = seen.iter().any(|one| !one.sample.golds.is_empty());
        let mut views = Self { seen, paired, words, names: Names::default(), labelled };
        let pairs: Vec<Pair<'_>> = (0..seen.len()).flat_map(|at| views.pairs(at)).collect();
        let register: BTreeSet<InstrumentId> =
            topic.instruments.iter().map(|known| known.instrument.id.clone()).collect();
        let names = Names::learn(register, pairs.iter());
        drop(pairs);
        views.names = names;
        views
    }

    /// Matched pairs of one article.
    fn pairs(&self, at: usize) -> Vec<Pair<'_>> {
        let (seen, paired) = (&self.seen[at], &self.paired[at]);
        let source_date = seen.reading.article.published.map(|published| published.date);
        let of_gold = paired.matching.of_gold.iter().enumerate();
        of_gold
            .filter(|(gold, _)| !paired.golds[*gold].neutral)
            .filter_map(|(gold, mention)| {
                let mention = (*mention)?;
                Some(Pair {
                    gold: &paired.golds[gold],
                    mention: &paired.mentions[mention],
                    linked: seen.linked.get(mention).and_then(Option::as_ref),
                    source_date,
                })
            })
            .collect()
    }

    fn heard(&self, at: usize) -> Heard<'_> {
        let (seen, paired) = (&self.seen[at], &self.paired[at]);
        Heard {
            id: &seen.sample.id,
            arrived: seen.arrived,
            golds: paired.golds,
            judged: &seen.judged,
            relaxed: &paired.matching,
            words: &self.words[at],
            places: &paired.places,
        }
    }

    /// Matched mentions of one article with their entries.
    fn placed(&self, at: usize, matching: &Matching, judged: &[JudgedMention]) -> Vec<Placed> {
        let (seen, paired) = (&self.seen[at], &self.paired[at]);
        let placed = paired.golds.iter().enumerate().filter_map(|(gold, label)| {
            let mention = matching.of_gold[gold].filter(|_| !label.neutral)?;
            let verdict = judged[mention].verdict.as_ref();
            let entry = verdict.and_then(|verdict| verdict.commitment.as_ref());
            Some(Placed {
                cluster: label.cluster.clone()?,
                entry: entry.map(ToString::to_string),
                language: seen.language(),
            })
        });
        placed.collect()
    }

    /// The levels over some of the articles.
    pub fn levels(&self, articles: &[usize]) -> Levels {
        let seen: Vec<&Seen<'_>> = articles.iter().map(|at| &self.seen[*at]).collect();
        let mut levels = Levels { relevance: relevance::score(&seen), ..Levels::default() };
        if !self.labelled {
            return levels;
        }
        let paired = articles.iter().map(|at| &self.paired[*at]);
        levels.mentions = mentions::score(paired);
        let pairs: Vec<Pair<'_>> = articles.iter().flat_map(|at| self.pairs(*at)).collect();
        levels.fields = fields::score(&pairs.iter().collect::<Vec<_>>(), &self.names);
        if let Some(fields) = &mut levels.fields {
            fields.quote_integrity = quotes(seen.iter().copied());
        }
        let placed: Vec<Placed> = articles
            .iter()
            .flat_map(|&at| self.placed(at, &self.paired[at].matching, &self.seen[at].judged))
            .collect();
        levels.clusters = clusters::score(&placed);
        let heard: Vec<Heard<'_>> = articles.iter().map(|at| self.heard(*at)).collect();
        levels.stream = stream::score(&Account::of(&heard));
        levels
    }

    /// Each level with the levels before it perfect: L1 on what would have been found had relevance kept every article,
    /// L3 and L4 on the labelled mentions.
    pub fn oracle(&self, topic: &Topic, settings: Settings) -> (Oracle, Vec<Miss>) {
        if !self.labelled {
            return (Oracle::default(), Vec::new());
        }
        let paired: Vec<Paired<'_>> = self
            .seen
            .iter()
            .map(|one| {
                Paired::of(&one.sample.text, &one.sample.golds, one.all_mentions(), &topic.policy)
            })
            .collect();
        let matchings: Vec<&Matching> = paired.iter().map(|one| &one.matching).collect();
        let judged = oracle::judge(self.seen, &matchings, topic, settings);
        let own: Vec<Matching> = self
            .seen
            .iter()
            .zip(&judged)
            .map(|(one, judged)| {
                let numbers = judged.iter().map(|one| one.mention.ordinal);
                Matching::by_number(one.sample.golds.len(), numbers)
            })
            .collect();
        let heard: Vec<Heard<'_>> = (0..self.seen.len())
            .map(|at| Heard {
                judged: &judged[at],
                relaxed: &own[at],
                words: &own[at],
                ..self.heard(at)
            })
            .collect();
        let placed: Vec<Placed> =
            (0..self.seen.len()).flat_map(|at| self.placed(at, &own[at], &judged[at])).collect();
        let account = Account::of(&heard);
        let oracle = Oracle {
            mentions: mentions::score(paired.iter()),
            clusters: clusters::score(&placed),
            stream: stream::score(&account),
        };
        (oracle, slips::misses(&account))
    }

    fn all_heard(&self) -> Vec<Heard<'_>> {
        (0..self.seen.len()).map(|at| self.heard(at)).collect()
    }

    /// The levels over all articles.
    pub fn whole(&self) -> Levels {
        self.levels(&(0..self.seen.len()).collect::<Vec<_>>())
    }

    /// How many mentions were told.
    pub fn alerts(&self) -> usize {
        let judged = self.seen.iter().flat_map(|one| &one.judged);
        judged.filter(|one| one.told > AlertLevel::None).count()
    }

    /// Labelled acts, or decisions where no acts are labelled, that turned out otherwise than before; and of how many.
    pub fn turned_since(&self, before: &Views<'_>) -> Turned {
        if self.labelled {
            let fates = |views: &Views<'_>| robustness::fates(&views.all_heard());
            return robustness::turned(&fates(before), &fates(self));
        }
        let kept: BTreeMap<&str, bool> =
            before.seen.iter().map(|one| (one.sample.id.as_str(), one.reading.is_kept())).collect();
        let turned = self
            .seen
            .iter()
            .filter(|one| kept.get(one.sample.id.as_str()) != Some(&one.reading.is_kept()));
        Turned { flips: turned.count(), of: self.seen.len(), verdict_acc: None }
    }

    /// Every miss, article by article.
    pub fn misses(&self) -> Vec<Miss> {
        let mut misses = relevance::misses(self.seen);
        if !self.labelled {
            return misses;
        }
        for (at, one) in self.seen.iter().enumerate() {
            misses.extend(mentions::misses(one, &self.paired[at]));
            misses.extend(fields::misses(&self.pairs(at), &self.names));
        }
        misses.extend(slips::misses(&Account::of(&self.all_heard())));
        misses
    }
}

/// Verbatim quotes among all quotes of the mentions found.
pub fn quotes<'a>(seen: impl Iterator<Item = &'a Seen<'a>>) -> Option<f64> {
    fields::quotes(
        seen.map(|one| (one.reading.article.text.as_str(), one.reading.mentions.as_slice())),
    )
}
