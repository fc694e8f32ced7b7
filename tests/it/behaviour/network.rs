//! Hosts that are down, hosts that hang, and our own network.

use std::net::{TcpListener, TcpStream};

use super::*;
use pledgewatch::source::{Health, Term};

/// An address where nobody listens.
fn nowhere() -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    format!("http://{free}")
}

#[test]
fn a_dead_host_is_tried_for_one_of_its_feeds_and_the_others_wait() {
    let dead = nowhere();
    let world = World::with("", |origin| {
        let others = (0..12).map(|n| source(&format!("/f{n}"), &format!("{dead}/f{n}"), ""));
        others.chain([source("/alive", &origin.url("/alive"), "")]).collect()
    });
    world.origin.answer("/alive", honest(feed(0..2), "\"a\""));
    let outcomes: Vec<String> = world.poll().into_iter().map(|report| report.outcome).collect();
    let count = |code: &str| outcomes.iter().filter(|outcome| *outcome == code).count();
    assert_eq!(
        (count("fetch.refused"), count("fetch.host_down"), count("fetch.fresh")),
        (1, 11, 1)
    );
    let waiting = (0..12).filter(|n| world.state(&format!("f{n}")).decided_by == Term::HostDown);
    assert_eq!(waiting.count(), 11);
}

#[test]
fn when_all_hosts_vanish_for_a_week_nobody_is_blamed_and_everything_comes_back() {
    let world = World::with("", |_| String::new());
    let others: Vec<Origin> = (0..6).map(|_| Origin::timed(Arc::clone(&world.clock))).collect();
    let toml: String = others
        .iter()
        .enumerate()
        .map(|(n, origin)| seldom(&format!("/s{n}"), &origin.url("/feed")))
        .collect();
    let mut world = world;
    world.restart_with(&toml);
    for origin in &others {
        origin.answer("/feed", honest(feed(0..2), "\"a\""));
    }
    world.run_for(hours(12));
    let addresses: Vec<String> =
        others.iter().map(|origin| format!("127.0.0.1:{}", origin.port())).collect();
    drop(others);
    for address in &addresses {
        while TcpStream::connect(address).is_ok() {
            std::thread::yield_now();
        }
    }
    world.run_for(hours(7 * 24));
    for n in 0..6 {
        let state = world.state(&format!("s{n}"));
        assert_eq!(state.health, Health::Ok, "s{n}: {}", state.describe());
        assert!(state.failures <= 2, "s{n}: {}", state.failures);
    }
    let offline = (0..6).filter(|n| world.state(&format!("s{n}")).decided_by == Term::Offline);
    assert!(offline.count() >= 4);
    // The cable is back, and the hosts have news.
    let back: Vec<Origin> =
        addresses.iter().map(|address| Origin::again(address, Arc::clone(&world.clock))).collect();
    for origin in &back {
        origin.answer("/feed", honest(feed(0..5), "\"b\""));
    }
    world.run_for(hours(7));
    for n in 0..6 {
        assert_eq!(world.entries(&format!("s{n}")), keys(0..5), "s{n} within seven hours");
    }
}

#[test]
fn a_tenth_of_the_hosts_hanging_keeps_nobody_else_waiting() {
    let settings = "[fetch]\ntimeout = \"10m\"\nread_timeout = \"5m\"\n";
    let mut world = World::with(settings, |_| String::new());
    let hosts: Vec<Origin> = (0..30).map(|_| Origin::timed(Arc::clone(&world.clock))).collect();
    let hangs = |n: usize| n % 10 == 3;
    let toml: String = hosts
        .iter()
        .enumerate()
        .map(|(n, origin)| source(&format!("/s{n}"), &origin.url("/feed"), ""))
        .collect();
    for (n, origin) in hosts.iter().enumerate() {
        if hangs(n) {
            origin.script("/feed", vec![Reply::hang()]);
        } else {
            origin.answer("/feed", honest(feed(0..2), "\"a\""));
        }
    }
    world.restart_with(&toml);
    // As in the daemon, on a clock that moves when everything healthy has been read.
    let engine = world.engine();
    world.run(async {
        let mut polls = Polls::new();
        let end = world.clock.now() + hours(6);
        while world.clock.now() < end {
            engine.start_polls(Which::Due, &mut polls).await.unwrap();
            while polls.under_way().iter().any(|id| !id.as_str().ends_with('3')) {
                polls.next().await;
            }
            let wake = engine.start_polls(Which::Due, &mut polls).await.unwrap();
            world.clock.set(wake.unwrap().max(world.clock.now()));
        }
    });
    drop(engine);
    for (n, origin) in hosts.iter().enumerate() {
        let polls = origin.requests().len();
        assert!(if hangs(n) { polls == 1 } else { polls >= 11 }, "s{n}: {polls} polls");
    }
}
