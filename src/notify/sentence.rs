//! A commitment as a sentence for a reader: in the article's own words where she reads them, else from the fields.
//! Pure: language and names are given.

use super::clean;
use super::facts::{AlertItem, Gist};
use super::wording::{Wording, acting};
use crate::model::{Assertion, InstrumentId, Kind, Language, Mention, PartialDate, Polarity};

/// Longest words of an article in another language within a sentence, in columns.
const MAX_FOREIGN: usize = 200;
/// Longest sentence about an entry, in columns.
const MAX_ENTRY: usize = 240;

impl Wording<'_> {
    /// The commitment as a sentence without a full stop. Where the article is in the reader's language, its own
    /// words say best what is promised; else the gist does, which is English and made from the fields, with its
    /// actor in front where it names none. What is not plainly asserted is told by the gist alone.
    pub fn sentence(&self, item: &AlertItem) -> String {
        self.told_of(item, &self.actors(&item.mention), "said_verb")
    }

    /// The same for a subject line, which has room for short names only, and where several agencies are too long to
    /// name: their states stand for them.
    pub fn headline(&self, item: &AlertItem) -> String {
        let actors = acting(&item.mention);
        if actors.len() < 2 {
            let actors: Vec<String> = actors.into_iter().map(|id| self.names.short(id)).collect();
            return self.told_of(item, &actors, "headline_verb");
        }
        let mut states: Vec<String> = Vec::new();
        for party in &item.mention.parties {
            let state = self.names.short(party.id.split('.').next().unwrap_or(&party.id));
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
            let id = item.commitment.instrument.as_ref();
            let name = id.map_or_else(|| clean::line(name), |id| self.text_name(id, name));
            return self.words.fill("said", stage.as_str(), &[("who", &who), ("what", &name)]);
        }
        if self.language != Language::En && !mention.action.text.is_empty() {
            return self.framed(mention, &who);
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

    /// Who and how far in the reader's language around the article's own words: a gist would be English.
    fn framed(&self, mention: &Mention, who: &str) -> String {
        let action = clean::shorten(&clean::line(&mention.action.text), MAX_FOREIGN);
        let mut what = format!("“{}”", action.trim_end_matches('.'));
        if mention.polarity == Polarity::Refrain {
            what = self.words.fill("phrase", "refrain", &[("what", &what)]);
        }
        let stage = mention.stage.as_str();
        let told = self.words.fill("said", stage, &[("who", who), ("what", &what)]);
        if mention.assertion == Assertion::Asserted {
            return told;
        }
        let how = self.words.get("ground", mention.assertion.as_str());
        format!("{how}. {told}")
    }

    /// An entry of the ledger as a sentence, with the BCP 47 tag of the sentence where that is not the frame's.
    pub(super) fn entry_sentence(&self, gist: &Gist) -> (String, &'static str) {
        if self.language == Language::En {
            return (clean::shorten(&self.gist(&gist.english), MAX_ENTRY), "");
        }
        let name = gist.instrument.as_ref().map(|id| self.text_name(id, ""));
        let name = name.filter(|name| !name.is_empty());
        let told = match (gist.kind, name) {
            (Kind::InstrumentConclude, Some(name)) => name,
            (Kind::InstrumentImplement, Some(name)) => {
                self.words.fill("phrase", "carry_out", &[("what", &name)])
            }
            _ if gist.quote.is_empty() => {
                return (clean::shorten(&self.gist(&gist.english), MAX_ENTRY), Language::En.tag());
            }
            _ => {
                let parties: Vec<String> =
                    gist.parties.iter().map(|id| self.names.of(id)).collect();
                let who = if parties.is_empty() {
                    self.words.get("phrase", "unnamed").to_owned()
                } else {
                    self.list(&parties)
                };
                let what = format!("“{}”", clean::shorten(&clean::line(&gist.quote), MAX_FOREIGN));
                self.words.fill("said", gist.stage.as_str(), &[("who", &who), ("what", &what)])
            }
        };
        (clean::shorten(&told, 2 * MAX_ENTRY), "")
    }

    /// Another entry in a few words: its gist where she reads English or nothing else is known of it.
    pub(super) fn other(&self, about: Option<&Gist>, english: &str) -> String {
        match about.filter(|_| self.language != Language::En) {
            Some(about) => self.entry_sentence(about).0,
            None => self.gist(english),
        }
    }

    /// The name of a text in the reader's language where the topic has one; else the name given.
    fn text_name(&self, id: &InstrumentId, otherwise: &str) -> String {
        let name = self.names.label(id.as_str());
        if name == id.as_str() { clean::line(otherwise) } else { name }
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

    fn tells_in_own_words(&self, item: &AlertItem) -> bool {
        let mention = &item.mention;
        let no_gist = mention.gist.is_empty() && item.commitment.gist.is_empty();
        let plain = mention.assertion == Assertion::Asserted && !mention.action.text.is_empty();
        no_gist || (plain && item.article.language == Some(self.language))
    }

    /// Whether [`Self::sentence`] has the day, or the year where that is all that is promised, in its own words.
    pub(super) fn tells_the_day(&self, item: &AlertItem, due: PartialDate) -> bool {
        let last = due.latest();
        let telling = match due {
            PartialDate::Day(_) => last.day().into(),
            _ => last.year(),
        };
        let words = item.mention.action.text.split(|c: char| !c.is_alphanumeric());
        self.tells_in_own_words(item) && words.into_iter().any(|word| word == telling.to_string())
    }

    /// BCP 47 tag of [`Self::sentence`] where it is not the frame's language; else empty. Gists are English.
    pub fn sentence_lang(&self, item: &AlertItem) -> &'static str {
        let framed = !item.mention.action.text.is_empty();
        if self.language == Language::En || self.tells_in_own_words(item) || framed {
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
    use crate::model::{AlertLevel, Outcome};
    use crate::notify::facts::Reader;
    use crate::notify::specimen;
    use crate::notify::words::Words;

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

    /// A reader of Vietnamese is not given an English sentence where only the article's words are English.
    #[test]
    fn the_frame_around_foreign_words_is_in_the_readers_language() {
        let mut item = specimen::item(Language::En, Outcome::New, AlertLevel::Push);
        item.mention.stage = crate::model::Stage::Pledged;
        let framed = told(Language::Vi, &item);
        assert!(framed.starts_with("Home Office (UK) cam kết: “"), "{framed}");
        item.mention.assertion = Assertion::Denied;
        assert!(told(Language::Vi, &item).starts_with("Có bên phủ nhận. Home Office"));
    }

    #[test]
    fn a_date_that_the_words_tell_is_not_told_again() {
        let words = Words::embedded(Language::Vi);
        let names = specimen::names();
        let reader = Reader { language: Language::Vi, ..Reader::default() };
        let wording = Wording::new(&words, &names, &reader);
        let mut item = specimen::item(Language::Vi, Outcome::New, AlertLevel::Push);
        let due = PartialDate::Day(jiff::civil::date(2027, 6, 30));
        item.mention.action.text = "xây hai nhà tạm lánh trước ngày 30/6/2027".into();
        assert!(wording.tells_the_day(&item, due));
        item.mention.action.text = "xây 2 nhà tạm lánh vào mùa hè tới".into();
        assert!(!wording.tells_the_day(&item, due));
    }
}
