//! One reported act in one article.

use serde::{Deserialize, Serialize};

use super::{InstrumentMention, PartialDate, Span, Stage};

macro_rules! word_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All values, in the order of the ontology.
            pub const ALL: &'static [$name] = &[$(Self::$variant,)*];

            /// The word used everywhere: configuration, database, JSON and mail.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

word_enum! {
    /// What sort of act it is (ontology 4.1); the first that fits wins.
    Kind {
        /// Negotiate, sign, ratify, amend or end a text.
        InstrumentConclude = "instrument_conclude",
        /// Carry out a text.
        InstrumentImplement = "instrument_implement",
        /// Money, staff, equipment.
        Resource = "resource",
        /// Law, decree, visa rule or procedure of one side.
        Policy = "policy",
        /// Services for victims and returnees.
        Protection = "protection",
        /// Investigate, verify, arrest, return, receive.
        Operation = "operation",
        /// Training, seminars, manuals.
        Capacity = "capacity",
        /// Campaigns, dissemination of law.
        Outreach = "outreach",
        /// Dialogue, delegations, hotline, working group, meeting.
        Mechanism = "mechanism",
        /// Share information, experience, records.
        InfoExchange = "info_exchange",
        /// Boost, strengthen, expand cooperation.
        General = "general",
    }
}

word_enum! {
    /// The force of the wording (ontology 4.2).
    Modality {
        /// The act itself is reported (signed, launched, suspended).
        Performative = "performative",
        /// Both sides bind themselves.
        JointCommissive = "joint_commissive",
        /// One side binds itself.
        UnilateralCommissive = "unilateral_commissive",
        /// Ready or willing.
        Willingness = "willingness",
        /// Consider, study, may.
        Tentative = "tentative",
        /// Asked of the other side.
        Directive = "directive",
        /// Hoped or wished.
        Desiderative = "desiderative",
        /// A report on what is or was being done.
        Report = "report",
    }
}

word_enum! {
    /// How the article presents the act (ontology 4.3).
    Framing {
        /// The act is what the article reports.
        News = "news",
        /// Explicit continuity.
        Reaffirm = "reaffirm",
        /// A past act as context.
        Background = "background",
        /// A statement on implementation or results.
        Report = "report",
    }
}

word_enum! {
    /// Whether the content is to do or not to do.
    Polarity {
        /// To do it.
        Do = "do",
        /// Not to do it.
        Refrain = "refrain",
    }
}

word_enum! {
    /// Whether the act is asserted to have happened.
    Assertion {
        /// It happened.
        Asserted = "asserted",
        /// It did not.
        Negated = "negated",
        /// Somebody denies it.
        Denied = "denied",
        /// Only under a condition.
        Hypothetical = "hypothetical",
        /// It is predicted.
        Forecast = "forecast",
    }
}

word_enum! {
    /// What a party does in the act (ontology 4.4).
    Role {
        /// Binds itself.
        Committer = "committer",
        /// Signs.
        Signatory = "signatory",
        /// Carries out.
        Implementer = "implementer",
        /// Asks.
        Proposer = "proposer",
        /// Is asked.
        Addressee = "addressee",
        /// Stands on the other side.
        Counterparty = "counterparty",
        /// Is helped.
        Beneficiary = "beneficiary",
        /// Pays.
        Funder = "funder",
    }
}

word_enum! {
    /// Whether the act is on the topic or beside it.
    Scope {
        /// On the topic.
        Core = "core",
        /// Law-enforcement cooperation next to it: shown, never pushed.
        Adjacent = "adjacent",
    }
}

/// A party and what it does. Ids are those of the topic's actors (`VN.MPS`, `UK.HO`); a dot means part-of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    /// Actor id.
    pub id: String,
    /// What it does.
    pub role: Role,
}

/// A detail that tells two commitments of the same shape apart. `value` is language-free, so that two anchors
/// are equal exactly when they mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Anchor {
    /// `amount`, `count`, `deadline`, `period`, `place`, `deliverable`, `edition`.
    pub kind: String,
    /// Canonical value with its unit, such as `GBP 1000000`, `200 C:border_officer`, `2026-06`, `VN.NGHE_AN`, `#3` for the
    /// third phase or course.
    pub value: String,
}

impl Anchor {
    /// How the value of a frequency begins: `every 1 quarter`.
    pub const EVERY: &str = "every ";

    /// Whether it says how often rather than how long.
    pub fn is_frequency(&self) -> bool {
        self.kind == "period" && self.value.starts_with(Self::EVERY)
    }
}

/// A verbatim slice of the raw text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The sentence exactly as it stands.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// One reported act: one trigger, one kind, one instrument at most. All spans point into the raw text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Position in the article, from 0, in text order.
    pub ordinal: u32,
    /// What sort of act.
    pub kind: Kind,
    /// How far it has come, as this text tells it.
    pub stage: Stage,
    /// Force of the wording.
    pub modality: Modality,
    /// 0 (asked of somebody else) to 5 (binding law).
    pub strength: u8,
    /// How the article presents it.
    pub framing: Framing,
    /// To do or not to do.
    pub polarity: Polarity,
    /// Whether it is asserted.
    pub assertion: Assertion,
    /// Who is involved, and how.
    pub parties: Vec<Party>,
    /// Name or role of the person who speaks, as written.
    pub speaker: Option<String>,
    /// Chain of sources when the statement is not the committer's own, outermost first.
    pub attribution: Vec<String>,
    /// The instrument concerned, if any.
    pub instrument: Option<InstrumentMention>,
    /// Topic ids of the action.
    pub topics: Vec<String>,
    /// Concept ids of the action, sorted: the language-free reading of its words.
    pub concepts: Vec<String>,
    /// Details that tell it apart, sorted.
    pub anchors: Vec<Anchor>,
    /// The action, from its head verb or instrument name to the end of its complements.
    pub action: Quote,
    /// The word that gives the act its force.
    pub trigger: Option<Quote>,
    /// The whole sentence: the evidence shown to a reader.
    pub quote: Quote,
    /// When the act happened, as far as the text says.
    pub event_date: Option<PartialDate>,
    /// A promised date; never the event's.
    pub due: Option<PartialDate>,
    /// The condition it is subject to, as written.
    pub condition: Option<String>,
    /// 0 to 4: named instrument, date, number, named deliverable; a point each.
    pub specificity: u8,
    /// 0 to 1.
    pub confidence: f64,
    /// On the topic or beside it.
    pub scope: Scope,
    /// Mentions of one coordinated list share a number.
    pub list_group: Option<u32>,
    /// Whether title, deck or caption is the only evidence.
    pub headline_only: bool,
    /// Whether an earlier mention of the same article says the same in the same words.
    pub duplicate: bool,
    /// A short text made from the fields, in English.
    pub gist: String,
    /// Why it was read like this, rule by rule, for `explain`.
    pub reasons: Vec<String>,
}
