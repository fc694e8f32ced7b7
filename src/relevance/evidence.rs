//! What in a text speaks for a facet, and what only looks so. In: an analysed text and the topic's words. Out: signs
//! with their sentence, each counted or with the reason why not.

use crate::config::topic::facets::{FacetRole, Facets, LONGEST_PHRASE, Sign, Strength};
use crate::model::{Language, Span};
use crate::text::{BlockKind, Document, Hit};

use super::word_sense::{self, Sense};

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Index of the facet it speaks for.
    pub facet: usize,
    /// How much it says.
    pub strength: Strength,
    /// Text offsets.
    pub span: Span,
    /// Index of the sentence.
    pub sentence: usize,
    /// The words, in lower case.
    pub words: String,
    /// Why it does not count, if it does not.
    pub discounted: Option<String>,
    /// Set when only the lack of another reading speaks for it: the reason if the text shows that reading elsewhere.
    likely: Option<String>,
}

/// All that a text says.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Evidence for facets, in text order.
    pub evidence: Vec<Evidence>,
    /// Sentences with a sign of another subject, with the index of the subject.
    pub counters: Vec<(usize, usize)>,
    /// Sentences that name a country outside the topic.
    pub countries: Vec<usize>,
    /// Sentences that name an instrument or mechanism of the topic, and whether it decides without a state beside it.
    pub decisive: Vec<(usize, bool)>,
    /// Whether the text calls itself a collection of stories.
    pub roundup: bool,
    /// Number of paragraphs that begin with a dateline.
    pub datelines: usize,
    /// Facets whose places may be namesakes elsewhere, by a sign in the text.
    pub elsewhere: Vec<usize>,
    /// Facets whose ambiguous word is part of a name somewhere in the text.
    names: Vec<usize>,
    /// Facets whose ambiguous word surely stands for them somewhere in the text.
    proven: Vec<usize>,
}

/// Reads a whole text.
pub fn find(document: &Document, facets: &Facets) -> Found {
    let mut found = Found::default();
    for (number, sentence) in document.sentences.iter().enumerate() {
        let kind = document.blocks[sentence.block].kind;
        let silent = matches!(
            kind,
            BlockKind::Junk | BlockKind::Related | BlockKind::Meta | BlockKind::Byline
        );
        if !silent && sentence.duplicate_of.is_none() {
            read_sentence(document, facets, number, &mut found);
        }
    }
    for at in 0..found.evidence.len() {
        let facet = found.evidence[at].facet;
        if found.names.contains(&facet) && !found.proven.contains(&facet) {
            let evidence = &mut found.evidence[at];
            evidence.discounted = evidence.discounted.take().or(evidence.likely.take());
        }
    }
    found
}

/// London in Ontario, Cambridge in Massachusetts: where title or text shows another country and nothing but places
/// speaks for a state, the places are that country's.
pub fn discount_elsewhere(title: &mut Found, body: &mut Found) {
    let mut suspects = title.elsewhere.clone();
    suspects.extend(&body.elsewhere);
    suspects.sort_unstable();
    suspects.dedup();
    for facet in suspects {
        let certain = |one: &Evidence| {
            one.facet == facet && one.discounted.is_none() && one.strength == Strength::Strong
        };
        if title.evidence.iter().chain(&body.evidence).any(certain) {
            continue;
        }
        let own = title.evidence.iter_mut().chain(&mut body.evidence);
        for one in own.filter(|one| one.facet == facet) {
            one.discounted.get_or_insert_with(|| "a place of that name elsewhere".to_owned());
        }
    }
}

fn read_sentence(document: &Document, facets: &Facets, number: usize, found: &mut Found) {
    let span = document.sentences[number].span;
    let hits = facets.lexicon.all(document, span);
    let masks: Vec<(Span, usize)> = hits
        .iter()
        .filter_map(|hit| match hit.payload {
            Sign::Mask(reason) => Some((hit.span, *reason)),
            _ => None,
        })
        .collect();
    // Masks are in order of their start, and none is longer than the longest phrase: only near ones are looked at.
    let masked = |span: Span| {
        let from = masks.partition_point(|(mask, _)| mask.start + LONGEST_PHRASE < span.start);
        masks[from..]
            .iter()
            .take_while(|(mask, _)| mask.start < span.end)
            .find(|(mask, _)| mask.overlaps(span) && (*mask == span || !span.contains(*mask)))
            .map(|(mask, reason)| (*mask, facets.masks[*reason].clone()))
    };
    let reason = |span: Span| masked(span).map(|(_, reason)| reason);
    let near: Vec<usize> = hits
        .iter()
        .filter_map(|hit| match hit.payload {
            Sign::Near(set) => Some(*set),
            _ => None,
        })
        .collect::<std::collections::BTreeSet<usize>>()
        .into_iter()
        .collect();
    let is_near = |set: usize| near.binary_search(&set).is_ok();
    let first = found.evidence.len();
    let credit = hits.iter().any(|hit| matches!(hit.payload, Sign::Credit));
    let mut states: Vec<Span> = Vec::new();
    for hit in &hits {
        match *hit.payload {
            Sign::Term { facet, strength, near } => {
                if near.is_some_and(|set| !is_near(set)) {
                    continue;
                }
                let mut discounted = reason(hit.span);
                if credit && facets.facets[facet].role == FacetRole::State {
                    discounted.get_or_insert_with(|| "credit line".to_owned());
                }
                if discounted.is_none() && is_dateline(document, number, hit.span) {
                    discounted = Some("dateline".to_owned());
                    found.datelines += 1;
                }
                push(
                    found,
                    first,
                    Evidence {
                        facet,
                        strength,
                        span: hit.span,
                        sentence: number,
                        words: document.fold(hit.span).to_owned(),
                        discounted,
                        likely: None,
                    },
                );
            }
            Sign::Counter(subject) => found.counters.push((number, subject)),
            Sign::Country if masked(hit.span).is_none_or(|(mask, _)| mask == hit.span) => {
                // The same name stands in the lists of both languages, and a longer one may contain a shorter.
                if states.last().is_some_and(|last: &Span| last.contains(hit.span)) {
                    continue;
                }
                states.push(hit.span);
                found.countries.push(number);
                found.datelines += usize::from(is_dateline(document, number, hit.span));
            }
            Sign::Decisive(alone) if reason(hit.span).is_none() => {
                found.decisive.push((number, alone));
            }
            Sign::Elsewhere(facet) => found.elsewhere.push(facet),
            Sign::Roundup => found.roundup |= is_headline(document, number),
            _ => {}
        }
    }
    read_ambiguous(document, facets, number, &hits, found, &reason, first);
    discount_namesakes(document, found, first, &states);
    discount_strangers(document, facets, found, first, &states);
    discount_lists(document, facets, found, first, &states);
}

/// Adds evidence; a shorter hit of the same facet inside a longer one says nothing more.
fn push(found: &mut Found, first: usize, new: Evidence) {
    // Hits come in order of their start: only the last few can cover a new one.
    let recent = first.max(found.evidence.len().saturating_sub(12));
    let covered = found.evidence[recent..].iter().any(|old| {
        old.facet == new.facet && old.span.contains(new.span) && old.strength >= new.strength
    });
    if !covered {
        found.evidence.push(new);
    }
}

fn read_ambiguous(
    document: &Document,
    facets: &Facets,
    number: usize,
    hits: &[Hit<'_, Sign>],
    found: &mut Found,
    masked: &dyn Fn(Span) -> Option<String>,
    first: usize,
) {
    let strong_states: Vec<usize> = found.evidence[first..]
        .iter()
        .filter(|one| one.discounted.is_none() && one.strength == Strength::Strong)
        .map(|one| one.facet)
        .filter(|&facet| facets.facets[facet].role == FacetRole::State)
        .collect::<std::collections::BTreeSet<usize>>()
        .into_iter()
        .collect();
    let state_near = |facet: usize| strong_states.iter().any(|&other| other != facet);
    for hit in hits {
        let Sign::Ambiguous(word) = *hit.payload else { continue };
        let (word, facet) = &facets.ambiguous[word];
        let Some(Language::Vi | Language::En) = document.language else { continue };
        if document.language != Some(word.language) {
            continue;
        }
        let other_state = state_near(*facet);
        let sentence = document.sentences[number].span;
        let sense = word_sense::sense(document, sentence, hit.span, word, other_state);
        let unread = match sense {
            Sense::Meant | Sense::Likely => None,
            Sense::Name => Some(word.name_reason.clone()),
            Sense::Open => Some(word.open_reason.clone()),
        };
        let discounted = masked(hit.span).or(unread);
        if sense == Sense::Name {
            found.names.push(*facet);
        } else if sense == Sense::Meant && discounted.is_none() {
            found.proven.push(*facet);
        }
        let new = Evidence {
            facet: *facet,
            strength: Strength::Strong,
            span: hit.span,
            sentence: number,
            words: document.fold(hit.span).to_owned(),
            discounted,
            likely: (sense == Sense::Likely).then(|| word.name_reason.clone()),
        };
        push(found, first, new);
    }
    found.evidence[first..].sort_by_key(|evidence| evidence.span.start);
}

/// "Albanian migrants", "refugees from Ukraine": a subject that belongs to the people of another country.
fn discount_strangers(
    document: &Document,
    facets: &Facets,
    found: &mut Found,
    first: usize,
    others: &[Span],
) {
    let fold = &document.norm.fold;
    for evidence in &mut found.evidence[first..] {
        if facets.facets[evidence.facet].role != FacetRole::Subject {
            continue;
        }
        let next = others.partition_point(|country| country.start < evidence.span.end);
        let before = next
            .checked_sub(1)
            .map(|at| others[at])
            .is_some_and(|country| fold.get(country.end..evidence.span.start) == Some(" "));
        let after = others.get(next).is_some_and(|country| {
            fold.get(evidence.span.end..country.start).is_some_and(|between| {
                let word = between.trim();
                between.starts_with(' ')
                    && (word.is_empty()
                        || facets.rule.belonging_words.iter().any(|known| known == word))
            })
        });
        if before || after {
            evidence.discounted.get_or_insert_with(|| "people of another country".to_owned());
        }
    }
}

/// "Surrey, British Columbia": a place whose next word is a country is in that country.
fn discount_namesakes(document: &Document, found: &mut Found, first: usize, others: &[Span]) {
    for evidence in &mut found.evidence[first..] {
        let next = others.partition_point(|country| country.start <= evidence.span.end);
        let abroad = others.get(next).is_some_and(|country| {
            matches!(&document.norm.text[evidence.span.end..country.start], ", " | " (")
        });
        if abroad && evidence.strength == Strength::Weak && evidence.discounted.is_none() {
            evidence.discounted = Some("a place elsewhere".to_owned());
        }
    }
}

/// A state named in a row of other countries is no party of the event.
fn discount_lists(
    document: &Document,
    facets: &Facets,
    found: &mut Found,
    first: usize,
    others: &[Span],
) {
    let states: Vec<(Span, Option<usize>)> = found.evidence[first..]
        .iter()
        .enumerate()
        .filter(|(_, evidence)| facets.facets[evidence.facet].role == FacetRole::State)
        .map(|(at, evidence)| (evidence.span, Some(first + at)))
        .collect();
    let mut row: Vec<(Span, Option<usize>)> =
        others.iter().map(|span| (*span, None)).chain(states).collect();
    row.sort_by_key(|(span, _)| (span.start, span.end));
    let fold = &document.norm.fold;
    let joined = |left: Span, right: Span| {
        right.start >= left.end
            && right.start - left.end <= 40
            && fold[left.end..right.start]
                .split(|c: char| !c.is_alphabetic())
                .filter(|word| !word.is_empty())
                .all(|word| facets.rule.list_words.iter().any(|known| known == word))
            && !fold[left.end..right.start].contains(['.', '-', '/', '"'])
            && right.start - left.end >= 2
    };
    let mut start = 0;
    for end in 1..=row.len() {
        if end < row.len() && joined(row[end - 1].0, row[end].0) {
            continue;
        }
        let others = row[start..end].iter().filter(|(_, state)| state.is_none()).count();
        if others >= facets.rule.country_list {
            for at in row[start..end].iter().filter_map(|(_, state)| *state) {
                found.evidence[at]
                    .discounted
                    .get_or_insert_with(|| "one of a list of countries".to_owned());
            }
        }
        start = end;
    }
}

/// A place at the very start of a paragraph that only says where the report was written: `HANOI (VNA) -`.
fn is_dateline(document: &Document, number: usize, span: Span) -> bool {
    let sentence = &document.sentences[number];
    let block = document.blocks[sentence.block].span;
    if span.start > block.start + 2 || document.blocks[sentence.block].kind == BlockKind::Title {
        return false;
    }
    let rest = document.norm.text[span.end..block.end].trim_start();
    let rest = match rest.strip_prefix('(') {
        Some(agency) => match agency.split_once(')') {
            Some((name, rest)) if name.len() <= 30 => rest.trim_start(),
            _ => return false,
        },
        None => rest,
    };
    // "Hanoi, Aug. 16 (VNA) -" and "HANOI -"; but "Vietnam - UK ties" is no dateline.
    let spaced = rest.starts_with("- ") && !rest[2..].starts_with(char::is_lowercase);
    spaced
        && {
            let after = rest[2..].split_whitespace().count();
            after >= 6
        }
        && document.norm.text[span.range()].chars().count() >= 4
}

fn is_headline(document: &Document, number: usize) -> bool {
    let sentence = &document.sentences[number];
    number < 2 || document.blocks[sentence.block].kind == BlockKind::Title
}
