//! A page as a flat list of nodes in document order: what the extractor and the date finder walk over, without
//! recursion.

use std::collections::HashMap;

use scraper::{ElementRef, Html};

/// Elements that begin a block of their own; all others are part of the line they stand in.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
];
/// Elements whose text is no text of the article, wherever they stand.
const HIDDEN: &[&str] = &[
    "head",
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "aside",
    "footer",
    "figure",
    "figcaption",
    "button",
    "select",
    "option",
    "textarea",
    "label",
    "iframe",
    "object",
    "svg",
    "math",
    "audio",
    "video",
    "canvas",
    "menu",
    "dialog",
];

/// One node.
pub(super) struct Node<'a> {
    /// The element; `None` for text.
    pub element: Option<ElementRef<'a>>,
    /// Name of the element; empty for text.
    pub name: &'a str,
    /// Text of a text node.
    pub text: &'a str,
    /// Index of the parent; the root is its own.
    pub parent: usize,
    /// One past the last node inside.
    pub end: usize,
    /// Index of the block that the node belongs to; a block's own index.
    pub block: usize,
    /// Not shown, or shown beside the article.
    pub hidden: bool,
    /// Inside a link.
    pub linked: bool,
    /// Inside bold or italic letters.
    pub strong: bool,
}

/// The flat page.
pub(super) struct Outline<'a> {
    pub nodes: Vec<Node<'a>>,
}

impl<'a> Outline<'a> {
    /// Flattens a tree.
    pub(super) fn of(html: &'a Html) -> Self {
        let mut nodes: Vec<Node<'a>> = Vec::new();
        let mut places = HashMap::new();
        for node in html.tree.root().descendants() {
            let element = ElementRef::wrap(node);
            let text = node.value().as_text().map_or("", |text| &**text);
            if element.is_none() && text.is_empty() && !nodes.is_empty() {
                continue;
            }
            let index = nodes.len();
            let parent =
                node.parent().and_then(|parent| places.get(&parent.id()).copied()).unwrap_or(0);
            let name = element.map_or("", |element| element.value().name());
            let above = nodes.get(parent);
            let above = above.map(|up| (up.block, up.hidden, up.linked, up.strong));
            let (block, hidden, linked, strong) = above.unwrap_or((0, false, false, false));
            places.insert(node.id(), index);
            nodes.push(Node {
                element,
                name,
                text,
                parent,
                end: index + 1,
                block: if BLOCKS.contains(&name) { index } else { block },
                hidden: hidden || HIDDEN.contains(&name),
                linked: linked || name == "a",
                strong: strong || matches!(name, "b" | "strong" | "em" | "i"),
            });
        }
        for index in (1..nodes.len()).rev() {
            let (parent, end) = (nodes[index].parent, nodes[index].end);
            nodes[parent].end = nodes[parent].end.max(end);
        }
        let mut page = Self { nodes };
        page.veil();
        page
    }

    /// Hides what attributes hide, unless that is a large part of the page: pages fade in by script, and put a dialog
    /// about cookies before everything else.
    fn veil(&mut self) {
        let letters: Vec<usize> = std::iter::once(0)
            .chain(self.nodes.iter().scan(0, |sum, node| {
                *sum += if node.hidden { 0 } else { node.text.trim().len() };
                Some(*sum)
            }))
            .collect();
        let all = letters.last().copied().unwrap_or(0);
        let mut index = 0;
        while index < self.nodes.len() {
            let end = self.nodes[index].end;
            let veiled = self.nodes[index].element.is_some_and(is_hidden);
            if veiled && (letters[end] - letters[index]) * 10 < all * 4 {
                self.nodes[index..end].iter_mut().for_each(|node| node.hidden = true);
                index = end;
            } else {
                index += 1;
            }
        }
    }

    /// The ancestors of a node, nearest first, without the root.
    pub(super) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(self.nodes[index].parent), |at| Some(self.nodes[*at].parent))
            .take_while(|at| *at != 0)
    }

    /// Visible text inside a node, as written; a `br` or the edge of a block breaks the line. It ends soon after `limit`
    /// bytes: boxes lie in boxes, and each is asked.
    pub(super) fn text_of(&self, index: usize, limit: usize) -> String {
        let mut out = String::new();
        let mut block = None;
        for node in &self.nodes[index..self.nodes[index].end] {
            if out.len() > limit {
                break;
            }
            if node.name == "br" || (block.is_some() && block != Some(node.block)) {
                out.push('\n');
            }
            block = Some(node.block);
            if !node.hidden || self.nodes[index].hidden {
                out.push_str(node.text);
            }
        }
        out
    }

    /// The first element with a name inside another.
    pub(super) fn first_in(&self, name: &str, index: usize) -> Option<usize> {
        (index..self.nodes[index].end).find(|at| self.nodes[*at].name == name)
    }

    /// The first element with a name.
    pub(super) fn first(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }
}

fn is_hidden(element: ElementRef<'_>) -> bool {
    let style = || element.attr("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
    element.attr("hidden").is_some()
        || element.attr("aria-hidden") == Some("true")
        || style().contains("display:none")
}
