//! `ingest`: judges texts given by hand and enters them in the ledger. An import is silent: it sends nothing, and
//! what it brings is known from then on.

use super::args::{Global, IngestArguments};
use super::article_report::{ArticleReport, Reported};
use super::failure::{Exit, Failure, Outcome};
use super::input::{self, Said};
use super::report::{json_line, print};
use super::session::{Session, runtime, store_failure};
use crate::ledger::Purpose;
use crate::model::Trust;
use crate::pipeline::Engine;
use crate::pipeline::judging::Origin;
use crate::pipeline::reading::{self, Reading};
use crate::store;

/// Judges each input in turn, and prints it at once. An input that cannot be read does not keep the others from
/// being judged; the exit code is then that of the first one.
pub(super) fn run(global: &Global, arguments: &IngestArguments) -> Outcome {
    let session = Session::begin(global, "warn")?;
    // A slip of the finger must not leave a database behind.
    let missing: Vec<Failure> =
        arguments.inputs.iter().filter_map(|input| input::missing(input)).collect();
    if let Some(first) = missing.first().filter(|_| missing.len() == arguments.inputs.len()) {
        for failure in &missing {
            eprintln!("pledgewatch: {failure}");
        }
        return Ok(first.exit);
    }
    let engine = session.engine()?;
    let said = Said {
        published: arguments.published,
        url: arguments.url.clone(),
        title: arguments.title.clone(),
    };
    let mut first_failure = None;
    let mut entered = 0;
    runtime()?.block_on(async {
        for input in &arguments.inputs {
            match judge(&engine, input, &said, arguments.source.as_deref()).await {
                Ok(report) => {
                    let printed = if arguments.json {
                        json_line(&report)?
                    } else {
                        report.text(false) + "\n"
                    };
                    print(&printed)?;
                    entered += 1;
                }
                Err(failure) => {
                    eprintln!("pledgewatch: {failure}");
                    first_failure.get_or_insert(failure.exit);
                }
            }
        }
        Ok::<_, Failure>(())
    })?;
    if entered > 0 && !arguments.json {
        print(&format!("entered into {}\n", session.database().display()))?;
    }
    Ok(first_failure.unwrap_or(Exit::Done))
}

async fn judge(
    engine: &Engine,
    input: &str,
    said: &Said,
    source: Option<&str>,
) -> Result<ArticleReport, Failure> {
    let article = input::read(engine, input, said).await?;
    let name = source.map_or_else(|| input::name(input), ToOwned::to_owned);
    let reading = reading::read(article, &engine.topic);
    if let Some(known) = known(engine, &reading, &name).await? {
        return Ok(known);
    }
    let configured = source.and_then(|id| engine.config.source(id));
    let origin = Origin {
        source: configured.map(|one| one.source.id.clone()),
        source_name: configured.map_or_else(|| name.clone(), |one| one.source.name.clone()),
        trust: configured.map_or(Trust::Normal, |one| one.source.trust),
        entry: None,
        again: None,
        arrived: engine.now(),
        purpose: Purpose::Import,
        // It was given to be kept.
        reserved: false,
    };
    let judgement = engine.judge(reading.clone(), origin).await.map_err(store_failure)?;
    Ok(ArticleReport::new(&Reported {
        source: name,
        article: &reading.article,
        relevance: &reading.relevance,
        number: judgement.rows.article.map(|id| id.0),
        known: false,
        rules: &engine.topic.rules_version,
        mentions: &judgement.mentions,
    }))
}

/// The stored judgement of exactly this text, if there is one under the same rules: the same text is never entered
/// twice.
async fn known(
    engine: &Engine,
    reading: &Reading,
    name: &str,
) -> Result<Option<ArticleReport>, Failure> {
    let body = crate::text::body_hash(&reading.document);
    let text = store::text_hash(&reading.article.text);
    let found = engine
        .store
        .read(move |connection| {
            let with_body = store::articles_with_body(connection, &body)?;
            let Some(stored) = with_body.into_iter().find(|stored| stored.text_hash == text) else {
                return Ok(None);
            };
            let facts = store::article_facts(connection, stored.id)?;
            Ok(Some((stored, facts)))
        })
        .await
        .map_err(store_failure)?;
    Ok(found.map(|(stored, facts)| ArticleReport::stored(name.to_owned(), &stored, &facts, true)))
}
