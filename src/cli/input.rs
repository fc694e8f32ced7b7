//! Texts given by hand: a file, an address, or standard input; plain text or an HTML page.

use std::fs;
use std::io::Read;

use super::failure::{Exit, Failure};
use crate::article::{self, Aids, PageContext, forward};
use crate::fetch::{self, Outcome};
use crate::model::{Article, DateBasis, PartialDate, SourceDate};
use crate::pipeline::{Engine, chain, poll, reading};

/// Largest text read from a file or standard input.
const MAX_BYTES: u64 = 16 << 20;

/// What the command line says about a text.
#[derive(Debug, Default, Clone)]
pub(super) struct Said {
    pub published: Option<PartialDate>,
    pub url: Option<String>,
    pub title: Option<String>,
}

/// Reads one input.
pub(super) async fn read(engine: &Engine, input: &str, said: &Said) -> Result<Article, Failure> {
    let mut article = if is_address(input) {
        fetched(engine, input).await?
    } else {
        given(engine, input, bytes(input)?).await?
    };
    if let Some(title) = &said.title {
        article.title.clone_from(title);
    }
    if let Some(url) = &said.url {
        article.url = Some(url.clone());
    }
    if let Some(date) = said.published {
        article.published = Some(SourceDate { date, at: None, basis: DateBasis::Given });
    }
    Ok(article)
}

/// The name that an input goes by in reports.
pub(super) fn name(input: &str) -> String {
    if input == "-" { "standard input".to_owned() } else { input.to_owned() }
}

/// Why a file cannot be had; `None` when it is there, or is no file.
pub(super) fn missing(input: &str) -> Option<Failure> {
    let is_file = input != "-" && !is_address(input);
    fs::metadata(input).err().filter(|_| is_file).map(|error| cannot_read(input, &error))
}

fn is_address(input: &str) -> bool {
    input.starts_with("http://") || input.starts_with("https://")
}

fn cannot_read(input: &str, error: &std::io::Error) -> Failure {
    Failure::new(Exit::NoInput, format!("cannot read {}: {error}", name(input)))
}

/// The bytes of a file or of standard input.
pub(super) fn bytes(input: &str) -> Result<Vec<u8>, Failure> {
    let cannot = |error: &std::io::Error| cannot_read(input, error);
    let mut bytes = Vec::new();
    let read = if input == "-" {
        std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        let file = fs::File::open(input).map_err(|error| cannot(&error))?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)
    };
    read.map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::new(
            Exit::Data,
            format!(
                "{} is larger than {} MiB; give a single article",
                name(input),
                MAX_BYTES >> 20
            ),
        ));
    }
    Ok(bytes)
}

/// A text or a page from the disk.
async fn given(engine: &Engine, input: &str, bytes: Vec<u8>) -> Result<Article, Failure> {
    if looks_like_html(&bytes) {
        let page =
            PageContext { charset: None, url: "", date_zone: None, fetched_at: engine.now() };
        return read_page(engine, &bytes, &page, &name(input)).await;
    }
    let raw = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    // A byte order mark is no text either, and no white space.
    if raw.chars().all(|c| c.is_whitespace() || c == '\u{feff}') {
        return Err(Failure::new(Exit::Data, format!("{} holds no text", name(input))));
    }
    Ok(reading::article_of_text(raw, &engine.topic))
}

/// Reads a page as the daemon does: where the configuration says so, other extractors are asked as well.
async fn read_page(
    engine: &Engine,
    bytes: &[u8],
    page: &PageContext<'_>,
    name: &str,
) -> Result<Article, Failure> {
    let voices = match article::decode(bytes, page) {
        Ok(html) if engine.config.article.vote => engine.voices(html).await,
        _ => Vec::new(),
    };
    let publisher = engine.publisher_of(page.url);
    let rules = publisher.and_then(|one| one.source.page.as_ref());
    article::read_with(bytes, page, &Aids { voices: &voices, rules })
        .map_err(|error| Failure::new(Exit::Data, format!("{name}: {}", chain(&error))))
}

fn looks_like_html(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with("<!doctype html") || head.starts_with("<html") || head.contains("<body")
}

/// By the way out that is configured for the source of that host.
fn request(engine: &Engine, address: String) -> fetch::Request {
    let route = engine.publisher_of(&address).map(poll::route).unwrap_or_default();
    fetch::Request { route, ..fetch::Request::page(address) }
}

async fn fetched(engine: &Engine, url: &str) -> Result<Article, Failure> {
    let temporary =
        |text: String| Failure::new(Exit::Temporary, format!("cannot read {url}: {text}"));
    let address = forward::inside_link(url).unwrap_or_else(|| url.to_owned());
    match engine.fetcher.get(&request(engine, address)).await {
        Outcome::Fresh { body, charset, final_url, .. } => {
            let publisher = engine.publisher_of(&final_url);
            let page = PageContext {
                charset: charset.as_deref(),
                url: &final_url,
                date_zone: publisher.and_then(|one| one.source.date_zone.as_deref()),
                fetched_at: engine.now(),
            };
            read_page(engine, &body, &page, url).await
        }
        Outcome::Failed(error) => Err(temporary(chain(&error))),
        Outcome::Gone => Err(temporary("the server says that it is gone".to_owned())),
        Outcome::Wait { status, .. } => {
            Err(temporary(format!("the server asks us to wait ({status}); try again later")))
        }
        Outcome::Elsewhere { to } => Err(temporary(format!("it is at {to}"))),
        Outcome::NotModified { .. } => Err(temporary("an unasked \"not modified\"".to_owned())),
    }
}
