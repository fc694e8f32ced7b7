//! Texts and recurring mechanisms: objects of their own, to which commitments are linked.

use serde::{Deserialize, Serialize};

use super::{InstrumentId, PartialDate, Span, Stage};

/// What kind of text it is. `Agreement` is a wild type: the press uses *agreement, deal, pact, thỏa thuận* for
/// anything, so it is compatible with every other type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstrumentType {
    /// Binding treaty, convention, hiệp định.
    Treaty,
    /// Unspecified agreement (wild).
    Agreement,
    /// Memorandum of understanding, bản ghi nhớ.
    Mou,
    /// Protocol, nghị định thư.
    Protocol,
    /// Joint statement, tuyên bố chung.
    JointStatement,
    /// Joint declaration, also tuyên bố chung.
    JointDeclaration,
    /// Joint communiqué, thông cáo chung.
    JointCommunique,
    /// Action plan, kế hoạch hành động.
    ActionPlan,
    /// Programme or project.
    Programme,
    /// Letter of intent, ý định thư.
    Letter,
    /// Law, act, luật.
    Law,
    /// Decree, regulation, nghị định.
    Decree,
    /// A recurring mechanism such as a dialogue; its editions are instruments.
    Mechanism,
}

/// How a mention relates to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstrumentRole {
    /// Negotiates, signs, ratifies, holds (an edition).
    Concludes,
    /// Carries it out.
    Implements,
    /// Is part of its content, or is done under it.
    ContentOf,
    /// Suspends, withdraws from or ends it.
    Ends,
}

/// An instrument as an article words it, before it is linked to a known one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstrumentMention {
    /// Where the name stands in the raw text.
    pub span: Span,
    /// The name as written.
    pub text: String,
    /// How the mention relates to it.
    pub role: InstrumentRole,
    /// Type by its head noun.
    pub kind: InstrumentType,
    /// Topics by its modifiers.
    pub topics: Vec<String>,
    /// States and agencies that conclude it, where they are known.
    pub parties: Vec<String>,
    /// Date of signature (or of the edition) where stated.
    pub date: Option<PartialDate>,
    /// Number of the edition, for mechanisms.
    pub edition: Option<u32>,
    /// Whether the wording says that this is a *new* text (new, revised, replaces; mới, thay thế).
    pub successor: bool,
    /// Whether the wording names no text in particular (signed documents; các văn bản đã ký).
    pub generic: bool,
    /// The known instrument, where the register settles it.
    pub id: Option<InstrumentId>,
}

/// A known text or mechanism edition: shipped in the register, or met in an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// Its key.
    pub id: InstrumentId,
    /// Name shown to readers.
    pub name: String,
    /// Type.
    pub kind: InstrumentType,
    /// Topics.
    pub topics: Vec<String>,
    /// States and agencies that conclude it.
    pub parties: Vec<String>,
    /// Date of signature, of the edition, or of the proposal.
    pub date: Option<PartialDate>,
    /// Number of the edition, for mechanisms.
    pub edition: Option<u32>,
    /// Stage reached.
    pub stage: Stage,
    /// First day on which a reader could have known it; `None` for instruments met in articles.
    pub first_seen: Option<PartialDate>,
    /// The instrument that it replaces.
    pub supersedes: Option<InstrumentId>,
}
