//! The command line as typed. What each command does is in the file named after it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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

/// Settings common to all commands.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Configuration file [default: ~/.config/pledgewatch/pledgewatch.toml, else /etc/pledgewatch/pledgewatch.toml, else what is built in]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the database and of mail written to files, instead of the configured one
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Log filter: error, warn, info, debug, trace, or per module as in `info,pledgewatch::fetch=debug`
    #[arg(long, global = true, value_name = "FILTER")]
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

/// `once`.
#[derive(Debug, Args)]
pub struct OnceArguments {
    /// Poll sources even where their schedule says "not yet" (waits that a server asked for are still kept)
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

/// `ingest`.
#[derive(Debug, Args)]
pub struct IngestArguments {
    /// Files, http(s) addresses, or `-` for standard input, in order of arrival
    #[arg(required = true, value_name = "PATH|URL|-")]
    pub inputs: Vec<String>,
    /// Date of publication (2024-05-30, 2024-05 or 2024), for all inputs that do not state their own
    #[arg(long, value_name = "DATE")]
    pub published: Option<crate::model::PartialDate>,
    /// Address the text was read at
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Source to enter it under [default: ingest]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Title, where the text does not begin with it
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Print one JSON object per article
    #[arg(long)]
    pub json: bool,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// A file, an http(s) address, `-`, the number of a stored article, a mention of it (ARTICLE:NUMBER), or the id of a
    /// commitment (c-…) for its whole story
    #[arg(value_name = "PATH|URL|-|ID")]
    pub input: String,
    /// Date of publication
    #[arg(long, value_name = "DATE")]
    pub published: Option<crate::model::PartialDate>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `extract`.
#[derive(Debug, Args)]
pub struct ExtractArguments {
    /// Files, http(s) addresses, or `-` for standard input
    #[arg(required = true, value_name = "PATH|URL|-")]
    pub inputs: Vec<String>,
    /// Ask our own extractor alone, not the two others
    #[arg(long)]
    pub alone: bool,
    /// Print one JSON object per page
    #[arg(long)]
    pub json: bool,
}

/// `eval`.
#[derive(Debug, Args)]
pub struct EvalArguments {
    /// Labelled files (JSON lines); docs/quality.md describes the formats
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print one JSON report per file, each on a line
    #[arg(long)]
    pub json: bool,
    /// List every miss with its sentence and the program's reason
    #[arg(long)]
    pub errors: bool,
    /// With --errors: list the ledger's own misses, those on the labelled mentions
    #[arg(long, requires = "errors")]
    pub oracle: bool,
    /// Damage the articles in eight ways (glued words, lost paragraphs, doubled body, swapped sentences, NFD, no Vietnamese marks, wordings of machine translation from a table, later arrival) and report what each costs
    #[arg(long)]
    pub perturb: bool,
    /// Fail when a figure is out of the bounds that this file sets (TOML, docs/quality.md), and name each one
    #[arg(long, value_name = "FILE")]
    pub floor: Option<PathBuf>,
    /// What the ledger knows at the start: nothing, the shipped register, or for each article the texts first seen before its date [default: dated; none for annotated texts]
    #[arg(long, value_name = "LEDGER")]
    pub register: Option<StartingLedger>,
    /// Folder of the texts that annotations speak of [default: `../seeds`, `seeds`, `texts` and the folder of the file]
    #[arg(long, value_name = "DIR")]
    pub texts: Option<PathBuf>,
}

/// What the ledger knows before the first article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum StartingLedger {
    /// Nothing.
    None,
    /// The whole shipped register.
    Shipped,
    /// For each article what was known on its date.
    Dated,
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

/// `ledger`.
#[derive(Debug, Args)]
pub struct LedgerArguments {
    /// What to show.
    #[command(subcommand)]
    pub command: LedgerCommand,
}

/// What to show of the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// All commitments, latest first
    List(LedgerListArguments),
    /// One commitment with all its evidence
    Show(LedgerShowArguments),
    /// Commitments with all their evidence, or mentions as event codes, for other programs
    Export(LedgerExportArguments),
    /// Corrections.
    #[command(flatten)]
    Correct(super::ledger::args::CorrectionCommand),
}

/// `ledger list`.
#[derive(Debug, Args)]
pub struct LedgerListArguments {
    /// Only commitments of this kind (as in `capacity`)
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Only commitments at this stage (as in `signed`)
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<crate::model::Stage>,
    /// Also those that people dismissed
    #[arg(long)]
    pub dismissed: bool,
    /// Also those that only the shipped register knows
    #[arg(long)]
    pub register: bool,
    /// Print one JSON object per commitment
    #[arg(long)]
    pub json: bool,
}

/// `ledger show`.
#[derive(Debug, Args)]
pub struct LedgerShowArguments {
    /// Id of the commitment (the beginning is enough where it is unique)
    #[arg(value_name = "ID")]
    pub id: String,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `ledger export`.
#[derive(Debug, Args)]
pub struct LedgerExportArguments {
    /// csv: one mention a row; jsonl: one commitment a line; cameo, plover: one event a row
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: ExportFormat,
    /// With cameo or plover: one row for each pair of actors, joint acts in both directions
    #[arg(long)]
    pub dyadic: bool,
    /// Only articles published (else arrived) on or after this date (2024-05-30, 2024-05 or 2024)
    #[arg(long, value_name = "DATE")]
    pub from: Option<crate::model::PartialDate>,
    /// Only articles published (else arrived) on or before this date
    #[arg(long, value_name = "DATE")]
    pub to: Option<crate::model::PartialDate>,
    /// Write here instead of standard output; an existing file is replaced when the export is complete
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// A table of mentions with their commitment's columns.
    Csv,
    /// One commitment with its evidence a line.
    Jsonl,
    /// CAMEO codes.
    Cameo,
    /// PLOVER events.
    Plover,
}

/// `replay`.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// Put what the replay gives in the place of the ledger; a copy of the database is made before
    #[arg(long)]
    pub accept: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `search`.
#[derive(Debug, Args)]
pub struct SearchArguments {
    /// Words to look for; all must occur
    #[arg(required = true, value_name = "WORD")]
    pub words: Vec<String>,
    /// How many articles at most
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// Print one JSON object per article
    #[arg(long)]
    pub json: bool,
}

/// `digest`.
#[derive(Debug, Args)]
pub struct DigestArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: DigestCommand,
}

/// What to do with digests.
#[derive(Debug, Subcommand)]
pub enum DigestCommand {
    /// Show the digest that a recipient would get now; sends and changes nothing
    Preview(DigestPreviewArguments),
    /// Show the whole of a digest that was sent, as the ledger knows it now: the mail names the number
    Show(DigestShowArguments),
}

/// `digest show`.
#[derive(Debug, Args)]
pub struct DigestShowArguments {
    /// The verdict that the digest begins with
    #[arg(value_name = "NUMBER")]
    pub from: i64,
    /// The recipient's id [default: the first]
    #[arg(long, value_name = "ID")]
    pub recipient: Option<String>,
    /// Which edition.
    #[command(flatten)]
    pub edition: EditionArguments,
}

/// Which edition of a message is shown, and where.
#[derive(Debug, Args)]
pub struct EditionArguments {
    /// Print the HTML edition instead of the text edition
    #[arg(long, conflicts_with = "eml")]
    pub html: bool,
    /// Print the whole message as it is sent
    #[arg(long)]
    pub eml: bool,
    /// Write it to a file instead, whose ending (.txt, .html, .eml) says which edition
    #[arg(long, value_name = "FILE", conflicts_with_all = ["html", "eml"])]
    pub out: Option<PathBuf>,
}

/// `notify`.
#[derive(Debug, Args)]
pub struct NotifyArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: NotifyCommand,
}

/// What to try.
#[derive(Debug, Subcommand)]
pub enum NotifyCommand {
    /// Send a test message at once, past the outbox, and print what the server answers; or only show it
    Test(NotifyTestArguments),
    /// Look at what receivers see of us: mail server, SPF, DKIM, DMARC; sends nothing; exit code 1 when something is bad
    Check(NotifyCheckArguments),
    /// List the tokens by which readers are known in mails that they send back
    Tokens,
}

/// `notify check`.
#[derive(Debug, Args)]
pub struct NotifyCheckArguments {
    /// Name server to ask, instead of this machine's own
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub resolver: Option<std::net::SocketAddr>,
    /// Print JSON for machines instead of text for people
    #[arg(long)]
    pub json: bool,
}

/// `notify test`.
#[derive(Debug, Args)]
pub struct NotifyTestArguments {
    /// The recipient's id [default: the first]
    #[arg(long, value_name = "ID")]
    pub recipient: Option<String>,
    /// What the message is; the commitments in it are invented
    #[arg(long, value_enum, default_value = "test")]
    pub what: SampleWord,
    /// Send nothing and print the text edition; --html, --eml and --out send nothing either
    #[arg(long)]
    pub show: bool,
    /// Which edition.
    #[command(flatten)]
    pub edition: EditionArguments,
}

/// Kinds of test messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SampleWord {
    /// A line that says that mail arrives.
    Test,
    /// An alert.
    Alert,
    /// A digest with every group.
    Digest,
}

/// `digest preview`.
#[derive(Debug, Args)]
pub struct DigestPreviewArguments {
    /// The recipient's id [default: the first]
    #[arg(long, value_name = "ID")]
    pub recipient: Option<String>,
    /// Leave nothing out, however long it gets
    #[arg(long)]
    pub whole: bool,
    /// Which edition.
    #[command(flatten)]
    pub edition: EditionArguments,
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
