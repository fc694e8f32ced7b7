//! The selectors that the configuration gives for a source's pages, compiled.

use scraper::Selector;

use super::outline::Outline;
use crate::markup::plain;
use crate::model::PageRules;

/// Compiled selectors; each may be missing.
#[derive(Debug, Default)]
pub(super) struct PageSelectors {
    body: Option<Selector>,
    exclude: Vec<Selector>,
    title: Option<Selector>,
    lead: Option<Selector>,
    author: Option<Selector>,
    date: Option<Selector>,
}

impl PageSelectors {
    /// Compiles rules. The configuration has refused what does not parse; here it counts as missing.
    pub(super) fn of(rules: Option<&PageRules>) -> Self {
        let Some(rules) = rules else { return Self::default() };
        let one = |text: &Option<String>| Selector::parse(text.as_deref()?).ok();
        Self {
            body: one(&rules.body),
            exclude: rules.exclude.iter().filter_map(|text| Selector::parse(text).ok()).collect(),
            title: one(&rules.title),
            lead: one(&rules.lead),
            author: one(&rules.author),
            date: one(&rules.date),
        }
    }

    pub(super) fn is_body(&self, page: &Outline<'_>, index: usize) -> bool {
        matches(self.body.as_ref(), page, index)
    }

    pub(super) fn is_lead(&self, page: &Outline<'_>, index: usize) -> bool {
        matches(self.lead.as_ref(), page, index)
    }

    pub(super) fn excludes(&self, page: &Outline<'_>, index: usize) -> bool {
        self.exclude.iter().any(|one| matches(Some(one), page, index))
    }

    /// The configured headline.
    pub(super) fn title(&self, page: &Outline<'_>) -> Option<String> {
        first_line(self.title.as_ref(), page)
    }

    /// The configured author's line.
    pub(super) fn author(&self, page: &Outline<'_>) -> Option<String> {
        first_line(self.author.as_ref(), page)
    }

    /// The configured date stamps: what their attributes say, then what they show.
    pub(super) fn dates(&self, page: &Outline<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for index in (0..page.nodes.len()).filter(|at| matches(self.date.as_ref(), page, *at)) {
            let element = page.nodes[index].element;
            let stated = ["datetime", "content"];
            found.extend(
                stated.iter().filter_map(|name| element?.attr(name)).map(ToOwned::to_owned),
            );
            found.push(plain::line(&page.text_of(index, 400)));
        }
        found
    }
}

fn matches(selector: Option<&Selector>, page: &Outline<'_>, index: usize) -> bool {
    selector
        .is_some_and(|one| page.nodes[index].element.is_some_and(|element| one.matches(&element)))
}

fn first_line(selector: Option<&Selector>, page: &Outline<'_>) -> Option<String> {
    let index = (0..page.nodes.len()).find(|at| matches(selector, page, *at))?;
    Some(plain::tidy(&page.text_of(index, 1_000)).replace('\n', " "))
        .filter(|text| !text.is_empty())
}
