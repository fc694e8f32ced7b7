//! What sorts of words there are: triggers by what they do with what follows, acts by what is done, and small words.

use serde::Deserialize;

/// What a trigger does with what follows it (algorithms 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerClass {
    /// agree, *thống nhất*
    Joint,
    /// agree on the need, *nhất trí về sự cần thiết*
    Need,
    /// commit, pledge, *cam kết*
    Commit,
    /// will, *sẽ*
    Future,
    /// their commitment to
    Nominal,
    /// ready to, *sẵn sàng*
    Willing,
    /// propose, ask, *đề nghị*
    Directive,
    /// hope, *mong muốn*
    Wish,
    /// … was emphasised
    WishAfter,
    /// consider, *xem xét*
    Tentative,
    /// other plans include
    Plan,
    /// sign, launch, hold, complete …
    Act,
    /// suspend, cancel, refuse, resume
    Lateral,
    /// has no plan to
    NoPlan,
    /// is drafting
    Draft,
    /// regularly, has, *thường xuyên*
    Report,
    /// is fixed for, is due to start: what stands before it is to happen on a day
    Scheduled,
    /// must: an undertaking where the content of a text is told
    Duty,
}

/// What sort of act a trigger of class `Act` or `Lateral` reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerbGroup {
    /// Settle or initial a text.
    Initial,
    /// Sign or issue a text.
    Sign,
    /// Ratify, pass, promulgate.
    Ratify,
    /// Take effect.
    Effect,
    /// Launch, open, establish.
    Launch,
    /// Hold a meeting.
    Hold,
    /// Complete, hand over.
    Deliver,
    /// Halt for now.
    Suspend,
    /// Take back.
    Withdraw,
    /// End.
    Terminate,
    /// Lapse.
    Expire,
    /// Turn down.
    Refuse,
    /// Start again.
    Resume,
    /// Set money aside for it.
    Fund,
}

/// Small words that change a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CueClass {
    /// not, *không*
    Negation,
    /// not only, *không chỉ*
    PseudoNegation,
    /// denied, *bác bỏ*
    Deny,
    /// if, *nếu*
    Condition,
    /// once, *sau khi*
    ConditionAfter,
    /// after, when, *khi*: a condition of what is promised, a date of what is told
    ConditionTime,
    /// may, *có thể*
    Forecast,
    /// should, *nên*
    Advice,
    /// the paper wrote, *báo chí*
    ThirdSource,
    /// said, *cho biết*
    Speech,
    /// List separator.
    Separator,
    /// said, *cho biết*, but not praised
    Reporting,
    /// according to, *theo*
    Source,
    /// Holds a shorter cue and says nothing (*tự do* is no *do*).
    Inert,
    /// Begins a purpose clause.
    Purpose,
    /// Ends the clause.
    Stop,
    /// Begins examples.
    Example,
    /// May stand between trigger and action.
    Intro,
    /// A noun after it is not the subject.
    Preposition,
    /// study, *nghiên cứu*: what follows is only an option.
    Option,
    /// of, *của*: may join a committer to its representatives.
    Of,
    /// Ordinal number (from 1).
    #[serde(skip)]
    Ordinal(u32),
    /// Number written as a word (from 1).
    #[serde(skip)]
    Number(u32),
    /// in principle, *về nguyên tắc*
    Softener,
    /// take place, start: what a thing does when somebody sees to it.
    Happening,
    /// A verb of effect, not of action.
    Effect,
    /// signed documents, *các văn bản đã ký*
    GenericInstrument,
    /// phase, round, *giai đoạn*: a number beside it tells it apart.
    Phase,
    /// new, *mới*
    Successor,
    /// A sign of background (index into [`Triggers::backgrounds`](super::Triggers::backgrounds)).
    #[serde(skip)]
    Background(usize),
}
