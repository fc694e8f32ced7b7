//! `explain`: why a text was kept or not, and how every mention in it was judged, with the rules that fired, the
//! comparisons made, and the nearest entry not taken; or the story of a commitment. Changes nothing.

use super::args::{ExplainArguments, Global};
use super::article_report::{ArticleReport, Reported};
use super::failure::{Exit, Failure, Outcome};
use super::input::{self, Said};
use super::report::{json_line, print};
use super::session::{Session, runtime, store_failure};
use super::story;
use crate::ledger::Purpose;
use crate::model::{ArticleId, Trust};
use crate::pipeline::judging::Origin;
use crate::pipeline::reading;
use crate::store;

/// Explains a stored article by its number, or any other text as it would be judged now.
pub(super) fn run(global: &Global, arguments: &ExplainArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    let on_disk = std::path::Path::new(&arguments.input).exists();
    if !on_disk && arguments.input.starts_with("c-") {
        return story::run(&session, &arguments.input, arguments.json);
    }
    if let Some((article, number)) = mention_named(&arguments.input).filter(|_| !on_disk) {
        let mut report = stored(&session, article)?;
        report.keep_only(number).map_err(|why| Failure::new(Exit::Usage, why))?;
        return print(&if arguments.json { json_line(&report)? } else { report.text(true) });
    }
    let report = match arguments.input.parse::<i64>() {
        Ok(number) if !std::path::Path::new(&arguments.input).exists() => {
            stored(&session, ArticleId(number))?
        }
        _ => considered(&session, arguments)?,
    };
    print(&if arguments.json { json_line(&report)? } else { report.text(true) })
}

/// `ARTICLE:NUMBER`.
fn mention_named(input: &str) -> Option<(ArticleId, u32)> {
    let (article, number) = input.split_once(':')?;
    Some((ArticleId(article.parse().ok()?), number.parse().ok()?))
}

fn stored(session: &Session, id: ArticleId) -> Result<ArticleReport, Failure> {
    let store = session.open_to_read()?;
    let found = store
        .read_blocking(|connection| {
            let Some(article) = store::show_article(connection, id)? else { return Ok(None) };
            let facts = store::article_facts(connection, id)?;
            let history = match article.entry {
                Some(entry) => store::entry_history(connection, entry)?,
                None => Vec::new(),
            };
            Ok(Some((article, facts, history)))
        })
        .map_err(store_failure)?;
    let (article, facts, history) = found.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("there is no article {id}; `pledgewatch search` shows the numbers"),
        )
    })?;
    let source = article.source.as_ref().map_or("given by hand", |source| source.as_str());
    Ok(ArticleReport::stored(source.to_owned(), &article, &facts, true).with_history(history))
}

fn considered(session: &Session, arguments: &ExplainArguments) -> Result<ArticleReport, Failure> {
    let engine = session.engine_to_look()?;
    let said = Said { published: arguments.published, ..Said::default() };
    let article = runtime()?.block_on(input::read(&engine, &arguments.input, &said))?;
    let reading = reading::read(article, &engine.topic);
    let origin = Origin {
        source: None,
        source_name: input::name(&arguments.input),
        trust: Trust::Normal,
        entry: None,
        again: None,
        arrived: engine.now(),
        purpose: Purpose::Live,
        reserved: false,
    };
    let mentions = engine.consider(&reading, &origin);
    Ok(ArticleReport::new(&Reported {
        source: origin.source_name,
        article: &reading.article,
        relevance: &reading.relevance,
        number: None,
        known: false,
        rules: &engine.topic.rules_version,
        mentions: &mentions,
    }))
}
