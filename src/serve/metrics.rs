//! All figures, and the text in which Prometheus reads them. What a figure is called, what it means and what its label
//! says is one line of [`METRICS`]; docs/operate.md has the same table, and a test compares the two.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::pipeline::audit;
use crate::pipeline::vitals::{Loop, Vitals};
use crate::store::{self, Status, Store, StoreError, Trouble};

/// What the text is, for the one who asked.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How a figure moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It goes up and down.
    Gauge,
    /// It only grows, and begins again at a restart where it counts since the start; `_total` is added to its name.
    Counter,
}

/// One figure.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name without `pledgewatch_` and `_total`.
    pub name: &'static str,
    /// How it moves.
    pub kind: Kind,
    /// What it tells apart; none for a single figure.
    pub label: Option<&'static str>,
    /// What it means.
    pub help: &'static str,
}

impl Metric {
    /// The name under which it is found in Prometheus.
    pub fn full_name(&self) -> String {
        let end = if self.kind == Kind::Counter { "_total" } else { "" };
        format!("pledgewatch_{}{end}", self.name)
    }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, label: None, help }
}

const fn gauges(name: &'static str, label: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, label: Some(label), help }
}

const fn counter(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, label: None, help }
}

const fn counters(name: &'static str, label: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, label: Some(label), help }
}

/// All figures there are.
pub const METRICS: &[Metric] = &[
    gauges("build_info", "version", "The version that runs; always 1"),
    gauge("uptime_seconds", "How long the process runs"),
    gauge("resident_memory_bytes", "Memory of the process"),
    gauges("loop_still_seconds", "loop", "For how long each loop of the daemon has not moved"),
    gauge(
        "scheduler_lag_seconds",
        "How long the source that is longest overdue waits for its poll",
    ),
    counters("polls", "outcome", "Polls since the start by their outcome"),
    gauge("last_poll_timestamp_seconds", "When the latest poll ended"),
    gauge("last_good_poll_timestamp_seconds", "When the latest good poll ended"),
    gauges("sources", "health", "Enabled sources by health"),
    counter("new_entries", "Entries met for the first time since the start"),
    counter("changed_entries", "Known entries whose text had changed, since the start"),
    gauges("entries", "state", "Entries by state"),
    gauge("oldest_pending_entry_seconds", "For how long the oldest entry waits to be judged"),
    gauges("articles", "kept", "Articles that were read, by whether they are about the topic"),
    gauge("mentions", "Mentions of commitments"),
    gauges("commitments", "stage", "Commitments by stage"),
    gauge("instruments", "Instruments"),
    counters("verdicts", "outcome", "Verdicts since the beginning by their outcome"),
    gauges("messages", "state", "Messages in the outbox by state"),
    gauge("message_bytes", "Bytes of all messages in the outbox"),
    gauge("oldest_due_message_seconds", "For how long the oldest message could have gone out"),
    counters("deliveries", "outcome", "Attempts to deliver since the start by what came of them"),
    gauge("last_accepted_timestamp_seconds", "When a message was last taken over by its channel"),
    gauges("trouble", "kind", "What keeps people from being told: the audit's complaints by kind"),
    gauge("database_bytes", "Size of the database"),
    gauge("database_log_bytes", "Size of the database's write-ahead log"),
    gauge("schema_version", "Schema number of the database"),
    counters("forgotten", "kind", "What retention removed since the start by kind"),
    gauge("last_retention_timestamp_seconds", "When retention last came to its end"),
    counters("reloads", "result", "Reloads since the start by what came of them"),
];

/// A figure's value under each value of its label; a single figure has the empty label.
type Values = BTreeMap<&'static str, Vec<(String, f64)>>;

/// All figures as they are now.
///
/// # Errors
/// Any failure of the database.
pub async fn text(vitals: &Vitals, store: &Store) -> Result<String, StoreError> {
    let now = Timestamp::now();
    let late = audit::late_since(now);
    let (status, trouble) = store
        .read(move |connection| {
            Ok((store::status(connection)?, store::trouble_at(connection, late)?))
        })
        .await?;
    let mut values = Values::new();
    of_process(&mut values, vitals, now);
    of_database(&mut values, &status, now);
    of_trouble(&mut values, &trouble);
    values.insert("database_log_bytes", one(store.log_bytes() as f64));
    Ok(encoded(&values))
}

fn one(value: f64) -> Vec<(String, f64)> {
    vec![(String::new(), value)]
}

fn all<W: ToString>(counts: &BTreeMap<W, u64>) -> Vec<(String, f64)> {
    counts.iter().map(|(word, count)| (word.to_string(), *count as f64)).collect()
}

/// What the process remembers of itself.
fn of_process(values: &mut Values, vitals: &Vitals, now: Timestamp) {
    let tally = vitals.tally();
    let still = |which: Loop| (which.name().to_owned(), vitals.still(which).as_secs_f64());
    values.insert("build_info", vec![(env!("CARGO_PKG_VERSION").to_owned(), 1.0)]);
    values.insert("uptime_seconds", one(vitals.uptime().as_secs_f64()));
    if let Some(bytes) = resident() {
        values.insert("resident_memory_bytes", one(bytes as f64));
    }
    values.insert("scheduler_lag_seconds", one(vitals.lag(now).as_secs_f64()));
    values.insert("loop_still_seconds", Loop::ALL.into_iter().map(still).collect());
    values.insert("polls", all(&tally.polls));
    values.insert("new_entries", one(tally.new_entries as f64));
    values.insert("changed_entries", one(tally.changed_entries as f64));
    values.insert("deliveries", all(&tally.deliveries));
    values.insert("forgotten", all(&tally.forgotten));
    values.insert("reloads", all(&tally.reloads));
}

/// What the database says.
fn of_database(values: &mut Values, status: &Status, now: Timestamp) {
    // What does not wait has an age of nothing.
    let age = |at: Option<Timestamp>| {
        one(at.map_or(0.0, |at| now.duration_since(at).as_secs_f64().max(0.0)))
    };
    let mut moment = |name: &'static str, at: Option<Timestamp>| {
        if let Some(at) = at {
            values.insert(name, one(at.as_duration().as_secs_f64()));
        }
    };
    moment("last_poll_timestamp_seconds", status.last_poll);
    moment("last_good_poll_timestamp_seconds", status.last_success);
    moment("last_accepted_timestamp_seconds", status.last_accepted);
    moment("last_retention_timestamp_seconds", status.last_retention.as_ref().map(|last| last.0));
    values.insert("sources", all(&status.health));
    values.insert("entries", all(&status.entries));
    values.insert("oldest_pending_entry_seconds", age(status.oldest_pending));
    let others = status.articles.saturating_sub(status.kept);
    let articles = [("yes", status.kept), ("no", others)];
    values.insert("articles", all(&articles.into_iter().collect()));
    values.insert("mentions", one(status.mentions as f64));
    values.insert("commitments", all(&status.commitments));
    values.insert("instruments", one(status.instruments as f64));
    values.insert("verdicts", all(&status.verdicts));
    values.insert("messages", all(&status.messages));
    values.insert("message_bytes", one(status.message_bytes as f64));
    values.insert("oldest_due_message_seconds", age(status.oldest_due_message));
    values.insert("database_bytes", one(status.bytes as f64));
    values.insert("schema_version", one(f64::from(status.schema)));
}

fn of_trouble(values: &mut Values, trouble: &Trouble) {
    let kinds = [
        ("closed_way", trouble.closed.len()),
        ("dead_address", trouble.suspended.len()),
        ("given_up", trouble.given_up.len()),
        ("overdue", trouble.overdue.len()),
        ("untold", trouble.untold.len()),
    ];
    let counted = kinds.into_iter().map(|(word, number)| (word, number as u64)).collect();
    values.insert("trouble", all(&counted));
}

/// Bytes of memory that this process holds (proc_pid_statm(5)); `None` where the system does not say.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

fn encoded(values: &Values) -> String {
    let mut registry = Registry::with_prefix("pledgewatch");
    for metric in METRICS {
        let Some(found) = values.get(metric.name) else { continue };
        match (metric.kind, metric.label) {
            (Kind::Gauge, None) => {
                let gauge = Gauge::<f64, AtomicU64>::default();
                gauge.set(found.iter().map(|(_, value)| value).sum());
                registry.register(metric.name, metric.help, gauge);
            }
            (Kind::Counter, None) => {
                let counter = Counter::<f64, AtomicU64>::default();
                counter.inc_by(found.iter().map(|(_, value)| value).sum());
                registry.register(metric.name, metric.help, counter);
            }
            (Kind::Gauge, Some(label)) => {
                let family = Family::<[(&str, String); 1], Gauge<f64, AtomicU64>>::default();
                for (word, value) in found {
                    family.get_or_create(&[(label, word.clone())]).set(*value);
                }
                registry.register(metric.name, metric.help, family);
            }
            (Kind::Counter, Some(label)) => {
                let family = Family::<[(&str, String); 1], Counter<f64, AtomicU64>>::default();
                for (word, value) in found {
                    family.get_or_create(&[(label, word.clone())]).inc_by(*value);
                }
                registry.register(metric.name, metric.help, family);
            }
        }
    }
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = prometheus_client::encoding::text::encode(&mut text, &registry);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_that_is_measured_has_its_line_in_the_table_and_the_other_way_round() {
        let mut values = Values::new();
        let now = Timestamp::UNIX_EPOCH;
        of_process(&mut values, &Vitals::default(), now);
        let status = Status {
            last_poll: Some(now),
            last_success: Some(now),
            last_accepted: Some(now),
            last_retention: Some((now, String::new())),
            ..Status::default()
        };
        of_database(&mut values, &status, now);
        of_trouble(&mut values, &Trouble::default());
        values.insert("database_log_bytes", one(0.0));
        let measured: Vec<&str> = values.keys().copied().collect();
        let mut known: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
        known.sort_unstable();
        assert_eq!(measured, known);
    }

    #[test]
    fn the_text_has_names_with_their_kind_and_labels() {
        let mut values = Values::new();
        values.insert("polls", vec![("fetch.fresh".to_owned(), 3.0)]);
        values.insert("mentions", one(7.0));
        let text = encoded(&values);
        assert!(text.contains("# TYPE pledgewatch_polls counter"), "{text}");
        assert!(text.contains("pledgewatch_polls_total{outcome=\"fetch.fresh\"} 3"), "{text}");
        assert!(text.contains("pledgewatch_mentions 7"), "{text}");
        assert!(text.ends_with("# EOF\n"), "{text}");
    }
}
