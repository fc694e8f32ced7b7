//! `ledger` and `replay`, as typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    Correct(crate::cli::ledger::args::CorrectionCommand),
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
