//! What is forgotten never comes back as new, and never takes the evidence of a commitment along.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use pledgewatch::model::{CommitmentId, SourceId};
use pledgewatch::store::*;
use proptest::prelude::*;

use crate::newsroom::{ANALYST, CENTRE, Newsroom, OFFICERS, Outlet, PROTOCOL, Story};
use crate::records::{at, entry, poll, relevance, source};

const FOR_EVER: Timestamp = Timestamp::MAX;

/// Forgets everything that may be, in steps of `at_most` rows.
fn forget(store: &Store, before: Timestamp, at_most: u32) -> Purged {
    let retention = Retention {
        polls_since: before,
        rejected_texts_since: before,
        messages_since: before,
        at_most,
    };
    let mut all = Purged::default();
    loop {
        let step = store.write_blocking(move |tx| purge(tx, &retention)).unwrap();
        all.add(&step);
        if !step.more {
            return all;
        }
    }
}

/// An entry of a feed as a number: which one, in which edition, and what becomes of it.
fn seen(which: u8, edition: u8, fate: u8) -> SeenEntry {
    let mut entry = entry(&which.to_string(), &format!("Entry {which}, edition {edition}"));
    entry.revision = format!("{which}.{edition}");
    let fate = match fate {
        0 => Fate::Pending,
        1 => Fate::AsItWas,
        _ => Fate::Rejected(relevance(pledgewatch::model::RelevanceDecision::Reject)),
    };
    SeenEntry { entry, fate }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_same_feed_read_again_after_everything_was_forgotten_brings_nothing(
        editions in prop::collection::vec(prop::collection::vec((0u8..12, 0u8..3, 0u8..3), 0..12), 1..6),
        at_most in 1u32..7,
        age in 0i64..8,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Options::new(folder.path().join("p.db"))).unwrap();
        store.write_blocking(|tx| sync_sources(tx, &[source("herald")], at(0))).unwrap();
        let mut latest = BTreeMap::new();
        for (minute, edition) in editions.iter().enumerate() {
            let entries: Vec<SeenEntry> =
                edition.iter().map(|(which, text, fate)| seen(*which, *text, *fate)).collect();
            for (which, text, fate) in edition {
                latest.insert(*which, (*text, *fate));
            }
            let record = poll("herald", at(minute as i64), entries);
            store.write_blocking(move |tx| record_poll(tx, &record)).unwrap();
        }
        let keys = |store: &Store| {
            let all = store.read_blocking(|db| entries_after(db, pledgewatch::model::EntryId(0)));
            let key = |row: &EntryRow| (row.pending.entry.key.clone(), row.pending.entry.revision.clone());
            all.unwrap().iter().map(key).collect::<Vec<_>>()
        };
        let before = keys(&store);
        forget(&store, at(age), at_most);
        forget(&store, FOR_EVER, at_most);
        prop_assert_eq!(forget(&store, FOR_EVER, at_most).counts(), Purged::default().counts());
        prop_assert_eq!(&keys(&store), &before, "identity stays");
        let again = latest.iter().map(|(which, (text, fate))| seen(*which, *text, *fate)).collect();
        let record = poll("herald", at(90), again);
        let counts = store.write_blocking(move |tx| record_poll(tx, &record)).unwrap();
        prop_assert_eq!((counts.new, counts.changed), (0, 0));
        prop_assert_eq!(&keys(&store), &before);
    }
}

#[test]
fn after_years_the_same_news_are_known_and_every_commitment_can_be_explained() {
    let mut room = Newsroom::with(
        &[Outlet::new("courier"), Outlet::new("herald")],
        &format!(
            "[store]\nkeep_polls = \"1d\"\nkeep_rejected = \"7d\"\nkeep_messages = \"1d\"\n{ANALYST}"
        ),
    );
    let quiet = Story {
        title: "A bakery opens in Leeds",
        summary: "It sells bread.",
        text: &["A bakery has opened in Leeds. It sells bread and cakes."],
        slug: "bakery",
        ..CENTRE
    };
    room.publish("courier", &[OFFICERS]);
    room.publish("herald", &[OFFICERS]);
    room.poll();
    room.publish("courier", &[CENTRE, quiet, OFFICERS]);
    room.publish("herald", &[PROTOCOL, CENTRE, OFFICERS]);
    room.poll();
    let (mails, entries) = (room.mails().len(), room.column("SELECT key FROM entries ORDER BY id"));
    assert!(mails > 0);
    let explained = explanations(&room);
    assert!(!explained.is_empty());

    room.set_clock("2029-01-01T00:00:00Z");
    let gone = room.clean_up();
    assert!(gone.polls > 0 && gone.messages == mails && gone.summaries > 0, "{gone:?}");
    assert_eq!(room.clean_up().counts(), Purged::default().counts());
    assert_eq!(room.clean_up_daily(), None);
    let bodies = "SELECT count(*) FROM outbox WHERE CAST (message AS TEXT) LIKE '%Subject:%' AND length(message) < 3000";
    assert_eq!(room.value::<i64>(bodies), mails as i64, "heads stay");

    for outlet in ["courier", "herald"] {
        // Another edition of the same: no entity tag protects us.
        room.obstruct(&format!("DELETE FROM validators WHERE source_id = '{outlet}'"));
    }
    room.publish("courier", &[CENTRE, quiet, OFFICERS]);
    room.publish("herald", &[PROTOCOL, CENTRE, OFFICERS]);
    let report = room.poll();
    assert!(report.polls.iter().all(|poll| (poll.new, poll.changed) == (0, 0)), "{report:?}");
    assert!(report.polls.iter().all(|poll| poll.seen > 0), "{report:?}");
    assert_eq!(report.entries, []);
    assert_eq!(room.column("SELECT key FROM entries ORDER BY id"), entries);
    assert_eq!(room.mails().len(), mails);
    assert_eq!(explanations(&room), explained);
    room.restart();
    assert_eq!(room.poll().entries, []);
}

/// Every commitment with its quotes, each of which is a slice of a text that is there.
fn explanations(room: &Newsroom) -> Vec<(String, Vec<String>)> {
    let store = Store::open(Options::reading(room.database())).unwrap();
    let ids = room.column(
        "SELECT DISTINCT commitment_id FROM verdicts WHERE commitment_id IS NOT NULL ORDER BY 1",
    );
    let explained = ids.into_iter().map(|id| {
        let file = store
            .read_blocking(|db| show_commitment(db, &CommitmentId::new(id.as_str())))
            .unwrap()
            .unwrap();
        let quotes = file.facts.iter().map(|fact| {
            let article =
                store.read_blocking(|db| show_article(db, fact.article.id)).unwrap().unwrap();
            assert!(article.text_kept, "the text of {} is gone", article.article.title);
            let span = fact.mention.quote.span;
            assert_eq!(&article.article.text[span.start..span.end], fact.mention.quote.text);
            assert!(fact.article.source.as_ref() != Some(&SourceId::new("")));
            fact.mention.quote.text.clone()
        });
        let quotes = quotes.collect();
        (id, quotes)
    });
    explained.collect()
}

#[test]
fn what_was_done_today_is_not_done_again_after_a_restart() {
    let mut room = Newsroom::open(&[Outlet::new("courier")]);
    room.publish("courier", &[OFFICERS]);
    room.poll();
    assert!(room.clean_up_daily().is_some());
    room.restart();
    assert_eq!(room.clean_up_daily(), None);
    room.clock.advance(SignedDuration::from_hours(25));
    assert!(room.clean_up_daily().is_some());
}
