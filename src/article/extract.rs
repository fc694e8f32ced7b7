//! The text of the article on a page: where paragraphs are dense, without what stands around them.
//!
//! Every block with running text weighs what it has; boxes that are named as something else (related stories, sharing,
//! comments) lose their weight unless they hold so much of the page that the name must be wrong; the container with the
//! heaviest paragraphs wins, and grows while that adds enough. The thresholds were chosen elsewhere on some 800 pages of
//! news and held against 256 others.

use std::collections::HashSet;

use super::furniture;
use super::lines::{self, Line};
use super::outline::Outline;
use super::selectors::PageSelectors;
use super::weights::{self, Weights};
use super::words::Named;
use crate::markup::plain;

/// Characters at which a marked article body is taken at its word.
const MARKED_BODY: f64 = 300.0;
/// Characters at which a configured body is; with less, the site was rebuilt.
const CONFIGURED_BODY: usize = 200;
/// Characters of a text below which paragraphs are looked for all over the page.
const SHORT: usize = 250;
/// A paragraph that is taken from anywhere has so many characters of its own.
const LONG_PARAGRAPH: f64 = 80.0;

/// A text, and which part of the page it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Extracted {
    /// Paragraphs, one a line.
    pub text: String,
    /// Index of the first node of its container; 0 when there is no container.
    pub start: usize,
    /// A signature or byline found in it.
    pub signature: Option<String>,
    /// Whether the configured selector gave it.
    pub configured: bool,
}

/// What is known of a page before its text is looked for.
pub(super) struct Known<'a> {
    /// The headline.
    pub title: &'a str,
    /// The author whom the page declares.
    pub byline: Option<&'a str>,
    /// The configured selectors.
    pub selectors: &'a PageSelectors,
}

/// Finds the article's text; empty when there is none.
pub(super) fn extract(page: &Outline<'_>, known: &Known<'_>) -> Extracted {
    let selectors = known.selectors;
    let weights = Weights::of(page, |index| selectors.excludes(page, index));
    let configured = outermost(page, |index| selectors.is_body(page, index));
    if !configured.is_empty() {
        let found = gather(page, &weights, &configured, known);
        if found.text.chars().count() >= CONFIGURED_BODY {
            return Extracted { configured: true, ..found };
        }
    }
    let mut marked = outermost(page, |index| is_marked(page, index) && !weights.dropped[index]);
    let scope =
        weights::scope(page, &weights, |h1| furniture::same(&page.text_of(h1, 1_000), known.title));
    marked.retain(|body| *body >= scope && *body < page.nodes[scope].end);
    let bodies = match marked.iter().map(|body| weights.inside[*body]).sum::<f64>() {
        weight if weight >= MARKED_BODY => marked,
        _ => weights
            .container(page, scope)
            .map(|one| beside(page, &weights, one))
            .unwrap_or_default(),
    };
    let found = gather(page, &weights, &bodies, known);
    if found.text.chars().count() < SHORT {
        let all = scattered(page, &weights, scope);
        let all = gather(page, &weights, &all, known);
        if all.text.len() > found.text.len() * 2 {
            return all;
        }
    }
    found
}

/// The text of several parts of the page, as one.
fn gather(page: &Outline<'_>, weights: &Weights, bodies: &[usize], known: &Known<'_>) -> Extracted {
    let Some(start) = bodies.first().copied() else { return Extracted::default() };
    let mut lines: Vec<Line> = Vec::new();
    for body in bodies {
        lines::emit(page, weights, *body, &mut lines);
    }
    let signature = furniture::clear(&mut lines, known.title, known.byline);
    let mut seen = HashSet::new();
    let mut text: Vec<String> = Vec::new();
    let lead = configured_lead(page, known.selectors).or_else(|| lead(page, start));
    // The body may begin with the lead as well.
    let told = |lead: &String| lines.iter().take(3).any(|line| line.text.contains(lead.as_str()));
    if let Some(lead) = lead.filter(|lead| !told(lead)) {
        seen.insert(lead.clone());
        text.push(lead);
    }
    // A paragraph that is repeated word for word is furniture the second time.
    let lines = lines.into_iter().map(|line| line.text);
    text.extend(lines.filter(|line| seen.insert(line.clone())));
    Extracted { text: text.join("\n"), start, signature, configured: false }
}

/// Elements that fulfil a condition, without those inside another.
fn outermost(page: &Outline<'_>, mut fits: impl FnMut(usize) -> bool) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for (index, node) in page.nodes.iter().enumerate() {
        let nested = found.last().is_some_and(|last| index < page.nodes[*last].end);
        if node.element.is_some() && !nested && fits(index) {
            found.push(index);
        }
    }
    found
}

/// Whether the page itself marks an element as the article's body.
fn is_marked(page: &Outline<'_>, index: usize) -> bool {
    let node = &page.nodes[index];
    node.name != "meta"
        && !node.hidden
        && node.element.is_some_and(|element| {
            element
                .attr("itemprop")
                .is_some_and(|kinds| kinds.split_whitespace().any(|kind| kind == "articleBody"))
        })
}

/// The container, with what stands beside it and belongs to it: paragraphs, and boxes named just like it.
fn beside(page: &Outline<'_>, weights: &Weights, container: usize) -> Vec<usize> {
    let class = |index: usize| page.nodes[index].element.and_then(|element| element.attr("class"));
    let parent = page.nodes[container].parent;
    let mut found = Vec::new();
    let mut at = parent + 1;
    while at < page.nodes[parent].end {
        let node = &page.nodes[at];
        let alike = || {
            node.name != "article"
                && node.name == page.nodes[container].name
                && class(at).is_some_and(|own| !own.trim().is_empty())
                && class(at) == class(container)
                && page.first_in("h1", at).is_none()
        };
        let paragraph = || matches!(node.name, "p" | "blockquote" | "pre");
        if at == container
            || (!node.hidden
                && !weights.dropped[at]
                && weights.inside[at] > 0.0
                && (paragraph() || alike()))
        {
            found.push(at);
        }
        at = node.end.max(at + 1);
    }
    found
}

/// Long paragraphs, wherever they stand.
fn scattered(page: &Outline<'_>, weights: &Weights, scope: usize) -> Vec<usize> {
    let nodes = page.nodes.iter().enumerate();
    nodes
        .filter(|(index, node)| {
            *index >= scope
                && *index < page.nodes[scope].end
                && matches!(node.name, "p" | "blockquote" | "pre")
                && !weights.dropped[*index]
                && weights.inside[*index] >= LONG_PARAGRAPH
        })
        .map(|(index, _)| index)
        .collect()
}

fn configured_lead(page: &Outline<'_>, selectors: &PageSelectors) -> Option<String> {
    let found = (0..page.nodes.len()).find(|index| selectors.is_lead(page, *index))?;
    Some(plain::tidy(&page.text_of(found, 4_000)).replace('\n', " "))
        .filter(|lead| !lead.is_empty())
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
        // A long second headline beside the first is one, too.
        let beside = || node.name == "h2" && node.parent == page.nodes[headline].parent;
        !node.hidden && node.end <= body && (named() || beside())
    })?;
    let text = plain::tidy(&page.text_of(found, 4_000)).replace('\n', " ");
    (40..1_000).contains(&text.chars().count()).then_some(text)
}
