//! Held alerts that are due become messages: what belongs together is rendered as one, in the recipient's own time.

use jiff::Timestamp;
use rusqlite::Connection;

use super::desk::{Desk, DeskError};
use super::eml;
use super::facts::{AlertFacts, AlertItem, AlsoReported};
use super::pace::{self, Buckets};
use super::release::{self, Group, HeldAlert};
use crate::model::{self, OutboxId, Stage};
use crate::store::{self, Gathered, MessageKind, Store, StoreError};

/// Other outlets named in one item.
const MAX_ALSO: usize = 8;

/// What a release did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// Messages that may now be sent.
    pub messages: usize,
    /// Their subjects, in the same order.
    pub subjects: Vec<String>,
    /// Held rows that another message tells.
    pub merged: usize,
    /// Messages that wait for the end of quiet hours, or until the recipient has had fewer.
    pub postponed: usize,
    /// Rows that could not be rendered, and why; they stay held.
    pub faults: Vec<(OutboxId, String)>,
}

/// Renders held alerts that are due and lets them go, one message for each article or commitment.
///
/// # Errors
/// Any failure of the database.
pub async fn release_due(
    store: &Store,
    desk: &Desk,
    now: Timestamp,
) -> Result<Released, StoreError> {
    let mut released = Released::default();
    let (groups, faults) = store.read(move |connection| due_groups(connection, now)).await?;
    released.faults = faults;
    for (group, parent) in groups {
        let Some((group, buckets)) = admit(store, desk, group, now).await? else {
            released.postponed += 1;
            continue;
        };
        let rendered =
            match desk.alert(&group.recipient, &group.event_key, &group.facts, parent.as_deref()) {
                Ok(rendered) => (rendered.bytes, rendered.message_id, rendered.subject),
                // Nobody to write to: the row goes on without bytes, and delivery gives it up with this reason.
                Err(DeskError::UnknownRecipient(_)) => (Vec::new(), String::new(), String::new()),
                Err(error) => {
                    released.faults.push((group.carrier, error.to_string()));
                    continue;
                }
            };
        let release = store::Release {
            carrier: group.carrier,
            others: group.others.clone(),
            message: rendered.0,
            message_id: rendered.1,
            parent,
            not_before: now,
        };
        let (recipient, channel) = (group.recipient.clone(), group.channel.clone());
        let letting = move |tx: &store::Transaction<'_>| {
            store::release(tx, &release, now)?;
            match buckets {
                Some(buckets) => store::save_buckets(tx, &recipient, &channel, buckets),
                None => Ok(()),
            }
        };
        match store.write(letting).await {
            Ok(()) => {
                released.messages += 1;
                released.subjects.push(rendered.2);
                released.merged += group.others.len();
            }
            // A digest or another release took one of the rows meanwhile: the rest waits for the next round.
            Err(StoreError::Conflict(reason)) => released.faults.push((group.carrier, reason)),
            Err(error) => return Err(error),
        }
    }
    Ok(released)
}

/// Whether a message may interrupt its recipient now; if not, its rows wait, and are told together then.
async fn admit(
    store: &Store,
    desk: &Desk,
    mut group: Group,
    now: Timestamp,
) -> Result<Option<(Group, Option<Buckets>)>, StoreError> {
    let Some((pace, zone)) = desk.post.paces.get(&group.recipient) else {
        return Ok(Some((group, None)));
    };
    let urgent = group.facts.items.iter().any(|item| {
        let commitment = &item.commitment;
        let stage = item.verdict.stage_after.unwrap_or(item.mention.stage);
        pace.urgent.contains(&stage)
            || commitment.lateral.is_some_and(|at| pace.urgent.contains(&at))
    });
    let quiet =
        pace.quiet.and_then(|hours| pace::quiet_until(hours, zone, now)).filter(|_| !urgent);
    let (until, why) = match quiet {
        Some(until) => (until, Gathered::Quiet),
        None => {
            let (recipient, channel) = (group.recipient.clone(), group.channel.clone());
            let buckets = store
                .read(move |connection| store::buckets(connection, &recipient, &channel))
                .await?;
            match pace::take(pace, buckets, now) {
                Ok(buckets) => {
                    group.facts.gathered = group.gathered;
                    return Ok(Some((group, Some(buckets))));
                }
                // What is urgent passes, and what comes later waits the longer for it.
                Err(_) if urgent => return Ok(Some((group, None))),
                Err(until) => (until, Gathered::Throttle),
            }
        }
    };
    let rows = group.rows();
    store.write(move |tx| store::postpone(tx, &rows, until, why, now)).await?;
    Ok(None)
}

type DueGroups = (Vec<(Group, Option<String>)>, Vec<(OutboxId, String)>);

fn due_groups(connection: &Connection, now: Timestamp) -> Result<DueGroups, StoreError> {
    let mut faults = Vec::new();
    let mut alerts = Vec::new();
    let mut threads = Vec::new();
    for held in store::due_held(connection, now)? {
        if held.kind != MessageKind::Alert {
            continue;
        }
        match serde_json::from_str::<AlertFacts>(&held.facts) {
            Ok(mut facts) => {
                facts.generated_at = now;
                threads.push((held.id, held.thread_key));
                alerts.push(HeldAlert {
                    id: held.id,
                    recipient: held.recipient,
                    channel: held.channel,
                    event_key: held.event_key,
                    facts,
                    gathered: held.gathered,
                });
            }
            Err(error) => faults.push((held.id, format!("facts cannot be read: {error}"))),
        }
    }
    let mut groups = Vec::new();
    for mut group in release::coalesce(alerts) {
        for item in &mut group.facts.items {
            note_others(connection, item)?;
        }
        let key =
            threads.iter().find(|(id, _)| *id == group.carrier).and_then(|(_, key)| key.clone());
        let parent = match key {
            Some(key) => store::thread_parent(connection, &group.recipient, &group.channel, &key)?,
            None => None,
        };
        if let Some(parent) = &parent {
            group.facts.follows = store::message_bytes(connection, parent)?
                .and_then(|bytes| eml::header(&bytes, "Subject"));
        }
        groups.push((group, parent));
    }
    Ok((groups, faults))
}

/// Whether a mention of the commitment at `stage` tells what the item tells: a late reprint of a promise is no report of
/// its suspension.
fn tells_the_step(item: &AlertItem, stage: Stage) -> bool {
    let told = item.verdict.stage_after.unwrap_or(item.mention.stage);
    if told.is_lateral() {
        return stage == told;
    }
    let founded = item.verdict.outcome == model::Outcome::New;
    !stage.is_lateral() && (founded || stage >= told.min(item.mention.stage))
}

/// Adds the outlets that have told the same since the alert was held.
fn note_others(connection: &Connection, item: &mut AlertItem) -> Result<(), StoreError> {
    use model::Outcome::{Advanced, New, Regressed, Restated};
    for fact in store::commitment_facts(connection, &item.commitment.id)? {
        let article = &fact.article;
        let tells = matches!(fact.verdict.outcome, New | Advanced | Regressed | Restated)
            && tells_the_step(item, fact.mention.stage);
        let since = article.arrived >= item.article.first_seen && article.id != item.article.id;
        let Some(source_name) = article.source_name.clone().filter(|_| tells && since) else {
            continue;
        };
        if item.also_reported.len() >= MAX_ALSO {
            break;
        }
        release::note(
            item,
            AlsoReported {
                source_name,
                title: article.title.clone(),
                url: article.url.clone(),
                language: article.language,
                published: article.published,
            },
        );
    }
    Ok(())
}
