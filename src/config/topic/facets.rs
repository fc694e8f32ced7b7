//! `facets.toml`: the words that show what a text is about, and which facets must come together.

use serde::Deserialize;

use crate::config::Problem;

/// What a facet is in the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FacetRole {
    /// One of the two countries.
    State,
    /// A subject.
    Subject,
}

/// One facet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facet {
    /// Short name.
    pub id: String,
    /// What it is in the topic.
    pub role: FacetRole,
    /// Phrases.
    #[serde(default)]
    pub strong: Vec<String>,
}

/// All facets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facets {
    /// The facets.
    #[serde(rename = "facet")]
    pub facets: Vec<Facet>,
}

impl Facets {
    /// Reads the file; all problems at once.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        super::parse(file, text)
    }

    /// All phrases of all facets.
    pub fn phrases(&self) -> impl Iterator<Item = &str> {
        self.facets.iter().flat_map(|facet| facet.strong.iter().map(String::as_str))
    }
}
