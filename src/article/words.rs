//! What names of classes and ids say about an element: `config/article.toml`, read once.

use std::sync::LazyLock;

use scraper::ElementRef;
use serde::Deserialize;

/// The word lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    junk_words: Vec<String>,
    junk_phrases: Vec<String>,
    doubtful_words: Vec<String>,
    comment_names: Vec<String>,
    consent_names: Vec<String>,
    article_words: Vec<String>,
    /// Lines that are labels of the page.
    pub label_lines: Vec<String>,
    /// Sites whose links lead to the stories of others.
    pub forwarders: Vec<Forwarder>,
    /// What announces the credit of a picture at the end of its caption.
    pub credit_marks: Vec<String>,
    /// How lines begin that are no text of the article.
    pub furniture_starts: Vec<String>,
    /// Lines after which a page goes on to something else.
    pub end_lines: Vec<String>,
    /// How a byline begins.
    pub byline_starts: Vec<String>,
    /// How a visible date stamp begins.
    pub stamp_starts: Vec<String>,
    lead_words: Vec<String>,
    date_words: Vec<String>,
    /// Words that make a date something else.
    pub not_a_date: Vec<String>,
    byline_words: Vec<String>,
    /// Names of `meta` elements with the date of publication.
    pub date_meta: Vec<String>,
}

/// A site whose links lead to the stories of others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forwarder {
    /// Its domain.
    pub host: String,
    /// Parameters of its links that hold the story's address; without them, the path may pack it.
    #[serde(default)]
    pub parameters: Vec<String>,
}

#[expect(
    clippy::expect_used,
    reason = "the file is part of the program, and every test of this room reads it"
)]
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../config/article.toml")).expect("config/article.toml is valid")
});

/// The names of an element, cut into words.
pub(super) struct Named(String);

impl Named {
    /// Class, id and the attribute that one large Vietnamese CMS marks its boxes with.
    pub(super) fn of(element: ElementRef<'_>) -> Self {
        let mut words = String::from(" ");
        for name in
            ["class", "id", "type", "data-component"].iter().filter_map(|name| element.attr(name))
        {
            let mut before = ' ';
            for c in name.chars() {
                if !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase()) {
                    push_space(&mut words);
                }
                if c.is_alphanumeric() {
                    words.extend(c.to_lowercase());
                }
                before = c;
            }
            push_space(&mut words);
        }
        Self(words)
    }

    fn has(&self, words: &[String]) -> bool {
        self.0.len() > 1 && words.iter().any(|word| self.0.contains(&format!(" {word} ")))
    }

    /// Whether the element is named as no part of the article.
    pub(super) fn is_junk(&self) -> bool {
        self.has(&WORDS.junk_words) || self.has(&WORDS.junk_phrases)
    }

    /// Whether its name says this less surely: such words stand on wrappers of the article as well.
    pub(super) fn is_doubtful(&self) -> bool {
        self.has(&WORDS.doubtful_words)
    }

    /// Whether a class or the id is exactly that of a box of comments.
    pub(super) fn is_comments(element: ElementRef<'_>) -> bool {
        is_called(element, &WORDS.comment_names)
    }

    /// Whether a class or the id is exactly that of what asks for consent.
    pub(super) fn is_consent(element: ElementRef<'_>) -> bool {
        is_called(element, &WORDS.consent_names)
    }

    /// Whether the element is named as one that holds an article.
    pub(super) fn is_article(&self) -> bool {
        self.has(&WORDS.article_words)
    }

    /// Whether the element is named as a lead.
    pub(super) fn is_lead(&self) -> bool {
        self.has(&WORDS.lead_words)
    }

    /// Whether the element is named as a date stamp.
    pub(super) fn is_date(&self) -> bool {
        self.has(&WORDS.date_words)
    }

    /// Whether the element is named as an author's line.
    pub(super) fn is_byline(&self) -> bool {
        self.has(&WORDS.byline_words)
    }
}

fn is_called(element: ElementRef<'_>, known: &[String]) -> bool {
    let names = ["class", "id"].iter().filter_map(|name| element.attr(name));
    names
        .flat_map(str::split_whitespace)
        .any(|name| known.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

fn push_space(words: &mut String) {
    if !words.ends_with(' ') {
        words.push(' ');
    }
}
