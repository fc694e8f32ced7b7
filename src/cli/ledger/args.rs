//! Corrections as typed.

use clap::{Args, Subcommand};

use crate::model::PartialDate;

/// What to correct.
#[derive(Debug, Subcommand)]
pub enum CorrectionCommand {
    /// Say that two commitments (or a mention and a commitment) are the same; the older id stays, the other leads to it
    Merge(MergeArguments),
    /// Say that a mention is another commitment than the one it was put with
    Split(SplitArguments),
    /// Set a mention aside, or a commitment with all that will be said of it
    Dismiss(DismissArguments),
    /// Say that an unsure entry is a commitment of its own, or that a mention is where it belongs
    Confirm(ConfirmArguments),
    /// Set a field of a mention or commitment: stage, kind, parties, instrument, event-date
    Set(SetArguments),
    /// Let a commitment interrupt nobody any more: digests go on telling it, and it stays in the ledger
    Mute(MuteArguments),
    /// Give an instrument or actor another name, by which articles call it
    Alias(AliasArguments),
    /// Take a correction back
    Undo(UndoArguments),
    /// The log of corrections, oldest first
    Corrections(CorrectionsArguments),
}

/// Who says so, and how it is reported.
#[derive(Debug, Clone, Args)]
pub struct SaidBy {
    /// Who corrects [default: the login name]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Why, for those who read the log
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// `ledger merge`.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// A commitment (c-…) or a mention (ARTICLE:NUMBER)
    #[arg(value_name = "ID")]
    pub one: String,
    /// Another
    #[arg(value_name = "ID")]
    pub other: String,
    /// Who says so.
    #[command(flatten)]
    pub said: SaidBy,
}

/// `ledger split`.
#[derive(Debug, Args)]
pub struct SplitArguments {
    /// The mention, as `ledger show` lists it
    #[arg(value_name = "ARTICLE:NUMBER")]
    pub mention: String,
    /// Who says so.
    #[command(flatten)]
    pub said: SaidBy,
}

/// `ledger dismiss`.
#[derive(Debug, Args)]
pub struct DismissArguments {
    /// A commitment (c-…) or a mention (ARTICLE:NUMBER)
    #[arg(value_name = "ID")]
    pub what: String,
    /// not_a_commitment, off_topic, or wrong
    #[arg(value_name = "WHY")]
    pub why: String,
    /// Who says so.
    #[command(flatten)]
    pub said: SaidBy,
}

/// `ledger confirm`.
#[derive(Debug, Args)]
pub struct ConfirmArguments {
    /// A commitment (c-…) or a mention (ARTICLE:NUMBER)
    #[arg(value_name = "ID")]
    pub what: String,
    /// Who says so.
    #[command(flatten)]
    pub said: SaidBy,
}

/// `ledger set`.
#[derive(Debug, Args)]
pub struct SetArguments {
    /// A commitment (c-…) or a mention (ARTICLE:NUMBER)
    #[arg(value_name = "ID")]
    pub what: String,
    /// stage, kind, parties, instrument, or event-date
    #[arg(value_name = "FIELD")]
    pub field: String,
    /// The right value; parties with commas between them; `none` for no instrument or no date
    #[arg(value_name = "VALUE")]
    pub value: String,
    /// When the stage was reached (2024-05-30, 2024-05 or 2024)
    #[arg(long, value_name = "DATE")]
    pub date: Option<PartialDate>,
    /// Who says so.
    #[command(flatten)]
    pub said: SaidBy,
}

/// `ledger mute`.
#[derive(Debug, Args)]
pub struct MuteArguments {
    /// A commitment (c-…), or a mention (ARTICLE:NUMBER) of it
    #[arg(value_name = "ID")]
    pub what: String,
    /// Not it alone: every commitment of its kind between the same parties, those to come included
    #[arg(long)]
    pub alike: bool,
    /// Who says so.
    #[command(flatten)]
    pub said: SaidBy,
}

/// `ledger alias`.
#[derive(Debug, Args)]
pub struct AliasArguments {
    /// Id of an actor (UK.HO) or of an instrument of the register (INS:…, MEC:…)
    #[arg(value_name = "ID")]
    pub id: String,
    /// The other name, as articles write it
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Who says so.
    #[command(flatten)]
    pub said: SaidBy,
}

/// `ledger undo`.
#[derive(Debug, Args)]
pub struct UndoArguments {
    /// Number of the correction, as `ledger corrections` lists it
    #[arg(value_name = "NUMBER")]
    pub correction: i64,
    /// Who says so.
    #[command(flatten)]
    pub said: SaidBy,
}

/// `ledger corrections`.
#[derive(Debug, Args)]
pub struct CorrectionsArguments {
    /// Print one JSON object per correction
    #[arg(long)]
    pub json: bool,
}
