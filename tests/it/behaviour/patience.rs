//! Being told to stop, and things that fail.

use super::*;
use pledgewatch::source::{Health, Term};

#[test]
fn retry_after_is_kept_in_every_form_and_is_no_failure() {
    let rows: &[(&str, u16, &str, i64)] = &[
        ("/seconds", 429, "1200", 1200),
        ("/unavailable", 503, "1200", 1200),
        ("/long", 429, "317100", 317_100),
        ("/absurd", 429, "99999999", 7 * 86_400),
        ("/imf", 429, "Fri, 20 Nov 2026 12:00:00 GMT", 7200),
        ("/rfc850", 503, "Friday, 20-Nov-26 12:00:00 GMT", 7200),
        ("/asctime", 429, "Fri Nov 20 12:00:00 2026", 7200),
        ("/past", 429, "Fri, 20 Nov 2026 09:00:00 GMT", 900),
    ];
    let paths: Vec<&str> = rows.iter().map(|row| row.0).collect();
    let world = World::with("", |origin| {
        paths.iter().map(|path| seldom(path, &origin.url(path))).collect()
    });
    for (path, status, value, _) in rows {
        let stop = Reply::status(*status).header("Retry-After", value);
        world.origin.script(path, vec![stop, Reply::ok(feed(0..2))]);
    }
    world.poll();
    for (path, _, _, expected) in rows {
        let state = world.state(&path[1..]);
        let wait = state.not_before.unwrap().duration_since(state.last_request.unwrap()).as_secs();
        assert!((*expected..expected + 3).contains(&wait), "{path}: {wait}");
        assert_eq!(state.failures, 0, "{path}");
    }
    assert_eq!(world.state("long").decided_by, Term::RetryAfter);
    world.run_for(hours(8 * 24));
    for path in paths {
        assert_eq!(world.entries(&path[1..]), keys(0..2), "{path}: it goes on by itself");
    }
    world.check();
}

#[test]
fn garbage_in_retry_after_is_a_refusal_without_a_time() {
    let values = ["-5", "1.5", "soon", ""];
    let paths = ["/a", "/b", "/c", "/d"];
    let world = World::new(&paths);
    for (path, value) in paths.iter().zip(values) {
        world.origin.script(path, vec![Reply::status(429).header("Retry-After", value)]);
    }
    world.poll();
    for path in paths {
        let state = world.state(&path[1..]);
        assert_eq!((state.decided_by, state.failures), (Term::Backoff, 1), "{path}");
    }
}

#[test]
fn failures_are_tried_again_less_and_less_and_never_given_up() {
    let world = World::new(&["/missing", "/broken", "/cut"]);
    world.origin.script("/missing", vec![Reply::status(404)]);
    world.origin.script("/broken", vec![Reply::status(502)]);
    world.origin.script("/cut", vec![Reply::ok(feed(0..2)).cut()]);
    world.run_for(hours(21 * 24));
    for path in ["/missing", "/broken", "/cut"] {
        let distances = world.distances(path);
        assert!(distances[..5].windows(2).all(|pair| pair[1] > pair[0]), "{path} {distances:?}");
        let last = *distances.last().unwrap();
        assert!((hours(24)..=hours(25)).contains(&last), "{path} {last:?}");
        assert_eq!(world.state(&path[1..]).health, Health::Failing);
        world.origin.script(path, vec![Reply::ok(feed(0..2))]);
    }
    world.run_for(hours(50));
    for id in ["missing", "broken", "cut"] {
        assert_eq!((world.entries(id), world.state(id).health), (keys(0..2), Health::Ok));
    }
    world.check();
}

#[test]
fn an_error_is_never_followed_by_an_immediate_second_try() {
    let world = World::new(&["/a", "/b", "/c"]);
    world.origin.script("/a", vec![Reply::status(500)]);
    world.origin.script("/b", vec![Reply::status(429)]);
    world.origin.script("/c", vec![Reply::status(400)]);
    world.poll();
    for path in ["/a", "/b", "/c"] {
        assert_eq!(world.asked(path).len(), 1);
    }
}

#[test]
fn a_bot_wall_is_called_by_its_name_and_asked_in_hours_without_disguise() {
    let world = World::new(&["/wall", "/forbidden"]);
    let page = "<html><title>Just a moment</title></html>";
    let wall =
        Reply::status(403).header("Server", "cloudflare").header("Content-Type", "text/html");
    world.origin.script("/wall", vec![Reply::ok(feed(0..2)), wall.body(page)]);
    world.origin.script("/forbidden", vec![Reply::ok(feed(0..2)), Reply::status(403)]);
    world.run_for(hours(48));
    let wall = world.state("wall");
    assert_eq!((wall.decided_by, wall.health), (Term::Blocked, Health::Blocked));
    assert_eq!(wall.last_failure.as_deref(), Some("fetch.challenge"));
    for path in ["/wall", "/forbidden"] {
        assert!(world.distances(path)[1..].iter().all(|distance| *distance >= hours(6)));
        let agents: BTreeSet<String> = world
            .asked(path)
            .iter()
            .map(|seen| seen.header("user-agent").unwrap().to_owned())
            .collect();
        assert_eq!(agents.len(), 1);
        assert!(agents.first().unwrap().starts_with("pledgewatch/"));
    }
}

#[test]
fn gone_is_believed_when_it_is_said_again_a_day_later_and_looked_at_once_a_month() {
    let world = World::with("", |origin| {
        ["/once", "/twice"].map(|path| seldom(path, &origin.url(path))).concat()
    });
    world
        .origin
        .script("/once", vec![Reply::ok(feed(0..2)), Reply::status(410), Reply::ok(feed(0..3))]);
    world.origin.script("/twice", vec![Reply::ok(feed(0..2)), Reply::status(410)]);
    world.run_for(hours(80 * 24));
    let twice = world.state("twice");
    assert_eq!((twice.health, twice.decided_by), (Health::Gone, Term::Gone));
    let distances = world.distances("/twice");
    assert!(distances[1] >= hours(24) && distances[2] >= hours(30 * 24), "{distances:?}");
    assert!(distances.len() <= 5);
    world.origin.script("/twice", vec![Reply::ok(feed(0..4))]);
    while world.asked("/twice").last().unwrap().status == 410 {
        world.next();
    }
    assert_eq!((world.entries("twice"), world.state("twice").health), (keys(0..4), Health::Ok));
}

#[test]
fn readers_are_told_once_when_a_source_goes_blind_and_once_when_it_sees_again() {
    let settings = "[[recipient]]\nid = \"desk\"\naddress = \"desk@example.org\"\n\
         [[recipient]]\nid = \"other\"\naddress = \"other@example.org\"\nnotices = false\n";
    let world = World::with(settings, |origin| source("/feed", &origin.url("/feed"), ""));
    world.origin.script("/feed", vec![Reply::ok(feed(0..2)), Reply::status(500)]);
    let live = |period: i64| {
        let end = world.clock.now() + hours(period);
        while world.clock.now() < end {
            world.next();
            world.run(world.engine().tell()).unwrap();
        }
        crate::newsroom::column(
            &world.database(),
            "SELECT recipient || ' ' || json_extract(facts, '$.title') FROM outbox WHERE kind = 'notice' ORDER BY id",
        )
    };
    assert_eq!(live(12), ["desk Sources: 1 with trouble"]);
    assert_eq!(live(24).len(), 2, "after a day once more");
    assert_eq!(live(48).len(), 2, "and then not for a week");
    world.origin.script("/feed", vec![Reply::ok(feed(0..3))]);
    let told = live(48);
    assert_eq!(told.len(), 3);
    assert_eq!(told[2], "desk Sources: 1 read again");
}

#[test]
fn too_many_requests_speaks_for_the_whole_publisher_and_unavailable_for_one_feed() {
    // Behind a proxy, so that the hosts can have public names.
    let proxy = Origin::start();
    let more = format!("proxy = \"http://127.0.0.1:{}\"\n", proxy.port());
    let public =
        |path: &str, url: &str| source(path, url, &more).replace("allow_private = true\n", "");
    let rows = [
        ("/limited", "http://a.busy.example/feed", Some(429)),
        ("/sibling", "http://b.busy.example/feed", None),
        ("/unavailable", "http://a.down.example/feed", Some(503)),
        ("/spared", "http://b.down.example/feed", None),
    ];
    for (settings, sibling) in [("", 0), ("[fetch]\npause_scope = \"source\"\n", 1)] {
        let asked = |url: &str| proxy.requests().iter().filter(|seen| seen.path == url).count();
        let before: Vec<usize> = rows.iter().map(|row| asked(row.1)).collect();
        let world =
            World::with(settings, |_| rows.map(|(path, url, _)| public(path, url)).concat());
        for (_, url, status) in rows {
            let reply = status.map_or_else(
                || Reply::ok(feed(0..2)),
                |status| Reply::status(status).header("Retry-After", "7200"),
            );
            proxy.script(url, vec![reply]);
        }
        // The first of each publisher, then the others.
        let only = |ids: &[&str]| {
            rows.iter()
                .filter(|row| ids.contains(&&row.0[1..]))
                .map(|(path, url, _)| public(path, url))
                .collect::<String>()
        };
        let mut world = world;
        world.restart_with(&only(&["limited", "unavailable"]));
        world.poll();
        world.restart_with(&only(&["limited", "unavailable", "sibling", "spared"]));
        world.poll();
        let since: Vec<usize> =
            rows.iter().zip(before).map(|(row, before)| asked(row.1) - before).collect();
        assert_eq!(since, [1, sibling, 1, 1], "{settings}");
    }
}

#[test]
fn a_server_of_ones_own_that_is_busy_pauses_no_other_feed() {
    let world = World::new(&["/busy", "/well"]);
    world.origin.script("/busy", vec![Reply::status(429).header("Retry-After", "7200")]);
    world.origin.script("/well", vec![Reply::ok(feed(0..2))]);
    world.poll();
    world.clock.advance(hours(1));
    world.poll();
    assert_eq!((world.asked("/busy").len(), world.asked("/well").len()), (1, 2));
}
