//! A daemon that is stopped like a laptop with its lid closed, and one that may not have more memory.

use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, prlimit};

use crate::daemon::{Service, instalments, with_baseline};
use crate::newsroom::{Mail, OFFICERS, column};
use crate::origin::Reply;
use crate::program::wait_for;

/// How much more address space than it has when it is ready the daemon may take, in kB.
const SHORT: [u64; 2] = [0, 4_000];
/// Whoever has done nothing by then will not.
const ENOUGH: Duration = Duration::from_secs(5);

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

/// Memory that runs out in the middle of the work: whether the daemon dies of it or goes on with less, what it leaves
/// is a legal state, and the next one goes on from there.
#[test]
fn with_no_more_memory_it_ends_or_waits_and_nothing_is_lost() {
    let service = Service::with("");
    service.baseline();
    let stories = instalments(SHORT.len());
    let mut doubtful = Vec::new();
    for (number, more) in SHORT.into_iter().enumerate() {
        let edition = number + 2;
        let mut daemon = service.program.start().wait_until_ready();
        let now: u64 = status(daemon.id(), "VmSize").trim_end_matches(" kB").parse().unwrap();
        let most = Rlimit { current: Some((now + more) * 1024), maximum: None };
        let process = Pid::from_raw(i32::try_from(daemon.id()).unwrap()).unwrap();
        prlimit(Some(process), Resource::As, most).unwrap();
        service.publish(edition, &with_baseline(&stories[..=number]));
        service.time_passes();
        daemon.signal("HUP");
        let started = Instant::now();
        let dead = |id| status(id, "State").starts_with('Z');
        while !dead(daemon.id())
            && service.waiting(edition).as_deref() != Some("0")
            && started.elapsed() < ENOUGH
        {
            std::thread::sleep(Duration::from_millis(20));
        }
        let end = if dead(daemon.id()) {
            format!("ended: {}", daemon.wait())
        } else if service.waiting(edition).as_deref() == Some("0") {
            "did its work".to_owned()
        } else {
            "went on without getting through".to_owned()
        };
        eprintln!("{more} kB more: {end}");
        daemon.kill();
        service.legal_state(&stories);
        let under_way = "SELECT message_id FROM outbox WHERE state = 'sending'";
        doubtful.extend(column(&service.program.sql(), under_way));
    }
    service.time_passes();
    service.publish(SHORT.len() + 2, &with_baseline(&stories));
    let mut daemon = service.program.start().wait_until_ready();
    service.settle(SHORT.len() + 2);
    assert_eq!(daemon.stop(), Some(0), "{}", daemon.log());
    let mut received: Vec<String> = service
        .smtp
        .messages()
        .iter()
        .map(|mail| format!("<{}>", Mail::read(&mail.bytes).message_id))
        .collect();
    received.sort();
    for doubtful in &doubtful {
        if let Ok(at) = received.binary_search(doubtful)
            && received.get(at + 1) == Some(doubtful)
        {
            received.remove(at);
        }
    }
    let sent = "SELECT message_id FROM outbox WHERE state = 'accepted' ORDER BY message_id";
    assert_eq!(received, column(&service.program.sql(), sent), "each once");
}
