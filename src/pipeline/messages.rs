//! From verdicts to held outbox rows: who shall be told what at once. Pure; the rows are stored in the transaction of
//! the judgement, and rendered after the coalescing window (see [`crate::notify::deliver`]).

use jiff::{SignedDuration, Timestamp};

use super::judging::Origin;
use super::mailroom::reader;
use super::reading::Reading;
use crate::config::{Alerts, Config, Recipient, Wanted};
use crate::ledger::{self, Ledger, Purpose};
use crate::model::{
    AlertLevel, ArticleId, Commitment, CommitmentId, Instrument, Kind, Mention, Outcome, SourceId,
    Stage, Trust, Verdict,
};
use crate::notify::facts::{AlertFacts, AlertItem, ArticleFacts, Candidate, Gist};
use crate::store::{JudgedMention, MessageKind, NewMessage};

/// A neighbour sentence longer than this helps nobody.
const LONGEST_NEIGHBOUR: usize = 400;

/// What decides who is told, as a value that can go to the writer's thread.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    recipients: Vec<Recipient>,
    coalesce: SignedDuration,
    /// An article older than this on arrival interrupts nobody.
    pub max_push_age: SignedDuration,
}

/// One judgement, about to be stored.
pub(super) struct Telling<'a> {
    pub article: ArticleId,
    pub reading: &'a Reading,
    pub origin: &'a Origin,
    pub mentions: &'a [JudgedMention],
    pub commitments: &'a [Commitment],
    /// Texts that this judgement brings or changes.
    pub instruments: &'a [Instrument],
    /// As it was before.
    pub ledger: &'a Ledger,
}

impl Settings {
    pub fn of(config: &Config) -> Self {
        Self {
            recipients: config.recipients.clone(),
            coalesce: config.alert.coalesce,
            max_push_age: config.article.max_push_age,
        }
    }

    /// When an alert about what arrived now is due: others may tell the same until then.
    pub fn due(&self, arrived: Timestamp) -> Timestamp {
        arrived.saturating_add(self.coalesce).unwrap_or(Timestamp::MAX)
    }

    /// One held row for each recipient and each verdict that is told at once. A lone source of low trust waits
    /// for a second one.
    pub fn messages(&self, telling: &Telling<'_>) -> Vec<NewMessage> {
        let mut messages = Vec::new();
        for judged in telling.mentions {
            let Some(verdict) = &judged.verdict else { continue };
            let lone = judged.lowered_by.as_deref() == Some(ledger::LONE_SOURCE);
            let waits = telling.origin.trust == Trust::Low
                && (judged.told == AlertLevel::Push || lone)
                && telling.origin.purpose == Purpose::Live;
            if judged.told != AlertLevel::Push && !waits {
                continue;
            }
            let Some(item) = telling.item(&judged.mention, verdict) else { continue };
            let source = telling.origin.source.as_ref();
            let about = About::mention(&judged.mention, verdict, source);
            let asking = self.recipients.iter().filter(|recipient| wants(recipient, &about));
            messages.extend(
                asking.filter_map(|recipient| self.message(recipient, &item, waits, telling)),
            );
        }
        messages
    }

    fn message(
        &self,
        recipient: &Recipient,
        item: &AlertItem,
        awaits_second: bool,
        telling: &Telling<'_>,
    ) -> Option<NewMessage> {
        let facts = AlertFacts {
            reader: reader(recipient),
            generated_at: telling.origin.arrived,
            items: vec![item.clone()],
            follows: None,
            gathered: None,
        };
        Some(NewMessage {
            recipient: recipient.id.clone(),
            channel: recipient.channel_name(),
            event_key: event_key(item),
            kind: MessageKind::Alert,
            not_before: self.due(telling.origin.arrived),
            awaits_second,
            facts: serde_json::to_string(&facts).ok()?,
            rendered: None,
            thread_key: Some(item.commitment.id.to_string()),
            commitment: Some(item.commitment.id.clone()),
            about: Some(item.mention.ordinal),
        })
    }
}

/// What recipients choose by.
#[derive(Debug, Clone)]
pub(super) struct About<'a> {
    kind: Kind,
    stage: Stage,
    topics: &'a [String],
    parties: Vec<&'a str>,
    /// Who tells it; `None` for a text given by hand and for the ledger itself, which no source stands for.
    source: Option<&'a SourceId>,
}

impl<'a> About<'a> {
    /// A mention with its verdict, as a source tells it.
    pub fn mention(mention: &'a Mention, verdict: &Verdict, source: Option<&'a SourceId>) -> Self {
        Self {
            kind: mention.kind,
            stage: verdict.stage_after.unwrap_or(mention.stage),
            topics: &mention.topics,
            parties: mention.parties.iter().map(|party| party.id.as_str()).collect(),
            source,
        }
    }

    /// An entry of the ledger as it stands.
    pub fn commitment(commitment: &'a Commitment) -> Self {
        Self {
            kind: commitment.kind,
            stage: commitment.lateral.unwrap_or(commitment.stage),
            topics: &commitment.topics,
            parties: commitment.parties.iter().map(String::as_str).collect(),
            source: None,
        }
    }
}

/// Whether a recipient wants alerts about such a thing.
pub(super) fn wants(recipient: &Recipient, about: &About<'_>) -> bool {
    recipient.alerts == Alerts::Push && interested(&recipient.wanted, about)
}

/// Whether a recipient wants to hear of such a thing at all.
pub(super) fn interested(wanted: &Wanted, about: &About<'_>) -> bool {
    let is_of = |party: &str, asked: &str| {
        party.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    (wanted.kinds.is_empty() || wanted.kinds.contains(&about.kind))
        && (wanted.stages.is_empty() || wanted.stages.contains(&about.stage))
        && (wanted.topics.is_empty()
            || about.topics.iter().any(|topic| wanted.topics.contains(topic)))
        && (wanted.parties.is_empty()
            || about
                .parties
                .iter()
                .any(|party| wanted.parties.iter().any(|asked| is_of(party, asked))))
        && (wanted.sources.is_empty()
            || about.source.is_none_or(|source| wanted.sources.contains(source)))
}

/// How the keys of all alerts about what a verdict says begin; none about no commitment.
pub(super) fn told_key(verdict: &Verdict, mention: &Mention) -> Option<String> {
    let stage = verdict.stage_after.unwrap_or(mention.stage);
    Some(format!("{}:{}:{stage}", verdict.commitment.as_ref()?, verdict.outcome))
}

/// What happened, the same for every recipient and for ever: commitment, outcome, and the stage it reached. The
/// same commitment can reach a stage twice (resumed after a suspension), so its date is part of it.
fn event_key(item: &AlertItem) -> String {
    let stage = item.verdict.stage_after.unwrap_or(item.mention.stage);
    let mut key = format!("{}:{}:{stage}", item.commitment.id, item.verdict.outcome);
    if item.verdict.outcome != Outcome::New
        && let Some(date) = item.commitment.stage_date
    {
        key.push(':');
        key.push_str(&date.to_string());
    }
    key
}

impl Telling<'_> {
    fn item(&self, mention: &Mention, verdict: &Verdict) -> Option<AlertItem> {
        let id = verdict.commitment.as_ref()?;
        let commitment = self.commitments.iter().find(|one| one.id == *id)?.clone();
        let article = &self.reading.article;
        Some(AlertItem {
            neighbour: neighbour(self.reading, mention),
            instrument_name: self.instrument_name(&commitment),
            nearest: verdict
                .nearest_rejected
                .as_ref()
                .and_then(|near| Some(Gist::of(self.entry(&near.commitment)?))),
            candidate: self.candidate(&commitment),
            mention: mention.clone(),
            verdict: verdict.clone(),
            article: ArticleFacts {
                id: self.article,
                title: article.title.clone(),
                url: article.canonical_url.clone().or_else(|| article.url.clone()),
                source_name: self.origin.source_name.clone(),
                trust: self.origin.trust,
                published: article.published,
                first_seen: self.origin.arrived,
                language: article.language,
                why_kept: Some(self.reading.relevance.why.clone()),
            },
            also_reported: Vec::new(),
            commitment,
        })
    }

    /// An entry as this judgement leaves it.
    fn entry(&self, id: &CommitmentId) -> Option<&Commitment> {
        let changed = self.commitments.iter().find(|one| one.id == *id);
        changed.or_else(|| self.ledger.commitment(id))
    }

    /// The entry that an unsure one may be the same as.
    fn candidate(&self, commitment: &Commitment) -> Option<Candidate> {
        self.entry(commitment.maybe_same_as.as_ref()?).map(Candidate::of)
    }

    fn instrument_name(&self, commitment: &Commitment) -> Option<String> {
        let id = commitment.instrument.as_ref()?;
        let mut texts = self.instruments.iter().chain(self.ledger.instruments());
        texts.find(|one| one.id == *id).map(|one| one.name.clone())
    }
}

/// The sentence before the quote in the same block, verbatim.
fn neighbour(reading: &Reading, mention: &Mention) -> Option<String> {
    let document = &reading.document;
    let at = document
        .sentences
        .iter()
        .position(|sentence| document.norm.to_raw(sentence.span) == mention.quote.span)?;
    let before = document.sentences.get(at.checked_sub(1)?)?;
    (before.block == document.sentences[at].block)
        .then(|| document.quote(before.span).text)
        .filter(|text| text.chars().count() <= LONGEST_NEIGHBOUR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;
    use crate::notify::specimen;

    #[test]
    fn every_list_of_a_recipient_must_agree_and_an_empty_one_asks_for_all() {
        let item = specimen::item(Language::En, Outcome::New, AlertLevel::Push);
        let (press, mirror) = (SourceId::new("press"), SourceId::new("mirror"));
        let about = About::mention(&item.mention, &item.verdict, Some(&press));
        let asks = |change: &dyn Fn(&mut Wanted)| {
            let mut wanted = Wanted::default();
            change(&mut wanted);
            interested(&wanted, &about)
        };
        assert!(asks(&|_| ()));
        assert!(asks(&|wanted| wanted.kinds = vec![Kind::Resource]));
        assert!(!asks(&|wanted| wanted.kinds = vec![Kind::Policy]));
        assert!(asks(&|wanted| wanted.stages = vec![Stage::Signed, Stage::Pledged]));
        assert!(!asks(&|wanted| wanted.stages = vec![Stage::Signed]));
        assert!(asks(&|wanted| wanted.parties = vec!["UK".into()]));
        assert!(!asks(&|wanted| wanted.parties = vec!["UK.HOME".into(), "VN.MPS".into()]));
        assert!(asks(&|wanted| wanted.sources = vec![press.clone()]));
        assert!(!asks(&|wanted| wanted.sources = vec![mirror.clone()]));
        assert!(!asks(&|wanted| {
            wanted.kinds = vec![Kind::Resource];
            wanted.topics = vec!["asylum".into()];
        }));
    }
}
