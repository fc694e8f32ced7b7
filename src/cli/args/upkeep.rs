//! Commands about the program itself, as typed: running it, checking it, keeping its database.

use std::path::PathBuf;

use clap::Args;

/// `once`.
#[derive(Debug, Args)]
pub struct OnceArguments {
    /// Poll sources even where their schedule says "not yet"; the smallest distance (`floor`) and waits that a server asked for are still kept
    #[arg(long)]
    pub now: bool,
    /// Print JSON for machines instead of text for people
    #[arg(long)]
    pub json: bool,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Folder to work in; it is made if missing, and an earlier demo in it is replaced
    #[arg(long, value_name = "DIR", default_value = "pledgewatch-demo")]
    pub dir: PathBuf,
}

/// `check-config`.
#[derive(Debug, Args)]
pub struct CheckConfigArguments {
    /// Say nothing when all is well
    #[arg(long)]
    pub quiet: bool,
    /// Write the built-in configuration, sources, topic and templates into this folder, for editing
    #[arg(long, value_name = "DIR")]
    pub write_defaults: Option<PathBuf>,
}

/// `backup`.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// Where to: a file that does not exist yet, or a folder, whose oldest copies go [default: the configured folder]
    #[arg(value_name = "PATH")]
    pub to: Option<PathBuf>,
    /// How many copies stay in the folder [default: the configured number]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub keep: Option<u16>,
}

/// `restore`.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The copy, as `backup` or an upgrade made it
    #[arg(value_name = "COPY")]
    pub from: PathBuf,
}

/// `pages`.
#[derive(Debug, Args)]
pub struct PagesArguments {
    /// Folder to write into; it is made if missing
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
}
