//! What stands around every message: language, preheader, foot, the way to stop, and the headers that tell mail
//! programs what sort of mail it is. `base.txt` and `base.html` are made from it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::alert::Letterhead;
use super::clean;
use super::facts::Reader;
use super::wording::Wording;

/// Something to do by writing a mail or opening a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Action {
    /// What happens.
    pub label: String,
    /// `mailto:` or `https:`.
    pub url: String,
}

/// The part of a message that does not depend on what it tells.
#[derive(Serialize)]
pub(super) struct Frame<'a> {
    words: &'a BTreeMap<String, BTreeMap<String, String>>,
    lang: &'static str,
    subject: String,
    /// The hidden line that mail programs show beside the subject; empty for none.
    preheader: String,
    generated: String,
    list_name: String,
    /// Why such mail comes at all; empty for none.
    footer: String,
    /// How to stop it, where the operator has said how.
    stop: Option<Action>,
    version: &'static str,
}

impl<'a> Frame<'a> {
    pub fn new(
        wording: &Wording<'a>,
        letterhead: &Letterhead,
        reader: &Reader,
        generated: Timestamp,
    ) -> Self {
        let stop = letterhead
            .stop(reader)
            .map(|url| Action { label: wording.words.get("phrase", "stop").to_owned(), url });
        Self {
            words: wording.words.sections(),
            lang: wording.language.tag(),
            subject: String::new(),
            preheader: String::new(),
            generated: wording.instant(generated),
            list_name: clean::header(&wording.names.label(&letterhead.list_name), 80),
            footer: String::new(),
            stop,
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    pub fn told(mut self, subject: &str, preheader: String, footer: &str) -> Self {
        subject.clone_into(&mut self.subject);
        self.preheader = clean::shorten(&preheader, 160);
        footer.clone_into(&mut self.footer);
        self
    }
}

impl Letterhead {
    /// A mail to the operator that asks for something, with the reader's token; `None` where nobody reads such mail.
    pub(super) fn request(&self, reader: &Reader, what: &str) -> Option<String> {
        let to = self.requests_to.as_deref()?;
        if reader.token.is_empty() {
            return None;
        }
        let what = what.replace(' ', "%20");
        Some(format!("mailto:{to}?subject={what}%20{}", reader.token))
    }

    /// The page that ends the reader's mail with one click.
    fn page(&self, reader: &Reader) -> Option<String> {
        let url = self.unsubscribe_url.as_deref()?;
        (!reader.token.is_empty()).then(|| url.replace("{token}", &reader.token))
    }

    /// How a reader stops her mail: by a page if there is one, else by a mail.
    fn stop(&self, reader: &Reader) -> Option<String> {
        self.page(reader).or_else(|| self.request(reader, "unsubscribe"))
    }

    /// The headers of RFC 2369 and RFC 8058 that the operator has made true. One click is promised only where a page
    /// answers it.
    pub(super) fn headers(&self, reader: &Reader) -> Vec<(String, String)> {
        let page = self.page(reader);
        let ways = [page.clone(), self.request(reader, "unsubscribe")];
        let told: Vec<String> = ways.into_iter().flatten().map(|way| format!("<{way}>")).collect();
        let mut headers = Vec::new();
        if !told.is_empty() {
            headers.push(("List-Unsubscribe".to_owned(), told.join(", ")));
        }
        if page.is_some() {
            let one_click = "List-Unsubscribe=One-Click".to_owned();
            headers.push(("List-Unsubscribe-Post".to_owned(), one_click));
        }
        if let Some(help) = self.request(reader, "help") {
            headers.push(("List-Help".to_owned(), format!("<{help}>")));
        }
        headers
    }
}
