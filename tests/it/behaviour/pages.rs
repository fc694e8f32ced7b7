//! Pages of articles: robots.txt, and the same politeness as for feeds; and what every request looks like.

use super::*;
use crate::newsroom::{CENTRE, OFFICERS, PROTOCOL, Story, html, rss};

/// A world with one outlet whose stories have pages; `robots` is its robots.txt.
fn outlet(settings: &str, more: &str, robots: Reply) -> World {
    let world = World::with(settings, |origin| source("/feed", &origin.url("/feed"), more));
    world.origin.script("/robots.txt", vec![robots]);
    publish(&world, &[OFFICERS, CENTRE]);
    world
}

fn publish(world: &World, stories: &[Story]) {
    world.origin.script("/feed", vec![Reply::ok(rss(&world.origin.url("/news"), stories))]);
    for story in stories {
        world.origin.script(&format!("/news/{}", story.slug), vec![html(story)]);
    }
}

impl World {
    fn judge(&self) {
        self.run(self.engine().judge_pending()).unwrap();
    }

    fn column(&self, sql: &str) -> Vec<String> {
        crate::newsroom::column(&self.database(), sql)
    }
}

#[test]
fn pages_that_robots_txt_forbids_are_not_read_and_the_refusal_is_kept() {
    let robots = "User-agent: *\nDisallow: /\n\nUser-agent: pledgewatch\nDisallow: /news/centre\n";
    let mut world = outlet("", "", Reply::ok(robots));
    world.poll();
    world.judge();
    assert_eq!((world.asked("/news/officers").len(), world.asked("/news/centre").len()), (1, 0));
    let refused = "SELECT last_error FROM entries WHERE key LIKE '%centre' AND state <> 'pending'";
    assert_eq!(world.column(refused), ["robots.txt of the site forbids to read the page"]);
    assert_eq!(
        world.column("SELECT count(*) FROM articles"),
        ["2"],
        "what the feed says is judged"
    );
    // Asked once a day, however many pages and restarts there are.
    world.restart();
    publish(&world, &[OFFICERS, CENTRE, PROTOCOL]);
    world.clock.advance(hours(2));
    world.poll();
    world.judge();
    assert_eq!(world.asked("/news/protocol").len(), 1);
    assert_eq!(world.asked("/robots.txt").len(), 1);
    world.check();
}

#[test]
fn a_site_whose_robots_txt_cannot_be_had_is_not_read_now_and_one_without_is() {
    for (status, pages) in [(404, 1), (403, 1), (410, 1), (500, 0), (503, 0), (429, 0)] {
        let world = outlet("", "", Reply::status(status));
        world.poll();
        world.judge();
        assert_eq!(world.asked("/news/centre").len(), pages, "{status}");
        if pages == 0 {
            let waits = "SELECT count(*) FROM entries WHERE last_error LIKE 'robots.txt%now'";
            assert_eq!(world.column(waits), ["2"], "{status}");
            world.origin.script("/robots.txt", vec![Reply::status(404)]);
            world.clock.advance(hours(2));
            world.judge();
            assert_eq!(world.asked("/news/centre").len(), 1, "{status}: read later");
        }
    }
}

#[test]
fn a_publisher_who_has_allowed_it_is_read_without_asking() {
    let closed = Reply::ok("User-agent: *\nDisallow: /\n");
    let world = outlet("", "ignore_robots = true\n", closed);
    world.poll();
    world.judge();
    assert_eq!((world.asked("/news/centre").len(), world.asked("/robots.txt").len()), (1, 0));
}

#[test]
fn pages_wait_for_their_turn_at_the_host_as_feeds_do_and_longer_where_it_asks_for_that() {
    for (robots, gap) in [("", 5), ("User-agent: *\nCrawl-delay: 12\n", 12)] {
        let world = outlet("[fetch]\nprivate_gap = \"5s\"\n", "", Reply::ok(robots));
        world.poll();
        world.judge();
        let requests = world.origin.requests();
        let moments: Vec<Timestamp> = requests.iter().map(|seen| seen.at.unwrap()).collect();
        assert_eq!(moments.len(), 4, "the feed, robots.txt and two pages");
        assert!(moments[1].duration_since(moments[0]) >= secs(5));
        for pair in moments[1..].windows(2) {
            assert!(pair[1].duration_since(pair[0]) >= secs(gap), "{pair:?}");
        }
        world.check();
    }
}

#[test]
fn every_request_is_a_plain_get_without_anything_that_was_not_asked_for() {
    let world = World::with("", |origin| {
        source(
            "/feed",
            &origin.url("/feed?cat=7&x=%20"),
            "http1_only = true\nheaders = { \"X-Edition\" = \"vi\" }\n",
        )
    });
    let cookie = Reply::ok(feed(0..2)).header("Set-Cookie", "id=1").header("ETag", "\"a\"");
    world.origin.script("/feed?cat=7&x=%20", vec![cookie, Reply::status(304)]);
    for _ in 0..3 {
        world.next();
    }
    let requests = world.origin.requests();
    assert_eq!(requests.len(), 3, "one request a poll");
    for seen in &requests {
        assert_eq!((seen.method.as_str(), seen.path.as_str()), ("GET", "/feed?cat=7&x=%20"));
        assert!(seen.header("cookie").is_none() && seen.header("referer").is_none());
        assert_eq!(seen.header("x-edition"), Some("vi"));
        assert_eq!(seen.header("accept-encoding"), Some("gzip, br, zstd"));
        assert_eq!(seen.header("user-agent"), requests[0].header("user-agent"));
    }
}

#[test]
fn a_proxy_is_asked_for_the_whole_address() {
    let proxy = Origin::start();
    proxy.script("http://paper.invalid/feed", vec![Reply::ok(feed(0..2))]);
    let world = World::with("", |_| {
        let more = format!("proxy = \"http://127.0.0.1:{}\"\n", proxy.port());
        source("/feed", "http://paper.invalid/feed", &more)
    });
    assert_eq!(world.poll()[0].outcome, "fetch.fresh");
    assert_eq!(proxy.requests()[0].header("host"), Some("paper.invalid"));
}

#[test]
fn what_is_too_much_of_anything_is_a_failure_and_leaves_the_others_alone() {
    let world = World::new(&["/flood", "/large", "/good"]);
    let many =
        (0..3000).fold(Reply::ok(feed(0..2)), |reply, n| reply.header(&format!("X-{n}"), "x"));
    world.origin.script("/flood", vec![many]);
    world.origin.script("/large", vec![Reply::ok("x".repeat(60_000)).endless()]);
    world.origin.script("/good", vec![Reply::ok(feed(0..2))]);
    world.poll();
    assert_eq!(world.state("flood").failures, 1, "{}", world.state("flood").describe());
    assert_eq!(world.state("large").last_failure.as_deref(), Some("fetch.too_large"));
    assert_eq!(world.entries("good"), keys(0..2));
}

#[test]
fn a_page_that_moved_is_read_only_where_the_site_that_it_moved_to_allows_it() {
    let world = outlet("", "", Reply::ok("User-agent: *\nDisallow: /closed/\n"));
    let other = Origin::timed(Arc::clone(&world.clock));
    other.script("/robots.txt", vec![Reply::ok("User-agent: pledgewatch\nDisallow: /private\n")]);
    other.script("/private/protocol", vec![html(&PROTOCOL)]);
    other.script("/open/centre", vec![html(&CENTRE)]);
    publish(&world, &[OFFICERS, CENTRE, PROTOCOL]);
    let moved = |from: &str, to: String| world.origin.script(from, vec![Reply::redirect(301, &to)]);
    moved("/news/officers", "/closed/officers".to_owned());
    moved("/news/protocol", other.url("/private/protocol"));
    moved("/news/centre", other.url("/open/centre"));
    world.poll();
    world.judge();
    assert!(world.asked("/closed/officers").is_empty());
    let asked: Vec<String> = other.requests().into_iter().map(|seen| seen.path).collect();
    assert_eq!(asked.iter().filter(|path| *path == "/robots.txt").count(), 1);
    assert!(
        asked.contains(&"/open/centre".to_owned())
            && !asked.contains(&"/private/protocol".to_owned())
    );
    let refused =
        "SELECT key FROM entries WHERE last_error LIKE 'robots.txt%forbids%' ORDER BY key";
    assert_eq!(world.column(refused), ["id:officers", "id:protocol"]);
    let read = "SELECT url FROM articles WHERE url LIKE '%/open/centre'";
    assert_eq!(world.column(read), [other.url("/open/centre")]);
}

#[test]
fn redirects_of_pages_are_bounded() {
    let world = outlet("", "", Reply::status(404));
    for hop in 0..9 {
        let from = if hop == 0 { "/news/centre".to_owned() } else { format!("/{hop}") };
        world.origin.script(&from, vec![Reply::redirect(302, &format!("/{}", hop + 1))]);
    }
    world.origin.script("/news/officers", vec![Reply::redirect(302, "/news/officers")]);
    world.poll();
    world.judge();
    assert_eq!((world.asked("/5").len(), world.asked("/6").len()), (1, 0));
    assert_eq!(world.asked("/news/officers").len(), 1);
    let given_up = "SELECT count(*) FROM entries WHERE last_error LIKE '%redirect%'";
    assert_eq!(world.column(given_up), ["2"]);
}

#[test]
fn a_page_that_is_not_to_be_kept_is_judged_and_only_its_quotes_are_kept() {
    for (settings, kept) in [("", "0"), ("[article]\nkeep_noarchive = true\n", "1")] {
        let world = outlet(settings, "", Reply::status(404));
        let said = crate::newsroom::page(&CENTRE)
            .replace("</title>", "</title><meta name=\"robots\" content=\"noarchive\">");
        world.origin.script("/news/centre", vec![Reply::ok(said)]);
        let header = html(&OFFICERS).header("X-Robots-Tag", "pledgewatch: noarchive");
        world.origin.script("/news/officers", vec![header]);
        world.poll();
        world.judge();
        let texts = "SELECT DISTINCT text IS NOT NULL FROM articles WHERE kept = 1";
        assert_eq!(world.column(texts), [kept]);
        let quotes = "SELECT count(*) > 0 FROM mentions WHERE json_extract(mention, '$.quote.text') LIKE '%900,000 pounds%'";
        assert_eq!(world.column(quotes), ["1"], "what was promised is known all the same");
    }
}

#[test]
fn a_page_that_says_the_same_again_is_the_same_article() {
    let world = outlet("", "", Reply::status(404));
    world.poll();
    world.judge();
    let articles = world.column("SELECT id || title FROM articles ORDER BY id");
    let verdicts = world.column("SELECT count(*) FROM verdicts");
    // The feed has another summary; the page is what it was.
    let edited = Story {
        summary: "Vietnam: the Home Office pays for a screening centre for trafficking victims.",
        ..CENTRE
    };
    world
        .origin
        .script("/feed", vec![Reply::ok(rss(&world.origin.url("/news"), &[OFFICERS, edited]))]);
    world.clock.advance(hours(2));
    assert_eq!(world.poll()[0].changed, 1);
    world.judge();
    assert_eq!(world.asked("/news/centre").len(), 2, "it was looked at again");
    assert_eq!(world.column("SELECT id || title FROM articles ORDER BY id"), articles);
    assert_eq!(world.column("SELECT count(*) FROM verdicts"), verdicts);
    assert_eq!(world.column("SELECT count(*) FROM entries WHERE state = 'pending'"), ["0"]);
    // An edit of the page is another article, which knows what it revises.
    let corrected = Story { text: PROTOCOL.text, ..edited };
    let again = Story {
        summary: "Vietnam and the UK: a screening centre for trafficking victims is paid for.",
        ..corrected
    };
    publish(&world, &[OFFICERS, again]);
    world.clock.advance(hours(2));
    world.poll();
    world.judge();
    assert_eq!(world.column("SELECT count(*) FROM articles WHERE revises IS NOT NULL"), ["1"]);
}

#[test]
fn a_page_is_read_by_the_rules_of_whoever_publishes_at_its_host() {
    let source = |id: &str, url: &str, more: &str| {
        format!("[[source]]\nid = \"{id}\"\nname = \"{id}\"\nurl = \"{url}\"\n{more}\n")
    };
    let rules = "[source.article]\nbody = \".story\"\n";
    let world = World::with("", |_| {
        [
            source("plain", "https://www.paper.example/feed", ""),
            source("ruled", "https://paper.example/world/feed", rules),
            source("english", "https://en.paper.example/feed", rules),
            source("other", "https://news.example.org/feed", ""),
        ]
        .concat()
    });
    let engine = world.engine();
    let publisher = |url: &str| engine.publisher_of(url).map(|one| one.source.id.to_string());
    assert_eq!(publisher("https://m.paper.example/a").as_deref(), Some("ruled"));
    assert_eq!(publisher("https://en.paper.example/a").as_deref(), Some("english"));
    assert_eq!(publisher("https://vi.paper.example/a").as_deref(), Some("ruled"));
    assert_eq!(publisher("https://news.example.org/a").as_deref(), Some("other"));
    assert_eq!(publisher("https://elsewhere.example/a"), None);
    assert_eq!(publisher("no address"), None);
}

#[test]
fn dates_that_are_always_as_far_from_those_of_the_pages_as_two_zones_are_said_to_be_off() {
    let world = World::with("", |origin| source("/feed", &origin.url("/feed"), ""));
    world.origin.script("/robots.txt", vec![Reply::status(404)]);
    let slugs = ["a", "b", "c", "d"];
    // The feed says seven hours later than the pages.
    let dated = |slug, published| Story { slug, published, ..CENTRE };
    let told: Vec<Story> = slugs.map(|slug| dated(slug, "2026-11-18T08:00:00Z")).into();
    world.origin.script("/feed", vec![Reply::ok(rss(&world.origin.url("/news"), &told))]);
    for slug in slugs {
        let stamp =
            "<meta property=\"article:published_time\" content=\"2026-11-18T08:00:00+07:00\">";
        let page = crate::newsroom::page(&CENTRE).replacen("<head>", &format!("<head>{stamp}"), 1);
        world.origin.script(&format!("/news/{slug}"), vec![Reply::ok(page)]);
    }
    world.poll();
    world.judge();
    world.next();
    let state = world.state("feed");
    assert_eq!(state.dates.pages, [420; 4]);
    assert!(state.describe().contains("its dates are 7 h ahead of those of its pages"));
    let dates = world.column("SELECT DISTINCT published_at FROM articles");
    assert_eq!(dates, [at("2026-11-18T08:00:00Z").as_millisecond().to_string()], "nothing changes");
}
