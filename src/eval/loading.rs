//! From the lines of a labelled file to a [`Dataset`]. In: bytes, and a way to the texts that labels speak of. Out: the
//! data, or every problem with its line.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::annotations::{annotated, segmented};
use super::dataset::{Case, Content, Dataset, Fault, Format, Gold, Sample};
use super::offsets::Offsets;
use super::records::{
    Decision, ExpectedMention, Fields, Form, RelevanceLine, SentenceLine, StreamLine,
};
use crate::model::{InstrumentId, Outcome, Span};

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

pub(super) type Lines = Vec<(usize, Value)>;

/// A line in the format of the file.
pub(super) fn typed<T: DeserializeOwned>(value: Value, format: Format) -> Result<T, String> {
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
    make: impl Fn(R) -> Result<Option<T>, String>,
) -> Vec<T> {
    let mut found = Vec::new();
    for (line, value) in lines {
        match typed::<R>(value, format).and_then(&make) {
            Ok(one) => found.extend(one),
            Err(message) => faults.push(Fault { line, message }),
        }
    }
    found
}

/// An optional line may be read either way, and is not scored.
fn relevance(line: RelevanceLine) -> Result<Option<Sample>, String> {
    Ok((!line.optional).then(|| Sample {
        id: line.id,
        form: line.form,
        title: line.title.unwrap_or_default(),
        text: line.text,
        outlet: None,
        url: None,
        language: line.lang,
        source_date: line.source_date,
        arrival: None,
        relevant: Some(line.relevant),
        event: None,
        trap: line.hard_negative_kind.or(line.hard_positive_kind),
        golds: Vec::new(),
        why: line.why.unwrap_or_default(),
    }))
}

fn case(line: SentenceLine) -> Result<Option<Case>, String> {
    let gold = match line.decision {
        Decision::Exclude => None,
        Decision::Include | Decision::Record => Some(case_gold(&line)?),
    };
    Ok((!line.optional).then(|| Case {
        id: line.id,
        pair: line.pair,
        language: line.lang,
        text: line.text,
        decision: line.decision,
        gold,
        why: line.why.unwrap_or_default(),
    }))
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
            event: article.event,
            id: article.id,
            form: Form::Article,
            title: article.title.unwrap_or_default(),
            text: article.text,
            outlet: article.outlet,
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

pub(super) fn gold(id: String, span: Span, fields: Fields) -> Gold {
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
