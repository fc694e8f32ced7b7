//! The lines of a container, in the order of the page.

use super::outline::Outline;
use super::weights::{MIN_PARAGRAPH, Own, Weights};
use crate::markup::plain;

/// One line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Tidy text.
    pub text: String,
    /// Whether it is a heading.
    pub heading: bool,
    /// Whether all of it is bold or italic, or it stands at the right edge, as signatures do.
    pub set_apart: bool,
}

/// Writes the lines of a container.
pub(super) fn emit(page: &Outline<'_>, weights: &Weights, body: usize, lines: &mut Vec<Line>) {
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
    lines: &mut Vec<Line>,
) {
    let text = plain::tidy(&std::mem::take(current));
    if text.is_empty() {
        return;
    }
    let name = page.nodes[block].name;
    let Own { chars, linked, strong } = weights.own[block];
    let heading = matches!(name, "h2" | "h3" | "h4" | "h5" | "h6");
    let mostly_links = linked * 10 > chars * if name == "li" { 5 } else { 8 };
    // A word or two between boxes: a label, a counter, a date. Paragraphs may be short, boxes not.
    let scrap = matches!(name, "div" | "section" | "span" | "time" | "td" | "th" | "header")
        && chars < MIN_PARAGRAPH
        && !ends_sentence(&text);
    if mostly_links && lines.last().is_some_and(|line| line.heading) {
        // The heading was that of the links.
        lines.pop();
    }
    if name == "h1" || mostly_links || scrap {
        return;
    }
    let set_apart = strong == chars || is_right(page, block);
    lines.extend(text.lines().map(|line| Line { text: line.to_owned(), heading, set_apart }));
}

fn is_right(page: &Outline<'_>, block: usize) -> bool {
    page.nodes[block].element.is_some_and(|element| {
        let style = element.attr("style").unwrap_or_default().replace(' ', "");
        style.to_ascii_lowercase().contains("text-align:right")
            || element.attr("align").is_some_and(|align| align.eq_ignore_ascii_case("right"))
    })
}

/// Whether a line ends as a sentence does.
pub(super) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '”', '’', ')', '\'']).ends_with(['.', '!', '?', '…', ':', ';'])
}
