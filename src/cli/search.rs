//! `search`: kept articles by their words.

use serde::Serialize;

use super::args::{Global, SearchArguments};
use super::failure::Outcome;
use super::report::{json_line, moment, print};
use super::session::{Session, store_failure};
use crate::store::{self, Hit, Search};

/// `search --json`, one object per article.
#[derive(Serialize)]
struct HitReport<'a> {
    article: i64,
    title: &'a str,
    url: Option<&'a str>,
    source: Option<&'a str>,
    published: Option<String>,
    arrived: jiff::Timestamp,
    snippet: &'a str,
}

/// Searches and prints, best first.
pub(super) fn run(global: &Global, arguments: &SearchArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let store = session.open_to_read()?;
    let search = Search {
        text: arguments.words.join(" "),
        source: None,
        limit: u32::try_from(arguments.limit).unwrap_or(u32::MAX),
    };
    let hits = store
        .read_blocking(|connection| store::search(connection, &search))
        .map_err(store_failure)?;
    let mut out = String::new();
    for hit in &hits {
        out.push_str(&if arguments.json { json_line(&report(hit))? } else { text(hit) });
    }
    if hits.is_empty() && !arguments.json {
        out.push_str("no kept article has all of these words\n");
    }
    print(&out)
}

fn report(hit: &Hit) -> HitReport<'_> {
    HitReport {
        article: hit.article.id.0,
        title: &hit.article.title,
        url: hit.article.url.as_deref(),
        source: hit.article.source_name.as_deref(),
        published: hit.article.published.map(|published| published.date.to_string()),
        arrived: hit.article.arrived,
        snippet: &hit.snippet,
    }
}

fn text(hit: &Hit) -> String {
    let article = &hit.article;
    let date = article
        .published
        .map_or_else(|| moment(article.arrived), |published| published.date.to_string());
    let source = article.source_name.as_deref().unwrap_or("given by hand");
    let address = article.url.as_deref().map(|url| format!("    {url}\n")).unwrap_or_default();
    format!(
        "{}  {} ({source}, {date})\n    {}\n{address}",
        article.id,
        if article.title.is_empty() { "(no title)" } else { &article.title },
        hit.snippet
    )
}
