//! How far apart requests are: freshness, the feed's own wishes, restarts, clocks that jump, and many feeds at once.

use super::*;
use pledgewatch::source::Term;

/// Seconds from the first poll to the earliest moment of the next, and what decided it.
fn wait(world: &World, id: &str) -> (i64, Term) {
    let state = world.state(id);
    let last = state.last_request.unwrap();
    (state.not_before.unwrap().duration_since(last).as_secs(), state.decided_by)
}

/// A path, the headers that are answered there, the seconds until the next poll, and the term that decides it.
type Freshness<'a> = (&'a str, &'a [(&'a str, &'a str)], i64, Term);

#[test]
fn freshness_is_kept_after_200_and_after_304_however_it_is_written() {
    let rows: &[Freshness<'_>] = &[
        ("/plain", &[("Cache-Control", "max-age=3600")], 3600, Term::Freshness),
        ("/aged", &[("Cache-Control", "max-age=3600"), ("Age", "600")], 3000, Term::Freshness),
        ("/quoted", &[("Cache-Control", "public, MAX-AGE=\"3600\"")], 3600, Term::Freshness),
        ("/huge", &[("Cache-Control", "max-age=1099511627776")], 86_400, Term::Freshness),
        ("/none", &[("Cache-Control", "max-age=0")], 900, Term::Floor),
        ("/negative", &[("Cache-Control", "max-age=-1")], 900, Term::Floor),
        ("/text", &[("Cache-Control", "max-age=soon")], 900, Term::Floor),
        ("/never", &[("Cache-Control", "no-cache, max-age=3600")], 900, Term::Floor),
        (
            "/private",
            &[("Cache-Control", "private"), ("Cache-Control", "max-age=7200")],
            7200,
            Term::Freshness,
        ),
        (
            "/skewed",
            &[
                ("Date", "Fri, 20 Nov 2026 03:00:00 GMT"),
                ("Expires", "Fri, 20 Nov 2026 05:00:00 GMT"),
            ],
            7200,
            Term::Freshness,
        ),
        ("/zero", &[("Expires", "0")], 900, Term::Floor),
        ("/minus", &[("Expires", "-1")], 900, Term::Floor),
    ];
    let paths: Vec<&str> = rows.iter().map(|row| row.0).collect();
    let world = World::new(&paths);
    for (path, headers, ..) in rows {
        let dress = |reply: Reply| {
            let reply = reply.header("ETag", "\"a\"");
            headers.iter().fold(reply, |reply, (name, value)| reply.header(name, value))
        };
        world.origin.script(path, vec![dress(Reply::ok(feed(0..3))), dress(Reply::status(304))]);
    }
    for round in 0..2 {
        while rows.iter().any(|row| world.asked(row.0).len() <= round) {
            world.next();
        }
        for (path, _, expected, term) in rows {
            // Sources come due at different times; the first ones may have been asked more often by now.
            if world.asked(path).len() == round + 1 {
                let (seconds, decided) = wait(&world, &path[1..]);
                assert!((*expected..expected + 3).contains(&seconds), "{path}: {seconds}");
                assert_eq!(decided, *term, "{path}, round {round}");
            }
            let tag = world.asked(path).last().unwrap().header("if-none-match").is_some();
            assert_eq!(tag, world.asked(path).len() > 1, "{path}: validators are sent");
        }
    }
    world.check();
}

#[test]
fn what_a_feed_wishes_holds_as_long_as_it_has_not_changed() {
    let world = World::new(&["/ttl", "/hourly", "/odd", "/hours"]);
    let heads = [
        ("/ttl", "<ttl>60</ttl>"),
        (
            "/hourly",
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>",
        ),
        (
            "/odd",
            "<sy:updatePeriod>always</sy:updatePeriod><sy:updateFrequency>0.1</sy:updateFrequency>",
        ),
        ("/hours", "<skipHours><hour>11</hour><hour>12</hour><hour>13</hour></skipHours>"),
    ];
    for (path, head) in heads {
        world.origin.answer(path, honest(headed(head, 0..3), "\"a\""));
    }
    world.run_for(hours(24));
    for path in ["/ttl", "/hourly"] {
        let distances = world.distances(path);
        assert!(distances.iter().all(|distance| *distance >= mins(60)), "{path} {distances:?}");
        assert_eq!(world.state(&path[1..]).decided_by, Term::FeedHint);
    }
    assert!(world.distances("/odd").iter().any(|distance| *distance < mins(40)));
    for seen in world.asked("/hours") {
        let hour = seen.at.unwrap().to_zoned(jiff::tz::TimeZone::UTC).hour();
        assert!(![11, 12, 13].contains(&hour), "{:?}", seen.at);
    }
    world.check();
}

#[test]
fn two_days_of_polling_never_come_closer_than_the_floor_and_never_on_the_hour_together() {
    let paths: Vec<String> = (0..12).map(|n| format!("/f{n}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let world = World::new(&paths);
    for path in &paths {
        world.origin.answer(path, honest(feed(0..3), "\"a\""));
    }
    world.run_for(hours(48));
    for path in &paths {
        let distances = world.distances(path);
        assert!(distances.len() > 80, "{path} {}", distances.len());
        assert!(distances.iter().all(|distance| *distance >= mins(15)), "{path} {distances:?}");
    }
    let moments: BTreeSet<i64> = world
        .origin
        .requests()
        .iter()
        .skip(paths.len())
        .map(|seen| seen.at.unwrap().as_second() % 1800)
        .collect();
    assert!(moments.len() > 100, "{}", moments.len());
    world.check();
}

#[test]
fn a_program_that_is_killed_again_and_again_asks_no_sooner() {
    let mut world = World::new(&["/feed", "/dead"]);
    world.origin.answer("/feed", honest(feed(0..3), "\"a\""));
    world.origin.script("/dead", vec![Reply::hang()]);
    world.poll_cut_short();
    for _ in 0..5 {
        world.restart();
        assert!(world.poll().is_empty());
        world.clock.advance(mins(2));
    }
    assert_eq!((world.asked("/feed").len(), world.asked("/dead").len()), (1, 1));
    // A request whose outcome was never learnt keeps its distance, and a longer one each time.
    world.restart();
    world.clock.advance(mins(8));
    world.poll_cut_short();
    world.restart();
    world.clock.advance(mins(16));
    world.poll();
    assert_eq!(world.asked("/dead").len(), 2);
    world.check();
}

#[test]
fn a_clock_that_is_set_neither_hurries_nor_silences() {
    let mut world = World::new(&["/feed"]);
    world.origin.answer("/feed", honest(feed(0..3), "\"a\""));
    world.next();
    world.clock.step(hours(24));
    assert!(world.poll().is_empty(), "a day on the wall, and no time at all");
    world.clock.step(hours(-26));
    assert!(world.poll().is_empty());
    world.clock.advance(mins(40));
    assert_eq!(world.poll().len(), 1, "two hours back and forty minutes on");
    // After a restart nothing is left but the wall: set forward it cannot be told from an absence.
    world.clock.step(hours(-24 * 400));
    world.restart();
    assert!(world.poll().is_empty());
    world.clock.advance(mins(40));
    assert_eq!(world.poll().len(), 1);
}

#[test]
fn forty_feeds_of_one_host_are_asked_one_by_one_with_a_pause_between() {
    let paths: Vec<String> = (0..40).map(|n| format!("/f{n}")).collect();
    let world = World::with("[fetch]\nprivate_gap = \"5s\"\n", |origin| {
        paths.iter().map(|path| source(path, &origin.url(path), "")).collect()
    });
    for path in &paths {
        world.origin.answer(path, honest(feed(0..3), "\"a\""));
    }
    assert_eq!(world.poll().len(), 40);
    let moments: Vec<Timestamp> =
        world.origin.requests().iter().map(|seen| seen.at.unwrap()).collect();
    for pair in moments.windows(2) {
        assert!(pair[1].duration_since(pair[0]) >= secs(5), "{pair:?}");
    }
    world.check();
}

#[test]
fn polling_by_hand_ten_times_asks_once() {
    let world = World::new(&["/feed"]);
    world.origin.answer("/feed", honest(feed(0..3), "\"a\""));
    for _ in 0..10 {
        world.run(world.engine().poll_sources(Which::Allowed)).unwrap();
        world.clock.advance(secs(30));
    }
    assert_eq!(world.asked("/feed").len(), 1);
}
