//! Whole pages as news sites lay them out, written for these tests: `tests/fixtures/pages/NAME.html`, and beside each
//! what shall be read from it, `NAME.txt`: facts, an empty line, and the text line by line.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pledgewatch::article::{self, Aids, PageContext};
use pledgewatch::model::{Article, PageRules};

struct Page {
    name: String,
    html: Vec<u8>,
    facts: BTreeMap<String, String>,
    text: String,
}

impl Page {
    fn fact(&self, name: &str) -> Option<&str> {
        self.facts.get(name).map(String::as_str)
    }

    fn read(&self, voices: &[String]) -> Article {
        let context = PageContext {
            charset: None,
            url: self.fact("url").unwrap(),
            date_zone: self.fact("zone"),
            fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
        };
        let text = |name: &str| self.fact(name).map(str::to_owned);
        let rules = PageRules {
            body: text("body"),
            exclude: text("exclude").into_iter().collect(),
            title: text("title_selector"),
            date: text("date_selector"),
            ..PageRules::default()
        };
        let rules = self.fact("body").is_some().then_some(&rules);
        article::read_with(&self.html, &context, &Aids { rules, voices })
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

fn pages() -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pages");
    let mut pages: Vec<Page> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "html"))
        .map(|path| {
            let expected = fs::read_to_string(path.with_extension("txt")).unwrap();
            let (facts, text) = expected.split_once("\n\n").unwrap();
            let fact = |line: &str| {
                let (name, value) = line.split_once(": ").unwrap();
                (name.to_owned(), value.to_owned())
            };
            Page {
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                html: fs::read(&path).unwrap(),
                facts: facts.lines().map(fact).collect(),
                text: text.trim_end().to_owned(),
            }
        })
        .collect();
    pages.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(pages.len() >= 25, "{} pages", pages.len());
    pages
}

/// Holds all pages to what one question says of each, and names every page that differs.
#[track_caller]
fn hold(question: impl Fn(&Page, &Article) -> (Option<String>, Option<String>)) {
    let mut wrong = String::new();
    for page in pages() {
        let (expected, found) = question(&page, &page.read(&[]));
        if expected != found {
            wrong += &format!("{}\n  expected {expected:?}\n  found    {found:?}\n", page.name);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_layout_gives_its_text_and_nothing_else() {
    let mut wrong = String::new();
    for page in pages() {
        let found = page.read(&[]).text;
        let lines = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
        let (expected, found) = (lines(&page.text), lines(&found));
        for line in expected.iter().filter(|line| !found.contains(line)) {
            wrong += &format!("{}: lost    {line}\n", page.name);
        }
        for line in found.iter().filter(|line| !expected.contains(line)) {
            wrong += &format!("{}: foreign {line}\n", page.name);
        }
        if wrong.is_empty() && expected != found {
            wrong += &format!("{}: in another order, or twice\n", page.name);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_layout_gives_its_headline() {
    hold(|page, article| (page.fact("title").map(str::to_owned), Some(article.title.clone())));
}

#[test]
fn every_date_is_found_with_its_basis_and_instant() {
    hold(|page, article| {
        let published = article.published.map(|found| {
            let basis = serde_json::to_value(found.basis).unwrap();
            let at = found.at.map(|at| at.to_string()).unwrap_or_default();
            format!("{} {at} {}", found.date, basis.as_str().unwrap())
        });
        let fact = |name: &str| page.fact(name).unwrap_or_default();
        let expected =
            page.fact("published").map(|date| format!("{date} {} {}", fact("at"), fact("basis")));
        (expected, published)
    });
}

#[test]
fn every_byline_and_language_is_found() {
    hold(|page, article| {
        let language = article.language.map(|language| language.tag().to_owned());
        let found = format!("{:?} {language:?}", article.byline);
        let text = |name: &str| page.fact(name).map(str::to_owned);
        let expected = format!("{:?} {:?}", text("byline"), text("language"));
        (Some(expected), Some(found))
    });
}

#[test]
fn other_voices_never_make_a_good_text_worse_than_a_few_words() {
    for page in pages() {
        let context = PageContext {
            charset: None,
            url: "",
            date_zone: None,
            fetched_at: "2026-08-23T10:00:00Z".parse().unwrap(),
        };
        let html = article::decode(&page.html, &context).unwrap();
        let read = page.read(&article::voices(&html));
        let words = |text: &str| -> Vec<String> {
            let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            words.sort();
            words
        };
        let (expected, found) = (words(&page.text), words(&read.text));
        let shared = expected.iter().filter(|word| found.binary_search(word).is_ok()).count();
        let share = |all: usize| shared as f64 / all.max(1) as f64;
        assert!(share(expected.len()) > 0.8, "{}: {}", page.name, read.text);
        assert!(found.len() < expected.len() * 13 / 10, "{}: {}", page.name, read.text);
    }
}
