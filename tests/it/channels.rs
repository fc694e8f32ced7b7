//! Alerts in the recipient's own time and by other ways than mail: quiet hours, limits, hooks, a feed file.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mail_parser::MessageParser;
use pledgewatch::config::{HookForm, QuietHours, Secret, Throttle};
use pledgewatch::model::{
    AlertLevel, ArticleId, CommitmentId, Language, Outcome as Verdict, Stage,
};
use pledgewatch::notify::alert::Letterhead;
use pledgewatch::notify::deliver::{DeliveryReport, deliver_due};
use pledgewatch::notify::desk::{Addressee, Desk};
use pledgewatch::notify::due::{Released, release_due};
use pledgewatch::notify::facts::AlertFacts;
use pledgewatch::notify::message::Sender;
use pledgewatch::notify::pace::Pace;
use pledgewatch::notify::post::{Post, Way};
use pledgewatch::notify::specimen;
use pledgewatch::notify::templates::Templates;
use pledgewatch::notify::transport::{Mode, Transport};
use pledgewatch::store::{self, MessageKind, NewMessage, Options, Store};

/// Noon in London, seven in the evening in Hanoi.
fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn after(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// One reader, told by one way.
struct Reader {
    store: Store,
    desk: Desk,
    channel: String,
    transport: Transport,
    folder: tempfile::TempDir,
}

impl Reader {
    fn by_mail(pace: Pace) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let transport = Transport::open(Mode::Directory(folder.path().join("mail"))).unwrap();
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let paces = BTreeMap::from([("ha".to_owned(), (pace, zone))]);
        Self::with(folder, transport, "ha@example.org", Post { paces, ..Post::default() })
    }

    fn by_hook(form: HookForm, secret: &str, address: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mode = Mode::Hook(form, Some(Secret::new(secret)));
        let transport = Transport::of_channel("hook:ha", mode).unwrap();
        let ways = BTreeMap::from([("ha".to_owned(), Way::Hook(form))]);
        Self::with(folder, transport, address, Post { ways, ..Post::default() })
    }

    fn with(folder: tempfile::TempDir, transport: Transport, address: &str, post: Post) -> Self {
        let to = Addressee { address: address.to_owned(), name: String::new() };
        let desk = Desk {
            templates: Templates::embedded().unwrap(),
            letterhead: Letterhead::default(),
            sender: Sender::default(),
            names_en: specimen::names(),
            names_vi: specimen::names(),
            recipients: BTreeMap::from([("ha".to_owned(), to)]),
            post,
        };
        let store = Store::open(Options::new(folder.path().join("pledgewatch.db"))).unwrap();
        Self { store, desk, channel: transport.channel().to_owned(), transport, folder }
    }

    /// An event of its own, due at `at`.
    fn hold(&self, number: i64, stage: Stage, at: Timestamp) {
        let mut facts: AlertFacts = specimen::alerts(Language::En).swap_remove(0);
        let mut item = specimen::item(Language::En, Verdict::New, AlertLevel::Push);
        item.article.id = ArticleId(number);
        item.commitment.id = CommitmentId::new(format!("c-{number}"));
        item.verdict.stage_after = Some(stage);
        facts.items = vec![item];
        facts.generated_at = at;
        let message = NewMessage {
            recipient: "ha".into(),
            channel: self.channel.clone(),
            event_key: format!("event {number}"),
            kind: MessageKind::Alert,
            not_before: at,
            awaits_second: false,
            facts: serde_json::to_string(&facts).unwrap(),
            rendered: None,
            thread_key: None,
            commitment: None,
            about: None,
        };
        let stored =
            move |tx: &store::Transaction<'_>| store::insert_message(tx, &message, None, at);
        self.store.write_blocking(stored).unwrap().unwrap();
    }

    fn release(&self, at: Timestamp) -> Released {
        run(release_due(&self.store, &self.desk, at)).unwrap()
    }

    fn deliver(&self, at: Timestamp) -> DeliveryReport {
        run(deliver_due(&self.store, &self.transport, &self.desk, at)).unwrap()
    }

    /// The text of the mails in the folder, by name.
    fn mails(&self) -> Vec<String> {
        let mut files: Vec<_> = std::fs::read_dir(self.folder.path().join("mail"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "eml"))
            .collect();
        files.sort();
        let text = |path| {
            let bytes = std::fs::read(path).unwrap();
            MessageParser::default().parse(&bytes).unwrap().body_text(0).unwrap().into_owned()
        };
        files.into_iter().map(text).collect()
    }
}

fn night() -> QuietHours {
    QuietHours { from: time(19, 30, 0, 0), until: time(7, 0, 0, 0) }
}

#[test]
fn alerts_of_the_night_are_told_together_in_the_morning_and_what_is_urgent_at_once() {
    let urgent = vec![Stage::Suspended];
    let reader = Reader::by_mail(Pace { quiet: Some(night()), urgent, ..Pace::default() });
    reader.hold(1, Stage::Pledged, noon());
    assert_eq!(reader.release(noon()).messages, 1, "it is half an hour to the night");
    for (number, minutes) in [(2, 40), (3, 300)] {
        reader.hold(number, Stage::Pledged, after(minutes));
        let released = reader.release(after(minutes));
        assert_eq!((released.messages, released.postponed), (0, 1));
    }
    reader.hold(4, Stage::Suspended, after(310));
    assert_eq!(reader.release(after(310)).messages, 1);
    let late = reader.store.read_blocking(|db| store::overdue_messages(db, after(600))).unwrap();
    assert!(
        late.iter().all(|row| row.message_id.is_some()),
        "waiting for the morning is not being late"
    );
    // Seven in Hanoi is midnight UTC.
    assert_eq!(reader.release(after(719)).messages, 0);
    let morning = reader.release(after(720));
    assert_eq!((morning.messages, morning.merged), (1, 1));
    assert_eq!(reader.deliver(after(720)).accepted.len(), 3);
    let mails = reader.mails();
    assert!(
        mails[2].contains("quiet hours") && mails[2].contains("c-2") && mails[2].contains("c-3")
    );
    assert!(!mails[0].contains("quiet hours"));
}

#[test]
fn what_is_over_the_limit_comes_together_in_one_message_that_says_so() {
    let reader = Reader::by_mail(Pace {
        throttle: Throttle { hour: Some(2), day: None },
        ..Pace::default()
    });
    for number in 1..=5 {
        reader.hold(number, Stage::Pledged, noon());
    }
    let released = reader.release(noon());
    assert_eq!((released.messages, released.postponed), (2, 3));
    reader.hold(6, Stage::Pledged, after(10));
    assert_eq!(reader.release(after(10)).messages, 0);
    let rest = reader.release(after(30));
    assert_eq!((rest.messages, rest.merged), (1, 3));
    assert_eq!(reader.deliver(after(30)).accepted.len(), 3);
    let last = reader.mails().pop().unwrap();
    assert!(last.contains("more alerts than you want at once"), "{last}");
    assert!((3..=6).all(|number| last.contains(&format!("c-{number}"))), "{last}");
}

#[test]
fn a_limit_counts_across_restarts() {
    let reader = Reader::by_mail(Pace {
        throttle: Throttle { hour: None, day: Some(1) },
        ..Pace::default()
    });
    reader.hold(1, Stage::Pledged, noon());
    assert_eq!(reader.release(noon()).messages, 1);
    let Reader { store, desk, channel, transport, folder } = reader;
    drop(store);
    let store = Store::open(Options::new(folder.path().join("pledgewatch.db"))).unwrap();
    let reader = Reader { store, desk, channel, transport, folder };
    reader.hold(2, Stage::Pledged, after(60));
    assert_eq!(reader.release(after(60)).postponed, 1);
    assert_eq!(reader.release(after(24 * 60)).messages, 1);
}

/// The first line of a request, its headers and its body.
type Asked = (String, BTreeMap<String, String>, String);

/// A web server on loopback that answers with the next status, and keeps what it was sent.
struct Web {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Web {
    fn start(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<_>>> = Arc::default();
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for (stream, status) in listener.incoming().flatten().zip(statuses) {
                let mut wire = BufReader::new(stream);
                let mut line = String::new();
                wire.read_line(&mut line).unwrap();
                let request = line.trim_end().to_owned();
                let mut headers = BTreeMap::new();
                loop {
                    line.clear();
                    wire.read_line(&mut line).unwrap();
                    let Some((name, value)) = line.trim_end().split_once(": ") else { break };
                    headers.insert(name.to_lowercase(), value.to_owned());
                }
                let mut body = vec![0; headers["content-length"].parse().unwrap()];
                wire.read_exact(&mut body).unwrap();
                kept.lock().unwrap().push((request, headers, String::from_utf8(body).unwrap()));
                // Nothing but the end of the connection: the client cannot know.
                if *status != 0 {
                    let answer = format!(
                        "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                    );
                    wire.get_mut().write_all(answer.as_bytes()).unwrap();
                }
            }
        });
        Self { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

#[test]
fn a_webhook_is_signed_and_comes_again_with_the_same_key_until_it_is_taken() {
    let web = Web::start(&[503, 0, 200]);
    let reader = Reader::by_hook(HookForm::Webhook, "s3cret", &web.url("/in"));
    reader.hold(1, Stage::Pledged, noon());
    assert_eq!(reader.release(noon()).messages, 1);
    assert_eq!(reader.deliver(noon()).deferred.len(), 1);
    assert_eq!(reader.deliver(after(6)).unknown.len(), 1);
    assert_eq!(reader.deliver(after(60)).accepted.len(), 1);
    let asked = web.asked.lock().unwrap();
    assert_eq!(asked.len(), 3);
    let key =
        |at: usize| (&asked[at].1["idempotency-key"], &asked[at].1["webhook-id"], &asked[at].2);
    assert!(key(0) == key(1) && key(1) == key(2));
    let (request, headers, body) = &asked[2];
    assert_eq!(request, "POST /in HTTP/1.1");
    let signed = format!("{}.{}.{body}", headers["webhook-id"], headers["webhook-timestamp"]);
    let tag = ring::hmac::sign(
        &ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"s3cret"),
        signed.as_bytes(),
    );
    let given = headers["webhook-signature"].strip_prefix("v1,").unwrap();
    assert_eq!(from_base64(given), tag.as_ref());
    let json: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(json["event"], "new-commitment");
    assert_eq!(json["items"][0]["commitment"], "c-1");
    assert!(json["items"][0]["quote"].as_str().is_some_and(|quote| !quote.is_empty()));
}

fn from_base64(text: &str) -> Vec<u8> {
    let message = format!(
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n"
    );
    let read = MessageParser::default().parse(message.as_bytes()).unwrap().into_owned();
    read.parts[0].contents().to_vec()
}

#[test]
fn chats_get_what_they_understand() {
    let web = Web::start(&[200, 200, 200]);
    let sent = |form, secret: &str, path: &str| {
        let reader = Reader::by_hook(form, secret, &web.url(path));
        reader.hold(1, Stage::Pledged, noon());
        reader.release(noon());
        assert_eq!(reader.deliver(noon()).accepted.len(), 1);
        let (request, headers, body) = web.asked.lock().unwrap().last().cloned().unwrap();
        let json: serde_json::Value = serde_json::from_str(&body).unwrap();
        (request, headers, json)
    };
    let (request, headers, json) = sent(HookForm::Ntfy, "token", "/base/vn-uk");
    assert_eq!((request.as_str(), json["topic"].as_str()), ("POST /base/ HTTP/1.1", Some("vn-uk")));
    assert_eq!(headers["authorization"], "Bearer token");
    assert!(json["title"].as_str().unwrap().starts_with("[VN-UK]"));
    let (request, _, json) = sent(HookForm::Slack, "T0/B0/x", "/services/");
    assert_eq!(request, "POST /services/T0/B0/x HTTP/1.1");
    assert!(json["text"].as_str().unwrap().starts_with('*'));
    let (request, _, json) = sent(HookForm::Matrix, "token", "/rooms/r/send/m.room.message");
    assert!(request.starts_with("PUT /rooms/r/send/m.room.message/"), "{request}");
    assert_eq!(json["msgtype"], "m.text");
}

#[test]
fn a_hook_that_is_gone_waits_for_the_operator() {
    let web = Web::start(&[410]);
    let reader = Reader::by_hook(HookForm::Webhook, "s3cret", &web.url("/in"));
    reader.hold(1, Stage::Pledged, noon());
    reader.release(noon());
    assert!(reader.deliver(noon()).down.unwrap().contains("410"));
    let closed = reader.store.read_blocking(store::closed_ways).unwrap().remove(0);
    assert!(closed.needs_operator && closed.channel == "hook:ha");
    assert!(!closed.error.contains("127.0.0.1"), "addresses of hooks are not told: {closed:?}");
}

#[test]
fn a_feed_file_holds_every_alert_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out/alerts.atom");
    let mode =
        Mode::Feed { file: file.clone(), id: "list:ha".into(), title: "Alerts & more".into() };
    let transport = Transport::of_channel("atom:ha", mode).unwrap();
    let ways = BTreeMap::from([("ha".to_owned(), Way::Feed)]);
    let path = file.display().to_string();
    let reader = Reader::with(folder, transport, &path, Post { ways, ..Post::default() });
    for number in [1, 2] {
        reader.hold(number, Stage::Pledged, after(number));
        reader.release(after(number));
        assert_eq!(reader.deliver(after(number)).accepted.len(), 1);
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let feed = feed_rs::parser::parse(text.as_bytes()).unwrap();
    assert_eq!(feed.title.unwrap().content, "Alerts & more");
    assert_eq!(feed.entries.len(), 2);
    assert_ne!(feed.entries[0].id, feed.entries[1].id);
    assert!(feed.entries[0].title.as_ref().unwrap().content.starts_with("[VN-UK]"));
    assert!(feed.entries[0].content.as_ref().unwrap().body.as_ref().unwrap().contains("c-2"));
}
