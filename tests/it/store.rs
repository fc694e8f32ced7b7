//! The store against real files: what goes in comes out, and what must not happen cannot.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use pledgewatch::model::*;
use pledgewatch::store::*;
use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization as _;

use crate::records::*;

/// A store in a folder of its own, with two sources.
struct Desk {
    _folder: TempDir,
    path: PathBuf,
    store: Store,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.db");
        let store = Store::open(Options::new(&path)).unwrap();
        let desk = Self { _folder: folder, path, store };
        desk.write(|tx| sync_sources(tx, &[source("herald"), source("courier")], at(0)));
        desk
    }

    fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write_blocking(change).unwrap()
    }

    fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T, StoreError>) -> T {
        self.store.read_blocking(query).unwrap()
    }

    /// Closes and opens again, as a restart does.
    fn restart(self) -> Self {
        let Self { _folder, path, store } = self;
        drop(store);
        let store = Store::open(Options::new(&path)).unwrap();
        Self { _folder, path, store }
    }

    fn pending(&self, now: Timestamp) -> Vec<PendingEntry> {
        self.read(|db| pending_entries(db, now, 100))
    }

    fn found(&self, text: &str) -> Vec<ArticleId> {
        let wanted = Search { text: text.to_owned(), source: None, limit: 10 };
        self.read(|db| search(db, &wanted)).iter().map(|hit| hit.article.id).collect()
    }
}

#[test]
fn a_poll_stores_entries_validators_state_and_log_together() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One"), pending("2", "Two")]);
    let counts = desk.write(move |tx| record_poll(tx, &first));
    assert_eq!((counts.new, counts.changed, counts.pending.len()), (2, 0, 2));

    let desk = desk.restart();
    let waiting = desk.pending(at(1));
    assert_eq!(
        waiting.iter().map(|w| w.entry.clone()).collect::<Vec<_>>(),
        [entry("1", "One"), entry("2", "Two")]
    );
    let rows = desk.read(|db| list_sources(db, false));
    let herald = rows.iter().find(|row| row.source.id.as_str() == "herald").unwrap();
    assert_eq!(herald.state, Some(state("ok", at(31))));
    assert_eq!(herald.last_poll.as_ref().unwrap().new, 2);
    assert_eq!(herald.last_success, Some(at(1)));
    let url = "https://herald.example/feed";
    let stored = desk.read(|db| validators(db, &SourceId::new("herald"), url)).unwrap();
    assert!(stored.etag.is_some());
    assert!(desk.read(|db| validators(db, &SourceId::new("courier"), url)).is_none());
}

#[test]
fn the_same_feed_again_changes_nothing_and_a_changed_entry_waits_again() {
    let desk = Desk::new();
    let again = poll("herald", at(1), vec![pending("1", "One"), pending("2", "Two")]);
    let first = again.clone();
    desk.write(move |tx| record_poll(tx, &first));
    let id = desk.pending(at(1))[0].id;
    desk.write(move |tx| record_rejections(tx, &[(id, relevance(RelevanceDecision::NearMiss))]));
    let counts = desk.write(move |tx| record_poll(tx, &again));
    assert_eq!(counts, PollCounts::default());
    assert_eq!(desk.pending(at(1)).len(), 1, "the rejected entry stays rejected");
    assert_eq!(desk.read(|db| near_misses(db, at(0), 10)).len(), 1);

    let as_it_was = SeenEntry { entry: entry("1", "One, corrected"), fate: Fate::AsItWas };
    let edited = poll("herald", at(2), vec![as_it_was]);
    let counts = desk.write(move |tx| record_poll(tx, &edited));
    assert_eq!((counts.changed, counts.pending.len()), (1, 0));

    let edited = poll("herald", at(3), vec![pending("1", "One, corrected again")]);
    let counts = desk.write(move |tx| record_poll(tx, &edited));
    assert_eq!((counts.new, counts.changed, counts.pending), (0, 1, vec![id]));
    let row = desk.read(|db| entry_of(db, id));
    assert_eq!(row.pending.entry.title, "One, corrected again");
    assert_eq!(row.pending.first_seen, at(1));
    // What it said before is not lost.
    let history = desk.read(|db| entry_history(db, id));
    let said: Vec<(&str, Timestamp)> =
        history.iter().map(|one| (one.title.as_str(), one.replaced)).collect();
    assert_eq!(said, [("One", at(2)), ("One, corrected", at(3))]);
}

#[test]
fn an_edited_article_is_kept_beside_the_earlier_one_with_what_the_edit_changed() {
    let desk = Desk::new();
    desk.write(|tx| record_poll(tx, &poll("herald", at(1), vec![pending("1", "One")])));
    let entry = desk.pending(at(1))[0].id;
    let store = |text: &str| {
        let record = ArticleRecord { entry: Some(entry), ..article_record(text, at(2)) };
        desk.write(move |tx| insert_article(tx, &record))
    };
    let first = store("The two sides hope to sign a plan.\nThe end.");
    let second = store("The two sides have signed a plan.\nThe end.");
    let third = store("The two sides have signed a plan.\nThe end.");
    let shown = |id| desk.read(|db| show_article(db, id)).unwrap();
    assert_eq!((shown(first).revises, shown(first).changes), (None, Vec::new()));
    assert_eq!(shown(second).revises, Some(first));
    let change = |before: &str, after: &str| pledgewatch::text::Change {
        before: before.to_owned(),
        after: after.to_owned(),
    };
    assert_eq!(shown(second).changes, [change("hope to sign", "have signed")]);
    assert_eq!((shown(third).revises, shown(third).changes), (Some(second), Vec::new()));
    assert_eq!(shown(first).article.text, "The two sides hope to sign a plan.\nThe end.");
    assert_eq!(shown(first).article.confidence, Some(97));
}

fn entry_of(db: &Connection, id: EntryId) -> Result<EntryRow, StoreError> {
    Ok(show_entry(db, id)?.unwrap())
}

#[test]
fn an_entry_ruled_out_at_once_is_known_but_does_not_wait() {
    let desk = Desk::new();
    let out = SeenEntry {
        entry: entry("1", "Football"),
        fate: Fate::Rejected(relevance(RelevanceDecision::Reject)),
    };
    let record = poll("herald", at(1), vec![out]);
    let counts = desk.write(move |tx| record_poll(tx, &record));
    assert_eq!((counts.new, counts.pending.len()), (1, 0));
    let known =
        desk.read(|db| known_entries(db, &SourceId::new("herald"), ["id:1", "id:unheard-of"]));
    assert_eq!(known.len(), 1);
    assert_eq!(known["id:1"].state, EntryState::Rejected);
    let row = desk.read(|db| entry_of(db, known["id:1"].id));
    assert_eq!((row.pending.entry.content, row.score), (None, Some(0.75)));
}

#[test]
fn one_key_in_two_sources_is_two_entries() {
    let desk = Desk::new();
    let both = [
        poll("herald", at(1), vec![pending("1", "One")]),
        poll("courier", at(1), vec![pending("1", "One")]),
    ];
    let counts = desk.write(move |tx| record_polls(tx, &both));
    assert_eq!(counts.iter().map(|count| count.new).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn a_batch_of_polls_with_one_impossible_poll_stores_none() {
    let desk = Desk::new();
    let polls =
        [poll("herald", at(1), vec![pending("1", "One")]), poll("never-configured", at(1), vec![])];
    let error = desk.store.write_blocking(move |tx| record_polls(tx, &polls)).unwrap_err();
    assert!(matches!(error, StoreError::Sqlite(_)), "{error:?}");
    assert_eq!(desk.pending(at(9)), []);
    assert_eq!(desk.read(status).last_poll, None);
}

#[test]
fn a_failed_attempt_waits_for_its_next_try_and_is_given_up_in_the_end() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One")]);
    let id = desk.write(move |tx| record_poll(tx, &first)).pending[0];
    desk.write(move |tx| record_failure(tx, id, "timeout", Some(at(10))));
    assert_eq!(desk.pending(at(9)), []);
    assert_eq!(desk.pending(at(10))[0].attempts, 1);
    desk.write(move |tx| record_failure(tx, id, "gone", None));
    assert_eq!(desk.pending(at(99)), []);
    let row = desk.read(|db| entry_of(db, id));
    assert_eq!((row.state, row.last_error.as_deref()), (EntryState::Failed, Some("gone")));
}

#[test]
fn what_must_be_known_before_a_request_survives_the_request() {
    let desk = Desk::new();
    let before = state("ok", at(5));
    let stored = before.clone();
    desk.write(move |tx| record_before_request(tx, &SourceId::new("herald"), &stored, at(0)));
    let desk = desk.restart();
    let rows = desk.read(|db| list_sources(db, false));
    assert_eq!(rows.iter().find_map(|row| row.state.clone()), Some(before));
}

#[test]
fn a_source_that_leaves_the_configuration_keeps_its_past() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One")]);
    desk.write(move |tx| record_poll(tx, &first));
    desk.write(|tx| sync_sources(tx, &[source("courier")], at(2)));
    assert_eq!(desk.read(|db| list_sources(db, false)).len(), 1);
    let all = desk.read(|db| list_sources(db, true));
    assert_eq!(all.iter().filter(|row| row.removed_at == Some(at(2))).count(), 1);
    desk.write(|tx| sync_sources(tx, &[source("courier"), source("herald")], at(3)));
    let again = poll("herald", at(4), vec![pending("1", "One")]);
    assert_eq!(desk.write(move |tx| record_poll(tx, &again)).new, 0, "its entries are known");
}

#[test]
fn coverage_counts_the_polls_of_the_period_and_names_the_silent() {
    let desk = Desk::new();
    let good = poll("herald", at(10), vec![pending("1", "One")]);
    let bad = PollRecord { ok: false, validators: None, ..poll("herald", at(20), vec![]) };
    let early = poll("courier", at(-100), vec![]);
    desk.write(move |tx| record_polls(tx, &[good, bad, early]));
    let rows = desk.read(|db| coverage(db, at(0), at(60)));
    let of = |id: &str| rows.iter().find(|row| row.source.as_str() == id).unwrap();
    assert_eq!((of("herald").good, of("herald").bad, of("herald").new), (1, 1, 1));
    assert_eq!((of("courier").good, of("courier").last_success), (0, Some(at(-100))));
}

#[test]
fn a_judgement_stores_everything_and_ends_the_entry() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One")]);
    let id = desk.write(move |tx| record_poll(tx, &first)).pending[0];
    let mut record = judgement("c-1", "Hai nước ký bản ghi nhớ.", at(2));
    record.entry = Some(EntryEnd { id, state: EntryState::Done, error: None });
    let article_of = record.article.as_mut().unwrap();
    article_of.source = Some(SourceId::new("herald"));
    article_of.entry = Some(id);
    let expected = record.clone();
    let judged = desk.write(move |tx| {
        let number = next_article_id(tx)?;
        record.article.as_mut().unwrap().id = Some(number);
        record.commitments[0].founded_by = Some(number);
        record_judgement(tx, &record)
    });
    assert_eq!(judged.verdicts, [Some(VerdictId(1))]);
    assert!(judged.messages[0].is_some());

    let desk = desk.restart();
    assert_eq!(desk.read(|db| entry_of(db, id)).state, EntryState::Done);
    let stored = desk.read(|db| show_article(db, judged.article.unwrap())).unwrap();
    assert_eq!(stored.article, expected.article.as_ref().unwrap().article);
    assert_eq!(stored.text_hash, text_hash("Hai nước ký bản ghi nhớ."));
    assert_eq!(stored.story, stored.id);
    let file = desk.read(|db| show_commitment(db, &CommitmentId::new("c-1"))).unwrap();
    assert_eq!(file.commitment.founded_by, judged.article);
    assert_eq!(file.instrument, Some(instrument()));
    assert_eq!(file.told, AlertLevel::Push);
    let fact = &file.facts[0];
    assert_eq!(desk.read(|db| article_facts(db, stored.id)), file.facts);
    assert_eq!(fact.mention, mention(0));
    assert_eq!(fact.verdict, verdict("c-1", 0));
    assert_eq!(fact.article.source_name.as_deref(), Some("The herald"));
    assert_eq!(fact.article.published, stored.article.published);
    let rows = desk.read(load_ledger);
    assert_eq!((rows.commitments, rows.instruments), (vec![file.commitment], vec![instrument()]));
    let held = desk.read(|db| due_held(db, at(2)));
    assert_eq!(held[0].verdict, Some(VerdictId(1)));
    let owed = desk.read(|db| to_be_announced(db, at(0), at(99)));
    let announced = |reader: &'static str, key: Option<&'static str>| {
        let id = owed[0].id;
        desk.read(move |db| is_announced(db, reader, id, key))
    };
    assert!(announced("desk", None), "by its verdict");
    assert!(!announced("chief", None), "not to somebody else");
}

#[test]
fn pushed_verdicts_are_asked_for_by_the_time_they_were_passed_and_messages_by_their_event() {
    let desk = Desk::new();
    let mut record = judgement("c-1", "Text.", at(2));
    record.messages.clear();
    desk.write(move |tx| record_judgement(tx, &record));
    let owed = |from, before| desk.read(move |db| to_be_announced(db, at(from), at(before)));
    assert_eq!(owed(2, 3).len(), 1);
    assert_eq!(owed(0, 2), []);
    assert_eq!(owed(3, 9), []);
    let verdict = owed(2, 3)[0].id;
    let told =
        |key: &'static str| desk.read(move |db| is_announced(db, "desk", verdict, Some(key)));
    assert!(!told("c-1:new:signed"), "lost");
    // Another article told the same event, on a day that its key names.
    desk.write(|tx| {
        insert_message(tx, &held("desk", "c-1:new:signed:2026-11-10", at(5)), None, at(5))
    });
    assert!(told("c-1:new:signed"));
    assert!(!told("c-1:new:sign") && !told("c-1:advanced:signed"));
}

#[test]
fn the_same_event_is_told_to_the_same_recipient_once() {
    let desk = Desk::new();
    let judged = desk.write(|tx| {
        let mut record = judgement("c-1", "Text.", at(2));
        record.messages.push(record.messages[0].clone());
        record
            .messages
            .push(NewMessage { recipient: "chief".to_owned(), ..record.messages[0].clone() });
        record_judgement(tx, &record)
    });
    let stored: Vec<bool> = judged.messages.iter().map(Option::is_some).collect();
    assert_eq!(stored, [true, false, true]);
    let again =
        desk.write(|tx| insert_message(tx, &held("desk", "c-1:new:signed", at(5)), None, at(5)));
    assert_eq!(again, None);
}

#[test]
fn verdicts_are_never_edited_and_entries_of_the_ledger_keep_their_order() {
    let desk = Desk::new();
    for id in ["c-b", "c-a", "c-c"] {
        let record = judgement(id, "Text.", at(2));
        desk.write(move |tx| record_judgement(tx, &record));
    }
    for edit in ["UPDATE verdicts SET told = 'none'", "DELETE FROM verdicts"] {
        let error = desk.store.write_blocking(move |tx| Ok(tx.execute(edit, [])?)).unwrap_err();
        assert!(matches!(error, StoreError::Sqlite(_)), "{edit}");
    }
    let mut changed = commitment("c-b", "Now in force");
    changed.stage = Stage::InForce;
    desk.write(move |tx| save_commitment(tx, &changed, at(3)));
    let ids: Vec<String> = desk.read(load_ledger).commitments.into_iter().map(|c| c.id.0).collect();
    assert_eq!(ids, ["c-b", "c-a", "c-c"]);
}

#[test]
fn a_merged_commitment_leads_to_the_one_it_is_part_of() {
    let desk = Desk::new();
    for id in ["c-1", "c-2", "c-3"] {
        let record = judgement(id, "Text.", at(2));
        desk.write(move |tx| record_judgement(tx, &record));
    }
    let merge = |from: &str, to: &str| {
        let (from, to) = (CommitmentId::new(from), CommitmentId::new(to));
        desk.store.write_blocking(move |tx| redirect_commitment(tx, &from, &to, at(3)))
    };
    merge("c-3", "c-2").unwrap();
    merge("c-2", "c-1").unwrap();
    let file = desk.read(|db| show_commitment(db, &CommitmentId::new("c-3"))).unwrap();
    assert_eq!(file.commitment.id.as_str(), "c-1");
    assert_eq!(file.merged, [CommitmentId::new("c-2"), CommitmentId::new("c-3")]);
    assert_eq!(file.facts.len(), 3);
    assert!(file.facts.iter().all(|fact| fact.commitment.as_ref() == Some(&file.commitment)));
    assert_eq!(desk.read(load_ledger).redirects.len(), 2);
    for (from, to) in [("c-1", "c-1"), ("c-1", "c-2"), ("c-9", "c-1"), ("c-1", "c-9")] {
        assert!(matches!(merge(from, to), Err(StoreError::Conflict(_))), "{from} into {to}");
    }
}

#[test]
fn the_ledger_is_filtered_by_what_an_analyst_asks_for() {
    let desk = Desk::new();
    desk.write(|tx| {
        save_commitment(tx, &commitment("c-1", "Người di cư được hỗ trợ"), at(1))?;
        let mut other = commitment("c-2", "Training for officers");
        other.kind = Kind::Capacity;
        other.lateral = Some(Stage::Suspended);
        other.instrument = None;
        other.parties = vec!["UK.NCA".to_owned()];
        other.last_seen = Some("2026-12-01".parse().unwrap());
        save_commitment(tx, &other, at(1))
    });
    let ids = |filter: LedgerFilter| -> Vec<String> {
        desk.read(|db| list_commitments(db, &filter)).into_iter().map(|c| c.id.0).collect()
    };
    assert_eq!(ids(LedgerFilter::default()), ["c-2", "c-1"], "latest first");
    assert_eq!(ids(LedgerFilter { limit: Some(1), ..Default::default() }), ["c-2"]);
    assert_eq!(ids(LedgerFilter { kind: Some(Kind::Capacity), ..Default::default() }), ["c-2"]);
    assert_eq!(ids(LedgerFilter { stage: Some(Stage::Suspended), ..Default::default() }), ["c-2"]);
    assert_eq!(ids(LedgerFilter { stage: Some(Stage::Signed), ..Default::default() }), ["c-1"]);
    assert_eq!(ids(LedgerFilter { party: Some("VN".into()), ..Default::default() }), ["c-1"]);
    assert_eq!(ids(LedgerFilter { party: Some("UK.N".into()), ..Default::default() }), [""; 0]);
    assert_eq!(ids(LedgerFilter { text: Some("nguoi DI".into()), ..Default::default() }), ["c-1"]);
    let since = Some("2026-12".parse().unwrap());
    assert_eq!(ids(LedgerFilter { since, ..Default::default() }), ["c-2"]);
    let instrument = Some(InstrumentId::new("INS:memorandum"));
    assert_eq!(ids(LedgerFilter { instrument, ..Default::default() }), ["c-1"]);
}

#[test]
fn copies_are_found_by_text_and_by_address() {
    let desk = Desk::new();
    let first = article_record("The same text.", at(1));
    let id = desk.write(move |tx| insert_article(tx, &first));
    let copy = ArticleRecord { story: Some(id), ..article_record("The same text.", at(2)) };
    let copy = desk.write(move |tx| insert_article(tx, &copy));
    let ids = |rows: Vec<StoredArticle>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(desk.read(|db| articles_with_body(db, "body of The same text."))), [id, copy]);
    assert_eq!(
        ids(desk.read(|db| articles_at(db, "https://herald.example/canonical/1"))),
        [id, copy]
    );
    assert_eq!(ids(desk.read(|db| recent_articles(db, at(2), 9))), [copy]);
    assert_eq!(desk.read(|db| recent_articles(db, at(0), 1))[0].story, id);
}

fn searchable(desk: &Desk, texts: &[&str]) {
    for text in texts {
        let mut record = article_record(text, at(1));
        record.article.title = String::new();
        desk.write(move |tx| insert_article(tx, &record));
    }
}

#[test]
fn search_finds_vietnamese_with_and_without_marks() {
    let desk = Desk::new();
    let decomposed: String = "Nạn nhân được bảo vệ.".nfd().collect();
    searchable(
        &desk,
        &[
            "Nhiều người đi theo đường biển.",
            "Con ngươi của mắt; du long.",
            &decomposed,
            "TP.HCM: the minister said she doesn't and DON'T agree.",
        ],
    );
    let found = |text: &str| desk.found(text).iter().map(|id| id.0).collect::<Vec<_>>();
    assert_eq!(found("người"), [1]);
    assert_eq!(found("NGƯỜI"), [1]);
    assert_eq!(found("ngươi"), [2]);
    assert_eq!(found("đường"), [1]);
    assert_eq!(found("duong"), [1]);
    assert_eq!(found("đi duong"), [1]);
    let mut both = found("nguoi");
    both.sort_unstable();
    assert_eq!(both, [1, 2]);
    assert_eq!(found("nạn nhân"), [3]);
    let typed_decomposed: String = "được".nfd().collect();
    assert_eq!(found(&typed_decomposed), [3]);
    assert_eq!(found("\"bao ve\""), [3]);
    assert_eq!(found("\"ve bao\""), [0; 0]);
}

#[test]
fn search_takes_whatever_a_person_types() {
    let desk = Desk::new();
    searchable(&desk, &["TP.HCM: the minister said don't and migration AND more."]);
    for typed in [
        "TP.HCM",
        "tp.hcm",
        "don't",
        "a\"nd",
        "AND",
        "and",
        "migrat*",
        "\"tp hcm\"",
        "minister:",
        "(said",
        "said)",
        "-said",
        "title said".trim_start_matches("title "),
        "\"said",
        "NEAR and".trim_start_matches("NEAR "),
    ] {
        let hits = desk.found(typed);
        let expected = typed != "a\"nd";
        assert_eq!(!hits.is_empty(), expected, "{typed}");
    }
    for typed in ["", "   ", "*", "\"\"", "\"", "^", "{title}", "a AND", "title:said", "NOT", "\0"]
    {
        desk.found(typed);
    }
    let wanted = Search { text: "migration".to_owned(), source: None, limit: 1 };
    let hit = desk.read(|db| search(db, &wanted)).remove(0);
    assert!(hit.snippet.contains("migration AND more"), "{}", hit.snippet);
    let elsewhere = Search { source: Some(SourceId::new("herald")), ..wanted };
    assert_eq!(desk.read(|db| search(db, &elsewhere)), []);
}

#[test]
fn only_kept_articles_can_be_searched() {
    let desk = Desk::new();
    let mut out = article_record("A text about migration.", at(1));
    out.relevance = relevance(RelevanceDecision::Reject);
    desk.write(move |tx| insert_article(tx, &out));
    assert_eq!(desk.found("migration"), []);
}

const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// One message that may be sent; returns its row.
fn one_rendered(desk: &Desk) -> OutboxId {
    desk.write(|tx| insert_message(tx, &rendered("desk", "d1", at(0)), None, at(0))).unwrap()
}

fn lease(desk: &Desk, now: Timestamp) -> Vec<LeasedMessage> {
    desk.write(move |tx| lease_due(tx, "mail", now, LEASE, 10))
}

#[test]
fn a_message_is_leased_once_and_an_accepted_one_never_again() {
    let desk = Desk::new();
    let id = one_rendered(&desk);
    assert_eq!(lease(&desk, at(-1)), []);
    let leased = lease(&desk, at(0));
    assert_eq!((leased[0].id, leased[0].attempt, leased[0].maybe_sent), (id, 1, false));
    assert_eq!(leased[0].message, b"Subject: x\r\n\r\nx");
    assert_eq!(lease(&desk, at(0)), []);
    assert!(desk.write(move |tx| mark_accepted(tx, id, "250 ok", at(1))));
    assert!(!desk.write(move |tx| mark_deferred(tx, id, at(2), "late word", at(2))));
    assert_eq!(lease(&desk, at(999)), []);
    let row = desk.read(|db| messages(db, Some(MessageState::Accepted), 9)).remove(0);
    assert_eq!(row.answer.as_deref(), Some("250 ok"));
}

#[test]
fn a_deferred_message_waits_and_a_rejected_one_is_final() {
    let desk = Desk::new();
    let id = one_rendered(&desk);
    lease(&desk, at(0));
    assert!(desk.write(move |tx| mark_deferred(tx, id, at(30), "451 greylisted", at(1))));
    assert_eq!(lease(&desk, at(29)), []);
    assert_eq!(lease(&desk, at(30))[0].attempt, 2);
    assert!(desk.write(move |tx| mark_rejected(tx, id, "550 unknown", at(31))));
    assert_eq!(lease(&desk, at(999)), []);
    let row = desk.read(|db| messages(db, Some(MessageState::Rejected), 9)).remove(0);
    assert_eq!((row.attempts, row.last_error.as_deref()), (2, Some("550 unknown")));
}

#[test]
fn a_message_under_way_when_the_process_died_goes_out_again_with_the_same_id_and_bytes() {
    let desk = Desk::new();
    let id = one_rendered(&desk);
    let first = lease(&desk, at(0)).remove(0);
    assert_eq!(desk.write(|tx| expire_leases(tx, at(4))), [], "the sender is still at work");
    let desk = desk.restart();
    assert_eq!(desk.write(|tx| expire_leases(tx, Timestamp::MAX)), [id]);
    let second = lease(&desk, at(1)).remove(0);
    assert!(second.maybe_sent);
    assert_eq!(
        (second.message, second.message_id, second.attempt),
        (first.message, first.message_id, 2)
    );
}

#[test]
fn an_answer_after_the_lease_ran_out_still_counts() {
    let desk = Desk::new();
    let id = one_rendered(&desk);
    lease(&desk, at(0));
    assert_eq!(desk.write(|tx| expire_leases(tx, at(5))), [id]);
    assert!(desk.write(move |tx| mark_accepted(tx, id, "250 ok", at(6))));
    assert_eq!(lease(&desk, at(99)), []);
}

#[test]
fn a_connection_lost_in_the_middle_is_unknown_until_its_next_try() {
    let desk = Desk::new();
    let id = one_rendered(&desk);
    lease(&desk, at(0));
    assert!(desk.write(move |tx| mark_unknown(tx, id, at(10), "reset after DATA", at(1))));
    assert_eq!(lease(&desk, at(9)), []);
    assert!(lease(&desk, at(10))[0].maybe_sent);
}

#[test]
fn held_messages_are_released_as_one() {
    let desk = Desk::new();
    let ids = desk.write(|tx| {
        let mut ids = Vec::new();
        for (recipient, event, when) in [
            ("desk", "a", at(0)),
            ("desk", "b", at(1)),
            ("chief", "a", at(0)),
            ("desk", "c", at(50)),
        ] {
            ids.extend(insert_message(tx, &held(recipient, event, when), None, at(0))?);
        }
        Ok(ids)
    });
    let due: Vec<OutboxId> = desk.read(|db| due_held(db, at(1))).iter().map(|h| h.id).collect();
    assert_eq!(due, [ids[2], ids[0], ids[1]], "by recipient, in order of arrival");
    let together = |others: Vec<OutboxId>| Release {
        carrier: ids[0],
        others,
        message: b"both".to_vec(),
        message_id: "<1@desk.example>".to_owned(),
        parent: Some("<0@desk.example>".to_owned()),
        not_before: at(2),
    };
    let wrong = together(vec![ids[1], ids[2]]);
    let error = desk.store.write_blocking(move |tx| release(tx, &wrong, at(1))).unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "not the same recipient");
    assert_eq!(desk.read(|db| due_held(db, at(1))).len(), 3, "nothing was released");

    let right = together(vec![ids[1]]);
    let again = right.clone();
    desk.write(move |tx| release(tx, &right, at(1)));
    assert_eq!(lease(&desk, at(1)), []);
    assert_eq!(lease(&desk, at(2))[0].message, b"both");
    let merged = desk.read(|db| messages(db, Some(MessageState::Merged), 9)).remove(0);
    assert_eq!((merged.id, merged.merged_into), (ids[1], Some(ids[0])));
    let parent = desk.read(|db| thread_parent(db, "desk", "mail", "c-1"));
    assert_eq!(parent.as_deref(), Some("<1@desk.example>"));
    assert!(desk.store.write_blocking(move |tx| release(tx, &again, at(1))).is_err());
}

#[test]
fn an_alert_of_a_lone_weak_source_waits_for_the_second_or_for_the_digest() {
    let desk = Desk::new();
    for id in ["c-1", "c-2"] {
        let mut record = judgement(id, "Text.", at(0));
        record.messages[0].awaits_second = true;
        desk.write(move |tx| record_judgement(tx, &record));
    }
    assert_eq!(desk.read(|db| due_held(db, at(99))), []);
    assert_eq!(desk.read(|db| overdue_messages(db, at(99))), [], "waiting is not being late");
    let freed =
        desk.write(|tx| second_source_arrived(tx, &CommitmentId::new("c-1"), at(10), at(5)));
    assert_eq!(freed, 1);
    assert_eq!(desk.read(|db| due_held(db, at(9))), []);
    let due = desk.read(|db| due_held(db, at(10)));
    assert_eq!(due[0].commitment, Some(CommitmentId::new("c-1")));
    assert_eq!(desk.read(|db| overdue_messages(db, at(99))).len(), 1);

    let waiting: Vec<OutboxId> = desk
        .read(|db| messages(db, Some(MessageState::Held), 9))
        .iter()
        .filter(|row| row.awaits_second)
        .map(|row| row.id)
        .collect();
    let record = DigestRecord { absorbs: waiting.clone(), ..digest(1, 3, at(20)) };
    desk.write(move |tx| record_digest(tx, &record));
    let merged = desk.read(|db| messages(db, Some(MessageState::Merged), 9));
    assert_eq!(merged.iter().map(|row| row.id).collect::<Vec<_>>(), waiting);
}

#[test]
fn the_windows_of_digests_abut_and_tell_each_verdict_once() {
    let desk = Desk::new();
    for id in ["c-1", "c-2", "c-3"] {
        let record = judgement(id, "Text.", at(0));
        desk.write(move |tx| record_judgement(tx, &record));
    }
    let ids = |from: i64, to: i64| -> Vec<i64> {
        desk.read(|db| verdicts_between(db, VerdictId(from), VerdictId(to)))
            .iter()
            .map(|fact| fact.id.0)
            .collect()
    };
    assert_eq!(desk.read(verdict_end), VerdictId(4));
    assert_eq!((ids(1, 3), ids(3, 4), ids(4, 4)), (vec![1, 2], vec![3], vec![]));
    let make =
        |record: DigestRecord| desk.store.write_blocking(move |tx| record_digest(tx, &record));
    make(digest(1, 3, at(10))).unwrap();
    for wrong in [
        digest(1, 4, at(20)),
        digest(2, 4, at(20)),
        digest(4, 4, at(20)),
        digest(3, 5, at(20)),
        digest(3, 4, at(10)),
    ] {
        assert!(matches!(make(wrong.clone()), Err(StoreError::Conflict(_))), "{wrong:?}");
    }
    make(DigestRecord { message: None, ..digest(3, 4, at(20)) }).unwrap();
    make(digest(4, 4, at(30))).unwrap();
    let last = desk.read(|db| last_digest(db, "desk", "mail")).unwrap();
    assert_eq!((last.from, last.to, last.period.1), (VerdictId(4), VerdictId(4), at(30)));
    assert_eq!(desk.read(|db| last_digest(db, "chief", "mail")), None);
    assert_eq!(desk.read(|db| messages(db, Some(MessageState::Pending), 9)).len(), 2);
}

#[test]
fn what_is_forgotten_is_never_identity_or_evidence() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One"), pending("2", "Two")]);
    let ids = desk.write(move |tx| record_poll(tx, &first)).pending;
    let gone = ids[0];
    desk.write(move |tx| record_rejections(tx, &[(gone, relevance(RelevanceDecision::Reject))]));
    let kept = judgement("c-1", "Evidence.", at(1));
    desk.write(move |tx| record_judgement(tx, &kept));
    let mut out = article_record("Ruled out.", at(1));
    out.relevance = relevance(RelevanceDecision::Reject);
    let out = desk.write(move |tx| insert_article(tx, &out));
    let plain = article_record("On the topic, without a commitment.", at(1));
    let plain = desk.write(move |tx| insert_article(tx, &plain));

    let retention = Retention {
        polls_since: at(9),
        rejected_texts_since: at(9),
        messages_since: at(9),
        at_most: 100,
    };
    let purged = desk.write(move |tx| purge(tx, &retention));
    let gone = Purged { polls: 1, texts: 1, contents: 1, ..Purged::default() };
    assert_eq!(Purged { summaries: 0, messages: 0, ..purged }, gone);
    assert!(!purged.more);
    assert_eq!(desk.write(move |tx| purge(tx, &retention)), Purged::default());

    let stored = desk.read(|db| show_article(db, out)).unwrap();
    assert!(!stored.text_kept);
    assert!(desk.read(|db| show_article(db, plain)).unwrap().text_kept);
    assert_eq!(stored.text_hash, text_hash("Ruled out."));
    let file = desk.read(|db| show_commitment(db, &CommitmentId::new("c-1"))).unwrap();
    let evidence = file.facts[0].article.id;
    assert!(desk.read(|db| show_article(db, evidence)).unwrap().text_kept);
    assert_eq!(desk.pending(at(9))[0].entry, entry("2", "Two"), "what waits keeps its text");
    let again = poll("herald", at(10), vec![pending("1", "One")]);
    assert_eq!(desk.write(move |tx| record_poll(tx, &again)).new, 0);
}

#[test]
fn status_counts_what_is_there() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One")]);
    desk.write(move |tx| record_poll(tx, &first));
    let record = judgement("c-1", "Text.", at(2));
    desk.write(move |tx| record_judgement(tx, &record));
    let status = desk.read(status);
    assert_eq!(status.schema, schema_version());
    assert_eq!((status.sources, status.articles, status.kept, status.mentions), (2, 1, 1, 1));
    assert_eq!(status.entries["pending"], 1);
    assert_eq!(status.commitments["signed"], 1);
    assert_eq!(status.messages["held"], 1);
    assert_eq!(status.oldest_pending, Some(at(1)));
    assert_eq!(status.last_success, Some(at(1)));
    assert!(status.bytes > 100_000);
}

#[tokio::test]
async fn many_writes_at_once_are_all_answered_and_only_the_wrong_ones_are_undone() {
    let desk = Desk::new();
    let mut tasks = Vec::new();
    for number in 0..600 {
        let store = desk.store.clone();
        tasks.push(tokio::spawn(async move {
            let record = poll("herald", at(1), vec![pending(&number.to_string(), "One")]);
            let result = store
                .write(move |tx| {
                    record_poll(tx, &record)?;
                    match number % 50 {
                        0 => Err(StoreError::Conflict("changed its mind".to_owned())),
                        25 => panic!("a bug in a write"),
                        _ => Ok(number),
                    }
                })
                .await;
            (number, result)
        }));
    }
    for task in tasks {
        let (number, result) = task.await.unwrap();
        match number % 50 {
            0 => assert!(matches!(result, Err(StoreError::Conflict(_)))),
            25 => assert!(matches!(result, Err(StoreError::Panicked))),
            _ => assert_eq!(result.unwrap(), number),
        }
    }
    let waiting = desk.store.read(|db| pending_entries(db, at(1), 1000)).await.unwrap();
    assert_eq!(waiting.len(), 600 - 24);
    assert!(waiting.iter().all(|w| w.entry.key[3..].parse::<u32>().unwrap() % 25 != 0));
}

/// Writes that wait while another is at work share a transaction; one that finds no room must not take the answer
/// of its neighbours with it.
#[test]
fn whatever_was_answered_with_success_is_stored_even_beside_a_write_that_found_no_room() {
    let desk = Desk::new();
    let pages: u32 = desk.read(|db| Ok(db.query_row("PRAGMA page_count", [], |row| row.get(0))?));
    let Desk { _folder, path, store } = desk;
    drop(store);
    let store =
        Store::open(Options { max_pages: Some(pages + 20), ..Options::new(&path) }).unwrap();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let mut writes = vec![std::thread::spawn({
        let store = store.clone();
        move || {
            store.write_blocking(move |_| {
                wait.recv().unwrap();
                Ok(())
            })
        }
    })];
    for number in 1..9 {
        let store = store.clone();
        writes.push(std::thread::spawn(move || {
            let size = if number % 3 == 0 { 1 << 20 } else { 10 };
            let entries = vec![pending(&number.to_string(), &"x".repeat(size))];
            let record = poll("herald", at(number), entries);
            store.write_blocking(move |tx| record_poll(tx, &record).map(|_| ()))
        }));
    }
    go.send(()).unwrap();
    let answers: Vec<_> = writes.into_iter().skip(1).map(|write| write.join().unwrap()).collect();
    for (number, answer) in (1..).zip(answers) {
        let key = format!("id:{number}");
        let known = store
            .read_blocking(|db| known_entries(db, &SourceId::new("herald"), [key.as_str()]))
            .unwrap();
        assert_eq!(known.len() == 1, answer.is_ok(), "entry {number}");
        match answer {
            Err(StoreError::DiskFull { .. }) => assert!(number % 3 == 0, "entry {number}"),
            Err(StoreError::Undone { reason }) => {
                assert!(reason.contains("no room left"), "{reason}");
                let again = poll("herald", at(number), vec![pending(&number.to_string(), "x")]);
                store.write_blocking(move |tx| record_poll(tx, &again)).unwrap();
            }
            other => assert!(other.is_ok() && number % 3 != 0, "entry {number}: {other:?}"),
        }
    }
}

#[test]
fn a_small_fact_is_kept_under_its_name() {
    let desk = Desk::new();
    assert_eq!(desk.read(|db| meta(db, "rules")), None);
    for value in ["1", "2"] {
        desk.write(move |tx| set_meta(tx, "rules", value));
    }
    assert_eq!(desk.restart().read(|db| meta(db, "rules")).as_deref(), Some("2"));
}

#[test]
fn a_second_daemon_is_turned_away_and_a_reader_is_not() {
    let desk = Desk::new();
    let Err(error) = Store::open(Options::new(&desk.path)) else { panic!("opened twice") };
    let text = error.to_string();
    assert!(matches!(error, StoreError::InUse { pid: Some(pid), .. } if pid == std::process::id()));
    assert!(text.contains("p.db is in use by another pledgewatch (process"), "{text}");
    let reader = Store::open(Options::reading(&desk.path)).unwrap();
    let first = poll("herald", at(1), vec![pending("1", "One")]);
    desk.write(move |tx| record_poll(tx, &first));
    let seen = reader.read_blocking(|db| pending_entries(db, at(1), 9)).unwrap();
    assert_eq!(seen.len(), 1, "a reader sees what the daemon has just stored");
    let refused = reader.write_blocking(|_| Ok(()));
    assert!(matches!(refused, Err(StoreError::OpenedForReading)));
}

#[test]
fn a_lock_held_by_another_program_is_named_and_nothing_is_lost() {
    let desk = Desk::new();
    let Desk { _folder, path, store } = desk;
    drop(store);
    let quick = Options { busy_timeout: Duration::from_millis(20), ..Options::new(&path) };
    let store = Store::open(quick).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let record = poll("herald", at(1), vec![pending("1", "One")]);
    let again = record.clone();
    let error = store.write_blocking(move |tx| record_poll(tx, &record)).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }) && error.is_transient(), "{error:?}");
    assert!(error.to_string().contains("p.db is locked by another program"), "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(store.write_blocking(move |tx| record_poll(tx, &again)).unwrap().new, 1);
}

#[test]
fn a_full_disk_undoes_the_last_change_and_nothing_else() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One")]);
    desk.write(move |tx| record_poll(tx, &first));
    let pages: u32 = desk.read(|db| Ok(db.query_row("PRAGMA page_count", [], |row| row.get(0))?));
    let Desk { _folder, path, store } = desk;
    drop(store);

    let store = Store::open(Options { max_pages: Some(pages + 2), ..Options::new(&path) }).unwrap();
    let long = "x".repeat(1 << 16);
    let big: Vec<SeenEntry> =
        (0..40).map(|n| pending(&format!("big{n}"), &format!("{n}{long}"))).collect();
    let record = poll("herald", at(2), big);
    let again = record.clone();
    let error = store.write_blocking(move |tx| record_poll(tx, &record)).unwrap_err();
    assert!(matches!(error, StoreError::DiskFull { .. }) && error.is_transient(), "{error:?}");
    assert!(error.to_string().contains("no room left for database"), "{error}");
    let waiting = store.read_blocking(|db| pending_entries(db, at(9), 99)).unwrap();
    assert_eq!(waiting.len(), 1, "what was stored before is there");
    let url = "https://herald.example/feed";
    let stored = store.read_blocking(|db| validators(db, &SourceId::new("herald"), url)).unwrap();
    assert_eq!(
        stored.unwrap().etag,
        Some(format!("\"{}\"", at(1)).into_bytes()),
        "no validator without entries"
    );
    store.write_blocking(|tx| record_poll(tx, &poll("herald", at(3), vec![]))).unwrap();
    drop(store);

    let store = Store::open(Options::new(&path)).unwrap();
    assert_eq!(store.write_blocking(move |tx| record_poll(tx, &again)).unwrap().new, 40);
}

fn open_error(path: &Path) -> StoreError {
    match Store::open(Options::new(path)) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

#[test]
fn files_that_are_not_ours_are_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.db");
    let garbage = "This is a letter, not a database. ".repeat(100);
    std::fs::write(&path, &garbage).unwrap();
    assert!(matches!(open_error(&path), StoreError::NotADatabase { .. }));
    assert!(open_error(&path).to_string().contains("p.db is not an SQLite database"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), garbage);

    std::fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(open_error(&path), StoreError::Foreign { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_schema_is_refused_by_writer_and_reader() {
    let desk = Desk::new();
    let Desk { _folder, path, store } = desk;
    drop(store);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = open_error(&path);
    assert!(matches!(error, StoreError::Newer { found: 99, .. }));
    assert!(error.to_string().contains("has schema 99"), "{error}");
    let reader = Store::open(Options::reading(&path));
    assert!(matches!(reader, Err(StoreError::Newer { found: 99, .. })));
}

#[test]
fn a_reader_needs_a_database_of_its_own_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.db");
    let missing = Store::open(Options::reading(&path));
    assert!(matches!(missing, Err(StoreError::Missing { .. })));
    assert!(!path.exists(), "a reader creates nothing");
    std::fs::write(&path, "").unwrap();
    let empty = Store::open(Options::reading(&path));
    assert!(matches!(empty, Err(StoreError::Older { found: 0, .. })));
    let nowhere = open_error(&folder.path().join("no/such/folder/p.db"));
    assert!(matches!(nowhere, StoreError::CannotOpen { .. }), "{nowhere:?}");
}

#[test]
fn a_file_that_may_not_be_written_is_named_as_such() {
    let desk = Desk::new();
    let Desk { _folder, path, store } = desk;
    drop(store);
    let mut locked = path.clone().into_os_string();
    locked.push(".lock");
    for file in [&path, &PathBuf::from(locked)] {
        let mut permissions = std::fs::metadata(file).unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(file, permissions).unwrap();
        // Who may write everything (root) cannot be shown a file that may not be written.
        if std::fs::File::options().write(true).open(&path).is_err() {
            assert!(matches!(open_error(&path), StoreError::ReadOnly { .. }));
        }
    }
}

#[test]
fn a_backup_is_one_sound_file_and_the_oldest_go() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One")]);
    desk.write(move |tx| record_poll(tx, &first));
    let folder = desk._folder.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("p-notes.db"), "not a backup").unwrap();
    let made: Vec<PathBuf> =
        (0..4).map(|day| backup_into(&desk.store, &folder, at(day * 1440), 2).unwrap()).collect();
    let mut left: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["p-20261122T070000Z.db", "p-20261123T070000Z.db", "p-notes.db"]);
    verify(&made[3]).unwrap();
    let copy = Store::open(Options::reading(&made[3])).unwrap();
    assert_eq!(copy.read_blocking(|db| pending_entries(db, at(9), 9)).unwrap().len(), 1);
    let itself = desk.store.backup(&desk.path);
    assert!(matches!(itself, Err(StoreError::Conflict(_))));
}

#[test]
fn a_restore_puts_the_copy_in_place_and_keeps_what_was_there() {
    let desk = Desk::new();
    let first = poll("herald", at(1), vec![pending("1", "One")]);
    desk.write(move |tx| record_poll(tx, &first));
    let copy = desk._folder.path().join("copy.db");
    desk.store.backup(&copy).unwrap();
    let later = poll("herald", at(2), vec![pending("2", "Two")]);
    desk.write(move |tx| record_poll(tx, &later));
    assert!(matches!(restore(&copy, &desk.path, at(3)), Err(StoreError::InUse { .. })));

    let Desk { _folder, path, store } = desk;
    drop(store);
    let aside = restore(&copy, &path, at(3)).unwrap().aside.unwrap();
    let now = Store::open(Options::new(&path)).unwrap();
    assert_eq!(now.read_blocking(|db| pending_entries(db, at(9), 9)).unwrap().len(), 1);
    let before = Store::open(Options::reading(&aside)).unwrap();
    assert_eq!(before.read_blocking(|db| pending_entries(db, at(9), 9)).unwrap().len(), 2);
    drop(now);
    std::fs::write(&copy, "garbage".repeat(1000)).unwrap();
    assert!(matches!(restore(&copy, &path, at(4)), Err(StoreError::NotADatabase { .. })));
    assert!(matches!(restore(&path, &path, at(4)), Err(StoreError::Conflict(_))));
    Store::open(Options::new(&path)).unwrap();
}

#[test]
fn a_restore_takes_the_log_of_the_copy_and_of_the_replaced_database_along() {
    let desk = Desk::new();
    let Desk { _folder, path, store } = desk;
    // A database that another program left in the middle of its work has its latest changes in the log only.
    let crashed = |name: &str, key: &str| {
        let record = poll("herald", at(1), vec![pending(key, key)]);
        store.write_blocking(move |tx| record_poll(tx, &record)).unwrap();
        let to = _folder.path().join(name);
        for ending in ["", "-wal"] {
            let file = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
            std::fs::copy(file(&path), file(&to)).unwrap();
        }
        to
    };
    let (copy, old) = (crashed("copy.db", "1"), crashed("old.db", "2"));
    let done = restore(&copy, &old, at(9)).unwrap();
    assert_eq!(done.schema, schema_version());
    let count = |path: &Path| {
        let store = Store::open(Options::new(path)).unwrap();
        store.read_blocking(|db| pending_entries(db, at(9), 9)).unwrap().len()
    };
    assert_eq!((count(&old), count(&done.aside.unwrap())), (1, 2));
}

#[test]
fn who_holds_a_database_is_seen_without_disturbing_anybody() {
    let desk = Desk::new();
    assert_eq!(running(&desk.path), Some(Some(std::process::id())));
    let Desk { _folder, path, store } = desk;
    drop(store);
    assert_eq!(running(&path), None);
    assert_eq!(running(&_folder.path().join("other.db")), None);
}

#[test]
fn a_damaged_copy_does_not_pass_its_check() {
    let desk = Desk::new();
    for number in 0..200 {
        let record = judgement(&format!("c-{number}"), &"Long text. ".repeat(50), at(1));
        desk.write(move |tx| record_judgement(tx, &record));
    }
    let copy = desk._folder.path().join("copy.db");
    desk.store.backup(&copy).unwrap();
    verify(&copy).unwrap();
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0x5a);
    std::fs::write(&copy, bytes).unwrap();
    assert!(matches!(verify(&copy), Err(StoreError::Corrupt { .. })));
}
