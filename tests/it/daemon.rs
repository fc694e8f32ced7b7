//! `pledgewatch run` as a process of its own: on schedule, under signals, under a service manager, and killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::newsroom::{
    ANALYST, CENTRE, Mail, OFFICERS, Outlet, PROTOCOL, Story, column, html, rss, sources_toml,
};
use crate::origin::{Origin, Reply};
use crate::program::{Daemon, Program, ended, wait_for};
use crate::smtp::Smtp;

/// A daemon with one outlet, one reader and a mail server.
pub struct Service {
    pub origin: Origin,
    pub smtp: Smtp,
    pub program: Program,
}

impl Service {
    fn new() -> Self {
        Self::with("")
    }

    /// With more settings.
    pub fn with(more: &str) -> Self {
        let (origin, smtp) = (Origin::start(), Smtp::start());
        let settings = format!("{}{more}", settings(&smtp));
        let program = Program::new(&settings, &sources_toml(&origin, &[Outlet::new("courier")]));
        let service = Self { origin, smtp, program };
        service.publish(1, &[OFFICERS]);
        service
    }

    /// The outlet's feed, under an entity tag that says which edition it is.
    pub fn publish(&self, edition: usize, stories: &[Story]) {
        let today: Vec<Story> = stories.iter().map(|story| dated(*story)).collect();
        let feed = rss(&self.origin.url("/courier"), &today);
        let reply = Reply::ok(feed).header("ETag", format!("\"{edition}\""));
        self.origin.script("/courier/feed", vec![reply]);
        for story in stories {
            self.origin.script(&format!("/courier/{}", story.slug), vec![html(story)]);
        }
    }

    /// Runs until everything of the first edition is judged, as a baseline.
    pub fn baseline(&self) {
        let mut daemon = self.program.start().wait_until_ready();
        self.settle(1);
        assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
        assert_eq!(self.smtp.messages().len(), 0);
    }

    /// Waits until an edition is stored, nothing waits to be judged, and nothing waits to be sent. The patience is for
    /// each step, not for all of them: a long run of kills has more than a hundred articles.
    pub fn settle(&self, edition: usize) {
        let mut waiting = self.waiting(edition);
        while waiting.as_deref() != Some("0") {
            waiting = wait_for(&format!("edition {edition}, judged and told"), || {
                let now = self.waiting(edition);
                (now != waiting).then_some(now)
            });
        }
    }

    /// How many entries and messages wait, once an edition is stored.
    pub fn waiting(&self, edition: usize) -> Option<String> {
        if !self.program.database().exists() {
            return None;
        }
        let sql = self.program.sql();
        let tables = column(&sql, "SELECT count(*) FROM sqlite_schema WHERE name = 'outbox'");
        if tables != ["1"]
            || column(&sql, "SELECT etag FROM validators") != [format!("\"{edition}\"")]
        {
            return None;
        }
        let waiting = "SELECT (SELECT count(*) FROM entries WHERE state = 'pending')
            + (SELECT count(*) FROM outbox WHERE state NOT IN ('accepted', 'merged'))";
        Some(column(&sql, waiting).concat())
    }

    /// As if the time for the next poll, and for the next attempt at every message, had come.
    pub fn time_passes(&self) {
        let long_ago = "2020-01-01T00:00:00Z";
        self.program
            .sql()
            .execute_batch(&format!(
                "UPDATE source_state SET next_due = 0, not_before = 0,
                     state = json_set(state, '$.due', '{long_ago}', '$.not_before', '{long_ago}',
                         '$.last_request', '{long_ago}');
                 UPDATE outbox SET not_before = 0 WHERE state IN ('unknown', 'deferred');"
            ))
            .unwrap();
    }

    fn mails(&self) -> Vec<Mail> {
        let messages = self.smtp.messages();
        messages.iter().filter(|mail| mail.accepted).map(|mail| Mail::read(&mail.bytes)).collect()
    }
}

fn settings(smtp: &Smtp) -> String {
    format!(
        "{ANALYST}\n[alert]\ncoalesce = \"0s\"\n[mail]\nmode = \"plain\"\nhost = \"127.0.0.1\"\nport = {}\n\
         from = \"watch@example.org\"\n",
        smtp.port()
    )
}

/// The story as one of yesterday: the daemon knows no clock but the machine's.
fn dated(story: Story) -> Story {
    // The same day for the whole run, also when that goes on past midnight.
    static YESTERDAY: OnceLock<String> = OnceLock::new();
    let day = YESTERDAY.get_or_init(|| {
        let yesterday = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24);
        yesterday.strftime("%Y-%m-%d").to_string()
    });
    Story { published: format!("{day}{}", &story.published[10..]).leak(), ..story }
}

#[test]
fn a_feed_that_has_changed_is_mailed_when_its_time_comes() {
    let service = Service::new();
    service.baseline();
    service.publish(2, &[CENTRE, OFFICERS]);
    let mut daemon = service.program.start().wait_until_ready();
    // The distance to the last poll is kept across the restart ...
    assert_eq!(
        service.origin.requests().iter().filter(|seen| seen.path.ends_with("feed")).count(),
        1
    );
    // ... and when the time has come the running daemon polls by itself; a reload makes it look at once.
    service.time_passes();
    daemon.signal("HUP");
    service.settle(2);
    assert_eq!(service.mails().len(), 1);
    assert!(service.mails()[0].subject.contains("New:"), "{}", service.mails()[0].subject);
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    assert_eq!(service.mails().len(), 1);
}

#[test]
fn the_service_manager_is_told_of_readiness_state_and_end() {
    let service = Service::new();
    let mut daemon = service.program.start().wait_until_ready();
    let told = daemon.told();
    let states = ["STATUS=opening the database", "sources ok"];
    let place = |words: &str| told.iter().position(|line| line.contains(words));
    let places = states.map(place);
    assert!(places[0].is_some() && places[0] < places[1], "{told:?}");
    assert_eq!(daemon.times("STOPPING=1"), 0);
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(daemon.times("STOPPING=1"), 1);
    assert_eq!(daemon.times("READY=1"), 1);
}

#[test]
fn interrupt_stops_as_cleanly_as_terminate() {
    let service = Service::new();
    let mut daemon = service.program.start().wait_until_ready();
    daemon.signal("INT");
    assert_eq!(daemon.wait().code(), Some(0), "{}", daemon.log());
}

#[test]
fn a_stop_does_not_wait_for_servers_that_hang() {
    let service = Service::new();
    service.origin.script("/courier/feed", vec![Reply::hang()]);
    let mut daemon = service.program.start().wait_until_ready();
    wait_for("the request that hangs", || (!service.origin.requests().is_empty()).then_some(()));
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    // Had it waited for the answer, the poll would be on record as one that timed out.
    assert_eq!(column(&service.program.sql(), "SELECT count(*) FROM polls"), ["0"]);
    // What was under way keeps its distance.
    let due = "SELECT not_before > 0 FROM source_state";
    assert_eq!(column(&service.program.sql(), due), ["1"]);
}

#[test]
fn a_broken_configuration_is_refused_whole_and_a_good_one_taken() {
    let service = Service::new();
    let mut daemon = service.program.start().wait_until_ready();
    service.settle(1);
    let two = [Outlet::new("courier"), Outlet::new("tin")];
    service.program.write("sources.toml", sources_toml(&service.origin, &two));
    service.program.configure("[schedule]\nfloor = \"1s\"\n");
    daemon.signal("HUP");
    daemon.wait_for_log("the old one goes on");
    assert!(daemon.log().contains("pledgewatch.toml:3:9"), "{}", daemon.log());
    wait_for("the end of the reload", || (daemon.times("READY=1") == 2).then_some(()));
    assert!(daemon.times("RELOADING=1") == 1);
    assert_eq!(column(&service.program.sql(), "SELECT id FROM sources"), ["courier"]);

    service.program.configure(&settings(&service.smtp));
    daemon.signal("HUP");
    daemon.wait_for_log("configuration reloaded");
    wait_for("a request to the new source", || {
        service.origin.requests().iter().any(|seen| seen.path == "/tin/feed").then_some(())
    });
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
}

#[test]
fn a_second_daemon_on_the_same_data_is_refused_and_the_first_goes_on() {
    let service = Service::new();
    let mut daemon = service.program.start().wait_until_ready();
    let ran = ended(service.program.command(&["run"]), b"");
    ran.refused_in_a_line(
        75,
        &["in use by another pledgewatch", &format!("process {}", daemon.id())],
    );
    service.settle(1);
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_daemon_that_cannot_start_says_why_and_is_never_ready() {
    let service = Service::new();
    service.program.configure(
        "[mail]\nmode = \"plain\"\nhost = \"mail.example.org\"\nfrom = \"a@example.org\"\n",
    );
    let mut daemon = service.program.start();
    assert_eq!(daemon.wait().code(), Some(78));
    assert_eq!(daemon.times("READY=1"), 0);
    assert!(daemon.log().contains("pledgewatch.toml:4:8"), "{}", daemon.log());
}

/// Kills at moments drawn from a fixed seed, through a story in which things are new and things advance. As many
/// as `PLEDGEWATCH_KILLS` says.
#[test]
fn killed_at_any_moment_nothing_is_lost_and_nothing_told_twice() {
    let kills: usize =
        std::env::var("PLEDGEWATCH_KILLS").map_or(20, |count| count.parse().unwrap());
    let stories = instalments(4 + kills / 4);
    let undisturbed = Service::new();
    undisturbed.baseline();
    undisturbed.publish(2, &with_baseline(&stories));
    undisturbed.time_passes();
    let mut daemon = undisturbed.program.start().wait_until_ready();
    undisturbed.settle(2);
    assert_eq!(daemon.stop(), Some(0));

    let service = Service::new();
    service.baseline();
    let mut random = Random(0x5eed);
    let mut doubtful = BTreeSet::new();
    let mut moments = BTreeMap::new();
    for kill in 0..kills {
        let published = (stories.len() * (kill + 1)).div_ceil(kills);
        service.publish(published + 1, &with_baseline(&stories[..published]));
        service.time_passes();
        let mut daemon = service.program.start();
        let moment = random.below(3);
        if moment > 0 {
            daemon = daemon.wait_until_ready();
        }
        match moment {
            // How far it comes in that time does not matter: every moment is a good one.
            0 | 1 => std::thread::sleep(Duration::from_millis(random.below(400))),
            // The moment that a mail server has a message and the sender does not know yet.
            _ => service.wait_for_a_message(Duration::from_secs(1)),
        }
        daemon.kill();
        *moments.entry(service.legal_state(&stories)).or_insert(0) += 1;
        doubtful.extend(column(
            &service.program.sql(),
            "SELECT id FROM outbox WHERE state IN ('sending', 'unknown')",
        ));
    }
    service.time_passes();
    let mut daemon = service.program.start().wait_until_ready();
    service.settle(stories.len() + 1);
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    eprintln!("{kills} kills: {moments:?}, {} perhaps under way", doubtful.len());

    service.legal_state(&stories);
    assert_eq!(service.verdicts(), undisturbed.verdicts());
    assert_eq!(service.events().len(), undisturbed.events().len());
    for told in ["new push push", "regressed push push"] {
        let verdicts = service.verdicts();
        assert!(verdicts.iter().any(|verdict| verdict.ends_with(told)), "{told}: {verdicts:?}");
    }
    service.every_event_was_told(&doubtful);
}

impl Service {
    /// What must be true at every moment; says how far the story has come.
    pub fn legal_state(&self, stories: &[Story]) -> &'static str {
        let sql = self.program.sql();
        assert_eq!(column(&sql, "PRAGMA integrity_check"), ["ok"]);
        assert_eq!(column(&sql, "PRAGMA foreign_key_check"), [""; 0]);
        let tag = column(&sql, "SELECT etag FROM validators").concat();
        let edition: usize = tag.trim_matches('"').parse().unwrap();
        let mut expected: Vec<String> =
            stories[..edition - 1].iter().map(|story| format!("id:{}", story.slug)).collect();
        expected.push(format!("id:{}", OFFICERS.slug));
        expected.sort();
        let entries = column(&sql, "SELECT key FROM entries ORDER BY key");
        assert_eq!(entries, expected, "validators vouch for edition {edition}");
        let unjudged = "SELECT key FROM entries WHERE state <> 'pending'
            AND NOT EXISTS (SELECT 1 FROM articles WHERE entry_id = entries.id)";
        assert_eq!(column(&sql, unjudged), [""; 0], "done, and yet not judged");
        let twice = "SELECT entry_id FROM articles GROUP BY entry_id HAVING count(*) > 1";
        assert_eq!(column(&sql, twice), [""; 0], "judged twice");
        let half = "SELECT id FROM mentions
            WHERE NOT EXISTS (SELECT 1 FROM verdicts WHERE mention_id = mentions.id)";
        assert_eq!(column(&sql, half), [""; 0], "a mention without its verdict");
        let untold = "SELECT verdicts.id FROM verdicts WHERE told = 'push'
            AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.commitment_id = verdicts.commitment_id)";
        assert_eq!(column(&sql, untold), [""; 0], "a verdict without its message");
        let waiting = "SELECT (SELECT count(*) FROM entries WHERE state = 'pending') || ' ' ||
            (SELECT count(*) FROM outbox WHERE state NOT IN ('accepted', 'merged'))";
        match column(&sql, waiting).concat().as_str() {
            "0 0" => "at rest",
            waiting if waiting.starts_with("0 ") => "telling",
            _ => "judging",
        }
    }

    /// Until a message arrives, but no longer than `patience`.
    fn wait_for_a_message(&self, patience: Duration) {
        let (before, started) = (self.smtp.messages().len(), Instant::now());
        while self.smtp.messages().len() == before && started.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// What was decided about every article, in order.
    fn verdicts(&self) -> Vec<String> {
        column(
            &self.program.sql(),
            "SELECT articles.title || ': ' || outcome || ' ' || level || ' ' || told
             FROM verdicts JOIN mentions ON mentions.id = mention_id
                 JOIN articles ON articles.id = article_id ORDER BY verdicts.id",
        )
    }

    /// Everything that was to be told.
    fn events(&self) -> Vec<String> {
        column(&self.program.sql(), "SELECT event_key FROM outbox ORDER BY id")
    }

    /// Each message was accepted under a Message-ID of its own; more than once only where its sender was killed.
    fn every_event_was_told(&self, doubtful: &BTreeSet<String>) {
        let sql = self.program.sql();
        let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
        for mail in self.mails() {
            *accepted.entry(mail.message_id).or_insert(0) += 1;
        }
        let carriers = column(
            &sql,
            "SELECT id || ' ' || trim(message_id, '<>') FROM outbox WHERE state = 'accepted'",
        );
        let mut report = String::new();
        for carrier in &carriers {
            let (id, message_id) = carrier.split_once(' ').unwrap();
            match accepted.remove(message_id) {
                None => writeln!(report, "message {id} never arrived").unwrap(),
                Some(1) => {}
                Some(_) if doubtful.contains(id) => {}
                Some(times) => writeln!(report, "message {id} arrived {times} times").unwrap(),
            }
        }
        assert_eq!(report, "");
        assert_eq!(accepted, BTreeMap::new(), "mail that the outbox does not know");
    }
}

pub fn with_baseline(stories: &[Story]) -> Vec<Story> {
    stories.iter().rev().copied().chain([OFFICERS]).collect()
}

/// Pledges for places, and every third of them is halted a little later: new, new, new, regressed, ...
pub fn instalments(count: usize) -> Vec<Story> {
    let places =
        ["Quang Binh", "Ha Tinh", "Nghe An", "Thanh Hoa", "Hai Phong", "Quang Ninh", "Hai Duong"];
    let things = ["screening centre", "hotline", "clinic", "workshop", "school", "library"];
    (0..count)
        .map(|number| {
            let halted = number % 4 == 3;
            let pledge = if halted { number - 1 } else { number };
            let place = places[pledge % places.len()];
            let thing = things[(pledge / places.len()) % things.len()];
            let what = format!("{thing} for victims of human trafficking in {place} province");
            let sentence = if halted {
                format!("The Home Office has suspended its funding for the {what}, Vietnam, pending a review.")
            } else {
                let pounds = 400 + pledge;
                format!("The UK Home Office will provide {pounds},000 pounds to equip a {what} by September 30, 2099.")
            };
            let text = vec![
                sentence.clone().leak() as &'static str,
                "A spokesman confirmed it in London.",
            ];
            Story {
                slug: format!("part-{number:04}").leak(),
                title: format!("News from {place}, part {number}").leak(),
                summary: sentence.leak(),
                text: text.leak(),
                // Only the time of day counts here; the date is set when it is published.
                published: format!(
                    "2026-11-10T{:02}:{:02}:{:02}Z",
                    number / 3600,
                    number / 60 % 60,
                    number % 60
                )
                .leak(),
            }
        })
        .collect()
}

/// A sequence that is the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

#[test]
fn an_engine_that_was_killed_while_mail_was_under_way_sends_it_again_under_the_same_id() {
    let service = Service::new();
    service.baseline();
    service.publish(2, &[PROTOCOL, OFFICERS]);
    service.time_passes();
    // The server takes the message and never says so.
    service.smtp.once(crate::smtp::Phase::Dot, None, crate::smtp::Answer::Hang);
    let daemon: Daemon = service.program.start().wait_until_ready();
    wait_for("the message", || (service.smtp.messages().len() == 1).then_some(()));
    daemon.kill();
    assert_eq!(column(&service.program.sql(), "SELECT state FROM outbox"), ["sending"]);
    let mut daemon = service.program.start().wait_until_ready();
    service.settle(2);
    assert!(daemon.log().contains("a duplicate is possible"), "{}", daemon.log());
    assert_eq!(daemon.stop(), Some(0));
    let messages = service.smtp.messages();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].bytes, messages[1].bytes, "byte for byte the same");
}
