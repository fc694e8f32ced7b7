//! Redirects, and what is one source.

use super::*;
use pledgewatch::source::Term;

/// Everything that a path answers is a permanent redirect.
fn moved(world: &World, from: &str, to: &str) {
    let to = world.origin.url(to);
    world.origin.answer(from, move |_| Reply::redirect(301, &to));
}

#[test]
fn a_permanent_move_is_adopted_when_it_is_proven_and_given_up_when_it_fails() {
    let world = World::new(&["/old"]);
    world.origin.answer("/old", honest(feed(0..3), "\"a\""));
    world.next();
    moved(&world, "/old", "/new");
    world.origin.answer("/new", honest(feed(1..4), "\"b\""));
    world.run_for(hours(20));
    let asked = world.asked("/old").len();
    assert!(asked > 20, "the configured address is asked as long as nothing is proven");
    world.run_for(hours(10));
    let asked = world.asked("/old").len();
    assert!(world.state("old").adopted.is_some());
    world.run_for(hours(10));
    assert_eq!(world.asked("/old").len(), asked, "read at the new address only");
    assert!(world.asked("/new").last().unwrap().header("if-none-match").is_some());
    assert_eq!(world.entries("old"), keys(0..4));
    // The new home burns down.
    world.origin.script("/new", vec![Reply::status(404)]);
    world.run_for(hours(8));
    assert!(world.state("old").adopted.is_none());
    assert!(world.asked("/old").len() > asked);
    world.check();
}

#[test]
fn no_other_redirect_moves_a_source() {
    let world = World::new(&["/found", "/chain", "/parked", "/login"]);
    let paths = ["/found", "/chain", "/parked", "/login"];
    for path in paths {
        world.origin.answer(path, honest(feed(0..3), "\"a\""));
    }
    world.poll();
    let target = world.origin.url("/target");
    world.origin.answer("/target", honest(feed(1..4), "\"b\""));
    let to = target.clone();
    world.origin.answer("/found", move |_| Reply::redirect(302, &to));
    moved(&world, "/chain", "/middle");
    world.origin.answer("/middle", move |_| Reply::redirect(302, &target));
    moved(&world, "/parked", "/domains-for-sale");
    world.origin.answer("/domains-for-sale", honest(feed(900..905), "\"c\""));
    moved(&world, "/login", "/please");
    world.origin.script("/please", vec![Reply::ok("<html><form>Who are you?</form></html>")]);
    world.run_for(hours(72));
    for path in paths {
        assert!(world.state(&path[1..]).adopted.is_none(), "{path}");
        // Two of the four lead to one document and are read for each other.
        assert!(world.asked(path).len() > 3, "{path}");
    }
}

#[test]
fn redirects_are_bounded_and_never_leave_the_web() {
    let world = World::new(&["/loop", "/long", "/file", "/bare", "/spaces", "/unicode"]);
    moved(&world, "/loop", "/loop");
    for hop in 0..8 {
        let from = if hop == 0 { "/long".to_owned() } else { format!("/{hop}") };
        moved(&world, &from, &format!("/{}", hop + 1));
    }
    world.origin.script("/file", vec![Reply::redirect(302, "file:///etc/hostname")]);
    world.origin.script("/bare", vec![Reply::status(301)]);
    world.origin.script("/spaces", vec![Reply::redirect(302, " /a feed ")]);
    world.origin.script("/a%20feed", vec![Reply::ok(feed(0..2))]);
    world.origin.script("/unicode", vec![Reply::status(302).header("Location", "/tin-tức")]);
    world.origin.script("/tin-t%E1%BB%A9c", vec![Reply::ok(feed(0..2))]);
    world.poll();
    let outcome = |id: &str| world.state(id).last_failure.unwrap_or_else(|| "read".to_owned());
    assert_eq!(outcome("loop"), "fetch.too_many_redirects");
    assert_eq!(outcome("long"), "fetch.too_many_redirects");
    assert_eq!(outcome("file"), "fetch.redirect");
    assert_eq!(outcome("bare"), "fetch.redirect");
    assert_eq!((outcome("spaces"), outcome("unicode")), ("read".to_owned(), "read".to_owned()));
}

#[test]
fn two_sources_that_lead_to_one_document_are_read_once() {
    let world = World::new(&["/first", "/second"]);
    world.origin.answer("/first", honest(feed(0..3), "\"a\""));
    let to = world.origin.url("/first");
    world.origin.answer("/second", move |_| Reply::redirect(302, &to));
    world.run_for(hours(50));
    assert!(world.asked("/second").len() <= 4, "{}", world.asked("/second").len());
    assert!(world.asked("/first").len() > 90);
    let _ = Term::SameDocument;
    // When they part again, both are read.
    world.origin.answer("/second", honest(feed(5..8), "\"b\""));
    let before = world.asked("/second").len();
    world.run_for(hours(50));
    assert!(world.asked("/second").len() > before + 30);
    assert_eq!(world.entries("second"), keys((0..3).chain(5..8)));
    world.check();
}

#[test]
fn another_configured_address_ends_an_adoption() {
    let mut world = World::new(&["/old"]);
    world.origin.answer("/old", honest(feed(0..3), "\"a\""));
    world.next();
    moved(&world, "/old", "/new");
    world.origin.answer("/new", honest(feed(1..4), "\"b\""));
    world.run_for(hours(30));
    assert!(world.state("old").adopted.is_some());
    world.origin.answer("/other", honest(feed(0..6), "\"c\""));
    let toml = source("/old", &world.origin.url("/other"), "");
    world.restart_with(&toml);
    world.next();
    assert_eq!(world.asked("/other").len(), 1);
    assert_eq!(world.entries("old"), keys(0..6));
}

#[test]
fn a_redirect_to_an_address_that_is_not_public_is_refused_whoever_sends_it() {
    // The proxy plays the public server; what it sends on to is asked by ourselves and held against the table.
    let (proxy, inside) = (Origin::start(), Origin::start());
    let port = inside.port();
    let targets = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.7/".to_owned(),
        "http://[64:ff9b::a9fe:a9fe]/".to_owned(),
    ];
    let world = World::with("", |_| {
        (0..targets.len())
            .map(|n| {
                let more = format!("proxy = \"http://127.0.0.1:{}\"\n", proxy.port());
                source(&format!("/s{n}"), &format!("http://s{n}.invalid/feed"), &more)
                    .replace("allow_private = true\n", "")
            })
            .collect()
    });
    for (n, target) in targets.iter().enumerate() {
        proxy.script(&format!("http://s{n}.invalid/feed"), vec![Reply::redirect(302, target)]);
    }
    world.poll();
    for (n, target) in targets.iter().enumerate() {
        let state = world.state(&format!("s{n}"));
        assert_eq!(state.last_failure.as_deref(), Some("fetch.blocked_address"), "{target}");
    }
    assert!(inside.requests().is_empty());
    assert!(proxy.requests().iter().all(|seen| seen.path.contains(".invalid")));
}
