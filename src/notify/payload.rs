//! Alerts for other channels than mail: JSON by template for hooks, an entry of a feed. Both are made once and stored
//! in the outbox, like mail.

use quick_xml::escape::escape;
use serde::Serialize;

use super::clean;
use super::facts::{AlertFacts, AlertItem};
use super::message::Message;
use super::templates::{RenderError, Templates};
use crate::config::HookForm;

/// Longest quote.
const MAX_QUOTE: usize = 600;
/// Items that are named one by one; chats and phones show no more.
const MAX_ITEMS: usize = 12;

/// What templates of hooks have; `webhook.json` shows all of it.
#[derive(Serialize)]
struct HookView<'a> {
    id: &'a str,
    event: &'static str,
    generated_at: String,
    subject: &'a str,
    topic: &'a str,
    link: Option<&'a str>,
    more: usize,
    items: Vec<ItemView<'a>>,
}

#[derive(Serialize)]
struct ItemView<'a> {
    commitment: &'a str,
    outcome: String,
    stage: String,
    gist: String,
    quote: String,
    language: Option<&'static str>,
    source: &'a str,
    url: Option<&'a str>,
    published: Option<String>,
}

/// The body for a hook; `address` is where it goes.
///
/// # Errors
/// A template that asks for something these facts do not have, or that does not make JSON.
pub(super) fn hook(
    form: HookForm,
    message: &Message,
    facts: &AlertFacts,
    id: &str,
    address: &str,
    templates: &Templates,
) -> Result<Vec<u8>, RenderError> {
    let items = items(facts);
    let view = HookView {
        id,
        event: message.event.as_str(),
        generated_at: facts.generated_at.to_string(),
        subject: &message.subject,
        topic: address.trim_end_matches('/').rsplit('/').next().unwrap_or_default(),
        link: items.first().and_then(|item| item.url),
        more: facts.items.len().saturating_sub(items.len()),
        items,
    };
    let template = format!("{}.json", form.as_str());
    let text = templates.render(&template, &view)?;
    // What is sent is JSON whatever a template does, and on one line.
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|error| RenderError {
        template,
        line: error.line(),
        reason: format!("this is not JSON: {error}"),
    })?;
    Ok(value.to_string().into_bytes())
}

/// The entry for a feed (RFC 4287).
pub(super) fn entry(message: &Message, facts: &AlertFacts, id: &str) -> Vec<u8> {
    let link = items(facts)
        .first()
        .and_then(|item| item.url)
        .map_or_else(String::new, |url| format!("<link href=\"{}\"/>", escape(url)));
    format!(
        "<entry><id>mid:{}</id><title>{}</title><updated>{}</updated>{link}<content type=\"text\">{}</content></entry>",
        escape(id.trim_matches(['<', '>'])),
        escape(clean::line(&message.subject)),
        facts.generated_at,
        // Characters that XML cannot carry have no place in a text edition.
        escape(message.text.replace(|c: char| c.is_control() && c != '\n', "")),
    )
    .into_bytes()
}

fn items(facts: &AlertFacts) -> Vec<ItemView<'_>> {
    facts.items.iter().take(MAX_ITEMS).map(item).collect()
}

fn item(item: &AlertItem) -> ItemView<'_> {
    let article = &item.article;
    let web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    ItemView {
        commitment: item.commitment.id.as_str(),
        outcome: item.verdict.outcome.as_str().to_owned(),
        stage: item.verdict.stage_after.unwrap_or(item.mention.stage).to_string(),
        gist: clean::line(&item.commitment.gist),
        quote: clean::shorten(&clean::line(&item.mention.quote.text), MAX_QUOTE),
        language: article.language.map(crate::model::Language::tag),
        source: &article.source_name,
        url: article.url.as_deref().filter(web),
        published: article.published.as_ref().map(|published| published.date.to_string()),
    }
}
