//! Commands about texts, as typed: `ingest`, `explain`, `extract`, `search`, `eval`.

use std::path::PathBuf;

use clap::Args;

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
