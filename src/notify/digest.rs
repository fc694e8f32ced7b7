//! A digest: everything worth knowing of one window, in the order in which a reader needs it, with the account
//! of what was read and what was not. Facts in, message out; no clock, no files.

use serde::Serialize;

use super::alert::{Letterhead, MAX_SUBJECT};
use super::clean;
use super::facts::{AlertItem, ArticleLine, DigestFacts};
use super::frame::Frame;
use super::layout;
use super::message::{self, Event, Message};
use super::names::Names;
use super::stories::{self, Story};
use super::templates::{RenderError, Templates};
use super::wording::Wording;
use crate::model::{AlertLevel, Outcome};

/// Names of failing sources and gaps shown before "and n more".
const MAX_FAILING: usize = 12;

#[derive(Serialize)]
struct Section {
    title: String,
    intro: String,
    stories: Vec<Story>,
    more: Option<String>,
}

#[derive(Serialize)]
struct DigestView<'a> {
    #[serde(flatten)]
    frame: Frame<'a>,
    period: String,
    counts: String,
    /// What is said of a period without anything to tell; empty otherwise.
    nothing: &'a str,
    sections: Vec<Section>,
    coverage: String,
    failing: Vec<String>,
    gaps: Option<String>,
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
pub(super) struct Detail {
    /// Longest quote in characters; 0 for none.
    pub quote: usize,
    /// Entries of each group.
    pub per_group: usize,
}

impl Detail {
    /// Quotes go first, then entries: what is left out is counted, and headlines go last.
    fn less_and_less(per_group: usize) -> impl Iterator<Item = Self> {
        let full = per_group.max(1);
        let quotes = [700, 240, 0].map(|quote| Self { quote, per_group: full });
        let entries = std::iter::successors(Some(full / 2), |entries| Some(entries / 2))
            .take_while(|entries| *entries > 0)
            .map(|per_group| Self { quote: 0, per_group });
        quotes.into_iter().chain(entries)
    }
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
    let size = facts.reader.size;
    let mut rendered = (String::new(), String::new());
    for detail in Detail::less_and_less(size.per_group) {
        let view = view(facts, &groups, &counts, &subject, &wording, letterhead, detail);
        let text = layout::wrap(&templates.render("digest.txt", &view)?);
        rendered = (text, templates.render("digest.html", &view)?);
        if message::fits(&rendered.0, &rendered.1, size) {
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
    let mut headers = vec![
        ("Content-Language".to_owned(), facts.reader.language.tag().to_owned()),
        ("X-Pledgewatch-Reason".to_owned(), reason),
        ("X-Pledgewatch-Severity".to_owned(), "normal".to_owned()),
    ];
    headers.extend(letterhead.headers(&facts.reader));
    Ok(Message { event: Event::Digest, subject, text: rendered.0, html: rendered.1, headers })
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
    let frame = Frame::new(wording, letterhead, &facts.reader, facts.generated_at);
    let preheader = format!("{counts}. {coverage}");
    DigestView {
        frame: frame.told(subject, preheader, words.get("heading", "digest_footer")),
        period: words.fill("digest", "period", &[("start", &start), ("end", &end)]),
        counts: counts.to_owned(),
        nothing: match (facts.is_empty(), facts.coverage.read) {
            (false, _) => "",
            (true, 0) => words.get("digest", "nothing_read"),
            (true, _) => words.get("digest", "nothing_long"),
        },
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
    }
}

fn more(left: usize, wording: &Wording<'_>) -> String {
    wording.words.fill("phrase", "more", &[("n", &left.to_string())])
}

fn failing(facts: &DigestFacts, wording: &Wording<'_>) -> Vec<String> {
    let coverage = &facts.coverage;
    let failing = coverage.failing.iter().map(|source| ("failing", source));
    let silent = coverage.silent.iter().map(|source| ("silent", source));
    let mut told: Vec<String> = failing
        .chain(silent)
        .take(MAX_FAILING)
        .map(|(key, source)| {
            wording.words.fill(
                "digest",
                key,
                &[
                    ("name", &clean::shorten(&clean::line(&source.name), 60)),
                    ("since", &wording.instant(source.since)),
                    ("reason", &wording.failure(&source.reason)),
                ],
            )
        })
        .collect();
    let all = coverage.failing.len() + coverage.silent.len();
    if all > MAX_FAILING {
        told.push(more(all - MAX_FAILING, wording));
    }
    told
}

fn sections(
    facts: &DigestFacts,
    groups: &Groups<'_>,
    wording: &Wording<'_>,
    detail: Detail,
) -> Vec<Section> {
    let whole = whole(facts, wording);
    let make = |key: &str, count: usize, stories: Vec<Story>| {
        let shown: usize = stories.iter().map(|story| story.lines.len()).sum();
        let left = (count - shown).to_string();
        (count > 0).then(|| Section {
            title: format!("{} ({count})", wording.words.get("digest", key)),
            intro: wording.words.get("digest", &format!("{key}_intro")).to_owned(),
            stories,
            more: (shown < count).then(|| {
                wording.words.fill("phrase", "more_of", &[("n", &left), ("command", &whole)])
            }),
        })
    };
    let items = |key, group: &[&AlertItem]| {
        make(key, group.len(), stories::of_items(group, wording, detail))
    };
    let articles = |key, lines: &[ArticleLine]| {
        let stories =
            lines.iter().take(detail.per_group).map(|line| stories::article(line, wording));
        make(key, lines.len(), stories.collect())
    };
    let due = facts.due.iter().take(detail.per_group).map(|due| stories::due(due, wording));
    let restated = facts.restated.iter().take(detail.per_group);
    let restated = restated.map(|line| stories::restated(line, wording));
    let sections = [
        items("moved", &groups.moved),
        items("new", &groups.new),
        items("watch", &groups.watch),
        items("unsure", &groups.unsure),
        make("due", facts.due.len(), due.collect()),
        make("restated", facts.restated.len(), restated.collect()),
        articles("relevant", &facts.relevant),
        articles("near", &facts.near_misses),
    ];
    sections.into_iter().flatten().collect()
}

/// The command that shows the whole digest.
fn whole(facts: &DigestFacts, wording: &Wording<'_>) -> String {
    if facts.reader.id.is_empty() {
        return wording.words.get("phrase", "digest_whole").to_owned();
    }
    let from = facts.window.from.to_string();
    wording.words.fill("phrase", "digest_show", &[("from", &from), ("id", &facts.reader.id)])
}
