//! How much running text there is, and where: what decides which part of a page is the article.

use std::collections::{HashMap, HashSet};

use super::outline::Outline;
use super::words::Named;

/// A paragraph that counts has at least so many characters ...
pub(super) const MIN_PARAGRAPH: usize = 25;
/// ... and without any punctuation, so many.
const MIN_UNPUNCTUATED: usize = 120;
/// Share of the page's weight at which a junk name is not believed ("sidebar" and "paywall" occur on main wrappers).
const TOO_MUCH_FOR_JUNK: f64 = 0.4;
/// Weight outside a box of comments at which there is an article beside them, however heavy they are.
const AN_ARTICLE: f64 = 800.0;
/// The same for what asks for consent, which is never the article.
const ANY_TEXT: f64 = 250.0;
/// Most steps from the best container to a larger one.
const CLIMB: usize = 10;

/// Characters of a block's own text, without blanks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Own {
    /// All of them.
    pub chars: usize,
    /// Those in links.
    pub linked: usize,
    /// Those in bold or italic letters.
    pub strong: usize,
}

/// Weights of all nodes.
pub(super) struct Weights {
    /// Weight inside each node, with what is junk left out.
    pub inside: Vec<f64>,
    /// A block's own text; zero for all other nodes.
    pub own: Vec<Own>,
    /// Nodes that are left out.
    pub dropped: Vec<bool>,
}

impl Weights {
    /// Weighs a page. `excluded` are nodes that the configuration leaves out.
    pub(super) fn of(page: &Outline<'_>, excluded: impl Fn(usize) -> bool) -> Self {
        let count = page.nodes.len();
        let mut own = vec![Own::default(); count];
        let mut punctuated = vec![false; count];
        for node in page.nodes.iter().filter(|node| !node.hidden && !node.text.is_empty()) {
            let chars = node.text.chars().filter(|c| !c.is_whitespace()).count();
            let block = &mut own[node.block];
            block.chars += chars;
            block.linked += if node.linked { chars } else { 0 };
            block.strong += if node.strong { chars } else { 0 };
            punctuated[node.block] |= node.text.contains(['.', ',', ';', ':', '?', '!', '…']);
        }
        let good = |index: usize| {
            let Own { chars, linked, .. } = own[index];
            let enough = if punctuated[index] { MIN_PARAGRAPH } else { MIN_UNPUNCTUATED };
            if chars >= enough && linked * 2 < chars { chars as f64 } else { 0.0 }
        };
        let paragraphs: Vec<f64> = (0..count).map(good).collect();
        let junk = junk(page, &summed(page, paragraphs.clone()));
        let mut dropped = vec![false; count];
        for (index, node) in page.nodes.iter().enumerate() {
            if node.element.is_some()
                && (dropped[node.parent] || node.hidden || junk[index] || excluded(index))
            {
                dropped[index..node.end].fill(true);
            }
        }
        let kept = paragraphs
            .iter()
            .zip(&dropped)
            .map(|(weight, dropped)| if *dropped { 0.0 } else { *weight });
        Self { inside: summed(page, kept.collect()), own, dropped }
    }

    /// The container of the heaviest paragraphs inside `within`.
    pub(super) fn container(&self, page: &Outline<'_>, within: usize) -> Option<usize> {
        let mut scores = vec![0.0; page.nodes.len()];
        for index in within..page.nodes[within].end {
            let node = &page.nodes[index];
            // What is inside and not in a child block is the block's own.
            let empty = self.inside[index] <= 0.0 || self.own[index].chars == 0;
            if node.block != index || self.dropped[index] || empty {
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
        for above in page.ancestors(best).take(CLIMB) {
            if above < within {
                break;
            }
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

/// Elements that are named as no part of the article, and are believed: by how much of the page they hold.
fn junk(page: &Outline<'_>, all: &[f64]) -> Vec<bool> {
    let total = all.first().copied().unwrap_or(0.0);
    let mut junk = vec![false; page.nodes.len()];
    // Page builders put each paragraph into a box of its own, and name all the boxes alike: what they hold together
    // counts where the name says little.
    let mut doubtful: HashMap<String, (f64, usize, Vec<usize>)> = HashMap::new();
    for (index, node) in page.nodes.iter().enumerate() {
        let Some(element) = node.element else { continue };
        if node.hidden
            || !["class", "id", "type", "data-component"]
                .iter()
                .any(|name| element.attr(name).is_some())
        {
            continue;
        }
        let named = Named::of(element);
        let little = all[index] < total * TOO_MUCH_FOR_JUNK;
        junk[index] = (little && named.is_junk())
            || (total - all[index] >= AN_ARTICLE.max(total * 0.1) && Named::is_comments(element))
            || (total - all[index] >= ANY_TEXT && Named::is_consent(element));
        if !junk[index] && little && named.is_doubtful() {
            let key = format!("{} {}", node.name, element.attr("class").unwrap_or_default());
            let group = doubtful.entry(key).or_default();
            if index >= group.1 {
                group.0 += all[index];
                group.1 = node.end;
            }
            group.2.push(index);
        }
    }
    for (weight, _, members) in doubtful.into_values() {
        if weight < total * TOO_MUCH_FOR_JUNK {
            members.into_iter().for_each(|index| junk[index] = true);
        }
    }
    junk
}

/// Sums of a value over each node and everything inside it.
fn summed(page: &Outline<'_>, mut values: Vec<f64>) -> Vec<f64> {
    for index in (1..values.len()).rev() {
        let value = values[index];
        values[page.nodes[index].parent] += value;
    }
    values
}

/// The part of the page to look in: of several articles with headlines of their own (the next ones follow below on many
/// sites) the one whose headline the page calls its title, else the first that holds anything. Boxes that are only named
/// as articles count where one of them has the page's title: others may be sections of one text.
pub(super) fn scope(
    page: &Outline<'_>,
    weights: &Weights,
    is_title: impl Fn(usize) -> bool,
) -> usize {
    let mut articles: Vec<(usize, usize)> = Vec::new();
    let mut taken = HashSet::new();
    let headlines: Vec<usize> = (0..page.nodes.len())
        .filter(|index| page.nodes[*index].name == "h1" && !page.nodes[*index].hidden)
        .collect();
    for &index in &headlines {
        let article = page
            .ancestors(index)
            .find(|at| page.nodes[*at].name == "article")
            .or_else(|| box_of(page, &headlines, index));
        if let Some(article) = article.filter(|article| taken.insert(*article)) {
            articles.push((article, index));
        }
    }
    let enough = |article: usize| weights.inside[article] >= 250.0;
    articles.retain(|(article, _)| enough(*article));
    let marked = articles.iter().find(|(article, _)| page.nodes[*article].name == "article");
    let chosen = articles.iter().find(|(_, h1)| is_title(*h1)).or(marked);
    match chosen {
        // Alone on the page, its text may go on behind it.
        Some((article, _)) if articles.len() > 1 => *article,
        _ => 0,
    }
}

/// The largest box that holds one headline of several, if it is named as one for an article.
fn box_of(page: &Outline<'_>, headlines: &[usize], headline: usize) -> Option<usize> {
    let inside = |at: usize| {
        let before = |limit: usize| headlines.partition_point(|h1| *h1 < limit);
        before(page.nodes[at].end) - before(at)
    };
    let own = page.ancestors(headline).take_while(|at| inside(*at) == 1).last()?;
    let element = page.nodes[own].element?;
    Named::of(element).is_article().then_some(own)
}
