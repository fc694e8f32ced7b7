//! What the daemon says when it is asked by a signal, and what the watchdog hears.

use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::Stdio;

use crate::program::{Program, wait_for};

#[test]
fn the_state_is_written_into_the_log_when_asked() {
    let program = Program::bare();
    let mut daemon = program.start().wait_until_ready();
    daemon.signal("USR1");
    daemon.wait_for_log("service.state");
    daemon.wait_for_log("last moved: polls 0 s");
    assert!(daemon.log().contains("writer moves"), "{}", daemon.log());
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
}

#[test]
fn told_to_abort_it_says_which_loop_has_stopped_and_ends() {
    use std::os::unix::process::ExitStatusExt as _;
    let program = Program::bare();
    let mut daemon = program.start().wait_until_ready();
    daemon.signal("ABRT");
    assert_eq!(daemon.wait().signal(), Some(6));
    assert!(daemon.log().contains("told to abort; last moved: polls"), "{}", daemon.log());
}

/// At an abstract name, with a watchdog so short that it is fed many times within the test.
#[test]
fn a_start_asks_for_time_and_a_watchdog_is_fed_while_all_moves() {
    let program = Program::bare();
    let name = format!("pledgewatch-it-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).unwrap();
    let manager = UnixDatagram::bind_addr(&address).unwrap();
    manager.set_nonblocking(true).unwrap();
    let mut child = program
        .command(&["run"])
        .env("NOTIFY_SOCKET", format!("@{name}"))
        .env("WATCHDOG_USEC", "300000")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = Vec::new();
    wait_for("five meals of the watchdog", || {
        let mut bytes = [0; 4096];
        while let Ok(length) = manager.recv(&mut bytes) {
            told.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
        }
        (told.iter().filter(|one| *one == "WATCHDOG=1").count() >= 5).then_some(())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(told[0], "STATUS=opening the database");
    let place = |what: &str| told.iter().position(|one| one.starts_with(what)).unwrap();
    assert!(place("EXTEND_TIMEOUT_USEC=30000000") < place("READY=1\nSTATUS="), "{told:?}");
    assert!(place("READY=1") < place("WATCHDOG=1"), "{told:?}");
}

#[test]
fn a_start_that_fails_tells_the_service_manager_why() {
    let program = Program::bare();
    program.configure("[schedule]\nfloor = \"1s\"\n");
    let mut daemon = program.start();
    assert_eq!(daemon.wait().code(), Some(78));
    let status = daemon.told().iter().rfind(|line| line.starts_with("STATUS=")).cloned();
    let status = status.unwrap();
    assert!(status.contains("exit code 78: the configuration has 1 problem"), "{status}");
}
