//! `sources discover`: where a site keeps its feeds, each read once to say what it holds.

use serde::Serialize;
use url::Url;

use super::super::args::SourcesDiscoverArguments;
use super::super::failure::{Exit, Failure, Outcome};
use super::super::report::{json_line, moment_or_dash, print, short, table};
use super::super::session::{Looking, Session, runtime};
use crate::feed::discovery::{self, FeedPlace, FoundBy};
use crate::feed::{self, FeedContext, FeedError};
use crate::fetch::{self, FetchError};
use crate::model::SourceKind;
use crate::pipeline::chain;

/// Places asked at most: a site may declare a feed for every section, and all are on one host.
const MOST: usize = 12;

/// `sources discover --json`, one object per feed.
#[derive(Serialize)]
struct Discovered {
    url: String,
    title: String,
    found_by: FoundBy,
    entries: usize,
    newest: Option<jiff::Timestamp>,
    language: Option<crate::model::Language>,
}

/// Looks for feeds; exit code 1 when there is none.
pub(super) fn run(session: &Session, arguments: &SourcesDiscoverArguments) -> Outcome {
    let base = Url::parse(&arguments.url)
        .or_else(|_| Url::parse(&format!("https://{}", arguments.url)))
        .map_err(|error| {
            Failure::new(Exit::Usage, format!("{} is not a web address: {error}", arguments.url))
        })?;
    let engine = session.engine_to_look()?;
    let search = Search { engine: &engine, allow_private: arguments.allow_private };
    let found = runtime()?.block_on(search.all(&base))?;
    if found.is_empty() {
        return Err(Failure::new(
            Exit::Failed,
            format!(
                "{base} names no feed that can be read; a page that lists articles can be added with `sources add --listing`"
            ),
        ));
    }
    if arguments.json {
        let lines: Result<String, Failure> = found.iter().map(json_line).collect();
        return print(&lines?);
    }
    let rows = found.iter().map(|one| {
        vec![
            one.url.clone(),
            short(&one.title, 40),
            one.entries.to_string(),
            moment_or_dash(one.newest),
            one.language.map_or("-", |language| language.tag()).to_owned(),
        ]
    });
    print(&table(&["ADDRESS", "TITLE", "ENTRIES", "NEWEST", "LANG"], rows))
}

struct Search<'a> {
    engine: &'a Looking,
    allow_private: bool,
}

impl Search<'_> {
    async fn all(&self, base: &Url) -> Result<Vec<Discovered>, Failure> {
        let (body, final_url) = self
            .fetch(base.as_str())
            .await
            .map_err(|why| Failure::new(Exit::Temporary, format!("cannot read {base}: {why}")))?;
        let here =
            FeedPlace { url: base.to_string(), title: String::new(), found_by: FoundBy::Declared };
        if let Some(feed) = self.read(&here, &body, &final_url) {
            return Ok(vec![feed]);
        }
        let final_url = Url::parse(&final_url).unwrap_or_else(|_| base.clone());
        let mut places = discovery::feeds_of_page(&String::from_utf8_lossy(&body), &final_url);
        if let Ok(robots) = final_url.join("/robots.txt")
            && let Ok((body, _)) = self.fetch(robots.as_str()).await
        {
            places
                .extend(discovery::sitemaps_of_robots(&String::from_utf8_lossy(&body), &final_url));
        }
        if places.is_empty() {
            places = discovery::usual_places(&final_url);
        }
        let mut found = Vec::new();
        for place in places.iter().take(MOST) {
            if let Ok((body, url)) = self.fetch(&place.url).await {
                found.extend(self.read(place, &body, &url));
            }
        }
        Ok(found)
    }

    /// The bytes at an address and where they came from in the end, or why there are none.
    async fn fetch(&self, url: &str) -> Result<(Vec<u8>, String), String> {
        let route = fetch::Route { allow_private: self.allow_private, ..fetch::Route::default() };
        let request = fetch::Request { route, ..fetch::Request::feed(url) };
        match self.engine.fetcher.get(&request).await {
            fetch::Outcome::Fresh { body, final_url, .. } => Ok((body, final_url)),
            fetch::Outcome::Failed(error @ FetchError::BlockedAddress { .. }) => {
                Err(format!("{}; give --allow-private if that is meant", chain(&error)))
            }
            fetch::Outcome::Failed(error) => Err(chain(&error)),
            other => Err(other.code().to_owned()),
        }
    }

    fn read(&self, place: &FeedPlace, body: &[u8], url: &str) -> Option<Discovered> {
        let context = FeedContext {
            charset: None,
            base_url: url,
            language: None,
            date_zone: None,
            kind: &SourceKind::Feed,
            fetched_at: self.engine.now(),
        };
        let parsed = match feed::read(body, &context) {
            Ok(parsed) => parsed,
            Err(FeedError::SitemapIndex { .. }) | Err(_) => return None,
        };
        let titles: String =
            parsed.entries.iter().map(|entry| format!("{}.\n", entry.title)).collect();
        Some(Discovered {
            url: place.url.clone(),
            title: if parsed.title.is_empty() { place.title.clone() } else { parsed.title },
            found_by: place.found_by,
            entries: parsed.entries.len(),
            newest: parsed
                .entries
                .iter()
                .filter_map(|entry| entry.published.or(entry.updated))
                .max(),
            language: crate::text::analyse(&titles, &self.engine.topic.words).language,
        })
    }
}
