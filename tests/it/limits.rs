//! A daemon that is stopped like a laptop with its lid closed, and one that may not have more memory.

use rustix::process::{Pid, Resource, Rlimit, prlimit};

use crate::daemon::{Service, instalments, with_baseline};
use crate::newsroom::{OFFICERS, column};
use crate::origin::Reply;
use crate::program::wait_for;

/// A line of what the system says of a process.
fn status(process: u32, name: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_start_matches(':').trim().to_owned()
}

#[test]
fn stopped_and_resumed_it_goes_on_where_it_was() {
    let service = Service::with("");
    service.baseline();
    let stories = instalments(3);
    let mut daemon = service.program.start().wait_until_ready();
    for number in 1..=stories.len() {
        service.publish(number + 1, &with_baseline(&stories[..number]));
        service.time_passes();
        daemon.signal("HUP");
        // In the middle of the first round, at the first word to the mail server, and when all is done.
        match number {
            1 => {}
            2 => {
                let before = service.smtp.connections();
                wait_for("mail", || (service.smtp.connections() > before).then_some(()));
            }
            _ => service.settle(number + 1),
        }
        daemon.signal("STOP");
        wait_for("a process that stands still", || {
            status(daemon.id(), "State").starts_with('T').then_some(())
        });
        service.legal_state(&stories);
        daemon.signal("CONT");
        service.settle(number + 1);
    }
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    let sent = column(&service.program.sql(), "SELECT count(*) FROM outbox");
    assert_eq!(sent, [service.smtp.messages().len().to_string()], "each message once");
}

#[test]
fn a_body_without_end_is_refused_within_the_memory_there_is() {
    let service = Service::with("");
    service.baseline();
    let mut daemon = service.program.start().wait_until_ready();
    // So much more than it has now, and not a page beyond.
    let now: u64 = status(daemon.id(), "VmSize").trim_end_matches(" kB").parse().unwrap();
    let most = Rlimit { current: Some((now + 300_000) * 1024), maximum: None };
    let process = Pid::from_raw(i32::try_from(daemon.id()).unwrap()).unwrap();
    prlimit(Some(process), Resource::As, most).unwrap();
    let endless = Reply::ok("<rss><channel>".repeat(5_000)).endless();
    service.origin.script("/courier/feed", vec![endless]);
    service.time_passes();
    daemon.signal("HUP");
    wait_for("the poll of the endless feed", || {
        let failed = "SELECT count(*) FROM polls WHERE ok = 0";
        (column(&service.program.sql(), failed) == ["1"]).then_some(())
    });
    // And it goes on.
    service.publish(2, &with_baseline(&instalments(1)));
    service.time_passes();
    daemon.signal("HUP");
    service.settle(2);
    let peak: u64 = status(daemon.id(), "VmHWM").trim_end_matches(" kB").parse().unwrap();
    eprintln!("{} MB at most", peak / 1024);
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    assert!(
        column(&service.program.sql(), "SELECT key FROM entries")
            .contains(&format!("id:{}", OFFICERS.slug))
    );
}
