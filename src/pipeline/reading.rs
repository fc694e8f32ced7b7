//! What a text says: the pure part of an article's way, from raw text to mentions.

use crate::commitments;
use crate::config::topic::Topic;
use crate::model::{Article, DateBasis, Mention, Relevance, RelevanceDecision, SourceDate};
use crate::relevance;
use crate::text::{self, BlockKind, Document};
use crate::time::prose_date;

/// An article that has been read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The article; its publication date and language are filled in where only the text tells them.
    pub article: Article,
    /// The analysed text.
    pub document: Document,
    /// Whether it is about the topic, and why.
    pub relevance: Relevance,
    /// The mentions found; none where it is not kept.
    pub mentions: Vec<Mention>,
}

impl Reading {
    /// Whether the article is kept.
    pub fn is_kept(&self) -> bool {
        self.relevance.decision == RelevanceDecision::Keep
    }
}

/// Reads an article: analyse, decide on relevance, find mentions.
pub fn read(article: Article, topic: &Topic) -> Reading {
    read_if(article, topic, |decision| decision == RelevanceDecision::Keep)
}

/// Reads an article and finds its mentions whatever relevance decides: for single sentences, and for evaluation, where
/// the loss of a stage is told apart from that of the stages before it.
pub fn read_regardless(article: Article, topic: &Topic) -> Reading {
    read_if(article, topic, |_| true)
}

fn read_if(
    mut article: Article,
    topic: &Topic,
    wanted: impl Fn(RelevanceDecision) -> bool,
) -> Reading {
    let document = text::analyse(&article.text, &topic.words);
    article.language = document.language.or(article.language);
    if article.published.is_none() {
        article.published = prose_date::publication_date(&document.norm.fold)
            .map(|date| SourceDate { date, at: None, basis: DateBasis::Text });
    }
    let relevance = relevance::judge_article(&article.title, &document, topic);
    let mut mentions = Vec::new();
    if wanted(relevance.decision) {
        let source_date = article.published.map(|published| published.date);
        let extraction = commitments::extract(&document, topic, source_date);
        article.published = article.published.or_else(|| extraction.dated.map(dated));
        mentions = extraction.mentions;
    }
    Reading { article, document, relevance, mentions }
}

/// A plain text that came without anything else, as an article: its title is the first headline in it.
pub fn article_of_text(raw: String, topic: &Topic) -> Article {
    let document = text::analyse(&raw, &topic.words);
    let title = document
        .blocks
        .iter()
        .find(|block| block.kind == BlockKind::Title)
        .map(|block| document.quote(block.span).text.trim().to_owned());
    Article {
        title: title.unwrap_or_default(),
        text: raw,
        url: None,
        canonical_url: None,
        published: None,
        byline: None,
        language: None,
        confidence: None,
    }
}

/// The day that the extraction read an undated text as of.
fn dated(dating: commitments::Dating) -> SourceDate {
    let basis = if dating.basis == "tenure" { DateBasis::Tenure } else { DateBasis::Text };
    SourceDate { date: dating.date, at: None, basis }
}

/// The text that a feed alone gives, as an article: title, then content or summary.
pub fn article_of_entry(entry: &crate::model::Entry, topic: &Topic) -> Article {
    let body = entry.content.as_deref().filter(|content| content.len() > entry.summary.len());
    let body = body.unwrap_or(&entry.summary);
    Article {
        title: entry.title.clone(),
        text: format!("{}\n\n{body}", entry.title),
        url: entry.link.clone(),
        canonical_url: None,
        published: date_of_entry(entry, topic),
        byline: None,
        language: entry.language,
        confidence: None,
    }
}

/// The date that the feed gives an entry.
pub fn date_of_entry(entry: &crate::model::Entry, topic: &Topic) -> Option<SourceDate> {
    let at = entry.published.or(entry.updated)?;
    // The feed's own zone is lost with its text.
    let date = at.to_zoned(topic.zone(entry.language)).date();
    Some(SourceDate {
        date: crate::model::PartialDate::Day(date),
        at: Some(at),
        basis: DateBasis::Feed,
    })
}
