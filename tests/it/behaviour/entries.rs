//! What feeds do with their entries, and how their bytes come: nothing is lost, and nothing is there twice.

use super::*;

fn document(items: &[&str]) -> String {
    format!("<rss version=\"2.0\"><channel><title>Paper</title>{}</channel></rss>", items.concat())
}

#[test]
fn entries_that_change_places_vanish_or_return_are_known_all_the_same() {
    let world = World::new(&["/feed"]);
    let editions: [&[usize]; 6] =
        [&[0, 1, 2], &[2, 0, 1], &[1, 3], &[0, 2, 1, 3], &[], &[3, 2, 1, 0, 4]];
    let replies = editions.iter().enumerate();
    let replies = replies.map(|(n, items)| {
        Reply::ok(feed(items.iter().copied())).header("ETag", format!("\"{n}\""))
    });
    world.origin.script("/feed", replies.collect());
    let brought: Vec<u32> = (0..6).map(|_| world.next()[0].new).collect();
    assert_eq!(brought, [3, 0, 1, 0, 0, 1]);
    assert_eq!(world.entries("feed"), keys(0..5));
    assert_eq!(world.state("feed").failures, 0, "an empty feed is no failure");
    world.check();
}

#[test]
fn a_site_that_moves_to_https_brings_no_entry_again() {
    let world = World::new(&["/feed"]);
    let edition = |scheme: &str| {
        let item = |n: usize| {
            format!(
                "<item><guid isPermaLink=\"false\">{scheme}://paper.example/?p={n}</guid><title>Boats {n}</title>\
                 <link>{scheme}://paper.example/boats/{n}</link></item>"
            )
        };
        let linked =
            format!("<item><title>Nets</title><link>{scheme}://paper.example/nets</link></item>");
        document(&[&item(1), &item(2), &linked])
    };
    world.origin.script("/feed", vec![Reply::ok(edition("http")), Reply::ok(edition("https"))]);
    let brought: Vec<u32> = (0..2).map(|_| world.next()[0].new).collect();
    assert_eq!(brought, [3, 0], "{:?}", world.entries("feed"));
}

#[test]
fn one_id_for_all_and_no_id_at_all_are_told_apart() {
    let world = World::new(&["/same", "/none"]);
    let item =
        |guid: &str, n: usize| format!("<item>{guid}<title>Boats of the river {n}</title></item>");
    let of = |guid: &str, numbers: &[usize]| {
        let items: Vec<String> = numbers.iter().map(|n| item(guid, *n)).collect();
        Reply::ok(document(&items.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    let guid = "<guid isPermaLink=\"false\">paper</guid>";
    world.origin.script("/same", vec![of(guid, &[1, 2, 3]), of(guid, &[2, 3, 4])]);
    world.origin.script("/none", vec![of("", &[1, 2, 3]), of("", &[2, 3, 4])]);
    for _ in 0..2 {
        world.next();
    }
    while ["/same", "/none"].iter().any(|path| world.asked(path).len() < 2) {
        world.next();
    }
    assert_eq!((world.entries("same").len(), world.entries("none").len()), (4, 4));
}

#[test]
fn bytes_are_read_however_they_are_sent_and_labelled() {
    let title = "Tàu cá và làng chài";
    let text = |encoding: &str, title: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?><rss version=\"2.0\"><channel><title>Báo</title>\
             <item><guid isPermaLink=\"false\">1</guid><title>{title}</title></item></channel></rss>"
        )
    };
    let wide = |text: &str| -> Vec<u8> {
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    let decomposed: String = {
        use unicode_normalization::UnicodeNormalization;
        title.nfd().collect()
    };
    // 0xCC is a combining grave accent in windows-1258.
    let legacy: Vec<u8> = b"<?xml version=\"1.0\" encoding=\"windows-1258\"?><rss version=\"2.0\"><channel><item>\
        <guid isPermaLink=\"false\">1</guid><title>Ta\xccu ca\xec va\xcc la\xccng cha\xcci</title></item></channel></rss>"
        .to_vec();
    let rows: Vec<(&str, Reply)> = vec![
        ("/plain", Reply::ok(text("utf-8", title))),
        ("/wide", Reply::ok(wide(&text("utf-16", title)))),
        ("/decomposed", Reply::ok(text("utf-8", &decomposed))),
        ("/legacy", Reply::ok(legacy)),
        (
            "/mislabelled",
            Reply::ok(text("windows-1252", title))
                .header("Content-Type", "text/xml; charset=utf-8"),
        ),
        ("/chunked", Reply::ok(text("utf-8", title)).chunked()),
    ];
    let paths: Vec<&str> = rows.iter().map(|row| row.0).collect();
    let world = World::new(&paths);
    for (path, reply) in rows {
        world.origin.script(path, vec![reply]);
    }
    world.poll();
    let titles = crate::newsroom::column(
        &world.database(),
        "SELECT source_id || ' ' || title FROM entries ORDER BY source_id",
    );
    let mut expected: Vec<String> =
        paths.iter().map(|path| format!("{} {title}", &path[1..])).collect();
    expected.sort();
    assert_eq!(titles, expected);
}

#[test]
fn a_feed_whose_zone_is_wrong_is_named_and_read_rightly_once_that_is_configured() {
    let mut world = World::new(&["/feed"]);
    // Hanoi's time, called Greenwich's. The next poll is within the hour.
    let edition = |world: &World, newest: usize| {
        let items: Vec<String> = (0..=newest)
            .map(|n| {
                let age = hours(i64::try_from(newest - n).unwrap());
                let shown = world.clock.now() + hours(7) - age;
                let date = shown.strftime("%a, %d %b %Y %H:%M:%S GMT");
                format!(
                    "<item><guid isPermaLink=\"false\">z{n}</guid><title>Boats {n}</title><pubDate>{date}</pubDate></item>"
                )
            })
            .collect();
        document(&items.iter().map(String::as_str).collect::<Vec<_>>())
    };
    for newest in 0..3 {
        world.origin.script("/feed", vec![Reply::ok(edition(&world, newest))]);
        world.next();
        assert_eq!(world.state("feed").dates.off().is_some(), newest == 2, "{newest}");
    }
    let state = world.state("feed");
    let said = pledgewatch::source::conditions(&state);
    assert_eq!(said.iter().map(|one| one.code()).collect::<Vec<_>>(), ["dates_off"]);
    let advice = said[0].to_string();
    assert!(advice.contains("in the future: set its date_zone, and wrong_zone"), "{advice}");
    let url = world.origin.url("/feed");
    let mended = "date_zone = \"Asia/Ho_Chi_Minh\"\nwrong_zone = true\n";
    world.restart_with(&source("/feed", &url, mended));
    world.origin.script("/feed", vec![Reply::ok(edition(&world, 3))]);
    let meant = world.clock.now();
    world.next();
    assert_eq!(world.state("feed").dates.off(), None, "the newest date is true again");
    let published: i64 = world
        .database()
        .query_row("SELECT published FROM entries WHERE key = 'id:z3'", [], |row| row.get(0))
        .unwrap();
    let early = meant.as_millisecond() - published;
    assert!((0..=3_600_000).contains(&early), "brought back to the poll at most: {early} ms");
}
