//! Full-text search over kept articles, with and without Vietnamese marks.
//!
//! Each article is indexed twice: as written, and folded (lower case, no marks, đ as d). A word of a query that
//! carries marks is looked up as written, one without marks in the folded text, so that `nguoi` finds `người`
//! and `người` does not find `ngươi`. Whatever a person types is a search, never a syntax error.

use rusqlite::{Connection, Transaction, params};
use unicode_normalization::UnicodeNormalization;

use super::StoreError;
use super::articles::{StoredArticle, show_article};
use super::facts::{ArticleRef, article_ref};
use crate::model::{Article, ArticleId, SourceId};
use crate::text::bare;

/// What to search for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// Words that must all occur; `"several words"` is a phrase, a final `*` matches any ending.
    pub text: String,
    /// Only articles of this source.
    pub source: Option<SourceId>,
    /// Most hits.
    pub limit: u32,
}

/// An article found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The article as it is cited.
    pub article: ArticleRef,
    /// How well it fits; less is better, comparable within one search.
    pub rank: f64,
    /// Words around the first match, on one line; empty when the text is gone.
    pub snippet: String,
}

/// Makes an article searchable.
pub(super) fn index_article(
    tx: &Transaction<'_>,
    id: ArticleId,
    article: &Article,
) -> Result<(), StoreError> {
    let title: String = article.title.nfc().collect();
    let body: String = article.text.nfc().collect();
    let folded = bare(&format!("{title}\n{body}"));
    tx.prepare_cached(
        "INSERT INTO article_index (rowid, title, body, folded) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![id.0, title, body, folded])?;
    Ok(())
}

/// Makes an article no longer searchable.
pub(super) fn unindex_article(tx: &Transaction<'_>, id: ArticleId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM article_index WHERE rowid = ?1")?.execute([id.0])?;
    Ok(())
}

/// One word or phrase of a query.
#[derive(Debug, PartialEq, Eq)]
struct Term {
    text: String,
    marked: bool,
    prefix: bool,
}

impl Term {
    fn new(text: &str, prefix: bool) -> Option<Self> {
        let text: String = text.nfc().filter(|c| *c != '\0').collect();
        let searchable = text.chars().any(char::is_alphanumeric);
        let marked = bare(&text) != text.to_lowercase();
        searchable.then_some(Self { text, marked, prefix })
    }

    /// The term in the syntax of FTS5, quoted so that nothing in it is an operator.
    fn expression(&self) -> String {
        let (columns, text) = if self.marked {
            ("{title body}", self.text.clone())
        } else {
            ("folded", bare(&self.text))
        };
        let star = if self.prefix { " *" } else { "" };
        format!("{columns} : \"{}\"{star}", text.replace('"', "\"\""))
    }
}

/// Splits what a person typed into words and quoted phrases. A quote that is never closed is a blank.
fn terms(query: &str) -> Vec<Term> {
    let plain = query.replace(['“', '”', '„'], "\"");
    let mut found = Vec::new();
    let parts: Vec<&str> = plain.split('"').collect();
    for (number, part) in parts.iter().enumerate() {
        let quoted = number % 2 == 1 && number + 1 < parts.len();
        if quoted {
            found.extend(Term::new(part.trim(), false));
        } else {
            found.extend(part.split_whitespace().filter_map(|word| {
                let stem = word.trim_end_matches('*');
                Term::new(stem, stem.len() < word.len())
            }));
        }
    }
    found
}

/// Kept articles that contain all words of the search, best first.
///
/// # Errors
/// Any failure of the database; nothing a person can type is one.
pub fn search(connection: &Connection, search: &Search) -> Result<Vec<Hit>, StoreError> {
    let terms = terms(&search.text);
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let query: Vec<String> = terms.iter().map(Term::expression).collect();
    // A word in the title weighs as much as five in the text.
    let found: Vec<(ArticleRef, f64)> = connection
        .prepare_cached(
            "SELECT articles.id, articles.title, articles.url, articles.source_id, sources.name,
                 published, published_at, published_basis, language, trust, arrived_at, baseline, story_id,
                 bm25(article_index, 5.0, 1.0, 1.0) AS rank_of_hit
             FROM article_index
                 JOIN articles ON articles.id = article_index.rowid
                 LEFT JOIN sources ON sources.id = articles.source_id
             WHERE article_index MATCH ?1 AND (?2 IS NULL OR articles.source_id = ?2)
             ORDER BY rank_of_hit, articles.id DESC LIMIT ?3",
        )?
        .query_map(
            params![
                query.join(" AND "),
                search.source.as_ref().map(SourceId::as_str),
                search.limit
            ],
            |row| Ok((article_ref(row, 0)?, row.get(13)?)),
        )?
        .collect::<Result<_, _>>()?;
    found
        .into_iter()
        .map(|(cited, rank)| {
            let snippet = show_article(connection, cited.id)?
                .map(|stored| snippet(&stored, &terms))
                .unwrap_or_default();
            Ok(Hit { article: cited, rank, snippet })
        })
        .collect()
}

/// Characters shown before and after the first match.
const SNIPPET_BEFORE: usize = 60;
const SNIPPET_AFTER: usize = 140;

/// The words around the first match in the text, blanks collapsed.
fn snippet(stored: &StoredArticle, terms: &[Term]) -> String {
    let words: Vec<&str> = stored.article.text.split_whitespace().collect();
    let wanted: Vec<String> = terms
        .iter()
        .filter_map(|term| bare(&term.text).split_whitespace().next().map(str::to_owned))
        .collect();
    let first = words
        .iter()
        .position(|word| {
            let word = bare(word);
            wanted.iter().any(|wanted| word.contains(wanted.as_str()))
        })
        .unwrap_or(0);
    let mut start = first;
    let mut before = 0;
    while start > 0 && before + words[start - 1].chars().count() < SNIPPET_BEFORE {
        start -= 1;
        before += words[start].chars().count() + 1;
    }
    let mut end = first;
    let mut after = 0;
    while end < words.len() && after < SNIPPET_AFTER {
        after += words[end].chars().count() + 1;
        end += 1;
    }
    let head = if start > 0 { "… " } else { "" };
    let tail = if end < words.len() { " …" } else { "" };
    format!("{head}{}{tail}", words[start..end].join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(query: &str) -> String {
        terms(query).iter().map(Term::expression).collect::<Vec<_>>().join(" AND ")
    }

    #[test]
    fn marks_decide_where_a_word_is_looked_up() {
        assert_eq!(bare("Đường Lê Lợi, NGƯỜI"), "duong le loi, nguoi");
        assert_eq!(expression("nguoi"), "folded : \"nguoi\"");
        assert_eq!(expression("Người nguoi"), "{title body} : \"Người\" AND folded : \"nguoi\"");
        let decomposed: String = "người".nfd().collect();
        assert_eq!(expression(&decomposed), "{title body} : \"người\"");
        assert_eq!(expression("đ"), "{title body} : \"đ\"");
    }

    #[test]
    fn nothing_a_person_types_is_an_operator() {
        assert_eq!(expression("a AND"), "folded : \"a\" AND folded : \"and\"");
        assert_eq!(expression("TP.HCM don't"), "folded : \"tp.hcm\" AND folded : \"don't\"");
        assert_eq!(
            expression("migrat* \"joint plan\""),
            "folded : \"migrat\" * AND folded : \"joint plan\""
        );
        assert_eq!(expression("say \"open"), "folded : \"say\" AND folded : \"open\"");
        assert_eq!(expression("– * \" ( ^ \0 \"\""), "");
    }
}
