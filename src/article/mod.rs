//! From a page to an article: title, text, date of publication and how it was found, byline, canonical address.
//!
//! Bytes are decoded, a tree is built within limits, and all the rest is a few passes over a flat list of its nodes.
//! Pure: the same bytes and context give the same article. What the page shows is the first authority for the text
//! (JSON-LD bodies are often truncated teasers), what it declares is the first authority for the date.

mod dates;
mod error;
mod extract;
pub mod forward;
mod furniture;
mod json_ld;
mod lines;
mod meta;
mod outline;
mod reserved;
mod selectors;
mod voices;
mod vote;
mod weights;
mod words;

use jiff::Timestamp;
use url::Url;

pub use error::ArticleError;
pub use reserved::is_reserved;
pub use voices::voices;

use crate::markup::{charset, dom, plain};
use crate::model::{Article, PageRules};

/// A text shorter than this, in characters, is no article.
const MIN_TEXT: usize = 80;
/// Below this, JSON-LD may hold more than the page shows.
const SHORT_TEXT: usize = 250;
/// A page that says it is not free and shows less than this shows a teaser.
const TEASER: usize = 600;

/// What is known about a page beside its bytes.
#[derive(Debug, Clone, Copy)]
pub struct PageContext<'a> {
    /// Charset of the answer.
    pub charset: Option<&'a str>,
    /// Where it was read, after redirects; empty for a file.
    pub url: &'a str,
    /// IANA zone of the source, for dates without one and for the civil day of those with one.
    pub date_zone: Option<&'a str>,
    /// When it was fetched: later dates are not believed.
    pub fetched_at: Timestamp,
}

/// What may help to read a page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Aids<'a> {
    /// The selectors configured for its source; they win over what is found without them.
    pub rules: Option<&'a PageRules>,
    /// What other extractors found in it ([`voices`]); empty ones do not count.
    pub voices: &'a [String],
}

/// Reads a page.
///
/// # Errors
/// [`ArticleError`] when it holds no article that can be read. Never panics, and does bounded work on any input.
pub fn read(bytes: &[u8], context: &PageContext<'_>) -> Result<Article, ArticleError> {
    read_with(bytes, context, &Aids::default())
}

/// A page as text, for [`voices`].
///
/// # Errors
/// [`ArticleError::NotHtml`].
pub fn decode(bytes: &[u8], context: &PageContext<'_>) -> Result<String, ArticleError> {
    if is_binary(bytes) {
        return Err(ArticleError::NotHtml);
    }
    let url = Url::parse(context.url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    let declared = charset::html_label(bytes);
    Ok(charset::decode(bytes, context.charset, declared.as_deref(), host).text)
}

/// Reads a page with what may help.
///
/// # Errors
/// [`ArticleError`] when it holds no article that can be read.
pub fn read_with(
    bytes: &[u8],
    context: &PageContext<'_>,
    aids: &Aids<'_>,
) -> Result<Article, ArticleError> {
    let html = decode(bytes, context)?;
    let url = Url::parse(context.url).ok();
    let host = url.as_ref().and_then(Url::host_str);
    let tree = dom::parse(&html)?;
    let page = outline::Outline::of(&tree);
    let meta = meta::Meta::of(&tree);
    let json = json_ld::JsonLd::of(&tree);
    let selectors = selectors::PageSelectors::of(aids.rules);
    let title = selectors.title(&page).unwrap_or_else(|| meta::title(&page, &meta, &json, host));
    let byline = selectors.author(&page).or_else(|| meta::byline(&page, &meta, &json));
    let known = extract::Known { title: &title, byline: byline.as_deref(), selectors: &selectors };
    let extracted = extract::extract(&page, &known);
    let own = best_text(extracted.text, json.body.as_deref());
    let texts: Vec<&str> =
        std::iter::once(own.as_str()).chain(aids.voices.iter().map(String::as_str)).collect();
    let election = vote::elect(&texts);
    let text = match election.winner {
        _ if extracted.configured => own,
        winner => texts.get(winner).copied().unwrap_or_default().to_owned(),
    };
    let length = text.chars().count();
    if json.not_free && length < TEASER {
        return Err(ArticleError::Paywall);
    }
    if length < MIN_TEXT {
        return Err(if needs_script(&page, html.len()) {
            ArticleError::NeedsScript
        } else {
            ArticleError::NoText
        });
    }
    let dated = |text: &String| dates::stated(text, context);
    Ok(Article {
        url: Some(context.url.to_owned()).filter(|url| !url.is_empty()),
        canonical_url: meta::canonical(&tree, &meta, url.as_ref()),
        published: selectors
            .dates(&page)
            .iter()
            .find_map(dated)
            .or_else(|| dates::published(&page, &meta, &json, extracted.start, context)),
        byline: byline.or(extracted.signature).or_else(|| meta::agency(&text)),
        language: meta::language(&page, &meta, &json),
        confidence: election.confidence,
        title,
        text,
    })
}

/// The page's own text, unless it is short and JSON-LD has more, or JSON-LD has more than twice as much.
fn best_text(shown: String, declared: Option<&str>) -> String {
    let Some(declared) = declared.map(plain::text) else { return shown };
    let (seen, said) = (shown.chars().count(), declared.chars().count());
    if (seen < SHORT_TEXT && said > seen) || said > seen * 2 { declared } else { shown }
}

/// Nothing, a known binary format, or too many bytes that are no text. UTF-16 has its own marks.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4 << 10)];
    let wide = matches!(head, [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, b'<', ..] | [b'<', 0, ..]);
    let controls = head.iter().filter(|b| matches!(b, 0..=8 | 14..=31 | 127)).count();
    head.iter().all(u8::is_ascii_whitespace)
        || head.starts_with(b"%PDF")
        || (!wide && controls * 20 > head.len())
}

/// A page with hardly any visible text and a lot of script.
fn needs_script(page: &outline::Outline<'_>, bytes: usize) -> bool {
    let script: usize = page
        .nodes
        .iter()
        .filter(|n| page.nodes[n.parent].name == "script")
        .map(|n| n.text.len())
        .sum();
    let sources = page.nodes.iter().filter(|node| node.name == "script").count();
    script * 10 > bytes * 6 || (sources > 0 && bytes < 4 << 10)
}
