//! A small world of outlets, and the whole pipeline in this process on a clock in the hand: what the end-to-end
//! tests are told with. Outlets, people and sums are invented.
//!
//! ```ignore
//! let mut room = Newsroom::open(&[Outlet::new("courier")]);
//! room.publish("courier", &[CENTRE]);
//! room.poll();
//! assert_eq!(room.mails().len(), 1);
//! ```

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mail_parser::MessageParser;
use pledgewatch::config::Config;
use pledgewatch::pipeline::Engine;
use pledgewatch::pipeline::audit::Audit;
use pledgewatch::pipeline::round::{RoundReport, Which};
use pledgewatch::store::{Options, Purged, Store, StoreError};
use pledgewatch::time::{Clock, ManualClock};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::TOPIC;
use crate::origin::{Origin, Reply};

/// An article as an outlet has it.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// Its id in the feed and the end of its address.
    pub slug: &'static str,
    pub title: &'static str,
    pub summary: &'static str,
    /// Paragraphs of the page.
    pub text: &'static [&'static str],
    /// `2026-11-10T10:00:00Z`.
    pub published: &'static str,
}

/// In every first poll: on the topic, and known before anything is told.
pub const OFFICERS: Story = Story {
    slug: "officers",
    title: "Crime agency to post two more officers to Hanoi",
    summary: "The National Crime Agency will post two more liaison officers to Vietnam next year to trace people smugglers.",
    text: &[
        "The National Crime Agency will post two more liaison officers to Hanoi in 2027 to help Vietnam's Ministry of \
         Public Security trace people smugglers, Minister for Border Security Daniel Ashworth said on 21 October 2026.",
        "Mr Ashworth told MPs that the work had gone on quietly for years, and that he hoped it would go on.",
    ],
    published: "2026-10-21T18:30:00Z",
};

/// A promise nobody has met before: a sum, a place and a date.
pub const CENTRE: Story = Story {
    slug: "centre",
    title: "UK to equip screening centre for trafficking victims in Quang Binh",
    summary: "The UK Home Office will provide 900,000 pounds to equip a screening centre for victims of human trafficking in Quang Binh province by September 30, 2027.",
    text: &[
        "Hanoi (Courier) – The UK Home Office will provide 900,000 pounds to equip a screening centre for victims of \
         human trafficking in Quang Binh province by September 30, 2027, Home Secretary Harriet Colville said in Hanoi \
         on November 10, 2026.",
        "Colville made the announcement at a meeting with Deputy Minister of Public Security Sen. Lt. Gen. Phan Dinh \
         Loc during her first visit to Vietnam.",
        "Loc thanked the guest and wished the visit every success.",
    ],
    published: "2026-11-10T10:00:00Z",
};

/// The same promise in the other language.
pub const CENTRE_VI: Story = Story {
    slug: "trung-tam",
    title: "Anh tài trợ trung tâm sàng lọc nạn nhân bị mua bán tại Quảng Bình",
    summary: "Bộ Nội vụ Anh sẽ tài trợ 900.000 bảng để trang bị một trung tâm sàng lọc nạn nhân bị mua bán tại tỉnh Quảng Bình.",
    text: &[
        "Bộ Nội vụ Anh sẽ tài trợ 900.000 bảng để trang bị một trung tâm sàng lọc nạn nhân bị mua bán tại tỉnh Quảng \
         Bình trước ngày 30/9/2027, Bộ trưởng Nội vụ Anh Harriet Colville cho biết ngày 10/11/2026 tại Hà Nội.",
        "Thông tin được đưa ra tại buổi tiếp giữa Thượng tướng Phan Đình Lộc, Thứ trưởng Bộ Công an Việt Nam, và bà \
         Harriet Colville.",
        "Thượng tướng Phan Đình Lộc đánh giá cao sự quan tâm của phía Anh đối với những nạn nhân trở về.",
    ],
    published: "2026-11-11T02:00:00Z",
};

/// The promise is put on hold.
pub const CENTRE_HALTED: Story = Story {
    slug: "centre-halted",
    title: "Home Office halts money for Vietnam",
    summary: "The Home Office has suspended its funding for the screening centre for victims of human trafficking in Quang Binh province, Vietnam.",
    text: &[
        "The Home Office has suspended its funding for the screening centre for victims of human trafficking in Quang \
         Binh province, Vietnam, pending a review of overseas spending.",
        "The suspension was announced in London on 2 December 2026.",
    ],
    published: "2026-12-02T15:00:00Z",
};

/// A text agreed.
pub const PROTOCOL: Story = Story {
    slug: "protocol",
    title: "UK and Vietnam plan protocol on child victims",
    summary: "The UK Home Office and Vietnam's Ministry of Public Security agreed to sign a protocol on the protection of child victims of human trafficking.",
    text: &[
        "The UK Home Office and Vietnam's Ministry of Public Security agreed on November 10, 2026 to sign a protocol \
         on the protection of child victims of human trafficking.",
        "Officials of both sides met for two days in London.",
    ],
    published: "2026-11-10T11:00:00Z",
};

/// ... and signed.
pub const PROTOCOL_SIGNED: Story = Story {
    slug: "protocol-signed",
    title: "Ministries sign protocol on child victims",
    summary: "The UK Home Office and Vietnam's Ministry of Public Security signed a protocol on the protection of child victims of human trafficking in London.",
    text: &[
        "The UK Home Office and Vietnam's Ministry of Public Security signed a protocol on the protection of child \
         victims of human trafficking in London on November 24, 2026.",
        "The ceremony was short, and it rained.",
    ],
    published: "2026-11-24T10:00:00Z",
};

/// The same signature in the other language.
pub const PROTOCOL_SIGNED_VI: Story = Story {
    slug: "nghi-dinh-thu",
    title: "Ký Nghị định thư về bảo vệ nạn nhân trẻ em",
    summary: "Bộ Công an Việt Nam và Bộ Nội vụ Anh ký Nghị định thư về bảo vệ nạn nhân trẻ em bị mua bán người.",
    text: &[
        "Ngày 24/11/2026, tại London, Bộ Công an Việt Nam và Bộ Nội vụ Anh đã ký Nghị định thư về bảo vệ nạn nhân trẻ \
         em bị mua bán người.",
        "Lễ ký diễn ra ngắn gọn dưới trời mưa.",
    ],
    published: "2026-11-24T11:00:00Z",
};

/// Nothing of ours.
pub const MARKET: Story = Story {
    slug: "market",
    title: "Night market of Hoi An opens again after the floods",
    summary: "Lanterns are back on the river, and so are the boatmen.",
    text: &[
        "Lanterns are back on the river at Hoi An, and so are the boatmen, who waited three weeks for the water to go.",
    ],
    published: "2026-11-09T20:00:00Z",
};

/// When the tests begin.
pub const START: &str = "2026-11-10T12:00:00Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An RSS document whose articles are at `base`.
pub fn rss(base: &str, stories: &[Story]) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Outlet</title>",
    );
    for story in stories {
        let date = at(story.published).strftime("%a, %d %b %Y %H:%M:%S GMT");
        write!(
            out,
            "<item><guid isPermaLink=\"false\">{}</guid><link>{base}/{}</link><title>{}</title>\
             <description>{}</description><pubDate>{date}</pubDate></item>",
            story.slug, story.slug, story.title, story.summary
        )
        .unwrap();
    }
    out + "</channel></rss>"
}

/// The page of a story.
pub fn page(story: &Story) -> String {
    let paragraphs: String = story.text.iter().map(|text| format!("<p>{text}</p>\n")).collect();
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>{0}</title></head><body><nav><a href=\"/\">Home</a></nav>\
         <article><h1>{0}</h1>\n{paragraphs}</article><footer>All rights reserved</footer></body></html>",
        story.title
    )
}

/// A source of the tests.
#[derive(Debug, Clone, Copy)]
pub struct Outlet<'a> {
    pub id: &'a str,
    pub trust: &'a str,
    /// Address instead of the own one.
    pub url: Option<&'a str>,
}

impl<'a> Outlet<'a> {
    pub fn new(id: &'a str) -> Self {
        Self { id, trust: "normal", url: None }
    }

    pub fn low(id: &'a str) -> Self {
        Self { trust: "low", ..Self::new(id) }
    }
}

/// The text of a `sources.toml`.
pub fn sources_toml(origin: &Origin, outlets: &[Outlet<'_>]) -> String {
    let mut out = String::new();
    for Outlet { id, trust, url } in outlets {
        let url = url.map_or_else(|| origin.url(&format!("/{id}/feed")), ToOwned::to_owned);
        write!(
            out,
            "[[source]]\nid = \"{id}\"\nname = \"The {id}\"\nurl = \"{url}\"\ntrust = \"{trust}\"\n\
             schedule = \"* * * * *\"\nallow_private = true\n\n"
        )
        .unwrap();
    }
    out
}

/// One reader who wants alerts.
pub const ANALYST: &str =
    "[[recipient]]\nid = \"analyst\"\naddress = \"analyst@example.org\"\nnotices = false\n";

/// A mail as it left.
#[derive(Debug, Clone)]
pub struct Mail {
    pub subject: String,
    pub message_id: String,
    pub in_reply_to: Option<String>,
    pub to: String,
    pub text: String,
}

impl Mail {
    pub fn read(bytes: &[u8]) -> Self {
        let mail = MessageParser::default().parse(bytes).unwrap();
        let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap();
        Self {
            subject: mail.subject().unwrap().to_owned(),
            message_id: mail.message_id().unwrap().to_owned(),
            in_reply_to: mail.in_reply_to().as_text().map(ToOwned::to_owned),
            to: to.to_owned(),
            text: mail.body_text(0).unwrap().into_owned(),
        }
    }
}

/// The pipeline with its outlets.
pub struct Newsroom {
    pub origin: Origin,
    pub clock: Arc<ManualClock>,
    pub folder: TempDir,
    runtime: Runtime,
    engine: Option<Arc<Engine>>,
    editions: Cell<u32>,
}

impl Newsroom {
    /// With one reader, and mail in a folder.
    pub fn open(outlets: &[Outlet<'_>]) -> Self {
        Self::with(outlets, ANALYST)
    }

    /// With `settings` besides the sources.
    pub fn with(outlets: &[Outlet<'_>], settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let origin = Origin::start();
        let write =
            |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
        write("sources.toml", sources_toml(&origin, outlets));
        write("pledgewatch.toml", format!("sources = \"sources.toml\"\n{settings}"));
        let mut room = Self {
            origin,
            clock: Arc::new(ManualClock::new(at(START))),
            folder,
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap(),
            engine: None,
            editions: Cell::new(0),
        };
        room.start();
        room
    }

    fn start(&mut self) {
        let path = self.folder.path();
        let config = Config::load_file(&path.join("pledgewatch.toml"))
            .unwrap_or_else(|problems| panic!("{problems}"));
        let store = Store::open(Options::new(self.database())).unwrap();
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let engine =
            Engine::with_clock(config, path.to_owned(), Arc::clone(&TOPIC), store, clock).unwrap();
        self.engine = Some(Arc::new(engine));
    }

    /// Ends the process in all but name, and starts the next on the same database.
    pub fn restart(&mut self) {
        let engine = self.engine.take().unwrap();
        assert_eq!(Arc::strong_count(&engine), 1, "something goes on after a round");
        drop(engine);
        self.start();
    }

    /// The same under other settings.
    pub fn reopen_with(&mut self, settings: &str) {
        let text = format!("sources = \"sources.toml\"\n{settings}");
        std::fs::write(self.folder.path().join("pledgewatch.toml"), text).unwrap();
        self.restart();
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("pledgewatch.db")
    }

    pub fn set_clock(&self, now: &str) {
        self.clock.set(at(now));
    }

    /// From now on the outlet's feed holds these stories, newest first, and their pages are there. The feed has an
    /// entity tag of its own, which the outlet does not honour.
    pub fn publish(&self, outlet: &str, stories: &[Story]) {
        self.editions.set(self.editions.get() + 1);
        let base = self.origin.url(&format!("/{outlet}"));
        let feed =
            Reply::ok(rss(&base, stories)).header("ETag", format!("\"{}\"", self.editions.get()));
        self.origin.script(&format!("/{outlet}/feed"), vec![feed]);
        for story in stories {
            self.origin.script(&format!("/{outlet}/{}", story.slug), vec![html(story)]);
        }
    }

    /// One round of everything; then time passes until held alerts are due, and they leave; then two hours more.
    pub fn poll(&mut self) -> RoundReport {
        let engine = Arc::clone(self.engine.as_ref().unwrap());
        let report = self.runtime.block_on(engine.round(Which::Allowed)).unwrap();
        drop(engine);
        self.tell_after(SignedDuration::from_mins(11));
        self.clock.advance(SignedDuration::from_hours(2));
        report
    }

    /// Lets time pass, and then everything leave that is due.
    pub fn tell_after(&mut self, wait: SignedDuration) {
        self.try_to_tell_after(wait).unwrap();
    }

    /// The same where something may stand in the way.
    pub fn try_to_tell_after(&mut self, wait: SignedDuration) -> Result<(), StoreError> {
        self.clock.advance(wait);
        let engine = Arc::clone(self.engine.as_ref().unwrap());
        self.runtime.block_on(engine.tell()).map(|_| ())
    }

    /// One round that is cut off after `patience`.
    pub fn poll_for(&mut self, patience: std::time::Duration) {
        let engine = Arc::clone(self.engine.as_ref().unwrap());
        let round = engine.round(Which::Allowed);
        let _ = self.runtime.block_on(async { tokio::time::timeout(patience, round).await });
    }

    /// Forgets what may be forgotten; returns what went.
    pub fn clean_up(&self) -> Purged {
        self.runtime.block_on(self.engine.as_ref().unwrap().clean_up()).unwrap()
    }

    /// The same, if it was not done for a day.
    pub fn clean_up_daily(&self) -> Option<Purged> {
        self.runtime.block_on(self.engine.as_ref().unwrap().clean_up_daily()).unwrap()
    }

    /// What the pipeline finds wrong with itself.
    pub fn audit(&self) -> Audit {
        self.runtime.block_on(self.engine.as_ref().unwrap().audit()).unwrap()
    }

    /// Puts something in the way of the pipeline.
    pub fn obstruct(&self, sql: &str) {
        Connection::open(self.database()).unwrap().execute_batch(sql).unwrap();
    }

    /// All mail in the folder, in order of its date.
    pub fn mails(&self) -> Vec<Mail> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(self.folder.path().join("mail"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .collect();
        paths.sort();
        paths.iter().map(|path| Mail::read(&std::fs::read(path).unwrap())).collect()
    }

    /// The alerts among them.
    pub fn subjects(&self) -> Vec<String> {
        self.mails().into_iter().map(|mail| mail.subject).collect()
    }

    /// The one value that a query finds.
    pub fn value<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let database = Connection::open(self.database()).unwrap();
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The first column of a query, as text.
    pub fn column(&self, sql: &str) -> Vec<String> {
        column(&Connection::open(self.database()).unwrap(), sql)
    }

    /// Requests for a path, so far.
    pub fn requests(&self, path: &str) -> Vec<crate::origin::Seen> {
        self.origin.requests().into_iter().filter(|seen| seen.path == path).collect()
    }
}

/// The page of a story as an answer.
pub fn html(story: &Story) -> Reply {
    Reply::ok(page(story)).header("Content-Type", "text/html; charset=utf-8")
}

/// The first column of a query, as text.
pub fn column(database: &Connection, sql: &str) -> Vec<String> {
    database
        .prepare(sql)
        .unwrap()
        .query_map([], |row| row.get::<_, rusqlite::types::Value>(0))
        .unwrap()
        .map(|value| match value.unwrap() {
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Null => "-".to_owned(),
            rusqlite::types::Value::Blob(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            other => format!("{other:?}"),
        })
        .collect()
}
