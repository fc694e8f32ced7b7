//! The sources file changed by commands: what a person wrote in it stays, and nothing wrong ever gets into it.

use crate::newsroom::rss;
use crate::origin::{Origin, Reply};
use crate::program::Program;

const FILE: &str = "# What we read.\n\n# ---- Papers ----\n\n# The courier, since May\n[[source]]\nid = \"courier\"\nname = \"Courier\" # morning\n\
                    url = \"https://courier.test/rss\"\n\n# The herald\n[[source]]\nid = \"herald\"\nname = \"Herald\"\n\
                    url = \"https://herald.test/rss\"\n";

fn file(program: &Program) -> String {
    std::fs::read_to_string(program.path("sources.toml")).unwrap()
}

#[test]
fn sources_are_switched_and_removed_without_touching_anything_else() {
    let program = Program::new("", FILE);
    program.run(&["sources", "disable", "herald"]).done();
    assert_eq!(file(&program), format!("{FILE}enabled = false\n"));
    program.run(&["sources", "enable", "herald"]).done();
    assert_eq!(file(&program), format!("{FILE}enabled = true\n"));
    program.run(&["sources", "remove", "courier"]).done();
    let left = file(&program);
    assert!(
        left.contains("---- Papers ----") && left.contains("# The herald\n[[source]]"),
        "{left}"
    );
    assert!(!left.contains("ourier"), "{left}");
    program
        .run(&["sources", "remove", "harald"])
        .refused_in_a_line(64, &["harald", "did you mean \"herald\"?"]);
    assert_eq!(file(&program), left);
}

#[test]
fn a_source_is_added_only_when_it_can_be_read() {
    let origin = Origin::start();
    let program = Program::new("", FILE);
    let feed = origin.url("/feed");
    origin.script("/feed", vec![Reply::ok(rss(&origin.url(""), &[]))]);
    origin.script("/page", vec![Reply::ok("<html><p>no feed</p></html>")]);
    let page = origin.url("/page");
    program
        .run(&["sources", "add", "--allow-private", &page])
        .refused_in_a_line(65, &["not added", "sources discover"]);
    program.run(&["sources", "add", &page]).refused_in_a_line(65, &["--allow-private"]);
    program
        .run(&["sources", "add", "--allow-private", "http://127.0.0.1:9/feed"])
        .refused_in_a_line(75, &["refused the connection", "try again later"]);
    assert_eq!(file(&program), FILE);
    let id = ["--id", "dispatch", "--name", "Dispatch", "--trust", "low", "--language", "en"];
    let said = ["--allow-private", "--comment", "found on Monday", &feed];
    let ran = program.run(&[&["sources", "add"][..], &id, &said].concat());
    assert!(ran.done().out.contains("with 0 entries"), "{ran:?}");
    let added = file(&program);
    assert!(added.starts_with(FILE), "{added}");
    assert!(added.contains("# found on Monday\n[[source]]\nid = \"dispatch\""), "{added}");
    let listed = program.run(&["sources", "list", "--json"]).done().json();
    assert_eq!((&listed[2]["id"], &listed[2]["trust"]), (&"dispatch".into(), &"low".into()));
    // The same address again is refused as it is at every start, and the file stays.
    let again = [&["sources", "add", "--unchecked", "--allow-private"][..], &[&feed]].concat();
    program.run(&again).refused(78, &["has this address too"]);
    assert_eq!(file(&program), added);
}

#[test]
fn the_first_source_begins_the_list_that_the_configuration_names() {
    let origin = Origin::start();
    let program = Program::new("", "");
    let list = program.path("sources.toml");
    std::fs::remove_file(&list).unwrap();
    program.run(&["status"]).refused(78, &["sources.toml cannot be read"]);
    let feed = origin.url("/feed");
    program
        .run(&["sources", "add", "--allow-private", "http://127.0.0.1:9/feed"])
        .refused_in_a_line(75, &["not added"]);
    assert!(!list.exists(), "an empty list would ask for nothing");
    origin.script("/feed", vec![Reply::ok(rss(&origin.url(""), &[]))]);
    program.run(&["sources", "add", "--allow-private", "--id", "dispatch", &feed]).done();
    assert!(file(&program).contains("id = \"dispatch\""), "{}", file(&program));
}

#[test]
fn lists_of_feeds_come_in_and_go_out() {
    let program = Program::new("", FILE);
    let exported = program.run(&["sources", "export"]).done().out.clone();
    assert!(exported.contains("xmlUrl=\"https://courier.test/rss\""), "{exported}");
    let other = exported
        .replace("https://herald.test/rss", "https://gazette.test/feed?a=1&amp;b=2")
        .replace("Herald", "Gazette &amp; Co");
    let path = program.write("feeds.opml", other);
    let path = path.to_str().unwrap();
    let said = program.run(&["sources", "import", path]).done().out.clone();
    assert!(said.starts_with("added 1 of 2 feeds"), "{said}");
    let listed = program.run(&["sources", "list", "--json"]).done().json();
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[2]["id"], "gazette-co");
    assert_eq!(listed[2]["url"], "https://gazette.test/feed?a=1&b=2");
    program.write("none.opml", "<opml/>");
    program
        .run(&["sources", "import", program.path("none.opml").to_str().unwrap()])
        .refused(65, &["no feeds"]);
}

#[test]
fn the_feeds_of_a_site_are_found_and_read() {
    let origin = Origin::start();
    let program = Program::new("", FILE);
    let head = "<link rel=alternate type='application/rss+xml' href='/all.rss'><link rel=alternate type='application/atom+xml' href='/gone'>";
    origin.script(
        "/",
        vec![Reply::ok(format!("<html><head>{head}</head><body><p>News</p></body></html>"))],
    );
    origin.script("/all.rss", vec![Reply::ok(rss(&origin.url(""), &[]).replace("</channel>", "<item><title>The two sides agreed on a plan</title><link>https://x.test/1</link></item></channel>"))]);
    origin.script(
        "/robots.txt",
        vec![Reply::ok(format!("Sitemap: {}\n", origin.url("/news-sitemap.xml")))],
    );
    origin.script(
        "/news-sitemap.xml",
        vec![Reply::ok("<urlset><url><loc>/hai-ben-ky-ke-hoach-1.html</loc></url></urlset>")],
    );
    let site = origin.url("/");
    let found =
        program.run(&["sources", "discover", "--json", "--allow-private", &site]).done().json();
    let urls: Vec<&str> = found.iter().map(|one| one["url"].as_str().unwrap()).collect();
    assert_eq!(urls, [origin.url("/all.rss"), origin.url("/news-sitemap.xml")]);
    assert_eq!((&found[0]["entries"], &found[0]["found_by"]), (&1.into(), &"declared".into()));
    assert!(!program.path("data").exists());
}

#[test]
fn what_is_odd_about_a_source_is_said() {
    let origin = Origin::start();
    origin.script(
        "/old",
        vec![Reply::ok("<rss version='2.0'><channel><title>T</title>\
            <item><title>Một</title><pubDate>Mon, 02 Jan 2012 10:00:00 GMT</pubDate></item></channel></rss>")],
    );
    let url = origin.url("/old");
    let source = format!(
        "[[source]]\nid = \"old\"\nname = \"Old\"\nurl = \"{url}\"\nallow_private = true\n"
    );
    let program = Program::new("", &source);
    let looked = program.run(&["sources", "check", "--json"]).done().json();
    let odd = looked[0]["odd"].to_string();
    assert!(
        odd.contains("newest entry is of 2012-01-02") && odd.contains("neither id nor link"),
        "{odd}"
    );
}

#[test]
fn sources_that_are_built_in_are_not_changed() {
    let program = Program::new("", FILE);
    program.write("pledgewatch.toml", "");
    program
        .run(&["sources", "disable", "vov"])
        .refused_in_a_line(78, &["built in", "--write-defaults"]);
}
