//! One mail when sources turn bad, when they are good again, and now and then while it lasts: what was told and the
//! message are stored together, so that nothing is told twice and nothing is forgotten.

use jiff::{SignedDuration, Timestamp};

use super::engine::Engine;
use super::mailroom::reader;

use super::round::read_state;
use crate::config::{ConfiguredSource, Recipient};
use crate::notify::deliver::CHANNEL;
use crate::notify::names::Names;
use crate::notify::notice::NoticeFacts;
use crate::notify::wording::Wording;
use crate::source::{Health, News, PollState, Told, news, tell};
use crate::store::{self, MessageKind, NewMessage, StoreError, ToldHealth};
use crate::telemetry::event;

/// Sources that turn bad within this time are told of in one mail.
const GATHER: SignedDuration = SignedDuration::from_hours(1);
/// Sources named in one mail.
const MOST: usize = 40;
/// When the last such mail was written.
const LAST: &str = "health_notice_at";

/// One source with what there is to tell of it.
struct Line<'a> {
    one: &'a ConfiguredSource,
    state: PollState,
    news: News,
    told: Told,
}

impl Engine {
    /// Writes to everybody who wants to know of sources that are not read as they should be. Returns the number of
    /// sources told of.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn tell_health(&self) -> Result<usize, StoreError> {
        let now = self.now();
        let (states, told, last) = self
            .store
            .read(|db| {
                Ok((store::source_states(db)?, store::told_health(db)?, store::meta(db, LAST)?))
            })
            .await?;
        let last = last.and_then(|text| text.parse::<Timestamp>().ok()).filter(|last| *last <= now);
        if last.is_some_and(|last| now.duration_since(last) < GATHER) {
            return Ok(0);
        }
        let mut lines: Vec<Line<'_>> = self
            .config
            .sources
            .iter()
            .filter(|one| one.source.enabled)
            .filter_map(|one| {
                let state = read_state(states.get(one.source.id.as_str()).map(String::as_str));
                let before = told.get(one.source.id.as_str()).and_then(understood);
                let news = news(state.health, before.as_ref(), now)?;
                let told = tell(state.health, before.as_ref(), now);
                Some(Line { one, state, news, told })
            })
            .collect();
        if lines.is_empty() {
            return Ok(0);
        }
        lines.sort_by_key(|line| line.news);
        let number = lines.len();
        let messages: Vec<NewMessage> = self
            .config
            .recipients
            .iter()
            .filter(|recipient| recipient.notices)
            .filter_map(|recipient| self.health_message(recipient, &lines, now))
            .collect();
        let told: Vec<ToldHealth> = lines.iter().map(remembered).collect();
        self.store
            .write(move |tx| {
                for message in &messages {
                    store::insert_message(tx, message, None, now)?;
                }
                for told in &told {
                    store::save_told_health(tx, told)?;
                }
                store::set_meta(tx, LAST, &now.to_string())
            })
            .await?;
        Ok(number)
    }

    fn health_message(
        &self,
        recipient: &Recipient,
        lines: &[Line<'_>],
        now: Timestamp,
    ) -> Option<NewMessage> {
        let event_key = format!("sources:{now}");
        let facts = self.health_facts(recipient, lines, now);
        let written = match self.desk.notice(&recipient.id, &event_key, &facts) {
            Ok(written) => written,
            Err(error) => {
                let error = super::chain(&error);
                tracing::error!(
                    event = event::MESSAGE_UNWRITTEN,
                    recipient.id = recipient.id,
                    error,
                    "a notice could not be written"
                );
                return None;
            }
        };
        Some(NewMessage {
            recipient: recipient.id.clone(),
            channel: CHANNEL.to_owned(),
            event_key,
            kind: MessageKind::Notice,
            not_before: now,
            awaits_second: false,
            facts: serde_json::to_string(&facts).ok()?,
            rendered: Some((written.bytes, written.message_id)),
            thread_key: None,
            commitment: None,
            about: None,
        })
    }

    fn health_facts(
        &self,
        recipient: &Recipient,
        lines: &[Line<'_>],
        now: Timestamp,
    ) -> NoticeFacts {
        let reader = reader(recipient);
        let words = self.desk.templates.words(reader.language);
        let names = Names::default();
        let wording = Wording::new(words, &names, &reader);
        let counts: Vec<String> =
            [(News::Bad, "count_bad"), (News::Good, "count_good"), (News::Still, "count_still")]
                .into_iter()
                .map(|(news, key)| (lines.iter().filter(|line| line.news == news).count(), key))
                .filter(|(count, _)| *count > 0)
                .map(|(count, key)| words.fill("health", key, &[("n", &count.to_string())]))
                .collect();
        let mut paragraphs = vec![words.get("health", "intro").to_owned()];
        for line in lines.iter().take(MOST) {
            let since = match line.state.health {
                Health::Silent => line.state.last_new,
                Health::Failing | Health::Blocked => {
                    line.state.last_success.or(line.state.health_since)
                }
                _ => line.state.health_since,
            };
            let key = if line.news == News::Good { "good" } else { line.state.health.as_str() };
            let reason = line.state.last_failure.as_deref().map(|code| wording.failure(code));
            let text = words.fill(
                "health",
                key,
                &[
                    ("name", line.one.source.name.as_str()),
                    ("since", &wording.instant(since.unwrap_or(now))),
                    ("reason", reason.as_deref().unwrap_or("-")),
                ],
            );
            paragraphs.push(match line.news {
                News::Still => words.fill("health", "still", &[("line", &text)]),
                News::Bad | News::Good => text,
            });
        }
        paragraphs.push(words.get("health", "more").to_owned());
        let title = words.fill("health", "subject", &[("counts", &counts.join(", "))]);
        NoticeFacts { reader, generated_at: now, title, paragraphs }
    }
}

fn understood(told: &ToldHealth) -> Option<Told> {
    let health = Health::ALL.into_iter().find(|health| health.as_str() == told.health)?;
    Some(Told { health, at: told.told_at, times: told.times })
}

fn remembered(line: &Line<'_>) -> ToldHealth {
    ToldHealth {
        source: line.one.source.id.clone(),
        health: line.told.health.as_str().to_owned(),
        told_at: line.told.at,
        times: line.told.times,
    }
}
