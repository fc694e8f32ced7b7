//! The report of a labelled file, as `--json` writes it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cases::Cases;
use super::clusters::Clusters;
use super::fields::Fields;
use super::mentions::Mentions;
use super::miss::Miss;
use super::relevance::Relevance;
use super::robustness::Robustness;
use super::segments::Segments;
use super::stream::Stream;

/// All that was measured on one file. What does not apply is left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Name of the file without its ending.
    pub set: String,
    /// `relevance`, `sentences`, `texts`, `stream` or `segments`.
    pub format: &'static str,
    /// Version of the topic's rules.
    pub rules: String,
    /// What the ledger knew at the start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<&'static str>,
    /// Articles, sentences or texts.
    pub items: usize,
    /// The levels over the whole file.
    #[serde(flatten)]
    pub levels: Levels,
    /// Verbatim quotes among all quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote_integrity: Option<f64>,
    /// Whether a second run gave the same.
    pub deterministic: bool,
    /// Verdicts and entries that come out the same, byte for byte, when everything is judged again with the ledger stored
    /// and restored after every article; of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idempotence: Option<f64>,
    /// The levels with the levels before them perfect, so that a loss is told apart from those before it.
    #[serde(skip_serializing_if = "Oracle::is_empty")]
    pub oracle: Oracle,
    /// The levels for `en`, `vi`, `clean` and `dirty` texts.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub slices: BTreeMap<String, Levels>,
    /// What damage costs, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub perturb: Option<BTreeMap<&'static str, Robustness>>,
    /// Faults of texts, with the number of texts that have them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub defects: BTreeMap<&'static str, usize>,
    /// What it cost.
    pub cost: Cost,
    /// Every miss, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub misses: Option<Vec<Miss>>,
}

impl Report {
    /// Sorts of damage that must change nothing and did, with the number of verdicts that turned.
    pub fn harmed(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        let all = self.perturb.iter().flatten();
        all.filter(|(_, one)| one.harmless && one.flips > 0).map(|(name, one)| (*name, one.flips))
    }
}

/// The levels.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Levels {
    /// Articles.
    #[serde(rename = "L0", skip_serializing_if = "Option::is_none")]
    pub relevance: Option<Relevance>,
    /// Mentions.
    #[serde(rename = "L1", skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Mentions>,
    /// Fields.
    #[serde(rename = "L2", skip_serializing_if = "Option::is_none")]
    pub fields: Option<Fields>,
    /// Grouping.
    #[serde(rename = "L3", skip_serializing_if = "Option::is_none")]
    pub clusters: Option<Clusters>,
    /// Verdicts and alerts.
    #[serde(rename = "L4", skip_serializing_if = "Option::is_none")]
    pub stream: Option<Stream>,
    /// Single sentences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentences: Option<Cases>,
    /// Segments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<Segments>,
}

/// Levels with perfect input.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Oracle {
    /// Mentions of all relevant articles, kept or not.
    #[serde(rename = "L1", skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Mentions>,
    /// Grouping of the labelled mentions.
    #[serde(rename = "L3", skip_serializing_if = "Option::is_none")]
    pub clusters: Option<Clusters>,
    /// Verdicts on the labelled mentions.
    #[serde(rename = "L4", skip_serializing_if = "Option::is_none")]
    pub stream: Option<Stream>,
}

impl Oracle {
    /// Whether nothing could be measured.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Time and size.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Cost {
    /// Milliseconds for an article, median.
    pub ms_p50: Option<f64>,
    /// Milliseconds for an article, 99th percentile.
    pub ms_p99: Option<f64>,
    /// Articles in a second.
    pub per_second: Option<f64>,
    /// Mean size of an article.
    pub bytes: usize,
}
