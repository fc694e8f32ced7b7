//! What people say holds: at once, for everything that comes later, and under a replay.

use std::sync::Arc;

use jiff::Timestamp;
use pledgewatch::ledger::corrections::{Bucket, Correction, FieldValue, Operation, Point};
use pledgewatch::ledger::difference::{Difference, Side};
use pledgewatch::ledger::replay::{Account, Replayed, replay};
use pledgewatch::ledger::{Bindings, Ledger, Purpose, Rulings, fingerprints, release};
use pledgewatch::model::{
    AlertLevel, ArticleId, Commitment, CommitmentId, CorrectionId, Dismissal, Fingerprint,
    InstrumentId, InstrumentRole, InstrumentType, Kind, Mention, Outcome, Stage,
};

use super::scene::{Scene, act, anchor, parties, text, topic};

/// A stream of articles with what people said about it.
struct Desk {
    accounts: Vec<Account>,
    log: Vec<Correction>,
}

impl Desk {
    /// One article a day, from 2026-01-01.
    fn with(articles: Vec<Vec<Mention>>) -> Self {
        let mut scene = Scene::empty();
        let accounts = articles.into_iter().enumerate().map(|(day, mut mentions)| {
            for (at, mention) in mentions.iter_mut().enumerate() {
                mention.ordinal = at as u32;
            }
            Account { facts: scene.facts(&format!("2026-01-{:02}", day + 1)), mentions }
        });
        Self { accounts: accounts.collect(), log: Vec::new() }
    }

    fn say(&mut self, operation: Operation) -> CorrectionId {
        let id = CorrectionId(self.log.len() as i64 + 1);
        let (by, reason) = ("analyst".to_owned(), String::new());
        self.log.push(Correction { id, at: Timestamp::UNIX_EPOCH, by, reason, operation });
        id
    }

    fn mention(&self, article: usize, at: usize) -> Fingerprint {
        let account = &self.accounts[article];
        fingerprints(&account.facts, &account.mentions)[at].clone()
    }

    fn point(&self, article: usize) -> Point {
        Point::Mention(self.mention(article, 0))
    }

    fn rulings(&self) -> Arc<Rulings> {
        Arc::new(Rulings::of(&self.log, &Bindings::new()))
    }

    fn replay(&self) -> Replayed {
        replay(Ledger::empty(topic()), &self.accounts, self.rulings(), topic())
    }
}

/// Outcome and entry of the first mention of an article.
fn verdict(replayed: &Replayed, article: usize) -> (Outcome, Option<CommitmentId>) {
    let verdict = &replayed.verdicts[article][0];
    (verdict.outcome, verdict.commitment.clone())
}

fn entry(replayed: &Replayed, article: usize) -> &Commitment {
    let id = verdict(replayed, article).1.unwrap();
    replayed.ledger.commitment(&id).unwrap()
}

fn written(replayed: &Replayed) -> String {
    let texts: Vec<_> = replayed.ledger.instruments().collect();
    serde_json::to_string(&(replayed.entries(), texts, &replayed.verdicts)).unwrap()
}

fn courses(stage: Stage) -> Mention {
    let topics = ["training_capacity", "border_entry_exit"];
    let concepts = ["border_officer", "foreign_language", "training_course"];
    act(Kind::Capacity, stage, &topics, &concepts, "teach border officers a foreign language")
}

fn flights() -> Mention {
    let concepts = ["charter_flight", "return_people"];
    let words = "charter flights that take people home";
    act(Kind::Operation, Stage::Agreed, &["returns"], &concepts, words)
}

/// The courses as another outlet words them: nothing but the pair in common.
fn lessons() -> Mention {
    let mut mention = act(
        Kind::Capacity,
        Stage::Agreed,
        &["document_fraud"],
        &["english_lesson", "checkpoint_staff"],
        "english lessons for the staff of checkpoints",
    );
    mention.parties = parties(&["VN.MPS", "UK.HO"]);
    mention
}

#[test]
fn merged_entries_keep_the_older_id_and_both_wordings_find_it() {
    let mut desk = Desk::with(vec![
        vec![courses(Stage::Agreed)],
        vec![lessons()],
        vec![lessons()],
        vec![courses(Stage::Agreed)],
    ]);
    let before = desk.replay();
    assert_eq!(verdict(&before, 1).0, Outcome::New);
    let (older, younger) = (verdict(&before, 0).1.unwrap(), verdict(&before, 1).1.unwrap());
    desk.say(Operation::Merge { one: desk.point(1), other: desk.point(0) });
    let after = desk.replay();
    for article in 1..4 {
        assert_eq!(verdict(&after, article), (Outcome::Restated, Some(older.clone())));
    }
    assert_eq!(after.ledger.commitments().count(), 1);
    assert_eq!(after.ledger.standing(&younger).unwrap().id, older, "the younger id leads there");
    assert_eq!(entry(&after, 0).sources, 4);
    let difference = compared(&desk, &before, &after);
    assert_eq!(difference.redirects(), [(younger, older)]);
    assert!(difference.created.is_empty() && difference.vanished.is_empty(), "{difference:?}");
}

fn compared(desk: &Desk, before: &Replayed, after: &Replayed) -> Difference {
    let side = |replayed: &Replayed| {
        let entries = replayed.entries();
        let keys = desk.accounts.iter().zip(&replayed.verdicts).flat_map(|(account, verdicts)| {
            let known = fingerprints(&account.facts, &account.mentions);
            known.into_iter().map(|one| (account.facts.id, one)).zip(verdicts)
        });
        Side::new(&entries, keys)
    };
    Difference::between(&side(before), &side(after))
}

#[test]
fn a_stage_told_of_the_merged_wording_moves_the_entry_and_its_face() {
    let signed = Mention { ..lessons() };
    let done = Mention { stage: Stage::Implementing, ..lessons() };
    let mut desk = Desk::with(vec![vec![courses(Stage::Agreed)], vec![signed], vec![done]]);
    desk.say(Operation::Merge { one: desk.point(0), other: desk.point(1) });
    let after = desk.replay();
    assert_eq!(verdict(&after, 2).0, Outcome::Advanced);
    assert_eq!(entry(&after, 2).stage, Stage::Implementing);
    assert!(after.entries().iter().all(|entry| entry.stage == Stage::Implementing));
}

#[test]
fn a_split_mention_founds_an_entry_that_says_where_it_comes_from() {
    let mut desk = Desk::with(vec![
        vec![courses(Stage::Agreed)],
        vec![courses(Stage::Agreed)],
        vec![courses(Stage::Agreed)],
    ]);
    let before = desk.replay();
    let old = verdict(&before, 0).1.unwrap();
    desk.say(Operation::Split {
        mention: desk.mention(1, 0),
        from: vec![desk.point(0), desk.point(2)],
    });
    let after = desk.replay();
    assert_eq!(verdict(&after, 1).0, Outcome::New);
    assert_eq!(entry(&after, 1).split_from.as_ref(), Some(&old));
    assert_eq!(verdict(&after, 2), (Outcome::Restated, Some(old.clone())));
    let near = after.verdicts[1][0].nearest_rejected.clone().unwrap();
    assert_eq!((&near.commitment, near.failed.as_str()), (&old, "people told them apart"));
    let difference = compared(&desk, &before, &after);
    assert_eq!(difference.split.len(), 1, "{difference:?}");
    assert_eq!(difference.split[0].other, old);
}

#[test]
fn the_founding_mention_can_be_split_off_too() {
    let mut desk = Desk::with(vec![
        vec![courses(Stage::Agreed)],
        vec![courses(Stage::Agreed)],
        vec![courses(Stage::Agreed)],
    ]);
    desk.say(Operation::Split {
        mention: desk.mention(0, 0),
        from: vec![desk.point(1), desk.point(2)],
    });
    let after = desk.replay();
    let (first, second) = (verdict(&after, 0).1, verdict(&after, 1).1);
    assert_ne!(first, second);
    assert_eq!(verdict(&after, 2), (Outcome::Restated, second));
}

#[test]
fn a_text_told_apart_is_another_text() {
    let signed = || Mention {
        instrument: Some(text(InstrumentType::Mou, InstrumentRole::Concludes, &["returns"])),
        ..act(
            Kind::InstrumentConclude,
            Stage::Signed,
            &["returns"],
            &[],
            "signed a memorandum on returns",
        )
    };
    let mut desk = Desk::with(vec![vec![signed()], vec![signed()]]);
    let before = desk.replay();
    assert_eq!(verdict(&before, 0).1, verdict(&before, 1).1);
    desk.say(Operation::Split { mention: desk.mention(1, 0), from: vec![desk.point(0)] });
    let after = desk.replay();
    assert_eq!(verdict(&after, 1).0, Outcome::New);
    assert_ne!(entry(&after, 0).instrument, entry(&after, 1).instrument);
    desk.log.clear();
    let other = Mention {
        instrument: Some(text(InstrumentType::Protocol, InstrumentRole::Concludes, &["visa"])),
        ..act(Kind::InstrumentConclude, Stage::Signed, &["visa"], &[], "signed a protocol on visas")
    };
    desk.accounts.truncate(1);
    let mut more = Desk::with(vec![vec![signed()], vec![other.clone()], vec![other]]);
    more.say(Operation::Merge { one: more.point(0), other: more.point(1) });
    let merged = more.replay();
    assert_eq!(verdict(&merged, 1).1, verdict(&merged, 0).1);
    assert_eq!(verdict(&merged, 2).1, verdict(&merged, 0).1, "found through the text's other name");
}

#[test]
fn a_dismissed_mention_founds_nothing_and_a_dismissed_commitment_stays_silent() {
    let strong =
        || Mention { specificity: 3, anchors: vec![anchor("place", "VN.HAI_PHONG")], ..flights() };
    let mut desk = Desk::with(vec![vec![strong()], vec![strong()]]);
    let why = Dismissal::OffTopic;
    desk.say(Operation::Dismiss { what: desk.point(0), whole: false, why });
    let after = desk.replay();
    assert_eq!(verdict(&after, 0), (Outcome::Background, None));
    assert_eq!(verdict(&after, 1).0, Outcome::New, "the next article is another mention");
    assert!(after.verdicts[0][0].sentence.contains("off the topic"));

    desk.log.clear();
    desk.say(Operation::Dismiss { what: desk.point(0), whole: true, why });
    let advanced = Mention { stage: Stage::Implementing, ..strong() };
    desk.accounts.extend(
        Desk::with(vec![vec![]; 2].into_iter().chain([vec![advanced]]).collect()).accounts.pop(),
    );
    let after = desk.replay();
    for verdicts in &after.verdicts {
        assert_eq!(
            (verdicts[0].outcome, verdicts[0].level),
            (Outcome::Background, AlertLevel::None)
        );
        assert!(verdicts[0].commitment.is_some());
    }
    assert_eq!(entry(&after, 0).dismissed, Some(why));
}

#[test]
fn what_was_unsure_becomes_certain_by_a_word() {
    let with =
        |date: &str| Mention { anchors: vec![anchor("deadline", date)], ..courses(Stage::Agreed) };
    let mut desk =
        Desk::with(vec![vec![with("2026-06")], vec![with("2026-12")], vec![with("2026-12")]]);
    let before = desk.replay();
    assert_eq!(verdict(&before, 1).0, Outcome::Unsure);
    desk.say(Operation::Confirm { mention: desk.mention(1, 0), with: None });
    let own = desk.replay();
    assert_eq!(verdict(&own, 1).0, Outcome::New);
    assert_eq!(entry(&own, 1).maybe_same_as, None);
    desk.log.clear();
    desk.say(Operation::Confirm { mention: desk.mention(1, 0), with: Some(desk.point(0)) });
    let same = desk.replay();
    assert_eq!(verdict(&same, 1), (Outcome::Restated, verdict(&same, 0).1));
    assert_eq!(verdict(&same, 2), (Outcome::Restated, verdict(&same, 0).1));
}

#[test]
fn a_doubt_about_which_entry_it_is_does_not_lower_what_is_news_in_any_case() {
    let with = |stage: Stage, date: &str| Mention {
        anchors: vec![anchor("deadline", date)],
        specificity: 2,
        ..courses(stage)
    };
    let levels = |second: Mention| {
        let desk = Desk::with(vec![vec![with(Stage::Agreed, "2026-06")], vec![second]]);
        let told = desk.replay();
        let verdict = &told.verdicts[1][0];
        (verdict.outcome, verdict.level)
    };
    // Agreed here and agreed there: it may be the same promise told again.
    assert_eq!(levels(with(Stage::Agreed, "2026-12")), (Outcome::Unsure, AlertLevel::Watch));
    // New, or the known one carried out: both are news.
    assert_eq!(levels(with(Stage::Implementing, "2026-12")), (Outcome::Unsure, AlertLevel::Push));
    assert_eq!(levels(with(Stage::Suspended, "2026-12")), (Outcome::Unsure, AlertLevel::Push));
}

#[test]
fn a_field_is_set_on_a_mention_or_on_a_commitment() {
    let mut desk =
        Desk::with(vec![vec![courses(Stage::Signed)], vec![courses(Stage::Implementing)]]);
    let value = FieldValue::Stage { stage: Stage::Agreed, date: "2025-12-24".parse().ok() };
    let what = desk.point(0);
    desk.say(Operation::Set {
        what: what.clone(),
        whole: false,
        after: ArticleId(0),
        value: value.clone(),
    });
    let after = desk.replay();
    assert_eq!(after.verdicts[0][0].stage_after, Some(Stage::Agreed));
    assert_eq!(entry(&after, 0).history[0].event_date, "2025-12-24".parse().ok());

    desk.log.clear();
    desk.say(Operation::Set { what, whole: true, after: ArticleId(1), value });
    let after = desk.replay();
    assert_eq!(after.verdicts[0][0].stage_after, Some(Stage::Signed), "set after that article");
    assert_eq!(after.verdicts[1][0].stage_before, Some(Stage::Agreed));
    assert_eq!(after.verdicts[1][0].outcome, Outcome::Advanced);

    let mut desk = Desk::with(vec![vec![courses(Stage::Agreed)]]);
    for value in [
        FieldValue::Kind { kind: Kind::Outreach },
        FieldValue::Parties { parties: vec!["UK.NCA".to_owned(), "VN.MPS".to_owned()] },
        FieldValue::Instrument { instrument: Some(InstrumentId::new("INS:x")) },
        FieldValue::EventDate { date: "2025-11".parse().ok() },
    ] {
        let what = desk.point(0);
        desk.say(Operation::Set { what, whole: false, after: ArticleId(0), value });
    }
    let after = desk.replay();
    let entry = entry(&after, 0);
    assert_eq!(entry.kind, Kind::Outreach);
    assert_eq!(entry.parties, ["UK.NCA", "VN.MPS"]);
    assert_eq!(entry.stage_date, "2025-11".parse().ok());
}

#[test]
fn what_a_set_field_hides_is_kept_with_the_entry_and_with_the_verdict() {
    let mut desk = Desk::with(vec![vec![courses(Stage::Signed)]]);
    let stage = |stage| FieldValue::Stage { stage, date: None };
    let (what, after) = (desk.point(0), ArticleId(1));
    for value in [stage(Stage::Agreed), FieldValue::Parties { parties: vec!["UK.NCA".to_owned()] }]
    {
        desk.say(Operation::Set { what: what.clone(), whole: true, after, value });
    }
    let replayed = desk.replay();
    let set: Vec<(i64, &str, &str)> = entry(&replayed, 0)
        .set
        .iter()
        .map(|one| (one.correction.0, one.field.as_str(), one.was.split(" on ").next().unwrap()))
        .collect();
    assert_eq!(set, [(1, "stage", "signed"), (2, "parties", "UK.HO, VN.MPS")]);
    desk.say(Operation::Undo { correction: CorrectionId(1) });
    assert_eq!(entry(&desk.replay(), 0).set.len(), 1);

    desk.log.clear();
    desk.say(Operation::Set { what, whole: false, after, value: stage(Stage::Agreed) });
    let replayed = desk.replay();
    let why = replayed.verdicts[0][0].because.iter().find(|check| check.test == "set").unwrap();
    assert!(why.value.starts_with("stage agreed (correction 1), read as signed"), "{why:?}");
}

/// Whether an article's first verdict interrupts, and whether digests tell it.
fn released(desk: &Desk, replayed: &Replayed, article: usize) -> AlertLevel {
    let (verdict, facts) = (&replayed.verdicts[article][0], &desk.accounts[article].facts);
    let age = jiff::SignedDuration::from_hours(72);
    release(verdict, Some(entry(replayed, article)), facts, Purpose::Live, age).level
}

#[test]
fn a_muted_commitment_is_told_in_digests_and_interrupts_nobody() {
    let strong =
        || Mention { specificity: 3, anchors: vec![anchor("place", "VN.HAI_PHONG")], ..flights() };
    let elsewhere = || {
        let anchors = vec![anchor("place", "VN.NGHE_AN")];
        Mention { specificity: 3, anchors, ..flights() }
    };
    let mut desk = Desk::with(vec![vec![strong()], vec![elsewhere()]]);
    let before = desk.replay();
    let levels = |desk: &Desk, replayed: &Replayed| [0, 1].map(|at| released(desk, replayed, at));
    assert_eq!(levels(&desk, &before), [AlertLevel::Push; 2]);
    desk.say(Operation::Mute { bucket: Bucket::Commitment(desk.point(0)) });
    let muted = desk.replay();
    assert_eq!(levels(&desk, &muted), [AlertLevel::Watch, AlertLevel::Push]);
    assert_eq!(muted.verdicts, before.verdicts, "what is known does not change");
    let stored = Ledger::restore(muted.entries(), muted.instruments(), topic());
    assert!(stored.commitment(&entry(&muted, 0).id).unwrap().muted, "a restart keeps it");
    desk.say(Operation::Undo { correction: CorrectionId(1) });
    assert_eq!(written(&desk.replay()), written(&before));

    let (kind, parties) = (entry(&before, 0).kind, entry(&before, 0).parties.clone());
    desk.say(Operation::Mute { bucket: Bucket::Alike { kind, parties } });
    let alike = desk.replay();
    assert_eq!(levels(&desk, &alike), [AlertLevel::Watch; 2], "both are alike");
}

#[test]
fn a_split_outranks_a_merge_and_the_newest_merge_is_named() {
    let mut desk = Desk::with(vec![vec![courses(Stage::Agreed)], vec![lessons()], vec![flights()]]);
    desk.say(Operation::Merge { one: desk.point(0), other: desk.point(1) });
    desk.say(Operation::Split { mention: desk.mention(2, 0), from: vec![desk.point(0)] });
    let chain = desk.say(Operation::Merge { one: desk.point(1), other: desk.point(2) });
    assert_eq!(desk.rulings().overruled, [chain]);
    let after = desk.replay();
    assert_eq!(verdict(&after, 0).1, verdict(&after, 1).1);
    assert_ne!(verdict(&after, 0).1, verdict(&after, 2).1);
}

#[test]
fn a_correction_about_a_mention_that_is_gone_is_orphaned() {
    let mut desk = Desk::with(vec![vec![courses(Stage::Agreed)], vec![lessons()]]);
    let id = desk.say(Operation::Merge { one: desk.point(0), other: desk.point(1) });
    let gone = Bindings::from([(desk.mention(1, 0), None)]);
    assert_eq!(Rulings::of(&desk.log, &gone).orphaned, [id]);
    let moved = Bindings::from([(desk.mention(1, 0), Some(Fingerprint::new("elsewhere")))]);
    let rulings = Rulings::of(&desk.log, &moved);
    assert!(rulings.orphaned.is_empty() && rulings.names(&Fingerprint::new("elsewhere")));
}

#[test]
fn an_undo_gives_the_very_same_ledger_again() {
    let mut desk = Desk::with(vec![vec![courses(Stage::Agreed)], vec![lessons()], vec![flights()]]);
    let before = written(&desk.replay());
    for operation in [
        Operation::Merge { one: desk.point(0), other: desk.point(1) },
        Operation::Dismiss { what: desk.point(2), whole: true, why: Dismissal::Wrong },
    ] {
        let id = desk.say(operation);
        assert_ne!(written(&desk.replay()), before);
        desk.say(Operation::Undo { correction: id });
        assert_eq!(written(&desk.replay()), before);
    }
}
