//! A labelled file from beginning to end. In: the data, the topic, settings, a clock. Out: a [`Report`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::account::{Account, Heard};
use super::cases;
use super::clusters::{self, Placed};
use super::dataset::{Case, Content, Dataset, Sample, Segmented};
use super::fields::{self, Pair};
use super::figures::{percentile, rounded};
use super::matching::{Matching, by_words};
use super::mentions::{self, Paired};
use super::miss::Miss;
use super::names::Names;
use super::oracle;
use super::perturb::Damage;
use super::relevance;
use super::report::{Cost, Levels, Oracle, Report};
use super::robustness::{self, Drop, Robustness, Turned};
use super::segments;
use super::slips;
use super::stream;
use super::trial::{self, Clock, Errors, Register, Seen, Settings, Trial};
use crate::config::topic::Topic;
use crate::ledger::replay;
use crate::model::{AlertLevel, InstrumentId, Language};
use crate::store::JudgedMention;

/// Measures a labelled file. The file is run twice, to see whether the program answers the same.
pub fn evaluate(data: &Dataset, topic: &Topic, settings: Settings, clock: Clock<'_>) -> Report {
    let errors = settings.errors != Errors::None;
    let mut report = match &data.content {
        Content::Articles(samples) => articles(samples, topic, settings, clock),
        Content::Cases(all) => sentences(all, topic, clock, errors),
        Content::Segments(texts) => segmented(texts, topic, clock, errors),
    };
    report.set.clone_from(&data.name);
    report.format = data.format.as_str();
    report
}

fn empty(topic: &Topic, items: usize) -> Report {
    Report {
        set: String::new(),
        format: "",
        rules: topic.rules_version.clone(),
        register: None,
        items,
        levels: Levels::default(),
        quote_integrity: None,
        deterministic: true,
        idempotence: None,
        oracle: Oracle::default(),
        slices: BTreeMap::new(),
        perturb: None,
        defects: BTreeMap::new(),
        cost: Cost::default(),
        misses: None,
    }
}

/// Relevance sets, annotated texts and streams.
fn articles(samples: &[Sample], topic: &Topic, settings: Settings, clock: Clock<'_>) -> Report {
    let Trial { seen, accounts } = trial::run(samples, topic, settings, clock);
    let again = trial::run(samples, topic, settings, clock).seen;
    let views = views(&seen, topic);
    let mut report = empty(topic, samples.len());
    report.register = views.labelled.then_some(match settings.register {
        Register::None => "none",
        Register::Shipped => "shipped",
        Register::Dated => "dated",
    });
    report.levels = views.whole();
    report.quote_integrity = quotes(seen.iter());
    report.deterministic = seen.iter().zip(&again).all(|(a, b)| same(a, b));
    report.idempotence =
        Some(replay::idempotence(&settings.register.ledger(topic), &accounts, topic));
    let (oracle, slips) = views.oracle(topic, settings);
    report.oracle = oracle;
    report.slices = slices(&seen, &views);
    report.perturb = settings.perturb.then(|| robustness(&views, samples, topic, settings));
    for defect in seen.iter().flat_map(|one| &one.defects) {
        *report.defects.entry(defect.as_str()).or_default() += 1;
    }
    let took = seen.iter().map(|one| one.took).collect();
    report.cost = cost(took, samples.iter().map(|sample| sample.text.len()).sum());
    report.misses = match settings.errors {
        Errors::None => None,
        Errors::Own => Some(views.misses()),
        Errors::Oracle => Some(slips),
    };
    report
}

/// The same articles under every sort of damage.
fn robustness(
    before: &Views<'_>,
    samples: &[Sample],
    topic: &Topic,
    settings: Settings,
) -> BTreeMap<&'static str, Robustness> {
    let mut costs = BTreeMap::new();
    for damage in Damage::ALL {
        let damaged = damage.apply(samples, topic);
        let old: BTreeMap<&str, &Sample> =
            samples.iter().map(|sample| (sample.id.as_str(), sample)).collect();
        let same = |one: &&Sample| {
            old.get(one.id.as_str())
                .is_some_and(|old| old.text == one.text && old.arrival == one.arrival)
        };
        let changed = damaged.len() - damaged.iter().filter(same).count();
        let seen = trial::run(&damaged, topic, settings, &|| Duration::ZERO).seen;
        let after = views(&seen, topic);
        let turned = after.turned_since(before);
        costs.insert(
            damage.as_str(),
            Robustness {
                changed,
                drop: Drop::of(&before.whole(), &after.whole(), &turned),
                flips: turned.flips,
                of: turned.of,
                harmless: damage.is_harmless(),
                alerts: (before.alerts(), after.alerts()),
            },
        );
    }
    costs
}

/// Verbatim quotes among all quotes of the mentions found.
fn quotes<'a>(seen: impl Iterator<Item = &'a Seen<'a>>) -> Option<f64> {
    fields::quotes(
        seen.map(|one| (one.reading.article.text.as_str(), one.reading.mentions.as_slice())),
    )
}

/// Whether two runs read and judged the same.
fn same(a: &Seen<'_>, b: &Seen<'_>) -> bool {
    a.reading.relevance == b.reading.relevance
        && a.reading.mentions == b.reading.mentions
        && a.judged == b.judged
        && a.fetched == b.fetched
}

/// Everything that is scored, paired once.
struct Views<'a> {
    seen: &'a [Seen<'a>],
    paired: Vec<Paired<'a>>,
    words: Vec<Matching>,
    names: Names,
    /// Whether mentions are labelled at all; a relevance set has none.
    labelled: bool,
}

fn views<'a>(seen: &'a [Seen<'a>], topic: &Topic) -> Views<'a> {
    let paired: Vec<Paired<'a>> = seen
        .iter()
        .map(|one| {
            Paired::of(&one.sample.text, &one.sample.golds, &one.reading.mentions, &topic.policy)
        })
        .collect();
    let words = paired
        .iter()
        .map(|one| by_words(&one.places, one.golds, one.mentions, &one.matching))
        .collect();
    let labelled = seen.iter().any(|one| !one.sample.golds.is_empty());
    let mut views = Views { seen, paired, words, names: Names::default(), labelled };
    let pairs: Vec<Pair<'_>> = (0..seen.len()).flat_map(|at| views.pairs(at)).collect();
    let register: BTreeSet<InstrumentId> =
        topic.instruments.iter().map(|known| known.instrument.id.clone()).collect();
    let names = Names::learn(register, pairs.iter());
    drop(pairs);
    views.names = names;
    views
}

impl<'a> Views<'a> {
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
    fn levels(&self, articles: &[usize]) -> Levels {
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
    fn oracle(&self, topic: &Topic, settings: Settings) -> (Oracle, Vec<Miss>) {
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

    fn whole(&self) -> Levels {
        self.levels(&(0..self.seen.len()).collect::<Vec<_>>())
    }

    fn alerts(&self) -> usize {
        let judged = self.seen.iter().flat_map(|one| &one.judged);
        judged.filter(|one| one.told > AlertLevel::None).count()
    }

    /// Labelled acts, or decisions where no acts are labelled, that turned out otherwise than before; and of how many.
    fn turned_since(&self, before: &Views<'_>) -> Turned {
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

    fn misses(&self) -> Vec<Miss> {
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

/// The levels by language, and for clean and dirty texts.
fn slices(seen: &[Seen<'_>], views: &Views<'_>) -> BTreeMap<String, Levels> {
    let names = ["en", "vi", "clean", "dirty"];
    let belongs = |one: &Seen<'_>, name: &str| match name {
        "clean" => one.defects.is_empty(),
        "dirty" => !one.defects.is_empty(),
        tag => one.language().is_some_and(|language| language.tag() == tag),
    };
    let mut slices = BTreeMap::new();
    for name in names {
        let own: Vec<usize> = (0..seen.len()).filter(|at| belongs(&seen[*at], name)).collect();
        if !own.is_empty() {
            slices.insert(name.to_owned(), views.levels(&own));
        }
    }
    slices
}

fn cost(took: Vec<Duration>, bytes: usize) -> Cost {
    let mut milliseconds: Vec<f64> = took.iter().map(|took| took.as_secs_f64() * 1000.0).collect();
    let whole: f64 = milliseconds.iter().sum();
    let count = milliseconds.len();
    Cost {
        ms_p50: percentile(&mut milliseconds, 50),
        ms_p99: percentile(&mut milliseconds, 99),
        per_second: (whole > 0.0).then(|| rounded(count as f64 * 1000.0 / whole)),
        bytes: bytes.checked_div(count).unwrap_or(0),
    }
}

fn sentences(all: &[Case], topic: &Topic, clock: Clock<'_>, errors: bool) -> Report {
    let started = clock();
    let answers = cases::answer(all, topic);
    let took = clock().saturating_sub(started);
    let mut report = empty(topic, all.len());
    report.levels.sentences = cases::score(&answers, None);
    report.quote_integrity = fields::quotes(
        answers.iter().map(|answer| (answer.case.text.as_str(), answer.found.as_slice())),
    );
    report.deterministic = answers == cases::answer(all, topic);
    for (name, language) in [("en", Language::En), ("vi", Language::Vi)] {
        let levels =
            Levels { sentences: cases::score(&answers, Some(language)), ..Levels::default() };
        if levels.sentences.is_some() {
            report.slices.insert(name.to_owned(), levels);
        }
    }
    report.cost = average(took, all.len(), all.iter().map(|case| case.text.len()).sum());
    report.misses = errors.then(|| cases::misses(&answers));
    report
}

fn segmented(texts: &[Segmented], topic: &Topic, clock: Clock<'_>, errors: bool) -> Report {
    let started = clock();
    let cuts = segments::cut(texts, &topic.words);
    let took = clock().saturating_sub(started);
    let mut report = empty(topic, texts.len());
    report.levels.segments = segments::score(&cuts);
    report.deterministic =
        report.levels.segments == segments::score(&segments::cut(texts, &topic.words));
    report.cost = average(took, texts.len(), texts.iter().map(|one| one.text.len()).sum());
    report.misses = errors.then(|| segments::misses(&cuts));
    report
}

/// The cost of items that are not timed one by one.
fn average(took: Duration, items: usize, bytes: usize) -> Cost {
    let each = took.checked_div(u32::try_from(items).unwrap_or(u32::MAX)).unwrap_or_default();
    cost(vec![each; items], bytes)
}
