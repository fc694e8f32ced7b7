//! Mail on its way: every answer of a mail server over a real connection, the folder, and the outbox in between.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use mail_parser::MessageParser;
use pledgewatch::model::{
    AlertLevel, ArticleId, CommitmentId, Language, OutboxId, Outcome as Verdict,
};
use pledgewatch::notify::alert::Letterhead;
use pledgewatch::notify::deliver::{CHANNEL, DeliveryReport, deliver_due, recover};
use pledgewatch::notify::desk::{Addressee, Desk};
use pledgewatch::notify::due::release_due;
use pledgewatch::notify::facts::AlertFacts;
use pledgewatch::notify::message::Sender;
use pledgewatch::notify::notice::NoticeFacts;
use pledgewatch::notify::post::Post;
use pledgewatch::notify::specimen;
use pledgewatch::notify::templates::Templates;
use pledgewatch::notify::transport::{Mode, Outcome, Parcel, ServerSettings, Transport};
use pledgewatch::store::{self, MessageKind, MessageState, NewMessage, Options, Store};

use crate::smtp::{AUTHORITY, Answer, Phase, Smtp};

const FROM: &str = "alerts@watch.example";
const MESSAGE: &[u8] = b"Message-ID: <a@watch.example>\r\nSubject: x\r\n\r\n.one dot\r\nlast\r\n";

fn now() -> Timestamp {
    "2026-11-21T08:30:00Z".parse().unwrap()
}

fn after(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn settings(server: &Smtp) -> ServerSettings {
    ServerSettings {
        host: "localhost".into(),
        port: server.port(),
        authority: Some(AUTHORITY.into()),
        command_timeout: Duration::from_secs(5),
        final_timeout: Duration::from_secs(5),
        ..ServerSettings::default()
    }
}

fn plain(server: &Smtp) -> Transport {
    Transport::open(Mode::Plain(settings(server))).unwrap()
}

fn parcel<'a>(to: &'a str, bytes: &'a [u8]) -> Parcel<'a> {
    Parcel { from: FROM, to, id: "<a@watch.example>", bytes }
}

fn send(transport: &Transport) -> Outcome {
    run(async {
        let mut session = transport.session();
        let outcome = session.send(&parcel("ha@example.org", MESSAGE)).await;
        session.close().await;
        outcome
    })
}

/// One attempt against a server that gives one answer at one phase.
fn answered(phase: Phase, answer: Answer) -> Outcome {
    let server = Smtp::start();
    server.on(phase, None, answer);
    send(&plain(&server))
}

fn needs_operator(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::TransportDown { needs_operator, .. } => Some(*needs_operator),
        _ => None,
    }
}

#[test]
fn a_message_arrives_byte_for_byte_and_the_servers_word_is_kept() {
    let server = Smtp::start();
    assert_eq!(send(&plain(&server)), Outcome::Accepted("250 2.0.0 queued as T1".into()));
    let received = &server.messages()[0];
    assert_eq!(
        String::from_utf8_lossy(&received.bytes).trim_end(),
        String::from_utf8_lossy(MESSAGE).trim_end()
    );
    assert_eq!((received.from.as_str(), received.to.as_str()), (FROM, "ha@example.org"));
    assert!(received.accepted);
}

/// RFC 6531: an address in other letters goes to servers that say they take them, and to no others.
#[test]
fn an_address_in_vietnamese_letters_asks_for_smtputf8_and_a_domain_does_not() {
    let to = |server: &Smtp, address: &'static str| {
        let transport = plain(server);
        run(async move {
            let mut session = transport.session();
            let outcome = session.send(&parcel(address, MESSAGE)).await;
            session.close().await;
            outcome
        })
    };
    let server = Smtp::start();
    let refused = to(&server, "hà@đài.vn");
    assert!(matches!(&refused, Outcome::Rejected(why) if why.contains("SMTPUTF8")), "{refused:?}");
    assert_eq!(server.messages().len(), 0);
    // The domain has a name in the letters of the DNS.
    assert!(matches!(to(&server, "ha@đài.vn"), Outcome::Accepted(_)));
    assert_eq!(server.messages()[0].to, "ha@xn--i-rfa0m.vn");
    let said = |server: &Smtp| server.commands().iter().any(|line| line.contains("SMTPUTF8"));
    assert!(!said(&server), "{:?}", server.commands());

    let server = Smtp::start();
    server.take_other_letters();
    assert!(matches!(to(&server, "hà@đài.vn"), Outcome::Accepted(_)));
    assert!(said(&server), "{:?}", server.commands());
    assert_eq!(server.messages()[0].to, "hà@xn--i-rfa0m.vn");
}

/// When it is said, what is said, and what that must mean.
type Meaning<'a> = (Phase, &'a str, fn(&Outcome) -> bool);

#[test]
fn every_answer_of_a_server_has_its_meaning() {
    let told = |phase, line| answered(phase, Answer::say(line));
    let table: [Meaning<'_>; 18] = [
        (Phase::Banner, "554 no service", |o| needs_operator(o) == Some(false)),
        (Phase::Banner, "421 too busy", |o| needs_operator(o) == Some(false)),
        (Phase::Mail, "421 closing", |o| needs_operator(o) == Some(false)),
        (Phase::Mail, "550 5.7.1 sender not allowed", |o| needs_operator(o) == Some(true)),
        (Phase::Mail, "451 4.3.0 later", |o| matches!(o, Outcome::Deferred(_))),
        (Phase::Rcpt, "530 5.7.0 log in first", |o| needs_operator(o) == Some(true)),
        (Phase::Rcpt, "421 closing", |o| matches!(o, Outcome::Lost(_))),
        (Phase::Rcpt, "450 4.7.1 greylisted", |o| matches!(o, Outcome::Deferred(_))),
        (Phase::Rcpt, "552 5.2.2 mailbox full", |o| matches!(o, Outcome::Full(_))),
        (Phase::Rcpt, "550 5.1.1 no such user", |o| matches!(o, Outcome::BadAddress(_))),
        (Phase::Rcpt, "550 5.7.1 not from there", |o| matches!(o, Outcome::Rejected(_))),
        (Phase::Data, "451 4.3.0 later", |o| matches!(o, Outcome::Deferred(_))),
        (Phase::Data, "554 5.7.1 not wanted", |o| matches!(o, Outcome::Rejected(_))),
        (Phase::Data, "552 5.3.4 too big", |o| matches!(o, Outcome::TooBig(_))),
        (Phase::Dot, "452 4.3.1 no room", |o| matches!(o, Outcome::Deferred(_))),
        (Phase::Dot, "550 5.7.1 looks like spam", |o| matches!(o, Outcome::Rejected(_))),
        (Phase::Dot, "552 5.3.4 too big", |o| matches!(o, Outcome::TooBig(_))),
        (Phase::Dot, "421 closing", |o| matches!(o, Outcome::Lost(_))),
    ];
    for (phase, line, fits) in table {
        let outcome = told(phase, line);
        assert!(fits(&outcome), "{phase:?} {line}: {outcome:?}");
        assert!(outcome.text().contains(&line[4..]), "the server's words are kept: {outcome:?}");
    }
}

#[test]
fn a_lost_connection_is_harmless_before_the_final_dot_and_unknown_after_it() {
    for phase in [Phase::Banner, Phase::Ehlo, Phase::Mail] {
        let outcome = answered(phase, Answer::Drop);
        assert_eq!(needs_operator(&outcome), Some(false), "{phase:?}: {outcome:?}");
    }
    for phase in [Phase::Rcpt, Phase::Data] {
        assert!(matches!(answered(phase, Answer::Drop), Outcome::Lost(_)), "{phase:?}");
    }
    assert!(matches!(answered(Phase::Dot, Answer::Drop), Outcome::Unknown(_)));
}

#[test]
fn a_silent_server_is_given_up_on() {
    let server = Smtp::start();
    server.once(Phase::Mail, None, Answer::Hang).once(Phase::Dot, None, Answer::Hang);
    let short = Duration::from_millis(300);
    let quick =
        ServerSettings { command_timeout: short, final_timeout: short, ..settings(&server) };
    let transport = Transport::open(Mode::Plain(quick)).unwrap();
    assert_eq!(needs_operator(&send(&transport)), Some(false));
    assert!(matches!(send(&transport), Outcome::Unknown(text) if text.contains("no answer")));
}

#[test]
fn a_server_that_is_not_there_closes_the_way() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = ServerSettings { host: "127.0.0.1".into(), port, ..ServerSettings::default() };
    let transport = Transport::open(Mode::Plain(settings)).unwrap();
    assert_eq!(needs_operator(&send(&transport)), Some(false));
}

#[test]
fn tls_from_the_first_byte() {
    let server = Smtp::tls();
    let transport = Transport::open(Mode::Tls(settings(&server))).unwrap();
    assert!(matches!(send(&transport), Outcome::Accepted(_)));
    assert!(server.messages()[0].encrypted);
}

#[test]
fn starttls_encrypts_before_anything_is_said() {
    let server = Smtp::starttls();
    let login = Some(("user".to_owned(), "s3cret".to_owned()));
    let transport =
        Transport::open(Mode::Starttls(ServerSettings { login, ..settings(&server) })).unwrap();
    assert!(matches!(send(&transport), Outcome::Accepted(_)));
    assert!(server.messages()[0].encrypted);
    let said = server.commands();
    let place = |word: &str| said.iter().position(|line| line.starts_with(word)).unwrap();
    assert!(place("STARTTLS") < place("AUTH") && place("AUTH") < place("MAIL"));
}

#[test]
fn without_starttls_nothing_is_sent_in_clear_text() {
    let server = Smtp::start();
    let login = Some(("user".to_owned(), "s3cret".to_owned()));
    let transport =
        Transport::open(Mode::Starttls(ServerSettings { login, ..settings(&server) })).unwrap();
    let outcome = send(&transport);
    assert_eq!(needs_operator(&outcome), Some(true), "{outcome:?}");
    assert!(server.messages().is_empty());
    assert!(
        server.commands().iter().all(|line| line.starts_with("EHLO") || line == "QUIT"),
        "{:?}",
        server.commands()
    );
}

#[test]
fn a_certificate_that_is_not_trusted_closes_the_way() {
    for (server, starttls) in [(Smtp::tls(), false), (Smtp::starttls(), true)] {
        // The system's authorities do not know the server's.
        let strict = ServerSettings { authority: None, ..settings(&server) };
        let mode = if starttls { Mode::Starttls(strict) } else { Mode::Tls(strict) };
        let outcome = send(&Transport::open(mode).unwrap());
        assert_eq!(needs_operator(&outcome), Some(true), "{outcome:?}");
        assert!(server.messages().is_empty());
    }
}

#[test]
fn a_refused_login_waits_for_the_operator_and_tells_no_password() {
    for (line, operator) in [("535 5.7.8 wrong", true), ("454 4.7.0 later", false)] {
        let server = Smtp::start();
        server.on(Phase::Auth, None, Answer::say(line));
        let login = Some(("user".to_owned(), "s3cret".to_owned()));
        let transport =
            Transport::open(Mode::Plain(ServerSettings { login, ..settings(&server) })).unwrap();
        let outcome = send(&transport);
        assert_eq!(needs_operator(&outcome), Some(operator), "{outcome:?}");
        assert!(!format!("{outcome:?} {transport:?}").contains("s3cret"));
    }
}

#[test]
fn one_connection_serves_a_batch_even_after_a_refusal() {
    let server = Smtp::start();
    server.on(Phase::Rcpt, Some("gone@"), Answer::say("550 5.1.1 no such user"));
    let transport = plain(&server);
    run(async {
        let mut session = transport.session();
        assert!(matches!(
            session.send(&parcel("gone@example.org", MESSAGE)).await,
            Outcome::BadAddress(_)
        ));
        assert!(matches!(
            session.send(&parcel("ha@example.org", MESSAGE)).await,
            Outcome::Accepted(_)
        ));
        assert!(matches!(
            session.send(&parcel("tom@example.org", MESSAGE)).await,
            Outcome::Accepted(_)
        ));
        session.close().await;
    });
    assert_eq!(server.connections(), 1);
    assert_eq!(server.messages().len(), 2);
}

// ---- the folder

fn desk() -> Desk {
    let reader =
        |address: &str, name: &str| Addressee { address: address.into(), name: name.into() };
    Desk {
        templates: Templates::embedded().unwrap(),
        letterhead: Letterhead::default(),
        sender: Sender { address: FROM.into(), ..Sender::default() },
        names_en: specimen::names(),
        names_vi: specimen::names(),
        recipients: BTreeMap::from([
            ("ha".to_owned(), reader("ha@example.org", "Hà")),
            ("tom".to_owned(), reader("tom@example.org", "Tom")),
        ]),
        post: Post::default(),
    }
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_folder_holds_each_message_once_with_its_html_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let transport = Transport::open(Mode::Directory(folder.path().join("mail"))).unwrap();
    let folder = folder.path().join("mail");
    let facts = specimen::alerts(Language::Vi).swap_remove(0);
    let rendered = desk().alert("ha", "alert:1", &facts, None).unwrap();
    let other = desk().alert("tom", "alert:1", &facts, None).unwrap();
    run(async {
        let mut session = transport.session();
        for bytes in [&rendered.bytes, &rendered.bytes, &other.bytes, &rendered.bytes] {
            assert!(matches!(
                session.send(&parcel("ha@example.org", bytes)).await,
                Outcome::Accepted(_)
            ));
        }
    });
    let stem = "20261121T083000Z-new-commitment-vn-uk-moi-home-office-cam-ket-tai-tro-1-5-example-news-20-11";
    let names = files(&folder);
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(
        stem.starts_with(names[0].trim_end_matches(".eml"))
            || names[0].contains("vn-uk-moi-home-office"),
        "{names:?}"
    );
    let eml = names.iter().find(|name| name.ends_with(".eml") && !name.contains("-2.")).unwrap();
    let bytes = std::fs::read(folder.join(eml)).unwrap();
    assert_eq!(bytes, rendered.bytes);
    let html = std::fs::read_to_string(folder.join(eml.replace(".eml", ".html"))).unwrap();
    let read = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(html, read.body_html(0).unwrap().replace("\r\n", "\n"));
}

// ---- the outbox

struct Outbox {
    store: Store,
    desk: Desk,
    _folder: tempfile::TempDir,
}

impl Outbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Options::new(folder.path().join("pledgewatch.db"))).unwrap();
        Self { store, desk: desk(), _folder: folder }
    }

    fn insert(
        &self,
        recipient: &str,
        key: &str,
        facts: String,
        rendered: Option<(Vec<u8>, String)>,
    ) -> OutboxId {
        let message = NewMessage {
            recipient: recipient.into(),
            channel: CHANNEL.into(),
            event_key: key.into(),
            kind: MessageKind::Alert,
            not_before: now(),
            awaits_second: false,
            facts,
            rendered,
            thread_key: Some("thread".into()),
            commitment: None,
            about: None,
        };
        self.store
            .write_blocking(move |tx| store::insert_message(tx, &message, None, now()))
            .unwrap()
            .unwrap()
    }

    /// A message that may be sent.
    fn pending(&self, recipient: &str, key: &str) -> OutboxId {
        let facts = NoticeFacts::test(Default::default(), now());
        let rendered = self.desk.notice("ha", key, &facts).unwrap();
        self.insert(recipient, key, "{}".into(), Some((rendered.bytes, rendered.message_id)))
    }

    fn held(&self, recipient: &str, key: &str, article: i64, commitment: &str) -> OutboxId {
        let mut facts: AlertFacts = specimen::alerts(Language::En).swap_remove(0);
        let mut item = specimen::item(Language::En, Verdict::New, AlertLevel::Push);
        item.article.id = ArticleId(article);
        item.commitment.id = CommitmentId::new(commitment);
        facts.items = vec![item];
        self.insert(recipient, key, serde_json::to_string(&facts).unwrap(), None)
    }

    fn deliver(&self, transport: &Transport, at: Timestamp) -> DeliveryReport {
        run(deliver_due(&self.store, transport, &self.desk, at)).unwrap()
    }

    fn closed(&self) -> Option<store::ClosedWay> {
        self.store.read_blocking(store::closed_ways).unwrap().pop()
    }

    fn states(&self) -> Vec<MessageState> {
        let mut rows =
            self.store.read_blocking(|connection| store::messages(connection, None, 100)).unwrap();
        rows.sort_by_key(|row| row.id);
        rows.iter().map(|row| row.state).collect()
    }
}

fn ids(server: &Smtp) -> Vec<String> {
    let id = |bytes: &[u8]| {
        MessageParser::default().parse(bytes).unwrap().message_id().unwrap().to_owned()
    };
    server.messages().iter().map(|message| id(&message.bytes)).collect()
}

#[test]
fn what_is_due_is_sent_once() {
    let outbox = Outbox::new();
    outbox.pending("ha", "a");
    outbox.pending("tom", "b");
    let server = Smtp::start();
    let report = outbox.deliver(&plain(&server), now());
    assert_eq!(report.accepted.len(), 2);
    assert_eq!(outbox.states(), [MessageState::Accepted; 2]);
    assert_eq!(outbox.deliver(&plain(&server), after(600)), DeliveryReport::default());
    let to: Vec<String> = server.messages().into_iter().map(|message| message.to).collect();
    assert_eq!(to, ["ha@example.org", "tom@example.org"]);
    assert_eq!(server.connections(), 1, "nothing due opens no connection");
}

#[test]
fn one_refused_recipient_does_not_hold_up_the_other() {
    let outbox = Outbox::new();
    outbox.pending("ha", "a");
    outbox.pending("tom", "a");
    let server = Smtp::start();
    server.on(Phase::Rcpt, Some("ha@"), Answer::say("550 5.1.1 no such user"));
    let report = outbox.deliver(&plain(&server), now());
    assert_eq!(outbox.states(), [MessageState::Rejected, MessageState::Accepted]);
    assert!(report.rejected[0].2.contains("5.1.1 no such user") && report.rejected[0].1 == "ha");
    outbox.deliver(&plain(&server), after(10_000));
    assert_eq!(server.messages().len(), 1);
}

#[test]
fn a_deferred_message_comes_again_after_its_time_and_not_before() {
    let outbox = Outbox::new();
    outbox.pending("ha", "a");
    let server = Smtp::start();
    server.once(Phase::Rcpt, None, Answer::say("451 4.7.1 greylisted"));
    assert_eq!(outbox.deliver(&plain(&server), now()).deferred.len(), 1);
    assert_eq!(outbox.deliver(&plain(&server), after(4)), DeliveryReport::default());
    assert_eq!(outbox.deliver(&plain(&server), after(6)).accepted.len(), 1);
}

#[test]
fn a_message_that_may_have_arrived_comes_again_with_the_same_id_and_bytes() {
    let outbox = Outbox::new();
    outbox.pending("ha", "a");
    let server = Smtp::start();
    server.once(Phase::Dot, None, Answer::Drop);
    assert_eq!(outbox.deliver(&plain(&server), now()).unknown.len(), 1);
    assert_eq!(outbox.states(), [MessageState::Unknown]);
    assert_eq!(outbox.deliver(&plain(&server), after(9)), DeliveryReport::default());
    assert_eq!(outbox.deliver(&plain(&server), after(11)).accepted.len(), 1);
    let ids = ids(&server);
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
    assert_eq!(server.messages()[0].bytes, server.messages()[1].bytes);
}

#[test]
fn what_a_crash_left_under_way_comes_again_with_the_same_id() {
    let outbox = Outbox::new();
    outbox.pending("ha", "a");
    let minute = SignedDuration::from_mins(1);
    outbox.store.write_blocking(move |tx| store::lease_due(tx, CHANNEL, now(), minute, 1)).unwrap();
    let server = Smtp::start();
    assert_eq!(
        outbox.deliver(&plain(&server), now()),
        DeliveryReport::default(),
        "another may be at it"
    );
    assert_eq!(run(recover(&outbox.store)).unwrap().len(), 1);
    assert_eq!(outbox.deliver(&plain(&server), now()).accepted.len(), 1);
    // The same without a word at the start: the lease runs out.
    outbox.pending("ha", "b");
    outbox.store.write_blocking(move |tx| store::lease_due(tx, CHANNEL, now(), minute, 1)).unwrap();
    let report = outbox.deliver(&plain(&server), after(2));
    assert_eq!((report.recovered.len(), report.accepted.len()), (1, 1));
}

#[test]
fn a_closed_way_stops_everything_loses_nothing_and_is_tried_less_and_less() {
    let outbox = Outbox::new();
    for key in ["a", "b", "c"] {
        outbox.pending("ha", key);
    }
    let server = Smtp::start();
    server.on(Phase::Banner, None, Answer::say("421 come back later"));
    let transport = plain(&server);
    let report = outbox.deliver(&transport, now());
    assert!(report.down.unwrap().contains("come back later"));
    assert_eq!(server.connections(), 1, "the others are not tried");
    assert!(outbox.deliver(&transport, now()).down.is_some());
    assert_eq!(server.connections(), 1, "a pause is a pause");
    let mut at = 0;
    for minutes in [2, 6, 16, 31, 61, 61] {
        at += minutes;
        outbox.deliver(&transport, after(at));
    }
    assert_eq!(server.connections(), 7);
    // Six days: longer than a message is kept trying at a server that answers.
    at += 6 * 24 * 60;
    outbox.deliver(&transport, after(at));
    server.behave();
    assert_eq!(outbox.deliver(&transport, after(at + 61)).accepted.len(), 3);
    assert_eq!(outbox.closed(), None);
}

#[test]
fn a_missing_starttls_stops_for_an_hour_and_loses_nothing() {
    let outbox = Outbox::new();
    outbox.pending("ha", "a");
    let server = Smtp::start();
    let transport = Transport::open(Mode::Starttls(settings(&server))).unwrap();
    assert!(outbox.deliver(&transport, now()).down.unwrap().contains("STARTTLS"));
    assert!(outbox.closed().unwrap().needs_operator);
    outbox.deliver(&transport, after(59));
    assert_eq!(server.connections(), 1);
    assert!(server.messages().is_empty());
    assert_eq!(outbox.states(), [MessageState::Deferred]);
}

#[test]
fn a_recipient_who_left_the_configuration_is_given_up() {
    let outbox = Outbox::new();
    outbox.pending("gone", "a");
    outbox.held("gone", "b", 1, "c-a");
    outbox.held("ha", "c", 1, "c-a");
    let server = Smtp::start();
    let released = run(release_due(&outbox.store, &outbox.desk, now())).unwrap();
    assert_eq!((released.messages, released.faults.len()), (2, 0));
    let report = outbox.deliver(&plain(&server), now());
    assert_eq!((report.rejected.len(), report.accepted.len()), (2, 1));
    assert!(report.rejected[0].2.contains("not configured"));
    assert_eq!(server.messages().len(), 1);
}

#[test]
fn held_alerts_of_one_article_or_commitment_leave_as_one_message() {
    let outbox = Outbox::new();
    outbox.held("ha", "a", 1, "c-a");
    outbox.held("ha", "b", 1, "c-b");
    outbox.held("ha", "c", 2, "c-c");
    outbox.held("tom", "a", 1, "c-a");
    let released = run(release_due(&outbox.store, &outbox.desk, now())).unwrap();
    assert_eq!((released.messages, released.merged, released.faults), (3, 1, vec![]));
    use MessageState::{Accepted, Merged};
    let server = Smtp::start();
    assert_eq!(outbox.deliver(&plain(&server), now()).accepted.len(), 3);
    assert_eq!(outbox.states(), [Accepted, Merged, Accepted, Accepted]);
    let first = MessageParser::default().parse(&server.messages()[0].bytes).unwrap().into_owned();
    let text = first.body_text(0).unwrap();
    assert!(text.contains("ledger show c-a") && text.contains("ledger show c-b"));
    assert_eq!(run(release_due(&outbox.store, &outbox.desk, after(60))).unwrap().messages, 0);
}

#[test]
fn a_second_alert_of_a_thread_answers_to_the_first() {
    let outbox = Outbox::new();
    let server = Smtp::start();
    for (key, article, at) in [("a", 1, 0), ("b", 2, 60)] {
        outbox.held("ha", key, article, "c-a");
        run(release_due(&outbox.store, &outbox.desk, after(at))).unwrap();
        outbox.deliver(&plain(&server), after(at));
    }
    let messages = server.messages();
    let second = MessageParser::default().parse(&messages[1].bytes).unwrap();
    assert_eq!(second.in_reply_to().as_text(), Some(ids(&server)[0].as_str()));
}

#[test]
fn an_alert_that_is_not_due_stays_held() {
    let outbox = Outbox::new();
    outbox.held("ha", "a", 1, "c-a");
    let early = now() - SignedDuration::from_mins(1);
    assert_eq!(run(release_due(&outbox.store, &outbox.desk, early)).unwrap().messages, 0);
    assert_eq!(outbox.states(), [MessageState::Held]);
}

#[test]
fn a_held_alert_names_the_outlets_that_told_the_same_meanwhile() {
    use crate::records::{article_record, at, judgement, source};
    use pledgewatch::model::SourceId;

    let outbox = Outbox::new();
    let told_by = |outlet: &str, minutes: i64, held: Option<String>| {
        let mut record = judgement("c-a", &format!("text of the {outlet}"), at(minutes));
        record.article = Some(store::ArticleRecord {
            source: Some(SourceId::new(outlet)),
            ..article_record(&format!("text of the {outlet}"), at(minutes))
        });
        for message in &mut record.messages {
            message.recipient = "ha".into();
            message.channel = CHANNEL.into();
        }
        match held {
            Some(facts) => record.messages[0].facts = facts,
            None => record.messages.clear(),
        }
        record
    };
    let mut facts = specimen::alerts(Language::En).swap_remove(0);
    facts.items[0].commitment.id = CommitmentId::new("c-a");
    facts.items[0].article.id = ArticleId(1);
    facts.items[0].article.first_seen = at(0);
    facts.items[0].article.source_name = "The herald".into();
    facts.items[0].also_reported.clear();
    let facts = serde_json::to_string(&facts).unwrap();
    let (first, second) = (told_by("herald", 0, Some(facts)), told_by("courier", 5, None));
    outbox
        .store
        .write_blocking(move |tx| {
            store::sync_sources(tx, &[source("herald"), source("courier")], at(0))?;
            store::record_judgement(tx, &first)?;
            store::record_judgement(tx, &second)
        })
        .unwrap();
    assert_eq!(run(release_due(&outbox.store, &outbox.desk, at(20))).unwrap().messages, 1);
    let server = Smtp::start();
    outbox.deliver(&plain(&server), at(20));
    let messages = server.messages();
    let read = MessageParser::default().parse(&messages[0].bytes).unwrap();
    let text = read.body_text(0).unwrap();
    let (_, also) = text.split_once("Also reported by:").unwrap();
    assert!(also.trim_start().starts_with("- The courier, "), "{text}");
    assert!(!also.contains("The herald"), "{text}");
}
