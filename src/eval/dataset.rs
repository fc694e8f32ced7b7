//! Labelled data. In: the lines of a file, and a way to the texts that it speaks of. Out: a [`Dataset`], or every
//! problem with its line.

use std::fmt;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::records::{
    AnnotatedLine, Decision, ExpectedMention, Fields, Form, RelevanceLine, SegmentKind,
    SegmentLine, SentenceLine, StreamLine,
};
use crate::model::{
    AlertLevel, Assertion, Framing, InstrumentId, Kind, Language, Modality, Outcome, PartialDate,
    Party, Polarity, Span, Stage,
};

/// The five formats, told apart by their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `relevant` without `expect`.
    Relevance,
    /// `decision`.
    Sentences,
    /// `file` and `quote`.
    Texts,
    /// `expect`.
    Stream,
    /// `file`, `n` and `type`.
    Segments,
}

impl Format {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Sentences => "sentences",
            Self::Texts => "texts",
            Self::Stream => "stream",
            Self::Segments => "segments",
        }
    }

    fn of(line: &Value) -> Option<Self> {
        let has = |field: &str| line.get(field).is_some();
        if has("expect") {
            Some(Self::Stream)
        } else if has("decision") {
            Some(Self::Sentences)
        } else if has("file") && has("quote") {
            Some(Self::Texts)
        } else if has("file") && has("type") {
            Some(Self::Segments)
        } else if has("relevant") {
            Some(Self::Relevance)
        } else {
            None
        }
    }
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// What, in a sentence.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// A labelled mention. `None` means not labelled.
#[derive(Debug, Clone, PartialEq)]
pub struct Gold {
    /// Its name in reports.
    pub id: String,
    /// The action span: bytes of the raw text.
    pub span: Span,
    pub kind: Kind,
    pub stage: Stage,
    pub modality: Option<Modality>,
    pub strength: Option<u8>,
    pub framing: Option<Framing>,
    pub polarity: Option<Polarity>,
    pub assertion: Option<Assertion>,
    pub parties: Option<Vec<Party>>,
    /// Instrument ids as the register writes them; empty for "none".
    pub instruments: Option<Vec<InstrumentId>>,
    pub topics: Option<Vec<String>>,
    pub event_date: Option<PartialDate>,
    pub specificity: Option<u8>,
    /// The true commitment.
    pub cluster: Option<String>,
    pub verdict: Option<Outcome>,
    pub alert: Option<AlertLevel>,
    /// Optional, or a copy: neither found nor missed.
    pub neutral: bool,
    pub why: String,
}

impl Gold {
    /// Whether the label presents the act as a past one or as a report.
    pub fn is_background(&self) -> bool {
        matches!(self.framing, Some(Framing::Background | Framing::Report))
    }
}

/// A labelled text.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub id: String,
    pub form: Form,
    pub title: String,
    pub text: String,
    pub url: Option<String>,
    pub language: Option<Language>,
    pub source_date: Option<PartialDate>,
    pub arrival: Option<Timestamp>,
    pub relevant: Option<bool>,
    /// The trap in it, for reports.
    pub trap: Option<String>,
    pub golds: Vec<Gold>,
    pub why: String,
}

/// A labelled sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub id: String,
    pub pair: Option<String>,
    pub language: Option<Language>,
    pub text: String,
    pub decision: Decision,
    pub gold: Option<Gold>,
    pub why: String,
}

/// A text with the segments that it should fall into.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmented {
    pub file: String,
    pub text: String,
    pub segments: Vec<(Span, SegmentKind)>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Relevance sets, annotated texts and streams.
    Articles(Vec<Sample>),
    /// Single sentences.
    Cases(Vec<Case>),
    /// Segmented texts.
    Segments(Vec<Segmented>),
}

/// A labelled file.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Its name in reports and floors.
    pub(super) name: String,
    pub(super) format: Format,
    pub(super) content: Content,
}

impl Dataset {
    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }
}

/// Gives the text of a file that labels speak of, or says why it cannot.
pub type Texts<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Reads a labelled file.
///
/// # Errors
/// All faults, in order of their lines.
pub fn read(name: &str, bytes: &[u8], texts: Texts<'_>) -> Result<Dataset, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    for (at, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        match value(line) {
            Ok(Some(value)) => lines.push((at + 1, value)),
            Ok(None) => {}
            Err(message) => faults.push(Fault { line: at + 1, message }),
        }
    }
    let format = lines.iter().find_map(|(_, value)| Format::of(value));
    let Some(format) = format else {
        if faults.is_empty() {
            let message = if lines.is_empty() { "the file holds no lines" } else { UNKNOWN };
            faults.push(Fault { line: 1, message: message.to_owned() });
        }
        return Err(faults);
    };
    let content = match format {
        Format::Relevance => Content::Articles(each(lines, format, &mut faults, relevance)),
        Format::Stream => Content::Articles(stream(lines, &mut faults)),
        Format::Sentences => Content::Cases(each(lines, format, &mut faults, case)),
        Format::Texts => Content::Articles(annotated(lines, texts, &mut faults)),
        Format::Segments => Content::Segments(segmented(lines, texts, &mut faults)),
    };
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() {
        Ok(Dataset { name: name.to_owned(), format, content })
    } else {
        Err(faults)
    }
}

const UNKNOWN: &str = "no known format: a line needs `relevant` (relevance set), `decision` (single sentence), `file` \
                       and `quote` (annotated text), `expect` (stream), or `file`, `n` and `type` (segments)";

/// One line as JSON; `None` for an empty one.
fn value(line: &[u8]) -> Result<Option<Value>, String> {
    let text = std::str::from_utf8(line)
        .map_err(|error| format!("not UTF-8 from byte {} on", error.valid_up_to() + 1))?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) if value.is_object() => Ok(Some(value)),
        Ok(_) => Err("not a JSON object".to_owned()),
        Err(error) => Err(format!("not JSON: {}", in_a_line(&error))),
    }
}

/// serde's message without its own idea of the line.
fn in_a_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.rfind(" at line ").map_or(text.as_str(), |at| &text[..at]);
    if error.column() > 0 {
        format!("{message} (column {})", error.column())
    } else {
        message.to_owned()
    }
}

type Lines = Vec<(usize, Value)>;

/// A line in the format of the file.
fn typed<T: DeserializeOwned>(value: Value, format: Format) -> Result<T, String> {
    match Format::of(&value) {
        Some(own) if own == format => {
            serde_json::from_value(value).map_err(|error| in_a_line(&error))
        }
        Some(own) => Err(format!(
            "a line of the format \"{}\" in a file of \"{}\"",
            own.as_str(),
            format.as_str()
        )),
        None => Err(UNKNOWN.to_owned()),
    }
}

/// Lines that each stand for themselves.
fn each<R: DeserializeOwned, T>(
    lines: Lines,
    format: Format,
    faults: &mut Vec<Fault>,
    make: impl Fn(R) -> Result<T, String>,
) -> Vec<T> {
    let mut found = Vec::new();
    for (line, value) in lines {
        match typed::<R>(value, format).and_then(&make) {
            Ok(one) => found.push(one),
            Err(message) => faults.push(Fault { line, message }),
        }
    }
    found
}

fn relevance(line: RelevanceLine) -> Result<Sample, String> {
    Ok(Sample {
        id: line.id,
        form: line.form,
        title: line.title,
        text: line.text,
        url: None,
        language: line.lang,
        source_date: line.source_date,
        arrival: None,
        relevant: Some(line.relevant),
        trap: line.hard_negative_kind.or(line.hard_positive_kind),
        golds: Vec::new(),
        why: line.why.unwrap_or_default(),
    })
}

fn case(line: SentenceLine) -> Result<Case, String> {
    let gold = match line.decision {
        Decision::Exclude => None,
        Decision::Include | Decision::Record => Some(case_gold(&line)?),
    };
    Ok(Case {
        id: line.id,
        pair: line.pair,
        language: line.lang,
        text: line.text,
        decision: line.decision,
        gold,
        why: line.why.unwrap_or_default(),
    })
}

fn case_gold(line: &SentenceLine) -> Result<Gold, String> {
    let missing =
        |field: &str| format!("`{field}` is missing, which a sentence that is not excluded needs");
    let start = line.char_start.ok_or_else(|| missing("char_start"))?;
    let end = line.char_end.ok_or_else(|| missing("char_end"))?;
    Ok(Gold {
        id: line.id.clone(),
        span: Offsets::of(&line.text).span(start, end)?,
        kind: line.kind.ok_or_else(|| missing("kind"))?,
        stage: line.stage.ok_or_else(|| missing("stage"))?,
        modality: line.modality,
        strength: line.strength,
        framing: line.framing,
        polarity: line.polarity,
        assertion: line.assertion,
        parties: None,
        instruments: None,
        topics: None,
        event_date: None,
        specificity: None,
        cluster: None,
        verdict: None,
        alert: None,
        neutral: false,
        why: line.why.clone().unwrap_or_default(),
    })
}

fn stream(lines: Lines, faults: &mut Vec<Fault>) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (line, value) in lines {
        let mut fault = |message| faults.push(Fault { line, message });
        let article = match typed::<StreamLine>(value, Format::Stream) {
            Ok(article) => article,
            Err(message) => {
                fault(message);
                continue;
            }
        };
        let arrival =
            article.arrival.as_deref().map(moment).transpose().unwrap_or_else(|message| {
                fault(message);
                None
            });
        let offsets = Offsets::of(&article.text);
        let mut golds = Vec::new();
        for (at, value) in article.expect.into_iter().enumerate() {
            match expected(value, &article.id, at, &offsets) {
                Ok(gold) => golds.push(gold),
                Err(message) => fault(format!("expect[{at}]: {message}")),
            }
        }
        samples.push(Sample {
            relevant: article.relevant,
            id: article.id,
            form: Form::Article,
            title: article.title,
            text: article.text,
            url: article.url,
            language: article.lang,
            source_date: article.source_date,
            arrival,
            trap: None,
            golds,
            why: String::new(),
        });
    }
    // Stable: articles without an arrival keep their place before the others.
    samples.sort_by_key(|sample| sample.arrival);
    samples
}

/// `2024-04-18T09:00`, `2024-04-18T09:00:00Z` or `2024-04-18`; without a zone it is UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let wrong = || format!("\"{text}\" is not a moment of the form 2024-04-18T09:00");
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let civil: jiff::civil::DateTime = text.parse().map_err(|_| wrong())?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).map(|at| at.timestamp()).map_err(|_| wrong())
}

fn expected(value: Value, article: &str, at: usize, offsets: &Offsets<'_>) -> Result<Gold, String> {
    let mention: ExpectedMention =
        serde_json::from_value(value).map_err(|error| in_a_line(&error))?;
    let span = match (mention.char_start, mention.char_end) {
        (Some(start), Some(end)) => offsets.quoted(start, end, &mention.span)?,
        _ => offsets.only(&mention.span)?,
    };
    let mut gold = gold(format!("{article}#{}", at + 1), span, mention.fields);
    gold.cluster = Some(mention.cluster);
    gold.neutral = mention.optional || mention.ledger == Some(Outcome::Duplicate);
    gold.verdict = mention.ledger;
    gold.alert = mention.alert;
    gold.why = mention.why.unwrap_or_default();
    Ok(gold)
}

fn gold(id: String, span: Span, fields: Fields) -> Gold {
    let instruments = fields.instrument.map(|ids| {
        ids.unwrap_or_default().iter().map(|id| InstrumentId::new(canonical(id))).collect()
    });
    Gold {
        id,
        span,
        kind: fields.kind,
        stage: fields.stage,
        modality: fields.modality,
        strength: fields.strength,
        framing: fields.framing,
        polarity: fields.polarity,
        assertion: fields.assertion,
        parties: fields.parties,
        instruments,
        topics: fields.topics,
        event_date: fields.event_date,
        specificity: fields.specificity,
        cluster: None,
        verdict: None,
        alert: None,
        neutral: false,
        why: String::new(),
    }
}

/// Other spellings of instrument keys that labels may use.
const ALIASES: &[(&str, &str)] = &[
    ("mou-migration-2004", "INS:mou-migration"),
    ("mou-immigration-info", "INS:mou-immigration-information"),
    ("mou-trafficking-2018", "INS:mou-human-trafficking-2018"),
    ("extradition-treaty", "INS:proposed-extradition-agreement"),
    ("criminal-records-agreement", "INS:proposed-criminal-records-agreement"),
];

/// The id as the register writes it: `INS:` or `MEC:` and a key.
fn canonical(id: &str) -> String {
    let key = id.strip_prefix("INS:").unwrap_or(id);
    if let Some((_, known)) = ALIASES.iter().find(|(alias, _)| *alias == key) {
        return (*known).to_owned();
    }
    if let Some(number) = key.strip_prefix("migration-dialogue-") {
        return format!("MEC:vn-uk-migration-dialogue#{number}");
    }
    if id.contains(':') { id.to_owned() } else { format!("INS:{id}") }
}

fn annotated(lines: Lines, texts: Texts<'_>, faults: &mut Vec<Fault>) -> Vec<Sample> {
    let mut samples: Vec<(i64, Sample)> = Vec::new();
    for (line, value) in lines {
        if let Err(message) = typed::<AnnotatedLine>(value, Format::Texts)
            .and_then(|mention| annotate(mention, texts, &mut samples))
        {
            faults.push(Fault { line, message });
        }
    }
    samples.sort_by_key(|(order, _)| *order);
    samples.into_iter().map(|(_, sample)| sample).collect()
}

/// Adds a mention to the text that it stands in.
fn annotate(
    mention: AnnotatedLine,
    texts: Texts<'_>,
    samples: &mut Vec<(i64, Sample)>,
) -> Result<(), String> {
    let place = samples.iter().position(|(_, sample)| sample.id == mention.file);
    let place = match place {
        Some(place) => place,
        None => {
            let order = mention.stream.as_ref().and_then(|stream| stream.order);
            let order = order.unwrap_or(i64::MAX);
            samples.push((order, text_of(&mention.file, texts(&mention.file)?)));
            samples.len() - 1
        }
    };
    let sample = &mut samples[place].1;
    let span =
        Offsets::of(&sample.text).quoted(mention.char_start, mention.char_end, &mention.quote)?;
    sample.source_date = sample.source_date.or(mention.source_date);
    sample.language = sample.language.or(mention.lang);
    let mut gold = gold(mention.id, span, mention.fields);
    gold.cluster = mention.cluster;
    gold.neutral = mention.optional || mention.duplicate_of.is_some();
    if let Some(stream) = mention.stream {
        gold.verdict = stream.ledger;
        gold.alert = stream.alert;
        gold.why = stream.why.unwrap_or_default();
    }
    if let Some(note) = mention.notes {
        gold.why = format!("{}{}{note}", gold.why, if gold.why.is_empty() { "" } else { "; " });
    }
    sample.golds.push(gold);
    Ok(())
}

fn text_of(file: &str, text: String) -> Sample {
    Sample {
        id: file.to_owned(),
        form: Form::Article,
        title: String::new(),
        text,
        url: None,
        language: None,
        source_date: None,
        arrival: None,
        relevant: Some(true),
        trap: None,
        golds: Vec::new(),
        why: String::new(),
    }
}

fn segmented(lines: Lines, texts: Texts<'_>, faults: &mut Vec<Fault>) -> Vec<Segmented> {
    let mut files: Vec<Segmented> = Vec::new();
    for (line, value) in lines {
        let added = typed::<SegmentLine>(value, Format::Segments).and_then(|segment| {
            let place = match files.iter().position(|one| one.file == segment.file) {
                Some(place) => place,
                None => {
                    let text = texts(&segment.file)?;
                    files.push(Segmented {
                        file: segment.file.clone(),
                        text,
                        segments: Vec::new(),
                    });
                    files.len() - 1
                }
            };
            let span =
                Offsets::of(&files[place].text).span(segment.char_start, segment.char_end)?;
            files[place].segments.push((span, segment.kind));
            Ok(())
        });
        if let Err(message) = added {
            faults.push(Fault { line, message });
        }
    }
    for file in &mut files {
        file.segments.sort_by_key(|(span, _)| span.start);
    }
    files
}

/// Character offsets of a text, as labels count them.
struct Offsets<'a> {
    text: &'a str,
    /// Byte of each character, and one entry for the end.
    bytes: Vec<usize>,
}

impl<'a> Offsets<'a> {
    fn of(text: &'a str) -> Self {
        let bytes = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        Self { text, bytes }
    }

    fn span(&self, start: usize, end: usize) -> Result<Span, String> {
        match (self.bytes.get(start), self.bytes.get(end)) {
            (Some(&from), Some(&to)) if start < end => Ok(Span::new(from, to)),
            _ => Err(format!(
                "characters {start} to {end} are no part of a text of {} characters",
                self.bytes.len() - 1
            )),
        }
    }

    /// The span, whose text must be the quote.
    fn quoted(&self, start: usize, end: usize, quote: &str) -> Result<Span, String> {
        let span = self.span(start, end)?;
        let text = &self.text[span.range()];
        if text == quote {
            Ok(span)
        } else {
            Err(format!("characters {start} to {end} read \"{text}\", not \"{quote}\""))
        }
    }

    /// The only place of a quote that comes without offsets.
    fn only(&self, quote: &str) -> Result<Span, String> {
        let mut places = self.text.match_indices(quote).filter(|_| !quote.is_empty());
        match (places.next(), places.next()) {
            (Some((at, _)), None) => Ok(Span::new(at, at + quote.len())),
            (None, _) => Err(format!("\"{quote}\" does not stand in the text")),
            (Some(_), Some(_)) => Err(format!(
                "\"{quote}\" stands in the text more than once; char_start and char_end must say where"
            )),
        }
    }
}
