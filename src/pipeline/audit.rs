//! The hourly look in the mirror: alerts that were owed and never written, messages that should have left and have
//! not. Both are expected to be empty; when they are not, the operator has to hear of it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::messages::{About, wants};
use crate::store::{self, Connection, Fact, StoreError};
use crate::telemetry::event;

/// A message this late is stuck.
const LATE: SignedDuration = SignedDuration::from_hours(1);
/// How far back alerts are looked for: twice the distance of two audits. Whoever becomes a recipient later is owed
/// nothing from before.
const SPAN: SignedDuration = SignedDuration::from_hours(2);

/// What should not be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// Commitments that were to be told at once and are in no message.
    pub untold: BTreeSet<String>,
    /// Messages that could have left an hour ago.
    pub stuck: usize,
    /// All that is wrong, in sentences; `status` shows the same and ends with 69.
    pub complaints: Vec<String>,
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
        let audit = self
            .store
            .read(move |connection| {
                let owed = |fact: &Fact| {
                    recipients.iter().any(|recipient| {
                        wants(
                            recipient,
                            &About::mention(
                                &fact.mention,
                                &fact.verdict,
                                fact.article.source.as_ref(),
                            ),
                        )
                    })
                };
                look(connection, &owed, now)
            })
            .await?;
        let untold: Vec<String> = audit.untold.iter().cloned().collect();
        // Most of the time there is nothing to write.
        let known = self.store.read(store::untold).await?;
        if known != untold {
            self.store.write(move |tx| store::record_untold(tx, &untold)).await?;
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

fn look(
    connection: &Connection,
    owed: &dyn Fn(&Fact) -> bool,
    now: Timestamp,
) -> Result<Audit, StoreError> {
    let before = |wait| now.checked_sub(wait).unwrap_or(Timestamp::MIN);
    let mut audit = Audit {
        stuck: store::overdue_messages(connection, late_since(now))?.len(),
        ..Audit::default()
    };
    for fact in store::unannounced(connection, now)? {
        let Some(commitment) = fact.commitment.as_ref().filter(|_| fact.at >= before(SPAN)) else {
            continue;
        };
        // What the same event told before has its message under another verdict.
        if owed(&fact) && !store::is_in_outbox(connection, &commitment.id)? {
            audit.untold.insert(commitment.id.to_string());
        }
    }
    Ok(audit)
}
