//! What the daemon tells the service manager (sd_notify(3)), and what it is told: readiness, one line of
//! status, a start that takes its time, reloads, the end, and a watchdog that only progress may feed.
//!
//! The protocol is one datagram of `NAME=value` lines to `$NOTIFY_SOCKET`, a path or an abstract name (`@…`). Outside
//! systemd every call does nothing.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How often a long start asks for more time, and how much it asks for: three times as much, so that two messages may
/// be lost.
const EXTEND_EVERY: Duration = Duration::from_secs(10);
const EXTEND_BY: Duration = Duration::from_secs(30);
/// Longest start that is asked more time for. What takes longer has stopped, and the manager may say so.
const LONGEST_START: Duration = Duration::from_secs(3600);

/// A channel to the service manager.
#[derive(Debug, Clone, Default)]
pub struct ServiceManager {
    socket: Option<Arc<Socket>>,
    watchdog: Option<Duration>,
}

#[derive(Debug)]
struct Socket {
    ours: UnixDatagram,
    manager: SocketAddr,
}

impl ServiceManager {
    /// Finds the manager of this process, if there is one (`$NOTIFY_SOCKET`, `$WATCHDOG_USEC`, `$WATCHDOG_PID`).
    pub fn find() -> Self {
        Self::read(|name| std::env::var_os(name), std::process::id())
    }

    /// The same from variables read through `variable`, for the process `pid`.
    pub fn read(variable: impl Fn(&str) -> Option<OsString>, pid: u32) -> Self {
        let number = |name| variable(name).and_then(|text| text.to_str()?.parse::<u64>().ok());
        let socket = variable("NOTIFY_SOCKET").and_then(|name| match connect(&name) {
            Ok(socket) => Some(Arc::new(socket)),
            Err(error) => {
                tracing::warn!(%error, ?name, "the service manager cannot be told anything");
                None
            }
        });
        let meant = number("WATCHDOG_PID").is_none_or(|meant| meant == u64::from(pid));
        let watchdog = number("WATCHDOG_USEC").filter(|limit| meant && *limit > 0);
        Self { socket, watchdog: watchdog.map(Duration::from_micros) }
    }

    /// How often the watchdog wants to be fed: a third of its limit, so that two may be lost.
    pub fn watchdog_period(&self) -> Option<Duration> {
        self.watchdog.map(|limit| limit / 3)
    }

    /// A start has begun. Until the answer is dropped the manager is asked for more time, so that the upgrade of a
    /// large database is not taken for a start that hangs; for an hour at most.
    pub fn starting(&self, status: &'static str) -> Starting {
        self.send(&format!("STATUS={status}"));
        let (over, wait) = channel();
        if self.socket.is_some() {
            let manager = self.clone();
            // Without a thread the start has the time that the unit gives it.
            let _ = std::thread::Builder::new().name("starting".to_owned()).spawn(move || {
                let began = Instant::now();
                while began.elapsed() < LONGEST_START {
                    manager.extend_timeout();
                    if wait.recv_timeout(EXTEND_EVERY) != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                    let minutes = began.elapsed().as_secs() / 60;
                    manager.status(&format!("{status} (for {minutes} min)"));
                }
            });
        }
        Starting { _over: over }
    }

    fn extend_timeout(&self) {
        self.send(&format!("EXTEND_TIMEOUT_USEC={}", EXTEND_BY.as_micros()));
    }

    /// Configuration read, database open, schedule armed.
    pub fn ready(&self, status: &str) {
        self.send(&format!("READY=1\nSTATUS={}", in_a_line(status)));
    }

    /// One line for `systemctl status`.
    pub fn status(&self, status: &str) {
        self.send(&format!("STATUS={}", in_a_line(status)));
    }

    /// A reload has begun; [`ServiceManager::ready`] ends it. `Type=notify-reload` asks for the moment, older managers
    /// pass over it.
    pub fn reloading(&self) {
        let now = clock_gettime(ClockId::Monotonic);
        let microseconds = i128::from(now.tv_sec) * 1_000_000 + i128::from(now.tv_nsec) / 1000;
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={microseconds}"));
    }

    /// A clean stop has begun.
    pub fn stopping(&self) {
        self.send("STOPPING=1\nSTATUS=stopping: what is under way is finished first");
    }

    /// Why the service cannot run; shown by `systemctl status` after the end.
    pub fn failed(&self, reason: &str) {
        self.send(&format!("STATUS={}", in_a_line(reason)));
    }

    /// Every loop made progress.
    pub fn feed_watchdog(&self) {
        self.send("WATCHDOG=1");
    }

    fn send(&self, message: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = socket.ours.send_to_addr(message.as_bytes(), &socket.manager)
        {
            tracing::warn!(%error, "could not tell the service manager");
        }
    }
}

/// A start that goes on; it ends when this is dropped.
#[must_use = "dropped at once, the start is over"]
#[derive(Debug)]
pub struct Starting {
    _over: Sender<()>,
}

fn connect(name: &OsString) -> std::io::Result<Socket> {
    let manager = match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(name)?,
    };
    Ok(Socket { ours: UnixDatagram::unbound()?, manager })
}

/// A line end would begin another assignment.
fn in_a_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for part in text.split(['\n', '\r', '\0']).map(str::trim).filter(|part| !part.is_empty()) {
        let between = if line.is_empty() { "" } else { "; " };
        // Writing to a String cannot fail.
        let _ = write!(line, "{between}{part}");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manager(name: &str, pairs: &[(&str, &str)]) -> ServiceManager {
        let variable = |asked: &str| {
            let pairs = pairs.iter().copied().chain([("NOTIFY_SOCKET", name)]);
            pairs.into_iter().find(|(key, _)| *key == asked).map(|(_, text)| OsString::from(text))
        };
        ServiceManager::read(variable, 7)
    }

    fn heard(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 4096];
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    #[test]
    fn a_manager_is_told_at_a_path_and_at_an_abstract_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let abstract_name = format!("pledgewatch-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&abstract_name).unwrap();
        for (name, socket) in [
            (path.to_str().unwrap().to_owned(), UnixDatagram::bind(&path).unwrap()),
            (format!("@{abstract_name}"), UnixDatagram::bind_addr(&address).unwrap()),
        ] {
            let manager = manager(&name, &[]);
            manager.ready("2/2 sources ok");
            assert_eq!(heard(&socket), "READY=1\nSTATUS=2/2 sources ok");
            manager.status("one\nMAINPID=1\r\n two");
            assert_eq!(heard(&socket), "STATUS=one; MAINPID=1; two");
            manager.reloading();
            let reloading = heard(&socket);
            let since = reloading.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
            assert!(since.parse::<u64>().unwrap() > 0);
            manager.feed_watchdog();
            assert_eq!(heard(&socket), "WATCHDOG=1");
        }
    }

    #[test]
    fn a_long_start_asks_for_time_until_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        let manager = manager(path.to_str().unwrap(), &[]);
        let starting = manager.starting("opening the database");
        assert_eq!(heard(&socket), "STATUS=opening the database");
        assert_eq!(heard(&socket), "EXTEND_TIMEOUT_USEC=30000000");
        drop(starting);
        manager.ready("");
        assert_eq!(heard(&socket), "READY=1\nSTATUS=");
    }

    #[test]
    fn the_watchdog_of_another_process_is_not_ours() {
        let limit = ("WATCHDOG_USEC", "120000000");
        let period = |pairs: &[(&str, &str)]| manager("/nowhere", pairs).watchdog_period();
        assert_eq!(period(&[limit]), Some(Duration::from_secs(40)));
        assert_eq!(period(&[limit, ("WATCHDOG_PID", "7")]), Some(Duration::from_secs(40)));
        assert_eq!(period(&[limit, ("WATCHDOG_PID", "8")]), None);
        assert_eq!(period(&[("WATCHDOG_USEC", "0")]), None);
        assert_eq!(period(&[]), None);
    }

    #[test]
    fn a_manager_that_has_gone_away_is_no_trouble() {
        manager("/nowhere/at/all", &[]).ready("fine");
        ServiceManager::default().feed_watchdog();
    }
}
