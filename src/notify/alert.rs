//! An alert: what one article (or one event in several) changed in the ledger, with the words it rests on and
//! the reason why it is called new. Facts in, message out; no clock, no files.

use std::cmp::Reverse;

use serde::Serialize;

use super::clean;
use super::facts::{AlertFacts, AlertItem};
use super::frame::Frame;
use super::layout;
use super::message::{self, Event, Message};
use super::names::Names;
use super::templates::{RenderError, Templates};
use super::view::Report;
use super::wording::Wording;
use crate::model::{AlertLevel, Outcome};
use crate::store::Gathered;

/// Longest subject in characters.
pub const MAX_SUBJECT: usize = 70;
/// Longest name of an outlet in a subject.
const MAX_SUBJECT_SOURCE: usize = 16;

/// What stands on every message of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// First word of every subject, in brackets; empty for none.
    pub tag: String,
    /// Name of the list as readers see it.
    pub list_name: String,
    /// Items of an alert that are shown in full.
    pub max_items: usize,
    /// Where readers write to stop their mail or to say that something is wrong; then every mail says so.
    pub requests_to: Option<String>,
    /// A page that ends a reader's mail with one click; `{token}` stands for her.
    pub unsubscribe_url: Option<String>,
}

impl Default for Letterhead {
    fn default() -> Self {
        Self {
            tag: "[VN-UK]".to_owned(),
            list_name: "Vietnam-UK commitments".to_owned(),
            max_items: 12,
            requests_to: None,
            unsubscribe_url: None,
        }
    }
}

#[derive(Serialize)]
struct Other {
    outcome: String,
    sentence: String,
    lang: &'static str,
}

#[derive(Serialize)]
struct AlertView<'a> {
    #[serde(flatten)]
    frame: Frame<'a>,
    outcome: String,
    lead: String,
    lead_lang: &'static str,
    terms: String,
    others: Vec<Other>,
    reports: Vec<Report>,
    more: Option<String>,
    gathered: Option<&'a str>,
}

#[derive(Serialize)]
struct SubjectView<'a> {
    tag: &'a str,
    outcome: &'a str,
    what: &'a str,
    plus: &'a str,
    source: &'a str,
}

/// Composes an alert.
///
/// # Errors
/// A template of the operator that asks for something these facts do not have; `Templates` proves at start that
/// there is none.
pub fn compose(
    facts: &AlertFacts,
    names: &Names,
    templates: &Templates,
    letterhead: &Letterhead,
) -> Result<Message, RenderError> {
    let wording = Wording::new(templates.words(facts.reader.language), names, &facts.reader);
    let mut items: Vec<&AlertItem> = facts.items.iter().collect();
    // Loudest first; equals stay in the order of the text.
    items.sort_by_key(|item| (Reverse(item.verdict.level), Reverse(weight(item))));
    let subject = match &facts.follows {
        Some(first) => updated(first, &items, &wording),
        None => subject(&items, &wording, templates, letterhead)?,
    };
    let mut rendered = (String::new(), String::new());
    // An alert that would be cut by a provider keeps its headlines and loses details, never its end.
    for (max_items, max_quote) in
        [(letterhead.max_items, 1500), (letterhead.max_items, 400), (4, 300), (1, 300), (1, 120)]
    {
        let view = view(&items, &subject, facts, &wording, letterhead, max_items, max_quote);
        let text = layout::wrap(&templates.render("alert.txt", &view)?);
        rendered = (text, templates.render("alert.html", &view)?);
        if message::fits(&rendered.0, &rendered.1, facts.reader.size) {
            break;
        }
    }
    let (text, html) = rendered;
    let changed = items.iter().any(|item| item.verdict.outcome != Outcome::New);
    let push = items.iter().any(|item| item.verdict.level == AlertLevel::Push);
    let mut headers = vec![
        ("Content-Language".to_owned(), facts.reader.language.tag().to_owned()),
        ("X-Pledgewatch-Reason".to_owned(), reasons(&items)),
        ("X-Pledgewatch-Severity".to_owned(), if push { "high" } else { "normal" }.to_owned()),
    ];
    headers.extend(letterhead.headers(&facts.reader));
    Ok(Message {
        event: if changed { Event::CommitmentChanged } else { Event::NewCommitment },
        subject,
        text,
        html,
        headers,
    })
}

/// How far up an item stands among its equals: far stages, then concrete ones.
fn weight(item: &AlertItem) -> (u8, u8) {
    let stage = item.verdict.stage_after.unwrap_or(item.mention.stage);
    (stage.rank().unwrap_or(u8::MAX), item.mention.specificity)
}

fn view<'a>(
    items: &[&AlertItem],
    subject: &str,
    facts: &AlertFacts,
    wording: &Wording<'a>,
    letterhead: &Letterhead,
    max_items: usize,
    max_quote: usize,
) -> AlertView<'a> {
    let words = wording.words;
    let shown = &items[..items.len().min(max_items.max(1))];
    let left = items.len() - shown.len();
    let outcome = items.first().map_or_else(String::new, |item| {
        words.get("outcome_long", item.verdict.outcome.as_str()).to_owned()
    });
    let lead = items.first().map_or_else(String::new, |item| wording.lead(item));
    let others = items.iter().skip(1).take(40).map(|item| Other {
        outcome: words.get("outcome", item.verdict.outcome.as_str()).to_owned(),
        sentence: wording.told(item),
        lang: wording.sentence_lang(item),
    });
    let preheader = words.fill("phrase", "preheader", &[("outcome", &outcome), ("what", &lead)]);
    let frame = Frame::new(wording, letterhead, &facts.reader, facts.generated_at);
    AlertView {
        frame: frame.told(subject, preheader, words.get("heading", "alert_footer")),
        others: others.collect(),
        outcome,
        lead,
        terms: items.first().map_or_else(String::new, |item| wording.terms(item)),
        lead_lang: items.first().map_or("", |item| wording.sentence_lang(item)),
        reports: wording.reports(shown, max_quote, letterhead, &facts.reader),
        gathered: facts.gathered.map(|why| match why {
            Gathered::Quiet => words.get("phrase", "gathered_quiet"),
            Gathered::Throttle => words.get("phrase", "gathered_throttle"),
        }),
        more: (left > 0).then(|| words.fill("phrase", "more_items", &[("n", &left.to_string())])),
    }
}

/// Columns of an object behind its colon that tell a reader what it is.
const MIN_OBJECT: usize = 12;

/// Actor, verb, object and source in at most [`MAX_SUBJECT`] characters: what is cut is the object, and where next to nothing
/// of it would be left ("The two states signed…"), the source gives way to it.
fn subject(
    items: &[&AlertItem],
    wording: &Wording<'_>,
    templates: &Templates,
    letterhead: &Letterhead,
) -> Result<String, RenderError> {
    let Some(first) = items.first() else { return Ok(clean::header(&letterhead.tag, 20)) };
    let tag = clean::header(&letterhead.tag, 20);
    let plus = match items.len() {
        1 => String::new(),
        count => wording.words.fill("phrase", "plus", &[("n", &(count - 1).to_string())]),
    };
    let what = short_names(&clean::header(&wording.headline(first), 300));
    let outlet = clean::header(&first.article.source_name, MAX_SUBJECT_SOURCE);
    let render = |what: &str, source: &str| -> Result<String, RenderError> {
        let outcome = wording.words.get("outcome", first.verdict.outcome.as_str());
        let view = SubjectView { tag: &tag, outcome, what, plus: &plus, source };
        Ok(clean::header(&templates.render("alert.subject.txt", &view)?, 300))
    };
    let room = |around: &str| MAX_SUBJECT.saturating_sub(layout::columns(around) + 1).max(16);
    let beside = room(&render("", &outlet)?);
    let object = what.split_once(": ").map_or(0, |(before, _)| layout::columns(before) + 2);
    let (room, source) = if beside < (object + MIN_OBJECT).min(layout::columns(&what)) {
        (room(&render("", "")?), "")
    } else {
        (beside, outlet.as_str())
    };
    render(clean::header(&what, room).trim_end_matches('.'), source)
}

/// The subject of a follow-up: that of the first message with the stage of today in front. A suspended promise must not
/// read like a promise; replies are threaded by `References`, so the words may differ.
fn updated(first: &str, items: &[&AlertItem], wording: &Wording<'_>) -> String {
    let first = clean::header(first, MAX_SUBJECT * 2);
    let moved =
        items.first().map(|item| &item.verdict).filter(|it| it.stage_before != it.stage_after);
    let updated = &match moved.and_then(|verdict| verdict.stage_after) {
        Some(stage) => {
            let stage = wording.words.get("stage", stage.as_str());
            wording.words.fill("phrase", "updated_to", &[("stage", stage)])
        }
        None => wording.words.get("phrase", "updated").to_owned(),
    };
    let outcomes = &wording.words.sections()["outcome"];
    let place = outcomes
        .values()
        .filter_map(|word| Some((first.find(&format!("{word}: "))?, word.len())))
        .min();
    let subject = match place {
        Some((at, length)) => format!("{}{updated}{}", &first[..at], &first[at + length..]),
        None => format!("{updated}: {first}"),
    };
    // The outlet of the first message is not that of this one, and gives way to the object.
    let outlet = subject.rfind(" (").filter(|_| subject.ends_with(')')).unwrap_or(subject.len());
    let what = &subject[..outlet];
    let source = items.first().map_or("", |item| item.article.source_name.as_str());
    let whole = format!("{what} ({})", clean::header(source, MAX_SUBJECT_SOURCE));
    let fits = !source.is_empty() && layout::columns(&whole) <= MAX_SUBJECT;
    clean::header(if fits { &whole } else { what }, MAX_SUBJECT)
}

/// A sentence without what a subject has no room for: explanations in brackets and a leading article.
fn short_names(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut depth = 0_usize;
    for c in sentence.strip_prefix("The ").unwrap_or(sentence).chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    clean::line(&out).replace(" :", ":").replace(" ,", ",")
}

/// The rules that decided, for filters: ASCII words only.
fn reasons(items: &[&AlertItem]) -> String {
    let mut told: Vec<String> = Vec::new();
    for item in items {
        let reason = format!(
            "outcome={} level={} kind={} stage={}",
            item.verdict.outcome, item.verdict.level, item.mention.kind, item.mention.stage
        );
        if !told.contains(&reason) {
            told.push(reason);
        }
    }
    told.truncate(5);
    told.join("; ")
}
