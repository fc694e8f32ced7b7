//! Short ways to write a mention and an article, so that each story below fits a screen.

use pledgewatch::config::topic::Topic;
use pledgewatch::ledger::{ArticleFacts, Judgement, Ledger};
use pledgewatch::model::{
    AlertLevel, Anchor, ArticleId, Assertion, Framing, InstrumentId, InstrumentMention,
    InstrumentRole, InstrumentType, Kind, Language, Mention, Modality, Outcome, Party, Polarity,
    Quote, Role, Scope, Span, Stage, Trust, Verdict,
};

use crate::TOPIC;

/// A mention of a joint act of the two ministries; change what the story needs.
pub fn act(kind: Kind, stage: Stage, topics: &[&str], concepts: &[&str], words: &str) -> Mention {
    let quote = Quote { text: words.to_owned(), span: Span::new(0, words.len()) };
    let performed = stage >= Stage::Concluded;
    Mention {
        ordinal: 0,
        kind,
        stage,
        modality: if performed { Modality::Performative } else { Modality::JointCommissive },
        strength: if stage <= Stage::Proposed { 0 } else { 3 },
        framing: Framing::News,
        polarity: Polarity::Do,
        assertion: Assertion::Asserted,
        parties: parties(&["VN.MPS", "UK.HO"]),
        speaker: None,
        attribution: Vec::new(),
        instrument: None,
        topics: topics.iter().map(ToString::to_string).collect(),
        concepts: concepts.iter().map(ToString::to_string).collect(),
        anchors: Vec::new(),
        action: quote.clone(),
        trigger: None,
        quote,
        event_date: None,
        due: None,
        condition: None,
        specificity: 0,
        confidence: 0.9,
        scope: Scope::Core,
        list_group: None,
        headline_only: false,
        duplicate: false,
        gist: words.to_owned(),
        reasons: Vec::new(),
    }
}

/// All of them binding themselves.
pub fn parties(ids: &[&str]) -> Vec<Party> {
    ids.iter().map(|id| Party { id: (*id).to_owned(), role: Role::Committer }).collect()
}

/// One detail.
pub fn anchor(kind: &str, value: &str) -> Anchor {
    Anchor { kind: kind.to_owned(), value: value.to_owned() }
}

/// An instrument as worded, not yet linked.
pub fn text(kind: InstrumentType, role: InstrumentRole, topics: &[&str]) -> InstrumentMention {
    InstrumentMention {
        span: Span::new(0, 0),
        text: format!("{kind:?} on {}", topics.join(", ")),
        role,
        kind,
        topics: topics.iter().map(ToString::to_string).collect(),
        parties: Vec::new(),
        date: None,
        edition: None,
        successor: false,
        generic: false,
        id: None,
    }
}

/// An edition of the migration dialogue.
pub fn dialogue(edition: u32) -> InstrumentMention {
    let mechanism =
        text(InstrumentType::Mechanism, InstrumentRole::Concludes, &["illegal_migration"]);
    let id = Some(InstrumentId::new("MEC:vn-uk-migration-dialogue"));
    InstrumentMention { edition: Some(edition), id, ..mechanism }
}

/// The shipped topic.
pub fn topic() -> &'static Topic {
    &TOPIC
}

/// A ledger on its way through a story.
pub struct Scene {
    /// The rules.
    pub topic: &'static Topic,
    /// The ledger so far.
    pub ledger: Ledger,
    next: i64,
}

impl Scene {
    /// Begins with nothing known.
    pub fn empty() -> Self {
        let topic = topic();
        let ledger = Ledger::empty(topic);
        Self { topic, ledger, next: 1 }
    }

    /// Begins with the register known.
    pub fn shipped() -> Self {
        let topic = topic();
        let ledger = Ledger::new(topic);
        Self { topic, ledger, next: 1 }
    }

    /// Facts of the next article, from a trusted paper, in English, arriving on its own date.
    pub fn facts(&mut self, date: &str) -> ArticleFacts {
        let id = ArticleId(self.next);
        self.next += 1;
        ArticleFacts {
            id,
            source_date: Some(date.parse().unwrap()),
            arrival: format!("{date}T12:00:00Z").parse().unwrap(),
            text_hash: format!("text {}", id.0),
            language: Some(Language::En),
            outlet: None,
            trust: Trust::Normal,
            copy: false,
        }
    }

    /// Judges and applies.
    pub fn read(&mut self, facts: &ArticleFacts, mentions: &[Mention]) -> Judgement {
        let mut mentions = mentions.to_vec();
        for (at, mention) in mentions.iter_mut().enumerate() {
            mention.ordinal = at as u32;
        }
        let judgement = self.ledger.judge(facts, &mentions, self.topic);
        self.ledger.apply(&judgement, self.topic);
        judgement
    }

    /// Outcome and level of the only mention of an English article of that date.
    pub fn tell(&mut self, date: &str, mention: Mention) -> (Outcome, AlertLevel) {
        let verdict = self.verdict(date, mention);
        (verdict.outcome, verdict.level)
    }

    /// The verdict on the only mention of an English article of that date.
    pub fn verdict(&mut self, date: &str, mention: Mention) -> Verdict {
        let facts = self.facts(date);
        self.read(&facts, &[mention]).verdicts.remove(0)
    }
}
