//! One commitment a line, its evidence nested. Written piece by piece, so that a commitment with very many mentions
//! takes no more memory than one of them.

use std::io::Write;

use serde::Serialize;

use super::{Evidence, ExportError, File};
use crate::model::{CommitmentId, Instrument, Mention, SourceDate, Trust, Verdict};

/// Lines of JSON, one for each commitment.
pub struct JsonLines<W: Write> {
    out: W,
    state: State,
}

/// Where in a line the writer stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Between,
    First,
    Later,
}

/// A mention with what was decided about it; names as in the database and in `ledger show --json`.
#[derive(Serialize)]
struct Row<'a> {
    article: Article<'a>,
    mention_id: i64,
    fingerprint: &'a str,
    mention: &'a Mention,
    verdict_id: i64,
    verdict: &'a Verdict,
    told: &'a str,
    lowered_by: Option<&'a str>,
    judged: String,
    rules_version: &'a str,
}

#[derive(Serialize)]
struct Article<'a> {
    id: i64,
    title: &'a str,
    url: Option<&'a str>,
    source: Option<&'a str>,
    source_name: Option<&'a str>,
    trust: Trust,
    published: Option<SourceDate>,
    arrived: String,
    language: Option<&'a str>,
    text_hash: &'a str,
    story: i64,
}

impl<W: Write> JsonLines<W> {
    /// Lines to be written to `out`.
    pub fn begin(out: W) -> Self {
        Self { out, state: State::Between }
    }

    /// Begins the line of a commitment, ending the one before.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn commitment(&mut self, file: &File) -> Result<(), ExportError> {
        self.end_line()?;
        self.out.write_all(b"{\"commitment\":")?;
        serde_json::to_writer(&mut self.out, &file.commitment)?;
        self.out.write_all(b",\"instrument\":")?;
        serde_json::to_writer::<_, Option<Instrument>>(&mut self.out, &file.instrument)?;
        self.out.write_all(b",\"merged\":")?;
        serde_json::to_writer::<_, Vec<CommitmentId>>(&mut self.out, &file.merged)?;
        self.out.write_all(b",\"evidence\":[")?;
        self.state = State::First;
        Ok(())
    }

    /// Adds a mention to the commitment begun last.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn evidence(&mut self, evidence: &Evidence) -> Result<(), ExportError> {
        if self.state == State::Later {
            self.out.write_all(b",")?;
        }
        self.state = State::Later;
        Ok(serde_json::to_writer(&mut self.out, &row(evidence))?)
    }

    /// Ends the last line.
    ///
    /// # Errors
    /// When the output refuses.
    pub fn finish(mut self) -> Result<(), ExportError> {
        self.end_line()?;
        Ok(self.out.flush()?)
    }

    fn end_line(&mut self) -> Result<(), ExportError> {
        if self.state != State::Between {
            self.out.write_all(b"]}\n")?;
        }
        self.state = State::Between;
        Ok(())
    }
}

fn row(evidence: &Evidence) -> Row<'_> {
    let article = &evidence.article;
    Row {
        article: Article {
            id: article.id,
            title: &article.title,
            url: article.url.as_deref(),
            source: article.source.as_deref(),
            source_name: article.source_name.as_deref(),
            trust: article.trust,
            published: article.published,
            arrived: article.arrived.to_string(),
            language: article.language.map(|language| language.tag()),
            text_hash: &article.text_hash,
            story: article.story,
        },
        mention_id: evidence.mention_id,
        fingerprint: &evidence.fingerprint,
        mention: &evidence.mention,
        verdict_id: evidence.verdict_id,
        verdict: &evidence.verdict,
        told: evidence.told.as_str(),
        lowered_by: evidence.lowered_by.as_deref(),
        judged: evidence.judged.to_string(),
        rules_version: &evidence.rules_version,
    }
}
