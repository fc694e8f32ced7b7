//! What the templates see of one item: every text cleaned, every date and name put for the reader, links only
//! where they are safe. Field names here are the names that templates use.

use serde::Serialize;

use super::alert::Letterhead;
use super::clean;
use super::facts::{AlertItem, AlsoReported, ArticleFacts, Reader};
use super::frame::Action;
use super::reasons::Step;
use super::wording::Wording;
use crate::model::{Language, Scope, Trust};

/// Something to read elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Link {
    pub url: String,
    /// Shown in brackets, so that a reader knows where a link leads before she follows it.
    pub host: String,
}

impl Link {
    pub(super) fn to(url: Option<&str>) -> Option<Self> {
        let url = clean::link(url?)?;
        let host = clean::host(&url)?;
        Some(Self { url, host })
    }
}

/// Words in another language than the frame.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Quote {
    pub text: String,
    /// BCP 47 tag; empty when the language is not known.
    pub lang: &'static str,
}

impl Quote {
    pub(super) fn new(text: &str, language: Option<Language>, max: usize) -> Self {
        Self {
            text: clean::shorten(&clean::line(text), max),
            lang: language.map_or("", Language::tag),
        }
    }
}

/// A label and its value.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fact {
    pub label: String,
    pub value: String,
    /// BCP 47 tag where the value is a slice of the article; else empty.
    pub lang: &'static str,
}

/// An article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Source {
    pub title: String,
    /// BCP 47 tag of the title.
    pub lang: &'static str,
    pub name: String,
    pub dates: String,
    pub trust: String,
    pub link: Option<Link>,
}

/// One commitment of an alert.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Entry {
    pub id: String,
    pub outcome: String,
    pub sentence: String,
    /// BCP 47 tag of the sentence where it is not the frame's language; else empty.
    pub lang: &'static str,
    pub facts: Vec<Fact>,
    /// The stages it has gone through, where there is more than one.
    pub history: Vec<Step>,
    pub why: String,
    pub checks: Vec<String>,
    pub nearest: Option<String>,
    pub show: String,
    pub actions: Vec<Action>,
}

/// One quoted passage with all that follows from it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Passage {
    pub heading: String,
    pub quote: Quote,
    /// Outlet and date, for the line under the quote.
    pub said_in: String,
    pub neighbour: Option<Quote>,
    pub entries: Vec<Entry>,
}

/// One article with the passages quoted from it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Report {
    pub passages: Vec<Passage>,
    pub source: Source,
    pub also: Vec<Source>,
    pub kept: Option<String>,
    pub explain: String,
}

const MAX_TITLE: usize = 200;
const MAX_VALUE: usize = 300;

impl Wording<'_> {
    pub(super) fn title(&self, title: &str) -> String {
        let title = clean::shorten(&clean::line(title), MAX_TITLE);
        if title.is_empty() { self.words.get("phrase", "untitled").to_owned() } else { title }
    }

    pub(super) fn source(&self, article: &ArticleFacts) -> Source {
        let trust = match article.trust {
            Trust::Low => "low",
            Trust::Normal => "normal",
            Trust::High => "high",
        };
        Source {
            title: self.title(&article.title),
            lang: article.language.map_or("", Language::tag),
            name: clean::shorten(&clean::line(&article.source_name), 80),
            dates: self.dates_of(article),
            trust: self.words.get("trust", trust).to_owned(),
            link: Link::to(article.url.as_deref()),
        }
    }

    pub(super) fn also(&self, other: &AlsoReported) -> Source {
        Source {
            title: self.title(&other.title),
            lang: other.language.map_or("", Language::tag),
            name: clean::shorten(&clean::line(&other.source_name), 80),
            dates: other.published.as_ref().map_or_else(
                || self.words.get("date", "unknown").to_owned(),
                |published| self.source_date(published),
            ),
            trust: String::new(),
            link: Link::to(other.url.as_deref()),
        }
    }

    /// The commitment as a whole sentence: who does what.
    pub(super) fn lead(&self, item: &AlertItem) -> String {
        let mut lead = clean::shorten(&self.sentence(item), MAX_VALUE);
        if !lead.ends_with(['.', '!', '?', '…']) {
            lead.push('.');
        }
        lead
    }

    /// By when and under which condition, as sentences; empty where neither is known.
    pub(super) fn terms(&self, item: &AlertItem) -> String {
        let mut terms = Vec::new();
        if let Some(due) = item.mention.due.filter(|due| !self.tells_the_day(item, *due)) {
            terms.push(self.words.fill("phrase", "deadline", &[("date", &self.date(due))]));
        }
        if let Some(condition) = &item.mention.condition {
            let text = clean::shorten(&clean::line(condition), MAX_VALUE);
            terms.push(self.words.fill("phrase", "condition", &[("text", &text)]));
        }
        terms.join(" ")
    }

    /// [`Self::lead`] and [`Self::terms`] in one line.
    pub(super) fn told(&self, item: &AlertItem) -> String {
        clean::line(&format!("{} {}", self.lead(item), self.terms(item)))
    }

    fn facts(&self, item: &AlertItem) -> Vec<Fact> {
        let (mention, commitment) = (&item.mention, &item.commitment);
        let quoted = item.article.language.map_or("", Language::tag);
        let mut facts = Vec::new();
        let mut add = |label: &str, value: String, lang: &'static str| {
            let value = clean::shorten(&clean::line(&value), MAX_VALUE);
            if !value.is_empty() {
                facts.push(Fact { label: label.to_owned(), value, lang });
            }
        };
        let label = |key: &'static str| self.words.get("label", key);
        let outcome = self.words.get("outcome_long", item.verdict.outcome.as_str());
        add(label("outcome"), outcome.to_owned(), "");
        let stage = item.verdict.stage_after.unwrap_or(mention.stage);
        add(label("stage"), self.words.get("stage", stage.as_str()).to_owned(), "");
        add(label("before"), self.before(item), "");
        if let Some(candidate) = &item.candidate {
            add(label("maybe"), self.candidate(candidate), "");
        }
        add(label("who"), self.parties(mention), "");
        if let Some(speaker) = &mention.speaker {
            add(label("speaker"), speaker.clone(), quoted);
        }
        if !mention.attribution.is_empty() {
            add(label("attribution"), mention.attribution.join(" › "), quoted);
        }
        add(label("kind"), self.words.get("kind", mention.kind.as_str()).to_owned(), "");
        if let Some(name) = &item.instrument_name {
            add(label("instrument"), name.clone(), "");
        } else if let Some(instrument) = &mention.instrument {
            add(label("instrument"), instrument.text.clone(), quoted);
        }
        if let Some(date) = mention.event_date {
            add(label("event_date"), self.date(date), "");
        }
        for anchor in &mention.anchors {
            let key = if self.words.has("anchor", &anchor.kind) { &anchor.kind } else { "other" };
            add(self.words.get("anchor", key), self.anchor(anchor), "");
        }
        let told = mention.anchors.iter().any(|anchor| anchor.kind == "deadline");
        if let Some(due) = mention.due.filter(|_| !told) {
            add(label("due"), self.date(due), "");
        }
        if let Some(condition) = &mention.condition {
            add(label("condition"), condition.clone(), quoted);
        }
        if commitment.contested {
            add(label("contested"), self.words.get("phrase", "contested").to_owned(), "");
        }
        if commitment.unconfirmed {
            add(label("unconfirmed"), self.words.get("phrase", "unconfirmed").to_owned(), "");
        }
        if mention.scope == Scope::Adjacent {
            add(label("scope"), self.words.get("phrase", "adjacent").to_owned(), "");
        }
        add(label("confidence"), self.confidence(mention.confidence), "");
        facts
    }

    /// The entry that an item may be the same as, in words.
    pub(super) fn candidate(&self, candidate: &super::facts::Candidate) -> String {
        let unknown = self.words.get("date", "unknown");
        let date = candidate.first_seen.map_or_else(|| unknown.to_owned(), |date| self.date(date));
        let other = self.other(candidate.about.as_ref(), &candidate.gist);
        self.words.fill(
            "phrase",
            "candidate",
            &[
                ("id", &clean::line(candidate.commitment.as_str())),
                ("gist", clean::shorten(&other, 160).trim_end_matches('.')),
                ("stage", self.words.get("stage", candidate.stage.as_str())),
                ("date", &date),
            ],
        )
    }

    fn entry(&self, item: &AlertItem, letterhead: &Letterhead, reader: &Reader) -> Entry {
        Entry {
            id: clean::line(item.commitment.id.as_str()),
            outcome: self.words.get("outcome", item.verdict.outcome.as_str()).to_owned(),
            sentence: self.told(item),
            lang: self.sentence_lang(item),
            facts: self.facts(item),
            history: self.history(item),
            why: self.why(item),
            checks: self.checks(item),
            nearest: self.nearest(item),
            show: self.show(&item.commitment.id),
            actions: self.actions(item, letterhead, reader),
        }
    }

    /// Items of one article become one report, items with one quote one passage of it, in the order given.
    pub(super) fn reports(
        &self,
        items: &[&AlertItem],
        max_quote: usize,
        letterhead: &Letterhead,
        reader: &Reader,
    ) -> Vec<Report> {
        let entry = |item: &AlertItem| self.entry(item, letterhead, reader);
        let mut reports: Vec<(&AlertItem, Report)> = Vec::new();
        let mut places: Vec<(usize, &AlertItem)> = Vec::new();
        for item in items {
            let at = reports.iter().position(|(first, _)| first.article.id == item.article.id);
            let at = at.unwrap_or_else(|| {
                reports.push((item, self.report(item)));
                reports.len() - 1
            });
            let report = &mut reports[at].1;
            for other in item.also_reported.iter().map(|other| self.also(other)) {
                if !report.also.contains(&other) {
                    report.also.push(other);
                }
            }
            let passages = places.iter().filter(|(report, _)| *report == at);
            let same = passages
                .enumerate()
                .find(|(_, (_, first))| first.mention.quote == item.mention.quote);
            match same.map(|(number, _)| number) {
                Some(number) => report.passages[number].entries.push(entry(item)),
                None => {
                    report.passages.push(self.passage(item, entry(item), max_quote));
                    places.push((at, item));
                }
            }
        }
        reports.into_iter().map(|(_, report)| report).collect()
    }

    fn report(&self, item: &AlertItem) -> Report {
        let why = item.article.why_kept.as_ref().map(|why| self.relevance(why));
        let kept = clean::shorten(&why.unwrap_or_default(), 300);
        Report {
            passages: Vec::new(),
            source: self.source(&item.article),
            also: Vec::new(),
            kept: (!kept.is_empty()).then(|| self.words.fill("phrase", "kept", &[("text", &kept)])),
            explain: self.explain(item.article.id),
        }
    }

    fn passage(&self, item: &AlertItem, entry: Entry, max_quote: usize) -> Passage {
        let article = &item.article;
        let heading = if article.language == Some(self.language) {
            self.words.get("heading", "quote").to_owned()
        } else {
            let name = self.language_name(article.language);
            self.words.fill("heading", "quote_language", &[("language", name)])
        };
        let name = clean::shorten(&clean::line(&article.source_name), 80);
        let said_in = match &article.published {
            Some(published) => {
                format!("{name}{}{}", self.words.get("phrase", "list"), self.date(published.date))
            }
            None => name,
        };
        let quote = |text: &str, max: usize| Quote::new(text, article.language, max);
        Passage {
            heading,
            quote: quote(&item.mention.quote.text, max_quote),
            said_in,
            neighbour: item.neighbour.as_deref().map(|text| quote(text, max_quote / 2)),
            entries: vec![entry],
        }
    }
}
