//! Why a page gives no article.

use crate::markup::dom::DomError;

/// Why a page gives no article. What the feed said about it is then all there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArticleError {
    /// No HTML: a picture, a PDF, binary data, or nothing at all.
    #[error("the document is not an HTML page")]
    NotHtml,
    /// Nested deeper than any browser allows.
    #[error("the page nests elements too deep")]
    TooDeep,
    /// Too many bytes or elements.
    #[error("the page is too large")]
    TooLarge,
    /// Nothing that reads like an article.
    #[error("the page holds no article text")]
    NoText,
    /// The page says that it is not free, and shows no more than a teaser.
    #[error("the page shows only a teaser of an article that is not free")]
    Paywall,
    /// The text would be put together by a script.
    #[error("the page needs a script to show its text")]
    NeedsScript,
}

impl ArticleError {
    /// A stable word for logs, metrics and the entry's record.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotHtml => "article.not_html",
            Self::TooDeep => "article.too_deep",
            Self::TooLarge => "article.too_large",
            Self::NoText => "article.no_text",
            Self::Paywall => "article.paywall",
            Self::NeedsScript => "article.needs_script",
        }
    }
}

impl From<DomError> for ArticleError {
    fn from(error: DomError) -> Self {
        match error {
            DomError::TooDeep => Self::TooDeep,
            DomError::TooLarge => Self::TooLarge,
        }
    }
}
