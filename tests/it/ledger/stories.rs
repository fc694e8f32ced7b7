//! One story for each rule of the ledger.

use pledgewatch::ledger::{Purpose, release};
use pledgewatch::model::{
    AlertLevel, Assertion, Framing, InstrumentRole, InstrumentType, Kind, Language, Mention,
    Modality, Outcome, Polarity, Scope, Stage, Trust,
};

use super::scene::{Scene, act, anchor, dialogue, parties, text};

/// Beyond it an article interrupts nobody.
const MAX_AGE: jiff::SignedDuration = jiff::SignedDuration::from_hours(10 * 24);
const NEW_PUSH: (Outcome, AlertLevel) = (Outcome::New, AlertLevel::Push);
const NEW_WATCH: (Outcome, AlertLevel) = (Outcome::New, AlertLevel::Watch);
const RESTATED: (Outcome, AlertLevel) = (Outcome::Restated, AlertLevel::None);
const BACKGROUND: (Outcome, AlertLevel) = (Outcome::Background, AlertLevel::None);

fn courses(stage: Stage) -> Mention {
    let topics = ["training_capacity", "border_entry_exit"];
    let concepts = ["border_officer", "foreign_language", "training_course"];
    act(Kind::Capacity, stage, &topics, &concepts, "teach border officers a foreign language")
}

fn hotline(stage: Stage) -> Mention {
    act(
        Kind::Mechanism,
        stage,
        &["victim_protection"],
        &["hotline", "victim"],
        "a hotline for victims",
    )
}

fn flights(stage: Stage) -> Mention {
    let concepts = ["charter_flight", "return_people"];
    act(Kind::Operation, stage, &["returns"], &concepts, "charter flights that take people home")
}

fn signed(kind: InstrumentType, topics: &[&str]) -> Mention {
    let words = format!("signed a text on {}", topics.join(" and "));
    Mention {
        instrument: Some(text(kind, InstrumentRole::Concludes, topics)),
        specificity: 1,
        ..act(Kind::InstrumentConclude, Stage::Signed, topics, &[], &words)
    }
}

fn edition(number: u32, stage: Stage) -> Mention {
    Mention {
        instrument: Some(dialogue(number)),
        specificity: 2,
        ..act(Kind::Mechanism, stage, &["illegal_migration"], &["migration_dialogue"], "a dialogue")
    }
}

#[test]
fn a_promise_is_new_once_whatever_the_language_and_the_minister() {
    let mut scene = Scene::empty();
    assert_eq!(scene.tell("2026-01-10", courses(Stage::Agreed)), NEW_WATCH);
    let mut vietnamese = courses(Stage::Agreed);
    vietnamese.action.text = "mở lớp ngoại ngữ cho cán bộ cửa khẩu".to_owned();
    let mut facts = scene.facts("2026-01-11");
    facts.language = Some(Language::Vi);
    assert_eq!(scene.read(&facts, &[vietnamese]).verdicts[0].outcome, Outcome::Restated);
    let other = Mention { speaker: Some("another minister".to_owned()), ..courses(Stage::Agreed) };
    assert_eq!(scene.tell("2026-08-01", other), RESTATED);
    assert_eq!(scene.ledger.commitments().count(), 1);
    assert_eq!(scene.ledger.commitments().next().unwrap().sources, 3);
}

#[test]
fn a_higher_stage_advances_and_a_lower_one_only_restates() {
    let mut scene = Scene::empty();
    scene.tell("2026-01-10", courses(Stage::Proposed));
    let agreed = scene.verdict("2026-02-10", courses(Stage::Agreed));
    assert_eq!((agreed.outcome, agreed.level), (Outcome::Advanced, AlertLevel::Watch));
    assert_eq!(
        (agreed.stage_before, agreed.stage_after),
        (Some(Stage::Proposed), Some(Stage::Agreed))
    );
    assert_eq!(scene.tell("2026-03-10", courses(Stage::Proposed)), RESTATED);
    let under_way = Mention { specificity: 2, ..courses(Stage::Implementing) };
    assert_eq!(scene.tell("2026-04-10", under_way), (Outcome::Advanced, AlertLevel::Push));
}

#[test]
fn a_halt_and_a_resumption_are_told_and_readiness_to_resume_is_not() {
    let mut scene = Scene::empty();
    scene.tell("2026-01-10", flights(Stage::Agreed));
    let halted = scene.verdict("2026-02-10", flights(Stage::Suspended));
    assert_eq!((halted.outcome, halted.level), (Outcome::Regressed, AlertLevel::Push));
    assert_eq!(scene.tell("2026-02-12", flights(Stage::Suspended)), RESTATED);
    let mut ready = flights(Stage::Pledged);
    ready.strength = 2;
    ready.action.text = "resume the charter flights".to_owned();
    assert_eq!(scene.tell("2026-02-20", ready), RESTATED);
    let mut resumed = flights(Stage::Pledged);
    resumed.action.text = "resume the charter flights that take people home".to_owned();
    assert_eq!(scene.tell("2026-03-01", resumed), (Outcome::Advanced, AlertLevel::Push));
    let entry = scene.ledger.commitments().next().unwrap();
    assert_eq!((entry.lateral, entry.stage), (None, Stage::Agreed));
}

#[test]
fn a_refusal_closes_a_proposal_and_a_later_one_reopens_it() {
    let mut scene = Scene::empty();
    scene.tell("2026-01-10", hotline(Stage::Proposed));
    assert_eq!(
        scene.tell("2026-02-10", hotline(Stage::Refused)),
        (Outcome::Regressed, AlertLevel::Push)
    );
    assert_eq!(
        scene.tell("2026-05-10", hotline(Stage::Agreed)),
        (Outcome::Advanced, AlertLevel::Push)
    );
    let no_plan = Mention { assertion: Assertion::Negated, strength: 1, ..hotline(Stage::Refused) };
    assert_eq!(scene.tell("2026-06-10", no_plan), (Outcome::Regressed, AlertLevel::Watch));
}

#[test]
fn what_is_denied_is_contested_and_what_is_negated_predicted_or_possible_moves_nothing() {
    let mut scene = Scene::empty();
    scene.tell("2026-01-10", flights(Stage::Agreed));
    let with = |assertion, stage| Mention { assertion, ..flights(stage) };
    assert_eq!(scene.tell("2026-01-11", with(Assertion::Denied, Stage::Terminated)), RESTATED);
    let entry = scene.ledger.commitments().next().unwrap();
    assert!(entry.contested && entry.lateral.is_none());
    assert_eq!(scene.tell("2026-01-12", with(Assertion::Negated, Stage::Delivered)), BACKGROUND);
    assert_eq!(
        scene.tell("2026-01-13", with(Assertion::Hypothetical, Stage::Delivered)),
        BACKGROUND
    );
    assert_eq!(scene.tell("2026-01-14", with(Assertion::Forecast, Stage::Delivered)), RESTATED);
    assert_eq!(scene.ledger.commitments().next().unwrap().stage, Stage::Agreed);
    let mut fresh = Scene::empty();
    assert_eq!(fresh.tell("2026-01-10", with(Assertion::Forecast, Stage::Agreed)), BACKGROUND);
    assert_eq!(fresh.ledger.commitments().count(), 0);
}

#[test]
fn a_late_reprint_and_old_background_stay_silent_and_become_history() {
    let mut scene = Scene::empty();
    scene.tell("2026-06-01", courses(Stage::Agreed));
    let reprint = Mention { event_date: "2026-03-01".parse().ok(), ..courses(Stage::Implementing) };
    assert_eq!(scene.tell("2026-07-01", reprint), BACKGROUND);
    let context = Mention {
        framing: Framing::Background,
        event_date: "2025-02".parse().ok(),
        ..courses(Stage::Proposed)
    };
    assert_eq!(scene.tell("2026-07-02", context), BACKGROUND);
    let entry = scene.ledger.commitments().next().unwrap();
    assert_eq!(entry.stage, Stage::Agreed);
    let dates: Vec<String> =
        entry.history.iter().filter_map(|step| step.event_date.map(|d| d.to_string())).collect();
    assert_eq!(dates, ["2025-02", "2026-03-01", "2026-06-01"]);
}

#[test]
fn recent_background_that_nobody_told_yet_is_news_for_the_digest() {
    let mut scene = Scene::empty();
    let told = |date: &str| Mention {
        framing: Framing::Background,
        event_date: date.parse().ok(),
        specificity: 3,
        ..hotline(Stage::InForce)
    };
    assert_eq!(scene.tell("2026-06-10", told("2026-06-03")), NEW_WATCH);
    let mut other = Scene::empty();
    assert_eq!(other.tell("2026-06-10", told("2026-04-03")), BACKGROUND);
    assert!(other.ledger.commitments().next().unwrap().silent_origin);
}

#[test]
fn a_known_text_is_never_new_and_carrying_it_out_is_implied_by_its_signature() {
    let mut scene = Scene::shipped();
    let mou = Mention {
        event_date: "2018-11-21".parse().ok(),
        ..signed(InstrumentType::Mou, &["human_trafficking"])
    };
    let count = scene.ledger.commitments().count();
    assert_eq!(scene.tell("2026-01-10", mou), RESTATED);
    let implement = |framing, stage| Mention {
        framing,
        instrument: Some(text(
            InstrumentType::Mou,
            InstrumentRole::Implements,
            &["human_trafficking"],
        )),
        ..act(Kind::InstrumentImplement, stage, &["human_trafficking"], &[], "carry out the MoU")
    };
    assert_eq!(scene.tell("2026-01-11", implement(Framing::Reaffirm, Stage::Agreed)), RESTATED);
    assert_eq!(
        scene.tell("2026-01-12", implement(Framing::Report, Stage::Implementing)),
        BACKGROUND
    );
    let mut shown = implement(Framing::Report, Stage::Implementing);
    shown.anchors = vec![anchor("count", "3 C:trafficker")];
    assert_eq!(scene.tell("2026-01-13", shown), (Outcome::Advanced, AlertLevel::Watch));
    assert_eq!(scene.ledger.commitments().count(), count);
}

#[test]
fn the_unnamed_plural_is_implied_even_in_an_empty_ledger() {
    let mut scene = Scene::empty();
    let mut documents = text(InstrumentType::Agreement, InstrumentRole::Implements, &[]);
    documents.generic = true;
    let mention = Mention {
        instrument: Some(documents),
        framing: Framing::Reaffirm,
        ..act(Kind::InstrumentImplement, Stage::Agreed, &[], &[], "the signed documents")
    };
    assert_eq!(scene.tell("2026-01-10", mention), RESTATED);
}

#[test]
fn a_successor_is_a_new_text_and_is_itself_restated_later() {
    let mut scene = Scene::shipped();
    let mut successor = signed(InstrumentType::Mou, &["human_trafficking"]);
    successor.instrument.as_mut().unwrap().successor = true;
    assert_eq!(scene.tell("2026-05-01", successor.clone()), NEW_PUSH);
    assert_eq!(scene.tell("2026-05-02", successor), RESTATED);
    let supersedes = scene.ledger.instruments().filter(|text| text.supersedes.is_some());
    assert!(
        supersedes
            .map(|text| text.supersedes.clone().unwrap().to_string())
            .any(|id| id == "INS:mou-human-trafficking-2018")
    );
}

#[test]
fn a_text_that_the_press_calls_new_in_the_days_of_its_signature_is_the_same_text() {
    let mut scene = Scene::empty();
    assert_eq!(
        scene.tell("2026-05-01", signed(InstrumentType::JointStatement, &["illegal_migration"])),
        NEW_PUSH
    );
    let mut wild = signed(InstrumentType::Agreement, &["illegal_migration"]);
    wild.instrument.as_mut().unwrap().successor = true;
    assert_eq!(scene.tell("2026-05-02", wild), RESTATED);
    assert_eq!(scene.ledger.instruments().count(), 1);
}

#[test]
fn a_text_signed_long_after_its_double_is_another_or_at_least_a_question() {
    let mut scene = Scene::empty();
    scene.tell("2026-05-01", signed(InstrumentType::Protocol, &["returns"]));
    let mut dated = signed(InstrumentType::Protocol, &["returns"]);
    dated.instrument.as_mut().unwrap().date = "2027-05-01".parse().ok();
    assert_eq!(scene.tell("2027-05-02", dated), NEW_PUSH);
    let mut assumed = signed(InstrumentType::Protocol, &["returns"]);
    assumed.event_date = "2028-05-02".parse().ok();
    let verdict = scene.verdict("2028-05-02", assumed);
    assert_eq!((verdict.outcome, verdict.level), (Outcome::Unsure, AlertLevel::Watch));
    let entry = scene.ledger.commitment(&verdict.commitment.unwrap()).unwrap();
    assert!(entry.maybe_same_as.is_some());
}

#[test]
fn a_protocol_under_an_agreement_is_not_the_agreement() {
    let mut scene = Scene::shipped();
    let mut protocol = signed(InstrumentType::Protocol, &["info_sharing", "returns"]);
    protocol.stage = Stage::Proposed;
    // The extraction may take the agreement's name for the protocol's.
    protocol.instrument.as_mut().unwrap().id =
        Some(pledgewatch::model::InstrumentId::new("INS:enhanced-migration-partnership-2025"));
    assert_eq!(scene.tell("2026-04-24", protocol.clone()), NEW_WATCH);
    protocol.stage = Stage::Refused;
    assert_eq!(scene.tell("2026-08-13", protocol), (Outcome::Regressed, AlertLevel::Push));
}

#[test]
fn a_standing_body_is_one_and_its_numbered_session_another() {
    let mut scene = Scene::empty();
    let body = |edition, stage| {
        let mut body = hotline(stage);
        let mut named = text(InstrumentType::Mechanism, InstrumentRole::Concludes, &["returns"]);
        named.edition = edition;
        body.instrument = Some(named);
        body
    };
    assert_eq!(scene.tell("2026-01-10", body(None, Stage::Agreed)).0, Outcome::New);
    assert_eq!(scene.tell("2026-04-10", body(None, Stage::InForce)).0, Outcome::Advanced);
    assert_eq!(scene.tell("2026-04-10", body(Some(2), Stage::Agreed)).0, Outcome::New);
    assert_eq!(scene.tell("2026-09-10", body(None, Stage::Suspended)).0, Outcome::Regressed);
    assert_eq!(
        scene.tell("2027-03-10", body(None, Stage::InForce)),
        (Outcome::Advanced, AlertLevel::Push)
    );
}

#[test]
fn each_edition_of_a_dialogue_is_its_own_commitment() {
    let mut scene = Scene::shipped();
    let third = Mention { event_date: "2025-03-04".parse().ok(), ..edition(3, Stage::Delivered) };
    assert_eq!(scene.tell("2025-03-05", third), RESTATED);
    assert_eq!(scene.tell("2026-01-05", edition(4, Stage::Agreed)), NEW_PUSH);
    let held = scene.verdict("2026-05-05", edition(4, Stage::Delivered));
    assert_eq!((held.outcome, held.level), (Outcome::Advanced, AlertLevel::Push));
    let fifth = scene.verdict("2026-05-05", edition(5, Stage::Proposed));
    assert_eq!((fifth.outcome, fifth.level), (Outcome::New, AlertLevel::Watch));
    assert!(fifth.nearest_rejected.unwrap().failed.contains("another text or edition"));
}

#[test]
fn another_agency_of_the_same_state_makes_another_commitment() {
    let mut scene = Scene::empty();
    scene.tell("2026-01-10", courses(Stage::Agreed));
    let agency = Mention { parties: parties(&["VN.MPS", "UK.NCA"]), ..courses(Stage::Agreed) };
    let verdict = scene.verdict("2026-01-20", agency);
    assert_eq!(verdict.outcome, Outcome::New);
    let nearest = verdict.nearest_rejected.unwrap();
    assert!(nearest.failed.contains("UK.NCA"), "{nearest:?}");
    let state = Mention { parties: parties(&["VN", "UK"]), ..courses(Stage::Agreed) };
    assert_eq!(scene.tell("2026-01-21", state), RESTATED);
}

#[test]
fn another_figure_is_another_commitment_and_a_smaller_one_done_is_progress() {
    let mut scene = Scene::empty();
    let with = |count: &str, stage| Mention {
        anchors: vec![anchor("count", count)],
        specificity: 2,
        ..courses(stage)
    };
    assert_eq!(scene.tell("2026-01-10", with("200 C:border_officer", Stage::Agreed)), NEW_PUSH);
    assert_eq!(scene.tell("2026-01-12", with("200 C:border_officer", Stage::Agreed)), RESTATED);
    assert_eq!(scene.tell("2026-02-10", with("450 C:border_officer", Stage::Agreed)), NEW_PUSH);
    let done = scene.verdict("2026-03-10", with("120 C:border_officer", Stage::Implementing));
    assert_eq!(done.outcome, Outcome::Advanced);
}

#[test]
fn another_deadline_is_a_question_with_both_shown() {
    let mut scene = Scene::empty();
    let with =
        |date: &str| Mention { anchors: vec![anchor("deadline", date)], ..courses(Stage::Agreed) };
    scene.tell("2026-01-10", with("2026-06"));
    assert_eq!(scene.tell("2026-01-11", with("2026-06-30")), RESTATED);
    let verdict = scene.verdict("2026-01-20", with("2026-12"));
    assert_eq!((verdict.outcome, verdict.level), (Outcome::Unsure, AlertLevel::Watch));
    assert!(verdict.nearest_rejected.unwrap().failed.contains("deadline"));
}

#[test]
fn not_doing_is_never_the_same_as_doing() {
    let mut scene = Scene::empty();
    scene.tell("2026-01-10", flights(Stage::Agreed));
    let refrain = Mention { polarity: Polarity::Refrain, ..flights(Stage::Agreed) };
    assert_eq!(scene.tell("2026-01-11", refrain.clone()), NEW_WATCH);
    let mut other = Scene::empty();
    let facts = other.facts("2026-01-10");
    let verdicts = other.read(&facts, &[flights(Stage::Agreed), refrain]).verdicts;
    assert_ne!(verdicts[0].commitment, verdicts[1].commitment);
}

#[test]
fn alike_in_topic_but_not_in_words_is_new_and_too_few_words_are_a_question() {
    let mut scene = Scene::empty();
    scene.tell("2026-01-10", courses(Stage::Agreed));
    let topics = ["training_capacity", "border_entry_exit"];
    let concepts = ["document_examination", "workshop"];
    let other = act(
        Kind::Capacity,
        Stage::Agreed,
        &topics,
        &concepts,
        "a workshop on telling forged passports",
    );
    assert_eq!(scene.tell("2026-01-12", other).0, Outcome::New);
    let mut vague =
        act(Kind::Capacity, Stage::Agreed, &["training_capacity"], &["training"], "more training");
    vague.parties = parties(&["VN", "UK"]);
    assert_eq!(scene.tell("2026-01-13", vague.clone()).0, Outcome::Unsure);
    vague.framing = Framing::Reaffirm;
    assert_eq!(scene.tell("2026-01-14", vague).0, Outcome::Restated);
}

#[test]
fn vague_promises_share_one_entry_for_a_pair_and_a_group_of_topics() {
    let mut scene = Scene::empty();
    let general =
        |topics: &[&str], stage| act(Kind::General, stage, topics, &[], "boost cooperation");
    assert_eq!(
        scene.tell("2026-01-10", general(&["human_trafficking"], Stage::Pledged)),
        NEW_WATCH
    );
    assert_eq!(scene.tell("2026-02-10", general(&["illegal_migration"], Stage::Agreed)), RESTATED);
    assert_eq!(scene.tell("2026-02-11", general(&["financial_crime"], Stage::Agreed)), NEW_WATCH);
    let wish = act(
        Kind::InfoExchange,
        Stage::Proposed,
        &["document_fraud"],
        &["document_fraud"],
        "share information",
    );
    assert_eq!(scene.tell("2026-02-12", wish), (Outcome::New, AlertLevel::None));
}

#[test]
fn a_request_and_its_answer_in_one_article_are_one_verdict() {
    let mut scene = Scene::empty();
    let ask = Mention { specificity: 2, ..hotline(Stage::Proposed) };
    let topics = ["victim_protection"];
    let answer = act(Kind::Mechanism, Stage::Agreed, &topics, &[], "host it");
    let facts = scene.facts("2026-01-10");
    let verdicts = scene.read(&facts, &[ask, answer]).verdicts;
    assert_eq!((verdicts[0].outcome, verdicts[0].level), RESTATED);
    assert_eq!((verdicts[1].outcome, verdicts[1].level), NEW_PUSH);
    assert_eq!(verdicts[0].commitment, verdicts[1].commitment);
}

#[test]
fn content_of_a_text_is_told_inside_the_message_on_its_signature() {
    let mut scene = Scene::empty();
    let conclude = signed(InstrumentType::JointStatement, &["illegal_migration"]);
    let mut content = hotline(Stage::Signed);
    content.specificity = 3;
    content.instrument = Some(text(InstrumentType::JointStatement, InstrumentRole::ContentOf, &[]));
    let facts = scene.facts("2026-01-10");
    let verdicts = scene.read(&facts, &[content.clone(), conclude]).verdicts;
    assert_eq!((verdicts[1].outcome, verdicts[1].level), NEW_PUSH);
    assert_eq!((verdicts[0].outcome, verdicts[0].level), NEW_WATCH);
    assert_eq!(scene.tell("2026-01-12", content), RESTATED);
}

#[test]
fn a_headline_alone_founds_silently_and_never_advances() {
    let mut scene = Scene::empty();
    let headline = |stage| Mention { headline_only: true, confidence: 0.4, ..courses(stage) };
    assert_eq!(
        scene.tell("2026-01-10", headline(Stage::Proposed)),
        (Outcome::New, AlertLevel::None)
    );
    assert_eq!(scene.tell("2026-01-11", headline(Stage::Agreed)), RESTATED);
    assert_eq!(
        scene.tell("2026-01-12", courses(Stage::Agreed)),
        (Outcome::Advanced, AlertLevel::Watch)
    );
}

#[test]
fn a_signature_must_be_performed_to_be_believed() {
    let mut scene = Scene::shipped();
    let mut claim = signed(InstrumentType::Treaty, &["extradition_mla"]);
    claim.modality = Modality::UnilateralCommissive;
    claim.instrument.as_mut().unwrap().id =
        Some(pledgewatch::model::InstrumentId::new("INS:proposed-extradition-agreement"));
    assert_eq!(scene.tell("2026-01-10", claim.clone()), RESTATED);
    claim.modality = Modality::Performative;
    assert_eq!(scene.tell("2026-01-12", claim), (Outcome::Advanced, AlertLevel::Push));
}

#[test]
fn a_lone_source_of_low_trust_waits_for_a_second_one() {
    let mut scene = Scene::empty();
    let strong = || Mention { specificity: 3, ..flights(Stage::Agreed) };
    let mut facts = scene.facts("2026-01-10");
    facts.trust = Trust::Low;
    facts.outlet = Some(pledgewatch::model::SourceId::new("rumours"));
    let verdict = scene.read(&facts, &[strong()]).verdicts.remove(0);
    assert_eq!((verdict.outcome, verdict.level), NEW_PUSH);
    let entry = scene.ledger.commitment(verdict.commitment.as_ref().unwrap()).cloned();
    let gate =
        |purpose, facts: &_| release(&verdict, entry.as_ref(), facts, purpose, MAX_AGE).level;
    assert_eq!(gate(Purpose::Live, &facts), AlertLevel::Watch);
    let mut copy = scene.facts("2026-01-11");
    copy.copy = true;
    assert_eq!(scene.read(&copy, &[strong()]).verdicts[0].level, AlertLevel::None);
    let mut own = scene.facts("2026-01-11");
    own.outlet = facts.outlet.clone();
    own.trust = Trust::Low;
    assert_eq!(scene.read(&own, &[strong()]).verdicts[0].level, AlertLevel::None);
    let second = scene.facts("2026-01-11");
    let verdict = scene.read(&second, &[strong()]).verdicts.remove(0);
    assert_eq!((verdict.outcome, verdict.level), (Outcome::Restated, AlertLevel::Push));
    let third = scene.facts("2026-01-12");
    assert_eq!(scene.read(&third, &[strong()]).verdicts[0].level, AlertLevel::None);
}

#[test]
fn baselines_imports_replays_and_old_articles_never_interrupt() {
    let mut scene = Scene::empty();
    let facts = scene.facts("2026-01-10");
    let verdict = scene
        .read(&facts, &[Mention { specificity: 3, ..flights(Stage::Agreed) }])
        .verdicts
        .remove(0);
    let level = |facts: &_, purpose| release(&verdict, None, facts, purpose, MAX_AGE).level;
    assert_eq!(level(&facts, Purpose::Live), AlertLevel::Push);
    for purpose in [Purpose::Baseline, Purpose::Import, Purpose::Replay] {
        assert_eq!(level(&facts, purpose), AlertLevel::None);
    }
    let mut old = facts.clone();
    old.arrival = "2026-03-01T00:00:00Z".parse().unwrap();
    assert_eq!(level(&old, Purpose::Live), AlertLevel::Watch);
}

#[test]
fn what_stands_beside_the_topic_never_pushes() {
    let mut scene = Scene::empty();
    let beside = Mention { scope: Scope::Adjacent, specificity: 3, ..flights(Stage::Agreed) };
    assert_eq!(scene.tell("2026-01-10", beside), NEW_WATCH);
}

#[test]
fn every_verdict_says_why() {
    let mut scene = Scene::empty();
    scene.tell("2026-01-10", courses(Stage::Agreed));
    let verdict = scene.verdict("2026-01-12", courses(Stage::Agreed));
    let tests: Vec<&str> = verdict.because.iter().map(|check| check.test.as_str()).collect();
    for test in
        ["candidate", "kind", "pair", "topics", "words", "anchor", "framing", "stage", "policy"]
    {
        assert!(tests.contains(&test), "{test} is missing: {tests:?}");
    }
    assert!(verdict.sentence.starts_with("Restated: "), "{}", verdict.sentence);
    let revived = scene.verdict("2028-01-12", courses(Stage::Agreed));
    assert!(revived.sentence.contains("long silence"), "{}", revived.sentence);
}
