//! Why an article was kept or not, as a sentence in the reader's language: `[relevance]` in the files of words.

use super::clean;
use super::wording::Wording;
use crate::model::Why;

impl Wording<'_> {
    /// One sentence; what an older release stored as a sentence stays as it is.
    pub(super) fn relevance(&self, why: &Why) -> String {
        let fill = |key: &str, what: String| self.words.fill("relevance", key, &[("what", &what)]);
        match why {
            Why::Instrument => self.words.get("relevance", "instrument").to_owned(),
            Why::OneStory { words } => fill("one_story", self.quoted(words)),
            Why::SamePassage { words } => fill("same_passage", self.quoted(words)),
            Why::Passing => self.words.get("relevance", "passing").to_owned(),
            Why::Scattered { words } => fill("scattered", self.quoted(words)),
            Why::OtherSubject { subject } => fill("other_subject", self.names.label(subject)),
            Why::Faint { facets, near: true, .. } => fill("nearly", self.either(facets)),
            Why::Faint { facets, .. } => fill("faint", self.either(facets)),
            Why::Missing { groups, .. } => {
                let groups: Vec<String> = groups.iter().map(|group| self.either(group)).collect();
                fill("missing", groups.join(self.words.get("relevance", "or")))
            }
            Why::Sentence(sentence) => clean::line(sentence),
        }
    }

    fn quoted(&self, words: &[String]) -> String {
        let quoted: Vec<String> =
            words.iter().map(|word| format!("“{}”", clean::line(word))).collect();
        self.list(&quoted)
    }

    fn either(&self, labels: &[String]) -> String {
        let labels: Vec<String> = labels.iter().map(|label| self.names.label(label)).collect();
        labels.join(self.words.get("relevance", "or"))
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Language, Why};
    use crate::notify::facts::Reader;
    use crate::notify::names::Names;
    use crate::notify::wording::Wording;
    use crate::notify::words::Words;

    fn told(language: Language, why: &Why) -> String {
        let words = Words::embedded(language);
        let topic = crate::config::topic::Topic::embedded();
        let names = Names::new(topic.display_names(language));
        let reader = Reader { language, ..Reader::default() };
        Wording::new(&words, &names, &reader).relevance(why)
    }

    #[test]
    fn the_reason_is_told_in_the_readers_language() {
        let words = ["Vietnam", "Home Office"].map(str::to_owned).to_vec();
        let met = Why::SamePassage { words };
        assert_eq!(
            told(Language::En, &met),
            "The same passage brings together “Vietnam” and “Home Office”."
        );
        assert_eq!(told(Language::Vi, &met), "Cùng một đoạn có đủ “Vietnam” và “Home Office”.");
        let other = Why::OtherSubject { subject: "wildlife".into() };
        assert_eq!(told(Language::En, &other), "It is about something else (wildlife).");
        assert_eq!(told(Language::Vi, &other), "Bài nói về chuyện khác (động vật hoang dã).");
        let label = |name: &str| name.to_owned();
        let missing = Why::Missing {
            groups: vec![
                vec![label("the UK")],
                vec![label("migration"), label("human trafficking")],
            ],
            mistaken: None,
        };
        assert_eq!(
            told(Language::Vi, &missing),
            "Không có dấu hiệu nào về Vương quốc Anh hoặc di cư hoặc mua bán người."
        );
    }

    #[test]
    fn a_sentence_of_an_older_release_stays() {
        let old = Why::read("No sign of the UK.");
        assert_eq!(told(Language::Vi, &old), "No sign of the UK.");
        let now = Why::OtherSubject { subject: "sport".into() };
        assert_eq!(Why::read(&now.stored()), now);
    }

    /// Facets and other subjects without a Vietnamese name would stand in English in a Vietnamese mail.
    #[test]
    fn all_that_a_reason_can_name_has_a_vietnamese_name() {
        let topic = crate::config::topic::Topic::embedded();
        let names = Names::new(topic.display_names(Language::Vi));
        let facets = topic.facets.facets.iter().map(|facet| &facet.label);
        for name in facets.chain(&topic.facets.counters).chain([&topic.name]) {
            assert_ne!(names.label(name), **name);
        }
    }

    /// The first form of a body in `actors.toml` may be that of a part of it.
    #[test]
    fn bodies_are_called_by_their_own_names_and_states_by_short_ones_in_subjects() {
        let topic = crate::config::topic::Topic::embedded();
        let names = |language| {
            Names::new(topic.display_names(language)).with_short(topic.short_names(language))
        };
        let (en, vi) = (names(Language::En), names(Language::Vi));
        assert_eq!(vi.of("UK.GOV"), "Chính phủ Anh");
        assert_eq!(vi.of("VN.NGHE_AN"), "tỉnh Nghệ An");
        assert_eq!(vi.of("UK.HO"), "Bộ Nội vụ Anh");
        assert_eq!((en.of("UK"), en.short("UK")), ("United Kingdom".into(), "UK".into()));
        assert_eq!((vi.of("UK"), vi.short("UK")), ("Vương quốc Anh".into(), "Anh".into()));
        assert_eq!(vi.short("VN.MPS"), "Bộ Công an");
    }
}
