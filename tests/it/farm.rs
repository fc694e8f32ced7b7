//! The feeds that the benchmarks read: deterministic, complete, and honest about what changed.

#[path = "../../benches/support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use support::farm::{Conditions, Farm};
use support::generator::{self, Shape, Subject};

const SMALL: Shape = Shape { feeds: 12, entries: 9, on_topic: 0.2, near: 0.2, seed: 7 };

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    for feed in 0..SMALL.feeds {
        let once = generator::document(&SMALL, feed, 3, "http://farm");
        assert_eq!(once, generator::document(&SMALL, feed, 3, "http://farm"));
        let other = Shape { seed: 8, ..SMALL };
        assert_ne!(once, generator::document(&other, feed, 3, "http://farm"));
    }
}

#[test]
fn every_generated_feed_is_read_completely_with_its_dates() {
    for feed in 0..SMALL.feeds {
        let text = generator::document(&SMALL, feed, 1, "http://farm");
        let read = feed_rs::parser::parse(text.as_bytes()).unwrap();
        let items = generator::items(&SMALL, feed, 1);
        assert_eq!(read.entries.len(), SMALL.entries, "feed {feed}");
        for (entry, item) in read.entries.iter().zip(items) {
            assert_eq!(entry.title.as_ref().unwrap().content, item.title);
            assert_eq!(entry.published.unwrap().timestamp(), item.at, "feed {feed}");
        }
    }
}

#[test]
fn a_new_version_brings_two_new_entries_and_keeps_the_rest() {
    let titles = |version| -> BTreeSet<String> {
        generator::items(&SMALL, 5, version).into_iter().map(|item| item.title).collect()
    };
    assert_eq!(titles(1).difference(&titles(0)).count(), 2);
    assert_eq!(titles(1).intersection(&titles(0)).count(), SMALL.entries - 2);
}

#[test]
fn subjects_come_in_the_shares_asked_for() {
    let shape = Shape { feeds: 40, entries: 50, on_topic: 0.1, near: 0.2, seed: 1 };
    let subjects: Vec<Subject> = (0..shape.feeds)
        .flat_map(|feed| generator::items(&shape, feed, 0))
        .map(|item| item.subject)
        .collect();
    let count = |wanted| subjects.iter().filter(|subject| **subject == wanted).count();
    assert!((150..=250).contains(&count(Subject::Topic)), "{}", count(Subject::Topic));
    assert!((320..=480).contains(&count(Subject::Near)), "{}", count(Subject::Near));
}

#[test]
fn a_default_feed_has_the_size_of_a_real_one() {
    let shape = Shape::default();
    let bytes: usize =
        (0..12).map(|feed| generator::document(&shape, feed, 0, "http://127.0.0.1:1").len()).sum();
    assert!((55_000..=110_000).contains(&(bytes / 12)), "{} bytes a feed", bytes / 12);
}

#[tokio::test]
async fn who_has_a_version_is_told_so_until_there_is_another() {
    let farm = Farm::start(SMALL, Conditions::default()).await.unwrap();
    let mut tags = Vec::new();
    for feed in 0..SMALL.feeds {
        let (status, tag) = ask(&farm.url(feed), None).await;
        assert_eq!(status, 200);
        tags.push(tag);
    }
    let cold = farm.take_count();
    assert_eq!((cold.sent, cold.unchanged), (12, 0));
    assert_eq!((cold.entries, cold.at_once), (12 * SMALL.entries, 1));
    assert_eq!(farm.change(0.25).unwrap(), 3);
    for (feed, tag) in tags.iter().enumerate() {
        ask(&farm.url(feed), Some(tag)).await;
    }
    let warm = farm.take_count();
    assert_eq!((warm.sent, warm.unchanged), (3, 9));
}

#[tokio::test]
async fn pages_of_entries_are_there() {
    let farm = Farm::start(SMALL, Conditions::default()).await.unwrap();
    let url = farm.url(4).replace("/f/4", &generator::page_path(4, 2));
    assert_eq!(ask(&url, None).await.0, 200);
    let url = farm.url(4).replace("/f/4", &generator::page_path(99, 2));
    assert_eq!(ask(&url, None).await.0, 404);
    let count = farm.take_count();
    assert_eq!((count.pages, count.other), (1, 1));
}

#[tokio::test]
async fn the_list_of_sources_names_every_feed_once() {
    let farm = Farm::start(SMALL, Conditions::default()).await.unwrap();
    let table: toml::Table = farm.sources_toml().parse().unwrap();
    let urls: BTreeSet<&str> = table["source"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["url"].as_str().unwrap())
        .collect();
    let all: Vec<String> = (0..SMALL.feeds).map(|feed| farm.url(feed)).collect();
    assert_eq!(urls, all.iter().map(String::as_str).collect());
}

/// Status and ETag of a bare request.
async fn ask(url: &str, known: Option<&str>) -> (u16, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let condition = known.map(|tag| format!("If-None-Match: {tag}\r\n")).unwrap_or_default();
    let request =
        format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\n{condition}Connection: close\r\n\r\n");
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let head = String::from_utf8_lossy(&answer);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap_or_default();
    (status, tag.to_owned())
}
