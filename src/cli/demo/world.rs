//! The content of the demonstration: rounds, outlets and pieces, read from the embedded `demo/*.toml` and checked.
//!
//! A **piece** is what an outlet publishes: a feed entry and the page it leads to, with what ought to come of it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Deserialize;

use crate::model::{AlertLevel, Language, Outcome, Stage, Trust};

const ROUNDS: &str = include_str!("../../../demo/world.toml");
const OUTLETS: &str = include_str!("../../../demo/sources.toml");
/// One file an outlet, named after it.
const PIECES: &[(&str, &str)] = &[
    ("lotus-wire", include_str!("../../../demo/entries/lotus-wire.toml")),
    ("whitehall-desk", include_str!("../../../demo/entries/whitehall-desk.toml")),
    ("sen-viet", include_str!("../../../demo/entries/sen-viet.toml")),
    ("doi-ngoai", include_str!("../../../demo/entries/doi-ngoai.toml")),
    ("an-ninh-moi", include_str!("../../../demo/entries/an-ninh-moi.toml")),
    ("tuyen-bien", include_str!("../../../demo/entries/tuyen-bien.toml")),
    ("dong-bang", include_str!("../../../demo/entries/dong-bang.toml")),
    ("channel-gazette", include_str!("../../../demo/entries/channel-gazette.toml")),
    ("thames-ledger", include_str!("../../../demo/entries/thames-ledger.toml")),
    ("bay-post", include_str!("../../../demo/entries/bay-post.toml")),
    ("parliament-notes", include_str!("../../../demo/entries/parliament-notes.toml")),
    ("guong-tin", include_str!("../../../demo/entries/guong-tin.toml")),
];

/// One poll of all sources.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// The virtual moment of the poll (UTC).
    pub at: Timestamp,
    /// A heading.
    pub title: String,
    /// What happens in the world, and what should come of it.
    pub story: String,
    /// Alert mails that the poll must set off.
    pub alerts: usize,
}

/// The kind of document an outlet publishes its entries in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub enum Format {
    /// RSS 2.0.
    #[serde(rename = "rss2")]
    Rss2,
    /// RSS 2.0 whose descriptions hold a picture, the lead, and a list of other headlines.
    #[serde(rename = "rss2-markup")]
    Rss2Markup,
    /// RSS 2.0 with the whole text in `content:encoded`.
    #[serde(rename = "rss2-full")]
    Rss2Full,
    /// RSS 0.91, with its document type, without dates.
    #[serde(rename = "rss091")]
    Rss091,
    /// RSS 0.92, without dates.
    #[serde(rename = "rss092")]
    Rss092,
    /// RSS 1.0 (RDF) with Dublin Core dates.
    #[serde(rename = "rdf")]
    Rdf,
    /// Atom 1.0.
    #[serde(rename = "atom")]
    Atom,
    /// JSON Feed 1.1.
    #[serde(rename = "json")]
    Json,
    /// An HTML page, read by selectors.
    #[serde(rename = "listing")]
    Listing,
}

/// The shape of an outlet's article pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PageShape {
    /// A news agency: caption, body, list of related stories inside the body.
    Agency,
    /// A government site: little around the text.
    Government,
    /// A newspaper: menus, most-read list, share buttons, comments.
    Newspaper,
    /// A mirror: keyword soup around unmarked paragraphs.
    Mirror,
}

/// Where an outlet's pages say when they were published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stamp {
    /// In a JSON-LD block.
    JsonLd,
    /// In a `meta` element.
    Meta,
    /// In a line that readers see.
    Page,
    /// Nowhere.
    None,
}

/// An invented outlet.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// Its id as a source.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The language it writes in, when it writes in one.
    pub language: Option<Language>,
    /// How far it may announce something alone.
    pub trust: Trust,
    /// How it publishes its entries.
    pub format: Format,
    /// What its pages look like.
    pub page: PageShape,
    /// Where its pages carry their date.
    pub stamp: Stamp,
    /// IANA zone it writes its dates in.
    pub zone: String,
    /// Whether it never answers well.
    #[serde(default)]
    pub broken: bool,
}

impl Outlet {
    /// Path of the document that is polled.
    pub fn feed_path(&self) -> String {
        let file = match self.format {
            Format::Rss2 | Format::Rss2Markup | Format::Rss2Full => "rss.xml",
            Format::Rss091 | Format::Rss092 => "headlines.xml",
            Format::Rdf => "index.rdf",
            Format::Atom => "atom.xml",
            Format::Json => "feed.json",
            Format::Listing => "tin-moi.html",
        };
        format!("/{}/{file}", self.id)
    }
}

/// What a piece is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PieceKind {
    /// It carries the story: verdicts are expected.
    Story,
    /// On the topic, but with no commitment in it.
    Quiet,
    /// Not on the topic, though it looks like it.
    Noise,
}

/// A verdict that a piece must lead to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Any of these outcomes.
    pub outcome: Vec<Outcome>,
    /// With this level, where it matters.
    pub level: Option<AlertLevel>,
    /// At this stage after it, where it matters.
    pub stage: Option<Stage>,
}

/// What an outlet publishes: a feed entry and its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Unique within the world; part of its address.
    pub id: String,
    /// The outlet's id.
    pub source: String,
    /// The round from which on it is in the feed.
    pub round: usize,
    /// When it was published.
    pub at: Timestamp,
    /// What it is there for.
    pub kind: PieceKind,
    /// Why it is in the world, for readers.
    pub why: String,
    /// Title.
    pub title: String,
    /// Lead in the feed.
    pub summary: String,
    /// Paragraphs of the page.
    pub paragraphs: Vec<String>,
    /// Caption under the picture.
    pub caption: Option<String>,
    /// Line under the text.
    pub byline: Option<String>,
    /// The piece whose text it repeats.
    pub copy_of: Option<String>,
    /// Verdicts that must be among its own.
    pub expect: Vec<Expected>,
    /// The loudest level that any of its verdicts may have.
    pub loudest: AlertLevel,
}

impl Piece {
    /// Path of its page.
    pub fn path(&self) -> String {
        format!("/{}/{}/{}.html", self.source, self.at.strftime("%Y/%m"), self.id)
    }
}

/// The embedded content contradicts itself.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A file is not what it should be.
    #[error("demo content {file}: {error}")]
    Form {
        /// Name of the file.
        file: String,
        /// What is wrong, with its place.
        error: toml::de::Error,
    },
    /// Two parts do not fit.
    #[error("demo content: {0}")]
    Contradiction(String),
}

/// The whole content.
#[derive(Debug, Clone)]
pub struct World {
    /// The polls, in order.
    pub rounds: Vec<Round>,
    /// The outlets, in the order of the configuration.
    pub outlets: Vec<Outlet>,
    /// All pieces of all rounds.
    pub pieces: Vec<Piece>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundsFile {
    round: Vec<Round>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutletsFile {
    source: Vec<Outlet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PiecesFile {
    entry: Vec<RawPiece>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPiece {
    id: String,
    round: usize,
    at: Timestamp,
    kind: PieceKind,
    why: String,
    title: String,
    summary: String,
    text: Option<String>,
    caption: Option<String>,
    byline: Option<String>,
    copy_of: Option<String>,
    #[serde(default)]
    expect: Vec<Expected>,
    loudest: Option<AlertLevel>,
}

impl World {
    /// The content shipped with the program.
    ///
    /// # Errors
    /// [`WorldError`] when the files contradict themselves, which the tests rule out.
    pub fn embedded() -> Result<Self, WorldError> {
        let rounds: RoundsFile = read("world.toml", ROUNDS)?;
        let outlets: OutletsFile = read("sources.toml", OUTLETS)?;
        let mut pieces = Vec::new();
        for (source, text) in PIECES {
            let file: PiecesFile = read(&format!("entries/{source}.toml"), text)?;
            pieces.extend(file.entry.into_iter().map(|raw| piece(source, raw)));
        }
        let mut world = Self { rounds: rounds.round, outlets: outlets.source, pieces };
        world.repeat_copies()?;
        world.check()?;
        Ok(world)
    }

    /// The outlet of a source id.
    pub fn outlet(&self, id: &str) -> Option<&Outlet> {
        self.outlets.iter().find(|outlet| outlet.id == id)
    }

    /// What an outlet has published by a round, newest first.
    pub fn published(&self, outlet: &str, round: usize) -> Vec<&Piece> {
        let mut found: Vec<&Piece> = self
            .pieces
            .iter()
            .filter(|piece| piece.source == outlet && piece.round <= round)
            .collect();
        found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
        found
    }

    /// The latest round, up to `round`, in which an outlet published something; 0 when it never did.
    pub fn changed_in(&self, outlet: &str, round: usize) -> usize {
        self.published(outlet, round).iter().map(|piece| piece.round).max().unwrap_or(0)
    }

    /// Gives copies the text of what they copy.
    fn repeat_copies(&mut self) -> Result<(), WorldError> {
        let originals = self.pieces.clone();
        for copy in &mut self.pieces {
            let Some(id) = &copy.copy_of else { continue };
            let original = originals
                .iter()
                .find(|piece| &piece.id == id && piece.copy_of.is_none())
                .ok_or_else(|| contradiction(&copy.id, "copies a piece that is not there"))?;
            copy.paragraphs.clone_from(&original.paragraphs);
        }
        Ok(())
    }

    fn check(&self) -> Result<(), WorldError> {
        let mut ids = BTreeSet::new();
        for piece in &self.pieces {
            if !ids.insert(&piece.id) {
                return Err(contradiction(&piece.id, "is there twice"));
            }
            if self.outlet(&piece.source).is_none() {
                return Err(contradiction(&piece.id, "has no outlet"));
            }
            let Some(round) = self.rounds.get(piece.round) else {
                return Err(contradiction(&piece.id, "belongs to no round"));
            };
            if piece.at > round.at {
                return Err(contradiction(&piece.id, "is published after its poll"));
            }
            if piece.paragraphs.is_empty() {
                return Err(contradiction(&piece.id, "has no text"));
            }
            if (piece.kind == PieceKind::Story) == piece.expect.is_empty() {
                return Err(contradiction(&piece.id, "expects verdicts without being a story"));
            }
        }
        let rising = self.rounds.windows(2).all(|pair| pair[0].at < pair[1].at);
        if self.rounds.is_empty() || !rising {
            return Err(WorldError::Contradiction("the rounds do not rise".to_owned()));
        }
        Ok(())
    }
}

fn contradiction(id: &str, what: &str) -> WorldError {
    WorldError::Contradiction(format!("{id} {what}"))
}

fn read<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, WorldError> {
    toml::from_str(text).map_err(|error| WorldError::Form { file: file.to_owned(), error })
}

fn piece(source: &str, raw: RawPiece) -> Piece {
    let text = raw.text.unwrap_or_default();
    let paragraphs = text
        .split("\n\n")
        .map(|paragraph| paragraph.trim().to_owned())
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    let loudest = match (raw.loudest, raw.kind) {
        (Some(level), _) => level,
        (None, PieceKind::Story) => AlertLevel::Push,
        (None, PieceKind::Quiet | PieceKind::Noise) => AlertLevel::None,
    };
    Piece {
        id: raw.id,
        source: source.to_owned(),
        round: raw.round,
        at: raw.at,
        kind: raw.kind,
        why: raw.why,
        title: raw.title,
        summary: raw.summary,
        paragraphs,
        caption: raw.caption,
        byline: raw.byline,
        copy_of: raw.copy_of,
        expect: raw.expect,
        loudest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_as_large_and_as_noisy_as_promised() {
        let world = World::embedded().unwrap();
        let noise = world.pieces.iter().filter(|piece| piece.kind == PieceKind::Noise).count();
        assert_eq!(world.rounds.len(), 5);
        assert!(world.outlets.len() >= 10, "{} outlets", world.outlets.len());
        assert!(world.pieces.len() >= 40, "{} pieces", world.pieces.len());
        assert!(noise >= 30, "{noise} noise");
        for language in [Language::En, Language::Vi] {
            let said = world.outlets.iter().filter(|outlet| outlet.language == Some(language));
            assert!(said.count() >= 4, "{}", language.tag());
        }
        let formats: BTreeSet<Format> = world.outlets.iter().map(|outlet| outlet.format).collect();
        assert_eq!(formats.len(), 9);
    }

    #[test]
    fn every_outlet_but_the_broken_one_publishes_in_the_first_round() {
        let world = World::embedded().unwrap();
        for outlet in &world.outlets {
            assert_eq!(world.published(&outlet.id, 0).is_empty(), outlet.broken, "{}", outlet.id);
        }
    }

    #[test]
    fn copies_repeat_their_original_word_for_word() {
        let world = World::embedded().unwrap();
        let find = |id: &str| world.pieces.iter().find(|piece| piece.id == id).unwrap();
        let copies: Vec<&Piece> =
            world.pieces.iter().filter(|piece| piece.copy_of.is_some()).collect();
        assert_eq!(copies.len(), 2);
        for copy in copies {
            assert_eq!(copy.paragraphs, find("shelters-pledged").paragraphs, "{}", copy.id);
        }
    }

    #[test]
    fn alerts_announced_for_a_round_are_those_its_pieces_push() {
        let world = World::embedded().unwrap();
        for (number, round) in world.rounds.iter().enumerate() {
            let pushing = world
                .pieces
                .iter()
                .filter(|piece| piece.round == number)
                .filter(|piece| {
                    piece.expect.iter().any(|expected| expected.level == Some(AlertLevel::Push))
                })
                .count();
            assert_eq!(pushing, round.alerts, "{}", round.title);
        }
    }
}
