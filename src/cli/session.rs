//! What every command begins with: the configuration, the place of the data, the topic, the database.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::args::Global;
use super::failure::{Exit, Failure};
use super::report::counted;
use crate::config::topic::{self, Topic};
use crate::config::{Config, Environment, LogFormat, Problems};
use crate::pipeline::{Engine, EngineError, PageWorker, chain, corrections};
use crate::store::{Options, Store, StoreError};
use crate::systemd::ServiceManager;
use crate::telemetry::{self, LogForm};

/// The database inside the data folder.
const DATABASE: &str = "pledgewatch.db";

/// A configuration that has been read, and where its data is.
pub(super) struct Session {
    /// The settings.
    pub config: Config,
    /// The data folder.
    pub data: PathBuf,
}

impl Session {
    /// Reads the configuration that the command line names and starts logging, at `quiet` unless asked.
    pub fn begin(global: &Global, quiet: &str) -> Result<Self, Failure> {
        Ok(Self::with(Self::read_config(global)?, global, quiet))
    }

    /// Reads the configuration that the command line names.
    pub fn read_config(global: &Global) -> Result<Config, Failure> {
        Self::read_config_or(global, "nothing was started")
    }

    /// The same, with what a refusal means for whoever asked.
    pub fn read_config_or(global: &Global, consequence: &str) -> Result<Config, Failure> {
        Config::load(global.config.as_deref())
            .map_err(|problems| refused_and(&problems, consequence))
    }

    /// A session with a configuration that is already there.
    pub fn with(config: Config, global: &Global, quiet: &str) -> Self {
        let form = match config.log.format {
            LogFormat::Text => LogForm::Text,
            LogFormat::Json => LogForm::Json,
        };
        telemetry::start(global.log.as_deref().unwrap_or(quiet), form);
        let configured = global.data_dir.as_deref().or(config.store.folder.as_deref());
        let data = Environment::of_process().data_folder(configured);
        Self { config, data }
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.data.join(DATABASE)
    }

    /// The topic: the configured folder, else the shipped one.
    pub fn topic(&self) -> Result<Topic, Failure> {
        self.config.topic().map_err(|problems| refused(&problems))
    }

    /// The topic with the names that people gave.
    pub fn topic_under(&self, store: &Store) -> Result<Topic, Failure> {
        let aliases = store.read_blocking(corrections::aliases).map_err(store_failure)?;
        self.config.topic_with(&aliases).map_err(|problems| refused(&problems))
    }

    /// Opens the database to write, making folder and file where they are missing.
    pub fn open(&self) -> Result<Store, Failure> {
        self.make_data_folder()?;
        let mut options = Options::new(self.database());
        // An upgrade of a large database takes its time, and somebody waits for it.
        options.on_upgrade = Some(Box::new(|what| {
            tracing::warn!("{what}");
            ServiceManager::find().status(&what.to_string());
        }));
        Store::open(options).map_err(store_failure)
    }

    /// Makes the data folder where it is missing.
    pub fn make_data_folder(&self) -> Result<(), Failure> {
        // What is read and who is told is nobody else's business.
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.data).map_err(|error| {
            Failure::new(
                Exit::Io,
                format!(
                    "cannot make the data folder {}: {error}; choose another with --data-dir",
                    self.data.display()
                ),
            )
        })
    }

    /// Opens the database to read; it must be there.
    pub fn open_to_read(&self) -> Result<Store, Failure> {
        Store::open(Options::reading(self.database())).map_err(store_failure)
    }

    /// Opens the database to correct it, also while a daemon writes it; it must be there.
    pub fn open_beside(&self) -> Result<Store, Failure> {
        Store::open(Options::beside(self.database())).map_err(store_failure)
    }

    /// An engine that changes nothing: on the database if there is one (also while the daemon runs), else on an
    /// empty one that goes away.
    pub fn engine_to_look(&self) -> Result<Looking, Failure> {
        let (store, scratch) = if self.database().exists() {
            (self.open_to_read()?, None)
        } else {
            let scratch = Scratch::new().map_err(|error| {
                Failure::new(Exit::Io, format!("cannot make a temporary folder: {error}"))
            })?;
            let store =
                Store::open(Options::new(scratch.0.join(DATABASE))).map_err(store_failure)?;
            (store, Some(scratch))
        };
        let topic = self.topic_under(&store)?;
        let engine = Engine::looking(self.config.clone(), self.data.clone(), topic, store)
            .map_err(engine_failure)?;
        Ok(Looking { engine: engine.with_page_worker(page_worker()), _scratch: scratch })
    }

    /// Everything that the pipeline needs, on a database that may be written.
    pub fn engine(&self) -> Result<Arc<Engine>, Failure> {
        let store = self.open()?;
        let topic = self.topic_under(&store)?;
        Engine::new(self.config.clone(), self.data.clone(), topic, store)
            .map(|engine| Arc::new(engine.with_page_worker(page_worker())))
            .map_err(engine_failure)
    }
}

/// This program, to be started for single pages.
fn page_worker() -> Option<PageWorker> {
    std::env::current_exe().ok().map(PageWorker)
}

/// An engine that only looks, with the database that it may have needed for the moment.
pub(super) struct Looking {
    engine: Engine,
    _scratch: Option<Scratch>,
}

impl std::ops::Deref for Looking {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

/// A folder that goes when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Self> {
        let name = format!(
            "pledgewatch-{}-{}",
            std::process::id(),
            jiff::Timestamp::now().as_nanosecond()
        );
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind lies in the folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The shipped topic's files, by name.
pub(super) fn shipped_topic() -> &'static [(&'static str, &'static str)] {
    topic::EMBEDDED
}

/// A refused configuration: all problems, as a compiler shows them.
pub(super) fn refused(problems: &Problems) -> Failure {
    refused_and(problems, "nothing was started")
}

/// The same, with what it means for whoever asked.
pub(super) fn refused_and(problems: &Problems, consequence: &str) -> Failure {
    let count = counted(problems.0.len(), "problem", "problems");
    Failure::new(
        Exit::Configuration,
        format!("the configuration has {count}; {consequence}\n\n{problems}"),
    )
}

/// A database that refuses.
#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
pub(super) fn store_failure(error: StoreError) -> Failure {
    let exit = match error {
        // Trying again helps as little as with a wrong configuration.
        StoreError::Newer { .. } => Exit::Configuration,
        StoreError::Missing { .. } | StoreError::NoCopy { .. } => Exit::NoInput,
        _ if error.is_transient() => Exit::Temporary,
        _ => Exit::Io,
    };
    Failure::new(exit, chain(&error))
}

/// A pipeline that refuses.
pub(super) fn engine_failure(error: EngineError) -> Failure {
    match error {
        EngineError::Store(error) => store_failure(error),
        EngineError::Templates(problems) => {
            let count = counted(problems.0.len(), "problem", "problems");
            let text =
                format!("the mail templates have {count}; nothing was started\n\n{problems}");
            Failure::new(Exit::Configuration, text)
        }
        other => Failure::new(Exit::Configuration, chain(&other)),
    }
}

/// A runtime for commands that wait for the network or the database.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Io, format!("cannot start worker threads: {error}")))
}
