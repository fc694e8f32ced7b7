//! HTML as a tree, within limits.
//!
//! The parser takes time that grows with the square of the nesting depth (servo/html5ever#788) and has no cap, and
//! nothing can stop it in the middle of a call. So it is driven in small pieces, and the sink that builds the tree
//! measures depth and size as it goes: past a limit, parsing ends with the piece in hand.

use std::borrow::Cow;
use std::cell::{Cell, Ref};

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ParseOpts, QualName};
use scraper::{Html, HtmlTreeSink};

/// Depth at which browsers stop nesting; the deepest of 3 220 real news pages had 56.
const MAX_DEPTH: usize = 512;
/// Nodes in a tree; the largest real page had 27 755.
const MAX_NODES: usize = 150_000;
/// Bytes of HTML; the largest real page had 2.2 MB.
const MAX_BYTES: usize = 5 << 20;
/// Attributes of one tag, counted generously; the parser compares each with all before it. The most on a real page was
/// 2 895.
const MAX_ATTRIBUTES: usize = 20_000;
/// Bytes parsed between two looks at the limits: a kilobyte can nest some 300 elements or repeat some 100 000, no more.
const PIECE: usize = 1 << 10;

/// The page is beyond what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DomError {
    /// Nested more than 512 deep.
    #[error("the page nests elements more than {MAX_DEPTH} deep")]
    TooDeep,
    /// Too many bytes, nodes, or attributes on one tag.
    #[error("the page is too large to be read")]
    TooLarge,
}

/// Builds the tree of a document.
///
/// # Errors
/// [`DomError`] when a limit is passed, after little more work than the limit allows.
pub fn parse(html: &str) -> Result<Html, DomError> {
    if html.len() > MAX_BYTES || most_attributes(html.as_bytes()) > MAX_ATTRIBUTES {
        return Err(DomError::TooLarge);
    }
    let sink = Measured {
        inner: HtmlTreeSink::new(Html::new_document()),
        nodes: Cell::new(0),
        deepest: Cell::new(0),
    };
    let mut parser = html5ever::parse_document(sink, ParseOpts::default());
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        parser.process(StrTendril::from_slice(piece));
        let measured = &parser.tokenizer.sink.sink;
        if measured.deepest.get() > MAX_DEPTH {
            return Err(DomError::TooDeep);
        }
        if measured.nodes.get() > MAX_NODES {
            return Err(DomError::TooLarge);
        }
        rest = after;
    }
    Ok(parser.finish())
}

/// The largest number of attributes that one tag could have: everything that may separate two, quotes ignored.
fn most_attributes(bytes: &[u8]) -> usize {
    let (mut most, mut count, mut inside) = (0, 0, false);
    for pair in bytes.windows(2) {
        match pair {
            [b'<', next] if next.is_ascii_alphabetic() => (inside, count) = (true, 0),
            [b'>', _] => inside = false,
            [b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' | b'=', next] if inside => {
                count += usize::from(!next.is_ascii_whitespace());
                most = most.max(count);
            }
            _ => {}
        }
    }
    most
}

type Handle = <HtmlTreeSink as TreeSink>::Handle;

/// The tree builder's sink, with a measure of what it has built.
struct Measured {
    inner: HtmlTreeSink,
    nodes: Cell<usize>,
    deepest: Cell<usize>,
}

impl Measured {
    fn count(&self) {
        self.nodes.set(self.nodes.get() + 1);
    }

    /// Measures a node that has just found its place. Walking up is cheap, because deep trees are given up.
    fn measure(&self, node: &Handle) {
        let html = self.inner.0.borrow();
        let depth =
            html.tree.get(*node).map_or(0, |node| node.ancestors().take(MAX_DEPTH + 2).count());
        self.deepest.set(self.deepest.get().max(depth));
    }

    fn placed(&self, child: &NodeOrText<Handle>) -> Option<Handle> {
        match child {
            NodeOrText::AppendNode(node) => Some(*node),
            NodeOrText::AppendText(_) => {
                self.count();
                None
            }
        }
    }
}

impl TreeSink for Measured {
    type Handle = Handle;
    type Output = Html;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Html {
        self.inner.finish()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.inner.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Ref<'a, QualName> {
        self.inner.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> Handle {
        self.count();
        self.inner.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.count();
        self.inner.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.count();
        self.inner.create_pi(target, data)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let node = self.placed(&child);
        self.inner.append(parent, child);
        node.iter().for_each(|node| self.measure(node));
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        let node = self.placed(&child);
        self.inner.append_based_on_parent_node(element, previous, child);
        node.iter().for_each(|node| self.measure(node));
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.inner.append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        self.inner.get_template_contents(target)
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        self.inner.same_node(x, y)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.inner.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let node = self.placed(&child);
        self.inner.append_before_sibling(sibling, child);
        node.iter().for_each(|node| self.measure(node));
    }

    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        self.inner.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.inner.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &Handle, parent: &Handle) {
        self.inner.reparent_children(node, parent);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn hostile_pages_are_given_up_before_they_cost_anything() {
        let bold: String = (0..2_000).map(|n| format!("<b {n}>")).collect();
        let reopened: String = (0..400).map(|n| format!("<b {n}>")).collect();
        let reopened = format!("<p>{reopened}{}", "<p>x".repeat(500));
        for (name, html, expected) in [
            ("div", "<div>".repeat(100_000), DomError::TooDeep),
            ("list", "<ul><li>".repeat(60_000), DomError::TooDeep),
            ("table", "<table><tr><td>".repeat(20_000), DomError::TooDeep),
            ("bold", bold, DomError::TooDeep),
            ("reopened", reopened, DomError::TooLarge),
            ("attributes", format!("<p {}>", "a=1 ".repeat(200_000)), DomError::TooLarge),
            ("bytes", "x".repeat(MAX_BYTES + 1), DomError::TooLarge),
        ] {
            let started = Instant::now();
            assert_eq!(parse(&html).map(|_| ()), Err(expected), "{name}");
            assert!(started.elapsed() < Duration::from_secs(20), "{name}: {:?}", started.elapsed());
        }
    }

    #[test]
    fn a_page_as_deep_as_browsers_allow_is_read() {
        let html = format!("{}x{}", "<div>".repeat(500), "</div>".repeat(500));
        assert!(parse(&html).is_ok());
        assert!(parse("").is_ok());
        assert!(parse(&"đ<p>".repeat(5_000)).is_ok());
    }
}
