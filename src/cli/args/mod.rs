//! The command line as typed. What each command does is in the file named after it.

mod articles;
mod ledger;
mod mail;
mod sources;
mod upkeep;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use self::articles::*;
pub use self::ledger::*;
pub use self::mail::*;
pub use self::sources::*;
pub use self::upkeep::*;

/// Reads the news so that you do not have to: only commitments that are new or have moved forward.
#[derive(Debug, Parser)]
#[command(name = "pledgewatch", version, about, disable_help_subcommand = true)]
pub struct Arguments {
    /// Settings common to all commands.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Where help lists what all commands take.
const GLOBAL: &str = "Global options";

/// Settings common to all commands.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Configuration file [default: ~/.config/pledgewatch/pledgewatch.toml, else /etc/pledgewatch/pledgewatch.toml, else what is built in]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the database and of mail written to files, instead of the configured one
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Log filter: error, warn, info, debug, trace, or per module as in `info,pledgewatch::fetch=debug`
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILTER")]
    pub log: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run as a daemon: poll on schedule, judge, mail; SIGTERM stops, SIGHUP reloads
    Run,
    /// Let the running daemon take the changed configuration over, and print what that changes; exit code 78 when it refuses
    Reload,
    /// Poll the sources whose time has come, judge what is new, send what is due, and exit
    Once(OnceArguments),
    /// Show the whole product on a bundled world: no network, no configuration
    Demo(DemoArguments),
    /// Judge texts (files, addresses, or standard input) and enter them in the ledger; sends nothing
    Ingest(IngestArguments),
    /// Say why a text was kept or not, and how every mention in it was judged; changes nothing
    Explain(ExplainArguments),
    /// Show what is read from a page before anything is judged: title, date, byline, text; changes nothing
    Extract(ExtractArguments),
    /// Measure the program on labelled texts: what it keeps, finds, understands, and announces
    Eval(EvalArguments),
    /// Check configuration, sources, topic and templates, and say what is wrong where
    CheckConfig(CheckConfigArguments),
    /// The places that are polled
    Sources(SourcesArguments),
    /// The commitments known
    Ledger(LedgerArguments),
    /// Read and judge everything again under the rules of today, and show what differs; sends nothing
    Replay(ReplayArguments),
    /// Search kept articles; Vietnamese is found with and without marks
    Search(SearchArguments),
    /// Digests
    Digest(DigestArguments),
    /// Try whether mail arrives, and see what it looks like
    Notify(NotifyArguments),
    /// Messages: what waits, what was refused; send again, or never
    Outbox(super::outbox::OutboxArguments),
    /// What runs, what waits, what failed; exit code 69 when people are not being told
    Status(JsonFlag),
    /// Look at everything that can be wrong, one line each, and say what to do; exit code 69 when something is
    Doctor(JsonFlag),
    /// Copy the database while it is in use, check the copy, and remove the oldest copies
    Backup(BackupArguments),
    /// Put a copy in the place of the database, which is kept beside it; the daemon must be stopped
    Restore(RestoreArguments),
    /// Write manual pages, completions and the references of the documentation, for packages
    #[command(hide = true)]
    Pages(PagesArguments),
    /// Read one page for the daemon, in a process that may die
    #[command(hide = true)]
    PageWorker,
}

/// A flag that many commands have.
#[derive(Debug, Clone, Copy, Args)]
pub struct JsonFlag {
    /// Print JSON for machines instead of text for people
    #[arg(long)]
    pub json: bool,
}
