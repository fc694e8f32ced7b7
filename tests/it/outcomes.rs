//! Every way in which a mail server can answer, by the rows of a table, played to the end: what becomes of the message,
//! when it is tried again, whether the others have theirs, and that in the end it is there once or refused with a word.

use jiff::{SignedDuration, Timestamp};
use mail_parser::MessageParser;
use pledgewatch::notify::transport::{Mode, ServerSettings, Transport};
use pledgewatch::store::{self, MessageState};

use crate::faults::{Office, at, plain, settings, to};
use crate::smtp::{Answer, Phase, Smtp};

/// What becomes of Ha's message, and of the way.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    /// Nothing can be sent for so many minutes; whether somebody must look at the configuration.
    Closed { minutes: i64, operator: bool },
    /// It is tried again after so many minutes; the others have theirs at once.
    Later(i64),
    /// It may have arrived, and goes out again after so many minutes with the same id.
    InDoubt(i64),
    /// It is given up, with the server's word for somebody to read.
    Refused,
    /// A short edition is there in the same round.
    Short,
    /// It is there.
    Taken,
}

use Fate::{Closed, InDoubt, Later, Refused, Short, Taken};

const DOWN: Fate = Closed { minutes: 1, operator: false };
const WRONG: Fate = Closed { minutes: 60, operator: true };

/// Where the answer comes, the answer (nothing: the line is dead), and what it means.
const ROWS: [(Phase, Option<&str>, Fate); 36] = [
    // Greeting: the server is down.
    (Phase::Banner, None, DOWN),
    (Phase::Banner, Some("421 4.3.2 busy"), DOWN),
    (Phase::Banner, Some("554 5.3.2 no service"), DOWN),
    (Phase::Ehlo, None, DOWN),
    (Phase::Ehlo, Some("421 4.3.2 busy"), DOWN),
    // Login: a wrong password is the operator's business, and is tried once an hour.
    (Phase::Auth, Some("535 5.7.8 wrong"), WRONG),
    (Phase::Auth, Some("534 5.7.9 too weak"), WRONG),
    (Phase::Auth, Some("530 5.7.0 not so"), WRONG),
    (Phase::Auth, Some("454 4.7.0 later"), DOWN),
    (Phase::Auth, Some("451 4.3.0 later"), DOWN),
    // The sender.
    (Phase::Mail, Some("550 5.7.1 not from you"), WRONG),
    (Phase::Mail, Some("553 5.1.8 no such sender"), WRONG),
    (Phase::Mail, Some("530 5.7.0 log in first"), WRONG),
    (Phase::Mail, Some("421 4.3.2 closing"), DOWN),
    (Phase::Mail, Some("450 4.7.1 greylisted"), Later(5)),
    (Phase::Mail, Some("452 4.3.1 no room"), Later(5)),
    (Phase::Mail, None, DOWN),
    // The recipient.
    (Phase::Rcpt, Some("450 4.7.1 greylisted"), Later(5)),
    (Phase::Rcpt, Some("451 4.7.1 greylisted"), Later(5)),
    (Phase::Rcpt, Some("452 4.5.3 too many"), Later(5)),
    (Phase::Rcpt, Some("550 5.1.1 no such user"), Refused),
    (Phase::Rcpt, Some("551 5.1.6 has moved"), Refused),
    (Phase::Rcpt, Some("553 5.1.3 no address"), Refused),
    (Phase::Rcpt, Some("552 5.2.2 mailbox full"), Later(5)),
    (Phase::Rcpt, None, Later(1)),
    // The message.
    (Phase::Data, Some("451 4.3.0 later"), Later(5)),
    (Phase::Data, Some("552 5.3.4 too big"), Short),
    (Phase::Data, Some("554 5.7.1 not wanted"), Refused),
    (Phase::Data, None, Later(1)),
    // After the final dot.
    (Phase::Dot, Some("250 2.0.0 queued as T1"), Taken),
    (Phase::Dot, Some("451 4.3.0 later"), Later(5)),
    (Phase::Dot, Some("452 4.3.1 no room"), Later(5)),
    (Phase::Dot, Some("550 5.7.1 looks like spam"), Refused),
    (Phase::Dot, Some("552 5.3.4 too big"), Short),
    (Phase::Dot, Some("552 5.2.2 mailbox full"), Later(5)),
    (Phase::Dot, None, InDoubt(10)),
];

#[test]
fn every_answer_is_played_to_its_end() {
    for (phase, answer, fate) in ROWS {
        let row = format!("{phase:?} {answer:?}");
        let office = Office::new();
        office.pending("ha", "a", 60);
        office.pending("tom", "a", 1);
        let server = Smtp::start();
        let whose = match phase {
            Phase::Rcpt | Phase::Dot => Some("ha@"),
            _ => None,
        };
        let answers = answer.map_or(Answer::Drop, Answer::say);
        // At the start of a conversation everybody meets it; later only she does.
        match phase {
            Phase::Banner | Phase::Ehlo | Phase::Auth => server.on(phase, whose, answers),
            _ => server.once(phase, whose, answers),
        };
        let login = Some(("watch".to_owned(), "s3cret".to_owned()));
        let transport =
            Transport::open(Mode::Plain(ServerSettings { login, ..settings(&server) })).unwrap();
        office.deliver(&transport, at(0));
        judge(&row, &office, &server, &transport, fate, answer);
    }
}

/// The round itself takes a moment.
fn is_soon_after(moment: Timestamp, expected: Timestamp) -> bool {
    (expected..expected + SignedDuration::from_secs(50)).contains(&moment)
}

/// Holds what happened against the fate, and lets time pass until all is well.
fn judge(
    row: &str,
    office: &Office,
    server: &Smtp,
    transport: &Transport,
    fate: Fate,
    answer: Option<&str>,
) {
    let rows = |state| {
        let found = office.store.read_blocking(move |db| store::messages(db, Some(state), 9));
        found.unwrap()
    };
    let closed = office.store.read_blocking(store::closed_ways).unwrap().pop();
    let hers = || server.messages().iter().filter(|one| one.to.starts_with("ha@")).count();
    match fate {
        Closed { minutes, operator } => {
            let way = closed.unwrap_or_else(|| panic!("{row}: the way is open"));
            assert_eq!(way.needs_operator, operator, "{row}");
            assert!(is_soon_after(way.paused_until, at(minutes)), "{row}: {way:?}");
            assert!(answer.is_none_or(|said| way.error.contains(&said[10..])), "{row}: {way:?}");
            assert_eq!(to(server), [""; 0], "{row}");
            let asked = server.connections();
            office.deliver(transport, at(minutes) - SignedDuration::from_secs(1));
            assert_eq!(server.connections(), asked, "{row}: a pause is a pause");
        }
        Later(minutes) | InDoubt(minutes) => {
            assert_eq!(to(server), ["tom@example.org"], "{row}: nobody else waits");
            let unsure = matches!(fate, InDoubt(_));
            let state = if unsure { MessageState::Unknown } else { MessageState::Deferred };
            let waiting = rows(state);
            assert_eq!(waiting.len(), 1, "{row}");
            assert!(is_soon_after(waiting[0].not_before, at(minutes)), "{row}: {waiting:?}");
            assert!(waiting[0].last_error.is_some(), "{row}");
            office.deliver(transport, at(minutes) - SignedDuration::from_secs(1));
            assert_eq!(to(server).len(), 1, "{row}: too early");
        }
        Refused => {
            assert_eq!(to(server), ["tom@example.org"], "{row}: nobody else is refused");
            let given_up = office.store.read_blocking(store::given_up_messages).unwrap();
            let word = given_up[0].last_error.clone().unwrap_or_default();
            assert!(word.contains(&answer.unwrap()[10..]), "{row}: {word}");
        }
        Short | Taken => assert_eq!(to(server).len(), 2, "{row}"),
    }
    server.behave();
    office.deliver(transport, at(90));
    let accepted = rows(MessageState::Accepted).len();
    if fate == Refused {
        assert_eq!((accepted, to(server).len()), (1, 1), "{row}: refused for good");
        return;
    }
    assert_eq!((accepted, to(server).len()), (2, 2), "{row}: each once");
    if matches!(fate, InDoubt(_)) {
        let ids: Vec<_> = server
            .messages()
            .iter()
            .filter(|one| one.to.starts_with("ha@"))
            .map(|one| {
                MessageParser::default().parse(&one.bytes).unwrap().message_id().unwrap().to_owned()
            })
            .collect();
        assert_eq!((hers(), &ids[0]), (2, &ids[1]), "{row}: again under the same id");
    }
    assert!(office.store.read_blocking(store::closed_ways).unwrap().is_empty(), "{row}");
}

/// What is wrong with a server, how it is spoken to, and whether its authority is known.
type Door<'a> = (&'a str, Smtp, fn(ServerSettings) -> Mode, bool);

#[test]
fn a_way_that_cannot_be_trusted_is_never_used_and_no_word_leaves_in_clear_text() {
    let rows: [Door<'_>; 4] = [
        ("an unknown authority", Smtp::tls(), Mode::Tls, false),
        ("an unknown authority after STARTTLS", Smtp::starttls(), Mode::Starttls, false),
        ("no STARTTLS", Smtp::start(), Mode::Starttls, true),
        ("STARTTLS refused", Smtp::starttls(), Mode::Starttls, true),
    ];
    for (row, server, mode, trusted) in rows {
        if row.ends_with("refused") {
            server.on(Phase::Starttls, None, Answer::say("454 4.7.0 not now"));
        }
        let office = Office::new();
        office.pending("ha", "a", 1);
        let authority = trusted.then(|| crate::smtp::AUTHORITY.into());
        let login = Some(("watch".to_owned(), "s3cret".to_owned()));
        let settings = ServerSettings { authority, login, ..settings(&server) };
        let transport = Transport::open(mode(settings)).unwrap();
        assert!(office.deliver(&transport, at(0)).down.is_some(), "{row}");
        let way = office.store.read_blocking(store::closed_ways).unwrap().remove(0);
        assert!(way.needs_operator || row.ends_with("refused"), "{row}: {way:?}");
        let said = server.commands();
        let innocent =
            |line: &String| ["EHLO", "STARTTLS", "QUIT"].iter().any(|word| line.starts_with(word));
        assert!(server.messages().is_empty() && said.iter().all(innocent), "{row}: {said:?}");
        assert_eq!(office.states(), [MessageState::Deferred], "{row}: it waits");
    }
}

#[test]
fn a_name_without_an_address_and_a_door_that_is_shut_are_a_server_that_is_down() {
    let shut = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // A label of 64 letters is in no host name: no resolver asks the network for it.
    let nameless = format!("{}.example", "x".repeat(64));
    for (host, port) in [(nameless.as_str(), 25), ("127.0.0.1", shut)] {
        let office = Office::new();
        office.pending("ha", "a", 1);
        let away = ServerSettings { host: host.into(), port, ..settings(&Smtp::start()) };
        let transport = Transport::open(Mode::Tls(away)).unwrap();
        assert!(office.deliver(&transport, at(0)).down.is_some(), "{host}");
        let way = office.store.read_blocking(store::closed_ways).unwrap().remove(0);
        assert!(!way.needs_operator && is_soon_after(way.paused_until, at(1)), "{host}: {way:?}");
    }
}

#[test]
fn greylisting_is_waited_out_in_growing_steps_and_given_up_on_after_five_days() {
    let office = Office::new();
    office.pending("ha", "a", 1);
    let server = Smtp::start();
    server.on(Phase::Rcpt, None, Answer::say("451 4.7.1 greylisted"));
    let transport = plain(&server);
    let (mut now, mut waits) = (at(0), Vec::new());
    while office.states() != [MessageState::Rejected] {
        office.deliver(&transport, now);
        let row = office.store.read_blocking(|db| store::messages(db, None, 1)).unwrap().remove(0);
        if row.state == MessageState::Deferred {
            waits.push(row.not_before.duration_since(now).as_mins());
            now = row.not_before;
        }
        assert!(waits.len() < 999, "it is never given up");
    }
    assert_eq!(waits[..3], [5, 15, 30]);
    assert!(waits.iter().all(|wait| (5..=30).contains(wait)));
    let days = now.duration_since(at(0)).as_hours() / 24;
    assert!((4..=5).contains(&days), "{days} days");
    let told = office.store.read_blocking(store::given_up_messages).unwrap();
    assert!(told[0].last_error.as_ref().unwrap().contains("greylisted"));
}
