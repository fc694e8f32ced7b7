//! A mail server that fails in every way, and a sender that is cut off at every step: whatever happens, once the faults
//! stop every message is taken, exactly once where nobody was left in doubt, and nobody waits for another's fault.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mail_parser::MessageParser;
use pledgewatch::model::OutboxId;
use pledgewatch::notify::alert::Letterhead;
use pledgewatch::notify::deliver::{CHANNEL, DeliveryReport, deliver_due, recover};
use pledgewatch::notify::desk::{Addressee, Desk};
use pledgewatch::notify::facts::Reader;
use pledgewatch::notify::message::Sender;
use pledgewatch::notify::notice::NoticeFacts;
use pledgewatch::notify::post::Post;
use pledgewatch::notify::specimen;
use pledgewatch::notify::templates::Templates;
use pledgewatch::notify::transport::{LmtpAddress, Mode, ServerSettings, Transport};
use pledgewatch::store::{self, MessageKind, MessageState, NewMessage, Options, Store};

use crate::smtp::{Answer, Phase, Smtp};

pub fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-11-21T08:30:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub fn settings(server: &Smtp) -> ServerSettings {
    ServerSettings {
        host: "localhost".into(),
        port: server.port(),
        command_timeout: Duration::from_secs(10),
        final_timeout: Duration::from_secs(10),
        patience: Duration::from_millis(100),
        ..ServerSettings::default()
    }
}

pub fn plain(server: &Smtp) -> Transport {
    Transport::open(Mode::Plain(settings(server))).unwrap()
}

/// An outbox with three readers, one of them the operator.
pub struct Office {
    pub store: Store,
    pub desk: Desk,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Office {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pledgewatch.db");
        let reader = |id: &str| {
            let to = Addressee { address: format!("{id}@example.org"), name: String::new() };
            (id.to_owned(), to)
        };
        let desk = Desk {
            templates: Templates::embedded().unwrap(),
            letterhead: Letterhead::default(),
            sender: Sender { address: "alerts@watch.example".into(), ..Sender::default() },
            names_en: specimen::names(),
            names_vi: specimen::names(),
            recipients: ["ha", "tom", "kim"].map(reader).into(),
            post: Post {
                operators: BTreeMap::from([("kim".to_owned(), Reader::default())]),
                ..Post::default()
            },
        };
        Self { store: Store::open(Options::new(&path)).unwrap(), desk, path, _folder: folder }
    }

    /// The process is gone, and the next one begins.
    pub fn restart(self) -> Self {
        let Self { store, desk, path, _folder } = self;
        drop(store);
        let store = Store::open(Options::new(&path)).unwrap();
        run(recover(&store)).unwrap();
        Self { store, desk, path, _folder }
    }

    pub fn pending(&self, recipient: &str, key: &str, paragraphs: usize) -> OutboxId {
        let mut facts = NoticeFacts::test(Reader::default(), at(0));
        facts.paragraphs = vec!["All is well, and this says so at length. ".repeat(20); paragraphs];
        let rendered = self.desk.notice(recipient, key, &facts).unwrap();
        let message = NewMessage {
            recipient: recipient.into(),
            channel: CHANNEL.into(),
            event_key: key.into(),
            kind: MessageKind::Notice,
            not_before: at(0),
            awaits_second: false,
            facts: "{}".into(),
            rendered: Some((rendered.bytes, rendered.message_id)),
            thread_key: None,
            commitment: None,
            about: None,
        };
        let stored =
            move |tx: &store::Transaction<'_>| store::insert_message(tx, &message, None, at(0));
        self.store.write_blocking(stored).unwrap().unwrap()
    }

    pub fn deliver(&self, transport: &Transport, now: Timestamp) -> DeliveryReport {
        run(deliver_due(&self.store, transport, &self.desk, now)).unwrap()
    }

    /// Delivers until `server` is asked for `phase`, and is cut off there.
    fn deliver_until(&self, server: &Smtp, phase: Phase, now: Timestamp) {
        let transport = plain(server);
        run(async {
            tokio::select! {
                done = deliver_due(&self.store, &transport, &self.desk, now) => panic!("{done:?}"),
                () = reached(server, phase) => {}
            }
        });
    }

    pub fn states(&self) -> Vec<MessageState> {
        let mut rows = self.store.read_blocking(|db| store::messages(db, None, 1000)).unwrap();
        rows.sort_by_key(|row| row.id);
        rows.iter().map(|row| row.state).collect()
    }

    fn is_done(&self) -> bool {
        self.states().iter().all(|state| *state == MessageState::Accepted)
    }
}

async fn reached(server: &Smtp, phase: Phase) {
    let word = match phase {
        Phase::Banner => "",
        Phase::Ehlo => "EHLO",
        Phase::Mail => "MAIL",
        Phase::Rcpt => "RCPT",
        Phase::Data => "DATA",
        _ => ".",
    };
    loop {
        let there = match phase {
            Phase::Banner => server.connections() > 0,
            Phase::Dot => !server.messages().is_empty(),
            _ => server.commands().iter().any(|line| line.starts_with(word)),
        };
        if there {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// How often the server said yes to each message, by its id.
fn taken(server: &Smtp) -> BTreeMap<String, usize> {
    let mut taken = BTreeMap::new();
    for message in server.messages().iter().filter(|message| message.accepted) {
        let read = MessageParser::default().parse(&message.bytes).unwrap();
        *taken.entry(read.message_id().unwrap().to_owned()).or_default() += 1;
    }
    taken
}

pub fn to(server: &Smtp) -> Vec<String> {
    server.messages().iter().filter(|one| one.accepted).map(|one| one.to.clone()).collect()
}

const PHASES: [Phase; 6] =
    [Phase::Banner, Phase::Ehlo, Phase::Mail, Phase::Rcpt, Phase::Data, Phase::Dot];

#[test]
fn a_sender_cut_off_at_any_step_sends_the_rest_after_its_restart() {
    for phase in PHASES {
        let office = Office::new();
        for (recipient, key) in [("ha", "a"), ("tom", "a"), ("ha", "b")] {
            office.pending(recipient, key, 1);
        }
        let server = Smtp::start();
        server.on(phase, None, Answer::Hang);
        office.deliver_until(&server, phase, at(0));
        let office = office.restart();
        server.behave();
        office.deliver(&plain(&server), at(1));
        assert!(office.is_done(), "{phase:?}: {:?}", office.states());
        let taken = taken(&server);
        assert_eq!(taken.len(), 3, "{phase:?}");
        // The server had said yes to none of them before.
        assert!(taken.values().all(|count| *count == 1), "{phase:?}: {taken:?}");
    }
}

/// A number that looks like chance and is always the same.
fn dice(seed: &mut u64, sides: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % sides
}

#[test]
fn after_any_sequence_of_faults_every_message_is_taken_and_once_where_nobody_was_in_doubt() {
    let faults: [(Phase, &str); 14] = [
        (Phase::Banner, "421 4.3.2 busy"),
        (Phase::Banner, "554 5.3.2 closed"),
        (Phase::Ehlo, "421 4.3.2 busy"),
        (Phase::Mail, "451 4.3.0 later"),
        (Phase::Mail, "421 4.3.2 busy"),
        (Phase::Mail, "550 5.7.1 not from you"),
        (Phase::Rcpt, "450 4.7.1 greylisted"),
        (Phase::Rcpt, "421 4.3.2 busy"),
        (Phase::Rcpt, "552 5.2.2 full"),
        (Phase::Data, "451 4.3.0 later"),
        (Phase::Data, "421 4.3.2 busy"),
        (Phase::Dot, "452 4.3.1 no room"),
        (Phase::Dot, "421 4.3.2 busy"),
        (Phase::Dot, "452 4.2.2 over quota"),
    ];
    for start in 0..12 {
        let mut seed = start;
        let mut office = Office::new();
        for number in 0..6 {
            office.pending(["ha", "tom", "kim"][number % 3], &format!("k{number}"), 1);
        }
        let server = Smtp::start();
        let mut doubts = BTreeSet::new();
        let mut now = 0;
        for _ in 0..8 {
            for _ in 0..dice(&mut seed, 4) {
                match dice(&mut seed, 3) {
                    0 => {
                        let phase = PHASES[dice(&mut seed, 6) as usize];
                        server.once(phase, None, Answer::Drop);
                    }
                    _ => {
                        let (phase, line) = faults[dice(&mut seed, 14) as usize];
                        server.once(phase, None, Answer::say(line));
                    }
                }
            }
            let report = office.deliver(&plain(&server), at(now));
            doubts.extend(report.unknown.iter().map(|(id, _)| *id));
            assert!(report.rejected.is_empty(), "{report:?}");
            if dice(&mut seed, 4) == 0 {
                office = office.restart();
            }
            now += 61;
        }
        server.behave();
        for _ in 0..4 {
            now += 300;
            office.deliver(&plain(&server), at(now));
        }
        assert!(office.is_done(), "seed {start}: {:?}", office.states());
        let taken = taken(&server);
        assert_eq!(taken.len(), 6, "seed {start}");
        // Dropped after the dot, the server had not said yes; so even those in doubt came once.
        assert!(taken.values().all(|count| *count == 1), "seed {start}: {taken:?} {doubts:?}");
    }
}

#[test]
fn a_server_that_thinks_long_about_one_message_delays_nobody_elses() {
    let office = Office::new();
    for (recipient, key) in [("ha", "a"), ("ha", "b"), ("tom", "a"), ("kim", "a")] {
        office.pending(recipient, key, 1);
    }
    let server = Smtp::start();
    server.on(Phase::Dot, Some("ha@"), Answer::Hang);
    let slow = ServerSettings { final_timeout: Duration::from_secs(120), ..settings(&server) };
    let transport = Transport::open(Mode::Plain(slow)).unwrap();
    run(async {
        let both = async {
            while to(&server).len() < 2 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            done = deliver_due(&office.store, &transport, &office.desk, at(0)) => panic!("{done:?}"),
            () = both => {}
        }
    });
    assert_eq!(to(&server), ["tom@example.org", "kim@example.org"]);
    // Her second message waits for her first: they arrive in order.
    assert_eq!(server.messages().iter().filter(|one| one.to.starts_with("ha")).count(), 1);
}

#[test]
fn a_recipient_at_whose_name_the_server_hangs_up_closes_the_way_for_nobody() {
    let office = Office::new();
    for (recipient, key) in [("ha", "a"), ("tom", "a"), ("kim", "a")] {
        office.pending(recipient, key, 1);
    }
    let server = Smtp::start();
    server.on(Phase::Rcpt, Some("ha@"), Answer::Drop);
    let report = office.deliver(&plain(&server), at(0));
    assert_eq!((report.accepted.len(), report.deferred.len(), report.down), (2, 1, None));
    // Where it hangs up on everybody, the way is closed after the second.
    let office = Office::new();
    for recipient in ["ha", "tom", "kim"] {
        office.pending(recipient, "a", 1);
    }
    server.on(Phase::Rcpt, None, Answer::Drop);
    assert!(office.deliver(&plain(&server), at(0)).down.is_some());
    assert_eq!(office.states()[2], MessageState::Pending);
}

#[test]
fn an_idle_connection_that_the_server_has_closed_is_opened_again() {
    let office = Office::new();
    office.pending("ha", "a", 1);
    office.pending("tom", "a", 1);
    let server = Smtp::start();
    server.once(Phase::Mail, None, Answer::say("250 2.1.0 ok")).once(
        Phase::Mail,
        None,
        Answer::Drop,
    );
    let report = office.deliver(&plain(&server), at(0));
    assert_eq!((report.accepted.len(), report.down), (2, None));
    assert_eq!(server.connections(), 2);
}

#[test]
fn what_is_too_big_goes_out_once_in_a_short_edition() {
    let office = Office::new();
    office.pending("ha", "a", 60);
    office.pending("tom", "b", 1);
    let server = Smtp::start();
    server.once(Phase::Dot, None, Answer::say("552 5.3.4 message too big"));
    let report = office.deliver(&plain(&server), at(0));
    assert_eq!((report.shortened.len(), report.accepted.len()), (1, 2), "{report:?}");
    let messages = server.messages();
    let hers: Vec<_> = messages.iter().filter(|one| one.to.starts_with("ha@")).collect();
    let (long, short) = (&hers[0].bytes, &hers[1].bytes);
    assert!(short.len() * 4 < long.len(), "{} and {}", short.len(), long.len());
    let (long, short) = (
        MessageParser::default().parse(long).unwrap(),
        MessageParser::default().parse(short).unwrap(),
    );
    assert_eq!(long.message_id(), short.message_id());
    assert_eq!(long.subject(), short.subject());
    let text = short.body_text(0).unwrap();
    assert!(text.contains("too big") && text.contains("All is well"), "{text}");
    assert!(short.html_body.iter().all(|part| short.parts[*part as usize].is_text()));
}

#[test]
fn a_server_that_says_how_much_it_takes_is_not_sent_more() {
    let office = Office::new();
    let long = office.pending("ha", "a", 60);
    let server = Smtp::start();
    server.announce_size(30_000);
    let report = office.deliver(&plain(&server), at(0));
    assert_eq!((report.shortened.len(), report.accepted.len()), (1, 1), "{report:?}");
    assert_eq!(server.messages().len(), 1);
    assert!(
        server.commands().iter().any(|line| line.starts_with("MAIL") && line.contains("SIZE="))
    );
    // Not even the short one fits: it is given up, and somebody has to look.
    let office2 = Office::new();
    office2.pending("ha", "a", 60);
    server.announce_size(100);
    let report = office2.deliver(&plain(&server), at(0));
    assert_eq!((report.shortened.len(), report.rejected.len()), (1, 1), "{report:?}");
    let given_up = office2.store.read_blocking(store::given_up_messages).unwrap();
    assert_eq!(given_up.len(), 1);
    assert_eq!(long, OutboxId(1));
}

#[test]
fn a_dead_address_is_suspended_after_two_days_and_the_operator_hears_of_it() {
    let mut office = Office::new();
    let server = Smtp::start();
    server.on(Phase::Rcpt, Some("ha@"), Answer::say("550 5.1.1 no such user"));
    for (day, key) in [(0, "a"), (1, "b"), (2, "c")] {
        office.pending("ha", key, 1);
        let report = office.deliver(&plain(&server), at(day * 1500));
        assert_eq!(report.rejected.len(), 1);
        assert_eq!(report.suspended.len(), usize::from(day == 2), "day {day}");
    }
    assert_eq!(to(&server), ["kim@example.org"], "the operator was told in the same round");
    let told = MessageParser::default().parse(&server.messages()[0].bytes).unwrap().into_owned();
    assert!(told.body_text(0).unwrap().contains("no such user"));
    let asked = server.commands().len();
    office.pending("ha", "d", 1);
    office.deliver(&plain(&server), at(4 * 1440));
    assert_eq!(server.commands().len(), asked, "nothing more is tried");
    let trouble = office.store.read_blocking(|db| store::trouble_at(db, at(9999))).unwrap();
    assert_eq!((trouble.suspended.len(), trouble.overdue.len(), trouble.given_up.len()), (1, 0, 3));
    // Another address in the configuration, and what waited leaves.
    office.desk.recipients.get_mut("ha").unwrap().address = "ha.nguyen@example.org".into();
    assert_eq!(office.deliver(&plain(&server), at(5 * 1440)).accepted.len(), 1);
}

#[test]
fn a_refused_login_is_tried_once_an_hour_across_restarts_and_at_once_with_other_settings() {
    let office = Office::new();
    office.pending("ha", "a", 1);
    let server = Smtp::start();
    server.on(Phase::Auth, None, Answer::say("535 5.7.8 wrong"));
    let with = |user: &str| {
        let login = Some((user.to_owned(), "s3cret".to_owned()));
        Transport::open(Mode::Plain(ServerSettings { login, ..settings(&server) })).unwrap()
    };
    let tried = || server.commands().iter().filter(|line| line.starts_with("AUTH")).count();
    assert!(office.deliver(&with("watch"), at(0)).down.is_some());
    let office = office.restart();
    office.deliver(&with("watch"), at(59));
    assert_eq!(tried(), 1);
    office.deliver(&with("watch"), at(61));
    assert_eq!(tried(), 2);
    server.behave();
    assert_eq!(office.deliver(&with("other"), at(62)).accepted.len(), 1);
    assert!(office.store.read_blocking(store::closed_ways).unwrap().is_empty());
}

#[test]
fn a_message_that_is_put_off_again_and_again_is_late_all_the_same() {
    let office = Office::new();
    office.pending("ha", "a", 1);
    let server = Smtp::start();
    server.on(Phase::Banner, None, Answer::say("421 busy"));
    for minute in [0, 2, 8, 30, 70] {
        office.deliver(&plain(&server), at(minute));
    }
    let late = |minute: i64| {
        office.store.read_blocking(move |db| store::trouble_at(db, at(minute - 60))).unwrap()
    };
    assert!(late(59).overdue.is_empty());
    let trouble = late(71);
    assert_eq!((trouble.overdue.len(), trouble.closed.len()), (1, 1));
    assert!(trouble.lines()[0].contains("busy"), "{:?}", trouble.lines());
}

#[test]
fn a_mailbox_server_on_this_machine_takes_mail_by_lmtp() {
    let office = Office::new();
    office.pending("ha", "a", 1);
    office.pending("tom", "a", 1);
    let server = Smtp::start();
    server.on(Phase::Rcpt, Some("tom@"), Answer::say("550 5.1.1 no such mailbox"));
    let transport = Transport::open(Mode::Lmtp(LmtpAddress::Loopback, settings(&server))).unwrap();
    let report = office.deliver(&transport, at(0));
    assert_eq!((report.accepted.len(), report.rejected.len()), (1, 1), "{report:?}");
    assert!(server.commands()[0].starts_with("LHLO "));
    assert!(
        MessageParser::default().parse(&server.messages()[0].bytes).unwrap().subject().is_some()
    );
    server.behave();
    server.once(Phase::Dot, None, Answer::Drop);
    office.pending("kim", "a", 1);
    assert_eq!(office.deliver(&transport, at(1)).unknown.len(), 1);
    let away = ServerSettings { host: "mail.example.org".into(), ..settings(&server) };
    assert!(Transport::open(Mode::Lmtp(LmtpAddress::Loopback, away)).is_err());
}

#[test]
fn the_program_that_queues_mail_says_with_its_exit_code_what_became_of_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sendmail");
    let says = |code: i32| {
        let taken = folder.path().join("taken");
        let text =
            format!("#!/bin/sh\necho \"$@\" > {0}\ncat >> {0}\nexit {code}\n", taken.display());
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        Transport::open(Mode::Sendmail(program.clone(), ServerSettings::default())).unwrap()
    };
    let office = Office::new();
    office.pending("ha", "a", 1);
    assert_eq!(office.deliver(&says(75), at(0)).deferred.len(), 1);
    assert!(office.deliver(&says(69), at(10)).down.is_some());
    assert_eq!(office.deliver(&says(0), at(20)).accepted.len(), 1);
    let taken = std::fs::read_to_string(folder.path().join("taken")).unwrap();
    assert!(taken.starts_with("-i -f alerts@watch.example -- ha@example.org\n"), "{taken}");
    assert!(!taken.contains('\r'));
    office.pending("tom", "b", 1);
    let report = office.deliver(&says(67), at(30));
    assert_eq!(report.rejected.len(), 1);
}
