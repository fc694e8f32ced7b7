//! What two other extractors make of a page. Both can abort the whole process on a page that ours reads, and take
//! gigabytes on another, so [`voices`] is for a process of its own: never call it in the daemon.

use dom_smoothie::{Readability, TextMode};
use trafilatura::{ExtractionFocus, HtmlDateMode};

use crate::markup::{dom, plain};

/// The texts that the other extractors find in a page, decoded: one a voice, empty where it finds none. A page beyond
/// the limits of [`dom::parse`] gets none at all.
///
/// The two were chosen because they are independent of ours and of each other: one follows rules of trafilatura, the
/// other scores as Readability does. With a near twin of one of them the vote is worse than without it.
pub fn voices(html: &str) -> Vec<String> {
    if dom::parse(html).is_err() {
        return Vec::new();
    }
    [by_rules(html), by_score(html)].map(|text| plain::tidy(&text.unwrap_or_default())).into()
}

fn by_rules(html: &str) -> Option<String> {
    let options = trafilatura::Options::default()
        .with_focus(ExtractionFocus::FavorPrecision)
        .with_fallback(true)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Disabled);
    trafilatura::extract(html, &options).ok().map(|found| found.content_text)
}

fn by_score(html: &str) -> Option<String> {
    let config = dom_smoothie::Config { text_mode: TextMode::Formatted, ..Default::default() };
    let found = Readability::new(html, None, Some(config)).ok()?.parse().ok()?;
    Some(found.text_content.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_voice_finds_the_story_and_leaves_the_menu() {
        let paragraph =
            "Hai bên thống nhất trao đổi thông tin, cử cán bộ liên lạc và tổ chức tập huấn chung. ";
        let story = format!("<p>{}</p>", paragraph.repeat(4)).repeat(5);
        let html = format!(
            "<html><body><nav><ul><li><a href=/a>Thời sự trong ngày</a></li></ul></nav><article><h1>Tin</h1>{story}\
             </article><footer>Giấy phép số 1</footer></body></html>"
        );
        let texts = voices(&html);
        assert_eq!(texts.len(), 2);
        for text in texts {
            assert!(text.contains("cử cán bộ liên lạc") && !text.contains("Thời sự"), "{text}");
        }
    }

    #[test]
    fn a_hostile_page_is_refused_before_any_voice_hears_it() {
        assert_eq!(voices(&"<div>".repeat(10_000)), Vec::<String>::new());
        assert_eq!(voices("").len(), 2);
    }
}
