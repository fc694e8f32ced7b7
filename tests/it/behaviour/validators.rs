//! What is sent back to make a request conditional, and when it is not believed.

use super::*;

#[test]
fn every_change_of_validators_is_followed_whatever_the_body_does() {
    let world = World::new(&["/feed"]);
    let body = feed(0..3);
    world.origin.script(
        "/feed",
        vec![
            Reply::ok(body.clone()).header("ETag", "W/\"1\"").header("Last-Modified", "day one"),
            // The tag is new, the date is not.
            Reply::ok(feed(0..4)).header("ETag", "\"2\"").header("Last-Modified", "day one"),
            // Both are new, the body is not.
            Reply::ok(feed(0..4)).header("ETag", "\"3\"").header("Last-Modified", "day two"),
            Reply::status(304).header("ETag", "\"4\""),
            Reply::status(304),
            Reply::status(500).header("ETag", "\"error\""),
            Reply::status(403).header("ETag", "\"error\""),
            Reply::status(429).header("ETag", "\"error\"").header("Retry-After", "60"),
            // Only the date is left.
            Reply::ok(feed(0..5)).header("Last-Modified", "day three"),
            Reply::ok(feed(0..6)),
            Reply::ok(feed(0..6)),
        ],
    );
    for _ in 0..11 {
        world.next();
    }
    let asked: Vec<(String, String)> = world
        .asked("/feed")
        .iter()
        .map(|seen| {
            let text = |name| seen.header(name).unwrap_or("-").to_owned();
            (text("if-none-match"), text("if-modified-since"))
        })
        .collect();
    let expected = [
        ("-", "-"),
        ("W/\"1\"", "day one"),
        ("\"2\"", "day one"),
        ("\"3\"", "day two"),
        ("\"4\"", "day two"),
        ("\"4\"", "day two"),
        ("\"4\"", "day two"),
        ("\"4\"", "day two"),
        ("\"4\"", "day two"),
        ("-", "day three"),
        ("-", "-"),
    ];
    assert_eq!(asked, expected.map(|(tag, date)| (tag.to_owned(), date.to_owned())));
    assert_eq!(world.entries("feed"), keys(0..6));
    world.check();
}

#[test]
fn a_body_that_cannot_be_read_leaves_the_validators_of_the_last_one_that_could() {
    let world = World::new(&["/feed"]);
    let bad =
        |body: &str| Reply::ok(body.to_owned()).header("ETag", "\"bad\"").header(UNUSABLE, "yes");
    world.origin.script(
        "/feed",
        vec![
            Reply::ok(feed(0..3)).header("ETag", "\"good\""),
            bad("<!doctype html><html><body>We are working on it.</body></html>"),
            bad(""),
            Reply::ok(feed(0..9)).header("ETag", "\"cut\"").header(UNUSABLE, "yes").cut(),
            Reply::status(304),
        ],
    );
    for _ in 0..5 {
        world.next();
    }
    for seen in &world.asked("/feed")[1..] {
        assert_eq!(seen.header("if-none-match"), Some("\"good\""));
    }
    assert_eq!((world.state("feed").failures, world.entries("feed")), (0, keys(0..3)));
    world.check();
}

#[test]
fn a_crash_between_download_and_store_is_followed_by_the_same_download() {
    let mut world = World::new(&["/feed"]);
    world.origin.answer("/feed", honest(feed(0..5), "\"a\""));
    let obstacle = "CREATE TRIGGER obstacle BEFORE INSERT ON entries WHEN NEW.key = 'id:n3'
        BEGIN SELECT raise(ABORT, 'no more'); END";
    world.database().execute_batch(obstacle).unwrap();
    assert!(world.poll().is_empty(), "it could not be stored");
    assert!(world.entries("feed").is_empty());
    world.restart();
    assert!(world.poll().is_empty(), "nobody asks again at once");
    world.database().execute_batch("DROP TRIGGER obstacle").unwrap();
    world.next();
    assert!(world.asked("/feed")[1].header("if-none-match").is_none());
    assert_eq!(world.entries("feed"), keys(0..5));
    let distances = world.distances("/feed");
    assert!(distances.iter().all(|distance| *distance >= mins(15)), "{distances:?}");
}

#[test]
fn validators_belong_to_the_address_that_answered() {
    let world = World::new(&["/feed"]);
    world.origin.script(
        "/feed",
        vec![
            Reply::redirect(302, "/a"),
            Reply::redirect(302, "/a"),
            Reply::redirect(302, "/b"),
            Reply::redirect(302, "/a"),
        ],
    );
    world.origin.answer("/a", honest(feed(0..3), "\"a\""));
    world.origin.answer("/b", honest(feed(0..4), "\"b\""));
    for _ in 0..4 {
        world.next();
    }
    let statuses =
        |path: &str| world.asked(path).iter().map(|seen| seen.status).collect::<Vec<_>>();
    assert_eq!(statuses("/a"), [200, 304, 200], "a redirected feed is asked conditionally too");
    assert_eq!(statuses("/b"), [200]);
    assert!(world.asked("/feed").iter().all(|seen| seen.header("if-none-match").is_none()));
    world.check();
}

#[test]
fn not_modified_to_whoever_did_not_ask_for_it_is_a_failure() {
    let world = World::new(&["/feed"]);
    world.origin.script("/feed", vec![Reply::status(304), Reply::ok(feed(0..2))]);
    assert_eq!(world.next()[0].outcome, "fetch.unexpected_304");
    assert_eq!(world.next()[0].outcome, "fetch.fresh");
    assert_eq!(world.entries("feed"), keys(0..2));
}

#[test]
fn a_server_that_says_not_modified_for_ever_is_found_out_and_no_longer_believed() {
    let world = World::new(&["/feed"]);
    let date = "Sat, 04 May 2041 09:00:00 GMT";
    let whole = |items| Reply::ok(feed(items)).header("Last-Modified", date);
    world.origin.script("/feed", vec![whole(0..5)]);
    world.next();
    world.origin.answer("/feed", move |seen| match seen.header("if-modified-since") {
        Some(_) => Reply::status(304),
        None => Reply::ok(feed(0..8)).header("Last-Modified", date),
    });
    world.run_for(hours(6 * 24));
    assert_eq!(world.entries("feed"), keys(0..5));
    world.run_for(hours(2 * 24));
    assert_eq!(world.entries("feed"), keys(0..8), "asked for the whole of it after a week");
    let state = world.state("feed");
    assert!(state.unreliable_since.is_some(), "{state:?}");
    // From then on once a day, and no more.
    let before = world.asked("/feed").iter().filter(|seen| seen.status == 200).count();
    world.run_for(hours(3 * 24));
    let after = world.asked("/feed").iter().filter(|seen| seen.status == 200).count();
    assert!((2..=3).contains(&(after - before)), "{}", after - before);
    world.check();
}

#[test]
fn a_server_that_ignores_validators_is_noticed_and_its_bodies_cost_nothing() {
    let world = World::new(&["/feed"]);
    world.origin.script("/feed", vec![Reply::ok(feed(0..5)).header("ETag", "\"a\"")]);
    for _ in 0..6 {
        world.next();
    }
    let state = world.state("feed");
    assert!(state.describe().contains("ignores conditional requests"), "{}", state.describe());
    assert!(*world.distances("/feed").last().unwrap() >= mins(60));
    world.check();
}

#[test]
fn a_cdn_that_alternates_between_an_old_and_a_new_copy_brings_each_entry_once() {
    let world = World::new(&["/feed"]);
    let old = Reply::ok(feed(0..5)).header("ETag", "\"old\"");
    let new = Reply::ok(feed(1..6)).header("ETag", "\"new\"");
    world
        .origin
        .script("/feed", vec![old.clone(), new.clone(), old.clone(), new.clone(), old, new]);
    let brought: Vec<u32> = (0..6).map(|_| world.next()[0].new).collect();
    assert_eq!(brought, [5, 1, 0, 0, 0, 0]);
    assert_eq!(world.entries("feed"), keys(0..6));
    world.check();
}

#[test]
fn partial_content_of_a_feed_is_never_taken_for_all_of_it() {
    let world = World::new(&["/feed"]);
    let full = Reply::ok(feed(0..5)).header("ETag", "\"a\"");
    let partial = Reply::status(226).body(feed(5..6)).header("ETag", "\"b\"").header("IM", "feed");
    world.origin.script("/feed", vec![full, partial, Reply::status(304)]);
    for _ in 0..3 {
        world.next();
    }
    assert!(world.asked("/feed").iter().all(|seen| seen.header("a-im").is_none()));
    assert_eq!(world.asked("/feed")[2].header("if-none-match"), Some("\"a\""));
    assert_eq!(world.entries("feed"), keys(0..5));
}
