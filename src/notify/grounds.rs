//! What decided a verdict, as sentences in the reader's language. The ledger writes down its tests in the short English of
//! its rules (`agreed (4) vs in_force (9): not higher`); here they are read again and put with the phrases of `[ground]`
//! and `[cause]` in the files of words. What has no phrase keeps the words of the rule.

use super::clean;
use super::names::Names;
use super::words::Words;
use crate::model::{Check, Language, Rejected};

/// Puts tests as sentences.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    words: &'a Words,
    language: Language,
    /// Names for ids; without them ids stand for themselves, as commands take them.
    names: Option<&'a Names>,
}

impl<'a> Grounds<'a> {
    /// In the language of `words`; with `names`, ids become names.
    pub fn new(words: &'a Words, language: Language, names: Option<&'a Names>) -> Self {
        Self { words, language, names }
    }

    /// One test as a sentence.
    pub fn sentence(&self, check: &Check) -> String {
        let value = clean::line(&check.value);
        let said = self.said(&check.test, value.trim_end_matches('.'), check.ok);
        format!("{said}{}.", self.measured(check))
    }

    /// That both concern one text, by its name.
    pub fn same_text(&self, name: &str) -> String {
        self.fill("instrument", &[("name", name)]) + "."
    }

    /// The nearest entry that was not taken.
    pub fn not_taken(&self, near: &Rejected) -> String {
        let gist = clean::line(&near.gist);
        let values = [
            ("id", near.commitment.as_str()),
            ("gist", gist.trim_end_matches('.')),
            ("cause", &self.cause(near.failed.trim_end_matches('.'))),
        ];
        self.fill("not_taken", &values) + "."
    }

    fn said(&self, test: &str, value: &str, ok: bool) -> String {
        let none_shared = value == "no concept shared";
        match (test, ok) {
            ("candidate", _) => self.candidate(value),
            ("correction", _) => self.fill("corrected", &[("value", value)]),
            ("instrument", _) => self.fill("instrument", &[("name", &self.name(value))]),
            ("kind", _) => self.kinds(value),
            ("pair", true) => self.fill("parties", &[("sides", &self.sides(value))]),
            ("pair", false) => self.fill("parties_part", &[("sides", &self.sides(value))]),
            ("topics", true) => self.fill("topics", &[("sides", &self.sides(value))]),
            ("topics", false) => self.fill("topics_few", &[("sides", &self.sides(value))]),
            ("words", true) if none_shared => self.word("words_alike"),
            ("words", true) => self.fill("words", &[("list", &self.list(value))]),
            ("words", false) if none_shared => self.word("words_none"),
            ("words", false) => self.fill("words_few", &[("list", &self.list(value))]),
            ("anchor", true) if value == "the same" => self.word("anchor_same"),
            ("anchor", true) => self.word("anchor_none"),
            ("anchor", false) => self.fill("anchor_differs", &[("cause", &self.cause(value))]),
            ("doubt", _) => self.fill("doubt", &[("cause", &self.cause(value))]),
            ("framing" | "assertion", _) => self.manner(value),
            ("stage", _) if value.starts_with("first met at ") => self.stages(value),
            ("stage", true) => self.fill("stage_moves", &[("stages", &self.stages(value))]),
            ("stage", false) => self.fill("stage_stays", &[("stages", &self.stages(value))]),
            ("policy" | "cap", _) => self.level(test, value),
            ("revived" | "trust", _) => self.word(test),
            (_, true) => format!("{}: {value}", plain(test)),
            (_, false) => format!("{}: {value} (!)", plain(test)),
        }
    }

    /// `tier C: name (since, stage)`.
    fn candidate(&self, value: &str) -> String {
        let (tier, entry) = value.split_once(": ").unwrap_or(("", value));
        let how = match tier.trim_start_matches("tier ") {
            "A" => "found_by_text",
            "C" => "found_by_likeness",
            "D" => "found_as_vague",
            "correction" => "found_by_person",
            _ => "found",
        };
        self.fill("candidate", &[("entry", &plain(entry)), ("how", &self.word(how))])
    }

    /// `own = other`.
    fn kinds(&self, value: &str) -> String {
        let (own, other) = value.split_once(" = ").unwrap_or((value, value));
        let (here, there) = (self.term("kind", own), self.term("kind", other));
        let key = if own == other { "kind_same" } else { "kind_akin" };
        self.fill(key, &[("here", &here), ("there", &there)])
    }

    /// `a, b vs c`.
    fn sides(&self, value: &str) -> String {
        match value.split_once(" vs") {
            Some((own, other)) if own.trim() == other.trim() => self.list(own.trim()),
            Some((own, other)) => {
                let (here, there) = (self.list(own.trim()), self.list(other.trim()));
                self.fill("sides", &[("here", &here), ("there", &there)])
            }
            None => self.list(value),
        }
    }

    fn list(&self, ids: &str) -> String {
        if ids.is_empty() {
            return self.word("nobody");
        }
        let named: Vec<String> = ids.split(", ").map(|id| self.name(id)).collect();
        named.join(self.words.get("phrase", "list"))
    }

    /// How the article puts it: a framing or an assertion.
    fn manner(&self, value: &str) -> String {
        let key = value.replace(", but ", "_").replace(' ', "_");
        if self.words.has("ground", &key) {
            self.word(&key)
        } else {
            self.fill("manner", &[("value", &plain(value))])
        }
    }

    /// `row of the policy: level`, `why: level`.
    fn level(&self, test: &str, value: &str) -> String {
        let (why, level) = value.rsplit_once(": ").unwrap_or((value, "none"));
        let key = if self.words.has("ground", level) { level } else { "none" };
        self.fill(test, &[("cause", &self.cause(why)), ("level", &self.word(key))])
    }

    /// What a stage was compared with: `told (rank) vs known (rank)` with what follows from it.
    fn stages(&self, value: &str) -> String {
        let stage = |word: &str| self.term("stage", word);
        if let Some(first) = value.strip_prefix("first met at ") {
            return self.fill("first_met", &[("stage", &stage(first))]);
        }
        if let Some((told, known)) = value.split_once(" vs ") {
            let told = told.split_once(" (").map_or(told, |(told, _)| told);
            let (known, rest) = known.split_once(" (").unwrap_or((known, ""));
            let rest = rest.split_once(')').map_or("", |(_, rest)| rest);
            let why = rest.trim_start_matches([':', ';', ',', ' ']);
            let why = why.strip_prefix("but ").unwrap_or(why);
            let values =
                [("told", stage(told)), ("known", stage(known)), ("cause", self.cause(why))];
            let key = if why.is_empty() { "told_known" } else { "told_known_cause" };
            return self.fill(key, &values.each_ref().map(|(name, text)| (*name, text.as_str())));
        }
        if let Some((now, was)) = value.split_once(", was ") {
            let (how, now) = now.rsplit_once(' ').unwrap_or(("", now));
            let (how, now, was) = (self.cause(how), stage(now), stage(was));
            return self.fill("now_was", &[("how", &how), ("now", &now), ("was", &was)]);
        }
        if let Some((why, still)) = value.split_once("; still ") {
            let (cause, stage) = (self.cause(why), stage(still));
            return self.fill("still", &[("cause", &cause), ("stage", &stage)]);
        }
        let after = value
            .split_once(" after being ")
            .and_then(|(change, rest)| Some((change, rest.split_once(": ")?)));
        match after {
            Some((change, (was, now))) => {
                let (how, was, now) = (self.cause(change), stage(was), stage(now));
                self.fill("after_being", &[("how", &how), ("was", &was), ("now", &now)])
            }
            None => self.cause(value),
        }
    }

    /// Why a comparison or a step failed.
    fn cause(&self, value: &str) -> String {
        if self.words.has("cause", value) {
            return self.words.get("cause", value).to_owned();
        }
        self.limit(value).or_else(|| self.difference(value)).unwrap_or_else(|| plain(value))
    }

    /// Causes with figures: `topics 0.00 < 0.50, words 0.32`, `parties 0.20 < 0.50`, `words 0.02: nothing telling in common`.
    fn limit(&self, value: &str) -> Option<String> {
        let (what, rest) = value.split_once(' ')?;
        match what {
            "topics" => {
                let (limit, words) = rest.split_once(", words ")?;
                let (score, min) = limit.split_once(" < ")?;
                let (score, min, words) =
                    (self.figure(score), self.figure(min), self.figure(words));
                let values = [("score", &*score), ("min", &min), ("words", &words)];
                Some(self.fill("few_topics", &values))
            }
            "parties" => {
                let (score, min) = rest.split_once(" < ")?;
                let (score, min) = (self.figure(score), self.figure(min));
                Some(self.fill("few_parties", &[("score", &score), ("min", &min)]))
            }
            "words" => {
                let (score, why) = rest.split_once([':', ' '])?;
                let key = match why.trim_start() {
                    "nothing telling in common" => "nothing_telling",
                    "are too few" => "too_few_words",
                    _ => return None,
                };
                Some(self.fill(key, &[("score", &self.figure(score))]))
            }
            _ => None,
        }
    }

    /// Causes that name what differs: `amount GBP 5 is not GBP 7`, `for a, not for b`, `another text or edition: id`.
    fn difference(&self, value: &str) -> Option<String> {
        if let Some(id) = value.strip_prefix("another text or edition: ") {
            return Some(self.fill("other_text", &[("id", id)]));
        }
        if let Some((here, there)) =
            value.strip_prefix("for ").and_then(|rest| rest.split_once(", not for "))
        {
            let (here, there) = (self.list(here), self.list(there));
            return Some(self.fill("other_helped", &[("here", &here), ("there", &there)]));
        }
        if let Some((here, there)) =
            value.strip_prefix("parties ").and_then(|rest| rest.split_once(" are not "))
        {
            let (here, there) = (self.list(here), self.list(there));
            return Some(self.fill("other_parties", &[("here", &here), ("there", &there)]));
        }
        let (here, there) = value.split_once(" is not ")?;
        if let Some(kind) = here.strip_prefix("kind ") {
            let (here, there) = (self.term("kind", kind), self.term("kind", there));
            return Some(self.fill("other_kind", &[("here", &here), ("there", &there)]));
        }
        let (kind, figure) = here.split_once(' ').unwrap_or(("", here));
        let what = self.words.has("anchor", kind).then(|| self.words.get("anchor", kind));
        let here = self.list(if what.is_some() { figure } else { here });
        let what = what.unwrap_or_else(|| self.words.get("anchor", "other")).to_lowercase();
        Some(self.fill("is_not", &[("what", &what), ("here", &here), ("there", &self.list(there))]))
    }

    /// " (0.60 where 0.50 is asked)".
    fn measured(&self, check: &Check) -> String {
        let figure = |score: f64| self.figure(&format!("{score:.2}"));
        match (check.score, check.min) {
            (Some(score), Some(min)) => {
                self.fill("measured", &[("score", &figure(score)), ("min", &figure(min))])
            }
            (Some(score), None) => self.fill("scored", &[("score", &figure(score))]),
            _ => String::new(),
        }
    }

    /// A number between 0 and 1 as the language writes it.
    fn figure(&self, figure: &str) -> String {
        if self.language == Language::Vi { figure.replace('.', ",") } else { figure.to_owned() }
    }

    /// Ids in a text by name where there are names.
    fn name(&self, text: &str) -> String {
        let Some(names) = self.names else { return plain(text) };
        let named = |word: &str| {
            let (head, tail) = word.split_once(['.', ':']).unwrap_or((word, "id"));
            let id = !head.is_empty()
                && head.bytes().all(|byte| byte.is_ascii_uppercase())
                && !tail.is_empty();
            if id { names.of(word) } else { self.term("unit", word) }
        };
        text.split(' ').map(named).collect::<Vec<_>>().join(" ")
    }

    /// A term of the ontology in words.
    fn term(&self, section: &str, value: &str) -> String {
        if self.words.has(section, value) {
            self.words.get(section, value).to_owned()
        } else {
            plain(value)
        }
    }

    fn word(&self, key: &str) -> String {
        self.words.get("ground", key).to_owned()
    }

    fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.words.fill("ground", key, values)
    }
}

fn plain(words: &str) -> String {
    words.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CommitmentId;

    fn check(test: &str, value: &str, ok: bool) -> Check {
        Check { test: test.to_owned(), value: value.to_owned(), score: None, min: None, ok }
    }

    fn told(language: Language, check: &Check) -> String {
        Grounds::new(&Words::embedded(language), language, None).sentence(check)
    }

    #[test]
    fn every_test_reads_as_a_sentence_in_both_languages() {
        for (test, value, ok, english, vietnamese) in [
            (
                "framing",
                "news",
                true,
                "The article reports it as news.",
                "Bài viết đưa như tin mới.",
            ),
            (
                "framing",
                "background, but recent",
                true,
                "The article mentions it as background, but it is recent.",
                "Bài viết nhắc đến như thông tin nền, nhưng việc còn mới.",
            ),
            ("assertion", "denied", false, "Somebody denies it.", "Có bên phủ nhận."),
            (
                "kind",
                "info_exchange = info_exchange",
                true,
                "Both are of the same kind: exchange of information.",
                "Cả hai cùng loại: trao đổi thông tin.",
            ),
            (
                "pair",
                "VN, UK vs VN, UK",
                true,
                "The parties fit: VN, UK.",
                "Các bên khớp nhau: VN, UK.",
            ),
            (
                "topics",
                "returns vs ",
                false,
                "They share too few topics: returns here, none there.",
                "Có quá ít chủ đề chung: ở đây returns, ở kia không có.",
            ),
            (
                "policy",
                "a sum of money: push",
                true,
                "By the alert policy (a sum of money) it is told at once.",
                "Theo quy tắc báo tin (có số tiền), được báo ngay.",
            ),
            (
                "cap",
                "only a headline says so: watch",
                true,
                "But only a headline says so, so it waits for the digest.",
                "Nhưng chỉ có tít bài nói vậy, nên chờ đến bản tổng hợp.",
            ),
            (
                "stage",
                "agreed (4) vs in_force (9): not higher",
                false,
                "The stage stays: “agreed by both sides” is told, “in force” was known; not higher.",
                "Bước giữ nguyên: bài nói “hai bên thống nhất”, sổ đang ghi “đang có hiệu lực”; không cao hơn.",
            ),
            (
                "stage",
                "resumed after being suspended: implementing",
                true,
                "The stage moves: resumed after being “suspended”: “being carried out”.",
                "Bước thay đổi: được nối lại sau khi “tạm dừng”: “đang triển khai”.",
            ),
            (
                "anchor",
                "amount GBP 5000 is not GBP 7000",
                false,
                "A detail differs: amount GBP 5000, not GBP 7000.",
                "Có chi tiết khác nhau: số tiền GBP 5000, không phải GBP 7000.",
            ),
        ] {
            assert_eq!(told(Language::En, &check(test, value, ok)), english);
            assert_eq!(told(Language::Vi, &check(test, value, ok)), vietnamese);
        }
    }

    #[test]
    fn scores_are_written_as_the_language_writes_numbers() {
        let scored =
            Check { score: Some(0.6), min: Some(0.75), ..check("pair", "VN vs VN, UK", false) };
        assert_eq!(
            told(Language::En, &scored),
            "The parties fit only in part: VN here, VN, UK there (0.60 where 0.75 is asked)."
        );
        assert!(told(Language::Vi, &scored).ends_with("(0,60, cần 0,75)."));
    }

    #[test]
    fn the_entry_not_taken_says_why() {
        let words = Words::embedded(Language::En);
        let grounds = Grounds::new(&words, Language::En, None);
        let near = |failed: &str| {
            let gist = "both sides agree to share data.".to_owned();
            grounds.not_taken(&Rejected {
                commitment: CommitmentId::new("c-1"),
                gist,
                failed: failed.to_owned(),
            })
        };
        let begin =
            "The nearest other entry is c-1 (both sides agree to share data); it was not taken: ";
        for (failed, cause) in [
            (
                "topics 0.00 < 0.50, words 0.32",
                "they share too few topics (0.00 where 0.50 is asked), and their wording is alike by 0.32 only.",
            ),
            (
                "words 0.02: nothing telling in common",
                "their wording has nothing telling in common (0.02).",
            ),
            ("words 0.10 are too few", "their wording is too little alike (0.10)."),
            ("parties 0.20 < 0.50", "the parties fit only in part (0.20 where 0.50 is asked)."),
            ("for UK, not for VN", "for UK, not for VN."),
            ("that one was ended for good", "that one was ended for good."),
            ("a rule without a phrase", "a rule without a phrase."),
        ] {
            assert_eq!(near(failed), format!("{begin}{cause}"));
        }
    }

    /// A row that an analyst adds shows as she wrote it; those that ship are told in both languages.
    #[test]
    fn every_row_of_the_shipped_policy_is_told_in_vietnamese() {
        let topic = crate::config::topic::Topic::embedded();
        let words = Words::embedded(Language::Vi);
        for name in topic.policy.alert_rows() {
            assert!(words.has("cause", name), "words.vi.toml, [cause]: {}", name);
        }
    }
}
