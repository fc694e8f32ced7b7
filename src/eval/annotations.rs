//! Labels of texts that stand in files of their own: annotated mentions, and segments.

use super::dataset::{Fault, Format, Sample, Segmented};
use super::loading::{Lines, Texts, gold, typed};
use super::offsets::Offsets;
use super::records::{AnnotatedLine, Form, SegmentLine};

/// Lines grouped by the text that they speak of.
pub(super) fn annotated(lines: Lines, texts: Texts<'_>, faults: &mut Vec<Fault>) -> Vec<Sample> {
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
        outlet: None,
        url: None,
        language: None,
        source_date: None,
        arrival: None,
        relevant: Some(true),
        event: None,
        trap: None,
        golds: Vec::new(),
        why: String::new(),
    }
}

/// Lines grouped by the text that they speak of.
pub(super) fn segmented(lines: Lines, texts: Texts<'_>, faults: &mut Vec<Fault>) -> Vec<Segmented> {
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
                        open: Vec::new(),
                    });
                    files.len() - 1
                }
            };
            let span =
                Offsets::of(&files[place].text).span(segment.char_start, segment.char_end)?;
            if segment.optional {
                files[place].open.push(span);
            } else {
                files[place].segments.push((span, segment.kind));
            }
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
