//! A labelled file from beginning to end. In: the data, the topic, settings, a clock. Out: a [`Report`].

use std::collections::BTreeMap;
use std::time::Duration;

use super::cases;
use super::dataset::{Case, Content, Dataset, Sample, Segmented};
use super::fields;
use super::figures::{percentile, rounded};
use super::perturb::Damage;
use super::report::{Cost, Levels, Oracle, Report};
use super::robustness::{Drop, Robustness};
use super::segments;
use super::trial::{self, Clock, Errors, Register, Seen, Settings, Trial};
use super::views::{self, Views};
use crate::config::topic::Topic;
use crate::ledger::replay;
use crate::model::Language;

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
    // The same answer twice is promised: the second run reads and judges everything for itself.
    let (first, again) = trial::at_once(
        || trial::run(samples, topic, settings, clock),
        || trial::run(samples, topic, settings, &|| Duration::ZERO).seen,
    );
    let Trial { seen, accounts, judged } = first;
    let views = Views::new(&seen, topic);
    let mut report = empty(topic, samples.len());
    report.register = views.labelled.then_some(match settings.register {
        Register::None => "none",
        Register::Shipped => "shipped",
        Register::Dated => "dated",
    });
    report.levels = views.whole();
    report.quote_integrity = views::quotes(seen.iter());
    report.deterministic = seen.iter().zip(&again).all(|(a, b)| same(a, b));
    report.idempotence =
        Some(replay::idempotence(&settings.register.ledger(topic), &accounts, &judged, topic));
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

/// The same articles under every sort of damage, two sorts at a time.
fn robustness(
    before: &Views<'_>,
    samples: &[Sample],
    topic: &Topic,
    settings: Settings,
) -> BTreeMap<&'static str, Robustness> {
    let whole = before.whole();
    let measured = |damage: Damage| {
        let damaged = damage.apply(samples, topic);
        let old: BTreeMap<&str, &Sample> =
            samples.iter().map(|sample| (sample.id.as_str(), sample)).collect();
        let same = |one: &&Sample| {
            old.get(one.id.as_str())
                .is_some_and(|old| old.text == one.text && old.arrival == one.arrival)
        };
        let changed = damaged.len() - damaged.iter().filter(same).count();
        let seen = trial::run(&damaged, topic, settings, &|| Duration::ZERO).seen;
        let after = Views::new(&seen, topic);
        let turned = after.turned_since(before);
        Robustness {
            changed,
            drop: Drop::of(&whole, &after.whole(), &turned),
            flips: turned.flips,
            of: turned.of,
            harmless: damage.is_harmless(),
            alerts: (before.alerts(), after.alerts()),
        }
    };
    let pairs = Damage::ALL.chunks(2).flat_map(|pair| {
        let (one, other) = trial::at_once(|| measured(pair[0]), || measured(pair[1]));
        [(pair[0].as_str(), one), (pair[1].as_str(), other)]
    });
    pairs.collect()
}

/// Whether two runs read and judged the same.
fn same(a: &Seen<'_>, b: &Seen<'_>) -> bool {
    a.reading.relevance == b.reading.relevance
        && a.reading.mentions == b.reading.mentions
        && a.judged == b.judged
        && a.fetched == b.fetched
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

/// Work with the time it took.
fn timed<T>(clock: Clock<'_>, work: impl FnOnce() -> T) -> (T, Duration) {
    let started = clock();
    let done = work();
    (done, clock().saturating_sub(started))
}

fn sentences(all: &[Case], topic: &Topic, clock: Clock<'_>, errors: bool) -> Report {
    let answer = || cases::answer(all, topic);
    let ((answers, took), again) = trial::at_once(|| timed(clock, answer), answer);
    let mut report = empty(topic, all.len());
    report.levels.sentences = cases::score(&answers, None);
    report.quote_integrity = fields::quotes(
        answers.iter().map(|answer| (answer.case.text.as_str(), answer.found.as_slice())),
    );
    report.deterministic = answers == again;
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
    let cut = || segments::cut(texts, &topic.words);
    let ((cuts, took), again) = trial::at_once(|| timed(clock, cut), || segments::score(&cut()));
    let mut report = empty(topic, texts.len());
    report.levels.segments = segments::score(&cuts);
    report.deterministic = report.levels.segments == again;
    report.cost = average(took, texts.len(), texts.iter().map(|one| one.text.len()).sum());
    report.misses = errors.then(|| segments::misses(&cuts));
    report
}

/// The cost of items that are not timed one by one.
fn average(took: Duration, items: usize, bytes: usize) -> Cost {
    let each = took.checked_div(u32::try_from(items).unwrap_or(u32::MAX)).unwrap_or_default();
    cost(vec![each; items], bytes)
}
