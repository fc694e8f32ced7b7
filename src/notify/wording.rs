//! How facts are put for a reader: parties and details by name; `sentence` makes a commitment a sentence, `dates` puts
//! dates and instants in her zone. Pure: language, zone and names are given.

use jiff::tz::TimeZone;

use super::clean;
use super::facts::{AlertItem, Reader};
use super::names::Names;
use super::words::Words;
use crate::model::{Anchor, ArticleId, CommitmentId, Language, Mention, PartialDate, Role, Stage};

/// Everything that decides how a fact is put.
pub struct Wording<'a> {
    pub(super) words: &'a Words,
    pub(super) names: &'a Names,
    pub(super) language: Language,
    pub(super) zone: TimeZone,
}

impl<'a> Wording<'a> {
    /// For one reader. A zone that the time zone database does not know becomes UTC, and the offset printed with
    /// every instant says so.
    pub fn new(words: &'a Words, names: &'a Names, reader: &Reader) -> Self {
        let zone = TimeZone::get(&reader.zone).unwrap_or(TimeZone::UTC);
        Self { words, names, language: reader.language, zone }
    }

    /// A list in words: `a, b and c`.
    pub fn list(&self, parts: &[String]) -> String {
        let (and, comma) = (self.words.get("phrase", "and"), self.words.get("phrase", "list"));
        match parts {
            [] => String::new(),
            [one] => one.clone(),
            [head @ .., last] => format!("{}{and}{last}", head.join(comma)),
        }
    }

    /// The parties that act, by name: the most specific of each side (`VN.MPS` stands for `VN` too).
    pub fn actors(&self, mention: &Mention) -> Vec<String> {
        acting(mention).into_iter().map(|id| self.names.of(id)).collect()
    }

    /// All parties with what each does.
    pub fn parties(&self, mention: &Mention) -> String {
        let mut told: Vec<(String, Vec<&str>)> = Vec::new();
        for party in &mention.parties {
            let name = self.names.of(&party.id);
            let role = self.words.get("role", party.role.as_str());
            match told.iter_mut().find(|(other, _)| *other == name) {
                Some((_, roles)) if roles.contains(&role) => {}
                Some((_, roles)) => roles.push(role),
                None => told.push((name, vec![role])),
            }
        }
        let comma = self.words.get("phrase", "list");
        told.iter()
            .map(|(name, roles)| format!("{name} ({})", roles.join(comma)))
            .collect::<Vec<_>>()
            .join(comma)
    }

    /// Why a source could not be read, in words; the code of a failure that has none stands for itself.
    pub fn failure(&self, code: &str) -> String {
        let (room, kind) = code.split_once('.').unwrap_or((code, ""));
        let key = [kind, room].into_iter().find(|key| self.words.has("failure", key));
        key.map_or_else(
            || clean::shorten(&clean::line(code), 120),
            |key| self.words.get("failure", key).to_owned(),
        )
    }

    /// A detail in words: `GBP 1,000,000`, `200 border officer`, `Nghe An`.
    pub fn anchor(&self, anchor: &Anchor) -> String {
        if let Ok(date) = anchor.value.parse::<PartialDate>()
            && matches!(anchor.kind.as_str(), "deadline" | "period" | "date")
        {
            return self.date(date);
        }
        let part = |part: &str| {
            if part.len() > 4
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && anchor.kind != "period"
            {
                self.grouped(part)
            } else if part.contains(['.', ':'])
                && part.bytes().any(|byte| byte.is_ascii_alphabetic())
            {
                let name = self.names.of(part);
                if part.starts_with("C:") { name.to_lowercase() } else { name }
            } else if self.words.has("unit", part) {
                self.words.get("unit", part).to_owned()
            } else {
                part.replace('_', " ")
            }
        };
        clean::line(&anchor.value.split_whitespace().map(part).collect::<Vec<_>>().join(" "))
    }

    fn grouped(&self, digits: &str) -> String {
        let mark = if self.language == Language::Vi { '.' } else { ',' };
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(mark);
            }
            out.push(digit);
        }
        out
    }

    /// Where the commitment stood before, in words.
    pub fn before(&self, item: &AlertItem) -> String {
        let Some(stage) = item.verdict.stage_before else {
            return self.words.get("phrase", "not_in_ledger").to_owned();
        };
        let since = item
            .commitment
            .history
            .iter()
            .filter(|change| change.stage == stage)
            .filter_map(|change| change.event_date)
            .next_back();
        self.since(stage, since)
    }

    /// A stage, with the date it was reached where that is known.
    pub fn since(&self, stage: Stage, since: Option<PartialDate>) -> String {
        let stage = self.words.get("stage", stage.as_str());
        match since {
            Some(date) => self.words.fill(
                "phrase",
                "stage_since",
                &[("stage", stage), ("date", &self.date(date))],
            ),
            None => stage.to_owned(),
        }
    }

    /// A number between 0 and 1 with two decimals, as the reader's language writes it.
    pub fn score(&self, score: f64) -> String {
        let text = format!("{score:.2}");
        if self.language == Language::Vi { text.replace('.', ",") } else { text }
    }

    /// Confidence in words.
    pub fn confidence(&self, confidence: f64) -> String {
        let key = match confidence {
            c if c >= 0.8 => "high",
            c if c >= 0.5 => "medium",
            _ => "low",
        };
        self.words.fill("confidence", key, &[("score", &self.score(confidence))])
    }

    /// The command that shows an entry of the ledger.
    pub fn show(&self, id: &CommitmentId) -> String {
        self.words.fill("phrase", "show", &[("id", &clean::line(id.as_str()))])
    }

    /// The command that explains an article.
    pub fn explain(&self, id: ArticleId) -> String {
        self.words.fill("phrase", "explain", &[("id", &id.to_string())])
    }

    /// The language of a quote, for a heading.
    pub fn language_name(&self, language: Option<Language>) -> &str {
        self.words.get("language", language.map_or("other", Language::tag))
    }
}

/// The ids of the parties that act: the most specific of each side.
pub(super) fn acting(mention: &Mention) -> Vec<&str> {
    let acts = |role: Role| {
        matches!(
            role,
            Role::Committer | Role::Signatory | Role::Implementer | Role::Proposer | Role::Funder
        )
    };
    let mut ids: Vec<&str> = Vec::new();
    for party in mention.parties.iter().filter(|party| acts(party.role)) {
        if !ids.contains(&party.id.as_str()) {
            ids.push(&party.id);
        }
    }
    if ids.is_empty() {
        ids.extend(mention.parties.first().map(|party| party.id.as_str()));
    }
    let is_part =
        |id: &str, whole: &str| id.strip_prefix(whole).is_some_and(|tail| tail.starts_with('.'));
    ids.iter().copied().filter(|whole| !ids.iter().any(|id| is_part(id, whole))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertLevel, Outcome, Party};
    use crate::notify::specimen;

    #[test]
    fn ids_become_names() {
        let (words, names) = (Words::load(Language::En, None).unwrap(), specimen::names());
        let wording = Wording::new(&words, &names, &Reader::default());
        let gist = "VN.MPS agree to train (200 C:border_officer; VN.NGHE_AN; 2026-06) in the U.K.";
        let told = "Ministry of Public Security (Vietnam) agree to train \
                    (200 border officer; Nghe An; 2026-06) in the U.K.";
        assert_eq!(wording.gist(gist), told);
        let anchor = |kind: &str, value: &str| {
            wording.anchor(&Anchor { kind: kind.into(), value: value.into() })
        };
        assert_eq!(anchor("amount", "GBP 1000000"), "GBP 1,000,000");
        assert_eq!(anchor("count", "200 C:border_officer"), "200 border officer");
        assert_eq!(anchor("place", "VN.NGHE_AN"), "Nghe An");
        assert_eq!(anchor("deadline", "2026-06"), "Jun 2026");
        assert_eq!(anchor("period", "2026/2028"), "2026/2028");
    }

    #[test]
    fn a_part_of_a_state_stands_for_it_and_lists_read_as_prose() {
        let (words, names) = (Words::load(Language::En, None).unwrap(), specimen::names());
        let wording = Wording::new(&words, &names, &Reader::default());
        let mut mention = specimen::item(Language::En, Outcome::New, AlertLevel::Push).mention;
        mention.parties = ["VN", "VN.MPS", "UK", "VN.MPS"]
            .map(|id| Party { id: id.into(), role: Role::Committer })
            .to_vec();
        let actors = wording.list(&wording.actors(&mention));
        assert_eq!(actors, "Ministry of Public Security (Vietnam) and United Kingdom");
        assert_eq!(wording.list(&["a", "b", "c"].map(str::to_owned)), "a, b and c");
    }
}
