//! Stories of mentions that say little themselves: what stands around them tells which commitment they mean.

use pledgewatch::model::{
    AlertLevel, Framing, InstrumentRole, InstrumentType, Kind, Mention, Outcome, Party, Quote,
    Role, Span, Stage,
};

use super::scene::{Scene, act, anchor, parties, text};

const NEW_PUSH: (Outcome, AlertLevel) = (Outcome::New, AlertLevel::Push);

fn in_sentence(number: usize, mention: Mention) -> Mention {
    let span = Span::new(number * 100, number * 100 + 90);
    let quote = Quote { text: format!("sentence {number}"), span };
    Mention { quote, ..mention }
}

fn signed(kind: InstrumentType, topics: &[&str]) -> Mention {
    Mention {
        instrument: Some(text(kind, InstrumentRole::Concludes, topics)),
        ..act(Kind::InstrumentConclude, Stage::Signed, topics, &[], "signed a text")
    }
}

#[test]
fn what_is_resumed_is_what_was_halted_however_briefly_it_is_named() {
    let mut scene = Scene::empty();
    let funding =
        |stage, words| act(Kind::Resource, stage, &["human_trafficking"], &["funding"], words);
    scene.tell("2026-01-10", funding(Stage::Pledged, "funding for a plan against trafficking"));
    scene.tell("2026-03-10", funding(Stage::Suspended, "suspended funding under the plan"));
    let resumed = Mention {
        topics: vec!["law_enforcement".to_owned()],
        confidence: 0.5,
        ..funding(Stage::Implementing, "funding resumed")
    };
    assert_eq!(scene.tell("2026-06-10", resumed), (Outcome::Advanced, AlertLevel::Push));
    assert_eq!(scene.ledger.commitments().count(), 1);
}

/// "The meeting that was due next week is put off" is the second session that was agreed, without saying "second".
#[test]
fn a_halt_is_of_what_was_still_to_come_without_its_number() {
    let mut scene = Scene::empty();
    let session =
        |stage, words| act(Kind::Mechanism, stage, &["returns"], &["working_group_meeting"], words);
    scene.tell("2026-04-24", session(Stage::Agreed, "hold a second session of the working group"));
    let halted =
        scene.tell("2026-09-18", session(Stage::Suspended, "a session of the working group"));
    assert_eq!(halted, (Outcome::Regressed, AlertLevel::Push));
    assert_eq!(scene.ledger.commitments().count(), 1);
}

#[test]
fn what_was_done_since_a_text_was_signed_carries_the_text_out() {
    let mut scene = Scene::empty();
    scene.tell("2025-03-31", signed(InstrumentType::ActionPlan, &["human_trafficking"]));
    let recalled = Mention {
        framing: Framing::Background,
        event_date: "2025-03".parse().ok(),
        ..signed(InstrumentType::ActionPlan, &["human_trafficking"])
    };
    let result = Mention {
        framing: Framing::Report,
        ..act(Kind::Operation, Stage::Delivered, &[], &[], "broken up three rings")
    };
    let facts = scene.facts("2025-06-20");
    let verdicts =
        scene.read(&facts, &[in_sentence(1, recalled.clone()), in_sentence(1, result.clone())]);
    let told = &verdicts.verdicts[1];
    assert_eq!((told.outcome, told.level), (Outcome::Advanced, AlertLevel::Watch));
    assert_eq!(told.stage_after, Some(Stage::Implementing));
    // In a sentence of its own it is a report like any other.
    let mut scene = Scene::empty();
    scene.tell("2025-03-31", signed(InstrumentType::ActionPlan, &["human_trafficking"]));
    let facts = scene.facts("2025-06-20");
    let verdicts = scene.read(&facts, &[in_sentence(1, recalled), in_sentence(2, result)]);
    assert_eq!(verdicts.verdicts[1].outcome, Outcome::Background);
}

#[test]
fn a_rule_told_twice_in_one_sentence_is_one_rule() {
    let rule = |concepts: &[&str], words| Mention {
        parties: parties(&["UK.HO"]),
        ..act(Kind::Policy, Stage::Ratified, &["border_entry_exit"], concepts, words)
    };
    let named = rule(&["transit_visa"], "travellers will need a transit visa");
    let again = rule(&[], "the new regulation that was adopted on Thursday");
    let mut scene = Scene::empty();
    let facts = scene.facts("2026-06-04");
    let told = [in_sentence(1, named.clone()), in_sentence(1, again.clone())];
    let verdicts = scene.read(&facts, &told).verdicts;
    assert_eq!(verdicts[0].commitment, verdicts[1].commitment);
    assert_eq!(verdicts[1].level, AlertLevel::None);
    // In another sentence it may be any rule.
    let mut scene = Scene::empty();
    let facts = scene.facts("2026-06-04");
    let verdicts = scene.read(&facts, &[in_sentence(1, named), in_sentence(2, again)]).verdicts;
    assert_ne!(verdicts[0].commitment, verdicts[1].commitment);
}

#[test]
fn when_the_side_that_was_asked_accepts_both_have_agreed() {
    let party = |id: &str, role| Party { id: id.to_owned(), role };
    let asked = Mention {
        parties: vec![party("VN.BGHC", Role::Proposer), party("UK.HO", Role::Addressee)],
        anchors: vec![anchor("count", "4 C:lecturer")],
        ..act(Kind::Capacity, Stage::Proposed, &["training_capacity"], &["training"], "invite four")
    };
    let accepted = Mention {
        parties: vec![party("UK.HO", Role::Committer)],
        ..act(Kind::Operation, Stage::Pledged, &["training_capacity"], &[], "receive them")
    };
    let mut scene = Scene::empty();
    let facts = scene.facts("2026-12-04");
    let verdicts = scene.read(&facts, &[asked.clone(), accepted.clone()]).verdicts;
    assert_eq!(verdicts[1].outcome, Outcome::New);
    assert_eq!(verdicts[1].stage_after, Some(Stage::Agreed));
    // A side that binds itself to what it asked for has only pledged it.
    let own = Mention { parties: vec![party("VN.BGHC", Role::Committer)], ..accepted };
    let mut scene = Scene::empty();
    let verdicts = scene.read(&facts, &[asked, own]).verdicts;
    assert_eq!(verdicts[1].stage_after, Some(Stage::Pledged));
}

#[test]
fn what_an_article_tells_has_happened_by_its_day_and_a_later_day_is_when_it_is_due() {
    let mut scene = Scene::empty();
    let rule = |stage| Mention {
        parties: parties(&["UK.HO"]),
        ..act(Kind::Policy, stage, &["border_entry_exit"], &["transit_visa"], "a transit visa")
    };
    let ahead = Mention { event_date: "2026-07-02".parse().ok(), ..rule(Stage::Ratified) };
    assert_eq!(scene.tell("2026-06-04", ahead), NEW_PUSH);
    let entry = scene.ledger.commitments().next().unwrap();
    assert_eq!(entry.stage_date, "2026-06-04".parse().ok());
    assert_eq!(entry.due, "2026-07-02".parse().ok());
    // Else what happens before that day would be older than what is known.
    let halted = scene.tell("2026-06-20", rule(Stage::Suspended));
    assert_eq!(halted, (Outcome::Regressed, AlertLevel::Push));
}

#[test]
fn every_meeting_has_its_own_communique_and_a_treaty_is_asked_about() {
    let told = |kind| {
        let mut scene = Scene::empty();
        scene.tell("2025-03-04", signed(kind, &["illegal_migration"]));
        let dated = Mention {
            event_date: "2028-03-15".parse().ok(),
            ..signed(kind, &["illegal_migration"])
        };
        scene.tell("2028-03-15", dated).0
    };
    assert_eq!(told(InstrumentType::JointCommunique), Outcome::New);
    assert_eq!(told(InstrumentType::Treaty), Outcome::Unsure);
}

#[test]
fn the_document_is_the_text_that_is_being_negotiated() {
    let mut scene = Scene::empty();
    let negotiated =
        Mention { stage: Stage::Negotiating, ..signed(InstrumentType::Protocol, &["returns"]) };
    scene.tell("2026-05-29", negotiated);
    let mut bare = signed(InstrumentType::Agreement, &[]);
    bare.stage = Stage::Concluded;
    assert_eq!(scene.tell("2026-11-13", bare), (Outcome::Advanced, AlertLevel::Push));
    assert_eq!(scene.ledger.commitments().count(), 1);
}

#[test]
fn so_many_every_quarter_are_under_way_and_never_done() {
    let mut scene = Scene::empty();
    let files = |stage, anchors| Mention {
        anchors,
        specificity: 2,
        ..act(
            Kind::Operation,
            stage,
            &["returns"],
            &["identity_verification", "returns_files"],
            "check files",
        )
    };
    let target = vec![anchor("count", "300 C:returns_files"), anchor("period", "every 1 quarter")];
    scene.tell("2026-04-24", files(Stage::Agreed, target));
    let done = files(Stage::Delivered, vec![anchor("count", "214 C:returns_files")]);
    let verdict = scene.verdict("2026-08-13", done);
    assert_eq!(verdict.stage_after, Some(Stage::Implementing));
    assert_eq!((verdict.outcome, verdict.level), (Outcome::Advanced, AlertLevel::Push));
}

#[test]
fn a_body_that_one_article_names_and_another_describes_is_one() {
    let group = act(
        Kind::Mechanism,
        Stage::Agreed,
        &["document_fraud", "legal_migration"],
        &["student_visa", "working_group"],
        "set up a working group on student visas",
    );
    let mut scene = Scene::empty();
    scene.tell("2024-12-05", group.clone());
    let topics = ["document_fraud", "legal_migration"];
    let named = text(InstrumentType::Mechanism, InstrumentRole::Concludes, &topics);
    let named = Mention { instrument: Some(named), ..group };
    assert_eq!(scene.tell("2024-12-06", named), (Outcome::Restated, AlertLevel::None));
}
