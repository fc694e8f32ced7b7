//! The daemon, killed by its own mail server at every step of the conversation: what was under way is in doubt and goes
//! out again under the same Message-ID, everything else arrives once.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt as _;

use crate::daemon::{Service, instalments, with_baseline};
use crate::newsroom::{Mail, column};
use crate::program::wait_for;
use crate::smtp::{Answer, Phase};

/// Two readers more; every pledge is told to three.
const READERS: &str = "[[recipient]]\nid = \"ha\"\naddress = \"ha@example.org\"\nnotices = false\n\
    [[recipient]]\nid = \"tom\"\naddress = \"tom@example.org\"\nnotices = false\n";

/// Where the daemon is killed, at whose message, and whether the server has answered by then.
const STEPS: [(Phase, Option<&str>, bool); 12] = [
    (Phase::Banner, None, false),
    (Phase::Banner, None, true),
    (Phase::Ehlo, None, false),
    (Phase::Mail, None, false),
    (Phase::Rcpt, Some("analyst@"), false),
    (Phase::Rcpt, Some("tom@"), false),
    (Phase::Data, None, false),
    (Phase::Data, None, true),
    (Phase::Body, None, false),
    (Phase::Dot, None, false),
    (Phase::Dot, None, true),
    (Phase::Quit, None, false),
];

#[test]
fn killed_at_every_step_of_a_conversation_everything_arrives_and_once_where_nobody_was_in_doubt() {
    let service = Service::with(READERS);
    service.baseline();
    let stories = instalments(STEPS.len() + 1);
    // Rows that a server had in full when their sender died.
    let mut doubtful = BTreeSet::new();
    for (number, (phase, whose, answered)) in STEPS.into_iter().enumerate() {
        service.publish(number + 2, &with_baseline(&stories[..=number]));
        service.time_passes();
        let mut daemon = service.program.start();
        let kill = Answer::Kill { process: daemon.id(), answered };
        service.smtp.once(phase, whose, kill);
        assert_eq!(daemon.wait().signal(), Some(9), "{phase:?} {whose:?}: {}", daemon.log());
        service.smtp.behave();
        service.legal_state(&stories);
        let under_way = column(
            &service.program.sql(),
            "SELECT message_id FROM outbox WHERE state = 'sending' ORDER BY id",
        );
        match phase {
            Phase::Dot => doubtful.extend(under_way),
            // All that was sent is recorded before the client takes its leave.
            Phase::Quit => assert_eq!(under_way, [""; 0], "after the last message"),
            _ => assert!(!under_way.is_empty(), "{phase:?}: nothing was under way"),
        }
    }
    let last = STEPS.len();
    service.publish(last + 2, &with_baseline(&stories));
    service.time_passes();
    // And in the end, somebody at whose name the server falls silent: the others have theirs all the same.
    service.smtp.on(Phase::Rcpt, Some("ha@"), Answer::Hang);
    let daemon = service.program.start().wait_until_ready();
    let unsent = "SELECT count(*) FROM outbox
        WHERE recipient <> 'ha' AND state NOT IN ('accepted', 'merged')";
    let told = "SELECT count(*) FROM outbox WHERE recipient = 'tom'";
    let before = column(&service.program.sql(), told);
    wait_for("the messages of the others", || {
        let sql = service.program.sql();
        (column(&sql, told) != before && column(&sql, unsent) == ["0"]).then_some(())
    });
    daemon.kill();
    service.smtp.behave();
    service.time_passes();
    let mut daemon = service.program.start().wait_until_ready();
    service.settle(last + 2);
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());

    let mut copies: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for received in service.smtp.messages() {
        let id = format!("<{}>", Mail::read(&received.bytes).message_id);
        copies.entry(id).or_default().push(received.bytes);
    }
    let sent = column(
        &service.program.sql(),
        "SELECT message_id FROM outbox WHERE state = 'accepted' ORDER BY message_id",
    );
    let received: Vec<&String> = copies.keys().collect();
    assert_eq!(received, sent.iter().collect::<Vec<_>>(), "each message has arrived, and no other");
    let twice: Vec<&String> =
        copies.iter().filter(|(_, all)| all.len() > 1).map(|(id, _)| id).collect();
    assert!(twice.iter().all(|id| doubtful.contains(*id)), "{twice:?} but only {doubtful:?}");
    assert!(copies.values().all(|all| all.iter().all(|one| *one == all[0])), "other bytes");
    eprintln!(
        "{} kills, {} messages: 0 lost, {} twice of {} in doubt",
        STEPS.len() + 1,
        sent.len(),
        twice.len(),
        doubtful.len()
    );
}
