//! `sources`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::JsonFlag;

/// `sources`.
#[derive(Debug, Args)]
pub struct SourcesArguments {
    /// What to do with them.
    #[command(subcommand)]
    pub command: SourcesCommand,
}

/// What to do with sources.
#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// All configured sources with their schedule and state
    List(JsonFlag),
    /// Fetch sources now and show what they hold, what would be kept, and what is odd; changes nothing
    Check(SourcesCheckArguments),
    /// Where something may be missed: sources that fail, are silent, blocked, gone, moved, or odd in another way
    Health(SourcesHealthArguments),
    /// Read a source that has moved at its configured address again, and keep it there
    Stay(SourcesStayArguments),
    /// Look for the feeds of a site; changes nothing
    Discover(SourcesDiscoverArguments),
    /// Add a source to the sources file, after reading it once
    Add(SourcesAddArguments),
    /// Poll sources again that were disabled
    Enable(SourceNames),
    /// Keep sources in the file without polling them
    Disable(SourceNames),
    /// Take sources out of the file; what was read from them stays known
    Remove(SourceNames),
    /// Add the feeds of an OPML list
    Import(SourcesImportArguments),
    /// Print the feeds as an OPML list
    Export(SourcesExportArguments),
}

/// `sources health`.
#[derive(Debug, Args)]
pub struct SourcesHealthArguments {
    /// All sources, also those that are as they should be
    #[arg(long)]
    pub all: bool,
    /// Print one JSON object per source, and the figures of all of them in the last line
    #[arg(long)]
    pub json: bool,
}

/// Names of sources.
#[derive(Debug, Args)]
pub struct SourceNames {
    /// Ids of sources
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

/// `sources discover`.
#[derive(Debug, Args)]
pub struct SourcesDiscoverArguments {
    /// A page of the site, or the feed itself
    #[arg(value_name = "URL")]
    pub url: String,
    /// Also on this machine or a private network
    #[arg(long)]
    pub allow_private: bool,
    /// Print one JSON object per feed
    #[arg(long)]
    pub json: bool,
}

/// `sources stay`.
#[derive(Debug, Args)]
pub struct SourcesStayArguments {
    /// Name of the source
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// `sources add`.
#[derive(Debug, Args)]
pub struct SourcesAddArguments {
    /// Address of the feed, news sitemap, or page that lists articles
    #[arg(value_name = "URL")]
    pub url: String,
    /// Unique short name [default: made from the name]
    #[arg(long, value_name = "NAME")]
    pub id: Option<String>,
    /// Name for readers [default: what the feed calls itself]
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// The address is a page that lists articles
    #[arg(long)]
    pub listing: bool,
    /// Language, en or vi [default: as found in the feed]
    #[arg(long, value_name = "LANG", value_parser = language)]
    pub language: Option<crate::model::Language>,
    /// How far it may announce something alone: low, normal or high
    #[arg(long, value_name = "TRUST", value_parser = trust)]
    pub trust: Option<crate::model::Trust>,
    /// Time zone of dates that it writes without one
    #[arg(long, value_name = "ZONE")]
    pub date_zone: Option<String>,
    /// It may be on this machine or a private network
    #[arg(long)]
    pub allow_private: bool,
    /// A comment to stand above it
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Do not read it first
    #[arg(long)]
    pub unchecked: bool,
}

fn language(text: &str) -> Result<crate::model::Language, String> {
    crate::model::Language::of_tag(text).ok_or_else(|| "en or vi".to_owned())
}

fn trust(text: &str) -> Result<crate::model::Trust, String> {
    match text {
        "low" => Ok(crate::model::Trust::Low),
        "normal" => Ok(crate::model::Trust::Normal),
        "high" => Ok(crate::model::Trust::High),
        _ => Err("low, normal or high".to_owned()),
    }
}

/// `sources import`.
#[derive(Debug, Args)]
pub struct SourcesImportArguments {
    /// The OPML file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How far its feeds may announce something alone: low, normal or high
    #[arg(long, value_name = "TRUST", value_parser = trust)]
    pub trust: Option<crate::model::Trust>,
}

/// `sources export`.
#[derive(Debug, Args)]
pub struct SourcesExportArguments {
    /// Also feeds that are disabled
    #[arg(long)]
    pub all: bool,
}

/// `sources check`.
#[derive(Debug, Args)]
pub struct SourcesCheckArguments {
    /// Names of sources [default: all that are enabled]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Print one JSON object per source
    #[arg(long)]
    pub json: bool,
}
