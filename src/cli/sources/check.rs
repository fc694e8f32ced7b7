//! `sources check`: what sources hold now, what of it would be kept, and what is odd about them.

use std::fmt::Write as _;

use super::super::args::SourcesCheckArguments;
use super::super::failure::{Exit, Failure, Outcome};
use super::super::report::{counted, json_line, print, short};
use super::super::session::{Looking, Session, runtime};
use crate::config::{ConfiguredSource, nearest};
use crate::pipeline::look::Look;

/// Entries shown of each source.
const SHOWN: usize = 5;

/// Fetches sources now, without validators and without storing anything; exit code 75 when one cannot be read.
pub(super) fn run(session: &Session, arguments: &SourcesCheckArguments) -> Outcome {
    let chosen = choose(session, &arguments.names)?;
    let engine: Looking = session.engine_to_look()?;
    let mut failed = false;
    runtime()?.block_on(async {
        for one in chosen {
            let look = engine.look_at(one).await;
            failed |= look.error.is_some();
            print(&if arguments.json { json_line(&look)? } else { text(&look) })?;
        }
        Ok::<_, Failure>(())
    })?;
    Ok(if failed { Exit::Temporary } else { Exit::Done })
}

fn choose<'a>(
    session: &'a Session,
    names: &[String],
) -> Result<Vec<&'a ConfiguredSource>, Failure> {
    let sources = &session.config.sources;
    if names.is_empty() {
        return Ok(sources.iter().filter(|one| one.source.enabled).collect());
    }
    names
        .iter()
        .map(|name| {
            session.config.source(name).ok_or_else(|| {
                let ids = sources.iter().map(|one| one.source.id.as_str());
                let hint = nearest(name, ids)
                    .map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
                Failure::new(Exit::Usage, format!("no source has the id \"{name}\"{hint}"))
            })
        })
        .collect()
}

fn text(look: &Look) -> String {
    let mut out = format!("{} <{}>\n", look.source, look.url);
    // Writing to a String cannot fail.
    if let Some(error) = &look.error {
        let _ = writeln!(out, "  cannot be read: {error} ({})\n", look.outcome);
        return out;
    }
    let _ = writeln!(
        out,
        "  {}, {} worth fetching, {} without a date, {} without a link; language {}",
        counted(look.entries.len(), "entry", "entries"),
        look.entries.iter().filter(|entry| entry.fetch).count(),
        look.entries.iter().filter(|entry| entry.published.is_none()).count(),
        look.entries.iter().filter(|entry| entry.link.is_none()).count(),
        look.language.map_or("unknown", |language| language.tag()),
    );
    for repair in &look.repairs {
        let _ = writeln!(out, "  repaired: {repair}");
    }
    for lost in look.lost.iter().take(SHOWN) {
        let _ = writeln!(out, "  lost: {lost}");
    }
    for odd in &look.odd {
        let _ = writeln!(out, "  odd: {odd}");
    }
    let mut newest: Vec<_> = look.entries.iter().collect();
    newest.sort_by_key(|entry| std::cmp::Reverse(entry.published));
    for entry in newest.into_iter().take(SHOWN) {
        let date = entry
            .published
            .map_or_else(|| "no date".to_owned(), |at| at.strftime("%Y-%m-%d %H:%MZ").to_string());
        let mark = if entry.fetch { "+" } else { " " };
        let _ = writeln!(out, "  {mark} {date}  {}", short(&entry.title, 90));
    }
    out.push('\n');
    out
}
