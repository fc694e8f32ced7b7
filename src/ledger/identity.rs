//! Whether a mention and an entry are the same commitment, tier by tier: by instrument, by general bucket, by
//! structure. Text likeness alone never decides: it separates acts of one shape, and it doubts.

use std::collections::{BTreeSet, HashMap};

use super::anchors::{Agreement, Clash};
use super::draft::Draft;
use super::grounds::Ground;
use super::likeness::{Circles, compare, may_compare};
use super::parties::Pair;
use super::shape::Shape;
use crate::model::{ArticleId, Fingerprint, InstrumentId, Language, Mention, PartialDate, Stage};

/// How sure it is that two are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// They are not.
    Different,
    /// A person must say.
    Unsure,
    /// They are.
    Same,
}

/// What made two the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The same text in the same role, or the same edition.
    Instrument,
    /// Parties, topics, words and details.
    Structure,
    /// The one entry for vague promises of a pair of agencies in a group of topics.
    Bucket,
    /// People say so.
    Person,
}

impl Tier {
    /// The letter used in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instrument => "A",
            Self::Structure => "C",
            Self::Bucket => "D",
            Self::Person => "correction",
        }
    }
}

/// One of many comparisons: what was measured, and nothing in words yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured<'d> {
    /// The entry.
    pub slot: usize,
    /// What it rests on.
    pub tier: Tier,
    /// The result.
    pub certainty: Certainty,
    /// Likeness of parties.
    pub pair: Pair,
    /// Likeness of topics.
    pub topics: Option<f64>,
    /// Likeness of words.
    pub words: Option<f64>,
    /// Agreement of details.
    pub anchors: Agreement<Clash<'d>>,
    /// The test that failed; `None` when none did.
    pub failed: Option<Ground<'d>>,
}

impl Measured<'_> {
    /// Orders candidates: certainty first, then all likeness together.
    fn rank(&self) -> (Certainty, f64) {
        let total = self.pair.score
            + self.topics.unwrap_or(0.3)
            + self.words.unwrap_or(0.1) * 2.0
            + if self.anchors == Agreement::Same { 0.5 } else { 0.0 };
        (self.certainty, total)
    }

    /// The same for readers.
    fn in_words(&self, draft: &Draft<'_>, subject: &Subject<'_>) -> Comparison {
        let shapes = (&subject.shape, draft.shape(self.slot));
        let failed = self.failed.map(|ground| ground.in_words(self, shapes, draft.policy));
        Comparison {
            slot: self.slot,
            tier: self.tier,
            certainty: self.certainty,
            pair: self.pair,
            topics: self.topics,
            words: self.words,
            anchors: match self.anchors {
                Agreement::Silent => Agreement::Silent,
                Agreement::Same => Agreement::Same,
                Agreement::Differs(clash) => Agreement::Differs(clash.in_words()),
                Agreement::Conflict(clash) => Agreement::Conflict(clash.in_words()),
            },
            failed: failed.unwrap_or_default(),
        }
    }
}

/// One comparison, with everything that was measured, for a verdict and its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The entry.
    pub slot: usize,
    /// What it rests on.
    pub tier: Tier,
    /// The result.
    pub certainty: Certainty,
    /// Likeness of parties.
    pub pair: Pair,
    /// Likeness of topics.
    pub topics: Option<f64>,
    /// Likeness of words.
    pub words: Option<f64>,
    /// Agreement of details.
    pub anchors: Agreement<String>,
    /// The test that failed, in words; empty when none did.
    pub failed: String,
}

impl Comparison {
    /// A match by instrument: nothing else was measured.
    pub fn by_instrument(slot: usize) -> Self {
        Self::unmeasured(slot, Tier::Instrument)
    }

    /// A match that people made.
    pub fn by_person(slot: usize) -> Self {
        Self::unmeasured(slot, Tier::Person)
    }

    fn unmeasured(slot: usize, tier: Tier) -> Self {
        Self {
            slot,
            tier,
            certainty: Certainty::Same,
            pair: Pair { score: 1.0, subset: true, conflict: false },
            topics: None,
            words: None,
            anchors: Agreement::Silent,
            failed: String::new(),
        }
    }
}

/// A mention with what the comparison needs of it.
pub struct Subject<'a> {
    /// The mention.
    pub mention: &'a Mention,
    /// What it is known by.
    pub fingerprint: Fingerprint,
    /// Its shape.
    pub shape: Shape,
    /// The text it is content of, once linked.
    pub content_of: Option<InstrumentId>,
    /// The article.
    pub article: ArticleId,
    /// Its language.
    pub language: Option<Language>,
    /// The stage that counts for its entry: the mention's own, unless the article around it says more.
    pub stage: Stage,
    /// When the act happened; the article's date where the text says nothing, or a day to come.
    pub event_date: Option<PartialDate>,
}

/// The best candidate and the best of those not taken.
pub struct Found {
    /// The best one that is the same or may be.
    pub best: Option<Comparison>,
    /// The nearest other one.
    pub nearest: Option<Comparison>,
}

/// Looks for the entry that the mention is about. Entries in `barred` are not it, whatever they resemble: people said so.
pub fn find(draft: &Draft<'_>, subject: &Subject<'_>, barred: &BTreeSet<usize>) -> Found {
    let family = draft.policy.family(subject.shape.kind);
    // Most entries are of a few circles.
    let mut circles: HashMap<u64, Circles> = HashMap::new();
    let mut all: Vec<Measured<'_>> = Vec::new();
    for slot in draft.candidates(&subject.shape) {
        if !may_compare(draft.entry(slot), subject, &family) {
            continue;
        }
        let there = draft.shape(slot);
        let circles =
            circles.entry(there.circle).or_insert_with(|| Circles::compare(subject, there));
        let mut measured = compare(draft, subject, slot, *circles);
        if barred.contains(&draft.host(slot)) {
            measured.certainty = Certainty::Different;
            measured.failed = Some(Ground::Person);
        }
        all.push(measured);
    }
    // Slots are in order of age, and the sort is stable: the older entry wins a tie.
    all.sort_by(|a, b| {
        let (a, b) = (a.rank(), b.rank());
        b.0.cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
    if subject.shape.is_bare() {
        ask_once(draft, &mut all);
    }
    let mut all = all.iter().map(|measured| measured.in_words(draft, subject));
    match all.next() {
        Some(best) if best.certainty != Certainty::Different => {
            Found { best: Some(best), nearest: all.next() }
        }
        nearest => Found { best: None, nearest },
    }
}

/// A vague mention that could be this or that raises one question, not one a day: where the question has been asked,
/// it belongs to the provisional entry that asks it.
fn ask_once(draft: &Draft<'_>, all: &mut [Measured<'_>]) {
    if all.first().is_none_or(|best| best.certainty != Certainty::Unsure) {
        return;
    }
    let asked = all.iter().position(|other| {
        other.certainty == Certainty::Unsure && draft.entry(other.slot).maybe_same_as.is_some()
    });
    if let Some(at) = asked {
        all[..=at].rotate_right(1);
        all[0].certainty = Certainty::Same;
    }
}
