//! The text of the article on a page: where paragraphs are dense, without what stands around them.
//!
//! Every block with running text weighs what it has; boxes that are named as something else (related stories, sharing,
//! comments) lose their weight unless they hold so much of the page that the name must be wrong; the container with the
//! heaviest paragraphs wins, and grows while that adds enough. The thresholds were chosen elsewhere on some 800 pages of
//! news and held against 256 others.

use std::collections::HashSet;

use super::outline::Outline;
use super::words::Named;
use crate::markup::plain;
use crate::time::feed_date;

/// A paragraph that counts has at least so many characters ...
const MIN_PARAGRAPH: usize = 25;
/// ... and without any punctuation, so many.
const MIN_UNPUNCTUATED: usize = 120;
/// Share of the page's weight at which a junk name is not believed ("sidebar" and "paywall" occur on main wrappers).
const TOO_MUCH_FOR_JUNK: f64 = 0.4;
/// Characters at which a marked article body is taken at its word.
const MARKED_BODY: usize = 300;
/// Longest date stamp, in characters.
const STAMP: usize = 60;

/// A text, and which part of the page it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Extracted {
    /// Paragraphs, one a line.
    pub text: String,
    /// Index of the first node of its container; 0 when there is no container.
    pub start: usize,
}

/// Finds the article's text; empty when there is none.
pub(super) fn extract(page: &Outline<'_>) -> Extracted {
    let weights = Weights::of(page);
    let marked = marked_bodies(page);
    let bodies = match marked.iter().map(|body| weights.inside[*body]).sum::<f64>() {
        weight if weight >= MARKED_BODY as f64 => marked,
        _ => match weights.container(page) {
            Some(container) => vec![container],
            None => return Extracted::default(),
        },
    };
    let start = bodies[0];
    let mut lines = Vec::new();
    for body in bodies {
        emit(page, &weights, body, &mut lines);
    }
    while lines.last().is_some_and(|(_, heading)| *heading) {
        lines.pop();
    }
    // Date stamps that stand above the first paragraph are found as dates, and are no text.
    let first =
        lines.iter().position(|(line, _)| line.chars().count() > STAMP).unwrap_or(lines.len());
    let body = lines.split_off(first);
    lines.retain(|(line, _)| feed_date::read(line).is_none_or(|stamp| stamp.time.is_none()));
    lines.extend(body);
    let mut seen = HashSet::new();
    let mut text: Vec<String> = Vec::new();
    if let Some(lead) = lead(page, start) {
        seen.insert(lead.clone());
        text.push(lead);
    }
    // A paragraph that is repeated word for word is furniture the second time.
    text.extend(lines.into_iter().map(|(line, _)| line).filter(|line| seen.insert(line.clone())));
    Extracted { text: text.join("\n"), start }
}

/// How much running text there is, and where.
struct Weights {
    /// Weight inside each node, with what is junk left out.
    inside: Vec<f64>,
    /// Characters of a block's own, and those in links.
    own: Vec<(usize, usize)>,
    /// Nodes that are left out.
    dropped: Vec<bool>,
}

impl Weights {
    fn of(page: &Outline<'_>) -> Self {
        let count = page.nodes.len();
        let mut own = vec![(0, 0); count];
        let mut punctuated = vec![false; count];
        for node in page.nodes.iter().filter(|node| !node.hidden) {
            let chars = node.text.chars().filter(|c| !c.is_whitespace()).count();
            own[node.block].0 += chars;
            own[node.block].1 += if node.linked { chars } else { 0 };
            punctuated[node.block] |= node.text.contains(['.', ',', ';', ':', '?', '!', '…']);
        }
        let good = |index: usize| {
            let (chars, linked) = own[index];
            let enough = if punctuated[index] { MIN_PARAGRAPH } else { MIN_UNPUNCTUATED };
            if chars >= enough && linked * 2 < chars { chars as f64 } else { 0.0 }
        };
        let paragraphs: Vec<f64> = (0..count).map(good).collect();
        let all = summed(page, paragraphs.clone());
        let total = all.first().copied().unwrap_or(0.0);
        let mut dropped = vec![false; count];
        for (index, node) in page.nodes.iter().enumerate() {
            let Some(element) = node.element else { continue };
            let junk = || all[index] < total * TOO_MUCH_FOR_JUNK && Named::of(element).is_junk();
            if dropped[node.parent] || node.hidden || junk() {
                dropped[index..node.end].fill(true);
            }
        }
        let kept = paragraphs
            .iter()
            .zip(&dropped)
            .map(|(weight, dropped)| if *dropped { 0.0 } else { *weight });
        Self { inside: summed(page, kept.collect()), own, dropped }
    }

    /// The container of the heaviest paragraphs.
    fn container(&self, page: &Outline<'_>) -> Option<usize> {
        let mut scores = vec![0.0; page.nodes.len()];
        for (index, node) in page.nodes.iter().enumerate() {
            let (chars, _) = self.own[index];
            // What is inside and not in a child block is the block's own.
            if node.block != index || self.dropped[index] || self.inside[index] <= 0.0 || chars == 0
            {
                continue;
            }
            let own = self.own_weight(page, index);
            for (above, share) in page.ancestors(index).zip([1.0, 0.5, 0.25]) {
                scores[above] += own * share;
            }
        }
        let best = (1..scores.len()).filter(|at| scores[*at] > 0.0).max_by(|a, b| {
            // Of equals the outer one, which comes first.
            scores[*a].total_cmp(&scores[*b]).then(b.cmp(a))
        })?;
        let mut chosen = best;
        for above in page.ancestors(best).take(10) {
            let needed = if page.nodes[above].name == "body" { 1.4 } else { 1.3 };
            if self.inside[above] >= self.inside[chosen] * needed {
                chosen = above;
            }
        }
        Some(chosen)
    }

    fn own_weight(&self, page: &Outline<'_>, index: usize) -> f64 {
        let mut own = self.inside[index];
        let mut at = index + 1;
        while at < page.nodes[index].end {
            if page.nodes[at].block == at {
                own -= self.inside[at];
                at = page.nodes[at].end;
            } else {
                at += 1;
            }
        }
        own
    }
}

/// Sums of a value over each node and everything inside it.
fn summed(page: &Outline<'_>, mut values: Vec<f64>) -> Vec<f64> {
    for index in (1..values.len()).rev() {
        let value = values[index];
        values[page.nodes[index].parent] += value;
    }
    values
}

/// Elements that the page itself marks as the article's body, outermost only.
fn marked_bodies(page: &Outline<'_>) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for (index, node) in page.nodes.iter().enumerate() {
        let Some(element) = node.element else { continue };
        let marked = element
            .attr("itemprop")
            .is_some_and(|kinds| kinds.split_whitespace().any(|k| k == "articleBody"));
        let nested = found.last().is_some_and(|last| index < page.nodes[*last].end);
        if marked && node.name != "meta" && !node.hidden && !nested {
            found.push(index);
        }
    }
    found
}

/// Writes the lines of a container; headings are marked.
fn emit(page: &Outline<'_>, weights: &Weights, body: usize, lines: &mut Vec<(String, bool)>) {
    let mut current = String::new();
    let mut block = page.nodes[body].block;
    for index in body..page.nodes[body].end {
        let node = &page.nodes[index];
        if node.hidden || (weights.dropped[index] && index != body) {
            continue;
        }
        if node.block != block {
            flush(page, weights, block, &mut current, lines);
            block = node.block;
        }
        if node.name == "br" {
            current.push('\n');
        }
        current.push_str(node.text);
    }
    flush(page, weights, block, &mut current, lines);
}

fn flush(
    page: &Outline<'_>,
    weights: &Weights,
    block: usize,
    current: &mut String,
    lines: &mut Vec<(String, bool)>,
) {
    let text = plain::tidy(&std::mem::take(current));
    let name = page.nodes[block].name;
    let (chars, linked) = weights.own[block];
    let heading = matches!(name, "h2" | "h3" | "h4" | "h5" | "h6");
    let mostly_links = linked * 10 > chars * if name == "li" { 5 } else { 8 };
    // A word or two between boxes: a label, a counter, a date. Paragraphs may be short, boxes not.
    let scrap = matches!(name, "div" | "section" | "span" | "time" | "td")
        && chars < MIN_PARAGRAPH
        && !ends_sentence(&text);
    if mostly_links && !text.is_empty() && lines.last().is_some_and(|(_, heading)| *heading) {
        // The heading was that of the links.
        lines.pop();
    }
    if text.is_empty() || name == "h1" || mostly_links || scrap {
        return;
    }
    lines.extend(text.lines().map(|line| (line.to_owned(), heading)));
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', ')']).ends_with(['.', '!', '?', '…', ':'])
}

/// The lead, where a page puts it between headline and body.
fn lead(page: &Outline<'_>, body: usize) -> Option<String> {
    let headline = page.first("h1")?;
    if headline >= body {
        return None;
    }
    let found = (page.nodes[headline].end..body).find(|index| {
        let node = &page.nodes[*index];
        let named = || node.element.is_some_and(|element| Named::of(element).is_lead());
        !node.hidden && node.end <= body && named()
    })?;
    let text = plain::tidy(&page.text_of(found, 4_000)).replace('\n', " ");
    (40..1_000).contains(&text.chars().count()).then_some(text)
}
