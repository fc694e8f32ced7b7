//! What every part of the pipeline shares: settings, topic, database, ledger, network and clock.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use super::clock::SystemClock;
use super::copies::Copies;
use super::corrections;
use super::mailroom;
use super::page_worker::PageWorker;
use super::politeness::{self, resume_pauses};
use super::polls::AmongPolls;
use super::registration::register;
use super::robots::RobotsCache;
use super::vitals::Vitals;
use crate::config::topic::Topic;
use crate::config::{Config, ConfiguredSource, Problems, Recipient, SecretError};
use crate::fetch::{self, ClientError, Fetcher};
use crate::ledger::Ledger;
use crate::model::SourceId;
use crate::notify::desk::{Addressee, Desk, DeskError};
use crate::notify::digest;
use crate::notify::facts::DigestFacts;
use crate::notify::message::Message;
use crate::notify::templates::RenderError;
use crate::notify::transport::Transport;
use crate::source::Network;
use crate::store::{self, Connection, Store, StoreError, Transaction};
use crate::time::Clock;

/// Pages of a source compared between two polls.
const PAGE_DATES: usize = 8;

/// The pipeline cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Mail templates are broken.
    #[error("the mail templates cannot be used")]
    Templates(Problems),
    /// The HTTP client cannot be built.
    #[error("cannot set up HTTP")]
    Client(#[from] ClientError),
    /// The password for the mail server cannot be had.
    #[error("cannot read the password of the mail server")]
    Secret(#[from] SecretError),
    /// The mail settings do not fit together.
    #[error("cannot set up mail: {0}")]
    Mail(String),
}

/// What every part of the pipeline shares. A reload makes a new one around the same database and ledger.
pub struct Engine {
    /// The settings.
    pub config: Config,
    /// The data folder.
    pub data: PathBuf,
    /// The topic.
    pub topic: Arc<Topic>,
    /// The database.
    pub store: Store,
    /// The network.
    pub fetcher: Arc<Fetcher>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// How mail is written.
    pub desk: Arc<Desk>,
    /// How messages leave, one for each channel; none in an engine that only looks.
    pub transports: Vec<Transport>,
    /// Whom to ask about pages that count; `None` where only our own extractor reads.
    pub page_worker: Option<PageWorker>,
    /// What all engines on this database share.
    books: Arc<Books>,
    /// Where each source is in the settings: asked for every entry, and there may be thousands.
    places: HashMap<SourceId, usize>,
    /// How many hosts are polled, and whether any of them is outside.
    hosts: (usize, bool),
    /// Room for work that keeps a processor busy.
    desks: Arc<Semaphore>,
    /// Polls that send, read or store now.
    polling: Arc<AtomicUsize>,
}

/// What is kept in memory of the database. One for all engines: a reload must not leave two ledgers, of which
/// one misses what the other learns.
#[derive(Debug)]
struct Books {
    /// The ledger; changed only after its transaction has committed.
    ledger: Arc<Mutex<Held>>,
    /// Recent texts, to know copies by.
    copies: Mutex<Copies>,
    /// When each source was last asked, on the wall and on the clock that never jumps.
    asked: Mutex<HashMap<SourceId, (Timestamp, Duration)>>,
    /// By how many minutes the feed's dates lay ahead of those of pages, until the source's next poll stores it.
    page_dates: Mutex<HashMap<SourceId, Vec<i32>>>,
    /// Whether our own network is up.
    network: Mutex<Network>,
    /// What sites let us read.
    robots: RobotsCache,
    /// The signs of life of this process.
    vitals: Arc<Vitals>,
    /// Held while one article is judged and stored: order of arrival decides what is new.
    turn: tokio::sync::Mutex<()>,
}

/// The ledger in memory, and the count of the revisions that it has seen: another program may correct the database
/// while this one runs.
#[derive(Debug)]
pub(super) struct Held {
    pub ledger: Ledger,
    revisions: u64,
}

impl Held {
    /// What the database holds now.
    fn load(connection: &Connection, topic: &Topic) -> Result<Self, StoreError> {
        let revisions = store::ledger_revisions(connection)?;
        Ok(Self { ledger: corrections::load_ledger(connection, topic)?, revisions })
    }

    /// Reads the ledger again when it was revised. In the transaction of a judgement nobody else can revise it.
    pub fn catch_up(&mut self, tx: &Transaction<'_>, topic: &Topic) -> Result<(), StoreError> {
        if store::ledger_revisions(tx)? != self.revisions {
            *self = Self::load(tx, topic)?;
            tracing::info!("the ledger was corrected; it was read again");
        }
        Ok(())
    }
}

impl Books {
    fn open(store: &Store, topic: &Topic, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self {
            ledger: Arc::new(Mutex::new(load(store, topic)?)),
            copies: Mutex::new(Copies::load(store, &topic.words, now)?),
            asked: Mutex::default(),
            page_dates: Mutex::default(),
            network: Mutex::default(),
            robots: RobotsCache::default(),
            vitals: Arc::default(),
            turn: tokio::sync::Mutex::new(()),
        })
    }
}

impl Engine {
    /// Sets the pipeline up on an open database, with the clock of the machine.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub fn new(
        config: Config,
        data: PathBuf,
        topic: Topic,
        store: Store,
    ) -> Result<Self, EngineError> {
        Self::with_clock(config, data, topic, store, Arc::new(SystemClock))
    }

    /// The same with another clock, and perhaps with a topic that others use too.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub fn with_clock(
        config: Config,
        data: PathBuf,
        topic: impl Into<Arc<Topic>>,
        store: Store,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, EngineError> {
        let topic = topic.into();
        register(&config, &store, clock.now())?;
        let transports = mailroom::transports(&config, &data)?;
        let books = Books::open(&store, &topic, clock.now())?;
        let fetcher = Fetcher::new(fetch_settings(&config), Arc::clone(&clock))?;
        resume_pauses(&store, &fetcher, clock.now())?;
        Self::around(config, data, topic, store, clock, Arc::new(books), fetcher, transports)
    }

    /// An engine that only looks: its database may be read-only, and it never sends anything.
    ///
    /// # Errors
    /// See [`EngineError`].
    pub fn looking(
        config: Config,
        data: PathBuf,
        topic: Topic,
        store: Store,
    ) -> Result<Self, EngineError> {
        let clock = Arc::new(SystemClock);
        let books = Books::open(&store, &topic, clock.now())?;
        let fetcher = Fetcher::new(fetch_settings(&config), clock.clone())?;
        resume_pauses(&store, &fetcher, clock.now())?;
        Self::around(
            config,
            data,
            Arc::new(topic),
            store,
            clock,
            Arc::new(books),
            fetcher,
            Vec::new(),
        )
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of an engine, each once")]
    fn around(
        config: Config,
        data: PathBuf,
        topic: Arc<Topic>,
        store: Store,
        clock: Arc<dyn Clock>,
        books: Arc<Books>,
        fetcher: Fetcher,
        transports: Vec<Transport>,
    ) -> Result<Self, EngineError> {
        let places = config.sources.iter().enumerate();
        let places = places.map(|(at, one)| (one.source.id.clone(), at)).collect();
        Ok(Self {
            places,
            polling: Arc::default(),
            desks: Arc::new(Semaphore::new(
                std::thread::available_parallelism().map_or(1, usize::from),
            )),
            hosts: hosts(&config),
            fetcher: Arc::new(fetcher),
            desk: Arc::new(mailroom::desk(&config, &topic, !transports.is_empty())?),
            transports,
            topic,
            config,
            data,
            store,
            clock,
            page_worker: None,
            books,
        })
    }

    /// The same, with a program to ask about pages that count.
    #[must_use]
    pub fn with_page_worker(self, worker: Option<PageWorker>) -> Self {
        Self { page_worker: worker, ..self }
    }

    /// A new engine under another configuration, around the same database and the same books. Where the rules have
    /// changed the ledger is read again under them. Blocks: not for async threads.
    ///
    /// # Errors
    /// See [`EngineError`]; the old engine stays usable.
    pub fn reloaded(&self, config: Config, topic: Topic) -> Result<Self, EngineError> {
        let other_rules = topic.rules_version != self.topic.rules_version;
        let (data, clock) = (self.data.clone(), Arc::clone(&self.clock));
        let store = self.store.clone();
        let transports = mailroom::transports(&config, &data)?;
        let books = Arc::clone(&self.books);
        let fetcher = self.fetcher.reconfigured(fetch_settings(&config))?;
        let topic = Arc::new(topic);
        let engine = Self::around(config, data, topic, store, clock, books, fetcher, transports)?
            .with_page_worker(self.page_worker.clone());
        let _turn = self.books.turn.blocking_lock();
        let ledger = if other_rules { Some(load(&self.store, &engine.topic)?) } else { None };
        // The last step that can fail: from here on the new configuration holds.
        register(&engine.config, &self.store, self.now())?;
        if let Some(ledger) = ledger {
            *lock(&self.books.ledger) = ledger;
        }
        Ok(engine)
    }

    /// A digest before it has an address, for `digest preview`.
    ///
    /// # Errors
    /// A template of the operator that asks for something the facts do not have.
    pub fn compose_digest(&self, facts: &DigestFacts) -> Result<Message, RenderError> {
        let names = self.desk.names(facts.reader.language);
        digest::compose(facts, names, &self.desk.templates, &self.desk.letterhead)
    }

    /// The bytes of a composed message to a recipient, as they would be sent now.
    ///
    /// # Errors
    /// An address that does not follow RFC 5321.
    pub fn message_bytes(
        &self,
        recipient: &Recipient,
        message: &Message,
    ) -> Result<Vec<u8>, DeskError> {
        let name = recipient.name.clone().unwrap_or_default();
        let to = Addressee { address: recipient.address.clone(), name };
        let now = self.now();
        Ok(self.desk.written(&to, &format!("preview:{now}"), message, now, None)?.bytes)
    }

    /// The configured source with this id.
    pub(super) fn source(&self, id: &SourceId) -> Option<&ConfiguredSource> {
        self.places.get(id).and_then(|at| self.config.sources.get(*at))
    }

    /// Does work that keeps a processor busy on a thread of its own. No more of it is done at a time than there are
    /// processors: more would not be faster, and each takes memory and a connection to the database.
    ///
    /// # Errors
    /// The work panicked.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        // The semaphore is never closed, so there is always a permit in the end.
        let _desk = self.desks.acquire().await.ok();
        tokio::task::spawn_blocking(work).await
    }

    /// Counts a poll as under way.
    pub(super) fn join_polls(&self) -> AmongPolls {
        AmongPolls::join(&self.polling)
    }

    /// Waits for other programs that keep a processor busy, at the same desks.
    pub(super) async fn at_desk<T>(&self, work: impl Future<Output = T>) -> T {
        let _desk = self.desks.acquire().await.ok();
        work.await
    }

    /// Whether people gave or took names since the topic was read. Where the database does not answer, not yet.
    pub(super) async fn has_other_aliases(&self) -> bool {
        let aliases = self.store.read(corrections::aliases).await;
        aliases.is_ok_and(|aliases| aliases != self.topic.aliases)
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The signs of life of this process.
    pub fn vitals(&self) -> &Arc<Vitals> {
        &self.books.vitals
    }

    /// The ledger.
    pub(super) fn ledger(&self) -> MutexGuard<'_, Held> {
        lock(&self.books.ledger)
    }

    /// A handle to the ledger for work on another thread.
    pub(super) fn ledger_handle(&self) -> Arc<Mutex<Held>> {
        Arc::clone(&self.books.ledger)
    }

    /// Whether our own network is up.
    pub(super) fn network(&self) -> MutexGuard<'_, Network> {
        // What a panic left out is a host that counts as missing or not.
        self.books.network.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many hosts are polled.
    pub(super) fn hosts(&self) -> usize {
        self.hosts.0
    }

    /// Whether any source is outside this machine and its network.
    pub(super) fn has_public_sources(&self) -> bool {
        self.hosts.1
    }

    /// What sites let us read.
    pub(super) fn robots(&self) -> &RobotsCache {
        &self.books.robots
    }

    /// Notes that a source is asked now.
    pub(super) fn note_asked(&self, id: &SourceId) {
        let mut asked = self.books.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.insert(id.clone(), (self.now(), self.clock.elapsed()));
    }

    /// Notes how far the feed's date of an article lies ahead of the one that its page states.
    pub(super) fn note_page_date(&self, id: &SourceId, minutes: i32) {
        let mut seen = self.books.page_dates.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = seen.entry(id.clone()).or_default();
        if seen.len() < PAGE_DATES {
            seen.push(minutes);
        }
    }

    /// What was noted of a source's pages since this was last asked.
    pub(super) fn take_page_dates(&self, id: &SourceId) -> Vec<i32> {
        let mut seen = self.books.page_dates.lock().unwrap_or_else(PoisonError::into_inner);
        seen.remove(id).unwrap_or_default()
    }

    /// When a source was last asked by this process, on the wall and on the clock that never jumps.
    pub(super) fn asked(&self, id: &SourceId) -> Option<(Timestamp, Duration)> {
        let asked = self.books.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get(id).copied()
    }

    /// Recent texts.
    pub(super) fn copies(&self) -> MutexGuard<'_, Copies> {
        // What a panic left out is a copy not recognised, which costs nothing but a line in a mail.
        self.books.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the turn to judge.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.books.turn.lock().await
    }
}

/// Locks the ledger. A panic while it was held cannot have left half a change: `apply` is the only change, and
/// what it applies has been committed, so a restart would read the same.
pub(super) fn lock(ledger: &Mutex<Held>) -> MutexGuard<'_, Held> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The register of the topic with everything the database knows laid over it.
fn load(store: &Store, topic: &Topic) -> Result<Held, StoreError> {
    store.read_blocking(|connection| Held::load(connection, topic))
}

fn fetch_settings(config: &Config) -> fetch::Settings {
    let fetch = &config.fetch;
    fetch::Settings {
        contact: fetch.contact.clone().unwrap_or_default(),
        concurrency: usize::from(fetch.concurrency),
        max_redirects: usize::from(fetch.max_redirects),
        allow_downgrade: fetch.allow_downgrade,
        connect_timeout: fetch.connect_timeout.unsigned_abs(),
        read_timeout: fetch.read_timeout.unsigned_abs(),
        host_gap: fetch.host_gap.unsigned_abs(),
        private_gap: fetch.private_gap.unsigned_abs(),
    }
}

/// How many hosts are polled, and whether any of them is outside this machine and its network.
fn hosts(config: &Config) -> (usize, bool) {
    let enabled = || config.sources.iter().filter(|one| one.source.enabled);
    let hosts: HashSet<String> = enabled().map(politeness::host).collect();
    (hosts.len(), enabled().any(|one| !one.source.allow_private))
}
