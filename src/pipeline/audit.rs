//! The hourly look in the mirror: alerts that were owed to a reader and never written, messages that should have left
//! and have not. Both are expected to be empty; when they are not, the operator has to hear of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::messages::{About, told_key, wants};
use crate::config::Recipient;
use crate::store::{self, Connection, Fact, StoreError, Transaction};
use crate::telemetry::event;

/// A message this late is stuck.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// How far back alerts are looked for: long enough that a complaint outlives a weekend.
const SPAN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Where it is kept since when each reader is owed what she asks for.
const READERS: &str = "audit.readers";

/// What should not be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Commitments that were to be told at once and are in no message to somebody who asks for them: `c-… to desk`.
    pub untold: BTreeSet<String>,
    /// Messages that could have left an hour ago.
    pub stuck: usize,
    /// All that is wrong, in sentences; `status` shows the same and ends with 69.
    pub complaints: Vec<String>,
}

/// A reader as the last audit met her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    /// A mark of what she asks for.
    asks: String,
    /// Since when: nothing is owed from before.
    since: Timestamp,
}

/// Messages that were due before this are stuck.
pub fn late_since(now: Timestamp) -> Timestamp {
    now.checked_sub(LATE).unwrap_or(Timestamp::MIN)
}

impl Engine {
    /// Looks for alerts that were lost, messages that do not leave, ways and addresses that are closed, and says so in
    /// the log. What it finds stays in the database for `status`.
    ///
    /// # Errors
    /// Any failure of the database.
    pub async fn audit(&self) -> Result<Audit, StoreError> {
        let recipients = self.config.recipients.clone();
        let now = self.now();
        let (audit, readers) = self
            .store
            .read(move |connection| {
                let before = known(connection)?;
                let readers = acquainted(&before, &recipients, now);
                let audit = look(connection, &recipients, &readers, now)?;
                Ok((audit, (readers != before).then_some(readers)))
            })
            .await?;
        let untold: Vec<String> = audit.untold.iter().cloned().collect();
        let told_before = self.store.read(store::untold).await?;
        // Most of the time there is nothing to write.
        if readers.is_some() || told_before != untold {
            self.store.write(move |tx| keep(tx, readers.as_ref(), &untold)).await?;
        }
        let trouble = self
            .store
            .read(move |connection| store::trouble_at(connection, late_since(now)))
            .await?;
        let complaints = trouble.lines();
        for complaint in &complaints {
            tracing::error!(
                event = event::AUDIT_COMPLAINT,
                complaint,
                "people are not being told; see `pledgewatch outbox list`"
            );
        }
        Ok(Audit { complaints, ..audit })
    }
}

/// The readers of the last audit.
fn known(connection: &Connection) -> Result<BTreeMap<String, Known>, StoreError> {
    let kept = store::meta(connection, READERS)?;
    // What another version kept differently counts as nothing: everybody is new then.
    Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
}

/// The readers of today: who asks for the same as before is known since then, all others since now.
fn acquainted(
    before: &BTreeMap<String, Known>,
    recipients: &[Recipient],
    now: Timestamp,
) -> BTreeMap<String, Known> {
    let meet = |recipient: &Recipient| {
        let asks = format!("{:?} {:?}", recipient.alerts, recipient.wanted);
        let asks = blake3::hash(asks.as_bytes()).to_hex()[..16].to_owned();
        let same = before.get(&recipient.id).filter(|known| known.asks == asks);
        let known = same.cloned().unwrap_or(Known { asks, since: now });
        (recipient.id.clone(), known)
    };
    recipients.iter().map(meet).collect()
}

fn look(
    connection: &Connection,
    recipients: &[Recipient],
    readers: &BTreeMap<String, Known>,
    now: Timestamp,
) -> Result<Audit, StoreError> {
    let mut audit = Audit {
        stuck: store::overdue_messages(connection, late_since(now))?.len(),
        ..Audit::default()
    };
    let from = now.checked_sub(SPAN).unwrap_or(Timestamp::MIN);
    for fact in store::to_be_announced(connection, from, now)? {
        let about = About::mention(&fact.mention, &fact.verdict, fact.article.source.as_ref());
        for recipient in recipients.iter().filter(|recipient| wants(recipient, &about)) {
            let since = readers.get(&recipient.id).map_or(now, |known| known.since);
            if fact.at >= since && !is_told(connection, &fact, recipient)? {
                let commitment = fact.verdict.commitment.as_ref();
                let commitment = commitment.map_or("nothing", |id| id.as_str());
                audit.untold.insert(format!("{commitment} to {}", recipient.id));
            }
        }
    }
    Ok(audit)
}

/// Whether a reader has a message about it, this one's own or that of the same event in another article.
fn is_told(
    connection: &Connection,
    fact: &Fact,
    recipient: &Recipient,
) -> Result<bool, StoreError> {
    let key = told_key(&fact.verdict, &fact.mention);
    store::is_announced(connection, &recipient.id, fact.id, key.as_deref())
}

fn keep(
    tx: &Transaction<'_>,
    readers: Option<&BTreeMap<String, Known>>,
    untold: &[String],
) -> Result<(), StoreError> {
    if let Some(kept) = readers.and_then(|readers| serde_json::to_string(readers).ok()) {
        store::set_meta(tx, READERS, &kept)?;
    }
    if store::untold(tx)? != untold { store::record_untold(tx, untold) } else { Ok(()) }
}
