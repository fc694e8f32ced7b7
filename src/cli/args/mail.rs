//! `digest` and `notify`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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
