//! The built program in a folder of its own: commands that are run to their end, and a daemon that is started,
//! told things by signals, and killed.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;

/// No test waits longer for anything; nothing depends on how long it takes.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Asks again and again until there is an answer.
pub fn wait_for<T>(what: &str, mut answer: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = answer() {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A folder with a configuration, and the program in it.
pub struct Program {
    folder: TempDir,
}

/// What a command said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Each line of the output as JSON.
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Ended with `code`, having said `words` in one sentence to the person at the keyboard.
    pub fn refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.starts_with("pledgewatch: "), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word:?} is missing in {self:?}");
        }
        assert!(!self.err.contains("panicked") && !self.err.contains("Error {"), "{self:?}");
    }

    /// The same, in one line.
    pub fn refused_in_a_line(&self, code: i32, words: &[&str]) {
        self.refused(code, words);
        assert_eq!(self.err.trim_end().lines().count(), 1, "{self:?}");
    }

    pub fn done(&self) -> &Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }
}

impl Program {
    /// With the configuration `settings` and no sources but those in `sources`.
    pub fn new(settings: &str, sources: &str) -> Self {
        let program = Self { folder: tempfile::tempdir().unwrap() };
        program.configure(settings);
        program.write("sources.toml", sources);
        program
    }

    /// Without any source or reader.
    pub fn bare() -> Self {
        Self::new("", "")
    }

    /// Replaces the configuration.
    pub fn configure(&self, settings: &str) {
        self.write("pledgewatch.toml", format!("sources = \"sources.toml\"\n{settings}"));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn database(&self) -> PathBuf {
        self.path("data/pledgewatch.db")
    }

    /// Another program's view of the database.
    pub fn sql(&self) -> Connection {
        let connection = Connection::open(self.database()).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        connection
    }

    /// The program on its configuration, knowing nothing of this machine's.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let (file, data) = (self.path("pledgewatch.toml"), self.path("data"));
        let before = ["--config", file.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
        self.unconfigured(&[&before, arguments].concat())
    }

    /// The same without a word about configuration and data.
    pub fn unconfigured(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pledgewatch"));
        command.args(arguments).current_dir(self.folder.path());
        for name in
            ["NOTIFY_SOCKET", "WATCHDOG_USEC", "STATE_DIRECTORY", "JOURNAL_STREAM", "COLUMNS"]
        {
            command.env_remove(name);
        }
        command.env("HOME", self.folder.path());
        command.env("XDG_CONFIG_HOME", self.path("config-home"));
        command.env("XDG_STATE_HOME", self.path("state-home"));
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        ended(self.command(arguments), b"")
    }

    /// The same with something on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        ended(self.command(arguments), input)
    }

    /// Starts the daemon; it may not be ready yet.
    pub fn start(&self) -> Daemon {
        let socket = self.path("notify");
        // One of an earlier start.
        let _ = std::fs::remove_file(&socket);
        let manager = UnixDatagram::bind(&socket).unwrap();
        manager.set_nonblocking(true).unwrap();
        let log = self.path("log");
        let file = std::fs::File::create(&log).unwrap();
        let child = self
            .command(&["run"])
            .env("NOTIFY_SOCKET", &socket)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .unwrap();
        Daemon { child, manager, log, told: Vec::new() }
    }
}

/// Runs a command to its end.
pub fn ended(mut command: Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeding = std::thread::spawn(move || {
        // A command that does not read its input closes the pipe.
        let _ = pipe.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A daemon that runs. It is killed when dropped.
pub struct Daemon {
    child: Child,
    manager: UnixDatagram,
    log: PathBuf,
    told: Vec<String>,
}

impl Daemon {
    /// Everything that it has told the service manager, one assignment each.
    pub fn told(&mut self) -> &[String] {
        let mut bytes = [0; 4096];
        while let Ok(length) = self.manager.recv(&mut bytes) {
            let text = String::from_utf8_lossy(&bytes[..length]);
            self.told.extend(text.lines().map(ToOwned::to_owned));
        }
        &self.told
    }

    /// How often it has said so.
    pub fn times(&mut self, what: &str) -> usize {
        self.told().iter().filter(|line| *line == what).count()
    }

    pub fn wait_until_ready(mut self) -> Self {
        let path = self.log.clone();
        wait_for("READY=1", || {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: {}", read(&path));
            (self.times("READY=1") > 0).then_some(())
        });
        self
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let status =
            Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id())]).status();
        assert!(status.unwrap().success());
    }

    /// What it has written to standard error.
    pub fn log(&self) -> String {
        read(&self.log)
    }

    pub fn wait_for_log(&self, words: &str) {
        wait_for(words, || self.log().contains(words).then_some(()));
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self) -> ExitStatus {
        wait_for("the end of the daemon", || self.child.try_wait().unwrap())
    }

    /// SIGTERM, and its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.wait().code()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(path: &Path) -> String {
    let mut bytes = Vec::new();
    std::fs::File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
