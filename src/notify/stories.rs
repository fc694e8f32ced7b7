//! The stories of a digest: what one article tells, with its quotes, and the single lines of other groups.

use serde::Serialize;

use super::clean;
use super::digest::Detail;
use super::facts::{AlertItem, ArticleLine, DueLine, RestatedLine};
use super::view::{Link, Quote};
use super::wording::Wording;
use crate::model::{ArticleId, Language};

#[derive(Serialize)]
pub(super) struct Line {
    pub sentence: String,
    /// BCP 47 tag of the sentence where it is not the frame's; else empty.
    pub lang: &'static str,
    pub badge: Option<String>,
    pub notes: Vec<String>,
    pub quote: Option<Quote>,
    /// Where the sentence itself leads.
    pub link: Option<Link>,
    pub command: Option<String>,
}

/// What one article tells, or one line of another kind.
#[derive(Serialize)]
pub(super) struct Story {
    pub lines: Vec<Line>,
    /// Outlets and date.
    pub source: Option<String>,
    pub link: Option<Link>,
    pub link_text: String,
    pub link_lang: &'static str,
}

impl Story {
    fn of(line: Line) -> Self {
        Self {
            lines: vec![line],
            source: None,
            link: None,
            link_text: String::new(),
            link_lang: "",
        }
    }
}

/// Items of one article stand together, in the order in which each article comes first; items of one sentence show
/// it once.
pub(super) fn of_items(group: &[&AlertItem], wording: &Wording<'_>, detail: Detail) -> Vec<Story> {
    let mut stories: Vec<(ArticleId, Story)> = Vec::new();
    let mut quoted: Vec<(ArticleId, usize)> = Vec::new();
    for item in group.iter().take(detail.per_group) {
        let place = (item.article.id, item.mention.quote.span.start);
        let quote = if quoted.contains(&place) { 0 } else { detail.quote };
        quoted.push(place);
        let line = item_line(item, wording, quote);
        match stories.iter_mut().find(|(article, _)| *article == item.article.id) {
            Some((_, story)) => story.lines.push(line),
            None => stories.push((item.article.id, item_story(item, line, wording))),
        }
    }
    stories.into_iter().map(|(_, story)| story).collect()
}

fn item_story(item: &AlertItem, line: Line, wording: &Wording<'_>) -> Story {
    let mut sources = vec![clean::shorten(&clean::line(&item.article.source_name), 60)];
    let others = item.also_reported.iter().take(5);
    sources.extend(others.map(|other| clean::shorten(&clean::line(&other.source_name), 60)));
    sources.dedup();
    let names = wording.list(&sources);
    let source = match &item.article.published {
        Some(published) => format!("{names}, {}", wording.source_date(published)),
        None => names,
    };
    Story {
        lines: vec![line],
        source: Some(source),
        link: Link::to(item.article.url.as_deref()),
        link_text: wording.title(&item.article.title),
        link_lang: item.article.language.map_or("", Language::tag),
    }
}

fn item_line(item: &AlertItem, wording: &Wording<'_>, quote: usize) -> Line {
    let words = wording.words;
    let stage = item.verdict.stage_after.unwrap_or(item.mention.stage);
    let mut notes = Vec::new();
    if let Some(candidate) = &item.candidate {
        let told = wording.candidate(candidate);
        notes.push(words.fill("digest", "maybe", &[("candidate", &told)]));
    } else if item.verdict.stage_before.is_some() {
        notes.push(format!("{} → {}", wording.before(item), words.get("stage", stage.as_str())));
    } else {
        notes.push(words.get("stage", stage.as_str()).to_owned());
    }
    if item.commitment.unconfirmed {
        notes.push(words.get("phrase", "unconfirmed").to_owned());
    }
    Line {
        sentence: wording.told(item),
        lang: wording.sentence_lang(item),
        badge: Some(words.get("outcome", item.verdict.outcome.as_str()).to_owned()),
        notes,
        quote: (quote > 0)
            .then(|| Quote::new(&item.mention.quote.text, item.article.language, quote)),
        link: None,
        command: Some(wording.show(&item.commitment.id)),
    }
}

pub(super) fn restated(line: &RestatedLine, wording: &Wording<'_>) -> Story {
    let words = wording.words;
    let (sentence, lang) = wording.entry_sentence(&line.gist);
    let mut note = words.get("stage", line.stage.as_str()).to_owned();
    if let Some(date) = line.first_seen {
        let told = words.fill("phrase", "first_seen", &[("date", &wording.date(date))]);
        note = format!("{note}; {told}");
    }
    let sources: Vec<String> =
        line.sources.iter().take(6).map(|name| clean::shorten(&clean::line(name), 60)).collect();
    if !sources.is_empty() {
        let told = words.fill("phrase", "sources_join", &[("sources", &wording.list(&sources))]);
        note = format!("{note}; {told}");
    }
    Story {
        link: Link::to(line.url.as_deref()),
        link_text: wording.title(&line.title),
        link_lang: line.language.map_or("", Language::tag),
        ..Story::of(Line {
            sentence,
            lang,
            badge: None,
            notes: vec![note],
            quote: None,
            link: None,
            command: Some(wording.show(&line.commitment)),
        })
    }
}

pub(super) fn due(line: &DueLine, wording: &Wording<'_>) -> Story {
    let (sentence, lang) = wording.entry_sentence(&line.gist);
    let key = if line.overdue { "overdue" } else { "due_on" };
    let date = wording.words.fill("digest", key, &[("date", &wording.date(line.due))]);
    let stage = wording.words.get("stage", line.stage.as_str());
    Story::of(Line {
        sentence,
        lang,
        badge: None,
        notes: vec![format!("{date}; {stage}")],
        quote: None,
        link: None,
        command: Some(wording.show(&line.commitment)),
    })
}

pub(super) fn article(line: &ArticleLine, wording: &Wording<'_>) -> Story {
    let name = clean::shorten(&clean::line(&line.source_name), 60);
    let source = match &line.published {
        Some(published) => format!("{name}, {}", wording.source_date(published)),
        None => name,
    };
    let why = line.why.as_ref().map(|why| clean::shorten(&wording.relevance(why), 240));
    Story {
        source: Some(source),
        ..Story::of(Line {
            sentence: wording.title(&line.title),
            lang: line.language.map_or("", Language::tag),
            badge: None,
            notes: why.into_iter().filter(|why| !why.is_empty()).collect(),
            quote: None,
            link: Link::to(line.url.as_deref()),
            command: line.id.map(|id| wording.explain(id)),
        })
    }
}
