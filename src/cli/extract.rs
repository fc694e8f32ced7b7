//! `extract`: what is read from a page, before anything is judged: title, date and how it was found, byline, text.

use serde::Serialize;

use super::args::{ExtractArguments, Global};
use super::failure::Outcome;
use super::input::{self, Said};
use super::report::{json_line, print};
use super::session::{Session, runtime};
use crate::model::Article;

/// `extract --json`.
#[derive(Serialize)]
struct ExtractReport<'a> {
    input: String,
    #[serde(flatten)]
    article: &'a Article,
}

/// Reads pages one after another and prints what they give.
pub(super) fn run(global: &Global, arguments: &ExtractArguments) -> Outcome {
    let mut session = Session::begin(global, "warn")?;
    session.config.article.vote &= !arguments.alone;
    let engine = session.engine_to_look()?;
    let runtime = runtime()?;
    for input in &arguments.inputs {
        let article = runtime.block_on(input::read(&engine, input, &Said::default()))?;
        print(&if arguments.json {
            json_line(&ExtractReport { input: input::name(input), article: &article })?
        } else {
            text(&article)
        })?;
    }
    Ok(super::failure::Exit::Done)
}

fn text(article: &Article) -> String {
    let published = article.published.map(|found| {
        let at = found.at.map_or_else(String::new, |at| format!(" ({at})"));
        format!("{}{at}, from {}", found.date, basis(found.basis))
    });
    let confidence = article.confidence.map(|percent| format!("{percent} %"));
    let facts = [
        ("title", Some(article.title.clone())),
        ("published", published),
        ("byline", article.byline.clone()),
        ("language", article.language.map(|language| language.tag().to_owned())),
        ("address", article.canonical_url.clone().or_else(|| article.url.clone())),
        ("agreement", confidence),
    ];
    let mut out: String = facts
        .into_iter()
        .map(|(name, value)| format!("{name:<10} {}\n", value.as_deref().unwrap_or("-")))
        .collect();
    out.push('\n');
    out.push_str(&article.text);
    out.push('\n');
    out
}

fn basis(basis: crate::model::DateBasis) -> String {
    serde_json::to_value(basis)
        .ok()
        .and_then(|value| value.as_str().map(|word| word.replace('_', " ")))
        .unwrap_or_default()
}
