//! A digest: everything worth knowing of one window, in the order in which a reader needs it, with the account
//! of what was read and what was not. Facts in, message out; no clock, no files.

use std::collections::BTreeMap;

use serde::Serialize;

use super::alert::{Letterhead, MAX_HTML, MAX_SUBJECT};
use super::clean;
use super::facts::{AlertItem, ArticleLine, DigestFacts, DueLine, RestatedLine};
use super::layout;
use super::message::{Event, Message};
use super::names::Names;
use super::templates::{RenderError, Templates};
use super::view::{Link, Quote};
use super::wording::Wording;
use crate::model::{AlertLevel, Language, Outcome};

/// Names of failing sources and gaps shown before "and n more".
const MAX_FAILING: usize = 12;

#[derive(Serialize)]
struct Line {
    sentence: String,
    /// BCP 47 tag of the sentence where it is not the frame's; else empty.
    lang: &'static str,
    badge: Option<String>,
    notes: Vec<String>,
    quote: Option<Quote>,
    link: Option<Link>,
    /// Words of the link; empty when the sentence itself is the link.
    link_text: String,
    link_lang: &'static str,
    /// Outlet and date.
    source: Option<String>,
    command: Option<String>,
}

#[derive(Serialize)]
struct Section {
    title: String,
    intro: String,
    lines: Vec<Line>,
    more: Option<String>,
}

#[derive(Serialize)]
struct DigestView<'a> {
    words: &'a BTreeMap<String, BTreeMap<String, String>>,
    lang: &'static str,
    subject: String,
    preheader: String,
    period: String,
    counts: String,
    nothing: bool,
    sections: Vec<Section>,
    coverage: String,
    failing: Vec<String>,
    gaps: Option<String>,
    generated: String,
    list_name: String,
    version: &'static str,
}

#[derive(Serialize)]
struct SubjectView<'a> {
    tag: &'a str,
    date: &'a str,
    counts: &'a str,
    line: &'a str,
}

/// How much is shown: less and less until the message is small enough.
#[derive(Clone, Copy)]
struct Detail {
    quote: usize,
    per_group: usize,
}

/// The groups of a digest, in reading order.
#[derive(Default)]
struct Groups<'a> {
    moved: Vec<&'a AlertItem>,
    new: Vec<&'a AlertItem>,
    watch: Vec<&'a AlertItem>,
    unsure: Vec<&'a AlertItem>,
}

impl<'a> Groups<'a> {
    fn of(items: &'a [AlertItem]) -> Self {
        let mut groups = Self::default();
        for item in items {
            let verdict = &item.verdict;
            let group = match (verdict.outcome, verdict.level) {
                (Outcome::Unsure, _) => &mut groups.unsure,
                (Outcome::Regressed, _) | (Outcome::Advanced, AlertLevel::Push) => {
                    &mut groups.moved
                }
                (Outcome::New, AlertLevel::Push) => &mut groups.new,
                _ => &mut groups.watch,
            };
            group.push(item);
        }
        groups
    }
}

/// Composes a digest; with nothing to tell it becomes a short note that says how much was read.
///
/// # Errors
/// A template of the operator that asks for something these facts do not have; `Templates` proves at start that
/// there is none.
pub fn compose(
    facts: &DigestFacts,
    names: &Names,
    templates: &Templates,
    letterhead: &Letterhead,
) -> Result<Message, RenderError> {
    let wording = Wording::new(templates.words(facts.reader.language), names, &facts.reader);
    let groups = Groups::of(&facts.items);
    let counts = counts(facts, &groups, &wording);
    let subject = subject(facts, &counts, &wording, templates, letterhead)?;
    let counts = counts.join(wording.words.get("phrase", "list"));
    let full = facts.reader.size.per_group.max(1);
    let mut rendered = (String::new(), String::new());
    for (quote, per_group) in [(700, full), (240, full), (0, full), (0, full.min(5))] {
        let detail = Detail { quote, per_group };
        let view = view(facts, &groups, &counts, &subject, &wording, letterhead, detail);
        rendered =
            (templates.render("digest.txt", &view)?, templates.render("digest.html", &view)?);
        if rendered.1.len() <= MAX_HTML {
            break;
        }
    }
    let reason = format!(
        "moved={} new={} watch={} unsure={}",
        groups.moved.len(),
        groups.new.len(),
        groups.watch.len(),
        groups.unsure.len()
    );
    Ok(Message {
        event: Event::Digest,
        subject,
        text: layout::wrap(&rendered.0),
        html: rendered.1,
        headers: vec![
            ("Content-Language".to_owned(), facts.reader.language.tag().to_owned()),
            ("X-Pledgewatch-Reason".to_owned(), reason),
            ("X-Pledgewatch-Severity".to_owned(), "normal".to_owned()),
        ],
    })
}

fn counts(facts: &DigestFacts, groups: &Groups<'_>, wording: &Wording<'_>) -> Vec<String> {
    let told: Vec<String> = [
        ("count_moved", groups.moved.len()),
        ("count_new", groups.new.len()),
        ("count_watch", groups.watch.len()),
        ("count_unsure", groups.unsure.len()),
        ("count_restated", facts.restated.len()),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(key, count)| wording.words.fill("digest", key, &[("n", &count.to_string())]))
    .collect();
    if told.is_empty() { vec![wording.words.get("digest", "nothing").to_owned()] } else { told }
}

/// Period and counts in at most [`MAX_SUBJECT`] characters: whole counts go, from the last, never half a one.
fn subject(
    facts: &DigestFacts,
    counts: &[String],
    wording: &Wording<'_>,
    templates: &Templates,
    letterhead: &Letterhead,
) -> Result<String, RenderError> {
    let comma = wording.words.get("phrase", "list");
    let mut shown = counts.len();
    loop {
        let subject =
            subject_with(facts, &counts[..shown].join(comma), wording, templates, letterhead)?;
        if shown <= 1 || layout::columns(&subject) <= MAX_SUBJECT {
            return Ok(clean::header(&subject, MAX_SUBJECT));
        }
        shown -= 1;
    }
}

fn subject_with(
    facts: &DigestFacts,
    counts: &str,
    wording: &Wording<'_>,
    templates: &Templates,
    letterhead: &Letterhead,
) -> Result<String, RenderError> {
    let date = wording.short_date(wording.day_of(facts.window.end));
    let mut counts = counts.to_owned();
    if facts.items.is_empty() {
        let (read, total) = (facts.coverage.read.to_string(), facts.coverage.total.to_string());
        let short =
            wording.words.fill("digest", "coverage_short", &[("read", &read), ("total", &total)]);
        counts = format!("{counts}; {short}");
    }
    let line = wording.words.fill("digest", "subject", &[("date", &date), ("counts", &counts)]);
    let tag = clean::header(&letterhead.tag, 20);
    let view = SubjectView { tag: &tag, date: &date, counts: &counts, line: &line };
    Ok(clean::header(&templates.render("digest.subject.txt", &view)?, 300))
}

fn view<'a>(
    facts: &DigestFacts,
    groups: &Groups<'_>,
    counts: &str,
    subject: &str,
    wording: &Wording<'a>,
    letterhead: &Letterhead,
    detail: Detail,
) -> DigestView<'a> {
    let words = wording.words;
    let (start, end) = (wording.instant(facts.window.start), wording.instant(facts.window.end));
    let coverage = words.fill(
        "digest",
        "coverage",
        &[
            ("read", &facts.coverage.read.to_string()),
            ("total", &facts.coverage.total.to_string()),
            ("articles", &facts.coverage.articles.to_string()),
        ],
    );
    let gaps: Vec<String> =
        facts.coverage.gaps.iter().map(|name| clean::shorten(&clean::line(name), 60)).collect();
    DigestView {
        words: words.sections(),
        lang: wording.language.tag(),
        subject: subject.to_owned(),
        preheader: format!("{counts}. {coverage}"),
        period: words.fill("digest", "period", &[("start", &start), ("end", &end)]),
        counts: counts.to_owned(),
        nothing: facts.is_empty(),
        sections: sections(facts, groups, wording, detail),
        coverage,
        failing: failing(facts, wording),
        gaps: (!gaps.is_empty()).then(|| {
            let mut shown: Vec<String> = gaps.iter().take(MAX_FAILING).cloned().collect();
            if gaps.len() > MAX_FAILING {
                shown.push(more(gaps.len() - MAX_FAILING, wording));
            }
            words.fill("digest", "gaps", &[("names", &shown.join(words.get("phrase", "list")))])
        }),
        generated: wording.instant(facts.generated_at),
        list_name: clean::header(&letterhead.list_name, 80),
        version: env!("CARGO_PKG_VERSION"),
    }
}

fn more(left: usize, wording: &Wording<'_>) -> String {
    wording.words.fill("phrase", "more", &[("n", &left.to_string())])
}

fn failing(facts: &DigestFacts, wording: &Wording<'_>) -> Vec<String> {
    let failing = &facts.coverage.failing;
    let mut told: Vec<String> = failing
        .iter()
        .take(MAX_FAILING)
        .map(|source| {
            wording.words.fill(
                "digest",
                "failing",
                &[
                    ("name", &clean::shorten(&clean::line(&source.name), 60)),
                    ("since", &wording.instant(source.since)),
                    ("reason", &clean::shorten(&clean::line(&source.reason), 120)),
                ],
            )
        })
        .collect();
    if failing.len() > MAX_FAILING {
        told.push(more(failing.len() - MAX_FAILING, wording));
    }
    told
}

fn sections(
    facts: &DigestFacts,
    groups: &Groups<'_>,
    wording: &Wording<'_>,
    detail: Detail,
) -> Vec<Section> {
    let items = |key, intro, group: &[&AlertItem]| {
        let mut quoted: Vec<(i64, usize)> = Vec::new();
        section(key, intro, group, wording, detail, |item| {
            // Items of one sentence show it once.
            let place = (item.article.id.0, item.mention.quote.span.start);
            let first = !quoted.contains(&place);
            quoted.push(place);
            item_line(item, wording, if first { detail.quote } else { 0 })
        })
    };
    let article = |line: &ArticleLine| article_line(line, wording);
    let sections = [
        items("moved", "moved_intro", &groups.moved),
        items("new", "new_intro", &groups.new),
        items("watch", "watch_intro", &groups.watch),
        items("unsure", "unsure_intro", &groups.unsure),
        section("due", "due_intro", &facts.due, wording, detail, |due| due_line(due, wording)),
        section("restated", "restated_intro", &facts.restated, wording, detail, |line| {
            restated_line(line, wording)
        }),
        section("relevant", "relevant_intro", &facts.relevant, wording, detail, article),
        section("near", "near_intro", &facts.near_misses, wording, detail, article),
    ];
    sections.into_iter().flatten().collect()
}

fn section<T>(
    key: &str,
    intro: &str,
    all: &[T],
    wording: &Wording<'_>,
    detail: Detail,
    line: impl FnMut(&T) -> Line,
) -> Option<Section> {
    if all.is_empty() {
        return None;
    }
    let lines: Vec<Line> = all.iter().take(detail.per_group).map(line).collect();
    let left = all.len() - lines.len();
    Some(Section {
        title: format!("{} ({})", wording.words.get("digest", key), all.len()),
        intro: wording.words.get("digest", intro).to_owned(),
        lines,
        more: (left > 0).then(|| more(left, wording)),
    })
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
    let mut sources = vec![clean::shorten(&clean::line(&item.article.source_name), 60)];
    sources.extend(
        item.also_reported
            .iter()
            .take(5)
            .map(|other| clean::shorten(&clean::line(&other.source_name), 60)),
    );
    sources.dedup();
    let names = wording.list(&sources);
    let source = match &item.article.published {
        Some(published) => format!("{names}, {}", wording.source_date(published)),
        None => names,
    };
    Line {
        sentence: wording.told(item),
        lang: wording.sentence_lang(item),
        badge: Some(words.get("outcome", item.verdict.outcome.as_str()).to_owned()),
        notes,
        quote: (quote > 0)
            .then(|| Quote::new(&item.mention.quote.text, item.article.language, quote)),
        link: Link::to(item.article.url.as_deref()),
        link_text: wording.title(&item.article.title),
        link_lang: item.article.language.map_or("", Language::tag),
        source: Some(source),
        command: Some(wording.show(&item.commitment.id)),
    }
}

/// A gist as a sentence; gists are English.
fn gist(gist: &str, wording: &Wording<'_>) -> (String, &'static str) {
    let lang = if wording.language == Language::En { "" } else { "en" };
    (clean::shorten(&wording.gist(gist), 240), lang)
}

fn restated_line(line: &RestatedLine, wording: &Wording<'_>) -> Line {
    let words = wording.words;
    let (sentence, lang) = gist(&line.gist, wording);
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
    Line {
        sentence,
        lang,
        badge: None,
        notes: vec![note],
        quote: None,
        link: Link::to(line.url.as_deref()),
        link_text: words.get("phrase", "link").to_owned(),
        link_lang: "",
        source: None,
        command: Some(wording.show(&line.commitment)),
    }
}

fn due_line(line: &DueLine, wording: &Wording<'_>) -> Line {
    let (sentence, lang) = gist(&line.gist, wording);
    let key = if line.overdue { "overdue" } else { "due_on" };
    let date = wording.words.fill("digest", key, &[("date", &wording.date(line.due))]);
    let stage = wording.words.get("stage", line.stage.as_str());
    Line {
        sentence,
        lang,
        badge: None,
        notes: vec![format!("{date}; {stage}")],
        quote: None,
        link: None,
        link_text: String::new(),
        link_lang: "",
        source: None,
        command: Some(wording.show(&line.commitment)),
    }
}

fn article_line(line: &ArticleLine, wording: &Wording<'_>) -> Line {
    let name = clean::shorten(&clean::line(&line.source_name), 60);
    let source = match &line.published {
        Some(published) => format!("{name}, {}", wording.source_date(published)),
        None => name,
    };
    let why = clean::shorten(&clean::line(&line.why), 240);
    Line {
        sentence: wording.title(&line.title),
        lang: line.language.map_or("", Language::tag),
        badge: None,
        notes: if why.is_empty() { Vec::new() } else { vec![why] },
        quote: None,
        link: Link::to(line.url.as_deref()),
        link_text: String::new(),
        link_lang: "",
        source: Some(source),
        command: line.id.map(|id| wording.explain(id)),
    }
}
