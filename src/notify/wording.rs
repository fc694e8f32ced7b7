//! How facts are put for a reader: parties and details by name, a commitment as a sentence; `dates` puts dates and
//! instants in her zone. Pure: language, zone and names are given.

use jiff::tz::TimeZone;

use super::clean;
use super::facts::{AlertItem, Reader};
use super::names::Names;
use super::words::Words;
use crate::model::{
    Anchor, ArticleId, Assertion, CommitmentId, Kind, Language, Mention, PartialDate, Polarity,
    Role, Stage,
};

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
        let acting = |role: Role| {
            matches!(
                role,
                Role::Committer
                    | Role::Signatory
                    | Role::Implementer
                    | Role::Proposer
                    | Role::Funder
            )
        };
        let mut ids: Vec<&str> = Vec::new();
        for party in mention.parties.iter().filter(|party| acting(party.role)) {
            if !ids.contains(&party.id.as_str()) {
                ids.push(&party.id);
            }
        }
        if ids.is_empty() {
            ids.extend(mention.parties.first().map(|party| party.id.as_str()));
        }
        let whole = |id: &str| {
            ids.iter().any(|other| other.strip_prefix(id).is_some_and(|tail| tail.starts_with('.')))
        };
        ids.iter().filter(|id| !whole(id)).map(|id| self.names.of(id)).collect()
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

    /// The commitment as a sentence without a full stop. Where the article is in the reader's language, its own
    /// words say best what is promised; else the gist does, which is English and made from the fields, with its
    /// actor in front where it names none. What is not plainly asserted is told by the gist alone.
    pub fn sentence(&self, item: &AlertItem) -> String {
        self.told_of(item, &self.actors(&item.mention), "said_verb")
    }

    /// The same for a subject line, where several agencies are too long to name: their states stand for them.
    pub fn headline(&self, item: &AlertItem) -> String {
        let actors = self.actors(&item.mention);
        if actors.len() < 2 {
            return self.told_of(item, &actors, "headline_verb");
        }
        let mut states: Vec<String> = Vec::new();
        for party in &item.mention.parties {
            let state = self.names.of(party.id.split('.').next().unwrap_or(&party.id));
            if !states.contains(&state) {
                states.push(state);
            }
        }
        self.told_of(item, &states, "headline_verb")
    }

    fn told_of(&self, item: &AlertItem, actors: &[String], verbal: &str) -> String {
        let mention = &item.mention;
        let who = if actors.is_empty() {
            self.words.get("phrase", "unnamed").to_owned()
        } else {
            self.list(actors)
        };
        if self.tells_in_own_words(item) {
            let mut what = clean::line(&mention.action.text).trim_end_matches('.').to_owned();
            if mention.polarity == Polarity::Refrain {
                what = self.words.fill("phrase", "refrain", &[("what", &what)]);
            }
            // "has suspended its funding": words that tell the act itself need no stage in front.
            let told_by = mention.trigger.as_ref().map(|trigger| trigger.span);
            return match told_by {
                Some(span) if span.start == mention.action.span.start => format!("{who} {what}"),
                Some(span) if mention.action.span.contains(span) => what,
                _ => {
                    let stage = mention.stage.as_str();
                    let verb = self.words.has(verbal, stage) && self.begins_with_a_verb(mention);
                    let section = if verb { verbal } else { "said" };
                    self.words.fill(section, stage, &[("who", &who), ("what", &what)])
                }
            };
        }
        // The name of an agreement is known in words that the reader reads; those of the article are not.
        if let (Kind::InstrumentConclude, Assertion::Asserted, Some(name)) =
            (mention.kind, mention.assertion, &item.instrument_name)
        {
            let stage = item.verdict.stage_after.unwrap_or(mention.stage);
            let name = clean::line(name);
            return self.words.fill("said", stage.as_str(), &[("who", &who), ("what", &name)]);
        }
        let gist =
            self.gist(if mention.gist.is_empty() { &item.commitment.gist } else { &mention.gist });
        let gist = gist.trim_end_matches('.').to_owned();
        // A gist begins with all who act, in English.
        let named = self.actors(mention).join(" and ");
        if let Some(rest) = gist.strip_prefix(&named).filter(|_| !actors.is_empty()) {
            return format!("{who}{rest}");
        }
        if actors.is_empty() || self.names_an_actor(&gist, actors) {
            gist
        } else {
            format!("{who}: {gist}")
        }
    }

    /// Whether the action begins with a bare verb: what stands right before it in the quote ("will", "agreed to") asks
    /// for one.
    fn begins_with_a_verb(&self, mention: &Mention) -> bool {
        let before = mention.action.span.start.checked_sub(mention.quote.span.start);
        let Some(before) = before.and_then(|at| mention.quote.text.get(..at)) else { return false };
        let before = before.trim_end().to_lowercase();
        let ends = |word: &str| {
            before.strip_suffix(word).is_some_and(|head| head.is_empty() || head.ends_with(' '))
        };
        mention.polarity == Polarity::Do
            && self.words.get("phrase", "verb_after").split('|').any(ends)
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

    fn tells_in_own_words(&self, item: &AlertItem) -> bool {
        let mention = &item.mention;
        let no_gist = mention.gist.is_empty() && item.commitment.gist.is_empty();
        let plain = mention.assertion == Assertion::Asserted && !mention.action.text.is_empty();
        no_gist || (plain && item.article.language == Some(self.language))
    }

    /// BCP 47 tag of [`Self::sentence`] where it is not the frame's language; else empty. Gists are English.
    pub fn sentence_lang(&self, item: &AlertItem) -> &'static str {
        if self.language == Language::En || self.tells_in_own_words(item) {
            ""
        } else {
            Language::En.tag()
        }
    }

    /// A gist with the ids in it replaced by names: `VN.NGHE_AN` by `Nghe An`, `C:border_officer` by
    /// `border officer`.
    pub fn gist(&self, gist: &str) -> String {
        let is_id = |word: &str| {
            let (head, tail) = word.split_once(['.', ':']).unwrap_or((word, ""));
            // `VN.MPS`, `INS:…`, `C:…`; but not `U.K`.
            ((2..=3).contains(&head.len()) || word.starts_with("C:"))
                && head.bytes().all(|byte| byte.is_ascii_uppercase())
                && !tail.is_empty()
                && tail.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-#".contains(&byte))
        };
        let mut out = String::with_capacity(gist.len());
        for part in clean::line(gist).split_inclusive([' ', '(', ')', ';', ',']) {
            let word = part.trim_end_matches([' ', '(', ')', ';', ',', '.']);
            if is_id(word) {
                let name = self.names.of(word);
                out.push_str(&if word.starts_with("C:") { name.to_lowercase() } else { name });
                out.push_str(&part[word.len()..]);
            } else {
                out.push_str(part);
            }
        }
        out
    }

    fn names_an_actor(&self, gist: &str, actors: &[String]) -> bool {
        let lower = gist.to_lowercase();
        // A gist speaks of the pair without naming it, or names an actor by part of its name.
        let pair = ["both ", "the two ", "the parties", "vietnam", "viet nam", "uk", "britain"];
        pair.iter().any(|word| starts_a_word(&lower, word))
            || actors.iter().any(|name| {
                // `Home Office (UK)` is named by `the Home Office`.
                let bare = name.split(" (").next().unwrap_or(name).to_lowercase();
                starts_a_word(&lower, bare.trim_start_matches("the "))
            })
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

fn starts_a_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric)
            && (word.ends_with(' ') || !after.is_some_and(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertLevel, Outcome, Party};
    use crate::notify::specimen;

    fn told(language: Language, item: &AlertItem) -> String {
        let words = Words::load(language, None).unwrap();
        let names = specimen::names();
        let reader = Reader { language, ..Reader::default() };
        Wording::new(&words, &names, &reader).sentence(item)
    }

    #[test]
    fn own_words_are_used_where_the_reader_reads_them() {
        let item = specimen::item(Language::Vi, Outcome::New, AlertLevel::Push);
        let own = told(Language::Vi, &item);
        assert!(own.starts_with("Home Office (UK) sẽ tài trợ 1,5 triệu bảng"), "{own}");
        let gist = told(Language::En, &item);
        assert!(gist.starts_with("The Home Office will pay GBP 1.5 million"), "{gist}");
    }

    #[test]
    fn what_is_denied_is_not_told_as_promised() {
        let mut item = specimen::item(Language::En, Outcome::New, AlertLevel::Push);
        item.mention.assertion = Assertion::Denied;
        item.mention.gist = "Home Office (UK) deny provide means: returns".into();
        assert_eq!(told(Language::En, &item), "Home Office (UK) deny provide means: returns");
    }

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
